"""Conditions that can never hold and what nothing is left for, in every form; and what may hold, which is not told."""

from __future__ import annotations

import pytest
from tests.support.rules import problems_of, warnings_of

RULES = """
scales: {s: [{level: 3}, {level: 2}, {level: 1}], bare: [{level: good}, {level: fair}]}
figures: {switch: {value: 2, basis: stated}, open: {required: true, basis: stated}}
inputs:
  n: {type: number, required: true}
  p: {type: percent, required: true, valid: 0..100, polarity: higher}
  c: {type: count, required: true, polarity: higher}
  k: {type: number, required: true, valid: ">= 0", polarity: higher}
  few: {type: count, required: true, valid: "<= 3"}
  both: {type: number, required: true, valid: 0..10, merge: sum}
  d: {type: date, required: true}
  e: {type: date, required: true}
  l: {type: level, scale: s, required: true}
  g: {type: level, scale: bare, required: true}
  h: {type: level, scale: bare, required: true}
  y: {type: yes/no, required: true}
  z: {type: yes/no, required: true}
  t: {type: text, required: true}
  m: {type: number}
measures:
  points: {kind: count, of: [y, z], at: yes}
  decided: {kind: decide, rows: [{when: {y: yes}, then: 1}], otherwise: 2}
  handed: {kind: decide, rows: [{when: {y: yes}, then: 1}], otherwise: {item: n}}
  halved: {kind: decide, rows: [{when: {y: yes}, then: 1.4}], otherwise: 2, round: 0}
  came: {kind: decide, rows: [{when: {y: yes}, then: 1}], otherwise: 2, given_as: Came}
  said: {kind: lookup, of: t, table: {a: 1, b: 2}, otherwise: 3}
  word: {kind: lookup, of: t, table: {a: high}, otherwise: low, result: text}
  third: {kind: decide, rows: [{when: {y: yes}, then: 1/3}], otherwise: 2/3}
  chosen: {kind: constant, value: switch}
  unknown: {kind: decide, rows: [{when: {y: yes}, then: open}], otherwise: 2}
ratings:
  star: {kind: decide, scale: s, rows: [{when: {y: yes}, then: 3}], otherwise: 2, published: true}
  figure: {kind: decide, rows: [{when: {y: yes}, then: 3}], otherwise: 2, published: true}
  all: {kind: sum, of: [n, p, c, k, few, both, m, points, decided, handed, halved, came, said, third, chosen, unknown], missing: leave out}
  ITEM
"""
TOLD = ("never reached", "is left for", "is always 0", "never worked out", "ever in the population", "never acts")


def told(item: str) -> list[str]:
    """What is said of rules that can never act."""
    return [text for text in warnings_of(RULES.replace("ITEM", item)) if any(word in text for word in TOLD)]


