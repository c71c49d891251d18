"""Significance bands: which side is better, each method, funnels and overdispersion, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.problems import Refused

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment

SCALES = """
scales:
  five: [{level: far better}, {level: better}, {level: same}, {level: worse}, {level: far worse}]
  three: [{level: better}, {level: same}, {level: worse}]
"""
BANDS = f"""{SCALES}
inputs:
  seen: {{type: number, polarity: higher}}
  of: {{type: number}}
  deaths: {{type: number, polarity: lower}}
  expected: {{type: number}}
  survey: {{type: number, polarity: higher}}
  error: {{type: number}}
  plan: {{type: number}}
  region: {{type: text}}
figures: {{target: {{value: 80, basis: stated}}}}
populations: {{big: {{when: {{of: ">= 100"}}, missing: fails}}}}
measures:
  wilson:
      {{kind: significance, scale: five, of: seen, out_of: of, times: 100, against: target, method: wilson,
       confidence: [95, 99.8]}}
  funnel:
      {{kind: significance, scale: five, of: seen, out_of: of, against: average, over: everyone, method: normal,
       confidence: [95, 99.8]}}
  big:
      {{kind: significance, scale: three, of: seen, out_of: of, against: average, over: big, method: normal,
       confidence: [95]}}
  local:
      {{kind: significance, scale: three, of: seen, out_of: of, against: average, over: everyone, within: region,
       method: normal, confidence: [95]}}
  planned:
      {{kind: significance, scale: three, of: seen, out_of: of, times: 100, against: plan, method: wilson,
       confidence: [95]}}
  byar:
      {{kind: significance, scale: five, of: deaths, expected: expected, against: 1, method: byar,
       confidence: [95, 99.8]}}
  few:
      {{kind: significance, scale: five, of: deaths, expected: expected, against: 1, method: byar,
       under_10: exact poisson, confidence: [95, 99.8]}}
  none:
      {{kind: significance, scale: five, of: deaths, expected: expected, against: 1, method: byar,
       under_10: missing, confidence: [95, 99.8]}}
  exact:
      {{kind: significance, scale: five, of: deaths, expected: expected, against: 1, method: exact poisson,
       confidence: [95, 99.8]}}
  rate:
      {{kind: significance, scale: three, of: deaths, per: expected, times: 1000, against: 1000, method: normal,
       confidence: [95]}}
  mean:
      {{kind: significance, scale: three, of: survey, error: error, against: average, over: everyone,
       method: normal, confidence: [95]}}
"""
VECTOR = f"""{SCALES}
inputs: {{x: {{type: count, polarity: higher}}, n: {{type: count}}, low: {{type: count, polarity: lower}}}}
measures:
  crude:
      {{kind: significance, scale: three, of: x, out_of: n, against: average, over: everyone, method: normal,
       confidence: [95]}}
  wide:
      {{kind: significance, scale: three, of: x, out_of: n, against: average, over: everyone, method: normal,
       confidence: [80], overdispersion: {{form: additive}}}}
  narrow:
      {{kind: significance, scale: three, of: x, out_of: n, against: average, over: everyone, method: normal,
       confidence: [80]}}
  times_phi:
      {{kind: significance, scale: three, of: x, out_of: n, against: average, over: everyone, method: normal,
       confidence: [80], overdispersion: {{form: multiplicative, trim: 0}}}}
  ratio:
      {{kind: significance, scale: three, of: x, expected: n, against: average, over: everyone, method: normal,
       confidence: [95], overdispersion: {{form: additive}}}}
  value:
      {{kind: significance, scale: three, of: x, error: n, against: average, over: everyone, method: normal,
       confidence: [95], overdispersion: {{form: additive}}}}
