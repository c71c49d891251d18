"""A return from a path, several paths or a data frame: opened, and read as a methodology or a profile says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import Refused, errors
from nhsrate.files.limits import STANDARD
from nhsrate.files.open import open_book
from nhsrate.returns.model import Return
from nhsrate.returns.no_organisations import Known
from nhsrate.returns.read import read_tables
from nhsrate.rules.model import Methodology
from nhsrate.runs.countries import rates_countries
from nhsrate.runs.folders import folder_problems
from nhsrate.runs.request import checked_source, is_frame, named_in, paths_of

if TYPE_CHECKING:
    import pandas as pd

    from nhsrate.core.tables import Book
    from nhsrate.files.limits import Limits
    from nhsrate.rules.inputs import TableReading
    from nhsrate.runs.request import Source


def read_return(
    source: Source,
    methodology: Methodology,
    *,
    sheet: str | None = None,
    reading: TableReading | str | Path | None = None,
) -> Return:
    """The values of every organisation, each with its cell, as the methodology's inputs want them.

    `source` is a path, several paths or a folder (read as one return), or a pandas data frame with a column of codes;
    `reading` is the path of a reading profile, or a reading that takes the place of the methodology's.
    Raises `Refused` with every problem of the return, and `TypeError` for a source or methodology that is none.
    """
    if not isinstance(methodology, Methodology):
        raise TypeError(f"methodology is a {type(methodology).__name__}; give what load_methodology gives.")
    methodology = profiled(methodology, Path(reading) if isinstance(reading, str) else reading)
    known = Known(countries=cache(partial(rates_countries, methodology)))
    submitted = read_tables(open_books(source), methodology.wanted(), methodology.reading, sheet=sheet, known=known)
    return with_folders(submitted, source)


def _from_frame(
    cls: type[Return],  # noqa: ARG001 (a class method is handed its class)
    frame: pd.DataFrame,
    methodology: Methodology,
    *,
    reading: str | Path | None = None,
) -> Return:
    """The return that a pandas data frame holds: a row per organisation, a column per input, and one of codes.

    `reading` is the path of a reading profile. Raises `Refused` with every problem of the frame.
    """
    return read_return(frame, methodology, reading=reading)


Return.from_frame = classmethod(_from_frame)  # type: ignore[assignment, method-assign]  # reading comes after what it reads


def profiled(methodology: Methodology, reading: TableReading | Path | None) -> Methodology:
    """The methodology with its return read as a profile says, or by a reading in the place of its own."""
    if reading is None:
        return methodology
    if isinstance(reading, Path):
        from nhsrate.returns.profiles import read_profile, with_profile

        return with_profile(methodology, read_profile(reading))
    return replace(methodology, reading=reading)


def open_books(source: Source, limits: Limits = STANDARD) -> list[Book]:
    """The files of a return, those of a folder among them, opened; raises `Refused` with the problems of all."""
    checked_source("the return", source)
    if is_frame(source):
        from nhsrate.returns.frames import book_from_frame  # brings pandas

        return [book_from_frame(source)]  # type: ignore[arg-type]  # as was just asked
    books: list[Book] = []
    problems = errors(problem for path in named_in(source) for problem in folder_problems(path))
    for path in paths_of(source) if not problems else ():
        try:
            books.append(open_book(path, limits))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return books


def with_folders(submitted: Return, source: Source) -> Return:
    """The return with a note of what was not read of a folder that it was read from."""
    told = [problem for path in named_in(source) for problem in folder_problems(path)]
    return replace(submitted, problems=(*told, *submitted.problems)) if told else submitted
