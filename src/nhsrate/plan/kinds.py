"""Where the array arithmetic of each kind stands: `ARITHMETIC`, or else `BY_THE_ENGINE` with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.kinds.grouping import Clusters
from nhsrate.plan import arithmetic, clusters, deciding, places, significance, statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.rule import Rule
    from nhsrate.plan.board import Board
    from nhsrate.plan.columns import Array

ROW_WISE: dict[str, Callable[[Board, Any], Array]] = {**arithmetic.ROW_WISE, **deciding.ROW_WISE}
"""Kinds whose result for one organisation rests on that organisation alone."""

OVER_ORGANISATIONS: dict[str, Callable[[Board, Any], Array]] = {
    **clusters.OVER_ORGANISATIONS,
    **places.OVER_ORGANISATIONS,
    **significance.OVER_ORGANISATIONS,
    **statistics.OVER_ORGANISATIONS,
}
"""Kinds whose result for one organisation may rest on others too."""

ARITHMETIC: dict[str, Callable[[Board, Any], Array]] = {**ROW_WISE, **OVER_ORGANISATIONS}
"""The arithmetic of every kind that is in the plan."""

BY_THE_ENGINE: dict[str, str] = {
    "clusters by hartigan-wong": "each value is moved in its turn, and its result hangs on the order of all of them",
}
"""What is not in the plan, and why: it is rated by the engine, one draw at a time."""


def left_to_the_engine(rule: Rule) -> str | None:
    """Why a rule is not in the plan; nothing where it is."""
    if isinstance(rule, Clusters) and rule.algorithm == "hartigan-wong":
        return BY_THE_ENGINE["clusters by hartigan-wong"]
    return None
