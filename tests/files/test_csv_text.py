"""Text files of separated values."""

from __future__ import annotations

import csv
import io
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.problems import Refused
from nhsrate.files import csv_text
from nhsrate.files.csv_text import CsvText, csv_book, csv_rows
from nhsrate.files.limits import STANDARD, Limits

if TYPE_CHECKING:
    from nhsrate.core.tables import MemoryBook


def read(text: str | bytes) -> MemoryBook:
    return csv_book("return.csv", text.encode() if isinstance(text, str) else text, "digest")


def rows(text: str | bytes) -> list[list[object]]:
    return [list(row) for row in read(text).read(None).rows]


def notes(text: str | bytes) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.message) for problem in read(text).problems]


def refusal(text: str | bytes, limits: Limits = STANDARD) -> str:
    with pytest.raises(Refused) as refused:
        csv_book("return.csv", text.encode() if isinstance(text, str) else text, "digest", limits)
    [problem] = refused.value.problems
    return f"{problem.code} {problem.at}: {problem.message}"


def test_a_plain_file_needs_no_note() -> None:
    assert rows("Code,Rate\nRJ1,\nRJ2,5\n\n,,\n") == [["Code", "Rate"], ["RJ1", ""], ["RJ2", "5"]]
    assert notes("Code,Rate\n") == []


marks = st.sampled_from([*'a1,"\r\n', "\r\n", "\u2028", "\x0b", "\x1c", "\x85", "é", '"x\ny"', "a,b\n", "c,d\r\n"])


@given(st.lists(marks, max_size=30).map("".join))
@example("a,b\r\nc,d\n")
@example("a,b\rc,d\r\n")
@example('a,"b\r"\nc\u2028,d')
def test_lines_end_where_the_csv_module_ends_them(text: str) -> None:
    """Whatever ends them, within quotation marks and without, and whatever else other programs take for an end."""
    try:
        known = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        with pytest.raises(Refused):
            csv_rows(CsvText("return.csv", text, ","), STANDARD)
        return
    while known and not any(known[-1]):
        known.pop()
    assert [list(row) for row in csv_rows(CsvText("return.csv", text, ","), STANDARD)] == known


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


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_mark_at_the_beginning_decides(codec: str) -> None:
    text = "\ufeffCode,Name\r\nRJ1,Ysbyty Môn\r\n".encode(codec)
    assert rows(text) == [["Code", "Name"], ["RJ1", "Ysbyty Môn"]]
    [(code, severity, message)] = notes(text)
    assert (code, severity, message) == (
        "encoding",
        "note",
        f"The text is not UTF-8; it was read as {codec[:6].upper()}.",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Code\nRJ1\n\x81\xff\n", "wrong-kind-of-file return.csv:row 3: Line 3 is neither UTF-8 nor Windows-1252"),
        (b"\xff\xfea", "wrong-kind-of-file return.csv:row 1: Line 1 is not the UTF-16 that the file's first bytes"),
        (
            b"\xff\xfe" + "Code\n".encode("utf-16-le") + b"\x00\xd8\x0a\x00",
            "wrong-kind-of-file return.csv:row 2: Line 2 is",
        ),
        (b"\xef\xbb\xbfCode\rM\xf4n", "wrong-kind-of-file return.csv:row 2: Line 2 is not the UTF-8"),
        (b"\xff\xfe\0\0C\0\0\0o", "wrong-kind-of-file return.csv:row 1: Line 1 is not the UTF-32"),
        (b"Code\nRJ\x001\n", "broken-file return.csv:row 2: Line 2 holds a NUL character"),
        (b"Code\rRJ1\rRJ\x001\r", "broken-file return.csv:row 3: Line 3 holds a NUL character"),
        ("Code\nRJ1\n".encode("utf-16-le"), "wrong-kind-of-file return.csv: The file is text in UTF-16 or UTF-32"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)


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


@pytest.mark.parametrize(
    ("first", "separator", "sign"),
    [
        ("sep=;\r\n", ";", '";"'),
        ("SEP=,\n", ",", '","'),
        ("sep=\t\r", "\t", "a tab"),
        ('"sep=|"\n', "|", '"|"'),
        ("sep=;;;;\n", ";", '";"'),
        ("sep=\u00ac\n", "\u00ac", '"\u00ac"'),
    ],
)
def test_the_line_that_says_the_separator_is_obeyed_and_not_counted(first: str, separator: str, sign: str) -> None:
    text = f"{first}Code{separator}Rate\nRJ1{separator}5,5;5\n" if separator == "|" else f"{first}Code{separator}Rate\n"
    assert rows(text)[0] == ["Code", "Rate"]
    message = f"The first line says that {sign} separates the values; rows are counted below it, as in Excel."
    assert notes(text) == [("delimiter", "note", message)]


def test_a_fault_below_the_line_that_says_the_separator_has_its_own_line() -> None:
    assert refusal('sep=;\nCode;Rate\nRJ1;"5\n').startswith("broken-file return.csv:row 2: Line 3 opens a quotation")


def test_a_line_that_only_looks_like_it_is_a_row() -> None:
    assert rows("sep=x\nCode,Rate\n")[0] == ["sep=x"]


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        ("|", "upright bars (|)"), ("\u00ac", "not-signs (\u00ac)"), ("^", "carets (^)"), ("~", "tildes (~)"),
        ("\u00a6", "broken bars (\u00a6)"), ("\u00a7", "section signs (\u00a7)"), ("\x1f", "unit separators (U+001F)"),
        ("#", "hash signs (#)"),
    ],
)  # fmt: skip
def test_other_signs_are_read_where_nearly_every_row_agrees(sign: str, said: str) -> None:
    """Commas in names and addresses, a title above the table, and a broken row change nothing."""
    table = (
        "Code|Name|Address|Rate\nRJ1|A, B|1 High Street, Alder|5\nRJ2|C|The Green, Birch|6\nRJ3|D|Cedar Lane, Dale|7\n"
    )
    for text in (table, "Published in May 2026\n\n" + table, table + "RJ4|E\n"):
        assert ["RJ1", "A, B", "1 High Street, Alder", "5"] in rows(text.replace("|", sign))
        message = f"The values are separated by {said}; the file was read so."
        assert notes(text.replace("|", sign)) == [("delimiter", "note", message)]


