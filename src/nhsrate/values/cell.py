"""What one cell says under the input that wants it: a value, a missing one with its reason, or what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, without_marks
from nhsrate.core.frozen import frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.numbers import WORKING, from_double, number_text, rounded, without_tail
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_of_text
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, ShownCell, Uncalculated
from nhsrate.core.texts import as_text, fold, percent_of, quoted, tidy, with_marks
from nhsrate.rules.inputs import NUMBERS
from nhsrate.values.checks import (
    LARGEST,
    NO_WORDS,
    YES_WORDS,
    checked,
    error_cell,
    named,
    odd_value,
    qualified,
)
from nhsrate.values.days import day_from_text, day_of_cell
from nhsrate.values.markers import unread_number
from nhsrate.values.number_texts import NumberSigns, duration, duration_of_text

if TYPE_CHECKING:
    from nhsrate.rules.inputs import Input
    from nhsrate.values.checks import Found
    from nhsrate.values.markers import Signs

BLANK = Missing("blank", "blank")

SHORTENED = 12
"""A number of more than 15 digits that has no more than these when it is cut to 15 has the tail of a binary one."""

TAILED = 15
"""A text of more characters than this may have more digits than a spreadsheet."""

_SIMPLE = pattern(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)

_ERRORS = frozenset({"#div/0!", "#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!", "#spill!", "#calc!", "#####"})


@frozen
class Wanted:
    """What parsing the cells of one column needs to know.

    `fractions`: bare numbers are fractions, of which per cent are made. `plain`: digits can only be a number,
    and where the column is `unbounded`, any number.
    """

    item: Input
    signs: Signs
    fractions: bool
    plain: bool
    unbounded: bool
    numbers: NumberSigns


def from_text(column: Wanted, raw: str) -> Found:
    """A text cell's meaning."""
    if column.plain and len(raw) <= LARGEST and _SIMPLE.fullmatch(raw):
        number = Decimal(raw)
        if column.fractions:
            number = WORKING.scaleb(number, 2)
        found = number if column.unbounded else checked(column.item, number, raw)
        return _tailed(found) if len(raw) > TAILED else found
    text = tidy(raw)
    if not text:
        return BLANK
    if (meant := _sign(column, text)) is not None:
        return meant
    if fold(text) in _ERRORS:
        return error_cell(text)
    bare, flags = column.signs.without_flags(text, partial(_says_all, column))
    if flags and bare:
        return qualified(meant if (meant := _sign(column, bare)) is not None else _said(column, bare), flags=flags)
    cell = _said(column, text)
    if isinstance(cell, Fault) and (marked := with_marks(text)) is not None:
        return _without_marks(column, marked)
    return cell


def _without_marks(column: Wanted, raw: MarkedText) -> Found:
    """What a text with raised marks says; beside a number a mark is refused, unless its meaning is declared."""
    text, marks = tidy(raw.text), re.split(r"[\s,;]+", tidy(raw.marks))
    if column.item.type not in {"number", "percent", "count"} or (text and _sign(column, text) is not None):
        cell = from_text(column, raw.text)
        return qualified(cell, note=without_marks(raw))
    flags = tuple(column.signs.flags.get(fold(mark), "") for mark in marks)
    cell = _said(column, text) if text else BLANK
    if isinstance(cell, Fault) or (text and not raw.lowered and all(flags)):
        return qualified(cell, flags=flags)
    message = f"The cell holds {quoted(raw.marks)} alone, off the line, which is a mark and no number."
    if text:
        message = f"{quoted(raw.marks)} stands off the line in this cell, beside {quoted(text)}: a mark, and no digits."
    remedy = "Put the number alone into the cell, or declare the mark under reading: flags with what it says."
    return Fault("raised-mark", "number", message, remedy)


def _tailed(cell: Found) -> Found:
    """The cell with what it is at the digits of a spreadsheet, where it has more of them."""
    short = without_tail(cell) if isinstance(cell, Decimal) else None
    if short is None:
        return cell
    return qualified(cell, shown=short, note=tail_note(short))


TAIL = Fault(
    "shown-value",
    "tail",
    "The figure ends in the tail of a binary number (...999999 or ...000001); it was read as it is written.",
    "If the rounder one is meant, round the figures where the file is written.",
    "note",
)
"""The note on figures that look like the results of a program; it names none, so that those of all columns are one."""


def tail_note(short: Decimal) -> Fault | None:
    """The note on a number with the tail of a binary one, which is told by the zeros before it; else nothing."""
    return TAIL if len(short.normalize().as_tuple().digits) <= SHORTENED else None


def _says_all(column: Wanted, text: str) -> bool:
    """Whether a text is a value as it stands, so that its end is no flag: the level `3*`, the number 12."""
    item = column.item
    if _sign(column, text) is not None:
        return True
    match item.type:
        case "text":
            return True
        case "level":
            return item.scale is not None and item.scale.find(text) is not None
        case "yes/no":
            return fold(text) in YES_WORDS | NO_WORDS
        case "date":
            return day_of_text(text) is not None
    return column.numbers.read(text.removesuffix("%").rstrip()) is not None


def _sign(column: Wanted, text: str) -> Found | None:
    """What a declared text stands for, if it is one: a reason why there is no value, or a number."""
    folded = fold(text)
    if folded in column.signs.markers:
        return column.signs.markers[folded]
    if folded in column.signs.stands_for and column.item.type in NUMBERS:
        return checked(column.item, column.signs.stands_for[folded], text)
    return None


