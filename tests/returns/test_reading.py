"""From opened books to a return, or all problems together."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import hostile

from nhsrate.core.cells import NO, YES, Cell, Level, Missing, make_scale
from nhsrate.core.problems import CellLocation, Refused, errors, short
from nhsrate.core.tables import ErrorCell, MemoryBook, PercentCell, SetAside, Table, Uncalculated
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.returns.sheets import fits, named_methodology, period_of
from nhsrate.rules.inputs import Input, LongForm, Range, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return

PLAIN = TableReading()
RATE = Input("rate", "number", title="Rate of falls")
SHARE = Input("share", "percent")
STARS = make_scale("stars", [Level("stars", name, n) for n, name in enumerate(["3", "2", "1", "good"])])


def book(*rows: Sequence[object], file: str = "r.csv", sheet: str | None = None, hidden: bool = False) -> MemoryBook:
    """A book of one table; a file name without a sheet stands for a csv file."""
    return MemoryBook(file, f"digest of {file}", [Table(file, sheet, rows, hidden)])


def sheets(**tables: Sequence[Sequence[object]]) -> MemoryBook:
    """A workbook of these sheets; a name that begins with an underscore stands for a hidden one."""
    made = [Table("r.xlsx", name.strip("_"), rows, name.startswith("_")) for name, rows in tables.items()]
    return MemoryBook("r.xlsx", "digest", made)


def read(
    *books: MemoryBook, inputs: Sequence[Input] = (RATE,), reading: TableReading = PLAIN, sheet: str | None = None
) -> Return:
    return read_tables(books, inputs, reading, sheet=sheet)


def problems(
    *books: MemoryBook, inputs: Sequence[Input] = (RATE,), reading: TableReading = PLAIN, sheet: str | None = None
) -> list[str]:
    """Every error of a refused return, as `code place: message remedy`."""
    with pytest.raises(Refused) as refused:
        read(*books, inputs=inputs, reading=reading, sheet=sheet)
    return [f"{problem.code} {problem}" for problem in errors(refused.value.problems)]


def problem(
    *books: MemoryBook, inputs: Sequence[Input] = (RATE,), reading: TableReading = PLAIN, sheet: str | None = None
) -> str:
    """The one problem of a refused return."""
    [found] = problems(*books, inputs=inputs, reading=reading, sheet=sheet)
    return found


def column(item: Input, *raws: object, reading: TableReading = PLAIN) -> list[Cell]:
    """The cells that an input makes of raw cells."""
    rows = [(f"RJ{n}", raw) for n, raw in enumerate(raws)]
    return list(read(book(("Code", item.id), *rows), inputs=[item], reading=reading).values[item.id].cells)


def fault(item: Input, *raws: object, reading: TableReading = PLAIN) -> str:
    """The one problem that an input has with raw cells."""
    rows = [(f"RJ{n}", raw) for n, raw in enumerate(raws)]
    return problem(book(("Code", item.id), *rows), inputs=[item], reading=reading)


# the whole


def test_a_return_keeps_values_names_and_places() -> None:
    found = read(
        book(("Code", "Name", "Rate"), ("RJ1", "St Mary", "2.50"), ("RJ2", None, None)),
        inputs=[Input("rate", "number")],
    )
    assert [(body.code, body.name) for body in found.organisations] == [("RJ1", "St Mary"), ("RJ2", "RJ2")]
    values = found.values["rate"]
    assert list(values.cells) == [Decimal("2.50"), Missing("blank")]
    assert (values.heading, str(values.at(1))) == ("Rate", "r.csv:C3")
    assert (found.name, found.digest, found.form, found.period) == ("r.csv", "digest of r.csv", "wide", None)
    assert (found.problems, found.set_aside, found.unused_headings, found.overrides) == ((), (), (), ())


def test_an_absent_optional_column_is_missing_everywhere() -> None:
    found = read(book(("Code", "Rate of falls"), ("RJ1", "1")), inputs=[RATE, Input("old", "number", optional=True)])
    assert list(found.values["old"].cells) == [Missing("column absent")]
    assert found.values["old"].at(0) is None


def test_all_problems_are_reported_together() -> None:
    found = problems(
        book(("Code", "Rate of falls", "Share"), ("RJ1", "many", "50%"), ("RJ1", "few", "12,5"), (None, "7", None)),
        inputs=[RATE, SHARE, Input("lost", "number")],
    )
    assert [line.split(" ")[:2] for line in found] == [
        ["no-code", "r.csv:A4:"],
        ["duplicate-organisation", "r.csv:A3:"],
        ["text-in-number", "r.csv:B2:"],
        ["text-in-number", "r.csv:C3:"],
        ["missing-column", "r.csv:row"],
    ]


def test_nothing_given_is_a_problem() -> None:
    assert problem().startswith("no-table return: No table of organisations was given.")


# headings


@pytest.mark.parametrize("heading", ["rate", "RATE ", "Rate of\nfalls", "rate\u00a0of falls\u200b", "Falls"])
def test_headings_are_matched_by_id_title_or_alias_whatever_their_case_and_space(heading: str) -> None:
    item = Input("rate", "number", title="Rate of falls", aliases=("falls",))
    assert column_of(read(book(("Trust Code", heading), ("RJ1", "1")), inputs=[item])) == "r.csv:B2"


def column_of(found: Return, item: str = "rate") -> str:
    return str(found.values[item].at(0))


def test_a_column_under_the_id_and_one_under_the_title_are_ambiguous() -> None:
    assert problem(book(("Code", "Rate of falls", "rate"), ("RJ1", "1", "2"))) == (
        'ambiguous-heading r.csv:C1: 2 columns fit "rate": "rate" (C1) and "Rate of falls" (B1). '
        "Say which is meant under reading, such as headings: {rate: C1}."
    )


def test_the_table_may_stand_anywhere() -> None:
    rows: list[tuple[object, ...]] = [
        ("Title",), (), (None, None, "Org code"), (None, None, "Org code", None, "Rate of falls"), (), (None,
        None, "RJ1", None, 5),
    ]  # fmt: skip
    found = read(book(*rows, file="r.xlsx", sheet="S"))
    assert column_of(found) == "r.xlsx:S!E6"


def test_the_header_row_may_be_pinned() -> None:
    rows = (("Code", "rate"), ("RJ1", 1), ("Code", "rate"), ("RJ2", 2))
    assert [body.code for body in read(book(*rows), reading=TableReading(header_row=3)).organisations] == ["RJ2"]
    assert problem(book(*rows), reading=TableReading(header_row=2)).startswith("no-table r.csv: No row has a heading")


def test_a_code_heading_merged_over_two_rows_is_found() -> None:
    rows = (("Code", "Falls", None), (None, "rate", "number"), ("RJ1", 5, 6))
    found = read(book(*rows, file="r.xlsx", sheet="S"))
    assert column_of(found) == "r.xlsx:S!B3"
    assert found.unused_headings == ("number",)


GROUPED = (
    ("Sheet title", None, None, None, None),
    (None, "Attendances", None, None, "Waits"),
    ("Code", "Type 1", "Type 2", None, "Type 1"),
    ("RJ1", 10, 20, None, 30),
)


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (Input("a", "count", title="Type 1", group="Attendances"), "r.xlsx:S!B4"),
        (Input("a", "count", title="Type 1", group="waits "), "r.xlsx:S!E4"),
        (Input("a", "count", title="Type 1", group="Sheet title / Attendances"), "r.xlsx:S!B4"),
        (Input("a", "count", title="Waits / Type 1"), "r.xlsx:S!E4"),
        (Input("a", "count", title="Attendances / Type 2"), "r.xlsx:S!C4"),
        (Input("a", "count", title="Type 1", column="E"), "r.xlsx:S!E4"),
        (Input("a", "count", title="Type 1", column="e3"), "r.xlsx:S!E4"),
    ],
)
def test_a_group_or_a_cell_tells_columns_of_one_name_apart(item: Input, place: str) -> None:
    assert column_of(read(book(*GROUPED, file="r.xlsx", sheet="S"), inputs=[item]), "a") == place


def test_a_heading_that_stands_twice_is_refused_with_the_remedy() -> None:
    found = problem(book(*GROUPED, file="r.xlsx", sheet="S"), inputs=[Input("a", "count", title="Type 1")])
    assert found == (
        'ambiguous-heading r.xlsx:S!B3: 2 columns are called "Type 1": B3 and E3. Say which is meant for "a" by the '
        'heading above it, such as group: "Attendances" and "Waits".'
    )
    found = problem(book(("Code", "rate", "Rate"), ("RJ1", 1, 2)))
    assert found.endswith('Rename them, or say which is meant for "rate" by its letters, such as column: B.')


def test_two_columns_of_codes_are_refused() -> None:
    found = problem(book(("Code", "Code", "rate"), ("RJ1", "E1", 2)))
    assert found.startswith('ambiguous-heading r.csv:A1: 2 columns are called "Code": A1 and B1.')


def test_two_columns_that_may_hold_the_codes_are_ambiguous() -> None:
    assert problem(book(("Code", "Org code", "rate"), ("E54", "RJ1", "2"), ("E56", "RJ2", "2"))) == (
        'ambiguous-heading r.csv:A1: 2 columns may hold the codes of the organisations: "Code" (A1) and '
        '"Org code" (B1). Say which under reading, such as code: [Code].'
    )
    given = TableReading(code=("Code", *TableReading().code))
    assert read(book(("Code", "Org code", "rate"), ("E54", "RJ1", "2")), reading=given).organisations[0].code == "E54"


@pytest.mark.parametrize("other", ["Org code", "Region code", "ODS code"])
def test_codes_of_groups_and_codes_that_stand_twice_leave_no_doubt(other: str) -> None:
    beside = {"Org code": "E54", "Region code": "Y61", "ODS code": None}[other]
    rows = [(f"RJ{n}", beside or f"RJ{n}", "2") for n in range(3)]
    found = read(book(("Provider code", other, "rate"), *rows))
    assert [one.code for one in found.organisations] == ["RJ0", "RJ1", "RJ2"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            Input("falls", "number", title="Rate of falls per bed"),
            (
                'missing-column r.csv:B1: The column "falls" (Rate of falls per bed) is missing. '
                'Did you mean "Rate of falls per beds" (B1)? Then rename that heading.'
            ),
        ),
        (
            Input("zz", "number"),
            (
                'missing-column r.csv:row 1: The column "zz" is missing. Add it; leave cells blank where there is '
                "no value."
            ),
        ),
        (
            Input("zz", "number", title="rate", group="Waits"),
            (
                'missing-column r.csv:C1: The column "zz" (rate) is missing under "Waits". Did you mean "rate" (C1)? '
                "Then rename that heading."
            ),
        ),
        (
            Input("zz", "number", column="Q16"),
            (
                'missing-column r.csv:row 1: The column "zz" is missing: it is looked for at Q16, where no '
                "heading stands. "
                "Add it; leave cells blank where there is no value."
            ),
        ),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_heading(item: Input, said: str) -> None:
    assert problem(book(("Code", "Rate of falls per beds", "rate"), ("RJ1", 1, 2)), inputs=[item]) == said


def test_a_table_with_none_of_the_wanted_headings_is_one_problem() -> None:
    found = problem(book(("Code", "Beds"), ("RJ1", 1)), inputs=[Input(f"i{n}", "number") for n in range(6)])
    assert found.startswith(
        'no-table r.csv:row 1: The table has a code column and none of the 6 wanted headings: "i0", "i1", "i2", '
        '"i3" and 2 more.'
    )


def test_a_table_without_codes_is_refused() -> None:
    assert problem(book(("Year", "rate"), ("2026", 1))).startswith(
        'no-table r.csv: No row has a heading for the organisation code, such as "org code".'
    )


# sheets


TABLE = (("Code", "rate"), ("RJ1", 1))
OTHER = (("Metric", "Trusts"), ("rate", 120))


def test_the_sheet_whose_headings_fit_is_read() -> None:
    assert column_of(read(sheets(Notes=OTHER, Data=TABLE, _Old=TABLE, Overrides=()))) == "r.xlsx:Data!B2"


def test_the_only_visible_sheet_is_read_and_its_faults_named() -> None:
    assert problem(sheets(Notes=OTHER, _Old=OTHER)).startswith("no-table r.xlsx:Notes: No row has a heading")


def test_the_sheet_that_fits_best_is_read_so_that_its_faults_are_named() -> None:
    inputs = [RATE, Input("other", "number")]
    assert problem(sheets(Notes=OTHER, Data=TABLE), inputs=inputs).startswith("missing-column r.xlsx:Data!row 1")


def test_of_several_fitting_sheets_none_is_guessed() -> None:
    assert problem(sheets(A=TABLE, B=TABLE)) == (
        'several-sheets r.xlsx: 2 sheets have the wanted headings: "A" and "B". Say which to read, such as --sheet "A".'
    )
    assert column_of(read(sheets(A=TABLE, B=TABLE), sheet="B")) == "r.xlsx:B!B2"
    assert column_of(read(sheets(A=TABLE, B=TABLE), reading=TableReading(sheet=" b"))) == "r.xlsx:B!B2"
    assert column_of(read(sheets(A=TABLE), reading=TableReading(sheet="Provider"))) == "r.xlsx:A!B2"


def test_a_sheet_that_is_not_there_is_named_with_the_others() -> None:
    assert problem(sheets(Data=TABLE, B=TABLE), sheet="Date") == (
        'unknown-sheet r.xlsx: There is no sheet "Date". The sheets are: "Data" and "B". Did you mean "Data"?'
    )


def test_where_no_sheet_fits_the_sheets_are_listed() -> None:
    assert problem(sheets(A=OTHER, B=OTHER)) == (
        'no-table r.xlsx: No sheet has a code column and all wanted headings. The sheets are: "A" and "B". '
        "Name one with --sheet to see which headings it lacks."
    )
    assert "none that is visible" in problem(sheets(_A=OTHER, _B=OTHER))


def test_of_several_sheets_only_the_notes_of_the_one_read_are_kept() -> None:
    from nhsrate.core.problems import Problem

    found = sheets(Notes=OTHER, Data=TABLE)
    found.problems.extend(
        Problem(CellLocation("r.xlsx", name), "hidden-rows", "x", "", "note") for name in ("Notes", "Data")
    )
    assert [str(note.at) for note in read(found).problems] == ["r.xlsx:Data"]


# rows


def test_totals_notes_and_repeated_headers_are_set_aside_with_their_reason() -> None:
    rows = [
        ("Code", "Name", "rate"), ("-", "England", 5), (), (None, "  ", None), ("RJ1", "A", 1), ("Code", "Name",
        "rate"),
        (None, "ALL ENGLISH PROVIDERS", 9), ("Total ", "Total", 7), ("X1", "england", 7), ("RQX",
        "Region of Mercia", 6),
        (None, "Note 1: as published", None), ("Notes", None, None), ("See page 3", None, None), (None, None, "Total"),
        ("RJ2", None, None),
    ]  # fmt: skip
    found = read(book(*rows, file="r.xlsx", sheet="S"), reading=TableReading(set_aside=("region of mercia",)))
    assert [body.code for body in found.organisations] == ["RJ1", "RJ2"]
    assert [(row.at.removeprefix("r.xlsx:S!"), row.text, row.reason) for row in found.set_aside] == [
        ("row 2", "-, England, 5", "a total"),
        ("row 6", "Code, Name, rate", "the header again"),
        ("row 7", "ALL ENGLISH PROVIDERS, 9", "a total, without a code"),
        ("row 8", "Total, 7", "a total"),
        ("row 9", "X1, england, 7", "a total"),
        ("row 10", "RQX, Region of Mercia, 6", "declared as no organisation"),
        ("row 11", "Note 1: as published", "a note"),
        ("row 12", "Notes", "a note"),
        ("row 13", "See page 3", "a note"),
        ("row 14", "Total", "a total, without a code"),
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "no-code r.xlsx:S!A2: The row has values and no organisation code."),
        ("\u200b", "no-code r.xlsx:S!A2: The row has values and no organisation code."),
        (50, "code-not-text r.xlsx:S!A2: The organisation code is the number 50; Excel may have changed it"),
        (50.0, "code-not-text r.xlsx:S!A2: The organisation code is the number 50;"),
        (PercentCell(0.5), "code-not-text r.xlsx:S!A2: The organisation code is the number 50%;"),
        (True, "code-not-text r.xlsx:S!A2: The organisation code is the logical value TRUE"),
        (date(2026, 3, 1), "code-not-text r.xlsx:S!A2: The organisation code is a date (2026-03-01)"),
        (timedelta(hours=30), "code-not-text r.xlsx:S!A2: The organisation code is a date (1 day, 6:00:00)"),
        (time(9), "code-not-text r.xlsx:S!A2: The organisation code is a date (09:00:00)"),
        (ErrorCell("#N/A"), "error-cell r.xlsx:S!A2: The spreadsheet could not calculate this code: #N/A."),
        (Uncalculated(), "uncalculated-formula r.xlsx:S!A2: The code is a formula without a stored result."),
        ("5E+01", 'code-not-text r.xlsx:S!A2: The organisation code "5E+01" looks like one that Excel changed'),
        ("1-Mar", 'code-not-text r.xlsx:S!A2: The organisation code "1-Mar" looks like one that Excel changed'),
        ("R\u0410J", "code-not-text r.xlsx:S!A2: The organisation code \"R\u0410J\" holds '\u0410' (U+0410)"),
        ("St Mary", 'code-not-text r.xlsx:S!A2: "St Mary" is not an organisation code'),
    ],
)
def test_a_code_that_is_none_is_refused(raw: object, said: str) -> None:
    assert problem(book(("Code", "rate"), (raw, 1), file="r.xlsx", sheet="S")).startswith(said)


def test_codes_of_digits_are_text_in_a_csv_file() -> None:
    assert read(book(("Provider ID", "rate"), ("010001", "1"))).organisations[0].code == "010001"


def test_tidied_codes_are_noted_once_for_a_file() -> None:
    found = read(book(("Code", "rate"), (" RJ1", "1"), ("RJ\u200b2", "2"), ("RJ3\u00a0", "3"), ("RJ4 ", "4")))
    assert [body.code for body in found.organisations] == ["RJ1", "RJ2", "RJ3", "RJ4"]
    assert [str(note) for note in found.problems] == [
        (
            'r.csv:A2: The code was read as "RJ1", without the spaces around or in it. '
            "The same was done in 4 cells: A2, A3, A4 and 1 more."
        )
    ]


def test_an_organisation_that_stands_twice_is_refused_with_both_rows() -> None:
    assert problem(book(("Code", "rate"), ("RJ1", 1), ("rj1 ", 2), ("RJ1", 3))).startswith(
        'duplicate-organisation r.csv:A3: "rj1" stands already in row 2. The same fault stands in 2 cells: A3 and A4.'
    )


def test_a_header_alone_is_refused() -> None:
    assert problem(book(("Code", "rate"))).startswith(
        'no-organisations r.csv:row 1: No organisation stands under the code heading "Code" (A1).'
    )


def test_a_table_that_ends_at_a_limit_of_spreadsheets_is_doubted() -> None:
    rows = [("Code", "rate"), ("RJ1", "1"), *[()] * 65_533, ("RJ2", "2")]
    assert [(doubt.code, doubt.severity, str(doubt.at)) for doubt in read(book(*rows)).problems] == [
        ("far-cell", "warning", "r.csv:A65536"),
        ("row-limit", "warning", "r.csv:row 65536"),
    ]


def test_rows_of_a_csv_file_that_are_longer_than_its_header_are_refused() -> None:
    rows = [("Code", "Name", "rate"), ("RJ1", "A", "1", None, ""), ("RJ2", "B", "Q", "2")]
    assert problems(book(*rows)) == [
        (
            "ragged-row r.csv:row 3: The row has 4 fields, and the header has 3. Look for a comma in a text or "
            "number that is not in quotation marks, or a missing heading."
        ),
        (
            'text-in-number r.csv:C3: A number is expected, and the cell says "Q". Enter the number; if '
            "there is none, clear the cell, or add the text under reading: markers with its reason."
        ),
    ]


WIDE = ("Code", "Name", "rate", "Town", "Note")


@pytest.mark.parametrize(
    "behind",
    [
        [],
        [("RJ2", "B", "6", "x", "y")],
        [("RJ2", "B", "6", "x")],
        [("RJ2",)],
        [(), ("RJ2", "B", "6", "x", "y")],
        [("RJ2", "B", "6"), ("RJ3", "B", "6"), ("RJ4", "B", "6", "x", "y")],
    ],
)
@pytest.mark.parametrize("early", [("RJ1", "A", "5"), ("RJ1", "A"), ("RJ1",)])
def test_a_row_of_a_csv_file_may_end_early_where_a_row_or_the_end_follows(
    early: tuple[str, ...], behind: list[tuple[str, ...]]
) -> None:
    """What it leaves out is blank; a note says so, and under `--strict` a note is refused."""
    if behind and len(early) == 2 and len(behind[0]) == 4:
        return  # the two together have the fields of one row
    found = read(book(WIDE, early, *behind))
    assert found.values["rate"].cells[0] == (Decimal(5) if len(early) > 2 else Missing("blank"))
    notes = [problem for problem in found.problems if problem.code == "ragged-row"]
    assert [(note.severity, str(note.at)) for note in notes] == [("note", "r.csv:row 2")]
    assert f"has {len(early)} of the header's 5 fields" in notes[0].message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("RJ1", "The Royal"), ("Hospital", "5", "x", "y")),
        (("RJ1", "Ward"), ("B2", "5", "x", "y")),
        (("RJ1", "A", "5", "St"), ("Albans", "y")),
        (("RJ1", "A", "5"), ("see note 3",)),
        (("RJ1", "A", "5"), ("NHS", "x")),
    ],
)
@pytest.mark.parametrize("reading", [PLAIN, TableReading(where=(("Town", ("x",)),))])
def test_a_text_of_a_csv_file_that_is_broken_over_two_lines_is_refused(
    first: tuple[str, ...], second: tuple[str, ...], reading: TableReading
) -> None:
    """Also where `where` would leave both halves out; a second half may look like a code of its own."""
    said = problems(book(WIDE, first, second, ("RJ9", "I", "9", "x", "z")), reading=reading)
    place = f"ragged-row r.csv:row 2: The row has only {len(first)} of the header's 5 fields, so it may be cut short."
    assert any(problem.startswith(place) for problem in said)


def test_a_total_behind_a_row_that_ends_early_is_a_row_of_its_own() -> None:
    found = read(book(WIDE, ("RJ1", "A"), ("Total", "", "11", "", ""), ("RJ2", "B", "6", "x", "y")))
    assert [(problem.severity, str(problem.at)) for problem in found.problems] == [("note", "r.csv:row 2")]


def test_a_row_that_ends_before_what_where_asks_for_is_noted() -> None:
    reading = TableReading(where=(("Town", ("x",)),))
    found = read(book(WIDE, ("RJ1", "A", "5"), ("RJ2", "B", "6", "x", "y")), reading=reading)
    assert [one.code for one in found.organisations] == ["RJ2"]
    told = [("ragged-row", "r.csv:row 2"), ("left-out", "r.csv:D2")]  # because RJ1 has no other row
    assert [(problem.code, str(problem.at)) for problem in found.problems] == told


def test_several_rows_that_end_early_are_one_note() -> None:
    found = read(book(WIDE, ("RJ1", "A", "5"), ("RJ2", "B", "6"), ("RJ3", "C", "7", "x"), ("RJ4", "D", "8", "x", "y")))
    [note] = found.problems
    assert len(note.cells) == 3


# cells


NUMBER = Input("x", "number")
COUNT = Input("x", "count")
PERCENT = Input("x", "percent")
FRACTION = Input("x", "percent", bare="fraction")
LEVEL = Input("x", "level", scale=STARS)
YES_OR_NO = Input("x", "yes/no")
TEXT = Input("x", "text")


@pytest.mark.parametrize(
    ("item", "raw", "cell"),
    [
        (NUMBER, "17,712.50", Decimal("17712.50")),
        (NUMBER, " \u22120.5 ", Decimal("-0.5")),
        (NUMBER, 0.1, Decimal("0.1")),
        (NUMBER, 7, Decimal(7)),
        (NUMBER, Decimal("1.10"), Decimal("1.10")),
        (NUMBER, 1e-07, Decimal("1e-07")),
        (NUMBER, "", Missing("blank")),
        (NUMBER, " \u00a0", Missing("blank")),
        (COUNT, "1,000", Decimal(1000)),
        (COUNT, 5.0, Decimal("5.0")),
        (PERCENT, "94.5", Decimal("94.5")),
        (PERCENT, "94.5 %", Decimal("94.5")),
        (PERCENT, 94.5, Decimal("94.5")),
        (PERCENT, PercentCell(0.945), Decimal("94.5")),
        (FRACTION, "0.945", Decimal("94.5")),
        (FRACTION, "1,0", Missing("never")),
        (FRACTION, ".945", Decimal("94.5")),
        (FRACTION, 0.945, Decimal("94.5")),
        (FRACTION, "94.5%", Decimal("94.5")),
        (FRACTION, PercentCell(1), Decimal(100)),
        (LEVEL, "3", STARS.levels[0]),
        (LEVEL, 2, STARS.levels[1]),
        (LEVEL, 1.0, STARS.levels[2]),
        (LEVEL, "Good ", STARS.levels[3]),
        (YES_OR_NO, "Yes", YES),
        (YES_OR_NO, " n", NO),
        (YES_OR_NO, True, YES),
        (YES_OR_NO, False, NO),
        (YES_OR_NO, 1, YES),
        (YES_OR_NO, 0.0, NO),
        (YES_OR_NO, "1.0", YES),
        (TEXT, " Acute\nlarge ", "Acute large"),
        (TEXT, 5.0, "5"),
        (TEXT, True, "TRUE"),
        (TEXT, PercentCell(0.5), "50%"),
        (TEXT, datetime(2026, 3, 31, 12, 30), "2026-03-31 12:30:00"),  # noqa: DTZ001 (spreadsheets know no zones)
    ],
)
def test_a_cell_means_what_its_input_says(item: Input, raw: object, cell: Cell) -> None:
    if cell == Missing("never"):
        assert fault(item, raw).startswith("text-in-number")
    else:
        assert column(item, raw) == [cell]


@pytest.mark.parametrize(
    ("item", "raw", "said"),
    [
        (NUMBER, "(5)", 'text-in-number r.csv:B2: "(5)" may mean a negative number, as in accounts, or a note.'),
        (NUMBER, "12,5", 'text-in-number r.csv:B2: "12,5" has a comma that parts neither thousands nor, here, de'),
        (NUMBER, "1.5m", 'text-in-number r.csv:B2: "1.5m" is a number with a multiplier.'),
        (NUMBER, "<5", 'text-in-number r.csv:B2: "<5" is a bound, not a value'),
        (NUMBER, "52+", 'text-in-number r.csv:B2: "52+" means this number or more, not a value.'),
        (NUMBER, "£5", 'text-in-number r.csv:B2: "£5" has a currency sign.'),
        (NUMBER, "5-10", 'text-in-number r.csv:B2: "5-10" is a range, not a value.'),
        (NUMBER, "12.5*", 'text-in-number r.csv:B2: "12.5*" is a number with a mark behind it.'),
        (PERCENT, "94.5 [r]", 'text-in-number r.csv:B2: "94.5 [r]" is a number with a mark behind it.'),
        (NUMBER, "\u0665", 'text-in-number r.csv:B2: "\u0665" has digits of another script.'),
        (NUMBER, "1_000", 'text-in-number r.csv:B2: A number is expected, and the cell says "1_000".'),
        (NUMBER, "1e900", 'text-in-number r.csv:B2: "1e900" is too large or too long'),
        (NUMBER, "1" * 41, "text-in-number r.csv:B2: "),
        (NUMBER, float("inf"), "text-in-number r.csv:B2: Infinity is not a number that can be rated."),
        (NUMBER, True, "text-in-number r.csv:B2: A number is expected, and the cell holds the logical value TRUE."),
        (NUMBER, date(2026, 3, 4), "text-in-number r.csv:B2: A number is expected, and the cell holds a date or"),
        (NUMBER, b"?", 'text-in-number r.csv:B2: A number is expected, and the cell says "b\'?\'".'),
        (NUMBER, "94.5%", 'percent-scale r.csv:B2: "94.5%" is a percentage, and a plain number is expected.'),
        (COUNT, PercentCell(0.945), "percent-scale r.csv:B2: A plain number is expected, and the cell shows a pe"),
        (NUMBER, "-", 'undeclared-marker r.csv:B2: "-" is not a number, and what it stands for is not declared.'),
        (NUMBER, "[c] [x]", 'undeclared-marker r.csv:B2: "[c] [x]" is not a number'),
        (NUMBER, "Not\u00a0applicable", 'undeclared-marker r.csv:B2: "Not applicable" is not a number'),
        (NUMBER, ErrorCell("#DIV/0!"), "error-cell r.csv:B2: The spreadsheet could not calculate this cell: #DIV/0!."),
        (TEXT, "#ref!", "error-cell r.csv:B2: The spreadsheet could not calculate this cell: #ref!."),
        (TEXT, Uncalculated(), "uncalculated-formula r.csv:B2: The cell holds a formula without a stored result."),
        (COUNT, "12.5", "out-of-range r.csv:B2: A count is expected, a whole number that is not negative, and th"),
        (COUNT, -1, "out-of-range r.csv:B2: A count is expected"),
        (LEVEL, "4", 'not-a-level r.csv:B2: "4" is not a level of the scale; the levels are 3, 2, 1, good.'),
        (LEVEL, PercentCell(0.5), 'not-a-level r.csv:B2: "50%" is not a level'),
        (LEVEL, date(2026, 1, 1), 'not-a-level r.csv:B2: "2026-01-01" is not a level'),
        (Input("x", "level"), "4", 'not-a-level r.csv:B2: "4" is not a level'),
        (YES_OR_NO, "maybe", 'not-yes-or-no r.csv:B2: Yes or no is expected, and the cell says "maybe".'),
        (YES_OR_NO, 2, 'not-yes-or-no r.csv:B2: Yes or no is expected, and the cell says "2".'),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_meant_is_refused_with_its_own_sentence(item: Input, raw: object, said: str) -> None:
    assert fault(item, raw).startswith(said)


def test_faults_of_one_cause_are_one_problem_with_a_count() -> None:
    assert fault(NUMBER, "-", "1", " -", "-", "-", "-") == (
        'undeclared-marker r.csv:B2: "-" is not a number, and what it stands for is not declared. The same '
        "fault stands in "
        "5 cells: B2, B4, B5 and 2 more. Enter the value; if there is none, clear the cell, or add the text "
        "under reading: markers with its reason."
    )


def test_declared_markers_are_missing_with_their_reason() -> None:
    reading = TableReading(markers=(("-", "not collected"), ("[C]", "confidential")))
    item = Input("x", "number", markers=(("-", "no such department"), ("-1", "no value")))
    assert column(item, "-", "[c]", "-1", -1, "-1.0", 2, reading=reading) == [
        Missing("no such department"), Missing("confidential"), Missing("no value"), Missing("no value"),
        Missing("no value"), Decimal(2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("valid", "raw", "said"),
    [
        (Range(Decimal(0), Decimal(100)), "101", "101 lies outside the valid range, 0 to 100 per cent."),
        (Range(low=Decimal(0)), "-1%", "-1% lies outside the valid range, at least 0 per cent."),
        (
            Range(high=Decimal(100)),
            PercentCell(94.5),
            "9450% lies outside the valid range, at most 100 per cent. In a cell of percent format 94.5 per cent is",
        ),
    ],
)
def test_a_value_outside_its_range_is_refused(valid: Range, raw: object, said: str) -> None:
    assert fault(Input("x", "percent", valid=valid), raw).startswith(f"out-of-range r.csv:B2: {said}")


def test_a_value_at_the_end_of_its_range_is_valid() -> None:
    assert column(Input("x", "number", valid=Range(Decimal(0), Decimal(100))), "0", "100.0") == [0, 100]


def test_a_required_value_may_not_be_blank() -> None:
    """A declared marker says why there is no value, which a blank does not."""
    item = Input("x", "number", title="Beds", required=True, markers=(("-", "closed"),))
    assert fault(item, "1", None, " ") == (
        'required-value r.csv:B3: Every organisation must have a value for "Beds", and this cell is blank. The same '
        "fault stands in 2 cells: B3 and B4. Enter the value, or a declared marker that says why there is none: "
        '"-" for closed.'
    )
    assert column(item, "-") == [Missing("closed")]


def test_a_column_of_fractions_under_per_cent_is_doubted() -> None:
    rows = [(f"RJ{n}", f"0.{n}") for n in range(1, 6)]
    [doubt] = read(book(("Code", "share"), *rows), inputs=[SHARE]).problems
    assert (doubt.severity, str(doubt)) == (
        "warning",
        (
            "r.csv:B2: All 5 values of the column are between 0 and 1, though bare numbers are declared to be per cent "
            "(95 for 95 %): 0.1 was read as 0.1 %, and may mean 10 %. If it does, show the values with a percent sign, "
            "or change the declaration (bare:)."
        ),
    )
    rows = [(f"RJ{n}", f"9{n}") for n in range(1, 6)]
    [doubt] = read(book(("Code", "x"), *rows), inputs=[FRACTION]).problems
    assert "above 1.5, though bare numbers are declared to be fractions" in doubt.message
    rows = [(f"RJ{n}", f"9{n}00%") for n in range(1, 6)]
    [doubt] = read(book(("Code", "x"), *rows), inputs=[PERCENT]).problems
    assert doubt.message == "All 5 percentages of the column are above 150 %; this one is 9100 %."


@pytest.mark.parametrize("raws", [["1", "0", "1"], ["0.1"] * 5 + ["2"], ["0"] * 6, ["95%"] * 6])
def test_a_column_that_may_well_be_per_cent_is_not_doubted(raws: list[str]) -> None:
    rows = [(f"RJ{n}", raw) for n, raw in enumerate(raws)]
    assert read(book(("Code", "share"), *rows), inputs=[SHARE]).problems == ()


def test_a_column_that_mixes_signed_and_doubtful_bare_numbers_is_refused() -> None:
    assert fault(PERCENT, "95%", "0.94", PercentCell(0.9), "0.93") == (
        "percent-scale r.csv:B3: The column mixes cells with a percent sign and bare numbers, and 0.94 could "
        "mean either. "
        "The same fault stands in 2 cells: B3 and B5. Write all cells of the column in one way."
    )
    assert fault(FRACTION, PercentCell(0.9), "94").startswith("percent-scale r.csv:B3")
    assert column(PERCENT, "95%", "94", "0") == [95, 94, 0]


# long form


LONG = TableReading(long=LongForm("Metric_ID", "Value", (("Quarter", "Q4"),)))
A, B = Input("A", "number", title="First"), Input("B", "number", optional=True)


def long_rows(*rows: tuple[object, ...]) -> MemoryBook:
    return book(("Trust_code", "Trust_name", "Quarter", "Metric_ID", "Value"), *rows)


def test_a_row_for_each_indicator_is_gathered() -> None:
    found = read(
        long_rows(
            ("RJ1", "St Mary", "Q4", "A", "1"),
            ("RJ2", "St Anne", "Q4", "first ", "2"),
            ("RJ2", "St Anne", "Q4", "B", "-3"),
            ("RJ2", "St Anne", "Q3", "A", "9"),
            ("RJ2", "St Anne", "Q4", "C", "9"),
            ("RJ3", "St Paul", "Q4", None, None),
            ("-", "England", "Q4", "A", "5"),
        ),
        inputs=[A, B],
        reading=LONG,
    )
    assert (found.form, found.period, found.unused_headings) == ("long", "Q4", ("C",))
    assert [body.name for body in found.organisations] == ["St Mary", "St Anne", "St Paul"]
    assert list(found.values["A"].cells) == [1, 2, Missing("no row for it")]
    assert list(found.values["B"].cells) == [Missing("no row for it"), -3, Missing("no row for it")]
    assert [str(found.values["B"].at(n)) for n in range(3)] == ["None", "r.csv:E4", "None"]
    assert found.set_aside == (
        SetAside("r.csv:row 8", "-, England, Q4", "a total"),
        SetAside("r.csv", "1 row", 'Quarter is not "Q4"'),
    )


def test_two_rows_for_one_organisation_and_indicator_are_refused() -> None:
    assert problem(
        long_rows(("RJ1", "", "Q4", "A", "1"), ("RJ1", "", "Q4", "A", "1"), ("RJ1", "", "Q4", "B", "x2")),
        inputs=[A], reading=LONG,
    ) == (
        'duplicate-value r.csv:E3: "RJ1" has a value for "A" here and at E2. Keep one of them, or say under '
        'reading: long: '
        "where: which rows are meant. (Rows that say the same may be set aside: identical_rows: set aside.)"
    )  # fmt: skip


def test_a_fault_in_a_long_table_has_its_own_cell() -> None:
    rows = long_rows(("RJ1", "", "Q4", "B", "5"), ("RJ1", "", "Q4", "A", "few"))
    assert problem(rows, inputs=[A], reading=LONG).startswith("text-in-number r.csv:E3: A number is expected")


def test_a_code_written_in_two_ways_is_refused() -> None:
    found = problem(long_rows(("RJ1", "", "Q4", "A", "1"), ("rj1", "", "Q4", "B", "1")), inputs=[A], reading=LONG)
    assert found.startswith('duplicate-organisation r.csv:A3: "rj1" is written "RJ1" in other rows.')


def test_an_indicator_without_rows_is_missing() -> None:
    rows = long_rows(("RJ1", "", "Q4", "Z", "1"))
    assert problem(rows, inputs=[A, B], reading=LONG).startswith(
        'missing-column r.csv:D1: The indicator "A" (First) is missing: no row has it under "Metric_ID".'
    )
    many = [Input(f"i{n}", "number") for n in range(6)]
    assert problem(rows, inputs=many, reading=LONG).startswith(
        'no-table r.csv:row 1: No row has any of the 6 wanted indicators under "Metric_ID": "i0", "i1", "i2", '
        '"i3" and 2 more.'
    )


def test_a_required_indicator_needs_a_row_for_everyone() -> None:
    rows = long_rows(("RJ1", "", "Q4", "A", "1"), ("RJ2", "", "Q4", "B", "1"))
    assert problem(rows, inputs=[Input("A", "number", required=True), B], reading=LONG).startswith(
        'required-value r.csv: 1 organisation has no row for "A", which all must have.'
    )
    assert "2 organisations have no row" in problem(
        long_rows(("RJ1", "", "Q4", "A", "1"), ("RJ2", "", "Q4", "B", "1"), ("RJ3", "", "Q4", "B", "1")),
        inputs=[Input("A", "number", required=True), B],
        reading=LONG,
    )


def test_the_columns_by_which_rows_are_chosen_must_be_there() -> None:
    rows = book(("Code", "Metric_ID", "Value"), ("RJ1", "A", "1"))
    assert problem(rows, inputs=[A], reading=LONG).startswith(
        'missing-column r.csv:row 1: The column "Quarter" is missing; only rows where it says "Q4" are wanted.'
    )


def test_a_wide_table_is_read_where_a_long_one_may_come() -> None:
    assert read(book(("Code", "A"), ("RJ1", "1")), inputs=[A], reading=LONG).form == "wide"
    assert problem(book(("Code", "Metric_ID"), ("RJ1", "1")), inputs=[A], reading=LONG).startswith("missing-column")


def test_a_short_row_of_a_long_workbook_is_blank() -> None:
    rows = (("Code", "Metric_ID", "Value"), ("RJ1", "A"), ("RJ2",), ("RJ3", "A", 5))
    found = read(
        book(*rows, file="r.xlsx", sheet="S"), inputs=[A], reading=TableReading(long=LongForm("Metric_ID", "Value"))
    )
    assert list(found.values["A"].cells) == [Missing("blank"), Missing("no row for it"), 5]


# several books


def test_several_books_are_one_return() -> None:
    found = read(
        book(("Code", "rate", "old"), ("RJ1", "1", "5"), file="a.csv"),
        book(("Code", "rate"), ("RJ2", "2"), file="b.csv"),
        inputs=[RATE, Input("old", "number", optional=True), Input("new", "number", optional=True)],
    )
    assert [body.code for body in found.organisations] == ["RJ1", "RJ2"]
    assert [str(found.values["rate"].at(n)) for n in range(2)] == ["a.csv:B2", "b.csv:B2"]
    assert list(found.values["old"].cells) == [5, Missing("column absent")]
    assert found.values["old"].at(1) is None
    assert (found.name, len(found.digest)) == ("a.csv, b.csv", 64)


def test_two_books_may_each_give_some_indicators_of_the_same_organisations() -> None:
    found = read(
        book(("Code", "rate"), ("RJ1", "1"), ("RJ2", None), file="a.csv"),
        book(("Code", "share", "rate"), ("rj2", "50%", "2"), ("RJ1", "60%", None), file="b.csv"),
        book(("Code", "share", "rate"), ("RJ3", "50%", "4"), file="c.csv"),
        inputs=[RATE, SHARE],
    )
    assert list(found.values["rate"].cells) == [1, 2, 4]
    assert list(found.values["share"].cells) == [60, 50, 50]
    assert str(found.values["rate"].at(1)) == "b.csv:C2"


def test_a_column_that_no_other_book_makes_good_is_missing() -> None:
    assert problem(
        book(("Code", "rate", "share"), ("RJ1", "1", "50"), file="a.csv"),
        book(("Code", "rate"), ("RJ2", "2"), file="b.csv"),
        inputs=[RATE, SHARE],
    ).startswith('missing-column b.csv:row 1: The column "share" is missing.')


def test_two_values_of_several_books_are_refused_with_both_cells() -> None:
    assert (
        problem(book(("Code", "rate"), ("RJ1", "1"), file="a.csv"), book(("Code", "rate"), ("RJ1", "1"), file="b.csv"))
        == 'duplicate-value b.csv:B2: "RJ1" has a value for "rate" here and at a.csv:B2. Keep one of them.'
    )


def test_problems_of_several_books_are_reported_together() -> None:
    found = problems(book(("Code",), file="a.csv"), book(("x",), file="b.csv"), sheets(A=TABLE), sheet="B")
    assert [line.split(" ")[1] for line in found] == ["a.csv:row", "b.csv:", "r.xlsx:", "a.csv:row"]


# overrides


HEAD = ("Organisation", "Item", "Level", "Who", "When", "Why")


def test_overrides_are_read_from_their_sheet() -> None:
    rows = (("Decisions",), HEAD, (" RJ1 ", "segment", 4, "Board", date(2026, 3, 31), "deficit"), (), (None, " "))
    [override] = read(sheets(Data=TABLE, _Overrides=rows)).overrides
    assert (override.code, override.item, override.level, override.who) == ("RJ1", "segment", "4", "Board")
    assert (override.when, override.why, str(override.at)) == ("2026-03-31", "deficit", "r.xlsx:Overrides!A3")


def test_overrides_are_read_from_a_csv_file_of_their_own() -> None:
    rows = (("Trust code", "Item", "Level", "Who", "When", "Why"), ("RJ1", "segment", "4", "Board", "March", "deficit"))
    found = read(book(*TABLE, file="a.csv"), book(*rows, file="overrides.csv"))
    assert [override.code for override in found.overrides] == ["RJ1"]
    assert len(found.organisations) == 1


def test_an_incomplete_override_is_refused() -> None:
    rows = (HEAD, ("RJ1", "segment", "4", None, "March"))
    assert problem(sheets(Data=TABLE, Overrides=rows)) == (
        'override r.xlsx:Overrides!D2: The decision on "RJ1" does not say: who and why. '
        "Every override is recorded with who, when and why."
    )


def test_a_sheet_of_overrides_needs_its_headings() -> None:
    assert problem(sheets(Data=TABLE, Overrides=(("Organisation", "Level"), ("RJ1", "4")))).startswith(
        "override r.xlsx:Overrides: The sheet of overrides needs a header row with organisation, item, level, "
        "who, when and why."
    )
    assert read(sheets(Data=TABLE, Overrides=((None,),))).overrides == ()


# hints


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ((("Methodology", "nof-2025-26"),), ("nof-2025-26", "B1")),
        ((("Methodology: nof-2025-26",), ("Code", "rate")), ("nof-2025-26", "A1")),
        ((("Methodology:", None), ("stars-2005",)), ("stars-2005", "A2")),
        ((("Code", "Methodology", "rate"), ("RJ1", "stars-2005", 1)), ("stars-2005", "B2")),
        ((("Methodology",), (None,)), None),
        ((("Methodology",),), None),
        ((("Code", "rate"), ("RJ1", 1)), None),
    ],
)
def test_a_book_may_name_its_methodology(rows: Sequence[Sequence[object]], named: tuple[str, str] | None) -> None:
    """The name, and the cell in which it stands."""
    found = named_methodology(book(*rows))
    assert (found and (found[0], short(found[1]))) == named


def test_a_sheet_called_methodology_names_it() -> None:
    found = named_methodology(sheets(_Old=(("Methodology", "x"),), Data=TABLE, Methodology=((), (None, "stars-2005"))))
    assert found is not None
    assert (found[0], str(found[1])) == ("stars-2005", "r.xlsx:Methodology!B2")
    assert named_methodology(sheets(Data=TABLE, Methodology=())) is None


def test_an_edition_fits_when_its_headings_stand_in_the_books() -> None:
    data = sheets(Notes=OTHER, _Old=TABLE, Data=TABLE, Overrides=())
    assert fits([data], [RATE], PLAIN)
    assert not fits([data], [RATE, SHARE], PLAIN)
    assert fits([data, book(("Code", "share"), ("RJ1", "1"))], [RATE, SHARE], PLAIN)
    assert not fits([data], [Input("other", "number", optional=True)], PLAIN)
    rows = long_rows(("RJ1", "", "Q4", "A", "1"), ())
    assert fits([rows], [A, B], LONG)
    assert not fits([rows], [A, Input("C", "number")], LONG)
    assert not fits([book(("Code", "Metric_ID", "Value"), ("RJ1", "A", "1"))], [A], LONG)


@pytest.mark.parametrize(
    ("rows", "period"),
    [
        ((("Period:", "June 2025"), ("Code", "rate")), "June 2025"),
        ((("Quarter", "Code", "rate"), ("Q4 2025/26", "RJ1", 1), ("Q4 2025/26", "RJ2", 1), ("Total",)), "Q4 2025/26"),
        ((("Quarter", "Code", "rate"), ("Q4", "RJ1", 1), ("Q3", "RJ2", 1)), None),
        ((("Period", "x" * 61), ("Code", "rate")), None),
        ((("Year", "2005"), ("Code", "rate")), None),
    ],
)
def test_the_period_is_found(rows: Sequence[Sequence[object]], period: str | None) -> None:
    assert period_of([sheets(_Old=(("Period", "May"),), Data=rows)], PLAIN) == period


def test_the_heading_of_the_period_may_be_declared() -> None:
    rows = (("Year ending", date(2005, 3, 31)), ("Code", "rate"), ("RJ1", "1"))
    assert (
        read(book(*rows, file="r.xlsx", sheet="S"), reading=TableReading(period=("Year ending",))).period
        == "2005-03-31"
    )


def test_books_of_different_periods_have_none() -> None:
    one = book(("Period", "Code", "rate"), ("May", "RJ1", "1"), file="a.csv")
    other = book(("Period", "Code", "rate"), ("June", "RJ2", "1"), file="b.csv")
    assert (read(one).period, read(one, other).period) == ("May", None)


# published files


IDS = ["OF0005", "OF0016", "OF0041", "OF0057", "OF0061", "OF0063", "OF0079", "OF0081", "OF0082", "OF0084", "OF0086"]
NOF = [Input(id_, "number") for id_ in IDS]
WAITS = [
    Input("four_hours", "percent", title="Percentage in 4 hours or less (all)", bare="fraction"),
    Input("type1", "count", title="Type 1 Departments - Major A&E", group="A&E attendances"),
    Input("type1_share", "percent", title="Percentage in 4 hours or less (type 1)", markers=(("-", "no attendances"),)),
]


def test_a_real_return_is_read(backtest_data: Path) -> None:
    inputs = [
        *NOF,
        *(Input(f"{id_}_rank", "count", optional=True) for id_ in IDS),
        Input("financial_override", "yes/no"),
    ]
    found = read_tables([open_book(backtest_data / "nof-2025-26" / "return-q4.xlsx")], inputs, PLAIN)
    assert (len(found.organisations), found.problems, found.set_aside) == (61, (), ())
    assert found.values["OF0005"].cells[1] == Decimal("9.31")
    assert found.values["OF0005_rank"].cells[1] == 94
    assert [cell is YES for cell in found.values["financial_override"].cells].count(True) == 12
    assert str(found.values["OF0005"].at(1)).endswith("return-q4.xlsx:Return!F3")
    assert list(found.values["OF0079_rank"].cells) == [Missing("column absent")] * 61


def test_a_real_publication_in_long_form_says_the_same(backtest_data: Path) -> None:
    folder = backtest_data / "nof-2025-26"
    reading = TableReading(long=LongForm("Metric_ID", "Value", (("Quarter", "Q4 2025/26"),)))
    [published] = folder.glob("*trust-data-q4.csv")
    long = read_tables([open_book(published)], NOF, reading)
    wide = read_tables([open_book(folder / "return-q4.xlsx")], NOF, PLAIN)
    assert (long.form, long.period, len(long.organisations)) == ("long", "Q4 2025/26", 61)
    places = {body.code: n for n, body in enumerate(long.organisations)}
    compared = 0
    for n, body in enumerate(wide.organisations):
        for id_ in IDS:
            cell, other = wide.values[id_].cells[n], long.values[id_].cells[places[body.code]]
            assert isinstance(cell, Missing) == isinstance(other, Missing)
            compared += not isinstance(cell, Missing)
            assert isinstance(cell, Missing) or cell == other
    assert compared == 588


def test_a_real_workbook_with_labels_groups_and_totals_is_read(backtest_data: Path) -> None:
    opened = open_book(backtest_data / "messy" / "ae-by-provider-2025-06.xlsx")
    found = read_tables([opened], WAITS, TableReading(markers=(("-", "no attendances"),)), sheet="Provider Level Data")
    assert (len(found.organisations), found.period) == (201, "June 2025")
    assert [row.text for row in found.set_aside] == ["-, England, 1428563"]
    assert found.values["four_hours"].cells[0] == Decimal("73.2481304158588")
    assert Missing("no attendances") in found.values["type1_share"].cells
    assert [str(values.at(0)).rpartition("!")[2] for values in found.values.values()] == ["Q19", "E19", "R19"]
    assert [note.code for note in found.problems] == ["hidden-rows"]


def test_the_same_statistics_as_csv_are_read(backtest_data: Path) -> None:
    opened = open_book(backtest_data / "messy" / "ae-by-provider-2024-09.csv")
    found = read_tables([opened], [Input("type1", "count", title="A&E attendances Type 1")], PLAIN)
    assert (len(found.organisations), [row.reason for row in found.set_aside]) == (197, ["a total"])
    cells = [cell for cell in found.values["type1"].cells if isinstance(cell, Decimal)]
    assert sum(cells) == 1335923  # the total that the file itself gives


@pytest.mark.parametrize(
    ("name", "reading", "codes"),
    [
        ("ae-by-provider-2025-06.xlsx", PLAIN, {"several-sheets"}),
        ("rtt-time-series.xlsx", PLAIN, {"no-table"}),
        ("cancer-waits-provider-2024-12.xlsx", PLAIN, {"no-table"}),
        ("indicator-upload-duplicate-rows.xlsx", TableReading(code=("AreaCode",)), {"no-table"}),
    ],
)
def test_real_files_that_are_no_such_return_are_refused_plainly(
    backtest_data: Path, name: str, reading: TableReading, codes: set[str]
) -> None:
    with pytest.raises(Refused) as refused:
        read_tables([open_book(backtest_data / "messy" / name)], WAITS[:2], reading)
    assert {found.code for found in refused.value.problems if found.severity == "error"} == codes


def test_real_stacked_tables_are_refused_by_name(backtest_data: Path) -> None:
    """Their organisations repeat, but that is not what is wrong."""
    opened = open_book(backtest_data / "messy" / "cancer-waits-provider-2024-12.xlsx")
    inputs = [Input("share", "percent", title="TREATED WITHIN 62 DAYS", bare="fraction")]
    reading = TableReading(code=("ODS CODE (1)",), sheet="62-day (all cancer) ")
    with pytest.raises(Refused) as refused:
        read_tables([opened], inputs, reading)
    [found] = refused.value.problems
    assert found.code == "stacked-tables"
    assert found.message.startswith("5 tables stand below each other in the sheet; their headings are in rows 9, ")


@pytest.mark.parametrize(
    ("table", "organisations", "above"),
    [("1", 148, 6), ("2", 142, 157), ("part c", 69, 302), ("PART E", 143, 503), ("5", 143, 503)],
)
def test_a_real_stacked_table_is_read_by_its_number_or_title(
    backtest_data: Path, table: str, organisations: int, above: int
) -> None:
    """The national row below each has no code; the rows of the other tables are accounted for."""
    opened = open_book(backtest_data / "messy" / "cancer-waits-provider-2024-12.xlsx")
    inputs = [Input("share", "percent", title="TREATED WITHIN 62 DAYS", bare="fraction", markers=(("-", "none"),))]
    reading = TableReading(code=("ODS CODE (1)",), sheet="62-day (all cancer)", table=table)
    found = read_tables([opened], inputs, reading)
    [account] = found.accounts
    assert (len(found.organisations), account.above, account.rows) == (organisations, above, 671)
    assert (found.set_aside[0].text.split(",")[0], found.set_aside[0].reason) == (
        "ALL ENGLISH PROVIDERS",
        "a total, without a code",
    )
    assert {row.reason for row in found.set_aside[1:]} <= {"a note"}


# anything


@given(
    st.binary(max_size=300),
    st.sampled_from(["return.csv", "return.xlsx"]),
    st.sampled_from([b"", b"Code,rate\n", b"PK\x03\x04"]),
)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, start: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(start + data)
    read_or_refuse(path)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: bytes
) -> None:
    data = hostile.workbook()
    place %= len(data)
    path = tmp_path_factory.getbasetemp() / "changed.xlsx"
    path.write_bytes(data[:place] + change + data[place + len(change) :])
    read_or_refuse(path)


@given(st.lists(st.lists(st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.floats(), st.booleans(), st.dates(), st.just(Uncalculated()),
    st.builds(PercentCell, st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from(["Code", "rate", "RJ1", "5"]),
), max_size=4), max_size=6), st.sampled_from(["number", "percent", "count", "level", "yes/no", "text"]))  # fmt: skip
def test_any_cells_are_read_or_refused(rows: list[list[object]], kind: str) -> None:
    item = Input("rate", kind, scale=STARS)  # type: ignore[arg-type]
    try:
        found = read(book(["Code", "rate"], *rows, file="r.xlsx", sheet="S"), inputs=[item])
    except Refused as refused:
        said = [problem.message for problem in refused.problems]
    else:
        said = [body.code for body in found.organisations]
    assert all(said)
    assert said


def read_or_refuse(path: Path) -> None:
    try:
        found = read_tables([open_book(path)], [RATE], PLAIN)
    except Refused as refused:
        anything: tuple[object, ...] = refused.problems
    else:
        anything = found.organisations
    assert anything
