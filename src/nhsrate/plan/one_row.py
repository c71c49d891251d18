"""Draws in each of which one organisation's own row is another and all else stays: what that organisation then gets.

What looks at one organisation at a time is worked out for its own row alone. A statistic over organisations moves a
little with one row: it is held as sums, and what it does to everyone else as a blend of a few columns, whose shares
differ from draw to draw. So a draw costs some products and not a column for each item. What cannot be told so raises
`NotByRow`; what lies too near to a bound, or is refused, is noted draw by draw and left to the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.kinds.grouping import Clusters
from nhsrate.plan.arithmetic import AVERAGES, weights_of
from nhsrate.plan.board import Board
from nhsrate.plan.clusters import level_codes, middles_of
from nhsrate.plan.cohorts import alike
from nhsrate.plan.columns import GONE, NEAR, Array, Column, Floats, Mask, missing
from nhsrate.plan.kinds import ARITHMETIC, left_to_the_engine
from nhsrate.plan.places import spread_over
from nhsrate.plan.plan import Change, Plan
from nhsrate.plan.statistics import share_of_ranks, turned
from nhsrate.rules.checks import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nhsrate.rules.model import Item

CELLS = 1 << 20
"""How many cells a chunk of draws has at most, where everyone's are needed."""

MOST_CELLS = 200_000_000
"""How many cells of everyone are worked out at most; a million take a tenth of a second where they are sorted."""

FLAT = 1e-6
"""A spread so much smaller than what it is a spread of is left to the engine, as too few digits of it are left."""


class NotByRow(Exception):  # noqa: N818 (it is an answer and no fault)
    """A methodology in which one changed row does more to the others than a blend can say."""


@dataclass(slots=True)
class Blend:
    """Everyone's numbers in each draw: `centre` and the sum of the columns `of` in shares `by`, draws by columns.

    `gone` are the organisations that have none, in any draw; their columns are nothing.
    """

    by: Floats
    of: Floats
    gone: Mask
    centre: float = 0.0

    def numbers(self, draws: slice) -> Floats:
        """The numbers in some draws."""
        found = self.by[draws] @ self.of
        found += self.centre
        found[:, self.gone] = np.nan
        return found


@dataclass(slots=True)
class RowBoard(Board):
    """A board whose columns have a place for each draw, of the organisation that is another in it.

    `doubted` are the draws in which that organisation's result is too near to a bound or refused.
    """

    doubted: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))

    def doubt(self, mask: Mask) -> None:
        """Note the draws in which something is too near."""
        self.doubted |= np.broadcast_to(mask, (1, self.width))[0]

    def refuse(self, mask: Mask, cause: str) -> None:  # noqa: ARG002 (the engine says it in its own words)
        """Note the draws in which the method refuses something."""
        open_ = mask if self.settled is None else mask & ~self.settled
        self.doubted |= np.broadcast_to(open_, (1, self.width))[0]

    def end(self, rows: Mask, cause: str) -> None:  # noqa: ARG002 (as above)
        """Note all draws, as a number of the method itself is refused."""
        self.doubted |= bool(np.any(rows))


def nothing(item: Item) -> None:
    """No result is worked out among all organisations."""


class RowPlan(Plan):
    """A plan of the same rating whose organisations are those of the draws, one for each."""

    def __init__(self, plan: Plan, rows: Array, cells: Callable[[Item], Array | None]) -> None:
        """`rows` are the organisations; `cells` gives the results of what is over organisations."""
        self.whole, self.rows, self.own = plan, rows, cells
        super().__init__(plan.assessment, only=rows.tolist())
        self.texts = plan.texts

    def base(self, id_: str) -> Column:
        """The engine's column, with an organisation for each draw."""
        return Column(self.whole.base(id_).cells[:, self.rows], exact=True)

    def given(self, id_: str) -> Mask | None:
        """For which draws an item came as published."""
        found = self.whole.given(id_)
        return None if found is None else found[self.rows]

    def decided(self, id_: str) -> Mask | None:
        """For which draws people decided a result."""
        found = self.whole.decided(id_)
        return None if found is None else found[self.rows]

    def arithmetic(self, board: Board, item: Item) -> Array:
        """The rule on the rows alone, or what was worked out among all organisations."""
        found = self.own(item)
        return ARITHMETIC[item.rule.kind](board, item.rule) if found is None else found


