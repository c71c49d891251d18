"""Values as their cells show them: whether an organisation would be rated otherwise if what is seen were compared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.numbers import ZERO, number_text, without_tail
from nhsrate.core.problems import CellLocation, Refused
from nhsrate.engine.assess import assess
from nhsrate.kinds.rule import UNBOUNDED
from nhsrate.rules.checks import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return, Values
    from nhsrate.rules.model import Item, Methodology


def shown_problems(assessment: Assessment) -> list[Problem]:
    """A note for each level that would be another one if the values were taken as their cells show them.

    Of levels that rest on each other only the first is named. The stored values are what is rated. Everything is rated
    a second time, unless no level rests on a value that is shown otherwise but through scores in which that is lost.
    """
    submitted, methodology = assessment.submitted, assessment.methodology
    moved = _moved(assessment)
    levels = [id_ for id_ in methodology.order if id_ in moved and Level in map(type, assessment.columns[id_])]
    if not levels:
        return []
    try:
        seen = assess(_as_shown(submitted), methodology)
    except Refused:  # what is shown may lie outside what the method can work out
        return []
    below = _below(methodology)
    changed: dict[int, set[str]] = {}
    faults = Faults()
    for id_ in levels:
        item, columns = methodology.items[id_], (assessment.columns[id_], seen.columns[id_])
        for n, (cell, other) in enumerate(zip(*columns, strict=True)):
            if not isinstance(cell, Level) or not isinstance(other, Level) or cell is other:
                continue
            own = [name for name in below[id_] if name in submitted.values and n in submitted.values[name].shown]
            if own and changed.get(n, set()).isdisjoint(below[id_]):
                said = ", ".join(_said(assessment, name, n) for name in own)
                message = f"{assessment.organisations[n].code}: {said}."
                typed = all(_is_tail(assessment, name, n) for name in own)
                message += f" {'So' if typed else 'As'} shown, {item.name} would be {other} and not {cell}."
                at = submitted.values[own[0]].at(n) or CellLocation(submitted.name)
                faults.add(Fault("shown-value", f"{id_} {n}", message, TAIL if typed else SHOWN, "note"), at)
            changed.setdefault(n, set()).add(id_)
    return faults.problems()


SHOWN = "The stored value was rated; if the figure shown is the one that counts, type it into the cell."


TAIL = "The figure was rated as it is written; if the rounded one counts, write that."


def _is_tail(assessment: Assessment, name: str, n: int) -> bool:
    """Whether a value is a text whose digits beyond those of a spreadsheet are all that is not shown of it."""
    cell, shown = assessment.columns[name][n], assessment.submitted.values[name].shown[n]
    return isinstance(cell, Decimal) and without_tail(cell) == shown


def _said(assessment: Assessment, name: str, n: int) -> str:
    cell, shown = assessment.columns[name][n], assessment.submitted.values[name].shown[n]
    unit = "%" if getattr(assessment.methodology.inputs.get(name), "type", "") == "percent" else ""
    stored = number_text(cell) if isinstance(cell, Decimal) else str(cell)
    called = assessment.methodology.name_of(name)
    if _is_tail(assessment, name, n):
        return f"{called} is {cell:f}{unit}, which a spreadsheet shows as {number_text(shown)}{unit}"
    return f"{called} is {stored}{unit} and its cell shows {shown:f}{unit}"


def _moved(assessment: Assessment) -> Mapping[str, Decimal]:
    """How far each input and item may move where values are taken as they are shown; what stays is not among them."""
    methodology, values = assessment.methodology, assessment.submitted.values
    moved: dict[str, Decimal] = {}
    for id_ in (*methodology.inputs, *methodology.order):
        by = _shown_apart(values[id_]) if id_ in values else ZERO
        if (item := methodology.items.get(id_)) is not None:
            by = max(by, _drift(item, moved, assessment))
        if by:
            moved[id_] = by
    return moved


def _shown_apart(values: Values) -> Decimal:
    """How far the values of a column lie from what their cells show, at the most."""
    numbers = ((values.cells[n], shown) for n, shown in values.shown.items())
    return max((abs(cell - shown) for cell, shown in numbers if isinstance(cell, Decimal)), default=ZERO)


def _drift(item: Item, moved: Mapping[str, Decimal], assessment: Assessment) -> Decimal:
    """How far an item may move where others do: as its rule says, unless it is changed by more than its rule."""
    reached = [id_ for id_ in needs(item, assessment.methodology.populations) if id_ in moved]
    if not reached:
        return ZERO
    if item.round or any(id_ not in item.rule.reads() for id_ in reached):
        return UNBOUNDED
    return item.rule.drift(moved, assessment.view(item.id))


def _as_shown(submitted: Return) -> Return:
    """The return with every value as its cell shows it."""
    values = dict(submitted.values)
    for name, column in submitted.values.items():
        if column.shown:
            cells = list(column.cells)
            for n, number in column.shown.items():
                cells[n] = number
            values[name] = replace(column, cells=cells)
    return replace(submitted, values=values)


def _below(methodology: Methodology) -> Mapping[str, tuple[str, ...]]:
    """For every item all inputs and items that it rests on, however far below."""
    found: dict[str, tuple[str, ...]] = {}
    for id_ in methodology.order:
        below = [name for other in methodology.items[id_].reads() for name in (other, *found.get(other, ()))]
        found[id_] = tuple(dict.fromkeys(below))
    return found
