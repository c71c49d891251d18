"""The sheets beside a return to fill in: ratings that people decided, and texts that stand for a missing value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nhsrate.decisions import FIELDS
from nhsrate.forms.cells import add_table, cell_at, define, put, write
from nhsrate.forms.checks import MARKERS, YELLOW, colour
from nhsrate.forms.columns import meaning_of
from nhsrate.numbers import plain_number
from nhsrate.xlsxlooks import font

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from nhsrate.forms.parts import Template, Texts

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
