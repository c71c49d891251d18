"""Fractions in rule files: read wherever a number stands, exact in arithmetic, and met where they are bounds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, warnings_of, why

HEAD = """
figures: {third: {value: 1/3, basis: assumed, low: 1/4, high: 1/2}}
scales: {rag: [{level: green, number: 2/3}, {level: red, number: 1/3}]}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number}
  c: {type: number}
  l: {type: level, scale: rag}
measures:
  share: {kind: ratio, of: a, to: b}
  x: {%s}
"""


@pytest.mark.parametrize(
    ("rule", "columns", "wanted"),
    [
        ("kind: thresholds, of: share, scores: [{score: 1, at_least: 1/3}, {score: 0, otherwise: true}]", {"a": "1 33", "b": "3 100"}, "1 0"),
        ("kind: thresholds, of: share, scores: [{score: 1, above: third}, {score: 0, otherwise: true}]", {"a": "1 34", "b": "3 100"}, "0 1"),
        ("kind: thresholds, of: share, scores: [{score: 1, at_most: -1/3}, {score: 0, otherwise: true}]", {"a": "-1 -33", "b": "3 100"}, "1 0"),
        ("kind: count, of: [share], at: '>= 2/3'", {"a": "2 1", "b": "3 3"}, "1 0"),
        ("kind: count, of: [share], at: 1/3..2/3", {"a": "1 2 3", "b": "3 3 3"}, "1 1 0"),
        ("kind: count, of: [share], at: 1/3", {"a": "1 2", "b": "3 3"}, "1 0"),
        ("kind: count, of: [share], at: {above: third, at_most: 2/3}", {"a": "1 2", "b": "3 3"}, "0 1"),
        ("kind: lookup, of: share, table: {1/3: 1, 2/3: 2}", {"a": "1 2", "b": "3 3"}, "1 2"),
        ("kind: weighted-mean, of: {a: 1/3, b: 1/3, c: third}", {"a": "1", "b": "1", "c": "1"}, "1"),
        ("kind: sum, of: {a: 1/3, b: 1/3, c: third}", {"a": "1", "b": "1", "c": "1"}, "1"),
        ("kind: sum, of: [a, 1/3, third, 1/3]", {"a": "1"}, "2"),
        ("kind: ratio, of: a, to: b, times: 1/3", {"a": "3", "b": "1"}, "1"),
        ("kind: difference, of: 1/3, from: a", {"a": "1"}, "-0.666666666667"),
        ("kind: min-max, of: share, over: everyone, low: 1/3, high: 2/3", {"a": "1 2 1", "b": "3 3 2"}, "0 1 0.5"),
        ("kind: clip, of: share, low: 1/3, high: 1/2", {"a": "1 2 1", "b": "4 3 3"}, "0.333333333333 0.5 0.333333333333"),
        ("kind: statistic, of: a, over: everyone, take: quantile, share: 1/3, definition: linear", {"a": "1 2 3 9"}, "2 2 2 2"),
        ("kind: statistic, of: a, over: everyone, take: quantile, share: 1/3, definition: inverted cdf", {"a": "1 2 3"}, "1 1 1"),
        ("kind: statistic, of: a, over: everyone, take: quantile, share: 2/3, definition: averaged inverted cdf", {"a": "1 2 3"}, "2.5 2.5 2.5"),
        ("kind: count, of: [l], at: '>= 2/3'", {"l": "green red"}, "1 0"),
    ],
)  # fmt: skip
def test_a_fraction_is_what_it_says_wherever_it_stands(rule: str, columns: dict[str, str], wanted: str) -> None:
    assert results(rate(HEAD % rule, **columns), "x") == wanted.split()  # type: ignore[arg-type]


def test_three_thirds_that_rules_give_are_one() -> None:
    """Also through scores, constants and decisions, whose columns are compared at 40 digits and summed with more."""
    text = """
    inputs: {a: {type: number, required: true}}
    measures:
      score: {kind: thresholds, of: a, scores: [{score: 1/3, at_least: 1}, {score: 0, otherwise: true}]}
      constant: {kind: constant, value: 1/3}
      decided: {kind: decide, rows: [{when: {a: "> 0"}, then: 1/3}], otherwise: 0}
      looked: {kind: lookup, of: a, table: {1: 1/3}}
      three: {kind: sum, of: [score, constant, decided]}
      same: {kind: count, of: [score, constant, decided, looked], at: 1/3}
      whole: {kind: thresholds, of: three, scores: [{score: 1, at_least: 1}, {score: 0, otherwise: true}]}
    """
    found = rate(text, a="1")
    assert [*results(found, "three"), *results(found, "same"), *results(found, "whole")] == ["1", "4", "1"]
    assert found.columns["three"] == [Decimal(1)]


@given(top=st.integers(-99, 99), bottom=st.integers(1, 99))
def test_a_share_meets_its_own_fraction(top: int, bottom: int) -> None:
    rule = f"kind: count, of: [share], at: {{at_least: {top}/{bottom}, at_most: {top}/{bottom}}}"
    assert results(rate(HEAD % rule, a=f"{top} {top + 1}", b=f"{bottom} {bottom}"), "x") == ["1", "0"]
    (cell,) = rate(HEAD % f"kind: sum, of: {{a: {top}/{bottom}}}", a=str(bottom)).columns["x"]
    assert cell == Decimal(top)
    assert isinstance(cell, Decimal)
    assert Fraction(cell) == top


def test_a_fraction_is_told_as_it_is_written() -> None:
    text = HEAD % "kind: thresholds, of: share, scores: [{score: 1/3, at_least: 2/3}, {score: 0, otherwise: true}]"
    found = rate(text, a="2", b="3")
    assert why(found, "x") == "share is 0.666666666667, at least 2/3 (line 11)"
    assert plain(found.methodology, "x") == "share: 1/3 at least 2/3, 0 otherwise"


def test_a_setting_may_be_a_fraction() -> None:
    text = "figures: {part: {value: 0.5, basis: stated}}\ninputs: {a: {type: number}}\nmeasures: {x: {kind: sum, of: {a: part}}}"
    assert results(rate(method(text, {"part": "1/3"}), a="3"), "x") == ["1"]
    assert method(text, {"part": "1/3"}).fractions
    assert not method(text).fractions


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("kind: constant, value: 1/0", '"1/0" is neither a number nor the name of a figure.'),
        ("kind: constant, value: 1/3/2", '"1/3/2" is neither a number nor the name of a figure.'),
        ("kind: constant, value: 1/-3", '"1/-3" is neither a number nor the name of a figure.'),
        ("kind: constant, value: 0.5/3", '"0.5/3" is neither a number nor the name of a figure.'),
        ("kind: mean, of: [a, 1/3]", '"1/3" is a number, and no item.'),
        ("kind: thresholds, of: a, scores: [{score: 1, at_least: 1/3}, {score: 2, at_least: 2/6}, {score: 0, otherwise: true}]", "This row can never hold"),
    ],
)  # fmt: skip
def test_what_is_no_fraction_is_refused(rule: str, problem: str) -> None:
    assert any(problem in said for said in problems_of(HEAD % rule))


def test_weights_that_are_thirds_come_to_one() -> None:
    """So nothing is noted of their sum."""
    assert [
        said for said in warnings_of(HEAD % "kind: weighted-mean, of: {a: 1/3, b: 1/3, c: 1/3}") if "weights" in said
    ] == []
