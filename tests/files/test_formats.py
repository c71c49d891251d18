"""Old Excel workbooks, OpenDocument spreadsheets and binary Excel workbooks: every value with its kind and its place."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from struct import pack, pack_into
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import oldfiles
from tests.support.hostile import package
from tests.support.oldfiles import (
    binary_cell,
    binary_columns,
    binary_row,
    binary_sheet,
    binary_words,
    compound,
    ods,
    ods_parts,
    old_blank,
    old_columns,
    old_link,
    old_number,
    old_row,
    old_text,
    old_truth,
    old_workbook,
    open_cell,
    open_number,
    open_row,
    open_sheet,
    open_text,
    record,
    short_cell,
    short_number,
    xls,
    xlsb,
    xlsb_parts,
)

from nhsrate.core.problems import Refused
from nhsrate.core.tables import DisguisedCell, ErrorCell, PercentCell, SheetName, ShownCell, Uncalculated
from nhsrate.files.limits import Limits
from nhsrate.files.ods import ods_book
from nhsrate.files.xls import xls_book
from nhsrate.files.xlsb import xlsb_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nhsrate.files.book import SheetsBook

    Opens = Callable[[str, bytes, str], SheetsBook]

FORMATS = ("0.0%", "dd/mm/yyyy", "0.0", "[h]:mm", '0.0"%"')
"""The formats of cell styles 1 to 5."""

MARCH = datetime(2026, 3, 31)  # noqa: DTZ001 (spreadsheets know no time zones)


def rows_of(book: SheetsBook, sheet: str | None = None) -> list[list[object]]:
    return [list(row) for row in book.read(sheet).rows]


def from_xls(*cells: bytes, **more: bytes) -> list[list[object]]:
    return rows_of(xls_book("return.xls", xls(*cells, formats=FORMATS, **more), ""))


def from_ods(*rows: str, styles: str = "", common: str | None = None) -> list[list[object]]:
    return rows_of(ods_book("return.ods", ods(open_sheet("".join(rows)), styles=styles, common=common), ""))


def from_xlsb(*records: bytes, texts: tuple[str, ...] = ()) -> list[list[object]]:
    return rows_of(xlsb_book("return.xlsb", xlsb(*records, formats=FORMATS, texts=texts), ""))


def refusal(opens: Opens, data: bytes) -> str:
    """The code, the place and the words of the one problem for which a file is refused, opened or read."""
    with pytest.raises(Refused) as refused:
        opens("return", data, "").read(None)
    [problem] = refused.value.problems
    return f"{problem.code} {problem}"


# What all three share


SMALL: list[tuple[Opens, bytes]] = [
    (xls_book, xls(old_text(1, 1, "Code"), old_text(3, 1, "RJ1"), old_number(3, 2, 12.5))),
    (
        ods_book,
        ods(
            open_sheet(
                open_row()
                + open_row(open_cell(), open_text("Code"))
                + open_row()
                + open_row(open_cell(), open_text("RJ1"), open_number("12.5"))
            )
        ),
    ),
    (
        xlsb_book,
        xlsb(
            binary_row(1),
            binary_cell(6, 1, binary_words("Code")),
            binary_row(3),
            binary_cell(6, 1, binary_words("RJ1")),
            binary_cell(5, 2, pack("<d", 12.5)),
        ),
    ),
]
each = pytest.mark.parametrize(("opens", "data"), SMALL, ids=["xls", "ods", "xlsb"])


@each
def test_positions_are_those_of_the_sheet(opens: Opens, data: bytes) -> None:
    """Empty rows and columns before a value count; those behind it do not stand in the table."""
    book = opens("return", data, "abc")
    assert (book.file, book.digest, book.sheets, book.problems) == ("return", "abc", [SheetName("Return")], [])
    assert rows_of(book) == [[], [None, "Code"], [], [None, "RJ1", 12.5]]
    table = book.read("Return")
    assert (table.file, table.sheet, table.hidden) == ("return", "Return", False)


@each
def test_the_first_rows_may_be_looked_at_before_the_others(opens: Opens, data: bytes) -> None:
    book = opens("return", data, "")
    assert [list(row) for row in book.read(None, 2).rows] == [[], [None, "Code"]]
    assert rows_of(book) == [[], [None, "Code"], [], [None, "RJ1", 12.5]]
    assert [list(row) for row in book.read(None, 3).rows] == [[], [None, "Code"]]


@each
def test_rows_can_be_had_one_by_one(opens: Opens, data: bytes) -> None:
    """Also behind a look at the first ones, and as often as wanted."""
    book = opens("return", data, "")
    book.read(None, 2)
    expected = [(2, [None, "Code"]), (4, [None, "RJ1", 12.5])]
    assert [(number, list(cells)) for number, cells in book.stream(None)] == expected
    assert [(number, list(cells)) for number, cells in book.stream("Return")] == expected
    book.read(None)
    assert [(number, list(cells)) for number, cells in book.stream(None)] == expected


@each
def test_more_cells_than_can_be_kept_are_refused(opens: Opens, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        opens("return", data, "", Limits(cells=4)).read(None)  # type: ignore[call-arg]
    [problem] = refused.value.problems
    assert f"{problem.code}: {problem.message} {problem.remedy}" == (
        "unsafe-file: The cells repeat, or are spread, over 5 places or more; at most 4 are read. Copy the values of "
        "the return into a new workbook. If you trust the file, raise the limit: --limit cells=5."
    )


@each
def test_a_file_cut_short_is_refused_in_one_sentence(opens: Opens, data: bytes) -> None:
    refused = refusal(opens, data[:300])
    assert refused.startswith("broken-file return: The workbook is incomplete or damaged, so it cannot be read (")
    assert refused.endswith("If Excel opens it all the same, save it there as an Excel workbook (.xlsx).")


def test_hidden_sheets_are_known_as_such() -> None:
    sheets = [SheetName("Return"), SheetName("Lists", hidden=True)]
    old = compound(old_workbook({"Return": b"", "Lists": b""}, hidden=["Lists"]))
    style = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    opened = ods(open_sheet("") + open_sheet("", "Lists", 'table:style-name="ta2"'), styles=style)
    binary = package(xlsb_parts({"Return": binary_sheet(), "Lists": binary_sheet()}, hidden=["Lists"]))
    for book in (xls_book("r", old, ""), ods_book("r", opened, ""), xlsb_book("r", binary, "")):
        assert book.sheets == sheets
        assert book.read("Lists").hidden
        assert rows_of(book, "Lists") == []


def test_hidden_rows_and_columns_are_read_and_noted_once() -> None:
    """Only those that hold a value: most sheets hide the empty columns behind the table."""
    old = xls(
        old_columns(1, 1, hidden=True), old_row(0, hidden=True), old_number(0, 2, 1), old_row(1, hidden=False),
        old_number(1, 0, 1), old_row(2, hidden=True), old_number(2, 0, 1), old_row(3, hidden=True), old_blank(3, 0),
    )  # fmt: skip
    collapsed = 'table:visibility="collapse"'
    opened = ods(
        open_sheet(
            f"<table:table-column/><table:table-column {collapsed}/>"
            + open_row(open_cell(), open_cell(), open_number("1"), said='table:visibility="filter"')
            + open_row(open_number("1"))
            + open_row(open_number("1"), said=collapsed)
            + open_row(open_cell(), said=f'{collapsed} table:number-rows-repeated="1048573"')
        )
    )
    one = short_number(1)
    binary = xlsb(
        binary_row(0, hidden=True), binary_cell(2, 2, one), binary_row(1), binary_cell(2, 0, one),
        binary_row(2, hidden=True), binary_cell(2, 0, one), binary_row(3, hidden=True), binary_cell(1, 0, b""),
        columns=binary_columns(0, 0, hidden=False) + binary_columns(1, 1, hidden=True),
    )  # fmt: skip
    for book in (xls_book("return", old, ""), ods_book("return", opened, ""), xlsb_book("return", binary, "")):
        assert rows_of(book) == [[None, None, 1], [1], [1]]
        assert list(book.stream(None))
        [problem] = book.problems
        assert (problem.code, problem.severity) == ("hidden-rows", "note")
        assert str(problem) == (
            "return:Return: The sheet has 2 hidden rows and hidden columns, read like the others. "
            "If a filter hides rows that do not belong, delete them."
        )


def test_columns_hidden_behind_the_table_are_not_told() -> None:
    old = xls(old_number(0, 0, 1), old_columns(1, 255, hidden=True))
    opened = ods(
        open_sheet(
            '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="16383"/>'
            + open_row(open_number("1"))
        )
    )
    binary = xlsb(binary_row(0), binary_cell(2, 0, short_number(1)), columns=binary_columns(1, 16383, hidden=True))
    for book in (xls_book("return", old, ""), ods_book("return", opened, ""), xlsb_book("return", binary, "")):
        assert rows_of(book) == [[1]]
        assert book.problems == []


def test_two_sheets_of_one_name_are_refused() -> None:
    """One of them would never be read."""
    assert "two sheets bear one name" in refusal(ods_book, ods(open_sheet("") + open_sheet("")))


def test_a_workbook_without_sheets_is_refused() -> None:
    assert refusal(ods_book, ods("")).startswith("no-table return: The workbook has no sheet of cells.")
    assert refusal(xlsb_book, package(xlsb_parts({}))).startswith("no-table")


# Old Excel workbooks (.xls)


def test_xls_values_keep_their_kind() -> None:
    cells = (
        old_number(0, 0, 0.9456, 1), old_number(0, 1, 0.945, 1), old_number(0, 2, 46112, 2), old_number(0, 3, 77.96, 3),
        old_number(0, 4, 77.5, 3), old_number(0, 5, 1.5, 4), old_number(0, 6, 94.5, 5), old_truth(0, 7, 1),
        old_truth(0, 8, 0), old_text(0, 9, " RJ1 "), old_text(0, 10, ""), old_number(0, 11, 3), old_blank(0, 12),
    )  # fmt: skip
    assert from_xls(*cells) == [
        [PercentCell(0.9456, 1), PercentCell(0.945), MARCH, ShownCell(77.96, 1), 77.5, timedelta(days=1.5), 94.5, True,
         False, " RJ1 ", None, 3],
    ]  # fmt: skip
    assert type(from_xls(old_number(0, 0, 3))[0][0]) is int


def test_xls_error_cells_are_errors() -> None:
    """Other readers take them for blanks."""
    cells = [old_truth(0, column, number, error=True) for column, number in enumerate([0, 7, 15, 23, 29, 36, 42, 99])]
    assert from_xls(*cells) == [
        [*map(ErrorCell, ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#VALUE!"])],
    ]
    assert from_xls(old_number(0, 0, float("inf"))) == [[ErrorCell("#NUM!")]]


def test_xls_results_of_formulas_are_read() -> None:
    """A number, and a text, which stands in a record of its own."""
    start = pack("<HHH", 0, 0, 0)
    rest = pack("<HIH", 0, 0, 3) + b"\x1e\x05\0"
    number = record(6, start + pack("<d", 94.5) + rest)
    text = record(6, pack("<HHH", 0, 1, 0) + b"\0\0\0\0\0\0\xff\xff" + rest) + record(0x207, oldfiles.old_words("RJ1"))
    assert from_xls(number, text) == [[94.5, "RJ1"]]


def test_xls_dates_may_be_counted_from_1904() -> None:
    assert from_xls(old_number(0, 0, 44650, 2), before=record(0x22, b"\1\0")) == [[MARCH]]


def test_xls_links_and_names_are_passed_over() -> None:
    """One link over a whole sheet would have xlrd fill the memory with four thousand million entries."""
    name = record(0x18, pack("<HBBHHHBBBB", 0, 0, 1, 3, 0, 0, 0, 0, 0, 0) + b"\0A\x1e\x05\0")
    assert from_xls(old_number(0, 0, 1), old_link(65_535, 65_535), before=name) == [[1]]


def test_xls_sheets_that_share_their_records_are_refused() -> None:
    """A few bytes could ask for the same large sheet over and over."""
    begin = oldfiles.begin()
    inner = begin * 9 + old_number(0, 0, 1) * 50 + oldfiles.END * 9
    stream = bytearray(old_workbook({f"S{n}": inner if n == 0 else b"" for n in range(9)}))
    entries = [place for place in range(300) if stream.startswith(pack("<HH", 0x85, 12), place)]
    first = int.from_bytes(stream[entries[0] + 4 : entries[0] + 8], "little")
    for step, place in enumerate(entries):
        pack_into("<I", stream, place + 4, first + len(begin) * step)
    assert "sheets stand within each other" in refusal(xls_book, compound(bytes(stream)))


def test_xls_sheet_without_an_end_is_refused() -> None:
    """What is missing of it may have held values."""
    stream = old_workbook({"Return": old_number(0, 0, 1)}).removesuffix(oldfiles.END)
    assert refusal(xls_book, compound(stream)).startswith("broken-file return:Return")


def test_xls_with_a_chart_inside_a_sheet_is_read() -> None:
    chart = oldfiles.begin(32) + oldfiles.END
    assert from_xls(old_number(0, 0, 1), chart, old_number(1, 0, 2)) == [[1], [2]]


def test_xls_of_excel_95_is_read() -> None:
    """Its stream has another name, and texts of one byte a character."""
    start = record(0x809, pack("<HHHH", 0x500, 5, 0, 0))
    style = record(0xE0, pack("<HHHHHHHH", 0, 0, 0, 0, 0, 0, 0, 0))
    place = len(start + style) + len(record(0x85, bytes(6) + b"\6Return")) + 4
    sheet = record(0x809, pack("<HHHH", 0x500, 16, 0, 0)) + old_number(1, 0, 12.5) + oldfiles.END
    bound = record(0x85, pack("<IBB", place, 0, 0) + b"\6Return")
    data = compound(start + style + bound + oldfiles.END + sheet, "Book")
    assert rows_of(xls_book("return.xls", data, "")) == [[], [12.5]]


def test_xls_with_a_password_is_told_as_such() -> None:
    assert refusal(xls_book, xls(before=record(0x2F, bytes(54)))) == (
        "wrong-kind-of-file return: The workbook is protected by a password, so it cannot be read. "
        "Save a copy without a password, and hand that in."
    )


def test_xls_without_a_workbook_is_told_as_such() -> None:
    refused = refusal(xls_book, compound(b"\1\2", "Notes"))
    assert refused.startswith("wrong-kind-of-file return: The file is a file of old Office, but holds no workbook.")


def test_xls_that_holds_another_file_is_refused() -> None:
    """Xlrd would open that one, whatever it is."""
    assert "it does not begin as a workbook does" in refusal(xls_book, compound(xls()))


def test_xls_sheet_that_is_damaged_is_named() -> None:
    """Asked again, it is no sheet cut short."""
    book = xls_book("return", xls(old_number(0, 0, 1), record(0x203, b"\0\0")), "")
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            book.read("Return")
        [problem] = refused.value.problems
        assert (problem.code, str(problem.at)) == ("broken-file", "return:Return")
        assert problem.message.startswith('The sheet "Return" is damaged, so it cannot be read (')


def test_xls_needs_xlrd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlrd", None)
    assert refusal(xls_book, xls()) == (
        "needs-package return: The file is an old Excel workbook (.xls), and the package that reads it (xlrd) is not "
        'installed. Install what reads it: pip install "nhsrate[formats]"; or open it in Excel and save it as an Excel '
        "workbook (.xlsx)."
    )


def test_xls_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The library reports on standard output what it wonders at, such as a wrong extent."""
    wondered = record(0x200, pack("<IIHHH", 0, 99, 0, 99, 0))
    assert from_xls(wondered, old_number(0, 0, 1), old_columns(5, 900, hidden=False)) == [[1]]
    assert capsys.readouterr() == ("", "")


