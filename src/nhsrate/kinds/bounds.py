"""Bounds that name their side, and rows of them: what thresholds, standards and floors are made of."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO
from nhsrate.core.problems import CellLocation, Location, Problem
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.records import figures_in, items_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nhsrate.rules.inputs import Polarity

SIDES: dict[str, Callable[[Decimal, Decimal], bool]] = {"at_least": ge, "above": gt, "at_most": le, "below": lt}


@frozen
class Bound:
    """A number or another item, and the side on which a value meets it."""

    side: str
    number: Edge

    def met(self, value: Decimal, number: Decimal) -> bool:
        """Whether a value meets it, where it is such a number."""
        return SIDES[self.side](value, number)

    @property
    def upwards(self) -> bool:
        """Whether it is met by whatever is high enough."""
        return self.side in {"at_least", "above"}

    def widens(self, before: Bound) -> bool:
        """Whether it lets through something that the bound before, which points the same way, did not."""
        both = together(self.number, before.number)
        if both is None:
            return True  # as far as anyone can say before there is a value
        here, there = both
        if here == there:
            return self.side in {"at_least", "at_most"} and before.side in {"above", "below"}
        return here < there if self.upwards else here > there

    @property
    def words(self) -> str:
        """Its side in words."""
        return self.side.replace("_", " ")

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its number."""
        return f"{self.words} {self.number.said(sign)}"

    def named(self, name: Callable[[str], str]) -> str:
        """The bound with the title of its item, if it is one."""
        return f"{self.words} {self.number.words(name)}"

    def __str__(self) -> str:
        return self.said()


def together(one: Edge, other: Edge) -> tuple[Decimal, Decimal] | None:
    """Two bounds as numbers that can be set against each other before any value is known; nothing where they cannot.

    Two that are the same item can, where they differ in what is added alone.
    """
    if one.unset or other.unset:
        return None
    if isinstance(one, Number) and isinstance(other, Number):
        return one.value, other.value
    if isinstance(one, OfItem) and isinstance(other, OfItem) and (one.item, one.times) == (other.item, other.times):
        return (one.plus.value if one.plus else ZERO), (other.plus.value if other.plus else ZERO)
    return None


@frozen(kw_only=True)
class Bounded:
    """What states one bound: `at_least`, `above`, `at_most` or `below`, each a number or another item.

    Fields:
        at_least: The bound is met by this number and whatever is higher. Here and in the other three it may be another
            item: its id, or `{item: target, times: 0.95, plus: 5}`.
        above: The bound is met by whatever is higher than this number, and not by the number itself.
        at_most: The bound is met by this number and whatever is lower.
        below: The bound is met by whatever is lower than this number, and not by the number itself.
    """

    at_least: Edge | None = None
    above: Edge | None = None
    at_most: Edge | None = None
    below: Edge | None = None
    at: Location | None = field(default=None, compare=False)

    def stated(self) -> list[Edge]:
        """The numbers and items of its bounds."""
        return [edge for edge in (self.at_least, self.above, self.at_most, self.below) if edge is not None]

    def bounds(self) -> list[Bound]:
        """The bounds it states; a sound one states one."""
        stated = {"at_least": self.at_least, "above": self.above, "at_most": self.at_most, "below": self.below}
        return [Bound(side, number) for side, number in stated.items() if number is not None]

    @property
    def bound(self) -> Bound | None:
        """The bound it states."""
        return next(iter(self.bounds()), None)

    def bound_named(self, name: Callable[[str], str]) -> str:
        """The bound in words; nothing where it states none."""
        return self.bound.named(name) if self.bound else ""


