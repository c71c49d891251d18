"""How sure a rating is: published intervals, closed forms, failing draws, shares that add up, the same bytes again."""

from __future__ import annotations

import csv
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.support.rules import method, rate

from nhsrate.analysis.left_out import leave_one_out, parts
from nhsrate.analysis.robustness import Drawing, robustness, shapley
from nhsrate.analysis.sources import BadVary, Vary, block_rows, parse_vary
from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.plan.plan import Change, Plan
from nhsrate.reports.robustness import assumed, robustness_csv, robustness_json, robustness_text
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment

WEIGHTS = Vary("weights", Decimal("0.25"))
VARIANTS = Vary("variants")

ASEM = """\
id: asem-variants
title: Two ways to scale
extends: asem-connectivity
variants:
  z-scores:
    title: z scores
    replace:
      measures:
        scaled: {each: indicators, kind: standardise, of: {column: member}, over: everyone, sd: n-1, reverse: by polarity}
"""
OECD = """\
id: oecd-variants
title: Three ways to weigh and combine
extends: oecd-technology-achievement-2001
variants:
  budget: {title: Weights of experts, replace: {ratings: {index: {kind: weighted-mean, of: {item: score, each: indicators, weights: budget}, missing: missing, polarity: higher, headline: true}}}}
  geometric: {title: Geometric mean, replace: {ratings: {index: {kind: geometric-mean, of: {family: indicators}, missing: missing, polarity: higher, headline: true}}}}
"""


def by_all(file: Path, rules: str, folder: Path) -> list[Assessment]:
    """A return rated by a methodology and by each of its variants."""
    path = folder / f"{rules.split()[1]}.yaml"
    path.write_text(rules, encoding="utf-8")
    own = load_methodology(path)
    methods = [own, *(variant.methodology for variant in own.variants)]
    return [assess(read_return(file, one), one) for one in methods]


def drawn(assessments: list[Assessment], vary: list[Vary]) -> Drawing:
    """The draws of the headline."""
    return Drawing(assessments, assessments[0].methodology.headlines[0], vary)


def test_the_intervals_of_the_connectivity_index_are_those_of_its_package(backtest_data: Path, tmp_path: Path) -> None:
    """Its package drew 1,000 times: mean and median rank, and the 5 % and 95 % quantiles, agree within chance.

    The deviation of a mean of 1,000 ranks is at most a few tenths of a rank; a quantile may be a rank or two off.
    """
    drawing = drawn(by_all(backtest_data / "asem" / "iData.csv", ASEM, tmp_path), [WEIGHTS, VARIANTS])
    places = drawing.run([0, 1], 1, 2000, lambda _: None).places
    codes = [one.code for one in drawing.assessments[0].organisations]
    with (backtest_data / "asem" / "expected-rank-intervals.csv").open(encoding="utf-8", newline="") as stream:
        wanted = {row["uCode"]: row for row in csv.DictReader(stream)}
    assert wanted.keys() == {*codes}
    for n, code in enumerate(codes):
        row, own = wanted[code], np.sort(places[:, n])
        error = own.std() * (1 / 1000 + 1 / 2000) ** 0.5
        assert abs(own.mean() - float(row["Mean"])) <= 4 * error + 0.01, code
        assert abs(float(np.median(own)) - float(row["Median"])) <= 1, code
        assert abs(float(np.quantile(own, 0.05)) - float(row["Q5"])) <= 1.5, code
        assert abs(float(np.quantile(own, 0.95)) - float(row["Q95"])) <= 1.5, code
        assert drawing.base()[1][n] == int(row["Nominal"]), code


