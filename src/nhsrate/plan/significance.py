"""Array arithmetic of significance bands: limits of counts, proportions and funnels, and overdispersion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nhsrate.core.intervals import HALF_TURN, exact_poisson, normal_quantile
from nhsrate.kinds.significance import FEW
from nhsrate.plan.cohorts import counts, inside, over_cohorts, quantile, tied
from nhsrate.plan.columns import NEAR, Codes, Floats, Mask
from nhsrate.plan.statistics import as_levels

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from nhsrate.kinds.significance import Significance
    from nhsrate.plan.board import Board

Limits = tuple[Floats, Floats]
"""The lower and the upper limits; NaN where the formula gives no lower one."""


def significance(board: Board, rule: Significance) -> Codes:
    """The level of every organisation: the middle one where chance explains the difference."""
    over = rule.over or "everyone"
    count = inside(board, rule.of, over, rule.within)
    [second_item] = [item for item in (rule.out_of, rule.expected, rule.per, rule.error) if item]
    second = board.numbers(second_item)
    impossible(board, rule, count, second, second_item)
    nothing = (second == 0) | np.isnan(second)
    count = np.where(nothing, np.nan, count)
    second = np.where(nothing, np.nan, second) + 0 * count
    standard = standards(board, rule, count, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = count if rule.error else count / second
    value = np.where(np.isnan(standard), np.nan, value + 0 * standard)
    dispersed = dispersions(board, rule, value, standard, second) if rule.overdispersion else None
    beyond = np.zeros(value.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for confidence in rule.confidence:
            low, high = limits(rule, (count, second, standard), confidence.value, dispersed)
            tested = value if rule.method == "normal" else standard
            above, below = outside(board, tested, low, high)
            beyond = beyond + (above * 1.0 - below if rule.method == "normal" else below * 1.0 - above)
    if rule.under_10 == "missing":
        value = np.where(count < FEW, np.nan, value)
    better = -1 if board.polarity(rule.of) == "higher" else 1
    return as_levels(np.where(np.isnan(value), np.nan, len(rule.scale.levels) // 2 + better * beyond))


def outside(board: Board, tested: Floats, low: Floats, high: Floats) -> tuple[Mask, Mask]:
    """Which lie above the upper limit, and which below the lower one; what lies at a limit is inside."""
    found = []
    for limit, sign in ((high, 1.0), (low, -1.0)):
        away = (tested - limit) * sign
        reach = NEAR * np.maximum(1.0, np.abs(limit))
        board.doubt(np.abs(away) <= reach)
        found.append(away > reach)
    return found[0], found[1]


def impossible(board: Board, rule: Significance, count: Floats, second: Floats, item: str) -> None:
    """Refuse counts and sizes that cannot go together."""
    there = ~np.isnan(count) & ~np.isnan(second)
    called = board.called(item)
    if rule.error:
        board.refuse(there & (second <= 0), f"{called} is not above zero, and a standard error is.")
        return
    board.refuse(there & (second < 0), f"{called} is below zero, which it cannot be.")
    board.refuse(there & (count < 0), f"{board.called(rule.of)} is below zero, which what is counted cannot be.")
    if rule.out_of:
        board.refuse(there & (count > second), f"{board.called(rule.of)} is more than {called}, of which it is a part.")
    if rule.logarithmic:
        board.refuse(there & (count == 0), f"{board.called(rule.of)} is 0, and zero has no logarithm.")
    whole = there if rule.method == "exact poisson" else there & (count < FEW)
    if rule.method == "exact poisson" or rule.under_10 == "exact poisson":
        board.refuse(whole & (count % 1 != 0), f"{board.called(rule.of)} is not a whole number of events.")


def standards(board: Board, rule: Significance, count: Floats, second: Floats) -> Floats:
    """What each value is set against."""
    times = board.number(rule.times)
    if rule.against.number:
        return np.asarray(board.number(rule.against.number) / times) + 0 * count
    if rule.against.item:
        stated = board.numbers(rule.against.item)
        high = np.inf if not rule.out_of else times
        if not rule.error:
            wrong = ~np.isnan(count) & ((stated < 0) | (stated > high) | (rule.logarithmic & (stated == 0)))
            board.refuse(wrong, f"{board.called(rule.against.item)} is what no value can be.")
        return stated / times + 0 * count

    tops = over_cohorts(board, count, rule.within, total)
    sizes = np.where(np.isnan(count), np.nan, np.ones_like(count) if rule.error else second)
    with np.errstate(divide="ignore", invalid="ignore"):
        return tops / over_cohorts(board, sizes, rule.within, total)


def total(values: Floats) -> Floats:
    """The sum of the values of each draw, for each that has one."""
    there = ~np.isnan(values)
    return np.where(there, np.where(there, values, 0.0).sum(axis=1, keepdims=True), np.nan)


def everywhere(values: Floats) -> Floats:
    """The sum of the values of each draw, for everyone of the cohort."""
    found = np.nansum(values, axis=1, keepdims=True)
    return np.broadcast_to(found, np.broadcast_shapes(found.shape, values.shape))


def in_order(scores: Floats, errors: Floats) -> Floats:
    """A key by which z scores are in order, and equal ones by how exact they are."""
    _, _, first, _ = tied(scores, exact=False)
    _, _, second, _ = tied(errors, exact=False)
    return np.where(np.isnan(scores), np.nan, first * float(scores.shape[1] + 1) + second)


def inner(keys: Floats, trim: float) -> Floats:
    """1 for each that is left when a share at each end, rounded down, is taken away; else 0."""
    place = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1, kind="stable")
    number = counts(keys)
    cut = np.floor(trim * number + NEAR)
    return np.where(np.isnan(keys), np.nan, (place >= cut) & (place < number - cut)) * 1.0


def forward(rule: Significance, value: Floats) -> Floats:
    """A value on the scale on which an error does not depend on it."""
    if rule.error:
        return value
    if rule.logarithmic:
        return np.log(value)
    return np.arcsin(np.sqrt(value)) if rule.out_of else np.sqrt(value)


def back(rule: Significance, value: Floats) -> Floats:
    """A value brought back from that scale."""
    if rule.error:
        return value
    if rule.logarithmic:
        return np.exp(value)
    return np.sin(np.clip(value, 0.0, HALF_TURN)) ** 2 if rule.out_of else np.maximum(value, 0.0) ** 2


def flat_error(rule: Significance, second: Floats, standard: Floats) -> Floats:
    """The standard error on that scale; on a logarithm by the events that the standard leads one to expect."""
    if rule.logarithmic:
        return 1 / np.sqrt(second * standard)
    return second if rule.error else 1 / (2 * np.sqrt(second))


def dispersions(board: Board, rule: Significance, value: Floats, standard: Floats, second: Floats) -> Limits:
    """Phi and tau2 of each organisation's cohort."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(np.isnan(value), np.nan, flat_error(rule, second, standard))
        scores = (forward(rule, value) - forward(rule, standard)) / error
    assert rule.overdispersion is not None  # noqa: S101 (asked only where there is)
    trim = board.number(rule.overdispersion.trim)

    if rule.overdispersion.outer == "left out":
        kept = over_cohorts(board, in_order(scores, error), rule.within, lambda keys: inner(keys, trim))
        scores, error = np.where(kept > 0, scores, np.nan), np.where(kept > 0, error, np.nan)

    def phi_of(own: Floats) -> Floats:
        ascending, number = np.sort(own, axis=1), counts(own)
        low, high = quantile(ascending, number, trim, "linear"), quantile(ascending, number, 1 - trim, "linear")
        squares = (
            own**2 if rule.overdispersion and rule.overdispersion.outer == "left out" else np.clip(own, low, high) ** 2
        )
        phi = np.nansum(squares, axis=1, keepdims=True) / np.maximum(number, 1)
        return np.broadcast_to(phi, np.broadcast_shapes(phi.shape, own.shape))

    phi = over_cohorts(board, scores, rule.within, phi_of)
    weight = 1 / error**2
    number = over_cohorts(board, np.where(np.isnan(weight), np.nan, 1.0), rule.within, everywhere)
    whole, squares = (over_cohorts(board, part, rule.within, everywhere) for part in (weight, weight**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        tau2 = np.maximum(0.0, (number * phi - (number - 1)) / (whole - squares / whole))
    return phi, np.where(number > 1, tau2, 0.0)


def limits(
    rule: Significance, what: tuple[Floats, Floats, Floats], confidence: Decimal, dispersed: Limits | None
) -> Limits:
    """The limits at one confidence, before `times`."""
    count, second, standard = what
    z = float(normal_quantile(confidence))
    if rule.method == "wilson":
        middle, divisor = 2 * count + z * z, 2 * (second + z * z)
        reach = z * np.sqrt(z * z + 4 * count * (1 - count / second))
        return (middle - reach) / divisor, (middle + reach) / divisor
    if rule.method == "exact poisson":
        low, high = exact(count, confidence)
        return low / second, high / second
    if rule.method == "byar":
        low, high = byar(count, z)
        if rule.under_10 == "exact poisson":
            few = exact(np.where(count < FEW, count, np.nan), confidence)
            low, high = np.where(count < FEW, few[0], low), np.where(count < FEW, few[1], high)
        return low / second, high / second
    if dispersed is not None and rule.overdispersion is not None:
        error, (phi, tau2) = flat_error(rule, second, standard), dispersed
        additive = rule.overdispersion.form == "additive"
        wide = np.sqrt(error**2 + tau2) if additive else error * np.sqrt(np.maximum(1.0, phi))
        middle = forward(rule, standard)
        return back(rule, middle - z * wide), back(rule, middle + z * wide)
    if rule.error:
        return standard - z * second, standard + z * second
    reach = z * np.sqrt((standard * (1 - standard) if rule.out_of else standard) / second)
    high = standard + reach
    return np.maximum(standard - reach, 0.0), np.minimum(high, 1.0) if rule.out_of else high


def byar(count: Floats, z: float) -> Limits:
    """Byar's approximate limits of a count."""
    some = np.where(count > 0, count, 1.0)
    low = np.where(count > 0, some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(low < 0, np.nan, low), high


def exact(count: Floats, confidence: Decimal) -> Limits:
    """The exact limits of counts of events; each number of events is worked out once, by the engine's own function."""
    low, high = np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    for number in np.unique(count[~np.isnan(count) & (count >= 0) & (count % 1 == 0)]):
        ends = exact_poisson(int(number), confidence)
        here = count == number
        low[here], high[here] = float(ends[0] or 0), float(ends[1])
    return low, high


OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Codes]] = {"significance": significance}
"""The arithmetic of each kind, by its name."""
