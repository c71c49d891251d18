"""The pipe: what a run does, from the files that were named to the rating of every organisation in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Problem, Refused
from nhsrate.engine.assess import assess
from nhsrate.engine.shown_values import shown_problems
from nhsrate.engine.words import said_of
from nhsrate.returns.read import read_tables
from nhsrate.runs.choosing import choose_methodology, own_profile
from nhsrate.runs.grouping import groups_asked, in_groups, rated_by
from nhsrate.runs.joining import joined, known
from nhsrate.runs.progress import unheard
from nhsrate.runs.read import open_books, profiled, with_folders

if TYPE_CHECKING:
    from nhsrate.core.tables import Book
    from nhsrate.engine.assessment import Assessment, Before
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request


@frozen
class Run:
    """What a run gave: the return as it was rated, the methodology, every rating, and all warnings and notes."""

    submitted: Return
    methodology: Methodology
    assessment: Assessment
    problems: tuple[Problem, ...]


@frozen
class Attempt:
    """How far a run came: the methodology is always known; `refused` has the problems that ended it before the end."""

    methodology: Methodology
    submitted: Return | None = None
    assessment: Assessment | None = None
    refused: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem that was met on the way."""
        read = self.submitted.problems if self.submitted else ()
        return (*read, *(self.assessment.problems if self.assessment else ()), *self.refused)


def run(request: Request, say: Say = unheard) -> Run:
    """The run that was asked for; raises `Refused` with every problem of the stage that could not be passed."""
    return whole(attempt(request, say))


def whole(reached: Attempt) -> Run:
    """A run that came to its end; raises `Refused` with the problems that ended one before."""
    if reached.submitted is None or reached.assessment is None:
        raise Refused(reached.refused)
    return Run(reached.submitted, reached.methodology, reached.assessment, reached.problems)


def attempt(request: Request, say: Say = unheard) -> Attempt:
    """Open, choose, read, join, bring together, rate, note: the pipe, as far as it can be followed.

    `say` is told what the run is at. Raises `Refused` where a file cannot be opened, or where it is not known under
    which methodology to rate.
    """
    say("reading")
    books = open_books(request.returns, request.limit)
    return attempt_of(books, choose_methodology(books, request), request, say)


def attempt_of(books: list[Book], chosen: Methodology, request: Request, say: Say = unheard) -> Attempt:
    """The rest of the pipe, from books that are open and a methodology that is chosen; the books are used up."""
    wanted = groups_asked(books, chosen, request)
    chosen = rated_by(chosen, wanted, request)
    methodology = profiled(chosen, own_profile(request))
    reached = Attempt(methodology)
    try:
        rows = known(request, methodology)
        submitted = read_tables(books, methodology.wanted(), methodology.reading, sheet=request.sheet, known=rows)
        books.clear()  # they hold far more than the return
        submitted = with_folders(submitted, request.returns)
        submitted = joined(submitted, methodology, request)
        printed: tuple[int, ...] | None = None
        if not request.is_plain:
            from nhsrate.runs.against import placed

            submitted, printed = placed(submitted, chosen, request)
        submitted = replace(submitted, problems=said_of(methodology, submitted.problems, submitted))
        submitted, methodology, printed = in_groups(submitted, methodology, wanted, request, printed)
        reached = replace(reached, methodology=methodology)
        earlier: dict[int, Before] = {}
        if request.earlier or methodology.looks_back:
            from nhsrate.runs.earlier import with_earlier

            submitted, earlier, of_earlier = with_earlier(submitted, methodology, request)
            told = said_of(methodology, of_earlier, submitted)
            submitted = replace(submitted, problems=(*submitted.problems, *told))
        reached = replace(reached, submitted=submitted)
        say("rating")
        assessment = replace(assess(submitted, methodology), printed=printed, earlier=earlier)
        noted = said_of(methodology, (*assessment.problems, *shown_problems(assessment)), submitted)
        return replace(reached, assessment=replace(assessment, problems=noted))
    except Refused as refused:
        return replace(reached, refused=said_of(methodology, refused.problems, reached.submitted))
