"""Array arithmetic of the kinds that place a value among those of a population."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.plan.cohorts import by_cohort, counts, exact_within, inside, over_cohorts, quantile, spread, tied
from nhsrate.plan.columns import GONE, NEAR, Array, Codes, Floats, missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.bands import QuantileBands, Tiles
    from nhsrate.kinds.goalposts import MinMax
    from nhsrate.kinds.grouping import Reported
    from nhsrate.kinds.statistics import PercentileRank, Relative, Standardise, Winsorise
    from nhsrate.kinds.summaries import Summary
    from nhsrate.language.numbers import Edge
    from nhsrate.plan.board import Board, Scalar
    from nhsrate.plan.cohorts import Whole
    from nhsrate.plan.columns import Mask


def turned(board: Board, rule: Standardise | MinMax | PercentileRank) -> bool:
    """Whether results are turned round."""
    return rule.reverse == "always" or (
        rule.reverse == "by polarity" and board.methodology.polarity_of(rule.of) == "lower"
    )


def standardise(board: Board, rule: Standardise) -> Floats:
    """How many standard deviations a value lies from the mean of its cohort; missing where there is no spread."""
    less = 1 if rule.sd == "n-1" else 0
    sign, exact = -1.0 if turned(board, rule) else 1.0, exact_within(board, rule.of)

    def work(values: Floats) -> Floats:
        number = counts(values)
        _, _, flat = spread(board, values, exact=exact)
        gone = np.isnan(values)
        filled = np.where(gone, 0.0, values)
        mean = filled.sum(axis=1, keepdims=True) / np.maximum(number, 1)
        away = values - mean
        squares = np.square(np.where(gone, 0.0, away)).sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.sqrt(squares / (number - less))
            away *= sign / deviation
        return np.where(flat | (number <= less), np.nan, away)

    return by_cohort(board, rule, work)


def min_max(board: Board, rule: MinMax) -> Floats:
    """A value on the way from the worst to the best of its cohort, or between goalposts."""
    back, exact = turned(board, rule), exact_within(board, rule.of)
    to = board.number(rule.to)
    if rule.own():
        return min_max_own(board, rule)
    first, second = rule.posts()
    stated = first is not None and second is not None

    def work(values: Floats) -> Floats:
        least, most, _ = spread(board, values, exact=True)
        low: Scalar = board.edge(first) if first else least
        high: Scalar = board.edge(second) if second else most
        there = ~np.isnan(values).all(axis=1, keepdims=True)
        wrong = crossed(board, rule, low, high) | (low == high) if stated else crossed(board, rule, low, high) & there
        board.end_crossed(wrong, f"The goalposts of {rule.of} cross.")
        within = between(rule, values, low, high)
        reach = 0.0 if exact or stated else NEAR * np.maximum(1.0, np.abs(high))
        flat = np.abs(high - low) <= reach
        board.doubt_rows(np.broadcast_to(flat & (high != low), (board.size, 1))[:, 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            made = to * (high - within if back else within - low) / (high - low)
        return np.where(flat, np.nan, made)

    return by_cohort(board, rule, work)


def between(rule: MinMax, values: Floats, low: Scalar, high: Scalar) -> Floats:
    """The values brought to the goalposts, where that is said."""
    if not rule.clip:
        return values
    if rule.worst:
        low, high = np.minimum(low, high), np.maximum(low, high)
    return np.minimum(np.maximum(values, low), high)


def crossed(board: Board, rule: MinMax, low: Scalar, high: Scalar) -> Mask:
    """Where goalposts lie the wrong way round."""
    if not rule.worst:
        return np.asarray(low > high)
    better = board.methodology.polarity_of(rule.of)
    if better is None:
        return np.zeros((1, 1), np.bool_)
    return np.asarray(low < high) if better == "lower" else np.asarray(low > high)


def min_max_own(board: Board, rule: MinMax) -> Floats:
    """The same where a goalpost is an item: each organisation has its own."""
    values = inside(board, rule.of, rule.over, rule.within)

    def end(post: Edge | None, which: int) -> Floats:
        if post is not None:
            return np.asarray(board.edge(post))

        def work(part: Floats) -> Floats:
            return np.broadcast_to(spread(board, part, exact=True)[which], part.shape)

        return over_cohorts(board, values, rule.within, work)

    low, high = (end(post, which) for which, post in enumerate(rule.posts()))
    wrong = crossed(board, rule, low, high) & ~np.isnan(values)
    board.refuse(wrong, f"The goalposts of {rule.of} cross.")
    flat = np.abs(high - low) <= NEAR * np.maximum(1.0, np.abs(high))
    board.doubt(flat & (high != low) & ~np.isnan(values))
    within = between(rule, values, low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        made = board.number(rule.to) * (high - within if turned(board, rule) else within - low) / (high - low)
    return np.where(flat, np.nan, made)


def statistic(board: Board, rule: Summary) -> Floats:
    """A statistic of the cohort, for everyone in it."""
    values = inside(board, rule.of, rule.over, rule.within)
    share = board.number(rule.share) if rule.share else 0.5

    def work(part: Floats) -> Floats:
        number, gone = counts(part), np.isnan(part)
        match rule.take:
            case "count":
                made: Scalar = number * 1.0
            case "sum":
                made = np.where(gone, 0.0, part).sum(axis=1, keepdims=True)
            case "mean":
                made = np.where(gone, 0.0, part).sum(axis=1, keepdims=True) / np.maximum(number, 1)
            case "lowest" | "highest":
                least, most, _ = spread(board, part, exact=True)
                made = least if rule.take == "lowest" else most
            case _:
                made = quantile(np.sort(part, axis=1), number, share, rule.definition or "linear")
        made = made if rule.take == "count" else np.where(number == 0, np.nan, made)
        return np.broadcast_to(made, (np.shape(made)[0], part.shape[1]))

    cells, members = over_cohorts(board, values, rule.within, work), board.population(rule.over)
    return cells if members is None else np.where(members, cells, np.nan)


def percentile_rank(board: Board, rule: PercentileRank) -> Floats:
    """Which share of the cohort stands at or below a value."""
    back, exact = turned(board, rule), exact_within(board, rule.of)
    to = board.number(rule.to)

    def work(values: Floats) -> Floats:
        low, high, _, near = tied(values, exact=exact)
        board.doubt_rows(near)
        share = share_of_ranks(rule, low, high, counts(values), back=back)
        return np.where(np.isnan(values), np.nan, to * share)

    return by_cohort(board, rule, work)


def share_of_ranks(rule: PercentileRank, low: Whole, high: Whole, number: Whole, *, back: bool) -> Floats:
    """Which share of so many a tie stands at that begins and ends at these ranks."""
    if back:
        low, high = number + 1 - high, number + 1 - low
    with np.errstate(divide="ignore", invalid="ignore"):
        match rule.form:
            case "low / n":
                return low / number
            case "high / n":
                return high / number
            case "middle / n":
                return (low + high - 1) / (2 * number)
            case _:
                return np.where(number > 1, (low - 1) / (number - 1), np.nan)


def winsorise(board: Board, rule: Winsorise) -> Floats:
    """A value brought to the quantiles of its cohort where it lies beyond them."""
    low, high = board.number(rule.low), board.number(rule.high)
    rising = (np.asarray(low) >= 0) & (np.asarray(low) < high) & (np.asarray(high) <= 1)
    board.end_crossed(~rising, f"The shares of {rule.of} do not rise from 0 to 1.")

    def work(values: Floats) -> Floats:
        ascending, number = np.sort(values, axis=1), counts(values)
        least = quantile(ascending, number, low, rule.definition)
        most = quantile(ascending, number, high, rule.definition)
        return np.minimum(np.maximum(values, least), most)

    return by_cohort(board, rule, work)


def relative(board: Board, rule: Relative) -> Floats:
    """A value over a peer value of its cohort, or its difference from it."""
    named = rule.named(board.labels) if rule.to == "organisation" else None
    if rule.to == "organisation" and named is None:
        compared = ~np.isnan(inside(board, rule.of, rule.over, rule.within))
        board.refuse(compared, f"{rule.organisation} does not stand in the return.")

    def work(values: Floats) -> Floats:
        number = counts(values)
        if rule.to == "organisation":
            peer = np.full((1, 1), np.nan) if named is None else board.numbers(rule.of)[:, named : named + 1]
        elif rule.to == "mean":
            peer = np.where(np.isnan(values), 0.0, values).sum(axis=1, keepdims=True) / np.maximum(number, 1)
        elif rule.to == "median":
            peer = quantile(np.sort(values, axis=1), number, 0.5, "linear")
        else:
            least, most, _ = spread(board, values, exact=True)
            peer = least if board.polarity(rule.of) == "lower" else most
        if rule.as_ == "difference":
            with np.errstate(invalid="ignore"):
                return values - peer
        positive = board.meets(peer, "above", 0.0, exact=exact_within(board, rule.of) and rule.to != "mean")
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(positive, values / peer, np.nan)

    return by_cohort(board, rule, work)


def quantile_bands(board: Board, rule: QuantileBands) -> Codes:
    """A level by where a value stands among those of its cohort."""
    higher = board.polarity(rule.of) == "higher"
    side = (
        ("at_least" if rule.at_cut == "better" else "above")
        if higher
        else ("at_most" if rule.at_cut == "better" else "below")
    )
    shares = [(band, board.number(band.best)) for band in rule.levels if band.best is not None]
    ordered = [0.0, *(share for _, share in shares), 1.0]
    for before, after in pairwise(ordered):
        board.end_crossed(before >= after, f"The shares of the bands of {rule.of} do not rise.")
    exact = exact_within(board, rule.of)

    def work(values: Floats) -> Floats:
        ascending, number = np.sort(values, axis=1), counts(values)
        cells = np.full(values.shape, float(rule.levels[-1].level.position))
        for band, share in reversed(shares):
            cut = quantile(ascending, number, 1 - share if higher else share, rule.definition)
            met = near_cut(board, values, side, cut, exact=exact)
            cells = np.where(met, float(band.level.position), cells)
        return np.where(np.isnan(values), np.nan, cells)

    return as_levels(by_cohort(board, rule, work))


def near_cut(board: Board, values: Floats, side: str, cut: Floats, *, exact: bool) -> Mask:
    """Which values meet a cut that was made of them; one as good as equal counts as equal."""
    reach = NEAR * np.maximum(1.0, np.abs(cut))
    from_below, beyond = values >= cut - reach, values > cut + reach
    if not exact:
        between = from_below & ~beyond & (values != cut)
        board.doubt_rows(np.broadcast_to(between.any(axis=1), (board.size,)))
    return {
        "at_least": from_below,
        "above": beyond,
        "at_most": ~(beyond | np.isnan(values)),
        "below": ~(from_below | np.isnan(values)),
    }[side]


def as_levels(cells: Floats) -> Codes:
    """Positions on a scale as codes."""
    return np.where(np.isnan(cells), GONE, cells).astype(np.int32)


def tiles(board: Board, rule: Tiles) -> Floats:
    """Which of so many tiles of equal count a value falls into; equal values are parted by the organisations' codes."""
    exact = exact_within(board, rule.of)
    sign = -1.0 if rule.first == "highest" else 1.0
    by_label = np.argsort(np.argsort(np.array(board.labels, dtype=object), kind="stable"), kind="stable")

    def work(both: Floats) -> Floats:
        values, labels = both[:, :, 0] * sign, both[:, :, 1]
        number = counts(values)
        _, _, dense, near = tied(values, exact=exact)
        board.doubt_rows(near)
        keys = np.where(np.isnan(values), np.inf, dense * float(board.width + 1) + labels)
        place = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1, kind="stable") + 1
        size, rest = number // rule.tiles, number % rule.tiles
        longer = rest * (size + 1)
        tile = np.where(
            place <= longer,
            -(-place // (size + 1)),
            rest - (-(place - longer) // np.maximum(size, 1)),
        )
        return np.where(np.isnan(values), np.nan, tile)

    return with_labels(board, rule, work, by_label)


def with_labels(board: Board, rule: Tiles, work: Callable[[Any], Floats], labels: Codes) -> Floats:
    """What is worked out of each cohort's numbers beside the order of their codes."""
    values = inside(board, rule.of, rule.over, rule.within)
    both = np.stack([values, np.broadcast_to(labels.astype(np.float64), values.shape)], axis=2)
    if rule.within is None:
        return work(both)
    keys = board.cells(rule.within)
    cells = np.full((max(keys.shape[0], values.shape[0]), values.shape[1]), np.nan)
    for key in np.unique(keys[~missing(keys)]):
        here = keys == key
        own = both.copy() if keys.shape[0] == 1 else np.broadcast_to(both, (*cells.shape, 2)).copy()
        own[..., 0] = np.where(here, own[..., 0], np.nan)
        cells = np.where(here, work(own), cells)
    return cells


def reported(board: Board, rule: Reported) -> Array:
    """An indicator, if enough organisations report it; else missing for all."""
    cells, gone = board.cells(rule.of), board.gone(rule.of)
    members = board.population(rule.over)
    there = ~gone if members is None else ~gone & members
    number = there.sum(axis=1, keepdims=True)
    bound = rule.above or rule.at_least
    assert bound is not None  # noqa: S101 (checked when the file was loaded)
    enough = number > board.number(bound) if rule.above else number >= board.number(bound)
    return cells if np.all(enough) else np.where(enough, cells, np.nan if cells.dtype == np.float64 else GONE)


OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Array]] = {
    "min-max": min_max,
    "percentile-rank": percentile_rank,
    "quantile-bands": quantile_bands,
    "relative": relative,
    "reported": reported,
    "standardise": standardise,
    "statistic": statistic,
    "tiles": tiles,
    "winsorise": winsorise,
}
"""The arithmetic of each kind, by its name."""
