"""Numbers at their edges: what is a day, and what only looks like one."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.numbers import Day, number_text, typed_number


@pytest.mark.parametrize("number", ["739705.7", "739706.2", "0", "-1", "3652060"])
def test_what_is_between_two_days_or_beyond_them_is_a_number(number: str) -> None:
    """9999-12-31, the last day that there is, is the 3,652,059th since the first of January of the year 1."""
    assert type(Day.near(Decimal(number))) is Decimal


@pytest.mark.parametrize(
    ("number", "day"), [("1", "0001-01-01"), ("739706.0", "2026-03-31"), ("3652059", "9999-12-31")]
)
def test_whole_numbers_from_the_first_day_to_the_last_are_days(number: str, day: str) -> None:
    assert str(Day.near(Decimal(number))) == day


@pytest.mark.parametrize("shown", [None, 0, 2])
def test_a_day_is_printed_as_a_date_however_many_places_are_asked_for(shown: int | None) -> None:
    assert number_text(Day.near(Decimal(739706)), shown) == "2026-03-31"


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,5e3", ",", "1500"),
        ("1.5e3", ",", "1500"),
        ("15E2", ",", "1500"),
        ("1.234,5e3", ",", None),
        ("1,5e3", ".", None),
        ("1.5E3", ".", "1500"),
        ("1,234.5e3", ".", None),
    ],
)
def test_a_power_of_ten_has_the_sign_before_decimals_or_a_point(text: str, decimal: str, number: str | None) -> None:
    """As spreadsheets and programs write it; a sign between thousands goes with none."""
    assert typed_number(text, decimal) == (None if number is None else Decimal(number))


@given(
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,25})?(E[+-][0-9]{1,2})?", fullmatch=True).map(Decimal)
)
@example(Decimal("1.23456789012345670000"))
@example(Decimal("0.000000000000000000012"))
@example(Decimal("-0E+30"))
@example(Decimal(10**17))
@example(Decimal("1E+17"))
def test_a_number_of_more_than_seventeen_digits_is_printed_with_twelve(number: Decimal) -> None:
    """Zeros at its end are digits of it, and those before it or of a power of ten are not."""
    long = len(number.as_tuple().digits) > 17
    plain = f"{Context(prec=12).plus(number) if long else number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    assert number_text(number) == ("0" if plain == "-0" else plain)
