"""Every way in which the text of a rule file cannot be read, each with its place and its remedy."""

from __future__ import annotations

import pytest
from tests.support.rules import method, problems_of, rate, results

from nhsrate.language.tree import Mapping, Scalar, Sequence, read_tree

FRAME = """
scales: {rag: [{level: green}, {level: red}], points: [{level: 2}, {level: 1}]}
families:
  plain: [a, b]
  none: []
  table: {columns: [score, weight, parts], a: [s_a, 25, [n, t]], b: [s_b, 75, [l]]}
figures: {cut: {value: 2, basis: stated}}
sources: {book: {title: A book}}
inputs:
  n: {type: number}
  t: {type: text}
  l: {type: level, scale: rag}
  p: {type: level, scale: points}
  a: {type: number, required: true}
  b: {type: number, required: true}
measures:
  made: {each: table, id: {column: score}, kind: sum, of: {column: member}, missing: missing}
"""


def found(item: str) -> str:
    """The one problem that a measure called x meets, without its place."""
    (problem,) = problems_of(FRAME + f"  x: {item}")
    place, rest = problem.split(" ", 1)
    assert place.startswith("18:")
    return rest


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        # shapes
        ("[1]", "wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("{of: a}", '"x" has no kind. Kinds: '),
        ("{kind: sun, of: [a]}", 'unknown-name: There is no kind "sun". Did you mean "sum"?'),
        ("{kind: [sum], of: [a]}", "wrong-type: A single value is wanted here, not a list."),
        ("{kind: {a: b}, of: [a]}", "wrong-type: A single value is wanted here, not a mapping."),
        ("{kind: sum}", 'missing-key: "of" must be given here. Add of:.'),
        ("{kind: difference, of: a, from: b, as: share}", 'wrong-type: "share" is not known here. Use absolute or percent.'),
        ("{kind: place, by: [{item: a}]}", 'missing-key: "first" must be given here. Add first: with best, lowest or highest.'),
        ("{kind: place, by: a}", "wrong-type: A list is wanted here, such as [a, b]."),
        ("{kind: sum, of: [a], misssing: refuse}", 'unknown-key: "misssing" is not known in sum. Did you mean "missing"?'),
        ("{kind: place, by: [{item: a, frist: lowest, first: lowest}]}", 'unknown-key: "frist" is not known here. Did you mean "first"?'),
        ("{kind: sum, of: [a], headline: yes}", 'wrong-type: "yes" is neither true nor false. Write true or false.'),
        ("{kind: sum, of: [a], source: boek}", 'unknown-name: There is no source "boek". Did you mean "book"?'),
        ("{kind: sum, of: [a], scale: rga}", 'unknown-name: There is no scale "rga". Did you mean "rag"?'),
        ("{kind: level, of: a}", 'missing-key: "scale" must be given here. Add scale:.'),
        ("{kind: thresholds, of: a, levels: [{level: green, otherwise: true}]}", "missing-key: A level is named here, and the item has no scale. Add scale:."),
        ("{kind: thresholds, of: a, scale: rag, levels: [{level: gren, otherwise: true}]}", 'unknown-name: "gren" is not a level of rag. Did you mean "green"?'),
        ("{kind: rank-spread, of: a, polarity: higher, best: 1, worst: 4, over: all}", 'unknown-name: There is no population "all". Use everyone, or define it under populations.'),
        # numbers
        ("{kind: constant, value: two}", 'wrong-type: "two" is neither a number nor the name of a figure. Write digits with a point, or define it under figures.'),
        ("{kind: constant, value: cutt}", 'wrong-type: "cutt" is neither a number nor the name of a figure. Did you mean "cut"?'),
        ("{kind: constant, value: 1_000}", '"1_000" is neither a number'),
        ("{kind: constant, value: .inf}", '".inf" is neither a number'),
        ("{kind: constant, value: 1e99}", "is too large or too small for exact arithmetic."),
        ("{kind: sum, of: [a], round: 1.5}", 'wrong-type: "1.5" is not a whole number.'),
        ("{kind: sum, of: [a], shown: 31}", "wrong-type: At most 30 decimal places can be asked for."),
        ("{kind: sum, of: [a], round: {halves: up}}", "wrong-type: Rounding is to places, or to a step. Give one of the two."),
        ("{kind: sum, of: [a], round: {places: 1, step: 0.5}}", "wrong-type: Rounding is to places, or to a step. Give one of the two."),
        ("{kind: sum, of: [a], round: {step: 0}}", "wrong-type: A step of 0 cannot be rounded to. Give one above 0."),
        ("{kind: sum, of: [a], valid: 0..1}", '"valid" is of what a return gives, and "x" has no given_as:.'),
        # references
        ("{kind: sum, of: [aa]}", 'unknown-name: There is no item "aa". '),
        ("{kind: sum, of: zzzz}", 'unknown-name: There is no item "zzzz". Define it under inputs, measures or ratings.'),
        ("{kind: sum, of: made}", 'unknown-name: "made" is made for each member of a family; say which. Write {item: made, each: ...}, or one of s_a or s_b.'),
        ("{kind: sum, of: [a, a]}", 'duplicate-name: "a" stands twice here. Name each item once.'),
        ("{kind: sum, of: []}", "wrong-type: An empty list of items. Name at least one."),
        ("{kind: sum, of: {}}", "wrong-type: An empty set of items. Name at least one."),
        ("{kind: sum, of: [a, {b: 2}]}", "wrong-type: Weights cannot stand inside a list. Use {item: weight}."),
        ("{kind: sum, of: {column: score}}", "wrong-type: {column: ...} stands for a member's entry only in an item that is made for each."),
        ("{kind: sum, of: {family: plan}}", 'unknown-name: There is no family "plan". Did you mean "plain"?'),
        ("{kind: sum, of: {family: zz}}", 'unknown-name: There is no family "zz". Define it under families.'),
        ("{kind: sum, of: {family: table, column: scor}}", 'unknown-name: The family has no column "scor". Did you mean "score"?'),
        ("{kind: sum, of: {family: table, column: zz}}", 'unknown-name: The family has no column "zz". Its columns are member, score, weight or parts.'),
        ("{kind: sum, of: {family: table, each: plain}}", 'unknown-key: "each" is not known in this reference.'),
        ("{kind: sum, of: {family: table, weights: parts}}", 'wrong-type: The column "parts" does not give one weight for each item.'),
        ("{kind: sum, of: {item: mode, each: table}}", 'unknown-name: "mode" is not made for each member. Did you mean "made"?'),
        ("{kind: sum, of: {item: zz, each: table}}", 'unknown-name: "zz" is not made for each member. Give it each: in its definition.'),
        ("{kind: sum, of: {item: made, each: [a, c]}}", 'unknown-name: "made" is not made for "c".'),
        ("{kind: sum, of: {item: made, each: [a], weights: w}}", "wrong-type: Weights stand in a column of a family. Use {item: weight}."),
        ("{kind: sum, of: {item: made, each: {family: table, colum: parts}}}", 'unknown-key: "colum" is not known here. Did you mean "column"?'),
        ("{kind: sum, of: {item: made, each: {family: table}}}", 'missing-key: "column" must be given here. Add column:.'),
        ("{kind: ratio, of: a, to: {family: plain}}", "wrong-type: One item is wanted here, without a weight. Write its id."),
        ("{kind: ratio, of: a, to: {b: 2}}", "wrong-type: One item is wanted here, without a weight. Write its id."),
        # missing
        ("{kind: sum, of: [n], missing: skip}", 'wrong-type: "skip" is not known here. Use refuse, leave out or missing.'),
        ("{kind: sum, of: [n], missing: {leave out: 0}}", "wrong-type: None at all is too few to combine."),
        ("{kind: sum, of: [n], missing: {leave out: 0%}}", 'wrong-type: "0%" is not a share. Such as 60%.'),
        ("{kind: sum, of: [n], missing: {leave out: x%}}", 'wrong-type: "x%" is not a share. Such as 60%.'),
        ("{kind: sum, of: [n], missing: {keep: 3}}", "wrong-type: What a missing one does is not clear. {count as: 4} or {leave out: 3}"),
        ("{kind: sum, of: {family: none}}", "wrong-type: There is no item in this. Name a family with members."),
        # tests
        ("{kind: count, of: [zz], at: green}", 'unknown-name: There is no item "zz".'),
        ("{kind: count, of: [l], at: gren}", 'bad-test: "gren" is neither a level of rag nor a test. Did you mean "green"?'),
        ("{kind: count, of: [l], at: blue}", 'bad-test: "blue" is neither a level of rag nor a test. Its levels are green or red.'),
        ("{kind: count, of: [l], at: '> 1'}", 'bad-test: "> 1" compares numbers, and the levels of rag have none. Name levels, or give them number:. They are green or red.'),
        ("{kind: count, of: [l], at: 1..2}", 'bad-test: "1..2" compares numbers, and the levels of rag have none.'),
        ("{kind: count, of: [t], at: '>= 1'}", 'bad-test: ">= 1" compares numbers, and the item is a text.'),
        ("{kind: count, of: [n], at: high}", "bad-test: \"high\" is not a test of a number. Write 2, \">= 2\", 2..5, missing or a figure's name."),
        ("{kind: count, of: [n], at: 5..2}", 'bad-test: "5..2" can never hold: its lower end is above its upper end. Swap the ends.'),
        ("{kind: count, of: [n], at: not not 2}", 'bad-test: "not not 2" says not twice. Say it without not.'),
        ("{kind: count, of: [n], at: [1, '> 2']}", "bad-test: A list of tests may only hold levels, texts or numbers."),
        ("{kind: count, of: [n], at: []}", "bad-test: An empty list can never hold. Name at least one value."),
        ("{kind: count, of: [n], at: {a: b}}", 'bad-test: "a" names no side of a bound. A bound is at_least, above, at_most or below.'),
        ("{kind: decide, rows: [{when: {}, then: 1}], otherwise: 2}", "bad-test: A condition without a test. Name an item and what it must be."),
        ("{kind: sum, of: [a], only_when: {when: {z: 1}, because: so}}", 'unknown-name: There is no item "z".'),
    ],
)  # fmt: skip
def test_what_cannot_be_read(item: str, problem: str) -> None:
    assert problem in found(item)


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("2", "1"),
        ("cut", "1"),
        ("[1, 2.0]", "1"),
        ("'>= cut'", "1"),
        ("'> 2'", "0"),
        ("'<2'", "0"),
        ("'<= 2'", "1"),
        ("1..cut", "1"),
        ("not 2", "0"),
        ("not 3..4", "1"),
        ("not missing", "1"),
        ("missing", "0"),
    ],
)
def test_tests_of_a_number(at: str, result: str) -> None:
    assert results(rate(FRAME + f"  x: {{kind: count, of: [n], at: {at}}}", only=["x"], n="2"), "x") == [result]


