"""What a rule file says that can never matter: names nobody uses, rows never reached, limits that cross."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem
from nhsrate.language.tree import Mapping, Scalar, Sequence
from nhsrate.rules.checks import missing_flags
from nhsrate.rules.never import Idle, crossing, never_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.language.tree import Node
    from nhsrate.language.values import Context
    from nhsrate.rules.model import Item, Methodology


def effect_problems(methodology: Methodology, tree: Mapping, context: Context, *, mended: bool) -> list[Problem]:
    """A warning for everything that is defined and cannot change any result, and limits that contradict each other.

    Until bounds that no valid value meets, or no value at all, are `mended`, what never holds by them is not told.
    """
    may_miss = missing_flags(methodology)
    idle = (
        *_unused_names(tree, context),
        *_unused_columns(context),
        *_unread_inputs(methodology, tree),
        *_unread_measures(methodology, tree),
        *_idle_polarity(methodology, tree),
        *_idle_colours(methodology, tree),
        *(never_faults(methodology, may_miss, tree.at) if mended else ()),
    )
    warnings = [_at_the_child(Problem(at, "no-effect", said, remedy, "warning"), tree) for at, said, remedy in idle]
    crossed = [fault for item in methodology.items.values() for fault in crossing(item, methodology, may_miss)]
    return [*warnings, *crossed]


def _at_the_child(problem: Problem, tree: Mapping) -> Problem:
    """What an edition inherits and does not use is said at its own `id:`, since its parent may need it."""
    own = tree.keys.get("id", tree.at)
    if not isinstance(problem.at, LineLocation) or problem.at.file == own.file:
        return problem
    message = f"{problem.message} It comes from {problem.at}."
    return replace(problem, at=own, message=message, remedy="Use it here, or take it out under remove: or change:.")


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
    read |= {id_ for entry in methodology.inputs.values() if entry.together for id_ in entry.together.needs}
    read |= {id_ for population in methodology.populations.values() for id_ in population.when.items()}
    needed = {entry.at for entry in methodology.inputs.values() if entry.id in read}
    for entry in methodology.inputs.values():
        if entry.id not in read and entry.role != "context" and not entry.plan_of:
            at, remedy = entry.at or tree.at, "Read it in a measure or rating, say role: context, or remove it."
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
        if item.id in read or item.published or item.domain or item.headline or item is methodology.place
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
