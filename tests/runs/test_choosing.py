"""Who chose the method: what a return may name, and that every output says what decided."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.support.running import run

import nhsrate
from nhsrate.core.problems import Refused
from nhsrate.runs.choosing import project_methodology

RULES = """
id: {id}
title: NHS Oversight Framework 2025/26
status: illustrative
scales: {{rag: [{{level: green}}, {{level: red}}]}}
inputs: {{waits: {{type: number, title: Waits}}}}
ratings:
  colour: {{kind: thresholds, scale: rag, headline: true, published: true, of: waits, levels: [{{level: green, at_most: {cut}}}, {{level: red, otherwise: true}}]}}
"""
TABLE = "Org code,Name,Waits\nRA1,North,4\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a return, below one with another's rules."""
    (tmp_path / "outside.yaml").write_text(RULES.format(id="outside", cut=9), "utf-8")
    folder = tmp_path / "ours"
    (folder / "rules").mkdir(parents=True)
    (folder / "mine.yaml").write_text(RULES.format(id="mine", cut=5), "utf-8")
    (folder / "rules" / "deep.yaml").write_text(RULES.format(id="deep", cut=5), "utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", ["mine", "mine.yaml", "./mine.yaml", "rules/deep.yaml", "rules/../mine.yaml"])
def test_a_return_may_name_a_rule_file_that_lies_with_it(here: Path, name: str) -> None:
    (here / "return.csv").write_text(f"Methodology,{name}\n{TABLE}", "utf-8")
    done = nhsrate.rate("return.csv")
    assert done.methodology.id in {"mine", "deep"}
    assert done.methodology.chosen_by == "named by the return, in return.csv:B1"


def outside_names(here: Path) -> list[str]:
    """Ways to name a rule file that lies elsewhere."""
    return [
        "../outside.yaml",
        "../outside",
        str(here.parent / "outside.yaml"),
        "rules/../../outside.yaml",
        "linked.yaml",
    ]


@pytest.mark.parametrize("way", range(5))
def test_a_return_may_name_no_rule_file_that_lies_elsewhere(here: Path, way: int) -> None:
    (here / "linked.yaml").symlink_to(here.parent / "outside.yaml")
    name = outside_names(here)[way]
    (here / "return.csv").write_text(f"Methodology,{name}\n{TABLE}", "utf-8")
    for arguments in (["score", "return.csv"], ["check", "return.csv"], ["explain", "return.csv", "RA1"]):
        found = run(*arguments)
        assert found.code == 2
        assert "return.csv:B1: error: The return names the rule file" in found.err
        assert "which lies outside of the folder of the return. A return may name an edition's id" in found.err
    assert nhsrate.rate("return.csv", here.parent / "outside.yaml").methodology.chosen_by == "asked for"


def test_a_data_frame_lies_in_no_folder(here: Path) -> None:
    frame = pd.DataFrame([["Methodology", "mine.yaml", None], ["Org code", "Name", "Waits"], ["RA1", "North", 4]])
    with pytest.raises(
        nhsrate.Refused, match=r'The return names the methodology "mine.yaml", and no edition has this id'
    ):
        nhsrate.rate(frame)


def test_what_chose_the_method_is_said_in_every_output(here: Path) -> None:
    """The league table, markdown, json, the workbook's cover, the explanation, and the check as text and as json."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Methodology", "mine"], [], *(line.split(",") for line in TABLE.splitlines())):
        sheet.append(row)
    book.save("return.xlsx")
    said = "named by the return, in return.xlsx:Sheet!B1"
    assert f"Chosen: {said}." in run("score", "return.xlsx").out
    assert f"Chosen: {said}." in run("score", "return.xlsx", "-f", "markdown").out
    assert f"Chosen: {said}." in run("explain", "return.xlsx", "RA1").out
    assert f"  methodology: {said}." in run("check", "return.xlsx").out
    assert json.loads(run("score", "return.xlsx", "-f", "json").out)["provenance"]["methodology"]["chosen_by"] == said
    assert json.loads(run("check", "return.xlsx", "-f", "json").out)["checked"][0]["chosen_by"] == said
    assert run("score", "return.xlsx", "-o", "out.xlsx").code == 0
    cover = openpyxl.load_workbook("out.xlsx")["Cover"]
    assert ["Chosen", said] in [[cell.value for cell in row[:2]] for row in cover.iter_rows()]


def test_each_way_of_choosing_is_told(here: Path) -> None:
    (here / "return.csv").write_text(TABLE, "utf-8")
    assert "Chosen: asked for." in run("score", "return.csv", "-m", "mine.yaml").out
    (here / "nhsrate.yaml").write_text("methodology: rules/deep.yaml\n", "utf-8")
    assert "Chosen: named by the project file nhsrate.yaml." in run("score", "return.csv").out
    os.chdir(here / "rules")
    assert "Chosen: named by the project file ../nhsrate.yaml." in run("score", "../return.csv").out
    example = ROOT / "examples" / "oversight-q4.csv"
    assert "Chosen: the only edition whose headings and period fit." in run("score", example).out
    loaded = nhsrate.load_methodology(here / "mine.yaml")
    assert nhsrate.rate("../return.csv", loaded).methodology.chosen_by == ""


def test_a_project_file_on_another_disk_is_named_whole(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    shutil.copy(here / "mine.yaml", here / "nhsrate.yaml")
    (here / "nhsrate.yaml").write_text("methodology: mine\n", "utf-8")
    (here / "return.csv").write_text(TABLE, "utf-8")
    monkeypatch.setattr("os.path.relpath", refuse)
    assert nhsrate.rate("return.csv").methodology.chosen_by == f"named by the project file {here}/nhsrate.yaml"


def test_a_project_file_that_says_nothing_of_what_it_holds_is_refused(here: Path) -> None:
    Path("nhsrate.yaml").write_text("methodologies: rules\n", "utf-8")
    assert project_methodology(Path("nhsrate.yaml")) is None
    Path("nhsrate.yaml").write_text("ratings: []\n", "utf-8")
    with pytest.raises(Refused) as refused:
        project_methodology(Path("nhsrate.yaml"))
    assert refused.value.problems[0].code == "project-file"


def test_the_nearest_edition_is_named_also_where_it_is_not_near(here: Path) -> None:
    """One of its headings is there, and most are not."""
    Path("own.csv").write_text("Code,Name,Hospital cleanliness,Zeal,Vim\nA1,Ash,1,2,3\nB2,Birch,2,3,4\n", "utf-8")
    said = run("score", "own.csv").err
    assert "The nearest, nhs-star-ratings-" in said
    assert "If another is meant, name it with -m." in said
    assert "`nhsrate new DIR --from-return own.csv`" in said
