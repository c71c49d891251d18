"""What every output tells of groups: who was read, which groups they make, and every figure down to its cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from tests.support.running import run
from tests.support.together import MAP, RETURN, rules

if TYPE_CHECKING:
    from pathlib import Path

TABLE = MAP.replace("RA2,N,North", "RA2,N,North\nRA9,N,North")
ASKED = ("return.csv", "-m", "seen.yaml", "--as", "systems", "--groups", "groups.csv")
LINE = "Groups: Care systems, 2 systems of 3 organisations, by groups.csv."


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the return, the rules and the table of members."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "return.csv").write_text(RETURN)
    (tmp_path / "groups.csv").write_text(TABLE)
    rules(tmp_path, groups="groups: {systems: {title: Care systems, rates: system, sheet: Who}}")
    return tmp_path


def test_the_table_is_of_groups_and_says_what_was_read() -> None:
    out = run("score", *ASKED).out
    assert "2 systems rated" in out
    assert "Read: return.csv, 3 organisations, 12 values, 0 missing." in out
    assert LINE in out
    assert "System" in out


def test_a_terminal_says_how_to_ask_why() -> None:
    out = run("score", *ASKED, tty=True).out
    assert "Why: nhsrate explain RETURN CODE --as systems" in " ".join(out.split())
    assert LINE.removesuffix(".") in " ".join(out.split())


def test_the_csv_has_a_row_for_each_group() -> None:
    assert run("score", *ASKED, "-f", "csv").out == "code,name,light\nN,North,red\nS,South,green\n"
    long = run("score", *ASKED, "-f", "csv", "--long").out
    assert "N,North,seen,Seen in time,60,,,," in long


def test_the_json_says_who_belongs_to_which_and_what_each_gave() -> None:
    said = json.loads(run("score", *ASKED, "-f", "json").out)
    assert said["provenance"]["return"]["organisations"] == 3
    assert said["provenance"]["return"]["groups"] == {
        "kind": "systems",
        "title": "Care systems",
        "members_from": "groups.csv",
        "members": {"N": {"RA1": "1", "RA2": "1"}, "S": {"RA3": "1"}},
        "not_in_return": {"N": ["RA9"]},
    }
    items = said["organisations"][0]["items"]
    assert items["seen"]["parts"] == ["seen, RA1", "seen, RA2"]
    assert items["seen, RA2"]["value"] == "150 of 300"
    assert items["seen, RA2"]["cells"] == ["return.csv:D3", "return.csv:E3"]
    assert items["came, RA2"]["cell"] == "return.csv:E3"


def test_an_explanation_goes_down_to_the_cells_of_members() -> None:
    out = run("explain", "return.csv", "North", *ASKED[1:]).out
    assert "System of 2 organisations in the return; not in the return: RA9." in out
    assert "pooled from 2 members: 100 x 240 / 400" in out
    assert "    Birch (RA2): 150 of 300  [D3; E3]\n" in out


def test_an_explanation_names_members_without_a_figure(tmp_path: Path) -> None:
    (tmp_path / "return.csv").write_text(RETURN.replace("150,300", ",300"))
    done = run("explain", "return.csv", "N", *ASKED[1:])
    assert "Birch (RA2): nothing: blank  [D3; E3]" in done.out
    assert "North without RA2 (blank)" in done.err


def test_the_workbook_and_the_page_say_it_too(tmp_path: Path) -> None:
    assert run("score", *ASKED, "-o", "ratings.xlsx").code == 0
    book = load_workbook(tmp_path / "ratings.xlsx")
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) if len(row) > 1]
    cover = {str(row[0]): row[1] for row in rows}
    assert cover["Groups"] == LINE.removeprefix("Groups: ")
    assert cover["Systems rated"] == 2
    assert cover["Organisations"] == 3
    assert run("report", *ASKED, "-o", "report.html").code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert LINE in page
    assert "150 of 300" in page


def test_a_check_counts_what_was_read() -> None:
    out = run("check", *ASKED).out
    assert "  3 organisations, 12 values, 0 missing; wide form.\n" in out
    assert f"  {LINE}\n" in out
    assert "rows: 4 = 1 of headings + 3 of organisations." in out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("headroom", "return.csv", "N", *ASKED[1:]), "needed"),
        (("robustness", *ASKED, "--draws", "5"), "North"),
        (("integrity", *ASKED), "RA9"),
        (("compare", "return.csv", *ASKED), "system"),
        (("workbook", *ASKED, "-o", "live.xlsx"), "2 systems"),
        (("diagnose", "return.csv", "N", *ASKED[1:]), "North"),
    ],
)
def test_every_question_is_answered_of_groups(command: tuple[str, ...], said: str) -> None:
    done = run(*command)
    assert done.code == 0, done.err
    assert said in done.out + done.err


def test_a_project_makes_the_ratings_of_groups(tmp_path: Path) -> None:
    entry = "return: return.csv, methodology: seen.yaml, as: systems, groups: groups.csv, outputs: [systems.csv]"
    (tmp_path / "nhsrate.yaml").write_text(f"ratings: [{{{entry}}}]\n")
    done = run("build")
    assert done.code == 0, done.err
    assert (tmp_path / "systems.csv").read_text() == run("score", *ASKED, "-f", "csv").out
    assert run("build", "--check").code == 0
