"""Effective weights: which part of a headline rating everything below it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.numbers import ONE, WORKING, ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.methodology import Methodology


def effective_weights(methodology: Methodology) -> dict[str, dict[str, Decimal]]:
    """For each headline rating, which part of it everything it rests on decides, after all levels of weighting.

    The shares that each rule gives its items are multiplied down from the headline (1). What a rule decides by a table
    or by conditions has no share to hand on, so it ends there: it decides by rule.
    """
    found = {}
    for headline in methodology.headlines:
        parts: dict[str, Decimal] = {headline.id: ONE}
        for id_ in reversed(methodology.order):
            if id_ not in parts:
                continue
            for item, share in methodology.items[id_].rule.shares().items():
                part = WORKING.multiply(parts[id_], share)
                parts[item] = WORKING.add(parts.get(item, ZERO), part)
        known = (*methodology.inputs, *methodology.items)
        found[headline.id] = {id_: parts[id_] for id_ in known if id_ in parts and id_ != headline.id}
    return found