INDEX = """\
187,125.6,200.2,50.7,3.08,4.15,10,27.4;289,130,179.1,66.2,3.00,4.07,12,13.9;271,156.6,125.8,59.7,3.10,4.14,11.4,15.3;\
994,64.6,49,80.8,3.00,3.86,9.5,10;779,9.8,4.8,66.7,2.97,3.65,10.8,23.2;189,151.2,136,50.9,3.02,3.77,9.4,9.5;\
82,134,57.4,61.9,3.02,3.73,9.4,14.9;8,25.5,72.3,74.9,2.95,3.83,7.1,24.2;31,38.6,108,48.7,2.94,4.18,11.6,14.2;\
75,18.2,125.9,16.2,2.94,3.94,10.9,25.3;235,36.8,41.2,64.2,2.94,3.75,10.2,14.4;103,20.2,193.6,19,3.12,4.39,11.9,11.2;\
106,110.3,48.6,53.6,2.97,3.68,9.4,12.3;72,73.9,58.9,47.6,2.91,3.86,9.3,13.6;103,13,146.7,15.4,2.86,3.91,11.7,13.1;\
165,14.8,84.2,50.3,2.99,3.79,8.4,13.6;205,33.6,36.4,58.9,2.97,3.80,7.9,12.6;74,43.6,43.2,45,2.96,3.74,9.6,11;\
42,8.6,21,53.4,2.86,3.62,7.3,15.6;13,9.8,30.4,51,3.00,3.65,7.2,13;28,4.2,25,51.7,2.75,3.68,9.5,8.2;\
26,6.2,21.6,63.5,2.73,3.46,9.1,7.7;105,4,20.3,49.5,2.84,3.71,7.1,10.6"""
HEADS = "patents,royalties,internet,exports,telephones_log,electricity_log,schooling,university"
BUDGET = (1, 2, 3, 5, 4, 8, 7, 6, 10, 11, 9, 13, 12, 14, 17, 15, 16, 18, 19, 21, 22, 20, 23)
GEOMETRIC = (2, 1, 3, 4, 16, 5, 6, 18, 13, 14, 8, 11, 7, 9, 17, 12, 10, 15, 19, 21, 23, 22, 20)


def test_the_three_rank_lists_of_the_technology_index_are_its_variants(tmp_path: Path) -> None:
    """Equal weights, weights of experts and the geometric mean, each with a third of the chance."""
    rows = [f"C{n:02},{values}" for n, values in enumerate(INDEX.split(";"), start=1)]
    file = tmp_path / "index.csv"
    file.write_text("\n".join([f"code,{HEADS}", *rows]) + "\n", encoding="utf-8")
    assessments = by_all(file, OECD, tmp_path)
    drawing = drawn(assessments, [VARIANTS])
    lists = [tuple(drawing.base(k)[1].tolist()) for k in range(3)]
    assert lists == [tuple(range(1, 24)), BUDGET, GEOMETRIC]
    places = drawing.run([0], 7, 600, lambda _: None).places
    seen = {tuple(row) for row in places.tolist()}
    assert seen == set(lists)
    shares = [(places == np.array(one)).all(axis=1).mean() for one in lists]
    assert all(abs(share - 1 / 3) < 0.06 for share in shares)


TWO = """\
scales: {stars: [{level: 2}, {level: 1}]}
inputs: {a: {type: number, polarity: higher, error: se}, se: {type: number}}
measures: {rank: {kind: place, by: [{item: a, first: highest}], over: everyone}}
ratings:
  stars: {kind: thresholds, of: a, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 5}, {level: 1, otherwise: true}]}
"""


def test_two_organisations_and_one_indicator_have_a_closed_form() -> None:
    """A is 5.5 with error 1, B 4 with error 2: A is at 5 or more with Phi(0.5), and before B with Phi(1.5 / sqrt 5)."""
    assessment = rate(TWO, only=None, overrides=(), names=(), a="5.5 4", se="1 2")
    found = robustness([assessment], [Vary("values")], draws=20_000, seed=3)
    first, second = found.organisations
    assert first.chances["2"] == pytest.approx(NormalDist().cdf(0.5), abs=0.012)
    assert second.chances["2"] == pytest.approx(NormalDist().cdf(-0.5), abs=0.012)
    assert first.flips == pytest.approx(1 - NormalDist().cdf(0.5), abs=0.012)
    places = drawn([assessment], [Vary("values")]).run([0], 3, 20_000, lambda _: None).places
    assert (places[:, 0] == 1).mean() == pytest.approx(NormalDist().cdf(1.5 / 5**0.5), abs=0.012)
    assert found.sources[0].share == pytest.approx(found.flips)
    assert found.failed == ()


