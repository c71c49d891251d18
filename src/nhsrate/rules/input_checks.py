"""Checks of what rules ask of inputs: two of one heading, bounds that nothing meets or misses, other scales."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text
from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.core.texts import fold, quoted
from nhsrate.kinds.bounds import Bounded
from nhsrate.language.conditions import Between, Compare, Negated
from nhsrate.language.numbers import Number
from nhsrate.language.tree import Mapping
from nhsrate.rules.inputs import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.core.problems import Location
    from nhsrate.language.conditions import Test, When
    from nhsrate.language.numbers import Edge
    from nhsrate.language.tree import Node
    from nhsrate.rules.groups import Together
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology

HUNDRED = Decimal(100)
SIDES = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below"}

Asked = tuple[str, str, Number, "Location"]
"""An input, the side of a bound on it, the bound, and where it stands."""


def input_problems(methodology: Methodology) -> list[Problem]:
    """Everything that is wrong between the inputs and the rules that test them."""
    return [
        *_same_headings(methodology),
        *_bounds(methodology),
        *_directions(methodology),
        *_together(methodology),
        *_plans(methodology),
    ]


def _together(methodology: Methodology) -> list[Problem]:
    """Figures that cannot come together as is said of them, and figures beside them that no return gives."""
    problems = []
    for entry in methodology.inputs.values():
        if entry.together is None:
            continue
        at, how = entry.at or LineLocation(methodology.id), entry.together.how
        counted = entry.type in NUMBERS
        if how == "sum" and entry.type == "percent":
            message = f'"{entry.id}" is a percentage, and percentages do not add up.'
            problems.append(Problem(at, "incompatible", message, "Write together: {numerator: x, denominator: y}."))
        elif how in {"sum", "pooled", "weighted"} and not counted:
            message = f'"{entry.id}" is no number, and cannot be {"added up" if how == "sum" else how}.'
            problems.append(Problem(at, "incompatible", message, "Write together: worst, best or not."))
        elif how in {"worst", "best"} and entry.type == "text":
            message = f'"{entry.id}" is a text, and none is the {how}.'
            problems.append(Problem(at, "incompatible", message, "Write together: not."))
        elif how in {"worst", "best"} and entry.type != "level" and entry.polarity is None:
            message = f'"{entry.id}" does not say which side is better, so none of its figures is the {how}.'
            problems.append(Problem(at, "missing-key", message, "Add polarity: higher or lower."))
        problems += _needed(methodology, entry, entry.together, at)
    return problems


def _needed(methodology: Methodology, entry: Input, together: Together, at: Location) -> Iterator[Problem]:
    """What is wrong with the figures by which those of several organisations come together."""
    for id_ in dict.fromkeys(together.needs):
        if id_ not in methodology.inputs:
            message = f'"{id_}" is no input, and "{entry.id}" comes together by it.'
            yield Problem(at, "unknown-name", message, "Name an input.")
        elif id_ == entry.id:
            message = f'"{entry.id}" comes together by itself.'
            yield Problem(at, "incompatible", message, "Name the counts that it is made of, or what it is weighted by.")
        elif together.how == "pooled" and methodology.inputs[id_].type == "percent":
            message = f'"{entry.id}" is pooled from "{id_}", which is a percentage and no count.'
            yield Problem(at, "incompatible", message, "Name the counts that it is made of.")


def _directions(methodology: Methodology) -> list[Problem]:
    """Directions of which the levels do not say which side is better, and inputs that have no side."""
    problems = []
    for entry in methodology.inputs.values():
        at = entry.at or LineLocation(methodology.id)
        if entry.direction is not None and entry.type not in NUMBERS:
            message = f"No side of {entry.id} is better, because it is no number."
            problems.append(Problem(at, "incompatible", message, "Remove polarity:."))
        elif entry.direction is not None:
            scale = methodology.type_of(entry.direction).scale
            if scale is None or {level.name for level in scale.levels} != {"higher", "lower"}:
                message = (
                    f'"{entry.direction}" is to say which side is better, and its levels are not higher and lower.'
                )
                remedy = "Give it a scale of the two levels higher and lower; aliases: take other words of the return."
                problems.append(Problem(at, "wrong-type", message, remedy))
    return problems


def _plans(methodology: Methodology) -> list[Problem]:
    """Plans of what is no number, plans that are none themselves, and two of one thing."""
    problems = []
    seen: dict[str, str] = {}
    for entry in methodology.inputs.values():
        if entry.plan_of is None:
            continue
        at = entry.at or LineLocation(methodology.id)
        first = seen.setdefault(entry.plan_of, entry.id)
        if entry.type not in NUMBERS or methodology.type_of(entry.plan_of).kind != "number":
            message = f'"{entry.id}" is the plan of "{entry.plan_of}", and both must be numbers.'
            problems.append(Problem(at, "wrong-type", message, "Name the input or measure that has such numbers."))
        elif first != entry.id or entry.plan_of == entry.id:
            message = f'"{entry.plan_of}" has two plans, "{first}" and "{entry.id}".'
            message = message if first != entry.id else f'"{entry.id}" is its own plan.'
            problems.append(Problem(at, "incompatible", message, "Leave one of them out."))
    return problems


def _same_headings(methodology: Methodology) -> list[Problem]:
    """Two inputs that would be read from one column, so that it counted twice, or an input and a published result."""
    seen: dict[tuple[str | None, str | None, str | None, str], Input] = {}
    problems = []
    own = dict(methodology.reading.headings)
    for entry in methodology.wanted():
        headings = own.get(entry.id) or entry.headings
        for heading in dict.fromkeys(map(fold, headings)):
            key = (entry.table, entry.group and fold(entry.group), entry.column, heading)
            other = seen.setdefault(key, entry)
            if other is not entry:
                message = f'"{other.id}" and "{entry.id}" stand under one heading, {quoted(heading)}, '
                message += "so one column would be read for both."
                remedy = "Give each a title of its own, or tell them apart by group: or column:."
                if entry.id in methodology.items:
                    remedy = "Mend given_as: or the title, or give the item another name."
                problems.append(Problem(_place(entry, methodology), "duplicate-name", message, remedy))
                break
    return problems


def _place(entry: Input, methodology: Methodology) -> Location:
    """Where an input stands, or the item that may come as published."""
    at = methodology.items[entry.id].at if entry.id in methodology.items else entry.at
    return at or LineLocation(entry.id)


def reading_problems(methodology: Methodology, reading: Node | None) -> list[Problem]:
    """Headings, and reasons beside a column, of inputs that there are not; those of one of several tables likewise."""
    if not isinstance(reading, Mapping):
        return []
    known = [entry.id for entry in methodology.wanted()]
    problems = []
    for key in ("headings", "reasons"):
        section = reading.entries.get(key)
        for id_, at in section.keys.items() if isinstance(section, Mapping) else ():
            if id_ not in known:
                remedy = nearest(id_, known) or "Define it under inputs, or remove it."
                problems.append(Problem(at, "unknown-name", f'There is no input "{id_}".', remedy))
    tables = reading.entries.get("tables")
    for table in tables.entries.values() if isinstance(tables, Mapping) else ():
        problems += reading_problems(methodology, table)
    return problems


def _bounds(methodology: Methodology) -> list[Problem]:
    """Bounds that no valid value can meet or miss, and percentages whose bounds are all fractions."""
    problems = []
    asked: dict[str, list[Asked]] = {}
    everything: list[Asked] = []
    for item in methodology.items.values():
        at = item.at or LineLocation(item.id)
        everything += (*_of_rows(item, at), *_of_conditions(item, at))
    for population in methodology.populations.values():
        everything += _of_condition(population.when, LineLocation(population.name))
    for one in everything:
        if one[0] in methodology.inputs and not one[2].unset:
            asked.setdefault(one[0], []).append(one)
    for id_, bounds in asked.items():
        entry = methodology.inputs[id_]
        problems += [problem for bound in bounds if (problem := _idle(entry, bound)) is not None]
        if entry.type == "percent" and (problem := _fractions(entry, bounds)) is not None:
            problems.append(problem)
    return problems


def _of_rows(item: Item, at: Location) -> Iterator[Asked]:
    """The bounds of thresholds, of a standard and of a floor on what they are of."""
    rule = item.rule
    sets = getattr(rule, "sets", None)
    rows = [row for _, own in sets.rows for row in own] if sets else []
    rows += [*getattr(rule, "levels", ()), *getattr(rule, "scores", ())]
    rows += [getattr(rule, "standard", None), getattr(rule, "floor", None)]
    of = getattr(rule, "of", None)
    if isinstance(of, str):
        for row in rows:
            if isinstance(row, Bounded):
                for bound in row.bounds():
                    if isinstance(bound.number, Number):
                        yield of, bound.side, bound.number, row.at or at


def _of_conditions(item: Item, at: Location) -> Iterator[Asked]:
    """The bounds of conditions on the items they test."""
    conditions = [when for when, _, _ in item.rule.conditions()]
    conditions += [item.only_when.when] if item.only_when else []
    conditions += [limit.when for limit in item.limits]
    for when in conditions:
        yield from _of_condition(when, at)


def _of_condition(when: When, at: Location) -> Iterator[Asked]:
    for id_, test in when.leaves():
        for side, number in _sides(test):
            if isinstance(number, Number):
                yield id_, side, number, when.at or at


def _sides(test: Test) -> Iterator[tuple[str, Edge]]:
    inner = test.test if isinstance(test, Negated) else test
    if isinstance(inner, Compare):
        yield SIDES[inner.sign], inner.bound
    elif isinstance(inner, Between):
        yield "above" if inner.above else "at_least", inner.low
        yield "below" if inner.below else "at_most", inner.high


def _idle(entry: Input, asked: Asked) -> Problem | None:
    """The problem of a bound that lies outside what is valid, so that every valid value meets it, or none does."""
    _, side, number, at = asked
    low, high = (entry.valid.low, entry.valid.high) if entry.valid else (None, None)
    bound = number.value
    above = high is not None and (bound > high or (bound == high and side == "above"))
    below = low is not None and (bound < low or (bound == low and side == "below"))
    if not above and not below:
        return None
    never = above == (side in {"at_least", "above"})
    message = f'{"No" if never else "Every"} valid value of "{entry.id}" is {side.replace("_", " ")} {number}: '
    message += f"it may be {entry.valid}."
    return Problem(at, "no-effect", message, "Mend the bound, or valid:.")


def _fractions(entry: Input, bounds: list[Asked]) -> Problem | None:
    """The warning that every bound on a percentage looks like a fraction."""
    numbers = [number.value for _, _, number, _ in bounds if number.value]
    if not numbers or not all(0 < number <= 1 for number in numbers):
        return None
    if entry.valid is not None and entry.valid.high is not None and max(numbers) * HUNDRED > entry.valid.high:
        return None
    first = next(one for one in bounds if one[2].value)
    shown = first[2].value
    meant = number_text(shown * HUNDRED)
    message = f'Every bound on "{entry.id}" lies between 0 and 1, and it is held in per cent: '
    message += f"{number_text(shown)} means {number_text(shown)} %, not {meant} %."
    remedy = f"If {meant} % is meant, write {meant}; else say what is valid, such as valid: 0..5."
    return Problem(first[3], "percent-scale", message, remedy, "warning")
