"""A rating of a project made: its run, and the bytes of its outputs."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.core.texts import listed
from nhsrate.reports.csv_json import SUFFIX
from nhsrate.reports.metadata import beside, kept_beside, metadata_json, record_of
from nhsrate.rules.editions import PROJECT_FILE
from nhsrate.rules.load import load_methodology, shown_path
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.projects.ratings import Rating
    from nhsrate.runs.request import Request


def _csv(assessment: Assessment) -> str:
    from nhsrate.reports.csv_json import ratings_csv

    return ratings_csv(assessment)


def _json(assessment: Assessment) -> str:
    from nhsrate.reports.csv_json import ratings_json

    return ratings_json(assessment)


def _markdown(assessment: Assessment) -> str:
    from nhsrate.reports.league import markdown_table

    return markdown_table(assessment)


def _xlsx(assessment: Assessment) -> bytes:
    from nhsrate.workbooks.ratings import ratings_xlsx

    return ratings_xlsx(assessment, palette="default")


def _live(assessment: Assessment) -> bytes:
    from nhsrate.live.walk import live
    from nhsrate.live.write import live_xlsx

    return live_xlsx(live(assessment))


def _html(assessment: Assessment) -> str:
    from nhsrate.pages.report import Wanted, report

    return report(assessment, Wanted())


ENDINGS: Mapping[str, Callable[[Assessment], str | bytes]] = {
    ".csv": _csv, ".json": _json, ".md": _markdown, ".live.xlsx": _live, ".xlsx": _xlsx, ".html": _html,
}  # fmt: skip
"""What is made of an assessment, by the ending of the file; an ending that holds another stands before it."""


def ending_of(path: str) -> str | None:
    """The ending of a path, where it is one that something is made by.

    >>> ending_of("a.live.xlsx"), ending_of("A.XLSX"), ending_of("a.txt"), ending_of(".csv")
    ('.live.xlsx', '.xlsx', None, None)
    """
    name = Path(path).name.lower()
    return next((ending for ending in ENDINGS if name.endswith(ending) and name != ending), None)


@frozen
class File:
    """A file that was made: its path from the project's folder, and its bytes."""

    path: str
    data: bytes


@frozen
class Made:
    """What a rating gave: its files, and every problem; no files where an error stood in the way."""

    name: str
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()


def asked_of(rating: Rating) -> Request:
    """What is asked of the run, with the methodology that the project names; raises `Refused` where it is faulty."""
    if rating.methodology is None:
        return rating.request
    loaded = load_methodology(rating.methodology, rating.request.set)
    loaded = replace(loaded, chosen_by=f"named by the project file {PROJECT_FILE}")
    return replace(rating.request, methodology=loaded)


def rated(rating: Rating) -> tuple[Assessment, tuple[Problem, ...]]:
    """The assessment of a rating, with warnings and notes; raises `Refused` with what stood in the way."""
    done = run(asked_of(rating))
    return done.assessment, done.problems


def made(rating: Rating) -> Made:
    """The rating with its files, as far as it can be made; the current folder is that of the project."""
    try:
        assessment, problems = rated(rating)
        files = [file for path in paths_of(rating, assessment) for file in files_of(assessment, path)]
    except Refused as refused:
        return Made(rating.name, (), of_rating(rating, refused.problems))
    return Made(rating.name, tuple(files), problems)


def of_rating(rating: Rating, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems with those of options, such as `--set`, where the project file says them."""
    return tuple(replace(one, at=rating.at) if one.at.file.startswith("-") else one for one in problems)


def paths_of(rating: Rating, assessment: Assessment) -> list[str]:
    """The paths of the outputs, with all placeholders filled; raises `Refused` where there is no period to name."""
    period = assessment.submitted.period or assessment.methodology.period
    values = {"methodology": assessment.methodology.id, "period": period_in_path(period or "")}
    paths = []
    for output in rating.outputs:
        if not values["period"] and "{period}" in output.path:
            message = "Neither the return nor its methodology says of which period it is."
            raise Refused([Problem(output.at, "project-file", message, "Write the period into the name.")])
        paths.append(output.filled(values))
    return paths


def period_in_path(period: str) -> str:
    """A period as a part of a path.

    >>> period_in_path("2025/26 Q4"), period_in_path("April 2024 to March 2025")
    ('2025-26-q4', 'april-2024-to-march-2025')
    """
    return re.sub(r"[^\w.]+", "-", period).strip("-.").lower()


def files_of(assessment: Assessment, path: str) -> list[File]:
    """The file of that path, and beside a csv what was set for it, where anything was."""
    content = ENDINGS[ending_of(path) or ""](assessment)
    if isinstance(content, bytes):
        return [File(path, content)]
    file = File(path, content.encode("utf-8", "replace"))
    record = record_of(assessment)
    if not path.lower().endswith(".csv") or not record:
        return [file]
    header = next(csv.reader([content.split("\n", 1)[0]]))
    said = metadata_json(assessment, record, Path(path).name, header)
    check_kept(Path(path))
    return [File(f"{path}{SUFFIX}", said.encode("utf-8", "replace")), file]


def check_kept(path: Path) -> None:
    """Refuse to write what was set for a csv where something else stands."""
    try:
        kept = kept_beside(path)
    except OSError as error:
        message = f"What stands where the csv says what was set for it cannot be read ({error.strerror})."
        at = LineLocation(shown_path(beside(path)))
        raise Refused([Problem(at, "write-failed", message, "Move it, or ask for permission.")]) from None
    if kept is not None and kept.note is None:
        message = "What was set for the csv would be written here, where something else stands."
        remedy = "Move it, or write the csv under another name."
        raise Refused([Problem(LineLocation(kept.file), "write-failed", message, remedy)])


def without_clashes(found: Sequence[Made]) -> list[Made]:
    """The same, where two ratings make one file without it, and with what is wrong."""
    makers: dict[str, list[str]] = {}
    for one in found:
        for file in one.files:
            makers.setdefault(os.path.realpath(file.path).casefold(), []).append(one.name)
    clashing = {path: names for path, names in makers.items() if len(names) > 1}
    return [_without(one, clashing) for one in found] if clashing else [*found]


def _without(one: Made, clashing: Mapping[str, Sequence[str]]) -> Made:
    kept, problems = [], []
    for file in one.files:
        names = clashing.get(os.path.realpath(file.path).casefold())
        if names is None:
            kept.append(file)
            continue
        message = f"It was not written, because {listed(list(dict.fromkeys(names)))} make it."
        remedy = "Give each its own file; {name} and {stem} in the path tell them apart."
        problems.append(Problem(LineLocation(file.path), "project-file", message, remedy))
    return replace(one, files=tuple(kept), problems=(*one.problems, *problems))
