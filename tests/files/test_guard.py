"""What a file is, and whether it may be opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.support import hostile

from nhsrate.core.problems import Refused
from nhsrate.files import limits, packages
from nhsrate.files.compound import top_streams
from nhsrate.files.guard import guarded
from nhsrate.files.limits import Limits
from nhsrate.files.packages import ENDLESS, most_cells

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path, most: Limits = limits.STANDARD) -> tuple[str, str]:
    """The code and the words of the one problem for which a file is refused."""
    with pytest.raises(Refused) as refused:
        guarded(path, most)
    [problem] = refused.value.problems
    return problem.code, f"{problem.message} {problem.remedy}"


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["return.xlsx", "return.xls", "return.csv"])
def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path, name: str) -> None:
    contents = guarded(saved(tmp_path, name, hostile.workbook()))
    assert contents.kind == "workbook"
    assert len(contents.digest) == 64
    assert contents.unused == ()


def test_text_is_text(tmp_path: Path) -> None:
    assert guarded(saved(tmp_path, "return.csv", b"Code,Rate\n")).kind == "text"


@pytest.mark.parametrize(
    ("parts", "unused"),
    [
        ({"xl_s_vbaProject__bin": "x"}, ("macros",)),
        ({"xl_s_macrosheets_s_sheet1__xml": "<a/>"}, ("macros",)),
        ({"xl_s_externalLinks_s_externalLink1__xml": "<a/>"}, ("links to other files",)),
        (
            {"xl_s_externalLinks_s_externalLink1__xml": '<externalLink><ddeLink ddeService="cmd"/></externalLink>'},
            ("links to other files", "links to other programs"),
        ),
        ({"xl_s_connections__xml": "<a/>"}, ("connections to other sources",)),
        ({"xl_s_media_s_image1__png": "\u0089PNG"}, ()),
    ],
)
def test_what_is_never_used_is_said(tmp_path: Path, parts: dict[str, str], unused: tuple[str, ...]) -> None:
    assert guarded(saved(tmp_path, "return.xlsm", hostile.workbook(**parts))).unused == unused


def test_macros_and_links_of_an_open_document_are_said(tmp_path: Path) -> None:
    content = hostile.ods_content("<office:dde-source office:dde-application='soffice'/>")
    data = hostile.open_document(content, Basic_s_script__xml="<a/>")
    contents = guarded(saved(tmp_path, "return.ods", data))
    assert (contents.kind, contents.unused) == ("ods", ("macros", "links to other programs"))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("return.xls", hostile.ole("Workbook"), "xls"),
        ("return.csv", hostile.ole("Book"), "xls"),
        ("return.xls", hostile.ole("Workbook", below=["WordDocument", "EncryptedPackage"]), "xls"),
        ("return.xlsb", hostile.package({"xl/workbook.bin": b"\x83\x01\0", "xl/styles.bin": b"\0<\xff"}), "xlsb"),
        ("return.ods", hostile.open_document(hostile.ods_content("")), "ods"),
        ("return.parquet", b"PAR1 and so on PAR1", "parquet"),
    ],
)
def test_other_kinds_of_tables_are_told_apart(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    assert guarded(saved(tmp_path, name, data)).kind == kind


def test_names_that_lead_elsewhere_are_ignored_and_nothing_is_unpacked(tmp_path: Path) -> None:
    data = hostile.package(
        hostile.parts_of({"Return": hostile.sheet("")})
        | {"../evil.txt": "x", "/etc/evil": "x", "C:\\evil.txt": "x", "xl/../../evil": "x"}
    )
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert guarded(saved(inner, "return.xlsx", data)).kind == "workbook"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["return.xlsx"]


@pytest.mark.parametrize("cut", [0, packages.PIECE - 3, packages.PIECE - 25])
def test_error_cells_are_counted_once_each_wherever_a_piece_ends(tmp_path: Path, cut: int) -> None:
    cells = '<c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><v>#N/A</v></c>'
    xml = hostile.sheet(" " * max(cut - len(hostile.sheet("")), 0) + cells)
    contents = guarded(saved(tmp_path, "return.xlsx", hostile.package(hostile.parts_of({"Return": xml}))))
    assert contents.error_cells == {"xl/worksheets/sheet1.xml": 2}


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1"><f>1+1</f></c></row>',
        '<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>',
        '<row r="1"><x:c r="A1"><x:f/></x:c></row>',
        '<row r="1" hidden="1"/>',
    ],
)
def test_parts_with_formulas_or_hidden_rows_are_marked(tmp_path: Path, row: str) -> None:
    data = hostile.workbook(row)
    assert guarded(saved(tmp_path, "return.xlsx", data)).marked == {"xl/worksheets/sheet1.xml"}


SCRAMBLED = hostile.workbook()[:300]

REFUSED = [
    ("none.xlsx", None, "no-such-file", "There is no such file"),
    ("empty.xlsx", b"", "empty-file", "0 bytes"),
    ("~$return.xlsx", b"x", "wrong-kind-of-file", "lock file"),
    (".~lock.return.ods#", b"x", "wrong-kind-of-file", "LibreOffice keeps"),
    ("old.xls", hostile.OLE, "broken-file", "cut short or damaged"),
    ("locked.xlsx", hostile.ole("EncryptedPackage", "EncryptionInfo"), "wrong-kind-of-file", "without a password"),
    ("letter.xlsx", hostile.ole("WordDocument", "1Table"), "wrong-kind-of-file", "a Word document"),
    ("letter.xls", hostile.ole("WordDocument", below=["Workbook"]), "wrong-kind-of-file", "a Word document"),
    ("talk.xls", hostile.ole("PowerPoint Document"), "wrong-kind-of-file", "a PowerPoint presentation"),
    ("mail.xls", hostile.ole("__properties_version1.0"), "wrong-kind-of-file", "an Outlook message"),
    ("thing.xls", hostile.ole("Something"), "wrong-kind-of-file", "holds no workbook"),
    ("cut.parquet", b"PAR1 and so on", "broken-file", "a Parquet file that was cut short"),
    ("table.gz", b"\x1f\x8b\x08", "wrong-kind-of-file", "a gzip archive, not a workbook. Unpack it"),
    ("wide.xls", b"\xff\xfe" + hostile.utf16("<html>"), "wrong-kind-of-file", "a web page"),
    ("unicode.xls", b"\xff\xfe" + hostile.utf16("Code\tRate\n"), "wrong-kind-of-file", "plain text"),
    ("mail.mht", b"MIME-Version: 1.0\n", "wrong-kind-of-file", "a web page"),
    (
        "xml2003.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "wrong-kind-of-file",
        "an XML spreadsheet of Excel 2003",
    ),
    ("page.xls", b"\n<!DOCTYPE html><html>", "wrong-kind-of-file", "a web page"),
    ("table.xls", b"\xef\xbb\xbf<table><tr>", "wrong-kind-of-file", "a web page"),
    ("xml.xls", b'<?xml version="1.0"?><Workbook/>', "wrong-kind-of-file", "an XML document"),
    ("paper.xlsx", b"%PDF-1.7", "wrong-kind-of-file", "a PDF document"),
    ("plain.xlsx", b"Code,Rate\nRJ1,5\n", "wrong-kind-of-file", "rename it to end in .csv"),
    ("noise.xlsx", b"\x00\x01\x02", "broken-file", "its bytes are not one"),
    ("cut.xlsx", SCRAMBLED, "broken-file", "cut short or damaged"),
    ("empty-zip.xlsx", b"PK\x05\x06" + bytes(18), "wrong-kind-of-file", "a zip archive"),
    ("open.ods", hostile.open_document(kind="text"), "wrong-kind-of-file", "not a spreadsheet"),
    ("empty.ods", hostile.package({"mimetype": "opendocument.spreadsheet"}), "broken-file", "lacks its content"),
    (
        "locked.ods",
        hostile.open_document(META_INF_s_manifest__xml="", **{"META-INF_s_manifest__xml": "<a:encryption-data/>"}),
        "wrong-kind-of-file",
        "without a password",
    ),
    ("entity.ods", hostile.open_document("<!DOCTYPE a><a/>"), "unsafe-file", "document type"),
    ("word.xlsx", hostile.package({"word/document.xml": "<a/>"}), "wrong-kind-of-file", "a Word document"),
    ("word.zip", hostile.package({"mimetype": "text/plain"}), "wrong-kind-of-file", "a zip archive"),
    ("talk.xlsx", hostile.package({"ppt/presentation.xml": "<a/>"}), "wrong-kind-of-file", "a PowerPoint presentation"),
    ("archive.xlsx", hostile.package({"return.csv": "a"}), "wrong-kind-of-file", "Unpack it"),
    ("entity.xlsx", hostile.with_document_type(), "unsafe-file", "document type"),
    ("late-entity.xlsx", hostile.with_document_type(packages.PIECE - 12), "unsafe-file", "document type"),
    ("utf16.xlsx", hostile.workbook(xl_s_a__xml="<a/>".encode("utf-16")), "unsafe-file", "not XML in UTF-8"),
    ("utf16-unmarked.xlsx", hostile.workbook(xl_s_a__dat="<!DOCTYPE a>".encode("utf-16-be")), "unsafe-file", "not XML"),
    (
        "utf16-late.xlsx",
        hostile.workbook(xl_s_a__dat=b"x" + hostile.utf16("<!ENTITY a>")),
        "unsafe-file",
        "document type",
    ),
    (
        "utf7.xlsx",
        hostile.workbook(xl_s_a__xml='<?xml version="1.0" encoding="UTF-7"?><a/>'),
        "unsafe-file",
        "not XML in UTF-8",
    ),
    ("not-xml.xlsx", hostile.workbook(xl_s_a__xml="abc"), "unsafe-file", "not XML in UTF-8"),
    ("twice.xlsx", hostile.duplicate_parts(), "unsafe-file", "bear one name"),
    ("twice-in-case.xlsx", hostile.workbook(xl_s_STYLES__xml="<a/>"), "unsafe-file", "bear one name"),
    ("secret.xlsx", hostile.encrypted_member(), "wrong-kind-of-file", "protected by a password"),
    ("bzip.xlsx", hostile.strangely_packed(), "unsafe-file", "that Excel never uses"),
    ("bomb.xlsx", hostile.bomb(), "unsafe-file", "expands to 60 MB"),
    ("strings.xlsx", hostile.bomb_of_shared_strings(60), "unsafe-file", "and 200 times is the limit"),
    ("many.xlsx", hostile.package({f"a{n}": "" for n in range(5001)}), "unsafe-file", "5,001 parts"),
]


@pytest.mark.parametrize(("name", "data", "code", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_other_files_are_refused_with_what_they_are(
    tmp_path: Path, name: str, data: bytes | None, code: str, words: str
) -> None:
    path = saved(tmp_path, name, data) if data is not None else tmp_path / name
    found, message = refusal(path)
    assert (found, words in message) == (code, True), message


def test_a_package_without_a_workbook_is_left_to_the_reader(tmp_path: Path) -> None:
    """A workbook's main part may bear another name, though no program is known to do so."""
    data = hostile.package({"[Content_Types].xml": "<a/>"})
    assert guarded(saved(tmp_path, "odd.xlsx", data)).kind == "workbook"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path)[0] == "is-a-folder"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has such files")
