"""The organisations most like one: by a weighted distance over what they are, standardised, ties kept.

As the NHS Trust Peer Finder does: each input is brought to a mean of 0 and a standard deviation of 1 over those that
are compared, and the distance of two is the root of the weighted sum of squared differences. That values are capped and
their roots taken before is the way of the Model Health System with integrated care boards.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.moments import moments
from nhsrate.core.numbers import WORKING, ZERO
from nhsrate.core.problems import CellLocation, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.support import Peers, Transform

TIES = Context(prec=20, rounding=ROUND_HALF_EVEN)
"""Distances that agree in 20 digits are equal: they are roots, of which the last digits say nothing."""


@frozen
class Near:
    """One that is like it, and how far off: 0 is alike in everything."""

    n: int
    distance: Decimal


@frozen
class Alike:
    """Those most like an organisation, the nearest first.

    `compared` is how many there were to choose from, `tied` how many are as far off as the last that was wanted, that
    one included, where that is more than were wanted. `lacking` are those left out since they lack an input, `flat` the
    inputs in which all are the same, which tell nobody apart. `own` are the inputs that the organisation itself lacks:
    then nobody is like it, as far as is known.
    """

    peers: Peers
    near: tuple[Near, ...] = ()
    compared: int = 0
    tied: int = 0
    lacking: tuple[int, ...] = ()
    flat: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


def alike(assessment: Assessment, n: int, cohort: Sequence[int], peers: Peers) -> Alike:
    """The organisations of the cohort that are most like organisation `n`.

    Raises `Refused` where a value has no logarithm or no root.
    """
    weighted = [*peers.weighted()]
    columns = {id_: assessment.columns[id_] for id_, _ in weighted}
    own = tuple(id_ for id_, _ in weighted if not isinstance(columns[id_][n], Decimal))
    if own:
        return Alike(peers, own=own)
    others = [k for k in cohort if k != n]
    pool = [k for k in others if all(isinstance(columns[id_][k], Decimal) for id_, _ in weighted)]
    lacking = tuple(k for k in others if k not in set(pool))
    chosen = sorted([n, *pool])
    squares = dict.fromkeys(pool, ZERO)
    flat = []
    with localcontext(WORKING):
        for id_, weight in weighted:
            scores = standardised(assessment, id_, chosen, peers)
            if scores is None:
                flat.append(id_)
                continue
            by = dict(zip(chosen, scores, strict=True))
            for k in pool:
                squares[k] += weight * (by[k] - by[n]) ** 2
        ordered = sorted((TIES.plus(square.sqrt()), k) for k, square in squares.items())
    cut = ordered[min(peers.number, len(ordered)) - 1][0] if ordered else ZERO
    near = tuple(Near(k, distance) for distance, k in ordered if distance <= cut)
    tied = sum(one.distance == cut for one in near) if len(near) > peers.number else 0
    return Alike(peers, near, len(pool), tied, lacking, tuple(flat))


def standardised(assessment: Assessment, id_: str, chosen: Sequence[int], peers: Peers) -> list[Decimal] | None:
    """How many deviations (n - 1) each lies from the mean, capped and transformed before; nothing where all are alike.

    A cap counts in deviations of the values as they are, before they are transformed.
    """
    values = [value for k in chosen if isinstance(value := assessment.columns[id_][k], Decimal)]
    found = moments(values, 1)
    if found is not None and peers.cap is not None:
        reach = peers.cap.value * found.deviation
        values = [min(max(value, found.mean - reach), found.mean + reach) for value in values]
    values = transformed(assessment, id_, chosen, values, peers.transform)
    found = moments(values, 1)
    return None if found is None else found.scores(values, turned=False)


def transformed(
    assessment: Assessment, id_: str, chosen: Sequence[int], values: Sequence[Decimal], how: Transform
) -> list[Decimal]:
    """The values, or their logarithms or roots; raises `Refused` with every value that has none."""
    if how == "none":
        return [*values]
    bad = [k for k, value in zip(chosen, values, strict=True) if value < 0 or (how == "log" and value == 0)]
    if bad:
        raise Refused([no_transform(assessment, id_, k, how) for k in bad])
    return [value.ln() if how == "log" else value.sqrt() for value in values]


def no_transform(assessment: Assessment, id_: str, k: int, how: Transform) -> Problem:
    """That a value has no logarithm or no root, so that nobody can be compared by it so."""
    cell: Cell = assessment.columns[id_][k]
    at = assessment.submitted.values[id_].at(k) or CellLocation(assessment.submitted.name)
    what = "logarithm" if how == "log" else "square root"
    called = assessment.methodology.called(id_)
    message = f"{called} is {cell}, which has no {what}, and peers are found by it."
    remedy = "Mend the value, or say transform: none." if how == "sqrt" else "Mend it, or say transform: sqrt or none."
    return Problem(at, "peers", message, remedy)
