"""The plan: a methodology's rules on arrays of draws by organisations, held to the engine that rated the return.

What nothing changed touches is the engine's own column. What is touched is worked out by the array arithmetic of its
kind (`plan.kinds`); results that lie too near to a bound to be told by floating numbers are noted, and left to the
engine. Unperturbed, the plan must give what the engine gave: `differences` says where it does not.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.core.frozen import frozen
from nhsrate.engine.assessment import is_taken
from nhsrate.language.numbers import OfItem
from nhsrate.language.records import figures_in
from nhsrate.plan.arithmetic import AVERAGES, all_equal
from nhsrate.plan.bands import Banded, Table
from nhsrate.plan.board import Board
from nhsrate.plan.columns import (
    EXACT_KINDS,
    GONE,
    NEAR,
    Array,
    Codes,
    Column,
    Floats,
    Mask,
    Texts,
    blank,
    encoded,
    level_numbers,
    missing,
)
from nhsrate.plan.deciding import rounded
from nhsrate.plan.kinds import ARITHMETIC, left_to_the_engine
from nhsrate.rules.checks import needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item, Limit, Methodology

WEIGHING = frozenset({*AVERAGES, "sum"})
"""Kinds that a part can be left out of."""

HANDING_ON = frozenset({"decide", "first-available", "highest", "lowest", "reported", "winsorise"})
"""Kinds that give numbers as they were, and make none of their own."""


@frozen
class Change:
    """What a chunk of draws sets: figures (a column each), the weights of items (a column for each part), whole inputs.

    `size` is the number of draws; `bands` has the inputs of which only the band is drawn; `left_out` is a part that
    every average does without.
    """

    size: int
    figures: Mapping[str, Floats] = field(default_factory=dict)
    weights: Mapping[str, Floats] = field(default_factory=dict)
    inputs: Mapping[str, Array] = field(default_factory=dict)
    bands: Mapping[str, Banded] = field(default_factory=dict)
    left_out: str | None = None


UNCHANGED = Change(1)
"""One draw in which nothing is changed."""


class Plan:
    """A rated return, ready to be rated again under changes.

    `only` keeps one organisation: for changes that reach nothing that is over organisations.
    """

    def __init__(self, assessment: Assessment, *, only: Sequence[int] | None = None) -> None:
        """The plan of an assessment, for all its organisations or some."""
        self.assessment = assessment
        self.methodology: Methodology = assessment.methodology
        self.keep = range(len(assessment.organisations)) if only is None else only
        self.labels = tuple(assessment.organisations[n].code for n in self.keep)
        self.texts = Texts()
        self.bases: dict[str, Column] = {}
        self.givens: dict[str, Mask | None] = {}
        self.decisions: dict[str, Mask | None] = {}
        self.tables: dict[tuple[str, Table], Table | None] = {}
        self.order = [id_ for id_ in self.methodology.order if id_ in assessment.columns]
        self.figures_of = {id_: frozenset(figures_in(self.methodology.items[id_])) for id_ in self.order}
        self.asked = self.rests_on(item.id for item in self.methodology.headlines)

    def base(self, id_: str) -> Column:
        """The engine's column of an input or item."""
        if id_ not in self.bases:
            cells = self.assessment.columns[id_]
            picked = cells if isinstance(self.keep, range) else [cells[n] for n in self.keep]
            array = encoded(picked, self.methodology.type_of(id_), self.texts)
            self.bases[id_] = Column(array, exact=True, fixed=True)
        return self.bases[id_]

    def rests_on(self, roots: Iterable[str]) -> frozenset[str]:
        """The inputs and items that these rest on, themselves among them."""
        found: set[str] = set()
        ahead = [*roots]
        while ahead:
            id_ = ahead.pop()
            if id_ not in found:
                found.add(id_)
                if id_ in self.methodology.items and not self.all_given(id_):
                    ahead += needs(self.methodology.items[id_], self.methodology.populations)
        return frozenset(found)

    def given(self, id_: str) -> Mask | None:
        """The organisations for which an item came as published; nothing where it did for none."""
        if id_ not in self.givens:
            values = self.assessment.submitted.values.get(id_)
            cells = [values.cells[n] for n in self.keep] if values else []
            mask = np.array([is_taken(cell) for cell in cells], np.bool_)
            self.givens[id_] = mask if mask.any() else None
        return self.givens[id_]

    def all_given(self, id_: str) -> bool:
        """Whether an item came as published for everyone, so that nothing reaches it."""
        given = self.given(id_)
        return given is not None and bool(given.all())

    def decided(self, id_: str) -> Mask | None:
        """The organisations whose result people decided."""
        if id_ not in self.decisions:
            marks = self.assessment.marks.get(id_, {})
            decided = {n for n, own in marks.items() if any(mark.what == "override" for mark in own)}
            self.decisions[id_] = np.array([n in decided for n in self.keep], np.bool_) if decided else None
        return self.decisions[id_]

    def touched(self, change: Change) -> list[str]:
        """The items that a change reaches, in an order in which each comes after what it reads."""
        reached, populations = {*change.inputs, *change.bands}, self.methodology.populations
        found = []
        for id_ in self.order:
            item = self.methodology.items[id_]
            own = self.changed_itself(item, change) or not reached.isdisjoint(needs(item, populations))
            if own and not self.all_given(id_):
                reached.add(id_)
                found.append(id_)
        return found

    def changed_itself(self, item: Item, change: Change) -> bool:
        """Whether a change sets a number of an item's own, such as a figure or a weight, or one of its population's."""
        return (
            self.figures_changed(item, change)
            or item.id in change.weights
            or change.left_out in parts_of(item)
            or (item.rule.kind == "weight-used" and getattr(item.rule, "in_", "") in change.weights)
        )

    def figures_changed(self, item: Item, change: Change) -> bool:
        """Whether a change sets a figure of an item, or of who belongs to its population."""
        figures, over = change.figures.keys(), self.methodology.populations.get(self.over(item))
        return bool(figures) and not (
            figures.isdisjoint(self.figures_of[item.id]) and (over is None or figures.isdisjoint(figures_in(over.when)))
        )

    def over(self, item: Item) -> str:
        """The population that an item's statistic is over."""
        return item.rule.population()

    def row_wise(self, change: Change) -> bool:
        """Whether what a change reaches rests for each organisation on that organisation alone."""
        return all(self.by_itself(self.methodology.items[id_]) for id_ in self.touched(change) if id_ in self.asked)

    def by_itself(self, item: Item) -> bool:
        """Whether a rule looks at one organisation at a time: also where it has goalposts, or published ranks."""
        rule: Any = item.rule
        if rule.kind == "min-max":
            return None not in rule.posts()
        if rule.kind == "rank-spread" and rule.rank is not None and rule.ranked is not None:
            return not missing(self.base(rule.rank).cells).any()
        return rule.alone

    def unplanned(self, change: Change) -> dict[str, str]:
        """The items that a change reaches and that are not in the plan, each with the reason."""
        found = {}
        for id_ in self.touched(change):
            rule: Any = self.methodology.items[id_].rule
            reason = left_to_the_engine(rule)
            if reason is None and rule.kind == "significance":
                drawn = {number.figure for number in rule.confidence} & change.figures.keys()
                reason = f"its confidence {', '.join(sorted(filter(None, drawn)))} is varied" if drawn else None
            if reason is not None and id_ in self.asked:
                found[id_] = reason
        return found

    def run(self, change: Change, wanted: Iterable[str] | None = None) -> Board:
        """The board after all that a change reaches is worked out, or what some items rest on."""
        board = Board(self.methodology, change.size, self.base, self.texts, self.labels, change.figures, change.weights)
        board.left_out = change.left_out
        board.banded.update(change.bands)
        for id_, cells in change.inputs.items():
            board.columns[id_] = Column(cells, exact=True)
        keep = None if wanted is None else self.rests_on(wanted)
        with np.errstate(all="ignore"):
            for id_ in self.touched(change):
                if (keep is not None and id_ not in keep) or id_ in change.inputs:
                    continue
                item = self.methodology.items[id_]
                banded = self.banded(board, item, change) if change.bands else None
                if banded is not None:
                    board.banded[id_] = banded
                else:
                    board.asked = id_ in self.asked
                    board.columns[id_] = self.worked(board, item, change)
        return board

    def banded(self, board: Board, item: Item, change: Change) -> Banded | None:
        """An item as what its result is in each band of one value, where it rests on that value alone; else nothing."""
        read = needs(item, self.methodology.populations)
        own = {id_: board.banded[id_] for id_ in read if id_ in board.banded}
        rests = {banded.root: banded.codes for banded in own.values()}
        others = any(id_ in board.columns and not board.columns[id_].fixed for id_ in read if id_ not in own)
        if len(rests) != 1 or others or self.changed_itself(item, change) or not self.by_itself(item):
            return None
        [(root, codes)] = rests.items()
        if (item.id, root) not in self.tables:
            self.tables[item.id, root] = self.table(item, {id_: one.table for id_, one in own.items()})
        table = self.tables[item.id, root]
        return None if table is None else Banded(codes, table, root)

    def table(self, item: Item, tables: Mapping[str, Table]) -> Table | None:
        """An item worked out once for each band; nothing where one is refused or cannot be told in floating numbers."""
        size = len(next(iter(tables.values())).column.cells)
        board = Board(self.methodology, size, self.base, self.texts, self.labels)
        board.columns.update({id_: table.column for id_, table in tables.items()})
        made = self.worked(board, item, Change(size))
        if board.near.any() or board.refused:
            return None
        shape = (size, board.width)
        column = Column(np.broadcast_to(made.cells, shape), exact=made.exact, sure=made.sure)
        scale = self.methodology.type_of(item.id).scale
        numbers = Table(Column(level_numbers(scale)[column.cells], exact=True)) if scale else None
        return Table(column, numbers)

    def worked(self, board: Board, item: Item, change: Change, *, forced: bool = False) -> Column:
        """One item: its rule, its gate, its rounding, its limits; what came as published or was decided stays.

        `forced` works it out also for those whose result cannot differ.
        """
        given, decided = self.given(item.id), self.decided(item.id)
        board.item, board.settled = item, None if given is None else given[None, :]
        sure = None if forced else self.sure(board, item, change)
        for mask in (given, decided):
            if mask is not None:
                sure = mask if sure is None else sure | mask
        board.sure = sure
        board.population(self.over(item))
        shut = self.shut_out(board, item)
        if shut is not None:
            board.settled = shut if board.settled is None else board.settled | shut
        cells = self.arithmetic(board, item)
        exact = self.is_exact(board, item)
        if shut is not None:
            cells = np.where(shut, blank(cells), cells)
        if item.round and cells.dtype == np.float64:
            step = board.number(item.round.step) if item.round.step else None
            cells = rounded(board, cells, places=item.round.places, step=step, halves=item.round.halves, exact=exact)
            exact = True
        if item.limits:
            cells = self.limited(board, item, cells)
        if sure is not None:
            cells = np.where(sure, self.base(item.id).cells, cells)
        return Column(cells, exact=exact, sure=sure)

    def arithmetic(self, board: Board, item: Item) -> Array:
        """What the item's rule gives."""
        return ARITHMETIC[item.rule.kind](board, item.rule)

    def sure(self, board: Board, item: Item, change: Change) -> Mask | None:
        """The organisations whose result cannot differ in any draw; nothing where that is none, or is not known."""
        rule: Any = item.rule
        if not self.by_itself(item) or self.figures_changed(item, change) or change.left_out in parts_of(item):
            return None
        if item.id in change.weights or rule.kind == "weight-used":
            equal = rule.kind in AVERAGES and set(item.reads()) == set(rule.of.items)
            found = all_equal(board, rule.of, rule.missing) if equal else None
        else:
            found = np.ones(board.width, np.bool_)
            for id_ in needs(item, self.methodology.populations):
                column = board.known(id_)
                if not column.fixed:
                    found = found & (False if column.sure is None else column.sure)
        return found if found is not None and found.any() else None

    @staticmethod
    def is_exact(board: Board, item: Item) -> bool:
        """Whether the item's numbers can be compared as they are."""
        kind = item.rule.kind
        rule: Any = item.rule
        if kind == "clip":
            ends = [board.exact_edge(end) for end in (rule.low, rule.high) if end is not None]
            return all(exact is True for exact in (board.exact(rule.of), *ends))
        if kind == "statistic":
            return rule.take == "count"
        if kind in HANDING_ON:
            return all(board.exact(id_) is True for id_ in item.rule.hands_on() or item.rule.reads())
        return kind in EXACT_KINDS

    def shut_out(self, board: Board, item: Item) -> Mask | None:
        """The organisations that the item's gate shuts out."""
        gate = item.only_when
        if gate is None:
            return None
        rest = np.ones((1, board.width), np.bool_) if board.settled is None else ~board.settled
        return rest & ~board.met(gate.when, gate.missing, among=rest)

    def limited(self, board: Board, item: Item, cells: Array) -> Array:
        """The levels after each limit in its turn."""
        covered = frozenset().union(*(limit.when.asked() for limit in item.limits))
        given = self.given(item.id)
        open_ = ~missing(cells) if given is None else ~missing(cells) & ~given
        ends: list[tuple[Limit, Array, Mask]] = []
        for limit in item.limits:
            held = board.met(limit.when, limit.missing, covered, open_)
            end = end_of(board, item, limit)
            gone = held & missing(end)
            if limit.missing != "fails":
                cells, open_ = np.where(gone, GONE, cells), open_ & ~gone
            held = held & ~missing(end)
            cells = np.where(held, stepped(item, cells, limit, end), cells)
            ends += [(limit, end, held)] if limit.end is not None else []
        refuse_crossed(board, ends)
        return cells

    def differences(self) -> list[str]:
        """The items in which the plan, with nothing changed, is not what the engine gave.

        A level or text must be the same, a number within 1e-9 (of itself, where it is above 1). An item that rests on
        something which floating numbers cannot tell is the engine's, and is no difference.
        """
        kept = [id_ for id_ in self.order if left_to_the_engine(self.methodology.items[id_].rule) is None]
        board = Board(self.methodology, 1, self.base, self.texts, self.labels)
        found = []
        with np.errstate(all="ignore"):
            for id_ in kept:
                if self.all_given(id_):
                    continue
                board.asked, board.near = True, np.zeros(1, np.bool_)
                made = self.worked(board, self.methodology.items[id_], UNCHANGED, forced=True)
                if agree(self.base(id_).cells, made.cells) and not board.refused:
                    board.columns[id_] = made
                elif not board.near.any():
                    found.append(id_)
                board.refused.clear()
                board.number_columns.pop(id_, None)
                board.filled_columns.pop(id_, None)
        return found


