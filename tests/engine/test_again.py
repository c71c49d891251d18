"""Rating again where a few inputs differ: what is taken from before is what it would come to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.generated import Generated, methodologies
from tests.support.rules import rate, read

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Refused, errors
from nhsrate.engine import assess as engine
from nhsrate.engine.assess import assess, assess_again
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item


def with_first(assessment: Assessment, ids: set[str], *, blank: bool) -> Return:
    """The return with the last organisation's value, or none, in the place of the first one's."""
    values = dict(assessment.submitted.values)
    for id_ in ids:
        cells = list(values[id_].cells)
        cells[0] = Missing("not reported", "blank") if blank else cells[-1]
        values[id_] = replace(values[id_], cells=cells)
    return replace(assessment.submitted, values=values)


@settings(max_examples=40, deadline=None)
@given(
    generated=methodologies(),
    ids=st.sets(st.sampled_from(("a", "b", "c", "light", "late", "type", "rank", "events"))),
    blank=st.booleans(),
)
def test_a_return_rated_again_is_as_if_rated_for_the_first_time(
    generated: Generated, ids: set[str], *, blank: bool
) -> None:
    """Every column, mark, digit carried and result before rounding, over all kinds; and what is refused is refused."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    try:
        before = rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise
    submitted = with_first(before, ids, blank=blank)
    try:
        wanted = assess(submitted, before.methodology)
    except Refused:
        with pytest.raises(Refused):
            assess_again(before, submitted, ids)
        return
    found = assess_again(before, submitted, ids)
    assert found.columns == wanted.columns
    assert found.marks == wanted.marks
    assert found.unrounded == wanted.unrounded
    assert found.carried == wanted.carried
    assert found.kept.keys() == wanted.kept.keys()
    assert found.submitted is submitted


def test_only_what_the_change_reaches_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And only as far as it makes a difference: a count that stays what it was ends it."""
    text = """\
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      of_a: {kind: sum, of: [a], missing: leave out}
      of_b: {kind: sum, of: [b], missing: leave out}
      there: {kind: count, of: [a, b], at: not missing}
      share: {kind: ratio, of: there, to: there, zero: missing}
    ratings: {total: {kind: sum, of: [of_a, of_b, share], headline: true}}
    """
    before = rate(text, only=None, overrides=(), names=(), a="1 2", b="3 4")
    worked: list[str] = []
    item = engine._Work.item

    def noted(work: engine._Work, one: Item) -> None:
        worked.append(one.id)
        item(work, one)

    monkeypatch.setattr(engine._Work, "item", noted)
    found = assess_again(before, with_first(before, {"a"}, blank=False), ["a"])
    assert worked == ["of_a", "there", "total"]
    assert found.columns["of_b"] is before.columns["of_b"]
    assert [str(cell) for cell in found.columns["total"]] == ["6", "7"]
    worked.clear()
    assess_again(before, with_first(before, {"a"}, blank=True), ["a"], only=["there"])
    assert worked == ["there"]


def test_limits_and_decisions_stay_and_are_marked() -> None:
    """Also where the rating that they act on was not worked out again, and what came as published."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, late: {type: yes/no}}
    measures: {half: {kind: sum, of: {a: 0.5}, round: 0}}
    ratings:
      stars: {kind: thresholds, of: half, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 2}, {level: 1, otherwise: true}], limits: [{at_best: 1, when: {late: yes}, because: it was late, missing: fails}]}
    """
    decided = Override("A", "stars", "1", "board", "2026", "agreed", CellLocation("r.csv"))
    before = rate(text, only=None, overrides=[decided], names=(), a="4 5", late="no yes")
    found = assess_again(before, before.submitted, [])
    assert found.marks == before.marks
    assert found.marks["stars"].keys() == {0, 1}
    assert found.columns == before.columns
    assert found.unrounded == before.unrounded
