"""At which figures an organisation can be weak, which side of them is better, and how exact they are."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, rate

from nhsrate.core.cells import Level, Missing
from nhsrate.diagnosis.cost import median
from nhsrate.diagnosis.diagnose import Wanted, diagnose
from nhsrate.diagnosis.points import Point, points, sign_of
from nhsrate.diagnosis.spread import Interval, apart, interval
from nhsrate.reports.diagnosis import diagnosis_text
from nhsrate.reports.diagnosis_rows import diagnosis_csv, diagnosis_json

if TYPE_CHECKING:
    from nhsrate.diagnosis.diagnose import Diagnosis
    from nhsrate.engine.assessment import Assessment

QUIET = Wanted(draws=0, room=False)


def found_points(assessment: Assessment, n: int = 0) -> list[tuple[str, int]]:
    return [(one.id, one.better) for one in points(assessment, assessment.methodology.headlines[0], n)]


def rated(text: str, **columns: str) -> Assessment:
    return rate(text, only=None, overrides=(), names=(), before=None, **columns)


def diagnosed(text: str, **columns: str) -> Diagnosis:
    return diagnose(rated(text, **columns), 0, QUIET)


SHARES = """
scales: {words: [{level: good, number: 2}, {level: low, number: 1}], bands: [{level: better}, {level: as expected}, {level: worse}]}
inputs:
  seen: {type: count, polarity: higher}
  walked_in: {type: count}
  driven_in: {type: count}
  deaths: {type: count, polarity: lower}
  expected: {type: number}
  spent: {type: number, polarity: lower}
  planned: {type: number}
  money: {type: number}
  beds: {type: number}
  late: {type: yes/no}
  opened: {type: date}
  kind: {type: text, role: context}
  grade: {type: level, scale: words}
measures:
  attended: {kind: sum, of: [walked_in, driven_in], missing: refuse}
  share: {kind: ratio, of: seen, to: attended, times: 100}
  over: {kind: difference, of: spent, from: planned}
  per_bed: {kind: ratio, of: money, to: beds, polarity: lower}
  mortality: {kind: significance, of: deaths, expected: expected, times: 100, against: 100, scale: bands, method: byar, confidence: [95], under_10: exact poisson}
  share_word: {kind: thresholds, of: share, scale: words, levels: [{level: good, at_least: 80}, {level: low, otherwise: true}]}
  over_word: {kind: thresholds, of: over, scale: words, levels: [{level: good, at_most: 0}, {level: low, otherwise: true}]}
  each_word: {kind: thresholds, of: per_bed, scale: words, levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]}
  death_word: {kind: decide, scale: words, rows: [{when: {mortality: worse}, missing: fails, then: low}], otherwise: good}
  open_word: {kind: thresholds, of: opened, scale: words, levels: [{level: good, at_most: 2020-01-01}, {level: low, otherwise: true}]}
  mean: {kind: mean, of: [share_word, over_word, each_word, death_word, grade], missing: leave out, polarity: higher}
ratings:
  word:
    kind: thresholds
    of: mean
    scale: words
    headline: true
    levels: [{level: good, at_least: 1.8}, {level: low, otherwise: true}]
    limits: [{at_best: low, when: {late: "yes"}, missing: fails, because: it came late}]
