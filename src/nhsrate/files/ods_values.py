"""What a cell of an OpenDocument spreadsheet holds, what its style shows of it, and which sheets are hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from nhsrate.core.patterns import pattern
from nhsrate.core.tables import DisguisedCell, ErrorCell, PercentCell, ShownCell, Uncalculated
from nhsrate.core.texts import quoted
from nhsrate.files.book import ERRORS, number_cell
from nhsrate.files.number_formats import DASHES, GENERAL, WINDOWS_EPOCH, Look, iso_date, look_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.files.raised import Shift

    Attributes = Mapping[str, str]


_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT = (f"{_SPACE}{name}:1.0 " for name in ("office", "table", "text"))
DRAWING = f"{_SPACE}drawing:1.0 "
_STYLE, _NUMBER = f"{_SPACE}style:1.0 ", f"{_SPACE}datastyle:1.0 "
"""Names as expat gives them: the name space, a blank, and the word."""

_KINDS = frozenset({f"{_NUMBER}{kind}-style" for kind in ("number", "percentage", "currency")})
_PERCENTAGE = f"{_NUMBER}percentage-style"
_MOST_PLACES = 20
_COMMAS = {"1000": ",", "1000000": ",,"}
"""How Excel writes that a number is shown in thousands or millions."""

_GENERATIONS = 20
"""A style may follow another one, and that one yet another; longer chains than this go in a circle."""


@dataclass(slots=True)
class Styles:
    """The styles met so far, by their names."""

    looks: dict[str, Look] = field(default_factory=dict)
    cells: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Of each style of cells the number format, and the style it follows in all it does not say itself."""

    hidden: set[str] = field(default_factory=set)
    """The styles under which a sheet is not shown."""

    shifts: dict[tuple[str, str], Shift] = field(default_factory=dict)
    """Where letters stand under a style, by its family and name, where it says so."""

    parents: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """The styles of texts and cells, and which each follows."""

    _style: tuple[str, str] = ("", "")
    _known: dict[str, Look] = field(default_factory=dict)
    _number: str = ""
    _table: str = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        if name in _KINDS:
            self._number = attributes.get(f"{_STYLE}name", "")
            self.looks[self._number] = Look(percent=name == _PERCENTAGE)
        elif name == f"{_NUMBER}number":
            places = attributes.get(f"{_NUMBER}decimal-places", "")
            factor = attributes.get(f"{_NUMBER}display-factor", "1")
            if self._number and places.isdecimal():
                shown = min(int(places), _MOST_PLACES)
                known = self.looks[self._number]
                scaled = look_of(f"0.{'0' * shown}{_COMMAS[factor]}") if factor in _COMMAS else None
                if scaled is not None:
                    self.looks[self._number] = replace(known, disguise=scaled.disguise)
                elif factor == "1":
                    self.looks[self._number] = replace(known, places=shown)
        elif name == f"{_STYLE}style":
            own = attributes.get(f"{_STYLE}name", "")
            family = attributes.get(f"{_STYLE}family")
            self._table = own if family == "table" else ""
            self._style = (family or "", own)
            self.parents[self._style] = attributes.get(f"{_STYLE}parent-style-name")
            if family == "table-cell":
                format_name = attributes.get(f"{_STYLE}data-style-name")
                self.cells[own] = (format_name, self.parents[self._style])
        elif name == f"{_STYLE}text-properties" and f"{_STYLE}text-position" in attributes:
            self.shifts[self._style] = _shift(attributes[f"{_STYLE}text-position"])
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{TABLE}display") == "false":
            self.hidden.add(self._table)

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name in _KINDS:
            self._number = ""
        elif name == f"{_STYLE}style":
            self._style = ("", "")

    def look(self, style: str) -> Look:
        """What a style of cells shows of a number."""
        if style not in self._known:
            self._known[style] = self._followed(style)
        return self._known[style]

    def shift(self, style: str, family: str) -> Shift:
        """Where the letters stand under a style of texts or cells."""
        following: str | None = style
        for _ in range(_GENERATIONS if self.shifts else 0):
            if following is None:
                break
            if (family, following) in self.shifts:
                return self.shifts[family, following]
            following = self.parents.get((family, following))
        return 0

    def _followed(self, style: str) -> Look:
        following: str | None = style
        for _ in range(_GENERATIONS):
            format_name, following = self.cells.get(following or "", (None, None))
            if format_name is not None:
                return self.looks.get(format_name, GENERAL)
        return GENERAL


