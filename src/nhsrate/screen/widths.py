"""How wide texts are in a terminal, and texts made to fit."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

CUT = "…"
"""What stands at the end of a text that was cut."""


def display_width(text: str) -> int:
    """How many places of a terminal a text takes.

    >>> display_width("★★ 2"), display_width("中"), display_width("e\u0301")
    (4, 2, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, wide: int, *, right: bool = False) -> str:
    """The text with the spaces that fill its column."""
    spaces = " " * (wide - display_width(text))
    return spaces + text if right else text + spaces


def clipped(text: str, wide: int, cut: str = CUT) -> str:
    """The text cut to so many places, which its end says.

    >>> clipped("Brackenshaw University Hospitals", 14), clipped("Devon", 14)
    ('Brackenshaw U…', 'Devon')
    """
    if display_width(text) <= wide:
        return text
    room = wide - len(cut)
    end = 0
    while end < len(text) and (room := room - display_width(text[end])) >= 0:
        end += 1
    return text[:end].rstrip() + cut
