"""Each kind's array arithmetic, in the forms it can take: unperturbed it is the engine; refused draws say why."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from tests.support.generated import HEAD, OVER_ORGANISATIONS, ROW_WISE
from tests.support.rules import method, rate

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Refused
from nhsrate.kinds import KINDS
from nhsrate.plan.by_engine import rated_draw
from nhsrate.plan.columns import decoded, encoded
from nhsrate.plan.kinds import BY_THE_ENGINE
from nhsrate.plan.plan import Change, Plan, agree
from nhsrate.returns.model import Override

COLUMNS = {
    "a": "1 2.5 -3 4 5.5 7 0.5 2.5",
    "b": "6 4 4 - 1 -2.5 3 2",
    "c": "1 2 2.5 4 1 - 4 2",
    "events": "0 3 12 14 7 25 9 11",
    "size": "40 55 30 80 60 90 20 45",
    "rank": "3 1 5 12 7 2 9 10",
    "light": "green red amber green - red green amber",
    "late": "no no yes no no no yes no",
    "way": "higher lower lower higher - higher lower lower",
    "type": "acute Community ACUTE community acute acute community Acute",
}
FUNNELS = (
    "out_of: size, against: 0.12, method: wilson",
    "out_of: size, against: average, over: everyone, method: normal",
    "out_of: size, against: average, over: acutes, within: light, method: normal",
    "per: size, against: 10, times: 100, method: byar, under_10: exact poisson",
    "per: size, against: average, over: everyone, within: type, method: byar, under_10: missing",
    "expected: size, against: 0.3, method: exact poisson",
    "expected: size, against: c, times: 10, method: byar",
    "error: c, against: a, method: normal",
    "error: c, against: average, over: everyone, method: normal",
    "error: c, against: 6, over: everyone, method: normal, overdispersion: {form: additive}",
    "out_of: size, against: average, over: everyone, method: normal, overdispersion: {form: additive, trim: 0.2}",
    "per: size, against: 0.2, over: everyone, method: normal, overdispersion: {form: multiplicative}",
    "per: size, against: 0.2, over: everyone, method: normal, overdispersion: {form: additive, trim: 0.2, outer: left out}",
    "per: size, against: average, over: everyone, within: type, method: normal, overdispersion: {form: multiplicative, trim: 0.25, outer: left out}",
    "per: size, against: average, over: everyone, within: type, method: normal, overdispersion: {form: additive}",
)
MEASURES = (
    *(f"kind: significance, of: events, scale: rag, confidence: [95], {funnel}" for funnel in FUNNELS),
    *(f"kind: difference, of: a, from: c, round: {{places: 0, halves: {halves}}}" for halves in
      ("up", "down", "even", "towards zero", "away from zero")),
    "kind: difference, of: a, from: events, as: percent, only_when: {when: {events: '> 0'}, because: there were none, missing: fails}",
    "kind: ratio, of: a, to: size",
    "kind: level, of: light, scale: rag",
    "kind: level, of: c, scale: numbers, halves: up, only_when: {when: {c: '<= 3'}, because: it is high, missing: fails}",
    "kind: median, of: [a, b, c], missing: {count as: low_mark}",
    "kind: count, of: [b, light], at: '>= 2', missing: {leave out: 2}",
    "kind: ratio, of: size, to: events, zero: missing",
    "kind: thresholds, of: b, scores: [{score: 1, below: 2}, {score: 2, otherwise: true}]",
    "kind: tiles, of: b, over: everyone, tiles: 3, first: lowest",
    "kind: clusters, of: a, over: acutes, within: type, scale: rag, algorithm: lloyd, quantile: linear, best: highest",
    "kind: constant, value: low_mark",
    *(f"kind: logarithm, of: size, base: {base}" for base in ("e", "2", "10")),
    "kind: significance, of: size, polarity: higher, scale: rag, confidence: [95], per: rank, against: 8, over: everyone, method: normal, overdispersion: {form: additive, trim: 0.1, outer: left out, on: natural logarithm}",
    "kind: significance, of: size, polarity: higher, scale: rag, confidence: [95], per: rank, against: c, times: 0.1, over: everyone, method: normal, overdispersion: {form: additive, on: natural logarithm}",
    "kind: earlier, of: b, period: previous",
    "kind: earlier, of: light, period: previous",
    "kind: earlier, of: a, back: 4",
    "kind: margin, of: a, target: b",
    "kind: margin, of: a, target: {item: c, times: 2, plus: 1}, better: lower, as: percent",
    "kind: margin, of: b, target: 5, better: {item: way}",
    "kind: first-available, of: [b, a]",
    "kind: lowest, of: [b, a], missing: leave out",
    "kind: highest, of: [b, a], missing: {leave out: 2}",
    *(f"kind: winsorise, of: b, over: everyone, low: 0.2, high: 0.7, definition: {definition}" for definition in
      ("linear", "inverted cdf", "averaged inverted cdf", "hazen", "weibull", "median unbiased")),
    "kind: percentile-rank, of: b, over: everyone, reverse: always, form: low / n",
    "kind: relative, of: b, over: everyone, to: median, as: difference",
    "kind: place, by: [{item: a, first: highest}], over: acutes, within: late",
    "kind: place, by: [{item: c, first: lowest}, {item: light, first: best}], over: everyone",
    "kind: place, by: [{item: light, first: highest}], over: everyone",
    ("kind: quantile-bands, of: b, over: everyone, scale: rag, definition: linear, polarity: lower, at_cut: worse, "
    "levels: [{level: green, best: 0.4}, {level: red, otherwise: true}]"),
    ("kind: thresholds, of: a, scale: stars, polarity: higher, levels: [{level: 3, at_least: 5}, {level: 2, at_least: 2}, "
    "{level: 1, otherwise: true}], limits: [{step: down, when: {late: yes}, because: late, missing: fails}, "
    "{at_worst: 2, when: {type: acute}, because: acute, missing: fails}, {at_best: 2, when: {c: '> 2'}, because: c, missing: holds}]"),
    "kind: level, of: a, scale: mixed, halves: up, only_when: {when: {a: [1, 4]}, because: it has none, missing: fails}",
    *(f"kind: percentile-rank, of: b, over: everyone, within: light, form: {form}" for form in
      ("low / n", "high / n", "middle / n", "from zero")),
    "kind: quantile-bands, of: a, over: everyone, scale: rag, definition: linear, levels: [{level: green, best: 0.25}, {level: red, otherwise: true}]",
    "kind: weighted-variance, of: {a: 1, b: 2}, missing: leave out",
    "kind: weighted-mean, of: {b: 0, c: 1}, missing: leave out",
    "kind: weighted-mean, of: {b: 2, c: 1}, missing: missing",
    "kind: count, of: [b, c], at: '> 2', missing: missing",
    "kind: count, of: [a, events], at: '2..6'",
    "kind: difference, of: 10, from: {item: a, times: 2, plus: low_mark}, as: percent",
    "kind: difference, of: {item: c, plus: 1}, from: 2, as: percent",
    "kind: clip, of: a, low: low_mark, high: {item: size, times: 0.1}",
    "kind: clip, of: a, high: b",
    "kind: clip, of: b, low: c",
    "kind: product, of: [a, b, 3, low_mark], missing: leave out",
    "kind: product, of: [a, c], missing: {count as: 2}",
    "kind: sum, of: [a, b, 3, low_mark], missing: leave out",
    "kind: harmonic-mean, of: [size, rank]",
    "kind: harmonic-mean, of: {size: 1, rank: 3, c: high_mark}, missing: leave out",
    "kind: lowest, of: [a, b, 3], missing: leave out",
    "kind: highest, of: [a, low_mark, b], missing: {leave out: 2}",
    "kind: lowest, of: [light, other_light], scale: rag, missing: leave out",
    "kind: highest, of: [light, other_light], scale: rag, missing: missing",
    "kind: highest, of: [word, other_word], scale: plain, missing: {leave out: 2}",
    *(f"kind: statistic, of: b, over: everyone, take: {take}" for take in
      ("mean", "median", "lowest", "highest", "sum", "count", "quantile, share: 0.3, definition: weibull")),
    "kind: statistic, of: b, over: acutes, within: light, take: count",
    "kind: statistic, of: b, over: acutes, within: light, take: quantile, share: 0.25, definition: averaged inverted cdf",
    "kind: relative, of: b, over: acutes, to: organisation, organisation: c, as: difference",
    "kind: relative, of: b, over: everyone, to: organisation, organisation: D, within: light",
    "kind: relative, of: c, over: everyone, to: organisation, organisation: A, as: ratio",
    "kind: min-max, of: b, over: everyone, worst: 6, best: -3, to: 100, clip: true",
    "kind: min-max, of: size, over: everyone, worst: 20, best: 80, clip: true",
    "kind: min-max, of: b, over: everyone, worst: {item: size, plus: 1}, best: c, clip: true",
    "kind: min-max, of: a, over: acutes, within: type, low: {item: rank, times: -2}",
    "kind: min-max, of: a, over: everyone, high: size, reverse: always",
    "kind: count, of: [a, b], at: {at_least: {item: c, plus: low_mark}}, missing: leave out",
    "kind: count, of: [a, events], at: {above: c, below: 9}, missing: missing",
    "kind: count, of: [a, events], at: {at_least: c, at_most: {item: c, times: 2}}, missing: {leave out: 2}",
    "kind: thresholds, of: a, scores: [{score: 3, at_least: c}, {score: 2, at_least: {item: c, plus: -2}}, {score: 1, above: -2}, {score: 0, otherwise: true}]",
    "kind: thresholds, of: a, scores: [{score: 3, above: 6}, {score: 2, above: {item: c, times: 0.1}}, {score: 0, otherwise: true}]",
    "kind: rank-spread, of: b, best: 1, worst: 4, standard: {at_most: c, meets: 0.5, best: 1}, floor: {at_most: {item: c, plus: 4}, fails: 5, worst: 4}",
    "kind: rank-spread, of: a, best: 1, worst: 4, over: acutes, polarity: higher, floor: {at_least: b, fails: 5, worst: 4}",
    "kind: decide, rows: [{when: {any: [{a: {above: b}}, {late: yes, c: '> 2'}]}, then: 1, missing: fails}, {when: {not: {b: {at_least: c}}}, then: 2, missing: holds}], otherwise: 3",
    "kind: decide, rows: [{when: {light: {at_least: rank}, not: {any: [{type: acute}, {c: missing}]}}, then: 1, missing: holds}], otherwise: 3",
    "kind: decide, rows: [{when: {b: missing}, then: 0}, {when: {c: missing}, then: 4}, {when: {not: {any: [{b: {above: c}}, {a: {above: c}}]}}, then: 1}, {when: {any: [{a: '> 1'}, {b: {above: c}}]}, then: 2}, {when: {a: missing}, then: 5}], otherwise: 3",
    ("kind: thresholds, of: a, scale: rag, polarity: higher, levels: [{level: green, at_least: 5}, {level: red, otherwise: true}], "
     "limits: [{at_best: {item: light}, because: light}, {step: down, when: {late: yes}, because: late, missing: fails}]"),
    ("kind: thresholds, of: a, scale: rag, polarity: higher, levels: [{level: green, at_least: 2}, {level: red, otherwise: true}], "
     "limits: [{at_worst: {item: light, plus: -3}, because: light, missing: fails, when: {c: '> 1'}}]"),
    "kind: level, of: light, scale: rag, limits: [{at_best: {item: light, plus: 3}, because: light, missing: holds}]",
    "kind: count, of: [a, events], at: 'not 4'",
    "kind: decide, rows: [{when: {late: missing}, then: 1}, {when: {type: [acute, other]}, then: {item: a}, missing: fails}], otherwise: 3",
    "kind: decide, rows: [{when: {type: not acute}, then: green, missing: holds}], otherwise: red, scale: rag",
    "kind: decide, rows: [{when: {type: acute}, then: {item: light}, missing: fails}], otherwise: red, scale: rag",
    "kind: lookup, of: type, table: {acute: Hospital}, otherwise: other, result: text",
    "kind: lookup, of: c, table: {1: 5, 2: 4, 2.5: 3, 4: 0}",
    "kind: matrix, rows: light, columns: type, across: [acute, community], table: {green: [green, red], amber: [amber, red], red: [red, red]}, scale: rag",
    ("kind: thresholds, of: a, by: light, sets: {green: [{score: 1, at_least: 2}, {score: 0, otherwise: true}], "
    "amber: [{score: 2, otherwise: true}], red: [{score: 4, above: 5}, {score: 3, otherwise: true}]}"),
    "kind: rank-spread, of: b, rank: rank, ranked: 12, best: 1, worst: 4, standard: {at_most: 1, meets: 0.5, best: 1}",
    "kind: rank-spread, of: b, best: 1, worst: 4, over: acutes, floor: {at_most: 5, fails: 5, worst: 3}",
    "kind: min-max, of: b, over: acutes, within: light, reverse: by polarity",
    "kind: winsorise, of: a, over: everyone, within: light, low: 0.2, high: 0.7, definition: hazen",
    "kind: relative, of: b, over: everyone, to: best, as: ratio",
    "kind: tiles, of: c, over: everyone, within: type, tiles: 3, first: highest",
    "kind: reported, of: light, over: acutes, at_least: 9, scale: rag",
    "kind: clusters, of: a, over: everyone, within: light, scale: rag, algorithm: lloyd, quantile: linear, best: highest",
    "kind: clusters, of: a, over: everyone, scale: rag, algorithm: lloyd, quantile: linear, best: lowest, rounds: 1",
    "kind: place, by: [{item: light, first: best}], over: everyone, ties: dense",
)  # fmt: skip


def text_of(measure: str) -> str:
    """A rule text with one measure, which the rating goes by."""
    head = (HEAD % (0, 5)).replace(", valid: -10..15, places: 1", "")
    head = head.replace(
        "measures:\n",
        "measures:\n  other_light: {kind: thresholds, of: c, scale: rag, polarity: lower, levels: [{level: green, below: 2}, "
        "{level: red, otherwise: true}]}\n  word: {kind: lookup, of: light, scale: plain, table: {green: good, amber: fair, "
        "red: poor}}\n  other_word: {kind: lookup, of: other_light, scale: plain, table: {green: good, red: poor}}\n",
    )
    head = head.replace(
        "populations:",
        "  plain: [{level: good}, {level: fair}, {level: poor}]\n"
        "  numbers: [{level: 1}, {level: 2}, {level: 3}]\n  mixed: [{level: 1}, {level: 4}, {level: x}]\npopulations:",
    )
    rating = "kind: decide, rows: [{when: {m: missing}, then: 1}], otherwise: 2, scale: stars, headline: true"
    return f"{head}  m: {{{measure}}}\nratings:\n  stars: {{{rating}}}\n"


def test_every_kind_is_held_to_the_engine() -> None:
    """By a rule here, or by those that hypothesis draws."""
    here = {measure.split(",")[0].removeprefix("kind: ") for measure in MEASURES}
    assert KINDS.keys() - here - {*ROW_WISE, *OVER_ORGANISATIONS} == set()


@pytest.mark.parametrize("measure", MEASURES)
def test_unperturbed_it_is_the_engine(measure: str) -> None:
    """Every level is the same, and every number within 1e-9."""
    before = {id_: " ".join(reversed(words.split())) for id_, words in COLUMNS.items()}
    assessment = rate(text_of(measure), only=None, overrides=(), names=(), before=before, **COLUMNS)
    assert Plan(assessment).differences() == []


REFUSALS = (
    ("kind: margin, of: a, target: b, as: percent", "b", 0.0, "The target is zero"),
    ("kind: ratio, of: a, to: b", "b", 0.0, 'b" is zero'),
    ("kind: difference, of: a, from: b, as: percent", "b", 0.0, 'b" is zero'),
    ("kind: logarithm, of: a, base: e", "a", 0.0, "is not above zero"),
    ("kind: harmonic-mean, of: [a, size]", "a", 0.0, "is not above zero"),
    ("kind: difference, of: 5, from: {item: a, plus: -9}, as: percent", "a", 9.0, 'a" is zero'),
    ("kind: clip, of: b, low: a, high: 5", "a", 9.0, "ends of b cross"),
    ("kind: min-max, of: b, over: everyone, polarity: higher, low: a, high: 9", "a", 9.5, "goalposts of b cross"),
    ("kind: significance, of: events, scale: rag, confidence: [95], per: size, against: 0.1, over: everyone, method: normal, overdispersion: {form: additive, on: natural logarithm}", "events", 0.0, "zero has no logarithm"),
    ("kind: geometric-mean, of: [a, size]", "a", -1.0, "is not above zero"),
    ("kind: lookup, of: a, table: {1: 5, 2.5: 4, -3: 1, 4: 1, 5.5: 1, 7: 1, 0.5: 1}", "a", 9.0, "no entry"),
    ("kind: level, of: a, scale: numbers, halves: up", "a", 9.0, "no level"),
    ("kind: rank-spread, of: a, rank: rank, ranked: 12, best: 1, worst: 4", "rank", 13.0, "is not between 1 and"),
    ("kind: significance, of: events, scale: rag, confidence: [95], out_of: size, against: 0.1, method: wilson", "size", -1.0, "below zero"),
    ("kind: significance, of: events, scale: rag, confidence: [95], out_of: size, against: 0.1, method: wilson", "events", 999.0, "is more than"),
    ("kind: significance, of: events, scale: rag, confidence: [95], per: size, against: 0.1, method: byar", "events", -2.0, "below zero"),
    ("kind: significance, of: events, scale: rag, confidence: [95], per: size, against: 0.1, method: exact poisson", "events", 2.5, "whole number"),
    ("kind: significance, of: events, scale: rag, confidence: [95], error: a, against: 1, method: normal", "a", -2.0, "not above zero"),
    ("kind: significance, of: events, scale: rag, confidence: [95], out_of: size, against: a, method: normal", "a", 2.0, "no value can be"),
    ("kind: thresholds, of: a, by: b, sets: {6: [{score: 1, otherwise: true}], 4: [{score: 2, otherwise: true}]}", "b", 9.0, "no thresholds"),
)  # fmt: skip


@pytest.mark.parametrize(("measure", "column", "value", "cause"), REFUSALS)
def test_what_the_engine_refuses_ends_the_draw_with_its_cause(
    measure: str, column: str, value: float, cause: str
) -> None:
    """Of two draws one is as the return, and the other has a value that the method refuses."""
    columns = {**COLUMNS, "a": "1 2.5 0.5", "b": "6 4 4", "c": "1 2 1", "rank": "3 1 5", "events": "0 3 12"}
    columns |= {"size": "40 55 30", "light": "green red amber", "late": "no no yes", "type": "acute acute acute"}
    columns["way"] = "higher lower lower"
    if "numbers, halves" in measure:
        columns["a"] = "1 2 3"
    if "against: a" in measure:
        columns["a"] = "0.1 0.2 0.3"
    if "error: a" in measure or "natural logarithm" in measure:
        columns["events"] = "4 3 12"
    assessment = rate(text_of(measure), only=None, overrides=(), names=(), **columns)
    plan = Plan(assessment)
    cells = np.repeat(plan.base(column).cells, 2, axis=0)
    cells[1, 2] = value
    change = Change(2, inputs={column: cells})
    board = plan.run(change)
    assert any(cause in said and rows.tolist() == [False, True] for said, rows in board.refused.items())
    with pytest.raises(Refused):
        rated_draw(assessment, change, 1, plan.texts)
    rated_draw(assessment, change, 0, plan.texts)


def test_bounds_that_cross_end_the_draw() -> None:
    """So do goalposts, shares of quantiles and the ends of a test."""
    measures = {
        "kind: thresholds, of: a, scores: [{score: 2, at_least: high_mark}, {score: 1, at_least: low_mark}, {score: 0, otherwise: true}]": "bounds of a",
        "kind: min-max, of: a, over: everyone, low: low_mark, high: high_mark": "goalposts of a",
        "kind: winsorise, of: a, over: everyone, low: low_mark, high: share, definition: linear": "shares of a",
        "kind: count, of: [a, c], at: low_mark..high_mark, missing: leave out": "ends of",
    }
    for measure, cause in measures.items():
        plan = Plan(rate(text_of(measure), only=None, overrides=(), names=(), **COLUMNS))
        figures = {"low_mark": np.array([[0.0], [9.0]]), "high_mark": np.array([[5.0], [5.0]])}
        board = plan.run(Change(2, {**figures, "share": np.array([[0.3], [0.3]])}))
        (said,) = board.refused
        assert cause in said
        assert board.refused[said].tolist() == [False, True]


CROSSING = (
    ("kind: thresholds, of: a, scores: [{score: 2, at_least: b}, {score: 1, at_least: c}, {score: 0, otherwise: true}]", "bounds of a cross"),
    ("kind: count, of: [a], at: {at_least: c, at_most: b}", "ends of from c to b cross"),
    ("kind: decide, rows: [{when: {not: {a: {above: c, below: b}}}, then: 1, missing: fails}], otherwise: 2", "ends of above c and below b cross"),
    ("kind: level, of: light, scale: rag, limits: [{at_best: {item: other}, because: one}, {at_worst: amber, because: two, when: {type: acute}, missing: fails}]", "A cap and a floor cross"),
)  # fmt: skip


@pytest.mark.parametrize(("measure", "cause"), CROSSING)
def test_bounds_that_cross_for_one_organisation_end_the_draw(measure: str, cause: str) -> None:
    """The engine refuses the organisation's row, and so does the plan."""
    other = "kind: thresholds, of: b, scale: rag, levels: [{level: amber, at_least: 3}, {level: red, otherwise: true}]"
    text = text_of(measure).replace("ratings:\n", f"ratings:\n  other: {{{other}, polarity: higher}}\n")
    columns = {**COLUMNS, "a": "1 4 5", "b": "6 4 4", "c": "1 2 1", "rank": "3 1 5", "events": "0 3 12"}
    columns |= {"size": "40 55 30", "light": "green red amber", "late": "no no yes", "type": "acute acute acute"}
    columns["way"] = "higher lower lower"
    assessment = rate(text, only=None, overrides=(), names=(), **columns)
    plan = Plan(assessment)
    cells = np.repeat(plan.base("b").cells, 2, axis=0)
    cells[1, 2] = 0.5
    change = Change(2, inputs={"b": cells})
    board = plan.run(change)
    assert any(cause in said and rows.tolist() == [False, True] for said, rows in board.refused.items())
    with pytest.raises(Refused, match="C\\. Mend the values that stand as bounds"):
        rated_draw(assessment, change, 1, plan.texts)
    rated_draw(assessment, change, 0, plan.texts)


