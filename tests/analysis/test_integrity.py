"""What leans on a cut: published vectors, exact chances by hand, and every sort of cut that rules can make."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support.rules import method, rate

from nhsrate.analysis import integrity as module
from nhsrate.analysis.cuts import cuts
from nhsrate.analysis.integrity import BadWithin, Within, integrity, luck, parse_within, two_sided
from nhsrate.commands.main import main
from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess
from nhsrate.reports.integrity import chance, integrity_json, integrity_text
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.analysis.integrity import AtCut
    from nhsrate.engine.assessment import Assessment


@pytest.fixture(scope="module")
def quarter(backtest_data: Path) -> Assessment:
    """Quarter 4 of the NHS Oversight Framework as published."""
    methodology = load_methodology("nof-2025-26-q4-mental-health-community")
    return assess(read_return(backtest_data / "nof-2025-26" / "return-q4.xlsx", methodology), methodology)


def near(assessment: Assessment, item: str, cut: str, *within: str) -> AtCut:
    """Who is near one cut."""
    found = integrity(assessment, [parse_within(text) for text in within])
    return next(one for one in found.cuts if (one.cut.item, one.cut.value) == (item, Decimal(cut)))


@pytest.mark.parametrize(
    ("item", "cut", "within", "counts", "chances"),
    [
        ("OF0079", "0", "0.25", (37, 1, 34), (0.00001, 0.63)),
        ("OF0079", "0", "0.5", (39, 2, 34), (0.00001, 0.45)),
        ("OF0081", "0", "0.1", (13, 0, 6), (0.00024, 0.016)),
        ("OF0057", "70", "5", (2, 1, 0), (1, 1)),
    ],
)
def test_the_rows_that_were_worked_out_elsewhere(
    quarter: Assessment, item: str, cut: str, within: str, counts: tuple[int, ...], chances: tuple[float, float]
) -> None:
    """Planned surplus, variance to plan and urgent response, on the published quarter."""
    found, (p, without) = near(quarter, item, cut, within), chances
    assert (found.better + found.at, found.worse, found.at) == counts
    assert found.p < p if p == 1e-5 else float(found.p) == pytest.approx(p, rel=0.02)
    assert float(found.p_without_at) == pytest.approx(without, abs=0.006)


@pytest.mark.parametrize(("cut", "trusts"), [("2.02", 4), ("2.29", 3), ("2.57", 4)])
def test_averages_within_two_hundredths_of_a_cut(quarter: Assessment, cut: str, trusts: int) -> None:
    """As many as were counted elsewhere."""
    assert len(near(quarter, "OF5002", cut, "OF5002=0.02").organisations) == trusts


def test_who_gains_by_rounding_and_by_not_reporting(quarter: Assessment) -> None:
    """One trust owes its segment to rounding before the cut; 18 would be better off without one indicator."""
    found = integrity(quarter)
    codes = [one.code for one in quarter.organisations]
    assert [(codes[one.n], str(one.before), str(one.after)) for one in found.rounding] == [("RY6", "3", "4")]
    gains = {(codes[one.n], one.input, str(one.before), str(one.after)) for one in found.not_reporting}
    assert len({one[0] for one in gains}) == 18
    assert {("G6V2S", "OF0084", "3", "2"), ("RGD", "OF0084", "4", "3"), ("RAT", "OF0005", "2", "1")} <= gains


@pytest.mark.parametrize("of", range(9))
def test_the_chance_of_a_split_is_that_of_coins(of: int) -> None:
    """Every way that so many coins can fall, counted."""
    falls = [sum(coins) for coins in product((0, 1), repeat=of)]
    for count in range(of + 1):
        uneven = abs(2 * count - of)
        assert two_sided(count, of) == Fraction(sum(abs(2 * one - of) >= uneven for one in falls), len(falls))
    assert luck(of) == Fraction(sum(two_sided(one, of) <= Fraction(1, 20) for one in falls), len(falls))


@given(st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_chance_is_one_and_the_same_from_either_side(pair: tuple[int, int]) -> None:
    """And luck never makes more of them than one in twenty."""
    count, of = pair
    assert 0 < two_sided(count, of) == two_sided(of - count, of) <= 1
    assert 0 <= luck(of) <= Fraction(1, 20)


RULES = """\
scales: {lights: [{level: green}, {level: red}]}
figures: {most: {value: 3, basis: assumed}}
inputs:
  a: {type: number, polarity: lower, places: 1}
  b: {type: percent, polarity: higher, optional: true}
  c: {type: text, optional: true}
  d: {type: number, optional: true}
