"""What the commands share: their options, choosing and rating, problems and exit codes, progress, and writing.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.files.limits import Limits
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request

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


against_reading_option = click.option(
    "--against-reading",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="How to read the return of --against: a reading profile.",
)


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command on a return shares, given to it together as `asked`."""

    @wraps(command)
    def with_asked(**given: Any) -> Any:  # noqa: ANN401 (whatever the command takes and gives)
        from nhsrate.runs.request import Request

        request = Request(
            methodology=given.pop("methodology"),
            sheet=given.pop("sheet"),
            settings=parsed_settings(given.pop("settings")),
            profile=given.pop("profile"),
            limits=parsed_limits(given.pop("raised")),
            successors=given.pop("successors"),
            as_at=parsed_date(given.pop("as_at")),
            organisations=given.pop("organisations"),
        )
        if request.as_at is not None and request.successors is None:
            raise click.UsageError("--as-at goes with --successors.")
        return command(request=request, **given)

    made: Callable[..., Any] = with_asked
    path = click.Path(path_type=Path)
    for names, kind, says in (
        (
            ("--limit", "raised"),
            {"metavar": "NAME=VALUE", "multiple": True},
            "Raise a limit of the reader: file=200MB.",
        ),
        (("--as-at",), {"metavar": "DATE"}, "With --successors: apply those up to this day."),
        (("--successors",), {"metavar": "FILE", "type": path}, "Read old codes as the new ones that it gives."),
        (("--organisations",), {"metavar": "FILE", "type": path}, "The codes that may occur; others are errors."),
        (("--set", "settings"), {"metavar": "NAME=VALUE", "multiple": True}, "Set a named figure for this run."),
        (("--reading", "profile"), {"metavar": "FILE", "type": path}, "How to read the return: a reading profile."),
        (("--sheet",), {"metavar": "NAME"}, "The sheet to read."),
        (("-m", "--methodology"), {"metavar": "METHODOLOGY"}, "An edition's id, or a path to a rule file."),
    ):
        made = click.option(*names, help=says, **kind)(made)
    return made


def parsed_limits(texts: Sequence[str]) -> Limits:
    """Limits from `NAME=VALUE` texts."""
    from nhsrate.files.limits import parse_limits

    try:
        return parse_limits(texts)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--limit") from None


def parsed_date(text: str | None) -> date | None:
    """A day, such as 2026-03-31."""
    if text is None:
        return None
    from nhsrate.core.periods import period_of_text

    found = period_of_text(text)
    if found is None or found.first != found.last:
        raise click.BadParameter(f'"{text}" is no day, such as 2026-03-31.', param_hint="--as-at")
    return found.first


def check_not_read(output: Path, inputs: Iterable[str | Path], option: str = "-o") -> None:
    """Refuse an output that would take the place of an input."""
    if any(os.path.realpath(output) == os.path.realpath(file) for file in inputs):
        raise click.UsageError(f"{option} {output} would take the place of a file that is read; give another name.")


def check_output(output: Path, form: str, inputs: Sequence[Path]) -> None:
    """Refuse an output whose name says another format, and one that would take the place of an input."""
    check_not_read(output, inputs)
    suffix = output.suffix.lower()
    if suffix in FOREIGN or SUFFIXES.get(suffix, form) != form:
        endings = " or ".join(ending for ending, known in SUFFIXES.items() if known == form) or ".txt"
        raise click.UsageError(f"-f {form} does not go with a file that ends in {suffix}; let it end in {endings}.")


def assessed(paths: Sequence[Path], request: Request, show: Callable[[Sequence[Problem]], None]) -> Assessment:
    """Read the return and the methodology and rate; warnings are shown, errors raised as `Refused`."""
    from nhsrate.runs.read import read_asked

    with progress(paths) as say:
        say("reading")
        submitted, methodology = read_asked(paths, request)
        say("rating")
        return rated(submitted, methodology, show)


def assessed_within(
    paths: Sequence[Path],
    request: Request,
    show: Callable[[Sequence[Problem]], None],
    *,
    against: Sequence[Path] = (),
    profile: Path | None = None,
    only: Sequence[str] = (),
) -> Assessment:
    """The same, within the return of all organisations where one is given; `only` these are printed, all are rated."""
    if not against and not only:
        return assessed(paths, request, show)
    from dataclasses import replace

    from nhsrate.runs.against import chosen, with_places, within
    from nhsrate.runs.read import read_asked, read_within

    with progress([*paths, *against]) as say:
        say("reading")
        if against:
            own, population, methodology = read_within(paths, against, request, profile)
            codes = [own.organisations[n].code for n in chosen(own, only)]
            submitted, told = within(own, population, codes)
            submitted, of_places = with_places(submitted, methodology, chosen(submitted, codes))
            submitted = replace(submitted, problems=(*submitted.problems, *told, *of_places))
        else:
            submitted, methodology = read_asked(paths, request)
            codes = list(only)
        printed = tuple(chosen(submitted, codes))
        say("rating")
        return replace(rated(submitted, methodology, show), printed=printed)


def rated(submitted: Return, methodology: Methodology, show: Callable[[Sequence[Problem]], None]) -> Assessment:
    """The ratings of a return, with a note where a cell shows what would be rated otherwise."""
    from dataclasses import replace

    from nhsrate.engine.assess import assess
    from nhsrate.engine.shown_values import shown_problems

    assessment = assess(submitted, methodology)
    seen = shown_problems(assessment)
    assessment = replace(assessment, problems=(*assessment.problems, *seen)) if seen else assessment
    show([*submitted.problems, *assessment.problems])
    return assessment


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
    from nhsrate.core.problems import Refused

    chosen_style: Any = style or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    kept: list[Problem] = []

    def show(problems: Sequence[Problem]) -> None:
        if chosen_style == "json":
            kept.extend(problems)
        elif problems:
            echo(problems)

    def echo(problems: Sequence[Problem]) -> None:
        from nhsrate.reports.problems import problems_text

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
        from nhsrate.commands.output import write_bytes

        write_bytes(output, content.encode("utf-8", "replace") if isinstance(content, str) else content)
        return
    from nhsrate.core.problems import LineLocation, Problem, Refused

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
        raise Refused([Problem(LineLocation("standard output"), "write-failed", message, remedy)]) from None


def form_of(form: str | None, output: Path | None, endings: Mapping[str, str], plain: str, read: Sequence[str]) -> str:
    """The format asked for, by name or by the ending of the output; refuses what says another, or takes an input."""
    if output is None:
        return form or plain
    check_not_read(output, read)
    suffix = output.suffix.lower()
    found = form or endings.get(suffix, plain)
    if suffix in {*FOREIGN, *SUFFIXES, *endings} and endings.get(suffix) != found:
        wanted = " or ".join(ending for ending, known in endings.items() if known == found)
        raise click.UsageError(f"-f {found} does not go with a file that ends in {suffix}; let it end in {wanted}.")
    return found
