"""Codes in small letters among others in capitals."""

from __future__ import annotations

from nhsrate.core.problems import CellLocation
from nhsrate.returns.codes import in_capitals
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
