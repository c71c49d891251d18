"""What changes of the kinds' code once went unnoticed: cases where only the right code gives the right result."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.rules import method, problems_of, rate, results, why

from nhsrate.core.problems import CellLocation, Refused
from nhsrate.engine.assess import assess
from nhsrate.kinds import KINDS
from nhsrate.kinds.deciding import DecisionRow, Outcome
from nhsrate.kinds.manual import is_plain
from nhsrate.language.numbers import Number
from nhsrate.returns.model import Organisation, Return, Source, Values


def test_the_median_of_four_is_between_the_middle_two() -> None:
    numbers = "inputs: {a: {type: number}, b: {type: number}, c: {type: number}, d: {type: number}}"
    rules = f"{numbers}\nmeasures: {{m: {{kind: median, of: [a, b, c, d]}}}}"
    assert results(rate(rules, a="1", b="9", c="4", d="2"), "m") == ["3"]


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("low / n", ["100", "50", "50", "25"]),
        ("high / n", ["100", "75", "75", "25"]),
        ("middle / n", ["87.5", "50", "50", "12.5"]),
        ("from zero", ["100", "33.3", "33.3", "0"]),
    ],
)
def test_a_turned_percentile_rank_counts_ties_from_the_top(form: str, wanted: list[str]) -> None:
    """Of 1, 3, 3 and 5 the last is first, the tie has ranks 2 and 3, and the first is fourth."""
    rule = f"{{kind: percentile-rank, of: a, over: everyone, form: {form}, reverse: always, round: 1}}"
    assert results(rate(f"inputs: {{a: {{type: number}}}}\nmeasures: {{x: {rule}}}", a="1 3 3 5"), "x") == wanted


def test_cohorts_may_be_worked_out_further_down() -> None:
    rules = """
    inputs: {a: {type: number}, w: {type: text}}
    measures:
      x: {kind: percentile-rank, of: a, over: everyone, form: low / n, within: sort}
      sort: {kind: lookup, of: w, table: {x: p, y: q}, result: text}
    """
    assert results(rate(rules, a="1 2 3", w="x y x"), "x") == ["50", "100", "100"]


def test_a_share_of_the_best_goes_on_with_every_digit() -> None:
    """Three times a third is one."""
    rules = """
    inputs: {a: {type: number, polarity: higher}}
    measures:
      x: {kind: relative, of: a, over: everyone, to: best}
      three: {kind: sum, of: {x: 3}}
    """
    assert results(rate(rules, a="1 3"), "three") == ["1", "3"]


@pytest.mark.parametrize(("fails", "worst", "said"), [(0, 2, "can be 0"), (1, 0, "can be 0"), (1, 2, "")])
def test_a_floor_tells_how_low_a_score_can_be(fails: int, worst: int, said: str) -> None:
    problems = problems_of(f"""
    inputs: {{a: {{type: number, polarity: higher}}}}
    measures:
      x: {{kind: rank-spread, of: a, best: 4, worst: 3, floor: {{at_least: 5, fails: {fails}, worst: {worst}}}}}
      g: {{kind: geometric-mean, of: [x]}}
    """)
    assert [said in problem for problem in problems] == ([True] if said else [])


@pytest.mark.parametrize(
    "rule",
    [
        "kind: ratio, of: A, to: B",
        "kind: difference, of: A, from: B",
        "kind: count, of: [A, B], at: '> 1', missing: missing",
        "kind: sum, of: [A, B], missing: missing",
        "kind: place, by: [{item: A, first: lowest}, {item: B, first: lowest}]",
        "kind: place, by: [{item: A, first: lowest}], within: B",
        "kind: winsorise, of: A, over: everyone, low: 0.1, high: 0.9, definition: linear, within: B",
        "kind: percentile-rank, of: A, over: everyone, form: low / n, within: B",
        "kind: tiles, of: A, over: everyone, tiles: 2, first: lowest, within: B",
        "kind: matrix, rows: A, columns: B, across: [1], table: {1: [1]}",
        "kind: decide, rows: [{when: {sure: '> 1'}, then: {item: A}}], otherwise: {item: B}",
        "kind: significance, scale: three, of: A, error: B, against: 0, method: normal, confidence: [95]",
    ],
)
@pytest.mark.parametrize("names", [("sure", "unsure"), ("unsure", "sure")])
def test_one_part_that_may_be_missing_is_enough(rule: str, names: tuple[str, str]) -> None:
    """So that a condition on the result must say what holds then; where both are sure it need not."""
    text = """
    scales: {{three: [{{level: 3}}, {{level: 2}}, {{level: 1}}]}}
    inputs: {{sure: {{type: number, required: true, polarity: higher}}, unsure: {{type: number, polarity: higher}}}}
    measures:
      x: {{{}}}
      y: {{kind: decide, rows: [{{when: {{x: "> 1"}}, then: 1}}], otherwise: 2}}
    """
    unsure, sure = (
        problems_of(text.format(rule.replace("A", first).replace("B", second)))
        for first, second in (names, ("sure", "sure"))
    )
    assert any('"x" may be missing' in problem for problem in unsure)
    assert not any('"x" may be missing' in problem for problem in sure)


SIGNIFICANCE = """
scales: {three: [{level: better}, {level: same}, {level: worse}]}
inputs: {x: {type: number, polarity: higher}, n: {type: number}}
measures: {b: {kind: significance, scale: three, of: x, RULE, method: normal, confidence: [95], published: true}}
"""


@pytest.mark.parametrize("rule", ["out_of: n, against: 0", "out_of: n, against: 1", "per: n, against: 0"])
def test_a_standard_may_be_none_or_all(rule: str) -> None:
    assert problems_of(SIGNIFICANCE.replace("RULE", rule)) == []


@pytest.mark.parametrize("rule", ["out_of: n, against: 1.01", "out_of: n, against: -0.01", "per: n, against: -0.01"])
def test_a_standard_is_not_less_than_none_nor_more_than_all(rule: str) -> None:
    assert any("No value can be" in problem for problem in problems_of(SIGNIFICANCE.replace("RULE", rule)))


THIRDS = [
    ("kind: mean, of: [a, b, c]", {"a": "1", "b": "0", "c": "0"}),
    ("kind: weighted-mean, of: {a: 1, b: 2}", {"a": "1", "b": "0"}),
    ("kind: ratio, of: a, to: b", {"a": "1", "b": "3"}),
    ("kind: difference, of: a, from: b, as: percent", {"a": "4", "b": "3"}),
    ("kind: difference, of: a, from: b, as: percent, round: 30", {"a": "4", "b": "3"}),
    ("kind: min-max, of: a, over: everyone", {"a": "1 0 3"}),
    ("kind: percentile-rank, of: a, over: everyone, form: low / n, to: 1", {"a": "1 2 3"}),
    ("kind: relative, of: a, over: everyone, to: mean", {"a": "1 2 6"}),
    ("kind: rank-spread, of: a, best: 0, worst: 1", {"a": "8 9 7 6"}),
    (
        "kind: decide, rows: [{when: {a: '< 0', b: '< 0'}, then: 0, missing: fails}], otherwise: {item: third}",
        {"a": "1", "b": "3"},
    ),
    ("kind: first-available, of: [third, a]", {"a": "1", "b": "3"}),
    ("kind: clip, of: third, low: 0", {"a": "1", "b": "3"}),
    ("kind: sum, of: [third]", {"a": "1", "b": "3"}),
    ("kind: product, of: [third]", {"a": "1", "b": "3"}),
    ("kind: median, of: [third]", {"a": "1", "b": "3"}),
    ("kind: lowest, of: [third]", {"a": "1", "b": "3"}),
    ("kind: highest, of: [third]", {"a": "1", "b": "3"}),
    ("kind: harmonic-mean, of: [third]", {"a": "1", "b": "3"}),
    ("kind: weighted-variance, of: {a: 1, b: 1, c: 1}", {"a": "1", "b": "1", "c": "0"}),
    ("kind: weight-used, of: a, in: weighed", {"a": "1", "b": "0"}),
]
"""Rules that give a third, on these columns."""


def test_every_kind_that_hands_all_digits_on_is_tried() -> None:
    """A geometric mean goes through logarithms, which give no whole third."""
    tried = {rule.split(",")[0].removeprefix("kind: ") for rule, _ in THIRDS}
    assert {name for name in KINDS if KINDS[name].carries} - tried == {"geometric-mean"}


@pytest.mark.parametrize(("rule", "columns"), THIRDS)
def test_what_is_worked_out_goes_on_with_every_digit(rule: str, columns: dict[str, str]) -> None:
    """A third has more digits than are compared: taken from one as often as it takes, nothing is left.

    What is compared are 40 digits of it, so that a third is a third however it came about.
    """
    text = f"""
    inputs: {{a: {{type: number, polarity: higher}}, b: {{type: number}}, c: {{type: number}}}}
    measures:
      third: {{kind: ratio, of: a, to: b, zero: missing}}
      weighed: {{kind: weighted-mean, of: {{a: 1, b: 2}}, missing: missing}}
      x: {{{rule}}}
      one: {{kind: sum, of: {{x: 3}}}}
    """
    parts = {"b": "", "c": "", **columns}
    size = len(parts["a"].split())
    filled = {item: words or " ".join(["1"] * size) for item, words in parts.items()}
    rated = rate(text, only=["one"], **filled)  # type: ignore[arg-type]  # columns alone
    assert results(rated, "one")[0] in {"1", "100"}
    third = rated.columns["x"][0]
    assert isinstance(third, Decimal)
    assert third in {Decimal(whole + "." + "3" * places) for whole, places in (("0", 40), ("33", 38), ("33", 30))}


def test_fewer_events_than_one_may_be_expected() -> None:
    text = SIGNIFICANCE.replace("RULE, method: normal", "expected: n, against: 1, method: exact poisson")
    assert results(rate(text, x="0 4", n="0.5 0.5"), "b") == ["same", "better"]


@pytest.mark.parametrize(("times", "said"), [("100", "x 100 = 50% against"), ("1000", "x 1000 = 500 against")])
def test_only_shares_of_a_hundred_are_per_cent(times: str, said: str) -> None:
    text = SIGNIFICANCE.replace("RULE", f"out_of: n, times: {times}, against: 0.5")
    assert said in why(rate(text, x="5", n="10"), "b")


@pytest.mark.parametrize(("trim", "sound"), [("0", True), ("0.49", True), ("0.5", False), ("-0.01", False)])
def test_less_than_half_is_trimmed_at_each_end(trim: str, sound: bool) -> None:  # noqa: FBT001 (a table)
    wide = f"overdispersion: {{form: additive, trim: {trim}}}"
    text = SIGNIFICANCE.replace("RULE", f"out_of: n, against: average, over: everyone, {wide}")
    assert (problems_of(text) == []) == sound


@pytest.mark.parametrize("confidence", ["[0]", "[100]", "[0, 95]", "[95, 95]"])
def test_confidences_lie_between_none_and_all(confidence: str) -> None:
    text = SIGNIFICANCE.replace("RULE", "out_of: n, against: 0.5").replace("[95]", confidence)
    assert any("Confidences are per cent" in problem for problem in problems_of(text))


def test_a_limit_does_nothing_to_a_rating_that_is_missing() -> None:
    text = """
    scales: {s: [{level: high}, {level: low}]}
    inputs: {a: {type: level, scale: s}, b: {type: number, required: true}}
    ratings:
      r:
        kind: level
        of: a
        scale: s
        headline: true
        limits: [{at_best: low, when: {b: "> 1"}, because: b}]
    """
    assert results(rate(text, a="- high high low", b="2 2 1 1"), "r") == ["missing (blank)", "low", "high", "low"]


def test_a_table_without_an_entry_names_the_first_of_its_keys() -> None:
    """That is where the mending begins; both values are in the message."""
    rules = """
    inputs: {plan: {type: number}, actual: {type: number}}
    measures: {x: {kind: matrix, rows: plan, columns: actual, across: [1, 2], table: {1: [1, 2]}}}
    """
    source = [Source("r.csv", None)]
    values = {
        "plan": Values([Decimal(2)], sources=source, rows=[2], columns=[2]),
        "actual": Values([Decimal(1)], sources=source, rows=[2], columns=[3]),
    }
    with pytest.raises(Refused) as refused:
        assess(Return("r.csv", "", (Organisation("A", "A"),), values), method(rules))
    (problem,) = refused.value.problems
    assert problem.message.startswith("The table has no entry for plan 2 and actual 1.")
    assert problem.at == CellLocation("r.csv", None, 2, 2)


def test_a_record_is_plain_that_stands_in_a_rule_file_as_its_keys() -> None:
    """An outcome may also be a bare word, and a number the name of a figure."""
    assert [is_plain(record) for record in (DecisionRow, Outcome, Number)] == [True, False, False]


def test_tiles_are_counted_from_the_end_that_is_first() -> None:
    rules = "inputs: {a: {type: number}}\nmeasures: {x: {kind: tiles, of: a, over: everyone, tiles: 2, first: FIRST}}"
    assert results(rate(rules.replace("FIRST", "highest"), a="1 2 4 3"), "x") == ["2", "2", "1", "1"]
    assert results(rate(rules.replace("FIRST", "lowest"), a="1 2 4 3"), "x") == ["1", "1", "2", "2"]


def test_a_statistic_has_the_unit_of_its_values_unless_it_counts_them() -> None:
    rules = (
        "inputs: {a: {type: number, unit: days}}\nmeasures: {x: {kind: statistic, of: a, over: everyone, take: TAKE}}"
    )
    assert method(rules.replace("TAKE", "mean")).unit_of("x") == "days"
    assert method(rules.replace("TAKE", "count")).unit_of("x") == ""


def test_one_without_a_value_or_a_cohort_leaves_those_after_it_in_theirs() -> None:
    rules = """
    inputs: {a: {type: number}, w: {type: text}}
    measures: {x: {kind: percentile-rank, of: a, over: everyone, form: low / n, within: w}}
    """
    found = rate(rules, a="1 - 2 3", w="x x - x").columns["x"]
    assert [cell if isinstance(cell, Decimal) else None for cell in found] == [Decimal(50), None, None, Decimal(100)]
