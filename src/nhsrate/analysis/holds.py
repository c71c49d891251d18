"""What holds a rating whatever the values are: limits, gates and decisions, on the rating and on what it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Refused
from nhsrate.engine.assess import assess_again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.search import Search
    from nhsrate.engine.assessment import Assessment
    from nhsrate.language.conditions import When
    from nhsrate.rules.model import Item, Limit


@frozen
class Hold:
    """What holds a rating whatever the values are: a limit, a gate or a decision, why, and by which source.

    `acts` says whether it changes the rating now, or would only hold a better one. `on` is the part of the rating that
    it is on, and nothing where that is the rating itself; such a one is told where lifting it gains the level, with
    `others` of its like that must be lifted with it.
    """

    what: Literal["limit", "gate", "decision"]
    because: str
    source: str | None
    acts: bool
    on: str | None = None
    title: str = ""
    others: int = 0


@frozen
class Beneath:
    """A hold on a part of the rating, and what it is: a limit, the gate, or else what people decided."""

    hold: Hold
    item: Item
    limit: Limit | None = None


def holding(search: Search, target: Level | None) -> tuple[Hold, ...]:
    """The decisions, limits and gates that stand between an organisation and the level to gain.

    A limit holds where its condition is met now: also where it changes nothing yet, because the level before it is no
    better, since it would hold a better one.
    """
    assessment, n, item = search.assessment, search.n, search.item
    marks = assessment.marks_of(item.id, n)
    decided = [mark for mark in marks if mark.what == "override"]
    found = [Hold("decision", f"{mark.because} ({mark.who}, {mark.when})", None, acts=True) for mark in decided]
    for limit in item.limits:
        end = assessment.view(item.id).limit_end(limit, n) if limit.at_best else None
        below = isinstance(end, Missing) and limit.missing != "fails"
        below = below or (isinstance(end, Level) and (target is None or end.position > target.position))
        if (
            (limit.step == "down" or below)
            and not assessment.given(item.id, n)
            and met(assessment, limit.when, n, limit.missing)
        ):
            acts = any(mark.limit is limit for mark in marks)
            found.append(Hold("limit", limit.because, limit.source, acts=acts))
    gate = item.only_when
    unrated = isinstance(assessment.columns[item.id][n], Missing)
    if gate is not None and unrated and not met(assessment, gate.when, n, gate.missing):
        found.append(Hold("gate", gate.because, item.source, acts=True))
    return (*found, *helping(search, target))


def met(assessment: Assessment, when: When, n: int, missing: Literal["holds", "fails"] | None) -> bool:
    """Whether a condition holds for an organisation; one on a missing value that nobody foresaw does not."""
    view = assessment.view(assessment.methodology.headlines[0].id)
    return when.met(lambda id_: assessment.columns[id_][n], view.edge_of(n), missing)


def helping(search: Search, target: Level | None) -> list[Hold]:
    """The holds on parts of the rating that, lifted, gain the level: each alone; else the fewest that do together."""
    now = search.assessment.columns[search.item.id][search.n]
    if target is None or search.position(now) <= target.position:
        return []
    known = beneath(search)
    alone = [one for one in known if gains(search, [one], target)]
    if alone or not gains(search, known, target):
        return [one.hold for one in alone]
    needed = list(known)
    for one in known:
        fewer = [other for other in needed if other is not one]
        if gains(search, fewer, target):
            needed = fewer
    return [replace(one.hold, others=len(needed) - 1) for one in needed]


def beneath(search: Search) -> list[Beneath]:
    """What acts for the organisation on the parts of the rating, in the order of the rules."""
    assessment, n = search.assessment, search.n
    found = []
    for id_ in assessment.methodology.order:
        item = assessment.methodology.items[id_]
        if id_ == search.item.id or id_ not in search.reached:
            continue
        for mark in assessment.marks_of(id_, n):
            if mark.what == "override":
                because = f"{mark.because} ({mark.who}, {mark.when})"
                found.append(Beneath(Hold("decision", because, None, acts=True, on=id_, title=item.name), item))
            else:
                hold = Hold("limit", mark.because, mark.source, acts=True, on=id_, title=item.name)
                found.append(Beneath(hold, item, mark.limit))
        cell = assessment.columns[id_][n]
        if item.only_when is not None and isinstance(cell, Missing) and cell.sort == "gate" and cell.item == id_:
            hold = Hold("gate", item.only_when.because, item.source, acts=True, on=id_, title=item.name)
            found.append(Beneath(hold, item))
    return found


def gains(search: Search, lifted: Sequence[Beneath], target: Level) -> bool:
    """Whether the engine gives the level with these lifted for all; decisions are lifted for the organisation alone."""
    if not lifted:
        return False
    earlier, items = search.assessment, dict(search.assessment.methodology.items)
    code = earlier.organisations[search.n].code.casefold()
    decided = {one.item.id for one in lifted if one.hold.what == "decision"}
    for one in lifted:
        item = items[one.item.id]
        if one.hold.what == "gate":
            item = replace(item, only_when=None)
        elif one.limit is not None:
            item = replace(item, limits=tuple(limit for limit in item.limits if limit is not one.limit))
        items[item.id] = item
    overrides = [one for one in earlier.submitted.overrides if one.code.casefold() != code or one.item not in decided]
    submitted = replace(earlier.submitted, overrides=tuple(overrides))
    method = replace(earlier, methodology=replace(earlier.methodology, items=items))
    search.ratings += 1
    try:
        rated = assess_again(method, submitted, {one.item.id for one in lifted}, only=[search.item.id])
    except Refused:
        return False
    return search.position(rated.columns[search.item.id][search.n]) <= target.position
