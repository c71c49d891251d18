"""The kind that counts how many items pass a test."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO
from nhsrate.core.problems import Problem
from nhsrate.kinds.members import MissingRule, name_list, no_weights, too_few, weight_shares
from nhsrate.kinds.rule import UNBOUNDED, Gives, Grounds, Rule, numberless
from nhsrate.language.conditions import IsMissing, Test, asks_for_missing, bounding, holds, turning, worded
from nhsrate.language.values import Refs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Count(Rule):
    """How many items pass a test.

    Under `leave out` those that are missing do not pass, and none that is there counts as 0; `{leave out: 3}` wants
    three to be there. Over items of different types it is a test of numbers, and a level counts as its number.

    Fields:
        of: The items that are tested.
        at: The test: a level, a list of levels, `">= 2"`, `2..5`, `missing`, or `not` and any of these but a list; or
            `{at_least: target}`, whose sides may be other items. Where such a bound is missing, it is as if the item
            were.

    Example:
        >>> rated("missed: {kind: count, of: [waits, finance], at: under, missing: leave out}",
        ...       "known: {kind: count, of: [waits, finance], at: not missing}",
        ...       levels="achieved under", waits="under achieved under", finance="under achieved -")
        waits     finance   missed  known
        under     under     2       2
        achieved  achieved  0       2
        under     -         1       1

    Unit: Items.

    Refused: Texts, and levels without a number, beside items of another type; weights, and `{count as: ...}`, which
        mean nothing here; a missing item where `missing` says `refuse`, unless the test is of `missing`.

    Source: No method's own; key targets that are missed are counted so in the NHS performance ratings of 2000/01 to
        2004/05, such as `nhs-star-ratings-2000-01-acute`.

    Section: 7.6
    """

    kind: ClassVar[str] = "count"
    gives: ClassVar[Gives] = "numbers"
    of: Refs
    at: Test
    missing: MissingRule = MissingRule()

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return tuple(dict.fromkeys([*self.of.items, *bounding(self.at)]))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Where one missing makes it missing, or a least number must be there."""
        if asks_for_missing(self.at):
            return False
        against = any(map(misses, bounding(self.at)))
        if self.missing.does == "missing":
            return against or any(misses(item) for item in self.of.items)
        return sum(not misses(item) and not against for item in self.of.items) < self.least()

    def where_missing(self) -> MissingRule | None:
        """What it does where one is missing, unless it counts just those."""
        return None if asks_for_missing(self.at) else self.missing

    def least(self) -> int:
        """How many must be there: none, unless the rule says how many."""
        needed = self.missing.needed(len(self.of.items))
        return needed if needed > 1 else 0

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a test may be of anything."""
        return ()

    def column(self, workings: Workings) -> list[Cell]:
        """How many, for every organisation."""
        columns = [workings.cells[item] for item in self.of.items]
        numbers = [Decimal(number) for number in range(len(columns) + 1)]
        if asks_for_missing(self.at):
            types = zip(*(map(type, column) for column in columns), strict=True)
            by_gaps = numbers if isinstance(self.at, IsMissing) else numbers[::-1]
            return [by_gaps[row.count(Missing)] for row in types]
        if bounding(self.at):
            return [self.against_items(workings, n) for n in range(workings.size)]
        there = {cell for column in columns for cell in column if type(cell) is not Missing}
        passing = {cell for cell in there if holds(self.at, cell)}
        rows = zip(*columns, strict=True)
        passed: list[Cell] = [numbers[sum(map(passing.__contains__, row))] for row in rows]
        gaps = {n for column in columns for n, cell in enumerate(column) if type(cell) is Missing}
        for n in sorted(gaps):
            passed[n] = self.with_gaps(workings, n, [column[n] for column in columns]) or passed[n]
        return passed

    def against_items(self, workings: Workings, n: int) -> Cell:
        """How many, for one organisation, where the test is against other items."""
        found = {item: workings.passes(self.at, item, n) for item in self.of.items}
        row = [workings.cells[item][n] for item in self.of.items]
        bounds = {item: cell for item in bounding(self.at) if isinstance(cell := workings.cells[item][n], Missing)}
        for item, cell in bounds.items():
            if self.missing.does == "refuse":
                return workings.refuse_missing(n, item, cell)
            row = [cell.through(workings.name(item))] * len(row)
        workings.refuse_crossed_test(self.at, n)
        return self.with_gaps(workings, n, row) or Decimal(sum(held is True for held in found.values()))

    def with_gaps(self, workings: Workings, n: int, row: Sequence[Cell]) -> Missing | None:
        """Why an organisation that lacks some items has no count, or nothing: then they do not pass."""
        stop: Missing | None = None
        for item, cell in zip(self.of.items, row, strict=True):
            if type(cell) is Missing and self.missing.does == "refuse":
                stop = workings.refuse_missing(n, item, cell)
            elif type(cell) is Missing and self.missing.does == "missing":
                stop = stop or cell.through(workings.name(item))
        kept = sum(type(cell) is not Missing for cell in row)
        return too_few(kept, self.least()) if stop is None and kept < self.least() else stop

    def drift(self, by: Mapping[str, Decimal], view: View) -> Decimal:  # noqa: ARG002 (every kind is asked alike)
        """What is there stays there, whatever its value."""
        return ZERO if asks_for_missing(self.at) else UNBOUNDED

    def why(self, view: View, n: int) -> str:
        """Which ones."""
        cells = {item: view.cells[item][n] for item in self.of.items}
        met = [item for item in cells if view.passes(self.at, item, n)]
        gone = [item for item, cell in cells.items() if isinstance(cell, Missing)]
        gone += [item for item in bounding(self.at) if isinstance(view.cells[item][n], Missing)]
        rest = f"; missing: {', '.join(map(view.name, gone))}" if gone and not asks_for_missing(self.at) else ""
        which = f": {', '.join(map(view.name, met))}" if met else ""
        return f"{len(met)} of {len(cells)} are {view.test_said(self.at, n)}{which}{rest}"

    def grounds(self, view: View, n: int) -> Grounds:
        """The items, and the figures that could make one pass or fail."""
        turned = [turning(self.at, view.cells[item][n], view.edge_of(n)) for item in self.of.items]
        return Grounds(self.reads(), tuple(dict.fromkeys(name for names in turned for name in names)))

    def shares(self) -> dict[str, Decimal]:
        """Each item the same."""
        return weight_shares(self.of)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rest = "" if asks_for_missing(self.at) else f"; {self.missing}"
        test = worded(self.at, lambda edge: edge.words(name))
        return f"how many of {name_list(self.of, name)} are {test}{rest}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Weights and stand-ins, which mean nothing here, and a test of numbers of what has none."""
        problems = no_weights(self.of, self.kind, at)
        types = {id_: methodology.type_of(id_) for id_ in self.of.items}
        if any(type_ != types[self.of.items[0]] for type_ in types.values()) and not asks_for_missing(self.at):
            for id_, type_ in types.items():
                if type_.scale is None or all(level.number is None for level in type_.scale.levels):
                    problems += numberless(item, id_, type_, at)
        if self.missing.does == "count as":
            message = "A count has no number to count a missing item as."
            problems.append(Problem(at, "wrong-type", message, "Say refuse, leave out or missing."))
        return problems
