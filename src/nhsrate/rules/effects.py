"""What a rule file says that can never matter: names nobody uses, rows never reached, limits that cross."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import islice, pairwise, product
from math import prod
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import YES_NO, Level, Missing
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.language.conditions import Negated, Number, OneOf, bounding, edges, holds
from nhsrate.language.tree import Mapping, Scalar, Sequence
from nhsrate.rules.checks import missing_flags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as MappingType
    from collections.abc import Sequence as SequenceType

    from nhsrate.core.cells import Cell
    from nhsrate.language.conditions import Test, When
    from nhsrate.language.tree import Node
    from nhsrate.language.values import Context
    from nhsrate.rules.model import Item, Limit, Methodology

MOST = 5_000
"""A decision table with more combinations of values than this is not looked through."""

Idle = tuple[LineLocation, str, str]


def effect_problems(methodology: Methodology, tree: Mapping, context: Context) -> list[Problem]:
    """A warning for everything that is defined and cannot change any result, and limits that contradict each other."""
    may_miss = missing_flags(methodology)
    idle = (
        *_unused_names(tree, context),
        *_unused_columns(context),
        *_unread_inputs(methodology, tree),
        *_unread_measures(methodology, tree),
        *_idle_polarity(methodology, tree),
        *_idle_colours(methodology, tree),
        *(fault for item in methodology.items.values() for fault in _unreached(item, methodology, may_miss, tree)),
    )
    idle += tuple(fault for item in methodology.items.values() for fault in _idle_limits(item, tree))
    warnings = [_at_the_child(Problem(at, "no-effect", said, remedy, "warning"), tree) for at, said, remedy in idle]
    crossing = [fault for item in methodology.items.values() for fault in _crossing(item, methodology, may_miss)]
    return [*warnings, *crossing]


def _at_the_child(problem: Problem, tree: Mapping) -> Problem:
    """What an edition inherits and does not use is said at its own `id:`, since its parent may need it."""
    own = tree.keys.get("id", tree.at)
    if not isinstance(problem.at, LineLocation) or problem.at.file == own.file:
        return problem
    message = f"{problem.message} It comes from {problem.at}."
    return replace(problem, at=own, message=message, remedy="Use it here, or take it out under remove: or change:.")


def told_once(problems: Iterable[Problem], members: MappingType[str, str]) -> list[Problem]:
    """The problems, with one for all members of a family that share it; `members` has what each made item is made from.

    A fault in what is defined for `each` member is met once for every one of them, at the same place.
    """
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        alike = (
            re.sub(r"[\w.-]+", lambda word: members.get(word[0], word[0]), text)
            for text in (problem.message, problem.remedy)
        )
        groups.setdefault((problem.at, problem.code, problem.severity, problem.cells, *alike), []).append(problem)
    return [_of_all(group) for group in groups.values()]


def _of_all(group: SequenceType[Problem]) -> Problem:
    """One problem that stands for others like it."""
    first, more = group[0], len(group) - 1
    if not more:
        return first
    said = f"So it is for {more} more member{'s'[: more != 1]} of the family."
    return replace(first, message=f"{first.message} {said}")


def _places(tree: Mapping, section: str) -> dict[str, LineLocation]:
    """Where each name of a section stands."""
    node = tree.entries.get(section)
    return getattr(node, "keys", {})


def _unused_names(tree: Mapping, context: Context) -> Iterator[Idle]:
    for section, word in (
        ("figures", "figure"),
        ("scales", "scale"),
        ("families", "family"),
        ("populations", "population"),
    ):
        for name, at in _places(tree, section).items():
            if (section, name) not in context.used:
                yield at, f'Nothing refers to the {word} "{name}".', "Use it, or remove it."


def _unused_columns(context: Context) -> Iterator[Idle]:
    for name, table in context.families.items():
        rows: list[dict[str, Node]] = list(table.values())
        for column in rows[0] if rows and ("families", name) in context.used else ():
            if column != "member" and not any(id(row[column]) in context.used_entries for row in rows):
                yield rows[0][column].at, f'Nothing refers to the column "{column}" of {name}.', "Use it, or remove it."


def _read(methodology: Methodology) -> set[str | None]:
    """What any item reads, of this period or of an earlier one, or is coloured by."""
    now = {id_ for item in methodology.items.values() for id_ in (*item.reads(), item.coloured_by)}
    looked = (item.rule.looks_back() for item in methodology.items.values())
    directions = {entry.direction for entry in methodology.inputs.values()}
    return now | directions | {found[0] for found in looked if found}


def _unread_inputs(methodology: Methodology, tree: Mapping) -> Iterator[Idle]:
    read = _read(methodology)
    read |= {id_ for entry in methodology.inputs.values() if entry.error for id_ in entry.error.inputs()}
    read |= {id_ for population in methodology.populations.values() for id_ in population.when.items()}
    needed = {entry.at for entry in methodology.inputs.values() if entry.id in read}
    for entry in methodology.inputs.values():
        if entry.id not in read:
            at, remedy = entry.at or tree.at, "Read it in a measure or rating, or remove it."
            if at in needed:
                remedy = "Read it in a measure or rating, or leave this member out with where:."
            yield at, f'No rule reads the input "{entry.id}".', remedy


def _unread_measures(methodology: Methodology, tree: Mapping) -> Iterator[Idle]:
    """Measures that nothing reads and nobody sees; of those made for each member one that is read is enough."""
    read = _read(methodology)
    read |= {id_ for population in methodology.populations.values() for id_ in population.when.items()}
    read |= _expected(tree.entries.get("cases"))
    seen = {
        item.at
        for item in methodology.items.values()
        if item.id in read or item.published or item.domain or item is methodology.place
    }
    for item in methodology.items.values():
        if item.section == "measures" and item.at not in seen:
            yield (
                _line_of(item, tree),
                f'Nothing reads the measure "{item.id}".',
                "Read it, add published: true, or remove it.",
            )


def _expected(node: Node | None) -> set[str]:
    """The items that cases in the rule file expect something of."""
    if isinstance(node, Sequence):
        return {id_ for part in node.items for id_ in _expected(part)}
    if not isinstance(node, Mapping):
        return set()
    own = node.entries.get("expect")
    named = set(own.entries) if isinstance(own, Mapping) else set()
    if isinstance(own, Sequence):
        named = {word.text for word in own.items if isinstance(word, Scalar)}
    return named | {id_ for part in node.entries.values() for id_ in _expected(part)}


def _idle_polarity(methodology: Methodology, tree: Mapping) -> Iterator[Idle]:
    """A polarity of a measure or rating that no kind asks for."""
    request: set[str] = set()
    for item in methodology.items.values():
        ahead = [item.id, *item.rule.reads()] if item.rule.asks_polarity() else []
        while ahead:
            id_ = ahead.pop()
            request.add(id_)
            passed = methodology.items[id_].rule.passes_on() if id_ in methodology.items else None
            ahead += [passed] if passed else []
    needed = {item.at for item in methodology.items.values() if item.id in request}
    for item in methodology.items.values():
        if item.polarity is not None and item.at not in needed and item.rule.kind != "earlier":
            at = _line_of(item, tree)
            yield at, f'No rule asks whether a higher or lower "{item.id}" is better.', "Remove polarity:."


def _idle_colours(methodology: Methodology, tree: Mapping) -> Iterator[Idle]:
    for item in methodology.items.values():
        if item.coloured_by is not None and not item.domain:
            yield _line_of(item, tree), f'"{item.id}" is no domain, so it is not coloured.', "Add domain: true."


def _line_of(item: Item, tree: Mapping) -> LineLocation:
    return item.at if isinstance(item.at, LineLocation) else tree.at


Row = tuple["When", "Literal['holds', 'fails'] | None", "LineLocation | None"]


def _unreached(item: Item, methodology: Methodology, may_miss: MappingType[str, bool], tree: Mapping) -> Iterator[Idle]:
    """The rows of a decision table that earlier ones leave nothing for, whatever the values are."""
    rows = item.rule.conditions()
    tried = _combinations([when for when, _, _ in rows], methodology, may_miss)
    if tried is None:
        return
    reached: set[int] = set()
    for values in tried:
        reached.update(islice((n for n, row in enumerate(rows) if _met(row, values)), 1))
        if len(reached) == len(rows):
            return
    for n, (_, _, at) in enumerate(rows):
        if n not in reached:
            message = (
                f"Row {n + 1} of {item.id} is never reached: where it holds an earlier row does, or it never holds."
            )
            yield at or _line_of(item, tree), message, "Put it before those, or remove it."


def _idle_limits(item: Item, tree: Mapping) -> Iterator[Idle]:
    """Caps at the best level and floors at the worst, which limit nothing."""
    levels = item.scale.levels if item.scale else ()
    for limit in item.limits:
        for what, end, idle in (("cap", limit.at_best, levels[:1]), ("floor", limit.at_worst, levels[-1:])):
            if isinstance(end, Level) and end in idle:
                which = "best" if what == "cap" else "worst"
                message = f"A {what} of {item.id} at {end} limits nothing: that is the {which} level."
                yield limit.at or _line_of(item, tree), message, "Name another level, or remove it."


def _crossing(item: Item, methodology: Methodology, may_miss: MappingType[str, bool]) -> Iterator[Problem]:
    """A cap that lies below a floor, where both may hold at once."""
    for n, one in enumerate(item.limits):
        for other in item.limits[n + 1 :]:
            cap = one.at_best or other.at_best
            floor = one.at_worst or other.at_worst
            if not isinstance(cap, Level) or not isinstance(floor, Level) or cap.position <= floor.position:
                continue
            tried = _combinations([one.when, other.when], methodology, may_miss)
            if tried is None or any(_met(_row(one), values) and _met(_row(other), values) for values in tried):
                message = f"A cap at {cap} and a floor at {floor} may both hold, and no level is within both."
                remedy = "Let their conditions shut each other out, or mend a level."
                yield Problem(other.at or LineLocation(item.id), "incompatible", message, remedy, "warning")


def _row(limit: Limit) -> Row:
    return limit.when, limit.missing, limit.at


Known = dict[object, "Cell"]
"""Values by the item, and whether a test against an item holds by the item and the test."""

OUTCOMES = (YES_NO.levels[0], YES_NO.levels[1], Missing("missing", "blank"))
"""That a test against an item holds, that it fails, and that it cannot be said."""


def _met(row: Row, values: Known) -> bool:
    """Whether a condition holds for these values; a missing one counts as the row says, else as failing."""
    when, missing, _ = row

    def leaf(item: str, test: Test, _: bool) -> bool | None:  # noqa: FBT001 (as `truth` asks)
        if bounding(test):
            outcome = values[item, test]
            return None if isinstance(outcome, Missing) else outcome is OUTCOMES[0]
        return holds(test, values[item])

    held = when.truth(leaf)
    return missing == "holds" if held is None else held


def _combinations(
    conditions: SequenceType[When], methodology: Methodology, may_miss: MappingType[str, bool]
) -> Iterable[Known] | None:
    """Values of the tested items, one for each way in which the tests can tell them apart; nothing where too many.

    A test against an item may hold, fail or be unsettled whatever the values are.
    """
    tests: dict[str, list[Test]] = {}
    cells: dict[object, SequenceType[Cell]] = {}
    for when in conditions:
        for id_, test in when.leaves():
            if bounding(test):
                cells[id_, test] = OUTCOMES[: 2 + any(may_miss.get(one, True) for one in (id_, *bounding(test)))]
            else:
                tests.setdefault(id_, []).append(test)
    cells |= {
        id_: [*_told_apart(id_, own, methodology), *([Missing("missing", "blank")] if may_miss.get(id_, True) else [])]
        for id_, own in tests.items()
    }
    bounds = (number for own in tests.values() for test in own for number in edges(test))
    if prod(map(len, cells.values())) > MOST or any(number.unset for number in bounds):
        return None
    return (dict(zip(cells, values, strict=True)) for values in product(*cells.values()))


def _told_apart(id_: str, tests: SequenceType[Test], methodology: Methodology) -> list[Cell]:
    """A value for each way in which tests of one item can turn out."""
    type_ = methodology.type_of(id_)
    if type_.scale is not None:
        return [*type_.scale.levels]
    named = [cell for test in tests for inner in [_inner(test)] if isinstance(inner, OneOf) for cell in inner.cells]
    if type_.kind == "text":
        return [*dict.fromkeys(str(cell) for cell in named), "any other text"]
    stated = [edge.value for test in tests for edge in edges(test) if isinstance(edge, Number)]
    marks = sorted({*stated, *(cell for cell in named if isinstance(cell, Decimal))}) or [Decimal(0)]
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    return [marks[0] - 1, *marks, *between, marks[-1] + 1]


def _inner(test: Test) -> Test:
    return test.test if isinstance(test, Negated) else test
