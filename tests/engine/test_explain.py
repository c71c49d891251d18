"""Explanations: every step from the rating down to the cell, with what limits and decisions changed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate import assess, load_methodology, read_return
from nhsrate.core.cells import Level
from nhsrate.editions.cases import case_return, cases_of
from nhsrate.engine.assessment import Assessment, Mark
from nhsrate.engine.explain import (
    exact_text,
    explain,
    explain_everything,
    explanation_json,
    mark_text,
    reason_json,
)
from nhsrate.reports.explanation import explanation_text

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
id: method
title: A method
sources:
  manual: {title: The manual, url: "https://example.org/manual"}
  guess: {title: A guess}
scales:
  risk: [{level: 3, symbol: "+", word: low risk}, {level: 2, word: some risk}, {level: 1, word: high risk}]
figures:
  weight: {value: 2, basis: stated, source: manual}
  cut: {value: 1.5, basis: assumed, source: guess, note: not known}
inputs:
  seen: {title: Seen in time, type: percent, source: manual}
  falls: {type: number, unit: a month}
  kind: {type: text}
  late: {title: Plan late, type: yes/no, required: true}
measures:
  average:
    title: Weighted average
    kind: weighted-mean
    of: {seen: weight, falls: 1}
    missing: leave out
    round: 1
    shown: 2
    source: manual
  score:
    kind: thresholds
    of: average
    given_as: [Published score]
    scores: [{score: 3, at_least: 50}, {score: 1, otherwise: true}]
  word: {kind: lookup, of: kind, result: text, table: {acute: hospital}, otherwise: other}
ratings:
  rating:
    title: The rating
    kind: level
    scale: risk
    of: score
    headline: true
    limits:
      - {at_best: 2, when: {late: yes}, because: the plan was late, source: guess}
caveats: [Nothing here is real.]
"""
RETURN = """Org code,Name,Seen,Falls,Kind,Late,Published score
RA1,North,90,11.25,acute,yes,
RA2,South,,,mental,no,
RA3,West,90,3,acute,yes,3
"""
DECISIONS = "organisation,item,level,who,when,why\nRA1,rating,1,Panel,2026-06-01,inspection\n"


@pytest.fixture
def assessment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    """Three organisations under one small method, with a limit, a decision and a published score."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("method.yaml", RULES), ("return.csv", RETURN), ("decisions.csv", DECISIONS)):
        (tmp_path / name).write_text(text, "utf-8")
    methodology = load_methodology("method.yaml", {"cut": "1.4"})
    return assess(read_return(["return.csv", "decisions.csv"], methodology), methodology)


def text_of(assessment: Assessment, code: str, *items: str) -> list[str]:
    """The lines of one organisation's explanation."""
    return explanation_text(assessment, explain(assessment, assessment.find(code), items)).splitlines()


def test_an_explanation_goes_from_the_rating_to_the_cells(assessment: Assessment) -> None:
    lines = text_of(assessment, "RA1")
    assert lines[:9] == [
        "North (RA1)",
        "A method",
        "Rules as far as published; 1 figure assumed; 3 numbers without a source. Ratings of this run.",
        "Set here: cut = 1.4; the edition has 1.5.",
        "Rules: method.yaml",
        "Return: return.csv",
        "",
        "The rating (rating): 1, high risk",
        "  score is 3  [line 34]",
    ]
    said = "\n".join(lines)
    assert "limit: 3 became 2: the plan was late" in said
    assert "decided by Panel on 2026-06-01: 2 became 1: inspection  [decisions.csv:A2]" in said
    assert "Seen in time (seen): 90%  [C2]" in said
    assert "rounded to 1 decimal place, halves up: 63.8" in said
    assert "weight = 2 (stated, manual)" in said
    assert "  manual: The manual https://example.org/manual" in said
    assert "  guess: A guess" in said
    assert said.endswith("Caveats\n  Nothing here is real.")


