"""Values of which only the band matters: those that rules hold against fixed cuts, and use for nothing else.

A value that goes through cuts alone tells nothing but between which of them it lies. So a draw need not make the value:
it may draw the band, by the band's exact chance (`analysis.chances`), and whatever rests on that value alone is looked
up. Each band has one value that stands for it, for rules that want a number, and for the engine.
"""

from __future__ import annotations

from dataclasses import field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.core.cells import Level
from nhsrate.core.frozen import frozen
from nhsrate.kinds.counting import Count
from nhsrate.kinds.deciding import Decide
from nhsrate.kinds.places import RankSpread
from nhsrate.kinds.thresholds import Thresholds
from nhsrate.language.conditions import Between, Compare, IsMissing, Negated
from nhsrate.language.numbers import Number
from nhsrate.language.records import items_in
from nhsrate.plan.columns import Array, Column, blank, missing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from nhsrate.kinds.bounds import Bound
    from nhsrate.language.conditions import Test, When
    from nhsrate.plan.columns import Codes, Mask
    from nhsrate.rules.inputs import Range
    from nhsrate.rules.model import Item

Cut = tuple[float, bool]
"""A number, and whether a value just at it lies below the cut (as for `above` and `at_most`) or above it."""

MOST_CUTS = 60
"""With more cuts than this it is quicker to draw the value."""


@frozen(eq=False)
class Table:
    """A column for each band: what an input or item is where the value lies in it; bands by organisations.

    `even` has one cell for each band, where all organisations that have one have the same, and `step` is how far these
    lie apart, where that is the same between all of them; `gone` are the organisations that have none in any band;
    nothing where that differs between bands. `numbers` is the same of levels as numbers.
    """

    column: Column
    numbers: Table | None = None
    even: Array | None = field(init=False)
    step: float | None = field(init=False)
    gone: Mask | None = field(init=False)

    def __post_init__(self) -> None:
        """See what is the same for all."""
        cells = self.column.cells
        gone = missing(cells)
        alike = bool((gone == gone[:1]).all())
        there = cells[:, ~gone[0]]
        even = alike and there.shape[1] > 0 and bool((there == there[:, :1]).all())
        object.__setattr__(self, "gone", gone[0] if alike else None)
        object.__setattr__(self, "even", there[:, 0].copy() if even else None)
        object.__setattr__(self, "step", None if self.even is None else evenly(self.even))

    def as_numbers(self) -> Table | None:
        """The table of numbers: its own, or of what its levels count as; nothing of texts."""
        return self if self.column.cells.dtype == np.float64 else self.numbers


def evenly(numbers: Array) -> float | None:
    """How far numbers lie apart, where that is the same between all of them, also in the last digit; else nothing."""
    if numbers.dtype != np.float64 or len(numbers) < 2:
        return None
    step = float(numbers[1] - numbers[0])
    return step if bool((np.arange(len(numbers)) * step + numbers[0] == numbers).all()) else None


@frozen
class Banded:
    """The bands that draws gave the values of an input (draws by organisations), and what they mean for a column.

    `root` is the table of that input itself: columns of one root hang on the same draws.
    """

    codes: Codes
    table: Table
    root: Table

    def cells(self, instead: float | None = None) -> Array:
        """The cells of every draw; those that are missing may be something else instead."""
        cells, even, gone = self.table.column.cells, self.table.even, self.table.gone
        if even is not None and gone is not None:
            made: Array = np.empty(self.codes.shape, cells.dtype)
            if self.table.step is None:
                np.take(even, self.codes, mode="clip", out=made)
            else:
                np.multiply(self.codes, self.table.step, out=made)
                made += even[0]
            if gone.any():
                made[:, gone] = blank(cells) if instead is None else instead
            return made
        if instead is not None:
            cells = np.where(missing(cells), instead, cells)
        flat, width = np.ascontiguousarray(cells.T).ravel(), cells.shape[1]
        return flat.take(self.codes + np.arange(width, dtype=np.int64) * len(cells))

    def column(self) -> Column:
        """The same as a column."""
        return Column(self.cells(), exact=self.table.column.exact, sure=self.table.column.sure)

    def of_draw(self, row: int) -> Array:
        """The cells of one draw, as a column of one row."""
        return Banded(self.codes[row : row + 1], self.table, self.root).cells()

    def picked(self, rows: Array) -> Banded:
        """Some of the draws."""
        return Banded(self.codes[rows], self.table, self.root)


