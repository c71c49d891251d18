"""Which periods a return says it is of: each told with its rows, and those that are not the edition's warned of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from tests.support.oldfiles import ods, open_number, open_row, open_sheet, open_text
from tests.support.rules import method

from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.engine.assess import assess
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.core.tables import Book

    Rows = Sequence[Sequence[object]]

RULES = """\
id: q4
title: Waits
{period}
reading: {reading}
inputs: {{waits: {{type: number}}, falls: {{type: number, optional: true}}}}
ratings: {{rating: {{kind: sum, of: [waits], headline: true}}}}
"""
OWN = "Q4 2025/26"
OTHER = "Q3 2025/26"


def book(rows: Rows, file: str = "r.csv") -> MemoryBook:
    return MemoryBook(file, file, [Table(file, None, rows)])


def told(*books: Book, period: str = OWN, reading: str = "{}") -> list[tuple[str, str, str]]:
    """What is said of the periods of a return: severity, place, message."""
    rules = method(RULES.format(period=f"period: {period}" if period else "", reading=reading))
    assessment = assess(read_tables(books, rules.wanted(), rules.reading), rules)
    problems = [problem for problem in assessment.problems if problem.code == "other-period"]
    return [(problem.severity, str(problem.at), problem.whole_message) for problem in problems]


def wide(*periods: object, heading: str = "Period") -> Rows:
    """A row for each period."""
    return [("Org code", heading, "Waits"), *((f"RA{n}", period, n) for n, period in enumerate(periods, 1))]


def long(*rows: tuple[str, str, object]) -> Rows:
    """Rows of organisation, indicator and period."""
    return [("Org code", "Indicator", "Period", "Value"), *((*row, n) for n, row in enumerate(rows, 1))]


LONG = "{long: {indicator: Indicator, value: Value}}"


# one row among many


@pytest.mark.parametrize("heading", ["Period", "QUARTER", "Reporting period", " period "])
@pytest.mark.parametrize(("other", "at"), [(1, 2), (3, 4), (6, 7)])
def test_one_row_of_another_period_among_many_is_a_warning(heading: str, other: int, at: int) -> None:
    """Wherever it stands, the first row and the last too; and each period is told with its rows."""
    periods = [OTHER if n == other else OWN for n in range(1, 7)]
    note, warning = told(book(wide(*periods, heading=heading)))
    first, second = (OTHER, OWN) if other == 1 else (OWN, OTHER)
    said = {OTHER: f'"{OTHER}" in 1 row (B{at})', OWN: f'"{OWN}" in 5 rows ('}
    assert (note[0], note[1]) == ("note", "r.csv")
    assert note[2].startswith("The return says it is of 2 periods: ")
    assert said[first] in note[2]
    assert said[second] in note[2]
    message = f'This row is of "{OTHER}", and q4 is the edition of "{OWN}".'
    assert warning == ("warning", f"r.csv:B{at}", message)


def test_several_such_rows_are_named() -> None:
    """A warning for each other period, with its first cells and their number."""
    rows = wide(OWN, OTHER, OWN, "Q2 2025/26", OTHER, OWN, OTHER, OTHER)
    note, third, second = told(book(rows))
    assert f'"{OWN}" in 3 rows (B2, B4 and B7), "{OTHER}" in 4 rows (B3, B6, B8 and B9)' in note[2]
    assert '"Q2 2025/26" in 1 row (B5)' in note[2]
    assert third[:2] == ("warning", "r.csv:B3")
    assert "The same fault stands in 4 cells: B3, B6, B8 and 1 more." in third[2]
    assert second[:2] == ("warning", "r.csv:B5")


def test_many_rows_are_counted() -> None:
    """More than a few are not named one by one."""
    note, _ = told(book(wide(*[OWN] * 30, OTHER)))
    assert f'"{OWN}" in 30 rows and "{OTHER}" in 1 row (B32)' in note[2]


@pytest.mark.parametrize(
    "period",
    ["Q4 2025-26", "q4 2025/26", "2025/26 Q4", "Quarter 4 2025/26", "Jan - Mar 2026", "Q4 2025\u201326",
     "January 2026 to March 2026", "quarter ending March 2026", " Q4  2025/26"],
)  # fmt: skip
def test_the_same_period_in_other_words_is_no_other(period: str) -> None:
    """Nor is a blank, a marker or a row of totals of any period."""
    assert told(book([*wide(OWN, period, None, ""), ("Total", "Q1 2020/21", 9)])) == []
    _, warning = told(book(wide(period, OTHER, period)))
    assert warning[1] == "r.csv:B3"


@pytest.mark.parametrize("other", ["Q4 2024/25", "Q 3 2025/26", "2025/26", "March 2026", "2026-06-30", "draft", 2024])
def test_whatever_is_no_period_of_the_edition_is_another(other: object) -> None:
    """Last year's, a month of the quarter, a whole year, and a text that is no period."""
    assert [one[:2] for one in told(book(wide(OWN, OWN, other)))] == [("note", "r.csv"), ("warning", "r.csv:B4")]


