"""What the cells of a return to fill in refuse, and how they show what was pasted past that: formulas of Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nhsrate.forms.parts import Amount, Choice, Code
from nhsrate.forms.words import cut, prompt, refusal
from nhsrate.numbers import number_text
from nhsrate.xlsxwrite import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.forms.parts import Column, Form, Texts

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
            return f'AND({kind}LEN({cell})<=20,COUNT(FIND(" ",{cell}))=0,{once})'
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
