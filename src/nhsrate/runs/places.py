"""The places that published ranks leave open to a value that has none, and the worst of them taken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.kinds.places import RankSpread
from nhsrate.kinds.workings import as_number
from nhsrate.language.conditions import NOWHERE
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from nhsrate.language.numbers import Edge
    from nhsrate.returns.model import Return, Values
    from nhsrate.rules.model import Methodology


@frozen
class Place:
    """The places that a value may take, from the best to the worst, among so many."""

    best: int
    worst: int
    ranked: int

    def __str__(self) -> str:
        between = f"place {self.worst}" if self.best == self.worst else f"one of the places {self.best} to {self.worst}"
        return f"{between} of {self.ranked}"


def with_ranks(
    submitted: Return, methodology: Methodology, own: Collection[int], only: Collection[str] | None = None
) -> tuple[Return, list[Problem]]:
    """The return with a rank for each own value (of the organisations `own`) that has none, as far as others tell.

    `only` are the inputs of ranks that are filled, where these are not all.

    The ranks of a publication are among more organisations than stand in the return, so that a value lies between two
    known places; the worst of those in between is taken, and a warning says which they are. Published values are
    rounded, so that one equal value leaves open which of the two is better; several that share a place are a tie, which
    the value joins. Nothing is done where no other organisation has a rank.
    """
    values = dict(submitted.values)
    told = []
    for item in methodology.items.values():
        rule = item.rule
        if not isinstance(rule, RankSpread) or rule.rank is None or rule.ranked is None or rule.of not in values:
            continue
        if only is not None and rule.rank not in only:
            continue
        cells, ranks = values[rule.of].cells, values[rule.rank].cells
        higher = methodology.polarity_of(rule.of) == "higher"
        others = {n: (cells[n], ranks[n]) for n in range(len(cells)) if n not in own}
        known = sorted(
            (value, int(rank)) for n, (value, rank) in others.items()
            if isinstance(value, Decimal) and isinstance(rank, Decimal) and settled(rule, values, n) is None
        )  # fmt: skip
        found: dict[int, Place] = {}
        for n in own:
            value = cells[n]
            if not known or not isinstance(value, Decimal) or isinstance(ranks[n], Decimal) or settled(rule, values, n):
                continue
            place = place_of(value, known, int(rule.ranked.value), higher=higher)
            found[n] = place
            at = values[rule.of].at(n) or CellLocation(submitted.name)
            message = f"{methodology.called(rule.of)} is {number_text(value)}, which takes {place}"
            message += f"; {place.worst} was taken, the worst of them." if place.best != place.worst else "."
            remedy = f"Give the rank under {rule.rank} where it is known."
            told.append(Problem(at, "ranked-in-return", message, remedy, "warning"))
        if found:
            values[rule.rank] = _with(values[rule.rank], found)
    return replace(submitted, values=values), told


def settled(rule: RankSpread, values: Mapping[str, Values], n: int) -> object:
    """What settles the score of an organisation without a rank; also that nobody can say before everything is rated."""
    value = values[rule.of].cells[n]

    def worth(edge: Edge) -> Decimal | Missing:
        if isinstance(edge, Number):
            return edge.value
        cell = as_number(values[edge.item].cells[n]) if edge.item in values else NOWHERE
        return cell if isinstance(cell, Missing) else edge.worth(cell)

    return rule.settled(value, worth) if isinstance(value, Decimal) else None


def place_of(value: Decimal, known: Sequence[tuple[Decimal, int]], ranked: int, *, higher: bool) -> Place:
    """The places open to a value among known values with their ranks, of `ranked` in all.

    >>> known = [(Decimal(1), 3), (Decimal(2), 7), (Decimal(4), 20)]
    >>> str(place_of(Decimal(3), known, 50, higher=False)), str(place_of(Decimal(2), known, 50, higher=False))
    ('one of the places 8 to 20 of 50', 'one of the places 4 to 20 of 50')
    >>> str(place_of(Decimal(9), known, 50, higher=False)), str(place_of(Decimal(9), known, 50, higher=True))
    ('one of the places 21 to 50 of 50', 'one of the places 1 to 3 of 50')
    """
    same = [rank for other, rank in known if other == value]
    if len(same) > 1 and min(same) == max(same):
        return Place(same[0], same[0], ranked)
    better = [rank for other, rank in known if (other > value if higher else other < value)]
    worse = [rank for other, rank in known if (other < value if higher else other > value)]
    worst = min(worse, default=ranked)
    return Place(min(max(better, default=0) + 1, worst), worst, ranked)


def _with(ranks: Values, found: Mapping[int, Place]) -> Values:
    """The ranks with those that were found, which stand in no cell; their reasons say where they are from."""
    cells = [Decimal(found[n].worst) if n in found else cell for n, cell in enumerate(ranks.cells)]
    rows = [0 if n in found else row for n, row in enumerate(ranks.rows)]
    said = {n: f"the worst of what published ranks leave open, {place}" for n, place in found.items()}
    return replace(ranks, cells=cells, rows=rows, flags={**ranks.flags, **said})
