"""What a test needs is said by its mark: without it the test is passed over with a sentence, in CI it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT, pytest_xdist_auto_num_workers
from tests.support.marks import SLOW, TOOLS, in_ci, lacking

if TYPE_CHECKING:
    from pathlib import Path

MARKED = """\
import pytest

@pytest.mark.slow
def test_long(): pass

@pytest.mark.office("pdftotext")
def test_sheet(): pass

def test_published(backtest_data): assert backtest_data.is_dir()

def test_plain(): pass
"""


def outcome(folder: Path, *options: str, **environment: str) -> str:
    """What pytest prints of the tests above in a folder, on a machine that has no tool at all."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n", "utf-8")
    (folder / "test_marked.py").write_text(MARKED, "utf-8")
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]["markers"]
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n" + "".join(f"    {line}\n" for line in tools), "utf-8")
    left = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--color=no", *options],
        cwd=folder,
        env=left | {"PATH": str(folder), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr


def test_without_the_tool_a_test_is_skipped_with_a_sentence(tmp_path: Path) -> None:
    printed = outcome(tmp_path, NHSRATE_BACKTEST_DATA=str(tmp_path))
    assert "2 passed, 2 skipped" in printed
    assert SLOW in printed
    assert "soffice and pdftotext: not installed, and this test needs it" in printed


def test_in_ci_a_test_without_its_tool_or_its_data_fails(tmp_path: Path) -> None:
    """Only the time that a slow test takes is no reason to fail."""
    printed = outcome(tmp_path, CI="true", NHSRATE_BACKTEST_DATA="no such folder")
    assert "1 passed, 1 skipped" in printed
    assert "2 errors" in printed
    assert "soffice and pdftotext: not installed, and this test needs it, and CI=true passes nothing over" in printed
    assert "no such folder" in printed


def test_slow_tests_are_run_where_they_are_asked_for(tmp_path: Path) -> None:
    assert "3 passed, 1 skipped" in outcome(tmp_path, "--slow", NHSRATE_BACKTEST_DATA=str(tmp_path))


def test_a_tool_is_found_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/opt/{name}" if name in {"libreoffice", "pdftotext"} else None)
    assert lacking({"office": ()}) is None
    assert lacking({"office": ("pdftotext",), "parametrize": ("a", "b"), "slow": ()}) is None
    assert lacking({"browser": ()}) == "chromium: not installed, and this test needs it"
    assert lacking({"office": ("pdfinfo",)}) == "pdfinfo: not installed, and this test needs it"


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("", False), ("false", False)])
def test_ci_says_that_it_is_one(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setenv("CI", value)
    assert in_ci() is expected


def test_every_mark_is_registered_with_what_it_needs() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert [line.partition(":")[0] for line in options["markers"]] == ["slow", *TOOLS]


@pytest.mark.parametrize(
    ("asked", "processes"),
    [
        (["src", "tests"], None),
        (["tests/core"], None),
        (["tests/core/test_moments.py"], 0),
        (["tests/core/test_moments.py::test_exact"], 0),
        (["--update"], 0),
    ],
)
def test_every_processor_takes_a_share_unless_one_file_is_asked_for(
    asked: list[str], processes: int | None, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Golden files are written by one process: two tests may write one page."""
    monkeypatch.setattr(pytestconfig, "args", [name for name in asked if name != "--update"])
    monkeypatch.setattr(pytestconfig.option, "update", "--update" in asked)
    assert pytest_xdist_auto_num_workers(pytestconfig) == processes