"""
COUNTS = {"x": "10 31 40 14 48 36 9 62 20 33", "n": "120 250 400 90 610 330 150 500 220 275"}


def rated_on(text: str, item: str, columns: dict[str, str]) -> Assessment:
    return rate(text, only=[item], **columns)  # type: ignore[arg-type]  # columns alone


def only(text: str, item: str, **columns: str) -> list[str]:
    return results(rated_on(text, item, columns), item)


def test_two_levels_of_confidence_give_five_bands_and_more_is_better_of_what_is_good() -> None:
    found = only(BANDS, "wilson", seen="90 85 80 75 70 8 5", of="100 100 100 100 100 10 10")
    assert found == ["better", "same", "same", "same", "worse", "same", "worse"]
    found = only(BANDS, "wilson", seen="900 850 830 800 770 750 700", of="1000 " * 7)
    assert found == ["far better", "far better", "better", "same", "worse", "far worse", "far worse"]


def test_less_is_better_of_what_is_bad() -> None:
    deaths = "100 125 140 80 65 10"
    assert only(BANDS, "byar", deaths=deaths, expected="100 100 100 100 100 10") == [
        "same", "worse", "far worse", "better", "far better", "same",
    ]  # fmt: skip


def test_a_value_at_its_limit_is_not_outside() -> None:
    """The limits of a standard with an error of 1 lie 1.9599639845400536 from it."""
    for standard, level in (("8.0400360154599464", "same"), ("8.0400360154599463", "better")):
        stated = f"{SCALES}inputs: {{a: {{type: number, polarity: higher}}, e: {{type: number}}}}\nmeasures:\n  band: "
        rule = f"{{kind: significance, scale: three, of: a, error: e, against: {standard}, method: normal, confidence: [95]}}"
        assert only(stated + rule, "band", a="10", e="1") == [level]


def test_under_ten_events_byar_gives_way_to_what_the_rule_says() -> None:
    """Of 3 deaths where 0.61 were expected the two methods disagree: their lower limits are 0.603 and 0.619."""
    counts = {"deaths": "3 3 9 10 0", "expected": "0.61 0.63 20 20 4"}
    assert only(BANDS, "byar", **counts) == ["same", "same", "better", "better", "better"]
    assert only(BANDS, "few", **counts) == ["worse", "same", "better", "better", "better"]
    assert only(BANDS, "none", **counts)[:4] == [
        "missing (deaths is 3, fewer than 10 events)",
        "missing (deaths is 3, fewer than 10 events)",
        "missing (deaths is 9, fewer than 10 events)",
        "better",
    ]
    assert only(BANDS, "exact", **counts) == ["worse", "same", "better", "better", "better"]


def test_byar_without_a_lower_limit_is_never_significantly_high() -> None:
    assert only(BANDS, "byar", deaths="1", expected="0.001") == ["worse"]
    rated = rate(BANDS, only=["byar"], deaths="1", expected="0.001")
    assert "none to 9362.18 (99.8 %)" in why(rated, "byar")


def test_the_average_is_all_that_is_counted_over_all_that_it_is_out_of() -> None:
    rated = rate(BANDS, only=["funnel"], seen="95 850 160", of="100 1000 200")
    assert results(rated, "funnel") == ["better", "same", "worse"]
    assert why(rated, "funnel") == (
        "95 / 100 = 0.95 against 0.85 (the average over everyone); normal limits of the standard: "
        "0.780015 to 0.919985 (95 %), 0.739657 to 0.960343 (99.8 %): significantly higher at 95 %"
    )
    assert why(rated, "funnel", 1).endswith(": no significant difference")


def test_an_average_is_that_of_its_population_or_cohort() -> None:
    columns = {"seen": "95 850 160 5", "of": "100 1000 200 10", "region": "n n s s"}
    assert only(BANDS, "big", **columns) == ["better", "same", "worse", "missing (not in the population big)"]
    assert only(BANDS, "local", **columns) == ["better", "same", "same", "worse"]
    rated = rated_on(BANDS, "local", columns)
    assert "the average over everyone, region n" in why(rated, "local")


def test_a_standard_may_be_another_item() -> None:
    found = only(BANDS, "planned", seen="90 90 90", of="100 100 100", plan="80 90 -")
    assert found == ["better", "same", "missing (blank)"]


def test_a_rate_and_a_value_with_its_standard_error() -> None:
    assert only(BANDS, "rate", deaths="150 100 60 0", expected="100 100 100 2") == ["worse", "same", "better", "same"]
    rated = rate(BANDS, only=["mean"], survey="80 70 75", error="1 1 10")
    assert results(rated, "mean") == ["better", "worse", "same"]
    assert why(rated, "mean") == (
        "80 against 75 (the average over everyone); normal limits of the standard: 73.04 to 76.96 (95 %): "
        "significantly higher at 95 %"
    )


def test_what_is_missing_stays_missing_and_a_share_of_nothing_is() -> None:
    found = only(BANDS, "funnel", seen="1 - 0 1", of="2 5 0 -")
    assert found == ["same", "missing (blank)", "missing (of is zero)", "missing (blank)"]
    assert only(BANDS, "funnel", seen="-", of="5") == ["missing (blank)"]
    assert only(BANDS, "funnel", seen="5", of="-") == ["missing (blank)"]


@pytest.mark.parametrize(
    ("item", "columns", "says"),
    [
        ("wilson", {"seen": "5", "of": "4"}, '"seen" is 5, more than "of", 4, of which it is a part.'),
        ("wilson", {"seen": "-1", "of": "4"}, '"seen" is -1, and what is counted cannot be below zero.'),
        ("wilson", {"seen": "1", "of": "-4"}, '"of" is -4, and cannot be below zero.'),
        ("exact", {"deaths": "1.5", "expected": "4"}, '"deaths" is 1.5, and exact limits are those of a whole number'),
        ("few", {"deaths": "1.5", "expected": "4"}, '"deaths" is 1.5, and exact limits are those of a whole number'),
        ("mean", {"survey": "1", "error": "0"}, '"error" is 0, and a standard error is above zero.'),
        ("planned", {"seen": "1", "of": "4", "plan": "101"}, '"plan" is 101, which no value can be.'),
    ],
)
def test_numbers_that_cannot_be_are_refused(item: str, columns: dict[str, str], says: str) -> None:
    with pytest.raises(Refused) as refused:
        rated_on(BANDS, item, columns)
    [problem] = refused.value.problems
    assert (problem.code, says in problem.message) == ("cannot-compute", True)


def test_a_half_event_is_fine_for_byar_from_ten_on() -> None:
    assert only(BANDS, "few", deaths="10.5", expected="10") == ["same"]


def test_overdispersion_widens_the_limits_of_the_published_vector() -> None:
    """At 80 % the plain funnel has four of the ten outside, the additive one three, the multiplicative one two."""
    assert results(rated_on(VECTOR, "crude", COUNTS), "crude").count("same") == 9
    narrow = results(rated_on(VECTOR, "narrow", COUNTS), "narrow")
    wide = results(rated_on(VECTOR, "wide", COUNTS), "wide")
    assert [level[0] for level in narrow] == ["s", "s", "s", "b", "w", "s", "w", "b", "s", "s"]
    assert [level[0] for level in wide] == ["s", "s", "s", "b", "w", "s", "w", "s", "s", "s"]
    said = why(rated_on(VECTOR, "wide", COUNTS), "wide", 3)
    assert said.startswith("14 / 90 = 0.155556 against 0.102886 (the average over everyone); normal limits")
    assert (
        "widened for overdispersion (additive, the outer 0.1 of the z scores at each end brought to the quantiles; "
        "phi 1.50034 of 10 z scores, tau2 0.00058539): significantly higher at 80 %"
    ) in said
    assert results(rated_on(VECTOR, "times_phi", COUNTS), "times_phi").count("same") == 8


def test_ratios_and_values_are_widened_on_their_own_scales() -> None:
    ratio = {"x": "80 90 100 110 400", "n": "100 100 100 100 100"}
    assert only(VECTOR, "ratio", **ratio) == ["same", "same", "same", "same", "better"]
    assert only(VECTOR.replace(", overdispersion: {form: additive}", ""), "ratio", **ratio)[:4] == ["worse"] * 4
    value = {"x": "10 20 30 40 50", "n": "1 1 1 1 1"}
    assert set(only(VECTOR, "value", **value)) == {"same"}
    assert only(VECTOR, "value", x="- -", n="1 1") == ["missing (blank)", "missing (blank)"]
    assert only(VECTOR, "wide", x="0", n="0") == ["missing (n is zero)"]


DEATHS = f"""{SCALES}
inputs: {{deaths: {{type: number, polarity: lower}}, expected: {{type: number}}, mark: {{type: number}}}}
measures:
  log:
      {{kind: significance, scale: three, of: deaths, expected: expected, against: 1, over: everyone, method: normal,
       confidence: [95], overdispersion: {{form: additive, trim: 0.1, outer: left out, on: natural logarithm}}}}
  marked:
      {{kind: significance, scale: three, of: deaths, expected: expected, against: mark, over: everyone, method: normal,
       confidence: [95], overdispersion: {{form: additive, on: natural logarithm}}}}
