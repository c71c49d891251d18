"""References to earlier periods in rule files: each makes one item, whose type and unit follow from what it is of."""

from __future__ import annotations

import pytest
from tests.support.rules import method, plain, problems_of, rate, results, warnings_of, why

from nhsrate.language.tree import Mapping, Sequence, read_tree
from nhsrate.language.values import Context, ItemType
from nhsrate.rules.earlier import LookingBack

HEAD = """
scales: {rag: [{level: green, number: 2}, {level: red, number: 1}]}
families: {parts: {columns: [members, weight], left: [[a], 1], right: [[b], 3]}}
inputs:
  a: {title: The first, type: percent, polarity: lower}
  b: {type: number, unit: days}
  word: {type: text}
  late: {type: yes/no}
"""
FEW = "{level: green, at_most: 5}, {level: red, otherwise: true}"


def test_a_reference_makes_an_item_that_is_named_after_what_it_is_of() -> None:
    rules = method(f"{HEAD}measures: {{x: {{kind: difference, of: a, from: {{item: a, period: previous}}}}}}")
    assert [*rules.items] == ["x", "spare_rating", "a.previous"]
    made = rules.items["a.previous"]
    assert (made.name, made.unit, made.section) == ("The first, the period before", "%", "measures")
    assert rules.polarity_of("a.previous") == "lower"
    assert plain(rules, "a.previous") == "The first of the period before"
    rated = rate(rules, before={"a": "7 - 9"}, a="9 8 7")
    assert results(rated, "x")[0] == "2"
    assert results(rated, "x")[
        1
    ] == "missing (The first, the period before (a.previous) is missing: a of May is missing: blank)" or (
        "The first of May is missing: blank" in results(rated, "x")[1]
    )
    assert why(rated, "a.previous") == "The first of May"


def test_back_counts_periods_and_one_item_serves_all_that_refer_to_it() -> None:
    rules = method(f"""{HEAD}
measures:
  x: {{kind: difference, of: {{item: b, back: 4}}, from: {{item: b, back: 1}}}}
  y: {{kind: sum, of: [b, {{item: b, period: previous}}, {{item: b, back: 4}}]}}
""")
    assert [*rules.items] == ["x", "y", "spare_rating", "b.back-4", "b.previous"]
    assert (rules.items["b.back-4"].name, rules.items["b.back-4"].unit) == ("b, 4 periods before", "days")
    assert plain(rules, "b.back-4") == "b of 4 periods before"


@pytest.mark.parametrize(
    ("of", "kind", "scale"),
    [("a", "number", None), ("word", "text", None), ("late", "level", "yes/no"), ("light", "level", "rag")],
)
def test_what_it_is_follows_from_what_it_is_of(of: str, kind: str, scale: str | None) -> None:
    rules = method(f"""{HEAD}
measures:
  then: {{kind: earlier, of: {of}, back: 2}}
  before_then: {{kind: earlier, of: then, period: previous}}
  light: {{kind: thresholds, of: a, scale: rag, levels: [{FEW}]}}
""")
    for id_ in ("then", "before_then"):
        found = rules.type_of(id_)
        assert (found.kind, found.scale.name if found.scale else None) == (kind, scale)


def test_members_and_their_weights_are_referred_to_in_an_earlier_period() -> None:
    rules = method(f"""{HEAD}
measures:
  each_of: {{each: parts, kind: sum, of: {{column: members}}}}
  own: {{each: parts, kind: difference, of: each_of, from: {{item: each_of, period: previous}}}}
  own_again: {{each: parts, kind: earlier, of: each_of, period: previous}}
  total: {{kind: sum, of: {{item: each_of, each: parts, period: previous}}}}
  weighted: {{kind: weighted-mean, of: {{item: each_of, each: parts, weights: weight, back: 2}}}}
  fixed: {{kind: weighted-mean, of: {{a: 1, b: 2}}}}
""")
    assert rules.items["own.left"].reads() == ("each_of.left", "each_of.left.previous")
    assert rules.items["own_again.right"].rule.looks_back() == ("each_of.right", 1)
    assert rules.items["total"].reads() == ("each_of.left.previous", "each_of.right.previous")
    assert {id_: str(weight) for id_, weight in rules.items["weighted"].rule.stated_weights().items()} == {
        "each_of.left.back-2": "1", "each_of.right.back-2": "3",
    }  # fmt: skip


def test_conditions_test_what_was() -> None:
    rules = method(f"""{HEAD}
populations: {{old: {{when: {{late: {{is: yes, back: 2}}}}, missing: fails}}}}
measures:
  light: {{kind: thresholds, of: a, scale: rag, levels: [{FEW}]}}
  ranked: {{kind: percentile-rank, of: b, polarity: lower, over: old, form: low / n}}
  given: {{kind: decide, rows: [{{when: {{b: "> 1"}}, then: {{item: b, period: previous}}, missing: fails}}], otherwise: 0}}
  better: {{kind: decide, rows: [{{when: {{a: {{is: [1, 2], back: 3}}}}, then: 1, missing: fails}}], otherwise: 0}}
ratings:
  rating:
    kind: decide
    scale: rag
    headline: true
    rows:
      - {{when: {{light: {{is: red, running: 3}}, late: no}}, then: red, missing: fails}}
      - {{when: {{rating: {{is: red, period: previous}}}}, then: red, missing: fails}}
    otherwise: green
    limits: [{{at_best: red, when: {{b: {{is: "> 9", period: previous}}}}, because: much, missing: fails}}]
    only_when: {{when: {{word: {{is: not x, period: previous}}}}, because: x, missing: holds}}
""")
    first, second = rules.items["rating"].rule.conditions()
    assert str(first[0]) == "light is red and light.previous is red and light.back-2 is red and late is no"
    assert str(second[0]) == "rating.previous is red"
    assert rules.populations["old"].when.items() == ("late.back-2",)
    assert rules.items["rating"].limits[0].when.items() == ("b.previous",)
    assert rules.items["given"].reads() == ("b", "b.previous")
    rated = rate(rules, before={"light": "red green red", "rating": "green green red", "b": "1 1 9", "word": "y y x"},
                 a="9 9 1", b="2 0 3", late="no no no", word="y y y")  # fmt: skip
    assert results(rated, "given") == ["1", "0", "9"]
    assert results(rated, "rating") == ["green", "green", "missing (x)"]


