"""Conditions: the words of a test, `any` and `not`, and what a missing value leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, read, results, warnings_of, why

from nhsrate.core.problems import Refused, errors

if TYPE_CHECKING:
    from nhsrate.language.conditions import When

HEAD = """
figures: {five: {value: 5, basis: assumed}, both: {value: 1, basis: assumed}}
scales: {rag: [{level: green}, {level: red}], stars: [{level: 2}, {level: 1}]}
inputs:
  a: {type: number}
  b: {type: number}
  c: {type: number}
  both: {type: number}
  word: {type: text}
  light: {type: level, scale: rag}
  rated: {type: level, scale: stars}
  sure: {type: number, required: true}
measures:
  x: {kind: decide, rows: [{when: %s, then: 1%s}], otherwise: 0}
"""


def text(when: str, missing: str = "fails") -> str:
    """A rule text with this condition."""
    return HEAD % (when, f", missing: {missing}" if missing else "")


def when_of(when: str) -> When:
    """The condition as it is read."""
    rule: Any = method(text(when)).items["x"].rule
    found: When = rule.rows[0].when
    return found


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{a: {above: b}}", "a is above b"),
        ("{a: {at_least: {item: b, times: 0.95, plus: -5}}}", "a is at least b x 0.95 - 5"),
        ("{a: {at_most: {item: b, plus: five}}}", "a is at most b + 5 (five)"),
        ("{a: {below: five}}", "a is below 5 (five)"),
        ("{a: {below: both}}", "a is below 1 (both)"),
        ("{a: {below: {item: both}}}", "a is below both"),
        ("{a: {at_least: 1, at_most: 4}}", "a is from 1 to 4"),
        ("{a: {above: 1, at_most: b}}", "a is above 1 and at most b"),
        ("{a: {at_least: 1, below: 4}}", "a is at least 1 and below 4"),
        ("{rated: {above: a}}", "rated is above a"),
        ("{a: 1, b: 2}", "a is 1 and b is 2"),
        ("{any: [{a: 1}, {b: 2}]}", "a is 1 or b is 2"),
        ("{any: [{a: 1, b: 2}, {c: 3}]}", "(a is 1 and b is 2) or c is 3"),
        ("{c: 3, any: [{a: 1}, {b: 2}]}", "c is 3 and (a is 1 or b is 2)"),
        ("{not: {a: 1, b: 2}}", "not (a is 1 and b is 2)"),
        ("{c: 3, not: {any: [{a: 1}, {b: 2}]}}", "c is 3 and not (a is 1 or b is 2)"),
        ("{any: [{not: {a: 1}}, {any: [{b: 2}, {c: 3}]}]}", "not (a is 1) or (b is 2 or c is 3)"),
    ],
)  # fmt: skip
def test_a_condition_in_words(when: str, words: str) -> None:
    """Brackets stand where and meets or."""
    assert str(when_of(when)) == words
    assert plain(method(text(when)), "x") == f"1 if {words} (a missing value does not fulfil it); else 0"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ('{a: ">= b"}', 'bad-test: ">= b" compares with an item. Write {at_least: b}.'),
        ('{a: "< both"}', ""),
        ('{a: {">=": 5}}', 'bad-test: ">=" names no side of a bound. Write at_least: ... for ">=": ....'),
        ("{a: {min: 5}}", 'bad-test: "min" names no side of a bound. Write at_least: ... for min: ....'),
        ("{a: {over: 5}}", 'bad-test: "over" names no side of a bound. A bound is at_least, above, at_most or below.'),
        ("{a: {item: b}}", 'bad-test: "item" names no side of a bound. Say on which side: {at_least: other}; both at_least and at_most it where the two must be equal.'),
        ("{a: {not: 5}}", 'bad-test: "not" names no side of a bound. Put not: about the whole test: not: {item: test}.'),
        ("{a: {any: [5]}}", 'bad-test: "any" names no side of a bound. Put any: about the whole test: any: [{item: test}, ...].'),
        ("{a: {}}", "bad-test: A test names one bound, or one from either side. Write {at_least: 2}, or {at_least: 2, below: 5}."),
        ("{a: {above: 1, at_least: 2}}", "bad-test: A test names one bound, or one from either side. Write {at_least: 2}, or {at_least: 2, below: 5}."),
        ("{a: {at_least: 4, at_most: 1}}", 'bad-test: "from 4 to 1" can never hold. Swap the ends.'),
        ("{a: {above: 4, at_most: 4}}", 'bad-test: "above 4 and at most 4" can never hold. Swap the ends.'),
        ("{a: {above: bb}}", 'wrong-type: "bb" is neither a number nor the name of a figure. Did you mean "b"?'),
        ("{a: {above: 5 days}}", 'wrong-type: "5 days" is neither a number nor the name of a figure. Write digits with a point, or define it under figures.'),
        ("{a: {above: word}}", 'not-a-number-item: A bound is a number, and "word" is a text. Name an item of numbers, or turn it into one.'),
        ("{a: {above: {item: light}}}", 'not-a-number-item: A bound is a number, and "light" is a level of rag, which has no numbers. Name an item of numbers, or turn it into one.'),
        ("{a: {above: {plus: 5}}}", "missing-key: A bound names an item. Write {item: target}, or a number alone."),
        ("{a: {above: {item: b, minus: 5}}}", 'unknown-key: "minus" is not known in a bound. Known: item, times, plus.'),
        ("{word: {above: b}}", 'bad-test: "above" compares numbers, and the item is a text.'),
        ("{light: {above: b}}", 'bad-test: "above" compares numbers, and the levels of rag have none. Name levels, or give them number:. They are green or red.'),
        ("[{a: 1}, {b: 2}]", "bad-test: A condition is one mapping of tests, and this is a list. Write tests that must all hold in one mapping, or {any: [{item: test}, ...]} where one is enough."),
        ("{or: [{a: 1}]}", 'bad-test: "or" is no item and no word of a condition. Write any: [{item: test}, {other: test}].'),
        ("{all: [{a: 1}]}", 'bad-test: "all" is no item and no word of a condition. All tests of a condition must hold: write them beside each other, without a word.'),
        ("{none: [{a: 1}]}", 'bad-test: "none" is no item and no word of a condition. Write not: {any: [{item: test}, {other: test}]}.'),
        ("{any: {a: 1}}", "bad-test: any: takes a list of conditions. Write any: [{item: test}, {other: test}]."),
        ("{any: []}", "bad-test: any: takes a list of conditions. Write any: [{item: test}, {other: test}]."),
        ("{not: [{a: 1}]}", "bad-test: not: takes one condition. Write not: {item: test}, or not: {any: [...]} where none may hold."),
        ("{not: late}", "bad-test: not: takes one condition. Write not: {item: test}, or not: {any: [...]} where none may hold."),
        ("{not: {}}", "bad-test: A condition without a test. Name an item and what it must be."),
        ("{any: [{a: 1}, {}]}", "bad-test: A condition without a test. Name an item and what it must be."),
        ("{any: [{zz: 1}], not: {yy: 1}}", 'unknown-name: There is no item "zz".'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_the_form_to_write(when: str, problem: str) -> None:
    found = [said.partition(" ")[2] for said in problems_of(text(when))]
    assert found[:1] == ([f"{problem}"] if problem else []) or found[0].startswith(problem)


def test_every_fault_of_a_condition_is_told_at_once() -> None:
    assert len(problems_of(text("{any: [{zz: 1}, {a: {over: 1}}], not: {yy: 1}, xx: 2}"))) == 4


def test_no_item_is_called_any_or_not() -> None:
    assert '"any" cannot be a name' in problems_of("inputs: {any: {type: number}}")[0]
    assert '"not" cannot be a name' in problems_of("inputs: {not: {type: number}}")[0]


LEAVES = {"a": "{a: '> 1'}", "b": "{b: {above: 1}}", "c": "{c: 'not <= 1'}"}
VALUES = {"2": True, "0": False, "-": None}
Tree = Any

trees: Any = st.recursive(
    st.sampled_from([*LEAVES]),
    lambda inner: st.one_of(
        st.tuples(st.just("any"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("all"), st.lists(st.sampled_from([*LEAVES]), min_size=1, max_size=3, unique=True), inner),
    ),
    max_leaves=6,
)


def written(tree: Tree) -> str:
    """A condition as a rule file has it."""
    match tree:
        case str():
            return LEAVES[tree]
        case "any", parts:
            return f"{{any: [{', '.join(map(written, parts))}]}}"
        case "not", part:
            return f"{{not: {written(part)}}}"
        case _:
            _, leaves, part = tree
            return f"{{{', '.join(LEAVES[leaf][1:-1] for leaf in leaves)}, any: [{written(part)}]}}"


def ends(tree: Tree, known: dict[str, bool | None]) -> tuple[bool, bool]:
    """Whether a condition holds if all that is not known turns against it, and if all turns towards it."""
    match tree:
        case str():
            return (bool(known[tree]), known[tree] is not False)
        case "any", parts:
            told = [ends(part, known) for part in parts]
            return any(low for low, _ in told), any(high for _, high in told)
        case "not", part:
            low, high = ends(part, known)
            return not high, not low
        case _:
            _, leaves, part = tree
            told = [ends(leaf, known) for leaf in [*leaves, part]]
            return all(low for low, _ in told), all(high for _, high in told)


@given(tree=trees, words=st.tuples(*[st.sampled_from([*VALUES])] * 3))
def test_what_is_not_known_counts_for_the_whole_condition(tree: Tree, words: tuple[str, ...]) -> None:
    """Under `fails` it holds where it must, under `holds` where it may; without a word, what decides it is refused."""
    known = {id_: VALUES[word] for id_, word in zip("abc", words, strict=True)}
    low, high = ends(tree, known)
    columns = dict(zip("abc", words, strict=True))
    for missing, outcome in (("fails", low), ("holds", high)):
        found = rate(text(written(tree), missing), **columns)  # type: ignore[arg-type]
        assert results(found, "x") == [str(int(outcome))]
    unsaid = text(written(tree), "").replace("type: number}", "type: number, required: true}")
    if low is not high:
        with pytest.raises(Refused) as refused:
            rate(method(unsaid), **columns)  # type: ignore[arg-type]
        told = " ".join(problem.message for problem in refused.value.problems)
        assert all(f'"{id_}"' not in told for id_, held in known.items() if held is not None)
    else:
        assert results(rate(method(unsaid), **columns), "x") == [str(int(low))]  # type: ignore[arg-type]


@given(tree=trees, words=st.tuples(*[st.sampled_from([*VALUES])] * 3))
def test_the_plan_knows_what_the_engine_knows(tree: Tree, words: tuple[str, ...]) -> None:
    from nhsrate.plan.plan import Plan

    rest = dict(zip("abc", (f"{word} 2 0 -" for word in words), strict=True))
    for missing in ("fails", "holds"):
        assert Plan(rate(text(written(tree), missing), **rest)).differences() == []  # type: ignore[arg-type]


def test_a_row_that_asks_for_the_missing_value_keeps_the_others_from_holding() -> None:
    """Also under `not`: what is foreseen elsewhere does not hold here, either way."""
    rows = "[{when: {a: {above: 5}}, then: 1}, {when: {not: {a: {above: 5}}}, then: 2}, {when: {a: missing}, then: 3}]"
    rules = f"inputs: {{a: {{type: number}}}}\nmeasures:\n  x: {{kind: decide, rows: {rows}, otherwise: 0}}"
    assert results(rate(rules, a="6 5 -"), "x") == ["1", "2", "3"]
    rules = rules.replace("[{when: {a: {above: 5}}, then: 1}, ", "[")
    assert results(rate(rules, a="6 5 -"), "x") == ["0", "2", "3"]


@pytest.mark.parametrize(
    ("gate", "covered"),
    [
        ("{a: {above: b}}", {"a", "b"}),
        ("{not: {a: {above: b}}}", {"a", "b"}),
        ("{not: {a: missing}}", {"a"}),
        ("{a: not missing}", {"a"}),
        ("{a: missing, b: 1}", {"b"}),
        ("{any: [{a: 1, b: 2}, {b: 3, c: 1}]}", {"b"}),
        ("{not: {any: [{a: 1, b: 2}, {c: 3}]}}", {"c"}),
        ("{not: {any: [{a: 1}, {c: 3}]}}", {"a", "c"}),
        ("{not: {a: 1, b: 1}}", set()),
    ],
)  # fmt: skip
def test_behind_a_gate_nothing_is_missing_that_it_must_know(gate: str, covered: set[str]) -> None:
    """What the gate has to know to hold needs no word in the rule behind it."""
    for id_ in "abc":
        rule = f"kind: decide, only_when: {{when: {gate}, because: so, missing: fails}}, rows: [{{when: {{{id_}: '> 1'}}, then: 1}}], otherwise: 0"
        found = errors(read((HEAD % ("{a: missing}", "")).partition("measures:")[0] + f"measures:\n  x: {{{rule}}}")[1])
        assert ("missing-not-covered" in {problem.code for problem in found}) is (id_ not in covered), id_


def test_rows_that_are_never_reached_are_told_through_any_and_not() -> None:
    rows = '[{when: {any: [{sure: "> 1"}, {sure: "< 0"}]}, then: 1}, {when: {sure: "> 2"}, then: 2}, {when: {not: {sure: 0..1}}, then: 3}]'
    rules = f"inputs: {{sure: {{type: number, required: true}}}}\nmeasures:\n  x: {{kind: decide, published: true, rows: {rows}, otherwise: 0}}"
    told = [said for said in warnings_of(rules) if "never reached" in said]
    assert ["Row 2" in told[0], "Row 3" in told[1], len(told)] == [True, True, 2]
    rows = "[{when: {a: {above: b}}, then: 1}, {when: {a: {at_most: b}}, then: 2}]"
    rules = f"inputs: {{a: {{type: number, required: true}}, b: {{type: number, required: true}}}}\nmeasures:\n  x: {{kind: decide, published: true, rows: {rows}, otherwise: 0}}"
    assert [said for said in warnings_of(rules) if "never reached" in said] == []


def test_a_reason_tells_both_figures() -> None:
    found = rate(text("{a: {above: {item: b, times: 2}}, any: [{c: '> 1'}, {word: x}]}"), a="9", b="4", c="2", word="y")
    assert (
        why(found, "x") == "row 1 (line 14) holds, a is 9 (above b (4) x 2 = 8) and (c is 2 (above 1) or word is y (x))"
    )


def test_thirds_meet_their_multiples() -> None:
    """A bound that is a third, shifted, is worked out with every digit before it is compared."""
    rules = """
    inputs: {one: {type: number, required: true}}
    measures:
      third: {kind: ratio, of: one, to: three}
      three: {kind: constant, value: 3}
      x: {kind: decide, rows: [{when: {one: {at_least: {item: third, times: 3}, at_most: {item: third, times: 3}}}, then: 1}], otherwise: 0}
    """
    assert results(rate(rules, one="1"), "x") == ["1"]
