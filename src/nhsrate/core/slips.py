"""Texts that are all but the same: one of them was probably typed by a slip, and the other is meant."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from nhsrate.core.look_alikes import plain
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import same_period
from nhsrate.core.texts import fold, with_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

Slip = Literal["alike", "near"]
"""`alike` are two texts that a reader takes for one; `near` those in which one letter is wrong, which may be two."""

SHORTEST = 5
"""Of shorter texts one letter makes another word."""

DIGITS = str.maketrans("oilszb", "011528")
"""Letters and the digits that they are taken for."""

_NOTE = pattern(r"\s*(?:\[[^\[\]]{1,30}\]|[*\u2020\u2021]+)$")
_QUARTER = pattern(r"\b(?:quarter|qtr)\.?(?= ?[0-9])")
_BETWEEN = pattern(r"(?<=[0-9])\s*[-\u2010-\u2015\u2212/_\s]\s*(?=[0-9])")
_THOUSANDS = pattern(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_PLURAL = pattern(r"(?<=[a-z]{3})s\b")
_LETTER = pattern(r"(?<=[0-9])[oil]|[oil](?=[0-9])")
_SIGN = pattern(r"^[-\u2212](?=[0-9])")
_KEPT = pattern(r"[^\w+<>=%~.]|_|(?<![0-9])\.|\.(?![0-9])")


def slip_of(text: str, wanted: Iterable[str], *, dates: bool = True) -> tuple[str, Slip] | None:
    r"""Which of the wanted texts was probably meant by another text, and how much alike they are; nothing of none.

    With `dates` two that may name one period are alike.

    >>> slip_of("Q 4", ["Q3", "Q4"]), slip_of("2025/26", ["2025-26"]), slip_of("Acut\u0435", ["Acute"])
    (('Q4', 'alike'), ('2025-26', 'alike'), ('Acute', 'alike'))
    >>> slip_of("Jan 2026", ["January 2026"]), slip_of("Comunity", ["Acute", "Community"])
    (('January 2026', 'alike'), ('Community', 'near'))
    >>> slip_of("Q3", ["Q4"]), slip_of("1-4", ["14"]), slip_of("18+", ["18"]), slip_of("Male", ["Female"])
    (None, None, None, None)
    """
    wanted = list(wanted)
    alike = next((one for one in wanted if looks(text) == looks(one) or (dates and same_period(text, one))), None)
    if alike is not None:
        return alike, "alike"
    near = next((one for one in wanted if one_letter_apart(fold(text), fold(one))), None)
    return (near, "near") if near is not None else None


@lru_cache(maxsize=8192)
def looks(text: str) -> str:
    """A text as a tired eye sees it: without spaces, marks and most signs, and letters as the digits they look like.

    What tells numbers apart stays: their sign and point, a bound, and what stands between two of them.

    >>> looks("Q4 2O25/26 [note 1]"), looks("q 4 2025-26"), looks("Non-admitted"), looks("> 52 weeks")
    ('q4-2025-26', 'q4-2025-26', 'n0nadm1tted', '>52week')
    >>> looks("-1.5"), looks("1,500"), looks("A&E") == looks("A and E")
    ('-1.5', '1500', True)
    """
    marked = with_marks(text)
    folded = fold(plain(marked.text if marked and fold(marked.text) else text))
    folded = _NOTE.sub("", folded) or folded
    folded = _QUARTER.sub("q", folded.replace("&", " and "))
    folded = _PLURAL.sub("", folded)
    folded = _LETTER.sub(lambda found: found[0].translate(DIGITS), folded)  # so that it parts no number in two
    sign = "-" if _SIGN.match(folded) else ""
    parted = _BETWEEN.sub("~", _THOUSANDS.sub("", folded))
    return (sign + _KEPT.sub("", parted).translate(DIGITS).replace("~", "-")) or folded


def one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter too many, too few or wrong, or two letters in each other's place, is all that differs.

    Digits are no letters, and of a short word one letter makes another: `Site 1` and `Site 2`, `Part A` and `Part B`
    are two.

    >>> one_letter_apart("overides", "overrides"), one_letter_apart("trsut", "trust")
    (True, True)
    >>> one_letter_apart("site 1", "site 2"), one_letter_apart("part a", "part b"), one_letter_apart("ward", "word")
    (False, False, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    start = next((n for n, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    rest, short = longer[start:], shorter[start:]
    if len(longer) > len(shorter):
        return rest[1:] == short and _in_word(longer, start)
    changed = rest[1:] == short[1:] or (rest[:2] == short[1::-1] and rest[2:] == short[2:])
    return changed and _in_word(longer, start) and _in_word(shorter, start)


def _in_word(text: str, at: int) -> bool:
    """Whether a place in a text lies in a word of some letters."""
    before = next((n for n in range(at, -1, -1) if not text[n].isalpha()), -1)
    behind = next((n for n in range(at, len(text)) if not text[n].isalpha()), len(text))
    return behind - before > SHORTEST