# OpenDocument spreadsheets (.ods)


def number_style(name: str, places: int | None, kind: str = "number", more: str = "") -> str:
    shown = "" if places is None else f'number:decimal-places="{places}"'
    return (
        f'<number:{kind}-style style:name="{name}"><number:number {shown} {more}/><number:text>%</number:text>'
        f"</number:{kind}-style>"
    )


def cell_style(name: str, data: str = "", parent: str = "") -> str:
    said = f'style:data-style-name="{data}"' if data else ""
    said += f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="table-cell" {said}/>'


def test_ods_values_keep_their_kind() -> None:
    cells = (
        open_number("0.945", "percentage"),
        open_number("94.5"),
        open_number("3"),
        open_number("3.0"),
        open_number("1200.5", "currency"),
        open_cell(office__value_type="date", office__date_value="2026-03-31"),
        open_cell(office__value_type="date", office__date_value="2026-03-31T10:30:00"),
        open_cell(office__value_type="time", office__time_value="PT10H30M00S"),
        open_cell(office__value_type="boolean", office__boolean_value="true"),
        open_cell(office__value_type="boolean", office__boolean_value="false"),
        open_text(" RJ1 "),
        open_text(""),
        open_text("not this", office__string_value="this"),
        open_cell("<text:p>untyped</text:p>"),
        open_cell(),
    )
    [row] = from_ods(open_row(*cells))
    assert row == [
        PercentCell(0.945), 94.5, 3, 3, 1200.5, MARCH, datetime(2026, 3, 31, 10, 30), time(10, 30), True, False,  # noqa: DTZ001 (as above)
        " RJ1 ", None, "this", "untyped",
    ]  # fmt: skip
    assert [type(row[n]) for n in (2, 3)] == [int, int]


