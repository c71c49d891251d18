"""What the styles of an OpenDocument spreadsheet show of a number, and which sheets they hide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nhsrate.files.numberformats import GENERAL, Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    Attributes = Mapping[str, str]

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT = (f"{_SPACE}{name}:1.0 " for name in ("office", "table", "text"))
DRAWING = f"{_SPACE}drawing:1.0 "
_STYLE, _NUMBER = f"{_SPACE}style:1.0 ", f"{_SPACE}datastyle:1.0 "
"""Names as expat gives them: the name space, a blank, and the word."""

_KINDS = frozenset({f"{_NUMBER}{kind}-style" for kind in ("number", "percentage", "currency")})
_PERCENTAGE = f"{_NUMBER}percentage-style"
_MOST_PLACES = 20
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
            scaled = attributes.get(f"{_NUMBER}display-factor", "1") != "1"
            if self._number and places.isdecimal() and not scaled:
                shown = min(int(places), _MOST_PLACES)
                self.looks[self._number] = replace(self.looks[self._number], places=shown)
        elif name == f"{_STYLE}style":
            own = attributes.get(f"{_STYLE}name", "")
            family = attributes.get(f"{_STYLE}family")
            self._table = own if family == "table" else ""
            if family == "table-cell":
                format_name = attributes.get(f"{_STYLE}data-style-name")
                self.cells[own] = (format_name, attributes.get(f"{_STYLE}parent-style-name"))
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{TABLE}display") == "false":
            self.hidden.add(self._table)

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name in _KINDS:
            self._number = ""

    def look(self, style: str) -> Look:
        """What a style of cells shows of a number."""
        if style not in self._known:
            self._known[style] = self._followed(style)
        return self._known[style]

    def _followed(self, style: str) -> Look:
        following: str | None = style
        for _ in range(_GENERATIONS):
            format_name, following = self.cells.get(following or "", (None, None))
            if format_name is not None:
                return self.looks.get(format_name, GENERAL)
        return GENERAL


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
