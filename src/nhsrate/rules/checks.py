"""Checks of a methodology as a whole: order, circles, conditions that forget missing values, rules that cannot act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.kinds.rule import numberless
from nhsrate.language.edges import is_date
from nhsrate.language.numbers import Number, OfItem
from nhsrate.language.records import edges_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nhsrate.kinds.rule import Condition
    from nhsrate.language.tree import Mapping as Keys
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Limit, Methodology, Population


def needs(item: Item, populations: Mapping[str, Population]) -> tuple[str, ...]:
    """Every item that this one comes after, its population's included."""
    over = item.rule.population()
    extra = populations[over].when.items() if over in populations else ()
    return tuple(dict.fromkeys([*item.reads(), *extra]))


def ordered(
    items: Mapping[str, Item],
    inputs: Mapping[str, Input],
    populations: Mapping[str, Population],
) -> tuple[tuple[str, ...], list[Problem]]:
    """An order in which each item comes after everything it needs; a circle is a problem."""
    problems = []
    order: list[str] = []
    done: set[str] = set(inputs)
    for id_ in items:
        path: dict[str, Iterator[str]] = {}  # without recursion, because a chain may be long
        ahead: str | None = id_
        while ahead is not None or path:
            if ahead is None:
                last, needed = next(reversed(path.items()))
                ahead = next(needed, None)
                if ahead is None:
                    del path[last]
                    done.add(last)
                    order.append(last)
            elif ahead in path:
                circle = [*list(path)[list(path).index(ahead) :], ahead]
                at = items[ahead].at or LineLocation(ahead)
                said = f"These items depend on each other: {' -> '.join(circle)}."
                problems.append(Problem(at, "cycle", said, "Break the circle."))
                ahead = None
            elif ahead in done:
                ahead = None
            else:
                path[ahead] = iter(needs(items[ahead], populations))
                ahead = None
    return tuple(order), problems


def missing_flags(methodology: Methodology) -> dict[str, bool]:
    """For every input and item, whether it may be missing for some organisation."""
    flags = {id_: bool(_why_missing_input(entry, methodology)) for id_, entry in methodology.inputs.items()}
    for id_ in methodology.order:
        item = methodology.items[id_]
        flags[id_] = bool(item.only_when) or item.rule.may_miss(lambda other: flags.get(other, True))
        flags[id_] = flags[id_] or any(flags.get(end, True) for end in _ends(item))
    return flags


def _ends(item: Item) -> Iterator[str]:
    """The items whose levels are caps and floors of an item, and without which it has no result."""
    for limit in item.limits:
        if isinstance(limit.end, OfItem) and limit.missing != "fails":
            yield limit.end.item


def _why_missing_input(entry: Input, methodology: Methodology) -> str:
    """Why an input may be missing, or nothing where it never is.

    A marker of the whole return stands for a missing value of a required text as well; where one meets a condition, the
    rating refuses it with its cell, so that a text need not be spoken of for markers that are meant for numbers.
    """
    if entry.optional:
        return "its column may be absent"
    if not entry.required:
        return "a blank is"
    general = () if entry.type == "text" else methodology.reading.of(entry.table).markers
    marker = next((text for text, _ in (*entry.markers, *general)), None)
    return f'the marker "{marker}" is' if marker is not None else ""


def _why_missing(id_: str, methodology: Methodology, flags: Mapping[str, bool]) -> str:
    """Why an input or item may be missing."""
    if id_ in methodology.inputs:
        return _why_missing_input(methodology.inputs[id_], methodology)
    item = methodology.items[id_]
    if item.only_when:
        return "its only_when may not hold"
    rests_on = next((other for other in item.rule.reads() if flags.get(other)), None)
    return f'"{rests_on}" may be, which it rests on' if rests_on else "its rule may give none"


