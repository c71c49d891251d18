"""Opening files of tables: workbooks through openpyxl, and csv files."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from nhsrate.guard import AGAIN, Contents, guarded
from nhsrate.problems import CellPlace, Problem, Refused
from nhsrate.sheetxml import SheetFacts, last_row_with_value, sheet_facts
from nhsrate.tables import ErrorCell, PercentCell, SheetName, Table, Uncalculated

Sheet = Any
"""A sheet of openpyxl's in read-only mode, whose class is not described to the type checker."""

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nhsrate.tables import Book

ROWS_OF_A_SHEET = 1_048_576
CELLS_LIMIT = 25_000_000
"""Cells held at once, empty ones between values included: 200 MB of references."""

LARGE_PART = 5_000_000
"""The bytes of a sheet from which it pays to look for its last value before it is parsed."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
"""The parts of a number format that are shown as they are."""


def open_book(path: Path) -> Book:
    """The tables of a file, by what it holds and not by its name: a workbook (.xlsx, .xlsm), or comma-separated text.

    Raises `Refused` for a file that is missing, damaged, unsafe or of another kind.
    """
    contents = guarded(path)
    if contents.kind == "text":
        from nhsrate.csvfiles import csv_book

        return csv_book(path.as_posix(), contents.data, contents.digest)
    return _workbook(path.as_posix(), contents)


@dataclass(slots=True)
class _Lines:
    """The rows of a sheet as far as they were read, and those that follow."""

    following: Iterator[Sequence[object]]
    rows: list[Sequence[object]] = field(default_factory=list)
    finished: bool = False


@dataclass(slots=True)
class Workbook:
    """An opened workbook; each row of a sheet is parsed once, when it is first asked for."""

    file: str
    digest: str
    sheets: Sequence[SheetName]
    problems: list[Problem]
    _contents: Contents
    _worksheets: dict[str, Sheet]
    _lines: dict[str, _Lines] = field(default_factory=dict)

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """The table of that sheet (its first `rows` rows only, where given), up to its last row with a value."""
        name = sheet if sheet is not None else str(self.sheets[0].name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of drop-downs and the like, which are not read
            try:
                lines = self._started(name)
                if not lines.finished:
                    wanted = None if rows is None else max(rows - len(lines.rows), 0)
                    lines.rows.extend(islice(lines.following, wanted))
                    if rows is None:
                        lines.finished = True
                        while lines.rows and not lines.rows[-1]:
                            lines.rows.pop()
            except Exception as error:  # (openpyxl raises almost anything on a damaged sheet)
                self._lines.pop(name, None)  # so that asking again does not give a sheet cut short
                if isinstance(error, Refused):
                    raise
                _broken(CellPlace(self.file, name), f'The sheet "{name}" is damaged', error)
        hidden = self._worksheets[name].sheet_state != "visible"
        return Table(self.file, name, lines.rows if rows is None else lines.rows[:rows], hidden)

    def _started(self, name: str) -> _Lines:
        if name not in self._lines:
            worksheet = self._worksheets[name]
            worksheet.reset_dimensions()  # a wrong extent would lose all cells outside it
            last, facts = self._looked_at(worksheet)
            if facts.hidden_rows or facts.hidden_columns:
                self.problems.append(_hidden(CellPlace(self.file, name), facts))
            place = CellPlace(self.file, name)
            self._lines[name] = _Lines(_rows(worksheet, last, facts.uncalculated, place))
        return self._lines[name]

    def _looked_at(self, worksheet: Sheet) -> tuple[int | None, SheetFacts]:
        """The last row with a value (where it is worth knowing) and the facts found in the sheet's XML."""
        from io import BytesIO
        from zipfile import ZipFile

        part = worksheet._worksheet_path  # noqa: SLF001 (openpyxl tells nowhere else which part holds a sheet)
        last, facts = None, SheetFacts(frozenset(), 0, hidden_columns=False)
        with ZipFile(BytesIO(self._contents.data)) as archive:
            large = archive.getinfo(part).file_size > LARGE_PART
            if large or part in self._contents.marked:
                xml = archive.read(part)
                facts = sheet_facts(xml) if part in self._contents.marked else facts
                last = last_row_with_value(xml) if large else None
        return last, facts


def _workbook(file: str, contents: Contents) -> Workbook:
    from io import BytesIO

    from openpyxl import load_workbook

    problems = []
    if contents.unused:
        message = f"The workbook holds {' and '.join(contents.unused)}, which were not used."
        problems.append(Problem(CellPlace(file), "not-used", message, "Stored values were read.", "note"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(BytesIO(contents.data), read_only=True, data_only=True, keep_links=False)
            worksheets = {sheet.title: sheet for sheet in reversed(book.worksheets)}
            sheets = [SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]
        except Exception as error:  # noqa: BLE001 (openpyxl raises almost anything on a damaged package)
            _broken(CellPlace(file), "The workbook is incomplete or damaged", error)
    if not sheets:
        raise Refused([Problem(CellPlace(file), "no-table", "The workbook has no sheet of cells.", AGAIN)])
    return Workbook(file, contents.digest, sheets, problems, contents, worksheets)


def _broken(at: CellPlace, message: str, error: Exception) -> NoReturn:
    details = " ".join(str(error).split())[:80] or "no details"
    raise Refused([Problem(at, "broken-file", f"{message}, so it cannot be read ({details}).", AGAIN)]) from error


def _hidden(at: CellPlace, facts: SheetFacts) -> Problem:
    rows = [f"{facts.hidden_rows:,} hidden row{'s' if facts.hidden_rows > 1 else ''}"] if facts.hidden_rows else []
    columns = ["hidden columns"] if facts.hidden_columns else []
    message = f"The sheet has {' and '.join([*rows, *columns])}, read like the others."
    return Problem(at, "hidden-rows", message, "If a filter hides rows that do not belong, delete them.", "note")


def _rows(
    worksheet: Sheet, last: int | None, uncalculated: frozenset[tuple[int, int]], at: CellPlace
) -> Iterator[Sequence[object]]:
    """The sheet's rows as plain values, without the empty cells at their ends."""
    percent: dict[str | None, bool] = {}
    bare = {r for r, _ in uncalculated}
    held = 0
    for number, cells in enumerate(worksheet.iter_rows(max_row=last), 1):
        row = [_raw(cell, percent) for cell in cells]
        if number in bare:
            row = [Uncalculated() if (number, c) in uncalculated else raw for c, raw in enumerate(row, 1)]
        while row and row[-1] is None:
            row.pop()
        held += len(row)
        if number > ROWS_OF_A_SHEET or held > CELLS_LIMIT:
            message = "The cells of the sheet are spread so widely that it cannot be read in reasonable memory."
            remedy = "Delete the rows and columns outside the table, or copy it into a new workbook."
            raise Refused([Problem(at, "unsafe-file", message, remedy)])
        yield row or ()


def _raw(cell: Any, percent: dict[str | None, bool]) -> object:  # noqa: ANN401 (one of openpyxl's classes of cells)
    value: object = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return ErrorCell(value) if cell.data_type == "e" else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = cell.number_format
        if shown not in percent:
            percent[shown] = "%" in _LITERAL.sub("", shown or "")
        return PercentCell(value) if percent[shown] else value
    return value