"""
COLUMNS = {
    "seen": "70 90 80", "walked_in": "50 50 50", "driven_in": "50 50 50", "deaths": "120 90 5",
    "expected": "100 100 10", "spent": "12 9 10", "planned": "10 10 10", "money": "600 400 500", "beds": "100 100 100",
    "late": "yes no no", "grade": "low good good",
}  # fmt: skip


def test_what_compares_is_the_share_the_rate_the_difference_and_not_what_it_is_made_of() -> None:
    """No count is a point of its own; yes and no is one whose better side is not known before the engine says it."""
    assessment = rated(SHARES, **COLUMNS)
    assert sorted(found_points(assessment)) == [
        ("deaths", -1), ("grade", -1), ("late", 0), ("over", -1), ("per_bed", -1), ("share", 1),
    ]  # fmt: skip


def test_a_rate_is_set_beside_rates_and_supposed_as_its_count() -> None:
    """120 of 100, 90 of 100 and 5 of 10 expected have the median 90: A would have 90 deaths."""
    one = next(each for each in diagnosed(SHARES, **COLUMNS).weak if each.point.id == "deaths")
    assert (one.own.figure, one.median) == (Decimal(120), Decimal(90))
    assert {id_: str(cell) for id_, cell in one.supposed.items()} == {"deaths": "90"}
    assert (float(one.cost.score), one.cost.levels) == (0.0, 0)


def test_what_most_say_is_weak_where_it_would_gain() -> None:
    """That it came late holds A at low; without that it would be low all the same, by its figures."""
    assert "late" not in {one.point.id for one in diagnosed(SHARES, **COLUMNS).weak}
    good = {
        **COLUMNS,
        "seen": "90 90 80",
        "deaths": "80 90 5",
        "spent": "9 9 10",
        "money": "400 400 500",
        "grade": "good good good",
    }
    one = next(each for each in diagnosed(SHARES, **good).weak if each.point.id == "late")
    assert (str(one.own.figure), str(one.median), one.cost.levels) == ("yes", "no", 1)
    text = " ".join(diagnosis_text(diagnosed(SHARES, **good)).split())
    assert "yes; most of 3 say no." in text
    assert "2 of the 2 others of its cohort with a figure say no." in text


def test_where_as_many_say_yes_as_no_neither_is_what_most_say() -> None:
    half = {name: " ".join(words.split()[:2]) for name, words in COLUMNS.items()}
    assert "late" not in {one.point.id for one in diagnosed(SHARES, **half).weak}


def test_of_two_middle_levels_the_worse_is_the_median() -> None:
    assessment = rated(SHARES, **{**COLUMNS, "grade": "low good -"})
    middle, of = median(Point("grade", -1), assessment.columns, range(3))
    assert isinstance(middle, Level)
    assert (middle.name, of) == ("low", 2)


def test_intervals_are_those_of_their_samples() -> None:
    """Wilson's of 70 of 100; Byar's of 120 events over 100; the exact ones of 5 over 10; money is no sample.

    Limits from published tables: Wilson 60.4 to 78.1 %; Byar 99.49 to 143.5; exact 1.623 to 11.67 of 5 events.
    """
    assessment = rated(SHARES, **COLUMNS)
    known = {one.id: one for one in points(assessment, assessment.methodology.headlines[0], 0)}

    def ends(id_: str, n: int) -> list[str] | None:
        got = interval(known[id_], assessment.columns, n)
        return [f"{got.low:.1f}", f"{got.high:.1f}"] if got else None

    assert ends("share", 0) == ["60.4", "78.1"]
    assert ends("deaths", 0) == ["99.5", "143.5"]
    assert ends("deaths", 2) == ["16.2", "116.7"]
    assert ends("per_bed", 0) is None
    assert ends("over", 0) is None


ERRORS = """
inputs:
  survey: {type: number, polarity: higher, error: survey_error}
  survey_error: {type: number}
  waits: {type: percent, polarity: lower, error: {numerator: late, denominator: all}}
  late: {type: count, role: context}
  all: {type: count, role: context}
  lean: {type: number, polarity: higher, error: 2}
  asked: {type: number, polarity: higher}
  asked_error: {type: number}
scales: {bands: [{level: better}, {level: as expected}, {level: worse}]}
measures:
  band: {kind: significance, of: asked, error: asked_error, against: 50, scale: bands, method: normal, confidence: [95]}
  count: {kind: count, of: [band], at: better}
ratings:
  mean: {kind: mean, of: [survey, waits, lean, count], missing: leave out, headline: true, polarity: higher}
