"""Values as their cells show them: whether an organisation would be rated otherwise if what is seen were compared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.numbers import number_text, without_tail
from nhsrate.core.problems import CellLocation, Refused
from nhsrate.engine.assess import assess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology


def shown_problems(assessment: Assessment) -> list[Problem]:
    """A note for each level that would be another one if the values were taken as their cells show them.

    Of levels that rest on each other only the first is named. The stored values are what is rated.
    """
    submitted, methodology = assessment.submitted, assessment.methodology
    if not any(values.shown for values in submitted.values.values()):
        return []
    try:
        seen = assess(_as_shown(submitted), methodology)
    except Refused:  # what is shown may lie outside what the method can work out
        return []
    below = _below(methodology)
    changed: dict[int, set[str]] = {}
    faults = Faults()
    for id_ in methodology.order:
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
