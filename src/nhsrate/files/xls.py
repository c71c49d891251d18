"""Old Excel workbooks (.xls), read through the package xlrd of the extra `formats`."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from struct import pack_into, unpack_from
from typing import TYPE_CHECKING, Any

from nhsrate.core.problems import CellLocation
from nhsrate.core.tables import ErrorCell, Merged, SheetName
from nhsrate.files.book import ERRORS, Results, SheetsBook, damaged, needs, number_cell, placed
from nhsrate.files.compound import workbook_stream
from nhsrate.files.limits import STANDARD
from nhsrate.files.number_formats import MAC_EPOCH, WINDOWS_EPOCH, look_of
from nhsrate.files.raised import joined, shifted
from nhsrate.files.refusals import SAVE_AS, UNLOCK, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nhsrate.files.book import NumberedRows, SheetFacts
    from nhsrate.files.limits import Limits
    from nhsrate.files.number_formats import Look
    from nhsrate.files.raised import Shift

KIND = "an old Excel workbook (.xls)"

_END, _NAME, _SHEET, _LINK = 0x0A, 0x18, 0x85, 0x01B8
_FORMULAS = frozenset({0x06, 0x0206, 0x0406})
_NO_NUMBER, _EMPTY_TEXT = 0xFFFF, bytes([3, 0, 0, 0, 0, 0])
"""The results of formulas that are no numbers, and which of those is an empty text."""

_BEGINS = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_IGNORED = 0xFFFF
"""A number that no record bears, so that xlrd passes it over."""


def xls_book(file: str, data: bytes, digest: str, limits: Limits = STANDARD) -> SheetsBook:
    """The sheets of an old Excel workbook.

    Raises `Refused` where xlrd is not installed, and for files that are damaged, protected, or hold no workbook.
    """
    at = CellLocation(file)
    needs("xlrd", KIND, at)
    from xlrd import open_workbook

    results: dict[int, dict[int, Results]] = {}
    log = StringIO()  # xlrd prints whatever it wonders at
    try:
        stream = workbook_stream(data)
        book: Any = stream and open_workbook(
            file_contents=_harmless(stream, results),
            logfile=log,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
    except Exception as error:  # noqa: BLE001 (xlrd raises almost anything on a damaged workbook)
        if "encrypted" in str(error):
            refuse(file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", UNLOCK)
        damaged(at, "The workbook is incomplete or damaged", error)
    if not book:
        refuse(file, "wrong-kind-of-file", "The file is a file of old Office, but holds no workbook.", SAVE_AS)
    shown = book._sheet_visibility  # noqa: SLF001 (xlrd tells it nowhere else before a sheet is read)
    sheets = [SheetName(name, bool(state)) for name, state in zip(book.sheet_names(), shown, strict=True)]
    workbook = _Workbook(book, MAC_EPOCH if book.datemode else WINDOWS_EPOCH, results)
    return SheetsBook(file, digest, sheets, limits, workbook.rows)


def _harmless(stream: bytes, results: dict[int, dict[int, Results]]) -> bytes:
    """The records of a workbook without names and links, on which xlrd spends time and memory beyond all measure.

    One link over a whole sheet would give it four thousand million entries, and a few names that double each other
    texts without end. Neither is a value. On the way the stored results of formulas are taken account of, which xlrd
    gives as if they were typed. Raises `ValueError` where sheets share their records, and where the stream
    is no workbook but another file, which xlrd would open in its turn.
    """
    if int.from_bytes(stream[:2], "little") not in _BEGINS:
        raise ValueError("it does not begin as a workbook does")
    found = bytearray(stream)
    starts, seen, walked = [0], {0}, 0
    while starts:
        at, depth = starts.pop(), 0
        own = results[at] = {}
        while at + 4 <= len(found):
            code, length = unpack_from("<HH", found, at)
            if code in {_NAME, _LINK}:
                pack_into("<H", found, at, _IGNORED)
            elif code in _FORMULAS and length >= 14:
                row, column, _, value, kind = unpack_from("<HHH6sH", found, at + 4)
                zero = value == (bytes(6) if not kind else _EMPTY_TEXT if kind == _NO_NUMBER else b"")
                own.setdefault(column + 1, Results(row + 1)).add(row + 1, zero=zero)
            elif code == _SHEET and length >= 4:
                (start,) = unpack_from("<I", found, at + 4)
                starts.extend({start} - seen)
                seen.add(start)
            depth += (code in _BEGINS) - (code == _END)
            at += 4 + length
            walked += 4 + length
            if depth <= 0:
                break
        if walked > 2 * len(found):
            raise ValueError("sheets stand within each other")
    return bytes(found)


@dataclass(slots=True)
class _Workbook:
    """A workbook opened by xlrd, and what its cell styles show."""

    book: Any
    epoch: datetime
    results: Mapping[int, dict[int, Results]]
    """What the formulas of each sheet came to, by where it begins."""

    looks: dict[int, Look] = field(default_factory=dict)
    off_the_line: frozenset[int] = frozenset()
    """The fonts that are raised or lowered."""

    def __post_init__(self) -> None:
        """Look through the fonts once, as hardly any workbook has such a one."""
        fonts = enumerate(self.book.font_list)
        self.off_the_line = frozenset(n for n, font in fonts if font.escapement)

    def rows(self, name: str, facts: SheetFacts) -> NumberedRows:
        """The rows of a sheet."""
        sheet = self.book.sheet_by_name(name)
        widest = 0
        for row in range(sheet.nrows):
            kinds, values = sheet.row_types(row), sheet.row_values(row)
            cells = placed([
                self._cell(sheet, row, column, kind, value)
                for column, (kind, value) in enumerate(zip(kinds, values, strict=True))
            ])  # fmt: skip
            if cells:
                known = sheet.rowinfo_map.get(row)
                facts.hidden_rows += known is not None and bool(known.hidden)
                widest = max(widest, len(cells))
                yield row + 1, cells
        facts.hidden_columns = any(column < widest and known.hidden for column, known in sheet.colinfo_map.items())
        for first, behind, left, right in sheet.merged_cells:
            facts.merge(Merged(first + 1, left + 1, behind, right))
        facts.results = self.results.get(self.book._sh_abs_posn[self.book.sheet_names().index(name)], {})  # noqa: SLF001 (xlrd does not tell formulas)
        self.book.unload_sheet(name)

    def _cell(self, sheet: Any, row: int, column: int, kind: int, value: Any) -> object:  # noqa: ANN401 (xlrd's own)
        if not self.off_the_line or not kind:
            return self._plain(sheet, row, column, kind, value)
        style = self.book.xf_list[sheet.cell_xf_index(row, column)]
        runs = sheet.rich_text_runlist_map.get((row, column), ())
        if kind == 1 and any(font in self.off_the_line for _, font in runs):
            starts = [0, *(start for start, _ in runs), len(value)]
            fonts = [style.font_index, *(font for _, font in runs)]
            return joined([
                (value[start:end], self._shift(font))
                for font, start, end in zip(fonts, starts, starts[1:], strict=False)
            ])  # fmt: skip
        found = self._plain(sheet, row, column, kind, value)
        return found if runs else shifted(found, self._shift(style.font_index))

    def _shift(self, font: int) -> Shift:
        """Where the letters of a font stand."""
        if font not in self.off_the_line:
            return 0
        return 1 if self.book.font_list[font].escapement == 1 else -1

    def _plain(self, sheet: Any, row: int, column: int, kind: int, value: Any) -> object:  # noqa: ANN401 (xlrd's own)
        match kind:  # by xlrd's numbers: text, number, date, logical value, error; the others are empty
            case 1:
                return value or None
            case 2 | 3:
                return number_cell(value, self._look(sheet.cell_xf_index(row, column)), self.epoch)
            case 4:
                return bool(value)
            case 5:
                return ErrorCell(ERRORS.get(value, "#VALUE!"))
        return None

    def _look(self, style: int) -> Look:
        """What a cell style shows."""
        if style not in self.looks:
            code = self.book.format_map[self.book.xf_list[style].format_key].format_str
            self.looks[style] = look_of(code)
        return self.looks[style]
