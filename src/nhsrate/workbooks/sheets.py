"""Where a comment belongs in a sheet: what the sheet's XML says of rows, merged cells and the widths of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from nhsrate.core.patterns import pattern
from nhsrate.core.problems import column_number
from nhsrate.files.xlsx_parts import local
from nhsrate.workbooks.package import Edit, Node, tag_end

if TYPE_CHECKING:
    from collections.abc import Collection

BEHIND = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}
    | {"AlternateContent"}  # around `oleObjects` and `controls`
)
"""What stands behind `legacyDrawing` in a sheet (ECMA-376 part 1, 18.3.1.99)."""

_REFERENCE = pattern(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
PADDING, USUAL, ROW = 5, 64, 20
"""Pixels of a column beside its characters, of a column of which nothing is said, and of a row."""
LAST_COLUMN, WIDEST = 16_383, 50
"""The last column of a sheet, from 0, and the most columns that a box is laid over."""

Cell = tuple[int, int]
"""A row and a column, both from 1."""


@dataclass(slots=True)
class SheetFacts:
    """What matters of a sheet to a comment.

    `place` is the offset at which `legacyDrawing` belongs, `drawing` the id it has where it is there already, `first`
    the first column with a value of each row that was asked for.
    """

    root: Node
    place: int = 0
    drawing: str = ""
    first: dict[int, int] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    widths: list[tuple[int, int, int]] = field(default_factory=list)
    usual: int = USUAL

    def shown_at(self, row: int, column: int) -> Cell:
        """The cell that shows a comment on this one: the first with a value of a row, the top left of merged ones."""
        column = column or self.first.get(row, 1)
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column

    def width(self, column: int) -> int:
        """The pixels of a column, roughly."""
        return next((pixels for first, last, pixels in self.widths if first <= column <= last), self.usual)

    def drawing_edit(self, id_: str, office: str) -> Edit:
        """The drawing of comments, named by its id where the order of a sheet wants it."""
        known = self.root.prefix_of(office)
        said = f'{known}id="{id_}"' if known else f'xmlns:r="{office}" r:id="{id_}"'
        return Edit(self.place, self.place, f"<{self.root.prefix}legacyDrawing {said}/>")


def cell_of(reference: str) -> Cell:
    """The row and column of a reference; raises `ValueError` for what is none.

    >>> cell_of("F12")
    (12, 6)
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference} is no cell")
    return int(found[2]), column_number(found[1])


def sheet_facts(xml: bytes, rows: Collection[int]) -> SheetFacts:
    """The facts of a sheet, with the first columns of these rows; raises `ExpatError` where it is damaged."""
    found: list[SheetFacts] = []
    depth, begun = 0, 0
    here = [0, 0]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, begun
        depth += 1
        word = local(name)
        if depth == 4 and word == "c":
            here[1] = cell_of(attributes["r"])[1] if "r" in attributes else here[1] + 1
        elif depth == 5 and word in {"v", "is"}:
            if here[0] in rows:
                found[0].first.setdefault(here[0], here[1])
        elif depth == 3 and word == "row":
            here[:] = [int(attributes.get("r", here[0] + 1)), 0]
        elif depth == 1:
            found.append(SheetFacts(Node(name, attributes, 0, 0, 0, 0)))
        elif depth == 2:
            begun = parser.CurrentByteIndex
            _outer(found[0], word, attributes)
        elif depth == 3 and word == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            found[0].merged.append((cell_of(first), cell_of(last or first)))
        elif depth == 3 and word == "col":
            width = _pixels(attributes.get("width"), hidden=attributes.get("hidden") in {"1", "true"})
            found[0].widths.append((int(attributes["min"]), int(attributes["max"]), width))

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2 and local(name) not in BEHIND:
            inside = tag_end(xml, begun)
            one_tag = xml[inside - 2 : inside] == b"/>"
            found[0].place = inside if one_tag else tag_end(xml, parser.CurrentByteIndex)
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(xml, True)  # noqa: FBT003 (the last piece)
    if not found[0].place:
        raise ValueError("the sheet holds nothing")
    return found[0]


def _outer(facts: SheetFacts, word: str, attributes: dict[str, str]) -> None:
    """Keep what an element straight below the sheet says."""
    if word == "legacyDrawing":
        facts.drawing = next(value for name, value in attributes.items() if local(name) == "id")
    elif word == "sheetFormatPr" and "defaultColWidth" in attributes:
        facts.usual = _pixels(attributes["defaultColWidth"])


def _pixels(width: str | None, *, hidden: bool = False) -> int:
    if hidden:
        return 0
    return USUAL if width is None else int(float(width) * 7) + PADDING


def box(facts: SheetFacts, cell: Cell, size: tuple[int, int]) -> str:
    """The anchor of a box of this many pixels beside a cell: column, pixels, row, pixels of two of its corners.

    Columns and rows count from 0. The box stands right of the cell, or left of it where the sheet ends.
    """
    row, column = cell
    left = min(column, LAST_COLUMN - 5)
    right, over = left, 15 + size[0]
    while right < min(left + WIDEST, LAST_COLUMN) and over > facts.width(right + 1):
        over -= facts.width(right + 1)
        right += 1
    top = max(row - 2, 0)
    corners = left, 15, top, 10, right, min(over, facts.width(right + 1)), top - (-size[1] // ROW), 10
    return ", ".join(map(str, corners))
