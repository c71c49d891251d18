"""Who can help: what an organisation's weak points cost its rating, what would change it, how sure it is, who is ahead.

A point is weak where its figure is worse than the median of its cohort. What it costs is the rating and the score that
the engine gives with that median in its place, all else as it is.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.analysis.headroom import Asked, headroom
from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import plain_number
from nhsrate.core.problems import Problem, Refused, nearest
from nhsrate.core.texts import listed
from nhsrate.diagnosis.alike import alike
from nhsrate.diagnosis.cost import Scored, cost, median, supposed
from nhsrate.diagnosis.helpers import Then, examples, seen
from nhsrate.diagnosis.points import below, comparable, points, sign_of
from nhsrate.engine.assess import assess
from nhsrate.engine.weights import score_of
from nhsrate.language.numbers import Number
from nhsrate.language.values import Refs
from nhsrate.rules.support import Peers
from nhsrate.runs.earlier import earlier_return
from nhsrate.runs.progress import unheard
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.robustness import Robustness, Sureness
    from nhsrate.core.cells import Cell
    from nhsrate.diagnosis.alike import Alike
    from nhsrate.diagnosis.cost import Cost
    from nhsrate.diagnosis.helpers import Examples, Seen
    from nhsrate.diagnosis.points import Point
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.rules.support import Support
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request
    from nhsrate.runs.run import Run


@frozen
class Cohort:
    """The organisations that one is compared with, itself among them: all that are rated, or those that share a cell.

    `within` is the item in which they share `cell`; it is nothing where they are all that are rated, and then `lacking`
    says that the organisation has no value of the item named there.
    """

    members: tuple[int, ...]
    within: str | None = None
    cell: Cell | None = None
    lacking: str | None = None


@frozen
class Weak:
    """A weak point: the figure, the median of how many, what it costs, what helps, and who can help.

    `supposed` is what the return would say at the median.
    """

    point: Point
    own: Seen
    median: Cell
    of: int
    supposed: dict[str, Cell]
    cost: Cost
    support: tuple[Support, ...]
    examples: Examples


@frozen
class Earlier:
    """An earlier return: its name, its period where it says one, what it says, and what was met in reading it."""

    name: str
    period: str | None
    then: Then
    problems: tuple[Problem, ...] = ()


@frozen
class Diagnosis:
    """What is found of one organisation; `weak` is in the order of what it costs.

    `judged` is how many points have a figure, `without` the points that have none. `alike` is nothing where nobody says
    by what organisations are alike. `headroom` is nothing where the rating is no level; `robustness` where it was not
    asked for.
    """

    assessment: Assessment
    n: int
    scored: Scored
    cohort: Cohort
    alike: Alike | None
    judged: int
    without: tuple[str, ...]
    weak: tuple[Weak, ...]
    support: tuple[Support, ...]
    headroom: Headroom | None
    robustness: Robustness | None
    earlier: Earlier | None

    @property
    def sure(self) -> Sureness | None:
        """How sure the rating of the organisation is."""
        return (
            next((one for one in self.robustness.organisations if one.n == self.n), None) if self.robustness else None
        )

    @property
    def group(self) -> tuple[int, ...]:
        """Those who are asked for help: its peers, or where there are none the others of its cohort."""
        return group_of(self.alike, self.cohort, self.n)


@frozen
class Wanted:
    """What is asked beside the return: of which rating, by what others are alike, and how many draws.

    `by` and `number` stand in the place of what the methodology says. Without draws it is not asked how sure it is,
    without `room` not what would change it.
    """

    rating: str | None = None
    by: Refs | None = None
    number: int | None = None
    draws: int = 1000
    room: bool = True


class BadBy(ValueError):  # noqa: N818 (it says what is bad)
    """A text that names no input with a weight."""


def parse_by(texts: Sequence[str]) -> Refs | None:
    """What `beds=1` and `rural=0.5`, or `beds` alone, say of likeness; nothing where there are none. Raises `BadBy`.

    >>> parse_by(["beds", "rural=0.5"]).items
    ('beds', 'rural')
    """
    weights: dict[str, Number] = {}
    for text in texts:
        id_, equals, said = (part.strip() for part in text.partition("="))
        weight = plain_number(said) if equals else Decimal(1)
        if not id_ or weight is None or weight <= 0:
            raise BadBy(f'"{text}" is no input with a weight above zero, such as beds=1.')
        if id_ in weights:
            raise BadBy(f"{id_} is named twice.")
        weights[id_] = Number(weight)
    return Refs((*weights,), (*weights.values(),)) if weights else None


def diagnose(
    assessment: Assessment,
    n: int,
    wanted: Wanted = Wanted(),  # noqa: B008 (a record, which nobody changes)
    earlier: Earlier | None = None,
    say: Say = unheard,
) -> Diagnosis:
    """What there is to say of organisation `n`; raises `Refused` where peers cannot be found as they are asked for."""
    methodology = assessment.methodology
    item = methodology.headlines[0] if wanted.rating is None else assessment.item(wanted.rating)
    scored = scored_by(methodology, item)
    peers = peers_of(assessment, wanted)
    cohort = cohort_of(assessment, item, n, peers)
    like = alike(assessment, n, cohort.members, peers) if peers is not None and peers.by is not None else None
    group = group_of(like, cohort, n)
    known = points(assessment, item, n)
    there = [point for point in known if comparable(point.figure(assessment.columns, n)) is not None]
    weak = []
    for k, point in enumerate(there):
        say("weak points", k, len(there))
        middle, of = median(point, assessment.columns, cohort.members)
        own = seen(point, assessment.columns, n)
        values = supposed(assessment, point, n, middle, cohort.members)
        found = None
        if point.better == 0 and isinstance(middle, Level) and middle is not own.figure:
            found = cost(assessment, scored, n, values)
            if found.levels > 0 or found.score > 0:  # then what most say is the better answer
                point = replace(point, better=1 if middle.position else -1)  # noqa: PLW2901 (the same, and what is known)
        if point.is_better(middle, own.figure):
            weak.append(
                Weak(
                    point, own, middle, of, values, found or cost(assessment, scored, n, values),
                    support_of(methodology, point, item.id),
                    examples(point, assessment.columns, n, group, middle, earlier.then if earlier else None),
                )
            )  # fmt: skip
    weak.sort(key=lambda one: (-one.cost.levels, -one.cost.score))
    rating = assessment.columns[item.id][n]
    return Diagnosis(
        assessment, n, scored, cohort, like, len(there),
        tuple(point.id for point in known if point not in there), tuple(weak),
        rating.support if isinstance(rating, Level) else (),
        headroom(assessment, n, Asked(rating=wanted.rating), say) if item.scale and wanted.room else None,
        sure_of(assessment, item, wanted.draws, say), earlier,
    )  # fmt: skip


def scored_by(methodology: Methodology, item: Item) -> Scored:
    """The number behind a rating and which side of it is better: what weights add up, or the rating itself."""
    if item.scale is None:
        return Scored(item, item.id, sign_of(methodology, item.id, methodology.items) or 1)
    score, _ = score_of(methodology, item)
    better = sign_of(methodology, score.id, methodology.items) if score is not None and score.scale is None else 0
    return Scored(item, score.id if score is not None and better else None, better)


def peers_of(assessment: Assessment, wanted: Wanted) -> Peers | None:
    """By what others are alike: as the run says it, else as the methodology does."""
    stated = assessment.methodology.peers
    if wanted.by is None and wanted.number is None:
        return stated
    peers = stated or Peers()
    if wanted.by is not None:
        check_by(assessment, wanted.by)
        peers = replace(peers, by=wanted.by)
    return peers if wanted.number is None else replace(peers, number=wanted.number)


def check_by(assessment: Assessment, by: Refs) -> None:
    """Raise `Refused` where a run names what is no input of numbers and of context."""
    known = [
        entry.id for entry in assessment.methodology.inputs.values()
        if entry.role == "context" and entry.type in {"number", "percent", "count", "duration"}
    ]  # fmt: skip
    bad = [id_ for id_ in by.items if id_ not in known]
    if bad:
        has = f"It has {listed(known, len(known))}." if known else "It has none."
        place = assessment.place_of_return()
        raise Refused([
            Problem(
                place, "unknown-item",
                f'The methodology {assessment.methodology.id} has no number "{id_}" of role: context.',
                nearest(id_, known) or has,
            )
            for id_ in bad
        ])  # fmt: skip


def cohort_of(assessment: Assessment, item: Item, n: int, peers: Peers | None) -> Cohort:
    """The cohort of an organisation among those that are rated, itself among them.

    It shares what `peers: {within: ...}` names; where that names nothing, what the rules themselves compare within,
    where they all do so within the same.
    """
    rated = [k for k, cell in enumerate(assessment.columns[item.id]) if not isinstance(cell, Missing) or k == n]
    within = peers.within if peers is not None and peers.within is not None else by_rules(assessment, item)
    if within is None:
        return Cohort(tuple(rated))
    cells = assessment.columns[within]
    if isinstance(cells[n], Missing):
        return Cohort(tuple(rated), lacking=within)
    return Cohort(tuple(k for k in rated if cells[k] == cells[n]), within, cells[n])


def by_rules(assessment: Assessment, item: Item) -> str | None:
    """What the rules that a rating rests on compare within, where that is one thing."""
    from nhsrate.plan.plan import Plan

    items = assessment.methodology.items
    found = {items[id_].rule.cohort() for id_ in Plan(assessment).rests_on([item.id]) if id_ in items} - {None}
    return found.pop() if len(found) == 1 else None


def group_of(like: Alike | None, cohort: Cohort, n: int) -> tuple[int, ...]:
    """The peers, or where there are none the others of the cohort."""
    if like is not None and like.near:
        return tuple(one.n for one in like.near)
    return tuple(k for k in cohort.members if k != n)


def support_of(methodology: Methodology, point: Point, top: str) -> tuple[Support, ...]:
    """The published support for a point: its own, that of what it is made of, and that of what it goes into."""
    ids = [point.id, *point.ranks, *point.made_of]
    above = {point.id, *point.ranks}
    for id_ in methodology.order:
        if id_ != top and not above.isdisjoint(methodology.items[id_].reads()):
            above.add(id_)
            ids.append(id_)
    entries: dict[str, Input | Item] = {**methodology.inputs, **methodology.items}
    return tuple(dict.fromkeys(one for id_ in ids for one in entries[id_].support))


def sure_of(assessment: Assessment, item: Item, draws: int, say: Say) -> Robustness | None:
    """How sure the ratings are, as `nhsrate robustness` says it where nothing else is asked, without the variants."""
    if not draws or item.id != assessment.methodology.headlines[0].id:
        return None
    from nhsrate.analysis.robustness import robustness
    from nhsrate.analysis.sources import usual

    vary = [one for one in usual(assessment.methodology) if one.what != "variants"]
    return robustness([assessment], vary, draws=draws, seed=1, say=say)


def asked(request: Request, say: Say = unheard) -> tuple[Run, Earlier | None]:
    """The run that a diagnosis is of, and the earlier return that it is set beside, if one is named.

    A methodology that looks at no earlier period is rated without it. Raises `Refused` with every problem.
    """
    done = rated_for(request, say)
    return done, earlier_of(request, done.assessment)


def rated_for(request: Request, say: Say = unheard) -> Run:
    """The run, in which an earlier return is read only where the methodology looks back at one."""
    done = run(replace(request, earlier=()), say)
    return run(request, say) if request.earlier and done.methodology.looks_back else done


def earlier_of(request: Request, assessment: Assessment) -> Earlier | None:
    """The earlier return that a request names, read as a rating is set beside it; nothing where it names none."""
    method, now = assessment.methodology, assessment.submitted
    then = earlier_return(request, method, now)
    if then is None:
        return None
    rated = assess(then, method, only=[id_ for id_ in method.order if made_of_inputs(method, id_)])
    places = {one.code.casefold(): k for k, one in enumerate(then.organisations)}
    numbers = [places.get(one.code.casefold()) for one in now.organisations]
    told = tuple(one for one in then.problems if one.code not in {"other-period", "raised-limit"})
    return Earlier(then.name, then.period, Then(rated.columns, numbers), told)


def made_of_inputs(methodology: Methodology, id_: str) -> bool:
    """Whether an item is a share, a rate or a difference that an earlier return can give as well."""
    return methodology.items[id_].rule.kind in {"ratio", "difference"} and below(methodology, [id_]) is not None
