"""Trajectories as a text for a page or a terminal: everyone in a table, or every indicator of a few."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.texts import listed, tidy
from nhsrate.reports.league import CODE, NAME, Column, Entry, symbol_first, symbol_of
from nhsrate.reports.summary import counted, done_lines
from nhsrate.reports.told import styled
from nhsrate.screen.screen import Screen
from nhsrate.screen.table import table_lines
from nhsrate.trajectories.series import ALL
from nhsrate.trajectories.words import against, in_words, last_text, name, sentences, too_few, value_text, worked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.reports.told import Span
    from nhsrate.trajectories.trajectory import Trajectories, Trajectory

FEW = 3
"""Up to so many organisations are told with every indicator."""

COURSE = 12
"""So many of the last values are drawn."""

RUNS = 8
"""So many changes of the level are told, the last ones."""

INDENT = 2
"""What is said of an indicator stands so far in."""

BARS = "▁▂▃▄▅▆▇█"

PERIODS = 4
"""Up to so many periods have a column of levels each; of more the levels stand together."""


def trajectory_text(found: Trajectories, screen: Screen = Screen()) -> str:  # noqa: B008 (a record)
    """The head, and then everyone in a table or, where they are few, every indicator of each."""
    lines = [*head(found, screen), ""]
    if len(found.organisations) > FEW:
        lines += everyone(found, screen)
        more = "--only CODE shows every indicator of an organisation, -f csv every value."
        lines += ["", *screen.fold([(more, "dim")])]
    else:
        for one in found.organisations:
            lines += [*organisation(found, one.code, screen), ""]
        lines.pop()
    return "\n".join(lines) + "\n"


def head(found: Trajectories, screen: Screen) -> list[str]:
    """What is told: of whom, over which periods, by which editions, and what is not there."""
    series = found.series
    first, last = name(found, series.places[0]), name(found, series.places[-1])
    methods = series.methodologies
    noun = methods[-1].rates
    many, told = len(series.organisations), len(found.organisations)
    who = tidy(series.organisations[0].name) if many == 1 else noun.counted(many)
    who = who if told == many else f"{told:,} of {who}"
    over = f"{counted(len(series.stages), 'period')}, {first}" + (f" to {last}" if last != first else "")
    lines = [
        *screen.fold([(f"{who}: {over}", "bold")]),
        *screen.fold([(f"By {tidy(methods[-1].title)}." if len(methods) == 1 else
                       f"Each period by its own edition, the last by {tidy(methods[-1].title)}.", "dim")]),
    ]  # fmt: skip
    done = dict.fromkeys(line for stage in series.stages.values() for line in done_lines(stage.assessment))
    gaps = [f"No return of {listed([name(found, place) for place in series.gaps], 8)}."] if series.gaps else []
    for line in (*done, *gaps, *plan_lines(found), *filter(None, [too_few(found)])):
        lines += screen.fold([(line, "")])
    return lines


def plan_lines(found: Trajectories) -> Iterator[str]:
    """Where the plan is from, which periods it is of, and whom it names that no return does."""
    parts = found.plan.parts
    if parts:
        files = listed([tidy(PurePath(one).name) for one in dict.fromkeys(part.name for part in parts.values())], 3)
        yield f"Plan: {files}, {' to '.join(dict.fromkeys(name(found, place) for place in (min(parts), max(parts))))}."
        if found.unplanned:
            yield f"In the plan and in no return: {listed(list(map(tidy, found.unplanned)), 8)}."
    elif any(one.plan for ones in found.each.values() for one in ones):
        yield "Plan: as the returns give it."
    else:
        yield "No plan was given, so nobody is ahead of one or behind it: --plan PLAN."


def everyone(found: Trajectories, screen: Screen) -> list[str]:
    """A row for each organisation: its levels, and how many indicators are ahead of plan, behind it, or flagged."""
    ones = found.organisations
    columns = [
        Column(found.series.methodology.rates.title, [Entry(tidy(one.name)) for one in ones], holds=NAME),
        Column("Code", [Entry(tidy(one.code)) for one in ones], holds=CODE),
        *level_columns(found),
    ]
    each = [found.each[one.code] for one in ones]
    if any(one.against_plan for told in each for one in told):
        for word in ("ahead", "on", "behind"):
            counts = [sum(t.against_plan is not None and t.against_plan.side == word for t in told) for told in each]
            style = "warning" if word == "behind" else ""
            entries = [Entry(str(n), style=style if n else "") for n in counts]
            columns.append(Column("on plan" if word == "on" else word, entries, right=True))
        flat = [sum(t.planned_so for t in told) for told in each]
        if any(flat):
            columns.append(Column("flat as planned", [Entry(str(n)) for n in flat], right=True))
    flagged = [sum(bool(t.last and t.last.flags) for t in told) for told in each]
    if any(t.last and t.last.limits for told in each for t in told):
        columns.append(Column("flagged", [Entry(str(n)) for n in flagged], right=True))
    return table_lines(columns, screen)


def level_columns(found: Trajectories) -> Iterator[Column]:
    """The level of each period: a column each where they are few, together where they are many."""
    places = list(found.series.places)
    levels = [found.levels[one.code] for one in found.organisations]
    if len(places) <= PERIODS:
        for place in places:
            yield Column(name(found, place), [entry(found, one.get(place)) for one in levels])
        return
    shown = places[-COURSE:]
    heading = f"{name(found, shown[0])} to {name(found, shown[-1])}"
    yield Column(heading, [Entry("".join(short(one.get(place)) for place in shown)) for one in levels])


def entry(found: Trajectories, cell: Cell | None) -> Entry:
    """A level in its column."""
    if isinstance(cell, Level):
        return Entry(symbol_first(cell), cell.colour)
    return Entry("" if cell is None or isinstance(cell, Missing) else no_level(found, cell))


def no_level(found: Trajectories, cell: Cell) -> str:
    """A result that is no level: a number in its unit, or a text."""
    return in_words(found, found.rating.id, cell) if isinstance(cell, Decimal) else tidy(str(cell))


def short(cell: Cell | None) -> str:
    """A level in one place; a dot where there is none."""
    if not isinstance(cell, Level):
        return "·"
    return symbol_of(cell)[:1] or cell.name[:1]


def organisation(found: Trajectories, code: str, screen: Screen) -> list[str]:
    """One organisation: its levels, a table of its indicators, and what is to be said of each."""
    one = next(other for other in found.organisations if other.code == code)
    title = tidy(one.name) if one.code in {one.name, ALL} else f"{tidy(one.name)} ({tidy(one.code)})"
    told = [single for single in found.each[code] if single.last]
    lines = screen.fold([(title, "bold")])
    lines += screen.fold(levels_told(found, code))
    if not told:
        return [*lines, "It has no value of any indicator."]
    lines += ["", *table_lines(indicator_columns(found, told), screen, shorten=False)]
    for single in told:
        said = list(sentences(found, single))
        if said:
            lines += ["", *screen.fold(indicator(found, single.item))]
        for text in said:
            lines += screen.fold([(text, "")], INDENT)
    return lines


def indicator(found: Trajectories, item: str) -> list[Span]:
    """An indicator by its title and its id."""
    title = tidy(found.name_of(item))
    return [(title, "bold"), ("" if title == item else f" ({item})", "dim")]


def levels_told(found: Trajectories, code: str) -> list[Span]:
    """The level of each period, in a sentence; equal ones in a row are told together, and of many the last."""
    levels = found.levels[code]
    runs: list[tuple[Span, int, int]] = []
    for place in sorted(levels):
        level = level_span(found, levels[place])
        if runs and runs[-1][0] == level and runs[-1][2] == place - 1:
            runs[-1] = (level, runs[-1][1], place)
        else:
            runs.append((level, place, place))
    spans: list[Span] = [(tidy(found.rating.name), "bold"), (": ", "")]
    spans += [("before that others; ", "")] if len(runs) > RUNS else []
    for k, (level, first, last) in enumerate(runs[-RUNS:], 1):
        when = "in" if first == last else f"from {name(found, first)} to"
        spans += [level, (f" {when} {name(found, last)}{'.' if k == len(runs[-RUNS:]) else '; '}", "")]
    return spans


def level_span(found: Trajectories, cell: Cell) -> Span:
    """A level as it stands in a sentence."""
    if isinstance(cell, Level):
        return styled(cell, symbol_first(cell))
    return ("none" if isinstance(cell, Missing) else no_level(found, cell), "")


def indicator_columns(found: Trajectories, told: Sequence[Trajectory]) -> list[Column]:
    """The table of one organisation's indicators: its course, the last value, and what that is held to."""
    lasts = [one.last for one in told]
    units = [Entry(tidy(found.unit_of(one.item))) for one in told]
    columns = [
        Column("Indicator", [Entry(tidy(found.name_of(one.item))) for one in told], holds=NAME),
        Column("Course", [Entry(course(one)) for one in told]),
        *([Column("Unit", units)] if any(one.text for one in units) else []),
        Column("Last", [Entry(last_text(one)) for one in told], right=True),
    ]
    if any(one.plan for one in told):
        columns += [
            Column("Plan", [Entry(value_text(last.plan if last else None)) for last in lasts], right=True, domain=True),
            Column("To plan", [beside(one) for one in told], domain=True),
            Column("Line", [Entry(worked(last.line if last else None)) for last in lasts], right=True, domain=True),
        ]
    if any(one.target for one in told):
        columns.append(Column("Standard", [Entry(str(one.target or "")) for one in told], domain=True))
    return columns


def beside(one: Trajectory) -> Entry:
    """How the last value lies to its plan; behind it stands out."""
    plan = one.against_plan
    return Entry(against(plan), style="warning" if plan is not None and plan.side == "behind" else "")


def course(one: Trajectory) -> str:
    """The last values as bars, from the lowest to the highest of them; a dot where there is none.

    >>> from decimal import Decimal
    >>> from types import SimpleNamespace
    >>> course(SimpleNamespace(points=[SimpleNamespace(value=v) for v in (Decimal(1), None, Decimal(2))]))
    '▁·█'
    """
    values = [point.value for point in one.points[-COURSE:]]
    there = [value for value in values if value is not None]
    low, high = min(there, default=None), max(there, default=None)
    if low is None or high is None:
        return ""
    if low == high:
        return "".join("·" if value is None else BARS[3] for value in values)
    return "".join("·" if value is None else BARS[int((value - low) / (high - low) * 7)] for value in values)
