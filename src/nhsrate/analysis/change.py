"""Why a rating changed: its causes between two returns, which add up exactly, and the inputs that moved it.

A rating rests on an organisation's own values, on which of them it reports, on the others', on the rules and on what
people decided. Each is as before or as after, and every mixture can be rated (`corners`): both ends and, of one that is
asked for, all of them by the engine; of everyone at once by the plan (`planned`), where others count. What a cause did
hangs on what changed before it, so it is averaged over all orders (`shapley`).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from nhsrate.analysis.corners import Corners, Side
from nhsrate.analysis.cuts import levelled, side, side_of_levels
from nhsrate.analysis.put_back import Put, position, put_back
from nhsrate.analysis.shapley import owen, states
from nhsrate.core.cells import Cell, Level
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.runs.crossing import crossed
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item
    from nhsrate.runs.request import Request
    from nhsrate.runs.run import Run

Better = Literal["higher", "lower"] | None
"""Which side of a score is better, where that is known."""

MOST_RATINGS = 2_500
"""Where others' values count and the plan cannot tell, so many ratings of all are made at most by the engine."""


@frozen
class Moved:
    """One organisation that is rated in both: its ratings, and what each cause gave, in levels (above 0 is better).

    `causes` and `score_causes` are nothing where they were not worked out, and `why_not` says why. `score` is the
    change of the score behind the rating, and `score_better` says which side of it is better, where that is known.
    """

    code: str
    name: str
    before: Cell
    after: Cell
    causes: dict[str, Fraction] | None
    score: Decimal | None = None
    score_causes: dict[str, Fraction] | None = None
    inputs: tuple[Put, ...] = ()
    why_not: str = ""
    score_better: Better = None

    @property
    def levels(self) -> int | None:
        """By how many levels it moved; above 0 is better."""
        return None if (pair := positions(self.before, self.after)) is None else pair[0] - pair[1]


