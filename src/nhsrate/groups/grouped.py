"""A return of organisations made one of groups: who belongs where, every figure brought together, and what to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, LineLocation, Problem, Refused, errors
from nhsrate.core.texts import fold, listed
from nhsrate.groups.belonging import groups_of
from nhsrate.groups.extension import advice
from nhsrate.groups.figures import joint
from nhsrate.groups.model import Grouping
from nhsrate.groups.told import Brought, told_of
from nhsrate.returns.model import Values
from nhsrate.returns.several import ABSENT
from nhsrate.rules.checks import needs
from nhsrate.rules.groups import WHAT_TO_WRITE
from nhsrate.rules.inputs import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.nouns import Noun
    from nhsrate.groups.figures import Joint
    from nhsrate.groups.model import Group, Wanted
    from nhsrate.returns.model import Return
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology

POOLED = (
    "Write together: {numerator: x, denominator: y}, with the counts that it is made of; or weighted by X, worst, "
    "best or not."
)


ONE_OF_THEM = "Write together: worst or best, which polarity: tells of yes and no and of dates, or not."


def grouped(submitted: Return, methodology: Methodology, wanted: Wanted) -> Return:
    """The return of the groups that are wanted, each figure from those of its members; with what is to be said of it.

    Raises `Refused` with every problem where a figure that is rated does not say how it comes together, or where it is
    in doubt how much a member counts.
    """
    rates = methodology.rates
    groups, of_members = groups_of(submitted, wanted, rates)
    problems = [*wanted.problems, *of_members]
    problems += _silent(submitted, methodology)
    if not errors(problems) and not groups:
        message = f"None of the members of {wanted.kind.called} stands in the return."
        problems.append(Problem(wanted.at, "groups", message, "Check the codes of the members."))
    if errors(problems):
        raise Refused(problems)
    values, told = _values(submitted, methodology, groups)
    if errors(told):
        raise Refused([*problems, *told])
    members = {fold(one.code) for one in submitted.organisations}
    decided = tuple(one for one in submitted.overrides if fold(one.code) not in members)
    told += _of_published(submitted, methodology, wanted)
    told += _of_decisions(submitted, len(submitted.overrides) - len(decided), wanted, rates)
    return replace(
        submitted,
        organisations=tuple(group.organisation for group in groups),
        values=values,
        overrides=decided,
        grouping=Grouping(wanted, groups, submitted, rates),
        problems=(*submitted.problems, *problems, *told),
    )


def _silent(submitted: Return, methodology: Methodology) -> list[Problem]:
    """The error of each input that a printed item needs, that has figures and does not say how they come together."""
    needed = _needed(methodology)
    problems: dict[object, Problem] = {}
    silent: list[Input] = []
    for entry in methodology.inputs.values():
        if entry.id not in needed or not _has_figures(submitted, entry.id):
            continue
        at, name = entry.at or LineLocation(methodology.id), methodology.called(entry.id)
        absent = [id_ for id_ in (entry.together.needs if entry.together else ()) if not _has_figures(submitted, id_)]
        if absent:
            message = f"{name} is {entry.together}, and the return has no figures of {listed(absent)}."
            remedy = "Give the column, or say otherwise how the figures come together."
            problems.setdefault(at, Problem(at, "together", message, remedy))
        elif entry.together is None:
            silent.append(entry)
            message = f"{name} does not say how the figures of several {methodology.rates.many} come together."
            message += " Percentages are never averaged." if entry.type == "percent" else ""
            remedy = POOLED if entry.type == "percent" else WHAT_TO_WRITE
            remedy = remedy if entry.type in NUMBERS else ONE_OF_THEM
            problems.setdefault(at, Problem(at, "together", message, remedy))
    return [*problems.values(), *(advice(methodology, silent) if silent else ())]


def _needed(methodology: Methodology) -> set[str]:
    """The inputs that what is printed rests on."""
    printed = [item.id for item in methodology.items.values() if item.section == "ratings" or item.domain]
    ahead = [*printed, *(item.id for item in methodology.published)]
    found: set[str] = set()
    while ahead:
        id_ = ahead.pop()
        if id_ not in found:
            found.add(id_)
            item = methodology.items.get(id_)
            ahead += needs(item, methodology.populations) if item else ()
    return found


def _has_figures(submitted: Return, id_: str) -> bool:
    return any(not isinstance(cell, Missing) or cell.sort != "absent" for cell in submitted.values[id_].cells)


def _values(
    submitted: Return, methodology: Methodology, groups: Sequence[Group]
) -> tuple[dict[str, Values], list[Problem]]:
    """A column of figures for each input, and what is to be said of those that come from some members alone."""
    found: dict[str, Values] = {id_: Values([ABSENT] * len(groups)) for id_ in submitted.values}
    brought = []
    for entry in methodology.inputs.values():
        rule = entry.together
        made_of = rule.needs if rule is not None and rule.how == "pooled" else ()
        if _has_figures(submitted, entry.id) or (made_of and all(_has_figures(submitted, id_) for id_ in made_of)):
            joints = [joint(submitted, entry, group) for group in groups]
            found[entry.id] = _column(entry, submitted.values[entry.id], joints)
            brought += [Brought(entry, rule, joints)] if rule is not None else []
    return found, told_of(submitted, methodology, groups, brought)


def _column(entry: Input, before: Values, joints: Sequence[Joint]) -> Values:
    """The figures of the groups for one input; the cell of one that is a member's own stays with it."""
    decided = [one.deciding for one in joints]
    return Values(
        [one.cell for one in joints],
        before.heading or entry.id,
        [before.sources[n] if n is not None and before.sources else None for n in decided],
        [before.rows[n] if n is not None and before.rows else 0 for n in decided],
        [before.columns[n] if n is not None and before.columns else 0 for n in decided],
        _flags(before, joints),
    )


def _flags(before: Values, joints: Sequence[Joint]) -> Mapping[int, str]:
    """What qualifies the figures of members qualifies that of the group."""
    found = {}
    for g, one in enumerate(joints if before.flags else ()):
        who = one.submitted.organisations
        flags = {before.flags[part.n]: who[part.n].code for part in one.parts if part.n in before.flags}
        if flags and not isinstance(one.cell, Missing):
            found[g] = "; ".join(f"{flag} of {code}" for flag, code in flags.items())
    return found


def _of_published(submitted: Return, methodology: Methodology, wanted: Wanted) -> list[Problem]:
    """The note that results which came as published are of members, and not taken."""
    came = [id_ for id_ in submitted.values if id_ not in methodology.inputs and _has_figures(submitted, id_)]
    if not came:
        return []
    message = f"Results that came as published ({listed(came)}) are of members, and none of {wanted.kind.noun.many}."
    return [Problem(CellLocation(submitted.name), "group-members", message, "", "note")]


def _of_decisions(submitted: Return, number: int, wanted: Wanted, rates: Noun) -> list[Problem]:
    """The note that decisions about members are none about groups."""
    if not number:
        return []
    message = f"{number:,} of the recorded decisions {'is' if number == 1 else 'are'} about {rates.many}, "
    message += f"and changed nothing of {wanted.kind.noun.many}."
    return [Problem(CellLocation(submitted.name), "group-members", message, "", "note")]
