"""Families whose columns are named in each member: read like the others, and changed cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import method, problems_of

from nhsrate.rules.load import read_methodology

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
inputs:
  part: {each: {family: domains, column: members}, id: {column: member}, type: number}
measures:
  score: {each: domains, id: {column: score}, kind: mean, of: {column: members}}
  all: {kind: weighted-mean, of: {item: score, each: domains, weights: weight}, published: true}
"""
NAMED = """families:
  domains:
    access: {members: [a, b], score: D1, weight: 25}
    people: {score: D2, weight: 75, members: [c]}
"""
PLACED = """families:
  domains:
    columns: [members, score, weight]
    access: [[a, b], D1, 25]
    people: [[c], D2, 75]
"""
MIXED = """families:
  domains:
    columns: [members, score, weight]
    access: [[a, b], D1, 25]
    people: {members: [c], score: D2, weight: 75}
"""
NO_HEAD = "families:\n  domains:\n"


def test_both_forms_say_the_same() -> None:
    items = [method(families + HEAD).items for families in (NAMED, PLACED, MIXED)]
    assert items[0] == items[1] == items[2]
    assert [*items[0]] == ["D1", "D2", "all", "spare_rating"]
    assert [str(weight) for weight in items[0]["all"].rule.stated_weights().values()] == ["25", "75"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("    access: {score: D1}\n    people: {weight: 1}\n", '"people" has no score, and the columns are score.'),
        ("    access: {score: D1}\n    people: {score: D2, weight: 1}\n", '"people" has a weight, and the columns are score.'),
        ("    access: {score: D1}\n    people: [D2, 3]\n", '"people" has 2 entries for 1 columns.'),
        ("    access: [D1]\n", "A family is a list of members, or a table with columns:. Add columns: [...], or name them in"),
        ("    access: {member: D1}\n", '"member" is the name of the member itself, and no column.'),
        ("    access: D1\n    columns: [score]\n", "A list is wanted here"),
        ("    {}\n", "A family is a list of members, or a table with columns:."),
    ],
)  # fmt: skip
def test_members_have_the_same_columns(rows: str, message: str) -> None:
    assert any(message in one for one in problems_of(NO_HEAD + rows)), problems_of(NO_HEAD + rows)


def child(folder: Path, parent: str, changes: str) -> tuple[dict[str, str], list[str]]:
    """The weights and ids of an edition that changes this parent, and what is wrong with it."""
    ratings = "ratings: {r: {kind: sum, of: [all], headline: true}}\n"
    (folder / "above.yaml").write_text(f"id: above\ntitle: Above\n{parent}{HEAD}{ratings}", "utf-8")
    (folder / "below.yaml").write_text(f"id: below\ntitle: Below\nextends: above\n{changes}", "utf-8")
    found, problems = read_methodology(folder / "below.yaml")
    told = [problem.message for problem in problems if problem.severity == "error"]
    weights = found.items["all"].rule.stated_weights() if found else {}
    return {id_: str(weight) for id_, weight in weights.items()}, told


@pytest.mark.parametrize("parent", [NAMED, PLACED, MIXED])
@pytest.mark.parametrize(
    ("change", "weights"),
    [
        ("access: {weight: 40}", {"D1": "40", "D2": "75"}),
        ("access: {score: E1, weight: 1}, people: {weight: 2}", {"E1": "1", "D2": "2"}),
        ("access: [[a], F1, 9]", {"F1": "9", "D2": "75"}),
        ("columns: [members, score, weight], access: [[a], F1, 9]", {"F1": "9", "D2": "75"}),
        ("third: {members: [d], score: D3, weight: 5}", {"D1": "25", "D2": "75", "D3": "5"}),
        ("access: {label: A}, people: {label: P}", {"D1": "25", "D2": "75"}),
    ],
)
def test_an_edition_changes_a_cell_by_its_name(
    tmp_path: Path, parent: str, change: str, weights: dict[str, str]
) -> None:
    assert child(tmp_path, parent, f"change: {{families: {{domains: {{{change}}}}}}}\n") == (weights, [])


@pytest.mark.parametrize("parent", [NAMED, PLACED])
def test_an_edition_takes_a_cell_away_and_has_to_do_so_everywhere(tmp_path: Path, parent: str) -> None:
    taken = "remove: {families: {domains: {access: [weight]}}}\n"
    _, told = child(tmp_path, parent, taken)
    assert told[0] == '"people" has a weight, and the columns are members, score.'
    both = "remove: {families: {domains: {access: [weight], people: [weight]}}}\n"
    both += "replace: {measures: {all: {kind: mean, of: {item: score, each: domains}, published: true}}}\n"
    assert child(tmp_path, parent, both) == ({}, [])


def test_a_column_that_only_some_members_are_given_is_refused(tmp_path: Path) -> None:
    _, told = child(tmp_path, PLACED, "change: {families: {domains: {people: {label: P}}}}\n")
    assert told == ['"people" has a label, and the columns are members, score, weight.']


def test_a_list_may_become_a_table_and_a_table_a_list(tmp_path: Path) -> None:
    changes = "change: {families: {domains: [a, b]}}\n"
    _, told = child(tmp_path, NAMED, changes)
    assert told
    columns = "change: {families: {domains: {columns: [members, score], access: {members: [a], score: D1}}}}\n"
    assert child(
        tmp_path,
        NAMED,
        columns + "replace: {measures: {all: {kind: sum, of: {item: score, each: domains}, published: true}}}\n",
    ) == ({}, [])
    _, told = child(tmp_path, "families: {domains: [a, b]}\n", "remove: {families: {domains: {a: [x]}}}\n")
    assert any('no "domains" under families to remove' in one for one in told)
