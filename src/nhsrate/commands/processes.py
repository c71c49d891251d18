"""Independent work on all processors at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

from nhsrate.commands.ending import undone_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system has it
        return os.cpu_count() or 1


def spread(work: Callable[[T], R], tasks: Sequence[T], processes: int) -> Iterator[tuple[int, R]]:
    """What `work` gives for each task, with the number of the task, as they are done.

    The work is done in processes of their own, where several are wanted. Where one of those is ended from outside, such
    as by a system that is short of memory, what is left is done here.
    """
    done: set[int] = set()
    if processes > 1 and len(tasks) > 1:
        for n, result in _in_processes(work, tasks, min(processes, len(tasks))):
            done.add(n)
            yield n, result
    for n, task in enumerate(tasks):
        if n not in done:
            yield n, work(task)


def _in_processes(work: Callable[[T], R], tasks: Sequence[T], processes: int) -> Iterator[tuple[int, R]]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    def stop() -> None:
        for child in active_children():
            child.kill()

    # A copy of this process has everything imported already; elsewhere than on Linux, copies are not safe.
    pool = ProcessPoolExecutor(processes, get_context("fork" if sys.platform == "linux" else "spawn"))
    with undone_by(stop):
        try:
            numbers = {pool.submit(work, task): n for n, task in enumerate(tasks)}
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)
