"""Returns, plans and standards made otherwise: what each gives, and what is refused with a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.support.hostile import save_workbook
from tests.support.running import run

import nhsrate
from nhsrate.core.problems import Refused
from nhsrate.rules.inputs import TableReading
from nhsrate.runs.request import requested
from nhsrate.trajectories.asked import Asked, trajectories
from nhsrate.trajectories.parts import parts_of, parts_unknown
from nhsrate.trajectories.text import trajectory_text

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.trajectories.trajectory import Trajectories

HEAD = """\
id: seen
title: Seen in time
scales: {rag: [{level: green}, {level: red}], sides: [{level: higher}, {level: lower}], type: [{level: acute}, {level: other}]}
"""
RATING = """
ratings:
  rag: {kind: thresholds, scale: rag, of: seen, headline: true, levels: [{level: green, at_least: 90}, {level: red, otherwise: true}]}
"""
PLAIN = HEAD + "inputs: {seen: {title: Seen, type: percent, polarity: higher}}" + RATING


def found(folder: Path, *returns: Path, rules: str = PLAIN, **asked: object) -> Trajectories:
    """The trajectories of these returns under rules of their own."""
    (folder / "seen.yaml").write_text(rules, "utf-8")
    wanted = Asked((folder / "seen.yaml",), **asked)  # type: ignore[arg-type]  # by the names of its fields
    return trajectories([(path,) for path in returns], wanted, requested(()))


def put(folder: Path, name: str, *rows: str) -> Path:
    """A csv of these rows."""
    (folder / name).write_text("\n".join(rows) + "\n", "utf-8")
    return folder / name


def test_each_organisation_has_the_standard_of_its_kind(tmp_path: Path) -> None:
    """Sets of thresholds by another item: 80 for one, 90 for the other, none where the kind has no rows."""
    rules = HEAD + (
        "inputs:\n  seen: {title: Seen, type: percent, polarity: higher}\n  kind: {title: Kind, type: level, scale: type}\n"
        "ratings:\n  rag:\n    kind: thresholds\n    scale: rag\n    of: seen\n    by: kind\n    headline: true\n    sets:\n"
        "      acute: [{level: green, at_least: 80}, {level: red, otherwise: true}]\n"
        "      other: [{level: green, above: 90}, {level: red, otherwise: true}]\n"
    )
    rows = ("Period,Code,Seen,Kind", "May 2025,A,80,acute", "May 2025,B,90,other")
    told = found(tmp_path, put(tmp_path, "r.csv", *rows), rules=rules)
    assert [str(told.each[code][0].target) for code in "AB"] == ["at least 80", "above 90"]
    points = [told.each[code][0].points[0] for code in "AB"]
    assert [point.target.met(point.value) for point in points if point.target and point.value] == [True, False]


def test_a_standard_may_be_another_item_and_what_only_hands_on_counts_too(tmp_path: Path) -> None:
    """The bound is what the item is for the organisation, shifted as the rule says; where it is missing there is none."""
    rules = HEAD + (
        "inputs:\n  seen: {title: Seen, type: percent, polarity: higher}\n"
        "  agreed: {title: Agreed, type: percent, optional: true}\n"
        "measures: {same: {kind: first-available, of: [seen]}}\n"
        "ratings:\n  rag: {kind: thresholds, scale: rag, of: same, headline: true, "
        "levels: [{level: green, at_least: {item: agreed, plus: 1}}, {level: red, otherwise: true}]}\n"
    )
    rows = ("Period,Code,Seen,Agreed", "May 2025,A,80,84", "June 2025,A,86,84")
    told = found(tmp_path, put(tmp_path, "r.csv", *rows), rules=rules)
    assert [str(point.target) for point in told.each["A"][0].points] == ["at least 85", "at least 85"]


def test_the_standard_of_a_rank_score_and_rules_that_ask_the_other_way(tmp_path: Path) -> None:
    """A floor of the ranks is no standard; a bound that asks for less, where more is better, is none either."""
    rules = (
        HEAD
        + (
            "inputs:\n  seen: {title: Seen, type: percent, polarity: higher}\n  waits: {title: Waits, type: number, polarity: lower}\n"
            "  beds: {title: Beds, type: number, polarity: higher}\n"
            "measures:\n  score: {kind: rank-spread, of: waits, best: 1, worst: 4, over: everyone, standard: {at_most: 5, meets: 1, best: 2}}\n"
            "  odd: {kind: thresholds, of: beds, scores: [{score: 1, at_most: 3}, {score: 2, otherwise: true}]}\n"
            "  sum: {kind: sum, of: [score, odd]}\n"
        )
        + RATING
    )
    rows = ("Period,Code,Seen,Waits,Beds", "May 2025,A,80,5,1", "May 2025,B,80,6,2", "May 2025,C,80,7,2")
    told = found(tmp_path, put(tmp_path, "r.csv", *rows), rules=rules)
    assert {one.item: str(one.target) for one in told.each["A"]} == {
        "seen": "at least 90",
        "waits": "at most 5",
        "beds": "None",
    }


def test_rows_may_say_for_themselves_which_side_is_better(tmp_path: Path) -> None:
    """One organisation's indicator is better high, the other's low; of a third nobody knows."""
    rules = HEAD + (
        "inputs:\n  seen: {title: Seen, type: percent, polarity: {item: way}}\n"
        "  way: {title: Way, type: level, scale: sides, optional: true}\n" + RATING.replace("rag:", "rag:")
    )
    rows = ("Period,Code,Seen,Way", "May 2025,A,80,higher", "May 2025,B,80,lower", "May 2025,C,80,")
    plan = put(tmp_path, "p.csv", "Period,Code,Seen", *(f"May 2025,{code},85" for code in "ABC"))
    told = found(tmp_path, put(tmp_path, "r.csv", *rows), rules=rules, plans=((plan,),))
    sides = [told.each[code][0].against_plan for code in "ABC"]
    assert [side.side for side in sides if side] == ["behind", "ahead", "below"]
    text = trajectory_text(told)
    assert "below 5 (1)" in text
    assert "5 percentage points below its plan in May 2025." in text


def test_a_ratio_stands_for_its_inputs_and_a_plan_may_give_either(tmp_path: Path) -> None:
    """The share itself, or the figures that it is made of, worked out as a return's are."""
    rules = HEAD + (
        "inputs:\n  good: {title: In time, type: count, polarity: higher}\n  all: {title: All, type: count}\n"
        "measures: {seen: {title: Share in time, kind: ratio, of: good, to: all, times: 100, unit: '%'}}\n" + RATING
    )
    returns = put(tmp_path, "r.csv", "Period,Code,In time,All", "May 2025,A,70,100", "June 2025,A,75,100")
    share = put(tmp_path, "p.csv", "Period,Code,Share in time", "May 2025,A,72%", "June 2025,A,75%")
    parts = put(tmp_path, "q.csv", "Period,Code,In time,All", "May 2025,A,36,50", "June 2025,A,150,200")
    half = put(tmp_path, "h.csv", "Period,Code,In time", "May 2025,A,36")
    for plan in (share, parts):
        told = found(tmp_path, returns, rules=rules, plans=((plan,),))
        assert told.items == ("seen",)
        assert [point.plan for point in told.each["A"][0].points] == [72, 75]
    zero = put(tmp_path, "z.csv", "Period,Code,In time,All", "May 2025,A,36,0")
    for plan in (half, zero):
        assert found(tmp_path, returns, rules=rules, plans=((plan,),)).each["A"][0].plan == {}


