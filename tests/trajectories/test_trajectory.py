"""Trajectories from returns and plans: what is ahead of plan, what is behind, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

from nhsrate.core.problems import Refused
from nhsrate.runs.request import requested
from nhsrate.trajectories.asked import Asked, trajectories
from nhsrate.trajectories.tables import trajectory_csv
from nhsrate.trajectories.text import course, trajectory_text
from nhsrate.trajectories.trajectory import side_of
from nhsrate.trajectories.words import last_text, sentences, value_text

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.trajectories.trajectory import Trajectories, Trajectory

RULES = """\
id: seen
title: Seen in time
scales: {rag: [{level: green, symbol: G}, {level: amber, symbol: A}, {level: red, symbol: R}]}
inputs:
  seen: {title: Seen in time, type: percent, polarity: higher}
  waits: {title: Long waits, type: number, polarity: lower, optional: true}
  beds: {title: Beds, type: count, role: context, optional: true}
ratings:
  rag:
    title: Colour
    kind: thresholds
    scale: rag
    of: seen
    headline: true
    levels: [{level: green, at_least: 92}, {level: amber, at_least: 85}, {level: red, otherwise: true}]
"""
MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December")


class Folder:
    """A folder with the rules, into which tables are written."""

    def __init__(self, path: Path) -> None:
        """The rules stand in it."""
        self.path = path
        self.put("seen.yaml", RULES)

    def put(self, name: str, text: str) -> Path:
        """A file of this text."""
        (self.path / name).write_text(text, "utf-8")
        return self.path / name

    def series(self, values: str, *, code: str = "RA1", first: int = 0) -> Path:
        """A return with a month in each row; `-` is a month without a row."""
        rows = [f"{month(first + k)},{code},Alder,{one}" for k, one in enumerate(values.split()) if one != "-"]
        return self.put("returns.csv", "\n".join(["Period,Code,Name,Seen in time", *rows]) + "\n")

    def plan(self, values: str, *, code: str = "RA1", first: int = 0) -> Path:
        """A plan likewise."""
        rows = [f"{month(first + k)},{code},{one}" for k, one in enumerate(values.split()) if one != "-"]
        return self.put("plan.csv", "\n".join(["Period,Code,Seen in time", *rows]) + "\n")

    def found(self, *returns: Path, plan: Path | None = None, **asked: tuple[str, ...]) -> Trajectories:
        """The trajectories of these returns."""
        plans = ((plan,),) if plan else ()
        wanted = Asked(rules=(self.path / "seen.yaml",), plans=plans, **asked)  # type: ignore[arg-type]  # texts alone
        return trajectories([(path,) for path in returns], wanted, requested(()))

    def told(self, values: str, plan: str = "", *, first: int = 0, **asked: tuple[str, ...]) -> Trajectory:
        """The trajectory of one series of months."""
        planned = self.plan(plan, first=first) if plan else None
        return self.found(self.series(values), plan=planned, **asked).each["RA1"][0]


def month(k: int) -> str:
    """The month so many after April 2022."""
    year, n = divmod(k + 3, 12)
    names = ("January", "February", "March", *MONTHS)
    return f"{names[n]} {2022 + year}"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with the rules."""
    return Folder(tmp_path)


def test_a_flat_start_that_was_planned_is_told_from_slippage(folder: Folder) -> None:
    """Twelve flat months were planned before a rise to 92: on plan, though a straight line would call it behind.

    By hand: the line goes from 70 in the first month to 92 in the 24th, so it is at 70 + 22 x 11/23 in the twelfth.
    """
    plan = " ".join(["70"] * 12 + [str(70 + 2 * k) for k in range(1, 12)] + ["92"])
    flat = folder.told(" ".join(["70"] * 12), plan)
    assert flat.against_plan is not None
    assert (flat.against_plan.side, flat.against_plan.periods) == ("on", 12)
    assert flat.against_line is not None
    assert (flat.against_line.side, flat.against_line.by) == ("behind", Fraction(22 * 11, 23))
    assert flat.planned_so
    fallen = folder.told(" ".join(["70"] * 10 + ["69", "68.5"]), plan)
    assert fallen.against_plan is not None
    assert (fallen.against_plan.side, fallen.against_plan.by, fallen.against_plan.periods) == (
        "behind",
        Fraction(3, 2),
        2,
    )
    assert not fallen.planned_so
    text = " ".join(trajectory_text(folder.found(folder.series(" ".join(["70"] * 12)), plan=folder.plan(plan))).split())
    assert "Exactly on its plan in March 2023, as in the 11 before." in text
    assert "10.52 percentage points behind the straight line to 92% in March 2024: the plan asks for less here" in text
    assert "the plan does from February 2024 on" in text
    assert flat.plan_meets == 22


