"""Which kinds can be written as formulas, and by what: a kind that is not here is written as values that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.live import arithmetic, deciding, significance, statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.live.board import Board

WRITERS: dict[str, Callable[[Board, Any], str]] = {
    **arithmetic.WRITERS,
    **deciding.WRITERS,
    **statistics.WRITERS,
    **significance.WRITERS,
}
"""What writes the formula of a kind; each may raise `NotLiveError` for a rule that it cannot say."""

NOT_LIVE: dict[str, str] = {
    "clusters": "its centres are moved again and again until they stop, which no formula does",
}
"""The kinds whose results are written as values, and why."""
