"""What a file is, told from its bytes, and whether it is safe to open: no XML is parsed here."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, NoReturn

from nhsrate.problems import CellPlace, Problem, Refused, nearest

if TYPE_CHECKING:
    from pathlib import Path
    from zipfile import ZipFile, ZipInfo

MEGABYTE = 1_000_000
FILE_LIMIT = 50 * MEGABYTE
PARTS_LIMIT = 5_000
EXPANDED_LIMIT = 400 * MEGABYTE
RATIO_LIMIT = 200
RATIO_ASKED_FROM = 50 * MEGABYTE
"""The largest real workbook tried holds 186 parts and 47 MB, packed at most 26 times smaller."""

PIECE = 1 << 20
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xltx", ".xltm", ".xlsb", ".ods"})
SAVE_AS = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx), and hand that in."
AGAIN = "Download or copy it again, or ask the sender for a whole copy."

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_PACKED: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)

_MARKS = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b' hidden="', b" hidden='")
"""Signs of a formula, or of hidden rows or columns, in the XML of a sheet."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file's bytes and what they are.

    Of a workbook also `marked`, the parts that hold formulas or hidden rows and so deserve a closer look, and `unused`,
    what it holds that is never used.
    """

    kind: Literal["workbook", "text"]
    data: bytes
    digest: str
    marked: frozenset[str] = frozenset()
    unused: tuple[str, ...] = ()


def guarded(path: Path) -> Contents:
    """The contents of a file that is safe to open: a workbook (.xlsx, .xlsm) or text.

    Raises `Refused` for everything else, saying what the file really is and what to do.
    """
    from hashlib import sha256

    file = path.as_posix()
    data = _bytes(path, file)
    digest = sha256(data).hexdigest()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _workbook(data, file, digest)
    _refuse_other_kinds(data, file)
    if path.suffix.casefold() in {".yaml", ".yml"}:
        remedy = f"Name the return, and give the rule file after -m: nhsrate score RETURN -m {file}."
        _refuse(file, "wrong-kind-of-file", "This is a rule file, and a return was expected.", remedy)
    if path.suffix.casefold() in WORKBOOK_SUFFIXES:
        if b"\0" in data[:PIECE]:
            _refuse(file, "broken-file", "The file has the name of a workbook, but its bytes are not one.", AGAIN)
        remedy = "If it is comma-separated values, rename it to end in .csv; otherwise save it as .xlsx in Excel."
        _refuse(file, "wrong-kind-of-file", "The file has the name of a workbook, but is plain text.", remedy)
    return Contents("text", data, digest)


def _refuse(file: str, code: str, message: str, remedy: str) -> NoReturn:
    raise Refused([Problem(CellPlace(file), code, message, remedy)])


def _bytes(path: Path, file: str) -> bytes:
    """All bytes of a regular file that is neither empty nor very large."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            message = "This is a folder, and a file was expected."
            _refuse(file, "is-a-folder", message, f"Name the files in it: {file}/...")
        if not stat.S_ISREG(facts.st_mode):
            message = "This is a pipe or a device, and an ordinary file was expected."
            _refuse(file, "wrong-kind-of-file", message, "Save what it delivers as a file first.")
        if path.name.startswith("~$"):
            message = "This is the lock file that Excel keeps while a workbook is open, not the workbook."
            _refuse(file, "wrong-kind-of-file", message, "Close the workbook, and name the file without ~$.")
        if not facts.st_size:
            _refuse(file, "empty-file", "The file is empty (0 bytes).", AGAIN)
        if facts.st_size > FILE_LIMIT:
            size = f"{facts.st_size / MEGABYTE:,.0f} MB"
            message = f"The file has {size}, more than the {FILE_LIMIT // MEGABYTE} MB that are read."
            _refuse(file, "unsafe-file", message, "Keep only the sheet with the return.")
        return path.read_bytes()
    except FileNotFoundError:
        _refuse(file, "no-such-file", "There is no such file.", _like(path) or "Check its name and folder.")
    except PermissionError:
        _refuse(file, "no-permission", "The file may not be read.", "Ask its owner for permission, or copy it.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse(file, "no-such-file", f"The file cannot be opened: {reason}.", "Check its name and folder.")


def _like(path: Path) -> str:
    """A file of nearly that name in the same folder, where there is one."""
    try:
        return nearest(path.name, [known.name for known in path.parent.iterdir() if known.is_file()])
    except OSError:
        return ""


def _refuse_other_kinds(data: bytes, file: str) -> None:
    """Refuse what is neither a zip package nor text, by the first bytes."""
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _utf16("EncryptedPackage") in data:
            remedy = "Save a copy without a password, and hand that in."
            _refuse(
                file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", remedy
            )
        if _utf16("WordDocument") in data:
            _refuse(file, "wrong-kind-of-file", "The file is a Word document, not a workbook.", SAVE_AS)
        message = "The file is in the old Excel format (.xls), which is not read."
        _refuse(file, "wrong-kind-of-file", message, SAVE_AS)
    for start, kind in _STARTS:
        if data.startswith(start):
            remedy = "Hand in the workbook (.xlsx) or csv file that it was made from."
            _refuse(file, "wrong-kind-of-file", f"The file is {kind}, not a workbook.", remedy)
    head = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<body")):
        message = "The file is a web page, not a workbook; some systems give such pages the name of one."
        _refuse(file, "wrong-kind-of-file", message, SAVE_AS)
    if head.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        _refuse(file, "wrong-kind-of-file", "The file is an XML document, not a workbook.", SAVE_AS)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _workbook(data: bytes, file: str, digest: str) -> Contents:
    """A zip package that proves to be a workbook, after a bounded pass over its parts."""
    import io
    from zipfile import ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(data), file)
            _check_kind(archive, file)
            marked = frozenset(part.filename for part in parts if _check_part(archive, part, file))
            return Contents("workbook", data, digest, marked, _unused(archive))
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 (a damaged package makes zipfile and zlib raise almost anything)
        message = f"The file is cut short or damaged, so it cannot be unpacked ({str(error)[:80] or 'no details'})."
        _refuse(file, "broken-file", message, AGAIN)


