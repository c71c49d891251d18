"""Who can help with one indicator: who of those like it does best, and who rose most, as far as chance lets it be told.

Nobody is named as an example on noise. Where intervals are known, an example is one whose interval lies wholly on the
better side of this organisation's; where the best is not, that is said and the next who is comes in its place. Where
nothing says how exact figures are, that is said, and the example rests on the figures alone.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, snap
from nhsrate.diagnosis.points import comparable
from nhsrate.diagnosis.spread import apart, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.diagnosis.points import Point
    from nhsrate.diagnosis.spread import Interval


@frozen
class Seen:
    """One organisation's figure for an indicator, with its interval where that is known."""

    n: int
    figure: Cell
    interval: Interval | None


@frozen
class Rise:
    """One organisation that rose: its figures then and now, and by how much; `crossed` the median on the way."""

    then: Seen
    now: Seen
    by: Decimal
    crossed: bool


@frozen
class Examples:
    """Who can help with one indicator.

    `asked` is how many of the group have a figure, `better` how many of these do better. `best` are those who do so
    most, alike, that can be named; `unsure` has the best figure that cannot, since chance may explain it. `rose` are
    those who rose most since an earlier return and can be named, `rose_unsure` the largest rise that cannot; `risen` is
    how many rose at all, nothing where there is no earlier return to say it.
    """

    asked: int
    better: int
    best: tuple[Seen, ...] = ()
    unsure: Seen | None = None
    risen: int | None = None
    rose: tuple[Rise, ...] = ()
    rose_unsure: Rise | None = None


@frozen
class Then:
    """The columns of an earlier return, and where each organisation of this one stands there."""

    columns: Mapping[str, Sequence[Cell]]
    numbers: Sequence[int | None]


def examples(
    point: Point, columns: Mapping[str, Sequence[Cell]], n: int, group: Iterable[int], middle: Cell, then: Then | None
) -> Examples:
    """Who of a group can help organisation `n` with a point; `middle` is the median of its cohort."""
    own = seen(point, columns, n)
    all_seen = [one for k in group if comparable((one := seen(point, columns, k)).figure) is not None]
    ahead = sorted(
        (one for one in all_seen if point.is_better(one.figure, own.figure)), key=lambda one: key(point, one)
    )
    best, unsure = named(point, own, ahead)
    found = Examples(len(all_seen), len(ahead), best, unsure)
    if then is None:
        return found
    rises = sorted(
        (rise for one in all_seen if (rise := risen(point, then, one, middle)) is not None), key=lambda one: -one.by
    )
    sure = [one for one in rises if clear(point, one.then, one.now)]
    rose = tuple(one for one in sure if one.by == sure[0].by)
    doubtful = rises[0] if rises and (not rose or rises[0].by > rose[0].by) else None
    return Examples(len(all_seen), len(ahead), best, unsure, len(rises), rose, doubtful)


def seen(point: Point, columns: Mapping[str, Sequence[Cell]], n: int) -> Seen:
    """A figure with its interval."""
    return Seen(n, point.figure(columns, n), interval(point, columns, n))


def key(point: Point, one: Seen) -> Decimal:
    """By what figures are ordered, the best first."""
    return (comparable(one.figure) or Decimal(0)) * -point.better


def clear(point: Point, one: Seen, other: Seen) -> bool:
    """Whether two may be told apart: their intervals are, or nothing says of this indicator how exact it is."""
    return point.sample is None or apart(one.interval, other.interval) == "apart"


def named(point: Point, own: Seen, ahead: Sequence[Seen]) -> tuple[tuple[Seen, ...], Seen | None]:
    """Those who do best and can be named, all who do so alike; and the best figure where that cannot."""
    sure = [one for one in ahead if clear(point, one, own)]
    best = tuple(one for one in sure if key(point, one) == key(point, sure[0]))
    doubtful = ahead[0] if ahead and (not best or key(point, ahead[0]) < key(point, best[0])) else None
    return best, doubtful


def risen(point: Point, then: Then, now: Seen, middle: Cell) -> Rise | None:
    """How much better an organisation is than it was; nothing where it is no better, or did not stand there."""
    at = then.numbers[now.n]
    if at is None:
        return None
    before = seen(point, then.columns, at)
    was, is_ = comparable(before.figure), comparable(now.figure)
    if was is None or is_ is None or not point.is_better(now.figure, before.figure):
        return None
    with localcontext(WORKING):
        by = snap(abs(is_ - was))
    crossed = point.is_better(middle, before.figure) and not point.is_better(middle, now.figure)
    return Rise(Seen(now.n, before.figure, before.interval), now, by, crossed)
