"""Text files of separated values: encoding, delimiter and shape, each settled and said."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NoReturn

from nhsrate.problems import CellPlace, Problem, Refused
from nhsrate.tables import MemoryBook, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS_LIMIT = 16_384
SNIFFED_CHARACTERS = 100_000
SNIFFED_ROWS = 50
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def csv_book(file: str, data: bytes, digest: str) -> MemoryBook:
    """The one table of a csv file.

    Raises `Refused` for text that cannot be decoded, for an unclosed quote, and for fields or rows beyond all measure.
    """
    problems: list[Problem] = []
    text = _decoded(file, data, problems)
    if not text.strip():
        _refuse(
            CellPlace(file), "empty-file", "The file holds nothing but white space.", "Save it again with its rows."
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"Line {line:,} holds a NUL character, so the file is damaged or not text."
        _refuse(CellPlace(file, None, line), "broken-file", message, "Save it again as csv (UTF-8) in Excel.")
    delimiter = _delimiter(text)
    if delimiter != ",":
        message = f"The values are separated by {DELIMITERS[delimiter]}; the file was read so."
        problems.append(Problem(CellPlace(file), "delimiter", message, "", "note"))
    return MemoryBook(file, digest, [Table(file, None, _rows(file, text, delimiter))], problems)


def _refuse(at: CellPlace, code: str, message: str, remedy: str) -> NoReturn:
    raise Refused([Problem(at, code, message, remedy)])


def _decoded(file: str, data: bytes, problems: list[Problem]) -> str:
    """The text: by its byte-order mark, else as strict UTF-8, else as Windows-1252, which is noted."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        if not marked:
            return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # the next best
    encoding = "UTF-16" if marked else "Windows-1252"
    try:
        text = data.decode("utf-16" if marked else "cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"Line {line:,} is neither UTF-8 nor {encoding}, so the file is damaged or not text."
        _refuse(CellPlace(file, None, line), "wrong-kind-of-file", message, "Save it again as csv (UTF-8) in Excel.")
    message = f"The text is not UTF-8; it was read as {encoding}."
    remedy = "If names look wrong, save the file as csv (UTF-8)."
    problems.append(Problem(CellPlace(file), "encoding", message, remedy, "note"))
    return text


def _delimiter(text: str) -> str:
    """The delimiter under which most rows at the start have one and the same number of fields, and most fields."""
    head = text[:SNIFFED_CHARACTERS]
    if len(text) > SNIFFED_CHARACTERS:
        head = head[: head.rfind("\n") + 1] or head
    return max(DELIMITERS, key=lambda delimiter: _regularity(head, delimiter))


def _regularity(head: str, delimiter: str) -> tuple[int, int]:
    widths: dict[int, int] = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)):
            if number == SNIFFED_ROWS:
                break
            if len(row) > 1:
                widths[len(row)] = widths.get(len(row), 0) + 1
    except csv.Error:
        pass  # the reading proper says what is wrong, and where
    return max(((rows, width) for width, rows in widths.items()), default=(0, 0))


def _rows(file: str, text: str, delimiter: str) -> Sequence[Sequence[object]]:
    """Every record as a list of texts; record `n` is row `n` as Excel shows it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Sequence[object]] = []
    line = 0
    try:
        for row in reader:
            if len(row) > COLUMNS_LIMIT:
                message = f"The row has {len(row):,} fields, more than the {COLUMNS_LIMIT:,} of a spreadsheet."
                _refuse(CellPlace(file, None, len(rows) + 1), "unsafe-file", message, "Check the file's separators.")
            rows.append(row)
            line = reader.line_num
    except csv.Error as error:
        _refuse_quoting(file, len(rows) + 1, line + 1, str(error))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _refuse_quoting(file: str, row: int, line: int, reason: str) -> NoReturn:
    at = CellPlace(file, None, row)
    where = f"Line {line:,}"
    if "limit" in reason:
        message = f"{where} begins a field of more than {csv.field_size_limit():,} characters."
        _refuse(at, "broken-file", message, "Look for a quotation mark that is opened and never closed.")
    if "end of data" in reason:
        message = f"{where} opens a quotation mark that is never closed, which would swallow the rest of the file."
        _refuse(at, "broken-file", message, "Close the quotation mark, or write it twice if it belongs to the text.")
    message = f"{where} has a quotation mark inside a quoted field ({reason})."
    _refuse(at, "broken-file", message, "Write the mark twice if it belongs to the text, or remove it.")
