"""How values are spread: their mean and standard deviation, and how many deviations each lies from the mean."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, localcontext
from itertools import repeat
from operator import mul
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, SNAPPED, WORKING, ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

# Why the formula that books warn of. The sum of squares is n x sum(x^2) - sum(x)^2, the difference of two large
# numbers, and in binary it can even come out below zero. The usual cure takes squares of distances from the mean; but a
# mean is often no finite decimal, and then values that are all equal have a spread of some last digit, which is divided
# by. With digits to spare the warned-of formula is the exact one: no mean is needed, equal values give just nothing,
# and the order of the values does not matter. How many digits are enough is reckoned below.

WIDE = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
"""The arithmetic of sums of squares, which are large beside what is left of them: 200 digits.

Values of 50 digits that are not all equal differ by more than 1e-51 of the largest, so that n x sum(x^2) - sum(x)^2
loses at most 102 digits, and a million values add 12: over 80 digits of it are right, more than are ever asked for.
Most values are short, and their squares cost a third of what squared distances from a mean of 50 digits do.
"""


@frozen
class Moments:
    """The number, sum, mean and standard deviation of values that are not all equal."""

    count: Decimal
    total: Decimal
    mean: Decimal
    deviation: Decimal

    def scores(self, values: Sequence[Decimal], *, turned: bool) -> list[Decimal]:
        """How many deviations each value lies above the mean (below it, if turned), at 40 digits.

        (value - mean) / deviation is made as (count x value - total) x 1 / (count x deviation): the first factor is
        exact, so that nothing is lost near the mean, and there is one division for all values. A column of published
        figures has many equal ones, each of which is scored once.
        """
        many = repeat_themselves(values)
        different = list(dict.fromkeys(values)) if many else values
        divisor = WORKING.multiply(self.count, self.deviation.copy_negate() if turned else self.deviation)
        away = map(WIDE.fma, different, repeat(self.count), repeat(self.total.copy_negate()))
        scores = map(SNAPPED.multiply, away, repeat(WORKING.divide(ONE, divisor)))
        if not many:
            return list(scores)
        score_of = dict(zip(different, scores, strict=True))
        return [*map(score_of.__getitem__, values)]


LOOKED_AT = 500
"""The values that tell whether a column repeats itself."""


def repeat_themselves(values: Sequence[Decimal]) -> bool:
    """Whether a tenth of the first values are equal to others, and are then one object with them.

    To hash a number costs as much as to square it, so that few equal ones are not worth to be told apart.
    """
    first = values[:LOOKED_AT]
    return len({*map(id, first)}) * 10 <= len(first) * 9


def tally(values: Sequence[Decimal]) -> tuple[Sequence[Decimal], Sequence[int]]:
    """The different values and how often each stands there; where few are equal, each as it stands, once.

    >>> one, two = Decimal(1), Decimal(2)
    >>> tally([one, two, one]), tally([one, two])
    (([Decimal('1'), Decimal('2')], [2, 1]), ([Decimal('1'), Decimal('2')], [1, 1]))
    """
    if not repeat_themselves(values):
        return values, [1] * len(values)
    times = Counter(values)
    return [*times], [*times.values()]


def moments(values: Sequence[Decimal], less: int) -> Moments | None:
    """The moments, with the squares over the number of values `less` 1 or 0; nothing where there is no spread."""
    if len(values) <= less:
        return None
    count = Decimal(len(values))
    different, times = tally(values)
    with localcontext(WIDE):
        sums = values if different is values else [*map(mul, different, times)]
        total = sum(sums, ZERO)
        spread = count * sum(map(mul, different, sums), ZERO) - total * total
    if not spread:
        return None
    deviation = WORKING.sqrt(WORKING.divide(spread, count * (count - less)))
    return Moments(count, total, WORKING.divide(total, count), deviation)
