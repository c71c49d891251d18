"""Rows that are no organisations: which are set aside, which are doubted aloud, and which must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.running import run

from nhsrate.core.problems import Refused
from nhsrate.core.tables import ErrorCell, MemoryBook, Table
from nhsrate.returns.no_organisations import ENOUGH, Known, judged
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, LongForm, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return

INPUTS = (Input("rate", "number"), Input("falls", "count"))
HEADER = ("Code", "Name", "rate", "falls")
TRUSTS = (("RA1", "Ash", 91, 3), ("RB2", "Birch", 80, 12), ("RAL", "Cedar", 60, 7))
AREA, NOBODY, STATISTIC = (
    "a total",
    "no one organisation: unknown, other or not applicable",
    "a statistic or target",
)


def read(
    *rows: Sequence[object],
    reading: TableReading | None = None,
    known: frozenset[str] = frozenset(),
    countries: bool = False,
    file: str = "r.xlsx",
    sheet: str | None = "S",
) -> Return:
    book = MemoryBook(file, "", [Table(file, sheet, [HEADER, *rows])])
    return read_tables([book], INPUTS, reading or TableReading(), known=Known(known, lambda: countries))


def codes(found: Return) -> list[str]:
    return [one.code for one in found.organisations]


def below(*rows: Sequence[object]) -> tuple[list[str], list[str], list[str]]:
    """The organisations beside the three trusts above these rows, why the others were set aside, and what is noted."""
    found = read(*TRUSTS, *rows)
    assert codes(found)[:3] == ["RA1", "RB2", "RAL"]
    said = [f"{problem.severity} {problem.code} {problem.at}".replace("r.xlsx:S!", "") for problem in found.problems]
    return codes(found)[3:], [row.reason for row in found.set_aside], said


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E92000001", "England"), ("S92000003", "Scotland"), ("W92000004", "Wales"), ("N92000002", "Northern Ireland"),
        ("K02000001", "UNITED KINGDOM"), ("K03000001", "Great Britain"), ("S92000003", None), ("SCO", "Scotland"),
        ("ENG", "NHS England"), ("UK", None), ("Wales", None), ("X1", "Northern Ireland"), ("GB-ENG", "England"),
        ("E12000007", "London"), ("E40000003", "London"), ("Y56", "London"), ("London", "London"),
        ("w92000004", "Cymru"), ("X1", "The United Kingdom"), ("Wales", "Wales (total)"), ("England", "Trusts that met the target"),
    ],
)  # fmt: skip
def test_countries_and_regions_are_totals_among_organisations(code: str, name: str | None) -> None:
    """Codes of the Office for National Statistics, of the NHS's regions, and names."""
    assert below((code, name, 78, 22)) == ([], [AREA], [])
    assert codes(read((code, name, 78, 22), *TRUSTS)) == ["RA1", "RB2", "RAL"]


def test_countries_without_a_code_are_totals() -> None:
    assert below((None, "Scotland", 78, 22), ("-", "England", 7, 2), ("\u2013", "Wales", 7, 2)) == (
        [], ["a total"] * 3, [],
    )  # fmt: skip


def test_where_most_rows_are_countries_they_are_rated() -> None:
    """Their order stays, and so do others among them."""
    rows = [("E92000001", "England", 1, 1), ("S92000003", "Scotland", 2, 2), ("RA1", "Ash", 3, 3), ("W92000004", "Wales", 4, 4)]  # fmt: skip
    found = read(*rows)
    assert codes(found) == ["E92000001", "S92000003", "RA1", "W92000004"]
    assert (found.set_aside, found.problems) == ((), ())
    assert codes(read(("ENG", "England", 1, 1))) == ["ENG"]


def test_countries_among_those_of_the_world_are_rated() -> None:
    rows = [("AUT", "Austria", 1, 1), ("GBR", "United Kingdom", 2, 2), ("F1", "France", 3, 3), ("IRL", "Ireland", 2, 2)]
    assert codes(read(*rows, ("X", "Elsewhere", 1, 1))) == ["AUT", "GBR", "F1", "IRL", "X"]
    assert codes(read(*TRUSTS, *rows[:2])) == ["RA1", "RB2", "RAL", "AUT"]


def test_regional_services_known_by_their_region_are_organisations() -> None:
    rows = [("RRU", "London", 1, 1), ("RX6", "North East", 2, 2), ("RYF", "South West", 2, 2), *TRUSTS]
    assert codes(read(*rows)) == ["RRU", "RX6", "RYF", "RA1", "RB2", "RAL"]