def test_everyone_who_is_flat_as_planned_is_counted(folder: Folder) -> None:
    """Two of four are behind their straight lines alone; who has no value has nothing to be held to."""
    rows = [f"{month(k)},R{n},R{n},{70 if n else 71 + k}" for n in range(4) for k in range(3)]
    returns = folder.put("r.csv", "\n".join(["Period,Code,Name,Seen in time", *rows, f"{month(2)},R9,R9,"]) + "\n")
    path = [f"{month(k)},R{n},{value}" for n in range(2) for k, value in enumerate((70, 70, 70, 80))]
    found = folder.found(returns, plan=folder.put("p.csv", "\n".join(["Period,Code,Seen in time", *path]) + "\n"))
    assert [one.planned_so for one, *_ in found.each.values()] == [True, True, False, False, False]
    text = trajectory_text(found)
    assert "planned" in text
    nobody = found.each["R9"][0]
    assert (last_text(nobody), list(sentences(found, nobody)), course(nobody)) == ("", [], "")


def test_the_line_sets_out_from_the_last_value_before_the_plan(folder: Folder) -> None:
    """The plan begins with the third month; the second was at 60 and the aim is 80 two months on."""
    one = folder.told("55 60 60 70", "64 80", first=2)
    assert one.line == ((1, Decimal(60)), (3, Decimal(80)))
    assert [point.line for point in one.points] == [None, 60, 70, 80]
    assert [point.plan for point in one.points] == [None, None, 64, 80]


def test_a_value_that_hardly_differs_is_told_whole() -> None:
    """Where no twelve places tell it from its goal, every digit is told."""
    near = Decimal("91.9999999999999")
    assert value_text(near, Decimal(92)) == str(near)


def test_once_the_plan_is_over_its_aim_holds_for_the_line_and_nothing_is_planned(folder: Folder) -> None:
    """A value after the end of the plan has no plan to be held to; the one before stands."""
    one = folder.told("60 70 80 78", "60 70 80")
    assert [point.line for point in one.points] == [60, 70, 80, 80]
    assert one.against_plan is not None
    assert (one.against_plan.place, one.against_plan.side, one.against_plan.periods) == (2, "on", 3)
    assert one.against_line is not None
    assert (one.against_line.place, one.against_line.side, str(one.against_line.by)) == (3, "behind", "2")


@pytest.mark.parametrize(
    ("values", "meets"),
    [("88 89 90 91", 4), ("90 90 90 90", None), ("91 90 89 88", None), ("91 92 93 94", 3), ("70 70.001 70.002", None)],
)
def test_a_trend_says_when_it_meets_the_standard(folder: Folder, values: str, meets: int | None) -> None:
    """The standard is at least 92: a rise of one a month meets it a month on; what leads away or is far off does not."""
    one = folder.told(values)
    assert one.trend is not None
    assert one.trend.meets == meets


def test_a_trend_wants_three_values_and_takes_the_last_twelve(folder: Folder) -> None:
    """Of fourteen, the first two count for nothing; of two there is no trend."""
    assert folder.told("80 81").trend is None
    rising = [str(70 + k) for k in range(12)]
    one = folder.told(" ".join(["99", "98", *rising]))
    assert one.trend is not None
    assert [one.trend.slope, one.trend.level, one.trend.values] == [1, 81, 12]


def test_targets_may_change_between_points_and_assurance_follows(folder: Folder) -> None:
    """Values about 90: 80 is always met, 99 never, and the edition's 92 by chance."""
    values = " ".join(["89", "91"] * 6)
    asked = ("seen=80@April 2022", "seen=99@June 2022", "seen=92@July 2022")
    one = folder.told(values, targets=asked)
    sure = [point.assurance for point in one.points]
    assert sure == ["passes", "passes", "fails", *["passes or fails by chance"] * 9]
    edition = folder.told(values)
    assert {point.assurance for point in edition.points} == {"passes or fails by chance"}
    assert str(edition.target) == "at least 92"


