"""Every mixture of before and after: what an organisation gets where some causes are as before and some as after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nhsrate.analysis.levers import indicators, number_ranked
from nhsrate.analysis.shapley import CAUSES, NOTHING, State, masked
from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.engine.weights import score_of
from nhsrate.kinds.places import RankSpread
from nhsrate.plan.plan import Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item, Methodology

NOT_THERE = Missing("not in the return of that period", "absent")

Pair = tuple[Cell, Cell]
"""The level and the score of an organisation at a corner."""


@frozen
class Side:
    """One end of a change: its ratings, and its return in the terms of the methodology before and of that after."""

    assessment: Assessment
    returns: tuple[Return, Return]


class Corners:
    """Every mixture of before and after, rated when it is asked for; `known` are those that were rated elsewhere."""

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
        self.known: dict[tuple[str, State], Pair] = {}
        self.untold: dict[str, str] = {}
        self.by_itself: bool | None = None
        self.ranked: dict[str, str] | None = None
        self.numbers: dict[str, tuple[int, ...]] = {}
        self.mixtures: dict[tuple[bool, bool], Methodology] = {}
        self.differing: dict[str, frozenset[str]] = {}

    def alone(self) -> bool:
        """Whether every rating rests on the organisation's own values, under both methods."""
        if self.by_itself is None:
            self.by_itself = all(map(rests_on_itself, (side.assessment for side in self.sides)))
        return self.by_itself

    def active(self, code: str) -> frozenset[str]:
        """The causes that differ at all between the ends, for one organisation."""
        if code not in self.differing:
            self.differing[code] = frozenset(self.differ(code))
        return self.differing[code]

    def differ(self, code: str) -> Iterable[str]:
        """The same, some more than once."""
        if self.rules_differ:
            yield "rules"
        if self.decided and self.decisions(0, code) != self.decisions(1, code):
            yield "decisions"
        if not self.alone():
            yield "others"
        for terms in (0, 1) if self.rules_differ else (1,):
            rows = [self.row(end, code, terms) for end in (0, 1)]
            for id_ in rows[0].keys() & rows[1].keys():
                gone = [isinstance(row.get(self.leads(id_)), Missing) for row in rows]
                if gone[0] != gone[1]:
                    yield "own_coverage"
                elif not any(gone) and rows[0][id_] != rows[1][id_]:
                    yield "own_values"

    def row(self, side: int, code: str, terms: int = 1) -> dict[str, Cell]:
        """What one end says of an organisation, in the terms of the methodology before (0) or after (1)."""
        n = self.places[side][code]
        return {id_: values.cells[n] for id_, values in self.sides[side].returns[terms].values.items()}

    def decisions(self, side: int, code: str) -> set[tuple[str, str]]:
        """What people decided of an organisation at one end."""
        found = self.sides[side].returns[side].overrides
        return {(one.item, one.level) for one in found if one.code == code}

    def meant(self, code: str, state: State) -> State:
        """The corner that a state comes to for an organisation, for which not every cause differs.

        What does not differ goes with the others, so that the corners at the ends are the ends.
        """
        active = self.active(code)
        state = masked(state, active)
        if state == masked((True,) * 5, active):
            return (True,) * 5
        if "others" not in active:
            return state
        found = [on if cause in active else state[2] for on, cause in zip(state, CAUSES, strict=True)]
        return found[0], found[1], found[2], found[3], found[4]

    def rated(self, code: str, state: State) -> Pair:
        """The level and the score of one organisation at a corner. Raises `Refused`."""
        state = self.meant(code, state)
        if (code, state) in self.known:
            return self.known[code, state]
        n, assessment = self.corner(code, state)
        score = assessment.columns[self.score.id][n] if self.score else Missing("no score", "absent")
        return assessment.columns[self.items[state[3]].id][n], score

    def corner(self, code: str, state: State) -> tuple[int, Assessment]:
        """The ratings at a corner, and the organisation's place in them: of all at once where each rests on itself."""
        if state == NOTHING:
            return self.places[0][code], self.sides[0].assessment
        if all(state):
            return self.places[1][code], self.sides[1].assessment
        whole = None
        if self.alone():
            whole = self.together(state, [*self.both()])
        elif state[0] == state[1] == state[2]:
            whole = self.together(state, [])
        return self.places[state[2]][code], whole or self.assessed(self.mixed(state, [code]), state)

    def base(self, state: State) -> Assessment:
        """The ratings of everyone where all values are those of one end. Raises `Refused`."""
        if state == NOTHING:
            return self.sides[0].assessment
        if all(state):
            return self.sides[1].assessment
        return self.together(state, []) or self.assessed(self.mixed(state, []), state)

    def together(self, state: State, codes: Sequence[str]) -> Assessment | None:
        """The ratings at a corner with the mixed rows of all of these; nothing where those of one are refused."""
        if state not in self.whole:
            try:
                self.whole[state] = self.assessed(self.mixed(state, codes), state)
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
            same = others == values or not self.numbers_of(id_)
            cells = list(column.cells) if same else [self.among(id_, cell, others) for cell in column.cells]
            for code in codes:
                end = self.end(pair, id_, code, values=values, coverage=coverage)
                given = pair[end].values.get(id_)
                cell = NOT_THERE if given is None else given.cells[self.places[end][code]]
                cells[self.places[others][code]] = cell if end == values else self.among(id_, cell, end)
            columns[id_] = replace(column, cells=cells, supposed={})
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

    def numbers_of(self, id_: str) -> tuple[int, ...]:
        """Of a published rank, how many are ranked at each end; of anything else nothing."""
        if id_ not in self.numbers:
            found = [number_ranked(method, id_) for method in self.methods]
            self.numbers[id_] = tuple(number for number in found if number) if all(found) else ()
        return self.numbers[id_]

    def among(self, id_: str, cell: Cell, end: bool) -> Cell:  # noqa: FBT001 (an end is before or after)
        """A published rank of one end among as many as are ranked at the other: its share of them, in whole places."""
        numbers = self.numbers_of(id_)[:: -1 if end else 1]
        if not numbers or not isinstance(cell, Decimal) or numbers[0] == 1:
            return cell
        here, there = map(Decimal, numbers)
        return ((cell - 1) / (here - 1) * (there - 1)).to_integral_value() + 1


