"""Reasons of what came as published and is supposed, and of limits after which there is no level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner
from tests.support.rules import rate

from nhsrate.commands.main import main
from nhsrate.core.cells import Missing
from nhsrate.engine.explain import explain

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
id: rules
title: Rules
inputs: {a: {type: number}}
measures: {m: {title: Mean, kind: mean, of: [a], missing: leave out, given_as: [Published mean]}}
ratings: {r: {kind: sum, of: [m], headline: true}}
"""


def test_a_published_result_that_is_supposed_says_what_the_return_says(tmp_path: Path) -> None:
    """In its own reason."""
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "r.csv").write_text("code,a,Published mean\nA,1,2\nB,3,4\n")
    words = ["explain", str(tmp_path / "r.csv"), "A", "-m", str(tmp_path / "rules.yaml"), "--suppose", "A.m=9"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "supposed; the return says 2" in result.stdout


def test_after_a_cap_that_is_missing_no_further_limit_has_figures() -> None:
    """The level is gone, and what would have capped it once more is not asked."""
    rules = """
        figures: {most: {value: 3, basis: assumed}}
        scales: {lights: [{level: 3}, {level: 2}, {level: 1}]}
        inputs: {a: {type: number, polarity: higher}, b: {type: number, optional: true}}
        measures: {b_level: {kind: thresholds, of: b, scale: lights, levels: [{level: 3, at_least: 3}, {level: 1, otherwise: true}]}}
        ratings:
          r:
            kind: thresholds
            of: a
            scale: lights
            headline: true
            levels: [{level: 3, at_least: 3}, {level: 2, at_least: 2}, {level: 1, otherwise: true}]
            limits:
              - {at_best: {item: b_level}, because: the cap}
              - {at_best: 2, when: {a: "> most"}, because: too much, missing: fails}
        """
    rated = rate(rules, a="5 5", b="- 3")
    assert isinstance(rated.columns["r"][0], Missing)
    reason = explain(rated, 0).reasons["r"]
    assert "most" not in {figure.name for figure in reason.figures}
    assert {figure.name for figure in explain(rated, 1).reasons["r"].figures} == {"most"}
