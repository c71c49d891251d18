"""Who can help: four trusts worked by hand, a published quarter, and what is said where something is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.rules import rate

from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused
from nhsrate.diagnosis.diagnose import Wanted, asked, diagnose, parse_by
from nhsrate.engine.assess import assess
from nhsrate.reports.diagnosis import diagnosis_text
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return
from nhsrate.runs.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.diagnosis.diagnose import Diagnosis, Earlier, Weak
    from nhsrate.engine.assessment import Assessment

FOUR = ROOT / "examples" / "four-trusts"


@pytest.fixture(scope="module")
def four() -> tuple[Assessment, Earlier]:
    """The four trusts in autumn, beside spring."""
    request = Request((FOUR / "autumn.csv",), FOUR / "four-trusts.yaml", earlier=((FOUR / "spring.csv",),))
    done, earlier = asked(request)
    assert earlier is not None
    return done.assessment, earlier


@pytest.fixture(scope="module")
def alderbrook(four: tuple[Assessment, Earlier]) -> Diagnosis:
    """What is found of trust A."""
    assessment, earlier = four
    return diagnose(assessment, assessment.find("Alderbrook"), Wanted(), earlier)


def codes(found: Diagnosis, numbers: list[int]) -> list[str]:
    return [found.assessment.organisations[n].code for n in numbers]


def weak(found: Diagnosis) -> dict[str, Weak]:
    return {one.point.id: one for one in found.weak}


def test_the_distances_of_four_trusts_are_those_worked_by_hand(alderbrook: Diagnosis) -> None:
    """Beds 200, 400, 400, 600 and rural shares 10, 20, 0, 10 have the variances 80,000 / 3 and 200 / 3.

    A is 200 beds and 10 points from B and from C: 1.5 + 1.5 = 3 each, a tie; it is 400 beds from D: 6.
    """
    like = alderbrook.alike
    assert like is not None
    assert codes(alderbrook, [one.n for one in like.near]) == ["B", "C"]
    assert [round(one.distance**2, 15) for one in like.near] == [3, 3]
    assert (like.compared, like.tied, like.lacking, like.flat, like.own) == (3, 2, (), (), ())


def test_all_three_are_kept_where_more_are_asked_for(four: tuple[Assessment, Earlier]) -> None:
    """The third is D, at the root of 6; no tie is at the last place."""
    assessment, _ = four
    found = diagnose(assessment, 0, Wanted(number=10, draws=0))
    assert found.alike is not None
    assert [round(one.distance**2, 15) for one in found.alike.near] == [3, 3, 6]
    assert found.alike.tied == 0
    assert "There are no more to choose from, where 10 were asked for." in diagnosis_text(found)


def test_what_weak_points_cost_is_worked_by_hand(alderbrook: Diagnosis) -> None:
    """Access at 77.5 gives 2 points of weight 2 of 4: 0.5 and fair; plans at 65 give 0.25; falls at 5.5 nothing."""
    assert alderbrook.judged == 3
    told = [
        (one.point.id, one.median, one.of, one.cost.score, one.cost.levels, str(one.cost.level_then))
        for one in alderbrook.weak
    ]
    assert told == [
        ("access", Decimal("77.5"), 4, Decimal("0.5"), 1, "fair"),
        ("plans", Decimal(65), 4, Decimal("0.25"), 0, "low"),
        ("falls", Decimal("5.5"), 4, 0, 0, "low"),
    ]


def test_intervals_of_shares_are_wilsons(alderbrook: Diagnosis) -> None:
    """140 of 200 and 40 of 100, as any table of Wilson's limits has them; a rate without its size has none."""
    found = weak(alderbrook)
    access, plans = found["access"].own.interval, found["plans"].own.interval
    assert access is not None
    assert plans is not None
    assert (round(access.low, 2), round(access.high, 2)) == (Decimal("63.32"), Decimal("75.93"))
    assert (round(plans.low, 2), round(plans.high, 2)) == (Decimal("30.94"), Decimal("49.80"))
    assert found["falls"].own.interval is None


def test_nobody_is_named_whose_interval_overlaps(alderbrook: Diagnosis) -> None:
    """B has 80 % of 20 patients, from 58.4 %, and C 75 % of 200: neither is told from A's 63.3 to 75.9 %."""
    got = weak(alderbrook)["access"].examples
    assert (got.asked, got.better, got.best) == (2, 2, ())
    assert got.unsure is not None
    assert got.unsure.figure == 80
    block = diagnosis_text(alderbrook).split("\n\n1. ")[1].split("\n\n")[0]
    assert "chance may explain" in block
    assert "Birchmoor" not in block
    assert "Cedarford" not in block


def test_the_best_clear_of_chance_is_named_with_its_interval(alderbrook: Diagnosis) -> None:
    """B has 90 of 100, from 82.6 to 94.5 %, where A has 40, up to 49.8 %; and B rose to it from 50, up to 59.6 %."""
    got = weak(alderbrook)["plans"].examples
    assert codes(alderbrook, [one.n for one in got.best]) == ["B"]
    assert got.unsure is None
    assert got.risen == 2
    assert [(codes(alderbrook, [one.now.n]), str(one.by), one.crossed) for one in got.rose] == [(["B"], "40", True)]


