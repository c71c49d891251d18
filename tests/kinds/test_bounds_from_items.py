"""Bounds that are other items: thresholds, standards, floors, caps; missing ones, and ones that cross."""

from __future__ import annotations

import pytest
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused
from nhsrate.editions.text import item_lines
from nhsrate.engine.explain import explain, mark_text, reason_for

RAG = """
figures: {less: {value: -5, basis: assumed}}
scales: {rag: [{level: green}, {level: amber}, {level: red}]}
inputs:
  seen: {type: percent, polarity: higher, title: Seen in time}
  target: {type: percent, title: The target}
  low: {type: percent}
ratings:
  colour:
    kind: thresholds
    scale: rag
    headline: true
    of: seen
    levels: [{level: green, at_least: %s}, {level: amber, above: %s}, {level: red, otherwise: true}]
"""
OWN = RAG % ("target", "{item: target, plus: less}")
TWO = RAG % ("target", "low")


def told(text: str, **columns: str) -> list[str]:
    """What is refused, without the remedy."""
    with pytest.raises(Refused) as refused:
        rate(text, **columns)  # type: ignore[arg-type]
    return [f"{problem.code}: {problem.message}" for problem in refused.value.problems]


def test_each_organisation_is_held_against_its_own_target() -> None:
    found = rate(OWN, seen="80 79 75 75.1 -", target="80 80 80 80 80")
    assert results(found, "colour") == ["green", "amber", "red", "amber", "missing (blank)"]
    assert why(found, "colour") == "Seen in time is 80%, at least The target (80%) (line 14)"
    assert why(found, "colour", 1) == "Seen in time is 79%, above The target (80%) + -5 (less) = 75% (line 14)"
    unmet = "which is not at least The target (80%), above The target (80%) + -5 (less) = 75%"
    assert why(found, "colour", 2) == f"Seen in time is 75%, {unmet} (line 14)"
    words = "Seen in time: green at least The target, amber above The target + -5 (less), red otherwise"
    assert plain(found.methodology, "colour") == words


def test_a_reason_leads_on_to_the_bounds_that_were_asked() -> None:
    found = rate(TWO, seen="80 70", target="80 80", low="60 60")
    assert reason_for(found, "colour", 0).parts == ("seen", "target")
    assert reason_for(found, "colour", 1).parts == ("seen", "target", "low")
    assert {*explain(found, 0).reasons} == {"colour", "seen", "target"}


def test_a_bound_that_is_missing_makes_missing_what_it_decides() -> None:
    """The rows before it are asked as ever."""
    found = rate(TWO, seen="80 70 70 -", target="80 80 - -", low="- - 60 60")
    assert results(found, "colour") == [
        "green",
        "missing (low is missing: blank)",
        "missing (The target is missing: blank)",
        "missing (blank)",
    ]
    assert reason_for(found, "colour", 1).parts == ("low",)
    assert reason_for(found, "colour", 2).parts == ("target",)


def test_bounds_that_cross_are_a_problem_of_the_row() -> None:
    """Two that are equal do not cross: nobody is amber then. Without a value there is nothing to cross for."""
    found = rate(TWO, seen="80 79 -", target="80 80 50", low="80 80 60")
    assert results(found, "colour") == ["green", "red", "missing (blank)"]
    assert told(TWO, seen="10 95 70", target="80 80 80", low="81 60 90") == [
        "crossed-bounds: Amber wants above low (81%), which is harder than The target (80%) for green. Organisations: A.",
        "crossed-bounds: Amber wants above low (90%), which is harder than The target (80%) for green. Organisations: C.",
    ]
    lower = TWO.replace("polarity: higher", "polarity: lower").replace("at_least", "at_most").replace("above", "below")
    assert results(rate(lower, seen="10 15 30", target="10 10 10", low="20 20 20"), "colour") == [
        "green",
        "amber",
        "red",
    ]
    assert told(lower, seen="10", target="10", low="9")[0].startswith("crossed-bounds: Amber wants below low (9%)")


