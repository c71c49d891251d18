"""Periods as people write them: `June 2025`, `Q4 2025/26`, `2024/25`, `31/03/2025` and their many spellings."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.texts import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@frozen
class Period:
    """A span of days, both ends included; a day is a span of itself."""

    first: date
    last: date


MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_NUMBERS = {name[:length]: n for n, name in enumerate(MONTHS, 1) for length in (3, len(name))} | {"sept": 9}

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")
_AROUND = pattern(r" ?([-/]) ?")

_NAME = rf"(?P<name>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_LONG = r"(?P<year>(?:19|20)[0-9]{2})"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>[0-9]{1,2})"

_DAYS = [pattern(form) for form in (
    rf"{_LONG}([-/])(?P<month>[0-9]{{2}})\2(?P<day>[0-9]{{2}})(?:[ t][0-9:.]+z?)?",
    rf"{_LONG}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
    rf"{_DAY}([/.]){_NUMBER}\2{_YEAR}",
    rf"{_DAY}-{_NUMBER}-{_LONG}",
    rf"{_DAY}(?:st|nd|rd|th)?[ -]?{_NAME}[ -]?{_YEAR}",
)]  # fmt: skip
_MONTHS = [pattern(form) for form in (
    rf"{_NAME}[ /_-]?{_YEAR}",
    rf"{_LONG}[ /_-]?{_NAME}",
    rf"{_LONG}-(?P<month>0[1-9]|1[0-2])",
    rf"{_NUMBER}[/-]{_LONG}",
)]  # fmt: skip
_FINANCIAL = pattern(rf"(?P<said>(?:fy|financial year) ?)?{_YEAR}(?:[/-]| to )(?P<next>(?:19|20)?[0-9]{{2}})")
_OF_YEAR = [pattern(form) for form in (
    r"(?P<part>q|qtr|quarter|m|month) ?(?P<n>[0-9]{1,2})[ /_-]?(?:of )?(?P<whole>[f0-9].*)",
    r"(?P<whole>.*[0-9])[ /_-]?(?P<part>q|qtr|quarter|m|month) ?(?P<n>[0-9]{1,2})",
)]  # fmt: skip
_ENDING = pattern(
    r"(?:(?P<n>[1-9][0-9]?) months? (?:ending|ended|to)|(?:financial )?(?P<unit>year|quarter|month) (?:ending|ended)"
    r"|(?P<to>year) to)(?: the)? (?P<rest>.+)"
)
_WEEK = pattern(r"(?:week |w/)(?P<how>ending|ended|e|beginning|commencing|starting|b|c) (?P<rest>.+)")
_PREFIXED = pattern(rf"(?P<prefix>[a-z]{{2,}})[-_](?P<rest>{_NAME}[ _-]{_LONG})")
_NO_PREFIX = _NUMBERS.keys() | {
    "after", "and", "before", "by", "early", "end", "ended", "ending", "except", "fiscal", "from", "fy", "half", "late",
    "mid", "month", "nd", "non", "not", "of", "plan", "post", "pre", "qtr", "quarter", "rd", "since", "st", "start",
    "th", "till", "to", "until", "week", "year", "ytd",
}  # fmt: skip
"""Words that make something else of the month behind them, so that they are no name of a return."""


@lru_cache(maxsize=8192)
def period_of_text(text: str) -> Period | None:
    """The period that a text names, or nothing where it names none, or may name two.

    Days are read day first, as in the United Kingdom, and two-digit years up to 79 as of this century. A year of two
    parts is the financial year from April to March, with its quarters and months; a year alone is a calendar year.

    >>> period_of_text("Q4 2025/26") == period_of_text("Jan \u2013 Mar 2026")
    True
    >>> period_of_text("03/04/2025")
    Period(first=datetime.date(2025, 4, 3), last=datetime.date(2025, 4, 3))
    >>> period_of_text("2024-25")
    Period(first=datetime.date(2024, 4, 1), last=datetime.date(2025, 3, 31))

    `2011-12` may be December 2011 or the year 2011/12, so it is neither here; nor is a part of a date a period.

    >>> [period_of_text(text) for text in ("2011-12", "25/26", "May", "Q4 2025", "31/02/2025", "latest")]
    [None, None, None, None, None, None]
    """
    found = _readings(_plain(text))
    return found.pop() if len(found) == 1 else None


def day_of_text(text: str) -> date | None:
    """The day that a text names, in any way that people write one, the day before the month; nothing where it is none.

    >>> day_of_text("31/03/2026"), day_of_text("31 March 2026") == day_of_text("2026-03-31"), day_of_text("03/31/2026")
    (datetime.date(2026, 3, 31), True, None)
    """
    found = _day(_plain(text)) if len(text) <= 80 else None
    return found.first if found else None


def same_period(one: str, other: str) -> bool:
    """Whether two texts name the same period, or are the same text.

    A text that may name two periods is the same as either. A month is the same as its first day, which is how a
    spreadsheet stores it, and as its last, which is how it is often published; longer periods are not.

    >>> same_period("Jun-25", "JUNE 2025"), same_period("June 2025", "2025-06-01"), same_period("30/06/2025", "Jun-25")
    (True, True, True)
    >>> same_period("2011-12", "2011/12"), same_period("2011-12", "December 2011")
    (True, True)
    >>> same_period("2024/25", "31/03/2025"), same_period("2025-06-01", "2025-06-30"), same_period("draft", "Draft ")
    (False, False, True)
    """
    plain, plain_other = _plain(one), _plain(other)
    if plain == plain_other:
        return True
    return any(_agree(a, b) or _agree(b, a) for a in _readings(plain) for b in _readings(plain_other))


_PARTED = pattern(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2(?:19|20)?[0-9]{2}")


def by_period(texts: Iterable[str]) -> dict[str, str]:
    """Each of these texts with the first of them that names the same period.

    >>> by_period(["June 2025", "Q1 2025/26", "Jun-25", "2025-06-30"])
    {'June 2025': 'June 2025', 'Q1 2025/26': 'Q1 2025/26', 'Jun-25': 'June 2025', '2025-06-30': 'June 2025'}
    """
    found: dict[str, str] = {}
    for text in texts:
        if text not in found:
            found[text] = next((one for one in dict.fromkeys(found.values()) if same_period(one, text)), text)
    return found


def surely_same_period(one: str, other: str) -> bool:
    """Whether two texts name the same period in different words, and neither may name another one.

    >>> surely_same_period("01/04/2026", "1 April 2026"), surely_same_period("Apr-26", "2026-04-01")
    (True, True)
    >>> surely_same_period("2011-12", "2011/12"), surely_same_period("draft", "draft")
    (False, False)
    """
    a, b = period_of_text(one), period_of_text(other)
    return a is not None and b is not None and (_agree(a, b) or _agree(b, a))


def day_and_month_tell(one: str, other: str) -> bool:
    """Whether two texts for one day are clear of which number is the day: both say it alike, or neither leaves a doubt.

    >>> day_and_month_tell("31/03/2026", "2026-03-31"), day_and_month_tell("01/04/2026", "2026-04-01")
    (True, False)
    >>> day_and_month_tell("01/04/2026", "1/4/26"), day_and_month_tell("01/01/2026", "1 January 2026")
    (True, True)
    """
    return _either_way(one) == _either_way(other)


def _either_way(text: str) -> bool:
    """Whether a date leaves open which of two numbers is its day."""
    found = _PARTED.fullmatch(_plain(text))
    return found is not None and found[1] != found[3] and max(int(found[1]), int(found[3])) <= len(MONTHS)


def periods_back(now: str, then: str) -> int | None:
    """How many periods of its own length a period lies before another; nothing where that is no whole number of them.

    Both are read in every way that they may be; the first and the last day of a month may stand for it, as in
    `same_period`. Where that leaves it open how far back, or whether at all, there is nothing.

    >>> periods_back("Q1 2025/26", "Q4 2024/25"), periods_back("2025/26", "2023/24")
    (1, 2)
    >>> periods_back("Jun-25", "30/06/2024")
    12
    >>> periods_back("March 2025", "February 2025"), periods_back("week ending 14/06/2025", "week ending 07/06/2025")
    (1, 1)
    >>> [periods_back("Q1 2025/26", then) for then in ("Q1 2025/26", "Q2 2025/26", "2024/25", "draft")]
    [None, None, None, None]
    """
    found = {_steps(one, other) for one in named_by(now) for other in named_by(then)}
    steps = {step for step in found if step is not None}
    return steps.pop() if len(steps) == 1 else None


def back_words(steps: int) -> str:
    """How many periods back, in words.

    >>> back_words(1), back_words(4)
    ('the period before', '4 periods before')
    """
    return "the period before" if steps == 1 else f"{steps} periods before"


def named_by(text: str) -> set[Period]:
    """Every period that a text may name; a month for its first or last day.

    >>> sorted(str(period.first) for period in named_by("2011-12")), named_by("draft")
    (['2011-04-01', '2011-12-01'], set())
    """
    found = set()
    for period in _readings(_plain(text)):
        month = _month(period.first)
        found.add(month if _agree(period, month) else period)
    return found


def _steps(now: Period, then: Period) -> int | None:
    """How many lengths one span lies before another that is as long: in whole months, else in days."""
    if then.first >= now.first:
        return None
    lengths = [months_long(period) for period in (now, then)]
    if lengths[0] is not None and lengths[0] == lengths[1]:
        apart, length = _months(now.first) - _months(then.first), lengths[0]
    elif lengths == [None, None] and now.last - now.first == then.last - then.first:
        apart, length = (now.first - then.first).days, (now.last - now.first).days + 1
    else:
        return None
    return None if apart % length else apart // length


def months_long(period: Period) -> int | None:
    """The length of a span of whole months."""
    after = period.last + timedelta(1)
    return _months(after) - _months(period.first) if period.first.day == after.day == 1 else None


def _months(day: date) -> int:
    return day.year * 12 + day.month


def _agree(one: Period, other: Period) -> bool:
    """Whether the spans are equal, or the other is a month and this its first or last day."""
    if one == other:
        return True
    return one.first == one.last and other == _month(one.first) and one.first in {other.first, other.last}


def _plain(text: str) -> str:
    """The text with case, white space, commas, and every kind of dash made one."""
    return _AROUND.sub(r"\1", " ".join(fold(text).translate(_DASHES).replace(",", " ").split()))


def _readings(plain: str) -> set[Period]:
    """Every period that the text may name; texts longer than any period's name are not looked at."""
    if len(plain) > 80:
        return set()
    found = {read(plain) for read in (_day, _one_month, _quarter_or_month, _financial_year, _calendar_year)}
    found |= {_ending(plain), _week(plain), *_spans(plain)}
    if (prefixed := _PREFIXED.fullmatch(plain)) and prefixed["prefix"] not in _NO_PREFIX:
        found.add(_one_month(prefixed["rest"]))
    return {period for period in found if period is not None}


