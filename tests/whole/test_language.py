"""The page on the methodology language: every example runs, every kind has one, and every key it names exists."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.kind_pages import key_table, kind_markdown

from nhsrate.commands.checked import check_rule_file
from nhsrate.editions.cases import cases_of, check_case
from nhsrate.editions.testing import run_all
from nhsrate.kinds import KINDS
from nhsrate.kinds.manual import KindManual, kind_manual, kind_manuals, record_fields
from nhsrate.language.records import record_keys
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.rules.groups import GroupKind
from nhsrate.rules.head import LevelEntry
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.rules.load import RuleText, methodology_of
from nhsrate.rules.model import Item
from nhsrate.runs.request import Request

if TYPE_CHECKING:
    from pathlib import Path

if TYPE_CHECKING:
    from tests.conftest import Golden

PAGE = ROOT / "docs" / "methodology-language.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks() -> dict[str, str]:
    """The YAML blocks of the page, by the line they begin on."""
    found = {}
    for match in re.finditer(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        found[f"line-{TEXT[: match.start()].count(chr(10)) + 2}"] = match[1]
    return found


EXAMPLES = {
    line: block
    for line, block in blocks().items()
    if "\ncases:" in block and "\nratings:" in block and "{ ... }" not in block  # which is the sketch of a whole file
}


def tree_of(block: str) -> Mapping:
    head = "" if re.search("^id:", block, re.MULTILINE) else "id: example\ntitle: Example\n"
    tree, problems = read_tree(head + block, "example.yaml")
    assert isinstance(tree, Mapping)
    assert problems == []
    return tree


NOT_KEYS = {"id", "section", "rule"}
RECORDS = {
    name: [field for field in record_fields(record) if field.key not in NOT_KEYS]
    for name, record in (("input", Input), ("item", Item), ("group", GroupKind))
}


def test_what_the_page_says_of_the_keys_of_inputs_and_items_is_what_editors_show(golden: Golden) -> None:
    """`--update` writes these tables too."""
    assert [field.key for fields in RECORDS.values() for field in fields if not field.means.endswith(".")] == []
    between = re.compile(r"(<!-- keys of an? ([a-z]+) -->\n).*?(<!-- end of keys -->)", re.DOTALL)
    assert [found[2] for found in between.finditer(TEXT)] == [*RECORDS]
    tables = {name: "\n".join(key_table(fields)) for name, fields in RECORDS.items()}
    golden(PAGE, between.sub(lambda part: f"{part[1]}\n{tables[part[2]]}\n\n{part[3]}", PAGE.read_text("utf-8")))


def table_under(heading: str) -> set[str]:
    """The keys in the first column of the first table under a heading."""
    section = TEXT.split(f"\n{heading}", 1)[1]
    table = section[section.index("| key |") :].split("\n\n", 1)[0]
    rows = table.splitlines()[2:]
    return {key for row in rows for key in re.findall(r"`([a-z_]+)`", row.split("|")[1])}


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_does_what_it_says(line: str) -> None:
    _, cases = EXAMPLES[line].split("\ncases:", 1)
    found, problems = cases_of("cases:" + cases, "cases.yaml", "example")
    assert problems == []
    assert found
    for case in found:
        methodology, problems = methodology_of(RuleText(tree_of(EXAMPLES[line])), case.settings)
        assert problems == []
        assert methodology is not None
        result = check_case(case, methodology)
        assert (result.problems, [str(miss) for miss in result.misses]) == ((), [])


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_may_be_saved_and_tested(line: str, tmp_path: Path) -> None:
    """With an id and a title, where it has none; its cases stand in it."""
    head = "" if re.search("^id:", EXAMPLES[line], re.MULTILINE) else "id: example\ntitle: Example\n"
    file = tmp_path / "example.yaml"
    file.write_text(head + EXAMPLES[line], "utf-8")
    checked = check_rule_file(file, Request())
    assert [problem for problem in checked.problems if problem.severity == "error"] == []
    assert "no worked cases" not in checked.text
    outcome = run_all(str(file))
    assert outcome.passed, outcome
    assert " cases pass" in outcome.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_example_that_runs(kind: str) -> None:
    assert any(re.search(rf"kind: {kind}[,}}\s]", block) for block in EXAMPLES.values())


@pytest.mark.parametrize("manual", kind_manuals(), ids=lambda manual: manual.kind)
def test_every_kind_has_a_heading_in_the_section_that_it_names(manual: KindManual) -> None:
    """The number leads from what `nhsrate kinds` prints to the page."""
    number = re.escape(manual.section)
    (section,) = re.findall(rf"^##+ {number}\.? .*?(?=^##+ \d|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert re.search(rf"^###.*`{manual.kind}`", section, re.MULTILINE)


def test_the_kinds_are_listed_in_the_order_of_the_page() -> None:
    assert [manual.kind for manual in kind_manuals()] == re.findall(r"^<!-- kind ([a-z-]+) -->$", TEXT, re.MULTILINE)


def test_what_the_page_says_of_a_kind_is_its_manual(golden: Golden) -> None:
    """`--update` writes what stands between the marks."""
    between = re.compile(r"(<!-- kind ([a-z-]+) -->\n).*?(<!-- end of kind -->)", re.DOTALL)
    written = PAGE.read_text("utf-8")
    golden(PAGE, between.sub(lambda part: f"{part[1]}\n{kind_markdown(kind_manual(part[2]))}\n{part[3]}", written))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_named_on_the_page(kind: str) -> None:
    """A field counts as named where the page writes it as a key or in code."""
    missing = [key for key in record_keys(KINDS[kind]) if not re.search(rf"\b{key}:|`{key}`", TEXT)]
    assert missing == []


def test_the_keys_of_an_input_are_those_of_the_table() -> None:
    assert table_under("## 6. Inputs") == set(record_keys(Input, ("id", "at")))


def test_the_keys_of_every_item_are_those_of_the_table() -> None:
    keys = set(record_keys(Item, ("id", "section", "rule", "at")))
    assert table_under("## 7. Kinds") == keys


def test_the_keys_of_a_level_are_those_of_the_table() -> None:
    assert table_under("## 2. Scales") == {field.name for field in fields(LevelEntry)}


def test_the_keys_of_reading_are_in_its_example() -> None:
    (block,) = [block for block in blocks().values() if block.startswith("reading:")]
    entries = tree_of(block).entries["reading"]
    assert isinstance(entries, Mapping)
    assert set(entries.entries) == {field.name for field in fields(TableReading)}


def test_each_line_of_prose_is_one_sentence() -> None:
    prose = re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    lines = [line for line in prose.splitlines() if line and not line.startswith(("|", "#", "-", "<!--"))]
    assert [line for line in lines if re.search(r"[a-z)`]\. [A-Z`]", line)] == []
