"""The league table in a terminal, in a file and in Markdown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.outputs import RULES, assessed

import nhsrate
from nhsrate.core.cells import Level, Missing
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.tables import SetAside
from nhsrate.reports.colours import UNRATED
from nhsrate.reports.league import Entry, league_of, markdown_table, sort_key
from nhsrate.reports.summary import level_label, rating_lines, read_line, set_aside_lines, status_text
from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.league import Asked, league_screen, league_text
from nhsrate.screen.screen import Screen
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from tests.conftest import Golden

    from nhsrate.engine.assessment import Assessment

GOLDEN = ROOT / "tests" / "golden" / "report"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    monkeypatch.chdir(tmp_path)
    return assessed(tmp_path, settings={"cut": "2.6"})


def table(assessment: Assessment, width: int = 120) -> str:
    return league_screen(assessment, Screen(width))


def test_a_file_gets_the_whole_table(small: Assessment, golden: Golden) -> None:
    golden(GOLDEN / "league.txt", league_text(small))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_gets_it_for_its_width(small: Assessment, golden: Golden, width: int) -> None:
    text = table(small, width)
    assert max(map(display_width, text.splitlines())) <= width
    golden(GOLDEN / f"terminal-{width}.txt", text)


def test_a_terminal_with_colour_says_the_same_words(small: Assessment, golden: Golden) -> None:
    text = league_screen(small, Screen(80, ink=Ink(FULL)))
    golden(GOLDEN / "colour-80.txt", text.replace("\x1b", "ESC"))
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == table(small, 80)


def test_a_file_may_be_coloured_too(small: Assessment) -> None:
    text = league_text(small, ink=Ink(FULL))
    assert "\x1b[" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == league_text(small)


@pytest.mark.parametrize("width", [30, 44, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_code_is_lost(small: Assessment, width: int) -> None:
    for asked in (Asked(), Asked(notes=True, why="nhsrate explain returns.csv CODE"), Asked(consequences=True)):
        text = league_screen(small, Screen(width), asked)
        assert max(map(display_width, text.splitlines())) <= width
        assert all(one.code in text for one in small.organisations)


def test_all_notes_are_those_of_a_file(small: Assessment) -> None:
    """Folded they are a line each; `--notes` says every word that a file has."""
    words = " ".join(league_screen(small, Screen(60), Asked(notes=True)).split())
    notes = league_text(small).rsplit("\n\n", 1)[1]
    assert all(" ".join(note.split()) in words for note in notes.splitlines())
    assert len(table(small, 80).splitlines()) < len(league_text(small).splitlines())


def test_markdown_shows_text_as_it_is(small: Assessment, golden: Golden) -> None:
    text = markdown_table(small)
    assert r"Aldermere \<b\>\|\*x\*" in text
    golden(GOLDEN / "table.md", text)


def test_names_in_brackets_are_not_swallowed(small: Assessment) -> None:
    assert "[red]Brook[/red]" in table(small)


def test_a_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    """Escape sequences and direction marks of a name never reach the terminal."""
    assessment = assessed(tmp_path)
    nasty = replace(assessment.organisations[0], name="Al\x1b[2Jder\u202emere\x07")
    submitted = replace(assessment.submitted, organisations=(nasty, *assessment.organisations[1:]))
    assessment = replace(assessment, submitted=submitted)
    for text in (table(assessment), league_text(assessment)):
        assert "Al[2Jdermere" in text
        assert not {"\x1b", "\u202e", "\x07"} & set(text)


def test_ties_are_marked(tmp_path: Path) -> None:
    given = "code,name,access,waits,late\nRA1,A,95,2,no\nRA2,B,95,2,no\nRA3,C,10,3,no\n"
    assessment = assessed(tmp_path, given=given, decided=False)
    assert [entry.text for entry in league_of(assessment).columns[0].entries] == ["=1", "=1", "3"]


def test_ties_are_counted_within_their_group(tmp_path: Path) -> None:
    """Two organisations at place 1 of two groups are not tied."""
    rules = RULES.replace("first: highest}]", "first: highest}]\n    within: kind").replace(
        "type: text, optional", "type: text, required"
    )
    given = "code,name,access,waits,late,kind\nRA1,A,95,2,no,big\nRA2,B,95,2,no,small\nRA3,C,95,2,no,small\n"
    assessment = assessed(tmp_path, given=given, decided=False, text=rules)
    assert [entry.text for entry in league_of(assessment).columns[0].entries] == ["1", "=1", "=1"]


def test_without_places_the_order_is_the_headline(tmp_path: Path) -> None:
    """A method without a league table is listed by its rating; a rating without a scale has no levels to count."""
    rules = RULES[: RULES.index("  place:")].replace("domain: true", "unit: x").replace("coloured_by: access_band", "")
    assessment = assessed(tmp_path, text=rules)
    text = league_text(assessment)
    assert text.splitlines()[3] == "Ordered by Stars, best first, then by name."
    assert "Place" not in text
    assert text.splitlines()[7].split() == ["Organisation", "Code", "Stars"]


def test_a_headline_that_is_a_number_is_counted(tmp_path: Path) -> None:
    rules = RULES.replace("published: true\n    unit: points", "headline: true").replace(
        "missing: leave out", "missing: missing"
    )
    assessment = assessed(tmp_path, text=rules)
    assert rating_lines(assessment)[0] == (
        "Average: with a value: 3; none (Waits score is missing: no list): 1; "
        "none (Waits score is missing: not in the population answering): 1."
    )
    assert league_of(assessment).columns[3].right


def test_a_domain_may_be_a_level_or_a_text_or_go_without_colour(tmp_path: Path) -> None:
    """A level shows itself; a text and a number whose colour is missing show no symbol."""
    rules = (
        RULES.replace("result: text, published: true", "result: text, domain: true")
        .replace("title: Access band", "title: Access band\n    domain: true")
        .replace("    of: access_score\n    levels", "    of: waits_score\n    levels")
    )
    assessment = assessed(tmp_path, text=rules)
    columns = {column.heading: column for column in league_of(assessment).columns}
    assert columns["Access band"].entries[0].text == "▲ high"
    assert columns["said"].entries[0].text == "in time"
    assert not columns["said"].right
    assert [entry.text for entry in columns["Access score"].entries] == ["▲ 3", "1", "▲ 3", "low 2", "1"]


def test_the_order_of_the_reasons_is_that_of_the_table(small: Assessment) -> None:
    league = league_of(small)
    assert league.notes()[0] == "[1] no value: not in the population answering"


def test_warnings_are_part_of_the_report(small: Assessment) -> None:
    """A warning of the return and one of the rating stand below the table, each on its line."""
    place = CellLocation("returns.csv", None, 2, 3)
    one = Problem(place, "percent-scale", "Looks like fractions.", "Say bare: fraction.", "warning")
    assessment = replace(small, submitted=replace(small.submitted, problems=(one,)), problems=(one,))
    text = league_text(assessment)
    assert text.count("Warning: returns.csv:C2: Looks like fractions. Say bare: fraction.\n") == 2


def test_many_rows_set_aside_are_counted(small: Assessment) -> None:
    rows = tuple(SetAside(f"r.csv:row {n}", "Total", "a total") for n in range(7))
    (line,) = set_aside_lines(replace(small.submitted, set_aside=rows))
    assert line.startswith("Set aside: 7 rows: r.csv:row 0 Total (a total); r.csv:row 1")
    assert line.endswith("; and 2 more.")


def test_a_plain_return_has_little_to_tell(tmp_path: Path) -> None:
    """Nothing set aside and nothing taken as published are not mentioned."""
    given = "code,access,waits,late\nRA1,95,2,no\n"
    text = league_text(assessed(tmp_path, given=given, decided=False))
    assert "Set aside" not in text
    assert "Taken as given" not in text


def test_the_period_is_told(small: Assessment) -> None:
    assert read_line(replace(small.submitted, period="Q4")).endswith("7 missing, period Q4.")


def test_a_status_says_what_made_it(tmp_path: Path) -> None:
    """Without figures it is published, but for one without sources; with stated ones alone it says so."""
    methodology = assessed(tmp_path).methodology
    methodology = replace(methodology, items={})
    stated = {"cut": methodology.figures["cut"]}
    assert status_text(replace(methodology, figures={})) == "published"
    bare = replace(methodology, figures={}, sources={})
    assert status_text(bare) == "unsourced: it names no source and no figure"
    assert status_text(replace(methodology, figures=stated)) == "published: every named figure is stated by a source"
    shown = replace(methodology, figures=stated, declared_status="illustrative")
    assert status_text(shown) == "illustrative: made to show how it works, no official method"


def test_a_level_without_a_word_shows_its_name() -> None:
    assert level_label(Level("band", "low", 1)) == "low"


def test_what_is_missing_is_a_state_of_its_own(small: Assessment) -> None:
    """Dark on white where its column has colours; a missing text has none."""
    columns = {column.heading: column.entries for column in league_of(small).columns}
    assert columns["Waits score"][1] == Entry("[1]")
    bare = replace(
        small, columns={**small.columns, "access_score": [Missing("gone")] * 5, "stars": [Missing("gone")] * 5}
    )
    columns = {column.heading: column.entries for column in league_of(bare).columns}
    assert [columns[name][0].colour for name in ("Access score", "Stars")] == [UNRATED, UNRATED]
    assert Ink(FULL, "blue").code(f"level {UNRATED}") == "38;2;33;43;50;48;2;255;255;255"


def test_a_coloured_level_without_a_symbol_gets_the_shape_of_its_colour(tmp_path: Path) -> None:
    rules = RULES.replace("title: Access band", "title: Access band\n    domain: true")
    columns = {column.heading: column for column in league_of(assessed(tmp_path, text=rules)).columns}
    assert {entry.text for entry in columns["Access band"].entries} == {"▲ high", "■ low"}


def test_symbols_before_numbers_are_told_in_words(small: Assessment, tmp_path: Path) -> None:
    """Those of a headline are not told again, as its levels are counted below the table."""
    assert league_of(small).notes()[-1] == "Symbols before numbers: ▲ high; low."
    rules = RULES.replace("coloured_by: access_band", "coloured_by: stars")
    assert league_of(assessed(tmp_path, text=rules)).symbols == []


def test_neither_a_file_nor_a_screen_needs_a_library(tmp_path: Path) -> None:
    """No library is imported for them, so that `nhsrate score x` starts fast."""
    assessed(tmp_path)
    code = (
        "import sys; from nhsrate import *; from nhsrate.screen.league import *; m = load_methodology('small.yaml');"
        "from nhsrate.screen.screen import Screen; made = assess(read_return('returns.csv', m), m);"
        "league_text(made); league_screen(made, Screen(width=40));"
        "assert not {'rich', 'pandas', 'numpy'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(nhsrate.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


def test_a_table_is_ordered_by_levels_by_the_better_side_of_numbers_and_by_texts_as_people_do() -> None:
    levels = [Level("s", "b", 1), Level("s", "a", 0)]
    assert sorted(levels, key=lambda cell: sort_key(cell, 1)) == levels[::-1]
    numbers = [Decimal(10), Decimal(9)]
    assert sorted(numbers, key=lambda cell: sort_key(cell, 1)) == numbers[::-1]
    assert sorted(numbers, key=lambda cell: sort_key(cell, -1)) == numbers
    texts = ["Ward 10", "Ward 2"]
    assert sorted(texts, key=lambda cell: sort_key(cell, 1)) == texts[::-1]
