"""The pager for what is longer than the terminal, in a terminal of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

import nhsrate
from nhsrate.commands import screens
from nhsrate.screen.pager import paged, pager_of

RETURN = str(ROOT / "examples" / "sha-2004.csv")

IN_A_TERMINAL = """
import fcntl, os, pty, struct, sys, termios
child, fd = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", int(sys.argv[1]), 80, 0, 0))
    os.execv(sys.executable, [sys.executable, "-m", "nhsrate", *sys.argv[2:]])
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Run the tool in a terminal of 80 columns and so many rows, and print what it shows."""


def in_a_terminal(rows: int, *arguments: str, **environ: str) -> str:
    """What the tool shows there, without its colours."""
    mine = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "PAGER"}}
    mine |= {"PYTHONPATH": str(Path(nhsrate.__file__).parents[1]), "TERM": "xterm", **environ}
    done = subprocess.run(
        [sys.executable, "-c", IN_A_TERMINAL, str(rows), *arguments],
        capture_output=True,
        env=mine,
        check=True,
        timeout=120,
    )
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", done.stdout.decode()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"NHSRATE_PAGER": "most", "PAGER": "less"}, "most"),
        ({"NHSRATE_PAGER": "", "PAGER": "less"}, None),
        ({"PAGER": "cat"}, None),
        ({"PAGER": "less -S"}, "less -S"),
        ({"PAGER": "less", "TERM": "dumb"}, None),
    ],
)
def test_which_pager_is_asked_for(environ: dict[str, str], found: str | None) -> None:
    assert pager_of(environ) == found


def test_without_a_word_it_is_less_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/less")
    assert pager_of({}) == "less"
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert pager_of({}) is None


def test_a_pager_gets_all_and_the_options_of_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt is the pager's affair meanwhile, and the process's again behind it."""
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.delenv("LESSCHARSET", raising=False)
    before = signal.getsignal(signal.SIGINT)
    got = tmp_path / "got"
    assert paged("★\n".encode(), f'cat > "{got}"; echo "$LESS $LESSCHARSET" >> "{got}"; kill -2 $PPID', "utf-8")
    assert got.read_text("utf-8") == "★\nFRX utf-8\n"
    assert signal.getsignal(signal.SIGINT) == before
    assert paged(b"x\n", f'cat > "{got}"; echo "$LESSCHARSET" >> "{got}"', "ascii")
    assert got.read_text("utf-8") == "x\n\n"


def test_a_pager_may_be_left_early_and_may_not_be_there(capfd: pytest.CaptureFixture[str]) -> None:
    assert paged(b"x\n" * 1_000_000, "true", "utf-8")
    assert not paged(b"x\n", "there-is-no-such-pager", "utf-8")
    assert "there-is-no-such-pager" in capfd.readouterr().err


def test_what_is_longer_than_the_terminal_is_paged() -> None:
    pager = "head -2; echo paged"
    assert in_a_terminal(10, "score", RETURN, NHSRATE_PAGER=pager).splitlines()[-1] == "paged"
    assert "paged" not in in_a_terminal(10, "--no-pager", "score", RETURN, NHSRATE_PAGER=pager)
    assert "paged" not in in_a_terminal(10, "score", RETURN, "--no-pager", NHSRATE_PAGER=pager)
    assert "paged" not in in_a_terminal(60, "score", RETURN, NHSRATE_PAGER=pager)
    assert "All notes: --notes" in in_a_terminal(10, "score", RETURN, PAGER="there-is-no-such-pager")


def test_the_size_of_a_terminal_is_what_is_said_else_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)
    assert screens.size_of(None) == (80, 24)
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("LINES", "no")
    assert screens.size_of(None) == (50, 24)
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((0, 40)))
    monkeypatch.delenv("COLUMNS")
    assert screens.size_of(sys.__stdout__) == (80, 40)
