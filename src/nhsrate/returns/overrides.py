"""Overrides: recorded human decisions, read from a sheet of that name or from a csv file of that shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.model import Override
from nhsrate.rules.inputs import CODE_HEADINGS

if TYPE_CHECKING:
    from nhsrate.core.tables import Book, Table

FIELDS = ("organisation", "item", "level", "who", "when", "why")
SEARCHED = 30


def override_tables(book: Book) -> list[Table]:
    """The tables of decisions in a book: sheets called Overrides, hidden ones too, or a csv file of such headings."""
    if book.sheets[0].name is None:
        table = book.read(None)
        return [table] if _header(table) is not None else []
    return [book.read(sheet.name) for sheet in book.sheets if fold(sheet.name or "") == "overrides"]


def read_overrides(table: Table) -> tuple[list[Override], list[Problem]]:
    """Every decision of one table; a decision that lacks anything is a problem."""
    header = _header(table)
    if header is None:
        if not any(as_text(raw) for row in table.rows for raw in row):
            return [], []
        message = f"The sheet of overrides needs a header row with {', '.join(FIELDS[:-1])} and {FIELDS[-1]}."
        return [], [Problem(CellLocation(table.file, table.sheet), "override", message, "Add the headings.")]
    number, columns = header
    overrides: list[Override] = []
    problems: list[Problem] = []
    for row, cells in enumerate(table.rows[number:], number + 1):
        texts = {field: as_text(cells[c]) if c < len(cells) else "" for field, c in columns.items()}
        if not any(texts.values()):
            continue
        if blank := [field for field, text in texts.items() if not text]:
            at = CellLocation(table.file, table.sheet, row, columns[blank[0]] + 1)
            message = f"The decision on {quoted(texts['organisation'])} does not say: {listed(blank, shown=6)}."
            problems.append(Problem(at, "override", message, "Every override is recorded with who, when and why."))
            continue
        at = CellLocation(table.file, table.sheet, row, columns["organisation"] + 1)
        code, item, level, who, when, why = (texts[field] for field in FIELDS)
        overrides.append(Override(code, item, level, who, when, why, at))
    return overrides, problems


def _header(table: Table) -> tuple[int, dict[str, int]] | None:
    """The number of the header row (from 1) and the index of each field's column, where all six stand in one row."""
    codes = {fold(heading) for heading in CODE_HEADINGS}
    for number, row in enumerate(table.rows[:SEARCHED], 1):
        texts = [fold(as_text(raw)) for raw in row]
        places = {text: c for c, text in reversed(list(enumerate(texts)))}
        code = next((c for c, text in enumerate(texts) if text in codes), None)
        if code is not None and "organisation" not in places:
            places["organisation"] = code
        if all(field in places for field in FIELDS):
            return number, {field: places[field] for field in FIELDS}
    return None
