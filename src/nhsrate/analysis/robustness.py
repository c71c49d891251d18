"""How sure a rating is: the chance of each level and the interval of each place, under what is uncertain.

The figures come from draws on the plan; a draw that hangs on something within 1e-9 of a bound is rated by the engine.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from nhsrate.analysis.cost import slow_draws
from nhsrate.analysis.headroom import sound
from nhsrate.analysis.left_out import Flips, leave_one_out
from nhsrate.analysis.sources import Source, Vary, block_rows, generator, joined, picked
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem, Refused, nearest
from nhsrate.core.texts import listed
from nhsrate.plan.by_engine import rated_draw
from nhsrate.plan.cohorts import tied
from nhsrate.plan.columns import GONE, encoded, keep_memory
from nhsrate.plan.plan import Change, Plan
from nhsrate.runs.progress import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Array, Floats, Mask
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.runs.progress import Say

MOST_SOURCES = 4
"""With up to so many sources every combination is drawn, and shares add up."""


@frozen
class Share:
    """One source: how many organisations flip in a draw by it alone, and its share of those that flip by all."""

    name: str
    flips: float
    share: float | None


@frozen
class Failure:
    """Why draws gave no ratings: the cause, how many it ended, and the first of them (counted from 1)."""

    cause: str
    draws: int
    first: int


@frozen
class Sureness:
    """One organisation: the chance of each level (by name, best first), its place, and what flips it most.

    `unrated` is the chance of no level. Where the headline is a number there are no levels: a flip is another place.
    """

    n: int
    level: str
    place: int | None
    low: int | None
    median: int | None
    high: int | None
    chances: dict[str, float]
    unrated: float
    flips: float
    flips_by: str


@frozen
class Robustness:
    """How sure the ratings of a return are: what varied, the draws done and failed, each organisation, each source."""

    assessment: Assessment
    item: Item
    varied: tuple[str, ...]
    idle: tuple[str, ...]
    seed: int
    asked: int
    done: int
    by_engine: int
    failed: tuple[Failure, ...]
    organisations: tuple[Sureness, ...]
    flips: float
    sources: tuple[Share, ...]
    leave_one_out: tuple[Flips, ...]


@dataclass(slots=True)
class Outcome:
    """What a combination of sources gave: the levels and places of each draw, and which draws failed by which cause."""

    levels: Array
    places: Array
    failed: dict[str, Mask]
    by_engine: int = 0

    @property
    def sound(self) -> Mask:
        """The draws that gave ratings."""
        ended = np.any([np.zeros(len(self.levels), np.bool_), *self.failed.values()], axis=0)
        return np.asarray(~ended)


class Drawing:
    """The draws of one return: by the methodology as it stands, or by a variant in each draw."""

    def __init__(self, assessments: Sequence[Assessment], item: Item, vary: Sequence[Vary]) -> None:
        """The draws of the assessments of one return, the first by the methodology itself, the others by variants."""
        self.assessments, self.item, self.vary = assessments, item, vary
        self.plans = [Plan(assessment) for assessment in assessments]
        self.sources = [[Source(one, plan, plan.asked, vary) for one in vary] for plan in self.plans]
        self.width = len(self.plans[0].labels)
        self.names = [level.name for level in item.scale.levels] if item.scale else []

    def base(self, k: int = 0) -> tuple[Array, Array]:
        """The unperturbed levels and places under a variant."""
        plan = self.plans[k]
        board = plan.run(Change(1))
        return self.levels_of(board.cells(self.item.id), k)[0], self.places_of(board, k)[0]

    def levels_of(self, cells: Array, k: int) -> Array:
        """The levels as positions on the scale of the methodology itself; a variant may order its own otherwise."""
        scale = self.assessments[k].methodology.items[self.item.id].scale
        if scale is None:
            return np.full(cells.shape, GONE, np.int16)
        place = {name: position for position, name in enumerate(self.names)}
        codes = np.array([*(place.get(level.name, GONE) for level in scale.levels), GONE], np.int16)
        return codes[cells]

    def places_of(self, board: object, k: int) -> Array:
        """The places by the methodology's own item of places, else by the headline; 0 where there is none."""
        methodology = self.assessments[k].methodology
        place = methodology.place
        cells = board.cells(place.id if place else self.item.id)  # type: ignore[attr-defined]
        if place is None:
            own = methodology.items[self.item.id]
            values = np.where(cells == GONE, np.nan, cells) if cells.dtype != np.float64 else cells
            sign = -1.0 if cells.dtype == np.float64 and own.polarity == "higher" else 1.0
            first, _, _, _ = tied(values * sign, exact=cells.dtype != np.float64)
            cells = np.where(np.isnan(values), np.nan, first)
        return np.where(np.isnan(cells), 0, cells).astype(np.int32)

    def variant_of(self, seed: int, block: int, rows: int) -> Array:
        """By which of the methodologies each draw of a block rates, all with the same chance."""
        return generator(seed, "variants", block).integers(0, len(self.plans), rows)

    def run(self, active: Iterable[int], seed: int, draws: int, say: Callable[[int], None]) -> Outcome:
        """The draws with some sources active, by their numbers; `say` is told how many are done."""
        chosen = list(active)
        found = Outcome(np.empty((draws, self.width), np.int16), np.empty((draws, self.width), np.int32), {})
        rows = block_rows(self.width, draws, self.vary)
        several = any(self.vary[k].what == "variants" for k in chosen)
        for block, start in enumerate(range(0, draws, rows)):
            size = min(rows, draws - start)
            which = self.variant_of(seed, block, rows)[:size] if several else np.zeros(size, np.int64)
            for k in np.unique(which):
                here = np.flatnonzero(which == k)
                parts = [self.sources[k][source].drawn(seed, block, rows) for source in chosen]
                self.block(found, int(k), picked(joined(parts, rows), here), start + here)
            say(start + size)
        return found

    def block(self, found: Outcome, k: int, change: Change, rows: Array) -> None:
        """Work out some draws under one variant, and put them into the outcome."""
        plan, draws = self.plans[k], len(found.levels)
        place = plan.methodology.place
        wanted = [self.item.id, *([place.id] if place else [])]
        unplanned = bool(plan.unplanned(change))
        ended = np.zeros(change.size, np.bool_)
        near = np.ones(change.size, np.bool_)
        if not unplanned:
            board = plan.run(change, wanted)
            levels = self.levels_of(board.cells(self.item.id), k)
            places = self.places_of(board, k)
            found.levels[rows], found.places[rows] = levels, places
            near = board.near
            for cause, mask in board.refused.items():
                new = mask & ~ended if crossed(cause) else mask & ~ended & ~near
                if new.any():
                    found.failed.setdefault(cause, np.zeros(draws, np.bool_))[rows[new]] = True
                    ended |= new
        for row in np.flatnonzero(near & ~ended):
            found.by_engine += 1
            try:
                rated = rated_draw(self.assessments[k], change, int(row), plan.texts, wanted)
            except Refused as refused:
                cause = refused.problems[0].message
                found.failed.setdefault(cause, np.zeros(draws, np.bool_))[rows[row]] = True
                continue
            cells = encoded(rated.columns[self.item.id], rated.methodology.type_of(self.item.id), plan.texts)
            found.levels[rows[row]] = self.levels_of(cells, k)[0]
            found.places[rows[row]] = self.places_of(Rated(rated, plan), k)[0]


