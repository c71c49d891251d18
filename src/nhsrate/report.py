"""The league table: for a terminal, as plain text for a file, and as Markdown."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from unicodedata import combining, east_asian_width

from nhsrate.cells import Cell, Level, Missing
from nhsrate.colours import PALETTE
from nhsrate.explain import item_text
from nhsrate.summary import DECIDED, LIMITED, level_label, status_text, summary_lines
from nhsrate.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as RichTable

    from nhsrate.assessment import Assessment
    from nhsrate.methodology import Item

SHORT = 12
"""A reason up to this length stands in the table itself; a longer one stands below it."""

PLACE, NAME, CODE = "Place", "Organisation", "Code"
GAP = 2
NAME_WIDTH = 24
"""How far the names of organisations may be narrowed before the domains get a table of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one place of the table, and the colour of its level."""

    text: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether its entries stand on the right, and whether it is a score of a domain."""

    heading: str
    entries: list[Entry]
    right: bool = False
    domain: bool = False


@dataclass(frozen=True, slots=True)
class League:
    """A league table: its columns in order, and the reasons of missing entries, numbered from 1."""

    columns: list[Column]
    reasons: list[str] = field(default_factory=list)

    def domains(self) -> list[Column]:
        """The columns that are scores of domains."""
        return [column for column in self.columns if column.domain]

    def notes(self) -> list[str]:
        """What the numbers in brackets mean."""
        return [f"[{number}] no value: {reason}" for number, reason in enumerate(self.reasons, 1)]


def league_table(assessment: Assessment, *, width: int | None, colour: bool, terminal: bool) -> str:
    """The league table with all that was read and all that is to be borne in mind, as text.

    On a terminal it is laid out for its `width` (that of the terminal where `None`), and coloured where `colour` is
    true; the words are the same everywhere, and nothing is cut off.
    """
    league = league_of(assessment)
    notes = [*league.notes(), *summary_lines(assessment)]
    if not terminal:
        return "\n".join([*head(assessment), "", *plain_lines(league), "", *notes]) + "\n"
    from shutil import get_terminal_size

    width = width or get_terminal_size().columns
    wrapped = [textwrap.fill(line, max(width, 20), subsequent_indent="  ", break_on_hyphens=False) for line in notes]
    titles = [textwrap.fill(line, max(width, 20)) for line in head(assessment)]
    return "\n".join([*titles, "", on_terminal(league, width, colour=colour), *wrapped]) + "\n"


