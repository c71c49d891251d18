"""Dates as cells hold them and as people type them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault
from nhsrate.core.numbers import Day
from nhsrate.core.periods import day_of_text
from nhsrate.core.texts import as_text, quoted
from nhsrate.values.markers import unread_number

if TYPE_CHECKING:
    from nhsrate.rules.inputs import Input


def day_of_cell(raw: date) -> Day | Fault:
    """The day of a cell of dates; one with a time of day is refused, since nobody says which day it counts to."""
    if isinstance(raw, datetime) and raw.time() != time():
        message = f"A date is expected, and the cell holds a time of day as well: {as_text(raw)}."
        return Fault("text-in-number", "time of day", message, "Put the date alone into the cell.")
    return Day.of(raw.date() if isinstance(raw, datetime) else raw)


def day_from_text(text: str, item: Input, declared: str = "") -> Day | Fault:
    """The day that a text names, the day before the month; markers and the like are told as they are of a number.

    `declared` names the markers of the input.
    """
    found = day_of_text(text)
    if found is not None:
        return Day.of(found)
    fault = unread_number(text, item, declared)
    if fault.code != "text-in-number":
        return fault
    message = f"A date is expected, and the cell says {quoted(text)}."
    remedy = "Write it as 2026-03-31 or 31/03/2026, or format the cell as a date."
    return replace(fault, message=message, remedy=remedy)
