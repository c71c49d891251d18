"""Letters of other alphabets that look like plain ones: `red` with a Cyrillic letter, which no rule would meet."""

from __future__ import annotations

from nhsrate.core.faults import Fault
from nhsrate.core.texts import quoted

_LOOKS = {
    "\u0430": "a", "\u0435": "e", "\u043e": "o", "\u0440": "p", "\u0441": "c", "\u0445": "x", "\u0443": "y",
    "\u0456": "i", "\u0458": "j", "\u0455": "s", "\u04bb": "h", "\u0501": "d", "\u0261": "g", "\u051b": "q",
    "\u051d": "w", "\u0433": "r", "\u0410": "A", "\u0412": "B", "\u0415": "E", "\u041a": "K", "\u041c": "M",
    "\u041d": "H", "\u041e": "O", "\u0420": "P", "\u0421": "C", "\u0422": "T", "\u0425": "X", "\u0423": "Y",
    "\u0406": "I", "\u0408": "J", "\u0405": "S", "\u0391": "A", "\u0392": "B", "\u0395": "E", "\u0396": "Z",
    "\u0397": "H", "\u0399": "I", "\u039a": "K", "\u039c": "M", "\u039d": "N", "\u039f": "O", "\u03a1": "P",
    "\u03a4": "T", "\u03a5": "Y", "\u03a7": "X", "\u03bf": "o", "\u03bd": "v", "\u03b9": "i", "\u03b1": "a",
    "\u03c1": "p", "\u03c5": "u", "\u0131": "i", "\u217c": "l", "\u2170": "i",
}  # fmt: skip
"""Letters that are taken for Latin ones, from Unicode's table of confusable characters (UTS 39)."""

_FULL_WIDTH = range(0xFF01, 0xFF5F)


def look_alike(text: str) -> Fault | None:
    r"""Why a text is not what it looks like: a letter of another alphabet stands where a plain one is expected.

    A text in another alphabet, or one with accents, is what it looks like.

    >>> look_alike("r\u0435d").message
    '"r\u0435d" holds "\u0435" (U+0435), which only looks like the plain letter e.'
    >>> look_alike("M\u00fcller"), look_alike("\u0436\u0430\u0431\u0430"), look_alike("red")
    (None, None, None)
    """
    if text.isascii():
        return None
    if not plain(text).isascii() and not _mixed(text):
        return None
    strange = next(letter for letter in text if _plain(letter) != letter)
    message = f"{quoted(text)} holds {quoted(strange)} (U+{ord(strange):04X}), which only looks like the plain letter "
    message += f"{_plain(strange)}."
    return Fault("look-alike", text, message, "Type the text again with plain letters.")


def plain(text: str) -> str:
    r"""The text as it looks: with plain letters for those of other alphabets that are taken for such.

    >>> plain("r\u0435d"), plain("M\u00fcller")
    ('red', 'M\xfcller')
    """
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(letter: str) -> str:
    return chr(ord(letter) - 0xFEE0) if ord(letter) in _FULL_WIDTH else _LOOKS.get(letter, letter)


def _mixed(text: str) -> bool:
    """Whether one word holds plain letters and letters that are taken for such."""
    return any(
        any(letter.isascii() and letter.isalpha() for letter in word) and any(_plain(one) != one for one in word)
        for word in text.split()
    )
