"""Writes a return to fill in as a workbook: notes, drop-down lists, checks and formats, and always the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nhsrate.core.numbers import plain_number
from nhsrate.core.problems import column_letters
from nhsrate.core.texts import listed
from nhsrate.returns.overrides import FIELDS
from nhsrate.workbooks.form_cells import MARKERS, YELLOW, add_table, colour, define, guard, put, validate
from nhsrate.workbooks.form_columns import meaning_of
from nhsrate.workbooks.form_parts import Amount, Choice, Words
from nhsrate.workbooks.form_words import guidance, hint, note
from nhsrate.workbooks.new import HEAD, TITLE, new_workbook
from nhsrate.workbooks.tables import ACROSS as A_PAGE
from nhsrate.workbooks.tables import BOLD, layout_of, lines_above, write_table
from nhsrate.workbooks.writing import Number, Sheet, lines_of, longest_word, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from nhsrate.workbooks.form_parts import Column, Form, Template, Texts
    from nhsrate.workbooks.new import NewSheet, NewWorkbook


PERCENT = "0.0########%"
"""Shows one decimal place of a percentage, and as many more as were entered."""

UNREAD = "Leave this row as it is: it is not read."
QUIET = "#595959"
NARROWEST, WIDEST, NAMES, HEADINGS = 14, 30, 34, 30
"""Widths in characters: of a column to fill in, of one of names, and of the guidance on headings at most."""

LINE, ROOM = 15, 6
"""The height of a line and of the room beside the lines of a heading, in points."""

ACROSS = 340
"""The width of a note, in pixels, and how many characters of it stand side by side."""
SIDE_BY_SIDE = 50


def template_bytes(template: Template) -> bytes:
    """The workbook; the same template gives the same bytes."""
    users = users_of(template)
    lists = {options: f"choices_{number}" for number, options in enumerate(users, 1)}
    file = BytesIO()
    with new_workbook(file, title=f"Return for {template.methodology.title}", streamed=False) as book:
        guide = guidance(template)
        write_table(book, guide, layout=layout_of(guide.headings, guide.rows, HEADINGS), kept=2)
        for form in template.forms:
            write_form(book, template, form, lists)
        write_overrides(book, template, lists)
        write_markers(book, template)
        sheet = sheet_of_lists(users, numeric_in(template))
        write_table(book, sheet)
        first = len(lines_above(sheet, layout_of(sheet.headings, sheet.rows))) + 3
        for options, name in lists.items():
            define(book, name, sheet.name, "B", (first, first + len(options) - 1))
            first += len(options)
    return file.getvalue()


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


def write_form(book: NewWorkbook, template: Template, form: Form, lists: Mapping[Texts, str]) -> None:
    """A sheet of the return: the lines above, the headings with their notes, and the rows made ready."""
    page = book.sheet(form.name)
    for number, line in enumerate(form.above, 1):
        quiet = number == form.hints
        looks: dict[str, object] = {"font_color": QUIET, "text_wrap": True, "valign": "bottom"} if quiet else {}
        for column, text in enumerate(line, 1):
            first = {"bold": True} if column == 1 and not quiet else {}
            put(book, page, (number, column), text, **(TITLE if (number, column) == (1, 1) else {**looks, **first}))
    for number in range(form.header + 1, form.first):
        put(book, page, (number, 1), UNREAD, font_color=QUIET)
    heads = hints = 1
    for head in form.columns:
        width = width_of(head)
        page.set_column(head.number - 1, head.number - 1, width)
        put(book, page, (form.header, head.number), head.heading, **HEAD)
        heads = max(heads, lines_of(head.heading, width - BOLD))
        said = note(template.methodology, head)
        lines = sum(len(line) // SIDE_BY_SIDE + 1 for line in said.splitlines())
        said = "\n".join(map(plain, said.splitlines()))
        looks = {"author": "nhsrate", "width": ACROSS, "height": (lines + 1) * 20}
        page.write_comment(form.header - 1, head.number - 1, said, looks)
        hints = max(hints, lines_of(hint(head), width))
        guard(book, page, form, head, lists)
    page.set_row(form.header - 1, LINE * heads + ROOM)
    if form.hints:
        page.set_row(form.hints - 1, LINE * hints)
    write_rows(book, page, template, form)
    if form.together:
        add_table(book, page, [column.heading for column in form.columns], (form.header, form.last))
    page.freeze_panes(form.first - 1, form.heads[0].number)
    across = max(1, round(sum(map(width_of, form.columns)) / A_PAGE))
    page.printed(book.title, form.header - 1, across=across, kept=max(head.number for head in form.heads[:2]))
    if form is template.forms[0]:
        define(book, CODES, form.name, column_letters(form.heads[0].number), (form.first, form.last))


def write_rows(book: NewWorkbook, page: NewSheet, template: Template, form: Form) -> None:
    """The rows for organisations: each cell has its column's format, codes and names stand where they are known."""
    for column in form.columns:
        look = book.look(
            num_format=format_of(column), text_wrap=isinstance(column.entry, Words), valign="top", align="general"
        )
        for row in range(form.first, form.last + 1):
            page.write_blank(row - 1, column.number - 1, None, look)
        for row, organisation in enumerate(template.organisations, form.first):
            text = ""
            if column is form.code:
                text = organisation.code
            elif column is form.named:
                text = "" if organisation.name == organisation.code else organisation.name
            elif column in form.heads:
                text = column.filled
            page.write_text(row - 1, column.number - 1, text, look)


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


