"""The mixtures of everyone at once where others count: one own row among the other end's, thousands of times.

In each an organisation's own row is mixed of both ends and all others are as at one, whom the engine has rated. The
plan tells what the one then gets: row by row where it can (`plan.one_row`), else with everyone's columns. What lies too
near to a bound to be told by floating numbers is rated by the engine, and where that is too much, it is said.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.analysis.corners import published_ranks
from nhsrate.analysis.shapley import states
from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused
from nhsrate.plan.columns import GONE, blank, encoded, missing
from nhsrate.plan.one_row import CELLS, NotByRow, OneRow
from nhsrate.plan.plan import Change, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.analysis.corners import Corners, Pair
    from nhsrate.analysis.shapley import State
    from nhsrate.plan.columns import Array, Floats, Mask
    from nhsrate.rules.model import Methodology

MOST_CELLS = 500_000_000
"""How many cells are worked out at most where everyone's columns are needed: ten seconds, or a minute of sorting."""

MOST_DOUBTS = 100
"""How many mixtures that lie too near to a bound are rated by the engine at most."""

Corner = tuple[str, "State"]


class NotPlanned(Exception):  # noqa: N818 (it is an answer and no fault)
    """Why the plan cannot rate these mixtures."""


def rate_mixtures(corners: Corners, codes: Sequence[str], say: Callable[[str], None]) -> None:
    """Rate every mixture of these organisations, and keep it in `corners.known`. Raises `NotPlanned`."""
    for side in corners.sides:
        for rule in published_ranks(side.assessment.methodology):
            raise NotPlanned(f"{rule.of} may be scored by a published rank, of which arrays cannot tell whose it is")
    groups: dict[tuple[bool, bool, bool], dict[Corner, None]] = defaultdict(dict)
    for code in codes:
        for state in states(corners.active(code)):
            meant = corners.meant(code, state)
            if not meant[0] == meant[1] == meant[2]:
                groups[meant[2], meant[3], meant[4]][code, meant] = None
    doubted: list[Corner] = []
    for k, ((others, rules, decisions), found) in enumerate(groups.items(), 1):
        say(f"mixtures {k} of {len(groups)}")
        wanted = [*found]
        pairs, doubts = Mixtures(corners, (others, others, others, rules, decisions), wanted).rated()
        corners.known.update(zip(wanted, pairs, strict=True))
        doubted += [corner for corner, doubt in zip(wanted, doubts, strict=True) if doubt]
    for code, state in doubted:
        del corners.known[code, state]
    told = {code for code, _ in doubted[:MOST_DOUBTS]}
    for code, _ in doubted[MOST_DOUBTS:]:
        if code not in told:
            corners.untold[code] = (
                f"more than {MOST_DOUBTS} mixtures lie too near to a bound for the plan, or are refused; --only {code} "
                "has the engine rate those of this one"
            )


