"""A return of several books or tables: which is which, and what they give together, each organisation once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.headings import find_layout
from nhsrate.returns.model import Values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal

    from nhsrate.core.cells import Cell
    from nhsrate.core.tables import Book, SetAside, Table
    from nhsrate.kinds.cut_points import CutCell, CutTable
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Account, Organisation, SaidPeriod, Source
    from nhsrate.rules.inputs import Input, TableReading

SEARCHED = 20
"""The rows from the top in which a table says which one it is."""


@frozen
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


ABSENT = Missing("column absent", "absent")


@frozen
class Part:
    """What one book gives: its organisations, and the values of those inputs whose column (or rows) it has."""

    book: Book
    organisations: tuple[Organisation, ...]
    values: Mapping[str, Values]
    set_aside: tuple[SetAside, ...]
    unused: tuple[str, ...]
    form: str
    period: str | None
    lacking: Mapping[str, Problem]
    layout: Layout
    reading: TableReading
    account: Account
    table: str = ""
    periods: tuple[SaidPeriod, ...] = ()


def combined(
    parts: Sequence[Part], inputs: Sequence[Input]
) -> tuple[tuple[Organisation, ...], dict[str, Values], list[Problem]]:
    """The organisations of all parts, each once, a column of values for every input, and what stands in their way."""
    if len(parts) == 1:
        organisations = parts[0].organisations
        absent = Values([ABSENT] * len(organisations))
        own_values = {item.id: parts[0].values.get(item.id, absent) for item in inputs}
        return organisations, own_values, list(parts[0].lacking.values())
    places: dict[str, int] = {}
    merged: list[Organisation] = []
    for part in parts:
        for organisation in part.organisations:
            if places.setdefault(organisation.code.casefold(), len(merged)) == len(merged):
                merged.append(organisation)
    values: dict[str, Values] = {}
    problems: list[Problem] = []
    for item in inputs:
        values[item.id], faulty = _merged(item, parts, places, len(merged))
        problems += faulty
    for part in parts:
        own = [places[organisation.code.casefold()] for organisation in part.organisations]
        problems += [
            problem
            for id_, problem in part.lacking.items()
            if not own or any(values[id_].cells[n] is ABSENT for n in own)  # else another book has the column for them
        ]
    return tuple(merged), values, problems


def _merged(item: Input, parts: Sequence[Part], places: Mapping[str, int], size: int) -> tuple[Values, list[Problem]]:
    """One input's values from all parts; two values for one organisation are a problem that names both cells."""
    cells: list[Cell] = [ABSENT] * size
    sources: list[Source | None] = [None] * size
    rows, columns = [0] * size, [0] * size
    flags: dict[int, str] = {}
    shown: dict[int, Decimal] = {}
    heading = ""
    faults = Faults()
    for part in parts:
        given = part.values.get(item.id)
        if given is None:
            continue
        heading = heading or given.heading
        for n, organisation in enumerate(part.organisations):
            place, cell = places[organisation.code.casefold()], given.cells[n]
            if isinstance(cell, Missing) and cells[place] is not ABSENT:
                continue
            at = given.at(n)
            if not isinstance(cells[place], Missing) and at is not None:
                before = Values(cells, heading, sources, rows, columns).at(place)
                message = f'{quoted(organisation.code)} has a value for "{item.id}" here and at {before}.'
                faults.add(Fault("duplicate-value", "", message, "Keep one of them."), at)
                continue
            cells[place] = cell
            sources[place], rows[place], columns[place] = given.sources[n], given.rows[n], given.columns[n]
            if n in given.flags:
                flags[place] = given.flags[n]
            if n in given.shown:
                shown[place] = given.shown[n]
    return Values(cells, heading, sources, rows, columns, flags, shown), faults.problems()


def with_absent_rows(
    parts: Sequence[Part], organisations: Sequence[Organisation], values: dict[str, Values], inputs: Sequence[Input]
) -> tuple[dict[str, Values], list[Problem]]:
    """The values, where each organisation that lacks a row in one of the tables has it said so."""
    present: dict[str, set[str]] = {}
    for part in parts:
        codes = (organisation.code.casefold() for organisation in part.organisations)
        present.setdefault(part.table, set()).update(codes)
    columns, problems = without_row(values, inputs, organisations, present)
    return values | {id_: replace(values[id_], cells=cells) for id_, cells in columns.items()}, problems
