"""Numbers and durations as people type them: which signs part decimals and thousands, and where that is in doubt."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.numbers import WORKING, typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.texts import is_percentage, quoted, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.rules.inputs import Input, TableReading

HUNDRED = Decimal(100)
SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
"""How many seconds each unit of a duration has."""

_CLOCK = pattern(r"([-\u2212]?)([0-9]{1,6}):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,9})?)", re.ASCII)
_TWO_PARTS = pattern(r"[-\u2212]?[0-9]{1,6}:[0-5][0-9](?:\.[0-9]+)?", re.ASCII)
_ONE_COMMA = pattern(r"[-+\u2212]?[1-9][0-9]{0,2},[0-9]{3}", re.ASCII)


@frozen
class NumberSigns:
    """The signs in numbers that stand as text: before decimals, and between thousands where that is declared.

    `semicolons` says that the file is parted by semicolons, because commas part decimals where it comes from. `unit` is
    that of the input, which a number may have beside it. `settled` says that the sign before decimals is declared.
    """

    decimal: str = "."
    thousands: str | None = None
    semicolons: bool = False
    unit: str = ""
    settled: bool = False

    @classmethod
    def of(cls, reading: TableReading, item: Input, separator: str | None = None) -> NumberSigns:
        """The signs of one input: its own, else those of the reading."""
        decimal, thousands = item.decimal or reading.decimal, item.thousands or reading.thousands
        doubtful = separator == ";" and decimal is None and thousands is None
        unit = "" if is_percentage(item.unit, item.type) else item.unit
        return cls(decimal or ".", thousands, doubtful, unit, decimal is not None)

    def bare(self, text: str) -> str:
        """The text without the unit of the input beside its number, or as it is."""
        return (without_unit(text, self.unit) if self.unit else None) or text

    @property
    def usual(self) -> bool:
        """Whether decimals stand behind a point, as they do where nothing is declared."""
        return self.decimal == "."

    def read(self, text: str) -> Decimal | Fault | None:
        """The number that a text says; why it cannot be told from another one; nothing where it is no number."""
        text = self.bare(text)
        number = typed_number(text, self.decimal, self.thousands)
        if number is not None and self.semicolons and "," in text:
            message = f"{quoted(text)} has a comma, and in a file parted by semicolons that is mostly a decimal one."
            remedy = 'Say under reading what the comma parts: decimal: "," or thousands: ",".'
            return Fault("text-in-number", "comma or point", message, remedy)
        if number is None and self.decimal == "," and "." in text and typed_number(text) is not None:
            message = f"{quoted(text)} has a point, and under reading it is a comma that parts decimals."
            remedy = 'Write decimals with a comma; if the point parts thousands, say thousands: "." under reading.'
            return Fault("text-in-number", "comma or point", message, remedy)
        return number


@changing
class PartedNumbers:
    """The numbers of a column that have signs between their thousands, and what is doubtful or worth a note of them."""

    item: Input
    signs: NumberSigns
    _spaces: dict[str, int] = field(default_factory=dict)
    _commas: dict[str, int] = field(default_factory=dict)

    def see(self, raw: str, row: int) -> None:
        """Look at a text of the column that is a number, where it is met first."""
        text = tidy(raw)
        if " " in self._bare(text):
            self._spaces[text] = row
        elif "," in text and self.signs.usual and self.signs.thousands is None and not self.signs.settled:
            self._commas[text] = row

    def problems(self, cells: Sequence[Cell], at: Callable[[int], CellLocation]) -> list[Problem]:
        """A note of spaces that were read as parting thousands; a warning where commas may part decimals."""
        faults = Faults()
        for text, row in self._spaces.items():
            message = f"{quoted(text)} was read as {self._shown(text)}: the spaces part thousands."
            faults.add(Fault("thousands", "spaces", message, "", "note"), at(row))
        for text, row in self._commas.items() if self._commas and self._doubtful(cells) else ():
            message = f"{quoted(text)} was read as {self._shown(text)}, though the comma may part decimals "
            message += f"({self._bare(text).replace(',', '.')}): nothing in the column tells."
            remedy = 'Say under reading which it is: thousands: "," or decimal: ",".'
            faults.add(Fault("thousands", "commas", message, remedy, "warning"), at(row))
        return faults.problems()

    def _shown(self, text: str) -> str:
        """The number of a text, as it was read."""
        return str(self.signs.read(self._bare(text)))

    def _doubtful(self, cells: Sequence[Cell]) -> bool:
        """Whether no number of the column tells what its commas part.

        A count has no decimals; a second comma, or a point behind one, shows that commas part thousands; and so does
        any other number that is as large as thousands are.
        """
        texts = list(map(self._bare, self._commas))
        if self.item.type == "count" or not all(_ONE_COMMA.fullmatch(text) for text in texts):
            return False
        parted = {typed_number(text) for text in texts}
        others = (abs(cell) for cell in cells if isinstance(cell, Decimal) and cell not in parted)
        return max(others, default=Decimal(0)) < HUNDRED

    def _bare(self, text: str) -> str:
        """The text without a percent sign behind it, or its unit."""
        return self.signs.bare(text.removesuffix("%").rstrip())


def without_unit(text: str, unit: str) -> str | None:
    """The number of a text that has this unit beside it; nothing where it has another or none.

    The unit stands behind the number. Money may have its sign, or its three letters, before it, and must have what
    multiplies it (`m`, `bn`, `k`) behind; words about it (`£ per head`) may be absent.

    >>> without_unit("-£1,400.50", "£"), without_unit("3,5 €", "€"), without_unit("GBP 3", "GBP")
    ('-1,400.50', '3,5', '3')
    >>> without_unit("£1.2M", "£m"), without_unit("12 kg", "kg"), without_unit("1 day", "days")
    ('1.2', '12', '1')
    >>> without_unit("£1.2m", "£"), without_unit("£5", "£m"), without_unit("12", "kg"), without_unit("-£-5", "£")
    (None, None, None, None)
    """
    for beside in _beside(unit):
        if (found := beside.fullmatch(text)) and not (found[1] and found[2][0] in _SIGNS):
            return found[1] + found[2]
    return None


_SIGNS = "-+\u2212"
_MONEY = pattern(r"((?:[A-Z]{1,3})?[£$€¥₹]|[A-Z]{3})\s*(m|bn|k|millions?|thousands?|billions?)?(\s\D*)?", re.IGNORECASE)


@cache
def _beside(unit: str) -> tuple[re.Pattern[str], ...]:
    """What a number with this unit beside it looks like: its sign, and the number, perhaps with the sign."""
    sides = [("", re.escape(unit).removesuffix("s") + "s?" if _SEVERAL.fullmatch(unit) else re.escape(unit))]
    if found := _MONEY.fullmatch(unit):
        money, size = re.escape(found[1]), found[2] or ""
        sides += [(money, size), (money, re.escape(size + (found[3] or "")))]
    number = rf"([{_SIGNS}]?\.?[0-9](?:.*[0-9])?)"
    return tuple(
        re.compile(rf"([{_SIGNS}]?)\s*{before}\s*{number}\s*{behind}", re.ASCII | re.IGNORECASE)
        for before, behind in sides
    )


_SEVERAL = pattern(r"[a-z]{3,}s")
"""A unit that is one of several things, and of one has no `s`."""


def duration(raw: timedelta | time, unit: str) -> Decimal:
    """A duration or a time of day, which a spreadsheet makes of `00:07:30`, in a unit.

    >>> duration(timedelta(minutes=7, seconds=30), "minutes"), duration(time(1, 30), "hours")
    (Decimal('7.5'), Decimal('1.5'))
    """
    if isinstance(raw, time):
        raw = timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second, microseconds=raw.microsecond)
    seconds = Decimal(raw.days * 86_400 + raw.seconds)
    if raw.microseconds:
        seconds += Decimal(raw.microseconds).scaleb(-6)
    return WORKING.divide(seconds, Decimal(SECONDS[unit]))


def duration_of_text(text: str, unit: str) -> Decimal | Fault | None:
    """A duration that is typed as hours, minutes and seconds, in a unit; nothing where the text is none.

    Two parts alone may be hours and minutes or minutes and seconds, and are refused.

    >>> duration_of_text("00:07:30", "minutes"), duration_of_text("126:00:00", "days"), duration_of_text("week", "days")
    (Decimal('7.5'), Decimal('5.25'), None)
    """
    if found := _CLOCK.fullmatch(text):
        seconds = Decimal(int(found[2]) * 3_600 + int(found[3]) * 60) + Decimal(found[4])
        value = WORKING.divide(seconds, Decimal(SECONDS[unit]))
        return -value if found[1] else value
    if _TWO_PARTS.fullmatch(text):
        message = f"{quoted(text)} may be hours and minutes, or minutes and seconds."
        return Fault("text-in-number", "two parts", message, "Write hours, minutes and seconds, such as 00:07:30.")
    return None
