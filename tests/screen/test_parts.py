"""The parts of what a terminal shows: texts that are cut and folded, tables in parts, bars, and notes in short."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.outputs import RULES, assessed

from nhsrate.commands import screens
from nhsrate.commands.streams import stand_in
from nhsrate.core.problems import CellLocation
from nhsrate.reports.league import CODE, NAME, Choice, Column, Entry
from nhsrate.screen.bars import bars
from nhsrate.screen.frames import Frames
from nhsrate.screen.ink import SIXTEEN, Ink
from nhsrate.screen.league import Asked, league_screen
from nhsrate.screen.notes import rules_text
from nhsrate.screen.screen import KEPT, Screen
from nhsrate.screen.table import table_lines
from nhsrate.screen.widths import clipped, display_width

if TYPE_CHECKING:
    from collections.abc import Sequence


def column(heading: str, entries: Sequence[str], holds: str = "", *, domain: bool = False) -> Column:
    return Column(heading, [Entry(text) for text in entries], holds=holds, domain=domain)


def test_a_text_is_cut_where_it_is_too_wide_and_says_so() -> None:
    assert clipped("中中中", 5) == "中中…"
    assert clipped("abc", 3) == "abc"
    assert clipped("abc def", 5) == "abc…"
    ascii_screen = Screen(30, letters=partial(stand_in, encoding="ascii"))
    assert ascii_screen.clip("abcdefgh", 6) == "abc..."


def test_words_are_folded_and_only_a_word_longer_than_a_line_is_broken() -> None:
    screen = Screen(30)
    assert screen.fold([("one two three four five six seven eight", "")], 0, 2) == [
        "one two three four five six",
        "  seven eight",
    ]
    assert screen.fold([("x" * 40, "")], 0, 4) == ["x" * 30, "    " + "x" * 10]
    assert screen.fold([(f"one two three four five {KEPT.join(['six', 'seven'])}", "")]) == [
        "one two three four five",
        "six seven",
    ]
    assert screen.fold([("", "")]) == [""]


def test_a_word_of_several_styles_is_one_word() -> None:
    """A colon does not begin a line because the name before it is written in another style."""
    screen = Screen(30)
    spans = [("Patients who wait for (OF10)", "bold"), (":", ""), (" 2", "")]
    assert screen.fold(spans, 0, 2) == ["Patients who wait for (OF10):", "  2"]
    assert screen.fold([("Patients who wait here (OF106)", "bold"), (": 2", "")], 0, 2) == [
        "Patients who wait here", "  (OF106): 2",
    ]  # fmt: skip
    inked = Screen(30, ink=Ink(SIXTEEN)).fold([("x" * 20, "bold"), ("y" * 20, "dim")], 0, 2)
    assert inked == [
        f"\033[1m{'x' * 20}\033[0m\033[2m{'y' * 10}\033[0m", f"  \033[2m{'y' * 10}\033[0m",
    ]  # fmt: skip
    assert screen.fold([("x" * 30, "bold"), ("y" * 3, "")], 0, 2) == ["x" * 30, "  yyy"]
    assert screen.fold([("中", "")], 29)[0] == " " * 29 + "中"


def test_a_table_that_fits_nowhere_is_parted_and_each_part_has_the_codes() -> None:
    columns = [
        column("Organisation", ["Aldermere General Hospital NHS Trust"], NAME),
        column("Code", ["XA1"], CODE),
        *(column(f"Score {n}", ["1234567890123"], domain=True) for n in range(3)),
    ]
    lines = table_lines(columns, Screen(40))
    assert max(map(display_width, lines)) <= 40
    assert sum(line.startswith("XA1") for line in lines) == 1
    without = table_lines([one for one in columns if one.holds != CODE], Screen(40), shorten=False)
    assert sum(line.startswith("Aldermere G") for line in without) > 1


def test_where_nothing_else_helps_the_widest_are_cut() -> None:
    lines = table_lines([column("A", ["x" * 40]), column("B", ["y" * 40])], Screen(30))
    assert max(map(display_width, lines)) == 30
    assert "…" in lines[1]


def test_several_headlines_have_their_names_above_their_bars(tmp_path: Path) -> None:
    """A title that leaves no room beside it has a line of its own."""
    text = RULES.replace("title: Access band", "title: Access band\n    headline: true").replace(
        "title: Small stars", f"title: {'Small stars ' * 5}"
    )
    lines = league_screen(assessed(tmp_path, text=text), Screen(60)).splitlines()
    assert {"Access band", "Stars"} <= {*lines}
    assert lines[1] == "5 rated, 2025/26" or re.match(r"\d of 5 rated", lines[1])


def test_a_rating_of_many_levels_has_a_line_for_each(tmp_path: Path) -> None:
    assessment = assessed(tmp_path)
    drawn, told = bars(assessment, assessment.methodology.headlines[0], Screen(30))
    assert not told
    assert len(drawn) == 3
    assert {line.split("█")[0].rstrip()[-1] for line in drawn} == {"1", "2"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title: Small stars", "title: Small stars\nstatus: illustrative"), "Rules made as an illustration"),
        (("", ""), "Rules as far as published, 7 points not stated. Ratings of this run."),
    ],
)
def test_whose_the_rules_are(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert rules_text(assessed(tmp_path, text=RULES.replace(*change, 1)).methodology).startswith(said)


def test_of_many_reasons_the_first_are_told(tmp_path: Path) -> None:
    given = "code,name,access,waits,late\n" + "".join(f"RA{n},N{n},95,{n},no\n" for n in range(3))
    text = RULES.replace('markers: {"-": no list}', 'markers: {"-": no list}')
    assessment = assessed(tmp_path, given=given, decided=False, text=text)
    from dataclasses import replace

    from nhsrate.core.cells import Missing

    gone = [Missing(f"a long reason of its own, number {n}") for n in range(3)]
    bare = replace(
        assessment,
        columns={
            **assessment.columns,
            "access_score": gone,
            "waits_score": [*gone[:2], Missing("and one more long reason")],
        },
    )
    shown = league_screen(bare, Screen(80))
    assert "[3] to [4]: other reasons" in shown
    assert "[2] a long reason" in shown


def test_the_first_of_the_table_are_shown_and_the_order_is_told(tmp_path: Path) -> None:
    shown = league_screen(assessed(tmp_path), Screen(100), Asked(Choice(top=2, sort="-name")))
    assert shown.count("RA") == 2
    assert "Ordered by name, the other way round, as asked" in shown


def test_a_frame_reads_no_further_than_it_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.csv").write_text("code,a\n" + "RA1,1\n" * 50, "utf-8")
    at = CellLocation("r.csv", None, 2, 2)
    assert len(Frames([at]).frame(at, Screen(), "error")) == 5
    monkeypatch.setattr(Path, "is_file", lambda _: (_ for _ in ()).throw(OSError(5, "gone")))
    assert Frames([at]).frame(at, Screen(), "error") == []


def test_only_what_is_longer_than_a_real_terminal_is_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bytes] = []

    def keep(content: bytes, command: str, encoding: str) -> bool:
        assert (command, encoding.casefold()) == ("less", sys.stdout.encoding.casefold())
        shown.append(content)
        return True

    monkeypatch.setattr("nhsrate.screen.pager.paged", keep)
    monkeypatch.setattr("nhsrate.screen.pager.pager_of", lambda _: "less")
    monkeypatch.setattr(sys, "stdout", sys.__stdout__)
    monkeypatch.setenv("LINES", "3")
    assert not screens.shown_in_pager("a\nb\nc\n", sys.stdout)
    monkeypatch.setattr("os.isatty", lambda _: True)
    assert screens.shown_in_pager("a\nb\nc\n", sys.stdout)
    assert not screens.shown_in_pager("a\nb\n", sys.stdout)
    assert not screens.shown_in_pager("a\nb\nc\n", sys.__stderr__)  # type: ignore[arg-type]
    monkeypatch.setattr("nhsrate.screen.pager.pager_of", lambda _: None)
    assert not screens.shown_in_pager("a\nb\nc\n", sys.stdout)
    assert shown == [b"a\nb\nc\n"]
