"""Confidence limits and overdispersion: published vectors to the digits given, and what must hold of all of them."""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsrate.core.intervals import (
    Dispersion,
    back,
    byar,
    dispersion,
    exact_poisson,
    forward,
    from_float,
    log_factorial,
    normal_limits,
    normal_quantile,
    widened,
    wilson,
)
from nhsrate.core.numbers import WORKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIDENCES = (Decimal(95), Decimal("99.8"))
COUNTS = st.integers(0, 3000)


@pytest.fixture(autouse=True)
def _working_precision() -> Iterator[None]:
    with localcontext(WORKING):
        yield


def digits(number: Decimal | None, wanted: str) -> str:
    """A number to as many significant digits as the wanted text has."""
    if number is None:
        return "missing"
    if number == 0:
        return "0"
    shown = len(wanted.replace(".", "").lstrip("0"))
    rounded = Decimal(f"{number:.{shown - 1}e}")
    return f"{rounded:f}"


def same(found: tuple[Decimal | None, Decimal], wanted: str) -> bool:
    low, high = wanted.split()
    return (digits(found[0], low), digits(found[1], high)) == (low, high)


@pytest.mark.parametrize(
    ("count", "at_95", "at_998"),
    [
        (65, "50.16318771 82.84913855", "42.88026147 94.00029084"),
        (1045, "982.5932018 1110.331213", "947.9407036 1148.806161"),
        (10, "4.787449914 18.39145861", "2.916318375 24.19372493"),
        (1, "0.01307213290 5.563755582", "missing 9.362180218"),
    ],
)
def test_byar_limits_are_the_published_ones(count: int, at_95: str, at_998: str) -> None:
    for confidence, wanted in zip(CONFIDENCES, (at_95, at_998), strict=True):
        assert same(byar(Decimal(count), confidence), wanted)


@pytest.mark.parametrize(
    ("count", "at_95", "at_998"),
    [
        (5, "1.623486390 11.66833208", "0.7393717319 16.45474520"),
        (0, "0 3.688879454", "0 6.907755279"),
    ],
)
def test_exact_limits_are_the_published_ones(count: int, at_95: str, at_998: str) -> None:
    for confidence, wanted in zip(CONFIDENCES, (at_95, at_998), strict=True):
        assert same(exact_poisson(count, confidence), wanted)


@pytest.mark.parametrize(
    ("count", "of", "at_95", "at_998"),
    [
        (65, 100, "0.5525444330 0.7363575176", "0.4954946574 0.7783540614"),
        (1045, 5000, "0.1979554988 0.2204913037", "0.1917938180 0.2273156290"),
        (1, 100, "0.001767432064 0.05448619618", "0.000873065697 0.1045544528"),
        (0, 10, "0 0.2775327999", "0 0.4884789005"),
        (10, 10, "0.7224672001 1", "0.5115210995 1"),
    ],
)
def test_wilson_limits_are_the_published_ones(count: int, of: int, at_95: str, at_998: str) -> None:
    for confidence, wanted in zip(CONFIDENCES, (at_95, at_998), strict=True):
        assert same(wilson(Decimal(count), Decimal(of), confidence), wanted)


def test_a_rate_is_its_count_with_both_limits_over_the_population() -> None:
    for confidence, wanted in zip(CONFIDENCES, ("78.26949059 81.43001654", "77.37590543 82.35447277"), strict=True):
        low, high = byar(Decimal(9856), confidence)
        assert low is not None
        assert same((low * 100 / 12345, high * 100 / 12345), wanted)


def test_exact_limits_are_those_of_the_expected_number_in_a_funnel_of_ratios() -> None:
    assert same(exact_poisson(1, Decimal(95)), "0.025318 5.5716")
    assert same(exact_poisson(5, Decimal(95)), "1.62349 11.6683")


def test_the_limits_of_a_proportion_funnel_are_those_of_the_normal_distribution() -> None:
    """p0 -+ z sqrt(p0 (1 - p0) / n), at one-sided 0.975 and 0.999."""
    p0 = Decimal("0.806424478571")
    error = (p0 * (1 - p0) / 100).sqrt()
    assert same(normal_limits(p0, error, Decimal(95)), "0.728986294 0.883862663")
    assert same(normal_limits(p0, error, Decimal("99.8")), "0.684329389 0.928519568")
    assert (normal_quantile(Decimal(95)), normal_quantile(Decimal("99.8"))) == (
        Decimal("1.9599639845400536"),
        Decimal("3.090232306167813"),
    )


