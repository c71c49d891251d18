"""Values of which only the band is drawn: whatever the rules do with them, the band tells as much as the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.generated import Generated, methodologies
from tests.support.rules import rate, read

from nhsrate.analysis.chances import fixed_cuts
from nhsrate.core.problems import Refused, errors
from nhsrate.plan.bands import Banded, Table, between, evenly
from nhsrate.plan.by_engine import rated_draw
from nhsrate.plan.columns import Column, encoded
from nhsrate.plan.plan import Change, Plan, agree

if TYPE_CHECKING:
    from collections.abc import Collection

    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Floats

DRAWS = 6

RULES = """\
figures: {mark: {value: 4, basis: stated}}
scales:
  stars: [{level: 3}, {level: 2}, {level: 1}, {level: 0}]
  rag: [{level: green, number: 1}, {level: amber, number: 2.5}, {level: red, number: 3}]
populations: {some: {when: {apart: '> 3'}, missing: fails}}
inputs:
  a: {type: number, polarity: higher, valid: 0..10}
  b: {type: number, polarity: lower}
  apart: {type: number}
  mean: {type: number}
  rank: {type: count}
  type: {type: text}
measures:
  first: {kind: thresholds, of: a, scores: [{score: 3, above: 7}, {score: 2, at_least: mark}, {score: 1, at_least: 2}, {score: 0, otherwise: true}]}
  second: {kind: thresholds, of: b, by: type, sets: {acute: [{score: 0.3, at_most: 5}, {score: 7, otherwise: true}], other: [{score: 1, below: 3}, {score: 2, otherwise: true}]}}
  light: {kind: thresholds, of: a, scale: rag, levels: [{level: green, at_least: 6}, {level: amber, at_least: mark}, {level: red, otherwise: true}]}
  after: {kind: level, of: first, scale: stars}
  passed: {kind: count, of: [a, b], at: '3..5', missing: leave out}
  table: {kind: decide, otherwise: 1, rows: [{when: {a: '8.5', b: 'not >= 2'}, then: 5, missing: fails}, {when: {a: missing}, then: 2}, {when: {light: amber}, then: {item: second}, missing: fails}]}
  ranked: {kind: rank-spread, of: b, rank: rank, ranked: 9, best: 1, worst: 4, standard: {at_most: 1, meets: 0.5, best: 2}, polarity: lower}
  floored: {kind: rank-spread, of: a, rank: rank, ranked: 9, best: 1, worst: 4, floor: {at_least: 3, fails: 5, worst: 3}}
  shut: {kind: thresholds, of: b, scores: [{score: 2, at_most: 4}, {score: 1, otherwise: true}], round: 0, only_when: {when: {a: '<= 9'}, because: a is high, missing: holds}}
  total: {kind: weighted-mean, of: {first: 2, second: 1, light: 1, passed: 1, table: 3, ranked: 1, floored: 1, shut: 1, mean: 2}, missing: leave out}
  over_some: {kind: mean, of: [apart, mean]}
  spread: {kind: standardise, of: mean, over: some, sd: n}
  as_rank: {kind: rank-spread, of: b, rank: apart, ranked: 9, best: 1, worst: 4, polarity: lower}
  by_itself: {kind: lookup, of: type, table: {acute: 1}, otherwise: 2}
  handed: {kind: decide, otherwise: 1, rows: [{when: {mean: '> 3'}, then: {item: mean}, missing: fails}]}
ratings:
  stars:
    {kind: thresholds, of: total, scale: stars, polarity: higher, headline: true,
     levels: [{level: 3, at_least: 2.2}, {level: 2, at_least: 1.9}, {level: 1, at_least: 1.5}, {level: 0, otherwise: true}],
     limits: [{at_best: 2, when: {b: '> 6'}, because: b is high, missing: fails}]}