def test_a_share_is_drawn_from_its_numerator_and_denominator() -> None:
    """9 of 12 has a beta with parameters 9.5 and 3.5, a mean of 73 % and a deviation of 12 %; 900 of 1,200 hardly any."""
    text = TWO.replace(
        "type: number, polarity: higher, error: se",
        "type: percent, polarity: higher, error: {numerator: n, denominator: d}",
    )
    text = text.replace("se: {type: number}", "n: {type: count}, d: {type: count}").replace(
        "at_least: 5", "at_least: 70"
    )
    assessment = rate(text, only=None, overrides=(), names=(), a="75 75 60", n="9 900 -", d="12 1200 20")
    plan = Plan(assessment)
    (source,) = drawn([assessment], [Vary("values")]).sources[0]
    values = source.drawn(1, 0, 40_000).inputs["a"]
    assert values[:, 0].mean() == pytest.approx(100 * 9.5 / 13, abs=0.3)
    assert values[:, 0].std() == pytest.approx(100 * (9.5 * 3.5 / (13**2 * 14)) ** 0.5, abs=0.3)
    assert values[:, 1].std() < 2
    assert set(values[:, 2].tolist()) == {60.0}
    assert plan.base("a").cells[0, 0] == 75


def test_an_error_may_be_one_number_and_values_stay_valid() -> None:
    """With the same error for all; what cannot be is brought to the nearest value that can."""
    text = TWO.replace("error: se}, se: {type: number}", "error: 2, valid: 0..5}")
    (source,) = drawn([rate(text, only=None, overrides=(), names=(), a="4.5 1")], [Vary("values")]).sources[0]
    values = source.drawn(1, 0, 5000).inputs["a"]
    assert (values.min(), values.max()) == (0, 5)
    assert source.says() == "values (1 indicator)"


FIGURES = """\
figures:
  cut: {value: 5, basis: inferred, low: 4, high: 6}
  mark: {value: 3, basis: inferred, low: 2, high: 5}
  heavy: {value: 2, basis: assumed, low: 1, high: 9}
  ranked: {value: 9, basis: inferred, low: 8, high: 10}
scales: {stars: [{level: 3}, {level: 2}, {level: 1}]}
populations: {high: {when: {a: '>= mark'}, missing: fails}}
inputs: {a: {type: number, polarity: higher}, a_rank: {type: count}, b: {type: number}}
measures:
  s: {kind: rank-spread, of: a, rank: a_rank, ranked: ranked, best: 1, worst: 4}
  m: {kind: weighted-mean, of: {a: heavy, b: 1}}
  p: {kind: relative, of: b, over: high, to: mean, as: difference}
ratings:
  stars: {kind: thresholds, of: m, scale: stars, polarity: higher, headline: true, levels: [{level: 3, at_least: cut}, {level: 2, at_least: mark}, {level: 1, otherwise: true}]}
"""


