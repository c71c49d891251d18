"""What holds a rating from beneath: limits, gates and decisions on its parts, told where lifting them helps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.rules import rate

from nhsrate.analysis.headroom import Asked, headroom
from nhsrate.core.problems import CellLocation
from nhsrate.reports.headroom import headroom_json, headroom_text
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from nhsrate.analysis.holds import Hold
    from nhsrate.engine.assessment import Assessment

RULES = """\
sources: {book: {title: The book}}
scales: {stars: [{level: 3}, {level: 2}, {level: 1}]}
inputs:
  care: {type: number, polarity: higher, valid: 0..20}
  money: {type: number, polarity: higher, valid: 0..20}
  late: {type: yes/no}
  small: {type: yes/no}
measures:
  held: {kind: count, of: [care_level, money_level], at: 3, missing: leave out}
  worst: {kind: count, of: [care_level, money_level], at: 1, missing: leave out}
ratings:
  care_level:
    {kind: thresholds, of: care, title: Care, scale: stars, polarity: higher, levels: [{level: 3, at_least: 10}, {level: 2, at_least: 5}, {level: 1, otherwise: true}],
     limits: [{at_best: 2, when: {late: yes}, because: the plan was late, missing: fails, source: book}, {at_best: 2, when: {small: yes}, because: it is small, missing: fails}]}
  money_level:
    {kind: thresholds, of: money, title: Money, scale: stars, polarity: higher, levels: [{level: 3, at_least: 10}, {level: 2, at_least: 5}, {level: 1, otherwise: true}],
     only_when: {when: {small: no}, because: small ones are not asked, missing: holds}}
  stars: {kind: decide, scale: stars, headline: true, otherwise: 1, rows: [{when: {held: '>= 2'}, then: 3}, {when: {held: '>= 1', worst: 0}, then: 2}]}
"""
COLUMNS = {
    "care": "12 12 12 3 12",
    "money": "7 12 12 12 12",
    "late": "no yes yes no no",
    "small": "no no yes no no",
}


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    """A is not held; B by a late plan, C by that and by being small, D by its care, E by a decision."""
    decided = Override("E", "money_level", "1", "board", "2026", "agreed", CellLocation("r.csv"))
    return rate(RULES, only=None, overrides=[decided], names=(), **COLUMNS)


def held(assessment: Assessment, n: int) -> tuple[Hold, ...]:
    """What holds an organisation."""
    return headroom(assessment, n).held_by


def test_a_limit_on_a_part_is_told_where_lifting_it_gains_the_level(assessment: Assessment) -> None:
    """B has two stars and would have three without the limit on its care; A has no such limit."""
    assert held(assessment, 0) == ()
    [one] = held(assessment, 1)
    assert (one.what, one.because, one.source, one.acts, one.on, one.others) == (
        "limit", "the plan was late", "book", True, "care_level", 0,
    )  # fmt: skip
    found = headroom(assessment, 1)
    said = "Held beneath: a limit on Care, the plan was late. Lifting it gains 3."
    assert said in " ".join(headroom_text(found).split())
    assert json.loads(headroom_json(found))["held_by"] == [
        {
            "what": "limit",
            "because": "the plan was late",
            "source": "book",
            "acts": True,
            "on": "care_level",
            "lifted_with": 0,
        }
    ]


def test_a_gate_on_a_part_is_told_too(assessment: Assessment) -> None:
    """C has one star, and two if its money counted; its care stays capped twice."""
    [one] = held(assessment, 2)
    assert (one.what, one.because, one.on, one.others) == ("gate", "small ones are not asked", "money_level", 0)


def test_what_must_be_lifted_together_is_told_together() -> None:
    """F is late and capped in care and in money: each cap alone stands before two stars, both before three."""
    text = RULES.replace(
        "only_when: {when: {small: no}, because: small ones are not asked, missing: holds}",
        "limits: [{at_best: 2, when: {late: yes}, because: the books are late, missing: fails}, "
        "{at_worst: 2, when: {small: yes}, because: it is spared, missing: fails}]",
    )
    both = rate(text, only=None, overrides=(), names=(), care="12 12", money="12 2", late="yes no", small="no yes")
    assert {(one.on, one.others) for one in held(both, 0)} == {("care_level", 0), ("money_level", 0)}
    found = headroom(both, 0, Asked(to="3"))
    assert {(one.on, one.others) for one in found.held_by} == {("care_level", 1), ("money_level", 1)}
    said = "Held beneath: a limit on Money, the books are late. Lifting it and the 1 beside it gains 3."
    assert said in " ".join(headroom_text(found).split())
    assert {one.on for one in held(both, 1)} == {"care_level"}, "a floor holds nothing"
    assert headroom(both, 1, Asked(to="3")).held_by == (), "lifting what acts would not be enough"


def test_a_decision_on_a_part_holds_and_one_of_no_account_does_not(assessment: Assessment) -> None:
    """E would have three stars had people not decided on its money; D is held by nothing but its care."""
    [one] = held(assessment, 4)
    assert (one.what, one.because, one.on) == ("decision", "agreed (board, 2026)", "money_level")
    assert held(assessment, 3) == ()


def test_what_need_not_be_lifted_with_the_others_is_not_told() -> None:
    """A third cap acts as well, and makes no difference."""
    spare = (
        "  spare: {kind: thresholds, of: care, scale: stars, polarity: higher, levels: [{level: 3, at_least: 10}, "
        "{level: 1, otherwise: true}], limits: [{at_best: 2, when: {late: yes}, because: it was late, missing: fails}]}\n"
    )
    text = RULES.replace(
        "only_when: {when: {small: no}, because: small ones are not asked, missing: holds}",
        "limits: [{at_best: 2, when: {late: yes}, because: the books are late, missing: fails}]",
    )
    text = text.replace("  stars: {kind: decide", f"{spare}  stars: {{kind: decide")
    text = text.replace("{when: {held: '>= 2'}, then: 3}", "{when: {held: '>= 2', spare: not missing}, then: 3}")
    assessment = rate(text, only=None, overrides=(), names=(), care="12", money="12", late="yes", small="no")
    found = headroom(assessment, 0, Asked(to="3"))
    assert {(one.on, one.others) for one in found.held_by} == {("care_level", 1), ("money_level", 1)}


def test_lifting_what_the_method_then_refuses_helps_nobody() -> None:
    """The gate is there because the ratio behind it has no value."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, polarity: higher, valid: 0..9}, b: {type: number}}
    measures:
      share: {kind: ratio, of: a, to: b, zero: refuse, only_when: {when: {b: '> 0'}, because: there is nothing, missing: fails}}
      known: {kind: count, of: [share], at: '>= 1', missing: leave out}
    ratings:
      stars: {kind: thresholds, of: known, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 1}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="3 4", b="0 2")
    assert headroom(assessment, 0).held_by == ()