def test_bounds_of_one_item_are_held_in_order_before_any_value_is_there() -> None:
    said = problems_of(RAG % ("{item: target, plus: -5}", "target"))
    assert said == [
        "14:66 thresholds: This row can never hold: whatever is above target is at least target - 5 already. Order the rows from the hardest bound to the easiest."
    ]
    assert problems_of(RAG % ("target", "{item: target, times: 2}")) == []


def test_a_bound_is_no_text_and_no_level_without_a_number() -> None:
    text = RAG.replace("low: {type: percent}", "low: {type: text}") % ("target", "{item: low}")
    assert problems_of(text) == [
        '14:70 not-a-number-item: A bound is a number, and "low" is a text. Name an item of numbers, or turn it into one.'
    ]


def test_a_bound_of_each_member_is_that_of_the_same_member() -> None:
    text = """
    families: {measures: {columns: [goal], waits: [w_goal], falls: [f_goal]}}
    inputs:
      value: {each: measures, id: {column: member}, type: number}
      goal: {each: measures, id: {column: goal}, type: number}
    measures:
      own: {each: measures, kind: thresholds, of: value, scores: [{score: 1, at_least: {item: goal}}, {score: 0, otherwise: true}]}
      column: {each: measures, kind: thresholds, of: value, scores: [{score: 1, at_least: {column: goal}}, {score: 0, otherwise: true}]}
      one: {kind: difference, of: {item: value, each: [waits]}, from: {item: goal, each: [falls], plus: 1}}
    """
    found = rate(text, waits="5 4", falls="1 2", w_goal="5 5", f_goal="2 2")
    assert results(found, "own.waits") == results(found, "column.waits") == ["1", "0"]
    assert results(found, "one") == ["2", "1"]
    assert results(found, "own.falls") == results(found, "column.falls") == ["0", "1"]


RANKED = """
inputs: {a: {type: number, polarity: higher}, goal: {type: number}}
measures:
  x: {kind: rank-spread, of: a, best: 1, worst: 4, %s}
"""


def test_standards_and_floors_are_each_organisations_own() -> None:
    """Whoever's bound is missing has no score, and takes no part in the ranks of the others."""
    standard = RANKED % "standard: {at_least: goal, meets: 0.5, best: 1}"
    found = rate(standard, a="9 8 7 6 5", goal="9 9 9 - 1")
    assert results(found, "x") == ["0.5", "1", "4", "missing (goal is missing: blank)", "0.5"]
    assert why(found, "x") == "a is 9, which meets the standard of at least goal (9): 0.5"
    floor = RANKED % "floor: {at_least: {item: goal, plus: -1}, fails: 5, worst: 4}"
    found = rate(floor, a="9 8 7 - 6", goal="9 10 8 1 -")
    assert results(found, "x") == ["1", "5", "4", "missing (blank)", "missing (goal is missing: blank)"]
    assert why(found, "x", 1) == "a is 8, which fails the floor of at least goal (10) - 1 = 9: 5"
    assert plain(method(floor), "x").endswith("; failing at least goal - 1 gets 5")


CAPPED = """
figures: {up: {value: 1, basis: assumed}}
scales: {rated: [{level: 4}, {level: 3}, {level: 2}, {level: 1}], rag: [{level: green}, {level: red}]}
inputs:
  own: {type: level, scale: rated}
  lead: {type: level, scale: rated, title: Leadership}
  other: {type: level, scale: rated}
  light: {type: level, scale: rag}
  a: {type: number}
ratings:
  x: {kind: level, of: own, scale: rated, headline: true, limits: [%s]}
"""


