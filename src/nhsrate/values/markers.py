"""Texts where a number was expected: markers for missing values, also those that a return declares for itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault
from nhsrate.core.frozen import frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.special_sheets import MARKERS, is_named, nearly
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.rules.inputs import NUMBERS, Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from decimal import Decimal

    from nhsrate.core.tables import Book, Table
    from nhsrate.rules.inputs import Input, TableReading


SUSPECTS = frozenset(map(fold, (
    "-", "--", "\u2013", "\u2014", ".", "..", "...", ":", "*", "**", "~", "?", "_", "!", "#", "x", "z", "c", "w", "u",
    "na", "n/a", "n.a.", "n a", "nan", "none", "null", "nil", "nr", "nd", "dna", "tbc", "tba", "unknown", "missing",
    "blank", "not applicable", "not available", "not collected", "not submitted", "not reported", "no data", "no value",
    "suppressed", "withheld", "small numbers", "insufficient data", "pending", "s", "sup", "low", "not yet available",
)))  # fmt: skip
"""Texts that commonly stand for a missing value. None has one meaning, so each must be declared with its reason."""


def or_none(remedy: str, item: Input, declared: str) -> str:
    """A remedy without its full stop, and what to write where there is no value; `declared` names markers for that."""
    if item.required:
        return f"{remedy}; if there is none, write a declared marker: {declared}." if declared else f"{remedy}."
    marker = f" write a declared marker ({declared})," if declared else ""
    return (
        f"{remedy}; if there is none, clear the cell,{marker} or add the text under reading: markers with its reason."
    )


_BRACKETED = pattern(r"(?:\[[a-z]{1,4}\]\s*)+")
_NUMBER = r"[-\u2212]?[0-9][0-9,]*(?:\.[0-9]+)?"
_SHAPES: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "brackets",
        pattern(rf"\(\s*[£$€]?{_NUMBER}\s*%?\s*\)"),
        "{text} may mean a negative number, as in accounts, or a note.",
        "Write a negative number with a minus sign.",
    ),
    (
        "decimal comma",
        pattern(r"[-\u2212]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?\s*%?"),
        "{text} has a comma that parts neither thousands nor, here, decimals.",
        'Write decimals with a point and thousands with a comma or none, or say decimal: "," under reading.',
    ),
    (
        "sign behind",
        pattern(r"[0-9][0-9., ]*%?\s*[-\u2010-\u2015\u2212]"),
        "{text} has its sign behind the number.",
        "Write a negative number with the minus sign before it.",
    ),
    (
        "spaces",
        pattern(r"[-+\u2212]?[0-9][0-9., ]* [0-9., ]*[0-9]\s*%?"),
        "{text} has spaces that do not part thousands.",
        "Write one number into the cell, with thousands in groups of three or without spaces.",
    ),
    (
        "multiplier",
        pattern(rf"[£$€]?{_NUMBER}\s*(?:k|m|bn|million|thousand)", re.IGNORECASE),
        "{text} is a number with a multiplier.",
        "Write the number out in the unit of the column, or give the input the unit that all its values have.",
    ),
    (
        "bound",
        pattern(rf"(?:<|>|\u2264|\u2265|<=|>=|less than|fewer than|under|over)\s*{_NUMBER}\s*%?", re.IGNORECASE),
        "{text} is a bound, not a value; such cells are mostly suppressed small numbers.",
        "Enter the value, or declare the text under reading: markers with its reason.",
    ),
    (
        "or more",
        pattern(rf"{_NUMBER}\s*\+"),
        "{text} means this number or more, not a value.",
        "Enter the value, or declare the text under reading: markers with its reason.",
    ),
    (
        "currency",
        pattern(rf"[-\u2212]?[£$€]\s*{_NUMBER}|{_NUMBER}\s*[£$€]"),
        "{text} has a currency sign.",
        "Write the bare number, or give the input that sign as its unit.",
    ),
    (
        "range",
        pattern(rf"{_NUMBER}\s*(?:-|\u2013|to)\s*{_NUMBER}"),
        "{text} is a range, not a value.",
        "Enter the value.",
    ),
    (
        "flag",
        pattern(rf"{_NUMBER}\s?%?\s?(?:[*#~†‡^]|\[[a-z0-9 ]{{1,9}}\]|\([a-z0-9]{{1,9}}\)|[a-z]){{1,3}}", re.IGNORECASE),
        "{text} is a number with a mark behind it.",
        "Put the number alone into the cell, or declare the mark under reading: flags with what it says.",
    ),
)


GOVERNMENT_MARKERS = {
    "[c]": "confidential", "[x]": "not available", "[z]": "not applicable", "[w]": "not in the survey",
    "[low]": "rounds to zero and is not zero", "[k]": "rounds to zero and is not zero",
}  # fmt: skip
GOVERNMENT_FLAGS = {
    "[b]": "break in the series", "[e]": "estimated", "[f]": "forecast", "[p]": "provisional", "[r]": "revised",
    "[u]": "low reliability", "[ns]": "not significant", "[s]": "significant at 5 %", "[ss]": "significant at 1 %",
    "[sss]": "significant at 0.1 %",
}  # fmt: skip
"""The shorthand of official statistics in the United Kingdom: what stands in the place of a number, and beside one."""


@frozen
class Signs:
    """The texts that a reading declares for one input, all folded.

    `markers` stand for a missing value, `stands_for` for a number, `flags` beside one; `numeric` has what those that
    look like a number, such as -1, stand for. `declared` names the markers, as they are written, with their reasons.
    """

    markers: Mapping[str, Missing]
    declared: str
    numeric: Mapping[Decimal, Missing | Decimal]
    stands_for: Mapping[str, Decimal]
    flags: Mapping[str, str]

    def without_flags(self, text: str, says_all: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
        """The text without the flags behind it, and what they say, in the order in which they stand.

        The end of a text that says all by itself, such as the level `3*`, is no flag.
        """
        said: list[str] = []
        while self.flags and not says_all(text):
            flag = next((flag for flag in self.flags if fold(text).endswith(flag)), None)
            if flag is None:
                break
            said.append(self.flags[flag])
            text = text[: len(text) - len(flag)].rstrip()
        return text, tuple(reversed(said))


def signs_of(reading: TableReading, item: Input) -> Signs:
    """What is declared for an input: by the shorthand, then by the reading, then by the input itself."""
    government = reading.shorthand == "government"
    general = (*(GOVERNMENT_MARKERS.items() if government else ()), *reading.markers)
    markers = declared(general)
    written = {fold(text): f"{quoted(text)} for {reason}" for text, reason in (*general, *item.markers)}
    markers |= {fold(text): Missing(reason, "own marker") for text, reason in item.markers}
    flags = {**(GOVERNMENT_FLAGS if government else {}), **{fold(text): said for text, said in reading.flags}}
    stands_for = {fold(text): number for text, number in reading.stands_for}
    own = {fold(text) for text, _ in (*reading.markers, *item.markers)}
    markers = {text: reason for text, reason in markers.items() if text in own or text not in stands_for}
    of_numbers = stands_for if item.type in NUMBERS else {}
    instead: dict[str, Missing | Decimal] = {**of_numbers, **markers}
    numeric = {number: meant for text, meant in instead.items() if (number := typed_number(text)) is not None}
    longest = {text: flags[text] for text in sorted(flags, key=len, reverse=True) if text}
    return Signs(markers, listed([written[text] for text in markers], shown=5), numeric, stands_for, longest)


def declared(markers: Iterable[tuple[str, str]]) -> dict[str, Missing]:
    """Folded markers and what each says is missing; of two that are alike the later one holds."""
    return {fold(text): Missing(reason, "marker") for text, reason in markers}


def unread_number(text: str, item: Input, declared: str = "") -> Fault:
    """Why a text is not the number that the input wants; `declared` names its markers."""
    folded = fold(text)
    if folded in SUSPECTS or _BRACKETED.fullmatch(folded):
        message = f"{quoted(text)} is not a number, and what it stands for is not declared."
        return Fault("undeclared-marker", folded, message, or_none("Enter the value", item, declared))
    if text.endswith("%") and item.type != "percent":
        message = f"{quoted(text)} is a percentage, and a plain number is expected."
        return Fault("percent-scale", "sign", message, "Remove the sign, or declare the input as a percentage.")
    for shape, form, message, remedy in _SHAPES:
        if form.fullmatch(text):
            return Fault("text-in-number", shape, message.format(text=quoted(text)), remedy)
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        return Fault(
            "text-in-number", "digits", f"{quoted(text)} has digits of another script.", "Type the number again."
        )
    remedy = or_none("Enter the number", item, declared)
    return Fault("text-in-number", "text", f"A number is expected, and the cell says {quoted(text)}.", remedy)


MARKER, REASON = "marker", "reason"
SEARCHED = 30
_MARKER_WORDS = frozenset({MARKER, "markers", "text", "symbol", "sign", "code", "shorthand"})
_REASON_WORDS = frozenset({REASON, "reasons", "meaning", "stands for", "description"})


@frozen
class _Declared:
    """A marker as it is written, the reason it stands for, and the cell that says so."""

    marker: str
    reason: str
    at: CellLocation | None = None


def with_own_markers(books: Sequence[Book], reading: TableReading) -> tuple[TableReading, list[Problem]]:
    """The reading with the markers that the return declares beside those of the method; each new one is noted."""
    declared: dict[str, _Declared] = {}
    problems: list[Problem] = []
    for book in books:
        for sheet in book.sheets:
            if is_named(sheet.name, MARKERS):
                found, faulty = _own_markers(book.read(sheet.name), reading, declared)
                declared |= found
                problems += faulty
    whole = _with(reading, {one.marker: one.reason for one in declared.values()}) if declared else reading
    return whole, problems


def nearly_markers(book: Book, read: Collection[str | None]) -> list[Problem]:
    """What is to be asked about sheets that may be meant as one of markers and are called otherwise.

    The sheets `read` are others. Many things are called markers, so that the headings decide where the name is not all
    but the same.
    """
    problems = []
    for sheet in book.sheets:
        nearness = nearly(sheet.name, MARKERS)
        if nearness is None or sheet.name in read:
            continue
        table = book.read(sheet.name, SEARCHED)
        headed = any(_texts(row) & _MARKER_WORDS and _texts(row) & _REASON_WORDS for row in table.rows[:SEARCHED])
        if headed or (nearness == "same" and any(_texts(row) for row in table.rows)):
            strange = look_alike(sheet.name or "")
            message = f"The sheet {quoted(sheet.name or '')} seems to hold markers of missing values, "
            message += f"which are read only from one called Markers.{f' {strange.message}' if strange else ''}"
            remedy = "Call it Markers; if something else is meant, give it a name that cannot be taken for that."
            problems.append(Problem(CellLocation(book.file, sheet.name), "own-markers", message, remedy))
    return problems


def _own_markers(
    table: Table, reading: TableReading, before: Mapping[str, _Declared]
) -> tuple[dict[str, _Declared], list[Problem]]:
    """The markers of one sheet that neither the method nor a sheet `before` it declares, and its problems."""
    at = CellLocation(table.file, table.sheet)
    header = next((n for n, row in enumerate(table.rows[:SEARCHED]) if {MARKER, REASON} <= _texts(row)), None)
    if header is None:
        message = f"The sheet of markers needs a header row with {MARKER} and {REASON}."
        filled = any(_texts(row) for row in table.rows)
        return {}, [Problem(at, "no-table", message, "Add the headings.")] if filled else []
    folded = [fold(as_text(raw)) for raw in table.rows[header]]
    known = {**before, **_of_method(reading)}
    found: dict[str, _Declared] = {}
    problems = []
    for number, row in enumerate(table.rows[header + 1 :], header + 2):
        marker, reason = (as_text(row[c]) if c < len(row) else "" for c in map(folded.index, (MARKER, REASON)))
        if not marker:
            continue
        cell = CellLocation(table.file, table.sheet, number, folded.index(MARKER) + 1)
        earlier = known.get(fold(marker)) or found.get(fold(marker))
        if not reason:
            message = f"What the marker {quoted(marker)} stands for is not said."
            problems.append(Problem(cell, "undeclared-marker", message, "Write the reason beside it."))
        elif earlier is None:
            found[fold(marker)] = _Declared(marker, reason, cell)
        elif fold(earlier.reason) != fold(reason):
            problems.append(_other_reason(marker, reason, earlier, cell))
    if found:
        said = listed([f"{quoted(one.marker)} ({one.reason})" for one in found.values()], shown=5)
        message = f"The return declares markers of its own: {said}."
        remedy = "Their cells count as missing, for that reason."
        problems.append(Problem(at, "own-markers", message, remedy, "note"))
        if table.hidden:
            message = f"The sheet {quoted(table.sheet or '')} is hidden, and the markers in it were applied."
            remedy = "Unhide it, so that they can be seen; if they do not hold, delete it."
            problems.append(Problem(at, "hidden-sheet", message, remedy, "warning"))
    return found, problems


def _of_method(reading: TableReading) -> dict[str, _Declared]:
    """The markers that the method declares, for all its tables or for one of them."""
    tables = reading.tables.named if reading.tables is not None else ()
    pairs = [pair for one in (*(table for _, table in tables), reading) for pair in one.markers]
    return {fold(marker): _Declared(marker, reason) for marker, reason in pairs}


def _other_reason(marker: str, reason: str, before: _Declared, at: CellLocation) -> Problem:
    """That a marker has a reason already: by the method, which holds, or by another row of the return."""
    said = f"The marker {quoted(marker)} stands for {quoted(reason)} here, and for {quoted(before.reason)}"
    if before.at is None:
        return Problem(at, "own-markers", f"{said} in the method, which holds.", "Remove the row.", "warning")
    return Problem(at, "own-markers", f"{said} at {before.at}.", "Keep one of the reasons.")


def _texts(row: Sequence[object]) -> set[str]:
    return {fold(text) for raw in row if (text := as_text(raw))}


def _with(reading: TableReading, declared: dict[str, str]) -> TableReading:
    tables = reading.tables
    if tables is not None:
        tables = Tables(tuple((name, _with(one, declared)) for name, one in tables.named))
    return replace(reading, markers=(*reading.markers, *declared.items()), tables=tables)
