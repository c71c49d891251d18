"""Where it stands who belongs to which group: a file, a sheet of the return, the rule file; and what is wrong there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import Workbook
from tests.support.running import run
from tests.support.together import MAP, RETURN, rate, refused, rules, told, values

import nhsrate
from nhsrate.core.tables import DisguisedCell, PercentCell, ShownCell
from nhsrate.groups.table import share_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment


def of_workbook(
    folder: Path, groups: str, *sheets: tuple[str, Sequence[Sequence[Any]]], as_: str = "systems"
) -> Assessment:
    """The groups of a return that is a workbook with further sheets."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "Return"
    for name, rows in (("Return", [row.split(",") for row in RETURN.splitlines()]), *sheets):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            sheet.append([float(cell) if isinstance(cell, str) and cell.isdecimal() else cell or None for cell in row])
    book.save(folder / "return.xlsx")
    path = rules(folder, groups=groups)
    path.write_text(path.read_text().replace("type: count", "type: number"))
    return nhsrate.rate(folder / "return.xlsx", path, as_=as_).assessment


NORTH_AND_SOUTH = {"N": "400", "S": "100"}


def test_a_sheet_of_the_return_is_read_as_its_kind_says(tmp_path: Path) -> None:
    """Below a title, with headings of its own, and one of them twice."""
    rows: list[list[object]] = [
        ["Who belongs where"],
        [],
        ["Org", "ICB", "Part", "ICB"],
        ["RA1", "N", 1, "x"],
        ["RA2", "N", 1, "x"],
        ["RA3", "S", 1, "x"],
    ]
    text = "groups:\n  systems: {sheet: Who, member: Org, group: ICB, share: Part, columns: {group: B}}"
    groups = of_workbook(tmp_path, text, ("Who", rows))
    assert values(groups, "came") == NORTH_AND_SOUTH
    assert str(groups.submitted.grouping.wanted.at).endswith("return.xlsx:Who")  # type: ignore[union-attr]


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(nhsrate.Refused) as caught:
        of_workbook(
            tmp_path, "groups: {systems: {sheet: Who, member: Org, group: ICB}}", ("Who", [["Org", "ICB", "ICB"]])
        )
    [problem] = caught.value.problems
    assert (problem.code, str(problem.at).rpartition(":")[2]) == ("ambiguous-heading", "Who!C1")
    assert problem.remedy == "Say which is meant under groups, such as columns: {group: D}."


def test_a_sheet_of_the_name_of_the_groups_is_enough(tmp_path: Path) -> None:
    """The methodology need not speak of groups at all."""
    rows: list[list[object]] = [["member", "group"], ["RA1", "N"], ["RA2", "N"], ["RA3", "S"]]
    assert values(of_workbook(tmp_path, "", ("Systems", rows)), "came") == NORTH_AND_SOUTH


def test_one_table_may_have_several_kinds_of_groups(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["kind", "member", "group"],
        ["systems", "RA1", "N"],
        ["pathways", "RA3", "Hip"],
        ["systems", "RA2", "N"],
        [],
    ]
    assert values(of_workbook(tmp_path, "", ("Groups", rows)), "came") == {"N": "400"}
    assert values(of_workbook(tmp_path, "", ("Groups", rows), as_="pathways"), "came") == {"Hip": "100"}
    with pytest.raises(nhsrate.Refused, match='no rows of "economies", only of pathways and systems'):
        of_workbook(tmp_path, "", ("Groups", rows), as_="economies")


def test_another_table_may_give_the_codes_of_groups(tmp_path: Path) -> None:
    rows: list[list[object]] = [["member", "group"], ["RA1", "north"], ["RA2", "NORTH"], ["RA3", "Elsewhere"]]
    codes: list[list[object]] = [["Code", "System"], ["QN", "North"], [None, "South"], ["QX", "north"]]
    text = "groups: {systems: {sheet: Who, codes: {code: Code, name: System}}}"
    groups = of_workbook(tmp_path, text, ("Who", rows), ("Codes", codes))
    assert [(one.code, one.name) for one in groups.organisations] == [("QN", "North"), ("Elsewhere", "Elsewhere")]
    with pytest.raises(nhsrate.Refused, match='No table gives the codes of "systems" under "Code", beside "System"'):
        of_workbook(tmp_path, text.replace("{code", "{sheet: Codes, code"), ("Who", rows), ("Codes", rows))


