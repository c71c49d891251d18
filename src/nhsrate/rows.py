"""Sorting the rows below a header: organisations, totals, notes, blank rows, and the header again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from nhsrate.faults import Fault, Faults
from nhsrate.problems import Problem, column_letters
from nhsrate.tables import ErrorCell, PercentCell, SetAside, Uncalculated
from nhsrate.texts import as_text, fold, quoted, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.headings import Layout
    from nhsrate.inputs import Reading

TOTALS = frozenset(map(fold, (
    "total", "totals", "grand total", "sub total", "sub-total", "subtotal", "england", "england total", "total england",
    "england average", "national", "national total", "national average", "all", "all providers", "all trusts",
    "all organisations", "average", "mean", "median", "sum",
)))  # fmt: skip
"""Names of rows that sum up others and are no organisations."""

DASHES = frozenset({"-", "\u2013", "\u2014", "\u2212"})
ROW_LIMITS = frozenset({65_536, 1_048_576})
AS_TEXT = "Format the column as text, enter the codes again, and check each one."

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/\-]{0,19}", re.ASCII)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]{6,}", re.ASCII)
_SPOILT = re.compile(
    r"[0-9](?:\.[0-9]+)?E\+[0-9]+|[0-9]{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|true|false",
    re.ASCII | re.IGNORECASE,
)


class FoundRow(NamedTuple):
    """A row of an organisation's values: its number (from 1), its code and its name."""

    row: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SortedRows:
    """The rows of organisations, those set aside with the reason, and what was wrong or tidied."""

    found: tuple[FoundRow, ...]
    set_aside: tuple[SetAside, ...]
    problems: tuple[Problem, ...]


def sort_rows(layout: Layout, reading: Reading) -> SortedRows:
    """Every row below the header, sorted; rows that `where` leaves out are counted, the others named."""
    declared = frozenset(map(fold, reading.set_aside))
    wanted = sorted({*layout.columns.values(), layout.value} - {0, layout.code})
    found: list[FoundRow] = []
    aside: list[SetAside] = []
    left_out: dict[str, int] = {}
    faults = Faults()
    ragged = Faults()
    code_heading = fold(layout.headings[layout.code])
    csv, width = layout.table.sheet is None, layout.width
    above = max(layout.header_row, (reading.first_row or 1) - 1)
    for number, row in enumerate(layout.table.rows[above:], above + 1):
        raw = _cell(row, layout.code)
        code = tidy(raw) if isinstance(raw, str) else as_text(raw)
        if not code and not any(as_text(cell) for cell in row):
            continue
        name = as_text(_cell(row, layout.name))
        if reason := _left_out(row, layout):
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        if reason := _reason(row, code, name, code_heading, declared, wanted):
            aside.append(SetAside(str(layout.at(number)), _shown(row), reason))
            continue
        fault = _code_fault(raw, code)
        if fault is not None:
            faults.add(fault, layout.at(number, layout.code))
            continue
        if code != raw:
            faults.add(_tidied(str(raw), code), layout.at(number, layout.code))
        if csv and (uneven := _ragged(row, width)):
            ragged.add(uneven, layout.at(number))
        found.append(FoundRow(number, code, name))
    aside.extend(SetAside(str(layout.at(0)), _counted(n), reason) for reason, n in left_out.items())
    problems = faults.problems() + ragged.problems() + _size_problems(layout, found, faults)
    return SortedRows(tuple(found), tuple(aside), tuple(problems))


def _cell(row: Sequence[object], column: int) -> object:
    return row[column - 1] if 0 < column <= len(row) else None


def _shown(row: Sequence[object]) -> str:
    """The first texts of a row, enough to know it by."""
    texts = dict.fromkeys(text for cell in row if (text := as_text(cell)))
    return quoted(", ".join(list(texts)[:3]))[1:-1]


def _counted(n: int) -> str:
    return f"{n:,} row{'s' if n > 1 else ''}"


def _left_out(row: Sequence[object], layout: Layout) -> str:
    """Why the `where` of a long table leaves a row out, or nothing."""
    for column, text in layout.where:
        if fold(as_text(_cell(row, column))) != fold(text):
            return f"{layout.headings[column]} is not {quoted(text)}"
    return ""


def _reason(
    row: Sequence[object],
    code: str,
    name: str,
    code_heading: str,
    declared: frozenset[str],
    wanted: Sequence[int],
) -> str:
    """Why a row is no organisation, or nothing."""
    folded_code, folded_name = code.casefold(), name.casefold()  # both are tidy
    if folded_code == code_heading:
        return "the header again"
    if folded_code in declared or folded_name in declared:
        return "declared as no organisation"
    if folded_code in TOTALS or folded_name in TOTALS or code in DASHES:
        return "a total"
    if not code and _total_like(name or next(text for cell in row if (text := as_text(cell)))):
        return "a total, without a code"
    plain = _CODE.fullmatch(code)
    if plain and not _WORD.fullmatch(code):
        return ""
    if any(as_text(_cell(row, column)) for column in wanted):
        return ""
    return "a note" if not plain or sum(1 for cell in row if as_text(cell)) == 1 else ""