def test_a_list_of_organisations_settles_who_is_one(tmp_path: Path) -> None:
    rows = (*TRUSTS, ("S92000003", "Scotland", 78, 22), ("UNK", "Unknown", 1, 1), ("GB", "Key", None, None))
    found = read(*rows, known=frozenset({"s92000003", "unk", "gb"}))
    assert (codes(found)[3:], found.set_aside, found.problems) == (["S92000003", "UNK", "GB"], (), ())
    text = "Code,Name,seen\nRA1,Ash,5\nRB2,Birch,7\nS92000003,Scotland,6\n"
    (tmp_path / "r.csv").write_text(text, "utf-8")
    (tmp_path / "m.yaml").write_text(RULES, "utf-8")
    (tmp_path / "list.csv").write_text("Code,Name\nRA1,Ash\nRB2,Birch\nS92000003,Scotland\n", "utf-8")
    plain = ["score", str(tmp_path / "r.csv"), "-m", str(tmp_path / "m.yaml"), "--format", "csv"]
    assert "S92000003" not in run(*plain).out
    assert "S92000003" in run(*plain, "--organisations", str(tmp_path / "list.csv")).out


RULES = """
id: m
title: M
status: illustrative
scales: {lights: [{level: green}, {level: red}]}
inputs: {seen: {title: seen, type: number}}
ratings:
  light:
    {title: Light, headline: true, kind: thresholds, scale: lights, of: seen, levels: [{level: green, at_least: 6},
     {level: red, otherwise: true}]}
"""


def test_a_long_table_stops_waiting_once_there_are_too_many_others() -> None:
    """A country among more organisations than there are countries is a total at once, in a table of any length."""
    rows = [(f"R{n:03}", "", 1, 1) for n in range(ENOUGH + 5)]
    found = read(("ENG", "England", 5, 5), *rows, ("SCT", "Scotland", 5, 5))
    assert codes(found) == [row[0] for row in rows]
    assert [row.at for row in found.set_aside] == ["r.xlsx:S!row 2", f"r.xlsx:S!row {len(rows) + 3}"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("UNKNOWN", "Unknown"), ("UNK", None), ("NA", "Not applicable"), ("N/A", "N/A"), ("NK", "Not known"),
        ("OTH", "Other providers"), ("Other", None), ("ZZZ", "Unknown commissioner"), ("99999", "Not stated"),
        ("UNALLOCATED", "Unallocated"), (None, "Unknown"), ("NULL", None), ("TBC", "To be confirmed"),
        ("UNKNOWN", "Other trusts"), ("n/a", "Not applicable / not known"),
    ],
)  # fmt: skip
def test_placeholders_are_set_aside(code: str | None, name: str | None) -> None:
    assert below((code, name, 78, 22)) == ([], [NOBODY], [])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("TARGET", None), ("TGT", "Target"), ("T01", "National standard"), ("BENCH", "Benchmark"),
        ("PEER", "Peer average"), ("Q1", "Lower quartile"), ("P25", "25th percentile"), ("MIN", "Minimum"),
        ("max", "max"), ("SD", "Standard deviation"), ("N", "Number of trusts"), ("Standard", "95% standard"),
        (None, "Upper quartile"), ("AVG", "Average of similar trusts"), ("IQR", "Interquartile range"),
    ],
)  # fmt: skip
def test_statistics_and_targets_are_set_aside(code: str | None, name: str | None) -> None:
    assert below((code, name, 78, 22)) == ([], [STATISTIC], [])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("RJ1", "Unknown"), ("RJ1", "N/A"), ("RX3", "Acute trusts average"), ("UNK", "University of North Kent"),
        ("RX3", "Average of the wards"), ("RX3", "Target"), ("N", "n"), ("OTHER", "Oak"), ("TARGET", "Oak"),
    ],
)  # fmt: skip
def test_what_may_be_an_organisation_stays_one_and_is_doubted(code: str, name: str) -> None:
    assert below((code, name, 78, 22)) == ([code], [], ["warning perhaps-no-organisation A5"])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("RX1", "Average Care Ltd"), ("RX1", "England & Sons"), ("X26", "NHS England"), ("X24", "NHS ENGLAND"),
        ("RRU", "London"), ("RX1", "Total Healthcare"), ("RX1", "Other Way Care"), ("SD", "South Devon"),
        ("MAX", "Max Healthcare"), ("RX1", "The Target Centre"), ("RX1", "NHS National Standards Board"),
        ("RX1", "Great Britain Care Group"), ("RX1", "Nottingham"), ("N", None), ("RX1", "Wales & West Hospital"),
        ("RX1", None), ("RX1", "RX1"), ("A", "Alder"), ("RX1", "Standard Life Hospital"), ("RX1", "Key Street"),
        ("RX1", "Not Just Care"), ("RX1", "Notre Dame"),
    ],
)  # fmt: skip
def test_organisations_stay_without_a_word(code: str, name: str | None) -> None:
    assert below((code, name, 78, 22)) == ([code], [], [])


def test_a_code_that_the_spreadsheet_could_not_calculate_is_still_refused() -> None:
    with pytest.raises(Refused, match="could not calculate this code"):
        read(*TRUSTS, (ErrorCell("#N/A"), "Oak", 1, 1))