def unreached(rows: str) -> list[int]:
    """The rows of a decision table that are said never to be reached."""
    found = told(f"r: {{kind: decide, headline: true, rows: [{rows}], otherwise: 0}}")
    return [int(text.split("Row ")[1].split()[0]) for text in found]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        # another item
        ("{when: {n: {at_least: k}}, then: 1}, {when: {n: {above: k}}, then: 2}", [2]),
        ("{when: {n: {above: k}}, then: 1}, {when: {n: {at_least: k}}, then: 2}", []),
        ("{when: {n: {at_least: k}}, then: 1}, {when: {n: {at_least: {item: k, plus: 5}}}, then: 2}", [2]),
        ("{when: {n: {at_least: {item: k, plus: 5}}}, then: 1}, {when: {n: {at_least: k}}, then: 2}", []),
        ("{when: {n: {at_least: {item: k, times: 2}}}, then: 1}, {when: {n: {above: {item: k, times: 2}}}, then: 2}", [2]),
        ("{when: {n: {at_least: {item: k, times: 2}}}, then: 1}, {when: {n: {above: {item: k, times: 3}}}, then: 2}", []),
        ("{when: {n: {at_least: k}}, then: 1}, {when: {k: {below: n}}, then: 2}", [2]),
        ("{when: {n: {at_least: k}}, then: 1}, {when: {k: {above: n}}, then: 2}", []),
        ("{when: {n: {above: k}}, then: 1}, {when: {k: {below: {item: n, plus: -1}}}, then: 2}", [2]),
        ("{when: {n: {above: k}}, then: 1}, {when: {k: {below: {item: n, plus: 1}}}, then: 2}", []),
        ("{when: {n: {at_least: k}}, then: 1}, {when: {not: {n: {below: k}}}, then: 2}", [2]),
        ("{when: {n: {at_least: k}}, then: 1}, {when: {n: {below: k}}, then: 2}, {when: {y: yes}, then: 3}", [3]),
        ("{when: {n: {above: n}}, then: 1}", [1]),
        ("{when: {n: {at_least: n}}, then: 1}, {when: {y: yes}, then: 2}", [2]),
        ("{when: {n: {at_least: {item: n, times: 2}}}, then: 1}", []),
        ("{when: {n: {at_least: {item: k, plus: 5}, at_most: k}}, then: 1}", [1]),
        ("{when: {n: {at_least: k, at_most: {item: k, plus: 5}}}, then: 1}", []),
        ("{when: {n: {at_least: 3, below: k}}, then: 1}, {when: {n: {at_least: 4, below: k}}, then: 2}", [2]),
        ("{when: {n: {at_least: 3, at_most: k}}, then: 1}, {when: {n: {at_least: 4, above: 3}}, then: 2}", []),
        ("{when: {d: {above: e}}, then: 1}, {when: {d: {above: {item: e, plus: 30}}}, then: 2}", [2]),
        ("{when: {l: {above: n}}, then: 1}, {when: {l: {at_most: n}}, then: 2}, {when: {y: yes}, then: 3}", [3]),
        ("{when: {m: {above: n}}, then: 1, missing: fails}, {when: {m: {at_most: n}}, then: 2, missing: fails}, {when: {y: yes}, then: 3}", []),
        ("{when: {m: {above: n}}, then: 1, missing: holds}, {when: {m: {at_most: n}}, then: 2, missing: fails}, {when: {y: yes}, then: 3}", [3]),
        # what is valid
        ("{when: {p: '>= 0'}, then: 1}, {when: {y: yes}, then: 2}", [2]),
        ("{when: {p: '> 0'}, then: 1}, {when: {y: yes}, then: 2}", []),
        ("{when: {p: 120}, then: 1}", [1]),
        ("{when: {p: 100}, then: 1}", []),
        ("{when: {k: [-1, -2]}, then: 1}", [1]),
        ("{when: {both: 30}, then: 1}", []),
        # whole numbers
        ("{when: {c: 2.5}, then: 1}", [1]),
        ("{when: {c: -1}, then: 1}", [1]),
        ("{when: {few: [4, -1]}, then: 1}", [1]),
        ("{when: {few: [0, 3]}, then: 1}", []),
        ("{when: {c: {above: 2, below: 3}}, then: 1}", [1]),
        ("{when: {n: {above: 2, below: 3}}, then: 1}", []),
        ("{when: {c: {above: 2.5, below: 3.5}}, then: 1}", []),
        ("{when: {c: 2}, then: 1}, {when: {c: '> 2'}, then: 2}, {when: {c: '> 1'}, then: 3}", [3]),
        ("{when: {c: '< 1'}, then: 1}, {when: {c: 0}, then: 2}", [2]),
        # what a rule can give
        ("{when: {points: '> 2'}, then: 1}", [1]),
        ("{when: {points: 2}, then: 1}", []),
        ("{when: {points: '>= 0'}, then: 1}, {when: {y: yes}, then: 2}", [2]),
        ("{when: {decided: 3}, then: 1}", [1]),
        ("{when: {decided: 1}, then: 1}, {when: {decided: 2}, then: 2}, {when: {y: yes}, then: 3}", [3]),
        ("{when: {handed: 3}, then: 1}", []),
        ("{when: {halved: 1}, then: 1}", []),
        ("{when: {came: 3}, then: 1}", []),
        ("{when: {said: '> 3'}, then: 1}", [1]),
        ("{when: {said: 3}, then: 1}", []),
        ("{when: {word: middle}, then: 1}", [1]),
        ("{when: {word: LOW}, then: 1}", []),
        ("{when: {third: 1/3}, then: 1}", []),
        ("{when: {chosen: 3}, then: 1}", []),
        ("{when: {unknown: 3}, then: 1}", []),
        ("{when: {star: 1}, then: 1}", []),
        ("{when: {figure: 1}, then: 1}", [1]),
        # alternatives
        ("{when: {any: [{n: '>= 2'}, {y: yes}]}, then: 1}, {when: {y: yes, n: '< 0'}, then: 2}", [2]),
        ("{when: {not: {n: '>= 2', y: yes}}, then: 1}, {when: {n: '< 2'}, then: 2}", [2]),
        ("{when: {any: [{n: '> 2', not: {n: '> 1'}}, {y: yes, not: {y: yes}}]}, then: 1}", [1]),
        ("{when: {any: [{n: '> 2', not: {n: '> 3'}}, {y: yes, not: {y: yes}}]}, then: 1}", []),
        ("{when: {not: {l: [1, 2, 3]}}, then: 1}", [1]),
    ],
)  # fmt: skip
def test_a_row_that_nothing_is_left_for_is_told(rows: str, wanted: list[int]) -> None:
    assert unreached(rows) == wanted


