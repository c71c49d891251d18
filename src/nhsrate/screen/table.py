"""A table laid out for a terminal: no line wraps, and names are shortened before columns are parted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.reports.league import CODE, NAME, Entry
from nhsrate.screen.names import short_names
from nhsrate.screen.screen import taken
from nhsrate.screen.widths import display_width, padded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.reports.league import Column
    from nhsrate.screen.screen import Screen

GAPS = (2, 1)
"""Blanks between two columns: as they are, and where it is narrow."""
LEAST_NAME, LEAST = 14, 8
"""Places that a name is left before columns are parted, and that any column is left at all."""


@frozen
class Part:
    """One table: its columns with their widths, and the blanks between them."""

    columns: tuple[tuple[Column, int], ...]
    gap: int


def table_lines(columns: Sequence[Column], screen: Screen, *, shorten: bool = True) -> list[str]:
    """The table; where it does not fit, in parts below each other, each led by the codes.

    With `shorten` names may lose what many of them end in, as those of organisations do.
    """
    return parts_lines(parts_of(columns, screen, shorten=shorten), screen)


def parts_of(columns: Sequence[Column], screen: Screen, *, shorten: bool = True) -> list[Part]:
    """The table as it fits the terminal, whole or in several parts."""
    return in_parts([in_letters(column, screen) for column in columns], screen.wide, shorten=shorten)


def parts_lines(parts: Sequence[Part], screen: Screen) -> list[str]:
    """The parts of a table below each other, with an empty line between two."""
    lines: list[str] = []
    for part in parts:
        lines += [*([""] if lines else []), *part_lines(part, screen)]
    return lines


def text_lines(columns: Sequence[Column], screen: Screen) -> list[str]:
    """The table whole, as wide as it is, with a line between headings and rows."""
    part = Part(tuple((column, needed(column)) for column in columns), GAPS[0])
    tall = max(len(heading_lines(column.heading, wide)) for column, wide in part.columns)
    lines = part_lines(part, screen)
    return [*lines[:tall], (" " * part.gap).join("-" * wide for _, wide in part.columns), *lines[tall:]]


def in_letters(column: Column, screen: Screen) -> Column:
    """The column in the letters of the terminal."""
    entries = [Entry(screen.letters(entry.text), entry.colour, entry.style) for entry in column.entries]
    return replace(column, heading=screen.letters(column.heading), entries=entries)


def in_parts(columns: Sequence[Column], wide: int, *, shorten: bool) -> list[Part]:
    """The columns as tables that fit: with the names in full, or shortened, or closer together, or in several parts."""
    gap, close = GAPS
    if total(columns, gap) <= wide:
        return [Part(tuple((column, needed(column)) for column in columns), gap)]
    shorter = [shortened(column) if shorten and column.holds == NAME else column for column in columns]
    for one in (gap, close):
        if total(shorter, one, least=True) <= wide:
            return [fitted(shorter, wide, one)]
    parts = [[column for column in shorter if not column.domain]]
    lead = [column for column in shorter if column.holds == CODE] or [one for one in shorter if one.holds == NAME]
    for column in (column for column in shorter if column.domain):
        if total([*parts[-1], column], gap, least=True) > wide and parts[-1] != lead:
            parts.append([*lead])
        parts[-1].append(column)
    return [fitted(part, wide, gap) for part in parts]


def shortened(column: Column) -> Column:
    """The names without what many of them end in."""
    names = short_names([entry.text for entry in column.entries])
    entries = [Entry(name, one.colour, one.style) for name, one in zip(names, column.entries, strict=True)]
    return replace(column, entries=entries)


def total(columns: Sequence[Column], gap: int, *, least: bool = False) -> int:
    """The width of the table with nothing cut, or with the names cut as far as they may be."""
    rooms = [
        min(needed(column), LEAST_NAME) if least and column.holds == NAME else needed(column) for column in columns
    ]
    return sum(rooms) + gap * (len(rooms) - 1)


def needed(column: Column) -> int:
    """The width of the widest entry, or of the longest word of the heading."""
    words = map(display_width, column.heading.split())
    return max([1, *words, *(display_width(entry.text) for entry in column.entries)])


def fitted(columns: Sequence[Column], wide: int, gap: int) -> Part:
    """The columns with their widths: the names cut, and then the widest, until they fit; each is left eight places."""
    rooms = [needed(column) for column in columns]
    over = sum(rooms) + gap * (len(columns) - 1) - wide
    for k, column in enumerate(columns):
        if column.holds == NAME:
            cut = max(0, min(over, rooms[k] - LEAST_NAME))
            rooms[k], over = rooms[k] - cut, over - cut
    while over > 0 and max(rooms) > LEAST:
        rooms[rooms.index(max(rooms))] -= 1
        over -= 1
    return Part(tuple(zip(columns, rooms, strict=True)), gap)


def part_lines(part: Part, screen: Screen) -> list[str]:
    """One table: its headings in bold, broken into words, and its rows, levels in their colours."""
    headings = [heading_lines(column.heading, wide) for column, wide in part.columns]
    tall = max(map(len, headings))
    laid = []
    for (column, wide), heading in zip(part.columns, headings, strict=True):
        above = [padded(line, wide, right=column.right) for line in [*[""] * (tall - len(heading)), *heading]]
        laid.append([*above, *(cell(entry, wide, screen, right=column.right) for entry in column.entries)])
    lines = [(" " * part.gap).join(row).rstrip() for row in zip(*laid, strict=True)]
    return [*(screen.ink(line, "bold") for line in lines[:tall]), *lines[tall:]]


def heading_lines(text: str, wide: int) -> list[str]:
    """A heading in lines of that width; only a word that is longer is broken."""
    lines: list[str] = []
    for word in text.split():
        left = word
        if lines and display_width(lines[-1]) + 1 + display_width(word) <= wide:
            lines[-1] += f" {word}"
            continue
        while left:
            piece = taken(left, wide)
            lines.append(piece)
            left = left[len(piece) :]
    return lines


def cell(entry: Entry, wide: int, screen: Screen, *, right: bool) -> str:
    """One cell: cut to its column, in its colour, with the blanks that fill the column left as they are."""
    text = screen.clip(entry.text, wide)
    blanks = " " * (wide - display_width(text))
    inked = screen.ink(text, f"level {entry.colour}" if entry.colour else entry.style)
    return blanks + inked if right else inked + blanks
