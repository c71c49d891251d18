"""Clusters: k-means in one dimension, exactly as stated, so that everyone gets the same levels.

The algorithm of the US hospital star ratings: seeds are the medians of equal-count bins (SAS PROC FASTCLUS, `strict`),
or R's `kmeans` with the algorithm of Hartigan and Wong (Applied Statistics 28, 1979, AS 136).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.numbers import ZERO, snap
from nhsrate.quantiles import Definition, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence


def bin_median_seeds(ordered: Sequence[Decimal], k: int, definition: Definition) -> list[Decimal]:
    """The median of each of k bins cut at the 1/k, 2/k, ... quantiles; bins are closed on the right.

    A bin that ties leave empty gives no seed, so there may be fewer than k.
    """
    edges = [quantile(ordered, Decimal(j) / k, definition) for j in range(1, k)]
    starts = [0, *(bisect_right(ordered, edge) for edge in edges), len(ordered)]
    seeds = []
    for low, high in zip(starts, starts[1:], strict=False):
        if low < high:
            middle = (low + high) // 2
            seeds.append(
                ordered[middle] if (high - low) % 2 else snap((ordered[middle - 1] + ordered[middle]) / 2)
            )
    return seeds


def lloyd(
    ordered: Sequence[Decimal], seeds: Sequence[Decimal], *, rounds: int = 1000, trim: Decimal | None = None
) -> tuple[Decimal, ...]:
    """Lloyd's iteration over ascending values until the centres stop changing exactly, or for so many rounds.

    A value goes to the nearest centre, a tie to the lower one. With `trim`, values farther than that from their
    nearest centre do not move it. A cluster that is left empty keeps its centre.
    """
    sums = running_sums(ordered)
    centres = sorted(dict.fromkeys(seeds))
    for _ in range(rounds):
        bounds = boundaries(ordered, centres)
        moved = []
        for centre, low, high in zip(centres, bounds, bounds[1:], strict=False):
            first, last = low, high
            if trim is not None:
                first = max(low, bisect_left(ordered, centre - trim))
                last = min(high, bisect_right(ordered, centre + trim))
            moved.append(snap((sums[last] - sums[first]) / (last - first)) if first < last else centre)
        if moved == centres:
            break
        centres = moved
    return tuple(centres)


def running_sums(ordered: Sequence[Decimal]) -> list[Decimal]:
    """The sum of the first 0, 1, 2, ... values."""
    sums = [ZERO]
    for value in ordered:
        sums.append(sums[-1] + value)
    return sums


def boundaries(ordered: Sequence[Decimal], centres: Sequence[Decimal]) -> list[int]:
    """Where each cluster's values begin among the ascending values, and where the last ends."""
    middles = [(low + high) / 2 for low, high in zip(centres, centres[1:], strict=False)]
    return [0, *(bisect_right(ordered, middle) for middle in middles), len(ordered)]


def hartigan_wong(
    ordered: Sequence[Decimal], seeds: Sequence[Decimal], *, rounds: int = 1000, trim: Decimal | None = None
) -> tuple[Decimal, ...]:
    """The centres of Hartigan and Wong's algorithm (AS 136) over ascending values, which fixes its result."""
    raise NotImplementedError(ordered, seeds, rounds, trim)
