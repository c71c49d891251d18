"""Codes that are held against a list of known ones, markers of a return's own, and codes that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.hostile import save_workbook
from tests.support.running import run

from nhsrate.core.problems import Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.returns.model import Organisation, Return, Source, Values
from nhsrate.rules.inputs import CutPoints, TableReading, Tables
from nhsrate.runs import organisations
from nhsrate.runs.organisations import known_organisations, unknown_codes
from nhsrate.values.markers import with_own_markers

if TYPE_CHECKING:
    from pathlib import Path

STARS = ROOT / "tests" / "gallery" / "stars.yaml"
KNOWN = [
    Organisation("R01", "North"),
    Organisation("R5E", "South"),
    Organisation("5E1", "East"),
    Organisation("007", "007"),
    Organisation("RXX", "West"),
    Organisation("R51", "R51"),
]


def said(code: str, name: str = "") -> str:
    """What is said of one code, less how many are known."""
    submitted = Return("return.csv", "", (Organisation(code, name or code),), {})
    [problem] = unknown_codes(submitted, KNOWN)
    assert (problem.code, problem.severity, str(problem.at)) == ("unknown-code", "error", "return.csv")
    start = f'The code "{code}" is not among the 6 that are known.'
    assert problem.message.startswith(start)
    return f"{problem.message.removeprefix(start)} {problem.remedy}".strip()


def test_known_codes_are_no_problem_whatever_their_case() -> None:
    submitted = Return("return.csv", "", (Organisation("r01", "North"), Organisation("RXX", "Other")), {})
    assert unknown_codes(submitted, KNOWN) == []


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("RO1", 'It has the letter O for the digit 0. Did you mean "R01" (North)? Then correct the code.'),
        ("ro1", 'It has the letter o for the digit 0. Did you mean "R01" (North)? Then correct the code.'),
        (
            "RSI",
            (
                "It has the letter S for the digit 5 and the letter I for the digit 1. "
                'Did you mean "R51"? Then correct the code.'
            ),
        ),
        ("RSE", 'It has the letter S for the digit 5. Did you mean "R5E" (South)? Then correct the code.'),
        ("0O7", 'It has the letter O for the digit 0. Did you mean "007"? Then correct the code.'),
        ("50", 'A spreadsheet makes that of "5E1" (East). Format the column as text, and type the code again.'),
        ("7", 'A spreadsheet makes that of "007". Format the column as text, and type the code again.'),
        ("R02", 'Did you mean "R01" (North)?'),
        ("RXY", 'Did you mean "RXX" (West)?'),
        ("QQQ", "Check it, or add it to the known ones."),
        ("9999", "Check it, or add it to the known ones."),
    ],
)
def test_the_code_that_was_probably_meant_is_named(code: str, says: str) -> None:
    assert said(code) == says


def test_a_name_that_goes_with_another_code_is_said() -> None:
    assert said("QQQ", "west") == 'Its name goes with the code "RXX". If that is meant, correct the code.'


def test_the_row_is_named_from_the_first_value_that_was_read() -> None:
    sources, rows = [None, Source("a.xlsx", "June")], [0, 7]
    values = {
        "absent": Values(["x", "y"]),
        "beds": Values(["x", "y"], "Beds", sources, rows, [0, 3]),
    }
    submitted = Return("a.xlsx", "", (Organisation("AAA", "A"), Organisation("BBB", "B")), values)
    assert [str(problem.at) for problem in unknown_codes(submitted, KNOWN)] == ["a.xlsx", "a.xlsx:June!row 7"]


def test_where_nearly_all_are_unknown_only_the_first_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisations, "SEARCHED_FOR", 1)
    submitted = Return("return.csv", "", (Organisation("R02", "A"), Organisation("R03", "B")), {})
    assert [problem.remedy for problem in unknown_codes(submitted, KNOWN)] == [
        'Did you mean "R01" (North)?',
        "Check it, or add it to the known ones.",
    ]


def known(tmp_path: Path, text: str) -> list[Organisation]:
    path = tmp_path / "known.csv"
    path.write_text(text, "utf-8")
    return known_organisations(path)


def problem_of(tmp_path: Path, text: str) -> Problem:
    with pytest.raises(Refused) as refused:
        known(tmp_path, text)
    [problem] = refused.value.problems
    return problem


def test_a_list_has_codes_and_perhaps_names(tmp_path: Path) -> None:
    assert known(tmp_path, "Code,Name\nRA1,North\nTotal,Total\n") == [Organisation("RA1", "North")]
    assert known(tmp_path, "Known bodies\n\nORG_CODE\nRA1\n") == [Organisation("RA1", "RA1")]


def test_of_a_workbook_the_first_sheet_with_codes_is_read(tmp_path: Path) -> None:
    book = save_workbook(tmp_path / "known.xlsx", {"About": [["A list"]], "List": [["Code", "Name"], ["RA1", "North"]]})
    assert known_organisations(book) == [Organisation("RA1", "North")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Body\nRA1\n", "no-table"),
        ("Code,Code\nRA1,RA2\n", "ambiguous-heading"),
        ("Code\nRA1\n1-Mar\n", "code-not-text"),
        ("Code\n", "no-organisations"),
    ],
)
def test_a_list_that_leaves_a_code_in_doubt_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert problem_of(tmp_path, text).code == code


# on the command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return, a list of organisations and a table of successors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "return.csv").write_text("Org code,Name,Waits\nRA1,North,12\nRA2,South,9\n", "utf-8")
    (tmp_path / "known.csv").write_text("Code,Name\nRA2,South\nRA3,Joined\n", "utf-8")
    (tmp_path / "successors.csv").write_text("Old code,New code,Date\nRA1,RA3,2026-04-01\n", "utf-8")
    return tmp_path


def test_an_unknown_code_stops_score_explain_and_check(here: Path) -> None:
    for arguments in (("score", "return.csv"), ("explain", "return.csv", "RA1")):
        code, out, err = run(*arguments, "-m", STARS, "--organisations", "known.csv")
        assert (code, out) == (1, "")
        assert err.startswith('return.csv:row 2: error: The code "RA1" is not among the 2 that are known.')
    code, out, err = run("check", "return.csv", "-m", STARS, "--organisations", "known.csv")
    assert (code, err.count("[unknown-code]")) == (1, 1)
    assert out == "return.csv: checked as a return for stars (Stars for short waits): 1 problem.\n"


def test_codes_are_held_against_the_list_after_they_were_succeeded(here: Path) -> None:
    both = ("--organisations", "known.csv", "--successors", "successors.csv")
    code, out, err = run("check", "return.csv", "-m", STARS, *both)
    assert (code, "No problems." in out) == (0, True)
    assert "RA1 was read as RA3, its successor from 2026-04-01 (successors.csv:row 2). [succeeded]" in err
    code, _, err = run("check", "return.csv", "-m", STARS, *both, "--as-at", "2026-03-31")
    assert (code, err.count("[succeeded]"), err.count("[unknown-code]")) == (1, 0, 1)


def test_successors_of_a_workbook_stand_on_a_sheet_of_that_name_else_on_the_first(here: Path) -> None:
    table = [["Old code", "New code"], ["RA1", "RA3"]]
    save_workbook(here / "named.xlsx", {"About": [["Changes"]], "Successors": table})
    save_workbook(here / "first.xlsx", {"Changes": table, "About": [["Changes"]]})
    for name in ("named.xlsx", "first.xlsx"):
        code, _, err = run("check", "return.csv", "-m", STARS, "--successors", name)
        assert (code, err.count("[succeeded]")) == (0, 1)


def test_a_sheet_that_is_nearly_called_successors_is_asked_about(here: Path) -> None:
    """The first sheet would be read in its place, which may hold other successions."""
    table = [["Old code", "New code"], ["RA1", "RA3"]]
    for name in ("Successor", "succesors", "Success ors", "Success\u043ers"):
        save_workbook(here / "near.xlsx", {"Old ones": table, name: table})
        code, _, err = run("check", "return.csv", "-m", STARS, "--successors", "near.xlsx")
        assert (code, err.count("[successor]")) == (1, 1)
        assert f"near.xlsx:{name}: error:" in err


def test_figures_of_merged_organisations_are_added_up_where_the_rules_say_so(here: Path) -> None:
    rules = STARS.read_text("utf-8").replace("valid: 0..100}", "valid: 0..100, merge: sum}")
    (here / "adding.yaml").write_text(rules.replace("id: stars", "id: adding"), "utf-8")
    (here / "successors.csv").write_text("Old code,New code\nRA1,RA2\n", "utf-8")
    code, out, err = run("explain", "return.csv", "RA2", "-m", "adding.yaml", "--successors", "successors.csv")
    assert code == 0
    assert "Long waits (waits): 21" in out
    assert '"waits" of RA2 is 21, the sum of 12 (RA1, return.csv:C2) and 9 (RA2, return.csv:C3).' in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--as-at", "2026-04-01"), "--as-at goes with --successors."),
        (("--successors", "successors.csv", "--as-at", "April 2026"), '"April 2026" is no day, such as 2026-03-31.'),
        (("--successors", "successors.csv", "--as-at", "soon"), '"soon" is no day, such as 2026-03-31.'),
        (("--limit", "file"), '"file" is not NAME=VALUE, such as file=200MB.'),
        (("--limit", "fule=1GB"), 'There is no limit called "fule".'),
    ],
)
def test_options_that_cannot_be_read_are_wrong_usage(here: Path, arguments: tuple[str, ...], says: str) -> None:
    for command in (("score", "return.csv"), ("check", "return.csv"), ("explain", "return.csv", "RA1")):
        code, out, err = run(*command, "-m", STARS, *arguments)
        assert (code, out) == (2, "")
        assert says in " ".join(err.split())
    assert sorted(file.name for file in here.iterdir()) == ["known.csv", "return.csv", "successors.csv"]


def test_a_list_or_a_table_that_is_not_there_is_said_with_its_name(here: Path) -> None:
    for option in ("--organisations", "--successors", "--reading"):
        code, _, err = run("check", "return.csv", "-m", STARS, option, "none.csv")
        assert (code, here.exists()) == (1, True)
        assert err.startswith("none.csv: error: ")
        assert err.endswith("[no-such-file]\n")


# markers of the return's own


def markers(*rows: list[object], reading: TableReading | None = None) -> tuple[dict[str, str], list[str]]:
    """The markers of a reading after the return declared its own, and what was said of them."""
    book = MemoryBook("r.xlsx", "", [Table("r.xlsx", "Return", [["Code"]]), Table("r.xlsx", "MARKERS", rows)])
    found, problems = with_own_markers([book], reading or TableReading())
    return dict(found.markers), [f"{one.at}: {one.severity}: {one.message}" for one in problems]


def test_each_marker_stands_beside_its_reason_wherever_the_table_begins() -> None:
    found, told = markers(
        ["What we wrote"], [], ["Note", "Reason", "Marker"], ["", "closed", "-"], [], [None, "few", 99]
    )
    assert found == {"-": "closed", "99": "few"}
    assert told == ['r.xlsx:MARKERS: note: The return declares markers of its own: "-" (closed) and "99" (few).']


def test_a_sheet_of_markers_that_says_nothing_changes_nothing() -> None:
    assert markers() == ({}, [])
    assert markers([None, ""]) == ({}, [])
    assert markers(["Marker", "Reason"]) == ({}, [])


def test_a_sheet_of_markers_needs_its_headings_and_each_marker_a_reason() -> None:
    message = "r.xlsx:MARKERS: error: The sheet of markers needs a header row with marker and reason."
    assert markers(["-", "closed"]) == ({}, [message])
    message = 'r.xlsx:MARKERS!A2: error: What the marker "-" stands for is not said.'
    assert markers(["Marker", "Reason"], ["-"]) == ({}, [message])


def test_a_marker_has_one_reason() -> None:
    found, told = markers(["Marker", "Reason"], ["n/a", "closed"], ["N/A", "Closed"], ["N/a", "not asked"])
    assert found == {"n/a": "closed"}
    assert told[0] == (
        'r.xlsx:MARKERS!A4: error: The marker "N/a" stands for "not asked" here, and for "closed" at r.xlsx:MARKERS!A2.'
    )


def test_what_the_method_says_of_a_marker_holds() -> None:
    reading = TableReading(markers=(("-", "not asked"),))
    assert markers(["Marker", "Reason"], ["-", "Not asked"], reading=reading) == ({"-": "not asked"}, [])
    found, told = markers(["Marker", "Reason"], ["-", "closed"], reading=reading)
    assert found == {"-": "not asked"}
    [warning] = told
    assert warning == (
        'r.xlsx:MARKERS!A2: warning: The marker "-" stands for "closed" here, and for "not asked" in the method, '
        "which holds."
    )


def test_where_a_return_has_several_tables_its_markers_hold_in_each() -> None:
    tables = Tables(
        (("a", TableReading(markers=(("-", "not asked"),))), ("cuts", TableReading(cut_points=CutPoints("level"))))
    )
    book = MemoryBook("r.xlsx", "", [Table("r.xlsx", "Markers", [["Marker", "Reason"], ["x", "few"], ["-", "closed"]])])
    found, problems = with_own_markers([book], TableReading(tables=tables))
    assert found.tables is not None
    assert [one.markers for _, one in found.tables.named] == [(("-", "not asked"), ("x", "few")), (("x", "few"),)]
    assert [problem.severity for problem in problems] == ["warning", "note"]


def test_markers_of_several_files_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, reason in (("a.xlsx", "closed"), ("b.xlsx", "not asked")):
        rows: list[list[object]] = [["Org code", "Waits"], [name[0].upper() + "A1", "n/a"]]
        save_workbook(tmp_path / name, {"Return": rows, "Markers": [["Marker", "Reason"], ["n/a", reason]]})
    code, _, err = run("score", "a.xlsx", "b.xlsx", "-m", STARS)
    assert code == 1
    assert 'stands for "not asked" here, and for "closed" at a.xlsx:Markers!A2.' in err