def test_ods_error_cells_are_errors() -> None:
    """As LibreOffice writes them now, as it did once, and as others do; a text that only looks like one is a text."""
    typed = "<text:p>#DIV/0!</text:p>"
    cells = (
        open_cell(typed, office__value_type="string", office__string_value="", calcext__value_type="error"),
        open_cell("", office__value_type="string", calcext__value_type="error"),
        open_cell("<text:p>Err:502</text:p>", office__value_type="float", office__value="0"),
        open_cell("", table__formula="of:=NA()", office__value_type="string", office__string_value="#N/A"),
        open_text("#N/A"),
        open_number("0"),
    )
    assert from_ods(open_row(*cells)) == [
        [ErrorCell("#DIV/0!"), ErrorCell("#VALUE!"), ErrorCell("Err:502"), ErrorCell("#N/A"), "#N/A", 0],
    ]


def test_ods_formulas_give_their_results() -> None:
    """One without a result is uncalculated; an empty text is a result."""
    cells = (
        open_number("2", table__formula="of:=1+1"),
        open_cell(table__formula="of:=1+1"),
        open_cell("<text:p/>", table__formula="of:=&quot;&quot;"),
        open_cell("<text:p>TRUE</text:p>", table__formula="of:=1=1", office__value_type="float", office__value="1"),
    )
    assert from_ods(open_row(*cells)) == [[2, Uncalculated(), None, True]]


