"""A zip package under a workbook's name: one bounded pass over its parts, before anything parses them.

In an OpenDocument sheet a row or a cell may say that it stands a million times, so what it means is counted too.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import IO, TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import Refused
from nhsrate.files.limits import MEGABYTE, RATIO_ASKED_FROM, how_to_raise, shown
from nhsrate.files.refusals import AGAIN, SAVE_AS, UNLOCK, UNPACK, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zipfile import ZipFile, ZipInfo

    from nhsrate.files.limits import Limits


PIECE = 1 << 20
_TAIL = 17
"""Bytes of a piece that are looked at again with the next one, so that no sign is cut in two."""

_PACKED: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)
_TYPES = tuple(sign.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be") for sign in ("<!DOCTYPE", "<!ENTITY"))
_FORMULAS = ((b"<f", (b"<f>", b"<f ", b"<f/")), (b":f", (b":f>", b":f ", b":f/")))
_HIDDEN = (b' hidden="', b" hidden='")

_ENCODING = pattern(rb"<\?xml[^>]*?\sencoding=[\"']([^\"'>]*)")
_SAFE_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
"""Those in which every byte below 128 is what it seems, so that the signs are found."""

_UNUSED: tuple[tuple[str, str], ...] = (
    (r"vbaProject\.bin$|^xl/macrosheets/|^Basic/|^Scripts/", "macros"),
    (r"^xl/externalLinks/[^/]+$", "links to other files"),
    (r"^xl/connections\.", "connections to other sources"),
)
_LINKS_TO_PROGRAMS = (b"<ddeLink", b":ddeLink", b"<oleLink", b":oleLink", b"office:dde-source")


@frozen
class Package:
    """What the pass found: see `guard.Contents`."""

    kind: Literal["workbook", "ods", "xlsb"]
    marked: frozenset[str] = frozenset()
    unused: tuple[str, ...] = ()
    error_cells: Mapping[str, int] = field(default_factory=dict)


@frozen
class _Part:
    """What was seen in one part."""

    marked: bool
    error_cells: int
    links_to_programs: bool


def inspected(data: bytes, file: str, limits: Limits) -> Package:
    """The package, where it proves to be a workbook that is safe to open; raises `Refused` for any other."""
    import io
    from zipfile import ZipFile

    listed = data.count(b"PK\x01\x02")
    if listed > limits.parts:  # asked first, because already the list of parts may be endless
        message = f"The file has {listed:,} parts; no real return comes near {limits.parts:,}."
        remedy = f"Keep only the sheet with the return. {how_to_raise('parts', listed)}"
        refuse(file, "unsafe-file", message, remedy)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(data), file, limits)
            kind = _kind(archive, file)
            if kind == "ods":
                _check_spreadsheet(archive, file, limits)
            seen = {part.filename: _seen(archive, part, file) for part in parts}
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 (a damaged package makes zipfile and zlib raise almost anything)
        message = f"The file is cut short or damaged, so it cannot be unpacked ({str(error)[:80] or 'no details'})."
        refuse(file, "broken-file", message, AGAIN)
    return Package(
        kind,
        frozenset(name for name, part in seen.items() if part.marked),
        _unused(seen),
        {name: part.error_cells for name, part in seen.items() if part.error_cells},
    )


def _check_sizes(parts: list[ZipInfo], size: int, file: str, limits: Limits) -> None:
    """Refuse parts of one name, and packages that expand beyond all measure."""
    if len({part.filename.casefold() for part in parts}) < len(parts):
        message = "Two parts of the file bear one name, so that programs disagree about what it says."
        refuse(file, "unsafe-file", message, SAVE_AS)
    expanded = sum(part.file_size for part in parts)
    times = max(
        (part.file_size // max(part.compress_size, 1) for part in parts if part.file_size > RATIO_ASKED_FROM), default=0
    )
    times = max(times, expanded // size if expanded > RATIO_ASKED_FROM else 0)
    if expanded > limits.expanded or times > limits.ratio:
        name, needed = ("expanded", expanded) if expanded > limits.expanded else ("ratio", times)
        message = (
            f"The file expands to {expanded / MEGABYTE:,.0f} MB, {max(times, expanded // size):,} times its size, "
            f"and may be a trap; {_most(name, limits)}."
        )
        remedy = f"Copy the values of the return into a new workbook. {how_to_raise(name, needed)}"
        refuse(file, "unsafe-file", message, remedy)


def _most(name: str, limits: Limits) -> str:
    if name == "expanded":
        return f"at most {shown(name, limits.expanded)} are read"
    return f"a real workbook expands 26 times at most, and {limits.ratio:,} times is the limit"


def _kind(archive: ZipFile, file: str) -> Literal["workbook", "ods", "xlsb"]:
    """Which kind of workbook a package is; others are refused."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "workbook"
    if "xl/workbook.bin" in names:
        return "xlsb"
    for part, kind in _PACKED:
        if part in names:
            refuse(file, "wrong-kind-of-file", f"The file is {kind}, not a workbook.", SAVE_AS)
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            said = stream.read(100)
        if b"opendocument.spreadsheet" in said:
            return "ods"
        if b"opendocument" in said:
            message = "The file is an OpenDocument file, but not a spreadsheet (.ods)."
            refuse(file, "wrong-kind-of-file", message, SAVE_AS)
    if "[Content_Types].xml" not in names:
        refuse(file, "wrong-kind-of-file", "The file is a zip archive, not a workbook.", UNPACK)
    return "workbook"