def cuts_of(item: Item, id_: str, varied: Collection[str], figures: Collection[str]) -> set[Cut] | None:
    """The cuts through which an item holds a value; nothing where it does anything else with it.

    So it is where one of the item's `figures` is `varied`: then its cuts, or what it gives between them, are not fixed;
    and where bounds of the item are other items.
    """
    if not set(varied).isdisjoint(figures) or items_in((item.rule, item.limits, item.only_when)):
        return None
    whens = [limit.when for limit in item.limits] + ([item.only_when.when] if item.only_when else [])
    found = cuts_of_rule(item.rule, id_) if id_ in item.rule.reads() else set()
    return None if found is None else found | cuts_of_conditions(whens, id_)


def cuts_of_rule(rule: Any, id_: str) -> set[Cut] | None:  # noqa: ANN401 (each kind has fields of its own)
    """The same of a rule that reads the value."""
    match rule:
        case Thresholds() if rule.of == id_ != rule.by:
            sets = rule.sets.rows if rule.sets else ()
            rows = [*rule.levels, *rule.scores, *(row for _, own in sets for row in own)]
            return cuts_of_bounds(row.bound for row in rows)
        case Decide() if id_ not in rule.hands_on():
            return cuts_of_conditions([row.when for row in rule.rows], id_)
        case Count():
            return cuts_of_test(rule.at)
        case RankSpread() if rule.of == id_ != rule.rank:
            return cuts_of_bounds(part.bound for part in (rule.standard, rule.floor) if part)
    return None


def cuts_of_bounds(bounds: Iterable[Bound | None]) -> set[Cut]:
    """The cuts of stated bounds."""
    stated = [(bound.number, bound.side) for bound in bounds if bound]
    return {(float(edge.value), side in {"above", "at_most"}) for edge, side in stated if isinstance(edge, Number)}


def cuts_of_conditions(whens: Iterable[When], id_: str) -> set[Cut]:
    """The cuts of the tests of a value."""
    return set().union(*(cuts_of_test(test) for when in whens for item, test in when.leaves() if item == id_))


def cuts_of_test(test: Test) -> set[Cut]:
    """The cuts of one test: a stated number lies between two of its own."""
    match test:
        case Negated():
            return cuts_of_test(test.test)
        case Compare(bound=Number() as bound):
            return {(float(bound.value), test.sign in {">", "<="})}
        case Between(low=Number() as low, high=Number() as high):
            return {(float(low.value), test.above), (float(high.value), not test.below)}
        case Compare() | Between():
            return set()  # of items, which are no cuts
        case IsMissing():
            return set()
    numbers = [float(cell) for cell in test.cells if not isinstance(cell, Level | str)]
    return {(number, over) for number in numbers for over in (False, True)}


def between(cuts: Sequence[Cut], valid: Range | None) -> list[float]:
    """A value for each band: in the middle between its cuts, and where there is but one, beyond it.

    >>> between([(5.0, False), (5.0, True), (9.0, False)], None)
    [0.0, 5.0, 7.0, 18.0]
    """
    first, last = cuts[0][0], cuts[-1][0]
    low, high = ends(valid)
    below = (low + first) / 2 if low is not None and low < first else first - max(1.0, abs(first))
    above = (high + last) / 2 if high is not None and high > last else last + max(1.0, abs(last))
    return [below, *((one + other) / 2 for (one, _), (other, _) in pairwise(cuts)), above]


def ends(valid: Range | None) -> tuple[float | None, float | None]:
    """The lowest and the highest valid value; nothing where an end is open."""
    pair = (valid.low, valid.high) if valid else (None, None)
    low, high = (None if end is None else float(end) for end in pair)
    return low, high
