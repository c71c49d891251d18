"""Significance bands: whether a value differs from a standard by more than chance explains, and to which side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context as Precision
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.cells import Cell, Missing, Scale
from nhsrate.conditions import Number
from nhsrate.decode import Context, Over, Ref, number_of, scalar
from nhsrate.intervals import (
    Dispersion,
    Limits,
    Transform,
    back,
    byar,
    dispersion,
    exact_poisson,
    forward,
    normal_limits,
    widened,
    wilson,
)
from nhsrate.kinds.cohorts import Cohort, described, split
from nhsrate.kinds.rule import Rule, polarity_problems
from nhsrate.numbers import ONE, ZERO, number_text, plain_number, snap
from nhsrate.problems import LinePlace, Problem
from nhsrate.references import reference
from nhsrate.yamltree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True)
class Against:
    """What values are set against: a number, another item, or where neither is there the average."""

    number: Number | None = None
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Against:
        """`average`, a number or the name of a figure, or the id of an item."""
        word = scalar(node, context)
        if word.text == "average":
            return cls()
        if plain_number(word.text) is not None or word.text in context.figures:
            return cls(number=number_of(word.text, word.at, context))
        return cls(item=reference(word.text, word.at, context))


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How limits are widened where organisations differ by more than chance; `trim` is the share winsorised each side."""

    form: Literal["additive", "multiplicative"]
    trim: Number = Number(Decimal("0.1"))  # noqa: RUF009 (a frozen constant)


@dataclass(frozen=True, slots=True)
class Judged:
    """One value beside its standard: the limits at each confidence, and outside how many of them it is.

    `beyond` counts upwards: 2 is above the limits of two confidences, -1 below those of one.
    """

    value: Decimal
    standard: Decimal
    limits: tuple[Limits, ...]
    beyond: int
    cohort: Cohort
    method: str
    dispersion: Dispersion | None = None


@dataclass(frozen=True, slots=True)
class Significance(Rule):
    """A level by whether a value differs from a standard by more than chance explains.

    `wilson` (proportions), `byar` and `exact poisson` (ratios and rates) put limits about the value, and ask whether the
    standard lies outside; `normal` puts them about the standard at the organisation's size, which makes a funnel, and
    asks whether the value lies outside. A value at a limit is inside.
    """

    kind: ClassVar[str] = "significance"
    gives: ClassVar[Literal["numbers", "levels", "either"]] = "levels"
    of: Ref
    against: Against
    scale: Scale
    method: Literal["wilson", "byar", "exact poisson", "normal"]
    confidence: tuple[Number, ...]
    out_of: Ref | None = None
    expected: Ref | None = None
    per: Ref | None = None
    error: Ref | None = None
    over: Over | None = None
    within: Ref | None = None
    times: Number = Number(ONE)  # noqa: RUF009 (a frozen constant)
    under_10: Literal["byar", "exact poisson", "missing"] = "byar"
    overdispersion: Overdispersion | None = None

    def seconds(self) -> list[Ref]:
        """The item that says how large the organisation is, or how exact its value; a sound rule names one."""
        return [item for item in (self.out_of, self.expected, self.per, self.error) if item]

    @property
    def transform(self) -> Transform:
        """The scale on which overdispersion is measured."""
        if self.error:
            return "none"
        return "arcsine" if self.out_of else "square root"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (*self.wants_numbers(), self.within) if self.within else self.wants_numbers()

    def wants_numbers(self) -> tuple[str, ...]:
        """All but the cohort, which may be anything."""
        return (self.of, *self.seconds(), *([self.against.item] if self.against.item else []))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing: a share of nothing is."""
        return not self.error or self.over not in {None, "everyone"} or any(misses(item) for item in self.reads())

    def judged(self, board: Board) -> list[Judged | Missing]:
        """Every organisation's value beside its standard."""
        over = self.over or "everyone"
        cells, cohorts = split(board, self.of, over, self.within)
        found: list[Judged | Missing] = [cell if isinstance(cell, Missing) else Missing("") for cell in cells]
        for cohort in cohorts:
            pairs: dict[int, tuple[Decimal, Decimal]] = {}
            for n, value in zip(cohort.members, cohort.values, strict=True):
                second = self.second(board, n, value)
                if isinstance(second, Missing):
                    found[n] = second
                else:
                    pairs[n] = value, second
            self.judge(board, cohort, pairs, found)
        return found

    def second(self, board: Board, n: int, value: Decimal) -> Decimal | Missing:
        """The denominator, expected number or standard error that goes with a value; a pair that cannot be is refused."""
        item = self.seconds()[0]
        second = board.number(item, n)
        if isinstance(second, Missing):
            return second
        called, of = board.methodology.called(item), board.methodology.called(self.of)
        if self.error:
            if second > 0:
                return second
            return board.refuse(
                n, "cannot-compute", f"{called} is not above zero, and a standard error is.", "Mend it.", item=item
            )
        if value < 0 or second < 0:
            message = f"{of if value < 0 else called} is below zero, and what is counted cannot be."
            return board.refuse(n, "cannot-compute", message, "Mend it.", item=self.of if value < 0 else item)
        if self.out_of and value > second:
            message = f"{of} is {number_text(value)}, more than {called}, {number_text(second)}, of which it is a part."
            return board.refuse(n, "cannot-compute", message, "Mend one of them; they may be swapped.", item=self.of)
        exact = self.method == "exact poisson" or self.under_10 == "exact poisson"
        if exact and value % 1:
            message = f"{of} is {number_text(value)}, and exact limits are those of a whole number of events."
            return board.refuse(n, "cannot-compute", message, "Mend it, or use byar without them.", item=self.of)
        return second or Missing(f"{item} is zero")

    def judge(
        self,
        board: Board,
        cohort: Cohort,
        pairs: dict[int, tuple[Decimal, Decimal]],
        found: list[Judged | Missing],
    ) -> None:
        """One cohort's values beside their standards, into `found`."""
        values = {n: value if self.error else value / second for n, (value, second) in pairs.items()}
        standards: dict[int, Decimal] = {}
        for n in pairs:
            standard = self.standard(board, n, pairs.values())
            if isinstance(standard, Missing):
                found[n] = standard
            else:
                standards[n] = standard
        dispersed, wider = None, None
        if self.overdispersion and standards:
            errors = {n: self.flat_error(pairs[n][1]) for n in standards}
            middles = {n: forward(standard, self.transform) for n, standard in standards.items()}
            scores = [(forward(values[n], self.transform) - middles[n]) / errors[n] for n in standards]
            dispersed = dispersion(scores, list(errors.values()), self.overdispersion.trim.value)
            wider = widened(dispersed, self.overdispersion.form)
        for n, standard in standards.items():
            count, second = pairs[n]
            method = self.method_for(count)
            if method == "missing":
                found[n] = Missing(f"{self.of} has fewer than 10 events")
                continue
            value = values[n]
            limits = tuple(
                self.limits(method, count, second, standard, confidence.value, wider) for confidence in self.confidence
            )
            if method == "normal":
                above = sum(value > high for _, high in limits)
                below = sum(low is not None and value < low for low, _ in limits)
            else:
                above = sum(low is not None and standard < low for low, _ in limits)
                below = sum(standard > high for _, high in limits)
            found[n] = Judged(value, standard, limits, above - below, cohort, method, dispersed)

    def standard(
        self, board: Board, n: int, pairs: Sequence[tuple[Decimal, Decimal]] | object
    ) -> Decimal | Missing:
        """What the value of organisation `n` is set against, before `times`."""
        raise NotImplementedError
