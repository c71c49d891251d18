"""Excel workbooks (.xlsx, .xlsm): their sheets, each parsed when it is asked for."""

from __future__ import annotations

import re
from functools import cache
from typing import IO, TYPE_CHECKING

from nhsrate.files.formats import SheetsBook, damaged
from nhsrate.problems import CellPlace
from nhsrate.tables import SheetName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.files.limits import Limits
    from nhsrate.files.xlsxcells import SheetFacts

_VALUES = (b"/v>", b":v>", b"/t>", b":t>", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_LONGEST_END = 40
_END = re.compile(rb"</(?:[\w.-]{1,20}:)?sheetData\s{0,5}>")
"""What shows that a sheet's XML holds a value or a formula, and where its cells end."""

LARGE_PART = 5_000_000
"""The bytes of a sheet from which it pays to look for its last value before it is parsed."""


def xlsx_book(file: str, data: bytes, digest: str, limits: Limits) -> SheetsBook:
    """The sheets of a workbook; raises `Refused` where it is damaged."""
    from io import BytesIO
    from zipfile import ZipFile

    from nhsrate.files.xlsxcells import sheet_rows
    from nhsrate.files.xlsxparts import read_parts, shared_texts

    try:
        archive = ZipFile(BytesIO(data))  # kept open, as its list of parts may be long
        parts = read_parts(archive)
    except Exception as error:  # noqa: BLE001 (damaged XML and damaged zips raise almost anything)
        damaged(CellPlace(file), "The workbook is incomplete or damaged", error)
    part_of = {sheet.name: sheet.part for sheet in parts.sheets}

    @cache
    def texts() -> Sequence[str]:
        return [] if parts.strings is None else shared_texts(archive.open(parts.strings))

    def rows(name: str, facts: SheetFacts) -> Iterator[tuple[int, Sequence[object]]]:
        part = part_of[name]
        until = last_value(archive.open(part)) if archive.getinfo(part).file_size > LARGE_PART else None
        with archive.open(part) as stream:
            yield from sheet_rows(stream, parts, texts(), facts, until=until)

    sheets = [SheetName(sheet.name, sheet.hidden) for sheet in parts.sheets]
    return SheetsBook(file, digest, sheets, limits, rows)


def last_value(stream: IO[bytes]) -> int:
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