def test_limits_begin_anew_where_somebody_says_why(folder: Folder) -> None:
    """Twelve months about 60 and twelve about 80: each part has limits of its own; a short part has none."""
    values = " ".join(["59", "61"] * 6 + ["79", "81"] * 6)
    one = folder.told(values, rebase=("April 2023=a new building",))
    means = {point.limits.mean for point in one.points if point.limits}
    assert means == {60, 80}
    assert one.rebased == {12: "a new building"}
    short = folder.told(" ".join(["59", "61"] * 6 + ["79", "81"]), rebase=("April 2023=a new building",))
    assert [bool(point.limits) for point in short.points] == [*[True] * 12, False, False]
    assert short.too_few == 2
    assert short.trend is None


def test_a_plan_may_say_for_one_organisation_why_limits_begin_anew(folder: Folder) -> None:
    """The reason stands in the row of the period; others keep their limits."""
    rows = [f"{month(k)},{code},{code},{60 + k % 2}" for code in ("RA1", "RB1") for k in range(24)]
    returns = folder.put("returns.csv", "\n".join(["Period,Code,Name,Seen in time", *rows]) + "\n")
    plan = folder.put("plan.csv", "Period,Code,Seen in time,Rebase because\nApril 2023,RA1,,a merger\n")
    found = folder.found(returns, plan=plan)
    assert found.each["RA1"][0].rebased == {12: "a merger"}
    assert found.each["RB1"][0].rebased == {}
    assert "Limits begin anew with April 2023: a merger." in trajectory_text(found)


def test_returns_are_ordered_by_their_periods_and_gaps_are_named(folder: Folder) -> None:
    """Files in any order; a month without a return is named, and a value is missing there."""
    files = [
        folder.put(f"{name}.csv", f"Period,{text},,\nCode,Name,Seen in time,Long waits\nRA1,Alder,{value},5\n")
        for name, text, value in (("b", "July 2022", 90), ("a", "Apr-22", 80), ("c", "2022-05-01", 85))
    ]
    found = folder.found(*files)
    assert [stage.text for stage in found.series.stages.values()] == ["Apr-22", "2022-05-01", "July 2022"]
    assert [point.value for point in found.each["RA1"][0].points] == [80, 85, None, 90]
    assert "No return of June 2022." in trajectory_text(found)
    assert found.items == ("seen", "waits")


def test_who_stands_in_one_return_alone_has_no_value_in_others(folder: Folder) -> None:
    """And everyone is told of, under the latest name."""
    rows = "April 2022,RA1,Alder,80\nMay 2022,ra1,Alder and Ash,81\nMay 2022,RB1,Birch,70\n"
    found = folder.found(folder.put("r.csv", f"Period,Code,Name,Seen in time\n{rows}"))
    assert [(one.code.upper(), one.name) for one in found.organisations] == [("RA1", "Alder and Ash"), ("RB1", "Birch")]
    assert [point.why for point in found.each["RB1"][0].points] == ["not in the return", ""]


def test_rows_may_be_periods_and_then_the_return_is_one_series(folder: Folder) -> None:
    """As in a national series, whose codes are dates; the plan has the same shape. A month without a value is a gap."""
    folder.put("seen.yaml", RULES.replace("inputs:", "reading: {code: [Month], codes: date}\ninputs:", 1))
    returns = folder.put("r.csv", "Month,Seen in time\n01/04/2022,80\n01/05/2022,85\n01/06/2022,\n01/07/2022,93\n")
    plan = folder.put("p.csv", "Month,Seen in time\n01/07/2022,92\n01/08/2022,95\n")
    found = folder.found(returns, plan=plan)
    (one,) = found.each.values()
    assert [point.value for point in one[0].points] == [80, 85, None, 93]
    assert one[0].against_plan is not None
    assert (one[0].against_plan.side, str(one[0].against_plan.by)) == ("ahead", "1")
    assert "Seen in time: 3 periods, April 2022 to July 2022" in trajectory_text(found)


