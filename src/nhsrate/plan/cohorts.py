"""What the kinds over organisations share on arrays: populations, cohorts, ties, quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nhsrate.plan.columns import NEAR, Floats, missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nhsrate.core.quantiles import Definition
    from nhsrate.kinds.cohorts import Statistic
    from nhsrate.plan.board import Board, Exact, Scalar
    from nhsrate.plan.columns import Mask

    Whole = NDArray[np.int64]


SAME = 1e-12
"""By so little two numbers that are the same may differ where they came about by sums in another order."""


def inside(board: Board, item: str, over: str, within: str | None = None) -> Floats:
    """The numbers of an item, missing for whoever is outside the population or in no cohort."""
    values = board.numbers(item)
    members = board.population(over)
    if members is not None:
        values = np.where(members, values, np.nan)
    if within is not None and board.gone(within).any():
        values = np.where(board.gone(within), np.nan, values)
    return values


def by_cohort(board: Board, rule: Statistic, work: Callable[[Floats], Floats]) -> Floats:
    """What is worked out of each cohort's numbers (a row for each draw, NaN where there is none), put together."""
    return over_cohorts(board, inside(board, rule.of, rule.over, rule.within), rule.within, work)


def over_cohorts(board: Board, values: Floats, within: str | None, work: Callable[[Floats], Floats]) -> Floats:
    """The same of numbers that are at hand."""
    if within is None:
        return work(values)
    keys = board.cells(within)
    there = np.unique(keys[~missing(keys)])
    if keys.shape[0] == 1:
        cells: Floats | None = None
        for key in there:
            where = np.flatnonzero(keys[0] == key)
            made = work(values[:, where])
            if cells is None:
                cells = np.full((made.shape[0], values.shape[1]), np.nan)
            cells[:, where] = made
        return np.full(values.shape, np.nan) if cells is None else cells
    cells = np.full((max(keys.shape[0], values.shape[0]), values.shape[1]), np.nan)
    for key in there:
        here = keys == key
        cells = np.where(here, work(np.where(here, values, np.nan)), cells)
    return cells


def exact_within(board: Board, item: str) -> bool:
    """Whether all numbers of an item can be compared as they are."""
    return board.exact(item) is True


def tied(values: Floats, *, exact: bool) -> tuple[Whole, Whole, Whole, Mask]:
    """For each value where its tie begins and ends among the ascending ones (from 1), its tie, and what is near.

    The last says of each draw whether two values that are not the same are too near to be told apart; they are tied.
    Missing ones come last, and what is said of them means nothing.
    """
    order = np.argsort(values, axis=1, kind="stable")
    ascending = np.take_along_axis(values, order, 1)
    apart = np.diff(ascending, axis=1)
    near = np.zeros(values.shape[0], np.bool_)
    if exact:
        new = apart != 0
    else:
        reach = NEAR * np.maximum(1.0, np.abs(ascending[:, 1:]))
        new = ~(apart <= reach)
        near = (~new & (apart > 0)).any(axis=1)
    rows, width = values.shape
    index = np.arange(width)
    first = np.zeros((rows, width), np.int64)
    first[:, 1:] = np.where(new, index[1:], 0)
    np.maximum.accumulate(first, axis=1, out=first)
    last = np.full((rows, width), width - 1)
    last[:, :-1] = np.where(new, index[:-1], width - 1)
    last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    dense = np.zeros((rows, width), np.int64)
    dense[:, 1:] = np.cumsum(new, axis=1)
    found = [np.empty_like(first) for _ in range(3)]
    for target, source in zip(found, (first + 1, last + 1, dense), strict=True):
        np.put_along_axis(target, order, source, 1)
    return found[0], found[1], found[2], near


def tied_alike(ascending: Floats) -> Floats:
    """Ascending values in which those that are the same but for the last digits of their doubles are the same."""
    with np.errstate(invalid="ignore"):
        new = np.diff(ascending, axis=1) > SAME * np.maximum(1.0, np.abs(ascending[:, 1:]))
    if new.all():
        return ascending
    first = np.zeros(ascending.shape, np.int64)
    first[:, 1:] = np.where(new | ~np.isfinite(ascending[:, 1:]), np.arange(1, ascending.shape[1]), 0)
    np.maximum.accumulate(first, axis=1, out=first)
    return np.take_along_axis(ascending, first, 1)


def alike(values: Floats) -> Floats:
    """The same of values in any order."""
    order = np.argsort(values, axis=1, kind="stable")
    made = np.empty_like(values)
    np.put_along_axis(made, order, tied_alike(np.take_along_axis(values, order, 1)), 1)
    return made


def counts(values: Floats) -> Whole:
    """How many values there are in each draw, as a column."""
    return np.count_nonzero(~np.isnan(values), axis=1)[:, None]


def at(ascending: Floats, position: Whole, number: Whole) -> Floats:
    """The value at a position from 1, kept within the values that there are."""
    where = np.clip(position, 1, np.maximum(number, 1)) - 1
    return np.take_along_axis(ascending, where, 1)


def quantile(ascending: Floats, number: Whole, share: Scalar, definition: Definition) -> Floats:
    """The value below which a share of ascending values lies, in each draw, as a column; NaN where there is none.

    What is as good as a whole position is one, since shares such as 0.3 are none as floating numbers.
    """
    rows = np.broadcast_shapes(np.shape(share), number.shape)
    share, number = np.broadcast_to(np.asarray(share, np.float64), rows), np.broadcast_to(number, rows)
    ascending = np.broadcast_to(ascending, (rows[0], ascending.shape[1]))
    match definition:
        case "linear":
            position = share * (number - 1) + 1
        case "hazen":
            position = share * number + 0.5
        case "weibull":
            position = share * (number + 1)
        case "median unbiased":
            position = share * number + (share + 1) / 3
        case _:
            position = share * number
    nearest = np.rint(position)
    position = np.where(np.abs(position - nearest) <= NEAR, nearest, position)
    if definition == "inverted cdf":
        return at(ascending, np.ceil(position).astype(np.int64), number)
    if definition == "averaged inverted cdf":
        whole = np.floor(position).astype(np.int64)
        low, high = at(ascending, whole, number), at(ascending, whole + 1, number)
        return np.where(position != whole, high, (low + high) / 2)
    position = np.clip(position, 1, np.maximum(number, 1))
    whole = np.floor(position).astype(np.int64)
    low, high = at(ascending, whole, number), at(ascending, whole + 1, number)
    return np.where(position == whole, low, low + (position - whole) * (high - low))


def spread(board: Board, values: Floats, *, exact: Exact) -> tuple[Floats, Floats, Mask]:
    """The lowest and the highest value of each draw, as columns, and whether they are the same."""
    gone = np.isnan(values)
    low = np.where(gone, np.inf, values).min(axis=1, initial=np.inf)[:, None]
    high = np.where(gone, -np.inf, values).max(axis=1, initial=-np.inf)[:, None]
    if exact is True:
        return low, high, ~(low < high)
    flat = ~(high - low > NEAR * np.maximum(1.0, np.abs(high)))
    board.doubt_rows((flat & (high > low))[:, 0])
    return low, high, flat