IN_THOUSANDS = DisguisedCell(77.9612, "0, in thousands")


def test_a_number_that_an_open_document_shows_as_something_else_is_told() -> None:
    """By what its cell says; where it says nothing at all, the program that wrote it left that out."""
    zero = open_cell("<text:p>-</text:p>", office__value_type="float", office__value="0")
    cells = [
        open_cell("<text:p/>", office__value_type="float", office__value="95.5"),
        open_cell("<text:p>n/a</text:p>", office__value_type="percentage", office__value="0.9"),
        open_cell("<text:p>-</text:p>", office__value_type="float", office__value="4"),
        zero,
        open_cell(office__value_type="float", office__value="7"),
        open_cell("<text:p>#NUM!</text:p>", office__value_type="float", office__value="7"),
        open_cell("<text:p>TRUE</text:p>", office__value_type="float", office__value="1"),
        open_cell("<text:p>n/a</text:p>", office__value_type="float", office__value="1e999"),
    ]
    assert from_ods(open_row(*cells)) == [[
        DisguisedCell(95.5, "nothing"), DisguisedCell(PercentCell(0.9), '"n/a"'), DisguisedCell(4, '"-"'), 0, 7,
        ErrorCell("#NUM!"), True, ErrorCell("#NUM!"),
    ]]  # fmt: skip


