"""Number formats of spreadsheets: percentages, dates, how many decimals they show, and what hides a number.

A format has up to four sections, for numbers above zero, below it, zero, and texts, or as many as it has conditions;
in each stand the places for digits, and what is shown as it is. A section without a place for a digit hides the number.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.tables import DisguisedCell, ErrorCell, PercentCell, ShownCell
from nhsrate.core.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
}  # fmt: skip
"""The formats that a workbook names by number alone, as far as they matter here."""

_LITERAL = pattern(r'"[^"]*"|\\.|_.|\*.')
"""The parts of a number format that are shown as they are."""

_BRACKETS = pattern(r"\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]", re.IGNORECASE)
_DURATION = pattern(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_DATE = pattern(r"[dmhys]", re.IGNORECASE)
_DECIMALS = pattern(r"[0#?,]*\.([0#?]+)|[0#?]")
_SCALED = pattern(r"[0#?],+(?![0#?])|[eE][+-]|/")
"""Formats under which a number is not shown at its own size: thousands, powers of ten, fractions."""

_SCIENTIFIC = pattern(r"(?<![0#?,.])0(?:\.[0#?]+)?[eE][+-]")
WINDOWS_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (spreadsheets know no time zones)
MAC_EPOCH = datetime(1904, 1, 1)  # noqa: DTZ001 (as above)
LEAP_BUG_UNTIL = 60
"""Excel counts a 29th of February 1900, so that the days before it are one off."""


_PIECE = pattern(r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = pattern(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)", re.ASCII)
_COLOUR = pattern(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?[0-9]+", re.IGNORECASE)
_THOUSANDS = pattern(r"[0#?.](,+)(?![0#?,])")
_POINT = pattern(r"\.([0#?]+)")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound, ">": lambda value, bound: value > bound,
    "<=": lambda value, bound: value <= bound, ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound, "<>": lambda value, bound: value != bound,
}  # fmt: skip
DASHES = frozenset({"-", "\u2013", "\u2014", "\u2212"})
"""Accounts show a zero as a dash, which is nothing else than a zero there."""

_UNITS = {1: "thousands", 2: "millions"}


@frozen
class Section:
    """A part of a number format: what it shows as it is, and its places for digits (`General` is one)."""

    literal: str
    places: str
    condition: tuple[str, float] | None = None
    coloured: bool = False

    def holds(self, value: float) -> bool:
        """Whether its condition is true of a number."""
        return self.condition is not None and _COMPARED[self.condition[0]](value, self.condition[1])

    @property
    def bare(self) -> bool:
        """Whether it has no place for the number."""
        return not re.search(r"[0#?@]|general", self.places, re.IGNORECASE)

    def said(self, value: float, *, unsigned: bool) -> str | None:
        """What it shows in the place of the number, or nothing where it shows the number."""
        if self.bare:
            text = self.literal.strip()
            return None if value == 0 and text in DASHES else quoted(text) if text else "nothing"
        if any(letter.isdigit() for letter in self.literal):
            return f"digits that belong to the format ({quoted(self.literal.strip())}) beside it"
        if scaled := _THOUSANDS.search(self.places):
            thousands, decimals = len(scaled[1]), _POINT.search(self.places)
            unit = _UNITS.get(thousands, f"units of 10^{3 * thousands}")
            shown = Decimal(value).scaleb(-3 * thousands)
            return f"{shown:.{len(decimals[1]) if decimals else 0}f}, in {unit}"
        if unsigned and value < 0 and not self.coloured and not re.search(r"[-\u2212(]", self.places + self.literal):
            return "it without its minus sign"
        return None


@frozen
class Disguise:
    """The sections of a format of which one, at least, may show something else than the number."""

    sections: tuple[Section, ...]

    def said(self, value: float) -> str | None:
        """What is shown in the place of a number; nothing where the number is shown.

        >>> found = disguise_of('0.0;-0.0;"n/a"')
        >>> found and (found.said(1.5), found.said(0))
        (None, '"n/a"')
        """
        section, unsigned = self._section(value)
        return section.said(value, unsigned=unsigned)

    def _section(self, value: float) -> tuple[Section, bool]:
        """The section that shows a number, and whether the minus sign is left to it."""
        numeric = self.sections[:3]
        if any(section.condition for section in numeric):
            fitting = [section for section in numeric if section.holds(value)]
            others = [section for section in numeric if section.condition is None]
            return (fitting or others or numeric)[0], False
        if value < 0 and len(numeric) > 1:
            return numeric[1], True
        return numeric[2 if value == 0 and len(numeric) > 2 else 0], False


def disguise_of(code: str) -> Disguise | None:
    """The sections of a number format, where one may show something else than the number; else nothing.

    >>> disguise_of("0.0%"), disguise_of("#,##0.00;-#,##0.00"), disguise_of('"n/a"') is None
    (None, None, False)
    """
    sections = tuple(map(_section, _parted(code)))
    found = Disguise(sections)
    bounds = [section.condition[1] for section in sections if section.condition]
    tried = [1.0, -1.0, 0.0, *(bound + step for bound in bounds for step in (-1.0, 0.0, 1.0))]
    return found if any(found.said(value) is not None for value in tried) else None


def _parted(code: str) -> list[list[tuple[str, ...]]]:
    """The pieces of each section: quoted, escaped, blanks, fillers, in brackets, and single characters."""
    sections: list[list[tuple[str, ...]]] = [[]]
    for piece in _PIECE.findall(code):
        if piece[5] == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _section(pieces: list[tuple[str, ...]]) -> Section:
    literal = places = ""
    condition: tuple[str, float] | None = None
    coloured = False
    for within, escaped, _, _, bracket, plain in pieces:
        literal += within + escaped
        if found := _CONDITION.fullmatch(bracket):
            condition = (found[1], float(found[2]))
        coloured = coloured or bool(_COLOUR.fullmatch(bracket))
        places += plain
    letters = re.sub(r"[0#?.,@%E+]|general", "", places, flags=re.IGNORECASE)
    return Section(literal + letters, places, condition, coloured)


@frozen
class Look:
    """How a number format shows a number; `places` is `None` where it shows as many decimals as there are.

    `scientific` are the decimals that it shows of a number written with a power of ten. A `disguise` may show something
    else than the number.
    """

    percent: bool = False
    places: int | None = None
    date: Literal["", "date", "duration"] = ""
    scientific: int | None = None
    disguise: Disguise | None = field(default=None, compare=False)


GENERAL = Look()


@lru_cache(maxsize=4096)
def look_of(code: str | None) -> Look:
    """What a number format shows.

    >>> look_of("0.0%").percent, look_of('0.0"%"').percent, look_of("dd/mm/yyyy").date, look_of("[h]:mm").date
    (True, False, 'date', 'duration')
    >>> look_of("#,##0.00").places, look_of("General").places, look_of("0.0,").places
    (2, None, None)
    """
    if code is None or code.casefold() in {"general", "@", ""}:
        return GENERAL
    shown = _BRACKETS.sub("", _LITERAL.sub("", code)).split(";")[0]
    if _DURATION.search(shown):
        return Look(date="duration")
    percent = "%" in _LITERAL.sub("", code)
    if not percent and _DATE.search(shown) and shown.casefold() != "general":
        return Look(date="date")
    decimals = _DECIMALS.search(shown)
    places = None if decimals is None else len(decimals[1] or "")
    scientific = places if not percent and _SCIENTIFIC.search(shown) else None
    return Look(percent, None if _SCALED.search(shown) else places, "", scientific, disguise_of(code))


def number_as_shown(value: float, look: Look, epoch: datetime = WINDOWS_EPOCH) -> object:
    """A number as a cell of this look holds it: a date, a percentage, or a number, with what it shows of it.

    >>> number_as_shown(0.9456, look_of("0.0%")), number_as_shown(0.945, look_of("0.0%"))
    (PercentCell(fraction=0.9456, places=1), PercentCell(fraction=0.945, places=None))
    >>> number_as_shown(77.96, look_of("0.0")), number_as_shown(77.5, look_of("0.0"))
    (ShownCell(value=77.96, places=1), 77.5)
    """
    if look.date:
        return date_of(value, epoch, duration=look.date == "duration")
    if look.disguise is not None and (said := look.disguise.said(value)) is not None:
        return DisguisedCell(PercentCell(value) if look.percent else value, said)
    if look.percent:
        fine = look.places is not None and _rounds(value, look.places + 2)
        return PercentCell(value, look.places if fine else None)
    if look.places is not None and _rounds(value, look.places):
        return ShownCell(value, look.places)
    if look.scientific is not None and value and _rounds(value, places := look.scientific - Decimal(value).adjusted()):
        return ShownCell(value, places)
    return value


def _rounds(value: float, places: int) -> bool:
    """Whether a number has more decimals than these, at the 15 digits of a spreadsheet."""
    short = round(value, places)
    return short != value and (isinstance(value, int) or short != float(f"{value:.15g}"))


def date_of(serial: float, epoch: datetime = WINDOWS_EPOCH, *, duration: bool = False) -> object:
    """The date, time of day or duration that a spreadsheet means by a number of days; an error cell where none is.

    >>> date_of(46112), date_of(0.5), date_of(59).date(), date_of(1e9)
    (datetime.datetime(2026, 3, 31, 0, 0), datetime.time(12, 0), datetime.date(1900, 2, 28), ErrorCell(text='#VALUE!'))
    """
    try:
        days, rest = divmod(serial, 1)
        within = timedelta(milliseconds=round(rest * 86_400_000))
        if duration:
            return timedelta(days=days) + within
        if 0 <= serial < 1 and not within.days:
            return (WINDOWS_EPOCH + within).time()
        if epoch == WINDOWS_EPOCH and 0 < serial < LEAP_BUG_UNTIL:
            days += 1
        return epoch + timedelta(days=days) + within
    except (OverflowError, ValueError):
        return ErrorCell("#VALUE!")


def iso_date(text: str) -> object:
    """The date or time that a cell of the strict format writes out; the text where it is none.

    >>> iso_date("2026-03-31"), iso_date("2026-03-31T10:00:00"), iso_date("10:30:00"), iso_date("soon")
    (datetime.datetime(2026, 3, 31, 0, 0), datetime.datetime(2026, 3, 31, 10, 0), datetime.time(10, 30), 'soon')
    """
    for read in (datetime.fromisoformat, time.fromisoformat):
        try:
            found: datetime | time = read(text)
        except ValueError:
            continue
        return found.replace(tzinfo=None)  # spreadsheets know no time zones
    return text
