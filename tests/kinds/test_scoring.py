"""Thresholds, rank-spread, quantile bands and places."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused
from nhsrate.core.quantiles import Definition, quantile
from nhsrate.engine.explain import explain

BANDS = """
scales: {rag: [{level: green}, {level: amber}, {level: red}]}
inputs: {a: {type: number}}
figures: {good: {value: 95, basis: stated}}
measures:
  colour:
    kind: thresholds
    scale: rag
    of: a
    levels:
      - {level: green, at_least: good}
      - {level: amber, above: 90}
      - {level: red, otherwise: true}
  score: {kind: thresholds, of: a, scores: [{score: 3, below: 1}, {score: 2, at_most: 1}, {score: 1, otherwise: true}]}
"""
SETS = """
inputs: {a: {type: number}, type: {type: text}, size: {type: number}}
measures:
  score:
    kind: thresholds
    of: a
    by: type
    sets:
      Acute: [{score: 1, at_least: 10}, {score: 0, otherwise: true}]
      care: [{score: 2, at_least: 5}, {score: 0, otherwise: true}]
  sized: {kind: thresholds, of: a, by: size, sets: {1: [{score: 7, otherwise: true}], 2.50: [{score: 8, otherwise: true}]}}
"""
RANKS = """
inputs:
  waits: {type: number, polarity: lower}
  rank: {type: count, optional: true}
measures:
  spread: {kind: rank-spread, of: waits, best: 1, worst: 4}
  ranked: {kind: rank-spread, of: waits, best: 1, worst: 4, rank: rank, ranked: 61}
  held: {kind: rank-spread, of: waits, best: 1, worst: 4, standard: {at_most: 1, meets: 1, best: 2}}
  kept: {kind: rank-spread, of: waits, best: 1, worst: 4, floor: {at_most: 9, fails: 4, worst: 3}}
"""
PLACES = """
scales: {segments: [{level: one, number: 1}, {level: two, number: 2}]}
inputs: {segment: {type: level, scale: segments}, mean: {type: number}, region: {type: text}}
populations: {kept: {when: {mean: "> 0"}, missing: fails}}
measures:
  place: {kind: place, by: [{item: segment, first: best}, {item: mean, first: lowest}]}
  dense: {kind: place, by: [{item: mean, first: highest}], ties: dense}
  within: {kind: place, by: [{item: mean, first: lowest}], within: region}
  over: {kind: place, by: [{item: segment, first: lowest}], over: kept}
