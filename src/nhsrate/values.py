"""What a column of cells says under the input that wants it: exact values, missing ones with a reason, or problems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.cells import NO, YES, Missing
from nhsrate.faults import Fault, Faults
from nhsrate.markers import declared, unread_number
from nhsrate.numbers import WORKING, number_text, typed_number
from nhsrate.percentages import scale_doubts
from nhsrate.tables import ErrorCell, PercentCell, Uncalculated
from nhsrate.texts import as_text, fold, percent_of, quoted, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.cells import Cell
    from nhsrate.inputs import Input, Reading
    from nhsrate.problems import CellPlace, Problem

BLANK = Missing("blank")
LARGEST = 30
LONGEST = 40
"""A value has at most this many digits before the point, and this many characters: sums of it stay exact."""

_SIMPLE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SIMPLE_LINES = re.compile(r"(?:(?:-?[0-9]{1,12}(?:\.[0-9]{1,25})?)?\n)*", re.ASCII)
_ERRORS = frozenset({"#div/0!", "#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!", "#spill!", "#calc!", "#####"})
_YES = frozenset({"yes", "y", "true", "1", "1.0"})
_NO = frozenset({"no", "n", "false", "0", "0.0"})


@dataclass(frozen=True, slots=True)
class _Column:
    """What parsing the cells of one column needs to know.

    `fractions`: bare numbers are fractions, of which per cent are made. `plain`: digits can only be a number,
    and where the column is `unbounded`, any number.
    """

    item: Input
    markers: Mapping[str, Missing]
    numeric_markers: Mapping[Decimal, Missing]
    fractions: bool
    plain: bool
    unbounded: bool


def parse_column(
    item: Input, raws: Sequence[object], reading: Reading, at: Callable[[int], CellPlace]
) -> tuple[list[Cell], list[Problem]]:
    """The cells of one input, one for each raw cell, and the column's problems; `at(n)` is the place of raw cell `n`.

    A cell with a fault is `Missing` in the result; its problem is an error, so nothing is rated on it.
    """
    markers = declared((*reading.markers, *item.markers))
    numeric = {number: reason for text, reason in markers.items() if (number := typed_number(text)) is not None}
    fractions = item.type == "percent" and item.bare == "fraction"
    plain = item.type in {"number", "percent", "count"} and not numeric
    unbounded = item.valid is None and item.type != "count"
    column = _Column(item, markers, numeric, fractions=fractions, plain=plain, unbounded=unbounded)
    at_once = _all_plain(column, raws)
    if at_once is not None:
        return at_once, scale_doubts(item, raws, at_once, at) if item.type == "percent" else []
    known: dict[str, Cell | Fault] = {}
    faults = Faults()
    cells: list[Cell] = []
    for n, raw in enumerate(raws):
        cell: Cell | Fault
        if raw is None:
            cell = BLANK
        elif isinstance(raw, str):
            before = known.get(raw)
            cell = known[raw] = _from_text(column, raw) if before is None else before
        else:
            cell = _from_value(column, raw)
        if isinstance(cell, Fault):
            faults.add(cell, at(n))
            cell = Missing(f"faulty: {cell.shape}")
        elif item.required and cell is BLANK:
            faults.add(_required(item), at(n))
        cells.append(cell)
    problems = faults.problems()
    if item.type == "percent" and not problems:
        problems = scale_doubts(item, raws, cells, at)
    return cells, problems


def _all_plain(column: _Column, raws: Sequence[object]) -> list[Cell] | None:
    """All cells at once where every one is a plain number or blank, as one look at the different texts tells."""
    item = column.item
    if not column.plain or column.fractions or item.required or item.type == "count":
        return None
    try:
        texts = {*raws, ""} - {None}
        whole = "\n".join(texts)  # type: ignore[arg-type]  # what is no text, or a list in a data frame, is refused here
    except TypeError:
        return None
    if whole.count("\n") != len(texts) - 1 or not _SIMPLE_LINES.fullmatch(f"{whole}\n"):
        return None
    numbers = {text: Decimal(text) for text in texts if text}  # type: ignore[arg-type]  # as above
    valid = item.valid
    if valid is not None and numbers:
        low, high = min(numbers.values()), max(numbers.values())
        if (valid.low is not None and low < valid.low) or (valid.high is not None and high > valid.high):
            return None
    known: dict[object, Cell] = {None: BLANK, "": BLANK, **numbers}
    return list(map(known.__getitem__, raws))


def _required(item: Input) -> Fault:
    message = f'Every organisation must have a value for "{item.title or item.id}", and this cell is blank.'
    remedy = "Enter the value, or a declared marker that says why there is none."
    return Fault("required-value", "", message, remedy)


def _from_text(column: _Column, raw: str) -> Cell | Fault:
    """A text cell's meaning."""
    if column.plain and len(raw) <= LARGEST and _SIMPLE.fullmatch(raw):
        number = Decimal(raw)
        if column.fractions:
            number = WORKING.scaleb(number, 2)
        return number if column.unbounded else _checked(column.item, number, raw)
    text = tidy(raw)
    folded = fold(text)
    if not text:
        return BLANK
    if folded in column.markers:
        return column.markers[folded]
    if folded in _ERRORS:
        return _error_cell(text)
    if column.item.type == "text":
        return text
    if column.item.type in {"level", "yes/no"}:
        return _named(column.item, text)
    return _number_from_text(column, text)


