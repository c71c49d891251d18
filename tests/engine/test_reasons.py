"""Why there is no value is known by its sort and its origin; what a reason rests on is in its records, not its words."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.rules import rate

from nhsrate import assess, load_methodology, read_return
from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation
from nhsrate.engine.explain import deciding_cell, deciding_rule, explain, explain_everything, reason_for
from nhsrate.reports.explanation import explanation_text
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nhsrate.core.cells import Sort
    from nhsrate.engine.assessment import Assessment

SOURCE = ROOT / "src" / "nhsrate"


def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str, rows: str) -> Assessment:
    """The assessment of a return that is read from a file, so that its values have cells."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(f"id: m\ntitle: M\n{rules}", "utf-8")
    (tmp_path / "r.csv").write_text(rows, "utf-8")
    methodology = load_methodology("m.yaml")
    return assess(read_return("r.csv", methodology), methodology)


ALIKE = """
inputs:
  a: {type: number, markers: {"n/a": does not apply}}
  b: {type: number}
measures:
  m: {kind: difference, of: a, from: b, only_when: {when: {b: ">= 1"}, because: does not apply, missing: fails}}
  mean: {kind: mean, of: [m, b], missing: missing}
ratings: {r: {kind: sum, of: [mean], missing: missing, headline: true}}
"""


def test_a_marker_with_the_text_of_a_gate_is_not_taken_for_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated = read(tmp_path, monkeypatch, ALIKE, "Code,Name,a,b\nRXX,Two,3,0\nRYY,One,n/a,6\n")
    assert [str(cell) for cell in rated.columns["m"]] == ["missing (does not apply)"] * 2
    assert explain(rated, 0).reasons["m"].parts == ("b",)
    assert explain(rated, 1).reasons["m"].parts == ("a",)
    assert [str(deciding_cell(rated, "m", n)) for n in (0, 1)] == ["r.csv:D2", "r.csv:C3"]
    assert [str(deciding_cell(rated, "r", n)) for n in (0, 1)] == ["r.csv:D2", "r.csv:C3"]


def test_a_missing_value_keeps_its_sort_and_its_origin_through_what_combines_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated = read(tmp_path, monkeypatch, ALIKE, "Code,Name,a,b\nRXX,Two,3,0\nRYY,One,n/a,6\n")
    gate, marker = rated.columns["r"]
    assert isinstance(gate, Missing)
    assert isinstance(marker, Missing)
    assert (gate.sort, gate.item) == ("gate", "m")
    assert (marker.sort, marker.item) == ("own marker", "a")
    assert marker.reason == "mean is missing: m is missing: does not apply"


GIVEN = """
reading: {markers: {"..": not rated}}
inputs: {a: {type: number}}
measures: {x: {kind: sum, of: [a], given_as: [X], markers: {"z": not rated}}}
ratings: {r: {kind: sum, of: [x], missing: missing, headline: true}}
"""


def test_only_the_own_marker_of_an_item_says_that_none_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated = read(tmp_path, monkeypatch, GIVEN, "Code,Name,a,X\nRXX,One,3,z\nRYY,Two,4,..\n")
    assert [str(cell) for cell in rated.columns["x"]] == ["missing (not rated)", "4"]
    reason = reason_for(rated, "x", 0)
    assert (str(reason.cell_at), reason.parts) == ("r.csv:D2", ())
    assert str(deciding_cell(rated, "x", 0)) == "r.csv:D2"
    assert (reason_for(rated, "x", 1).cell_at, reason_for(rated, "x", 1).parts) == (None, ("a",))


POPULATION = """
inputs: {a: {type: number}, b: {type: number}, kind: {type: text}}
populations: {acute: {when: {kind: acute}, missing: fails}}
measures:
  z: {kind: standardise, of: a, over: acute, sd: n}
  ratio: {kind: ratio, of: a, to: b, zero: missing}
  few: {kind: mean, of: [a, b], missing: {leave out: 2}}
  place: {kind: place, by: [{item: few, first: lowest}]}
"""


