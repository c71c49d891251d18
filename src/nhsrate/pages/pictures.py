"""The pictures in the cells of tables: where a value lies among others, drawn in a box of fixed width.

A picture says nothing that the numbers beside it do not say, so it is hidden from readers aloud.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import Day

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 200
"""How wide a picture's box is; the style says how wide it is shown."""

ROWS = 5
"""Up to so many values that fall together stand above each other; more hide behind these."""

DIGITS = 6
"""Digits that are shown of the lowest, the median and the highest value; each value stands with its organisation."""

STEP = 3
"""How far dots that fall together stand apart."""


@frozen
class Axis:
    """A stretch of numbers laid along a picture's width; the margin keeps what stands at its ends within."""

    low: float
    high: float
    margin: float = 4

    def at(self, value: Decimal | float) -> str:
        """Where a value lies, to a tenth of a point.

        >>> Axis(0, 10).at(5), Axis(3, 3).at(3), Axis(1, 61).at(1)
        ('100', '100', '4')
        """
        share = (float(value) - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return short(self.margin + min(max(share, 0), 1) * (WIDTH - 2 * self.margin))


def short(number: float) -> str:
    """A number with one decimal place where it has one.

    >>> short(4.04), short(4.06)
    ('4', '4.1')
    """
    return f"{number:.1f}".removesuffix(".0")


def brief(value: Decimal, digits: int = DIGITS) -> Decimal:
    """A number with no more decimals than so many digits of it have.

    >>> print(brief(Decimal("23.1428571428571")), brief(Decimal("1234567.25")), brief(Decimal("0.30")))
    23.1429 1234567 0.30
    >>> print(brief(Decimal("-1.03439620562"), 3), brief(Decimal("0.00123456"), 3), brief(Decimal("12345.6"), 3))
    -1.03 0.00123 12346
    """
    places = max(digits - 1 - value.adjusted(), 0)
    exponent = value.as_tuple().exponent
    if isinstance(value, Day) or not isinstance(exponent, int) or -exponent <= places:
        return value
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def dots(values: Sequence[Decimal], axis: Axis, middle: float = 9) -> str:
    """The path of a dot for each value: points of no length, whose round ends are the dots."""
    seen: dict[str, int] = {}
    path = []
    for value in sorted(values):
        x = short(round(float(axis.at(value)) / STEP) * STEP)
        k = seen[x] = seen.get(x, -1) + 1
        if k < ROWS:
            up = (k + 1) // 2 * STEP * (1 if k % 2 else -1)
            path.append(f"M{x} {short(middle + up)}h0")
    return "".join(path)