def test_a_pipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert refusal(path) == (
        "wrong-kind-of-file",
        "This is a pipe or a device, and an ordinary file was expected. Save what it delivers as a file first.",
    )


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> bytes:
        raise PermissionError(path)

    path = saved(tmp_path, "return.csv", b"a")
    monkeypatch.setattr(type(path), "read_bytes", forbidden)
    assert refusal(path)[0] == "no-permission"


def test_a_name_that_cannot_be_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / ("x" * 300))[0] == "no-such-file"
    assert refusal(tmp_path / "a\0b")[0] == "no-such-file"


def test_a_folder_that_is_not_there_suggests_no_file(tmp_path: Path) -> None:
    words = "There is no such file. Check its name and folder."
    assert refusal(tmp_path / "absent" / "return.xlsx") == ("no-such-file", words)


def test_a_rule_file_is_no_return(tmp_path: Path) -> None:
    code, words = refusal(saved(tmp_path, "stars.yaml", b"id: stars"))
    assert (code, words[:21]) == ("wrong-kind-of-file", "This is a rule file, ")


def test_a_very_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "return.csv"
    with path.open("wb") as stream:
        stream.truncate(123_456_789)
    code, words = refusal(path)
    assert code == "unsafe-file"
    assert words == (
        "The file has 123 MB, more than the 50 MB that are read. Keep only the sheet with the return. "
        "If you trust the file, raise the limit: --limit file=200MB."
    )