measures:
  m:
    {kind: thresholds, of: a, by: c, sets: {x: [{score: 1, at_most: 2}, {score: 0, otherwise: true}],
     y: [{score: 1, below: 2}, {score: 0, otherwise: true}]}}
  many: {kind: count, of: [a, b], at: "> 7", missing: leave out}
  own: {kind: thresholds, of: b, scores: [{score: 1, at_least: a}, {score: 0, otherwise: true}]}
ratings:
  light:
    kind: decide
    scale: lights
    headline: true
    rows:
      - {when: {a: "<= most", d: "5..6"}, then: green, missing: fails}
      - {when: {m: 1, many: "< 9", own: 0}, then: green, missing: fails}
    otherwise: red
    limits: [{at_best: red, when: {b: "not > 90"}, because: few, missing: fails}]
"""


def test_every_sort_of_cut_is_found_with_the_side_that_is_better() -> None:
    """Of thresholds, sets, counts, conditions and limits; not of a bound that is another item."""
    methodology = method(RULES)
    everything = frozenset({*methodology.inputs, *methodology.items})
    found = [(one.item, str(one.value), one.above, one.within, one.better) for one in cuts(methodology, everything)]
    assert found == [
        ("a", "2", False, ("c", "x"), "lower"),
        ("a", "2", True, ("c", "y"), "lower"),
        ("a", "3", False, None, "lower"),
        ("a", "7", False, None, "lower"),
        ("b", "7", False, None, "higher"),
        ("b", "90", False, None, "higher"),
        ("d", "5", True, None, None),
        ("d", "6", False, None, None),
        ("many", "9", True, None, None),
    ]
    assert next(one for one in cuts(methodology, everything) if one.value == 3).figure == "most"
    assert cuts(methodology, frozenset()) == []


SIMPLE = """\
scales: {lights: [{level: green}, {level: red}]}
inputs:
  a: {type: number, polarity: higher, places: 2}
ratings:
  light: {kind: thresholds, of: a, scale: lights, headline: true, levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}
