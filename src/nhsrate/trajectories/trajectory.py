"""Each organisation and indicator over time: beside its plan, the straight line to its aim, its standard and limits."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.kinds.arithmetic import Ratio
from nhsrate.trajectories.limits import LEAST, assurance, flags_of, in_wholes, limits_of
from nhsrate.trajectories.plans import Plan
from nhsrate.trajectories.targets import Standards, Target, better_of, indicators_of, usual_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Organisation
    from nhsrate.rules.inputs import Polarity
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.trajectories.limits import Assurance, Flag, Limits
    from nhsrate.trajectories.series import Series

FURTHEST = 120
"""A trend is followed so many periods beyond the last value, and no further."""

FEWEST = 3
"""A trend is drawn through so many values or more, and through the last twelve at most."""

Side = Literal["ahead", "on", "behind", "above", "below"]


@frozen
class Point:
    """One value: at which place, what it is (or why there is none), and what it is held to.

    `plan` is what was planned for it, `line` where the straight line lies, `target` its standard. `limits` are those of
    its part of the series, `flags` what is flagged at it, and `assurance` whether its process will meet its target.
    """

    place: int
    value: Decimal | None
    why: str = ""
    plan: Decimal | None = None
    line: Fraction | None = None
    target: Target | None = None
    limits: Limits | None = None
    flags: tuple[Flag, ...] = ()
    assurance: Assurance | None = None


@frozen
class Against:
    """The last value beside what was to be: which side, by how much (as good, at least 0), for how many periods on end.

    Where no better side is known it lies `above` or `below` and is neither ahead nor behind. `since` is the place of
    the first of these periods, between which there may be others that cannot be compared.
    """

    place: int
    side: Side
    by: Decimal | Fraction
    periods: int
    since: int

    @property
    def has_gaps(self) -> bool:
        """Whether a period among these has no value, or nothing that it was to be."""
        return self.place - self.since + 1 > self.periods


@frozen
class Trend:
    """The least-squares line through the last values: at `place` it was `level` and it rises by `slope` each period.

    `meets` is the place from which it meets the standard, where it does within 120 periods.
    """

    place: int
    level: Fraction
    slope: Fraction
    values: int
    meets: int | None = None


@frozen
class Trajectory:
    """One indicator of one organisation: its points in order, what is planned, and what follows.

    `line` are the two ends of the straight line, each a place and its value. `target` is the standard that holds now.
    `plan_meets` is the place from which on the plan meets it to its end.
    """

    organisation: Organisation
    item: str
    better: Polarity | None
    points: tuple[Point, ...]
    plan: Mapping[int, Decimal]
    line: tuple[tuple[int, Decimal], tuple[int, Decimal]] | None = None
    target: Target | None = None
    against_plan: Against | None = None
    against_line: Against | None = None
    plan_meets: int | None = None
    trend: Trend | None = None
    rebased: Mapping[int, str] = field(default_factory=dict)

    @property
    def values(self) -> list[Point]:
        """The points that have a value."""
        return [point for point in self.points if point.value is not None]

    @property
    def last(self) -> Point | None:
        """The last point that has a value."""
        return next(reversed(self.values), None)

    @property
    def too_few(self) -> int | None:
        """How many points the last part of the series has, where they are too few for limits."""
        last = self.last
        if last is None or last.limits is not None:
            return None
        return sum(point.place >= max(self.rebased, default=point.place) for point in self.values)

    @property
    def planned_so(self) -> bool:
        """Whether the last value lies behind the straight line and not behind its plan, so that no ground was lost."""
        plan, line = self.against_plan, self.against_line
        if plan is None or line is None or plan.place != line.place:
            return False
        return line.side == "behind" and plan.side in {"ahead", "on"}

    @property
    def slow_as_planned(self) -> list[int]:
        """The places at which a straight line would say behind, and the plan does not."""
        return [
            point.place
            for point in self.points
            if side_of(point.value, point.line, self.better) == "behind"
            and side_of(point.value, point.plan, self.better) in {"ahead", "on"}
        ]


@frozen
class Trajectories:
    """Everyone's indicators over time, the level of each period, and what they rest on.

    `levels[code]` has the headline result at each place. `organisations` are those that are reported.
    """

    series: Series
    items: tuple[str, ...]
    organisations: tuple[Organisation, ...]
    each: Mapping[str, tuple[Trajectory, ...]]
    levels: Mapping[str, Mapping[int, Cell]]
    plan: Plan = Plan()
    rebased: Mapping[int, str] = field(default_factory=dict)

    @property
    def rating(self) -> Item:
        """The headline rating of the latest edition."""
        return self.series.methodology.headlines[0]

    @property
    def unplanned(self) -> list[str]:
        """Those that a plan names, and no return, by their codes as the plan has them."""
        known = {one.code.casefold() for one in self.series.organisations}
        rows = {code for part in self.plan.parts.values() for code in part.rows if code not in known}
        named = (one for part in self.plan.parts.values() for one in part.submitted.organisations)
        codes = {one.code.casefold(): one.code for one in named}
        return [codes.get(code, code) for code in sorted(rows)]

    def name_of(self, item: str) -> str:
        """What an indicator is called, in the latest edition that has it."""
        return self._method_of(item).name_of(item)

    def unit_of(self, item: str) -> str:
        """The unit of an indicator in that edition; a share of counts in hundreds that states none is per cent."""
        method = self._method_of(item)
        rule = method.items[item].rule if item in method.items else None
        if isinstance(rule, Ratio) and rule.times.value == 100 and not method.unit_of(item):
            counts = {method.inputs[id_].type if id_ in method.inputs else "" for id_ in (rule.of, rule.to)}
            return "%" if counts == {"count"} else ""
        return method.unit_of(item)

    def _method_of(self, item: str) -> Methodology:
        return next(one for one in reversed(self.series.methodologies) if item in one.inputs or item in one.items)


@frozen
class Aims:
    """What values are held to: what was asked for, by indicator and the place from which it holds, else standards."""

    asked: Mapping[str, Mapping[int, Decimal]]
    standards: Standards

    def of(self, assessment: Assessment, item: str, n: int, place: int, better: Polarity | None) -> Target | None:
        """The target of one value."""
        since = [begin for begin in self.asked.get(item, ()) if begin <= place]
        if since:
            return Target(self.asked[item][max(since)], usual_side(better), "asked")
        return self.standards.of(assessment, item, n)


def trajectories_of(
    series: Series,
    plan: Plan,
    items: Sequence[str],
    targets: Mapping[str, Mapping[int, Decimal]],
    rebased: Mapping[int, str],
    organisations: Sequence[Organisation],
) -> Trajectories:
    """Every indicator of these organisations over time.

    `targets` are what was asked for, by indicator and the place from which it holds; `rebased` begins the limits of all
    anew, each with its reason.
    """
    asked = Aims(targets, Standards())
    each = {
        one.code: tuple(_trajectory(series, plan, one, item, asked, rebased) for item in items) for one in organisations
    }
    levels = {one.code: _levels(series, one.code) for one in organisations}
    return Trajectories(series, tuple(items), tuple(organisations), each, levels, plan, dict(rebased))


def items_of(series: Series) -> list[str]:
    """The indicators of all editions, the latest's first, of which anyone has a value."""
    wanted = [id_ for one in reversed(series.methodologies) for id_ in indicators_of(one)]
    return [id_ for id_ in dict.fromkeys(wanted) if _told(series, id_)]


