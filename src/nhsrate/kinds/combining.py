"""Kinds that combine several items into one number: sum, means, median, lowest, highest, count."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from nhsrate.board import as_number
from nhsrate.cells import Cell, Missing
from nhsrate.conditions import Negated, Test, asks_for_missing, holds
from nhsrate.decode import MissingRule, Refs
from nhsrate.kinds.rule import Rule
from nhsrate.numbers import ONE, ZERO, number_text, snap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nhsrate.board import Board


def gather(board: Board, of: Refs, rule: MissingRule) -> Iterator[list[tuple[int, Decimal]] | Missing]:
    """For each organisation the numbers to combine, each with which item it is; or why there is no result."""
    columns = [board.cells[item] for item in of.items]
    least = rule.needed(len(of.items))
    count_as = rule.count_as.value if rule.count_as else ZERO
    for n, row in enumerate(zip(*columns, strict=True)):
        kept: list[tuple[int, Decimal]] = []
        stop: Missing | None = None
        for k, cell in enumerate(row):
            value = cell if type(cell) is Decimal else as_number(cell)
            if not isinstance(value, Missing):
                kept.append((k, value))
            elif rule.does == "count as":
                kept.append((k, count_as))
            elif rule.does == "refuse":
                stop = board.refuse_missing(n, of.items[k], value)
            elif rule.does == "missing":
                stop = stop or Missing(f"{of.items[k]} is missing: {value.reason}")
        if stop is None and len(kept) < least:
            stop = Missing("none of its parts is there" if not kept else f"only {len(kept)} of its parts, {least} are needed")
        yield kept if stop is None else stop


def part_texts(board: Board, of: Refs, rule: MissingRule, n: int) -> tuple[list[tuple[int, str]], str]:
    """The numbers as printed, each with which item it is, and what was said about the missing ones."""
    kept: list[tuple[int, str]] = []
    left_out: list[str] = []
    for k, item in enumerate(of.items):
        cell = board.cells[item][n]
        if not isinstance(cell, Missing):
            kept.append((k, number_text(Decimal(0) + as_decimal(cell))))
        elif rule.does == "count as":
            kept.append((k, f"{rule.count_as}"))
        else:
            left_out.append(f"{item} ({cell.reason})")
    return kept, f"; left out: {', '.join(left_out)}" if left_out else ""


def as_decimal(cell: Cell) -> Decimal:
    """A cell that is known to count as a number."""
    value = as_number(cell)
    return ZERO if isinstance(value, Missing) else value


def combined_may_miss(of: Refs, rule: MissingRule, misses: Callable[[str], bool]) -> bool:
    """Whether a combination may be missing: not when a missing part is refused or counted."""
    match rule.does:
        case "refuse" | "count as":
            return False
        case "missing":
            return any(misses(item) for item in of.items)
        case "leave out":
            return sum(not misses(item) for item in of.items) < rule.needed(len(of.items))


def weight_shares(of: Refs) -> dict[str, Decimal]:
    """Each item's part of all weights; equal parts where none are stated."""
    weights = [abs(weight.value) if weight else ONE for _, weight in of.pairs()]
    total = sum(weights, ZERO) or ONE
    return {item: weight / total for item, weight in zip(of.items, weights, strict=True)}


def name_list(of: Refs, name: Callable[[str], str]) -> str:
    """The items with their weights, in words."""
    return ", ".join(name(item) + (f" (weight {weight})" if weight else "") for item, weight in of.pairs())


@dataclass(frozen=True, slots=True)
class Combination(Rule):
    """What the kinds below share: the items, what missing does, and one number out of those that are there."""

    of: Refs
    missing: MissingRule = MissingRule()  # noqa: RUF009 (a frozen constant)

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return combined_may_miss(self.of, self.missing, misses)

    def column(self, board: Board) -> list[Cell]:
        """The combined number for every organisation."""
        return [
            kept if isinstance(kept, Missing) else self.combine(kept) for kept in gather(board, self.of, self.missing)
        ]

    @abstractmethod
    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal | Missing:
        """One number out of several, each with which item it is."""

    def weight(self, k: int) -> Decimal:
        """The stated weight of an item, 1 where none is."""
        return self.of.weights[k].value if self.of.weights else ONE

    def shares(self) -> dict[str, Decimal]:
        """Which part of the result each item decides; empty where that cannot be said."""
        return weight_shares(self.of)


@dataclass(frozen=True, slots=True)
class Sum(Combination):
    """The sum of items, each times its weight where weights are given."""

    kind: ClassVar[str] = "sum"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal:
        """The sum."""
        return snap(sum((self.weight(k) * value for k, value in kept), ZERO))

    def why(self, board: Board, n: int) -> str:
        """The addition."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        weights = self.of.weights
        return " + ".join(f"{weights[k]} x {text}" if weights else text for k, text in kept) + rest

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the sum of {name_list(self.of, name)}; {self.missing}"


@dataclass(frozen=True, slots=True)
class Mean(Combination):
    """The plain mean of items: their sum over how many there are."""

    kind: ClassVar[str] = "mean"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal:
        """The mean."""
        return snap(sum((value for _, value in kept), ZERO) / len(kept))

    def why(self, board: Board, n: int) -> str:
        """The addition and the division."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        return f"({' + '.join(text for _, text in kept)}) / {len(kept)}{rest}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the mean of {name_list(self.of, name)}; {self.missing}"


