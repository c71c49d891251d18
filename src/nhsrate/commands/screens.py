"""What every command asks of the terminal and knows of it: options on colours and the pager, its size, its letters.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from nhsrate.screen.ink import Ink
    from nhsrate.screen.screen import Screen

WHEN = ("auto", "always", "never")

BARE = (
    "--colour says when to use colours: auto, always or never. The coloured sheet of a workbook, which it used to ask "
    "for, is always written."
)


def _kept(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep what is asked for the whole run, whether it stands before the command or behind it."""
    if param.name == "colour" and value is not None and value not in WHEN:
        raise click.UsageError(BARE, ctx)
    if value:
        ctx.meta[f"nhsrate.{param.name}"] = value


def screen_options() -> list[click.Option]:
    """The options that every command has."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _kept}
    return [
        click.Option(
            ["--colour", "--color"], is_flag=False, flag_value="", metavar="|".join(WHEN),
            help="When to use colours. Default: auto, in a terminal that has them.", **shared,
        ),
        click.Option(
            ["--no-pager"], is_flag=True, help="Print at once what is longer than the terminal.", **shared
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but results and errors.", **shared),
    ]  # fmt: skip


def asked_for(name: str) -> Any:  # noqa: ANN401 (a flag or a word)
    """What was asked of the terminal by the option of that name; nothing where it was not, or outside of a command."""
    context = click.get_current_context(silent=True)
    return context.meta.get(f"nhsrate.{name}") if context else None


def quiet() -> bool:
    """Whether only results and errors are to be said."""
    return bool(asked_for("quiet"))


def ink_for(stream: TextIO | None, palette: str = "default") -> Ink:
    """What can be written in on a stream, in that palette."""
    from nhsrate.screen.ink import Ink, colours_of

    terminal = stream is not None and stream.isatty()
    windows = sys.platform == "win32"
    return Ink(colours_of(asked_for("colour") or "auto", os.environ, terminal=terminal, windows=windows), palette)


def size_of(stream: TextIO | None) -> tuple[int, int]:
    """How wide and how high a terminal is: what COLUMNS and LINES say, else the terminal, else 80 by 24."""
    found = (80, 24)
    if stream is not None:
        with suppress(OSError, ValueError):
            size = os.get_terminal_size(stream.fileno())
            found = (size.columns or 80, size.lines or 24)
    said = (os.environ.get(name, "") for name in ("COLUMNS", "LINES"))
    wide, high = (int(text) if text.isdecimal() and 0 < len(text) < 6 else 0 for text in said)
    return wide or found[0], high or found[1]


def screen_for(stream: TextIO | None, palette: str = "default") -> Screen:
    """The terminal behind a stream, with its size, its colours in that palette, and the letters that it has."""
    from nhsrate.commands.streams import stand_in
    from nhsrate.screen.screen import Screen, as_it_is

    wide, high = size_of(stream)
    encoding = (stream.encoding if stream is not None else None) or "utf-8"
    whole = encoding.casefold().replace("-", "").replace("_", "") == "utf8"
    letters = as_it_is if whole else partial(stand_in, encoding=encoding)
    return Screen(wide, high, ink_for(stream, palette), letters)


def shown_in_pager(content: str, stream: TextIO) -> bool:
    """Show what is longer than the terminal in a pager; false where it is to be printed.

    There is none where none is wanted or there, and none but for what a person sees at a terminal of this process.
    """
    with suppress(OSError, ValueError):
        if asked_for("no_pager") or not os.isatty(stream.fileno()) or stream is not sys.stdout:
            return False
        _, high = size_of(stream)
        if content.count("\n") < high:
            return False
        from nhsrate.screen.pager import paged, pager_of

        command = pager_of(os.environ)
        encoding = stream.encoding
        return command is not None and paged(content.encode(encoding, "backslashreplace"), command, encoding)
    return False
