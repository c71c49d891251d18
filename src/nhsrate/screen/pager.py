"""A pager for what is longer than the terminal, as git has one: NHSRATE_PAGER, PAGER or less, and none for `cat`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOT_FOUND = 127
"""What a shell says where there is no such program."""


def pager_of(environ: Mapping[str, str]) -> str | None:
    """The command of the pager; nothing where none is wanted, or none is there.

    >>> pager_of({"NHSRATE_PAGER": "most", "PAGER": "less"}), pager_of({"PAGER": "cat"}), pager_of({"PAGER": ""})
    ('most', None, None)
    """
    if environ.get("TERM") == "dumb":
        return None
    said = environ.get("NHSRATE_PAGER", environ.get("PAGER"))
    if said is None:
        said = "less" if shutil.which("less") else ""
    return None if said.strip() in {"", "cat"} else said


def paged(content: bytes, command: str, encoding: str) -> bool:
    """Show the content in a pager, and come back when it is closed; false where there is no such program."""
    environ = {"LESS": "FRX", "LV": "-c", **os.environ}
    if encoding.casefold().replace("-", "") == "utf8":
        environ.setdefault("LESSCHARSET", "utf-8")
    with _interrupts_left_to_it():
        # It is what the user's own environment says, to be read by a shell as git does.
        pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environ)  # noqa: S602
        with suppress(OSError):  # it was closed before its end, or is none
            pager.communicate(content)
        return pager.wait() != NOT_FOUND


@contextmanager
def _interrupts_left_to_it() -> Iterator[None]:
    """Let an interrupt (Ctrl-C) be the pager's affair while it is there."""
    sys.stdout.flush()
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