@pytest.mark.parametrize("test", ["g: {above: h}", "n: {above: h}", "g: {above: n}", "t: {above: n}", "n: {above: t}"])
def test_what_is_no_number_is_no_bound(test: str) -> None:
    """So that of two tests against an item that are one another's opposite, one holds."""
    rows = f"r: {{kind: decide, headline: true, rows: [{{when: {{{test}}}, then: 1}}], otherwise: 0}}"
    assert len(problems_of(RULES.replace("ITEM", rows))) == 1


def test_a_table_of_very_many_combinations_is_looked_through_two_rows_at_a_time() -> None:
    """A row that one earlier row covers is told; one that several cover together is not looked for."""
    many = ", ".join(f"{{when: {{n: {n}, k: {n}, p: {n}}}, then: 1}}" for n in range(12))
    assert unreached(f"{many}, {{when: {{n: 1, k: 1, p: 1}}, then: 2}}, {{when: {{p: 101, k: 1}}, then: 2}}") == [
        13,
        14,
    ]
    several = "{when: {y: yes}, then: 2}, {when: {y: no}, then: 3}, {when: {z: yes}, then: 4}"
    assert unreached(f"{many}, {several}") == []


def gated(when: str) -> list[str]:
    return told(f"r: {{kind: sum, of: [n], headline: true, only_when: {{when: {when}, because: no}}}}")


@pytest.mark.parametrize(
    "when",
    [
        "{n: '> 3', not: {n: '> 2'}}",
        "{p: 101}",
        "{k: [-1, -2]}",
        "{points: '>= 3'}",
        "{n: {above: n}}",
        "{n: {above: k}, k: {at_least: n}}",
        "{t: missing}",
        "{l: '>= 4'}",
        "{any: [{c: 1.5}, {c: 2.5}]}",
    ],
)
def test_a_gate_that_never_opens_is_told(when: str) -> None:
    (found,) = gated(when)
    assert found.endswith('"r" is never worked out: its only_when never holds. Mend the condition.')


@pytest.mark.parametrize("when", ["{n: '> 3', not: {n: '> 4'}}", "{m: missing}", "{m: not missing}", "{n: {above: k}}"])
def test_a_gate_that_may_open_is_not(when: str) -> None:
    assert gated(when) == []


@pytest.mark.parametrize("when", ["{any: [{p: '> 101'}, {k: '< 0'}]}", "{not: {p: '<= 100.5'}}", "{p: '> 101'}"])
def test_a_bound_that_no_valid_value_meets_is_a_problem_wherever_it_stands(when: str) -> None:
    """It is told at the bound, and not once more of the condition."""
    gate = f"r: {{kind: sum, of: [n], headline: true, only_when: {{when: {when}, because: no}}}}"
    assert any("valid value of" in text for text in problems_of(RULES.replace("ITEM", gate)))
    assert gated(when) == []


def test_a_standard_that_no_valid_value_meets_is_a_problem() -> None:
    spread = "r: {kind: rank-spread, of: p, best: 1, worst: 4, headline: true, EXTRA}"
    for extra in ("standard: {at_least: 101, meets: 1, best: 2}", "floor: {at_least: 101, fails: 5, worst: 4}"):
        (found,) = problems_of(RULES.replace("ITEM", spread.replace("EXTRA", extra)))
        assert 'No valid value of "p" is at least 101: it may be 0 to 100.' in found
    assert (
        problems_of(RULES.replace("ITEM", spread.replace("EXTRA", "standard: {at_least: 100, meets: 1, best: 2}")))
        == []
    )