@frozen
class Rated:
    """An assessment of the engine as a board of one draw."""

    assessment: Assessment
    plan: Plan

    def cells(self, id_: str) -> Array:
        """The cells of an item."""
        return encoded(self.assessment.columns[id_], self.assessment.methodology.type_of(id_), self.plan.texts)


def crossed(cause: str) -> bool:
    """Whether a draw ended because what it drew is in no order, for which the engine does not look any more."""
    return cause.endswith(("cross.", "do not rise.", "do not rise from 0 to 1."))


def robustness(
    assessments: Sequence[Assessment],
    vary: Sequence[Vary],
    *,
    draws: int = 1000,
    seed: int = 1,
    say: Say = unheard,
    warn: Callable[[Problem], None] = lambda _: None,
) -> Robustness:
    """How sure the ratings of a return are under what varies.

    The first assessment is by the methodology as it stands; the others are of the same return by its variants. `warn`
    is told beforehand of draws that the engine has to rate.
    Raises `Refused` where the plan, with nothing changed, is not what the engine gave.
    """
    keep_memory()
    item = assessments[0].methodology.headlines[0]
    check_names(assessments[0].methodology, vary)
    drawing = Drawing(assessments, item, vary)
    for plan in drawing.plans:
        sound(plan)
    said = [source.says() for source in drawing.sources[0]]
    said = [
        text if one.what != "variants" else variants_said(len(assessments))
        for text, one in zip(said, vary, strict=True)
    ]
    active = [k for k, text in enumerate(said) if text]
    levels, places = drawing.base()
    base = (levels, places)
    runs: dict[tuple[int, ...], Outcome] = {}
    drawn = combinations_of(active)
    if (slow := slow_draws(drawing, drawn, draws)) is not None:
        warn(slow)
    for number, chosen in enumerate(drawn):
        what, before = " and ".join(vary[k].what for k in chosen), number * draws
        runs[chosen] = drawing.run(chosen, seed, draws, partial(share_told, say, what, before, len(drawn) * draws))
    whole = runs[tuple(active)] if active else Outcome(levels[None, :], places[None, :], {})
    flips = {chosen: flipped(run, base, drawing.names) for chosen, run in runs.items()}
    alone = {k: flips[(k,)] for k in active}
    mean = {chosen: float(each.sum()) for chosen, each in flips.items()} | {(): 0.0}
    shares = shapley(active, mean) if len(active) <= MOST_SOURCES else {}
    causes = sorted(whole.failed.items(), key=lambda pair: (-int(pair[1].sum()), pair[0]))
    sure = [
        sureness(
            n, whole, base, drawing.names, {vary[k].what: float(alone[k][n]) for k in active}, flips.get(tuple(active))
        )
        for n in range(drawing.width)
    ]
    return Robustness(
        assessment=assessments[0],
        item=item,
        varied=tuple(text for text in said if text),
        idle=tuple(one.what for text, one in zip(said, vary, strict=True) if not text),
        seed=seed,
        asked=draws,
        done=int(whole.sound.sum()) if active else 0,
        by_engine=whole.by_engine,
        failed=tuple(Failure(cause, int(rows.sum()), int(np.flatnonzero(rows)[0]) + 1) for cause, rows in causes),
        organisations=tuple(sure),
        flips=mean.get(tuple(active), 0.0),
        sources=tuple(Share(vary[k].what, mean[(k,)], shares.get(k)) for k in active),
        leave_one_out=leave_one_out(drawing.plans[0], item, levels),
    )