def test_each_limit_can_be_raised(tmp_path: Path) -> None:
    """What is refused under the standard limits is read under those that the refusal names."""
    many = saved(tmp_path, "many.xlsx", hostile.package({f"a{n}": "" for n in range(5_001)} | {"xl/workbook.xml": ""}))
    assert refusal(many)[1].endswith("--limit parts=10000.")
    assert guarded(many, Limits(parts=10_000)).kind == "workbook"
    bomb = saved(tmp_path, "bomb.xlsx", hostile.bomb())
    assert refusal(bomb)[1].endswith("--limit ratio=2000.")
    assert guarded(bomb, Limits(ratio=2_000)).kind == "workbook"
    large = saved(tmp_path, "large.csv", b"a" * 1_000)
    assert refusal(large, Limits(file=999))[1].endswith("--limit file=1MB.")
    assert guarded(large, Limits(file=1_000)).kind == "text"


def test_what_expands_beyond_all_measure_is_refused_whatever_its_ratio(tmp_path: Path) -> None:
    path = saved(tmp_path, "return.xlsx", hostile.workbook())
    code, words = refusal(path, Limits(expanded=1_000))
    assert code == "unsafe-file"
    assert words.startswith("The file expands to 0 MB, 1 times its size, and may be a trap; at most 0.0 MB are read.")
    assert "--limit expanded=1MB" in words


