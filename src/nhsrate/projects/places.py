"""Where a project is, and which places are its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.rules.editions import PROJECT_FILE, project_above
from nhsrate.rules.project_file import Named, Project, read_project

if TYPE_CHECKING:
    from collections.abc import Sequence


def project_at(path: Path | None) -> Path:
    """The project file at that path: itself, or the one in that folder; without a path, that of the current folder.

    Raises `Refused` where there is none.
    """
    if path is None:
        found = project_above(Path())
        if found is not None:
            return found
        message = f"There is no {PROJECT_FILE} in this folder, or in one above it up to the root of its repository."
        remedy = f"Go to the project, name its folder, or begin one: write {PROJECT_FILE}."
        raise Refused([Problem(LineLocation(PROJECT_FILE), "no-such-file", message, remedy)])
    file = path / PROJECT_FILE if path.is_dir() else path
    if not file.is_file():
        message, remedy = "There is no such project file.", f"Name the folder of the project, or its {PROJECT_FILE}."
        raise Refused([Problem(LineLocation(file.as_posix()), "no-such-file", message, remedy)])
    return file.absolute()


def opened(file: Path) -> Project:
    """What a project file says; raises `Refused` where it has errors."""
    project, problems = read_project(file, file.name)
    if project is None or errors(problems):
        raise Refused(problems)
    return project


def outside(project: Project, named: Named, text: str = "") -> Problem | None:
    """That a path leads out of the project, by `..` or by a link, and is not named from the root of the disk.

    Whoever names a place outside names it whole, so that nothing is read or written there by a slip.
    """
    path = Path(text or named.text)
    home = os.path.realpath(project.root)
    if path.is_absolute() or Path(os.path.realpath(project.root / path)).is_relative_to(home):
        return None
    message = f'"{path.as_posix()}" leads out of the folder of the project.'
    remedy = "Put the file into the project, or name it by its whole path, from the root of the disk."
    return Problem(named.at, "project-file", message, remedy)


def moved_to(problems: Sequence[Problem], folder: str) -> list[Problem]:
    """The problems with the files as they are reached from elsewhere: `folder` leads from there to the project."""
    return [_moved(problem, folder) for problem in problems] if folder not in {"", "."} else [*problems]


def _moved(problem: Problem, folder: str) -> Problem:
    def there(file: str) -> str:
        return file if Path(file).is_absolute() or file.startswith("--") else (Path(folder) / file).as_posix()

    cells = tuple(replace(cell, file=there(cell.file)) for cell in problem.cells)
    return replace(problem, at=replace(problem.at, file=there(problem.at.file)), cells=cells)
