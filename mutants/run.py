"""Makes each change of the drawn sample and sees whether a test fails: `python mutants/run.py`, in a clone.

First the fast subset of tests runs once, with the lines that each test passes through (`mutants.coverage`) and the time
that it takes (`mutants.times.json`). Then everything is imported and all tests are collected once, and for each change
without a result a process is forked, in which the changed function gets its changed code, and the tests that pass
through the statement run, the quickest first, up to the first that fails, and for 40 seconds at the most. A test that
failed must be seen to pass, in the same order, on the code as it is, or nothing is shown. What runs at import is
changed in its file, and the files of tests that pass through its module run in a process of their own. Results go into
`mutants.sqlite`, for cosmic-ray's reports.
"""

from __future__ import annotations

import ast
import difflib
import gc
import importlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import coverage
import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOMS = ("kinds", "core", "engine")
SUBSET = (
    *(f"tests/{room}" for room in (*ROOMS, "rules")),
    *(f"src/nhsrate/{room}" for room in ROOMS),
    *("tests/whole/test_language.py", "tests/whole/test_gallery.py", "tests/returns/test_several_tables.py"),
    *("tests/runs/test_earlier.py", "tests/values/test_binary_tails.py"),
    *("tests/editions/test_manual.py", "tests/editions/test_diff.py", "tests/editions/test_weights.py"),
)
SLOW = ("tests/rules/test_index.py", "tests/rules/test_project_ids.py", "tests/core/test_periods.py")
"""Files of these folders that take long and say nothing of what is changed."""

OPTIONS = (
    "-q",
    "-n0",
    "-p",
    "no:cacheprovider",
    "--hypothesis-seed=0",
    "--tb=no",
    *(f"--ignore={file}" for file in SLOW),
)
COVERAGE, TIMES = Path("mutants.coverage"), Path("mutants.times.json")
LONG = 30  # seconds; so many of the quickest tests run for one change, which are nearly always all
SHORT = 2  # seconds; what takes longer compares whole editions, and does not run for what runs at import
PROCESSOR_SECONDS = 60  # what takes more than the tests that run for one change never ends
MEMORY = 6 * 2**30
DAY = 86_400


class Times:
    """A plugin of pytest: writes how many seconds of a processor each test took, however busy the machine is."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count set-up, test and end."""
        began = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - began

    def pytest_sessionfinish(self) -> None:
        """Write them."""
        TIMES.write_text(json.dumps(self.seconds), encoding="utf-8")


def measure() -> None:
    """Run the subset once, with the lines and the time of each test, in a process of its own."""
    rooms = [f"--cov=nhsrate.{room}" for room in ROOMS]
    options = [*OPTIONS, *rooms, "--cov-context=test", "--cov-report=", "--cov-fail-under=0", *SUBSET]
    lines = f"import sys; sys.path[:0] = ['mutants']; import run; sys.exit(run.pytest.main({options!r}, [run.Times()]))"
    subprocess.run([sys.executable, "-c", lines], env=os.environ | {"COVERAGE_FILE": str(COVERAGE)}, check=True)


@cache
def passing_through(module: str) -> dict[int, list[str]]:
    """The tests that pass through each line of a module; "" is its import."""
    data = coverage.CoverageData(str(COVERAGE))
    data.read()
    return data.contexts_by_lineno(str(Path(module).resolve()))


