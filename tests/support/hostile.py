"""Files that a reader of spreadsheets must survive, built on the spot so that nothing binary lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0&quot;%&quot;"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)
"""Cell styles: 0 plain, 1 a percentage, 2 a date, 3 a number with a literal percent sign behind it."""


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def parts_of(sheets: Mapping[str, str]) -> dict[str, str | bytes]:
    """The parts of a workbook whose sheets have this XML, written by hand so that it may be as odd as need be."""
    numbered = list(enumerate(sheets.items(), 1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n, _ in numbered
    )
    named = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in numbered)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT}"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": xml for n, (_, xml) in numbered},
    }


def sheet(rows: str, extent: str = "A1", columns: str = "") -> str:
    """The XML of a sheet with these rows; the extent it claims is wrong unless stated."""
    dimension = f'<dimension ref="{extent}"/>' if extent else ""
    return f'<worksheet xmlns="{MAIN}">{dimension}{columns}<sheetData>{rows}</sheetData></worksheet>'


def text(reference: str, words: str) -> str:
    """The XML of a cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c>'


def number(reference: str, value: float, style: int = 0) -> str:
    """The XML of a cell of a number."""
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


HEADER = f'<row r="1">{text("A1", "Code")}{text("B1", "Rate")}</row>'
FIRST = f'<row r="2">{text("A2", "RJ1")}{number("B2", 12.5)}</row>'


def workbook(rows: str = HEADER + FIRST, **odd: str | bytes) -> bytes:
    """A small workbook with one sheet of these rows.

    `odd` adds parts; their names have `__` for a dot and `_s_` for a slash.
    """
    extra = {name.replace("_s_", "/").replace("__", "."): content for name, content in odd.items()}
    return package({**parts_of({"Return": sheet(rows)}), **extra})


def bomb() -> bytes:
    """A small file that expands to 60 MB of blanks."""
    return workbook(xl_s_media_s_big__xml="<a>" + " " * 60_000_000 + "</a>")


def with_document_type(padding: int = 0) -> bytes:
    """A workbook whose sheet begins with a document type, after so many blanks."""
    parts = parts_of({"Return": sheet(HEADER + FIRST)})
    parts["xl/worksheets/sheet1.xml"] = (
        "<!-- -->" + " " * padding + '<!DOCTYPE x [<!ENTITY a "b">]>' + sheet(HEADER + FIRST)
    )
    return package(parts)


def duplicate_parts() -> bytes:
    """A workbook with two parts of one name: the second is renamed in the bytes, because zip writers warn of it."""
    return workbook(xl_s_aaaa__xml="<a/>", xl_s_aaab__xml="<a/>").replace(b"xl/aaab.xml", b"xl/aaaa.xml")


def encrypted_member() -> bytes:
    """A workbook whose parts are marked as encrypted."""
    data = bytearray(workbook())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 1)
    return bytes(data)


def strangely_packed() -> bytes:
    """A workbook one of whose parts is packed with bzip2."""
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/extra.xml", "<a/>")
    return stream.getvalue()


def bomb_of_a_sheet(megabytes: int = 100) -> bytes:
    """A small workbook whose sheet unpacks to that many megabytes of one row, again and again."""
    row = '<row><c t="n"><v>1</v></c></row>' * 31_250  # a million bytes
    return package_of_pieces(
        {"xl/worksheets/sheet1.xml": [sheet("").removesuffix("</sheetData></worksheet>")] + [row] * megabytes}
    )


def bomb_of_shared_strings(megabytes: int = 100) -> bytes:
    """A small workbook whose shared strings unpack to that many megabytes."""
    strings = "<si><t>a</t></si>" * 58_824
    return package_of_pieces({"xl/sharedStrings.xml": [f'<sst xmlns="{MAIN}">'] + [strings] * megabytes})


def package_of_pieces(parts: Mapping[str, Iterable[str]], stored: Mapping[str, bytes] | None = None) -> bytes:
    """The small workbook with these parts, each given in pieces so that a large one is never held whole."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts_of({"Return": sheet(HEADER + FIRST)}), **(stored or {})}.items():
            if name not in parts:
                archive.writestr(name, content)
        for name, pieces in parts.items():
            with archive.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece.encode())
    return stream.getvalue()


def ole(*names: str, below: Sequence[str] = ()) -> bytes:
    """A compound file of old Office with streams of these names at its top, and of others further down."""
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

    def entry(name: str, kind: int, right: int = free, child: int = free) -> bytes:
        words = utf16(name + "\0")
        return struct.pack("<64sHBBIII36xIQ", words, len(words), kind, 1, free, right, child, last, 0)

    tops = [*names, "Storage"] if below else list(names)
    entries = [entry("Root Entry", 5, child=1 if tops else free)]
    for n, name in enumerate(tops, 1):
        inside = len(tops) + 1 if below and n == len(tops) else free
        entries.append(entry(name, 1 if inside != free else 2, n + 1 if n < len(tops) else free, inside))
    for n, name in enumerate(below, len(tops) + 1):
        entries.append(entry(name, 2, n + 1 if n < len(tops) + len(below) else free))
    directory = b"".join(entries)
    directory += bytes(-len(directory) % 512)
    sectors = len(directory) // 512
    chains = [table, *range(2, sectors + 1), last]
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", OLE[:8], 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, last, 0, last, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + struct.pack("<128I", *chains, *[free] * (128 - len(chains))) + directory


def open_document(content: str = "<a/>", kind: str = "spreadsheet", **odd: str) -> bytes:
    """An OpenDocument file, a spreadsheet unless stated; `odd` adds parts, named as those of a workbook."""
    extra = {name.replace("_s_", "/").replace("__", "."): text for name, text in odd.items()}
    return package({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **extra})


def ods_content(rows: str) -> str:
    """The content of an OpenDocument spreadsheet with one sheet of these rows."""
    name = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0" '
        f'xmlns:text="{name}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Return">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def utf16(words: str) -> bytes:
    """Text as old Office formats keep the names of their streams."""
    return words.encode("utf-16-le")


def save_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Save a workbook of these sheets with openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    for position, (name, rows) in enumerate(sheets.items()):
        place = book.active if position == 0 else book.create_sheet()
        assert place is not None
        place.title = name
        for row in rows:
            place.append(list(row))
    book.save(path)
    return path
