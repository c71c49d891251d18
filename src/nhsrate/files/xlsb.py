"""Binary Excel workbooks (.xlsb): records of bytes in a zip package, read with the standard library alone."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from io import BytesIO
from struct import unpack_from
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # (the guard refuses document types, so that no entity can expand)
from zipfile import ZipFile

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation
from nhsrate.core.tables import ErrorCell, MarkedText, Merged, SheetName, Uncalculated
from nhsrate.files.book import ERRORS, LAST_COLUMN, SheetsBook, damaged, number_cell, placed
from nhsrate.files.limits import STANDARD
from nhsrate.files.number_formats import BUILT_IN, GENERAL, MAC_EPOCH, WINDOWS_EPOCH, look_of
from nhsrate.files.raised import joined, shifted
from nhsrate.files.xlsx_parts import BY_EXCEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from nhsrate.files.book import NumberedRows, SheetFacts
    from nhsrate.files.limits import Limits
    from nhsrate.files.number_formats import Look
    from nhsrate.files.raised import Shift

_ROW, _BLANK, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = range(8)
_TEXT_RESULT, _REAL_RESULT, _TRUTH_RESULT, _ERROR_RESULT = range(8, 12)
_SHORT = range(12, 19)
"""Cells that do not say their column, because they stand right behind the one before."""

_RICH_TEXT, _SHARED_ITEM, _FORMAT, _STYLE, _COLUMN, _FONT, _MERGED = 62, 19, 44, 47, 60, 43, 176
_CELLS_END, _BOOK, _SHEET, _CALCULATION, _STYLES, _STYLES_END = 146, 153, 156, 157, 617, 618

_ASKS = 0b10001
"""The bits of a workbook's calculation properties (MS-XLSB 2.4.315) that ask for one when it is opened: a full one is
wanted, or some formulas were not worked out when it was saved."""

_NO_TEXT = 0xFFFFFFFF


def xlsb_book(file: str, data: bytes, digest: str, limits: Limits = STANDARD) -> SheetsBook:
    """The sheets of a binary Excel workbook; raises `Refused` for files that are damaged."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            book = _opened(archive, data)
    except Exception as error:  # noqa: BLE001 (damaged records and damaged zips raise almost anything)
        damaged(CellLocation(file), "The workbook is incomplete or damaged", error)
    sheets = [SheetName(sheet.name, sheet.hidden) for sheet in book.sheets]
    return SheetsBook(file, digest, sheets, limits, book.rows)