def test_what_came_as_published_or_was_decided_stays_in_every_draw() -> None:
    """A score that the return gives is not worked out, and a decision is not undone."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, polarity: higher}}
    measures:
      score: {kind: sum, of: [a], given_as: [Score], markers: {none given: no score}}
      all: {kind: sum, of: [a], given_as: [All]}
    ratings:
      stars: {kind: thresholds, of: score, scale: stars, headline: true, polarity: higher, levels: [{level: 2, at_least: 3}, {level: 1, otherwise: true}]}
      other: {kind: thresholds, of: all, scale: stars, levels: [{level: 2, at_least: 3}, {level: 1, otherwise: true}], polarity: higher}
    """
    decided = Override("C", "stars", "2", "board", "2026", "agreed", CellLocation("r.csv"))
    assessment = rate(method(text), only=None, overrides=[decided], names=(), a="1 1 1", score="5 - -", all="4 4 4")
    plan = Plan(assessment)
    change = Change(2, inputs={"a": np.array([[1.0, 1.0, 1.0], [9.0, 9.0, 2.0]])})
    board = plan.run(change)
    assert board.cells("stars").tolist() == [[0, 1, 0], [0, 0, 0]]
    assert plan.touched(change) == ["score", "stars"]
    assert plan.differences() == []
    assert rated_draw(assessment, change, 1, plan.texts).columns["stars"][2] is assessment.columns["stars"][2]


