"""The installed tool as a process: in the checkout the editable install, and in CI the built wheel on its own.

For the wheel, CI copies `tests` and `examples` to a folder without `src` and `indicators`, and names in
`NHSRATE_WHEEL` the list of the checkout's rule files with their digests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import nhsrate
from nhsrate.rules.editions import edition_files, indicators_folder

LISTED = os.environ.get("NHSRATE_WHEEL")
TOOL = Path(sysconfig.get_path("scripts")) / ("nhsrate.exe" if os.name == "nt" else "nhsrate")
HEAVY = ("pandas", "numpy", "openpyxl", "xlsxwriter", "rich", "yaml")

RULES = """\
id: two-thirds
title: Two thirds
status: illustrative
scales: {lights: [{level: green}, {level: red}]}
inputs:
  waits: {type: number}
  finance: {type: number}
measures:
  average: {kind: weighted-mean, of: {waits: 1, finance: 2}, missing: refuse, published: true}
ratings:
  light:
    kind: thresholds
    scale: lights
    headline: true
    published: true
    of: average
    levels: [{level: green, at_least: 0.8}, {level: red, otherwise: true}]
"""
RETURN = "code,name,waits,finance\nA1,Alder,0.1,1.15\nB2,Birch,0.1,1.1\n"
RATINGS = "code,name,average,light\nA1,Alder,0.8,green\nB2,Birch,0.766666666667,red\n"


def run(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the tool says in that folder; UTF-8 both ways, as it writes."""
    return subprocess.run(
        [TOOL, *arguments], cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.skipif(LISTED is None, reason="only CI runs these tests against the built wheel")
def test_the_wheel_holds_every_file_of_the_checkouts_indicators_and_is_what_is_tested() -> None:
    assert LISTED is not None
    assert Path(nhsrate.__file__).is_relative_to(sysconfig.get_path("purelib"))
    assert indicators_folder() == Path(nhsrate.__file__).parent / "indicators"
    packed = {
        f"./{file.relative_to(indicators_folder()).as_posix()}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in indicators_folder().rglob("*")
        if file.is_file()
    }
    lines = Path(LISTED).read_text(encoding="utf-8").splitlines()
    assert packed == {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert (Path(nhsrate.__file__).parent / "py.typed").is_file()


@pytest.mark.skipif(LISTED is None, reason="an editable install brings no man page")
def test_the_wheel_brings_the_man_page() -> None:
    page = Path(sysconfig.get_path("data")) / "share" / "man" / "man1" / "nhsrate.1"
    assert page.read_text("utf-8").startswith(".TH NHSRATE 1")


def test_every_edition_is_listed(tmp_path: Path) -> None:
    done = run("methodologies", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [id for id in edition_files() if id not in done.stdout] == []
    assert edition_files()


def test_the_worked_cases_of_every_edition_pass(tmp_path: Path) -> None:
    done = run("test", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_return_is_rated_under_ones_own_methodology(tmp_path: Path) -> None:
    (tmp_path / "two-thirds.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "return.csv").write_text(RETURN, encoding="utf-8")
    done = run("score", "return.csv", "-m", "two-thirds.yaml", "-f", "csv", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, RATINGS, "")


def test_a_return_that_is_not_there_is_one_problem_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "two-thirds.yaml").write_text(RULES, encoding="utf-8")
    done = run("score", "nowhere.csv", "-m", "two-thirds.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from nhsrate.commands.main import main; main(['--help'], standalone_mode=False); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
