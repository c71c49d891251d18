"""Which sheet of a workbook is the return, where the table stands in a hidden one alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.returns.test_reading import problems, read, sheets

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