"""
COLUMNS = {
    "a": "7 4 2 8.5 - 9 0 10",
    "b": "5 3 1 4 2 - 6 2",
    "apart": "3 4 5 1 2 3 4 5",
    "mean": "1 2 3 1 2 3 1 2",
    "rank": "1 2 3 4 5 6 7 8",
    "type": "acute other acute other acute other acute other",
}


def assessed() -> Assessment:
    """The rules above, and a return with values at their cuts and missing ones."""
    return rate(RULES, only=None, overrides=(), names=(), **COLUMNS)


def in_bands(plan: Plan, id_: str, cuts: list[tuple[float, bool]], values: Floats) -> Banded:
    """The bands in which these values lie."""
    codes = sum(((values > number) if over else (values >= number)).astype(np.uint8) for number, over in cuts)
    base = plan.base(id_).cells
    valid = plan.methodology.inputs[id_].valid
    stand_ins = np.where(np.isnan(base), np.nan, np.array(between(cuts, valid))[:, None])
    table = Table(Column(stand_ins, exact=True))
    return Banded(np.asarray(codes, np.uint8), table, table)


def both(plan: Plan, noisy: Collection[str], root: str, rng: np.random.Generator) -> tuple[Change, Change] | None:
    """Some draws as values, and the same as bands where bands tell as much for what the root rests on."""
    values, bands = {}, {}
    for id_ in noisy:
        cuts = fixed_cuts(plan, id_, [root], ())
        base = plan.base(id_).cells
        drawn = np.round(base + rng.normal(0, 3, (DRAWS, base.shape[1])), 1)
        if cuts:
            near = rng.random(drawn.shape) < 0.3
            drawn = np.where(near & ~np.isnan(base), rng.choice([number for number, _ in cuts], drawn.shape), drawn)
            bands[id_] = in_bands(plan, id_, cuts, drawn)
        values[id_] = drawn
    rest = {id_: column for id_, column in values.items() if id_ not in bands}
    return (Change(DRAWS, inputs=values), Change(DRAWS, inputs=rest, bands=bands)) if bands else None


def same(plan: Plan, changes: tuple[Change, Change], root: str) -> None:
    """By values and by bands the root has the same cells in every draw that is not refused."""
    by_values, by_bands = (plan.run(change, [root]) for change in changes)
    assert by_values.refused.keys() == by_bands.refused.keys()
    assert all((by_values.refused[cause] == by_bands.refused[cause]).all() for cause in by_values.refused)
    kept = ~np.any([np.zeros(DRAWS, np.bool_), *by_values.refused.values()], axis=0)
    shape = (DRAWS, len(plan.labels))
    wanted, made = (np.broadcast_to(board.cells(root), shape)[kept] for board in (by_values, by_bands))
    assert agree(wanted, made), root


@settings(max_examples=60, deadline=None)
@given(methodologies(row_wise=True), st.integers(0, 2**32))
def test_a_band_tells_as_much_as_the_value(generated: Generated, seed: int) -> None:
    """Over methodologies of all kinds, for each of their items, and with values that lie just at the cuts."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    try:
        assessment = rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise
    plan, rng = Plan(assessment), np.random.default_rng(seed)
    for root in plan.order:
        changes = both(plan, ("a", "b", "c"), root, rng)
        if changes is not None:
            same(plan, changes, root)


@pytest.mark.parametrize("seed", range(8))
def test_it_does_so_through_every_form_of_a_cut(seed: int) -> None:
    """Thresholds, sets, counts, decisions, limits, gates, standards and floors by published ranks, two at once."""
    plan, rng = Plan(assessed()), np.random.default_rng(seed)
    for root in ("first", "second", "light", "after", "passed", "table", "ranked", "floored", "shut", "total", "stars"):
        changes = both(plan, ("a", "b"), root, rng)
        assert changes is not None, root
        assert changes[1].bands, root
        same(plan, changes, root)


def test_what_stands_for_a_band_is_the_engines_too() -> None:
    """A draw of bands that is rated by the engine gives what the arrays give."""
    assessment = assessed()
    plan = Plan(assessment)
    changes = both(plan, ("a", "b"), "stars", np.random.default_rng(5))
    assert changes is not None
    board = plan.run(changes[1], ["stars"])
    for row in range(DRAWS):
        engine = rated_draw(assessment, changes[1], row, plan.texts)
        wanted = encoded(engine.columns["stars"], engine.methodology.type_of("stars"), plan.texts)
        assert board.near[row] or agree(wanted, board.cells("stars")[row][None, :])