def test_draws_in_which_bounds_cross_fail_and_are_counted_with_the_first() -> None:
    """Between 4 and 6, and 2 and 5, the lower bound is the higher one in a twelfth of the draws: 1/2 x 1/3 x 1/2."""
    assessment = rate(FIGURES, only=None, overrides=(), names=(), a="4 6 2", a_rank="2 1 3", b="4 6 2")
    found = robustness([assessment], [Vary("figures")], draws=6000, seed=2)
    (failure,) = found.failed
    assert failure.cause == "The bounds of m cross."
    assert failure.draws / 6000 == pytest.approx(1 / 12, abs=0.012)
    said = f"Failed: {failure.draws} draws, the first is draw {failure.first}: The bounds of m cross."
    assert said in " ".join(robustness_text(found).split())
    assert found.done == 6000 - failure.draws
    drawing = drawn([assessment], [Vary("figures")])
    figures = drawing.sources[0][0].drawn(2, 0, block_rows(3, 6000)).figures
    crossing = np.flatnonzero(figures["mark"][:, 0] >= figures["cut"][:, 0])
    assert failure.first == int(crossing[0]) + 1
    assert figures.keys() == {"cut", "mark"}, "neither a weight nor a number ranked"
    chances = found.organisations[0].chances
    assert chances["3"] == 0
    assert 0 < chances["1"] < 0.5
    spread = drawn([assessment], [Vary("figures", Decimal("0.1"))]).sources[0][0].drawn(1, 0, 4000).figures
    assert spread["cut"].std() == pytest.approx(0.1, abs=0.01)


def test_weights_vary_at_every_level_and_keep_their_sum() -> None:
    """Means weigh their parts alike, sums only where weights are stated; equal weightings share their draws."""
    text = """\
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      mean: {kind: mean, of: [a, b]}
      plain: {kind: sum, of: [a, b]}
      weighed: {kind: sum, of: {a: 3, b: 1}}
      spread: {kind: weighted-variance, of: {a: 3, b: 1}, missing: leave out}
    ratings:
      all: {kind: sum, of: [mean, plain, weighed, spread], missing: leave out, headline: true}
    """
    (source,) = drawn([rate(text, only=None, overrides=(), names=(), a="1 2", b="3 4")], [WEIGHTS]).sources[0]
    weights = source.drawn(1, 0, 5000).weights
    assert weights.keys() == {"mean", "weighed", "spread"}
    assert weights["spread"] is weights["weighed"]
    np.testing.assert_allclose(weights["weighed"].sum(axis=1), 4)
    np.testing.assert_allclose(weights["mean"].sum(axis=1), 2)
    ratio = weights["weighed"][:, 0] / weights["weighed"][:, 1]
    assert ratio.min() >= 3 * 0.75 / 1.25
    assert ratio.max() <= 3 * 1.25 / 0.75
    assert source.says() == "weights=25% (3 weightings)"


@pytest.fixture(scope="module")
def quarter(backtest_data: Path) -> Assessment:
    """Quarter 4 of the NHS Oversight Framework as published."""
    methodology = load_methodology("nof-2025-26-q4-mental-health-community")
    return assess(read_return(backtest_data / "nof-2025-26" / "return-q4.xlsx", methodology), methodology)


def test_an_indicator_left_out_moves_as_many_segments_as_by_hand(quarter: Assessment) -> None:
    """The combined finance score moves 23 of 61, and so on, as counted on the published data."""
    plan = Plan(quarter)
    (item,) = quarter.methodology.headlines
    found = leave_one_out(plan, item, plan.base(item.id).cells[0])
    assert {one.input: one.flips for one in found} == {
        "OF1080": 23, "OF1086": 17, "OF1005": 16, "OF1084": 13, "OF1061": 10, "OF1063": 10, "OF1041": 9, "OF1016": 8,
        "OF1082": 8, "OF1035": 6, "OF1057": 6,
    }  # fmt: skip
    assert parts(quarter.methodology, plan.asked)[0] == "OF1035"


