"""Checks of a methodology as a whole: order, circles, conditions that forget missing values, rules that cannot act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.conditions import asks_for_missing
from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.inputs import Input
    from nhsrate.kinds.rule import Condition
    from nhsrate.methodology import Item, Methodology, Population


MOST_PLACES = 30
"""The most decimal places that a result may be rounded to or shown with."""


def needs(item: Item, populations: Mapping[str, Population]) -> tuple[str, ...]:
    """Every item that this one comes after, its population's included."""
    over = getattr(item.rule, "over", "everyone")
    extra = populations[over].when.items() if over in populations else ()
    return tuple(dict.fromkeys([*item.reads(), *extra]))


def ordered(
    items: Mapping[str, Item],
    inputs: Mapping[str, Input],
    populations: Mapping[str, Population],
    problems: list[Problem],
) -> tuple[str, ...]:
    """An order in which each item comes after everything it needs; a circle is a problem."""
    order: list[str] = []
    done: set[str] = set(inputs)
    path: list[str] = []

    def visit(id_: str) -> None:
        if id_ in done or id_ not in items:
            return
        if id_ in path:
            circle = " -> ".join([*path[path.index(id_) :], id_])
            at = items[id_].at or LinePlace(id_)
            problems.append(Problem(at, "cycle", f"These items depend on each other: {circle}.", "Break the circle."))
            done.add(id_)
            return
        path.append(id_)
        for needed in needs(items[id_], populations):
            visit(needed)
        path.pop()
        if id_ not in done:
            done.add(id_)
            order.append(id_)

    for id_ in items:
        visit(id_)
    return tuple(order)


def missing_flags(methodology: Methodology) -> dict[str, bool]:
    """For every input and item, whether it may be missing for some organisation."""
    flags = {
        id_: not entry.required or bool(entry.markers or methodology.reading.markers)
        for id_, entry in methodology.inputs.items()
    }
    for id_ in methodology.order:
        item = methodology.items[id_]
        flags[id_] = bool(item.only_when) or item.rule.may_miss(lambda other: flags.get(other, True))
    return flags


def check_items(methodology: Methodology, problems: list[Problem], ratings_at: LinePlace) -> None:
    """Everything that can only be seen once all items are known."""
    flags = missing_flags(methodology)
    if not methodology.headlines:
        problems.append(
            Problem(ratings_at, "no-headline", "No rating is the headline.", "Add headline: true to the one people speak of.")
        )
    for population in methodology.populations.values():
        _uncovered(((population.when, population.missing, None),), flags, problems, ratings_at)
    for item in methodology.items.values():
        at = item.at if isinstance(item.at, LinePlace) else ratings_at
        problems += item.rule.check(item, methodology, at)
        for id_ in item.rule.wants_numbers():
            _is_number(methodology, item, id_, at, problems)
        if item.only_when:
            _uncovered(((item.only_when.when, item.only_when.missing, None),), flags, problems, at)
        if max(item.shown or 0, item.round.places if item.round else 0) > MOST_PLACES:
            message = f'"{item.id}" is rounded to more places than the {MOST_PLACES} that there can be.'
            problems.append(Problem(at, "wrong-type", message, "Round to fewer places, or not at all."))
        if item.round and item.round.step and item.round.step.value <= 0:
            message = f'"{item.id}" is rounded to steps of {item.round.step}; a step is above zero.'
            problems.append(Problem(at, "wrong-type", message, "Write a step such as 0.5."))
        _uncovered(item.rule.conditions(), flags, problems, at)
        _uncovered(tuple((limit.when, limit.missing, limit.at) for limit in item.limits), flags, problems, at)
        for limit in item.limits:
            if sum(part is not None for part in (limit.at_best, limit.at_worst, limit.step)) != 1:
                problems.append(
                    Problem(limit.at or at, "missing-key", "A limit is one of at_best, at_worst or step.", "Give one.")
                )
        if item.scale is None and item.limits:
            problems.append(Problem(at, "missing-key", f'"{item.id}" has limits and no scale:.', "Add scale:."))


def _is_number(methodology: Methodology, item: Item, id_: str, at: LinePlace, problems: list[Problem]) -> None:
    """An item that arithmetic is to be done on, and that is text or a level without a number."""
    entry = methodology.inputs.get(id_)
    known = methodology.items.get(id_) or entry
    scale = known.scale if known else None
    if entry and entry.type == "text":
        message, remedy = f'"{item.id}" works on numbers, and "{id_}" is text.', "Turn it into a number with a lookup."
        problems.append(Problem(at, "not-a-number-item", message, remedy))
    elif scale and any(level.number is None for level in scale.levels):
        message = f'"{item.id}" works on numbers, and the levels of "{id_}" ({scale.name}) have none.'
        remedy = f"Give each level of {scale.name} a number:, or use a lookup."
        problems.append(Problem(at, "not-a-number-item", message, remedy))


def _uncovered(
    conditions: tuple[Condition, ...], flags: Mapping[str, bool], problems: list[Problem], at: LinePlace
) -> None:
    """An item that may be missing, with nothing among the conditions that says what is to hold then."""
    covered = {item for when, _, _ in conditions for item, test in when.tests if asks_for_missing(test)}
    for when, missing, place in conditions:
        for item in when.items():
            if flags.get(item, False) and missing is None and item not in covered:
                problems.append(
                    Problem(
                        when.at or place or at,
                        "missing-not-covered",
                        f'"{item}" may be missing, and the condition does not say what holds then.',
                        f"Add a row with {{{item}: missing}}, or missing: fails or missing: holds here.",
                    )
                )