def test_parts_that_are_all_equal_need_no_weights() -> None:
    """An organisation whose parts are equal has their value in every draw, however near to a bound it is."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures: {m: {kind: mean, of: [a, b]}}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, headline: true, levels: [{level: 2, at_least: 0.7}, {level: 1, otherwise: true}]}
    """
    plan = Plan(rate(text, only=None, overrides=(), names=(), a="0.7 0.6", b="0.7 0.8"))
    weights = np.random.default_rng(1).uniform(0.5, 1.5, (50, 2))
    board = plan.run(Change(50, weights={"m": weights}))
    assert board.cells("stars")[:, 0].tolist() == [0] * 50
    assert set(board.cells("stars")[:, 1].tolist()) == {0, 1}
    assert not board.near.any()


def test_what_lies_too_near_to_a_bound_is_noted_and_left_to_the_engine() -> None:
    """0.7 and 0.8 in equal parts are 0.75, which is a bound here: only the engine says on which side of it they lie."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures: {m: {kind: mean, of: [a, b]}}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, headline: true, levels: [{level: 2, at_least: 0.75}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="0.7", b="0.8")
    plan = Plan(assessment)
    change = Change(2, weights={"m": np.array([[1.5, 1.5], [1.0, 2.0]])})
    assert plan.run(change).near.tolist() == [True, False]
    assert str(rated_draw(assessment, change, 0, plan.texts).columns["stars"][0]) == "2"


def test_what_is_left_to_the_engine_is_named_with_its_reason() -> None:
    """Hartigan and Wong's algorithm is not in the plan, nor is a confidence that is varied."""
    clusters = (
        "kind: clusters, of: a, over: everyone, scale: rag, algorithm: hartigan-wong, quantile: linear, best: highest"
    )
    plan = Plan(rate(text_of(clusters), only=None, overrides=(), names=(), **COLUMNS))
    change = Change(1, inputs={"a": plan.base("a").cells})
    assert plan.unplanned(change) == {"m": BY_THE_ENGINE["clusters by hartigan-wong"]}
    assert plan.differences() == []
    funnel = "kind: significance, of: events, scale: rag, confidence: [high_mark], out_of: size, against: 0.1, method: wilson"
    plan = Plan(rate(text_of(funnel), only=None, overrides=(), names=(), **COLUMNS))
    change = Change(1, figures={"high_mark": np.array([[5.0]])})
    assert plan.unplanned(change) == {"m": "its confidence high_mark is varied"}