def test_a_number_of_an_open_document_keeps_what_hides_it_whatever_its_style() -> None:
    styles = number_style("N1", 1) + cell_style("one", "N1") + number_style("K", 0, more='number:display-factor="1000"')
    styles += (
        cell_style("thousands", "K") + cell_style("odd", "O") + number_style("O", 0, more='number:display-factor="7"')
    )
    said = {"office__value_type": "float", "office__value": "77.9612"}
    cells = [open_cell("<text:p>?</text:p>", table__style_name=style, **said) for style in ("one", "thousands")]
    cells.append(open_cell("<text:p>11</text:p>", table__style_name="odd", **said))
    assert from_ods(open_row(*cells), styles=styles) == [[DisguisedCell(77.9612, '"?"')] * 2 + [77.9612]]


def test_ods_decimals_that_are_not_shown_are_known() -> None:
    """The format stands in the cell's style, in one that it follows, or in the style of its row or column."""
    styles = (
        number_style("N1", 1) + number_style("P0", 0, "percentage") + number_style("N2", None)
        + number_style("K", 0, more='number:display-factor="1000"')
        + cell_style("one", "N1") + cell_style("follows", parent="one") + cell_style("share", "P0")
        + cell_style("plain", "N2") + cell_style("thousands", "K") + cell_style("unknown", "N9")
        + cell_style("round", parent="and") + cell_style("and", parent="round")
    )  # fmt: skip
    of_pages = f"<office:automatic-styles>{number_style('N1', 5)}{cell_style('one', 'N1')}</office:automatic-styles>"
    common = f"<office:styles>{number_style('C2', 2)}{cell_style('Default', 'C2')}</office:styles>{of_pages}"

    def styled(style: str, value: str = "77.9612", kind: str = "float") -> str:
        return open_number(value, kind, table__style_name=style)

    columns = '<table:table-column table:default-cell-style-name="one" table:number-columns-repeated="2"/>'
    names = ("follows", "plain", "thousands", "unknown", "round", "nowhere")
    assert from_ods(
        columns,
        open_row(open_number("77.96"), open_number("77.5"), open_number("77.9612"), open_number("77.96")),
        open_row(open_number("77.96"), said='table:default-cell-style-name="share"'),
        open_row(styled("share", "0.9456", "percentage"), styled("share", "0.94", "percentage"), styled("share")),
        open_row(styled("one", "0.9456", "percentage"), *map(styled, names)),
        styles=styles,
        common=common,
    ) == [
        [ShownCell(77.96, 1), 77.5, ShownCell(77.9612, 2), 77.96],
        [PercentCell(77.96)],
        [PercentCell(0.9456, 0), PercentCell(0.94), PercentCell(77.9612, 0)],
        [PercentCell(0.9456, 1), ShownCell(77.9612, 1), 77.9612, IN_THOUSANDS, 77.9612, 77.9612, 77.9612],
    ]


def test_ods_rows_and_cells_that_repeat_are_all_there() -> None:
    repeated = 'table:number-rows-repeated="2"'
    assert from_ods(
        open_row(said=repeated),
        open_row(
            open_cell(table__number_columns_repeated="2"),
            open_number("5", table__number_columns_repeated="3"),
            open_cell(table__number_columns_repeated="16379"),
            said=repeated,
        ),
        open_row(open_number("6")),
        open_row(open_cell(table__number_columns_repeated="16384"), said='table:number-rows-repeated="1048571"'),
    ) == [[], [], [None, None, 5, 5, 5], [None, None, 5, 5, 5], [6]]


