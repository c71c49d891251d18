"""What a notebook shows of a record: the league table in colour, as a piece of HTML that needs nothing beside it.

It has the palettes and templates of the pages, takes the colour of its text from where it stands, light or dark, and
every text in it is escaped.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import listed, tidy
from nhsrate.engine.weights import effective_weights
from nhsrate.notebook.columns import caveats
from nhsrate.notebook.told import FEW, assessment_lines, methodology_lines, return_lines, run_lines
from nhsrate.pages.base import colour_rules, css_class, rendered
from nhsrate.pages.indicators import NOTHING, Chip
from nhsrate.pages.league import bars, league
from nhsrate.reports.league import symbol_first, symbol_words
from nhsrate.reports.summary import (
    chosen_line,
    done_lines,
    group_lines,
    mark_lines,
    printed_lines,
    problem_lines,
    read_line,
    set_aside_lines,
    status_text,
    vouched_text,
)
from nhsrate.screen.names import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.pages.league import Row
    from nhsrate.returns.model import Return, Values
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.runs.run import Run

MOST = 300
"""So many rows are shown; a line says how many more there are."""


@frozen
class Head:
    """The heading of a column, and whether what stands below it stands on the right."""

    text: str
    right: bool = False


@frozen
class Levels:
    """A rating by its name, and its levels, best first."""

    title: str
    levels: tuple[Chip, ...]


def cell(template: str, lines: Sequence[str], **context: object) -> str:
    """A piece of HTML for the output of a notebook's cell: a title, lines, what the template has, and what is told."""
    title, *rest = lines
    told = context.setdefault("told", [])
    assert isinstance(told, list)  # noqa: S101 (as the functions below give it)
    context = {"bars": [], "strong": [], "notes": [], "summary": f"How it was read: {len(told)} notes"} | context
    rules = colour_rules().splitlines()
    return rendered(
        template, title=title, lines=rest, colours="".join(f".nhsrate {rule}\n" for rule in rules), **context
    )


def assessment_html(assessment: Assessment, lines: Sequence[str] = ()) -> str:
    """The league table in colour, with how many are at each level, and all that has to be borne in mind."""
    methodology = assessment.methodology
    title, who, *_ = lines or assessment_lines(assessment)
    told = league(of_the_first(assessment), None, lambda _: "", names_of(assessment))
    rows = told.rows[:MOST]
    more = len(assessment.reported) - len(rows)
    return cell(
        "cell_league.html", [title.partition(": ")[2], f"{who}. {told.order}."],
        league=told, rows=rows, rates=methodology.rates, bars=bars(assessment)[:FEW],
        more=f"And {more:,} more, which league_table() has." if more else "",
        strong=[*printed_lines(assessment), *done_lines(assessment)],
        notes=[*symbols_of(methodology), *dashes(rows), vouched_text(methodology), *caveats(methodology)],
        told=told_of(assessment),
        summary="How it was read and rated",
    )  # fmt: skip


def symbols_of(methodology: Methodology) -> list[str]:
    """What the symbols before scores of domains mean, where no rating beside them has these."""
    domains = [item for item in methodology.items.values() if item.domain and item not in methodology.headlines]
    return [f"Symbols before numbers: {said}." for said in symbol_words(methodology, domains)]


def dashes(rows: Sequence[Row]) -> list[str]:
    """Why there is a dash in the place of a score; the first few reasons."""
    reasons = dict.fromkeys(one.word for row in rows for one in row.domains if one.css == "l-none" and one.word)
    return [f"{NOTHING} no value: {listed([*reasons], FEW)}."] if reasons else []


def of_the_first(assessment: Assessment) -> Assessment:
    """The assessment with so many reported as are shown, and those that share the last place with them."""
    order = assessment.league()
    by = assessment.columns[(assessment.methodology.place or assessment.methodology.headlines[0]).id]
    end = MOST
    while end < len(order) and assessment.methodology.place and by[order[end]] == by[order[end - 1]]:
        end += 1
    return replace(assessment, printed=tuple(order[:end])) if end < len(order) else assessment


