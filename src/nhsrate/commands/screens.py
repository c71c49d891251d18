"""What every command asks of the terminal: the options on colours, the pager and what is said beside the results.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from nhsrate.screen.ink import Ink

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
