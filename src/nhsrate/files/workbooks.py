"""Opening files of tables: Excel workbooks, the formats of the extra, and text of separated values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NoReturn, TypeVar

from nhsrate.files.guard import AGAIN, Contents, guarded
from nhsrate.files.limits import STANDARD
from nhsrate.problems import CellPlace, Problem, Refused
from nhsrate.tables import SheetName, Table, dense

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from zipfile import ZipFile

    from nhsrate.files.limits import Limits
    from nhsrate.files.xlsxcells import SheetFacts
    from nhsrate.files.xlsxparts import Parts
    from nhsrate.tables import Book

B = TypeVar("B", bound="Book")

_VALUES = (b"/v>", b":v>", b"/t>", b":t>", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_LONGEST_END = 40
_END = re.compile(rb"</(?:[\w.-]{1,20}:)?sheetData\s{0,5}>")
"""What shows that a sheet's XML holds a value or a formula, and where its cells end."""

LARGE_PART = 5_000_000
"""The bytes of a sheet from which it pays to look for its last value before it is parsed."""


def open_book(path: Path, limits: Limits = STANDARD) -> Book:
    """The tables of a file, by what it holds and not by its name.

    Raises `Refused` for a file that is missing, damaged, unsafe or of another kind.
    """
    contents = guarded(path, limits)
    file, data, digest = path.as_posix(), contents.data, contents.digest
    match contents.kind:
        case "workbook":
            return _workbook(file, contents, limits)
        case "text":
            from nhsrate.files.csvfiles import csv_book

            return csv_book(file, data, digest, limits)
        case "xls":
            from nhsrate.files.xlsfiles import xls_book

            return xls_book(file, data, digest, limits)
        case "ods":
            from nhsrate.files.odsfiles import ods_book

            return _with_unused(ods_book(file, data, digest, limits), contents)
        case "xlsb":
            from nhsrate.files.xlsbfiles import xlsb_book

            return _with_unused(xlsb_book(file, data, digest, limits), contents)
        case "parquet":  # pragma: no branch (there is no other kind)
            from nhsrate.frames import book_from_parquet

            return book_from_parquet(file, data, digest)


@dataclass(slots=True)
class _Lines:
    """The rows of a sheet as far as they were read, and those that follow."""

    following: Iterator[tuple[int, Sequence[object]]]
    rows: list[tuple[int, Sequence[object]]] = field(default_factory=list)
    finished: bool = False


@dataclass(slots=True)
class Workbook:
    """An opened Excel workbook; of a sheet that was only looked at, the first rows are kept and not parsed again."""

    file: str
    digest: str
    sheets: Sequence[SheetName]
    problems: list[Problem]
    _archive: ZipFile
    _parts: Parts
    _limits: Limits
    _texts: Sequence[str] | None = None
    _lines: dict[str, _Lines] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """The table of that sheet (its first `rows` rows only, where given), up to its last row with a value."""
        name = self._name(sheet)
        lines = self._started(name)
        while not lines.finished and (rows is None or not lines.rows or lines.rows[-1][0] < rows):
            found = next(lines.following, None)
            if found is None:
                lines.finished = True
            else:
                lines.rows.append(found)
        return Table(self.file, name, dense(lines.rows, rows), self._hidden(name))

    def stream(self, sheet: str | None) -> Iterator[tuple[int, Sequence[object]]]:
        """The number and the cells of each row that holds a value, none of them kept."""
        name = self._name(sheet)
        lines = self._started(name)
        if not lines.finished:
            del self._lines[name]  # whoever asks again starts anew
        yield from lines.rows
        yield from lines.following

    def _name(self, sheet: str | None) -> str:
        return sheet if sheet is not None else str(self.sheets[0].name)

    def _hidden(self, name: str) -> bool:
        return next(sheet.hidden for sheet in self.sheets if sheet.name == name)

    def _started(self, name: str) -> _Lines:
        if name not in self._lines:
            self._lines[name] = _Lines(self._rows(name))
        return self._lines[name]

    def _rows(self, name: str) -> Iterator[tuple[int, Sequence[object]]]:
        """The rows of a sheet; raises `Refused` where it is damaged, or holds more than can be kept."""
        from nhsrate.files.xlsxcells import SheetFacts, sheet_rows

        part, archive = next(sheet.part for sheet in self._parts.sheets if sheet.name == name), self._archive
        facts, held = SheetFacts(), 0
        try:
            texts = self._shared()
            until = _last_value(archive.open(part)) if archive.getinfo(part).file_size > LARGE_PART else None
            with archive.open(part) as stream:
                for number, row in sheet_rows(stream, self._parts, texts, facts, until=until):
                    held += len(row)
                    if held > self._limits.cells:
                        self._too_wide(name)
                    yield number, row
        except Exception as error:  # (damaged XML and damaged zips raise almost anything)
            self._lines.pop(name, None)  # so that asking again does not give a sheet cut short
            if isinstance(error, Refused):
                raise
            _broken(CellPlace(self.file, name), f'The sheet "{name}" is damaged', error)
        self._tell(name, facts)

    def _shared(self) -> Sequence[str]:
        """The shared texts, read once."""
        if self._texts is None:
            from nhsrate.files.xlsxparts import shared_texts

            strings = self._parts.strings
            self._texts = [] if strings is None else shared_texts(self._archive.open(strings))
        return self._texts

    def _too_wide(self, name: str) -> NoReturn:
        message = "The cells of the sheet are spread so widely that it cannot be read in reasonable memory."
        remedy = "Delete the rows and columns outside the table, or copy it into a new workbook."
        remedy += f" If you trust the file, raise the limit: --limit cells={2 * self._limits.cells}."
        raise Refused([Problem(CellPlace(self.file, name), "unsafe-file", message, remedy)])

    def _tell(self, name: str, facts: SheetFacts) -> None:
        """Note hidden rows and columns, once."""
        if name in self._told or not (facts.hidden_rows or facts.hidden_columns):
            return
        self._told.add(name)
        at = CellPlace(self.file, name)
        self.problems.append(hidden_problem(at, facts.hidden_rows, columns=facts.hidden_columns))


