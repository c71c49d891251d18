"""What would change a rating: each input alone, all together, the fewest; every change proved by the engine.

Arithmetic on one return: all other organisations, ranks and figures stay as they are. Candidates are found on the plan
and proved by two ratings of the engine, at the value and one step short of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.analysis.cuts import levelled
from nhsrate.analysis.holds import holding
from nhsrate.analysis.levers import Lever, indicators, levers
from nhsrate.analysis.search import Search
from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem, Refused, nearest
from nhsrate.runs.progress import unheard

if TYPE_CHECKING:
    from nhsrate.analysis.holds import Hold
    from nhsrate.analysis.search import Move, Together, Unreported
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.plan import Plan
    from nhsrate.rules.model import Item
    from nhsrate.runs.progress import Say


@frozen
class Headroom:
    """What would change one organisation's rating.

    `held_by` are the limits, gates and decisions that stand in the way; `even_push` and `fewest` are nothing where no
    such change gains the level; sets of up to `fewest_searched` inputs were tried. `tried` are the inputs that may
    move; `unmoved` those with a value that have no better side.
    """

    assessment: Assessment
    n: int
    item: Item
    now: Cell
    to: Level | None
    held_by: tuple[Hold, ...]
    gains: tuple[Move, ...]
    losses: tuple[Move, ...]
    even_push: Together | None
    fewest: Together | None
    fewest_searched: int
    not_reporting: tuple[Unreported, ...]
    tried: tuple[Lever, ...]
    unmoved: tuple[str, ...]
    ratings: int


def rating_of(assessment: Assessment, item: str | None = None) -> Item:
    """The rating that is asked about: the first headline that gives levels. Raises `Refused` where there is none."""
    if item is not None:
        chosen = assessment.item(item)
        if chosen.scale is not None:
            return chosen
    else:
        chosen = levelled(assessment.methodology)
        if chosen.scale is not None:
            return chosen
    message = f"{item or assessment.methodology.id} gives numbers, and headroom is to a level."
    raise Refused(
        [
            Problem(
                CellLocation(assessment.submitted.name),
                "unknown-item",
                message,
                "Name a rating that gives levels with --rating.",
            )
        ]
    )


def level_to(item: Item, now: Cell, wanted: str | None) -> Level | None:
    """The level to gain: the one that is named, else the next better one; nothing where there is no better one."""
    levels = item.scale.levels if item.scale else ()
    if wanted is not None:
        found = item.scale.find(wanted) if item.scale else None
        if found is None:
            remedy = (
                nearest(wanted, [level.name for level in levels]) or f"Its levels are {', '.join(map(str, levels))}."
            )
            message = f'"{wanted}" is not a level of {item.id}.'
            raise Refused([Problem(item.at or CellLocation(item.id), "unknown-item", message, remedy)])
        return found
    if not isinstance(now, Level):
        return None
    return levels[now.position - 1] if now.position else None


@frozen
class Asked:
    """What is asked: the level to gain (else the next better one), of which rating, and what may move.

    `only` are the inputs that may move (else all that may), `fixed` those that may not.
    """

    to: str | None = None
    rating: str | None = None
    only: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def headroom(
    assessment: Assessment,
    n: int,
    asked: Asked = Asked(),  # noqa: B008 (a record, which nobody changes)
    say: Say = unheard,
) -> Headroom:
    """What would change the rating of organisation `n`; `say` is told what the search is at.

    Raises `Refused` where there is no such level or input, or where the plan is not the engine.
    """
    item = rating_of(assessment, asked.rating)
    only, fixed = asked.only, asked.fixed
    for id_ in (*only, *fixed):
        if id_ not in assessment.methodology.inputs:
            message = f'The methodology {assessment.methodology.id} has no input "{id_}".'
            remedy = nearest(id_, assessment.methodology.inputs)
            raise Refused([Problem(CellLocation(assessment.submitted.name), "unknown-item", message, remedy)])
    search = Search(assessment, n, item, say)
    sound(search.whole, item.id)
    now = assessment.columns[item.id][n]
    target = level_to(item, now, asked.to)
    reached = search.reached
    kept = [lever for lever in levers(assessment, n, reached, fixed) if not only or lever.input in only]
    numeric = [lever for lever in kept if lever.numeric]
    gains: list[Move] = []
    losses: list[Move] = []
    for number, lever in enumerate(kept):
        say(lever.input, number, len(kept))
        if target is not None and search.position(now) > target.position:
            gains += filter(None, [search.alone_moves(lever, "better", target.position)])
        if isinstance(now, Level):
            losses += filter(None, [search.alone_moves(lever, "worse", now.position)])
    push, fewest, searched = None, None, 0
    if target is not None and search.position(now) > target.position:
        say("even push")
        push = search.together(numeric, target.position, {}) if numeric else None
        fewest, searched = search.fewest(kept, target.position)
    say("not reporting")
    blanks = [
        found
        for indicator in indicators(assessment.methodology)
        if set(indicator.columns) & reached
        and indicator.input not in fixed
        and (not only or set(only) & set(indicator.columns))
        if (found := search.unreported(indicator)) is not None
    ]
    there = [
        id_
        for id_ in assessment.methodology.inputs
        if id_ in reached and not isinstance(assessment.columns[id_][n], Missing)
    ]
    unmoved = tuple(id_ for id_ in there if id_ not in {lever.input for lever in kept})
    return Headroom(
        assessment, n, item, now, target, holding(search, target), tuple(gains), tuple(losses), push, fewest,
        searched, tuple(blanks), tuple(kept), unmoved, search.ratings,
    )  # fmt: skip


def sound(plan: Plan, *roots: str) -> None:
    """Raise `Refused` where the plan, with nothing changed, is not what the engine gave."""
    apart = [id_ for id_ in plan.differences() if not roots or id_ in plan.rests_on(roots)]
    if apart:
        message = f"The arrays do not give what the engine gave in {', '.join(apart[:3])}, so nothing is said of them."
        remedy = "Please report it with the rule file; `nhsrate score` is not concerned."
        raise Refused([Problem(CellLocation(plan.assessment.submitted.name), "cannot-compute", message, remedy)])