"""


def test_an_input_may_say_how_exact_it_is() -> None:
    """By an input, by a numerator and a denominator, by a number; and a rule that judges it by its error says it too."""
    columns = {
        "survey": "60 70", "survey_error": "2 -", "waits": "10 20", "late": "10 20", "all": "100 100", "lean": "5 6",
        "asked": "40 50", "asked_error": "3 3",
    }  # fmt: skip
    assessment = rated(ERRORS, **columns)
    known = {one.id: one for one in points(assessment, assessment.methodology.headlines[0], 0)}
    got = {id_: interval(one, assessment.columns, 0) for id_, one in known.items()}
    told = {id_: (round(one.low, 2), round(one.high, 2)) if one else None for id_, one in got.items()}
    assert told == {
        "survey": (Decimal("56.08"), Decimal("63.92")), "waits": (Decimal("5.52"), Decimal("17.44")),
        "lean": (Decimal("1.08"), Decimal("8.92")), "asked": (Decimal("34.12"), Decimal("45.88")),
    }  # fmt: skip
    assert interval(known["survey"], assessment.columns, 1) is None


@pytest.mark.parametrize(
    ("counts", "why"),
    [("12 5", "a part above its whole is no share"), ("-1 5", "no count"), ("- 5", "missing"), ("0 0", "nothing")],
)
def test_what_is_no_share_has_no_interval(counts: str, why: str) -> None:
    text = """
    inputs:
      waits: {type: percent, polarity: lower, error: {numerator: late, denominator: all}}
      late: {type: number}
      all: {type: number}
    ratings: {mean: {kind: mean, of: [waits], missing: leave out, headline: true, polarity: lower}}
    """
    late, all_ = counts.split()
    assessment = rated(text, waits="10", late=late, all=all_)
    (point,) = points(assessment, assessment.methodology.headlines[0], 0)
    assert interval(point, assessment.columns, 0) is None, why


def test_what_touches_overlaps() -> None:
    one, other, far = (Interval(Decimal(low), Decimal(high)) for low, high in ((1, 2), (2, 3), (4, 5)))
    assert (apart(one, other), apart(one, far), apart(one, None)) == ("overlapping", "apart", "unknown")


def test_a_score_that_came_as_published_is_the_point() -> None:
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs: {waits: {type: number, polarity: lower}}
    measures:
      score: {kind: margin, of: waits, standard: 10, better: lower, polarity: higher, given_as: [Score], valid: "-100..100"}
    ratings:
      word: {kind: thresholds, of: score, scale: words, headline: true, levels: [{level: good, at_least: 0}, {level: low, otherwise: true}]}
    """
    text = text.replace("kind: margin, of: waits, standard: 10, better: lower", "kind: difference, of: 10, from: waits")
    given_ = diagnosed(text, score="-5 5 5", waits="- 5 5")
    assert [(one.point.id, one.cost.levels) for one in given_.weak] == [("score", 1)]


def test_which_side_is_better_may_be_said_by_the_levels_alone() -> None:
    """Thresholds whose first rows are the worse ones say it too; clusters and the level of a number likewise."""
    text = """
    scales: {words: [{level: good, number: 2}, {level: low, number: 1}]}
    inputs: {a: {type: number}, b: {type: number}, c: {type: number}}
    measures:
      a_word: {kind: thresholds, of: a, scale: words, levels: [{level: low, above: 5}, {level: good, otherwise: true}]}
      b_word: {kind: clusters, of: b, scale: words, over: everyone, algorithm: lloyd, quantile: linear, best: lowest}
      c_word: {kind: level, of: c, scale: words}
    ratings:
      word: {kind: decide, scale: words, headline: true, rows: [{when: {a_word: low, b_word: low, c_word: low}, missing: fails, then: low}], otherwise: good}
    """
    assessment = rated(text, a="1 6", b="1 6", c="1 2")
    assert found_points(assessment) == [("a", -1), ("b", -1), ("c", 1)]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=9))
