"""How the limits of a funnel are widened where organisations differ by more than chance explains."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.intervals import Outer
from nhsrate.language.numbers import Number


@frozen
class Overdispersion:
    """How limits are widened where organisations differ by more than chance.

    Fields:
        form: `additive` adds the variance between organisations to each error; `multiplicative` multiplies each error
            by the root of phi.
        trim: The share of the z scores, at either end, that is dealt with as outer ones before phi is taken.
        outer: Whether the outer z scores are `brought in` to the quantiles of that share, or `left out`: that share of
            their number at each end, rounded down.
        on: The scale of the z scores of ratios and rates, and of their limits: `square root` (so where nothing is
            said) or `natural logarithm`.
    """

    form: Literal["additive", "multiplicative"]
    trim: Number = Number(Decimal("0.1"))
    outer: Outer = "brought in"
    on: Literal["square root", "natural logarithm"] | None = None

    def __str__(self) -> str:
        on = f" on the {self.on}" if self.on else ""
        outer = "brought to the quantiles" if self.outer == "brought in" else "left out"
        return f"{self.form}{on}, the outer {self.trim} of the z scores at each end {outer}"
