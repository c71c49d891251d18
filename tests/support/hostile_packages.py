"""Hostile packages, and files that are something else than their names say."""

from __future__ import annotations

import io
import os
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from tests.support import hostile
from tests.support.hostile import FIRST, HEADER, MAIN, number, sheet, text
from tests.support.hostile_record import (
    BROKEN,
    KIND,
    READ,
    UNSAFE,
    HostileFile,
    book,
    edited,
    raw,
    table,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def declared_size() -> bytes:
    """A workbook whose list of parts says that one of them unpacks to 4 GB."""
    data = hostile.workbook(xl_s_extra__xml="<a/>")
    place = data.rindex(b"PK\x01\x02") + 24
    return data[:place] + (4_000_000_000).to_bytes(4, "little") + data[place + 4 :]


def hidden_bomb() -> bytes:
    """A sheet that expands a thousandfold, beside a picture that does not."""
    rows = '<row><c t="n"><v>1</v></c></row>' * 31_250
    return hostile.package_of_pieces(
        {"xl/worksheets/sheet1.xml": [rows] * 60}, {"xl/media/image1.png": os.urandom(2_000_000)}
    )


def bomb_within() -> bytes:
    """A sound workbook that holds a zip file that expands without measure, which nobody unpacks."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    return hostile.workbook(xl_s_embeddings_s_inner__zip=inner.getvalue())


def far_cells() -> bytes:
    """The last cell that a sheet can have holds a value."""
    return hostile.workbook(HEADER + FIRST + f'<row r="1048576">{number("XFD1048576", 5)}</row>')


def many_rows(
    last: int, first: str = "", blank: str = '<row r="{0}" s="1" customFormat="1"><c r="A{0}" s="1"/></row>'
) -> bytes:
    """A sheet with formatted rows without a value down to that one."""
    head = sheet(HEADER + FIRST + first).removesuffix("</sheetData></worksheet>")
    step = 50_000
    pieces = ("".join(map(blank.format, range(n, min(n + step, last + 1)))) for n in range(3, last + 1, step))
    return hostile.package_of_pieces({"xl/worksheets/sheet1.xml": [head, *pieces, "</sheetData></worksheet>"]})


def many_sheets() -> bytes:
    """2,000 sheets, of which one has the return."""
    notes = {f"Note {n}": sheet(f'<row r="1">{text("A1", "Nothing here")}</row>') for n in range(1_999)}
    return hostile.package(hostile.parts_of({**notes, "Return": sheet(HEADER + FIRST)}))


EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:secret.txt">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://198.51.100.7/x.dtd" [<!ENTITY e SYSTEM "http://198.51.100.7/e">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


def typed(prefix: str, part: str = "xl/worksheets/sheet1.xml", padding: int = 0) -> Callable[[], bytes]:
    """A workbook one of whose parts begins with a document type, after so many blanks."""

    def build() -> bytes:
        parts = hostile.parts_of({"Return": sheet(HEADER + FIRST.replace("RJ1", "&e;"))})
        return hostile.package(parts | {part: "<!-- -->" + " " * padding + prefix + str(parts.get(part, "<a/>"))})

    return build


def in_utf16() -> bytes:
    """A workbook whose sheet is in UTF-16, where a search for signs in UTF-8 finds nothing."""
    parts = hostile.parts_of({"Return": sheet(HEADER + FIRST)})
    xml = '<?xml version="1.0" encoding="UTF-16"?>' + EXTERNAL + sheet(HEADER + FIRST)
    return hostile.package(parts | {"xl/worksheets/sheet1.xml": xml.encode("utf-16")})


def bad_checksum() -> bytes:
    """A workbook in whose first part a byte was changed on the way."""
    data = bytearray(hostile.workbook())
    data[60] ^= 0xFF
    return bytes(data)


ODD_NAMES = ("../evil.txt", "/evil.txt", "C:\\evil.txt", "xl/../../evil.txt", "con", "a\x1b[31mb")


CELL = '<table:table-cell office:value-type="float" office:value="5"/>'
REPEATED = CELL.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
ODS = hostile.ods_content(
    "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{code}</text:p></table:table-cell>{cell}'
        "</table:table-row>"
        for code, cell in (
            ("Code", CELL.replace("float", "string").replace("/>", "><text:p>Rate</text:p></table:table-cell>")),
            ("RJ1", CELL),
        )
    )
)
ENDLESS_ODS = hostile.ods_content(f'<table:table-row table:number-rows-repeated="1048576">{REPEATED}</table:table-row>')
FAR_ODS = hostile.ods_content(
    f'<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
    f'<table:table-cell table:number-columns-repeated="16383"/>{CELL}</table:table-row>'
)

PACKAGES = [
    HostileFile(
        "zip bomb, sheet", "rows.xlsx", hostile.bomb_of_a_sheet, 1, UNSAFE, "times its size, and may be a trap"
    ),
    HostileFile("zip bomb, sheet", "blanks.xlsx", hostile.bomb, 1, UNSAFE, "The file expands to 60 MB"),
    HostileFile("zip bomb, sheet", "beside-a-picture.xlsx", hidden_bomb, 1, UNSAFE, "--limit ratio="),
    HostileFile("zip bomb, sheet", "declared.xlsx", declared_size, 1, UNSAFE, "The file expands to 4,000 MB"),
    HostileFile("zip bomb, sheet", "within.xlsx", bomb_within, 0, (), READ),
    HostileFile(
        "zip bomb, sheet",
        "parts.xlsx",
        lambda: hostile.package({f"a{n}": "" for n in range(20_000)}),
        1,
        UNSAFE,
        "20,000 parts",
    ),
    HostileFile(
        "zip bomb, shared strings", "strings.xlsx", hostile.bomb_of_shared_strings, 1, UNSAFE, "--limit ratio="
    ),
    HostileFile("stray far cell", "far.xlsx", far_cells, 0, ("far-cell",), "XFD1048576"),
    HostileFile(
        "stray far cell", "far.ods", lambda: hostile.open_document(FAR_ODS), 1, UNSAFE, "spread, over 17,179,869,184"
    ),
    HostileFile(
        "false extents",
        "too-small.xlsx",
        book(table(("Code", "Rate"), *((f"RJ{n}", 5.0) for n in range(300)))),
        0,
        (),
        "300 organ",
    ),
    HostileFile(
        "false extents",
        "too-large.xlsx",
        edited("xl/worksheets/sheet1.xml", 'ref="A1"', 'ref="A1:XFD1048576"'),
        0,
        (),
        READ,
    ),
    HostileFile(
        "false extents", "none.xlsx", edited("xl/worksheets/sheet1.xml", '<dimension ref="A1"/>', ""), 0, (), READ
    ),
    HostileFile(
        "false extents", "nonsense.xlsx", edited("xl/worksheets/sheet1.xml", 'ref="A1"', 'ref="ZZZZ0:!"'), 0, (), READ
    ),
    HostileFile("million blank rows", "blank.xlsx", partial(many_rows, 1_048_576), 0, (), READ),
    HostileFile("2,000 sheets", "sheets.xlsx", many_sheets, 0, (), READ),
    HostileFile("document type", "external.xlsx", typed(EXTERNAL), 1, UNSAFE, "document type", unsaid=("do not tell",)),
    HostileFile("document type", "remote.xlsx", typed(REMOTE), 1, UNSAFE, "document type"),
    HostileFile("document type", "laughs.xlsx", typed(LAUGHS), 1, UNSAFE, "document type"),
    HostileFile(
        "document type", "laughs-of-strings.xlsx", typed(LAUGHS, "xl/sharedStrings.xml"), 1, UNSAFE, "document type"
    ),
    HostileFile("document type", "workbook.xlsx", typed(EXTERNAL, "xl/workbook.xml"), 1, UNSAFE, "document type"),
    HostileFile("document type", "relations.xlsx", typed(EXTERNAL, "_rels/.rels"), 1, UNSAFE, "document type"),
    HostileFile("document type", "padded.xlsx", typed(EXTERNAL, padding=3_000_000), 1, UNSAFE, "document type"),
    HostileFile("document type", "utf16.xlsx", in_utf16, 1, UNSAFE, "is not XML in UTF-8"),
    HostileFile(
        "document type",
        "utf7.xlsx",
        edited("xl/worksheets/sheet1.xml", "<worksheet", '<?xml version="1.0" encoding="utf-7"?><worksheet'),
        1,
        UNSAFE,
        "is not XML in UTF-8",
    ),
    HostileFile(
        "document type", "content.ods", lambda: hostile.open_document(LAUGHS + "<a/>"), 1, UNSAFE, "document type"
    ),
    HostileFile(
        "two parts of one name", "twice.xlsx", hostile.duplicate_parts, 1, UNSAFE, "Two parts of the file bear one name"
    ),
    HostileFile(
        "two parts of one name",
        "case.xlsx",
        lambda: hostile.workbook(xl_s_WORKBOOK__xml="<a/>"),
        1,
        UNSAFE,
        "bear one name",
    ),
    HostileFile(
        "odd member names",
        "names.xlsx",
        lambda: hostile.package(hostile.parts_of({"Return": sheet(HEADER + FIRST)}) | dict.fromkeys(ODD_NAMES, "x")),
        0,
        (),
        READ,
    ),
    HostileFile(
        "odd member names",
        "colour.xlsx",
        lambda: hostile.workbook(**{"a\x1b[31mb__xml": "x"}),
        1,
        UNSAFE,
        "not XML",
        unsaid=("\x1b",),
    ),
    HostileFile(
        "cut", "xml.xlsx", edited("xl/worksheets/sheet1.xml", "</sheetData></worksheet>", ""), 1, BROKEN, "damaged"
    ),
    HostileFile("cut", "xml-of-workbook.xlsx", edited("xl/workbook.xml", "</workbook>", ""), 1, BROKEN, "damaged"),
    HostileFile("cut", "zip.xlsx", lambda: hostile.workbook()[:-300], 1, BROKEN, "cut short or damaged"),
    HostileFile("cut", "start.xlsx", lambda: hostile.workbook()[:40], 1, BROKEN, "cut short or damaged"),
    HostileFile("cut", "changed.xlsx", bad_checksum, 1, BROKEN, "cut short or damaged"),
    HostileFile("cut", "empty.xlsx", raw(b""), 1, ("empty-file",), "0 bytes"),
    HostileFile("cut", "empty.csv", raw(b""), 1, ("empty-file",), "0 bytes"),
    HostileFile(
        "cut", "without-sheet.xlsx", without("xl/worksheets/sheet1.xml"), 1, ("no-table",), "no sheet of cells"
    ),
    HostileFile(
        "cut", "without-relations.xlsx", without("xl/_rels/workbook.xml.rels"), 1, ("no-table",), "no sheet of cells"
    ),
    HostileFile("cut", "zeros.xlsx", raw(bytes(5_000)), 1, BROKEN, "its bytes are not one"),
    HostileFile(
        "lock file", "~$return.xlsx", raw(b"\x05owner" + bytes(159)), 1, KIND, "the lock file that Excel keeps"
    ),
    HostileFile("lock file", ".~lock.return.ods#", raw(b",owner,"), 1, KIND, "the lock file that LibreOffice keeps"),
]

OTHERS = [
    HostileFile("wrong kind", "text.xlsx", raw("Code,Rate\nRJ1,5\n"), 1, KIND, "rename it to end in .csv"),
    HostileFile("wrong kind", "unicode.xls", raw("\ufeffCode\tRate\n", "utf-16-le"), 1, KIND, "is plain text"),
    HostileFile("wrong kind", "page.xls", raw("<html><table><tr><td>Code</table>"), 1, KIND, "a web page"),
    HostileFile(
        "wrong kind", "page.mht.xls", raw("MIME-Version: 1.0\nContent-Type: multipart/related\n"), 1, KIND, "a web page"
    ),
    HostileFile("wrong kind", "paper.xlsx", raw(b"%PDF-1.7\n%\xe2\xe3"), 1, KIND, "a PDF document"),
    HostileFile(
        "wrong kind", "letter.xlsx", lambda: hostile.package({"word/document.xml": "<a/>"}), 1, KIND, "a Word document"
    ),
    HostileFile("wrong kind", "letter.doc.xls", lambda: hostile.ole("WordDocument"), 1, KIND, "a Word document"),
    HostileFile("wrong kind", "letter.odt", lambda: hostile.open_document(kind="text"), 1, KIND, "not a spreadsheet"),
    HostileFile("wrong kind", "table.xlsx.gz", raw(b"\x1f\x8b\x08\0"), 1, KIND, "a gzip archive"),
    HostileFile("wrong kind", "photo.xlsx", raw(b"\x89PNG\r\n\x1a\n"), 1, KIND, "a picture"),
    HostileFile("wrong kind", "archive.xlsx", lambda: hostile.package({"return.csv": "a"}), 1, KIND, "a zip archive"),
    HostileFile(
        "wrong kind",
        "xml.xls",
        raw('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        1,
        KIND,
        "an XML spreadsheet of Excel 2003",
    ),
    HostileFile("wrong kind", "old.xls", lambda: hostile.OLE, 1, BROKEN, "cut short or damaged"),
    HostileFile("wrong kind", "cut.parquet", raw(b"PAR1 and no more"), 1, BROKEN, "a Parquet file that was cut short"),
    HostileFile("old formats", "garbage.xls", lambda: hostile.ole("Workbook"), 1, KIND, "holds no workbook"),
    HostileFile(
        "old formats", "garbage.xlsb", lambda: hostile.package({"xl/workbook.bin": bytes(9)}), 1, BROKEN, "damaged"
    ),
    HostileFile("old formats", "cut.ods", lambda: hostile.open_document(ODS[:-90]), 1, BROKEN, "damaged"),
    HostileFile("old formats", "sound.ods", lambda: hostile.open_document(ODS), 0, (), READ),
    HostileFile("other name", "return.xls", hostile.workbook, 0, (), READ),
    HostileFile("other name", "return.csv", hostile.workbook, 0, (), READ),
    HostileFile("other name", "return", hostile.workbook, 0, (), READ),
    HostileFile(
        "repeat-count bomb", "repeats.ods", lambda: hostile.open_document(ENDLESS_ODS), 1, UNSAFE, "may be a trap"
    ),
    HostileFile(
        "password",
        "locked.xlsx",
        lambda: hostile.ole("EncryptedPackage", "EncryptionInfo"),
        1,
        KIND,
        "without a password",
    ),
    HostileFile("password", "zipped.xlsx", hostile.encrypted_member, 1, KIND, "protected by a password"),
    HostileFile(
        "password",
        "locked.ods",
        lambda: hostile.open_document(**{"META-INF_s_manifest__xml": "<m:encryption-data/>"}),
        1,
        KIND,
        "without a password",
    ),
    HostileFile(
        "macros and links",
        "macros.xlsm",
        book(HEADER + FIRST, xl_s_vbaProject__bin=hostile.OLE),
        0,
        ("not-used",),
        "macros",
    ),
    HostileFile(
        "macros and links",
        "links.xlsx",
        book(HEADER + FIRST, xl_s_externalLinks_s_externalLink1__xml="<externalLink/>"),
        0,
        ("not-used",),
        "links to other files",
    ),
    HostileFile(
        "macros and links",
        "dde.xlsx",
        book(
            table(("Code", "Rate"), ("RJ1", '<c r="@"><f>[1]!A0</f><v>12.5</v></c>')),
            xl_s_externalLinks_s_externalLink1__xml=f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>',
        ),
        0,
        ("not-used",),
        "links to other programs",
    ),
]