def test_codes_that_are_periods_in_words_are_rows_of_periods_too(folder: Folder) -> None:
    """Without a word in the edition; codes of figures alone, such as 2022, are organisations."""
    found = folder.found(folder.put("r.csv", "Code,Seen in time\nApr-22,80\nMay-22,85\n"))
    assert [point.value for point in found.each["all"][0].points] == [80, 85]
    with pytest.raises(Refused) as refused:
        folder.found(folder.put("r.csv", "Code,Seen in time\n2021,80\n2022,85\n"))
    assert "says no period" in str(refused.value)


def test_a_long_table_is_parted_by_its_periods(folder: Folder) -> None:
    """A row for each organisation, indicator and month; where each indicator has a month of its own it is one return."""
    folder.put(
        "seen.yaml", RULES.replace("inputs:", "reading: {long: {indicator: Indicator, value: Value}}\ninputs:", 1)
    )
    head = "Code,Name,Indicator,Period,Value\n"
    rows = [f"RA1,Alder,{name},{month(k)},{80 + k}" for k in range(3) for name in ("seen", "waits")]
    returns = folder.put("long.csv", head + "\n".join(rows) + "\n")
    found = folder.found(returns)
    assert [[point.value for point in one.points] for one in found.each["RA1"]] == [[80, 81, 82], [80, 81, 82]]
    own = folder.put("own.csv", f"{head}RA1,Alder,seen,April 2022,80\nRA1,Alder,waits,May 2022,5\n")
    with pytest.raises(Refused) as refused:
        folder.found(own)
    assert "several periods in one table" in str(refused.value)


def test_the_csv_has_a_row_for_each_period_also_of_the_plan(folder: Folder) -> None:
    """Exact, with what each value is held to; what is planned beyond the returns has no value yet."""
    found = folder.found(folder.series("91.995 92"), plan=folder.plan("91 91.5 93"))
    lines = [line.split(",") for line in trajectory_csv(found).splitlines()]
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    kept = ("period", "value", "missing", "plan", "to_plan", "plan_difference", "meets_target", "level")
    assert [tuple(row[name] for name in kept) for row in rows] == [
        ("April 2022", "91.995", "", "91", "ahead", "0.995", "no", "amber"),
        ("May 2022", "92", "", "91.5", "ahead", "0.5", "yes", "green"),
        ("June 2022", "", "not yet", "93", "", "", "", ""),
    ]


def test_the_model_scorecard_and_its_trajectory_are_held_to_one_plan() -> None:
    """Aldermere's first year was planned flat: on the path and on plan, where a straight line asks for 85 % and says behind.

    The line of the edition goes from 80 % to 95 % in three years: 85, 90 and 95 %, as does that of the trajectory.
    """
    years = ROOT / "examples" / "three-years"
    asked = Asked(("confederation-model",), ((years / "plan.csv",),), items=("access_share",))
    found = trajectories([(years / "returns.csv",)], asked, requested(()))
    (one,) = found.each["XA2"]
    first = next(point for point in one.points if point.value is not None)
    assert [str(first.value), first.plan, first.line] == ["80.1", 80, 85]
    assert [side_of(first.value, goal, "higher") for goal in (first.plan, first.line)] == ["ahead", "behind"]
    assert first.place in one.slow_as_planned
    told: dict[str, list[str]] = {}
    for place, stage in found.series.stages.items():
        n = stage.rows["xa2"]
        line = next(point.line for point in one.points if point.place == place)
        assert stage.assessment.columns["straight_line"][n] == line
        for item in ("progress", "progress_on_a_line"):
            told.setdefault(item, []).append(str(stage.assessment.columns[item][n]))
    assert told == {
        "progress": ["on the path", "on the path", "on the path"],
        "progress_on_a_line": ["behind the path", "behind the path", "on the path"],
    }
    alone = trajectories([(years / "returns.csv",)], replace(asked, plans=()), requested(()))
    (own,) = alone.each["XA2"]
    assert own.plan == {0: 80, 1: 88, 2: 95}
    assert own.line is None
    assert "Plan: as the returns give it." in trajectory_text(alone)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"targets": ("seen=much",)}, '"much" is no number'),
        ({"targets": ("beds=5",)}, '"beds" is none of the indicators'),
        ({"targets": ("seen=5@2022/23",)}, '"2022/23" is no period of these returns'),
        ({"rebase": ("April 2022",)}, "gives no reason"),
        ({"rebase": ("someday=why",)}, '"someday" is no period of these returns'),
        ({"rebase": ("June 2022=why",)}, '"June 2022" is after the last of these returns'),
        ({"targets": ("seen=5@June 2022",)}, '"June 2022" is after the last of these returns'),
        ({"items": ("sen",)}, 'Did you mean "seen"?'),
    ],
)
def test_what_is_asked_wrongly_is_refused(folder: Folder, asked: dict[str, tuple[str, ...]], said: str) -> None:
    """With what would be right."""
    with pytest.raises(Refused) as refused:
        folder.told("80 81", "", first=0, **asked)
    assert said in str(refused.value)


