"""Leaving one part out of every average that it is in: how many organisations change their level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.analysis.sources import weighs
from nhsrate.core.frozen import frozen
from nhsrate.plan.plan import Change

if TYPE_CHECKING:
    from nhsrate.plan.columns import Array
    from nhsrate.plan.plan import Plan
    from nhsrate.rules.model import Item, Methodology


@frozen
class Flips:
    """A part, and how many organisations have another level (or place) without it."""

    input: str
    title: str
    flips: int


def parts(methodology: Methodology, reached: frozenset[str]) -> list[str]:
    """The parts of averages that are no averages themselves, nor made of any, in the order of the methodology."""
    averages = {id_ for id_, item in methodology.items.items() if id_ in reached and weighs(item)}
    made: set[str] = set()
    for id_ in methodology.order:
        if id_ in averages or not made.isdisjoint(methodology.items[id_].reads()):
            made.add(id_)
    rules: list[Any] = [methodology.items[id_].rule for id_ in averages]
    found = {part for rule in rules for part in rule.of.items}
    return [id_ for id_ in (*methodology.inputs, *methodology.items) if id_ in found and id_ not in made]


def leave_one_out(plan: Plan, item: Item, levels: Array) -> tuple[Flips, ...]:
    """For each part how many organisations have another level of the headline without it; the most first.

    Where the headline gives numbers there is no level, and nothing is told.
    """
    if item.scale is None:
        return ()
    found = []
    for part in parts(plan.methodology, plan.asked):
        board = plan.run(Change(1, left_out=part), [item.id])
        cells = board.cells(item.id)[0]
        found.append(Flips(part, plan.methodology.name_of(part), int((cells != levels).sum())))
    return tuple(sorted(found, key=lambda one: -one.flips))
