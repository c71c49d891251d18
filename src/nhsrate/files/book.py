"""What the readers of workbooks share: a book whose sheets are read when they are asked for, and its refusals."""

from __future__ import annotations

from dataclasses import field
from math import isfinite
from typing import TYPE_CHECKING, NoReturn

from nhsrate.core.frozen import changing
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters
from nhsrate.core.tables import ErrorCell, Table, dense
from nhsrate.files.limits import how_to_raise
from nhsrate.files.number_formats import WINDOWS_EPOCH, number_as_shown
from nhsrate.files.refusals import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from nhsrate.core.tables import Merged, SheetName
    from nhsrate.files.limits import Limits
    from nhsrate.files.number_formats import Look

    NumberedRows = Iterator[tuple[int, Sequence[object]]]
    """The number (from 1) and the cells of each row that holds a value, without the empty cells at its end."""

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""The errors of Excel by the number that its binary formats keep."""

OTHERWISE = "open it in Excel and save it as an Excel workbook (.xlsx)."
LAST_COLUMN = 16_384
ROWS_OF_A_SHEET = 1_048_576
MOST_MERGED = 100_000
EXACT_WHOLE = 2**53
"""Up to here every whole number is exact in binary."""


@changing
class SheetFacts:
    """What was met while a sheet was read: hidden rows, whether any column is hidden, merged cells.

    `results` has what the formulas of each column came to, and `stale` how many results were read in a workbook that
    asks to be calculated before anybody looks at them.
    """

    hidden_rows: int = 0
    hidden_columns: bool = False
    merged: list[Merged] = field(default_factory=list)
    results: dict[int, Results] = field(default_factory=dict)
    stale: int = 0

    def merge(self, merged: Merged) -> None:
        """Keep cells that are merged, as far as a sheet made by people has any."""
        if len(self.merged) < MOST_MERGED:
            self.merged.append(merged)

    def result(self, row: int, column: int, *, zero: bool) -> None:
        """Take account of the stored result of a formula."""
        self.results.setdefault(column, Results(row)).add(row, zero=zero)


@changing
class Results:
    """The stored results of the formulas of one column: the rows of the first and last, and how many are 0 or empty."""

    first: int
    last: int = 0
    count: int = 0
    zeros: int = 0

    def add(self, row: int, *, zero: bool) -> None:
        """Take account of one more."""
        self.last = row
        self.count += 1
        self.zeros += zero


def needs(package: str, kind: str, at: CellLocation) -> None:
    """Refuse a file of that kind where the package that reads it is not installed."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        message = f"The file is {kind}, and the package that reads it ({package}) is not installed."
        remedy = f'Install what reads it: pip install "nhsrate[formats]"; or {OTHERWISE}'
        raise Refused([Problem(at, "needs-package", message, remedy)])


def damaged(at: CellLocation, message: str, error: Exception) -> NoReturn:
    """Refuse a file or sheet that a reader failed on; whatever it raised is told in short."""
    details = " ".join(str(error).split())[:80] or "no details"
    remedy = f"{AGAIN} If Excel opens it all the same, save it there as an Excel workbook (.xlsx)."
    raise Refused([Problem(at, "broken-file", f"{message}, so it cannot be read ({details}).", remedy)]) from error


def too_many_cells(at: CellLocation, cells: int, limits: Limits) -> NoReturn:
    """Refuse a file that means more cells than can be kept."""
    message = f"The cells repeat, or are spread, over {cells:,} places or more; at most {limits.cells:,} are read."
    remedy = f"Copy the values of the return into a new workbook. {how_to_raise('cells', cells)}"
    raise Refused([Problem(at, "unsafe-file", message, remedy)])


def number_cell(value: float, look: Look, epoch: datetime = WINDOWS_EPOCH) -> object:
    """A number as a cell of that look holds it; whole numbers have no decimal point, and what is no number is an error.

    >>> from nhsrate.files.number_formats import GENERAL, look_of
    >>> number_cell(3.0, GENERAL), number_cell(0.9456, look_of("0.0%")), number_cell(float("inf"), GENERAL)
    (3, PercentCell(fraction=0.9456, places=1), ErrorCell(text='#NUM!'))
    """
    if not isfinite(value):
        return ErrorCell("#NUM!")
    whole = value.is_integer() and abs(value) <= EXACT_WHOLE
    return number_as_shown(int(value) if whole else value, look, epoch)


def placed(cells: Sequence[object]) -> Sequence[object]:
    """The cells of a row without those at its end that are empty.

    >>> placed([None, 3, None, None]), placed([None])
    ([None, 3], [])
    """
    last = len(cells)
    while last and cells[last - 1] is None:
        last -= 1
    return cells[:last]


def _next(number: int, last: int) -> int:
    """The number of a row that follows another; raises `ValueError` where it cannot."""
    if not last < number <= ROWS_OF_A_SHEET:
        raise ValueError(f"row {number:,} stands behind row {last:,}")
    return number