@frozen
class Changed:
    """What changed between two ends: the items compared, everyone rated in both, who came and who went.

    `planned` is how many mixtures are the plan's and not the engine's. `inputs_told` says whether it was worked out
    which inputs moved whom: of all where each rests on its own values alone, else of those who were asked about.
    `score_better` is the better side of the score behind the rating, where that is known.
    """

    old: Assessment
    new: Assessment
    item: Item
    organisations: tuple[Moved, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    not_split: str = ""
    planned: int = 0
    inputs_told: bool = True
    score_better: Better = None


def between(old: Request, new: Request) -> tuple[Side, Side, list[Problem]]:
    """Two ends as they were asked for, each read in the terms of the other's methodology too, and what was met."""
    requests = (old, new)
    runs = [end(old, "--old-methodology"), end(new, "--new-methodology")]
    other = [crossed(requests[k], runs[k], runs[1 - k].methodology) for k in (0, 1)]
    before = Side(runs[0].assessment, (runs[0].submitted, other[0]))
    after = Side(runs[1].assessment, (other[1], runs[1].submitted))
    return before, after, [problem for one in runs for problem in one.problems]


def end(request: Request, option: str) -> Run:
    """The run of one end; where its edition has to be named, the remedy says by which option, since `-m` is of both."""
    try:
        return run(request)
    except Refused as refused:
        raise Refused([
            replace(one, remedy=one.remedy.replace(" -m", f" {option}")) if one.code == "which-methodology" else one
            for one in refused.problems
        ]) from None  # fmt: skip


def positions(before: Cell, after: Cell) -> tuple[int, int] | None:
    """The places of two levels on their scales, from 0, the best; nothing where either is none."""
    if isinstance(before, Level) and isinstance(after, Level):
        return before.position, after.position
    return None


def changed(old: Side, new: Side, only: Sequence[str] = (), say: Callable[[str], None] = lambda _: None) -> Changed:
    """What changed and why, of the first headline that gives levels.

    Raises `Refused` where there is none at one end, or where those of the two ends are not of the same levels.
    """
    item, before = levelled(new.assessment.methodology), levelled(old.assessment.methodology)
    check_scales(before, item, new.assessment)
    places = [{one.code: n for n, one in enumerate(side.assessment.organisations)} for side in (old, new)]
    both = [code for code in places[1] if code in places[0]]
    wanted = [code for code in both if not only or code in only]
    corners = Corners(old, new, before, item)
    why_not = "" if only or corners.alone() else together(corners, wanted, say)
    found = []
    for k, code in enumerate(wanted, 1):
        say(f"causes {k} of {len(wanted)}")
        found.append(ends(corners, code, why_not) if why_not else moved(corners, code))
    told = bool(only) or corners.alone()
    split = [one.code for one in found if one.causes is not None] if told else []
    puts = put_back(corners, split) if corners.alone() else {code: put_back(corners, [code])[code] for code in split}
    came, went = (
        tuple(code for code in places[end] if code not in places[1 - end] and (not only or code in only))
        for end in (1, 0)
    )
    better = side_of_score(corners)
    moves = tuple(replace(one, inputs=puts.get(one.code, ()), score_better=better) for one in found)
    return Changed(old.assessment, new.assessment, item, moves, came, went, why_not, len(corners.known), told, better)


def side_of_score(corners: Corners) -> Better:
    """Which side of the score behind the rating is better."""
    if corners.score is None:
        return None
    methodology, id_ = corners.methods[1], corners.score.id
    return side(methodology, id_) or side_of_levels(methodology, id_)


def together(corners: Corners, wanted: Sequence[str], say: Callable[[str], None]) -> str:
    """Have the mixtures of everyone rated where others count: by the plan, else by the engine; or why they are not."""
    from nhsrate.analysis.planned import NotPlanned, rate_mixtures

    rated = [code for code in wanted if positions(*end_cells(corners, code)) is not None]
    try:
        rate_mixtures(corners, rated, say)
    except NotPlanned as reason:
        cost = sum(2 ** len(corners.active(code)) for code in rated)
        if cost <= MOST_RATINGS:
            return ""
        return (
            f"{reason}, and {cost:,} ratings of all would have to be made by the engine, as each rests on others' "
            "values; --only CODE tells the causes of one"
        )
    return ""


def check_scales(before: Item, after: Item, assessment: Assessment) -> None:
    """That both ratings give levels of the same names in the same order."""
    names = [[level.name for level in one.scale.levels] if one.scale else [] for one in (before, after)]
    if not all(names):
        numbers = after if names[0] else before
        message = f"{numbers.name} gives numbers, and moves between levels are compared."
        remedy = "Rate by a method of which a headline rating gives levels."
        raise Refused([Problem(CellLocation(assessment.submitted.name), "wrong-levels", message, remedy)])
    if names[0] != names[1]:
        message = (
            f"{before.name} and {after.name} are not levels of the same names, and cannot be set against each other."
        )
        remedy = "Rate both returns under one method with -m."
        raise Refused([Problem(CellLocation(assessment.submitted.name), "wrong-levels", message, remedy)])


def end_cells(corners: Corners, code: str) -> tuple[Cell, Cell]:
    """The ratings of one organisation at both ends."""
    pairs = zip(corners.sides, corners.items, corners.places, strict=True)
    before, after = (side.assessment.columns[item.id][places[code]] for side, item, places in pairs)
    return before, after


def ends(corners: Corners, code: str, why_not: str = "") -> Moved:
    """The ratings of one organisation at both ends, without their causes."""
    name = corners.sides[1].assessment.organisations[corners.places[1][code]].name
    return Moved(code, name, *end_cells(corners, code), None, why_not=why_not)


def moved(corners: Corners, code: str) -> Moved:
    """One organisation with the causes of its move."""
    both = ends(corners, code)
    if positions(both.before, both.after) is None:
        return replace(both, why_not="it has no level at one end, and a level more or less cannot be counted")
    if code in corners.untold:
        return replace(both, why_not=corners.untold[code])
    active = corners.active(code)
    try:
        found = {state: corners.rated(code, state) for state in states(active)}
    except Refused as refused:
        return replace(both, why_not=f"a mixture of before and after cannot be rated: {refused.problems[0].message}")
    gaps = [level for level, _ in found.values() if not isinstance(level, Level)]
    if gaps:
        return replace(both, why_not=f"a mixture of before and after has no level: {gaps[0]}")
    causes = owen(lambda state: Fraction(-position(found[state][0])), active)
    score_causes = change = None
    numbers = {state: Fraction(score) for state, (_, score) in found.items() if isinstance(score, Decimal)}
    if len(numbers) == len(found) and corners.score is not None:
        score_causes = owen(numbers.__getitem__, active)
        after, before = (corners.rated(code, (on,) * 5)[1] for on in (True, False))
        assert isinstance(after, Decimal)  # noqa: S101 (both are among those that were told)
        assert isinstance(before, Decimal)  # noqa: S101 (as above)
        change = after - before
    return replace(both, causes=causes, score=change, score_causes=score_causes)
