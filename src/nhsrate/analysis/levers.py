"""What may move in a return: each input of one organisation, the values it may take, and which of them are better."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nhsrate.analysis.cuts import side
from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import Day
from nhsrate.kinds.places import RankSpread
from nhsrate.kinds.workings import as_number
from nhsrate.language.conditions import edges
from nhsrate.language.numbers import Number
from nhsrate.language.records import edges_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.language.numbers import Edge
    from nhsrate.plan.columns import Array, Floats
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology

MOST_PLACES = 6
"""The finest grain that is read off a column which does not say its own."""

Way = Literal["better", "worse"]


@frozen
class Lever:
    """An input of one organisation that may move: from what it is now, in steps of its grain, up to both ends.

    `better` is 1 where higher is better and -1 where lower is; 0 where neither is said (yes/no), and then every other
    level is tried either way. `of` is the number ranked, of a published rank. `grain` is nothing for a level;
    `stated` says whether the methodology states it, or it was read off the column.
    """

    input: str
    now: Cell
    better: int
    grain: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    of: int | None = None
    stated: bool = False
    levels: tuple[Level, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it moves along numbers."""
        return self.grain is not None

    def values(self, way: Way) -> list[Cell]:
        """Every value it may take that way, the nearest first."""
        if self.grain is None:
            assert isinstance(self.now, Level)  # noqa: S101 (a lever without a grain is of levels)
            if self.better == 0:
                return [level for level in self.levels if level is not self.now]
            at = self.now.position
            return list(reversed(self.levels[:at])) if way == "better" else list(self.levels[at + 1 :])
        first, count = self.span(way)
        sign = self.sign(way)
        return [(first + sign * k) * self.grain for k in range(count)]

    def sign(self, way: Way) -> int:
        """Whether numbers rise or fall that way."""
        return self.better if way == "better" else -self.better

    def span(self, way: Way) -> tuple[int, int]:
        """The first value that way as a multiple of the grain, and how many there are up to the end."""
        assert self.grain is not None  # noqa: S101 (asked of numbers only)
        assert isinstance(self.now, Decimal)  # noqa: S101 (likewise)
        sign = self.sign(way)
        end = self.high if sign > 0 else self.low
        steps = self.now / self.grain
        first = (
            int(steps.to_integral_value(ROUND_FLOOR)) + 1
            if sign > 0
            else int(steps.to_integral_value(ROUND_CEILING)) - 1
        )
        if end is None:
            return first, 0
        last = (end / self.grain).to_integral_value(ROUND_FLOOR if sign > 0 else ROUND_CEILING)
        return first, max(0, sign * (int(last) - first) + 1)

    def value(self, way: Way, k: int) -> Cell:
        """The value so many steps that way, counted from 0."""
        if self.grain is None:
            return self.values(way)[k]
        return (self.span(way)[0] + self.sign(way) * k) * self.grain

    def count(self, way: Way) -> int:
        """How many values it may take that way."""
        return len(self.values(way)) if self.grain is None else self.span(way)[1]

    def coded(self, way: Way, steps: Array) -> Floats:
        """The values so many steps that way, as they stand in an array: each the double nearest to it."""
        if self.grain is None:
            positions = [level.position for level in self.values(way) if isinstance(level, Level)]
            return np.array(positions, np.int32)[np.asarray(steps)]
        sign, digits, exponent = self.grain.as_tuple()
        unit = int("".join(map(str, digits))) * (-1 if sign else 1)
        whole = (self.span(way)[0] + self.sign(way) * np.asarray(steps, np.int64)) * unit
        assert isinstance(exponent, int)  # noqa: S101 (a grain is a finite number)
        return whole / 10.0**-exponent if exponent < 0 else whole * 10.0**exponent

    def at_least_as_good(self, cell: Cell, as_good_as: Cell) -> bool:
        """Whether another organisation's value is as good as a value or better."""
        if isinstance(cell, Missing) or isinstance(as_good_as, Missing):
            return False
        if isinstance(cell, Level) and isinstance(as_good_as, Level):
            return cell is as_good_as if self.better == 0 else cell.position <= as_good_as.position
        if isinstance(cell, Decimal) and isinstance(as_good_as, Decimal):
            return cell * self.better >= as_good_as * self.better
        return False


@frozen
class Indicator:
    """An input together with the inputs that the rules read as its rank."""

    input: str
    columns: tuple[str, ...]


def indicators(methodology: Methodology) -> list[Indicator]:
    """The indicators: every input but the ranks, each with its ranks."""
    ranks: dict[str, list[str]] = {}
    for item in methodology.items.values():
        if isinstance(item.rule, RankSpread) and item.rule.rank in methodology.inputs:
            ranks.setdefault(source_of(methodology, item.rule.of), []).append(str(item.rule.rank))
    of_ranks = {rank for found in ranks.values() for rank in found}
    return [
        Indicator(id_, tuple(dict.fromkeys([id_, *ranks.get(id_, [])])))
        for id_ in methodology.inputs
        if id_ not in of_ranks
    ]


