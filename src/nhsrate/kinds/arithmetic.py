"""Kinds that do plain arithmetic: ratio, difference, constant, first available."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.cells import Cell, Missing
from nhsrate.conditions import Number
from nhsrate.decode import Ref, Refs
from nhsrate.kinds.parts import no_weights
from nhsrate.kinds.rule import Gives, Rule
from nhsrate.numbers import ONE
from nhsrate.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology
    from nhsrate.problems import LinePlace


@dataclass(frozen=True, slots=True)
class Ratio(Rule):
    """One item over another, times a number: `{kind: ratio, of: seen, to: attended, times: 100, zero: missing}`."""

    kind: ClassVar[str] = "ratio"
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    to: Ref
    times: Number = Number(ONE)  # noqa: RUF009 (a frozen constant)
    zero: Literal["refuse", "missing"] = "refuse"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.to)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.zero == "missing" or misses(self.of) or misses(self.to)

    def column(self, board: Board) -> list[Cell]:
        """`times` x `of` / `to` for every organisation."""
        cells: list[Cell] = []
        for n, (top, bottom) in enumerate(zip(board.exact(self.of), board.exact(self.to), strict=True)):
            if isinstance(top, Missing) or isinstance(bottom, Missing):
                cells.append(top if isinstance(top, Missing) else bottom)
            elif bottom:
                cells.append(top * self.times.value / bottom)
            elif self.zero == "missing":
                cells.append(Missing(f"{self.to} is zero"))
            else:
                cells.append(
                    board.refuse(
                        n,
                        "cannot-compute",
                        f"{board.methodology.called(self.to)} is zero, and a share of nothing has no value.",
                        "Mend the value, or let the rule say zero: missing.",
                        item=self.to,
                    )
                )
        return cells

    def why(self, board: Board, n: int) -> str:
        """The division."""
        times = "" if self.times.value == 1 else f" x {self.times}"
        return f"{board.said(self.of, n)} / {board.said(self.to, n)}{times}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        times = "" if self.times.value == 1 else f", times {self.times}"
        return f"{name(self.of)} divided by {name(self.to)}{times}"


@dataclass(frozen=True, slots=True)
class Difference(Rule):
    """One item less another, absolute or in per cent of the size of the other."""

    kind: ClassVar[str] = "difference"
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    from_: Ref
    as_: Literal["absolute", "percent"] = "absolute"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.from_)

    def column(self, board: Board) -> list[Cell]:
        """`of` - `from`, or that in per cent of |`from`|, for every organisation."""
        cells: list[Cell] = []
        for n, (top, base) in enumerate(zip(board.exact(self.of), board.exact(self.from_), strict=True)):
            if isinstance(top, Missing) or isinstance(base, Missing):
                cells.append(top if isinstance(top, Missing) else base)
            elif self.as_ == "absolute":
                cells.append(top - base)
            elif base:
                cells.append((top - base) * 100 / abs(base))
            else:
                cells.append(
                    board.refuse(
                        n,
                        "cannot-compute",
                        f"{board.methodology.called(self.from_)} is zero, and a per cent of it has no value.",
                        "Mend the value, or let the rule take the absolute difference.",
                        item=self.from_,
                    )
                )
        return cells

    def why(self, board: Board, n: int) -> str:
        """The subtraction."""
        less = f"{board.said(self.of, n)} - {board.said(self.from_, n)}"
        return less if self.as_ == "absolute" else f"({less}) x 100 / |{board.said(self.from_, n)}|"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        unit = "" if self.as_ == "absolute" else ", in per cent of the latter"
        return f"{name(self.of)} less {name(self.from_)}{unit}"


@dataclass(frozen=True, slots=True)
class Constant(Rule):
    """The same number for every organisation."""

    kind: ClassVar[str] = "constant"
    gives: ClassVar[Gives] = "numbers"
    value: Number

    def reads(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """It is always there."""
        return False

    def column(self, board: Board) -> list[Cell]:
        """The number, again and again."""
        return [self.value.value] * board.size

    def why(self, board: Board, n: int) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The number."""
        return f"constant {self.value}"

    def plain(self, name: Callable[[str], str]) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The rule in words."""
        return f"always {self.value}"


@dataclass(frozen=True, slots=True)
class FirstAvailable(Rule):
    """The first of several items that is not missing."""

    kind: ClassVar[str] = "first-available"
    carries: ClassVar[bool] = True
    of: Refs

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only when every one may."""
        return all(misses(item) for item in self.of.items)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: levels may be passed on."""
        return ()

    def hands_on(self) -> tuple[str, ...]:
        """All of them."""
        return self.of.items

    def used(self, board: Board, n: int) -> tuple[str, ...]:
        """Those up to the first that is there."""
        there = [not isinstance(board.cells[item][n], Missing) for item in self.of.items]
        return self.of.items[: there.index(True) + 1]

    def column(self, board: Board) -> list[Cell]:
        """The first that is there; else missing as the last is."""
        columns = [board.carried.get(item, board.cells[item]) for item in self.of.items]
        cells = list(columns[0])
        for column in columns[1:]:
            cells = [column[n] if isinstance(cell, Missing) else cell for n, cell in enumerate(cells)]
        return cells

    def why(self, board: Board, n: int) -> str:
        """Which one it was."""
        *gone, item = self.used(board, n)
        before = f" ({', '.join(gone)} missing)" if gone else ""
        return f"{item}, the first available{before}"

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of.items[0]

    def shares(self) -> dict[str, Decimal]:
        """The first has it all; the others stand in for it."""
        return {self.of.items[0]: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the first available of {', '.join(name(item) for item in self.of.items)}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights, which mean nothing here."""
        return no_weights(self.of, self.kind, at)


KINDS = (Ratio, Difference, Constant, FirstAvailable)
