"""What the plan may compare as it is, and what it cannot rate because somebody is not there."""

from __future__ import annotations

import numpy as np
from tests.support.rules import rate

from nhsrate.plan.board import both_exact
from nhsrate.plan.plan import Change, Plan


def test_two_sides_are_exact_where_both_are() -> None:
    """For all, for none, or organisation by organisation."""
    some, others = np.array([True, False]), np.array([True, True])
    assert both_exact(True, True) is True  # noqa: FBT003 (two sides)
    assert both_exact(True, False) is False  # noqa: FBT003
    assert both_exact(True, some) is some  # noqa: FBT003
    assert both_exact(some, True) is some  # noqa: FBT003
    assert both_exact(False, some) is False  # noqa: FBT003
    assert both_exact(some, False) is False  # noqa: FBT003
    both = both_exact(some, others)
    assert isinstance(both, np.ndarray)
    assert both.tolist() == [True, False]


def test_a_distance_to_somebody_who_is_not_there_ends_the_draw() -> None:
    """As the engine refuses it."""
    rules = """
        inputs: {a: {type: number, polarity: higher}}
        measures: {m: {kind: relative, of: a, to: organisation, organisation: B, as: difference, over: everyone}}
        ratings: {r: {kind: first-available, of: [m], headline: true}}
        """
    plan = Plan(rate(rules, a="1 2 3"), only=[0])
    board = plan.run(Change(1, inputs={"a": plan.base("a").cells + 1}))
    assert any("B does not stand in the return." in cause for cause in board.refused)


def test_a_figure_that_says_who_belongs_to_a_population_changes_what_is_over_it() -> None:
    """Also where each value is looked at by itself, between two goalposts that are stated."""
    rules = """
        figures: {least: {value: 1, basis: assumed}}
        populations: {large: {when: {a: ">= least"}, missing: fails}}
        inputs: {a: {type: number, polarity: higher}}
        measures: {m: {kind: min-max, of: a, over: large, low: 0, high: 10}}
        ratings: {r: {kind: first-available, of: [m], headline: true}}
        """
    plan = Plan(rate(rules, a="1 2 3"))
    board = plan.run(Change(2, figures={"least": np.array([[1.0], [2.5]])}))
    assert np.array_equal(board.numbers("m"), [[0.1, 0.2, 0.3], [np.nan, np.nan, 0.3]], equal_nan=True)
