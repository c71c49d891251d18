"""What other repositories run of this one, and what runs it: hooks, the action, the workflow."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.support.repository import edit, git, repository
from tests.support.running import run

from nhsrate.commands import processes

HOOKS: dict[str, Any] = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: dict[str, Any] = {step["name"]: step for step in ACTION["runs"]["steps"]}
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of the example project, in which the test works, on one processor."""
    monkeypatch.chdir(repository(tmp_path / "project"))
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return tmp_path / "project"


def fits(id_: str, file: str) -> bool:
    """Whether a change of a file lets a hook run."""
    hook = HOOKS[id_]
    excluded = "exclude" in hook and re.search(hook["exclude"], file)
    return re.search(hook["files"], file) is not None and not excluded


def hook(id_: str) -> int:
    """The exit code of a hook with every file that is committed and fits."""
    words = shlex.split(HOOKS[id_]["entry"])
    assert words[0] == "nhsrate"
    files = [file for file in git(Path(), "ls-files").splitlines() if fits(id_, file)]
    assert files
    return run(*words[1:], *(files if HOOKS[id_].get("pass_filenames", True) else [])).code


def test_the_hooks_are_what_pre_commit_takes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("id_", HOOKS)
def test_a_hook_passes_where_everything_holds(id_: str) -> None:
    assert hook(id_) == 0


@pytest.mark.parametrize(
    ("id_", "file", "before", "after"),
    [
        ("nhsrate-check", "indicators/food/food-2024.yaml", "kind: mean", "kind: meen"),
        ("nhsrate-returns", "returns/food-2024.csv", "88,14,yes", "many,14,yes"),
        ("nhsrate-returns", "indicators/food/cases.yaml", "cases:", "case:"),
        ("nhsrate-returns", "nhsrate.yaml", "methodologies: indicators", "methodologies: rules"),
        ("nhsrate-ratings", "returns/food-2024.csv", "88,14,yes", "88,34,yes"),
        ("nhsrate-ratings", "ratings/food-2024.csv", "3.00,3\nXB1", "3.00,2\nXB1"),
        ("nhsrate-ratings", "public/food-2025.html", "</html>", "</html> "),
        ("nhsrate-ratings", "indicators/food/cases.yaml", "average: 3, food: 1", "average: 3, food: 2"),
    ],
)
def test_a_hook_runs_for_the_file_and_fails(id_: str, file: str, before: str, after: str) -> None:
    assert fits(id_, file)
    edit(Path(file), before, after)
    assert hook(id_) == 1


def test_cases_are_no_rule_files_to_the_hook() -> None:
    assert not fits("nhsrate-check", "indicators/food/cases.yaml")
    assert not fits("nhsrate-check", "indicators/food/cases-more.yaml")
    assert not fits("nhsrate-ratings", "README.txt")


def test_a_hook_runs_for_endings_in_capitals_too() -> None:
    assert fits("nhsrate-returns", "returns/MAY.CSV")
    assert fits("nhsrate-ratings", "returns/Food.XLSX")


# the action


def step(name: str, here: Path, tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step of the action, run as a runner does: its script in bash, with what is handed in in the environment."""
    given = {key: inputs.get(key.replace("-", "_"), one.get("default", "")) for key, one in ACTION["inputs"].items()}
    environment = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text)
        for key, text in STEPS[name].get("env", {}).items()
    }
    assert "${{" not in STEPS[name]["run"], "what is handed in must not be part of the script"
    assert STEPS[name]["shell"] == "bash"
    tools = tmp_path / "bin"
    tools.mkdir(exist_ok=True)
    write(tools / "nhsrate", f'exec "{sys.executable}" -m nhsrate "$@"\n')
    write(tools / "python", 'printf "%s\\n" "$@"\n')
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md"),
    }
    path = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
    script = tmp_path / "step.sh"
    script.write_text(STEPS[name]["run"])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],  # noqa: S607 (the shell of whoever tests)
        cwd=here, env={**os.environ, **github, **path, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def write(file: Path, script: str) -> None:
    """A program that is this script."""
    file.write_text(f"#!/bin/sh\n{script}")
    file.chmod(0o755)


def test_the_action_installs_itself(here: Path, tmp_path: Path) -> None:
    done = step("Install nhsrate", here, tmp_path)
    assert done.stdout.splitlines()[-1] == f"{ROOT}[formats,parquet]"
    assert (ROOT / "pyproject.toml").is_file()


def test_the_action_holds_what_is_committed(here: Path, tmp_path: Path) -> None:
    done = step("Hold what is committed", here, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "step.md").read_text().startswith("## Nothing moved: 4 ratings")


def test_the_action_fails_with_annotations_and_a_summary(here: Path, tmp_path: Path) -> None:
    edit(here / "returns" / "food-2025.csv", "85,31,yes", "85,24,yes")
    done = step("Hold what is committed", tmp_path, tmp_path, path="project", ratings="food-* wards-*")
    assert done.returncode == 1
    assert "::error file=project/ratings/food-2025.csv,line=3,col=1,title=" in done.stderr
    assert (
        "| XB1 Beckhaven Hospital | food | 2 | 3 | Plate waste (D3) was 31 and is 24 |"
        in (tmp_path / "step.md").read_text()
    )


def test_a_name_that_is_handed_in_is_no_command(here: Path, tmp_path: Path) -> None:
    done = step("Hold what is committed", here, tmp_path, path=".; touch /tmp/x; $(touch y)", ratings="`touch z`; a*")
    assert done.returncode in {1, 2}
    assert not [name for name in ("x", "y", "z") if (here / name).exists()]


# the project's own workflow


def test_the_workflow_runs_what_ci_is_and_the_action_on_the_example() -> None:
    steps = [one for job in WORKFLOW["jobs"].values() for one in job["steps"]]
    assert ".ci/run" in [one.get("run") for one in steps]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    (own,) = [one for one in steps if one.get("uses") == "./"]
    assert {*own["with"]} <= {*ACTION["inputs"]}
    assert (ROOT / own["with"]["path"] / "nhsrate.yaml").is_file()
    assert WORKFLOW["permissions"] == {"contents": "read"}