def statement(module: str, line: int) -> tuple[range, bool]:
    """The lines of the innermost statement a line belongs to (of a compound one the head), and if a function has it."""
    best, inside, size = range(line, line + 1), False, sys.maxsize
    for node in ast.walk(ast.parse(Path(module).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.stmt):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        lines = range(first, last + 1)
        if body := getattr(node, "body", None):
            lines = range(first, max(first + 1, body[0].lineno))
            inside |= isinstance(node, ast.FunctionDef) and body[0].lineno <= line <= last
        if line in lines and len(lines) < size:
            best, size = lines, len(lines)
    return best, inside


def tests_of(change: MutationSpec, seconds: dict[str, float]) -> list[str]:
    """The tests to run, the quickest first, and the corpus always; at import those of its module that are quick."""
    known = passing_through(str(change.module_path))
    lines, inside = statement(str(change.module_path), change.start_pos[0])
    found = {name.partition("|")[0] for line in (lines if inside else known) for name in known.get(line, ())}
    usable = [test for test in found if test in seconds and (inside or seconds[test] < SHORT)]
    quickest = sorted(usable, key=lambda test: (seconds[test], test))
    so_far = zip(quickest, accumulate(map(seconds.__getitem__, quickest)), strict=True)
    return [test for test, so_long in so_far if so_long < LONG or "test_corpus" in test]


def functions(code: CodeType) -> Iterator[CodeType]:
    """The outermost functions of a module's code, those of its classes too."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_flags & 2:  # of a function: what is local to it is fast
                yield part
            else:
                yield from functions(part)


def function_named(module: str, name: str) -> FunctionType:
    """The function itself, whatever stands around it."""
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or found
    while not isinstance(found, FunctionType):
        found = getattr(found, "__func__", None) or found.__wrapped__
    return found


def apply(path: Path, before: str, after: str) -> None:
    """Give the one function that differs its changed code."""
    module = ".".join(path.with_suffix("").parts[1:])
    old, new = (functions(compile(text, str(path.resolve()), "exec", dont_inherit=True)) for text in (before, after))
    differing = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    ((_, code),) = differing
    function_named(module, code.co_qualname).__code__ = code


def in_a_fork(work: Callable[[], str]) -> str:
    """What the work says, in a process of its own; of one that is ended, by what."""
    shutil.rmtree(".hypothesis/examples", ignore_errors=True)  # what one change taught must not help with the next
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        said = "the process failed"
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 10))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            said = work()
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is told)
            said = f"cannot be made: {error!r}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return f"ended by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else said


class Changes:
    """A plugin of pytest: all tests are collected, and in the place of running them every change is tried."""

    def __init__(self, session: WorkDB, seconds: dict[str, float]) -> None:
        """The changes of a session of cosmic-ray, and how long tests take."""
        self.session, self.seconds = session, seconds
        self.failed = False
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Whether a test failed."""
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every change that has no result, in any order, and last of all those of what runs at import."""
        items = {item.nodeid: item for item in session.items}
        gc.freeze()
        pending = sorted(self.session.pending_work_items, key=lambda item: str(item.mutations))
        random.Random(0).shuffle(pending)
        for number, item in enumerate(sorted(pending, key=at_import), 1):
            (change,) = item.mutations
            began = time.perf_counter()
            result = self.judge(change, items, inside=not at_import(item), age=number)
            self.session.set_result(item.job_id, result)
            took = f"{time.perf_counter() - began:.1f} s"
            print(time.strftime("%H:%M:%S"), number, result.test_outcome, took, result.output, result.diff, flush=True)
        return True

    def run(self, tests: Sequence[str], items: dict[str, pytest.Item]) -> str:
        """The first test that fails, or nothing."""
        there = [items[test] for test in tests]
        for item, after in zip(there, [*there[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return item.nodeid
        return ""

    def judge(self, change: MutationSpec, items: dict[str, pytest.Item], *, inside: bool, age: int) -> WorkResult:
        """What the tests make of one change."""
        path, tests = change.module_path, [test for test in tests_of(change, self.seconds) if test in items]
        before = path.read_text(encoding="utf-8")
        after = mutate_code(before, get_operator(change.operator_name)(**change.operator_args), change.occurrence) or ""
        lines = (text.splitlines(keepends=True) for text in (before, after))
        diff = "".join(difflib.unified_diff(*lines, str(path), str(path), n=0))

        def changed() -> str:
            apply(path, before, after)
            return self.run(tests, items)

        failed = in_a_fork(changed) if inside else in_its_file(path, before, after, tests, age)
        if failed.startswith("cannot be made"):
            failed = in_its_file(path, before, after, tests, age)
        if failed in items and failed not in self.passed:
            same = tests[: tests.index(failed) + 1]
            if as_it_is := in_a_fork(lambda: self.run(same, items)):
                return WorkResult(WorkerOutcome.EXCEPTION, f"fails without the change as well: {as_it_is}", None, diff)
            self.passed.update(same)
        outcome = TestOutcome.KILLED if failed else TestOutcome.SURVIVED
        return WorkResult(WorkerOutcome.NORMAL, failed or f"none of {len(tests)} tests failed", outcome, diff)


def at_import(item: WorkItem) -> bool:
    """Whether what is changed runs when its module is imported."""
    return not any(statement(str(change.module_path), change.start_pos[0])[1] for change in item.mutations)


def in_its_file(path: Path, before: str, after: str, tests: Sequence[str], age: int) -> str:
    """The same for a change of what runs at import: the file is changed while the tests run in another process."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    deselected = [f"--deselect={test}" for test, taken in json.loads(TIMES.read_text()).items() if taken >= SHORT]
    command = [sys.executable, "-m", "pytest", *OPTIONS, "-x", *deselected, *files]
    try:
        path.write_text(after, encoding="utf-8")
        os.utime(path, (DAY * age, DAY * age))  # a compiled file is known by its time and its size
        limit = (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 10)
        done = subprocess.run(
            command, check=False, capture_output=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limit)
        )
    finally:
        path.write_text(before, encoding="utf-8")
    return f"exit code {done.returncode}: {done.stdout.decode()[-200:]}" if done.returncode else ""


def main() -> None:
    """Give every change of the sample a result."""
    os.environ |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    if not TIMES.exists():
        measure()
    sys.dont_write_bytecode = True
    seconds = json.loads(TIMES.read_text(encoding="utf-8"))
    with use_db("mutants.sqlite", WorkDB.Mode.open) as session:
        pytest.main([*OPTIONS, "-s", *SUBSET], [Changes(session, seconds)])


if __name__ == "__main__":
    main()