def test_ods_cells_that_repeat_without_end_are_refused() -> None:
    """A few bytes can mean sixteen thousand million cells."""
    bomb = open_row(
        open_number("5", table__number_columns_repeated="16384"), said='table:number-rows-repeated="1048576"'
    )
    refused = refusal(ods_book, ods(open_sheet(bomb)))
    assert refused.startswith(
        "unsafe-file return: The cells repeat, or are spread, over 17,179,869,184 places or more;"
    )


def test_ods_values_behind_the_last_row_or_column_are_refused() -> None:
    gap = open_row(said='table:number-rows-repeated="1048576"')
    assert "row 1,048,577" in refusal(ods_book, ods(open_sheet(gap + open_row(open_number("5")))))
    far = open_row(open_cell(table__number_columns_repeated="16384"), open_number("5"))
    assert "behind column 16,384" in refusal(ods_book, ods(open_sheet(far)))


def test_ods_texts_are_what_is_seen() -> None:
    """Blanks, tabs and line breaks are written as elements; notes and pictures are no part of the text."""
    note = "<office:annotation><text:p>a note</text:p></office:annotation>"
    words = (
        "<text:p>Type<text:s/>1<text:s text:c='2'/><text:span>major<text:tab/>A&amp;E</text:span></text:p>"
        "<text:p>by<text:line-break/>trust<text:note><text:p>not this</text:p></text:note> or not</text:p>"
        "<draw:frame><text:p>a picture</text:p></draw:frame>"
    )
    assert from_ods(open_row(open_cell(note + words, office__value_type="string"))) == [
        ["Type 1  major\tA&E\nby\ntrust or not"]
    ]


def test_ods_blanks_that_repeat_without_end_are_refused() -> None:
    blanks = "<text:p><text:s text:c='900000'/><text:s text:c='900000'/></text:p>"
    assert "blanks repeat without end" in refusal(ods_book, ods(open_sheet(open_row(open_cell(blanks)))))


def test_ods_tables_that_are_no_sheets_are_left_out() -> None:
    """Copies of other files, and tables within links and cells, bear the same names."""
    copy = open_sheet(open_row(open_number("7")), name="'file:///other.ods'#$Return")
    inner = open_cell(open_sheet(open_row(open_number("8")), name="inner"))
    link = f"<table:dde-links><table:dde-link>{open_sheet('', name='link')}</table:dde-link></table:dde-links>"
    book = ods_book("return", ods(open_sheet(open_row(inner, open_number("5"))) + copy + link), "")
    assert book.sheets == [SheetName("Return")]
    assert rows_of(book) == [[None, 5]]


def test_ods_values_under_a_merged_cell_keep_their_place() -> None:
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    assert from_ods(open_row(open_text("Group"), covered, open_text("Next"))) == [["Group", None, None, "Next"]]


@pytest.mark.parametrize("said", ["1_000", "inf", "nan", "", "5 apples", "٣"])
def test_ods_numbers_that_are_none_are_refused(said: str) -> None:
    assert "is not a number" in refusal(ods_book, ods(open_sheet(open_row(open_number(said)))))


def test_ods_times_beyond_a_day_are_durations() -> None:
    def of(said: str) -> str:
        return open_cell(office__value_type="time", office__time_value=said)

    assert from_ods(
        open_row(of("PT36H00M00S"), of("PT00H00M01.250000000S"), of("-PT1H"), of("P1DT1H"), of("noon"))
    ) == [
        [timedelta(hours=36), time(0, 0, 1, 250_000), -timedelta(hours=1), timedelta(hours=25), "noon"],
    ]
    assert from_ods(open_row(open_cell(office__value_type="time"), open_number("1"))) == [[None, 1]]


def test_ods_with_a_password_is_told_as_such() -> None:
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    refused = refusal(ods_book, package({"META-INF/manifest.xml": manifest, "content.xml": b"\1\2\3"}))
    assert refused.startswith(
        "wrong-kind-of-file return: The workbook is protected by a password, so it cannot be read."
    )


def test_ods_xml_that_is_damaged_is_refused() -> None:
    refused = refusal(ods_book, package({"content.xml": "<office:document"}))
    assert refused.startswith("broken-file return: The workbook is incomplete or damaged, so it cannot be read (")


# Binary Excel workbooks (.xlsb)


def test_xlsb_values_keep_their_kind() -> None:
    cells = (
        binary_cell(5, 0, pack("<d", 0.9456), 1), binary_cell(5, 1, pack("<d", 0.945), 1),
        binary_cell(2, 2, short_number(46112), 2), binary_cell(9, 3, pack("<d", 77.96), 3),
        binary_cell(2, 4, short_number(7750, hundredths=True), 3), binary_cell(2, 5, pack("<d", 1.5)[4:], 4),
        binary_cell(5, 6, pack("<d", 94.5), 5), binary_cell(4, 7, b"\1"), binary_cell(10, 8, b"\0"),
        binary_cell(6, 9, binary_words(" RJ1 ")), binary_cell(6, 10, binary_words("")), binary_cell(7, 11, pack("<I", 1)),
        binary_cell(8, 12, binary_words("result") + bytes(10)), binary_cell(62, 13, b"\1" + binary_words("rich")),
        binary_cell(2, 14, short_number(3)), binary_cell(2, 15, short_number(-3), 99), binary_cell(1, 16, b""),
    )  # fmt: skip
    [row] = from_xlsb(binary_row(0), *cells, texts=("Code", "Rate"))
    assert row == [
        PercentCell(0.9456, 1), PercentCell(0.945), MARCH, ShownCell(77.96, 1), 77.5, timedelta(days=1.5), 94.5, True,
        False, " RJ1 ", None, "Rate", "result", "rich", 3, -3,
    ]  # fmt: skip
    assert type(row[14]) is int