@pytest.mark.parametrize(
    ("at", "result"), [("2", "1"), ("'>= 2'", "1"), ("'< cut'", "0"), ("not 1", "1"), ("[1, 2]", "1")]
)
def test_tests_of_a_level_with_a_number(at: str, result: str) -> None:
    assert results(rate(FRAME + f"  x: {{kind: count, of: [p], at: {at}}}", only=["x"], p="2"), "x") == [result]


@pytest.mark.parametrize(
    ("at", "result"), [("acute", "1"), ("ACUTE", "1"), ("not acute", "0"), ("[care, acute]", "1"), ("2..5", "0")]
)
def test_tests_of_a_text_disregard_case(at: str, result: str) -> None:
    assert results(rate(FRAME + f"  x: {{kind: count, of: [t], at: {at}}}", only=["x"], t="Acute"), "x") == [result]


@pytest.mark.parametrize(
    ("of", "items", "weights"),
    [
        ("a", ("a",), None),
        ("[a, n]", ("a", "n"), None),
        ("[[a], n]", ("a", "n"), None),
        ("{a: 25, b: cut}", ("a", "b"), ["25", "2 (cut)"]),
        ("{family: plain}", ("a", "b"), None),
        ("{family: table, column: score}", ("s_a", "s_b"), None),
        ("{family: table, column: score, weights: weight}", ("s_a", "s_b"), ["25", "75"]),
        ("{item: made, each: table}", ("s_a", "s_b"), None),
        ("{item: made, each: table, weights: weight}", ("s_a", "s_b"), ["25", "75"]),
        ("{item: made, each: [b]}", ("s_b",), None),
        ("{item: a}", ("a",), None),
    ],
)
def test_how_items_are_named(of: str, items: tuple[str, ...], weights: list[str] | None) -> None:
    rule = method(FRAME + f"  x: {{kind: sum, of: {of}, missing: missing}}").items["x"].rule
    assert rule.reads() == items
    found_weights = rule.of.weights  # type: ignore[attr-defined]
    assert (found_weights and [str(weight) for weight in found_weights]) == weights


