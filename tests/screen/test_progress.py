"""How long work tells on a terminal what it is at."""

from __future__ import annotations

import io
import re
import sys
import time

import pytest

from nhsrate.runs.progress import unheard
from nhsrate.screen.progress import CLEAR, _Line, progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal, and perhaps that it is gone."""

    gone = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.gone:
            raise OSError(5, "Input/output error")
        return super().write(text)


def wait_for(stream: Terminal, text: str) -> None:
    """Wait until a terminal shows a text, ten seconds at most."""
    end = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_long_work_shows_its_share_and_takes_the_line_back(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(after=0, every=0.001) as say:
        say("draws", 250, 1000)
        wait_for(stream, "25%")
        say("draws", 1000, 1000)
        wait_for(stream, "100%")
    drawn = stream.getvalue().split(CLEAR)
    assert drawn[1] == "draws  ######------------------  25%  250 of 1,000"
    assert drawn[-2] == "draws  ######################## 100%  1,000 of 1,000"
    assert drawn[-1] == ""


def test_work_that_is_soon_done_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(after=60) as say:
        say("reading")
    assert stream.getvalue() == ""


def test_work_whose_share_nobody_knows_shows_its_seconds() -> None:
    clock = iter([100.0, 107.4])
    line = _Line(Terminal(), lambda: next(clock))
    line.draw()  # nothing was said yet
    line.say("reading")
    line.draw()
    line.clear()
    assert line.stream.getvalue() == f"{CLEAR}reading ... 7 s{CLEAR}"  # type: ignore[attr-defined]


def test_a_line_is_never_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.get_terminal_size", lambda _: type("Size", (), {"columns": 20}))
    monkeypatch.setattr(Terminal, "fileno", lambda _: 2)
    line = _Line(Terminal(), lambda: 0.0)
    line.say("who would gain by not reporting", 3, 7)
    line.draw()
    assert line.stream.getvalue() == f"{CLEAR}who would gain by…"  # type: ignore[attr-defined]


def test_a_terminal_that_is_gone_does_not_end_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Terminal, "gone", True)
    line = _Line(Terminal(), lambda: 0.0)
    line.say("reading")
    line.draw()
    line.clear()
    monkeypatch.setattr(sys, "stderr", None)
    with progress() as say:
        say("reading", 1, 2)


@pytest.mark.parametrize("why", ["no terminal", "quiet", "dumb"])
def test_nothing_is_told_where_nobody_sees_it(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO() if why == "no terminal" else Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    if why == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    with progress(quiet=why == "quiet", after=0, every=0.001) as say:
        assert say is unheard
        say("reading")
        time.sleep(0.01)
    assert stream.getvalue() == ""


def test_the_line_goes_where_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    def fail() -> None:
        with progress(after=0, every=0.001) as say:
            say("rating")
            wait_for(stream, "rating")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert re.search(r"rating \.\.\. \d+ s\r\x1b\[K$", stream.getvalue())
