"""Two workbooks compared by what their cells hold, whatever program wrote their bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, short
from nhsrate.core.texts import as_text, tidy
from nhsrate.files.limits import STANDARD
from nhsrate.files.open import open_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nhsrate.core.tables import Book

ABOUT = ('"SHA-256 of ', '"Made with')
"""How rows of the cover begin that say of which bytes a workbook was made, and by what: no result rests on them."""

LONG = 60
"""How much of what a cell holds is told."""


@frozen
class Other:
    """A cell that holds something else than it should: what it holds, and what it should."""

    at: CellLocation
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.at.sheet}!{short(self.at)} was {self.before} and is {self.after}"


def other_cells(path: Path, data: bytes) -> Iterator[Other]:
    """The cells of a workbook that hold something else than in that made of `data`, sheet by sheet.

    Raises `Refused` where the workbook cannot be opened.
    """
    from nhsrate.files.xlsx import xlsx_book

    there = open_book(path, STANDARD)
    made = xlsx_book(path.as_posix(), data, sha256(data).hexdigest(), STANDARD)
    names = [sheet.name for sheet in made.sheets]
    for name in dict.fromkeys([*names, *(sheet.name for sheet in there.sheets)]):
        before, after = _rows(there, name), _rows(made, name)
        for row in sorted({*before, *after}):
            old, new = before.get(row, {}), after.get(row, {})
            if any(cells.get(1, "").startswith(ABOUT) for cells in (old, new)):
                continue
            for column in sorted({*old, *new}):
                was, is_ = old.get(column), new.get(column)
                if was != is_:
                    at = CellLocation(path.as_posix(), name, row, column)
                    yield Other(at, _cut(was), _cut(is_))


def _rows(book: Book, name: str | None) -> dict[int, dict[int, str]]:
    """What the cells of a sheet hold that are not empty, by row and column; nothing where there is no such sheet."""
    if name not in {sheet.name for sheet in book.sheets}:
        return {}
    rows = book.stream(name)
    return {number: {n: _said(cell) for n, cell in enumerate(cells, 1) if cell is not None} for number, cells in rows}


def _said(cell: object) -> str:
    """What a cell holds: a text in quotation marks, anything else as it reads, whatever program wrote it."""
    return f'"{tidy(cell)}"' if isinstance(cell, str) else as_text(cell)


def _cut(text: str | None) -> str:
    """A text short enough for a message."""
    if text is None:
        return "empty"
    return text if len(text) <= LONG else f"{text[:LONG]}..."