def test_where_no_row_is_of_the_editions_period_every_one_is_another() -> None:
    """A return of two wrong periods is not let off because neither is the one."""
    found = told(book(wide(OTHER, OTHER, "Q2 2025/26")))
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:B2"), ("warning", "r.csv:B4")]


def test_an_edition_without_a_period_has_that_of_most_rows() -> None:
    """What most rows say is taken to be meant."""
    note, warning = told(book(wide(OTHER, OWN, OWN)), period="")
    assert note[0] == "note"
    assert warning == (
        "warning",
        "r.csv:B2",
        f'This row is of "{OTHER}", and most rows are of "{OWN}".',
    )
    assert told(book(wide(OTHER, OTHER)), period="") == []


def test_of_two_periods_of_as_many_rows_neither_is_that_of_most() -> None:
    """The first is taken to be meant, and nothing is said of most."""
    _, warning = told(book(wide(OWN, OTHER)), period="")
    assert warning[2] == f'This row is of "{OTHER}", and as many rows are of "{OWN}".'


def test_many_other_periods_are_told_of_together() -> None:
    """A column with a period for each row is one warning, not one for each of them."""
    rows = wide(OWN, *(f"Q1 20{n}/{n + 1}" for n in range(10, 20)))
    note, warning = told(book(rows))
    assert "and 6 more." in note[2]
    assert warning[1] == "r.csv:B3"
    assert 'one of 10 other periods than "Q4 2025/26", that of q4: "Q1 2010/11", "Q1 2011/12"' in warning[2]
    assert "10 cells" in warning[2]
    _, warning = told(book(rows), period="")
    assert "of one of 10 other periods: " in warning[2]


def test_one_period_alone_is_told_as_ever() -> None:
    """All rows of another period are a return of it."""
    assert told(book(wide(OTHER, OTHER))) == [
        ("warning", "r.csv", f'The return says it is of "{OTHER}", and q4 is the edition of "{OWN}".')
    ]
    assert told(book(wide(OWN))) == []


# only rows that are read


def test_rows_that_are_left_out_say_nothing() -> None:
    """A row that `where` leaves out is of no period of the return."""
    rows = [(*row, kind) for row, kind in zip(wide(OWN, OTHER, OWN), ("Type", "NHS", "Other", "NHS"), strict=True)]
    assert told(book(rows), reading="{where: {Type: NHS}}") == []
    assert told(book(wide(OWN, OTHER, OWN)), reading=f"{{where: {{Period: {OWN}}}}}") == []


def test_a_blank_that_means_the_period_above_has_it() -> None:
    """Where `fill` says so, rows below a period are of it."""
    found = told(book(wide(OWN, None, OTHER, None)), reading="{fill: [Period]}")
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:B4")]
    assert "The same fault stands in 2 cells: B4 and B5." in found[1][2]


def test_parts_of_the_period_that_are_added_up_are_not_others() -> None:
    """Three months of a quarter that are summed are the quarter; a month outside of it is not."""
    months = [("Org code", "Period", "Waits"), *(("RA1", f"{month} 2026", 1) for month in ("Jan", "Feb", "Mar"))]
    reading = "{repeats: sum}"
    assert [one[0] for one in told(book(months), reading=reading)] == ["note"]
    found = told(book([*months, ("RA1", "Apr 2026", 1)]), reading=reading)
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:B5")]


# the long form


def test_a_row_of_the_long_form_is_told_as_one_of_the_wide() -> None:
    """One value of another period among those of its indicator, or among all."""
    rows = long(("RA1", "waits", OWN), ("RA2", "waits", OTHER), ("RA3", "waits", OWN), ("RA1", "falls", OWN))
    note, warning = told(book(rows), reading=LONG)
    assert f'"{OTHER}" in 1 row (C3)' in note[2]
    assert warning[:2] == ("warning", "r.csv:C3")


def test_an_indicator_may_be_measured_over_a_period_of_its_own() -> None:
    """Twelve months to the end of the quarter are told of; another quarter is another period."""
    year = "12 months to March 2026"
    rows = [("RA1", "waits", OWN), ("RA2", "waits", OWN), ("RA1", "falls", year), ("RA2", "falls", year)]
    assert [one[0] for one in told(book(long(*rows)), reading=LONG)] == ["note"]
    rows[3] = ("RA2", "falls", "12 months to June 2025")
    found = told(book(long(*rows, ("RA3", "falls", year), ("RA3", "waits", OWN))), reading=LONG)
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:C5")]
    rows[2:] = [("RA1", "falls", OTHER), ("RA2", "falls", OTHER)]
    found = told(book(long(*rows)), reading=LONG)
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:C4")]
    assert "2 cells: C4 and C5." in found[1][2]


