"""The cells of a return to fill in: texts that stay texts, what they refuse, and how they show what is pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text
from nhsrate.core.problems import column_letters
from nhsrate.returns.codes import LONGEST, LONGEST_NAME
from nhsrate.workbooks.form_parts import Amount, Choice, Code
from nhsrate.workbooks.form_words import cut, prompt, refusal
from nhsrate.workbooks.writing import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.workbooks.form_parts import Column, Form, Texts
    from nhsrate.workbooks.new import NewSheet, NewWorkbook


Area = tuple[int, int, int, int]
"""The first row and column of cells and the last ones, which count from 1."""

MARKERS = "marker_texts"
"""The name of the range of texts on the sheet of markers."""

YELLOW, RED = "#fff2cc", "#f8cbad"
TABLE = "Table Style Light 15"
LONGEST_TITLE = 32
"""How many characters Excel takes for the title of a message."""


def guard(book: NewWorkbook, page: NewSheet, form: Form, column: Column, lists: Mapping[Texts, str]) -> None:
    """A message at the cells of a column, a refusal of what it does not take, and colours for what is pasted."""
    cell = f"{column_letters(column.number)}{form.first}"
    area = (form.first, column.number, form.last, column.number)
    holds = rule(form, column, lists)
    title = cut(plain(column.heading), LONGEST_TITLE)
    check = validation(column, holds, lists)
    check |= {"input_title": title, "input_message": plain(prompt(column)), "show_error": bool(holds)}
    if holds:
        check |= {"error_title": title, "error_message": plain(refusal(column))}
        check["error_type"] = "warning" if column.lax else "stop"
    validate(page, area, check)
    if holds and not column.lax:
        colour(book, page, area, f'AND({cell}&""<>"",NOT({holds}))', RED, struck=True)
    if column.required:
        colour(book, page, area, f'AND({cell}&""="",{wanted(form, column)})', YELLOW)


def validate(page: NewSheet, area: Area, check: dict[str, object]) -> None:
    """Let what is entered into an area be checked."""
    top, left, bottom, right = area
    page.data_validation(top - 1, left - 1, bottom - 1, right - 1, check)


def colour(book: NewWorkbook, page: NewSheet, area: Area, formula: str, ground: str, *, struck: bool = False) -> None:
    """Give the cells of an area that ground where the formula, as it is for the first of them, holds."""
    top, left, bottom, right = area
    look = book.add_format({"bg_color": ground, **({"font_strikeout": True} if struck else {})})
    rule = {"type": "formula", "criteria": f"={formula}", "format": look}
    page.conditional_format(top - 1, left - 1, bottom - 1, right - 1, rule)


def wanted(form: Form, column: Column) -> str:
    """The formula that holds where a row is in use, so that a column which every organisation must have is wanted."""
    if column is not form.code:
        return f'${column_letters(form.code.number)}{form.first}&""<>""'
    numbers = [other.number for other in form.columns if other.item is not None]
    ends = (f"${column_letters(number)}{form.first}" for number in (min(numbers), max(numbers)))
    return f"COUNTA({':'.join(ends)})>0"


def validation(column: Column, holds: str, lists: Mapping[Texts, str]) -> dict[str, object]:
    """The validation of a column; where its rule looks at blank cells, allowing blanks would let everything pass."""
    if isinstance(column.entry, Choice):
        return {"validate": "list", "source": f"={lists[column.entry.options]}", "ignore_blank": not column.required}
    if holds:
        return {"validate": "custom", "value": f"={holds}", "ignore_blank": False}
    return {"validate": "any", "ignore_blank": True}


def rule(form: Form, column: Column, lists: Mapping[Texts, str]) -> str:
    """The formula that holds for what the first cell of a column takes; nothing where it takes everything."""
    letters = column_letters(column.number)
    cell = f"{letters}{form.first}"
    match column.entry:
        case Code():
            once = f"MATCH({cell},${letters}${form.first}:${letters}${form.last},0)=ROW({cell})-{form.first - 1}"
            kind = f"ISTEXT({cell})," if column.entry.text else ""
            if column.entry.name:
                return f"AND({kind}LEN({cell})<={LONGEST_NAME},{once})"
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


def put(book: NewWorkbook, page: NewSheet, at: tuple[int, int], text: str, **parts: object) -> None:
    """Write a text with its looks into a row and column, which count from 1."""
    page.write_text(at[0] - 1, at[1] - 1, text, book.look(**parts))


def define(book: NewWorkbook, name: str, sheet: str, letters: str, rows: tuple[int, int]) -> None:
    """Give a range a name, under which checks find it from every sheet."""
    quoted = sheet.replace("'", "''")
    book.define_name(name, f"='{quoted}'!${letters}${rows[0]}:${letters}${rows[1]}")


def add_table(book: NewWorkbook, page: NewSheet, headings: Sequence[str], rows: tuple[int, int]) -> None:
    """Mark the rows as a table of Excel's, so that formats and checks go on where rows are added."""
    name = "".join(letter if letter.isalnum() else "_" for letter in page.get_name())
    number = len(book.worksheets())  # two sheets may differ in what a name cannot hold
    page.mark_table(f"table_{number}_{name}", [plain(one) for one in headings], rows[0] - 1, rows[1] - 1, style=TABLE)
