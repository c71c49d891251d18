"""Headings as people write them: without the marks, units and words of counting that stand behind or before them."""

from __future__ import annotations

from functools import lru_cache

from nhsrate.core.patterns import pattern
from nhsrate.core.texts import fold

_COUNTED = r"n|nos?\.?|number|numbers|count|counts|patients|people|cases"
_PERCENT = r"%|per ?cent|percent|percentages?|pct"
_MONEY = r"[£$€](?: ?(?:m|bn|k|millions?|thousands?|'?000s?|0{3}))?|[£$€]'000s?|gbp|eur|usd"
_TIME = r"days?|hours?|hrs?|mins?|minutes?|secs?|seconds?|weeks?|months?|years?|hh:mm(?::ss)?|h:mm(?::ss)?"
_OTHER = r"rate|ratio|score|index|points?|percentage points?|pp|wte|fte|'?000s?|per [0-9][0-9,]*(?: [a-z ]+)?"
_TYPE = (
    r"(?:free )?text|string|varchar|char|integer|int|whole numbers?|float|decimals?|numeric|numerical|boolean|date|code"
    r"|id|name|yes ?/ ?no|y ?/ ?n|[0-9.,]+ ?(?:-|\u2013|to) ?[0-9.,]+"
)
_COUNTS = (
    rf"(?:{_COUNTED}|{_PERCENT}) of [a-z ]+|bed ?days?|admissions|discharges|[£$€] ?(?:millions?|thousands?|m|k|bn)?"
)
_RAISED = "\u00b9\u00b2\u00b3\u2070" + "".join(
    map(chr, (*range(0x2074, 0x207A), *range(0x02B0, 0x02B9), *range(0x1D43, 0x1D62)))
)
_MARKS = "*\u2020\u2021\u00a7#^~\u00b6"
_UNIT = rf"(?:{_COUNTED}|{_PERCENT}|{_MONEY}|{_TIME}|{_OTHER})"
_ENDS = tuple((frozenset(signs), found) for signs, found in (
    ("[", pattern(r"\s*\[[^\[\]]{1,30}\]$")),
    ("(", pattern(r"\s*\((?:see )?(?:foot)?notes?\.? ?[0-9a-z, &]*\)$")),
    ("(", pattern(r"\s*\([0-9]{1,2}\)$")),
    ("0123456789", pattern(r"\s+(?:see )?(?:foot)?notes?\.? ?[0-9]+(?:(?:, ?| and | & )[0-9]+)*$")),
    (_RAISED, pattern(rf"(?<=\S)\s*[{_RAISED}]+(?:[, ]*[{_RAISED}])*$")),
    (_MARKS, pattern(rf"(?<=\S)\s*[{_MARKS}]+$")),
    (":.", pattern(r"(?<=\S)\s*[:.]$")),
    ("([", pattern(rf"(?<=\S)\s*[(\[]{_UNIT}[)\]]$")),
    (",-\u2013|/", pattern(rf"(?<=\S)\s*(?:,|-|\u2013|\||/)\s*{_UNIT}$")),
    ("%", pattern(r"(?<=\S)\s*%$")),
))  # fmt: skip
"""What may stand behind a heading, of which a match takes no notice, each with the signs of which it has one."""

_BEFORE = pattern(rf"^(?:(?:{_COUNTED}|{_PERCENT})(?: of)?|#)\s+(?=\S)")
_BEHIND = pattern(rf"(?<=\S)\s+(?:{_COUNTED}|{_PERCENT}|m|k|gbp)$")
_KINDS = (("percent", pattern(rf"(?:^|[\s(\[,/-])(?:{_PERCENT})(?:$|[\s)\]])|%")),
          ("count", pattern(rf"(?:^|[\s(\[,/-])(?:{_COUNTED})(?:$|[\s)\]])")))  # fmt: skip


@lru_cache(maxsize=8192)
def bare_heading(text: str) -> str:
    """The heading folded, without marks and units behind it, and with spaces for underscores.

    >>> bare_heading("Seen in time [note 1]"), bare_heading("Falls\u00b9 (n)"), bare_heading("Surplus (\u00a3m) *")
    ('seen in time', 'falls', 'surplus')
    >>> bare_heading("seen_in_time"), bare_heading("Type (all)"), bare_heading("%")
    ('seen in time', 'type (all)', '%')
    """
    found = fold(fold(text).replace("_", " "))
    if found.isascii() and found.replace(" ", "").isalnum() and "note" not in found:
        return found  # at once: nothing stands behind it that has no sign
    while True:
        shorter = found
        for signs, end in _ENDS:
            if not signs.isdisjoint(shorter):
                shorter = end.sub("", shorter) or shorter
        if shorter == found:
            return found
        found = shorter


@lru_cache(maxsize=8192)
def loose_heading(text: str) -> str:
    """The same without words of counting before or behind it, as programs write the signs (`no_falls`, `pct_seen`).

    >>> loose_heading("no_falls"), loose_heading("Number of falls"), loose_heading("surplus_m"), loose_heading("% seen")
    ('falls', 'falls', 'surplus', 'seen')
    """
    bare = bare_heading(text)
    return _BEHIND.sub("", _BEFORE.sub("", bare, count=1)) or bare


_DESCRIBES = pattern(rf"[(\[]?(?:in |as )?(?:{_UNIT}|{_TYPE}|{_COUNTS})[)\]]?")


def is_unit(text: str) -> bool:
    """Whether a text names a unit or a type, as stands below a heading in some tables.

    >>> is_unit("(days)"), is_unit("per 1,000 bed days"), is_unit("integer"), is_unit("0-100"), is_unit("closed")
    (True, True, True, True, False)
    """
    return bool(_DESCRIBES.fullmatch(fold(text).strip("*").rstrip(".")))


def counted(text: str) -> str:
    """What a heading says of its values: `percent`, `count`, or nothing.

    >>> counted("Falls (n)"), counted("pct_seen"), counted("Falls")
    ('count', 'percent', '')
    """
    folded = fold(text).replace("_", " ")
    return next((kind for kind, found in _KINDS if found.search(folded)), "")
