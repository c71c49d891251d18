"""How a rating is made up: what each item in it weighs, level by level, and which part of it each indicator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, WORKING, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from nhsrate.language.numbers import Number
    from nhsrate.rules.model import Item, Methodology


@frozen
class Line:
    """One item within a rating: how deep, its stated weight, its part of what it is in, and its part of the rating.

    `through` are the items that it is handed through unweighed, down to the last, an indicator or something made of
    several. `into` are the items that go in where that last one decides by rule and has no weights to hand on.
    """

    item: str
    depth: int
    stated: Number | None
    share: Decimal
    effective: Decimal
    through: tuple[str, ...]
    into: tuple[str, ...]

    @property
    def end(self) -> str:
        """The last item that it is handed through."""
        return self.through[-1] if self.through else self.item


@frozen
class Weighing:
    """How one item is made up: its lines from itself down, and what may change it after all weighing."""

    lines: tuple[Line, ...]
    limits: tuple[str, ...]

    @property
    def root(self) -> Line:
        """The item itself."""
        return self.lines[0]

    @property
    def ends(self) -> dict[tuple[str, ...], Decimal]:
        """What each indicator decides, the heaviest first; several stand together where a rule decides by them.

        Where a weight has no value yet, nothing is known of what rests on it, which comes last.
        """
        found: dict[tuple[str, ...], Decimal] = {}
        for n, line in enumerate(self.lines):
            if n + 1 == len(self.lines) or self.lines[n + 1].depth <= line.depth:
                key = line.into or (line.end,)
                found[key] = WORKING.add(found.get(key, ZERO), line.effective)
        unknown = [pair for pair in found.items() if pair[1].is_nan()]
        known = [pair for pair in found.items() if not pair[1].is_nan()]
        return dict([*sorted(known, key=lambda pair: -pair[1]), *unknown])


def weighings(methodology: Methodology) -> list[Weighing]:
    """The headline ratings, and then all that goes into a decision on the way down and is itself weighed."""
    ahead = [item.id for item in methodology.headlines]
    found: list[Weighing] = []
    for root in ahead:
        found.append(weighing(methodology, root))
        into = [id_ for line in found[-1].lines for id_ in line.into]
        ahead += [id_ for id_ in dict.fromkeys(into) if id_ in methodology.items and id_ not in ahead]
    within = {id_ for one in found for line in one.lines[1:] for id_ in (line.item, *line.through)}
    headlines = len(methodology.headlines)
    return found[:headlines] + [
        one for one in found[headlines:] if one.root.item not in within and (len(one.lines) > 1 or one.root.into)
    ]


def weighing(methodology: Methodology, root: str) -> Weighing:
    """How an item is made up, down to the indicators and to what decides by rule."""
    lines = tuple(_lines(methodology, root, None, ONE, ONE, 0))
    tested: list[str] = []
    for id_ in (root, *lines[0].through):
        item = methodology.items.get(id_)
        tested += [one for limit in item.limits for one in limit.items()] if item else []
        tested += item.only_when.when.items() if item and item.only_when else ()
    return Weighing(lines, tuple(dict.fromkeys(tested)))


def _lines(
    methodology: Methodology, id_: str, stated: Number | None, share: Decimal, effective: Decimal, depth: int
) -> Iterator[Line]:
    end, through = id_, []
    while len(shares := shares_of(methodology, end)) == 1:
        (end,) = shares
        through.append(end)
    into = () if shares or end in methodology.inputs else methodology.items[end].rule.reads()
    yield Line(id_, depth, stated, share, effective, tuple(through), into)
    for part, own in shares.items():
        weight = methodology.items[end].rule.stated_weights().get(part)
        yield from _lines(methodology, part, weight, own, WORKING.multiply(effective, own), depth + 1)


def shares_of(methodology: Methodology, id_: str) -> dict[str, Decimal]:
    """Which part of an item each thing in it decides; nothing is in an indicator."""
    return methodology.items[id_].rule.shares() if id_ in methodology.items else {}


def effective_weights(methodology: Methodology) -> dict[str, dict[str, Decimal]]:
    """For each headline rating, which part of it everything it rests on decides, after all levels of weighting."""
    return {headline.id: parts_of(methodology, headline.id) for headline in methodology.headlines}


def parts_of(methodology: Methodology, root: str) -> dict[str, Decimal]:
    """Which part of an item everything it rests on decides, in the order of the file.

    The shares that each rule gives its items are multiplied down from the item itself (1). What a rule decides by a
    table or by conditions has no share to hand on, so it ends there: it decides by rule.
    """
    parts: dict[str, Decimal] = {root: ONE}
    for id_ in reversed(methodology.order):
        if id_ not in parts:
            continue
        for item, share in methodology.items[id_].rule.shares().items():
            part = WORKING.multiply(parts[id_], share)
            parts[item] = WORKING.add(parts.get(item, ZERO), part)
    known = (*methodology.inputs, *methodology.items)
    return {id_: parts[id_] for id_ in known if id_ in parts and id_ != root}


def score_of(methodology: Methodology, headline: Item) -> tuple[Item | None, Item | None]:
    """The number that a headline rating is made of by weights, and the thresholds by which it becomes a level.

    Either is nothing where there is none: where conditions decide a rating, nothing adds up to it.
    """
    cut: Item | None = None
    item: Item | None = headline
    while item is not None:
        shares = shares_of(methodology, item.id)
        if len(shares) > 1:
            return item, cut
        if item.rule.kind == "thresholds" and item.scale:
            cut = item
        item = methodology.items.get(next(iter(shares), ""))
    return None, None
