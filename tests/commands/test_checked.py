"""`nhsrate check` and what of `score` and `explain` it shares: forms, exit codes, annotated copies, shown values."""

from __future__ import annotations

import json
import os
import shutil
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.conftest import ROOT
from tests.support.hostile import save_workbook
from tests.support.rules import method
from tests.support.running import run

from nhsrate.commands.checked import Checked, checks_json
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.engine.assess import assess
from nhsrate.engine.shown_values import shown_problems
from nhsrate.returns.model import Organisation, Return, Source, Values, account_lines
from nhsrate.returns.profiles import is_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STARS = ROOT / "tests" / "gallery" / "stars.yaml"
SOUND = "Org code,Name,Waits\nRA1,North,12\nRA2,South,9\n"
NOTED = SOUND.replace(",", ";")
FAULTY = SOUND.replace("12", "twelve")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules, an empty folder of editions, and returns: sound, with a note, and with an error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "indicators").mkdir()
    monkeypatch.setattr("nhsrate.rules.editions.indicators_folder", lambda: tmp_path / "indicators")
    shutil.copy(STARS, tmp_path)
    for name, text in (("sound.csv", SOUND), ("noted.csv", NOTED), ("faulty.csv", FAULTY)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# exit codes


@pytest.mark.parametrize(
    ("name", "code", "strict"),
    [("sound.csv", 0, 0), ("noted.csv", 0, 1), ("faulty.csv", 1, 1), ("none.csv", 1, 1)],
)
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_notes_alone_fail_only_where_they_are_to(name: str, code: int, strict: int, form: str) -> None:
    plain, told = (run("check", name, "-m", "stars.yaml", "-f", form, *more) for more in ((), ("--strict",)))
    assert (plain.code, told.code) == (code, strict)
    assert plain[1:] == told[1:]


def test_wrong_usage_is_2_in_every_form() -> None:
    """No edition fits, there is none of that name, and a figure that is not there."""
    for arguments in (("sound.csv",), ("sound.csv", "-m", "stras"), ("sound.csv", "-m", "stars.yaml", "--set", "a=1")):
        for form in ("text", "json", "sarif"):
            assert run("check", *arguments, "-f", form).code == 2


# json


def said(*arguments: str, code: int = 0) -> dict[str, Any]:
    """The one json text of a check, beside which nothing is printed."""
    found = run("check", *arguments, "-f", "json")
    assert (found.code, found.err) == (code, "")
    whole: dict[str, Any] = json.loads(found.out)
    assert set(whole) == {"checked", "problems"}
    return whole


def test_json_holds_all_that_was_read_and_set_aside(here: Path) -> None:
    (here / "sound.csv").write_text(
        "Period,June 2026\nOrg code,Name,Waits,Beds\nRA1,North,12,5,,x\nTotal,,12\n", "utf-8"
    )
    whole = said("sound.csv", "-m", "stars.yaml", code=1)
    (here / "sound.csv").write_text("Period,June 2026\n\nOrg code,Waits,Beds\nRA1,12,5\nTotal,12,\nRA2,,\n", "utf-8")
    assert {problem["code"] for problem in whole["problems"]} == {"ragged-row"}
    whole = said("sound.csv", "-m", "stars.yaml")
    [facts] = whole["checked"]
    assert len(facts.pop("sha256")) == 64
    assert facts == {
        "file": "sound.csv",
        "methodology": "stars",
        "chosen_by": "asked for",
        "period": "June 2026",
        "form": "wide",
        "organisations": 2,
        "values": 1,
        "missing": 1,
        "tables": [
            {
                "file": "sound.csv",
                "sheet": None,
                "rows": {
                    "all": 6, "above": 1, "header": 1, "organisations": 2, "set_aside": 1, "elsewhere": 0, "blank": 1,
                },
                "columns": {"all": 3, "read": ["A", "B"], "not_used": ["C"], "without_heading": [], "blank": 0},
            }
        ],
        "set_aside": [{"at": "sound.csv:row 5", "text": "Total, 12", "reason": "a total", "rows": 1}],
        "not_used": ["Beds"],
        "optional_and_absent": ["share", "patients", "clean", "late"],
    }  # fmt: skip
    assert whole["problems"] == []


def test_json_names_rule_files_cases_and_profiles(here: Path) -> None:
    (here / "cases.yaml").write_text("methodology: stars.yaml\ncases: []\n", "utf-8")
    (here / "reading-ours.yaml").write_text("header_row: 3\n", "utf-8")
    (here / "broken.yaml").write_text("id: broken\n", "utf-8")
    (here / "reading-broken.yaml").write_text("header: 3\n", "utf-8")
    files = ("stars.yaml", "cases.yaml", "reading-ours.yaml", "broken.yaml", "reading-broken.yaml", "faulty.csv")
    whole = said(*files, "-m", "stars.yaml", code=1)
    first = [{key: facts[key] for key in facts if key != "cases"} for facts in whole["checked"]]
    assert first == [
        {"file": "stars.yaml", "methodology": "stars", "status": "reconstruction", "unnamed": ["stars.yaml:19:60"]},
        {"file": "cases.yaml"},
        {"file": "reading-ours.yaml", "profile": ["header_row"]},
        {"file": "broken.yaml"},
        {"file": "reading-broken.yaml"},
        {"file": "faulty.csv", "methodology": "stars", "chosen_by": "asked for"},
    ]
    severities = [problem["severity"] for problem in whole["problems"]]
    assert severities == sorted(severities, key=("error", "warning", "note").index)
    assert {problem["file"] for problem in whole["problems"] if problem["severity"] == "error"} >= {
        "broken.yaml",
        "reading-broken.yaml",
        "faulty.csv",
    }


def test_a_profile_is_said_in_a_sentence(here: Path) -> None:
    (here / "reading.yaml").write_text("header_row: 3\nsheet: June\n", "utf-8")
    code, out, err = run("check", "reading.yaml")
    assert (code, err) == (0, "")
    assert out == "reading.yaml: a reading profile; it says header_row and sheet. No problems.\n"


def test_json_of_what_cannot_be_opened_or_fits_no_edition_is_one_text_too() -> None:
    whole = said("none.csv", "-m", "stars.yaml", code=1)
    assert whole["checked"] == [{"file": "none.csv"}]
    assert [problem["code"] for problem in whole["problems"]] == ["no-such-file"]
    whole = said("sound.csv", code=2)
    assert whole["checked"] == [{"file": "sound.csv"}]
    assert [problem["code"] for problem in whole["problems"]] == ["which-methodology"]
    assert [problem["code"] for problem in said("none.csv", "nor.csv", code=1)["problems"]] == ["no-such-file"] * 2


def test_json_and_sarif_may_go_to_a_file(here: Path) -> None:
    for form in ("json", "sarif"):
        printed = run("check", "noted.csv", "-m", "stars.yaml", "-f", form).out
        assert run("check", "noted.csv", "-m", "stars.yaml", "-f", form, "-o", "found") == (0, "", "wrote found\n")
        assert (here / "found").read_text("utf-8") == printed


def test_what_was_not_read_is_no_fact() -> None:
    problem = Problem(CellLocation("out.xlsx"), "write-failed", "No.")
    assert json.loads(checks_json([Checked("", [problem])]))["checked"] == []


def test_faults_of_the_method_and_of_what_it_works_out_join(here: Path) -> None:
    """The return can be read, and the method refuses what it says."""
    rules = "id: m\ntitle: M\ninputs: {a: {type: number}, b: {type: number}}\n"
    rules += "ratings: {r: {kind: ratio, of: a, to: b, zero: refuse, headline: true}}\n"
    (here / "m.yaml").write_text(rules, "utf-8")
    (here / "r.csv").write_text("Org code;a;b\nRA1;1;0\n", "utf-8")
    code, out, err = run("check", "r.csv", "-m", "m.yaml")
    assert (code, out.endswith("  1 problem.\n")) == (1, True)
    assert [line.rpartition("[")[2] for line in err.splitlines()] == ["cannot-compute]", "delimiter]"]


# text


def test_no_word_of_a_file_orders_a_terminal(here: Path) -> None:
    name = "re\x1b[31m\x07\u202e.csv"
    (here / name).write_text("Org code,Waits,\x1b[1mBeds\nRA1,12,1\nTotal,\x1b[2m,\n", "utf-8")
    for more in ((), ("-f", "github"), ("--show-reading",)):
        code, out, err = run("check", name, "-m", "stars.yaml", *more)
        assert (code, {"\x1b", "\x07", "\u202e"} & set(out + err)) == (0, set())


def test_a_name_of_bytes_that_are_no_text_can_be_written(here: Path) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    try:
        (here / name).write_text(NOTED, "utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    for form in ("json", "sarif"):
        assert run("check", name, "-m", "stars.yaml", "-f", form, "-o", "found").code == 0
        assert json.loads((here / "found").read_text("utf-8"))
    assert run("score", name, "-m", "stars.yaml", "-o", "ratings.json").code == 0


def test_the_reading_is_shown_and_can_be_given_again(here: Path) -> None:
    code, out, err = run("check", "noted.csv", "-m", "stars.yaml", "--show-reading")
    assert (code, "[delimiter]" in err) == (0, True)
    (here / "shown.yaml").write_text(out, "utf-8")
    assert run("check", "noted.csv", "-m", "stars.yaml", "--reading", "shown.yaml").code == 0
    assert run("check", "faulty.csv", "-m", "stars.yaml", "--show-reading")[:2] == (1, "")


def test_of_several_tables_each_sum_names_its_own(here: Path) -> None:
    save_workbook(here / "b.xlsx", {"June": [["Org code", "Waits", None, "x"], [], ["RA9", 3, "y", None]]})
    out = run("check", "sound.csv", "b.xlsx", "-m", "stars.yaml").out
    assert (
        "  sound.csv: rows: 3 = 1 of headings + 2 of organisations.\n"
        "  sound.csv: columns: 3 = 3 read.\n"
        "  b.xlsx!June: rows: 3 = 1 of headings + 1 of organisations + 1 blank.\n"
        "  b.xlsx!June: columns: 4 = 2 read + 1 not used + 1 without a heading (C).\n"
    ) in out


def test_a_return_that_was_not_read_from_a_table_has_no_sums() -> None:
    assert account_lines(Return("r", "", (), {})) == []


# the project file


def test_a_project_file_may_name_the_profile_as_well(here: Path) -> None:
    (here / "nhsrate.yaml").write_text("methodology: stars.yaml\nreading: ours.yaml\n", "utf-8")
    (here / "ours.yaml").write_text("headings: {waits: [Days]}\n", "utf-8")
    (here / "sound.csv").write_text(SOUND.replace("Waits", "Days"), "utf-8")
    assert run("check", "sound.csv").code == 0
    assert run("score", "sound.csv").code == 0
    code, _, err = run("check", "sound.csv", "-m", "stars.yaml")
    assert (code, "[missing-column]" in err or "[no-table]" in err) == (1, True)
    (here / "nhsrate.yaml").write_text("methodology: stars.yaml\nreading: [ours.yaml]\n", "utf-8")
    code, _, err = run("check", "sound.csv")
    assert code == 1
    assert err.startswith("nhsrate.yaml:2:10: error: A single value is wanted here")
    (here / "nhsrate.yaml").write_text("methodology: stars.yaml\nreading: theirs.yaml\n", "utf-8")
    assert "theirs.yaml: error: The reading profile cannot be read" in run("check", "sound.csv").err


# --annotate


def comments(path: Path) -> dict[str, str]:
    """The comments of the first sheet, by cell."""
    sheet: Any = load_workbook(path).worksheets[0]
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def test_the_faults_of_a_csv_file_stand_in_a_workbook(here: Path) -> None:
    code, out, err = run("check", "faulty.csv", "-m", "stars.yaml", "--annotate", "out.xlsx")
    assert code == 1
    assert out.startswith("faulty.csv: checked as a return for stars")
    assert err.count("[text-in-number]") == 1
    assert "twelve" in comments(here / "out.xlsx")["C2"]
    assert (here / "faulty.csv").read_text("utf-8") == FAULTY


def test_the_faults_of_a_workbook_stand_in_its_copy(here: Path) -> None:
    path = save_workbook(here / "r.xlsx", {"Return": [["Org code", "Waits"], ["RA1", "twelve"]]})
    before = path.read_bytes()
    assert run("check", "r.xlsx", "-m", "stars.yaml", "--annotate", "out.xlsx").code == 1
    assert "twelve" in comments(here / "out.xlsx")["B2"]
    assert path.read_bytes() == before
    whole = said("r.xlsx", "-m", "stars.yaml", "--annotate", "other.xlsx", "-q", code=1)
    assert [problem["code"] for problem in whole["problems"]] == ["text-in-number"]
    assert (here / "other.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sound.csv", "noted.csv", "--annotate", "out.xlsx"), "--annotate copies one return; name one file."),
        (("stars.yaml", "--annotate", "out.xlsx"), "--annotate copies one return; name one file."),
        (("sound.csv", "--annotate", "out.csv"), "--annotate writes a workbook; let its name end in .xlsx"),
        (("r.xlsx", "--annotate", "./r.xlsx"), "--annotate r.xlsx would take the place of a file that is read"),
        (
            ("sound.csv", "--organisations", "r.xlsx", "--annotate", "r.xlsx"),
            "--annotate r.xlsx would take the place of a file that is read",
        ),
        (("sound.csv", "-f", "json", "-o", "o.xlsx", "--annotate", "o.xlsx"), "--annotate o.xlsx would take the place"),
        (("sound.csv", "-f", "json", "-o", "sound.csv"), "-o sound.csv would take the place of a file that is read"),
        (("sound.csv", "-m", "stars.yaml", "-f", "sarif", "-o", "stars.yaml"), "would take the place of a file"),
        (("sound.csv", "-o", "out.json"), "-o goes with -f json and -f sarif."),
        (("sound.csv", "-f", "json", "--show-reading"), "--show-reading goes with a return, and with no other format."),
        (("stars.yaml", "--show-reading"), "--show-reading goes with a return, and with no other format."),
    ],
)
def test_what_does_not_go_together_is_wrong_usage_and_writes_nothing(
    here: Path, arguments: tuple[str, ...], says: str
) -> None:
    save_workbook(here / "r.xlsx", {"Return": [["Org code", "Waits"], ["RA1", 12]]})
    before = names(here)
    code, out, err = run("check", *arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.split())
    assert names(here) == before


