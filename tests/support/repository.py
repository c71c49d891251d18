"""The example project as a repository of its own: copied, committed, broken and mended."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = ROOT / "examples" / "project"

SETTINGS = (
    "user.name=Nobody", "user.email=nobody@example.org", "init.defaultBranch=main", "core.autocrlf=false",
    "commit.gpgsign=false", "core.hooksPath=/dev/null",
)  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    """What git says in that folder, whoever the user is."""
    command = ["git", *(word for one in SETTINGS for word in ("-c", one)), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def repository(folder: Path) -> Path:
    """A copy of the project with everything committed."""
    shutil.copytree(PROJECT, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Everything")
    return folder


def edit(file: Path, before: str, after: str) -> None:
    """Put one text in the place of another that stands in the file once."""
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {file}"
    file.write_bytes(text.replace(before, after).encode())