class OneRow:
    """Ratings of one organisation in each draw, whose own row is another."""

    def __init__(self, plan: Plan, rows: Array, inputs: Mapping[str, Array]) -> None:
        """`rows[b]` is the organisation of draw `b`, `inputs` what its inputs are in each draw."""
        self.plan, self.rows, self.size = plan, rows, len(rows)
        self.change = Change(1, inputs={id_: cells[None, :] for id_, cells in inputs.items()})
        self.own = RowPlan(plan, rows, self.over_all)
        self.board = RowBoard(plan.methodology, 1, self.own.base, plan.texts, self.own.labels)
        self.board.doubted = np.zeros(self.size, np.bool_)
        self.board.columns.update({id_: Column(cells, exact=True) for id_, cells in self.change.inputs.items()})
        self.before = Board(plan.methodology, 1, plan.base, plan.texts, plan.labels)
        self.blends: dict[str, Blend] = {}
        self.cells = 0
        self.shared: frozenset[str] = frozenset()

    def run(self, wanted: Iterable[str]) -> RowBoard:
        """The board with what the organisation of each draw gets. Raises `NotByRow`."""
        plan, keep = self.plan, self.plan.rests_on(wanted)
        touched = [id_ for id_ in plan.touched(self.change) if id_ in keep and id_ not in self.change.inputs]
        items = [plan.methodology.items[id_] for id_ in touched]
        for item in items:
            if left_to_the_engine(item.rule) is not None:
                raise NotByRow(item.id)
        over = [item for item in items if not plan.by_itself(item)]
        self.shared = plan.rests_on(id_ for item in over for id_ in self.reads(item)) if over else frozenset()
        try:
            with np.errstate(all="ignore"):
                for item in items:
                    if plan.by_itself(item) and item.id in self.shared and self.blended(item):
                        self.blends[item.id] = self.averaged(item)
                    self.board.columns[item.id] = self.own.worked(self.board, item, self.change)
        finally:
            self.own.own = nothing  # else all of it would hold itself, and stay until somebody looks for such circles
        return self.board

    def reads(self, item: Item) -> tuple[str, ...]:
        """What an item rests on, its population's included."""
        return needs(item, self.plan.methodology.populations)

    def blended(self, item: Item) -> bool:
        """Whether others' results in anything that an item rests on differ from draw to draw."""
        return any(id_ in self.blends for id_ in self.reads(item))

    def check_plain(self, item: Item) -> None:
        """That nothing but its rule makes an item's results, where others need them."""
        plan = self.plan
        after = item.round or item.limits or item.only_when
        if item.id in self.shared and (after or plan.given(item.id) is not None or plan.decided(item.id) is not None):
            raise NotByRow(item.id)

    def blend(self, id_: str) -> Blend:
        """Everyone's numbers in an item; where no draw changes others' they are one column."""
        if id_ in self.blends:
            return self.blends[id_]
        numbers = self.before.numbers(id_)[0]
        gone = np.isnan(numbers)
        there = numbers[~gone]
        centre = float(there.mean()) if there.size else 0.0
        size = float(there.std()) if there.size else 1.0
        column = np.where(gone, 0.0, (numbers - centre) / (size or 1.0))
        return Blend(np.full((self.size, 1), size or 1.0), column[None, :], gone, centre)

    def averaged(self, item: Item) -> Blend:
        """A mean of blends, of what each organisation has."""
        rule: Any = item.rule
        self.check_plain(item)
        if rule.kind not in AVERAGES or rule.missing.does != "leave out" or rule.missing.count_as is not None:
            raise NotByRow(item.id)
        self.before.item = item
        weights = weights_of(self.before, rule.of, item.id)
        gone = missing(self.plan.base(item.id).cells[0])
        parts = [self.blend(id_) for id_ in rule.of.items]
        total = sum(weight * ~part.gone for part, weight in zip(parts, weights, strict=True))
        shares = [
            np.where(part.gone | gone, 0.0, weight / np.where(gone, 1.0, total))
            for part, weight in zip(parts, weights, strict=True)
        ]
        centre = np.sum([share * part.centre for share, part in zip(shares, parts, strict=True)], axis=0)
        of = [part.of * share for part, share in zip(parts, shares, strict=True)]
        by = [part.by for part in parts]
        return Blend(np.hstack([*by, np.ones((self.size, 1))]), np.vstack([*of, centre[None, :]]), gone)

    def over_all(self, item: Item) -> Array | None:
        """The own result in each draw of an item over organisations; nothing for what looks at one at a time."""
        if self.plan.by_itself(item):
            return None
        rule: Any = item.rule
        if rule.kind == "reported":
            return self.reported(item)
        if rule.kind == "standardise" and rule.within is None and not self.blends.keys() & {*self.members(rule)}:
            return self.standardised(item)
        if item.id in self.shared:
            raise NotByRow(item.id)
        still = not self.blends.keys() & {*self.members(rule), rule.population(), getattr(rule, "within", None)}
        if isinstance(rule, Clusters) and still:
            return self.clustered(rule)
        by_rank = self.ranked(rule) if still else None
        return self.among_all(item) if by_rank is None else by_rank

    def ranked(self, rule: Any) -> Floats | None:  # noqa: ANN401 (any rule, of which those by rank are told)
        """The result of a rule by the rank of one value; nothing where it is another, or values are not exact."""
        bound = any(getattr(rule, name, None) for name in ("standard", "floor", "rank", "within"))
        if rule.kind not in {"percentile-rank", "rank-spread"} or bound or rule.of in self.blends:
            return None
        if self.before.exact(rule.of) is not True or self.board.exact(rule.of) is not True:
            return None
        inside, own_inside = self.inside(rule)
        values = self.before.numbers(rule.of)[0]
        there = inside & ~np.isnan(values)
        ascending = np.sort(values[there])
        own = np.broadcast_to(self.board.numbers(rule.of), (1, self.size))[0]
        own_there = own_inside & ~np.isnan(own)
        was, before = there[self.rows], values[self.rows]
        number = len(ascending) - was + own_there
        low = np.searchsorted(ascending, own, "left") - (was & (before < own)) + 1
        high = np.searchsorted(ascending, own, "right") - (was & (before <= own)) + 1
        if rule.kind == "percentile-rank":
            share = share_of_ranks(rule, low, high, number, back=turned(self.before, rule))
            made = self.before.number(rule.to) * share
        else:
            rank = number - high + 1 if self.before.polarity(rule.of) == "higher" else low
            made = spread_over(rank, number, self.before.number(rule.best), self.before.number(rule.worst))
        return np.where(own_there, made, np.nan)[None, :]

    def members(self, rule: Any) -> tuple[str, ...]:  # noqa: ANN401 (any rule over a population)
        """What tells who is in a rule's population."""
        over = rule.population()
        populations = self.plan.methodology.populations
        return tuple(populations[over].when.items()) if over in populations else ()

    def inside(self, rule: Any) -> tuple[Mask, Mask]:  # noqa: ANN401 (as above)
        """Who was in a rule's population, and in which draws the own organisation is."""
        found = []
        for board, width in ((self.before, len(self.plan.labels)), (self.board, self.size)):
            mask = board.population(rule.population())
            found.append(np.ones(width, np.bool_) if mask is None else np.broadcast_to(mask, (1, width))[0])
        return found[0], found[1]

    def reported(self, item: Item) -> Array:
        """An indicator if enough organisations report it, of whom the own one may be one more or less."""
        rule: Any = item.rule
        self.check_plain(item)
        if self.blends.keys() & {*self.members(rule)}:
            raise NotByRow(item.id)
        inside, own_inside = self.inside(rule)
        cells, own = self.before.cells(rule.of)[0], np.broadcast_to(self.board.cells(rule.of), (1, self.size))
        there, own_there = ~missing(cells) & inside, ~missing(own[0]) & own_inside
        number = there.sum() - there[self.rows] + own_there
        bound = self.board.number(rule.above or rule.at_least)
        enough, before = (count > bound if rule.above else count >= bound for count in (number, there.sum()))
        if item.id in self.shared:
            self.board.doubted |= enough != before
        if rule.of in self.blends:
            blend = self.blends[rule.of]
            self.blends[item.id] = blend if np.all(before) else Blend(blend.by, blend.of * 0, np.ones_like(blend.gone))
        return np.where(enough, own, np.nan if own.dtype == np.float64 else GONE)

    def standardised(self, item: Item) -> Floats:
        """How many deviations the own value lies from the mean of everyone, itself among them."""
        rule: Any = item.rule
        self.check_plain(item)
        blend, (inside, own_inside) = self.blend(rule.of), self.inside(rule)
        gone = blend.gone | ~inside
        of = np.where(gone, 0.0, blend.of)
        value = np.broadcast_to(self.board.numbers(rule.of), (1, self.size))[0] - blend.centre
        there = own_inside & ~np.isnan(value)
        was = ~gone[self.rows]
        before = np.einsum("bk,kb->b", blend.by, of[:, self.rows])
        now = np.where(there, value, 0.0)
        number = (~gone).sum() - was + there
        mean = (blend.by @ of.sum(axis=1) - before + now) / np.maximum(number, 1)
        squares = np.einsum("bk,bk->b", blend.by @ (of @ of.T), blend.by) - before**2 + now**2
        variance = (squares - number * mean**2) / (number - (1 if rule.sd == "n-1" else 0))
        deviation = np.sqrt(np.maximum(variance, 0.0))
        alone, were = number <= 1, (~gone).sum() <= 1
        self.board.doubted |= ~(deviation > FLAT * np.maximum(1.0, np.abs(mean))) & ~alone
        if item.id in self.shared:
            self.board.doubted |= alone != were
        sign = -1.0 if turned(self.before, rule) else 1.0
        if item.id in self.shared:
            share = (sign / deviation)[:, None]
            gone = gone | were
            constant = np.where(gone, 0.0, 1.0)[None, :]
            share = np.where(alone[:, None], 0.0, share)
            self.blends[item.id] = Blend(
                np.hstack([blend.by * share, -mean[:, None] * share]), np.vstack([of, constant]), gone
            )
        return np.where(there & ~alone, sign * (value - mean) / deviation, np.nan)[None, :]

    def clustered(self, rule: Clusters) -> Array:
        """Into which cluster the own value falls, where everyone of its cohort is clustered with it."""
        inside, own_inside = self.inside(rule)
        blend = self.blend(rule.of)
        value = np.broadcast_to(self.board.numbers(rule.of), (1, self.size))[0]
        there = own_inside & ~np.isnan(value)
        keys, own_keys = np.zeros(len(inside), np.int64), np.zeros(self.size, np.int64)
        if rule.within is not None:
            keys = self.before.cells(rule.within)[0]
            own_keys = np.broadcast_to(self.board.cells(rule.within), (1, self.size))[0]
            there = there & ~missing(own_keys)
        found = np.full(self.size, GONE, np.int32)
        for key in np.unique(own_keys[there]):
            among = np.flatnonzero(inside & ~blend.gone & (keys == key))
            place = np.full(len(inside), len(among))
            place[among] = np.arange(len(among))
            draws = np.flatnonzero(there & (own_keys == key))
            step = max(1, CELLS // (len(among) + 1))
            for start in range(0, len(draws), step):
                part = draws[start : start + step]
                values = np.full((len(part), len(among) + 2), np.inf)
                values[:, : len(among)] = blend.by[part] @ blend.of[:, among] + blend.centre
                values[np.arange(len(part)), place[self.rows[part]]] = np.inf  # a place of its own, where it was not
                values[:, len(among) + 1] = value[part]
                found[part] = self.fallen(rule, values, value[part], part)
        return found[None, :]

    def fallen(self, rule: Clusters, values: Floats, own: Floats, draws: Array) -> Array:
        """The levels of own values among the values of each draw; what has none is without end."""
        middles, near = middles_of(rule, self.board, values)
        with np.errstate(invalid="ignore"):
            close = np.abs(own[:, None] - middles) <= NEAR * np.maximum(1.0, np.abs(middles))
        near = near | (close & np.isfinite(middles)).any(axis=1)
        self.board.doubted[draws] |= near
        return level_codes(rule, (middles < own[:, None]).sum(axis=1), np.isfinite(middles).sum(axis=1) + 1)

    def among_all(self, item: Item) -> Array:
        """The own result of an item for which everyone's columns are worked out, in chunks of draws."""
        width = len(self.plan.labels)
        step = max(1, CELLS // width)
        found = []
        self.cells += self.size * width
        if self.cells > MOST_CELLS:
            raise NotByRow(item.id)
        for start in range(0, self.size, step):
            draws = slice(start, min(start + step, self.size))
            rows = self.rows[draws]
            board = Board(self.plan.methodology, len(rows), self.plan.base, self.plan.texts, self.plan.labels)
            for id_ in self.reads(item):
                board.columns[id_] = self.with_own(id_, draws)
            board.item = item
            made = ARITHMETIC[item.rule.kind](board, item.rule)
            found.append(np.broadcast_to(made, (len(rows), width))[np.arange(len(rows)), rows])
            self.board.doubted[draws] |= board.near
            for refused in board.refused.values():
                self.board.doubted[draws] |= refused
        return np.concatenate(found)[None, :]

    def with_own(self, id_: str, draws: slice) -> Column:
        """Everyone's column of an input or item in some draws, with the own cell of each."""
        rows = self.rows[draws]
        base, own = self.plan.base(id_).cells, self.board.column(id_)
        cells = self.blends[id_].numbers(draws) if id_ in self.blends else np.repeat(base, len(rows), axis=0)
        cells[np.arange(len(rows)), rows] = np.broadcast_to(own.cells, (1, self.size))[0, draws]
        return Column(alike(cells)) if id_ in self.blends else Column(cells, exact=own.exact)