def test_a_copy_keeps_the_kind_of_its_workbook(here: Path) -> None:
    save_workbook(here / "r.xlsx", {"Return": [["Org code", "Waits"], ["RA1", 12]]})
    code, out, err = run("check", "r.xlsx", "-m", "stars.yaml", "--annotate", "out.xlsm")
    assert (code, out.endswith("No problems.\n")) == (1, True)
    assert err == (
        "out.xlsm: error: A copy of this return is a workbook whose name must end in .xlsx. Write it to out.xlsx. "
        "[write-failed]\n"
    )
    assert not (here / "out.xlsm").exists()
    whole = said("r.xlsx", "-m", "stars.yaml", "--annotate", "out.xlsm", code=1)
    assert [problem["code"] for problem in whole["problems"]] == ["write-failed"]


def test_a_file_that_cannot_be_opened_has_no_copy_and_is_said_once(here: Path) -> None:
    code, out, err = run("check", "none.csv", "-m", "stars.yaml", "--annotate", "out.xlsx")
    assert (code, out, err.count("[no-such-file]")) == (1, "", 1)
    assert len(said("none.csv", "-m", "stars.yaml", "--annotate", "out.xlsx", code=1)["problems"]) == 1
    assert not (here / "out.xlsx").exists()


def test_a_copy_that_cannot_be_written_is_said_behind_the_rest(here: Path) -> None:
    code, out, err = run("check", "sound.csv", "-m", "stars.yaml", "--annotate", "none/out.xlsx")
    assert (code, out.endswith("No problems.\n")) == (1, True)
    assert "none/out.xlsx" in err
    assert names(here) == {"indicators", "stars.yaml", "sound.csv", "noted.csv", "faulty.csv"}


