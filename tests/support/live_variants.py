"""Rules with what editions and examples do not have, and returns for them: each once, so that its formula is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.rules import rate

from nhsrate.core.problems import CellLocation
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment

SCALES = """\
scales:
  stars: [{level: 3, word: three}, {level: 2}, {level: 1}, {level: 0}]
  marks: [{level: a*}, {level: a?}, {level: "~b"}]
  ways: [{level: higher}, {level: lower}]
"""

LIMITS = (
    SCALES
    + """\
figures: {more: {value: 1, basis: assumed}}
inputs:
  score: {type: number, polarity: higher}
  cap: {type: level, scale: stars}
  late: {type: yes/no}
  kind: {type: text}
ratings:
  capped: {kind: level, of: score, scale: stars, halves: even, limits: [{at_best: {item: cap}, because: of the cap}]}
  loose: {kind: level, of: score, scale: stars, halves: up, limits: [{at_best: {item: cap, plus: more}, because: of the cap, missing: fails}]}
  lifted: {kind: level, of: score, scale: stars, halves: down, limits: [{step: up, when: {late: no}, because: in time, missing: fails}, {step: down, by: 2, when: {any: [{late: yes, score: "> 2"}, {kind: [Children\u2019s, "co-op"]}], not: {score: "< 0.5"}}, because: late, missing: fails}]}
  floored: {kind: level, of: capped, scale: stars, limits: [{at_worst: 1, when: {kind: not missing}, because: known}]}
"""
)

KINDS_OF = (
    SCALES
    + """\
figures: {top: {value: 10, basis: assumed}}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: lower}
  c: {type: number}
  way: {type: level, scale: ways}
  mark: {type: level, scale: marks}
  group: {type: number}
  kind: {type: text}
measures:
  margin_item: {kind: margin, of: a, target: b, better: {item: way}}
  margin_percent: {kind: margin, of: a, target: top, better: lower, as: percent}
  off: {kind: difference, of: {item: a, times: 1.1, plus: -2}, from: b, as: percent}
  kept: {kind: clip, of: a, high: top}
  kept_up: {kind: clip, of: a, low: {item: b, plus: -1}}
  times: {kind: product, of: [a, 2, c], missing: leave out}
  all_times: {kind: product, of: [a, c], missing: missing}
  harmonic: {kind: harmonic-mean, of: {c: 2, group: 1}, missing: leave out}
  harmonic_all: {kind: harmonic-mean, of: [c, group], missing: {count as: 3}}
  variance: {kind: weighted-variance, of: {a: 1, b: 2, c: 1}, missing: missing}
  between: {kind: count, of: [a, b, c], at: {at_least: group}, missing: missing}
  in_group: {kind: standardise, of: a, over: everyone, within: group, sd: n}
  linear: {kind: statistic, of: a, take: quantile, share: 0.3, definition: linear, over: everyone, within: kind}
  inverted: {kind: statistic, of: a, take: quantile, share: 0.5, definition: inverted cdf, over: everyone}
  averaged: {kind: statistic, of: a, take: quantile, share: 0.5, definition: averaged inverted cdf, over: everyone}
  hazen: {kind: statistic, of: a, take: quantile, share: 0.9, definition: hazen, over: high}
  weibull: {kind: statistic, of: a, take: quantile, share: 0.1, definition: weibull, over: high}
  unbiased: {kind: statistic, of: a, take: quantile, share: 0.6, definition: median unbiased, over: everyone}
  lowest: {kind: statistic, of: a, take: lowest, over: high}
  counted: {kind: statistic, of: b, take: count, over: everyone, within: kind}
  posts: {kind: min-max, of: a, over: everyone, worst: {item: b}, best: 20, clip: true}
  named: {kind: relative, of: a, over: everyone, to: organisation, organisation: b, as: difference}
  often: {kind: reported, of: mark, over: high, at_least: 2, scale: marks}
  light: {kind: lookup, of: mark, table: {"a*": 1, "a?": 2, "~b": 3}}
  grouped: {kind: lookup, of: group, table: {1: 1.5, 2.5: 3}, otherwise: 0}
  dense: {kind: place, by: [{item: a, first: highest}, {item: b, first: lowest}], over: everyone, within: kind, ties: dense}
populations: {high: {when: {a: "> 2"}, because: high, missing: fails}}
"""
)

COUNTS = """\
scales:
  bands: [{level: high, number: 1}, {level: same, number: 2}, {level: low, number: 3}]
  plain: [{level: x}, {level: y}, {level: z}]
populations: {many: {when: {size: "> 20"}, because: many, missing: fails}}
inputs:
  events: {type: count, polarity: lower}
  size: {type: count}
  aim: {type: number, polarity: higher}
  error: {type: number}
  one: {type: level, scale: bands}
  two: {type: level, scale: bands}
  first: {type: level, scale: plain}
  second: {type: level, scale: plain}