def test_xlsb_cells_that_do_not_say_their_column_are_read() -> None:
    """Some programs write them so; python-calamine loses each of them."""
    cells = (
        binary_cell(2, 1, short_number(1)), short_cell(12), short_cell(13, short_number(2), 3), short_cell(14, b"\x2a"),
        short_cell(15, b"\1"), short_cell(16, pack("<d", 0.9456), 1), short_cell(17, binary_words("RJ1")),
        short_cell(18, pack("<I", 0)),
    )  # fmt: skip
    assert from_xlsb(binary_row(0), *cells, binary_row(2), short_cell(13, short_number(5)), texts=("Code",)) == [
        [None, 1, None, 2, ErrorCell("#N/A"), True, PercentCell(0.9456, 1), "RJ1", "Code"],
        [],
        [5],
    ]


def test_xlsb_error_cells_are_errors() -> None:
    cells = [
        binary_cell(3 + 8 * (column % 2), column, bytes([n]))
        for column, n in enumerate([0, 7, 15, 23, 29, 36, 42, 43, 99])
    ]
    assert from_xlsb(binary_row(0), *cells) == [
        [
            *map(
                ErrorCell,
                ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#VALUE!"],
            )
        ],
    ]


def test_xlsb_dates_may_be_counted_from_1904() -> None:
    cells = binary_sheet(binary_row(0), binary_cell(2, 0, short_number(44650), 1))
    data = package(xlsb_parts({"Return": cells}, formats=["dd/mm/yyyy"], mac=True))
    assert rows_of(xlsb_book("return", data, "")) == [[MARCH]]


def test_xlsb_formats_that_are_known_by_number_alone_are_known() -> None:
    parts = xlsb_parts({"Return": binary_sheet(binary_row(0), binary_cell(5, 0, pack("<d", 0.945), 0))})
    parts["xl/styles.bin"] = oldfiles.binary(617) + oldfiles.binary(47, pack("<HH", 0, 10)) + oldfiles.binary(618)
    assert rows_of(xlsb_book("return", package(parts), "")) == [[PercentCell(0.945)]]


def test_xlsb_without_styles_and_shared_texts_is_read() -> None:
    parts = xlsb_parts({"Return": binary_sheet(binary_row(0), binary_cell(2, 0, short_number(5), 1))})
    relations = str(parts["xl/_rels/workbook.bin.rels"])
    parts["xl/_rels/workbook.bin.rels"] = relations.replace("/styles", "/theme").replace("/sharedStrings", "/theme")
    assert rows_of(xlsb_book("return", package(parts), "")) == [[5]]


def test_xlsb_sheets_of_charts_are_left_out() -> None:
    parts = xlsb_parts({"Return": binary_sheet(), "Chart": binary_sheet(), "Gone": binary_sheet()})
    relations = str(parts["xl/_rels/workbook.bin.rels"])
    relations = relations.replace('/worksheet" Target="worksheets/sheet2.bin"', '/chartsheet" Target="chart.bin"')
    parts["xl/_rels/workbook.bin.rels"] = relations.replace('Id="rId3"', 'Id="rId9"')
    parts["xl/workbook.bin"] = bytes(parts["xl/workbook.bin"]) + oldfiles.binary(  # type: ignore[arg-type]
        156, pack("<III", 0, 9, 0xFFFFFFFF) + binary_words("Nameless")
    )
    assert xlsb_book("return", package(parts), "").sheets == [SheetName("Return")]


DAMAGED = [
    (binary_row(0) + binary_cell(2, 16_384, short_number(1)), "a cell stands in column 16,385"),
    (binary_row(0) + binary_cell(2, 3, short_number(1)) * 2, "a cell of row 1 stands out of order"),
    (
        binary_row(4) + binary_cell(2, 0, short_number(1)) + binary_row(4) + binary_cell(2, 0, short_number(1)),
        "row 5 stands",
    ),
    (binary_row(1_048_576) + binary_cell(2, 0, short_number(1)), "row 1,048,577 stands behind row 0"),
    (binary_row(0) + binary_cell(6, 0, pack("<I", 9) + b"ab"), "a text is cut short"),
    (binary_row(0) + binary_cell(7, 0, pack("<I", 9)), "index out of range"),
    (binary_row(0) + b"\x02\xff\xff\xff\x7f", "a record is cut short"),
]