def rests_on_itself(assessment: Assessment) -> bool:
    """Whether every headline rating rests on the organisation's own values: also by published ranks of everyone's."""
    plan = Plan(assessment)
    inputs = [id_ for id_ in assessment.methodology.inputs if id_ in plan.asked]
    change = Change(1, inputs={id_: plan.base(id_).cells for id_ in inputs})
    if plan.unplanned(change):
        return False
    items = [assessment.methodology.items[id_] for id_ in plan.touched(change) if id_ in plan.asked]
    return all(plan.by_itself(item) or by_published_rank(assessment, item) for item in items)


def by_published_rank(assessment: Assessment, item: Item) -> bool:
    """Whether a score is by published ranks: where anyone has one, nobody's is worked out in the return."""
    rule: Any = item.rule
    if not isinstance(rule, RankSpread) or rule.rank is None or rule.ranked is None:
        return False
    return rule.over == "everyone" and any_there(assessment.columns[rule.rank])


def published_ranks(methodology: Methodology) -> Iterable[Any]:
    """The rules that score by published ranks."""
    rules = (item.rule for item in methodology.items.values())
    return (rule for rule in rules if isinstance(rule, RankSpread) and rule.rank is not None)


def any_there(cells: Sequence[Cell]) -> bool:
    """Whether any cell is not missing."""
    return any(not isinstance(cell, Missing) for cell in cells)


def with_ranked(item: Item, other: Item | None) -> Item:
    """A score by published rank, with how many are ranked from the other end."""
    if other is None or not isinstance(item.rule, RankSpread) or not isinstance(other.rule, RankSpread):
        return item
    if item.rule.rank is None or other.rule.ranked is None:
        return item
    return replace(item, rule=replace(item.rule, ranked=other.rule.ranked))
