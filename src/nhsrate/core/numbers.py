"""Exact decimal numbers, and days as such: reading them from text, snapping, rounding, and printing them."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Literal

from nhsrate.core.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

Halves = Literal["up", "even", "down", "towards zero", "away from zero"]

WORKING = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
"""The arithmetic of every rating: 50 digits."""

COMPARED = 40
SNAPPED = Context(prec=COMPARED, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
"""What a computed number is brought to before it is compared, ranked or rounded: 40 digits.

At 28 digits, 48 of 20,000 constructed halves round wrongly because they came through thirds; at 50 and 40 none does.
"""

UNCHECKED = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[])
"""The arithmetic while a rule file is read: no comparison with `UNSET` holds, and none is an error."""

UNSET = Decimal("NaN")
"""What a named figure is while nobody has given it a value; nothing is rated with it."""

ZERO = Decimal(0)
ONE = Decimal(1)

FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
"""The significant digits that a spreadsheet has: more of them are the tail of a binary number."""

TWELVE = Context(prec=12)
"""The digits that are printed of a number that does not end."""

_PLAIN = pattern(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FRACTION = pattern(r"(-?[0-9]{1,15})/([0-9]{1,15})", re.ASCII)
_GROUPS = {".": (",", " "), ",": (" ", "'", "\u2019")}
"""What may part thousands beside each sign of decimals, where nothing is declared."""


def from_double(number: float) -> Decimal:
    """A binary number as a spreadsheet takes it: at 15 significant digits.

    >>> from_double(0.285 * 100), from_double(57.999999999999993), from_double(0.1 + 0.2), from_double(1 / 3)
    (Decimal('28.5'), Decimal('58'), Decimal('0.3'), Decimal('0.333333333333333'))
    """
    return Decimal(f"{number:.15g}")


def exact_doubles(numbers: Sequence[float]) -> list[Decimal]:
    """The same of several, which are printed as one text: that takes two thirds of the time.

    >>> exact_doubles([0.285 * 100, 1 / 3, 12])
    [Decimal('28.5'), Decimal('0.333333333333333'), Decimal('12')]
    """
    return [*map(Decimal, ("%.15g " * len(numbers) % tuple(numbers)).split())]


def without_tail(number: Decimal) -> Decimal | None:
    """A number of more than 15 significant digits at 15; nothing where it has no more.

    >>> without_tail(Decimal("57.99999999999999")), without_tail(Decimal("57.99"))
    (Decimal('58.0000000000000'), None)
    """
    short = FIFTEEN.plus(number)
    return None if short == number else short


def plain_number(text: str) -> Decimal | None:
    """The number that a rule file or a program wrote (`12`, `-0.5`, `1e-05`), or nothing.

    `Decimal` alone would also take `NaN`, `Infinity`, `1_000` and full-width digits.

    >>> plain_number("-0.50"), plain_number("1_000"), plain_number("NaN")
    (Decimal('-0.50'), None, None)
    """
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def stated_number(text: str) -> Decimal | None:
    """The same, or a fraction (`1/3`): one that ends is exact, any other has the 50 digits of the arithmetic.

    >>> stated_number("1/4"), stated_number("-2/3"), stated_number("1/0"), stated_number("1/3/2")
    (Decimal('0.25'), Decimal('-0.66666666666666666666666666666666666666666666666667'), None, None)
    """
    found = _FRACTION.fullmatch(text)
    if found is None:
        return plain_number(text)
    whole = Decimal(found[2])
    return WORKING.divide(Decimal(found[1]), whole) if whole else None


def typed_number(text: str, decimal: str = ".", thousands: str | None = None) -> Decimal | None:
    """The number that a person typed into a cell: optional sign, correct thousands, decimals; or nothing.

    `decimal` is the sign before the decimals, `thousands` the one between thousands (where nothing is declared, a comma
    or a space; beside decimal commas a space or an apostrophe). Thousands come in groups of three behind one to three
    digits that do not begin with 0, so `0,125` is none.

    >>> typed_number("17,712"), typed_number("\u22120.5"), typed_number(".5"), typed_number("1 234"), typed_number("+3")
    (Decimal('17712'), Decimal('-0.5'), Decimal('0.5'), Decimal('1234'), Decimal('3'))
    >>> typed_number("0,125", ","), typed_number("1.234,5", ",", ".")
    (Decimal('0.125'), Decimal('1234.5'))
    >>> refused = ("12,5", "0,125", "(5)", "1.5m", "<5", "52+", "1.5-", "", "-", "1_000", "1,234 567")
    >>> {typed_number(text) for text in refused}
    {None}
    """
    if text[-1:].isdigit() and _typed(decimal, thousands).fullmatch(text):
        whole, _, decimals = text.replace("\u2212", "-").partition(decimal)
        digits = whole.translate(_PARTING)
        return Decimal(f"{digits}.{decimals}" if decimals else digits)
    if "e" in text or "E" in text:
        return plain_number(text.replace(",", ".") if decimal == "," and "." not in text else text)
    return None


_PARTING = {ord(sign): None for sign in ",. '\u2019"}


@cache
def _typed(decimal: str, thousands: str | None) -> re.Pattern[str]:
    """What a typed number looks like under these signs."""
    parting = _GROUPS[decimal] if thousands is None else (thousands,)
    grouped = "|".join(rf"[1-9][0-9]{{0,2}}(?:{re.escape(sign)}[0-9]{{3}})+" for sign in parting)
    return re.compile(rf"[-+\u2212]?(?:{grouped}|[0-9]+)?(?:{re.escape(decimal)}[0-9]+)?", re.ASCII)


_MODES = {
    "even": (ROUND_HALF_EVEN, ROUND_HALF_EVEN),
    "up": (ROUND_HALF_UP, ROUND_HALF_DOWN),
    "down": (ROUND_HALF_DOWN, ROUND_HALF_UP),
    "towards zero": (ROUND_HALF_DOWN, ROUND_HALF_DOWN),
    "away from zero": (ROUND_HALF_UP, ROUND_HALF_UP),
}
"""How the decimal module names where halves go: for numbers from zero up, and for those below."""


def snap(number: Decimal) -> Decimal:
    """The number at 40 digits, so that what came through thirds meets its half or its threshold exactly."""
    return SNAPPED.plus(number)


def rounded(number: Decimal, *, places: int = 0, step: Decimal | None = None, halves: Halves = "up") -> Decimal:
    """The number rounded to decimal places, or to the nearest multiple of `step`.

    Halves go `up` (towards plus infinity), `down` (towards minus infinity), to the `even` neighbour,
    `towards zero` or `away from zero`.

    >>> rounded(Decimal("2.345"), places=2), rounded(Decimal("-0.5")), rounded(Decimal("2.5"), halves="even")
    (Decimal('2.35'), Decimal('0'), Decimal('2'))
    >>> rounded(Decimal("3.75"), step=Decimal("0.5"))
    Decimal('4.0')
    """
    if step is not None:
        return snap(WORKING.multiply(rounded(WORKING.divide(number, step), halves=halves), step))
    snapped = SNAPPED.plus(number)
    if snapped.adjusted() + places >= COMPARED:  # too large to have anything behind that place
        return snapped
    result = snapped.quantize(_unit(places), _MODES[halves][snapped.is_signed()], WORKING)
    return result or abs(result)  # no minus zero


@cache
def _unit(places: int) -> Decimal:
    """The least step at so many decimal places."""
    return ONE.scaleb(-places)


def halves_text(halves: Halves) -> str:
    """Where halves go, in words."""
    return "to even" if halves == "even" else halves


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
        if not _DAY.fullmatch(text):
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


def number_text(number: Decimal, shown: int | None = None) -> str:
    """The number as printed: with `shown` places (halves up), else every digit it has, without trailing zeros.

    A number that does not end (a third) is printed with 12 significant digits.
    `UNSET` is printed as `no value`.

    >>> number_text(Decimal("2.50")), number_text(Decimal("2.5"), 2), number_text(Decimal("1E+3"))
    ('2.5', '2.50', '1000')
    >>> number_text(Decimal(1) / 3)
    '0.333333333333'
    """
    if type(number) is not Decimal and isinstance(number, Day):
        return str(number)
    if number.is_nan():
        return "no value"
    if shown is not None:
        return _plainly(rounded(number, places=shown, halves="away from zero"))
    if _digits(number) > 17:  # longer than anything read from a double
        number = TWELVE.plus(number)
    text = _plainly(number)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _digits(number: Decimal) -> int:
    """How many digits a number has, also zeros at its end; to make a tuple of them takes three times as long."""
    text = str(number)
    return len(text) if len(text) <= 17 else len(text.partition("E")[0].lstrip("-0.").replace(".", ""))


def _plainly(number: Decimal) -> str:
    """Every digit of a number without a power of ten; to ask for that right away takes twice as long."""
    text = str(number)
    return format(number, "f") if "E" in text else text


def number_json(number: Decimal) -> str | None:
    """The number as json has it, its digits as a text; nothing for `UNSET`.

    >>> number_json(Decimal("2.50")), number_json(UNSET)
    ('2.5', None)
    """
    return None if number.is_nan() else number_text(number)
