"""Quantiles by their named definitions (Hyndman and Fan, The American Statistician 50, 1996, types 1 to 8)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Literal, assert_never

from nhsrate.core.numbers import ONE, snap

if TYPE_CHECKING:
    from collections.abc import Sequence

Definition = Literal["linear", "inverted cdf", "averaged inverted cdf", "hazen", "weibull", "median unbiased"]

# Why there are six, and no default. Where the wanted position falls between two values, programs disagree on what
# stands there, and a quarter of a population nearly always falls between two organisations: of 98 organisations
# `weibull` puts 24 into the lowest quarter and `linear` 25. A method that says "quartiles" has not said which; so a
# rule file must. Two of the definitions pick a value that somebody has (or the mean of two); the others go part of the
# way from one value to the next, and differ only in the position that they ask for.
#
# Positions are worked out in decimals. 0.55 of 100 is 55 here, and 55.00000000000001 in binary, where the next value
# would be picked; and a third of 3, which comes to 0.999 and so on at 50 digits, is 1 at 40.


def quantile(ordered: Sequence[Decimal], share: Decimal, definition: Definition) -> Decimal:
    """The value below which a share (0 to 1) of ascending values lies, by a named definition.

    >>> values = [Decimal(n) for n in (1, 2, 3, 4)]
    >>> [str(quantile(values, Decimal("0.25"), name)) for name in ("linear", "inverted cdf", "averaged inverted cdf")]
    ['1.75', '1', '1.5']
    """
    n = len(ordered)
    match definition:
        case "linear":
            return _between(ordered, share * (n - 1) + 1)
        case "hazen":
            return _between(ordered, share * n + Decimal("0.5"))
        case "weibull":
            return _between(ordered, share * (n + 1))
        case "median unbiased":
            return _between(ordered, share * n + (share + 1) / 3)
        case "inverted cdf":
            return _at(ordered, int(snap(share * n).to_integral_value(ROUND_CEILING)))
        case "averaged inverted cdf":
            position = snap(share * n)
            whole = int(position.to_integral_value(ROUND_FLOOR))
            if position != whole:
                return _at(ordered, whole + 1)
            return snap((_at(ordered, whole) + _at(ordered, whole + 1)) / 2)
        case never:
            assert_never(never)


def _at(ordered: Sequence[Decimal], position: int) -> Decimal:
    return ordered[min(max(position, 1), len(ordered)) - 1]


def _between(ordered: Sequence[Decimal], position: Decimal) -> Decimal:
    position = snap(min(max(position, ONE), Decimal(len(ordered))))
    whole = int(position.to_integral_value(ROUND_FLOOR))
    low, high = _at(ordered, whole), _at(ordered, whole + 1)
    return snap(low + (position - whole) * (high - low))