def _told(series: Series, item: str) -> bool:
    stages = (stage.assessment.columns.get(item, ()) for stage in series.stages.values())
    return any(isinstance(cell, Decimal) for column in stages for cell in column)


def _levels(series: Series, code: str) -> dict[int, Cell]:
    """The headline result of each period, by the edition that rated it."""
    found: dict[int, Cell] = {}
    for place in series.places:
        at = series.row(place, code)
        if at is not None:
            assessment, n = at
            found[place] = assessment.columns[assessment.methodology.headlines[0].id][n]
    return found


def _trajectory(
    series: Series, plan: Plan, one: Organisation, item: str, asked: Aims, rebased: Mapping[int, str]
) -> Trajectory:
    code = one.code.casefold()
    better = next((side for method in reversed(series.methodologies) if (side := better_of(method, item))), None)
    better = better or _own_side(series, code, item)
    planned = {**_given_plan(series, code, item), **plan.of(item, code)}
    begins = dict(sorted({**rebased, **plan.rebased(code)}.items()))
    begins = {place: why for place, why in begins.items() if place in series.places}  # a plan may say what is to come
    values, targets = _values(series, code, item, better, asked)
    line = _line(values, plan.of(item, code))
    points = _points(values, targets, planned, line, begins, better)
    known = [(point.place, point.value) for point in points if point.value is not None]
    target = targets[max(targets)] if targets else None
    trend = _trend([pair for pair in known if pair[0] >= max(begins, default=pair[0])], target)
    lines = {point.place: point.line for point in points if point.line is not None}
    return Trajectory(
        one, item, better, points, planned, line, target,
        _against(known, planned, better), _against(known, lines, better), _plan_meets(planned, target), trend, begins,
    )  # fmt: skip


