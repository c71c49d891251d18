"""Reading profiles: from a file to how a return is read, and back from a return to the file."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.support.rules import method

from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.language.tree import MAX_BYTES
from nhsrate.returns.profiles import profile_text, read_profile, with_profile
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import LongForm, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology

RULES = """
reading:
  markers: {"-": closed, n/a: does not apply}
  set_aside: [Q71]
  code: [Trust]
inputs:
  rate: {title: Rate of falls, type: number}
  beds: {type: count, optional: true}
"""
SEVERAL = """
reading:
  markers: {n/a: does not apply}
  tables:
    values: {says: [Values 2026], header_row: 3}
    types: {sheet: Types, markers: {}}
    cuts: {says: [Thresholds 2026], cut_points: {level: Stars, set: Kind}}
    more: {sheet: More, cut_points: {level: Stars}}
scales: {stars: [{level: 2}, {level: 1}]}
inputs:
  seen: {title: Seen in time, table: values, type: percent, polarity: higher}
  type: {table: types, type: text}
ratings:
  stars: {kind: thresholds, scale: stars, headline: true, of: seen, from: cuts, by: type}
"""


def profiled(folder: Path, text: str, rules: str | Methodology = RULES) -> TableReading:
    """The reading of the rules with a profile of this text."""
    path = folder / "profile.yaml"
    path.write_text(dedent(text), "utf-8")
    return with_profile(method(rules) if isinstance(rules, str) else rules, read_profile(path)).reading


def refused(folder: Path, text: str | bytes, rules: str = RULES) -> list[str]:
    """What is wrong with a profile, without its path."""
    path = folder / "profile.yaml"
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    with pytest.raises(Refused) as refusal:
        with_profile(method(rules), read_profile(path))
    return [f"{str(found.at).rpartition('profile.yaml:')[2]} {found.code}: {found.message} {found.remedy}".strip() for found in refusal.value.problems]  # fmt: skip


# from a file


def test_every_key_of_a_reading_may_be_given(tmp_path: Path) -> None:
    text = """
        title: The return of March
        note: made by hand
        sheet: Data
        header_row: 16
        first_row: 18
        last_row: 230
        table: PART B
        code: [Provider]
        name: [Trust name]
        codes: number
        period: [Month]
        headings: {rate: [Falls / Rate, Q16], beds: Beds}
        where: {Basis: Provider, Type: [acute, community]}
        fill: [Year]
        identical_rows: set aside
        long: {indicator: Metric, value: Value, where: {Quarter: Q4}}
        markers: {"*": small numbers}
        flags: {"[r]": revised}
        stands_for: {nil: 0}
        shorthand: government
        set_aside: [England]
    """
    found = profiled(tmp_path, text)
    assert (found.code[0], found.name[0]) == ("Provider", "Trust name")
    assert replace(found, code=(), name=()) == TableReading(
        sheet="Data", header_row=16, first_row=18, last_row=230, table="PART B", code=(), name=(),
        codes="number", period=("Month",), headings=(("rate", ("Falls / Rate", "Q16")), ("beds", ("Beds",))),
        where=(("Basis", ("Provider",)), ("Type", ("acute", "community"))), fill=("Year",), identical_rows="set aside",
        long=LongForm("Metric", "Value", (("Quarter", "Q4"),)),
        markers=(("-", "closed"), ("n/a", "does not apply"), ("*", "small numbers")), flags=(("[r]", "revised"),),
        stands_for=(("nil", Decimal(0)),), shorthand="government", set_aside=("England",),
    )  # fmt: skip


def test_what_is_not_given_stays_as_it_was(tmp_path: Path) -> None:
    before = method(RULES).reading
    assert profiled(tmp_path, "header_row: 3") == replace(before, header_row=3)
    assert before.code[0] == "Trust"
    assert profiled(tmp_path, "code: [Provider]").code[0] == "Provider"
    assert "Trust" not in profiled(tmp_path, "code: [Provider]").code
    assert "org code" in profiled(tmp_path, "code: [Provider]").code


def test_markers_come_beside_those_of_the_methodology(tmp_path: Path) -> None:
    found = profiled(tmp_path, 'reading: {markers: {"-": not collected, "*": small numbers}, set_aside: [England]}')
    assert dict(found.markers) == {"-": "not collected", "n/a": "does not apply", "*": "small numbers"}
    assert found.set_aside == ("England",)


def test_a_profile_says_what_a_text_stands_for_where_the_methodology_says_otherwise(tmp_path: Path) -> None:
    found = profiled(tmp_path, 'stands_for: {"-": 0}')
    assert (dict(found.markers), found.stands_for) == ({"n/a": "does not apply"}, (("-", Decimal(0)),))
    rules = RULES.replace("reading:", "reading:\n  stands_for: {Nil: 0, none: 0}")
    found = profiled(tmp_path, "markers: {nil: not counted}", rules)
    assert found.stands_for == (("none", Decimal(0)),)
    assert dict(found.markers)["nil"] == "not counted"


def test_a_profile_is_read_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_bytes("\ufeffheader_row: 3\n".encode())
    assert read_profile(path).reading.header_row == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hedaer_row: 3", '1:1 unknown-key: "hedaer_row" is not known here. Did you mean "header_row"?'),
        ("reading: {tabel: 2}", '1:11 unknown-key: "tabel" is not known here. Did you mean "table"?'),
        ("identical_rows: drop", '1:17 wrong-type: "drop" is not known here. Use refuse or set aside.'),
        ("header_row: first", '1:13 wrong-type: "first" is not a whole number.'),
        (
            "tables: {a b: {sheet: X}}",
            (
                '1:10 wrong-type: "a b" cannot be a name: a name is letters from a to z, digits, _, - and ., a letter first. '
                "Choose another."
            ),
        ),
        ("[1, 2]", "1:1 wrong-type: Keys with values are wanted here, such as {key: value}."),
        ("a: b\na: c", '2:1 duplicate-key: "a" stands twice, first on line 1. Remove one of them.'),
        ("headings: {raet: Falls}", '1:12 unknown-name: The methodology rules has no input "raet". Did you mean "rate"?'),
        (
            "reading: {headings: {zzz: Falls}}",
            '1:22 unknown-name: The methodology rules has no input "zzz". Its inputs are beds and rate.',
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_profile_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text) == [said]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The reading profile is empty. Write the keys of reading:, such as header_row: 16."),
        (b" " * (MAX_BYTES + 1), "no rule file comes near the 5 MB that are read. Check that this is the rule file."),
        (b"\xff\xfe", "The reading profile cannot be read: it is not UTF-8. Check its path; save it as UTF-8."),
    ],
)
def test_a_profile_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    [found] = refused(tmp_path, data)
    assert found.endswith(said)


def test_a_profile_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="The reading profile cannot be read: No such file or directory"):
        read_profile(tmp_path / "none.yaml")
    with pytest.raises(Refused, match="The reading profile cannot be read"):
        read_profile(tmp_path)


def test_a_profile_of_several_tables_holds_for_each(tmp_path: Path) -> None:
    """What is said of one table alone is not said of each."""
    found = profiled(tmp_path, '{markers: {"*": few}, header_row: 9, codes: number}', SEVERAL)
    assert (found.header_row, found.codes) == (9, "number")
    assert found.tables is not None
    named = dict(found.tables.named)
    assert {name: one.header_row for name, one in named.items()} == {"values": 3, "types": None, "cuts": None, "more": None}  # fmt: skip
    assert {one.codes for one in named.values()} == {"number"}
    assert dict(named["values"].markers) == {"n/a": "does not apply", "*": "few"}
    assert dict(named["types"].markers) == {"*": "few"}


def test_a_profile_may_name_the_tables_itself(tmp_path: Path) -> None:
    """What it says of all of them holds for each, as in a rule file."""
    text = "{markers: {x: few}, tables: {values: {sheet: A, code: [Trust]}, types: {sheet: B}, cuts: {sheet: C, cut_points: {level: Stars}}}}"
    found = profiled(tmp_path, text, SEVERAL)
    assert found.tables is not None
    named = dict(found.tables.named)
    assert [one.sheet for one in named.values()] == ["A", "B", "C"]
    assert all(dict(one.markers) == {"x": "few"} for one in named.values())
    assert named["values"].code[0] == "Trust"
    assert "org code" in named["values"].code
    assert refused(tmp_path, "tables: {values: {header_row: 3}}", SEVERAL)[0].startswith("1:18 missing-key: ")


# back to a file


def book(*rows: Sequence[object], file: str = "r.xlsx", sheet: str | None = "S") -> MemoryBook:
    return MemoryBook(file, "digest", [Table(file, sheet, rows)])


def read(books: Sequence[MemoryBook], rules: Methodology) -> Return:
    return read_tables(books, rules.wanted(), rules.reading)


def again(folder: Path, books: Sequence[MemoryBook], rules: Methodology) -> tuple[Return, Return, str]:
    """A return, the same return read with the profile that tells how it was read, and that profile."""
    first = read(books, rules)
    text = profile_text(first, rules)
    path = folder / "shown.yaml"
    path.write_text(text, "utf-8")
    other = with_profile(rules, read_profile(path))
    second = read(books, other)
    assert profile_text(second, other) == text
    return first, second, text


def same(first: Return, second: Return) -> None:
    """Two returns that say the same of the same cells."""
    assert first.organisations == second.organisations
    for id_, column in first.values.items():
        other = second.values[id_]
        assert list(column.cells) == list(other.cells)
        assert (dict(column.flags), dict(column.shown)) == (dict(other.flags), dict(other.shown))
        assert [column.at(n) for n in range(len(column.cells))] == [other.at(n) for n in range(len(column.cells))]
    assert (first.set_aside, first.accounts, first.period) == (second.set_aside, second.accounts, second.period)
    assert (first.form, first.unused_headings, first.problems) == (second.form, second.unused_headings, second.problems)


def test_what_is_shown_is_a_profile_that_reads_the_same(tmp_path: Path) -> None:
    rules = method(
        """
        reading:
          markers: {"-": closed}
          flags: {"[r]": revised}
          stands_for: {nil: 0}
          shorthand: government
          set_aside: [Q71]
          where: {Basis: [Provider, Trust]}
          fill: [Basis]
          identical_rows: set aside
          codes: number
          table: PART B
          first_row: 6
          last_row: 12
        inputs:
          rate: {title: Rate of falls, type: number}
          share: {type: percent, group: Waits, title: Share}
          other: {type: number, title: Share, column: F}
          spare: {type: number, optional: true}
        """
    )
    rows = (
        ("Period", "May 2026"),
        ("PART A",),
        ("Code", "Basis", "rate"),
        (100, "Provider", 9),
        ("PART B",),
        (None, None, None, None, "Waits", "Costs"),
        ("Code", "Basis", "Trust", "Rate of falls", "Share", "Share", "Beds"),
        (101, "Provider", "A", "5 [r]", 50, 7, 1),
        (102, None, "B", "nil", "-", 8, 1),
        (102, None, "B", "nil", "-", 8, 1),
        (103, "Commissioner", "C", "[c]", 60, 9, 1),
        ("Q71", "Provider", "London", 9, 60, 9, 1),
        (104, "Provider", "D", 1, 1, 1, 1),
    )
    first, second, text = again(tmp_path, [book(*rows)], rules)
    same(first, second)
    assert first.period == "May 2026"
    assert text == dedent(
        """\
        # How r.xlsx was read for rules; give it with --reading FILE.
        # rows: 13 = 6 above the table + 1 of headings + 2 of organisations + 3 set aside + 1 outside what is read.
        # columns: 7 = 6 read + 1 not used.
        sheet: S
        header_row: 7
        first_row: 6
        last_row: 12
        table: PART B
        code: [Code]
        name: [Trust]
        codes: number
        period: [Period]
        headings:
          rate: Rate of falls
          share: Waits / Share
          other: Costs / Share
        where:
          Basis: [Provider, Trust]
        fill: [Basis]
        identical_rows: set aside
        shorthand: government
        markers:
          "-": closed
        flags:
          "[r]": revised
        stands_for:
          nil: 0
        set_aside: [Q71]
        """
    )


def test_a_long_table_is_shown_by_its_columns(tmp_path: Path) -> None:
    rules = method("reading: {long: {indicator: Metric, value: Value, where: {Quarter: Q4}}}\ninputs: {rate: {type: number}, beds: {type: count}}")  # fmt: skip
    rules = replace(rules, reading=replace(rules.reading, headings=(("beds", ("Beds open",)),)))
    rows = (("Quarter", "Code", "Metric", "Value"), ("Q4", "RJ1", "rate", 5), ("Q4", "RJ1", "Beds open", 7), ("Q3", "RJ1", "rate", 1))  # fmt: skip
    first, second, text = again(tmp_path, [book(*rows)], rules)
    same(first, second)
    assert text[text.index("long:") :] == (
        "long:\n  indicator: Metric\n  value: Value\n  where: {Quarter: Q4}\nheadings:\n  beds: [Beds open]\n"
    )
    plain = replace(rules, reading=replace(rules.reading, long=LongForm("Metric", "Value"), headings=()))
    first, second, text = again(tmp_path, [book(rows[0], rows[1], ("Q4", "RJ1", "beds", 7))], plain)
    same(first, second)
    assert text.endswith("long:\n  indicator: Metric\n  value: Value\n")


def test_of_several_files_the_first_is_shown(tmp_path: Path) -> None:
    rules = method("inputs: {rate: {type: number}}")
    books = [book(("Code", "rate"), (code, 1), file=f"{code}.csv", sheet=None) for code in ("RJ1", "RJ2")]
    first, second, text = again(tmp_path, books, rules)
    same(first, second)
    assert "# Several files were read; this is how the first of them was.\n" in text
    assert "sheet:" not in text


def test_several_tables_are_shown_with_their_names(tmp_path: Path) -> None:
    rules = method(SEVERAL)
    tables: dict[str, Sequence[Sequence[object]]] = {
        "V": [("Values 2026",), (), ("Code", "Seen in time"), ("RA1", "76%"), ("RB1", "n/a")],
        "Types": [("Code", "type"), ("RB1", "acute"), ("RA1", "community")],
        "T": [("Thresholds 2026",), ("Kind", "Stars", "Seen in time"), ("acute", "1", "< 58 %"), ("acute", "2", ">= 58 %"), ("community", "1", "< 50 %"), ("community", "2", ">= 50 %")],
        "More": [("Stars", "Seen in time"), ("1", "< 58 %"), ("2", ">= 58 %")],
    }  # fmt: skip
    one = MemoryBook("r.xlsx", "", [Table("r.xlsx", name, rows) for name, rows in tables.items()])
    first, second, text = again(tmp_path, [one], rules)
    same(first, second)
    assert first.cuts == second.cuts
    assert text[text.index("tables:") :] == dedent(
        """\
        tables:
          values:
            sheet: V
            says: [Values 2026]
            header_row: 3
            code: [Code]
            headings: {seen: Seen in time}
            markers: {n/a: does not apply}
          types: {sheet: Types, header_row: 1, code: [Code]}
          cuts: {says: [Thresholds 2026], cut_points: {level: Stars, set: Kind}}
          more: {sheet: More, cut_points: {level: Stars}}
        """
    )


HEADINGS = st.sampled_from(
    ["rate", "Rate of falls", "share", "A&E: share", "Beds", "E2", "A / rate", "'quoted'", "", "#1", "yes"]
)
SHALLOW = False
FALLS = (("rate", ("B / rate", "A / rate", "C3")),)
BEDS = (("share", ("Beds", "D2")),)
GROUPS = st.sampled_from(["", "", "A", "B", "A / rate", "Waits: 4 hours"])


@given(
    st.lists(st.tuples(GROUPS, HEADINGS), min_size=1, max_size=6),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([(), FALLS, BEDS]),
)
@example([("", "share"), ("A", "rate"), ("", "share")], 0, SHALLOW, BEDS)  # a label that may stand over its middle
@example([("", "rate"), ("", "share"), ("A", "A / rate"), ("", "share")], 0, SHALLOW, BEDS)  # a heading with a stroke
@example([("", "Rate of falls"), ("", "Rate of falls"), ("", "A / rate"), ("A", "rate")], 0, SHALLOW, BEDS)
@example([("", "rate"), ("A / rate", ""), ("", "A / rate")], 0, SHALLOW, BEDS)  # the same text above another column
@example([("", "rate"), ("", "A&E: share"), ("A / rate", "rate")], 0, SHALLOW, FALLS)  # found the other way round
@example([("", "A"), ("", "rate"), ("", "rate"), ("", "E2"), ("", "A")], 0, SHALLOW, (("share", ("E2",)),))
def test_what_is_shown_of_any_table_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    columns: list[tuple[str, str]],
    above: int,
    deep: bool,  # noqa: FBT001 (hypothesis gives it)
    headings: tuple[tuple[str, tuple[str, ...]], ...],
) -> None:
    """Groups, headings that stand twice, cells in their place, a code heading merged over two rows."""
    rules = method("inputs: {rate: {title: Rate of falls, type: number, optional: true}, share: {aliases: ['A&E: share'], type: number, optional: true}}")  # fmt: skip
    rules = replace(rules, reading=replace(rules.reading, headings=headings))
    code = ("Code",) if not deep else (None,)
    rows: list[Sequence[object]] = [("Title", None, n) for n in range(above)]
    rows.append(((None,) if not deep else ("Code",)) + tuple(group or None for group, _ in columns))
    rows.append(code + tuple(heading or None for _, heading in columns))
    rows += [(f"RJ{n}", *(10 * n + c for c in range(len(columns)))) for n in range(3)]
    books = [book(*rows)]
    try:
        read(books, rules)
    except Refused:
        assume(False)  # noqa: FBT003 (hypothesis takes no name)
    first, second, _ = again(tmp_path_factory.getbasetemp(), books, rules)
    same(first, second)


def test_a_cell_that_is_also_a_heading_is_shown_so_that_the_cell_is_meant(tmp_path: Path) -> None:
    rules = method("inputs: {rate: {type: number, column: C}}")
    books = [book(("Code", "C1", "rate", "rate"), ("RJ1", 1, 2, 3))]
    first, second, text = again(tmp_path, books, rules)
    same(first, second)
    assert (first.values["rate"].columns[0], "rate: C01\n" in text) == (3, True)