def test_a_population_that_nobody_is_in_is_told() -> None:
    rules = """
    inputs: {n: {type: number, required: true}, p: {type: percent, required: true, valid: 0..100}}
    populations: {none: {when: {n: "> 3", not: {n: "> 2"}}}, some: {when: {p: 100}}}
    measures: {x: {kind: standardise, of: n, over: some, sd: n, published: true}}
    ratings: {r: {kind: standardise, of: n, over: none, sd: n, headline: true}}
    """
    (found,) = (text for text in warnings_of(rules) if "population" in text)
    assert 'No organisation is ever in the population "none": its condition never holds.' in found


@pytest.mark.parametrize(
    ("of", "at", "never"),
    [
        ("[p, k]", "'< 0'", True),
        ("[p, n]", "'< 0'", False),
        ("[t]", "missing", True),
        ("[n, m]", "missing", False),
        ("[c, few]", "1.5", True),
        ("[k]", "{below: k}", True),
    ],
)
def test_a_count_of_what_never_passes_is_told(of: str, at: str, never: bool) -> None:  # noqa: FBT001 (a case)
    found = told(f"r: {{kind: count, of: {of}, at: {at}, headline: true}}")
    assert len(found) == never
    assert all('"r" is always 0: none of what it counts can be' in text for text in found)


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("of: p, levels: [{level: 3, at_least: 50}, {level: 2, at_least: 0}, {level: 1, otherwise: true}]", "1 otherwise"),
        ("of: p, levels: [{level: 3, at_least: 50}, {level: 2, above: 0}, {level: 1, otherwise: true}]", ""),
        ("of: c, levels: [{level: 3, at_least: 3}, {level: 2, above: 2}, {level: 1, otherwise: true}]", "2 above 2"),
        ("of: n, levels: [{level: 3, at_least: 3}, {level: 2, above: 2}, {level: 1, otherwise: true}]", ""),
        ("of: points, levels: [{level: 3, at_least: 3}, {level: 2, at_least: 1}, {level: 1, otherwise: true}]", "3 at least 3"),
        ("of: l, levels: [{level: 3, at_least: 4}, {level: 2, at_least: 2}, {level: 1, otherwise: true}]", "3 at least 4"),
        ("of: n, levels: [{level: 3, at_least: k}, {level: 2, at_least: {item: k, plus: -1}}, {level: 1, otherwise: true}]", ""),
        ("of: k, by: t, sets: {a: [{level: 3, at_least: 9}, {level: 1, otherwise: true}], b: [{level: 2, at_least: 0}, {level: 1, otherwise: true}]}",
         "1 otherwise"),
    ],
)  # fmt: skip
def test_a_level_that_no_value_is_left_for_is_told(rule: str, row: str) -> None:
    found = told(f"r: {{kind: thresholds, scale: s, headline: true, {rule}}}")
    assert len(found) == bool(row)
    assert all(f'is left for the row "{row}" of r. Mend the bounds.' in text for text in found)