def test_what_is_missing_says_why(assessment: Assessment) -> None:
    said = "\n".join(text_of(assessment, "RA2"))
    assert "The rating (rating): missing (none of its parts is there)" in said
    assert "Seen in time (seen): missing (blank)  [C3]\n      falls: missing" in said


def test_what_came_as_published_is_taken_and_its_changes_are_told(assessment: Assessment) -> None:
    lines = text_of(assessment, "RA3")
    at = next(n for n, line in enumerate(lines) if line.startswith("  score:"))
    assert lines[at] == "  score: 3  [G4]"
    assert lines[at + 1] == "    as published; taken, not worked out"
    assert not any("Weighted average" in line for line in lines)


def test_what_was_told_is_not_told_again(assessment: Assessment) -> None:
    lines = text_of(assessment, "RA1", "average", "score")
    assert any(line.endswith("(above)") for line in lines)


def test_texts_and_set_figures_are_told(assessment: Assessment) -> None:
    assert "word: hospital" in "\n".join(text_of(assessment, "RA1", "word"))


def test_a_set_figure_is_told_with_what_the_edition_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "method.yaml").write_text(RULES, "utf-8")
    (tmp_path / "return.csv").write_text(RETURN, "utf-8")
    methodology = load_methodology("method.yaml", {"weight": 3})
    assessment = assess(read_return("return.csv", methodology), methodology)
    assert "weight = 3 (assumed, set here; the edition has 2)" in "\n".join(text_of(assessment, "RA1"))


def test_json_holds_every_reason_with_all_digits(assessment: Assessment) -> None:
    said = json.loads(json.dumps(explanation_json(assessment, explain_everything(assessment, 0))))
    assert said["headline"] == ["rating"]
    assert set(said["items"]) == {"seen", "falls", "kind", "late", "average", "score", "word", "rating"}
    items = said["items"]
    assert items["seen"] == {
        "title": "Seen in time", "kind": "percent", "value": "90", "shown": "90%", "how": "read from the return",
        "rule": items["seen"]["rule"], "cell": "return.csv:C2", "source": "manual", "unit": "%",
    }  # fmt: skip
    assert items["falls"]["unit"] == "a month"
    assert (items["average"]["value"], items["average"]["shown"]) == ("63.8", "63.80")
    assert items["word"]["value"] == "hospital"
    assert items["rating"]["marks"][1]["who"] == "Panel"
    assert "who" not in items["rating"]["marks"][0]
    assert explanation_json(assessment, explain(assessment, 1, ["average"]))["items"]["average"]["value"] is None  # type: ignore[index]


def test_values_that_no_cell_gave_are_as_given(tmp_path: Path) -> None:
    """The values of a worked case have no cell; an explanation of them says so."""
    (tmp_path / "method.yaml").write_text(RULES, "utf-8")
    methodology = load_methodology(tmp_path / "method.yaml")
    [case], _ = cases_of(
        "cases: [{given: {seen: 90, falls: 3, late: no, score: 3}, expect: {rating: 3}}]", "cases.yaml"
    )
    assessment = assess(case_return(case, methodology)[0], methodology)
    lines = text_of(assessment, "case", "seen", "score")
    assert "  as given  [" in "\n".join(lines)
    assert any(line.startswith("  as published; taken, not worked out") for line in lines)


def test_a_rule_that_stands_in_no_file_has_no_place(assessment: Assessment) -> None:
    reason = explain(assessment, 0).reasons["rating"]
    assert reason_json(reason)["rule"] == "method.yaml:34:5"
    assert "rule" not in reason_json(replace(reason, rule_at=None))


def test_levels_and_marks_in_words() -> None:
    low = Level("risk", "3", 0, "low risk", "+")
    assert mark_text(Mark("limit", low, low, "why", None)) == "limit: 3 became 3: why"


def test_exact_text_has_every_digit() -> None:
    assert exact_text(Decimal(1) / 3) == "0.3333333333333333333333333333"
