"""What would change a rating: published vectors, brute force over every value, and what is said where nothing helps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from tests.support.generated import Generated, methodologies
from tests.support.rules import method, rate, read

from nhsrate.analysis.headroom import Asked, headroom, level_to, rating_of, sound
from nhsrate.analysis.levers import levers
from nhsrate.analysis.search import Search
from nhsrate.core.cells import Level, Missing
from nhsrate.core.problems import CellLocation, Refused, errors
from nhsrate.engine.assess import assess
from nhsrate.plan.plan import Plan
from nhsrate.reports.headroom import plain, together_json
from nhsrate.returns.model import Override
from nhsrate.rules.load import load_methodology
from nhsrate.runs.progress import unheard
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment


@pytest.fixture(scope="module")
def quarter(backtest_data: Path) -> Assessment:
    """Quarter 4 of the NHS Oversight Framework as published."""
    methodology = load_methodology("nof-2025-26-q4-mental-health-community")
    return assess(read_return(backtest_data / "nof-2025-26" / "return-q4.xlsx", methodology), methodology)


GAINS = {
    "RGD": {
        "OF0041_rank": (52, 47), "OF0016_rank": (17, 13), "OF0061_rank": (33, 28), "OF0063_rank": (46, 42),
        "OF0086_rank": (51, 46), "OF0082_rank": (185, 170), "OF0084_rank": (37, 32),
    },
    "R1A": {},
    "RJ8": {"OF0082_rank": (163, 11)},
}  # fmt: skip
LOSSES = {
    "R1A": {
        "OF0005_rank": (94, 99), "OF0041_rank": (65, 68), "OF0016_rank": (23, 25), "OF0061_rank": (35, 38),
        "OF0057_rank": (22, 28), "OF0063_rank": (34, 36), "OF0086_rank": (40, 43), "OF0082_rank": (168, 177),
        "OF0084_rank": (25, 28),
    },
    "RGD": {},
}  # fmt: skip


@pytest.mark.parametrize("code", GAINS)
def test_the_places_that_gain_a_segment_are_those_of_the_published_data(quarter: Assessment, code: str) -> None:
    """Of the published ranks just these gain the next segment, at just these places, each proved by the engine."""
    found = headroom(quarter, quarter.find(code))
    gains = {one.input: (int(str(one.before)), int(str(one.after))) for one in found.gains if one.of is not None}
    assert gains == GAINS[code]
    assert all(one.confirmed and one.level is found.to and one.short is found.now for one in found.gains)
    assert all(one.unit == "places" and one.title for one in found.gains if one.of is not None)


@pytest.mark.parametrize("code", LOSSES)
def test_the_places_that_lose_a_segment_are_those_of_the_published_data(quarter: Assessment, code: str) -> None:
    """Likewise for losing; a trust in the last segment has none to lose."""
    found = headroom(quarter, quarter.find(code))
    losses = {one.input: (int(str(one.before)), int(str(one.after))) for one in found.losses if one.of is not None}
    assert losses == LOSSES[code]


@pytest.mark.slow
def test_of_47_trusts_31_gain_by_one_rank_alone_and_6_are_held(quarter: Assessment) -> None:
    """As measured by hand on the published data; the override holds six whatever their values are."""
    gain, held, may = 0, 0, 0
    for n in range(len(quarter.organisations)):
        found = headroom(quarter, n)
        if found.to is not None:
            may += 1
            gain += any(one.of is not None for one in found.gains)
            held += bool(found.held_by)
    assert (may, gain, held) == (47, 31, 6)


HOSPITAL = {
    "HAI_6": "1.152", "EDAC_30_HF": "4.9", "EDAC_30_PN": "-44.9", "MORT_30_COPD": "0.075340", "MORT_30_HF": "0.096581",
    "MORT_30_PN": "0.151981", "READM_30_HOSP_WIDE": "0.137860", "SAFE_USE_OF_OPIOIDS": "0.02",
}  # fmt: skip


@pytest.mark.slow
def test_one_hospital_of_4566_gains_a_star_by_just_these(backtest_data: Path) -> None:
    """Where every hospital moves the others' statistics, the values are found to the last place and proved."""
    methodology = load_methodology("cms-hospital-stars-2025")
    assessment = assess(read_return(backtest_data / "cms-stars" / "input-2025.csv", methodology), methodology)
    search = Search(assessment, assessment.find("201309"), rating_of(assessment), unheard)
    now = assessment.columns[search.item.id][search.n]
    target = level_to(search.item, now, None)
    assert target is not None
    moved = levers(assessment, search.n, search.whole.rests_on([search.item.id]))
    found = {
        lever.input: search.alone_moves(lever, "better", target.position) for lever in moved if lever.input in HOSPITAL
    }
    assert {id_: one and one.after for id_, one in found.items()} == {id_: Decimal(to) for id_, to in HOSPITAL.items()}