def test_a_cap_that_is_an_item_is_its_level_for_each_organisation() -> None:
    text = CAPPED % "{at_best: {item: lead}, because: led so}"
    found = rate(text, own="4 2 4 - 1", lead="3 3 - 1 -")
    assert results(found, "x") == [
        "3",
        "2",
        "missing (Leadership is missing: blank)",
        "missing (blank)",
        "missing (Leadership is missing: blank)",
    ]
    assert [mark_text(mark) for mark in found.marks_of("x", 0)] == ["limit: 4 became 3: led so (Leadership is 3)"]
    assert [mark_text(mark) for mark in found.marks_of("x", 2)] == [
        "limit: 4 became missing (Leadership is missing: blank): led so"
    ]
    assert reason_for(found, "x", 0).parts == ("own", "lead")
    assert "at best Leadership: led so" in "\n".join(item_lines(method(text), method(text).items["x"]))


def test_a_cap_may_lie_above_the_level_of_an_item_and_stops_at_the_ends() -> None:
    found = rate(
        CAPPED % "{at_best: {item: lead, plus: up}, because: led so, missing: fails}", own="4 4 4", lead="1 4 -"
    )
    assert results(found, "x") == ["2", "4", "4"]
    assert [mark_text(mark) for mark in found.marks_of("x", 0)] == [
        "limit: 4 became 2: led so (Leadership is 1 + 1 (up) = 2)"
    ]
    assert [figure.name for figure in reason_for(found, "x", 0).figures] == ["up"]
    assert "at best Leadership + 1 (up) where that is not missing: led so" in "\n".join(
        item_lines(found.methodology, found.methodology.items["x"])
    )


def test_a_cap_below_a_floor_is_told_for_the_organisation() -> None:
    text = (
        CAPPED
        % "{at_best: {item: lead}, because: one}, {step: up, when: {a: '> 5'}, because: two, missing: fails}, {at_worst: {item: other}, because: three}"
    )
    assert results(rate(text, own="4 1", lead="3 3", other="2 2", a="1 1"), "x") == ["3", "2"]
    said = told(text, own="4 1 2", lead="3 1 2", other="2 3 2", a="1 1 1")
    assert said == [
        "crossed-bounds: A cap at 1 and a floor at 3 both hold, and no level is within both: Leadership (1) and other (3). Organisations: B."
    ]


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ("{at_best: 3, because: so}", '"when" must be given here. Add when:.'),
        ("{step: down, because: so}", '"when" must be given here. Add when:.'),
        ("{at_best: lead, because: so}", '"lead" is an item, and no level. Write {item: lead}.'),
        ("{at_best: lend, because: so}", '"lend" is not a level of rated. Its levels are 4, 3, 2 or 1.'),
        ("{at_best: {item: light}, because: so}", '"light" gives no level of rated, so that it can be no end of one. Name an item of that scale, or make one with kind level.'),
        ("{at_best: {item: a}, because: so}", '"a" gives no level of rated, so that it can be no end of one.'),
        ("{at_best: {item: lead, times: 2}, because: so}", "A level is moved by plus: alone, and only where the levels have numbers. Write {item: other}, or {item: other, plus: 1}."),
        ("{at_best: {item: lead, plus: 0.5}, because: so}", "0.5 more than a level of rated is not always a level of it. Add so many that a level comes out."),
        ("{at_best: {item: lead}, at_worst: 1, because: so}", "A limit is one of at_best, at_worst or step. Give one."),
        ("{at_best: {item: x}, because: so}", "These items depend on each other: x -> x. Break the circle."),
    ],
)  # fmt: skip
def test_ends_of_limits_that_are_none(limit: str, problem: str) -> None:
    assert any(problem in said for said in problems_of(CAPPED % limit))


def test_a_level_without_numbers_is_an_end_as_it_stands() -> None:
    text = CAPPED.replace("own: {type: level, scale: rated}", "own: {type: level, scale: rag}").replace(
        "of: own, scale: rated", "of: own, scale: rag"
    )
    assert results(rate(text % "{at_best: {item: light}, because: so}", own="green red", light="red green"), "x") == [
        "red",
        "red",
    ]
    assert "A level is moved by plus: alone" in problems_of(text % "{at_best: {item: light, plus: 1}, because: so}")[0]
