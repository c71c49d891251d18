"""Why a rating changed: its causes between two returns, which add up exactly, and the inputs that moved it.

A rating rests on an organisation's own values, on which of them it reports, on the others', on the rules and on what
people decided. Each is as before or as after, and every mixture can be rated. What a cause did hangs on what changed
before it, so it is averaged over all orders (Shapley, 1953); values and coverage are one cause, own, which is divided
within itself (Owen, 1977), so that a new blank does not count twice. The parts sum to the change.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.levers import indicators, number_ranked
from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.engine.assess import assess
from nhsrate.engine.weights import score_of
from nhsrate.kinds.places import RankSpread
from nhsrate.plan.columns import encoded
from nhsrate.plan.plan import Change, Plan
from nhsrate.runs.crossing import crossed
from nhsrate.runs.progress import unheard
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request

CAUSES = ("own_values", "own_coverage", "others", "rules", "decisions")
UNIONS = ("own", "others", "rules", "decisions")

MOST_RATINGS = 2_500
"""Where others' values count, so many ratings of all are made at most to tell the causes of every move."""

NOT_THERE = Missing("not in the return of that period", "absent")

State = tuple[bool, bool, bool, bool, bool]
"""Which causes are as after, in the order of `CAUSES`."""


@frozen
class Side:
    """One end of a change: its ratings, and its return in the terms of the methodology before and of that after."""

    assessment: Assessment
    returns: tuple[Return, Return]


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


@frozen
class Moved:
    """One organisation that is rated in both: its ratings, and what each cause gave, in levels (above 0 is better).

    `causes` and `score_causes` are nothing where they were not worked out, and `why_not` says why. `score` is the
    change of the score behind the rating.
    """

    code: str
    name: str
    before: Cell
    after: Cell
    causes: dict[str, Fraction] | None
    score: Decimal | None = None
    score_causes: dict[str, Fraction] | None = None
    inputs: tuple[Put, ...] = ()
    why_not: str = ""

    @property
    def levels(self) -> int | None:
        """By how many levels it moved; above 0 is better."""
        return None if (pair := positions(self.before, self.after)) is None else pair[0] - pair[1]


