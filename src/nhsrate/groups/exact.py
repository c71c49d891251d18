"""Sums and comparisons of decimal numbers that lose no digit, and take a tenth of the time of fractions."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

from nhsrate.core.numbers import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow])
"""Arithmetic that refuses what 400 digits do not hold, which is then worked out in fractions."""

LOST = (Inexact, Overflow)


def total(columns: Sequence[Sequence[Decimal]], rows: Sequence[int]) -> Fraction:
    """The sum of a column over some of its rows, or of the products of two columns.

    >>> total([[Decimal("0.1"), Decimal("0.2"), Decimal(9)]], [0, 1])
    Fraction(3, 10)
    >>> total([[Decimal("0.1"), Decimal("1e900")], [Decimal(3), Decimal(2)]], [0, 1]) == Fraction(3, 10) + 2 * 10**900
    True
    """
    first, *others = ([column[n] for n in rows] for column in columns)
    try:
        with localcontext(EXACT):
            return Fraction(sum(map(mul, first, others[0]) if others else first, ZERO))
    except LOST:
        terms = map(Fraction, first)
        return sum((one * Fraction(other) for one, other in zip(terms, others[0], strict=True)) if others else terms,
                   Fraction(0))  # fmt: skip


def others_than_said(rows: Iterable[tuple[int, Any, Any, Any]], times: Decimal) -> list[int]:
    """The numbers of the rows that say another figure than `times` one count over another makes.

    Each row has its number, what it says, and both counts. A figure may be rounded to the last place that it is said
    with; a row with nothing under its numerator says nothing.

    >>> said = [*map(Decimal, ("66.7", "66.6", "66.5", "67", "70"))]
    >>> rows = [(n, one, Decimal(2), Decimal(3)) for n, one in enumerate(said)]
    >>> others_than_said([*rows, (5, Decimal(70), Decimal(2), ZERO)], Decimal(100))
    [2, 4]
    >>> others_than_said([(0, Decimal("1.5e900"), Decimal(2), Decimal(3))], Decimal(100))
    [0]
    """
    found, units = [], dict[int, Decimal]()
    with localcontext(EXACT):
        for n, said, over, under in rows:
            exponent = said.as_tuple().exponent
            unit = units.get(exponent) or units.setdefault(exponent, Decimal(f"1e{exponent}"))
            try:
                other = abs(times * over - said * under) > unit * abs(under)
            except LOST:
                other = abs(Fraction(times) * Fraction(over) - Fraction(said) * Fraction(under)) > abs(
                    Fraction(unit) * Fraction(under)
                )
            found += [n] if other and under else []
    return found
