"""Committed ratings whose return is no longer there, so that nothing makes them and nothing holds them."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from nhsrate.core.problems import LineLocation, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.projects.held import Held
    from nhsrate.projects.ratings import Ratings

SIGNS = {
    ".csv": b"code,name,",
    ".json": b'"name": "nhsrate"',
    ".html": b'<meta name="generator" content="nhsrate',
    ".md": b"Ratings of this run.",
}
"""What stands near the beginning of a file that is made of ratings, by its ending; nobody else's is taken for one."""

NEAR = 4_000
CREATOR = b"<dc:creator>nhsrate<"
CORE = "docProps/core.xml"

REMEDY = "Bring its return back, delete the file, or keep it in a folder to which nothing is built."


def left_over(ratings: Ratings, held: Sequence[Held]) -> list[Problem]:
    """The files that look like outputs of a pattern of returns, and are none of those that would be made.

    Paths are from the project's folder, which is the current one. Nothing where it is not known what would be made, as
    a rating is refused whose outputs hold what its return says.
    """
    outputs = [output for rating in ratings.ratings for output in rating.outputs]
    if not all(output.is_known for output in outputs) and not all(one.files for one in held):
        return []
    known = {Path(output.path) for output in outputs} | {Path(path) for one in held for path in one.files}
    found: dict[Path, LineLocation] = {}
    for claim, at in ratings.claimed:
        for path in sorted(map(Path, glob(claim))):  # noqa: PTH207 (a claim may begin at the root of the disk)
            if path not in known and path.is_file() and is_made(path):
                found.setdefault(path, at)
    return [
        Problem(
            LineLocation(path.as_posix()),
            "left-over",
            f"The return that it was made of is no longer there ({at.file}, line {at.line}, makes such files).",
            REMEDY,
        )
        for path, at in found.items()
    ]


def is_made(path: Path) -> bool:
    """Whether a file is made of ratings by this tool."""
    ending = path.suffix.casefold()
    try:
        if ending == ".xlsx":
            with ZipFile(path) as book:
                return CORE in book.namelist() and CREATOR in book.read(CORE)
        with path.open("rb") as file:
            return SIGNS[ending] in file.read(NEAR)
    except (OSError, BadZipFile):
        return False
