"""SARIF 2.1.0: what its specification demands, held without its schema, which is not among our packages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.running import run

from nhsrate import __version__
from nhsrate.core.problems import CODES, CellLocation, LineLocation, Problem
from nhsrate.reports.problems import sarif_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RULES = "id: short\ntitle: Short\nscales: {a: [{level: 1}, {level: 0}]}\n"


def checked_run(text: str) -> dict[str, Any]:
    """The one run of a SARIF text, which keeps to what the specification demands of every part that is used."""
    log = json.loads(text)
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [only] = log["runs"]
    assert set(only) == {"tool", "columnKind", "results"}
    assert only["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    driver = only["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("nhsrate", __version__)
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    assert all(rule["shortDescription"]["text"] == CODES[rule["id"]] for rule in driver["rules"])
    for result in only["results"]:
        assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"].strip()
        assert result["locations"]
        for location in result["locations"]:
            check_location(location)
    found: dict[str, Any] = only
    return found


def check_location(location: dict[str, Any]) -> None:
    """A location names its file by a relative or absolute reference, and lines and columns count from 1."""
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri).intersection(' "<>\\^`{|}#?')
    if "region" in physical:
        assert set(physical["region"]) <= {"startLine", "startColumn"}
        assert all(type(number) is int and number >= 1 for number in physical["region"].values())
        assert "startLine" in physical["region"]
    [logical] = location["logicalLocations"]
    assert logical["fullyQualifiedName"]


def regions(problem: Problem) -> list[tuple[str, dict[str, int] | None, str]]:
    """Where one problem stands: the file, the region, and the name for people."""
    [result] = checked_run(sarif_text([problem]))["results"]
    return [
        (
            one["physicalLocation"]["artifactLocation"]["uri"],
            one["physicalLocation"].get("region"),
            one["logicalLocations"][0]["fullyQualifiedName"],
        )
        for one in result["locations"]
    ]


def test_no_problems_are_a_run_without_results() -> None:
    found = checked_run(sarif_text([]))
    assert found["results"] == []
    assert found["tool"]["driver"]["rules"] == []


def test_each_code_is_one_rule_and_each_problem_names_its_own() -> None:
    at = CellLocation("r.csv")
    problems = [
        Problem(at, "case", "One.", "Mend it."),
        Problem(at, "cycle", "Two.", severity="warning"),
        Problem(at, "case", "Three.", severity="note"),
    ]
    found = checked_run(sarif_text(problems))
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in found["results"]] == [
        ("case", 0, "error"),
        ("cycle", 1, "warning"),
        ("case", 0, "note"),
    ]
    assert [one["message"]["text"] for one in found["results"]] == ["One. Mend it.", "Two.", "Three."]


def test_a_cell_is_a_region_by_its_row_and_column() -> None:
    def place(at: CellLocation | LineLocation) -> tuple[str, dict[str, int] | None, str]:
        [found] = regions(Problem(at, "case", "Wrong."))
        return found

    assert place(CellLocation("a/r.xlsx", "June", 12, 6)) == (
        "a/r.xlsx",
        {"startLine": 12, "startColumn": 6},
        "a/r.xlsx:June!F12",
    )
    assert place(CellLocation("r.csv", None, 12)) == ("r.csv", {"startLine": 12}, "r.csv:row 12")
    assert place(CellLocation("r.xlsx", "June")) == ("r.xlsx", None, "r.xlsx:June")
    assert place(LineLocation("s.yaml", 3, 5)) == ("s.yaml", {"startLine": 3, "startColumn": 5}, "s.yaml:3:5")
    assert place(LineLocation("s.yaml", 3)) == ("s.yaml", {"startLine": 3}, "s.yaml:3:0")
    assert place(LineLocation("s.yaml")) == ("s.yaml", None, "s.yaml")


def test_every_cell_of_one_cause_is_a_location() -> None:
    cells = tuple(CellLocation("r.csv", None, row, 2) for row in range(2, 7))
    assert [region for _, region, _ in regions(Problem(cells[0], "case", "Wrong.", cells=cells))] == [
        {"startLine": row, "startColumn": 2} for row in range(2, 7)
    ]


def test_names_of_files_are_written_as_references() -> None:
    """White space, signs with a meaning, other scripts, and bytes that are no text."""
    names = {"a b#1.csv": "a%20b%231.csv", "c:d?.csv": "c%3Ad%3F.csv", "é.csv": "%C3%A9.csv", "\udce9.csv": "%E9.csv"}
    assert {name: regions(Problem(CellLocation(name), "case", "Wrong."))[0][0] for name in names} == names


def test_check_writes_it_to_standard_output_or_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.yaml").write_text(RULES, "utf-8")
    code, out, err = run("check", "short.yaml", "none.csv", "-f", "sarif")
    assert (code, err) == (1, "")
    found = checked_run(out)
    assert {one["ruleId"] for one in found["results"]} == {"missing-key", "no-such-file"}
    assert run("check", "short.yaml", "none.csv", "-f", "sarif", "-o", "found.sarif") == (1, "", "wrote found.sarif\n")
    assert (tmp_path / "found.sarif").read_text("utf-8") == out
