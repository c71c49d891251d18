"""What the commands share: their options, choosing and rating, problems and exit codes, progress, and writing.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import partial, wraps
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

import click

from nhsrate.commands.screens import ink_for, quiet, screen_for, shown_in_pager
from nhsrate.helping import completion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from nhsrate.commands.formats import Content
    from nhsrate.core.problems import Location, Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request

USAGE = {
    "unknown-methodology", "which-methodology", "unknown-figure", "bad-setting", "unknown-organisation", "unknown-item",
    "unknown-sheet", "unset-figure", "unknown-groups",
}  # fmt: skip
"""Problems of how the tool was called: exit code 2, not 1."""

problems_option = click.option(
    "--problems", "style", type=click.Choice(["text", "json", "github"]), help="How problems are printed."
)


def _dash(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """The output; that `-` was named, which is standard output, is kept for what is not printed unasked."""
    if value is None or str(value) != "-":
        return value
    ctx.meta["nhsrate.dash"] = True
    return None


def form_option(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option of what is printed, for a command that prints one of these; the first where nothing is said."""
    return click.option(
        "-f", "--format", "form", type=click.Choice(names), default=names[0], show_default=True, help="What to print."
    )


output_option = click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True), callback=_dash,
    help="Write there, not to the terminal; - is standard output.",
)  # fmt: skip

_PATH = click.Path(path_type=Path)

READING: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "methodology": (
        ("-m", "--methodology"),
        {
            "metavar": "METHODOLOGY", "shell_complete": completion.editions,
            "help": "An edition's id, or a path to a rule file.",
        },
    ),
    "sheet": (("--sheet",), {"metavar": "NAME", "help": "The sheet to read."}),
    "reading": (
        ("--reading",), {"metavar": "FILE", "type": _PATH, "help": "How to read the return: a reading profile."},
    ),
    "set": (
        ("--set",),
        {
            "metavar": "NAME=VALUE", "multiple": True, "shell_complete": completion.figures,
            "help": "Set a named figure for this run.",
        },
    ),
    "organisations": (
        ("--organisations",),
        {"metavar": "FILE", "type": _PATH, "help": "The codes that may occur; others are errors."},
    ),
    "successors": (
        ("--successors",), {"metavar": "FILE", "type": _PATH, "help": "Read old codes as the new ones that it gives."},
    ),
    "as_at": (("--as-at",), {"metavar": "DATE", "help": "With --successors: apply those up to this day."}),
    "limit": (
        ("--limit",),
        {
            "metavar": "NAME=VALUE", "multiple": True, "shell_complete": completion.limits,
            "help": "Raise a limit of the reader: file=200MB.",
        },
    ),
    "against": (
        ("--against",),
        {
            "metavar": "PUBLISHED", "multiple": True, "type": _PATH,
            "help": "Rate the organisations of RETURN within the return of all: in the place of their own rows, or "
            "beside them.",
        },
    ),
    "against_reading": (
        ("--against-reading",),
        {"metavar": "FILE", "type": _PATH, "help": "How to read the return of --against: a reading profile."},
    ),
    "suppose": (
        ("--suppose",),
        {
            "metavar": "CODE.INPUT=VALUE", "multiple": True,
            "help": "Rate as if the return said this, which every output marks as supposed.",
        },
    ),
    "earlier": (
        ("--earlier",),
        {
            "metavar": "RETURN", "multiple": True, "type": _PATH,
            "help": "A return of an earlier period, which the method looks back at; once for each, or a folder.",
        },
    ),
    "earlier_reading": (
        ("--earlier-reading",),
        {"metavar": "FILE", "type": _PATH, "help": "How to read the returns of --earlier: a reading profile."},
    ),
    "as_": (
        ("--as", "as_"),
        {
            "metavar": "GROUPS", "shell_complete": completion.groups,
            "help": "Rate groups in the place of their members, such as systems: their figures are brought together.",
        },
    ),
    "groups": (
        ("--groups",),
        {"metavar": "FILE", "type": _PATH, "help": "With --as: a table of who belongs to which: member, group, share."},
    ),
    "only": (
        ("--only",),
        {
            "metavar": "CODE", "multiple": True, "shell_complete": completion.organisations,
            "help": "Print this organisation alone; all are rated.",
        },
    ),
}  # fmt: skip
"""Every option on reading and rating, by its name in `runs.request.Request` and in `nhsrate.rate`."""

WITHIN = ("against", "against_reading")
"""The options that rate a return within another."""


