"""A sheet of a new workbook: its title, lines about it and one real table, which streams and prints on few pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.reports.colours import DARK
from nhsrate.workbooks.new import BODY, HEAD, TITLE
from nhsrate.workbooks.writing import (
    BLANK,
    LINE,
    LONGEST_HEADING,
    TALLEST,
    WIDEST,
    Link,
    Number,
    Shade,
    lines_of,
    number_format,
    on_the_right,
    plain,
    text_of,
    unique,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format

    from nhsrate.workbooks.new import NewSheet, NewWorkbook
    from nhsrate.workbooks.writing import Sheet, Value


ABOUT = {"font_size": 10, "font_color": "#425563", "valign": "top"}
"""The look of a line above a table."""
LINK = {"font_color": "#005eb8", "underline": 1}
TITLE_HEIGHT, ABOUT_HEIGHT, HEAD_ROOM, AIR = 27, 15, 6, 3
"""Heights, in points: of the title, of a line above a table, and of the room in a heading and in a row of ratings."""

ACROSS = 200
"""How many characters stand side by side on a page of A4 that can be read; a wider table takes several pages."""
RIM = "#d8dde0"
BOLD = 2
"""How many characters fewer a heading has in its column, as its letters are bold."""
IN_SIGHT = 10
"""How many rows may stand still above those that move; with more, a small screen would show little else."""


@frozen
class Layout:
    """The looks of the columns: widths in characters, which stand on the right, and whether any cell is blank.

    In the `middle` of their rows stand the values of a table in which only names and gaps take several lines.
    """

    widths: tuple[int, ...]
    rights: tuple[bool, ...]
    blank: bool
    middle: bool = False


def layout_of(
    headings: Sequence[str], rows: Sequence[Sequence[Value]], widest: int = WIDEST, *, middle: bool = False
) -> Layout:
    """The layout that fits these rows, no column being wider than that.

    Why a level is missing is wrapped: it may be long, and the levels beside it are not.
    """
    columns = [*zip(*rows, strict=True)] or [()] * len(headings)
    return Layout(
        tuple(
            min(width_of(heading, [value for value in values if not is_gap(value)]), widest)
            for heading, values in zip(headings, columns, strict=True)
        ),
        tuple(map(on_the_right, columns)),
        any(is_blank(value) for values in columns for value in values),
        middle,
    )


def is_gap(value: Value) -> bool:
    """Whether a value says why there is no level."""
    return isinstance(value, Shade) and value.dashed


def is_blank(value: Value) -> bool:
    """Whether nothing is to be seen of a value."""
    return not isinstance(value, Number) and not plain(text_of(value))


def write_table(
    book: NewWorkbook,
    sheet: Sheet,
    rows: Iterable[Sequence[Value]] | None = None,
    *,
    layout: Layout | None = None,
    kept: int = 0,
    page: NewSheet | None = None,
) -> None:
    """The sheet: its title, lines about it, headings that stay in sight, and its rows.

    Given `rows` are written as they are made, under a `layout` that is given too. `kept` are the columns that stay in
    sight as well, and that every page has. A `page` is given where the sheet has its place already.
    """
    page = page or book.sheet(sheet.name)
    headings = unique([plain(heading)[:LONGEST_HEADING] or "Column" for heading in sheet.headings])
    layout = layout or layout_of(headings, sheet.rows)
    lines = (sheet.title, *lines_above(sheet, layout))
    for row, line in enumerate(lines):
        page.set_row(row, ABOUT_HEIGHT if row else TITLE_HEIGHT)
        page.write_text(row, 0, line, book.look(**(ABOUT if row else TITLE)))
    top = len(lines)
    write_headings(book, page, top, headings, layout)
    last = write_rows(book, page, top + 1, sheet.rows if rows is None else rows, layout)
    if last > top:  # a table needs a row
        page.mark_table(re.sub(r"\W", "_", sheet.name), headings, top, last)
    if top < IN_SIGHT:
        page.freeze_panes(top + 1, kept)
    page.printed(book.title, top, across=max(1, round(sum(layout.widths) / ACROSS)), kept=kept)


def lines_above(sheet: Sheet, layout: Layout) -> tuple[str, ...]:
    """The lines above a table; where a cell of it is blank, they say what that means."""
    return (*sheet.about, *([BLANK] if layout.blank else []))


def write_headings(book: NewWorkbook, page: NewSheet, top: int, headings: Sequence[str], layout: Layout) -> None:
    """The row of headings, as tall as the longest of them, and the widths of the columns."""
    lines = 1
    for column, (heading, width, right) in enumerate(zip(headings, layout.widths, layout.rights, strict=True)):
        page.set_column(column, column, width)
        page.write_text(top, column, heading, book.look(**{**HEAD, **side(right=right)}))
        lines = max(lines, lines_of(heading, width - BOLD))
    page.set_row(top, min(lines * LINE + HEAD_ROOM, TALLEST))


def write_rows(book: NewWorkbook, page: NewSheet, first: int, rows: Iterable[Sequence[Value]], layout: Layout) -> int:
    """The rows of a table from row `first` on, each as tall as its texts need; returns the last."""
    looks: dict[object, Format] = {}
    body = {**BODY, "valign": "vcenter" if layout.middle else "top"}
    row = first - 1
    for row, values in enumerate(rows, first):
        lines = 1
        for column, (value, width, right) in enumerate(zip(values, layout.widths, layout.rights, strict=True)):
            key = look_key(value), right
            look = looks.get(key)
            if look is None:
                look = looks[key] = book.look(**{**body, **side(right=right), **parts_of(value)})
            if isinstance(value, Number):
                page.write_number(row, column, value.kept, look)
                continue
            text = text_of(value)
            if isinstance(value, Link):
                page.write_url(row, column, f"internal:'{text}'!A1", look, text)
            else:
                page.write_text(row, column, text, look)
            if len(text) >= width:
                lines = max(lines, lines_of(text, width))
        if lines > 1 or layout.middle:
            page.set_row(row, min(lines * LINE + AIR * layout.middle, TALLEST))
        page.forget(row - 1)
    return row


def look_key(value: Value) -> object:
    """What two values that look alike have in common."""
    match value:
        case Number():
            return number_format(value)
        case Shade():
            return value.paint, value.dashed
        case _:
            return type(value)


def parts_of(value: Value) -> dict[str, object]:
    """The looks of a value: text is wrapped, a number has its format, a rating its colours."""
    match value:
        case Number():
            return {"num_format": number_format(value)}
        case Shade():
            ink, ground = value.paint
            edge = {"border": 3, "border_color": DARK} if value.dashed else {"border": 1, "border_color": RIM}
            return {"text_wrap": True, "font_color": ink, "bg_color": ground, **edge}
        case Link():
            return {"text_wrap": True, **LINK}
        case _:
            return {"text_wrap": True}


def side(*, right: bool) -> dict[str, object]:
    """The place of a value in its cell; on the right a little room stays before the next column."""
    return {"align": "right", "indent": 1} if right else {"align": "left", "indent": 1}