def test_every_member_of_a_column_is_reached_and_each_its_own() -> None:
    rules = (
        FRAME
        + """  z: {each: {family: table, column: parts}, kind: first-available, of: {column: member}}
  own: {each: table, kind: count, of: {item: z, each: {column: parts}}, at: not missing}
  all: {kind: count, of: {item: z, each: {family: table, column: parts}}, at: not missing}
  same: {each: table, kind: sum, of: [made]}
"""
    )
    assert problems_of(rules)[0].endswith(
        '"z.t" hands "t" on, and the two are not of one scale or type. Give both the same scale:, or neither.'
    )
    rules = rules.replace(
        "kind: first-available, of: {column: member}", "kind: count, of: [{column: member}], at: not missing"
    )
    methodology = method(rules)
    assert methodology.items["own.a"].reads() == ("z.n", "z.t")
    assert methodology.items["all"].reads() == ("z.n", "z.t", "z.l")
    assert methodology.items["same.b"].reads() == ("s_b",)


# the tree


def tree(text: str) -> list[str]:
    _, problems = read_tree(text, "t.yaml")
    return [f"{problem.at} {problem.code}: {problem.message}" for problem in problems]


def test_scalars_keep_their_text_and_nodes_their_places() -> None:
    root, problems = read_tree("a: no\nb: [012, 0.95]\nc: {d: '3'}\n", "t.yaml")
    assert problems == []
    assert isinstance(root, Mapping)
    a, b, c = root.entries.values()
    assert isinstance(a, Scalar)
    assert isinstance(b, Sequence)
    assert isinstance(c, Mapping)
    assert (a.text, str(a.at), a.quoted) == ("no", "t.yaml:1:4", False)
    assert [(item.text, str(item.at)) for item in b.items if isinstance(item, Scalar)] == [
        ("012", "t.yaml:2:5"),
        ("0.95", "t.yaml:2:10"),
    ]
    d = c.entries["d"]
    assert isinstance(d, Scalar)
    assert (d.text, str(c.keys["d"]), d.quoted) == ("3", "t.yaml:3:5", True)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: &x 1\n", ["t.yaml:1:4 yaml: Anchors (&x) are not used in rule files."]),
        ("a: 1\nb: *x\n", ["t.yaml:2:4 yaml: Aliases (*x) are not used in rule files."]),
        ("a: !!str 1\n", ["t.yaml:1:4 yaml: Tags (tag:yaml.org,2002:str) are not used in rule files."]),
        ("a: 1\n\n  \na: 2\n", ['t.yaml:4:1 duplicate-key: "a" stands twice, first on line 1.']),
        ("{[a]: 1}\n", ["t.yaml:1:2 yaml: A key must be a word."]),
        ("a: 1\n---\nb: 2\n", ["t.yaml:2:1 yaml: A rule file holds one document."]),
        ("a:\n\t- 1\n", ["t.yaml:2:1 yaml: This is not YAML: while scanning for the next token found character that cannot start any token."]),
        ("a: [1\n", ["t.yaml:2:1 yaml: This is not YAML: while parsing a flow sequence did not find expected ',' or ']'."]),
        ("a: \x07\n", ["t.yaml yaml: The text holds a character that YAML does not allow (at offset 3)."]),
        ("", []),
        ("# nothing\n", []),
        ("--- \n...\n", []),
    ],
)  # fmt: skip
def test_what_is_not_the_yaml_of_rule_files(text: str, problems: list[str]) -> None:
    assert tree(text) == problems


@pytest.mark.parametrize(
    "text", ["[" * 60 + "]" * 60, "[" * 20_000, "a:\n" + "".join(" " * n + "- \n" for n in range(1, 99))]
)
def test_a_bomb_of_depth_is_one_problem(text: str) -> None:
    assert len(tree(text)) == 1


def test_a_file_too_large_is_one_problem() -> None:
    (problem,) = tree("[" + "1," * 200_001 + "]")
    assert "nested too deeply or too large" in problem
