"""Named figures: those without a value, and those that stand for a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from nhsrate.core.problems import Refused
from nhsrate.editions.catalogue import methodology_json, methodology_text
from nhsrate.engine.assess import assess
from nhsrate.reports.summary import setting_lines, status_text
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.rules.model import Methodology

EVERYWHERE = """
id: rules
title: Rules
figures:
  low: {required: true, basis: stated, note: in a table that is not held}
  high: {required: true, basis: assumed}
scales: {stars: [{level: 3}, {level: 2}, {level: 1}]}
inputs: {waits: {type: number, polarity: lower}, rank: {type: number}}
measures:
  mean: {kind: weighted-mean, of: {waits: low, rank: high}, missing: {count as: low}, round: {step: low}}
  kept: {kind: winsorise, of: waits, over: everyone, low: low, high: high, definition: linear}
  scaled: {kind: min-max, of: waits, over: everyone, low: low, high: high}
  spread: {kind: rank-spread, of: waits, best: low, worst: high, rank: rank, ranked: high}
  geometric: {kind: geometric-mean, of: [spread, waits]}
ratings:
  band:
    kind: quantile-bands
    scale: stars
    of: waits
    over: everyone
    definition: linear
    levels: [{level: 3, best: low}, {level: 2, best: high}, {level: 1, otherwise: true}]
  stars:
    kind: thresholds
    scale: stars
    headline: true
    of: waits
    levels: [{level: 3, at_most: low}, {level: 2, at_most: high}, {level: 1, otherwise: true}]
    limits: [{at_best: low, when: {mean: low..high}, because: so, missing: fails}]
"""

SIMPLE = """
id: rules
title: Rules
figures: {cut: {required: true, basis: stated}, cap: {value: 2, basis: assumed}}
scales:
  stars: [{level: best, number: 3}, {level: middle, number: 2}, {level: worst, number: 1}]
  plain: [{level: good}, {level: poor}]
inputs: {points: {type: number}}
ratings:
  stars:
    kind: decide
    scale: stars
    headline: true
    rows: [{when: {points: ">= cut"}, then: best, missing: fails}]
    otherwise: worst
    limits: [{at_best: cap, when: {points: "> 100"}, because: too good to be true, missing: fails}]
"""


def read(folder: Path, text: str) -> tuple[Path, list[str]]:
    """The file with that text, and the codes of its problems."""
    path = folder / "rules.yaml"
    path.write_text(text, "utf-8")
    return path, [problem.code for problem in read_methodology(path)[1]]


def stars(methodology: Methodology, points: list[int]) -> list[str]:
    frame = pd.DataFrame({"Code": [f"R{n}" for n in range(len(points))], "points": points})
    return [str(cell) for cell in assess(read_return(frame, methodology), methodology).columns["stars"]]


def test_a_figure_without_a_value_may_stand_wherever_a_number_may(tmp_path: Path) -> None:
    """The file is checked and printed; what cannot be said without the value is no problem."""
    path, codes = read(tmp_path, EVERYWHERE)
    assert set(codes) <= {"no-effect"}
    methodology = load_methodology(path)
    assert methodology.status == "incomplete"
    assert status_text(methodology) == "incomplete: 2 figures not held, for each run to set (low, high)"
    assert "low = no value (stated): in a table that is not held" in methodology_text(methodology)
    assert '"value": null' in methodology_json(methodology)
    assert "NaN" not in methodology_text(methodology) + methodology_json(methodology)


def test_nothing_is_rated_until_every_figure_has_a_value(tmp_path: Path) -> None:
    path, _ = read(tmp_path, SIMPLE)
    with pytest.raises(Refused) as refused:
        stars(load_methodology(path), [1])
    assert [(problem.code, str(problem.at).split(":")[1]) for problem in refused.value.problems] == [
        ("unset-figure", "4")
    ]
    assert refused.value.problems[0].remedy == "Give it with --set cut=VALUE."


def test_a_value_that_a_run_gives_is_used_and_recorded(tmp_path: Path) -> None:
    path, _ = read(tmp_path, SIMPLE)
    methodology = load_methodology(path, {"cut": "10"})
    assert stars(methodology, [9, 10, 101]) == ["worst", "best", "middle"]
    assert setting_lines(methodology) == ["Set here: cut = 10; the edition has no value."]
    assert {name: str(value) for name, value in methodology.settings.items()} == {"cut": "10"}
    assert methodology.status == "incomplete"
    assert '"edition": null' in methodology_json(methodology)


def test_values_out_of_order_are_a_problem_once_they_are_given(tmp_path: Path) -> None:
    path, _ = read(tmp_path, EVERYWHERE)
    problems = read_methodology(path, {"low": "3", "high": "2"})[1]
    assert {problem.code for problem in problems} == {"bad-test"}


@pytest.mark.parametrize("figure", ["{basis: stated}", "{value: 1, required: true, basis: stated}"])
def test_a_figure_has_a_value_or_is_required(figure: str, tmp_path: Path) -> None:
    assert read(tmp_path, SIMPLE.replace("{required: true, basis: stated}", figure))[1] == ["missing-key"]


def test_a_setting_that_is_no_number_shows_how_one_looks(tmp_path: Path) -> None:
    path, _ = read(tmp_path, SIMPLE)
    (problem,) = read_methodology(path, {"cut": "ten"})[1]
    assert (problem.code, problem.remedy) == ("bad-setting", "Write digits, such as cut=2.5.")


def test_a_figure_stands_for_the_level_of_its_number(tmp_path: Path) -> None:
    path, _ = read(tmp_path, SIMPLE.replace("otherwise: worst", "otherwise: cap"))
    methodology = load_methodology(path, {"cut": "10", "cap": "1"})
    assert stars(methodology, [9, 10, 101]) == ["worst", "best", "worst"]


def test_a_figure_that_is_no_level_s_number_is_a_problem(tmp_path: Path) -> None:
    path, _ = read(tmp_path, SIMPLE)
    (problem,) = read_methodology(path, {"cap": "7"})[1]
    assert problem.code == "unknown-name"
    assert problem.message == "No level of stars has the number 7 (cap)."
    assert problem.remedy == "Its numbers are 3, 2 or 1."


def test_levels_without_numbers_take_no_figure(tmp_path: Path) -> None:
    text = SIMPLE.replace("scale: stars", "scale: plain").replace("then: best", "then: good")
    path, _ = read(tmp_path, text.replace("otherwise: worst", "otherwise: poor"))
    (problem,) = read_methodology(path)[1]
    assert problem.remedy == "Its levels have none: name one, or give number:."
