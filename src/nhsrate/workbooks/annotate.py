"""A copy of a return with a comment on each faulty cell and a sheet that lists the problems; the rest is the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters, short
from nhsrate.reports.summary import counted
from nhsrate.workbooks.package import TYPES, XML, Package, last_inside, plain, sheet_entries, stored, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.workbooks.sheets import Cell


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
    places: list[CellLocation] = field(default_factory=list)
    texts: dict[Cell, list[str]] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    threaded: set[CellLocation] = field(default_factory=set)
    left_out: set[CellLocation] = field(default_factory=set)


def ending(data: bytes) -> str:
    """What the name of the annotated copy has to end in, or Excel would not open it.

    A workbook keeps its own kind (`.xlsm` one with macros); any other return becomes an `.xlsx` workbook.
    Nothing where its parts are too damaged to say.
    """
    import zlib
    from io import BytesIO
    from xml.parsers.expat import ExpatError
    from zipfile import BadZipFile, ZipFile, is_zipfile

    if not is_zipfile(BytesIO(data)):
        return ".xlsx"
    with ZipFile(BytesIO(data)) as archive:
        if TYPES not in archive.namelist():
            return ".xlsx"
        try:
            types = {child.attribute("ContentType") for child in tree(archive.read(TYPES)).children}
        except (ExpatError, BadZipFile, zlib.error):
            return ""
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
        raise Refused([Problem(CellLocation(file), "write-failed", message, remedy)]) from error


def _annotated(package: Package, file: str, problems: Sequence[Problem]) -> bytes:

    entries = sheet_entries(package)
    marks = {entry.name: _Marks(entry.part) for entry in entries if entry.part}
    for problem in problems:
        for place in _cells(problem, file):
            if place.row and place.sheet in marks:
                marks[place.sheet].places.append(place)
    lines: dict[CellLocation, list[str]] = {place: [] for one in marks.values() for place in one.places}
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


def _cells(problem: Problem, file: str) -> Iterator[CellLocation]:
    """The places of a problem in this file."""
    return (place for place in problem.cells or (problem.at,) if isinstance(place, CellLocation) and place.file == file)


def _mark(package: Package, one: _Marks, lines: dict[CellLocation, list[str]]) -> None:
    """Put the comments on one sheet."""
    from nhsrate.workbooks.comments import add_comments, notes_of
    from nhsrate.workbooks.sheets import sheet_facts

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
    severity = problem.severity.capitalize()
    rest: list[CellLocation] = []
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


def _target(place: CellLocation, mark: _Marks | None) -> tuple[str, int, int] | None:
    """The sheet, row and column that a link to a place leads to; nothing where there is no such sheet of cells."""
    if mark is None:
        return None
    return place.sheet or "", max(place.row, 1), place.column or mark.first.get(place.row, 1)


def _named(place: CellLocation) -> str:
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


FIRST_LINE = "Problems found by nhsrate check"
HEADINGS = ("Place", "Severity", "Code", "What is wrong", "What to do")
WIDTHS = (24, 10, 24, 90, 90)
MOST_LINKS = 65_530
"""As many links as Excel allows on a sheet."""

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@frozen
class Row:
    """A row of the list; `target` is the sheet, row and column that its place leads to."""

    place: str
    target: tuple[str, int, int] | None
    severity: str
    code: str
    message: str
    remedy: str


def add_listing(package: Package, name: str, about: Sequence[str], rows: Sequence[Row]) -> None:
    """Put the list into the workbook as its last sheet."""
    part = package.free("xl/worksheets/sheet{}.xml")
    package.add(part, listing_xml(package.main, about, rows).encode(), _WORKSHEET)
    id_ = package.relate(package.workbook, f"{package.office}/worksheet", part)
    root = tree(package.read(package.workbook))
    sheets = root.one("sheets")
    number = max((int(sheet.attribute("sheetId")) for sheet in sheets.children), default=0) + 1
    known = root.prefix_of(package.office)
    relation = f'{known}id="{id_}"' if known else f'xmlns:r="{package.office}" r:id="{id_}"'
    said = f'<{sheets.prefix}sheet name="{name}" sheetId="{number}" {relation}/>'
    package.edit(package.workbook, last_inside(sheets, said))


def listing_xml(main: str, about: Sequence[str], rows: Sequence[Row]) -> str:
    """The sheet: a title, lines about it, and one table; all text stands in the sheet itself."""
    top = len(about) + 2
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1)
    )
    lines = [(FIRST_LINE,), *((line,) for line in about), HEADINGS]
    lines += [(row.place, row.severity, row.code, row.message, row.remedy) for row in rows]
    cells = "".join(_row(number, texts) for number, texts in enumerate(lines, 1))
    links = "".join(_link(number, row) for number, row in enumerate(rows[:MOST_LINKS], top + 1) if row.target)
    return (
        f'{XML}<worksheet xmlns="{main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<cols>{columns}</cols><sheetData>{cells}</sheetData>"
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(number: int, texts: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{column_letters(column)}{number}" t="inlineStr"><is><t>{escape(stored(plain(said)))}</t></is></c>'
        for column, said in enumerate(texts, 1)
        if said
    )
    return f'<row r="{number}">{cells}</row>'


def _link(number: int, row: Row) -> str:
    """A link from the place of a row to its cell; an apostrophe in the name of a sheet is doubled, as Excel does."""
    sheet, line, column = row.target or ("", 1, 1)
    quoted = sheet.replace("'", "''")
    location = quoteattr(stored(f"'{quoted}'!{column_letters(column)}{line}"))
    return f'<hyperlink ref="A{number}" location={location} display={quoteattr(stored(plain(row.place)))}/>'