def check_names(methodology: Methodology, vary: Iterable[Vary]) -> None:
    """Raise `Refused` where a figure is to vary that the methodology does not have."""
    unknown = [name for one in vary for name in one.names if name not in methodology.figures]
    if unknown:
        place = CellLocation("--vary")
        raise Refused(
            [
                Problem(
                    place,
                    "unknown-figure",
                    f'The methodology {methodology.id} has no figure "{name}".',
                    nearest(name, methodology.figures) or f"Its figures: {listed([*methodology.figures])}.",
                )
                for name in unknown
            ]
        )


def variants_said(number: int) -> str:
    """What the variants are, in words; nothing where there are none."""
    return f"variants ({number} with the method as it stands)" if number > 1 else ""


def share_told(say: Say, what: str, before: int, of: int, done: int) -> None:
    """Tell how many of all draws are done, after those of the sources that were drawn before."""
    say(what, before + done, of)


def combinations_of(active: Sequence[int]) -> list[tuple[int, ...]]:
    """The combinations of sources to draw: all, or with many sources each alone and all together."""
    if not active:
        return []
    if len(active) <= MOST_SOURCES:
        return [chosen for size in range(1, len(active) + 1) for chosen in combinations(active, size)]
    return [*((k,) for k in active), tuple(active)]


def flipped(run: Outcome, base: tuple[Array, Array], names: Sequence[str]) -> Floats:
    """In which share of its sound draws each organisation has another level (or place) than unperturbed."""
    rows = run.sound
    seen, before = (run.levels, base[0]) if names else (run.places, base[1])
    count = max(1, int(rows.sum()))
    other = seen != before
    return np.asarray(other[rows].sum(axis=0) / count)


def shapley(active: Sequence[int], mean: dict[tuple[int, ...], float]) -> dict[int, float]:
    """Each source's share of what all flip together: its mean addition over all orders in which sources are added."""
    found = {}
    size = len(active)
    for k in active:
        rest = [other for other in active if other != k]
        total = 0.0
        for count in range(size):
            for chosen in combinations(rest, count):
                added = mean[tuple(sorted((*chosen, k)))] - mean[chosen]
                total += added / (size * comb(size - 1, count))
        found[k] = total
    return found


def sureness(
    n: int,
    whole: Outcome,
    base: tuple[Array, Array],
    names: Sequence[str],
    alone: dict[str, float],
    flips: Floats | None,
) -> Sureness:
    """One organisation's chances and its interval of places."""
    rows = whole.sound
    levels = whole.levels[rows, n]
    count = max(1, len(levels))
    seen = Counter(levels.tolist())
    places = np.sort(whole.places[rows, n])
    ranked = places[places > 0]
    low, middle, high = (quantile_of(ranked, share) for share in (0.025, 0.5, 0.975))
    level, place = int(base[0][n]), int(base[1][n])
    most = max(alone, key=lambda name: alone[name], default="")
    return Sureness(
        n=n,
        level=names[level] if names and level >= 0 else "",
        place=place or None,
        low=low,
        median=middle,
        high=high,
        chances={name: seen.get(k, 0) / count for k, name in enumerate(names)},
        unrated=seen.get(GONE, 0) / count if names else 0.0,
        flips=float(flips[n]) if flips is not None else 0.0,
        flips_by=most if most and alone[most] > 0 else "",
    )


def quantile_of(ascending: Array, share: float) -> int | None:
    """The place below which, or at which, a share of the draws lies; nothing where there is no place."""
    if not len(ascending):
        return None
    return int(ascending[max(0, int(np.ceil(share * len(ascending))) - 1)])
