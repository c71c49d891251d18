"""How far a value lies on the better side of a target."""

from __future__ import annotations

import pytest
from tests.support.rules import method, plain, rate, results, why

RULES = """
inputs: {waits: {type: number, polarity: SIDE}, goal: {type: number}}
measures: {ahead: {kind: margin, of: waits, target: goal AS}}
"""


@pytest.mark.parametrize(
    ("side", "as_", "result", "said"),
    [
        ("higher", "", "9", "higher is better: 25 - 16"),
        ("lower", "", "-9", "lower is better: 16 - 25"),
        ("higher", ", as: percent", "56.25", "higher is better: (25 - 16) x 100 / |16|"),
        ("lower", ", as: percent", "-56.25", "lower is better: (16 - 25) x 100 / |16|"),
    ],
)
def test_a_margin_is_told_with_the_side_that_is_better(side: str, as_: str, result: str, said: str) -> None:
    rated = rate(RULES.replace("SIDE", side).replace(" AS", as_), waits="25", goal="16")
    assert results(rated, "ahead") == [result]
    assert why(rated, "ahead").replace("goal (16)", "16") == said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("goal", "how far Waits is on the better side of Goal"),
        ("{item: goal, plus: 5}", "how far Waits is on the better side of Goal + 5"),
        ("5", "how far Waits is on the better side of 5"),
        ("cut", "how far Waits is on the better side of 5 (cut)"),
        ("goal, as: percent", "how far Waits is on the better side of Goal, in per cent of it"),
        ("5, better: lower", "how far Waits is on the better side of 5; lower is better"),
        ("5, better: {item: side}", "how far Waits is on the better side of 5; Side says which is better"),
    ],
)
def test_a_margin_in_words(target: str, said: str) -> None:
    rules = f"""
    scales: {{sides: [{{level: higher}}, {{level: lower}}]}}
    figures: {{cut: {{value: 5, basis: stated}}}}
    inputs: {{waits: {{type: number, title: Waits, polarity: higher}}, goal: {{type: number, title: Goal}}, side: {{type: level, scale: sides, title: Side}}}}
    measures: {{ahead: {{kind: margin, of: waits, target: {target}, published: true}}}}
    """
    assert plain(method(rules), "ahead") == said
