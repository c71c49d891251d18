"""Kinds for composite indices: geometric mean, and the weighted variance that rewards consistency."""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, ClassVar

from nhsrate.cells import Cell, Missing
from nhsrate.kinds.combining import Combination
from nhsrate.kinds.parts import gather, part_texts, weight_shares
from nhsrate.numbers import ZERO, number_text, snap
from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True)
class Weighable(Combination):
    """What the kinds below share: weights that may be left out, and then count alike."""

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights of nothing or less, and more parts needed than there are."""
        problems = self.too_many(at)
        if any(not weight.unset and weight.value <= 0 for weight in self.of.weights or ()):
            problems.append(Problem(at, "wrong-type", f"Weights of {self.words} are above zero.", "Mend the weights."))
        return problems


@dataclass(frozen=True, slots=True)
class GeometricMean(Weighable):
    """The geometric mean: the product of value to the power of weight, to the power of one over the weights' sum.

    Every value must be above zero.
    """

    kind: ClassVar[str] = "geometric-mean"
    words: ClassVar[str] = "the geometric mean of"

    def column(self, board: Board) -> list[Cell]:
        """The geometric mean for every organisation."""
        cells: list[Cell] = []
        for n, kept in enumerate(gather(board, self.of, self.missing)):
            if isinstance(kept, Missing):
                cells.append(kept)
                continue
            values, weights = kept
            if min(values) > 0:
                cells.append(self.combine(values, weights))
                continue
            numbers = {item: board.number(item, n) for item in self.of.items}
            item = next(item for item, number in numbers.items() if not isinstance(number, Missing) and number <= 0)
            message = f"{board.methodology.called(item)} is not above zero, and a geometric mean needs that."
            remedy = "Mend the value, or combine by a plain mean."
            cells.append(board.refuse(n, "cannot-compute", message, remedy, item=item))
        return cells

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The geometric mean, by logarithms."""
        logarithms = (value.ln() for value in values)
        return snap((sum(map(mul, weights, logarithms), ZERO) / sum(weights, ZERO)).exp())

    def why(self, board: Board, n: int) -> str:
        """The product and the root."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        if self.of.weights is None:
            return f"({' x '.join(text for _, text in kept)})^(1/{len(kept)}){rest}"
        total = number_text(sum((self.of.weights[k].value for k, _ in kept), ZERO))
        return f"({' x '.join(f'{text}^{self.of.weights[k]}' for k, text in kept)})^(1/{total}){rest}"

    def shares(self) -> dict[str, Decimal]:
        """Each item its weight, in proportion to all."""
        return weight_shares(self.of)

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:
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
                    f'"{item.id}" is a geometric mean, and {part} can be {number_text(low)}.',
                    "Spread its scores above zero, or use a plain mean.",
                )
                for part, low in lowest.items()
                if low is not None and low <= 0
            ),
        ]


@dataclass(frozen=True, slots=True)
class WeightedVariance(Weighable):
    """The variance of items about their weighted mean: n x sum(w x (x - mean)^2) / ((n - 1) x sum(w))."""

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

    def why(self, board: Board, n: int) -> str:
        """The values with their weights."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        weights = self.of.weights
        said = ", ".join(f"{text} (weight {weights[k]})" if weights else text for k, text in kept)
        return f"{self.words} {said}{rest}"


KINDS = (GeometricMean, WeightedVariance)
