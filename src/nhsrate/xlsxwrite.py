"""Writes plain workbooks: one real table to a sheet, text that stays text, and the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from nhsrate.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from openpyxl.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and how many decimal places are shown of it."""

    value: Decimal
    places: int | None = None


Value = str | Number


@dataclass(frozen=True, slots=True)
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
LONGEST_HEADING = 255
NARROWEST, WIDEST = 9, 60
"""Widths of columns, in characters; what is wider is wrapped."""

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
STAMP = rb"\g<1>2000-01-01T00:00:00Z"


def workbook_bytes(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The sheets as an xlsx file with its properties filled in; the same sheets give the same bytes."""
    from openpyxl import Workbook  # takes a quarter of a second

    book = Workbook(write_only=True)
    book.properties.title = clean(title)
    book.properties.creator = "nhsrate"
    book.properties.language = "en-GB"
    for sheet in sheets:
        write_sheet(book, sheet)
    file = BytesIO()
    book.save(file)
    return same_bytes(file.getvalue())


def write_sheet(book: Workbook, sheet: Sheet) -> None:
    """One sheet: title, lines about it, table."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    page: Worksheet = book.create_sheet(sheet.name)
    headings = unique([clean(heading)[:LONGEST_HEADING] for heading in sheet.headings])
    columns = [list(column) for column in zip(*sheet.rows, strict=True)] or [[] for _ in headings]
    for number, (heading, values) in enumerate(zip(headings, columns, strict=True), 1):
        longest = max([longest_word(heading), *map(value_width, values)])
        page.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    first = text_cell(page, sheet.title)
    first.font = Font(bold=True, size=14)
    page.append([first])
    for line in sheet.about:
        page.append([text_cell(page, line)])
    heads = [text_cell(page, heading) for heading in headings]
    for cell in heads:
        cell.font, cell.alignment = bold, wrapped
    page.append(heads)
    styles: dict[tuple[bool, int | None], StyleArray] = {}
    for row in sheet.rows:
        cells = []
        for value in row:
            places = value.places if isinstance(value, Number) else None
            cell = number_cell(page, value) if isinstance(value, Number) else text_cell(page, value)
            look = (value_width(value) > WIDEST - 2, places)
            if look not in styles:
                cell.alignment = wrapped if look[0] else Alignment(vertical="top")
                if places is not None:
                    cell.number_format = f"0.{'0' * places}" if places else "0"
                styles[look] = style_of(cell)
            cell._style = styles[look]  # type: ignore[attr-defined]  # noqa: SLF001 (setting its parts takes twice as long)
            cells.append(cell)
        page.append(cells)
    add_table(page, sheet, headings)


def add_table(page: Worksheet, sheet: Sheet, headings: Sequence[str]) -> None:
    """Mark the rows as a table of Excel's, without filters and without coloured stripes; a table needs a row."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

    if not sheet.rows:
        return
    top = len(sheet.about) + 2
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


def number_cell(page: Worksheet, number: Number) -> Cell:
    """A cell that holds a number as Excel keeps it."""
    from openpyxl.cell import WriteOnlyCell

    whole = number.value == number.value.to_integral_value() and abs(number.value) < 10**15
    cell: Cell = WriteOnlyCell(page, int(number.value) if whole else float(number.value))
    return cell


def clean(text: str) -> str:
    """The text without characters that nobody sees or that a workbook cannot hold, cut where it is too long."""
    said = NOT_IN_XML.sub("", tidy(text))
    units = said.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return said
    return units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT


def unique(headings: Sequence[str]) -> list[str]:
    """The headings, a number behind those that would stand twice (upper and lower case are the same to Excel).

    >>> unique(["A", "B", "a"])
    ['A', 'B', 'a [2]']
    """
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        key = heading.casefold()
        seen[key] = seen.get(key, 0) + 1
        found.append(heading if seen[key] == 1 else f"{heading} [{seen[key]}]")
    return found


def longest_word(text: str) -> int:
    """The length of a text's longest word."""
    return max(map(len, text.split()), default=0)


def value_width(value: Value) -> int:
    """How many characters a value takes in a cell, roughly."""
    return len(value) if isinstance(value, str) else 6 + (number_places(value))


def number_places(number: Number) -> int:
    """How many decimal places are seen of a number."""
    return 4 if number.places is None else number.places


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
