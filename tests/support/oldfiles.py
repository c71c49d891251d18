"""Small workbooks in the formats beside .xlsx, written record by record, so that they may be as odd as need be."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from tests.support.hostile import CONTENT, OFFICE, RELATIONS, package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Old Excel workbooks (.xls): records of a number, a length and so many bytes, in a compound file.

SECTOR = 512
GLOBALS, WORKSHEET = 5, 16
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(number: int, content: bytes = b"") -> bytes:
    """One record of an old workbook."""
    return pack("<HH", number, len(content)) + content


def begin(kind: int = WORKSHEET) -> bytes:
    """The first record of a sheet, or of what stands before the sheets."""
    return record(0x809, pack("<HHHHII", 0x600, kind, 0xDBB, 0x7CC, 0, 6))


END = record(0x0A)


def old_words(words: str, length: str = "<H") -> bytes:
    """A text of an old workbook; its length takes two bytes, or one."""
    return pack(length, len(words)) + b"\1" + words.encode("utf-16-le")


def old_number(row: int, column: int, value: float, style: int = 0) -> bytes:
    """A cell of a number; rows and columns are counted from 0, as the file does."""
    return record(0x203, pack("<HHHd", row, column, style, value))


def old_text(row: int, column: int, words: str) -> bytes:
    """A cell of text."""
    return record(0x204, pack("<HHH", row, column, 0) + old_words(words))


def old_truth(row: int, column: int, value: int, *, error: bool = False) -> bytes:
    """A cell of a logical value, or of an error by its number."""
    return record(0x205, pack("<HHHBB", row, column, 0, value, error))


def old_blank(row: int, column: int) -> bytes:
    """A cell with a style and no value."""
    return record(0x201, pack("<HHH", row, column, 0))


def old_row(row: int, *, hidden: bool) -> bytes:
    """What is said of a row."""
    return record(0x208, pack("<HHHHHHI", row, 0, 0, 255, 0, 0, 0x100 | hidden << 5))


def old_columns(first: int, last: int, *, hidden: bool) -> bytes:
    """What is said of these columns."""
    return record(0x7D, pack("<HHHHHH", first, last, 2048, 0, int(hidden), 0))


def old_link(last_row: int, last_column: int) -> bytes:
    """A link that all cells from the first to this one share."""
    guid = bytes.fromhex("D0C9EA79F9BACE118C8200AA004BA90B")
    return record(0x1B8, pack("<HHHH", 0, last_row, 0, last_column) + guid + pack("<II", 2, 0))


def old_font(shift: int) -> bytes:
    """A font whose letters are raised (1), lowered (2) or on the line (0)."""
    return record(0x31, pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, shift, 0, 0, 0, 0) + old_words("Arial", "<B"))


def old_shared(*texts: tuple[str, tuple[tuple[int, int], ...]]) -> bytes:
    """The shared texts of a workbook, each with its runs: the letter at which one begins, and its font."""
    content = pack("<II", len(texts), len(texts))
    for words, runs in texts:
        content += pack("<HBH", len(words), 9, len(runs)) + words.encode("utf-16-le")
        content += b"".join(pack("<HH", *run) for run in runs)
    return record(0xFC, content)


def old_shared_text(row: int, column: int, number: int, style: int = 0) -> bytes:
    """A cell of a shared text."""
    return record(0xFD, pack("<HHHI", row, column, style, number))


def old_style(font: int) -> bytes:
    """A cell style of that font."""
    return record(0xE0, pack("<HHHBBBBIIH", font, 0, 0, 0, 0, 0, 0, 0, 0, 0))


def old_workbook(
    sheets: Mapping[str, bytes], *, formats: Sequence[str] = (), before: bytes = b"", hidden: Sequence[str] = ()
) -> bytes:
    """The stream of a workbook whose sheets hold these records; cell style `n` shows the `n`th format, 0 none."""
    codes = b"".join(record(0x41E, pack("<H", 164 + n) + old_words(code)) for n, code in enumerate(formats))
    styles = b"".join(
        record(0xE0, pack("<HHHBBBBIIH", 0, 164 + n if n >= 0 else 0, 0, 0, 0, 0, 0, 0, 0, 0))
        for n in range(-1, len(formats))
    )
    start = begin(GLOBALS) + before + codes + styles
    named = sum(len(record(0x85, bytes(6) + old_words(name, "<B"))) for name in sheets)
    place = len(start) + named + len(END)
    bound, streams = b"", b""
    for name, records in sheets.items():
        bound += record(0x85, pack("<IBB", place + len(streams), name in hidden, 0) + old_words(name, "<B"))
        streams += begin() + records + END
    return start + bound + END + streams


def compound(stream: bytes, name: str = "Workbook", *, small: bool = False, inside: bool = False) -> bytes:
    """A compound file that holds one stream.

    A `small` stream stands in a stream of small streams, and one `inside` belongs to a folder within the file.
    """
    size = len(stream)
    stream += bytes(-size % SECTOR if small else max(4096 - size, -size % SECTOR))
    size = size if small else len(stream)
    content = len(stream) // SECTOR
    tables = (content + 4) // 126 + 1
    first = tables + 2
    small_chain = [*range(1, len(stream) // 64), _END] if small else []
    chain = [_TABLE] * tables + [_END, _END, *range(first + 1, first + content), _END]
    chain += [_FREE] * (tables * 128 - len(chain))
    more = first + content
    extended = tables > 109
    if extended:
        chain[more] = _TABLE - 1
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096)
    header += pack("<IIII", tables + 1 if small else _END, int(small), more if extended else _END, int(extended))
    header += pack("<109I", *range(min(tables, 109)), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, first if small else _END, len(stream) if small else 0)
    directory += _entry("Folder", 1, 2, 0, 0) if inside else b""
    directory += _entry(name, 2, _FREE, 0 if small else first, size)
    data = header + pack(f"<{tables * 128}I", *chain) + directory.ljust(SECTOR, b"\0")
    data += pack("<128I", *small_chain, *[_FREE] * (128 - len(small_chain))) + stream
    return data + pack("<128I", *range(109, tables), *[_FREE] * (236 - tables), _END) if extended else data


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    words = (name + "\0").encode("utf-16-le")
    left = right = _FREE
    return words.ljust(64, b"\0") + pack("<HBBIII36xIQ", len(words), kind, 1, left, right, child, first, size)


def xls(*cells: bytes, formats: Sequence[str] = (), before: bytes = b"") -> bytes:
    """An old workbook with one sheet of these records."""
    return compound(old_workbook({"Return": b"".join(cells)}, formats=formats, before=before))


# OpenDocument spreadsheets (.ods): XML in a zip package.

_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
_NAMES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())


def open_cell(inside: str = "", **attributes: str) -> str:
    """A cell; attributes have `_` for a hyphen and `__` for a colon, as in `office__value_type`."""
    said = "".join(f' {key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<table:table-cell{said}>{inside}</table:table-cell>"


def open_text(words: str, **attributes: str) -> str:
    """A cell of text."""
    return open_cell(f"<text:p>{words}</text:p>", office__value_type="string", **attributes)


def open_number(value: str, kind: str = "float", **attributes: str) -> str:
    """A cell of a number."""
    return open_cell(f"<text:p>{value}</text:p>", office__value_type=kind, office__value=value, **attributes)


def open_row(*cells: str, said: str = "") -> str:
    """A row of cells."""
    return f"<table:table-row {said}>{''.join(cells)}</table:table-row>"


def open_sheet(inside: str, name: str = "Return", said: str = "") -> str:
    """A sheet of rows, and of columns before them."""
    return f'<table:table table:name="{name}" {said}>{inside}</table:table>'


def ods_parts(sheets: str, *, styles: str = "", common: str | None = None) -> dict[str, str | bytes]:
    """The parts of a spreadsheet of these sheets, with styles of its own and common ones."""
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.'
        'spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>",
    }
    if common is not None:
        parts["styles.xml"] = f"<office:document-styles {_NAMES}>{common}</office:document-styles>"
    return parts


def ods(sheets: str, *, styles: str = "", common: str | None = None) -> bytes:
    """A spreadsheet of these sheets."""
    return package(ods_parts(sheets, styles=styles, common=common))


# Binary Excel workbooks (.xlsb): records whose number and length take as many bytes as they need, in a zip package.


def binary(number: int, content: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    start = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    length, rest = b"", len(content)
    while True:
        rest, part = rest >> 7, rest & 127
        length += bytes([part | 128 if rest else part])
        if not rest:
            return start + length + content


def binary_words(words: str) -> bytes:
    """A text of a binary workbook."""
    letters = words.encode("utf-16-le")
    return pack("<I", len(letters) // 2) + letters


def binary_row(row: int, *, hidden: bool = False) -> bytes:
    """The beginning of a row, counted from 0."""
    return binary(0, pack("<IIHBBBI", row, 0, 300, 0, hidden << 4, 0, 0))


def binary_cell(number: int, column: int, value: bytes, style: int = 0) -> bytes:
    """A cell of that record number."""
    return binary(number, pack("<II", column, style) + value)


def binary_rich(words: str, *runs: tuple[int, int]) -> bytes:
    """A text of runs: the letter at which one begins, and its font."""
    return b"\1" + binary_words(words) + pack("<I", len(runs)) + b"".join(pack("<HH", *run) for run in runs)


def short_cell(number: int, value: bytes = b"", style: int = 0) -> bytes:
    """A cell that does not say its column."""
    return binary(number, pack("<I", style) + value)


def binary_columns(first: int, last: int, *, hidden: bool) -> bytes:
    """What is said of these columns."""
    return binary(60, pack("<IIIIH", first, last, 2048, 0, hidden))


def short_number(value: int, *, hundredths: bool = False) -> bytes:
    """A whole number in four bytes."""
    return pack("<i", value << 2 | 2 | hundredths)


def xlsb_parts(
    sheets: Mapping[str, bytes],
    *,
    formats: Sequence[str] = (),
    texts: Sequence[str | bytes] = (),
    mac: bool = False,
    hidden: Sequence[str] = (),
    fonts: Sequence[int] = (),
    calculation: int | None = None,
    application: str = "",
) -> dict[str, str | bytes]:
    """The parts of a workbook whose sheets hold these records; cell style `n` shows the `n`th format, 0 none.

    Behind those, each of the `fonts` (0 on the line, 1 raised, 2 lowered) has a style of its own. `calculation` are the
    bits of what it says of its calculation, and `application` is the program that saved it.
    """
    related = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    related += [("rIdS", "styles", "styles.bin"), ("rIdT", "sharedStrings", "/xl/sharedStrings.bin")]
    bound = b"".join(
        binary(156, pack("<II", name in hidden, n) + binary_words(f"rId{n}") + binary_words(name))
        for n, name in enumerate(sheets, 1)
    )
    codes = b"".join(binary(44, pack("<H", 164 + n) + binary_words(code)) for n, code in enumerate(formats))
    styles = b"".join(binary(47, pack("<HH", 0, 164 + n if n >= 0 else 0) + bytes(12)) for n in range(-1, len(formats)))
    styles += b"".join(binary(47, pack("<HHH", 0, 0, n) + bytes(10)) for n in range(len(fonts)))
    known = b"".join(binary(43, pack("<HHHH", 200, 0, 400, shift) + bytes(12)) for shift in fonts)
    of_styles = binary(626, pack("<I", 1)) + binary(47, pack("<HH", 0xFFFF, 9) + bytes(12)) + binary(627)
    told = f"<Properties><Application>{application}</Application></Properties>"
    return {
        **({"docProps/app.xml": told} if application else {}),
        "[Content_Types].xml": f'<Types xmlns="{CONTENT}"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-excel.'
        'sheet.binary.macroEnabled.main"/>'
        + "".join(
            f'<Override PartName="/xl/{to.removeprefix("/xl/")}" ContentType="application/vnd.ms-excel.{kind}"/>'
            for _, kind, to in related
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": binary(131)
        + binary(153, pack("<III", mac, 0, 0))
        + binary(143)
        + bound
        + binary(144)
        + (b"" if calculation is None else binary(157, pack("<IIIdIH", 191029, 1, 100, 0.001, 4, calculation)))
        + binary(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{RELATIONS}">'
        + "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in related)
        + "</Relationships>",
        "xl/styles.bin": binary(278)
        + (binary(615, pack("<I", len(formats))) + codes + binary(616) if formats else b"")
        + (binary(611, pack("<I", len(fonts))) + known + binary(612) if fonts else b"")
        + of_styles
        + binary(617, pack("<I", len(formats) + 1))
        + styles
        + binary(618)
        + binary(279),
        "xl/sharedStrings.bin": binary(159, pack("<II", len(texts), len(texts)))
        + b"".join(binary(19, b"\0" + binary_words(words) if isinstance(words, str) else words) for words in texts)
        + binary(160),
        **{
            f"xl/worksheets/sheet{n}.bin": binary(129)
            + binary(148, pack("<IIII", 0, 99, 0, 99))
            + records
            + binary(130)
            for n, records in enumerate(sheets.values(), 1)
        },
    }


def binary_sheet(*records: bytes, columns: bytes = b"") -> bytes:
    """A sheet of rows and their cells."""
    described = binary(390) + columns + binary(391) if columns else b""
    return described + binary(145) + b"".join(records) + binary(146)


def xlsb(*records: bytes, columns: bytes = b"", formats: Sequence[str] = (), texts: Sequence[str] = ()) -> bytes:
    """A binary workbook with one sheet of these rows and cells."""
    return package(xlsb_parts({"Return": binary_sheet(*records, columns=columns)}, formats=formats, texts=texts))
