"""What a trajectory says, in sentences."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate.core.numbers import ZERO, number_text, rounded
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import in_unit, is_percentage, listed, tidy
from nhsrate.reports.summary import counted
from nhsrate.trajectories.limits import LEAST
from nhsrate.trajectories.trajectory import FURTHEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.rules.inputs import Polarity
    from nhsrate.trajectories.limits import Limits
    from nhsrate.trajectories.trajectory import Against, Point, Trajectories, Trajectory

PLACES = 2
"""Decimal places of what is worked out (limits, lines, differences); values are told with every digit they have."""

SMALL = Decimal("0.01")

MOST_PLACES = 12

GOODS = {
    "passes": "is met every time",
    "fails": "is missed every time",
    "passes or fails by chance": "is met or missed by chance",
}
"""What the assurance of a target means, as Making Data Count has it."""


def worked(number: Fraction | Decimal | None) -> str:
    """A number that was worked out, to two places or, where these are all zero, to two digits that count.

    >>> worked(Fraction(1, 3)), worked(Fraction(5)), worked(Fraction(-1, 400)), worked(None)
    ('0.33', '5', '-0.0025', '')
    """
    if number is None:
        return ""
    if isinstance(number, Fraction):
        number = (ZERO + number.numerator) / number.denominator
    places = PLACES if number == 0 else max(PLACES, 1 - number.adjusted())
    return number_text(rounded(number, places=places if abs(number) < SMALL else PLACES))


def value_text(value: Decimal | None, *goals: Decimal | Fraction | None) -> str:
    """A value as it stands in a table: to two places, or to as many as leave it on its side of what it is held to.

    >>> from decimal import Decimal
    >>> value_text(Decimal("91.995"), Decimal(92)), value_text(Decimal("91.994"), Decimal(92)), value_text(None)
    ('91.995', '91.99', '')
    """
    if value is None:
        return ""
    held = [goal for goal in goals if goal is not None]
    for places in range(PLACES, MOST_PLACES):
        shown = rounded(value, places=places)
        if (shown or not value) and all(_beside(shown, goal) == _beside(value, goal) for goal in held):
            return number_text(shown)
    return number_text(value)


def _beside(value: Decimal, goal: Decimal | Fraction) -> int:
    return (value > goal) - (value < goal)


def name(found: Trajectories, place: int) -> str:
    """A period by its name."""
    return tidy(found.series.calendar.name(place))


def in_words(found: Trajectories, item: str, number: Fraction | Decimal) -> str:
    """A number that was worked out, in the unit of its indicator."""
    return in_unit(worked(number), found.unit_of(item))


def apart(found: Trajectories, item: str, by: Fraction | Decimal) -> str:
    """How far two values of an indicator lie apart: those of percentages in percentage points."""
    unit = found.unit_of(item)
    return in_unit(worked(by), "percentage points" if is_percentage(unit) else unit)


def ends_of(found: Trajectories, item: str, low: Fraction, high: Fraction) -> str:
    """From where to where, with the unit once where it stands behind numbers."""
    last = in_words(found, item, high)
    return f"{worked(low) if last.startswith(worked(high)) else in_words(found, item, low)} to {last}"


def standard_text(found: Trajectories, one: Trajectory) -> str:
    """The standard that holds now, in the unit of its indicator; nothing where there is none."""
    target = one.target
    return f"{target.word} {in_unit(number_text(target.value), found.unit_of(one.item))}" if target else ""


def last_text(one: Trajectory) -> str:
    """The last value, with as many places as tell it from its plan, its straight line and its standard."""
    last = one.last
    if last is None:
        return ""
    return value_text(last.value, last.plan, last.line, last.target.value if last.target else None)


def against(one: Against | None) -> str:
    """How a value lies to what was to be, in short: `behind 1.2 (3)` for the third period on end."""
    if one is None:
        return ""
    side = "on it" if one.side == "on" else f"{one.side} {worked(one.by)}"
    return f"{side} ({one.periods})"


def sentences(found: Trajectories, one: Trajectory) -> Iterator[str]:
    """What there is to say of one indicator, beside its numbers, each figure in its unit."""
    last = one.last
    if last is None:
        return
    if last.place < max(found.series.places):
        yield f"The last value is of {name(found, last.place)}; there is none since."
    yield from _of_plan(found, one)
    yield from _of_standard(found, one)
    yield from _of_limits(found, one, last)
    yield from (f"Limits begin anew with {name(found, place)}: {tidy(why)}." for place, why in one.rebased.items())


def _of_plan(found: Trajectories, one: Trajectory) -> Iterator[str]:
    plan, line = one.against_plan, one.against_line
    if plan is not None:
        yield f"{_side(found, one, plan, 'its plan')} in {name(found, plan.place)}{_since(plan)}."
    if line is not None and one.line is not None:
        end, aim = one.line[1]
        to = f"the straight line to {in_words(found, one.item, aim)} in {name(found, end)}"
        side = _side(found, one, line, to)
        if one.planned_so:
            yield f"{side}: the plan asks for less here than a straight line, so no ground is lost."
        elif plan is not None and line.side == "behind":
            yield f"{side} as well: behind its plan it loses ground."
        else:
            yield f"{side}."
    if slow := [place for place in one.slow_as_planned if plan is None or place != plan.place]:
        yield f"Behind the straight line, and not behind its plan, in {listed([name(found, at) for at in slow], 6)}."


def _side(found: Trajectories, one: Trajectory, beside: Against, what: str) -> str:
    if beside.side == "on":
        return f"Exactly on {what}"
    by = apart(found, one.item, beside.by)
    return f"{by} {beside.side} of {what}" if beside.side == "ahead" else f"{by} {beside.side} {what}"


def _since(one: Against) -> str:
    if one.periods == 1:
        return ""
    before = "one" if one.periods == 2 else str(one.periods - 1)
    return f", as in the {before} before" + (" that can be compared" if one.has_gaps else "")


def _of_standard(found: Trajectories, one: Trajectory) -> Iterator[str]:
    target, last = one.target, one.last
    if target is None or last is None or last.value is None:
        return
    now = "meets" if target.met(last.value) else "does not meet"
    parts = [f"It {now} the standard ({standard_text(found, one)})"]
    if one.plan:
        end = name(found, max(one.plan))
        since = "not by its end, " + end if one.plan_meets is None else f"from {name(found, one.plan_meets)} on"
        parts.append(f"the plan does {since}")
    if one.trend is not None:
        parts.append(_of_trend(found, one))
    yield f"{'; '.join(parts)}."


def _of_trend(found: Trajectories, one: Trajectory) -> str:
    trend = one.trend
    assert trend is not None  # noqa: S101 (as was just asked)
    way = (
        "is flat"
        if trend.slope == 0
        else f"{'rises' if trend.slope > 0 else 'falls'} by {apart(found, one.item, abs(trend.slope))} a period"
    )
    said = f"the trend of the last {trend.values} values {way} and "
    if trend.meets is None:
        target = one.target
        up = target is not None and target.side in {"at_least", "above"}
        away = (trend.slope < 0) == up
        if trend.slope == 0:
            return f"{said}does not meet it"
        return f"{said}{'leads away from it' if away else f'does not meet it within {FURTHEST} periods'}"
    return said + ("meets it" if trend.meets == trend.place else f"would meet it in {name(found, trend.meets)}")


def _of_limits(found: Trajectories, one: Trajectory, last: Point) -> Iterator[str]:
    limits = last.limits
    if limits is None:
        return
    within = f"{ends_of(found, one.item, limits.lower, limits.upper)}, mean {in_words(found, one.item, limits.mean)}"
    sure = f"; within them the standard {GOODS[last.assurance]}" if last.assurance else ""
    yield f"Process limits {within}{sure}."
    flagged = [(point, point.value, point.limits) for point in one.points if point.flags]
    if not flagged:
        yield f"Making Data Count flags none of {len(one.values)} points: common causes alone."
        return
    point, value, own = flagged[-1]
    side = flag_side(one.better, value, own) if value is not None and own is not None else ""
    yield (
        f"Making Data Count flags {counted(len(flagged), 'point')} of {len(one.values)}, last "
        f"{name(found, point.place)}: {', '.join(point.flags)}{side}."
    )


def flag_side(better: Polarity | None, value: Decimal, limits: Limits) -> str:
    """On which side of the mean a flagged point lies, as better or worse where that is known.

    >>> from nhsrate.trajectories.limits import Limits
    >>> within = Limits(Fraction(5), Fraction(1))
    >>> [flag_side("lower", Decimal(value), within) for value in (4, 5, 6)]
    [', on the better side', '', ', on the worse side']
    """
    gap = Fraction(value) - limits.mean
    if gap == 0:
        return ""
    if better is None:
        return ", above the mean" if gap > 0 else ", below the mean"
    return ", on the better side" if (gap > 0) == (better == "higher") else ", on the worse side"


def too_few(found: Trajectories) -> str:
    """That there are no process limits where there are too few points."""
    most = max((one.too_few or 0 for ones in found.each.values() for one in ones), default=0)
    if not most:
        return ""
    any_has = any(one.last and one.last.limits for ones in found.each.values() for one in ones)
    have = f"Some have fewer than {LEAST}" if any_has else f"There {'is' if most == 1 else 'are'} {most}"
    return (
        f"Process limits, and the flags of Making Data Count, need {LEAST} points. {have}, so none are shown for these."
    )


def problems_of(found: Trajectories) -> tuple[Problem, ...]:
    """The warnings of all returns, and that a plan gives figures of members where groups are told of."""
    grouping = found.series.stages[max(found.series.stages)].assessment.submitted.grouping
    members = {one.code.casefold(): one.code for one in grouping.read.organisations} if grouping else {}
    codes = [members[code.casefold()] for code in found.unplanned if code.casefold() in members]
    if grouping is None or not codes:
        return found.series.problems
    many, group = grouping.wanted.kind.noun.many, grouping.groups[0].organisation.code
    is_ = "is a member" if len(codes) == 1 else "are members"
    message = f"The plan gives figures of {listed(codes)}, which {is_} of {many}, and nothing of that is told."
    remedy = f"Give the plan of {many}, by their codes, such as {group}."
    at = CellLocation(next(iter(found.plan.parts.values())).name)
    return (*found.series.problems, Problem(at, "group-members", message, remedy, "warning"))
