"""The organisations that are known: a table of codes and names, and what to say of a code that is not among them."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused, errors
from nhsrate.core.texts import quoted
from nhsrate.files.limits import STANDARD
from nhsrate.files.open import open_book
from nhsrate.returns.headings import find_layout
from nhsrate.returns.model import Organisation
from nhsrate.returns.no_organisations import Known
from nhsrate.returns.rows import RowSorter
from nhsrate.rules.inputs import TableReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nhsrate.files.limits import Limits
    from nhsrate.returns.model import Return

ALIKE = str.maketrans("OoIilLSsBZz", "00111155822")
"""Letters and the digits that they are taken for."""

_NUMBER = pattern(r"[0-9]{1,20}(E[0-9]{1,2})?", re.ASCII | re.IGNORECASE)
NEAR = 0.6
SUMS = frozenset({"total", "totals", "grand total", "subtotal", "sub-total", "all"})
"""Codes of rows that add up a list and name nobody; a country that stands in a list is meant."""

SEARCHED_FOR = 20
"""The unknown codes for which a near one is looked for; where there are more, the list is the wrong one."""


def known_organisations(path: Path, limits: Limits = STANDARD) -> list[Organisation]:
    """The codes and names of a csv file or workbook; raises `Refused` where it has no such table.

    Of a workbook the first sheet with a column of codes is read.
    """
    book = open_book(path, limits)
    for sheet in book.sheets:
        layout = find_layout(book.read(sheet.name), (), TableReading())
        if layout is None:
            continue
        if faulty := errors(layout.problems):
            raise Refused(faulty)
        sorter = RowSorter(layout, TableReading(), known=Known(None))
        rows = [row for row in sorter.sort(book.stream(sheet.name)) if row.code.casefold() not in SUMS]
        found = [Organisation(row.code, row.name or row.code) for row in rows]
        _, problems = sorter.finish()
        if faulty := errors(problems):
            raise Refused(faulty)
        return found
    message = f"No row has a heading for the organisation code, such as {quoted('Code')}."
    raise Refused([Problem(CellLocation(book.file), "no-table", message, "Name the column of the codes so.")])


def unknown_codes(submitted: Return, known: Sequence[Organisation]) -> list[Problem]:
    """An error for every organisation whose code is not among the known ones, with the one that was probably meant."""
    codes = {one.code.casefold(): one for one in known}
    unknown = [n for n, one in enumerate(submitted.organisations) if one.code.casefold() not in codes]
    if not unknown:
        return []
    list_, faults = _Known.of(codes), Faults()
    for place, n in enumerate(unknown):
        organisation = submitted.organisations[n]
        message, remedy = _said(organisation, list_, search=place < SEARCHED_FOR)
        faults.add(Fault("unknown-code", organisation.code, message, remedy), row_of(submitted, n))
    return faults.problems()


def row_of(submitted: Return, n: int) -> CellLocation:
    """The row that an organisation was read from, as far as any of its values tells."""
    for values in submitted.values.values():
        if (at := values.at(n)) is not None:
            return CellLocation(at.file, at.sheet, at.row)
    return CellLocation(submitted.name)


@frozen
class _Known:
    """The known organisations by their folded code, by its look, by what a spreadsheet makes of it, and by name."""

    codes: Mapping[str, Organisation]
    looks: Mapping[str, Organisation]
    numbers: Mapping[Decimal, Organisation]
    names: Mapping[str, Organisation]

    @classmethod
    def of(cls, codes: Mapping[str, Organisation]) -> _Known:
        """The same organisations in every order."""
        numbers = {number: one for one in codes.values() if (number := _number(one.code)) is not None}
        looks = {_look(one.code): one for one in codes.values()}
        return cls(codes, looks, numbers, {one.name.casefold(): one for one in codes.values()})


def _said(organisation: Organisation, known: _Known, *, search: bool) -> tuple[str, str]:
    """What is wrong with a code, and which was meant; `search` says whether to look for those that are only near."""
    code = organisation.code
    message = f"The code {quoted(code)} is not among the {len(known.codes):,} that are known."
    if (alike := known.looks.get(_look(code))) is not None:
        said = " and ".join(
            f"{_kind(letter)} {letter} for {_kind(other)} {other}"
            for letter, other in zip(code, alike.code, strict=True)
            if letter.casefold() != other.casefold()
        )
        return f"{message} It has {said}.", f"Did you mean {_called(alike)}? Then correct the code."
    number = _number(code)
    if number is not None and (eaten := known.numbers.get(number)) is not None:
        remedy = "Format the column as text, and type the code again."
        return f"{message} A spreadsheet makes that of {_called(eaten)}.", remedy
    if (named := known.names.get(organisation.name.casefold())) is not None:
        remedy = f"Its name goes with the code {quoted(named.code)}. If that is meant, correct the code."
        return message, remedy
    near = get_close_matches(code.casefold(), known.codes, n=1, cutoff=NEAR) if search else []
    remedy = f"Did you mean {_called(known.codes[near[0]])}?" if near else "Check it, or add it to the known ones."
    return message, remedy


def _look(code: str) -> str:
    """A code as a tired eye sees it."""
    return code.translate(ALIKE).casefold()


def _kind(letter: str) -> str:
    return "the digit" if letter.isdecimal() else "the letter"


def _called(one: Organisation) -> str:
    return quoted(one.code) + (f" ({one.name})" if one.name != one.code else "")


def _number(code: str) -> Decimal | None:
    """What a spreadsheet makes of a code that looks like a number: 50 of 5E1, and 7 of 007."""
    return Decimal(code) if _NUMBER.fullmatch(code) else None
