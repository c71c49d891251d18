"""Cohorts: the organisations that are compared with each other, and their values."""

from __future__ import annotations

from decimal import Decimal
from itertools import compress
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE
from nhsrate.kinds.rule import Rule
from nhsrate.language.values import Over, Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.workings import Columns, View, Workings

T = TypeVar("T")


@frozen
class Cohort:
    """One cohort: by which cell, what it is called, the organisations of it that have a value, and those values."""

    key: Cell
    name: str
    members: list[int]
    values: list[Decimal]


def split(workings: Workings, of: str, over: str, within: str | None) -> tuple[list[Cell], list[Cohort]]:
    """The column before any statistic, and the cohorts of a population by the value of an item, or all of it as one.

    The column says of each organisation that is in no cohort why it has no result.
    """
    cells: list[Cell] = list(workings.numbers(of))
    outside = Missing(f"not in the population {over}", "population")
    for n in workings.outside(over):
        cells[n] = outside
    if within is None:
        there = [type(cell) is Decimal for cell in cells]
        members, values = [*compress(range(len(cells)), there)], cast("list[Decimal]", [*compress(cells, there)])
        return cells, [Cohort("", "", members, values)] if members else []
    found: dict[Cell, Cohort] = {}
    keys = workings.cells[within]
    for n, cell in enumerate(cells):
        key = keys[n]
        if not isinstance(cell, Decimal):
            continue
        if isinstance(key, Missing):
            cells[n] = key
            continue
        cohort = found.get(key)
        if cohort is None:
            cohort = found[key] = Cohort(key, workings.said(within, n), [], [])
        cohort.members.append(n)
        cohort.values.append(cell)
    return cells, list(found.values())


@frozen
class Among(Generic[T]):
    """A cohort as the reasons of its members tell of it: its name, its size, and what was worked out of its values."""

    name: str
    size: int
    found: T


@frozen(kw_only=True)
class Statistic(Rule):
    """What the kinds share that set a value against those of a population, or of its own cohort within it."""

    alone: ClassVar[bool] = False
    of: Ref
    over: Over
    within: Ref | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.within) if self.within else (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """The value; a cohort may be anything."""
        return (self.of,)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or any(misses(item) for item in self.reads())

    def population(self) -> str:
        """The population that it is over."""
        return self.over

    def cohort(self) -> str | None:
        """The item by which cohorts are made."""
        return self.within

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def worked(self, workings: Workings, work: Callable[[Cohort], T]) -> tuple[list[Cell], list[tuple[Cohort, T]]]:
        """The column before any statistic, and each cohort with what is worked out of it, which is kept as well."""
        cells, cohorts = split(workings, self.of, self.over, self.within)
        found = [(cohort, work(cohort)) for cohort in cohorts]
        workings.keep({cohort.key: Among(cohort.name, len(cohort.values), one) for cohort, one in found})
        return cells, found

    def among(self, view: View, n: int) -> Among[Any]:
        """What was kept of the cohort that organisation `n` is in."""
        found: Among[Any] = view.kept[self.key(view, n)]
        return found

    def key(self, view: View, n: int) -> Cell:
        """What the cohort that organisation `n` is in is kept under."""
        return view.cells[self.within][n] if self.within else ""

    def described(self, columns: Columns, cohort: Cohort | Among[Any]) -> str:
        """The population and the cohort in words."""
        return described(columns, self.over, self.within, cohort)

    def each(self, name: Callable[[str], str]) -> str:
        """The population, and that it is parted into cohorts, in words."""
        return f"{self.over} within each {name(self.within)}" if self.within else self.over


def described(columns: Columns, over: str, within: str | None, cohort: Cohort | Among[Any]) -> str:
    """A population and its cohort in words."""
    return f"{over}, {columns.name(within)} {cohort.name}" if within else over
