"""The published food hygiene ratings of two councils' establishments, from their three published scores."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Missing
from nhsrate.editions.cases import read_cases
from nhsrate.engine.assess import assess
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

COUNCILS = {"norwich": (1563, 1319, 36), "westminster": (5160, 4601, 139)}
WITHOUT_SCORES = "its three scores are not all published"
WITHOUT_RATING = {
    "AwaitingInspection": "awaiting inspection",
    "AwaitingPublication": "awaiting publication",
    "Exempt": "exempt from the scheme",
}
Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module", params=COUNCILS)
def council(request: pytest.FixtureRequest, backtest_data: Path) -> tuple[str, Rows, Assessment]:
    """A council, its publication by establishment as plain text, and the same rated."""
    file = backtest_data / "food-hygiene" / f"{request.param}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = {row["FHRSID"]: row for row in csv.DictReader(stream)}
    methodology = load_methodology("food-hygiene")
    return request.param, rows, assess(read_return(file, methodology), methodology)


def rated(council: tuple[str, Rows, Assessment]) -> list[tuple[dict[str, str], object]]:
    """Each establishment's row with its rating."""
    _, rows, assessment = council
    organisations = assessment.organisations
    return [(rows[one.code], assessment.columns["rating"][n]) for n, one in enumerate(organisations)]


def test_every_establishment_is_read_without_a_problem(council: tuple[str, Rows, Assessment]) -> None:
    name, rows, assessment = council
    assert len(assessment.organisations) == len(rows) == COUNCILS[name][0]
    assert not assessment.problems


def test_every_rating_with_published_scores_is_reproduced(council: tuple[str, Rows, Assessment]) -> None:
    scored = [(row["RatingValue"], str(cell)) for row, cell in rated(council) if row["Hygiene"]]
    assert [pair for pair in scored if pair[0] != pair[1]] == []
    assert len(scored) == COUNCILS[council[0]][1]


def test_a_rating_without_scores_is_missing_with_that_reason(council: tuple[str, Rows, Assessment]) -> None:
    unscored = [(row["RatingValue"], cell) for row, cell in rated(council) if not row["Hygiene"]]
    published = [cell for value, cell in unscored if value.isdigit()]
    assert published == [Missing(WITHOUT_SCORES)] * COUNCILS[council[0]][2]


def test_an_establishment_without_a_rating_says_why(council: tuple[str, Rows, Assessment]) -> None:
    unrated = [(row["RatingValue"], cell) for row, cell in rated(council) if not row["RatingValue"].isdigit()]
    assert unrated
    assert [cell for _, cell in unrated] == [Missing(WITHOUT_RATING[value]) for value, _ in unrated]


def test_each_establishment_is_one_of_these(council: tuple[str, Rows, Assessment]) -> None:
    name, rows, _ = council
    kinds = Counter(
        bool(row["Hygiene"]) if row["RatingValue"].isdigit() else row["RatingValue"] for row in rows.values()
    )
    assert (kinds[True], kinds[False]) == COUNCILS[name][1:]
    assert sum(kinds[reason] for reason in WITHOUT_RATING) + kinds[True] + kinds[False] == len(rows)


def test_each_combination_of_scores_that_occurs_is_a_worked_case(backtest_data: Path) -> None:
    """As the README says, with their number."""
    occur = set()
    for name in COUNCILS:
        with (backtest_data / "food-hygiene" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            occur |= {
                (row["Hygiene"], row["Structural"], row["ConfidenceInManagement"])
                for row in csv.DictReader(stream)
                if row["Hygiene"] and row["RatingValue"].isdigit()
            }
    cases, problems = read_cases(find_edition("food-hygiene").with_name("cases.yaml"))
    assert problems == []
    worked = {
        tuple(one.given[item].text for item in ("hygiene", "structural", "confidence"))
        for case in cases
        for one in case.organisations
        if {"hygiene", "structural", "confidence"} <= one.given.keys()
    }
    assert occur <= worked
    assert len(occur) == 67
