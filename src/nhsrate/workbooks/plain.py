"""A return that is no Excel workbook of today as one, with a comment on each faulty cell."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING

from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, ShownCell
from nhsrate.core.texts import as_text
from nhsrate.files.book import LAST_COLUMN, ROWS_OF_A_SHEET
from nhsrate.workbooks.annotate import annotated
from nhsrate.workbooks.package import stored
from nhsrate.workbooks.writing import CUT, LONGEST, NOT_IN_XML, same_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.core.tables import Book

LONGEST_NAME = 31
_NOT_IN_NAMES = pattern(r"[\\/*?:\[\]]")
_FIRST_YEAR = 1901
"""Before it, dates are written as text: Excel knows none, or is a day off."""


def annotated_tables(book: Book, problems: Sequence[Problem]) -> bytes:
    """A new Excel workbook of the tables of a return (csv, .xls, .ods or .xlsb) with its problems shown in it.

    The values stand as they were read, in the same cells: text as text, a percentage as one. A csv file becomes a
    sheet that bears its name. Raises `Refused` where a table cannot be read, or is larger than a sheet of Excel.
    """
    from openpyxl import Workbook  # takes a quarter of a second

    tables = [(sheet, book.read(sheet.name)) for sheet in book.sheets]
    for _, table in tables:
        if len(table.rows) > ROWS_OF_A_SHEET or max(map(len, table.rows), default=0) > LAST_COLUMN:
            message = "The table is larger than a sheet of Excel, so no annotated copy of it can be made."
            remedy = "Leave out --annotate, and use the problems as they are printed."
            raise Refused([Problem(CellLocation(book.file, table.sheet), "write-failed", message, remedy)])
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "nhsrate"
    names = _sheet_names(book)
    visible = [sheet for sheet in book.sheets if not sheet.hidden] or book.sheets
    for sheet, table in tables:
        page: Worksheet = workbook.create_sheet(names[sheet.name])
        page.sheet_state = "visible" if sheet in visible else "hidden"
        for row in table.rows:
            page.append([_cell(page, value) for value in row])
    stream = BytesIO()
    workbook.save(stream)
    return annotated(same_bytes(stream.getvalue()), book.file, [_moved(problem, book, names) for problem in problems])


def _sheet_names(book: Book) -> dict[str | None, str]:
    """The names of the sheets as Excel allows them, no two alike."""
    names: dict[str | None, str] = {}
    taken: set[str] = set()
    for sheet in book.sheets:
        wanted = sheet.name or re.sub(r"\.[^.]*$", "", book.file.rpartition("/")[2])
        plain = NOT_IN_XML.sub("", _NOT_IN_NAMES.sub(" ", wanted)).strip(" '") or "Return"
        tried = [plain[:LONGEST_NAME], *(f"{plain[:25]} ({n})" for n in range(2, len(taken) + 2))]
        names[sheet.name] = next(name for name in tried if name.casefold() not in taken)
        taken.add(names[sheet.name].casefold())
    return names


def _moved(problem: Problem, book: Book, names: Mapping[str | None, str]) -> Problem:
    """The problem with its places as the sheets are named in the new workbook."""

    def moved(place: CellLocation) -> CellLocation:
        known = place.file == book.file and place.sheet in names and (place.sheet or place.row)
        return replace(place, sheet=names[place.sheet]) if known else place

    at = moved(problem.at) if isinstance(problem.at, CellLocation) else problem.at
    return replace(problem, at=at, cells=tuple(map(moved, problem.cells)))


_RAISED = str.maketrans(
    "0123456789+-=()n",
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207c\u207d\u207e\u207f",
)
"""Marks as a plain text can show them, so that none becomes a digit of what stands beside it."""


def _cell(page: Worksheet, value: object) -> Cell | None:
    """A value as a cell that shows it as it was shown."""
    from openpyxl.cell.cell import ERROR_CODES

    match value:
        case PercentCell(fraction, places):
            decimals = len(as_text(value).partition(".")[2].rstrip("%")) if places is None else places
            return _number_cell(page, fraction, decimals, "%")
        case ShownCell(number, places):
            return _number_cell(page, number, places)
        case DisguisedCell(held, _):
            return _cell(page, held)
        case MarkedText(words, marks, lowered):
            return _text_cell(page, words if lowered else words + marks.translate(_RAISED))
        case ErrorCell(words) if words in ERROR_CODES:
            cell = _text_cell(page, words)
            cell.data_type = "e"
            return cell
        case float() if not isfinite(value):
            plain = False
        case datetime():
            plain = value.year >= _FIRST_YEAR and value.tzinfo is None
            value = value if value.time() != time() else value.date()
        case date():
            plain = value.year >= _FIRST_YEAR
        case _:
            plain = isinstance(value, bool | int | float | time | timedelta)
    if plain:
        return _cell_of(page, value)
    said = value if isinstance(value, str) else as_text(value)
    return _text_cell(page, said) if said else None


def _cell_of(page: Worksheet, value: object) -> Cell:
    """A number, date, logical value or text as a cell."""
    from openpyxl.cell import WriteOnlyCell

    exact = repr(float(value)) if isinstance(value, float) else value  # openpyxl would write 16 digits of 17
    cell: Cell = WriteOnlyCell(page, exact)  # type: ignore[arg-type]  # its stubs leave out dates
    if isinstance(value, float):
        cell.data_type = "n"
    return cell


def _number_cell(page: Worksheet, number: float, decimals: int, sign: str = "") -> Cell:
    """A number that shows so many decimals."""
    cell = _cell_of(page, number)
    cell.number_format = f"0.{'0' * decimals}{sign}" if decimals else f"0{sign}"
    return cell


def _text_cell(page: Worksheet, text: str) -> Cell:
    """A cell that holds a text as it stands, but for what a workbook cannot hold."""
    said = NOT_IN_XML.sub("", text)
    if len(said.encode("utf-16-le")) > 2 * LONGEST:
        said = said.encode("utf-16-le")[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT
    cell = _cell_of(page, stored(said))
    cell.data_type = "s"
    return cell