def test_what_hangs_on_one_value_alone_is_looked_up_and_the_rest_worked_out() -> None:
    """A level made of a score made of a value hangs on its band; a mean of several does not."""
    plan = Plan(assessed())
    changes = both(plan, ("a", "b"), "stars", np.random.default_rng(6))
    assert changes is not None
    board = plan.run(changes[1], ["stars", "after"])
    assert {"first", "light", "after", "second", "ranked", "floored"} <= board.banded.keys()
    assert not {"passed", "table", "shut", "total", "stars"} & board.banded.keys()
    assert board.banded["first"].table.even is not None
    alone = both(plan, ("a",), "first", np.random.default_rng(6))
    assert alone is not None
    assert plan.run(alone[1], ["first"]).banded["first"].table.step == 1
    assert board.banded["second"].table.even is None
    board = plan.run(alone[1], ["light"])
    assert set(board.filled("light")[0].ravel().tolist()) <= {0, 1, 2.5, 3}
    assert "light" not in board.columns, "it is not made, only its numbers"


@pytest.mark.parametrize(
    ("id_", "root", "varied"),
    [
        ("mean", "total", ()),
        ("mean", "handed", ()),
        ("apart", "spread", ()),
        ("apart", "as_rank", ()),
        ("a", "first", ("mark",)),
        ("a", "stars", ("mark",)),
    ],
)
def test_where_more_than_the_band_matters_the_value_is_drawn(id_: str, root: str, varied: tuple[str, ...]) -> None:
    """In a mean, handed on, in a population, as a rank; or where a cut is a figure that varies too."""
    assert fixed_cuts(Plan(assessed()), id_, [root], varied) is None


def test_what_nothing_rests_on_has_no_cuts() -> None:
    """Then neither the value nor its band is of any account."""
    assert fixed_cuts(Plan(assessed()), "a", ["by_itself"], ()) == []


def test_a_result_that_is_refused_in_one_band_is_worked_out_draw_by_draw() -> None:
    """Only the draws in which the value lies there are refused, and of whom."""
    text = """\
    inputs: {a: {type: number}, key: {type: text}}
    measures:
      first: {kind: thresholds, of: a, scores: [{score: 1, at_least: 5}, {score: 0, otherwise: true}]}
    ratings: {r: {kind: ratio, of: first, to: first, zero: refuse, headline: true}}
    """
    plan = Plan(rate(text, only=None, overrides=(), names=(), a="6 7", key="x y"))
    cuts = [(5.0, False)]
    values = np.array([[6.0, 6.0], [4.0, 6.0], [6.0, 4.0]])
    board = plan.run(Change(3, bands={"a": in_bands(plan, "a", cuts, values)}), ["r"])
    [refused] = board.refused.values()
    assert refused.tolist() == [False, True, True]


def test_numbers_that_lie_evenly_apart_are_known_by_their_step() -> None:
    """Only where the steps make each of them to the last digit: 0.1 + 2 x 0.1 is not 0.3."""
    assert evenly(np.array([4.0, 3.0, 2.0])) == -1
    assert evenly(np.array([0.1, 0.2, 0.3])) is None
    assert evenly(np.array([1.0])) is None
    assert evenly(np.array([1, 2], np.int32)) is None


def test_a_value_stands_for_each_band_within_what_is_valid() -> None:
    """Halfway between the cuts, and between the outer ones and the ends; on the cut, where nothing else is between."""
    plan = Plan(assessed())
    valid = plan.methodology.inputs["a"].valid
    assert between([(2.0, False), (4.0, False), (4.0, True)], valid) == [1.0, 3.0, 4.0, 7.0]
    assert between([(0.0, False), (10.0, True)], valid) == [-1.0, 5.0, 20.0]


def test_a_column_whose_gaps_differ_between_bands_is_made_cell_by_cell() -> None:
    """Of one organisation the first band has nothing; the numbers then keep their gaps."""
    table = Table(Column(np.array([[np.nan, 1.0], [2.0, 3.0]]), exact=True))
    assert table.gone is None
    assert table.even is None
    cells = Banded(np.array([[0, 1], [1, 0]], np.uint8), table, table).cells()
    np.testing.assert_array_equal(cells, [[np.nan, 3.0], [2.0, 1.0]])
