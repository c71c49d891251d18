"""An edition that states only what changed from another."""

from __future__ import annotations

from pathlib import Path

import pytest

from nhsrate.core.problems import errors
from nhsrate.rules.load import load_methodology, read_methodology

PARENT = """id: parent
title: Parent
publisher: Somebody
period: 2024
caveats: [old]
figures: {cut: {value: 1, basis: stated}}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number}
measures:
  x: {kind: sum, of: [a, b], title: Both}
ratings:
  r: {kind: thresholds, of: x, headline: true, scores: [{score: 1, at_least: cut}, {score: 0, otherwise: true}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("parent.yaml").write_text(PARENT)
    return tmp_path


def child(text: str) -> list[str]:
    Path("child.yaml").write_text("id: child\nextends: parent\n" + text)
    _, problems = read_methodology(Path("child.yaml"))
    return [
        f"{str(p.at).removeprefix('child.yaml:')} {p.code}: {p.message} {p.remedy}".strip() for p in errors(problems)
    ]


def test_what_is_not_stated_is_the_parents_save_for_the_id(folder: Path) -> None:
    assert child("period: 2025\n") == []
    methodology = load_methodology("child.yaml")
    assert (methodology.id, methodology.title, methodology.period) == ("child", "Parent", "2025")
    assert methodology.caveats == ("old",)
    assert methodology.files == ("child.yaml", "parent.yaml")


def test_changes_merge_replacements_replace_and_the_rest_is_added_or_removed(folder: Path) -> None:
    assert child("""
change:
  figures: {cut: {value: 2}}
  measures: {x: {title: All}}
add:
  inputs: {c: {type: number}}
  scales: {rag: [{level: green}]}
replace:
  measures: {x: {kind: mean, of: [a, c]}}
remove:
  inputs: [b]
  measures: {x: [title]}
""") == ['14:18 extends: The parent has no "title" under measures to remove. Use add: for a new one.']
    assert (
        child("""
change:
  figures: {cut: {value: 2}}
add:
  inputs: {c: {type: number}}
  scales: {rag: [{level: green}]}
replace:
  measures: {x: {kind: mean, of: [a, c]}}
remove:
  inputs: b
