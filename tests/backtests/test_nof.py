"""The published results of the NHS Oversight Framework, four quarters of 2025/26: 61 trusts, to the last digit."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.engine.assess import assess
from nhsrate.returns.model import Values
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

EDITION = "nof-2025-26-q4-mental-health-community"
PUBLICATION = "mental-health-and-community-trust-data-q4.csv"
LEAGUE_TABLE = "mental-health-and-community-trust-league-table-q4.csv"
DOMAINS = ["OF4000", "OF4002", "OF4003", "OF4004", "OF4005"]
SEGMENTS = ["OF4100", "OF4102", "OF4103", "OF4104", "OF4105"]
SCORES = ["OF1005", "OF1016", "OF1041", "OF1057", "OF1061", "OF1063", "OF1082", "OF1084", "OF1086"]


@pytest.fixture(scope="module")
def folder(backtest_data: Path) -> Path:
    return backtest_data / "nof-2025-26"


@pytest.fixture(scope="module")
def published(folder: Path) -> dict[str, dict[str, str]]:
    """What was published, by item and trust; blank where there is nothing."""
    rows = table(folder / "published-q4.csv")
    return {item: {row["Trust_code"]: row[item] for row in rows} for item in rows[0] if item != "Trust_code"}


@pytest.fixture(scope="module")
def from_ranks(folder: Path) -> Assessment:
    """Rated from the return: values and national ranks."""
    return rated(folder / "return-q4.xlsx")


@pytest.fixture(scope="module")
def from_publication(folder: Path) -> Assessment:
    """Rated from the publication itself, which gives the scores to 2 places."""
    return rated(folder / PUBLICATION)


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def rated(file: Path, edition: Path | str = EDITION) -> Assessment:
    methodology = load_methodology(edition)
    return assess(read_return(file, methodology), methodology)


def off(assessment: Assessment, item: str, published: dict[str, dict[str, str]]) -> dict[str, tuple[Cell, str]]:
    """The trusts whose result is not exactly the published one, with both."""
    results = zip(assessment.organisations, assessment.columns[item], strict=True)
    return {
        organisation.code: (cell, published[item][organisation.code])
        for organisation, cell in results
        if not same(cell, published[item][organisation.code])
    }


def same(cell: Cell, wanted: str) -> bool:
    number = cell.number if isinstance(cell, Level) else cell
    return number == Decimal(wanted) if wanted else isinstance(number, Missing)


def held(published: dict[str, dict[str, str]], items: list[str]) -> int:
    """How many results were published for these items."""
    return sum(value != "" for item in items for value in published[item].values())


def test_the_return_gives_every_published_result_exactly(
    from_ranks: Assessment, published: dict[str, dict[str, str]]
) -> None:
    """All 17 columns of 61 trusts, blanks included."""
    assert {organisation.code for organisation in from_ranks.organisations} == published["OF5000"].keys()
    assert len(from_ranks.organisations) == 61
    assert [item.id for item in from_ranks.methodology.published] == list(published)
    assert {item: wrong for item in published if (wrong := off(from_ranks, item, published))} == {}
    assert (held(published, DOMAINS), held(published, SEGMENTS)) == (302, 302)
    assert not from_ranks.problems


@pytest.mark.parametrize(("quarter", "cells"), [(1, 1098), (2, 1098), (3, 1037)])
def test_the_quarters_before_come_out_to_the_last_digit_too(folder: Path, quarter: int, cells: int) -> None:
    """All that was published of quarters 1 to 3, blanks included; 18 columns with the final segment, 17 without."""
    assessment = rated(folder / f"return-q{quarter}.xlsx", EDITION.replace("q4", f"q{quarter}"))
    rows = {row["Trust_code"]: row for row in table(folder / f"published-q{quarter}.csv")}
    items = [item.id for item in assessment.methodology.published]
    published = {item: {code: row[item] for code, row in rows.items()} for item in items}
    assert {"Trust_code", *items} == rows["R1A"].keys()
    assert {organisation.code for organisation in assessment.organisations} == rows.keys()
    assert {item: wrong for item in items if (wrong := off(assessment, item, published))} == {}
    assert len(rows) * len(items) == cells


def test_the_return_is_read_without_loss(from_ranks: Assessment) -> None:
    submitted = from_ranks.submitted
    assert (submitted.form, submitted.set_aside, submitted.problems) == ("wide", (), ())
    assert submitted.unused_headings == ("Trust_type", "Trust_subtype", "Region")


def test_the_publication_gives_what_its_rounding_allows(
    from_publication: Assessment, published: dict[str, dict[str, str]]
) -> None:
    """From scores to 2 places: 57 of 61 averages, 248 of 302 domain scores, 299 of 302 domain segments, all ranks."""
    wrong = {item: off(from_publication, item, published) for item in published}
    exact = ["OF1079", "OF1081", "OF1080", "OF5003", "OF5000", "league_rank"]
    assert [len(wrong[item]) for item in exact] == [0] * 6
    assert len(wrong["OF5002"]) == 61 - 57
    assert sum(len(wrong[item]) for item in DOMAINS) == 302 - 248
    assert sum(len(wrong[item]) for item in SEGMENTS) == 302 - 299
    for item in ["OF5002", *DOMAINS]:
        for cell, wanted in wrong[item].values():
            assert isinstance(cell, Decimal)
            assert abs(cell - Decimal(wanted)) == Decimal("0.01")


def test_the_publication_is_read_in_long_form_with_its_scores_as_given(from_publication: Assessment) -> None:
    submitted = from_publication.submitted
    assert (submitted.form, submitted.period, len(submitted.organisations)) == ("long", "Q4 2025/26", 61)
    given = {
        item: sum(from_publication.given(item, n) for n in range(61))
        for item in from_publication.methodology.items
        if any(from_publication.given(item, n) for n in range(61))
    }
    assert given == dict(zip(SCORES, [42, 45, 50, 38, 61, 47, 61, 61, 61], strict=True))
    assert not from_publication.problems, "no trust is ranked within the return"


def test_the_league_table_agrees(folder: Path, from_ranks: Assessment) -> None:
    """NHS England's own league table: average, segment, deficit and rank of 61 trusts."""
    rows = {row["Trust_code"]: row for row in table(folder / LEAGUE_TABLE)}
    assert len(rows) == 61
    columns = from_ranks.columns
    for n, organisation in enumerate(from_ranks.organisations):
        row = rows[organisation.code]
        assert same(columns["OF5002"][n], row["Average_score"])
        assert same(columns["OF5000"][n], row["Segment"])
        assert same(columns["league_rank"][n], row["Rank"])
        assert str(columns["financial_override"][n]) == row["Trust_in_financial_deficit"].casefold()
    order = [Decimal(rows[from_ranks.organisations[n].code]["Rank"]) for n in from_ranks.league()]
    assert order == sorted(order)


