"""Several returns in the order of their periods, each rated under its own edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.periods import named_by
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.texts import quoted
from nhsrate.returns.model import Organisation
from nhsrate.rules.inputs import TableReading
from nhsrate.rules.load import load_methodology
from nhsrate.rules.model import Methodology
from nhsrate.runs.choosing import choice, own_profile
from nhsrate.runs.earlier import looked_back
from nhsrate.runs.progress import unheard
from nhsrate.runs.read import open_books, profiled
from nhsrate.runs.run import attempt_of, run, whole
from nhsrate.trajectories.calendar import Calendar, NoCalendar, calendar_of
from nhsrate.trajectories.parts import parts_of, parts_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.core.tables import Book
    from nhsrate.engine.assessment import Assessment
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request, Source

    Rules = str | Path | Methodology

ALL = "all"
"""The code of what is rated where the rows of a return are periods, and so no organisations."""


@frozen
class Stage:
    """One period: the ratings of its return, and the row of each organisation in it, by its folded code.

    `source` is the return where all of it is of this one period, `edition` the methodology as it was before the return
    was read by a profile.
    """

    text: str
    assessment: Assessment
    rows: Mapping[str, int]
    of_edition: bool = False
    source: Source | None = None
    edition: Methodology | None = None

    @property
    def name(self) -> str:
        """The return."""
        return self.assessment.submitted.name


@frozen
class Series:
    """Returns in the order of their periods: the stage at each place of the calendar, and everyone who stands in any.

    `problems` are the warnings of all returns. `methodology` is that of the latest.
    """

    calendar: Calendar
    stages: Mapping[int, Stage]
    organisations: tuple[Organisation, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def methodology(self) -> Methodology:
        """The edition of the latest return, by which indicators are named."""
        return self.stages[max(self.stages)].assessment.methodology

    @property
    def methodologies(self) -> tuple[Methodology, ...]:
        """Each edition once, in the order of the periods."""
        return tuple(
            {one.assessment.methodology.id: one.assessment.methodology for one in self.stages.values()}.values()
        )

    @property
    def places(self) -> range:
        """The places from the first return to the last."""
        return range(min(self.stages), max(self.stages) + 1)

    @property
    def gaps(self) -> list[int]:
        """The places between the first and the last of which there is no return."""
        return [place for place in self.places if place not in self.stages]

    def row(self, place: int, code: str) -> tuple[Assessment, int] | None:
        """Where an organisation stands in the return of a place; nothing where it does not."""
        stage = self.stages.get(place)
        n = stage.rows.get(code.casefold()) if stage else None
        return None if stage is None or n is None else (stage.assessment, n)


def stages_of(
    sources: Sequence[Source], rules: Sequence[Rules | None], request: Request, say: Say = unheard
) -> list[Stage]:
    """The stage of each of these returns, or of each period that its rows are of.

    `rules` has the edition of each, or nothing where it finds its own; fewer are those of all, and then say nothing of
    periods. Raises `Refused` with what is wrong with any of them, and where one says no period.
    """
    stages: list[Stage] = []
    problems: list[Problem] = []
    loaded: dict[tuple[str, str], Methodology] = {}
    apart = len(rules) == len(sources)
    for k, source in enumerate(sources):
        say("reading", k, len(sources))
        rule = rules[k] if apart else rules[0] if rules else None
        try:
            stages += _stages(
                replace(request, returns=source, methodology=rule), loaded, shared=not apart and rule is not None
            )
        except Refused as refused:
            problems += refused.problems
    if problems or not stages:
        raise Refused(problems or [_no_table()])
    return stages


def looking_back(stages: Sequence[Stage], calendar: Calendar, request: Request) -> list[Stage]:
    """The stages, those whose methods look back at earlier periods rated again with the returns of these.

    Where several periods stand in one table they have no returns of their own, which is told as a warning.
    """
    found = []
    for stage in stages:
        method = stage.assessment.methodology
        before = [one.source for one in stages if calendar.places[one.text] < calendar.places[stage.text]]
        given = tuple(source for source in before if source is not None)
        if not before or not looked_back(method, method.items):
            found.append(stage)
        elif stage.source is None or len(given) < len(before):
            problems = (*stage.assessment.problems, _not_seen(stage))
            found.append(replace(stage, assessment=replace(stage.assessment, problems=problems)))
        else:
            asked = replace(request, returns=stage.source, methodology=method, earlier=given)
            done = run(replace(asked, earlier_reading=request.reading))
            told = tuple(one for one in done.problems if one.code != "earlier-period")  # not all are looked back at
            found.append(replace(stage, assessment=replace(done.assessment, problems=told)))
    return found


def _not_seen(stage: Stage) -> Problem:
    """That a method looks back, and sees nothing."""
    title = stage.assessment.methodology.title
    message = f"{title} looks back at earlier periods, and does not see them within a table."
    remedy = "Give each period as a return of its own."
    return Problem(CellLocation(stage.name), "earlier-period", message, remedy, "warning")


def series_of(stages: Sequence[Stage], calendar: Calendar) -> Series:
    """Stages in the order of their periods; raises `Refused` where two are of one."""
    placed = placed_of(stages, calendar)
    return Series(calendar, placed, _everyone(placed.values()), tuple(_warnings(placed.values())))


def _no_table() -> Problem:
    at = CellLocation("return")
    return Problem(at, "no-table", "No table of organisations was given.", "Name the files of the returns.")


def _stages(request: Request, loaded: dict[tuple[str, str], Methodology], *, shared: bool) -> list[Stage]:
    """The stages of one return."""
    books = open_books(request.returns, request.limit)
    try:
        chosen = _chosen(books, request, loaded)
    except Refused:
        parts = parts_unknown(books, TableReading()) if request.methodology is None else []
        if not parts:
            raise
        return [
            one for part in parts for one in _rated([part], _chosen([part], request, loaded), request, shared=shared)
        ]
    as_read = profiled(chosen, own_profile(request))
    parts = parts_of(books, as_read.wanted(), as_read.reading, request.sheet)
    if not parts:
        return [replace(stage, source=request.returns) for stage in _rated(books, chosen, request, shared=shared)]
    return [stage for part in parts for stage in _rated([part], chosen, request, shared=shared)]


def _chosen(books: Sequence[Book], request: Request, loaded: dict[tuple[str, str], Methodology]) -> Methodology:
    """The methodology of one return; each is loaded once."""
    asked = request.methodology
    if isinstance(asked, Methodology):
        return asked
    name, by = (str(asked), "asked for") if asked is not None else choice(books, request.paths)
    if (name, by) not in loaded:
        loaded[name, by] = replace(load_methodology(name, request.set), chosen_by=by)
    return loaded[name, by]


def _rated(books: list[Book], chosen: Methodology, request: Request, *, shared: bool) -> Iterator[Stage]:
    """The stage of one return, or of each of its rows where these are periods."""
    done = whole(attempt_of(books, chosen, request))
    for stage in stages_from(replace(done.assessment, problems=done.problems), shared=shared):
        yield replace(stage, edition=chosen)


def stages_from(assessment: Assessment, *, shared: bool = False) -> Iterator[Stage]:
    """The stage of a return that is rated, or of each of its rows where these are periods.

    With `shared` its edition is that of returns of several periods, so that it does not say of which this one is.
    """
    codes = [one.code for one in assessment.organisations]
    if rows_are_periods(codes, assessment.methodology.reading):
        for n, code in enumerate(codes):
            if has_value(assessment, n):
                yield Stage(code, assessment, {ALL: n})
        return
    submitted = assessment.submitted
    said, own = submitted.period, "" if shared else assessment.methodology.period
    if not (said or own):
        raise Refused([no_period(submitted.name, submitted.periods != ())])
    rows = {code.casefold(): n for n, code in enumerate(codes)}
    yield Stage(said or own, assessment, rows, of_edition=not said)


def rows_are_periods(codes: Sequence[str], reading: TableReading) -> bool:
    """Whether the rows of a return are periods: its codes are dates, or each names a period in words."""
    if reading.codes == "date":
        return True
    return bool(codes) and all(not code.isdecimal() and named_by(code) for code in codes)


def has_value(assessment: Assessment, n: int) -> bool:
    """Whether a row has a value of any input."""
    return any(not isinstance(assessment.columns[id_][n], Missing) for id_ in assessment.methodology.inputs)


def no_period(name: str, several: bool) -> Problem:  # noqa: FBT001 (one question)
    """That a return says of no period that it is of it."""
    what = "several periods in one table that cannot be parted" if several else "no period"
    message = f"The return says {what}, so it has no place in a series."
    remedy = (
        "Write Period and the period into two cells above the table, or in a column of that name; or name the edition "
        "of each return, -m once for each, in their order."
    )
    return Problem(CellLocation(name), "no-series", message, remedy)


class Of(Protocol):
    """What is of a period: a stage, or a part of a plan."""

    @property
    def text(self) -> str:
        """The period."""
        ...

    @property
    def name(self) -> str:
        """Where it comes from."""
        ...

    @property
    def of_edition(self) -> bool:
        """Whether the period is that of its edition, as it says none itself."""
        ...


One = TypeVar("One", bound=Of)


def calendar_for(ones: Sequence[Of]) -> Calendar:
    """The calendar of what is of these periods; raises `Refused` where there is none."""
    try:
        return calendar_of(one.text for one in ones)
    except NoCalendar as none:
        at = CellLocation(next(one for one in ones if one.text == none.text).name)
        remedy = "Write each period in full, such as Q1 2025/26 or June 2025, and give periods of one length."
        raise Refused([Problem(at, "no-series", str(none), remedy)]) from None


def placed_of(ones: Sequence[One], calendar: Calendar) -> dict[int, One]:
    """Each at its place, in order; raises `Refused` where two have one."""
    placed: dict[int, One] = {}
    problems = []
    for one in ones:
        other = placed.setdefault(calendar.places[one.text], one)
        if other is not one:
            problems.append(_twice(one, other))
    if problems:
        raise Refused(problems)
    return dict(sorted(placed.items()))


def _twice(one: Of, other: Of) -> Problem:
    """That two are of one period."""
    where = "another part of it is" if other.name == one.name else f"{other.name} is"
    whose = ", the period of its edition, as it says none itself" if one.of_edition else ""
    message = f"It is of {quoted(one.text)}{whose}, as {where}."
    remedy = "Give one of each period."
    if one.of_edition:
        remedy += " Where each has an edition of its own, name them: -m once for each, in their order."
    return Problem(CellLocation(one.name), "no-series", message, remedy)


def _everyone(stages: Iterable[Stage]) -> tuple[Organisation, ...]:
    """Everyone who stands in any return, under the latest name, in the order in which they first come."""
    found: dict[str, Organisation] = {}
    for stage in stages:
        for code, n in stage.rows.items():
            title = stage.assessment.methodology.title
            one = Organisation(ALL, title) if code == ALL else stage.assessment.organisations[n]
            found[code] = one
    return tuple(found.values())


def _warnings(stages: Iterable[Stage]) -> list[Problem]:
    """The warnings of all returns, each once."""
    each = {id(stage.assessment): stage.assessment for stage in stages}
    return [one for assessment in each.values() for one in assessment.problems if one.severity == "warning"]
