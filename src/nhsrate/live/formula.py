"""Formulas as text: what they refer to, before anybody knows in which cell it will stand; their length; texts in them.

A reference is a token that is replaced when the sheets are laid out: the cell of a column in the same row, the whole
column, the cell of a figure, or a column of a scale's table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from nhsrate.core.numbers import Halves

MOST = 1000
"""Characters of the longest formula that is written: longer ones nobody reads."""

ROOM = 850
"""Characters from which a part is moved into a cell of its own."""

DEEP = 40
"""Functions within each other, from which the rest is moved likewise; Excel 2007 takes 64."""

MISSING = '"missing"'
REFUSED = '"refused"'
"""What a cell shows where the tool would rate nothing and say why; it counts as missing."""

FUNCTIONS = frozenset({
    "ABS", "AND", "ASIN", "AVERAGE", "CHIINV", "CHOOSE", "COUNT", "COUNTIF", "EXACT", "EXP", "IF", "INDEX", "INT",
    "ISNUMBER", "LEFT", "LN", "LOG10", "MATCH", "MAX", "MEDIAN", "MIN", "MOD", "N", "NORMSINV", "NOT", "OR", "RANK",
    "ROUND", "ROUNDUP", "ROW", "SIGN", "SIN", "SMALL", "SQRT", "STDEV", "STDEVP", "SUBSTITUTE", "SUM", "SUMPRODUCT",
    "TRIM",
})  # fmt: skip
"""The functions that formulas are made of: each of them is in Excel 2007, and in every spreadsheet since."""

_TOKEN = re.compile("\x01(.):([^\x02]*)\x02")
_LENGTHS = {"c": 7, "v": 14, "r": 17, "w": 24, "f": 15}


def token(sort: str, key: str) -> str:
    """What stands for a reference until the sheets are laid out.

    `c` is a cell of Scores in the same row, `v` one of Values, `r` and `w` are their whole columns, `f` is a figure,
    and `t`, `p`, `n` and `l` are the texts, places, numbers and levels of a scale.
    """
    return f"\x01{sort}:{key}\x02"


def column_of(reference: str) -> str:
    """The whole column of a cell that is referred to."""
    return _TOKEN.sub(lambda found: token({"c": "r", "v": "w"}[found[1]], found[2]), reference)


def resolved(formula: str, place: Callable[[str, str], str]) -> str:
    """The formula with every token replaced by what `place` says of its sort and key."""
    return _TOKEN.sub(lambda found: place(found[1], found[2]), formula)


def length(formula: str) -> int:
    """How long a formula will be at most, once its tokens are replaced."""
    inside = sum(_LENGTHS.get(found[1], 22) - len(found[0]) for found in _TOKEN.finditer(formula))
    return len(formula) + inside


def depth(formula: str) -> int:
    """How many brackets stand within each other; those in texts count too, which does no harm."""
    deepest = now = 0
    for letter in formula:
        now += (letter == "(") - (letter == ")")
        deepest = max(deepest, now)
    return deepest


def said(text: str) -> str:
    """A text as a formula writes it: its quotation marks are doubled.

    >>> print(said("amber"))
    "amber"
    """
    return '"' + text.replace('"', '""') + '"'


def literal(number: Decimal) -> str:
    """A number as a formula writes it."""
    return number_text(number)


def both(conditions: Iterable[str]) -> str:
    """That all of these hold."""
    return _joined("AND", [part for part in conditions if part != "TRUE"], "TRUE")


def either(conditions: Iterable[str]) -> str:
    """That one of these holds at least."""
    return _joined("OR", [part for part in conditions if part != "FALSE"], "FALSE")


def _joined(function: str, parts: Sequence[str], none: str) -> str:
    if len(parts) < 2:
        return parts[0] if parts else none
    return f"{function}({','.join(parts)})"


def numbers(references: Iterable[str]) -> str:
    """That all of these are numbers."""
    return both(f"ISNUMBER({one})" for one in dict.fromkeys(references))


def compared(left: str, sign: str, right: str, places: int) -> str:
    """One number held against another, as decimals are: what differs by less than can be read is equal."""
    return f"ROUND({left}-{right},{places}){sign}0"


def rounding(number: str, halves: Halves, places: int, keep: int, step: str | None = None) -> str:
    """A number rounded to decimal places, or to multiples of a step, with halves where they are sent.

    `keep` are the places at which it is taken before, so that a half is a half.
    """
    scale = "1" + "0" * places
    if step is not None:
        times = f"ROUND({number}/{step},{keep})"
    else:
        times = f"ROUND({number}*{scale},{max(keep - places, 1)})" if places else f"ROUND({number},{keep})"
    whole = {
        "up": f"INT({times}+0.5)",
        "down": f"-INT(0.5-{times})",
        "away from zero": f"ROUND({times},0)",
        "towards zero": f"-SIGN({times})*INT(0.5-ABS({times}))",
        "even": f"IF({times}-INT({times})=0.5,2*ROUND({times}/2,0),ROUND({times},0))",
    }[halves]
    if step is not None:
        return f"ROUND({whole}*{step},{keep})"
    return f"{whole}/{scale}" if places else whole
