"""What is rated, in words: an organisation, unless the method says that it is an indicator, a ward or a school."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = pattern(r"\"[^\"]*\"|`[^`]*`|--[\w-]+|\b(?P<a>[Aa]n )?(?P<o>[Oo])rganisation(?P<s>s?)\b")
_SILENT = ("hou", "hono", "heir")
_LIKE_YOU = ("uni", "use", "usu", "eu", "one", "once")


@frozen
class Noun:
    """A word for one thing that is rated, and for several."""

    one: str
    many: str

    @property
    def a(self) -> str:
        """The word with its article.

        >>> Noun("indicator", "indicators").a, Noun("ward", "wards").a, Noun("unit", "units").a
        ('an indicator', 'a ward', 'a unit')
        """
        word = self.one.casefold()
        vowel = word[:1] in "aeiou" and not word.startswith(_LIKE_YOU)
        return f"{'an' if vowel or word.startswith(_SILENT) else 'a'} {self.one}"

    @property
    def title(self) -> str:
        """The word as a heading."""
        return capital(self.one)

    def counted(self, n: int) -> str:
        """So many of them.

        >>> Noun("country", "countries").counted(1), Noun("country", "countries").counted(1200)
        ('1 country', '1,200 countries')
        """
        return f"{n:,} {self.one if n == 1 else self.many}"

    def said(self, text: str, keep: Iterable[str] = ()) -> str:
        """A sentence of the tool about organisations, said of these; what is quoted, or `keep` has, stays as it is.

        >>> ward = Noun("ward", "wards")
        >>> ward.said('An organisation has "an organisation" and --organisations. Organisations: A. 2 organisations')
        'A ward has "an organisation" and --organisations. Wards: A. 2 wards'
        >>> ward.said("Organisation culture of each organisation", ["Organisation culture"])
        'Organisation culture of each ward'
        """
        if self == ORGANISATION:
            return text
        kept = sorted((phrase for phrase in keep if "organisation" in phrase.casefold()), key=len, reverse=True)
        whole = pattern("|".join([*map(re.escape, kept), _WORD.pattern])) if kept else _WORD
        return whole.sub(self._instead, text)

    def _instead(self, found: re.Match[str]) -> str:
        if found["o"] is None:
            return found[0]
        word = self.many if found["s"] else self.a if found["a"] else self.one
        return capital(word) if (found["a"] or found["o"])[0].isupper() else word


def capital(word: str) -> str:
    """A word with a capital letter."""
    return word[:1].upper() + word[1:]


def plural(word: str) -> str:
    """Several of what a word means, where it does so as most words do.

    >>> [plural(word) for word in ("ward", "country", "practice", "nursery school", "church", "day", "business")]
    ['wards', 'countries', 'practices', 'nursery schools', 'churches', 'days', 'businesses']
    """
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


ORGANISATION = Noun("organisation", "organisations")
"""What is rated where nobody says otherwise."""