def test_it_can_be_of_one_organisation_where_others_do_not_matter() -> None:
    """A sum of one trust needs no other; its place among all does, and so does a rank within the return."""
    measures = {
        "kind: sum, of: [a, b], missing: leave out": True,
        "kind: rank-spread, of: a, rank: rank, ranked: 12, best: 1, worst: 4": True,
        "kind: rank-spread, of: a, best: 1, worst: 4": False,
        "kind: min-max, of: a, over: everyone, low: 0, high: 10": True,
        "kind: min-max, of: a, over: everyone": False,
    }
    for measure, alone in measures.items():
        assessment = rate(text_of(measure), only=None, overrides=(), names=(), **COLUMNS)
        plan = Plan(assessment, only=[2])
        change = Change(1, inputs={"a": np.array([[9.0]])})
        assert plan.row_wise(change) is alone
        board = plan.run(change, wanted=["stars"])
        assert board.cells("stars").shape == (1, 1)
        assert "stars" not in plan.run(change, wanted=["m"]).columns


def test_a_difference_is_found() -> None:
    """What the engine gave and the plan does not is named."""
    assessment = rate(text_of("kind: sum, of: [a]"), only=None, overrides=(), names=(), **COLUMNS)
    assessment.columns["m"][0] = Decimal(77)  # type: ignore[index]
    assert Plan(assessment).differences() == ["m"]
    assert not agree(np.array([[1.0]]), np.array([[1]]))


