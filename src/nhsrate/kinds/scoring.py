"""Kinds that turn a value into a score or a level by stated bounds or by rank."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.cells import Cell, Level, Missing
from nhsrate.conditions import Number
from nhsrate.decode import Context, Over, Ref, decode, decode_all, mapping
from nhsrate.kinds.rule import Rule
from nhsrate.numbers import ONE, snap
from nhsrate.problems import LinePlace, Problem
from nhsrate.yamltree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology

BOUND_WORDS = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
LOWER = {"at_least", "above"}


def bound_of(row: Row | Standard | Floor) -> tuple[str, Number] | None:
    """The one bound that a row states, with its side."""
    stated = [(side, bound) for side in BOUND_WORDS if (bound := getattr(row, side)) is not None]
    return stated[0] if len(stated) == 1 else None


def meets(side: str, bound: Decimal, value: Decimal) -> bool:
    """Whether a value meets a bound on its side."""
    match side:
        case "at_least":
            return value >= bound
        case "above":
            return value > bound
        case "at_most":
            return value <= bound
        case _:
            return value < bound


@dataclass(frozen=True, slots=True)
class Row:
    """One row of thresholds: a level or a score, and the bound from which it is given."""

    level: Level | None = None
    score: Number | None = None
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    otherwise: bool = False
    at: LinePlace | None = None

    @property
    def result(self) -> Level | Decimal:
        """What the row gives."""
        if self.level is not None:
            return self.level
        return self.score.value if self.score else Decimal(0)

    def __str__(self) -> str:
        bound = bound_of(self)
        gives = str(self.level) if self.level is not None else str(self.score)
        return f"{gives} {BOUND_WORDS[bound[0]]} {bound[1]}" if bound else f"{gives} otherwise"


@dataclass(frozen=True, slots=True)
class Sets:
    """Rows for each value of another item, such as a type of organisation."""

    rows: tuple[tuple[str, tuple[Row, ...]], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Sets:
        """`{value: [rows], ...}`."""
        table = mapping(node, context)
        rows = decode_all(
            (lambda key=key, part=part: (key, decode(tuple[Row, ...], part, context)))
            for key, part in table.entries.items()
        )
        return cls(tuple(rows))


@dataclass(frozen=True, slots=True)
class Thresholds(Rule):
    """A value to a level or a score: the first row whose bound it meets.

    `by` names a text or level that chooses between `sets` of rows.
    """

    kind: ClassVar[str] = "thresholds"
    of: Ref
    levels: tuple[Row, ...] = ()
    scores: tuple[Row, ...] = ()
    by: Ref | None = None
    sets: Sets | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.by) if self.by else (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """The value; what chooses between sets may be anything."""
        return (self.of,)

    def rows_for(self, board: Board, n: int) -> Sequence[Row] | Missing:
        """The rows that hold for organisation `n`."""
        if self.by is None or self.sets is None:
            return self.levels or self.scores
        cell = board.cells[self.by][n]
        if isinstance(cell, Missing):
            return cell
        sets = dict(self.sets.rows)
        if str(cell) in sets:
            return sets[str(cell)]
        return board.refuse(
            n,
            "cannot-compute",
            f'There are no thresholds for {self.by} "{cell}"; there are for {", ".join(sets)}.',
            "Mend the value, or add a set of thresholds for it.",
            item=self.by,
        )

    def column(self, board: Board) -> list[Cell]:
        """The level or score for every organisation."""
        chosen = [self.rows_for(board, n) for n in range(board.size)] if self.by else None
        rows = self.levels or self.scores
        steps = [(*(bound_of(row) or ("", Number(ONE))), row.result) for row in rows]
        cells: list[Cell] = []
        for n, value in enumerate(board.numbers(self.of)):
            if isinstance(value, Missing):
                cells.append(value)
                continue
            if chosen is not None:
                own = chosen[n]
                if isinstance(own, Missing):
                    cells.append(own)
                    continue
                steps = [(*(bound_of(row) or ("", Number(ONE))), row.result) for row in own]
            cells.append(next(result for side, bound, result in steps if not side or meets(side, bound.value, value)))
        return cells

    def why(self, board: Board, n: int) -> str:
        """The row that held."""
        value = board.number(self.of, n)
        rows = self.rows_for(board, n)
        if isinstance(value, Missing) or isinstance(rows, Missing):
            return f"{self.of} is {board.said(self.of, n)}"
        row = next(row for row in rows if (bound := bound_of(row)) is None or meets(bound[0], bound[1].value, value))
        bound = bound_of(row)
        line = f" (line {row.at.line})" if row.at else ""
        if bound is None:
            first = rows[0]
            return f"{self.of} is {board.said(self.of, n)}, which meets no threshold from {first} on{line}"
        return f"{self.of} is {board.said(self.of, n)}, {BOUND_WORDS[bound[0]]} {bound[1]}{line}"

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lowest of its scores."""
        rows = [row for _, rows in self.sets.rows for row in rows] if self.sets else self.scores
        return min((row.score.value for row in rows if row.score), default=None)

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        if self.sets and self.by:
            said = "; ".join(f"{key}: {', '.join(map(str, rows))}" for key, rows in self.sets.rows)
            return f"{name(self.of)} against thresholds by {name(self.by)}: {said}"
        return f"{name(self.of)}: {', '.join(map(str, self.levels or self.scores))}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Rows that are incomplete, out of order, or can never hold."""
        groups = [rows for _, rows in self.sets.rows] if self.sets else [self.levels or self.scores]
        problems = []
        if bool(self.levels) + bool(self.scores) + bool(self.sets) != 1 or bool(self.by) != bool(self.sets):
            problems.append(
                Problem(at, "thresholds", "Give levels, or scores, or by with sets.", "One of them, and only one.")
            )
        for rows in groups:
            problems += check_rows(rows, at, wants_level=None if self.sets else bool(self.levels))
        return problems


