"""A folder in the place of a return: its tables are one return of several files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import listed, path_order

if TYPE_CHECKING:
    from pathlib import Path

TABLES = frozenset({".csv", ".ods", ".parquet", ".tsv", ".xls", ".xlsb", ".xlsm", ".xlsx"})
"""The endings of files that a folder is looked through for; any other file is named in a note, and not read."""


def tables_in(path: Path) -> tuple[Path, ...]:
    """The tables of a folder, in the order of their names; a file, or a folder without any, is itself.

    Folders in it are not looked into, and what programs keep for themselves (`.name`, `~$name`) is none of its files.
    """
    return tuple(file for file in _files(path) if file.suffix.casefold() in TABLES) or (path,)


def folder_problems(path: Path) -> list[Problem]:
    """What is to be said of a folder in the place of a return: that nothing, or not all of it, was read."""
    try:
        if not path.is_dir():
            return []
    except (OSError, ValueError):  # whoever opens it says what is wrong
        return []
    files = _files(path)
    tables = [file for file in files if file.suffix.casefold() in TABLES]
    if not tables:
        message = "The folder holds no table: " + (f"only {_named(files)}." if files else "it is empty.")
        remedy = f"Put the files of the return into it ({', '.join(sorted(TABLES))}), or name them."
        return [Problem(CellLocation(path.as_posix()), "is-a-folder", message, remedy)]
    left = [file for file in files if file not in tables]
    if not left:
        return []
    message = f"Read of the folder, as one return: {_named(tables)}. Not read: {_named(left)}."
    return [Problem(CellLocation(path.as_posix()), "not-used", message, "Name a file to have it read.", "note")]


def _named(files: list[Path]) -> str:
    return listed([file.name + "/" * file.is_dir() for file in files], shown=4)


def _files(path: Path) -> list[Path]:
    """What is in a folder, in the order of the names; nothing where it is none, or may not be looked into."""
    try:
        found = [file for file in path.iterdir() if not file.name.startswith((".", "~$"))]
    except (OSError, ValueError):
        return []
    return sorted(found, key=path_order)
