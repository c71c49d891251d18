"""Texts that stand where a number was expected: markers for missing values, and numbers written in a way not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.cells import Missing
from nhsrate.faults import Fault
from nhsrate.texts import fold, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.inputs import Input

SUSPECTS = frozenset(map(fold, (
    "-", "--", "\u2013", "\u2014", ".", "..", "...", ":", "*", "**", "~", "?", "_", "!", "#", "x", "z", "c", "w", "u",
    "na", "n/a", "n.a.", "n a", "nan", "none", "null", "nil", "nr", "nd", "dna", "tbc", "tba", "unknown", "missing",
    "blank", "not applicable", "not available", "not collected", "not submitted", "not reported", "no data", "no value",
    "suppressed", "withheld", "small numbers", "insufficient data", "pending", "s", "sup", "low", "not yet available",
)))  # fmt: skip
"""Texts that commonly stand for a missing value. None has one meaning, so each must be declared with its reason."""

NO_VALUE = "if there is none, clear the cell, or add the text under reading: markers with its reason."

_BRACKETED = re.compile(r"(?:\[[a-z]{1,4}\]\s*)+")
_NUMBER = r"[-\u2212]?[0-9][0-9,]*(?:\.[0-9]+)?"
_SHAPES: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "brackets",
        re.compile(rf"\(\s*[£$€]?{_NUMBER}\s*%?\s*\)"),
        "{text} may mean a negative number, as in accounts, or a note.",
        "Write a negative number with a minus sign.",
    ),
    (
        "decimal comma",
        re.compile(r"[-\u2212]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?\s*%?"),
        "{text} has a comma that parts neither thousands nor, here, decimals.",
        "Write decimals with a point and thousands with a comma or none.",
    ),
    (
        "multiplier",
        re.compile(rf"[£$€]?{_NUMBER}\s*(?:k|m|bn|million|thousand)", re.IGNORECASE),
        "{text} is a number with a multiplier.",
        "Write the number out in the unit of the column.",
    ),
    (
        "bound",
        re.compile(rf"(?:<|>|\u2264|\u2265|<=|>=|less than|fewer than|under|over)\s*{_NUMBER}\s*%?", re.IGNORECASE),
        "{text} is a bound, not a value; such cells are mostly suppressed small numbers.",
        "Enter the value, or declare the text under reading: markers with its reason.",
    ),
    (
        "or more",
        re.compile(rf"{_NUMBER}\s*\+"),
        "{text} means this number or more, not a value.",
        "Enter the value, or declare the text under reading: markers with its reason.",
    ),
    ("currency", re.compile(rf"[-\u2212]?[£$€]\s*{_NUMBER}"), "{text} has a currency sign.", "Write the bare number."),
    (
        "range",
        re.compile(rf"{_NUMBER}\s*(?:-|\u2013|to)\s*{_NUMBER}"),
        "{text} is a range, not a value.",
        "Enter the value.",
    ),
    (
        "flag",
        re.compile(
            rf"{_NUMBER}\s?%?\s?(?:[*#~†‡^]|\[[a-z0-9 ]{{1,9}}\]|\([a-z0-9]{{1,9}}\)|[a-z]){{1,3}}", re.IGNORECASE
        ),
        "{text} is a number with a mark behind it.",
        "Put the number alone into the cell, and the mark into a column of its own.",
    ),
)


def declared(markers: Iterable[tuple[str, str]]) -> dict[str, Missing]:
    """Folded markers and what each says is missing; of two that are alike the later one holds."""
    return {fold(text): Missing(reason) for text, reason in markers}


def unread_number(text: str, item: Input) -> Fault:
    """Why a text is not the number that the input wants."""
    folded = fold(text)
    if folded in SUSPECTS or _BRACKETED.fullmatch(folded):
        message = f"{quoted(text)} is not a number, and what it stands for is not declared."
        remedy = "Enter the value." if item.required else f"Enter the value; {NO_VALUE}"
        return Fault("undeclared-marker", folded, message, remedy)
    if text.endswith("%") and item.type != "percent":
        message = f"{quoted(text)} is a percentage, and a plain number is expected."
        return Fault("percent-scale", "sign", message, "Remove the sign, or declare the input as a percentage.")
    for shape, pattern, message, remedy in _SHAPES:
        if pattern.fullmatch(text):
            return Fault("text-in-number", shape, message.format(text=quoted(text)), remedy)
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        return Fault(
            "text-in-number", "digits", f"{quoted(text)} has digits of another script.", "Type the number again."
        )
    remedy = "Enter the number." if item.required else f"Enter the number; {NO_VALUE}"
    return Fault("text-in-number", "text", f"A number is expected, and the cell says {quoted(text)}.", remedy)
