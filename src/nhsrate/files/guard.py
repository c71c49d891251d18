"""What a file is, told from its bytes, and whether it is safe to open: no XML is parsed here."""

from __future__ import annotations

import codecs
import stat
import sys
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Literal, TextIO

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import nearest
from nhsrate.files.limits import STANDARD, how_to_raise, shown
from nhsrate.files.refusals import AGAIN, SAVE_AS, SOURCE, UNLOCK, UNPACK, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nhsrate.files.limits import Limits

Kind = Literal["workbook", "xls", "ods", "xlsb", "parquet", "text"]

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xltx", ".xltm", ".xlsb", ".ods", ".parquet"})

_HEAD = 4_096
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", SOURCE),
    (b"{\\rtf", "a rich text document", SOURCE),
    (b"\x89PNG", "a picture", SOURCE),
    (b"\xff\xd8\xff", "a picture", SOURCE),
    (b"GIF8", "a picture", SOURCE),
    (b"SQLite format 3", "a database", SOURCE),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ", "an xz archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
)
_WEB_PAGES = ("<!doctype html", "<html", "<head", "<table", "<body", "<meta", "mime-version:")
_OTHER_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__properties_version1.0", "an Outlook message"),
)
_PARQUET = b"PAR1"


@frozen
class Contents:
    """A file's bytes and what they are.

    Of a workbook also `marked`, the parts that hold formulas or hidden rows and so deserve a closer look; `unused`,
    what it holds that is never used; and `error_cells`, how many cells of each sheet could not be calculated.
    """

    kind: Kind
    data: bytes
    digest: str
    marked: frozenset[str] = frozenset()
    unused: tuple[str, ...] = ()
    error_cells: Mapping[str, int] = field(default_factory=dict)


def guarded(path: Path, limits: Limits = STANDARD) -> Contents:
    """The contents of a file that is safe to open, and which of the kinds that are read it is.

    Raises `Refused` for everything else, saying what the file really is and what to do.
    """
    from hashlib import sha256

    file = path.as_posix()
    data = file_bytes(path, limits)
    digest = sha256(data).hexdigest()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from nhsrate.files.packages import inspected  # a text needs none of it

        package = inspected(data, file, limits)
        return Contents(package.kind, data, digest, package.marked, package.unused, package.error_cells)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        _check_compound(data, file)
        return Contents("xls", data, digest)
    if data.startswith(_PARQUET):
        if not data.endswith(_PARQUET):
            refuse(file, "broken-file", "The file is a Parquet file that was cut short.", AGAIN)
        return Contents("parquet", data, digest)
    _refuse_other_kinds(data, file)
    if path.suffix.casefold() in {".yaml", ".yml"}:
        remedy = f"Name the return, and give the rule file after -m: nhsrate score RETURN -m {file}."
        refuse(file, "wrong-kind-of-file", "This is a rule file, and a return was expected.", remedy)
    if path.suffix.casefold() in WORKBOOK_SUFFIXES:
        if "\0" in _head(data):
            refuse(file, "broken-file", "The file has the name of a workbook, but its bytes are not one.", AGAIN)
        remedy = "If it is comma-separated values, rename it to end in .csv; otherwise save it as .xlsx in Excel."
        refuse(file, "wrong-kind-of-file", "The file has the name of a workbook, but is plain text.", remedy)
    return Contents("text", data, digest)


