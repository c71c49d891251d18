"""What may move: which inputs are one indicator, which side of each is better, and what the search makes of it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from tests.support.rules import method, rate

from nhsrate.analysis import search as searching
from nhsrate.analysis.cuts import side
from nhsrate.analysis.headroom import rating_of
from nhsrate.analysis.levers import Indicator, Lever, indicators, levers, source_of
from nhsrate.analysis.search import Search
from nhsrate.plan.plan import Change, Plan
from nhsrate.runs.progress import unheard

RANKED = """\
inputs:
  a: {type: number, polarity: higher}
  a_rank: {type: count}
  b: {type: number}
  c: {type: number}
scales: {stars: [{level: 2}, {level: 1}]}
measures:
  handed: {kind: sum, of: [a]}
  fixed: {kind: constant, value: 1}
  x: {kind: rank-spread, of: handed, rank: a_rank, ranked: 4, best: 1, worst: 4, polarity: higher}
  m: {kind: sum, of: [x, c, fixed]}
ratings:
  stars: {kind: thresholds, of: b, scale: stars, polarity: lower, headline: true, levels: [{level: 2, at_most: 5}, {level: 1, otherwise: true}]}
"""


def test_a_rank_belongs_to_the_input_that_its_item_is_made_of() -> None:
    """Also where what is ranked is handed through another measure; what is made of no input is its own source."""
    methodology = method(RANKED)
    assert indicators(methodology) == [Indicator("a", ("a", "a_rank")), Indicator("b", ("b",)), Indicator("c", ("c",))]
    assert source_of(methodology, "handed") == "a"
    assert source_of(methodology, "fixed") == "fixed"


def test_the_better_side_is_that_of_the_input_or_of_what_rates_it() -> None:
    """A rank is better the lower it is; a sum does not say which side of its parts is better."""
    methodology = method(RANKED)
    assert [side(methodology, id_) for id_ in ("a", "a_rank", "b", "c")] == ["higher", "lower", "lower", None]


def test_where_no_end_is_known_no_value_is_tried() -> None:
    """A number between no ends has no last value."""
    open_ = Lever("x", Decimal(1), 1, Decimal(1))
    assert (open_.count("better"), open_.values("worse")) == (0, [])


RULES = """\
inputs:
  beds: {type: count, polarity: higher, valid: 0..9}
  care: {type: level, scale: care}
scales: {stars: [{level: 2}, {level: 1}], care: [{level: good}, {level: poor}]}
measures:
  cares: {kind: lookup, of: care, table: {good: 5, poor: 0}}
  points: {kind: sum, of: [beds, cares]}
ratings:
  stars: {kind: thresholds, of: points, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 5}, {level: 1, otherwise: true}]}
"""


@pytest.fixture
def looking() -> tuple[Search, list[Lever]]:
    """The search for the first of three: it has 3 points of 5, two beds short, or care that is good."""
    assessment = rate(method(RULES), only=None, overrides=(), names=(), beds="3 6 9", care="poor poor good")
    search = Search(assessment, 0, rating_of(assessment), unheard)
    return search, levers(assessment, 0, search.whole.rests_on([search.item.id]))


@pytest.mark.parametrize(("step", "after"), [(1, 5), (2, 5), (0, 5), (4, None), (5, None)])
def test_where_the_arrays_are_a_step_off_the_engine_has_the_last_word(
    looking: tuple[Search, list[Lever]], monkeypatch: pytest.MonkeyPatch, step: int, after: int | None
) -> None:
    """The neighbours are tried, as far as there are any; what the engine does not prove is not said."""
    search, (beds, _) = looking
    monkeypatch.setattr(search, "first", lambda *_: step)
    found = search.alone_moves(beds, "better", 0)
    assert (found and found.after) == after


def test_what_the_engine_does_not_prove_is_no_set_and_no_push(
    looking: tuple[Search, list[Lever]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it gives the same level whatever is moved, nothing gains: neither numbers, nor levels, nor both."""
    search, moving = looking
    assert search.fewest(moving, 0)[0] is not None
    now = search.engine({})
    monkeypatch.setattr(search, "engine", lambda _: now)
    assert search.together(moving[:1], 0, {}) is None
    assert search.fewest(moving, 0) == (None, 2)


def test_too_many_sets_are_not_tried_and_it_is_told_how_far_the_search_went(
    looking: tuple[Search, list[Lever]], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, moving = looking
    monkeypatch.setattr(searching, "SETS", 0)
    assert search.fewest(moving, 0) == (None, 0)


def test_what_is_left_out_of_an_average_of_it_alone_leaves_nothing() -> None:
    """Without its one part the mean is missing, and the rating with it; without one of two it is the other."""
    text = """\
    inputs:
      a: {type: number, polarity: higher}
      b: {type: number, polarity: higher}
      c: {type: number, polarity: higher}
    scales: {stars: [{level: 2}, {level: 1}]}
    measures:
      one: {kind: mean, of: [a], missing: leave out}
      two: {kind: mean, of: [b, c], missing: leave out}
      all: {kind: sum, of: [one, two], missing: refuse}
    ratings:
      stars: {kind: thresholds, of: all, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 5}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="1 1", b="1 9", c="9 1")
    plan = Plan(assessment)
    boards = {part: plan.run(Change(1, left_out=part)) for part in ("a", "b")}
    assert [np.isnan(boards["a"].cells("one")).all(), boards["b"].cells("two").tolist()] == [True, [[9, 1]]]
