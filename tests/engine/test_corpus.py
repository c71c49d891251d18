"""Whole ratings told in full: every explanation, every cell and line that decided, every weight, and every period said.

The ratings themselves are committed beside the examples and held there; what is held here is all that is said of them.
"""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.corpus import seen, shown, sum_of
from tests.support.rules import method

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation
from nhsrate.editions.cases import given_cell
from nhsrate.engine.assess import assess
from nhsrate.engine.explain import explain, explain_everything, explanation_json
from nhsrate.engine.periods import period_problems, several_periods
from nhsrate.engine.shown_values import shown_problems
from nhsrate.engine.weights import effective_weights, score_of, weighings
from nhsrate.reports.explanation import explanation_text
from nhsrate.returns.model import Organisation, Return, SaidPeriod, Source, Values
from nhsrate.runs.request import Request
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Golden

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = ROOT / "examples"
SCORECARDS = EXAMPLES / "scorecards"


def scorecard(name: str, *earlier: str, suppose: tuple[str, ...] = ()) -> Request:
    """The return of a scorecard under its rule file."""
    folder = SCORECARDS / name
    back = tuple((folder / file,) for file in earlier)
    return Request(returns=(folder / "return.csv",), methodology=folder / f"{name}.yaml", earlier=back, suppose=suppose)


REQUESTS = {
    **{
        name: Request(returns=(EXAMPLES / name,)) for name in ("acute-stars-2003-04.xlsx", "financial-risk-2011-12.csv")
    },
    **{name: Request(returns=(EXAMPLES / name,)) for name in ("oversight-q4.csv", "traffic-lights-2000.csv")},
    "sha-2004": Request(returns=(EXAMPLES / "sha-2004.csv",)),
    "council-performance": scorecard("council-performance", "q1.csv", "a-year-ago.csv"),
    **{
        name: scorecard(name)
        for name in ("risk-register", "school-report-card", "nursing-home-stars", "board-scorecard")
    },
    **{
        f"nights-{season}": Request(
            returns=(EXAMPLES / "quiet-nights" / f"{season}.csv",),
            methodology=EXAMPLES / "quiet-nights" / f"nights-{season}.yaml",
        )
        for season in ("spring", "winter")
    },
}
"""Returns with their cells, decisions, published places, flags and earlier periods."""

FEW = 30
"""So many lines of how a rating is made up are told."""

ORGANISATIONS = 6
"""So many organisations of a return are told: the first in full, of the others each value with a sum of the rest."""


def weighed(methodology: Methodology) -> Iterator[str]:
    """How each rating of an edition is made up."""
    for one in weighings(methodology):
        ends = " ".join(f"{'+'.join(ids)} {part:.6g}" for ids, part in one.ends.items())
        yield f"weighing {one.root.item}: limits {' '.join(one.limits)}; ends {ends}"
        for line in islice(one.lines, FEW):
            parts = f"{line.depth} {line.item} {line.stated} {line.share:.6g} {line.effective:.6g}"
            yield f"    {parts} through {' '.join(line.through)} into {' '.join(line.into)}"
    for headline, shares in effective_weights(methodology).items():
        yield f"{headline} rests on {' '.join(f'{id_} {part:.6g}' for id_, part in islice(shares.items(), FEW))}"
    for item in methodology.headlines:
        yield f"{item.id} score and cut {' '.join(one.id if one else '-' for one in score_of(methodology, item))}"


def everything(assessment: Assessment) -> Iterator[str]:
    """All that is said of a rating: of the league, of each organisation from the top down, and of every value."""
    yield f"league {' '.join(assessment.organisations[n].code for n in assessment.league())}"
    methodology, here = assessment.methodology, str(ROOT)
    yield from weighed(methodology)
    for n in range(min(ORGANISATIONS, len(assessment.organisations))):
        whole = explain_everything(assessment, n)
        text = explanation_text(assessment, explain(assessment, n))
        plain = json.dumps(explanation_json(assessment, whole), indent=1, ensure_ascii=False)
        yield f"organisation {n} {sum_of([text.replace(here, ''), plain.replace(here, '')])}"
        if n == 0:
            yield text.replace(here, "")
        for id_ in (*methodology.inputs, *methodology.items):
            full = seen(assessment, id_, n, lines=True).replace(here, "")
            short = f"{shown(assessment.columns[id_][n])} | {sum_of([full])}".replace(here, "")
            yield f"    {id_}: {short if n else full}"


