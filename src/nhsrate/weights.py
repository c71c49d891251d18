"""Effective weights: which part of a rating everything below it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.numbers import ONE, WORKING, ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.methodology import Methodology


def effective_weights(methodology: Methodology) -> dict[str, dict[str, Decimal]]:
    """For each headline rating, which part of it everything it rests on decides, after all levels of weighting."""
    return {headline.id: parts_of(methodology, headline.id) for headline in methodology.headlines}


def parts_of(methodology: Methodology, root: str) -> dict[str, Decimal]:
    """Which part of an item everything it rests on decides, in the order of the file.

    The shares that each rule gives its items are multiplied down from the item itself (1). What a rule decides by a
    table or by conditions has no share to hand on, so it ends there: it decides by rule.
    """
    parts: dict[str, Decimal] = {root: ONE}
    for id_ in reversed(methodology.order):
        if id_ not in parts:
            continue
        for item, share in methodology.items[id_].rule.shares().items():
            part = WORKING.multiply(parts[id_], share)
            parts[item] = WORKING.add(parts.get(item, ZERO), part)
    known = (*methodology.inputs, *methodology.items)
    return {id_: parts[id_] for id_ in known if id_ in parts and id_ != root}
