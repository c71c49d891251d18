"""A table that holds several periods as one for each: its rows parted by the column of the period."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.periods import by_period
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import Table, numbered
from nhsrate.core.texts import as_text
from nhsrate.returns.read import found_layout
from nhsrate.returns.sheets import choose_sheet, period_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.tables import Book, Merged, SheetName
    from nhsrate.returns.headings import Layout
    from nhsrate.rules.inputs import Input, TableReading


@frozen
class PartOfBook:
    """A book of which one sheet shows the rows of one period alone; each row keeps its number."""

    book: Book
    table: Table

    @property
    def file(self) -> str:
        """The file."""
        return self.book.file

    @property
    def digest(self) -> str:
        """The digest of the whole file."""
        return self.book.digest

    @property
    def sheets(self) -> Sequence[SheetName]:
        """The sheets in their order."""
        return self.book.sheets

    @property
    def problems(self) -> list[Problem]:
        """Warnings and notes of the whole book."""
        return self.book.problems

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """A sheet, or its first rows."""
        if sheet != self.table.sheet:
            return self.book.read(sheet, rows)
        return self.table if rows is None else replace(self.table, rows=self.table.rows[:rows])

    def stream(self, sheet: str | None) -> Iterator[tuple[int, Sequence[object]]]:
        """The rows of a sheet that hold anything."""
        return numbered(self.table.rows) if sheet == self.table.sheet else self.book.stream(sheet)

    def merged(self, sheet: str | None) -> Sequence[Merged]:
        """The merged cells of a sheet."""
        return self.book.merged(sheet)


def parts_of(books: Sequence[Book], inputs: Sequence[Input], reading: TableReading, sheet: str | None) -> list[Book]:
    """The book of a return as one for each period that its rows are of; itself where they are all of one.

    A return of several files, or tables, is of one period. Raises `Refused` where a row with values says none.
    """
    if len(books) != 1 or reading.tables is not None:
        return []
    (book,) = books
    chosen, faults = choose_sheet(book, inputs, reading, sheet)
    layout = None if faults else chosen.layout or found_layout(book, chosen.name, inputs, reading)
    if layout is None:
        return []
    place = period_place(layout.table, reading, layout)
    if place is None or place[1] + 1 in {column for column, _ in layout.where}:
        return []
    return parted(book, book.read(chosen.name), place, layout)


def parts_unknown(books: Sequence[Book], reading: TableReading) -> list[Book]:
    """The same before it is known what the return holds: by the usual headings of a period alone."""
    if len(books) != 1:
        return []
    for sheet in books[0].sheets:
        table = books[0].read(sheet.name)
        if not sheet.hidden and (place := period_place(table, reading)) is not None:
            return parted(books[0], table, place)
    return []


def parted(book: Book, table: Table, place: tuple[int, int], layout: Layout | None = None) -> list[Book]:
    """The book parted by the column of the period at this place (the header's row, and the column from 0)."""
    header, column = place
    header = max(header, layout.header_row) if layout else header
    said = _said(table, header, column, fill=layout is not None and column + 1 in layout.fill)
    if layout is not None:  # a note below the table may stand in that column
        said = {row: text for row, text in said.items() if _cell(table, row, layout.code)}
    same = by_period(said.values())
    periods = list(dict.fromkeys(same.values()))
    if len(periods) < 2 or (layout is not None and layout.form == "long" and not _repeats(table, said, layout)):
        return []
    if layout is not None and (lost := _lost(table, header, said, layout)):
        at = CellLocation(table.file, table.sheet, lost[0], column + 1)
        cells = tuple(CellLocation(table.file, table.sheet, row, column + 1) for row in lost)
        message = "This row has values and says no period, while others do."
        raise Refused([Problem(at, "no-series", message, "Write its period there.", cells=cells)])
    found: list[Book] = []
    for period in periods:
        others = {row for row, text in said.items() if same[text] != period}
        others |= set() if not found else {row for row in range(header + 1, len(table.rows) + 1) if row not in said}
        rows = [() if number in others else cells for number, cells in enumerate(table.rows, 1)]
        found.append(PartOfBook(book, replace(table, rows=rows)))
    return found


def _said(table: Table, header: int, column: int, *, fill: bool) -> dict[int, str]:
    """What each row below the header says of its period."""
    said: dict[int, str] = {}
    before = ""
    for number, cells in enumerate(table.rows[header:], header + 1):
        text = as_text(cells[column]) if column < len(cells) else ""
        text = text or (before if fill and any(as_text(raw) for raw in cells) else "")
        if text:
            said[number] = before = text
    return said


def _cell(table: Table, row: int, column: int) -> str:
    cells = table.rows[row - 1]
    return as_text(cells[column - 1]) if 0 < column <= len(cells) else ""


def _repeats(table: Table, said: dict[int, str], layout: Layout) -> bool:
    """Whether an organisation has an indicator in several periods: else each indicator has a period of its own."""
    seen: dict[tuple[str, str], str] = {}
    for row, text in said.items():
        key = (_cell(table, row, layout.code), _cell(table, row, layout.indicator))
        if seen.setdefault(key, text) != text:
            return True
    return False


def _lost(table: Table, header: int, said: dict[int, str], layout: Layout) -> list[int]:
    """The rows of an organisation with values that say no period."""
    values = [layout.value] if layout.form == "long" else [*layout.columns.values()]
    return [
        row
        for row in range(header + 1, len(table.rows) + 1)
        if row not in said and _cell(table, row, layout.code) and any(_cell(table, row, at) for at in values)
    ]