def _number_from_text(column: _Column, text: str) -> Cell | Fault:
    item = column.item
    sign = text.endswith("%") and item.type == "percent"
    number = typed_number(text.removesuffix("%").rstrip() if sign else text)
    if number is None:
        return unread_number(text, column.item)
    if number in column.numeric_markers:
        return column.numeric_markers[number]
    if column.fractions and not sign:
        number = WORKING.scaleb(number, 2)
    return _checked(item, number, text)


def _from_value(column: _Column, raw: object) -> Cell | Fault:
    """The meaning of a cell that is not text: number, percentage, date, logical value or error."""
    item = column.item
    match raw:
        case ErrorCell():
            return _error_cell(raw.text)
        case Uncalculated():
            message = "The cell holds a formula without a stored result."
            return Fault("uncalculated-formula", "", message, "Open the workbook in Excel, and save it.")
        case bool() | date() | time() | timedelta():
            return _odd_value(item, raw)
        case int() | float() | Decimal():
            return _from_number(column, raw)
        case PercentCell():
            return _from_percent(column, raw)
    return unread_number(as_text(raw), item)


def _from_number(column: _Column, raw: float | Decimal) -> Cell | Fault:
    item = column.item
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        return Fault("text-in-number", "infinite", f"{number} is not a number that can be rated.", "Correct the value.")
    if number in column.numeric_markers:
        return column.numeric_markers[number]
    if item.type == "text":
        return number_text(number)
    if item.type in {"level", "yes/no"}:
        return _named(item, number_text(number))
    return _checked(item, WORKING.scaleb(number, 2) if column.fractions else number, as_text(raw))


def _from_percent(column: _Column, raw: PercentCell) -> Cell | Fault:
    item = column.item
    if item.type == "percent":
        return _checked(item, percent_of(raw), as_text(raw))
    if item.type == "text":
        return as_text(raw)
    if item.type in {"level", "yes/no"}:
        return _named(item, as_text(raw))
    number = as_text(raw.fraction)
    message = f"A plain number is expected, and the cell shows a percentage: {as_text(raw)}, stored as {number}."
    return Fault(
        "percent-scale", "shown", message, "Format the cell as a number, or declare the input as a percentage."
    )


def _odd_value(item: Input, raw: object) -> Cell | Fault:
    text = as_text(raw)
    if item.type == "text":
        return text
    if item.type == "yes/no" and isinstance(raw, bool):
        return YES if raw else NO
    if item.type in {"yes/no", "level"}:
        return _named(item, text)
    if isinstance(raw, bool):
        message = f"A number is expected, and the cell holds the logical value {text}."
        return Fault("text-in-number", "bool", message, "Enter the number.")
    message = (
        f"A number is expected, and the cell holds a date or time: {text}. Excel makes dates of texts such as 3-4."
    )
    return Fault("text-in-number", "date", message, "Format the cell as a number, and enter the value again.")


def _named(item: Input, text: str) -> Cell | Fault:
    """A level of the input's scale, or yes or no."""
    if item.type == "yes/no":
        folded = fold(text)
        if folded in _YES:
            return YES
        if folded in _NO:
            return NO
        remedy = "Write yes or no." if item.required else "Write yes or no; if there is no answer, clear the cell."
        return Fault("not-yes-or-no", text, f"Yes or no is expected, and the cell says {quoted(text)}.", remedy)
    levels = item.scale.levels if item.scale else ()
    level = item.scale.find(text) if item.scale else None
    if level is not None:
        return level
    names = ", ".join(level.name for level in levels)
    message = f"{quoted(text)} is not a level of the scale; the levels are {names}."
    remedy = "Write one of them." if item.required else "Write one of them; if there is no value, clear the cell."
    return Fault("not-a-level", fold(text), message, remedy)


def _checked(item: Input, number: Decimal, shown: str) -> Cell | Fault:
    """The number, if the input may have it."""
    if number.adjusted() > LARGEST or len(shown) > LONGEST:
        message = f"{quoted(shown)} is too large or too long for a value that can be rated."
        return Fault("text-in-number", "size", message, "Correct the value.")
    if item.type == "count" and (number < 0 or number != number.to_integral_value()):
        message = f"A count is expected, a whole number that is not negative, and the cell says {shown}."
        return Fault("out-of-range", "count", message, "Correct the value, or declare the input as a number.")
    valid = item.valid
    if valid is not None and (
        (valid.low is not None and number < valid.low) or (valid.high is not None and number > valid.high)
    ):
        unit = " per cent" if item.type == "percent" else ""
        said = f", which is {number_text(number)} per cent" if unit and shown != number_text(number) else ""
        message = f"{shown}{said} lies outside the valid range, {valid}{unit}."
        return Fault("out-of-range", "range", message, "Correct the value, or check its unit.")
    return number


def _error_cell(text: str) -> Fault:
    message = f"The spreadsheet could not calculate this cell: {text}."
    return Fault("error-cell", text, message, "Correct the formula; if there is no value, leave the cell blank.")
