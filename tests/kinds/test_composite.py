"""Geometric means, weighted variances, the gate of an indicator, the weight that was used, and shares of parts."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused

COMPOSITE = """
inputs:
  a: {type: number}
  b: {type: number}
  c: {type: number}
  r: {type: text}
measures:
  geometric: {kind: geometric-mean, of: [a, b, c], missing: leave out}
  weighted: {kind: geometric-mean, of: {a: 1, b: 3}}
  half: {kind: geometric-mean, of: [a, b, c], missing: {leave out: 60%}}
  variance: {kind: weighted-variance, of: {a: 1, b: 3}}
  plain_variance: {kind: weighted-variance, of: [a, b, c], missing: leave out}
  mean: {kind: mean, of: [a, b, c], missing: {leave out: 60%}}
  summary: {kind: weighted-mean, of: {a: 1, b: 3}, missing: leave out}
  used_a: {kind: weight-used, of: a, in: summary}
  used_b: {kind: weight-used, of: b, in: summary}
"""
GATES = """
scales: {grade: [{level: good}, {level: poor}]}
inputs:
  a: {type: number, polarity: lower, valid: 0..5}
  b: {type: number}
  g: {type: level, scale: grade}
populations: {big: {when: {b: ">= 10"}, missing: fails}}
measures:
  kept: {kind: reported, of: a, over: everyone, at_least: 3}
  more: {kind: reported, of: a, over: everyone, above: 3}
  over_big: {kind: reported, of: a, over: big, at_least: 2}
  grades: {kind: reported, scale: grade, of: g, over: everyone, at_least: 1}
