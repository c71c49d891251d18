"""Which methodology a return is rated under, where nobody says: the project file, the return itself, or what fits."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.decode import Bad, Context, mapping, text
from nhsrate.editions import edition_files
from nhsrate.loading import load_methodology, read_methodology, shown_path
from nhsrate.problems import CellPlace, LinePlace, Problem, Refused, errors, nearest
from nhsrate.sheets import found_inputs, named_methodology, period_of
from nhsrate.texts import listed, quoted
from nhsrate.yamltree import read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.methodology import Methodology
    from nhsrate.tables import Book

NEAR = 0.5
"""The least share of an edition's headings that must be there for it to be named as the nearest."""

PROJECT_FILE = "nhsrate.yaml"
PROJECT_KEYS = ("methodology",)
WHAT_TO_WRITE = "Write methodology: and an edition's id, or the path of a rule file."


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
    named = {name: book.file for book in books if (name := named_methodology(book))}
    if len(named) > 1:
        said = "; ".join(f'{file} names "{name}"' for name, file in named.items())
        message = f"The files of the return name different methodologies: {said}."
        remedy = "Say which is meant with -m, or rate the files one by one."
        raise Refused([Problem(CellPlace(books[0].file), "which-methodology", message, remedy)])
    for name, file in named.items():
        found = named_beside(Path(file).parent, name)
        if found is None or not (found == name or found.endswith(".yaml")):
            raise Refused([_unknown(name, file)])
        return load_methodology(found, settings)
    return load_methodology(only_fitting(books), settings)


def named_beside(folder: Path, word: str) -> str | None:
    """The edition of that id, or the rule file of that name or path from a folder; nothing where there is neither."""
    if word in edition_files():
        return word
    for path in (folder / word, folder / f"{word}.yaml"):
        if os.path.exists(path):
            return str(path)
    return None


def _unknown(name: str, file: str) -> Problem:
    """The methodology that a return names, where there is none of that id."""
    message = f"The return names the methodology {quoted(name)}, and no edition has this id."
    remedy = nearest(name, edition_files()) or "`nhsrate methodologies` lists the editions; or name one with -m."
    return Problem(CellPlace(file), "unknown-methodology", message, remedy)


def project_file(paths: Sequence[Path]) -> Path | None:
    """The project file in the folder of the first file, or in one above it."""
    if not paths:
        return None
    for folder in Path(os.path.abspath(paths[0])).parents:
        candidate = folder / PROJECT_FILE
        if os.path.isfile(candidate):
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
            raise Refused(problems or [_project(name, "The project file names no methodology.")])
        word = text(entries.entries["methodology"], Context(problems))
    except Bad:
        raise Refused(problems) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused([_project(name, f"The project file cannot be read: {error}.")]) from None
    if errors(problems):
        raise Refused(problems)
    found = named_beside(path.parent, word)
    if found is None:
        message = f"There is no edition {quoted(word)}, and no such rule file beside the project file."
        remedy = nearest(word, edition_files()) or WHAT_TO_WRITE
        raise Refused([Problem(entries.entries["methodology"].at, "project-file", message, remedy)])
    return found


def _project(name: str, message: str) -> Problem:
    return Problem(LinePlace(name), "project-file", message, WHAT_TO_WRITE)


def only_fitting(books: Sequence[Book]) -> str:
    """The id of the only edition whose inputs and period fit; raises `Refused` listing the candidates."""
    fitting: list[Methodology] = []
    other_period: list[tuple[str, Methodology]] = []
    by_period: list[Methodology] = []
    nearest_one: tuple[float, Methodology, list[str]] | None = None
    for path in edition_files().values():
        methodology, _ = read_methodology(path)
        if methodology is None:
            continue
        wanted = [entry.id for entry in methodology.inputs.values() if not entry.optional]
        found = found_inputs(books, tuple(methodology.inputs.values()), methodology.reading)
        lacking = [id_ for id_ in wanted if id_ not in found]
        if found and not lacking:
            period = period_of(books, methodology.reading)
            if not period or not methodology.period:
                fitting.append(methodology)
            elif same_period(period, methodology.period):
                by_period.append(methodology)
            else:
                other_period.append((period, methodology))
        else:
            share = (len(wanted) - len(lacking)) / max(len(wanted), 1)
            if share >= NEAR and (nearest_one is None or share > nearest_one[0]):
                nearest_one = (share, methodology, lacking)
    chosen = by_period or fitting
    if len(chosen) == 1:
        return chosen[0].id
    if chosen:
        message = f"{len(chosen)} editions fit this return: {'; '.join(map(_with_period, chosen))}."
        remedy = "Name one with -m, or write its id into the return, beside a cell that says Methodology"
        periods = {edition.period for edition in chosen}
        remedy += ", or its period beside one that says Period." if "" not in periods and len(periods) > 1 else "."
    elif other_period:
        said, _ = other_period[0]
        listed_ = "; ".join(_with_period(edition) for _, edition in other_period)
        message = f"The headings fit, but the period that the return gives, {quoted(said)}, does not: {listed_}."
        remedy = "Correct the period, or name an edition with -m."
    elif nearest_one is not None:
        _, edition, lacking = nearest_one
        words = listed([quoted(edition.inputs[id_].title or id_) for id_ in lacking])
        message = f"No edition finds all its headings in this return. The nearest, {edition.id}, lacks {words}."
        remedy = f"If that is the one, name it with -m {edition.id}: it is then said what is missing where."
    else:
        message = "No edition finds its headings in this return."
        remedy = "Check that this is the right file, or name the edition with -m; `nhsrate methodologies` lists them."
    raise Refused([Problem(CellPlace(books[0].file), "which-methodology", message, remedy)])


def _with_period(edition: Methodology) -> str:
    """An edition's id, with its period where it has one, else its title."""
    return f"{edition.id} ({edition.period or edition.title})"


def same_period(one: str, other: str) -> bool:
    """Whether two texts name the same period, white space and case aside."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