def rated(generated: Generated) -> Assessment:
    """The engine's assessment of what was generated; what it refuses is no example."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    try:
        return rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise


@settings(max_examples=12)
@given(methodologies(row_wise=True))
def test_brute_force_over_every_value_agrees(generated: Generated) -> None:
    """The engine, asked for every value that an input may take, finds the same first one either way, or none."""
    assessment = rated(generated)
    search = Search(assessment, 0, rating_of(assessment), unheard)
    now = assessment.columns["stars"][0]
    assume(isinstance(now, Level))
    assert isinstance(now, Level)
    target = level_to(search.item, now, None)
    for lever in levers(assessment, 0, search.whole.rests_on(["stars"])):
        if target is not None:
            does = [
                value
                for value in lever.values("better")
                if search.position(search.engine({lever.input: value})) <= target.position
            ]
            found = search.alone_moves(lever, "better", target.position)
            assert (found and found.after) == (does[0] if does else None)
        does = [
            value
            for value in lever.values("worse")
            if search.position(search.engine({lever.input: value})) > now.position
        ]
        lost = search.alone_moves(lever, "worse", now.position)
        assert (lost and lost.after) == (does[0] if does else None)


RULES = """\
scales: {stars: [{level: 3}, {level: 2}, {level: 1}], care: [{level: good}, {level: fair}, {level: poor}]}
sources: {book: {title: The book}}
inputs:
  wait: {type: percent, polarity: lower, valid: 0..100, places: 0, title: Waits}
  beds: {type: count, polarity: higher, valid: 0..9}
  care: {type: level, scale: care}
  late: {type: yes/no}
  kind: {type: text}
measures:
  points: {kind: sum, of: [waits, beds, cares], missing: leave out}
  waits: {kind: thresholds, of: wait, scores: [{score: 4, at_most: 10}, {score: 2, at_most: 30}, {score: 0, otherwise: true}]}
  cares: {kind: lookup, of: care, table: {good: 4, fair: 2, poor: 0}}
ratings:
  stars:
    kind: thresholds
    of: points
    scale: stars
    polarity: higher
    headline: true
    levels: [{level: 3, at_least: 12}, {level: 2, at_least: 8}, {level: 1, otherwise: true}]
    only_when: {when: {kind: [acute, community]}, because: others are not rated, missing: holds}
    limits:
      - {at_best: 2, when: {late: yes}, because: the plan was late, missing: fails, source: book}
      - {at_worst: 2, when: {care: good}, because: care is good, missing: fails}
  number: {kind: sum, of: [points]}
