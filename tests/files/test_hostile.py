"""Every hostile file against the tool as a process of its own: what it says, what it takes, and what it never does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import ROOT
from tests.support.hostile_files import FILES
from tests.support.hostile_record import INPUTS, RULES, HostileFile

from nhsrate.commands import main as cli
from nhsrate.core.problems import CODES

SECONDS = 10
MEGABYTES = 500

CHILD = ROOT / "tests" / "support" / "hostile_child.py"


class Run(NamedTuple):
    """What a process printed and how it ended, what it did to the system, and what it took."""

    stdout: str
    stderr: str
    exit: int
    deeds: list[str]
    seconds: float
    megabytes: float

    @property
    def codes(self) -> set[str]:
        """The codes of the problems that were printed."""
        return set(re.findall(r" \[([a-z-]+)\]$", self.stderr, re.MULTILINE))


def run(folder: Path, arguments: list[str]) -> Run:
    """The tool in a fresh process that keeps a record of what it does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment |= {"PYTHONPATH": str(Path(cli.__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
    scratch = folder.parent / f"{folder.name}.scratch"
    scratch.mkdir()
    environment["TMPDIR"] = str(scratch)
    record = folder.parent / f"{folder.name}.record"
    done = subprocess.run(
        [sys.executable, "-B", str(CHILD), str(record), *arguments], cwd=folder, env=environment, check=False,
        capture_output=True, encoding="utf-8", errors="replace", timeout=10 * SECONDS,
    )  # fmt: skip
    assert list(scratch.iterdir()) == []
    *deeds, took = record.read_text("utf-8").splitlines()
    word, seconds, megabytes = took.split()
    assert word == "took", done.stderr
    return Run(done.stdout, done.stderr, done.returncode, deeds, float(seconds), float(megabytes))


@pytest.mark.parametrize("file", FILES, ids=[file.id for file in FILES])
def test_a_hostile_file_is_met_with_a_plain_answer(file: HostileFile, tmp_path: Path) -> None:
    """Within 10 s (of processor time, as others may use the machine) and 500 MB; nothing is fetched, run or written."""
    for name, content in INPUTS.items():
        (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / file.name).write_bytes(file.build())
    before = files_in(tmp_path)
    found = run(tmp_path, [word.replace("{}", file.name) for word in file.command])
    printed = found.stdout + found.stderr
    assert "Traceback" not in printed
    assert found.exit == file.exit, printed
    assert set(file.codes) <= found.codes <= set(CODES), printed
    assert file.codes or file.exit or not found.codes, printed
    assert file.said in printed
    assert [text for text in file.unsaid if text in printed] == []
    after = files_in(tmp_path)
    writes = "-o" in file.command and not file.exit
    assert bool(after.pop("out.xlsx", None)) == writes
    assert after == before
    assert [deed for deed in found.deeds if not (writes and is_of_output(deed))] == []
    assert found.seconds < SECONDS
    assert found.megabytes < MEGABYTES


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of a folder, each with its size and when it was last written."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


SCRATCH = (
    "did open ", "did os.remove ", "did tempfile.mkstemp ", "did tempfile.mkdtemp ", "did os.mkdir ", "did os.rmdir ",
    "did shutil.rmtree ",
)  # fmt: skip
"""What is done to the scratch files of an output, and to the folder that they are in."""


def is_of_output(deed: str) -> bool:
    """Whether it is what writing a file takes: one beside it that takes its place, and scratch files while it is made."""
    if deed == "did ctypes.dlopen None":
        return True  # what writes workbooks imports NumPy, which looks into the process that it runs in
    if ".scratch" in deed:
        return deed.startswith(SCRATCH)
    return "/.nhsrate-" in deed and deed.startswith(("did open ", "did os.rename "))


def test_the_record_tells_what_a_process_does(tmp_path: Path) -> None:
    """What is proven to be absent would be seen: a written file is."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "return.csv").write_text(INPUTS["return.csv"], "utf-8")
    found = run(tmp_path, ["score", "return.csv", "-m", "rules.yaml", "-o", "out.csv"])
    assert found.exit == 0, found.stderr
    assert [deed.split()[1] for deed in found.deeds] == ["open", "os.rename"]
    assert all(map(is_of_output, found.deeds))
    assert not is_of_output("did open /elsewhere/file")
    assert not is_of_output("did socket.connect .scratch")
    assert found.seconds > 0
    assert found.megabytes > 5


def test_there_are_files_of_every_group() -> None:
    counted = Counter(file.group for file in FILES)
    assert len(FILES) >= 80
    assert len(counted) >= 26
    assert len({file.id for file in FILES}) == len(FILES)