def test_a_plan_without_an_indicator_and_one_without_a_period_are_refused(tmp_path: Path) -> None:
    """Both at once, each with its file."""
    returns = put(tmp_path, "r.csv", "Period,Code,Seen", "May 2025,A,70")
    odd = put(tmp_path, "odd.csv", "Period,Code,Saen or so", "May 2025,A,70")
    bare = put(tmp_path, "bare.csv", "Code,Seen", "A,70")
    with pytest.raises(Refused) as refused:
        found(tmp_path, returns, plans=((odd,), (bare,)))
    assert "odd.csv:row 1: The table has a code column and none of" in str(refused.value)
    assert "bare.csv: The return says no period" in str(refused.value)


def test_a_plan_is_read_as_the_returns_are_else_as_the_edition_says(tmp_path: Path) -> None:
    """A profile pins where the table of the return stands; a plan of one's own need not be laid out so."""
    returns = put(tmp_path, "r.csv", "A title,,", "", "Month,Org,Percent", "May 2025,A,70")
    profile = put(tmp_path, "how.yaml", "header_row: 3", "code: [Org]", "period: [Month]", "headings: {seen: Percent}")
    plain = put(tmp_path, "p.csv", "Period,Code,Seen", "May 2025,A,75")
    alike = put(tmp_path, "q.csv", "A title,,", "", "Month,Org,Percent", "May 2025,A,75")
    rules = put(tmp_path, "seen.yaml", PLAIN)
    words = ("trajectory", returns, "-m", rules, "--reading", profile, "-f", "csv")
    for plan in (plain, alike):
        assert ",75,behind,-5," in run(*words, "--plan", plan).out
    assert ",75,behind,-5," in run(*words, "--plan", alike, "--plan-reading", profile).out
    bad = run(*words, "--plan", plain, "--plan-reading", profile)
    assert bad.code == 1
    assert "p.csv" in bad.err


