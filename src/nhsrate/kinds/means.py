"""Kinds that multiply: the product, the geometric and the harmonic mean; and the variance of items."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, ClassVar

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, number_text, snap
from nhsrate.core.problems import Problem
from nhsrate.kinds.combining import Combination, OneByOne
from nhsrate.kinds.members import gather, part_texts, weight_shares
from nhsrate.language.values import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Product(OneByOne):
    """The product of items: likelihood times impact, volume times price.

    Under `missing: leave out` it is the product of those that are there.

    Fields:
        of: The items that are multiplied; numbers and figures may stand among them: `[likelihood, impact, 4]`.

    Example:
        >>> rated("risk: {kind: product, of: [likelihood, impact]}",
        ...       "scaled: {kind: product, of: [likelihood, impact, 4]}",
        ...       likelihood="5 2 0", impact="4 3 1")
        likelihood  impact  risk  scaled
        5           4       20    80
        2           3       6     24
        0           1       0     0

    Unit: That of one item times that of the other.

    Refused: Texts, and levels without a number; weights, which mean nothing here; a missing item where `missing` says
        `refuse`; more items wanted by `{leave out: n}` than there are.

    Source: HM Government, *The Orange Book: Management of Risk* (2020): a risk is scored by its likelihood and its
        impact. No edition that comes with the tool uses it.

    Section: 7.11
    """

    kind: ClassVar[str] = "product"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the product of"
    of: Terms

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:  # noqa: ARG002 (it has none)
        """The product."""
        return reduce(mul, (number.value for number in self.of.numbers), reduce(mul, values, ONE))

    def why(self, view: View, n: int) -> str:
        """The multiplication."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        return " x ".join([*(text for _, text in kept), *map(str, self.of.numbers)]) + rest


@frozen
class Weighable(OneByOne):
    """What the kinds below share: weights that may be left out, and then count alike."""

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights of nothing or less, and more parts needed than there are."""
        problems = self.too_many(at)
        if any(not weight.unset and weight.value <= 0 for weight in self.of.weights or ()):
            message = f"The weights of {self.words.removesuffix(' of')} are above zero."
            problems.append(Problem(at, "wrong-type", message, "Mend the weights."))
        return problems


@frozen
class AboveZero(Weighable):
    """What the means share that every value must be above zero for."""

    a_mean: ClassVar[str]

    def column(self, workings: Workings) -> list[Cell]:
        """The mean for every organisation; a value that is not above zero is refused."""
        cells: list[Cell] = []
        for n, kept in enumerate(gather(workings, self.of, self.missing)):
            if isinstance(kept, Missing):
                cells.append(kept)
                continue
            values, weights = kept
            if min(values) > 0:
                cells.append(self.combine(values, weights))
                continue
            numbers = {item: workings.number(item, n) for item in self.of.items}
            item = next(item for item, number in numbers.items() if not isinstance(number, Missing) and number <= 0)
            message = f"{workings.methodology.called(item)} is not above zero, and {self.a_mean} needs that."
            remedy = "Mend the value, or combine by a plain mean."
            cells.append(workings.refuse(n, "cannot-compute", message, remedy, item=item))
        return cells

    def shares(self) -> dict[str, Decimal]:
        """Each item its weight, in proportion to all."""
        return weight_shares(self.of)

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Also a part that can be zero or less, which makes it impossible."""
        lowest = {f'"{part}"': methodology.lowest_possible(part) for part in self.of.items}
        count_as = self.missing.count_as
        if count_as and not count_as.unset:
            lowest["a missing part"] = count_as.value
        return [
            *Weighable.check(self, item, methodology, at),
            *(
                Problem(
                    at,
                    "incompatible",
                    f'"{item.id}" is {self.a_mean}, and {part} can be {number_text(low)}.',
                    "Spread its scores above zero, or use a plain mean.",
                )
                for part, low in lowest.items()
                if low is not None and low <= 0
            ),
        ]


