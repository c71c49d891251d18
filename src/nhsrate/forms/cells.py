"""The cells of a workbook to fill in: texts that stay texts, tables, and ranges that have a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from nhsrate.xlsxlooks import font
from nhsrate.xlsxwrite import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet


def cell_at(page: Worksheet, at: tuple[int, int]) -> Cell:
    """The cell of a row and column."""
    cell: Cell = page.cell(*at)  # type: ignore[assignment]  # no cells are merged here
    return cell


def put(
    page: Worksheet,
    at: tuple[int, int],
    text: str,
    *,
    bold: bool = False,
    color: str | None = None,
    wrapped: bool = False,
) -> None:
    """Write a text with its looks into a row and column."""
    write(page, at, text)
    cell = cell_at(page, at)
    cell.font, cell.alignment = font(bold=bold, color=color), Alignment(wrap_text=wrapped, vertical="bottom")


def write(page: Worksheet, at: tuple[int, int], text: str) -> None:
    """Write a text that stays text, whatever it begins with."""
    if said := clean(text):
        cell = cell_at(page, at)
        cell.value = said
        cell.data_type = "s"


def define(book: Workbook, name: str, sheet: str, letters: str, rows: tuple[int, int]) -> None:
    """Give a range a name, under which checks find it from every sheet."""
    quoted = sheet.replace("'", "''")
    book.defined_names[name] = DefinedName(name, attr_text=f"'{quoted}'!${letters}${rows[0]}:${letters}${rows[1]}")


def add_table(book: Workbook, page: Worksheet, headings: Sequence[str], rows: tuple[int, int]) -> None:
    """Mark the rows as a table of Excel's, so that formats and checks go on where rows are added."""
    name = "".join(letter if letter.isalnum() else "_" for letter in page.title)
    number = len(book.sheetnames)  # two sheets may differ in what a name cannot hold
    table = Table(displayName=f"table_{number}_{name}", ref=f"A{rows[0]}:{get_column_letter(len(headings))}{rows[1]}")
    for id_, heading in enumerate(headings, 1):
        table.tableColumns.append(TableColumn(id=id_, name=clean(heading)))
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight15", showRowStripes=False)
    page.tables.add(table)  # (add_table would warn that columns are to be given, which they are)
