"""The rows of a text of separated values, in bounded memory and with the line of whatever is wrong."""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from nhsrate.files.limits import MEGABYTE, how_to_raise
from nhsrate.problems import CellPlace, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.files.limits import Limits

ROW_COSTS = 12
TEXT_COSTS = 8
"""A row, or a text that is kept for one cell alone, takes as much memory as so many references to a text."""

LARGE = 10 * MEGABYTE
REMEMBERED = 200_000
"""In a large text, what is the same is kept once, of the first so many different cells."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class CsvText:
    """The text of a csv file, what separates its values, and how many lines were left out before it."""

    file: str
    text: str
    delimiter: str
    left_out: int = 0

    def refuse(self, row: int, line: int, code: str, message: str, remedy: str) -> NoReturn:
        """Raise `Refused` for the row that begins in that line of the text."""
        said = f"Line {line + self.left_out:,} {message}"
        raise Refused([Problem(CellPlace(self.file, None, row), code, said, remedy)])


def csv_rows(source: CsvText, limits: Limits) -> Sequence[Sequence[object]]:
    """Every record as a list of texts; record `n` is row `n` as Excel shows it. Blank rows at the end are left out.

    Raises `Refused` for an unclosed quotation mark, and for what is beyond the limits.
    """
    rows: list[Sequence[object]] = []
    seen: dict[str, str] | None = {} if len(source.text) > LARGE else None
    held = line = 0
    reader = csv.reader(_lines(source.text), delimiter=source.delimiter, strict=True)
    with _longest_field(limits.field):
        try:
            for row in reader:
                if len(row) > limits.columns:
                    message = f"has {len(row):,} fields, more than the {limits.columns:,} of a spreadsheet."
                    remedy = f"Check the file's separators. {how_to_raise('columns', len(row))}"
                    source.refuse(len(rows) + 1, line + 1, "unsafe-file", message, remedy)
                held += ROW_COSTS + len(row)
                if seen is not None:
                    held += TEXT_COSTS * _kept_once(row, seen)
                if held > limits.cells:
                    _refuse_cells(source, len(rows) + 1, line + 1, limits)
                rows.append(row or ())
                line = reader.line_num
        except csv.Error as error:
            _refuse_quoting(source, len(rows) + 1, line + 1, str(error), limits)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one at a time: a `StringIO` would hold four bytes for each character."""
    return (found[0] for found in _LINE.finditer(text))


@contextmanager
def _longest_field(characters: int) -> Iterator[None]:
    """Let the csv module read fields of that length, and no longer ones; other libraries have it as before."""
    before = csv.field_size_limit(min(characters, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _kept_once(row: list[str], seen: dict[str, str]) -> int:
    """Put the text that was seen first in the place of each that is the same; how many of the row stay on their own."""
    if len(seen) < REMEMBERED:
        row[:] = [seen.setdefault(text, text) for text in row]
        return 0
    row[:] = [seen.get(text, text) for text in row]
    return sum(text not in seen for text in row)


def _refuse_cells(source: CsvText, row: int, line: int, limits: Limits) -> NoReturn:
    message = (
        f"is beyond the {limits.cells:,} cells that are held, where a row counts as {ROW_COSTS} more, "
        f"and a cell that is like no other as {TEXT_COSTS} more."
    )
    remedy = f"Keep only the rows and columns of the return. {how_to_raise('cells', 2 * limits.cells)}"
    source.refuse(row, line, "unsafe-file", message, remedy)


def _refuse_quoting(source: CsvText, row: int, line: int, reason: str, limits: Limits) -> NoReturn:
    if "limit" in reason:
        message = f"begins a field of more than {limits.field:,} characters."
        remedy = "Look for a quotation mark that is opened and never closed."
        source.refuse(row, line, "unsafe-file", message, f"{remedy} {how_to_raise('field', 2 * limits.field)}")
    if "end of data" in reason:
        message = "opens a quotation mark that is never closed, which would swallow the rest of the file."
        remedy = "Close the quotation mark, or write it twice if it belongs to the text."
        source.refuse(row, line, "broken-file", message, remedy)
    message = f"has a quotation mark inside a quoted field ({reason})."
    remedy = "Write the mark twice if it belongs to the text, or remove it."
    source.refuse(row, line, "broken-file", message, remedy)
