"""Confidence limits of counts and proportions, the limits of funnels, and how far a population is overdispersed.

Wilson (1927) for proportions, Byar's approximation and the exact Poisson limits for counts, as public-health bodies
publish them; overdispersion as in Spiegelhalter, Quality and Safety in Health Care 14 (2005), 347. The normal and the
chi-square distribution come from `statistics.NormalDist` and from root finding; everything else is exact arithmetic,
to be called with the engine's precision in force.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import lru_cache
from math import asin, sin, sqrt
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, snap
from nhsrate.core.quantiles import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

Limits = tuple[Decimal | None, Decimal]
"""The lower and the upper limit; there is no lower one where the formula gives a negative number."""

HUNDRED = Decimal(100)
HALF_TURN = 1.5707963267948966

# Why these limits, and why by hand. The limits of most textbooks, so many standard errors about the value itself, have
# no width at none or all of a number (0 of 10 would be certain); Wilson's do. A count of events has no upper end and
# needs limits of its own: the exact ones rest on the chi-square distribution, and Byar's approximation, a cube of a
# normal, is what public-health bodies publish; under ten events it is poor, so a rule says what becomes of those.
#
# What lies exactly at a limit is inside, so two machines must find the same limit to the last digit. A library of
# statistics would be the only one that rating needs, and works in binary. All that cannot be written as arithmetic is
# the normal quantile, which the standard library has, and the root of the Poisson tail, for which there is a start that
# is known to lie on the right side, so that Newton's method cannot go astray; its result is cut back to a double, more
# digits than any publication shows and fewer than the last step could disturb.
#
# In a funnel of large organisations nearly all lie outside: with so many patients any difference is certain, though it
# may be of no account. Hence overdispersion: how far the organisations differ anyway is measured on a scale where the
# error does not depend on the value (arcsine, square root), after the far ones are brought in, lest the very outliers
# that are looked for widen the limits until they lie inside.


def from_float(number: float) -> Decimal:
    """The decimal number that a float prints as."""
    return Decimal(repr(number))


@lru_cache(maxsize=64)
def normal_quantile(confidence: Decimal) -> Decimal:
    """How many standard errors either way hold this confidence (in per cent), both tails shut out alike.

    >>> normal_quantile(Decimal(95)), normal_quantile(Decimal("99.8"))
    (Decimal('1.9599639845400536'), Decimal('3.090232306167813'))
    """
    from statistics import NormalDist  # only significance needs it

    return from_float(NormalDist().inv_cdf(float(ONE - (ONE - confidence / HUNDRED) / 2)))


def wilson(count: Decimal, of: Decimal, confidence: Decimal) -> Limits:
    """Wilson's limits of a proportion: (2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2))."""
    z = normal_quantile(confidence)
    middle = 2 * count + z * z
    reach = z * (z * z + 4 * count * (ONE - count / of)).sqrt()
    divisor = 2 * (of + z * z)
    return snap((middle - reach) / divisor), snap((middle + reach) / divisor)


def byar(count: Decimal, confidence: Decimal) -> Limits:
    """Byar's approximate limits of a count of events; without a lower one where it would be negative."""
    z = normal_quantile(confidence)
    low = count * (ONE - ONE / (9 * count) - z / (3 * count.sqrt())) ** 3 if count else ZERO
    more = count + 1
    high = more * (ONE - ONE / (9 * more) + z / (3 * more.sqrt())) ** 3
    return (None if low < 0 else snap(low)), snap(high)


def exact_poisson(count: int, confidence: Decimal) -> Limits:
    """The exact limits of a count of events: chi2(a/2; 2x) / 2 and chi2(1 - a/2; 2x + 2) / 2, with a = 1 - confidence.

    They are the means under which so many events or more, and so many or fewer, have the chance a/2.
    """
    tail = (ONE - confidence / HUNDRED) / 2
    with localcontext(Context(prec=40)):
        low = _poisson_mean(count, tail, confidence, upper=False) if count else ZERO
        return low, _poisson_mean(count, tail, confidence, upper=True)


def _poisson_mean(count: int, tail: Decimal, confidence: Decimal, *, upper: bool) -> Decimal:
    """The mean under which `count` events or fewer (`upper`), or as many or more, have the chance `tail`.

    Newton's method, to a full double, on the logarithm of that chance, which is concave, so that it cannot go astray.
    """
    logarithm = log_factorial(count)
    low, high = byar(Decimal(count), confidence)
    # The chance of so many or more is below mean^count / count!, so that this start lies below the lower root.
    mean = high if upper else max(low or ZERO, ((tail.ln() + logarithm) / count).exp())
    step = mean
    while abs(step) > mean * Decimal("1e-20"):
        terms = _terms(count, mean, upper=upper)
        excess = count * mean.ln() - mean - logarithm + terms.ln() - tail.ln()
        step = excess * terms if upper else -excess * terms * mean / count
        mean += step
    return from_float(float(mean))


