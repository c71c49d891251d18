"""Organisation codes written in small letters among others in capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.problems import CellPlace, Problem
from nhsrate.returns import Organisation
from nhsrate.texts import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


def in_capitals(organisations: Sequence[Organisation], at: CellPlace) -> tuple[tuple[Organisation, ...], list[Problem]]:
    """The organisations, codes with small letters read in capitals where most are written so, which is noted.

    A name that is only the code repeated follows it.
    """
    small = [one for one in organisations if one.code != one.code.upper()]
    capital = sum(one.code != one.code.lower() and one.code == one.code.upper() for one in organisations)
    if not small or capital <= len(small):
        return tuple(organisations), []
    said = listed([f"{one.code} as {one.code.upper()}" for one in small])
    message = f"Codes are written in capitals here, and were read so: {said}."
    return tuple(map(_capital, organisations)), [Problem(at, "tidied-codes", message, "", "note")]


def _capital(one: Organisation) -> Organisation:
    code = one.code.upper()
    return Organisation(code, code if one.name == one.code else one.name)