@changing
class _Lines:
    """The rows of a sheet as far as they were read, and those that follow."""

    following: NumberedRows
    rows: list[tuple[int, Sequence[object]]] = field(default_factory=list)
    finished: bool = False


@changing
class SheetsBook:
    """An opened file of sheets; of a sheet that was only looked at, the first rows are kept and not parsed again.

    `source` gives the rows of a sheet by its name, in their order, and fills in what is hidden; whatever it raises
    means that the sheet is damaged.
    """

    file: str
    digest: str
    sheets: Sequence[SheetName]
    limits: Limits
    source: Callable[[str, SheetFacts], NumberedRows]
    problems: list[Problem] = field(default_factory=list)
    _lines: dict[str, _Lines] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _merged: dict[str, Sequence[Merged]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a file without sheets, or with two of one name."""
        names = [sheet.name for sheet in self.sheets]
        if not names:
            raise Refused([Problem(CellLocation(self.file), "no-table", "The workbook has no sheet of cells.", AGAIN)])
        if len(set(names)) < len(names):
            damaged(CellLocation(self.file), "The workbook is damaged", ValueError("two sheets bear one name"))

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """The table of that sheet (its first `rows` rows only, where given), up to its last row with a value."""
        name = self._name(sheet)
        lines = self._started(name)
        while not lines.finished and (rows is None or not lines.rows or lines.rows[-1][0] < rows):
            found = next(lines.following, None)
            if found is None:
                lines.finished = True
            else:
                lines.rows.append(found)
        hidden = next(known.hidden for known in self.sheets if known.name == name)
        return Table(self.file, name, dense(lines.rows, rows), hidden)

    def stream(self, sheet: str | None) -> NumberedRows:
        """The number (from 1) and the cells of each row that holds a value, none of them kept."""
        name = self._name(sheet)
        lines = self._started(name)
        if not lines.finished:
            del self._lines[name]  # whoever asks again starts anew
        yield from lines.rows
        yield from lines.following

    def merged(self, sheet: str | None) -> Sequence[Merged]:
        """The merged cells of that sheet, which are known once its rows were read to their end."""
        return self._merged.get(self._name(sheet), ())

    def _name(self, sheet: str | None) -> str:
        return sheet if sheet is not None else str(self.sheets[0].name)

    def _started(self, name: str) -> _Lines:
        if name not in self._lines:
            self._lines[name] = _Lines(self._rows(name))
        return self._lines[name]

    def _rows(self, name: str) -> NumberedRows:
        """The rows of a sheet; raises `Refused` where it is damaged, or holds more than can be kept."""
        at = CellLocation(self.file, name)
        facts, held, last = SheetFacts(), 0, 0
        try:
            for number, cells in self.source(name, facts):
                held += len(cells)
                if held > self.limits.cells:
                    too_many_cells(at, held, self.limits)
                last = _next(number, last)
                yield number, cells
        except Exception as error:  # (a library raises almost anything on a damaged sheet)
            self._lines.pop(name, None)  # so that asking again does not give a sheet cut short
            if isinstance(error, Refused):
                raise
            damaged(at, f'The sheet "{name}" is damaged', error)
        self._merged[name] = tuple(facts.merged)
        if name not in self._told:
            self._told.add(name)
            self.problems.extend(noted(at, facts))


def noted(at: CellLocation, facts: SheetFacts) -> Iterator[Problem]:
    """The notes on what was met while a sheet was read."""
    if facts.hidden_rows or facts.hidden_columns:
        yield hidden_problem(at, facts.hidden_rows, columns=facts.hidden_columns)
    if facts.stale:
        stored = f"{facts.stale:,} stored results" if facts.stale > 1 else "1 stored result"
        message = f"The workbook asks to be calculated when it is opened, and {stored} of formulas may be older."
        yield Problem(at, "uncalculated-formula", message, f"{CALCULATE} Stored results were read.", "note")
    for column, results in sorted(facts.results.items()):
        if results.zeros == results.count:
            letters = column_letters(column)
            cells = f"{letters}{results.first}"
            if results.count > 1:
                cells += f" to {letters}{results.last}, {results.count:,} cells"
            message = f"Every formula of column {letters} has the result 0 or none ({cells}), "
            message += "which is what a program stores that does not calculate."
            place = CellLocation(at.file, at.sheet, results.first, column)
            yield Problem(place, "uncalculated-formula", message, CALCULATE, "note")


CALCULATE = "Open the workbook in a spreadsheet program, let it calculate, and save it."


def hidden_problem(at: CellLocation, hidden_rows: int, *, columns: bool) -> Problem:
    """The note on rows and columns of a sheet that are hidden and were read all the same."""
    rows = [f"{hidden_rows:,} hidden row{'s' if hidden_rows > 1 else ''}"] if hidden_rows else []
    message = f"The sheet has {' and '.join([*rows, *(['hidden columns'] if columns else [])])}, read like the others."
    return Problem(at, "hidden-rows", message, "If a filter hides rows that do not belong, delete them.", "note")