def test_cells_go_into_arrays_and_come_back() -> None:
    """Numbers, levels and texts keep what they are; a missing one stays missing."""
    assessment = rate(text_of("kind: sum, of: [a]"), only=None, overrides=(), names=(), **COLUMNS)
    methodology, plan = assessment.methodology, Plan(assessment)
    for id_ in ("b", "light", "type"):
        type_ = methodology.type_of(id_)
        cells = assessment.columns[id_]
        array = encoded(cells, type_, plan.texts)
        back = [decoded(array, n, type_, plan.texts) for n in range(len(cells))]
        assert [isinstance(cell, Missing) for cell in back] == [isinstance(cell, Missing) for cell in cells]
        assert [str(cell) for cell in back if not isinstance(cell, Missing)] == [
            str(cell) for cell in cells if not isinstance(cell, Missing)
        ]


def test_the_weight_used_follows_the_weights_of_the_draw() -> None:
    """Of weights 1 and 3 the first has a quarter, and all of it where the second is missing; drawn ones likewise."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      m: {kind: weighted-mean, of: {a: 1, b: 3}, missing: leave out}
      w: {kind: weight-used, of: a, in: m}
    ratings:
      stars: {kind: thresholds, of: w, scale: stars, headline: true, levels: [{level: 2, at_least: 0.5}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="1 1 -", b="2 - 2")
    plan = Plan(assessment)
    assert plan.differences() == []
    board = plan.run(Change(2, weights={"m": np.array([[1.0, 3.0], [3.0, 1.0]])}))
    assert board.cells("w")[:, :2].tolist() == [[0.25, 1.0], [0.75, 1.0]]
    assert np.isnan(board.cells("w")[:, 2]).all()


def test_a_cohort_may_differ_from_draw_to_draw() -> None:
    """Means within a level that the draw changes are those of the cohort as it is then."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}}
    measures:
      side: {kind: thresholds, of: b, scores: [{score: 1, at_least: 3}, {score: 0, otherwise: true}]}
      m: {kind: relative, of: a, over: everyone, within: side, to: mean, as: difference}
      t: {kind: tiles, of: a, over: everyone, within: side, tiles: 2, first: lowest}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, headline: true, levels: [{level: 2, at_least: 0.3}, {level: 1, otherwise: true}]}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="1 2 4 8", b="1 1 5 -")
    change = Change(2, inputs={"b": np.array([[1.0, 5.0, 5.0, np.nan], [1.0, 1.0, 1.0, 5.0]])})
    plan = Plan(assessment)
    board = plan.run(change)
    for row in range(2):
        engine = rated_draw(assessment, change, row, plan.texts)
        for id_ in ("m", "t", "stars"):
            wanted = encoded(engine.columns[id_], engine.methodology.type_of(id_), plan.texts)
            assert agree(wanted, board.cells(id_)[row][None, :]), id_


