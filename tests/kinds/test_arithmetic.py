"""Ratio, difference, logarithm, constant and first-available, and the kinds that combine and count."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused

RATIO = """
inputs: {seen: {type: count}, all: {type: count, title: All seen}}
measures:
  share: {kind: ratio, of: seen, to: all, times: 100, zero: missing}
  strict: {kind: ratio, of: seen, to: all}
"""
DIFFERENCE = """
inputs: {done: {type: number}, plan: {type: number}}
measures:
  apart: {kind: difference, of: done, from: plan}
  percent: {kind: difference, of: done, from: plan, as: percent}
"""
LOGARITHM = """
scales: {bands: [{level: better}, {level: same}, {level: worse}]}
inputs: {waits: {type: number, title: Waits, polarity: lower}}
measures:
  natural: {kind: logarithm, of: waits, base: e}
  doublings: {kind: logarithm, of: waits, base: 2}
  tens: {kind: logarithm, of: waits, base: 10}
  turned: {kind: standardise, of: natural, over: everyone, sd: n, reverse: by polarity}
"""
FIRST = """
inputs: {published: {type: number}, own: {type: number}}
measures:
  best: {kind: first-available, of: [published, own]}
"""
ITEMS = "inputs: {a: {type: number}, b: {type: number}, c: {type: number}}\n"


def combined(kind: str, of: str = "[a, b, c]", missing: str = "refuse") -> str:
    return ITEMS + f"measures:\n  x: {{kind: {kind}, of: {of}, missing: {missing}}}\n"


def refusal(text: str, **columns: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        rate(text, only=None, overrides=(), names=(), **columns)
    return [str(problem) for problem in refused.value.problems]


def test_a_ratio_is_times_of_over_to() -> None:
    rated = rate(RATIO, only=["share"], seen="95 1 0", all="100 3 7")
    assert results(rated, "share") == ["95", "33.3333333333", "0"]
    assert why(rated, "share") == "95 / 100 x 100"


def test_a_ratio_over_zero_is_missing_where_the_rule_says_so() -> None:
    rated = rate(RATIO, only=["share"], seen="5 - 5", all="0 1 -")
    assert results(rated, "share") == ["missing (All seen is zero)", "missing (blank)", "missing (blank)"]


def test_a_ratio_over_zero_is_refused_else() -> None:
    (problem,) = refusal(RATIO, seen="5 5", all="0 1")
    assert problem == (
        "rules.yaml:5:11: All seen (all) is zero, and a share of nothing has no value. Organisations: A. "
        "Mend the value, or let the rule say zero: missing."
    )


def test_a_ratio_in_words() -> None:
    rules = method(RATIO)
    assert plain(rules, "share") == "seen divided by All seen, times 100; missing where the latter is zero"
    assert plain(rules, "strict") == "seen divided by All seen"
    assert why(rate(rules, seen="1", all="2"), "strict") == "1 / 2"


def test_a_difference_is_absolute_or_in_per_cent_of_the_size_of_the_other() -> None:
    rated = rate(DIFFERENCE, done="96 1 -3 -", plan="80 -4 -2 5")
    assert results(rated, "apart") == ["16", "5", "-1", "missing (blank)"]
    assert results(rated, "percent") == ["20", "125", "-50", "missing (blank)"]
    assert why(rated, "apart") == "96 - 80"
    assert why(rated, "percent", 1) == "(1 - -4) x 100 / |-4|"


def test_a_per_cent_of_zero_is_refused() -> None:
    (problem,) = refusal(DIFFERENCE, done="1", plan="0")
    assert '"plan" is zero, and a per cent of it has no value.' in problem


def test_a_difference_in_words() -> None:
    rules = method(DIFFERENCE)
    assert plain(rules, "apart") == "done less plan"
    assert plain(rules, "percent") == "done less plan, in per cent of the latter"


def test_a_logarithm_is_the_power_of_its_base() -> None:
    rated = rate(LOGARITHM, waits="1 8 0.001 -")
    assert results(rated, "doublings")[:2] == ["0", "3"]
    assert results(rated, "tens") == ["0", "0.903089986992", "-3", "missing (blank)"]
    assert float(str(rated.columns["natural"][1])) == math.log(8)
    assert why(rated, "doublings", 1) == "the logarithm of 8 to base 2"
    assert plain(method(LOGARITHM), "natural") == "the logarithm of Waits to base e"


@given(st.integers(0, 300))
def test_the_logarithm_of_a_power_is_exact(power: int) -> None:
    rated = rate(LOGARITHM, only=["tens", "doublings"], waits=f"{10**power} {2**power}")
    assert rated.columns["tens"][0] == power
    assert rated.columns["doublings"][1] == power


def test_a_higher_logarithm_means_what_a_higher_value_means() -> None:
    """Of waits lower is better, so that a turn by polarity makes the lowest logarithm the highest score."""
    assert results(rate(LOGARITHM, waits="1 10"), "turned") == ["1", "-1"]
    assert method(LOGARITHM).items["natural"].rule.shares() == {"waits": 1}


@pytest.mark.parametrize("waits", ["0", "-2.5"])
def test_what_is_not_above_zero_has_no_logarithm(waits: str) -> None:
    """Three rules meet the value, and it is one fault of one organisation."""
    problem, *_ = refusal(LOGARITHM, waits=f"1 {waits}")
    assert problem == (
        f"rules.yaml:5:12: Waits (waits) is {waits}, which has no logarithm. Organisations: B. "
        "Mend the value: a logarithm is of what is above zero."
    )


def test_a_logarithm_of_what_can_be_zero_is_refused_when_it_is_loaded() -> None:
    problems = problems_of(LOGARITHM.replace("title: Waits", "valid: 0..52"))
    assert problems == [
        f'{line}:{column} incompatible: "{item}" is a logarithm, and "waits" can be 0. '
        "Give it a valid: range above zero, or another kind."
        for line, column, item in ((5, 12, "natural"), (6, 14, "doublings"), (7, 9, "tens"))
    ]
    assert problems_of(LOGARITHM.replace("title: Waits", "valid: 1..52")) == []


def test_a_constant_is_the_same_for_all_and_may_be_a_figure() -> None:
    rules = """
    figures: {standard: {value: 95, basis: stated}}
    measures: {line: {kind: constant, value: standard}}
    """
    rated = rate(rules, spare="1 2")
    assert results(rated, "line") == ["95", "95"]
    assert why(rated, "line") == "constant 95 (standard)"
    assert plain(rated.methodology, "line") == "always 95 (standard)"
    assert rated.methodology.items["line"].reads() == ()


def test_the_first_available_names_those_before_it() -> None:
    rated = rate(FIRST, published="1 - -", own="2 3 -")
    assert results(rated, "best") == ["1", "3", "missing (blank)"]
    assert why(rated, "best") == "published, the first available"
    assert why(rated, "best", 1) == "own, the first available (published missing)"
    assert plain(rated.methodology, "best") == "the first available of published, own"
    assert rated.methodology.items["best"].rule.shares() == {"published": Decimal(1)}


def test_the_first_available_hands_on_levels_of_its_own_scale_only() -> None:
    assert problems_of("""
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: level, scale: rag}, b: {type: number}}
    measures:
      good: {kind: first-available, of: a, scale: rag}
      bad: {kind: first-available, of: [a, b]}
      worse: {kind: first-available, of: {b: 2}}
    """) == [
        (
            '6:8 wrong-type: "bad" hands "a" on, and the two are not of one scale or type. '
            "Give both the same scale:, or neither."
        ),
        "7:10 wrong-type: Weights mean nothing to first-available. Write a list: [a, b].",
    ]


@pytest.mark.parametrize(
    ("kind", "of", "result", "reason", "words"),
    [
        ("sum", "[a, b, c]", "10", "2 + 3 + 5", "the sum of a, b, c"),
        ("sum", "{a: 2, b: 6, c: -1}", "17", "2 x 2 + 6 x 3 + -1 x 5", "the sum of a (weight 2), b (weight 6), c (weight -1)"),
        ("mean", "[a, b, c]", "3.33333333333", "(2 + 3 + 5) / 3", "the mean of a, b, c"),
        ("weighted-mean", "{a: 25, b: 75}", "2.75", "(25 x 2 + 75 x 3) / 100", "the weighted mean of a (weight 25), b (weight 75)"),
        ("median", "[a, b, c]", "3", "the median of 2, 3, 5", "the median of a, b, c"),
        ("median", "[a, c]", "3.5", "the median of 2, 5", "the median of a, c"),
        ("lowest", "[a, b, c]", "2", "the lowest of 2, 3, 5", "the lowest of a, b, c"),
        ("highest", "[a, b, c]", "5", "the highest of 2, 3, 5", "the highest of a, b, c"),
    ],
)  # fmt: skip
def test_a_combination_and_its_reason(kind: str, of: str, result: str, reason: str, words: str) -> None:
    rated = rate(combined(kind, of), a="2", b="3", c="5")
    assert results(rated, "x") == [result]
    assert why(rated, "x") == reason
    assert plain(rated.methodology, "x") == f"{words}; a missing one is refused"


@pytest.mark.parametrize(
    ("kind", "missing", "a", "b", "c"),
    [
        ("sum", "leave out", "5", "4", "missing (none of its parts is there)"),
        ("mean", "leave out", "2.5", "4", "missing (none of its parts is there)"),
        ("mean", "missing", "missing (c is missing: blank)", "missing (a is missing: blank)", "missing (a is missing: blank)"),
        ("mean", "{count as: 4}", "3", "4", "4"),
        ("mean", "{leave out: 2}", "2.5", "missing (only 1 of its parts, 2 are needed)", "missing (none of its parts is there)"),
        ("lowest", "{leave out: 60%}", "2", "missing (only 1 of its parts, 2 are needed)", "missing (none of its parts is there)"),
        ("highest", "{count as: 4}", "4", "4", "4"),
    ],
)  # fmt: skip
def test_what_missing_does(kind: str, missing: str, a: str, b: str, c: str) -> None:
    rated = rate(combined(kind, missing=missing), a="2 - -", b="3 4 -", c="- - -")
    assert results(rated, "x") == [a, b, c]


def test_weights_are_shared_out_over_those_present() -> None:
    rules = (
        ITEMS
        + """figures: {half: {value: 50, basis: stated}}