def _check_sizes(parts: list[ZipInfo], size: int, file: str) -> None:
    """Refuse too many parts, parts of one name, and packages that expand beyond all measure."""
    names = {part.filename for part in parts}
    if len(names) < len(parts):
        message = "Two parts of the file bear one name, so that programs disagree about what it says."
        _refuse(file, "unsafe-file", message, SAVE_AS)
    expanded = sum(part.file_size for part in parts)
    ratio = expanded // max(size, 1)
    if len(parts) > PARTS_LIMIT:
        message = f"The file has {len(parts):,} parts; no real return comes near {PARTS_LIMIT:,}."
        _refuse(file, "unsafe-file", message, "Keep only the sheet with the return.")
    if expanded > EXPANDED_LIMIT or (expanded > RATIO_ASKED_FROM and ratio > RATIO_LIMIT):
        message = f"The file expands to {expanded / MEGABYTE:,.0f} MB, {ratio:,} times its size, and may be a trap."
        _refuse(file, "unsafe-file", message, "Copy the values of the return into a new workbook.")


def _check_kind(archive: ZipFile, file: str) -> None:
    """Refuse packages that are not workbooks."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return
    for part, kind in _PACKED:
        if part in names:
            _refuse(file, "wrong-kind-of-file", f"The file is {kind}, which is not read.", SAVE_AS)
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        _refuse(file, "wrong-kind-of-file", "The file is an OpenDocument file (.ods), which is not read.", SAVE_AS)
    if "[Content_Types].xml" not in names:
        message = "The file is a zip archive, not a workbook."
        _refuse(file, "wrong-kind-of-file", message, "Unpack it, and hand in the file inside.")


def _check_part(archive: ZipFile, part: ZipInfo, file: str) -> bool:
    """Refuse a part with a document type or in another encoding than UTF-8; true when it deserves a closer look."""
    if part.flag_bits & 1:
        remedy = "Save a copy without a password, and hand that in."
        _refuse(file, "wrong-kind-of-file", "A part of the file is protected by a password.", remedy)
    if part.compress_type not in (0, 8):
        _refuse(file, "unsafe-file", "A part of the file is packed in a way that Excel never uses.", SAVE_AS)
    with archive.open(part) as stream:
        return _check_stream(stream, part.filename, file)


def _check_stream(stream: IO[bytes], name: str, file: str) -> bool:
    piece = stream.read(PIECE)
    start = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")) or (
        name.endswith((".xml", ".rels")) and start[:1] not in (b"<", b"")
    ):
        message = f'The part "{name}" of the file is not XML in UTF-8, as Excel writes it.'
        _refuse(file, "unsafe-file", message, SAVE_AS)
    marked, tail = False, b""
    while piece:
        window = tail + piece
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            message = f'The part "{name}" of the file holds a document type definition, which Excel never writes.'
            _refuse(file, "unsafe-file", message, SAVE_AS)
        marked = marked or any(sign in window for sign in _MARKS)
        tail = window[-9:]
        piece = stream.read(PIECE)
    return marked


def _unused(archive: ZipFile) -> tuple[str, ...]:
    names = archive.namelist()
    macros = ["macros"] if any(name.endswith("vbaProject.bin") for name in names) else []
    links = ["links to other files"] if any(name.startswith("xl/externalLinks/") for name in names) else []
    return (*macros, *links)
