"""The board of the plan: the columns so far of a chunk of draws, what was refused in them, and what was too near."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nhsrate.core.cells import Level
from nhsrate.language.conditions import Between, Compare, IsMissing, Negated, OneOf, bounding, edges, holds
from nhsrate.language.numbers import Number, OfItem
from nhsrate.plan.bands import Banded
from nhsrate.plan.columns import NEAR, Array, Column, Floats, Mask, Texts, level_numbers, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nhsrate.core.cells import Cell
    from nhsrate.language.conditions import Test, When
    from nhsrate.language.numbers import Edge
    from nhsrate.language.values import Result
    from nhsrate.rules.inputs import Polarity
    from nhsrate.rules.model import Item, Methodology

Scalar = Any
"""One number for all draws, or a column with one for each draw."""

Exact = bool | Mask
"""Whether numbers can be compared as they are, or for which organisations."""

SIDES = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below"}


@dataclass(slots=True)
class Board:
    """What a chunk of draws is worked out on.

    `size` is the number of draws. `figures` and `weights` have what each draw sets the named figures and the weights
    of an item to; `base` gives the column of the engine for what no draw touches. `banded` has what hangs on the band
    of one value, and becomes a column only where it is asked for. `refused` says for each cause which draws it ended;
    `near` marks the draws in which something lay too near to a bound to be told by floating numbers.
    While an item is worked out, `item` is it, `settled` are the organisations for which nothing is refused, and `sure`
    those whose result cannot differ; `asked` says whether a headline rests on it.
    """

    methodology: Methodology
    size: int
    base: Callable[[str], Column]
    texts: Texts
    labels: tuple[str, ...]
    figures: Mapping[str, Floats] = field(default_factory=dict)
    weights: Mapping[str, Floats] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    banded: dict[str, Banded] = field(default_factory=dict)
    members: dict[str, Mask] = field(default_factory=dict)
    filled_columns: dict[str, tuple[Floats, Mask | None]] = field(default_factory=dict)
    number_columns: dict[str, Floats] = field(default_factory=dict)
    refused: dict[str, Mask] = field(default_factory=dict)
    near: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    left_out: str | None = None
    item: Item | None = None
    settled: Mask | None = None
    sure: Mask | None = None
    asked: bool = True

    def __post_init__(self) -> None:
        """No draw is near anything yet."""
        self.near = np.zeros(self.size, np.bool_)

    @property
    def width(self) -> int:
        """How many organisations there are."""
        return len(self.labels)

    def column(self, item: str) -> Column:
        """The column of an input or item: worked out in these draws, or the engine's."""
        if item not in self.columns:
            banded = self.banded.get(item)
            self.columns[item] = self.base(item) if banded is None else banded.column()
        return self.columns[item]

    def known(self, item: str) -> Column:
        """A column that tells what `column` tells but the cells: of what hangs on a band it has those of the bands."""
        banded = None if item in self.columns else self.banded.get(item)
        return self.column(item) if banded is None else banded.table.column

    def cells(self, item: str) -> Array:
        """Its cells."""
        return self.column(item).cells

    def numbers(self, item: str) -> Floats:
        """Its cells as numbers: a level counts as its number, a text as missing."""
        if item in self.number_columns:
            return self.number_columns[item]
        cells = self.cells(item)
        if cells.dtype != np.float64:
            scale = self.methodology.type_of(item).scale
            assert scale is not None  # noqa: S101 (no rule works on the numbers of texts)
            cells = level_numbers(scale)[cells]
        self.number_columns[item] = cells
        return cells

    def filled(self, item: str) -> tuple[Floats, Mask | None]:
        """Its numbers with zero for each missing one, and which are missing; nothing where none is."""
        if item not in self.filled_columns and (banded := self.numbers_of_bands(item)) is not None:
            gone = banded.table.gone
            assert gone is not None  # noqa: S101 (else there are none)
            self.filled_columns[item] = banded.cells(0.0), (gone[None, :] if gone.any() else None)
        if item not in self.filled_columns:
            numbers = self.numbers(item)
            gone = np.isnan(numbers)
            self.filled_columns[item] = (np.where(gone, 0.0, numbers), gone) if gone.any() else (numbers, None)
        return self.filled_columns[item]

    def numbers_of_bands(self, item: str) -> Banded | None:
        """What hangs on a band, as numbers; nothing for what does not, or where not the same are missing in each."""
        banded = None if item in self.columns else self.banded.get(item)
        numbers = banded.table.as_numbers() if banded is not None else None
        if banded is None or numbers is None or numbers.gone is None:
            return None
        return Banded(banded.codes, numbers, banded.root)

    def exact(self, item: str) -> Exact:
        """Whether its numbers can be compared as they are; those of levels always can."""
        column = self.known(item)
        if column.exact or column.cells.dtype != np.float64:
            return True
        return False if column.sure is None else column.sure

    def gone(self, item: str) -> Mask:
        """Which of its cells are missing."""
        return missing(self.cells(item))

    def number(self, number: Number) -> Scalar:
        """A number of a rule: as stated, or as each draw sets the figure that it is."""
        return self.figures.get(number.figure or "", float(number.value))

    def edge(self, edge: Edge) -> Scalar:
        """A bound of a rule: a number, or what another item is for each organisation, missing where that is."""
        if isinstance(edge, Number):
            return self.number(edge)
        cells: Scalar = self.numbers(edge.item)
        cells = cells * self.number(edge.times) if edge.times else cells
        return cells + self.number(edge.plus) if edge.plus else cells

    def exact_edge(self, edge: Edge) -> Exact:
        """Whether a bound can be compared as it is; an item that is shifted cannot."""
        if isinstance(edge, Number):
            return True
        return False if edge.shift else self.exact(edge.item)

    def meets_edge(self, values: Floats, side: str, edge: Edge, *, exact: Exact) -> Mask:
        """Which values meet a bound that may be an item; none where that is missing."""
        bound = self.edge(edge)
        both = both_exact(exact, self.exact_edge(edge))
        return self.meets(values, side, bound, exact=both) & ~np.isnan(np.asarray(bound))

    def unknown(self, edge: Edge) -> Mask:
        """For which organisations a bound is missing."""
        return np.zeros((1, 1), np.bool_) if isinstance(edge, Number) else self.gone(edge.item)

    def polarity(self, item: str) -> Polarity | None:
        """Whether higher or lower is better: as the current item says, else as the item it works on says."""
        own = self.item.polarity if self.item else None
        return own or self.methodology.polarity_of(item)

    def called(self, item: str) -> str:
        """What an input or item is called in a cause."""
        return self.methodology.called(item)

    def refuse(self, mask: Mask, cause: str) -> None:
        """End the draws in which the method refuses any of these cells; not those of settled organisations."""
        if self.settled is not None:
            mask = mask & ~self.settled
        if mask.any():
            self.end(np.asarray(mask.any(axis=1)), cause)

    def end(self, rows: Mask, cause: str) -> None:
        """End these draws."""
        known = self.refused.setdefault(cause, np.zeros(self.size, np.bool_))
        known |= rows

    def end_crossed(self, crossed: Scalar, cause: str) -> None:
        """End the draws in which what must be in order is not."""
        if np.any(crossed):
            self.end(np.broadcast_to(crossed, (self.size, 1))[:, 0], cause)

    def refuse_missing(self, mask: Mask, item: str) -> None:
        """End the draws in which the method cannot do without a value that is missing."""
        self.refuse(mask, f"{self.called(item)} is missing, and the method cannot do without it.")

    def doubt(self, mask: Mask) -> None:
        """Note the draws in which any of these cells is too near to something, where a headline rests on it."""
        if not self.asked:
            return
        if self.sure is not None:
            mask = mask & ~self.sure
        if mask.any():
            self.near |= mask.any(axis=1)

    def doubt_rows(self, rows: Mask) -> None:
        """Note these draws."""
        if self.asked:
            self.near |= rows

    def meets(self, values: Floats, side: str, bound: Scalar, *, exact: Exact) -> Mask:
        """Which values meet a bound; one that is as good as equal counts as equal, and is noted unless exact."""
        if exact is True:
            return compare(values, side, bound)
        reach = NEAR * np.maximum(1.0, np.abs(bound))
        from_below, beyond = values >= bound - reach, values > bound + reach
        between = from_below & ~beyond
        if between.any():
            self.doubt(between & ~np.asarray(exact))
        match side:
            case "at_least":
                return from_below
            case "above":
                return beyond
            case "at_most":
                return ~(beyond | np.isnan(values))
        return ~(from_below | np.isnan(values))

    def equals(self, values: Floats, number: Scalar, *, exact: Exact) -> Mask:
        """Which values are a number."""
        if exact is True:
            return values == number
        near = np.abs(values - number) <= NEAR * np.maximum(1.0, np.abs(number))
        self.doubt(near & ~np.asarray(exact))
        return near

    def flag(self, test: Test, item: str) -> tuple[Mask, Mask]:
        """Which cells of an item pass a test, and for which it cannot be said because something is missing."""
        negated = isinstance(test, Negated)
        inner = test.test if isinstance(test, Negated) else test
        gone = self.gone(item)
        if isinstance(inner, IsMissing):
            return (~gone if negated else gone), np.zeros_like(gone)
        held = self.holding(inner, item)
        for edge in edges(inner):
            if isinstance(edge, OfItem):
                gone = gone | self.unknown(edge)
        return (~held if negated else held) & ~gone, gone

    def holding(self, test: OneOf | Compare | Between, item: str) -> Mask:
        """Which cells that are there pass a test."""
        cells = self.cells(item)
        if cells.dtype != np.float64:
            if isinstance(test, OneOf) or self.methodology.type_of(item).scale is None:
                return self.of_codes(test, item)
            cells = self.numbers(item)
        exact = self.exact(item)
        match test:
            case OneOf():
                numbers = [float(cell) for cell in test.cells if not isinstance(cell, Level | str)]
                return any_of((self.equals(cells, number, exact=exact) for number in numbers), cells.shape)
            case Compare():
                return self.meets_edge(cells, SIDES[test.sign], test.bound, exact=exact)
        if not bounding(test):
            self.end_crossed(self.edge(test.low) > self.edge(test.high), f"The ends of {test} cross.")
        over = self.meets_edge(cells, "above" if test.above else "at_least", test.low, exact=exact)
        return over & self.meets_edge(cells, "below" if test.below else "at_most", test.high, exact=exact)

    def of_codes(self, test: OneOf | Compare | Between, item: str) -> Mask:
        """Which levels or texts pass a test; each code is asked once, as the engine asks each cell."""
        codes = self.cells(item)
        scale = self.methodology.type_of(item).scale
        known: Iterable[Cell] = scale.levels if scale else list(self.texts.codes)
        passing = np.array([*(bool(holds(test, cell)) for cell in known), False], np.bool_)
        return passing[codes]

    def met(
        self,
        when: When,
        missing: Literal["holds", "fails"] | None = None,
        covered: frozenset[str] = frozenset(),
        among: Mask | None = None,
    ) -> Mask:
        """For which organisations of `among` a condition holds; a missing value that nothing covers is refused."""
        held = np.ones((1, self.width), np.bool_) if among is None else among
        if not when.simple:
            return self.met_within(when, missing, covered, held)
        unsure: list[tuple[str, Mask]] = []
        for item, test in when.tests:
            passes, gone = self.flag(test, item)
            if missing == "holds":
                passes = passes | gone
            elif missing is None and item not in covered and gone.any():
                unsure.append((item, gone))
                passes = passes | gone
            held = held & passes
        refused = np.zeros_like(held)
        for item, gone in unsure:
            here = held & gone
            self.refuse_missing(here, item)
            refused = refused | here
        return held & ~refused

    def met_within(
        self, when: When, missing: Literal["holds", "fails"] | None, covered: frozenset[str], among: Mask
    ) -> Mask:
        """The same of a condition that has others within it, or compares items."""
        for item, test in when.leaves():
            self.refuse_crossed_test(test, item, among)
        holding, failing = self.settled_by(when, covered, straight=True)
        if missing is not None:
            return among & (holding if missing == "fails" else ~failing)
        open_ = among & ~holding & ~failing
        for item, mask in self.unsettling(when, covered, open_, straight=True):
            self.refuse_missing(mask, item)
        return among & holding

    def leaf(self, test: Test, item: str, covered: frozenset[str], *, straight: bool) -> tuple[Mask, Mask]:
        """For whom a test holds and for whom it fails; where something covered is missing, the whole is to fail."""
        passes, gone = self.flag(test, item)
        known = np.zeros_like(gone)
        for id_ in (item, *bounding(test)):
            known = known | self.gone(id_) if id_ in covered else known
        foreseen = gone & known
        holding, failing = passes, ~passes & ~gone
        return (holding, failing | foreseen) if straight else (holding | foreseen, failing)

    def settled_by(self, when: When, covered: frozenset[str], *, straight: bool) -> tuple[Mask, Mask]:
        """For whom a condition holds, and for whom it fails; for the others it cannot be said."""
        told = [self.leaf(test, item, covered, straight=straight) for item, test in when.tests]
        if when.any_:
            either = [self.settled_by(part, covered, straight=straight) for part in when.any_]
            told.append((reduce(or_, [held for held, _ in either]), reduce(and_, [fails for _, fails in either])))
        if when.not_ is not None:
            holding, failing = self.settled_by(when.not_, covered, straight=not straight)
            told.append((failing, holding))
        return reduce(and_, [held for held, _ in told]), reduce(or_, [fails for _, fails in told])

    def unsettling(
        self, when: When, covered: frozenset[str], open_: Mask, *, straight: bool
    ) -> Iterable[tuple[str, Mask]]:
        """The items that are missing where a condition cannot be said, and for whom that is."""
        for item, test in when.tests:
            holding, failing = self.leaf(test, item, covered, straight=straight)
            for id_ in (item, *bounding(test)):
                yield id_, open_ & ~holding & ~failing & self.gone(id_)
        for part in when.any_:
            yield from self.unsettling(part, covered, open_, straight=straight)
        if when.not_ is not None:
            yield from self.unsettling(when.not_, covered, open_, straight=not straight)

    def refuse_crossed_test(self, test: Test, item: str, among: Mask) -> None:
        """End the draws in which two bounds that are items leave nothing between them for an organisation."""
        inner = test.test if isinstance(test, Negated) else test
        if isinstance(inner, Between) and bounding(inner):
            crossed = np.asarray(self.edge(inner.low) > self.edge(inner.high))
            self.refuse(among & crossed, f"The ends of {inner} cross for {self.called(item)}.")

    def population(self, name: str) -> Mask | None:
        """The members of a population; nothing where it is everyone."""
        if name == "everyone":
            return None
        if name not in self.members:
            population = self.methodology.populations[name]
            self.members[name] = self.met(population.when, population.missing)
        return self.members[name]


def both_exact(one: Exact, other: Exact) -> Exact:
    """Whether two sides can be compared as they are."""
    if isinstance(one, bool) and isinstance(other, bool):
        return one and other
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    return one & other


def compare(values: Floats, side: str, bound: Scalar) -> Mask:
    """Which values meet a bound, as they are; a missing one meets none."""
    match side:
        case "at_least":
            return values >= bound
        case "above":
            return values > bound
        case "at_most":
            return values <= bound
    return values < bound


def any_of(masks: Iterable[Mask], shape: tuple[int, ...]) -> Mask:
    """Where any of these holds."""
    found = np.zeros(shape, np.bool_)
    for mask in masks:
        found = found | mask
    return found


def as_code(cell: Result, texts: Texts) -> float | int:
    """A result of a rule as it stands in an array: a number, the position of a level, the code of a text."""
    if isinstance(cell, Level):
        return cell.position
    return texts.code(cell) if isinstance(cell, str) else float(cell)
