"""Markers that a return declares for itself, on a sheet called Markers: each text with the reason it stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nhsrate.inputs import Tables
from nhsrate.problems import CellPlace, Problem
from nhsrate.texts import as_text, fold, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.inputs import Reading
    from nhsrate.tables import Book, Table

SHEET = "markers"
MARKER, REASON = "marker", "reason"
SEARCHED = 30


@dataclass(frozen=True, slots=True)
class _Declared:
    """A marker as it is written, the reason it stands for, and the cell that says so."""

    marker: str
    reason: str
    at: CellPlace | None = None


def with_own_markers(books: Sequence[Book], reading: Reading, problems: list[Problem]) -> Reading:
    """The reading with the markers that the return declares beside those of the method; each new one is noted."""
    tables = [
        book.read(sheet.name) for book in books for sheet in book.sheets if sheet.name and fold(sheet.name) == SHEET
    ]
    declared: dict[str, _Declared] = {}
    for table in tables:
        own_markers(table, reading, declared, problems)
    return _with(reading, {one.marker: one.reason for one in declared.values()}) if declared else reading


def own_markers(table: Table, reading: Reading, declared: dict[str, _Declared], problems: list[Problem]) -> None:
    """The markers of one sheet that the method does not declare, which join those of the sheets before it."""
    header = next((n for n, row in enumerate(table.rows[:SEARCHED]) if {MARKER, REASON} <= _texts(row)), None)
    if header is None:
        if any(_texts(row) for row in table.rows):
            message = f"The sheet of markers needs a header row with {MARKER} and {REASON}."
            problems.append(Problem(CellPlace(table.file, table.sheet), "no-table", message, "Add the headings."))
        return
    folded = [fold(as_text(raw)) for raw in table.rows[header]]
    known, found = _of_method(reading), []
    for number, row in enumerate(table.rows[header + 1 :], header + 2):
        marker, reason = (as_text(row[c]) if c < len(row) else "" for c in map(folded.index, (MARKER, REASON)))
        if not marker:
            continue
        at = CellPlace(table.file, table.sheet, number, folded.index(MARKER) + 1)
        before = known.get(fold(marker)) or declared.get(fold(marker))
        if not reason:
            message = f"What the marker {quoted(marker)} stands for is not said."
            problems.append(Problem(at, "undeclared-marker", message, "Write the reason beside it."))
        elif before is None:
            declared[fold(marker)] = _Declared(marker, reason, at)
            found.append(f"{quoted(marker)} ({reason})")
        elif fold(before.reason) != fold(reason):
            problems.append(_other_reason(marker, reason, before, at))
    if found:
        message = f"The return declares markers of its own: {listed(found, shown=5)}."
        remedy = "Their cells count as missing, for that reason."
        problems.append(Problem(CellPlace(table.file, table.sheet), "own-markers", message, remedy, "note"))


def _of_method(reading: Reading) -> dict[str, _Declared]:
    """The markers that the method declares, for all its tables or for one of them."""
    tables = reading.tables.named if reading.tables is not None else ()
    pairs = [pair for one in (*(table for _, table in tables), reading) for pair in one.markers]
    return {fold(marker): _Declared(marker, reason) for marker, reason in pairs}


def _other_reason(marker: str, reason: str, before: _Declared, at: CellPlace) -> Problem:
    """That a marker has a reason already: by the method, which holds, or by another row of the return."""
    said = f"The marker {quoted(marker)} stands for {quoted(reason)} here, and for {quoted(before.reason)}"
    if before.at is None:
        return Problem(at, "own-markers", f"{said} in the method, which holds.", "Remove the row.", "warning")
    return Problem(at, "own-markers", f"{said} at {before.at}.", "Keep one of the reasons.")


def _texts(row: Sequence[object]) -> set[str]:
    return {fold(text) for raw in row if (text := as_text(raw))}


def _with(reading: Reading, declared: dict[str, str]) -> Reading:
    tables = reading.tables
    if tables is not None:
        tables = Tables(tuple((name, _with(one, declared)) for name, one in tables.named))
    return replace(reading, markers=(*reading.markers, *declared.items()), tables=tables)
