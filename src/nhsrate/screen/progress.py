"""A line on a terminal that says what long work is at and how much of it is done, and that is gone when it is done.

    with progress() as say:
        for n, row in enumerate(rows, 1):
            say("writing", n, len(rows))

Only the standard library is imported here, and threads only where there is a terminal.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from nhsrate.runs.progress import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nhsrate.runs.progress import Say

AFTER = 1.0
"""Seconds that work may take without a word."""

EVERY = 0.2
"""Seconds between two drawings."""

BAR = 24
"""The places of a whole bar."""

CLEAR = "\r\033[K"


@contextmanager
def progress(*, quiet: bool = False, after: float = AFTER, every: float = EVERY) -> Iterator[Say]:
    """Tell on a terminal (standard error) what work is at once it takes longer than `after` seconds.

    Nothing is told where there is no terminal, on one that can take nothing back, and with `quiet`.
    """
    stream = sys.stderr
    if quiet or stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield unheard
        return
    with _drawn(_Line(stream, time.monotonic), after, every) as line:
        yield line.say


@contextmanager
def _drawn(line: _Line, after: float, every: float) -> Iterator[_Line]:
    """Let the line be drawn, whatever the work itself is busy with, until it is done."""
    from threading import Event, Thread

    done = Event()

    def draw() -> None:
        wait = after
        while not done.wait(wait):
            line.draw()
            wait = every

    thread = Thread(target=draw, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        done.set()
        thread.join()
        line.clear()


class _Line:
    """The line: what it says, and whether it was drawn."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self.stream, self.clock = stream, clock
        self.stage, self.done, self.of = "", 0, 0
        self.since = clock()
        self.drawn = False

    def say(self, stage: str, done: int = 0, of: int = 0) -> None:
        """What is to be told from now on."""
        self.stage, self.done, self.of = stage, done, of

    def draw(self) -> None:
        """Draw it anew; where nothing was said yet, or nobody sees it any more, nothing is done."""
        if self.stage:
            from nhsrate.screen.widths import clipped

            self._print(CLEAR + clipped(self.text(), _width(self.stream) - 1))
            self.drawn = True

    def clear(self) -> None:
        """Take it back."""
        if self.drawn:
            self._print(CLEAR)

    def text(self) -> str:
        """The stage with its bar and share, or with the seconds that it all took where nobody knows the share."""
        if not self.of:
            return f"{self.stage} ... {self.clock() - self.since:.0f} s"
        share = min(self.done, self.of) / self.of
        full = int(share * BAR)
        return f"{self.stage}  {'#' * full}{'-' * (BAR - full)} {share:4.0%}  {self.done:,} of {self.of:,}"

    def _print(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self.stream.write(text)
            self.stream.flush()


def _width(stream: TextIO) -> int:
    """How wide the terminal is."""
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or 80
    return 80
