"""Rows that are left out through a slip: a warning names both texts, the rows, and whoever has no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, LongForm, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rows = Sequence[Sequence[object]]

RATE, FALLS = Input("rate", "number"), Input("falls", "number", title="Falls in hospital", optional=True)
LONG = TableReading(long=LongForm("Indicator", "Value", (("Quarter", "Q4"),)))


def told(*rows: Sequence[object], reading: TableReading = LONG, sheet: str | None = None) -> list[Problem]:
    """The warnings of rows that were left out."""
    book = MemoryBook("r.csv", "digest", [Table("r.csv", sheet, rows)])
    try:
        problems = read_tables([book], [RATE, FALLS], reading).problems
    except Refused as refused:
        problems = refused.problems
    return [problem for problem in problems if problem.code == "left-out"]


def quarters(*texts: object) -> Rows:
    """A row of the long form for each quarter, each of another organisation."""
    head = ("Code", "Indicator", "Quarter", "Value")
    return [head, *((f"RA{n}", "rate", text, n) for n, text in enumerate(texts, 1))]


@pytest.mark.parametrize(
    "slip",
    ["Q 4", "q 4", "Q-4", "Quarter 4", "Qtr 4", "Q4*", "Q4 [p]", "Q4.", "\uff31 4", "(Q4)", "Q4\u00b9"],
)
def test_a_row_that_a_slip_leaves_out_is_told_with_both_texts(slip: str) -> None:
    """And the organisation, of which nothing else is read, does not vanish in silence."""
    [problem] = told(*quarters("Q4", slip, "Q4"))
    assert problem.severity == "warning"
    assert problem.at == CellLocation("r.csv", None, 3, 3)
    assert '"Q4" is wanted, so it was left out. RA2 has no other row.' in problem.message
    assert f'says "{slip}' in problem.message
    assert "reading: where" in problem.remedy


@pytest.mark.parametrize(
    ("wanted", "slip"),
    [
        ("2025/26 final", "2025-26 final"),
        ("2025/26 final", "2O25/26 final"),
        ("2025-12", "2025/12 "),
        ("Acute trust", "\u0410cute trust"),
        ("Acute trust", "Acute  trusts"),
        ("Acute trust", "Acute-trust"),
        ("A&E", "A and E"),
        ("2011-12", "2011/12"),
        ("Band 1,000", "Band 1000"),
    ],
)
def test_the_same_holds_in_the_wide_form(wanted: str, slip: str) -> None:
    """Signs between numbers, letters that look like others, spaces and plurals."""
    reading = TableReading(where=(("Kind", (wanted,)),))
    rows = [("Code", "Kind", "rate"), ("RA1", wanted, 1), ("RA2", slip, 2)]
    [problem] = told(*rows, reading=reading, sheet="Return")
    assert problem.at == CellLocation("r.csv", "Return", 3, 2)
    assert f'"{wanted}" is wanted' in problem.message


@pytest.mark.parametrize("same", ["q4", " Q4 ", "Q4\u00a0", "Q4\u200b"])
def test_capitals_and_spaces_around_a_text_leave_nothing_out(same: str) -> None:
    """They are no slip, but the same text."""
    assert told(*quarters("Q4", same)) == []


@pytest.mark.parametrize("other", ["Q3", "Q1", "All", "Q4 2024/25", "Year", "Q14", "4"])
def test_another_text_is_another_row(other: str) -> None:
    """A table has rows that nobody wants; of those nothing is said, whoever they are of."""
    assert told(*quarters("Q4", other, other)) == []


def test_rows_of_one_slip_are_told_together() -> None:
    """With their number, and only those organisations that have no other row."""
    rows = [*quarters("Q4", "Q 4", "Q 4", "Q 4"), ("RA3", "rate", "Q4", 9)]
    [problem] = told(*rows)
    assert [str(cell) for cell in problem.cells] == ["r.csv:C3", "r.csv:C4", "r.csv:C5"]
    assert "RA2 and RA4 have no other row." in problem.message


def test_a_slip_of_an_organisation_that_has_another_row_is_told_too() -> None:
    """Which of the two is meant, only people can say."""
    [problem] = told(*quarters("Q4"), ("RA1", "rate", "Q 4", 3))
    assert problem.message == 'The row says "Q 4" under "Quarter", and "Q4" is wanted, so it was left out.'


def test_two_slips_are_two_warnings() -> None:
    """Each with its texts; one of several wanted texts is named that was meant."""
    reading = TableReading(where=(("Quarter", ("Q3", "Q4")),))
    rows = [("Code", "Quarter", "rate"), ("RA1", "Q4", 1), ("RA2", "Q 3", 2), ("RA3", "Q-4", 3)]
    third, fourth = told(*rows, reading=reading)
    assert '"Q3" is wanted' in third.message
    assert '"Q4" is wanted' in fourth.message


def test_a_letter_that_only_looks_right_is_shown() -> None:
    """The two texts look the same, so the message names the letter."""
    reading = TableReading(where=(("Kind", ("Acute",)),))
    [problem] = told(("Code", "Kind", "rate"), ("RA1", "Acute", 1), ("RA2", "Acut\u0435", 2), reading=reading)
    assert "U+0435" in problem.message


def test_every_filter_must_be_missed_by_a_slip() -> None:
    """A row that one filter leaves out for good is not meant, however near it comes to another."""
    reading = TableReading(where=(("Quarter", ("Q4",)), ("Kind", ("Acute",))))
    head = ("Code", "Quarter", "Kind", "rate")
    rows = [head, ("RA1", "Q4", "Acute", 1), ("RA2", "Q 4", "Community", 2), ("RA3", "Q 4", "\u0410cute", 3)]
    [problem] = told(*rows, reading=reading)
    assert problem.at.row == 4  # type: ignore[union-attr]


def test_one_wrong_letter_is_told_where_an_organisation_would_vanish() -> None:
    """It may be another word: so only of an organisation that has no other row, while most have one."""
    reading = TableReading(where=(("Kind", ("Community",)),))
    head = ("Code", "Kind", "rate")
    rows = [head, ("RA1", "Community", 1), ("RA2", "Comunity", 2), ("RA1", "Communitty", 3)]
    [problem] = told(*rows, reading=reading)
    assert "RA2 has no other row." in problem.message
    rows = [head, ("RA1", "Community", 1), *((f"RA{n}", "Commodity", n) for n in range(2, 6))]
    assert told(*rows, reading=reading) == []


def test_a_blank_is_told_where_an_organisation_would_vanish() -> None:
    """A row that says nothing under the heading, in a table in which the others do."""
    [problem] = told(*quarters("Q4", None, "Q4"))
    assert 'The row says nothing under "Quarter", and "Q4" is wanted, so it was left out. RA2 has' in problem.message
    assert told(*quarters("Q4", "Q4"), ("RA1", "rate", "", 3)) == []
    assert told(*quarters("Q4", "Q4"), ("Total", "", "", "")) == []


def test_rows_without_a_code_or_a_value_are_nobodys() -> None:
    """Notes and totals that a filter leaves out are not asked about."""
    assert told(*quarters("Q4"), ("", "rate", "Q 4", 3), ("Note: see above", "", "Q 4", "")) == []


@pytest.mark.parametrize(
    "slip", ["Falls  in-hospital", "F\u0430lls in hospital", "Fall in hospital", "Falls in hospital*"]
)
def test_an_indicator_that_a_slip_leaves_out_is_told(slip: str) -> None:
    """In the long form a row is chosen by the name of its indicator too."""
    rows = [*quarters("Q4", "Q4"), ("RA1", "Falls in hospital", "Q4", 1), ("RA2", slip, "Q4", 2)]
    [problem] = told(*rows)
    assert problem.at == CellLocation("r.csv", None, 5, 2)
    assert 'RA2 has no other row for "Falls in hospital".' in problem.message
    assert "reading: headings" in problem.remedy


def test_a_wrong_letter_in_an_indicator_is_told_where_the_value_would_vanish() -> None:
    """Another indicator of a similar name, which every organisation has beside the wanted one, is another."""
    rows = [*quarters("Q4", "Q4"), ("RA1", "Falls in hospital", "Q4", 1), ("RA2", "Falls in hospitel", "Q4", 2)]
    [problem] = told(*rows)
    assert 'RA2 has no other row for "Falls in hospital".' in problem.message
    rows += [("RA2", "Falls in hospital", "Q4", 3), ("RA1", "Beds", "Q4", 1)]
    assert told(*rows) == []


def test_where_nothing_is_left_the_slip_is_told_beside_it() -> None:
    """The refusal says which filter left nothing, and the warning what the rows say."""
    [problem] = told(*quarters("Q 4", "Q 4"))
    assert "RA1 and RA2 have no other row." in problem.message
