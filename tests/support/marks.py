"""The marks that say what a test needs: time, or a tool that not every machine has."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SLOW = "slow: run it with `python -m pytest --slow`"
TOOLS = {
    "browser": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "office": ("soffice", "libreoffice"),
    "node": ("node", "nodejs"),
}
"""For each mark the names that its tool goes by; the first that is found is it."""


def in_ci() -> bool:
    """Whether this is a run that must not pass anything over."""
    return os.environ.get("CI") == "true"


def tool(mark: str) -> str | None:
    """Where the tool of a mark is installed; nothing where it is not."""
    return next((path for name in TOOLS[mark] if (path := shutil.which(name)) is not None), None)


def lacking(marks: Mapping[str, tuple[str, ...]]) -> str | None:
    """Why a test of these marks cannot run here, as a sentence; nothing where it can.

    What a mark was given are further commands that the test needs: `@pytest.mark.office("pdftotext")`.
    """
    absent = [TOOLS[mark][0] for mark in marks if mark in TOOLS and tool(mark) is None]
    absent += [name for mark in marks if mark in TOOLS for name in marks[mark] if shutil.which(name) is None]
    return f"{' and '.join(absent)}: not installed, and this test needs it" if absent else None
