"""The cells of a return to fill in: texts that stay texts, what they refuse, and how they show what is pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from nhsrate.core.numbers import number_text
from nhsrate.returns.codes import LONGEST
from nhsrate.workbooks.form_parts import Amount, Choice, Code
from nhsrate.workbooks.form_words import cut, prompt, refusal
from nhsrate.workbooks.writing import clean, font

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.workbooks.form_parts import Column, Form, Texts


MARKERS = "marker_texts"
"""The name of the range of texts on the sheet of markers."""

YELLOW, RED = "FFF2CC", "F8CBAD"
LONGEST_TITLE = 32
"""How many characters Excel takes for the title of a message."""


def guard(page: Worksheet, form: Form, column: Column, lists: Mapping[Texts, str]) -> None:
    """A message at the cells of a column, a refusal of what it does not take, and colours for what is pasted."""
    letters = get_column_letter(column.number)
    cell, area = f"{letters}{form.first}", f"{letters}{form.first}:{letters}{form.last}"
    holds = rule(form, column, lists)
    title = cut(clean(column.heading), LONGEST_TITLE)
    check = validation(column, holds, lists)
    check.promptTitle, check.prompt, check.showInputMessage = title, clean(prompt(column)), True
    if holds:
        check.errorTitle, check.error, check.showErrorMessage = title, clean(refusal(column)), True
        check.errorStyle = "warning" if column.lax else "stop"
    check.add(area)
    page.add_data_validation(check)
    if holds and not column.lax:
        colour(page, area, f'AND({cell}&""<>"",NOT({holds}))', RED, struck=True)
    if column.required:
        colour(page, area, f'AND({cell}&""="",{wanted(form, column)})', YELLOW)


def colour(page: Worksheet, area: str, formula: str, ground: str, *, struck: bool = False) -> None:
    """Give the cells of an area that ground where the formula, as it is for the first of them, holds."""
    fill = PatternFill("solid", start_color=ground, end_color=ground)
    looks = Font(strike=True) if struck else None
    page.conditional_formatting.add(area, FormulaRule([formula], fill=fill, font=looks))  # type: ignore[no-untyped-call]


def wanted(form: Form, column: Column) -> str:
    """The formula that holds where a row is in use, so that a column which every organisation must have is wanted."""
    code = form.heads[0]
    if column is not code:
        return f'${get_column_letter(code.number)}{form.first}&""<>""'
    numbers = [other.number for other in form.columns if other.item is not None]
    ends = (f"${get_column_letter(number)}{form.first}" for number in (min(numbers), max(numbers)))
    return f"COUNTA({':'.join(ends)})>0"


def validation(column: Column, holds: str, lists: Mapping[Texts, str]) -> DataValidation:
    """The validation of a column; where its rule looks at blank cells, allowing blanks would let everything pass."""
    if isinstance(column.entry, Choice):
        return DataValidation(type="list", formula1=lists[column.entry.options], allow_blank=not column.required)
    return DataValidation(type="custom" if holds else None, formula1=holds or None, allow_blank=not holds)


def rule(form: Form, column: Column, lists: Mapping[Texts, str]) -> str:
    """The formula that holds for what the first cell of a column takes; nothing where it takes everything."""
    letters = get_column_letter(column.number)
    cell = f"{letters}{form.first}"
    match column.entry:
        case Code():
            once = f"MATCH({cell},${letters}${form.first}:${letters}${form.last},0)=ROW({cell})-{form.first - 1}"
            kind = f"ISTEXT({cell})," if column.entry.text else ""
            return f'AND({kind}LEN({cell})<={LONGEST},COUNT(FIND(" ",{cell}))=0,{once})'
        case Choice(options=options):
            return f"{among(lists[options], cell)}>0"
        case Amount(low=low, high=high, whole=whole):
            least = number_text(low) if low is not None else "0" if whole else ""
            bounds = [f"{cell}>={least}"] if least else []
            bounds += [f"{cell}<={number_text(high)}"] if high is not None else []
            bounds += [f"{cell}=INT({cell})"] if whole else []
            held = f"AND({','.join(bounds)})" if bounds else "TRUE"
            number = f"IF(ISNUMBER({cell}),{held})"
            text = among(MARKERS, cell) + (f"+{among(lists[column.own], cell)}" if column.own else "")
            return f"OR({number},{text}>0)"
    return ""


def among(name: str, cell: str) -> str:
    """How often a range has what a cell says; unlike COUNTIF, this takes `*` and `?` for what they are."""
    return f'SUMPRODUCT(--({name}&""={cell}&""))'


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
