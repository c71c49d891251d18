"""Kinds for composite indices: geometric mean, and the weighted variance that rewards consistency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from nhsrate.cells import Cell, Missing
from nhsrate.decode import MissingRule, Refs
from nhsrate.kinds.parts import combined_may_miss, gather, name_list, part_texts, weight_shares
from nhsrate.kinds.rule import Rule
from nhsrate.numbers import ONE, ZERO, number_text, snap
from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True)
class GeometricMean(Rule):
    """The geometric mean: the product of value to the power of weight, to the power of one over the weights' sum.

    Every value must be above zero.
    """

    kind: ClassVar[str] = "geometric-mean"
    of: Refs
    missing: MissingRule = MissingRule()  # noqa: RUF009 (a frozen constant)

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return combined_may_miss(self.of, self.missing, misses)

    def weight(self, k: int) -> Decimal:
        """The stated weight of an item, 1 where none is."""
        return self.of.weights[k].value if self.of.weights else ONE

    def column(self, board: Board) -> list[Cell]:
        """The geometric mean for every organisation."""
        cells: list[Cell] = []
        for n, kept in enumerate(gather(board, self.of, self.missing)):
            if isinstance(kept, Missing):
                cells.append(kept)
                continue
            low = next((k for k, value in kept if value <= 0), None)
            if low is None:
                total = sum((self.weight(k) for k, _ in kept), ZERO)
                cells.append(snap((sum((self.weight(k) * value.ln() for k, value in kept), ZERO) / total).exp()))
                continue
            item = self.of.items[low]
            cells.append(
                board.refuse(
                    n,
                    "cannot-compute",
                    f"{board.methodology.called(item)} is not above zero, and a geometric mean needs that.",
                    "Mend the value, or combine by a plain mean.",
                    item=item,
                )
            )
        return cells

    def why(self, board: Board, n: int) -> str:
        """The values and how many."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        if self.of.weights:
            parts = " x ".join(f"{text}^{number_text(self.weight(k))}" for k, text in kept)
            return f"({parts})^(1/{number_text(sum((self.weight(k) for k, _ in kept), ZERO))}){rest}"
        return f"({' x '.join(text for _, text in kept)})^(1/{len(kept)}){rest}"

    def shares(self) -> dict[str, Decimal]:
        """Each item its weight, in proportion to all."""
        return weight_shares(self.of)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the geometric mean of {name_list(self.of, name)}; {self.missing}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:
        """A part that can be zero or less makes it impossible."""
        problems = []
        for part in self.of.items:
            lowest = methodology.lowest_possible(part)
            if lowest is not None and lowest <= 0:
                problems.append(
                    Problem(
                        at,
                        "incompatible",
                        f'"{item.id}" is a geometric mean, and "{part}" can be {number_text(lowest)}.',
                        "Spread its scores above zero, or use a plain mean.",
                    )
                )
        return problems


@dataclass(frozen=True, slots=True)
class WeightedVariance(Rule):
    """The variance of items about their weighted mean: n x sum(w x (x - mean)^2) / ((n - 1) x sum(w))."""

    kind: ClassVar[str] = "weighted-variance"
    of: Refs
    missing: MissingRule = MissingRule()  # noqa: RUF009 (a frozen constant)

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return combined_may_miss(self.of, self.missing, misses)

    def column(self, board: Board) -> list[Cell]:
        """The variance for every organisation."""
        weights = [weight.value for weight in self.of.weights] if self.of.weights else [ONE] * len(self.of.items)
        cells: list[Cell] = []
        for kept in gather(board, self.of, self.missing):
            if isinstance(kept, Missing):
                cells.append(kept)
                continue
            count, total = len(kept), sum((weights[k] for k, _ in kept), ZERO)
            if count < 2 or not total:
                cells.append(Missing("one value alone has no variance"))
                continue
            mean = sum((weights[k] * value for k, value in kept), ZERO) / total
            squares = sum((weights[k] * (value - mean) ** 2 for k, value in kept), ZERO)
            cells.append(snap(count * squares / ((count - 1) * total)))
        return cells

    def why(self, board: Board, n: int) -> str:
        """The values with their weights."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        said = ", ".join(f"{text} ({self.of.weights[k]})" if self.of.weights else text for k, text in kept)
        return f"the weighted variance of {len(kept)} values (weights): {said}{rest}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the weighted variance of {name_list(self.of, name)}; {self.missing}"


KINDS = (GeometricMean, WeightedVariance)
