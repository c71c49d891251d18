"""Names shortened for tables: what many of them end in is left out, as long as no two become alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.nouns import ORGANISATION
from nhsrate.core.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.engine.assessment import Assessment

COMMON = 0.1
"""An ending that so many of the names share says little of any one of them."""

WORDS = 3
"""Up to so many words at the end of a name may be left out."""


def names_of(assessment: Assessment) -> list[str]:
    """The names of those that are rated, or their codes; shortened where they are organisations.

    Of an indicator the last words are what it counts ("within four hours (%)"), and of others nobody knows.
    """
    names = [tidy(one.name or one.code) for one in assessment.organisations]
    return short_names(names) if assessment.methodology.rates == ORGANISATION else names


def short_names(names: Sequence[str]) -> list[str]:
    """Each name without the ending that it shares with many; in full where it would be like another, or gone.

    >>> short_names(["Kent NHS Trust", "Devon NHS Trust", "Royal Free"])
    ['Kent', 'Devon', 'Royal Free']
    >>> short_names(["Kent NHS Trust", "Kent Care NHS Trust", "Kent"])
    ['Kent NHS Trust', 'Kent Care', 'Kent']
    """
    endings = Counter(ending for name in names for ending in endings_of(name))
    least = max(2, COMMON * len(names))
    common = {ending for ending, number in endings.items() if number >= least}
    shorter = [shortened(name, common) for name in names]
    seen = Counter(one.casefold() for one in shorter)
    return [one if seen[one.casefold()] == 1 else name for one, name in zip(shorter, names, strict=True)]


def endings_of(name: str) -> list[str]:
    """The last words of a name, the most first; never all of them."""
    words = name.split()
    return [" ".join(words[-k:]) for k in range(min(WORDS, len(words) - 1), 0, -1)]


def shortened(name: str, common: set[str]) -> str:
    """The name without the longest ending that is common."""
    found = next((ending for ending in endings_of(name) if ending in common), "")
    return name.removesuffix(found).rstrip(" ,") if found else name