def agree(engine: Array, plan: Array) -> bool:
    """Whether two columns are the same: levels and texts at each place, numbers within 1e-9."""
    plan = np.broadcast_to(plan, engine.shape)
    if engine.dtype != np.float64 or plan.dtype != np.float64:
        return engine.dtype == plan.dtype and bool((engine == plan).all())
    gone = np.isnan(engine)
    with np.errstate(invalid="ignore"):
        apart = np.abs(engine - plan) <= NEAR * np.maximum(1.0, np.abs(engine))
    return bool((gone == np.isnan(plan)).all() and (apart | gone).all())


def end_of(board: Board, item: Item, limit: Limit) -> Codes:
    """The level that a limit is a cap or a floor at, for each organisation; of a step any."""
    end = limit.end
    if not isinstance(end, OfItem):
        return np.full((1, 1), end.position if end else 0, np.int32)
    codes = board.cells(end.item)
    if end.plus is None or item.scale is None:
        return codes
    numbers = np.array([float(level.number or 0) for level in item.scale.levels])
    wanted = board.edge(end)
    apart = np.abs(np.where(np.isnan(wanted), 0.0, wanted)[..., None] - numbers)
    return np.where(missing(codes), GONE, apart.argmin(axis=-1)).astype(np.int32)


def refuse_crossed(board: Board, ends: Sequence[tuple[Limit, Codes, Mask]]) -> None:
    """End the draws in which a cap lies below a floor for an organisation, where one of them is an item."""
    for k, (one, end, held) in enumerate(ends):
        for other, beside, also in ends[k + 1 :]:
            if bool(one.at_best) != bool(other.at_best) and any(isinstance(way.end, OfItem) for way in (one, other)):
                cap, floor = (end, beside) if one.at_best else (beside, end)
                board.refuse(held & also & (cap > floor), "A cap and a floor cross.")


def stepped(item: Item, cells: Array, limit: Limit, end: Codes) -> Array:
    """The levels that a limit leaves."""
    if limit.at_best:
        return np.maximum(cells, end)
    if limit.at_worst:
        return np.minimum(cells, end)
    last = len(item.scale.levels) - 1 if item.scale else 0
    return np.clip(cells + (limit.by if limit.step == "down" else -limit.by), 0, last)


def parts_of(item: Item) -> tuple[str, ...]:
    """The parts of an average; nothing of any other item."""
    of: Any = getattr(item.rule, "of", ())
    return of.items if item.rule.kind in WEIGHING else ()