def _own_side(series: Series, code: str, item: str) -> Polarity | None:
    """The better side that the rows of one organisation say for themselves, the latest first."""
    for place in reversed(series.places):
        at = series.row(place, code)
        entry = at[0].methodology.inputs.get(item) if at else None
        if at is not None and entry is not None and entry.direction is not None:
            assessment, n = at
            match str(assessment.columns[entry.direction][n]):
                case "higher" | "lower" as side:
                    return side
    return None


def _values(
    series: Series, code: str, item: str, better: Polarity | None, asked: Aims
) -> tuple[dict[int, Decimal | str], dict[int, Target]]:
    """The value at each place, or why there is none; and the target at each place that has one."""
    values: dict[int, Decimal | str] = {}
    targets: dict[int, Target] = {}
    for place in series.places:
        at = series.row(place, code)
        if at is None:
            values[place] = "no return" if place not in series.stages else "not in the return"
            continue
        assessment, n = at
        column = assessment.columns.get(item)
        if column is None:
            values[place] = "not in this edition"
            continue
        cell = column[n]
        values[place] = cell if isinstance(cell, Decimal) else cell.reason if isinstance(cell, Missing) else str(cell)
        target = asked.of(assessment, item, n, place, better)
        if target is not None:
            targets[place] = target
    return values, targets


def _given_plan(series: Series, code: str, item: str) -> dict[int, Decimal]:
    """What the returns themselves give as planned for an indicator, by place."""
    planned: dict[int, Decimal] = {}
    for place in series.stages:
        at = series.row(place, code)
        if at is not None:
            assessment, n = at
            for entry in assessment.methodology.inputs.values():
                cell = assessment.columns[entry.id][n] if entry.plan_of == item else None
                if isinstance(cell, Decimal):
                    planned[place] = cell
    return planned


def _line(
    values: Mapping[int, Decimal | str], planned: Mapping[int, Decimal]
) -> tuple[tuple[int, Decimal], tuple[int, Decimal]] | None:
    """The ends of the straight line to the aim, which is the last that is planned.

    It begins at the last value before the plan, from which the plan sets out; else at the plan's own first.
    """
    if not planned:
        return None
    first, last = min(planned), max(planned)
    before = [(place, value) for place, value in values.items() if place < first and isinstance(value, Decimal)]
    start = before[-1] if before else (first, planned[first])
    return None if start[0] == last else (start, (last, planned[last]))


def on_line(line: tuple[tuple[int, Decimal], tuple[int, Decimal]], place: int) -> Fraction | None:
    """Where a straight line lies at a place: nowhere before it begins, and at its aim once that is due."""
    (start, _), (end, _) = line
    if place < start:
        return None
    ((low, high), unit), length = in_wholes([value for _, value in line]), end - start
    return Fraction(low * length + (high - low) * (min(place, end) - start), unit * length)


