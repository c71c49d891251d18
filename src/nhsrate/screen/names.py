"""Names shortened for tables: what many of them end in is left out, as long as no two become alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.nouns import ORGANISATION
from nhsrate.core.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.engine.assessment import Assessment

COMMON = 0.1
"""An ending that so many of the names share says little of any one of them."""

WORDS = 5
"""Up to so many words at the end of a name may be left out."""

BOUND = 0.4
"""A word that stands before more than this share of an ending belongs to it: "Mental" to "Health NHS Trust"."""


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
    before = words_before(names)
    least = max(2, COMMON * len(names))
    common = {ending: words for ending, words in before.items() if words.total() >= least}
    shorter = [shortened(name, common) for name in names]
    seen = Counter(one.casefold() for one in shorter)
    return [one if seen[one.casefold()] == 1 else name for one, name in zip(shorter, names, strict=True)]


def words_before(names: Sequence[str]) -> dict[str, Counter[str]]:
    """For each ending how often each word stands before it."""
    before: dict[str, Counter[str]] = {}
    for name in names:
        for word, ending in endings_of(name):
            before.setdefault(ending, Counter())[word] += 1
    return before


def belongs(times: int, words: Counter[str]) -> bool:
    """Whether a word that stands so many times before an ending belongs to it.

    >>> belongs(3, Counter(Mental=3, Care=1)), belongs(1, Counter(Kent=1, Devon=1))
    (True, False)
    """
    return times > 1 and times > BOUND * words.total()


def endings_of(name: str) -> list[tuple[str, str]]:
    """The last words of a name with the word before them, the fewest first; never all of them."""
    words = name.split()
    return [(words[-k - 1], " ".join(words[-k:])) for k in range(1, min(WORDS, len(words) - 1) + 1)]


def shortened(name: str, common: Mapping[str, Counter[str]]) -> str:
    """The name without the shortest ending that is common, where that tears apart no words that belong together.

    >>> before = words_before(["Kent Mental Health Trust", "Devon Mental Health Trust", "Ashby Care Trust"])
    >>> shortened("Kent Mental Health Trust", before), shortened("Ashby Care Trust", before)
    ('Kent', 'Ashby')
    """
    known = [(word, ending) for word, ending in endings_of(name) if ending in common]
    whole = [ending for _, ending in known if not belongs(max(common[ending].values()), common[ending])]
    apart = [ending for word, ending in known if " " in ending and not belongs(common[ending][word], common[ending])]
    found = next(iter([*whole, *apart]), "")
    return name.removesuffix(found).rstrip(" ,") if found else name
