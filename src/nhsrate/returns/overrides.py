"""Overrides: recorded human decisions, read from a sheet of that name or from a csv file of that shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.look_alikes import look_alike
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.slips import looks
from nhsrate.core.special_sheets import OVERRIDES, is_named, nearly
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.model import Override
from nhsrate.rules.inputs import CODE_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Collection

    from nhsrate.core.tables import Book, Table

FIELDS = ("organisation", "item", "level", "who", "when", "why")
COMPARED = ("organisation", "item", "level")
"""The fields that are looked up; the others are only told."""

SEARCHED = 30
ENOUGH = 3
"""So many fields of a decision beside the code tell that decisions are meant."""

HEADINGS = f"{', '.join(FIELDS[:-1])} and {FIELDS[-1]}"
_MEANT = {
    "item": ("rating", "indicator", "measure", "domain"),
    "level": ("new level", "new rating", "decision", "decided", "override", "changed to", "to"),
    "who": ("by", "by whom", "decided by", "made by", "approved by", "name", "person", "author"),
    "when": ("date", "day", "decided on", "date of decision", "date decided"),
    "why": ("reason", "reasons", "because", "rationale", "explanation", "justification", "comment"),
}
"""Headings under which people write what stands under the fields of a decision."""


def override_tables(book: Book) -> list[Table]:
    """The tables of decisions in a book: sheets called Overrides, hidden ones too, or a csv file of such headings."""
    if book.sheets[0].name is None:
        table = book.read(None)
        return [table] if _header(table) is not None else []
    return [book.read(sheet.name) for sheet in book.sheets if is_named(sheet.name, OVERRIDES)]


def read_overrides(table: Table) -> tuple[list[Override], list[Problem]]:
    """Every decision of one table; a decision that lacks anything is a problem."""
    header = _header(table)
    if header is None:
        if not any(as_text(raw) for row in table.rows for raw in row):
            return [], []
        message = f"The sheet of overrides needs a header row with {HEADINGS}."
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
        strange = {columns[field] + 1: fault for field in COMPARED if (fault := look_alike(texts[field]))}
        if strange:
            for column, fault in strange.items():
                at = CellLocation(table.file, table.sheet, row, column)
                problems.append(Problem(at, fault.code, fault.message, fault.remedy))
            continue
        at = CellLocation(table.file, table.sheet, row, columns["organisation"] + 1)
        code, item, level, who, when, why = (texts[field] for field in FIELDS)
        overrides.append(Override(code, item, level, who, when, why, at))
    if table.hidden and overrides:
        number_of = f"{len(overrides)} decision{'s' if len(overrides) > 1 else ''}"
        message = f"The sheet {quoted(table.sheet or '')} is hidden, and {number_of} in it "
        message += f"{'were' if len(overrides) > 1 else 'was'} applied."
        remedy = "Unhide it, so that they can be seen; if they do not hold, delete it."
        problems.append(Problem(CellLocation(table.file, table.sheet), "hidden-sheet", message, remedy, "warning"))
    return overrides, problems


def nearly_overrides(book: Book, read: Collection[str | None]) -> list[Problem]:
    """What is to be asked about sheets that may be meant as one of overrides and are called otherwise.

    The sheets `read` are others. An error where nothing else can be meant, by the name or by the headings; else a
    warning. A blank sheet is nothing.
    """
    problems = []
    has_one = any(is_named(sheet.name, OVERRIDES) for sheet in book.sheets)
    for sheet in book.sheets:
        nearness = nearly(sheet.name, OVERRIDES)
        if nearness is None or sheet.name in read:
            continue
        table = book.read(sheet.name, SEARCHED)
        if not any(as_text(raw) for row in table.rows for raw in row):
            continue
        at = CellLocation(book.file, sheet.name)
        strange = look_alike(sheet.name or "")
        said = f" {strange.message}" if strange else ""
        if _resembles(table) or (nearness == "same" and not has_one):
            message = f"The sheet {quoted(sheet.name or '')} seems to hold decisions on ratings, "
            message += f"which are read only from one called Overrides.{said}"
            remedy = "Call it Overrides; if something else is meant, give it a name that cannot be taken for that."
            problems.append(Problem(at, "override", message, remedy))
        else:
            message = f"The sheet {quoted(sheet.name or '')} was not read; decisions on ratings are read only from one "
            message += f"called Overrides.{said}"
            remedy = f"If it holds such decisions, call it Overrides, with the headings {HEADINGS}."
            problems.append(Problem(at, "override", message, remedy, "warning"))
    return problems


def almost_overrides(table: Table) -> Problem | None:
    """Why a csv file that has nearly the headings of one of overrides is none; nothing of any other file."""
    codes = {fold(heading) for heading in CODE_HEADINGS}
    for number, row in enumerate(table.rows[:SEARCHED], 1):
        texts = {fold(as_text(raw)) for raw in row} - {""}
        lacking = [field for field in FIELDS[1:] if field not in texts]
        if "organisation" not in texts and not texts & codes:
            lacking.insert(0, FIELDS[0])
        if lacking and len(FIELDS) - len(lacking) > ENOUGH:
            message = f"The file has nearly the headings of one of decisions on ratings, and not {listed(lacking)}."
            remedy = f"If that is meant, name its columns {HEADINGS}."
            return Problem(CellLocation(table.file, table.sheet, number), "override", message, remedy)
    return None


def _resembles(table: Table) -> bool:
    """Whether a row of a sheet has headings such as those of decisions, in whatever words."""
    codes = {looks(heading) for heading in (*CODE_HEADINGS, "organisation")}
    meant = {field: {looks(text) for text in (field, *more)} for field, more in _MEANT.items()}
    for row in table.rows[:SEARCHED]:
        texts = {looks(text) for raw in row if (text := as_text(raw))}
        if texts & codes and sum(1 for words in meant.values() if texts & words) >= ENOUGH:
            return True
    return False


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
