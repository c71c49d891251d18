"""Where a value stands among those of a population: against the standard library, against fractions, and by hand."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, why

STATISTICS = """
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: lower}
  c: {type: number}
  region: {type: text}
figures: {best: {value: 10, basis: stated}}
populations: {big: {when: {a: ">= 10"}, missing: fails, because: small}}
measures:
  z: {kind: standardise, of: a, over: everyone, sd: n-1}
  z_all: {kind: standardise, of: a, over: everyone, sd: n}
  z_turned: {kind: standardise, of: b, over: everyone, sd: n-1, reverse: by polarity}
  z_always: {kind: standardise, of: a, over: everyone, sd: n-1, reverse: always}
  z_big: {kind: standardise, of: a, over: big, sd: n-1}
  z_local: {kind: standardise, of: a, over: everyone, sd: n-1, within: region}
  scaled: {kind: min-max, of: a, over: everyone, to: 100}
  scaled_turned: {kind: min-max, of: b, over: everyone, reverse: by polarity, within: region}
  goals: {kind: min-max, of: a, over: everyone, low: 2, high: best, clip: true}
  unclipped: {kind: min-max, of: a, over: everyone, low: 2, high: best}
  low: {kind: percentile-rank, of: a, over: everyone, form: low / n}
  high: {kind: percentile-rank, of: a, over: everyone, form: high / n}
  middle: {kind: percentile-rank, of: a, over: everyone, form: middle / n}
  zero: {kind: percentile-rank, of: a, over: everyone, form: from zero, to: 1}
  turned: {kind: percentile-rank, of: b, over: everyone, form: low / n, reverse: by polarity}
  kept: {kind: winsorise, of: a, over: everyone, low: 0.25, high: 0.75, definition: linear}
  best_ratio: {kind: relative, of: b, over: everyone, to: best}
  mean_ratio: {kind: relative, of: a, over: everyone, to: mean}
  median_gap: {kind: relative, of: a, over: everyone, to: median, as: difference}
