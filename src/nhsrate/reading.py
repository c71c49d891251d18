"""A return from a path, several paths or a data frame: the way in for Python and for the commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.problems import Problem, Refused
from nhsrate.returns_reading import read_tables
from nhsrate.workbooks import open_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nhsrate.methodology import Methodology
    from nhsrate.returns import Return
    from nhsrate.tables import Book


def read_return(
    source: str | Path | Sequence[str | Path] | pd.DataFrame,
    methodology: Methodology,
    *,
    sheet: str | None = None,
) -> Return:
    """The values of every organisation, each with its cell, as the methodology's inputs want them.

    `source` is a path, several paths (read as one return), or a pandas data frame with a column of codes.
    Raises `Refused` with every problem of the return.
    """
    return read_tables(open_books(source), methodology.wanted(), methodology.reading, sheet=sheet)


def open_books(source: str | Path | Sequence[str | Path] | pd.DataFrame) -> list[Book]:
    """The files of a return, opened; raises `Refused` with the problems of all of them."""
    if isinstance(source, str | Path):
        source = [source]
    if not isinstance(source, list | tuple):
        from nhsrate.frames import book_from_frame  # brings pandas

        return [book_from_frame(source)]  # type: ignore[arg-type]  # what is neither path nor list is a data frame
    books: list[Book] = []
    problems: list[Problem] = []
    for path in source:
        try:
            books.append(open_book(Path(path)))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return books