@pytest.mark.parametrize(("records", "words"), DAMAGED)
def test_xlsb_sheet_that_is_damaged_is_named(records: bytes, words: str) -> None:
    refused = refusal(xlsb_book, xlsb(records))
    assert refused.startswith('broken-file return:Return: The sheet "Return" is damaged, so it cannot be read (')
    assert words in refused


def test_xlsb_sheet_without_an_end_is_refused() -> None:
    """What is missing of it may have held values."""
    records = binary_sheet(binary_row(0), binary_cell(2, 0, short_number(1))).removesuffix(oldfiles.binary(146))
    assert "the sheet is cut short" in refusal(xlsb_book, package(xlsb_parts({"Return": records})))


# Whatever the bytes


def test_changed_bytes_give_problems_and_never_an_error() -> None:
    """In the bytes of the workbook itself: a zip package would notice most changes."""
    stream = old_workbook(
        {"Return": old_row(1, hidden=True) + old_text(1, 1, "Code") + old_number(1, 2, 0.945, 1) + old_truth(2, 1, 7)},
        formats=FORMATS,
    )
    content = str(ods_parts(open_sheet(open_row(open_text("Code"), open_number("0.945", "percentage"))))["content.xml"])
    cells = binary_sheet(
        binary_row(1), binary_cell(6, 1, binary_words("Code")), short_cell(16, pack("<d", 0.945), 1),
        binary_cell(7, 3, pack("<I", 0)), columns=binary_columns(0, 0, hidden=True),
    )  # fmt: skip
    parts = xlsb_parts({"Return": cells}, formats=FORMATS, texts=["Rate"])
    changed_bytes = st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 255)), min_size=1, max_size=6)

    @given(changes=changed_bytes, part=st.sampled_from([name for name in parts if name.endswith(".bin")]))
    def holds(changes: list[tuple[int, int]], part: str) -> None:
        def changed(data: bytes) -> bytes:
            found = bytearray(data)
            for place, value in changes:
                found[place % len(found)] = value
            return bytes(found)

        binary = parts[part]
        assert isinstance(binary, bytes)
        files: list[tuple[Opens, bytes]] = [
            (xls_book, compound(changed(stream))),
            (xls_book, changed(compound(stream))),
            (ods_book, package({"content.xml": changed(content.encode())})),
            (xlsb_book, package({**parts, part: changed(binary)})),
        ]
        for opens, data in files:
            try:
                book = opens("return", data, "")
                for sheet in book.sheets:
                    book.read(sheet.name)
            except Refused as refused:
                assert {problem.code for problem in refused.problems} <= {  # noqa: PT017 (no refusal is right as well)
                    "broken-file", "wrong-kind-of-file", "unsafe-file", "no-table",
                }  # fmt: skip

    holds()


# Published files


def test_a_published_xls_is_read_as_it_is(backtest_data: Path) -> None:
    """Monthly A&E by provider: percentages with what they show, whole numbers, absent departments as dashes."""
    path = backtest_data / "messy" / "ae-by-provider-2026-05.xls"
    book = xls_book(path.name, path.read_bytes(), "")
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets][1:3] == [
        ("System Mapping", True),
        ("Provider Level Data", False),
    ]
    rows = rows_of(book, "Provider Level Data")
    assert rows[15][1:4] == ["Code", "Region", "Name"]
    assert rows[16][1:4] == ["-", "-", "England"]
    assert rows[17] == []
    organisations = [row for row in rows[18:] if row]
    assert len(organisations) == 192
    shares = [cell for row in organisations for cell in row[16:20]]
    assert {type(cell) for cell in shares} == {PercentCell, str}
    assert {cell for cell in shares if isinstance(cell, str)} == {"-"}
    assert {cell.places for cell in shares if isinstance(cell, PercentCell)} == {None, 1}
    assert {type(cell) for row in organisations for cell in row[4:16]} == {int}
    assert [problem.code for problem in book.problems] == ["hidden-rows"]


def test_a_published_ods_is_read_as_it_is(backtest_data: Path) -> None:
    """The adult inpatient survey: one wide table of coded columns among eight sheets."""
    path = backtest_data / "messy" / "adult-inpatient-survey-2022.ods"
    book = ods_book(path.name, path.read_bytes(), "")
    assert len(book.sheets) == 8
    rows = rows_of(book, "Trust_Scores")
    assert (len(rows), {len(row) for row in rows}) == (134, {507})
    assert rows[0][:3] == ["TrustCode", "trustname", "n_tpat"]
    assert {type(row[2]) for row in rows[1:]} == {int}
    assert all(isinstance(row[3], float | int) for row in rows[1:])
    assert book.problems == []