def test_two_signs_that_do_equally_well_are_both_named() -> None:
    said = refusal("Code,a|b\nRJ1,5|6\nRJ2,7|8\n")
    assert said == (
        "delimiter return.csv: Upright bars (|) or commas may separate the values: either gives 3 rows of 2 fields."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Code, Name, Rate\nXA1, "Alder, North", 5\n', ["XA1", "Alder, North", " 5"]),
        ('"Code", "Name", "Rate"\n"XA1", "Alder, North", "5"\n', ["XA1", "Alder, North", "5"]),
        ('Code,Name,Rate\nXA1,"Alder, North" ,5\n', ["XA1", "Alder, North", "5"]),
        ('Code,Name,Rate\nXA1,   "Alder, ""the"" North"   ,5\n', ["XA1", 'Alder, "the" North', "5"]),
        ('Code;Name;Rate\nXA1; "Alder; North";5\n', ["XA1", "Alder; North", "5"]),
        ('Code,Name,Rate\nXA1,\u00a0"Alder, North",5\n', ["XA1", "Alder, North", "5"]),
        ('Code,Name,Rate\n "XA1", "Alder,\nNorth", 5\n', ["XA1", "Alder,\nNorth", " 5"]),
        ('Code,Name,Rate\nXA1, "Alder", "5" \n', ["XA1", "Alder", "5"]),
    ],
)
def test_spaces_before_and_behind_quotation_marks_do_not_undo_them(text: str, said: list[str]) -> None:
    assert list(rows(text)[1]) == said
    assert any("Spaces stand between separators and quotation marks" in message for *_, message in notes(text))


@pytest.mark.parametrize(
    "text",
    [
        'Code,Name,Rate\nXA1,The "Alder" house,5\n',
        'Code,Name,Rate\nXA1, "Alder,5\nXA2,B,6\n',
        'Code,Name,Rate\nXA1, "Alder" house,5\n',
        'Code,Name,Rate\nXA1, "A,5\nXA2, B",6\nXA3,C,7\nXA4,D,8\n',
        "Code,Name,Rate\nXA1, Alder,5\n",
    ],
)
def test_a_quotation_mark_that_quotes_no_whole_value_is_a_letter(text: str) -> None:
    assert notes(text) == []
    assert [len(row) for row in rows(text)] == [3] * text.count("\n")


def test_other_signs_within_texts_are_texts() -> None:
    assert rows("Code,Name\nRJ1,A | B\nRJ2,C | D\nRJ3,E | F\n")[1] == ["RJ1", "A | B"]
    assert rows("Code\nA|B\n") == [["Code"], ["A|B"]]


def test_lines_that_were_put_in_quotation_marks_whole_are_refused() -> None:
    assert refusal('"Code,Rate"\n"RJ1,5"\n') == (
        "delimiter return.csv: Each line stands in quotation marks as one value, though commas separate values in it."
    )
    assert rows('"Code, short"\nRJ1\n') == [["Code, short"], ["RJ1"]]
    assert rows('"Code, short"\n') == [["Code, short"]]


