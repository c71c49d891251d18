"""Means, standard deviations and scores have 40 right digits, however large the values are beside their spread."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.moments import moments, repeat_themselves

WITHIN = Fraction(1, 10**39)
"""One in the 40th digit."""

digits = st.integers(-(10**17) + 1, 10**17 - 1)
values = st.builds(lambda number, places: Decimal(number).scaleb(-places), digits, st.integers(0, 20))
near = st.builds(lambda number: Decimal(10**30) + Decimal(number).scaleb(-9), st.integers(-3, 3))
"""Values of 40 digits, of which the first 38 say nothing."""
long = st.builds(lambda number, of: Decimal(number) / Decimal(of), digits, st.integers(1, 99))


def square(number: Decimal) -> Fraction:
    return Fraction(number) * Fraction(number)


@given(
    st.lists(values | long, min_size=2, max_size=9) | st.lists(near, min_size=2, max_size=9), st.sampled_from([0, 1])
)
def test_scores_are_exact_to_the_last_digit(found: list[Decimal], less: int) -> None:
    exact = [Fraction(value) for value in found]
    mean = sum(exact, Fraction(0)) / len(exact)
    spread = sum(((value - mean) * (value - mean) for value in exact), Fraction(0)) / (len(exact) - less)
    worked = moments(found, less)
    if worked is None:
        assert not spread
        return
    assert abs(square(worked.deviation) - spread) <= spread * WITHIN
    assert abs(Fraction(worked.mean) - mean) <= abs(mean) * WITHIN
    turned = worked.scores(found, turned=True)
    for value, score, back in zip(exact, worked.scores(found, turned=False), turned, strict=True):
        assert score == back.copy_negate()
        away = value - mean
        assert (score > 0) == (away > 0)
        assert abs(square(score) * spread - away * away) <= 2 * away * away * WITHIN


def test_a_value_at_the_mean_is_exactly_zero_away() -> None:
    worked = moments([Decimal("0.1"), Decimal("0.3"), Decimal("0.2")], 1)
    assert worked is not None
    assert worked.scores([Decimal("0.2")], turned=False) == [0]


@pytest.mark.parametrize(("found", "less"), [([], 0), ([Decimal(1)], 1), ([Decimal(1)], 0), ([Decimal("0.1")] * 3, 1)])
def test_values_without_a_spread_have_no_moments(found: list[Decimal], less: int) -> None:
    assert moments(found, less) is None


@given(st.lists(values | long, min_size=2, max_size=9), st.sampled_from([0, 1]))
def test_values_that_stand_many_times_are_scored_like_as_many_of_their_own(found: list[Decimal], less: int) -> None:
    """Equal values that are one object are told apart from others; those that are several are each scored."""
    same, own = found * 3, [Decimal(str(value)) for value in found * 3]
    assert repeat_themselves(same)
    assert not repeat_themselves(own)
    worked, again = moments(same, less), moments(own, less)
    assert worked == again
    if worked is not None:
        assert worked.scores(same, turned=False) == worked.scores(own, turned=False)


@pytest.mark.parametrize("less", [0, 1])
def test_of_no_values_there_are_no_moments(less: int) -> None:
    assert moments([], less) is None
