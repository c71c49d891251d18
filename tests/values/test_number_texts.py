"""Numbers and durations as people type them, and percentages on the other scale."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import Level, Missing, make_scale
from nhsrate.core.numbers import typed_number
from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, PercentCell, Table
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, Range, TableReading
from nhsrate.values.percent_scale import own_among_others

if TYPE_CHECKING:
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.returns.model import Return

PLAIN = TableReading()
COMMAS = TableReading(decimal=",")
RATE = Input("rate", "number")
COUNT = Input("falls", "count")
SHARE = Input("share", "percent", valid=Range(Decimal(0), Decimal(100)))
FRACTION = Input("share", "percent", bare="fraction")
WAIT = Input("wait", "duration", unit="minutes")


def read(item: Input, *raws: object, reading: TableReading = PLAIN, separator: str | None = None) -> Return:
    """The return of a column of these cells, from row 2 of column B."""
    rows: list[list[object]] = [["Code", item.id], *([f"XA{n}", raw] for n, raw in enumerate(raws))]
    return read_tables([MemoryBook("r.csv", "", [Table("r.csv", None, rows, separator=separator)])], [item], reading)


def cells(item: Input, *raws: object, reading: TableReading = PLAIN, separator: str | None = None) -> list[str]:
    """The values of such a column, about which there is nothing to say."""
    found = read(item, *raws, reading=reading, separator=separator)
    assert found.problems == ()
    return list(map(str, found.values[item.id].cells))


def said(item: Input, *raws: object, reading: TableReading = PLAIN, separator: str | None = None) -> list[Problem]:
    """What is said of such a column, be it refused or not."""
    try:
        return list(read(item, *raws, reading=reading, separator=separator).problems)
    except Refused as refused:
        return list(refused.problems)


# decimals and thousands


@pytest.mark.parametrize("text", ["0,375", "-0,5", "\u22120,250", "0,120,000", "00,012", "012,345", "12,34", "1,2345"])
def test_what_cannot_be_thousands_is_refused(text: str) -> None:
    (problem,) = said(RATE, text)
    assert (problem.severity, str(problem.at)) == ("error", "r.csv:B2")
    assert "has a comma that parts neither thousands nor, here, decimals" in problem.message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2,75", "2.75"),
        ("-0,375", "-0.375"),
        ("3", "3"),
        ("1 234,5", "1234.5"),
        ("1\u202f234\u202f567", "1234567"),
        ("12'500,25", "12500.25"),
        ("1,5E3", "1500"),
        ("1.5E3", "1500"),
    ],
)
def test_decimal_commas_are_read_where_they_are_declared(text: str, number: str) -> None:
    found = read(RATE, text, reading=COMMAS).values["rate"].cells
    assert found == [Decimal(number)]


def test_decimal_commas_go_with_percent_signs_and_with_single_inputs() -> None:
    assert cells(SHARE, "94,5 %", "80", reading=COMMAS) == ["94.5", "80"]
    own = Input("rate", "number", decimal=",")
    assert cells(own, "2,75", 3.5) == ["2.75", "3.5"]
    german = TableReading(decimal=",", thousands=".")
    assert cells(RATE, "1.234.567,8", "12", reading=german) == ["1234567.8", "12"]
    assert cells(RATE, "1234567,8", reading=german) == ["1234567.8"]


def test_a_point_is_refused_where_a_comma_parts_decimals() -> None:
    (problem,) = said(RATE, "1.500", reading=COMMAS)
    assert problem.message == '"1.500" has a point, and under reading it is a comma that parts decimals.'
    assert 'thousands: "."' in problem.remedy


def test_a_comma_in_a_file_parted_by_semicolons_is_refused_until_it_is_declared() -> None:
    first, *_ = said(RATE, "3,250", "7", separator=";")
    assert (first.severity, str(first.at)) == ("error", "r.csv:B2")
    assert "in a file parted by semicolons that is mostly a decimal one" in first.message
    assert cells(RATE, "3,250", "7", separator=";", reading=COMMAS) == ["3.250", "7"]
    english = TableReading(thousands=",")
    assert cells(RATE, "3,250", "7", separator=";", reading=english) == ["3250", "7"]
    assert cells(RATE, "3.25", "7", separator=";") == ["3.25", "7"]


def test_a_column_whose_commas_may_part_either_says_so() -> None:
    (problem,) = said(RATE, "1,125", 1.5, -2, "2,250")
    assert (problem.severity, problem.code, str(problem.at)) == ("warning", "thousands", "r.csv:B2")
    assert problem.message == (
        '"1,125" was read as 1125, though the comma may part decimals (1.125): nothing in the column tells.'
    )
    assert len(problem.cells) == 2


@pytest.mark.parametrize(
    ("item", "raws", "reading"),
    [
        (COUNT, ["1,125", 3], PLAIN),  # a count has no decimals
        (RATE, ["1,125", 640], PLAIN),  # others are as large
        (RATE, ["1,125", "1,234,567"], PLAIN),
        (RATE, ["1,125", "2,250.5"], PLAIN),
        (RATE, ["1,125", 3], TableReading(thousands=",")),
        (RATE, ["1,125", 3], TableReading(decimal=".")),
    ],
)
def test_commas_that_certainly_part_thousands_are_not_doubted(
    item: Input, raws: list[object], reading: TableReading
) -> None:
    assert cells(item, *raws, reading=reading)[0] == "1125"


def test_spaces_between_thousands_are_read_and_noted() -> None:
    (problem,) = said(COUNT, "4 321", "17\u00a0000", 12)
    assert (problem.severity, problem.message) == ("note", '"4 321" was read as 4321: the spaces part thousands.')
    assert [str(cell) for cell in read(COUNT, "4 321", "17\u00a0000", 12).values["falls"].cells] == [
        "4321",
        "17000",
        "12",
    ]


@pytest.mark.parametrize("text", ["12 34", "1 2345", "0 123", "1 234,567", "5 6"])
def test_spaces_that_part_no_thousands_are_refused_by_name(text: str) -> None:
    (problem,) = said(RATE, text)
    assert problem.severity == "error"
    assert "spaces" in problem.message


def test_a_plus_sign_is_read_and_a_sign_behind_is_told() -> None:
    assert cells(RATE, "+3", "+0.5") == ["3", "0.5"]
    (problem,) = said(RATE, "1.5-")
    assert problem.message == '"1.5-" has its sign behind the number.'


@given(st.integers(-(10**9), 10**9), st.sampled_from([",", " "]))
def test_grouped_whole_numbers_are_what_they_were_written_from(number: int, sign: str) -> None:
    assert typed_number(f"{number:,}".replace(",", sign)) == number


@given(st.decimals(-(10**6), 10**6, places=3))
def test_decimal_commas_say_what_points_say(number: Decimal) -> None:
    assert typed_number(f"{number:f}".replace(".", ","), ",") == number


# durations


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        (timedelta(minutes=7, seconds=30), "minutes", "7.5"),
        (time(0, 9), "minutes", "9"),
        (timedelta(hours=30), "hours", "30"),
        (timedelta(seconds=1, microseconds=500_000), "seconds", "1.5"),
        ("00:07:30", "minutes", "7.5"),
        ("30:15:00", "hours", "30.25"),
        ("-00:00:30", "minutes", "-0.5"),
        ("00:00:01.25", "seconds", "1.25"),
        ("36:00:00", "days", "1.5"),
        (7.25, "minutes", "7.25"),
        ("12", "hours", "12"),
    ],
)
def test_a_duration_is_held_in_its_unit(raw: object, unit: str, value: str) -> None:
    item = Input("wait", "duration", unit=unit)
    assert read(item, raw).values["wait"].cells == [Decimal(value)]


def test_texts_that_are_no_durations_are_told_apart() -> None:
    (two,) = said(WAIT, "7:30")
    assert two.message == '"7:30" may be hours and minutes, or minutes and seconds.'
    (text,) = said(WAIT, "a while")
    assert text.message == 'A duration in minutes is expected, and the cell says "a while".'
    (marker,) = said(WAIT, "-")
    assert marker.code == "undeclared-marker"
    assert read(WAIT, "-", reading=TableReading(markers=(("-", "closed"),))).values["wait"].cells == [Missing("closed")]


def test_a_duration_where_a_number_is_wanted_is_told_as_one() -> None:
    (problem,) = said(RATE, timedelta(minutes=7))
    assert problem.message == "A number is expected, and the cell holds a duration or a time of day: 0:07:00."
    assert "type: duration" in problem.remedy


# percentages on the other scale


def warned(item: Input, *raws: object) -> list[str]:
    """The messages of the warnings of a column."""
    found = said(item, *raws)
    assert {(one.code, one.severity) for one in found} <= {("percent-scale", "warning")}
    return [one.message for one in found]


@pytest.mark.parametrize("raws", [[0.93, 0.71], ["0.4", "0.99", "0", "1"], [0.88], [1] * 5])
def test_a_whole_column_of_fractions_is_a_warning_with_both_readings(raws: list[object]) -> None:
    (message,) = warned(SHARE, *raws)
    assert "between 0 and 1" in message
    first = Decimal(str(raws[0]))
    assert f"{first} was read as {first} %, and may mean {(first * 100).normalize():f} %" in message


def test_fractions_are_no_doubt_where_the_other_reading_is_not_valid() -> None:
    small = Input("share", "percent", valid=Range(Decimal(0), Decimal(5)))
    assert warned(small, 0.4, 0.9) == []


def test_per_cent_where_fractions_are_declared_is_a_warning() -> None:
    (message,) = warned(FRACTION, 91, 84)
    assert "above 1.5" in message
    assert "91 was read as 9100 %, and may mean 91 %" in message
    (message,) = warned(Input("share", "percent"), PercentCell(94.5))
    assert message == "The one percentage is above 150 %; this one is 9450 %."


@pytest.mark.parametrize(
    ("item", "raws", "told"),
    [
        (SHARE, [97, 94, 0.92, 99], "0.92 % may be meant as 92 %: the others lie between 94 and 99 %."),
        (SHARE, [97, 4.1, 94, 0.92, 99, 93, 95], "0.92 % may be meant as 92 %: the others lie between 4.1 and 99 %."),
        (SHARE, [11, 13, 0.12, 15, 12], "0.12 % may be meant as 12 %: the others lie between 11 and 15 %."),
        (SHARE, [90, 0.8], "0.8 % may be meant as 80 %: the others lie between 90 and 90 %."),
        (FRACTION, [0.97, 0.94, 92, 0.99], "9200 % may be meant as 92 %: the others lie between 94 and 99 %."),
        (SHARE, ["97%", "94%", "0.92%"], "0.92 % may be meant as 92 %: the others lie between 94 and 97 %."),
    ],
)
def test_one_value_on_the_other_scale_is_a_warning_with_both_readings(
    item: Input, raws: list[object], told: str
) -> None:
    assert warned(item, *raws) == [told]


@pytest.mark.parametrize(
    "raws",
    [
        [97, 0, 95],
        ["97%", "88%", "2%", "1%", "99%", "93%", "90%", "85%"],
        [12, 8, 0.5, 3],
        [50, 20, 9, 4, 2, 0.9, 70],
        [0.5, 0.7, 1.5],
        [0.1, 0.4, 0.8, 1.2, 4.9, 8.2, 5.5, 6.1, 7.3],
        [0.06, 1.12, 2.4, 3.26],
        [0.1, 1.27, 3, 9, 12, 14.4],
        ["1%", "2%", "88%", "91%", "93%", "94%", "95%", "97%"],
        [1.5, 0.9, *range(60, 100)],
    ],
)
def test_a_column_that_is_merely_wide_is_not_doubted(raws: list[object]) -> None:
    assert warned(SHARE, *raws) == []


def test_an_own_value_is_judged_over_the_others() -> None:
    found = read(SHARE, 97, 94, 0.92, 99, 0.95)
    values = found.values["share"]

    def at(n: int) -> CellLocation:
        place = values.at(n)
        assert place is not None
        return place

    assert [str(one.at) for one in own_among_others(SHARE, values.cells, [2], at)] == ["r.csv:B4"]
    assert own_among_others(SHARE, values.cells, [0], at) == []


# texts that are compared


@pytest.mark.parametrize(
    "text", ["r\u0435d", "\uff52\uff45\uff44", "\u0391", "\u0441\u043e\u0440", "acut\u0435 \u00e9"]
)
def test_a_letter_that_only_looks_plain_is_refused(text: str) -> None:
    (problem,) = said(Input("rag", "text"), text)
    assert (problem.code, problem.severity) == ("look-alike", "error")
    assert "only looks like the plain letter" in problem.message


@pytest.mark.parametrize("text", ["r\u0435d", "\uff52\uff45\uff44", "y\u0435s", "n\u043e"])
def test_such_a_letter_is_told_in_levels_and_in_yes_or_no(text: str) -> None:
    """Where the texts that may stand there are known, the message names the letter and not the list of them."""
    lights = make_scale("lights", [Level("lights", name, n) for n, name in enumerate(["red", "green"])])
    for item in (Input("rag", "level", scale=lights), Input("rag", "yes/no")):
        (problem,) = said(item, text)
        assert problem.code == "look-alike"
        assert "U+" in problem.message
    (problem,) = said(Input("rag", "level", scale=lights), "amber")
    assert problem.code == "not-a-level"


@pytest.mark.parametrize(
    "text", ["M\u00fcller", "Caf\u00e9 d'\u00c9tat", "\u0436\u0430\u0431\u0430", "\u6771\u4eac", "red \u2013 late"]
)
def test_a_text_in_any_alphabet_is_what_it_is(text: str) -> None:
    assert cells(Input("rag", "text"), text) == [text]


# a number with its unit


@pytest.mark.parametrize(
    ("unit", "raw", "cell"),
    [
        ("£", "£3", "3"), ("£", "£1,400.50", "1400.50"), ("£", "-£5", "-5"), ("£", "£-5", "-5"), ("£", "\u2212£0.50", "-0.50"),
        ("£", "£ 12", "12"), ("£", "12 £", "12"), ("£", "4", "4"), ("£", "£.5", "0.5"), ("£ per head", "£3", "3"),
        ("£ per head", "£3 per head", "3"), ("£m", "£1.2m", "1.2"), ("£m", "-£1.2 M", "-1.2"), ("£m", "1.2", "1.2"),
        ("£000", "12 £000", "12"), ("GBP", "GBP 3", "3"), ("GBP", "3 gbp", "3"), ("US$", "US$3.10", "3.10"),
        ("¥", "¥1,000,000", "1000000"), ("kg", "12 kg", "12"), ("kg", "12kg", "12"), ("p", "35p", "35"), ("°C", "-4°C", "-4"),
        ("days", "3 days", "3"), ("days", "1 day", "1"), ("out of 10", "7 out of 10", "7"), ("m", "5m", "5"),
        ("per 1,000", "3.5 per 1,000", "3.5"),
    ],
)  # fmt: skip
def test_a_number_may_have_the_unit_of_its_input_beside_it(unit: str, raw: str, cell: str) -> None:
    assert cells(Input("rate", "number", unit=unit), raw) == [cell]


@pytest.mark.parametrize(
    ("unit", "raw"),
    [
        ("", "£3"), ("£", "$3"), ("€", "£3"), ("£m", "£3"), ("£", "£3m"), ("£", "£3k"), ("£000", "£3"), ("kg", "3 g"),
        ("g", "3 kg"), ("days", "3 hours"), ("£", "-£-3"), ("£", "(£3)"), ("£", "£"), ("£", "£3 to £4"), ("ms", "5m"),
        ("%", "3%"), ("£", "£3.5.1"), ("£", "£1,23"), ("kg", "about 3 kg"), ("GBP", "USD 3"),
    ],
)  # fmt: skip
def test_another_unit_is_refused(unit: str, raw: str) -> None:
    """A number of pounds is no number of millions of them, and one of grams none of kilograms."""
    with pytest.raises(Refused):
        read(Input("rate", "number", unit=unit), raw)


def test_money_may_have_decimal_commas() -> None:
    reading = TableReading(decimal=",", thousands=".")
    assert cells(Input("rate", "number", unit="€"), "1.234,50 €", "€ 3,5", reading=reading) == ["1234.50", "3.5"]
    spaced = read(Input("rate", "number", unit="€"), "1\u202f234,50\u00a0€", reading=COMMAS)
    assert list(map(str, spaced.values["rate"].cells)) == ["1234.50"]
    assert [problem.severity for problem in spaced.problems] == ["note"]


def test_what_a_comma_in_money_parts_may_be_in_doubt() -> None:
    """As in numbers without a sign."""
    found = read(Input("rate", "number", unit="€"), "€1,400", "€2")
    assert [problem.message for problem in found.problems] == [
        '"€1,400" was read as 1400, though the comma may part decimals (1.400): nothing in the column tells.'
    ]


def test_a_duration_may_have_its_unit() -> None:
    assert cells(WAIT, "1 minute", "7.5 minutes", "00:07:30") == ["1", "7.5", "7.5"]