"""


def test_the_first_row_whose_bound_is_met_wins_and_each_bound_names_its_side() -> None:
    rated = rate(BANDS, a="95 94.999 90.0001 90 -")
    assert results(rated, "colour") == ["green", "amber", "amber", "red", "missing (blank)"]
    assert results(rate(BANDS, a="0.9 1 1.1"), "score") == ["3", "2", "1"]


def test_thresholds_say_which_row_held_and_on_which_line() -> None:
    rated = rate(BANDS, a="96 1")
    assert why(rated, "colour") == "a is 96, at least 95 (good) (line 11)"
    assert why(rated, "colour", 1) == "a is 1, which meets no threshold from green at least 95 (good) on (line 13)"
    assert plain(rated.methodology, "colour") == "a: green at least 95 (good), amber above 90, red otherwise"
    assert rated.methodology.items["colour"].rule.shares() == {"a": Decimal(1)}


def test_thresholds_know_their_lowest_score() -> None:
    assert method(BANDS).lowest_possible("score") == 1
    assert method(SETS).lowest_possible("score") == 0


def test_sets_are_chosen_by_a_text_without_regard_to_case_or_by_a_number() -> None:
    rated = rate(SETS, a="10 6 -", type="acute CARE care", size="1 2.5 1")
    assert results(rated, "score") == ["1", "2", "missing (blank)"]
    assert results(rated, "sized") == ["7", "8", "missing (blank)"]
    assert why(rated, "score", 1) == "a is 6, at least 5 (line 10)"
    assert plain(rated.methodology, "score") == (
        "a against thresholds by type: acute: 1 at least 10, 0 otherwise; care: 2 at least 5, 0 otherwise"
    )
    assert set(rated.methodology.items["score"].reads()) == {"a", "type"}


def test_an_organisation_without_a_set_is_refused_and_one_that_says_nothing_is_missing() -> None:
    assert results(rate(SETS, only=["score"], a="1", type="-"), "score") == ["missing (type is missing: blank)"]
    with pytest.raises(Refused, match=r'There are no thresholds for "type" ambulance\. Organisations: A, B'):
        rate(SETS, only=["score"], a="1 2", type="ambulance ambulance")


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ("", ["Thresholds are levels, or scores, or by with sets"]),
        ("by: a, levels: [{level: green, otherwise: true}]", ["Thresholds are levels, or scores, or by with sets"]),
        ("scores: [{score: 1, otherwise: true}]", ["Each row here gives one level."]),
        ("levels: [{level: green, score: 1, otherwise: true}]", ["Each row here gives one level."]),
        ("levels: [{level: green, at_least: 1}]", ["The last row must be otherwise."]),
        ("levels: [{level: green}]", ["The last row must be otherwise."]),
        ("levels: [{level: green}, {level: red, otherwise: true}]", ["A row before the last states one bound."]),
        (
            "levels: [{level: green, at_least: 1, below: 3}, {level: red, otherwise: true}]",
            ["A row before the last states one bound."],
        ),
        (
            "levels: [{level: green, otherwise: true}, {level: red, otherwise: true}]",
            ["A row before the last states one bound."],
        ),
        (
            "levels: [{level: green, at_least: 1}, {level: amber, below: 2}, {level: red, otherwise: true}]",
            ["The rows before this one say at least, and it says below."],
        ),
        (
            "levels: [{level: green, at_least: 1}, {level: amber, at_least: 2}, {level: red, otherwise: true}]",
            ["This row can never hold: whatever is at least 2 is at least 1 already."],
        ),
        (
            "levels: [{level: green, at_most: 2}, {level: amber, below: 2}, {level: red, otherwise: true}]",
            ["This row can never hold: whatever is below 2 is at most 2 already."],
        ),
        ("levels: [{level: green, below: 2}, {level: amber, at_most: 2}, {level: red, otherwise: true}]", []),
        ("levels: [{level: green, above: 2}, {level: amber, at_least: 2}, {level: red, otherwise: true}]", []),
        ("levels: [{level: green, at_most: 2}, {level: amber, at_most: 3}, {level: red, otherwise: true}]", []),
        ("by: t, sets: {x: []}", ["There are no rows here."]),
    ],
)
def test_rows_that_are_incomplete_or_can_never_hold(fields: str, problems: list[str]) -> None:
    rules = f"""
    scales: {{rag: [{{level: green}}, {{level: amber}}, {{level: red}}]}}
    inputs: {{a: {{type: number}}, t: {{type: text}}}}
    measures: {{x: {{kind: thresholds, of: a, scale: rag, {fields}}}}}
    """
    found = problems_of(rules)
    assert len(found) == len(problems)
    assert all(problem in line for line, problem in zip(found, problems, strict=True))


def test_ranks_spread_evenly_and_ties_share_the_best_place() -> None:
    rated = rate(RANKS, only=["spread"], waits="0 0 2 5 -")
    assert results(rated, "spread") == ["1", "1", "3", "4", "missing (blank)"]
    assert why(rated, "spread", 2) == "waits is 2, rank 3 of 4: 1 + (4 - 1) x (3 - 1) / (4 - 1)"
    assert plain(rated.methodology, "spread") == "waits by rank over everyone, spread from 1 (best) to 4 (worst)"
    assert rated.methodology.items["spread"].rule.shares() == {"waits": Decimal(1)}


def test_one_organisation_alone_gets_the_best_score() -> None:
    rated = rate(RANKS, only=["spread"], waits="7 -")
    assert results(rated, "spread") == ["1", "missing (blank)"]
    assert why(rated, "spread") == "waits is 7, rank 1 of 1: 1"


def test_nobody_ranked_is_nobody_scored() -> None:
    assert results(rate(RANKS, only=["spread"], waits="- -"), "spread") == ["missing (blank)", "missing (blank)"]


def test_an_items_own_polarity_turns_the_ranks_and_the_reason_with_them() -> None:
    rules = """
    inputs: {a: {type: number, polarity: lower}}
    measures: {x: {kind: rank-spread, of: a, best: 10, worst: 0, polarity: higher}}
    """
    rated = rate(rules, a="1 2 3")
    assert results(rated, "x") == ["0", "5", "10"]
    assert (
        rated.methodology.items["x"].rule.why(rated.view("x"), 0)
        == "a is 1, rank 3 of 3: 10 + (0 - 10) x (3 - 1) / (3 - 1)"
    )


def test_a_published_rank_is_used_where_there_is_one() -> None:
    rated = rate(RANKS, only=["ranked"], waits="1 2 - -", rank="1 31 61 -")
    assert results(rated, "ranked") == ["1", "2.5", "4", "missing (blank)"]
    assert why(rated, "ranked", 1) == "waits is 2, published rank 31 of 61: 1 + (4 - 1) x (31 - 1) / (61 - 1)"
    assert plain(rated.methodology, "ranked").endswith("(worst); by the published rank of 61 where the return has it")
    assert rated.problems == ()


def test_ranks_worked_out_within_the_return_are_a_warning_where_published_ones_are_wanted() -> None:
    rated = rate(RANKS, only=["ranked"], waits="1 2 3")
    assert results(rated, "ranked") == ["1", "2.5", "4"]
    (warning,) = rated.problems
    assert (warning.code, warning.severity) == ("ranked-in-return", "warning")
    assert warning.message == '"waits" was ranked among the 3 of this return; the method ranks among 61.'


@pytest.mark.parametrize(
    ("waits", "rank", "said"),
    [
        ("1 2", "1 -", '"waits" has a value and no rank in rank, while others have one. Organisations: B.'),
        ("1 2", "1 62", "The rank 62 in rank is not between 1 and 61, the number ranked. Organisations: B."),
        ("1 2", "1 0", "The rank 0 in rank is not between 1 and 61, the number ranked. Organisations: B."),
    ],
)
def test_a_rank_that_cannot_be_is_refused(waits: str, rank: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        rate(RANKS, only=["ranked"], waits=waits, rank=rank)
    assert [problem.message for problem in refused.value.problems] == [said]


def test_all_that_meet_the_standard_get_its_score_and_the_rest_are_spread_below() -> None:
    rated = rate(RANKS, only=["held"], waits="0 1 2 3 4")
    assert results(rated, "held") == ["1", "1", "2", "3", "4"]
    assert why(rated, "held") == "waits is 0, which meets the standard of at most 1: 1"
    assert why(rated, "held", 3) == "waits is 3, rank 2 of 3: 2 + (4 - 2) x (2 - 1) / (3 - 1)"
    assert plain(rated.methodology, "held") == (
        "waits by rank over everyone, spread from 2 (best) to 4 (worst); at most 1 gets 1"
    )
    assert rated.methodology.lowest_possible("held") == 1


def test_all_that_fail_the_floor_get_its_score_and_the_rest_are_spread_above() -> None:
    rated = rate(RANKS, only=["kept"], waits="0 5 9 10")
    assert results(rated, "kept") == ["1", "2", "3", "4"]
    assert why(rated, "kept", 3) == "waits is 10, which fails the floor of at most 9: 4"
    assert plain(rated.methodology, "kept") == (
        "waits by rank over everyone, spread from 1 (best) to 3 (worst); failing at most 9 gets 4"
    )


def test_outside_the_population_there_is_no_rank() -> None:
    rules = """
    inputs: {a: {type: number, polarity: higher}, n: {type: number, required: true}}
    populations: {kept: {when: {n: ">= 1"}, because: reports nothing}}
    measures: {x: {kind: rank-spread, of: a, best: 1, worst: 4, over: kept}}
    """
    assert results(rate(rules, a="1 2 3", n="1 1 0"), "x") == ["4", "1", "missing (not in the population kept)"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            "standard: {meets: 1, best: 2}",
            "thresholds: One bound must be given here. at_least, above, at_most or below.",
        ),
        (
            "floor: {fails: 4, worst: 3, below: 1, above: 2}",
            "thresholds: One bound must be given here. at_least, above, at_most or below.",
        ),
        ("ranked: 61", "missing-key: rank and ranked go together. Give both, or neither."),
        ("rank: b, ranked: 0", "wrong-type: 0 cannot be the number ranked. Give a whole number from 1."),
        ("rank: b, ranked: 1.5", "wrong-type: 1.5 cannot be the number ranked. Give a whole number from 1."),
    ],
)
def test_a_spread_that_cannot_be(fields: str, problem: str) -> None:
    rules = f"""
    inputs: {{a: {{type: number, polarity: higher}}, b: {{type: count}}}}
    measures: {{x: {{kind: rank-spread, of: a, best: 1, worst: 4, {fields}}}}}
    """
    (found,) = problems_of(rules)
    assert found.split(" ", 1)[1] == problem


@pytest.mark.parametrize("kind", ["rank-spread, best: 1, worst: 4", "quantile-bands, over: everyone, definition: linear, levels: [{level: yes, best: 0.5}, {level: no, otherwise: true}], scale: yes/no"])  # fmt: skip
def test_a_polarity_must_be_said_somewhere(kind: str) -> None:
    rules = f"inputs: {{a: {{type: number}}}}\nmeasures: {{x: {{kind: {kind}, of: a}}}}"
    assert problems_of(rules) == ["2:15 missing-key: Whether a higher or lower a is better is not said. Add polarity:."]
    assert problems_of(rules.replace("of: a}", "of: a, polarity: lower}")) == []


def quantile_rules(definition: str, polarity: str = "higher") -> str:
    return f"""
    scales: {{lights: [{{level: green}}, {{level: yellow}}, {{level: red}}]}}
    inputs: {{a: {{type: number, polarity: {polarity}}}, n: {{type: number}}}}
    populations: {{kept: {{when: {{n: 1}}, missing: fails}}}}
    measures:
      x:
        kind: quantile-bands
        scale: lights
        of: a
        over: kept
        definition: {definition}
        levels: [{{level: green, best: 0.25}}, {{level: yellow, best: 0.75}}, {{level: red, otherwise: true}}]
    """.replace("higher}, n", "higher}, n")


def test_bands_by_quantiles_of_a_population() -> None:
    rated = rate(quantile_rules("linear"), a="4 3 2 1 9 -", n="1 1 1 1 0 1")
    assert results(rated, "x") == [
        "green",
        "yellow",
        "yellow",
        "red",
        "missing (not in the population kept)",
        "missing (blank)",
    ]
    assert why(rated, "x") == "a is 4; linear quantiles over kept: green at least 3.25, yellow at least 1.75"
    assert plain(rated.methodology, "x") == (
        "a among kept (linear quantiles; a value at a cut is in the better band): green to the best 25 %, yellow to the best 75 %, red otherwise"
    )
    lower = rate(quantile_rules("linear", "lower"), a="4 3 2 1", n="1 1 1 1")
    assert results(lower, "x") == ["red", "yellow", "yellow", "green"]


@pytest.mark.parametrize(
    ("definition", "cuts"),
    [
        ("linear", ["2.25", "3.5"]),
        ("inverted cdf", ["2", "3"]),
        ("averaged inverted cdf", ["2", "3.5"]),
        ("hazen", ["2", "3.5"]),
        ("weibull", ["1.75", "3.5"]),
        ("median unbiased", ["1.91666666667", "3.5"]),
    ],
)
def test_quantiles_by_their_definitions(definition: Definition, cuts: list[str]) -> None:
    """The values of R's quantile(c(1, 2, 3, 4, 5, 6), c(1/4, 1/2), type) but for thirds."""
    values = [Decimal(n) for n in (1, 2, 3, 4, 5, 6)]
    found = [quantile(values, Decimal(share), definition) for share in ("0.25", "0.5")]
    assert [str(round(cut, 11)).rstrip("0").rstrip(".") for cut in found] == cuts


