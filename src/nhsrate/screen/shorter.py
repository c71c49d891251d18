"""Numbers with fewer places, where a table of all their digits would not fit on the screen.

Nothing that the digits say of the table is lost: in what it is ordered by, numbers that differ go on differing, none
that is not zero reads as zero, and none reads as if it lay on the other side of a cut, or at it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from nhsrate.analysis.cuts import cuts
from nhsrate.core.numbers import ZERO, Day, rounded
from nhsrate.core.texts import listed, tidy
from nhsrate.kinds.workings import cell_text
from nhsrate.reports.league import ordered, results
from nhsrate.screen.screen import KEPT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import Choice

LEAST, ENOUGH = 3, 4
"""Decimal places that a number keeps, and up to how many more of them tell rows apart that nothing is ordered by."""


def fewer_places(assessment: Assessment, choice: Choice) -> dict[str, int]:
    """To how many decimal places the numbers of the table may be shortened, by the ids of the inputs and items.

    What a rule rounds stays as it is: that many places are its result.
    """
    methodology, order = assessment.methodology, ordered(assessment, choice)
    by = ordered_by(assessment, choice)
    marks: dict[str, list[Decimal]] = {}
    for cut in cuts(methodology, frozenset(methodology.items)):
        marks.setdefault(cut.item, [ZERO]).append(cut.value)
    found: dict[str, int] = {}
    for id_ in results(methodology, choice):
        item = methodology.items.get(id_)
        cells = [assessment.columns[id_][n] for n in order]
        if (item is None or item.round is None) and not any(isinstance(cell, Day) for cell in cells):
            shown = item.shown if item else None
            numbers = {Decimal(cell_text(cell, shown)) for cell in cells if isinstance(cell, Decimal)}
            whole = max((places_of(number) for number in numbers), default=0)
            places = places_needed(numbers, whole, marks.get(id_, [ZERO]), apart=whole if id_ in by else ENOUGH)
            if places < whole:
                found[id_] = places
    return found


def ordered_by(assessment: Assessment, choice: Choice) -> frozenset[str]:
    """The inputs and items whose numbers put the table in its order."""
    methodology = assessment.methodology
    if choice.sort:
        return frozenset({choice.sort.removeprefix("-")})
    return frozenset(methodology.place.rule.reads() if methodology.place else {methodology.headlines[0].id})


def places_needed(numbers: Collection[Decimal], whole: int, marks: Sequence[Decimal], *, apart: int) -> int:
    """The fewest places, from three to `whole`, at which every number keeps its side of every mark, or stays at it.

    Up to `apart` places are given, besides, to tell all of them apart.

    >>> places_needed({Decimal("1.23456"), Decimal("1.23461")}, 5, [ZERO], apart=4)
    4
    >>> places_needed({Decimal("0.79996"), Decimal("0.5")}, 5, [Decimal("0.8")], apart=4)
    5
    """
    inorder = sorted(numbers)
    beside = [(near, mark) for mark in marks for near in neighbours(inorder, mark)]
    for places in range(LEAST, whole):
        kept = all(side(number, mark) == side(short(number, places), mark) for number, mark in beside)
        if kept and (places >= apart or tells_apart(inorder, places)):
            return places
    return whole


def neighbours(inorder: Sequence[Decimal], mark: Decimal) -> list[Decimal]:
    """The numbers nearest to a mark: below, at and above it. Where these keep their side, all further ones do.

    >>> neighbours([Decimal(1), Decimal(2), Decimal(3), Decimal(4)], Decimal(3))
    [Decimal('2'), Decimal('3'), Decimal('4')]
    """
    below, above = bisect_left(inorder, mark), bisect_right(inorder, mark)
    return [*inorder[:below][-1:], *inorder[below:above][:1], *inorder[above:][:1]]


def side(number: Decimal, mark: Decimal) -> int:
    """On which side of a mark a number lies: -1, 0 or 1."""
    return (number > mark) - (number < mark)


def short(number: Decimal, places: int) -> Decimal:
    """A number as it is printed at so many places."""
    return rounded(number, places=places, halves="away from zero")


def tells_apart(inorder: Sequence[Decimal], places: int) -> bool:
    """Whether numbers in order, each another one, are so at so many places."""
    return all(one != other for one, other in pairwise(short(number, places) for number in inorder))


def places_of(number: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def shortened_text(assessment: Assessment, places: Iterable[str]) -> str:
    """Which numbers are shortened, by their ids, and where all their digits are."""
    names = listed([assessment.methodology.name_of(id_) for id_ in places], shown=1)
    return tidy(f"Shortened to fit: {names}; {KEPT.join(['-o', 'ratings.csv'])} has every digit.")
