"""What a file is, and whether it may be opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests import hostile

from nhsrate import guard
from nhsrate.guard import guarded
from nhsrate.problems import Refused

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path) -> tuple[str, str]:
    """The code and the words of the one problem for which a file is refused."""
    with pytest.raises(Refused) as refused:
        guarded(path)
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


def test_macros_and_links_are_left_out_and_said(tmp_path: Path) -> None:
    data = hostile.workbook(xl_s_vbaProject__bin=b"\0", xl_s_externalLinks_s_externalLink1__xml="<a/>")
    assert guarded(saved(tmp_path, "return.xlsm", data)).unused == ("macros", "links to other files")


def test_parts_with_formulas_are_marked(tmp_path: Path) -> None:
    data = hostile.workbook('<row r="1"><c r="A1"><f>1+1</f></c></row>')
    assert guarded(saved(tmp_path, "return.xlsx", data)).marked == {"xl/worksheets/sheet1.xml"}


SCRAMBLED = hostile.workbook()[:300]

REFUSED = [
    ("none.xlsx", None, "no-such-file", "There is no such file"),
    ("empty.xlsx", b"", "empty-file", "0 bytes"),
    ("~$return.xlsx", b"x", "wrong-kind-of-file", "lock file"),
    ("old.xlsx", hostile.OLE + hostile.utf16("Workbook"), "wrong-kind-of-file", "old Excel format (.xls)"),
    ("locked.xlsx", hostile.OLE + hostile.utf16("EncryptedPackage"), "wrong-kind-of-file", "without a password"),
    ("letter.xlsx", hostile.OLE + hostile.utf16("WordDocument"), "wrong-kind-of-file", "a Word document"),
    ("page.xls", b"\n<!DOCTYPE html><html>", "wrong-kind-of-file", "a web page"),
    ("table.xls", b"\xef\xbb\xbf<table><tr>", "wrong-kind-of-file", "a web page"),
    ("xml.xls", b'<?xml version="1.0"?><Workbook/>', "wrong-kind-of-file", "an XML document"),
    ("paper.xlsx", b"%PDF-1.7", "wrong-kind-of-file", "a PDF document"),
    ("plain.xlsx", b"Code,Rate\nRJ1,5\n", "wrong-kind-of-file", "rename it to end in .csv"),
    ("noise.xlsx", b"\x00\x01\x02", "broken-file", "its bytes are not one"),
    ("cut.xlsx", SCRAMBLED, "broken-file", "cut short or damaged"),
    ("empty-zip.xlsx", b"PK\x05\x06" + bytes(18), "wrong-kind-of-file", "a zip archive"),
    ("open.ods", hostile.open_document(), "wrong-kind-of-file", "OpenDocument"),
    ("word.xlsx", hostile.package({"word/document.xml": "<a/>"}), "wrong-kind-of-file", "a Word document"),
    ("binary.xlsx", hostile.package({"xl/workbook.bin": b"x"}), "wrong-kind-of-file", "(.xlsb)"),
    ("archive.xlsx", hostile.package({"return.csv": "a"}), "wrong-kind-of-file", "Unpack it"),
    ("entity.xlsx", hostile.with_document_type(), "unsafe-file", "document type"),
    ("late-entity.xlsx", hostile.with_document_type(guard.PIECE - 12), "unsafe-file", "document type"),
    ("utf16.xlsx", hostile.workbook(xl_s_a__xml="<a/>".encode("utf-16")), "unsafe-file", "not XML in UTF-8"),
    ("not-xml.xlsx", hostile.workbook(xl_s_a__xml="abc"), "unsafe-file", "not XML in UTF-8"),
    ("twice.xlsx", hostile.duplicate_parts(), "unsafe-file", "bear one name"),
    ("secret.xlsx", hostile.encrypted_member(), "wrong-kind-of-file", "protected by a password"),
    ("bzip.xlsx", hostile.strangely_packed(), "unsafe-file", "that Excel never uses"),
    ("bomb.xlsx", hostile.bomb(), "unsafe-file", "expands to 60 MB"),
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


def test_a_very_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FILE_LIMIT", 1_000_000)
    assert refusal(saved(tmp_path, "return.csv", b"a" * 1_000_001)) == (
        "unsafe-file",
        "The file has 1 MB, more than the 1 MB that are read. Keep only the sheet with the return.",
    )
