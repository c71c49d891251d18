"""Stored results of formulas: those that a program wrote which calculates nothing are no values."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

import pytest
from tests.support.hostile import MAIN, package, parts_of, sheet
from tests.support.oldfiles import (
    binary_cell,
    binary_row,
    binary_sheet,
    binary_words,
    compound,
    ods,
    old_number,
    old_text,
    old_workbook,
    open_cell,
    open_number,
    open_row,
    open_sheet,
    record,
    xls,
    xlsb_parts,
)

from nhsrate.core.tables import ErrorCell, PercentCell, Uncalculated
from nhsrate.files.ods import ods_book
from nhsrate.files.open import open_book
from nhsrate.files.xls import xls_book
from nhsrate.files.xlsb import xlsb_book
from nhsrate.files.xlsx import has_results

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.tables import Book

NONE = Uncalculated()


def formula(reference: str, result: str, said: str = "") -> str:
    return f'<c r="{reference}" {said}><f>F2/G2*100</f><v>{result}</v></c>'


def workbook(folder: Path, row: str, calculation: str = "", application: str = "", rows: str = "") -> Book:
    """A workbook of one row, with what it says of its calculation and of the program that saved it."""
    parts = parts_of({"Return": sheet(f'<row r="1">{row}</row>{rows}')})
    if calculation:
        parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("</workbook>", f"{calculation}</workbook>")
    if application:
        parts["docProps/app.xml"] = f"<Properties><Application>{application}</Application></Properties>"
    path = folder / "return.xlsx"
    path.write_bytes(package(parts))
    return open_book(path)


def row_of(book: Book) -> list[object]:
    return list(book.read(None).rows[0])


ASKS = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'


@pytest.mark.parametrize(
    "calculation",
    [
        ASKS,
        '<calcPr fullCalcOnLoad="true"/>',
        '<calcPr calcCompleted="0"/>',
        '<x:calcPr xmlns:x="urn:x" calcCompleted="false"/>',
    ],
)
def test_a_zero_is_no_result_where_the_workbook_asks_to_be_calculated(tmp_path: Path, calculation: str) -> None:
    """As XlsxWriter, EPPlus and PhpSpreadsheet write it; whatever the style, and an empty text neither.

    A result that is no zero was worked out by somebody, though perhaps of older values, which is noted.
    """
    cells = [
        formula("A1", "0"), formula("B1", "0", 's="1"'), formula("C1", "0.0"), formula("D1", "", 't="str"'),
        '<c r="E1"><f t="shared" si="0"/><v>0</v></c>', formula("F1", "57.5"), '<c r="G1"><v>0</v></c>',
        formula("H1", "0.5", 's="1"'), formula("I1", "x", 't="str"'), '<c r="J1"><v>3</v></c>',
    ]  # fmt: skip
    book = workbook(tmp_path, "".join(cells), calculation)
    assert row_of(book) == [NONE, NONE, NONE, NONE, NONE, 57.5, 0, PercentCell(0.5), "x", 3]
    [note] = book.problems
    assert (note.code, note.severity) == ("uncalculated-formula", "note")
    assert "asks to be calculated when it is opened, and 2 stored results of formulas may be older." in note.message


@pytest.mark.parametrize(
    "calculation", ["", '<calcPr calcId="191029"/>', '<calcPr fullCalcOnLoad="0" calcCompleted="1"/>']
)
def test_a_zero_is_a_result_where_nothing_asks(tmp_path: Path, calculation: str) -> None:
    """As Excel, LibreOffice and Google write what they worked out; one of other results in its column brings no note."""
    book = workbook(tmp_path, formula("A1", "0"), calculation, rows=f'<row r="2">{formula("A2", "4")}</row>')
    assert [list(row) for row in book.read(None).rows] == [[0], [4]]
    assert book.problems == []


@pytest.mark.parametrize(
    "application",
    ["", "LibreOffice/7.6.4.1$Linux_X86_64 LibreOffice_project", "Microsoft Excel Compatible / Openpyxl 3.1.5"],
)
def test_a_column_of_nothing_but_zeros_is_noted(tmp_path: Path, application: str) -> None:
    rows = f'<row r="3">{formula("C3", "0")}{formula("D3", "0")}</row><row r="9">{formula("D9", "0")}</row>'
    book = workbook(tmp_path, formula("C1", "2"), application=application, rows=rows)
    book.read(None)
    [note] = book.problems
    assert str(note) == (
        f"{tmp_path.as_posix()}/return.xlsx:Return!D3: Every formula of column D has the result 0 or none "
        "(D3 to D9, 2 cells), which is what a program stores that does not calculate. "
        "Open the workbook in a spreadsheet program, let it calculate, and save it."
    )


@pytest.mark.parametrize("application", ["Microsoft Excel", "Microsoft Macintosh Excel", "Microsoft Excel Online"])
def test_a_column_of_zeros_that_excel_saved_is_what_it_says(tmp_path: Path, application: str) -> None:
    """Excel calculates before it saves."""
    book = workbook(tmp_path, formula("A1", "0"), application=application)
    assert (row_of(book), book.problems) == ([0], [])


def test_excel_saved_what_another_program_asks_to_calculate(tmp_path: Path) -> None:
    """XlsxWriter says that it is Excel, and asks."""
    assert row_of(workbook(tmp_path, formula("A1", "0"), ASKS, "Microsoft Excel")) == [NONE]


@pytest.mark.parametrize("application", ["Apache POI", "Microsoft Excel"])
def test_the_zero_of_java_is_no_result_where_no_formula_of_the_sheet_has_another(
    tmp_path: Path, application: str
) -> None:
    """POI stores 0.0 for a formula it did not work out, also in a workbook that Excel made."""
    rows = f'<row r="2"><c r="A2"><v>4.5</v></c>{formula("B2", "0.0")}</row>'
    assert row_of(workbook(tmp_path, formula("A1", "0.0"), application=application, rows=rows)) == [NONE]


@pytest.mark.parametrize("other", ["7.0", "-1.5", "Yes"])
def test_the_zero_of_java_is_a_result_where_the_formulas_were_worked_out(tmp_path: Path, other: str) -> None:
    kind = 't="str"' if other == "Yes" else ""
    rows = f'<row r="2">{formula("A2", other, kind)}</row>'
    assert row_of(workbook(tmp_path, formula("A1", "0.0"), application="Apache POI", rows=rows)) == [0.0]


@pytest.mark.parametrize(
    ("xml", "worked_out"),
    [
        ("<c><f>A1</f><v>0.0</v></c>", False),
        ("<c><f>A1</f><v>0.05</v></c>", True),
        ("<c><f>A1</f><v/></c><c><v>5</v></c>", False),
        ('<x:c><x:f t="shared" si="0"/><x:v>5</x:v></x:c>', True),
        ("<c><f/><v>5</v></c>", True),
        ("<c><f>A1</f>\n<v>5</v></c>", True),
        (" " * ((1 << 20) - 10) + "<c><f>A1</f><v>5</v></c>", True),
        ("", False),
    ],
)
def test_whether_formulas_were_worked_out_is_found_without_parsing(xml: str, *, worked_out: bool) -> None:
    from io import BytesIO

    assert has_results(BytesIO(xml.encode())) is worked_out


def old_formula(row: int, column: int, result: bytes, number: int = 0x06) -> bytes:
    """A formula of an old workbook with its result."""
    return record(number, pack("<HHH", row, column, 0) + result + bytes(6) + pack("<H", 0))


NOTHING, NUMBER, WORDS = bytes(8), pack("<d", 4.5), bytes([0, 0, 0, 0, 0, 0, 255, 255])
EMPTY = bytes([3, 0, 0, 0, 0, 0, 255, 255])


@pytest.mark.parametrize("zero", [NOTHING, EMPTY])
def test_a_column_of_an_old_workbook_whose_formulas_all_have_no_result_is_noted(zero: bytes) -> None:
    """Nothing asks for a calculation there; libraries write 0 or an empty text."""
    cells = [
        old_text(0, 0, "Code"), old_formula(1, 2, zero), old_formula(2, 2, zero), old_formula(1, 3, zero),
        old_formula(2, 3, NUMBER), old_number(1, 4, 0.0),
    ]  # fmt: skip
    book = xls_book("return.xls", xls(*cells), "")
    assert book.read(None).rows[2][3] == 4.5
    [note] = book.problems
    assert str(note.at) == "return.xls:Return!C2"
    assert "(C2 to C3, 2 cells), which is what a program stores that does not calculate." in note.message


def test_results_of_an_old_workbook_that_are_texts_are_results() -> None:
    """The text stands in the record behind; and each sheet has its own results."""
    word = record(0x207, pack("<H", 1) + b"\0x")
    sheets = {
        "Other": old_formula(0, 0, NOTHING),
        "Return": old_formula(0, 0, WORDS) + word + old_formula(1, 0, NOTHING),
    }
    book = xls_book("return.xls", compound(old_workbook(sheets)), "")
    assert book.read("Return").rows[0] == ["x"]
    assert book.problems == []
    book.read("Other")
    assert [str(note.at) for note in book.problems] == ["return.xls:Other!A1"]


def test_a_column_of_an_open_document_whose_formulas_all_are_zero_is_noted() -> None:
    said = {"table__formula": "of:=[.F2]/[.G2]"}
    rows = [
        open_row(open_number("0", **said), open_number("0.00", **said), open_number("0")),
        open_row(open_number("0", **said), open_number("3", **said), open_cell(**said)),
    ]
    book = ods_book("return.ods", ods(open_sheet("".join(rows))), "")
    assert [list(row) for row in book.read(None).rows] == [[0, 0, 0], [0, 3, NONE]]
    assert [str(note.at) for note in book.problems] == ["return.ods:Return!A1"]


ZERO, OTHER, EMPTY_WORDS, WORD = pack("<d", 0.0), pack("<d", 4.5), binary_words(""), binary_words("x")


def binary_book(*records: bytes, calculation: int | None = None, application: str = "") -> Book:
    """A binary workbook of these rows and formulas; styles 1 and 2 are per cent and two decimals."""
    sheets = {"Return": binary_sheet(*records)}
    parts = xlsb_parts(sheets, formats=["0%", "0.00"], calculation=calculation, application=application)
    return xlsb_book("return.xlsb", package(parts), "")


@pytest.mark.parametrize("calculation", [None, 0b1101010])
def test_a_column_of_a_binary_workbook_whose_formulas_all_are_zero_is_noted(calculation: int | None) -> None:
    """As they are in `.xlsx` and `.xls`: 0 in any style or an empty text; the bits are those of Excel, which ask nothing."""
    book = binary_book(
        binary_row(1), binary_cell(9, 2, ZERO, 1), binary_cell(9, 3, ZERO), binary_cell(5, 4, ZERO), binary_cell(8, 5, EMPTY_WORDS),
        binary_row(2), binary_cell(9, 2, ZERO), binary_cell(9, 3, OTHER), binary_cell(5, 4, ZERO), binary_cell(9, 5, ZERO, 2),
        calculation=calculation,
    )  # fmt: skip
    assert [list(row) for row in book.read(None).rows][1:] == [[None, None, PercentCell(0), 0, 0], [None, None, 0, 4.5, 0, 0]]  # fmt: skip
    assert [str(note.at) for note in book.problems] == ["return.xlsb:Return!C2", "return.xlsb:Return!F2"]
    assert "Every formula of column C has the result 0 or none (C2 to C3, 2 cells)" in book.problems[0].message


def test_a_column_of_zeros_that_excel_saved_as_a_binary_workbook_is_what_it_says() -> None:
    book = binary_book(binary_row(0), binary_cell(9, 0, ZERO), application="Microsoft Macintosh Excel")
    assert (row_of(book), book.problems) == ([0], [])


@pytest.mark.parametrize("asks", [0b1, 0b10000, 0b1111011])
def test_a_zero_of_a_binary_workbook_is_no_result_where_it_asks_to_be_calculated(asks: int) -> None:
    """A full calculation when it is opened, or formulas that were not worked out when it was saved, also by Excel."""
    cells = [
        binary_cell(9, 0, ZERO), binary_cell(9, 1, ZERO, 1), binary_cell(8, 2, EMPTY_WORDS), binary_cell(9, 3, OTHER),
        binary_cell(8, 4, WORD), binary_cell(10, 5, b"\0"), binary_cell(11, 6, b"\x07"), binary_cell(5, 7, ZERO),
    ]  # fmt: skip
    book = binary_book(binary_row(0), *cells, calculation=asks, application="Microsoft Excel")
    assert row_of(book) == [NONE, NONE, NONE, 4.5, "x", False, ErrorCell("#DIV/0!"), 0]
    [note] = book.problems
    assert "asks to be calculated when it is opened, and 1 stored result of formulas may be older." in note.message


def test_a_single_formula_is_named_alone(tmp_path: Path) -> None:
    book = workbook(tmp_path, formula("A1", "0"))
    book.read(None)
    assert "has the result 0 or none (A1), which" in book.problems[0].message
    assert MAIN in str(parts_of({"Return": ""})["xl/workbook.xml"])