def test_one_column_is_one_column() -> None:
    assert rows("Code\nRJ1\nRJ2\n") == [["Code"], ["RJ1"], ["RJ2"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_each_of_the_three_ways(end: str) -> None:
    text = 'Code,Name|RJ1,"St, Mary"||RJ2,x|RJ3,y'.replace("|", end)
    assert rows(text) == [["Code", "Name"], ["RJ1", "St, Mary"], [], ["RJ2", "x"], ["RJ3", "y"]]
    assert refusal(text + end + '"a').startswith("broken-file return.csv:row 6: Line 6 opens")


def test_the_separator_of_a_long_file_of_the_old_macintosh_is_told_from_its_start() -> None:
    assert len(rows("Code;Rate\r" + "RJ1;12,5\r" * 20_000)[-1]) == 2


def test_trailing_separators_are_kept_as_empty_cells() -> None:
    assert rows("Code,Rate,,,\nRJ1,5,,,\n")[1] == ["RJ1", "5", "", "", ""]


def test_a_quotation_mark_in_the_middle_of_a_text_is_a_letter() -> None:
    assert rows('Code,Name\nRJ1,5" pipe\n')[1] == ["RJ1", '5" pipe']


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
    text = "Code\n" + "x" * 200_000
    assert refusal(text).startswith(
        "unsafe-file return.csv:row 2: Line 2 begins a field of more than 131,072 characters"
    )
    assert "Line 1 begins a field" in refusal("x" * 200_000)
    assert len(csv_book("return.csv", text.encode(), "", Limits(field=200_000)).read(None).rows) == 2


def test_the_limit_that_other_libraries_set_is_neither_obeyed_nor_changed() -> None:
    before = csv.field_size_limit(10)
    try:
        assert rows("Code\n" + "x" * 20)[1] == ["x" * 20]
        assert csv.field_size_limit() == 10
    finally:
        csv.field_size_limit(before)


def test_too_many_columns_are_refused() -> None:
    text = "Code\n" + "a," * 20_000
    assert refusal(text).startswith("unsafe-file return.csv:row 2: Line 2 has 20,001 fields, more than the 16,384 of")
    assert len(csv_book("return.csv", text.encode(), "", Limits(columns=50_000)).read(None).rows[1]) == 20_001


def test_a_refusal_says_how_to_raise_the_limit() -> None:
    with pytest.raises(Refused, match="--limit columns=50000"):
        read("a," * 20_000)
    with pytest.raises(Refused, match="--limit field=500000"):
        read("a" * 200_000)


def test_more_cells_than_memory_should_hold_are_refused() -> None:
    """A row costs more than its cells, and so does a blank one."""
    assert refusal("a,b\n" * 10, Limits(cells=100)).startswith(
        "unsafe-file return.csv:row 8: Line 8 is beyond the 100 "
    )
    assert refusal("a\n" + "\n" * 10 + "b", Limits(cells=100)).startswith("unsafe-file return.csv:row 9: Line 9 is")
    assert len(csv_book("return.csv", b"a,b\n" * 10, "", Limits(cells=140)).read(None).rows) == 10


def test_what_recurs_in_a_large_file_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "LARGE", 10)
    monkeypatch.setattr(csv_text, "REMEMBERED", 4)
    text = "Code,Rate\nRJ11,15.25\nRJ22,15.25\nRJ33,15.25\n"
    _, (_, first), (_, second), (_, third) = read(text).read(None).rows
    assert first is second is third
    assert len(csv_book("return.csv", text.encode(), "", Limits(cells=4 * 14 + 16)).read(None).rows) == 4
    assert refusal(text, Limits(cells=4 * 14 + 15)).startswith("unsafe-file return.csv:row 4: Line 4 is beyond")


def test_what_recurs_in_any_other_file_is_kept_once_and_counted_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as so many different texts go; what is not looked up any more is not counted as a text of its own."""
    text = "Code,Rate\nRJ11,15.25\nRJ22,15.25\nRJ33,15.25\n"
    _, (_, first), (_, second), _ = read(text).read(None).rows
    assert first is second
    monkeypatch.setattr(csv_text, "REMEMBERED", 2)
    _, (_, first), (_, second), _ = csv_book("return.csv", text.encode(), "", Limits(cells=4 * 14)).read(None).rows
    assert first == second
    assert first is not second


def test_a_large_file_is_read_fast() -> None:
    line = ",".join(["RJ1", *(f"{n}.25" for n in range(61))])
    text = "\n".join([line] * 10_000).encode()
    start = perf_counter()
    assert len(rows(text)) == 10_000
    assert perf_counter() - start < 5  # 0.15 s on a quiet machine