@pytest.mark.parametrize("count", [1, 2, 7, 30, 59, 60, 200])
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_at_an_exact_limit_the_tail_has_just_the_chance_that_is_shut_out(count: int, confidence: Decimal) -> None:
    tail = float((1 - confidence / 100) / 2)
    low, high = exact_poisson(count, confidence)
    assert low is not None
    below = math.fsum(chance(k, float(low)) for k in range(count))
    up_to = math.fsum(chance(k, float(high)) for k in range(count + 1))
    assert 1 - below == pytest.approx(tail, rel=1e-9)
    assert up_to == pytest.approx(tail, rel=1e-11)


def chance(k: int, mean: float) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def test_exact_limits_hold_to_the_last_digit_of_a_double_also_for_a_million_events() -> None:
    """The values of a statistics library, chi2.ppf(0.025, 2 x 999,999) / 2 and chi2.ppf(0.975, 2,000,000) / 2."""
    assert exact_poisson(1, Decimal(95)) == (Decimal("0.025317807984289876"), Decimal("5.571643390938899"))
    limits = (Decimal("998039.9843202762"), Decimal("1001960.9109654503"))
    assert exact_poisson(999_999, Decimal(95)) == limits


def test_the_logarithm_of_a_factorial_is_the_same_by_the_product_and_by_the_series() -> None:
    """The first term that is left out is 3617 / (122400 n^15), which is 6e-29 at 60."""
    with localcontext(Context(prec=45)):
        for count in (59, 60, 61, 170):
            assert abs(log_factorial(count) - Decimal(math.factorial(count)).ln()) < Decimal("1e-28")


@given(COUNTS, st.sampled_from([80, 95, 99]), st.integers(1, 40))
@settings(max_examples=60)
def test_limits_hold_the_value_and_widen_with_confidence(count: int, confidence: int, more: int) -> None:
    with localcontext(WORKING):
        x, of = Decimal(count), Decimal(count + more)
        for narrow, wide, value in (
            (wilson(x, of, Decimal(confidence)), wilson(x, of, Decimal("99.9")), x / of),
            (byar(x, Decimal(confidence)), byar(x, Decimal("99.9")), x),
            (exact_poisson(count, Decimal(confidence)), exact_poisson(count, Decimal("99.9")), x),
        ):
            assert (wide[0] or 0) <= (narrow[0] or 0) <= value <= narrow[1] <= wide[1]


@given(st.integers(0, 400), st.integers(1, 400), st.integers(1, 99))
@settings(max_examples=60)
def test_wilson_and_the_funnel_agree_who_is_outside(count: int, more: int, standard: int) -> None:
    """They are one test read from two sides; only values at a limit to the last digit could differ."""
    with localcontext(WORKING):
        x, of, p0 = Decimal(count), Decimal(count + more), Decimal(standard) / 100
        low, high = wilson(x, of, Decimal(95))
        assert low is not None
        bottom, top = normal_limits(p0, (p0 * (1 - p0) / of).sqrt(), Decimal(95))
        assert (p0 < low, p0 > high) == (x / of > top, x / of < bottom)


@given(COUNTS, st.integers(1, 3000))
@settings(max_examples=30)
def test_wilson_against_fractions(count: int, more: int) -> None:
    """Both limits solve (p - x/n)^2 = z^2 p (1 - p) / n."""
    with localcontext(WORKING):
        z = Fraction(normal_quantile(Decimal(95)))
        n = count + more
        for limit in wilson(Decimal(count), Decimal(n), Decimal(95)):
            assert limit is not None
            p = Fraction(limit)
            assert abs((p - Fraction(count, n)) ** 2 - z * z * p * (1 - p) / n) < Fraction(1, 10**30)


N = [120, 250, 400, 90, 610, 330, 150, 500, 220, 275]
X = [10, 31, 40, 14, 48, 36, 9, 62, 20, 33]


def test_overdispersion_is_that_of_the_published_code() -> None:
    p0 = Decimal(sum(X)) / sum(N)
    assert digits(p0, "0.10288624787776") == "0.10288624787776"
    target = forward(p0, "arcsine")
    errors = [1 / (2 * Decimal(n).sqrt()) for n in N]
    ys = [forward(Decimal(x) / n, "arcsine") for x, n in zip(X, N, strict=True)]
    scores = [(y - target) / error for y, error in zip(ys, errors, strict=True)]
    assert [f"{score:.4f}" for score in scores] == (
        ["-0.7381", "1.0537", "-0.1912", "1.4968", "-2.0845", "0.3662", "-1.9367", "1.4902", "-0.6008", "0.9025"]
    )
    found = dispersion(scores, errors, Decimal("0.1"))
    assert digits(found.phi, "1.500337794131") == "1.500337794131"
    assert digits(found.tau2, "0.000585389975405") == "0.000585389975405"
    adjusted = [(y - target) / widened(error, found, "additive") for y, error in zip(ys, errors, strict=True)]
    assert [f"{score:.4f}" for score in adjusted] == (
        ["-0.6521", "0.8369", "-0.1374", "1.3603", "-1.3377", "0.2750", "-1.6660", "1.0114", "-0.4881", "0.7039"]
    )


