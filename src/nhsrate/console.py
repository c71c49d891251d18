"""What the commands share: their options, choosing and rating, problems and exit codes, progress, and writing.

Only click is imported here, as in `nhsrate.cli`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.assessment import Assessment
    from nhsrate.methodology import Methodology
    from nhsrate.problems import Problem
    from nhsrate.returns import Return
    from nhsrate.tables import Book

USAGE = {
    "unknown-methodology", "which-methodology", "unknown-figure", "bad-setting", "unknown-organisation", "unknown-item",
    "unknown-sheet", "unset-figure",
}  # fmt: skip
"""Problems of how the tool was called: exit code 2, not 1."""

SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".xlsx": "xlsx"}
FOREIGN = {".yaml", ".yml", ".xls", ".xlsm", ".xlsb", ".ods", ".pdf", ".docx", ".html", ".htm"}
"""Endings of files that are not written here."""

LARGE = 4_000_000
"""Bytes of returns from which a terminal is told what is going on."""


problems_option = click.option(
    "--problems", "style", type=click.Choice(["text", "json", "github"]), help="How problems are printed."
)


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command on a return shares."""
    for option in (
        problems_option,
        click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="Set a named figure for this run."),
        click.option("--sheet", metavar="NAME", help="The sheet to read."),
        click.option("-m", "--methodology", metavar="METHODOLOGY", help="An edition's id, or a path to a rule file."),
    ):
        command = option(command)
    return command


def check_output(output: Path, form: str, inputs: Sequence[Path]) -> None:
    """Refuse an output whose name says another format, and one that would take the place of an input."""
    if any(os.path.realpath(output) == os.path.realpath(file) for file in inputs):
        raise click.UsageError(f"-o {output} would take the place of a file that is read; give another name.")
    suffix = output.suffix.lower()
    if suffix in FOREIGN or SUFFIXES.get(suffix, form) != form:
        endings = " or ".join(ending for ending, known in SUFFIXES.items() if known == form) or ".txt"
        raise click.UsageError(f"-f {form} does not go with a file that ends in {suffix}; let it end in {endings}.")


def assessed(
    paths: Sequence[Path],
    wanted: str | None,
    sheet: str | None,
    values: Mapping[str, str],
    show: Callable[[Sequence[Problem]], None],
) -> Assessment:
    """Read the return and the methodology and rate; warnings are shown, errors raised as `Refused`."""
    from nhsrate.engine import assess

    with progress(paths) as say:
        say("reading")
        submitted, methodology = read(paths, wanted, sheet, values)
        say("rating")
        assessment = assess(submitted, methodology)
    show([*submitted.problems, *assessment.problems])
    return assessment


def read(
    paths: Sequence[Path], wanted: str | None, sheet: str | None, values: Mapping[str, str]
) -> tuple[Return, Methodology]:
    """The return and its methodology; the files, which hold far more than the return, are not kept."""
    from nhsrate.reading import open_books
    from nhsrate.returns_reading import read_tables

    if wanted is not None:
        methodology = chosen([], paths, wanted, values)
        books = open_books(list(paths))
    else:
        books = open_books(list(paths))
        methodology = chosen(books, paths, wanted, values)
    return read_tables(books, methodology.wanted(), methodology.reading, sheet=sheet), methodology


def chosen(books: Sequence[Book], paths: Sequence[Path], wanted: str | None, values: Mapping[str, str]) -> Methodology:
    """The methodology to rate under."""
    if wanted is not None:
        from nhsrate.loading import load_methodology

        return load_methodology(wanted, values)
    from nhsrate.choosing import choose_methodology

    return choose_methodology(books, paths, wanted, values)


def parsed_settings(settings: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping."""
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip() or not value.strip():
            message = f'"{setting}" is not NAME=VALUE, such as --set cut=2.06.'
            raise click.BadParameter(message, param_hint="--set")
        if name.strip() in values:
            raise click.BadParameter(f"{name.strip()} is set twice.", param_hint="--set")
        values[name.strip()] = value.strip()
    return values


@contextmanager
def problems_printed(style: str | None) -> Iterator[Callable[[Sequence[Problem]], None]]:
    """Print problems to stderr, in the style asked for; a refusal ends the run with its exit code."""
    from nhsrate.problems import Refused

    chosen_style: Any = style or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    kept: list[Problem] = []

    def show(problems: Sequence[Problem]) -> None:
        if chosen_style == "json":
            kept.extend(problems)
        elif problems:
            echo(problems)

    def echo(problems: Sequence[Problem]) -> None:
        from nhsrate.diagnostics import problems_text

        click.echo(problems_text(problems, chosen_style), err=True, nl=False)

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
    return 2 if any(problem.code in USAGE for problem in problems) else 1


@contextmanager
def progress(paths: Sequence[Path]) -> Iterator[Callable[[str], None]]:
    """Say on a terminal what long work is at, and clear it when it is done."""
    size = 0
    if sys.stderr.isatty():
        with suppress(OSError, ValueError):  # whoever reads the file says what is wrong with it
            size = sum(path.stat().st_size for path in paths)
    told = size > LARGE

    def say(stage: str) -> None:
        if told:
            click.echo(f"\r\033[K{stage} {size / 1_000_000:.0f} MB ...", err=True, nl=False)

    try:
        yield say
    finally:
        if told:
            click.echo("\r\033[K", err=True, nl=False)


def write(content: str | bytes, output: Path | None) -> None:
    """Write to the file, whole or not at all, or to standard output."""
    if output is not None:
        from nhsrate.atomic import write_bytes

        write_bytes(output, content.encode("utf-8") if isinstance(content, str) else content)
        return
    from nhsrate.problems import LinePlace, Problem, Refused

    try:
        with suppress(AttributeError):  # what a program puts in the place of standard output may be any file
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        click.echo(content, nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = StringIO()  # nobody reads any more, and Python flushes it at exit
        sys.exit(0)
    except OSError as error:
        sys.stdout = StringIO()  # as above
        message, remedy = (
            f"The output could not be written: {error.strerror}.",
            "Free some space, or write to another place.",
        )
        raise Refused([Problem(LinePlace("standard output"), "write-failed", message, remedy)]) from None


def form_of(form: str | None, output: Path | None, endings: Mapping[str, str], plain: str, read: Sequence[str]) -> str:
    """The format asked for, by name or by the ending of the output; refuses what says another, or takes an input."""
    if output is None:
        return form or plain
    if any(os.path.realpath(output) == os.path.realpath(file) for file in read):
        raise click.UsageError(f"-o {output} would take the place of a file that is read; give another name.")
    suffix = output.suffix.lower()
    found = form or endings.get(suffix, plain)
    if suffix in {*FOREIGN, *SUFFIXES, *endings} and endings.get(suffix) != found:
        wanted = " or ".join(ending for ending, known in endings.items() if known == found)
        raise click.UsageError(f"-f {found} does not go with a file that ends in {suffix}; let it end in {wanted}.")
    return found
