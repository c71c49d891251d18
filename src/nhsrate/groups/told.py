"""What is to be said of figures that were brought together: members without one, and results that cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, LineLocation, Problem
from nhsrate.core.texts import listed
from nhsrate.groups.exact import others_than_said
from nhsrate.groups.figures import times_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.groups.figures import Given, Joint
    from nhsrate.groups.model import Group
    from nhsrate.returns.model import Return
    from nhsrate.rules.groups import Together
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology

FEW = 4
"""So many inputs of which the same is said are named, and so many members of one that are told of."""


@frozen
class Brought:
    """One input brought together by its rule: the figure of each group."""

    entry: Input
    rule: Together
    joints: Sequence[Joint]


def told_of(
    submitted: Return, methodology: Methodology, groups: Sequence[Group], brought: Sequence[Brought]
) -> list[Problem]:
    """What is to be said of all inputs; an error where a weight is below zero, or a figure outside what is valid."""
    problems = []
    for one in brought:
        name = methodology.called(one.entry.id)
        problems += [
            *_below_zero(submitted, one),
            *_out_of_range(one, name, groups),
            *_other_than_own(submitted, one, name),
        ]
    return [*problems, *_partly(submitted, methodology, groups, brought)]


def _partly(
    submitted: Return, methodology: Methodology, groups: Sequence[Group], brought: Sequence[Brought]
) -> list[Problem]:
    """The members that lack a figure, each with why: inputs that the same members lack are told of together.

    It is a note where declared markers say why, else a warning.
    """
    alike: dict[tuple[str, str, bool], list[Brought]] = {}
    for one in brought:
        if gone := [given for joint in one.joints for given in joint.left_out]:
            said = "; ".join(
                f"{group.organisation.name} without {_without(joint.left_out)}"
                for group, joint in zip(groups, one.joints, strict=True)
                if joint.left_out
            )
            missing = one.rule.missing == "missing"
            has = "both figures" if one.rule.needs else "a figure"
            how = "missing where a member has none" if missing else f"from the members that have {has}"
            alike.setdefault((how, said, all(map(_is_marked, gone))), []).append(one)
    problems = []
    for (how, said, marked), same in alike.items():
        names = listed([methodology.called(one.entry.id) for one in same], FEW)
        verbs = ("is", "are") if how.startswith("missing") else ("comes", "come")
        verb = verbs[len(same) > 1]
        figures = (figure.at for joint in same[0].joints for given in joint.left_out for figure in given.figures)
        at = next((place for place in figures if place is not None), CellLocation(submitted.name))
        remedy = "" if marked else "Complete their figures, or leave it so."
        message = f"{names} {verb} {how}: {said}."
        problems.append(Problem(at, "group-members", message, remedy, "note" if marked else "warning"))
    return problems


def _without(gone: Sequence[Given]) -> str:
    """The codes of members, those of one reason together with it."""
    reasons: dict[str, list[str]] = {}
    for given in gone:
        cell = given.gap.cell if given.gap else None
        reasons.setdefault(cell.reason if isinstance(cell, Missing) else "", []).append(given.organisation.code)
    return ", ".join(f"{listed(codes, len(codes))} ({reason})" for reason, codes in reasons.items())


def _is_marked(given: Given) -> bool:
    """Whether a member says by a declared marker that it has no figure."""
    cell = given.gap.cell if given.gap else None
    return isinstance(cell, Missing) and cell.sort in {"marker", "own marker"}


def _below_zero(submitted: Return, one: Brought) -> list[Problem]:
    """The error of a weight or a denominator that is below zero."""
    if one.rule.how not in {"pooled", "weighted"}:
        return []
    word, id_ = "denominator" if one.rule.how == "pooled" else "weight", one.rule.needs[-1]
    values = submitted.values[id_]
    below = {n: cell for n, cell in enumerate(values.cells) if isinstance(cell, Decimal) and cell < 0}
    return [
        Problem(
            values.at(n) or LineLocation(one.entry.id),
            "together",
            f"{id_} is {below[n]} here, and the {word} of {one.entry.id} is not below zero.",
            "Correct the value.",
        )
        for n in (_there(one) if below else ())
        if n in below
    ]


def _there(one: Brought) -> list[int]:
    """The numbers of the members that give a figure, each once, in the order of the groups."""
    return list(dict.fromkeys(part.n for joint in one.joints for part in joint.there))


def _out_of_range(one: Brought, name: str, groups: Sequence[Group]) -> list[Problem]:
    """The error of a figure outside what is valid, as of numerators above their denominators."""
    valid = one.entry.valid
    if valid is None or one.rule.how not in {"pooled", "weighted"}:
        return []
    low, high = valid.low, valid.high
    problems = []
    for group, joint in zip(groups, one.joints, strict=True):
        cell = joint.cell
        if isinstance(cell, Decimal) and ((low is not None and cell < low) or (high is not None and cell > high)):
            figures = (figure.at for given in joint.given for figure in given.figures)
            at = next((place for place in figures if place is not None), LineLocation(one.entry.id))
            message = f"{name} of {group.organisation.name} comes to {cell:.6g}, and may be {valid}."
            problems.append(Problem(at, "together", message, f"Check {listed(list(one.rule.needs))}."))
    return problems


def _other_than_own(submitted: Return, one: Brought, name: str) -> list[Problem]:
    """The warning that the numerator over the denominator of members is not the figure that they give themselves.

    A figure may be rounded to the places that it has.
    """
    if one.rule.how != "pooled":
        return []
    times, own = times_of(one.entry, one.rule), submitted.values[one.entry.id]
    over, under = (submitted.values[id_].cells for id_ in one.rule.needs)
    figures = ((n, own.cells[n], over[n], under[n]) for n in _there(one))
    other = others_than_said([row for row in figures if isinstance(row[1], Decimal)], times)
    if not other:
        return []
    codes = [submitted.organisations[n].code for n in other]
    message = f'{name} is not "{one.rule.numerator}" over "{one.rule.denominator}" for {listed(codes, FEW)}, '
    message += "and was pooled from these."
    at = own.at(other[0]) or CellLocation(submitted.name)
    return [Problem(at, "group-members", message, "Check that these are its numerator and denominator.", "warning")]