def asking(
    *without: str, metavar: str = "RETURN...", required: bool = True, then: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The files and every option on reading and rating, `without` some, given to a command together as `request`.

    Behind the files may stand what `then` completes.
    """
    options = {name: option for name, option in READING.items() if name not in without}

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_request(**given: Any) -> Any:  # noqa: ANN401 (whatever the command takes and gives)
            from nhsrate.runs.request import BadOption, requested

            if given["as_at"] is not None and given["successors"] is None:
                raise click.UsageError("--as-at goes with --successors.")
            if given.get("groups") is not None and given.get("as_") is None:
                raise click.UsageError("--groups goes with --as.")
            if given.get("as_") is not None and given.get("against"):
                raise click.UsageError("--as goes without --against: groups are rated among each other.")
            asked = {name: value for name in options if (value := given.pop(name)) != ()}
            try:
                request = requested(given.pop("returns"), **asked)
            except BadOption as bad:
                hint = "--" + bad.option.replace("_", "-")
                raise click.BadParameter(str(bad), param_hint=hint) from None
            return command(request=request, **given)

        made: Callable[..., Any] = with_request
        for names, settings in reversed(options.values()):
            made = click.option(*names, **settings)(made)
        shared: dict[str, Any] = {"metavar": metavar, "required": required, "shell_complete": then}
        return click.argument("returns", nargs=-1, type=_PATH, **shared)(made)

    return decorated


def check_not_read(output: Path, inputs: Iterable[str | Path], option: str = "-o") -> None:
    """Refuse an output that would take the place of an input."""
    if any(os.path.realpath(output) == os.path.realpath(file) for file in inputs):
        raise click.UsageError(f"{option} {output} would take the place of a file that is read; give another name.")


def asked(request: Request, show: Callable[[Sequence[Problem]], None]) -> Assessment:
    """The ratings that were asked for; warnings and notes are shown, errors raised as `Refused`."""
    from nhsrate.runs.run import run

    with progress() as say:
        done = run(request, say)
    show(done.problems)
    return done.assessment


@contextmanager
def problems_printed(style: str | None) -> Iterator[Callable[[Sequence[Problem]], None]]:
    """Print problems to stderr, in the style asked for; a refusal ends the run with its exit code."""
    from nhsrate.core.problems import Refused

    chosen_style: Any = style or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    kept: list[Problem] = []

    def show(problems: Sequence[Problem]) -> None:
        told = [one for one in problems if one.severity == "error" or chosen_style == "json" or not quiet()]
        if chosen_style == "json":
            kept.extend(told)
        elif told:
            echo(told)

    def echo(problems: Sequence[Problem]) -> None:
        if chosen_style == "text" and is_terminal(sys.stderr):
            from nhsrate.screen.problems import problems_screen

            said = problems_screen(problems, screen_for(sys.stderr))
        else:
            from nhsrate.reports.problems import problems_text

            said = problems_text(problems, chosen_style)
        with suppress(OSError, ValueError):  # where nobody reads them, the exit code still says that there are some
            _echo(said, sys.stderr)

    try:
        yield show
    except Refused as refused:
        show(refused.problems)
        sys.exit(exit_code(refused.problems))
    finally:
        if chosen_style == "json":  # one list, also where there is nothing to list
            echo(kept)


def exit_code(problems: Sequence[Problem]) -> int:
    """2 where the tool was called wrongly, else 1."""
    return 2 if any(problem.code in USAGE or _of_option(problem.at) for problem in problems) else 1


def _of_option(at: Location) -> bool:
    """Whether a fault stands in what an option says."""
    return at.file.startswith("--")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sees what is printed there; a stream is nothing where it is closed."""
    return stream is not None and stream.isatty()


def progress() -> AbstractContextManager[Say]:
    """Say on a terminal what long work is at, and clear it when it is done; not where only results are wanted."""
    from nhsrate.screen.progress import progress as shown

    return shown(quiet=quiet())


def write(content: Content, output: Path | None) -> None:
    """Write to the file, whole or not at all, or to standard output; parts as they come.

    What only a file can take is printed where `-` asks for it.
    """
    if output is not None:
        from nhsrate.commands.output import write_file

        write_file(output, content if callable(content) else partial(_put, content))
        say_written(output)
        return
    from nhsrate.core.problems import Refused

    if callable(content):
        made = BytesIO()
        content(made)
        content = made.getvalue()
    elif not isinstance(content, str | bytes) and is_terminal(sys.stdout):
        content = "".join(content)  # a pager shows the whole
    if sys.stdout is None:
        raise Refused([_unprinted("it is closed")])
    try:
        for part in parts_of(content):
            _echo(part, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = StringIO()  # nobody reads any more, and Python flushes it at exit
        sys.exit(0)
    except OSError as error:
        sys.stdout = StringIO()  # as above
        raise Refused([_unprinted(error.strerror)]) from None


def parts_of(content: str | bytes | Iterator[str]) -> Iterable[str | bytes]:
    """The parts of what is to be written."""
    return [content] if isinstance(content, str | bytes) else content


def _put(content: str | bytes | Iterator[str], file: IO[bytes]) -> None:
    """Write the parts into a file."""
    for part in parts_of(content):
        file.write(part.encode("utf-8", "replace") if isinstance(part, str) else part)


def say_written(output: Path, what: str = "") -> None:
    """Say that a file was written; not with --quiet, nor where a program reads the problems."""
    from nhsrate.commands.output import is_stream

    context = click.get_current_context(silent=True)
    if quiet() or is_stream(output) or (context and context.params.get("style") == "json"):
        return
    with suppress(OSError, ValueError):
        clear = "\r\033[K" if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb" else ""
        _echo(f"{clear}wrote {_shown(output)}{what}\n", sys.stderr)


def _shown(path: Path) -> str:
    """A path, with nothing in it that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in str(path))


def _echo(content: str | bytes, stream: TextIO | None) -> None:
    """Print, in letters that the terminal has, where it is one; click takes a console of ASCII for a mistake."""
    if stream is None:  # it is closed
        return
    coloured = None
    if isinstance(content, str):
        if stream.isatty():
            from nhsrate.commands.streams import stand_in

            content = stand_in(content, stream.encoding)
            if shown_in_pager(content, stream):
                return
        coloured = True if "\033[" in content and ink_for(stream).colours else None
    click.echo(content, file=stream, nl=False, color=coloured)


def _unprinted(why: str | None) -> Problem:
    """That nothing could be printed."""
    from nhsrate.core.problems import LineLocation, Problem

    message, remedy = f"The output could not be written: {why}.", "Free some space, or write to another place."
    return Problem(LineLocation("standard output"), "write-failed", message, remedy)
