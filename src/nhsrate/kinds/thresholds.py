"""The kind that turns a value into a level or a score by stated bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE
from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.kinds.bounds import SIDES, Bound, Held, Row, row_problems, upside_down
from nhsrate.kinds.lookups import folded, table_keys
from nhsrate.kinds.rule import Grounds, Rule
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.records import decode
from nhsrate.language.tree import Node
from nhsrate.language.values import Context, Ref, Result, decode_each, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.kinds.cut_points import CutTable
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology

    Fare = tuple[Held | None, Cell]
    """The row that held for a value, and what the value comes to; a missing one met none."""

    Steps = list[tuple[Callable[[Decimal, Decimal], bool], Decimal, Fare]]
    """For each row that states a bound, the test, its number, and how a value fares that meets it."""


LOOKED_AT = 2_000
"""The values of a column that tell whether it repeats itself."""


@frozen
class Ladder:
    """Rows in the order in which they are asked: those with a bound, and the last; `numbers` where all bounds are."""

    steps: tuple[tuple[Bound, Held], ...]
    last: Fare
    numbers: Steps | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Ladder:
        """The ladder of rows."""
        each = Held.each(rows)
        steps = tuple((bound, held) for held in each if (bound := held.row.bound))
        numbers: Steps = [
            (SIDES[bound.side], bound.number.value, (held, held.row.result))
            for bound, held in steps
            if isinstance(bound.number, Number)
        ]
        last = each[-1], each[-1].row.result
        return cls(steps, last, numbers if len(numbers) == len(steps) else None)

    def fare(self, workings: Workings, n: int, value: Decimal, sign: str) -> Fare:
        """How the value of organisation `n` fares, whatever the bounds are."""
        return self.by_items(workings, n, value, sign) if self.numbers is None else self.by_numbers(value)

    def by_numbers(self, value: Decimal) -> Fare:
        """How a value fares where all bounds are numbers: by the first row whose bound it meets."""
        for meets, bound, fare in self.numbers or ():
            if meets(value, bound):
                return fare
        return self.last

    def all_by_numbers(self, values: Sequence[Decimal | Missing]) -> list[Fare]:
        """The same of a column; where the first of it are mostly equal ones, which are one object, of each once."""
        values = values if isinstance(values, list) else list(values)  # packed numbers are made once
        first = values[:LOOKED_AT]
        recur = len({*map(id, first)}) * 2 <= len(first)
        fare = _Fares(self).__getitem__ if recur else self.by_numbers
        return [(None, value) if type(value) is Missing else fare(value) for value in values]

    def by_items(self, workings: Workings, n: int, value: Decimal, sign: str) -> Fare:
        """The row that holds for organisation `n`, and what it gives; the bounds are what items are for it.

        Rows before one whose bound is missing are asked as ever; where it is reached, the result is missing.
        """
        worths = [workings.edge(bound.number, n) for bound, _ in self.steps]
        there = [(step, worth) for step, worth in zip(self.steps, worths, strict=True) if isinstance(worth, Decimal)]
        for ((first, high), before), ((then, low), after) in pairwise(there):
            if after > before if first.upwards else after < before:
                first_said, then_said = (workings.edge_said(one.number, n, sign) for one in (first, then))
                wanted = f"{low.row.gives} wants {then.words} {then_said}"
                message = f"{wanted}, which is harder than {first_said} for {high.row.gives}."
                return high, workings.refuse_crossed(n, (first.number, then.number), message[0].upper() + message[1:])
        for (bound, held), worth in zip(self.steps, worths, strict=True):
            if isinstance(worth, Missing):
                return held, worth
            if bound.met(value, worth):
                return held, held.row.result
        return self.last


class _Fares(dict[Decimal, "Fare"]):
    """How each different value fares, told when it is met first."""

    def __init__(self, ladder: Ladder) -> None:
        """Under these rows."""
        super().__init__()
        self.ladder = ladder

    def __missing__(self, value: Decimal) -> Fare:
        fare = self[value] = self.ladder.by_numbers(value)
        return fare


@frozen
class Sets:
    """Rows for each value of another item, such as a type of organisation."""

    rows: tuple[tuple[Result, tuple[Row, ...]], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Sets:
        """`{value: [rows], ...}`."""
        table = mapping(node, context)
        keys = table_keys(list(table.keys.items()), "by", table.at, context)

        def row_list(part: Node) -> tuple[Row, ...]:
            found: tuple[Row, ...] = decode(tuple[Row, ...], part, context)
            return found

        rows = decode_each(row_list, table.entries.values())
        return cls(tuple(zip(keys, rows, strict=True)))


@frozen
class Thresholds(Rule):
    """A value to a level or a score: the first row whose bound it meets.

    Bounds name their side, so that a value just at one is never in doubt. Rows stand from the hardest to the easiest,
    and the last is `otherwise`. A bound may be another item, so that each organisation is held against its own: rows
    are asked in turn, and where one is reached whose bound is missing, so is the result.

    Fields:
        of: The item whose value is held against the bounds.
        levels: The rows, where the item has a scale.
        scores: The rows, where it gives numbers.
        by: The item whose value chooses between `sets`, or between those of a table of cut points, such as the type of
            organisation.
        sets: Rows for each value of `by`.
        from: A table of cut points that comes with the return, instead of rows here: they stand under the heading of
            the input `of`.

    Example:
        >>> rated("colour: {kind: thresholds, of: margin, scale: levels, levels: "
        ...       "[{level: green, at_least: 11}, {level: amber, above: 5}, {level: red, otherwise: true}]}",
        ...       levels="green amber red", better="higher", margin="11 10.9 5 -")
        margin  colour
        11      green
        10.9    amber
        5       red
        -       missing (blank)

    Unit: Bounds have the unit of `of`, per cent where that is a percentage; scores have none.

    Refused: Texts, and levels without a number; rows that state no bound or several, point both ways, can never hold,
        or do not end with `otherwise`; a better level for a worse value; bounds that are items and cross for an
        organisation; a value of `by` for which there is no set; a table of cut points that does not come, or whose
        levels do not join up.

    Source: Used by most editions; bounds that are met (`at_least`) and passed (`above`) stand side by side in Monitor's
        financial risk rating of 2011/12, `monitor-financial-risk-2011-12`. Cut points that come with the return are
        those of Centers for Medicare & Medicaid Services, *2026 Star Ratings Data Tables*, in `cms-part-cd-2026`.

    Section: 7.3
    """

    kind: ClassVar[str] = "thresholds"
    of: Ref
    levels: tuple[Row, ...] = ()
    scores: tuple[Row, ...] = ()
    by: Ref | None = None
    sets: Sets | None = None
    from_: str | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return tuple(dict.fromkeys([*self.chosen_on(), *self.bounding()]))

    def chosen_on(self) -> tuple[str, ...]:
        """The value, and what chooses between sets."""
        return (self.of, self.by) if self.by else (self.of,)

    def bounding(self) -> tuple[str, ...]:
        """The items that are bounds."""
        sets = [row for _, rows in self.sets.rows for row in rows] if self.sets else []
        edges = (edge for row in (*self.levels, *self.scores, *sets) for edge in row.stated())
        return tuple(dict.fromkeys(edge.item for edge in edges if isinstance(edge, OfItem)))

    def chosen_by(self) -> str | None:
        """The item whose value chooses between sets."""
        return self.by

    def compared(self) -> tuple[tuple[Edge, Edge], ...]:
        """The value and each bound."""
        sets = [row for _, rows in self.sets.rows for row in rows] if self.sets else []
        bounds = [row.bound for row in (*self.levels, *self.scores, *sets)]
        return tuple((OfItem(self.of), bound.number) for bound in bounds if bound)

    def row_tables(self) -> dict[str, object]:
        """The rows of levels, of scores, or of sets of either."""
        return {"levels": self.levels, "scores": self.scores, "sets": self.sets}

    def wants_numbers(self) -> tuple[str, ...]:
        """The value and the bounds; what chooses between sets may be anything."""
        return tuple(dict.fromkeys([self.of, *self.bounding()]))

    def with_cuts(
        self, cuts: Mapping[str, CutTable], item: Item, workings: Workings
    ) -> tuple[Thresholds, list[Problem]]:
        """The same with the rows that its table of cut points states; where there is no value, it needs none."""
        if (
            self.from_ is None
            or item.scale is None
            or all(isinstance(cell, Missing) for cell in workings.cells[self.of])
        ):
            return self, []
        at = item.at or LineLocation(item.id)
        table = cuts.get(self.from_)
        if table is None:
            message = f'The return brings no table "{self.from_}", in which the thresholds of {item.id} stand.'
            return self, [Problem(at, "no-table", message, "Give that table too.")]
        entry = workings.methodology.inputs[self.of]
        made, found = table.rows(entry.headings, item.scale, percent=entry.type == "percent")
        for rows in made.values():
            found += upside_down(rows, self.of, entry.polarity, rows[0].at or at) if rows else []
        if found:
            return self, found
        if "" in made:
            return replace(self, levels=made[""], by=None), []
        if self.by is None:
            message = f'The table "{self.from_}" has sets of cut points, and {item.id} does not say by: which item.'
            return self, [Problem(at, "thresholds", message, "Add by:.")]
        return replace(self, sets=Sets(tuple(made.items()))), []

    def rows_of(self, by: str, sets: Sets, workings: Workings, n: int) -> Sequence[Row] | Missing:
        """The rows that hold for organisation `n`, by the value of another item."""
        cell = workings.cells[by][n]
        if isinstance(cell, Missing):
            return cell.through(workings.name(by))
        sets_by_value = dict(sets.rows)
        rows = sets_by_value.get(folded(cell))
        if rows is not None:
            return rows
        message = f"There are no thresholds for {workings.methodology.called(by)} {workings.said(by, n)}."
        remedy = "Mend the value, or add a set of thresholds for it."
        return workings.refuse(n, "cannot-compute", message, remedy, item=by)

    def column(self, workings: Workings) -> list[Cell]:
        """The level or score for every organisation."""
        fares = self.fares(workings)
        workings.keep(fares)
        return [cell for _, cell in fares]

    def fares(self, workings: Workings) -> list[Fare]:
        """How the value of every organisation fares."""
        values, usual = workings.numbers(self.of), self.levels or self.scores
        if not self.sets and usual and (ladder := Ladder.of(usual)).numbers is not None:
            return ladder.all_by_numbers(values)
        ladders: dict[int, Ladder] = {}
        fares: list[Fare] = []
        for n, value in enumerate(values):
            rows: Sequence[Row] | Missing = usual
            if self.by and self.sets and not isinstance(value, Missing):
                rows = self.rows_of(self.by, self.sets, workings, n)
            if isinstance(value, Missing):
                fares.append((None, value))
            elif isinstance(rows, Missing):
                fares.append((None, rows))
            else:
                ladder = ladders.get(id(rows)) or ladders.setdefault(id(rows), Ladder.of(rows))
                fares.append(ladder.fare(workings, n, value, workings.sign(self.of)))
        return fares

    def why(self, view: View, n: int) -> str:
        """The row that held."""
        said, (held, _), sign = view.told(self.of, n), view.kept[n], view.sign(self.of)
        row, first = held.row, (*held.before, held.row)[0]
        line = f" (line {row.at.line})" if isinstance(row.at, LineLocation) else f" ({row.at})" if row.at else ""
        if row.bound:
            return f"{said}, {row.bound.words} {view.edge_said(row.bound.number, n, sign)}{line}"
        if not self.bounding():
            return f"{said}, which meets no threshold from {first.said(sign)} on{line}"
        unmet = [one.bound for one in held.before if one.bound]
        bounds = ", ".join(f"{bound.words} {view.edge_said(bound.number, n, sign)}" for bound in unmet)
        return f"{said}, which is not {bounds}{line}"

    def grounds(self, view: View, n: int) -> Grounds:
        """The value, what chooses the set, and the rows down to the one that held."""
        held, _ = view.kept[n]
        if not held:
            return Grounds(self.chosen_on())
        return Grounds(tuple(dict.fromkeys([*self.chosen_on(), *held.items])), held.figures, (), held.cells)

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lowest of its scores, of those that have a value."""
        rows = [row for _, rows in self.sets.rows for row in rows] if self.sets else self.scores
        return min((row.score.value for row in rows if row.score and not row.score.unset), default=None)

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return bool(self.levels or self.sets or self.from_)

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        by = name(self.by) if self.by else ""
        if self.from_:
            whose = f" for its {by}" if by else ""
            return f"{name(self.of)} against the cut points{whose} that come with the return ({self.from_})"
        if self.sets:
            said = "; ".join(f"{key}: {_said(rows, name)}" for key, rows in self.sets.rows)
            return f"{name(self.of)} against thresholds by {by}: {said}"
        return f"{name(self.of)}: {_said(self.levels or self.scores, name)}"

    def opening(self, name: Callable[[str], str]) -> str:
        """What is held against the bounds, and what chooses between them."""
        by = f", by {name(self.by)}" if self.by else ""
        return f"from {name(self.of)}{by}; the first row that holds decides"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Rows that are incomplete, out of order, or can never hold; a table of cut points that is none."""
        given = [part for part in (self.levels, self.scores, self.sets, self.from_) if part]
        if len(given) != 1 or (not self.from_ and (self.by is None) != (self.sets is None)):
            remedy = "Give one of them, and only one."
            return [Problem(at, "thresholds", "Thresholds are levels, or scores, or by with sets, or from.", remedy)]
        if self.from_:
            return self.check_table(item, methodology, at)
        groups = [rows for _, rows in self.sets.rows] if self.sets else [self.levels or self.scores]
        problems = [problem for rows in groups for problem in row_problems(rows, at, levels=item.scale is not None)]
        polarity = item.polarity or methodology.polarity_of(self.of)
        return problems or [problem for rows in groups for problem in upside_down(rows, self.of, polarity, at)]

    def check_table(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """That thresholds from a table are not of an input, give no levels, or name no table of cut points."""
        tables = methodology.reading.tables
        names = [name for name, table in (tables.named if tables else ()) if table.cut_points]
        problems = []
        if self.from_ not in names:
            message = f'The reading names no table of cut points "{self.from_}".'
            remedy = nearest(self.from_ or "", names) or "Add it under reading: tables:, with cut_points:."
            problems.append(Problem(at, "unknown-name", message, remedy))
        if self.of not in methodology.inputs or item.scale is None:
            message = "Thresholds from a table are of an input, whose heading they stand under, and give levels."
            problems.append(Problem(at, "thresholds", message, "Name an input under of:, and a scale:."))
        if self.by is not None and methodology.type_of(self.by).kind != "text":
            message = f'The sets of a table go by texts, and "{self.by}" is none.'
            problems.append(Problem(at, "wrong-type", message, "Turn it into a text with a lookup."))
        return problems


def _said(rows: Sequence[Row], name: Callable[[str], str]) -> str:
    """Rows in words."""
    return ", ".join(row.named(name) for row in rows)