"""


def column(text: str, item: str, **columns: str) -> list[str]:
    return results(rate(text, only=[item], **columns), item)  # type: ignore[arg-type]  # columns alone


def test_a_geometric_mean_is_the_root_of_the_product() -> None:
    assert column(COMPOSITE, "geometric", a="2 4", b="4 -", c="8 9") == ["4", "6"]
    assert column(COMPOSITE, "weighted", a="16", b="1") == ["2"]


def test_the_toy_examples_of_the_handbook() -> None:
    """21, 1, 1, 1 has 2.1407, and a point more on the second 2.5457; 6, 6, 6, 6 has 6, and then 6.2357."""
    rules = "inputs: {a: {type: number}, b: {type: number}, c: {type: number}, d: {type: number}}\nmeasures:\n"
    rules += "  g: {kind: geometric-mean, of: [a, b, c, d]}\n"
    rated = rate(rules, a="21 21 6 6", b="1 2 6 7", c="1 1 6 6", d="1 1 6 6")
    assert [f"{cell:.4f}" for cell in rated.columns["g"]] == ["2.1407", "2.5457", "6.0000", "6.2357"]


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=3))
@settings(max_examples=40)
def test_a_geometric_mean_is_that_of_the_standard_library(values: list[int]) -> None:
    a, b, c = map(str, values)
    [cell] = rate(COMPOSITE, only=["geometric"], a=a, b=b, c=c).columns["geometric"]
    assert isinstance(cell, Decimal)
    assert float(cell) == pytest.approx(statistics.geometric_mean(values))


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=2))
@settings(max_examples=40)
def test_a_weighted_variance_is_that_of_fractions(values: list[int]) -> None:
    a, b = values
    [cell] = rate(COMPOSITE, only=["variance"], a=str(a), b=str(b)).columns["variance"]
    assert isinstance(cell, Decimal)
    mean = Fraction(a + 3 * b, 4)
    wanted = Fraction(2, 4) * ((a - mean) ** 2 + 3 * (b - mean) ** 2)
    assert abs(Fraction(cell) - wanted) < Fraction(1, 10**30)


def test_without_weights_a_variance_is_that_of_a_sample_and_one_value_has_none() -> None:
    found = column(COMPOSITE, "plain_variance", a="1 1 -", b="2 - -", c="6 6 7")
    assert found == ["7", "12.5", "missing (one value alone has no variance)"]


def test_a_value_of_zero_or_less_has_no_geometric_mean() -> None:
    with pytest.raises(Refused) as refused:
        rate(COMPOSITE, only=["weighted"], a="1 0 -2", b="1 1 1")
    [problem] = refused.value.problems
    assert problem.message == ('"a" is not above zero, and a geometric mean needs that. Organisations: B, C.')


def test_a_share_of_the_parts_must_be_there() -> None:
    """Two of three are 67 %, one is 33 %."""
    columns = {"a": "2 2 2", "b": "4 8 -", "c": "8 - -"}
    few = "missing (only 1 of its parts, 2 are needed)"
    assert column(COMPOSITE, "half", **columns) == ["4", "4", few]
    assert column(COMPOSITE, "mean", **columns)[1:] == ["5", few]
    assert plain(method(COMPOSITE), "half").endswith("missing ones are left out, needs at least 60 % of them")


@pytest.mark.parametrize("share", ["0%", "101%", "some%"])
def test_a_share_that_cannot_be_is_a_problem(share: str) -> None:
    rules = COMPOSITE.replace(
        "mean, of: [a, b, c], missing: {leave out: 60%}", f"mean, of: [a], missing: {{leave out: {share}}}"
    )
    assert [problem for problem in problems_of(rules) if f'"{share}"' in problem]


def test_each_says_how_its_value_came_about_and_its_rule() -> None:
    rated = rate(COMPOSITE, a="2 2", b="4 8", c="8 -")
    assert why(rated, "geometric") == "(2 x 4 x 8)^(1/3)"
    assert why(rated, "geometric", 1) == "(2 x 8)^(1/2); left out: c (blank)"
    assert why(rated, "weighted") == "(2^1 x 4^3)^(1/4)"
    assert why(rated, "variance") == "the weighted variance of 2 (weight 1), 4 (weight 3)"
    assert why(rated, "plain_variance", 1) == "the weighted variance of 2, 8; left out: c (blank)"
    assert why(rated, "used_b") == "3 / 4, the weights present in summary"
    assert plain(rated.methodology, "weighted") == (
        "the geometric mean of a (weight 1), b (weight 3); a missing one is refused"
    )
    assert plain(rated.methodology, "used_a") == "the weight that a really had in summary"
    assert rated.methodology.items["weighted"].rule.shares() == {"a": Decimal("0.25"), "b": Decimal("0.75")}


def test_a_weight_used_is_what_is_left_after_missing_weights_were_shared_out() -> None:
    columns = {"a": "1 1 -", "b": "1 - 1"}
    assert column(COMPOSITE, "used_a", **columns) == ["0.25", "1", "missing (blank)"]
    assert column(COMPOSITE, "used_b", **columns) == ["0.75", "missing (blank)", "1"]


def test_a_weight_used_is_missing_where_the_mean_is() -> None:
    rules = COMPOSITE.replace("{a: 1, b: 3}, missing: leave out}", "{a: 1, b: 3}, missing: {leave out: 2}}")
    assert column(rules, "used_a", a="1", b="-") == ["missing (only 1 of its parts, 2 are needed)"]


def test_what_may_be_missing() -> None:
    rules = method(COMPOSITE)

    def misses(item: str, *absent: str) -> bool:
        return rules.items[item].rule.may_miss(lambda other: other in absent)

    assert [misses(item) for item in ("geometric", "variance", "plain_variance", "used_a")] == [False] * 4
    assert misses("plain_variance", "b", "c")
    assert not misses("plain_variance", "c")
    assert misses("used_a", "a")
    assert misses("used_a", "summary")
    assert method(COMPOSITE.replace("{a: 1, b: 3}}", "{a: 1}}")).items["variance"].rule.may_miss(lambda _: False)
    assert rules.items["used_a"].rule.wants_numbers() == ("a",)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("kind: geometric-mean, of: {a: 0, b: 1}", "wrong-type: The weights of the geometric mean are above zero."),
        ("kind: weighted-variance, of: {a: -1, b: 1}", "wrong-type: The weights of the weighted variance are above zero"),
        ("kind: geometric-mean, of: [a], missing: {leave out: 2}", "wrong-type: 2 parts are needed"),
        ("kind: geometric-mean, of: [a, b], missing: {count as: 0}", 'incompatible: "x" is a geometric mean, and a missing part can be 0.'),
        ("kind: weight-used, of: a, in: mean", 'wrong-type: "mean" is not a weighted mean of "a".'),
        ("kind: weight-used, of: c, in: summary", 'wrong-type: "summary" is not a weighted mean of "c".'),
        ("kind: weight-used, of: c, in: a", 'wrong-type: "a" is not a weighted mean of "c".'),
    ],
)  # fmt: skip
def test_what_cannot_act_is_a_problem_when_the_file_is_loaded(rule: str, says: str) -> None:
    text = f"{COMPOSITE}  x: {{{rule}}}\n"
    assert [problem for problem in problems_of(text) if says in problem], problems_of(text)


@pytest.mark.parametrize(
    ("part", "low"),
    [
        ("z: {kind: standardise, of: a, over: everyone, sd: n}", "-1"),
        ("z: {kind: min-max, of: a, over: everyone}", "0"),
        ("z: {kind: percentile-rank, of: a, over: everyone, form: from zero}", "0"),
        ("z: {kind: rank-spread, of: b, best: 4, worst: 0}", "0"),
        ("z: {kind: reported, of: v, over: everyone, at_least: 2}", "0"),
        ("z: {kind: winsorise, of: v, over: everyone, low: 0, high: 1, definition: linear}", "0"),
    ],
)
def test_a_geometric_mean_over_what_can_be_zero_is_a_problem(part: str, low: str) -> None:
    text = f"""
    inputs: {{a: {{type: number}}, b: {{type: number, polarity: lower}}, v: {{type: number, valid: 0..9}}}}
    measures:
      {part}
      g: {{kind: geometric-mean, of: [z, b]}}
    """
    says = f'incompatible: "g" is a geometric mean, and "z" can be {low}. Spread its scores above zero'
    assert [problem for problem in problems_of(text) if says in problem], problems_of(text)


def test_a_geometric_mean_over_what_is_above_zero_is_none() -> None:
    text = """
    inputs: {a: {type: number}, v: {type: number, valid: 1..9}}
    measures:
      r: {kind: percentile-rank, of: a, over: everyone, form: low / n}
      g: {kind: geometric-mean, of: [r, v]}
    """
    assert not [problem for problem in problems_of(text) if "incompatible" in problem]


def test_an_indicator_is_passed_on_where_enough_report_it() -> None:
    columns = {"a": "1 - 2 3", "b": "10 10 1 1"}
    assert column(GATES, "kept", **columns) == ["1", "missing (blank)", "2", "3"]
    assert column(GATES, "more", **columns) == ["missing (a is reported by only 3)"] * 4
    assert column(GATES, "over_big", **columns) == ["missing (a is reported by only 1)"] * 4
    assert column(GATES, "grades", g="good -") == ["good", "missing (blank)"]


def test_a_gate_says_how_many_and_hands_on_what_it_is_of() -> None:
    rated = rate(GATES, a="1 - 2 3", b="1 1 1 1", g="good good poor poor")
    assert why(rated, "kept") == "a is 1, reported by 3"
    rules = rated.methodology
    assert plain(rules, "kept") == "a, if at least 3 organisations of everyone report it"
    assert plain(rules, "more") == "a, if more than 3 organisations of everyone report it"
    rule = rules.items["kept"].rule
    assert rules.polarity_of("kept") == "lower"
    assert rules.lowest_possible("kept") == 0
    assert (*rule.shares(), *rule.hands_on(), *rule.wants_numbers()) == ("a", "a")
    assert rule.may_miss(lambda _: False)


@pytest.mark.parametrize("bounds", ["", ", above: 1, at_least: 2"])
def test_a_gate_needs_one_bound(bounds: str) -> None:
    text = f"{GATES}  x: {{kind: reported, of: a, over: everyone{bounds}}}\n"
    assert [problem for problem in problems_of(text) if "missing-key: How many must report it" in problem]
