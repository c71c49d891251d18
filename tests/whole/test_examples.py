"""The examples: made by their script, rated as committed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.reports.metadata import beside

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from tests.conftest import Golden

EXAMPLES = ROOT / "examples"
RATED = [
    "acute-stars-2003-04.xlsx",
    "financial-risk-2011-12.csv",
    "oversight-q4.csv",
    "sha-2004.csv",
    "traffic-lights-2000.csv",
]
FAULTY = "faulty-return.xlsx"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", EXAMPLES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ratings(name: str) -> Path:
    return (EXAMPLES / "ratings" / name).with_suffix(".csv")


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_script_makes_the_same_bytes_every_time(script: ModuleType, tmp_path: Path) -> None:
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        script.main(folder)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert sorted(one) == sorted([*RATED, FAULTY])


def test_the_committed_examples_are_what_the_script_makes(script: ModuleType, tmp_path: Path, *, update: bool) -> None:
    """Of a workbook the cells are compared, because another openpyxl or zlib may write them in other bytes."""
    script.main(EXAMPLES if update else tmp_path)
    if update:
        return
    for file in tmp_path.iterdir():
        committed = EXAMPLES / file.name
        if file.suffix == ".csv":
            assert committed.read_bytes() == file.read_bytes(), file.name
        else:
            assert cells(committed) == cells(file), file.name


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path)}


@pytest.mark.parametrize("name", RATED)
def test_the_committed_ratings_are_what_the_tool_says(
    name: str, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what people decided stands beside those for which they did, with paths that are right in any checkout."""
    made = tmp_path / ratings(name).name
    monkeypatch.chdir(ROOT)
    code, output = run("score", f"examples/{name}", "-o", made)
    assert code == 0, output
    golden(ratings(name), made.read_text("utf-8"))
    if beside(made).exists():
        golden(beside(ratings(name)), beside(made).read_text("utf-8"))
    assert beside(ratings(name)).exists() == beside(made).exists() == (name == "acute-stars-2003-04.xlsx")


@pytest.mark.parametrize("name", RATED)
def test_an_example_agrees_with_its_committed_ratings(name: str) -> None:
    code, output = run("score", EXAMPLES / name, "--check", ratings(name))
    assert code == 0, output


@pytest.mark.parametrize("name", RATED)
def test_an_example_has_no_problems(name: str) -> None:
    code, output = run("check", EXAMPLES / name)
    assert code == 0, output
    assert "No problems" in output


def test_a_column_that_told_the_period_is_not_called_unused() -> None:
    _, output = run("check", EXAMPLES / "oversight-q4.csv")
    assert "period Q4 2025/26" in output
    assert "not used" not in output


def test_the_faulty_return_has_every_fault_it_was_made_with() -> None:
    code, output = run("check", EXAMPLES / FAULTY)
    assert code == 1
    for fault in (
        "text-in-number",
        "error-cell",
        "out-of-range",
        "undeclared-marker",
        "not-yes-or-no",
        "required-value",
        "duplicate-organisation",
        "missing-column",
    ):
        assert f"[{fault}]" in output
