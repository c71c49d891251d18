"""Plans: tables of the shape of a return that say what was planned for each period, and when limits begin anew."""

from __future__ import annotations

from dataclasses import field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Refused
from nhsrate.core.texts import fold
from nhsrate.engine.assess import assess
from nhsrate.returns.model import Values
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input
from nhsrate.runs.earlier import NOT_READ
from nhsrate.runs.joining import joined, known
from nhsrate.runs.read import open_books, profiled
from nhsrate.trajectories.parts import parts_of
from nhsrate.trajectories.series import ALL, no_period, rows_are_periods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.core.problems import Problem
    from nhsrate.core.tables import Book
    from nhsrate.returns.model import Return
    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request, Source

REBASE = Input("rebase", "text", "Rebase because", aliases=("Rebase",), optional=True)
"""The column of a plan that says from when on limits are worked out anew, and why: a reason in the row of a period."""


@frozen
class Planned:
    """What a plan says of one period: its values, and the row of each organisation in it, by its folded code."""

    text: str
    submitted: Return
    rows: Mapping[str, int]
    of_edition: bool = False

    @property
    def name(self) -> str:
        """The file of the plan."""
        return self.submitted.name

    def value(self, item: str, code: str) -> Decimal | None:
        """What is planned for one organisation, if anything is."""
        n = self.rows.get(code)
        column = self.submitted.values.get(item)
        cell = None if n is None or column is None else column.cells[n]
        return cell if isinstance(cell, Decimal) else None

    def rebase(self, code: str) -> str:
        """Why the limits of an organisation begin anew with this period; nothing where they do not."""
        n = self.rows.get(code)
        cell = None if n is None else self.submitted.values[REBASE.id].cells[n]
        return cell.strip() if isinstance(cell, str) else ""


@frozen
class Plan:
    """What is planned, by place on the calendar."""

    parts: Mapping[int, Planned] = field(default_factory=dict)

    def of(self, item: str, code: str) -> dict[int, Decimal]:
        """What is planned for one organisation and indicator, by place."""
        found = ((place, part.value(item, code)) for place, part in self.parts.items())
        return {place: value for place, value in found if value is not None}

    def rebased(self, code: str) -> dict[int, str]:
        """From which places on its limits begin anew, each with the reason."""
        found = ((place, part.rebase(code)) for place, part in self.parts.items())
        return {place: reason for place, reason in found if reason}


def planned_of(
    sources: Sequence[Source], methodology: Methodology, items: Sequence[str], request: Request,
    reading: Path | TableReading | None,
) -> list[Planned]:  # fmt: skip
    """The parts of these plans, each of a period; `items` are the indicators that a plan may give a value of.

    A plan is read as returns are, by `reading` where it is given. Raises `Refused` with what is wrong with any.
    """
    found: list[Planned] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            found += _tried(replace(request, returns=source), methodology, items, reading)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return found


def _tried(
    request: Request, methodology: Methodology, items: Sequence[str], reading: Path | TableReading | None
) -> list[Planned]:
    """The parts of a plan, read as the returns are or, where that finds nothing in it, as the edition says."""
    try:
        return [*_parts(request, profiled(methodology, reading or request.reading), items)]
    except Refused:
        if reading is not None or request.reading is None:
            raise
    return [*_parts(request, methodology, items)]


def _parts(request: Request, methodology: Methodology, items: Sequence[str]) -> Iterator[Planned]:
    books = open_books(request.returns, request.limit)
    entries = wanted(methodology, items)
    parts = parts_of(books, entries, methodology.reading, request.sheet)
    for part in [[one] for one in parts] or [books]:
        submitted = _read(part, entries, methodology, request)
        codes = [one.code for one in submitted.organisations]
        if rows_are_periods(codes, methodology.reading):
            yield from (Planned(code, submitted, {ALL: n}) for n, code in enumerate(codes))
            continue
        if not submitted.period:
            raise Refused([no_period(submitted.name, bool(submitted.periods))])
        yield Planned(submitted.period, submitted, {code.casefold(): n for n, code in enumerate(codes)})


def wanted(methodology: Methodology, items: Sequence[str]) -> list[Input]:
    """What to look for in a plan: every input, and the measures that are indicators, none of which must be there.

    A measure is looked for by its title only where no input is called so.
    """
    inputs = [replace(entry, optional=True, required=False) for entry in methodology.inputs.values()]
    taken = {fold(heading) for entry in inputs for heading in entry.headings}
    measures = []
    for id_ in items:
        if id_ in methodology.items:
            title = methodology.items[id_].title
            sort = "percent" if methodology.sign_of(id_) else "number"
            measures.append(
                Input(id_, sort, "" if fold(title) in taken else title, optional=True)  # type: ignore[arg-type]  # one of two
            )
    return [*inputs, *measures, REBASE]


def _read(books: Sequence[Book], entries: Sequence[Input], methodology: Methodology, request: Request) -> Return:
    """One part of a plan, with a column for everything that is wanted."""
    read = read_tables(books, entries, methodology.reading, sheet=request.sheet, known=known(request, methodology))
    absent = Values([NOT_READ] * len(read.organisations))
    given = {id_: column for id_, column in read.values.items() if column.sources}
    whole = replace(read, values={**dict.fromkeys([entry.id for entry in entries], absent), **given})
    whole = joined(whole, methodology, replace(request, organisations=None))
    return _with_measures(whole, methodology, [entry.id for entry in entries if entry.id not in given])


def _with_measures(plan: Return, methodology: Methodology, lacking: Sequence[str]) -> Return:
    """The plan with the measures that it does not give itself, worked out from its inputs as those of a return are."""
    ids = [id_ for id_ in lacking if id_ in methodology.items]
    if not ids:
        return plan
    try:
        columns = assess(replace(plan, overrides=()), methodology, only=ids).columns
    except Refused:  # it does not hold what they are made of
        return plan
    return replace(plan, values={**plan.values, **{id_: Values(columns[id_]) for id_ in ids}})