def _total_like(text: str) -> bool:
    """Whether the name of a row without a code says that it sums up others."""
    words = fold(text).split()
    all_of = words[0] == "all" and len(words) > 1 and words[1] in {"english", "nhs", "providers", "trusts"}
    return fold(text) in TOTALS or all_of or words[0] in {"total", "england"} or words[-1] in {"total", "totals"}


def _code_fault(raw: object, code: str) -> Fault | None:
    """What is wrong with a code cell, or nothing."""
    if not code and not isinstance(raw, Uncalculated):
        message = "The row has values and no organisation code."
        return Fault("no-code", "", message, "Add the code, or name the row under reading: set_aside.")
    match raw:
        case str():
            return _text_code_fault(raw, code)
        case ErrorCell():
            message = f"The spreadsheet could not calculate this code: {raw.text}."
            return Fault("error-cell", raw.text, message, "Correct the formula, or type the code.")
        case Uncalculated():
            message = "The code is a formula without a stored result."
            return Fault("uncalculated-formula", "", message, "Open the workbook in Excel and save it.")
        case bool():
            message = f"The organisation code is the logical value {code}; codes must be text."
            return Fault("code-not-text", "bool", message, AS_TEXT)
        case date() | time() | timedelta():
            message = f"The organisation code is a date ({code}); Excel probably changed a code such as 1MAR into one."
            return Fault("code-not-text", "date", message, AS_TEXT)
    message = f"The organisation code is the number {code}; Excel may have changed it (5E1 becomes 50, 007 becomes 7)."
    shape = "percent" if isinstance(raw, PercentCell) else "number"
    return Fault("code-not-text", shape, message, AS_TEXT)


def _text_code_fault(raw: str, code: str) -> Fault | None:
    if _SPOILT.fullmatch(code):
        message = f"The organisation code {quoted(code)} looks like one that Excel changed into a number or date."
        return Fault("code-not-text", "spoilt", message, AS_TEXT)
    if _CODE.fullmatch(code):
        return None
    strange = next((letter for letter in raw if ord(letter) > 127 and letter.isalnum()), None)
    if strange is not None:
        point = f"U+{ord(strange):04X}"
        message = (
            f"The organisation code {quoted(code)} holds {strange!r} ({point}), which only looks like a plain letter."
        )
        return Fault("code-not-text", "look-alike", message, "Type the code again with plain letters and digits.")
    message = f"{quoted(code)} is not an organisation code (up to 20 letters and digits, without spaces)."
    remedy = "Correct the code; if the row is no organisation, name it under reading: set_aside."
    return Fault("code-not-text", "shape", message, remedy)


def _tidied(raw: str, code: str) -> Fault:
    unseen = "unseen characters" if raw.strip() == code or "\u00a0" in raw or not raw.isascii() else "spaces"
    what = "spaces" if raw.strip(" ") == code else unseen
    message = f"The code was read as {quoted(code)}, without the {what} around or in it."
    return Fault("tidied-codes", "", message, "", "note")


def _ragged(row: Sequence[object], width: int) -> Fault | None:
    """Why a record of a csv file does not fit its header, or nothing; empty fields at the end do no harm."""
    filled = len(row)
    while filled > width and not as_text(row[filled - 1]):
        filled -= 1
    if filled > width:
        message = f"The row has {filled} fields, and the header has {width}."
        remedy = "Look for a comma in a text or number that is not in quotation marks, or a missing heading."
        return Fault("ragged-row", "long", message, remedy)
    if len(row) < width:
        message = f"The row has only {len(row)} of the header's {width} fields, so it may be cut short."
        remedy = "Look for a line break in a text that is not in quotation marks; leave empty fields in place."
        return Fault("ragged-row", "short", message, remedy)
    return None


def _size_problems(layout: Layout, found: Sequence[FoundRow], faults: Faults) -> list[Problem]:
    problems = []
    if not found and not any(problem.severity == "error" for problem in faults.problems()):
        cell = f"{column_letters(layout.code)}{layout.header_row}"
        message = f"No organisation stands under the code heading {quoted(layout.headings[layout.code])} ({cell})."
        remedy = "Check that this is the right file and sheet."
        problems.append(Problem(layout.at(layout.header_row), "no-organisations", message, remedy))
    if (rows := len(layout.table.rows)) in ROW_LIMITS:
        message = f"The table ends at row {rows:,}, a limit of spreadsheet programs, so rows may have been cut off."
        remedy = "Compare the last rows with the source."
        problems.append(Problem(layout.at(rows), "row-limit", message, remedy, "warning"))
    return problems
