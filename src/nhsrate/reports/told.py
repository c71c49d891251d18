"""What is told in lines: each in pieces with their styles, from which come plain text and what a terminal shows."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.cells import Cell

WIDTH = 80
"""The width of a page of plain text."""

Span = tuple[str, str]
"""A piece of text and its style: `bold`, `dim`, `warning`, or `level COLOUR`."""


@frozen
class Told:
    """One line: how far in it stands, and its text in pieces. A `row` is one of a table, whose blanks are kept."""

    depth: int
    spans: tuple[Span, ...]
    row: bool = False

    @property
    def text(self) -> str:
        """The line as plain text, however long."""
        return "  " * self.depth + "".join(text for text, _ in self.spans)


BLANK = Told(0, (("", ""),))


def told(text: str, style: str = "", depth: int = 0) -> Told:
    """A line of one style."""
    return Told(depth, ((text, style),))


def row(*spans: Span) -> Told:
    """A row of a table."""
    return Told(0, spans, row=True)


def plain_text(lines: Iterable[Told], wide: int = WIDTH) -> str:
    r"""Lines as text: rows as they are, all else in lines of the width of a page.

    >>> plain_text([told("Heading", "bold"), BLANK, row(("a  ", ""), ("1", "level green"), ("  ", ""))])
    'Heading\n\na  1\n'
    """
    texts = (line.text.rstrip() if line.row else wrapped(line.text.lstrip(), "  " * line.depth, wide) for line in lines)
    return "".join(f"{text}\n" for text in texts)


def wrapped(text: str, indent: str = "", wide: int = WIDTH) -> str:
    """A text broken into lines, each as far in as the first."""
    return fill(text, wide, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def styled(cell: Cell, text: str) -> Span:
    """The text of a cell, on its colour where it is a level."""
    return text, f"level {cell.colour}" if isinstance(cell, Level) and cell.colour else ""
