"""Decision tables, levels of numbers, lookups and matrices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.returns.model import Organisation, Return, Values

STARS = """
scales: {stars: [{level: 3}, {level: 2}, {level: 0}]}
inputs: {points: {type: number, required: true}, review: {type: text}, other: {type: level, scale: stars}}
measures:
  stars:
    kind: decide
    scale: stars
    rows:
      - {when: {review: weak}, then: 0, because: weak governance, missing: fails}
      - {when: {points: "> 6", review: not good}, then: {item: other}, missing: holds}
      - {when: {points: "> 6"}, then: 2}
    otherwise: 3
  number: {kind: decide, rows: [{when: {review: missing}, then: 1}, {when: {review: good}, then: 2}], otherwise: 3}
"""
LEVELS = """
scales:
  risk: [{level: 3}, {level: 2}, {level: 1}]
  words: [{level: good}, {level: bad}]
inputs: {a: {type: number}, l: {type: level, scale: risk}, w: {type: level, scale: words}}
measures:
  exact: {kind: level, scale: risk, of: a}
  near: {kind: level, scale: risk, of: a, halves: even}
  same: {kind: level, scale: risk, of: l}
"""
TABLES = """
scales: {rag: [{level: green, aliases: [g]}, {level: red}], words: [{level: good}, {level: poor}]}
inputs: {n: {type: number}, t: {type: text}, l: {type: level, scale: rag}}
figures: {one: {value: 1, basis: stated}}
measures:
  by_number: {kind: lookup, of: n, table: {one: 10, 2.50: 20}}
  by_text: {kind: lookup, of: t, scale: words, table: {Big Trust: good}, otherwise: poor}
  by_level: {kind: lookup, of: l, result: text, table: {g: go on, red: stop}}
  both: {kind: matrix, rows: l, columns: n, across: [1, 2], table: {green: [1, 2], red: [3, 4]}}