def test_months_of_28_and_of_31_days_are_of_one_length_and_a_text_that_names_none_has_no_length() -> None:
    """A month for another month is a slip; a stock that says when it was counted is none."""
    rows = [("RA1", "waits", "January 2026"), ("RA1", "falls", "February 2026")]
    found = told(book(long(*rows)), period="January 2026", reading=LONG)
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:C3")]
    rows[1] = ("RA1", "falls", "at the start")
    assert [one[0] for one in told(book(long(*rows)), period="January 2026", reading=LONG)] == ["note"]


def test_rows_of_indicators_that_are_not_wanted_say_nothing() -> None:
    """Nobody reads them, so that their periods are no matter."""
    assert told(book(long(("RA1", "waits", OWN), ("RA1", "beds", OTHER))), reading=LONG) == []


def test_without_an_editions_period_each_indicator_has_that_of_most_of_its_rows() -> None:
    """A row unlike the others of its indicator is warned of, an indicator unlike the others is not."""
    rows = [("RA1", "waits", OWN), ("RA2", "waits", OWN), ("RA1", "falls", OTHER), ("RA2", "falls", OTHER)]
    assert [one[0] for one in told(book(long(*rows)), period="", reading=LONG)] == ["note"]
    found = told(book(long(*rows, ("RA3", "waits", OTHER))), period="", reading=LONG)
    assert [one[:2] for one in found] == [("note", "r.csv"), ("warning", "r.csv:C6")]


# several files, and other formats


def test_of_several_files_each_row_is_told_with_its_file() -> None:
    """A file that is of another period, and one with a row that is."""
    first = book([("Org code", "Period", "Waits"), ("RA1", OWN, 1), ("RA2", OWN, 2)], "one.csv")
    second = book([("Org code", "Period", "Waits"), ("RA3", OTHER, 1), ("RA4", OWN, 2)], "two.csv")
    note, warning = told(first, second)
    assert note[1] == "one.csv, two.csv"
    assert warning[:2] == ("warning", "two.csv:B2")


def test_a_label_speaks_for_its_whole_file() -> None:
    """A period that stands above a table is that of all its rows."""
    first = book([("Period", OWN), ("Org code", "Waits"), ("RA1", 1)], "one.csv")
    second = book([("Period:", OTHER), ("Org code", "Waits"), ("RA2", 1)], "two.csv")
    note, warning = told(first, second)
    assert f'"{OWN}" in all of one.csv and "{OTHER}" in all of two.csv' in note[2]
    assert warning[:2] == ("warning", "two.csv:B1")
    assert warning[2].startswith(f'This table is of "{OTHER}", and ')
    third = book([("Org code", "Period", "Waits"), ("RA3", OWN, 1), ("RA4", OWN, 2)], "three.csv")
    assert told(first, third) == []
    note, warning = told(second, third)
    assert f'"{OTHER}" in all of two.csv and "{OWN}" in 2 rows (B2 and B3)' in note[2]
    assert warning[:2] == ("warning", "two.csv:B1")


def test_a_workbook_has_periods_as_dates(tmp_path: Path) -> None:
    """A spreadsheet makes a date of a month, which is the same month, and another is not."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Return"
    for row in wide(date(2026, 3, 1), date(2026, 3, 31), "Mar-26", "March 2026", date(2026, 2, 1)):
        sheet.append(list(row))
    made.save(tmp_path / "r.xlsx")
    note, warning = told(open_book(tmp_path / "r.xlsx"), period="March 2026")
    assert '"2026-02-01" in 1 row (B6)' in note[2]
    assert warning[1].endswith("r.xlsx:Return!B6")


def test_an_open_document_has_them_too(tmp_path: Path) -> None:
    """The same in `.ods`."""
    rows = "".join(
        open_row(open_text(str(code)), open_text(str(period)), open_text("Waits") if n == 0 else open_number(str(n)))
        for n, (code, period, _) in enumerate(wide(OWN, OWN, OTHER))
    )
    (tmp_path / "r.ods").write_bytes(ods(open_sheet(rows)))
    note, warning = told(open_book(tmp_path / "r.ods"))
    assert f'"{OTHER}" in 1 row (B4)' in note[2]
    assert warning[1].endswith("r.ods:Return!B4")


def test_a_column_of_long_texts_tells_no_period() -> None:
    """What is longer than a period's name is none."""
    assert told(book(wide("x" * 80, "y" * 80))) == []


def test_periods_do_not_stop_a_rating_that_other_things_do_not() -> None:
    """They are warnings; a row without a code is refused as ever."""
    with pytest.raises(Refused):
        told(book([*wide(OWN, OTHER), ("", OWN, 4)]))
