"""Rounding of arrays as the engine rounds: what is as good as half counts as half, and goes where halves are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.columns import NEAR

if TYPE_CHECKING:
    from nhsrate.analysis.board import Board, Exact, Scalar
    from nhsrate.analysis.columns import Floats
    from nhsrate.core.numbers import Halves


def rounded(
    board: Board, values: Floats, *, places: int = 0, step: Scalar | None = None, halves: Halves = "up", exact: Exact
) -> Floats:
    """The values rounded to decimal places or to a step; one as good as halfway is noted unless it is exact."""
    unit: Scalar = 10.0**places
    scaled = values * unit if step is None else values / step
    down = np.floor(scaled)
    over = scaled - down
    reach = NEAR * np.maximum(1.0, np.abs(scaled))
    half = np.abs(over - 0.5) <= reach
    whole = np.where((over > 0.5) & ~half, down + 1, down)
    if half.any():
        if exact is not True:
            board.doubt(half & ~np.asarray(exact))
        whole = np.where(half, halfway(down, halves), whole)
    return whole / unit + 0.0 if step is None else whole * step + 0.0


def halfway(down: Floats, halves: Halves) -> Floats:
    """Where a number halfway between `down` and the next whole one goes."""
    match halves:
        case "up":
            return down + 1
        case "down":
            return down
        case "even":
            return np.where(down % 2 == 0, down, down + 1)
        case "towards zero":
            return np.where(down < 0, down + 1, down)
        case _:
            return np.where(down < 0, down, down + 1)
