"""How many colours a terminal has, and texts in them.

A style is a word: `bold`, `dim`, `error`, `warning`, `note`, or `level COLOUR` and `bar COLOUR` for a colour that a
scale may name. Every colour comes with its own ground, or is one that reads on a dark terminal and on a light one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.reports.colours import WHITE, paint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN, SIXTEEN, MANY, FULL = 0, 16, 256, 1 << 24
"""How many colours there may be: none, those of every terminal, its table of 256, or all."""

_DUMB = {"dumb", "unknown"}
_FORCED = {"1": SIXTEEN, "2": MANY, "3": FULL}


def colours_of(when: str, environ: Mapping[str, str], *, terminal: bool, windows: bool = False) -> int:
    """How many colours to use: `when` is auto, always or never.

    Under auto, NO_COLOR says none; else FORCE_COLOR says that there are some, and how many (0 to 3) where it is a
    number; else there are some on a terminal that is not dumb.

    >>> colours_of("auto", {"TERM": "xterm-256color"}, terminal=True)
    256
    >>> colours_of("auto", {"TERM": "xterm-256color", "NO_COLOR": "1"}, terminal=True)
    0
    """
    forced = environ.get("FORCE_COLOR", "")
    if when == "never" or (when == "auto" and (environ.get("NO_COLOR") or forced in {"0", "false"})):
        return PLAIN
    if forced in _FORCED:
        return _FORCED[forced]
    term = environ.get("TERM", "")
    if when == "auto" and not forced and (not terminal or term in _DUMB or not (term or windows)):
        return PLAIN
    if environ.get("COLORTERM") in {"truecolor", "24bit"} or "WT_SESSION" in environ or term.endswith("-direct"):
        return FULL
    return MANY if "256" in term else SIXTEEN


_STYLES = {"bold": "1", "dim": "2", "error": "1;31", "warning": "1;35", "note": "1;36", "head": "1;4"}

_SIXTEEN = {
    "green": 102, "light green": 106, "amber": 103, "orange": 43, "red": 101, "blue": 104, "grey": 47, "unrated": 107,
}  # fmt: skip
"""The ground of each colour where there are only 16: light ones, on which black reads."""

_BLUES = {"green": 104, "light green": 106, "blue": 105}
"""Those of the palette in which green is blue."""

_STEPS = (0, 95, 135, 175, 215, 255)
"""The steps of each part of a colour in the table of 256."""


@frozen
class Ink:
    """What a text can be written in: so many colours, and the palette of the levels."""

    colours: int = PLAIN
    palette: str = "default"

    def __call__(self, text: str, style: str) -> str:
        """The text in a style; as it is where there is no style, and where there are no colours."""
        code = self.code(style) if self.colours and text else ""
        return f"\033[{code}m{text}\033[0m" if code else text

    def code(self, style: str) -> str:
        """What switches the style on; nothing for what has no colour."""
        what, _, colour = style.partition(" ")
        if what not in {"level", "bar"}:
            return _STYLES.get(style, "")
        paint = paint_of(colour, self.palette)
        if paint is None:
            return ""
        if self.colours == SIXTEEN:
            ground = (_BLUES if self.palette == "blue" else {}).get(colour) or _SIXTEEN[colour]
            return f"30;{ground}" if what == "level" else f"{ground - 10}"
        if self.colours == MANY:
            behind = nearest_of_256(paint[1])
            return f"38;5;{231 if paint[0] == WHITE else 16};48;5;{behind}" if what == "level" else f"38;5;{behind}"
        text_parts, behind_parts = (";".join(map(str, parts(one))) for one in paint)
        return f"38;2;{text_parts};48;2;{behind_parts}" if what == "level" else f"38;2;{behind_parts}"


def parts(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of a colour.

    >>> parts("#8a1538")
    (138, 21, 56)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def nearest_of_256(colour: str) -> int:
    """The number of the nearest colour in the table of 256: in its cube of 6 x 6 x 6, or among its greys.

    >>> nearest_of_256("#ffffff"), nearest_of_256("#c6ccd0"), nearest_of_256("#005eb8")
    (231, 252, 25)
    """
    wanted = parts(colour)
    steps = [min(range(6), key=lambda k: abs(_STEPS[k] - part)) for part in wanted]
    cube = [_STEPS[k] for k in steps]
    grey = min(range(24), key=lambda k: sum(abs(8 + 10 * k - part) for part in wanted))
    far = sum((one - part) ** 2 for one, part in zip(cube, wanted, strict=True))
    far_grey = sum((8 + 10 * grey - part) ** 2 for part in wanted)
    return 232 + grey if far_grey < far else 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
