"""Array arithmetic of clusters by Lloyd's iteration, one cohort of one draw at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.plan.cohorts import by_cohort, counts, quantile
from nhsrate.plan.columns import NEAR, Codes, Floats
from nhsrate.plan.statistics import as_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.grouping import Clusters
    from nhsrate.plan.board import Board


def clusters(board: Board, rule: Clusters) -> Codes:
    """A level by which of k clusters a value falls into, from the medians of k equal-count bins, by Lloyd."""
    size = len(rule.scale.levels)
    trim = rule.second_run.trim if rule.second_run else None
    width = None if trim is None else board.number(trim)

    def work(values: Floats) -> Floats:
        ascending, number = np.sort(values, axis=1), counts(values)
        edges = [quantile(ascending, number, j / size, rule.quantile) for j in range(1, size)]
        cells = np.full(values.shape, np.nan)
        for row in range(values.shape[0]):
            own = ascending[row, : int(number[row, 0])]
            if not own.size:
                continue
            centres = lloyd(own, seeds(own, [float(edge[row, 0]) for edge in edges]), rule.rounds, None)
            if rule.second_run:
                reach = float(width[row, 0]) if isinstance(width, np.ndarray) else width
                centres = lloyd(own, centres, rule.rounds, reach)
            middles = (centres[:-1] + centres[1:]) / 2
            away = NEAR * np.maximum(1.0, np.abs(middles))
            low = np.searchsorted(own, middles - away, "right")
            if board.asked and (np.searchsorted(own, middles + away, "right") != low).any():
                board.near[row if values.shape[0] > 1 else slice(None)] = True
            cluster = np.searchsorted(middles, values[row], "left")
            worst_first = np.arange(size)[::-1][: len(centres)]
            levels = worst_first[::-1] if rule.best == "lowest" else worst_first
            cells[row] = np.where(np.isnan(values[row]), np.nan, levels[np.minimum(cluster, len(centres) - 1)])
        return cells

    return as_levels(by_cohort(board, rule, work))


def seeds(ascending: Floats, edges: list[float]) -> Floats:
    """The median of each bin cut at these edges, closed on the right; a bin left empty gives none."""
    starts = [0, *np.searchsorted(ascending, edges, "right").tolist(), len(ascending)]
    found = []
    for low, high in pairwise(starts):
        if low < high:
            middle = (low + high) // 2
            odd = (high - low) % 2
            found.append(ascending[middle] if odd else (ascending[middle - 1] + ascending[middle]) / 2)
    return np.array(found)


def lloyd(ascending: Floats, start: Floats, rounds: int, trim: float | None) -> Floats:
    """Lloyd's iteration over ascending values until the centres stop changing, or for so many rounds."""
    sums = np.concatenate([[0.0], np.cumsum(ascending)])
    centres = np.unique(start)
    ends: Any = None
    for _ in range(rounds):
        middles = (centres[:-1] + centres[1:]) / 2
        inner = np.searchsorted(ascending, middles, "right")
        first, last = np.concatenate([[0], inner]), np.concatenate([inner, [len(ascending)]])
        if trim is not None:
            first = np.maximum(first, np.searchsorted(ascending, centres - trim, "left"))
            last = np.minimum(last, np.searchsorted(ascending, centres + trim, "right"))
        bounds = (first.tolist(), last.tolist())
        if bounds == ends:
            break
        ends = bounds
        there = first < last
        moved = np.where(there, (sums[last] - sums[first]) / np.where(there, last - first, 1), centres)
        if (moved == centres).all():
            break
        centres = moved
    return centres


OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Codes]] = {"clusters": clusters}
"""The arithmetic of each kind, by its name."""
