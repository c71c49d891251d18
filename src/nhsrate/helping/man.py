"""The man page, made from the help of every command, in the macros of man(7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from nhsrate.helping.command import first_line, grouped
from nhsrate.helping.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GENERAL = "General"
"""The group of options that every command has; they are told once."""

EXIT_CODES = {"0": "Done.", "1": "Problems in a file, or ratings that moved.", "2": "Wrong usage."}

ENVIRONMENT = {
    "NHSRATE_PAGER, PAGER": "The program that shows what is longer than the terminal.",
    "NO_COLOR, FORCE_COLOR": "Never, or always, use colours, where --colour says nothing.",
    "COLUMNS, LINES": "The size of the terminal, where it is another than the system says.",
}


def man_page(main: click.Group, groups: Mapping[str, Iterable[str]], version: str) -> str:
    """The man page of the tool, with all its commands in these groups."""
    context = click.Context(main, info_name="nhsrate", **main.context_settings)
    commands = {
        name: found for names in groups.values() for name in names if (found := main.get_command(context, name))
    }
    lines = [f'.TH NHSRATE 1 "" "{roff(f"nhsrate {version}")}" "User commands"']
    title = first_line(main).rstrip(".")
    lines += [".SH NAME", f"nhsrate \\- {roff(title[0].lower() + title[1:])}", ".SH SYNOPSIS"]
    lines += _usage("nhsrate", main, context)
    lines += [".SH DESCRIPTION"]
    for group, names in groups.items():
        lines += [f".SS {roff(group)}"]
        for name in names:
            lines += [".TP", f".B {roff(name)}", roff(first_line(commands[name]))]
    lines += [".SH OPTIONS", "Every command has these:", *_options(grouped(main, context)[GENERAL])]
    for name, command in commands.items():
        lines += _told(name, command, click.Context(command, context, name))
    lines += [".SH EXIT STATUS", *_terms(EXIT_CODES), ".SH ENVIRONMENT", *_terms(ENVIRONMENT)]
    lines += [".SH EXAMPLES", *_examples("nhsrate")]
    lines += [
        ".SH SEE ALSO",
        roff("`nhsrate docs` lists the documents, `nhsrate problem` what can be wrong with a file."),
    ]
    return "\n".join(lines) + "\n"


def roff(text: str) -> str:
    r"""A text as it stands in a line of roff, where some signs would be obeyed or changed.

    >>> roff("--check \\ 'x'"), roff(".yaml")
    ('\\-\\-check \\e \\(aqx\\(aq', '\\&.yaml')
    """
    for sign, written in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("~", "\\(ti"), ("^", "\\(ha")):
        text = text.replace(sign, written)
    return f"\\&{text}" if text.startswith(".") else text


def _told(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of a command: how it is called, what it is for, its own options, its examples."""
    yield f'.SH "NHSRATE {roff(name.upper())}"'
    yield from _usage(f"nhsrate {name}", command, context)
    for paragraph in re.split(r"\n\s*\n", (command.help or "").strip()):
        yield from (".PP", roff(" ".join(paragraph.split())))
    for group, rows in grouped(command, context).items():
        if group != GENERAL:
            yield from (f".SS {roff(group)}", *_options(rows))
    yield from (".SS Examples", *_examples(name))


def _usage(called: str, command: click.Command, context: click.Context) -> Iterator[str]:
    """How a command is called."""
    yield from (".PP", f".B {roff(called)}", roff(" ".join(command.collect_usage_pieces(context))))


def _options(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Options, each with what it does; its names are bold, and what stands behind them is not."""
    for term, does in rows:
        bold = re.sub(r"(?<![\w-])(--?[a-z][\w-]*)", lambda found: f"\\fB{roff(found[1])}\\fR", term)
        plain = "".join(part if part.startswith("\\fB") else roff(part) for part in re.split(r"(\\fB.*?\\fR)", bold))
        yield from (".TP", plain, roff(" ".join(does.split())))


def _terms(terms: Mapping[str, str]) -> Iterator[str]:
    """Words, each with what it means."""
    for term, means in terms.items():
        yield from (".TP", f".B {roff(term)}", roff(means))


def _examples(name: str) -> Iterator[str]:
    """The examples of a command, as they are typed."""
    for one in EXAMPLES[name]:
        yield from (".PP", roff(one.does), ".PP", ".nf")
        yield from (roff(line) for line in f"nhsrate {one.line}".split("\n"))
        yield ".fi"