def test_a_quantile_of_one_value_is_that_value() -> None:
    assert {
        quantile([Decimal(7)], Decimal("0.25"), name) for name in ("linear", "inverted cdf", "hazen", "weibull")
    } == {7}


def test_places_by_several_keys_with_ties_that_skip() -> None:
    rated = rate(PLACES, only=["place"], segment="two one one one -", mean="1.5 2 2.5 2.5 1")
    assert results(rated, "place") == ["4", "1", "2", "2", "missing (segment is missing: blank)"]
    assert why(rated, "place") == "ordered by segment (two, best first), mean (1.5, lowest first)"
    assert plain(rated.methodology, "place") == (
        "the place in the order of segment (best first), then mean (lowest first); tied ones share the best place"
    )


def test_dense_places_skip_nothing() -> None:
    rated = rate(PLACES, only=["dense"], mean="5 5 3 1")
    assert results(rated, "dense") == ["1", "1", "2", "3"]
    assert plain(rated.methodology, "dense").endswith("share the best place, and no place is skipped")


def test_places_are_counted_within_each_cohort() -> None:
    rated = rate(PLACES, only=["within"], mean="1 2 3 4", region="n s n -")
    assert results(rated, "within") == ["1", "1", "2", "missing (region is missing: blank)"]
    assert why(rated, "within") == "ordered by mean (1, lowest first), within region n"
    assert plain(rated.methodology, "within").endswith("within each region; tied ones share the best place")
    assert set(rated.methodology.items["within"].reads()) == {"mean", "region"}


