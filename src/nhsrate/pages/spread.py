"""The distribution of each indicator: every value as a dot, the cuts, and where one organisation stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.quantiles import quantile
from nhsrate.core.texts import tidy
from nhsrate.kinds.thresholds import Thresholds
from nhsrate.language.numbers import Number
from nhsrate.pages.indicators import said_of
from nhsrate.pages.pictures import Axis, brief, dots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology


@frozen
class Cut:
    """A bound of the rules on the way of an indicator: where it lies in the picture, and what it parts, in words."""

    x: str
    text: str


@frozen
class Spread:
    """How the values of one input lie: the picture's number, its dots and cuts, and what stands beside it."""

    id: str
    title: str
    unit: str
    number: int
    axis: Axis
    path: str
    cuts: tuple[Cut, ...]
    count: int
    missing: int
    lowest: str
    median: str
    highest: str
    better: str


def spreads(assessment: Assessment, wanted: Iterable[str]) -> dict[str, Spread]:
    """The distribution of every numeric input among these, by its id."""
    found: dict[str, Spread] = {}
    for id_ in wanted:
        if id_ not in found and (spread := spread_of(assessment, id_, len(found))):
            found[id_] = spread
    return found


def spread_of(assessment: Assessment, id_: str, number: int) -> Spread | None:
    """The distribution of one input; nothing where it has no numbers."""
    column = assessment.columns[id_]
    values = sorted(cell for cell in column if isinstance(cell, Decimal))
    if not values:
        return None
    bounds = cuts_on(assessment.methodology, id_)
    within = [bound for bound, _ in bounds if values[0] - room(values) <= bound <= values[-1] + room(values)]
    axis = Axis(float(min([values[0], *within])), float(max([values[-1], *within])))
    methodology = assessment.methodology
    ends = (values[0], quantile(values, Decimal("0.5"), "linear"), values[-1])
    lowest, median, highest = (said_of(assessment, id_, brief(one)) for one in ends)
    entry = methodology.inputs.get(id_)
    return Spread(
        id_, tidy(methodology.name_of(id_)), tidy(methodology.unit_of(id_)), number, axis, dots(values, axis),
        tuple(Cut(axis.at(bound), text) for bound, text in bounds if bound in within),
        len(values), sum(isinstance(cell, Missing) for cell in column),
        lowest, median, highest, (entry.polarity or "") if entry else "",
    )  # fmt: skip


def room(values: Sequence[Decimal]) -> Decimal:
    """How far beyond the values a cut may lie and still be drawn: half of what they span."""
    return (values[-1] - values[0]) / 2


def cuts_on(methodology: Methodology, id_: str) -> list[tuple[Decimal, str]]:
    """The numbers at which thresholds part the values of an input, in order, with what each side of them gets."""
    found: dict[Decimal, str] = {}
    for item in methodology.items.values():
        if isinstance(item.rule, Thresholds) and item.rule.of == id_:
            for row in (*item.rule.levels, *item.rule.scores):
                bound = row.bound
                if bound is not None and isinstance(bound.number, Number) and not bound.number.unset:
                    result = row.result if isinstance(row.result, Decimal) else None
                    gives = number_text(result) if result is not None else tidy(str(row.result))
                    found.setdefault(bound.number.value, f"{gives} {bound.words} {number_text(bound.number.value)}")
    return sorted(found.items())