"""


def test_the_first_row_that_fits_wins() -> None:
    rated = rate(STARS, points="0 7 7 7 0", review="good good weak odd -", other="3 3 3 0 -")
    assert results(rated, "stars") == ["3", "2", "0", "0", "3"]
    assert results(rated, "number") == ["2", "2", "3", "3", "1"]


def test_what_a_missing_value_counts_as_in_a_row() -> None:
    rated = rate(STARS, points="7", review="-", other="2")
    assert results(rated, "stars") == ["2"]
    assert why(rated, "stars") == "row 2 (line 10) holds, points is 7 (above 6), review is missing (blank) (not good)"


def test_the_row_that_held_is_named_with_what_it_held_on() -> None:
    rated = rate(STARS, points="0 1", review="weak good", other="- -")
    assert why(rated, "stars") == "row 1 (line 9) holds, review is weak: weak governance"
    assert why(rated, "stars", 1) == "no row holds, so otherwise (review is good, points is 1)"
    assert plain(rated.methodology, "stars") == (
        "0 if review is weak (a missing value does not fulfil it); else other if points is above 6 and review is not good (a missing value fulfils it); else 2 if points is above 6; else 3"
    )
    assert rated.methodology.items["stars"].reads() == ("review", "points", "other")


def test_a_table_has_rows_and_hands_on_its_own_type_only() -> None:
    assert problems_of("""
    scales: {stars: [{level: 3}, {level: 0}]}
    inputs: {a: {type: number}, r: {type: number, required: true}}
    measures:
      none: {kind: decide, rows: [], otherwise: 1}
      odd: {kind: decide, scale: stars, rows: [{when: {r: 1}, then: {item: a}}], otherwise: 3}
    """) == [
        "5:9 missing-key: A decision table has rows. Add one, or use constant.",
        (
            '6:8 wrong-type: "odd" hands "a" on, and the two are not of one scale or type. '
            "Give both the same scale:, or neither."
        ),
    ]


def test_a_number_becomes_the_level_of_that_number() -> None:
    rated = rate(LEVELS, a="3 2 1 -", l="3 2 - 1")
    assert results(rated, "exact") == ["3", "2", "1", "missing (blank)"]
    assert results(rated, "same") == ["3", "2", "missing (blank)", "1"]
    assert why(rated, "exact") == "a is 3"
    assert plain(rated.methodology, "exact") == "the level of a on the scale risk"


def test_halves_are_rounded_as_they_are_named() -> None:
    rated = rate(LEVELS, only=["near"], a="2.5 1.5 1.51 0.51")
    assert results(rated, "near") == ["2", "2", "2", "1"]
    assert why(rated, "near") == "a is 2.5, rounded to the nearest level, halves to even"
    assert plain(rated.methodology, "near").startswith("the level of a on the scale risk, rounded to the nearest")
    assert rated.methodology.items["near"].rule.shares() == {"a": Decimal(1)}


@pytest.mark.parametrize(("item", "a", "said"), [("exact", "2.5", "2.5"), ("near", "3.6", "3.6")])
def test_a_number_that_no_level_has_is_refused(item: str, a: str, said: str) -> None:
    with pytest.raises(Refused, match=f'"a" is {said}, and risk has no such level'):
        rate(LEVELS, only=[item], a=a)


def test_a_level_is_made_of_numbers_and_of_levels_that_have_them() -> None:
    assert problems_of(
        LEVELS + "  odd: {kind: level, scale: words, of: a}\n  bad: {kind: level, scale: risk, of: w}"
    ) == [
        (
            "10:8 not-a-number-item: The levels of words have no numbers, so no number becomes one of them. "
            "Give them number:, or use thresholds."
        ),
        (
            '11:8 not-a-number-item: "bad" works on numbers, and the levels of "w" (words) have none. '
            "Give each level of words a number:, or use a lookup."
        ),
    ]


def test_a_level_of_another_scale_becomes_the_level_of_its_number() -> None:
    rules = """
    scales: {a: [{level: top, number: 2}, {level: low, number: 1}], b: [{level: 1}, {level: 2}]}
    inputs: {x: {type: level, scale: a}}
    measures: {y: {kind: level, scale: b, of: x, halves: up}}
    """
    rated = rate(rules, x="top low")
    assert results(rated, "y") == ["2", "1"]
    assert why(rated, "y") == "x is top"


def test_entries_are_looked_up_by_number_text_or_level() -> None:
    rated = rate(TABLES, only=["by_number", "by_level"], n="1.0 2.5 -", l="green red -")
    assert results(rated, "by_number") == ["10", "20", "missing (blank)"]
    assert results(rated, "by_level") == ["go on", "stop", "missing (blank)"]
    assert why(rated, "by_level") == "l is green"
    assert plain(rated.methodology, "by_level") == "a text by l: green gives go on, red gives stop"
    assert rated.methodology.items["by_level"].rule.shares() == {"l": Decimal(1)}


def test_a_text_is_looked_up_without_regard_to_case_and_otherwise_is_for_the_rest() -> None:
    methodology = method(TABLES)
    assert plain(methodology, "by_text") == "by t: big trust gives good, anything else poor"
    rated = rate(methodology, only=["by_text"], t="BIG small")
    assert results(rated, "by_text") == ["poor", "poor"]


def test_what_a_table_does_not_hold_is_nothing_to_those_whom_the_gate_shuts_out() -> None:
    rules = """
    inputs: {n: {type: number}}
    measures: {x: {kind: lookup, of: n, only_when: {when: {n: "< 5"}, missing: fails, because: few}, table: {1: 10}}}
    """
    assert results(rate(rules, n="1 7"), "x") == ["10", "missing (few)"]


def test_what_a_table_does_not_hold_is_refused() -> None:
    with pytest.raises(Refused, match=r"The table has no entry for n 7\. Organisations: B"):
        rate(TABLES, only=["by_number"], n="1 7")
    with pytest.raises(Refused, match="The table has no entry for l red and n 7"):
        rate(TABLES, only=["both"], n="7", l="red")


def test_a_matrix_is_looked_up_by_row_and_column() -> None:
    rated = rate(TABLES, only=["both"], n="2.0 1 - 1", l="green red red -")
    assert results(rated, "both") == ["2", "3", "missing (blank)", "missing (blank)"]
    assert why(rated, "both") == "l is green (row), n is 2 (column)"
    assert plain(rated.methodology, "both") == "the matrix of l (rows) and n (columns 1, 2): green: 1, 2; red: 3, 4"
    assert rated.methodology.items["both"].reads() == ("l", "n")


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (
            "{kind: lookup, of: l, table: {gren: 1}}",
            'unknown-name: "gren" is not a level of rag. Did you mean "green"?',
        ),
        ("{kind: lookup, of: n, table: {x: 1}}", 'wrong-type: "x" is neither a number nor the name of a figure. Write digits with a point, or define it under figures.'),
        ("{kind: lookup, of: n, table: {1: 1, 1.0: 2}}", 'duplicate-key: "1.0" stands twice. Remove one of them.'),
        ("{kind: lookup, of: l, scale: words, result: text, table: {red: good}}", "wrong-type: A result is a text or a level, not both. Remove scale: or result:."),
        ("{kind: matrix, rows: l, columns: n, across: [1], table: {red: [1, 2]}}", "wrong-type: Row red has 2 entries for 1 columns. Give one entry for each column."),
        ("{kind: matrix, rows: l, columns: n, across: [1, x], table: {red: [1, 2]}}", 'wrong-type: "x" is neither a number nor the name of a figure. Write digits with a point, or define it under figures.'),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be(item: str, problem: str) -> None:
    (found,) = problems_of(TABLES + f"  bad: {item}")
    assert found.split(" ", 1)[1] == problem


@pytest.mark.parametrize(
    "rule",
    [
        "kind: lookup, of: n, table: {}, otherwise: 4",
        "kind: matrix, rows: n, columns: n, across: [1], table: {}",
        "kind: matrix, rows: n, columns: n, across: [], table: {1: []}",
        "kind: thresholds, of: n, by: n, sets: {}",
    ],
)
def test_an_empty_table_is_refused(rule: str) -> None:
    """As the schema says: what holds for nobody is a slip."""
    (problem,) = problems_of(f"inputs: {{n: {{type: number}}}}\nmeasures: {{x: {{{rule}}}}}")
    assert "missing-key: There is nothing in this table. Give each key with what it gives." in problem


def test_sets_of_thresholds_without_what_they_go_by_are_refused() -> None:
    """Not left out in silence, together with the item that they are of."""
    rule = "kind: thresholds, of: n, sets: {a: [{score: 1, otherwise: true}]}"
    (problem,) = problems_of(f"inputs: {{n: {{type: number}}}}\nmeasures: {{x: {{{rule}}}}}")
    assert "missing-key: What the keys of this table are values of is not said. Add by:." in problem


TYPESET = """
inputs: {t: {type: text, required: true}}
measures:
  decided: {kind: decide, rows: [{when: {t: "women's \u2013 acute"}, then: 1}], otherwise: 0}
  looked_up: {kind: lookup, of: t, table: {"women\u2019s  - acute": 1}, otherwise: 0}
