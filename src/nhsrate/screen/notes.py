"""What is to be borne in mind, a few words for each thing: `--notes` tells all of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CODES
from nhsrate.core.texts import tidy
from nhsrate.reports.summary import (
    DECIDED,
    LIMITED,
    counted,
    earlier_lines,
    group_lines,
    level_label,
    printed_lines,
    problems_of,
    setting_lines,
    supposed_lines,
    taken_as_published,
    whose_rules,
)
from nhsrate.rules.standing import standing
from nhsrate.screen.bars import full_label, short_label
from nhsrate.screen.screen import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import League
    from nhsrate.rules.model import Methodology

SHORT_LABEL = 30
"""A label up to this length fits into a line of any terminal, and stands in one."""

FEW = 3
"""How many things of one sort have a line each before the rest is counted."""


def rules_text(methodology: Methodology) -> str:
    """Whose the rules are, and of how many things in them that is not said.

    The sentence of `reports.summary.vouched_text` names them all.
    """
    found = standing(methodology)
    open_points = [found.required, found.inferred, found.assumed, found.changed]
    unsourced = (*found.unsourced, *found.unvouched) if methodology.sources else ()
    number = sum(map(len, (*open_points, unsourced)))
    more = f", {counted(number, 'point')} not stated" if number else ""
    return f"{whose_rules(methodology)}{more}. Ratings of this run."


def whole_lines(assessment: Assessment, league: League, shown: Sequence[str], *, told: bool) -> list[str]:
    """What has lines of its own: what signs in the table mean, what the levels are called, what the run supposes.

    `shown` are the items of the table; with `told` the words of the headlines' levels stand above it.
    """
    reasons = [f"[{number}] {reason}" for number, reason in enumerate(league.reasons, 1)]
    if len(reasons) > FEW:
        reasons = [*reasons[: FEW - 1], f"[{FEW}] to [{len(reasons)}]: other reasons"]
    supposed = few(supposed_lines(assessment), "values supposed")
    return [*reasons, *level_words(assessment, shown, told=told), *few(setting_lines(assessment.methodology), "set"),
            *supposed, *group_lines(assessment.submitted), *earlier_lines(assessment.submitted)]  # fmt: skip


def few(lines: list[str], what: str) -> list[str]:
    """The lines, or the first of them and how many more there are."""
    return lines if len(lines) <= FEW else [*lines[: FEW - 1], f"... and {len(lines) - FEW + 1} more {what}"]


def level_words(assessment: Assessment, shown: Sequence[str], *, told: bool) -> list[str]:
    """The words of levels that have any, for each scale of the table; those of the headlines only unless `told`."""
    methodology = assessment.methodology
    scales = [item.scale for item in methodology.headlines if item.scale]
    known = {scale.name for scale in scales if told or not has_words(scale)}
    lines: dict[str, str] = {}
    for id_ in shown:
        by = methodology.items[id_].coloured_by if id_ in methodology.items else None
        scale = methodology.type_of(by or id_).scale
        if scale is not None and scale.name not in {*known, *lines} and (has_words(scale) or (by and by not in shown)):
            levels = "; ".join(map(whole, map(level_label if by else full_label, scale.levels)))
            lines[scale.name] = f"{tidy(methodology.name_of(id_))}: {levels}"
    return [*lines.values()]


def whole(label: str) -> str:
    r"""A label that is not parted at the end of a line, unless it may be longer than one.

    >>> whole("two stars"), whole("two stars, of which one was given for the food alone")
    ('two\xa0stars', 'two stars, of which one was given for the food alone')
    """
    return label.replace(" ", KEPT) if len(label) <= SHORT_LABEL else label


def has_words(scale: Scale) -> bool:
    """Whether a level is called otherwise than its cell says."""
    return any(full_label(level) != short_label(level) for level in scale.levels)


def facts(assessment: Assessment, order: str) -> list[str]:
    """All the rest in a few words each."""
    methodology, submitted = assessment.methodology, assessment.submitted
    reported = set(assessment.reported)
    marks = [
        (id_, n, mark)
        for id_, found in assessment.marks.items()
        for n, several in found.items()
        if n in reported
        for mark in several
    ]
    limited = len({(id_, n) for id_, n, mark in marks if mark.what == "limit"})
    decided = len({(id_, n) for id_, n, mark in marks if mark.what == "override"})
    aside = sum(row.rows for row in submitted.set_aside)
    taken = sum(taken_as_published(assessment).values())
    return [
        *([f"{LIMITED} {limited:,} limited"] if limited else []),
        *([f"{DECIDED} {decided:,} decided by people"] if decided else []),
        *(line.removesuffix(".") for line in printed_lines(assessment)),
        *([f"{counted(aside, 'row')} set aside"] if aside else []),
        *([f"{counted(taken, 'result')} taken as published"] if taken else []),
        *standing_facts(methodology),
        *problem_facts(problems_of(assessment)),
        order.removesuffix("."),
    ]


def standing_facts(methodology: Methodology) -> list[str]:
    """What of the rules is not stated by a source, and how many caveats there are."""
    found = standing(methodology)
    unsourced = (*found.unsourced, *found.unvouched) if methodology.sources else ()
    parts = [
        f"{len(named):,} {how}"
        for named, how in (
            (found.required, "not held"), (found.inferred, "inferred"), (found.assumed, "assumed"),
            (found.changed, "changed"), (unsourced, "without a source"),
        )
        if named
    ]  # fmt: skip
    caveats = [counted(len(methodology.caveats), "caveat")] if methodology.caveats else []
    return [*([f"rules: {', '.join(parts)}"] if parts else []), *caveats]


def problem_facts(problems: Sequence[Problem]) -> list[str]:
    """Warnings and notes, those of one sort together."""
    sorts = Counter((problem.severity, problem.code) for problem in problems)
    return [f"{counted(number, severity)}: {CODES[code]}" for (severity, code), number in sorts.items()]


def rated_text(assessment: Assessment, *, brief: bool = False) -> str:
    """How many were rated, and for which period; with `brief` without the word for what they are."""
    methodology = assessment.methodology
    size = len(assessment.organisations)
    rated = sum(not isinstance(cell, Missing) for cell in assessment.columns[methodology.headlines[0].id])
    all_ = f"{size:,}" if brief else methodology.rates.counted(size)
    said = f"{all_} rated" if rated == size else f"{rated:,} of {all_} rated"
    period = assessment.submitted.period or methodology.period
    return tidy(f"{said}, {period}" if period else said)
