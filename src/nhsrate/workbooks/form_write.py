"""Writes a return to fill in as a workbook: notes, drop-down lists, checks and formats, and always the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nhsrate.core.numbers import plain_number
from nhsrate.core.texts import listed
from nhsrate.returns.overrides import FIELDS
from nhsrate.workbooks.form_cells import MARKERS, YELLOW, add_table, cell_at, colour, define, guard, put, write
from nhsrate.workbooks.form_columns import meaning_of
from nhsrate.workbooks.form_parts import Amount, Choice, Words
from nhsrate.workbooks.form_words import guidance, hint, note
from nhsrate.workbooks.writing import (
    Number,
    Sheet,
    clean,
    font,
    lines_above,
    lines_of,
    longest_word,
    same_bytes,
    style_of,
    write_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.workbooks.form_parts import Column, Form, Template, Texts


PERCENT = "0.0########%"
"""Shows one decimal place of a percentage, and as many more as were entered."""

UNREAD = "Leave this row as it is: it is not read."
QUIET = "595959"
NARROWEST, WIDEST, NAMES = 14, 30, 34
LINE = 15
"""The height of a line, in points."""

ACROSS = 340
"""The width of a note, in pixels, and how many characters of it stand side by side."""
SIDE_BY_SIDE = 50


def template_bytes(template: Template) -> bytes:
    """The workbook; the same template gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = clean(f"Return for {template.methodology.title}")
    book.properties.creator = "nhsrate"
    book.properties.language = "en-GB"
    users = users_of(template)
    lists = {options: f"choices_{number}" for number, options in enumerate(users, 1)}
    write_sheet(book, guidance(template))
    for form in template.forms:
        write_form(book, template, form, lists)
    write_overrides(book, template, lists)
    write_markers(book, template)
    sheet = sheet_of_lists(users, numeric_in(template))
    write_sheet(book, sheet)
    first = len(lines_above(sheet)) + 3
    for options, name in lists.items():
        define(book, name, sheet.name, "B", (first, first + len(options) - 1))
        first += len(options)
    file = BytesIO()
    book.save(file)
    return same_bytes(file.getvalue())


def users_of(template: Template) -> dict[Texts, list[str]]:
    """Every list that a drop-down list offers or a check looks into, with the headings of the columns that do."""
    users: dict[Texts, list[str]] = {}
    for column in (column for form in template.forms for column in form.columns):
        if isinstance(column.entry, Choice):
            users.setdefault(column.entry.options, []).append(column.heading)
        elif isinstance(column.entry, Amount) and column.own:
            users.setdefault(column.own, []).append(column.heading)
    for field, options in decisions_of(template).items():
        users.setdefault(options, []).append(f"{field} (Overrides)")
    return users


def numeric_in(template: Template) -> set[Texts]:
    """The lists of levels that are numbers: their cells hold numbers, as those of the return then do."""
    columns = (column for form in template.forms for column in form.columns)
    lists = {column.entry.options for column in columns if isinstance(column.entry, Choice) and column.entry.numeric}
    levels = decisions_of(template).get("level", ())
    return lists | ({levels} if all_numbers(levels) else set())


def sheet_of_lists(users: Mapping[Texts, list[str]], numeric: Collection[Texts]) -> Sheet:
    """The sheet that holds all lists, one below the other."""
    rows = []
    for options, headings in users.items():
        for text, meaning in options:
            value = plain_number(text) if options in numeric else None
            rows.append((listed(headings), text if value is None else Number(value), meaning))
    about = ("The drop-down lists of the other sheets offer these texts. There is nothing to fill in here.",)
    return Sheet("Lists", "What the drop-down lists offer", about, ("For", "Text", "What it means"), rows)


