"""A return with one of everything that a column may hold, and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import nhsrate

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: mine
title: Waiting & seeing
period: 2025/26
caveats: [Invented throughout.]
figures: {cut: {value: 5, basis: assumed}}
scales:
  stars:
  - {level: 2, word: two stars, symbol: ★★, colour: green}
  - {level: 1, word: one star, symbol: ★, colour: amber}
  - {level: 0, word: no stars, symbol: ☆, colour: red}
inputs:
  waits: {title: Waits, type: number, unit: days, polarity: lower}
  plan: {title: On plan, type: yes/no}
  opened: {title: Opened, type: date}
  remark: {title: Remark, type: text}
measures:
  a_half: {kind: constant, value: 0.5}
  half: {title: Half the waits, kind: product, of: [waits, a_half], missing: missing, domain: true, coloured_by: band, shown: 1}
  band: {title: Band, kind: thresholds, of: waits, scale: stars, levels: [{level: 2, at_most: 3}, {level: 1, at_most: 9}, {level: 0, otherwise: true}]}
  rank: {title: Place among all, kind: place, by: [{item: waits, first: lowest}]}
  misses: {title: Misses, kind: count, of: [band], at: 0, missing: missing, published: true}
  told: {kind: count, of: [remark], at: not missing, published: true}
  since: {kind: count, of: [opened], at: not missing, published: true}
ratings:
  stars:
    title: Stars
    headline: true
    scale: stars
    kind: thresholds
    of: waits
    levels: [{level: 2, at_most: cut}, {level: 1, at_most: 9}, {level: 0, otherwise: true}]
    limits: [{at_best: 1, when: {plan: no}, missing: fails, because: the plan was missed}]
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The rule file, in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(RULES, "utf-8")
    return path


@pytest.fixture
def frame() -> pd.DataFrame:
    """Five organisations: the best, one that a limit holds, one with a hostile name, one in the middle, one unrated."""
    return pd.DataFrame(
        {
            "Org code": ["RA1", "RA2", "RA3", "RA4", "RA5"],
            "Name": ["North", "South", "<script>West</script> & Co", "East", "Mid"],
            "Waits": ["2.5", "3", "12", "9", ""],
            "On plan": ["yes", "no", "yes", "yes", "no"],
            "Opened": ["2024-03-31", "1948-07-05", "2024-02-29", "", "2020-01-01"],
            "Remark": ["<b>fine</b>", "", "late", "{odd}", "x"],
        }
    )


@pytest.fixture
def run(rules: Path, frame: pd.DataFrame) -> nhsrate.Run:
    """That return, rated."""
    return nhsrate.rate(frame, rules)
