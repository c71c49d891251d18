"""Writes plain workbooks: one real table to a sheet, text that stays text, and the same bytes every time."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import count
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.texts import tidy
from nhsrate.reports.colours import DARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Font
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.reports.colours import Paint


@frozen
class Sheet:
    """A sheet: its title in A1, lines about it below, then one table."""

    name: str
    title: str
    about: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


LONGEST = 32_767
"""How many characters (of UTF-16) a cell holds; openpyxl would cut the rest without a word."""
CUT = " [cut here: longer than a cell holds]"
LONGEST_HEADING = 240
"""The heading of a table's column holds 255, and a number may be put behind it."""
NARROWEST, WIDEST, ROOM = 6, 80, 3
"""Widths of columns, in characters, with the room beside a value; what is wider is wrapped."""
LINE, TALLEST = 15, 405
"""Heights of a line and of a row, in points."""
BLANK = "A blank cell: there is nothing to say."
"""Stands above every table that has a blank cell."""

ESCAPED = pattern("_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook takes for the code of a character, such as `_x001B_`; its `_` is escaped, so that it stays text."""
NOT_IN_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STAMPS = pattern(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
STAMP = rb"\g<1>2000-01-01T00:00:00Z"


def write_sheet(book: Workbook, sheet: Sheet) -> None:
    """One sheet: title, lines about it, table."""
    from openpyxl.utils import get_column_letter

    page: Worksheet = book.create_sheet(sheet.name)
    page.sheet_view.tabSelected = len(book.worksheets) == 1  # the one that is seen when the file is opened
    headings = unique([clean(heading)[:LONGEST_HEADING] or "Column" for heading in sheet.headings])
    columns = [list(column) for column in zip(*sheet.rows, strict=True)] or [[] for _ in headings]
    widths = [width_of(heading, values) for heading, values in zip(headings, columns, strict=True)]
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    lines = lines_above(sheet)
    top = len(lines) + 2
    for n, line in enumerate((sheet.title, *lines)):
        cell = text_cell(page, line)
        cell.font = font(bold=True, size=14) if n == 0 else font()
        page.append([cell])
    rights = [on_the_right(values) for values in columns]
    write_row(page, top, [head_cell(page, *head) for head in zip(headings, rights, strict=True)], headings, widths)
    styles: dict[object, StyleArray] = {}
    for number, row in enumerate(sheet.rows, top + 1):
        cells = []
        for value, right in zip(row, rights, strict=True):
            cell = number_cell(page, value) if isinstance(value, Number) else text_cell(page, text_of(value))
            look = look_of(value), right
            if look not in styles:
                style(cell, value, right=right)
                styles[look] = style_of(cell)
            cell._style = styles[look]  # type: ignore[attr-defined]  # noqa: SLF001 (setting its parts takes twice as long)
            if isinstance(value, Link):
                link(cell, value)
            cells.append(cell)
        write_row(page, number, cells, ["" if isinstance(value, Number) else text_of(value) for value in row], widths)
    if sheet.rows:  # a table needs a row
        add_table(page, sheet, headings, top)


def write_row(page: Worksheet, number: int, cells: list[Cell], texts: Sequence[str], widths: Sequence[int]) -> None:
    """One row of a table, as tall as its texts need; not every program works that out by itself."""
    lines = max(lines_of(text, width) for text, width in zip(texts, widths, strict=True))
    if lines > 1:
        page.row_dimensions[number].height = min(lines * LINE, TALLEST)
    page.append(cells)


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of that width, rather one too many than one too few."""
    return 1 if len(text) < width else len(wrap(text, width - 2))


def width_of(heading: str, values: Sequence[Value]) -> int:
    """The width of a column: that of its widest value, or what lets its heading stand in a few lines."""
    head = max(longest_word(heading), len(heading) // 3)
    return min(max([head, NARROWEST, *map(value_width, values)]) + ROOM, WIDEST)


def on_the_right(values: Sequence[Value]) -> bool:
    """Whether a column stands on the right, as numbers do: where most of it is numbers."""
    return sum(isinstance(value, Number) for value in values) * 2 > len(values)


def lines_above(sheet: Sheet) -> tuple[str, ...]:
    """The lines above the table; where a cell of it is blank, they say what that means."""
    blank = any(not isinstance(value, Number) and not clean(text_of(value)) for row in sheet.rows for value in row)
    return (*sheet.about, BLANK) if blank else sheet.about


def add_table(page: Worksheet, sheet: Sheet, headings: Sequence[str], top: int) -> None:
    """Mark the rows as a table of Excel's, without filters and without coloured stripes."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

    area = f"A{top}:{get_column_letter(len(headings))}{top + len(sheet.rows)}"
    table = Table(displayName=re.sub(r"\W", "_", sheet.name), ref=area)
    for number, heading in enumerate(headings, 1):
        table.tableColumns.append(TableColumn(id=number, name=heading))
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    page.tables.add(table)  # (add_table would warn that columns are to be given, which they are)


def style_of(cell: Cell) -> StyleArray:
    """The looks of a cell, to be given to others."""
    style: StyleArray = cell._style  # type: ignore[attr-defined]  # noqa: SLF001 (openpyxl's own manual copies it so)
    return style


def text_cell(page: Worksheet, text: str) -> Cell:
    """A cell that holds text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(page, clean(text) or None)
    if cell.value is not None:
        cell.data_type = "s"
    return cell


def head_cell(page: Worksheet, heading: str, right: bool) -> Cell:  # noqa: FBT001 (it is handed on from a list)
    """The cell of a heading."""
    cell = text_cell(page, heading)
    cell.font, cell.alignment = font(bold=True), aligned(wrapped=True, right=right)
    return cell


def number_cell(page: Worksheet, number: Number) -> Cell:
    """A cell that holds a number as Excel keeps it; a percentage as a fraction."""
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(page, number.kept)
    return cell


def clean(text: str) -> str:
    """The text as `plain` has it; what looks like the code of a character is escaped, as openpyxl does not."""
    return shortened(ESCAPED.sub("_x005F_", NOT_IN_XML.sub("", tidy(text))))


def plain(text: str) -> str:
    """The text without characters that nobody sees or that a workbook cannot hold, cut where it is too long."""
    return shortened(NOT_IN_XML.sub("", tidy(text)))


def shortened(said: str) -> str:
    """The text, cut where a cell would not hold it, which it then says."""
    units = said.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return said
    return units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT


def unique(headings: Sequence[str]) -> list[str]:
    """The headings, a number behind those that would stand twice (upper and lower case are the same to Excel).

    >>> unique(["A", "B", "a", "A [2]"])
    ['A', 'B', 'a [2]', 'A [2] [2]']
    """
    seen: set[str] = set()
    found = []
    for heading in headings:
        numbered = (heading if n == 1 else f"{heading} [{n}]" for n in count(1))
        found.append(next(one for one in numbered if one.casefold() not in seen))
        seen.add(found[-1].casefold())
    return found


def longest_word(text: str) -> int:
    """The length of a text's longest word."""
    return max(map(len, text.split()), default=0)


def same_bytes(content: bytes) -> bytes:
    """The workbook packed again without the time of day, which openpyxl writes into its properties and its zip."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            entry = ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            said = old.read(part)
            new.writestr(entry, STAMPS.sub(STAMP, said) if part == "docProps/core.xml" else said)
    return file.getvalue()


@frozen
class Number:
    """A number, and how many decimal places are shown of it; a percentage is given in per cent (95 for 95 %)."""

    value: Decimal
    places: int | None = None
    percent: bool = False

    @property
    def kept(self) -> int | float:
        """The number as Excel keeps it; a percentage as a fraction."""
        value = self.value.scaleb(-2) if self.percent else self.value
        whole = value == value.to_integral_value() and abs(value) < 10**15
        return int(value) if whole else float(value)


@frozen
class Shade:
    """A text on a coloured ground inside a border, dashed where it stands for something missing."""

    text: str
    paint: Paint
    dashed: bool = False


@frozen
class Link:
    """The name of a sheet, which leads there."""

    text: str


Value = str | Number | Shade | Link


MOST_PLACES = 6
"""The decimal places that are shown of a number at most, where nothing says how many."""
LEAST = Decimal(1).scaleb(-MOST_PLACES)
SCIENTIFIC = "0.00E+00"
"""The format of numbers that are too large or too small for decimal places."""


def text_of(value: str | Shade | Link) -> str:
    """The text of what is no number."""
    return value if isinstance(value, str) else value.text


def value_width(value: Value) -> int:
    """How many characters a value takes in a cell, roughly."""
    if not isinstance(value, Number):
        return len(text_of(value))
    shape = number_format(value)
    whole = 2 if shape == SCIENTIFIC else max(value.value.adjusted(), 0) + 2  # a digit more than the exponent, a sign
    return whole + len(shape)


def look_of(value: Value) -> object:
    """What two values that look alike have in common."""
    match value:
        case Number():
            return number_format(value)
        case Shade():
            return value.paint, value.dashed
        case _:
            return type(value)


def style(cell: Cell, value: Value, *, right: bool) -> None:
    """Give a cell the looks of its value: text is wrapped, a number has its format, a rating its colours."""
    from openpyxl.styles import Border, PatternFill, Side

    cell.alignment = aligned(wrapped=not isinstance(value, Number), right=right)
    cell.font = font()
    match value:
        case Number():
            cell.number_format = number_format(value)
        case Shade():
            ink, ground = (colour.removeprefix("#").upper() for colour in value.paint)
            edge = Side(style="dashed" if value.dashed else "thin", color=DARK.removeprefix("#").upper())
            cell.font, cell.fill = font(color=ink), PatternFill("solid", start_color=ground, end_color=ground)
            cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
        case Link():
            cell.font = font(color="005EB8", underline="single")


def font(
    *, bold: bool = False, size: int = 11, color: str | None = None, underline: Literal["single"] | None = None
) -> Font:
    """The font of a workbook, which is the one that its empty cells have."""
    from openpyxl.styles import Font

    return Font(name="Calibri", family=2, size=size, bold=bold, color=color, underline=underline)


def aligned(*, wrapped: bool, right: bool) -> Alignment:
    """The place of a value in its cell; on the right a little room stays before the next column."""
    from openpyxl.styles import Alignment

    return Alignment(horizontal="right" if right else "left", indent=int(right), wrap_text=wrapped, vertical="top")


def link(cell: Cell, value: Link) -> None:
    """Let a cell lead to the top of the sheet that it names."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{value.text}'!A1", display=value.text)


def number_format(number: Number) -> str:
    """The format of a number: its places where they are said, else those it has.

    >>> [number_format(Number(Decimal(text))) for text in ("3", "2.50", "0.3333333333", "1e20", "0.00000001")]
    ['0', '0.0', '0.000000', '0.00E+00', '0.00E+00']
    >>> number_format(Number(Decimal("2.5"), 2)), number_format(Number(Decimal(95), percent=True))
    ('0.00', '0.0%')
    """
    places = number.places if number.places is not None else places_of(number.value)
    if places is None:
        return SCIENTIFIC
    if number.percent and number.places is None:
        places = max(places, 1)
    return f"0{'.' * (places > 0)}{'0' * places}{'%' * number.percent}"


@lru_cache(maxsize=8192)
def places_of(value: Decimal) -> int | None:
    """How many decimal places a number has, up to the most that are shown; nothing where it needs an exponent.

    >>> places_of(Decimal("2.50")), places_of(Decimal("1e20"))
    (1, None)
    """
    if value and not LEAST <= abs(value) < 10**15:
        return None
    return len(format(value, f".{MOST_PLACES}f").rstrip("0").partition(".")[2])