# values as their cells show them

TWO = """
    scales: {light: [{level: green}, {level: red}]}
    inputs:
      a: {title: First, type: percent, polarity: higher}
      b: {title: Second, type: number, polarity: higher, optional: true}
    measures:
      colour: {kind: thresholds, scale: light, of: a, levels: [{level: green, at_least: 95}, {level: red, otherwise: true}]}
      score: {kind: sum, of: [colour_score]}
      colour_score: {kind: lookup, of: colour, table: {green: 1, red: 0}}
    ratings:
      light: {kind: thresholds, scale: light, headline: true, of: score, levels: [{level: green, at_least: 1}, {level: red, otherwise: true}]}
      other: {kind: thresholds, scale: light, of: b, levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}
      ratio: {kind: ratio, of: a, to: b, zero: refuse}
"""


def shown(a: Mapping[str, str | None], b: Mapping[str, str | None], *, placed: bool = True) -> list[str]:
    """What is noted of two columns, each value with what its cell shows."""

    def values(column: Mapping[str, str | None], at: int) -> Values:
        size = len(column)
        seen = {n: Decimal(text) for n, text in enumerate(column.values()) if text is not None}
        source = [Source("r.xlsx", "Return")] * size if placed else ()
        cells = [Decimal(text) for text in column]
        return Values(cells, "x", source, list(range(2, size + 2)), [at] * size, {}, seen)

    organisations = tuple(Organisation(f"RA{n}", f"RA{n}") for n in range(1, len(a) + 1))
    submitted = Return("r.xlsx", "", organisations, {"a": values(a, 2), "b": values(b, 3)})
    problems = shown_problems(assess(submitted, method(TWO)))
    assert {problem.code for problem in problems} <= {"shown-value"}
    assert {problem.severity for problem in problems} <= {"note"}
    return [f"{problem.at}: {problem.message}" for problem in problems]


