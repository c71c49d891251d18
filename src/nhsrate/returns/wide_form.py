"""Tables with a row for each organisation: a column of values for each input, and what repeats or merges rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.problems import column_letters
from nhsrate.core.texts import as_text, listed, quoted
from nhsrate.returns.model import Organisation, Repeated, Source, Values
from nhsrate.returns.reasons import texts_of_blanks, unanswered, unread_reasons, with_reasons
from nhsrate.values.column import ColumnReader
from nhsrate.values.doubles import Doubles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.core.tables import Merged
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.reasons import Beside
    from nhsrate.returns.rows import FoundRow
    from nhsrate.rules.inputs import Input, TableReading

    NumberedRows = Iterable[tuple[int, Sequence[object]]]

BLOCK = 10_000
"""The rows that are held as they were read, before they become values."""

TWICE = (
    "Keep the row that is right. (A row for each indicator is read only where reading: long declares it; "
    "rows that are parts of an organisation are added up under reading: repeats: sum.)"
)

SAME = (
    "Delete the row, or say under reading, or in a profile (--reading FILE): identical_rows: set aside. "
    "(Rows that are parts of an organisation are added up under reading: repeats: sum.)"
)


def wide_values(
    layout: Layout,
    found: Iterable[FoundRow],
    inputs: Sequence[Input],
    reading: TableReading,
    reasons: Beside,
    again: Callable[[], NumberedRows],
) -> tuple[tuple[Organisation, ...], dict[str, Values], list[Problem]]:
    """The organisations of a wide table, the values of every input whose column stands in it, and the problems of both.

    An organisation that stands twice is a problem that names both rows; `again` gives the rows of the sheet once more.
    """
    place_of = {column: place for place, column in enumerate(layout.wanted)}
    doubles = Doubles()
    separator = layout.table.separator
    parted = reading.repeats.how == "sum"
    present = [
        replace(item, required=False) if parted or item.id in reasons.declared else item
        for item in inputs
        if item.id in layout.columns
    ]
    readers = {item.id: ColumnReader(item, reading, doubles, separator) for item in present}
    places = {id_: partial(_at, layout, layout.columns[id_]) for id_ in readers}
    organisations: list[Organisation] = []
    rows: list[int] = []
    first: dict[str, int] = {}
    twice: list[tuple[str, int, int]] = []
    said: dict[str, list[object]] = {id_: [] for id_ in reasons.declared}
    unread: dict[str, dict[int, str]] = {id_: {} for id_ in reasons.likely}
    for block in batched(found, BLOCK):
        numbers = [row.row for row in block]
        rows += numbers
        for row in block:
            if (before := first.setdefault(row.code.casefold(), row.row)) != row.row and not parted:
                twice.append((row.code, row.row, before))
            organisations.append(Organisation(row.code, row.name or row.code))
        columns = list(zip(*(row.cells for row in block), strict=True))
        for id_, reader in readers.items():
            own = columns[place_of[layout.columns[id_]]]
            reader.add(own, numbers, places[id_])
            if id_ in said:
                said[id_] += columns[place_of[reasons.declared[id_]]]
            elif id_ in unread:
                unread[id_] |= texts_of_blanks(numbers, own, columns[place_of[reasons.likely[id_]]])
    problems = [*_repeated(layout, twice, again), *reasons.problems]
    sources = Repeated(Source(layout.table.file, layout.table.sheet), len(rows))
    values = {}
    for id_, reader in readers.items():
        problems += reader.finish(rows, places[id_])
        column = layout.columns[id_]
        letters = Repeated(column, len(rows))
        heading = layout.headings[column]
        cells: Sequence[Cell] = reader.cells
        if id_ in said:
            cells = with_reasons(reader.item, cells, said[id_], reading)
        values[id_] = Values(cells, heading, sources, rows, letters, reader.flags, reader.shown)
    problems += _reasons_told(layout, inputs, reasons, {} if parted else values, unread, rows)
    if not parted:
        return tuple(organisations), values, problems
    from nhsrate.returns.repeats import Parts, joined, names_apart

    parts = Parts.of(organisations)
    problems += names_apart(parts, organisations, lambda n: layout.at(rows[n], layout.name or layout.code))
    for item in inputs:
        if item.id in values:
            place = places[item.id]
            values[item.id], faulty = joined(item, values[item.id], parts, reading.repeats, lambda n: place(rows[n]))  # noqa: B023 (called at once)
            problems += faulty
    return parts.organisations, values, problems


def _repeated(
    layout: Layout, twice: Sequence[tuple[str, int, int]], again: Callable[[], NumberedRows]
) -> list[Problem]:
    """The problems of organisations (by their codes) that stand in one row and before it in another."""
    if not twice:
        return []
    wanted = {row for _, *rows in twice for row in rows}
    texts = {number: _texts(cells) for number, cells in again() if number in wanted}
    faults = Faults()
    for code, row, before in twice:
        message = f"{quoted(code)} stands already in row {before}"
        if texts[row] == texts[before] and not layout.fill:
            fault = Fault("duplicate-organisation", "identical", f"{message}, which says the same in every cell.", SAME)
        else:
            fault = Fault("duplicate-organisation", "", f"{message}.", TWICE)
        faults.add(fault, layout.at(row, layout.code))
    return faults.problems()


def _texts(cells: Sequence[object]) -> list[str]:
    """The texts of a row, without the empty ones at its end."""
    texts = list(map(as_text, cells))
    while not texts[-1]:
        texts.pop()
    return texts


def _reasons_told(
    layout: Layout,
    inputs: Sequence[Input],
    reasons: Beside,
    values: Mapping[str, Values],
    unread: Mapping[str, Mapping[int, str]],
    rows: Sequence[int],
) -> list[Problem]:
    """Required values without a value or a reason, and texts beside blanks that were not read as reasons."""
    problems: list[Problem] = []
    for item in inputs:
        if item.id in reasons.declared and item.id in values:
            cells = [layout.at(row, layout.columns[item.id]) for row in rows]
            problems += unanswered(item, values[item.id].cells, cells.__getitem__)
        elif item.id in unread:
            place = partial(_at, layout, layout.columns[item.id])
            problems += unread_reasons(layout, item, reasons.likely[item.id], unread[item.id], place)
    return problems


def _at(layout: Layout, column: int, row: int) -> CellLocation:
    return layout.at(row, column)


def batched(found: Iterable[FoundRow], size: int) -> Iterator[tuple[FoundRow, ...]]:
    """The rows in blocks of that size, the last one shorter."""
    rows = iter(found)
    while block := tuple(islice(rows, size)):
        yield block


# merged cells


def merged_values(
    layout: Layout, merged: Iterable[Merged], organisations: Sequence[Organisation], values: Mapping[str, Values]
) -> list[Problem]:
    """A warning of each value that a sheet shows for several organisations or indicators, and that one of them gets.

    Rows are no matter where the reading fills the column from above.
    """
    merged = list(merged)
    if not merged or not organisations or layout.form == "long":
        return []
    inputs = {layout.columns[id_]: id_ for id_ in values if id_ in layout.columns}
    read = next(iter(values.values())).rows if values else ()
    rows = {row: one.code for row, one in zip(read, organisations, strict=False)}
    places = {row: n for n, row in enumerate(read)}
    wanted = {column: layout.headings[column] for column in layout.columns.values()}
    faults = Faults()
    for one in merged:
        if one.column not in inputs or one.row not in rows:
            continue
        if isinstance(values[inputs[one.column]].cells[places[one.row]], Missing):
            continue
        below = [row for row in range(one.row + 1, min(one.last_row, max(rows)) + 1) if row in rows]
        beside = [column for column in range(one.column + 1, one.last_column + 1) if column in wanted]
        below = [] if one.column in layout.fill else below
        if not below and not beside:
            continue
        place = f"{_cell(one.row, one.column)}:{_cell(one.last_row, one.last_column)}"
        blank = [f"{rows[row]} (row {row})" for row in below]
        blank += [f"{quoted(wanted[column])} ({column_letters(column)}{one.row})" for column in beside]
        message = f"The value stands in cells that are merged over {place}, so {rows[one.row]} has it, and it is blank "
        message += f"for {listed(blank)}."
        remedy = "Split the cells and enter each value"
        remedy += f"; or, if it is meant for all of them, say reading: fill: [{wanted[one.column]}]." if below else "."
        faults.add(Fault("merged-value", place, message, remedy, "warning"), layout.at(one.row, one.column))
    return faults.problems()


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"
