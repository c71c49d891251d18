"""What leans on a cut: who lies within a hair of it, heaps on round ends, who gains by rounding or by not reporting.

With some dozens of organisations an exact count is the honest test: of those within a window of a cut, were more on one
side than a fair coin would put there (two-sided binomial), with and without those exactly at it. A heap at a cut and a
step across it are two questions. Methods that estimate a density want more values than there are organisations, and are
known to be unsuited to heaped ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import takewhile
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.cuts import Cut, cuts, levelled
from nhsrate.analysis.levers import grain_of, indicators
from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO
from nhsrate.core.problems import CellLocation, Problem, Refused, nearest
from nhsrate.engine.assess import assess
from nhsrate.plan.columns import blank
from nhsrate.plan.plan import Change, Plan
from nhsrate.runs.progress import unheard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Array
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.runs.progress import Say

SIGNIFICANT = Fraction(1, 20)
"""A chance below which a count is called more than expected."""

LEAST_VALUES = 10
"""Ends of fewer values are not counted."""

FEW = 10
"""A last place that fewer than one value in so many has, such as the tail of a binary number, is none of the grain."""

LEAST_SPAN = 50
"""Nor of values that span fewer units of their grain: only where they lie far apart is each end as likely."""

MOST_RATINGS = 3_000
"""Where each value moves the ratings of others, so many ratings of all are made at most to see who gains."""


Candidates = tuple[str, list[str], "list[int] | None"]
"""An indicator, its columns, and who may gain without it; nothing where only the engine can tell."""


@frozen
class Within:
    """How near to a cut is near: so many units, or a share of what the values span; of one item, or of all."""

    size: Decimal
    share: bool = False
    item: str | None = None


class BadWithin(ValueError):  # noqa: N818 (as of the other wrong options)
    """A `--within` that cannot be."""


def parse_within(text: str) -> Within:
    """`0.25`, `1%` or `OF0079=0.5`; raises `BadWithin`.

    >>> parse_within("1%"), parse_within("waits=0.5")
    (Within(size=Decimal('1'), share=True, item=None), Within(size=Decimal('0.5'), share=False, item='waits'))
    """
    item, equals, size = text.rpartition("=")
    try:
        number = Decimal(size.strip().removesuffix("%").strip())
    except ArithmeticError:
        number = Decimal(-1)
    if not number.is_finite() or number <= 0 or (equals and not item.strip()):
        raise BadWithin(f'"{text}" is no distance; say 0.25, 1% (of what the values span) or ITEM=0.25.')
    return Within(number, size.strip().endswith("%"), item.strip() or None)


@frozen
class AtCut:
    """One cut, and who lies near it.

    `window` is how far from the cut was looked, both ends within. `at` lie exactly at it; `better` and `worse` just to
    either side, without those. `p` is the exact two-sided chance that a fair coin parts them so unevenly, those at it
    counted on the side where the rule puts them; `p_without_at` the same without them. `size` is the chance that such a
    count comes out below one in twenty by luck. `organisations` are those near, by number.
    """

    cut: Cut
    window: Decimal
    at: int
    better: int
    worse: int
    p: Fraction
    p_without_at: Fraction
    size: Fraction
    organisations: tuple[int, ...]


@frozen
class Heap:
    """How many values of an item end in a round digit, of how many, how many are expected, the chance of as many.

    `size` is the chance that such a count comes out below one in twenty by luck.
    """

    item: str
    end: str
    count: int
    of: int
    expected: Fraction
    p: Fraction
    size: Fraction


@frozen
class Other:
    """One organisation that would be rated otherwise: without rounding, or without reporting an indicator."""

    n: int
    before: Cell
    after: Cell
    input: str = ""


@frozen
class Integrity:
    """What leans on a cut in one return.

    `made` counts the tests of cuts that had anybody near; `by_chance` how many of them would stand out by luck alone.
    `standing_out` are the places of the cuts that still do after Holm's correction for as many tests. `heaps` are the
    counts of ends that were made, and `ends_standing_out` the places of those that stand out likewise. `not_asked`
    says why nobody was asked what not reporting would do, where nobody was.
    """

    assessment: Assessment
    item: Item
    cuts: tuple[AtCut, ...]
    made: int
    by_chance: Fraction
    standing_out: tuple[int, ...]
    heaps: tuple[Heap, ...]
    ends_standing_out: tuple[int, ...]
    rounding: tuple[Other, ...]
    rounded: tuple[str, ...]
    not_reporting: tuple[Other, ...]
    not_asked: str = ""


def integrity(assessment: Assessment, within: Sequence[Within] = (), say: Say = unheard) -> Integrity:
    """Who and what leans on a cut; `within` says how near is near, by default one unit of the grain of each item.

    Raises `Refused` where an item that is named has no cut, or where there is no headline rating.
    """
    item = levelled(assessment.methodology)
    plan = Plan(assessment)
    say("cuts")
    found = cuts(assessment.methodology, plan.asked)
    check_named(assessment, within, found)
    near = tuple(at_cut(assessment, cut, window_of(assessment, cut.item, within)) for cut in found)
    tried = [one for one in near if one.at + one.better + one.worse]
    say("ends of numbers")
    heaps = tuple(
        heap for id_ in assessment.methodology.inputs if id_ in plan.asked for heap in heaps_of(assessment, id_)
    )
    say("rating without rounding")
    rounding, rounded = without_rounding(assessment, item)
    say("who would gain by not reporting")
    silent, why = not_reporting(plan, item)
    return Integrity(
        assessment, item, near, len(tried), sum((one.size for one in tried), Fraction(0)),
        holm({k: one.p for k, one in enumerate(near) if one.organisations}), heaps,
        holm({k: one.p for k, one in enumerate(heaps)}), rounding, rounded, silent, why,
    )  # fmt: skip


def check_named(assessment: Assessment, within: Sequence[Within], found: Sequence[Cut]) -> None:
    """That every item that is named has a cut."""
    known = {cut.item for cut in found}
    for one in within:
        if one.item is not None and one.item not in known:
            message = f'No rule cuts "{one.item}" at a number.'
            remedy = nearest(one.item, sorted(known)) or f"These have cuts: {', '.join(sorted(known)) or 'none'}."
            raise Refused([Problem(CellLocation(assessment.submitted.name), "unknown-item", message, remedy)])


def window_of(assessment: Assessment, id_: str, within: Sequence[Within]) -> Decimal:
    """How far from a cut on an item is near: as said of it, else as said of all, else one unit of its grain."""
    said = [one for one in within if one.item == id_] or [one for one in within if one.item is None]
    if not said:
        return unit_of(assessment, id_)
    if not said[-1].share:
        return said[-1].size
    values = [cell for cell in assessment.columns[id_] if isinstance(cell, Decimal)]
    return (max(values) - min(values)) * said[-1].size / 100 if values else ZERO


def unit_of(assessment: Assessment, id_: str) -> Decimal:
    """One unit of the last place in which an input is published, or an item rounded or shown."""
    methodology = assessment.methodology
    if id_ in methodology.inputs:
        return grain_of(assessment, methodology.inputs[id_])[0]
    item = methodology.items[id_]
    if item.round is not None:
        return item.round.step.value if item.round.step else Decimal(1).scaleb(-int(item.round.places))
    return Decimal(1).scaleb(-int(item.shown)) if item.shown is not None else Decimal("0.01")


def at_cut(assessment: Assessment, cut: Cut, window: Decimal) -> AtCut:
    """Who lies near one cut, and how unevenly."""
    column = assessment.columns[cut.item]
    near: list[int] = []
    counts: Counter[str] = Counter()
    for n, cell in enumerate(column):
        if isinstance(cell, Decimal) and abs(cell - cut.value) <= window and concerned(assessment, cut, n):
            near.append(n)
            counts["at" if cell == cut.value else "above" if cell > cut.value else "below"] += 1
    at, above, below = counts["at"], counts["above"], counts["below"]
    over, total = above + at * cut.above, above + below + at
    lower = cut.better == "lower"
    return AtCut(
        cut, window, at, below if lower else above, above if lower else below, two_sided(over, total),
        two_sided(above, above + below), luck(total), tuple(near),
    )  # fmt: skip


def concerned(assessment: Assessment, cut: Cut, n: int) -> bool:
    """Whether a cut concerns an organisation."""
    return cut.within is None or str(assessment.columns[cut.within[0]][n]) == cut.within[1]


def two_sided(count: int, of: int) -> Fraction:
    """The exact chance that a fair coin gives a split at least as uneven.

    >>> [float(two_sided(*pair)) for pair in ((7, 7), (3, 4), (0, 0), (2, 3))]
    [0.015625, 0.625, 1.0, 1.0]
    """
    few = min(count, of - count)
    return min(Fraction(1), Fraction(2 * sum(comb(of, k) for k in range(few + 1)), 2**of))


def luck(of: int) -> Fraction:
    """The chance that so many coins come out below one in twenty: never quite that, as counts are whole.

    >>> luck(5), luck(6)
    (Fraction(0, 1), Fraction(1, 32))
    """
    return Fraction(sum(comb(of, k) for k in range(of + 1) if two_sided(k, of) <= SIGNIFICANT), 2**of)


def holm(chances: dict[int, Fraction]) -> tuple[int, ...]:
    """The places of the tests that stand out although so many were made (Holm, 1979).

    >>> holm({3: Fraction(1, 30), 5: Fraction(1, 100), 8: Fraction(1, 2)})
    (5,)
    """
    tried = sorted((p, k) for k, p in chances.items())
    out = []
    for k, (p, place) in enumerate(tried):
        if p * (len(tried) - k) > SIGNIFICANT:
            break
        out.append(place)
    return tuple(sorted(out))


def heaps_of(assessment: Assessment, id_: str) -> Iterator[Heap]:
    """How often the published values of an input end in 0, or in 0 or 5, beside what is expected of ends."""
    entry = assessment.methodology.inputs[id_]
    values = [cell for cell in assessment.columns[id_] if isinstance(cell, Decimal)]
    grain, stated = grain_of(assessment, entry)
    while not stated and grain < 1 and FEW * sum(value % (10 * grain) != 0 for value in values) < len(values):
        grain *= 10
    if len(values) < LEAST_VALUES or max(values) - min(values) < LEAST_SPAN * grain:
        return
    ends = Counter(int(abs(value / grain)) % 10 for value in values if value % grain == 0)
    of = ends.total()
    for end, count, share in (("0", ends[0], Fraction(1, 10)), ("0 or 5", ends[0] + ends[5], Fraction(1, 5))):
        yield Heap(id_, end, count, of, share * of, at_least(count, of, share), luck_of_ends(of, share))


def at_least(count: int, of: int, share: Fraction) -> Fraction:
    """The exact chance of so many or more of so many, each with that chance.

    >>> at_least(1, 2, Fraction(1, 2))
    Fraction(3, 4)
    """
    return Fraction(next(part for k, part in tails(of, share) if k == count), share.denominator**of)


def tails(of: int, share: Fraction) -> Iterator[tuple[int, int]]:
    """The chance of so many or more, from all of them down to none, as parts of the denominator to the power of all.

    In whole numbers, because there may be thousands.
    """
    good, bad = share.numerator, share.denominator - share.numerator
    k, term, total = of, good**of, 0
    while True:  # whoever asks stops at none of them at the latest
        total += term
        yield k, total
        term = term * k * bad // ((of - k + 1) * good)
        k -= 1


@cache
def luck_of_ends(of: int, share: Fraction) -> Fraction:
    """The chance that a count of so many comes out below one in twenty by luck.

    >>> luck_of_ends(2, Fraction(1, 5)), luck_of_ends(1, Fraction(1, 5))
    (Fraction(1, 25), Fraction(0, 1))
    """
    whole = share.denominator**of
    below = takewhile(lambda part: part <= SIGNIFICANT * whole, (part for _, part in tails(of, share)))
    return Fraction(max(below, default=0), whole)


def without_rounding(assessment: Assessment, item: Item) -> tuple[tuple[Other, ...], tuple[str, ...]]:
    """Who is rated otherwise where nothing is rounded on the way, and the items that were rounded."""
    methodology = assessment.methodology
    rounded = tuple(id_ for id_, one in methodology.items.items() if one.round is not None)
    if not rounded:
        return (), ()
    bare: Methodology = replace(
        methodology,
        items={id_: replace(one, round=None) if one.round else one for id_, one in methodology.items.items()},
    )
    try:
        cells = assess(assessment.submitted, bare, only=[item.id]).columns[item.id]
    except Refused:
        return (), rounded
    pairs = enumerate(zip(assessment.columns[item.id], cells, strict=True))
    return tuple(Other(n, old, new) for n, (old, new) in pairs if isinstance(old, Level) and old is not new), rounded


def not_reporting(plan: Plan, item: Item) -> tuple[tuple[Other, ...], str]:
    """Who would have a better level without one of its indicators, each proved by a rating of the engine."""
    assessment = plan.assessment
    if item.scale is None:
        return (), f"{item.name} gives numbers, and no levels to gain"
    found: list[Candidates] = []
    for indicator in indicators(assessment.methodology):
        columns = [id_ for id_ in indicator.columns if id_ in plan.asked and worth_blanking(assessment, id_)]
        if not columns:
            continue
        change = Change(1, inputs={id_: emptied(plan.base(id_).cells) for id_ in columns})
        if plan.unplanned(change) or not plan.row_wise(change):
            found.append((indicator.input, columns, None))
            continue
        board = plan.run(change, [item.id])
        before, after = plan.base(item.id).cells[0], np.broadcast_to(board.cells(item.id), (1, len(plan.labels)))[0]
        better = [int(n) for n in np.flatnonzero((after >= 0) & (before >= 0) & (after < before))]
        found.append((indicator.input, columns, better))
    apart = sum(better is None for *_, better in found)
    size = len(assessment.organisations)
    if apart * size > MOST_RATINGS:
        return tuple(proved(assessment, item, [one for one in found if one[2] is not None])), (
            f"the values of {apart} indicators move the ratings of others, and {apart * size:,} ratings of all "
            f"would have to be made"
        )
    return tuple(proved(assessment, item, found)), ""


def emptied(cells: Array) -> Array:
    """A column in which every value is missing."""
    return np.full_like(cells, blank(cells))


def worth_blanking(assessment: Assessment, id_: str) -> bool:
    """Whether there is any value to leave out."""
    return any(not isinstance(cell, Missing) for cell in assessment.columns[id_])


def proved(assessment: Assessment, item: Item, found: Sequence[Candidates]) -> Iterator[Other]:
    """The ratings of the engine without an indicator, of those who may gain by it."""
    levels = assessment.columns[item.id]
    for input_, columns, candidates in found:
        for n in range(len(levels)) if candidates is None else candidates:
            now = levels[n]
            if isinstance(now, Level) and not isinstance(assessment.columns[input_][n], Missing):
                after = rated_without(assessment, item, columns, n)
                if isinstance(after, Level) and after.position < now.position:
                    yield Other(n, now, after, input_)


def rated_without(assessment: Assessment, item: Item, columns: Sequence[str], n: int) -> Cell:
    """The level of one organisation where these values of it are blank."""
    submitted = assessment.submitted
    values = dict(submitted.values)
    for id_ in columns:
        cells = list(values[id_].cells)
        cells[n] = Missing("not reported", "blank")
        values[id_] = replace(values[id_], cells=tuple(cells))
    try:
        return assess(replace(submitted, values=values), assessment.methodology, only=[item.id]).columns[item.id][n]
    except Refused:
        return Missing("the method refuses this", "refused")
