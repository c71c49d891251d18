"""How a command tells of itself: its options in groups, and then its examples.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OPTIONS = {
    "Input": (
        "--sheet", "--reading", "--organisations", "--successors", "--as-at", "--limit", "--each", "--from",
        "--like", "--from-return", "--code", "--where", "--repeats",
    ),
    "Rules": ("--methodology", "--old-methodology", "--new-methodology", "--set", "--id"),
    "Comparison": ("--against", "--against-reading", "--earlier", "--earlier-reading", "--suppose", "--check",
                   "--plan", "--plan-reading"),
    "Groups": ("--as", "--groups"),
    "Question": (
        "--item", "--to", "--rating", "--input", "--fixed", "--by", "--number", "--draws", "--seed", "--vary",
        "--within", "--strict", "--target", "--rebase",
    ),
    "Output": (
        "--format", "--output", "--only", "--top", "--sort", "--columns", "--notes", "--long", "--consequences",
        "--raw-csv", "--bom", "--palette", "--reasons", "--with", "--title", "--partly", "--annotate",
        "--show-reading", "--brief", "--depth", "--jobs", "--watch", "--problems",
    ),
    "General": ("--colour", "--no-pager", "--quiet", "--version", "--help"),
}  # fmt: skip
"""Every option by the group under which help shows it, in the order of help."""

TERMS = 30
"""How wide the names of options may be beside what they do, as click has it."""


class Command(click.Command):
    """A command whose help shows its options in groups, and its examples."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in groups."""
        write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (as click asks)
        """Write the examples."""
        write_examples(self.name or "", formatter)


def grouped(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """The options of a command by their groups: how each is written, and what it does.

    Raises `KeyError` for one that stands in no group, which the tests find.
    """
    place = {flag: (group, n) for group, flags in OPTIONS.items() for n, flag in enumerate(flags)}
    found: dict[str, list[tuple[int, tuple[str, str]]]] = {group: [] for group in OPTIONS}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            group, n = place[next(one for one in param.opts if one.startswith("--"))]
            found[group].append((n, record))
    return {group: [record for _, record in sorted(rows)] for group, rows in found.items() if rows}


def write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the options of a command in groups, what each does in one column throughout."""
    write_tables(grouped(command, ctx), formatter)


def write_tables(tables: Mapping[str, Sequence[tuple[str, str]]], formatter: click.HelpFormatter) -> None:
    """Write tables of two columns, which are as wide in each."""
    width = max((min(len(term), TERMS) for rows in tables.values() for term, _ in rows), default=0)
    for group, rows in tables.items():
        with formatter.section(group):
            formatter.write_dl([(term.ljust(width), does) for term, does in rows], col_max=TERMS)


def write_examples(name: str, formatter: click.HelpFormatter) -> None:
    """Write the examples of a command as they are typed, each with what it does."""
    from nhsrate.helping.examples import EXAMPLES

    if name in EXAMPLES:
        with formatter.section("Examples"):
            for one in EXAMPLES[name]:
                formatter.write(f"  nhsrate {one.line}\n      {one.does}\n")


def first_line(command: click.Command) -> str:
    """What a command is for: the first sentence of its help, as it stands there."""
    return " ".join((command.help or "").strip().partition("\n\n")[0].split())


def write_groups(
    groups: Mapping[str, Iterable[str]], commands: Mapping[str, click.Command], formatter: click.HelpFormatter
) -> None:
    """Write the commands in their groups, each with what it is for."""
    write_tables(
        {group: [(name, first_line(commands[name])) for name in names] for group, names in groups.items()}, formatter
    )
