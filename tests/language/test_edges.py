"""Bounds and conditions at their edges: what is told of a faulty one, and what is known of an empty one."""

from __future__ import annotations

from decimal import Decimal

from tests.support.rules import method, problems_of

from nhsrate.kinds.bounds import Row
from nhsrate.language.conditions import Compare, Negated, When
from nhsrate.language.numbers import Number, OfItem
from nhsrate.plan.bands import cuts_of_test


def test_a_negated_test_and_a_row_read_as_they_are_said() -> None:
    """In a message as in a sentence."""
    six = Number(Decimal(6))
    assert str(Negated(Compare(">", six))) == "not above 6"
    assert str(Row(score=Number(Decimal(1)), at_least=six)) == "1 at least 6"


def test_nothing_is_known_where_nothing_is_tested() -> None:
    """An empty condition lets everything be missing."""
    assert When().known() == When().known(holding=False) == frozenset()


def test_an_item_as_a_bound_is_no_cut_of_all() -> None:
    """It lies elsewhere for each organisation."""
    assert cuts_of_test(Compare(">", OfItem("target"))) == set()
    assert cuts_of_test(Compare(">", Number(Decimal(3)))) == {(3.0, True)}


def test_a_bound_on_a_scale_that_could_not_be_read_is_not_blamed_as_well() -> None:
    """The scale's own fault is told once."""
    found = problems_of("""
        scales: {lights: [{level: green, colour: mauve-ish}]}
        inputs: {a: {type: number}, l: {type: level, scale: lights}}
        ratings: {r: {kind: count, of: [a], at: {above: {item: l}}, missing: leave out, headline: true}}
        """)
    assert found
    assert not any("l" in one and "number" in one and "bound" in one for one in found)


def test_a_cap_that_is_an_item_needs_a_scale() -> None:
    """A level is named where there are none."""
    found = problems_of("""
        inputs: {a: {type: number}, b: {type: number}}
        ratings: {r: {kind: sum, of: [a], headline: true, limits: [{at_best: {item: b}, because: x}]}}
        """)
    assert any("the item has no scale" in one for one in found)


def test_weights_do_not_stand_inside_a_list() -> None:
    """They are told as a table."""
    found = problems_of("ratings: {r: {kind: sum, of: [spare, {spare: 2}], headline: true}}")
    assert any("Weights cannot stand inside a list" in one for one in found)
    empty = problems_of("ratings: {r: {kind: sum, of: [spare, []], headline: true}}")
    assert any("An empty list of items" in one for one in empty)


def test_what_is_kept_between_ends_has_the_unit_of_what_it_is() -> None:
    """A share that is clipped is still a share."""
    rules = method("""
        inputs: {share: {type: percent, polarity: higher}}
        ratings: {kept: {kind: clip, of: share, low: 10, high: 90, headline: true}}
        """)
    assert rules.sign_of("kept") == "%"
    assert rules.polarity_of("kept") == "higher"
