"""The schemas beside that of rule files agree with what reads the files, and pass every file that ships."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator
from tests.conftest import ROOT
from tests.rules.test_schema import Editor
from tests.support.running import run

from nhsrate.editions.cases import CASE_KEYS, cases_of
from nhsrate.language.records import record_keys
from nhsrate.projects.schema import CASES, SCHEMAS, TOP, text_of
from nhsrate.rules.inputs import TableReading
from nhsrate.rules.project_file import Entry, Project, read_project
from nhsrate.rules.schema import OF_CASES, OF_READING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

SHIPPED = {
    "project": sorted(ROOT.glob("examples/project/nhsrate.yaml")),
    "cases": sorted([*ROOT.glob("indicators/*/cases*.yaml"), *ROOT.glob("examples/**/cases*.yaml")]),
    "reading": sorted([*ROOT.glob("indicators/*/reading*.yaml"), *ROOT.glob("examples/**/reading/*.yaml")]),
}


def schema(what: str) -> dict[str, Any]:
    return SCHEMAS[what][1]()


def faults(what: str, text: str) -> list[str]:
    """What an editor underlines in a file of that text."""
    found = Draft7Validator(schema(what)).iter_errors(yaml.load(text, Editor))  # noqa: S506 (a safe loader)
    return [error.message for error in found]


@pytest.mark.parametrize("what", SCHEMAS)
def test_the_schemas_are_what_the_records_say(golden: Golden, what: str) -> None:
    golden(ROOT / "indicators" / SCHEMAS[what][0], text_of(what))
    assert run("schema", what).out == text_of(what)
    Draft7Validator.check_schema(schema(what))


@pytest.mark.parametrize("what", SHIPPED)
def test_what_ships_follows_its_schema(what: str) -> None:
    assert {
        file.relative_to(ROOT).as_posix(): found
        for file in SHIPPED[what]
        if (found := faults(what, file.read_text("utf-8")))
    } == {}
    assert SHIPPED[what]


def test_what_ships_tells_editors_of_its_schema() -> None:
    own = {"cases": OF_CASES, "reading": OF_READING}
    files = [(what, file) for what in own for file in SHIPPED[what] if file.is_relative_to(ROOT / "indicators")]
    assert [file.as_posix() for what, file in files if not file.read_text("utf-8").startswith(own[what])] == []
    for file in (*SHIPPED["project"], *(one for one in SHIPPED["reading"] if "examples" in one.parts)):
        first = file.read_text("utf-8").partition("\n")[0]
        assert (file.parent / first.partition("$schema=")[2]).resolve().is_file()


def test_every_key_has_its_sentence() -> None:
    project = schema("project")["properties"]
    assert {*project} == {*record_keys(Project, ("file",))}
    entry = project["ratings"]["items"]["properties"]
    assert {*entry} == {*record_keys(Entry, ("at",))}
    case = schema("cases")["properties"]["cases"]["items"]["properties"]
    assert (tuple(case), tuple(CASES)) == (CASE_KEYS, CASE_KEYS)
    reading = schema("reading")["else"]["properties"]
    assert {*reading} == {*record_keys(TableReading), "title", "note"}
    silent = [
        key for keys in (project, entry, case, reading) for key, one in keys.items() if not one.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize(
    "text",
    ["", "ratngs: []", "ratings: {}", "ratings: [{name: a}]", "ratings: [{return: []}]", "ratings: [{return: {a: b}}]",
     "ratings: [{return: a.csv, set: [a]}]", "ratings: [{return: a.csv, outputs: {a: b}}]", "methodology: [a]", "reading: {}",
     "ratings: [{return: a.csv, name: ''}]"],
)  # fmt: skip
def test_a_project_file_that_is_refused_is_underlined(tmp_path: Path, text: str) -> None:
    (tmp_path / "nhsrate.yaml").write_text(text)
    project, problems = read_project(tmp_path / "nhsrate.yaml", "nhsrate.yaml")
    assert project is None or problems
    assert faults("project", text)


def test_a_project_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    project, problems = read_project(tmp_path, "nhsrate.yaml")
    assert project is None
    assert [one.code for one in problems] == ["project-file"]
    assert problems[0].message.startswith("The project file cannot be read: ")


@pytest.mark.parametrize(
    "text",
    ["case: []", "cases: 3", "cases: [{name: a}]", "cases: [{expct: {a: 1}}]", "cases: [{rows: {a: [1]}, expect: [a]}]",
     "cases: [{organisations: {A: {gven: {}}}}]", "cases: [{expect: {a: [1]}}]"],
)  # fmt: skip
def test_cases_that_are_refused_are_underlined(text: str) -> None:
    assert cases_of(text, "cases.yaml")[1]
    assert faults("cases", text)


def test_a_profile_may_stand_below_its_key() -> None:
    assert faults("reading", "title: x\nreading: {header_row: 3}") == []
    assert faults("reading", "reading: {header_row: x}")
    assert faults("reading", "header_rwo: 3")
    assert json.loads(text_of("reading"))["title"] == "A reading profile of nhsrate"


def test_every_key_of_a_file_of_cases_is_known() -> None:
    assert cases_of("methodology: a\ngiven: {}\ncut_points: {}\ncases: []\n", "cases.yaml") == ([], [])
    assert {*TOP} == {"methodology", "given", "cut_points", "cases"}
