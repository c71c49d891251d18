"""A copy of a return with a comment on each faulty cell, a sheet that lists the problems, and nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nhsrate.annotating.parts import TYPES, Package, sheet_entries
from nhsrate.annotating.xml import plain, tree
from nhsrate.problems import CellPlace, Problem, Refused, short
from nhsrate.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.annotating.listing import Row
    from nhsrate.annotating.sheets import Cell

MOST = 2_000
"""The comments that are put on one sheet: nobody reads more, and Excel becomes slow."""
TITLE = "Problems"

_ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": ".xltm",
}
"""What the name of a workbook has to end in, by its type of content; all others are `.xlsx`."""


@dataclass(slots=True)
class _Marks:
    """What is to be said on one sheet: the places that were asked for, and the lines for each cell.

    `first` is the first column with a value of each row that is a place.
    """

    part: str
    places: list[CellPlace] = field(default_factory=list)
    texts: dict[Cell, list[str]] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    threaded: set[CellPlace] = field(default_factory=set)
    left_out: set[CellPlace] = field(default_factory=set)


def ending(data: bytes) -> str:
    """What the name of the annotated copy has to end in, or Excel would not open it.

    A workbook keeps its own kind (`.xlsm` one with macros); any other return becomes an `.xlsx` workbook.
    """
    from io import BytesIO
    from zipfile import ZipFile, is_zipfile

    if not is_zipfile(BytesIO(data)):
        return ".xlsx"
    with ZipFile(BytesIO(data)) as archive:
        if TYPES not in archive.namelist():
            return ".xlsx"
        types = {child.attribute("ContentType") for child in tree(archive.read(TYPES)).children}
    return next((ending for kind, ending in _ENDINGS.items() if kind in types), ".xlsx")


def annotated(data: bytes, file: str, problems: Sequence[Problem]) -> bytes:
    """The Excel workbook `data` (which the guard found to be safe) with the problems of `file` shown in it.

    Each faulty cell has a comment and a row with a link in a new last sheet; problems of other files, and of whole
    sheets, have a row. The same problems give the same bytes. Raises `Refused` where the workbook is put together so
    oddly that nothing can be put into it safely.
    """
    try:
        return _annotated(Package(data), file, problems)
    except Exception as error:
        details = " ".join(str(error).split())[:80] or "no details"
        message = f"The comments could not be put into the workbook, because it is put together oddly ({details})."
        remedy = "Open it in Excel, save it anew as an Excel workbook (.xlsx), and check that."
        raise Refused([Problem(CellPlace(file), "write-failed", message, remedy)]) from error


def _annotated(package: Package, file: str, problems: Sequence[Problem]) -> bytes:
    from nhsrate.annotating.listing import add_listing

    entries = sheet_entries(package)
    marks = {entry.name: _Marks(entry.part) for entry in entries if entry.part}
    for problem in problems:
        for place in _cells(problem, file):
            if place.row and place.sheet in marks:
                marks[place.sheet].places.append(place)
    lines: dict[CellPlace, list[str]] = {place: [] for one in marks.values() for place in one.places}
    for problem in problems:
        said = plain(f"{problem.severity.capitalize()}: {problem.message} {problem.remedy}")
        for place in _cells(problem, file):
            if said not in lines.get(place, [said]):
                lines[place].append(said)
    for one in marks.values():
        if one.places:
            _mark(package, one, lines)
    rows = [row for problem in problems for row in _rows(problem, file, marks)]
    taken = {entry.name.casefold() for entry in entries}
    names = (f"{TITLE} ({n})" if n > 1 else TITLE for n in range(1, len(taken) + 2))
    name = next(name for name in names if name.casefold() not in taken)
    add_listing(package, name, _about(problems, file, marks), rows)
    return package.packed()


def _cells(problem: Problem, file: str) -> Iterator[CellPlace]:
    """The places of a problem in this file."""
    return (place for place in problem.cells or (problem.at,) if isinstance(place, CellPlace) and place.file == file)


def _mark(package: Package, one: _Marks, lines: dict[CellPlace, list[str]]) -> None:
    """Put the comments on one sheet."""
    from nhsrate.annotating.comments import add_comments, notes_of
    from nhsrate.annotating.sheets import sheet_facts

    facts = sheet_facts(package.read(one.part), {place.row for place in one.places if not place.column})
    notes = notes_of(package, one.part, facts)
    one.first = facts.first
    for place in dict.fromkeys(one.places):
        cell = facts.shown_at(place.row, place.column)
        if cell in notes.threaded:
            one.threaded.add(place)
        elif cell in one.texts or len(one.texts) < MOST:
            said = one.texts.setdefault(cell, [])
            said += [line for line in lines[place] if line not in said]
        else:
            one.left_out.add(place)
    if one.texts:
        add_comments(package, one.part, facts, notes, one.texts)


def _rows(problem: Problem, file: str, marks: dict[str, _Marks]) -> Iterator[Row]:
    """The rows of a problem: one for each of its cells that was shown, and one for those that were not."""
    from nhsrate.annotating.listing import Row

    severity = problem.severity.capitalize()
    rest: list[CellPlace] = []
    for place in _cells(problem, file):
        mark = marks.get(place.sheet or "")
        if mark and place in mark.left_out:
            rest.append(place)
            continue
        yield Row(_named(place), _target(place, mark), severity, problem.code, problem.message, problem.remedy)
    if rest:
        more = f" and {len(rest) - 1:,} more" if len(rest) > 1 else ""
        target = _target(rest[0], marks[rest[0].sheet or ""])
        yield Row(f"{_named(rest[0])}{more}", target, severity, problem.code, problem.message, problem.remedy)
    others = [place for place in problem.cells or (problem.at,) if place.file != file]
    if others:
        named = str(replace(others[0], file=others[0].file.rpartition("/")[2]))
        yield Row(named, None, severity, problem.code, problem.whole_message, problem.remedy)


def _target(place: CellPlace, mark: _Marks | None) -> tuple[str, int, int] | None:
    """The sheet, row and column that a link to a place leads to; nothing where there is no such sheet of cells."""
    if mark is None:
        return None
    return place.sheet or "", max(place.row, 1), place.column or mark.first.get(place.row, 1)


def _named(place: CellPlace) -> str:
    """A place of the workbook itself, as it is named in it."""
    if not place.row:
        return place.sheet or "the whole file"
    return f"{place.sheet}!{short(place)}" if place.sheet else short(place)


def _about(problems: Sequence[Problem], file: str, marks: dict[str, _Marks]) -> list[str]:
    """The lines above the list: what it holds, and what has no comment."""
    name = file.rpartition("/")[2]
    about = [
        f"{counted(len(problems), 'problem')} of {name}; each faulty cell has a row.",
        "Click a place to go to the cell; the comment there says the same when the mouse rests on it.",
    ]
    for sheet, one in marks.items():
        if one.left_out:
            about.append(
                f"{sheet}: only the first {MOST:,} faulty cells have a comment and a row; "
                f"{len(one.left_out):,} more are named together."
            )
        if one.threaded:
            cells = counted(len(one.threaded), "faulty cell")
            about.append(f"{sheet}: {cells} without a comment, because people are discussing the cell; see the rows.")
    return about
