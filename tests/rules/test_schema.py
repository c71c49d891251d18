"""The schema of rule files agrees with the records, passes every rule file that ships, and fails broken ones."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.core.problems import errors
from nhsrate.kinds import KINDS
from nhsrate.kinds.bands import Band
from nhsrate.kinds.bounds import Row
from nhsrate.kinds.deciding import DecisionRow
from nhsrate.kinds.grouping import SecondRun
from nhsrate.kinds.manual import kind_manual, record_fields
from nhsrate.kinds.overdispersion import Overdispersion
from nhsrate.kinds.places import Floor, Key, Standard
from nhsrate.rules.editions import edition_files, find_edition, indicators_folder
from nhsrate.rules.inputs import Input
from nhsrate.rules.load import read_methodology
from nhsrate.rules.model import Gate, Item, Limit
from nhsrate.rules.schema import MODELINE, OWN_FORMS, rule_file_schema, schema_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

LANGUAGE = ROOT / "docs" / "methodology-language.md"


class Editor(yaml.SafeLoader):
    """Reads YAML as editors do: only true and false are booleans, and a date is a text."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in {"int", "float", "null"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    return Draft7Validator(rule_file_schema())


def faults(validator: Draft7Validator, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(yaml.load(text, Editor))]  # noqa: S506 (a safe loader)


def test_the_schema_is_what_the_records_say(golden: Golden) -> None:
    golden(ROOT / "indicators" / "schema.json", schema_text())
    assert CliRunner().invoke(main, ["schema"]).stdout == schema_text()


def test_the_schema_is_a_schema_and_no_edition() -> None:
    Draft7Validator.check_schema(rule_file_schema())
    assert "schema" not in edition_files()
    assert json.loads((indicators_folder() / "schema.json").read_text("utf-8")) == rule_file_schema()


@pytest.mark.parametrize("edition", edition_files())
def test_every_rule_file_that_ships_follows_the_schema(validator: Draft7Validator, edition: str) -> None:
    assert faults(validator, find_edition(edition).read_text("utf-8")) == []


@pytest.mark.parametrize("edition", edition_files())
def test_every_rule_file_that_ships_tells_editors_of_the_schema(edition: str) -> None:
    file = find_edition(edition)
    assert file.read_text("utf-8").startswith(MODELINE), f"the first line of {file} must be: {MODELINE}"


def examples() -> list[str]:
    """The rule files in the description of the language that are run by its own test."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", LANGUAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in blocks if "\ncases:" in block and "methodology:" not in block and "{ ... }" not in block]


@pytest.mark.parametrize("rules", examples(), ids=lambda rules: rules.split()[0])
def test_every_example_of_the_language_follows_the_schema(validator: Draft7Validator, rules: str) -> None:
    assert faults(validator, f"id: example\ntitle: Example\n{rules}") == []


def test_the_schema_knows_every_kind_and_every_form(validator: Draft7Validator) -> None:
    """A record with a form of its own may be anything where `OWN_FORMS` says nothing, so it should say something."""
    definitions: dict[str, Any] = rule_file_schema()["definitions"]
    assert {name.removeprefix("item ") for name in definitions if name.startswith("item ")} == set(KINDS)
    for name in KINDS:
        properties = definitions[f"item {name}"]["properties"]
        empty = [
            key for key, value in properties.items() if {} in (value.get("anyOf", []) if value is not True else [])
        ]
        assert empty == [], f"{name}: say in schema.OWN_FORMS what {empty} looks like"
    assert all(isinstance(form, dict) for form in OWN_FORMS.values())


def described(schema: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    """The descriptions of what a key may hold, through alternatives and references."""
    found = [schema["description"]] if "description" in schema else []
    parts = [*schema.get("anyOf", []), *([definitions[schema["$ref"].rpartition("/")[2]]] if "$ref" in schema else [])]
    return [*found, *(text for part in parts for text in described(part, definitions))]


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_shows_of_each_key_of_a_kind_what_its_manual_says(kind: str) -> None:
    """Editors show the innermost description that they find, so it must be the only one."""
    definitions: dict[str, Any] = rule_file_schema()["definitions"]
    manual = kind_manual(kind)
    item = definitions[f"item {kind}"]
    assert item["description"] == manual.summary
    assert item["properties"]["kind"] == {"description": manual.summary, "const": kind}
    for field in manual.fields:
        assert described(item["properties"][field.key], definitions) == [field.means]


@pytest.mark.parametrize("record", [Row, Band, DecisionRow, Standard, Floor, Key, SecondRun, Overdispersion])
def test_an_editor_shows_what_the_keys_within_a_field_mean(record: type) -> None:
    definitions: dict[str, Any] = rule_file_schema()["definitions"]
    properties = definitions[record.__name__]["properties"]
    assert {key: described(schema, definitions) for key, schema in properties.items()} == {
        field.key: [field.means] for field in record_fields(record)
    }


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (Item, ("item",)),
        (Limit, ("Limit",)),
        (Gate, ("Gate",)),
        (Input, ("edition", "properties", "inputs", "additionalProperties")),
    ],
)
def test_an_editor_shows_what_the_keys_of_every_item_mean(record: type, path: tuple[str, ...]) -> None:
    definitions: dict[str, Any] = rule_file_schema()["definitions"]
    schema = definitions
    for step in path:
        schema = schema[step]
    said = [field for field in record_fields(record) if field.key not in {"id", "section", "rule"}]
    for field in said:
        assert described(schema["properties"][field.key], definitions) == [field.means]


def test_an_editor_that_completes_a_kind_says_what_it_is() -> None:
    chosen, _ = rule_file_schema()["definitions"]["item"]["properties"]["kind"]["anyOf"]
    told = dict(zip(chosen["enum"], chosen["enumDescriptions"], strict=True))
    assert told == {kind: kind_manual(kind).summary for kind in sorted(KINDS)}


BASE = """\
id: x
title: X
scales: {s: [{level: 1}, {level: 0}]}
figures: {cut: {value: 2, basis: stated}}
inputs: {a: {type: number}}
ratings:
  r: {kind: thresholds, headline: true, of: a, scale: s, levels: [{level: 1, at_least: cut}, {level: 0, otherwise: true}]}