def _behind_gate(item: Item, flags: Mapping[str, bool]) -> Mapping[str, bool]:
    """What may be missing where the gate of an item holds: nothing whose value the gate has tested."""
    gate = item.only_when
    if gate is None or gate.missing == "holds":
        return flags
    return {**flags, **dict.fromkeys(gate.when.known(), False)}


def check_items(methodology: Methodology, ratings_at: LineLocation) -> list[Problem]:
    """Everything that can only be seen once all items are known."""
    problems = []
    flags = missing_flags(methodology)
    if not methodology.headlines:
        message, remedy = "No rating is the headline.", "Add headline: true to the one people speak of."
        problems.append(Problem(ratings_at, "no-headline", message, remedy))
    elif not methodology.overall and methodology.order_by != "return":
        message = "No rating is the headline, so all of them are, and tables are ordered as the return is."
        remedy = "If that is meant, say order: return; else add headline: true to the one people speak of."
        problems.append(Problem(ratings_at, "no-headline", message, remedy, "warning"))
    problems += _table_problems(methodology, ratings_at)
    for population in methodology.populations.values():
        problems += _uncovered([(population.when, population.missing, None)], methodology, flags, ratings_at)
    for item in methodology.items.values():
        at = item.at if isinstance(item.at, LineLocation) else ratings_at
        problems += _type_problems(methodology, item, at)
        problems += item.rule.check(item, methodology, at)
        if item.only_when:
            problems += _uncovered([(item.only_when.when, item.only_when.missing, None)], methodology, flags, at)
        there = _behind_gate(item, flags)
        problems += _uncovered(item.rule.conditions(), methodology, there, at)
        limits = [(limit.when, limit.missing, limit.at) for limit in item.limits]
        problems += _uncovered(limits, methodology, there, at)
        for limit in item.limits:
            problems += _limit_problems(limit, limit.at or at)
        if item.scale is None and item.limits:
            problems.append(Problem(at, "missing-key", f'"{item.id}" has limits and no scale:.', "Add scale:."))
    return problems


def _limit_problems(limit: Limit, at: LineLocation) -> list[Problem]:
    """A limit that is none or several, has no condition, or steps by nothing."""
    problems = []
    if limit.by < 1:
        message = "A step of no levels changes nothing."
        problems.append(Problem(at, "wrong-type", message, "Step by 1 or more, or remove the limit."))
    elif limit.by != 1 and limit.step is None:
        message, remedy = (
            "by: says how far a step goes, and this limit is none.",
            "Remove it, or write step: down or up.",
        )
        problems.append(Problem(at, "incompatible", message, remedy))
    if limit.always and not isinstance(limit.end, OfItem):
        problems.append(Problem(at, "missing-key", '"when" must be given here.', "Add when:."))
    if sum(part is not None for part in (limit.at_best, limit.at_worst, limit.step)) != 1:
        problems.append(Problem(at, "missing-key", "A limit is one of at_best, at_worst or step.", "Give one."))
    return problems


def _table_problems(methodology: Methodology, ratings_at: LineLocation) -> list[Problem]:
    """Inputs that name no table where the return has several, or one that has no row for each organisation."""
    tables = methodology.reading.of_organisations
    known = f"Its tables are {', '.join(tables)}." if tables else "Remove table:, or name tables under reading."
    problems = []
    for entry in methodology.inputs.values():
        if entry.table is None and tables:
            message = f'In which table "{entry.id}" stands is not said, and the return has several.'
            problems.append(Problem(entry.at or ratings_at, "missing-key", message, f"Add table:. {known}"))
        elif entry.table is not None and entry.table not in tables:
            message = f'There is no table "{entry.table}" of organisations.'
            remedy = nearest(entry.table, tables) or known
            problems.append(Problem(entry.at or ratings_at, "unknown-name", message, remedy))
    return problems


