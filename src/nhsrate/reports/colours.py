"""The colours of levels: the third signal, after the word and the symbol, and legible on their own."""

from __future__ import annotations

Paint = tuple[str, str]
"""The colour of a text and that of its ground."""

DARK, WHITE = "#212b32", "#ffffff"

PALETTE: dict[str, Paint] = {
    "green": (DARK, "#00a499"),
    "light green": (DARK, "#a8e0a0"),
    "amber": (DARK, "#ffb81c"),
    "orange": (DARK, "#e66f00"),
    "red": (WHITE, "#8a1538"),
    "blue": (WHITE, "#005eb8"),
    "grey": (DARK, "#c6ccd0"),
}
"""Text and ground of each colour that a scale may name.

Dark red, warm yellow, aqua green and blue are of the NHS identity guidelines. Text has a contrast of at least 4.5 to 1
on its ground. Red, amber and green stay far apart under every common kind of colour blindness, which pure red, amber
and green do not; no two of the others are alike under any of them. The tests work both out.
"""

PALETTES: dict[str, dict[str, Paint]] = {
    "default": PALETTE,
    "blue": PALETTE | {"green": (WHITE, "#005eb8"), "light green": (DARK, "#41b6e6"), "blue": (WHITE, "#330072")},
}
"""The palettes by name; in `blue`, greens are blues, and what a scale calls blue is purple, so that none is alike."""

UNRATED = "unrated"
"""The fourth state: missing or suppressed. It is no colour that a scale may name."""

UNRATED_PAINT: Paint = (DARK, WHITE)
"""What is missing is dark on white, and says so in words: it must not look like a rating."""

SHAPES = {
    "green": "●",
    "light green": "►",
    "amber": "▲",
    "orange": "▼",
    "red": "■",
    "blue": "◊",
    "grey": "▬",
}
"""The symbol of a coloured level whose scale gives none: for each colour a shape of its own, in every common font."""


def paint_of(colour: str, palette: str = "default") -> Paint | None:
    """Text and ground of a colour in that palette; nothing for what has no colour.

    >>> paint_of("green", "blue"), paint_of("mauve")
    (('#ffffff', '#005eb8'), None)
    """
    return UNRATED_PAINT if colour == UNRATED else PALETTES[palette].get(colour)
