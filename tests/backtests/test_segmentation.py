"""The published segments and league places of 2025/26, four quarters, from published averages and deficit flags."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Cell, Level
from nhsrate.engine.assess import assess
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

EDITION = "nof-2025-26-q4-segmentation"
HEADINGS = ["Quarter", "Trust_code", "Trust_name", "Trust_type", "OF5002", "OF5004"]


@pytest.fixture(scope="module")
def folder(backtest_data: Path) -> Path:
    return backtest_data / "nof-2025-26"


@pytest.fixture(scope="module")
def trusts(folder: Path) -> dict[str, dict[str, str]]:
    """The publication by trust: what it is, and each item's value."""
    found: dict[str, dict[str, str]] = {}
    for row in table(folder / "mental-health-and-community-trust-data-q4.csv"):
        found.setdefault(row["Trust_code"], {head: row.get(head, "") for head in HEADINGS})[row["Metric_ID"]] = row[
            "Value"
        ]
    return found


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def rated(rows: list[dict[str, str]], file: Path, edition: str = EDITION) -> Assessment:
    """The rows as a return of averages, flags and types, rated."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADINGS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, "OF5004": "Yes" if float(row["OF5004"]) else "No"} for row in rows)
    methodology = load_methodology(edition)
    return assess(read_return(file, methodology), methodology)


def number(cell: Cell) -> float:
    value = cell.number if isinstance(cell, Level) else cell
    return float(str(value))


def by_code(assessment: Assessment, item: str) -> dict[str, float]:
    return {
        organisation.code: number(cell)
        for organisation, cell in zip(assessment.organisations, assessment.columns[item], strict=True)
    }


def test_61_trusts_have_their_published_segments_and_places(
    trusts: dict[str, dict[str, str]], folder: Path, tmp_path: Path
) -> None:
    assessment = rated(list(trusts.values()), tmp_path / "averages.csv")
    assert len(assessment.organisations) == 61
    for item, published in ("unadjusted_segment", "OF5003"), ("segment", "OF5000"):
        assert by_code(assessment, item) == {code: float(row[published]) for code, row in trusts.items()}
    places = {row["Trust_code"]: float(row["league_rank"]) for row in table(folder / "published-q4.csv")}
    assert by_code(assessment, "league_rank") == places


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_the_quarters_before_have_their_published_segments_and_places(
    folder: Path, quarter: int, tmp_path: Path
) -> None:
    published = {row["Trust_code"]: row for row in table(folder / f"published-q{quarter}.csv")}
    submitted = read_return(
        folder / f"return-q{quarter}.xlsx", load_methodology(f"nof-2025-26-q{quarter}-mental-health-community")
    )
    flags = submitted.values["financial_override"].cells
    rows = [
        {
            "Trust_code": one.code, "Trust_name": one.name, "Trust_type": "Mental health and community trust",
            "OF5002": published[one.code]["OF5002"], "OF5004": str(int(str(flag) == "yes")),
            "Quarter": f"Q{quarter} 2025/26",
        }
        for one, flag in zip(submitted.organisations, flags, strict=True)
    ]  # fmt: skip
    assert 10 < sum(row["OF5004"] == "1" for row in rows) < 40
    assessment = rated(rows, tmp_path / "averages.csv", EDITION.replace("q4", f"q{quarter}"))
    wanted = {"unadjusted_segment": "OF5003", "segment": "OF5000", "league_rank": "league_rank"}
    for item, column in wanted.items():
        assert by_code(assessment, item) == {code: float(row[column]) for code, row in published.items()}


def test_the_published_league_table_rates_itself(folder: Path) -> None:
    """Read as it is: its average, its deficit flag and its type give its segment and its rank."""
    file = folder / "mental-health-and-community-trust-league-table-q4.csv"
    methodology = load_methodology(EDITION)
    assessment = assess(read_return(file, methodology), methodology)
    rows = table(file)
    assert len(rows) == 61
    assert by_code(assessment, "segment") == {row["Trust_code"]: float(row["Segment"]) for row in rows}
    assert by_code(assessment, "league_rank") == {row["Trust_code"]: float(row["Rank"]) for row in rows}


def test_another_type_of_trust_has_a_league_table_of_its_own(trusts: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """The same trusts once more under another type: neither table moves."""
    rows = list(trusts.values())
    others = [row | {"Trust_code": f"X{row['Trust_code']}", "Trust_type": "Acute trust"} for row in rows]
    alone = by_code(rated(rows, tmp_path / "alone.csv"), "league_rank")
    both = by_code(rated([*rows, *others], tmp_path / "both.csv"), "league_rank")
    assert both == alone | {f"X{code}": place for code, place in alone.items()}
