"""Texts that stand where a number was expected: markers for missing values, and numbers written in a way not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nhsrate.cells import Missing
from nhsrate.faults import Fault
from nhsrate.numbers import typed_number
from nhsrate.texts import fold, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal

    from nhsrate.inputs import Input, Reading

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


@dataclass(frozen=True, slots=True)
class Signs:
    """The texts that a reading declares for one input, all folded.

    `markers` stand for a missing value, `stands_for` for a number, `flags` beside one; `numeric` has what those that
    look like a number, such as -1, stand for.
    """

    markers: Mapping[str, Missing]
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


def signs_of(reading: Reading, item: Input) -> Signs:
    """What is declared for an input: by the shorthand, then by the reading, then by the input itself."""
    government = reading.shorthand == "government"
    markers = declared((*(GOVERNMENT_MARKERS.items() if government else ()), *reading.markers, *item.markers))
    flags = {**(GOVERNMENT_FLAGS if government else {}), **{fold(text): said for text, said in reading.flags}}
    stands_for = {fold(text): number for text, number in reading.stands_for}
    own = {fold(text) for text, _ in (*reading.markers, *item.markers)}
    markers = {text: reason for text, reason in markers.items() if text in own or text not in stands_for}
    of_numbers = stands_for if item.type in {"number", "percent", "count"} else {}
    instead: dict[str, Missing | Decimal] = {**of_numbers, **markers}
    numeric = {number: meant for text, meant in instead.items() if (number := typed_number(text)) is not None}
    longest = {text: flags[text] for text in sorted(flags, key=len, reverse=True) if text}
    return Signs(markers, numeric, stands_for, longest)


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
