"""Settings that cannot act: what a rule file defines and nothing refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.problems import LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.decode import Context
    from nhsrate.methodology import Item, Methodology
    from nhsrate.yamltree import Mapping, Node


def effect_problems(methodology: Methodology, tree: Mapping, context: Context) -> list[Problem]:
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


def _places(tree: Mapping, section: str) -> dict[str, LinePlace]:
    """Where each name of a section stands."""
    node = tree.entries.get(section)
    return getattr(node, "keys", {})


def _unused_names(tree: Mapping, context: Context) -> Iterator[tuple[LinePlace, str, str]]:
    for section, word in (
        ("figures", "figure"),
        ("scales", "scale"),
        ("families", "family"),
        ("populations", "population"),
    ):
        for name, at in _places(tree, section).items():
            if (section, name) not in context.used:
                yield at, f'Nothing refers to the {word} "{name}".', "Use it, or remove it."


def _unused_columns(context: Context) -> Iterator[tuple[LinePlace, str, str]]:
    for name, table in context.families.items():
        rows: list[dict[str, Node]] = list(table.values())
        for column in rows[0] if rows and ("families", name) in context.used else ():
            if column != "member" and not any(id(row[column]) in context.used_entries for row in rows):
                yield rows[0][column].at, f'Nothing refers to the column "{column}" of {name}.', "Use it, or remove it."


def _unread_inputs(methodology: Methodology, tree: Mapping) -> Iterator[tuple[LinePlace, str, str]]:
    read = {id_ for item in methodology.items.values() for id_ in (*item.reads(), item.coloured_by)}
    read |= {id_ for population in methodology.populations.values() for id_ in population.when.items()}
    read |= {item.rule.over for item in methodology.items.values() if hasattr(item.rule, "over")}
    for entry in methodology.inputs.values():
        if entry.id not in read:
            at = entry.at or tree.at
            yield at, f'No rule reads the input "{entry.id}".', "Read it in a measure or rating, or remove it."


def _idle_polarity(methodology: Methodology, tree: Mapping) -> Iterator[tuple[LinePlace, str, str]]:
    """A polarity of a measure or rating that no kind asks for."""
    asked: set[str] = set()
    for item in methodology.items.values():
        ahead = [item.id, *item.rule.reads()] if item.rule.asks_polarity() else []
        while ahead:
            id_ = ahead.pop()
            asked.add(id_)
            passed = methodology.items[id_].rule.passes_on() if id_ in methodology.items else None
            ahead += [passed] if passed else []
    for item in methodology.items.values():
        if item.polarity is not None and item.id not in asked:
            at = _line_of(item, tree)
            yield at, f'No rule asks whether a higher or lower "{item.id}" is better.', "Remove polarity:."


def _idle_colours(methodology: Methodology, tree: Mapping) -> Iterator[tuple[LinePlace, str, str]]:
    for item in methodology.items.values():
        if item.coloured_by is not None and not item.domain:
            yield _line_of(item, tree), f'"{item.id}" is no domain, so it is not coloured.', "Add domain: true."


def _line_of(item: Item, tree: Mapping) -> LinePlace:
    return item.at if isinstance(item.at, LinePlace) else tree.at
