"""The editions of the health check, of foundation trusts, of inspection and of oversight."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import yaml
from tests.support.edition_cases import cases_of, failing, ratings

from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = {
    "nof-2025-26-q1-segmentation": ("inferred", 17),
    "nof-2025-26-q2-segmentation": ("inferred", 16),
    "nof-2025-26-q3-segmentation": ("inferred", 16),
    "nof-2025-26-q4-segmentation": ("inferred", 19),
    "nof-2026-27": ("incomplete", 14),
    "cqc-trust-aggregation": ("reconstruction", 45),
    "cqc-local-authority": ("published", 34),
    "food-hygiene": ("published", 80),
    "shmi": ("inferred", 7),
    "nhsi-use-of-resources-2016": ("reconstruction", 49),
    "monitor-continuity-of-services-2013": ("reconstruction", 37),
    "monitor-financial-sustainability-2015": ("reconstruction", 46),
    "nhs-performance-framework-2009": ("reconstruction", 20),
    "annual-health-check-quality-2005-06": ("reconstruction", 18),
    "annual-health-check-use-of-resources-2005-06": ("reconstruction", 19),
    "monitor-service-performance-2011": ("reconstruction", 21),
}
editions = pytest.mark.parametrize("edition", CASES)


@editions
def test_an_edition_loads_without_any_problem(edition: str) -> None:
    methodology, problems = read_methodology(find_edition(edition))
    assert methodology is not None
    assert problems == []


@editions
def test_the_cases_come_out(edition: str) -> None:
    assert len(cases_of(edition)) == CASES[edition][1]
    assert failing(edition, find_edition(edition)) == []


@editions
def test_the_status_follows_from_the_figures_and_the_readme_says_it(edition: str) -> None:
    readme = (find_edition(edition).parent / "README.md").read_text("utf-8")
    said = re.search(r"^Status.*?: `(\w+)`", readme, re.MULTILINE)
    assert said is not None
    assert load_methodology(edition).status == said[1] == CASES[edition][0]
    assert f"`{edition}`" in readme


@editions
def test_what_a_figure_rests_on_is_named_and_every_source_is_addressed_in_the_readme(edition: str) -> None:
    methodology = load_methodology(edition)
    readme = (find_edition(edition).parent / "README.md").read_text("utf-8")
    for figure in methodology.figures.values():
        source = methodology.sources[figure.source or ""]
        assert (figure.basis == "assumed") == (source.id == "reconstruction")
        assert figure.note or figure.low is not None
    for source in methodology.sources.values():
        unheld = source.id == "reconstruction" or "page is not held" in source.note
        assert bool(source.url) != unheld
        assert source.url in readme


# What a figure counts: a step of it by which a case must notice.
STEPS: dict[str, Decimal | int] = {
    "weight": 5,
    "best_": 1,
    "few": 1,
    "some": 1,
    "_of_": 1,
    "one_inadequate": 1,
    "needed": 1,
    "half": Decimal("0.1"),
    "confidence": 2,
    "trim": Decimal("0.1"),
    "total_for_": 5,
    "score_for_": 5,
}
STEPS |= dict.fromkeys(["excellent_", "good_", "weak_", "standing_", "outstanding_from", "improvement_from"], 1)
FIGURES = [(edition, name) for edition in CASES for name in load_methodology(edition).figures]


def step_of(name: str) -> Decimal:
    return Decimal(next((step for word, step in STEPS.items() if word in name), Decimal("0.01")))


# No case can tell: three scores of at most 5 come to no more than 15, of at most 10 to no more than 30, and of at most 15
# (confidence has none) to no more than 40, so that a higher sum lets nobody through.
OUT_OF_REACH = {("food-hygiene", f"total_for_{rating}", Decimal(5)) for rating in (5, 3, 2)}


@pytest.mark.parametrize(("edition", "name"), FIGURES)
def test_a_figure_cannot_change_unnoticed(edition: str, name: str) -> None:
    """Each figure, a step higher or lower, fails a case; at the end of a scale there is one direction."""
    step, value = step_of(name), load_methodology(edition).figures[name].value
    for change in (step, -step):
        if value.is_nan():
            cases = [
                replace(case, settings={**case.settings, name: str(Decimal(case.settings[name]) + change)})
                for case in cases_of(edition)
            ]
            assert failing(edition, find_edition(edition), cases=cases)
            continue
        try:
            failed = failing(edition, find_edition(edition), {name: str(value + change)})
            assert bool(failed) != ((edition, name, change) in OUT_OF_REACH), change
        except Refused as refused:  # no level has that number, or another threshold is there already
            assert {problem.code for problem in refused.problems} <= {"unknown-name", "thresholds"}  # noqa: PT017 (the codes are the point)


SIDES = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}


def places(tree: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 (whatever stands in the file)
    """Everything in a rule file: where it stands, what holds it, and its key or number there."""
    for key, part in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield f"{path}/{key}", tree, key
        if isinstance(part, dict | list):
            yield from places(part, f"{path}/{key}")


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """The rule file with one rule changed: a bound on its other side, a limit or row left out, another weight."""
    for n, (path, _, _) in enumerate(places(yaml.load(text, yaml.BaseLoader))):  # noqa: S506 (it makes texts alone)
        tree = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (as above)
        _, holder, key = list(places(tree))[n]
        if key in SIDES:
            holder[SIDES[key]] = holder.pop(key)
        elif re.fullmatch(r".*/(limits|rows)/\d+", path):
            del holder[key]
        elif re.fullmatch(r"/families/\w+/\w+/\d+", path) and isinstance(holder[key], str) and holder[key].isdigit():
            holder[key] = str(int(holder[key]) + 5)
        elif key == "halves":
            holder[key] = "down"
        elif key == "only_when" or (key == "round" and "measures" in path):
            del holder[key]
        else:
            continue
        yield path, yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


# No case can tell: no mean of five whole scores ends in a half, and a sum of nine is rounded once.
SAME = {("nhsi-use-of-resources-2016", "/ratings/overall/halves")}
RULES = [edition for edition in CASES if "-q1-" not in edition and "-q2-" not in edition and "-q3-" not in edition]


@pytest.mark.slow
@pytest.mark.parametrize("edition", RULES)
def test_a_rule_cannot_change_unnoticed(edition: str, tmp_path: Path) -> None:
    path = tmp_path / f"{edition}.yaml"
    unnoticed = set()
    for what, text in mutants(find_edition(edition).read_text("utf-8")):
        path.write_text(text, "utf-8")
        try:
            if not failing(edition, path):
                unnoticed.add((edition, what))
        except Refused as refused:  # a table without rows is noticed when it is loaded
            assert {problem.code for problem in refused.problems} <= {"missing-key", "no-effect"}  # noqa: PT017 (as above)
    assert unnoticed == {same for same in SAME if same[0] == edition}


def test_thresholds_that_a_run_gives_out_of_order_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        load_methodology("nof-2026-27", {"cut_1_2": "3", "cut_2_3": "2", "cut_3_4": "3.5"})
    assert [problem.code for problem in refused.value.problems] == ["thresholds"]


def test_nothing_is_rated_by_thresholds_that_are_not_held() -> None:
    methodology = load_methodology("nof-2026-27", {"cut_1_2": "2"})
    submitted = read_return(pd.DataFrame({"Code": ["R1"], "Average score": [1.5]}), methodology)
    with pytest.raises(Refused) as refused:
        assess(submitted, methodology)
    assert [problem.remedy for problem in refused.value.problems] == [
        "Give it with --set cut_2_3=VALUE.",
        "Give it with --set cut_3_4=VALUE.",
    ]
    assert all("nof-2026-27.yaml" in str(problem.at) for problem in refused.value.problems)


def test_the_published_distribution_of_use_of_resources_has_the_published_mean() -> None:
    """2007/08: 14 bodies at 4, 137 at 3, 131 at 2 and 20 at 1, and a mean of 2.48."""
    scores: list[object] = [score for score, bodies in ((4, 14), (3, 137), (2, 131), (1, 20)) for _ in range(bodies)]
    themes = [
        "Financial reporting",
        "Financial management",
        "Financial standing",
        "Internal control",
        "Value for money",
    ]
    words = ratings("annual-health-check-use-of-resources-2005-06", dict.fromkeys(themes, scores), "use_of_resources")
    assert Counter(words) == {"excellent": 14, "good": 137, "fair": 131, "weak": 20}
    scale = load_methodology("annual-health-check-use-of-resources-2005-06").scales["resources"]
    numbers = [scale.by_name[word].number or Decimal(0) for word in words]
    assert round(sum(numbers) / len(numbers), 2) == Decimal("2.48")


def test_ratings_of_services_are_combined_by_their_numbers() -> None:
    columns: dict[str, list[object]] = {
        "Number outstanding": [3, 2, 0],
        "Number good": [9, 7, 10],
        "Number requires improvement": [0, 0, 3],
        "Number inadequate": [0, 0, 1],
    }
    assert ratings("cqc-trust-aggregation", columns, "overall") == ["outstanding", "good", "requires improvement"]


def test_a_key_question_that_was_not_rated_says_so_as_published() -> None:
    columns: dict[str, list[object]] = {
        "Safe": ["Requires improvement", "Not rated"],
        "Effective": ["Insufficient evidence to rate", "Not rated"],
        "Caring": ["Good", "not rated"],
        "Responsive": ["Good", "Not rated"],
        "Well-led": ["Inspected but not rated", "Not rated"],
    }
    assert ratings("cqc-trust-aggregation", columns, "overall") == [
        "requires improvement",
        "missing (nothing was rated)",
    ]


def test_key_questions_are_read_from_their_headings() -> None:
    columns: dict[str, list[object]] = {
        "Safe": ["Requires improvement", "Good"],
        "Effective": ["Good", "Good"],
        "Caring": ["Outstanding", "Outstanding"],
        "Responsive": ["Good", "Good"],
        "Well-led": ["requires improvement", "Outstanding"],
    }
    assert ratings("cqc-trust-aggregation", columns, "overall") == ["requires improvement", "outstanding"]