def test_a_value_that_would_be_rated_otherwise_as_it_is_shown_is_noted() -> None:
    """Only the first of the levels that rest on each other is named, however far they are apart."""
    assert shown({"94.96": "95.0", "94.94": "94.9"}, {"4": None, "5": None}) == [
        "r.xlsx:Return!B2: RA1: First is 94.96% and its cell shows 95.0%. As shown, colour would be green and not red."
    ]


def test_a_text_whose_fifteen_digits_would_be_rated_otherwise_is_noted_in_its_own_words() -> None:
    """A text has no cell format; its digits beyond the fifteenth are what a spreadsheet would not show."""
    assert shown({"94.999999999999986": "95.0000000000000", "94.94": None}, {"4": None, "5": None}) == [
        (
            "r.xlsx:Return!B2: RA1: First is 94.999999999999986%, which a spreadsheet shows as 95%. "
            "So shown, colour would be green and not red."
        )
    ]


def test_levels_that_rest_on_other_values_are_noted_too() -> None:
    assert shown({"94.96": "95.0"}, {"2.96": "3.0"}) == [
        "r.xlsx:Return!B2: RA1: First is 94.96% and its cell shows 95.0%. As shown, colour would be green and not red.",
        "r.xlsx:Return!C2: RA1: Second is 2.96 and its cell shows 3.0. As shown, other would be green and not red.",
    ]


