"""What a weak point costs a rating: the same return rated again by the engine, with the median in its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, snap
from nhsrate.core.problems import Refused
from nhsrate.diagnosis.points import comparable
from nhsrate.engine.assess import assess_again
from nhsrate.returns.model import Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.diagnosis.points import Point
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item

NOT_GIVEN = Missing("not given", "absent")


@frozen
class Cost:
    """What a rating and its score are with the median in the place of one figure.

    `score` is by how much better the score would be (0 where there is none, or it cannot be told), `levels` by how many
    levels the rating would be. `refused` says that the method rates nothing with it.
    """

    score_then: Cell | None
    level_then: Cell
    score: Decimal = Decimal(0)
    levels: int = 0
    refused: bool = False


@frozen
class Scored:
    """The rating that is asked about, and the number behind it: its id, and 1 where more of it is better, else -1."""

    item: Item
    score: str | None
    better: int

    def of(self, columns: Mapping[str, Sequence[Cell]], n: int) -> tuple[Cell | None, Cell]:
        """The score and the rating of an organisation."""
        return (columns[self.score][n] if self.score else None), columns[self.item.id][n]


def median(point: Point, columns: Mapping[str, Sequence[Cell]], cohort: Iterable[int]) -> tuple[Cell, int]:
    """The median figure of those of a cohort that have one, as one of them has: of two middle levels the worse one.

    Of yes and no it is what most say. Beside it stands how many have a figure.
    """
    cells = [cell for k in cohort if comparable(cell := point.figure(columns, k)) is not None]
    if point.better == 0:
        return most(cells), len(cells)
    ordered = sorted(cells, key=lambda cell: comparable(cell) or Decimal(0))
    first, second = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        with localcontext(WORKING):
            return snap((first + second) / 2), len(ordered)
    return second, len(ordered)


def most(cells: Sequence[Cell]) -> Cell:
    """What most of them say; nothing where as many say yes as no."""
    (first, many), *others = Counter(cells).most_common()
    return NOT_GIVEN if others and others[0][1] == many else first


def supposed(assessment: Assessment, point: Point, n: int, figure: Cell, cohort: Sequence[int]) -> dict[str, Cell]:
    """What the return would say of organisation `n` if its figure were this one: a count in whole, a rank likewise.

    The published ranks of an indicator are supposed at their own median with it, rounded to the worse place.
    """
    columns = assessment.columns
    with localcontext(WORKING):
        value = point.value(figure, columns, n)
    entry = assessment.methodology.inputs.get(point.id)
    if entry is not None and entry.type == "count" and isinstance(value, Decimal):
        value = value.quantize(Decimal(1), ROUND_HALF_UP)
    moved = {point.id: value}
    for rank in point.ranks:
        if not isinstance(columns[rank][n], Missing):
            places = [cell for k in cohort if isinstance(cell := columns[rank][k], Decimal)]
            ordered = sorted(places)
            with localcontext(WORKING):
                middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
            moved[rank] = middle.to_integral_value(ROUND_CEILING)
    return moved


def cost(assessment: Assessment, scored: Scored, n: int, moved: Mapping[str, Cell]) -> Cost:
    """What the engine gives with these values in the place of the organisation's own."""
    values = dict(assessment.submitted.values)
    for id_, cell in moved.items():
        known = values.get(id_) or Values([NOT_GIVEN] * len(assessment.organisations))
        cells = list(known.cells)
        cells[n] = cell
        values[id_] = replace(known, cells=cells)
    submitted = replace(assessment.submitted, values=values)
    before = scored.of(assessment.columns, n)
    wanted = [scored.item.id, *([scored.score] if scored.score else [])]
    try:
        again = assess_again(assessment, submitted, moved.keys(), only=wanted)
    except Refused:
        return Cost(*before, refused=True)
    after = scored.of(again.columns, n)
    return Cost(*after, score=gained(scored, before[0], after[0]), levels=levels(scored, before[1], after[1]))


def gained(scored: Scored, before: Cell | None, after: Cell | None) -> Decimal:
    """By how much a score is better than another; 0 where either is no number."""
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        with localcontext(WORKING):
            return snap((after - before) * scored.better)
    return Decimal(0)


def levels(scored: Scored, before: Cell, after: Cell) -> int:
    """By how many levels a rating is better than another; one that was unrated stands behind the last."""
    last = len(scored.item.scale.levels) if scored.item.scale else 0
    places = [cell.position if isinstance(cell, Level) else last for cell in (before, after)]
    return places[0] - places[1]
