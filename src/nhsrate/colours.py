"""The colours of levels: the third signal, after the symbol and the word, and legible on their own."""

from __future__ import annotations

DARK, WHITE = "#212b32", "#ffffff"

PALETTE = {
    "green": (DARK, "#00a499"),
    "light green": (DARK, "#78be20"),
    "amber": (DARK, "#ffb81c"),
    "orange": (DARK, "#ed8b00"),
    "red": (WHITE, "#8a1538"),
    "blue": (WHITE, "#005eb8"),
    "grey": (WHITE, "#425563"),
}
"""Text and ground of each colour that a scale may name.

They are colours of the NHS identity guidelines. Text has a contrast of at least 4.5 to 1 on its ground; dark red, warm
yellow and aqua green stay apart under every common kind of colour blindness, which pure red, amber and green do not.
"""