def test_shares_add_up_to_what_all_flip_together(quarter: Assessment) -> None:
    """Weights by a quarter flip about 6.4 segments a draw and places by 5 % as many, as measured by hand."""
    vary = [WEIGHTS, Vary("ranks", Decimal("0.05"))]
    found = robustness([quarter], vary, draws=400, seed=1)
    assert sum(one.share or 0 for one in found.sources) == pytest.approx(found.flips)
    assert [one.flips for one in found.sources] == pytest.approx([6.43, 6.43], abs=0.6)
    assert found.flips == pytest.approx(8.46, abs=0.7)
    assert all(sum(one.chances.values()) == pytest.approx(1) for one in found.organisations)
    assert all(one.low <= one.median <= one.high for one in found.organisations if one.low and one.median and one.high)
    again = robustness([quarter], vary, draws=400, seed=1)
    assert robustness_json(again) == robustness_json(found)
    assert robustness_csv(again) == robustness_csv(found)
    other = robustness([quarter], vary, draws=400, seed=2)
    assert robustness_csv(other) != robustness_csv(found)
    assert max(map(len, robustness_text(found).splitlines())) <= 80


def test_the_cuts_between_segments_flip_as_many_as_by_hand(quarter: Assessment) -> None:
    """A normal error of 0.02 of the three cuts alone flips 4.58 segments a draw; all figures flip twice as many."""
    names = ("cut_1_2", "cut_2_3", "cut_3_4")
    cuts = robustness([quarter], [Vary("figures", Decimal("0.02"), names)], draws=1000, seed=1)
    assert cuts.flips == pytest.approx(4.58, abs=0.35)
    assert cuts.varied == ("figures:cut_1_2,cut_2_3,cut_3_4=0.02 (3 figures)",)
    every = robustness([quarter], [Vary("figures", Decimal("0.02"))], draws=300, seed=1)
    assert every.flips == pytest.approx(9.9, abs=0.8)
    bounds = robustness([quarter], [Vary("figures")], draws=100, seed=1)
    assert bounds.flips == 0
    with pytest.raises(Refused) as refused:
        robustness([quarter], [Vary("figures", Decimal("0.02"), ("cut_1_22",))])
    [problem] = refused.value.problems
    assert (problem.code, problem.at.file) == ("unknown-figure", "--vary")
    assert "cut_1_2" in problem.remedy


def test_shapley_values_by_hand() -> None:
    """Of 1 alone, 2 alone and 4 together, the first has (1 + 2) / 2 and the second (2 + 3) / 2."""
    assert shapley([0, 1], {(): 0.0, (0,): 1.0, (1,): 2.0, (0, 1): 4.0}) == {0: 1.5, 1: 2.5}


def test_with_more_than_four_sources_each_is_drawn_alone_and_all_together() -> None:
    """Shares that add up would take 32 combinations; they are left out."""
    text = FIGURES.replace("a: {type: number, polarity: higher}", "a: {type: number, polarity: higher, error: 1}")
    assessment = rate(
        text.replace("of: {a: heavy, b: 1}", "of: {a: heavy, b: 1, s: 1}"),
        only=None,
        overrides=(),
        names=(),
        a="4 6 2",
        a_rank="2 1 3",
        b="4 6 2",
    )
    vary = [WEIGHTS, Vary("figures"), Vary("values"), Vary("ranks", Decimal("0.05")), VARIANTS]
    found = robustness([assessment, assessment], vary, draws=40)
    assert [one.name for one in found.sources] == ["weights", "figures", "values", "ranks", "variants"]
    assert {one.share for one in found.sources} == {None}
    assert found.flips > 0


