"""What draws cost that the engine has to rate: told before they are made."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from nhsrate.analysis.sources import joined
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.engine.assess import assess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.robustness import Drawing

SHORT = 10.0
"""What takes less than so many seconds is done before anybody has read how long it takes."""


def slow_draws(drawing: Drawing, runs: Sequence[Sequence[int]], draws: int) -> Problem | None:
    """Which items are not in the arrays, why, and in how many draws of these runs; nothing where all are.

    Where it is long, also how long it will take, by the time of one rating.
    """
    reasons: dict[str, str] = {}
    rated = 0
    for chosen in runs:
        several = any(drawing.vary[source].what == "variants" for source in chosen)
        plans = drawing.plans if several else drawing.plans[:1]
        for k, plan in enumerate(plans):
            change = joined([drawing.sources[k][source].drawn(1, 0, 1) for source in chosen], 1)
            found = plan.unplanned(change)
            reasons |= found
            rated += draws // len(plans) if found else 0
    if not reasons:
        return None
    start = perf_counter()
    assess(drawing.assessments[0].submitted, drawing.assessments[0].methodology, only=[drawing.item.id])
    seconds = (perf_counter() - start) * rated
    why = "; ".join(f"{id_} is not in the arrays, since {reason}" for id_, reason in reasons.items())
    message = f"The engine rates {rated:,} draws one by one: {why}."
    remedy = "Fewer --draws take less."
    if seconds >= SHORT:
        remedy = f"It will take {lasting(seconds)}; fewer --draws take less."
    return Problem(CellLocation(drawing.assessments[0].submitted.name), "slow-draws", message, remedy, "note")


def lasting(seconds: float) -> str:
    """A time in words, as exact as it is known.

    >>> lasting(14), lasting(250), lasting(20_000)
    ('about 14 seconds', 'about 4 minutes', 'about 6 hours')
    """
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"about {seconds / size:.0f} {unit}"
    return f"about {seconds:.0f} seconds"
