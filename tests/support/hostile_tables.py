"""Tables as odd as real ones: their layout, codes, values, formulas and texts."""

from __future__ import annotations

from functools import partial

from tests.support import hostile
from tests.support.hostile import FIRST, HEADER, OFFICE, RELATIONS, sheet
from tests.support.hostile_record import (
    BROKEN,
    CHECK,
    CHECK_CODES,
    EXPLAIN,
    READ,
    SCORE,
    SCORE_CSV,
    SCORE_XLSX,
    HostileFile,
    book,
    edited,
    rated,
    raw,
    sheets,
    table,
    without,
)


def full_rows(rows: int) -> bytes:
    """A csv file of exactly so many rows."""
    return ("Code,Rate\n" + "".join(f"A{n:05},5\n" for n in range(rows - 1))).encode()


MARKERS = (
    "-",
    "--",
    ".",
    "..",
    "...",
    "*",
    "**",
    "~",
    ":",
    "x",
    "X",
    "[x]",
    "[c]",
    "[low]",
    "na",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NULL",
    "null",
    "None",
    "none",
    "nil",
    "DNA",
    "n.a.",
    "s",
    "S",
    "c",
    "_",
    "?",
    "!",
    "TBC",
)
TITLES = table(
    ("Return of waits",),
    ("June 2025",),
    (),
    ("", "", "Waits"),
    ("Code", "Name", "Rate"),
    ("RJ1", "A", 5.0),
    ("Note: z",),
)
STACKED = table(("Code", "Rate"), ("RJ1", 5.0), (), ("PART B",), ("Code", "Rate"), ("RJ2", 6.0))
HIDDEN = (HEADER + FIRST).replace('<row r="2">', '<row r="2" hidden="1">')
TWICE = table(("Code", "Rate"), ("RJ1", 5.0), ("RJ2", 6.0), (" rj1 ", 7.0))
CODES = table(("Code", "Rate"), (" RJ1", 5.0), ("RJ2\u00a0", 6.0), ("\u200bRJ3", 7.0), ("rj4", 8.0))
TURNED = '<c r="@" s="2"><v>45292</v></c>'
BARE_FORMULA = '<c r="@"><f>1+1</f></c>'
ERROR = '<c r="@" t="e"><v>#DIV/0!</v></c>'