def test_a_sheet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(nhsrate.Refused) as caught:
        of_workbook(tmp_path, "groups: {systems: {sheet: Who}}")
    [problem] = caught.value.problems
    assert (
        problem.message
        == 'There is no table that says who belongs to which of "systems": a sheet called "Who" was not found.'
    )
    assert problem.remedy == 'Give one with --groups FILE, with a column "member" and one "group".'


def test_the_rule_file_may_name_the_members(tmp_path: Path) -> None:
    text = (
        "groups: {systems: {rates: system, members: {N: {name: North, of: [RA1, RA2]}, S: {RA3: 50%}, W: {RA3: 1/2}}}}"
    )
    groups = rate(tmp_path, None, rule=rules(tmp_path, groups=text))
    assert values(groups, "came") == {"N": "400", "S": "50", "W": "50"}
    assert [one.name for one in groups.organisations] == ["North", "S", "W"]


def test_all_organisations_may_be_one_group(tmp_path: Path) -> None:
    groups = rate(tmp_path, None, rule=rules(tmp_path, groups="groups: {country: {whole: England}}"), as_="country")
    assert values(groups, "came") == {"England": "500"}


def test_a_file_goes_before_what_the_rule_file_says(tmp_path: Path) -> None:
    """By the headings that the rule file states, or by the usual ones."""
    rule = rules(tmp_path, groups="groups: {systems: {rates: system, sheet: Who, member: Org, group: ICB}}")
    assert values(rate(tmp_path, rule=rule), "came") == NORTH_AND_SOUTH
    assert values(rate(tmp_path, MAP.replace("member,group,", "Org,ICB,"), rule=rule), "came") == NORTH_AND_SOUTH


def test_a_data_frame_may_say_who_belongs_to_which(tmp_path: Path) -> None:
    frame = pd.DataFrame({"member": ["RA1", "RA2", "RA3"], "group": ["N", "N", "S"]})
    assert values(rate(tmp_path, None, groups=frame), "came") == NORTH_AND_SOUTH


def test_names_and_shares_may_be_missing_at_the_end_of_a_row(tmp_path: Path) -> None:
    assert values(rate(tmp_path, "member,group,note\nRA1,N,\nRA2,N\nRA3,S\n,,\nRA9,,\n"), "came") == NORTH_AND_SOUTH


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("member,group\n,N\n", 'groups: The group "N" stands here without a member.'),
        ("member,group,share\nRA1,N,some\n", 'groups: The share of "RA1" is "some", and a share is a number from 0 to 1.'),
        ("member,group,share\nRA1,N,\n", 'groups: The share of "RA1" is blank, and a share is a number from 0 to 1.'),
        ("member,group,share\nRA1,N,40\n", 'groups: The share of "RA1" is "40", and a share is a number from 0 to 1.'),
        ("member,group,share\nRA1,N,0.5\nRA1,N,0.5\n", 'groups: "RA1" belongs to "N" twice, by two shares.'),
        ("member,group\n", "groups: The table of members has no rows."),
        ("member,group\nRX1,N\n", "groups: None of the members of systems stands in the return."),
        ("code,name\nRA1,N\n", 'groups: There is no table that says who belongs to which of "systems": a row with headings of members and groups was not found.'),
    ],
)  # fmt: skip
def test_what_leaves_in_doubt_who_belongs_where_is_refused(tmp_path: Path, table: str, said: str) -> None:
    assert refused(tmp_path, table) == [said]


def test_a_cell_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(nhsrate.Refused, match="The spreadsheet gives no value here"):
        of_workbook(tmp_path, "", ("Systems", [["member", "group"], ["RA1", "=1/0"]]))