"""
HOSPITALS = {"deaths": "80 95 100 110 150 60 130 105 90 102", "expected": "100 90 100 120 110 95 100 100 105 98"}


def test_limits_on_the_logarithm_with_the_outer_scores_left_out() -> None:
    """Worked out in floats, without this code: phi 1.990545 and tau2 0.0125563 from eight of the ten."""
    rated = rated_on(DEATHS, "log", HOSPITALS)
    assert [level[0] for level in results(rated, "log")] == ["s", "s", "s", "s", "w", "b", "s", "s", "s", "s"]
    assert why(rated, "log", 4) == (
        "150 / 110 = 1.36364 against 1 (the standard); normal limits of the standard: 0.749485 to 1.33425 (95 %), "
        "widened for overdispersion (additive on the natural logarithm, the outer 0.1 of the z scores at each end left "
        "out; phi 1.99055 of 8 z scores, tau2 0.0125563): significantly higher at 95 %"
    )
    assert plain(method(DEATHS), "log").endswith(
        "overdispersion (additive on the natural logarithm, the outer 0.1 of the z scores at each end left out); of the "
        "levels of three the middle one is no difference"
    )


def test_the_error_of_a_logarithm_is_that_of_the_deaths_which_the_standard_leads_one_to_expect() -> None:
    """Alone, 122 where 100 x 1.01 are to be expected: ln(1.22 / 1.01) x sqrt(101) is 1.898, which chance explains."""
    assert only(DEATHS, "marked", deaths="122", expected="100", mark="1") == ["worse"]
    assert only(DEATHS, "marked", deaths="122", expected="100", mark="1.01") == ["same"]
    assert only(DEATHS, "marked", deaths="244", expected="100", mark="2") == ["worse"]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"deaths": "0", "expected": "5"}, '"deaths" is 0, and zero has no logarithm.'),
        ({"deaths": "1", "expected": "5", "mark": "0"}, '"mark" is 0, which no value can be.'),
    ],
)
def test_zero_has_no_logarithm(columns: dict[str, str], says: str) -> None:
    with pytest.raises(Refused) as refused:
        rated_on(DEATHS, "marked", columns)
    assert refused.value.problems[0].message.startswith(says)


def test_the_rule_in_words() -> None:
    rules = method(BANDS)
    assert plain(rules, "few") == (
        "deaths over the expected expected against 1, byar limits at 95 % and 99.8 %; under 10 events exact poisson"
        "; of the levels of five the middle one is no difference"
    )
    assert plain(rules, "wilson") == (
        "seen out of of, times 100 against 80 (target), wilson limits at 95 % and 99.8 %"
        "; of the levels of five the middle one is no difference"
    )
    assert plain(rules, "planned") == (
        "seen out of of, times 100 against plan, wilson limits at 95 %"
        "; of the levels of three the middle one is no difference"
    )
    assert plain(method(VECTOR), "wide") == (
        "x out of n against the average over everyone, normal limits at 80 %; limits widened for overdispersion "
        "(additive, the outer 0.1 of the z scores at each end brought to the quantiles)"
        "; of the levels of three the middle one is no difference"
    )


def test_a_reason_names_the_figures_of_the_standard_and_the_confidence() -> None:
    rules = BANDS.replace("figures: {", "figures: {sure: {value: 95, basis: assumed}, ", 1).replace(
        "[95, 99.8]", "[sure, 99.8]"
    )
    rated = rate(rules, only=["wilson", "byar"], seen="90", of="100", deaths="20", expected="20")
    assert why(rated, "wilson") == (
        "90 / 100 x 100 = 90% against 80% (target); wilson limits of the value: 82.5634% to 94.4771% (95 % (sure)), "
        "76.9941% to 96.0322% (99.8 %): significantly higher at 95 % (sure)"
    )
    assert "against 1 (the standard); byar limits" in why(rated, "byar")


def test_it_may_be_missing_where_something_is_counted_out_of_nothing() -> None:
    rules = method(BANDS)
    sure = {"survey", "error", "seen", "of", "deaths", "expected"}
    flags = {item: rules.items[item].rule.may_miss(lambda other: other not in sure) for item in ("mean", "wilson")}
    assert flags == {"mean": False, "wilson": True}
    assert rules.items["mean"].rule.may_miss(lambda _: True)
    assert set(rules.items["local"].rule.reads()) == {"seen", "of", "region"}
    assert set(rules.items["local"].rule.wants_numbers()) == {"seen", "of"}


RULE = "kind: significance, scale: three, of: seen, out_of: of, against: 0.8, method: wilson, confidence: [95]"


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("out_of: of, ", "", "missing-key: One of out_of, expected, per and error must be given, and only one."),
        ("out_of: of", "out_of: of, per: expected", "missing-key: One of out_of, expected, per and error"),
        ("out_of: of", "per: expected", "incompatible: wilson limits go with out_of."),
        ("method: wilson", "method: byar", "incompatible: byar limits go with expected or per."),
        ("method: wilson", "method: wilson, under_10: missing", "incompatible: under_10 goes with byar."),
        (
            "method: wilson",
            "method: wilson, over: everyone, overdispersion: {form: additive}",
            "incompatible: Overdispersion widens the limits of a funnel.",
        ),
        (
            "method: wilson",
            "method: normal, over: everyone, overdispersion: {form: additive, on: natural logarithm}",
            "incompatible: on: goes with ratios and rates: expected or per. Remove on:.",
        ),
        (
            "method: wilson",
            "method: normal, over: everyone, overdispersion: {form: additive, trim: 0.5}",
            "wrong-type: The share that is trimmed lies from 0 to below 0.5.",
        ),
        ("against: 0.8", "against: average", 'missing-key: "over" must be given here'),
        ("against: 0.8", "against: 0.8, over: everyone", "incompatible: A stated standard needs no population."),
        ("against: 0.8", "against: 0.8, within: region", "incompatible: A stated standard needs no population."),
        ("against: 0.8", "against: 0.8, times: 0", "wrong-type: times is above zero."),
        ("against: 0.8", "against: target", "wrong-type: No value can be 80 (target)."),
        ("against: 0.8", "against: -1", "wrong-type: No value can be -1."),
        ("against: 0.8", "against: targt", 'unknown-name: There is no item "targt".'),
        ("[95]", "[99.8, 95]", "wrong-type: Confidences are per cent, and rise between 0 and 100."),
        ("[95]", "[100]", "wrong-type: Confidences are per cent"),
        ("[95]", "[]", "wrong-type: Confidences are per cent"),
        ("[95]", "[90, 95]", "incompatible: The scale three needs 5 levels for 2 of confidence."),
        ("of: seen", "of: of", "missing-key: Whether a higher or lower of is better is not said."),
    ],
)
def test_parts_that_do_not_go_together_are_problems(change: str, into: str, says: str) -> None:
    rule = RULE.replace(change, into, 1)
    assert rule != RULE
    text = f"{BANDS.partition('measures:')[0]}measures:\n  band: {{{rule}}}\n"
    assert [problem for problem in problems_of(text) if says in problem], problems_of(text)


def test_a_figure_that_is_still_to_be_set_is_not_judged() -> None:
    text = f"""{SCALES}
inputs: {{seen: {{type: count, polarity: higher}}, of: {{type: count}}}}
figures:
  standard: {{required: true, basis: stated}}
  sure: {{required: true, basis: stated}}
measures:
  band:
      {{kind: significance, scale: three, of: seen, out_of: of, against: standard, method: wilson,
       confidence: [sure]}}
"""
    assert not [problem for problem in problems_of(text) if "wrong-type" in problem]
