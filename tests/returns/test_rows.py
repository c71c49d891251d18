"""Which rows and columns of a table are read, and where every other one went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.rules import method

import nhsrate
from nhsrate.core.problems import Refused, errors
from nhsrate.core.tables import ErrorCell, MemoryBook, PercentCell, ShownCell, Table, Uncalculated, dense, numbered
from nhsrate.core.texts import as_text
from nhsrate.returns import wide_form
from nhsrate.returns.headings import headings_of
from nhsrate.returns.model import Repeated, account_lines
from nhsrate.returns.read import found_layout, read_tables
from nhsrate.returns.sheets import PeriodTexts, period_column, period_label
from nhsrate.rules.inputs import Input, LongForm, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.returns.model import Account, Return

PLAIN = TableReading()
RATE = Input("rate", "number")
HEADER = ("Code", "Name", "rate")


def book(*rows: Sequence[object], file: str = "r.xlsx", sheet: str | None = "S") -> MemoryBook:
    return MemoryBook(file, "digest", [Table(file, sheet, rows)])


def read(*rows: Sequence[object], reading: TableReading = PLAIN, inputs: Sequence[Input] = (RATE,)) -> Return:
    return read_tables([book(*rows)], inputs, reading)


def refusals(*rows: Sequence[object], reading: TableReading = PLAIN, inputs: Sequence[Input] = (RATE,)) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(*rows, reading=reading, inputs=inputs)
    return [f"{found.code} {found}".replace("r.xlsx:S!", "") for found in errors(refused.value.problems)]


def refusal(*rows: Sequence[object], reading: TableReading = PLAIN, inputs: Sequence[Input] = (RATE,)) -> str:
    [found] = refusals(*rows, reading=reading, inputs=inputs)
    return found


def codes(found: Return) -> list[str]:
    return [body.code for body in found.organisations]


def values(found: Return, item: str = "rate") -> dict[str, str]:
    """What each organisation has, and the cell it was read from."""
    column = found.values[item]
    return {
        body.code: f"{column.cells[n]} {str(column.at(n)).rpartition('!')[2]}"
        for n, body in enumerate(found.organisations)
    }


def aside(found: Return) -> list[str]:
    return [f"{row.at.rpartition('!')[2]} {row.reason}" for row in found.set_aside]


# stacked tables


STACKED = (
    ("Cancer waits",),
    ("Period", "Jul-25"),
    ("PART A: all trusts",),
    ("Code", "Name", "rate"),
    ("RJ1", "A", 1),
    ("RJ2", "B", 2),
    ("", "England", 3),
    (),
    ("PART B: by route",),
    (None, None, "Rate"),
    ("Code", "Name", "rate"),
    ("RJ1", "A", 4),
    (),
    ("PART C",),
    ("Code", "Name", "rate"),
    ("RJ2", "B", 5),
)


def test_stacked_tables_are_refused_until_one_is_named() -> None:
    assert refusal(*STACKED) == (
        "stacked-tables A11: 3 tables stand below each other in the sheet; their headings are in rows 4, 11 and 15. "
        "Say which is meant under reading, or in a profile (--reading FILE), such as table: 2, "
        "or table: all where they are parts of one."
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("1", {"RJ1": "1 C5", "RJ2": "2 C6"}),
        ("2", {"RJ1": "4 C12"}),
        ("3", {"RJ2": "5 C16"}),
        ("PART B", {"RJ1": "4 C12"}),
        ("part b: BY\u00a0route ", {"RJ1": "4 C12"}),
        ("Part", {"RJ1": "1 C5", "RJ2": "2 C6"}),
    ],
)
def test_a_table_is_named_by_its_number_or_by_how_its_title_begins(table: str, said: dict[str, str]) -> None:
    found = read(*STACKED, reading=TableReading(table=table))
    assert values(found) == said
    assert found.period == "Jul-25"
    assert adds_up(found.accounts[0])


@pytest.mark.parametrize("table", ["4", "0", "PART D"])
def test_a_table_that_is_not_there_is_refused(table: str) -> None:
    assert refusal(*STACKED, reading=TableReading(table=table)) == (
        f'no-table r.xlsx:S: The sheet has no table "{table}": no such header, or too few of them, were found. '
        "Say under reading: table which one is meant, by its number from the top or by how its title begins."
    )


def test_a_table_may_have_two_rows_of_headings_below_others() -> None:
    rows = (
        *STACKED[:8],
        ("PART B",),
        ("Code", "Waits", None),
        (None, "short", "rate"),
        ("RJ1", 7, 8),
    )
    assert values(read(*rows, reading=TableReading(table="2"))) == {"RJ1": "8 C12"}
    assert values(read(*rows, reading=TableReading(table="2", header_row=11))) == {"RJ1": "8 C12"}


def test_groups_and_the_period_of_a_table_far_below_are_found() -> None:
    """The period stands at the top of the sheet, the group just above the table."""
    above = [("Period", "Jul-25"), HEADER, *((f"R{n:02}X", "", n) for n in range(1, 60)), ("Total", "", 9)]
    rows = (*above, (), ("PART B",), (None, "Waits", None, "Beds"), ("Code", "rate", None, "rate"), ("RJ1", 4, None, 5))
    reading = TableReading(table="2", headings=(("rate", ("Beds / rate",)),))
    found = read(*rows, reading=reading)
    assert (values(found), found.period) == ({"RJ1": "5 D67"}, "Jul-25")


def test_tables_that_are_parts_of_one_are_read_together() -> None:
    rows = [*STACKED[:11], ("RJ9", "A", 4)]
    found = read(*rows, reading=TableReading(table="All"))
    assert values(found) == {"RJ1": "1 C5", "RJ2": "2 C6", "RJ9": "4 C12"}
    assert aside(found) == [
        "row 7 a total", "row 9 a note", "row 10 a heading above a header", "row 11 the header again",
    ]  # fmt: skip
    assert adds_up(found.accounts[0])


def test_parts_of_one_table_have_the_same_headings() -> None:
    rows = (HEADER, ("RJ1", "A", 1), ("Total",), ("Code", "Name", "Median"), ("RJ2", "B", 5))
    assert refusal(*rows, reading=TableReading(table="all")) == (
        'stacked-tables C4: The heading here is "Median", and "rate" in row 1. '
        "Say which is meant under reading, or in a profile (--reading FILE), such as table: 2."
    )
    two_deep = (
        ("Code", "Name"),
        (None, None, "rate"),
        ("RJ1", "A", 1),
        ("Code", "Name"),
        (None, None, "rate"),
        ("RJ2", "B", 5),
    )
    assert codes(read(*two_deep, reading=TableReading(table="all"))) == ["RJ1", "RJ2"]


def test_the_header_again_on_a_further_page_is_no_second_table() -> None:
    found = read(HEADER, ("RJ1", "A", 1), HEADER, ("RJ2", "B", 2))
    assert (codes(found), aside(found)) == (["RJ1", "RJ2"], ["row 3 the header again"])


def test_a_period_in_a_column_is_found_though_the_header_stands_again() -> None:
    header = ("Code", "Period", "rate")
    found = read(header, ("RJ1", "May", 1), header, ("RJ2", "May", 2))
    assert found.period == "May"
    assert found.accounts[0].used == ("A", "B", "C")


def test_a_key_above_the_table_does_not_hide_its_period() -> None:
    """A row of three texts above the table looks like a header; the columns below it are others."""
    found = read(
        ("Period", "Publisher", "Revised", "By"), ("June 2025", "NHS", "no", "us"), (), HEADER, ("RJ1", "A", 1)
    )
    assert found.period == "June 2025"
    assert (found.accounts[0].columns, found.accounts[0].used) == (3, ("A", "B", "C"))


# which rows


def test_only_rows_that_say_so_are_read() -> None:
    header = ("Code", "Type", "rate")
    rows = (header, ("RJ1", "Acute", 1), ("RJ2", " community", 2), ("RJ3", "Mental", 3), ("RJ4", None, 4))
    found = read(*rows, reading=TableReading(where=(("type", ("acute", "Community")),)))
    assert codes(found) == ["RJ1", "RJ2"]
    assert [(row.text, row.reason, row.rows) for row in found.set_aside] == [
        ("2 rows", 'Type is not "acute" or "Community"', 2)
    ]
    assert found.accounts[0].set_aside == 2
    assert found.accounts[0].unused == ()
    assert codes(read(*rows, reading=TableReading(where=(("Type", ("Mental",)),)))) == ["RJ3"]
    found = read(*rows, reading=TableReading(where=(("Type", ("a", "b", "c", "d", "mental")),)))
    assert [row.reason for row in found.set_aside] == ['Type is not "a", "b", "c" or 2 more']


OTHERWISE = 'note "{}" was taken for "{}", which is wanted. '
DAY_FIRST = (
    'warning "{}" was taken for "{}", which is wanted: the day first, then the month. '
    "If the month stands first there, say under reading: where what the file says."
)


@pytest.mark.parametrize(
    ("wanted", "said", "told"),
    [
        ("2026-04-01", "2026-04-01", ""),
        ("2026-04-01", date(2026, 4, 1), ""),
        ("2026-04-01", "1 April 2026", OTHERWISE),
        ("2026-04-01", "1st Apr 2026", OTHERWISE),
        ("2026-04-01", "01-Apr-26", OTHERWISE),
        ("2026-04-01", "2026-04-01T00:00:00", OTHERWISE),
        ("2026-03-31", "31/03/2026", OTHERWISE),
        ("2026-03-31", "31.3.26", OTHERWISE),
        ("2026-04-01", "01/04/2026", DAY_FIRST),
        ("2026-04-01", "1/4/26", DAY_FIRST),
        ("01/04/2026", "1/4/26", OTHERWISE),
        ("2026-04-04", "04/04/2026", OTHERWISE),
        ("2026-04-01", "Apr-26", OTHERWISE),
        ("April 2026", date(2026, 4, 1), OTHERWISE),
        ("April 2026", date(2026, 4, 30), OTHERWISE),
        ("Q4 2025/26", "2025/26 Q4", OTHERWISE),
        ("2025/26", "2025-26", OTHERWISE),
    ],
)
def test_rows_may_be_chosen_by_a_date_however_it_is_written(wanted: str, said: object, told: str) -> None:
    """In csv a date is a text; the day stands before the month, which is told where it is not seen."""
    rows = (("Code", "When", "rate"), ("RJ1", said, 1), ("RJ2", "2026-05-01", 2), ("RJ3", said, 3), ("RJ4", None, 4))
    found = read(*rows, reading=TableReading(where=(("When", (wanted,)),)))
    assert (codes(found), [row.rows for row in found.set_aside]) == (["RJ1", "RJ3"], [2])
    shown = said if isinstance(said, str) else str(said)
    *problems, of_blank = found.problems
    assert [f"{one.severity} {one.message} {one.remedy}" for one in problems] == [told.format(shown, wanted)] * bool(told)  # fmt: skip
    assert [str(one.at) for one in problems] == ["r.xlsx:S!B2"] * bool(told)
    assert (of_blank.code, str(of_blank.at)) == ("left-out", "r.xlsx:S!B5")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("2026-04-01", "04/01/2026"), ("2026-04-01", "46113"), ("2026-04-01", "2026"), ("2026-04-01", "April"),
        ("2011-12", "2011/12"), ("December 2011", "2011-12"), ("2026-04-15", "Apr-26"), ("2025/26", "31/03/2026"),
    ],
)  # fmt: skip
def test_a_text_that_may_be_another_date_chooses_no_row_and_is_told(wanted: str, said: str) -> None:
    rows = (
        ("Code", "When", "rate"),
        ("RJ1", said, 1),
        ("RJ2", "May", 2),
        ("RJ3", said, 3),
        ("RJ4", None, 4),
        ("RJ5", "x", 1),
    )
    assert f'left out: When is not "{wanted}", but "{said}", "May" or "" and others. Check' in refusal(*rows, reading=TableReading(where=(("When", (wanted,)),)))  # fmt: skip


def test_where_no_row_says_so_the_reason_is_told() -> None:
    rows = (("Code", "Type", "rate"), ("RJ1", "Acute", 1), ("RJ2", "Acute", 1))
    assert refusal(*rows, reading=TableReading(where=(("Type", ("acut",)),))) == (
        'no-organisations row 1: No organisation stands under the code heading "Code" (A1). '
        '2 rows were left out: Type is not "acut", but "Acute". Check the texts under reading: where.'
    )
    assert "1 row was left out" in refusal(*rows[:2], reading=TableReading(where=(("Type", ("acut",)),)))


def test_where_no_row_lies_within_what_is_read_that_is_told() -> None:
    rows = (HEADER, ("RJ1", "A", 1), ("RJ2", "A", 1))
    assert refusal(*rows, reading=TableReading(first_row=9)).endswith(
        "2 rows lie outside what is read. Check first_row, last_row and table under reading."
    )
    assert "1 row lies outside" in refusal(*rows[:2], reading=TableReading(last_row=1))


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (
            TableReading(where=(("Tpye", ("acute",)),)),
            (
                'The column "Tpye" is missing; only rows where it says "acute" are wanted. '
                "Add the column, or correct its heading under reading: where."
            ),
        ),
        (
            TableReading(fill=("Regoin",)),
            (
                'The column "Regoin" is missing, in which a blank cell means the value above it. '
                "Add the column, or correct its heading under reading: fill."
            ),
        ),
    ],
)
def test_a_column_by_which_rows_are_chosen_or_filled_must_be_there(reading: TableReading, said: str) -> None:
    assert refusal(HEADER, ("RJ1", "A", 1), reading=reading) == f"missing-column row 1: {said}"


def test_a_blank_cell_may_mean_the_value_above_it() -> None:
    header = ("Year", "Code", "rate")
    rows = (header, (2025, "RJ1", 1), (None, "RJ2", 2), ("", "RJ3"), (2026, "RJ1", 4), (None, "RJ2", 5))
    reading = TableReading(fill=("Year",), where=(("Year", ("2025",)),))
    assert values(read(*rows, reading=reading)) == {
        "RJ1": "1 C2", "RJ2": "2 C3", "RJ3": "missing (blank) C4",
    }  # fmt: skip
    found = read(("Name", "Code", "rate"), ("A", "RJ1", 1), (None, "RJ2", 2), reading=TableReading(fill=("Name",)))
    assert [body.name for body in found.organisations] == ["A", "A"]
    assert codes(
        read(("rate", "Code", "Region"), (1, "RJ1", "N"), (2, "RJ2"), reading=TableReading(fill=("Region",)))
    ) == [
        "RJ1",
        "RJ2",
    ]


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("number", 100, "100"),
        ("number", 7.0, "7"),
        ("number", "007", "007"),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("date", "RJ1", "RJ1"),
    ],
)
def test_codes_may_be_declared_to_be_numbers_or_dates(kind: Any, raw: object, code: str) -> None:  # noqa: ANN401 (a literal)
    assert codes(read(HEADER, (raw, "A", 1), reading=TableReading(codes=kind))) == [code]


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        ("number", date(2026, 3, 1), "The organisation code is a date (2026-03-01)"),
        ("number", True, "The organisation code is the logical value TRUE"),
        ("number", PercentCell(0.5), "The organisation code is the number 50%"),
        ("date", 46112, "The organisation code is the number 46112"),
        ("text", ShownCell(50.4, 0), "The organisation code is the number 50.4"),
    ],
)
def test_other_kinds_of_codes_stay_refused(kind: Any, raw: object, said: str) -> None:  # noqa: ANN401 (a literal)
    assert said in refusal(HEADER, (raw, "A", 1), reading=TableReading(codes=kind))


def test_rows_that_say_the_same_may_be_set_aside() -> None:
    rows = (HEADER, ("RJ1", "A", 1), ("RJ1", "A", 1, None, " "), ("RJ2", "B", 1), ("RJ1", "A", 1))
    assert refusal(*rows).startswith(
        'duplicate-organisation A3: "RJ1" stands already in row 2, which says the same in every cell. '
        "The same fault stands in 2 cells: A3 and A5. "
        "Delete the row, or say under reading, or in a profile (--reading FILE): identical_rows: set aside."
    )
    different, alike = refusals(*rows, ("RJ2", "B", "1", "x"))[::-1]
    assert (alike[:31], different.partition("(")[0]) == (
        'duplicate-organisation A3: "RJ1',
        'duplicate-organisation A6: "RJ2" stands already in row 4. Keep the row that is right. ',
    )
    filled = (("Code", "Name", "rate", "Year"), ("RJ1", "A", 1, 2025), ("RJ2", "B", 1, None), ("RJ2", "B", 1, None))
    assert "which says" not in refusal(*filled, reading=TableReading(fill=("Year",)))
    found = read(*rows, reading=TableReading(identical_rows="set aside"))
    assert (codes(found), aside(found)) == (
        ["RJ1", "RJ2"],
        ["row 3 the same as row 2, cell for cell", "row 5 the same as row 2, cell for cell"],
    )
    other = (*rows, ("RJ1", "A", 2))
    assert refusal(*other, reading=TableReading(identical_rows="set aside")).startswith("duplicate-organisation A6")


def test_only_rows_between_the_first_and_the_last_are_read() -> None:
    rows = (HEADER, ("X01", "of last year", 1), ("RJ1", "A", 1), ("RJ2", "A", 1), ("X02", "of next year", 1))
    found = read(*rows, reading=TableReading(first_row=3, last_row=4))
    assert (codes(found), found.accounts[0].elsewhere) == (["RJ1", "RJ2"], 2)


def test_a_csv_file_may_have_more_rows_than_a_sheet() -> None:
    """A limit of spreadsheets is none of other files."""
    rows = [*[()] * 1_048_576, HEADER, ("RJ1", "A", "1"), ("RJ2", "B", "2")]
    found = read_tables([book(*rows, file="r.csv", sheet=None)], [RATE], TableReading(header_row=1_048_577))
    assert codes(found) == ["RJ1", "RJ2"]


def test_notes_in_the_code_column_are_set_aside() -> None:
    """As in the provider return of April 2020."""
    rows = (
        HEADER,
        ("RJ1", "A", 1),
        ("Source: the collection",),
        ("Notes", None),
        ("* estimated", "x"),
        ("RJ2", "B", 2),
    )
    assert aside(read(*rows)) == ["row 3 a note", "row 4 a note", "row 5 a note"]


def test_a_row_of_formulas_that_nobody_calculated_is_no_note() -> None:
    row = (Uncalculated(), None, Uncalculated())
    assert [line.split(":")[0] for line in refusals(HEADER, ("RJ1", "A", 1), row)] == ["uncalculated-formula A3"]
    assert refusal(HEADER, ("RJ1", "A", Uncalculated())).startswith("uncalculated-formula C2")
    assert refusal(HEADER, (ErrorCell("#REF!"), "A", 1)).startswith("error-cell A2")


@pytest.mark.parametrize(
    "row",
    [
        ("-", "England", 9), ("England", None, 9), ("Total ", None, 9), ("X1", "Sub-total", 9), (None, "England", 9),
        (None, "Total for region", 9), (None, "Regional totals", 9), (None, "All NHS trusts", 9), ("\u2014", "x", 9),
        (None, None, "Grand total"),
    ],
)  # fmt: skip
def test_totals_are_never_rated(row: tuple[object, ...]) -> None:
    found = read(HEADER, row, ("RJ1", "A", 1))
    assert codes(found) == ["RJ1"]
    assert [text.split(" ", 2)[2].split(",")[0] for text in aside(found)] == ["a total"]


def test_characters_in_names_that_nobody_sees_are_told_of() -> None:
    """They could hide what a name says, or make a terminal obey it."""
    found = read(HEADER, ("RJ1", "\x1b[31mA", 1), ("RJ2", "\u202eB", 2), ("RJ3", "C\u00a0\n", 3))
    assert [body.name for body in found.organisations] == ["[31mA", "B", "C"]
    assert [f"{note.severity} {note}" for note in found.problems] == [
        (
            'note r.xlsx:S!B2: The cell holds characters that nobody sees; it was read as "[31mA". '
            "The same was done in 2 cells: B2 and B3."
        )
    ]


def test_who_is_declared_as_no_organisation_is_set_aside() -> None:
    rows = (HEADER, ("RJ1", "A", 1), ("Q71", "London", 5), ("Q72", "The North", 5))
    found = read(*rows, reading=TableReading(set_aside=("q71", "the  north")))
    assert aside(found) == ["row 3 declared as no organisation", "row 4 declared as no organisation"]


@pytest.mark.parametrize("last", [("RJ2", "B", 2), (None, None, None, 7), (None, Uncalculated())])
def test_a_cell_that_stands_far_away_is_named(last: tuple[object, ...]) -> None:
    found = read(HEADER, ("RJ1", "A", 1), *[()] * 1001, last)
    cell = "ABCD"[next(n for n, raw in enumerate(last) if raw is not None)]
    assert [(str(far.at), far.severity, far.message) for far in found.problems] == [
        (f"r.xlsx:S!{cell}1004", "warning", "This cell stands far away: 1,001 rows above it are blank.")
    ]
    assert not read(HEADER, ("RJ1", "A", 1), *[()] * 1000, last).problems


def test_a_value_without_a_heading_is_in_the_account() -> None:
    found = read(("Code", None, "rate", "Beds"), ("RJ1", "x", 1, 5), ("RJ2", None, 2, 6, " ", "stray"))
    [account] = found.accounts
    assert (account.used, account.unused, account.unheaded) == (("A", "C"), ("D",), ("B", "F"))
    assert (account.columns, account.blank_columns) == (6, 1)
    assert account_lines(found) == [
        "rows: 3 = 1 of headings + 2 of organisations.",
        "columns: 6 = 2 read + 1 not used + 2 without a heading (B and F) + 1 blank.",
    ]


# headings of the reading


GROUPED = (
    (None, "Attendances", None, None, "Waits"),
    ("Code", "Type 1", "Type 2", None, "Type 1"),
    ("RJ1", 10, 20, None, 30),
)
TYPE = Input("a", "number", title="Type 9")


@pytest.mark.parametrize(
    ("heading", "said"),
    [("Waits / Type 1", "30 E3"), ("E2", "30 E3"), ("e2", "30 E3"), ("Type 2", "20 C3"), ("attendances/ type 1", "")],
)
def test_the_reading_may_say_under_which_heading_an_input_stands(heading: str, said: str) -> None:
    reading = TableReading(headings=(("a", (heading,)),))
    if said:
        assert values(read(*GROUPED, inputs=[TYPE], reading=reading), "a") == {"RJ1": said}
    else:
        assert refusal(*GROUPED, inputs=[TYPE], reading=reading).startswith("missing-column")


def test_the_first_of_several_headings_that_stands_there_is_taken() -> None:
    reading = TableReading(headings=(("a", ("Not there", "Type 2", "Waits / Type 1")),))
    assert values(read(*GROUPED, inputs=[TYPE], reading=reading), "a") == {"RJ1": "20 C3"}


def test_a_cell_may_be_named_in_any_row_of_the_header() -> None:
    rows = (("Code", "Beds", "Falls", None), (None, None, "rate", "number"), ("RJ1", 5, 6, 7))
    for cell, said in (("B1", "5 B3"), ("B2", "5 B3"), ("D2", "7 D3")):
        reading = TableReading(headings=(("a", (cell,)),))
        assert values(read(*rows, inputs=[TYPE, RATE], reading=reading), "a") == {"RJ1": said}
    assert values(read(*rows, inputs=[TYPE], reading=TableReading(headings=(("a", ("D2",)),))), "a") == {"RJ1": "7 D3"}


@pytest.mark.parametrize("heading", ["E1", "E3", "D2", "ZZ2"])
def test_a_cell_that_is_no_heading_is_refused(heading: str) -> None:
    assert refusal(*GROUPED, inputs=[TYPE], reading=TableReading(headings=(("a", (heading,)),))) == (
        f'missing-column row 2: The column "a" (Type 9) is missing: under reading: headings it is called "{heading}". '
        "Add it; leave cells blank where there is no value."
    )


def test_a_heading_of_the_reading_that_is_nearly_there_is_named() -> None:
    assert refusal(
        HEADER, ("RJ1", "A", 1), inputs=[TYPE], reading=TableReading(headings=(("a", ("rates",)),))
    ).endswith(
        'under reading: headings it is called "rates". Did you mean "rate" (C1)? Then say so under reading: headings.'
    )


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("2026 / Measure / Type / Women / Old / rate", "3 E7"),
        ("Women / Old / rate", "3 E7"),
        ("2026 / rate", "3 E7"),
        ("2025 / share", "2 C7"),
    ],
)
def test_up_to_five_rows_of_groups_stand_above_a_heading(heading: str, said: str) -> None:
    """Merged headings hold for the columns to their right, up to a blank one."""
    groups = (("2025", "2026"), ("Measure", "Measure"), ("Type", "Type"), ("Men", "Women"), ("Young", "Old"))
    rows = (*((None, left, None, None, right) for left, right in groups), ("Code", "rate", "share", None, "rate"))
    row, reading = ("RJ1", 1, 2, None, 3), TableReading(headings=(("a", (heading,)),))
    assert values(read(*rows, row, inputs=[TYPE], reading=reading), "a") == {"RJ1": said}


def test_a_column_is_told_by_the_nearest_group_that_no_other_has() -> None:
    rows = (
        (None, "2025", "2026", None, "2026", None, None, "Ward"),
        (None, "Men", "Men", None, "Women"),
        ("Code", "rate", "rate", None, "rate", "beds", None, "staff", "staff"),
        ("RJ1", 1, 2, None, 3, 4, None, 5, 6),
    )
    layout = found_layout(book(*rows), "S", [Input("beds", "number")], PLAIN)
    assert layout is not None
    assert [*headings_of(layout, {str(column): column for column in layout.headings}).values()] == [
        "Code", "2025 / rate", "2026 / Men / rate", "Women / rate", "beds", "H3", "I3",
    ]  # fmt: skip


def test_only_the_reading_may_name_a_cell() -> None:
    assert refusal(*GROUPED, inputs=[Input("E2", "number")]).startswith("missing-column")


def test_an_ambiguous_heading_is_named_though_it_is_merged_over_two_rows() -> None:
    rows = (("Code", "rate", "rate"), (None, None, None, "Beds", "Staff"), ("RJ1", 5, 6, 7, 8))
    assert refusal(*rows, inputs=[RATE, Input("beds", "number"), Input("staff", "number")]).startswith(
        'ambiguous-heading B2: 2 columns are called "rate": B2 and C2.'
    )


def test_a_pinned_header_far_below_is_found_among_several_sheets() -> None:
    rows = (*[()] * 99, HEADER, ("RJ1", "A", 1))
    tables = [Table("r.xlsx", "Notes", [("x",)]), Table("r.xlsx", "Data", rows)]
    found = read_tables([MemoryBook("r.xlsx", "", tables)], [RATE], TableReading(header_row=100))
    assert values(found) == {"RJ1": "1 C101"}


# the account


RAW = st.one_of(
    st.none(), st.just(""), st.just(" "), st.sampled_from(["Code", "rate", "Name", "RJ1", "RJ2", "Total", "note", "PART B", "Period"]),
    st.integers(0, 9), st.just(Uncalculated()), st.just(ErrorCell("#N/A")), st.just(PercentCell(0.5)),
)  # fmt: skip
ROW = st.one_of(
    st.just(()), st.lists(RAW, max_size=6), st.just(HEADER), st.just(["Code", "rate", "Period"]),
    st.builds(lambda n, name, value: [f"R{n:02}", name, value], st.integers(0, 99), RAW, st.integers(0, 9)),
)  # fmt: skip
READINGS = st.builds(
    TableReading,
    first_row=st.none() | st.integers(1, 6),
    last_row=st.none() | st.integers(1, 9),
    table=st.sampled_from([None, "1", "2", "all", "PART B"]),
    where=st.sampled_from([(), (("Name", ("RJ1", "note")),)]),
    fill=st.sampled_from([(), ("Name",)]),
    identical_rows=st.sampled_from(["refuse", "set aside"]),
    set_aside=st.sampled_from([(), ("RJ2",)]),
)


@given(st.lists(ROW, max_size=9), READINGS)
@example([("Period", "x", "y", "z", "Period", "q"), HEADER, ("RJ1", "A", 1)], PLAIN)
def test_the_account_of_rows_and_columns_adds_up(rows: list[Sequence[object]], reading: TableReading) -> None:
    """Whatever stands in the cells, and whatever is read of them."""
    try:
        found = read(HEADER, ("R00", "RJ1", 1), *rows, reading=reading)
    except Refused:
        return
    [account] = found.accounts
    assert adds_up(account)
    filled = [n for n, row in enumerate([HEADER, (1,), *rows], 1) if any(map(says, row))]
    assert account.rows == filled[-1]
    assert account.rows - account.blank == len(filled)
    assert account.organisations == len(found.organisations)


def says(cell: object) -> bool:
    return bool(as_text(cell)) or isinstance(cell, Uncalculated)


def adds_up(account: Account) -> bool:
    parts = (account.above, account.header, account.organisations, account.set_aside, account.elsewhere, account.blank)
    columns = (*account.used, *account.unused, *account.unheaded)
    assert min(*parts, account.blank_columns) >= 0
    assert len(set(columns)) == len(columns)
    return account.rows == sum(parts) and account.columns == len(columns) + account.blank_columns


# order and blocks


TABLE = st.lists(
    st.tuples(st.integers(0, 999).map(lambda n: f"R{n:03}"), st.sampled_from(["A", None]), st.sampled_from([12, 25.5, None, "77", "12.5 [r]", PercentCell(0.5612, 1), ShownCell(22.55, 1)])),
    min_size=1, max_size=12, unique_by=lambda row: row[0],
)  # fmt: skip
SHARE = Input("share", "percent")
FLAGS = TableReading(flags=(("[r]", "revised"),))


def meant(found: Return) -> dict[str, tuple[object, ...]]:
    """What each organisation has, wherever it stands."""
    return {
        body.code: (body.name, *((column.cells[n], column.flags.get(n), column.shown.get(n)) for column in found.values.values()))
        for n, body in enumerate(found.organisations)
    }  # fmt: skip


@given(TABLE, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing(rows: list[tuple[object, ...]], chance: Any) -> None:  # noqa: ANN401 (random.Random is not named by hypothesis)
    whole = [("Code", "Name", "share"), *rows]
    first = read(*whole, inputs=[SHARE], reading=FLAGS)
    columns = [0, 1, 2]
    chance.shuffle(columns)
    mixed = list(rows)
    chance.shuffle(mixed)
    other = [[row[c] for c in columns] for row in [whole[0], *mixed]]
    assert meant(read(*other, inputs=[SHARE], reading=FLAGS)) == meant(first)


@given(TABLE, st.integers(1, 3))
def test_a_return_in_blocks_is_read_as_in_one(rows: list[tuple[object, ...]], size: int) -> None:
    whole = [("Code", "Name", "share"), *rows]
    at_once = read(*whole, inputs=[SHARE], reading=FLAGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wide_form, "BLOCK", size)
        in_blocks = read(*whole, inputs=[SHARE], reading=FLAGS)
    assert meant(in_blocks) == meant(at_once)
    assert values(in_blocks, "share") == values(at_once, "share")
    assert [str(note) for note in in_blocks.problems] == [str(note) for note in at_once.problems]


def test_faults_in_blocks_name_their_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_form, "BLOCK", 2)
    rows = [(f"RJ{n}", "A", "many" if n % 2 else None) for n in range(7)]
    assert refusal(HEADER, *rows, inputs=[replace(RATE, required=False)]).startswith(
        'text-in-number C3: A number is expected, and the cell says "many". The same fault stands in 3 cells: C3, C5 and C7.'
    )
    assert [line.split(":")[0] for line in refusals(HEADER, *rows[:2], *rows[:1])] == [
        "duplicate-organisation A4", "text-in-number C3",
    ]  # fmt: skip


def test_what_several_files_say_beside_their_values_is_kept() -> None:
    books = [
        book(HEADER, ("RJ1", "A", "5 [r]"), file="a.csv", sheet=None),
        book(HEADER, ("RJ2", "B", ShownCell(2.55, 1)), ("RJ3", "C", 1), file="b.xlsx"),
    ]
    found = read_tables(books, [RATE], FLAGS).values["rate"]
    assert (dict(found.flags), {n: str(shown) for n, shown in found.shown.items()}) == ({0: "revised"}, {1: "2.6"})


def test_one_cause_in_several_columns_is_one_problem() -> None:
    rows = (("Code", "rate", "beds"), ("RJ1", "-", "-"), ("RJ2", 1, "-"))
    assert refusal(*rows, inputs=[RATE, Input("beds", "number")]).startswith(
        'undeclared-marker B2: "-" is not a number, and what it stands for is not declared. '
        "The same fault stands in 3 cells: B2, C2 and C3."
    )


def test_a_long_table_is_read_by_the_same_rules() -> None:
    rows = (
        ("Quarter", "Code", "Metric", "Value"), ("Q4", "RJ1", "rate", "5 [r]"), (None, "RJ1", "other", 1),
        (None, "RJ2", "rate", ShownCell(2.55, 1)), ("Q3", "RJ1", "rate", 9),
    )  # fmt: skip
    reading = replace(FLAGS, long=LongForm("Metric", "Value", (("Quarter", "Q4"),)), fill=("Quarter",))
    found = read(*rows, reading=reading)
    assert values(found) == {"RJ1": "5 D2", "RJ2": "2.55 D4"}
    assert (dict(found.values["rate"].flags), {n: str(x) for n, x in found.values["rate"].shown.items()}) == (
        {0: "revised"},
        {1: "2.6"},
    )
    assert (found.period, found.accounts[0].set_aside, found.unused_headings) == ("Q4", 1, ("other",))
    assert adds_up(found.accounts[0])


# shapes


def test_one_thing_stands_as_often_as_it_is_wanted() -> None:
    many = Repeated("x", 3)
    assert (len(many), list(many), many[-1], list(many[1:]), list(many[::-1])) == (
        3,
        ["x"] * 3,
        "x",
        ["x"] * 2,
        ["x"] * 3,
    )
    for place in (3, -4):
        with pytest.raises(IndexError):
            many[place]


def test_rows_are_numbered_and_numbered_rows_are_a_table() -> None:
    rows = [(), ("a",), (), ("b", "c")]
    assert list(numbered(rows)) == [(2, ("a",)), (4, ("b", "c"))]
    assert [tuple(row) for row in dense(list(numbered(rows)))] == rows
    assert dense([]) == []
    memory = book(*rows)
    assert list(memory.stream("S")) == list(numbered(rows))
    assert [tuple(row) for row in memory.read("S", 2).rows] == rows[:2]


def test_the_label_of_the_period_is_told_as_it_is_written() -> None:
    for rows, label in (
        ((("PERIOD:", "May"), HEADER, ("RJ1", "A", 1)), "PERIOD:"),
        ((("Code", "Quarter", "rate"), ("RJ1", "Q4", 1)), "Quarter"),
        ((HEADER, ("RJ1", "A", 1)), None),
    ):
        layout = found_layout(book(*rows), "S", [RATE], PLAIN)
        assert layout is not None
        assert period_label(layout, PLAIN) == label
        layout = replace(layout, period=period_column(layout, PLAIN))
        assert {one.text for one in PeriodTexts(layout, PLAIN).said()} <= {"May"}


def test_a_data_frame_is_a_return() -> None:
    pandas = pytest.importorskip("pandas")
    found = nhsrate.Return.from_frame(pandas.DataFrame({"Code": ["RJ1"], "rate": [2.5]}), method("inputs: {rate: {type: number}}"))  # fmt: skip
    assert (codes(found), str(found.values["rate"].cells[0])) == (["RJ1"], "2.5")


def test_a_table_of_optional_inputs_alone_must_have_one_of_them() -> None:
    optional = [Input("rate", "number", optional=True), Input("beds", "number", optional=True)]
    said = refusal(("Code", "Foo"), ("RA1", 3), inputs=optional)
    assert said.startswith("no-table ")
    assert 'none of the 2 wanted headings: "rate" and "beds".' in said


def test_a_heading_of_values_in_a_long_table_does_not_make_it_wide() -> None:
    reading = TableReading(long=LongForm("Indicator", "Value"))
    rows = (("Code", "Indicator", "Value"), ("RA1", "rate", 3), ("RA1", "beds", 4))
    inputs = [Input("Value", "number", optional=True), RATE, Input("beds", "number")]
    found = read(*rows, reading=reading, inputs=inputs)
    assert (found.form, values(found, "rate"), values(found, "beds")) == (
        "long", {"RA1": "3 C2"}, {"RA1": "4 C3"}
    )  # fmt: skip


def test_a_marker_is_no_period() -> None:
    reading = TableReading(markers=(("-1", "none"),))
    assert read(("Code", "Quarter", "rate"), ("RA1", -1, 3), reading=reading).period is None


def test_more_different_numbers_than_are_held_once_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsrate.values.doubles.KEPT", 1)
    found = read(HEADER, ("RA1", "A", 1.5), ("RA2", "B", 2.5), ("RA3", "C", 1.5), ("RA4", "D", 2.5))
    assert [str(cell) for cell in found.values["rate"].cells] == ["1.5", "2.5", "1.5", "2.5"]


# rows just below the header


@pytest.mark.parametrize(
    "row",
    [
        (None, None, "days", "%"), (None, None, "(number)", "(per cent)"), ("Units", None, "bed days", "what is said"),
        (None, "Unit of measure", "per 1,000", "weeks waited"), ("text", "text", "integer", "numeric"),
        ("id", "name", "[n]", "0 to 100"), (None, None, None, "\u00a3 million"), (None, None, "number of patients", None),
    ],
)  # fmt: skip
def test_a_row_of_units_below_the_header_is_set_aside(row: Sequence[object]) -> None:
    header = ("Code", "Name", "rate", "beds")
    found = read(header, row, ("RJ1", "Ash", 5, 6), inputs=(RATE, Input("beds", "number")))
    assert (codes(found), [one.reason for one in found.set_aside]) == (["RJ1"], ["units of the columns"])


@pytest.mark.parametrize("row", [(1, 2, 3, 4), ("1", "2", "3", "4")])
def test_a_row_that_counts_the_columns_is_set_aside(row: Sequence[object]) -> None:
    found = read(("Code", "Name", "rate", "beds"), row, ("RJ1", "Ash", 5, 6), inputs=(RATE, Input("beds", "number")))
    assert [one.reason for one in found.set_aside] == ["the numbers of the columns"]


def test_else_a_row_below_the_header_is_an_organisation_or_is_refused() -> None:
    """A unit stands below the header alone, in every column, and beside no code of an organisation."""
    header, inputs = ("Code", "rate", "beds"), (RATE, Input("beds", "number"))
    assert codes(read(header, ("1", "2", "3"), ("4", 5, 6), inputs=inputs)) == ["1", "4"]
    assert "no-code A3" in refusal(header, ("RJ1", 5, 6), (None, "days", "%"), inputs=inputs)
    assert "no-code A2" in refusal(header, (None, "days", 3), ("RJ1", 5, 6), inputs=inputs)
    assert "A number is expected" in refusals(header, ("DAYS", "days", "n"), ("RJ1", 5, 6), inputs=inputs)[0]
    assert refusal(header, (None, "closed for works", "n"), ("RJ1", 5, 6), inputs=inputs) == (
        "no-code A2: The row has texts below the headings and no organisation code. "
        "If it says what the columns are, say under reading first_row: 3; else add the code."
    )