"""
CHILD = "id: y\ntitle: Y\nextends: x\nchange: {figures: {cut: {value: 3}}}\n"

BROKEN = [
    ("title: X\n", ""),
    ("title: X", "titel: X"),
    ("title: X", "title: X\nstatus: published"),
    ("basis: stated", "basis: guessed"),
    ("value: 2", "value: two"),
    ("{value: 2, basis: stated}", "{value: 2}"),
    ("{type: number}", "{type: numbers}"),
    ("{type: number}", "{}"),
    ("{type: number}", "{type: number, valid: 0-100}"),
    ("kind: thresholds", "kind: threshold"),
    ("kind: thresholds, ", ""),
    ("of: a, ", ""),
    ("headline: true", "headlin: true"),
    ("headline: true", "headline: maybe"),
    ("at_least: cut", "atleast: cut"),
    ("headline: true", "headline: true, round: {digits: 2}"),
    ("headline: true", "headline: true, limits: [{at_best: 0, when: {a: 1}}]"),
    ("{level: 1}, {level: 0}", ""),
    ("{level: 1}", "{level: 1, color: red}"),
]


def test_what_the_broken_files_are_made_from_is_whole(validator: Draft7Validator) -> None:
    assert faults(validator, BASE) == faults(validator, CHILD) == []


@pytest.mark.parametrize(("before", "after"), BROKEN, ids=[after or before for before, after in BROKEN])
def test_a_broken_file_fails_the_schema_as_it_fails_to_load(
    validator: Draft7Validator, tmp_path: Path, before: str, after: str
) -> None:
    assert BASE.count(before) == 1 or before == "{level: 1}"
    text = BASE.replace(before, after, 1)
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    assert errors(read_methodology(tmp_path / "x.yaml")[1])
    assert faults(validator, text)


@pytest.mark.parametrize(
    "changes",
    [
        "changes: {}",
        "change: {figure: {}}",
        "change: {figures: {cut: {val: 3}}}",
        "add: {inputs: {b: {}}}",
        "remove: {x: [a]}",
        "inputs: {}",
    ],
)
def test_a_broken_child_fails_the_schema(validator: Draft7Validator, changes: str) -> None:
    assert faults(validator, f"id: y\ntitle: Y\nextends: x\n{changes}\n")


def test_a_kind_that_writes_itself_in_its_own_form_may_be_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(OWN_FORMS):
        monkeypatch.delitem(OWN_FORMS, name)
    text = BASE.replace("levels:", "by: a, sets: {1: whatever}, levels:")
    assert faults(Draft7Validator(rule_file_schema()), text) == []
