"""Waiting for files to change, by the times at which they were last written: no library, no signals of the system."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Stamps = dict[str, tuple[int, int]]
"""Files, by their whole paths, with when they were last written, in nanoseconds, and their size."""


def stamps(paths: Iterable[Path]) -> Stamps:
    """The stamps of these files, and of every file in and below those that are folders; none for what is not there."""
    found: Stamps = {}
    for path in paths:
        for file in _below(path):
            try:
                facts = os.stat(file)  # noqa: PTH116 (thousands of times)
            except OSError:
                continue
            found[os.path.abspath(file)] = (facts.st_mtime_ns, facts.st_size)  # noqa: PTH100 (a link is watched as itself)
    return found


def _below(path: Path) -> Iterator[str]:
    if not os.path.isdir(path):  # noqa: PTH112 (a path's own may raise)
        yield os.fspath(path)
        return
    for folder, below, files in os.walk(path):
        below[:] = [name for name in below if not name.startswith(".")]
        yield from (os.path.join(folder, name) for name in files if not name.startswith((".", "~$")))  # noqa: PTH118


def changes(
    watched: Callable[[], Iterable[Path]], wait: Callable[[], bool], made: Callable[[], Iterable[Path]]
) -> Iterator[list[str]]:
    """The files that changed, came or went, as often as any do, until `wait` says that it is enough; at first nothing.

    `watched` gives the files and folders, which are asked for anew each time, and `made` what whoever is told has
    written himself since, which is no change. What changes while he works is told afterwards. Changes are told once
    nothing has changed for one `wait`, because programs write a file in several steps.
    """
    before = stamps(watched())
    yield []
    before |= stamps(made())
    pending: set[str] = set()
    while wait():
        now = stamps(watched())
        found = {file for file in {*before, *now} if before.get(file) != now.get(file)}
        before = now
        pending |= found
        if pending and not found:
            yield sorted(pending)
            pending = set()
            before |= stamps(made())