@dataclass(frozen=True, slots=True)
class WeightedMean(Combination):
    """The sum of weight times value over the sum of the weights of those present."""

    kind: ClassVar[str] = "weighted-mean"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal | Missing:
        """The weighted mean."""
        total = sum((self.weight(k) for k, _ in kept), ZERO)
        if not total:
            return Missing("the weights of its parts sum to nothing")
        return snap(sum((self.weight(k) * value for k, value in kept), ZERO) / total)

    def why(self, board: Board, n: int) -> str:
        """The weighted addition and the division."""
        kept, rest = part_texts(board, self.of, self.missing, n)
        total = number_text(sum((self.weight(k) for k, _ in kept), ZERO))
        return f"({' + '.join(f'{number_text(self.weight(k))} x {text}' for k, text in kept)}) / {total}{rest}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the weighted mean of {name_list(self.of, name)}; {self.missing}"


@dataclass(frozen=True, slots=True)
class Median(Combination):
    """The middle value; between two middle ones their mean."""

    kind: ClassVar[str] = "median"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal:
        """The median."""
        ordered = sorted(value for _, value in kept)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else snap((ordered[half - 1] + ordered[half]) / 2)

    def why(self, board: Board, n: int) -> str:
        """The values."""
        return chosen("the middle of", board, self, n)

    def shares(self) -> dict[str, Decimal]:
        """No item has a share of a median."""
        return {}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the median of {name_list(self.of, name)}; {self.missing}"


@dataclass(frozen=True, slots=True)
class Lowest(Combination):
    """The smallest number."""

    kind: ClassVar[str] = "lowest"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal:
        """The lowest."""
        return min(value for _, value in kept)

    def why(self, board: Board, n: int) -> str:
        """The values."""
        return chosen("the lowest of", board, self, n)

    def shares(self) -> dict[str, Decimal]:
        """No item has a share of the lowest."""
        return {}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the lowest of {name_list(self.of, name)}; {self.missing}"


@dataclass(frozen=True, slots=True)
class Highest(Combination):
    """The largest number."""

    kind: ClassVar[str] = "highest"

    def combine(self, kept: list[tuple[int, Decimal]]) -> Decimal:
        """The highest."""
        return max(value for _, value in kept)

    def why(self, board: Board, n: int) -> str:
        """The values."""
        return chosen("the highest of", board, self, n)

    def shares(self) -> dict[str, Decimal]:
        """No item has a share of the highest."""
        return {}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the highest of {name_list(self.of, name)}; {self.missing}"


def chosen(which: str, board: Board, rule: Combination, n: int) -> str:
    """The values that one was chosen from, and what was left out."""
    kept, rest = part_texts(board, rule.of, rule.missing, n)
    return f"{which} {', '.join(text for _, text in kept)}{rest}"


@dataclass(frozen=True, slots=True)
class Count(Rule):
    """How many items pass a test: `{kind: count, of: {family: targets}, at: underachieved, missing: leave out}`."""

    kind: ClassVar[str] = "count"
    of: Refs
    at: Test
    missing: MissingRule = MissingRule()  # noqa: RUF009 (a frozen constant)

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only when one missing makes it missing."""
        return self.missing.does == "missing" and any(misses(item) for item in self.of.items)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a test may be of anything."""
        return ()

    def column(self, board: Board) -> list[Cell]:
        """How many, for every organisation."""
        columns = [board.cells[item] for item in self.of.items]
        tells = asks_for_missing(self.at)
        cells: list[Cell] = []
        for n, row in enumerate(zip(*columns, strict=True)):
            count = 0
            stop: Missing | None = None
            for k, cell in enumerate(row):
                if isinstance(cell, Missing) and not tells:
                    if self.missing.does == "refuse":
                        stop = board.refuse_missing(n, self.of.items[k], cell)
                    elif self.missing.does == "missing":
                        stop = stop or Missing(f"{self.of.items[k]} is missing: {cell.reason}")
                elif holds(self.at, cell):
                    count += 1
            cells.append(stop or Decimal(count))
        return cells

    def why(self, board: Board, n: int) -> str:
        """Which ones."""
        met = [item for item in self.of.items if holds(self.at, board.cells[item][n])]
        gone = [item for item in self.of.items if isinstance(board.cells[item][n], Missing)]
        rest = f"; missing: {', '.join(gone)}" if gone and not isinstance(self.at, Negated) else ""
        which = f": {', '.join(met)}" if met else ""
        return f"{len(met)} of {len(self.of.items)} are {self.at}{which}{rest}"

    def shares(self) -> dict[str, Decimal]:
        """Each item the same."""
        return weight_shares(self.of)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"how many of {name_list(self.of, name)} are {self.at}; {self.missing}"


KINDS = (Sum, Mean, WeightedMean, Median, Lowest, Highest, Count)