def test_what_a_draw_takes_away_is_refused_where_the_method_cannot_do_without_it() -> None:
    """A value that must be there and is not in a draw ends it: in a sum, in a condition, in a count, in a limit."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number, polarity: higher, required: true}, b: {type: number, required: true}}
    measures:
      m: {kind: KIND}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, headline: true, levels: [{level: 2, at_least: 0.3}, {level: 1, otherwise: true}], polarity: higher}
    """
    kinds = (
        "sum, of: [a, b]",
        "decide, rows: [{when: {a: '> 1', b: '> 0'}, then: 2}], otherwise: 1",
        "count, of: [a, b], at: '> 1'",
    )
    for kind in kinds:
        assessment = rate(text.replace("KIND", kind), only=None, overrides=(), names=(), a="2 2", b="1 1")
        plan = Plan(assessment)
        change = Change(2, inputs={"a": np.array([[2.0, np.nan], [2.0, 3.0]])})
        (said,) = plan.run(change).refused
        assert said == '"a" is missing, and the method cannot do without it.'
        assert plan.run(change).refused[said].tolist() == [True, False]


def test_a_count_of_stand_ins_that_equal_the_rest_needs_no_weights() -> None:
    """What counts for a missing part may make all parts equal; a part that a draw may change makes none so."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      half: {kind: sum, of: [a], missing: leave out}
      m: {kind: weighted-mean, of: {a: 1, b: 2}, missing: {count as: 2}}
      n: {kind: weighted-mean, of: {m: 1, half: 2}, missing: {count as: 2}}
    ratings:
      stars: {kind: thresholds, of: n, scale: stars, headline: true, levels: [{level: 2, at_least: 2}, {level: 1, otherwise: true}]}
    """
    plan = Plan(rate(text, only=None, overrides=(), names=(), a="2 1", b="- 3"))
    drawn = np.random.default_rng(1).uniform(0.5, 1.5, (20, 2))
    board = plan.run(Change(20, weights={"m": drawn, "n": drawn}))
    assert board.cells("stars")[:, 0].tolist() == [0] * 20
    assert not board.near.any()
    board = plan.run(Change(20, weights={"n": drawn}, inputs={"a": np.tile([2.0, 1.0], (20, 1))}))
    assert board.near.all()