def write_form(book: Workbook, template: Template, form: Form, lists: Mapping[Texts, str]) -> None:
    """A sheet of the return: the lines above, the headings with their notes, and the rows made ready."""
    page: Worksheet = book.create_sheet(form.name)
    for number, line in enumerate(form.above, 1):
        quiet = number == form.hints
        for column, text in enumerate(line, 1):
            put(
                page,
                (number, column),
                text,
                bold=column == 1 and not quiet,
                color=QUIET if quiet else None,
                wrapped=quiet,
            )
    cell_at(page, (1, 1)).font = font(bold=True, size=14)
    for number in range(form.header + 1, form.first):
        put(page, (number, 1), UNREAD, color=QUIET)
    heads = hints = 1
    for head in form.columns:
        width = width_of(head)
        page.column_dimensions[get_column_letter(head.number)].width = width
        put(page, (form.header, head.number), head.heading, bold=True, wrapped=True)
        heads = max(heads, lines_of(head.heading, width))
        said = note(template.methodology, head)
        lines = sum(len(line) // SIDE_BY_SIDE + 1 for line in said.splitlines())
        said = "\n".join(map(clean, said.splitlines()))
        cell_at(page, (form.header, head.number)).comment = Comment(said, "nhsrate", (lines + 1) * 20, ACROSS)
        hints = max(hints, lines_of(hint(head), width))
        guard(page, form, head, lists)
    page.row_dimensions[form.header].height = LINE * heads
    if form.hints:
        page.row_dimensions[form.hints].height = LINE * hints
    write_rows(page, template, form)
    if form.together:
        add_table(book, page, [column.heading for column in form.columns], (form.header, form.last))
    page.freeze_panes = cell_at(page, (form.first, form.heads[0].number + 1))
    if form is template.forms[0]:
        define(book, CODES, form.name, get_column_letter(form.heads[0].number), (form.first, form.last))


def write_rows(page: Worksheet, template: Template, form: Form) -> None:
    """The rows for organisations: each cell has its column's format, codes and names stand where they are known."""
    for column in form.columns:
        first = cell_at(page, (form.first, column.number))
        first.number_format = format_of(column)
        first.alignment = Alignment(wrap_text=isinstance(column.entry, Words), vertical="top")
        look = style_of(first)
        for row in range(form.first + 1, form.last + 1):
            cell_at(page, (row, column.number))._style = look  # type: ignore[attr-defined]  # noqa: SLF001 (many times faster)
    code, name, *others = form.heads
    for row, organisation in enumerate(template.organisations, form.first):
        write(page, (row, code.number), organisation.code)
        write(page, (row, name.number), "" if organisation.name == organisation.code else organisation.name)
        for column in others:
            write(page, (row, column.number), column.filled)


def format_of(column: Column) -> str:
    """The number format of a column: codes and texts stay what was typed, and no decimals or dates are hidden."""
    match column.entry:
        case Amount(percent=True):
            return PERCENT
        case Amount() | Choice(numeric=True):
            return "General"
    return "@"


def width_of(column: Column) -> int:
    """The width of a column, in characters."""
    if column.item is None and isinstance(column.entry, Words):
        return NAMES
    return min(max(NARROWEST, longest_word(column.heading) + 3, len(column.heading) // 3), WIDEST)


CODES = "organisation_codes"
"""The name of the range of codes on the first sheet of the return."""

SPARE = 30
"""The rows for decisions, and for texts that are added to those of the methodology."""


def decisions_of(template: Template) -> dict[str, Texts]:
    """The ratings that people may decide, and the levels that these may have, each once."""
    scales = [item.scale for item in template.decidable if item.scale]
    levels = {level.name: meaning_of(level) for scale in scales for level in scale.levels}
    items = tuple((item.id, item.title) for item in template.decidable)
    return {"item": items, "level": tuple(levels.values())} if items else {}


def all_numbers(levels: Texts) -> bool:
    """Whether all levels are numbers, so that cells hold numbers and not the text of them."""
    return all(plain_number(name) is not None for name, _ in levels)


def write_overrides(book: Workbook, template: Template, lists: Mapping[Texts, str]) -> None:
    """The sheet of ratings that people decided: its headings, and lists of what can be decided."""
    about = ["Leave this sheet empty where every rating stands as it is worked out."]
    about.append("A decision needs all six: the code, the rating's id, the level, who decided, when (a date) and why.")
    page, top, last = listing(book, "Overrides", "Ratings that people decided", about, FIELDS)
    options = decisions_of(template)
    names = {"organisation": CODES, **{field: lists[texts] for field, texts in options.items()}}
    formats = {"when": "yyyy-mm-dd", "level": "General" if all_numbers(options.get("level", ())) else "@"}
    for number, field in enumerate(FIELDS, 1):
        letters = get_column_letter(number)
        page.column_dimensions[letters].width = 60 if field == "why" else 24
        for row in range(top + 1, last + 1):
            cell_at(page, (row, number)).number_format = formats.get(field, "@")
        if field in names:
            check = DataValidation(type="list", formula1=names[field], allow_blank=False, showErrorMessage=True)
            check.errorTitle, check.error = field, "Choose one of the list."
            check.add(f"{letters}{top + 1}:{letters}{last}")
            page.add_data_validation(check)
    used = f"COUNTA($A{top + 1}:$F{top + 1})>0"
    colour(page, f"A{top + 1}:F{last}", f'AND(A{top + 1}&""="",{used})', YELLOW)


def write_markers(book: Workbook, template: Template) -> None:
    """The sheet of texts that stand for a missing value, with those that the methodology declares for every input."""
    about = ["A text in the place of a number, such as n/a, is put here with its reason before it is used."]
    about.append("Each of them means that there is no value. None of them means zero.")
    if template.markers:
        about.append("Those that stand here already are declared by the methodology; leave them as they are.")
    page, top, last = listing(
        book, "Markers", "Texts that stand for a missing value", about, ("marker", "reason"), len(template.markers)
    )
    for row in range(top + 1, last + 1):
        for number in (1, 2):
            cell_at(page, (row, number)).number_format = "@"
    for row, pair in enumerate(template.markers, top + 1):
        for number, text in enumerate(pair, 1):
            write(page, (row, number), text)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 34, 60
    colour(page, f"B{top + 1}:B{last}", f'AND(B{top + 1}&""="",$A{top + 1}&""<>"")', YELLOW)
    define(book, MARKERS, page.title, "A", (top + 1, last))


def listing(
    book: Workbook, name: str, title: str, about: Sequence[str], headings: Sequence[str], filled: int = 0
) -> tuple[Worksheet, int, int]:
    """A sheet with its title, lines about it, and a table with spare rows; the row of its headings, and the last."""
    page: Worksheet = book.create_sheet(name)
    put(page, (1, 1), title, bold=True)
    cell_at(page, (1, 1)).font = font(bold=True, size=14)
    for row, line in enumerate(about, 2):
        put(page, (row, 1), line)
    top = len(about) + 3
    for number, heading in enumerate(headings, 1):
        put(page, (top, number), heading, bold=True)
    last = top + filled + SPARE
    add_table(book, page, headings, (top, last))
    return page, top, last