def source_of(methodology: Methodology, id_: str) -> str:
    """The input that an item is a value of: itself, or what it was handed through from."""
    while id_ in methodology.items:
        item = methodology.items[id_]
        below = item.rule.passes_on() or next(iter(item.rule.reads()), None)
        if below is None:
            return id_
        id_ = below
    return id_


def levers(assessment: Assessment, n: int, reached: frozenset[str], fixed: Iterable[str] = ()) -> list[Lever]:
    """The inputs of organisation `n` that may move and that the rating rests on, in the order of the methodology."""
    methodology = assessment.methodology
    held = {*fixed, *(entry.direction for entry in methodology.inputs.values())}  # which side is better is no figure
    found = []
    for indicator in indicators(methodology):
        for column in indicator.columns:
            if column in reached and not held & {column, indicator.input}:
                lever = lever_of(assessment, n, methodology.inputs[column])
                if lever is not None:
                    found.append(lever)
    return found


def lever_of(assessment: Assessment, n: int, entry: Input) -> Lever | None:
    """The input as something that may move; nothing for a text, a missing value, or a number without a better side."""
    now = assessment.columns[entry.id][n]
    if isinstance(now, Level) and entry.scale is not None:
        better = 0 if entry.type == "yes/no" else -1
        return Lever(entry.id, now, better, levels=entry.scale.levels, stated=True)
    said = row_side(assessment, n, entry) or side(assessment.methodology, entry.id)
    better = {"higher": 1, "lower": -1, None: 0}[said]
    if not isinstance(now, Decimal) or isinstance(now, Day) or not better:
        return None
    ranked = number_ranked(assessment.methodology, entry.id)
    if ranked is not None:
        return Lever(entry.id, now, -1, Decimal(1), Decimal(1), Decimal(ranked), of=ranked, stated=True)
    grain, stated = grain_of(assessment, entry)
    low, high = ends(assessment, entry, grain)
    return Lever(entry.id, now, better, grain, low, high, stated=stated)


def row_side(assessment: Assessment, n: int, entry: Input) -> Literal["higher", "lower"] | None:
    """Which side of an input is better for one organisation, where its row says so."""
    cell = assessment.columns[entry.direction][n] if entry.direction else None
    if not isinstance(cell, Level):
        return None
    return "higher" if cell.name == "higher" else "lower"


def number_ranked(methodology: Methodology, id_: str) -> int | None:
    """How many are ranked where the input is a published rank."""
    rules = (item.rule for item in methodology.items.values())
    found = (rule for rule in rules if isinstance(rule, RankSpread) and rule.rank == id_ and rule.ranked is not None)
    return next((int(rule.ranked.value) for rule in found if rule.ranked is not None), None)


def grain_of(assessment: Assessment, entry: Input) -> tuple[Decimal, bool]:
    """The step in which a value is published: as stated, 1 for a count, else the finest place seen in the column."""
    if entry.grain is not None:
        return entry.grain, True
    places = 0
    for cell in assessment.columns[entry.id]:
        if isinstance(cell, Decimal):
            exponent = cell.normalize().as_tuple().exponent
            places = max(places, -exponent if isinstance(exponent, int) else 0)
    return Decimal(1).scaleb(-min(places, MOST_PLACES)), False


def ends(assessment: Assessment, entry: Input, grain: Decimal) -> tuple[Decimal, Decimal]:
    """Between which values it may move: those that are valid; where an end is open, as far as anything is known.

    That is the farthest value of any organisation, or a grain beyond the farthest number that a rule sets it against.
    """
    valid = entry.valid
    values = [cell for cell in assessment.columns[entry.id] if isinstance(cell, Decimal)]
    marks = bounds_on(assessment, entry.id)
    low = min([*values, *(mark - grain for mark in marks)])
    high = max([*values, *(mark + grain for mark in marks)])
    if entry.type == "count":
        low = max(low, Decimal(0))
    return (
        low if valid is None or valid.low is None else valid.low,
        high if valid is None or valid.high is None else valid.high,
    )


def bounds_on(assessment: Assessment, id_: str) -> list[Decimal]:
    """The numbers that rules set an input against: bounds, standards, goalposts, tests; of items, all their values."""
    found: list[Edge] = []
    for item in assessment.methodology.items.values():
        whens = [limit.when for limit in item.limits] + ([item.only_when.when] if item.only_when else [])
        rule: Any = item.rule
        for when in (*whens, *(condition for condition, *_ in rule.conditions())):
            found += [edge for name, test in when.leaves() if name == id_ for edge in edges(test)]
        if rule.kind in {"count", "margin", "min-max", "rank-spread", "thresholds"} and id_ in rule.reads():
            found += edges_in(rule)
    return [value for edge in found for value in values_of(assessment, edge)]


def values_of(assessment: Assessment, edge: Edge) -> list[Decimal]:
    """What a bound is for whoever has one."""
    if isinstance(edge, Number):
        return [edge.value]
    cells = [as_number(cell) for cell in assessment.columns[edge.item]]
    return [edge.worth(cell) for cell in cells if isinstance(cell, Decimal)]
