"""The kind that spreads scores evenly by rank."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from nhsrate.board import RankedHere
from nhsrate.cells import Cell, Missing
from nhsrate.conditions import Number
from nhsrate.decode import Over, Ref
from nhsrate.kinds.bounds import Bounded
from nhsrate.kinds.rule import Gives, Rule, polarity_problems
from nhsrate.numbers import ONE, number_text
from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard(Bounded):
    """A standard: all that meet the bound get one score; the rest are spread from `best` on."""

    meets: Number
    best: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor(Bounded):
    """A floor: all that fail the bound get one score; the rest are spread down to `worst`."""

    fails: Number
    worst: Number


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the ranks are among: the values in ascending order, or the number that the published ranks go up to."""

    values: Sequence[Decimal]
    higher: bool
    published: int | None = None

    def rank(self, value: Decimal) -> int:
        """The competition rank of a value: 1 + how many are better.

        >>> Ranked([Decimal(1), Decimal(2), Decimal(2)], higher=True).rank(Decimal(2))
        1
        >>> Ranked([Decimal(1), Decimal(2), Decimal(2)], higher=False).rank(Decimal(2))
        2
        """
        values = self.values
        return 1 + (len(values) - bisect_right(values, value) if self.higher else bisect_left(values, value))


@dataclass(frozen=True, slots=True)
class RankSpread(Rule):
    """A score from `best` to `worst`, spread evenly by rank, ties sharing the best rank of their tie.

    score = best + (worst - best) x (rank - 1) / (number ranked - 1), ranks by competition ("1224").
    """

    kind: ClassVar[str] = "rank-spread"
    gives: ClassVar[Gives] = "numbers"
    carries: ClassVar[bool] = True
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

    def ends(self) -> tuple[Number, Number]:
        """The best and worst score of those that are spread."""
        return (
            self.standard.best if self.standard else self.best,
            self.floor.worst if self.floor else self.worst,
        )

    def settled(self, value: Decimal | Missing) -> tuple[Number, str] | None:
        """The score that a standard or floor settles, and how."""
        if isinstance(value, Missing):
            return None
        if self.standard and (bound := self.standard.bound) and bound.met(value):
            return self.standard.meets, f"meets the standard of {bound}: {self.standard.meets}"
        if self.floor and (bound := self.floor.bound) and not bound.met(value):
            return self.floor.fails, f"fails the floor of {bound}: {self.floor.fails}"
        return None

    def among(self, board: Board) -> Ranked:
        """What the ranks are among."""
        higher = board.polarity(self.of) == "higher"
        if self.rank and self.ranked and not all(isinstance(cell, Missing) for cell in board.cells[self.rank]):
            return Ranked((), higher, int(self.ranked.value))
        values = board.numbers(self.of)
        inside = [value for n in board.over(self.over) if not isinstance(value := values[n], Missing)]
        return Ranked(sorted(value for value in inside if self.settled(value) is None), higher)

    def column(self, board: Board) -> list[Cell]:
        """The score for every organisation."""
        among = board.once(self, lambda: self.among(board))
        ranks = board.numbers(self.rank) if self.rank and among.published else None
        inside = set(board.over(self.over))
        scores: dict[Decimal, Decimal] = {}
        within_return = False
        cells: list[Cell] = []
        for n, value in enumerate(board.numbers(self.of)):
            if n not in inside:
                cells.append(Missing(f"not in the population {self.over}"))
            elif (settled := self.settled(value)) is not None:
                cells.append(settled[0].value)
            elif ranks is not None:
                cells.append(self.by_published_rank(board, n, value, ranks[n]))
            elif isinstance(value, Missing):
                cells.append(value)
            else:
                if value not in scores:
                    scores[value] = self.score(Decimal(among.rank(value)), len(among.values))
                cells.append(scores[value])
                within_return = within_return or n not in board.settled
        if self.rank and within_return:
            self.warn(board, len(among.values))
        return cells

    def score(self, rank: Decimal, ranked: int) -> Decimal:
        """The score of a rank: an even spread from best to worst; one alone gets the best."""
        best, worst = (end.value for end in self.ends())
        return best if ranked == 1 else best + (worst - best) * (rank - 1) / (ranked - 1)

    def by_published_rank(self, board: Board, n: int, value: Decimal | Missing, rank: Decimal | Missing) -> Cell:
        """The score of a published rank; a value without one is a fault, because its place is not known."""
        ranked = self.ranked.value if self.ranked else ONE
        if not isinstance(rank, Missing):
            if ONE <= rank <= ranked:
                return self.score(rank, int(ranked))
            message = (
                f"The rank {number_text(rank)} in {self.rank} is not between 1 and {self.ranked}, the number ranked."
            )
            remedy = "Mend the rank, or set the number ranked."
            return board.refuse(n, "cannot-compute", message, remedy, item=self.rank)
        if isinstance(value, Missing):
            return value
        message = f"{board.methodology.called(self.of)} has a value and no rank in {self.rank}, while others have one."
        remedy = f"Fill {self.rank} in for all that are ranked, or for none."
        return board.refuse(n, "cannot-compute", message, remedy, item=self.of)

    def warn(self, board: Board, ranked: int) -> None:
        """Say that ranks were worked out within the return where the method wants published ones."""
        of = board.methodology.called(self.of)
        among, column = str(self.ranked), self.rank or ""
        board.ranked_here.append(RankedHere(self.of, of, ranked, among, column, board.rule_place()))

    def why(self, board: Board, n: int) -> str:
        """The rank and the spread, or what settled it."""
        value, said = board.number(self.of, n), f"{self.of} is {board.said(self.of, n)}"
        if (settled := self.settled(value)) is not None:
            return f"{said}, which {settled[1]}"
        among = board.once(self, lambda: self.among(board))
        if self.rank and among.published:
            ranked = among.published
            rank = board.said(self.rank, n)
            how = f"{said}, published rank {rank} of {ranked}"
        else:
            ranked = len(among.values)
            rank = "" if isinstance(value, Missing) else str(among.rank(value))
            how = f"{said}, rank {rank} of {ranked}"
        best, worst = self.ends()
        return (
            f"{how}: {best}" if ranked == 1 else f"{how}: {best} + ({worst} - {best}) x ({rank} - 1) / ({ranked} - 1)"
        )

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lowest of the scores it gives."""
        scores = [*self.ends(), *([self.standard.meets] if self.standard else [])]
        return min(score.value for score in [*scores, *([self.floor.fails] if self.floor else [])])

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return True

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        best, worst = self.ends()
        text = f"{name(self.of)} by rank, spread from {best} (best) to {worst} (worst)"
        if self.ranked:
            text += f", {self.ranked} ranked"
        if self.standard:
            text += f"; {self.standard.bound} gets {self.standard.meets}"
        if self.floor:
            text += f"; failing {self.floor.bound} gets {self.floor.fails}"
        return text

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:
        """Bounds that are not one, a polarity that nobody says, and ranks without their number."""
        problems = polarity_problems(item, self.of, methodology, at)
        for rule in (self.standard, self.floor):
            if rule and len(rule.bounds()) != 1:
                message = "One bound must be given here."
                problems.append(Problem(rule.at or at, "thresholds", message, "at_least, above, at_most or below."))
        if bool(self.rank) != bool(self.ranked):
            problems.append(Problem(at, "missing-key", "rank and ranked go together.", "Give both, or neither."))
        if self.ranked and not self.ranked.unset and (self.ranked.value < 1 or self.ranked.value % 1):
            problems.append(
                Problem(at, "wrong-type", f"{self.ranked} cannot be the number ranked.", "Give a whole number from 1.")
            )
        return problems


KINDS = (RankSpread,)
