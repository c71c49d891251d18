"""Hostile csv files and rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.hostile_record import (
    BROKEN,
    CHECK_RULES,
    KIND,
    READ,
    RULES,
    SCORE_RULES,
    SHOW_RULES,
    UNSAFE,
    HostileFile,
    raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = "Code,Name,Rate\nRJ1,Ysbyty M\u00f4n,5\n"
CSV = [
    HostileFile(
        "csv limits",
        "field.csv",
        lambda: b"Code,Rate\nRJ1," + b"5" * 5_000_000,
        1,
        UNSAFE,
        "Line 2 begins a field of more than 131,072",
    ),
    HostileFile(
        "csv limits",
        "quoted-field.csv",
        lambda: b'Code,Rate\nRJ1,"' + b"5\n" * 2_500_000 + b'"',
        1,
        UNSAFE,
        "Line 2 begins a field",
    ),
    HostileFile(
        "csv limits",
        "columns.csv",
        lambda: b"Code,Rate\n" + b"5," * 20_000,
        1,
        UNSAFE,
        "Line 2 has 20,001 fields, more than the 16,384",
    ),
    HostileFile(
        "csv limits", "rows.csv", lambda: b"Code,Rate\n" + b"\n" * 3_000_000 + b"RJ1,5\n", 1, UNSAFE, "--limit cells="
    ),
    HostileFile("csv limits", "large.csv", lambda: b"a" * 50_000_001, 1, UNSAFE, "--limit file=100MB"),
    HostileFile("csv encodings", "utf8.csv", raw(PLAIN), 0, (), READ),
    HostileFile("csv encodings", "utf8-marked.csv", raw(PLAIN, "utf-8-sig"), 0, (), READ),
    HostileFile(
        "csv encodings", "utf16-le.csv", raw("\ufeff" + PLAIN, "utf-16-le"), 0, ("encoding",), "it was read as UTF-16"
    ),
    HostileFile(
        "csv encodings", "utf16-be.csv", raw("\ufeff" + PLAIN, "utf-16-be"), 0, ("encoding",), "it was read as UTF-16"
    ),
    HostileFile("csv encodings", "utf32.csv", raw(PLAIN, "utf-32"), 0, ("encoding",), "it was read as UTF-32"),
    HostileFile("csv encodings", "utf16-unmarked.csv", raw("Code,Rate\n", "utf-16-le"), 1, KIND, "without the mark"),
    HostileFile("csv encodings", "windows.csv", raw(PLAIN, "cp1252"), 0, ("encoding",), "it was read as Windows-1252"),
    HostileFile(
        "csv encodings", "false-mark.csv", raw(b"\xef\xbb\xbfCode,Rate\nRJ1,\xf4\n"), 1, KIND, "Line 2 is not the UTF-8"
    ),
    HostileFile(
        "csv encodings",
        "noise.csv",
        raw(b"Code,Rate\n\x81\x8d\xff\n"),
        1,
        KIND,
        "Line 2 is neither UTF-8 nor Windows-1252",
    ),
    HostileFile("csv shapes", "semicolons.csv", raw("Code;Name;Rate\nRJ1;a;5\n"), 0, ("delimiter",), "semicolons"),
    HostileFile("csv shapes", "tabs.csv", raw("Code\tName\tRate\nRJ1\ta\t5\n"), 0, ("delimiter",), "tabs"),
    HostileFile(
        "csv shapes",
        "said.csv",
        raw("sep=;\r\nCode;Rate\r\nRJ1;5\r\n"),
        0,
        ("delimiter",),
        'The first line says that ";" separates',
    ),
    HostileFile("csv shapes", "bars.csv", raw("Code|Rate\nRJ1|5\nRJ2|6\n"), 0, ("delimiter",), "upright bars"),
    HostileFile(
        "csv shapes",
        "not-signs.csv",
        raw("Code\u00acRate\nRJ1\u00ac5\nRJ2\u00ac6\n", "cp1252"),
        0,
        ("encoding", "delimiter"),
        "not-signs",
    ),
    HostileFile(
        "csv shapes",
        "one-column.csv",
        raw('"Code,Rate"\n"RJ1,5"\n'),
        1,
        ("delimiter",),
        "Each line stands in quotation marks",
    ),
    HostileFile("csv shapes", "ragged.csv", raw("Code,Rate\nRJ1,5\nRJ2,6,7\n"), 1, ("ragged-row",), "row 3"),
    HostileFile(
        "csv shapes",
        "unclosed.csv",
        raw('Code,Name,Rate\nRJ1,"a,5\nRJ2,b,6\n'),
        1,
        BROKEN,
        "Line 2 opens a quotation mark",
    ),
    HostileFile(
        "csv shapes", "stray-quote.csv", raw('Code,Name,Rate\nRJ1,"a"b,5\n'), 1, BROKEN, "Line 2 has a quotation mark"
    ),
    HostileFile("csv shapes", "inches.csv", raw('Code,Name,Rate\nRJ1,5" pipe,5\n'), 0, (), READ),
    HostileFile("csv shapes", "no-header.csv", raw("RJ1,5\nRJ2,6\n"), 1, ("no-table",), ""),
    HostileFile("csv shapes", "old-macintosh.csv", raw("Code,Rate\rRJ1,5\r"), 0, (), READ),
    HostileFile("csv shapes", "trailing.csv", raw("Code,Rate,,,\nRJ1,5,,,\n"), 0, (), READ),
    HostileFile("csv shapes", "blank-lines.csv", raw("\n\nCode,Rate\n\n\nRJ1,5\n\n"), 0, (), READ),
    HostileFile("csv shapes", "white-space.csv", raw(" \n\t\n"), 1, ("empty-file",), "white space"),
    HostileFile("csv shapes", "line-breaks.csv", raw('"Code","Rate"\n"RJ1\n",5\n'), 0, ("tidied-codes",), READ),
]


def rules(old: str, new: str) -> Callable[[], bytes]:
    """The rule file with one text replaced, and without the input that only returns have."""
    sound = "".join(line for line in RULES.splitlines(keepends=True) if "share" not in line)
    assert old in sound, old
    return raw(sound.replace(old, new, 1))


OCTAL = RULES.replace("id: rules", "id: octal").replace("at_least: 10", "at_least: 010")

YAML = [
    HostileFile(
        "yaml",
        "aliases.yaml",
        raw("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"),
        1,
        ("yaml",),
        "Aliases (*a)",
        command,
    )
    for command in (CHECK_RULES, SCORE_RULES)
] + [
    HostileFile("yaml", "merge.yaml", raw("a: &a {x: 1}\nb: {<<: *a}\n"), 1, ("yaml",), "Anchors (&a)", CHECK_RULES),
    HostileFile(
        "yaml",
        "tag.yaml",
        raw("id: !!python/object/apply:os.system ['echo bad > evil.txt']\n"),
        1,
        ("yaml",),
        "Tags (",
        CHECK_RULES,
    ),
    HostileFile(
        "yaml",
        "tag-of-own.yaml",
        raw("%TAG ! tag:evil,2000:\n---\nid: !x a\n"),
        1,
        ("yaml",),
        "Directives (%)",
        CHECK_RULES,
    ),
    HostileFile(
        "yaml",
        "twice.yaml",
        rules("title: Rules", "id: rules\ntitle: Rules"),
        1,
        ("duplicate-key",),
        "first on line 1",
        CHECK_RULES,
    ),
    HostileFile(
        "yaml", "deep.yaml", raw("id: " + "[" * 20_000 + "]" * 20_000), 1, ("yaml",), "nested too deeply", CHECK_RULES
    ),
    HostileFile(
        "yaml",
        "deep.yaml",
        raw("id: " + "{a: " * 20_000 + "}" * 20_000),
        1,
        ("yaml",),
        "nested too deeply",
        SCORE_RULES,
    ),
    HostileFile("yaml", "deep-lists.yaml", raw("- " * 20_000), 1, ("yaml",), "nested too deeply", CHECK_RULES),
    HostileFile("yaml", "tabs.yaml", rules("\n  rate", "\n\trate"), 1, ("yaml",), "never with tabs", CHECK_RULES),
    HostileFile(
        "yaml",
        "no.yaml",
        rules("polarity: higher}", "polarity: higher, optional: NO}"),
        1,
        ("wrong-type",),
        "NO",
        CHECK_RULES,
    ),
    HostileFile("yaml", "octal.yaml", raw(OCTAL), 0, (), "at least 10", SHOW_RULES),
    HostileFile(
        "yaml", "sixties.yaml", rules("at_least: 10", "at_least: 12:30"), 1, ("wrong-type",), "12:30", CHECK_RULES
    ),
    HostileFile("yaml", "nan.yaml", rules("at_least: 10", "at_least: .nan"), 1, ("wrong-type",), ".nan", CHECK_RULES),
    HostileFile(
        "yaml",
        "infinity.yaml",
        rules("at_least: 10", "at_least: Infinity"),
        1,
        ("wrong-type",),
        "Infinity",
        CHECK_RULES,
    ),
    HostileFile(
        "yaml", "digits.yaml", rules("at_least: 10", "at_least: \uff11\uff10"), 1, ("wrong-type",), "", CHECK_RULES
    ),
    HostileFile(
        "yaml", "exponent.yaml", rules("at_least: 10", "at_least: 1e999999999"), 1, ("wrong-type",), "", CHECK_RULES
    ),
    HostileFile("yaml", "documents.yaml", raw(RULES + "---\nid: b\n"), 1, ("yaml",), "one document", CHECK_RULES),
    HostileFile("yaml", "keys.yaml", raw("? [a, b]\n: c\n"), 1, ("yaml",), "A key must be a word", CHECK_RULES),
    HostileFile("yaml", "nul.yaml", raw("id: a\0b\n"), 1, ("yaml",), "does not allow", CHECK_RULES),
    HostileFile("yaml", "escape.yaml", raw("id: \x1b[31m\n"), 1, ("yaml",), "does not allow", CHECK_RULES, ("\x1b",)),
    HostileFile(
        "yaml",
        "windows.yaml",
        raw(RULES.replace("Rules", "R\u00f4les"), "cp1252"),
        1,
        ("encoding",),
        "not UTF-8",
        CHECK_RULES,
    ),
    HostileFile("yaml", "empty.yaml", raw("# nothing\n"), 1, ("empty-file",), "empty", CHECK_RULES),
    HostileFile("yaml", "list.yaml", raw("- a\n"), 1, ("wrong-type",), "", CHECK_RULES),
    HostileFile("yaml", "many.yaml", raw("- a\n" * 500_000), 1, ("yaml",), "too large", CHECK_RULES),
    HostileFile(
        "yaml",
        "flood.yaml",
        raw("".join(f"- &a{n} x\n" for n in range(50_000))),
        1,
        ("yaml",),
        "more faults than",
        CHECK_RULES,
    ),
    HostileFile("yaml", "large.yaml", lambda: bytes(100_000_000), 1, UNSAFE, "The file has 100 MB", CHECK_RULES),
    HostileFile("yaml", "large.yaml", lambda: bytes(6_000_000), 1, UNSAFE, "The file has 6 MB", SCORE_RULES),
    HostileFile("yaml", "circle.yaml", raw("extends: circle\nid: circle\n"), 1, ("extends",), "circle", CHECK_RULES),
    HostileFile(
        "yaml",
        "outside.yaml",
        raw("extends: ../../../../etc/passwd\nid: outside\n"),
        1,
        ("extends",),
        "not found",
        CHECK_RULES,
    ),
    HostileFile("yaml", "cases.yaml", raw("cases: " + "[" * 20_000), 1, ("yaml",), "nested too deeply", CHECK_RULES),
]