def check_rows(rows: Sequence[Row], at: LinePlace, *, wants_level: bool | None) -> list[Problem]:
    """What is wrong with a set of threshold rows."""
    problems = []
    before: tuple[str, Number] | None = None
    for k, row in enumerate(rows):
        place = row.at or at
        bound = bound_of(row)
        if (row.level is None) == (row.score is None) or (wants_level is not None and (row.level is not None) != wants_level):
            problems.append(Problem(place, "thresholds", "A row gives one level, or one score, as its list says."))
        if k == len(rows) - 1:
            if bound is not None or not row.otherwise:
                problems.append(
                    Problem(place, "thresholds", "The last row must be otherwise.", "End with {..., otherwise: true}.")
                )
        elif bound is None or row.otherwise:
            problems.append(
                Problem(
                    place,
                    "thresholds",
                    "A row before the last states one bound.",
                    "Give at_least, above, at_most or below, and one of them only.",
                )
            )
        elif before is not None and (before[0] in LOWER) != (bound[0] in LOWER):
            problems.append(
                Problem(
                    place,
                    "thresholds",
                    f"The rows before this one say {BOUND_WORDS[before[0]]}, and it says {BOUND_WORDS[bound[0]]}.",
                    "Let all bounds point one way.",
                )
            )
        elif before is not None and not tightens(before, bound):
            problems.append(
                Problem(
                    place,
                    "thresholds",
                    f"This row can never hold: whatever is {BOUND_WORDS[bound[0]]} {bound[1]} is {BOUND_WORDS[before[0]]} "
                    f"{before[1]} already.",
                    "Order the rows from the hardest bound to the easiest.",
                )
            )
        before = bound or before
    return problems


def tightens(before: tuple[str, Number], after: tuple[str, Number]) -> bool:
    """Whether the second bound, which points the same way, lets through something that the first did not."""
    first, second = before[1].value, after[1].value
    if first == second:
        return before[0] in {"above", "below"} and after[0] in {"at_least", "at_most"}
    return second < first if after[0] in LOWER else second > first


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: all that meet the bound get one score; the rest are spread from `best` on."""

    meets: Number
    best: Number
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    at: LinePlace | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor: all that fail the bound get one score; the rest are spread down to `worst`."""

    fails: Number
    worst: Number
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    at: LinePlace | None = None