def test_one_part_that_expands_is_found_among_others_that_do_not(tmp_path: Path) -> None:
    """A large picture beside a bomb would hide it, were the file only looked at as a whole."""
    data = hostile.workbook(
        xl_s_media_s_big__xml="<a>" + " " * 60_000_000 + "</a>", xl_s_media_s_image__png=os.urandom(1_000_000)
    )
    code, words = refusal(saved(tmp_path, "return.xlsx", data))
    assert (code, "27 times its size" in words or "1,0" in words) == ("unsafe-file", True), words


def test_a_declared_size_that_is_too_small_is_no_way_in(tmp_path: Path) -> None:
    """No more is unpacked than was declared, and then the check sum is wrong."""
    data = hostile.workbook(xl_s_extra__xml="<a>" + "b" * 1_000 + "</a>")
    place = data.rindex(b"PK\x01\x02")
    assert data[place + 24 : place + 28] == (1_007).to_bytes(4, "little")
    code, words = refusal(
        saved(tmp_path, "a.xlsx", data[: place + 24] + (7).to_bytes(4, "little") + data[place + 28 :])
    )
    assert (code, "Bad CRC-32" in words) == ("broken-file", True), words


CELL = '<table:table-cell office:value-type="float" office:value="5"/>'
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


def test_a_bomb_of_repeats_is_refused_and_endless_blanks_are_not(tmp_path: Path) -> None:
    ends = f'<table:table-row table:number-rows-repeated="1048500">{BLANK}</table:table-row>'
    sound = hostile.ods_content(f"<table:table-row>{CELL}{BLANK}</table:table-row>{ends}")
    assert guarded(saved(tmp_path, "sound.ods", hostile.open_document(sound))).kind == "ods"
    path = saved(tmp_path, "bomb.ods", hostile.open_document(sound.replace("</table:table>", f"{CELL}</table:table>")))
    code, words = refusal(path)
    assert code == "unsafe-file"
    assert "The cells of a sheet repeat, or are spread, over 17,1" in words
    assert "--limit cells=20000000000." in words


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (f"<table:table-row>{CELL}</table:table-row>", 1),
        (f"<table:table-row>{BLANK}</table:table-row>", 0),
        (f'<table:table-row table:number-rows-repeated="9">{BLANK}{CELL}</table:table-row>', 9 * 16_385),
        ('<table:table-row><table:table-cell table:number-columns-repeated="7">x</table:table-cell>', 7),
        (f'<table:table-row table:number-rows-repeated="&#57;">{CELL}', ENDLESS),
        (f'<table:table-row table:number-rows-repeated="{"9" * 30}">{CELL}', ENDLESS),
        (f'<table:table-row a=">" table:number-rows-repeated="9">{CELL}', 9),
        (f"<table:table-row a='>' table:number-rows-repeated='9'>{CELL}", 9),
        (f'<table:table-row a="don\'t" table:number-rows-repeated="9">{CELL}', 9),
        (f"<table:table-row a='>{CELL}", 1),
        (f'<table:table-row table:number-rows-repeated="9">{BLANK}<!-- <table:table> -->{CELL}', 9 * 16_385),
        (
            f'</table:table><t:table xmlns:t="x:opendocument:xmlns:table:1.0"><t:table-row t:number-rows-repeated="9">{CELL}',
            9,
        ),
    ],
)
def test_the_cells_that_an_open_document_means_are_counted(rows: str, cells: int) -> None:
    assert most_cells(hostile.ods_content(rows).encode()) == cells


def test_a_damaged_compound_file_has_no_streams() -> None:
    sound = hostile.ole("Workbook", "Other")
    assert top_streams(sound) == {"Workbook", "Other"}
    assert top_streams(sound[:600]) == frozenset()
    assert top_streams(sound[:40]) == frozenset()
    circle = bytearray(sound)
    circle[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the directory's sector follows itself
    assert top_streams(bytes(circle)) == frozenset()
    twice = bytearray(sound)
    twice[1024 + 2 * 128 + 68 : 1024 + 2 * 128 + 72] = (1).to_bytes(4, "little")  # a neighbour that was met before
    assert top_streams(bytes(twice)) == {"Workbook", "Other"}


def test_a_large_compound_file_keeps_its_table_in_sectors_of_their_own() -> None:
    sound = hostile.ole("Workbook")
    more = bytearray(sound + b"".join(n.to_bytes(4, "little") for n in [*range(127), 0xFFFFFFFE]))
    more[68:72] = (len(sound) // 512 - 1).to_bytes(4, "little")
    assert top_streams(bytes(more)) == {"Workbook"}
    more[-4:] = more[68:72]  # goes in a circle
    assert top_streams(bytes(more)) == frozenset()
