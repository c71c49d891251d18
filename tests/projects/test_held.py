"""Committed files, rules and cases held to what they should be: what no project of the examples shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.support.projects import CASES, RETURN, WHOLE, put, rules
from tests.support.projects import project as small
from tests.support.running import run

from nhsrate.commands import processes
from nhsrate.core.problems import Refused
from nhsrate.projects.cells import other_cells
from nhsrate.projects.held import folders_of, ruled


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return small(tmp_path)


def book(file: Path, *rows: list[object], sheet: str = "A") -> Path:
    """A workbook of one sheet."""
    made: Any = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file


def moved(here: Path, before: list[list[object]], after: list[list[object]]) -> list[str]:
    """What is told of the cells of two workbooks."""
    data = book(here / "after.xlsx", *after).read_bytes()
    return [str(one) for one in other_cells(book(here / "before.xlsx", *before), data)]


def test_cells_are_compared_by_what_they_hold(here: Path) -> None:
    assert moved(here, [["a", 1, 2.5]], [["a", 1.0, 2.50]]) == []
    assert moved(here, [["a", 1], ["b"]], [["a", 2], ["c", True]]) == [
        "A!B1 was 1 and is 2", 'A!A2 was "b" and is "c"', "A!B2 was empty and is TRUE",
    ]  # fmt: skip
    assert moved(here, [["3"]], [[3]]) == ['A!A1 was "3" and is 3']
    assert moved(here, [["x" * 70]], [[None, 1]]) == [
        'A!A1 was "' + "x" * 59 + "... and is empty",
        "A!B1 was empty and is 1",
    ]


def test_what_says_of_which_bytes_it_was_made_is_not_compared(here: Path) -> None:
    assert (
        moved(
            here,
            [["SHA-256 of the return", "a"], ["Made with", "1"]],
            [["SHA-256 of the return", "b"], ["Made with", "2"]],
        )
        == []
    )


def test_sheets_come_and_go(here: Path) -> None:
    data = book(here / "after.xlsx", ["x"], sheet="B").read_bytes()
    found = [str(one) for one in other_cells(book(here / "before.xlsx", ["y"]), data)]
    assert found == ['B!A1 was empty and is "x"', 'A!A1 was "y" and is empty']


def test_a_workbook_that_was_saved_by_another_program_holds(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.xlsx]"))
    assert run("build").code == 0
    before = Path("out/june.xlsx").read_bytes()
    load_workbook("out/june.xlsx").save("out/june.xlsx")
    assert Path("out/june.xlsx").read_bytes() != before
    assert run("build", "--check").code == 0
    Path("out/june.xlsx").write_text("no workbook")
    with pytest.raises(Refused):
        list(other_cells(Path("out/june.xlsx"), before))
    assert run("build", "--check").code == 1


def test_a_live_workbook_is_held_by_the_results_of_its_formulas(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.live.xlsx]"))
    assert run("build").code == 0
    assert run("build", "--check").code == 0
    put(here, returns__june_csv=RETURN.replace("60", "90"))
    code, _, err = run("build", "--check")
    assert (code, "cells moved: " in err, " was 60 and is 90" in err) == (1, True, True), err


def test_a_csv_that_a_spreadsheet_saved_holds(here: Path) -> None:
    run("build")
    text = Path("out/june.csv").read_text()
    Path("out/june.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("170", "170.0").replace("\n", "\r\n").encode())
    assert run("build", "--check").code == 0


def test_a_folder_where_a_page_should_be_is_told(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.md]"))
    run("build")
    assert run("build", "--check").code == 0
    Path("out/june.md").unlink()
    Path("out/june.md").mkdir()
    code, _, err = run("build", "--check")
    assert (code, err.startswith("out/june.md: error: It could not be read")) == (1, True)


def test_a_path_that_cannot_be_filled_is_told(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("out/june.csv", "'out/{period}.csv'") + "    name: x\n")
    code, _, err = run("build", "--check")
    assert (code, "says of which period it is" in err) == (1, True)


def test_rules_are_checked_with_their_cases_wherever_these_stand(here: Path) -> None:
    """In files of cases beside them, or in the rule file itself; and each methodology of a folder is meant by its id."""
    put(here, own__own_yaml=rules("own") + CASES.partition("\n")[2].format().replace("star: 3", "star: 2"))
    put(here, nhsrate_yaml=WHOLE.replace("methodologies: rules", "methodologies: [rules, own]"))
    run("build")
    code, out, err = run("build", "--check")
    assert (code, out) == (1, "1 worked case fails.\n")
    assert "own/own.yaml:19:57: error: the best: star is 3, and the case expects 2." in err
    put(here, own__own_yaml=rules("own"), own__cases_yaml="cases: [{given: {waits: 1}, expect: {star: 1}}]\n")
    assert run("build", "--check").out == "Nothing moved: 1 rating, 1 file, 2 methodologies and 2 worked cases hold.\n"


def test_a_case_of_several_organisations_says_which(here: Path) -> None:
    put(
        here,
        rules__cases_yaml="methodology: stars\ncases: [{name: two, organisations: {A: {given: {waits: 1}, expect: {star: 2}}}}]\n",
    )
    (found,) = [ruled(one) for one in folders_of([here / "rules" / "stars.yaml"])]
    assert (found.methodologies, found.cases, found.failed) == (1, 1, 1)
    assert [one.message for one in found.problems] == ["two: A: star is 1, and the case expects 2."]


def test_faulty_cases_and_faulty_rules_are_told_once(here: Path) -> None:
    put(here, rules__stars_yaml=rules().replace("kind: sum", "kind: summ"))
    code, out, err = run("build", "--check")
    assert code == 1
    assert (len(err.splitlines()), out) == (1, "1 problem stands in the way.\n")
    put(here, rules__stars_yaml=rules(), rules__cases_yaml="cases: 3\n")
    assert "[wrong-type]" in run("build", "--check").err


def test_returns_are_held_to_their_list(here: Path) -> None:
    put(here, list_csv="Code\nRA1\nRB1\n", nhsrate_yaml=WHOLE + "    organisations: list.csv\n")
    assert "[unknown-code]" in run("build", "--check").err
    put(here, returns__june_csv=RETURN.replace("RC1,Cedar,12\n", ""))
    assert run("build").code == 0
    assert run("build", "--check").code == 0


@pytest.mark.parametrize("form", ["json", "sarif", "markdown"])
def test_a_project_file_that_cannot_be_used_is_told_in_the_form_that_is_asked_for(form: str) -> None:
    Path("nhsrate.yaml").write_text("ratings: [{retrun: a.csv}]\n", "utf-8")
    code, out, err = run("build", "--check", "-f", form)
    assert (code, err) == (1, "")
    assert "retrun" in out
    assert "run `nhsrate build`" not in out
    if form == "json":
        assert json.loads(out)["headline"] == "2 problems stand in the way."