@dataclass(frozen=True, slots=True)
class RankSpread(Rule):
    """A score from `best` to `worst`, spread evenly by rank, ties sharing the best rank of their tie.

    score = best + (worst - best) x (rank - 1) / (number ranked - 1), ranks by competition ("1224").
    """

    kind: ClassVar[str] = "rank-spread"
    of: Ref
    best: Number
    worst: Number
    over: Over = Over("everyone")  # noqa: RUF009 (a frozen constant)
    rank: Ref | None = None
    ranked: Number | None = None
    standard: Standard | None = None
    floor: Floor | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.rank) if self.rank else (self.of,)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or misses(self.of)

    def ends(self) -> tuple[Decimal, Decimal]:
        """The best and worst score of those that are spread."""
        return (
            self.standard.best.value if self.standard else self.best.value,
            self.floor.worst.value if self.floor else self.worst.value,
        )

    def fixed(self, value: Decimal | Missing) -> tuple[Decimal, str] | None:
        """The score that a standard or floor settles, and how."""
        if isinstance(value, Missing):
            return None
        for rule, score, word in ((self.standard, "meets", "meets the standard"), (self.floor, "fails", "fails the floor")):
            if rule is None or (bound := bound_of(rule)) is None:
                continue
            if meets(bound[0], bound[1].value, value) == (score == "meets"):
                number: Number = getattr(rule, score)
                return number.value, f"{word} of {BOUND_WORDS[bound[0]]} {bound[1]}"
        return None

    def published(self, board: Board) -> bool:
        """Whether the return gives already published ranks."""
        return self.rank is not None and any(not isinstance(cell, Missing) for cell in board.cells[self.rank])

    def spread(self, board: Board) -> tuple[list[Decimal], bool]:
        """The values to be ranked, in ascending order, and whether higher is better."""
        values = board.numbers(self.of)
        ranked = sorted(
            value
            for n in board.over(self.over)
            if not isinstance(value := values[n], Missing) and self.fixed(value) is None
        )
        return ranked, board.polarity(self.of) == "higher"

    def column(self, board: Board) -> list[Cell]:
        """The score for every organisation."""
        best, worst = self.ends()
        values = board.numbers(self.of)
        ranks = board.numbers(self.rank) if self.rank and self.published(board) else None
        ordered, higher = self.spread(board)
        inside = set(board.over(self.over))
        cells: list[Cell] = []
        within_return = False
        for n, value in enumerate(values):
            settled = self.fixed(value)
            if n not in inside:
                cells.append(Missing(f"not in the population {self.over}"))
            elif settled is not None:
                cells.append(settled[0])
            elif ranks is not None:
                cells.append(self.by_published_rank(board, n, value, ranks[n]))
            elif isinstance(value, Missing):
                cells.append(value)
            else:
                within_return = within_return or n not in board.settled
                cells.append(spread_score(best, worst, rank_in(ordered, value, higher=higher), len(ordered)))
        if self.rank and within_return:
            self.warn(board, len(ordered))
        return cells

    def by_published_rank(self, board: Board, n: int, value: Decimal | Missing, rank: Decimal | Missing) -> Cell:
        """The score of a published rank; a value without one is a fault, because its place is not known."""
        ranked = self.ranked.value if self.ranked else ONE
        if isinstance(rank, Missing):
            if isinstance(value, Missing):
                return value
            return board.refuse(
                n,
                "cannot-compute",
                f"{board.methodology.called(self.of)} has a value and no rank in {self.rank}, while "
                "others have one.",
                f"Fill {self.rank} in for all that are ranked, or for none.",
                item=self.of,
            )
        if not ONE <= rank <= ranked:
            return board.refuse(
                n,
                "cannot-compute",
                f"The rank {rank} in {self.rank} is not between 1 and {ranked}, the number ranked.",
                "Mend the rank, or set the number ranked.",
                item=self.rank,
            )
        return spread_score(*self.ends(), rank, int(ranked))

    def warn(self, board: Board, ranked: int) -> None:
        """Say that ranks were worked out within the return where the method wants published ones."""
        board.warnings.append(
            Problem(
                board.rule_place(),
                "ranked-in-return",
                f"{board.methodology.called(self.of)} was ranked among the {ranked} of this return; the "
                f"method ranks among {self.ranked}.",
                f"Give the published ranks in a column {self.rank}.",
                "warning",
            )
        )

    def why(self, board: Board, n: int) -> str:
        """The rank and the spread, or what settled it."""
        value = board.number(self.of, n)
        said = board.said(self.of, n)
        settled = self.fixed(value)
        if settled is not None:
            return f"{self.of} is {said}, which {settled[1]}"
        best, worst = self.ends()
        if self.rank and self.published(board):
            rank = board.number(self.rank, n)
            if isinstance(rank, Missing):
                return f"{self.of} is {said}"
            ranked = int(self.ranked.value if self.ranked else ONE)
            how = f"published rank {rank} of {self.ranked}"
        else:
            ordered, higher = self.spread(board)
            if isinstance(value, Missing) or not ordered:
                return f"{self.of} is {said}"
            rank = Decimal(rank_in(ordered, value, higher=higher))
            ranked = len(ordered)
            how = f"{self.of} is {said}, rank {rank} of {ranked}"
        if ranked == 1:
            return f"{how}: the only one ranked, {best}"
        return f"{how}: {best} + ({worst} - {best}) x ({rank} - 1) / ({ranked} - 1)"

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lowest of the scores it gives."""
        scores = [*self.ends(), *([self.standard.meets.value] if self.standard else [])]
        return min([*scores, *([self.floor.fails.value] if self.floor else [])])

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        best, worst = self.ends()
        text = f"{name(self.of)} by rank, spread from {best} (best) to {worst} (worst)"
        if self.ranked:
            text += f", {self.ranked} ranked"
        if self.standard and (bound := bound_of(self.standard)):
            text += f"; {BOUND_WORDS[bound[0]]} {bound[1]} gets {self.standard.meets}"
        if self.floor and (bound := bound_of(self.floor)):
            text += f"; failing {BOUND_WORDS[bound[0]]} {bound[1]} gets {self.floor.fails}"
        return text

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:
        """What is wrong with the rule."""
        problems = [
            Problem(rule.at or at, "thresholds", "One bound must be given here.", "at_least, above, at_most or below.")
            for rule in (self.standard, self.floor)
            if rule and bound_of(rule) is None
        ]
        if (item.polarity or methodology.polarity_of(self.of)) is None:
            problems.append(
                Problem(at, "missing-key", f"Whether a higher or lower {self.of} is better is not said.", "Add polarity:.")
            )
        if bool(self.rank) != bool(self.ranked):
            problems.append(Problem(at, "missing-key", "rank and ranked go together.", "Give both, or neither."))
        return problems


def rank_in(ordered: list[Decimal], value: Decimal, *, higher: bool) -> int:
    """The competition rank of a value among ascending values: 1 + how many are better.

    >>> rank_in([Decimal(1), Decimal(2), Decimal(2)], Decimal(2), higher=True)
    1
    >>> rank_in([Decimal(1), Decimal(2), Decimal(2)], Decimal(2), higher=False)
    2
    """
    return 1 + (len(ordered) - bisect_right(ordered, value) if higher else bisect_left(ordered, value))


def spread_score(best: Decimal, worst: Decimal, rank: Decimal | int, ranked: int) -> Decimal:
    """The score of a rank: an even spread from best to worst; one alone gets the best."""
    return best if ranked == 1 else snap(best + (worst - best) * (rank - 1) / (ranked - 1))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: an item, and which end comes first."""

    item: Ref
    first: Literal["best", "lowest", "highest"]


