"""Numbers with the tail of a binary one: at 15 digits where a spreadsheet had them, exact and noted where a text has."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.returns.test_reading import book, read

from nhsrate.core.cells import Missing
from nhsrate.core.numbers import from_double
from nhsrate.core.problems import CellLocation
from nhsrate.core.tables import DisguisedCell, PercentCell, ShownCell
from nhsrate.core.texts import as_text
from nhsrate.returns.frames import book_from_frame
from nhsrate.rules.inputs import Input, Range, TableReading
from nhsrate.values.column import ColumnReader, parse_column

NUMBER, PERCENT, COUNT = Input("x", "number"), Input("x", "percent"), Input("x", "count")
FRACTION = Input("x", "percent", bare="fraction")
PLAIN = TableReading()


def at(n: int) -> CellLocation:
    return CellLocation("r.csv", None, n, 2)


@pytest.mark.parametrize(
    ("item", "raw", "cell"),
    [
        (NUMBER, 57.999999999999993, "58"),
        (NUMBER, 0.285 * 100, "28.5"),
        (NUMBER, 0.1 + 0.2, "0.3"),
        (NUMBER, ShownCell(0.1 + 0.7, 0), "0.8"),
        (PERCENT, PercentCell(0.57999999999999996), "58"),
        (PERCENT, PercentCell(1), "1E+2"),
        (FRACTION, 0.57999999999999996, "58"),
        (COUNT, 9.9999999999999982, "10"),
        (NUMBER, 1e22, "1E+22"),
        (NUMBER, -4.35 * 100, "-435"),
        (Input("x", "text"), 57.999999999999993, "58"),
    ],
)
def test_a_binary_number_is_taken_at_fifteen_digits(item: Input, raw: object, cell: str) -> None:
    assert [str(one) for one in parse_column(item, [raw], PLAIN, at)[0]] == [cell]


@given(st.decimals(-(10**9), 10**9, places=5))
def test_what_a_person_types_is_what_a_binary_number_says(number: Decimal) -> None:
    """A number of up to 15 digits goes through binary unharmed."""
    assert from_double(float(number)) == number


def test_a_data_frame_has_binary_numbers() -> None:
    frame = pd.DataFrame({"Code": ["RJ1"], "rate": [0.58 * 100]})
    assert read(book_from_frame(frame)).values["rate"].cells == [Decimal(58)]


@pytest.mark.parametrize("reading", [PLAIN, TableReading(markers=(("57.99999999999998", "odd"),))])
@pytest.mark.parametrize("item", [NUMBER, FRACTION, Input("x", "number", valid=Range(Decimal(0), Decimal(100)))])
def test_a_text_stays_exact_and_what_a_spreadsheet_shows_is_kept(item: Input, reading: TableReading) -> None:
    reader = ColumnReader(item, reading)
    texts = ["57.99999999999999", "5", "0.12345678901234567"]
    reader.add(texts, [2, 3, 4], at)
    scale = 100 if item.bare == "fraction" else 1
    assert reader.cells == [Decimal(text) * scale for text in texts]
    assert reader.shown == {0: 58 * scale, 2: Decimal("0.123456789012346") * scale}
    [note] = reader.finish([2, 3, 4], at)
    assert (note.severity, note.code, str(note.at)) == ("note", "shown-value", "r.csv:B2")
    assert "the tail of a binary number" in note.message


def test_a_percentage_with_a_sign_may_have_a_tail() -> None:
    reader = ColumnReader(PERCENT, PLAIN)
    reader.add(["57.99999999999999%"], [2], at)
    assert (reader.cells, reader.shown) == ([Decimal("57.99999999999999")], {0: Decimal(58)})


def test_a_long_text_that_is_no_number_has_no_tail() -> None:
    cells, problems = parse_column(Input("x", "text"), ["a text of more than fifteen letters"], PLAIN, at)
    assert (cells, problems) == (["a text of more than fifteen letters"], [])
    assert parse_column(NUMBER, ["0.5000000000000000"], PLAIN, at) == ([Decimal("0.5000000000000000")], [])


@pytest.mark.parametrize(
    ("raw", "cell"),
    [("9.9999999999999982", "10"), (9.9999999995, "10"), ("-0.0000000001", "0"), ("12.0000000009", "12")],
)
def test_a_count_that_is_all_but_whole_is_that_number_and_noted(raw: object, cell: str) -> None:
    [found], [note] = parse_column(COUNT, [raw], PLAIN, at)
    assert (str(found), note.code, note.severity) == (cell, "almost-whole", "note")


@pytest.mark.parametrize("raw", ["9.99999999", 9.5, "-1", "-0.99999999999"])
def test_a_count_that_is_further_off_is_refused(raw: object) -> None:
    [found], [problem] = parse_column(COUNT, [raw], PLAIN, at)
    assert isinstance(found, Missing)
    assert problem.severity == "error"


def test_an_almost_whole_count_must_still_be_in_range() -> None:
    item = Input("x", "count", valid=Range(Decimal(0), Decimal(5)))
    assert parse_column(item, ["9.9999999999999982"], PLAIN, at)[1][0].code == "out-of-range"


@pytest.mark.parametrize(
    ("raw", "cell", "said"),
    [
        (DisguisedCell(95, "nothing"), "95", "The cell holds 95, and its number format shows nothing."),
        (DisguisedCell(95.5, '"n/a"'), "95.5", 'The cell holds 95.5, and its number format shows "n/a".'),
        (
            DisguisedCell(1500, "2, in thousands"),
            "1500",
            "The cell holds 1500, and its number format shows 2, in thousands.",
        ),
    ],
)
def test_a_number_whose_format_shows_something_else_is_noted(raw: DisguisedCell, cell: str, said: str) -> None:
    [found], [note] = parse_column(NUMBER, [raw], PLAIN, at)
    assert (str(found), note.code, note.severity) == (cell, "shown-value", "note")
    assert note.message.startswith(said)
    assert as_text(raw) == cell


def test_a_hidden_percentage_is_a_percentage() -> None:
    [found], [note] = parse_column(PERCENT, [DisguisedCell(PercentCell(0.95), "nothing")], PLAIN, at)
    assert (found, note.code) == (Decimal(95), "shown-value")


def test_a_hidden_number_of_a_declared_marker_is_that_marker() -> None:
    reading = TableReading(markers=(("-1", "withheld"),))
    assert parse_column(NUMBER, [DisguisedCell(-1, "nothing")], reading, at)[0] == [Missing("withheld")]


def test_notes_stand_at_their_cells() -> None:
    found = read(book(("Code", "rate"), ("RJ1", "57.99999999999999"), ("RJ2", "5")))
    assert [str(problem.at) for problem in found.problems] == ["r.csv:B2"]