"""
SCHOOLING = "10 12 11.4 9.5 10.8 9.4 9.4 11.6 10.9 7.1 10.2 11.9 9.4 9.3 11.7 8.4 7.9 9.6 7.3 7.2 9.5 9.1 7.1"
VALUES = st.lists(st.integers(-500, 500), min_size=2, max_size=25)


def column(item: str, **columns: str) -> list[str]:
    return results(rate(STATISTICS, only=[item], **columns), item)  # type: ignore[arg-type]  # columns alone


def numbers(item: str, values: list[int], *, of: str = "a") -> list[Decimal]:
    words = " ".join(map(str, values))
    rated = rate(STATISTICS, only=[item], a=words) if of == "a" else rate(STATISTICS, only=[item], b=words)
    return [cell for cell in rated.columns[item] if isinstance(cell, Decimal)]


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ("z", ["0.26", "1.52", "1.14", "-0.06", "-1.58"]),
        ("scaled", ["59", "100", "88", "49", "0"]),
        ("mean_ratio", ["1.04", "1.25", "1.19", "0.99", "0.74"]),
        ("best", ["0.83", "1.00", "0.95", "0.79", "0.59"]),
        ("low", ["65.2", "100.0", "82.6", "52.2", "4.3"]),
    ],
)
def test_years_of_schooling_come_out_as_the_handbook_has_them(item: str, wanted: list[str]) -> None:
    """Finland, United States, Sweden, Japan and Slovenia among 23 countries."""
    rules = STATISTICS + "  best: {kind: relative, of: a, over: everyone, to: best}\n"
    rated = rate(rules, only=[item], a=SCHOOLING)
    places = len(wanted[0].partition(".")[2])
    found = rated.columns[item]
    assert [f"{found[n]:.{places}f}" for n in (0, 1, 2, 3, 22)] == wanted


def test_the_deviation_of_a_sample_is_not_that_of_a_population() -> None:
    """The Handbook has 9.595652 and 1.576959; the deviation of a population gives 1.56 for the United States."""
    rated = rate(STATISTICS, only=["z", "z_all"], a=SCHOOLING)
    assert f"{rated.columns['z_all'][1]:.2f}" == "1.56"
    assert why(rated, "z", 1) == (
        "(12 - 9.59565217391) / 1.57695859774; mean and standard deviation (n-1) of 23 over everyone"
    )


@given(VALUES)
@settings(max_examples=40)
def test_standardising_is_that_of_the_standard_library(values: list[int]) -> None:
    found = numbers("z", values)
    deviation = statistics.stdev(values)
    if not deviation:
        assert found == []
        return
    mean = statistics.fmean(values)
    assert [float(z) for z in found] == pytest.approx([(v - mean) / deviation for v in values], abs=1e-9)
    everyone = [float(z) for z in numbers("z_all", values)]
    assert everyone == pytest.approx([(v - mean) / statistics.pstdev(values) for v in values], abs=1e-9)


@given(VALUES)
@settings(max_examples=40)
def test_turning_turns_the_sign(values: list[int]) -> None:
    assert numbers("z_turned", values, of="b") == [z.copy_negate() for z in numbers("z", values)]
    assert numbers("z_always", values) == [z.copy_negate() for z in numbers("z", values)]


@given(VALUES)
@settings(max_examples=40)
def test_scaling_is_that_of_fractions(values: list[int]) -> None:
    low, high = min(values), max(values)
    found = numbers("scaled", values)
    wanted = [Fraction(100 * (value - low), high - low) for value in values] if low < high else []
    assert all(abs(Fraction(cell) - share) < Fraction(1, 10**35) for cell, share in zip(found, wanted, strict=True))


@given(VALUES)
@settings(max_examples=40)
def test_percentile_ranks_are_counts_over_n(values: list[int]) -> None:
    n = len(values)
    for value, low, high, middle, zero in zip(
        values, *(numbers(item, values) for item in ("low", "high", "middle", "zero")), strict=True
    ):
        below, up_to = sum(v < value for v in values), sum(v <= value for v in values)
        near = Fraction(1, 10**35)
        assert abs(Fraction(low) - Fraction(100 * (below + 1), n)) < near
        assert abs(Fraction(high) - Fraction(100 * up_to, n)) < near
        assert abs(Fraction(middle) - Fraction(100 * (below + up_to), 2 * n)) < near
        assert abs(Fraction(zero) - Fraction(below, n - 1)) < near


@given(VALUES)
@settings(max_examples=40)
def test_winsorising_keeps_the_middle_and_the_order(values: list[int]) -> None:
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    found = [float(cell) for cell in numbers("kept", values)]
    assert found == pytest.approx([min(max(value, low), high) for value in values])


def test_each_says_how_its_value_came_about() -> None:
    rated = rate(STATISTICS, a="1 6 11", b="1 2 4", region="n n s")
    assert why(rated, "z_turned") == (
        "(2.33333333333 - 1) / 1.52752523165; mean and standard deviation (n-1) of 3 over everyone"
    )
    assert why(rated, "scaled", 1) == "100 x (6 - 1) / (11 - 1)"
    assert why(rated, "scaled_turned") == "1 x (2 - 1) / (2 - 1)"
    assert why(rated, "goals") == "1 x (1 - 2) / (10 - 2), clipped to the goalposts"
    assert why(rated, "low", 1) == "a is 6, among 3 over everyone, low / n, times 100"
    assert why(rated, "kept") == "a is 1, kept between 3.5 and 8.5 (linear quantiles)"
    assert why(rated, "best_ratio", 2) == "4 / 1, the best over everyone"
    assert why(rated, "median_gap") == "1 - 6, the median over everyone"
    assert why(rated, "z_local").endswith("of 2 over everyone, region n")


def test_each_says_its_rule_in_words() -> None:
    rules = method(STATISTICS)
    assert plain(rules, "z") == "a standardised over everyone (standard deviation with n-1)"
    assert plain(rules, "z_turned").endswith(", turned by polarity")
    assert plain(rules, "z_local").startswith("a standardised over everyone within each region")
    assert plain(rules, "scaled") == "a scaled from the lowest to the highest over everyone to 0 to 100"
    assert plain(rules, "goals") == "a scaled from 2 to 10 (best) over everyone to 0 to 1, clipped"
    assert plain(rules, "scaled_turned").endswith("within each region to 0 to 1, turned by polarity")
    assert plain(rules, "low") == "the percentile rank of a over everyone (low / n), times 100"
    assert plain(rules, "turned").endswith("turned by polarity")
    assert plain(rules, "kept") == "a, kept between the 0.25 and 0.75 linear quantiles over everyone"
    assert plain(rules, "best_ratio") == "b as a ratio to the best over everyone"


def test_goalposts_let_values_beyond_them_or_clip_them() -> None:
    assert column("goals", a="0 2 6 10 12") == ["0", "0", "0.5", "1", "1"]
    assert column("unclipped", a="0 2 6 10 12") == ["-0.25", "0", "0.5", "1", "1.25"]


def test_where_there_is_no_spread_there_is_no_result() -> None:
    flat = "missing (a has no spread over everyone)"
    assert column("z", a="3 3 3") == [flat] * 3
    assert column("z", a="3") == [flat]
    assert column("scaled", a="3 3") == [flat] * 2
    assert column("zero", a="3") == ["missing (the only one ranked)"]
    assert column("z_local", a="1 2 7", region="n n s")[2] == "missing (a has no spread over everyone, region s)"


def test_missing_values_outsiders_and_those_of_no_cohort_take_no_part() -> None:
    assert column("z", a="1 - 2 3") == ["-1", "missing (blank)", "0", "1"]
    assert column("z_big", a="10 11 12 3 -") == [
        "-1", "0", "1", "missing (not in the population big)", "missing (not in the population big)",
    ]  # fmt: skip
    assert column("z_local", a="1 2 3 9", region="n n n -")[3] == "missing (blank)"
    assert column("z", a="- -") == ["missing (blank)"] * 2
    assert column("z_local", a="1 - 3", region="n n n")[1] == "missing (blank)"


def test_a_ratio_needs_something_above_zero_to_be_a_ratio_to() -> None:
    """To a mean below zero a higher value would have a lower ratio."""
    assert column("mean_ratio", a="-4 4") == ["missing (the mean is not above zero)"] * 2
    assert column("mean_ratio", a="-4 -1") == ["missing (the mean is not above zero)"] * 2
    assert column("best_ratio", b="2 4") == ["1", "2"]


def test_turned_percentile_ranks_count_from_the_other_end() -> None:
    assert column("turned", b="1 2 2 4") == ["100", "50", "50", "25"]


def test_higher_means_better_after_a_turn_by_polarity_and_is_passed_on_without_one() -> None:
    rules = method(STATISTICS)
    polarities = {item: rules.polarity_of(item) for item in rules.items}
    assert {polarities[item] for item in ("z_turned", "scaled_turned", "turned")} == {"higher"}
    assert {polarities[item] for item in ("z", "scaled", "low", "kept", "mean_ratio")} == {"higher"}
    assert (polarities["best_ratio"], polarities["z_always"]) == ("lower", None)


def test_the_turn_follows_what_it_works_on_and_not_what_the_result_is_said_to_mean() -> None:
    """A polarity of the item itself is that of its result."""
    rules = STATISTICS + (
        "  odd: {kind: standardise, of: b, over: everyone, sd: n-1, reverse: by polarity, polarity: higher}\n"
    )
    assert results(rate(rules, only=["odd"], b="1 2 3"), "odd") == ["1", "0", "-1"]


def test_bounds_are_known_before_any_value_is() -> None:
    rules = method(STATISTICS.replace("a: {type: number,", "a: {type: number, valid: 0..90,"))
    lowest = {item: rules.lowest_possible(item) for item in rules.items}
    known = {item: str(lowest[item]) for item in ("z", "scaled", "zero", "low", "kept", "mean_ratio")}
    assert known == {"z": "-1", "scaled": "0", "zero": "0", "low": "None", "kept": "0", "mean_ratio": "None"}


def test_what_may_be_missing() -> None:
    rules = method(STATISTICS)

    def misses(item: str, *, there: bool) -> bool:
        return rules.items[item].rule.may_miss(lambda _: not there)

    assert [item for item in rules.items if misses(item, there=True)] == [
        "z", "z_all", "z_turned", "z_always", "z_big", "z_local", "scaled", "scaled_turned", "zero", "best_ratio",
        "mean_ratio",
    ]  # fmt: skip
    assert all(misses(item, there=False) for item in rules.items if item != "spare_rating")
    assert rules.items["z_local"].rule.wants_numbers() == ("a",)
    assert rules.items["z_local"].rule.reads() == ("a", "region")
    for item in ("z", "scaled", "low", "kept", "best_ratio"):
        rule = rules.items[item].rule
        [of] = rule.wants_numbers()
        assert rule.shares() == {of: 1}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("kind: standardise, of: c, over: everyone, sd: n, reverse: by polarity", "missing-key: Whether a higher or"),
        ("kind: min-max, of: c, over: everyone, reverse: by polarity", "missing-key: Whether a higher or lower c"),
        ("kind: percentile-rank, of: c, over: everyone, form: low / n, reverse: by polarity", "missing-key: Whether"),
        ("kind: relative, of: c, over: everyone, to: best", "missing-key: Whether a higher or lower c is better"),
        ("kind: min-max, of: a, over: everyone, low: 3, high: 3", "thresholds: The low goalpost is not below the high"),
        ("kind: winsorise, of: a, over: everyone, low: 0.5, high: 0.5, definition: linear", "thresholds: The shares"),
    ],
)
def test_what_cannot_be_worked_out_is_a_problem_when_the_file_is_loaded(rule: str, says: str) -> None:
    text = f"{STATISTICS}  wrong: {{{rule}}}\n"
    assert [problem for problem in problems_of(text) if says in problem], problems_of(text)


def test_the_best_may_take_its_polarity_from_the_item_itself() -> None:
    rules = f"{STATISTICS}  own: {{kind: relative, of: c, over: everyone, to: best, polarity: lower}}\n"
    assert results(rate(rules, only=["own"], c="2 4"), "own") == ["1", "2"]


def test_cohorts_can_be_those_of_a_level_or_of_a_number() -> None:
    rules = """
    scales: {size: [{level: large}, {level: small}]}
    inputs: {a: {type: number}, size: {type: level, scale: size}, groups: {type: count}}
    measures:
      by_level: {kind: min-max, of: a, over: everyone, within: size}
      by_number: {kind: min-max, of: a, over: everyone, within: groups}
    """
    rated = rate(rules, a="1 2 5 9", size="large small large small", groups="3 4 4 3")
    assert results(rated, "by_level") == ["0", "0", "1", "1"]
    assert results(rated, "by_number") == ["0", "0", "1", "1"]
    assert why(rate(rules.replace("min-max", "standardise").replace("within", "sd: n, within"), a="1 2 5 9",
               size="large small large small", groups="3 4 4 3"), "by_level").endswith("size large")  # fmt: skip


def test_a_circle_of_passed_on_values_is_a_problem_and_no_endless_search() -> None:
    text = """
    measures:
      p: {kind: winsorise, of: q, over: everyone, low: 0.1, high: 0.9, definition: linear}
      q: {kind: relative, of: p, over: everyone, to: best}
      g: {kind: geometric-mean, of: [p, q]}
    """
    assert any("cycle" in problem for problem in problems_of(text))