def test_a_workbook_with_other_sheets_is_parted_too(tmp_path: Path) -> None:
    """Its sheet of decisions is still read, and each value keeps its cell."""
    rows: list[list[object]] = [
        ["Period", "Code", "Name", "Seen"],
        ["May 2025", "A", "Alder", 70],
        ["June 2025", "A", "Alder", 95],
    ]
    book = save_workbook(tmp_path / "r.xlsx", {"Notes": [["Nothing"]], "Return": rows})
    told = found(tmp_path, book)
    assert [str(told.levels["A"][place]) for place in (0, 1)] == ["red", "green"]
    stage = told.series.stages[1]
    assert str(stage.assessment.submitted.values["seen"].at(0)).endswith("Return!D3")


def test_a_blank_cell_may_mean_the_period_above(tmp_path: Path) -> None:
    """Where the reading says so; a note below the table stands with the first period."""
    rules = PLAIN.replace("inputs:", "reading: {fill: [Period]}\ninputs:", 1)
    rows = ("Period,Code,Seen", "May 2025,A,70", ",B,71", "June 2025,A,72", ",B,73", "", "Source: the trusts", "")
    told = found(tmp_path, put(tmp_path, "r.csv", *rows), rules=rules)
    assert [[point.value for point in told.each[code][0].points] for code in "AB"] == [[70, 72], [71, 73]]


def test_the_edition_may_be_found_for_each_period_of_a_table(tmp_path: Path) -> None:
    """As there is none that fits the whole: quarters of one table, each found by its period."""
    with pytest.raises(Refused) as refused:
        trajectories(
            [(put(tmp_path, "r.csv", "Period,Code,Odd", "Q1 2025/26,A,1", "Q2 2025/26,A,2"),)], Asked(), requested(())
        )
    assert "No edition finds its headings" in str(refused.value)
    with pytest.raises(Refused) as alone:
        trajectories([(put(tmp_path, "s.csv", "Code,Odd", "A,1"),)], Asked(), requested(()))
    assert "No edition finds its headings" in str(alone.value)
    with pytest.raises(Refused) as nothing:
        trajectories([], Asked(), requested(()))
    assert "Name the files of the returns." in str(nothing.value)


def test_methods_that_look_back_see_the_periods_before(tmp_path: Path) -> None:
    """Two red months running make it red; within one table they are not seen, which is a warning."""
    rules = HEAD + (
        "inputs: {seen: {title: Seen, type: percent, polarity: higher}}\n"
        "measures:\n  light: {kind: thresholds, scale: rag, of: seen, levels: [{level: green, at_least: 90}, {level: red, otherwise: true}]}\n"
        "ratings:\n  rating: {kind: decide, scale: rag, headline: true, rows: [{when: {light: {is: red, running: 2}}, then: red, missing: fails}], otherwise: green}\n"
    )
    rows = [f"{month} 2025,A,{value}" for month, value in (("May", 80), ("June", 81), ("July", 92))]
    files = [put(tmp_path, f"{k}.csv", "Period,Code,Seen", row) for k, row in enumerate(rows)]
    told = found(tmp_path, *files, rules=rules)
    assert [str(level) for level in told.levels["A"].values()] == ["green", "red", "green"]
    assert not told.series.problems
    one = found(tmp_path, put(tmp_path, "all.csv", "Period,Code,Seen", *rows), rules=rules)
    assert {problem.code for problem in one.series.problems} == {"earlier-period"}