def _points(
    values: Mapping[int, Decimal | str],
    targets: Mapping[int, Target],
    planned: Mapping[int, Decimal],
    line: tuple[tuple[int, Decimal], tuple[int, Decimal]] | None,
    begins: Mapping[int, str],
    better: Polarity | None,
) -> tuple[Point, ...]:
    """The points, each with the limits and flags of its part of the series."""
    known = [(place, value) for place, value in values.items() if isinstance(value, Decimal)]
    found: dict[int, tuple[Limits, tuple[Flag, ...]]] = {}
    for part in _parts(known, begins):
        numbers = [value for _, value in part]
        limits = limits_of(numbers)
        if limits is not None:
            flags = flags_of(numbers, limits)
            found |= {place: (limits, flags[k]) for k, (place, _) in enumerate(part)}
    points = []
    known_sure: dict[tuple[int, Target], Assurance | None] = {}
    for place, value in values.items():
        limits, flagged = found.get(place, (None, ()))
        target = targets.get(place)
        sure = None
        if target and limits:
            key = (id(limits), target)
            if key not in known_sure:
                known_sure[key] = assurance(Fraction(target.value), limits, better)
            sure = known_sure[key]
        number, why = (value, "") if isinstance(value, Decimal) else (None, value)
        at = on_line(line, place) if line else None
        points.append(Point(place, number, why, planned.get(place), at, target, limits, flagged, sure))
    return tuple(points)


def _parts(known: Sequence[tuple[int, Decimal]], begins: Mapping[int, str]) -> list[list[tuple[int, Decimal]]]:
    """The values parted where limits begin anew."""
    ends = [*sorted(begins), None]
    parts, start = [], None
    for end in ends:
        part = [pair for pair in known if (start is None or pair[0] >= start) and (end is None or pair[0] < end)]
        parts += [part] if part else []
        start = end
    return parts


def _against(
    known: Sequence[tuple[int, Decimal]], goals: Mapping[int, Decimal | Fraction], better: Polarity | None
) -> Against | None:
    """The last value that has something to be held to beside that, and for how many such values on end it is so."""
    held = [(place, value, goals[place]) for place, value in known if place in goals]
    if not held:
        return None
    sides = [_side(value, goal, better) for _, value, goal in held]
    place, value, goal = held[-1]
    run = next((k for k, side in enumerate(reversed(sides)) if side != sides[-1]), len(sides))
    return Against(place, sides[-1], abs(Fraction(value) - Fraction(goal)), run, held[-run][0])


def side_of(value: Decimal | None, goal: Decimal | Fraction | None, better: Polarity | None) -> str:
    """On which side of what was to be a value lies; nothing where either is not there."""
    return "" if value is None or goal is None else _side(value, goal, better)


def _side(value: Decimal, goal: Decimal | Fraction, better: Polarity | None) -> Side:
    """On which side of what was to be a value lies; exactly at it, it is on it."""
    if value == goal:
        return "on"
    if better is None:
        return "above" if value > goal else "below"
    return "ahead" if (value > goal) == (better == "higher") else "behind"


def _plan_meets(planned: Mapping[int, Decimal], target: Target | None) -> int | None:
    """From which place on a plan meets a target to its end."""
    if target is None:
        return None
    meets = None
    for place in sorted(planned, reverse=True):
        if not target.met(planned[place]):
            break
        meets = place
    return meets


def _trend(known: Sequence[tuple[int, Decimal]], target: Target | None) -> Trend | None:
    """The least-squares line through the last values; nothing of fewer than three."""
    used = known[-LEAST:]
    if len(used) < FEWEST:
        return None
    count, last = len(used), used[-1][0]
    xs = [place - last for place, _ in used]
    ys = [Fraction(value) for _, value in used]
    across, up = sum(xs), sum(ys, Fraction(0))
    across_up = sum((x * y for x, y in zip(xs, ys, strict=True)), Fraction(0))
    slope = (count * across_up - across * up) / (count * sum(x * x for x in xs) - across * across)
    level = (up - slope * across) / count
    return Trend(last, level, slope, count, _trend_meets(last, level, slope, target))


def _trend_meets(last: int, level: Fraction, slope: Fraction, target: Target | None) -> int | None:
    """The first place, from the last value on, at which a trend meets a target that it does not move away from."""
    if target is None:
        return None
    aim, missing = Fraction(target.value), Fraction(target.value) - level
    up = target.side in {"at_least", "above"}
    toward = slope > 0 if up else slope < 0
    ahead = level > aim if up else level < aim
    met_now = ahead or (missing == 0 and target.side in {"at_least", "at_most"})
    if met_now:
        return last
    if not toward:
        return None
    steps = missing / slope
    whole = -(-steps.numerator // steps.denominator)
    if steps == whole and target.side in {"above", "below"}:
        whole += 1
    return last + whole if whole <= FURTHEST else None
