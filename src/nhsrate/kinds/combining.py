"""Kinds that combine several items into one number: sum, means, median, lowest, highest."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from operator import mul
from typing import TYPE_CHECKING, ClassVar

from nhsrate.core.cells import Cell, Level, Missing, Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, number_text, snap
from nhsrate.core.problems import Problem
from nhsrate.kinds.members import (
    MissingRule,
    combined_may_miss,
    each_once,
    gather,
    name_list,
    no_weights,
    part_texts,
    present_figures,
    stated_weights,
    weight_shares,
)
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in
from nhsrate.language.values import Refs, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Combination(Rule):
    """What the kinds below share: the items, what missing does, and one number out of those that are there."""

    of: Refs
    missing: MissingRule = MissingRule()

    gives: ClassVar[Gives] = "numbers"
    carries: ClassVar[bool] = True
    words: ClassVar[str]

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return combined_may_miss(self.of, self.missing, misses)

    def stated_weights(self) -> dict[str, Number]:
        """The weight of each item."""
        return self.of.stated()

    def where_missing(self) -> MissingRule | None:
        """What it does where one is missing."""
        return self.missing

    def grounds(self, view: View, n: int) -> Grounds:
        """The items, and the weights of those that are there."""
        return Grounds(self.of.items, present_figures(view, self.of, self.missing, n))

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"{self.words} {name_list(self.of, name)}; {self.missing}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights that mean nothing, and more parts needed than there are."""
        return [*no_weights(self.of, self.kind, at), *self.too_many(at)]

    def too_many(self, at: LineLocation) -> list[Problem]:
        """That more parts are needed than there are."""
        there = len(self.of.items)
        needed = self.missing.needed(there)
        message = f"{needed} parts are needed, and there are only {there}."
        return [Problem(at, "wrong-type", message, f"At most {there} can be asked for.")] if needed > there else []


@frozen
class OneByOne(Combination):
    """What the kinds share that combine the numbers of one organisation after the other."""

    def column(self, workings: Workings) -> list[Cell]:
        """The combined number for every organisation."""
        gathered = gather(workings, self.of, self.missing)
        return each_once([kept if isinstance(kept, Missing) else self.combine(*kept) for kept in gathered])

    @abstractmethod
    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal | Missing:
        """One number out of several, each with its weight."""


@frozen
class Sum(OneByOne):
    """The sum of items, each times its weight where weights are given.

    Weights may be below zero, so that an item can be taken away.

    Fields:
        of: The items that are added up; `{a: 2, b: 6}` gives them weights, and in a list numbers and figures may stand
            among them: `[a, b, 5]`.

    Example:
        >>> rated("total: {kind: sum, of: [waits, finance], missing: leave out}",
        ...       "points: {kind: sum, of: {waits: 2, finance: 6}, missing: leave out}",
        ...       waits="2 1 3", finance="4 0 -")
        waits  finance  total  points
        2      4        6      28
        1      0        1      2
        3      -        3      6

    Unit: That of the items, times that of the weights.

    Refused: Texts, and levels without a number; a missing item where `missing` says `refuse`; more items wanted by
        `{leave out: n}` than there are.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 6: linear
        aggregation. Points were added up so in the NHS performance ratings of 2000/01 to 2004/05, such as
        `nhs-star-ratings-2000-01-acute`.

    Section: 7.1
    """

    kind: ClassVar[str] = "sum"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the sum of"
    of: Terms

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The sum."""
        total = sum(values if self.of.weights is None else map(mul, weights, values), ZERO)
        return sum((number.value for number in self.of.numbers), total) if self.of.numbers else total

    def unit_of(self) -> tuple[str, ...]:
        """The items, where they have no weights."""
        return () if self.of.weights else self.of.items

    def why(self, view: View, n: int) -> str:
        """The addition."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        weights = self.of.weights
        parts = [f"{weights[k]} x {text}" if weights else text for k, text in kept]
        return " + ".join([*parts, *map(str, self.of.numbers)]) + rest

    def shares(self) -> dict[str, Decimal]:
        """By weight."""
        return weight_shares(self.of)

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """More parts needed than there are."""
        return self.too_many(at)


