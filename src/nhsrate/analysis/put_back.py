"""Each input that changed, put back alone: what the rating would be had it stayed as it was."""

from __future__ import annotations

from decimal import Decimal
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.levers import indicators
from nhsrate.core.cells import Cell, Level
from nhsrate.core.frozen import frozen
from nhsrate.plan.columns import encoded
from nhsrate.plan.plan import Change, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.corners import Corners
    from nhsrate.plan.columns import Array


@frozen
class Put:
    """One input that changed: from what to what, and what would be had it alone stayed as it was.

    `levels` is what its change gave in levels (above 0 is better), `score` in the score behind the rating.
    """

    input: str
    title: str
    before: Cell
    after: Cell
    levels: int | None
    score: float | None


def put_back(corners: Corners, codes: Sequence[str]) -> dict[str, tuple[Put, ...]]:
    """Each indicator that changed, put back alone to what it was, all else as after; by the plan.

    What is put back is put back for all of `codes` at once, so these are one where others' values count.
    """
    assessment = corners.sides[1].assessment
    methodology, plan = assessment.methodology, Plan(assessment)
    rows = {code: (corners.places[1][code], corners.row(0, code), corners.row(1, code)) for code in codes}
    differ = {
        id_ for one in indicators(methodology) for id_ in one.columns
        if any(before.get(id_) != after.get(id_) for _, before, after in rows.values())
    }  # fmt: skip
    changed = [(one.input, [id_ for id_ in one.columns if id_ in differ]) for one in indicators(methodology)]
    changed = [(id_, ids) for id_, ids in changed if any(column in plan.asked for column in ids)]
    if not changed:
        return dict.fromkeys(codes, ())
    inputs = {}
    for id_ in {column for _, ids in changed for column in ids}:
        base = np.repeat(plan.base(id_).cells, len(changed), axis=0)
        was = encoded([before[id_] for _, before, _ in rows.values()], methodology.type_of(id_), plan.texts)[0]
        for k, (_, ids) in enumerate(changed):
            if id_ in ids:
                base[k, [n for n, *_ in rows.values()]] = was
        inputs[id_] = base
    rated = without(corners, plan, Change(len(changed), inputs=inputs))
    return {code: puts_of(corners, changed, rated, row) for code, row in rows.items()}


def without(corners: Corners, plan: Plan, change: Change) -> tuple[Array | None, Array | None]:
    """The levels and the scores of all with each change alone; nothing where the plan cannot rate it."""
    if plan.unplanned(change):
        return None, None
    board, size = plan.run(change, [corners.items[1].id]), (change.size, len(plan.labels))
    scores = np.broadcast_to(board.numbers(corners.score.id), size) if corners.score else None
    return np.broadcast_to(board.cells(corners.items[1].id), size), scores


def puts_of(
    corners: Corners,
    changed: Sequence[tuple[str, list[str]]],
    rated: tuple[Array | None, Array | None],
    row: tuple[int, dict[str, Cell], dict[str, Cell]],
) -> tuple[Put, ...]:
    """What each input of one organisation that changed gave, the most first."""
    (levels, scores), (n, before, after) = rated, row
    assessment = corners.sides[1].assessment
    cell = assessment.columns[corners.items[1].id][n]
    own = assessment.columns[corners.score.id][n] if corners.score else None
    found = []
    for k, (id_, ids) in enumerate(changed):
        if all(before.get(one) == after.get(one) for one in ids):
            continue
        known = levels is not None and levels[k, n] >= 0 and isinstance(cell, Level)
        there = int(levels[k, n]) - position(cell) if levels is not None and known else None
        by = float(own) - float(scores[k, n]) if isinstance(own, Decimal) and scores is not None else nan
        found.append(
            Put(id_, assessment.methodology.name_of(id_), before[id_], after[id_], there, None if isnan(by) else by)
        )
    return tuple(sorted(found, key=lambda one: (-abs(one.levels or 0), -abs(one.score or 0), one.input)))


def position(cell: Cell) -> int:
    """The place of a level on its scale, from 0, the best."""
    assert isinstance(cell, Level)  # noqa: S101 (whoever asks has seen to it)
    return cell.position