@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_that_is_said_of_a_rating_changes(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{Path(name).stem}.txt", "\n".join(everything(run(REQUESTS[name]).assessment)) + "\n")


WEIGHED = """
figures: {open: {required: true, basis: stated}}
scales: {s: [{level: 3}, {level: 2}, {level: 1}]}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: higher}
  c: {type: number, polarity: higher}
  d: {type: number, polarity: higher}
  e: {type: number, polarity: higher}
  gate: {type: number}
  cap: {type: number}
measures:
  alone: {kind: mean, of: [c]}
  again: {kind: clip, of: alone, low: 0}
  pair: {kind: weighted-mean, of: {a: 1, b: 3}}
  both: {kind: weighted-mean, of: {pair: 2, again: 1, a: 1}, only_when: {when: {gate: "> 1"}, because: closed, missing: fails}}
  ruled: {kind: decide, rows: [{when: {d: "> 1"}, then: {item: pair}, missing: fails}], otherwise: {item: e}}
  mixed: {kind: sum, of: {ruled: 1, e: 1}}
  step: {kind: thresholds, of: both, scores: [{score: 2, at_least: 2}, {score: 1, otherwise: true}]}
ratings:
  whole: {kind: thresholds, of: both, scale: s, headline: true, levels: [{level: 3, at_least: 2}, {level: 1, otherwise: true}],
          limits: [{when: {cap: "> 1"}, because: capped, at_best: 2, missing: fails}]}
  other: {kind: thresholds, of: mixed, scale: s, headline: true, levels: [{level: 3, at_least: 2}, {level: 1, otherwise: true}]}
  handed: {kind: level, of: step, scale: s, halves: up, headline: true}
  chosen: {kind: decide, scale: s, headline: true, rows: [{when: {both: "> 1"}, then: 3, missing: fails}, {when: {e: "> 1"}, then: 2, missing: fails}], otherwise: 1}
  plain: {kind: first-available, of: [a, b], headline: true}
  partly: {kind: sum, of: {a: open, b: 1}, headline: true}
"""


def test_nothing_that_is_said_of_weights_changes(golden: Golden) -> None:
    """Of items within others, handed through, decided by rule, gated and capped; of a weight that has no value yet."""
    golden(GOLDEN / "weights.txt", "\n".join(weighed(method(WEIGHED))) + "\n")


def layouts() -> Iterator[tuple[str, list[SaidPeriod]]]:
    """What a return may say of its periods: in rows and beside labels, of one table and two, with indicators and none."""
    texts = ["Q4 2025/26", "Q3 2025/26", "Q2 2025/26", "2025/26", "Q1 2025/26", "March 2026", "week 9"]
    for count, rows, tables, indicators in product((1, 2, 3, 5, 7), (0, 1, 2, 5, 6), (1, 2), (0, 1, 2)):
        said = []
        for k, text in enumerate(texts[:count]):
            file = f"r{k % tables}.csv"
            for i in range(max(indicators, 1)):
                whose = f"i{i}" if indicators else ""
                first = 2 + 20 * k + 200 * i
                seen_in = tuple(range(first, first + rows + (k == 1))) if rows else ()
                said.append(SaidPeriod(text, CellLocation(file, None, first, 2 + k % 2), seen_in, whose))
        yield f"{count} periods, {rows} rows, {tables} tables, {indicators} indicators", said


def test_nothing_that_is_said_of_periods_changes(golden: Golden) -> None:
    """Whether the edition has a period, adds its parts up, or has none; and where no edition is asked."""
    lines = []
    rules = "PERIODid: e\ntitle: E\nREPEATSinputs: {a: {type: number}}"
    editions = {
        (period, how): method(
            rules.replace("PERIOD", f"period: {period}\n" * bool(period)).replace(
                "REPEATS", how and f"reading: {{repeats: {how}}}\n"
            )
        )
        for period, how in product(("Q4 2025/26", "2025/26", "week 9", ""), ("", "sum"))
    }
    for name, said in layouts():
        for (period, repeats), methodology in editions.items():
            submitted = Return(
                "r0.csv", "", (), {}, periods=tuple(said), period=said[0].text if len(said) == 1 else None
            )
            found = period_problems(submitted, methodology)
            told = [f"{one.severity} {one.at} {one.whole_message} {one.remedy}" for one in found]
            lines.append(f"{name}, edition {period or '-'} {repeats or '-'}: {len(told)} {sum_of(told)}")
            lines += [f"    {line}" for line in told] if not repeats and period == "Q4 2025/26" else []
        lines += [f"    alone: {one.severity} {one.at} {one.whole_message}" for one in several_periods(said, "r0.csv")]
    golden(GOLDEN / "periods.txt", "\n".join(lines) + "\n")


SHOWN = """
scales: {s: [{level: 3}, {level: 2}, {level: 1}]}
populations: {high: {when: {a: ">= 4"}, missing: fails}}
inputs:
  a: {type: number, polarity: higher, title: Title of a}
  b: {type: percent, polarity: lower}
  c: {type: number, polarity: higher}
  w: {type: text}
measures:
  twice: {kind: sum, of: {a: 2}, round: 0, missing: missing}
  lost: {kind: count, of: [a, b], at: not missing}
  z: {kind: standardise, of: a, over: everyone, sd: n}
  zw: {kind: standardise, of: a, over: high, within: w, sd: n-1}
  kept: {kind: reported, of: a, over: everyone, at_least: 1}
  side: {kind: thresholds, of: b, scores: [{score: 2, at_most: 5}, {score: 1, otherwise: true}]}
ratings:
  direct: {kind: thresholds, of: a, scale: s, headline: true, levels: [{level: 3, at_least: 7}, {level: 2, at_least: 5}, {level: 1, otherwise: true}]}
  through: {kind: thresholds, of: twice, scale: s, levels: [{level: 3, at_least: 10}, {level: 1, otherwise: true}], polarity: higher}
  counted: {kind: thresholds, of: lost, scale: s, levels: [{level: 3, at_least: 2}, {level: 1, otherwise: true}], polarity: higher}
  spread: {kind: thresholds, of: z, scale: s, levels: [{level: 3, at_least: 0}, {level: 1, otherwise: true}]}
  among: {kind: thresholds, of: zw, scale: s, levels: [{level: 3, at_least: 0}, {level: 1, otherwise: true}]}
  gated: {kind: thresholds, of: a, scale: s, levels: [{level: 3, at_least: 5}, {level: 1, otherwise: true}], only_when: {when: {b: "> 5"}, because: too small, missing: fails}}
  capped: {kind: thresholds, of: c, scale: s, levels: [{level: 3, at_least: 5}, {level: 1, otherwise: true}], limits: [{when: {b: "<= 5"}, because: low, at_best: 2, missing: fails}]}
  above: {kind: level, of: side, scale: s}
  both: {kind: lowest, of: [direct, above], scale: s, missing: leave out}
  first: {kind: thresholds, of: kept, scale: s, levels: [{level: 3, at_least: 5}, {level: 1, otherwise: true}]}
"""
SEEN = {  # what is stored, and what the cell shows
    "a": ("4.6/5 4.4/4 5 6.96/7 - 4.9999999999999996/5.00000000000000 7.2/7 4.99/5 4/5 5.00000000000000001/5.00000000000000 2 4.4/5"),
    "b": ("5 5.4/5 5.4/5 - 5 5.0000000000000001/5.00000000000000 4.8/5 5.1/5 6 5.4/5 5.04/5 4.6/5"),
    "c": ("4 4.6/5 9 9 4.6/5 1 5.4/5 9 9 9 - 4"),
    "w": ("x x y y x y x y x y x y"),
}  # fmt: skip


@pytest.mark.parametrize("columns", ["a", "b", "c", "a b", "a b c", ""])
def test_nothing_that_is_said_of_cells_that_show_something_else_changes(columns: str, golden: Golden) -> None:
    """Where the values of one input are shown otherwise, of several, and of none; through every sort of rule."""
    methodology = method(SHOWN)
    values, size = {}, 12
    for number, (name, words) in enumerate(SEEN.items(), 2):
        pairs = [word.partition("/") for word in words.split()]
        shown_as = {
            n: Decimal(seen_as) for n, (_, _, seen_as) in enumerate(pairs) if seen_as and name in columns.split()
        }
        cells = [given_cell(name, stored, methodology) or Missing("blank", "blank") for stored, _, _ in pairs]
        rows, source = range(2, size + 2), [Source("r.csv", None)] * size
        values[name] = Values(cells, name, source, rows, [number] * size, {}, shown_as)
    organisations = tuple(Organisation(f"R{n}", f"R{n}") for n in range(size))
    found = shown_problems(assess(Return("r.csv", "", organisations, values), methodology))
    told = [f"{one.severity} {one.at} {one.message} {one.remedy} {' '.join(map(str, one.cells))}" for one in found]
    golden(GOLDEN / f"shown-{columns.replace(' ', '-') or 'nothing'}.txt", "\n".join(told) + "\n")