def test_rows_in_the_wrong_order_are_told_once() -> None:
    rule = "levels: [{level: 3, at_least: 5}, {level: 2, at_least: 5}, {level: 1, otherwise: true}]"
    item = f"r: {{kind: thresholds, scale: s, headline: true, of: n, {rule}}}"
    assert len(problems_of(RULES.replace("ITEM", item))) == 1
    assert told(item) == []


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("{at_best: 1, when: {n: '> 5', not: {n: '> 4'}}, because: a}", "This limit of r never acts"),
        ("{step: down, when: {points: 3}, because: a}", "This limit of r never acts"),
        ("{at_best: 1, when: {n: '> 3'}, because: a}, {at_best: 2, when: {n: '> 5'}, because: b}", "This cap of r at 2 never acts: where it holds, so does that at 1."),
        ("{at_best: 2, when: {n: '> 3'}, because: a}, {at_best: 2, when: {n: '> 3', y: yes}, because: b}", "This cap of r at 2 never acts: where it holds, so does that at 2."),
        ("{at_worst: 3, when: {n: '> 3'}, because: a}, {at_worst: 2, when: {n: '> 5'}, because: b}", "This floor of r at 2 never acts: where it holds, so does that at 3."),
        ("{at_best: 1, when: {n: '> 3'}, because: a}, {step: down, when: {y: yes}, because: c}, {at_best: 2, when: {n: '> 5'}, because: b}", "This cap of r at 2 never acts"),
        ("{at_best: 2, when: {n: '> 3'}, because: a}, {at_best: 1, when: {n: '> 5'}, because: b}", ""),
        ("{at_worst: 2, when: {n: '> 3'}, because: a}, {at_worst: 3, when: {n: '> 5'}, because: b}", ""),
        ("{at_best: 1, when: {n: '> 5'}, because: a}, {at_best: 2, when: {n: '> 3'}, because: b}", ""),
        ("{at_best: 1, when: {n: '> 3'}, because: a}, {step: up, when: {y: yes}, because: c}, {at_best: 2, when: {n: '> 5'}, because: b}", ""),
        ("{at_worst: 3, when: {n: '> 3'}, because: a}, {step: down, when: {y: yes}, because: c}, {at_worst: 2, when: {n: '> 5'}, because: b}", ""),
        ("{at_best: {item: l}, when: {n: '> 3'}, because: a}, {at_best: 2, when: {n: '> 5'}, because: b}", ""),
        ("{at_best: 2, when: {n: '> 3'}, because: a}, {at_best: {item: l}, when: {n: '> 5'}, because: b}", ""),
        ("{at_best: 1, when: {n: '> 3'}, because: a}, {at_worst: 1, when: {n: '> 5'}, because: b}", ""),
        ("{step: down, when: {n: '> 3'}, because: a}, {step: down, when: {n: '> 5'}, because: b}", ""),
    ],
)  # fmt: skip
def test_a_limit_that_never_acts_is_told(limits: str, said: str) -> None:
    """Whatever an earlier one already caps; unless something between the two may raise the level again."""
    found = told(f"r: {{kind: level, scale: s, of: n, halves: up, headline: true, limits: [{limits}]}}")
    assert len(found) == bool(said)
    assert all(said in text for text in found)


@pytest.mark.parametrize(
    ("cap", "floor", "crosses"),
    [
        ("{n: {above: k}}", "{k: {at_least: n}}", False),
        ("{n: {above: k}}", "{k: {at_most: n}}", True),
        ("{p: '> 50'}", "{p: '<= 50'}", False),
        ("{c: {above: 2, below: 4}}", "{c: {above: 3, below: 5}}", False),
        ("{c: {above: 2, below: 5}}", "{c: {above: 3, below: 5}}", True),
        ("{points: 2}", "{points: 1}", False),
        ("{any: [{n: '> 3'}, {y: yes}]}", "{not: {any: [{n: '> 3'}, {y: yes}]}}", False),
    ],
)
def test_a_cap_below_a_floor_is_told_where_both_may_hold(cap: str, floor: str, crosses: bool) -> None:  # noqa: FBT001 (a case)
    limits = f"{{at_best: 1, when: {cap}, because: a}}, {{at_worst: 2, when: {floor}, because: b}}"
    item = f"r: {{kind: level, scale: s, of: n, halves: up, headline: true, limits: [{limits}]}}"
    found = [text for text in warnings_of(RULES.replace("ITEM", item)) if "may both hold" in text]
    assert len(found) == crosses


def test_what_one_member_of_a_family_needs_is_not_told_of_another() -> None:
    """The row is one for all members; it is told where it is idle for each of them."""
    rules = """
    scales: {s: [{level: yes}, {level: no}]}
    families: {f: {columns: [member, high], a: [{yes: yes, no: no}], b: [{yes: no, no: HIGH}]}}
    inputs: {y: {type: yes/no, required: true}}
    measures:
      x: {each: f, kind: lookup, of: y, scale: yes/no, table: {column: high}}
      z: {each: f, kind: decide, rows: [{when: {x: yes}, then: 1}], otherwise: 2, published: true}
    ratings: {r: {kind: sum, of: {item: z, each: f}, headline: true}}
    """
    assert not any("never reached" in text for text in warnings_of(rules.replace("HIGH", "no")))
