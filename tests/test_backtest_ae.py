"""The monthly A&E workbook as NHS England publishes it, June 2025: every provider's colour."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.engine import assess
from nhsrate.loading import load_methodology
from nhsrate.reading import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.assessment import Assessment


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
    assert june.columns["four_hours"][n] == Decimal("73.24813041585883")
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