def _shift(position: str) -> Shift:
    """Where letters of this position stand: `super 58%`, or by how much they are off the line, such as `-33% 58%`.

    >>> _shift("super 58%"), _shift("33% 58%"), _shift("sub 58%"), _shift("0% 100%")
    (1, 1, -1, 0)
    """
    word = (position.split() or [""])[0]
    if word in {"super", "sub"}:
        return 1 if word == "super" else -1
    return 0 if not word.strip("-0.%") else -1 if word.startswith("-") else 1


def common_styles(xml: bytes) -> Styles:
    """The styles of `styles.xml` that all cells may use."""
    from xml.parsers import expat

    styles = Styles()
    common = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal common
        common = common or name == f"{OFFICE}styles"
        if common:
            styles.start(name, attributes)

    def end(name: str) -> None:
        nonlocal common
        styles.end(name)
        common = common and name != f"{OFFICE}styles"

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(xml, True)  # noqa: FBT003 (expat takes no names)
    return styles


VALUE_TYPE, FORMULA = f"{OFFICE}value-type", f"{TABLE}formula"
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
VALUE, _STRING, _TRUTH = f"{OFFICE}value", f"{OFFICE}string-value", f"{OFFICE}boolean-value"
_DATE, _TIME_VALUE = f"{OFFICE}date-value", f"{OFFICE}time-value"

_FLOAT = pattern(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TIME = pattern(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?", re.ASCII)
_TRUTHS = {"TRUE": True, "FALSE": False}
"""LibreOffice keeps the result of a comparison as 1 or 0 that is shown as a word."""

_ERROR = pattern(rf"{'|'.join(map(re.escape, ERRORS.values()))}|Err:\d{{3}}", re.ASCII)


def cell_value(cell: Mapping[str, str], shown: str, look: Look, *, empty: bool) -> object:
    """What a cell holds, told from its attributes and the text that it shows.

    `empty` are those that hold no paragraph: a formula with an empty text as its result holds an empty one.
    """
    text = cell.get(_STRING, shown)
    kind = cell.get(VALUE_TYPE)
    formula = FORMULA in cell
    if cell.get(_CALC_TYPE) == "error":
        return ErrorCell(shown or "#VALUE!")
    if (formula or kind not in {None, "string"}) and _ERROR.fullmatch(shown or text):
        return ErrorCell(shown or text)
    match kind:
        case "float" if shown in _TRUTHS:
            return _TRUTHS[shown]
        case "float" | "currency" | "percentage":
            number = number_cell(
                _number(cell.get(VALUE, "")),
                look if look.percent or kind != "percentage" else replace(look, percent=True),
            )
            return number if empty else _disguised(number, shown)
        case "date":
            return iso_date(cell.get(_DATE, shown)) or None
        case "time":
            return _time(cell.get(_TIME_VALUE, shown))
        case "boolean":
            return cell.get(_TRUTH) == "true"
        case None if formula and empty:
            return Uncalculated()
    return text or None


def _disguised(number: object, shown: str) -> object:
    """The number, or that its cell shows no digit of it; accounts show a zero as a dash."""
    text = shown.strip()
    if isinstance(number, ErrorCell) or any(letter.isdigit() for letter in text):
        return number
    held = PercentCell(number.fraction) if isinstance(number, PercentCell) else number
    held = held.value if isinstance(held, (ShownCell, DisguisedCell)) else held
    if not isinstance(held, (int, float, PercentCell)) or (text in DASHES and not getattr(held, "fraction", held)):
        return number
    return DisguisedCell(held, quoted(text) if text else "nothing")


def _number(said: str) -> float:
    """A number; raises `ValueError` for anything that a file may not say.

    >>> _number("94.5"), _number("3"), _number("-1E-2")
    (94.5, 3.0, -0.01)
    """
    if not _FLOAT.fullmatch(said):
        raise ValueError(f'"{said[:40]}" is not a number')
    return float(said)


def _time(said: str) -> object:
    """A time of day, or a duration where it is longer than a day; the text where it is neither.

    >>> _time("PT10H30M00S"), _time("PT36H"), _time("soon")
    (datetime.time(10, 30), datetime.timedelta(days=1, seconds=43200), 'soon')
    """
    found = _TIME.fullmatch(said)
    if found is None:
        return said or None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    within = timedelta(microseconds=int(f"{found[6] or '':0<6}"[:6]))
    long = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) + within
    if found[1] or long.days:
        return -long if found[1] else long
    return (WINDOWS_EPOCH + long).time()
