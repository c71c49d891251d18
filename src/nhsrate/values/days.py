"""Dates as cells hold them and as people type them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault
from nhsrate.core.numbers import Day
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_of_text
from nhsrate.core.texts import as_text, quoted
from nhsrate.values.markers import unread_number

if TYPE_CHECKING:
    from nhsrate.rules.inputs import Input


CLOCK = pattern(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
"""A time of day in a text; midnight says no more than the day."""


def day_of_cell(raw: date) -> Day | Fault:
    """The day of a cell of dates; one with a time of day is refused, since nobody says which day it counts to."""
    if isinstance(raw, datetime) and raw.time() != time():
        return _with_time(as_text(raw))
    return Day.of(raw.date() if isinstance(raw, datetime) else raw)


def _with_time(said: str) -> Fault:
    message = f"A date is expected, and the cell holds a time of day as well: {said}."
    return Fault("text-in-number", "time of day", message, "Put the date alone into the cell.")


def day_from_text(text: str, item: Input, declared: str = "") -> Day | Fault:
    """The day that a text names, the day before the month; markers and the like are told as they are of a number.

    `declared` names the markers of the input.
    """
    found = day_of_text(text)
    if found is not None:
        clock = CLOCK.search(text)
        return _with_time(text) if clock and clock[0].strip("0:.") else Day.of(found)
    fault = unread_number(text, item, declared)
    if fault.code != "text-in-number":
        return fault
    message = f"A date is expected, and the cell says {quoted(text)}."
    remedy = "Write it as 2026-03-31 or 31/03/2026, or format the cell as a date."
    return replace(fault, message=message, remedy=remedy)
