"""What a process prints: UTF-8 where bytes are kept, and on a console what it can show.

A pipe or a file gets UTF-8, whatever the system says its code page is, because whoever reads it later has another. A
console that lacks a letter or symbol gets the plain one that stands in for it, and never a question mark.
"""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress

STAND_INS = str.maketrans({
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u25ac", "-"),  # dashes, minus, bar
    **dict.fromkeys("\u2018\u2019\u2032", "'"), **dict.fromkeys("\u201c\u201d\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u00a0\u2009\u202f", " "), "\u2026": "...",
    "\u2264": "<=", "\u2265": ">=", "\u2260": "<>", "\u00d7": "x", "\u00f7": "/", "\u00b7": ".", "\u2022": "*",
    "\u2605": "*", "\u2606": "-",  # stars, full and empty
    "\u2020": "+", "\u2021": "#", "\u00a7": "S.", "\u00b0": " deg", "\u00a3": "GBP ", "\u20ac": "EUR ",
    **dict.fromkeys("\u2713\u2714\u25bc\u2193", "v"), **dict.fromkeys("\u2717\u2718", "x"),  # ticks, crosses
    **dict.fromkeys("\u2191\u25b2", "^"), **dict.fromkeys("\u2192\u25ba\u25b6", ">"),
    **dict.fromkeys("\u2190\u25c4\u25c0", "<"), "\u25a0": "#", "\u25c6": "+",
    **dict.fromkeys("\u25a1\u25c7\u25ca\u25cf\u25cb", "o"),  # the other shapes of levels
    **dict.fromkeys("\u25d0\u25d1\u25d2\u25d3\u25d4\u25d5", "o"),  # circles in part
    "\u2588": "#", **{chr(0x2460 + n): f"({n + 1})" for n in range(20)},  # bars, numbers in circles
    "\u00df": "ss", "\u00e6": "ae", "\u00c6": "AE", "\u0153": "oe", "\u0152": "OE", "\u00f8": "o", "\u00d8": "O",
    "\u0142": "l", "\u0141": "L", "\u0111": "d", "\u0110": "D", "\u00f0": "d", "\u00d0": "D", "\u00fe": "th",
    "\u00de": "Th", "\u0131": "i", "\u0127": "h", "\u0126": "H",
})  # fmt: skip
"""Plain letters and signs for those that many consoles lack; of other letters the one below the accent will do."""

UNREADABLE = "backslashreplace"
"""What becomes of half a letter, such as a file name may have, for which UTF-8 has no bytes: its code."""

PLAIN = "nhsrate-plain"
"""The name under which Python's encoders know `stand_in`."""


def prepared() -> None:
    """Let this process print as the module says.

    The numbers of streams that are closed are taken, so that no file that is opened later is written to in their place.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # one that is closed, or that some program put there
            if stream.isatty():
                stream.reconfigure(errors=PLAIN)  # type: ignore[union-attr]
            else:
                stream.reconfigure(encoding="utf-8", errors=UNREADABLE, newline="\n")  # type: ignore[union-attr]


def stand_in(text: str, encoding: str) -> str:
    r"""The text in letters that an encoding has: another one as its plain stand-in or, where none is known, its code.

    >>> stand_in("\u0174ern \u2013 \u0177: \u2605 \u2265 85 \u2026", "ascii")
    'Wern - y: * >= 85 ...'
    >>> stand_in("\u2605 \u0416", "cp1252")
    '* \\u0416'
    """
    return text.encode(encoding, PLAIN).decode(encoding)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """What an encoder writes in the place of what it lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_plain(letter) for letter in lacking), error.end


def _plain(letter: str) -> str:
    import unicodedata

    plain = letter.translate(STAND_INS)
    if plain.isascii():
        return plain
    if "\u2500" <= letter <= "\u257f":  # the lines of a table
        name = unicodedata.name(letter)
        straight = [word for word in ("HORIZONTAL", "VERTICAL") if word in name]
        return {"HORIZONTAL": "-", "VERTICAL": "|"}[straight[0]] if len(straight) == 1 and "AND" not in name else "+"
    base = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    base = base.translate(STAND_INS)
    return base if base.isascii() else letter.encode("ascii", "backslashreplace").decode()


codecs.register_error(PLAIN, _replaced)
