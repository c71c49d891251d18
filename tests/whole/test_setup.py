"""The two lines of the README that do all set-up; CI runs them as they stand, in a fresh copy of the checkout."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
LINES = re.findall(r"^\$ (python3 -m venv .*)$", README, re.MULTILINE)
WINDOWS = re.findall(r"^(py -3 -m venv .*)$", README, re.MULTILINE)
FIRST = "examples/acute-stars-2003-04.xlsx"


def steps(line: str) -> list[list[str]]:
    """The commands of a line, in words."""
    return [command.split() for command in line.split(" && ")]


def test_the_readme_begins_with_two_lines() -> None:
    """Nothing that a reader might run stands before them, and none is taken for part of the set-up behind them."""
    commands = re.findall(r"^\$ (.*)$", README, re.MULTILINE)
    assert len(LINES) == 2
    assert commands[:2] == LINES


def test_one_line_ends_with_ratings_and_installs_no_development_tools() -> None:
    assert steps(LINES[0]) == [
        ["python3", "-m", "venv", ".venv"],
        [".venv/bin/python", "-m", "pip", "install", "--quiet", "."],
        [".venv/bin/nhsrate", "score", FIRST],
    ]
    assert (ROOT / FIRST).is_file()


def test_the_other_line_ends_with_the_tests() -> None:
    assert steps(LINES[1]) == [
        ["python3", "-m", "venv", ".venv"],
        [".venv/bin/python", "-m", "pip", "install", "--quiet", "-e", '".[dev]"'],
        [".venv/bin/python", "-m", "pytest"],
    ]


def test_the_lines_for_windows_do_the_same() -> None:
    same = [
        line.replace("python3 ", "py -3 ")
        .replace(" && ", "; ")
        .replace(".venv/bin/", ".venv/Scripts/")
        .replace("/", "\\")
        for line in LINES
    ]
    assert same == WINDOWS


def test_ci_takes_the_lines_from_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert r"sed -n 's/^\$ \(python3 -m venv .*\)$/\1/p' README.md" in script


def test_every_dependency_has_a_range_and_its_lowest_version_is_tested() -> None:
    """What is installed here lies within the range, so the newest that is tested is one that users may get."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    ranges = [
        re.fullmatch(r"([\w-]+)>=([\d.]+),<(\d+)", needed)
        for needed in [*project["dependencies"], *optional["formats"], *optional["parquet"]]
    ]
    lowest = subprocess.run(
        [sys.executable, ".ci/lowest.py"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert [f"{found[1]}=={found[2]}" for found in ranges if found] == lowest
    for found in ranges:
        assert found is not None
        here, low = (tuple(int(part) for part in text.split(".")[:3]) for text in (version(found[1]), found[2]))
        assert low <= here < (int(found[3]),)
