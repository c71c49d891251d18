"""The Part C and D star ratings of 2026: measure stars and ratings of 769 contracts, and what each detail is worth."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nhsrate.commands.main import main
from nhsrate.core.cells import Level
from nhsrate.core.problems import errors
from nhsrate.engine.assess import assess
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

EDITION = "cms-part-cd-2026"
FILES = (
    "measure-data.csv", "measure-stars.csv", "part-c-thresholds.csv", "part-d-thresholds.csv", "cai.csv",
    "summary-ratings.csv",
)  # fmt: skip
PUBLISHED = {"part_c": "2026 Part C Summary", "part_d": "2026 Part D Summary", "overall": "2026 Overall"}
ALONE = {"PDP", "Employer/Union Only Direct Contract PDP"}


@pytest.fixture(scope="module")
def files(backtest_data: Path) -> list[Path]:
    return [backtest_data / "cms-part-cd-2026" / name for name in FILES]


@pytest.fixture(scope="module")
def rated(files: list[Path]) -> Assessment:
    methodology = load_methodology(EDITION)
    return assess(read_return(files, methodology), methodology)


def table(file: Path, header: int) -> list[dict[str, str]]:
    """The rows below a header, by heading; codes and headings without the spaces that stand behind them."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    heads = [head or above for head, above in zip(rows[header - 1], rows[1], strict=True)]
    return [dict(zip(heads, row, strict=True)) for row in rows[header:] if row[0]]


def agreeing(assessment: Assessment, files: list[Path]) -> Counter[str]:
    """How many ratings of each sort are the published ones; the published Part D ones by whether Part C is offered."""
    found: Counter[str] = Counter()
    for row in table(files[5], 2):
        n = assessment.find(row["Contract Number"])
        for item, heading in PUBLISHED.items():
            if re.fullmatch(r"[0-9.]+", row[heading]):
                alone = item == "part_d" and row["Organization Type"] in ALONE
                cell = assessment.columns[item][n]
                found["pdp" if alone else item] += isinstance(cell, Level) and cell.name == row[heading]
    return found


def test_every_published_rating_comes_out(rated: Assessment, files: list[Path]) -> None:
    """524 of Part C, 573 of Part D with Part C, 40 of Part D alone, 516 overall: 1,653."""
    found = agreeing(rated, files)
    assert found == {"part_c": 524, "part_d": 573, "pdp": 40, "overall": 516}
    assert found.total() == 1653


def test_no_contract_is_rated_that_was_not(rated: Assessment, files: list[Path]) -> None:
    given = {item: sum(isinstance(cell, Level) for cell in rated.columns[item]) for item in PUBLISHED}
    assert given == {"part_c": 524, "part_d": 573 + 40, "overall": 516}
    assert len(rated.organisations) == 769
    assert {problem.code for problem in (*rated.submitted.problems, *rated.problems)} == {"tidied-codes"}


def test_every_measure_star_that_the_values_determine_comes_out(rated: Assessment, files: list[Path]) -> None:
    """14,806 of 14,806: measures that are no surveys, contracts that no disaster hit heavily."""
    stars = table(files[1], 3)
    checked = 0
    for row in stars:
        n = rated.find(row["CONTRACT_ID"])
        for heading, published in row.items():
            column = rated.columns.get(f"by_value.{heading[:3]}")
            if column is not None and isinstance(column[n], Level):
                assert str(column[n]) == published, (row["CONTRACT_ID"], heading)
                checked += 1
    assert checked == 14806


def test_a_star_that_the_value_does_not_tell_is_the_published_one(rated: Assessment, files: list[Path]) -> None:
    """Surveys, improvement, disasters, and the one star for values with known issues."""
    for row in table(files[1], 3):
        n = rated.find(row["CONTRACT_ID"])
        for heading, published in row.items():
            column = rated.columns.get(f"star.{heading[:3]}")
            if column is not None and re.fullmatch("[1-5]", published):
                assert str(column[n]) == published, (row["CONTRACT_ID"], heading)


def test_seventeen_contracts_are_taken_for_institutional_plans(rated: Assessment) -> None:
    taken = set()
    for part in ("part_c", "part_d", "overall"):
        item = rated.methodology.items[f"{part}_enough"]
        for n, organisation in enumerate(rated.organisations):
            if "institutional" in item.rule.why(rated.view(item.id), n):
                taken.add(organisation.code)
    assert len(taken) == 17


ADJUSTED = "{item: adjustment, each: [{column: rating}]}"
WORTH = {
    "no reward factor": (f"change: {{measures: {{score: {{of: [mean, {ADJUSTED}]}}}}}}", 1377),
    "no adjustment by category": (
        f"""
change: {{measures: {{score: {{of: [mean, reward, nothing]}}}}}}
add: {{measures: {{nothing: {{each: variants, kind: difference, of: {ADJUSTED}, from: {ADJUSTED}}}}}}}""",
        1544,
    ),
    "improvement always in": ("change: {figures: {high_enough: {value: 6}}}", 1602),
    "not held harmless from new measures": (
        "change: {measures: {held_harmless: {rows: [{when: {disaster_2023: '>= 50'}, then: no}]}}}",
        1648,
    ),
    "improvement tested before rounding": (
        """
add:
  measures:
    unrounded:
      each: variants
      kind: first-available
      of: [score]
      only_when: {when: {held_harmless: {column: held_harmless}}, because: not held harmless}
    bare: {each: ratings, kind: highest, of: {item: unrounded, each: {column: still}}, missing: leave out}
change:
  measures:
    chosen: {rows: [{when: {is_highest: yes, bare: ">= 4"}, then: {item: better}, missing: fails}]}""",
        1629,
    ),
    "means not compared at six decimals": ("change: {measures: {mean: {round: 20}, variance: {round: 20}}}", 1645),
}


@pytest.mark.parametrize("detail", WORTH)
def test_what_each_detail_is_worth(detail: str, rated: Assessment, files: list[Path], tmp_path: Path) -> None:
    """Of 1,653 ratings, with one detail of the rules left out, stated as an edition that extends this one."""
    change, agree = WORTH[detail]
    file = tmp_path / "changed.yaml"
    file.write_text(f"id: changed\ntitle: changed\nextends: {EDITION}\n{change}", "utf-8")
    methodology, problems = read_methodology(file)
    assert errors(problems) == []
    assert methodology is not None
    assert agreeing(assess(rated.submitted, methodology), files).total() == agree


def test_the_tables_may_come_in_any_order_and_name_the_edition(files: list[Path]) -> None:
    outcome = CliRunner().invoke(main, ["explain", *map(str, reversed(files)), "H0028"])
    assert outcome.exit_code == 0, outcome.stderr
    assert "Overall rating (overall): ★★★½ 3.5" in outcome.stdout
    assert "C01: Breast Cancer Screening is 76%, at least 76% (part-c-thresholds.csv:B8)" in outcome.stdout
    assert "C01: Breast Cancer Screening (C01): 76%  [measure-data.csv:F6]" in outcome.stdout
