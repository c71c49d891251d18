"""Numbers and statistics on grids of edges: each result held to its formula in fractions or floats, then to the digit.

What a function gives is compared with the formula as it is published before it is compared with the golden file, so
that no file can be written from a result that the formula does not give.
"""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from itertools import product
from pathlib import Path
from statistics import NormalDist, mean, pstdev, stdev
from typing import TYPE_CHECKING, get_args

import pytest

from nhsrate.core import intervals
from nhsrate.core.moments import moments
from nhsrate.core.numbers import (
    WORKING,
    Halves,
    number_text,
    plain_number,
    rounded,
    stated_number,
    typed_number,
    without_tail,
)
from nhsrate.core.quantiles import Definition, quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Golden

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _working_precision() -> Iterator[None]:
    with localcontext(WORKING):
        yield


def called(function: Callable[..., object], *arguments: object) -> str:
    """What a function gives, or by what it fails."""
    try:
        return str(function(*arguments))
    except (ArithmeticError, ValueError, InvalidOperation) as error:
        return type(error).__name__


TEXTS = (
    *("0", "-0", "00", "7", "-7", "+7", "\u22127", "7.", ".5", "-.5", "0.5", "0,5", "1.50", "1,50", "1.234", "1,234"),
    *("12,345.5", "12.345,5", "1 234", "1 234,5", "1'234,5", "1,23", "1.23.4", "1,234,567", "1.234.567", "0,125"),
    *("01,234", "1234,567", "1e3", "1E3", "1.5e-3", "1,5e3", "e3", "1e", "1e1000", "1/3", "-2/4", "1/0", "1/3/2", "1 /3"),
    *("", "-", "+", "NaN", "Infinity", "1_000", "5%", "(5)", "<5", "\uff15", "5\u00b2", "1234567890123456/3"),
)  # fmt: skip


def test_texts_are_the_numbers_that_they_say(golden: Golden) -> None:
    """Where a text is plain, Python reads the same number."""
    lines = []
    for text in TEXTS:
        plain, stated = plain_number(text), stated_number(text)
        if plain is not None:
            assert plain == Decimal(text)
        if stated is not None:
            assert abs(Fraction(stated) - Fraction(text)) <= abs(Fraction(text)) / 10**49
        typed = [
            called(typed_number, text, *signs)
            for signs in product((".", ","), (None, ",", ".", " ", "'"))
            if signs[0] != signs[1]
        ]
        lines.append(f"{text!a}: plain {plain}, stated {stated}, typed {' '.join(typed)}")
    golden(GOLDEN / "texts.txt", "\n".join(lines) + "\n")


NUMBERS = [
    Decimal(text)
    for text in (
        *("0", "-0.0", "0.5", "-0.5", "1.5", "-1.5", "2.5", "-2.5", "0.45", "-0.45", "0.049", "2.675", "1e3", "-1e-7"),
        *("12345.6789", "0.3333333333333333333333333333333333333333333333333", "2.4999999999999999999999999999999999999999999"),
        *("99999999999999999", "123456789012345678", "57.99999999999999", "57.999999999999999", "1e45", "15", "25", "-25"),
    )
]  # fmt: skip


def nearest(number: Fraction, halves: Halves) -> int:
    """The whole number nearest to a fraction."""
    low = math.floor(number)
    if number - low != Fraction(1, 2):
        return round(number)
    up = {"up": True, "down": False, "even": low % 2 == 1, "towards zero": low < 0, "away from zero": low >= 0}
    return low + up[halves]


