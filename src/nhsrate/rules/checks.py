"""Checks of a methodology as a whole: order, circles, conditions that forget missing values, rules that cannot act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.kinds.rule import numberless
from nhsrate.language.conditions import asks_for_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nhsrate.kinds.rule import Condition
    from nhsrate.language.tree import Mapping as Keys
    from nhsrate.language.tree import Node
    from nhsrate.language.values import Context
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology, Population


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
    flags = {
        id_: entry.optional or not entry.required or bool(entry.markers or methodology.reading.of(entry.table).markers)
        for id_, entry in methodology.inputs.items()
    }
    for id_ in methodology.order:
        item = methodology.items[id_]
        flags[id_] = bool(item.only_when) or item.rule.may_miss(lambda other: flags.get(other, True))
    return flags


def check_items(methodology: Methodology, ratings_at: LineLocation) -> list[Problem]:
    """Everything that can only be seen once all items are known."""
    problems = []
    flags = missing_flags(methodology)
    if not methodology.headlines:
        message, remedy = "No rating is the headline.", "Add headline: true to the one people speak of."
        problems.append(Problem(ratings_at, "no-headline", message, remedy))
    problems += _table_problems(methodology, ratings_at)
    for population in methodology.populations.values():
        problems += _uncovered([(population.when, population.missing, None)], flags, ratings_at)
    for item in methodology.items.values():
        at = item.at if isinstance(item.at, LineLocation) else ratings_at
        problems += _type_problems(methodology, item, at)
        problems += item.rule.check(item, methodology, at)
        if item.only_when:
            problems += _uncovered([(item.only_when.when, item.only_when.missing, None)], flags, at)
        problems += _uncovered(item.rule.conditions(), flags, at)
        problems += _uncovered([(limit.when, limit.missing, limit.at) for limit in item.limits], flags, at)
        for limit in item.limits:
            if sum(part is not None for part in (limit.at_best, limit.at_worst, limit.step)) != 1:
                message = "A limit is one of at_best, at_worst or step."
                problems.append(Problem(limit.at or at, "missing-key", message, "Give one."))
        if item.scale is None and item.limits:
            problems.append(Problem(at, "missing-key", f'"{item.id}" has limits and no scale:.', "Add scale:."))
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
    for id_ in rule.wants_numbers():
        problems += numberless(item, id_, methodology.type_of(id_), at)
    for id_ in rule.hands_on():
        if methodology.type_of(id_) != own:
            message = f'"{item.id}" hands "{id_}" on, and the two are not of one scale or type.'
            problems.append(Problem(at, "wrong-type", message, "Give both the same scale:, or neither."))
    return problems


def _uncovered(conditions: Iterable[Condition], flags: Mapping[str, bool], at: LineLocation) -> list[Problem]:
    """An item that may be missing, with nothing among the conditions that says what is to hold then."""
    conditions = list(conditions)
    covered = {item for when, _, _ in conditions for item, test in when.tests if asks_for_missing(test)}
    return [
        Problem(
            when.at or place or at,
            "missing-not-covered",
            f'"{item}" may be missing, and the condition does not say what holds then.',
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


def effect_problems(methodology: Methodology, tree: Keys, context: Context) -> list[Problem]:
    """A warning for everything that is defined and cannot change any result."""
    return [
        Problem(at, "no-effect", message, remedy, "warning")
        for at, message, remedy in (
            *_unused_names(tree, context),
            *_unused_columns(context),
            *_unread_inputs(methodology, tree),
            *_idle_polarity(methodology, tree),
            *_idle_colours(methodology, tree),
        )
    ]


def _places(tree: Keys, section: str) -> dict[str, LineLocation]:
    """Where each name of a section stands."""
    node = tree.entries.get(section)
    return getattr(node, "keys", {})


def _unused_names(tree: Keys, context: Context) -> Iterator[tuple[LineLocation, str, str]]:
    for section, word in (
        ("figures", "figure"),
        ("scales", "scale"),
        ("families", "family"),
        ("populations", "population"),
    ):
        for name, at in _places(tree, section).items():
            if (section, name) not in context.used:
                yield at, f'Nothing refers to the {word} "{name}".', "Use it, or remove it."


def _unused_columns(context: Context) -> Iterator[tuple[LineLocation, str, str]]:
    for name, table in context.families.items():
        rows: list[dict[str, Node]] = list(table.values())
        for column in rows[0] if rows and ("families", name) in context.used else ():
            if column != "member" and not any(id(row[column]) in context.used_entries for row in rows):
                yield rows[0][column].at, f'Nothing refers to the column "{column}" of {name}.', "Use it, or remove it."


def _unread_inputs(methodology: Methodology, tree: Keys) -> Iterator[tuple[LineLocation, str, str]]:
    read = {id_ for item in methodology.items.values() for id_ in (*item.reads(), item.coloured_by)}
    read |= {id_ for entry in methodology.inputs.values() if entry.error for id_ in entry.error.inputs()}
    read |= {id_ for population in methodology.populations.values() for id_ in population.when.items()}
    for entry in methodology.inputs.values():
        if entry.id not in read:
            at = entry.at or tree.at
            yield at, f'No rule reads the input "{entry.id}".', "Read it in a measure or rating, or remove it."


def _idle_polarity(methodology: Methodology, tree: Keys) -> Iterator[tuple[LineLocation, str, str]]:
    """A polarity of a measure or rating that no kind asks for."""
    request: set[str] = set()
    for item in methodology.items.values():
        ahead = [item.id, *item.rule.reads()] if item.rule.asks_polarity() else []
        while ahead:
            id_ = ahead.pop()
            request.add(id_)
            passed = methodology.items[id_].rule.passes_on() if id_ in methodology.items else None
            ahead += [passed] if passed else []
    for item in methodology.items.values():
        if item.polarity is not None and item.id not in request:
            at = _line_of(item, tree)
            yield at, f'No rule asks whether a higher or lower "{item.id}" is better.', "Remove polarity:."


def _idle_colours(methodology: Methodology, tree: Keys) -> Iterator[tuple[LineLocation, str, str]]:
    for item in methodology.items.values():
        if item.coloured_by is not None and not item.domain:
            yield _line_of(item, tree), f'"{item.id}" is no domain, so it is not coloured.', "Add domain: true."


def _line_of(item: Item, tree: Keys) -> LineLocation:
    return item.at if isinstance(item.at, LineLocation) else tree.at
