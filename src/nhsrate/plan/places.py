"""Array arithmetic of the kinds by rank: scores spread over ranks, places in an order of several keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.plan.cohorts import exact_within, over_cohorts, tied
from nhsrate.plan.columns import GONE, Array, Floats, Mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.places import Place, RankSpread
    from nhsrate.plan.board import Board, Scalar
    from nhsrate.plan.cohorts import Whole


def rank_spread(board: Board, rule: RankSpread) -> Floats:
    """A score from `best` to `worst`, spread evenly by rank, ties sharing the best rank of their tie."""
    values = board.numbers(rule.of)
    members = board.population(rule.over)
    settled, scores = by_bounds(board, rule, values)
    best = board.number(rule.standard.best if rule.standard else rule.best)
    worst = board.number(rule.floor.worst if rule.floor else rule.worst)
    outside = np.zeros((1, 1), np.bool_) if members is None else ~members
    published, cells = by_published(board, rule, ~settled & ~outside, (best, worst))
    if not published.all():
        here = np.where(settled | outside, np.nan, values)
        cells = np.where(published, cells, spread_within(board, rule, here, best, worst))
    return np.where(outside, np.nan, np.where(settled, scores, cells))


def by_published(board: Board, rule: RankSpread, open_: Mask, ends: tuple[Scalar, Scalar]) -> tuple[Mask, Floats]:
    """In which draws ranks come as published, and the scores of these ranks for those whom no bound settles."""
    if rule.rank is None or rule.ranked is None:
        return np.zeros((1, 1), np.bool_), np.full((1, 1), np.nan)
    ranks, ranked = board.numbers(rule.rank), board.number(rule.ranked)
    published = np.asarray(~np.isnan(ranks).all(axis=1, keepdims=True))
    open_ = open_ & published
    wrong = open_ & ~np.isnan(ranks) & ~((ranks >= 1) & (ranks <= ranked))
    board.refuse(wrong, f"A rank in {rule.rank} is not between 1 and the number ranked.")
    lacking = open_ & np.isnan(ranks) & ~np.isnan(board.numbers(rule.of))
    board.refuse(lacking, f"{board.called(rule.of)} has a value and no rank in {rule.rank}, while others have one.")
    (best, worst), number = ends, np.floor(np.asarray(ranked))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = best + (worst - best) * (ranks - 1) / (number - 1)
    return published, np.where(number == 1, best + 0 * ranks, spread)


def by_bounds(board: Board, rule: RankSpread, values: Floats) -> tuple[Mask, Floats]:
    """Which values a standard or floor settles, and the score that each then gets."""
    exact = board.exact(rule.of)
    settled, scores = np.zeros(values.shape, np.bool_), np.full(values.shape, np.nan)
    if rule.floor and (bound := rule.floor.bound):
        unknown = board.unknown(bound.number)
        fails = ~board.meets_edge(values, bound.side, bound.number, exact=exact) & ~np.isnan(values)
        scores = np.where(fails, np.where(unknown, np.nan, board.number(rule.floor.fails)), scores)
        settled = settled | fails
    if rule.standard and (bound := rule.standard.bound):
        unknown = board.unknown(bound.number) & ~np.isnan(values)
        met = board.meets_edge(values, bound.side, bound.number, exact=exact)
        scores = np.where(met, board.number(rule.standard.meets), np.where(unknown, np.nan, scores))
        settled = settled | met | unknown
    return settled, scores


def spread_within(board: Board, rule: RankSpread, values: Floats, best: Scalar, worst: Scalar) -> Floats:
    """The scores of ranks among these values."""
    number = np.count_nonzero(~np.isnan(values), axis=1)[:, None]
    first, last, _, near = tied(values, exact=exact_within(board, rule.of))
    board.doubt_rows(np.broadcast_to(near, (board.size,)))
    rank = number - last + 1 if board.polarity(rule.of) == "higher" else first
    return np.where(np.isnan(values), np.nan, spread_over(rank, number, best, worst))


def spread_over(rank: Whole, number: Whole, best: Scalar, worst: Scalar) -> Floats:
    """The scores of ranks among so many."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(number == 1, best + 0.0 * rank, best + (worst - best) * (rank - 1) / (number - 1))


def place(board: Board, rule: Place) -> Floats:
    """The place in an order of several keys; tied organisations share the best place of their tie."""
    order: Floats | None = None
    for key in rule.by:
        cells = board.cells(key.item)
        scale = board.methodology.type_of(key.item).scale
        if key.first == "best" and scale is not None:
            values = np.where(cells == GONE, np.nan, cells.astype(np.float64))
        else:
            values = -board.numbers(key.item) if key.first == "highest" else board.numbers(key.item)
        if len(rule.by) > 1:
            _, _, dense, near = tied(values, exact=exact_within(board, key.item))
            board.doubt_rows(np.broadcast_to(near, (board.size,)))
            values = np.where(np.isnan(values), np.nan, dense.astype(np.float64))
        order = values if order is None else order * (board.width + 1) + values
    assert order is not None  # noqa: S101 (checked when the file was loaded)
    members = board.population(rule.over)
    if members is not None:
        order = np.where(members, order, np.nan)
    if rule.within is not None:
        order = np.where(board.gone(rule.within), np.nan, order)
    exact = len(rule.by) > 1 or exact_within(board, rule.by[0].item)

    def work(keys: Floats) -> Floats:
        if rule.ties == "dense":
            _, _, dense, near = tied(keys, exact=exact)
            made = dense + 1
        else:
            made, _, _, near = tied(keys, exact=exact)
        board.doubt_rows(np.broadcast_to(near, (board.size,)))
        return np.where(np.isnan(keys), np.nan, made)

    return over_cohorts(board, order, rule.within, work)


OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Array]] = {"place": place, "rank-spread": rank_spread}
"""The arithmetic of each kind, by its name."""