WEIGHTLESS = Missing("the weights of its parts sum to nothing")


@frozen
class Quotient(Combination):
    """What the plain and the weighted mean share: a sum over another."""

    def column(self, workings: Workings) -> list[Cell]:
        """The mean for every organisation."""
        weights = stated_weights(self.of)
        whole = self.below(weights)
        cells: list[Cell] = []
        for kept in gather(workings, self.of, self.missing):
            if type(kept) is Missing:
                cells.append(kept)
                continue
            values, own = kept
            below = whole if len(own) == len(weights) else self.below(own)
            cells.append(self.above(values, own) / below if below else WEIGHTLESS)
        return each_once(cells)

    @abstractmethod
    def above(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """What is divided."""

    @abstractmethod
    def below(self, weights: Sequence[Decimal]) -> Decimal:
        """What it is divided by."""


@frozen
class Mean(Quotient):
    """The plain mean of items: their sum over how many there are.

    Under `missing: leave out` it is the mean of those that are there. Nothing is rounded.

    Fields:
        of: The items that are averaged, each as much as any other.

    Example:
        >>> rated("average: {kind: mean, of: [access, safety, people], missing: {leave out: 2}}",
        ...       access="1 2 3", safety="2 - -", people="3 3 -")
        access  safety  people  average
        1       2       3       2
        2       -       3       2.5
        3       -       -       missing (only 1 of its parts, 2 are needed)

    Unit: That of the items.

    Refused: Texts, and levels without a number; weights, which mean nothing here; a missing item where `missing` says
        `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: NHS England, *NHS Oversight Framework 2025/26 methodology manual* (26 June 2025): metrics and domains count
        alike, as in `nof-2025-26-q1-mental-health-community`.

    Section: 7.1
    """

    kind: ClassVar[str] = "mean"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the mean of"

    def above(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:  # noqa: ARG002 (it has none)
        """The sum."""
        return sum(values, ZERO)

    def below(self, weights: Sequence[Decimal]) -> Decimal:
        """How many there are."""
        return Decimal(len(weights))

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """The addition and the division."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        return f"({' + '.join(text for _, text in kept)}) / {len(kept)}{rest}"

    def shares(self) -> dict[str, Decimal]:
        """Each item the same."""
        return weight_shares(self.of)


@frozen
class WeightedMean(Quotient):
    """The sum of weight times value over the sum of the weights of those present.

    Under `missing: leave out` the weights of those that are there keep their proportions and share out the rest. The
    weights need not add up to 1 or 100.

    Fields:
        of: The items with their weights: `{a: 25, b: 75}`, or `{family: criteria, weights: weight}`.

    Example:
        >>> rated("average: {kind: weighted-mean, of: {margin: 25, plan: 75}, missing: leave out}",
        ...       margin="2 5 3", plan="4 3 -")
        margin  plan  average
        2       4     3.5
        5       3     3.5
        3       -     3

    Unit: That of the items; the weights have none.

    Refused: Texts, and levels without a number; items without weights, weights below zero, or none above it; a missing
        item where `missing` says `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 6. Weights of
        missing groups are shared out so by the Centers for Medicare & Medicaid Services, *Overall Hospital Quality Star
        Rating* (2021), in `cms-hospital-stars-2021`.

    Section: 7.1
    """

    kind: ClassVar[str] = "weighted-mean"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the weighted mean of"

    def above(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The sum of weight times value."""
        return sum(map(mul, weights, values), ZERO)

    def below(self, weights: Sequence[Decimal]) -> Decimal:
        """The sum of the weights."""
        return sum(weights, ZERO)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Also where all that remains has no weight."""
        weights = self.of.pairs()
        weightless = self.missing.does == "leave out" and not any(
            w and w.value and not misses(item) for item, w in weights
        )
        return weightless or Combination.may_miss(self, misses)

    def gap_figures(self) -> tuple[str, ...]:
        """The weights: those of what is there may sum to nothing."""
        return figures_in(self.of)

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """The weighted addition and the division."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        stated = [weight or Number(ONE) for _, weight in self.of.pairs()]
        total = number_text(sum((stated[k].value for k, _ in kept), ZERO))
        return f"({' + '.join(f'{stated[k]} x {text}' for k, text in kept)}) / {total}{rest}"

    def shares(self) -> dict[str, Decimal]:
        """By weight."""
        return weight_shares(self.of)

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights that are absent, below zero, or nothing together; more parts needed than there are."""
        problems = self.too_many(at)
        weights = [weight.value for weight in self.of.weights or ()]
        if not weights:
            problems.append(Problem(at, "missing-key", "A weighted mean needs weights.", "Write of: {a: 25, b: 75}."))
        elif min(weights) < 0 or not any(weights):
            problems.append(Problem(at, "wrong-type", "Weights are 0 or more, and not all 0.", "Mend the weights."))
        total = snap(sum(weights, ZERO))
        whole = next((one for one in (ONE, 100 * ONE) if 0 < abs(total - one) <= one / 20), None)
        if whole is not None and len(weights) > 1:
            message = f"The weights come to {number_text(total)}, and not to {number_text(whole)}."
            remedy = "They count in proportion all the same; see whether one is mistyped."
            problems.append(Problem(at, "weights", message, remedy, "note"))
        return problems


@frozen
class Choice(OneByOne):
    """What median, lowest and highest share: one of the values decides, so that no item has a share of its own."""

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """The values that one was chosen from."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        return f"{self.words} {', '.join(text for _, text in kept)}{rest}"


@frozen
class Median(Choice):
    """The middle one of several items; between two middle ones their mean.

    Fields:
        of: The items of which the middle one is taken.

    Example:
        >>> rated("middle: {kind: median, of: [a, b, c, d], missing: leave out}",
        ...       a="1 1", b="9 9", c="2 2", d="4 -")
        a  b  c  d  middle
        1  9  2  4  3
        1  9  2  -  2

    Unit: That of the items.

    Refused: Texts, and levels without a number; weights, which mean nothing here; a missing item where `missing` says
        `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: The median of every textbook of statistics; no edition that comes with the tool uses it.

    Section: 7.1
    """

    kind: ClassVar[str] = "median"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the median of"

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:  # noqa: ARG002 (it has none)
        """The median."""
        ordered = sorted(values)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


@frozen
class Extreme(Choice):
    """What lowest and highest share: numbers may stand among the items, and levels of one scale give one of its levels.

    Fields:
        scale: The scale of the items and of the result; then it is a level. By their numbers where all of its levels
            have one; else the best level is the highest.
    """

    of: Terms
    scale: Scale | None = None
    gives: ClassVar[Gives] = "either"

    def wants_numbers(self) -> tuple[str, ...]:
        """The items, unless they are levels of a scale."""
        return () if self.scale else self.of.items

    def hands_on(self) -> tuple[str, ...]:
        """The items, where they are levels of a scale."""
        return self.of.items if self.scale else ()

    def keys(self, scale: Scale) -> dict[Level, Decimal]:
        """By what its levels are compared."""
        numbers = [level.number for level in scale.levels]
        places = [Decimal(-level.position) for level in scale.levels]
        known = [number for number in numbers if number is not None]
        return dict(zip(scale.levels, known if len(known) == len(numbers) else places, strict=True))

    def column(self, workings: Workings) -> list[Cell]:
        """The number or the level for every organisation."""
        if self.scale is None:
            return Choice.column(self, workings)
        keys = self.keys(self.scale)
        level_of = {key: level for level, key in reversed(keys.items())}

        def numbers(item: str) -> list[Decimal | Missing]:
            return [keys[cell] if isinstance(cell, Level) else cell for cell in workings.cells[item]]  # type: ignore[misc]

        gathered = gather(workings, self.of, self.missing, numbers)
        return [kept if isinstance(kept, Missing) else level_of[self.chosen(kept[0])] for kept in gathered]

    @abstractmethod
    def chosen(self, values: Sequence[Decimal]) -> Decimal:
        """The one that is chosen."""

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:  # noqa: ARG002 (it has none)
        """The one that is chosen, also among the numbers."""
        return self.chosen([*values, *(number.value for number in self.of.numbers)])

    def why(self, view: View, n: int) -> str:
        """What one was chosen from."""
        if self.scale is None:
            kept, rest = part_texts(view, self.of, self.missing, n)
            return f"{self.words} {', '.join([*(text for _, text in kept), *map(str, self.of.numbers)])}{rest}"
        cells = {item: view.cells[item][n] for item in self.of.items}
        gone = [f"{view.name(item)} ({cell.reason})" for item, cell in cells.items() if isinstance(cell, Missing)]
        rest = f"; left out: {', '.join(gone)}" if gone else ""
        return f"{self.words} {', '.join(str(cell) for cell in cells.values() if isinstance(cell, Level))}{rest}"

    def grounds(self, view: View, n: int) -> Grounds:
        """The items, and the figures among the numbers."""
        return Grounds(self.of.items) if self.scale else Choice.grounds(self, view, n)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        how = f", on the scale {self.scale.name}" if self.scale else ""
        return f"{self.words} {name_list(self.of, name)}{how}; {self.missing}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Also numbers among levels, and a number that a missing level counts as."""
        problems = Choice.check(self, item, methodology, at)
        if self.scale and (self.of.numbers or self.missing.count_as):
            message = f"The {self.kind} of levels is a level, and a number is none."
            problems.append(Problem(at, "wrong-type", message, "Leave the number out, or leave out scale:."))
        return problems


@frozen
class Lowest(Extreme):
    """The smallest of several numbers, whichever end is better; or of levels of one scale.

    With `scale` it is of levels of that scale and gives one: that with the lowest number where all of them have
    numbers, else the worst.

    Fields:
        of: The items of which the smallest is taken; levels count as their numbers, and numbers and figures may stand
            among them: `[a, b, 4]`.

    Example:
        >>> rated("least: {kind: lowest, of: [a, b], missing: leave out}",
        ...       "at_most_2: {kind: lowest, of: [a, b, 2], missing: leave out}", a="1 5 -", b="3 2 7")
        a  b  least  at_most_2
        1  3  1      1
        5  2  2      2
        -  7  7      2

    Unit: That of the items.

    Refused: Texts, and levels without a number; weights, which mean nothing here; under `scale`
        items of another type, and numbers; a missing item where `missing` says
        `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: Used by `cms-part-cd-2026`, after Centers for Medicare & Medicaid Services, *Medicare 2026 Part C and D Star
        Ratings Technical Notes*.

    Section: 7.1
    """

    kind: ClassVar[str] = "lowest"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the lowest of"

    def chosen(self, values: Sequence[Decimal]) -> Decimal:
        """The lowest."""
        return min(values)


@frozen
class Highest(Extreme):
    """The largest of several numbers, whichever end is better; or of levels of one scale.

    With `scale` it is of levels of that scale and gives one: that with the highest number where all of them have
    numbers, else the best.

    Fields:
        of: The items of which the largest is taken; levels count as their numbers, and numbers and figures may stand
            among them: `[a, b, 4]`.

    Example:
        >>> rated("best: {kind: highest, of: [a, b], scale: levels, missing: leave out}",
        ...       levels="good fair poor", a="good poor -", b="fair poor fair")
        a     b     best
        good  fair  good
        poor  poor  poor
        -     fair  fair

    Unit: That of the items.

    Refused: Texts, and levels without a number; weights, which mean nothing here; under `scale`
        items of another type, and numbers; a missing item where `missing` says
        `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: Used by `cms-part-cd-2026`, which takes the higher of two ratings, after Centers for Medicare & Medicaid
        Services, *Medicare 2026 Part C and D Star Ratings Technical Notes*.

    Section: 7.1
    """

    kind: ClassVar[str] = "highest"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the highest of"

    def chosen(self, values: Sequence[Decimal]) -> Decimal:
        """The highest."""
        return max(values)
