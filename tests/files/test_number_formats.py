"""What number formats show of a number: percentages, dates, decimals."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.tables import DisguisedCell, ErrorCell, PercentCell, ShownCell
from nhsrate.files.number_formats import BUILT_IN, GENERAL, MAC_EPOCH, Look, date_of, iso_date, look_of, number_as_shown


@pytest.mark.parametrize(
    ("code", "look"),
    [
        (None, GENERAL),
        ("", GENERAL),
        ("General", GENERAL),
        ("GENERAL", GENERAL),
        ("@", GENERAL),
        ("0", Look(places=0)),
        ("0.00", Look(places=2)),
        ("#,##0", Look(places=0)),
        ("#,##0.0;[Red]-#,##0.0", Look(places=1)),
        ("0.0#", Look(places=2)),
        ("0.", Look(places=0)),
        ('[$£-809]#,##0.00;"-"', Look(places=2)),
        ("_-* #,##0.0_-;-* #,##0.0_-", Look(places=1)),
        ("0%", Look(percent=True, places=0)),
        ("0.0%", Look(percent=True, places=1)),
        ('0.0%;-0.0%;"-"', Look(percent=True, places=1)),
        ('[=0]"-";0.0%', Look(percent=True, places=None)),
        ("General%", Look(percent=True)),
        ('0.0"%"', Look(places=1)),
        (r"0.0\%", Look(places=1)),
        ('0 "days"', Look(places=0)),
        (r"0\d", Look(places=0)),
        ('General" items"', Look()),
        ("0.0,", Look()),
        ('#,##0,,"m"', Look()),
        ("0.00E+00", Look(scientific=2)),
        ("# ?/?", Look()),
        ("dd/mm/yyyy", Look(date="date")),
        ("[$-809]d mmmm yyyy", Look(date="date")),
        ("[Red]mmm-yy", Look(date="date")),
        ("h:mm AM/PM", Look(date="date")),
        ("[h]:mm:ss", Look(date="duration")),
        ("[mm]:ss", Look(date="duration")),
        ("[SS]", Look(date="duration")),
    ],
)
def test_a_number_format_is_understood(code: str | None, look: Look) -> None:
    assert look_of(code) == look


def test_formats_that_are_named_by_number_are_understood() -> None:
    dates = {number for number, code in BUILT_IN.items() if look_of(code).date}
    assert dates == {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47}
    assert {number for number, code in BUILT_IN.items() if look_of(code).percent} == {9, 10}


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.945, "0.0%", PercentCell(0.945)),
        (0.9456, "0.0%", PercentCell(0.9456, 1)),
        (0.9456, "0%", PercentCell(0.9456, 0)),
        (1, "0%", PercentCell(1)),
        (0.94561, "General%", PercentCell(0.94561)),
        (77.96, "0.0", ShownCell(77.96, 1)),
        (77.5, "0.0", 77.5),
        (7, "0", 7),
        (7.5, "General", 7.5),
        (1500.5, "0,", DisguisedCell(1500.5, "2, in thousands")),
        (57.999999999999993, "0.0", 57.999999999999993),
        (0.57999999999999996, "0%", PercentCell(0.57999999999999996)),
        (94.96, "0.0E+00", ShownCell(94.96, 0)),
        (94.96, "0.000E+00", 94.96),
        (94960, "0.0E+00", ShownCell(94960, -3)),
        (0.95, "0%;;", PercentCell(0.95, None)),
        (-0.95, "0%;;", DisguisedCell(PercentCell(-0.95), "nothing")),
        (46112, "dd/mm/yyyy", datetime(2026, 3, 31)),  # noqa: DTZ001 (spreadsheets know no time zones)
        (1.25, "[h]:mm", timedelta(hours=30)),
    ],
)
def test_a_number_is_what_its_cell_shows(value: float, code: str, shown: object) -> None:
    assert number_as_shown(value, look_of(code)) == shown


@pytest.mark.parametrize(
    ("serial", "said"),
    [
        (0, time()),
        (0.5, time(12)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (46112, date(2026, 3, 31)),
        (-1, date(1899, 12, 29)),
    ],
)
def test_days_are_counted_as_excel_counts_them(serial: float, said: date | time) -> None:
    """Excel has a 29th of February 1900, which never was."""
    found = date_of(serial)
    assert (found.date() if isinstance(found, datetime) else found) == said


def test_days_may_be_counted_from_1904() -> None:
    assert date_of(0.25, MAC_EPOCH) == time(6)
    assert date_of(1, MAC_EPOCH) == datetime(1904, 1, 2)  # noqa: DTZ001 (as above)


def test_a_fraction_of_a_day_that_rounds_to_midnight_is_the_next_day() -> None:
    assert date_of(46111.9999999999) == datetime(2026, 3, 31)  # noqa: DTZ001 (as above)
    assert date_of(0.9999999999) == datetime(1900, 1, 1)  # noqa: DTZ001 (as above)


@pytest.mark.parametrize("serial", [1e9, -1e9, 10**400, float("inf"), float("nan")])
@pytest.mark.parametrize("duration", [False, True])
def test_what_is_no_date_is_an_error_cell(serial: float, *, duration: bool) -> None:
    assert date_of(serial, duration=duration) == ErrorCell("#VALUE!")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-31", datetime(2026, 3, 31)),  # noqa: DTZ001 (as above)
        ("2026-03-31T10:30:00.000", datetime(2026, 3, 31, 10, 30)),  # noqa: DTZ001 (as above)
        ("2026-03-31T10:30:00Z", datetime(2026, 3, 31, 10, 30)),  # noqa: DTZ001 (as above)
        ("10:30:00", time(10, 30)),
        ("PT1H", "PT1H"),
    ],
)
def test_dates_that_are_written_out_are_read(text: str, said: object) -> None:
    assert iso_date(text) == said


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        (";;;", 95.0, "nothing"),
        (";;;", 0, "nothing"),
        ('"n/a"', 95.0, '"n/a"'),
        ('0.0;-0.0;"n/a"', 0.0, '"n/a"'),
        ('0.0;-0.0;"n/a"', 95.0, None),
        ("0;-0;;@", 0, "nothing"),
        ("0;-0;-", 0, None),
        ('_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', 0, None),
        ('0;-0;"\u2013"', 0, None),
        ('"-"', 4, '"-"'),
        ('[<5]"*";0', 4, '"*"'),
        ('[<5]"*";0', 5, None),
        ('[>=100]"over";[=0]"none";0.0', 0, '"none"'),
        ('[>=100]"over";[=0]"none";0.0', 100, '"over"'),
        ('[>=100]"over";[=0]"none";0.0', 7, None),
        ('[>5]"a";[<2]"b"', 3, '"a"'),
        ("0.0,", 1500.0, "1.5, in thousands"),
        ("#,##0,,", 2680000, "3, in millions"),
        ("0,,,", 5e9, "5, in units of 10^9"),
        ("#,##0.0", 1500.0, None),
        ('0"00"', 95, 'digits that belong to the format ("00") beside it'),
        (r"\10", 5, 'digits that belong to the format ("1") beside it'),
        ("0;0", -5, "it without its minus sign"),
        ("0;0", 5, None),
        ("0;(0)", -5, None),
        ("#,##0;[Red]#,##0", -5, None),
        ("General;General", -5, "it without its minus sign"),
        ("General;-General", -5, None),
        ("0;\u22120", -5, None),
        ("0.0%", 0.95, None),
        ("[$\u00a3-809]#,##0.00", -5, None),
    ],
)
def test_a_format_that_shows_something_else_is_told(code: str, value: float, said: str | None) -> None:
    """Accounts show a zero as a dash and a negative number in red; those say what the number is."""
    found = number_as_shown(value, look_of(code))
    assert (found.said if isinstance(found, DisguisedCell) else None) == said


@given(st.text(alphabet='0#?.,%;[]"\\_*@EeGgdmyhs/+-£ AMP', max_size=12), st.floats() | st.integers())
def test_any_format_shows_any_number(code: str, value: float) -> None:
    """Nothing is raised, and the number itself is kept."""
    look = look_of(code)
    found = number_as_shown(value, look)
    if not look.date:
        kept = found.fraction if isinstance(found, PercentCell) else found
        kept = kept.value if isinstance(kept, (ShownCell, DisguisedCell)) else kept
        kept = kept.fraction if isinstance(kept, PercentCell) else kept
        assert kept is value
