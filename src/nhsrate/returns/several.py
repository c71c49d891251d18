"""A return of several tables: which sheet or file is which table, and who stands in one of them and not in another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.headings import find_layout

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.tables import Book, Table
    from nhsrate.kinds.cut_points import CutCell, CutTable
    from nhsrate.returns.model import Organisation, Values
    from nhsrate.rules.inputs import Input, TableReading

SEARCHED = 20
"""The rows from the top in which a table says which one it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """A sheet (or the one table of a csv file) that is one of the tables."""

    name: str
    reading: TableReading
    book: Book
    sheet: str | None


def match_tables(books: Sequence[Book], reading: TableReading) -> list[Match]:
    """Every sheet that is one of the tables of the reading, in the order of the tables."""
    seen = [(book, sheet.name, _texts(book, sheet.name)) for book in books for sheet in book.sheets if not sheet.hidden]
    return [
        Match(name, table, book, sheet)
        for name, table in (reading.tables.named if reading.tables else ())
        for book, sheet, texts in seen
        if _is(table, book, sheet, texts)
    ]


def _texts(book: Book, sheet: str | None) -> frozenset[str]:
    rows = book.read(sheet, SEARCHED).rows[:SEARCHED]
    return frozenset(fold(text) for row in rows for raw in row if (text := as_text(raw)))


def _is(table: TableReading, book: Book, sheet: str | None, texts: frozenset[str]) -> bool:
    """Whether a sheet says all that the table says; a csv file goes by its own name."""
    name = PurePath(book.file).stem if sheet is None else sheet
    return all(fold(text) in texts for text in table.says) and (table.sheet is None or fold(table.sheet) == fold(name))


def match_problems(
    books: Sequence[Book], matches: Sequence[Match], reading: TableReading, optional: Collection[str]
) -> list[Problem]:
    """Tables that are nowhere or, where there can be only one, in several places; files that are none of them."""
    problems = []
    at = CellLocation(books[0].file if books else "return")
    for name, table in reading.tables.named if reading.tables else ():
        found = [CellLocation(match.book.file, match.sheet) for match in matches if match.name == name]
        known_by = table.says[0] if table.says else table.sheet or ""
        if not found and name not in optional:
            how = "says" if table.says else "is called"
            message = f'The table "{name}" is not there: no file or sheet {how} {quoted(known_by)}.'
            remedy = "Give the file of that table too, together with the others."
            problems.append(Problem(at, "no-table", message, remedy))
        elif len(found) > 1 and table.cut_points is not None:
            message = f'Several are the table "{name}": {listed([str(place) for place in found])}.'
            problems.append(Problem(found[1], "several-sheets", message, "Give one of them."))
    for book in books:
        if not any(match.book is book for match in matches):
            message = "This file is none of the tables that the edition reads, and was not read."
            problems.append(Problem(CellLocation(book.file), "not-used", message, "Leave it out.", "warning"))
    return problems


def without_row(
    values: Mapping[str, Values],
    inputs: Sequence[Input],
    organisations: Sequence[Organisation],
    present: Mapping[str, Collection[str]],
) -> tuple[dict[str, Sequence[Cell]], list[Problem]]:
    """The columns of those inputs whose table lacks an organisation that another table has, each cell saying so.

    `present` has the codes (folded) that stand in each table. An organisation without a row is warned of, and refused
    where the table has an input that is required.
    """
    columns: dict[str, Sequence[Cell]] = {}
    problems = []
    for name, codes in present.items():
        absent = [n for n, organisation in enumerate(organisations) if organisation.code.casefold() not in codes]
        if not absent:
            continue
        own = [item for item in inputs if item.table == name]
        required = [item.id for item in own if item.required and not item.optional]
        who = listed([organisations[n].code for n in absent])
        message = f'{who} {"have" if len(absent) > 1 else "has"} no row in the table "{name}".'
        remedy = "Add it, or check the code."
        cells_of_first = (column.at(absent[0]) for column in values.values())
        cell = next((at for at in cells_of_first if at is not None), CellLocation("return"))
        at = CellLocation(cell.file, cell.sheet, cell.row)
        code = "required-value" if required else "not-used"
        problems.append(Problem(at, code, message, remedy, "error" if required else "warning"))
        reason = Missing(f"no row in the table {name}", "absent")
        for item in own:
            cells = list(values[item.id].cells)
            for n in absent:
                cells[n] = reason
            columns[item.id] = cells
    return columns, problems


def read_cut_table(name: str, table: Table, reading: TableReading) -> tuple[CutTable | None, list[Problem]]:
    """A table of cut points as it stands, and its problems; its texts are read when thresholds are made of them."""
    from nhsrate.kinds.cut_points import CutCell, CutTable  # which bring the kinds, and few editions have such tables

    points = reading.cut_points
    assert points is not None  # noqa: S101 (only tables of cut points come here)
    layout = find_layout(table, (), replace(reading, code=(points.level,), name=()))
    if layout is None:
        message = f"No row has the heading {quoted(points.level)}, under which the levels stand."
        return None, [Problem(CellLocation(table.file, table.sheet), "no-table", message, "Correct the heading.")]
    problems = list(layout.problems)
    by_heading = {fold(text): column for column, text in layout.headings.items()}
    parted = by_heading.get(fold(points.set_ or ""), 0)
    if points.set_ is not None and not parted:
        message = f"The column {quoted(points.set_)}, which tells the sets of cut points apart, is missing."
        problems.append(Problem(layout.at(layout.header_row), "missing-column", message, "Add the column."))
    columns: dict[str, list[CutCell]] = {}
    for number, row in enumerate(table.rows, 1):
        texts = [as_text(raw) for raw in row]
        level = texts[layout.code - 1] if layout.code <= len(texts) else ""
        if number < max(reading.first_row or 0, layout.header_row + 1) or not level:
            continue
        own = fold(texts[parted - 1]) if parted else ""
        for column, heading in layout.headings.items():
            if column not in {layout.code, parted} and column <= len(texts):
                cell = CutCell(own, level, texts[column - 1], layout.at(number, column))
                columns.setdefault(fold(heading), []).append(cell)
    return CutTable(name, layout.at(layout.header_row), columns), problems
