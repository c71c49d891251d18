"""Waiting for files to change: what is told, when, and what is not, by a clock that the test holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.projects import RETURN, put, rules
from tests.support.projects import project as small
from tests.support.running import run

from nhsrate.commands import building, processes
from nhsrate.projects.watch import changes, stamps

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return small(tmp_path)


def after(*steps: Callable[[], object] | None) -> Callable[[], bool]:
    """A clock: each time that somebody waits, the next step is done, and after the last it is enough."""
    left = list(steps)

    def wait() -> bool:
        if not left:
            return False
        step = left.pop(0)
        if step is not None:
            step()
        return True

    return wait


def edit(name: str) -> Callable[[], object]:
    """What writes something to a file."""
    return lambda: Path(name).write_text(f"{os.urandom(8).hex()}{os.urandom(int.from_bytes(os.urandom(1))).hex()}")


def told(*steps: Callable[[], object] | None, made: Callable[[], list[Path]] = list) -> list[list[str]]:
    """What is told of the files of this folder."""
    found = changes(lambda: [Path()], after(*steps), made)
    return [[os.path.relpath(file) for file in files] for files in found]


def test_at_first_nothing_is_told_and_then_what_changed_came_and_went() -> None:
    assert told() == [[]]
    assert told(None, None) == [[]]
    assert told(edit("a.txt"), None) == [[], ["a.txt"]]
    assert told(edit("returns/june.csv"), None, None, Path("a.txt").unlink, None) == [
        [],
        ["returns/june.csv"],
        ["a.txt"],
    ]


def test_a_file_that_is_still_being_written_is_told_once() -> None:
    assert told(edit("a.txt"), edit("a.txt"), edit("b.txt"), None) == [[], ["a.txt", "b.txt"]]
    assert told(edit("a.txt")) == [[]]


def test_hidden_files_and_locks_are_nobodys_business() -> None:
    Path(".git/deep").mkdir()
    assert told(edit(".git/deep/x"), edit(".hidden"), edit("~$june.xlsx"), None) == [[]]


def test_what_whoever_is_told_has_written_is_no_change_and_what_others_wrote_meanwhile_is() -> None:
    found = changes(lambda: [Path()], after(edit("a.txt"), None, None, None), lambda: [Path("out.csv")])
    assert next(found) == []
    assert [os.path.relpath(one) for one in next(found)] == ["a.txt"]
    edit("out.csv")()
    edit("b.txt")()
    assert [os.path.relpath(one) for one in next(found)] == ["b.txt"]


def test_single_files_are_watched_and_what_is_not_there_has_no_stamp() -> None:
    assert [*stamps([Path("nhsrate.yaml"), Path("nowhere")])] == [str(Path("nhsrate.yaml").absolute())]


def test_a_build_is_done_again_when_a_file_changes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a fault ends nothing but that build."""
    faulty = lambda: put(here, rules__stars_yaml=rules().replace("kind: sum", "kind: summ"))  # noqa: E731 (a step)
    steps = (
        lambda: put(here, returns__june_csv=RETURN.replace("60", "90")),
        None,
        faulty,
        None,
        lambda: put(here, nhsrate_yaml="x"),
        None,
    )
    monkeypatch.setattr(
        building, "pause", after(*steps, lambda: put(here, nhsrate_yaml="methodologies: rules\n"), None)
    )
    code, out, err = run("build", "--watch")
    assert code == 0
    assert out.splitlines() == [
        "wrote out/june.csv", "1 rating, 1 file: 1 written, 0 as they were.",
        "wrote out/june.csv", "1 rating, 1 file: 1 written, 0 as they were.",
        "june was not made.", "1 rating, 0 files.",
        "0 ratings, 0 files.",
    ]  # fmt: skip
    assert [line for line in err.splitlines() if line.endswith(" changed.")] == [
        "returns/june.csv changed.", "rules/stars.yaml changed.", "nhsrate.yaml changed.", "nhsrate.yaml changed.",
    ]  # fmt: skip
    assert "nhsrate.yaml:1:1: error: Keys with values are wanted here" in err


def test_a_check_is_done_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("build").code == 0
    monkeypatch.setattr(building, "pause", after(lambda: put(here, returns__june_csv=RETURN.replace("60", "90")), None))
    _, out, _ = run("build", "--watch", "--check", "june")
    assert out.startswith("Nothing moved: 1 rating and 1 file hold.\n1 rating and 1 other result moved in june.\n")


def test_options_that_do_not_go_with_it_are_refused_and_so_is_no_project() -> None:
    assert "--watch tells people" in run("build", "--watch", "--check", "-f", "json").err
    Path("nhsrate.yaml").unlink()
    assert run("build", "--watch").code == 1


def test_a_pause_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    assert building.pause()
    assert slept == [building.PAUSE]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal can be sent there")
def test_somebody_stops_it() -> None:
    """A real process: it waits, and Ctrl+C ends it."""
    code = "from nhsrate.commands.start import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "build", "--watch"], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as going:
        assert going.stderr is not None
        assert going.stderr.readline() == b"Waiting for changes; Ctrl+C ends it.\n"
        going.send_signal(signal.SIGINT)
        assert going.wait(30) == 130