def test_whoever_is_at_the_median_or_better_is_not_weak(waits: list[int]) -> None:
    """And at least half are not: of the organisations of a cohort at most half lie on the worse side of its median."""
    text = """
    inputs: {waits: {type: number, polarity: lower}}
    ratings: {mean: {kind: mean, of: [waits], missing: refuse, headline: true, polarity: lower}}
    """
    assessment = rated(text, waits=" ".join(map(str, waits)))
    weak = [bool(diagnose(assessment, n, QUIET).weak) for n in range(len(waits))]
    middle = sorted(waits)
    half = (middle[(len(waits) - 1) // 2] + middle[len(waits) // 2]) / 2
    assert weak == [value > half for value in waits]
    assert sum(weak) <= len(waits) / 2


COUNTS = """
scales: {band: [{level: better}, {level: as expected}, {level: worse}]}
inputs:
  deaths: {type: count, polarity: lower}
  expected: {type: number}
  balance: {type: number, polarity: higher}
  seen: {type: count, polarity: higher}
  came: {type: count}
measures:
  dead: {kind: significance, scale: band, of: deaths, expected: expected, against: 1, method: byar, under_10: exact poisson, confidence: [95]}
  late: {kind: significance, scale: band, of: seen, out_of: came, against: 0.9, method: wilson, confidence: [95]}
  money: {kind: thresholds, scale: band, of: balance, levels: [{level: better, above: 1}, {level: as expected, at_least: -1}, {level: worse, otherwise: true}]}
  bad: {kind: count, of: [dead, late, money], at: worse}
ratings:
  rating: {kind: thresholds, scale: band, headline: true, of: bad, levels: [{level: better, at_most: 0}, {level: as expected, at_most: 1}, {level: worse, otherwise: true}]}
"""


def test_counts_that_a_rule_judges_by_their_size_are_points_as_shares_and_rates() -> None:
    """24 deaths of 20 expected are 1.2 for each, and 90 of 120 seen are 75 in 100; neither count compares by itself."""
    assessment = rate(COUNTS, deaths="24", expected="20", balance="0", seen="90", came="120")
    found = points(assessment, assessment.methodology.items["rating"], 0)
    assert [point.id for point in found] == ["deaths", "balance", "seen"]
    assert [point.over for point in found] == ["expected", None, "came"]
    assert [point.figure(assessment.columns, 0) for point in found] == [Decimal("1.2"), 0, Decimal("0.75")]
    assert [point.better for point in found] == [-1, 1, 1]


RANKS = """
inputs:
  waits: {type: number, polarity: lower}
  waits_rank: {type: number, optional: true}
figures: {ranked: {value: 9, basis: assumed}}
measures:
  score: {kind: rank-spread, of: waits, best: 1, worst: 4, rank: waits_rank, ranked: ranked, over: everyone}
ratings: {mean: {kind: mean, of: [score], missing: leave out, headline: true, polarity: lower}}
"""


def test_a_published_rank_is_supposed_with_its_value_and_rounded_to_the_worse_place() -> None:
    """Places 7, 2, 4 and 3 have the median 3.5, so 4: a score of 1 + 3 x 3 / 8 = 2.125 where it was 3.25."""
    (one,) = diagnosed(RANKS, waits="9 2 4 3", waits_rank="7 2 4 3").weak
    assert {id_: str(cell) for id_, cell in one.supposed.items()} == {"waits": "3.5", "waits_rank": "4"}
    assert one.cost.score == Decimal("1.125")


def test_where_no_rank_is_published_the_value_alone_is_supposed() -> None:
    (one,) = diagnosed(RANKS, waits="9 2 4").weak
    assert {id_: str(cell) for id_, cell in one.supposed.items()} == {"waits": "4"}


def test_an_indicator_that_arrives_as_its_rank_alone_is_that_rank() -> None:
    (one,) = diagnosed(RANKS, waits="- - -", waits_rank="7 2 4").weak
    assert (one.point.id, one.point.better, str(one.median)) == ("waits_rank", -1, "4")


RATES = """
scales: {bands: [{level: better}, {level: as expected}, {level: worse}]}
inputs:
  deaths: {type: number, polarity: lower}
  beds: {type: number}
measures:
  rate: {kind: significance, of: deaths, per: beds, against: 0.5, scale: bands, method: exact poisson, confidence: [95]}
ratings: {rating: {kind: count, of: [rate], at: worse, missing: leave out, headline: true, polarity: lower}}
"""


def test_what_the_method_would_refuse_is_said() -> None:
    """At the median of 0.45 for each of 9 beds it would have 4.05 deaths, and exact limits want whole ones."""
    found = diagnosed(RATES, deaths="9 4 0 1", beds="9 10 10 2")
    (one,) = found.weak
    assert (one.cost.refused, one.cost.levels) == (True, 0)
    assert "At the median: the method would refuse to rate." in diagnosis_text(found)
    assert '"refused_at_median": true' in diagnosis_json(found)
    (row,) = csv.DictReader(StringIO(diagnosis_csv(found)))
    assert (row["level_at_median"], row["score_change"], row["unit"]) == ("", "0", "")


def test_a_rate_of_nothing_or_of_nobody_knows_what_is_no_figure() -> None:
    assessment = rated(RATES, deaths="3 4 5", beds="- 0 10")
    (point,) = points(assessment, assessment.methodology.headlines[0], 2)
    assert [isinstance(point.figure(assessment.columns, n), Missing) for n in range(3)] == [True, True, False]
    assert interval(point, assessment.columns, 0) is None


def test_where_each_row_has_its_own_better_side_there_is_no_point() -> None:
    text = """
    scales: {sides: [{level: higher}, {level: lower}]}
    inputs:
      side: {type: level, scale: sides, role: context}
      value: {type: number, polarity: {item: side}}
      target: {type: number}
    measures: {gap: {kind: margin, of: value, target: target}}
    ratings: {points: {kind: mean, of: [gap], missing: leave out, headline: true}}
    """
    assert found_points(rated(text, side="higher lower", value="1 2", target="1 1")) == []


def test_a_difference_of_scores_is_no_figure_of_a_return() -> None:
    """What it is made of is; and of what no side is better nothing is told."""
    text = """
    inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}, c: {type: number}, d: {type: number}}
    measures:
      a_points: {kind: thresholds, of: a, scores: [{score: 2, at_least: 5}, {score: 1, otherwise: true}]}
      b_points: {kind: thresholds, of: b, scores: [{score: 2, at_least: 5}, {score: 1, otherwise: true}]}
      apart: {kind: difference, of: a_points, from: b_points}
      again: {kind: difference, of: c, from: d}
      half: {kind: ratio, of: a, to: a, times: 1}
    ratings: {all: {kind: sum, of: [apart, again, half], missing: leave out, headline: true, polarity: higher}}
    """
    assert found_points(rated(text, a="1 6", b="6 1", c="1 2", d="1 1")) == [("a", 1), ("b", 1)]


def test_thresholds_of_levels_by_another_item_say_no_side() -> None:
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs: {a: {type: number}, sort: {type: text}}
    measures:
      word: {kind: thresholds, of: a, scale: words, by: sort, sets: {x: [{level: good, at_least: 1}, {level: low, otherwise: true}]}}
    ratings: {one: {kind: count, of: [word], at: good, headline: true, polarity: higher}}
    """
    assert found_points(rated(text, a="1 2", sort="x x")) == []


SIDES = """
scales: {{words: [{{level: good}}, {{level: low}}]}}
inputs: {{waits: {{type: number, polarity: lower}}, seen: {{type: number, polarity: higher}}, plain: {{type: number}}}}
ratings: {{what: {{{rule}, headline: true}}}}
"""


@pytest.mark.parametrize(
    ("rule", "better"),
    [
        ("kind: place, by: [{item: seen, first: highest}]", -1),
        ("kind: rank-spread, of: seen, best: 1, worst: 4", -1),
        ("kind: rank-spread, of: waits, best: 4, worst: 1", 1),
        ("kind: tiles, of: seen, over: everyone, tiles: 2, first: highest", -1),
        ("kind: tiles, of: seen, over: everyone, tiles: 2, first: lowest", 1),
        ("kind: tiles, of: waits, over: everyone, tiles: 2, first: lowest", -1),
        ("kind: tiles, of: plain, over: everyone, tiles: 2, first: lowest", 0),
        ("kind: thresholds, of: seen, scores: [{score: 1, at_least: 5}, {score: 4, otherwise: true}]", -1),
        ("kind: thresholds, of: seen, scores: [{score: 4, at_least: 5}, {score: 1, otherwise: true}]", 1),
        ("kind: thresholds, of: waits, scores: [{score: 4, at_most: 5}, {score: 1, otherwise: true}]", 1),
        ("kind: thresholds, of: waits, scores: [{score: 4, above: 5}, {score: 1, otherwise: true}]", -1),
        ("kind: thresholds, of: waits, scores: [{score: 4, otherwise: true}]", 0),
        ("kind: thresholds, of: seen, by: plain, sets: {1: [{score: 1, above: 5}, {score: 2, otherwise: true}]}", -1),
        ("kind: lookup, of: seen, table: {1: 5, 2: 4}, otherwise: 0", 0),
        ("kind: min-max, of: waits, over: everyone, reverse: always", 1),
        ("kind: min-max, of: waits, over: everyone, reverse: never", -1),
        ("kind: percentile-rank, of: seen, over: everyone, form: low / n, reverse: always", -1),
        ("kind: difference, of: seen, from: plain", 1),
        ("kind: decide, rows: [{when: {seen: '> 2'}, then: 1, missing: fails}], otherwise: 3", 0),
        ("kind: constant, value: 3", 0),
        ("kind: thresholds, of: seen, scale: words, levels: [{level: good, above: 2}, {level: low, otherwise: true}]", -1),
    ],
)  # fmt: skip
def test_which_side_of_a_result_is_better_is_as_its_kind_makes_it_of_a_value(rule: str, better: int) -> None:
    """The first place is the best, and what runs against its value has the other side; levels go by their positions."""
    methodology = method(SIDES.format(rule=rule))
    assert sign_of(methodology, "what", methodology.items) == better


@pytest.mark.parametrize("rule", ["place, by: [{item: waits, first: lowest}]", "decide, rows: [], otherwise: 3"])
def test_a_rating_that_is_made_of_no_one_value_is_diagnosed(rule: str) -> None:
    """Waits of 9 among 2, 3 and 9 take the third place; with the middle 3 they would share the second."""
    text = SIDES.format(rule=f"kind: {rule}").replace(
        "rows: []", "rows: [{when: {waits: '> 2'}, then: 1, missing: fails}]"
    )
    found = diagnosed(text, waits="9 2 3", seen="1 1 1", plain="1 1 1")
    assert [one.point.id for one in found.weak] == ["waits"]
    assert found.weak[0].cost.score == (1 if rule.startswith("place") else 0)