@frozen(kw_only=True)
class Row(Bounded):
    """One row of thresholds: a level or a score, and the bound from which it is given.

    Fields:
        level: The level that the row gives.
        score: The number that the row gives, where there are no levels.
        otherwise: `true` on the last row, which has no bound and takes what is left.
    """

    level: Level | None = None
    score: Number | None = None
    otherwise: bool = False

    @property
    def result(self) -> Level | Decimal:
        """What the row gives."""
        if self.level is not None:
            return self.level
        return self.score.value if self.score else ZERO

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind the number of its bound."""
        bound = self.bound.said(sign) if self.bound else "otherwise"
        return f"{self.score if self.level is None else self.level} {bound}"

    def __str__(self) -> str:
        return self.said()

    @property
    def gives(self) -> str:
        """The level or the score, in words."""
        return str(self.score if self.level is None else self.level)

    def named(self, name: Callable[[str], str]) -> str:
        """The row in words, with the titles of items."""
        return f"{self.gives} {self.bound.named(name) if self.bound else 'otherwise'}"


@frozen
class Held:
    """The row of thresholds that held, and those that were asked before it and did not."""

    row: Row
    before: tuple[Row, ...]

    @classmethod
    def each(cls, rows: Sequence[Row]) -> tuple[Held, ...]:
        """Every row, as that which held."""
        return tuple(cls(row, tuple(rows[:k])) for k, row in enumerate(rows))

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures of the bounds that were asked, and of the score that is given."""
        bounds = [row.bound.number for row in (*self.before, self.row) if row.bound]
        return figures_in((*bounds, self.row.score))

    @property
    def items(self) -> tuple[str, ...]:
        """The items that are bounds of the rows that were asked."""
        return items_in((*self.before, self.row))

    @property
    def cells(self) -> tuple[Location, ...]:
        """The cells of a table of cut points that were asked, where the rows stand in one."""
        return tuple(row.at for row in (*self.before, self.row) if isinstance(row.at, CellLocation))


def row_problems(rows: Sequence[Row], at: Location, *, levels: bool) -> list[Problem]:
    """Rows that are incomplete, out of order, or can never hold; `levels` or scores are wanted."""
    if not rows:
        return [Problem(at, "thresholds", "There are no rows here.", "End with {..., otherwise: true}.")]
    problems = []
    before: Bound | None = None
    for k, row in enumerate(rows):
        for message, remedy in _faults(row, before, last=k == len(rows) - 1, word="level" if levels else "score"):
            problems.append(Problem(row.at or at, "thresholds", message, remedy))
        before = row.bound or before
    return problems


def upside_down(rows: Sequence[Row], of: str, polarity: Polarity | None, at: Location) -> list[Problem]:
    """A better level for a worse value: the rows of levels against the polarity of what they are given for."""
    steps = [row.bound for row in rows if row.level is not None and row.bound is not None]
    if polarity is None or not steps:
        return []
    best_first = steps[0].upwards == (polarity == "higher")  # in sound rows all point one way
    levels = [row.level for row in rows if row.level is not None]
    for better, worse in pairwise(levels if best_first else levels[::-1]):
        if better.position > worse.position:
            which = f'{polarity.capitalize()} is better for "{of}"'
            message = f"{which}, and a better value gets {better} where a worse one gets {worse}."
            return [Problem(at, "upside-down", message, "Turn the levels round, or mend polarity:.")]
    return []


def _faults(row: Row, before: Bound | None, *, last: bool, word: str) -> Iterator[tuple[str, str]]:
    """What is wrong with one row, and what to do."""
    bound = row.bound
    if (row.level is None) == (word == "level") or (row.score is None) == (word == "score"):
        yield f"Each row here gives one {word}.", f"Give {word}: and nothing else for it."
    if last:
        if bound or not row.otherwise:
            yield "The last row must be otherwise.", "End with {..., otherwise: true}."
    elif bound is None or len(row.bounds()) > 1 or row.otherwise:
        yield (
            "A row before the last states one bound.",
            "Give at_least, above, at_most or below, and one of them only.",
        )
    elif before is not None and bound.upwards != before.upwards:
        yield (
            f"The rows before this one say {before.words}, and it says {bound.words}.",
            "Let all bounds point one way.",
        )
    elif before is not None and not bound.widens(before):
        yield (
            f"This row can never hold: whatever is {bound} is {before} already.",
            "Order the rows from the hardest bound to the easiest.",
        )
