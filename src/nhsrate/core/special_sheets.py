"""Sheets that mean something by their names, and names that are all but one of these."""

from __future__ import annotations

from typing import Literal

from nhsrate.core.look_alikes import plain
from nhsrate.core.patterns import pattern
from nhsrate.core.slips import one_letter_apart
from nhsrate.core.texts import fold

OVERRIDES, MARKERS, SUCCESSORS = "overrides", "markers", "successors"

NEVER_DATA = frozenset({OVERRIDES, MARKERS, SUCCESSORS, "methodology", "guidance", "lists", "problems"})
"""The folded names of sheets that are no return, whatever stands on them."""

NEAR = 0.85
"""How much of two names must be the same for the one to be typed by a slip."""

Nearness = Literal["same", "likely", "perhaps"]
"""`same` is a name that nothing else can be meant by; for the others it is what stands on the sheet that decides."""

_NO_LETTER = pattern(r"[^a-z]+")
_DIGIT = pattern(r"[01](?=[a-z])")
_COPY = pattern(r"^(?:copy of |new |final |my |the )+| (?:copy|new|final|old|sheet|tab|[a-z])$")
_WORDS = {
    OVERRIDES: frozenset({
        "override", "overrides", "overriding", "overridden", "overrule", "overrules", "overruled", "overwrite",
        "overwrites", "decision", "decisions", "decided", "judgement", "judgements", "judgment", "judgments",
    }),
    MARKERS: frozenset({"marker", "markers"}),
}  # fmt: skip
"""Words in the names of sheets that may be meant as one of decisions or of markers."""


def is_named(name: str | None, special: str) -> bool:
    """Whether a sheet has just that name, however it is written in capitals and spaces around it."""
    return fold(name or "") == special


def nearly(name: str | None, special: str) -> Nearness | None:
    r"""How near the name of a sheet comes to the special one, without being it; nothing where it does not.

    >>> nearly("Override", OVERRIDES), nearly("override s", OVERRIDES), nearly("Overides (2)", OVERRIDES)
    ('same', 'same', 'same')
    >>> nearly("\u041everrides", OVERRIDES), nearly("Board decisions", OVERRIDES), nearly("Overview", OVERRIDES)
    ('same', 'likely', None)
    >>> nearly("Marker", MARKERS), nearly("Tumour markers", MARKERS), nearly("Markets", MARKERS)
    ('same', 'perhaps', 'perhaps')
    >>> nearly(" OVERRIDES", OVERRIDES)
    """
    if name is None or is_named(name, special):
        return None
    letters = _DIGIT.sub(lambda found: "oi"[int(found[0])], fold(plain(name)))
    words = " ".join(_NO_LETTER.sub(" ", letters).split())
    bare = _COPY.sub("", words)
    wanted = (special, special.removesuffix("s"))
    if any(form.replace(" ", "") in wanted for form in (words, bare)):
        return "same"
    joined = {form.replace(" ", "") for form in (words, bare)}
    if any(_slipped(form, one, special) for form in joined for one in wanted):
        return "perhaps" if special == MARKERS else "same"  # a letter makes other words of that one
    if _WORDS.get(special, frozenset()).intersection(words.split()):
        return "perhaps" if special == MARKERS else "likely"
    return None


def _slipped(text: str, wanted: str, special: str) -> bool:
    """Whether a name was typed by a slip; of decisions two letters may be wrong, as no other word is near that one."""
    if special != OVERRIDES:
        return one_letter_apart(text, wanted)
    if text[:1] != wanted[:1]:
        return False
    from difflib import SequenceMatcher  # only for names that are near by their first letter

    return SequenceMatcher(None, text, wanted).ratio() > NEAR
