"""Which methodology a return is rated under, where nobody says: the project file, the return itself, or what fits."""

from __future__ import annotations

import os.path
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import typed_number
from nhsrate.core.periods import same_period
from nhsrate.core.problems import CellLocation, LineLocation, Problem, Refused, errors, nearest
from nhsrate.core.texts import as_text, is_text, listed, quoted
from nhsrate.returns.header import SEARCHED
from nhsrate.returns.sheets import found_inputs, named_methodology, period_of
from nhsrate.rules.editions import PROJECT_FILE, edition_files, from_here, own_rule_files
from nhsrate.rules.load import load_methodology, shown_path
from nhsrate.rules.model import Methodology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.tables import Book
    from nhsrate.rules.index import Candidate
    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.project_file import Project
    from nhsrate.runs.request import Request

NEAR = 0.5
"""The share of an edition's headings from which it is probably the one that is meant."""


def choose_methodology(books: Sequence[Book], request: Request) -> Methodology:
    """The methodology that was asked for, that the project or the return names, or the only one that fits.

    Raises `Refused`: with the code `which-methodology` where none or several fit.
    """
    asked = request.methodology
    if isinstance(asked, Methodology):
        return asked
    name, by = (asked, "asked for") if asked is not None else choice(books, request.paths)
    return replace(load_methodology(name, request.set), chosen_by=by)


def choice(books: Sequence[Book], paths: Sequence[Path]) -> tuple[str, str]:
    """The id or the rule file of the methodology, where nobody asked for one, and what chose it, in words."""
    if (project := project_file(paths)) is not None and (own := project_methodology(project)) is not None:
        return own, f"named by the project file {from_here(project).as_posix()}"
    if not books:
        at = CellLocation("return")
        raise Refused([Problem(at, "no-table", "No table of organisations was given.", "Name the file of the return.")])
    named = {found[0]: found[1] for book in books if (found := named_methodology(book))}
    if len(named) > 1:
        said = "; ".join(f'{at.file} names "{name}"' for name, at in named.items())
        message = f"The files of the return name different methodologies: {said}."
        remedy = "Say which is meant with -m, or rate the files one by one."
        raise Refused([Problem(CellLocation(books[0].file), "which-methodology", message, remedy)])
    for name, at in named.items():
        return _named_by(name, at, paths), f"named by the return, in {at}"
    return only_fitting(books), "the only edition whose headings and period fit"


def _named_by(name: str, at: CellLocation, paths: Sequence[Path]) -> str:
    """The edition, or the rule file, that a cell of a return names.

    A return comes from others, so it may name no rule file but those that lie with it: by its id one of the project's
    own, or one in or below the folder of the nearest project file or, where there is none, in or below its own. Raises
    `Refused` for anything else.
    """
    if name in edition_files():
        return name
    own = next((path for path in paths if path.as_posix() == at.file), None)
    if own is None:
        raise Refused([_unknown(name, at)])
    project = project_file([own])
    if project is not None and (rules := own_rule_files(_project(project))[0].get(name)) is not None:
        return str(rules)
    home = os.path.realpath(project.parent if project is not None else own.parent)
    meant = (own.parent / name, own.parent / f"{name}.yaml")
    if not all(Path(os.path.realpath(path)).is_relative_to(home) for path in meant):
        message = f"The return names the rule file {quoted(name)}, which lies outside of the folder of the return."
        remedy = "A return may name an edition's id, or a rule file that lies with it; name this one with -m."
        raise Refused([Problem(at, "unknown-methodology", message, remedy)])
    found = named_beside(own.parent, name)
    if found is None or not found.endswith(".yaml"):
        raise Refused([_unknown(name, at)])
    return found


def own_profile(request: Request) -> Path | TableReading | None:
    """How the return is read: as was asked, else as the project file says, where this names the methodology too."""
    return request.reading or (project_profile(request.paths) if request.methodology is None else None)