"""


@pytest.mark.parametrize("text", ["women's - acute", "Women\u2019s \u2013 Acute", "women\u2018s \u2010 acute"])
def test_how_signs_are_typeset_makes_no_other_text(text: str) -> None:
    """A word processor's apostrophe or dash, in a return or in a rule, does not fall through to `otherwise`."""
    table = dict(zip("ab", (text, "men's - acute"), strict=True))
    rules = method(TYPESET)
    cells = {"t": Values(list(table.values()))}
    rated = assess(Return("r", "", tuple(Organisation(code, code) for code in table), cells), rules)
    assert results(rated, "decided") == ["1", "0"]
    assert results(rated, "looked_up") == ["1", "0"]


@pytest.mark.parametrize(
    "rule",
    [
        'kind: decide, rows: [{when: {t: "r\u0435d"}, then: 1}], otherwise: 0',
        'kind: decide, rows: [{when: {t: [amber, "not r\u0435d"]}, then: 1}], otherwise: 0',
        'kind: lookup, of: t, table: {"\uff52\uff45\uff44": 1}, otherwise: 0',
        'kind: matrix, rows: t, columns: t, across: ["r\u0435d"], table: {red: [1]}',
    ],
)
def test_a_text_of_a_rule_that_nothing_could_be_is_refused(rule: str) -> None:
    """A rule with a Cyrillic letter in `red` would never hold, and nobody would see why."""
    told = problems_of(f"inputs: {{t: {{type: text}}}}\nmeasures: {{m: {{{rule}}}}}")
    assert any("only looks like the plain letter" in problem for problem in told)