def test_a_row_that_stands_twice_counts_once_and_two_names_are_told(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group,group name\nRA1,N,North\nRA1,N,North\nRA2,N,The North\nRA3,S,south\n")
    assert values(groups, "came") == NORTH_AND_SOUTH
    assert told(groups) == ['warning: The group "N" is called "North" and "The North"; the first name was taken.']


def test_a_group_is_called_as_the_organisation_of_its_code(tmp_path: Path) -> None:
    """Where the table names none; a member whose share is nothing is none."""
    groups = rate(tmp_path, "member,group,share\nRA1,RA1,1\nRA2,RA1,0\nRA3,RA1,1\n")
    assert [(one.code, one.name) for one in groups.organisations] == [("RA1", "Alder")]
    assert values(groups, "came") == {"RA1": "200"}


def test_a_share_is_read_from_every_cell_that_can_hold_one() -> None:
    cells = [PercentCell(0.38), ShownCell(0.375, 1), DisguisedCell(0.5, "x"), 1, Decimal("0.1"), 0.25, "1/3", "40%"]
    shares = [
        Fraction(38, 100),
        Fraction(3, 8),
        Fraction(1, 2),
        1,
        Fraction(1, 10),
        Fraction(1, 4),
        Fraction(1, 3),
        Fraction(2, 5),
    ]
    assert [share_in(cell) for cell in cells] == shares
    assert [share_in(cell) for cell in (True, float("nan"), 2, -0.5, "x", None, date(2026, 1, 1))] == [None] * 7


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ["--as", "system"],
            2,
            'The methodology seen has no groups "system". Did you mean "systems"? [unknown-groups]',
        ),
        (["--groups", "groups.csv"], 2, "--groups goes with --as."),
        (["--as", "systems", "--against", "return.csv"], 2, "--as goes without --against"),
    ],
)
def test_what_cannot_be_asked_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "return.csv").write_text(RETURN)
    (tmp_path / "groups.csv").write_text(MAP)
    rules(tmp_path, groups="groups: {systems: {sheet: Who}}")
    done = run("score", "return.csv", "-m", "seen.yaml", *words)
    assert done.code == code
    assert said in done.err


def test_python_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "return.csv").write_text(RETURN)
    path = rules(tmp_path)
    with pytest.raises(nhsrate.Refused, match="groups goes with as"):
        nhsrate.rate(tmp_path / "return.csv", path, groups="groups.csv")
    with pytest.raises(nhsrate.Refused, match="as goes without against"):
        nhsrate.rate(tmp_path / "return.csv", path, as_="systems", against=tmp_path / "return.csv")
    with pytest.raises(nhsrate.Refused, match="Give them with --groups FILE"):
        nhsrate.rate(tmp_path / "return.csv", path, as_="systems")
    with pytest.raises(nhsrate.Refused, match="It has systems"):
        nhsrate.rate(tmp_path / "return.csv", rules(tmp_path, groups="groups: {systems: {whole: A}}"), as_="xyz")


def test_a_share_beside_whole_membership_is_more_than_one(tmp_path: Path) -> None:
    text = "groups: {systems: {members: {N: [RA1, RA2], S: {RA3: 0.5}, W: [RA3]}}}"
    assert refused(tmp_path, None, rule=rules(tmp_path, groups=text)) == [
        'groups: The shares of "RA3" are 1.5 together: 0.5 of S and 1 of W.'
    ]


@pytest.mark.parametrize(
    "table",
    [
        "org_code,system_code,system_name\nRA1,N,North\nRA2,N,North\nRA3,S,South\n",
        "Provider code,Provider,ICB code,ICB name\nRA1,Alder,N,North\nRA2,Birch,N,North\nRA3,Cedar,S,South\n",
        "Title\n\nCode,Name,System Code,System\nRA1,Alder,N,North\nRA2,Birch,N,North\nRA3,Cedar,S,South\n",
        "Member code,Group code,Group name,Share (%)\nRA1,N,North,100\nRA2,N,North,100%\nRA3,S,South,100\n",
        "Member,Group,Group name,Proportion\nRA1,N,North,1.0\nRA2,N,North,1/1\nRA3,S,South,100%\n",
    ],
)
def test_the_usual_headings_of_a_table_of_members(tmp_path: Path, table: str) -> None:
    groups = rate(tmp_path, table)
    assert values(groups, "came") == NORTH_AND_SOUTH
    assert [one.name for one in groups.organisations] == ["North", "South"]
    assert told(groups) == []


def test_shares_under_a_heading_of_per_cent_are_of_a_hundred(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group,Share %\nRA1,N,40\nRA1,S,60\nRA2,N,100\nRA3,S,100\n")
    assert values(groups, "came") == {"N": "340", "S": "160"}


def test_a_column_that_may_hold_shares_is_told_of(tmp_path: Path) -> None:
    groups = rate(tmp_path, "member,group,Proportion of attends\nRA1,N,0.4\nRA1,S,0.6\nRA2,N,1\nRA3,S,1\n")
    assert (
        told(groups)[0] == 'warning: The column "Proportion of attends" was not read, and every member counts wholly.'
    )


def test_letters_are_for_headings_that_stand_twice(tmp_path: Path) -> None:
    """A file that was given for it may have the heading once, in another column."""
    rule = rules(tmp_path, groups="groups: {systems: {sheet: Who, member: Org, group: ICB, columns: {group: D}}}")
    assert values(rate(tmp_path, "Org,ICB\nRA1,N\nRA2,N\nRA3,S\n", rule=rule), "came") == NORTH_AND_SOUTH
