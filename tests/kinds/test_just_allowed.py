"""What a rule file may just say and what it may not, and what may be missing: each beside the nearest that is not so."""

from __future__ import annotations

import pytest
from tests.support.rules import method, problems_of, rate, read, results, warnings_of

HALVES = "[{level: a, best: 0.5}, {level: b, otherwise: true}]"
POLARITY = """
scales: {two: [{level: a}, {level: b}], three: [{level: a}, {level: b}, {level: c}]}
inputs: {i: {type: number}, n: {type: number}}
measures:
  x: {kind: sum, of: [i, n], polarity: lower}
  y: {RULE, published: true}
"""


@pytest.mark.parametrize(
    ("rule", "asks"),
    [
        ("kind: significance, scale: three, of: x, out_of: n, against: 1, method: normal, confidence: [95]", True),
        ("kind: rank-spread, of: x, best: 1, worst: 4", True),
        (f"kind: quantile-bands, scale: two, of: x, over: everyone, definition: linear, levels: {HALVES}", True),
        ("kind: thresholds, scale: two, of: x, levels: [{level: a, at_most: 1}, {level: b, otherwise: true}]", True),
        ("kind: thresholds, of: x, scores: [{score: 1, at_most: 1}, {score: 2, otherwise: true}]", False),
        ("kind: relative, of: x, over: everyone, to: best", True),
        ("kind: relative, of: x, over: everyone, to: mean", False),
        ("kind: relative, of: x, over: everyone, to: median", False),
        ("kind: min-max, of: x, over: everyone, reverse: by polarity", True),
        ("kind: min-max, of: x, over: everyone, reverse: always", False),
        ("kind: standardise, of: x, over: everyone, sd: n", False),
        ("kind: winsorise, of: x, over: everyone, low: 0.1, high: 0.9, definition: linear", False),
        ("kind: tiles, of: x, over: everyone, tiles: 2, first: lowest", False),
        ("kind: place, by: [{item: x, first: lowest}]", False),
        ("kind: margin, of: x, target: 3", True),
        ("kind: margin, of: x, target: 3, better: higher", False),
    ],
)
def test_a_polarity_that_no_rule_asks_for_is_told_and_one_that_is_asked_for_is_not(rule: str, asks: bool) -> None:  # noqa: FBT001 (a table)
    assert problems_of(POLARITY.replace("RULE", rule)) == []
    told = [text for text in warnings_of(POLARITY.replace("RULE", rule)) if "higher or lower" in text]
    assert bool(told) != asks


@pytest.mark.parametrize(("first", "second"), [("2", "2"), ("3", "2")])
def test_goalposts_that_do_not_rise_are_a_problem_and_what_is_still_to_be_set_is_none(first: str, second: str) -> None:
    rule = "kind: min-max, of: a, over: everyone, low: LOW, high: HIGH, published: true"
    text = f"inputs: {{a: {{type: number}}}}\nfigures: {{cut: {{required: true, basis: stated}}}}\nmeasures: {{x: {{{rule}}}}}"

    def told(low: str, high: str) -> bool:
        return any("not below" in problem for problem in problems_of(text.replace("LOW", low).replace("HIGH", high)))

    assert told(first, second)
    assert not any((told(first, "cut"), told("cut", second), told("cut", "cut"), told("1", "2"), told("-2", "-1")))


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ("kind: min-max, over: everyone, low: 0, high: 1", False),
        ("kind: min-max, over: everyone, low: 0", True),
        ("kind: min-max, over: everyone, high: 1", True),
        ("kind: min-max, over: everyone", True),
        ("kind: min-max, over: some, low: 0, high: 1", True),
        ("kind: relative, to: mean, over: everyone, as: difference", False),
        ("kind: relative, to: mean, over: everyone", True),
        ("kind: relative, to: mean, over: some, as: difference", True),
        ("kind: percentile-rank, form: low / n, over: everyone", False),
        ("kind: percentile-rank, form: from zero, over: everyone", True),
        ("kind: winsorise, low: 0.1, high: 0.9, definition: linear, over: everyone", False),
        ("kind: winsorise, low: 0.1, high: 0.9, definition: linear, over: some", True),
        ("kind: tiles, tiles: 2, first: lowest, over: everyone", False),
        ("kind: tiles, tiles: 2, first: lowest, over: some", True),
        ("kind: reported, over: everyone, at_least: 1", True),
        ("kind: standardise, sd: n, over: everyone", True),
        ("kind: statistic, take: count, over: everyone", False),
        ("kind: statistic, take: count, over: some", True),
        ("kind: statistic, take: count, over: everyone, within: a", True),
        ("kind: statistic, take: mean, over: everyone", True),
    ],
)
def test_a_statistic_of_values_that_are_there_may_be_missing_where_it_can_be(fields: str, may: bool) -> None:  # noqa: FBT001 (a table)
    """Outside its population, and where it needs a spread, something above zero or enough organisations."""
    text = f"""
    inputs: {{a: {{type: number, required: true}}}}
    populations: {{some: {{when: {{a: ">= 1"}}}}}}
    measures:
      x: {{of: a, {fields}}}
      y: {{kind: decide, rows: [{{when: {{x: "> 1"}}, then: 1}}], otherwise: 2}}
    """
    assert any('"x" may be missing' in problem for problem in problems_of(text)) == may


