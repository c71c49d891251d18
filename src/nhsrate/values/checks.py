"""What an input may have: numbers in their range, levels of its scale, yes or no; and what is said of the others."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from nhsrate.core.cells import NO, YES
from nhsrate.core.faults import Fault
from nhsrate.core.frozen import frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.numbers import number_text
from nhsrate.core.tables import PercentCell
from nhsrate.core.texts import as_text, fold, quoted
from nhsrate.values.markers import or_none

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell
    from nhsrate.rules.inputs import Input, Range

LARGEST = 30
LONGEST = 40
"""A value has at most this many digits before the point, and this many characters: sums of it stay exact."""

ALMOST = Decimal("1e-9")
"""A count this near to a whole number is that number: no count is off by less."""

YES_WORDS = frozenset({"yes", "y", "true", "1", "1.0"})
NO_WORDS = frozenset({"no", "n", "false", "0", "0.0"})


@frozen
class Qualified:
    """A cell with what it says beside its value: the meaning of its flags, the number that it shows, a note."""

    cell: Cell
    flags: tuple[str, ...] = ()
    shown: Decimal | None = None
    note: Fault | None = None


Found: TypeAlias = "Cell | Fault | Qualified"
"""What a cell may say."""


def qualified(
    cell: Found, *, flags: tuple[str, ...] = (), shown: Decimal | None = None, note: Fault | None = None
) -> Found:
    """The cell with what else is said of it."""
    match cell:
        case Fault():
            return cell
        case Qualified():
            return Qualified(cell.cell, flags or cell.flags, shown or cell.shown, note or cell.note)
    return Qualified(cell, flags, shown, note)


def odd_value(item: Input, raw: object, declared: str) -> Cell | Fault:
    """What a logical value, a date or a time says, which is a value to few inputs; `declared` names the markers."""
    text = as_text(raw)
    if item.type == "text":
        return text
    if item.type == "yes/no" and isinstance(raw, bool):
        return YES if raw else NO
    if item.type in {"yes/no", "level"}:
        return named(item, text, declared)
    if item.type == "date":
        message = f"A date is expected, and the cell holds {text}."
        return Fault("text-in-number", "no date", message, "Write the date as 2026-03-31.")
    if isinstance(raw, bool):
        message = f"A number is expected, and the cell holds the logical value {text}."
        return Fault("text-in-number", "bool", message, "Enter the number.")
    if isinstance(raw, timedelta | time):
        message = f"A number is expected, and the cell holds a duration or a time of day: {text}."
        remedy = "If durations are meant, declare the input as one (type: duration) with its unit, such as minutes."
        return Fault("text-in-number", "duration", message, remedy)
    message = (
        f"A number is expected, and the cell holds a date or time: {text}. Excel makes dates of texts such as 3-4."
    )
    return Fault("text-in-number", "date", message, "Format the cell as a number, and enter the value again.")


def named(item: Input, text: str, declared: str) -> Cell | Fault:
    """A level of the input's scale, or yes or no; `declared` names its markers."""
    if item.type == "yes/no":
        folded = fold(text)
        if folded in YES_WORDS:
            return YES
        if folded in NO_WORDS:
            return NO
        if strange := look_alike(text):
            return strange
        remedy = or_none("Write yes or no", item, declared)
        return Fault("not-yes-or-no", text, f"Yes or no is expected, and the cell says {quoted(text)}.", remedy)
    levels = item.scale.levels if item.scale else ()
    level = item.scale.find(text) if item.scale else None
    if level is not None:
        return level
    if strange := look_alike(text):
        return strange
    names = ", ".join(level.name for level in levels)
    message = f"{quoted(text)} is not a level of the scale; the levels are {names}."
    return Fault("not-a-level", fold(text), message, or_none("Write one of them", item, declared))


def checked(item: Input, number: Decimal, raw: object) -> Found:
    """The number, if the input may have it."""
    if number.adjusted() > LARGEST or (isinstance(raw, str) and len(raw) > LONGEST):
        message = f"{quoted(as_text(raw))} is too large or too long for a value that can be rated."
        return Fault("text-in-number", "size", message, "Correct the value.")
    if item.type == "count" and number != (whole := number.to_integral_value()) and abs(number - whole) <= ALMOST:
        message = f"A count is expected, and the cell says {number:f}, which was read as {whole:f}."
        note = Fault("almost-whole", "", message, "Round the figure where it is worked out.", "note")
        return qualified(checked(item, whole or abs(whole), whole), note=note)
    if item.type == "count" and (number < 0 or number != number.to_integral_value()):
        message = f"A count is expected, a whole number that is not negative, and the cell says {as_text(raw)}."
        return Fault("out-of-range", "count", message, "Correct the value, or declare the input as a number.")
    valid = item.valid
    if valid is not None and not inside(valid, number):
        unit, shown = " per cent" if item.type == "percent" else "", as_text(raw)
        said = f", which is {number_text(number)} per cent" if unit and shown.rstrip("%") != number_text(number) else ""
        message = f"{shown}{said} lies outside the valid range, {valid}{unit}."
        if isinstance(raw, PercentCell) and inside(valid, number / 100):
            meant = as_text(raw.fraction)
            message += f" In a cell of percent format {meant} per cent is written {meant}%."
        return Fault("out-of-range", "range", message, "Correct the value, or check its unit.")
    return number


def inside(valid: Range, number: Decimal) -> bool:
    """Whether a number lies within a range."""
    return (valid.low is None or number >= valid.low) and (valid.high is None or number <= valid.high)


def error_cell(text: str) -> Fault:
    """Why a cell is refused that the spreadsheet could not calculate."""
    message = f"The spreadsheet could not calculate this cell: {text}."
    return Fault("error-cell", text, message, "Correct the formula; if there is no value, leave the cell blank.")
