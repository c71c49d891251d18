"""The formats of output: what each is called, how its files end, which options go with it, and what makes it.

Only click is imported here, as in `nhsrate.commands.main`; what makes a format is imported when it is wanted.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from nhsrate.commands.options import check_not_read, is_terminal
from nhsrate.commands.screens import asked_for, ink_for, screen_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import Choice
    from nhsrate.reports.told import Told
    from nhsrate.runs.progress import Say
    from nhsrate.screen.screen import Screen
    from nhsrate.trajectories.trajectory import Trajectories

    Content = str | bytes | Iterator[str] | Callable[[IO[bytes]], None]
    """What a format makes: a whole, its parts as they are asked for, or what writes it into a file."""


class Format(NamedTuple):
    """One format of a command's output.

    `suffixes` are the endings of its files, the first the one to advise; `render` makes it of what the command found
    and the options that were given; `options` are those that go with it. A format that is not `printed` needs a file;
    one that is `silent` cannot say what was set for a run, so that it is said beside it.
    """

    suffixes: tuple[str, ...]
    render: Callable[..., Content]
    options: tuple[str, ...] = ()
    printed: bool = True
    silent: bool = False


def _table(assessment: Assessment, *, printed: bool, palette: str | None, why: str = "", **given: Any) -> str:  # noqa: ANN401 (the options of other formats)
    from nhsrate.screen.league import Asked, league_screen, league_text

    asked = Asked(_choice(assessment, given), given["notes"], given["consequences"], why)
    if printed and is_terminal(sys.stdout):
        return league_screen(assessment, screen_for(sys.stdout, palette or "default"), asked)
    if not printed:
        return league_text(assessment, asked)
    return league_text(assessment, asked, ink_for(sys.stdout, palette or "default"))


def page_screen(*, printed: bool) -> Screen:
    """Where a text goes: the terminal as it is; else a page of 80 columns, in colours where they are asked for."""
    from nhsrate.screen.screen import Screen

    if not printed:
        return Screen()
    return screen_for(sys.stdout) if is_terminal(sys.stdout) else Screen(ink=ink_for(sys.stdout))


def told(lines: Callable[[int], Iterable[Told]], output: Path | None) -> str:
    """Lines as a text for where it goes; `lines` makes them for a page of so many columns."""
    from nhsrate.screen.explanation import told_screen

    screen = page_screen(printed=output is None)
    return told_screen(lines(screen.wide), screen)


def _choice(assessment: Assessment, given: Mapping[str, Any]) -> Choice:
    """What of the table is wanted; raises `Refused` where it names an item that there is not."""
    from nhsrate.reports.league import Choice, checked_choice

    columns = tuple(one.strip() for one in (given["columns"] or "").split(",") if one.strip())
    return checked_choice(assessment, Choice(given["top"], given["sort"] or "", columns))


def _csv(assessment: Assessment, *, long: bool, raw_csv: bool, bom: bool, **_: Any) -> str:  # noqa: ANN401 (as above)
    from nhsrate.reports.csv_json import BYTE_ORDER_MARK, long_csv, ratings_csv

    text = long_csv(assessment, raw=raw_csv) if long else ratings_csv(assessment, raw=raw_csv)
    return f"{BYTE_ORDER_MARK * bom}{text}"


def _json(assessment: Assessment, *, say: Say, **_: Any) -> Iterator[str]:  # noqa: ANN401 (as above)
    from nhsrate.reports.csv_json import json_parts

    return json_parts(assessment, say)


def _markdown(assessment: Assessment, *, consequences: bool, **given: Any) -> str:  # noqa: ANN401 (as above)
    from nhsrate.reports.league import markdown_table

    return markdown_table(assessment, consequences=consequences, choice=_choice(assessment, given))


def _xlsx(
    assessment: Assessment,
    *,
    palette: str | None,
    reasons: bool,
    say: Say,
    **_: Any,  # noqa: ANN401 (as above)
) -> Callable[[IO[bytes]], None]:
    from nhsrate.workbooks.ratings import write_ratings

    return partial(write_ratings, assessment=assessment, palette=palette or "default", reasons=reasons, say=say)


FORMATS: dict[str, Format] = {
    "table": Format((), _table, ("consequences", "palette", "top", "sort", "columns", "notes")),
    "csv": Format((".csv",), _csv, ("long", "raw_csv", "bom"), silent=True),
    "json": Format((".json",), _json),
    "markdown": Format((".md",), _markdown, ("consequences", "top", "sort", "columns")),
    "xlsx": Format((".xlsx",), _xlsx, ("palette", "reasons"), printed=False),
}
"""The formats of `score`."""


def _trajectory_text(found: Trajectories, *, printed: bool) -> str:
    from nhsrate.trajectories.text import trajectory_text

    return trajectory_text(found, page_screen(printed=printed))


def _trajectory_csv(found: Trajectories, *, printed: bool) -> str:  # noqa: ARG001 (as of every format)
    from nhsrate.trajectories.tables import trajectory_csv

    return trajectory_csv(found)


def _trajectory_json(found: Trajectories, *, printed: bool) -> str:  # noqa: ARG001 (as above)
    from nhsrate.trajectories.tables import trajectory_json

    return trajectory_json(found)


TRAJECTORY = {
    "text": Format((".txt",), _trajectory_text),
    "csv": Format((".csv",), _trajectory_csv),
    "json": Format((".json",), _trajectory_json),
}
"""The formats of `trajectory`."""

GO_WITH = {
    "long": "--long, --raw-csv and --bom go with -f csv.",
    "raw_csv": "--long, --raw-csv and --bom go with -f csv.",
    "bom": "--long, --raw-csv and --bom go with -f csv.",
    "reasons": "--reasons goes with -f xlsx; json holds the reasons of all anyway.",
    "palette": "--palette goes with the table, and with -f xlsx.",
    "top": "--top, --sort and --columns go with the table and with -f markdown; the other formats hold all.",
    "sort": "--top, --sort and --columns go with the table and with -f markdown; the other formats hold all.",
    "columns": "--top, --sort and --columns go with the table and with -f markdown; the other formats hold all.",
    "notes": "--notes goes with the table in a terminal; all else has all notes.",
    "consequences": "--consequences goes with the table and with -f markdown; json and xlsx hold them anyway.",
}
"""What to say where an option stands with a format that does not have it."""

OTHERS = frozenset({".yaml", ".yml", ".xls", ".xlsm", ".xlsb", ".ods", ".pdf", ".docx", ".html", ".htm"})
"""Endings that say what a file is, and that no format has unless it names them."""


def format_option(formats: Mapping[str, Format]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that asks for one of these formats; without it the ending of the output says which, else the first."""
    first = next(iter(formats))
    return click.option("-f", "--format", "form", type=click.Choice([*formats]), help=f"Default: {first}.")


