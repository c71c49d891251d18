"""Periods on one calendar: their places, their names, and what is refused."""

from __future__ import annotations

import pytest

from nhsrate.trajectories.calendar import NoCalendar, calendar_of

ORDERED: dict[str, tuple[list[str], list[int], str]] = {
    "quarters": (["Q2 2025/26", "Q4 2025/26", "Q1 2025/26"], [1, 3, 0], "Q3 2025/26"),
    "months written otherwise": (["Jun-25", "April 2025"], [2, 0], "May 2025"),
    "years in two ways": (["2011-12", "2013/14"], [0, 2], "2012/13"),
    "first days stand for their months": (["2008-03-01", "2008-05-01"], [0, 2], "April 2008"),
    "last days of quarters": (["31/03/2025", "30/06/2025", "31/12/2025"], [0, 1, 3], "September 2025"),
    "days a week apart": (["2024-04-01", "2024-04-08", "2024-04-22"], [0, 1, 3], "2024-04-15"),
    "weeks": (["week ending 06/04/2025", "week ending 20/04/2025"], [0, 2], "week ending 13/04/2025"),
    "a year to each quarter's end": (["12 months to March 2025", "12 months to June 2025"], [0, 1], ""),
    "calendar years": (["2023", "2025"], [0, 2], "2024"),
    "odd quarters": (["3 months to April 2025", "3 months to October 2025"], [0, 2], "3 months to July 2025"),
    "one alone": (["Q1 2025/26"], [0], ""),
    "one day alone": (["2025-06-03"], [0], ""),
}


@pytest.mark.parametrize("name", ORDERED)
def test_periods_lie_in_order_and_gaps_have_names(name: str) -> None:
    """The places of texts, and what is called that is not there."""
    texts, places, gap = ORDERED[name]
    found = calendar_of(texts)
    assert [found.places[text] for text in texts] == places
    missing = [place for place in range(max(places)) if place not in places]
    assert [found.name(place) for place in missing[:1]] == ([gap] if gap else [])
    assert all(found.place(text) == place for text, place in zip(texts, places, strict=True))
    assert found.place(found.name(7)) == 7
    assert found.place("sometime") is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["draft", "2025/26"], '"draft" names no period.'),
        (["2025/26", "Q1 2025/26"], '"2025/26" and "Q1 2025/26" are not periods of one length.'),
        (["2010-11", "2011-12"], '"2010-11" may be 2010/11 or November 2010.'),
        (["June 2025", "2025-06-07"], '"June 2025" and "2025-06-07" are not periods of one length.'),
    ],
)
def test_what_is_no_calendar_is_refused(texts: list[str], said: str) -> None:
    """A text that names no period, lengths that differ, and what may be two."""
    with pytest.raises(NoCalendar) as none:
        calendar_of(texts)
    assert str(none.value) == said
    assert none.value.text in texts


def test_a_period_of_another_length_has_no_place() -> None:
    """A year is no place among quarters, and a quarter none among years."""
    assert calendar_of(["Q1 2025/26"]).place("2025/26") is None
    assert calendar_of(["2025/26"]).place("Q1 2025/26") is None
    assert calendar_of(["week ending 06/04/2025"]).place("week ending 07/04/2025") is None
