"""What a level brings is data of the edition, and is printed where it is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nhsrate.commands.formats import FORMATS
from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
id: method
title: A method
scales:
  stars:
    - {level: 1, word: performing, consequences: [fewer inspections, keeps its proceeds]}
    - {level: 0, word: challenged, consequences: [an action plan]}
  plain: [{level: 1}, {level: 0}]
inputs: {waits: {type: number}}
ratings:
  star:
    kind: thresholds
    scale: stars
    headline: true
    of: waits
    levels: [{level: 1, at_most: 10}, {level: 0, otherwise: true}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "method.yaml").write_text(RULES, "utf-8")
    (tmp_path / "return.csv").write_text("Code,Name,waits\nRA1,North,3\nRA2,South,30\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("form", [name for name, one in FORMATS.items() if "consequences" in one.options])
def test_the_table_says_what_levels_bring_where_that_is_asked_for(folder: Path, form: str) -> None:
    request = CliRunner().invoke(main, ["score", "return.csv", "-m", "method.yaml", "-f", form, "--consequences"])
    assert "What 1, performing brings: fewer inspections; keeps its proceeds." in request.stdout
    assert "What 0, challenged brings: an action plan." in request.stdout
    plain = CliRunner().invoke(main, ["score", "return.csv", "-m", "method.yaml", "-f", form])
    assert "brings" not in plain.stdout


def test_an_edition_that_says_nothing_of_consequences_says_so(folder: Path) -> None:
    (folder / "method.yaml").write_text(RULES.replace("scale: stars", "scale: plain"), "utf-8")
    request = CliRunner().invoke(main, ["score", "return.csv", "-m", "method.yaml", "--consequences"])
    assert "The edition says nothing of what its levels bring." in request.stdout


def test_consequences_go_with_the_table_only(folder: Path) -> None:
    wrong = CliRunner().invoke(main, ["score", "return.csv", "-m", "method.yaml", "-f", "csv", "--consequences"])
    assert wrong.exit_code == 2
    assert "--consequences goes with the table" in wrong.stderr


def test_an_explanation_ends_in_what_the_rating_brings(folder: Path) -> None:
    told = CliRunner().invoke(main, ["explain", "return.csv", "RA2", "-m", "method.yaml"])
    assert "What 0, challenged brings: an action plan." in told.stdout
    said = json.loads(
        CliRunner().invoke(main, ["explain", "return.csv", "RA2", "-m", "method.yaml", "-f", "json"]).stdout
    )
    assert said["items"]["star"]["consequences"] == ["an action plan"]
