"""Who can help an organisation, on its page: each weak indicator with what it costs, who does better, and support."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.texts import tidy
from nhsrate.pages.pictures import Axis
from nhsrate.reports.diagnosis import (
    best_words,
    cost_words,
    exact_words,
    figure_of,
    how_words,
    likeness_words,
    near_words,
    own_words,
    rise_words,
    weak_words,
)
from nhsrate.reports.documents import is_web

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.diagnosis.diagnose import Diagnosis, Weak
    from nhsrate.rules.support import Support


@frozen
class Link:
    """Published support: what it is, its address where that may be a link, and the day it was last seen."""

    title: str
    publisher: str
    url: str
    seen: str
    note: str


@frozen
class Strip:
    """The figure, the median and the best that can be named, on one line; with the intervals that are known."""

    own: str
    median: str
    best: str
    own_interval: tuple[str, str] | None
    best_interval: tuple[str, str] | None
    label: str


@frozen
class Helped:
    """One weak indicator in sentences."""

    title: str
    figures: str
    cost: str
    sentences: tuple[str, ...]
    support: tuple[Link, ...]
    strip: Strip | None


@frozen
class Help:
    """What a page says of who can help."""

    answer: str
    how: str
    peers: tuple[str, ...]
    likeness: tuple[str, ...]
    exact: str
    weak: tuple[Helped, ...]
    support: tuple[Link, ...]

    @property
    def drawn(self) -> bool:
        """Whether any indicator has a picture."""
        return any(one.strip for one in self.weak)


def help_of(found: Diagnosis) -> Help:
    """Who can help one organisation."""
    return Help(
        weak_words(found), how_words(found), tuple(near_words(found)), tuple(likeness_words(found)), exact_words(found),
        tuple(helped(found, one) for one in found.weak), links(found.support),
    )  # fmt: skip


def helped(found: Diagnosis, one: Weak) -> Helped:
    """One weak indicator."""
    return Helped(
        tidy(found.assessment.methodology.name_of(one.point.id)), own_words(found, one), cost_words(found, one),
        (*best_words(found, one), *rise_words(found, one)), links(one.support), strip(found, one),
    )  # fmt: skip


def links(support: Iterable[Support]) -> tuple[Link, ...]:
    """Published support, whose address is a link where it is one of the web."""
    return tuple(
        Link(
            tidy(one.title), tidy(one.publisher), one.url if is_web(one.url) else "", one.checked.isoformat(),
            tidy(one.note),
        )
        for one in support
    )  # fmt: skip


def strip(found: Diagnosis, one: Weak) -> Strip | None:
    """The picture of one weak indicator; nothing where its figures are no numbers."""
    best = one.examples.best[0] if one.examples.best else None
    seen = [one.own, *([best] if best else [])]
    numbers = [cell for cell in (one.median, *(each.figure for each in seen)) if isinstance(cell, Decimal)]
    if len(numbers) < 1 + len(seen):
        return None
    ends = [end for each in seen if each.interval for end in (each.interval.low, each.interval.high)]
    axis = Axis(float(min([*numbers, *ends])), float(max([*numbers, *ends])))
    pairs: Sequence[tuple[str, str] | None] = [
        (axis.at(each.interval.low), axis.at(each.interval.high)) if each.interval else None for each in seen
    ]
    label = f"{figure_of(found, one.point, one.own.figure)}; median {figure_of(found, one.point, one.median)}"
    label += f"; best {figure_of(found, one.point, best.figure)}" if best else ""
    return Strip(
        axis.at(numbers[1]), axis.at(numbers[0]), axis.at(numbers[2]) if best else "", pairs[0],
        pairs[1] if best else None, label,
    )  # fmt: skip
