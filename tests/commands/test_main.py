"""Every command and flag: what goes to standard output, what to standard error, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.conftest import ROOT
from tests.support.running import PRINTED, run

from nhsrate.commands import main as cli
from nhsrate.commands import options as console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STARS = ROOT / "tests" / "gallery" / "stars.yaml"
RETURN = "Org code,Name,Waits\nRA1,North Airedale,12\nRA2,South Airedale,9\nRA3,Barnet,\n"
CSV = "code,name,rating\nRA1,North Airedale,1\nRA2,South Airedale,2\nRA3,Barnet,\n"
CASES = "methodology: stars\ncases:\n  - {given: {waits: 12}, expect: {rating: 1}}\n"
QUARTER = (
    "id: quarter-%d\ntitle: A quarter\nperiod: Q%d 2025/26\ninputs: {waits: {type: number}}\n"
    "ratings: {rating: {kind: sum, of: [waits], headline: true, published: true}}\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return, a rule file, and a folder of editions that holds the same method."""
    monkeypatch.chdir(tmp_path)
    edition = tmp_path / "indicators" / "stars"
    edition.mkdir(parents=True)
    shutil.copy(STARS, edition)
    (edition / "cases.yaml").write_text(CASES, "utf-8")
    (tmp_path / "return.csv").write_text(RETURN, "utf-8")
    (tmp_path / "mine").mkdir()
    mine = (
        STARS.read_text("utf-8")
        .replace("id: stars", "id: mine")
        .replace("headline: true", "headline: true\n    published: true")
    )
    (tmp_path / "mine" / "mine.yaml").write_text(mine, "utf-8")
    monkeypatch.setattr("nhsrate.rules.editions.indicators_folder", lambda: tmp_path / "indicators")
    return tmp_path


def quarters(here: Path) -> None:
    """Four editions that differ in their period only, in the place of the others."""
    shutil.rmtree(here / "indicators")
    (here / "indicators" / "quarters").mkdir(parents=True)
    for number in (1, 2, 3, 4):
        (here / "indicators" / "quarters" / f"quarter-{number}.yaml").write_text(QUARTER % (number, number), "utf-8")


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """A workbook of these rows."""
    book = Workbook()
    for name, rows in sheets.items():
        sheet: Any = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(path)


# score


def test_the_league_table_goes_to_standard_output_and_nothing_to_the_other() -> None:
    code, out, err = run("score", "return.csv", "-m", "stars")
    assert (code, err) == (0, "")
    assert out.startswith("Stars for short waits")
    assert out.index("South Airedale") < out.index("North Airedale") < out.index("Barnet")
    assert "\x1b" not in out


def test_csv_has_a_row_for_each_organisation() -> None:
    assert run("score", "return.csv", "-m", "mine", "-f", "csv") == (0, CSV, "")
    assert run("score", "return.csv", "-m", "mine/mine.yaml", "-f", "csv") == (0, CSV, "")


def test_long_csv_has_a_row_for_each_organisation_and_item() -> None:
    code, out, _ = run("score", "return.csv", "-m", "mine", "-f", "csv", "--long")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert {(row["code"], row["item"]) for row in rows} >= {("RA1", "waits"), ("RA1", "rating"), ("RA3", "rating")}


def test_raw_csv_leaves_texts_as_they_are(here: Path) -> None:
    (here / "return.csv").write_text("Org code,Name,Waits\nRA1,=1+1,12\n", "utf-8")
    assert "RA1,'=1+1,1" in run("score", "return.csv", "-m", "mine", "-f", "csv").out
    assert "RA1,=1+1,1" in run("score", "return.csv", "-m", "mine", "-f", "csv", "--raw-csv").out


def test_json_holds_where_it_came_from_and_is_the_same_twice() -> None:
    first, second = (run("score", "return.csv", "-m", "stars", "-f", "json", "--set", "cut=8") for _ in range(2))
    assert first == second
    said = json.loads(first.out)
    assert said["provenance"]["methodology"]["id"] == "stars"
    assert "RA2" in first.out


def test_markdown_is_a_table() -> None:
    code, out, _ = run("score", "return.csv", "-m", "stars", "-f", "markdown")
    assert code == 0
    assert "| " in out


