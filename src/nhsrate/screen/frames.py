"""Where a fault stands, as a compiler shows it: the row of a cell with its neighbours, or the lines of a rule file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Refused, column_letters
from nhsrate.core.texts import as_text
from nhsrate.screen.screen import printable
from nhsrate.screen.widths import display_width, padded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.problems import LineLocation, Location
    from nhsrate.screen.screen import Screen

MOST_BYTES = 4_000_000
"""A larger file is not read a second time to be shown."""

MOST_FRAMES = 20
"""So many faults are shown where they stand; the places of all others are named."""

WIDEST = 18
"""Places of the widest cell of a frame."""

AROUND = 1
"""How many rows or lines above and below are shown."""

Rows = dict[int, "Sequence[object]"]


class Frames:
    """The surroundings of faults, of which each file is read once, when it is first asked for."""

    def __init__(self, places: Iterable[Location]) -> None:
        """Keep which rows the places are among."""
        self.wanted: dict[tuple[str, str | None], set[int]] = {}
        self.rows: dict[tuple[str, str | None], Rows] = {}
        self.lines: dict[str, list[str]] = {}
        for at in places:
            if isinstance(at, CellLocation) and at.row:
                near = range(at.row - AROUND, at.row + AROUND + 1)
                self.wanted.setdefault((at.file, at.sheet), set()).update(near)

    def frame(self, at: Location, screen: Screen, style: str) -> list[str]:
        """What is around a place, in lines; nothing where it is no place within a file that can be shown."""
        if isinstance(at, CellLocation):
            return cell_frame(at, self.rows_around(at), screen, style) if at.row else []
        return line_frame(at, self.lines_of(at.file), screen, style) if at.line else []

    def rows_around(self, at: CellLocation) -> Rows:
        """The rows that are wanted of a sheet; none where the file cannot be read or is large."""
        key = (at.file, at.sheet)
        if key not in self.rows:
            self.rows[key] = {}
            if is_small(at.file):
                with suppress(Refused):  # which is what the problem says
                    self.rows[key] = rows_of(at.file, at.sheet, self.wanted.get(key, set()))
        return self.rows[key]

    def lines_of(self, file: str) -> list[str]:
        """The lines of a text; none where it cannot be read or is large."""
        if file not in self.lines:
            self.lines[file] = []
            if is_small(file):
                with suppress(OSError, ValueError):  # which is what the problem says
                    self.lines[file] = Path(file).read_text("utf-8").splitlines()
        return self.lines[file]


def is_small(file: str) -> bool:
    """Whether a file is there and may be read once more."""
    try:
        path = Path(file)
        return path.is_file() and path.stat().st_size <= MOST_BYTES
    except (OSError, ValueError):
        return False


def rows_of(file: str, sheet: str | None, wanted: set[int]) -> Rows:
    """Some rows of a sheet by their numbers."""
    from nhsrate.files.open import open_book

    book = open_book(Path(file))
    found: Rows = {}
    last = max(wanted, default=0)
    for number, cells in book.stream(sheet):
        if number > last:
            break
        if number in wanted:
            found[number] = cells
    return found


def cell_frame(at: CellLocation, rows: Mapping[int, Sequence[object]], screen: Screen, style: str) -> list[str]:
    """The row of a cell between its neighbours, under the letters of its columns, and a mark under the cell."""
    near = [number for number in range(at.row - AROUND, at.row + AROUND + 1) if number in rows or number == at.row]
    if at.row not in rows and not any(number in rows for number in near):
        return []
    numbers = max(len(str(number)) for number in near)
    texts = {number: [screen.letters(printable(as_text(cell))) for cell in rows.get(number, ())] for number in near}
    shown = columns_around(at.column, texts, screen.wide - numbers - 5)
    widths = [width_of(column, texts) for column in shown]
    head = "  ".join(padded(column_letters(column), wide) for column, wide in zip(shown, widths, strict=True))
    lines = [screen.inked([(f"{' ' * numbers}   {head}", "dim")])]
    for number in near:
        spans = [("> " if number == at.row else "  ", style), (f"{number:>{numbers}} ", "dim")]
        for column, wide in zip(shown, widths, strict=True):
            text = screen.clip(text_at(texts[number], column), wide)
            faulty = (number, column) == (at.row, at.column)
            spans += [(text, style if faulty else ""), (" " * (wide - display_width(text) + 2), "")]
        lines.append(screen.inked(spans))
        if number == at.row and at.column:
            before = (
                numbers + 3 + sum(wide + 2 for column, wide in zip(shown, widths, strict=True) if column < at.column)
            )
            wide = max(1, display_width(screen.clip(text_at(texts[number], at.column), WIDEST)))
            lines.append(screen.inked([(" " * before, ""), ("^" * wide, style)]))
    return lines


def columns_around(column: int, texts: Mapping[int, Sequence[str]], room: int) -> list[int]:
    """The columns that are shown: that of the cell, those beside it and the first, as many as there is room for."""
    most = max([column, *map(len, texts.values())])
    beside = [column, column - 1, column + 1] if column else []
    chosen: list[int] = []
    for one in [*beside, 1, 2, 3, 4, column - 2, column + 2]:
        if 0 < one <= most and one not in chosen:
            wide = sum(width_of(other, texts) + 2 for other in [*chosen, one])
            chosen += [one] if wide <= room or not chosen else []
    return sorted(chosen)


def width_of(column: int, texts: Mapping[int, Sequence[str]]) -> int:
    """How wide a column is shown."""
    wide = max(display_width(text_at(cells, column)) for cells in texts.values())
    return max(len(column_letters(column)), min(WIDEST, wide), 1)


def text_at(cells: Sequence[str], column: int) -> str:
    """The text of a cell; nothing where the row ends before it."""
    return cells[column - 1] if column <= len(cells) else ""


def line_frame(at: LineLocation, lines: Sequence[str], screen: Screen, style: str) -> list[str]:
    """A line of a text between its neighbours, and a mark under the place."""
    if at.line > len(lines):
        return []
    near = range(max(1, at.line - AROUND), min(len(lines), at.line + AROUND) + 1)
    numbers = len(str(near[-1]))
    room = screen.wide - numbers - 4
    start = max(0, at.column - room + 10) if at.column > room - 10 else 0  # a long line is shown around its place
    found = []
    for number in near:
        text = screen.clip(screen.letters(printable(lines[number - 1].replace("\t", " ")))[start:], room)
        here = number == at.line
        found.append(
            screen.inked([("> " if here else "  ", style), (f"{number:>{numbers}} ", "dim"), (f" {text}", "")])
        )
        if here and at.column:
            found.append(screen.inked([(" " * (numbers + 4 + at.column - 1 - start), ""), ("^", style)]))
    return found
