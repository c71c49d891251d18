"""What a methodology's numbers and rules rest on: sources, inference, assumption, or nothing that is said.

A number that matters has a name, a basis and a source. One that stands bare in a rule, or in the population that it is
over, is vouched for by the source of that rule, where it names one; one that an edition changed below the source of its
parent is not.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.language.numbers import Number, OfItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.core.problems import LineLocation, Location
    from nhsrate.rules.model import Item, Methodology

UNITS = frozenset({"times"})
"""Fields whose number only turns one unit into another, such as a share into per cent."""


@frozen
class Standing:
    """The names of the figures by what they rest on, and the places of what has no name.

    Those that are `stated` name the source that states them, and `unsourced` say that one does and name none;
    `required` figures have no value in the edition; `set_here` were set by this run. `vouched` are the places of bare
    numbers in rules that name a source, `unvouched` of those in rules that do not; `changed` are the rules that an
    edition changed without saying by which source.
    """

    required: tuple[str, ...]
    assumed: tuple[str, ...]
    inferred: tuple[str, ...]
    stated: tuple[str, ...]
    unsourced: tuple[str, ...]
    set_here: tuple[str, ...]
    vouched: tuple[LineLocation, ...]
    unvouched: tuple[LineLocation, ...]
    changed: tuple[str, ...]

    @property
    def unnamed(self) -> tuple[LineLocation, ...]:
        """The places of all numbers without a name, in the order of the file."""
        return tuple(sorted((*self.vouched, *self.unvouched), key=lambda at: (at.file, at.line, at.column)))


def standing(methodology: Methodology) -> Standing:
    """What the numbers and rules of a methodology rest on."""
    by_basis: dict[str, list[str]] = {"required": [], "assumed": [], "inferred": [], "stated": [], "unsourced": []}
    for figure in methodology.figures.values():
        basis = "unsourced" if figure.basis == "stated" and figure.source is None else figure.basis
        by_basis["required" if figure.required else basis].append(figure.name)
    vouched: dict[LineLocation, None] = {}
    unvouched: dict[LineLocation, None] = {}
    depths = {name: depth for depth, name in enumerate(methodology.files)}
    for item in methodology.items.values():
        over = methodology.populations.get(item.rule.population())
        for at, sourced in (*bare_numbers(item), *_bare(over, sourced=False)):
            below = _depth(at, depths) < _depth(item.source_at or item.at, depths)
            (vouched if sourced or (item.source is not None and not below) else unvouched)[at] = None
    return Standing(
        required=tuple(by_basis["required"]),
        assumed=tuple(by_basis["assumed"]),
        inferred=tuple(by_basis["inferred"]),
        stated=tuple(by_basis["stated"]),
        unsourced=tuple(by_basis["unsourced"]),
        set_here=tuple(figure.name for figure in methodology.figures.values() if figure.set_from is not None),
        vouched=tuple(at for at in vouched if at not in unvouched),
        unvouched=tuple(unvouched),
        changed=tuple(item.id for item in methodology.items.values() if item.basis == "assumed"),
    )


def bare_numbers(item: Item) -> Iterator[tuple[LineLocation, bool]]:
    """The bare numbers in the rule of an item, its limits and its gate: where, and whether a row vouches for them.

    A row of a decision and a limit may name a source of their own.
    """
    for part in (item.rule, item.limits, item.only_when):
        yield from _bare(part, sourced=False)


def _bare(value: Any, *, sourced: bool) -> Iterator[tuple[LineLocation, bool]]:  # noqa: ANN401 (whatever a record holds)
    if isinstance(value, Number):
        if value.figure is None and value.at is not None:
            yield value.at, sourced
    elif isinstance(value, tuple):
        for part in value:
            yield from _bare(part, sourced=sourced)
    elif is_dataclass(value):
        sourced = sourced or getattr(value, "source", None) is not None
        for field in fields(value):
            if field.name not in UNITS or isinstance(value, OfItem):
                yield from _bare(getattr(value, field.name), sourced=sourced)


def _depth(at: Location | None, depths: dict[str, int]) -> int:
    """How many editions are between the one that is rated under and the file of a place: 0 is the edition itself."""
    return depths.get(PurePath(at.file).name, 0) if at is not None else 0