def _type_problems(methodology: Methodology, item: Item, at: LineLocation) -> list[Problem]:
    """Results that do not fit the item, and items that do not fit what the rule does with them."""
    rule, own = item.rule, methodology.type_of(item.id)
    problems = []
    if rule.gives == "numbers" and item.scale is not None:
        message, remedy = (
            f"A {rule.kind} gives numbers, and a scale has levels.",
            "Remove scale:; kind level makes levels.",
        )
        problems.append(Problem(at, "wrong-type", message, remedy))
    if rule.gives == "levels" and item.scale is None:
        problems.append(Problem(at, "missing-key", f"A {rule.kind} gives levels.", "Add scale:."))
    if item.scale is not None and item.round:
        problems.append(Problem(at, "wrong-type", "A level cannot be rounded.", "Round what it is made from."))
    if own.kind != "number" and item.shown is not None:
        message = f"A {own.kind} has no decimal places that could be shown."
        problems.append(Problem(at, "wrong-type", message, "Remove shown:, or say it of what it is made from."))
    if item.coloured_by is not None and methodology.type_of(item.coloured_by).scale is None:
        message = f'"{item.coloured_by}" has no levels, so that it colours nothing.'
        problems.append(Problem(at, "wrong-type", message, "Name an item with a scale."))
    for id_ in rule.wants_numbers():
        problems += numberless(item, id_, methodology.type_of(id_), at)
    problems += _date_problems(methodology, item, at)
    for id_ in dict.fromkeys(rule.hands_on()):
        if methodology.type_of(id_) != own:
            message = f'"{item.id}" hands "{id_}" on, and the two are not of one scale or type.'
            problems.append(Problem(at, "wrong-type", message, "Give both the same scale:, or neither."))
    return problems


def _date_problems(methodology: Methodology, item: Item, at: LineLocation) -> list[Problem]:
    """Dates where there are none, or that are held against numbers; a condition is read with the type of its items."""
    rule, pairs = item.rule, item.rule.compared()

    def date_of(id_: str) -> bool:
        return methodology.type_of(id_).date

    for one, other in pairs:
        if is_date(one, date_of) is not is_date(other, date_of):
            message = f'"{item.id}" holds {one} against {other}, of which only one is a date.'
            return [Problem(at, "wrong-type", message, "Hold dates against dates, such as 2026-03-31.")]
    if pairs or rule.conditions() or rule.kind == "count":
        return []
    used = [id_ for id_ in rule.wants_numbers() if date_of(id_)]
    if used or any(isinstance(edge, Number) and is_date(edge, date_of) for edge in edges_in(rule)):
        said = f'"{used[0]}" is a date' if used else "a date stands here"
        message = f'"{item.id}" works on numbers, and {said}.'
        return [Problem(at, "not-a-number-item", message, "Take the difference of two dates, or hold it against one.")]
    return []


def _uncovered(
    conditions: Iterable[Condition], methodology: Methodology, flags: Mapping[str, bool], at: LineLocation
) -> list[Problem]:
    """An item that may be missing, with nothing among the conditions that says what is to hold then."""
    conditions = list(conditions)
    covered = frozenset().union(*(when.asked() for when, _, _ in conditions))
    return [
        Problem(
            when.at or place or at,
            "missing-not-covered",
            f'"{item}" may be missing ({_why_missing(item, methodology, flags)}), and the condition does not say what '
            "holds then.",
            f"Add a row with {{{item}: missing}}, or missing: fails or missing: holds here.",
        )
        for when, missing, place in conditions
        for item in when.items()
        if flags.get(item, False) and missing is None and item not in covered
    ]


def error_problems(methodology: Methodology, tree: Keys) -> list[Problem]:
    """A sampling error that is not given in an input."""
    return [
        Problem(
            entry.at or tree.at,
            "unknown-name",
            f'"{id_}" is no input, and "{entry.id}" has its error in it.',
            "Name an input.",
        )
        for entry in methodology.inputs.values()
        if entry.error is not None
        for id_ in entry.error.inputs()
        if id_ not in methodology.inputs
    ]
