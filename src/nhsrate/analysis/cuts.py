"""The cuts of a methodology: the numbers at which its rules part the values of an input or item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import YES_NO
from nhsrate.core.frozen import frozen
from nhsrate.kinds.places import RankSpread
from nhsrate.language.conditions import Between, Compare, Negated
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from nhsrate.kinds.bounds import Bounded
    from nhsrate.language.conditions import Test
    from nhsrate.rules.model import Item, Methodology

UP = {"at_least": True, "above": False, "at_most": False, "below": True}
"""Whether a value that is exactly at a bound is parted with those above it."""


Key = tuple[str, "Decimal", bool, tuple[str, str] | None]
"""What tells cuts apart: on what, where, to which side a value at it belongs, among whom."""

Found = tuple[str, Number, bool, tuple[str, str] | None]


@frozen
class Cut:
    """A number at which rules part values: on which item it lies, and to which side a value exactly at it belongs.

    `above` says that it belongs with those above. `within` is the item and the value of those whom it concerns, where
    that is not everyone. `better` is the better side of the item, where that is known or follows from the levels that
    thresholds give; `by` are the items whose rules have the cut.
    """

    item: str
    value: Decimal
    above: bool
    within: tuple[str, str] | None
    better: Literal["higher", "lower"] | None
    figure: str | None
    by: tuple[str, ...]


def levelled(methodology: Methodology) -> Item:
    """The headline that questions on levels are asked of: the first that gives levels, else the first."""
    headlines = methodology.headlines
    return next((item for item in headlines if item.scale is not None), headlines[0])


def side(methodology: Methodology, id_: str) -> Literal["higher", "lower"] | None:
    """Which side of an input is better: as it says, or as an item says that works on it; of a rank the lower."""
    own = methodology.polarity_of(id_)
    if own is not None:
        return own
    for item in methodology.items.values():
        rule: Any = item.rule
        if isinstance(rule, RankSpread) and rule.rank == id_:
            return "lower"
        if item.polarity is not None and getattr(rule, "of", None) == id_ and item.scale is not None:
            return item.polarity
    return None


def side_of_levels(methodology: Methodology, id_: str) -> Literal["higher", "lower"] | None:
    """Which side of an item has the better levels, where all thresholds that give levels for it are of one mind."""
    found: set[Literal["higher", "lower"]] = set()
    for item in methodology.items.values():
        rule: Any = item.rule
        if rule.kind == "thresholds" and rule.of == id_ and item.scale is not None and item.scale is not YES_NO:
            for rows in (rule.levels, *(rows for _, rows in (rule.sets.rows if rule.sets else ()))):
                places = [row.level.position for row in rows]
                if len({*places}) > 1:
                    found.add("higher" if rows[0].bound.upwards == (places[0] < places[-1]) else "lower")
    return found.pop() if len(found) == 1 else None


def cuts(methodology: Methodology, reached: frozenset[str]) -> list[Cut]:
    """Every cut by a number on anything that a rating rests on, in the order of the methodology.

    A bound that is another item's value is no cut of all: it lies elsewhere for each organisation. Two rules with one
    cut share it; where they part a value at it otherwise, there are two.
    """
    found: dict[Key, tuple[str | None, list[str]]] = {}
    for id_ in methodology.items:
        if id_ in reached:
            for subject, number, above, within in _of(methodology.items[id_]):
                if not number.unset and methodology.type_of(subject).kind == "number":
                    _, by = found.setdefault((subject, number.value, above, within), (number.figure, []))
                    by.append(id_)
    sides = {id_: side(methodology, id_) or side_of_levels(methodology, id_) for id_, *_ in found}
    places = {id_: k for k, id_ in enumerate((*methodology.inputs, *methodology.items))}
    return [
        Cut(item, value, above, within, sides[item], figure, tuple(dict.fromkeys(by)))
        for (item, value, above, within), (figure, by) in sorted(
            found.items(), key=lambda one: (places[one[0][0]], one[0][1], one[0][2], one[0][3] or ("", ""))
        )
    ]


def _of(item: Item) -> Iterator[Found]:
    rule: Any = item.rule
    whens = [limit.when for limit in item.limits] + ([item.only_when.when] if item.only_when else [])
    for when in (*whens, *(condition for condition, *_ in rule.conditions())):
        for id_, test in when.leaves():
            yield from ((id_, number, above, None) for number, above in _parted(test))
    if rule.kind == "count":
        for id_ in rule.of.items:
            yield from ((id_, number, above, None) for number, above in _parted(rule.at))
    if rule.kind == "thresholds":
        yield from _bounds(rule.of, (*rule.levels, *rule.scores))
        for value, rows in rule.sets.rows if rule.sets else ():
            yield from _bounds(rule.of, rows, (rule.by, str(value)))
    if rule.kind == "rank-spread":
        yield from _bounds(rule.of, [one for one in (rule.standard, rule.floor) if one])


def _bounds(of: str, rows: Iterable[Bounded], within: tuple[str, str] | None = None) -> Iterator[Found]:
    for row in rows:
        for bound in row.bounds():
            if isinstance(bound.number, Number):
                yield of, bound.number, UP[bound.side], within


def _parted(test: Test) -> Iterator[tuple[Number, bool]]:
    inner = test.test if isinstance(test, Negated) else test
    if isinstance(inner, Compare) and isinstance(inner.bound, Number):
        yield inner.bound, inner.sign in {">=", "<"}
    elif isinstance(inner, Between):
        if isinstance(inner.low, Number):
            yield inner.low, not inner.above
        if isinstance(inner.high, Number):
            yield inner.high, inner.below
