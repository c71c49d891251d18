"""The published bands of the NHS's mortality indicator, from published observed and expected deaths."""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from nhsrate.engine.assess import assess
from nhsrate.groups.belonging import as_decimal
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology
from nhsrate.runs.rate import rate
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

AS_SHIPPED = "outer: left out, on: natural logarithm"


@pytest.fixture(scope="module")
def file(backtest_data: Path) -> Path:
    return backtest_data / "shmi" / "shmi-trusts.csv"


@pytest.fixture(scope="module")
def published(file: Path) -> dict[str, dict[str, str]]:
    """The publication by trust."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {row["Code"]: row for row in csv.DictReader(stream)}


def rated(file: Path, rules: str | Path = "shmi") -> Assessment:
    methodology = load_methodology(rules)
    return assess(read_return(file, methodology), methodology)


def agreeing(assessment: Assessment, published: dict[str, dict[str, str]]) -> int:
    """How many bands are those published."""
    bands = zip(assessment.organisations, assessment.columns["band"], strict=True)
    return sum(str(band) == published[trust.code]["Banding"].lower() for trust, band in bands)


def test_every_band_is_the_published_one(file: Path, published: dict[str, dict[str, str]]) -> None:
    """The deaths are rounded to 5, and all 118 bands come out even so."""
    assessment = rated(file)
    assert not assessment.problems
    assert len(assessment.organisations) == len(published) == agreeing(assessment, published) == 118
    assert Counter(str(band) for band in assessment.columns["band"]) == {
        "as expected": 101,
        "higher than expected": 9,
        "lower than expected": 8,
    }


@pytest.mark.parametrize(
    ("instead", "agree"),
    [
        ("outer: left out", 117),
        ("outer: brought in, on: natural logarithm", 113),
        ("outer: brought in, on: square root", 113),
        ("form: additive, trim: trim", 113),
    ],
)
def test_other_choices_agree_with_fewer(
    instead: str, agree: int, file: Path, published: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """What the README says of them."""
    shipped = find_edition("shmi").read_text("utf-8")
    whole = f"form: additive, trim: trim, {AS_SHIPPED}"
    assert whole in shipped
    changed = shipped.replace(whole if instead.startswith("form") else AS_SHIPPED, instead)
    (tmp_path / "shmi.yaml").write_text(changed, "utf-8")
    assert agreeing(rated(file, tmp_path / "shmi.yaml"), published) == agree


def test_the_indicator_is_the_published_one(file: Path, published: dict[str, dict[str, str]]) -> None:
    assessment = rated(file)
    values = zip(assessment.organisations, assessment.columns["shmi"], strict=True)
    assert all(float(str(value)) == float(published[trust.code]["SHMI"]) for trust, value in values)


def test_the_deaths_of_groups_are_added(file: Path, published: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """A group's indicator is its observed over its expected deaths, and not the mean of its trusts'."""
    groups = {code: f"G{n % 7}" for n, code in enumerate(published)}
    (tmp_path / "groups.csv").write_text("member,group\n" + "".join(f"{code},{own}\n" for code, own in groups.items()))
    found = rate(file, "shmi", as_="regions", groups=tmp_path / "groups.csv").assessment
    for n, group in enumerate(found.organisations):
        rows = [row for code, row in published.items() if groups[code] == group.code]
        observed, expected = (
            sum((Fraction(row[heading]) for row in rows), Fraction(0)) for heading in ("Observed", "Expected")
        )
        assert found.columns["shmi"][n] == as_decimal(observed / expected)
