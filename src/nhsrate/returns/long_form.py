"""Tables with a row for each organisation and indicator, gathered into a column of values for each input."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.problems import Problem, short
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.model import Organisation, Source, Values
from nhsrate.returns.repeats import Parts, joined
from nhsrate.values.column import ColumnReader
from nhsrate.values.left_out import LeftOut, meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.rows import FoundRow
    from nhsrate.rules.inputs import Input, TableReading

NO_ROW = Missing("no row for it", "absent")


@frozen
class Gathered:
    """What a long table gives; `lacking` has the problem of each indicator that no row has and that is wanted."""

    organisations: tuple[Organisation, ...]
    values: dict[str, Values]
    unused: tuple[str, ...]
    problems: tuple[Problem, ...]
    lacking: dict[str, Problem]


def gather_long(layout: Layout, found: Iterable[FoundRow], inputs: Sequence[Input], reading: TableReading) -> Gathered:
    """The organisations and values of a long table's rows, taken as they come."""
    by_name = {fold(heading): item.id for item in inputs for heading in reversed(item.headings)}
    by_name.update({fold(item.id): item.id for item in inputs})
    by_name.update({fold(heading): id_ for id_, headings in reading.headings for heading in headings})
    parted = reading.repeats.how == "sum"
    problems = Faults()
    places: dict[str, int] = {}
    organisations: list[Organisation] = []
    of_input: dict[str, _Rows] = {}
    unused: dict[str, None] = {}
    names = tuple(dict.fromkeys([*(text for item in inputs for text in item.headings), *by_name]))
    slips = LeftOut()
    for row in found:
        place = places.setdefault(row.code.casefold(), len(organisations))
        if place == len(organisations):
            organisations.append(Organisation(row.code, row.name or row.code))
        elif organisations[place].code != row.code:
            message = f"{quoted(row.code)} is written {quoted(organisations[place].code)} in other rows."
            problems.add(
                Fault("duplicate-organisation", "case", message, "Write the code in one way."),
                layout.at(row.row, layout.code),
            )
        name = as_text(row.cells[0])
        wanted = by_name.get(fold(name))
        if wanted is None:
            unused[name] = None
            if name and (like := meant(layout.indicator, name, names, dates=False)) is not None:
                slips.add(like, row.row, row.code, row.code.casefold(), by_name[fold(like.wanted)])
            continue
        slips.read.add((row.code.casefold(), wanted))
        rows = of_input.setdefault(wanted, _Rows())
        if (before := rows.row_of.setdefault(place, row.row)) != row.row and not parted:
            at = layout.at(row.row, layout.value)
            cell = short(layout.at(before, layout.value))
            message = f"{quoted(row.code)} has a value for {quoted(name)} here and at {cell}."
            remedy = "Keep one of them, or say under reading: long: where: which rows are meant. "
            remedy += "(Rows that say the same may be set aside: identical_rows: set aside.)"
            problems.add(Fault("duplicate-value", "", message, remedy), at)
        else:
            rows.places.append(place)
            rows.raws.append(row.cells[1])
            rows.rows.append(row.row)
    values: dict[str, Values] = {}
    faults = [*problems.problems(), *slips.problems(layout.at, layout.headings.__getitem__, "headings")]
    for item in inputs:
        if item.id in of_input:
            values[item.id], faulty = _column(layout, item, of_input[item.id], organisations, reading)
            faults += faulty
    absent = [item for item in inputs if item.id not in of_input and not item.optional] if organisations else []
    lacking = {item.id: _lacking(layout, item) for item in absent}
    if len(absent) > 3 and not of_input:
        faults.append(_none(layout, absent))
        lacking = {}
    unused.pop("", None)
    return Gathered(tuple(organisations), values, tuple(unused), tuple(faults), lacking)


@changing
class _Rows:
    """The rows of one indicator: which organisation each is of, its cell, and where it stands."""

    places: list[int] = field(default_factory=list)
    raws: list[object] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    row_of: dict[int, int] = field(default_factory=dict)


def _column(
    layout: Layout, item: Input, rows_of: _Rows, organisations: Sequence[Organisation], reading: TableReading
) -> tuple[Values, list[Problem]]:
    """The values of one input in the order of the organisations."""

    def at(row: int) -> CellLocation:
        return layout.at(row, layout.value)

    size, parted = len(organisations), reading.repeats.how == "sum"
    order = sorted(range(len(rows_of.places)), key=rows_of.places.__getitem__)
    places = [rows_of.places[n] for n in order]
    reader = ColumnReader(replace(item, required=False) if parted else item, reading, separator=layout.table.separator)
    rows_read = [rows_of.rows[n] for n in order]
    reader.add([rows_of.raws[n] for n in order], rows_read, at)
    problems = reader.finish(rows_read, at)
    source = Source(layout.table.file, layout.table.sheet)
    given = Values(
        reader.cells, "", [source] * len(order), rows_read, [layout.value] * len(order), reader.flags, reader.shown
    )
    if parted:
        parts = Parts.of([organisations[place] for place in places])
        given, faulty = joined(item, given, parts, reading.repeats, lambda n: at(rows_read[n]))
        problems += faulty
        places = list(dict.fromkeys(places))
    cells: list[Cell] = [NO_ROW] * size
    rows, columns = [0] * size, [0] * size
    for place, cell, row in zip(places, given.cells, given.rows, strict=True):
        cells[place], rows[place], columns[place] = cell, row, layout.value
    if item.required and not item.optional and len(places) < size:
        without = size - len(places)
        having = f"{without:,} organisations have" if without > 1 else "1 organisation has"
        message = f'{having} no row for "{item.title or item.id}", which all must have.'
        problems.append(Problem(layout.at(0), "required-value", message, "Add the rows."))
    sources = [source] * size
    flags = {places[n]: said for n, said in given.flags.items()}
    shown = {places[n]: number for n, number in given.shown.items()}
    return Values(cells, layout.headings[layout.value], sources, rows, columns, flags, shown), problems


def _lacking(layout: Layout, item: Input) -> Problem:
    title = f" ({item.title})" if item.title else ""
    message = f'The indicator "{item.id}"{title} is missing: no row has it under {_heading(layout)}.'
    return Problem(layout.at(layout.header_row, layout.indicator), "missing-column", message, "Add its rows.")


def _none(layout: Layout, absent: Sequence[Input]) -> Problem:
    names = listed([quoted(item.id) for item in absent], shown=4)
    message = f"No row has any of the {len(absent)} wanted indicators under {_heading(layout)}: {names}."
    return Problem(layout.at(layout.header_row), "no-table", message, "Check that this is the right file and edition.")


def _heading(layout: Layout) -> str:
    return quoted(layout.headings[layout.indicator])
