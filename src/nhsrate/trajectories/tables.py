"""Trajectories as csv and json: every value with what it is held to; nothing is rounded."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import ZERO, number_text
from nhsrate.core.texts import tidy
from nhsrate.reports.csv_json import csv_text, guarded
from nhsrate.reports.problems import problem_json
from nhsrate.reports.provenance import plain, set_in
from nhsrate.trajectories.trajectory import on_line, side_of
from nhsrate.trajectories.words import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.core.cells import Cell
    from nhsrate.trajectories.targets import Target
    from nhsrate.trajectories.trajectory import Against, Point, Trajectories, Trajectory, Trend

HEADS = (
    "code", "name", "item", "title", "unit", "period", "first_day", "last_day", "level", "value", "missing", "plan",
    "to_plan", "plan_difference", "line", "to_line", "target", "target_side", "meets_target", "mean", "lower_limit",
    "upper_limit", "flags", "assurance", "rebased",
)  # fmt: skip
"""The columns of the csv, a row for each organisation, indicator and period."""


def number(value: Decimal | Fraction) -> str:
    """A number with every digit; one that does not end with twelve that count."""
    return number_text((ZERO + value.numerator) / value.denominator if isinstance(value, Fraction) else value)


def rows(found: Trajectories) -> Iterator[dict[str, object]]:
    """A row for each organisation, indicator and period: of the returns, and of what is planned beyond them."""
    for one in found.organisations:
        for told in found.each[one.code]:
            points = {point.place: point for point in told.points}
            for place in sorted({*points, *told.plan}):
                yield row(found, told, place, points.get(place))


def row(found: Trajectories, told: Trajectory, place: int, point: Point | None) -> dict[str, object]:
    """One value and what it is held to, by the columns of the csv; what is not there is nothing."""
    span = found.series.calendar.span(place)
    value, target, limits = (point.value, point.target, point.limits) if point else (None, None, None)
    plan, line = told.plan.get(place), on_line(told.line, place) if told.line else None
    unseen = "no return" if place < found.series.places[0] else "not yet"
    return {
        "code": told.organisation.code, "name": tidy(told.organisation.name), "item": told.item,
        "title": tidy(found.name_of(told.item)), "unit": tidy(found.unit_of(told.item)),
        "period": tidy(found.series.calendar.name(place)), "first_day": span.first, "last_day": span.last,
        "level": level_name(found.levels[told.organisation.code].get(place)), "value": value,
        "missing": tidy(point.why) if point else unseen, "plan": plan, "to_plan": side_of(value, plan, told.better),
        "plan_difference": value - plan if value is not None and plan is not None else None,
        "line": line, "to_line": side_of(value, line, told.better),
        "target": target.value if target else None, "target_side": target.side if target else "",
        "meets_target": target.met(value) if target and value is not None else None,
        "mean": limits.mean if limits else None, "lower_limit": limits.lower if limits else None,
        "upper_limit": limits.upper if limits else None, "flags": "; ".join(point.flags) if point else "",
        "assurance": (point.assurance or "") if point else "", "rebased": tidy(told.rebased.get(place, "")),
    }  # fmt: skip


def level_name(cell: Cell | None) -> str:
    """A headline result by its name; nothing where it is missing."""
    if isinstance(cell, Level):
        return cell.name
    return "" if cell is None or isinstance(cell, Missing) else plain(cell) or ""


def trajectory_csv(found: Trajectories) -> str:
    """The rows as csv."""
    return csv_text([HEADS, *([text(one[head]) for head in HEADS] for one in rows(found))])


def text(value: object) -> str:
    """A value of a row as it stands in the csv."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal() | Fraction():
            return number(value)
        case date():
            return value.isoformat()
    return "" if value is None else guarded(str(value))


def trajectory_json(found: Trajectories) -> str:
    """All that was found, as json; exact numbers are texts, those that were worked out too."""
    series = found.series
    name = series.calendar.name
    content = {
        "tool": {"name": "nhsrate", "version": __version__},
        "periods": [
            {
                "period": name(place), "return": stage.name, "digest": stage.assessment.submitted.digest,
                "methodology": stage.assessment.methodology.id, "rating": stage.assessment.methodology.headlines[0].id,
            }
            for place, stage in series.stages.items()
        ],
        **set_in(*series.methodologies),
        "gaps": [name(place) for place in series.gaps],
        "plan": [{"period": name(place), "file": part.name} for place, part in found.plan.parts.items()],
        "not_in_returns": found.unplanned,
        "rebased": [{"period": name(place), "because": why} for place, why in found.rebased.items()],
        "organisations": [
            {
                "code": one.code, "name": one.name,
                "levels": [{"period": name(place), "level": level_name(cell) or None}
                           for place, cell in found.levels[one.code].items()],
                "indicators": [indicator_json(found, told) for told in found.each[one.code]],
            }
            for one in found.organisations
        ],
        "problems": [problem_json(problem) for problem in problems_of(found)],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def indicator_json(found: Trajectories, told: Trajectory) -> dict[str, object]:
    """One indicator of one organisation."""
    name = found.series.calendar.name
    meets = told.plan_meets
    return {
        "item": told.item, "title": found.name_of(told.item), "unit": found.unit_of(told.item), "better": told.better,
        "target": target_json(told.target), "to_plan": against_json(found, told.against_plan),
        "to_line": against_json(found, told.against_line), "planned_so": told.planned_so,
        "plan_meets": name(meets) if meets is not None else None, "trend": trend_json(found, told.trend),
        "points": [point_json(found, told, point) for point in told.points],
        "planned": [{"period": name(place), "value": number(value)} for place, value in sorted(told.plan.items())],
        "rebased": [{"period": name(place), "because": why} for place, why in told.rebased.items()],
    }  # fmt: skip


def target_json(target: Target | None) -> dict[str, object] | None:
    """A target, and whose it is."""
    return None if target is None else {"value": number(target.value), "side": target.side, "by": target.by}


def against_json(found: Trajectories, one: Against | None) -> dict[str, object] | None:
    """The last value beside what was to be."""
    if one is None:
        return None
    period = found.series.calendar.name(one.place)
    return {"period": period, "side": one.side, "by": number(one.by), "periods": one.periods}


def trend_json(found: Trajectories, one: Trend | None) -> dict[str, object] | None:
    """The trend, and when it meets the target."""
    if one is None:
        return None
    meets = None if one.meets is None else found.series.calendar.name(one.meets)
    return {"values": one.values, "slope": number(one.slope), "level": number(one.level), "meets": meets}


def point_json(found: Trajectories, told: Trajectory, point: Point) -> dict[str, object]:
    """One value."""
    limits = point.limits
    return {
        "period": found.series.calendar.name(point.place),
        "value": None if point.value is None else number(point.value), "missing": point.why or None,
        "plan": None if point.plan is None else number(point.plan),
        "to_plan": side_of(point.value, point.plan, told.better) or None,
        "line": None if point.line is None else number(point.line),
        "to_line": side_of(point.value, point.line, told.better) or None,
        "target": target_json(point.target),
        "meets_target": point.target.met(point.value) if point.target and point.value is not None else None,
        "limits": None if limits is None else {"mean": number(limits.mean), "lower": number(limits.lower),
                              "upper": number(limits.upper)},
        "flags": list(point.flags), "assurance": point.assurance,
    }  # fmt: skip
