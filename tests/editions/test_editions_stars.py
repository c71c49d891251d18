"""The star ratings of 2000/01 to 2004/05: they load cleanly, their cases hold, and their cases could fail."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.support.edition_cases import cases_of, failing, ratings

from nhsrate.rules.editions import edition_files, find_edition
from nhsrate.rules.load import load_methodology, read_methodology

if TYPE_CHECKING:
    from pathlib import Path

YEARS = {
    "2000-01": ("acute",),
    "2001-02": ("acute", "ambulance", "mental-health"),
    "2002-03": ("acute", "ambulance", "mental-health", "primary-care"),
    "2003-04": ("acute", "ambulance", "mental-health", "primary-care"),
    "2004-05": ("acute", "ambulance", "mental-health", "primary-care"),
}
EDITIONS = [f"nhs-star-ratings-{year}-{sector}" for year, sectors in YEARS.items() for sector in sectors]
editions = pytest.mark.parametrize("edition", EDITIONS)


def readme(edition: str) -> str:
    """The text beside the rule file."""
    return (find_edition(edition).parent / "README.md").read_text("utf-8")


def test_every_edition_of_the_star_ratings_is_tested_here() -> None:
    assert sorted(EDITIONS) == [id_ for id_ in edition_files() if id_.startswith("nhs-star-ratings-")]


@editions
def test_an_edition_loads_without_any_problem(edition: str) -> None:
    methodology, problems = read_methodology(find_edition(edition))
    assert methodology is not None
    assert problems == []
    assert [item.id for item in methodology.headlines] == ["stars"]
    assert methodology.period.replace("/", "-") in edition


@editions
def test_the_status_follows_from_the_figures_and_the_readme_says_it(edition: str) -> None:
    said = re.search(r"^Status.*?: `(\w+)`", readme(edition), re.MULTILINE)
    assert said is not None
    assert load_methodology(edition).status == said[1] == "reconstruction"


@editions
def test_everything_a_figure_rests_on_is_named_with_its_address(edition: str) -> None:
    methodology = load_methodology(edition)
    for figure in methodology.figures.values():
        source = methodology.sources[figure.source or ""]
        assert source.url.startswith("http") or (figure.basis == "assumed" and source.id == "reconstruction")
        assert figure.note


@editions
def test_the_readme_names_the_edition_its_figures_and_its_sources(edition: str) -> None:
    methodology = load_methodology(edition)
    text = readme(edition)
    assert f"`{edition}`" in text
    for name, figure in methodology.figures.items():
        assert f"`{name}` {figure.value}" in text
    for source in methodology.sources.values():
        assert source.url in text


@editions
def test_the_cases_come_out(edition: str) -> None:
    assert cases_of(edition)
    assert failing(edition, find_edition(edition)) == []


@editions
def test_cases_name_only_sources_of_their_edition(edition: str) -> None:
    named = {case.source for case in cases_of(edition) if case.source}
    assert named <= set(load_methodology(edition).sources)


FIGURES = [(edition, name) for edition in EDITIONS for name in load_methodology(edition).figures]


@pytest.mark.parametrize(("edition", "name"), FIGURES)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_figure_cannot_change_unnoticed(edition: str, name: str, sign: int) -> None:
    """Every named figure, made more or less, fails a case."""
    value = load_methodology(edition).figures[name].value
    by = Decimal(1)
    if name.endswith("most_points"):
        by = Decimal(2)  # no trust has an odd number of points
    elif name == "three_stars_least_average":
        by = Decimal("0.01" if edition.endswith("acute") else "0.2")  # few indicators, few averages
    elif name.endswith("_standard"):
        by = Decimal("0.01")
    assert failing(edition, find_edition(edition), {name: str(value + sign * by)})


def other_level(found: re.Match[str]) -> str:
    """The level, one better, or worse where it is the best."""
    level = int(found[2])
    return f"{found[1]}{level + 1 if level < 3 else level - 1}"


def gone(found: re.Match[str]) -> str:
    """Nothing."""
    return ""


MUTATIONS = {
    "the outcome of a row, 2000/01": ("2000-01-acute", r"(then: )(\d)", other_level, 3),
    "the outcome otherwise, 2000/01": ("2000-01-acute", r"(otherwise: )(\d)", other_level, 1),
    "the review, 2000/01": ("2000-01-acute", r"(at_best: )(\d)", other_level, 1),
    "the scorecard, 2000/01": ("2000-01-acute", r"^ +scorecard_good: yes\n", gone, 1),
    "the gate of applicable targets, 2000/01": ("2000-01-acute", r"^    only_when:.*\n", gone, 1),
    "what is left out, 2000/01": ("2000-01-acute", r"missing: leave out", lambda _: "missing: refuse", 2),
    "the outcome of a row, 2001/02": ("2001-02-acute", r"(then: )(\d)", other_level, 3),
    "a review, 2001/02": ("2001-02-acute", r"(at_best: )(\d)", other_level, 2),
    "what a band counts, 2001/02": (
        "2001-02-acute",
        r"(band_[2-5]: )([2-5])",
        lambda found: f"{found[1]}{int(found[2]) + 1}",
        4,
    ),
    "a count among the indicators, 2001/02": ("2001-02-acute", r"(?<=[{ ])band_[2-5]: 1, ", gone, 4),
    "the outcome of a row, ambulance 2001/02": ("2001-02-ambulance", r"(then: )(\d)", other_level, 3),
    "the outcome of a row, ambulance 2002/03": ("2002-03-ambulance", r"(then: )(\d)", other_level, 4),
    "the outcome of a row, primary care 2002/03": ("2002-03-primary-care", r"(then: )(\d)", other_level, 4),
    "the outcome of a row, 2004/05": ("2004-05-acute", r"(then: )(\d)", other_level, 4),
    "the outcome of a row, mental health 2004/05": ("2004-05-mental-health", r"(then: )(\d)", other_level, 4),
    "the misses that do not fit, 2002/03": ("2002-03-acute", r', misses_unaccounted: "<= 0"', gone, 1),
    "the misses that do not fit, 2004/05": ("2004-05-acute", r', misses_unaccounted: "<= 0"', gone, 1),
    "the number of indicators, 2001/02": ("2001-02-mental-health", r', scorecard_indicators: "<= \w+"', gone, 1),
    "learning disability trusts, 2003/04": ("2003-04-mental-health", r", learning_disability_trust: no", gone, 1),
    "learning disability trusts, 2004/05": ("2004-05-mental-health", r", learning_disability_trust: no", gone, 1),
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_rule_cannot_change_unnoticed(what: str, tmp_path: Path) -> None:
    """Wherever the rule file is changed so, it still loads, and a case fails."""
    short, pattern, change, count = MUTATIONS[what]
    edition = f"nhs-star-ratings-{short}"
    text = find_edition(edition).read_text("utf-8")
    places = list(re.finditer(pattern, text, re.MULTILINE))
    assert len(places) == count
    path = tmp_path / f"{edition}.yaml"
    for found in places:
        path.write_text(text[: found.start()] + change(found) + text[found.end() :], "utf-8")
        assert failing(edition, path), found


def test_the_late_change_can_be_undone_for_a_run() -> None:
    methodology = load_methodology("nhs-star-ratings-2001-02-acute", {"late_indicators_counted": "1"})
    assert {name: str(value) for name, value in methodology.settings.items()} == {"late_indicators_counted": "1"}


COUNTS: dict[str, list[object]] = {
    "Key targets achieved": [8, 7, 5],
    "Key targets underachieved": [0, 0, 1],
    "Key targets significantly underachieved": [0, 1, 2],
}


@pytest.mark.parametrize("year", ["2002-03", "2003-04", "2004-05"])
def test_a_return_of_counts_is_rated(year: str) -> None:
    columns: dict[str, list[object]] = {**COUNTS, "Focus areas High": [3, 2, 3], "Focus areas Low": [0, 0, 0]}
    assert ratings(f"nhs-star-ratings-{year}-ambulance", columns, "stars") == ["3", "2", "0"]


def test_a_review_changes_the_stars_where_it_counted_and_not_the_year_it_was_excluded() -> None:
    columns: dict[str, list[object]] = {**COUNTS, "Focus areas High": [3, 2, 3], "Focus areas Low": [0, 0, 0]}
    columns["Clinical governance review"] = ["significant areas of weakness", "strengths", "n/a"]
    stars = {
        year: ratings(f"nhs-star-ratings-{year}-mental-health", columns, "stars")
        for year in ("2002-03", "2003-04", "2004-05")
    }
    assert stars == {"2002-03": ["0", "2", "0"], "2003-04": ["0", "2", "0"], "2004-05": ["3", "2", "0"]}


@editions
def test_what_the_stars_brought_is_said_only_where_a_source_says_it(edition: str) -> None:
    levels = load_methodology(edition).scales["stars"].levels
    with_consequences = {str(level) for level in levels if level.consequences}
    expected = {
        "2000-01-acute": {"3", "0"},
        "2001-02-acute": {"3", "2", "0"},
        "2001-02-mental-health": {"3"},
        "2002-03-acute": {"3", "2", "0"},
        "2003-04-acute": {"3", "2", "0"},
    }
    assert with_consequences == expected.get(edition.removeprefix("nhs-star-ratings-"), set())