measures:
  x: {kind: weighted-mean, of: {a: half, b: 25, c: 0}, missing: leave out}
  y: {kind: weighted-mean, of: {a: half, b: 25, c: 25}, missing: {count as: 1}}
"""
    )
    rated = rate(rules, a="3 - -", b="- 2 -", c="- - 5")
    assert results(rated, "x") == ["3", "2", "missing (the weights of its parts sum to nothing)"]
    assert why(rated, "x") == "(50 (half) x 3) / 50; left out: b (blank), c (blank)"
    assert results(rated, "y") == ["2", "1.25", "2"]
    assert why(rated, "y") == "(50 (half) x 3 + 25 x 1 + 25 x 1) / 100"
    assert plain(rated.methodology, "y").endswith("; a missing one counts as 1")
    assert rated.methodology.items["y"].rule.shares() == {
        "a": Decimal("0.5"),
        "b": Decimal("0.25"),
        "c": Decimal("0.25"),
    }


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("leave out", "missing ones are left out"),
        ("missing", "one missing makes it missing"),
        ("{leave out: 2}", "missing ones are left out, needs at least 2"),
        ("{leave out: 50%}", "missing ones are left out, needs at least 50 % of them"),
    ],
)
def test_what_missing_does_in_words(missing: str, words: str) -> None:
    assert plain(method(combined("sum", missing=missing)), "x") == f"the sum of a, b, c; {words}"


def test_refused_values_are_one_problem_for_each_cause() -> None:
    assert refusal(combined("mean"), a="1 - - - - 6", b="1 2 3 4 5 -", c="1 2 3 4 5 6") == [
        ('rules.yaml:3:6: "a" is missing (blank), and the method cannot do without it. Organisations: B, C, D and 1 more. '
        "Enter the value, or let the rule say under missing: what it does without."),
        ('rules.yaml:3:6: "b" is missing (blank), and the method cannot do without it. Organisations: F. '
        "Enter the value, or let the rule say under missing: what it does without."),
    ]  # fmt: skip


def test_no_item_has_a_share_of_a_median() -> None:
    assert [method(combined(kind)).items["x"].rule.shares() for kind in ("median", "lowest", "highest")] == [{}, {}, {}]
    assert method(combined("mean", "[a, b]")).items["x"].rule.shares() == {"a": Decimal("0.5"), "b": Decimal("0.5")}
    assert method(combined("sum", "{a: 1, b: -3}")).items["x"].rule.shares() == {
        "a": Decimal("0.25"),
        "b": Decimal("0.75"),
    }


@pytest.mark.parametrize(
    ("kind", "of", "missing", "problem"),
    [
        ("mean", "{a: 1, b: 2}", "refuse", "wrong-type: Weights mean nothing to mean. Write a list: [a, b]."),
        ("weighted-mean", "[a, b]", "refuse", "missing-key: A weighted mean needs weights. Write of: {a: 25, b: 75}."),
        ("weighted-mean", "{a: 1, b: -1}", "refuse", "wrong-type: Weights are 0 or more, and not all 0. Mend the weights."),
        ("weighted-mean", "{a: 0, b: 0}", "refuse", "wrong-type: Weights are 0 or more, and not all 0. Mend the weights."),
        ("mean", "[a, b]", "{leave out: 3}", "wrong-type: 3 parts are needed, and there are only 2. At most 2 can be asked for."),
        ("sum", "[a, b]", "{leave out: 3}", "wrong-type: 3 parts are needed, and there are only 2. At most 2 can be asked for."),
        ("weighted-mean", "{a: 1}", "{leave out: 2}", "wrong-type: 2 parts are needed, and there are only 1. At most 1 can be asked for."),
    ],
)  # fmt: skip
def test_a_combination_that_cannot_be(kind: str, of: str, missing: str, problem: str) -> None:
    assert problems_of(combined(kind, of, missing)) == [f"3:6 {problem}"]


@pytest.mark.parametrize(
    ("kind", "of", "missing", "may"),
    [
        ("mean", "[a, b]", "refuse", False),
        ("mean", "[a, b]", "{count as: 1}", False),
        ("mean", "[a, b]", "missing", True),
        ("mean", "[a, b]", "leave out", True),
        ("mean", "[a, sure]", "leave out", False),
        ("mean", "[a, sure]", "{leave out: 2}", True),
        ("mean", "[sure]", "missing", False),
        ("weighted-mean", "{a: 1, sure: 0}", "leave out", True),
        ("weighted-mean", "{a: 1, sure: 1}", "leave out", False),
        ("count", "[a, b]", "leave out", False),
        ("count", "[a, b]", "missing", True),
        ("count", "[a, b]", "{leave out: 2}", True),
        ("ratio", "a", "", True),
    ],
)
def test_whether_a_result_may_be_missing(kind: str, of: str, missing: str, may: bool) -> None:  # noqa: FBT001 (a row)
    """What may be missing must be spoken of where a decision rests on it."""
    extra = {"count": ", at: 1", "ratio": ", to: sure"}.get(kind, "") + (f", missing: {missing}" if missing else "")
    rules = f"""
    inputs: {{a: {{type: number}}, b: {{type: number}}, sure: {{type: number, required: true}}}}
    measures:
      x: {{kind: {kind}, of: {of}{extra}}}
      y: {{kind: decide, rows: [{{when: {{x: 1}}, then: 1}}], otherwise: 2}}
    """
    assert ["missing-not-covered" in problem for problem in problems_of(rules)] == [True] * may


COUNT = """
scales: {target: [{level: met}, {level: missed}]}
families: {targets: [a, b, c]}
inputs: {target: {each: targets, id: {column: member}, type: level, scale: target}}
measures:
  bad: {kind: count, of: {family: targets}, at: missed, missing: leave out}
  good: {kind: count, of: {family: targets}, at: not missed, missing: missing}
  there: {kind: count, of: {family: targets}, at: not missing}
  gone: {kind: count, of: {family: targets}, at: missing}
  enough: {kind: count, of: {family: targets}, at: [met, missed], missing: {leave out: 2}}