MADE = (
    "kind: standardise, of: d, over: everyone, sd: n-1",
    "kind: min-max, of: d, over: everyone",
    "kind: percentile-rank, of: d, over: everyone, form: low / n",
    "kind: quantile-bands, of: d, over: everyone, scale: rag, definition: linear, polarity: higher, levels: [{level: green, best: 0.4}, {level: red, otherwise: true}]",
    "kind: clusters, of: d, over: everyone, scale: rag, algorithm: lloyd, quantile: linear, best: highest, second_run: {trim: high_mark}, rounds: 50",
    "kind: level, of: d, scale: numbers, only_when: {when: {d: [1, 2, 3]}, because: it is none, missing: fails}",
    "kind: thresholds, of: d, scale: rag, polarity: higher, levels: [{level: green, above: 2}, {level: amber, at_least: -1}, {level: red, otherwise: true}]",
    "kind: thresholds, of: d, scale: rag, polarity: lower, levels: [{level: green, below: -1}, {level: amber, at_most: 2}, {level: red, otherwise: true}]",
    "kind: count, of: [d, light], at: '>= 2', missing: leave out",
    "kind: lookup, of: d, table: {1: 5, 2: 4}, otherwise: 0",
)


@pytest.mark.parametrize("measure", MADE)
def test_what_is_made_of_drawn_numbers_is_the_engine(measure: str) -> None:
    """Values that draws make lie where they lie; what is as good as a bound, a tie or a middle is noted."""
    text = text_of(measure).replace("measures:\n", "measures:\n  d: {kind: difference, of: a, from: c}\n")
    assessment = rate(text, only=None, overrides=(), names=(), **COLUMNS)
    plan = Plan(assessment)
    base = plan.base("a").cells
    drawn = np.concatenate(
        [base, base + np.random.default_rng(5).normal(0, 1, base.shape), base * 0 + plan.base("c").cells + 0.1]
    )
    change = Change(3, {"high_mark": np.array([[5.0], [2.0], [1.0]])}, inputs={"a": drawn})
    board = plan.run(change)
    assert not board.refused
    assert not board.near[1]
    assert board.near[2] or "standardise" not in measure
    for row in np.flatnonzero(~board.near):
        engine = rated_draw(assessment, change, int(row), plan.texts)
        wanted = encoded(engine.columns["m"], engine.methodology.type_of("m"), plan.texts)
        cells = np.broadcast_to(board.cells("m"), (3, 8))
        assert agree(wanted, cells[row][None, :])


