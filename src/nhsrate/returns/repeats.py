"""Rows of one organisation that are parts of it, such as a provider's by commissioner and specialty, read as one.

Counts and other numbers are added up, exactly. Everything else has to agree in all rows: a mean of percentages is no
percentage of the whole, and which of two levels is meant nobody can tell.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, number_text
from nhsrate.core.problems import short
from nhsrate.core.texts import fold, quoted
from nhsrate.returns.model import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.returns.model import Organisation, Source
    from nhsrate.rules.inputs import Input, Repeats

REFUSED = Missing("faulty: rows of one organisation differ", "refused")
ADDED = frozenset({"number", "count", "duration"})
"""Types of inputs whose parts make a whole; a percentage of a whole is none of them."""


@frozen
class Parts:
    """Which rows are parts of which organisation: for each its first row's number and the places of all its rows."""

    organisations: tuple[Organisation, ...]
    rows: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[Organisation]) -> Parts:
        """The organisations of these rows, in the order in which they come first."""
        places: dict[str, list[int]] = {}
        for n, organisation in enumerate(rows):
            places.setdefault(organisation.code.casefold(), []).append(n)
        return cls(tuple(rows[found[0]] for found in places.values()), tuple(map(tuple, places.values())))


def names_apart(parts: Parts, rows: Sequence[Organisation], at: Callable[[int], CellLocation]) -> list[Problem]:
    """Organisations whose rows bear several names, which may be several organisations under one code."""
    faults = Faults()
    for organisation, places in zip(parts.organisations, parts.rows, strict=True):
        other = next((n for n in places if fold(rows[n].name) != fold(organisation.name)), None)
        if other is not None:
            message = f"{organisation.code} is called {quoted(rows[other].name)} here, and {quoted(organisation.name)} "
            message += f"at {short(at(places[0]))}; its rows were added up all the same."
            remedy = "Check that all are rows of one organisation."
            faults.add(Fault("repeats-differ", "name", message, remedy, "warning"), at(other))
    return faults.problems()


def joined(
    item: Input, values: Values, parts: Parts, repeats: Repeats, at: Callable[[int], CellLocation]
) -> tuple[Values, list[Problem]]:
    """One input's values, one for each organisation; `values` has one for each row, whose cell `at` gives."""
    faults = Faults()
    cells: list[Cell] = []
    rows: list[int] = []
    columns: list[int] = []
    sources: list[Source | None] = []
    flags: dict[int, str] = {}
    shown: dict[int, Decimal] = {}
    for place, (organisation, members) in enumerate(zip(parts.organisations, parts.rows, strict=True)):
        cell, fault, row = _whole(item, organisation.code, members, values, repeats, at)
        if fault is not None:
            faults.add(fault, at(row))
        elif item.required and isinstance(cell, Missing) and cell.sort == "blank":
            message = f"{quoted(item.title or item.id)} has no value in any row of {organisation.code}."
            faults.add(Fault("required-value", "parts", message, "Enter it."), at(members[0]))
        cells.append(cell)
        first = members[0]
        rows.append(values.rows[first])
        columns.append(values.columns[first])
        sources.append(values.sources[first])
        said = list(dict.fromkeys(values.flags[n] for n in members if n in values.flags))
        if len(members) > 1:
            counted = sum(not isinstance(values.cells[n], Missing) for n in members)
            if isinstance(cell, Decimal) and item.type in ADDED:
                said.append(f"the sum of {counted:,} row{'s' * (counted != 1)}")
            elif not isinstance(cell, Missing):
                said.append(f"the same in {counted:,} row{'s' * (counted != 1)}")
        elif first in values.shown:
            shown[place] = values.shown[first]
        if said:
            flags[place] = ", ".join(said)
    return Values(cells, values.heading, sources, rows, columns, flags, shown), faults.problems()


def _whole(  # (the rows of one organisation under one input)
    item: Input,
    code: str,
    members: Sequence[int],
    values: Values,
    repeats: Repeats,
    at: Callable[[int], CellLocation],
) -> tuple[Cell, Fault | None, int]:
    """What these rows come to together; where they do not, also why, and the row that it is seen in."""
    cells = {n: values.cells[n] for n in members}
    there = {n: cell for n, cell in cells.items() if not isinstance(cell, Missing)}
    if len(cells) == 1 or not there:
        return cells[members[0]], None, members[0]
    gone = next((n for n in members if n not in there), None)
    if gone is not None and repeats.missing == "refuse":
        message = f"A part of {code} is {cells[gone]} here, and other rows of it have values."
        remedy = "Enter it, or say under reading: repeats: {how: sum, missing: leave out}."
        return REFUSED, Fault("repeats-differ", "missing", message, remedy), gone
    if item.type in ADDED:
        numbers = (cell for cell in there.values() if isinstance(cell, Decimal))
        return reduce(WORKING.add, numbers), None, members[0]
    (first, one), *others = there.items()
    other = next((n for n, cell in others if not _same(cell, one)), None)
    if other is None:
        return one, None, members[0]
    what = "percentages are not added up or averaged" if item.type == "percent" else "only numbers are added up"
    message = f"{code} has {_said(cells[other])} here and {_said(one)} at {short(at(first))}; {what}."
    remedy = (
        "Give numerator and denominator as counts, or one row." if item.type == "percent" else "Correct one of them."
    )
    return REFUSED, Fault("repeats-differ", item.type, message, remedy), other


def _same(one: Cell, other: Cell) -> bool:
    """Whether two values say the same; texts without regard to case."""
    return fold(one) == fold(other) if isinstance(one, str) and isinstance(other, str) else one == other


def _said(cell: Cell) -> str:
    return number_text(cell) if isinstance(cell, Decimal) else quoted(str(cell))
