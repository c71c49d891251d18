"""The monthly A&E statistics as NHS England publishes them, as workbooks and as csv: every provider's colour."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.engine.explain import how_of
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment


@pytest.fixture(scope="module")
def june(backtest_data: Path) -> Assessment:
    methodology = load_methodology("ae-four-hour")
    return assess(read_return(backtest_data / "messy" / "ae-by-provider-2025-06.xlsx", methodology), methodology)


def test_every_provider_has_its_colour(june: Assessment) -> None:
    colours = Counter(str(cell) for cell in june.columns["rating"])
    assert colours == {"green": 62, "amber": 34, "red": 95, "missing (no attendances)": 10}
    assert len(june.organisations) == 201
    assert not june.problems


def test_england_is_set_aside_and_named(june: Assessment) -> None:
    [row] = june.submitted.set_aside
    assert (row.at.rpartition(":")[2], row.reason) == ("Provider Level Data!row 17", "declared as no organisation")
    assert "England" in row.text
    assert not [organisation for organisation in june.organisations if organisation.name == "England"]


def test_the_right_sheet_and_column_are_read_to_the_last_digit(june: Assessment) -> None:
    """Three sheets have these headings; Bedfordshire's 73 % stands in column Q of the pinned one, as a fraction."""
    n = june.find("RC9")
    place = june.submitted.values["four_hours"].at(n)
    assert str(place).endswith("Provider Level Data!Q19")
    assert june.columns["four_hours"][n] == Decimal("73.2481304158588")
    assert june.submitted.period == "June 2025"


def test_those_without_attendances_have_no_place(june: Assessment) -> None:
    assert sum(isinstance(cell, Decimal) for cell in june.columns["place"]) == 191
    assert [str(june.columns["rating"][n]) for n in june.league()[-10:]] == ["missing (no attendances)"] * 10


def test_the_objective_can_be_set_for_one_run(june: Assessment) -> None:
    """At 76 %, the objective for March 2024, some red providers are amber and the green ones stay."""
    lower = assess(june.submitted, load_methodology("ae-four-hour", {"objective": "76"}))
    colours = Counter(str(cell) for cell in lower.columns["rating"])
    assert (colours["green"], colours["amber"] + colours["red"]) == (62, 129)
    assert colours["amber"] > 34


COUNTS = [entry.id for entry in load_methodology("ae-four-hour").wanted() if entry.type == "count" and not entry.role]


def read_under(data: Path, file: str, profile: str) -> Assessment:
    methodology = load_methodology("ae-four-hour")
    reading = find_edition("ae-four-hour").parent / f"{profile}.yaml"
    return assess(read_return(data / "messy" / file, methodology, reading=reading), methodology)


@pytest.fixture(scope="module")
def september(backtest_data: Path) -> Assessment:
    return read_under(backtest_data, "ae-by-provider-2024-09.csv", "reading-2024-09-csv")


def test_the_workbook_in_the_old_format_is_rated_like_the_new_one(backtest_data: Path) -> None:
    may = read_under(backtest_data, "ae-by-provider-2026-05.xls", "reading-2026-05-xls")
    colours = Counter(str(cell) for cell in may.columns["rating"])
    assert colours == {"green": 55, "amber": 37, "red": 91, "missing (no attendances)": 9}
    assert not may.problems


def test_the_percentage_is_worked_out_from_the_counts_of_the_csv(september: Assessment) -> None:
    colours = Counter(str(cell) for cell in september.columns["rating"])
    assert colours == {
        "green": 60,
        "amber": 26,
        "red": 102,
        "missing (Attendances, all departments, booked or not is zero)": 9,
    }
    n = september.find("RAS")
    assert september.columns["attendances"][n] == 6077 + 6253
    assert september.columns["over_four_hours"][n] == 3644 + 177
    assert f"{september.columns['within_four_hours'][n]:.4f}" == "69.0105"
    assert not september.problems


def test_the_providers_add_up_to_the_published_total_of_england(september: Assessment, backtest_data: Path) -> None:
    """74.2 % is what the Total row gives by the arithmetic of the edition, over all twelve counts."""
    with (backtest_data / "messy" / "ae-by-provider-2024-09.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    total = dict(zip(rows[0], rows[-1], strict=True))
    assert total["Org Code"].strip() == "Total"
    methodology = load_methodology("ae-four-hour")
    headings = {entry.id: entry.title for entry in methodology.wanted() if entry.id in COUNTS}
    sums = {id_: sum(cell for cell in september.columns[id_] if isinstance(cell, Decimal)) for id_ in COUNTS}
    assert sums == {id_: Decimal(total[headings[id_]]) for id_ in COUNTS}
    frame = pd.DataFrame({"Code": ["X1"], **{headings[id_]: [total[headings[id_]]] for id_ in COUNTS}})
    england = assess(read_return(frame, methodology), methodology)
    assert f"{england.columns['within_four_hours'][0]:.1f}" == "74.2"
    assert str(england.columns["rating"][0]) == "red"


def test_a_provider_is_not_rated_from_some_of_its_counts() -> None:
    methodology = load_methodology("ae-four-hour")
    columns = {id_: ["10"] for id_ in COUNTS} | {"over_booked_other": [""]}
    submitted = read_return(pd.DataFrame({"Code": ["R1"], **columns}), methodology)
    with pytest.raises(Refused) as refused:
        assess(submitted, methodology)
    [problem] = refused.value.problems
    assert "over_booked_other" in problem.message or "Attendances over 4hrs Booked" in problem.message


def test_a_published_percentage_comes_before_counts_that_say_otherwise() -> None:
    methodology = load_methodology("ae-four-hour")
    columns = {id_: ["10"] for id_ in COUNTS} | {"four_hours": ["97.5%"]}
    assessment = assess(read_return(pd.DataFrame({"Code": ["R1"], **columns}), methodology), methodology)
    assert list(map(str, assessment.columns["worked_out"])) == ["0"]
    assert assessment.columns["within_four_hours"] == [Decimal("97.5")]
    assert "the percentage is published" in how_of(assessment, assessment.methodology.items["within_four_hours"], 0)
