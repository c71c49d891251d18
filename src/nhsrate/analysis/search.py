"""One organisation's rating, rated again and again: the plan looks, the engine proves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.levers import indicators
from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess_again
from nhsrate.plan.columns import GONE, keep_memory
from nhsrate.plan.plan import Change, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nhsrate.analysis.levers import Indicator, Lever, Way
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Array, Floats
    from nhsrate.rules.model import Item
    from nhsrate.runs.progress import Say

ALL_VALUES = 200_000
"""Up to so many values of an input each is tried, where one organisation can be rated alone."""

POINTS = 16
"""So many points along an input are tried first, where every try rates all organisations, and then between two."""

SETS = 3_000
"""At most so many sets of inputs are tried for the fewest; where others must be rated too, a tenth of that."""

MOST_INPUTS = 4
"""Sets of more inputs than this are not looked for."""

TENTHS = 1_000
"""The even push goes in tenths of a percentile point."""

REFUSED = Missing("the method refuses these values", "refused")
"""What stands for a level where the method rates nothing."""

Moved = dict[str, Cell]
"""Values of some inputs of the organisation, in the place of its own."""


@frozen
class Move:
    """One input moved, and the levels that the engine gives at it and one step short of it."""

    input: str
    title: str
    before: Cell
    after: Cell
    unit: str
    of: int | None
    peers: int
    level: Cell
    short: Cell

    @property
    def confirmed(self) -> bool:
        """Whether the engine gives the level at it, and not one step short."""
        return self.level is not self.short


@frozen
class Together:
    """Several inputs moved at once by the same number of percentile points, and what the engine then gives."""

    points: Decimal
    moves: tuple[Move, ...]
    level: Cell
    short: Cell


@frozen
class Unreported:
    """What the rating would be without an indicator; `level` is nothing where the method refuses to do without it."""

    input: str
    title: str
    columns: tuple[str, ...]
    level: Cell | None


class Search:
    """One organisation's rating, rated again and again: by the plan to look, by the engine to prove."""

    def __init__(self, assessment: Assessment, n: int, item: Item, say: Say) -> None:
        """The search for organisation `n` and one rating of it."""
        keep_memory()
        self.assessment, self.n, self.item, self.say = assessment, n, item, say
        self.levels = item.scale.levels if item.scale else ()
        inputs = assessment.methodology.inputs
        self.titles = {
            column: inputs[column].title or inputs[one.input].title
            for one in indicators(assessment.methodology)
            for column in one.columns
        }
        self.whole = Plan(assessment)
        self.reached = self.whole.rests_on([item.id])
        self.alone = Plan(assessment, only=[n])
        self.ratings = 0
        self.proved: dict[tuple[tuple[str, object], ...], Cell] = {}

    def engine(self, moved: Mapping[str, Cell]) -> Cell:
        """The level that the engine gives with these values; missing where it refuses them."""
        key = tuple(sorted(((id_, str(cell)) for id_, cell in moved.items())))
        if key not in self.proved:
            values = dict(self.assessment.submitted.values)
            for id_, cell in moved.items():
                cells = list(values[id_].cells)
                cells[self.n] = cell
                values[id_] = replace(values[id_], cells=cells)
            submitted = replace(self.assessment.submitted, values=values)
            self.ratings += 1
            try:
                rated = assess_again(self.assessment, submitted, moved, only=[self.item.id])
            except Refused:
                self.proved[key] = REFUSED
            else:
                self.proved[key] = rated.columns[self.item.id][self.n]
        return self.proved[key]

    def position(self, cell: Cell) -> int:
        """Where a level stands on the scale; behind all where there is none."""
        return cell.position if isinstance(cell, Level) else len(self.levels)

    def alone_enough(self, columns: Iterable[str]) -> bool:
        """Whether what these inputs reach rests for each organisation on that organisation alone."""
        return self.whole.row_wise(Change(1, inputs={id_: self.whole.base(id_).cells for id_ in columns}))

    def outcomes(self, moved: Mapping[str, Array]) -> Array:
        """The positions of the level in many tries (a value of each moved input for every try), by the plan.

        A try that the method refuses, or that gives no level, stands behind all levels.
        """
        alone = self.alone_enough(moved)
        plan = self.alone if alone else self.whole
        size = len(next(iter(moved.values())))
        width = len(plan.labels)
        chunk = max(1, 65_536 // width)
        found = np.empty(size, np.int64)
        for start in range(0, size, chunk):
            stop = min(size, start + chunk)
            inputs = {}
            for id_, column in moved.items():
                cells = np.repeat(plan.base(id_).cells, stop - start, axis=0)
                cells[:, 0 if alone else self.n] = column[start:stop]
                inputs[id_] = cells
            board = plan.run(Change(stop - start, inputs=inputs), [self.item.id])
            cells = board.cells(self.item.id)[:, 0 if alone else self.n]
            positions = np.where(cells == GONE, len(self.levels), cells)
            for rows in board.refused.values():
                positions = np.where(rows, len(self.levels), positions)
            found[start:stop] = positions
        return found

    def reaches(self, way: Way, target: int) -> Callable[[Array], Array]:
        """Whether positions are what is looked for: the level or a better one; or anything worse than now."""
        return (lambda positions: positions <= target) if way == "better" else (lambda positions: positions > target)

    def first(self, lever: Lever, way: Way, target: int) -> int | None:
        """How many steps that way the first value lies that does it, by the plan; nothing where none does.

        Where the organisation can be rated alone every value is tried, else points along the way and then between two.
        """
        count, does = lever.count(way), self.reaches(way, target)
        if not count:
            return None
        if not lever.numeric or (count <= ALL_VALUES and self.alone_enough([lever.input])):
            hits = np.flatnonzero(does(self.outcomes({lever.input: lever.coded(way, np.arange(count))})))
            return int(hits[0]) if hits.size else None
        low, high = -1, count
        steps = np.unique(np.linspace(0, count - 1, min(count, POINTS)).astype(np.int64))
        while True:
            hits = np.flatnonzero(does(self.outcomes({lever.input: lever.coded(way, steps)})))
            if not hits.size:
                return None if high == count else high
            high = int(steps[hits[0]])
            low = int(steps[hits[0] - 1]) if hits[0] else low
            if high - low <= 1:
                return high
            steps = np.unique(np.linspace(low + 1, high, min(high - low, POINTS // 2)).astype(np.int64))

    def alone_moves(self, lever: Lever, way: Way, target: int) -> Move | None:
        """One input moved as little as does it, proved by the engine at it and one step short; else nothing."""
        k = self.first(lever, way, target)
        if k is None:
            return None
        for nearby in (k, k + 1, k - 1, k + 2):  # the plan may be a step off where it hangs on the last digit
            if not 0 <= nearby < lever.count(way):
                continue
            at = lever.value(way, nearby)
            short = lever.value(way, nearby - 1) if nearby and lever.numeric else lever.now
            reached, before = self.engine({lever.input: at}), self.engine({lever.input: short})
            there = self.reaches(way, target)
            if there(np.array(self.position(reached))) and not there(np.array(self.position(before))):
                return self.move(lever, at, reached, before)
        return None

    def move(self, lever: Lever, at: Cell, reached: Cell, short: Cell) -> Move:
        """A move in words and numbers."""
        entry = self.assessment.methodology.inputs[lever.input]
        cells = self.assessment.columns[lever.input]
        peers = sum(lever.at_least_as_good(cell, at) for n, cell in enumerate(cells) if n != self.n)
        unit = "places" if lever.of is not None else entry.unit or ("%" if entry.type == "percent" else "")
        title = self.titles.get(lever.input) or entry.id
        return Move(lever.input, title, lever.now, at, unit, lever.of, peers, reached, short)

    def pushed(self, lever: Lever, tenths: Array) -> tuple[Floats, list[Cell]]:
        """A numeric input after so many tenths of a percentile point: the value of whoever stands there now.

        A published rank gains that share of the number ranked; any other value goes up in the return's own
        distribution, so that it is always a value that some organisation has.
        """
        assert isinstance(lever.now, Decimal)  # noqa: S101 (a numeric lever)
        if lever.of is not None:
            gained = (np.asarray(tenths, np.int64) * lever.of) // TENTHS
            places = np.maximum(1, int(lever.now) - gained)
            places = np.where(gained > 0, places, int(lever.now))
            cells: list[Cell] = [Decimal(int(place)) if place != int(lever.now) else lever.now for place in places]
        else:
            there = [cell for cell in self.assessment.columns[lever.input] if isinstance(cell, Decimal)]
            ordered = sorted(there, reverse=lever.better < 0)
            own = max(k for k, value in enumerate(ordered) if value == lever.now)
            gained = (np.asarray(tenths, np.int64) * len(ordered)) // TENTHS
            cells = [ordered[k] for k in np.minimum(own + gained, len(ordered) - 1)]
        return np.array([float(cell) for cell in cells if isinstance(cell, Decimal)]), cells

    def together(self, moving: Sequence[Lever], target: int, held: Moved) -> Together | None:
        """The smallest push of these inputs alike that gains the level, with some others held at a value."""
        steps = np.arange(1, TENTHS + 1)
        if not self.alone_enough([*(lever.input for lever in moving), *held]):
            steps = np.unique(np.linspace(1, TENTHS, POINTS).astype(np.int64))
        low, high = 0, None
        while steps.size:
            tries = {lever.input: self.pushed(lever, steps)[0] for lever in moving}
            fixed = {id_: np.full(len(steps), as_code(cell)) for id_, cell in held.items()}
            hits = np.flatnonzero(self.outcomes({**tries, **fixed}) <= target)
            if not hits.size:
                break
            high, low = int(steps[hits[0]]), int(steps[hits[0] - 1]) if hits[0] else low
            steps = np.unique(np.linspace(low + 1, high - 1, min(high - low - 1, POINTS // 2)).astype(np.int64))
        if high is None:
            return None
        for tenth in (high, high + 1, high - 1):
            at, short = self.values_at(moving, tenth, held), self.values_at(moving, tenth - 1, held)
            reached, before = self.engine(at), self.engine(short)
            if self.position(reached) <= target < self.position(before):
                moves = [self.move(lever, at[lever.input], reached, before) for lever in moving]
                return Together(
                    Decimal(tenth) / 10, tuple(one for one in moves if one.after != one.before), reached, before
                )
        return None

    def values_at(self, moving: Sequence[Lever], tenth: int, held: Moved) -> Moved:
        """The values of these inputs after so many tenths of a point."""
        return {**{lever.input: self.pushed(lever, np.array([tenth]))[1][0] for lever in moving}, **held}

    def best(self, lever: Lever) -> Cell:
        """The best value that an input may take."""
        count = lever.count("better")
        if lever.better == 0:
            return next(level for level in lever.levels if level is not lever.now)
        return lever.value("better", count - 1) if count else lever.now

    def fewest(self, moving: Sequence[Lever], target: int) -> tuple[Together | None, int]:
        """The fewest inputs that together gain the level, at their best; of so few, those that need the smallest push.

        Also how many inputs the sets that were tried had at most.
        """
        able = [lever for lever in moving if lever.count("better")]
        alone = self.alone_enough([lever.input for lever in able]) if able else True
        searched = 0
        for size in range(1, min(MOST_INPUTS, len(able)) + 1):
            if comb(len(able), size) > (SETS * 10 if alone else SETS // 3):
                break
            searched = size
            self.say(f"sets of {size}")
            sets = [tuple(lever.input for lever in chosen) for chosen in combinations(able, size)]
            does = self.sets_reaching(able, sets, target)
            if does:
                by_id = {lever.input: lever for lever in able}
                found = [self.cheapest([by_id[id_] for id_ in chosen], target) for chosen in does[:40]]
                sound = [one for one in found if one is not None]
                if sound:
                    return min(sound, key=lambda one: one.points), searched
        return None, searched

    def sets_reaching(
        self, able: Sequence[Lever], sets: Sequence[tuple[str, ...]], target: int
    ) -> list[tuple[str, ...]]:
        """The sets whose inputs, at their best, gain the level."""
        tries = {}
        for lever in able:
            now, best = as_code(lever.now), as_code(self.best(lever))
            tries[lever.input] = np.array([best if lever.input in chosen else now for chosen in sets])
        hits = np.flatnonzero(self.outcomes(tries) <= target)
        return [sets[int(k)] for k in hits]

    def cheapest(self, chosen: Sequence[Lever], target: int) -> Together | None:
        """The smallest push of a set that gains the level; levels and yes/no at their best."""
        held = {lever.input: self.best(lever) for lever in chosen if not lever.numeric}
        moving = [lever for lever in chosen if lever.numeric]
        pushed = self.together(moving, target, held) if moving else None
        if pushed is not None or not moving:
            ends: Moved = {lever.input: self.best(lever) for lever in chosen}
            at = {one.input: one.after for one in pushed.moves} if pushed else {}
            values = {**ends, **{lever.input: at.get(lever.input, lever.now) for lever in moving}}
            reached = pushed.level if pushed else self.engine(values)
            short = pushed.short if pushed else self.engine({})
            moves = tuple(self.move(lever, values[lever.input], reached, short) for lever in chosen)
            if self.position(reached) <= target < self.position(short):
                return Together(pushed.points if pushed else Decimal(0), moves, reached, short)
            return None
        values = {lever.input: self.best(lever) for lever in chosen}
        reached = self.engine(values)
        if self.position(reached) > target:
            return None
        short = self.engine({})
        moves = tuple(self.move(lever, values[lever.input], reached, short) for lever in chosen)
        return Together(Decimal(100), moves, reached, short)

    def unreported(self, indicator: Indicator) -> Unreported | None:
        """The rating without an indicator, where that changes it; nothing where it does not, or has no value now."""
        columns = [id_ for id_ in indicator.columns if not isinstance(self.assessment.columns[id_][self.n], Missing)]
        if not columns or self.assessment.methodology.inputs[indicator.input].required:
            return None
        now = self.assessment.columns[self.item.id][self.n]
        moved: Moved = {id_: Missing("not reported", "blank") for id_ in columns}
        level = self.engine(moved)
        if level is now:
            return None
        refused = level is REFUSED
        title = self.assessment.methodology.inputs[indicator.input].title or indicator.input
        return Unreported(indicator.input, title, tuple(columns), None if refused else level)


def as_code(cell: Cell) -> float | int:
    """A number or the position of a level."""
    if isinstance(cell, Level):
        return cell.position
    assert isinstance(cell, Decimal)  # noqa: S101 (a lever is of levels or numbers)
    return float(cell)
