"""What a condition with others within it, or with bounds that are items, does about missing values and crossed bounds."""

from __future__ import annotations

import pytest
from tests.support.rules import rate, results, why

from nhsrate.core.problems import Refused

RULES = """
inputs: {n: {type: number, required: true}, low: {type: number, required: true}, high: {type: number, required: true}, m: {type: number}, y: {type: yes/no, required: true}}
ratings: {r: {kind: decide, rows: [ROWS], otherwise: 3, headline: true}}
"""


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ("{any: [{m: '> 1'}, {y: yes}]}", "2"),
        ("{not: {any: [{m: '> 1'}, {y: yes}]}}", "2"),
        ("{not: {m: '> 1', y: no}}", "2"),
        ("{any: [{m: '> 1'}, {y: no}]}", "1"),
    ],
)
def test_what_another_row_asks_for_fails_within_a_condition_and_within_a_negation(first: str, wanted: str) -> None:
    """The row that asks for the missing value then decides; unless the rest of the condition holds without it."""
    rows = f"{{when: {first}, then: 1}}, {{when: {{m: missing}}, then: 2}}"
    assert results(rate(RULES.replace("ROWS", rows), n="1", low="1", high="1", m="-", y="no"), "r") == [wanted]


@pytest.mark.parametrize(
    "when", ["{any: [{n: '> 1'}, {y: yes}]}", "{not: {n: '> 1'}}", "{n: {above: low}}", "{low: {above: n}}"]
)
def test_a_value_that_must_be_there_and_is_not_is_refused_within_a_condition(when: str) -> None:
    with pytest.raises(Refused) as refused:
        rate(RULES.replace("ROWS", f"{{when: {when}, then: 1}}"), n="-", low="1", high="1", m="1", y="no")
    assert [problem.code for problem in refused.value.problems] == ["refused-missing"]


@pytest.mark.parametrize("within", ["{BETWEEN}", "{any: [{BETWEEN}, {y: yes}]}", "{not: {BETWEEN}}"])
def test_bounds_that_cross_are_refused_wherever_they_stand(within: str) -> None:
    """From 5 to 3 nothing lies, which is no reason to say that a value does not lie there."""
    when = within.replace("BETWEEN", "n: {at_least: low, at_most: high}")
    rules = RULES.replace("ROWS", f"{{when: {when}, then: 1}}")
    assert results(rate(rules, n="4", low="3", high="5", m="1", y="no"), "r") == ["3" if "not" in when else "1"]
    with pytest.raises(Refused) as refused:
        rate(rules, n="4", low="5", high="3", m="1", y="no")
    assert [problem.code for problem in refused.value.problems] == ["crossed-bounds"]


def test_a_test_is_told_beside_its_value_unless_it_names_it() -> None:
    rules = """
    inputs: {t: {type: text, required: true}}
    ratings: {r: {kind: decide, rows: [{when: {t: [acute, teaching]}, then: 1}, {when: {t: zoo}, then: 2}], otherwise: 3, headline: true}}
    """
    rated = rate(rules, t="teaching zoo")
    assert "teaching (acute or teaching)" in why(rated, "r")
    assert "zoo (" not in why(rated, "r", 1)