@pytest.mark.parametrize(
    ("item", "n", "sort", "origin", "parts"),
    [
        ("a", 2, "blank", "a", ()),
        ("z", 1, "population", "z", ("kind",)),
        ("z", 2, "blank", "a", ("a",)),
        ("ratio", 0, "not computable", "ratio", ("b",)),
        ("ratio", 2, "blank", "a", ("a",)),
        ("few", 2, "too few", "few", ("a",)),
        ("place", 2, "too few", "few", ("few",)),
    ],
)
def test_what_is_missing_says_of_what_sort_and_where(
    item: str, n: int, sort: Sort, origin: str, parts: tuple[str, ...]
) -> None:
    rated = rate(POPULATION, a="1 2 - 4", b="0 1 1 1", kind="acute mental acute acute")
    cell = rated.columns[item][n]
    assert isinstance(cell, Missing)
    assert (cell.sort, cell.item) == (sort, origin)
    assert reason_for(rated, item, n).parts == parts


def test_what_has_no_band_rests_on_its_value_and_its_cohort_alone() -> None:
    """
    figures: {half: {value: 0.5, basis: assumed}}
    scales: {rag: [{level: green}, {level: red}]}
    inputs: {a: {type: number, polarity: higher}, kind: {type: text}}
    measures:
      band: {kind: quantile-bands, of: a, over: everyone, within: kind, definition: linear, scale: rag,
             levels: [{level: green, best: half}, {level: red, otherwise: true}]}
    """
    rated = rate(test_what_has_no_band_rests_on_its_value_and_its_cohort_alone.__doc__, a="1 2 - -", kind="x x x y")
    reasons = [reason_for(rated, "band", n) for n in range(4)]
    assert [reason.parts for reason in reasons] == [("a", "kind"), ("a", "kind"), ("a",), ("a",)]
    assert [len(reason.figures) for reason in reasons] == [1, 1, 0, 0]


def test_who_makes_a_missing_value_says_of_what_sort_it_is() -> None:
    """Only a kind may leave it out: what its rule says to be missing is not computable."""
    silent = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in SOURCE.rglob("*.py")
        if file.parent.name != "kinds"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Missing"
        if len(node.args) < 2
    ]
    assert silent == []


NAMED = """
sources: {one: {title: The one}, two: {title: The other}, row: {title: The row}}
figures:
  cut: {value: 5, basis: stated, source: one}
  other: {value: 7, basis: stated, source: two}
inputs: {a: {type: number}, b: {type: number}, k: {type: text}}
measures:
  high: {kind: thresholds, of: a, scores: [{score: 2, at_least: cut}, {score: 1, otherwise: true}]}
  low: {kind: thresholds, of: b, scores: [{score: 2, at_least: other}, {score: 1, otherwise: true}]}
  told: {kind: decide, rows: [{when: {k: acute (other)}, missing: fails, then: 2, source: row}], otherwise: 1}
ratings:
  r: {kind: sum, of: [high, told], missing: missing, headline: true}
  s: {kind: sum, of: [low], missing: missing}
"""


def test_a_figure_that_a_value_happens_to_name_is_not_taken_for_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated = read(tmp_path, monkeypatch, NAMED, "Code,Name,a,b,k\nRXX,One,6,8,acute (other)\n")
    said = explanation_text(rated, explain(rated, 0))
    assert "k is acute (other)" in said
    assert "cut = 5 (stated, one)" in said
    assert "other = 7" not in said
    assert "two: The other" not in said
    assert "row: The row" in said
    reasons = explain(rated, 0, ["r", "s"]).reasons
    assert [figure.name for reason in reasons.values() for figure in reason.figures] == ["cut", "other"]
    assert [source.id for source in reasons["low"].sources] == ["two"]
    assert [str(cell) for cell in reasons["a"].cells] == ["r.csv:C2"]


def test_a_decision_of_people_is_among_the_cells_that_a_reason_rests_on() -> None:
    override = Override("A", "r", "low", "inspection", "Panel", "2026-06-01", CellLocation("d.csv", row=2, column=1))
    rated = rate(
        """
        scales: {s: [{level: high}, {level: low}]}
        inputs: {a: {type: number}}
        ratings:
          r:
            kind: thresholds
            of: a
            scale: s
            headline: true
            levels: [{level: high, at_least: 1}, {level: low, otherwise: true}]
        """,
        overrides=[override],
        a="2 -",
    )
    assert reason_for(rated, "r", 0).cells == (override.at,)
    assert (reason_for(rated, "r", 0).parts, reason_for(rated, "r", 1).parts) == (("a",), ("a",))


