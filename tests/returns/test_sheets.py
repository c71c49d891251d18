"""Which sheet of a workbook is the return, where the table stands in a hidden one alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.returns.test_reading import problems, read, sheets

from nhsrate.rules.inputs import Input, TableReading, Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = [("Code", "rate"), ("RJ1", 5)]
COVER = [("Read me first",)]


@pytest.mark.parametrize("covers", [{"Cover": COVER}, {"Cover": COVER, "Notes": COVER}, {}])
def test_a_table_in_a_hidden_sheet_alone_is_named_and_not_read(covers: dict[str, list[tuple[str]]]) -> None:
    [said] = problems(sheets(**covers, _Data=TABLE))
    assert said == (
        'hidden-sheet r.xlsx:Data: The wanted headings stand in no visible sheet, but in a hidden one: "Data". '
        'If that is the return, say so (--sheet "Data"), or unhide the sheet and save the workbook.'
    )


def test_several_hidden_tables_are_all_named() -> None:
    [said] = problems(sheets(Cover=COVER, _Data=TABLE, _Old=TABLE))
    assert 'but in a hidden one: "Data" and "Old".' in said


def test_a_hidden_sheet_that_is_asked_for_is_read() -> None:
    found = read(sheets(Cover=COVER, _Data=TABLE), sheet="Data")
    assert found.values["rate"].cells == [Decimal(5)]


def test_a_hidden_sheet_beside_the_table_changes_nothing() -> None:
    """Also where the visible one lacks a heading that no hidden one has: then its own message is the better one."""
    assert read(sheets(Return=TABLE, _Old=TABLE)).values["rate"].cells == [Decimal(5)]
    [said] = problems(sheets(Return=[("Code", "other"), ("RJ1", 5)], _Lists=COVER))
    assert said.startswith("missing-column r.xlsx:Return")


SPREAD: dict[str, Sequence[Sequence[object]]] = {
    "Rates": [("Code", "rate"), ("RJ1", 5), ("RJ2", 6)],
    "Beds": [("Code", "beds", "staff"), ("RJ1", 7, 3), ("RJ2", 8, 4)],
}
RATE, BEDS, STAFF = Input("rate", "number"), Input("beds", "number", title="Beds"), Input("staff", "number")


def test_headings_that_stand_in_several_sheets_are_told_with_the_tables_to_declare() -> None:
    [said] = problems(sheets(**SPREAD, Cover=COVER), inputs=[RATE, BEDS, STAFF])
    assert said == (
        'several-sheets r.xlsx: The wanted headings stand in 2 sheets: "Beds" has "Beds" and "staff"; "Rates" has "rate". '
        "Copy the columns into one sheet; or say in the rule file "
        "reading: {tables: {a: {sheet: Beds}, b: {sheet: Rates}}}, "
        "and of each input in which table it stands, such as table: b."
    )


def test_the_tables_that_are_offered_can_be_read() -> None:
    one, other = (TableReading(sheet=name) for name in ("Beds", "Rates"))
    inputs = [replace(RATE, table="b"), replace(BEDS, table="a"), replace(STAFF, table="a")]
    found = read(sheets(**SPREAD), inputs=inputs, reading=TableReading(tables=Tables((("a", one), ("b", other)))))
    assert [str(found.values[id_].cells[1]) for id_ in ("rate", "beds", "staff")] == ["6", "8", "4"]


def test_optional_columns_of_a_sheet_that_is_not_read_are_a_warning() -> None:
    inputs = [RATE, replace(BEDS, optional=True), replace(STAFF, optional=True)]
    found = read(sheets(**SPREAD), inputs=inputs)
    [warning] = found.problems
    assert (warning.code, warning.severity, str(warning.at)) == ("several-sheets", "warning", "r.xlsx:Beds")
    assert warning.message == (
        'The sheet "Beds" has "Beds" and "staff", and only "Rates" was read. They are missing for every organisation.'
    )
    [one] = read(sheets(**SPREAD), inputs=inputs[:2]).problems
    assert "It is missing" in one.message
    assert "{a: {sheet: Rates}, b: {sheet: Beds}}" in one.remedy


def test_nothing_is_said_of_sheets_that_have_nothing_more() -> None:
    both: dict[str, Sequence[Sequence[object]]] = {
        **SPREAD,
        "All": [("Code", "rate", "beds"), ("RJ1", 5, 7)],
        "Cover": COVER,
    }
    optional = [RATE, BEDS, replace(STAFF, optional=True)]
    assert [one.severity for one in read(sheets(**both), inputs=optional).problems] == ["warning"]
    assert read(sheets(**both), inputs=[RATE, BEDS]).problems == ()
    assert read(sheets(**both), inputs=optional, sheet="All").problems == ()


# a header far below


NOTES = [(f"note {n}",) for n in range(70)]


@pytest.mark.parametrize(
    ("above", "header"),
    [
        ([], ("Code", "rate", "beds")), ([], ("Code [note 1]", "rate", "beds [2]")), ([], ("Body", "rate", "beds")),
        ([("Contents", "Code"), ("rates", "R")], ("Code", "rate", "beds")), ([], ("Area code", "other", "beds")),
    ],
)  # fmt: skip
def test_a_header_beyond_the_rows_that_are_searched_is_told_with_its_row(
    above: list[tuple[str, ...]], header: tuple[str, ...]
) -> None:
    rows: list[Sequence[object]] = [*above, *NOTES, header, ("RJ1", 5, 6)]
    row = len(rows) - 1
    [said] = problems(sheets(Return=rows), inputs=[RATE, BEDS])
    assert said == (
        f"no-table r.xlsx:Return: The headings stand in row {row}, and they are looked for in the first 60 rows. "
        f"Say under reading header_row: {row}."
    )


def test_the_row_that_is_told_is_read() -> None:
    rows = [("Contents", "Code"), ("rates", "R"), *NOTES, ("Code", "rate"), ("RJ1", 5)]
    assert read(sheets(Return=rows), reading=TableReading(header_row=73)).values["rate"].cells == [Decimal(5)]
    said = problems(sheets(Return=[("Code", "other"), *NOTES, ("rates", "R")]))
    assert any(one.startswith("missing-column") for one in said)
    assert not any("first 60 rows" in one for one in said)
