"""Bands drawn by their exact chances: closed forms, what must and cannot be, and the way of drawing values."""

from __future__ import annotations

from decimal import Decimal
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import rate

from nhsrate.analysis.chances import Chances, beta_below
from nhsrate.analysis.robustness import Drawing, robustness
from nhsrate.analysis.sources import Vary
from nhsrate.core.numbers import ZERO
from nhsrate.rules.inputs import Range

VALUES = Vary("values")
"""The sampling error of every value."""

RULES = """\
figures: {mark: {value: 4, basis: inferred, low: 3, high: 5}}
scales:
  stars: [{level: 3}, {level: 2}, {level: 1}, {level: 0}]
  rag: [{level: green, number: 1}, {level: amber, number: 2.5}, {level: red, number: 3}]
inputs:
  a: {type: number, polarity: higher, valid: 0..10, error: se}
  b: {type: number, polarity: lower, error: 1.5}
  c: {type: percent, polarity: higher, error: {numerator: top, denominator: whole}}
  se: {type: number}
  top: {type: count}
  whole: {type: count}
measures:
  first: {kind: thresholds, of: a, scores: [{score: 3, above: 7}, {score: 2, at_least: 4}, {score: 1, at_least: 2}, {score: 0, otherwise: true}]}
  second: {kind: thresholds, of: b, scores: [{score: 3, at_most: 2}, {score: 1.5, at_most: 5}, {score: 0, otherwise: true}]}
  third: {kind: thresholds, of: c, scale: rag, polarity: higher, levels: [{level: green, at_least: 80}, {level: amber, at_least: 60}, {level: red, otherwise: true}]}
  points: {kind: weighted-mean, of: {first: 2, second: 3, third: 1.7}, missing: leave out}
ratings:
  stars:
    {kind: thresholds, of: points, scale: stars, polarity: higher, headline: true,
     levels: [{level: 3, at_least: 2.2}, {level: 2, at_least: 1.9}, {level: 1, at_least: 1.2}, {level: 0, otherwise: true}],
     limits: [{at_best: 2, when: {b: '> 4', third: not green}, because: b is high, missing: fails}]}
"""
COLUMNS = {
    "a": "7 4 2.5 8.5 - 9 0.5 10 6",
    "b": "5 3 1 4 2 - 6 2 3",
    "c": "75 - 80 60 90 70 66 81 75",
    "se": "1 2 0.5 0 1 1 3 4 -",
    "top": "9 - 80 6 90 70 4 810 75",
    "whole": "12 4 100 10 100 100 6 1000 100",
}