def test_each_cut_lies_where_its_bounds_say(published: dict[str, dict[str, str]]) -> None:
    """The publication bounds each cut: the worst score seen above it and the best one seen below it."""
    figures = load_methodology(EDITION).figures
    names = ["access", "safety", "finance", "people", "effectiveness", "cut"]
    for name, score, segment in zip(names, [*DOMAINS, "OF5002"], [*SEGMENTS, "OF5003"], strict=True):
        pairs = [
            (Decimal(published[score][code]), Decimal(level)) for code, level in published[segment].items() if level
        ]
        for number in (1, 2, 3):
            figure = figures[f"{name}_{number}_{number + 1}"]
            low = max(value for value, level in pairs if level <= number)
            high = min(value for value, level in pairs if level > number)
            assert (figure.low, figure.high) == (low, high), figure
            assert low <= figure.value < high


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_the_headings_of_earlier_quarters_are_read_in_both_forms(quarter: int, folder: Path, tmp_path: Path) -> None:
    """Their data are not here, so quarter 4's stand in, with the safe score and the programme where published."""
    edition = f"nof-2025-26-q{quarter}-mental-health-community"
    items = {"OF1067": ("3", ""), "OF5007": ("1.0", "0.0")} if quarter < 3 else {"OF1067": ("3", "")}
    rows = table(folder / PUBLICATION)
    codes = sorted({row["Trust_code"] for row in rows})
    for item, (first, others) in items.items():
        given = [(code, first if code == codes[0] else others) for code in codes]
        rows += [rows[0] | {"Trust_code": code, "Metric_ID": item, "Value": value} for code, value in given if value]
    long = written(tmp_path / "long.csv", [row | {"Quarter": f"Q{quarter} 2025/26"} for row in rows])
    cells: dict[str, dict[str, str]] = {}
    for row in rows:
        cells.setdefault(row["Trust_code"], {"Trust_code": row["Trust_code"]})[row["Metric_ID"]] = row["Value"]
    headings = dict.fromkeys(["Trust_code", *(row["Metric_ID"] for row in rows)], "")
    wide = written(tmp_path / "wide.csv", [headings | row for row in cells.values()])
    for file, form in ((long, "long"), (wide, "wide")):
        assessment = rated(file, edition)
        assert (assessment.submitted.form, len(assessment.organisations)) == (form, 61)
        assert assessment.columns["OF1067"][assessment.find(codes[0])] == 3
        if quarter < 3:
            finals = [str(cell) for cell in assessment.columns["OF5005"]]
            assert finals.count("5") == 1
            assert finals[assessment.find(codes[0])] == "5"
        else:
            assert "OF5005" not in assessment.columns


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def averaged(*scores: str) -> str:
    """The change that rounds these scores before they enter the averages."""
    return f"change: {{measures: {{{', '.join(f'{score}: {{round: 2}}' for score in scores)}}}}}"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param(
            "change: {measures: {domain_score: {round: {places: 2, halves: even}}}}",
            {"OF4002": 1, "OF4004": 2},
            id="halves go to the even neighbour",
        ),
        pytest.param(
            averaged(*SCORES),
            {"OF4000": 7, "OF4002": 7, "OF4003": 17, "OF4004": 15, "OF4005": 8, "OF5002": 4}
            | {"OF4102": 1, "OF4103": 1, "OF4105": 1},
            id="scores are rounded before they are averaged",
        ),
        pytest.param(
            "change: {figures: {cut_1_2: {value: 2.01}}}",
            {"OF5003": 1, "OF5000": 1},
            id="a trust at the cut is in the worse segment",
        ),
        pytest.param(
            """
replace:
  ratings:
    OF5003:
      kind: quantile-bands
      scale: segments
      of: OF5002
      over: everyone
      definition: linear
      levels: [{level: 1, best: 0.25}, {level: 2, best: 0.5}, {level: 3, best: 0.75}, {level: 4, otherwise: true}]
""",
            {"OF5003": 3, "OF5000": 3},
            id="the quartiles are of these trusts alone",
        ),
        pytest.param(
            """
change:
  families:
    domains:
      finance: [[OF1079, OF1081, OF1086], OF4003, Finance and productivity, OF4103, Finance segment, finance_1_2,
                finance_2_3, finance_3_4]
""",
            {"OF4003": 60, "OF4103": 29, "OF5002": 60, "OF5003": 18, "OF5000": 17, "league_rank": 37},
            id="plan and variance count for themselves",
        ),
        pytest.param(
            "replace: {ratings: {OF5000: {kind: level, scale: segments, of: OF5003, headline: true, published: true}}}",
            {"OF5000": 2, "league_rank": 10},
            id="there is no deficit override",
        ),
    ],
)
def test_a_rule_a_little_different_does_not_reproduce_the_publication(
    change: str, wrong: dict[str, int], folder: Path, published: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """What the agreement rests on: each of these rules fails for the trusts that can tell it from the true one."""
    edition = tmp_path / "changed.yaml"
    edition.write_text(f"id: changed\ntitle: Changed\nextends: {EDITION}\n{change}\n")
    assessment = rated(folder / "return-q4.xlsx", edition)
    assert {item: len(codes) for item in published if (codes := off(assessment, item, published))} == wrong


def test_ranks_among_these_trusts_alone_do_not_reproduce_the_publication(
    from_ranks: Assessment, published: dict[str, dict[str, str]]
) -> None:
    """Without national ranks the tool ranks the trusts of the return, and warns of all indicators at once."""
    submitted = from_ranks.submitted
    blank = Values([Missing("left out")] * 61)
    values = {item: blank if item.endswith("_rank") else column for item, column in submitted.values.items()}
    assessment = assess(replace(submitted, values=values), from_ranks.methodology)
    [warning] = assessment.problems
    assert warning.code == "ranked-in-return"
    assert f"{len(SCORES)} indicators were ranked within this return" in warning.message
    assert len(off(assessment, "OF5002", published)) > 50
