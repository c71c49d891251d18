"""Why there is no value is known by its sort and its origin; what a reason rests on is in its records, not its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import rate

from nhsrate import assess, load_methodology, read_return
from nhsrate.core.cells import Missing
from nhsrate.engine.explain import deciding_cell, explain, reason_for

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.cells import Sort
    from nhsrate.engine.assessment import Assessment


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
        ("ratio", 0, "not computable", "ratio", ("a", "b")),
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