def test_nothing_is_noted_where_cells_show_all_or_levels_stay() -> None:
    assert shown({"94.96": None}, {"2": None}) == []
    assert shown({"94.94": "94.9"}, {"2": None}) == []


def test_nothing_is_noted_where_what_is_shown_cannot_be_worked_out() -> None:
    assert shown({"94.96": "95.0"}, {"0.4": "0"}) == []


def test_a_value_of_no_cell_is_noted_for_the_return() -> None:
    assert shown({"94.96": "95.0"}, {"4": None}, placed=False) == [
        "r.xlsx: RA1: First is 94.96% and its cell shows 95.0%. As shown, colour would be green and not red."
    ]


def test_score_explain_and_check_note_what_a_cell_shows(here: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (["Org code", "Waits"], ["RA1", 10.04], ["RA2", 12.04]):
        sheet.append(row)
    sheet["B2"].number_format = sheet["B3"].number_format = "0.0"
    book.save(here / "r.xlsx")
    for arguments in (("score", "r.xlsx"), ("explain", "r.xlsx", "RA1"), ("check", "r.xlsx")):
        code, _, err = run(*arguments, "-m", "stars.yaml")
        assert (code, err.count("[shown-value]")) == (0, 1)
        assert "RA1: Long waits is 10.04 and its cell shows 10.0. As shown, rating would be 2 and not 1." in err


# flags and published values in an explanation


def test_an_explanation_says_what_qualifies_a_value(here: Path) -> None:
    (here / "ours.yaml").write_text("flags: {r: revised}\n", "utf-8")
    (here / "sound.csv").write_text(SOUND.replace("12", "12 r"), "utf-8")
    code, out, _ = run("explain", "sound.csv", "RA1", "-m", "stars.yaml", "--reading", "ours.yaml", "-f", "json")
    assert code == 0
    assert json.loads(out)["items"]["waits"]["how"] == "read from the return; flagged: revised"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_an_output_that_is_a_link_to_an_input_is_refused(here: Path) -> None:
    (here / "link.json").symlink_to("sound.csv")
    assert run("check", "sound.csv", "-f", "json", "-o", "link.json").code == 2
    assert (here / "sound.csv").read_text("utf-8") == SOUND


# what a report says below its table, and why a value is missing


def test_what_a_level_brings_is_said_of_those_that_are_printed(here: Path) -> None:
    rules = STARS.read_text("utf-8").replace("word: two stars", "word: two stars, consequences: [more freedom, tea]")
    (here / "stars.yaml").write_text(rules, "utf-8")
    arguments = ("score", "sound.csv", "-m", "stars.yaml", "--consequences")
    assert "What 2, two stars brings: more freedom; tea.\n" in run(*arguments).out
    assert "The edition says nothing of what its levels bring.\n" in run(*arguments, "--only", "RA1").out


def test_the_status_counts_the_figures_that_each_run_has_to_set(here: Path) -> None:
    rules = STARS.read_text("utf-8").replace(
        "{value: 10, basis: assumed, note: invented for the gallery of problems}",
        "{required: true, basis: stated, note: set by each panel}",
    )
    (here / "stars.yaml").write_text(rules, "utf-8")
    out = run("score", "sound.csv", "-m", "stars.yaml", "--set", "cut=10").out
    assert "1 figure not held, for each run to set (cut)" in out


def test_what_is_rated_only_of_some_is_explained_by_what_decided_that(here: Path) -> None:
    rules = (
        STARS.read_text("utf-8")
        + "    only_when: {when: {late: yes}, because: only late ones are rated, missing: fails}\n"
    )
    (here / "stars.yaml").write_text(rules, "utf-8")
    out = run("explain", "sound.csv", "RA1", "-m", "stars.yaml", "-f", "json").out
    assert json.loads(out)["items"]["rating"]["parts"] == ["late"]


@pytest.mark.parametrize(
    ("name", "content", "is_one"),
    [
        ("ours.yaml", b"header_row: 3\n", True),
        ("reading.yaml", b"header: 3\n", True),
        ("reading-june.yaml", b"", True),
        ("rules.yaml", b"id: rules\nmarkers: {}\n", False),
        ("list.yaml", b"- header_row\n", False),
        ("other.yaml", b"title: x\n", False),
        ("noise.yaml", b"\xff\xfe\x00", False),
        ("large.yaml", b"#" * 5_000_001, False),
        ("none.yaml", None, False),
    ],
)
def test_a_profile_is_known_by_its_name_or_its_keys(
    here: Path, name: str, content: bytes | None, *, is_one: bool
) -> None:
    if content is not None:
        (here / name).write_bytes(content)
    assert is_profile(here / name) == is_one
