"""What Python shows of a record in a few lines: what it is, of when, how many, at which level, and whose rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.texts import listed, tidy
from nhsrate.reports.summary import counted, counts, level_label, vouched_text, was_read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item, Methodology
    from nhsrate.runs.run import Run

FEW = 3
"""So many ratings, or other things, are told each by itself."""


def assessment_lines(assessment: Assessment) -> list[str]:
    """What was rated, how many are at each level, whose rules, and what the run set or supposes."""
    methodology = assessment.methodology
    return [
        f"Assessment: {headed(methodology, assessment.submitted.period or methodology.period)}",
        f"{who(assessment)} of {tidy(assessment.submitted.name)}",
        *first([rating_line(assessment, item) for item in methodology.headlines], "rating"),
        *changed_line(assessment),
        vouched_text(methodology),
        *problem_line((*assessment.submitted.problems, *assessment.problems)),
    ]


def return_lines(submitted: Return) -> list[str]:
    """What was read, and how much of it."""
    found = counts(submitted)
    read = [values for values in submitted.values.values() if was_read(values)]
    aside = sum(row.rows for row in submitted.set_aside)
    said = [
        counted(found.organisations, "code"),
        f"{counted(found.values, 'value')} of {counted(len(read), 'column')}",
        f"{found.missing:,} missing",
        *([f"{counted(aside, 'row')} set aside"] if aside else []),
        *([counted(len(submitted.overrides), "recorded decision")] if submitted.overrides else []),
        *([f"{counted(len(submitted.supposed), 'value')} supposed"] if submitted.supposed else []),
    ]
    period = f", {tidy(submitted.period)}" if submitted.period else ""
    return [f"Return: {tidy(submitted.name)}{period}", ", ".join(said), *problem_line(submitted.problems)]


def methodology_lines(methodology: Methodology) -> list[str]:
    """What is rated from how many inputs, on which scale, and the status of the rules."""
    return [
        f"Methodology: {headed(methodology, methodology.period)}",
        f"id {methodology.id}; {counted(len(methodology.inputs), 'input')}; it rates {methodology.rates.many}",
        *first([scale_line(item) for item in methodology.headlines], "rating"),
        f"Status: {methodology.status}. {vouched_text(methodology).partition('. ')[0]}.",
    ]


def run_lines(run: Run) -> list[str]:
    """What the assessment tells, and which methodology was chosen by what."""
    first_, *rest = assessment_lines(run.assessment)
    chosen = run.methodology.chosen_by
    how = f"; {tidy(chosen)}" if chosen else ""
    return [first_.replace("Assessment", "Run", 1), *rest, f"Rules: {run.methodology.id}{how}"]


def headed(methodology: Methodology, period: str) -> str:
    """A methodology by its title, with a period where the title does not name it."""
    title = tidy(methodology.title)
    return title if not period or tidy(period).casefold() in title.casefold() else f"{title}, {tidy(period)}"


def who(assessment: Assessment) -> str:
    """How many were rated, and how many of these are reported."""
    rated = assessment.methodology.rates.counted(len(assessment.organisations))
    return rated if assessment.printed is None else f"{len(assessment.printed):,} of {rated}"


def rating_line(assessment: Assessment, item: Item) -> str:
    """How many have each level of a rating, best first, and how many none."""
    cells = assessment.reported_cells(item.id)
    none = sum(isinstance(cell, Missing) for cell in cells)
    found = Counter(cell for cell in cells if isinstance(cell, Level))
    said = [f"{level_label(level)}: {found[level]:,}" for level in (item.scale.levels if item.scale else ())]
    said = said or [f"with a value: {len(cells) - none:,}"]
    return f"{tidy(item.name)}: {'; '.join([*said, *([f'none: {none:,}'] if none else [])])}"


def scale_line(item: Item) -> str:
    """The levels of a rating, best first."""
    levels = [level_label(level) for level in (item.scale.levels if item.scale else ())]
    return f"{tidy(item.name)}: {', '.join(levels)} (best first)" if levels else f"{tidy(item.name)}: a number"


def changed_line(assessment: Assessment) -> list[str]:
    """What the run set and supposes, so that nobody takes its ratings for those of the edition."""
    set_here = listed([*assessment.methodology.settings], FEW)
    supposed = assessment.submitted.supposed
    said = [
        *([f"set here: {set_here}"] if set_here else []),
        *([f"{counted(len(supposed), 'value')} supposed"] if supposed else []),
    ]
    return ["; ".join(said).capitalize()] if said else []


def problem_line(problems: Iterable[Problem]) -> list[str]:
    """How many warnings and notes there are; nothing where there are none."""
    found = Counter(problem.severity for problem in problems)
    said = [counted(number, severity) for severity, number in sorted(found.items(), reverse=True)]
    return [", ".join(said)] if said else []


def first(lines: list[str], what: str) -> list[str]:
    """The first few lines, and how many more there are."""
    return lines if len(lines) <= FEW else [*lines[:FEW], f"and {counted(len(lines) - FEW, f'more {what}')}"]
