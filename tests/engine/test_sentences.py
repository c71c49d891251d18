"""Every sentence of an explanation names items by their titles, and gives values with their unit."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.rules import method, rate, why
from tests.support.variants import ITEM, bases, loaded, with_item

from nhsrate.core.problems import Refused
from nhsrate.engine.explain import explain, explain_everything, explanation_json, reason_for
from nhsrate.kinds import KINDS
from nhsrate.reports.explanation import explanation_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.variants import Tree

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

TITLES = {
    "a": "Seen in four hours", "b": "Booked in time", "c": "Standard of cleaning", "n": "Meals rated good",
    "rank": "National place", "other_rank": "Regional place", "s": "Safety", "t": "Trust in staff",
    "word": "Sort of trust", "word2": "Region", "average": "Mean of both", "average2": "Mean of both, the other way",
    "way": "Better side", ITEM: "What is asked",
}  # fmt: skip
PERCENTAGES = ("a", "b", "c", "n")

WHOLE = {"a": "61 72 83 54 47 39", "b": "91 92 93 94 96 97", "c": "12 13 14 15 16 17", "n": "28 34 36 37 38 43"}
PARTLY = {"a": "61 - 83 54 - 39", "b": "91 92 - 94 96 -", "c": "12 13 14 15 16 17", "n": "- - - - - 43"}
SMALL = {"a": "1 1 1 1 1 1", "b": "1 2 1 2 1 2", "c": "2 2 2 2 2 2", "n": "3 3 3 3 3 3"}
ZERO = {"a": "0 0 0 0 0 0", "b": "0 0 0 0 0 0", "c": "0 0 0 0 0 0", "n": "0 0 0 0 0 0"}
REST = {
    "rank": "1 2 3 4 5 6", "other_rank": "1 2 3 4 5 6",
    "s": "green red amber green red red", "t": "red green - green red amber",
    "way": "higher lower higher lower higher lower",
}  # fmt: skip
SORTS = ("x y x y x y", "acute other acute other acute other")


def renamed(part: Any, key: str = "") -> Any:  # noqa: ANN401 (whatever stands in a rule file)
    """A rule text in which each input and item has an id that no sentence could hold by chance."""
    if isinstance(part, dict):
        ids = TITLES.keys() - {"rank"} if "kind" in part else TITLES
        return {f"id_{name}" if name in ids else name: renamed(inner, name) for name, inner in part.items()}
    if isinstance(part, list):
        return [renamed(inner, key) for inner in part]
    return f"id_{part}" if part in TITLES and key != "sd" and (key, part) != ("against", "average") else part


def titled(item: Tree) -> Methodology:
    """The rule text of an item in which everything has a title, and what is a number is a percentage."""
    tree = with_item(item)
    tree |= {section: renamed(tree[section]) for section in ("inputs", "populations", "measures")}
    for section in ("inputs", "measures"):
        for id_, entry in tree[section].items():
            entry["title"] = TITLES[id_.removeprefix("id_")]
    for name in PERCENTAGES:
        tree["inputs"][f"id_{name}"]["type"] = "percent"
    found = loaded(tree)
    assert found, json.dumps(tree)
    return found


def rated(item: Tree) -> Iterator[Assessment]:
    """The ratings of an item on several returns; those that it refuses are left out."""
    methodology = titled(item)
    for numbers in (WHOLE, PARTLY, SMALL, ZERO):
        for sorts in SORTS:
            columns = numbers | REST | {"word": sorts, "word2": "n s n s n s"}
            try:
                yield rate(methodology, **{f"id_{name}": words for name, words in columns.items()})  # type: ignore[arg-type]  # columns alone
            except Refused:
                continue


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_names_no_id_where_there_is_a_title_and_a_percentage_has_its_sign(kind: str) -> None:
    """Whether there is a result or none; a number that is a percentage is one wherever it stands, also in a sum."""
    told = 0
    for item in bases(kind):
        if "from" in item and kind == "thresholds":  # its bounds come with the return
            continue
        for assessment in rated(item):
            for n in range(len(assessment.organisations)):
                said = reason_for(assessment, f"id_{ITEM}", n).how
                told += not said.startswith(("missing", "blank"))
                assert "id_" not in said
                if kind == "decide" and not assessment.methodology.unit_of(f"id_{ITEM}"):
                    said = said.rpartition(" = ")[0]  # what is given may be a number without a unit
                for name in PERCENTAGES:
                    value = f"{assessment.columns[f'id_{name}'][n]}"
                    bare = rf"(?<![\d.]){re.escape(value)}(?![\d.%])"
                    assert not (len(value) == 2 and re.search(bare, said)), said
                    assert value.startswith("missing") or f"{TITLES[name]} is {value}" not in said.replace(
                        f"{value}%", ""
                    )
    assert told


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_no_title_the_id_serves(kind: str) -> None:
    """And nothing is said of it twice."""
    for item in bases(kind):
        methodology = loaded(with_item(item))
        assert methodology
        inputs = {id_: replace(entry, title="") for id_, entry in methodology.inputs.items()}
        for id_ in inputs:
            assert replace(methodology, inputs=inputs).name_of(id_) == id_


UNITS = """
inputs:
  margin: {title: Margin, type: number, unit: "% of turnover"}
  wait: {title: Longest wait, type: number, unit: weeks}
  deficit: {title: Deficit, type: number, unit: £m}
  share: {title: Share, type: percent, unit: of income}
  points: {type: percent, unit: percentage points, polarity: higher}
