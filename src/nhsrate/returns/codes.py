"""What is wrong with the cell of an organisation's code, and codes in small letters among others in capitals."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.tables import ErrorCell, MarkedText, PercentCell, Uncalculated
from nhsrate.core.texts import listed, quoted
from nhsrate.returns.model import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence


AS_TEXT = "Format the column as text, enter the codes again, and check each one."

LONGEST = 50
LONGEST_NAME = 100
"""The characters of a code, and of a name where names stand in for codes (`codes: name`)."""

CODE = pattern(
    rf"[A-Za-z0-9][A-Za-z0-9._/\-]{{0,19}}|(?=[A-Za-z_\-]*[0-9])[A-Za-z0-9][A-Za-z0-9_\-]{{20,{LONGEST - 1}}}", re.ASCII
)
"""What a code looks like: up to 20 letters and digits without spaces, or up to 50 with a digit among them.

Registers of other places and ids that programs make are as long (550e8400-e29b-41d4-a716-446655440000); what is long
and has no digit, or the signs of addresses of pages and files, is a name or a note.
"""

_LONG = pattern(r"[A-Za-z0-9][A-Za-z0-9_\-]{20,}", re.ASCII)

_SPOILT = pattern(
    r"[0-9](?:\.[0-9]+)?E\+[0-9]+|[0-9]{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|true|false",
    re.ASCII | re.IGNORECASE,
)


def code_fault(raw: object, code: str, kind: str) -> Fault | None:
    """What is wrong with a code cell, or nothing; `kind` is what codes are declared to be."""
    if not code and not isinstance(raw, Uncalculated):
        message = "The row has values and no organisation code."
        return Fault("no-code", "", message, "Add the code, or name the row under reading: set_aside.")
    match raw:
        case str() if kind == "name":
            return None if len(code) <= LONGEST_NAME else _long_name(code)
        case str():
            return _text_code_fault(raw, code)
        case MarkedText():
            return _lowered_code(raw) if raw.lowered else _text_code_fault(raw.text, code)
        case datetime() | date() if kind == "date":
            return None
        case int() | float() if kind == "number" and not isinstance(raw, bool):
            return None
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


def _long_name(code: str) -> Fault:
    message = f"{quoted(code)} has {len(code)} characters; a name that tells rows apart has up to {LONGEST_NAME}."
    return Fault("code-not-text", "long", message, "Give shorter ones, or a column of codes under reading: code.")


def _lowered_code(raw: MarkedText) -> Fault:
    message = f"The organisation code {quoted(raw.text)} has {quoted(raw.marks)} off the line, which may be a mark."
    return Fault("raised-mark", "code", message, "Type the code again without formatting, and without marks.")


def _text_code_fault(raw: str, code: str) -> Fault | None:
    if _SPOILT.fullmatch(code):
        message = f"The organisation code {quoted(code)} looks like one that Excel changed into a number or date."
        return Fault("code-not-text", "spoilt", message, AS_TEXT)
    if CODE.fullmatch(code):
        return None
    strange = next((letter for letter in raw if ord(letter) > 127 and letter.isalnum()), None)
    if strange is not None:
        point = f"U+{ord(strange):04X}"
        message = (
            f"The organisation code {quoted(code)} holds {strange!r} ({point}), which only looks like a plain letter."
        )
        return Fault("code-not-text", "look-alike", message, "Type the code again with plain letters and digits.")
    if _LONG.fullmatch(code):
        return _long_code(code)
    message = f"{quoted(code)} is not an organisation code (up to 20 letters and digits, without spaces)."
    remedy = "Correct the code; if the row is no organisation, name it under reading: set_aside."
    return Fault("code-not-text", "shape", message, remedy)


def _long_code(code: str) -> Fault:
    """Why a code of many letters and digits is not taken for one."""
    message = f"{quoted(code)} has {len(code)} characters; an organisation code has up to {LONGEST}"
    if len(code) <= LONGEST:
        message = f"{quoted(code)} has {len(code)} letters and no digit, and a code of more than 20 has digits"
    remedy = "If the codes stand in another column, name it under reading: code; else give shorter ones."
    return Fault("code-not-text", "long", f"{message}.", remedy)


def tidied(raw: str, code: str) -> Fault:
    """The note that a code was read without spaces or unseen characters."""
    unseen = "unseen characters" if raw.strip() == code or "\u00a0" in raw or not raw.isascii() else "spaces"
    what = "spaces" if raw.strip(" ") == code else unseen
    message = f"The code was read as {quoted(code)}, without the {what} around or in it."
    return Fault("tidied-codes", "", message, "", "note")


def in_capitals(
    organisations: Sequence[Organisation], at: CellLocation
) -> tuple[tuple[Organisation, ...], list[Problem]]:
    """The organisations, codes with small letters read in capitals where most are written so, which is noted.

    A name that is only the code repeated follows it.
    """
    small = [one for one in organisations if one.code != one.code.upper()]
    capital = sum(one.code != one.code.lower() and one.code == one.code.upper() for one in organisations)
    if not small or capital <= len(small):
        return tuple(organisations), []
    said = listed([f"{one.code} as {one.code.upper()}" for one in small])
    message = f"Codes are written in capitals here, and were read so: {said}."
    return tuple(map(_capital, organisations)), [Problem(at, "tidied-codes", message, "", "note")]


def _capital(one: Organisation) -> Organisation:
    code = one.code.upper()
    return Organisation(code, code if one.name == one.code else one.name)
