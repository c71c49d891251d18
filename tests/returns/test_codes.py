"""Codes in small letters among others in capitals."""

from __future__ import annotations

import pytest

from nhsrate.core.problems import CellLocation
from nhsrate.returns.codes import code_fault, in_capitals
from nhsrate.returns.model import Organisation

HERE = CellLocation("return.csv")


def test_a_small_code_among_capitals_is_read_in_capitals_and_noted() -> None:
    found, [note] = in_capitals([Organisation("RJ1", "A"), Organisation("RJ2", "B"), Organisation("rj3", "rj3")], HERE)
    assert found[2] == Organisation("RJ3", "RJ3")
    assert (note.code, note.severity) == ("tidied-codes", "note")
    assert note.message == "Codes are written in capitals here, and were read so: rj3 as RJ3."


def test_where_most_are_small_none_is_changed() -> None:
    both = (Organisation("rj1", "A"), Organisation("rj2", "B"), Organisation("RJ3", "C"))
    assert in_capitals(both, HERE) == (both, [])
    assert in_capitals(both[:1], HERE) == (both[:1], [])


def test_codes_without_letters_say_nothing_of_capitals() -> None:
    both = (Organisation("010001", "A"), Organisation("010002", "B"), Organisation("h3014", "C"))
    assert in_capitals(both, HERE) == (both, [])


@pytest.mark.parametrize(
    "code",
    [
        "550e8400-e29b-41d4-a716-446655440000", "GB-CHC-0123456789012345", "E06000001_2026_04_return", "a" * 49 + "1",
        "GB-SHPE-RA1", "RA1/01.b",
    ],
)  # fmt: skip
def test_codes_may_be_as_long_as_those_of_registers(code: str) -> None:
    assert code_fault(code, code, "text") is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("a" * 50 + "1", "has 51 characters; an organisation code has up to 50."),
        ("RoyalFreeHospitalTrustLondon", "has 28 letters and no digit, and a code of more than 20 has digits."),
        ("www.england.nhs.uk/statistics/2026", "is not an organisation code (up to 20 letters and digits"),
        ("Report-2026.final-version.xlsx", "is not an organisation code (up to 20 letters and digits"),
    ],
)
def test_what_is_longer_is_told_as_that(code: str, message: str) -> None:
    fault = code_fault(code, code, "text")
    assert fault is not None
    assert (fault.code, message in fault.message) == ("code-not-text", True)
    assert "code" in fault.remedy


def test_names_that_stand_in_for_codes_may_be_long_and_not_endless() -> None:
    name = "St Mary's Church of England Voluntary Aided Primary School and Nursery, Aldermere Road"
    assert code_fault(name, name, "name") is None
    fault = code_fault("x" * 101, "x" * 101, "name")
    assert fault is not None
    assert fault.code == "code-not-text"
    assert fault.message.endswith("has 101 characters; a name that tells rows apart has up to 100.")
