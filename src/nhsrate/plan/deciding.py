"""Array arithmetic of the kinds that decide for one organisation at a time, and of rounding.

What is as good as half counts as half, and goes where halves are sent.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.core.cells import Level
from nhsrate.language.numbers import Number
from nhsrate.plan.board import as_code
from nhsrate.plan.columns import GONE, NEAR, Array, Codes, Floats, Mask, blank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.numbers import Halves
    from nhsrate.kinds.bounds import Bound, Row
    from nhsrate.kinds.deciding import Decide, LevelOf, Outcome
    from nhsrate.kinds.lookups import Lookup, Matrix
    from nhsrate.kinds.thresholds import Thresholds
    from nhsrate.language.values import Result
    from nhsrate.plan.board import Board, Exact, Scalar


def empty(board: Board, shape: tuple[int, ...] | None = None) -> Array:
    """A column in which all is missing, of what the current item is."""
    shape = (1, board.width) if shape is None else shape
    if board.item is not None and board.methodology.type_of(board.item.id).kind != "number":
        return np.full(shape, GONE, np.int32)
    return np.full(shape, np.nan)


def thresholds(board: Board, rule: Thresholds) -> Array:
    """The level or score of the first row whose bound a value meets."""
    if rule.sets is None or rule.by is None:
        return by_rows(board, rule.of, rule.levels or rule.scores)
    cells = empty(board)
    keys = board.cells(rule.by)
    known = np.zeros(keys.shape, np.bool_)
    for key, rows in rule.sets.rows:
        here = is_key(board, rule.by, key)
        known = known | here
        cells = np.where(here, by_rows(board, rule.of, rows), cells)
    lost = ~known & ~board.gone(rule.by) & ~np.isnan(board.numbers(rule.of))
    board.refuse(lost, f"There are no thresholds for {board.called(rule.by)}.")
    return cells


def by_rows(board: Board, of: str, rows: Sequence[Row]) -> Array:
    """The result of the first row that holds; where a draw crosses bounds, it is ended."""
    values, exact = board.numbers(of), board.exact(of)
    crossing(board, of, rows)
    cells = result_of(board, rows[-1])
    for row in reversed(rows[:-1]):
        bound = row.bound
        assert bound is not None  # noqa: S101 (checked when the file was loaded)
        met = board.meets_edge(values, bound.side, bound.number, exact=exact)
        cells = np.where(met, result_of(board, row), cells)
        unknown = board.unknown(bound.number)
        if unknown.any():
            cells = np.where(unknown, blank(cells), cells)
    gone = np.isnan(values)
    return (
        np.where(gone, blank(cells), cells)
        if gone.any()
        else np.broadcast_to(cells, np.broadcast_shapes(cells.shape, values.shape))
    )


def result_of(board: Board, row: Row) -> Array:
    """What a row gives, as a column of one cell."""
    if row.level is not None:
        return np.full((1, 1), row.level.position, np.int32)
    score = board.number(row.score) if row.score else 0.0
    return np.asarray(score, np.float64).reshape(-1, 1)


def crossing(board: Board, of: str, rows: Sequence[Row]) -> None:
    """End the draws in which a bound lets nothing through that the one before did not."""
    bounds = [row.bound for row in rows if row.bound is not None]
    if not all(isinstance(bound.number, Number) for bound in bounds):
        crossing_items(board, of, bounds)
        return
    for before, after in pairwise(bounds):
        first, second = board.edge(before.number), board.edge(after.number)
        crossed = np.asarray(second >= first if after.upwards else second <= first)
        wider = after.side in {"at_least", "at_most"} and before.side in {"above", "below"}
        board.end_crossed(crossed & ~(np.asarray(second == first) & wider), f"The bounds of {of} cross.")


def crossing_items(board: Board, of: str, bounds: Sequence[Bound]) -> None:
    """End the draws in which a bound is harder for an organisation than one that is asked before it."""
    there = ~np.isnan(board.numbers(of))
    hardest = np.full((1, board.width), np.nan)
    for bound in bounds:
        here = np.asarray(board.edge(bound.number)) + np.zeros((1, board.width))
        crossed = here > hardest if bound.upwards else here < hardest
        near = np.abs(here - hardest) <= NEAR * np.maximum(1.0, np.abs(hardest))
        if not np.all(np.asarray(board.exact_edge(bound.number))):
            board.doubt(near & there & (here != hardest))
        board.refuse(crossed & there, f"The bounds of {of} cross.")
        hardest = np.where(np.isnan(here), hardest, here)


def is_key(board: Board, item: str, key: Result) -> Mask:
    """Where an item has the value that a table's key is; texts without regard to case."""
    cells = board.cells(item)
    if isinstance(key, Level):
        return cells == key.position
    if isinstance(key, str):
        code = board.texts.code(key)
        return np.asarray(board.texts.folds()[cells] == code)
    return board.equals(board.numbers(item), float(key), exact=board.exact(item))