def test_a_draw_that_fails_twice_is_counted_once() -> None:
    """The bounds of both scores cross in the same draws; the first that is met is told."""
    text = """\
    figures: {cut: {value: 5, basis: inferred, low: 4, high: 6}, mark: {value: 3, basis: inferred, low: 2, high: 5}}
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}}
    measures:
      x: {kind: thresholds, of: a, scores: [{score: 2, at_least: cut}, {score: 1, at_least: mark}, {score: 0, otherwise: true}]}
      y: {kind: thresholds, of: b, scores: [{score: 2, at_least: cut}, {score: 1, at_least: mark}, {score: 0, otherwise: true}]}
      m: {kind: sum, of: [x, y]}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 3}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="4 6 2", b="4 6 2")
    found = robustness([assessment], [Vary("figures")], draws=600, seed=2)
    assert [failure.cause for failure in found.failed] == ["The bounds of a cross."]
    assert found.done + found.failed[0].draws == 600


def test_where_there_is_nothing_to_vary_it_says_so() -> None:
    """A source that has nothing is named, and nothing is drawn."""
    text = TWO.replace(", error: se}, se: {type: number}", "}")
    found = robustness([rate(text, only=None, overrides=(), names=(), a="5.5 4")], [WEIGHTS, Vary("values"), VARIANTS])
    assert found.idle == ("weights", "values", "variants")
    assert found.done == 0
    assert "that flip in a draw" not in robustness_text(found)
    assert (
        assumed(found)
        == "Nothing was varied. There is nothing to vary in weights. There is nothing to vary in values. There is nothing to vary in variants."
    )
    assert found.organisations[0].chances == {"2": 1.0, "1": 0.0}


HANGING = """\
scales: {stars: [{level: 2}, {level: 1}]}
inputs: {a: {type: number, error: 1}, b: {type: number}, c: {type: number}}
measures:
  m: {kind: mean, of: [b, c]}
  high: {kind: thresholds, of: a, scores: [{score: 0.1, at_least: 5}, {score: 0, otherwise: true}]}
  all: {kind: sum, of: [m, high]}
  part: {kind: ratio, of: a, to: b, zero: refuse}
ratings:
  stars: {kind: thresholds, of: all, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 0.85}, {level: 1, otherwise: true}]}
"""


def test_a_draw_that_hangs_on_a_bound_is_rated_by_the_engine_and_counted() -> None:
    """A mean of 0.75 and 0.1 make 0.85, which is the bound: in floating numbers they do not, and the engine knows."""
    found = robustness(
        [rate(HANGING, only=None, overrides=(), names=(), a="4 6", b="0.7 1", c="0.8 1")], [Vary("values")], draws=60
    )
    assert found.by_engine > 0
    assert 0 < found.organisations[0].chances["2"] < 0.5
    assert "were rated by the engine" in assumed(found)


def test_what_is_not_in_the_plan_is_rated_by_the_engine() -> None:
    """Clusters by Hartigan and Wong, one draw after the other; a draw that the engine refuses has failed."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, error: 1}, b: {type: number}}
    measures: {r: {kind: ratio, of: b, to: a}}
    ratings:
      stars: {kind: clusters, of: r, over: everyone, scale: stars, headline: true, algorithm: hartigan-wong, quantile: linear, best: highest}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="1 2 8 9", b="1 1 1 1")
    told: list[Problem] = []
    found = robustness([assessment], [Vary("values")], draws=10, warn=told.append)
    assert found.by_engine == 10
    [note] = told
    assert (note.code, note.severity) == ("slow-draws", "note")
    assert note.message.startswith("The engine rates 10 draws one by one: stars is not in the arrays, since each value")
    assert note.remedy == "Fewer --draws take less."
    robustness([assessment, assessment], [Vary("values"), VARIANTS], draws=10, warn=told.append)
    assert told[1].message.startswith("The engine rates 20 draws one by one"), "by values alone, and with the variants"
    change = Change(1, inputs={"a": np.zeros((1, 4))})
    outcome = drawn([assessment], [Vary("values")])
    kept = outcome.run([0], 1, 10, lambda _: None)
    outcome.block(kept, 0, change, np.array([3]))
    assert next(iter(kept.failed.values())).tolist() == [False] * 3 + [True] + [False] * 6