def write_overrides(book: NewWorkbook, template: Template, lists: Mapping[Texts, str]) -> None:
    """The sheet of ratings that people decided: its headings, and lists of what can be decided."""
    about = ["Leave this sheet empty where every rating stands as it is worked out."]
    about.append("A decision needs all six: the code, the rating's id, the level, who decided, when (a date) and why.")
    options = decisions_of(template)
    formats = {"when": "yyyy-mm-dd", "level": "General" if all_numbers(options.get("level", ())) else "@"}
    columns = [(field, 60 if field == "why" else 24, formats.get(field, "@")) for field in FIELDS]
    page, top, last = listing(book, "Overrides", "Ratings that people decided", about, columns)
    names = {"organisation": CODES, **{field: lists[texts] for field, texts in options.items()}}
    for number, field in enumerate(FIELDS, 1):
        if field in names:
            check: dict[str, object] = {"validate": "list", "source": f"={names[field]}", "ignore_blank": False}
            check |= {"error_title": field, "error_message": "Choose one of the list."}
            validate(page, (top + 1, number, last, number), check)
    used = f"COUNTA($A{top + 1}:$F{top + 1})>0"
    colour(book, page, (top + 1, 1, last, len(FIELDS)), f'AND(A{top + 1}&""="",{used})', YELLOW)


def write_markers(book: NewWorkbook, template: Template) -> None:
    """The sheet of texts that stand for a missing value, with those that the methodology declares for every input."""
    about = ["A text in the place of a number, such as n/a, is put here with its reason before it is used."]
    about.append("Each of them means that there is no value. None of them means zero.")
    if template.markers:
        about.append("Those that stand here already are declared by the methodology; leave them as they are.")
    columns = [("marker", 34, "@"), ("reason", 60, "@")]
    page, top, last = listing(book, "Markers", "Texts that stand for a missing value", about, columns, template.markers)
    colour(book, page, (top + 1, 2, last, 2), f'AND(B{top + 1}&""="",$A{top + 1}&""<>"")', YELLOW)
    define(book, MARKERS, page.get_name(), "A", (top + 1, last))


def listing(
    book: NewWorkbook,
    name: str,
    title: str,
    about: Sequence[str],
    columns: Sequence[tuple[str, int, str]],
    filled: Texts = (),
) -> tuple[NewSheet, int, int]:
    """A sheet with its title, lines about it, and a table with spare rows; the row of its headings, and the last.

    Each column has a heading, a width and a format of numbers; `filled` are the rows that are there already.
    """
    page = book.sheet(name)
    put(book, page, (1, 1), title, **TITLE)
    for row, line in enumerate(about, 2):
        put(book, page, (row, 1), line)
    top = len(about) + 3
    last = top + len(filled) + SPARE
    for number, (heading, width, form) in enumerate(columns, 1):
        page.set_column(number - 1, number - 1, width)
        put(book, page, (top, number), heading, **HEAD)
        look = book.look(num_format=form)
        for row in range(top + 1, last + 1):
            page.write_blank(row - 1, number - 1, None, look)
        for row, texts in enumerate(filled, top + 1):
            page.write_text(row - 1, number - 1, texts[number - 1], look)
    add_table(book, page, [heading for heading, _, _ in columns], (top, last))
    page.freeze_panes(top, 0)
    page.printed(book.title, top - 1)
    return page, top, last
