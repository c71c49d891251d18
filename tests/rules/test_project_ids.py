"""A project's own rule files are known by their ids, wherever an id is wanted."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from tests.support.projects import CASES, put, rules
from tests.support.projects import project as small
from tests.support.running import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, below which the test works."""
    (tmp_path / ".git").mkdir()
    small(tmp_path)
    monkeypatch.chdir(tmp_path / "returns")
    return tmp_path


def test_a_return_is_rated_by_the_id_of_an_own_methodology() -> None:
    assert run("score", "june.csv", "-m", "stars", "-f", "csv").out.startswith(
        "code,name,double,star\nRA1,Alder,170,3\n"
    )
    code, _, err = run("score", "june.csv", "-m", "starz")
    assert (code, 'Did you mean "stars"?' in err) == (2, True)


def test_the_default_of_a_project_may_be_an_own_id(here: Path) -> None:
    put(here, nhsrate_yaml="methodologies: rules\nmethodology: stars\n")
    assert "read as a return for stars" in run("check", "june.csv").out
    put(here, nhsrate_yaml="methodologies: rules\nmethodology: star\n")
    assert 'Did you mean "stars"?' in run("check", "june.csv").err


def test_a_project_that_names_no_methodology_leaves_the_choice_to_the_return(here: Path) -> None:
    assert "No edition finds" in run("check", "june.csv").err
    put(here, nhsrate_yaml="reading: r.yaml\n", r_yaml="header_row: 1\n")
    assert "No edition finds" in run("check", "june.csv").err


def test_a_return_may_name_an_own_methodology_by_its_id(here: Path) -> None:
    put(here, returns__named_csv="Methodology,stars\n" + (here / "returns" / "june.csv").read_text())
    assert "read as a return for stars" in run("check", "named.csv").out
    assert "named by the return, in named.csv:B1" in run("check", "named.csv").out
    put(here, nhsrate_yaml="reading: r.yaml\n", r_yaml="header_row: 2\n")
    assert "[unknown-methodology]" in run("check", "named.csv").err


def test_own_rules_extend_own_rules_by_their_id(here: Path) -> None:
    put(here, rules__deep__next_yaml="id: next\ntitle: Next\nextends: stars\n")
    assert run("check", "../rules/deep/next.yaml").code == 0


def test_own_methodologies_are_listed_first(here: Path) -> None:
    assert run("methodologies").out.splitlines()[1].split() == ["stars", "illustrative", "Stars"]
    assert json.loads(run("methodologies", "-f", "json").out)[0]["id"] == "stars"
    assert "Stars" in run("methodologies", "stars").out
    put(here, rules__broken_yaml="id: broken\n")
    code, out, err = run("methodologies")
    assert (code, out.splitlines()[1].startswith("stars ")) == (0, True)
    assert err.startswith("rules/broken.yaml:1:1: error:")


def test_own_cases_are_run_and_no_others(here: Path) -> None:
    assert run("test") == (0, "stars: 1 of 1 cases pass\n1 of 1 cases pass.\n", "")
    put(here, rules__deep__more_yaml=rules("more"))
    code, out, err = run("test")
    assert (code, out.splitlines()[-1]) == (0, "1 of 1 cases pass.")
    assert err == "more: warning: This methodology has no worked cases. Add them in deep/cases.yaml. [case]\n"
    put(here, rules__cases_yaml=CASES.format(id="stars").replace("star: 3", "star: 2"))
    code, out, _ = run("test")
    assert (code, "star is 3, expected 2" in out) == (1, True)


def test_cases_that_say_no_methodology_are_of_the_only_one_of_their_folder(here: Path) -> None:
    put(here, rules__cases_yaml=CASES.format(id="stars").partition("\n")[2])
    assert run("test").out.startswith("stars: 1 of 1 cases pass\n")


def test_a_project_without_own_rules_tests_what_ships(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, nhsrate_yaml="methodology: shmi\n")
    monkeypatch.setattr("nhsrate.editions.testing.edition_files", dict)
    assert run("test").out == "No case was run.\n"


def test_a_broken_project_file_stands_in_nobodys_way_but_is_told(here: Path) -> None:
    put(here, nhsrate_yaml="methodologies: nowhere\n")
    assert run("methodologies", "shmi").code == 0
    assert "There is no folder" in run("methodologies").err
    assert "There is no folder" in run("test").err
    put(here, nhsrate_yaml="ratngs: []\n")
    assert run("methodologies").err.startswith("../nhsrate.yaml:1:1: error:")
    assert run("test").code == 1


def test_an_id_on_another_disk_is_a_whole_path(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    assert run("test", "stars").code == 0