@frozen
class Changed:
    """What changed between two ends: the items compared, everyone rated in both, who came and who went.

    `by_engine` says that every corner is a rating of the engine for each organisation by itself.
    """

    old: Assessment
    new: Assessment
    item: Item
    organisations: tuple[Moved, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    not_split: str = ""


def between(old: Request, new: Request) -> tuple[Side, Side, list[Problem]]:
    """Two ends as they were asked for, each read in the terms of the other's methodology too, and what was met."""
    requests = (old, new)
    runs = [run(one) for one in requests]
    other = [crossed(requests[k], runs[k], runs[1 - k].methodology) for k in (0, 1)]
    before = Side(runs[0].assessment, (runs[0].submitted, other[0]))
    after = Side(runs[1].assessment, (other[1], runs[1].submitted))
    return before, after, [problem for one in runs for problem in one.problems]


def positions(before: Cell, after: Cell) -> tuple[int, int] | None:
    """The places of two levels on their scales, from 0, the best; nothing where either is none."""
    if isinstance(before, Level) and isinstance(after, Level):
        return before.position, after.position
    return None


def changed(old: Side, new: Side, only: Sequence[str] = (), say: Say = unheard) -> Changed:
    """What changed and why. Raises `Refused` where the two headline ratings are not on scales of the same levels."""
    item, before = new.assessment.methodology.headlines[0], old.assessment.methodology.headlines[0]
    check_scales(before, item, new.assessment)
    places = [{one.code: n for n, one in enumerate(side.assessment.organisations)} for side in (old, new)]
    both = [code for code in places[1] if code in places[0]]
    wanted = [code for code in both if not only or code in only]
    corners = Corners(old, new, before, item)
    alone = corners.alone()
    cost = 0 if alone else len(wanted) * corners.number
    split = alone or bool(only) or cost <= MOST_RATINGS
    why_not = "" if split else (
        f"{cost:,} ratings of all would have to be made, as each rests on others' values; --only CODE tells the causes "
        f"of one"
    )  # fmt: skip
    found = []
    for k, code in enumerate(wanted, 1):
        say("causes", k, len(wanted))
        found.append(corners.moved(code, detail=bool(only)) if split else corners.ends(code, why_not))
    return Changed(
        old.assessment, new.assessment, item, tuple(found),
        tuple(code for code in places[1] if code not in places[0]),
        tuple(code for code in places[0] if code not in places[1]), why_not,
    )  # fmt: skip


def check_scales(before: Item, after: Item, assessment: Assessment) -> None:
    """That both ratings give levels of the same names in the same order."""
    names = [[level.name for level in one.scale.levels] if one.scale else [] for one in (before, after)]
    if names[0] != names[1] or not names[0]:
        message = (
            f"{before.name} and {after.name} are not levels of the same names, and cannot be set against each other."
        )
        remedy = "Rate both returns under one method with -m."
        raise Refused([Problem(CellLocation(assessment.submitted.name), "wrong-levels", message, remedy)])


class Corners:
    """Every mixture of before and after, rated when it is asked for."""

    def __init__(self, old: Side, new: Side, before: Item, after: Item) -> None:
        """The corners between two ends; `before` and `after` are the ratings that are compared."""
        self.sides, self.items = (old, new), (before, after)
        self.methods = (old.assessment.methodology, new.assessment.methodology)
        scores = [score_of(method, item)[0] for method, item in zip(self.methods, self.items, strict=True)]
        same = scores[0] is not None and scores[1] is not None and scores[0].id == scores[1].id
        self.score = scores[1] if same else None
        self.places = [{one.code: n for n, one in enumerate(side.assessment.organisations)} for side in self.sides]
        self.rules_differ = (
            self.methods[0].digest != self.methods[1].digest or self.methods[0].settings != self.methods[1].settings
        )
        self.decided = bool(old.returns[0].overrides or new.returns[1].overrides)
        self.whole: dict[State, Assessment | None] = {}
        self.by_itself: bool | None = None
        self.ranked: dict[str, str] | None = None
        self.numbers: dict[str, tuple[int | None, ...]] = {}
        self.mixtures: dict[tuple[bool, bool], Methodology] = {}

    @property
    def number(self) -> int:
        """How many corners an organisation has at most."""
        return 4 * 2 * (1 + self.rules_differ) * (1 + self.decided)

    def alone(self) -> bool:
        """Whether every rating rests on the organisation's own values, under both methods."""
        if self.by_itself is None:
            self.by_itself = True
            for side in self.sides:
                plan = Plan(side.assessment)
                inputs = [id_ for id_ in side.assessment.methodology.inputs if id_ in plan.asked]
                change = Change(1, inputs={id_: plan.base(id_).cells for id_ in inputs})
                self.by_itself = self.by_itself and not plan.unplanned(change) and plan.row_wise(change)
        return self.by_itself

    def ends(self, code: str, why_not: str = "") -> Moved:
        """The ratings of one organisation at both ends, without their causes."""
        at = [self.places[k][code] for k in (0, 1)]
        cells = [side.assessment.columns[item.id][n] for side, item, n in zip(self.sides, self.items, at, strict=True)]
        name = self.sides[1].assessment.organisations[at[1]].name
        return Moved(code, name, cells[0], cells[1], None, why_not=why_not)

    def moved(self, code: str, *, detail: bool) -> Moved:
        """One organisation with the causes of its move, and where it is asked for in detail with its inputs."""
        ends = self.ends(code)
        if positions(ends.before, ends.after) is None:
            return replace(ends, why_not="it has no level at one end, and a level more or less cannot be counted")
        active = self.active(code)
        try:
            levels = {state: self.rated(code, state) for state in states(active)}
        except Refused as refused:
            return replace(
                ends, why_not=f"a mixture of before and after cannot be rated: {refused.problems[0].message}"
            )
        gaps = [pair[0] for pair in levels.values() if not isinstance(pair[0], Level)]
        if gaps:
            return replace(ends, why_not=f"a mixture of before and after has no level: {gaps[0]}")
        causes = owen(lambda state: Fraction(-position(levels[masked(state, active)][0])), active)
        score_causes = change = None
        numbers = {state: pair[1] for state, pair in levels.items()}
        if self.score is not None and all(isinstance(cell, Decimal) for cell in numbers.values()):
            score_causes = owen(lambda state: Fraction(number_of(numbers[masked(state, active)])), active)
            change = number_of(numbers[masked((True,) * 5, active)]) - number_of(numbers[(False,) * 5])
        inputs = self.put_back(code) if detail else ()
        return replace(ends, causes=causes, score=change, score_causes=score_causes, inputs=inputs)

    def active(self, code: str) -> frozenset[str]:
        """The causes that differ at all between the ends, for one organisation."""
        found = {"rules"} if self.rules_differ else set()
        if self.decided and self.decisions(0, code) != self.decisions(1, code):
            found.add("decisions")
        rows = [self.row(k, code) for k in (0, 1)]
        for id_ in rows[0].keys() & rows[1].keys():
            gone = [isinstance(row[self.leads(id_)], Missing) for row in rows]
            if gone[0] != gone[1]:
                found.add("own_coverage")
            elif not any(gone) and rows[0][id_] != rows[1][id_]:
                found.add("own_values")
        if not self.alone():
            found.add("others")
        return frozenset(found)

    def row(self, side: int, code: str) -> dict[str, Cell]:
        """What one end says of an organisation, in the terms of the methodology after."""
        submitted = self.sides[side].returns[1]
        n = self.places[side][code]
        return {id_: values.cells[n] for id_, values in submitted.values.items()}

    def decisions(self, side: int, code: str) -> set[tuple[str, str]]:
        """What people decided of an organisation at one end."""
        found = self.sides[side].returns[side].overrides
        return {(one.item, one.level) for one in found if one.code == code}

    def rated(self, code: str, state: State) -> tuple[Cell, Cell]:
        """The level and the score of one organisation at a corner."""
        n, assessment = self.corner(code, state)
        score = assessment.columns[self.score.id][n] if self.score else Missing("no score", "absent")
        return assessment.columns[self.items[state[3]].id][n], score

    def corner(self, code: str, state: State) -> tuple[int, Assessment]:
        """The ratings at a corner, and the organisation's place in them: of all at once where each rests on itself."""
        if state == (False,) * 5:
            return self.places[0][code], self.sides[0].assessment
        if all(state):
            return self.places[1][code], self.sides[1].assessment
        whole = self.together(state) if self.alone() else None
        return self.places[state[2]][code], whole or self.assessed(self.mixed(state, [code]), state)

    def together(self, state: State) -> Assessment | None:
        """The ratings of all at a corner at once, as each rests on itself; nothing where those of one are refused."""
        if state not in self.whole:
            try:
                self.whole[state] = self.assessed(self.mixed(state, [*self.both()]), state)
            except Refused:
                self.whole[state] = None
        return self.whole[state]

    def both(self) -> Iterable[str]:
        """The organisations at both ends."""
        return (code for code in self.places[1] if code in self.places[0])

    def assessed(self, submitted: Return, state: State) -> Assessment:
        """A rating of the engine at a corner."""
        wanted = [self.items[state[3]].id, *([self.score.id] if self.score else [])]
        return assess(submitted, self.method(rules=state[3], values=state[0]), only=wanted)

    def method(self, *, rules: bool, values: bool) -> Methodology:
        """The rules of one end; how many are ranked goes with the ranks, which say nothing without it."""
        if (rules, values) not in self.mixtures:
            method, other = self.methods[rules], self.methods[values]
            items = {id_: with_ranked(item, other.items.get(id_)) for id_, item in method.items.items()}
            self.mixtures[rules, values] = method if rules == values else replace(method, items=items)
        return self.mixtures[rules, values]

    def mixed(self, state: State, codes: Sequence[str]) -> Return:
        """The return at a corner: everyone as at one end, and the rows of some mixed of both."""
        values, coverage, others, rules, decisions = state
        base = self.sides[others].returns[rules]
        pair = [side.returns[rules] for side in self.sides]
        columns = {}
        for id_, column in base.values.items():
            cells = list(column.cells if others == values else (self.among(id_, cell, others) for cell in column.cells))
            for code in codes:
                end = self.end(pair, id_, code, values=values, coverage=coverage)
                given = pair[end].values.get(id_)
                cell = NOT_THERE if given is None else given.cells[self.places[end][code]]
                cells[self.places[others][code]] = cell if end == values else self.among(id_, cell, end)
            columns[id_] = replace(column, cells=tuple(cells), supposed={})
        known = {*self.places[others]}
        overrides = tuple(one for one in pair[decisions].overrides if one.code in known)
        return replace(base, values=columns, overrides=overrides, period=None, periods=())  # it is of two periods

    def leads(self, id_: str) -> str:
        """The input that says whether an indicator is reported: of a published rank, that which it ranks."""
        if self.ranked is None:
            found = (one for method in self.methods for one in indicators(method))
            self.ranked = {column: one.input for one in found for column in one.columns}
        return self.ranked.get(id_, id_)

    def end(self, pair: Sequence[Return], id_: str, code: str, *, values: bool, coverage: bool) -> bool:
        """From which end a cell comes: that of its value, unless there is none, or the indicator is not to be there."""
        lead = self.leads(id_)
        column = pair[coverage].values.get(lead)
        if column is None or isinstance(column.cells[self.places[coverage][code]], Missing):
            return coverage
        wanted = pair[values].values.get(lead)
        gone = wanted is None or isinstance(wanted.cells[self.places[values][code]], Missing)
        return coverage if gone else values

    def among(self, id_: str, cell: Cell, end: bool) -> Cell:  # noqa: FBT001 (an end is before or after)
        """A published rank of one end among as many as are ranked at the other: its share of them, in whole places."""
        if id_ not in self.numbers:
            self.numbers[id_] = tuple(number_ranked(method, id_) for method in self.methods)
        numbers = self.numbers[id_] if not end else self.numbers[id_][::-1]
        if not isinstance(cell, Decimal) or not all(numbers) or numbers[0] == 1:
            return cell
        here, there = (Decimal(number or 1) for number in numbers)
        return ((cell - 1) / (here - 1) * (there - 1)).to_integral_value() + 1

    def put_back(self, code: str) -> tuple[Put, ...]:
        """Each indicator that changed, put back alone to what it was, all else as after; by the plan."""
        assessment = self.sides[1].assessment
        methodology, n = assessment.methodology, self.places[1][code]
        before, after = self.row(0, code), self.row(1, code)
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
            board = plan.run(change, [self.items[1].id])
            size = (len(moved), len(plan.labels))
            levels = np.broadcast_to(board.cells(self.items[1].id), size)[:, n]
            scores = np.broadcast_to(board.numbers(self.score.id), size)[:, n] if self.score else None
        now = position(assessment.columns[self.items[1].id][n])
        own = assessment.columns[self.score.id][n] if self.score else None
        found = []
        for k, (id_, _) in enumerate(moved):
            there = None if levels is None or levels[k] < 0 else int(levels[k]) - now
            by = float(own) - float(scores[k]) if isinstance(own, Decimal) and scores is not None else None
            found.append(Put(id_, methodology.name_of(id_), before[id_], after[id_], there, by))
        return tuple(sorted(found, key=lambda one: (-abs(one.levels or 0), -abs(one.score or 0), one.input)))


def with_ranked(item: Item, other: Item | None) -> Item:
    """A score by published rank, with how many are ranked from the other end."""
    if other is None or not isinstance(item.rule, RankSpread) or not isinstance(other.rule, RankSpread):
        return item
    if item.rule.rank is None or other.rule.ranked is None:
        return item
    return replace(item, rule=replace(item.rule, ranked=other.rule.ranked))


def states(active: frozenset[str]) -> list[State]:
    """Every corner that differs from another by what changed at all."""
    free = [k for k, cause in enumerate(CAUSES) if cause in active]
    picked = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
    return [tuple(k in chosen for k in range(len(CAUSES))) for chosen in map(set, picked)]  # type: ignore[misc]


def masked(state: State, active: frozenset[str]) -> State:
    """A corner in which what never changed stays as before."""
    return tuple(on and cause in active for on, cause in zip(state, CAUSES, strict=True))  # type: ignore[return-value]


def owen(value: Callable[[State], Fraction], active: frozenset[str]) -> dict[str, Fraction]:
    """What each cause gives, averaged over all orders in which own values and own coverage stand together.

    >>> both = frozenset({"own_values", "others"})
    >>> found = owen(lambda state: Fraction(3 if state[0] and state[2] else 1 if state[0] else 0), both)
    >>> [str(found[cause]) for cause in CAUSES]
    ['2', '0', '1', '0', '0']
    """
    unions = [(k for k in (0, 1) if CAUSES[k] in active), *((k,) if CAUSES[k] in active else () for k in (2, 3, 4))]
    groups = [tuple(union) for union in unions]
    groups = [group for group in groups if group]
    found = dict.fromkeys(CAUSES, Fraction(0))
    for group in groups:
        rest = [other for other in groups if other is not group]
        for before in chain.from_iterable(combinations(rest, size) for size in range(len(rest) + 1)):
            outer = Fraction(factorial(len(before)) * factorial(len(rest) - len(before)), factorial(len(groups)))
            on = {k for other in before for k in other}
            for k in group:
                inner = [other for other in group if other != k]
                for ahead in chain.from_iterable(combinations(inner, size) for size in range(len(inner) + 1)):
                    weight = Fraction(factorial(len(ahead)) * factorial(len(inner) - len(ahead)), factorial(len(group)))
                    start = on | {*ahead}
                    step = value(_state(start | {k})) - value(_state(start))
                    found[CAUSES[k]] += outer * weight * step
    return found


def _state(on: set[int]) -> State:
    return tuple(k in on for k in range(len(CAUSES)))  # type: ignore[return-value]


def position(cell: Cell) -> int:
    """The place of a level on its scale, from 0, the best."""
    assert isinstance(cell, Level)  # noqa: S101 (whoever asks has seen to it)
    return cell.position


def number_of(cell: Cell) -> Decimal:
    """The number that a score is."""
    assert isinstance(cell, Decimal)  # noqa: S101 (as above)
    return cell