@frozen
class _Sheet:
    """A sheet of cells, and the part of the package that holds them."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class _Book:
    """What a workbook says beside its cells.

    `looks[s]` is what cell style `s` shows, `fonts[s]` its font, and `shifts` has the fonts that are raised or lowered.
    The shared texts are read from the part `strings` when a sheet is first asked for. `asks` says that the workbook
    asks to be calculated when it is opened, `calculated` that Excel saved it, which calculates before.
    """

    data: bytes
    sheets: Sequence[_Sheet]
    looks: Sequence[Look]
    fonts: Sequence[int]
    shifts: Mapping[int, Shift]
    strings: str | None
    epoch: datetime
    asks: bool
    calculated: bool
    texts: Sequence[str | MarkedText] = ()

    def rows(self, name: str, facts: SheetFacts) -> NumberedRows:
        """The rows of a sheet."""
        part = next(sheet.part for sheet in self.sheets if sheet.name == name)
        with ZipFile(BytesIO(self.data)) as archive:
            if self.strings is not None:
                self.texts, self.strings = self._shared_texts(archive.read(self.strings)), None
            data = archive.read(part)
        widest = 0
        hidden_columns: list[int] = []
        for number, hidden, cells in self._rows(data, hidden_columns, facts):
            if cells:
                facts.hidden_rows += hidden
                widest = max(widest, len(cells))
                yield number, cells
        facts.hidden_columns = any(column <= widest for column in hidden_columns)

    def _rows(
        self, data: bytes, hidden_columns: list[int], facts: SheetFacts
    ) -> Iterator[tuple[int, bool, Sequence[object]]]:
        """The number of each row, whether it is hidden, and its cells.

        A record says its kind and its length, and nothing says where a row ends but the beginning of the next, so a row
        is handed on one record late. Cells that stand right behind the one before leave out their column; they are read
        as the full kind, eleven numbers below, with their place moved back by the four bytes that they lack. What is
        not known is passed over by its length, as Excel does with what is newer than it.
        """
        number = column = 0
        hidden = False
        cells: list[object] = []
        records = _records(data)
        for kind, at, end in records:
            if kind == _ROW:
                yield number, hidden, placed(cells)
                (number,) = unpack_from("<I", data, at)
                number, hidden = number + 1, bool(data[at + 11] & 16)
                cells, column = [], 0
            elif kind in _SHORT or kind <= _ERROR_RESULT or kind == _RICH_TEXT:
                if kind in _SHORT:
                    kind, column, at = kind - 11, column + 1, at - 4  # noqa: PLW2901 (as a cell that says its column)
                else:
                    column = unpack_from("<I", data, at)[0] + 1
                if column > LAST_COLUMN:
                    raise ValueError(f"a cell stands in column {column:,}")
                value = None if kind == _BLANK else self._value(kind, data, at, end)
                if _TEXT_RESULT <= kind <= _ERROR_RESULT:
                    zero = value is None or (kind == _REAL_RESULT and not unpack_from("<d", data, at + 8)[0])
                    value = self._result(value, facts, number, column, zero=zero)
                if value is not None:
                    gap = column - len(cells) - 1
                    if gap < 0:
                        raise ValueError(f"a cell of row {number:,} stands out of order")
                    cells.extend([None] * gap)
                    cells.append(value)
            elif kind == _COLUMN and data[at + 16] & 1:
                hidden_columns.append(unpack_from("<I", data, at)[0] + 1)
            elif kind == _CELLS_END:
                break
        else:
            raise ValueError("the sheet is cut short")
        _merge(data, records, facts)
        yield number, hidden, placed(cells)

    def _value(self, kind: int, data: bytes, at: int, end: int) -> object:
        """What a cell holds; its value stands behind its column and its style."""
        found = self._plain(kind, data, at, end)
        if not self.shifts or (kind == _RICH_TEXT and isinstance(found, MarkedText)):
            return found
        return shifted(found, self._shift_of(data, at))

    def _result(self, value: object, facts: SheetFacts, row: int, column: int, *, zero: bool) -> object:
        """The stored result of a formula; 0 and an empty text are none where the workbook asks to be calculated."""
        if not self.asks:
            if not self.calculated:
                facts.result(row, column, zero=zero)
            return value
        facts.stale += not zero and not isinstance(value, (str, bool, ErrorCell, MarkedText))
        return Uncalculated() if zero else value

    def _shift_of(self, data: bytes, at: int) -> Shift:
        """Where the letters of a cell stand by its style."""
        style = unpack_from("<I", data, at + 4)[0] & 0xFFFFFF
        return self.shifts.get(self.fonts[style], 0) if style < len(self.fonts) else 0

    def _plain(self, kind: int, data: bytes, at: int, end: int) -> object:
        """What a cell holds, whatever its font."""
        match kind:
            case 2:
                return number_cell(_short_number(data, at + 8), self._look(data, at), self.epoch)
            case 5 | 9:
                return number_cell(unpack_from("<d", data, at + 8)[0], self._look(data, at), self.epoch)
            case 7:
                return self.texts[unpack_from("<I", data, at + 8)[0]] or None
            case 3 | 11:
                return ErrorCell(ERRORS.get(data[at + 8], "#VALUE!"))
            case 4 | 10:
                return bool(data[at + 8])
        if kind == _RICH_TEXT:
            return self._rich(data, at + 8, end) or None
        return _text(data, at + 8, end)[0] or None

    def _shared_texts(self, data: bytes) -> list[str | MarkedText]:
        return [self._rich(data, at, end) for kind, at, end in _records(data) if kind == _SHARED_ITEM]

    def _rich(self, data: bytes, at: int, end: int) -> str | MarkedText:
        """A text whose runs may have fonts of their own, as its first byte says."""
        text, behind = _text(data, at + 1, end)
        if not (data[at] & 1 and self.shifts):
            return text
        letters = text.encode("utf-16-le")
        (count,) = unpack_from("<I", data, behind)
        runs = [unpack_from("<HH", data, behind + 4 + 4 * n) for n in range(min(count, len(text) + 1))]
        starts = [0, *(start for start, _ in runs), len(letters) // 2]
        shifts: list[Shift] = [0, *(self.shifts.get(font, 0) for _, font in runs)]
        return joined([
            (letters[2 * start : 2 * stop].decode("utf-16-le", "replace"), shift)
            for start, stop, shift in zip(starts, starts[1:], shifts, strict=False)
        ])  # fmt: skip

    def _look(self, data: bytes, at: int) -> Look:
        style = unpack_from("<I", data, at + 4)[0] & 0xFFFFFF
        return self.looks[style] if style < len(self.looks) else GENERAL


def _merge(data: bytes, records: Iterable[tuple[int, int, int]], facts: SheetFacts) -> None:
    """Keep the merged cells, which stand behind all cells."""
    for kind, at, _ in records:
        if kind == _MERGED:
            row, last_row, column, last_column = unpack_from("<IIII", data, at)
            facts.merge(Merged(row + 1, column + 1, last_row + 1, last_column + 1))


def _opened(archive: ZipFile, data: bytes) -> _Book:
    """The workbook beside its cells."""
    related = _relations(archive)
    workbook = archive.read("xl/workbook.bin")
    sheets, epoch, asks = [], WINDOWS_EPOCH, False
    for kind, at, end in _records(workbook):
        if kind == _BOOK and workbook[at] & 1:
            epoch = MAC_EPOCH
        elif kind == _CALCULATION:
            asks = bool(unpack_from("<H", workbook, at + 24)[0] & _ASKS)
        elif kind == _SHEET:
            relation, behind = _text(workbook, at + 8, end)
            name, _ = _text(workbook, behind, end)
            what, part = related.get(relation, ("", ""))
            if what == "worksheet":
                sheets.append(_Sheet(name, part, bool(unpack_from("<I", workbook, at)[0])))
    parts = dict(related.values())
    looks, fonts, shifts = _looks(archive.read(parts["styles"])) if "styles" in parts else ([], [], {})
    told = "docProps/app.xml"
    by_excel = told in archive.namelist() and BY_EXCEL.search(archive.read(told)) is not None
    return _Book(data, sheets, looks, fonts, shifts, parts.get("sharedStrings"), epoch, asks, by_excel)


def _relations(archive: ZipFile) -> dict[str, tuple[str, str]]:
    """The parts that a workbook names, by its short names for them: what each is, and where."""
    root = ET.fromstring(archive.read("xl/_rels/workbook.bin.rels"))  # noqa: S314 (guarded)
    return {
        entry.get("Id", ""): (
            entry.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/xl", entry.get("Target", ""))).lstrip("/"),
        )
        for entry in root
    }


def _looks(styles: bytes) -> tuple[list[Look], list[int], dict[int, Shift]]:
    """What each cell style shows, the font of each, and the fonts that are raised or lowered."""
    codes, looks, of_cells = dict(BUILT_IN), [], False
    fonts: list[int] = []
    shifts: dict[int, Shift] = {}
    known = 0
    for kind, at, end in _records(styles):
        if kind == _FORMAT:
            codes[unpack_from("<H", styles, at)[0]] = _text(styles, at + 2, end)[0]
        elif kind in {_STYLES, _STYLES_END}:
            of_cells = kind == _STYLES
        elif kind == _STYLE and of_cells:
            number, font = unpack_from("<HH", styles, at + 2)
            looks.append(look_of(codes.get(number)))
            fonts.append(font)
        elif kind == _FONT:
            if stands := unpack_from("<H", styles, at + 6)[0]:
                shifts[known] = 1 if stands == 1 else -1
            known += 1
    return looks, fonts, shifts


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The kind of each record, and where its content begins and ends; raises `ValueError` where one is cut short.

    >>> list(_records(bytes([5, 2, 0, 0, 0x9C, 0x01, 0])))
    [(5, 2, 4), (156, 7, 7)]
    """
    at, size = 0, len(data)
    while at < size:
        kind = data[at]
        at += 1
        if kind > 127:
            kind = kind & 127 | data[at] << 7
            at += 1
        length = shift = 0
        while True:
            length |= (data[at] & 127) << shift
            at += 1
            if data[at - 1] < 128 or shift == 21:
                break
            shift += 7
        if at + length > size:
            raise ValueError("a record is cut short")
        yield kind, at, at + length
        at += length


def _text(data: bytes, at: int, end: int) -> tuple[str, int]:
    """A text that says its length first, and where it ends."""
    (length,) = unpack_from("<I", data, at)
    if length == _NO_TEXT:
        return "", at + 4
    behind = at + 4 + 2 * length
    if behind > end:
        raise ValueError("a text is cut short")
    return data[at + 4 : behind].decode("utf-16-le", "replace"), behind


def _short_number(data: bytes, at: int) -> float:
    """A number in four bytes: a whole one or the first half of a longer one, and perhaps to be divided by 100."""
    (bits,) = unpack_from("<i", data, at)
    value = bits >> 2 if bits & 2 else unpack_from("<d", bytes(4) + (bits & ~3).to_bytes(4, "little", signed=True))[0]
    return float(value / 100 if bits & 1 else value)
