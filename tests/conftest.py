"""What all tests share: the same environment everywhere, golden files, and the published data beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest
from hypothesis import settings
from tests.support.marks import SLOW, in_ci, lacking

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]

# Examples that take long on a busy machine are no failure; CI draws the same examples every time.
settings.register_profile("nhsrate", deadline=None, derandomize=in_ci(), print_blob=True)
settings.load_profile("nhsrate")


class Golden(Protocol):
    """Compares a text with the golden file that holds what it should be."""

    def __call__(self, file: Path, actual: str) -> None:
        """Fail where they differ; under `--update`, write the file instead."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files from what the tests see now")
    parser.addoption("--slow", action="store_true", help="run the tests marked slow as well")


@pytest.hookimpl(optionalhook=True)  # where pytest-xdist is not installed, nobody asks
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One process where one file or test is asked for, or where golden files are written; else every processor."""
    one = len(config.args) == 1 and ".py" in config.args[0]
    return 0 if one or config.getoption("--update") else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs more time or another tool than there is does not run, and says so; in CI it fails for a tool."""
    marks = {mark.name: mark.args for mark in item.iter_markers()}
    if "slow" in marks and not item.config.getoption("--slow"):
        pytest.skip(SLOW)
    if (why := lacking(marks)) is not None:
        not_here(why)


def not_here(why: str) -> NoReturn:
    """What a test needs is not here: it is skipped, and in CI it fails."""
    if in_ci():
        pytest.fail(f"{why}, and CI=true passes nothing over", pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written rather than compared."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def golden(update: bool) -> Golden:  # noqa: FBT001 (a fixture is passed by its name)
    """Compares with a golden file, to the byte, or writes it under `--update`."""

    def compare(file: Path, actual: str) -> None:
        if update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(actual.encode())
        if not file.exists():
            pytest.fail(f"there is no golden file {file}; make it with: python -m pytest --update")
        assert actual == file.read_bytes().decode(), f"differs from {file}; if wanted: python -m pytest --update"

    return compare


@pytest.fixture(scope="session")
def backtest_data() -> Path:
    """The folder of published data: `NHSRATE_BACKTEST_DATA`, or `../shared/data` beside the checkout."""
    named = os.environ.get("NHSRATE_BACKTEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if named and not folder.is_dir():
        pytest.fail(f"NHSRATE_BACKTEST_DATA names {folder}, which is no folder")
    if not folder.is_dir():
        not_here("no published data: put it into ../shared/data or name its folder in NHSRATE_BACKTEST_DATA")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _same_environment() -> Iterator[None]:
    """Colour, width and the format of problems are decided by these; a test that wants one sets it itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLORTERM",
            "COLUMNS",
            "FORCE_COLOR",
            "GITHUB_ACTIONS",
            "LINES",
            "NO_COLOR",
            "PY_COLORS",
            "TTY_COMPATIBLE",
            "TTY_INTERACTIVE",
        ):
            patch.delenv(name, raising=False)
        yield
