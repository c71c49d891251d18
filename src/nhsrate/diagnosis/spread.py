"""The interval of a value: between what its true figure lies, where the return says how many it is of."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.intervals import byar, exact_poisson, normal_limits, wilson
from nhsrate.core.numbers import WORKING, ZERO, snap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.diagnosis.points import Point, Sample

CONFIDENCE = Decimal(95)
FEW = 10
"""Below so many events Byar's approximation is poor, and the exact limits are taken."""


@frozen
class Interval:
    """Between which figures a true one lies, at 95 %."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: Interval) -> bool:
        """Whether both hold some figure in common; one that just touches does."""
        return self.low <= other.high and other.low <= self.high


Apart = Literal["apart", "overlapping", "unknown"]


def apart(one: Interval | None, other: Interval | None) -> Apart:
    """Whether two figures differ by more than chance explains, as far as that is known."""
    if one is None or other is None:
        return "unknown"
    return "overlapping" if one.overlaps(other) else "apart"


def interval(point: Point, columns: Mapping[str, Sequence[Cell]], n: int) -> Interval | None:
    """The interval of a figure of organisation `n`; nothing where it has no figure, or nothing says how exact it is."""
    figure = point.figure(columns, n)
    if point.sample is None or not isinstance(figure, Decimal):
        return None
    with localcontext(WORKING):
        if point.sample.how == "error":
            return of_error(point.sample, figure, columns, n)
        return of_counts(point.sample, columns, n)


def of_error(sample: Sample, figure: Decimal, columns: Mapping[str, Sequence[Cell]], n: int) -> Interval | None:
    """So many standard errors either way."""
    error: Cell = sample.number.value if sample.number else columns[sample.of][n]
    if not isinstance(error, Decimal) or error < 0:
        return None
    return Interval(*normal_limits(figure, error, CONFIDENCE))


def of_counts(sample: Sample, columns: Mapping[str, Sequence[Cell]], n: int) -> Interval | None:
    """Wilson's limits of a share, and of a rate those of its events: Byar's, or with few of them the exact ones."""
    count, of = columns[sample.of][n], columns[sample.out_of][n]
    if isinstance(count, Missing) or isinstance(of, Missing):
        return None
    if not isinstance(count, Decimal) or not isinstance(of, Decimal) or of <= 0 or count < 0:
        return None
    if sample.how == "share":
        if count > of:
            return None
        low, high = wilson(count, of, CONFIDENCE)
        return Interval(snap((low or ZERO) * sample.times), snap(high * sample.times))
    whole = count == count.to_integral_value()
    low, high = exact_poisson(int(count), CONFIDENCE) if count < FEW and whole else byar(count, CONFIDENCE)
    return Interval(snap((low or ZERO) * sample.times / of), snap(high * sample.times / of))