def test_numbers_are_rounded_as_their_fractions_are(golden: Golden) -> None:
    """To places before and behind the point, to steps, with halves to every side; a number of 40 digits is its half."""
    lines = []
    for number in NUMBERS:
        exact = Fraction(WORKING.plus(number).quantize(Decimal("1e-39")) if abs(number) < 10**10 else number)
        shown = [number_text(number, places) for places in (None, 0, 1, 3)]
        lines.append(f"{number}: {' '.join(shown)}, without its tail {without_tail(number)}")
        for halves in get_args(Halves):
            found = [rounded(number, places=places, halves=halves) for places in (-1, 0, 1, 2)]
            found += [rounded(number, step=Decimal(step), halves=halves) for step in ("0.5", "3", "0.25")]
            steps = [*map(Fraction, ("10", "1", "1/10", "1/100", "1/2", "3", "1/4"))]
            for one, step in zip(found, steps, strict=True):
                assert abs(number) >= 10**10 or Fraction(one) == nearest(exact / step, halves) * step, (number, step)
            lines.append(f"    {halves}: {' '.join(map(str, found))}")
    golden(GOLDEN / "numbers.txt", "\n".join(lines) + "\n")


LISTS = [[Decimal(text) for text in texts.split()] for texts in ("5", "2 7", "1 2 3", "-4 0 0 9", "1 1 2 3 5 8 13", "0.1 0.2 0.2 0.4 7 7 8 9 10 11")]  # fmt: skip
SHARES = [Decimal(text) for text in ("0", "0.001", "0.1", "0.25", "0.3", "0.5", "0.55", "0.75", "0.9", "1")]


def by_hyndman_and_fan(values: list[Fraction], share: Fraction, definition: Definition) -> Fraction:
    """A quantile as the paper defines it: by m of its type, j = floor(np + m) and g = np + m - j."""
    n = len(values)
    m = {
        "inverted cdf": Fraction(0), "averaged inverted cdf": Fraction(0), "hazen": Fraction(1, 2), "weibull": share,
        "linear": 1 - share, "median unbiased": (share + 1) / 3,
    }[definition]  # fmt: skip
    j = math.floor(n * share + m)
    g = n * share + m - j
    if definition == "inverted cdf":
        gamma = Fraction(g > 0)
    elif definition == "averaged inverted cdf":
        gamma = Fraction(1) if g > 0 else Fraction(1, 2)
    else:
        gamma = g
    at = [values[min(max(k, 1), n) - 1] for k in (j, j + 1)]
    return (1 - gamma) * at[0] + gamma * at[1]


@pytest.mark.parametrize("definition", get_args(Definition))
def test_quantiles_are_those_of_hyndman_and_fan(definition: Definition) -> None:
    """Of one value, of two, of even and odd numbers of them, with ties; to 39 digits."""
    for values, share in product(LISTS, SHARES):
        wanted = by_hyndman_and_fan([*map(Fraction, values)], Fraction(share), definition)
        assert abs(Fraction(quantile(values, share, definition)) - wanted) < Fraction(1, 10**38), (values, share)


@pytest.mark.parametrize("less", [0, 1])
def test_moments_are_those_of_the_statistics_module(less: int) -> None:
    for values in LISTS:
        found = moments(values, less)
        if len(set(values)) == 1:
            assert found is None
            continue
        assert found is not None
        assert Fraction(found.total) == sum(map(Fraction, values))
        assert found.count == len(values)
        assert math.isclose(found.mean, mean(map(float, values)), rel_tol=1e-12)
        assert math.isclose(found.deviation, (stdev if less else pstdev)(map(float, values)), rel_tol=1e-12)
        scores = found.scores(values, turned=False)
        assert scores == [-one for one in found.scores(values, turned=True)]
        for score, value in zip(scores, values, strict=True):
            assert math.isclose(score, (value - found.mean) / found.deviation, rel_tol=1e-12, abs_tol=1e-15)


COUNTS = (0, 1, 2, 3, 9, 10, 11, 58, 59, 60, 61, 100, 1500)
CONFIDENCES = [Decimal(text) for text in ("1", "50", "90", "95", "99.8")]


def poisson_up_to(count: int, expected: float) -> float:
    """The chance of so many events or fewer where so many are expected."""
    return math.fsum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(count + 1))


