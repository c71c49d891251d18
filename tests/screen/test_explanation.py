"""Explanations laid out for a terminal, in brief, and down to some depth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.outputs import assessed
from tests.support.running import run

from nhsrate.engine.explain import explain
from nhsrate.reports.explanation import explanation_lines, explanation_text
from nhsrate.reports.told import Told
from nhsrate.screen.explanation import explanation_screen
from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.screen import Screen
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.reports.told import Span

RETURN = str(ROOT / "examples" / "financial-risk-2011-12.csv")


def lines_of(tmp_path: Path, code: str = "RA2") -> list[Told]:
    assessment = assessed(tmp_path)
    return explanation_lines(assessment, explain(assessment, assessment.find(code)))


@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(tmp_path: Path, width: int) -> None:
    lines = lines_of(tmp_path)
    text = explanation_screen(lines, Screen(width))
    assert max(map(display_width, text.splitlines())) <= width
    assert "".join(text.split()) == "".join("".join(line.text for line in lines).split())


def test_colours_change_no_word(tmp_path: Path) -> None:
    """Headings are bold, levels in their colours, lines and sources dim."""
    lines = lines_of(tmp_path)
    text = explanation_screen(lines, Screen(80, ink=Ink(FULL)))
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == explanation_screen(lines, Screen(80))
    assert "\x1b[1mFigures\x1b[0m" in text
    assert "\x1b[38;2;33;43;50;48;2;255;184;28m★★ 2, two stars\x1b[0m" in text
    assert re.search(r"\x1b\[2m +\[line \d+", text)


def test_the_deepest_steps_stand_no_further_in_than_a_third() -> None:
    spans: tuple[Span, ...] = (("word " * 30, ""),)
    text = explanation_screen([Told(40, spans)], Screen(60))
    assert max(map(len, text.splitlines())) <= 60
    assert text.startswith(" " * 20 + "word")


def test_a_name_cannot_command_the_terminal() -> None:
    assert explanation_screen([Told(0, (("a\x1b[2Jb", ""),))], Screen()) == "a [2Jb\n"


def test_in_brief_there_is_a_sentence_for_each_step_down(tmp_path: Path) -> None:
    """Values stand in the sentences that they decide, and nothing is said twice."""
    out = run("explain", RETURN, "XJM", "--brief").out.splitlines()
    assert out[4] == (
        "Financial risk rating is ◑ 3: Weighted average is 4.5, rounded to the nearest level, halves up; "
        "limit: 5 became 3: the plan was not submitted on time."
    )
    assert out[6] == "    Underlying performance is ◕ 4: EBITDA margin is 10.5%, at least 9% (line 124)."
    assert not any("[" in line or "(above)" in line for line in out)
    assessment = assessed(tmp_path)
    told = explanation_text(assessment, explain(assessment, 0, ["access"]), brief=True).splitlines()
    assert told[-1] == "Access is 95%: read from returns.csv:C2." or told[-1].startswith("Access is 95")


def test_as_deep_as_is_asked() -> None:
    """What is below is counted, and figures and sources are those of what is told."""
    top = run("explain", RETURN, "XJM", "--depth", "0").out
    assert re.search(r"^  \d+ parts? below: --depth 1 shows more$", top, re.MULTILINE)
    assert "EBITDA" not in top
    one = run("explain", RETURN, "XJM", "--depth", "1").out
    assert "  Weighted average (weighted_average): 4.50\n" in one
    assert "EBITDA margin (" not in one
    assert run("explain", RETURN, "XJM", "--depth", "9").out == run("explain", RETURN, "XJM").out
    assert len(run("explain", RETURN, "XJM", "--depth", "1", "--brief").out.splitlines()) == 8


@pytest.mark.parametrize("option", [["--brief"], ["--depth", "0"]])
def test_json_holds_all_of_it(option: list[str]) -> None:
    done = run("explain", RETURN, "XJM", "-f", "json", *option)
    assert (done.code, done.out) == (2, "")
    assert "--brief and --depth go with the text" in done.err


def test_a_terminal_gets_it_laid_out_and_a_pipe_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("TERM", "xterm-256color")
    plain = run("explain", RETURN, "XJM").out
    seen = run("explain", RETURN, "XJM", tty=True).out
    bare = re.sub(r"\x1b\[[0-9;]*m", "", seen)
    assert bare != seen
    assert max(map(display_width, bare.splitlines())) <= 50
    assert "".join(bare.split()) == "".join(plain.split())
    assert re.sub(r"\x1b\[[0-9;]*m", "", run("explain", RETURN, "XJM", "--colour", "always").out) == plain
