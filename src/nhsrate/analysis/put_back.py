"""Each input that changed, put back alone: what the rating would be had it stayed as it was."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.levers import indicators
from nhsrate.core.cells import Cell, Level
from nhsrate.core.frozen import frozen
from nhsrate.plan.columns import encoded
from nhsrate.plan.plan import Change, Plan

if TYPE_CHECKING:
    from nhsrate.analysis.corners import Corners


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


def put_back(corners: Corners, code: str) -> tuple[Put, ...]:
    """Each indicator that changed, put back alone to what it was, all else as after; by the plan."""
    assessment = corners.sides[1].assessment
    methodology, n = assessment.methodology, corners.places[1][code]
    before, after = corners.row(0, code), corners.row(1, code)
    plan = Plan(assessment)
    moved = [
        (one.input, [id_ for id_ in one.columns if before.get(id_) != after.get(id_)])
        for one in indicators(methodology)
    ]
    moved = [(id_, ids) for id_, ids in moved if any(column in plan.asked for column in ids)]
    if not moved:
        return ()
    inputs = {}
    for id_ in {column for _, ids in moved for column in ids}:
        base = np.repeat(plan.base(id_).cells, len(moved), axis=0)
        was = encoded([before[id_]], methodology.type_of(id_), plan.texts)[0, 0]
        for k, (_, ids) in enumerate(moved):
            if id_ in ids:
                base[k, n] = was
        inputs[id_] = base
    change = Change(len(moved), inputs=inputs)
    levels = scores = None
    if not plan.unplanned(change):
        board = plan.run(change, [corners.items[1].id])
        size = (len(moved), len(plan.labels))
        levels = np.broadcast_to(board.cells(corners.items[1].id), size)[:, n]
        scores = np.broadcast_to(board.numbers(corners.score.id), size)[:, n] if corners.score else None
    now = position(assessment.columns[corners.items[1].id][n])
    own = assessment.columns[corners.score.id][n] if corners.score else None
    found = []
    for k, (id_, _) in enumerate(moved):
        there = None if levels is None or levels[k] < 0 else int(levels[k]) - now
        by = float(own) - float(scores[k]) if isinstance(own, Decimal) and scores is not None else None
        found.append(Put(id_, methodology.name_of(id_), before[id_], after[id_], there, by))
    return tuple(sorted(found, key=lambda one: (-abs(one.levels or 0), -abs(one.score or 0), one.input)))


def position(cell: Cell) -> int:
    """The place of a level on its scale, from 0, the best."""
    assert isinstance(cell, Level)  # noqa: S101 (whoever asks has seen to it)
    return cell.position
