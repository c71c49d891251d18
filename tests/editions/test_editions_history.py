"""The editions of past regimes: they load cleanly, their cases hold, and their cases could fail."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.support.edition_cases import cases_of, failing, ratings

from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

MONITOR = "monitor-financial-risk-2011-12"
LIGHTS = "nhs-plan-traffic-lights-2000"
ACUTE = "nhs-star-ratings-2003-04-acute"
PRIMARY = "nhs-star-ratings-2003-04-primary-care"
AUTHORITIES = "sha-mental-health-stars-2004"

STATUS = {
    MONITOR: "inferred",
    LIGHTS: "reconstruction",
    ACUTE: "reconstruction",
    PRIMARY: "reconstruction",
    AUTHORITIES: "inferred",
}
editions = pytest.mark.parametrize("edition", STATUS)


@editions
def test_an_edition_loads_without_any_problem(edition: str) -> None:
    methodology, problems = read_methodology(find_edition(edition))
    assert methodology is not None
    assert problems == []
    assert [item.id for item in methodology.headlines] == [methodology.headlines[0].id]


@editions
def test_the_status_follows_from_the_figures_and_the_readme_says_it(edition: str) -> None:
    methodology = load_methodology(edition)
    assert methodology.status == STATUS[edition]
    readme = (find_edition(edition).parent / "README.md").read_text("utf-8")
    said = re.search(r"^Status.*?: `(\w+)`", readme, re.MULTILINE)
    assert said is not None
    assert said[1] == STATUS[edition]


@editions
def test_everything_a_figure_rests_on_is_named_with_its_address(edition: str) -> None:
    methodology = load_methodology(edition)
    for figure in methodology.figures.values():
        source = methodology.sources[figure.source or ""]
        assert source.url.startswith("http") or (figure.basis == "assumed" and source.id == "reconstruction")
        assert figure.note


@editions
def test_every_source_is_addressed_in_the_readme(edition: str) -> None:
    readme = (find_edition(edition).parent / "README.md").read_text("utf-8")
    for source in load_methodology(edition).sources.values():
        assert source.url in readme


@editions
def test_the_cases_come_out(edition: str) -> None:
    assert cases_of(edition)
    assert failing(edition, find_edition(edition)) == []


@pytest.mark.parametrize(("edition", "count"), [(ACUTE, 13), (PRIMARY, 16)])
def test_all_published_rows_of_2003_04_are_cases(edition: str, count: int) -> None:
    """Each gives all nine targets and three areas by itself, and comes to three stars."""
    folder = find_edition(edition).parent
    text = (folder / ("cases.yaml" if edition == ACUTE else "cases-primary-care.yaml")).read_text("utf-8")
    block = text.split("as published\n", 1)[1].split("    rows:\n", 1)[1].split("  - name:", 1)[0]
    rows = re.findall(r"^      [^:]+: +\[(.+)\]$", block, re.MULTILINE)
    assert [row.split(",")[-1].strip() for row in rows] == ["3"] * count


FIGURES = [(edition, name) for edition in STATUS for name in load_methodology(edition).figures]


@pytest.mark.parametrize(("edition", "name"), FIGURES)
def test_a_figure_cannot_change_unnoticed(edition: str, name: str) -> None:
    """Every named figure, made more, fails a case; points by two, because no trust has an odd number of them."""
    value = load_methodology(edition).figures[name].value
    more = Decimal("0.25") if value < 1 and value else 2 if name.endswith("points") else 1
    settings = {name: "4" if name == "criteria_counted" else str(value + more)}
    assert failing(edition, find_edition(edition), settings)


def raised(found: re.Match[str]) -> str:
    """The bound, a hundredth higher."""
    return f"{found[1]}{Decimal(found[2]) + Decimal('0.01')}"


def other_side(found: re.Match[str]) -> str:
    """The bound, on its other side."""
    return found[0].replace(found[1], {"at_least": "above", "above": "at_least"}[found[1]])


def weightier(found: re.Match[str]) -> str:
    """The weight, one more."""
    return f"{found[1]}{int(found[2]) + 1}]"


def other_level(found: re.Match[str]) -> str:
    """The level, one better, or worse where it is the best."""
    level = int(found[2])
    return f"{found[1]}{level + 1 if level < 3 else level - 1}"


def gone(found: re.Match[str]) -> str:
    """Nothing."""
    return ""


MUTATIONS = {
    "a threshold": (MONITOR, r"((?:at_least|above): )(-?[0-9.]+)", raised, 20),
    "the side of a threshold": (MONITOR, r"(at_least|above): -?[0-9.]+", other_side, 20),
    "a weight": (MONITOR, r"(^    \w+: +\[)(\d+)\]", weightier, 5),
    "a cap": (MONITOR, r"(at_best: )(\d)", other_level, 8),
    "a cap left out": (MONITOR, r"^      - \{at_best.*\n", gone, 8),
    "the direction of halves": (MONITOR, r"halves: up", lambda _: "halves: down", 1),
    "what a criterion is": (MONITOR, r"at_([12])\}, because", lambda found: f"at_{3 - int(found[1])}}}, because", 2),
    "the outcome of a row": (ACUTE, r"(then: )(\d)", other_level, 5),
    "the outcome otherwise": (ACUTE, r"otherwise: 2", lambda _: "otherwise: 1", 1),
    "the gate of applicable targets": (ACUTE, r"^    only_when:.*\n", gone, 1),
    "what is left out": (ACUTE, r"missing: leave out", lambda _: "missing: refuse", 2),
    "the outcome of a light": (LIGHTS, r"then: (green|red)", lambda _: "then: yellow", 2),
    "the test of a light": (LIGHTS, r"targets_missed: 0, ", gone, 1),
    "the top quarter of green": (LIGHTS, r", paf_band: top quarter", gone, 1),
    "the polarity of the framework's score": (LIGHTS, r"polarity: higher", lambda _: "polarity: lower", 1),
    "the definition of the quantile": (LIGHTS, r"definition: linear", lambda _: "definition: weibull", 1),
    "the side of a share": (AUTHORITIES, r"(at_least): \w+", other_side, 3),
    "what a share is of": (AUTHORITIES, r"to: stars_possible", lambda _: "to: trusts", 1),
}


def mutants(what: str) -> list[str]:
    """The rule file's text with one change, once for every place that the pattern finds."""
    edition, pattern, change, count = MUTATIONS[what]
    text = find_edition(edition).read_text("utf-8")
    places = list(re.finditer(pattern, text, re.MULTILINE))
    assert len(places) == count
    return [text[: found.start()] + change(found) + text[found.end() :] for found in places]


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_rule_cannot_change_unnoticed(what: str, tmp_path: Path) -> None:
    """Wherever the rule file is changed so, it still loads, and a case fails."""
    edition = MUTATIONS[what][0]
    for text in mutants(what):
        path = tmp_path / f"{edition}.yaml"
        path.write_text(text, "utf-8")
        assert failing(edition, path), text