def named_beside(folder: Path, word: str) -> str | None:
    """The edition of that id, or the rule file of that name or path from a folder; nothing where there is neither."""
    if word in edition_files():
        return word
    for path in (folder / word, folder / f"{word}.yaml"):
        if os.path.exists(path):  # noqa: PTH110 (a path's own `exists` raises where a folder may not be read)
            return str(path)
    return None


def _unknown(name: str, at: CellLocation) -> Problem:
    """The methodology that a return names, where there is none of that id."""
    message = f"The return names the methodology {quoted(name)}, and no edition has this id."
    remedy = nearest(name, edition_files()) or "`nhsrate methodologies` lists the editions; or name one with -m."
    return Problem(at, "unknown-methodology", message, remedy)


def project_file(paths: Sequence[Path]) -> Path | None:
    """The project file in the folder of the first file, or in one above it; a data frame lies in no folder."""
    for folder in Path(os.path.abspath(paths[0])).parents if paths else ():  # noqa: PTH100 (`resolve` raises where links go in a circle)
        candidate = folder / PROJECT_FILE
        if os.path.isfile(candidate):  # noqa: PTH113 (as above)
            return candidate
    return None


def project_methodology(path: Path) -> str | None:
    """The edition that a project file names, an id or a path from the file's folder; nothing where it names none.

    Raises `Refused` for a file that cannot be used, and for one that says nothing at all of what it holds.
    """
    from nhsrate.rules.project_file import WHAT_TO_WRITE

    project = _project(path)
    word = project.methodology
    if word is None:
        if project.ratings or project.methodologies or project.reading:
            return None
        message = "The project file names no methodology."
        raise Refused([Problem(LineLocation(shown_path(path)), "project-file", message, WHAT_TO_WRITE)])
    found = methodology_of_project(project, word.text)
    if found is None:
        message = f"There is no edition {quoted(word.text)}, and no such rule file beside the project file."
        remedy = nearest(word.text, [*own_rule_files(project)[0], *edition_files()]) or WHAT_TO_WRITE
        raise Refused([Problem(word.at, "project-file", message, remedy)])
    return found


def methodology_of_project(project: Project, word: str) -> str | None:
    """What a project means by an id or a path: its own rule file, an edition, or the file at that path."""
    own = own_rule_files(project)[0]
    return str(own[word]) if word in own and word not in edition_files() else named_beside(project.root, word)


def project_profile(paths: Sequence[Path]) -> Path | None:
    """The reading profile that the project file names, as a path from its folder; nothing where there is none."""
    file = project_file(paths)
    reading = _project(file).reading if file is not None else None
    return file.parent / reading.text if file is not None and reading is not None else None


def _project(path: Path) -> Project:
    """What a project file says; raises `Refused` where it has errors."""
    from nhsrate.rules.project_file import read_project

    project, problems = read_project(path, shown_path(path))
    if project is None or errors(problems):
        raise Refused(problems)
    return project


def only_fitting(books: Sequence[Book]) -> str:
    """The id of the only edition whose inputs and period fit; raises `Refused` listing the candidates.

    Only those that can fit are searched for, by the texts at the top of the return; all, where none or several do.
    """
    from nhsrate.rules.index import can_fit, candidates, squashed  # where somebody says which, nobody searches

    known, texts = candidates(), squashed("\n".join(_top(books)))
    fits = [_fit(one, books) for one in known if can_fit(one.shape, texts)]
    whole = [fit for fit in fits if not fit.lacking]
    chosen = [fit for fit in whole if fit.period == "same"] or [fit for fit in whole if fit.period == "unsaid"]
    if len(chosen) == 1:
        return chosen[0].edition.id
    fits = fits if whole else [_fit(one, books) for one in known]
    raise Refused([_unsettled(CellLocation(books[0].file), books, chosen or whole, fits)])


