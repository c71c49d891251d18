"""New workbooks: what XlsxWriter does not do by itself, and the same bytes whenever and wherever they are written."""

from __future__ import annotations

import os
import tempfile
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest

from nhsrate.workbooks.new import HEAD, ROWS_KNOWN, _Sink, new_workbook
from nhsrate.workbooks.tables import write_table
from nhsrate.workbooks.writing import Sheet

if TYPE_CHECKING:
    from pathlib import Path

STREAMED = pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "in memory"])
TEXTS = [
    "=1+1",
    "_x001B_[31m",
    "<r><t>raw</t></r>",
    "<r></r>",
    "{=1}",
    "http://x.example",
    "TRUE",
    "12",
    "",
    "a\x00b\ufffe",
]


def written(*, streamed: bool, title: str = "T", name: str = "S") -> bytes:
    """A workbook of one table of the texts, each with its length beside it."""
    file = BytesIO()
    with new_workbook(file, title=title, streamed=streamed) as book:
        page = book.sheet(name)
        for column, heading in enumerate(("text", "long")):
            page.write_text(1, column, heading, book.look(**HEAD))
        for row, text in enumerate(TEXTS, 2):
            page.write_text(row, 0, text, book.look(text_wrap=True))
            page.write_number(row, 1, len(text), book.look(num_format="0"))
        page.mark_table("texts", ("text", "long"), 1, len(TEXTS) + 1)
        page.printed(title, 1)
    return file.getvalue()


def opened(content: bytes) -> Any:  # noqa: ANN401 (openpyxl's own types say too little of it)
    return openpyxl.load_workbook(BytesIO(content))


@STREAMED
def test_texts_stay_texts(*, streamed: bool) -> None:
    """No formula, no link, no number, no code of a character and no markup; a blank cell keeps its look."""
    page = opened(written(streamed=streamed))["S"]
    found = [page.cell(row, 1) for row in range(3, len(TEXTS) + 3)]
    texts = [
        cell.value and cell.value.replace("_x005F_", "_") for cell in found
    ]  # openpyxl reads that in some cells alone
    assert texts == [
        "=1+1", "_x001B_[31m", "<r><t>raw</t></r>", "<r></r>", "{=1}", "http://x.example", "TRUE", "12", None, "ab",
    ]  # fmt: skip
    assert {cell.data_type for cell in found if cell.value} == {"s"}
    assert all(cell.alignment.wrap_text for cell in found)
    assert not any(cell.hyperlink for cell in found)


@STREAMED
def test_a_table_is_marked_and_its_headings_are_those_of_the_cells(*, streamed: bool) -> None:
    page = opened(written(streamed=streamed))["S"]
    (table,) = page.tables.values()
    assert (table.ref, table.column_names, table.headerRowCount) == (f"A2:B{len(TEXTS) + 2}", ["text", "long"], 1)
    assert [cell.value for cell in page[2]] == table.column_names
    assert table.autoFilter is None


@STREAMED
def test_it_is_printed_as_wide_as_a_page_with_its_headings_on_each(*, streamed: bool) -> None:
    """The title of a workbook may have the sign that begins a code of a footer."""
    page = opened(written(streamed=streamed, title="A & B", name="C&D"))["C&D"]
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$2:$2"
    with ZipFile(BytesIO(written(streamed=streamed, title="A & B", name="C&D"))) as archive:
        assert b"&amp;L&amp;9A &amp;&amp; B&amp;R&amp;9C&amp;&amp;D, page &amp;P of &amp;N" in archive.read(
            "xl/worksheets/sheet1.xml"
        )


@STREAMED
def test_the_same_bytes_whatever_the_clock_says(*, streamed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the time, nor the time zone, nor the permissions of new files are in it."""
    first = written(streamed=streamed)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    before = os.umask(0)
    try:
        assert written(streamed=streamed) == first
    finally:
        os.umask(before)
        monkeypatch.undo()
        time.tzset()
    book = opened(first)
    assert (book.properties.title, book.properties.creator, book.properties.language) == ("T", "nhsrate", "en-GB")
    with ZipFile(BytesIO(first)) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


@STREAMED
def test_what_ends_the_writing_leaves_nothing_behind(
    *, streamed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a file in the folder of temporary ones, nor a workbook that is half written."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = BytesIO()

    def interrupted() -> None:
        with new_workbook(file, title="T", streamed=streamed) as book:
            book.sheet("S").write_text(0, 0, "x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (file.getvalue(), [*tmp_path.iterdir()]) == (b"", [])


@STREAMED
def test_a_file_that_cannot_be_written_says_so_as_any_other(*, streamed: bool) -> None:
    with (
        pytest.raises(OSError, match="No space left on device"),
        open("/dev/full", "wb") as file,  # noqa: PTH123 (a device)
        new_workbook(file, title="T", streamed=streamed) as book,
    ):
        book.sheet("S").write_text(0, 0, "x" * 30_000)


@STREAMED
def test_a_row_is_as_tall_as_its_texts_need(*, streamed: bool) -> None:
    """What is known of a row is let go when it is written, and not before."""
    file = BytesIO()
    with new_workbook(file, title="T", streamed=streamed) as book:
        write_table(book, Sheet("S", "t", (), ("h",), [["word " * 50]] * 5))
    page = opened(file.getvalue())["S"]
    assert [page.row_dimensions[row].height for row in range(1, 8)] == [27, 21, 60, 60, 60, 60, 60]


def test_the_memory_of_a_sheet_does_not_grow_with_its_rows() -> None:
    """The heights of rows that are written are let go, whatever version of XlsxWriter keeps them."""
    with new_workbook(BytesIO(), title="T") as book:
        write_table(book, Sheet("S", "t", (), ("h",), [["word " * 50]] * 500))
        (page,) = book.worksheets()
        known = [vars(page).get(name) for name in ROWS_KNOWN]
        assert any(kept is not None for kept in known)
        assert all(len(kept or {}) < 5 for kept in known)
        assert len(page.table) <= 1


def test_looks_that_are_alike_are_one() -> None:
    with new_workbook(BytesIO(), title="T") as book:
        assert book.look(bold=True, align="left") is book.look(align="left", bold=True)
        assert book.look(bold=True) is not book.look()
        book.sheet("S")


def test_after_a_write_that_failed_the_archive_is_let_go_by() -> None:
    class Full(BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    sink = _Sink(Full())
    assert (sink.seek(0), sink.tell()) == (0, 0)
    with pytest.raises(OSError, match="No space left"):
        sink.write(b"a")
    assert (sink.write(b"abc"), sink.seek(7), sink.tell()) == (3, 7, 7)
    sink.flush()
