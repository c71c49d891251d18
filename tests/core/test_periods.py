"""Periods in the spellings that real returns have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.periods import MONTHS, Period, period_of_text, same_period
from nhsrate.core.texts import fold

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"


def span(text: str) -> str | None:
    """The period of a text as `first..last`, or the day alone."""
    period = period_of_text(text)
    if period is None:
        return None
    return str(period.first) if period.first == period.last else f"{period.first}..{period.last}"


JUNE = "2025-06-01..2025-06-30"
YEAR = "2024-04-01..2025-03-31"
LAST_QUARTER = "2026-01-01..2026-03-31"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # months
        ("June 2025", JUNE),
        ("Jun-25", JUNE),
        ("Jun25", JUNE),
        ("JUNE 2025", JUNE),
        ("Jun. 2025", JUNE),
        ("2025 June", JUNE),
        ("2025-06", JUNE),
        ("06/2025", JUNE),
        ("6-2025", JUNE),
        ("\u00a0june\n 2025 ", JUNE),
        ("Dec-24", "2024-12-01..2024-12-31"),
        ("May 26", "2026-05-01..2026-05-31"),
        ("Sept 2025", "2025-09-01..2025-09-30"),
        ("Feb 2024", "2024-02-01..2024-02-29"),
        ("Feb-79", "2079-02-01..2079-02-28"),
        ("Feb-80", "1980-02-01..1980-02-29"),
        ("MSitAE-SEPTEMBER-2024", "2024-09-01..2024-09-30"),
        ("RTT_June 2025", JUNE),
        ("Month 12 2025/26", "2026-03-01..2026-03-31"),
        ("M1 25/26", "2025-04-01..2025-04-30"),
        ("month ending 30 June 2025", JUNE),
        # days
        ("2025-06-01", "2025-06-01"),
        ("2025/06/01", "2025-06-01"),
        ("2025-06-01 00:00:00", "2025-06-01"),
        ("2025-06-01T09:30:00Z", "2025-06-01"),
        ("20250601", "2025-06-01"),
        ("30/06/2025", "2025-06-30"),
        ("31/03/25", "2025-03-31"),
        ("31.3.2025", "2025-03-31"),
        ("31-03-2025", "2025-03-31"),
        ("03/04/2025", "2025-04-03"),
        ("5 January 2025", "2025-01-05"),
        ("5th Jan 25", "2025-01-05"),
        ("05-Jan-2025", "2025-01-05"),
        # financial years
        ("2024/25", YEAR),
        ("2024-25", YEAR),
        ("2024 / 25", YEAR),
        ("2024/2025", YEAR),
        ("FY 2024/25", YEAR),
        ("FY24/25", YEAR),
        ("financial year 2024/25", YEAR),
        ("Financial year 2024 to 2025", YEAR),
        ("year ending March 2025", YEAR),
        ("Year ended 31 March 2025", YEAR),
        ("year to March 2025", YEAR),
        ("financial year ending the 31st March 2025", YEAR),
        ("12 months to March 2025", YEAR),
        ("12 months ending 31/03/2025", YEAR),
        ("Apr 2024 - Mar 2025", YEAR),
        ("1 April 2024 to 31 March 2025", YEAR),
        ("2024-04-01 to 2025-03-31", YEAR),
        ("2003/04", "2003-04-01..2004-03-31"),
        ("2011/12", "2011-04-01..2012-03-31"),
        ("1999/00", "1999-04-01..2000-03-31"),
        ("1999/2000", "1999-04-01..2000-03-31"),
        # quarters
        ("Q4 2025/26", LAST_QUARTER),
        ("q4, 2025-26", LAST_QUARTER),
        ("Q4 of 2025/26", LAST_QUARTER),
        ("Quarter 4 2025/26", LAST_QUARTER),
        ("Qtr 4 FY 2025/26", LAST_QUARTER),
        ("Q4 25/26", LAST_QUARTER),
        ("2025/26 Q4", LAST_QUARTER),
        ("2025/26 quarter 4", LAST_QUARTER),
        ("Jan - Mar 2026", LAST_QUARTER),
        ("January to March 2026", LAST_QUARTER),
        ("quarter ending March 2026", LAST_QUARTER),
        ("3 months to March 2026", LAST_QUARTER),
        ("Q1 2025/26", "2025-04-01..2025-06-30"),
        ("Q3 2025/26", "2025-10-01..2025-12-31"),
        ("2011-12 Q1", "2011-04-01..2011-06-30"),
        # other spans
        ("2016", "2016-01-01..2016-12-31"),
        ("2016 to 2018", "2016-01-01..2018-12-31"),
        ("April 2007 to November 2022", "2007-04-01..2022-11-30"),
        ("Oct-Dec 24", "2024-10-01..2024-12-31"),
        ("Q1 - Q3 2025/26", "2025-04-01..2025-12-31"),
        ("2023/24 to 2025/26", "2023-04-01..2026-03-31"),
        ("2011-12-2012-13", "2011-04-01..2013-03-31"),
        ("26 May - 1 June 2025", "2025-05-26..2025-06-01"),
        ("year ending 5 April 2025", "2024-04-06..2025-04-05"),
        ("week ending 5 January 2025", "2024-12-30..2025-01-05"),
        ("w/e 05/01/2025", "2024-12-30..2025-01-05"),
        ("week commencing 30 December 2024", "2024-12-30..2025-01-05"),
    ],
)
def test_a_spelling_gives_its_days(text: str, expected: str) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May",
        "latest",
        "25/26",
        "11/12",
        "2025/06",  # a slash makes a financial year, and this is none
        "2024/26",
        "2024/2026",
        "1824/25",
        "Q4 2025",  # of which year: financial or calendar?
        "Q5 2025/26",
        "Q0 2025/26",
        "Month 13 2025/26",
        "Q4 2025/27",
        "31/02/2025",
        "30 February 2025",
        "00/06/2025",
        "13/2025",
        "2025-13",
        "05-06-25",  # which of them is the year?
        "45809",
        "2011-12",  # December 2011, or 2011/12?
        "2003-04",
        "2009-10 to 2011-12",
        "2024 to 2025",  # two calendar years, or 2024/25?
        "2016-2019",
        "Nov - Jan 2025",
        "March 2025 to January 2025",
        "June 2025 to 2025/26",
        "0 months to March 2025",
        "12 months to date",
        "2 months to 29 April 2025",
        "12 months to 28 February 2024",
        "quarter to May 2025",  # a quarter so far?
        "financial year to June 2025",
        "week ending June 2025",
        "weeks",
        "to-June-2025",
        "mid-June-2025",
        "RTT-June-25",
        "2025/26 plan",
        "Apr 25 - Mar 26 vs Apr 24 - Mar 25",
        "June \u0662\u0660\u0662\u0665",
        "June 2025" + " or later" * 20,
    ],
)
def test_what_names_no_period_or_may_name_two_gives_none(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Q4 2025/26", "January to March 2026", True),
        ("2024/25", "Year ending March 2025", True),
        ("2024/25", "2024", False),
        ("Q4 2025/26", "Q3 2025/26", False),
        ("Q4 2025/26", "2025/26", False),
        # a day and its month
        ("June 2025", "2025-06-01", True),
        ("June 2025", "30/06/2025", True),
        ("June 2025", "15/06/2025", False),
        ("May 2025", "01/06/2025", False),
        ("01/06/2025", "30/06/2025", False),
        ("01/06/2025", "2025-06-01", True),
        ("2024/25", "31/03/2025", False),
        ("Q4 2024/25", "31/03/2025", False),
        # what may be two
        ("2011-12", "2011/12", True),
        ("2011-12", "Dec 2011", True),
        ("2011-12", "31/12/2011", True),
        ("2011-12", "2011", False),
        ("2024 to 2025", "2024/25", True),
        # what is no period
        ("Wave 3", "wave\u00a03 ", True),
        ("Wave 3 - draft", "wave 3\u2013draft", True),
        ("Wave 3", "Wave 4", False),
        ("Wave 3", "June 2025", False),
        ("", "", True),
        ("", "June 2025", False),
    ],
)
def test_periods_are_compared_as_days_and_other_texts_as_texts(one: str, other: str, *, expected: bool) -> None:
    assert same_period(one, other) is expected
    assert same_period(other, one) is expected


PIECES = st.sampled_from(
    [*MONTHS, "jan", "sept", "q", "quarter", "fy", "month", "year", "ending", "week", "to", "w/e", "12 months", "2025",
     "25", "26", "2011-12", "31", "29 feb", "00", "/", "-", " ", ".", "\u2013", "msitae"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)))
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = period_of_text(text)
    assert found is None or found.first <= found.last
    assert same_period(text, text)
    assert same_period(text, fold(text))


@given(day=st.dates(date(2000, 1, 1), date(2079, 12, 1)), dash=st.sampled_from(DASHES), upper=st.booleans())
def test_a_month_is_the_same_in_each_of_its_spellings(day: date, dash: str, *, upper: bool) -> None:
    name = MONTHS[day.month - 1]
    year, short = f"{day.year}", f"{day.year % 100:02}"
    first = day.replace(day=1)
    last = (first + timedelta(31)).replace(day=1) - timedelta(1)
    start = day.year if day.month > 3 else day.year - 1
    counted = f"month {(day.month - 4) % 12 + 1} {start}/{(start + 1) % 100:02}"
    spellings = [
        f"{name} {year}", f"{name[:3]}{dash}{short}", f"{name[:3]} {short}",
        f"{year} {dash} {name}", f"{day:%m}/{year}", f"{first} to {last}", f"1 {name} {dash} {last.day} {name} {year}",
        f"month ending {last:%d/%m/%Y}", f"1 month to {name} {year}", counted, f"MSitAE{dash}{name}{dash}{year}",
    ]  # fmt: skip
    spellings = [text.upper() if upper else text for text in spellings]
    assert {period_of_text(text) for text in spellings} == {Period(first, last)}
    assert all(same_period(text, f"{day:%Y-%m}") for text in spellings)
    assert same_period(spellings[0], str(first))
    assert same_period(spellings[0], f"{last:%d/%m/%Y}")


@given(year=st.integers(2012, 2078), dash=st.sampled_from(DASHES), upper=st.booleans())
def test_a_financial_year_is_the_same_in_each_of_its_spellings(year: int, dash: str, *, upper: bool) -> None:
    after, short = year + 1, f"{(year + 1) % 100:02}"
    spellings = [
        f"{year}/{short}", f"{year}{dash}{short}", f"{year} {dash} {after}", f"{year}/{after}", f"FY {year}/{short}",
        f"FY{year % 100:02}/{short}", f"financial year {year} to {after}", f"year ending March {after}",
        f"12 months to March {after}", f"Apr {year} {dash} Mar {after}", f"Q1 to Q4 {year}/{short}",
        f"1/4/{year} {dash} 31/3/{after}", f"{year}/{short} Q1 {dash} {year}/{short} Q4",
    ]  # fmt: skip
    spellings = [text.upper() if upper else text for text in spellings]
    assert {period_of_text(text) for text in spellings} == {Period(date(year, 4, 1), date(after, 3, 31))}


@given(st.integers(2012, 2078), st.integers(1, 4), st.sampled_from(DASHES))
def test_a_quarter_is_the_same_in_each_of_its_spellings(year: int, quarter: int, dash: str) -> None:
    short = f"{(year + 1) % 100:02}"
    first, last = [("April", "June"), ("July", "September"), ("October", "December"), ("January", "March")][quarter - 1]
    within = year + (quarter == 4)
    spellings = [
        f"Q{quarter} {year}/{short}", f"Quarter {quarter} {year}{dash}{short}", f"{year}/{short} q{quarter}",
        f"Q{quarter} {year % 100:02}/{short}", f"{year}/{short} quarter {quarter}", f"{first} {dash} {last} {within}",
        f"{first[:3]}{dash}{last[:3]} {within % 100:02}", f"{first} to {last} {within}", f"3 months to {last} {within}",
        f"quarter ending {last} {within}", f"{first} {within} {dash} {last} {within}",
    ]  # fmt: skip
    [period] = {period_of_text(text) for text in spellings}
    assert period is not None
    assert period.first == date(within, 3 * quarter + 1 - 12 * (quarter == 4), 1)
    assert 89 <= (period.last - period.first).days <= 91
