"""What changes of the kinds' code once went unnoticed: cases where only the right code gives the right result."""

from __future__ import annotations

import pytest
from tests.support.rules import problems_of, rate, results


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
    ],
)
@pytest.mark.parametrize("names", [("sure", "unsure"), ("unsure", "sure")])
def test_one_part_that_may_be_missing_is_enough(rule: str, names: tuple[str, str]) -> None:
    """So that a condition on the result must say what holds then; where both are sure it need not."""
    text = """
    inputs: {{sure: {{type: number, required: true}}, unsure: {{type: number}}}}
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
