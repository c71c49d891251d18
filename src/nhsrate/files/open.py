"""Opening files of tables: each by what it holds, with the reader of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nhsrate.core.problems import CellLocation, Problem
from nhsrate.files.guard import Contents, guarded
from nhsrate.files.limits import STANDARD

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.tables import Book
    from nhsrate.files.limits import Limits

B = TypeVar("B", bound="Book")


def open_book(path: Path, limits: Limits = STANDARD) -> Book:
    """The tables of a file, by what it holds and not by its name.

    Raises `Refused` for a file that is missing, damaged, unsafe or of another kind.
    """
    contents = guarded(path, limits)
    file, data, digest = path.as_posix(), contents.data, contents.digest
    match contents.kind:
        case "workbook":
            from nhsrate.files.xlsx import xlsx_book

            return _with_unused(xlsx_book(file, data, digest, limits), contents)
        case "text":
            from nhsrate.files.csv_text import csv_book

            return csv_book(file, data, digest, limits)
        case "xls":
            from nhsrate.files.xls import xls_book

            return xls_book(file, data, digest, limits)
        case "ods":
            from nhsrate.files.ods import ods_book

            return _with_unused(ods_book(file, data, digest, limits), contents)
        case "xlsb":
            from nhsrate.files.xlsb import xlsb_book

            return _with_unused(xlsb_book(file, data, digest, limits), contents)
        case "parquet":  # pragma: no branch (there is no other kind)
            from nhsrate.files.parquet import book_from_parquet

            return book_from_parquet(file, data, digest)


def _with_unused(book: B, contents: Contents) -> B:
    """The book, which notes what the file holds that is never used: macros, links to other files."""
    if contents.unused:
        message = f"The workbook holds {' and '.join(contents.unused)}, which were not used."
        book.problems.append(Problem(CellLocation(book.file), "not-used", message, "Stored values were read.", "note"))
    return book
