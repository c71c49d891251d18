"""What is said in the word that a methodology has for what it rates."""

from __future__ import annotations

from tests.support.rules import method

from nhsrate.core.problems import CellLocation, Problem
from nhsrate.engine.words import said_of

RULES = """
rates: WORD
inputs: {a: {type: number, title: Share of organisations}}
ratings: {r: {kind: sum, of: [a], headline: true}}
"""
PROBLEM = Problem(
    CellLocation("r.csv", None, 2), "duplicate-organisation", "One organisation.", "Name an organisation."
)


def test_problems_speak_of_what_is_rated() -> None:
    rules = method(RULES.replace("WORD", "{one: ward, many: wards}"))
    (found,) = said_of(rules, [PROBLEM])
    assert (found.message, found.remedy) == ("One ward.", "Name a ward.")
    assert (found.at, found.code) == (PROBLEM.at, PROBLEM.code)


def test_problems_of_organisations_stay_as_they_are() -> None:
    rules = method(RULES.replace("rates: WORD\n", ""))
    assert said_of(rules, [PROBLEM]) == (PROBLEM,)
