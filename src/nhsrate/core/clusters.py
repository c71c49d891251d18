"""Clusters: k-means in one dimension, exactly as stated, so that everyone gets the same levels.

The algorithm of the US hospital star ratings: seeds are the medians of equal-count bins (SAS PROC FASTCLUS, `strict`),
or R's `kmeans` with the algorithm of Hartigan and Wong (Applied Statistics 28, 1979, AS 136). Lloyd's iteration is told
in IEEE Transactions on Information Theory 28 (1982), 129.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing
from nhsrate.core.numbers import ZERO, snap
from nhsrate.core.quantiles import Definition, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

# Why this is written out rather than taken from a library. K-means has no one answer: where it ends depends on where it
# begins. Libraries begin at random places and keep the best end, or search for the best partition of all; against the
# published stars of 2023 the first gives 413 hospitals another star, the second 370. So nothing here is left to choose:
# not the seeds (with the definition of their quantiles), not who wins a tie, not when it ends.
#
# In one dimension clusters are intervals. With the values in ascending order a cluster is what lies between two middles
# of neighbouring centres, its sum the difference of two running sums, and a round costs a bisection for each centre
# rather than a distance for each value and centre. Centres are snapped to the digits at which numbers are compared, so
# that "they stopped changing" can be asked exactly, and needs no tolerance that a user would have to choose.


def bin_median_seeds(ordered: Sequence[Decimal], k: int, definition: Definition) -> list[Decimal]:
    """The median of each of k bins cut at the 1/k, 2/k, ... quantiles; bins are closed on the right.

    A bin that ties leave empty gives no seed, so there may be fewer than k.
    """
    edges = [quantile(ordered, Decimal(j) / k, definition) for j in range(1, k)]
    starts = [0, *(bisect_right(ordered, edge) for edge in edges), len(ordered)]
    seeds = []
    for low, high in pairwise(starts):
        if low < high:
            middle = (low + high) // 2
            seeds.append(ordered[middle] if (high - low) % 2 else snap((ordered[middle - 1] + ordered[middle]) / 2))
    return seeds


def lloyd(
    ordered: Sequence[Decimal], seeds: Sequence[Decimal], *, rounds: int = 1000, trim: Decimal | None = None
) -> list[Decimal]:
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
    return centres


def running_sums(ordered: Sequence[Decimal]) -> list[Decimal]:
    """The sum of the first 0, 1, 2, ... values."""
    sums = [ZERO]
    for value in ordered:
        sums.append(sums[-1] + value)
    return sums


def boundaries(ordered: Sequence[Decimal], centres: Sequence[Decimal]) -> list[int]:
    """Where each cluster's values begin among the ascending values, and where the last ends."""
    return [0, *(bisect_right(ordered, middle) for middle in middles_of(centres)), len(ordered)]


def middles_of(centres: Sequence[Decimal]) -> list[Decimal]:
    """Halfway between neighbouring centres; a value at a middle belongs to the lower one."""
    return [(low + high) / 2 for low, high in pairwise(centres)]


# Why Hartigan and Wong's algorithm stands beside Lloyd's: it is no faster way to the same end but ends elsewhere. Lloyd
# asks which centre is nearest while all of them stand still; this asks whether moving one value lowers the sum of
# squares once both centres have moved along, hence the factors n / (n + 1) and n / (n - 1), and so leaves ends at which
# Lloyd stops. One move changes what the next is worth: the order of the values, and of the moves, decides where it
# ends. That is why the paper's two stages and their bookkeeping (which clusters are live, when each last changed) are
# kept as they are, though a plainer loop would do for another algorithm: R's results are the ones that were published.


@changing
class _Cluster:
    """One cluster of Hartigan and Wong: its centre, its size, and when it last changed."""

    centre: Decimal
    size: int = 0
    live: int = 0
    changed: int = -1
    moved: bool = True

    def gain(self) -> Decimal:
        """What one value more costs: n / (n + 1)."""
        return Decimal(self.size) / (self.size + 1)

    def loss(self) -> Decimal:
        """What one value less saves: n / (n - 1)."""
        return Decimal(self.size) / (self.size - 1)