def test_two_returns_of_one_period_of_their_edition_say_what_to_name(tmp_path: Path) -> None:
    """Where a return says none itself, the remedy is an edition for each."""
    (tmp_path / "seen.yaml").write_text(
        PLAIN.replace("title: Seen in time", "title: Seen in time\nperiod: May 2025", 1), "utf-8"
    )
    files = [put(tmp_path, f"{k}.csv", "Code,Seen", "A,1") for k in range(2)]
    rule = tmp_path / "seen.yaml"
    with pytest.raises(Refused) as refused:
        trajectories([(file,) for file in files], Asked((rule, rule)), requested(()))
    assert "the period of its edition, as it says none itself" in str(refused.value)
    assert "-m once for each, in their order" in str(refused.value)


def test_who_is_asked_for_is_found_by_name_and_otherwise_refused(tmp_path: Path) -> None:
    """A part of a name does where it is one's alone."""
    rows = ("Period,Code,Name,Seen", "May 2025,A1,Alder,70", "May 2025,A2,Alderley,70", "May 2025,B1,Beck,")
    returns = put(tmp_path, "r.csv", *rows)
    (tmp_path / "seen.yaml").write_text(PLAIN, "utf-8")
    words = ("trajectory", returns, "-m", tmp_path / "seen.yaml", "--only")
    assert "It has no value of any indicator." in run(*words, "beck").out
    several = run(*words, "Ald")
    assert several.code == 2
    assert '2 organisations fit "Ald": "A1" and "A2".' in several.err
    assert 'No organisation fits "A11". Did you mean "A1"?' in run(*words, "A11").err
    assert "Give its code as the returns have it." in run(*words, "Zed").err


def test_what_a_run_sets_is_said_in_every_output(tmp_path: Path) -> None:
    """In the text, in json, and beside a csv."""
    rules = PLAIN.replace("inputs:", "figures: {cut: {value: 90, basis: assumed}}\ninputs:").replace(
        "at_least: 90", "at_least: cut"
    )
    put(tmp_path, "seen.yaml", rules)
    returns = put(tmp_path, "r.csv", "Period,Code,Seen", "May 2025,A,70")
    words = ("trajectory", returns, "-m", tmp_path / "seen.yaml", "--set", "cut=60")
    assert "cut = 60" in run(*words).out
    assert '"edition": "90"' in run(*words, "-f", "json").out
    assert run(*words, "-o", tmp_path / "out.csv").code == 0
    assert "cut" in (tmp_path / "out.csv-metadata.json").read_text("utf-8")


def test_a_value_is_shown_on_its_side_of_what_it_is_held_to(tmp_path: Path) -> None:
    """89.996 is not 90, also where two places would make it so; a small difference is not nothing."""
    returns = put(tmp_path, "r.csv", "Period,Code,Seen", "May 2025,A,89.996")
    plan = put(tmp_path, "p.csv", "Period,Code,Seen", "May 2025,A,89.9999")
    text = trajectory_text(found(tmp_path, returns, plans=((plan,),)))
    assert " 89.996 " in text
    assert "behind 0.0039 (1)" in text


def test_headlines_that_are_no_levels_are_told_as_they_are(tmp_path: Path) -> None:
    """A number, a text, and nothing at all; many periods with neither stand together."""
    rules = HEAD + (
        "inputs: {seen: {title: Seen, type: percent, polarity: higher}}\n"
        "ratings: {score: {kind: first-available, of: [seen], headline: true}}\n"
    )
    rows = [f"{month} 2025,{code},{70 + k}" for k, month in enumerate(("May", "June", "July")) for code in "ABCD"]
    told = found(tmp_path, put(tmp_path, "r.csv", "Period,Code,Seen", *rows, "July 2025,E,"), rules=rules)
    text = trajectory_text(told)
    assert "72" in text
    assert "score: 70% in May 2025" in trajectory_text(
        found(tmp_path, put(tmp_path, "s.csv", "Period,Code,Seen", *rows[::4], "July 2025,E,"), rules=rules)
    )


