"""What was set for ratings is said in every format, and beside a csv, which cannot say it."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.support.outputs import RETURN, write_rules
from tests.support.running import run

from nhsrate.commands import output
from nhsrate.commands.formats import FORMATS
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.reports.csv_json import SUFFIX
from nhsrate.reports.metadata import column
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Callable

DECISIONS = "organisation,item,level,who,when,why\nRA4,stars,3,A. Person,2026-01-02,it was mended\n"
RULED = ("returns.csv", "-m", "small.yaml")
DECIDED = ("returns.csv", "decisions.csv", "-m", "small.yaml")
SET = ("--set", "cut=2")
SUPPOSED = ("--suppose", "RA1.waits=5")
BESIDE = f"ratings.csv{SUFFIX}"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path)
    Path("returns.csv").write_text(RETURN, "utf-8")
    Path("decisions.csv").write_text(DECISIONS, "utf-8")


def note(file: str = BESIDE) -> dict[str, Any]:
    """What of the metadata is ours."""
    (found,) = json.loads(Path(file).read_text("utf-8"))["notes"]
    assert isinstance(found, dict)
    return found


def all_text(file: Path) -> str:
    """Everything that a file says, of a workbook in all its cells."""
    if file.suffix != ".xlsx":
        return file.read_text("utf-8")
    sheets = load_workbook(file)
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_what_was_set_decided_and_supposed(form: str) -> None:
    """A format that has no room for it is called silent, and then it stands beside the file."""
    one = FORMATS[form]
    file = Path(f"out{one.suffixes[0] if one.suffixes else '.txt'}")
    assert run("score", *DECIDED, *SET, *SUPPOSED, "-f", form, "-o", file).code == 0
    beside = file.with_name(file.name + SUFFIX)
    assert beside.exists() == one.silent
    said = all_text(beside if one.silent else file)
    for what in ("cut", "2.5", "A. Person", "2026-01-02", "it was mended", "RA1"):
        assert what in said, (form, what)
    assert "suppos" in said.casefold()


def test_what_stands_beside_a_csv_is_what_the_web_knows_of_tables() -> None:
    done = run("score", *DECIDED, *SET, "-o", "ratings.csv")
    assert done.code == 0
    assert done.out == ""
    assert done.err.endswith(
        f"{BESIDE}: note: A csv cannot say what was set for it, and this does: 1 figure set and 1 rating decided. "
        "Set here: cut = 2; the edition has 2.5. Decided by A. Person on 2026-01-02: RA4 Dale, stars no value became 3: "
        "it was mended. [recorded]\n"
    )
    said = json.loads(Path(BESIDE).read_text("utf-8"))
    assert said["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert said["url"] == "ratings.csv"
    assert said["tableSchema"]["primaryKey"] == ["code"]
    with Path("ratings.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert [one["name"] for one in said["tableSchema"]["columns"]] == header
    assert all(one["titles"][0] == one["name"] for one in said["tableSchema"]["columns"])
    assert {one["name"]: (one["titles"][-1], one["datatype"]) for one in said["tableSchema"]["columns"]} == {
        "code": ("code", "string"), "name": ("name", "string"), "access_score": ("Access score", "decimal"),
        "average": ("Average", "decimal"), "said": ("said", "string"), "stars": ("Stars", "string"),
    }  # fmt: skip
    found = note()
    assert found["methodology"]["set"] == [{"name": "cut", "value": "2", "edition": "2.5"}]
    assert found["decided"] == [
        {
            "code": "RA4", "name": "Dale", "item": "stars", "from": None, "to": "3", "who": "A. Person",
            "when": "2026-01-02", "why": "it was mended",
        }
    ]  # fmt: skip
    assert len(found["methodology"]["digest"]) == len(found["return"]["digest"]) == 64
    assert found["methodology"]["chosen_by"] == "asked for"


def test_nothing_is_written_beside_a_csv_for_which_nothing_was_set() -> None:
    assert run("score", *RULED, "-o", "ratings.csv").code == 0
    assert not Path(BESIDE).exists()
    assert run("score", *RULED, "--check", "ratings.csv").code == 0


@pytest.mark.parametrize("more", [("--long",), ("--bom",), ("--only", "RA4"), ()])
def test_the_metadata_goes_with_every_form_of_csv(more: tuple[str, ...]) -> None:
    assert run("score", *DECIDED, *SET, *more, "-o", "ratings.csv").code == 0
    said = json.loads(Path(BESIDE).read_text("utf-8"))
    with Path("ratings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [one["name"] for one in said["tableSchema"]["columns"]] == next(csv.reader(file))
    assert said["tableSchema"]["primaryKey"] == (["code", "item"] if more == ("--long",) else ["code"])
    assert note().get("only") == (["RA4"] if "--only" in more else None)


def test_a_column_of_the_long_form_is_no_item_of_that_name(tmp_path: Path) -> None:
    method = load_methodology(write_rules(tmp_path))
    assert column(method, "place", of_items=True)["datatype"] == "decimal"
    assert column(method, "place", of_items=False) == {"name": "place", "titles": ["place"], "datatype": "string"}


@pytest.mark.parametrize("more", [(), ("-o", "/dev/stdout"), ("-o", "/dev/null"), ("--long",)])
@pytest.mark.skipif(os.name != "posix", reason="only POSIX has such files")
def test_a_csv_that_goes_into_a_stream_says_it_on_standard_error(more: tuple[str, ...]) -> None:
    done = run("score", *DECIDED, *SET, "-f", "csv", *more)
    assert done.code == 0
    assert "standard output: note: A csv cannot say what was set for it: 1 figure set and 1 rating decided." in done.err
    assert not list(Path().glob(f"*{SUFFIX}"))


def test_more_than_a_few_decisions_are_counted() -> None:
    Path("decisions.csv").write_text(
        "organisation,item,level,who,when,why\n"
        + "".join(f"RA{n},stars,3,A,2026-01-0{n},so\n" for n in range(1, 5))
        + "".join(f"RA{n},access_band,low,A,2026-01-0{n},so\n" for n in range(1, 4)),
        "utf-8",
    )
    assert ": 7 ratings decided. Decided by" in (err := run("score", *DECIDED, "-f", "csv").err)
    assert "so. And 2 more." in err


def test_chances_as_csv_say_what_was_set() -> None:
    assert run("robustness", *DECIDED, *SET, "--draws", "3", "-f", "csv", "-o", "ratings.csv").code == 0
    assert note()["methodology"]["set"]
    text = run("robustness", *DECIDED, *SET, "--draws", "3").out
    assert "Set here: cut = 2; the edition has 2.5." in text
    assert "Decided by A. Person" in text


def test_headroom_and_explain_say_what_was_set_even_where_it_decides_nothing() -> None:
    assert "Set here: cut = 2; the edition has 2.5." in run("headroom", *RULED[:1], "RA1", *RULED[1:], *SET).out
    about = ("explain", "returns.csv", "RA1", *RULED[1:], *SET, "--item", "late")
    assert "\nSet here: cut = 2; the edition has 2.5.\n" in run(*about).out
    assert json.loads(run(*about, "-f", "json").out)["set"] == [{"name": "cut", "value": "2", "edition": "2.5"}]
    assert "set" not in json.loads(run(*about[:5], "-f", "json").out)


@pytest.mark.parametrize("command", [("integrity", "returns.csv"), ("compare", "old.csv", "returns.csv")])
def test_what_leans_on_a_cut_and_what_changed_say_what_was_set(command: tuple[str, ...]) -> None:
    """Once, also where two returns were rated under it."""
    Path("old.csv").write_text(RETURN.replace("95,2,no", "80,9,no"), "utf-8")
    said = "Set here: cut = 2; the edition has 2.5."
    assert run(*command, "-m", "small.yaml", *SET).out.count(said) == 1
    assert "Set here" not in run(*command, "-m", "small.yaml").out
    found = json.loads(run(*command, "-m", "small.yaml", *SET, "-f", "json").out)
    assert found["set"] == [{"name": "cut", "value": "2", "edition": "2.5"}]


def written(*arguments: str) -> None:
    """Ratings of a run, written to be committed."""
    assert run("score", *arguments, "-o", "ratings.csv").code == 0


def checked(*arguments: str) -> tuple[int, list[str]]:
    """The exit code of a comparison with what was committed, and what it says."""
    done = run("score", *arguments, "--check", "ratings.csv")
    return done.code, done.out.splitlines()


def test_the_same_settings_and_decisions_are_no_difference() -> None:
    written(*DECIDED, *SET)
    assert checked(*DECIDED, *SET) == (0, ["Nothing moved since ratings.csv (5 organisations, 4 items compared)."])


CUT = "Set here: cut = 2.4; the edition has 2.5."
SAME = "No result moved since ratings.csv (5 organisations, 4 items compared), but what was set for it did."


def test_other_settings_that_move_nothing_are_a_difference() -> None:
    written(*RULED, "--set", "cut=2.4")
    code, said = checked(*RULED, "--set", "cut=2.45")
    assert (code, said[:2]) == (
        1,
        [SAME, f"{BESIDE}: set cut = 2.4 (the edition has 2.5) became set cut = 2.45 (the edition has 2.5)."],
    )


def test_metadata_that_is_missing_is_a_difference() -> None:
    written(*RULED, "--set", "cut=2.4")
    Path(BESIDE).unlink()
    assert checked(*RULED, "--set", "cut=2.4") == (
        1,
        [SAME, f"{BESIDE} is missing, so that nothing says what was set then; for this run was: {CUT}"],
    )


def test_metadata_that_is_left_behind_is_told_when_written_and_when_compared() -> None:
    written(*RULED, "--set", "cut=2.4")
    done = run("score", *RULED, "-o", "ratings.csv")
    assert done.code == 0
    assert f"{BESIDE}: warning: It says what was set for an earlier run" in done.err
    said = "it says what was set (set cut = 2.4 (the edition has 2.5)), and for this run nothing was. Remove it."
    assert checked(*RULED) == (1, [SAME, f"{BESIDE} is left behind: {said}"])


def test_another_decision_is_a_difference_and_its_reason_too() -> None:
    written(*DECIDED)
    Path("decisions.csv").write_text(DECISIONS.replace("it was mended", "it was not"), "utf-8")
    code, said = checked(*DECIDED)
    assert code == 1
    assert said[1] == (
        f"{BESIDE}: decided RA4 stars from no value to 3 by A. Person on 2026-01-02: it was mended became decided RA4 stars "
        "from no value to 3 by A. Person on 2026-01-02: it was not."
    )


def test_metadata_of_another_table_is_a_difference() -> None:
    written(*RULED, "--set", "cut=2.4")
    Path(BESIDE).write_text(Path(BESIDE).read_text("utf-8").replace('"ratings.csv"', '"other%20one.csv"'), "utf-8")
    code, said = checked(*RULED, "--set", "cut=2.4")
    assert (code, said) == (1, [SAME, f"{BESIDE} is about other%20one.csv, and not about ratings.csv."])


def test_a_name_that_an_address_cannot_hold_is_the_same_table() -> None:
    assert run("score", *RULED, *SET, "-o", "my ratings é.csv").code == 0
    assert json.loads(Path(f"my ratings é.csv{SUFFIX}").read_text("utf-8"))["url"] == "my%20ratings%20%C3%A9.csv"
    assert run("score", *RULED, *SET, "--check", "my ratings é.csv").code == 0


def test_supposed_values_in_what_was_committed_are_a_difference() -> None:
    written(*RULED, *SUPPOSED)
    code, said = checked(*RULED)
    assert code == 1
    assert f"{BESIDE} is left behind: it says what was set (supposed RA1.waits = 5)" in said[1]


@pytest.mark.parametrize(
    "text",
    ['{"notes": [{"by": "somebody"}], "url": "ratings.csv"}', "[1]", "no json", '{"notes": 1}', '{"notes": [2]}'],
)
def test_metadata_of_another_program_is_never_written_over_nor_taken_for_ours(text: str) -> None:
    Path(BESIDE).write_text(text, "utf-8")
    written(*RULED)
    assert checked(*RULED)[0] == 0
    done = run("score", *RULED, *SET, "-o", "ratings.csv")
    assert done.code == 1
    assert "What was set for the csv would be written here, where something else stands." in done.err
    assert Path(BESIDE).read_text("utf-8") == text
    code, said = checked(*RULED, "--set", "cut=2.4")
    why = "is not what nhsrate writes, so that nothing says what was set then; for this run was"
    assert (code, said[1]) == (1, f"{BESIDE} {why}: {CUT}")


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ('{"tool": {"name": "nhsrate"}, "methodology": {"set": [1]}}', "set 1"),
        ('{"tool": {"name": "nhsrate"}, "methodology": {"set": [{"name": "x"}]}}', "set name x"),
        ('{"tool": {"name": "nhsrate"}, "methodology": 3, "return": 4, "decided": {"a": 1}}', "nothing"),
    ],
)
def test_metadata_that_somebody_changed_by_hand_is_told_as_it_is(ours: str, said: str) -> None:
    written(*RULED)
    Path(BESIDE).write_text(f'{{"url": "ratings.csv", "notes": [{ours}]}}', "utf-8")
    assert checked(*RULED)[1][1].startswith(f"{BESIDE} is left behind: it says what was set ({said})")


def test_metadata_that_cannot_be_read_is_refused() -> None:
    written(*RULED)
    Path(BESIDE).mkdir()
    done = run("score", *RULED, "--check", "ratings.csv")
    assert (done.code, "error: it could not be read" in done.err) == (1, True)
    done = run("score", *RULED, *SET, "-o", "ratings.csv")
    assert (done.code, "What stands where the csv says what was set for it cannot be read" in done.err) == (1, True)


def test_what_is_no_csv_of_ours_needs_no_metadata() -> None:
    """Published ratings, say: who sets a figure to come near to them is not asked for what they cannot have."""
    written(*RULED, "--set", "cut=2.4")
    text = Path("ratings.csv").read_text("utf-8")
    Path("ratings.csv").write_text(text.replace("code,name", "Trust code,Trust name", 1), "utf-8")
    Path(BESIDE).unlink()
    assert checked(*RULED, "--set", "cut=2.4")[0] == 0


def failing(at: str) -> Callable[..., None]:
    """A writer of files that fails at the one of that name."""
    write = output.write_file

    def writing(path: Path, make: Callable[[IO[bytes]], object], *, fresh: bool = False) -> None:
        if path.name == at:
            raise Refused([Problem(LineLocation(at), "write-failed", "The disk is full.", "Free some space.")])
        write(path, make, fresh=fresh)

    return writing


@pytest.mark.parametrize("before", ["", "old"])
@pytest.mark.parametrize("at", ["ratings.csv", BESIDE])
def test_both_files_are_written_or_none_is(monkeypatch: pytest.MonkeyPatch, at: str, before: str) -> None:
    if before:
        written(*RULED, "--set", "cut=2.4")
    old = {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    with monkeypatch.context() as patch:
        patch.setattr("nhsrate.commands.output.write_file", failing(at))
        assert run("score", *RULED, *SET, "-o", "ratings.csv").code == 1
    assert {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()} == old


def test_metadata_takes_the_place_of_no_file_that_is_read() -> None:
    """Not even of a reading profile that somebody called so."""
    Path(BESIDE).write_text("code: [Trust code]\n", "utf-8")
    done = run("score", *RULED, *SET, "--reading", BESIDE, "-o", "ratings.csv")
    assert done.code != 0
    assert Path(BESIDE).read_text("utf-8") == "code: [Trust code]\n"
    Path(BESIDE).unlink()
    Path("sub").mkdir()
    Path("sub", BESIDE).symlink_to(Path("returns.csv").resolve())
    assert run("score", *RULED, *SET, "-o", "sub/ratings.csv").code == 1
    assert Path("returns.csv").read_text("utf-8") == RETURN


def test_what_cannot_be_looked_at_beside_a_csv_is_refused_though_nothing_was_set() -> None:
    """As a link that leads to itself."""
    Path(BESIDE).symlink_to(BESIDE)
    done = run("score", *RULED, "-o", "ratings.csv")
    assert done.code == 1
    assert "cannot be read" in done.err
