"""A return from a path, several paths or a data frame: the way in for Python and for the commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem, Refused, errors
from nhsrate.core.texts import fold
from nhsrate.files.limits import STANDARD, raised
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.runs.choosing import choose_methodology, project_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nhsrate.core.tables import Book
    from nhsrate.files.limits import Limits
    from nhsrate.returns.model import Return
    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request
    from nhsrate.runs.successors import Succession


def read_asked(paths: Sequence[Path], request: Request) -> tuple[Return, Methodology]:
    """The return of these files and the methodology to rate it under, read as it was asked.

    Raises `Refused` with every problem of the return. The files, which hold far more than the return, are not kept.
    """
    books = open_books(paths, request.limits)
    methodology = asked_methodology(books, paths, request)
    submitted = read_tables(books, methodology.wanted(), methodology.reading, sheet=request.sheet)
    del books
    return after_reading(submitted, methodology, request), methodology


def read_within(
    paths: Sequence[Path], against: Sequence[Path], request: Request, profile: Path | None
) -> tuple[Return, Return, Methodology]:
    """The return of these files, the return of all organisations, and the methodology to rate both under.

    The first is read as it was asked; the second as its methodology says, or by a profile of its own.
    Raises `Refused` with every problem of the first, else of the second.
    """
    books = open_books(paths, request.limits)
    methodology = choose_methodology(books, paths, request.methodology, request.settings)
    own = _by_profile(methodology, _profile(paths, request))
    submitted = after_reading(read_tables(books, own.wanted(), own.reading, sheet=request.sheet), own, request)
    del books
    other = _by_profile(methodology, profile)  # not a second reading of the rules: levels are compared by identity
    population = read_tables(open_books(against, request.limits), other.wanted(), other.reading)
    population = after_reading(population, other, request)
    once = tuple(problem for problem in population.problems if problem.code != "raised-limit")
    return submitted, replace(population, problems=once), own


def asked_methodology(books: Sequence[Book], paths: Sequence[Path], request: Request) -> Methodology:
    """The methodology to rate under, read as its profile says; a project file may name both."""
    methodology = choose_methodology(books, paths, request.methodology, request.settings)
    return _by_profile(methodology, _profile(paths, request))


def _profile(paths: Sequence[Path], request: Request) -> Path | None:
    """The profile that was asked for, else that of the project file, where this names the methodology too."""
    return request.profile or (project_profile(paths) if request.methodology is None else None)


def _by_profile(methodology: Methodology, profile: Path | None) -> Methodology:
    from nhsrate.returns.profiles import read_profile, with_profile

    return methodology if profile is None else with_profile(methodology, read_profile(profile))


def after_reading(submitted: Return, methodology: Methodology, request: Request) -> Return:
    """The return with what was asked to be done to it; raises `Refused` where that cannot be done."""
    at = CellLocation(submitted.name)
    told = [Problem(at, "raised-limit", sentence, "", "note") for sentence in raised(request.limits)]
    if request.successors is not None:
        from nhsrate.runs.successors import renamed

        merge = {item.id: item.merge for item in methodology.wanted() if item.merge}
        submitted, of_codes = renamed(submitted, successions(request.successors, request.limits), request.as_at, merge)
        told += of_codes
    if request.organisations is not None:
        from nhsrate.runs.organisations import known_organisations, unknown_codes

        told += unknown_codes(submitted, known_organisations(request.organisations, request.limits))
    if errors(told):
        raise Refused([*submitted.problems, *told])
    return replace(submitted, problems=(*submitted.problems, *told))


def successions(path: Path, limits: Limits = STANDARD) -> list[Succession]:
    """The successions of a csv file, or of a workbook's sheet called Successors (else of its first sheet).

    Raises `Refused` where the table leaves in doubt which code follows which.
    """
    from nhsrate.runs.successors import read_successors

    book = open_book(path, limits)
    named = [sheet.name for sheet in book.sheets if fold(sheet.name or "") == "successors"]
    steps, faults = read_successors(book.read(named[0] if named else book.sheets[0].name))
    if errors(faults):
        raise Refused(faults)
    return steps


def read_return(
    source: str | Path | Sequence[str | Path] | pd.DataFrame,
    methodology: Methodology,
    *,
    sheet: str | None = None,
    reading: TableReading | str | Path | None = None,
) -> Return:
    """The values of every organisation, each with its cell, as the methodology's inputs want them.

    `source` is a path, several paths (read as one return), or a pandas data frame with a column of codes; `reading` is
    the path of a reading profile, or a reading that takes the place of the methodology's.
    Raises `Refused` with every problem of the return.
    """
    from nhsrate.returns.profiles import read_profile, with_profile

    if isinstance(reading, str | Path):
        methodology = with_profile(methodology, read_profile(Path(reading)))
    elif reading is not None:
        methodology = replace(methodology, reading=reading)
    return read_tables(open_books(source), methodology.wanted(), methodology.reading, sheet=sheet)


def open_books(source: str | Path | Sequence[str | Path] | pd.DataFrame, limits: Limits = STANDARD) -> list[Book]:
    """The files of a return, opened; raises `Refused` with the problems of all of them."""
    if isinstance(source, str | Path):
        source = [source]
    if not isinstance(source, list | tuple):
        from nhsrate.returns.frames import book_from_frame  # brings pandas

        return [book_from_frame(source)]  # type: ignore[arg-type]  # what is neither path nor list is a data frame
    books: list[Book] = []
    problems: list[Problem] = []
    for path in source:
        try:
            books.append(open_book(Path(path), limits))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return books