def test_what_floating_numbers_cannot_tell_is_no_difference() -> None:
    """A mean a hair under its bound is the engine's to judge, so that the plan is not refused for it."""
    text = text_of("kind: thresholds, of: d, scores: [{score: 2, at_least: 2}, {score: 0, otherwise: true}]").replace(
        "measures:\n", "measures:\n  d: {kind: difference, of: a, from: c}\n"
    )
    columns = {name: column.split()[0] for name, column in COLUMNS.items()}
    assessment = rate(text, only=None, overrides=(), names=(), **columns | {"a": "2.9999999999", "c": "1"})
    plan = Plan(assessment)
    assert str(assessment.columns["m"][0]) == "0"
    assert plan.differences() == []
    assert plan.base("m").cells.tolist() == [[0.0]]


def test_a_value_halfway_between_two_centres_is_noted() -> None:
    """Of 0, 3 and 4.5 the centres are 1.5 and 4.5, and 3 lies in the middle: the engine says in which cluster it is."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures: {d: {kind: difference, of: a, from: b}}
    ratings:
      stars: {kind: clusters, of: d, over: everyone, scale: stars, headline: true, algorithm: lloyd, quantile: linear, best: highest}
    """
    assessment = rate(text, only=None, overrides=(), names=(), a="1 4 5.5", b="1 1 1")
    plan = Plan(assessment)
    change = Change(2, inputs={"a": np.array([[1.0, 4.0, 5.5], [1.0, 4.1, 5.5]])})
    assert plan.run(change).near.tolist() == [True, False]
    assert str(rated_draw(assessment, change, 0, plan.texts).columns["stars"][1]) == "1"


def test_what_no_headline_rests_on_sends_no_draw_to_the_engine() -> None:
    """A score that hangs on a bound is noted only where a headline goes by it."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      m: {kind: mean, of: [a, b]}
      aside: {kind: thresholds, of: m, scores: [{score: 2, at_least: 0.75}, {score: 1, otherwise: true}], published: true}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, headline: true, levels: [{level: 2, at_least: 0.5}, {level: 1, otherwise: true}]}
    """
    plan = Plan(rate(text, only=None, overrides=(), names=(), a="0.7", b="0.8"))
    assert plan.run(Change(1, weights={"m": np.array([[1.5, 1.5]])})).near.tolist() == [False]
