"""The exact chances of the bands in which a value with a sampling error may lie, and draws of bands by them.

A value with a normal error lies below a cut with the chance Phi of the gap, a share of a numerator and a denominator
with the incomplete beta function of it. The chances are whole parts of 2 to the 31st, so that what cannot be, and what
must be, is never drawn otherwise; the nearest such part is at most 2.4e-10 off.
"""

from __future__ import annotations

from math import erfc, lgamma, sqrt
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.core.frozen import frozen
from nhsrate.plan.bands import MOST_CUTS, Banded, Table, between, cuts_of, ends
from nhsrate.plan.columns import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nhsrate.plan.bands import Cut
    from nhsrate.plan.columns import Array, Codes, Floats
    from nhsrate.plan.plan import Plan
    from nhsrate.rules.inputs import Range

WHOLE = 1 << 31
"""What is certain has so many parts."""


@frozen
class Bands:
    """The bands of one input: for each cut the parts of 2^31 below it, cuts by organisations, and what they mean."""

    below: Array
    table: Table

    def drawn(self, rng: np.random.Generator, rows: int) -> Banded:
        """A band for each organisation in each draw."""
        width = self.below.shape[1]
        raw = rng.bit_generator.random_raw((rows * width + 1) // 2)
        parts = np.asarray(raw).view(np.uint32)[: rows * width].reshape(rows, width)
        parts >>= np.uint32(1)
        codes: Codes = np.zeros((rows, width), np.uint8)
        beyond = np.empty((rows, width), np.bool_)
        for below in self.below:
            np.greater_equal(parts, below, out=beyond)
            codes += beyond.view(np.uint8)
        return Banded(codes, self.table, self.table)


def bands_of(plan: Plan, id_: str, roots: Iterable[str], varied: Collection[str], chances: Chances) -> Bands | None:
    """The bands of an input; nothing where anything that the roots rest on wants more of it than its band."""
    cuts = fixed_cuts(plan, id_, roots, varied)
    if not cuts or len(cuts) > MOST_CUTS:
        return None
    valid = plan.methodology.inputs[id_].valid
    below = np.array([np.where(chances.missing, 0.0, chances.below(cut, valid)) for cut in cuts])
    base = plan.base(id_).cells
    values = np.where(np.isnan(base), np.nan, np.array(between(cuts, valid))[:, None])
    return Bands(np.rint(below * WHOLE).astype(np.uint32), Table(Column(values, exact=True)))


def fixed_cuts(plan: Plan, id_: str, roots: Iterable[str], varied: Collection[str]) -> list[Cut] | None:
    """The cuts through which all that the roots rest on hold an input, in order; nothing where any does more."""
    found: set[Cut] = set()
    populations = plan.methodology.populations
    for reader in plan.rests_on(roots) & plan.methodology.items.keys():
        item = plan.methodology.items[reader]
        over = populations.get(plan.over(item))
        if over is not None and id_ in over.when.items():
            return None
        if id_ not in item.reads() or plan.all_given(reader):
            continue
        cuts = cuts_of(item, id_, varied, plan.figures_of[reader]) if plan.by_itself(item) else None
        if cuts is None:
            return None
        found |= cuts
    return sorted(found)


@frozen
class Chances:
    """How the value of one input is spread, for each organisation: about `base`, with a standard error or as a beta.

    Where neither the error nor the beta's shapes are known (NaN), or the error is nothing, the value stays as it is.
    `times` is what a share of all is in the unit of the input.
    """

    base: Floats
    error: Floats | None = None
    shapes: tuple[Floats, Floats] | None = None
    times: float = 1.0

    @property
    def missing(self) -> Array:
        """Who has no value."""
        return np.isnan(self.base)

    def below(self, cut: Cut, valid: Range | None) -> Floats:
        """The chance of a value below a cut; what is not valid is brought to the nearest value that is."""
        number, over = cut
        low, high = ends(valid)
        if high is not None and (number > high or (over and number == high)):
            return np.ones_like(self.base)
        if low is not None and (number < low or (not over and number == low)):
            return np.zeros_like(self.base)
        sure = self.base <= number if over else self.base < number
        if self.shapes is not None:
            first, second = self.shapes
            known = ~(np.isnan(first) | np.isnan(second) | np.isnan(self.base))
            share = beta_below(number / self.times, np.where(known, first, 1.0), np.where(known, second, 1.0))
            return np.where(known, share, sure)
        assert self.error is not None  # noqa: S101 (one of the two is known)
        moves = self.error > 0
        with np.errstate(invalid="ignore"):
            gaps = np.where(moves, (self.base - number) / np.where(moves, self.error, 1.0), 0.0)
        phi = np.array([erfc(gap / sqrt(2)) / 2 if gap == gap else 0.0 for gap in gaps.tolist()])  # noqa: PLR0124 (NaN)
        return np.where(moves, phi, sure)


def beta_below(x: float, first: Floats, second: Floats) -> Floats:
    """The chance that a beta variable lies below `x`: the regularised incomplete beta function.

    By the continued fraction of Lentz's method, as in Press and others, *Numerical Recipes*, section 6.4, on whichever
    side it converges.

    >>> beta_below(0.25, np.array([0.5, 1.0, 2.0]), np.array([0.5, 3.0, 1.0])).round(9).tolist()
    [0.333333333, 0.578125, 0.0625]
    """
    if not 0 < x < 1:
        return np.full(first.shape, float(x >= 1))
    turned = x >= (first + 1) / (first + second + 2)
    a, b = np.where(turned, second, first), np.where(turned, first, second)
    at = np.where(turned, 1 - x, x)
    logs = np.array([lgamma(p + q) - lgamma(p) - lgamma(q) for p, q in zip(a.tolist(), b.tolist(), strict=True)])
    front = np.exp(logs + a * np.log(at) + b * np.log1p(-at)) / a
    share = front * fraction(at, a, b)
    return np.where(turned, 1 - share, share)


def fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    """The continued fraction of the incomplete beta function, to the last digits of a double."""
    tiny = 1e-300
    step = np.zeros_like(x)
    c = np.ones_like(x)
    d = 1 - (a + b) * x / (a + 1)
    d = 1 / np.where(np.abs(d) < tiny, tiny, d)
    found = d.copy()
    m = 0
    while (np.abs(step - 1) > 4e-15).any():
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 + term * d
            c = 1 + term / c
            d = 1 / np.where(np.abs(d) < tiny, tiny, d)
            c = np.where(np.abs(c) < tiny, tiny, c)
            step = d * c
            found = found * step
    return found