def markdown_table(assessment: Assessment) -> str:
    """The league table in GitHub's Markdown, with the same words."""
    league = league_of(assessment)
    title, *order = [escaped(line) for line in head(assessment)]
    rows = zip(*(column.entries for column in league.columns), strict=True)
    lines = [
        f"## {title}",
        "",
        *(line for text in order for line in (text, "")),
        f"| {' | '.join(escaped(column.heading) for column in league.columns)} |",
        f"|{'|'.join(' ---: ' if column.right else ' --- ' for column in league.columns)}|",
        *(f"| {' | '.join(escaped(entry.text) for entry in row)} |" for row in rows),
        "",
        *(f"- {escaped(line)}" for line in [*league.notes(), *summary_lines(assessment)]),
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
    status = status_text(methodology).partition(":")[0]
    place = methodology.place
    order = f"Ordered by {place.name}: {place.rule.plain(methodology.name_of)}." if place else ""
    return [tidy(f"{methodology.title} ({status})"), *([tidy(order)] if order else [])]


def league_of(assessment: Assessment) -> League:
    """The league table of an assessment."""
    methodology = assessment.methodology
    order = assessment.league()
    organisations = [assessment.organisations[n] for n in order]
    league = League([])
    if place := methodology.place:
        league.columns.append(Column(PLACE, places(assessment, place, order, league), right=True))
    league.columns.append(Column(NAME, [Entry(tidy(one.name)) for one in organisations]))
    league.columns.append(Column(CODE, [Entry(tidy(one.code)) for one in organisations]))
    domains = [item for item in methodology.items.values() if item.domain and not item.headline]
    for item in (*methodology.headlines, *domains):
        entries = [entry(assessment, item, n, league) for n in order]
        right = any(isinstance(cell, Decimal) for cell in assessment.columns[item.id])
        league.columns.append(Column(tidy(item.name), entries, right=right, domain=not item.headline))
    return league


def places(assessment: Assessment, place: Item, order: Sequence[int], league: League) -> list[Entry]:
    """The places, with `=` where several share one."""
    cells = assessment.columns[place.id]
    within = getattr(place.rule, "within", None)
    groups = [cell_key(assessment.columns[within][n]) if within else "" for n in range(len(cells))]
    seen: dict[tuple[str, str], int] = {}
    for n in order:
        key = (groups[n], cell_key(cells[n]))
        seen[key] = seen.get(key, 0) + 1
    return [
        Entry(missing_text(cell, league) if isinstance(cell, Missing) else
              f"{'=' * (seen[groups[n], cell_key(cell)] > 1)}{item_text(place, cell)}")
        for n in order for cell in (cells[n],)
    ]  # fmt: skip


def cell_key(cell: Cell) -> str:
    """A cell as a key: equal cells have equal keys."""
    return f"{cell.normalize():f}" if not isinstance(cell, Level | Missing | str) else str(cell)


def entry(assessment: Assessment, item: Item, n: int, league: League) -> Entry:
    """One result: symbol and word of a level, or a number led by the symbol of the level that colours it."""
    cell = assessment.columns[item.id][n]
    if isinstance(cell, Missing):
        return Entry(missing_text(cell, league) + signs(assessment, item.id, n))
    if isinstance(cell, Level):
        return Entry(level_label(cell) + signs(assessment, item.id, n), cell.colour)
    text = tidy(item_text(item, cell))
    level = assessment.columns[item.coloured_by][n] if item.coloured_by else None
    if not isinstance(level, Level):
        return Entry(text + signs(assessment, item.id, n))
    marks = signs(assessment, item.id, n) or signs(assessment, item.coloured_by or "", n)
    return Entry(f"{tidy(level.symbol) or tidy(level.name)} {text}{marks}", level.colour)


def missing_text(cell: Missing, league: League) -> str:
    """Why there is nothing: in brackets where that is short, else the number of a note below."""
    reason = tidy(cell.reason)
    if len(reason) <= SHORT:
        return f"[{reason}]"
    if reason not in league.reasons:
        league.reasons.append(reason)
    return f"[{league.reasons.index(reason) + 1}]"


def signs(assessment: Assessment, item: str, n: int) -> str:
    """The signs of limits that acted and of decisions, each once."""
    found = {LIMITED if mark.what == "limit" else DECIDED for mark in assessment.marks_of(item, n)}
    return f" {''.join(sorted(found))}" if found else ""


def display_width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def plain_lines(league: League) -> list[str]:
    """The table in plain text; only headings are broken into lines. Laid out by hand, because importing rich is slow."""
    laid: list[list[str]] = []
    heads: list[list[str]] = []
    for column in league.columns:
        wide = max([longest_word(column), *(display_width(entry.text) for entry in column.entries)])
        heading = textwrap.wrap(column.heading, wide, break_long_words=False, break_on_hyphens=False)
        lines = [*heading, "-" * wide, *(entry.text for entry in column.entries)]
        padded = [padding(line, wide, right=column.right) for line in lines]
        heads.append([*padded[: len(heading)], " " * wide])
        laid.append(padded[len(heading) :])
    tall = max(map(len, heads)) - 1
    columns = [[*[above[-1]] * (tall - len(above) + 1), *above[:-1], *rest] for above, rest in zip(heads, laid, strict=True)]
    return [(" " * GAP).join(row).rstrip() for row in zip(*columns, strict=True)]


def padding(text: str, wide: int, *, right: bool) -> str:
    """The text with the spaces that fill its column."""
    spaces = " " * (wide - display_width(text))
    return spaces + text if right else text + spaces


def on_terminal(league: League, width: int, *, colour: bool) -> str:
    """The table laid out by rich for a terminal; where it is too narrow, the domains have a table of their own."""
    from io import StringIO

    from rich.console import Console

    file = StringIO()
    system = "auto" if colour else None
    console = Console(
        file=file, width=width, force_terminal=True, color_system=system, no_color=not colour, legacy_windows=False,
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    if league.domains() and least_width(league.columns) > width:
        code = next(column for column in league.columns if column.heading == CODE)
        first = [column for column in league.columns if not column.domain]
        parts = [first, [code, *league.domains()]]
    else:
        parts = [league.columns]
    for part in parts:
        console.print(rich_table(part, colour=colour))
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
    wide = max((display_width(entry.text) for entry in column.entries), default=0)
    return min(wide, NAME_WIDTH) if column.heading == NAME else wide


def rich_table(columns: Sequence[Column], *, colour: bool) -> RichTable:
    """A table of rich; every text is handed over as `Text`, so that no bracket in it is read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        width = None if column.heading == NAME else max(longest_word(column), entries_width(column))
        justify: Literal["right", "left"] = "right" if column.right else "left"
        table.add_column(Text(column.heading), justify=justify, overflow="fold", width=width)
    for row in zip(*(column.entries for column in columns), strict=True):
        texts = []
        for one in row:
            text, ground = PALETTE.get(one.colour, ("", "")) if colour else ("", "")
            texts.append(Text(one.text, style=f"{text} on {ground}" if ground else ""))
        table.add_row(*texts)
    return table