def _top(books: Sequence[Book]) -> Iterator[str]:
    """The texts of the rows of every sheet in which a header is looked for, numbers as they may be written."""
    for book in books:
        for sheet in book.sheets:
            for row in book.read(sheet.name, SEARCHED).rows[:SEARCHED]:
                for raw in row:
                    if raw is not None:
                        yield raw if isinstance(raw, str) else as_text(raw)


@frozen
class _Fit:
    """How an edition fits a return: the inputs whose headings are not there, and whether the periods are the same."""

    edition: Candidate
    lacking: tuple[str, ...]
    share: float
    period: Literal["same", "other", "unsaid"]


def _fit(edition: Candidate, books: Sequence[Book]) -> _Fit:
    inputs, reading = edition.shape.inputs, edition.shape.reading
    wanted = [entry.id for entry in inputs if not entry.optional]
    found = found_inputs(books, inputs, reading)
    lacking = tuple(id_ for id_ in wanted if id_ not in found) if found else tuple(entry.id for entry in inputs)
    period = period_of(books, reading) if not lacking else None
    if not period or not edition.period:
        return _Fit(edition, lacking, len(found.intersection(wanted)) / max(len(wanted), 1), "unsaid")
    return _Fit(edition, lacking, 1, "same" if same_period(period, edition.period) else "other")


def _unsettled(at: CellLocation, books: Sequence[Book], whole: Sequence[_Fit], fits: Sequence[_Fit]) -> Problem:
    """Why no edition, or more than one, fits the return."""
    names = "; ".join(f"{fit.edition.id} ({fit.edition.period or fit.edition.title})" for fit in whole)
    closest = max((fit for fit in fits if 0 < fit.share < 1), key=lambda fit: fit.share, default=None)
    if whole and whole[0].period == "other":
        said = period_of(books, whole[0].edition.shape.reading) or ""
        message = f"The headings fit, but the period that the return gives, {quoted(said)}, does not: {names}."
        remedy = "Correct the period, or name an edition with -m."
    elif whole:
        message = f"{len(whole)} editions fit this return: {names}."
        remedy = "Name one with -m, or write its id into the return, beside a cell that says Methodology"
        periods = {fit.edition.period for fit in whole}
        remedy += ", or its period beside one that says Period." if "" not in periods and len(periods) > 1 else "."
    else:
        message, remedy = _none_fits(at.file, books, closest)
    return Problem(at, "which-methodology", message, remedy)


def _none_fits(file: str, books: Sequence[Book], closest: _Fit | None) -> tuple[str, str]:
    """What is said where no edition finds its headings: the headings that are there, and the nearest edition."""
    seen = list(dict.fromkeys(as_text(raw) for raw in _likely_headings(books)))
    message = f"No edition finds {'all its' if closest else 'its'} headings in this return"
    message += f", which has {listed([quoted(text) for text in seen], shown=6)}." if seen else "."
    own = f"`nhsrate new DIR --from-return {Path(file).name}` begins a methodology of your own from this file."
    if closest is None:
        return message, f"Check that this is the right file, or name the edition with -m. {own}"
    titles = {entry.id: entry.title for entry in closest.edition.shape.inputs}
    words = listed([quoted(titles[id_] or id_) for id_ in closest.lacking])
    message += f" The nearest, {closest.edition.id}, lacks {words}."
    if closest.share >= NEAR:
        named = f"If that is the one, name it with -m {closest.edition.id}: it is then said what is missing where."
        return message, f"{named} {own}"
    return message, f"If another is meant, name it with -m. {own}"


def _likely_headings(books: Sequence[Book]) -> Sequence[object]:
    """The cells of the row that most looks like one of headings: of those with the most texts the first."""
    best: Sequence[object] = ()
    for book in books:
        for sheet in book.sheets:
            for row in book.read(sheet.name, SEARCHED).rows[:SEARCHED]:
                texts = [raw for raw in row if is_text(raw) and as_text(raw) and typed_number(as_text(raw)) is None]
                if len(texts) > len(best):
                    best = texts
    return best
