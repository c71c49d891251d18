"""The kind that gives places in an order of several keys, as league tables do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.board import as_number
from nhsrate.cells import Cell, Level, Missing
from nhsrate.decode import Over, Ref
from nhsrate.kinds.rule import Gives, Rule
from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: an item, and which end comes first."""

    item: Ref
    first: Literal["best", "lowest", "highest"]


@dataclass(frozen=True, slots=True)
class Place(Rule):
    """The place in an order of several keys; tied organisations share the best place of their tie.

    `ties: dense` gives the next organisation the next number; the default skips, as league tables do.
    """

    kind: ClassVar[str] = "place"
    gives: ClassVar[Gives] = "numbers"
    by: tuple[Key, ...]
    over: Over = Over("everyone")  # noqa: RUF009 (a frozen constant)
    within: Ref | None = None
    ties: Literal["share best", "dense"] = "share best"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (*(key.item for key in self.by), *([self.within] if self.within else []))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or any(misses(item) for item in self.reads())

    def wants_numbers(self) -> tuple[str, ...]:
        """The keys that are ordered as numbers."""
        return tuple(key.item for key in self.by if key.first != "best")

    def sort_key(self, board: Board, n: int) -> tuple[Decimal, ...] | Missing:
        """What organisation `n` is ordered by, smaller first; or which key it lacks."""
        parts: list[Decimal] = []
        for key in self.by:
            cell = board.cells[key.item][n]
            value = Decimal(cell.position) if key.first == "best" and isinstance(cell, Level) else as_number(cell)
            if isinstance(value, Missing):
                return Missing(f"{key.item} is missing: {value.reason}")
            parts.append(-value if key.first == "highest" else value)
        return tuple(parts)

    def column(self, board: Board) -> list[Cell]:
        """The place of every organisation."""
        cells: list[Cell] = [Missing(f"not in the population {self.over}")] * board.size
        groups: dict[Cell, list[tuple[tuple[Decimal, ...], int]]] = {}
        for n in board.over(self.over):
            key = self.sort_key(board, n)
            cohort = board.cells[self.within][n] if self.within else ""
            if isinstance(key, Missing):
                cells[n] = key
            elif isinstance(cohort, Missing):
                cells[n] = Missing(f"{self.within} is missing: {cohort.reason}")
            else:
                groups.setdefault(cohort, []).append((key, n))
        for group in groups.values():
            place, before = 0, None
            for position, (key, n) in enumerate(sorted(group), start=1):
                if key != before:
                    place = place + 1 if self.ties == "dense" else position
                cells[n] = Decimal(place)
                before = key
        return cells

    def why(self, board: Board, n: int) -> str:
        """What it was ordered by."""
        said = ", ".join(f"{key.item} {board.said(key.item, n)} ({key.first} first)" for key in self.by)
        within = f" within {self.within} {board.said(self.within, n)}" if self.within else ""
        return f"ordered by {said}{within}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        keys = ", then ".join(f"{name(key.item)} ({key.first} first)" for key in self.by)
        within = f" within each {name(self.within)}" if self.within else ""
        skips = ", and no place is skipped" if self.ties == "dense" else ""
        return f"the place in the order of {keys}{within}; tied ones share the best place{skips}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Keys whose best end is not known."""
        problems = (
            [] if self.by else [Problem(at, "missing-key", "An order needs a key.", "by: [{item: x, first: lowest}]")]
        )
        for key in self.by:
            if key.first == "best" and methodology.type_of(key.item).scale is None:
                message = f"{key.item} has no levels, so which end is best is not known."
                problems.append(Problem(at, "missing-key", message, "Write first: lowest or first: highest."))
        return problems


KINDS = (Place,)