measures:
  rise: {title: Rise, kind: difference, of: margin, from: share, unit: "%", round: 1}
  longer: {title: Longer, kind: difference, of: wait, from: wait, unit: weeks}
  high: {kind: thresholds, of: margin, scores: [{score: 2, at_least: 6}, {score: 1, otherwise: true}]}
  short: {kind: thresholds, of: wait, scores: [{score: 2, at_most: 6}, {score: 1, otherwise: true}]}
  poor: {kind: thresholds, of: deficit, scores: [{score: 2, at_most: 6}, {score: 1, otherwise: true}]}
  part: {kind: thresholds, of: share, scores: [{score: 2, at_most: 6}, {score: 1, otherwise: true}]}
  gain: {kind: rank-spread, of: points, best: 1, worst: 4, standard: {at_least: 5, meets: 0, best: 1}}
  chosen:
    kind: decide
    rows:
      - {when: {margin: 3}, then: 5, missing: fails}
      - {when: {share: not 2..4, wait: "< 9"}, then: 6, missing: fails}
    otherwise: 7
"""


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("rise", "6.2% - 5%"),
        ("longer", "1 - 1"),
        ("high", "Margin is 6.2% of turnover, at least 6% (line 11)"),
        ("short", "Longest wait is 1 week, at most 6 (line 12)"),
        ("poor", "Deficit is -£1.5m, at most 6 (line 13)"),
        ("part", "Share is 5% of income, at most 6% (line 14)"),
        ("gain", "points is 7 percentage points, which meets the standard of at least 5%: 0"),
        (
            "chosen",
            "row 2 (line 20) holds, Share is 5% of income (not from 2% to 4%), Longest wait is 1 week (below 9)",
        ),
    ],
)
def test_a_value_stands_with_its_unit_and_a_bound_with_its_sign(item: str, said: str) -> None:
    assessment = rate(UNITS, margin="6.2", wait="1", deficit="-1.5", share="5", points="7")
    assert why(assessment, item) == said


def test_what_a_sum_comes_to_has_the_unit_of_the_item() -> None:
    assessment = rate(UNITS, margin="6.25", wait="1", deficit="-1.5", share="5", points="7")
    assert reason_for(assessment, "longer", 0).how == "1 - 1 = 0 weeks"
    assert reason_for(assessment, "rise", 0).how == "6.25% - 5% = 1.25%, rounded to 1 decimal place, halves up: 1.3%"


def test_a_test_that_names_the_very_value_is_not_said_twice() -> None:
    assessment = rate(UNITS, margin="3", wait="1", deficit="-1.5", share="5", points="7")
    assert why(assessment, "chosen") == "row 1 (line 19) holds, Margin is 3% of turnover"
    rules = "inputs: {late: {title: Plan late, type: yes/no}}\nmeasures: {x: {kind: decide, rows: [{when: {late: yes}, then: 1, missing: fails}], otherwise: 2}}"
    assert why(rate(rules, late="yes"), "x") == "row 1 (line 2) holds, Plan late is yes"


def test_a_value_that_went_missing_further_down_is_named_by_titles_all_the_way() -> None:
    """
    inputs: {a: {title: Waits, type: number}, b: {title: Staff, type: number}}
    measures:
      both: {title: Both, kind: mean, of: [a, b], missing: missing}
      more: {title: More, kind: sum, of: [both, b], missing: missing}
      some: {title: Some, kind: mean, of: [a, b], missing: leave out}
      place: {title: Place, kind: place, by: [{item: both, first: lowest}]}
    """
    assessment = rate(test_a_value_that_went_missing_further_down_is_named_by_titles_all_the_way.__doc__, a="-", b="3")
    assert reason_for(assessment, "more", 0).how == "Both is missing: Waits is missing: blank"
    assert reason_for(assessment, "place", 0).how == "Both is missing: Waits is missing: blank"
    assert reason_for(assessment, "some", 0).how == "(3) / 1; left out: Waits (blank) = 3"


def test_what_was_told_above_is_told_again_with_titles_and_units() -> None:
    """More than five parts share one line, and their titles may hold commas."""
    inputs = "\n".join(f"  i{k}: {{title: 'Part {k}, of six', type: percent}}" for k in range(6))
    parts = ", ".join(f"i{k}" for k in range(6))
    mean = f"mean: {{title: Mean, kind: mean, of: [{parts}], headline: true}}"
    rules = f"inputs:\n{inputs}\nratings:\n  {mean}\n  total: {{kind: sum, of: [{parts}], headline: true}}"
    assessment = rate(method(rules), **{f"i{k}": f"{k}1" for k in range(6)})  # type: ignore[arg-type]  # columns alone
    text = explanation_text(assessment, explain(assessment, 0))
    assert "\nMean (mean): 26%\n" in text
    assert "  above: Part 0, of six: 1%; Part 1, of six: 11%; Part 2, of six: 21%; Part 3" in text


def test_the_json_of_an_explanation_has_the_sign_in_what_is_shown_and_the_unit_apart() -> None:
    assessment = rate(UNITS, margin="6.2", wait="1", deficit="-1.5", share="5", points="7")
    items: Any = explanation_json(assessment, explain_everything(assessment, 0))["items"]
    assert [(items[id_]["shown"], items[id_].get("unit")) for id_ in ("margin", "wait", "share", "rise")] == [
        ("6.2%", "% of turnover"),
        ("1", "weeks"),
        ("5%", "% of income"),
        ("1.2%", "%"),
    ]
