"""Process limits of a series (XmR) and the flags of Making Data Count.

Limits and flags are those of the published package of the NHS (NHSRplotthedots 0.2.2, after Making Data Count): limits
at 2.66 mean moving ranges from the mean, near-limit lines at two thirds of that. Everything is exact: a point on a line
is on it, and on neither side.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from nhsrate.rules.inputs import Polarity

LEAST = 12
"""A series, or a part of one between two rebasings, has limits from so many points on."""

RUN = 7
"""So many points make a run: all on one side of the mean, or each above, or below, the one before."""

WIDTH = Fraction(266, 100)
SCREEN = Fraction(3267, 1000)
"""Moving ranges above so many mean moving ranges are left out of their mean, once."""

NEAR = Fraction(2, 3)

Flag = Literal["outside limits", "seven rising or falling", "two of three near a limit", "seven on one side"]
FLAGS: tuple[Flag, ...] = (
    "outside limits", "seven rising or falling", "two of three near a limit", "seven on one side",
)  # fmt: skip
"""What is flagged, in the order in which a point is asked."""

Assurance = Literal["passes", "fails", "passes or fails by chance"]


@frozen
class Limits:
    """The mean of a series and how far its points go about it by common causes; near-limit lines lie two thirds out."""

    mean: Fraction
    reach: Fraction

    @property
    def lower(self) -> Fraction:
        """The lower process limit."""
        return self.mean - self.reach

    @property
    def upper(self) -> Fraction:
        """The upper process limit."""
        return self.mean + self.reach


def limits_of(values: Sequence[Decimal]) -> Limits | None:
    """The limits of values in their order; nothing of fewer than twelve.

    The moving range is the distance of each value from the one before it; those above 3.267 times their mean are left
    out once, and the mean of the others is taken.

    >>> from decimal import Decimal
    >>> found = limits_of([Decimal(n) for n in (10, 12, 11, 13, 10, 12, 11, 13, 10, 12, 11, 13)])
    >>> str(found.mean), str(found.lower.limit_denominator(1000)), limits_of([Decimal(1)] * 11)
    ('23/2', '1766/275', None)
    """
    if len(values) < LEAST:
        return None
    whole, unit = in_wholes(values)
    ranges = [abs(after - before) for before, after in pairwise(whole)]
    total, count = sum(ranges), len(ranges)
    kept = [one for one in ranges if one * count * SCREEN.denominator <= SCREEN.numerator * total]
    return Limits(Fraction(sum(whole), len(whole) * unit), WIDTH * Fraction(sum(kept), len(kept) * unit))


def in_wholes(values: Sequence[Decimal]) -> tuple[list[int], int]:
    """Values as whole numbers of a unit that all of them are multiples of, which is one over the second.

    >>> from decimal import Decimal
    >>> in_wholes([Decimal("1.5"), Decimal("0.25")])
    ([6, 1], 4)
    """
    ratios = [value.as_integer_ratio() for value in values]
    unit = lcm(*(below for _, below in ratios))
    return [above * (unit // below) for above, below in ratios], unit


def flags_of(values: Sequence[Decimal], limits: Limits) -> list[tuple[Flag, ...]]:
    """What is flagged at each point of a series with these limits."""
    gaps, reach = from_mean(values, limits)
    beside = sides(gaps)
    found: dict[Flag, Sequence[int]] = {
        "outside limits": [int(abs(gap) > reach) for gap in gaps],
        "seven rising or falling": seven_trend(values),
        "two of three near a limit": two_in_three(near(gaps, reach), beside),
        "seven on one side": seven_one_side(beside),
    }
    return [tuple(flag for flag in FLAGS if found[flag][n]) for n in range(len(values))]


def from_mean(values: Sequence[Decimal], limits: Limits) -> tuple[list[int], int]:
    """How far values lie above the mean, and the limits, in whole numbers of one unit."""
    whole, unit = in_wholes(values)
    shared = lcm(unit, limits.mean.denominator, limits.reach.denominator)
    mean, reach = int(limits.mean * shared), int(limits.reach * shared)
    return [value * (shared // unit) - mean for value in whole], reach


def sides(gaps: Sequence[int]) -> list[int]:
    """On which side of the mean each value lies: 1 above, -1 below, 0 exactly on it."""
    return [(gap > 0) - (gap < 0) for gap in gaps]


def near(gaps: Sequence[int], reach: int) -> list[int]:
    """Which values lie beyond a near-limit line and not outside of the limit."""
    return [int(NEAR.numerator * reach < NEAR.denominator * abs(gap) <= NEAR.denominator * reach) for gap in gaps]


def seven_one_side(sides: Sequence[int]) -> list[int]:
    """At each point, whether it and the six before it lie on one side of the mean; a point on the mean ends a run.

    >>> seven_one_side([1] * 8 + [-1])
    [0, 0, 0, 0, 0, 0, 1, 1, 0]
    """
    return [int(n >= RUN - 1 and abs(sum(sides[n - RUN + 1 : n + 1])) == RUN) for n in range(len(sides))]


def seven_trend(values: Sequence[Decimal | int]) -> list[int]:
    """At each point, whether it ends seven that each lie above (1), or below (-1), the one before; equal ones end it.

    >>> seven_trend([2, 1, 2, 3, 4, 5, 6, 7, 3]), seven_trend([1, 2, 3, 3, 4, 5, 6])
    ([0, 0, 0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 0])
    """
    steps = [0, *((after > before) - (after < before) for before, after in pairwise(values))]
    sums = [sum(steps[n - RUN + 2 : n + 1]) if n >= RUN - 1 else 0 for n in range(len(values))]
    return [(total == RUN - 1) - (total == 1 - RUN) for total in sums]


def two_in_three(near: Sequence[int], sides: Sequence[int]) -> list[int]:
    """The points of every three in a row on one side of the mean of which two or more lie near the limit.

    >>> two_in_three([0, 0, 1, 0, 1, 0, 0], [1] * 7), two_in_three([0, 0, 1, 1, 0, 0, 0], [1] * 7)
    ([0, 0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0, 0])
    """
    found = [0] * len(near)
    for n in range(len(near) - 2):
        if sum(near[n : n + 3]) >= 2 and abs(sum(sides[n : n + 3])) == 3:
            found[n : n + 3] = [1, 1, 1]
    return found


def assurance(target: Fraction, limits: Limits, better: Polarity | None) -> Assurance | None:
    """Whether a process within these limits will meet a target: always, never, or now and then by chance.

    A target exactly on a limit is met now and then. Nothing where it is not known which side is better.

    >>> assurance(Fraction(4), Limits(Fraction(6), Fraction(1)), "higher")
    'passes'
    >>> assurance(Fraction(4), Limits(Fraction(3), Fraction(2)), "lower")
    'passes or fails by chance'
    """
    if better is None:
        return None
    if limits.lower <= target <= limits.upper:
        return "passes or fails by chance"
    return "passes" if (target < limits.lower) == (better == "higher") else "fails"
