"""Array arithmetic of the kinds that look at one organisation at a time and do plain arithmetic or combine items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.language.numbers import OfItem
from nhsrate.plan.columns import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.kinds.arithmetic import Clip, Difference, Logarithm, Ratio
    from nhsrate.kinds.combining import Extreme, Highest, Lowest, Mean, Median, Sum, WeightedMean
    from nhsrate.kinds.counting import Count
    from nhsrate.kinds.grouping import WeightUsed
    from nhsrate.kinds.handed_on import Constant, Earlier, FirstAvailable
    from nhsrate.kinds.margin import Margin
    from nhsrate.kinds.means import GeometricMean, HarmonicMean, Product, WeightedVariance
    from nhsrate.kinds.members import MissingRule
    from nhsrate.language.values import Refs
    from nhsrate.plan.board import Board, Scalar
    from nhsrate.plan.columns import Array, Floats, Mask


def constant(board: Board, rule: Constant) -> Floats:
    """The same number for every organisation."""
    return board.number(rule.value) + np.zeros((1, board.width))


def is_zero(board: Board, item: str) -> Mask:
    """Where an item is nothing."""
    return board.equals(board.numbers(item), 0.0, exact=board.exact(item))


def ratio(board: Board, rule: Ratio) -> Floats:
    """`times` x `of` / `to`; over nothing it is missing, or refused."""
    top, bottom = board.numbers(rule.of), board.numbers(rule.to)
    nothing = is_zero(board, rule.to) & ~np.isnan(top)
    if rule.zero == "refuse":
        board.refuse(nothing, f"{board.called(rule.to)} is zero, and a share of nothing has no value.")
    return np.where(nothing, np.nan, top * board.number(rule.times) / np.where(nothing, 1.0, bottom))


def difference(board: Board, rule: Difference) -> Floats:
    """`of` - `from`, or that in per cent of |`from`|."""
    top, base = np.asarray(board.edge(rule.of)), np.asarray(board.edge(rule.from_))
    if rule.as_ == "absolute":
        return np.asarray(top - base)
    nothing = board.equals(base, 0.0, exact=board.exact_edge(rule.from_)) & ~np.isnan(top)
    said = board.called(rule.from_.item) if isinstance(rule.from_, OfItem) else str(rule.from_)
    board.refuse(
        np.broadcast_to(nothing, (nothing.shape[0], board.width)), f"{said} is zero, and a per cent of it has no value."
    )
    return np.where(nothing, np.nan, (top - base) * 100 / np.abs(np.where(nothing, 1.0, base)))


def clip(board: Board, rule: Clip) -> Floats:
    """The value within the ends; ends that cross for an organisation are refused."""
    values = board.numbers(rule.of)
    low, high = (np.asarray(np.nan if end is None else board.edge(end)) for end in (rule.low, rule.high))
    if rule.low and rule.high:
        crossed = np.broadcast_to(low > high, np.broadcast_shapes(low.shape, high.shape, values.shape))
        board.refuse(crossed & ~np.isnan(values), f"The ends of {rule.of} cross.")
    made = np.maximum(values, low) if rule.low else values
    return np.minimum(made, high) if rule.high else made


def logarithm(board: Board, rule: Logarithm) -> Floats:
    """The logarithm to the base; what is zero or less has none."""
    values = board.numbers(rule.of)
    low = ~board.meets(values, "above", 0.0, exact=board.exact(rule.of)) & ~np.isnan(values)
    board.refuse(low, f"{board.called(rule.of)} is not above zero, and a logarithm needs that.")
    some = np.where(values > 0, values, np.nan)
    return {"e": np.log, "2": np.log2, "10": np.log10}[rule.base](some)


def first_available(board: Board, rule: FirstAvailable) -> Array:
    """The first that is there."""
    cells = board.cells(rule.of.items[0])
    for item in rule.of.items[1:]:
        other = board.cells(item)
        gone = np.isnan(cells) if cells.dtype == np.float64 else cells < 0
        cells = np.where(gone, other, cells)
    return cells


@dataclass(slots=True)
class Gathered:
    """What is combined: the numbers of each part (0 where it is left out), which are left out, and who has no result.

    `gone` has nothing for a part that everyone has.
    """

    parts: list[Floats]
    gone: list[Mask | None]
    stop: Mask | None

    @property
    def some_gone(self) -> bool:
        """Whether any part is left out anywhere."""
        return any(mask is not None for mask in self.gone)

    def counts(self) -> Scalar:
        """How many parts are there."""
        count: Scalar = float(len(self.parts))
        for mask in self.gone:
            if mask is not None:
                count = count - mask
        return count

    def stopped(self, cells: Floats) -> Floats:
        """The results, missing where there is none."""
        return cells if self.stop is None else np.where(self.stop, np.nan, cells)

    def values(self, k: int, instead: float) -> Floats:
        """The numbers of a part, with something else where it is left out."""
        mask = self.gone[k]
        return self.parts[k] if mask is None else np.where(mask, instead, self.parts[k])


def kept_parts(board: Board, of: Refs) -> tuple[str, ...]:
    """The parts but the one that is left out everywhere."""
    return of.items if board.left_out is None else tuple(item for item in of.items if item != board.left_out)


def gather(
    board: Board, of: Refs, rule: MissingRule, part: Callable[[str], tuple[Floats, Mask | None]] | None = None
) -> Gathered:
    """The parts of every organisation, after what the rule does where one is missing; `part` gives one of them."""
    parts: list[Floats] = []
    gone: list[Mask | None] = []
    stop: Mask | None = None
    for item in kept_parts(board, of):
        numbers, mask = (part or board.filled)(item)
        if mask is not None and rule.count_as is not None:
            numbers, mask = np.where(mask, board.number(rule.count_as), numbers), None
        elif mask is not None and rule.does != "leave out":
            if rule.does == "refuse":
                board.refuse_missing(mask, item)
            stop = mask if stop is None else stop | mask
            mask = None
        parts.append(numbers)
        gone.append(mask)
    found = Gathered(parts, gone, stop)
    if not parts:
        return Gathered([np.zeros((1, board.width))], [None], np.ones((1, board.width), np.bool_))
    if found.some_gone:
        few = np.asarray(found.counts() < rule.needed(len(parts)))
        found.stop = few if few.any() else None
    return found


def weights_of(board: Board, of: Refs, item: str) -> list[Scalar]:
    """The weight of each part: as stated, 1 where none is, or as each draw sets it."""
    drawn = board.weights.get(item)
    kept = kept_parts(board, of)
    if drawn is not None:
        return [drawn[:, k : k + 1] for k, part in enumerate(of.items) if part in kept]
    weights = [board.number(weight) if weight else 1.0 for part, weight in of.pairs() if part in kept]
    return weights or [1.0]


def shape_of(parts: Sequence[Floats], weights: Sequence[Scalar]) -> tuple[int, ...]:
    """The shape of what is made of these."""
    return np.broadcast_shapes(*(np.shape(one) for one in (*parts, *weights)))


def weighted_sum(parts: Sequence[Floats], weights: Sequence[Scalar]) -> Floats:
    """The sum of weight times value, in the order of the parts, made in place."""
    shape = shape_of(parts, weights)
    total = np.zeros(shape)
    if not any(isinstance(weight, np.ndarray) for weight in weights) and all(
        part.shape == shape or part.shape[0] == 1 for part in parts
    ):
        for part, weight in zip(parts, weights, strict=True):
            total += part if weight == 1 else part * weight
        return total
    product = np.empty(shape)
    for part, weight in zip(parts, weights, strict=True):
        np.multiply(part, weight, out=product)
        total += product
    return total


def weight_total(found: Gathered, weights: Sequence[Scalar], width: int) -> Scalar:
    """The sum of the weights of the parts that are there."""
    whole: Scalar = sum(weights[1:], weights[0])
    masks = [mask for mask in found.gone if mask is not None]
    if not masks:
        return whole
    where = np.flatnonzero(np.any([mask.any(axis=0) for mask in masks], axis=0))
    part: Scalar = np.zeros((max(mask.shape[0] for mask in masks), len(where)))
    for gone, weight in zip(found.gone, weights, strict=True):
        part = part + (weight if gone is None else weight * ~gone[:, where])
    total = np.broadcast_to(whole, (part.shape[0], width)).copy()
    total[:, where] = part
    return total


def added(board: Board, rule: Sum) -> Floats:
    """The sum of items, each times its weight where weights are given."""
    found = gather(board, rule.of, rule.missing)
    total = weighted_sum(found.parts, weights_of(board, rule.of, own(board)))
    for number in rule.of.numbers:
        total = total + board.number(number)
    return found.stopped(total)


def product(board: Board, rule: Product) -> Floats:
    """The product of the items that are there, and of the numbers."""
    found = gather(board, rule.of, rule.missing)
    made: Scalar = np.ones((1, board.width))
    for k in range(len(found.parts)):
        made = made * found.values(k, 1.0)
    for number in rule.of.numbers:
        made = made * board.number(number)
    return found.stopped(np.asarray(made))


def own(board: Board) -> str:
    """The id of the item that is being worked out."""
    return board.item.id if board.item else ""


def average(board: Board, rule: Mean | WeightedMean) -> Floats:
    """The sum of weight times value over the sum of the weights of those present; a plain mean weighs all alike."""
    found = gather(board, rule.of, rule.missing)
    weights = weights_of(board, rule.of, own(board))
    total = weight_total(found, weights, board.width)
    top = weighted_sum(found.parts, weights)
    if not np.all(total):
        nothing = np.asarray(total == 0)
        return found.stopped(np.where(nothing, np.nan, top / np.where(nothing, 1.0, total)))
    return found.stopped(np.divide(top, total, out=top if np.shape(total)[:1] in {(), top.shape[:1], (1,)} else None))


def above_zero(board: Board, rule: GeometricMean | HarmonicMean, found: Gathered) -> list[Floats]:
    """The parts, 1 where one is left out; what is not above zero is refused."""
    parts = []
    for k, item in enumerate(kept_parts(board, rule.of) or rule.of.items[:1]):
        values = found.values(k, 1.0)
        low = ~board.meets(values, "above", 0.0, exact=board.exact(item))
        low = low if found.stop is None else low & ~found.stop
        if low.any():
            board.refuse(low, f"{board.called(item)} is not above zero, and {rule.a_mean} needs that.")
            found.stop = low if found.stop is None else found.stop | low
        parts.append(np.where(values > 0, values, 1.0))
    return parts


def geometric_mean(board: Board, rule: GeometricMean) -> Floats:
    """The geometric mean, by logarithms; every value must be above zero."""
    found = gather(board, rule.of, rule.missing)
    weights = weights_of(board, rule.of, own(board))
    logs = [np.log(values) for values in above_zero(board, rule, found)]
    return found.stopped(np.exp(weighted_sum(logs, weights) / weight_total(found, weights, board.width)))


def harmonic_mean(board: Board, rule: HarmonicMean) -> Floats:
    """The sum of the weights over the sum of weight over value; every value must be above zero."""
    found = gather(board, rule.of, rule.missing)
    weights = weights_of(board, rule.of, own(board))
    parts = above_zero(board, rule, found)
    turned = [
        1 / part if mask is None else np.where(mask, 0.0, 1 / part)
        for part, mask in zip(parts, found.gone, strict=True)
    ]
    return found.stopped(np.asarray(weight_total(found, weights, board.width) / weighted_sum(turned, weights)))


def weighted_variance(board: Board, rule: WeightedVariance) -> Floats:
    """N x sum(w x (x - mean)^2) / ((n - 1) x sum(w)); one value alone has none."""
    found = gather(board, rule.of, rule.missing)
    weights = weights_of(board, rule.of, own(board))
    count, total = found.counts(), weight_total(found, weights, board.width)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = weighted_sum(found.parts, weights) / total
        squares = []
        for k, part in enumerate(found.parts):
            mask = found.gone[k]
            squares.append((part - mean) ** 2 if mask is None else np.where(mask, 0.0, (part - mean) ** 2))
        cells = count * weighted_sum(squares, weights) / ((count - 1) * total)
    return found.stopped(np.where(np.asarray(count) < 2, np.nan, cells))


def stacked(found: Gathered, instead: float) -> Floats:
    """The parts one behind the other, with something else where one is left out."""
    shape = shape_of(found.parts, [np.zeros((1, 1)), *(mask * 1.0 for mask in found.gone if mask is not None)])
    return np.stack([np.broadcast_to(found.values(k, instead), shape) for k in range(len(found.parts))])


def lowest(board: Board, rule: Lowest) -> Array:
    """The smallest number, or the level with it."""
    return extreme(board, rule, np.inf, np.min, np.minimum)


def highest(board: Board, rule: Highest) -> Array:
    """The largest number, or the level with it."""
    return extreme(board, rule, -np.inf, np.max, np.maximum)


def extreme(board: Board, rule: Extreme, gone: float, among: Callable[..., Any], of_two: Callable[..., Any]) -> Array:
    """One of several numbers, or of levels of one scale; `gone` is what is never chosen."""
    if rule.scale is not None:
        return extreme_level(board, rule, rule.scale, gone, among)
    found = gather(board, rule.of, rule.missing)
    made = among(stacked(found, gone), axis=0)
    for number in rule.of.numbers:
        made = of_two(made, board.number(number))
    return found.stopped(made)


def extreme_level(board: Board, rule: Extreme, scale: Scale, gone: float, among: Callable[..., Any]) -> Array:
    """The same of levels, compared by what the rule compares them by."""
    keys = np.array([*map(float, rule.keys(scale).values()), 0.0])

    def part(item: str) -> tuple[Floats, Mask | None]:
        mask = board.gone(item)
        return keys[board.cells(item)], mask if mask.any() else None

    found = gather(board, rule.of, rule.missing, part)
    order = np.argsort(keys[:-1], kind="stable")
    where = np.searchsorted(keys[order], among(stacked(found, gone), axis=0))
    codes = order[np.clip(where, 0, len(order) - 1)].astype(np.int32)
    return codes if found.stop is None else np.where(found.stop, np.int32(GONE), codes)


def median(board: Board, rule: Median) -> Floats:
    """The middle value; between two middle ones their mean."""
    found = gather(board, rule.of, rule.missing)
    ordered = np.sort(stacked(found, np.inf), axis=0)
    count = np.broadcast_to(np.asarray(found.counts()), ordered.shape[1:]).astype(np.int64)
    low, high = ((np.maximum(count, 1) - 1) // 2)[None], (np.maximum(count, 1) // 2)[None]
    with np.errstate(invalid="ignore"):
        middle = (np.take_along_axis(ordered, low, 0) + np.take_along_axis(ordered, high, 0))[0] / 2
    return found.stopped(middle)


def weight_used(board: Board, rule: WeightUsed) -> Floats:
    """The share that an item really had in a weighted mean."""
    of = board.methodology.items[rule.in_].rule.of  # type: ignore[attr-defined]  # checked when it was loaded
    weights = weights_of(board, of, rule.in_)
    total: Scalar = np.zeros((1, board.width))
    for item, weight in zip(of.items, weights, strict=True):
        total = total + weight * ~board.gone(item)
    gone = board.gone(rule.of) | board.gone(rule.in_) | (total == 0)
    return np.where(gone, np.nan, weights[of.items.index(rule.of)] / np.where(total == 0, 1.0, total))


def count(board: Board, rule: Count) -> Floats:
    """How many items pass a test; a missing one does not pass, or leaves nothing to count."""
    number: Scalar = np.zeros((1, board.width))
    kept: Scalar = np.zeros((1, board.width))
    stop = np.zeros((1, board.width), np.bool_)
    board.refuse_crossed_test(rule.at, rule.of.items[0], np.ones((1, board.width), np.bool_))
    for item in rule.of.items:
        passes, gone = board.flag(rule.at, item)
        number = number + passes
        kept = kept + ~gone
        if rule.missing.does in {"refuse", "missing"} and gone.any():
            stop = stop | gone
            if rule.missing.does == "refuse":
                board.refuse_missing(gone, item)
    if rule.least():
        stop = stop | (np.asarray(kept) < rule.least())
    return np.where(stop, np.nan, number)


def all_equal(board: Board, of: Refs, rule: MissingRule) -> Mask | None:
    """The organisations whose parts are all the same in every draw, so that no weight matters; nothing if unsure."""
    low, high = np.full(board.width, np.inf), np.full(board.width, -np.inf)
    sure = np.ones(board.width, np.bool_)
    for item in of.items:
        column = board.known(item)
        if not column.fixed and column.sure is None:
            return None
        if column.sure is not None:
            sure &= column.sure
        numbers = board.numbers(item)[0]
        if rule.count_as is not None:
            numbers = np.where(np.isnan(numbers), board.number(rule.count_as), numbers)
        low, high = np.fmin(low, numbers), np.fmax(high, numbers)
    return sure & (low == high)


def margin(board: Board, rule: Margin) -> Floats:
    """The value less its target, turned so that more is better; in per cent of the target where that is asked."""
    values, target = board.numbers(rule.of), board.edge(rule.target)
    apart = side(board, rule) * (values - target)
    if rule.as_ == "absolute":
        return apart
    nothing = board.equals(np.asarray(target) + np.zeros((1, 1)), 0.0, exact=board.exact_edge(rule.target))
    board.refuse(nothing & ~np.isnan(apart), "The target is zero, and a per cent of it has no value.")
    with np.errstate(divide="ignore", invalid="ignore"):
        return apart * 100 / np.abs(target)


def side(board: Board, rule: Margin) -> Floats | float:
    """1 where higher is better and -1 where lower is; missing where a direction is."""
    if rule.better is None or rule.better.item is None:
        said = rule.better.side if rule.better else board.polarity(rule.of)
        return 1.0 if said == "higher" else -1.0
    cells = board.cells(rule.better.item)
    scale = board.methodology.type_of(rule.better.item).scale
    assert scale is not None  # noqa: S101 (checked when the file was loaded)
    signs = np.array([*(1.0 if level.name == "higher" else -1.0 for level in scale.levels), np.nan])
    return signs[cells]


def earlier(board: Board, rule: Earlier) -> Array:  # noqa: ARG001 (every kind is asked alike)
    """What was is a fact, whatever is varied now: the column of the engine."""
    assert board.item  # noqa: S101 (a rule is asked for the column of an item)
    return board.base(board.item.id).cells


AVERAGES: dict[str, Callable[[Board, Any], Floats]] = {
    "geometric-mean": geometric_mean,
    "harmonic-mean": harmonic_mean,
    "mean": average,
    "weighted-mean": average,
    "weighted-variance": weighted_variance,
}
"""Kinds whose result does not depend on the weights where all parts are equal."""

ROW_WISE: dict[str, Callable[[Board, Any], Array]] = {
    "clip": clip,
    "constant": constant,
    "count": count,
    "difference": difference,
    "earlier": earlier,
    "first-available": first_available,
    "highest": highest,
    "logarithm": logarithm,
    "lowest": lowest,
    "margin": margin,
    "median": median,
    "product": product,
    "ratio": ratio,
    "sum": added,
    "weight-used": weight_used,
    **AVERAGES,
}
"""The arithmetic of each kind, by its name."""