"""


def test_levels_say_which_side_of_a_score_is_better() -> None:
    """A mean has no side of its own; thresholds that give good levels for low ones do, and where two differ, none."""
    low = RANKED.replace(", polarity: lower}", "}")
    sides = {one.cut.item: one.cut.better for one in integrity(rate(low, a="1 2 3 4", b="1 3 2 4")).cuts}
    assert sides == {"mean": "lower"}
    high = low.replace("at_most: 2", "at_least: 2")
    assert {one.cut.better for one in integrity(rate(high, a="1 2 3 4", b="1 3 2 4")).cuts} == {"higher"}
    both = high.replace(
        "ratings:\n",
        "  other: {kind: thresholds, of: mean, scale: lights, levels: [{level: green, at_most: 1}, {level: red, otherwise: true}]}\nratings:\n",
    )
    both = both.replace(
        "headline: true,", "headline: true, limits: [{at_best: red, when: {other: red}, because: low, missing: fails}],"
    )
    assert {one.cut.better for one in integrity(rate(both, a="1 2 3 4", b="1 3 2 4")).cuts} == {None}
    sets = SIMPLE.replace("polarity: higher, ", "").replace("inputs:\n", "inputs:\n  c: {type: text}\n").replace(
        "levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]",
        "by: c, sets: {x: [{level: green, below: 3}, {level: red, otherwise: true}], y: [{level: green, at_most: 2}, {level: red, otherwise: true}]}",
    )  # fmt: skip
    assert {one.cut.better for one in integrity(rate(sets, a="1 4", c="x y")).cuts} == {"lower"}


def test_only_tells_of_one_what_it_lies_near_and_whether_rounding_decides_it(quarter: Assessment) -> None:
    """And nothing of the others, but that the counts are of all."""
    found = integrity(quarter)
    codes = [one.code for one in quarter.organisations]
    text = integrity_text(found, [codes.index("RY6")])
    assert "OF5002      2.57" in text
    assert "2.29" not in text
    assert "RY6 would be segment 4" in text
    other = integrity_text(found, [codes.index("RGD")])
    assert "RY6 would be" not in other
    assert "RGD would be rated the same without the rounding of " in other.replace("\n", " ")
    some = [codes.index("RDY"), codes.index("RTQ")]
    assert "RDY is near none of 10 cuts." in integrity_text(found, some[:1])
    assert "RDY would have no better level by not reporting one indicator." in integrity_text(found, some[:1])
    assert "near: R1D and RTQ" in integrity_text(found, some)


def test_a_window_is_a_unit_of_the_grain_or_what_is_said() -> None:
    """Of the item if it is named, else of all; a share is of what the values span."""
    values = ["2.98", "2.99", "3.00", "3.01", "3.02", "1", "5"]
    rated = rate(SIMPLE, a=" ".join(values))
    for words, window, counts in (
        ((), "0.01", (1, 1, 1)), (("0.02",), "0.02", (1, 2, 2)), (("0.02", "a=0.01"), "0.01", (1, 1, 1)),
        (("50%",), "2.00", (1, 3, 3)),
    ):  # fmt: skip
        (found,) = integrity(rated, [parse_within(text) for text in words]).cuts
        assert found.window == Decimal(window)
        assert (found.at, found.better, found.worse) == counts
    with pytest.raises(Refused, match="No rule cuts"):
        integrity(rated, [Within(Decimal(1), item="b")])


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "=1", "a=", "nan", "1e999%%"])
def test_what_is_no_distance_is_refused(text: str) -> None:
    """With what one may say."""
    with pytest.raises(BadWithin, match="is no distance; say"):
        parse_within(text)


def test_heaps_on_round_ends_are_told_where_they_are_more_than_expected() -> None:
    """Twelve values of which ten end in 0: one in ten would. Few values and such as lie near each other tell nothing."""
    heaped = [f"{k}.{'50' if k < 10 else '51'}" for k in range(12)]
    found = integrity(rate(SIMPLE, a=" ".join(heaped)))
    (zero, five) = found.heaps
    assert found.ends_standing_out == (0, 1)
    assert (zero.end, zero.count, zero.of, zero.expected) == ("0", 10, 12, Fraction(6, 5))
    tenth = Fraction(1, 10)
    assert zero.p == 66 * tenth**10 * (1 - tenth) ** 2 + 12 * tenth**11 * (1 - tenth) + tenth**12
    assert five.end == "0 or 5"
    assert integrity(rate(SIMPLE, a=" ".join(heaped[:9]))).heaps == ()
    tens = " ".join(f"{10 * k}" for k in range(12))
    for instead in ("type: number, polarity: higher, places: 0", "type: count, polarity: higher"):
        rules = SIMPLE.replace("type: number, polarity: higher, places: 2", instead)
        assert [one.count for one in integrity(rate(rules, a=tens)).heaps] == [12, 12]
        assert integrity(rate(rules, a=" ".join(f"{k % 5 + 1}" for k in range(40)))).heaps == ()


def test_the_tail_of_a_binary_number_is_no_place_in_which_values_are_published() -> None:
    """Twenty values of one place, one of which came through a sum: their ends are those of the first place."""
    rules = SIMPLE.replace(", places: 2", "")
    rows = [*(f"{k}.{k % 10}" for k in range(19)), "7.300001"]
    found = integrity(rate(rules, a=" ".join(rows)))
    assert [(one.end, one.count, one.of) for one in found.heaps] == [("0", 2, 19), ("0 or 5", 4, 19)]
    text = integrity_text(found)
    assert "No input's values end in 0" in text


def test_of_many_counts_of_ends_those_are_told_that_stand_out_among_all() -> None:
    """Five inputs, one of which ends in 0 somewhat often: by luck alone one of ten counts may, so it is not called more."""
    ids = "bcde"
    inputs = "".join(f"  {id_}: {{type: number, polarity: higher, places: 1, optional: true}}\n" for id_ in ids)
    rules = SIMPLE.replace(
        "places: 2}\n",
        f"places: 1}}\n{inputs}measures:\n  all: {{kind: mean, of: [a, b, c, d, e], missing: leave out, polarity: higher}}\n",
    ).replace("of: a, scale", "of: all, scale")
    plain = " ".join(f"{k}.{k % 9 + 1}" for k in range(40))
    often = " ".join(f"{k}.{0 if k % 5 == 0 else k % 4 + 1}" for k in range(40))
    found = integrity(rate(rules, a=often, b=plain, c=plain, d=plain, e=plain))
    told = [one for one in found.heaps if one.p <= Fraction(1, 20)]
    assert [(one.item, one.end, one.count) for one in told] == [("a", "0", 8)]
    assert (len(found.heaps), found.ends_standing_out) == (10, ())
    text = integrity_text(found).replace("\n", " ")
    assert "8 of 40 end in 0, where 4.0 are expected (p 0.042)" in text
    assert "10 such counts were made" in text
    assert "; more than expected" not in text
    said = json.loads(integrity_json(found))
    assert said["tests"]["ends_made"] == 10
    assert said["ends"][0]["more_than_expected"] is False


RANKED = """\
scales: {lights: [{level: green}, {level: red}]}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: higher}
measures:
  place: {kind: rank-spread, of: a, best: 1, worst: 4}
  mean: {kind: mean, of: [place, b], missing: leave out, polarity: lower}