def _check_spreadsheet(archive: ZipFile, file: str, limits: Limits) -> None:
    """Refuse an OpenDocument spreadsheet with a password, and one whose few cells are said to repeat without end."""
    names = archive.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        refuse(file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", UNLOCK)
    if "content.xml" not in names:
        refuse(file, "broken-file", "The OpenDocument spreadsheet lacks its content.", AGAIN)
    cells = most_cells(archive.read("content.xml"))
    if cells > limits.cells:
        message = (
            f"The cells of a sheet repeat, or are spread, over {cells:,} places, and may be a trap; "
            f"at most {limits.cells:,} are read."
        )
        remedy = f"Copy the values of the return into a new workbook. {how_to_raise('cells', cells)}"
        refuse(file, "unsafe-file", message, remedy)


def _seen(archive: ZipFile, part: ZipInfo, file: str) -> _Part:
    """What a part holds; one with a document type, or in another encoding than UTF-8, is refused."""
    if part.flag_bits & 1:
        refuse(file, "wrong-kind-of-file", "A part of the file is protected by a password.", UNLOCK)
    if part.compress_type not in {0, 8}:
        refuse(file, "unsafe-file", "A part of the file is packed in a way that Excel never uses.", SAVE_AS)
    with archive.open(part) as stream:
        return _seen_in_stream(stream, part.filename, file)


def _seen_in_stream(stream: IO[bytes], name: str, file: str) -> _Part:
    piece = stream.read(PIECE)
    _check_start(piece, name, file)
    marked, links, errors, tail = False, False, 0, b""
    linked = name.startswith("xl/externalLinks/") or name == "content.xml"
    while piece:
        window = tail + piece
        if b"!" in window and any(sign in window for sign in _TYPES):
            message = f'The part "{name}" of the file holds a document type definition, which Excel never writes.'
            refuse(file, "unsafe-file", message, SAVE_AS)
        marked = marked or _deserves_a_look(window)
        links = links or (linked and any(sign in window for sign in _LINKS_TO_PROGRAMS))
        if name.startswith("xl/worksheets/"):
            errors += window.count(b' t="e"') - tail.count(b' t="e"')
        tail = window[-_TAIL:]
        piece = stream.read(PIECE)
    return _Part(marked, errors, links)


def _deserves_a_look(window: bytes) -> bool:
    """Whether there are signs of a formula, or of hidden rows or columns, in a piece of a sheet's XML."""
    return any(sign in window for sign in _HIDDEN) or any(
        start in window and any(sign in window for sign in signs) for start, signs in _FORMULAS
    )


def _check_start(piece: bytes, name: str, file: str) -> None:
    """Refuse a part of XML that is in another encoding than UTF-8, in which nothing could be looked for."""
    start = piece[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    said = _ENCODING.match(start)
    if (
        start.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<\0"))
        or (said is not None and said[1].lower() not in _SAFE_ENCODINGS)
        or (name.endswith((".xml", ".rels")) and start[:1] not in {b"<", b""})
    ):
        message = f'The part "{name}" of the file is not XML in UTF-8, as Excel writes it.'
        refuse(file, "unsafe-file", message, SAVE_AS)


def _unused(seen: Mapping[str, _Part]) -> tuple[str, ...]:
    """What the package holds that is never used, in words."""
    found = [words for pattern, words in _UNUSED if any(re.search(pattern, name) for name in seen)]
    if any(part.links_to_programs for part in seen.values()):
        found.append("links to other programs")
    return tuple(found)


_UNREAD = pattern(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TABLE = b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
_TAG = pattern(rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>")
_TAG_OF_ANY_PREFIX = pattern(rb"<(?:[\w.-]+:)?(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>")
"""Slower, and right where a document calls the names of tables otherwise than everybody does."""

_WHOLE_TAG = pattern(rb"<[\w.:-]+((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
"""Slower, and right where a value between quotation marks holds the sign that ends a tag."""

_TIMES = pattern(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([^\"']*)")
ENDLESS = 10**20


def most_cells(content: bytes) -> int:
    """The cells of the largest rectangle from the first cell of a sheet to its last row and column with a value.

    Readers keep all of them, so a few bytes can ask for any amount of memory. Empty cells at the ends do not count.

    >>> row = b'<table:table-row table:number-rows-repeated="3"><table:table-cell office:value="1"/></table:table-row>'
    >>> most_cells(b"<table:table>" + row + row + b"</table:table>")
    6
    """
    if b"<!" in content:
        content = _UNREAD.sub(b"", content)  # so that nothing in a comment is taken for a row
    most = rows = columns = last_row = last_column = 0
    usual = _TABLE in content and content.count(b"opendocument:xmlns:table:") == 1
    for tag in (_TAG if usual else _TAG_OF_ANY_PREFIX).finditer(content):
        name, said = tag.groups()
        if (said.count(b'"') % 2 or said.count(b"'") % 2) and (whole := _WHOLE_TAG.match(content, tag.start())):
            said = whole[1]
        times = _times(said) if b"-repeated" in said else 1
        if name == b"table-row":
            rows, columns = rows + times, 0
        elif name == b"table":
            most = max(most, last_row * last_column)
            rows = last_row = last_column = 0
        else:
            columns += times
            if b"office:" in said or not said.endswith(b"/"):
                last_row, last_column = rows, max(last_column, columns)
    return max(most, last_row * last_column)


def _times(said: bytes) -> int:
    """How often a row or cell says that it stands; without end, where that is no plain number."""
    found = _TIMES.search(said)
    return int(found[1]) if found and found[1].isdigit() and len(found[1]) < 20 else ENDLESS
