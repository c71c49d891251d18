"""What a return may give for an item as already published: its range, and the markers that say there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nhsrate.core.problems import Refused
from nhsrate.editions.cases import cases_of, check_case
from nhsrate.engine.assess import assess
from nhsrate.files.csv_text import csv_book
from nhsrate.returns.read import read_tables
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

RULES = """
id: rules
title: A score that may come as published
scales: {segments: [{level: 1}, {level: 2}]}
inputs:
  waits: {type: number, polarity: lower}
measures:
  score:
    kind: rank-spread
    of: waits
    best: 1
    worst: 4
    given_as: [published score]
    valid: 1..4
    markers: {"0": no score}
ratings:
  segment:
    kind: thresholds
    scale: segments
    headline: true
    of: score
    levels: [{level: 1, at_most: 2}, {level: 2, otherwise: true}]
"""


def methodology(folder: Path, rules: str = RULES) -> Methodology:
    file = folder / "rules.yaml"
    file.write_text(rules)
    return load_methodology(file)


def rated(folder: Path, *lines: str) -> Assessment:
    rules = methodology(folder)
    book = csv_book("r.csv", "\n".join(lines).encode(), "")
    return assess(read_tables([book], rules.wanted(), rules.reading), rules)


def test_a_published_score_is_taken_and_where_it_is_blank_it_is_worked_out(tmp_path: Path) -> None:
    assessment = rated(tmp_path, "Code,waits,published score", "A,1,3.5", "B,2,", "C,3,")
    assert [str(cell) for cell in assessment.columns["score"]] == ["3.5", "2.5", "4"]
    assert [assessment.given("score", n) for n in range(3)] == [True, False, False]


def test_a_published_score_outside_its_range_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        rated(tmp_path, "Code,waits,published score", "A,1,3.5", "B,2,7")
    assert "r.csv:C3: 7 lies outside the valid range, 1 to 4." in str(refused.value.problems[0])


def test_a_marker_for_a_published_score_says_that_there_is_none(tmp_path: Path) -> None:
    """It is not worked out from the value either: the publisher withheld it."""
    assessment = rated(tmp_path, "Code,waits,published score", "A,1,3.5", "B,2,0", "C,3,1.2")
    assert [str(cell) for cell in assessment.columns["score"]] == ["3.5", "missing (no score)", "1.2"]
    assert [str(cell) for cell in assessment.columns["segment"]] == ["2", "missing (no score)", "1"]
    assert not assessment.given("score", 1)


def test_a_case_gives_the_marker_as_a_return_does(tmp_path: Path) -> None:
    [case], problems = cases_of(
        """
cases:
  - organisations:
      A: {given: {waits: 1, score: "0"}, expect: {score: missing}}
      B: {given: {waits: 2, score: 2}, expect: {score: 2, segment: 1}}
""",
        "cases.yaml",
    )
    assert not problems
    assert check_case(case, methodology(tmp_path)).passed


@pytest.mark.parametrize("key", ["valid: 1..4", 'markers: {"0": no score}'])
def test_valid_and_markers_need_a_heading_to_be_given_under(key: str, tmp_path: Path) -> None:
    before, after = RULES.split("    given_as: [published score]\n")
    rules = f"{before}    {key}\n{after[after.index('ratings:') :]}"
    with pytest.raises(Refused) as refused:
        methodology(tmp_path, rules)
    [problem] = refused.value.problems
    assert (problem.code, problem.message) == (
        "unknown-key",
        f'"{key.partition(":")[0]}" is of what a return gives, and "score" has no given_as:.',
    )
