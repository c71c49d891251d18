"""Number formats that show something else than the number: nothing, a word, thousands, other digits, no minus sign.

A format has up to four sections, for numbers above zero, below it, zero, and texts, or as many as it has conditions;
in each stand the places for digits, and what is shown as it is. A section without a place for a digit hides the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)", re.ASCII)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?[0-9]+", re.IGNORECASE)
_SCALED = re.compile(r"[0#?.](,+)(?![0#?,])")
_DECIMALS = re.compile(r"\.([0#?]+)")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound, ">": lambda value, bound: value > bound,
    "<=": lambda value, bound: value <= bound, ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound, "<>": lambda value, bound: value != bound,
}  # fmt: skip
DASHES = frozenset({"-", "\u2013", "\u2014", "\u2212"})
"""Accounts show a zero as a dash, which is nothing else than a zero there."""

_UNITS = {1: "thousands", 2: "millions"}


@dataclass(frozen=True, slots=True)
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
        if scaled := _SCALED.search(self.places):
            thousands, decimals = len(scaled[1]), _DECIMALS.search(self.places)
            unit = _UNITS.get(thousands, f"units of 10^{3 * thousands}")
            shown = Decimal(value).scaleb(-3 * thousands)
            return f"{shown:.{len(decimals[1]) if decimals else 0}f}, in {unit}"
        if unsigned and value < 0 and not self.coloured and not re.search(r"[-\u2212(]", self.places + self.literal):
            return "it without its minus sign"
        return None


@dataclass(frozen=True, slots=True)
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
