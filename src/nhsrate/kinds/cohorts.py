"""Cohorts: the organisations that are compared with each other, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar

from nhsrate.core.cells import Cell, Missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.workings import Workings
    from nhsrate.language.values import Over, Ref

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: what it is called, the organisations of it that have a value, and those values."""

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
        members = [n for n, cell in enumerate(cells) if type(cell) is Decimal]
        return cells, [Cohort("", members, [cells[n] for n in members])] if members else []  # type: ignore[misc]
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
            cohort = found[key] = Cohort(workings.said(within, n), [], [])
        cohort.members.append(n)
        cohort.values.append(cell)
    return cells, list(found.values())


class OverCohorts(Protocol):
    """A rule whose statistic is of an item, over a population, within cohorts."""

    @property
    def of(self) -> Ref:
        """The item."""
        ...

    @property
    def over(self) -> Over:
        """The population."""
        ...

    @property
    def within(self) -> Ref | None:
        """The item by whose values cohorts are made."""
        ...


def of_cohort(workings: Workings, rule: OverCohorts, n: int, work: Callable[[Cohort], T]) -> tuple[Cohort, T]:
    """The cohort that organisation `n` is in, and what is worked out of it: once for all of its members."""

    def find() -> dict[int, tuple[Cohort, T]]:
        found = [(cohort, work(cohort)) for cohort in split(workings, rule.of, rule.over, rule.within)[1]]
        return {member: pair for pair in found for member in pair[0].members}

    return workings.once(rule, find)[n]


def described(over: str, within: str | None, cohort: Cohort) -> str:
    """A population and its cohort in words."""
    return f"{over}, {within} {cohort.name}" if within else over