def told_of(assessment: Assessment) -> list[str]:
    """All that is to be said of how it was read and rated, a line each."""
    return [
        *mark_lines(assessment), read_line(assessment.submitted, assessment.methodology.rates),
        *group_lines(assessment.submitted), *set_aside_lines(assessment.submitted),
        *chosen_line(assessment.methodology), *problem_lines(assessment),
    ]  # fmt: skip


def run_html(run: Run) -> str:
    """What its assessment shows."""
    return assessment_html(run.assessment, run_lines(run))


def return_html(submitted: Return) -> str:
    """What was read for each input: its heading, how many values, the lowest and highest, and the first cell."""
    heads = [Head("Input"), Head("Heading"), Head("Values", right=True), Head("Missing", right=True)]
    heads += [Head("Lowest", right=True), Head("Highest", right=True), Head("First cell")]
    rows = [input_row(id_, values) for id_, values in submitted.values.items()]
    title, *lines = return_lines(submitted)
    return cell(
        "cell_table.html", [title, *lines], table="Inputs", scales=[], **filled(heads, rows[:MOST]),
        more=f"And {len(rows) - MOST:,} more inputs." if len(rows) > MOST else "",
        told=[tidy(f"{one.severity.capitalize()}: {one}") for one in submitted.problems],
    )  # fmt: skip


def input_row(id_: str, values: Values) -> list[str]:
    """What was read for one input."""
    there = [n for n, one in enumerate(values.cells) if not isinstance(one, Missing)]
    numbers = sorted(one for n in there if isinstance(one := values.cells[n], Decimal))
    ends = [number_text(numbers[0]), number_text(numbers[-1])] if numbers else ["", ""]
    at = values.at(there[0]) if there else None
    first = "" if at is None else str(replace(at, file="") if at.row else at).removeprefix(":")
    counts = [f"{len(there):,}", f"{len(values.cells) - len(there):,}"]
    return [tidy(id_), tidy(values.heading), *counts, *ends, tidy(first)]


def filled(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> dict[str, object]:
    """A table without the columns in which nothing stands."""
    kept = [k for k in range(len(heads)) if k == 0 or any(row[k] for row in rows)]
    return {"heads": [heads[k] for k in kept], "rows": [[row[k] for k in kept] for row in rows]}


def methodology_html(methodology: Methodology) -> str:
    """The levels of each rating in their colours, and each indicator with what it decides."""
    decides = effective_weights(methodology)
    weighed = [item for item in methodology.headlines if any(id_ in decides[item.id] for id_ in methodology.inputs)]
    heads = [Head("Indicator"), Head("Title"), Head("Unit"), Head("Better is")]
    heads += [Head(f"Decides of {tidy(item.name)}", right=True) for item in weighed]
    rows = [
        [
            tidy(one.id), tidy(one.title), tidy(methodology.unit_of(one.id)), str(one.polarity or ""),
            *(share(decides[item.id].get(one.id)) for item in weighed),
        ]
        for one in methodology.inputs.values()
    ]  # fmt: skip
    title, *lines = methodology_lines(methodology)
    return cell(
        "cell_table.html",
        [title.partition(": ")[2], lines[0], f"Status: {tidy(status_text(methodology))}"], table="Indicators",
        **filled(heads, rows[:MOST]), scales=[one for one in map(levels_of, methodology.headlines) if one.levels],
        more=f"And {len(rows) - MOST:,} more indicators." if len(rows) > MOST else "", notes=caveats(methodology),
    )  # fmt: skip


def levels_of(item: Item) -> Levels:
    """The levels of a rating, best first, each on its colour."""
    levels = item.scale.levels if item.scale else ()
    return Levels(tidy(item.name), tuple(Chip(symbol_first(one), css_class(one.colour)) for one in levels))


def share(part: Decimal | None) -> str:
    """A part of a rating in per cent; nothing where an indicator decides by rule, or not at all."""
    return "" if part is None else f"{part * 100:.1f} %"