ratings:
  light: {kind: thresholds, of: mean, scale: lights, headline: true, levels: [{level: green, at_most: 2}, {level: red, otherwise: true}]}
"""


def test_where_others_are_moved_every_organisation_is_rated_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rank is over all, so each is left out in its turn; where that is too much, it says so."""
    rows = {"a": ["1", "2", "3", "4"], "b": ["1", "3", "2", "4"]}
    rated = rate(RANKED, a="1 2 3 4", b="1 3 2 4")
    found = integrity(rated)
    levels = rated.columns["light"]
    wanted = set()
    for n, name in product(range(4), rows):
        left = {id_: " ".join("-" if (id_, k) == (name, n) else word for k, word in enumerate(words))
                for id_, words in rows.items()}  # fmt: skip
        if str(levels[n]) == "red" and str(rate(RANKED, a=left["a"], b=left["b"]).columns["light"][n]) == "green":
            wanted.add((n, name))
    assert {(one.n, one.input) for one in found.not_reporting} == wanted
    assert wanted
    monkeypatch.setattr(module, "MOST_RATINGS", 3)
    refused = integrity(rated)
    assert "4 ratings of all" in refused.not_asked
    assert "was not worked out" in integrity_text(refused)
    assert json.loads(integrity_json(refused))["not_asked"] == refused.not_asked


def test_a_rating_in_numbers_has_no_level_to_gain() -> None:
    """It is said, and the cuts are told all the same."""
    rules = "inputs: {a: {type: number, polarity: higher}}\nratings: {s: {kind: thresholds, of: a, headline: true, scores: [{score: 1, at_least: 2}, {score: 0, otherwise: true}]}}\n"
    found = integrity(rate(rules, a="2 1"))
    assert "gives numbers" in found.not_asked
    assert found.cuts[0].at == 1
    assert "The method rounds nothing on the way." in integrity_text(found)


def call(*words: object) -> Result:
    """One call of the tool."""
    return CliRunner().invoke(main, ["integrity", *map(str, words)])


OVERSIGHT = ROOT / "examples" / "oversight-q4.csv"


def test_the_command_says_what_is_more_than_expected_and_accuses_nobody() -> None:
    """In 80 columns, with the innocent reading beside it, and the same bytes twice."""
    result = call(OVERSIGHT)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "More than expected is no accusation" in result.stdout
    assert "gaming" not in result.stdout
    assert "Holm's correction" in result.stdout.replace("\n", " ")
    assert call(OVERSIGHT).stdout == result.stdout


def test_json_has_every_cut_and_everyone_near() -> None:
    """By the names that are promised."""
    said = json.loads(call(OVERSIGHT, "-f", "json").stdout)
    assert {"item", "cut", "at", "better", "worse", "p", "p_without_at", "organisations"} <= said["cuts"][0].keys()
    assert all(one["at"] + one["better"] + one["worse"] == len(one["organisations"]) for one in said["cuts"])
    assert {"code", "input", "from", "to"} == said["not_reporting"][0].keys()
    assert {"code", "from", "to"} == said["rounding"][0].keys() if said["rounding"] else True
    some = said["not_reporting"][0]["code"]
    alone = json.loads(call(OVERSIGHT, "-f", "json", "--only", some).stdout)
    assert {one["code"] for one in alone["not_reporting"]} == {some}
    assert alone["cuts"] == said["cuts"]
    assert f"{some}: segment" in call(OVERSIGHT, "--only", some).stdout