def form_of(form: str | None, output: Path | None, formats: Mapping[str, Format], read: Iterable[str | Path]) -> str:
    """The format asked for, by name or by the ending of the output.

    Refuses an output whose ending says another format, and one that would take the place of an input.
    """
    suffix = output.suffix.lower() if output else ""
    by_suffix = {ending: name for name, one in formats.items() for ending in one.suffixes}
    found = form or by_suffix.get(suffix) or next(iter(formats))
    if output is None:
        return found
    check_not_read(output, read)
    theirs = {ending for one in FORMATS.values() for ending in one.suffixes}
    if suffix in {*OTHERS, *theirs, *by_suffix} and by_suffix.get(suffix) != found:
        endings = " or ".join(formats[found].suffixes) or ".txt"
        raise click.UsageError(f"-f {found} does not go with a file that ends in {suffix}; let it end in {endings}.")
    return found


def check_options(form: str, output: Path | None, given: Mapping[str, object]) -> None:
    """Refuse an option that does not go with the format, and a format that is not printed where no file is named."""
    for option, said in GO_WITH.items():
        if given[option] and option not in FORMATS[form].options:
            raise click.UsageError(said)
    if output is None and not FORMATS[form].printed and (not asked_for("dash") or is_terminal(sys.stdout)):
        raise click.UsageError(f"-f {form} needs -o FILE: a workbook is not printed.")