class _HartiganWong:
    """The state of algorithm AS 136 for one dimension; the names of its stages are the paper's."""

    def __init__(self, values: Sequence[Decimal], seeds: Sequence[Decimal]) -> None:
        self.values = values
        self.clusters = [_Cluster(seed) for seed in seeds]
        self.first: list[int] = []
        self.second: list[int] = []
        self.unmoved = 0
        for value in values:
            near = sorted(range(len(seeds)), key=lambda k: ((value - seeds[k]) ** 2, k))
            self.first.append(near[0])
            self.second.append(near[1])
        for k, cluster in enumerate(self.clusters):
            members = [value for value, own in zip(values, self.first, strict=True) if own == k]
            if members:
                cluster.size, cluster.centre = len(members), sum(members, ZERO) / len(members)

    def distance(self, n: int, k: int) -> Decimal:
        """The squared distance of a value from a centre."""
        return (self.values[n] - self.clusters[k].centre) ** 2

    def cost(self, n: int, k: int) -> Decimal:
        """What it costs to have a value in another cluster; snapped, so that what costs the same is no improvement."""
        return snap(self.distance(n, k) * self.clusters[k].gain())

    def saved(self, n: int, k: int) -> Decimal:
        """What it saves to take a value out of its cluster, likewise."""
        return snap(self.distance(n, k) * self.clusters[k].loss())

    def transfer(self, n: int, to: int) -> None:
        """Move a value to another cluster, and both centres with it."""
        own, other = self.clusters[self.first[n]], self.clusters[to]
        own.centre = (own.centre * own.size - self.values[n]) / (own.size - 1)
        other.centre = (other.centre * other.size + self.values[n]) / (other.size + 1)
        own.size, other.size = own.size - 1, other.size + 1
        self.first[n], self.second[n] = to, self.first[n]

    def optimal_transfer(self) -> None:
        """Each value to the cluster where it costs least; only live clusters are looked at where that is enough."""
        count = len(self.values)
        for cluster in self.clusters:
            if cluster.moved:
                cluster.live = count
        for n in range(count):
            self.unmoved += 1
            own = self.first[n]
            if self.clusters[own].size > 1:
                best = self.second[n]
                cost = self.cost(n, best)
                for k, cluster in enumerate(self.clusters):
                    if (n >= self.clusters[own].live and n >= cluster.live) or k in {own, self.second[n]}:
                        continue
                    if (here := self.cost(n, k)) < cost:
                        best, cost = k, here
                if cost >= self.saved(n, own):
                    self.second[n] = best
                else:
                    self.unmoved = 0
                    for k in (own, best):
                        self.clusters[k].live = count + n
                        self.clusters[k].changed = n
                    self.transfer(n, best)
            if self.unmoved == count:
                return
        for cluster in self.clusters:
            cluster.moved = False
            cluster.live -= count

    def quick_transfer(self) -> None:
        """Each value between its two nearest clusters, until a whole round moves none."""
        count = len(self.values)
        still = step = 0
        while True:
            for n in range(count):
                own, other = self.first[n], self.second[n]
                due = step < self.clusters[own].changed or step < self.clusters[other].changed
                still += 1
                if due and self.clusters[own].size > 1 and self.cost(n, other) < self.saved(n, own):
                    still = self.unmoved = 0
                    for k in (own, other):
                        self.clusters[k].moved = True
                        self.clusters[k].changed = step + count
                    self.transfer(n, other)
                step += 1
                if still == count:
                    return


def hartigan_wong(
    values: Sequence[Decimal], seeds: Sequence[Decimal], *, rounds: int = 10
) -> tuple[list[int], list[Decimal]]:
    """Which cluster each value is in, and the ascending centres, by Hartigan and Wong's algorithm (AS 136).

    The result depends on the order of the values. Clusters are counted in the order of their centres.
    """
    seeds = sorted(dict.fromkeys(seeds))
    if len(seeds) == 1:
        return [0] * len(values), [snap(sum(values, ZERO) / len(values))]
    state = _HartiganWong(values, seeds)
    for _ in range(rounds):
        state.optimal_transfer()
        if state.unmoved == len(values):
            break
        state.quick_transfer()
        if len(seeds) == 2:
            break
        for cluster in state.clusters:
            cluster.changed = 0
    members: dict[int, list[Decimal]] = {}
    for value, own in zip(values, state.first, strict=True):
        members.setdefault(own, []).append(value)
    means = sorted((snap(sum(group, ZERO) / len(group)), own) for own, group in members.items())
    position = {own: place for place, (_, own) in enumerate(means)}
    return [position[own] for own in state.first], [mean for mean, _ in means]
