"""The cells of the workbook of ratings: numbers as numbers, levels in words and colours, and what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import Day, plain_number
from nhsrate.core.texts import is_percentage
from nhsrate.reports.colours import DARK, UNRATED_PAINT, WHITE, paint_of
from nhsrate.reports.league import word_first
from nhsrate.workbooks.writing import Number, Shade, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item
    from nhsrate.workbooks.writing import Value

MISSING = "[x]"
"""The government's shorthand for a value that is not available; every sheet that uses it says so above its table."""


PERCENTAGES = "A percentage is held as a fraction and shown with its sign: 0.95 as 95.0%. The csv has it in per cent."
"""Stands above every table that has one."""


def has_percentages(lists: Iterable[Sequence[Value]]) -> bool:
    """Whether any number in these rows or columns is a percentage."""
    return any(isinstance(value, Number) and value.percent for values in lists for value in values)


def any_percentages(assessment: Assessment) -> bool:
    """Whether any value has a unit that is per cent."""
    methodology = assessment.methodology
    return any(is_percentage(methodology.unit_of(id_)) for id_ in (*methodology.inputs, *methodology.items))


def item_heading(item: Item) -> str:
    """The title of an item with its id and unit."""
    unit = f", {item.unit}" if item.unit else ""
    return f"{item.title} ({item.id}){unit}" if item.title else f"{item.id}{unit}"


def front_heading(item: Item) -> str:
    """The name of an item with its unit."""
    return f"{item.name}{f', {item.unit}' if item.unit else ''}"


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
    if isinstance(cell, Decimal) and not isinstance(cell, Day):
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


def source_line(assessment: Assessment) -> str:
    """What was rated under which edition."""
    methodology = assessment.methodology
    return (
        f"Source: {assessment.submitted.name}, rated under {methodology.title} ({methodology.id}); "
        "the sheet Cover has the rest."
    )


def contents_line(columns: Sequence[tuple[str, Sequence[Value]]]) -> str:
    """How large the table is and how it is ordered."""
    size = f"{len(columns[0][1]):,} rows and {len(columns)} columns"
    return f"This sheet holds one table: {size}, in the order of the league table."
