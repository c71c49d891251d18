"""Problems laid out for a terminal, each where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.core.problems import CellLocation, LineLocation, Problem
from nhsrate.screen.frames import MOST_BYTES, MOST_FRAMES, Frames
from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.problems import problems_screen, text_screen
from nhsrate.screen.screen import Screen
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = str(ROOT / "examples" / "faulty-return.xlsx")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return and a rule file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text("code,name,a,b\nRA1,North,1,2\nRA2,South,twelve,3\n", "utf-8")
    (tmp_path / "m.yaml").write_text("id: m\ntitel: x\nscales: {}\n", "utf-8")
    return tmp_path


def shown(at: CellLocation | LineLocation, width: int = 80, severity: str = "error") -> list[str]:
    problem = Problem(at, "text-in-number", "It is wrong.", "Mend it.", severity)  # type: ignore[arg-type]
    return problems_screen([problem], Screen(width)).splitlines()


@pytest.mark.usefixtures("here")
def test_a_cell_is_marked_in_its_row_between_its_neighbours() -> None:
    assert shown(CellLocation("r.csv", None, 3, 3)) == [
        "error: It is wrong.  [text-in-number]",
        "  at r.csv:C3",
        "      A    B      C       D",
        "    2 RA1  North  1       2",
        "  > 3 RA2  South  twelve  3",
        "                  ^^^^^^",
        "  Mend it.",
        "",
        "1 error. nhsrate problem text-in-number says more.",
    ]


@pytest.mark.usefixtures("here")
def test_a_row_and_a_place_beyond_the_rows_are_shown_as_far_as_they_are_there() -> None:
    row = shown(CellLocation("r.csv", None, 2))
    assert row[2:6] == [
        "      A     B      C       D",
        "    1 code  name   a       b",
        "  > 2 RA1   North  1       2",
        "    3 RA2   South  twelve  3",
    ]
    assert "  > 4" in shown(CellLocation("r.csv", None, 4, 30))
    assert shown(CellLocation("r.csv", None, 90, 2))[2] == "  Mend it."
    assert shown(CellLocation("r.csv"))[2] == "  Mend it."


@pytest.mark.usefixtures("here")
def test_a_line_of_a_rule_file_is_marked_at_its_column() -> None:
    assert shown(LineLocation("m.yaml", 2, 1))[2:6] == [
        "    1  id: m",
        "  > 2  titel: x",
        "       ^",
        "    3  scales: {}",
    ]
    assert shown(LineLocation("m.yaml", 2))[3] == "  > 2  titel: x"
    assert shown(LineLocation("m.yaml", 9))[2] == "  Mend it."
    assert shown(LineLocation("m.yaml"))[2] == "  Mend it."


@pytest.mark.parametrize("column", [1, 60, 190])
def test_a_long_line_is_shown_around_its_place(here: Path, column: int) -> None:
    text = "".join(chr(97 + n % 26) for n in range(200))
    (here / "m.yaml").write_text(f"{text}\n", "utf-8")
    lines = shown(LineLocation("m.yaml", 1, column), width=50)
    assert max(map(display_width, lines)) <= 50
    at = lines[3].index("^")
    assert lines[2][at] == text[column - 1]


def test_what_cannot_be_read_or_is_large_is_not_shown(here: Path) -> None:
    (here / "bad.xlsx").write_bytes(b"PK\x03\x04nothing")
    (here / "bad.yaml").write_bytes(b"\xff\xfe\xff")
    (here / "large.csv").write_text("a\n" * (MOST_BYTES // 2 + 1), "utf-8")
    places: list[CellLocation | LineLocation] = [
        CellLocation("bad.xlsx", "S", 1, 1), CellLocation("none.csv", None, 1, 1), CellLocation("a\0b", None, 1, 1),
        CellLocation("large.csv", None, 1, 1), LineLocation("bad.yaml", 1, 1), LineLocation("large.csv", 1, 1),
        LineLocation("none.yaml", 1, 1),
    ]  # fmt: skip
    for at in places:
        assert Frames([at]).frame(at, Screen(), "error") == []
        assert Frames([at]).frame(at, Screen(), "error") == []


def test_a_file_is_read_once(here: Path) -> None:
    places: list[CellLocation | LineLocation] = [
        CellLocation("r.csv", None, 2, 3),
        CellLocation("r.csv", None, 3, 3),
        LineLocation("m.yaml", 1, 1),
    ]
    frames = Frames(places)
    before = [frames.frame(at, Screen(), "error") for at in places]
    (here / "r.csv").unlink()
    (here / "m.yaml").unlink()
    assert [frames.frame(at, Screen(), "error") for at in places] == before


@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(here: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    done = run("check", FAULTY, tty=True)
    assert (done.code, done.err) == (1, "")
    assert max(map(display_width, done.out.splitlines())) <= width
    assert done.out.count("^") > 8
    words = "".join(done.out.split())
    assert all(
        "".join(line.rpartition(" [")[0].split(": error: ")[1].split())[:20] in words
        for line in run("check", FAULTY).err.splitlines()
    )


def test_colours_change_no_word(here: Path) -> None:
    problems = [
        Problem(CellLocation("r.csv", None, 3, 3), "text-in-number", "It is wrong.", "", "error"),
        Problem(CellLocation("r.csv"), "delimiter", "It has semicolons.", "", "note"),
    ]
    text = problems_screen(problems, Screen(80, ink=Ink(FULL)))
    assert "\x1b[1;31merror: \x1b[0m" in text
    assert "\x1b[1;31m^^^^^^\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == problems_screen(problems, Screen(80))
    assert "1 error, 1 note. nhsrate problem CODE says more." in problems_screen(problems, Screen(80))
    assert problems_screen([], Screen(80)) == ""


@pytest.mark.usefixtures("here")
def test_of_many_problems_the_first_are_shown_where_they_stand() -> None:
    problems = [
        Problem(CellLocation("r.csv", None, 3, 3), "text-in-number", f"No {n}.") for n in range(MOST_FRAMES + 5)
    ]
    text = problems_screen(problems, Screen(80))
    assert text.count("^^^^^^") == MOST_FRAMES
    assert f"No {MOST_FRAMES + 4}." in text


@pytest.mark.usefixtures("here")
def test_a_refusal_is_laid_out_too_and_a_pipe_has_a_line_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    seen = run("score", FAULTY, tty=True)
    assert (seen.code, seen.out) == (1, "")
    assert "8 errors. nhsrate problem CODE says more." in seen.err
    assert "^^^" in seen.err
    plain = run("score", FAULTY).err
    assert len(plain.splitlines()) == 8
    assert "^" not in plain


def test_a_quiet_check_tells_errors_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    (here / "s.csv").write_text((ROOT / "examples" / "sha-2004.csv").read_text("utf-8").replace(",", ";"), "utf-8")
    assert "[delimiter]" in run("check", "s.csv", tty=True).out
    assert "[delimiter]" not in run("check", "s.csv", "-q", tty=True).out


def test_a_text_of_indented_lines_is_folded() -> None:
    assert (
        text_screen("  one two three four five six seven\n", Screen(30)) == "  one two three four five six\n    seven\n"
    )
