"""How far a value lies on the better side of a target."""

from __future__ import annotations

import pytest
from tests.support.rules import rate, results, why

RULES = """
inputs: {waits: {type: number, polarity: SIDE}, goal: {type: number}}
measures: {ahead: {kind: margin, of: waits, target: goal AS}}
"""


@pytest.mark.parametrize(
    ("side", "as_", "result", "said"),
    [
        ("higher", "", "4", "higher is better: 24 - 20"),
        ("lower", "", "-4", "lower is better: 20 - 24"),
        ("higher", ", as: percent", "20", "higher is better: (24 - 20) x 100 / |20|"),
        ("lower", ", as: percent", "-20", "lower is better: (20 - 24) x 100 / |20|"),
    ],
)
def test_a_margin_is_told_with_the_side_that_is_better(side: str, as_: str, result: str, said: str) -> None:
    rated = rate(RULES.replace("SIDE", side).replace(" AS", as_), waits="24", goal="20")
    assert results(rated, "ahead") == [result]
    assert why(rated, "ahead").replace("goal (20)", "20") == said