@frozen
class GeometricMean(AboveZero):
    """The geometric mean: the product of value to the power of weight, to the power of one over the weights' sum.

    One low value pulls it down further than a plain mean, so that it cannot be made good so easily.

    Fields:
        of: The items, with or without weights; without, they count alike.

    Example:
        >>> rated("geometric: {kind: geometric-mean, of: [a, b]}", "plain: {kind: mean, of: [a, b]}", a="2 1", b="8 9")
        a  b  geometric  plain
        2  8  4          5
        1  9  3          5

    Unit: That of the items.

    Refused: Texts, and levels without a number; a value that is not above zero, and an item that can be zero or less,
        already when the file is loaded; weights that are not above zero; a missing item where `missing` says `refuse`.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 6: geometric
        aggregation. Used by `oecd-technology-achievement-2001`.

    Section: 7.11
    """

    kind: ClassVar[str] = "geometric-mean"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the geometric mean of"
    a_mean: ClassVar[str] = "a geometric mean"

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The geometric mean, by logarithms."""
        logarithms = (value.ln() for value in values)
        return snap((sum(map(mul, weights, logarithms), ZERO) / sum(weights, ZERO)).exp())

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """The product and the root."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        if self.of.weights is None:
            return f"({' x '.join(text for _, text in kept)})^(1/{len(kept)}){rest}"
        total = number_text(sum((self.of.weights[k].value for k, _ in kept), ZERO))
        return f"({' x '.join(f'{text}^{self.of.weights[k]}' for k, text in kept)})^(1/{total}){rest}"


@frozen
class HarmonicMean(AboveZero):
    """The harmonic mean: the sum of the weights over the sum of weight over value.

    It is the mean of rates that have the same numerator, such as speeds over one distance, and lies below both other
    means: one low value pulls it down furthest.

    Fields:
        of: The items, with or without weights; without, they count alike.

    Example:
        >>> rated("harmonic: {kind: harmonic-mean, of: [a, b]}", "weighted: {kind: harmonic-mean, of: {a: 1, b: 3}}",
        ...       a="2 1", b="6 1")
        a  b  harmonic  weighted
        2  6  3         4
        1  1  1         1

    Unit: That of the items.

    Refused: Texts, and levels without a number; a value that is not above zero, and an item that can be zero or less,
        already when the file is loaded; weights that are not above zero; a missing item where `missing` says `refuse`.

    Source: The harmonic mean of every textbook of statistics; no edition that comes with the tool uses it.

    Section: 7.11
    """

    kind: ClassVar[str] = "harmonic-mean"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    words: ClassVar[str] = "the harmonic mean of"
    a_mean: ClassVar[str] = "a harmonic mean"

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The harmonic mean."""
        return sum(weights, ZERO) / sum((weight / value for weight, value in zip(weights, values, strict=True)), ZERO)

    def why(self, view: View, n: int) -> str:
        """The reciprocals, their sum, and the division."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        stated = self.of.weights
        total = number_text(sum((stated[k].value for k, _ in kept), ZERO)) if stated else str(len(kept))
        return f"{total} / ({' + '.join(f'{stated[k] if stated else 1} / {text}' for k, text in kept)}){rest}"


@frozen
class WeightedVariance(Weighable):
    """The variance of items about their weighted mean: how much an organisation's own values differ.

    n x sum(w x (x - mean)^2) / ((n - 1) x sum(w)), with the weighted mean; one value alone has none and is missing.

    Fields:
        of: The items, with or without weights; without, they count alike.

    Example:
        >>> rated("spread: {kind: weighted-variance, of: {a: 1, b: 3}}", a="2 5", b="8 5")
        a  b  spread
        2  8  13.5
        5  5  0

    Unit: That of the items, squared.

    Refused: Texts, and levels without a number; weights that are not above zero; a missing item where `missing` says
        `refuse`.

    Source: Centers for Medicare & Medicaid Services, *Medicare 2026 Part C and D Star Ratings Technical Notes*: the
        reward for a high mean with a low variance, in `cms-part-cd-2026`.

    Section: 7.11
    """

    kind: ClassVar[str] = "weighted-variance"
    words: ClassVar[str] = "the weighted variance of"

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal | Missing:
        """The variance; one value alone has none."""
        if len(values) < 2:
            return Missing("one value alone has no variance")
        count, total = len(values), sum(weights, ZERO)
        mean = sum(map(mul, weights, values), ZERO) / total
        squares = sum((weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True)), ZERO)
        return snap(count * squares / ((count - 1) * total))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Also where one value alone may remain."""
        alone = self.missing.does == "leave out" and sum(not misses(item) for item in self.of.items) < 2
        return alone or len(self.of.items) < 2 or Combination.may_miss(self, misses)

    def why(self, view: View, n: int) -> str:
        """The values with their weights."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        weights = self.of.weights
        said = ", ".join(f"{text} (weight {weights[k]})" if weights else text for k, text in kept)
        return f"{self.words} {said}{rest}"