class Mixtures:
    """Mixtures in which all others are as at one end."""

    def __init__(self, corners: Corners, base: State, wanted: Sequence[Corner]) -> None:
        """`base` is the corner of all others, `wanted` whose mixtures, and which, are rated. Raises `NotPlanned`."""
        self.corners, self.wanted = corners, wanted
        self.others, self.rules = base[2], base[3]
        try:
            self.plan = Plan(corners.base(base))
        except Refused as refused:
            raise NotPlanned(f"a mixture of all is refused ({refused.problems[0].message})") from None
        self.methodology: Methodology = self.plan.methodology
        if differing := self.plan.differences():
            raise NotPlanned(f"arrays cannot tell {differing[0]}")
        if any(self.plan.given(id_) is not None for id_ in self.plan.order):
            raise NotPlanned("some results come as published")
        self.item = corners.items[self.rules].id
        self.score = corners.score.id if corners.score else None
        self.results = [self.item, *([self.score] if self.score else [])]
        self.rows = np.array([corners.places[self.others][code] for code, _ in wanted])

    def rated(self) -> tuple[list[Pair], Sequence[bool]]:
        """The level and score in each mixture, and which of them are in doubt."""
        inputs = self.inputs()
        try:
            board = OneRow(self.plan, self.rows, inputs).run(self.results)
            cells = {id_: np.broadcast_to(board.cells(id_), (1, len(self.rows)))[0] for id_ in self.results}
            doubted = board.doubted
        except NotByRow:
            cells, doubted = self.with_everyone(inputs)
        return self.pairs(cells), doubted.tolist()

    def inputs(self) -> dict[str, Array]:
        """What each input is in each mixture: that of the end from which it comes, or missing."""
        corners = self.corners
        returns = [side.returns[self.rules] for side in corners.sides]
        at = [np.array([places[code] for code, _ in self.wanted]) for places in corners.places]
        values, coverage = (np.array([state[k] for _, state in self.wanted], np.bool_) for k in (0, 1))
        encoded_columns: dict[tuple[int, str], Array] = {}

        def cells(end: int, id_: str) -> Array | None:
            """The column of one end in the places of the mixtures."""
            if (end, id_) not in encoded_columns and id_ in returns[end].values:
                column = returns[end].values[id_].cells
                whole = encoded(column, self.methodology.type_of(id_), self.plan.texts)[0]
                encoded_columns[end, id_] = whole[at[end]]
            return encoded_columns.get((end, id_))

        def gone(end: int, id_: str) -> Mask:
            """In which mixtures an input is missing at one end."""
            found = cells(end, id_)
            return np.ones(len(self.wanted), np.bool_) if found is None else missing(found)

        made = {}
        for id_ in self.methodology.inputs:
            if id_ not in self.plan.asked:
                continue
            lead = corners.leads(id_)
            away = [gone(end, lead) for end in (0, 1)]
            not_to_be = np.where(coverage, away[1], away[0]) | np.where(values, away[1], away[0])
            both = [cells(end, id_) for end in (0, 1)]
            like = self.plan.base(id_).cells
            first, second = (np.full(len(self.wanted), blank(like), like.dtype) if one is None else one for one in both)
            made[id_] = np.where(np.where(not_to_be, coverage, values), second, first)
        return made

    def with_everyone(self, inputs: Mapping[str, Array]) -> tuple[dict[str, Array], Mask]:
        """The same with the columns of everyone in each mixture. Raises `NotPlanned` where that is too much."""
        size, width = len(self.rows), len(self.plan.labels)
        change = Change(1, inputs={id_: self.plan.base(id_).cells for id_ in inputs})
        if unplanned := self.plan.unplanned(change):
            id_, reason = next(iter(unplanned.items()))
            raise NotPlanned(f"{id_} is not in the plan ({reason})")
        cost = size * width * (len(self.plan.touched(change)) + len(inputs))
        if cost > MOST_CELLS:
            raise NotPlanned(f"everyone's columns would be worked out {size:,} times")
        step = max(1, CELLS // width)
        found: dict[str, list[Array]] = {id_: [] for id_ in self.results}
        doubted = np.zeros(size, np.bool_)
        for start in range(0, size, step):
            draws = slice(start, min(start + step, size))
            rows = self.rows[draws]
            board = self.plan.run(
                Change(len(rows), inputs={id_: self.column(id_, cells[draws], rows) for id_, cells in inputs.items()}),
                self.results,
            )
            for id_, made in found.items():
                made.append(np.broadcast_to(board.cells(id_), (len(rows), width))[np.arange(len(rows)), rows])
            doubted[draws] |= board.near
            for refused in board.refused.values():
                doubted[draws] |= refused
        return {id_: np.concatenate(made) for id_, made in found.items()}, doubted

    def column(self, id_: str, own: Array, rows: Array) -> Array:
        """Everyone's column with the own cell of each mixture."""
        cells = np.repeat(self.plan.base(id_).cells, len(rows), axis=0)
        cells[np.arange(len(rows)), rows] = own
        return cells

    def pairs(self, cells: Mapping[str, Array]) -> list[Pair]:
        """The results as cells."""
        scale: Any = self.methodology.type_of(self.item).scale
        levels = [*scale.levels, Missing("none comes out of it", "absent")]
        codes = np.where(cells[self.item] == GONE, len(scale.levels), cells[self.item]).tolist()
        if self.score is None:
            return [(levels[code], Missing("no score", "absent")) for code in codes]
        numbers: Floats = cells[self.score]
        return [
            (levels[code], Missing("no score", "absent") if number != number else Decimal(number))  # noqa: PLR0124 (NaN)
            for code, number in zip(codes, numbers.tolist(), strict=True)
        ]