def test_places_are_over_a_population_and_levels_are_ordered_by_number_where_asked() -> None:
    rated = rate(PLACES, only=["over"], mean="1 0 1", segment="two one one")
    assert results(rated, "over") == ["2", "missing (not in the population kept)", "1"]


def test_an_order_needs_keys_and_best_needs_levels() -> None:
    assert problems_of("""
    inputs: {a: {type: number}}
    measures:
      x: {kind: place, by: [{item: a, first: best}]}
      y: {kind: place, by: []}
    """) == [
        "4:6 missing-key: a has no levels, so which end is best is not known. Write first: lowest or first: highest.",
        "5:6 missing-key: An order needs a key. by: [{item: x, first: lowest}]",
    ]


def test_a_reason_goes_by_the_polarity_of_its_own_item() -> None:
    """Whatever item was worked out last."""
    rules = """
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: number, polarity: lower}}
    measures:
      x:
        kind: quantile-bands
        scale: rag
        of: a
        over: everyone
        polarity: higher
        definition: linear
        levels: [{level: green, best: 0.25}, {level: red, otherwise: true}]
    """
    rated = rate(rules, a="1 2 3 4")
    assert results(rated, "x") == ["red", "red", "red", "green"]
    assert "green at least 3.25" in explain(rated, 3, ["x"]).reasons["x"].how
