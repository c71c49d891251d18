"""What must hold of any rating: a better value never lowers it, and the order of rows and columns changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rules import cell_of, method

from nhsrate.core.cells import Level, Missing
from nhsrate.engine.assess import assess
from nhsrate.kinds.workings import as_number
from nhsrate.returns.model import Organisation, Return, Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from nhsrate.core.cells import Cell

RULES = method("""
scales:
  stars: [{level: 3}, {level: 2}, {level: 1}]
  bands: [{level: better, number: 3}, {level: same, number: 2}, {level: worse, number: 1}]
inputs:
  good: {type: number, polarity: higher}
  bad: {type: number, polarity: lower}
  size: {type: count}
  region: {type: text}
measures:
  points:
      {kind: thresholds, of: good,
       scores: [{score: 9, at_least: 60}, {score: 4, above: 30}, {score: 0, otherwise: true}]}
  spread: {kind: rank-spread, of: bad, best: 4, worst: 1}
  place_score: {kind: percentile-rank, of: bad, over: everyone, form: middle / n, reverse: by polarity}
  z: {kind: standardise, of: good, over: everyone, sd: n-1}
  scaled: {kind: min-max, of: good, over: everyone, to: 100}
  goals: {kind: min-max, of: bad, over: everyone, low: 10, high: 90, clip: true, to: 10, reverse: by polarity}
  local: {kind: percentile-rank, of: good, over: everyone, within: region, form: low / n}
  kept: {kind: winsorise, of: good, over: everyone, low: 0.1, high: 0.9, definition: hazen}
  mean: {kind: mean, of: [points, spread, goals], missing: leave out}
  weighted: {kind: weighted-mean, of: {points: 1, spread: 2, scaled: 3}, missing: leave out}
  geometric: {kind: geometric-mean, of: {spread: 1, place_score: 2}, missing: leave out}
  middle: {kind: median, of: [points, spread, goals], missing: leave out}
  place: {kind: place, by: [{item: weighted, first: highest}]}
  share:
      {kind: significance, scale: bands, of: good, out_of: size, times: 100, against: 40, method: wilson,
       confidence: [95]}
  funnel:
      {kind: significance, scale: bands, of: bad, per: size, against: average, over: everyone, method: normal,
       confidence: [80], overdispersion: {form: additive}}
  deaths:
      {kind: significance, scale: bands, of: bad, expected: size, against: 0.4, method: byar,
       under_10: exact poisson, confidence: [95]}
  lloyd: {kind: clusters, scale: stars, of: good, over: everyone, algorithm: lloyd, quantile: linear, best: highest}
  wong:
      {kind: clusters, scale: stars, of: good, over: everyone, algorithm: hartigan-wong, quantile: linear,
       best: highest}
ratings:
  band:
      {kind: quantile-bands, scale: stars, of: good, over: everyone, definition: weibull,
       levels: [{level: 3, best: 0.25}, {level: 2, best: 0.75}, {level: 1, otherwise: true}]}
  stars: {kind: level, scale: stars, of: capped, halves: up, headline: true}
  capped:
      {kind: thresholds, scale: stars, of: mean,
       levels: [{level: 3, at_least: 6}, {level: 2, at_least: 3}, {level: 1, otherwise: true}]}
""")
NEVER_LOWERED = (
    "points", "spread", "place_score", "z", "scaled", "goals", "local", "kept", "mean", "weighted", "geometric",
    "middle", "share", "deaths", "band", "stars",
)  # fmt: skip
"""Not the funnel, whose average and spread a value moves for all, and not clusters: see their own tests."""

Row = dict[str, str]
VALUE = st.integers(0, 100).map(str)
ROW = st.fixed_dictionaries(
    {
        "good": VALUE,
        "bad": VALUE,
        "size": st.integers(100, 400).map(str),
        "region": st.sampled_from(["north", "south"]),
    }
)
ROWS = st.lists(ROW, min_size=2, max_size=9)


def rated(rows: Mapping[str, Row], columns: Sequence[str] = ("good", "bad", "size", "region")) -> dict[str, list[Cell]]:
    """Each organisation's results, with the rows and columns in the order they have here."""
    organisations = tuple(Organisation(code, code) for code in rows)
    values = {item: Values([cell_of(item, row[item], RULES) for row in rows.values()]) for item in columns}
    assessment = assess(Return("return.csv", "", organisations, values), RULES)
    return {code: [assessment.columns[item][n] for item in RULES.items] for n, code in enumerate(rows)}


def worth(item: str, cell: Cell) -> Decimal | None:
    """A result as a number of which more is better; a level of stars counts as its number."""
    number = cell.number if isinstance(cell, Level) else as_number(cell)
    return None if number is None or isinstance(number, Missing) else number


@pytest.mark.parametrize(("item", "better"), [("good", 1), ("bad", -1)])
@given(data=st.data(), rows=ROWS)
@settings(max_examples=60)
def test_a_better_value_never_lowers_a_score(item: str, better: int, data: st.DataObject, rows: list[Row]) -> None:
    before = {chr(65 + n): row for n, row in enumerate(rows)}
    who = data.draw(st.sampled_from(sorted(before)))
    old = int(before[who][item])
    new = data.draw(st.integers(old, 100) if better > 0 else st.integers(0, old))
    after = {**before, who: {**before[who], item: str(new)}}
    was, now = rated(before)[who], rated(after)[who]
    for n, id_ in enumerate(RULES.items):
        if id_ in NEVER_LOWERED:
            low, high = worth(id_, was[n]), worth(id_, now[n])
            assert low is None or high is None or high >= low, (id_, was[n], now[n])


@given(rows=ROWS, random=st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_rows_and_columns_changes_nothing(rows: list[Row], random: Random) -> None:
    before = {chr(65 + n): row for n, row in enumerate(rows)}
    codes, columns = sorted(before), ["good", "bad", "size", "region"]
    random.shuffle(codes)
    random.shuffle(columns)
    assert rated({code: before[code] for code in codes}, columns) == rated(before)


def test_all_weights_scaled_alike_change_nothing() -> None:
    text = "inputs: {a: {type: number}, b: {type: number}}\nmeasures:\n  w: {kind: KIND, of: {a: ONE, b: TWO}}\n"
    for kind in ("weighted-mean", "geometric-mean", "weighted-variance"):
        found = []
        for one, two in (("1", "3"), ("7", "21")):
            rules = method(text.replace("KIND", kind).replace("ONE", one).replace("TWO", two))
            values = {"a": Values([Decimal(5)]), "b": Values([Decimal(8)])}
            found.append(assess(Return("r.csv", "", (Organisation("A", "A"),), values), rules).columns["w"][0])
        first, second = (cell for cell in found if isinstance(cell, Decimal))
        assert abs(first - second) < Decimal("1e-35")
