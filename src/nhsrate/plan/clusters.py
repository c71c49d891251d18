"""Array arithmetic of clusters by Lloyd's iteration, one cohort of one draw at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nhsrate.plan.cohorts import by_cohort, counts, quantile, tied_alike
from nhsrate.plan.columns import NEAR, Codes, Floats
from nhsrate.plan.statistics import as_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.grouping import Clusters
    from nhsrate.plan.board import Board
    from nhsrate.plan.cohorts import Whole
    from nhsrate.plan.columns import Mask


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


def middles_of(rule: Clusters, board: Board, values: Floats) -> tuple[Floats, Mask]:
    """Where one cluster ends and the next begins, for the values of each row, of which what is without end is none.

    A row of fewer clusters has fewer middles, and infinity for the rest. All rows are worked on at once. The second
    says in which rows a value lay too near to a middle, or to where it is left out, in any round.
    """
    size = len(rule.scale.levels)
    trim = None if rule.second_run is None or rule.second_run.trim is None else board.number(rule.second_run.trim)
    ascending = tied_alike(np.sort(values, axis=1))
    number = np.isfinite(ascending).sum(axis=1)[:, None]
    edges = np.hstack([quantile(ascending, number, j / size, rule.quantile) for j in range(1, size)])
    rows = Rows(ascending, number[:, 0], 0.0 if trim is None else float(np.max(trim)))
    every = np.arange(len(values))
    inner, close = rows.places(edges, "right", every)
    beside = close > inner - rows.place(edges, "left", every)  # a bin may end at a value, which is no doubt
    near: Mask = np.asarray(beside.any(axis=1))
    starts = np.hstack([np.zeros_like(number), inner, number])
    low, high = starts[:, :-1], starts[:, 1:]
    middle = np.minimum((low + high) // 2, ascending.shape[1] - 1)
    upper = np.take_along_axis(ascending, middle, 1)
    lower = np.take_along_axis(ascending, np.maximum(middle - 1, 0), 1)
    with np.errstate(invalid="ignore"):
        centres = np.where((high - low) % 2 == 1, upper, (lower + upper) / 2)
        plain = (low < high).all(axis=1) & (np.diff(centres, axis=1) > 0).all(axis=1)
    found = np.full((len(values), size - 1), np.inf)
    usual = np.flatnonzero(plain)
    if usual.size:
        made = rows.settled(centres[usual], usual, rule.rounds, None, near)
        if rule.second_run:
            made = rows.settled(made, usual, rule.rounds, None if trim is None else float(np.max(trim)), near)
        found[usual] = (made[:, :-1] + made[:, 1:]) / 2
    for row in np.flatnonzero(~plain):
        own = ascending[row, : int(number[row, 0])]
        one = lloyd(own, seeds(own, edges[row].tolist()), rule.rounds, None)
        if rule.second_run:
            one = lloyd(own, one, rule.rounds, None if trim is None else float(np.max(trim)))
        found[row, : len(one) - 1] = (one[:-1] + one[1:]) / 2
    return found, near


class Rows:
    """Rows of ascending values, in all of which places are looked up at once: each row is set behind the one before."""

    def __init__(self, ascending: Floats, number: Whole, reach: float) -> None:
        """`number` are the values that there are in each row; nothing is looked up farther than `reach` from them."""
        some = np.isfinite(ascending)
        filled = np.where(some, ascending, 0.0)
        low, high = float(filled.min(initial=0.0)), float(filled.max(initial=0.0))
        self.width, self.number = ascending.shape[1], number
        step = 2 * (high - low + reach + 1)
        self.offsets = (np.arange(len(ascending)) * step)[:, None]
        self.flat = (np.where(some, ascending, high + reach + 1) + self.offsets).ravel()
        self.starts = (np.arange(len(ascending)) * self.width)[:, None]
        self.sums = np.hstack([np.zeros((len(ascending), 1)), np.cumsum(filled, axis=1)])

    def places(self, bounds: Floats, side: Literal["left", "right"], rows: Whole) -> tuple[Whole, Whole]:
        """How many values of each row lie below its bounds (or at them), and how many lie too near to them to tell."""
        away = NEAR * np.maximum(1.0, np.abs(bounds))
        found, low, high = (self.place(bounds + sign * away, side, rows) for sign in (0, -1, 1))
        return found, high - low

    def place(self, bounds: Floats, side: Literal["left", "right"], rows: Whole) -> Whole:
        """How many values of each row lie below its bounds, or at them."""
        found = np.searchsorted(self.flat, bounds + self.offsets[rows], side) - self.starts[rows]
        return np.minimum(found, self.number[rows][:, None])

    def settled(self, centres: Floats, rows: Whole, rounds: int, trim: float | None, near: Mask) -> Floats:
        """The centres by Lloyd's iteration, row by row as `lloyd` has them; `near` gets what was too near."""
        centres = centres.copy()
        open_ = np.arange(len(rows))
        ends = np.full((len(rows), 2 * centres.shape[1]), -1)
        for _ in range(rounds):
            if not open_.size:
                break
            own, now = rows[open_], centres[open_]
            inner, close = self.places((now[:, :-1] + now[:, 1:]) / 2, "right", own)
            near[own] |= close.any(axis=1)
            edge = np.zeros((len(own), 1), inner.dtype)
            first, last = np.hstack([edge, inner]), np.hstack([inner, self.number[own][:, None]])
            if trim is not None:
                start, close = self.places(now - trim, "left", own)
                stop, also = self.places(now + trim, "right", own)
                near[own] |= (close + also).any(axis=1)
                first, last = np.maximum(first, start), np.minimum(last, stop)
            bounds = np.hstack([first, last])
            there = first < last
            sums = self.sums[own]
            total = np.take_along_axis(sums, last, 1) - np.take_along_axis(sums, first, 1)
            moved = np.where(there, total / np.where(there, last - first, 1), now)
            going = (bounds != ends[open_]).any(axis=1) & (moved != now).any(axis=1)
            centres[open_[going]] = moved[going]
            ends[open_] = bounds
            open_ = open_[going]
        return centres


def level_codes(rule: Clusters, cluster: Whole, number: Whole) -> Codes:
    """The positions of levels for clusters, of so many clusters, from the one of the lowest values, 0."""
    size = len(rule.scale.levels)
    return (size - number + cluster if rule.best == "lowest" else size - 1 - cluster).astype(np.int32)


OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Codes]] = {"clusters": clusters}
"""The arithmetic of each kind, by its name."""
