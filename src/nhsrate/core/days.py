"""Days as numbers: dates that are compared and subtracted as numbers are, and printed as dates."""

from __future__ import annotations

import re
from datetime import date
from decimal import Context, Decimal

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Day(Decimal):
    """A date as the number of days from 31 December of the year before 1, so that a difference is a number of days.

    It is printed as a date; what is worked out of it is a plain number.

    >>> Day.of(date(2026, 3, 31)), Day.of(date(2026, 3, 31)) - Day.of(date(2026, 2, 28))
    (Day('2026-03-31'), Decimal('31'))
    """

    __slots__ = ()

    @classmethod
    def of(cls, day: date) -> Day:
        """The day of a date."""
        return cls(day.toordinal())

    @classmethod
    def of_text(cls, text: str) -> Day | None:
        """The day that a rule file writes as 2026-03-31; nothing where the text is none, or there is no such day.

        >>> str(Day.of_text("2024-02-29")), Day.of_text("2026-02-29"), Day.of_text("29/02/2024")
        ('2024-02-29', None, None)
        """
        if not _ISO.fullmatch(text):
            return None
        try:
            return cls.of(date.fromisoformat(text))
        except ValueError:
            return None

    @classmethod
    def near(cls, number: Decimal) -> Decimal:
        """The day of a number, where it is one; else the number as it is.

        >>> str(Day.near(Decimal(739706))), str(Day.near(Decimal("0.5")))
        ('2026-03-31', '0.5')
        """
        whole = number == number.to_integral_value() and 1 <= number <= date.max.toordinal()
        return cls(number) if whole else number

    def __str__(self) -> str:
        return date.fromordinal(int(self)).isoformat()

    def __repr__(self) -> str:
        return f"Day('{self}')"

    def __format__(self, spec: str, context: Context | None = None, /) -> str:
        """The date, however a number is asked to be printed."""
        return str(self)