def test_how_long_the_engine_will_take_is_said_where_it_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the time of one rating; here any is long."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, error: 1}}
    ratings:
      stars: {kind: clusters, of: a, over: everyone, scale: stars, headline: true, algorithm: hartigan-wong, quantile: linear, best: highest}
    """
    monkeypatch.setattr("nhsrate.analysis.cost.SHORT", 0.0)
    told: list[Problem] = []
    robustness(
        [rate(text, only=None, overrides=(), names=(), a="1 2 8 9")], [Vary("values")], draws=3, warn=told.append
    )
    assert told[0].remedy.startswith("It will take about 0 seconds; ")


def test_a_headline_of_numbers_flips_by_its_place() -> None:
    """There are no chances of levels then, and no level to leave an indicator out of."""
    text = """\
    inputs: {a: {type: number, error: 1}}
    ratings: {index: {kind: sum, of: [a], missing: leave out, polarity: higher, headline: true}}
    """
    found = robustness([rate(text, only=None, overrides=(), names=(), a="1 2 -")], [Vary("values")], draws=200)
    assert [one.place for one in found.organisations] == [2, 1, None]
    assert found.organisations[0].chances == {}
    assert 0 < found.organisations[0].flips < 1
    assert found.leave_one_out == ()
    assert "a place other than" in robustness_text(found)


def test_who_is_not_rated_has_a_chance_of_that() -> None:
    """A draw may take a rating away, where too few parts are there for one."""
    text = TWO.replace("of: a, scale", "of: m, scale").replace(
        "measures: {",
        "measures: {m: {kind: ratio, of: a, to: high, zero: missing}, high: {kind: thresholds, of: a, scores: [{score: 0.5, at_least: 5}, {score: 0, otherwise: true}]}, ",
    )
    found = robustness(
        [rate(text, only=None, overrides=(), names=(), a="5.5 4", se="1 2")], [Vary("values")], draws=300
    )
    assert 0 < found.organisations[0].unrated < 1
    assert robustness_csv(found).splitlines()[0].endswith("chance_unrated")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weight=25%", '"weight" is nothing that varies'),
        ("weights", "How much weights vary is not said"),
        ("values=2", "values take no amount"),
        ("figures=2%", '"2%" is no amount by which figures vary.'),
        ("weights=x", '"x" is no amount'),
        ("ranks=0", '"0" is no amount'),
        ("weights:a=25%", '"weights:a" names no figures'),
        ("figures:=0.02", '"figures:" names no figures'),
        ("weights=125%", "weights vary by less than 100 %; 125% is 125 %."),
    ],
)
def test_what_says_of_nothing_how_it_varies_is_refused(text: str, said: str) -> None:
    """With the words that can be written."""
    with pytest.raises(BadVary) as bad:
        parse_vary(text)
    assert said in str(bad.value)


def test_the_plan_must_be_the_engine() -> None:
    """Where it is not, nothing is drawn."""
    assessment = rate(TWO, only=None, overrides=(), names=(), a="5.5 4", se="1 2")
    assessment.columns["rank"][0] = Decimal(77)  # type: ignore[index]
    with pytest.raises(Refused):
        robustness([assessment], [Vary("values")])


def test_the_methods_of_a_file_are_read_once(tmp_path: Path) -> None:
    """What an edition says to vary, and its variants, stand in its record."""
    text = """\
    vary: [weights=10%, variants]
    variants:
      strict: {title: A harder cut, change: {ratings: {stars: {levels: [{level: 2, at_least: 6}, {level: 1, otherwise: true}]}}}}
    """
    from textwrap import dedent

    methodology = method(dedent(text) + TWO)
    assert methodology.vary == ("weights=10%", "variants")
    ((name, title, variant),) = [(one.name, one.title, one.methodology) for one in methodology.variants]
    assert (name, title) == ("strict", "A harder cut")
    first = rate(methodology, only=None, overrides=(), names=(), a="5.5 4", se="1 2")
    second = rate(variant, only=None, overrides=(), names=(), a="5.5 4", se="1 2")
    found = robustness([first, second], [VARIANTS], draws=200)
    assert 0.4 < found.organisations[0].chances["1"] < 0.6
