"""What number a rating is made of by weights, and by which thresholds."""

from __future__ import annotations

import pytest
from tests.support.rules import method

from nhsrate.engine.weights import score_of

RULES = """
scales: {s: [{level: 2}, {level: 1}]}
inputs: {a: {type: number}, b: {type: number}}
measures: {mean: {kind: weighted-mean, of: {a: 1, b: 3}}, step: {kind: thresholds, of: mean, scores: [{score: 2, at_least: 2}, {score: 1, otherwise: true}]}}
ratings: {r: {RULE, headline: true}}
"""


@pytest.mark.parametrize(
    ("rule", "score", "cut"),
    [
        ("kind: level, scale: s, of: mean, halves: up", "mean", None),
        (
            "kind: thresholds, scale: s, of: mean, levels: [{level: 2, at_least: 2}, {level: 1, otherwise: true}]",
            "mean",
            "r",
        ),
        ("kind: level, scale: s, of: step, halves: up", "mean", None),
        ("kind: weighted-mean, of: {a: 1, b: 1}", "r", None),
        ("kind: decide, scale: s, rows: [{when: {mean: '>= 2'}, then: 2}], otherwise: 1", None, None),
    ],
)
def test_only_thresholds_that_give_levels_are_the_cut(rule: str, score: str | None, cut: str | None) -> None:
    rules = method(RULES.replace("RULE", rule))
    found = [item.id if item else None for item in score_of(rules, rules.items["r"])]
    assert found == [score, cut]
