"""`nhsrate report --with trajectory=OLD`: a line in a cell for each indicator, with the numbers beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.conftest import ROOT

import nhsrate
from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

YEARS = ROOT / "examples" / "three-years"
RULES = """\
id: seen
title: Seen in time
period: December 2023
scales: {rag: [{level: green}, {level: red}]}
inputs:
  seen: {title: Seen in time, type: percent, polarity: higher}
  waits: {title: Long waits, type: number, polarity: lower, optional: true}
ratings:
  rag: {kind: thresholds, scale: rag, of: seen, headline: true, levels: [{level: green, at_least: 62}, {level: red, otherwise: true}]}
"""


def call(*words: object) -> Result:
    """One call of the tool."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A folder with the three years of the example apart: two old ones in a folder, the last beside it."""
    head, *rows = (YEARS / "returns.csv").read_text("utf-8").splitlines()
    (tmp_path / "old").mkdir()
    for k, place in enumerate(("old/first.csv", "old/second.csv", "last.csv")):
        (tmp_path / place).write_text("\n".join([head, *rows[4 * k : 4 * k + 4]]) + "\n", "utf-8")
    return tmp_path


def test_each_section_has_its_indicators_over_time_with_their_plan(years: Path) -> None:
    """The picture is hidden from readers aloud, and the numbers and sentences stand beside it."""
    out = years / "page.html"
    added = f"trajectory={years / 'old'},plan={YEARS / 'plan.csv'}"
    done = call("report", years / "last.csv", "-m", "confederation-model", "--with", added, "-o", out)
    assert done.exit_code == 0, done.output
    page = out.read_text("utf-8")
    (beckhaven,) = re.findall(r'<section class="one">(?:(?!</section>).)*Beckhaven.*?</section>', page, re.DOTALL)
    assert "2023/24 to 2025/26." in beckhaven
    (row,) = re.findall(r'<tr><th scope="row">Patients seen in time<details>.*?</tr>', beckhaven, re.DOTALL)
    assert 'aria-hidden="true"' in row
    assert re.findall(r'class="(course|plan|straight)" d="(M[^"]+)"', row)
    assert 'data-h="Last">86.9%</td><td class="n" data-h="Plan">95%</td><td data-h="To plan">behind 8.1 (3)</td>' in row
    assert "8.1 percentage points behind its plan in 2025/26, as in the 2 before." in row
    assert "Process limits, and the flags of Making Data Count, need 12 points." in beckhaven


def test_an_old_return_may_name_its_edition(years: Path) -> None:
    """Behind an @; one that stands in no order is refused with what is wrong."""
    old = years / "old" / "first.csv"
    done = call("report", years / "last.csv", "--with", f"trajectory={old}@confederation-model", "-o", years / "p.html")
    assert done.exit_code == 0, done.output
    assert "1 period" not in (years / "p.html").read_text("utf-8")
    again = call("report", years / "last.csv", "--with", f"trajectory={years / 'last.csv'}", "-o", years / "p.html")
    assert again.exit_code == 1
    assert "It is of" in again.stderr


def test_a_table_of_several_periods_is_rated_in_the_latest_and_the_others_are_drawn(years: Path) -> None:
    """No OLD is named, as the return holds them itself; of one organisation it is its page."""
    out = years / "page.html"
    words = ("report", YEARS / "returns.csv", "--with", f"trajectory,plan={YEARS / 'plan.csv'}", "-o", out)
    assert call(*words).exit_code == 0
    page = out.read_text("utf-8")
    assert "Ratings · 2025/26 · 4 organisations" in page
    assert page.count('"soft">2023/24 to 2025/26.') == 4
    assert call(*words, "--only", "XB7").exit_code == 0
    assert "1 of 4 organisations" in out.read_text("utf-8")
    made = nhsrate.report(YEARS / "returns.csv", with_="trajectory")
    assert str(made).count('"soft">2023/24 to 2025/26.') == 4
    assert "To plan (periods)" in str(made)


def test_months_that_are_rows_are_one_picture_above_the_table(tmp_path: Path) -> None:
    """With limits, a ring at what is flagged, and the standard; a month without a value breaks the line."""
    rules = RULES.replace("inputs:", "reading: {code: [Month], codes: date}\ninputs:", 1).replace(
        "period: December 2023\n", ""
    )
    (tmp_path / "seen.yaml").write_text(rules, "utf-8")
    values = ["60", "61"] * 3 + [""] + ["60", "61"] * 20 + ["80"]
    rows = [f"{2020 + k // 12}-{k % 12 + 1:02}-01,{value}" for k, value in enumerate(values)]
    (tmp_path / "months.csv").write_text("\n".join(["Month,Seen in time", *rows]) + "\n", "utf-8")
    out = tmp_path / "page.html"
    done = call("report", tmp_path / "months.csv", "-m", tmp_path / "seen.yaml", "--with", "trajectory", "-o", out)
    assert done.exit_code == 0, done.output
    page = out.read_text("utf-8")
    assert page.index('id="over-time"') < page.index('id="league"')
    (picture,) = re.findall(r'<svg viewBox="0 0 200 44".*?</svg>', page, re.DOTALL)
    assert 'class="many"' in picture
    (course,) = re.findall(r'class="course" d="([^"]+)"', picture)
    assert course.count("M") == 2
    assert picture.count('class="band"') == 1
    assert re.search(r'class="flag" d="M196 [0-9.]+h0"', picture)
    assert re.search(r'class="aim" d="M[0-9. ]+H[0-9.]+M', picture)
    assert "flags" in page


def test_the_edition_may_change_its_standard_between_periods(tmp_path: Path) -> None:
    """Each period has its own level line; one far from all values is not drawn; equal values lie on one line."""
    for name, cut in (("a", "5"), ("b", "7"), ("c", "900")):
        (tmp_path / f"{name}.yaml").write_text(
            RULES.replace("id: seen", f"id: {name}").replace("at_least: 62", f"at_least: {cut}")
            .replace("of: seen", "of: waits").replace("at_least", "at_most"), "utf-8",
        )  # fmt: skip
    for name, month, value in (("a", "May", 6), ("b", "June", 8), ("c", "July", 6)):
        (tmp_path / f"{name}.csv").write_text(
            f"Period,{month} 2023,,\n\nCode,Name,Seen in time,Long waits\nRA1,Alder,5,{value}\n", "utf-8"
        )
    added = ",".join(f"trajectory={tmp_path / name}.csv@{tmp_path / name}.yaml" for name in "ab")
    out = tmp_path / "page.html"
    done = call("report", tmp_path / "c.csv", "-m", tmp_path / "c.yaml", "--with", added, "-o", out)
    assert done.exit_code == 0, done.output
    flat, waits = re.findall(r'<svg viewBox="0 0 200 44".*?</svg>', out.read_text("utf-8"), re.DOTALL)
    assert 'class="aim"' not in flat
    assert re.findall(r'class="course" d="([^"]+)"', flat) == ["M4 22L100 22L196 22"]
    assert re.findall(r'class="aim" d="([^"]+)"', waits)[0].count("M") == 2


@pytest.mark.parametrize("word", ["plan=p.csv", "compare", "trajectory=a.csv,plan", "over=a.csv"])
def test_what_cannot_be_added_is_refused(word: str) -> None:
    """A plan goes with trajectories, and both name files."""
    done = call("report", YEARS / "returns.csv", "--with", word, "-o", "page.html")
    assert done.exit_code == 2
    assert "is none of" in done.stderr or "goes with" in done.stderr