def vector() -> tuple[list[Decimal], list[Decimal]]:
    """The z scores of the published vector and their errors."""
    target = forward(Decimal(sum(X)) / sum(N), "arcsine")
    errors = [1 / (2 * Decimal(n).sqrt()) for n in N]
    ys = [forward(Decimal(x) / n, "arcsine") for x, n in zip(X, N, strict=True)]
    return [(y - target) / error for y, error in zip(ys, errors, strict=True)], errors


def test_of_the_published_vector_the_outermost_at_each_end_are_left_out_with_their_errors() -> None:
    """The fourth and the fifth, at 1.4968 and -2.0845; the figures are from floats, without this code."""
    found = dispersion(*vector(), Decimal("0.1"), "left out")
    assert found.kept == 8
    assert float(found.phi) == pytest.approx(1.1215697201051391, rel=1e-12)
    assert float(found.tau2) == pytest.approx(0.00025760244858228227, rel=1e-12)
    scores, errors = vector()
    rest = [n for n in range(10) if n not in {3, 4}]
    assert dispersion([scores[n] for n in rest], [errors[n] for n in rest], Decimal(0), "left out") == found


@pytest.mark.parametrize(("share", "kept"), [("0", 10), ("0.09", 10), ("0.1", 8), ("0.19", 8), ("0.2", 6), ("0.49", 2)])
def test_the_share_left_out_is_of_the_number_and_rounded_down(share: str, kept: int) -> None:
    assert dispersion(*vector(), Decimal(share), "left out").kept == kept
    assert dispersion(*vector(), Decimal(share)).kept == 10


def test_of_equal_scores_the_more_exact_is_left_out_whatever_their_order() -> None:
    scores = [Decimal(score) for score in (-3, -3, 0, 1, 2)]
    errors = [Decimal("0.2"), Decimal("0.1"), Decimal("0.1"), Decimal("0.1"), Decimal("0.1")]
    found = dispersion(scores, errors, Decimal("0.2"), "left out")
    assert found == dispersion(scores[::-1], errors[::-1], Decimal("0.2"), "left out")
    assert found == dispersion([*map(Decimal, (-3, 0, 1))], [Decimal("0.2"), *errors[2:4]], Decimal(0))


def test_where_chance_explains_all_nothing_is_widened() -> None:
    scores = [Decimal(score) / 10 for score in (-5, -2, 0, 3, 4)]
    errors = [Decimal("0.1"), Decimal("0.2"), Decimal("0.1"), Decimal("0.3"), Decimal("0.1")]
    found = dispersion(scores, errors, Decimal("0.1"))
    assert found.tau2 == 0
    assert found.phi < 1
    assert widened(Decimal("0.1"), found, "additive") == Decimal("0.1")
    assert widened(Decimal("0.1"), found, "multiplicative") == Decimal("0.1")


def test_the_multiplicative_form_is_the_error_times_the_root_of_phi() -> None:
    assert widened(Decimal("0.1"), Dispersion(Decimal(4), Decimal(9), 5), "multiplicative") == Decimal("0.2")


def test_one_organisation_alone_is_not_overdispersed() -> None:
    assert dispersion([Decimal(5)], [Decimal("0.1")], Decimal("0.1")) == Dispersion(Decimal(25), Decimal(0), 1)


def test_a_transform_and_back_is_the_value_within_what_can_be() -> None:
    assert back(forward(Decimal("0.25"), "arcsine"), "arcsine") == pytest.approx(Decimal("0.25"))
    assert back(forward(Decimal("2.25"), "square root"), "square root") == Decimal("2.25")
    assert back(forward(Decimal("0.8"), "natural logarithm"), "natural logarithm") == Decimal("0.8")
    assert float(forward(Decimal(2), "natural logarithm")) == math.log(2)
    assert back(forward(Decimal(-3), "none"), "none") == -3
    assert back(Decimal(-1), "arcsine") == 0
    assert back(Decimal(9), "arcsine") == 1
    assert back(Decimal(-1), "square root") == 0
    assert from_float(0.1) == Decimal("0.1")