def _day(plain: str) -> Period | None:
    for form in _DAYS:
        if match := form.fullmatch(plain):
            try:
                day = date(_year(match["year"]), _month_number(match), int(match["day"]))
            except ValueError:  # there is no such day
                return None
            return Period(day, day)
    return None


def _one_month(plain: str) -> Period | None:
    match = next(filter(None, (form.fullmatch(plain) for form in _MONTHS)), None)
    return _month(date(_year(match["year"]), _month_number(match), 1)) if match else None


def _quarter_or_month(plain: str) -> Period | None:
    """A quarter or a month counted from April, of a financial year."""
    match = next(filter(None, (form.fullmatch(plain) for form in _OF_YEAR)), None)
    year = _financial_year(match["whole"], short=True) if match else None
    if match is None or year is None:
        return None
    n, length = int(match["n"]), 3 if match["part"].startswith("q") else 1
    if not 1 <= n <= 12 // length:
        return None
    return Period(months_after(year.first, (n - 1) * length), months_after(year.first, n * length) - timedelta(1))


def _financial_year(plain: str, *, short: bool = False) -> Period | None:
    """April to March; a first year of two digits counts only where something says that it is a year."""
    match = _FINANCIAL.fullmatch(plain)
    if match is None or not (short or match["said"] or len(match["year"]) == 4):
        return None
    year = _year(match["year"])
    if match["next"] not in {str(year + 1), f"{(year + 1) % 100:02}"}:
        return None
    return Period(date(year, 4, 1), date(year + 1, 3, 31))