def hidden_problem(at: CellPlace, hidden_rows: int, *, columns: bool) -> Problem:
    """The note on rows and columns of a sheet that are hidden and were read all the same."""
    rows = [f"{hidden_rows:,} hidden row{'s' if hidden_rows > 1 else ''}"] if hidden_rows else []
    message = f"The sheet has {' and '.join([*rows, *(['hidden columns'] if columns else [])])}, read like the others."
    return Problem(at, "hidden-rows", message, "If a filter hides rows that do not belong, delete them.", "note")


def _last_value(stream: IO[bytes]) -> int:
    """The offset behind which a sheet's XML holds no value and no formula, found without parsing it."""
    done, last, tail = 0, 0, b""
    while piece := stream.read(1 << 20):
        window = tail + piece
        end = _END.search(window)
        found = max(window.rfind(sign, 0, end.start() if end else None) for sign in _VALUES)
        if found >= 0:
            last = done - len(tail) + found
        if end:
            break
        done += len(piece)
        tail = window[-_LONGEST_END:]
    return last


def _workbook(file: str, contents: Contents, limits: Limits) -> Workbook:
    from io import BytesIO
    from zipfile import ZipFile

    from nhsrate.files.xlsxparts import read_parts

    try:
        archive = ZipFile(BytesIO(contents.data))  # kept open, as its list of parts may be long
        parts = read_parts(archive)
    except Exception as error:  # noqa: BLE001 (damaged XML and damaged zips raise almost anything)
        _broken(CellPlace(file), "The workbook is incomplete or damaged", error)
    if not parts.sheets:
        raise Refused([Problem(CellPlace(file), "no-table", "The workbook has no sheet of cells.", AGAIN)])
    sheets = [SheetName(sheet.name, sheet.hidden) for sheet in parts.sheets]
    return _with_unused(Workbook(file, contents.digest, sheets, [], archive, parts, limits), contents)


def _with_unused(book: B, contents: Contents) -> B:
    """The book, which notes what the file holds that is never used: macros, links to other files."""
    if contents.unused:
        message = f"The workbook holds {' and '.join(contents.unused)}, which were not used."
        book.problems.append(Problem(CellPlace(book.file), "not-used", message, "Stored values were read.", "note"))
    return book


def _broken(at: CellPlace, message: str, error: Exception) -> NoReturn:
    details = " ".join(str(error).split())[:80] or "no details"
    raise Refused([Problem(at, "broken-file", f"{message}, so it cannot be read ({details}).", AGAIN)]) from error
