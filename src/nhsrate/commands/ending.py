"""The end of a process before its time: what is half done is undone, nothing is printed, and the exit code says why."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_HALF_DONE: list[Callable[[], object]] = []
"""What to do, the latest first, if the process has to end now; only the process's own affairs stand here."""


SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def watched() -> None:
    """Let an interrupt end this process with 130, and a request to end it with 128 and the number of the signal.

    The process ends where it stands, because an exception may be raised in any line, in others' code as well, and be
    lost there or printed with a traceback.
    """
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _end)


def over() -> None:
    """Take no notice of an interrupt any more: all is done, and Python is clearing away."""
    for name in SIGNALS:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)


def _end(number: int, _: FrameType | None) -> None:
    undo()
    os._exit(128 + number)


def undo() -> None:
    """Undo what is half done."""
    while _HALF_DONE:
        with suppress(OSError):
            _HALF_DONE.pop()()


@contextmanager
def undone_by(how: Callable[[], object]) -> Iterator[None]:
    """Do what `how` undoes, should it or the process end before it is done; `how` may find nothing to undo."""
    _HALF_DONE.append(how)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # the first failure is the one to tell of
            how()
        raise
    finally:
        if how in _HALF_DONE:
            _HALF_DONE.remove(how)
