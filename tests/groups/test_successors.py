"""Members that were renamed or merged: found under their successors, or refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from tests.support.running import run
from tests.support.together import rate, refused, rules, values

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

STEPS = "old code,new code,date\nRA8,RA1,2021-10-01\nRA9,RA2,2021-10-01\n"


def succeeded(folder: Path, table: str | None, steps: str = STEPS, **options: Any) -> Assessment:  # noqa: ANN401 (the options of a run)
    (folder / "steps.csv").write_text(steps)
    return rate(folder, table, successors=folder / "steps.csv", **options)


def not_rated(folder: Path, table: str, steps: str = STEPS) -> list[str]:
    (folder / "steps.csv").write_text(steps)
    return refused(folder, table, successors=folder / "steps.csv")


def notes(assessment: Assessment) -> list[str]:
    return [one.message for one in assessment.submitted.problems if one.code == "succeeded"]


def test_a_member_that_was_renamed_counts_under_its_successor(tmp_path: Path) -> None:
    """The table is older than the return: without the table of successors nothing of it would count."""
    table = "member,group\nra8,N\nRA9,N\nRA3,S\n"
    groups = succeeded(tmp_path, table)
    assert values(groups, "came") == {"N": "400", "S": "100"}
    assert [text.partition(" (")[0] for text in notes(groups)] == [
        "ra8 was read as RA1, its successor from 2021-10-01",
        "RA9 was read as RA2, its successor from 2021-10-01",
    ]
    assert [str(one.at).rpartition(":")[2] for one in groups.submitted.problems if one.code == "succeeded"] == [
        "row 2", "row 3",
    ]  # fmt: skip


def test_what_happens_after_the_day_that_is_asked_for_is_left_out(tmp_path: Path) -> None:
    table = "member,group\nRA1,N\nRA2,N\nRA3,S\n"
    steps = "old code,new code,date\nRA1,RX1,2026-10-01\n"
    assert values(succeeded(tmp_path, table, steps, as_at="2026-03-31"), "came") == {"N": "400", "S": "100"}
    assert values(succeeded(tmp_path, table, steps), "came") == {"N": "400", "S": "100"}


@pytest.mark.parametrize(
    "table",
    [
        "member,group\nRA1,N\nRA8,N\nRA2,N\nRA3,S\n",
        "member,group,share\nRA8,N,1\nRA1,N,1\nRA2,N,1\nRA3,S,1\n",
        "member,group,share\nRA8,N,1\nRA1,N,1\nRA9,N,1\nRA2,N,1\nRA3,S,1\n",
    ],
)
def test_members_that_merged_and_count_alike_count_once(tmp_path: Path, table: str) -> None:
    assert values(succeeded(tmp_path, table), "came") == {"N": "400", "S": "100"}


def test_a_member_in_two_groups_by_shares_keeps_them(tmp_path: Path) -> None:
    table = "member,group,share\nRA8,N,40%\nRA8,S,60%\nRA2,N,1\nRA3,S,1\n"
    assert values(succeeded(tmp_path, table), "came") == {"N": "340", "S": "160"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("member,group\nRA8,S\nRA1,N\nRA2,N\nRA3,S\n", "RA8 in S (groups.csv:row 2); RA1 in N (groups.csv:row 3)"),
        ("member,group,share\nRA1,N,1\nRA8,N,0.5\nRA8,S,0.5\nRA2,N,1\nRA3,S,1\n",
         "RA1 in N by 1 (groups.csv:row 2); RA8 in N by 0.5 and S by 0.5 (groups.csv:row 3)"),
    ],
)  # fmt: skip
def test_members_that_merged_and_do_not_count_alike_are_refused_by_name(tmp_path: Path, table: str, said: str) -> None:
    """Their common figures would count wholly in each group, or in one that had a part of them."""
    [message] = not_rated(tmp_path, table)
    codes = "RA8 and RA1" if table.split("\n")[1].startswith("RA8") else "RA1 and RA8"
    assert message.replace(f"{tmp_path}/", "") == (
        f"groups: {codes} are one organisation, RA1, and do not count alike: {said}."
    )


def test_members_in_a_rule_file_have_successors_too(tmp_path: Path) -> None:
    groups = "groups: {systems: {members: {N: [RA8, RA9], S: [RA3]}}}"
    assessment = succeeded(tmp_path, None, rule=rules(tmp_path, groups=groups))
    assert values(assessment, "came") == {"N": "400", "S": "100"}


def test_all_that_stand_in_the_return_need_no_table(tmp_path: Path) -> None:
    groups = "groups: {england: {title: England, whole: England}}"
    assessment = succeeded(tmp_path, None, rule=rules(tmp_path, groups=groups), as_="england")
    assert values(assessment, "came") == {"England": "500"}


def test_a_plan_by_the_codes_of_members_is_told_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups are planned for by their own codes; what stands by others is not lost in silence."""
    monkeypatch.chdir(tmp_path)
    rate(tmp_path)
    rows = (tmp_path / "return.csv").read_text()
    (tmp_path / "return.csv").write_text(f"Period,June 2026,,,,\n{rows}")
    plan = "Period,June 2026,\nCode,Name,Seen in time\nRA1,Alder,92%\nRA2,Birch,80%\n"
    (tmp_path / "plan.csv").write_text(plan)
    asked = ("trajectory", "return.csv", "-m", "seen.yaml", "--as", "systems", "--groups", "groups.csv")
    for form in ("text", "csv", "json"):
        got = run(*asked, "--plan", "plan.csv", "-f", form)
        said = " ".join(got.err.split())
        assert "The plan gives figures of RA1 and RA2, which are members of groups" in said, got.err
        assert "such as N." in said
    (tmp_path / "plan.csv").write_text(plan.replace("RA1,Alder", "N,North").replace("RA2,Birch,80%\n", ""))
    got = run(*asked, "--plan", "plan.csv")
    assert "The plan gives" not in got.err
    assert "behind" in got.out


def test_one_member_in_a_plan_is_told_in_a_frame(tmp_path: Path) -> None:
    import nhsrate

    rate(tmp_path)
    (tmp_path / "return.csv").write_text("Period,June 2026,,,,\n" + (tmp_path / "return.csv").read_text())
    plan = pd.DataFrame({"Code": ["RA1"], "Period": ["June 2026"], "Seen in time": ["92%"]})
    frame = nhsrate.trajectory(
        [tmp_path / "return.csv"], tmp_path / "seen.yaml", plan=plan, as_="systems", groups=tmp_path / "groups.csv"
    )
    assert any("RA1, which is a member of" in text for text in frame.attrs["problems"])