def test_the_number_of_misses_that_makes_red_can_be_set() -> None:
    frame = pd.DataFrame({"Org code": ["A", "B"], "Targets missed": [2, 1], "PAF score": [70, 60]})
    for setting, lights in ({}, ["yellow", "yellow"]), ({"red_min_missed": "2"}, ["red", "yellow"]):
        methodology = load_methodology(LIGHTS, setting)
        ratings = assess(read_return(frame, methodology), methodology).columns["light"]
        assert [str(light) for light in ratings] == lights
        assert {name: str(value) for name, value in methodology.settings.items()} == setting


TARGETS = [
    "12 hour waits",
    "Two week wait",
    "Financial management",
    "Cleanliness",
    "IWL",
    "Booking",
    "Outpatients over the standard",
    "Elective patients over the standard",
    "A&E four hours",
]
AREAS = ["Clinical focus", "Patient focus", "Capacity and capability"]


def test_a_return_as_people_write_it_is_rated() -> None:
    columns: dict[str, list[object]] = {heading: ["a", "A", "Achieved"] for heading in TARGETS}
    columns |= {"Cleanliness": ["N/A", "SU", "achieved"]}
    columns |= {heading: ["H", "h", "High"] for heading in AREAS}
    assert ratings(ACUTE, columns, "stars") == ["3", "2", "3"]
    columns["Clinical governance"] = ["Significant areas of weakness", "n/a", "MANY"]
    assert ratings(ACUTE, columns, "stars") == ["0", "2", "3"]


def test_a_blank_target_is_refused_and_one_that_does_not_apply_is_not() -> None:
    columns: dict[str, list[object]] = {heading: ["a", "n/a"] for heading in TARGETS[:8]}
    columns |= {heading: ["H", "H"] for heading in AREAS}
    columns[TARGETS[8]] = [None, "a"]
    with pytest.raises(Refused) as refused:
        ratings(ACUTE, columns, "stars")
    assert [problem.code for problem in refused.value.problems] == ["required-value"]


def test_the_figures_of_a_trust_are_rated_from_the_headings_of_the_form() -> None:
    columns: dict[str, list[object]] = {
        "EBITDA margin %": [9.3, 9.3],
        "EBITDA achieved %": [101, 101],
        "Net return after financing %": [3, 3.2],
        "I&E surplus margin %": [2.4, 2.4],
        "Liquid ratio days": [27, 27],
        "Plan not submitted on time": ["No", "Yes"],
        "Plan not submitted complete and correct": ["No", "No"],
        "PDC dividend not paid in full": ["No", "No"],
        "Unplanned breach of PBC": ["No", "No"],
    }
    assert ratings(MONITOR, columns, "weighted_average") == ["4.1", "4.3"]
    assert ratings(MONITOR, columns, "financial_risk_rating") == ["4", "3"]


def test_the_lowest_cap_is_told_with_its_reason() -> None:
    methodology = load_methodology(MONITOR)
    limits = methodology.items["financial_risk_rating"].limits
    assert [str(limit.at_best) for limit in limits] == ["3", "3", "2", "2", "2", "3", "1", "2"]
    assert all(limit.because and limit.source == "oxford" for limit in limits)


def test_essex_has_three_stars() -> None:
    assert ratings(AUTHORITIES, {"Stars gained": [5], "Number of trusts": [2]}, "stars") == ["3"]
