"""`nhsrate weights`: stated and effective weights, and what each indicator decides."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.editions.weights import in_short, list_json, list_text, weights_json, weights_text
from nhsrate.engine.weights import weighing, weighings
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

    from nhsrate.rules.model import Methodology

GOLDEN = ROOT / "tests" / "golden" / "weights"
LONG = "the percentage of patients seen within so many weeks of the day on which their doctor wrote the letter"
RULES = f"""\
id: mixed
title: Mixed
scales:
  stars: [{{level: 2}}, {{level: 1}}]
  rag: [{{level: green, number: 1}}, {{level: red, number: 2}}]
inputs:
  waits: {{title: {LONG}, type: number}}
  staff: {{type: number}}
  beds: {{type: number}}
  money: {{type: number}}
  plan: {{type: number}}
  late: {{title: Late, type: yes/no, required: true}}
  extra: {{type: number}}
figures: {{heavy: {{value: 3, basis: assumed}}}}
measures:
  waits_score: {{kind: thresholds, of: waits, scores: [{{score: 1, at_least: 5}}, {{score: 0, otherwise: true}}]}}
  people: {{title: People, kind: weighted-mean, of: {{staff: 1, beds: heavy}}}}
  against_plan: {{kind: ratio, of: money, to: plan}}
  middle: {{kind: median, of: [money, plan]}}
  average: {{kind: weighted-mean, of: {{waits_score: 2, people: 5, against_plan: 1, middle: 2}}}}
ratings:
  stars:
    title: Stars
    kind: thresholds
    scale: stars
    headline: true
    of: average
    levels: [{{level: 2, at_least: 1}}, {{level: 1, otherwise: true}}]
    limits: [{{at_best: 1, when: {{late: yes}}, because: it was late}}]
    only_when: {{when: {{extra: "> 0"}}, because: nothing extra, missing: fails}}
  light:
    title: Light
    kind: decide
    scale: rag
    headline: true
    rows: [{{when: {{people: "> 1", waits: "> 3"}}, then: green, missing: fails}}]
    otherwise: red
  alone: {{title: Alone, kind: level, scale: stars, halves: up, of: extra, headline: true}}
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Methodology:
    (tmp_path / "mixed.yaml").write_text(RULES, "utf-8")
    return load_methodology(tmp_path / "mixed.yaml")


def test_every_level_is_shown_with_what_is_stated_and_what_it_comes_to(mixed: Methodology, golden: Golden) -> None:
    golden(GOLDEN / "mixed.txt", weights_text(mixed))
    golden(GOLDEN / "mixed.json", weights_json(mixed))


@pytest.mark.parametrize("edition", ["monitor-financial-risk-2011-12", "nof-2025-26-q4-mental-health-community"])
def test_the_weights_of_an_edition(edition: str, golden: Golden) -> None:
    golden(GOLDEN / f"{edition}.txt", weights_text(load_methodology(edition)))


def test_the_parts_of_everything_that_is_weighed_come_to_the_whole(mixed: Methodology) -> None:
    for one in weighings(mixed):
        assert sum(one.ends.values()) == 1


def test_the_parts_of_every_edition_come_to_the_whole() -> None:
    for edition in edition_files():
        for one in weighings(load_methodology(edition)):
            assert abs(sum(one.ends.values(), Decimal(-1))) < Decimal("1e-20")


def test_an_indicator_decides_its_shares_multiplied(mixed: Methodology) -> None:
    ends = weighing(mixed, "stars").ends
    assert ends[("beds",)] == Decimal("0.375")
    assert ends[("staff",)] == Decimal("0.125")
    assert ends[("money", "plan")] == Decimal("0.3")


def test_what_is_weighed_within_a_rating_is_not_shown_again(mixed: Methodology) -> None:
    assert [one.root.item for one in weighings(mixed)] == ["stars", "light", "alone"]


def test_a_rating_is_told_in_a_sentence(mixed: Methodology) -> None:
    said = [in_short(mixed, weighing(mixed, id_)) for id_ in ("stars", "light", "alone", "against_plan")]
    assert said == [
        f"4 indicators weighed, beds 37.5 %, money with plan 30 %, {LONG} 20 % and 1 more",
        f"decides by rule, from People and {LONG}",
        "by extra 100 %",
        "worked out from money and plan",
    ]


def test_every_edition_is_listed_with_its_ratings(mixed: Methodology) -> None:
    assert list_text([mixed]).startswith("mixed\n  Stars: 4 indicators weighed, beds 37.5 %")
    assert list_text([]) == "There are no editions here.\n"
    assert [entry["id"] for entry in json.loads(list_json([mixed]))] == ["mixed"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["weights", *arguments], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_the_command_shows_one_or_all() -> None:
    code, out = run("sha-mental-health-stars-2004")
    assert (code, out.splitlines()[2]) == (0, "Stars (stars) from Share of the stars possible (share)")
    code, out = run()
    assert code == 0
    assert all(edition in out for edition in edition_files())
    assert json.loads(run("sha-mental-health-stars-2004", "-f", "json")[1])["headlines"] == ["stars"]
    assert len(json.loads(run("-f", "json")[1])) == len(edition_files())


def test_an_unknown_edition_is_wrong_usage() -> None:
    assert run("nowhere") == (2, "")
