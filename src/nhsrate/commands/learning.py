"""The commands that explain the tool itself: `docs` and `problem`.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from nhsrate.commands.options import is_terminal, write
from nhsrate.commands.screens import ink_for, size_of
from nhsrate.helping import completion
from nhsrate.helping.command import Command


@click.command(cls=Command)
@click.argument("topic", metavar="[TOPIC]", required=False, shell_complete=completion.topics)
@click.argument("words", metavar="[WORDS...]", nargs=-1)
def docs(topic: str | None, words: tuple[str, ...]) -> None:
    """List the documents, or show one.

    With WORDS, the sections of it whose headings have all of them. The same pages as in the project, in Markdown; on a
    terminal they are laid out for it.
    """
    from nhsrate.core.problems import nearest
    from nhsrate.editions import documents

    files = documents.topics()
    if topic is None:
        write(documents.topics_text(files), None)
        return
    begin = [topic] if topic in files else [name for name in files if name.startswith(topic)]
    if len(begin) != 1:
        remedy = nearest(topic, files) or "`nhsrate docs` lists them."
        raise click.UsageError(f'There is no document "{topic}". {remedy}')
    text = documents.document(files[begin[0]])
    if words and not (text := documents.section(text, said := " ".join(words))):
        raise click.UsageError(f'No heading of {begin[0]} has the words "{said}".')
    _show(text)


@click.command(cls=Command)
@click.argument("code", metavar="[CODE]", required=False, shell_complete=completion.problems)
def problem(code: str | None) -> None:
    """List what can be wrong with a file, or tell of one problem.

    What it means, and what to do. CODE is what stands in square brackets at the end of a message.
    """
    from nhsrate.core.problems import CODES, nearest
    from nhsrate.editions import documents

    if code is None:
        write(documents.problems_list(), None)
        return
    code = code.strip("[]")
    if code not in CODES:
        remedy = nearest(code, CODES) or "`nhsrate problem` lists them."
        raise click.UsageError(f'There is no problem "{code}". {remedy}')
    _show(documents.problem_text(code))


def _show(text: str) -> None:
    """Print a document: laid out on a terminal, as Markdown elsewhere."""
    if not is_terminal(sys.stdout):
        write(text, None)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    ink = ink_for(sys.stdout)
    system: Any = {16: "standard", 256: "256"}.get(ink.colours, "truecolor")
    console = Console(
        width=size_of(sys.stdout)[0], force_terminal=True, color_system=system if ink.colours else None,
        no_color=not ink.colours, legacy_windows=False,
    )  # fmt: skip
    with console.capture() as laid_out:
        console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    write(laid_out.get(), None)
