"""What is joined to a return once it is read: the codes of successors, and the list of codes that may occur."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem, Refused, errors
from nhsrate.core.special_sheets import SUCCESSORS, is_named, nearly
from nhsrate.core.texts import quoted
from nhsrate.files.limits import STANDARD, raised
from nhsrate.files.open import open_book
from nhsrate.returns.no_organisations import Known
from nhsrate.runs.countries import rates_countries

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.files.limits import Limits
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request
    from nhsrate.runs.successors import Succession


def joined(submitted: Return, methodology: Methodology, request: Request) -> Return:
    """The return under its successors' codes, held to the codes that may occur; each thing done is a note of it.

    Raises `Refused` with every problem where that cannot be done.
    """
    at = CellLocation(submitted.name)
    told = [Problem(at, "raised-limit", sentence, "", "note") for sentence in raised(request.limit)]
    if request.successors is not None:
        from nhsrate.runs.successors import renamed

        merge = {item.id: item.merge for item in methodology.wanted() if item.merge}
        submitted, of_codes = renamed(submitted, successions(request.successors, request.limit), request.as_at, merge)
        told += of_codes
    if request.organisations is not None:
        from nhsrate.runs.organisations import known_organisations, unknown_codes

        told += unknown_codes(submitted, known_organisations(request.organisations, request.limit))
    if errors(told):
        raise Refused([*submitted.problems, *told])
    return replace(submitted, problems=(*submitted.problems, *told))


def known(request: Request, methodology: Methodology) -> Known:
    """What a run knows of organisations: those of its list, and whether its edition rates countries.

    Raises `Refused` where the list cannot be read.
    """
    countries = cache(partial(rates_countries, methodology))
    if request.organisations is None:
        return Known(countries=countries)
    from nhsrate.runs.organisations import known_organisations

    listed = known_organisations(request.organisations, request.limit)
    return Known(frozenset(one.code.casefold() for one in listed), countries)


def successions(path: Path, limits: Limits = STANDARD) -> list[Succession]:
    """The successions of a csv file, or of a workbook's sheet called Successors (else of its first sheet).

    Raises `Refused` where the table leaves in doubt which code follows which.
    """
    from nhsrate.runs.successors import read_successors

    book = open_book(path, limits)
    named = [sheet.name for sheet in book.sheets if is_named(sheet.name, SUCCESSORS)]
    near = [sheet.name for sheet in book.sheets[1:] if nearly(sheet.name, SUCCESSORS)]
    if near and not named:
        message = f"The sheet {quoted(near[0] or '')} seems to hold the successors, and the first one would be read."
        remedy = "Call it Successors, or remove it."
        raise Refused([Problem(CellLocation(book.file, near[0]), "successor", message, remedy)])
    steps, faults = read_successors(book.read(named[0] if named else book.sheets[0].name))
    if errors(faults):
        raise Refused(faults)
    return steps
