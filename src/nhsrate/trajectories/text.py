"""Trajectories as a text of 80 columns: everyone in a table, or every indicator of a few."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.texts import listed, tidy
from nhsrate.reports.league import CODE, NAME, Column, Entry, symbol_first, symbol_of
from nhsrate.reports.summary import counted, done_lines
from nhsrate.reports.told import wrapped
from nhsrate.screen.screen import Screen
from nhsrate.screen.table import table_lines
from nhsrate.trajectories.series import ALL
from nhsrate.trajectories.words import against, indicator, last_text, name, sentences, too_few, value_text, worked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.trajectories.trajectory import Trajectories, Trajectory

FEW = 3
"""Up to so many organisations are told with every indicator."""

COURSE = 12
"""So many of the last values are drawn."""

RUNS = 8
"""So many changes of the level are told, the last ones."""

BARS = "▁▂▃▄▅▆▇█"

PERIODS = 4
"""Up to so many periods have a column of levels each; of more the levels stand together."""


def trajectory_text(found: Trajectories, screen: Screen = Screen()) -> str:  # noqa: B008 (a record)
    """The head, and then everyone in a table or, where they are few, every indicator of each."""
    lines = [*head(found, screen), ""]
    if len(found.organisations) > FEW:
        lines += everyone(found, screen)
        lines += ["", "--only CODE shows every indicator of an organisation, -f csv every value."]
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
    many = len(series.organisations)
    who = tidy(series.organisations[0].name) if many == 1 else noun.counted(many)
    over = f"{counted(len(series.stages), 'period')}, {first}" + (f" to {last}" if last != first else "")
    lines = [
        *screen.fold([(f"{who}: {over}", "bold")]),
        wrapped(f"By {tidy(methods[-1].title)}." if len(methods) == 1 else
                f"Each period by its own edition, the last by {tidy(methods[-1].title)}."),
    ]  # fmt: skip
    done = (line for stage in series.stages.values() for line in done_lines(stage.assessment))
    lines += [wrapped(line) for line in dict.fromkeys(done)]
    if series.gaps:
        lines.append(wrapped(f"No return of {listed([name(found, place) for place in series.gaps], 8)}."))
    if found.plan.parts:
        files = listed(
            [tidy(PurePath(one).name) for one in dict.fromkeys(p.name for p in found.plan.parts.values())], 3
        )
        ends = dict.fromkeys(name(found, place) for place in (min(found.plan.parts), max(found.plan.parts)))
        lines.append(wrapped(f"Plan: {files}, {' to '.join(ends)}."))
        if found.unplanned:
            lines.append(wrapped(f"In the plan and in no return: {listed(list(map(tidy, found.unplanned)), 8)}."))
    elif any(one.plan for ones in found.each.values() for one in ones):
        lines.append("Plan: as the returns give it.")
    else:
        lines.append("No plan was given, so nobody is ahead of one or behind it: --plan PLAN.")
    return [*lines, *([wrapped(few)] if (few := too_few(found)) else [])]


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
            columns.append(Column("on plan" if word == "on" else word, [Entry(str(n)) for n in counts], right=True))
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
            yield Column(name(found, place), [entry(one.get(place)) for one in levels])
        return
    shown = places[-COURSE:]
    heading = f"{name(found, shown[0])} to {name(found, shown[-1])}"
    yield Column(heading, [Entry("".join(short(one.get(place)) for place in shown)) for one in levels])


def entry(cell: Cell | None) -> Entry:
    """A level in its column."""
    if isinstance(cell, Level):
        return Entry(symbol_first(cell), cell.colour)
    return Entry("" if cell is None or isinstance(cell, Missing) else worked_cell(cell))


def worked_cell(cell: Cell) -> str:
    """A result that is no level."""
    return tidy(cell) if isinstance(cell, str) else worked(cell)  # type: ignore[arg-type]  # a level was told already


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
    lines = [*screen.fold([(title, "bold")]), *level_lines(found, code)]
    if not told:
        return [*lines, "It has no value of any indicator."]
    lines += ["", *table_lines(indicator_columns(found, told), screen, shorten=False)]
    for single in told:
        said = list(sentences(found, single))
        if said:
            lines += ["", wrapped(indicator(found, single.item)), *(wrapped(text, "  ") for text in said)]
    return lines


def level_lines(found: Trajectories, code: str) -> list[str]:
    """The level of each period, in a sentence; equal ones in a row are told together, and of many the last."""
    levels = found.levels[code]
    runs: list[tuple[str, int, int]] = []
    for place in sorted(levels):
        text = level_text(levels[place])
        if runs and runs[-1][0] == text and runs[-1][2] == place - 1:
            runs[-1] = (text, runs[-1][1], place)
        else:
            runs.append((text, place, place))
    said = [
        f"{text} in {name(found, first)}"
        if first == last
        else f"{text} from {name(found, first)} to {name(found, last)}"
        for text, first, last in runs[-RUNS:]
    ]
    before = "before that others; " if len(runs) > RUNS else ""
    return [wrapped(f"{tidy(found.rating.name)}: {before}{'; '.join(said)}.")] if said else []


def level_text(cell: Cell) -> str:
    """A level as it stands in a sentence."""
    if isinstance(cell, Level):
        return symbol_first(cell)
    return "none" if isinstance(cell, Missing) else worked_cell(cell)


def indicator_columns(found: Trajectories, told: Sequence[Trajectory]) -> list[Column]:
    """The table of one organisation's indicators: its course, the last value, and what that is held to."""
    lasts = [one.last for one in told]
    columns = [
        Column("Indicator", [Entry(tidy(found.name_of(one.item))) for one in told], holds=NAME),
        Column("Course", [Entry(course(one)) for one in told]),
        Column("Last", [Entry(last_text(one)) for one in told], right=True),
    ]
    if any(one.plan for one in told):
        columns += [
            Column("Plan", [Entry(value_text(last.plan if last else None)) for last in lasts], right=True),
            Column("To plan", [Entry(against(one.against_plan)) for one in told]),
            Column("Line", [Entry(worked(last.line if last else None)) for last in lasts], right=True),
        ]
    if any(one.target for one in told):
        columns.append(Column("Standard", [Entry(str(one.target or "")) for one in told]))
    return columns


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
