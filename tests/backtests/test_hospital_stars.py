"""The hospital stars of two releases, row by row, and what each mistake in the rules would move."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Missing
from nhsrate.core.problems import errors
from nhsrate.engine.assess import assess
from nhsrate.rules.load import read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology

CLOSE = Decimal("5e-9")
ROWS = {"2023": 4654, "2025": 4566}
TEXT_COLUMNS = {"star", "cnt_grp", "report_indicator"}


def edition(year: str, tmp_path: Path, change: str = "") -> Methodology:
    """The edition of a year, with a change stated as an edition that extends it."""
    file = tmp_path / "changed.yaml"
    file.write_text(f"id: changed\ntitle: changed\nextends: cms-hospital-stars-{year}\n{change}", "utf-8")
    methodology, problems = read_methodology(file)
    assert not errors(problems)
    assert methodology is not None
    return methodology


def official(folder: Path, year: str) -> list[dict[str, str]]:
    with (folder / "cms-stars" / f"official-{year}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def returns() -> dict[str, Return]:
    return {}


def rated(folder: Path, year: str, methodology: Methodology, kept: dict[str, Return]) -> Assessment:
    """The release rated; the return is read once, because every change keeps its inputs."""
    if year not in kept:
        kept[year] = read_return(folder / "cms-stars" / f"input-{year}.csv", methodology)
    return assess(kept[year], methodology, only=None)


@pytest.mark.parametrize("year", ["2023", "2025"])
def test_every_published_column_of_a_release_comes_out(
    year: str, backtest_data: Path, tmp_path: Path, returns: dict[str, Return]
) -> None:
    """Stars, counts, gate and peer group are equal, scores and weights within 5e-9, on every row."""
    assessment = rated(backtest_data, year, edition(year, tmp_path), returns)
    number = {organisation.code: n for n, organisation in enumerate(assessment.organisations)}
    rows = official(backtest_data, year)
    assert len(rows) == len(number) == ROWS[year]
    columns = [column for column in rows[0] if column != "PROVIDER_ID"]
    assert set(columns) == {item.id for item in assessment.methodology.published}
    for row in rows:
        n = number[row["PROVIDER_ID"]]
        for column in columns:
            cell, wanted = assessment.columns[column][n], row[column]
            if isinstance(cell, Missing):
                assert wanted == "", (row["PROVIDER_ID"], column)
            elif isinstance(cell, Decimal) and column not in TEXT_COLUMNS:
                assert abs(cell - Decimal(wanted)) <= CLOSE, (row["PROVIDER_ID"], column)
            else:
                assert str(cell) == wanted, (row["PROVIDER_ID"], column)


GROUP = "{item: group_mean, each: groups}"
STAR = "title: Star rating, headline: true, scale: stars, of: summary_score, over: rated"
CLUSTERS = f"{STAR}, kind: clusters, algorithm: lloyd, best: highest"
MEAN = "title: Summary score, kind: weighted-mean, published: true"
MISTAKES = [
    (
        "no second run",
        f"replace: {{ratings: {{star: {{{CLUSTERS}, within: cnt_grp, quantile: averaged inverted cdf}}}}}}",
        86,
        2,
    ),
    ("linear percentiles for the seeds", "change: {ratings: {star: {quantile: linear}}}", 34, 0),
    (
        "one round without a second run",
        f"replace: {{ratings: {{star: {{{CLUSTERS}, within: cnt_grp, quantile: averaged inverted cdf, rounds: 1}}}}}}",
        615,
        737,
    ),
    (
        "quintiles in place of clusters",
        (
            f"replace: {{ratings: {{star: {{{STAR}, kind: quantile-bands, within: cnt_grp, polarity: higher, at_cut: worse, "
            "definition: linear, levels: [{level: 5, best: 0.2}, {level: 4, best: 0.4}, "
            "{level: 3, best: 0.6}, {level: 2, best: 0.8}, {level: 1, otherwise: true}]}}}"
        ),
        909,
        1024,
    ),
    (
        "measures winsorised with linear percentiles",
        (
            "add: {measures: {clipped: {each: {family: groups, column: measures}, kind: winsorise, of: kept, "
            "over: reporting, low: 0.00125, high: 0.99875, definition: linear}}}\n"
            "change: {measures: {z: {of: clipped}}}"
        ),
        94,
        366,
    ),
    (
        "groups not standardised again",
        (
            "replace: {measures: {group_score: {each: groups, id: {column: score}, kind: first-available, of: [group_mean], "
            "published: true}}}"
        ),
        455,
        376,
    ),
    (
        "a group needs three measures",
        (
            "remove: {measures: [used_weight]}\n"
            "add: {measures: {entering: {each: groups, kind: first-available, of: [{column: score}], only_when: "
            "{when: {group_count: '>= 3'}, because: too few measures}}}}\n"
            f"replace: {{measures: {{summary_score: {{{MEAN}, missing: leave out, "
            "of: {item: entering, each: groups, weights: weight}}}}"
        ),
        367,
        208,
    ),
    ("missing groups not weighted out", "change: {measures: {summary_score: {missing: {count as: 0}}}}", 71, 75),
    ("equal weights", "change: {figures: {outcome_weight: {value: 1}, process_weight: {value: 1}}}", 467, 305),
    (
        "one national cluster",
        f"replace: {{ratings: {{star: {{{CLUSTERS}, quantile: averaged inverted cdf, second_run: {{trim: 1}}}}}}}}",
        585,
        570,
    ),
    (
        "no mortality-or-safety condition",
        "change: {measures: {report_indicator: {rows: [{when: {Total_measure_group_cnt: '>= 3'}, then: 1}]}}}",
        287,
        446,
    ),
    ("measures of few hospitals kept", "change: {figures: {few_hospitals: {value: 0}}}", 2, 0),
    ("the population's standard deviation", "change: {measures: {z: {sd: n}, group_score: {sd: n}}}", 0, 0),
    (
        "clusters by Hartigan and Wong",
        (
            f"replace: {{ratings: {{star: {{{STAR}, kind: clusters, within: cnt_grp, algorithm: hartigan-wong, "
            "best: highest, quantile: linear, second_run: {}}}}"
        ),
        86,
        20,
    ),
]


@pytest.mark.parametrize(("name", "change", "moved_2023", "moved_2025"), MISTAKES, ids=[one[0] for one in MISTAKES])
def test_a_mistake_in_the_rules_moves_exactly_the_stars_it_is_known_to_move(  # noqa: PLR0917 (as PLR0913)
    name: str,
    change: str,
    moved_2023: int,
    moved_2025: int,
    backtest_data: Path,
    tmp_path: Path,
    returns: dict[str, Return],
) -> None:
    """Each is a change of the rule file alone."""
    for year, moved in (("2023", moved_2023), ("2025", moved_2025)):
        rated(backtest_data, year, edition(year, tmp_path), returns) if year not in returns else None
        changed = assess(returns[year], edition(year, tmp_path, change), only=["star"])
        true = {row["PROVIDER_ID"]: row["star"] for row in official(backtest_data, year)}
        stars = {
            organisation.code: "" if isinstance(cell, Missing) else str(cell)
            for organisation, cell in zip(changed.organisations, changed.columns["star"], strict=True)
        }
        assert sum(stars[code] != true[code] for code in true) == moved, (name, year)


CAP = (
    "add: {measures: {safety_tile: {kind: tiles, of: Std_Outcomes_Safety_score, over: everyone, tiles: 4, first: lowest}}}\n"
    "change: {ratings: {star: {limits: [{%s, when: {safety_tile: 1, Outcomes_safety_cnt: '>= 3'}, missing: fails, "
    "because: in the lowest quarter on safety}]}}}"
)


@pytest.mark.parametrize(("limit", "moved_2023", "moved_2025"), [("at_best: 4", 19, 17), ("step: down", 530, 460)])
def test_the_safety_rules_of_later_years_touch_as_many_hospitals_of_earlier_ones_as_were_counted(
    limit: str, moved_2023: int, moved_2025: int, backtest_data: Path, tmp_path: Path, returns: dict[str, Return]
) -> None:
    """The cap of 2026 and the lost star of 2027, applied to two earlier releases."""
    for year, moved in (("2023", moved_2023), ("2025", moved_2025)):
        rated(backtest_data, year, edition(year, tmp_path), returns) if year not in returns else None
        changed = assess(returns[year], edition(year, tmp_path, CAP % limit), only=["star"])
        assert len(changed.marks.get("star", {})) == moved