@dataclass(frozen=True, slots=True)
class Place(Rule):
    """The place in an order of several keys; tied organisations share the best place of their tie.

    `ties: dense` gives the next organisation the next number; the default skips, as league tables do.
    """

    kind: ClassVar[str] = "place"
    by: tuple[Key, ...]
    over: Over = Over("everyone")  # noqa: RUF009 (a frozen constant)
    within: Ref | None = None
    ties: Literal["share best", "dense"] = "share best"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (*(key.item for key in self.by), *([self.within] if self.within else []))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or any(misses(item) for item in self.reads())

    def wants_numbers(self) -> tuple[str, ...]:
        """The keys that are ordered as numbers."""
        return tuple(key.item for key in self.by if key.first != "best")

    def sort_key(self, board: Board, n: int) -> tuple[Decimal, ...] | Missing:
        """What organisation `n` is ordered by, smaller first; or which key it lacks."""
        parts: list[Decimal] = []
        for key in self.by:
            cell = board.cells[key.item][n]
            if isinstance(cell, Missing):
                return Missing(f"{key.item} is missing: {cell.reason}")
            if key.first == "best" and isinstance(cell, Level):
                parts.append(Decimal(cell.position))
            else:
                value = board.number(key.item, n)
                if isinstance(value, Missing):
                    return value
                parts.append(-value if key.first == "highest" else value)
        return tuple(parts)

    def column(self, board: Board) -> list[Cell]:
        """The place of every organisation."""
        cells: list[Cell] = [Missing(f"not in the population {self.over}")] * board.size
        groups: dict[str, list[tuple[tuple[Decimal, ...], int]]] = {}
        for n in board.over(self.over):
            key = self.sort_key(board, n)
            cohort = board.cells[self.within][n] if self.within else ""
            if isinstance(key, Missing):
                cells[n] = key
            elif isinstance(cohort, Missing):
                cells[n] = Missing(f"{self.within} is missing: {cohort.reason}")
            else:
                groups.setdefault(str(cohort), []).append((key, n))
        for group in groups.values():
            place, before = 0, None
            for position, (key, n) in enumerate(sorted(group), start=1):
                if key != before:
                    place = place + 1 if self.ties == "dense" else position
                cells[n] = Decimal(place)
                before = key
        return cells

    def why(self, board: Board, n: int) -> str:
        """What it was ordered by, and who shares the place."""
        said = ", ".join(f"{key.item} {board.said(key.item, n)} ({key.first} first)" for key in self.by)
        within = f" within {self.within} {board.said(self.within, n)}" if self.within else ""
        return f"ordered by {said}{within}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        keys = ", then ".join(f"{name(key.item)} ({key.first} first)" for key in self.by)
        within = f" within each {name(self.within)}" if self.within else ""
        return f"the place in the order of {keys}{within}; tied ones share the best place"


KINDS = (Thresholds, RankSpread, Place)