"""
COLUMNS = {
    "wait": "20 35 20 20 5 5", "beds": "3 3 5 9 9 9", "care": "fair fair good good good good",
    "late": "no no yes yes no no", "kind": "acute acute acute acute acute other",
}  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Assessment:
    """Six invented organisations under small rules, the last of which is not rated."""
    return rate(method(RULES), only=None, overrides=(), names=(), **COLUMNS)


def test_each_input_alone_goes_as_far_as_it_must_and_no_farther(small: Assessment) -> None:
    """A has 2 + 3 + 2 points and needs 8: a bed more, care that is good, or waits of at most 10 %."""
    found = headroom(small, 0)
    assert {one.input: (str(one.before), str(one.after)) for one in found.gains} == {
        "wait": ("20", "10"), "beds": ("3", "4"), "care": ("fair", "good"),
    }  # fmt: skip
    assert [one.peers for one in found.gains] == [2, 4, 4]
    assert [one.unit for one in found.gains] == ["%", "", ""]
    assert found.fewest is not None
    assert len(found.fewest.moves) == 1
    assert found.losses == ()
    assert found.held_by == ()
    assert found.unmoved == ("kind",)


def test_what_holds_the_rating_is_told_first(small: Assessment) -> None:
    """C has 11 points and D 15, and both were late: one limit would hold C, and does hold D."""
    held = headroom(small, 2).held_by
    assert [(one.what, one.because, one.source, one.acts) for one in held] == [
        ("limit", "the plan was late", "book", False)
    ]
    found = headroom(small, 3)
    assert [one.acts for one in found.held_by] == [True]
    assert [(one.input, str(one.after)) for one in found.gains] == [("late", "no")]
    assert headroom(small, 5).to is None
    shut = headroom(small, 5, Asked(to="3"))
    assert [(one.what, one.because) for one in shut.held_by] == [("gate", "others are not rated")]
    assert shut.gains == ()
    assert shut.losses == ()


def test_a_decision_holds_whatever_the_values_are() -> None:
    """Nothing gains a level that people decided on."""
    decided = Override("A", "stars", "1", "board", "2026", "agreed", CellLocation("r.csv"))
    assessment = rate(method(RULES), only=None, overrides=[decided], names=(), **COLUMNS)
    found = headroom(assessment, 0)
    assert [(one.what, one.because, one.acts) for one in found.held_by] == [("decision", "agreed (board, 2026)", True)]
    assert found.gains == ()
    assert found.even_push is None
    assert found.fewest is None


def test_the_best_level_has_none_above_it_and_can_be_lost(small: Assessment) -> None:
    """E has 17 points and three stars: no level to gain, and what loses one is told with its last step."""
    found = headroom(small, 4)
    assert found.to is None
    assert found.even_push is None
    assert {one.input: str(one.after) for one in found.losses} == {"beds": "3", "late": "yes"}
    assert all(one.confirmed for one in found.losses)


def test_only_what_may_move_moves(small: Assessment) -> None:
    """Inputs can be chosen, and others held; what is not known is refused with what was meant."""
    assert [one.input for one in headroom(small, 0, Asked(only=("beds",))).gains] == ["beds"]
    assert [one.input for one in headroom(small, 0, Asked(fixed=("beds", "care"))).gains] == ["wait"]
    for asked in (Asked(only=("bed",)), Asked(fixed=("bed",))):
        with pytest.raises(Refused) as refused:
            headroom(small, 0, asked)
        assert refused.value.problems[0].code == "unknown-item"
    with pytest.raises(Refused) as refused:
        headroom(small, 0, Asked(to="4"))
    assert "is not a level of stars" in refused.value.problems[0].message


def test_a_level_farther_up_can_be_asked_for(small: Assessment) -> None:
    """A needs five points more for three stars: no input alone, two together."""
    found = headroom(small, 0, Asked(to="3"))
    assert [one.input for one in found.gains] == ["beds"] or found.gains == ()
    assert found.fewest is not None
    assert headroom(small, 4, Asked(to="2")).gains == ()


def test_a_rating_of_numbers_has_no_level_to_gain(small: Assessment) -> None:
    """Another rating can be named where it gives levels."""
    assert rating_of(small, "stars").id == "stars"
    with pytest.raises(Refused) as refused:
        headroom(small, 0, Asked(rating="number"))
    assert "gives numbers" in refused.value.problems[0].message
    numbers = rate(
        "ratings: {n: {kind: sum, of: [spare], missing: leave out, headline: true}}",
        only=None,
        overrides=(),
        names=(),
        spare="1",
    )
    with pytest.raises(Refused):
        rating_of(numbers)


def test_not_reporting_is_told_as_a_warning() -> None:
    """Under a mean that leaves out what is missing, a trust does better without its worst indicator."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs:
      a: {type: number, polarity: higher, valid: 0..10, places: 0}
      b: {type: number, polarity: higher, valid: 0..10, places: 0}
      c: {type: number, polarity: higher, valid: 0..10, places: 0, required: true}
    measures:
      m: {kind: mean, of: [a, b, c], missing: leave out}
      n: {kind: sum, of: [c]}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: 6}, {level: 1, otherwise: true}]}
    """
    found = headroom(rate(text, only=None, overrides=(), names=(), a="2 -", b="6 6", c="6 6"), 0)
    assert [(one.input, str(one.level)) for one in found.not_reporting] == [("a", "2")]
    refusing = text.replace("missing: leave out", "missing: refuse")
    found = headroom(rate(refusing, only=None, overrides=(), names=(), a="2 7", b="6 6", c="6 6"), 0)
    assert [(one.input, one.level) for one in found.not_reporting] == [("a", None), ("b", None)]


def test_the_even_push_takes_all_numbers_up_alike() -> None:
    """Three organisations ranked 1 to 3 of 4 on two indicators: a push of a quarter moves each one place up."""
    text = """\
    scales: {stars: [{level: 2}, {level: 1}]}
    inputs:
      a: {type: number, polarity: higher}
      a_rank: {type: count}
      b: {type: number, polarity: lower}
    measures:
      x: {kind: rank-spread, of: a, rank: a_rank, ranked: 4, best: 1, worst: 4}
      m: {kind: sum, of: [x, b]}
    ratings:
      stars: {kind: thresholds, of: m, scale: stars, polarity: lower, headline: true, levels: [{level: 2, at_most: 5}, {level: 1, otherwise: true}]}
    """
    found = headroom(rate(text, only=None, overrides=(), names=(), a="9 8 7 6", a_rank="1 2 3 4", b="1 2 3 3"), 2)
    assert found.even_push is not None
    assert found.even_push.points == 25
    assert {one.input: str(one.after) for one in found.even_push.moves} == {"a": "8", "a_rank": "2"} | {"b": "2"}


def test_the_arrays_must_be_the_engine() -> None:
    """Where they are not, nothing is said of them."""
    assessment = rate(method(RULES), only=None, overrides=(), names=(), **COLUMNS)
    assessment.columns["points"][0] = Decimal(77)  # type: ignore[index]
    with pytest.raises(Refused) as refused:
        sound(Plan(assessment), "stars")
    assert refused.value.problems[0].code == "cannot-compute"


def test_a_missing_value_is_as_good_as_none() -> None:
    """It does not count among the peers that are there already."""
    (lever, *_) = levers(rate(method(RULES), only=None, overrides=(), names=(), **COLUMNS), 0, frozenset({"wait"}))
    assert not lever.at_least_as_good(Missing("blank", "blank"), Decimal(1))
    assert not lever.at_least_as_good("text", Decimal(1))


def test_what_is_not_there_is_nothing_in_json() -> None:
    assert plain(Missing("blank", "blank")) is None
    assert plain(Decimal("2.50")) == "2.5"
    assert together_json(None) is None
