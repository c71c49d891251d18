"""The value of a cell of an OpenDocument spreadsheet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from nhsrate.files.formats import ERRORS, number_cell
from nhsrate.files.numberformats import WINDOWS_EPOCH, iso_date
from nhsrate.files.odsstyles import OFFICE, TABLE
from nhsrate.tables import ErrorCell, Uncalculated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.files.numberformats import Look

VALUE_TYPE, FORMULA = f"{OFFICE}value-type", f"{TABLE}formula"
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_VALUE, _STRING, _TRUTH = f"{OFFICE}value", f"{OFFICE}string-value", f"{OFFICE}boolean-value"
_DATE, _TIME_VALUE = f"{OFFICE}date-value", f"{OFFICE}time-value"

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TIME = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?", re.ASCII)
_TRUTHS = {"TRUE": True, "FALSE": False}
"""LibreOffice keeps the result of a comparison as 1 or 0 that is shown as a word."""

_ERROR = re.compile(rf"{'|'.join(map(re.escape, ERRORS.values()))}|Err:\d{{3}}", re.ASCII)


def cell_value(cell: Mapping[str, str], shown: str, look: Look, *, empty: bool) -> object:
    """What a cell holds, told from its attributes and the text that it shows.

    `empty` are those that hold no paragraph: a formula with an empty text as its result holds an empty one.
    """
    text = cell.get(_STRING, shown)
    kind = cell.get(VALUE_TYPE)
    formula = FORMULA in cell
    if cell.get(_CALC_TYPE) == "error":
        return ErrorCell(shown or "#VALUE!")
    if (formula or kind not in {None, "string"}) and _ERROR.fullmatch(shown or text):
        return ErrorCell(shown or text)
    match kind:
        case "float" if shown in _TRUTHS:
            return _TRUTHS[shown]
        case "float" | "currency" | "percentage":
            return number_cell(
                _number(cell.get(_VALUE, "")),
                look if look.percent or kind != "percentage" else replace(look, percent=True),
            )
        case "date":
            return iso_date(cell.get(_DATE, shown)) or None
        case "time":
            return _time(cell.get(_TIME_VALUE, shown))
        case "boolean":
            return cell.get(_TRUTH) == "true"
        case None if formula and empty:
            return Uncalculated()
    return text or None


def _number(said: str) -> float:
    """A number; raises `ValueError` for anything that a file may not say.

    >>> _number("94.5"), _number("3"), _number("-1E-2")
    (94.5, 3.0, -0.01)
    """
    if not _NUMBER.fullmatch(said):
        raise ValueError(f'"{said[:40]}" is not a number')
    return float(said)


def _time(said: str) -> object:
    """A time of day, or a duration where it is longer than a day; the text where it is neither.

    >>> _time("PT10H30M00S"), _time("PT36H"), _time("soon")
    (datetime.time(10, 30), datetime.timedelta(days=1, seconds=43200), 'soon')
    """
    found = _TIME.fullmatch(said)
    if found is None:
        return said or None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    within = timedelta(microseconds=int(f"{found[6] or '':0<6}"[:6]))
    long = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) + within
    if found[1] or long.days:
        return -long if found[1] else long
    return (WINDOWS_EPOCH + long).time()
