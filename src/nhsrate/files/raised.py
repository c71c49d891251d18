"""Raised and lowered letters of a cell, as formatting makes them: marks beside a text, never digits of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nhsrate.core.tables import ErrorCell, MarkedText, Uncalculated
from nhsrate.core.texts import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Shift = Literal[-1, 0, 1]
"""Where letters stand: raised (1), on the line (0) or lowered (-1)."""

SHIFTS: dict[str | None, Shift] = {"superscript": 1, "subscript": -1}
"""The words of Excel's XML."""


def joined(runs: Sequence[tuple[str, Shift]]) -> str | MarkedText:
    """The runs of a text as one: a plain text, or one with its marks where some are raised or lowered.

    >>> joined([("12", 0), ("3", 1)]), joined([("PM", 0), ("10", -1)])
    (MarkedText(text='12', marks='3', lowered=False), MarkedText(text='PM10', marks='10', lowered=True))
    >>> joined([("Al", 0), ("der", 0)])
    'Alder'
    """
    marks = "".join(text for text, shift in runs if shift)
    text = "".join(text for text, shift in runs if shift < 1)
    return MarkedText(text, marks, any(shift < 0 and text.strip() for text, shift in runs)) if marks.strip() else text


def shifted(value: object, shift: Shift) -> object:
    """What a cell holds whose whole font is raised or lowered: a mark alone, whatever it looks like.

    Texts keep their spaces, as runs of them do.

    >>> shifted(3, 1), shifted("RJ1", 0)
    (MarkedText(text='', marks='3', lowered=False), 'RJ1')
    """
    if not shift or value is None or isinstance(value, (MarkedText, ErrorCell, Uncalculated)):
        return value
    return joined([(value if isinstance(value, str) else as_text(value), shift)])