def _terms(count: int, mean: Decimal, *, upper: bool) -> Decimal:
    """The chances of `count` events or fewer (`upper`), or as many or more, over the chance of just `count`."""
    total = term = ONE
    k = count
    while term > total * Decimal("1e-25"):
        if upper:
            term *= k / mean
            k -= 1
        else:
            k += 1
            term *= mean / k
        total += term
    return total


def log_factorial(count: int) -> Decimal:
    """The natural logarithm of count!, to more than 25 digits.

    >>> round(log_factorial(5).exp(), 20), round(log_factorial(100), 15)
    (Decimal('120.00000000000000000000'), Decimal('363.739375555563490'))
    """
    with localcontext(Context(prec=40)):
        if count < 60:
            product = ONE
            for k in range(2, count + 1):
                product *= k
            return product.ln()
        n = Decimal(count)
        turn = Decimal("6.283185307179586476925286766559005768394")
        series = ((1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156))
        rest = sum((Decimal(top) / (bottom * n ** (2 * k + 1)) for k, (top, bottom) in enumerate(series)), ZERO)
        return (n + Decimal("0.5")) * n.ln() - n + turn.ln() / 2 + rest


def normal_limits(middle: Decimal, error: Decimal, confidence: Decimal) -> tuple[Decimal, Decimal]:
    """So many standard errors either way of a value."""
    reach = normal_quantile(confidence) * error
    return snap(middle - reach), snap(middle + reach)


Transform = Literal["arcsine", "square root", "natural logarithm", "none"]
"""The scale on which z scores are taken: for proportions; the two for ratios and rates; for values as they are.

On the first two an error does not depend on the standard; that of a logarithm is one over the root of the events that
the standard leads one to expect.
"""

Outer = Literal["brought in", "left out"]
"""What becomes of the outer z scores before their spread is taken: brought to the quantiles, or not counted."""


def forward(value: Decimal, transform: Transform) -> Decimal:
    """A value on the scale of a transform."""
    if transform == "arcsine":
        return from_float(asin(sqrt(value)))
    if transform == "natural logarithm":
        return value.ln()
    return value.sqrt() if transform == "square root" else value


def back(value: Decimal, transform: Transform) -> Decimal:
    """A value brought back from the scale of a transform, within what can be."""
    if transform == "arcsine":
        return from_float(sin(min(max(float(value), 0.0), HALF_TURN)) ** 2)
    if transform == "natural logarithm":
        return snap(value.exp())
    return max(value, ZERO) ** 2 if transform == "square root" else value


@frozen
class Dispersion:
    """How much more organisations differ than chance explains.

    `phi` is the mean of the squared z scores once the outer ones are dealt with (1 where chance explains all), `tau2`
    the variance between organisations on the scale of the transform, `kept` how many z scores it is made from.
    """

    phi: Decimal
    tau2: Decimal
    kept: int


def dispersion(
    scores: Sequence[Decimal], errors: Sequence[Decimal], trim: Decimal, outer: Outer = "brought in"
) -> Dispersion:
    """Spiegelhalter's phi and tau2 from z scores and their standard errors.

    Outer z scores are brought to the quantiles `trim` and 1 - `trim` (linear); or `left out` with their errors: that
    share of their number at each end, rounded down, and of equal ones those that are more exact first.
    tau2 = max(0, (k phi - (k - 1)) / (sum 1/v - sum(1/v^2) / sum(1/v))) with v the squared errors of the k that count.
    """
    ordered = sorted(zip(scores, errors, strict=True))
    if outer == "left out":
        cut = int(trim * len(ordered))
        ordered = ordered[cut : len(ordered) - cut]
        low, high = ordered[0][0], ordered[-1][0]
    else:
        low, high = (quantile([score for score, _ in ordered], share, "linear") for share in (trim, 1 - trim))
    k = len(ordered)
    phi = sum((min(max(score, low), high) ** 2 for score, _ in ordered), ZERO) / k
    weights = [ONE / error**2 for _, error in ordered]
    total = sum(weights, ZERO)
    spread = total - sum((weight**2 for weight in weights), ZERO) / total
    tau2 = max(ZERO, (k * phi - (k - 1)) / spread) if k > 1 else ZERO
    return Dispersion(snap(phi), snap(tau2), k)


def widened(error: Decimal, dispersion: Dispersion, form: Literal["additive", "multiplicative"]) -> Decimal:
    """What a standard error becomes: sqrt(v + tau2), or error times sqrt(phi), which never narrows it."""
    if form == "additive":
        return (error**2 + dispersion.tau2).sqrt()
    return error * max(ONE, dispersion.phi).sqrt()
