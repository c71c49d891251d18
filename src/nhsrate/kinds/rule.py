"""What every kind can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Problem
from nhsrate.language.records import figures_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import LineLocation, Location
    from nhsrate.kinds.cut_points import CutTable
    from nhsrate.kinds.members import MissingRule
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.language.conditions import When
    from nhsrate.language.numbers import Edge, Number
    from nhsrate.language.values import ItemType
    from nhsrate.rules.model import Item, Methodology

Gives = Literal["numbers", "levels", "either"]
Condition = tuple["When", "Literal['holds', 'fails'] | None", "LineLocation | None"]

UNBOUNDED = Decimal("Infinity")
"""How far a result may move where nobody knows."""


@frozen
class Grounds:
    """What one result rests on within its rule: what, changed, could change it.

    `items` are the inputs and items that its explanation goes on with; `figures` and `sources` the names of the figures
    and of the published sources; `cells` those of a table of cut points. What was never reached is not among them.
    """

    items: tuple[str, ...]
    figures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cells: tuple[Location, ...] = ()


class Rule(ABC):
    """A kind's fields, arithmetic, reason and words; `kind` is the name by which rule files choose it.

    Its fields are the keys of a rule file, and its docstring is its manual (`kinds/manual.py` reads it). `gives` is
    what its results are: always numbers, always levels, or levels where the item has a scale and numbers where it has
    none (`either`). `alone` says that the result of an organisation rests on its own values, and on nobody else's;
    `monotone` names the fields whose items move the result one way only: as the value of one of them rises, all else
    the same, the result never turns back. A kind that `carries` hands on every digit of its arithmetic; the engine
    brings its results to those that are compared.

    Fields:
        over: The organisations whose values the statistic is taken from: `everyone` in the return, or a population. An
            organisation outside it has no result.
        within: An item by whose values cohorts are made; the statistic is then taken in each of them by itself.
        missing: What is done where an item is missing: `refuse`, which holds where nothing is said, `leave out`,
            `missing`, `{count as: 4}`, `{leave out: 3}` or `{leave out: 60%}`.
    """

    __slots__ = ()
    kind: ClassVar[str]
    gives: ClassVar[Gives] = "either"
    carries: ClassVar[bool] = False
    alone: ClassVar[bool] = True
    monotone: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def reads(self) -> tuple[str, ...]:
        """The items it needs."""

    @abstractmethod
    def column(self, workings: Workings) -> list[Cell]:
        """The result for every organisation; it may be the column of an item, handed on as it is."""

    @abstractmethod
    def why(self, view: View, n: int) -> str:
        """How the result of organisation `n` came about, with figures that can be re-added by hand.

        Asked only where there is a result; a missing one says its own reason. It decides nothing: what `column` chose
        for the organisation it has kept, and the view hands it out.
        """

    @abstractmethod
    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words; `name` gives an item's title."""

    def opening(self, name: Callable[[str], str]) -> str:
        """All but its rows in words, where these can be told as a table; else the whole rule."""
        return self.plain(name)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing, given which items may be."""
        return any(misses(item) for item in self.reads())

    def looks_back(self) -> tuple[str, int] | None:
        """The item of an earlier period that it needs, and how many periods back; nothing where it needs none."""
        return None

    def wants_numbers(self) -> tuple[str, ...]:
        """The items that must be numbers, or levels that count as numbers."""
        return self.reads()

    def population(self) -> str:
        """The population that its statistic is over; `everyone` where it has none."""
        return "everyone"

    def cohort(self) -> str | None:
        """The item by whose values organisations are compared with their like only."""
        return None

    def chosen_by(self) -> str | None:
        """The item whose value chooses between its sets of rows."""
        return None

    def stated_weights(self) -> dict[str, Number]:
        """The weight of each of its items, where the rule states any."""
        return {}

    def where_missing(self) -> MissingRule | None:
        """What it does where one of several items is missing; nothing where that is no question."""
        return None

    def compared(self) -> tuple[tuple[Edge, Edge], ...]:
        """What it holds against each other, which must be both dates or both numbers."""
        return ()

    def row_tables(self) -> dict[str, object]:
        """Its rows of bounds with what each gives, by the key that they stand under."""
        return {}

    def gives_text(self) -> bool:
        """Whether its results are texts."""
        return False

    def hands_on(self) -> tuple[str, ...]:
        """The items whose cells it may give as they are, so that they must be of the item's own type."""
        return ()

    def unit_of(self) -> tuple[str, ...]:
        """The items in whose unit its results are, where all of these have the same."""
        return ()

    def passes_on(self) -> str | None:
        """The item whose values it passes on, so that higher and lower mean what they mean there."""
        return None

    def with_cuts(
        self,
        cuts: Mapping[str, CutTable],  # noqa: ARG002 (for kinds that have something to say)
        item: Item,  # noqa: ARG002 (as above)
        workings: Workings,  # noqa: ARG002 (as above)
    ) -> tuple[Rule, list[Problem]]:
        """The rule with the thresholds that came with the return, and why they do not fit where they do not."""
        return self, []

    def grounds(self, view: View, n: int) -> Grounds:  # noqa: ARG002 (for kinds that have something to say)
        """What the result of organisation `n` rests on: everything that the rule states, unless a kind knows better.

        Of a result that is missing because something else is, only the items are asked for.
        """
        return Grounds(self.reads(), figures_in(self))

    def drift(self, by: Mapping[str, Decimal], view: View) -> Decimal:  # noqa: ARG002 (for kinds that have something to say)
        """How far its results may move where its items move by as much as this; no bound unless a kind knows one."""
        return UNBOUNDED

    def gap_figures(self) -> tuple[str, ...]:
        """The figures that decide where the rule itself says that there is no result."""
        return ()

    def turned_up(self) -> bool:
        """Whether higher means better in its results, whatever it means in what it works on."""
        return False

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (for kinds that have something to say)
        """The lowest result that there can be, where that is known before any value is."""
        return None

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return False

    def shares(self) -> dict[str, Decimal]:
        """Which part of the result each item decides; empty where that cannot be said."""
        return {}

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions it decides by, each with what a missing value counts as, and where it stands."""
        return ()

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (for kinds that have something to say)
        """What is wrong with the rule, once all items are known."""
        return []


def polarity_problems(item: Item, of: str, methodology: Methodology, at: LineLocation) -> list[Problem]:
    """That neither the item nor what it works on says whether higher or lower is better."""
    if item.polarity or methodology.polarity_of(of):
        return []
    entry = methodology.inputs.get(of)
    if entry is not None and entry.direction is not None:
        message = f"Which side of {of} is better each row says for itself, so that rows cannot be compared by it."
        return [Problem(at, "incompatible", message, "Compare its margin to a target: kind: margin.")]
    return [Problem(at, "missing-key", f"Whether a higher or lower {of} is better is not said.", "Add polarity:.")]


def numberless(item: Item, of: str, type_: ItemType, at: LineLocation) -> list[Problem]:
    """That an item works on numbers, and what it works on is a text or a level without a number."""
    scale = type_.scale
    if type_.kind == "text":
        message, remedy = f'"{item.id}" works on numbers, and "{of}" is text.', "Turn it into a number with a lookup."
    elif scale is not None and any(level.number is None for level in scale.levels):
        message = f'"{item.id}" works on numbers, and the levels of "{of}" ({scale.name}) have none.'
        remedy = f"Give each level of {scale.name} a number:, or use a lookup."
    else:
        return []
    return [Problem(at, "not-a-number-item", message, remedy)]