"""


def test_a_count_of_those_that_pass() -> None:
    rated = rate(COUNT, a="missed met -", b="missed met -", c="met - -")
    assert results(rated, "bad") == ["2", "0", "0"]
    assert results(rated, "good") == ["1", "missing (c is missing: blank)", "missing (a is missing: blank)"]
    assert results(rated, "there") == ["3", "2", "0"]
    assert results(rated, "gone") == ["0", "1", "3"]
    assert results(rated, "enough") == ["3", "2", "missing (none of its parts is there)"]
    assert why(rated, "bad") == "2 of 3 are missed: a, b"
    assert why(rated, "bad", 1) == "0 of 3 are missed; missing: c"
    assert why(rated, "there", 1) == "2 of 3 are not missing: a, b"
    assert plain(rated.methodology, "bad") == "how many of a, b, c are missed; missing ones are left out"
    assert plain(rated.methodology, "there") == "how many of a, b, c are not missing"
    assert set(rated.methodology.items["bad"].rule.shares()) == {"a", "b", "c"}


def test_a_count_refuses_a_missing_item_where_nothing_is_said() -> None:
    (problem,) = refusal(combined("count, at: 1"), a="1", b="-", c="1")
    assert '"b" is missing (blank)' in problem


def test_a_count_of_different_types_tests_numbers_and_a_level_counts_as_its_number() -> None:
    rules = """
    scales: {points: [{level: 1}, {level: 2}, {level: none}]}
    inputs: {a: {type: level, scale: points}, b: {type: number}}
    measures: {twos: {kind: count, of: [a, b], at: 2}, ones: {kind: count, of: [a, b], at: "< 2"}}
    """
    rated = rate(rules, a="2 1 2 none", b="2 2 0 0")
    assert results(rated, "twos") == ["2", "1", "1", "0"]
    assert results(rated, "ones") == ["0", "1", "1", "1"]


def test_a_count_has_neither_weights_nor_stand_ins() -> None:
    assert problems_of(combined("count, at: 1", "{a: 1}", "{count as: 1}")) == [
        "3:6 wrong-type: Weights mean nothing to count. Write a list: [a, b].",
        "3:6 wrong-type: A count has no number to count a missing item as. Say refuse, leave out or missing.",
    ]


def test_numbers_have_no_scale_and_words_no_arithmetic() -> None:
    assert problems_of("""
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: level, scale: rag}, b: {type: text}, c: {type: number}}
    measures:
      x: {kind: mean, of: [a, c]}
      y: {kind: mean, of: [b, c]}
      z: {kind: mean, of: c, scale: rag}
    """) == [
        (
            '5:6 not-a-number-item: "x" works on numbers, and the levels of "a" (rag) have none. '
            "Give each level of rag a number:, or use a lookup."
        ),
        '6:6 not-a-number-item: "y" works on numbers, and "b" is text. Turn it into a number with a lookup.',
        "7:6 wrong-type: A mean gives numbers, and a scale has levels. Remove scale:; kind level makes levels.",
    ]


def test_a_rule_that_is_no_table_opens_with_all_of_it() -> None:
    """Before a table stands what is said of its rule; where there is none, that is the rule in words."""
    methodology = method(LOGARITHM)
    rule = methodology.items["natural"].rule
    assert rule.opening(methodology.name_of) == "the logarithm of Waits to base e"
