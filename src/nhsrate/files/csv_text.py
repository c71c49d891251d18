"""Text files of separated values: encoding, delimiter and shape are settled and said; rows come with their lines."""

from __future__ import annotations

import codecs
import csv
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.files.csv_signs import (
    DELIMITERS,
    OTHER_DELIMITERS,
    check_quoted_lines,
    delimiter_of,
    without_spaces,
)
from nhsrate.files.limits import MEGABYTE, STANDARD, how_to_raise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.files.limits import Limits


AS_CSV = "Save it again as csv (UTF-8) in Excel."

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
"""Marks at the beginning of a text; that of UTF-16 is the beginning of one of UTF-32."""

_SEPARATOR_LINE = pattern(r'(?:sep=([^"\w\s]|\t)|"sep=([^"\w\s]|\t)")[,; \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""The line before the first one, in which Excel and others say what separates the values."""


def csv_book(file: str, data: bytes, digest: str, limits: Limits = STANDARD) -> MemoryBook:
    """The one table of a csv file.

    Raises `Refused` for text that cannot be decoded, for an unclosed quote, and for fields or rows beyond all measure.
    """
    text, problems = _decoded(file, data)
    if not text.strip():
        _refuse(
            CellLocation(file), "empty-file", "The file holds nothing but white space.", "Save it again with its rows."
        )
    if "\0" in text:
        _refuse_nul(file, text)
    said = _SEPARATOR_LINE.match(text)
    if said is not None:
        text = text[said.end() :]
        delimiter = str(said[1] or said[2])
        sign = "a tab" if delimiter == "\t" else f'"{delimiter}"'
        message = f"The first line says that {sign} separates the values; rows are counted below it, as in Excel."
        problems.append(Problem(CellLocation(file), "delimiter", message, "", "note"))
    else:
        delimiter = delimiter_of(file, text)
        if delimiter != ",":
            message = f"The values are separated by {(DELIMITERS | OTHER_DELIMITERS)[delimiter]}; the file was read so."
            problems.append(Problem(CellLocation(file), "delimiter", message, "", "note"))
    if (tight := without_spaces(text, delimiter)) is not None:
        text = tight
        message = "Spaces stand between separators and quotation marks; they were left out, so that the marks quote."
        problems.append(Problem(CellLocation(file), "delimiter", message, "", "note"))
    rows = csv_rows(CsvText(file, text, delimiter, 0 if said is None else 1), limits)
    check_quoted_lines(file, rows)
    return MemoryBook(file, digest, [Table(file, None, rows, separator=delimiter)], problems)


def _refuse(at: CellLocation, code: str, message: str, remedy: str) -> NoReturn:
    raise Refused([Problem(at, code, message, remedy)])


def _decoded(file: str, data: bytes) -> tuple[str, list[Problem]]:
    """The text: by its byte-order mark, else as strict UTF-8, else as Windows-1252, which is noted."""
    codec, encoding = next(((codec, name) for mark, codec, name in _MARKS if data.startswith(mark)), ("utf-8", ""))
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if encoding:
            _refuse_bytes(file, error, f"is not the {encoding} that the file's first bytes promise")
        encoding = "Windows-1252"
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as still:
            _refuse_bytes(file, still, f"is neither UTF-8 nor {encoding}")
    if encoding in {"", "UTF-8"}:
        return text, []
    message = f"The text is not UTF-8; it was read as {encoding}."
    remedy = "If names look wrong, save the file as csv (UTF-8)."
    return text, [Problem(CellLocation(file), "encoding", message, remedy, "note")]


def _refuse_bytes(file: str, error: UnicodeDecodeError, what: str) -> NoReturn:
    line = _line(error.object[: error.start].decode(error.encoding, "ignore"))
    message = f"Line {line:,} {what}, so the file is damaged or not text."
    _refuse(CellLocation(file, None, line), "wrong-kind-of-file", message, AS_CSV)


def _refuse_nul(file: str, text: str) -> NoReturn:
    if text.count("\0") > len(text) // 3:
        message = "The file is text in UTF-16 or UTF-32 without the mark that says so."
        _refuse(CellLocation(file), "wrong-kind-of-file", message, AS_CSV)
    line = _line(text[: text.index("\0")])
    message = f"Line {line:,} holds a NUL character, so the file is damaged or not text."
    _refuse(CellLocation(file, None, line), "broken-file", message, AS_CSV)


def _line(before: str) -> int:
    """The number of the line that follows a text; lines end as Windows, Unix or the old Macintosh ends them."""
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


ROW_COSTS = 12
TEXT_COSTS = 8
"""A row, or a text that is kept for one cell alone, takes as much memory as so many references to a text."""

LARGE = 10 * MEGABYTE
"""From here on the cells of a text are counted as what they take."""

REMEMBERED = 200_000
"""What is the same is kept once, of the first so many different cells: texts that recur are hashed and held once."""

_LINE = pattern(r".*\n|.+")
_LINE_OF_ANY_END = pattern(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@frozen
class CsvText:
    """The text of a csv file, what separates its values, and how many lines were left out before it."""

    file: str
    text: str
    delimiter: str
    left_out: int = 0

    def refuse(self, row: int, line: int, code: str, message: str, remedy: str) -> NoReturn:
        """Raise `Refused` for the row that begins in that line of the text."""
        said = f"Line {line + self.left_out:,} {message}"
        raise Refused([Problem(CellLocation(self.file, None, row), code, said, remedy)])


def csv_rows(source: CsvText, limits: Limits) -> Sequence[Sequence[object]]:
    """Every record as a list of texts; record `n` is row `n` as Excel shows it. Blank rows at the end are left out.

    Raises `Refused` for an unclosed quotation mark, and for what is beyond the limits.
    """
    rows: list[Sequence[object]] = []
    seen: dict[str, str] = {}
    large = len(source.text) > LARGE
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
                if large or len(seen) < REMEMBERED:
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
    """The lines with their ends, one at a time: a `StringIO` would hold four bytes for each character.

    To look for the ends of the old Macintosh takes ten times as long, and few texts have them.
    """
    line = _LINE if text.count("\r") == text.count("\r\n") else _LINE_OF_ANY_END
    return (found[0] for found in line.finditer(text))


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
        row[:] = map(seen.setdefault, row, row)
        return 0
    row[:] = map(seen.get, row, row)
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
