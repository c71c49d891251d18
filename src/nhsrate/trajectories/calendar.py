"""The periods of several returns as places on one calendar: in order, evenly apart, each with its name."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.periods import MONTHS, Period, day_of_text, months_after, months_long, named_by
from nhsrate.core.texts import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class NoCalendar(ValueError):  # noqa: N818 (it says why there is none)
    """Texts that are no periods of one calendar; the message says why in a sentence, `text` is the one at fault."""

    def __init__(self, text: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.text = text


@frozen
class Calendar:
    """Periods of one length, evenly apart: `places` has each text that names one with its place, counted from 0.

    `first` is the span at place 0. `months` is how many months lie between two places; where the spans are no whole
    months, `days` is how many days do.
    """

    first: Period
    places: Mapping[str, int]
    months: int = 0
    days: int = 0

    def span(self, place: int) -> Period:
        """The days of a place."""
        if self.months:
            after = self.first.last + timedelta(1)
            first = months_after(self.first.first, place * self.months)
            return Period(first, months_after(after, place * self.months) - timedelta(1))
        gap = timedelta(place * self.days)
        return Period(self.first.first + gap, self.first.last + gap)

    def place(self, text: str) -> int | None:
        """The place that a text names; nothing where it names none of this calendar."""
        found = set()
        for span in named_by(text) | _day_itself(text):
            apart = (
                _months_between(self.first.first, span.first) if self.months else (span.first - self.first.first).days
            )
            place = apart // (self.months or self.days)
            found |= {place} if self.span(place) == span else set()
        return found.pop() if len(found) == 1 else None

    def name(self, place: int) -> str:
        """What a place is called: as a return called it, else in the same manner."""
        said = next((text for text, known in self.places.items() if known == place), None)
        return said if said is not None and day_of_text(said) is None else name_of(self.span(place))


def name_of(span: Period) -> str:
    """A span in words.

    >>> name_of(Period(date(2026, 1, 1), date(2026, 3, 31))), name_of(Period(date(2025, 6, 1), date(2025, 6, 30)))
    ('Q4 2025/26', 'June 2025')
    >>> name_of(Period(date(2025, 4, 1), date(2026, 3, 31))), name_of(Period(date(2025, 1, 1), date(2025, 12, 31)))
    ('2025/26', '2025')
    >>> name_of(Period(date(2025, 2, 1), date(2025, 4, 30))), name_of(Period(date(2025, 6, 2), date(2025, 6, 8)))
    ('3 months to April 2025', 'week ending 08/06/2025')
    """
    length, first, last = months_long(span), span.first, span.last
    year = first.year if first.month > 3 else first.year - 1
    financial = f"{year}/{(year + 1) % 100:02}"
    if length == 1:
        return f"{MONTHS[first.month - 1].capitalize()} {first.year}"
    if length == 3 and first.month % 3 == 1:
        return f"Q{(first.month - 4) % 12 // 3 + 1} {financial}"
    if length == 12 and first.month == 4:
        return financial
    if length == 12 and first.month == 1:
        return str(first.year)
    if length:
        return f"{length} months to {MONTHS[last.month - 1].capitalize()} {last.year}"
    if first == last:
        return first.isoformat()
    return f"week ending {last:%d/%m/%Y}" if (last - first).days == 6 else f"{first.isoformat()} to {last.isoformat()}"


def calendar_of(texts: Iterable[str]) -> Calendar:
    """The calendar on which these texts name places; raises `NoCalendar` where there is none.

    A text that may name two periods names the one that is as long as the others. The first or the last day of a month,
    as spreadsheets keep one, stands for it where all are such days. Places lie as far apart as the periods are long, or
    closer where they overlap, as of twelve months to each quarter's end.
    """
    wanted = list(dict.fromkeys(texts))
    named = {text: named_by(text) | _day_itself(text) for text in wanted}
    for text, spans in named.items():
        if not spans:
            raise NoCalendar(text, f"{quoted(text)} names no period.")
    fits = [chosen for chosen in map(dict, _by_length(named)) if len(chosen) == len(wanted)]
    if not fits:
        raise NoCalendar(wanted[-1], f"{listed([quoted(text) for text in wanted], 4)} are not periods of one length.")
    days = all(map(day_of_text, wanted))
    if len(fits) > 1 and not days:
        other = next(text for text in wanted if len(named[text]) > 1)
        both = sorted(name_of(fit[other]) for fit in fits)
        raise NoCalendar(other, f"{quoted(other)} may be {both[0]} or {both[1]}.")
    return _evenly(fits[-1], snapshots=days)


def _day_itself(text: str) -> set[Period]:
    day = day_of_text(text)
    return {Period(day, day)} if day else set()


def _by_length(named: Mapping[str, set[Period]]) -> Iterable[Mapping[str, Period]]:
    """For each length that a period may have, the span of that length of each text that names just one."""
    lengths = sorted({_length(span) for spans in named.values() for span in spans})
    for length in lengths:
        found = {text: [span for span in spans if _length(span) == length] for text, spans in named.items()}
        yield {text: spans[0] for text, spans in found.items() if len(spans) == 1}


def _length(span: Period) -> tuple[int, int]:
    """The length of a span in whole months, else in days."""
    months = months_long(span)
    return (months, 0) if months else (0, (span.last - span.first).days + 1)


def _evenly(spans: Mapping[str, Period], *, snapshots: bool) -> Calendar:
    """The calendar of spans that are all as long.

    Days that stand for months lie a month apart, or a quarter or a year where all of them do; other days as far as they
    do.
    """
    first = min(spans.values(), key=lambda span: span.first)
    months, days = _length(first)
    if months:
        apart = {text: _months_between(first.first, span.first) for text, span in spans.items()}
        step = reduce(gcd, apart.values(), 0 if snapshots else months)
        step = next(each for each in (12, 3, 1) if step % each == 0) if snapshots and len(spans) > 1 else step or months
        return Calendar(first, {text: gap // step for text, gap in apart.items()}, months=step)
    apart = {text: (span.first - first.first).days for text, span in spans.items()}
    step = reduce(gcd, apart.values(), 0 if snapshots else days) or days
    return Calendar(first, {text: gap // step for text, gap in apart.items()}, days=step)


def _months_between(first: date, then: date) -> int:
    return (then.year - first.year) * 12 + then.month - first.month
