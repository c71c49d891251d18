"""How much of a file is read: limits that no real return comes near, and that a run may raise by name."""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

MEGABYTE = 1_000_000
RATIO_ASKED_FROM = 50 * MEGABYTE
"""Below this much, a file that expands many times over does no harm."""


@frozen
class Limits:
    """The limits of one run.

    The largest real workbook tried holds 186 parts and 47 MB, packed at most 26 times smaller: each has room fourfold.
    """

    file: int = 50 * MEGABYTE
    """Bytes of a file."""
    parts: int = 5_000
    """Parts of a zip package."""
    expanded: int = 400 * MEGABYTE
    """Bytes of all parts when they are unpacked."""
    ratio: int = 200
    """How many times its size a file, or one part of it, may expand; asked from 50 MB unpacked."""
    cells: int = 25_000_000
    """Cells of a table held at once, empty ones between values included: 200 MB of references."""
    field: int = 131_072
    """Characters of one field of a csv file."""
    columns: int = 16_384
    """Columns of a csv file: as many as a spreadsheet has."""


STANDARD = Limits()
NAMES = tuple(field.name for field in fields(Limits))

_BYTES = frozenset({"file", "expanded"})
_WORDS = {
    "file": "the size of a file",
    "parts": "the parts of a file",
    "expanded": "the size of a file when it is unpacked",
    "ratio": "how many times its size a file may expand",
    "cells": "the cells of a table",
    "field": "the characters of one field of a csv file",
    "columns": "the columns of a csv file",
}
_UNITS = {"": 1, "kb": 1_000, "mb": MEGABYTE, "gb": 1_000 * MEGABYTE}
_VALUE = pattern(r"(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(\.\d{1,3})?\s*([kmg]b)?", re.IGNORECASE | re.ASCII)


def parse_limits(texts: Sequence[str]) -> Limits:
    """The standard limits, but those raised that `NAME=VALUE` texts name; sizes may be in kB, MB or GB.

    Raises `ValueError` with a sentence for the user.

    >>> parse_limits(["file=200MB", "parts=20000"]) == Limits(file=200_000_000, parts=20_000)
    True
    """
    found: dict[str, int] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise ValueError(f'"{text}" is not NAME=VALUE, such as file=200MB.')
        if name not in NAMES:
            known = f"The limits are {', '.join(NAMES[:-1])} and {NAMES[-1]}."
            raise ValueError(f'There is no limit called "{name}". {nearest(name, NAMES)} {known}'.replace("  ", " "))
        if name in found:
            raise ValueError(f"The limit {name} is given twice.")
        found[name] = _amount(name, value)
    return Limits(**found)


def raised(limits: Limits) -> list[str]:
    """A sentence for each limit that is not as it stands, for the record of the run.

    >>> raised(Limits(file=200_000_000))
    ['The limit on the size of a file was raised from 50 MB to 200 MB for this run.']
    """
    return [
        f"The limit on {_WORDS[name]} was raised from {shown(name, old)} to {shown(name, new)} for this run."
        for name in NAMES
        if (old := getattr(STANDARD, name)) != (new := getattr(limits, name))
    ]


def shown(name: str, amount: int) -> str:
    """An amount as people write it: sizes in MB, all else as a number.

    >>> shown("file", 50_000_000), shown("expanded", 1_234_567), shown("parts", 5_000)
    ('50 MB', '1.2 MB', '5,000')
    """
    if name not in _BYTES:
        return f"{amount:,}"
    places = 0 if amount % MEGABYTE == 0 or amount > 10 * MEGABYTE else 1
    return f"{amount / MEGABYTE:,.{places}f} MB"


def how_to_raise(name: str, needed: int) -> str:
    """How to raise a limit so far that what was refused is read, as a round number.

    >>> how_to_raise("file", 123_456_789)
    'If you trust the file, raise the limit: --limit file=200MB.'
    >>> how_to_raise("parts", 5_001)
    'If you trust the file, raise the limit: --limit parts=10000.'
    """
    step = 10 ** (len(str(needed)) - 1)
    enough = next(step * times for times in (1, 2, 5, 10) if step * times >= needed)
    value = f"{-(-enough // MEGABYTE)}MB" if name in _BYTES else str(enough)
    return f"If you trust the file, raise the limit: --limit {name}={value}."


def _amount(name: str, value: str) -> int:
    """The limit that a text says; it may raise a limit, and nothing else."""
    example = "200MB" if name in _BYTES else str(2 * getattr(STANDARD, name))
    match = _VALUE.fullmatch(value)
    if match is None:
        raise ValueError(f'"{value}" is no value for the limit {name}; write {name}={example}.')
    whole, part, unit = match[1].replace(",", ""), match[2] or "", (match[3] or "").lower()
    amount = Decimal(whole + part) * _UNITS[unit]
    if (unit and name not in _BYTES) or amount % 1:
        raise ValueError(
            f'The limit {name} is a whole number without a unit, and not "{value}"; write {name}={example}.'
        )
    lowest: int = getattr(STANDARD, name)
    if amount < lowest:
        fault = f"Limits can be raised, not lowered: {name}={value} is less than {shown(name, lowest)}"
        raise ValueError(f"{fault}; write {name}={example}.")
    return int(amount)
