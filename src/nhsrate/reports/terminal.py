"""The league table: for a terminal, as plain text for a file, and as Markdown."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Literal
from unicodedata import combining, east_asian_width

from nhsrate.core.texts import tidy
from nhsrate.reports.colours import paint_of
from nhsrate.reports.league import CODE, NAME, league_of
from nhsrate.reports.summary import summary_lines, vouched_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as RichTable

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import Column, League

MANY = 2_000
"""From more organisations than this a terminal gets the plain table: rich takes half a second for 1,000 rows."""
GAP = 2
NAME_WIDTH = 24
"""How far the names of organisations may be narrowed before the domains get a table of their own."""


def league_table(
    assessment: Assessment,
    *,
    width: int | None,
    colour: bool,
    terminal: bool,
    consequences: bool = False,
    palette: str = "default",
) -> str:
    """The league table with all that was read and all that is to be borne in mind, as text.

    On a terminal it is laid out for its `width` (that of the terminal where `None`), and coloured in the palette where
    `colour` is true, unless it is very long. The words are the same everywhere, and nothing is cut off.
    """
    league = league_of(assessment)
    notes = notes_of(assessment, league, consequences=consequences)
    if not terminal or len(assessment.organisations) > MANY:
        return "\n".join([*head(assessment), "", *plain_lines(league), "", *notes]) + "\n"
    from shutil import get_terminal_size

    width = width or get_terminal_size().columns
    titles = [broken(line, width) for line in head(assessment)]
    below = [broken(line, width) for line in notes]
    table = on_terminal(league, width, palette if colour else None)
    return "\n".join([*titles, "", table, *below]) + "\n"


def notes_of(assessment: Assessment, league: League, *, consequences: bool) -> list[str]:
    """All that stands below the table, without anything that a terminal would obey."""
    return [tidy(line) for line in (*league.notes(), *summary_lines(assessment, consequences=consequences))]


def broken(text: str, width: int) -> str:
    """The text in lines of that width, those after the first a little further in; no word is broken."""
    return textwrap.fill(text, max(width, 20), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def markdown_table(assessment: Assessment, *, consequences: bool = False) -> str:
    """The league table in GitHub's Markdown, with the same words."""
    league = league_of(assessment)
    title, *about = map(escaped, head(assessment))
    notes = notes_of(assessment, league, consequences=consequences)
    rows = zip(*(column.entries for column in league.columns), strict=True)
    lines = [
        f"## {title}",
        "",
        *(line for said in about for line in (said, "")),
        f"| {' | '.join(escaped(column.heading) for column in league.columns)} |",
        f"|{'|'.join(' ---: ' if column.right else ' --- ' for column in league.columns)}|",
        *(f"| {' | '.join(escaped(entry.text) for entry in row)} |" for row in rows),
        "",
        *(f"- {escaped(line)}" for line in notes),
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escaped("<b>A|B</b> *1* [c]"))
    \<b\>A\|B\</b\> \*1\* \[c\]
    """
    return re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", text)


def head(assessment: Assessment) -> list[str]:
    """The title, the status, and by what the table is ordered."""
    methodology = assessment.methodology
    place = methodology.place
    order = f"Ordered by {methodology.headlines[0].name}, best first, then by name."
    if methodology.in_order_of_return:
        order = "In the order of the return."
    elif place:
        order = f"Ordered by {place.name}: {place.rule.plain(methodology.name_of)}."
    return [tidy(methodology.title), vouched_text(methodology), tidy(order)]


def display_width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def plain_lines(league: League) -> list[str]:
    """The table in plain text, only its headings broken into lines; by hand, because importing rich is slow."""
    widths = [max([longest_word(column), *map(display_width, texts(column))]) for column in league.columns]
    headings = [
        textwrap.wrap(column.heading, wide, break_long_words=False, break_on_hyphens=False)
        for column, wide in zip(league.columns, widths, strict=True)
    ]
    tall = max(map(len, headings))
    laid = []
    for column, wide, heading in zip(league.columns, widths, headings, strict=True):
        lines = [*[""] * (tall - len(heading)), *heading, "-" * wide, *texts(column)]
        laid.append([padding(line, wide, right=column.right) for line in lines])
    return [(" " * GAP).join(row).rstrip() for row in zip(*laid, strict=True)]


def texts(column: Column) -> list[str]:
    """The entries of a column."""
    return [entry.text for entry in column.entries]


def padding(text: str, wide: int, *, right: bool) -> str:
    """The text with the spaces that fill its column."""
    spaces = " " * (wide - display_width(text))
    return spaces + text if right else text + spaces


def on_terminal(league: League, width: int, palette: str | None) -> str:
    """The table laid out by rich for a terminal; where it is too narrow, the domains have a table of their own.

    Without a palette it has no colours.
    """
    from io import StringIO

    from rich.console import Console

    file = StringIO()
    console = Console(
        file=file, width=width, force_terminal=True, color_system="auto" if palette else None, no_color=not palette,
        legacy_windows=False, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    if league.domains() and least_width(league.columns) > width:
        code = next(column for column in league.columns if column.holds == CODE)
        first = [column for column in league.columns if not column.domain]
        parts = [first, [code, *league.domains()]]
    else:
        parts = [league.columns]
    for part in parts:
        console.print(rich_table(part, palette))
        console.print()
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def least_width(columns: Sequence[Column]) -> int:
    """The width below which something other than a name or a heading would have to be broken."""
    return sum(GAP + max(longest_word(column), entries_width(column)) for column in columns) - GAP


def longest_word(column: Column) -> int:
    """The width of the longest word of a heading."""
    return max(map(display_width, column.heading.split()), default=0)


def entries_width(column: Column) -> int:
    """The width of the widest entry; that of a name is taken as not more than what reads well in two lines."""
    wide = max(map(display_width, texts(column)), default=0)
    return min(wide, NAME_WIDTH) if column.holds == NAME else wide


def rich_table(columns: Sequence[Column], palette: str | None) -> RichTable:
    """A table of rich; every text is handed over as `Text`, so that no bracket in it is read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        width = None if column.holds == NAME else max(longest_word(column), entries_width(column))
        justify: Literal["right", "left"] = "right" if column.right else "left"
        table.add_column(Text(column.heading), justify=justify, overflow="fold", width=width)
    for row in zip(*(column.entries for column in columns), strict=True):
        table.add_row(*(Text(entry.text, style=style_of(entry.colour, palette)) for entry in row))
    return table


def style_of(colour: str, palette: str | None) -> str:
    """The colour of a level in rich's words; none for what has no colour, and without a palette."""
    paint = paint_of(colour, palette) if palette else None
    return " on ".join(paint) if paint else ""
