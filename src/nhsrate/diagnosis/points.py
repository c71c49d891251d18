"""The points at which an organisation can be strong or weak: its indicators, at the lowest level that compares.

A count says nothing beside that of a larger organisation, so where the rules make a share, a rate or a difference of
inputs, that is the point, and not what it is made of. An indicator that arrives as a published rank is one point with
it, and one that arrives as an already published score is that score.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.analysis.cuts import side
from nhsrate.analysis.levers import indicators
from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import snap
from nhsrate.language.numbers import OfItem
from nhsrate.plan.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nhsrate.engine.assessment import Assessment
    from nhsrate.language.numbers import Number
    from nhsrate.rules.model import Item, Methodology

ADDING_UP = frozenset({"clip", "difference", "earlier", "first-available", "product", "ratio", "reported", "sum"})
"""Kinds that make a figure of other figures, as what a share is made of may be added up before."""


@frozen
class Sample:
    """How exact a value is known: as a `share` or a `rate` of two counts, or by its standard `error`.

    A share and a rate have the ids of both; an error has that of its input, or a number for all.
    """

    how: Literal["share", "rate", "error"]
    of: str = ""
    out_of: str = ""
    times: Decimal = Decimal(1)
    number: Number | None = None


@frozen
class Point:
    """A figure with a better side: an input, or what the rules make of inputs.

    `better` is 1 where higher is better and -1 where lower is, and 0 of yes and no until the engine says it; `ranks`
    are the inputs that hold its published rank. `over`, where it is given, is what it is taken over before it is
    compared, and `times` what that is multiplied by. `sample` is how exact a value is known, where that is said.
    `made_of` are the items below it.
    """

    id: str
    better: int
    ranks: tuple[str, ...] = ()
    over: str | None = None
    times: Decimal = Decimal(1)
    sample: Sample | None = None
    made_of: tuple[str, ...] = ()

    def figure(self, columns: Mapping[str, Any], n: int) -> Cell:
        """What is compared: the value, or the share or rate that it makes; its rank where it has no value."""
        cell: Cell = columns[self.id][n]
        if self.over is not None and isinstance(cell, Decimal):
            size = columns[self.over][n]
            if isinstance(size, Missing):
                return size
            return snap(cell * self.times / size) if size else Missing(f"{self.over} is zero", "not computable")
        return cell

    def value(self, figure: Cell, columns: Mapping[str, Any], n: int) -> Cell:
        """The value that a figure is of organisation `n`: the other way round."""
        if self.over is None or not isinstance(figure, Decimal):
            return figure
        return snap(figure * columns[self.over][n] / self.times)

    @staticmethod
    def is_level(figure: Cell) -> bool:
        """Whether a figure is a level, whose position is compared."""
        return isinstance(figure, Level)

    def is_better(self, one: Cell, other: Cell) -> bool:
        """Whether a figure is better than another, and both are there."""
        pair = comparable(one), comparable(other)
        return pair[0] is not None and pair[1] is not None and pair[0] * self.better > pair[1] * self.better


def comparable(cell: Cell) -> Decimal | None:
    """A cell as a number: a level by its position, of which the lower is better; nothing where it is none."""
    if isinstance(cell, Level):
        return Decimal(cell.position)
    return cell if isinstance(cell, Decimal) else None


def points(assessment: Assessment, item: Item, n: int) -> list[Point]:
    """The points that a rating rests on, in the order of the methodology, for organisation `n`."""
    methodology = assessment.methodology
    reached = Plan(assessment).rests_on([item.id])
    made = dict(compared(assessment, reached))
    inside = {id_ for point in made.values() for id_ in point.made_of}
    outer = {id_: point for id_, point in made.items() if id_ not in inside}
    held = taken_up(methodology, reached, outer)
    found = [
        point
        for one in indicators(methodology)
        if set(one.columns) & reached and one.input not in held
        for point in of_input(assessment, one.input, tuple(id_ for id_ in one.columns[1:] if id_ in reached), n)
    ]
    for id_ in (*methodology.inputs, *methodology.order):
        if id_ in outer:
            found.append(outer[id_])
        elif id_ in methodology.items and id_ in reached and id_ != item.id and assessment.given(id_, n):
            better = sign_of(methodology, id_, reached)
            found += [Point(id_, better)] if better else []
    places = {id_: place for place, id_ in enumerate((*methodology.inputs, *methodology.order))}
    return sorted(found, key=lambda point: places[point.id])


def of_input(assessment: Assessment, id_: str, ranks: tuple[str, ...], n: int) -> Iterator[Point]:
    """An input as a point; none where no side can be better, where each row says that itself, or of context."""
    methodology = assessment.methodology
    entry = methodology.inputs[id_]
    if entry.role == "context" or entry.direction is not None or entry.type in {"text", "date"}:
        return
    if entry.type == "yes/no":
        yield Point(id_, 0)
        return
    if entry.scale is not None:
        yield Point(id_, -1)
        return
    better = sign_of(methodology, id_, assessment.columns)
    if isinstance(assessment.columns[id_][n], Missing) and ranks:  # it arrives as its rank alone
        ranked = [rank for rank in ranks if not isinstance(assessment.columns[rank][n], Missing)]
        yield from (Point(rank, -1) for rank in ranked[:1])
    elif better:
        yield Point(id_, better, ranks, sample=sample_of(methodology, id_))


def compared(assessment: Assessment, reached: Iterable[str]) -> Iterator[tuple[str, Point]]:
    """What the rules make of inputs so that it compares: shares, rates and differences."""
    methodology = assessment.methodology
    for id_ in methodology.order:
        rule: Any = methodology.items[id_].rule
        if id_ not in reached or rule.kind not in {"ratio", "difference", "significance"}:
            continue
        if rule.kind == "significance" and rule.error:
            continue
        parts = below(methodology, rule.reads() if rule.kind != "significance" else (rule.of, *rule.seconds()))
        if parts is None or sum(part in methodology.inputs for part in parts) < 2:
            continue
        if rule.kind == "significance":
            over, times = rule.seconds()[0], rule.times.value
            sample = Sample("share" if rule.out_of else "rate", rule.of, over, times)
            made_of = tuple(part for part in parts if part != rule.of)
            point = Point(rule.of, sign_of(methodology, rule.of, reached), (), over, times, sample, made_of)
        else:
            better = sign_of(methodology, id_, reached)
            point = Point(id_, better, sample=sample_made(methodology, rule, parts), made_of=parts)
        if point.better:
            yield point.id, point


def below(methodology: Methodology, ids: Iterable[str]) -> tuple[str, ...] | None:
    """Everything that a figure is made of; nothing where some of it is a score already, and no figure of a return."""
    found: dict[str, None] = {}
    ahead = [*ids]
    while ahead:
        id_ = ahead.pop(0)
        if id_ in found:
            continue
        found[id_] = None
        if id_ in methodology.items:
            item = methodology.items[id_]
            if item.rule.kind not in ADDING_UP:
                return None
            ahead += item.rule.reads()
    return tuple(found)


def taken_up(methodology: Methodology, reached: Iterable[str], made: Mapping[str, Point]) -> set[str]:
    """The inputs that are read for such figures and for nothing else, so that they are no points of their own."""
    parts = {part for point in made.values() for part in (*point.made_of, point.id)}
    readers: dict[str, set[str]] = {}
    for id_ in reached:
        for read in methodology.items[id_].reads() if id_ in methodology.items else ():
            readers.setdefault(read, set()).add(id_)
    of_rates = {point.id for point in made.values() if point.over}

    def wholly(id_: str) -> bool:
        return all(
            (other in parts and other in methodology.items) or makes(methodology.items[other], of_rates)
            for other in readers.get(id_, ())
        )

    return {id_ for id_ in parts if id_ in methodology.inputs and (id_ in of_rates or wholly(id_))}


def makes(item: Item, of: set[str]) -> bool:
    """Whether an item is the judging of a rate that is a point already."""
    rule: Any = item.rule
    return rule.kind == "significance" and rule.of in of


def sign_of(methodology: Methodology, id_: str, reached: Iterable[str]) -> int:
    """1 where higher is better, -1 where lower is; 0 where nothing says it.

    It is said by the figure, by what it is made of, or by a rule that makes a better level of one side of it.
    """
    made = methodology.items.get(id_)
    if made is not None and made.scale is not None:
        return -1  # levels are compared by their positions, and the first is the best
    said = side(methodology, id_)
    if said is not None:
        return 1 if said == "higher" else -1
    if made is not None and (sign := sign_made(methodology, made.rule)):
        return sign
    items = (item for item in methodology.items.values() if item.id in reached)
    return next((sign for item in items if (sign := by_levels(item, id_))), 0)


def sign_made(methodology: Methodology, rule: Any) -> int:  # noqa: ANN401 (one of the kinds)
    """Which side of a result is better by the side of what it is made of; 0 where nothing says it.

    Places count from the best, and a spread over ranks says its ends. Tiles, scores and what is turned may run against
    the value that they are made of.
    """
    if rule.kind == "place":
        return -1
    if rule.kind == "rank-spread":
        return int((rule.best.value - rule.worst.value).compare(Decimal(0)))
    of = getattr(rule, "of", None)
    first = of.item if isinstance(of, OfItem) else of
    said = side(methodology, first) if isinstance(first, str) else None
    if said is None:
        return 0
    return with_value(rule) * (1 if said == "higher" else -1)


def with_value(rule: Any) -> int:  # noqa: ANN401 (one of the kinds)
    """1 where a result rises with the value that it is made of, -1 where it falls; 0 where the rule says neither."""
    if rule.kind == "tiles":
        return 1 if rule.first == "lowest" else -1
    if rule.kind == "thresholds":
        rows = rule.scores or rule.sets.rows[0][1]
        if rows[0].bound is None:
            return 0
        return int((rows[0].result - rows[-1].result).compare(Decimal(0))) * (1 if rows[0].bound.upwards else -1)
    if rule.kind == "lookup":
        return 0
    return -1 if getattr(rule, "reverse", None) == "always" else 1


def by_levels(item: Item, id_: str) -> int:
    """Which side of a figure a rule makes better levels of; 0 where it is no such rule, or not of this figure."""
    rule: Any = item.rule
    if item.scale is None or getattr(rule, "of", None) != id_:
        return 0
    if rule.kind == "clusters":
        return 1 if rule.best == "highest" else -1
    if rule.kind == "level":
        first, last = (item.scale.levels[k].number for k in (0, -1))
        return 0 if first is None or last is None else int((first - last).compare(Decimal(0)))
    return by_rows(rule) if rule.kind == "thresholds" else 0


def by_rows(rule: Any) -> int:  # noqa: ANN401 (thresholds)
    """Which side thresholds to levels call better: that of the first row, or where the last is better the other."""
    rows = [row for row in rule.levels if isinstance(row.result, Level)]
    if len(rows) < 2 or rows[0].bound is None:
        return 0
    upwards = 1 if rows[0].bound.upwards else -1
    return upwards if rows[0].result.position < rows[-1].result.position else -upwards


def sample_of(methodology: Methodology, id_: str) -> Sample | None:
    """How exact an input is known: as it says itself, or as a rule says that judges it by its standard error."""
    entry = methodology.inputs[id_]
    if (error := entry.error) is not None:
        if error.out_of is not None and error.of is not None:
            return Sample("share", error.of, error.out_of, Decimal(100 if entry.type == "percent" else 1))
        return Sample("error", error.of or "", number=error.number)
    for item in methodology.items.values():
        rule: Any = item.rule
        if rule.kind == "significance" and rule.of == id_ and rule.error:
            return Sample("error", rule.error)
    return None


def sample_made(methodology: Methodology, rule: Any, parts: Iterable[str]) -> Sample | None:  # noqa: ANN401 (one of the kinds)
    """A ratio of counts as a share; a ratio of anything else, such as of money, is no sample of anything."""
    if rule.kind != "ratio":
        return None
    counts = all(methodology.inputs[part].type == "count" for part in parts if part in methodology.inputs)
    return Sample("share", rule.of, rule.to, rule.times.value) if counts else None
