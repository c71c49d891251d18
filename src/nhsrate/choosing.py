"""Which methodology a return is rated under, where nobody says: the project file, the return itself, or what fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.decode import Bad, Context, mapping, text
from nhsrate.editions import edition_files
from nhsrate.loading import load_methodology, read_methodology, shown_path
from nhsrate.problems import CellPlace, LinePlace, Problem, Refused, errors, nearest
from nhsrate.sheets import fits, named_methodology, period_of
from nhsrate.yamltree import read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.methodology import Methodology
    from nhsrate.tables import Book

PROJECT_FILE = "nhsrate.yaml"
PROJECT_KEYS = ("methodology",)


def choose_methodology(
    books: Sequence[Book], paths: Sequence[Path], wanted: str | None, settings: Mapping[str, str]
) -> Methodology:
    """The methodology that was asked for, that the project or the return names, or the only one that fits.

    Raises `Refused`: with the code `which-methodology` where none or several fit.
    """
    if wanted is not None:
        return load_methodology(wanted, settings)
    project = project_file(paths)
    if project is not None:
        return load_methodology(project_methodology(project), settings)
    named = {name for book in books if (name := named_methodology(book))}
    if len(named) == 1:
        return load_methodology(named.pop(), settings)
    return load_methodology(only_fitting(books), settings)


def project_file(paths: Sequence[Path]) -> Path | None:
    """The project file in the folder of the first file, or in one above it."""
    if not paths:
        return None
    for folder in paths[0].resolve().parents:
        candidate = folder / PROJECT_FILE
        if candidate.is_file():
            return candidate
    return None


def project_methodology(path: Path) -> str:
    """The edition that a project file names: an id, or a path from the file's folder."""
    name = shown_path(path)
    problems: list[Problem] = []
    try:
        tree, problems = read_tree(path.read_text("utf-8-sig"), name)
        if tree is None:
            raise Refused(problems or [_project(name, "The project file is empty.")])
        entries = mapping(tree, Context(problems))
        for key, at in entries.keys.items():
            if key not in PROJECT_KEYS:
                problems.append(Problem(at, "project-file", f'"{key}" is not known here.', nearest(key, PROJECT_KEYS)))
        if "methodology" not in entries.entries:
            problems.append(_project(name, "The project file names no methodology."))
            raise Refused(problems)
        word = text(entries.entries["methodology"], Context(problems))
    except Bad:
        raise Refused(problems) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused([_project(name, f"The project file cannot be read: {error}.")]) from None
    if errors(problems):
        raise Refused(problems)
    beside = path.parent / word
    return str(beside) if beside.exists() and word not in edition_files() else word


def _project(name: str, message: str) -> Problem:
    return Problem(LinePlace(name), "project-file", message, "Write methodology: and an edition's id or a path.")


def only_fitting(books: Sequence[Book]) -> str:
    """The id of the only edition whose inputs and period fit; raises `Refused` listing the candidates."""
    fitting: list[tuple[str, str, str]] = []
    for id_, path in edition_files().items():
        methodology, _ = read_methodology(path)
        if methodology and fits(books, tuple(methodology.inputs.values()), methodology.reading):
            period = period_of(books, methodology.reading)
            if not period or not methodology.period or same_period(period, methodology.period):
                fitting.append((id_, methodology.title, "period" if period and methodology.period else ""))
    with_period = [entry for entry in fitting if entry[2]]
    chosen = with_period or fitting
    if len(chosen) == 1:
        return chosen[0][0]
    at = CellPlace(books[0].file if books else "return")
    if not chosen:
        message = "No edition has the inputs of this return, or none that is named by it."
        remedy = "Name one with -m; `nhsrate methodologies` lists them."
    else:
        listed = "; ".join(f"{id_} ({title})" for id_, title, _ in chosen)
        message = f"{len(chosen)} editions fit this return: {listed}."
        remedy = "Name one with -m, or put its id in the return beside a cell that says Methodology."
    raise Refused([Problem(at, "which-methodology", message, remedy)])


def same_period(one: str, other: str) -> bool:
    """Whether two texts name the same period, white space and case aside."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