@pytest.mark.parametrize(
    ("file", "edition"),
    [
        ("oversight-q4.csv", "nof-2025-26-q4-mental-health-community"),
        ("acute-stars-2003-04.xlsx", "nhs-star-ratings-2003-04-acute"),
    ],
)
def test_explaining_writes_nothing_and_may_be_done_by_several_at_once_in_any_order(file: str, edition: str) -> None:
    methodology = load_methodology(edition)
    rated = assess(read_return(str(ROOT / "examples" / file), methodology), methodology)
    before = repr((rated.kept, rated.marks))
    everyone = range(len(rated.organisations))[:12]

    def told(numbers: Iterable[int]) -> dict[int, str]:
        return {n: explanation_text(rated, explain_everything(rated, n)) for n in numbers}

    one_by_one = told(everyone)
    with ThreadPoolExecutor(2) as pool:
        forth, back = pool.map(told, (everyone, reversed(everyone)))
    assert one_by_one == forth == back
    assert repr((rated.kept, rated.marks)) == before


def test_a_view_cannot_be_written_to() -> None:
    rated = rate("measures: {x: {kind: constant, value: 1}}")
    view = rated.view("x")
    with pytest.raises(FrozenInstanceError):
        view.item = None  # type: ignore[misc, assignment]
    assert not {"refuse", "met", "keep", "once"} & {*dir(view)}


DECIDING = """scales: {s: [{level: high}, {level: middle}, {level: low}]}
inputs: {a: {type: number}, b: {type: number}, c: {type: number}}
measures:
  alone: {kind: sum, of: [a], missing: missing}
  both: {kind: sum, of: [a, b], missing: missing}
  fixed: {kind: constant, value: 1}
  given: {kind: sum, of: [b], given_as: [G], missing: missing}
ratings:
  r:
    kind: decide
    scale: s
    headline: true
    rows: [{when: {alone: "> 5"}, then: middle, missing: fails}]
    otherwise: high
    limits:
      - {at_best: middle, when: {b: "> 5"}, because: b, missing: fails}
      - {at_best: low, when: {b: "> 7", c: "> 5"}, because: both, missing: fails}
"""
ROWS = """Code,Name,a,b,c,G
RAA,One,1,2,3,9
RBB,Two,1,6,3,
RCC,Three,1,8,6,
RDD,Four,,2,3,
RFF,Five,9,,3,
"""


def test_the_cell_that_decided_is_the_one_that_all_comes_down_to_and_the_rule_the_line_that_acted_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several cells, or none, are not one; of a limit it is what it tested, of a gap what is missing."""
    rated = read(tmp_path, monkeypatch, DECIDING, ROWS)
    cells = {
        item: [str(deciding_cell(rated, item, n)).removeprefix("r.csv:") for n in range(5)]
        for item in ("a", "alone", "both", "fixed", "given", "r")
    }
    assert cells == {
        "a": ["C2", "C3", "C4", "C5", "C6"],
        "alone": ["C2", "C3", "C4", "C5", "C6"],
        "both": ["None", "None", "None", "C5", "D6"],
        "fixed": ["None"] * 5,
        "given": ["F2", "D3", "D4", "D5", "D6"],
        "r": ["C2", "D3", "None", "C5", "C6"],
    }
    lines = [[str(deciding_rule(rated, item, n)).split(":")[1] for n in range(3)] for item in ("a", "alone", "r")]
    assert lines == [["4", "4", "4"], ["6", "6", "6"], ["12", "18", "19"]]


def test_a_decision_stands_where_it_was_written_whatever_the_rules_came_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated = read(tmp_path, monkeypatch, DECIDING, ROWS)
    decided = replace(
        rated.submitted,
        overrides=(
            Override("RBB", "r", "high", "A. Person", "2026-01-02", "mended", CellLocation("o.csv", None, 7, 3)),
            Override("RDD", "r", "low", "A. Person", "2026-01-02", "mended", CellLocation("o.csv", None, 8, 3)),
        ),
    )
    again = assess(decided, rated.methodology)
    assert [str(deciding_cell(again, "r", n)) for n in range(4)] == ["r.csv:C2", "o.csv:C7", "None", "o.csv:C8"]
    assert [str(deciding_rule(again, "r", n)).split(":")[1] for n in (0, 1, 3)] == ["12", "18", "12"]