def _calendar_year(plain: str) -> Period | None:
    if not re.fullmatch(_LONG, plain):
        return None
    return Period(date(int(plain), 1, 1), date(int(plain), 12, 31))


def _ending(plain: str) -> Period | None:
    """So many months up to a month or day."""
    match = _ENDING.fullmatch(plain)
    end = (_day(match["rest"]) or _one_month(match["rest"])) if match else None
    if match is None or end is None:
        return None
    length = int(match["n"] or {"month": 1, "quarter": 3, "year": 12}[match["unit"] or match["to"]])
    after = end.last + timedelta(1)
    try:
        return Period(months_after(after, -length), end.last)
    except ValueError:  # it would begin on the 30th of February
        return None


def _week(plain: str) -> Period | None:
    match = _WEEK.fullmatch(plain)
    day = _day(match["rest"]) if match else None
    if match is None or day is None:
        return None
    if match["how"].startswith("e"):
        return Period(day.last - timedelta(6), day.last)
    return Period(day.first, day.first + timedelta(6))


def _spans(plain: str) -> Iterator[Period]:
    """From one period to another of the same kind; the first may leave its year to the second."""
    kinds: list[Callable[[str], Period | None]] = [_day, _one_month, _quarter_or_month, _financial_year]
    for separator in re.finditer(r" to |-", plain):
        first, last = plain[: separator.start()], plain[separator.end() :]
        year = re.split(r"[ -]", last)[-1]
        for kind in [*kinds, _calendar_year] if separator[0] == " to " else kinds:
            end = kind(last)
            start = (kind(first) or kind(f"{first} {year}")) if end else None
            if start and end and start.first < end.first:
                yield Period(start.first, end.last)


def _month_number(match: re.Match[str]) -> int:
    parts = match.groupdict()
    return _NUMBERS[parts["name"]] if "name" in parts else int(parts["month"])


def _year(digits: str) -> int:
    """The year; of two digits, up to 79 this century and from 80 the last."""
    year = int(digits)
    return year if year >= 100 else year + (2000 if year < 80 else 1900)


def _month(day: date) -> Period:
    """The month that a day lies in."""
    from calendar import monthrange

    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; raises `ValueError` where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year, month + 1)
