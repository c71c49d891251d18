"""What the editions of past regimes found amiss in the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nhsrate.core.cells import Level, make_scale
from nhsrate.editions.cases import cases_of, check_case
from nhsrate.engine.assess import assess
from nhsrate.reports.summary import level_label
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.rules.model import Methodology

RULES = """
id: rules
title: Rules
scales:
  score: [{level: 2}, {level: 1}]
  word: [{level: good, aliases: [g]}, {level: poor}]
inputs:
  one: {type: level, scale: score, required: true, markers: {n/a: does not apply}}
  two: {type: level, scale: score}
  said: {type: level, scale: word}
measures:
  mean: {kind: mean, of: [one, two]}
  ones: {kind: count, of: [one, mean], at: 1}
ratings:
  rating: {kind: level, scale: score, of: one, headline: true}
"""


def rules(folder: Path, text: str = RULES) -> Methodology:
    path = folder / "rules.yaml"
    path.write_text(text, "utf-8")
    return load_methodology(path)


def test_a_count_over_levels_and_numbers_tests_them_all_as_numbers(tmp_path: Path) -> None:
    """A level that comes first does not make the test one of levels, which no number would ever pass."""
    both = "cases: [{given: {one: 1, two: 1}, expect: {ones: 2}}, {given: {one: 1, two: 2}, expect: {ones: 1}}]"
    cases, _ = cases_of(both, "cases.yaml")
    methodology = rules(tmp_path)
    assert [check_case(case, methodology).misses for case in cases] == [(), ()]


def test_a_count_over_levels_of_two_scales_by_a_name_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES.replace("of: [one, mean], at: 1", "of: [said, one], at: good"), "utf-8")
    _, problems = read_methodology(path)
    assert [problem.code for problem in problems] == ["bad-test"]


def test_a_declared_marker_answers_a_required_input(tmp_path: Path) -> None:
    methodology = rules(tmp_path)
    frame = pd.DataFrame({"Code": ["A", "B"], "one": ["n/a", "1"], "two": ["1", "2"], "said": ["G", "poor"]})
    columns = assess(read_return(frame, methodology), methodology, only=[]).columns
    assert [str(cell) for cell in columns["one"]] == ["missing (does not apply)", "1"]
    assert [str(cell) for cell in columns["said"]] == ["good", "poor"]


def test_an_alias_is_found_whatever_its_case() -> None:
    levels = [Level("word", "good", 0), Level("word", "poor", 1)]
    scale = make_scale("word", levels)
    scale.by_name["g"] = levels[0]
    assert scale.find(" G ") is levels[0]
    assert scale.find("x") is None


def test_a_level_whose_word_is_its_name_of_two_words_is_said_once() -> None:
    assert level_label(Level("band", "top quarter", 0, "top quarter")) == "top quarter"
    assert level_label(Level("band", "top", 0, "the topmost")) == "top, the topmost"
