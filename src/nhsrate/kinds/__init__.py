"""The kinds: each a frozen record of its fields with its arithmetic, its reason and its rule in words.

A kind lives in one module of this package and is listed in that module's `KINDS`; nothing else needs to know it.
"""

from __future__ import annotations

from nhsrate.kinds import arithmetic, combining, composite, deciding, grouping, scoring, statistics
from nhsrate.kinds.rule import Rule

__all__ = ["KINDS", "Rule"]

MODULES = (arithmetic, combining, composite, deciding, grouping, scoring, statistics)
KINDS = {kind.kind: kind for module in MODULES for kind in module.KINDS}
