"""The kinds: each a frozen record of its fields with its arithmetic, its reason and its rule in words.

A kind lives in one module of this package and stands in the table below; nothing else needs to know it. Its module is
imported when a rule file names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.kinds.rule import Rule


class Kinds(Mapping[str, "type[Rule]"]):
    """Kinds by name, each brought from its place, the module and class `module.Class`, when it is asked for."""

    def __init__(self, places: dict[str, str]) -> None:
        """Of the kinds at those places."""
        self.places = places

    def __getitem__(self, kind: str) -> type[Rule]:
        module, _, name = self.places[kind].partition(".")
        found: type[Rule] = getattr(import_module(f"nhsrate.kinds.{module}"), name)
        return found

    def __contains__(self, kind: object) -> bool:
        return kind in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


KINDS = Kinds({
    "ratio": "arithmetic.Ratio",
    "difference": "arithmetic.Difference",
    "margin": "margin.Margin",
    "logarithm": "arithmetic.Logarithm",
    "constant": "handed_on.Constant",
    "earlier": "handed_on.Earlier",
    "first-available": "handed_on.FirstAvailable",
    "clip": "arithmetic.Clip",
    "quantile-bands": "bands.QuantileBands",
    "tiles": "bands.Tiles",
    "sum": "combining.Sum",
    "mean": "combining.Mean",
    "weighted-mean": "combining.WeightedMean",
    "median": "combining.Median",
    "lowest": "combining.Lowest",
    "highest": "combining.Highest",
    "count": "counting.Count",
    "decide": "deciding.Decide",
    "level": "deciding.LevelOf",
    "clusters": "grouping.Clusters",
    "reported": "grouping.Reported",
    "weight-used": "grouping.WeightUsed",
    "lookup": "lookups.Lookup",
    "matrix": "lookups.Matrix",
    "product": "means.Product",
    "geometric-mean": "means.GeometricMean",
    "harmonic-mean": "means.HarmonicMean",
    "weighted-variance": "means.WeightedVariance",
    "rank-spread": "places.RankSpread",
    "place": "places.Place",
    "significance": "significance.Significance",
    "standardise": "statistics.Standardise",
    "min-max": "goalposts.MinMax",
    "percentile-rank": "statistics.PercentileRank",
    "winsorise": "statistics.Winsorise",
    "relative": "statistics.Relative",
    "statistic": "summaries.Summary",
    "thresholds": "thresholds.Thresholds",
})  # fmt: skip
"""Every kind by the name that rule files choose it by."""