def close(found: Decimal | None, wanted: float) -> bool:
    return found is not None and math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def test_limits_are_those_of_their_formulas(golden: Golden) -> None:
    """Wilson's and Byar's as they are published; under the exact ones just so much chance is left at each side."""
    lines = []
    for count, confidence in product(COUNTS, CONFIDENCES):
        z, x, tail = (
            NormalDist().inv_cdf(0.5 + float(confidence) / 200),
            float(count),
            (1 - float(confidence) / 100) / 2,
        )
        told = []
        for n in (count + 1, count * 3 + 2) if count == 0 else (count, count + 1, count * 3):
            low, high = intervals.wilson(Decimal(count), Decimal(n), confidence)
            p = x / n
            middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
            assert close(low, (middle - reach) / (1 + z * z / n))
            assert close(high, (middle + reach) / (1 + z * z / n))
            told.append(f"{low} {high}")
        low, high = intervals.byar(Decimal(count), confidence)
        wanted = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3 if x else 0.0
        assert close(low, wanted) if wanted >= 0 else low is None
        assert close(high, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3)
        told.append(f"byar {low} {high}")
        low, high = intervals.exact_poisson(count, confidence)
        assert (
            low == 0 if count == 0 else math.isclose(1 - poisson_up_to(count - 1, float(low or 0)), tail, rel_tol=1e-6)
        )
        assert math.isclose(poisson_up_to(count, float(high)), tail, rel_tol=1e-6)
        told.append(f"exact {low} {high}")
        lines.append(f"{count} at {confidence}: {'; '.join(told)}")
    golden(GOLDEN / "limits.txt", "\n".join(lines) + "\n")


SCORES = [[Decimal(text) for text in texts.split()] for texts in ("1.5", "-2 3", "-4 -1 0 0.5 2 6", "3 -3 3 -3 1 1 9", "0 0 0 0 0 0 0 0 0 0 0 8")]  # fmt: skip


def test_overdispersion_is_that_of_its_formula(golden: Golden) -> None:
    """With every share of outer scores, brought in or left out; and what it makes of an error."""
    lines = []
    for scores, trim in product(SCORES, map(Decimal, ("0", "0.1", "0.2", "0.4"))):
        errors = [Decimal(k + 1) / 8 for k in range(len(scores))]
        for outer in get_args(intervals.Outer):
            found = intervals.dispersion(scores, errors, trim, outer)
            pairs = sorted(zip(map(float, scores), map(float, errors), strict=True))
            cut = int(trim * len(pairs)) if outer == "left out" else 0
            pairs = pairs[cut : len(pairs) - cut]
            ends = [
                float(by_hyndman_and_fan(sorted(map(Fraction, scores)), share, "linear"))
                for share in (Fraction(trim), 1 - Fraction(trim))
            ]
            kept = [z if outer == "left out" else min(max(z, ends[0]), ends[1]) for z, _ in pairs]
            k, w = len(kept), [1 / e**2 for _, e in pairs]
            phi = sum(z * z for z in kept) / k
            tau2 = max(0.0, (k * phi - (k - 1)) / (sum(w) - sum(v * v for v in w) / sum(w))) if k > 1 else 0.0
            assert close(found.phi, phi)
            assert close(found.tau2, tau2)
            assert found.kept == k
            wide = [
                intervals.widened(Decimal("0.5"), found, "additive"),
                intervals.widened(Decimal("0.5"), found, "multiplicative"),
            ]
            assert close(wide[0], math.sqrt(0.25 + tau2))
            assert close(wide[1], 0.5 * math.sqrt(max(1.0, phi)))
            lines.append(
                f"{' '.join(map(str, scores))} {trim} {outer}: {found.phi:.12g} {found.tau2:.12g} {wide[0]:.12g} {wide[1]:.12g}"
            )
    golden(GOLDEN / "overdispersion.txt", "\n".join(lines) + "\n")