def test_who_is_in_the_plan_and_in_no_return_is_named(folder: Folder) -> None:
    """So that a misspelt code does not go unseen."""
    found = folder.found(folder.series("80 81"), plan=folder.plan("80 81", code="RA2"))
    assert "In the plan and in no return: RA2." in trajectory_text(found)
    assert found.each["RA1"][0].against_plan is None


def test_the_text_keeps_to_80_columns_and_says_that_there_are_too_few_points(folder: Folder) -> None:
    """Everyone in a table, or every indicator of a few."""
    rows = [f"{month(k)},RA{n},Alderney and Beckhaven Hospitals {n},{70 + n + k}" for n in range(5) for k in range(6)]
    returns = folder.put("r.csv", "\n".join(["Period,Code,Name,Seen in time", *rows]) + "\n")
    plan = folder.put("p.csv", "Period,Code,Seen in time\nSeptember 2022,RA1,70\n")
    text = trajectory_text(folder.found(returns, plan=plan))
    assert max(map(len, text.splitlines())) <= 80
    assert "need 12 points. There are 6," in text
    assert "RRRRRR" in text


def said(found: Trajectories, code: str = "RA1") -> str:
    """The sentences on the first indicator of one organisation."""
    return " ".join(sentences(found, found.each[code][0]))


def test_a_flat_trend_below_the_standard_leads_neither_to_it_nor_away(folder: Folder) -> None:
    """Only what moves away leads away."""
    assert "is flat and does not meet it." in said(folder.found(folder.series("90 90 90")))
    assert "is flat and meets it." in said(folder.found(folder.series("92 92 92")))
    assert "leads away from it." in said(folder.found(folder.series("91 90 89")))


def test_who_has_no_value_of_the_last_period_is_told_with_that_of_the_last_value(folder: Folder) -> None:
    """RB1 ends in May, and RA1 goes on to June."""
    rows = ["April 2022,RA1,80", "May 2022,RA1,81", "June 2022,RA1,82", "April 2022,RB1,93", "May 2022,RB1,93"]
    found = folder.found(folder.put("r.csv", "\n".join(["Period,Code,Seen in time", *rows]) + "\n"))
    assert said(found, "RB1").startswith("The last value is of May 2022; there is none since. It meets the standard")
    assert "there is none since" not in said(found)


def test_how_long_it_is_so_does_not_count_periods_that_cannot_be_compared(folder: Folder) -> None:
    """Nothing was planned for the second of four months; of the others each is ahead."""
    assert ", as in the 2 before that can be compared." in said(
        folder.found(folder.series("81 81 81 81"), plan=folder.plan("80 - 80 80"))
    )
    assert ", as in the 3 before." in said(folder.found(folder.series("81 81 81 81"), plan=folder.plan("80 80 80 80")))
    assert ", as in the one before." in said(folder.found(folder.series("79 81 81"), plan=folder.plan("80 80 80")))
    assert " its plan in June 2022. " in said(folder.found(folder.series("79 79 81"), plan=folder.plan("80 80 80")))


def test_a_reason_in_a_plan_for_a_period_to_come_begins_nothing_yet(folder: Folder) -> None:
    """Limits and trends are of the values that are there."""
    plan = folder.put(
        "p.csv", "Period,Code,Seen in time,Rebase because\nApril 2022,RA1,80,\nApril 2023,RA1,90,a new building\n"
    )
    one = folder.found(folder.series("80 81 82"), plan=plan).each["RA1"][0]
    assert (dict(one.rebased), one.trend is not None) == ({}, True)


def test_a_single_point_is_told_as_one(folder: Folder) -> None:
    """And not as several."""
    assert "need 12 points. There is 1," in trajectory_text(folder.found(folder.series("80")))
