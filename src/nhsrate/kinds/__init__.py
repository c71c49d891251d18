"""The kinds: each a frozen record of its fields with its arithmetic, its reason and its rule in words.

A kind lives in one module of this package and is listed in that module's `KINDS`; nothing else needs to know it.
"""

from __future__ import annotations

from nhsrate.kinds import (
    arithmetic,
    bands,
    combining,
    counting,
    deciding,
    grouping,
    lookups,
    places,
    significance,
    statistics,
    thresholds,
)
from nhsrate.kinds.rule import Rule

__all__ = ["KINDS", "Rule"]

MODULES = (
    arithmetic, bands, combining, counting, deciding, grouping, lookups, places, significance, statistics, thresholds,
)  # fmt: skip
KINDS: dict[str, type[Rule]] = {kind.kind: kind for module in MODULES for kind in module.KINDS}
"""Every kind by the name that rule files choose it by."""