def test_where_nothing_says_how_exact_a_figure_is_that_is_said(alderbrook: Diagnosis) -> None:
    """C has the fewest falls; B alone fell, from 5.5 to 5; both rest on the figures."""
    got = weak(alderbrook)["falls"].examples
    assert codes(alderbrook, [one.n for one in got.best]) == ["C"]
    assert [(str(one.then.figure), str(one.now.figure)) for one in got.rose] == [("5.5", "5")]
    text = " ".join(diagnosis_text(alderbrook).split())
    assert "6, as published: nothing says how exact it is, so it has no interval; the median of 4 is 5.5." in text
    assert text.count("That rests on the figures alone.") == 2


def test_support_is_named_where_it_is_weak_and_at_the_level(alderbrook: Diagnosis) -> None:
    assert [one.url for one in alderbrook.support] == ["https://example.org/offer"]
    assert {id_: [one.url for one in each.support] for id_, each in weak(alderbrook).items()} == {
        "access": [], "plans": ["https://example.org/plans"], "falls": [],
    }  # fmt: skip


def test_without_peers_its_cohort_is_asked_and_the_text_says_so(backtest_data: Path) -> None:
    """A quarter of the NHS Oversight Framework has no context; the costliest of R1A is the 65th place of 70.

    Supposing the 34th place among the 61 in its stead, its score of 1 to 4 falls by 3 x 31 / 69 = 1.348 in one of
    twelve parts: by 0.11 before rounding, from 2.56 to 2.44 as shown.
    """
    methodology = load_methodology("nof-2025-26-q4-mental-health-community")
    assessment = assess(read_return(backtest_data / "nof-2025-26" / "return-q4.xlsx", methodology), methodology)
    found = diagnose(assessment, assessment.find("R1A"))
    assert found.alike is None
    assert (len(found.cohort.members), found.cohort.within, len(found.group)) == (61, None, 60)
    first = found.weak[0]
    assert (first.point.id, first.own.figure, first.median) == ("OF0041", Decimal("-13.15"), Decimal("8.765"))
    assert {id_: str(cell) for id_, cell in first.supposed.items()} == {"OF0041": "8.765", "OF0041_rank": "34"}
    assert (str(first.cost.score_then), first.cost.levels) == ("2.44", 0)
    costs = [one.cost.score for one in found.weak]
    assert costs == sorted(costs, reverse=True)
    text = " ".join(diagnosis_text(found).split())
    assert "Nothing says by what organisations are alike (peers: in the methodology, or --by)" in text
    assert "so none has an interval" in text
    assert "Norfolk Community Health and Care NHS Trust (RY3): 48.92 percentage points" in text


def test_an_earlier_quarter_under_the_rules_of_this_one_says_who_improved(backtest_data: Path) -> None:
    """Neither file says of which quarter it is. Of OF0041 as published 31 rose, R1L most: from -35.96 to 0.81."""
    folder = backtest_data / "nof-2025-26"
    method_ = "nof-2025-26-q4-mental-health-community"
    request = Request((folder / "return-q4.xlsx",), method_, earlier=((folder / "return-q3.xlsx",),))
    done, earlier = asked(request)
    assert earlier is not None
    assert earlier.period is None
    found = diagnose(done.assessment, done.assessment.find("R1A"), Wanted(draws=0, room=False), earlier)
    got = weak(found)["OF0041"].examples
    assert got.risen == 31
    assert [(codes(found, [one.now.n]), str(one.then.figure), str(one.now.figure)) for one in got.rose] == [
        (["R1L"], "-35.96", "0.81")
    ]
    assert "improved since return-q3.xlsx" in " ".join(diagnosis_text(found).split())


UNLIKE = """
scales: {words: [{level: good}, {level: low}]}
inputs:
  waits: {type: number, polarity: lower}
  beds: {type: number, role: context}
  rural: {type: number, role: context}
  sort: {type: text, role: context}
peers: {by: {beds: 1, rural: 4}, number: 2}
ratings:
  word: {kind: thresholds, of: waits, scale: words, headline: true, levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]}
"""


def diagnosed(text: str, n: int = 0, wanted: Wanted = Wanted(draws=0), **columns: str) -> Diagnosis:  # noqa: B008 (a record)
    return diagnose(rate(text, only=None, overrides=(), names=(), before=None, **columns), n, wanted)


def test_weights_count_in_squares_of_differences() -> None:
    """Values 0, 1, 2 and 0, 2, 4 have variances 1 and 4: from the first they are 1 and 4 off in each.

    So the distances are the roots of 1 + 4 x 1 and 4 + 4 x 4.
    """
    found = diagnosed(UNLIKE, waits="9 4 3", beds="0 1 2", rural="0 2 4", sort="a a b")
    assert found.alike is not None
    assert [round(one.distance**2, 12) for one in found.alike.near] == [5, 20]


