"""The kinds: each a frozen record of its fields with its arithmetic, its reason and its rule in words.

A kind lives in one module of this package and is listed in that module's `KINDS`; nothing else needs to know it.
"""

from __future__ import annotations

from nhsrate.kinds import arithmetic, combining, deciding, scoring
from nhsrate.kinds.rule import Rule

__all__ = ["KINDS", "Rule"]

KINDS = {kind.kind: kind for module in (arithmetic, combining, deciding, scoring) for kind in module.KINDS}
