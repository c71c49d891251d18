"""What headroom, robustness, integrity and compare tell: plain as ever in a file, and in colours at a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

from nhsrate.analysis.change import between, changed
from nhsrate.analysis.headroom import Asked, headroom
from nhsrate.analysis.integrity import integrity
from nhsrate.analysis.robustness import robustness
from nhsrate.analysis.sources import usual
from nhsrate.commands.formats import page_screen
from nhsrate.core.cells import NO, Missing
from nhsrate.reports.change import change_lines
from nhsrate.reports.headroom import headroom_lines
from nhsrate.reports.integrity import integrity_lines
from nhsrate.reports.robustness import robustness_lines
from nhsrate.reports.told import BLANK, Told, plain_text, row, styled, told
from nhsrate.runs.rate import rate
from nhsrate.runs.request import requested
from nhsrate.screen.explanation import told_screen
from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.screen import Screen
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from collections.abc import Mapping

OVERSIGHT = ROOT / "examples" / "oversight-q4.csv"
NIGHTS = ROOT / "examples" / "quiet-nights"


@pytest.fixture(scope="module")
def every() -> Mapping[str, list[Told]]:
    """What each of the four commands tells."""
    assessment = rate(OVERSIGHT).assessment
    ends = [
        requested([NIGHTS / f"{one}.csv"], methodology=str(NIGHTS / f"nights-{one}.yaml"))
        for one in ("spring", "summer")
    ]
    old, new, _ = between(*ends)
    return {
        "headroom": headroom_lines(headroom(assessment, assessment.find("XQ3"), Asked())),
        "robustness": robustness_lines(robustness([assessment], usual(assessment.methodology), draws=20)),
        "integrity": integrity_lines(integrity(assessment)),
        "compare": change_lines(changed(old, new)),
    }


NAMES = ("headroom", "robustness", "integrity", "compare")


def bare(text: str) -> str:
    """A text without its colours."""
    return re.sub(r"\033\[[0-9;]*m", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_levels_headings_and_asides_are_told_apart(every: Mapping[str, list[Told]], name: str) -> None:
    """Each has bold headings, dim asides and levels in their colours, and says in colours what it says without."""
    styles = {style.partition(" ")[0] for line in every[name] for text, style in line.spans if text.strip()}
    assert {"bold", "dim", "level"} <= styles
    coloured = told_screen(every[name], Screen(ink=Ink(FULL)))
    assert "\033[38;2;" in coloured
    assert bare(coloured) == told_screen(every[name], Screen())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wide", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(every: Mapping[str, list[Told]], name: str, wide: int) -> None:
    """At 40 columns rows of tables are folded, and no word is lost."""
    text = told_screen(every[name], Screen(wide))
    assert max(map(display_width, text.splitlines())) <= wide
    assert "".join(text.split()) == "".join("".join(line.text for line in every[name]).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_80_columns(every: Mapping[str, list[Told]], name: str) -> None:
    """Plain text is what a terminal of 80 columns shows without its colours."""
    assert plain_text(every[name]) == told_screen(every[name], Screen())


def test_a_wide_terminal_has_room_for_names() -> None:
    """The column of names is as wide as the longest of them, where there is so much room."""
    assessment = rate(OVERSIGHT).assessment
    found = robustness([assessment], usual(assessment.methodology), draws=5)
    longest = max((one.name for one in assessment.organisations), key=len)
    assert longest not in plain_text(robustness_lines(found))
    wide = plain_text(robustness_lines(found, 160))
    assert longest in wide
    assert max(map(len, wide.splitlines()[6:40])) < 130


def test_lines_rows_and_cells() -> None:
    """A row keeps its blanks, a line is folded under itself, and only a level with a colour has one."""
    long = told("word " * 30, "dim", 1)
    text = plain_text([told("Heading:", "bold"), BLANK, row(("a    b", ""), ("  ", "dim")), long])
    assert text.startswith("Heading:\n\na    b\n  word word")
    assert {line[:6] for line in text.splitlines()[3:]} == {"  word"}
    assert styled(NO, "no") == ("no", "")
    assert styled(Missing("blank"), "unrated") == ("unrated", "")


def test_what_goes_into_a_file_has_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for: FORCE_COLOR is for what is printed."""
    monkeypatch.setenv("FORCE_COLOR", "3")
    assert page_screen(printed=False).ink.colours == 0
    assert page_screen(printed=True).ink.colours == FULL