def test_an_output_gets_the_format_that_its_name_says(here: Path) -> None:
    for name in ("ratings.csv", "ratings.json", "ratings.md", "ratings.txt", "RATINGS.XLSX"):
        assert run("score", "return.csv", "-m", "mine", "-o", name) == (0, "", f"wrote {name}\n")
    assert (here / "ratings.csv").read_text("utf-8") == CSV
    assert json.loads((here / "ratings.json").read_text("utf-8"))
    assert "| " in (here / "ratings.md").read_text("utf-8")
    assert (here / "ratings.txt").read_text("utf-8").startswith("Stars for short waits")
    assert load_workbook(here / "RATINGS.XLSX").sheetnames


def test_a_workbook_is_the_same_bytes_twice(here: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        run("score", "return.csv", "-m", "mine", "-f", "xlsx", "-o", name)
    assert (here / "one.xlsx").read_bytes() == (here / "two.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["return.csv", "-f", "xlsx"], "needs -o FILE"),
        (["return.csv", "--long"], "go with -f csv"),
        (["return.csv", "--raw-csv", "-f", "json"], "go with -f csv"),
        (["return.csv", "--bom", "-o", "x.json"], "go with -f csv"),
        (["return.csv", "--colour"], "--colour says when to use colours: auto, always or never. The coloured sheet"),
        (["return.csv", "--color", "--bom"], "--colour says when"),
        (["--colour", "return.csv"], "--colour says when"),
        (["return.csv", "-f", "xlsx", "-o", "r.xlsx", "--colour"], "for, is always written."),
        (["return.csv", "--palette", "blue", "-f", "csv"], "--palette goes with the table"),
        (["return.csv", "--consequences", "-f", "csv"], "--consequences goes with the table"),
        (["return.csv", "-o", "x.csv", "--check", "y.csv"], "leave -o out"),
        (["return.csv", "-f", "csv", "-o", "x.xlsx"], "let it end in .csv"),
        (["return.csv", "-o", "x.yaml"], "let it end in .txt"),
        (["return.csv", "-o", "./return.csv"], "would take the place of a file that is read"),
        (["return.csv", "-m", "mine/mine.yaml", "-o", "mine/mine.yaml"], "would take the place of a file that is read"),
        (["return.csv", "--set", "cut"], '"cut" is not NAME=VALUE'),
        (["return.csv", "--set", "=3"], "is not NAME=VALUE"),
        (["return.csv", "--set", "cut=1", "--set", "cut=2"], "cut is set twice"),
        (["return.csv", "-f", "pdf"], "is not one of"),
        ([], "Missing argument"),
    ],
)
def test_wrong_usage_is_said_and_exits_with_2(here: Path, arguments: list[str], says: str) -> None:
    before = sorted(here.rglob("*"))
    code, out, err = run("score", *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert sorted(here.rglob("*")) == before


def test_a_refused_return_writes_nothing(here: Path) -> None:
    (here / "return.csv").write_text(RETURN.replace("12", "twelve"), "utf-8")
    (here / "ratings.csv").write_text("as it was\n", "utf-8")
    code, out, err = run("score", "return.csv", "-m", "stars", "-o", "ratings.csv")
    assert (code, out) == (1, "")
    assert err.startswith('return.csv:C2: error: A number is expected, and the cell says "twelve".')
    assert (here / "ratings.csv").read_text("utf-8") == "as it was\n"
    assert not list(here.glob(".nhsrate-*"))


def test_several_files_are_one_return_and_each_value_keeps_its_file(here: Path) -> None:
    (here / "ra4.csv").write_text("Org code,Name,Waits\nRA4,Croydon,25\n", "utf-8")
    code, out, _ = run("score", "return.csv", "ra4.csv", "-m", "stars", "-f", "csv", "--long")
    assert code == 0
    assert "return.csv:C2" in out
    assert "ra4.csv:C2" in out


def test_a_sheet_is_chosen_by_name(here: Path) -> None:
    table: list[list[object]] = [["Org code", "Waits"], ["RA1", 12]]
    workbook(here / "r.xlsx", {"June": table, "July": [["Org code", "Waits"], ["RA1", 9]]})
    assert run("score", "r.xlsx", "-m", "mine", "-f", "csv", "--sheet", "July").out.splitlines()[1] == "RA1,RA1,2"
    code, _, err = run("score", "r.xlsx", "-m", "stars")
    assert code == 1
    assert "several-sheets" in err


def test_a_figure_can_be_set_for_one_run() -> None:
    assert run("score", "return.csv", "-m", "mine", "-f", "csv", "--set", "cut=8").out == CSV.replace(
        "Airedale,2", "Airedale,1"
    )
    code, _, err = run("score", "return.csv", "-m", "mine", "--set", "cot=8")
    assert code == 2
    assert 'Did you mean "cut"?' in err


def test_warnings_go_to_standard_error_beside_the_ratings(here: Path) -> None:
    (here / "return.csv").write_text(RETURN.replace(",", ";"), "utf-8")
    code, out, err = run("score", "return.csv", "-m", "mine", "-f", "csv")
    assert (code, out) == (0, CSV)
    assert "[delimiter]" in err


def test_colour_is_for_terminals_alone_and_obeys_no_color(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def coloured(*arguments: str, tty: bool = False) -> bool:
        return "\x1b[" in run("score", "return.csv", "-m", "stars", *arguments, tty=tty).out

    monkeypatch.setenv("TERM", "xterm")
    assert coloured(tty=True)
    assert coloured("--colour", "always")
    assert not coloured()
    assert not coloured("--colour", "never", tty=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(tty=True)
    assert coloured("--color=always", tty=True)
    run("score", "return.csv", "-m", "stars", "-o", "ratings.txt", "--colour", "always", tty=True)
    assert "\x1b" not in (here / "ratings.txt").read_text("utf-8")


def test_a_terminal_gets_what_fits_and_a_pipe_gets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings that the table tells are not printed a second time to the same person; a pipe has them apart."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    done = run("score", "return.csv", "-m", "stars", tty=True)
    assert max(map(len, done.out.splitlines())) <= 60
    assert done.out.splitlines()[-1] == "All notes: --notes"
    assert "Why: nhsrate explain return.csv CODE -m stars" in done.out
    assert "Read: " not in done.out
    assert "Read: " in run("score", "return.csv", "-m", "stars", "--notes", tty=True).out
    assert "Read: " in run("score", "return.csv", "-m", "stars").out


@pytest.fixture
def warned(here: Path) -> None:
    """The return with semicolons, of which a note is made."""
    (here / "return.csv").write_text(RETURN.replace(",", ";"), "utf-8")


@pytest.mark.usefixtures("warned")
def test_a_warning_is_told_once_to_one_person() -> None:
    seen = run("score", "return.csv", "-m", "stars", tty=True)
    assert seen.err == ""
    assert "1 note: " in seen.out
    assert "[delimiter]" in run("score", "return.csv", "-m", "stars").err
    assert "delimiter" in run("score", "return.csv", "-m", "stars", "--problems", "json", tty=True).err
    assert "[delimiter]" in run("score", "return.csv", "-m", "stars", "-f", "csv", tty=True).err


@pytest.mark.usefixtures("warned")
def test_quiet_says_nothing_but_results_and_errors(here: Path) -> None:
    assert run("score", "return.csv", "-m", "stars", "-f", "csv", "-q") == (0, CSV, "")
    for command in ("score", "workbook", "report"):
        made = {"score": "r.csv", "workbook": "r.xlsx", "report": "r.html"}[command]
        assert run("--quiet", command, "return.csv", "-m", "stars", "-o", made) == (0, "", "")
    assert run("template", "stars", "-o", "form.xlsx", "-q") == (0, "", "")
    assert "delimiter" in run("score", "return.csv", "-m", "stars", "-q", "--problems", "json").err
    (here / "return.csv").write_text(RETURN.replace("12", "twelve"), "utf-8")
    assert "[text-in-number]" in run("score", "return.csv", "-m", "stars", "-q").err


def test_what_was_written_is_said(here: Path) -> None:
    """To a person, and not among the problems that a program reads."""
    assert run("score", "return.csv", "-m", "stars", "-o", "r.csv") == (0, "", "wrote r.csv\n")
    assert run("score", "return.csv", "-m", "stars", "-o", "r.csv", "--problems", "json") == (0, "", "[]\n")


def test_the_table_is_ordered_cut_and_chosen_as_asked() -> None:
    assert run("score", "return.csv", "-m", "stars", "--top", "1").out.count("RA") == 1
    by_waits = run("score", "return.csv", "-m", "stars", "--sort", "waits", "-f", "markdown").out
    assert [row.split(" | ")[1] for row in by_waits.splitlines() if " | RA" in row] == ["RA2", "RA1", "RA3"]
    turned = run("score", "return.csv", "-m", "stars", "--sort=-waits", "-f", "markdown").out
    assert [row.split(" | ")[1] for row in turned.splitlines() if " | RA" in row] == ["RA1", "RA2", "RA3"]
    assert "Ordered by Long waits, the other way round, as asked." in turned.replace("\\", "")
    named = run("score", "return.csv", "-m", "stars", "--sort", "code", "--columns", "waits, rating").out
    assert any(line.split()[:4] == ["Organisation", "Code", "waits", "rating"] for line in named.splitlines())


@pytest.mark.parametrize("option", ["--sort", "--columns"])
def test_an_item_that_is_not_there_is_refused_by_name(option: str) -> None:
    code, out, err = run("score", "return.csv", "-m", "stars", option, "waist")
    assert (code, out) == (2, "")
    assert 'Did you mean "waits"?' in err
    assert run("score", "return.csv", "-m", "stars", "--columns", "name").code == 2


# score --check


def test_check_says_0_where_nothing_moved_and_1_where_something_did(here: Path) -> None:
    for name in ("ratings.csv", "ratings.json"):
        run("score", "return.csv", "-m", "mine", "-o", name)
        assert run("score", "return.csv", "-m", "mine", "--check", name).code == 0
    (here / "return.csv").write_text(RETURN.replace("12", "25"), "utf-8")
    for name in ("ratings.csv", "ratings.json"):
        code, out, err = run("score", "return.csv", "-m", "mine", "--check", name)
        assert (code, err) == (1, "")
        assert "RA1" in out
        assert "RA2" not in out.replace("RA2 South", "")


def test_without_committed_ratings_it_says_how_to_make_them() -> None:
    code, out, err = run("score", "return.csv", "-m", "mine", "--check", "ratings.csv")
    assert (code, out) == (1, "")
    assert "-o ratings.csv" in err
    assert "[baseline]" in err


# explain


def test_an_organisation_is_found_by_code_or_by_a_part_of_its_name() -> None:
    by_code = run("explain", "return.csv", "RA1", "-m", "stars")
    assert by_code.code == 0
    assert by_code.out.startswith("North Airedale (RA1)\n")
    assert "[C2]" in by_code.out
    assert (
        by_code
        == run("explain", "return.csv", "north", "-m", "stars")
        == run("explain", "return.csv", "ra1", "-m", "stars")
    )


def test_a_name_that_fits_several_organisations_lists_them() -> None:
    code, out, err = run("explain", "return.csv", "Airedale", "-m", "stars")
    assert (code, out) == (2, "")
    assert "RA1 North Airedale; RA2 South Airedale" in err


def test_an_explanation_reads_several_files_as_score_does(here: Path) -> None:
    decided = "organisation,item,level,who,when,why\nRA1,rating,0,Panel,2026-06-01,inspection\n"
    (here / "decisions.csv").write_text(decided, "utf-8")
    assert "rating: 0, no stars" in run("explain", "return.csv", "decisions.csv", "RA1", "-m", "stars").out


def test_an_explanation_may_start_at_any_item() -> None:
    code, out, _ = run("explain", "return.csv", "RA1", "-m", "stars", "--item", "waits")
    assert code == 0
    assert out.splitlines()[7] == "Long waits (waits): 12  [C2]"
    assert run("explain", "return.csv", "RA1", "-m", "stars", "--item", "rating").code == 0
    assert run("explain", "return.csv", "RA1", "-m", "stars", "--item", "waist").code == 2


def test_an_explanation_as_json_holds_every_reason() -> None:
    code, out, _ = run("explain", "return.csv", "RA1", "-m", "stars", "-f", "json")
    said = json.loads(out)
    assert code == 0
    assert said["headline"] == ["rating"]
    assert said["items"]["waits"]["cell"] == "return.csv:C2"


# check


def test_check_says_what_was_read_and_set_aside(here: Path) -> None:
    (here / "return.csv").write_text(RETURN + "England,England,11\n", "utf-8")
    code, out, err = run("check", "return.csv", "-m", "stars")
    assert (code, err) == (0, "")
    assert out == (
        "return.csv: read as a return for stars (Stars for short waits).\n"
        "  3 organisations, 2 values, 1 missing; wide form.\n"
        "  methodology: asked for.\n"
        "  rows: 5 = 1 of headings + 3 of organisations + 1 set aside.\n"
        "  columns: 3 = 3 read.\n"
        "  optional and absent: share, patients, clean, late.\n"
        "  set aside: return.csv:row 5: England, 11 (a total)\n"
        "  No problems.\n"
    )


def test_check_tells_of_period_decisions_and_unused_columns(here: Path) -> None:
    table: list[list[object]] = [["Period", "June 2026"], ["Org code", "Waits", "Beds"], ["RA1", 12, 400]]
    decisions: list[list[object]] = [
        ["organisation", "item", "level", "who", "when", "why"],
        ["RA1", "rating", 2, "Panel", "2026-06-01", "plan"],
    ]
    workbook(here / "r.xlsx", {"Return": table, "Overrides": decisions})
    code, out, err = run("check", "r.xlsx", "-m", "stars")
    assert (code, err) == (0, "")
    assert "period June 2026." in out
    assert "not used by this edition: Beds." in out
    assert "1 recorded decision." in out


def test_check_finds_the_problems_of_rule_files_and_returns_together(here: Path) -> None:
    (here / "faulty.yaml").write_text("id: faulty\n", "utf-8")
    (here / "return.csv").write_text(RETURN.replace("12", "twelve"), "utf-8")
    code, out, err = run("check", "faulty.yaml", "mine/mine.yaml", "return.csv", "-m", "stars")
    assert code == 1
    assert "faulty.yaml: 3 problems." in out
    assert "there are no worked cases beside it; add cases.yaml." in out
    assert "return.csv: checked as a return for stars (Stars for short waits): 1 problem." in out
    assert err.count("[missing-key]") == 3
    assert err.count("[text-in-number]") == 1


def test_check_reads_rule_files_and_files_of_cases(here: Path) -> None:
    code, out, err = run("check", "indicators/stars/stars.yaml", "indicators/stars/cases.yaml")
    assert code == 0
    assert all("[no-effect]" in line for line in err.splitlines())
    warned = err.count("[no-effect]")
    assert warned
    assert f"5 inputs, 0 measures, 1 rating, 1 named figure. {warned} warning" in out
    assert "cases.yaml: 1 case, no problems." in out
    (here / "cases-odd.yaml").write_text("cases: [{given: {waits: 3}}]\n", "utf-8")
    assert run("check", "cases-odd.yaml").code == 1
    assert run("check", "mine/mine.yaml", "--set", "cut=nine").code == 2


# methodologies


def test_the_editions_are_listed_or_one_shown_in_full() -> None:
    code, out, err = run("methodologies")
    assert (code, err) == (0, "")
    assert "stars" in out
    assert json.loads(run("methodologies", "-f", "json").out)
    code, out, _ = run("methodologies", "stars")
    assert code == 0
    assert "Long waits" in out
    assert json.loads(run("methodologies", "stars", "-f", "json").out)
    code, _, err = run("methodologies", "starts")
    assert code == 2
    assert 'Did you mean "stars"?' in err


def test_the_beginning_of_an_id_is_enough() -> None:
    assert run("methodologies", "sta") == run("methodologies", "stars")
    assert run("score", "return.csv", "-m", "star").out == run("score", "return.csv", "-m", "stars").out


def test_words_choose_among_the_editions() -> None:
    code, out, err = run("methodologies", "short", "STARS")
    assert (code, err) == (0, "")
    assert "1 edition. " in out
    assert [one["id"] for one in json.loads(run("methodologies", "Short", "-f", "json").out)] == ["stars"]
    code, out, err = run("methodologies", "short", "lights")
    assert (code, out) == (2, "")
    assert "No edition has all of these words: short lights." in err


# test


def test_the_cases_of_all_editions_or_of_one_are_run(here: Path) -> None:
    for path in (
        (),
        ("stars",),
        ("indicators/stars",),
        ("indicators/stars/cases.yaml",),
        ("indicators/stars/stars.yaml",),
    ):
        assert run("test", *path) == (0, "stars: 1 of 1 cases pass\n1 of 1 cases pass.\n", "")
    (here / "indicators" / "stars" / "cases.yaml").write_text(CASES.replace("rating: 1", "rating: 2"), "utf-8")
    code, out, err = run("test")
    assert (code, err) == (1, "")
    assert "case: indicators/stars/cases.yaml:3:43: rating is 1, expected 2" in out


def test_an_edition_without_cases_is_a_problem(here: Path) -> None:
    (here / "indicators" / "stars" / "cases.yaml").unlink()
    code, out, err = run("test")
    assert (code, out) == (1, "No case was run.\n")
    assert "This edition has no worked cases. Add them in stars/cases.yaml." in err
    assert run("test", "stars").code == 1
    assert "There are no worked cases here." in run("test", "mine").err


def test_cases_that_do_not_say_of_which_edition_are_those_of_the_only_rule_file(here: Path) -> None:
    (here / "mine" / "cases.yaml").write_text(CASES.replace("methodology: stars\n", ""), "utf-8")
    assert run("test", "mine").out.startswith("mine: 1 of 1")
    assert run("test", "mine/cases.yaml").out.startswith("mine: 1 of 1")
    shutil.copy(STARS, here / "mine")
    code, _, err = run("test", "mine")
    assert code == 1
    assert "The case does not say which methodology it is of." in err


def test_cases_of_one_edition_leave_those_of_its_neighbour_out(here: Path) -> None:
    shutil.copy(STARS, here / "mine")
    own = "  - {methodology: mine, given: {waits: 9}, expect: {rating: 2}}\n"
    (here / "mine" / "cases.yaml").write_text(CASES + own, "utf-8")
    assert run("test", "mine/mine.yaml").out == "mine: 1 of 1 cases pass\n1 of 1 cases pass.\n"


def test_what_is_not_there_to_test_is_refused() -> None:
    assert run("test", "starts").code == 2
    assert "[no-such-file]" in run("test", "none/cases.yaml").err
    assert "[unknown-methodology]" in run("test", "x" * 5000).err


# which methodology


def test_the_only_edition_that_fits_is_taken() -> None:
    assert run("check", "return.csv").out.startswith("return.csv: read as a return for stars")


def test_the_project_file_names_the_edition_in_the_folder_or_above(here: Path) -> None:
    (here / "returns" / "june").mkdir(parents=True)
    shutil.move("return.csv", here / "returns" / "june")
    path = here / "returns" / "june" / "return.csv"
    (here / "nhsrate.yaml").write_text("methodology: mine/mine.yaml\n", "utf-8")
    assert "read as a return for mine" in run("check", path).out
    (here / "returns" / "nhsrate.yaml").write_text("methodology: stars\n", "utf-8")
    assert "read as a return for stars" in run("check", path).out
    assert "read as a return for mine" in run("check", path, "-m", "mine").out
    shutil.copy(here / "mine" / "mine.yaml", here / "returns")
    (here / "returns" / "nhsrate.yaml").write_text("methodology: mine\n", "utf-8")
    assert "read as a return for mine" in run("check", path).out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The project file is empty."),
        ("methodology: [a]\n", "A single value is wanted here"),
        ("- a\n", "Keys with values are wanted here"),
        ("methodology: a\nmethodologie: b\n", '"methodologie" is not known here.'),
        ("methodology: {\n", "This is not YAML"),
        ("caf\xe9: 1\n", "The file is not UTF-8 here. Save it as UTF-8."),
    ],
)
def test_a_project_file_that_cannot_be_used_is_said(here: Path, text: str, says: str) -> None:
    (here / "nhsrate.yaml").write_bytes(text.encode("latin-1"))
    code, out, err = run("check", "return.csv")
    assert (code, out) == (1, "")
    assert says in err


def test_the_return_may_name_its_edition_in_a_cell_or_on_a_sheet(here: Path) -> None:
    quarters(here)
    (here / "return.csv").write_text("Methodology,quarter-3\n" + RETURN, "utf-8")
    assert "for quarter-3" in run("check", "return.csv").out
    workbook(here / "r.xlsx", {"Return": [["Org code", "Waits"], ["RA1", 12]], "Methodology": [["quarter-2"]]})
    assert "for quarter-2" in run("check", "r.xlsx").out
    shutil.copy(here / "indicators" / "quarters" / "quarter-1.yaml", here / "own.yaml")
    (here / "return.csv").write_text("Methodology: own\n" + RETURN, "utf-8")
    assert 'The id "quarter-1" is not the name of the file.' in run("check", "return.csv").err


def test_editions_that_all_fit_are_listed_and_a_period_picks_one(here: Path) -> None:
    quarters(here)
    code, out, err = run("score", "return.csv")
    assert (code, out) == (2, "")
    assert "4 editions fit this return: quarter-1 (Q1 2025/26); quarter-2 (Q2 2025/26); quarter-3" in err
    (here / "return.csv").write_text("Period,Q2  2025/26\n" + RETURN, "utf-8")
    assert "for quarter-2" in run("check", "return.csv").out
    (here / "return.csv").write_text("Period,June\n" + RETURN, "utf-8")
    code, _, err = run("check", "return.csv")
    assert code == 2
    assert '"June", does not: quarter-1' in err


def test_an_edition_that_cannot_be_read_does_not_fit(here: Path) -> None:
    (here / "indicators" / "stars" / "broken.yaml").write_text("- a\n", "utf-8")
    assert "for stars" in run("check", "return.csv").out


def test_an_edition_without_a_period_gives_way_to_one_with_the_right_period(here: Path) -> None:
    (here / "indicators" / "quarters").mkdir()
    (here / "indicators" / "quarters" / "quarter-1.yaml").write_text(QUARTER % (1, 1), "utf-8")
    code, _, err = run("check", "return.csv")
    assert code == 2
    assert "or its period" not in err
    (here / "return.csv").write_text("Period,Q1 2025/26\n" + RETURN, "utf-8")
    assert "for quarter-1" in run("check", "return.csv").out


# how problems are printed


def test_problems_as_json_are_one_list_also_where_there_are_none(here: Path) -> None:
    assert run("score", "return.csv", "-m", "stars", "--problems", "json").err == "[]\n"
    faults = RETURN.replace("12", "twelve").replace("Airedale,9", "Airedale,101")
    (here / "return.csv").write_text(faults, "utf-8")
    code, out, err = run("score", "return.csv", "-m", "stars", "--problems", "json")
    assert (code, out) == (1, "")
    assert [problem["code"] for problem in json.loads(err)] == ["text-in-number", "out-of-range"]
    workbook(here / "r.xlsx", {"Return": [["Org code", "Waits"], ["RA1", "x y"]]})
    [problem] = json.loads(run("score", "r.xlsx", "-m", "stars", "--problems", "json").err)
    assert problem == {
        "at": "r.xlsx:Return!B2",
        "file": "r.xlsx",
        "sheet": "Return",
        "row": 2,
        "column": 2,
        "code": "text-in-number",
        "severity": "error",
        "message": 'A number is expected, and the cell says "x y".',
        "remedy": problem["remedy"],
    }
    [problem] = json.loads(run("score", "none.csv", "-m", "stars", "--problems", "json").err)
    assert "row" not in problem
    [problem] = json.loads(run("score", "return.csv", "-m", "starts", "--problems", "json").err)
    assert "line" not in problem


def test_under_github_actions_problems_are_annotations(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "return.csv").write_text(RETURN.replace("12", "100%"), "utf-8")
    (here / "faulty.yaml").write_text("id: faulty\ntitle: t\n", "utf-8")
    plain = run("check", "return.csv", "-m", "stars").err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run("check", "return.csv", "-m", "stars").err.startswith(
        "::error file=return.csv,title=percent-scale%3A percentages and fractions are mixed or doubtful::"
        'return.csv:C2: "100%25" is a percentage'
    )
    assert run("check", "faulty.yaml").err.startswith("::error file=faulty.yaml,line=1,col=1,title=missing-key%3A ")
    assert run("check", "return.csv", "-m", "stars", "-f", "text").err == plain
    assert run("check", "faulty.yaml", "-f", "github").err.startswith("::error file=faulty.yaml,line=1,")
    (here / "return.csv").write_text(RETURN.replace(",", ";"), "utf-8")
    assert run("check", "return.csv", "-m", "stars").err.startswith("::notice ")


def test_errors_come_before_notes_and_control_characters_are_not_printed(here: Path) -> None:
    name = "re\x1b[31mturn.csv"
    (here / name).write_bytes(b"Org code;Name;Waits\nRA1;Caf\xe9;twelve\n")
    err = run("check", name, "-m", "stars").err
    assert [line.rpartition("[")[2] for line in err.splitlines()] == ["text-in-number]", "encoding]", "delimiter]"]
    assert "\x1b" not in err


# the process as a whole


def tool(*arguments: str, stdout: Any = subprocess.PIPE, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:  # noqa: ANN401 (whatever subprocess takes)
    """The tool as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "nhsrate", *arguments],
        stdout=stdout, stderr=subprocess.PIPE, encoding="utf-8", check=False, env=environment, cwd=cwd,
    )  # fmt: skip


def test_help_imports_click_alone() -> None:
    """Help comes at once because nothing else is imported, of others' packages or of our own."""
    program = (
        "import sys\nbefore = set(sys.modules)\nfrom nhsrate.commands.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)\n"
        "ours = {name for name in sys.modules if name.startswith('nhsrate')}\n"
        "heavy = {'decimal', 'json', 'csv', 'hashlib', 'zipfile'} & set(sys.modules)\n"
        "print(sorted(new), sorted(ours), sorted(heavy), file=sys.stderr)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert (
        done.stderr
        == "['click', 'nhsrate'] ['nhsrate', 'nhsrate.commands', 'nhsrate.commands.analysing', 'nhsrate.commands.building', 'nhsrate.commands.editions', 'nhsrate.commands.formats', 'nhsrate.commands.learning', 'nhsrate.commands.main', 'nhsrate.commands.making', 'nhsrate.commands.options', 'nhsrate.commands.rating', 'nhsrate.commands.reporting', 'nhsrate.commands.screens', 'nhsrate.helping', 'nhsrate.helping.command', 'nhsrate.helping.completion', 'nhsrate.helping.examples'] []\n"
    )


def test_a_reader_that_stops_is_no_failure(here: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = tool("score", "return.csv", "-m", "mine/mine.yaml", stdout=write, cwd=here)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_behind_standard_output_is_said(here: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = tool("score", "return.csv", "-m", "mine/mine.yaml", stdout=full, cwd=here)
    assert done.returncode == 1
    assert done.stderr == (
        "standard output: error: The output could not be written: No space left on device. "
        "Free some space, or write to another place. [write-failed]\n"
    )


@pytest.mark.parametrize(("error", "code"), [(BrokenPipeError, 0), (OSError(28, "No space left on device"), 1)])
def test_a_failed_write_to_standard_output_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError] | OSError, code: int
) -> None:
    def fail(*_: object, **keys: object) -> None:
        if not keys.get("err"):
            raise error

    monkeypatch.setattr("nhsrate.commands.options.click.echo", fail)
    assert run("check", "return.csv", "-m", "stars").code == code


def test_a_program_may_put_any_file_in_the_place_of_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    caught = io.StringIO()
    monkeypatch.setattr(sys, "stdout", caught)
    console.write("text\n", None)
    assert caught.getvalue() == "text\n"


def test_the_package_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["nhsrate", "--version"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("nhsrate", run_name="__main__")
    assert not stopped.value.code
    assert capsys.readouterr().out.startswith("nhsrate, version ")


def test_version_and_help_name_the_tool() -> None:
    assert run("--version").out.startswith("nhsrate, version ")
    for command in ("score", "explain", "check", "methodologies", "test"):
        assert run(command, "--help").out.startswith(f"Usage: nhsrate {command} ")


def test_every_file_that_no_one_should_hand_in_is_refused_without_a_traceback(here: Path) -> None:
    """Whatever stands in the place of a return, a rule file or a baseline gives problems and an exit code."""
    odd: dict[str, bytes] = {
        "random.bin": bytes(range(256)) * 9,
        "random.xlsx": bytes(range(256)) * 9,
        "zip.xlsx": b"PK\x03\x04" + bytes(range(256)),
        "text.xlsx": b"hello",
        "one.csv": b"hello\nworld\n",
        "empty.csv": b"",
        "nul.csv": b"Org code,Waits\nRA1,\0\n",
        "huge.csv": b"Org code,Waits\nRA1," + b"9" * 5000 + b"\n",
        "powers.csv": b"Org code,Waits\nRA1,1e999\nRA2,NaN\nRA3,Infinity\n",
        "list.yaml": b"- a\n- b\n",
        "odd.yaml": b"id: [a]\ntitle: {b: c}\ninputs: 3\nratings: [x]\n",
        "deep.yaml": b"a: " + b"[" * 3000,
        "bytes.yaml": bytes(range(256)),
        "folder.csv/x": b"x",
    }
    for name, data in odd.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(data)
    (here / "loop.csv").symlink_to("loop.csv")
    for name in [*(name.removesuffix("/x") for name in odd), "loop.csv", "x" * 5000, "", "/dev/null", "."]:
        for arguments in (
            ["score", name, "-m", "stars"],
            ["score", "return.csv", "-m", name],
            ["score", "return.csv", "-m", "mine", "--check", name],
            ["explain", name, "RA1", "-m", "stars"],
            ["check", name],
            ["test", name],
            ["methodologies", name],
        ):
            code, out, err = run(*arguments)
            if arguments[-2:] == ["-m", ""]:
                assert code == 2
            assert code in {1, 2}, (arguments, out)
            assert out or err, arguments
            assert "Traceback" not in err


def test_texts_that_look_like_markup_formulas_or_orders_to_a_terminal_are_printed_as_they_stand(here: Path) -> None:
    names = "RA1,[red]North[/red] [/],12\nRA2,=1+1,9\nRA3,\x1b[31mBarnet\x07\u202e,3\nRA4," + "x" * 10_000 + ",4\n"
    (here / "return.csv").write_text("Org code,Name,Waits\n" + names, "utf-8")
    for form in PRINTED:
        code, out, err = run("score", "return.csv", "-m", "mine", "-f", form)
        assert code == 0
        assert err.endswith('it was read as "[31mBarnet". [dropped-characters]\n')
        assert not {"\x1b", "\x07", "\u202e"} & set(out + err)
        assert "[red]" in out or form == "markdown"
    assert "[red]North[/red] [/] (RA1)" in run("explain", "return.csv", "RA1", "-m", "mine").out