@pytest.mark.parametrize(
    ("cuts", "never"),
    [
        (("cut", "5"), False),
        (("5", "cut"), False),
        (("cut", "other"), False),
        (("5", "6"), True),
        (("5", "5"), True),
        (("5", "4"), False),
    ],
)
def test_a_row_after_a_bound_that_is_still_to_be_set_may_hold(cuts: tuple[str, str], never: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    inputs: {{a: {{type: number}}}}
    figures: {{cut: {{required: true, basis: stated}}, other: {{required: true, basis: stated}}}}
    measures:
      x:
        kind: thresholds
        of: a
        scores: [{{score: 3, at_least: {cuts[0]}}}, {{score: 2, at_least: {cuts[1]}}}, {{score: 1, otherwise: true}}]
        published: true
    """
    assert any("can never hold" in problem for problem in problems_of(text)) == never


@pytest.mark.parametrize(
    ("rows", "polarity", "told"),
    [
        ("[{level: a, at_least: 3}, {level: b, at_least: 1}, {level: c, otherwise: true}]", "higher", False),
        ("[{level: a, at_least: 3}, {level: b, at_least: 1}, {level: c, otherwise: true}]", "lower", True),
        ("[{level: a, at_most: 1}, {level: b, at_most: 3}, {level: c, otherwise: true}]", "lower", False),
        ("[{level: a, at_most: 1}, {level: b, at_most: 3}, {level: c, otherwise: true}]", "higher", True),
        ("[{level: c, at_most: 1}, {level: b, below: 3}, {level: a, otherwise: true}]", "higher", False),
        ("[{level: c, above: 3}, {level: b, at_least: 1}, {level: a, otherwise: true}]", "lower", False),
        ("[{level: a, at_least: 3}, {level: a, at_least: 1}, {level: c, otherwise: true}]", "higher", False),
        ("[{level: a, at_least: 3}, {level: c, at_least: 1}, {level: b, otherwise: true}]", "higher", True),
    ],
)
def test_rows_go_down_from_the_best_or_up_from_the_worst(rows: str, polarity: str, told: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    scales: {{s: [{{level: a}}, {{level: b}}, {{level: c}}]}}
    inputs: {{x: {{type: number, polarity: {polarity}}}}}
    measures: {{y: {{kind: thresholds, of: x, scale: s, levels: {rows}, published: true}}}}
    """
    assert any("upside-down" in problem for problem in problems_of(text)) == told


@pytest.mark.parametrize("last", ["{score: 1, at_least: 1, otherwise: true}", "{score: 1, at_least: 1}", "{score: 1}"])
def test_the_last_row_is_otherwise_and_nothing_else(last: str) -> None:
    """The problem stands at the row, not at the rule."""
    text = f"""inputs: {{a: {{type: number}}}}
measures:
  x:
    kind: thresholds
    of: a
    published: true
    scores:
    - {{score: 2, at_least: 2}}
    - {last}"""
    assert problems_of(text) == ["9:7 thresholds: The last row must be otherwise. End with {..., otherwise: true}."]


@pytest.mark.parametrize(
    ("of", "scale", "wrong"), [("a", "scale: s, ", False), ("b", "scale: s, ", True), ("a", "", True), ("b", "", True)]
)
def test_thresholds_from_a_table_are_of_an_input_and_give_levels(of: str, scale: str, wrong: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    scales: {{s: [{{level: x}}, {{level: y}}]}}
    inputs: {{a: {{type: number, polarity: higher, table: main}}}}
    reading:
      tables:
        main: {{says: Results}}
        cuts: {{says: Cut points, cut_points: {{level: Stars}}}}
    measures:
      b: {{kind: sum, of: [a], polarity: higher}}
      t: {{kind: thresholds, {scale}of: {of}, from: cuts, published: true}}
      spare: {{kind: sum, of: [a, b], published: true}}
    """
    assert any("Thresholds from a table are of an input" in problem for problem in problems_of(text)) == wrong


@pytest.mark.parametrize(
    ("levels", "told"), [("a b c", False), ("a a b", False), ("b a c", True), ("a c b", True), ("c b a", True)]
)
def test_bands_go_down_from_the_best_level(levels: str, told: bool) -> None:  # noqa: FBT001 (a table)
    first, second, third = levels.split()
    bands = f"[{{level: {first}, best: 0.2}}, {{level: {second}, best: 0.6}}, {{level: {third}, otherwise: true}}]"
    text = f"""
    scales: {{s: [{{level: a}}, {{level: b}}, {{level: c}}]}}
    inputs: {{x: {{type: number, polarity: higher}}}}
    measures:
      y: {{kind: quantile-bands, of: x, scale: s, over: everyone, definition: linear, levels: {bands}, published: true}}
    """
    assert any("upside-down" in problem for problem in problems_of(text)) == told


@pytest.mark.parametrize(
    ("missing", "may"),
    [
        ("leave out", False),
        ("{leave out: 1}", False),
        ("{leave out: 2}", False),
        ("{leave out: 3}", True),
        ("missing", True),
    ],
)
def test_a_count_is_there_where_enough_of_its_items_are_sure_to_be(missing: str, may: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    inputs: {{a: {{type: number, required: true}}, b: {{type: number, required: true}}, c: {{type: number}}}}
    measures:
      x: {{kind: count, of: [a, b, c], at: "> 1", missing: {missing}}}
      y: {{kind: decide, rows: [{{when: {{x: "> 1"}}, then: 1}}], otherwise: 2}}
    """
    assert any('"x" may be missing' in problem for problem in problems_of(text)) == may


@pytest.mark.parametrize("numbers", [", number: 1", ""])
def test_levels_of_which_one_has_no_number_are_no_numbers(numbers: str) -> None:
    text = f"""
    scales: {{s: [{{level: a, number: 2}}, {{level: b{numbers}}}]}}
    inputs: {{x: {{type: level, scale: s}}}}
    measures: {{y: {{kind: sum, of: [x], published: true}}}}
    """
    assert any("have none" in problem for problem in problems_of(text)) == (not numbers)


def test_a_limit_may_test_one_item_for_missing_and_another_for_a_value() -> None:
    """Where the first is missing, the row that asks for it holds; where the second is, somebody must say what then."""
    limits = '[{at_best: low, when: {a: missing, b: "> 1"}, because: both}]'
    rule = "kind: decide, rows: [{when: {sure: '< 0'}, then: low}], otherwise: high"
    text = f"""
    scales: {{s: [{{level: high}}, {{level: low}}]}}
    inputs: {{a: {{type: number}}, b: {{type: number, required: true}}, sure: {{type: number, required: true}}}}
    ratings: {{r: {{{rule}, scale: s, headline: true, limits: {limits}}}}}
    """
    assert problems_of(text) == []
    assert results(rate(text, a="- - 1 1", b="2 1 2 1", sure="1 1 1 1"), "r") == ["low", "high", "high", "high"]
    unsure = text.replace(", required: true", "", 1)
    assert any('"b" may be missing' in problem for problem in problems_of(unsure))


def test_the_first_available_means_what_its_first_item_means() -> None:
    text = """
    inputs: {a: {type: number, polarity: lower}, b: {type: number, polarity: higher}}
    measures:
      x: {kind: first-available, of: [a, b]}
      best: {kind: relative, of: x, over: everyone, to: best, as: difference}
    """
    assert results(rate(text, a="2 5 9", b="1 1 1"), "best") == ["0", "3", "7"]


def test_bounds_that_are_not_one_are_told_at_the_standard_itself() -> None:
    text = """inputs: {a: {type: number, polarity: higher}}
measures:
  x:
    kind: rank-spread
    of: a
    best: 1
    worst: 4
    published: true
    standard:
      {at_least: 3, above: 2, meets: 1, best: 2}"""
    assert problems_of(text) == ["10:7 thresholds: One bound must be given here. at_least, above, at_most or below."]


@pytest.mark.parametrize(
    ("unsure", "missing", "may"),
    [("neither", "leave out", False), ("a", "leave out", True), ("b", "leave out", False), ("b", "missing", True)],
)
def test_a_weight_that_was_used_may_be_missing_with_the_item_or_with_the_mean(
    unsure: str,
    missing: str,
    may: bool,  # noqa: FBT001 (a table)
) -> None:
    sure = {item: ", required: true" if item != unsure else "" for item in "abc"}
    text = f"""
    inputs: {{a: {{type: number{sure["a"]}}}, b: {{type: number{sure["b"]}}}, c: {{type: number{sure["c"]}}}}}
    measures:
      mean: {{kind: weighted-mean, of: {{a: 1, b: 2, c: 3}}, missing: {missing}}}
      x: {{kind: weight-used, of: a, in: mean}}
      y: {{kind: decide, rows: [{{when: {{x: "> 0.1"}}, then: 1}}], otherwise: 2}}
    """
    assert any('"x" may be missing' in problem for problem in problems_of(text)) == may


def test_one_limit_may_say_what_a_missing_value_means_for_another() -> None:
    """The second does not apply where the value is missing, since the first asks for that."""
    limits = "[{at_best: middle, when: {a: missing}, because: none}, {at_best: low, when: {a: '> 5'}, because: high}]"
    text = f"""
    scales: {{s: [{{level: high}}, {{level: middle}}, {{level: low}}]}}
    inputs: {{a: {{type: number}}, sure: {{type: number, required: true}}}}
    ratings:
      r:
        kind: decide
        rows: [{{when: {{sure: "< 0"}}, then: low}}]
        otherwise: high
        scale: s
        headline: true
        limits: {limits}
    """
    assert results(rate(text, a="- 6 5", sure="1 1 1"), "r") == ["middle", "low", "high"]


def test_a_table_of_cut_points_that_is_mistyped_is_named() -> None:
    text = """
    scales: {s: [{level: x}, {level: y}]}
    inputs: {a: {type: number, polarity: higher, table: main}}
    reading:
      tables:
        main: {says: Results}
        cuts: {says: Cut points, cut_points: {level: Stars}}
    measures: {t: {kind: thresholds, scale: s, of: a, from: FROM, published: true}}
    """
    assert any('Did you mean "cuts"?' in problem for problem in problems_of(text.replace("FROM", "cutz")))
    assert any("Add it under reading: tables:" in problem for problem in problems_of(text.replace("FROM", "else")))


LIMITS = """
figures: {cut: {required: true, basis: stated}}
inputs:
  a: {type: number, polarity: higher, required: true}
  b: {type: number, required: true}
  c: {type: number}
  zero: {type: number, valid: 0..9}
  half: {type: number, valid: 0.5..9}
  below: {type: number, valid: -5..9}
measures:
  z: {kind: standardise, of: a, over: everyone, sd: n, published: true}
  low: {kind: thresholds, of: a, scores: [{score: 1, at_least: 5}, {score: 0.5, otherwise: true}], published: true}
  none: {kind: thresholds, of: a, scores: [{score: 1, at_least: 5}, {score: 0, otherwise: true}], published: true}
  x: {RULE, published: true}
"""


@pytest.mark.parametrize(
    ("sound", "faulty"),
    [
        ("kind: logarithm, of: half, base: 10", "kind: logarithm, of: zero, base: 10"),
        ("kind: logarithm, of: half, base: e", "kind: logarithm, of: below, base: e"),
        ("kind: logarithm, of: low, base: 2", "kind: logarithm, of: none, base: 2"),
        ("kind: geometric-mean, of: [half, low]", "kind: geometric-mean, of: [half, zero]"),
        ("kind: geometric-mean, of: [half, low]", "kind: geometric-mean, of: [half, z]"),
        ("kind: geometric-mean, of: [half, low]", "kind: geometric-mean, of: [below, half]"),
        (
            "kind: geometric-mean, of: [half, low], missing: {count as: 0.5}",
            "kind: geometric-mean, of: [half, low], missing: {count as: 0}",
        ),
        (
            "kind: geometric-mean, of: [half, low], missing: {count as: cut}",
            "kind: geometric-mean, of: [half, low], missing: {count as: -1}",
        ),
        ("kind: geometric-mean, of: {half: 0.1, low: 1}", "kind: geometric-mean, of: {half: 0, low: 1}"),
        ("kind: weighted-variance, of: {a: 0.1, b: 1}", "kind: weighted-variance, of: {a: 1, b: 0}"),
        ("kind: weighted-mean, of: {a: 0, b: 1}", "kind: weighted-mean, of: {a: 0, b: 0}"),
        ("kind: weighted-mean, of: {a: 0.1, b: 1}", "kind: weighted-mean, of: {a: 2, b: -1}"),
        ("kind: mean, of: [a, b], missing: {leave out: 2}", "kind: mean, of: [a, b], missing: {leave out: 3}"),
        ("kind: mean, of: [a, b], missing: {leave out: 1}", "kind: mean, of: [a, b], missing: {leave out: 0}"),
        ("kind: mean, of: [a, b], missing: {leave out: 100%}", "kind: mean, of: [a, b], missing: {leave out: 101%}"),
        ("kind: mean, of: [a, b], missing: {leave out: 1%}", "kind: mean, of: [a, b], missing: {leave out: 0%}"),
        (
            "kind: winsorise, of: a, over: everyone, low: 0, high: 1, definition: linear",
            "kind: winsorise, of: a, over: everyone, low: 0, high: 1.01, definition: linear",
        ),
        (
            "kind: winsorise, of: a, over: everyone, low: 0.4, high: 0.6, definition: linear",
            "kind: winsorise, of: a, over: everyone, low: -0.01, high: 1, definition: linear",
        ),
        (
            "kind: winsorise, of: a, over: everyone, low: cut, high: 0.1, definition: linear",
            "kind: winsorise, of: a, over: everyone, low: 0.2, high: 0.1, definition: linear",
        ),
        (
            "kind: winsorise, of: a, over: everyone, low: 0.9, high: cut, definition: linear",
            "kind: winsorise, of: a, over: everyone, low: 0.9, high: 0.9, definition: linear",
        ),
        (
            "kind: tiles, of: a, over: everyone, tiles: 2, first: lowest",
            "kind: tiles, of: a, over: everyone, tiles: 1, first: lowest",
        ),
        ("kind: rank-spread, of: a, best: 1, worst: 4", "kind: rank-spread, of: a, best: 1, worst: 4, ranked: 9"),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, rank: b, ranked: 1",
            "kind: rank-spread, of: a, best: 1, worst: 4, rank: b, ranked: 0",
        ),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, rank: b, ranked: cut",
            "kind: rank-spread, of: a, best: 1, worst: 4, rank: b, ranked: 2.5",
        ),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, standard: {at_least: 3, meets: 1, best: 2}",
            "kind: rank-spread, of: a, best: 1, worst: 4, standard: {meets: 1, best: 2}",
        ),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, floor: {above: 3, fails: 4, worst: 3}",
            "kind: rank-spread, of: a, best: 1, worst: 4, floor: {fails: 4, worst: 3}",
        ),
        ("kind: reported, of: a, over: everyone, above: 1", "kind: reported, of: a, over: everyone"),
        (
            "kind: reported, of: a, over: everyone, at_least: 1",
            "kind: reported, of: a, over: everyone, at_least: 1, above: 1",
        ),
    ],
)
def test_what_is_allowed_ends_just_there(sound: str, faulty: str) -> None:
    """Each rule beside the nearest one that is refused."""
    assert problems_of(LIMITS.replace("RULE", sound)) == []
    assert problems_of(LIMITS.replace("RULE", faulty))


