"""Several periods in a report: a line in a cell for each indicator, with its limits and plan, and the numbers beside.

A picture says nothing that the numbers and the sentences beside it do not say, so it is hidden from readers aloud.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.texts import in_unit, tidy
from nhsrate.pages.pictures import WIDTH, Axis, short
from nhsrate.trajectories.text import levels_told
from nhsrate.trajectories.words import against, last_text, name, sentences, standard_text, too_few, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from fractions import Fraction

    from nhsrate.trajectories.trajectory import Point, Trajectories, Trajectory

HEIGHT = 44
"""How high a picture's box is, where it is 200 wide."""

MARGIN = 4

MANY = 40
"""Of more points each has no dot of its own, as they would run together."""


@frozen
class Band:
    """The limits of one part of a series: from where to where they hold, how high they lie, and the mean."""

    x: str
    y: str
    width: str
    height: str
    mean: str


@frozen
class Course:
    """One indicator: the paths of its picture, and the numbers and sentences beside it."""

    title: str
    bands: tuple[Band, ...]
    values: str
    dots: str
    flagged: str
    plan: str
    line: str
    targets: str
    last: str
    when: str
    planned: str
    beside: str
    target: str
    said: tuple[str, ...]
    many: bool


@frozen
class OverTime:
    """One organisation over several periods: its levels, its indicators, and what there are too few points for."""

    span: str
    levels: str
    courses: tuple[Course, ...]
    planned: bool
    targets: bool
    limited: bool
    few: str


def over_time_of(found: Trajectories | None) -> dict[str, OverTime]:
    """What a report tells of each organisation, by its folded code."""
    return {} if found is None else {one.code.casefold(): over_time(found, one.code) for one in found.organisations}


def over_time(found: Trajectories, code: str) -> OverTime:
    """What a report tells of one organisation."""
    courses = tuple(course(found, one) for one in found.each[code] if one.last is not None)
    places = found.series.places
    return OverTime(
        f"{name(found, places[0])} to {name(found, places[-1])}",
        "".join(text for text, _ in levels_told(found, code)),
        courses, any(one.planned or one.beside for one in courses), any(one.target for one in courses),
        any(one.bands for one in courses), too_few(found),
    )  # fmt: skip


def course(found: Trajectories, one: Trajectory) -> Course:
    """The picture of one indicator, and what stands beside it."""
    last = one.last
    across, up = axes(one)
    points = [(point.place, point.value) for point in one.points if point.value is not None]
    flagged = [(point.place, point.value) for point in one.points if point.flags and point.value is not None]
    ends, unit = one.line or (), tidy(found.unit_of(one.item))

    def in_its(number: str) -> str:
        return in_unit(number, unit) if number else ""

    return Course(
        tidy(found.name_of(one.item)),
        tuple(bands(one.points, across, up)),
        path(points, across, up), spots(points, across, up), spots(flagged, across, up),
        path(sorted(one.plan.items()), across, up), straight(ends, across, up), steps(one.points, across, up),
        in_its(last_text(one)), name(found, last.place) if last and last.place < found.series.places[-1] else "",
        in_its(value_text(last.plan if last else None)), against(one.against_plan), standard_text(found, one),
        tuple(sentences(found, one)), len(points) > MANY,
    )  # fmt: skip


def axes(one: Trajectory) -> tuple[Axis, Axis]:
    """The stretch of places across and of numbers up, in which everything that is drawn lies."""
    places = [point.place for point in one.points] + [*one.plan] + ([one.line[0][0]] if one.line else [])
    numbers: list[float] = [float(value) for value in one.plan.values()]
    for point in one.points:
        numbers += [float(point.value)] if point.value is not None else []
        numbers += [float(point.limits.lower), float(point.limits.upper)] if point.limits else []
    low, high = min(numbers), max(numbers)
    room = (high - low) / 2
    near = [float(point.target.value) for point in one.points if point.target is not None]
    shown = [value for value in near if low - room <= value <= high + room]
    return Axis(min(places), max(places)), Axis(min([low, *shown]), max([high, *shown]))


def height(up: Axis, value: Decimal | Fraction | float) -> str:
    """How far from the top a number lies."""
    share = (float(value) - up.low) / (up.high - up.low) if up.high > up.low else 0.5
    return short(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN))


def path(points: Iterable[tuple[int, Decimal]], across: Axis, up: Axis) -> str:
    """A line through points; a period without one between two others breaks it.

    >>> from decimal import Decimal
    >>> path([(0, Decimal(1)), (1, Decimal(2)), (3, Decimal(1))], Axis(0, 3), Axis(1, 2))
    'M4 40L68 4M196 40'
    """
    said, before = "", None
    for place, value in points:
        said += f"{'L' if before == place - 1 else 'M'}{across.at(place)} {height(up, value)}"
        before = place
    return said


def straight(ends: Sequence[tuple[int, Decimal]], across: Axis, up: Axis) -> str:
    """The straight line between two ends; nothing where there are none."""
    at = [f"{across.at(place)} {height(up, value)}" for place, value in ends]
    return f"M{at[0]}L{at[1]}" if at else ""


def spots(points: Iterable[tuple[int, Decimal]], across: Axis, up: Axis) -> str:
    """Points of no length, whose round ends are dots."""
    return "".join(f"M{across.at(place)} {height(up, value)}h0" for place, value in points)


def steps(points: Sequence[Point], across: Axis, up: Axis) -> str:
    """The standard of each period as a level line, as far as it lies within the picture."""
    said = ""
    half = (WIDTH - 2 * MARGIN) / max(across.high - across.low, 1) / 2
    for value, held in groupby(points, lambda point: point.target and point.target.value):
        part = list(held)
        if value is not None and up.low <= float(value) <= up.high:
            left, right = float(across.at(part[0].place)) - half, float(across.at(part[-1].place)) + half
            said += f"M{short(max(left, 0))} {height(up, value)}H{short(min(right, WIDTH))}"
    return said


def bands(points: Sequence[Point], across: Axis, up: Axis) -> Iterable[Band]:
    """The limits of each part of the series."""
    limited = [(point.place, point.limits) for point in points if point.limits is not None]
    for limits, held in groupby(limited, lambda pair: pair[1]):
        places = [place for place, _ in held]
        left, right = (float(across.at(places[end])) for end in (0, -1))
        top, foot = float(height(up, limits.upper)), float(height(up, limits.lower))
        yield Band(short(left), short(top), short(right - left), short(max(foot - top, 0.5)), height(up, limits.mean))