def test_series_with_limits_are_counted_and_told(tmp_path: Path) -> None:
    """A steady series has no flag; one that leaps is flagged on its worse side; one on its mean has no side."""
    months = pd.period_range("2024-01", periods=14, freq="M").strftime("%B %Y")
    steady = [str(80 + k % 2) for k in range(14)]
    leaping = [*steady[:-1], "20"]
    rows = [
        f"{month},{code},{value}"
        for code, values in (("A", steady), ("B", leaping), ("C", ["80"] * 14), ("D", steady[:5]))
        for month, value in zip(months, values, strict=False)
    ]
    told = found(tmp_path, put(tmp_path, "r.csv", "Period,Code,Seen", *rows))
    text = trajectory_text(told)
    assert "flagged" in text
    assert "Some have fewer than 12" in " ".join(text.split())
    one = run("trajectory", tmp_path / "r.csv", "-m", tmp_path / "seen.yaml", "--only", "A", "--only", "B").out
    assert "Making Data Count flags none of 14 points: common causes alone." in " ".join(one.split())
    assert "outside limits, on the worse side." in " ".join(one.split())
    assert "within them the standard is missed every time." in " ".join(one.split())


def test_without_a_better_side_flags_lie_above_or_below(tmp_path: Path) -> None:
    """All inputs have numbers and none a side."""
    rules = PLAIN.replace(", polarity: higher", "")
    rows = [f"{2020 + k // 12}-{k % 12 + 1:02}-01,A,{50 + k % 2 + 40 * (k == 13)}" for k in range(14)]
    text = trajectory_text(found(tmp_path, put(tmp_path, "r.csv", "Period,Code,Seen", *rows), rules=rules))
    assert "outside limits, above the mean." in " ".join(text.split())
    low = [row.replace(",91", ",1") for row in rows]
    text = trajectory_text(found(tmp_path, put(tmp_path, "s.csv", "Period,Code,Seen", *low), rules=rules))
    assert "below the mean." in " ".join(text.split())


def test_what_only_an_older_edition_has_is_told_under_its_name_there(tmp_path: Path) -> None:
    """And has no value in the later, which says so."""
    new = put(tmp_path, "new.yaml", PLAIN.replace("id: seen", "id: new"))
    old = put(tmp_path, "old.yaml", PLAIN.replace("id: seen", "id: old").replace(
        "higher}}", "higher}, waits: {title: Long waits, type: number, polarity: lower, role: context}}"
    ).replace(", role: context", ", optional: true").replace(
        "ratings:", "measures: {w: {kind: first-available, of: [waits], published: true}}\nratings:"
    ))  # fmt: skip
    first = put(tmp_path, "a.csv", "Period,Code,Seen,Long waits", "May 2025,A,70,5")
    last = put(tmp_path, "b.csv", "Period,Code,Seen", "June 2025,A,71")
    told = trajectories([(first,), (last,)], Asked((old, new)), requested(()))
    assert told.name_of("waits") == "Long waits"
    waits = next(one for one in told.each["A"] if one.item == "waits")
    assert [point.why for point in waits.points] == ["", "not in this edition"]
    assert "Each period by its own edition" in trajectory_text(told)


def test_frames_and_one_trend_by_hand(tmp_path: Path) -> None:
    """80, 82, 87: the mean is 83 and the slope 3.5, so the line is at 86.5 and would meet 90 in the first month after."""
    (tmp_path / "seen.yaml").write_text(PLAIN, "utf-8")
    frames = [
        pd.DataFrame({"Period": [f"{month} 2025"], "Code": ["A"], "Seen": [value]})
        for month, value in (("May", 80), ("June", 82), ("July", 87))
    ]
    frame = nhsrate.trajectory(frames, nhsrate.load_methodology(tmp_path / "seen.yaml"), exact=True)
    assert parts_of([], (), TableReading(), None) == parts_unknown([], TableReading()) == []
    (one,) = frame.attrs["found"][0]["indicators"]
    assert one["trend"] == {"values": 3, "slope": "3.5", "level": "86.5", "meets": "August 2025"}
    assert list(frame["value"]) == [Decimal(80), Decimal(82), Decimal(87)]