TABLES = [
    HostileFile("shapes", "titles.xlsx", book(TITLES), 0, (), READ),
    HostileFile("shapes", "stacked.xlsx", book(STACKED), 1, ("stacked-tables",), "row"),
    HostileFile("shapes", "hidden-row.xlsx", book(HIDDEN), 0, ("hidden-rows",), "1 hidden row"),
    HostileFile(
        "shapes", "sheets.xlsx", sheets(May=HEADER + FIRST, June=HEADER + FIRST), 1, ("several-sheets",), "June"
    ),
    HostileFile(
        "shapes",
        "one-of-three.xlsx",
        sheets(Cover=table(("A note",)), Data=HEADER + FIRST, Notes=table(("z",))),
        0,
        (),
        READ,
    ),
    HostileFile(
        "shapes",
        "hidden-sheet.xlsx",
        edited("xl/workbook.xml", 'sheetId="1"', 'sheetId="1" state="veryHidden"'),
        1,
        ("hidden-sheet",),
        "",
    ),
    HostileFile(
        "shapes",
        "headings.xlsx",
        book(table(("Code", "Rate", "Rate"), ("RJ1", 5.0, 6.0))),
        1,
        ("ambiguous-heading",),
        "B1",
    ),
    HostileFile(
        "shapes",
        "merged.xlsx",
        edited(
            "xl/worksheets/sheet1.xml",
            "</sheetData>",
            '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
        0,
        (),
        READ,
    ),
    HostileFile("shapes", "heading-only.csv", raw("Nothing of use\n"), 1, ("no-table",), "heading"),
    HostileFile("duplicates", "twice.xlsx", book(TWICE), 1, ("duplicate-organisation",), "row 2"),
    HostileFile("codes", "padded.xlsx", book(CODES), 0, ("tidied-codes",), "4 organisations"),
    HostileFile(
        "codes", "cyrillic.xlsx", book(table(("Code", "Rate"), ("\u0420J1", 5.0))), 1, ("code-not-text",), "U+0420"
    ),
    HostileFile("codes", "o-for-zero.csv", raw("Code,Rate\nROA,5\n"), 1, ("unknown-code",), "R0A", CHECK_CODES),
    HostileFile("codes", "l-for-one.csv", raw("Code,Rate\nRJl,5\n"), 1, ("unknown-code",), "RJ1", CHECK_CODES),
    HostileFile("codes", "eaten.csv", raw("Code,Rate\n5.00E+01,5\n"), 1, ("code-not-text",), "A2"),
    HostileFile(
        "codes", "number.xlsx", book(table(("Code", "Rate"), (50.0, 5.0), ("RJ1", 6.0))), 1, ("code-not-text",), "A2"
    ),
    HostileFile(
        "codes", "date.xlsx", book(table(("Code", "Rate"), (TURNED, 5.0), ("RJ1", 6.0))), 1, ("code-not-text",), "A2"
    ),
    HostileFile(
        "codes",
        "boolean.xlsx",
        book(table(("Code", "Rate"), ('<c r="@" t="b"><v>1</v></c>', 5.0), ("RJ1", 6.0))),
        1,
        ("code-not-text",),
        "A2",
    ),
    HostileFile(
        "values",
        "markers.csv",
        raw("Code,Rate\n" + "".join(f"A{n:02},{m}\n" for n, m in enumerate(MARKERS))),
        1,
        ("undeclared-marker",),
        "is not a number",
    ),
    HostileFile(
        "values",
        "numbers.csv",
        raw(
            "Code,Rate\n"
            + "".join(
                f'B{n:02},"{m}"\n'
                for n, m in enumerate(
                    (
                        "(5)",
                        "12,5",
                        "1.5m",
                        "<5",
                        "52+",
                        "1_000",
                        "inf",
                        "nan",
                        "\uff15",
                        "\u0665",
                        "1e5",
                        "0x10",
                        "5-",
                        "--5",
                        "1,00",
                        "1 000",
                        "\u00a35",
                        "5p",
                        "5 days",
                        "1/2",
                        "\u00bd",
                        "5.5.5",
                        "1e999999999",
                        "9" * 5_000,
                    )
                )
            )
        ),
        1,
        ("text-in-number",),
        "B2",
    ),
    HostileFile(
        "values",
        "percent.csv",
        raw("Code,Rate,Share\nRJ1,5,94.5%\nRJ2,5,0.945\nRJ3,5,94.5\n"),
        1,
        ("percent-scale",),
        "0.945 could mean either",
    ),
    HostileFile("values", "declared.csv", raw("Code,Rate\nRJ1,z\n"), 0, (), "1 missing"),
    HostileFile(
        "formulas",
        "bare.xlsx",
        book(table(("Code", "Rate"), ("RJ1", BARE_FORMULA))),
        1,
        ("uncalculated-formula",),
        "B2",
    ),
    HostileFile(
        "formulas", "errors.xlsx", book(table(("Code", "Rate"), ("RJ1", ERROR))), 1, ("error-cell",), "#DIV/0!"
    ),
    HostileFile(
        "formulas",
        "circle.xlsx",
        book(table(("Code", "Rate"), ("RJ1", '<c r="@"><f>B2</f><v>0</v></c>'))),
        0,
        ("uncalculated-formula",),
        READ,
    ),
    HostileFile(
        "1904 dates",
        "1904.xlsx",
        edited(
            "xl/workbook.xml",
            "<sheets>",
            '<workbookPr date1904="1"/><sheets>',
            table(("Period", '<c r="@" s="2"><v>44650</v></c>'), (), ("Code", "Rate"), ("RJ1", 5.0)),
        ),
        0,
        (),
        "2026",
    ),
    HostileFile(
        "missing parts",
        "drawing.xlsx",
        lambda: hostile.package(
            hostile.parts_of(
                {
                    "Return": sheet(HEADER + FIRST).replace(
                        "</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>'
                    )
                }
            )
            | {
                "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
                f'Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
            }
        ),
        0,
        (),
        READ,
    ),
    HostileFile("missing parts", "styles.xlsx", without("xl/styles.xml"), 1, ("no-organisations",), ""),
    HostileFile("row limits", "header.xlsx", book(HEADER), 1, ("no-organisations",), ""),
    HostileFile("row limits", "header.csv", raw("Code,Rate\n"), 1, ("no-organisations",), ""),
    HostileFile("row limits", "full.csv", partial(full_rows, 65_536), 0, ("row-limit",), "65,536"),
    HostileFile("formula text", "text.xlsx", rated(("RJ1", "=1+1", 5.0)), 0, (), "'=1+1", SCORE_CSV, (",=1+1",)),
    HostileFile(
        "formula text", "text.csv", raw("Code,Name,Rate\nRJ1,@SUM(1),5\n"), 0, (), "'@SUM(1)", SCORE_CSV, (",@SUM",)
    ),
    HostileFile(
        "formula text", "command.csv", raw("Code,Name,Rate\nRJ1,=cmd|' /C calc'!A0,5\n"), 0, (), "", SCORE_XLSX
    ),
    HostileFile(
        "terminal",
        "escape.csv",
        raw("Code,Name,Rate\nRJ1,\x1b[31mRed\x1b]0;title\x07,5\n"),
        0,
        ("dropped-characters",),
        "Red",
        SCORE,
        ("\x1b", "\x07"),
    ),
    HostileFile(
        "terminal", "markup.csv", raw("Code,Name,Rate\nRJ1,[/] [red]x[/red] [c],5\n"), 0, (), "[red]x[/red]", SCORE
    ),
    HostileFile(
        "terminal", "markup.csv", raw("Code,Name,Rate\nRJ1,[/] [red]x[/red] [c],5\n"), 0, (), "[red]x[/red]", EXPLAIN
    ),
    HostileFile(
        "terminal",
        "bidi.csv",
        raw("Code,Name,Rate\nRJ1,\u202eevil\u2066,5\n"),
        0,
        ("dropped-characters",),
        "evil",
        SCORE,
        ("\u202e", "\u2066"),
    ),
    HostileFile(
        "terminal",
        "fault.csv",
        raw("Code,Name,Rate\nRJ1,a,\x1b[31m[red]\u202e\n"),
        1,
        ("text-in-number",),
        "[red]",
        CHECK,
        ("\x1b", "\u202e"),
    ),
    HostileFile(
        "terminal",
        "heading.csv",
        raw("Code,Rate,\x1b[31mEvil\nRJ1,5,6\n"),
        0,
        (),
        "Evil",
        CHECK,
        ("\x1b",),
    ),
    HostileFile("path-like codes", "path.csv", raw("Code,Name,Rate\n../../evil,a,5\n"), 1, (), "evil", SCORE_XLSX),
    HostileFile("path-like codes", "name.csv", raw("Code,Name,Rate\nRJ1,../../etc/passwd,5\n"), 0, (), "", SCORE_XLSX),
    HostileFile(
        "path-like codes",
        "control.csv",
        raw("Code,Name,Rate\nRJ1,a\x01b\x02,5\n"),
        0,
        ("dropped-characters",),
        "",
        SCORE_XLSX,
    ),
    HostileFile("path-like codes", "nul.csv", raw("Code,Name,Rate\nRJ1,a\0b,5\n"), 1, BROKEN, "Line 2 holds a NUL"),
]