""")
        == []
    )
    methodology = load_methodology("child.yaml")
    assert methodology.figures["cut"].value == 2
    assert list(methodology.inputs) == ["a", "c"]
    assert methodology.items["x"].rule.kind == "mean"
    assert methodology.items["x"].title == ""
    assert list(methodology.scales) == ["yes/no", "rag"]


def test_a_changed_scale_is_the_child_s_own_and_keeps_no_level_of_the_parent(folder: Path) -> None:
    """A list has no names by which to merge it: it is replaced whole, also where it is only changed."""
    rest = PARENT.partition("figures:")
    Path("parent.yaml").write_text(
        rest[0]
        + "scales: {rag: [{level: green}, {level: red}]}\n"
        + rest[1]
        + rest[2].replace(
            "scores: [{score: 1, at_least: cut}, {score: 0",
            "scale: rag, levels: [{level: green, at_least: cut}, {level: red",
        )
    )
    assert child("change: {scales: {rag: [{level: green, symbol: G}, {level: amber}, {level: red}]}}\n") == []
    levels = load_methodology("child.yaml").scales["rag"].levels
    assert [(level.name, level.symbol) for level in levels] == [("green", "G"), ("amber", ""), ("red", "")]


def test_a_change_keeps_the_keys_it_does_not_name_and_a_key_can_be_removed(folder: Path) -> None:
    assert child("change:\n  measures: {x: {unit: points}}\nremove:\n  inputs: {a: [polarity]}\n") == []
    methodology = load_methodology("child.yaml")
    assert (methodology.items["x"].title, methodology.items["x"].unit) == ("Both", "points")
    assert methodology.inputs["a"].polarity is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("inputs: {c: {type: number}}", '3:1 extends: "inputs" cannot stand in an edition that extends another. Put it under change or replace or add.'),
        ("chnge: {}", '3:1 extends: "chnge" cannot stand in an edition that extends another. Did you mean "change"?'),
        ("change: [a]", "3:9 extends: change: wants sections with names."),
        ("change: {input: {}}", '3:10 extends: There is no section "input". Did you mean "inputs"?'),
        ("change: {inputs: [a]}", "3:18 extends: change: inputs: wants names with what they become."),
        ("change: {inputs: {aa: {}}}", '3:19 extends: The parent has no "aa" under inputs to change. Did you mean "a"?'),
        ("replace: {measures: {zz: {}}}", '3:22 extends: The parent has no "zz" under measures to replace. Use add: for a new one.'),
        ("add: {inputs: {a: {type: number}}}", "3:16 extends: \"a\" is already in the parent's inputs. Use change or replace."),
        ("remove: {inputs: [c]}", '3:19 extends: The parent has no "c" under inputs to remove. Use add: for a new one.'),
        ("remove: {inputs: [[a]]}", '3:19 extends: The parent has no "this" under inputs to remove. Use add: for a new one.'),
        ("remove: {inputs: {zz: [a]}}", '3:19 extends: The parent has no "zz" under inputs to remove. Use add: for a new one.'),
        ("change: {populations: {zz: {}}}", '3:24 extends: The parent has no "zz" under populations to change. Use add: for a new one.'),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_parent(folder: Path, text: str, problem: str) -> None:
    assert child(text) == [problem]


def test_a_problem_of_a_changed_part_stands_in_the_child(folder: Path) -> None:
    assert child("change:\n  measures: {x: {of: [a, zz]}}\n") == [
        '4:26 unknown-name: There is no item "zz". Define it under inputs, measures or ratings.'
    ]


def test_a_problem_of_the_parent_stands_in_the_parent(folder: Path) -> None:
    Path("parent.yaml").write_text(PARENT.replace("of: [a, b]", "of: [a, zz]"))
    assert child("") == [
        'parent.yaml:11:26 unknown-name: There is no item "zz". Define it under inputs, measures or ratings.'
    ]
    Path("parent.yaml").write_text(PARENT.replace("figures: {cut: {value: 1, basis: stated}}", "figures: [cut]"))
    assert child("change: {figures: {cut: {value: 2}}}")[0].startswith("parent.yaml:6:10 wrong-type")
    Path("parent.yaml").write_text("id: [\n")
    assert [problem.split()[1] for problem in child("")] == ["yaml:"]


def test_editions_that_extend_each_other_are_a_circle(folder: Path) -> None:
    Path("parent.yaml").write_text("id: parent\nextends: child\n")
    (problem,) = child("")
    assert problem.endswith("extends: Editions extend each other in a circle. Break it.")
    Path("self.yaml").write_text("id: self\nextends: self\n")
    _, problems = read_methodology(Path("self.yaml"))
    assert [problem.code for problem in problems] == ["extends"]


def test_a_grandparent_is_reached_through_the_parent(folder: Path) -> None:
    Path("middle.yaml").write_text("id: middle\nextends: parent\nchange: {figures: {cut: {value: 5}}}\n")
    Path("last.yaml").write_text("id: last\nextends: middle\nchange: {measures: {x: {title: Last}}}\n")
    methodology = load_methodology("last.yaml")
    assert methodology.figures["cut"].value == 5
    assert methodology.items["x"].title == "Last"
    assert methodology.files == ("last.yaml", "middle.yaml", "parent.yaml")


def test_a_parent_may_be_named_by_its_path(folder: Path) -> None:
    Path("sub").mkdir()
    Path("sub/child.yaml").write_text("id: child\nextends: ../parent.yaml\n")
    assert load_methodology("sub/child.yaml").title == "Parent"


@pytest.mark.parametrize("word", ["nowhere", "no/where.yaml", "x" * 300])
def test_a_parent_that_is_not_there(folder: Path, word: str) -> None:
    Path("child.yaml").write_text(f"id: child\nextends: {word}\n")
    _, (problem,) = read_methodology(Path("child.yaml"))
    assert problem.code == "extends"
    assert problem.message.startswith(f'The parent "{word}" is not found.')


def test_a_parent_is_one_word(folder: Path) -> None:
    Path("child.yaml").write_text("id: child\nextends: [parent]\n")
    _, (problem,) = read_methodology(Path("child.yaml"))
    assert (str(problem.at), problem.code) == ("child.yaml:2:10", "wrong-type")