def file_bytes(path: Path, limits: Limits = STANDARD) -> bytes:
    """All bytes of a regular file that is neither empty nor very large; raises `Refused` for any other."""
    file = path.as_posix()
    if file == STANDARD_INPUT:
        return standard_input(sys.stdin, limits.file)
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            message = "This is a folder, and a file was expected."
            refuse(file, "is-a-folder", message, f"Name the files in it: {file}/...")
        if not stat.S_ISREG(facts.st_mode):
            message = "This is a pipe or a device, and an ordinary file was expected."
            refuse(file, "wrong-kind-of-file", message, "Save what it delivers as a file first.")
        for start, end, program in (("~$", "", "Excel"), (".~lock.", "#", "LibreOffice")):
            if path.name.startswith(start) and path.name.endswith(end):
                message = f"This is the lock file that {program} keeps while a workbook is open, not the workbook."
                remedy = f"Close the workbook, and name the file without {start}."
                refuse(file, "wrong-kind-of-file", message, remedy)
        if not facts.st_size:
            refuse(file, "empty-file", "The file is empty (0 bytes).", AGAIN)
        if facts.st_size > limits.file:
            size, most = shown("file", facts.st_size), shown("file", limits.file)
            message = f"The file has {size}, more than the {most} that are read."
            remedy = f"Keep only the sheet with the return. {how_to_raise('file', facts.st_size)}"
            refuse(file, "unsafe-file", message, remedy)
        return path.read_bytes()
    except FileNotFoundError:
        refuse(file, "no-such-file", "There is no such file.", _like(path) or "Check its name and folder.")
    except PermissionError:
        refuse(file, "no-permission", "The file may not be read.", "Ask its owner for permission, or copy it.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        refuse(file, "no-such-file", f"The file cannot be opened: {reason}.", "Check its name and folder.")


STANDARD_INPUT = "-"
"""The name under which standard input is read, in the place of a file."""


@cache
def standard_input(stream: TextIO | None, most: int) -> bytes:
    """All bytes of standard input, which can be read only once; raises `Refused` where they are none or very many."""
    try:
        data = stream.buffer.read(most + 1) if stream is not None else b""
    except (OSError, ValueError) as error:
        refuse(STANDARD_INPUT, "no-such-file", f"Standard input cannot be read: {error}.", "Name a file.")
    if not data:
        refuse(STANDARD_INPUT, "empty-file", "Standard input is empty (0 bytes).", "Name a file.")
    if len(data) > most:
        message = f"Standard input has more than the {shown('file', most)} that are read."
        refuse(STANDARD_INPUT, "unsafe-file", message, how_to_raise("file", len(data)))
    return data


def _like(path: Path) -> str:
    """A file of nearly that name in the same folder, where there is one."""
    try:
        return nearest(path.name, [known.name for known in path.parent.iterdir() if known.is_file()])
    except OSError:
        return ""


def _check_compound(data: bytes, file: str) -> None:
    """Refuse a compound file of old Office that is not a workbook (.xls)."""
    from nhsrate.files.compound import top_streams

    streams = top_streams(data)
    if "EncryptedPackage" in streams:
        refuse(file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", UNLOCK)
    if streams & {"Workbook", "Book"}:
        return
    for stream, kind in _OTHER_STREAMS:
        if stream in streams:
            refuse(file, "wrong-kind-of-file", f"The file is {kind}, not a workbook.", SAVE_AS)
    if not streams:
        message = "The file begins like an old Excel workbook (.xls), but is cut short or damaged."
        refuse(file, "broken-file", message, AGAIN)
    refuse(file, "wrong-kind-of-file", "The file is a file of old Office, but holds no workbook.", SAVE_AS)


def _head(data: bytes) -> str:
    """The beginning of a text, for a look at what it is."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    return data[:_HEAD].decode(encoding, "replace").lstrip().lower()


def _refuse_other_kinds(data: bytes, file: str) -> None:
    """Refuse what is neither a workbook nor a table in text, by the first bytes."""
    for start, kind, remedy in _STARTS:
        if data.startswith(start):
            refuse(file, "wrong-kind-of-file", f"The file is {kind}, not a workbook.", remedy)
    head = _head(data)
    if head.startswith(_WEB_PAGES):
        message = "The file is a web page, not a workbook; some systems give such pages the name of one."
        refuse(file, "wrong-kind-of-file", message, SAVE_AS)
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        refuse(file, "wrong-kind-of-file", "The file is an XML spreadsheet of Excel 2003, which is not read.", SAVE_AS)
    if head.startswith("<?xml"):
        refuse(file, "wrong-kind-of-file", "The file is an XML document, not a workbook.", SAVE_AS)