def test_who_lacks_an_input_is_left_out_by_name_and_counts_in_nothing() -> None:
    found = diagnosed(UNLIKE, waits="9 4 3 2", beds="0 1 2 -", rural="0 2 4 9", sort="a a b b")
    assert found.alike is not None
    assert found.alike.lacking == (3,)
    assert [round(one.distance**2, 12) for one in found.alike.near] == [5, 20]
    assert "Left out, as a value is missing: D." in diagnosis_text(found)


def test_where_it_lacks_an_input_itself_its_cohort_is_asked() -> None:
    found = diagnosed(UNLIKE, waits="9 4 3 2", beds="- 1 2 3", rural="0 2 4 9", sort="a a b b")
    assert found.alike is not None
    assert found.alike.own == ("beds",)
    assert found.group == (1, 2, 3)
    assert "It has no beds, by which its peers would be found" in diagnosis_text(found)


def test_what_is_the_same_for_all_tells_nobody_apart() -> None:
    found = diagnosed(UNLIKE, waits="9 4 3", beds="5 5 5", rural="0 2 4", sort="a a b")
    assert found.alike is not None
    assert found.alike.flat == ("beds",)
    assert "The same for all, so it tells nobody apart: beds." in " ".join(diagnosis_text(found).split())


def test_a_cohort_is_of_those_that_share_what_it_is_within() -> None:
    """Of the two of sort a the median of waits is (9 + 4) / 2; those of sort b are neither peers nor asked."""
    text = UNLIKE.replace("number: 2", "number: 2, within: sort")
    found = diagnosed(text, waits="9 4 3 2", beds="0 1 2 3", rural="0 2 4 9", sort="a a b b")
    assert (found.cohort.members, found.cohort.within) == ((0, 1), "sort")
    assert found.weak[0].median == Decimal("6.5")
    assert found.group == (1,)
    assert "its cohort of the 2 organisations rated with sort a" in " ".join(diagnosis_text(found).split())


def test_a_cohort_that_is_not_known_is_all_and_the_text_says_so() -> None:
    text = UNLIKE.replace("number: 2", "within: sort").replace("by: {beds: 1, rural: 4}, ", "")
    found = diagnosed(text, waits="9 4 3 2", beds="0 1 2 3", rural="0 2 4 9", sort="- a b b")
    assert found.cohort.lacking == "sort"
    assert len(found.cohort.members) == 4
    assert "(it has no sort of its own)" in " ".join(diagnosis_text(found).split())


def test_a_cap_counts_before_the_root() -> None:
    """0, 0, 0, 8 have the mean 2 and the deviation 4; capped at half of one, 8 becomes 4 and 0 stays.

    The roots are 0, 0, 0 and 2, of deviation 1: the last is 2 off.
    """
    text = UNLIKE.replace("{beds: 1, rural: 4}, number: 2", "{beds: 1}, cap: 0.5, transform: sqrt")
    found = diagnosed(text, waits="9 4 3 2", beds="0 0 0 8", rural="0 0 0 0", sort="a a a a")
    assert found.alike is not None
    assert [round(one.distance, 12) for one in found.alike.near] == [0, 0, 2]


def test_a_logarithm_brings_doubles_to_the_same_distance() -> None:
    """100, 200, 400: each is twice the one before."""
    text = UNLIKE.replace("{beds: 1, rural: 4}", "{beds: 1}").replace("number: 2", "number: 1, transform: log")
    found = diagnosed(text, 1, waits="4 9 3", beds="100 200 400", rural="0 0 0", sort="a a a")
    assert found.alike is not None
    assert [one.n for one in found.alike.near] == [0, 2]
    assert found.alike.tied == 2


def test_what_has_no_logarithm_is_refused_with_its_cell() -> None:
    text = UNLIKE.replace("number: 2", "transform: log")
    with pytest.raises(Refused, match='"rural" is 0, which has no logarithm, and peers are found by it'):
        diagnosed(text, waits="9 4 3", beds="1 1 2", rural="0 2 4", sort="a a b")


def test_a_run_may_say_by_what_others_are_alike() -> None:

    columns = {"waits": "9 4 3", "beds": "0 1 2", "rural": "0 4 2", "sort": "a a b"}
    found = diagnosed(UNLIKE, 0, Wanted(by=parse_by(["rural=2"]), number=1, draws=0), **columns)
    assert found.alike is not None
    assert [one.n for one in found.alike.near] == [2]
    with pytest.raises(Refused, match=r'has no number "bed" of role: context\. Did you mean "beds"'):
        diagnosed(UNLIKE, 0, Wanted(by=parse_by(["bed"]), draws=0), **columns)


def test_an_unrated_organisation_is_looked_at_all_the_same() -> None:
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs: {waits: {type: number, polarity: lower}, asked: {type: number}}
    ratings:
      word:
        kind: thresholds
        of: waits
        scale: words
        headline: true
        levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]
        only_when: {when: {asked: ">= 10"}, because: too few were asked, missing: fails}
    """
    found = diagnosed(text, waits="9 4 3", asked="5 20 20")
    assert isinstance(found.assessment.columns["word"][0], Missing)
    assert found.cohort.members == (0, 1, 2)
    assert [one.point.id for one in found.weak] == ["waits"]
    assert "word unrated (too few were asked)" in diagnosis_text(found)