def test_a_standard_may_be_what_was() -> None:
    rules = method("""
scales: {bands: [{level: better}, {level: same}, {level: worse}]}
inputs: {a: {type: number, polarity: higher}, e: {type: number}}
measures:
  x: {kind: significance, scale: bands, of: a, error: e, against: {item: a, period: previous}, method: normal, confidence: [95]}
""")
    assert results(rate(rules, before={"a": "5 5"}, a="9 5", e="1 1"), "x") == ["better", "same"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("kind: sum, of: {item: a, period: last}", '"last" is no period that is known here. Write period: previous'),
        ("kind: sum, of: {item: a, period: previous, back: 2}", "period: and back: say the same. Give one of them."),
        ("kind: sum, of: {item: a, back: 0}", "Going back 0 periods is this one. Give 1 or more."),
        ("kind: sum, of: {item: a, back: some}", '"some" is not a whole number.'),
        ("kind: sum, of: {item: aa, back: 1}", 'There is no item "aa".'),
        ("kind: sum, of: {item: a, each: nobody, back: 1}", 'There is no family "nobody".'),
        ("kind: earlier, of: a", "An earlier period is the previous one, or so many back. Give one of"),
        ("kind: earlier, of: a, period: previous, back: 1", "An earlier period is the previous one, or so many back."),
        ("kind: earlier, of: a, back: 0", "Going back 0 periods is this one. Give 1 or more."),
        ("kind: earlier, of: a, back: 1, result: text", '"x" hands "a" on'),
        ("kind: earlier, of: late, back: 1, result: text", '"late" is no text. Leave result: out; it follows.'),
        ("kind: earlier, back: 1", '"of" must be given here.'),
        ("kind: earlier, of: x, back: 1", '"x" looks back at nothing but itself, so that it never has a value.'),
        ("kind: earlier, of: late, back: 1, limits: [{step: down, when: {late: yes}, because: so, missing: fails}]", "nothing limits that now"),
        ("kind: decide, rows: [{when: {a: {running: 2}}, then: 1}], otherwise: 0", "What it was is not said."),
        ("kind: decide, rows: [{when: {a: {is: 1, running: 1}}, then: 1}], otherwise: 0", "Running means 2 to 40 periods in a row"),
        ("kind: decide, rows: [{when: {a: {is: 1, running: 2, back: 1}}, then: 1}], otherwise: 0", "running: counts this period"),
        ("kind: decide, rows: [{when: {a.previous: 2, a: {is: 1, running: 2}}, then: 1}], otherwise: 0", '"a.previous" is tested twice'),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_at_its_place(rule: str, said: str) -> None:
    found = problems_of(f"{HEAD}measures: {{x: {{{rule}}}}}")
    assert any(said in one for one in found), found


def test_a_name_that_an_earlier_item_would_have_is_taken() -> None:
    found, *_ = problems_of(f"""{HEAD}
measures:
  a.previous: {{kind: constant, value: 1}}
  x: {{kind: sum, of: {{item: a, period: previous}}}}
""")
    assert '"a.previous" is what a of the period before is called. Rename this one.' in found


def test_a_fault_in_a_population_is_told_once_and_the_rest_is_read() -> None:
    found = problems_of(f"{HEAD}populations: {{old: {{when: {{late: {{is: yes, period: last}}}}}}}}\n")
    assert any('"last" is no period' in one for one in found)


def test_what_is_only_looked_back_at_is_read_and_a_value_that_may_be_missing_wants_a_word() -> None:
    rules = f"""{HEAD}
measures:
  now: {{kind: count, of: [word, late], at: missing, published: true}}
  x: {{kind: difference, of: {{item: a, back: 1}}, from: {{item: b, back: 1}}, published: true}}
"""
    assert not [one for one in warnings_of(rules) if "No rule reads" in one]
    [found] = problems_of(
        f"{HEAD}measures: {{x: {{kind: decide, rows: [{{when: {{a: {{is: 1, back: 1}}}}, then: 1}}], otherwise: 0}}}}"
    )
    assert '"a.previous" may be missing (its rule may give none)' in found


def test_a_chain_that_ends_in_itself_never_has_a_value() -> None:
    found = problems_of(
        f"{HEAD}measures: {{x: {{kind: earlier, of: y, back: 1}}, y: {{kind: earlier, of: x, back: 1}}}}"
    )
    assert sum("looks back at nothing but itself" in one for one in found) == 2


def test_conditions_within_conditions_are_looked_through() -> None:
    tree, _ = read_tree("any: [{a: {is: 1, running: 2}}, {not: {b: {above: {item: a, back: 3}}}}, odd]", "rules.yaml")
    context = Context(types={"a": ItemType("number"), "b": ItemType("number")})
    assert isinstance(tree, Mapping)
    looking = LookingBack(context, {})
    found = looking.condition(tree)
    assert isinstance(found, Mapping)
    inner = found.entries["any"]
    assert isinstance(inner, Sequence)
    assert [[*part.entries] for part in inner.items if isinstance(part, Mapping)] == [["a", "a.previous"], ["not"]]
    assert [*looking.made] == ["a.previous", "a.back-3"]