def test_a_wrong_window_is_wrong_usage() -> None:
    """With exit code 2, and what is right."""
    result = call(OVERSIGHT, "--within", "near")
    assert result.exit_code == 2
    assert "is no distance" in result.output


def test_nobody_near_and_nobody_to_gain_is_said() -> None:
    """Sentences where there is nothing to list, and how a tiny chance is told."""
    text = integrity_text(integrity(rate(SIMPLE, a="9 1")))
    assert "Nobody is near any of 1 cut." in text
    assert "Nobody would have a better level by not reporting one indicator." in text
    assert "No input's values end in 0" in text
    assert chance(Fraction(1, 10**6)) == "< 1e-5"


def test_a_cut_among_some_and_one_without_a_better_side_say_so() -> None:
    """Whom a cut concerns, and that above stands for better where nobody says which side is."""
    rated = rate(RULES, a="2 2 2.1", b="95 95 50", c="x y x", d="5 6 6.1")
    found = integrity(rated, [parse_within("0.1")])
    text = integrity_text(found)
    assert ", c x" in text
    assert "as no side is said to be better" in text.replace("\n  ", " ")
    by = {(one.cut.item, one.cut.within): one for one in found.cuts if one.cut.value == 2}
    assert by["a", ("c", "x")].organisations == (0, 2)
    assert by["a", ("c", "y")].organisations == (1,)


ROUNDED = """\
scales: {lights: [{level: green}, {level: red}]}
inputs: {a: {type: number, polarity: higher}, unused: {type: number, optional: true}, absent: {type: number, optional: true}}
measures:
  r: {kind: sum, of: [a], round: 0}
  s: {kind: ratio, of: a, to: r, zero: refuse}
  t: {kind: first-available, of: [absent, s]}
ratings:
  light: {kind: thresholds, of: t, scale: lights, headline: true, levels: [{level: green, at_least: 1}, {level: red, otherwise: true}]}
"""


def test_what_nobody_is_rated_otherwise_by_is_said() -> None:
    """The rounding that moves nobody is named, and a column without any value is not left out."""
    found = integrity(rate(ROUNDED.replace("at_least: 1", "at_least: 0.5"), a="2 3"))
    assert found.rounded == ("r",)
    assert "Nobody would be rated otherwise without the rounding of r." in integrity_text(found)
    assert found.not_reporting == ()


def test_a_rating_that_is_refused_without_rounding_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was rounded is still named."""
    rated = rate(ROUNDED, a="2 3")

    def refuse(*_: object, **__: object) -> None:
        raise Refused([])

    monkeypatch.setattr(module, "assess", refuse)
    found = integrity(rated)
    assert (found.rounding, found.rounded) == ((), ("r",))


def test_bounds_that_are_items_or_not_held_are_no_cuts() -> None:
    """Each organisation has its own, or nobody has any yet; a level that counts as a number has no cut either."""
    rules = """\
figures: {later: {required: true, basis: assumed}}
scales: {lights: [{level: 2, number: 2}, {level: 1, number: 1}]}
inputs: {a: {type: number}, b: {type: number}, l: {type: level, scale: lights}}
ratings:
  r: {kind: decide, headline: true, scale: lights, rows: [{when: {a: {at_least: b, at_most: b}, l: "> 1"}, then: 2, missing: fails}, {when: {b: "> later"}, then: 2, missing: fails}], otherwise: 1}
"""
    methodology = method(rules)
    assert cuts(methodology, frozenset(methodology.items)) == []


def test_of_several_headlines_the_first_that_gives_levels_is_asked() -> None:
    """A place that stands before it hides nobody who would gain a level by not reporting: C, whose mean would be 4."""
    found = integrity(
        rate(
            """
            scales: {lights: [{level: green}, {level: red}]}
            inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}}
            measures: {mean: {kind: mean, of: [a, b], missing: leave out}}
            ratings:
              order: {kind: place, by: [{item: mean, first: highest}], headline: true}
              light: {kind: thresholds, of: mean, scale: lights, headline: true, levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}
            """,
            a="4 1 4",
            b="4 1 1",
        )
    )
    assert (found.item.id, found.not_asked) == ("light", "")
    assert [(one.input, one.n) for one in found.not_reporting] == [("b", 2)]
