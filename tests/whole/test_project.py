"""The example project: built as it is committed, from a copy of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.commands import processes

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = ROOT / "examples" / "project"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, in which the test works, on one processor."""
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_committed_is_what_is_built(here: Path, *, update: bool) -> None:
    """A workbook may have other bytes under another version of the libraries; its cells are compared elsewhere."""
    shutil.rmtree(here / "ratings")
    shutil.rmtree(here / "public")
    assert run("build").code == 0
    if update:
        shutil.copytree(here / "ratings", PROJECT / "ratings", dirs_exist_ok=True)
        shutil.copytree(here / "public", PROJECT / "public", dirs_exist_ok=True)
    built, committed = files(here), files(PROJECT)
    assert {*built} == {*committed}
    moved = [name for name, data in built.items() if committed[name] != data and not name.endswith(".xlsx")]
    assert moved == [], "if wanted: python -m pytest --update"


def test_its_rules_and_cases_are_sound() -> None:
    assert run("test") == (0, "food-2024: 1 of 1 cases pass\nfood-2025: 3 of 3 cases pass\n4 of 4 cases pass.\n", "")
