"""Text as it stands in cells: tidied, folded for matching, and quoted so that it is safe to print."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from nhsrate.core.numbers import from_double, number_text
from nhsrate.core.patterns import pattern
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, ShownCell, Uncalculated

if TYPE_CHECKING:
    from pathlib import PurePath

_UNSEEN = (
    *range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, *range(0x200B, 0x2010),
    0x061C, *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
)  # fmt: skip
_REMOVED = dict.fromkeys(_UNSEEN)
"""Characters that nobody sees: controls, soft hyphen, zero-width characters, direction marks, byte-order mark."""

_TYPED = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u02b9\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201f\u2033"), '"'),
}
"""Signs that are typeset in many ways, and how they are typed."""

QUOTED_LENGTH = 60


def tidy(text: str) -> str:
    r"""The text without unseen characters, every run of white space (no-break and line breaks too) one space, trimmed.

    >>> tidy(" RJ1\u00a0\u200b"), tidy("Type 1\n departments")
    ('RJ1', 'Type 1 departments')
    """
    if not (text.isascii() and text.isprintable()):  # which few texts are not, and which takes five times as long
        text = text.translate(_REMOVED)
    elif " " not in text:
        return text
    return " ".join(text.split())


_DIGITS = pattern(r"(\d+)", re.ASCII)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """By what people order names: capitals do not count, and numbers in them count as numbers.

    >>> sorted(["Ward 10", "ward 2", "Ward", "Ward 02"], key=natural_key)
    ['Ward', 'ward 2', 'Ward 02', 'Ward 10']
    """
    parts = _DIGITS.split(text.casefold())
    digits = (part.lstrip("0") for part in parts[1::2])  # by their number and then as text: a number may be very long
    found = [(1, 0, part) for part in parts]
    found[1::2] = [(0, len(part), part) for part in digits]
    return tuple(one for one in found if one != (1, 0, ""))


def path_order(path: PurePath) -> tuple[object, ...]:
    """By what people order files: folder by folder as they order names, and letter by letter where these are alike.

    >>> from pathlib import PurePosixPath
    >>> [str(path) for path in sorted(map(PurePosixPath, ["a/10.csv", "a/2.csv", "A/3.csv"]), key=path_order)]
    ['a/2.csv', 'A/3.csv', 'a/10.csv']
    """
    return tuple(map(natural_key, path.parts)), path.parts


def has_unseen(text: str) -> bool:
    r"""Whether a text holds characters that nobody sees and that are no white space.

    >>> has_unseen("12\u200b"), has_unseen("12\u00a0\n")
    (True, False)
    """
    return unseen_character(text) is not None


def unseen_character(text: str) -> str | None:
    """The first character of a text that nobody sees and that is no white space, or nothing."""
    if text.isascii() and text.isprintable():  # most texts
        return None
    return next((letter for letter in text if ord(letter) in _REMOVED), None)


def is_percentage(unit: str, kind: str = "") -> bool:
    """Whether numbers of that unit, or of an input of that type, are in per cent.

    >>> is_percentage("% of turnover"), is_percentage("percentage points"), is_percentage("", "percent")
    (True, False, True)
    """
    return kind == "percent" or unit.split()[:1] == ["%"]


_MONEY = pattern(r"([£$€])( ?[^\W\d].*)?")
_ONE_OF = pattern(r"(?:percentage )?[a-z]+(?<!s)(?<!ie)(?<![sxzh]e)s")


def in_unit(number: str, unit: str) -> str:
    """A number with its unit as a sentence has it.

    >>> [in_unit("6.2", "%"), in_unit("6.2", "% of income"), in_unit("1", "times")]
    ['6.2%', '6.2% of income', '1 time']
    >>> in_unit("-3", "£m"), in_unit("12", "£000"), in_unit("12", "days"), in_unit("1", "percentage points")
    ('-£3m', '12 £000', '12 days', '1 percentage point')
    """
    if unit.startswith("%"):
        return f"{number}{unit}"
    if found := _MONEY.fullmatch(unit):
        below, size = ("-", number[1:]) if number.startswith("-") else ("", number)
        return f"{below}{found[1]}{size}{found[2] or ''}"
    one = number == "1" and _ONE_OF.fullmatch(unit)
    return f"{number} {unit[:-1] if one else unit}".rstrip()


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    r"""The text as headings, names and markers are compared: tidied, and upper and lower case alike.

    >>> fold(" Trust\u00a0CODE ") == fold("trust code")
    True
    """
    return tidy(text).casefold()


@lru_cache(maxsize=8192)
def comparable(text: str) -> str:
    r"""The text as rules compare those of returns: upper and lower case, and typeset and typed signs, alike.

    Word processors make `\u2019` of an apostrophe and `\u2013` of a hyphen, and accents may be letters of their own.

    >>> comparable("Children\u2019s \u2013 acute"), comparable("e\u0301") == comparable("\u00c9")
    ("children's - acute", True)
    """
    if text.isascii():
        return text.casefold()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", tidy(text).translate(_TYPED)).casefold())


def as_text(raw: object) -> str:
    """A cell as tidy text: numbers without needless zeros, dates as 2026-03-31, nothing for an empty cell."""
    match raw:
        case str():
            return tidy(raw)
        case None | Uncalculated():
            return ""
        case bool():
            return "TRUE" if raw else "FALSE"
        case int():
            return str(raw)
        case float():
            number = from_double(raw)
            return number_text(number) if number.is_finite() else repr(raw)
        case Decimal():
            return number_text(raw) if raw.is_finite() else str(raw)
        case PercentCell():
            return f"{as_text(percent_of(raw))}%"
        case ShownCell() | DisguisedCell():
            return as_text(raw.value)
        case ErrorCell():
            return raw.text
        case datetime():
            return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
        case date() | time():
            return raw.isoformat()
        case timedelta():
            return str(raw)
    return tidy(str(raw))


def is_text(raw: object) -> bool:
    """Whether a cell holds a text, with or without marks."""
    return isinstance(raw, (str, MarkedText))


def with_marks(text: str) -> MarkedText | None:
    r"""A text in which raised letters stand as such, with those as its marks; nothing where it has none.

    >>> with_marks("12\u00b3"), with_marks("12")
    (MarkedText(text='12', marks='3', lowered=False), None)
    """
    if text.isascii():
        return None
    from unicodedata import decomposition, normalize

    raised = "".join(letter for letter in text if decomposition(letter).startswith("<super>"))
    if not raised:
        return None
    return MarkedText("".join(letter for letter in text if letter not in raised), normalize("NFKC", raised))


def percent_of(cell: PercentCell) -> Decimal:
    """The figure shown before the percent sign: 94.5 for 0.945 shown as 94.5%."""
    return (from_double(cell.fraction) if isinstance(cell.fraction, float) else Decimal(cell.fraction)).scaleb(2)


def quoted(text: str) -> str:
    """The text in quotation marks for a message: one line, nothing a terminal would obey, cut when long.

    >>> quoted("n/a "), quoted("x" * 100)
    ('"n/a"', '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."')
    """
    shown = tidy(text)
    return f'"{shown[:QUOTED_LENGTH]}..."' if len(shown) > QUOTED_LENGTH else f'"{shown}"'


def entries(n: int) -> str:
    """So many entries.

    >>> entries(1), entries(2)
    ('1 entry', '2 entries')
    """
    return "1 entry" if n == 1 else f"{n} entries"


def listed(words: list[str], shown: int = 3) -> str:
    """The first few words of a list and how many more there are.

    >>> listed(["F2", "F3"]), listed(["F2", "F3", "F4", "F5", "F6"])
    ('F2 and F3', 'F2, F3, F4 and 2 more')
    """
    if len(words) > shown:
        return f"{', '.join(words[:shown])} and {len(words) - shown:,} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
