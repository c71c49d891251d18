"""What several books or tables give, joined: each organisation once, each value with its cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.texts import quoted
from nhsrate.returns.model import Values
from nhsrate.returns.several import without_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Problem
    from nhsrate.core.tables import Book, SetAside
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Account, Organisation, Source
    from nhsrate.rules.inputs import Input, TableReading

ABSENT = Missing("column absent", "absent")


@dataclass(frozen=True, slots=True)
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
