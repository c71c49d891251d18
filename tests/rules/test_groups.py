"""What a rule file says of groups, and of how figures come together; and every mistake in it."""

from __future__ import annotations

import pytest
from tests.support.rules import method, problems_of

INPUTS = (
    "inputs: {a: {type: percent, TOGETHER}, b: {type: count}, c: {type: number}, w: {type: text}, l: {type: yes/no}}\n"
)
READ = "measures: {m: {kind: sum, of: [b, c], published: true}}"


def with_rule(said: str) -> str:
    return INPUTS.replace("TOGETHER", said)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("together: {numerator: b, denominator: c}", "pooled, b over c"),
        ("together: {how: pooled, numerator: b, denominator: c, times: 1000}", "pooled, b over c times 1000"),
        ("error: {numerator: b, denominator: c}, together: pooled", "pooled, b over c"),
        ("together: weighted by b", "weighted by b"),
        ("together: {how: weighted, by: b}", "weighted by b"),
        ("together: {by: b}", "weighted by b"),
        ("together: not", "not"),
        ("polarity: lower, together: worst", "worst"),
        ("polarity: lower, together: {how: best, missing: missing}", "best, where all have it"),
    ],
)
def test_an_input_says_how_its_figures_come_together(said: str, means: str) -> None:
    assert str(method(with_rule(said)).inputs["a"].together) == means


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("together: mean", 'wrong-type: "mean" does not say how figures come together.'),
        ("together: pooled", "missing-key: Figures are pooled from a numerator and a denominator, and both are named."),
        (
            "together: {numerator: b}",
            "missing-key: Figures are pooled from a numerator and a denominator, and both are",
        ),
        ("together: {how: sum, numerator: b, denominator: c}", "missing-key: Figures are pooled from a numerator and"),
        ("together: {how: weighted}", "missing-key: A weighted mean says by which input."),
        ("together: {how: sum, by: b}", "missing-key: A weighted mean says by which input."),
        ("together: weighted by w", 'wrong-type: "w" is not a number.'),
        ("together: weighted by x", 'unknown-name: There is no item "x"'),
        ("together: weighted by m", 'unknown-name: "m" is no input, and "a" comes together by it.'),
        (
            "together: {numerator: b, denominator: c, times: 0}",
            "wrong-type: times: is a number above 0, of figures that",
        ),
        ("together: {by: b, times: 5}", "wrong-type: times: is a number above 0, of figures that are pooled."),
        (
            "together: {by: b, missing: refuse}",
            'wrong-type: "refuse" does not say what a member without the figure does.',
        ),
        ("together: {b: b}", 'unknown-key: "b" is not known here.'),
        ("together: sum", 'incompatible: "a" is a percentage, and percentages do not add up.'),
        ("together: weighted by a", 'incompatible: "a" comes together by itself.'),
        ("together: {numerator: b, denominator: a}", 'incompatible: "a" comes together by itself.'),
        ("together: worst", 'missing-key: "a" does not say which side is better, so none of its figures is the worst.'),
    ],
)
def test_what_does_not_say_so_is_refused(said: str, problem: str) -> None:
    found = problems_of(with_rule(said) + READ)
    assert [one for one in found if problem in one], found


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{type: text, together: sum}", 'incompatible: "x" is no number, and cannot be added up.'),
        ("{type: yes/no, together: weighted by b}", 'incompatible: "x" is no number, and cannot be weighted.'),
        ("{type: text, together: best}", 'incompatible: "x" is a text, and none is the best.'),
        (
            "{type: number, together: {numerator: p, denominator: b}}, p: {type: percent}",
            'incompatible: "x" is pooled from "p", which is a percentage and no count.',
        ),
        ("{type: yes/no, together: best}", 'missing-key: "x" does not say which side is better'),
    ],
)
def test_what_is_no_number_comes_together_otherwise(entry: str, problem: str) -> None:
    found = problems_of(f"inputs: {{x: {entry}, b: {{type: count}}}}")
    assert [one for one in found if problem in one], found


def test_groups_are_of_kinds_with_names() -> None:
    kinds = method("groups: {systems: {title: Care systems, rates: economy}, all: {whole: England}}").groups
    assert [(one.called, one.noun.many) for one in kinds.values()] == [("Care systems", "economies"), ("all", "groups")]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("{sheet: A, whole: B}", 'incompatible: The members of "k" are said twice, by sheet: and by whole:.'),
        ("{member: A, whole: B}", "incompatible: member: is of a table of members, and whole: needs none."),
        ("{codes: {code: A, name: B}, members: {n: [a]}}", "incompatible: codes: is of a table of members, and members: needs"),
        ("{columns: {group: 4}}", "wrong-type: A column is given for member, group, name, share, by its letters."),
        ("{columns: {code: D}}", "wrong-type: A column is given for member, group, name, share, by its letters."),
        ("{members: {n: []}}", "wrong-type: A group has members."),
        ("{members: {n: {a: 1.5}}}", 'wrong-type: "1.5" is no share of a member.'),
        ("{members: {n: {of: [a], call: N}}}", 'unknown-key: "call" is not known here.'),
        ("{sheets: A}", 'unknown-key: "sheets" is not known here.'),
    ],
)  # fmt: skip
def test_a_kind_of_groups_that_cannot_be_is_refused(kind: str, problem: str) -> None:
    found = problems_of(f"groups: {{k: {kind}}}")
    assert [one for one in found if problem in one], found
