"""Merged cells, as each format has them: known once a sheet was read to its end."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

import pytest
from tests.support.hostile import number, package, parts_of, sheet
from tests.support.oldfiles import (
    binary,
    binary_cell,
    binary_row,
    binary_sheet,
    binary_words,
    ods,
    old_number,
    open_cell,
    open_number,
    open_row,
    open_sheet,
    record,
    xls,
    xlsb_parts,
)

from nhsrate.core.tables import MemoryBook, Merged, Table
from nhsrate.files import book as books
from nhsrate.files import xlsx
from nhsrate.files.ods import ods_book
from nhsrate.files.open import open_book
from nhsrate.files.xls import xls_book
from nhsrate.files.xlsb import xlsb_book

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.tables import Book

TALL, WIDE = Merged(2, 3, 3, 3), Merged(2, 3, 2, 4)


def workbook(folder: Path, behind: str, rows: str = "") -> Book:
    found = f'<row r="2">{number("C2", 5)}</row>{rows}'
    parts = parts_of({"Return": sheet(found).replace("</sheetData>", f"</sheetData>{behind}")})
    path = folder / "return.xlsx"
    path.write_bytes(package(parts))
    return open_book(path)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("behind", "merged"),
    [
        ('<mergeCells count="2"><mergeCell ref="C2:C3"/><mergeCell ref="C2:D2"/></mergeCells>', (TALL, WIDE)),
        ('<x:mergeCells xmlns:x="urn:x"><x:mergeCell ref="c2:c3"/></x:mergeCells>', (TALL,)),
        ("<mergeCells><mergeCell  ref='$C$2:$D$2' /></mergeCells>", (WIDE,)),
        ('<mergeCells><mergeCell ref="C2"/><mergeCell/><mergeCell ref="2:3"/></mergeCells>', ()),
        ("", ()),
    ],
)
def test_merged_cells_of_a_workbook_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: str, merged: tuple[Merged, ...], *, large: bool
) -> None:
    """Also in a large sheet, whose rows are not parsed behind its last value."""
    if large:
        monkeypatch.setattr(xlsx, "LARGE_PART", 0)
    book = workbook(tmp_path, behind, rows='<row r="9"/>' * 0)
    assert book.merged(None) == ()
    book.read(None)
    assert book.merged(None) == book.merged("Return") == merged


def test_merged_cells_far_behind_the_last_value_are_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may lie across two pieces of the XML."""
    monkeypatch.setattr(xlsx, "LARGE_PART", 0)
    monkeypatch.setattr(xlsx, "PIECE", 200)
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 200))
    for padding in range(0, 200, 7):
        behind = f'<!--{"x" * padding}--><mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="C2:D2"/></mergeCells>'
        book = workbook(tmp_path, behind, blank)
        assert list(book.stream(None)) == [(2, [None, None, 5])]
        assert book.merged(None) == (TALL, WIDE)


def test_no_more_merged_cells_are_kept_than_people_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_MERGED", 1)
    book = workbook(tmp_path, '<mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="C2:D2"/></mergeCells>')
    book.read(None)
    assert book.merged(None) == (TALL,)


def test_merged_cells_of_an_old_workbook_are_known() -> None:
    merged = record(0xE5, pack("<HHHHHHHHH", 2, 1, 2, 2, 2, 1, 1, 2, 3))
    book = xls_book("return.xls", xls(old_number(1, 2, 5), merged), "")
    book.read(None)
    assert book.merged(None) == (TALL, WIDE)


def test_merged_cells_of_an_open_document_are_known() -> None:
    spans = {"table__number_rows_spanned": "2", "table__number_columns_spanned": "1"}
    wide = {"table__number_columns_spanned": "2"}
    rows = [
        open_row(),
        open_row(open_cell(table__number_columns_repeated="2"), open_number("5", **spans), open_number("6", **wide)),
        open_row(open_number("7", table__number_columns_spanned="1", table__number_rows_spanned="1")),
    ]
    book = ods_book("return.ods", ods(open_sheet("".join(rows))), "")
    book.read(None)
    assert book.merged(None) == (TALL, Merged(2, 4, 2, 5))


def test_an_open_document_keeps_no_more_merged_cells_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsrate.files.ods.MOST_MERGED", 1)
    wide = {"table__number_columns_spanned": "2"}
    rows = [open_row(open_number("5", **wide)), open_row(open_number("6", **wide))]
    book = ods_book("return.ods", ods(open_sheet("".join(rows))), "")
    book.read(None)
    assert book.merged(None) == (Merged(1, 1, 1, 2),)


def test_merged_cells_of_a_binary_workbook_are_known() -> None:
    merged = (
        binary(177, pack("<I", 2)) + binary(176, pack("<IIII", 1, 2, 2, 2)) + binary(176, pack("<IIII", 1, 1, 2, 3))
    )
    records = binary_sheet(binary_row(1), binary_cell(6, 2, binary_words("x"))) + merged + binary(178)
    book = xlsb_book("return.xlsb", package(xlsb_parts({"Return": records})), "")
    book.read(None)
    assert book.merged(None) == (TALL, WIDE)


def test_a_table_in_memory_has_none() -> None:
    assert MemoryBook("r.csv", "", [Table("r.csv", None, [["Code"]])]).merged(None) == ()