def lookup(board: Board, rule: Lookup) -> Array:
    """What stands in a table under the value of an item."""
    gone = board.gone(rule.of)
    open_ = ~gone
    cells = empty(board)
    for key, entry in rule.table.rows:
        here = is_key(board, rule.of, key) & open_
        cells = np.where(here, as_code(entry, board.texts), cells)
        open_ = open_ & ~here
    if rule.otherwise is not None:
        cells = np.where(open_, as_code(rule.otherwise, board.texts), cells)
    else:
        board.refuse(open_, f"The table has no entry for the value of {board.called(rule.of)}.")
    return typed(cells, board)


def matrix(board: Board, rule: Matrix) -> Array:
    """What stands in a table where the row of one item meets the column of another."""
    gone = board.gone(rule.rows) | board.gone(rule.columns)
    across = [is_key(board, rule.columns, key) for key in rule.across.keys]
    cells, found = empty(board), np.zeros_like(gone)
    for down, row in rule.table.rows:
        here = is_key(board, rule.rows, down)
        for column, entry in zip(across, row, strict=True):
            cells = np.where(here & column, as_code(entry, board.texts), cells)
            found = found | (here & column)
    lost = ~found & ~gone
    board.refuse(lost, f"The table has no entry for {board.called(rule.rows)} and {board.called(rule.columns)}.")
    return typed(np.where(gone, blank(cells), cells), board)


def typed(cells: Array, board: Board) -> Array:
    """The column as what its item is."""
    return cells.astype(np.float64 if empty(board, (1, 1)).dtype == np.float64 else np.int32, copy=False)


def decide(board: Board, rule: Decide) -> Array:
    """What the first row that fits gives."""
    covered = rule.covered()
    open_ = np.ones((1, board.width), np.bool_)
    cells = empty(board)
    for row in rule.rows:
        here = board.met(row.when, row.missing, covered, open_)
        cells = np.where(here, outcome(board, row.then), cells)
        open_ = open_ & ~here
    return typed(np.where(open_, outcome(board, rule.otherwise), cells), board)


def outcome(board: Board, given: Outcome) -> Array | float | int:
    """A level, number or text; or the cells of another item."""
    return board.cells(given.item) if given.item else as_code(given.value, board.texts)


def level(board: Board, rule: LevelOf) -> Codes:
    """The level of a number; a level of the same scale is passed on."""
    type_ = board.methodology.type_of(rule.of)
    if type_.scale is not None and type_.scale.name == rule.scale.name:
        return board.cells(rule.of).astype(np.int32, copy=False)
    numbers, exact = board.numbers(rule.of), board.exact(rule.of)
    if rule.halves:
        numbers, exact = rounded(board, numbers, halves=rule.halves, exact=exact), True
    cells = np.full(numbers.shape, GONE, np.int32)
    for known in rule.scale.levels:
        if known.number is not None:
            cells = np.where(board.equals(numbers, float(known.number), exact=exact), np.int32(known.position), cells)
    lost = (cells == GONE) & ~board.gone(rule.of)
    board.refuse(lost, f"{board.called(rule.of)} has a value of which {rule.scale.name} has no level.")
    return cells.astype(np.int32, copy=False)


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


ROW_WISE: dict[str, Callable[[Board, Any], Array]] = {
    "decide": decide,
    "level": level,
    "lookup": lookup,
    "matrix": matrix,
    "thresholds": thresholds,
}
"""The arithmetic of each kind, by its name."""