def _said(column: Wanted, text: str) -> Found:
    """The text, level or number that a text says."""
    if column.item.type == "text":
        return look_alike(text) or text
    if column.item.type in {"level", "yes/no"}:
        return named(column.item, text, column.signs.declared)
    if column.item.type == "date":
        return day_from_text(text, column.item, column.signs.declared)
    return _number_from_text(column, text)


def _number_from_text(column: Wanted, text: str) -> Found:
    item = column.item
    sign = text.endswith("%") and item.type == "percent"
    number = column.numbers.read(text.removesuffix("%").rstrip() if sign else text)
    if number is None and item.type == "duration":
        number = duration_of_text(text, item.unit)
        if number is None:
            return _no_duration(text, item, column.signs.declared)
        return number if isinstance(number, Fault) else checked(item, number, text)
    if number is None:
        return unread_number(text, column.item, column.signs.declared)
    if isinstance(number, Fault):
        return number
    if number in column.signs.numeric:
        return _instead(column, number)
    if column.fractions and not sign:
        number = WORKING.scaleb(number, 2)
    found = checked(item, number, text)
    return _tailed(found) if len(text) > TAILED else found


def from_value(column: Wanted, raw: object) -> Found:
    """The meaning of a cell that is not text: number, percentage, date, logical value or error."""
    item = column.item
    match raw:
        case ErrorCell():
            return error_cell(raw.text)
        case Uncalculated():
            message = "The cell holds a formula without a stored result."
            return Fault("uncalculated-formula", "", message, "Open the workbook in Excel, and save it.")
        case MarkedText():
            return _without_marks(column, raw)
        case date() if item.type == "date":
            return day_of_cell(raw)
        case time() | timedelta() if item.type == "duration":
            return checked(item, duration(raw, item.unit), raw)
        case bool() | date() | time() | timedelta():
            return odd_value(item, raw, column.signs.declared)
        case float() | int() | Decimal():
            return _from_number(column, raw)
        case PercentCell():
            return _shown(_from_percent(column, raw), raw.places)
        case ShownCell():
            cell = _from_number(column, raw.value)
            return _shown(cell, raw.places - 2 if column.fractions else raw.places)
        case DisguisedCell():
            return qualified(from_value(column, raw.value), note=_disguised(raw))
    return unread_number(as_text(raw), item, column.signs.declared)


def _disguised(raw: DisguisedCell) -> Fault:
    message = f"The cell holds {as_text(raw.value)}, and its number format shows {raw.said}. The number was read."
    remedy = "If there is no value, clear the cell; else give it a format that shows it."
    return Fault("shown-value", f"format {raw.said}", message, remedy, "note")


def _shown(cell: Found, places: int | None) -> Found:
    """The cell, with the number that it shows where that is rounded."""
    if places is None or not isinstance(cell, Decimal):
        return cell
    step = Decimal(1).scaleb(-places)
    return qualified(cell, shown=rounded(cell, step=step, halves="away from zero"))


def _from_number(column: Wanted, raw: float | Decimal) -> Found:
    return from_exact(column, from_double(raw) if isinstance(raw, float) else Decimal(raw), raw)


def from_exact(column: Wanted, number: Decimal, raw: float | Decimal) -> Found:
    """What a number says, given also as it stood in its cell."""
    item = column.item
    if not number.is_finite():
        return Fault("text-in-number", "infinite", f"{number} is not a number that can be rated.", "Correct the value.")
    if number in column.signs.numeric:
        return _instead(column, number)
    if item.type == "text":
        return number_text(number)
    if item.type in {"level", "yes/no"}:
        return named(item, number_text(number), column.signs.declared)
    if item.type == "date":
        return day_from_text(number_text(number), item, column.signs.declared)
    return checked(item, WORKING.scaleb(number, 2) if column.fractions else number, raw)


def _instead(column: Wanted, number: Decimal) -> Found:
    """What a number that is declared to stand for something else means."""
    meant = column.signs.numeric[number]
    return checked(column.item, meant, meant) if isinstance(meant, Decimal) else meant


def _from_percent(column: Wanted, raw: PercentCell) -> Found:
    item = column.item
    if item.type == "percent":
        return checked(item, percent_of(raw), raw)
    if item.type == "text":
        return as_text(raw)
    if item.type in {"level", "yes/no"}:
        return named(item, as_text(raw), column.signs.declared)
    if item.type == "date":
        return day_from_text(as_text(raw), item, column.signs.declared)
    number = as_text(raw.fraction)
    message = f"A plain number is expected, and the cell shows a percentage: {as_text(raw)}, stored as {number}."
    return Fault(
        "percent-scale", "shown", message, "Format the cell as a number, or declare the input as a percentage."
    )


def _no_duration(text: str, item: Input, declared: str) -> Fault:
    """Why a text is no duration; markers and the like are told as they are of any number."""
    fault = unread_number(text, item, declared)
    if fault.shape != "text":
        return fault
    message = f"A duration in {item.unit} is expected, and the cell says {quoted(text)}."
    return replace(fault, message=message, remedy=f"Write it as 00:07:30, or as a number of {item.unit}.")