NOTES = [
    [("KEY",), ("A", "acute"), ("C", "community")],
    [(), ("A", "acute"), ("C", "community")],
    [("Legend:",), ("Green", "95 or more"), ("Red", "below 80")],
    [(), ("Green", "95 or more"), ("Amber", "80 to 95")],
    [("NR", "No return"), ("DNS", "Did not submit")],
    [("Note:",), ("1. These did not submit:",), ("code - XQ108", "Fern"), ("XQ106", "Gorse")],
    [("Notes",), ("RQ1", "Gorse"), ("RQ2", "Heath")],
    [("1", "Provisional figures."), ("2", "Revised.")],
    [(1, "Provisional figures."), (2, "Revised.")],
    [("a", "Provisional figures.")],
    [("*", "Suppressed.")],
    [("Source:", "Hospital Statistics"), ("Published", "14 November 2026"), ("Contact", "someone@example.org")],
    [("Source", "Hospital Statistics", "table 4")],
    [("Page 1 of 2",), ("Copyright", "The Crown, 2026")],
    [("[1]", "Provisional"), ("RQ1", "moved")],
]


@pytest.mark.parametrize("rows", NOTES)
def test_what_stands_below_a_table_is_a_note(rows: list[Sequence[object]]) -> None:
    said = [row for row in rows if row]
    assert below(*rows) == ([], ["a note"] * len(said), [])
    assert below((), *rows) == ([], ["a note"] * len(said), [])


@pytest.mark.parametrize(
    "rows",
    [
        [("RD4", "Dell", None, None)],
        [(), ("RD4", "Dell")],
        [("RAM", "Elm"), ("RD4", None)],
        [("Acute trusts",), ("RD4", "Dell"), ("RE5", "Elm", 4, 4)],
        [("Notes",), ("RD4", "Dell"), ("RE5", "Elm", 4, 4)],
        [("RD4", "Dell"), ("Note: as published",)],
        [(), ("RDE", "Royal Devon"), ("RE5", "Elm", 4, 4)],
    ],
)
def test_an_organisation_without_any_value_stays_one(rows: list[Sequence[object]]) -> None:
    wanted = [row[0] for row in rows if row and str(row[0]).startswith("R")]
    found, _, said = below(*rows)
    assert (found, said) == (wanted, [])


@pytest.mark.parametrize("row", [("NXQ41", "Dell"), ("NWA", "nurse watch"), ("NXQ4", None)])
def test_a_last_row_that_may_be_a_line_of_a_list_is_doubted(row: tuple[str, str | None]) -> None:
    """Its code is unlike the others, or short for its name behind a gap, and it has no values."""
    assert below((), row) == ([row[0]], [], ["warning perhaps-no-organisation A6"])


def test_where_no_row_has_a_value_all_are_organisations() -> None:
    assert codes(read(("RA1", "Ash"), ("B", "Birch"), ("RC33", "Cedar"))) == ["RA1", "B", "RC33"]


def test_a_number_among_the_codes_is_refused_where_organisations_follow() -> None:
    with pytest.raises(Refused, match="organisation code is the number 5"):
        read(*TRUSTS, (5, "Dell"), ("RE5", "Elm", 4, 4))


def test_a_legend_parts_two_tables() -> None:
    rows = (*TRUSTS, (), ("A", "acute"), HEADER, ("RJ1", "Ash", 1, 1))
    with pytest.raises(Refused, match="2 tables stand below each other"):
        read(*rows)
    found = read(*rows, reading=TableReading(table="all"))
    assert (codes(found)[3:], [row.reason for row in found.set_aside]) == (["RJ1"], ["a note", "the header again"])
    paged = read(("ENG", "England", 1, 1), HEADER, ("SCT", "Scotland", 1, 1), ("WLS", "Wales", 1, 1))
    assert codes(paged) == ["ENG", "SCT", "WLS"]


def test_rows_of_a_text_file_that_end_early_wait_with_their_note() -> None:
    found = read(*TRUSTS, ("K", "Kay"), ("RE5", "Elm", 4, 4), file="r.csv", sheet=None)
    assert codes(found)[3:] == ["K", "RE5"]
    assert [(problem.code, problem.severity) for problem in found.problems] == [("ragged-row", "note")]


def test_the_long_form_sets_the_same_rows_aside() -> None:
    rows = [
        ("Code", "Item", "Value"), ("RA1", "rate", 5), ("RB2", "rate", 6), ("SCO", "rate", 6), ("England", "rate", 6),
        ("TARGET", "rate", 95), ("RB2", "falls", None), ("RA1", "falls", 5), ("England", "falls", 2),
    ]  # fmt: skip
    reading = TableReading(long=LongForm("Item", "Value"))
    found = read_tables([MemoryBook("r.xlsx", "", [Table("r.xlsx", "S", rows)])], INPUTS, reading)
    assert codes(found) == ["RA1", "RB2", "SCO"]
    assert [row.reason for row in found.set_aside] == [AREA, STATISTIC, AREA]


@given(st.text(max_size=12), st.text(max_size=30))
def test_any_code_and_name_are_judged_the_same_in_any_case(code: str, name: str) -> None:
    plain = judged(code, name)
    assert plain.kind in {"organisation", "area", "other", "doubtful"}
    if code.isascii() and name.isascii():
        assert judged(code.upper(), name.upper()).kind == plain.kind