@pytest.mark.parametrize(
    ("first", "best", "told"),
    [("0.01", "0.99", False), ("0", "0.5", True), ("0.5", "1", True), ("0.5", "0.5", True), ("0.5", "0.4", True)],
)
def test_shares_of_bands_rise_between_none_and_all(first: str, best: str, told: bool) -> None:  # noqa: FBT001 (a table)
    bands = f"[{{level: a, best: {first}}}, {{level: b, best: {best}}}, {{level: c, otherwise: true}}]"
    text = f"""
    scales: {{s: [{{level: a}}, {{level: b}}, {{level: c}}]}}
    inputs: {{x: {{type: number, polarity: higher}}}}
    measures:
      y: {{kind: quantile-bands, of: x, scale: s, over: everyone, definition: linear, levels: {bands}, published: true}}
    """
    assert any("must rise between 0 and 1" in problem for problem in problems_of(text)) == told


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ("{a: 60, b: 35}", "come to 95, and not to 100"),
        ("{a: 60, b: 34.9}", ""),
        ("{a: 60, b: 45}", "come to 105, and not to 100"),
        ("{a: 60, b: 45.1}", ""),
        ("{a: 60, b: 40}", ""),
        ("{a: 0.6, b: 0.35}", "come to 0.95, and not to 1"),
        ("{a: 0.6, b: 0.4}", ""),
        ("{a: 99}", ""),
        ("{a: 2, b: 3}", ""),
    ],
)
def test_weights_that_nearly_come_to_a_whole_are_noted(weights: str, told: str) -> None:
    text = LIMITS.replace("RULE", f"kind: weighted-mean, of: {weights}")
    notes = [problem.message for problem in read(text)[1] if problem.code == "weights"]
    assert [told in note for note in notes] == ([True] if told else [])


