"""The worked example of a package for composite indices: 51 countries, 49 indicators, a tree of three levels."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Missing
from nhsrate.engine.assess import assess
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

NEAR = Decimal("1e-9")


@pytest.fixture(scope="module")
def assessment(backtest_data: Path) -> Assessment:
    methodology = load_methodology("asem-connectivity")
    return assess(read_return(backtest_data / "asem" / "iData.csv", methodology), methodology)


@pytest.fixture(scope="module")
def expected(backtest_data: Path) -> dict[str, dict[str, str]]:
    with (backtest_data / "asem" / "expected-minmax-mean.csv").open(encoding="utf-8", newline="") as stream:
        return {row["uCode"]: row for row in csv.DictReader(stream)}


def test_every_indicator_pillar_and_index_of_every_country_comes_out(
    assessment: Assessment, expected: dict[str, dict[str, str]]
) -> None:
    compared = 0
    for n, organisation in enumerate(assessment.organisations):
        for item, wanted in expected[organisation.code].items():
            if item == "uCode":
                continue
            column = assessment.columns.get(f"scaled.{item}") or assessment.columns[item]
            cell = column[n]
            if isinstance(cell, Decimal):
                assert abs(cell - Decimal(wanted)) < NEAR, (organisation.code, item)
            else:
                assert (isinstance(cell, Missing), wanted) == (True, ""), (organisation.code, item)
            compared += 1
    assert (len(assessment.organisations), compared) == (51, 51 * 60)


def test_the_tree_holds_every_indicator_once() -> None:
    methodology = load_methodology("asem-connectivity")
    parts = [part for pillar in methodology.families["pillars"].members for part in methodology.items[pillar].reads()]
    assert sorted(parts) == sorted(f"scaled.{indicator}" for indicator in methodology.inputs)
    assert len(parts) == 49


def test_a_stricter_rule_of_availability_would_leave_one_country_without_an_index(
    backtest_data: Path, tmp_path: Path
) -> None:
    """Brunei has five of nine social indicators: half are enough, six in ten are not."""
    file = tmp_path / "asem-connectivity.yaml"
    text = edition_files()["asem-connectivity"].read_text("utf-8")
    file.write_text(text.replace("leave out: 50%", "leave out: 60%"), "utf-8")
    methodology = load_methodology(file)
    stricter = assess(read_return(backtest_data / "asem" / "iData.csv", methodology), methodology)
    without = [
        (organisation.code, str(cell))
        for organisation, cell in zip(stricter.organisations, stricter.columns["Social"], strict=True)
        if isinstance(cell, Missing)
    ]
    assert without == [("BRN", "missing (only 5 of its parts, 6 are needed)")]
