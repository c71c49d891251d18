"""What every kind can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from nhsrate.board import Board
    from nhsrate.cells import Cell
    from nhsrate.conditions import When
    from nhsrate.methodology import Item, Methodology
    from nhsrate.problems import LinePlace, Problem

Condition = tuple["When", "Literal['holds', 'fails'] | None", "LinePlace | None"]


class Rule(ABC):
    """A kind's fields, arithmetic, reason and words; `kind` is the name by which rule files choose it."""

    __slots__ = ()
    kind: ClassVar[str]

    @abstractmethod
    def reads(self) -> tuple[str, ...]:
        """The items it needs."""

    @abstractmethod
    def column(self, board: Board) -> list[Cell]:
        """The result for every organisation."""

    @abstractmethod
    def why(self, board: Board, n: int) -> str:
        """How the result of organisation `n` came about, with figures that can be re-added by hand."""

    @abstractmethod
    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words; `name` gives an item's title."""

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing, given which items may be."""
        return any(misses(item) for item in self.reads())

    def wants_numbers(self) -> tuple[str, ...]:
        """The items that must be numbers, or levels that count as numbers."""
        return self.reads()

    def passes_on(self) -> str | None:
        """The item whose values it passes on, so that higher and lower mean what they mean there."""
        return None

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (for kinds that know)
        """The lowest result that there can be, where that is known before any value is."""
        return None

    def shares(self) -> dict[str, Decimal]:
        """Which part of the result each item decides; empty where that cannot be said."""
        return {}

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions it decides by, each with what a missing value counts as, and where it stands."""
        return ()

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (for kinds that have something to check)
        """What is wrong with the rule, once all items are known."""
        return []
