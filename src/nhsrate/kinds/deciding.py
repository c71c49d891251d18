"""Kinds that decide: the decision table, and the level of a number."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Level, Missing, Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, Halves, halves_text, rounded
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.kinds.rule import Condition, Gives, Grounds, Rule, numberless
from nhsrate.kinds.workings import cell_text
from nhsrate.language.conditions import When
from nhsrate.language.references import ref, result
from nhsrate.language.tree import Mapping, Node
from nhsrate.language.values import Context, Ref, Result, SourceName

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Outcome:
    """What a decision gives: a level or a number; or the value of another item."""

    value: Result = ""
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Outcome:
        """`3`, `red`, or `{item: other}`."""
        if isinstance(node, Mapping):
            return cls(item=ref(node, context))
        return cls(value=result(node, context))

    def plain(self, name: Callable[[str], str]) -> str:
        """In words."""
        return name(self.item) if self.item else cell_text(self.value)

    def cell(self, workings: Workings, n: int) -> Cell:
        """What it is for organisation `n`."""
        return workings.carried.get(self.item, workings.cells[self.item])[n] if self.item else self.value


@frozen
class DecisionRow:
    """One row of a decision table.

    Fields:
        when: The tests that must all hold: `{item: test, other: test}`; beside them may stand `any: [...]`, of whose
            conditions one must hold, and `not: {...}`, which must not.
        then: What the row gives: a level or a number, or `{item: x}` for the value of that item.
        because: The reason in words, which the explanation gives.
        missing: What a test of a missing value counts as: `holds` or `fails`.
        source: The entry of `sources:` that states the row.
    """

    when: When
    then: Outcome
    because: str = ""
    missing: Literal["holds", "fails"] | None = None
    source: SourceName | None = None
    at: LineLocation | None = field(default=None, compare=False)


@frozen
class Decide(Rule):
    """A decision table: all tests of a row must hold, the first row that fits wins, and `otherwise` ends it.

    An item that may be missing needs a row that tests it for `missing`, or `missing: holds` or `missing: fails` on the
    row; without it the table is refused, because an unmatched gate is a guess.

    Fields:
        rows: The rows, in the order in which they are tried.
        otherwise: What is given where no row fits, in the forms of `then`.

    Example:
        >>> rated("stars: {kind: decide, scale: levels, otherwise: 3, rows: ["
        ...       "{when: {weak: yes}, then: 0, missing: fails}, {when: {points: '> 6'}, then: 2, missing: fails}]}",
        ...       levels="3 2 0", weak="yes no no -", points="0 7 6 9")
        weak  points  stars
        yes   0       0
        no    7       2
        no    6       3
        -     9       2

    Unit: Levels where the item has a scale, else that of what is given.

    Refused: A table without rows or without `otherwise`; an item that may be missing without a word on what that means;
        a level that the scale does not have.

    Source: Object Management Group, *Decision Model and Notation* (2015): tables whose first fitting row wins (hit
        policy First). The key targets of the NHS performance ratings are decided so in
        `nhs-star-ratings-2000-01-acute`.

    Section: 8
    """

    kind: ClassVar[str] = "decide"
    carries: ClassVar[bool] = True
    rows: tuple[DecisionRow, ...]
    otherwise: Outcome

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        tested = [item for row in self.rows for item in row.when.items()]
        return tuple(dict.fromkeys([*tested, *self.hands_on()]))

    def hands_on(self) -> tuple[str, ...]:
        """The items whose value it may give."""
        return tuple(outcome.item for outcome in self.outcomes() if outcome.item)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only through an item that it gives on."""
        return any(misses(item) for item in self.hands_on())

    def covered(self) -> frozenset[str]:
        """The items for which a row says what a missing value means."""
        return frozenset().union(*(row.when.asked() for row in self.rows))

    def row_for(self, workings: Workings, n: int, covered: frozenset[str]) -> int:
        """The number of the row that fits organisation `n`; how many there are where none does."""
        rows = enumerate(self.rows)
        return next((k for k, row in rows if workings.met(row.when, n, row.missing, covered)), len(self.rows))

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a test may be of anything."""
        return ()

    def conditions(self) -> tuple[Condition, ...]:
        """The rows."""
        return tuple((row.when, row.missing, row.at) for row in self.rows)

    def grounds(self, view: View, n: int) -> Grounds:
        """The item whose value is given, and what was tested up to the row that held."""
        own = view.kept[n]
        rows, outcome = self.rows[: own + 1], self.outcome(own)
        tested = [item for row in rows for item in row.when.items()]
        figures = [name for row in rows for name in view.deciding(row.when, n, row.missing)]
        source = self.rows[own].source if own < len(self.rows) else None
        return Grounds(
            tuple(dict.fromkeys([*([outcome.item] if outcome.item else []), *tested])),
            tuple(dict.fromkeys(figures)),
            (source,) if source else (),
        )

    def outcome(self, row: int) -> Outcome:
        """What the row of that number gives; after the last one, what `otherwise` does."""
        return self.rows[row].then if row < len(self.rows) else self.otherwise

    def column(self, workings: Workings) -> list[Cell]:
        """What is decided for every organisation."""
        covered = self.covered()
        chosen = [self.row_for(workings, n, covered) for n in range(workings.size)]
        workings.keep(chosen)
        return [self.outcome(row).cell(workings, n) for n, row in enumerate(chosen)]

    def unit_of(self) -> tuple[str, ...]:
        """Those of which it gives the values, where it gives nothing else."""
        return self.hands_on() if all(outcome.item for outcome in self.outcomes()) else ()

    def outcomes(self) -> tuple[Outcome, ...]:
        """What each row gives, and at last `otherwise`."""
        return (*(row.then for row in self.rows), self.otherwise)

    def why(self, view: View, n: int) -> str:
        """The row that held, with the values it held on."""
        if view.kept[n] == len(self.rows):
            tested = dict.fromkeys(item for row in self.rows for item in row.when.items())
            return f"no row holds, so otherwise ({', '.join(view.told(item, n) for item in tested)})"
        row = self.rows[view.kept[n]]
        when, said = row.when, view.leaf_said(n)
        told = ", ".join(said(*leaf) for leaf in when.tests) if when.flat else when.worded(said)
        because = f": {row.because}" if row.because else ""
        line = f" (line {row.at.line})" if row.at else ""
        return f"row {view.kept[n] + 1}{line} holds, {told}{because}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = [f"{row.then.plain(name)} if {row.when.plain(name, row.missing)}" for row in self.rows]
        return "; else ".join([*rows, self.otherwise.plain(name)])

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """A table without rows."""
        return (
            [] if self.rows else [Problem(at, "missing-key", "A decision table has rows.", "Add one, or use constant.")]
        )


UNROUNDED = "Say how halves are rounded (halves: up), or mend the value."


@frozen
class LevelOf(Rule):
    """The level of a number, rounded to a whole one with `halves` named; a level of the same scale is passed on.

    Passing a level on gives limits something to be set on. Without `halves` the number must be a level's exactly.

    Fields:
        of: The number, or the level of the same scale.
        scale: The scale of the result, whose levels have numbers, unless a level is passed on.
        halves: Where a number halfway between two whole ones goes: `up`, `down`, `even`, `towards zero` or `away from
            zero`.

    Example:
        >>> rated("rating: {kind: level, of: average, scale: levels, halves: up}",
        ...       levels="3 2 1", average="2.5 2.4 1 -")
        average  rating
        2.5      3
        2.4      2
        1        1
        -        missing (blank)

    Unit: Levels.

    Refused: A number that no level has; texts; for a number a scale whose levels have none, and `halves` where a level
        has one that is not whole: `round: {step: 0.5}` goes before such levels.

    Source: Used by `monitor-financial-risk-2011-12`, whose weighted average is rounded to the rating, and by
        `nof-2025-26-q1-segmentation`.

    Section: 7.8
    """

    kind: ClassVar[str] = "level"
    gives: ClassVar[Gives] = "levels"
    of: Ref
    scale: Scale
    halves: Halves | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a level may be passed on."""
        return ()

    def column(self, workings: Workings) -> list[Cell]:
        """The level for every organisation."""
        by_number = {level.number: level for level in self.scale.levels}
        cells: list[Cell] = []
        for n, (cell, number) in enumerate(zip(workings.cells[self.of], workings.numbers(self.of), strict=True)):
            if isinstance(cell, Missing) or (isinstance(cell, Level) and cell.scale == self.scale.name):
                cells.append(cell)
            elif isinstance(number, Decimal) and (level := by_number.get(self.nearest(number))) is not None:
                cells.append(level)
            else:
                of = workings.methodology.called(self.of)
                message = f"{of} is {workings.said(self.of, n)}, and {self.scale.name} has no such level."
                remedy = "Mend the value, or the rule." if self.halves else UNROUNDED
                cells.append(workings.refuse(n, "cannot-compute", message, remedy, item=self.of))
        return cells

    def nearest(self, number: Decimal) -> Decimal:
        """The number that a level must have."""
        return rounded(number, halves=self.halves) if self.halves else number

    def why(self, view: View, n: int) -> str:
        """The number and its rounding."""
        said = view.told(self.of, n)
        if self.halves and isinstance(view.cells[self.of][n], Decimal):
            return f"{said}, rounded to the nearest level, halves {halves_text(self.halves)}"
        return said

    def shares(self) -> dict[str, Decimal]:
        """The number has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        how = f", rounded to the nearest level, halves {halves_text(self.halves)}" if self.halves else ""
        return f"the level of {name(self.of)} on the scale {self.scale.name}{how}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """That there are numbers on both sides, or the same scale."""
        type_ = methodology.type_of(self.of)
        if type_.scale is self.scale:
            return []
        problems = numberless(item, self.of, type_, at)
        if all(level.number is None for level in self.scale.levels):
            message = f"The levels of {self.scale.name} have no numbers, so no number becomes one of them."
            problems.append(Problem(at, "not-a-number-item", message, "Give them number:, or use thresholds."))
        broken = next((level for level in self.scale.levels if level.number is not None and level.number % 1), None)
        if self.halves and broken is not None:
            message = (
                f"halves: rounds to whole numbers, and {broken.name} of {self.scale.name} counts as {broken.number}."
            )
            remedy = "Round what it is of, such as round: {step: 0.5}, and leave halves: out."
            problems.append(Problem(at, "incompatible", message, remedy))
        return problems