@pytest.mark.parametrize(
    ("of", "missing", "may"),
    [
        ("[a, b]", "refuse", False),
        ("[a, b]", "leave out", False),
        ("[a, c]", "leave out", True),
        ("[a, b, c]", "leave out", False),
        ("[a, b, c]", "missing", True),
        ("[a]", "refuse", True),
    ],
)
def test_a_variance_wants_two_values(of: str, missing: str, may: bool) -> None:  # noqa: FBT001 (a table)
    rule = f"kind: weighted-variance, of: {of}, missing: {missing}"
    text = LIMITS.replace("RULE", rule) + (
        '  y: {kind: decide, rows: [{when: {x: "> 1"}, then: 1}], otherwise: 2, published: true}\n'
    )
    assert any('"x" may be missing' in problem for problem in problems_of(text)) == may


def test_the_variance_of_two_values_is_half_the_square_between_them() -> None:
    rules = LIMITS.replace("RULE", "kind: weighted-variance, of: [a, b, c], missing: leave out")
    rated = rate(method(rules, {"cut": "1"}), only=["x"], a="1 1 4", b="5 1 4", c="- - 4")
    assert results(rated, "x") == ["8", "0", "0"]


@pytest.mark.parametrize(
    ("rule", "may"),
    [
        ("kind: first-available, of: [sure, unsure]", False),
        ("kind: first-available, of: [unsure, sure]", False),
        ("kind: first-available, of: [unsure, other]", True),
        ("kind: weighted-mean, of: {sure: 1, unsure: 1}, missing: leave out", False),
        ("kind: weighted-mean, of: {sure: 0, unsure: 1}, missing: leave out", True),
        ("kind: weighted-mean, of: {sure: 1, unsure: 0}, missing: leave out", False),
        ("kind: weighted-mean, of: {sure: 0, unsure: 1}", False),
        ("kind: mean, of: [sure, unsure], missing: {leave out: 1}", False),
        ("kind: mean, of: [sure, unsure], missing: {leave out: 2}", True),
        ("kind: mean, of: [sure, unsure], missing: {leave out: 50%}", False),
        ("kind: mean, of: [sure, unsure], missing: {leave out: 51%}", True),
        ("kind: mean, of: [sure, unsure], missing: {count as: 1}", False),
        ("kind: mean, of: [sure, unsure]", False),
        ("kind: lookup, of: sure, table: {1: 2}, otherwise: 3", False),
        ("kind: lookup, of: unsure, table: {1: 2}, otherwise: 3", True),
        ("kind: ratio, of: sure, to: sure, zero: missing", True),
        ("kind: ratio, of: sure, to: sure, zero: 1", False),
        ("kind: rank-spread, of: sure, best: 1, worst: 2", False),
        ("kind: rank-spread, of: sure, over: some, best: 1, worst: 2", True),
        ("kind: place, by: [{item: sure, first: lowest}], over: some", True),
        ("kind: constant, value: 2", False),
    ],
)
def test_what_several_parts_make_may_be_missing_only_where_too_few_are_sure(rule: str, may: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    inputs:
      sure: {{type: number, required: true, polarity: higher}}
      unsure: {{type: number}}
      other: {{type: number}}
    populations: {{some: {{when: {{sure: ">= 1"}}}}}}
    measures:
      x: {{{rule}}}
      y: {{kind: decide, rows: [{{when: {{x: "> 1"}}, then: 1}}], otherwise: 2}}
    """
    assert any('"x" may be missing' in problem for problem in problems_of(text)) == may, problems_of(text)


@pytest.mark.parametrize(
    ("first", "second", "told"), [(", number: 1", ", number: 2", False), (", number: 1", "", False), ("", "", True)]
)
def test_a_number_becomes_a_level_where_any_level_has_a_number(first: str, second: str, told: bool) -> None:  # noqa: FBT001 (a table)
    text = f"""
    scales: {{s: [{{level: a{first}}}, {{level: b{second}}}]}}
    inputs: {{x: {{type: number}}}}
    measures: {{y: {{kind: level, of: x, scale: s, published: true}}}}
    """
    assert any("have no numbers" in problem for problem in problems_of(text)) == told
