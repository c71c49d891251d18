"""Text files of separated values."""

from __future__ import annotations

import csv
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from nhsrate.csvfiles import csv_book
from nhsrate.problems import Refused

if TYPE_CHECKING:
    from nhsrate.tables import MemoryBook


def read(text: str | bytes) -> MemoryBook:
    return csv_book("return.csv", text.encode() if isinstance(text, str) else text, "digest")


def rows(text: str | bytes) -> list[list[object]]:
    return [list(row) for row in read(text).read(None).rows]


def notes(text: str | bytes) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.message) for problem in read(text).problems]


def refusal(text: str | bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(text)
    [problem] = refused.value.problems
    return f"{problem.code} {problem.at}: {problem.message}"


def test_a_plain_file_needs_no_note() -> None:
    assert rows("Code,Rate\nRJ1,\nRJ2,5\n\n,,\n") == [["Code", "Rate"], ["RJ1", ""], ["RJ2", "5"]]
    assert notes("Code,Rate\n") == []


def test_a_byte_order_mark_is_no_text() -> None:
    assert rows(b"\xef\xbb\xbfCode\r\nRJ1\r\n") == [["Code"], ["RJ1"]]


def test_windows_text_is_read_and_noted() -> None:
    text = "Code,Name\nRJ1,Ysbyty Môn\n".encode("cp1252")
    assert rows(text)[1] == ["RJ1", "Ysbyty Môn"]
    assert notes(text) == [("encoding", "note", "The text is not UTF-8; it was read as Windows-1252.")]


def test_the_unicode_text_of_excel_is_read_and_noted() -> None:
    text = "Code\tRate\nRJ1\t5\n".encode("utf-16")
    assert rows(text) == [["Code", "Rate"], ["RJ1", "5"]]
    assert [note[0] for note in notes(text)] == ["encoding", "delimiter"]


def test_what_is_no_text_is_refused_with_its_line() -> None:
    assert refusal(b"Code\nRJ1\n\x81\xff\n").startswith("wrong-kind-of-file return.csv:row 3: Line 3 is neither")
    assert refusal(b"\xff\xfea").startswith("wrong-kind-of-file return.csv:row 1")
    assert refusal(b"Code\nRJ\x001\n").startswith("broken-file return.csv:row 2: Line 2 holds a NUL character")


def test_a_file_of_white_space_is_empty() -> None:
    assert refusal("\ufeff \n\n").startswith("empty-file return.csv: The file holds nothing but white space.")


@pytest.mark.parametrize(
    ("text", "width", "said"),
    [
        ("Code;Rate;Share\nRJ1;12,5;13,1\nRJ2;1,5;2,5\n", 3, "semicolons"),
        ("Code\tName\nRJ1\tA, B and C, D\n", 2, "tabs"),
        ("Title of the table, with a comma\n\nCode;Rate\nRJ1;5\nRJ2;6\n", 2, "semicolons"),
    ],
)
def test_another_delimiter_is_found_and_said(text: str, width: int, said: str) -> None:
    assert len(rows(text)[-1]) == width
    assert notes(text) == [("delimiter", "note", f"The values are separated by {said}; the file was read so.")]


def test_commas_are_taken_where_nothing_speaks_for_another_delimiter() -> None:
    assert rows("Code;Name,Rate\nRJ1;A,5\n")[0] == ["Code;Name", "Rate"]


def test_the_delimiter_of_a_long_file_is_told_from_its_start() -> None:
    text = "Code;Rate\n" + "RJ1;12,5\n" * 20_000
    assert len(rows(text)[-1]) == 2
    one_line = "Code," + "x" * 120_000
    assert len(rows(one_line)[0]) == 2


def test_line_breaks_in_quotation_marks_belong_to_the_text() -> None:
    assert rows('Code,"Type 1\ndepartments"\nRJ1,5\n') == [["Code", "Type 1\ndepartments"], ["RJ1", "5"]]


def test_an_unclosed_quotation_mark_is_refused_where_it_opens() -> None:
    """The csv module would swallow the rest of the file in silence."""
    text = 'Code,Name\n"RJ1\nb",x\nRJ2,"St Mary\nRJ3,y\n'
    assert refusal(text).startswith("broken-file return.csv:row 3: Line 4 opens a quotation mark that is never closed")


def test_a_quotation_mark_inside_a_quoted_field_is_refused() -> None:
    assert refusal('Code,Name\nRJ1,"5" pipe"\n').startswith("broken-file return.csv:row 2: Line 2 has a quotation mark")


def test_an_overlong_field_is_refused() -> None:
    assert "Line 2 begins a field of more than 131,072 characters" in refusal("Code\n" + "x" * 200_000)
    assert "Line 1 begins a field" in refusal("x" * 200_000)


def test_a_lower_limit_set_by_another_library_is_no_traceback() -> None:
    before = csv.field_size_limit(10)
    try:
        assert "Line 2 begins a field of more than 10 characters" in refusal("Code\n" + "x" * 20)
    finally:
        csv.field_size_limit(before)


def test_too_many_columns_are_refused() -> None:
    assert refusal("a," * 20_000).startswith(
        "unsafe-file return.csv:row 1: The row has 20,001 fields, more than the 16,384"
    )


def test_a_large_file_is_read_fast() -> None:
    line = ",".join(["RJ1", *(f"{n}.25" for n in range(61))])
    text = "\n".join([line] * 10_000).encode()
    start = perf_counter()
    assert len(rows(text)) == 10_000
    assert perf_counter() - start < 5  # 0.15 s on a quiet machine
