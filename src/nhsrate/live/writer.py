"""What the sheets of a live workbook are written with: the book and its looks, cells, and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.live.layout import FIRST_COLUMN, FIRST_VALUE, Layout, laid_out
from nhsrate.workbooks.new import BODY, HEAD, TITLE
from nhsrate.workbooks.writing import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format

    from nhsrate.engine.assessment import Assessment
    from nhsrate.live.board import Board, Cached
    from nhsrate.rules.model import Item
    from nhsrate.workbooks.new import NewSheet, NewWorkbook

STEP_HEAD = {**HEAD, "bold": False, "font_color": "#425563", "bg_color": "#d8dde0"}
"""The look of the heading of a step, and of what names a column for those who read the rules."""
STEP = {**BODY, "font_color": "#425563", "bg_color": "#f4f5f6"}
"""The look of a step."""
OPEN = {"locked": False, "bg_color": "#fff9e5", "valign": "top", "border": 1, "border_color": "#aeb7bd"}
"""The look of a cell that can be changed."""
GOOD = {"bold": True, "text_wrap": True, "bg_color": "#e2efda", "border": 1, "border_color": "#aeb7bd"}
"""The look of the cell that says whether all is equal."""
PAGE = 190
"""Letters that a page is wide, as it is printed."""


class Writer:
    """The workbook that is being written: its board, layout, book and looks."""

    def __init__(self, board: Board, book: NewWorkbook) -> None:
        """What is written, and where to."""
        self.board, self.book = board, book
        self.layout: Layout = laid_out(board)
        self.plain = book.look(**BODY)
        self.wrapped = book.look(**BODY, text_wrap=True)
        self.open = book.look(**OPEN)
        self.heading = book.look(**HEAD)
        self.grey = book.look(**STEP_HEAD)
        self.name = book.look(**{**STEP_HEAD, "text_wrap": False})
        self.centred = book.look(**BODY, align="center")
        self.about = book.look(italic=True)

    def sheet(self, name: str, about: str, *, landscape: bool = True) -> NewSheet:
        """A protected sheet with its title and a sentence on it."""
        sheet = self.book.sheet(name)
        sheet.write_text(0, 0, name, self.book.look(**TITLE))
        sheet.write_text(1, 0, about, self.about)
        sheet.set_row(0, 24)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        methodology = self.board.methodology
        sheet.printed(methodology.title if landscape else methodology.id, FIRST_VALUE - 2, landscape=landscape)
        return sheet


def put(sheet: NewSheet, row: int, column: int, value: Cached, look: Format) -> None:
    """A constant: a number, a text, or an empty cell."""
    if isinstance(value, str):
        sheet.write_text(row, column, value, look)
    elif value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def put_formula(  # noqa: PLR0913 (where, what, how it looks, and what it shows)
    sheet: NewSheet, row: int, column: int, formula: str, look: Format, shown: Cached, *, array: bool = False
) -> None:
    """A formula with the value that it shows until it is calculated."""
    known = "" if shown is None else shown
    if array:
        sheet.write_array_formula(row, column, row, column, "{" + formula + "}", look, known)
    else:
        sheet.write_formula(row, column, formula, look, known)


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of that many letters."""
    return -(-len(text) // width) or 1


def headed(sheet: NewSheet, rows: int, columns: int, headings: Sequence[tuple[str, int]]) -> None:
    """The row of headings, each with the width of its column, is high enough, stays in sight and is on every page."""
    sheet.set_row(rows - 1, 15 * max(lines_of(text, width * 3 // 4) for text, width in headings) + 3)
    for k, (_, width) in enumerate(headings):
        sheet.set_column(k, k, width)
    sheet.freeze_panes(rows, columns)
    sheet.repeat_rows(rows - 1)
    sheet.fit_to_pages(-(-sum(width for _, width in headings) // PAGE), 0)


def own_widths(assessment: Assessment) -> tuple[int, int]:
    """The widths of the columns of codes and names, with a tenth more room, as other fonts than ours are wider."""
    rated = assessment.organisations
    codes, names = width_of("Code", [one.code for one in rated]), width_of("", [one.name for one in rated])
    return max(10, codes), max(24, names * 11 // 10)


def table(writer: Writer, sheet: NewSheet, headings: Sequence[tuple[str, int]]) -> None:
    """Code and name of every organisation, before columns of these headings, each with its width."""
    code, name = own_widths(writer.board.assessment)
    own = [("Code", code), (writer.board.methodology.rates.title, name)]
    for k, (heading, _) in enumerate(own):
        sheet.write_text(FIRST_VALUE - 2, k, heading, writer.heading)
    for n, organisation in enumerate(writer.board.assessment.organisations):
        sheet.write_text(FIRST_VALUE - 1 + n, 0, organisation.code, writer.plain)
        sheet.write_text(FIRST_VALUE - 1 + n, 1, organisation.name, writer.plain)
    headed(sheet, FIRST_VALUE - 1, FIRST_COLUMN - 1, [*own, *headings])
    sheet.repeat_columns(0, 1)


def number_format(item: Item | None) -> dict[str, object]:
    """How a result is shown: at the decimal places that the rules say."""
    if item is None or item.shown is None:
        return {}
    return {"num_format": "0." + "0" * item.shown if item.shown else "0"}
