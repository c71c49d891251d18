"""Process limits and flags, held to the vectors of the published package of the NHS and to hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.trajectories.limits import (
    Limits,
    assurance,
    flags_of,
    from_mean,
    limits_of,
    near,
    seven_one_side,
    seven_trend,
    sides,
    two_in_three,
)

HIGHER = {(1, 3): "fails", (5, 7): "passes", (1, 5): "passes or fails by chance"}
LOWER = {(1, 3): "passes", (5, 7): "fails", (1, 5): "passes or fails by chance"}


def numbers(*values: float) -> list[Decimal]:
    """Values as they are read."""
    return [Decimal(str(value)) for value in values]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([1] * 8 + [-1], [0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([-1, *[1] * 8, -1], [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([1, *[-1] * 8, 1], [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([1] * 6, [0] * 6),
        ([1, 1, 1, 0, 1, 1, 1, 1], [0] * 8),
        ([], []),
    ],
)
def test_seven_on_one_side_flag_only_from_the_seventh(sides: list[int], expected: list[int]) -> None:
    """The vectors of the package's own tests; a point on the mean ends a run."""
    assert seven_one_side(sides) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0, 0, 0, 0, 0, 0, 0, 1, 0]),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [0, 0, 0, 0, 0, 0, 0, -1, 0]),
        ([1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 0, 0, 0, 1]),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([], []),
    ],
)
def test_seven_rising_or_falling_are_strictly_so(values: list[int], expected: list[int]) -> None:
    """The vectors of the package's own tests; equal values end a rise."""
    assert seven_trend(values) == expected


@pytest.mark.parametrize(
    ("close", "beside", "expected"),
    [
        ([0, 0, 1, 0, 1, 0, 0], [1] * 7, [0, 0, 1, 1, 1, 0, 0]),
        ([0, 0, 1, 1, 0, 0, 0], [1] * 7, [0, 1, 1, 1, 1, 0, 0]),
        ([1, 0, 1], [1, 1, 1], [1, 1, 1]),
        ([1, 0, 1], [1, -1, 1], [0, 0, 0]),
        ([1, 1], [1, 1], [0, 0]),
    ],
)
def test_two_of_three_near_a_limit_lie_on_one_side(close: list[int], beside: list[int], expected: list[int]) -> None:
    """The vectors of the package's own tests."""
    assert two_in_three(close, beside) == expected


@pytest.mark.parametrize(("limits", "expected"), HIGHER.items())
def test_assurance_where_higher_is_better(limits: tuple[int, int], expected: str) -> None:
    """A target of 4, and the limits of the package's own tests."""
    low, high = limits
    assert assurance(Fraction(4), Limits(Fraction(low + high, 2), Fraction(high - low, 2)), "higher") == expected


@pytest.mark.parametrize(("limits", "expected"), LOWER.items())
def test_assurance_where_lower_is_better(limits: tuple[int, int], expected: str) -> None:
    """The same turned round."""
    low, high = limits
    assert assurance(Fraction(4), Limits(Fraction(low + high, 2), Fraction(high - low, 2)), "lower") == expected


def test_a_target_on_a_limit_is_met_by_chance_and_without_a_better_side_there_is_no_assurance() -> None:
    """A stated side: a process may come to lie exactly on its limit."""
    limits = Limits(Fraction(6), Fraction(2))
    assert assurance(Fraction(4), limits, "higher") == assurance(Fraction(8), limits, "lower")
    assert assurance(Fraction(4), limits, "higher") == "passes or fails by chance"
    assert assurance(Fraction(4), limits, None) is None


def test_limits_leave_out_a_moving_range_that_is_far_too_large_once() -> None:
    """By hand: ranges 1 (ten times) and 40, mean 50/11 = 4.545; 40 is above 3.267 times that, so the mean is 1."""
    found = limits_of(numbers(10, 11, 10, 11, 10, 11, 51, 50, 51, 50, 51, 50))
    assert found is not None
    assert found.mean == Fraction(366, 12)
    assert found.upper - found.mean == found.mean - found.lower == Fraction(266, 100)


def test_there_are_no_limits_of_fewer_than_twelve_points() -> None:
    """Eleven have none; twelve equal ones have limits on their mean, which none of them lies outside of."""
    assert limits_of(numbers(*range(11))) is None
    level = limits_of(numbers(*[5] * 12))
    assert level == Limits(Fraction(5), Fraction(0))
    assert flags_of(numbers(*[5] * 12), level) == [()] * 12


def test_a_value_on_a_limit_is_within_it_and_one_on_the_mean_on_neither_side() -> None:
    """The ranges of 10, 12, 10, ... are 2: limits at 11 -+ 5.32, near-limit lines two thirds out."""
    limits = limits_of(numbers(*[10, 12] * 6))
    assert limits == Limits(Fraction(11), Fraction(532, 100))
    at = numbers(11, 16.32, 16.33, 5.68, 5.67)
    flags = flags_of(at, limits)
    assert [("outside limits" in one) for one in flags] == [False, False, True, False, True]
    gaps, reach = from_mean(at, limits)
    assert sides(gaps) == [0, 1, 1, -1, -1]
    assert near(gaps, reach) == [0, 1, 0, 1, 0]
    assert 3.54 < 5.32 * 2 / 3 < 3.55
    assert near(*from_mean(numbers(14.54, 14.55), limits)) == [0, 1]


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=12, max_size=40), st.integers(1, 9))
def test_flags_move_with_the_series_and_its_unit(values: list[Decimal], times: int) -> None:
    """Shifted, stretched or turned upside down, the same points are flagged."""
    limits = limits_of(values)
    assert limits is not None
    expected = flags_of(values, limits)
    for changed in ([one * times + 7 for one in values], [-one for one in values]):
        other = limits_of(changed)
        assert other is not None
        assert flags_of(changed, other) == expected