measures:
  few: {kind: significance, of: events, per: size, against: 0.3, scale: bands, method: byar, confidence: [95], under_10: missing}
  small: {kind: significance, of: events, per: size, against: 0.3, scale: bands, method: byar, confidence: [95], under_10: exact poisson}
  exact: {kind: significance, of: events, expected: size, against: aim, scale: bands, method: exact poisson, confidence: [90]}
  share: {kind: significance, of: events, out_of: size, against: aim, scale: bands, method: normal, confidence: [80]}
  rate: {kind: significance, of: events, per: size, against: 0.2, scale: bands, method: normal, confidence: [80]}
  value: {kind: significance, of: aim, error: error, against: average, over: many, scale: bands, method: normal, confidence: [50]}
  spread: {kind: significance, of: aim, error: error, against: average, over: everyone, scale: bands, method: normal, confidence: [50], overdispersion: {form: additive, trim: 0.1}}
  logs: {kind: significance, of: events, expected: size, against: 0.4, over: many, scale: bands, method: normal, confidence: [60], overdispersion: {form: multiplicative, on: natural logarithm, outer: left out, trim: 0.2}}
  both: {kind: highest, of: [one, two], scale: bands, missing: leave out}
  either: {kind: lowest, of: [first, second], scale: plain, missing: leave out}
  within: {kind: count, of: [aim, error], at: {at_most: size}, missing: {leave out: 2}}
  some: {kind: count, of: [aim, error], at: ">= 0.3", missing: {leave out: 2}}
  own_bound: {kind: thresholds, of: events, scores: [{score: 2, at_least: size}, {score: 1, otherwise: true}]}
  standing: {kind: rank-spread, of: events, best: 1, worst: 4, over: many, standard: {at_most: {item: size, times: 0.3}, meets: 0.5, best: 2}, floor: {at_most: 40, fails: 9, worst: 4}}
  listed: {kind: place, by: [{item: events, first: lowest}], over: many}
  tested: {kind: decide, rows: [{when: {one: "<= 2"}, then: 1, missing: fails}], otherwise: 0}
"""
COUNT_COLUMNS = {
    "events": "5 12 0 40 11 50 12 15",
    "size": "40 30 0 90 25 60 - 50",
    "aim": "0.3 0.4 0.1 0.2 - 0.5 0.25 0.35",
    "error": "0.1 0.2 0.3 0.1 0.2 - 0.05 0.15",
    "one": "high same - low low same high same",
    "two": "low same - high - same low high",
    "first": "x y - z z y x y",
    "second": "z y - x - y z x",
}

LIMIT_COLUMNS = {
    "score": "2.5 1.5 0.5 3 - 0 2 1",
    "cap": "2 3 - 1 2 0 3 1",
    "late": "yes no yes - no no yes yes",
    "kind": "children's CO-OP x - acute co-op y co-op",
}
KIND_COLUMNS = {
    "a": "5 -3 5 0.3 - 12.5 7 7",
    "b": "2 4 2 - 1 6 0.5 0.5",
    "c": "1 2 4 0.5 3 - 2.5 2.5",
    "way": "higher lower lower higher - lower higher higher",
    "mark": "a* a? ~b - a* a? ~b a*",
    "group": "1 2.5 1 2.5 1 3 1 1",
    "kind": "Acute acute Acute acute - Acute Acute Acute",
}


def long() -> str:
    """Rules whose formulas would be long: tables of very many rows, and a mean of very many items."""
    rows = ", ".join(f"{{score: {90 - n}, at_least: {80 - n}.5}}" for n in range(70))
    ids = [f"v{n}" for n in range(60)]
    return "\n".join([
        f"inputs: {{a: {{type: number}}, k: {{type: text}}, {', '.join(f'{id_}: {{type: number}}' for id_ in ids)}}}",
        "measures:",
        f"  looked: {{kind: lookup, of: a, table: {{{', '.join(f'{n}: {n * n}' for n in range(80))}}}, otherwise: -1}}",
        f"  named: {{kind: lookup, of: k, table: {{{', '.join(f'word {n}: {n}' for n in range(60))}}}, otherwise: -1}}",
        f"  laddered: {{kind: thresholds, of: a, scores: [{rows}, {{score: 0, otherwise: true}}]}}",
        f"  mean: {{kind: weighted-mean, of: {{{', '.join(f'{id_}: {n + 1}' for n, id_ in enumerate(ids))}}}, missing: leave out}}",
        f"  top: {{kind: highest, of: [{', '.join(ids)}], missing: {{count as: 3}}}}",
    ])  # fmt: skip


def variants() -> dict[str, Assessment]:
    """Each rated, with results that were published and a decision."""
    at = CellLocation("overrides.csv")
    decided = (Override("A", "capped", "0", "the board", "2026-01-01", "it said so", at),)
    before = {"score": "1 - 3 2 2 1 0 0", "cap": "0 1 2 3 - 1 1 1", "kind": "a b - c d e f g"}
    looking = LIMITS.replace(
        "ratings:",
        "measures:\n  was: {kind: earlier, of: score, period: previous}\n  word: {kind: earlier, of: kind, period: previous, result: text}\n"
        "ratings:\n  then: {kind: earlier, of: cap, period: previous, scale: stars}",
    )
    return {
        "limits": rate(LIMITS, only=None, overrides=decided, names=(), before=None, **LIMIT_COLUMNS),
        "given": rate(LIMITS, only=None, overrides=(), names=(), before=None, **LIMIT_COLUMNS, loose="- - 3 - 0 - - -"),
        "earlier": rate(looking, only=None, overrides=(), names=(), before=before, **LIMIT_COLUMNS),
        "never": rate(looking, only=None, overrides=(), names=(), before=None, **LIMIT_COLUMNS),
        "long": rate(
            long(),
            only=None,
            overrides=(),
            names=(),
            before=None,
            a="0 79 79.5 80.5 11 - 55.5 12",
            k="x a b c d e f g",
            v0="1 2 3 - 5 6 7 8",
            v59="- 2 3 9 5 6 7 8",
        ),
        "counts": rate(COUNTS, only=None, overrides=(), names=(), before=None, **COUNT_COLUMNS),
        "kinds": rate(KINDS_OF, only=None, overrides=(), names=(), before=None, **KIND_COLUMNS),
    }
