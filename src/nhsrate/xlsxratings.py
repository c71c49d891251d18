"""The ratings as sheets of a workbook: plain, and in words with symbols and colours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.cells import Level, Missing
from nhsrate.colours import DARK, UNRATED_PAINT, WHITE, paint_of
from nhsrate.league import is_coloured, word_first
from nhsrate.numbers import plain_number
from nhsrate.xlsxlooks import Number, Shade, places_of
from nhsrate.xlsxwrite import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.assessment import Assessment
    from nhsrate.cells import Cell
    from nhsrate.methodology import Item
    from nhsrate.xlsxlooks import Value

MISSING = "[x]"
"""The government's shorthand for a value that is not available; every sheet that uses it says so above its table."""

PERCENTAGES = "A percentage is held as a fraction and shown with its sign: 0.95 as 95.0%. The csv has it in per cent."
"""Stands above every table that has one."""


def ratings_sheet(assessment: Assessment, notes: Mapping[str, str]) -> Sheet:
    """A row per organisation, in the order of the league table, with the published items; levels in words as well.

    `notes` has the number of the note on an item, such as `[note 1]`.
    """
    order = assessment.league()
    columns = first_columns(assessment, order)
    for item in assessment.methodology.published:
        cells = [assessment.columns[item.id][n] for n in order]
        heading = f"{item_heading(item)} {notes.get(item.id, '')}".strip()
        columns.append((heading, column_of(cells, item)))
        if item.scale:
            columns.append((f"{item_heading(item)}, in words", [word_of(cell) for cell in cells]))
    said = [f"{MISSING}: there is no value; the sheet Reasons says why."]
    said += [PERCENTAGES] if has_percentages(values for _, values in columns) else []
    said += ["A number in brackets behind a heading: the sheet Notes has that note."] if notes else []
    lines = (contents_line(columns), source_line(assessment), *said)
    return sheet_of("Ratings", "Ratings, a row for each organisation", lines, columns)


def colour_sheet(assessment: Assessment, palette: str) -> Sheet:
    """The headline ratings and everything that has colours: the word, then the symbol, and the colour behind them.

    A level that is missing is white inside a dashed border, and says why in words.
    """
    methodology = assessment.methodology
    order = assessment.league()
    columns = first_columns(assessment, order)
    shown: set[str] = set()
    for item in methodology.items.values():
        by = item.coloured_by if item.domain else None
        if not (item.headline or by or (is_coloured(item.scale) and (item.published or item.domain))):
            continue
        for id_ in (item.id, *([by] if by else [])):
            if id_ in shown:
                continue
            shown.add(id_)
            cells = [assessment.columns[id_][n] for n in order]
            known = methodology.items.get(id_)
            heading = item_heading(known) if known else methodology.called(id_)
            if methodology.type_of(id_).scale:
                columns.append((heading, [shade_of(cell, palette) for cell in cells]))
            else:
                columns.append((heading, column_of(cells, known)))
    said = [
        "Each rating is a word, then a symbol, then a colour; the colour says nothing that the word does not.",
        f"{MISSING}: there is no value, and why; such a rating is white inside a dashed border.",
        *([PERCENTAGES] if has_percentages(values for _, values in columns) else []),
    ]
    lines = (contents_line(columns), source_line(assessment), *said)
    return sheet_of("Ratings in colour", "Ratings in words, with symbols and colours", lines, columns)


def first_columns(assessment: Assessment, order: Sequence[int]) -> list[tuple[str, Sequence[Value]]]:
    """The codes and the names, in that order."""
    organisations = [assessment.organisations[n] for n in order]
    return [("Code", [one.code for one in organisations]), ("Organisation", [one.name for one in organisations])]


def sheet_of(name: str, title: str, about: tuple[str, ...], columns: Sequence[tuple[str, Sequence[Value]]]) -> Sheet:
    """A sheet of these columns, each with its heading."""
    rows = [list(row) for row in zip(*(values for _, values in columns), strict=True)]
    return Sheet(name, title, about, tuple(heading for heading, _ in columns), rows)


def contents_line(columns: Sequence[tuple[str, Sequence[Value]]]) -> str:
    """How large the table is and how it is ordered."""
    size = f"{len(columns[0][1]):,} rows and {len(columns)} columns"
    return f"This sheet holds one table: {size}, in the order of the league table."


def source_line(assessment: Assessment) -> str:
    """What was rated under which edition."""
    methodology = assessment.methodology
    return (
        f"Source: {assessment.submitted.name}, rated under {methodology.title} ({methodology.id}); "
        "the sheet Cover has the rest."
    )


def has_percentages(lists: Iterable[Sequence[Value]]) -> bool:
    """Whether any number in these rows or columns is a percentage."""
    return any(isinstance(value, Number) and value.percent for values in lists for value in values)


def item_heading(item: Item) -> str:
    """The title of an item with its id and unit."""
    unit = f", {item.unit}" if item.unit else ""
    return f"{item.title} ({item.id}){unit}" if item.title else f"{item.id}{unit}"


def is_percentage(unit: str, kind: str = "") -> bool:
    """Whether numbers of that unit, or of an input of that type, are in per cent.

    >>> is_percentage("% of turnover"), is_percentage("percentage points"), is_percentage("", "percent")
    (True, False, True)
    """
    return kind == "percent" or unit.split()[:1] == ["%"]


def column_of(cells: Sequence[Cell], item: Item | None) -> list[Value]:
    """Results as cells that share their decimal places: those the item is shown with, else the most that one has."""
    percent = item is not None and is_percentage(item.unit)
    places: int | None = item.shown if item else None
    if places is None:
        each = [places_of(cell) for cell in cells if isinstance(cell, Decimal)]
        places = None if None in each else max([int(percent), *(one for one in each if one is not None)])
    return [value_of(cell, places, percent=percent) for cell in cells]


def value_of(cell: Cell, places: int | None, *, percent: bool = False) -> Value:
    """A result as a cell: a number where it is one, a level whose name is a number likewise, else text."""
    if isinstance(cell, Missing):
        return MISSING
    if isinstance(cell, Decimal):
        return Number(cell, places, percent)
    number = plain_number(cell.name) if isinstance(cell, Level) else None
    return str(cell) if number is None else Number(number)


def word_of(cell: Cell) -> str:
    """The word of a level; a missing one has none."""
    return (cell.word or cell.name) if isinstance(cell, Level) else MISSING


def shade_of(cell: Cell, palette: str) -> Value:
    """A level as word and symbol on its colour, or why there is none."""
    if isinstance(cell, Level):
        return Shade(word_first(cell), paint_of(cell.colour, palette) or (DARK, WHITE))
    return Shade(f"{MISSING} {cell.reason if isinstance(cell, Missing) else cell}", UNRATED_PAINT, dashed=True)
