"""Levels that would be others as cells show their values: found whatever they rest on, and not looked for in vain."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from tests.support.rules import method

from nhsrate.engine import shown_values
from nhsrate.engine.assess import assess
from nhsrate.engine.shown_values import shown_problems
from nhsrate.returns.model import Organisation, Return, Source, Values

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = """
    scales: {light: [{level: green}, {level: red}], side: [{level: left, number: 1}, {level: right, number: 2}]}
    inputs:
      x: {type: number, polarity: higher}
      where: {type: level, scale: side}
    measures:
      kept: {kind: reported, of: x, over: everyone, at_least: 1%(kept)s}
      known: {kind: count, of: [kept], at: %(at)s}
      half: {kind: lookup, scale: side, of: where, table: {left: left, right: right}}
%(side)s
      z: {kind: standardise, of: %(of)s, over: %(over)s, sd: n%(z)s}
    populations:
      reporting: {when: {known: ">= 1"}}
    ratings:
      light: {kind: thresholds, scale: light, of: %(rated)s, headline: true, levels: [{level: green, at_least: %(cut)s}, {level: red, otherwise: true}]}
"""
SIDE = "      side: {kind: thresholds, scale: side, of: x, levels: [{level: left, at_least: 5}, {level: right, otherwise: true}]}"
USUAL = {
    "side": "",
    "kept": "",
    "at": "not missing",
    "of": "kept",
    "over": "reporting",
    "z": "",
    "rated": "z",
    "cut": "0",
}
TAIL, SHORT = "4.9999999999999996", "5.00000000000000"


def noted(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], values: Sequence[str], shown: dict[int, str]
) -> tuple[list[str], bool]:
    """What is noted of a column with these values and what its cells show; and whether all was rated again for it."""
    methodology = method(RULES % {**USUAL, **changes})
    organisations = tuple(Organisation(f"RA{n}", f"RA{n}") for n in range(len(values)))
    rows, sources = range(2, len(values) + 2), [Source("r.csv", None)] * len(values)
    seen = {n: Decimal(text) for n, text in shown.items()}
    x = Values([Decimal(value) for value in values], "x", sources, rows, [2] * len(values), {}, seen)
    side = methodology.scales["side"].levels
    where = Values([side[n % 2] for n in range(len(values))], "where", sources, rows, [3] * len(values))
    assessment = assess(Return("r.csv", "", organisations, {"x": x, "where": where}), methodology)
    again = Mock(wraps=assess)
    monkeypatch.setattr(shown_values, "assess", again)
    problems = shown_problems(assessment)
    return [f"{problem.at}: {problem.message}" for problem in problems], again.called


def test_tails_that_are_lost_in_scores_are_not_rated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert noted(monkeypatch, {}, ["1", TAIL, "9"], {1: SHORT}) == ([], False)


def test_a_tail_that_stands_at_a_cut_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the value itself that is compared, handed on by the gate of the indicator."""
    found, again = noted(monkeypatch, {"rated": "kept", "cut": "5"}, ["1", TAIL, "9"], {1: SHORT})
    assert (len(found), again) == (1, True)
    assert "RA1: x is 4.9999999999999996, which a spreadsheet shows as 5. So shown, light would be green" in found[0]


def test_what_cells_round_is_noted_through_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 lies above the mean of 1, 3.6 and 4 plus the rest; shown as 4, 3.6 does too."""
    found, again = noted(monkeypatch, {"cut": "0.6"}, ["1", "3.6", "4"], {1: "4"})
    assert (len(found), again) == (1, True)
    assert "RA1: x is 3.6 and its cell shows 4. As shown, light would be green and not red." in found[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"kept": ", round: 0"},
        {"z": ", only_when: {when: {x: '>= 0'}, missing: fails, because: no value}"},
        {"at": "'>= 5'"},
        {"z": ", within: side", "side": SIDE},
    ],
)
def test_where_a_tail_may_matter_all_is_rated_again(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    _, again = noted(monkeypatch, changes, ["1", TAIL, "9", "8"], {1: SHORT})
    assert again


def test_scores_within_cohorts_that_stay_lose_tails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert noted(monkeypatch, {"z": ", within: half"}, ["1", TAIL, "9", "8"], {1: SHORT}) == ([], False)


def test_tails_that_are_all_the_spread_there_is_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As shown the values are one, so that there is no score and nothing to compare."""
    _, again = noted(monkeypatch, {}, ["5", TAIL, "5"], {1: SHORT})
    assert again


def test_a_cohort_without_any_spread_may_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _, again = noted(monkeypatch, {"z": ", within: half"}, [TAIL, "1", TAIL, "9"], {0: SHORT})
    assert again