def test_the_ways_of_drawing_a_band_and_of_drawing_the_value_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chance of every level of every organisation, within five deviations of the difference of two such draws."""
    assessment = rate(RULES, only=None, overrides=(), names=(), **COLUMNS)
    draws = 20_000
    exactly = robustness([assessment], [VALUES], draws=draws, seed=1)
    drawing = Drawing([assessment], exactly.item, [VALUES])
    assert drawing.sources[0][0].bands.keys() == {"a", "b", "c"}
    assert not drawing.sources[0][0].drawn(1, 0, 5).inputs
    monkeypatch.setattr("nhsrate.analysis.sources.bands_of", lambda *_: None)
    by_values = robustness([assessment], [VALUES], draws=draws, seed=2)
    assert len(Drawing([assessment], exactly.item, [VALUES]).sources[0][0].drawn(1, 0, 5).inputs) == 3
    moved = 0
    for one, other in zip(exactly.organisations, by_values.organisations, strict=True):
        for level, chance in one.chances.items():
            error = sqrt(2 * max(chance * (1 - chance), 1 / draws) / draws)
            assert abs(chance - other.chances[level]) <= 5 * error, (one.n, level)
            moved += 0.02 < chance < 0.98
    assert moved > 12, "it tells two ways apart only where something moves"


def test_the_chance_of_each_level_is_that_of_the_normal_distribution() -> None:
    """7 with error 1: above 7 in half, from 4 in Phi(3), from 2 in all but Phi(-5); two rules see the same value."""
    text = """\
    scales: {stars: [{level: 3}, {level: 2}, {level: 1}, {level: 0}], yes_no: [{level: 'y'}, {level: 'n'}]}
    inputs: {a: {type: number, polarity: higher, error: 1}}
    measures:
      above: {kind: thresholds, of: a, scores: [{score: 1, above: 7}, {score: 0, otherwise: true}]}
      again: {kind: thresholds, of: a, scores: [{score: 1, at_most: 7}, {score: 0, otherwise: true}]}
      once: {kind: sum, of: [above, again]}
    ratings:
      stars: {kind: thresholds, of: a, scale: stars, headline: true, levels: [{level: 3, above: 7}, {level: 2, at_least: 6}, {level: 1, at_least: 5.5}, {level: 0, otherwise: true}]}
      one: {kind: thresholds, of: once, scale: yes_no, polarity: higher, levels: [{level: 'y', at_least: 2}, {level: 'n', otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="7 6.5")
    draws, phi = 40_000, NormalDist().cdf
    first, second = robustness([assessment], [VALUES], draws=draws, seed=9).organisations
    for one, value in ((first, 7), (second, 6.5)):
        wanted = [
            1 - phi(7 - value),
            phi(7 - value) - phi(6 - value),
            phi(6 - value) - phi(5.5 - value),
            phi(5.5 - value),
        ]
        assert list(one.chances.values()) == pytest.approx(wanted, abs=5 * 0.5 / sqrt(draws))
    drawing = Drawing([assessment], assessment.methodology.headlines[0], [VALUES])
    board = drawing.plans[0].run(drawing.sources[0][0].drawn(1, 0, 500), ["once"])
    assert set(board.cells("once").ravel().tolist()) == {1.0}, "a value is on one side of a cut for all rules"


@given(st.floats(-50, 50), st.floats(0.01, 30), st.floats(-60, 60), st.booleans())
def test_below_a_cut_is_the_normal_distribution_of_the_gap(value: float, error: float, cut: float, over: bool) -> None:  # noqa: FBT001
    """Also far out, where one less the other side would have lost its digits."""
    found = Chances(np.array([value, np.nan]), error=np.array([error, 1.0])).below((cut, over), None)
    wanted = NormalDist(value, error).cdf(cut)
    assert found[0] == pytest.approx(wanted, rel=1e-9, abs=1e-15)


def test_a_value_without_an_error_stays_where_it_is() -> None:
    """On its own side of the cut, and just at it on the side to which the cut belongs."""
    chances = Chances(np.array([4.0, 5.0, 6.0]), error=np.zeros(3))
    assert chances.below((5.0, False), None).tolist() == [1, 0, 0]
    assert chances.below((5.0, True), None).tolist() == [1, 1, 0]
    shares = Chances(np.array([0.4, 0.5]), shapes=(np.array([np.nan, np.nan]), np.array([3.0, np.nan])))
    assert shares.below((0.45, True), None).tolist() == [1, 0]


def test_what_is_not_valid_is_brought_to_the_end_that_is() -> None:
    """At least the lowest valid value are all; above the highest is none; at the highest all that would lie beyond."""
    chances, valid = Chances(np.array([1.0]), error=np.array([5.0])), Range(ZERO, Decimal(10))
    half = NormalDist(1, 5).cdf(10)
    assert chances.below((0.0, False), valid)[0] == 0
    assert chances.below((0.0, True), valid)[0] == pytest.approx(NormalDist(1, 5).cdf(0))
    assert chances.below((-1.0, True), valid)[0] == 0
    assert chances.below((10.0, False), valid)[0] == pytest.approx(half)
    assert chances.below((10.0, True), valid)[0] == 1
    assert chances.below((11.0, False), valid)[0] == 1


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.001, 0.999))
def test_the_beta_function_of_whole_numbers_is_a_sum_of_binomial_chances(first: int, second: int, x: float) -> None:
    """I_x(a, b) is the chance of at least a of a + b - 1."""
    number = first + second - 1
    wanted = sum(comb(number, k) * x**k * (1 - x) ** (number - k) for k in range(first, number + 1))
    found = beta_below(x, np.array([float(first)]), np.array([float(second)]))
    assert found[0] == pytest.approx(wanted, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("x", [0.1, 0.25, 0.5, 0.9])
def test_the_beta_function_of_halves_is_an_arcsine(x: float) -> None:
    """I_x(1/2, 1/2) is 2 / pi times the arcsine of the root; and I_x(a, b) is one less I_1-x(b, a)."""
    half = np.array([0.5])
    assert beta_below(x, half, half)[0] == pytest.approx(2 / np.pi * np.arcsin(sqrt(x)), rel=1e-12)
    many = (np.array([90_000.5]), np.array([10_000.5]))
    assert beta_below(0.9, *many)[0] == pytest.approx(1 - beta_below(0.1, *many[::-1])[0], rel=1e-9)
    assert beta_below(0.9, *many)[0] == pytest.approx(0.5, abs=0.002)
    assert beta_below(0.0, half, half)[0] == 0
    assert beta_below(1.0, half, half)[0] == 1


def test_what_must_be_is_in_every_draw() -> None:
    """A value far from every cut has its level in all draws, and one without an error too."""
    assessment = rate(RULES, only=None, overrides=(), names=(), **COLUMNS)
    drawing = Drawing([assessment], assessment.methodology.headlines[0], [VALUES])
    board = drawing.plans[0].run(drawing.sources[0][0].drawn(3, 0, 5000), ["first"])
    assert set(board.cells("first")[:, 3].tolist()) == {3.0}, "8.5 with an error of nothing"
    assert np.isnan(board.cells("first")[:, 4]).all(), "a value that is missing stays missing"
    assert set(board.cells("first")[:, 8].tolist()) == {2.0}, "6, of which no error is known"


def test_with_figures_that_vary_the_values_of_their_rules_are_drawn_in_every_combination() -> None:
    """So that draws are the same with whatever they are combined; the other values still have bands."""
    text = RULES.replace("at_least: 4}, {score: 1, at_least: 2}", "at_least: mark}, {score: 1, at_least: 2}")
    assessment = rate(text, only=None, overrides=(), names=(), **COLUMNS)
    vary = [VALUES, Vary("figures")]
    drawing = Drawing([assessment], assessment.methodology.headlines[0], vary)
    change = drawing.sources[0][0].drawn(1, 0, 4)
    assert change.inputs.keys() == {"a"}
    assert change.bands.keys() == {"b", "c"}
    found = robustness([assessment], vary, draws=400, seed=1)
    assert sum(one.share or 0 for one in found.sources) == pytest.approx(found.flips)


def test_with_too_many_cuts_the_value_is_drawn() -> None:
    """It is quicker then."""
    rows = ", ".join(f"{{score: {n}, at_least: {n}}}" for n in range(70, 0, -1))
    text = f"""\
    inputs: {{a: {{type: number, error: 1}}}}
    measures: {{s: {{kind: thresholds, of: a, scores: [{rows}, {{score: 0, otherwise: true}}]}}}}
    ratings: {{r: {{kind: sum, of: [s], headline: true}}}}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="7 6.5")
    drawing = Drawing([assessment], assessment.methodology.headlines[0], [VALUES])
    assert drawing.sources[0][0].drawn(1, 0, 4).inputs.keys() == {"a"}
