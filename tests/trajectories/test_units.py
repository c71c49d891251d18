"""Trajectories in the units of their indicators, and in the colours of a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run
from tests.trajectories.test_kinds_of_input import found, put

from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.screen import Screen
from nhsrate.trajectories.tables import trajectory_csv
from nhsrate.trajectories.text import trajectory_text
from nhsrate.trajectories.words import sentences

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: seen
title: Several units
scales: {light: [{level: green, colour: green}, {level: red, colour: red}]}
inputs:
  seen: {title: Seen, type: percent, polarity: higher}
  cost: {title: Cost, type: number, unit: £m, polarity: lower}
  stay: {title: Stay, type: number, unit: days, polarity: lower}
  mark: {title: Mark, type: number, polarity: higher}
  done: {title: Done, type: count, polarity: higher}
  of: {title: Wanted, type: count, role: context}
  size: {title: Size, type: number, role: context}
measures:
  share: {title: Share, kind: ratio, of: done, to: of, times: 100, published: true}
  rate: {title: Index, kind: ratio, of: mark, to: size, times: 100, published: true}
ratings:
  light: {title: Light, kind: thresholds, scale: light, headline: true, of: seen, levels: [{level: green, at_least: 90}, {level: red, otherwise: true}]}
"""
HEAD = "Period,Code,Seen,Cost,Stay,Mark,Done,Wanted,Size"


def months(values: range) -> list[str]:
    return [
        f"{month} 2025,A,{80 + k},{k + 1},{k + 2},{k},{k + 1},50,100" for k, month in enumerate(MONTHS) if k in values
    ]


TRUSTS = ROOT / "examples" / "four-trusts"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def test_every_figure_is_in_its_unit_and_percentages_differ_in_points(tmp_path: Path) -> None:
    returns = put(tmp_path, "r.csv", HEAD, *months(range(12)))
    plan = put(tmp_path, "p.csv", HEAD, "December 2025,A,95,11,14,10,5,50,100")
    told = found(tmp_path, returns, plans=((plan,),), rules=RULES)
    said = {one.item: " ".join(sentences(told, one)) for one in told.each["A"]}
    assert said["seen"].startswith("4 percentage points behind its plan in December 2025.")
    assert "It meets the standard (at least 90%)" in said["seen"]
    assert "rises by 1 percentage point a period" in said["seen"]
    assert "Process limits 82.84 to 88.16%, mean 85.5%" in said["seen"]
    assert said["cost"].startswith("£1m behind its plan in December 2025.")
    assert "Process limits £3.84m to £9.16m, mean £6.5m" in said["cost"]
    assert said["stay"].startswith("1 day ahead of its plan in December 2025.")
    assert "Process limits 4.84 to 10.16 days, mean 7.5 days" in said["stay"]
    assert said["share"].startswith("14 percentage points ahead of its plan in December 2025.")
    assert said["rate"].startswith("1 ahead of its plan in December 2025.")
    assert "%" not in said["rate"]
    text = trajectory_text(told)
    heading = next(line for line in text.splitlines() if line.startswith("Indicator"))
    assert heading.split()[:3] == ["Indicator", "Course", "Unit"]
    units = {
        line.split()[0]: line.split()[2]
        for line in text.splitlines()
        if re.match(r"(Seen|Cost|Stay|Share) +[▁-█]", line)
    }
    assert units == {"Seen": "%", "Cost": "£m", "Stay": "days", "Share": "%"}
    rows = [line.split(",") for line in trajectory_csv(told).splitlines()]
    assert {row[rows[0].index("unit")] for row in rows[1:] if row[2] == "cost"} == {"£m"}


def test_where_nothing_has_a_unit_there_is_no_column_of_it(tmp_path: Path) -> None:
    rules = RULES.replace("unit: £m, ", "").replace("unit: days, ", "").replace("type: percent", "type: number")
    told = found(
        tmp_path, put(tmp_path, "r.csv", HEAD, *months(range(2))), rules=rules.replace("times: 100", "times: 1")
    )
    assert "Unit" not in trajectory_text(told)


@pytest.mark.parametrize("width", [44, 80, 120])
def test_a_terminal_has_the_same_words_in_colours_and_no_line_is_too_long(tmp_path: Path, width: int) -> None:
    returns = put(tmp_path, "r.csv", HEAD, *months(range(3)), *(row.replace(",A,", ",B,") for row in months(range(2))))
    plan = put(tmp_path, "p.csv", HEAD, "March 2025,A,95,1,14,10,5,50,100")
    told = found(tmp_path, returns, plans=((plan,),), rules=RULES)
    plain = trajectory_text(told, Screen(width))
    inked = trajectory_text(told, Screen(width, ink=Ink(FULL)))
    assert re.sub(r"\x1b\[[0-9;]*m", "", inked) == plain
    assert max(map(len, plain.splitlines())) <= width
    assert "\x1b[1;35mbehind 13 (1)" in inked
    assert re.search(r"Light\x1b\[0m: \x1b\[38;2;[0-9;]+m■ red", inked)


def test_who_can_help_is_told_in_colours_with_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("diagnose", str(TRUSTS / "autumn.csv"), "A", "-m", str(TRUSTS / "four-trusts.yaml"))
    plain, inked = run(*asked, "--colour", "never").out, run(*asked, "--colour", "always").out
    assert re.sub(r"\x1b\[[0-9;]*m", "", inked) == plain
    assert "\x1b[1mWho can help\x1b[0m: " in inked
    assert re.search(r"Rating \x1b\[[0-9;]+mlow", inked)
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(*asked, tty=True).out.replace("\r", "") == plain
