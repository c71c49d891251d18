"""What was read, under which edition, and what to bear in mind: the sentences that every report carries."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing, missing_in
from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.numbers import number_text
from nhsrate.core.periods import back_words
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import listed, tidy
from nhsrate.engine.explain import mark_text, text_of
from nhsrate.rules.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return, Supposed, Values
    from nhsrate.rules.model import Item, Methodology

FEW = 5
"""How many rows that were set aside, or figures that were inferred, are named before the rest is counted."""


@frozen
class Counts:
    """How many organisations, values and missing values were read; columns that were absent do not count."""

    organisations: int
    values: int
    missing: int


def counts(submitted: Return) -> Counts:
    """What was read of a return; of one of groups, of their members."""
    submitted = submitted.grouping.read if submitted.grouping is not None else submitted
    columns = [values.cells for values in submitted.values.values() if was_read(values)]
    missing = sum(map(missing_in, columns))
    return Counts(len(submitted.organisations), sum(map(len, columns)) - missing, missing)


def was_read(values: Values) -> bool:
    """Whether the column stood in the return at all."""
    return bool(values.heading) or missing_in(values.cells) < len(values.cells)


def taken_as_published(assessment: Assessment) -> dict[str, int]:
    """For each item that came as already published, for how many organisations it was taken."""
    size = range(len(assessment.organisations))
    found = {id_: sum(assessment.given(id_, n) for n in size) for id_ in assessment.submitted.values}
    return {id_: number for id_, number in found.items() if number}


def level_label(level: Level) -> str:
    """A level for a table: symbol, name and word; the name is left out where the word holds it.

    >>> level_label(Level("stars", "2", 1, "two stars", "★★")), level_label(Level("segments", "3", 2, "segment 3", "③"))
    ('★★ 2, two stars', '③ segment 3')
    """
    told = not level.word or f" {level.name.casefold()} " in f" {level.word.casefold()} "
    said = (level.word or level.name) if told else f"{level.name}, {level.word}"
    return tidy(f"{level.symbol} {said}")


def read_line(submitted: Return, rates: Noun = ORGANISATION) -> str:
    """What was read."""
    rates = read_noun(submitted, rates)
    found = counts(submitted)
    period = f", period {tidy(submitted.period)}" if submitted.period else ""
    return (
        f"Read: {tidy(submitted.name)}, {rates.counted(found.organisations)}, "
        f"{counted(found.values, 'value')}, {found.missing:,} missing{period}."
    )


def read_noun(submitted: Return, rates: Noun) -> Noun:
    """What the rows that were read are called: what is rated or, where that are groups, their members."""
    return submitted.grouping.rates if submitted.grouping is not None else rates


def group_lines(submitted: Return) -> list[str]:
    """That what is rated are groups: which, of how many members, and where it stands who belongs to which."""
    if (grouping := submitted.grouping) is None:
        return []
    kind, members = grouping.wanted.kind, {part.n for group in grouping.groups for part in group.parts}
    own = kind.noun.counted(len(grouping.groups))
    return [tidy(f"Groups: {kind.called}, {own} of {grouping.rates.counted(len(members))}, by {grouping.wanted.at}.")]


def earlier_lines(submitted: Return) -> list[str]:
    """The earlier returns that the ratings look back at."""
    return [
        tidy(f"Earlier: {one.name}, period {one.period}, {back_words(back)}.")
        for back, one in submitted.earlier.items()
    ]


def set_aside_lines(submitted: Return) -> list[str]:
    """How many rows were set aside, and the first few of them with the reason."""
    rows = submitted.set_aside
    if not rows:
        return []
    said = "; ".join(tidy(f"{row.at} {row.text} ({row.reason})") for row in rows[:FEW])
    more = f"; and {sum(row.rows for row in rows[FEW:]):,} more" if len(rows) > FEW else ""
    return [f"Set aside: {counted(sum(row.rows for row in rows), 'row')}: {said}{more}."]


def status_line(methodology: Methodology) -> str:
    """The edition, its status, and the figures that made it so."""
    period = f", {methodology.period}" if methodology.period else ""
    return tidy(f"Edition: {methodology.title} ({methodology.id}){period}. Status: {status_text(methodology)}.")


def chosen_line(methodology: Methodology) -> list[str]:
    """What chose the methodology, where it was chosen in a run."""
    return [tidy(f"Chosen: {methodology.chosen_by}.")] if methodology.chosen_by else []


def status_text(methodology: Methodology) -> str:
    """The status of an edition and why it is so."""
    found = standing(methodology)
    why = []
    if methodology.status == "illustrative":
        why.append("made to show how it works, no official method")
    if found.required:
        why.append(
            f"{counted(len(found.required), 'figure')} not held, for each run to set ({', '.join(found.required)})"
        )
    if found.assumed:
        why.append(f"{counted(len(found.assumed), 'figure')} assumed ({', '.join(found.assumed)})")
    if found.changed:
        why.append(f"{counted(len(found.changed), 'rule')} changed without a source ({listed([*found.changed], FEW)})")
    if found.inferred:
        why.append(f"{counted(len(found.inferred), 'figure')} inferred ({listed([*found.inferred], FEW)})")
    if found.unvouched:
        places = lines_text(methodology, found.unvouched)
        why.append(f"{counted(len(found.unvouched), 'number')} with neither a name nor a source ({places})")
    if found.unsourced:
        what = f"{counted(len(found.unsourced), 'figure')} said to be stated, without the source"
        why.append(f"{what} ({listed([*found.unsourced], FEW)})")
    if not why and found.stated:
        why.append("every named figure is stated by a source")
    if found.vouched:
        places = lines_text(methodology, found.vouched)
        why.append(f"{counted(len(found.vouched), 'number')} without a name in rules that name a source ({places})")
    if not (methodology.figures or methodology.sources or found.unnamed):
        why.append("it names no source and no figure")
    return f"{methodology.status}: {'; '.join(why)}" if why else methodology.status


def lines_text(methodology: Methodology, places: Sequence[LineLocation]) -> str:
    """The lines of these places, those of the edition's own file by their number alone.

    >>> from types import SimpleNamespace
    >>> from nhsrate.core.problems import LineLocation
    >>> own = SimpleNamespace(files=("mine.yaml",))
    >>> lines_text(own, [LineLocation("rules/mine.yaml", 4, 2), LineLocation("rules/mine.yaml", 4, 9)])
    'line 4'
    >>> lines_text(own, [LineLocation("mine.yaml", 4), LineLocation("other.yaml", 7)])
    'line 4 and other.yaml:7'
    """
    own = [at.line for at in places if PurePath(at.file).name == methodology.files[0]]
    lines = [f"{n}" for n in dict.fromkeys(own)]
    others = list(
        dict.fromkeys(f"{at.file}:{at.line}" for at in places if PurePath(at.file).name != methodology.files[0])
    )
    if lines:
        lines[0] = f"line{'s' * (len(lines) > 1)} {lines[0]}"
    return listed([*lines, *others], FEW)


def whose_rules(methodology: Methodology) -> str:
    """Whether the rules are published ones, in three to five words."""
    found = standing(methodology)
    if methodology.status == "illustrative":
        return "Rules made as an illustration"
    if not methodology.sources:
        return "Rules without a source"
    return "Rules as far as published" if found.unvouched or found.unsourced or found.changed else "Rules as published"


def vouched_text(methodology: Methodology) -> str:
    """What is vouched for where ratings are shown: whose the rules are, what of them is not, and that these are ours.

    It stands beside every table, so that nobody takes the ratings of a run for published ones.
    """
    found = standing(methodology)
    parts = [
        f"{counted(len(named), what)} {how}"
        for named, what, how in (
            (found.required, "figure", "not held"),
            (found.inferred, "figure", "inferred"),
            (found.assumed, "figure", "assumed"),
            (found.changed, "rule", "changed"),
            (found.unsourced if methodology.sources else (), "figure", "without a source"),
            (found.unvouched if methodology.sources else (), "number", "without a source"),
        )
        if named
    ]
    return f"{'; '.join([whose_rules(methodology), *parts])}. Ratings of this run."


def setting_lines(methodology: Methodology, told: Collection[str] = ()) -> list[str]:
    """The figures that this run set, with what the edition has; without those that are told elsewhere."""
    return [
        f"Set here: {figure.name} = {number_text(figure.value)}; the edition has {number_text(figure.set_from)}."
        for figure in methodology.figures.values()
        if figure.set_from is not None and figure.name not in told
    ]


def supposed_lines(assessment: Assessment) -> list[str]:
    """The values that this run supposes, with what the return says."""
    lines = []
    for one in assessment.submitted.supposed:
        now, was = as_said(assessment, one, one.cell), as_said(assessment, one, one.was)
        name = assessment.methodology.called(one.item)
        lines.append(tidy(f"{SUPPOSED} {one.code}, {name}: {now}; the return says {was}."))
    return lines


def done_lines(assessment: Assessment) -> list[str]:
    """What this run set and supposes, for reports that do not list all that was done."""
    return [*setting_lines(assessment.methodology), *supposed_lines(assessment)]


SUPPOSED = "Supposed:"
"""How a line begins that says what a run supposes."""


def as_said(assessment: Assessment, one: Supposed, cell: Cell) -> str:
    """A value of what is supposed, as it is printed."""
    return text_of(assessment.methodology, one.item, cell)


def rating_counts(assessment: Assessment, item: Item) -> list[tuple[str, int]]:
    """How many organisations have each level of a rating, best first, and how many have none and why."""
    cells = assessment.columns[item.id]
    levels = Counter(cell for cell in cells if isinstance(cell, Level))
    found = [(level_label(level), levels[level]) for level in (item.scale.levels if item.scale else ())]
    if item.scale is None:
        found = [("with a value", len(cells) - missing_in(cells))]
    reasons = Counter(cell.reason for cell in cells if isinstance(cell, Missing))
    return found + [(f"none ({tidy(reason)})", number) for reason, number in reasons.items()]


def rating_lines(assessment: Assessment) -> list[str]:
    """How many organisations have each level of each headline rating."""
    return [
        f"{tidy(item.name)}: {'; '.join(f'{label}: {number:,}' for label, number in rating_counts(assessment, item))}."
        for item in assessment.methodology.headlines
    ]


def consequence_lines(assessment: Assessment) -> list[str]:
    """What each level of a headline rating brings to those that have it, best first."""
    lines = []
    for item in assessment.methodology.headlines:
        given = {cell for cell in assessment.reported_cells(item.id) if isinstance(cell, Level)}
        lines += [brings(level) for level in (item.scale.levels if item.scale else ()) if level in given]
    return [line for line in lines if line] or ["The edition says nothing of what its levels bring."]


def brings(level: Level) -> str:
    """What a level brings, in a sentence; nothing where the edition does not say."""
    if not level.consequences:
        return ""
    return tidy(f"What {level_label(level)} brings: {'; '.join(level.consequences)}.")


def published_lines(assessment: Assessment) -> list[str]:
    """How many results were taken as published, and which."""
    taken = taken_as_published(assessment)
    if not taken:
        return []
    total = sum(taken.values())
    verb = "was" if total == 1 else "were"
    return [f"Taken as given: {counted(total, 'result')} {verb} taken as published ({', '.join(taken)})."]


def printed_lines(assessment: Assessment) -> list[str]:
    """That only some of those that were rated are printed."""
    if assessment.printed is None:
        return []
    rated = assessment.methodology.rates.counted(len(assessment.organisations))
    return [f"Printed: {len(assessment.printed):,} of the {rated} that were rated."]


def mark_lines(assessment: Assessment) -> list[str]:
    """What limits and decisions changed: limits by their reason, each decision by itself."""
    limited: dict[tuple[str, str], list[str]] = {}
    decided = []
    for id_, found in assessment.marks.items():
        title = tidy(assessment.methodology.name_of(id_))
        for n in sorted(set(found).intersection(assessment.reported)):
            organisation = assessment.organisations[n]
            for mark in found[n]:
                if mark.what == "override":
                    who = tidy(f"{organisation.code} {organisation.name}")
                    decided.append(f"{DECIDED} {who}: {title} {tidy(mark_text(mark))}.")
                else:
                    step = f"{tidy(organisation.code)} from {mark.before} to {mark.after}"
                    limited.setdefault((title, tidy(mark.because)), []).append(step)
    lines = [
        f"{LIMITED} {title} limited, because {because}: {', '.join(steps)}."
        for (title, because), steps in limited.items()
    ]
    return lines + decided


LIMITED, DECIDED = "†", "‡"
"""The signs in a table for a rating that a limit changed, and for one that people decided."""


def problem_lines(assessment: Assessment) -> list[str]:
    """The warnings and notes of the return and of the rating, one line each."""
    return [tidy(f"{problem.severity.capitalize()}: {problem}") for problem in problems_of(assessment)]


Row = tuple[str, str | None, int]
"""A row by its file and sheet."""


def problems_of(assessment: Assessment) -> list[Problem]:
    """The warnings and notes that are not about organisations alone that are not reported.

    What is supposed has lines of its own.
    """
    found = [one for one in all_problems(assessment) if (one.code, one.severity) != ("supposed", "note")]
    if assessment.printed is None:
        return found
    mine, others = rows_of(assessment)
    codes = {one.code for n, one in enumerate(assessment.organisations) if n not in assessment.printed}
    return [one for one in found if one.message.partition(":")[0] not in codes and not of_rows(one, others - mine)]


def of_rows(problem: Problem, rows: set[Row]) -> bool:
    """Whether a problem stands in these rows and nowhere else."""
    places = problem.cells or (problem.at,)
    return all(not isinstance(at, LineLocation) and (at.file, at.sheet, at.row) in rows for at in places)


def rows_of(assessment: Assessment) -> tuple[set[Row], set[Row]]:
    """The rows of those who are reported, and those of the others."""
    reported = set(assessment.reported)
    mine: set[Row] = set()
    others: set[Row] = set()
    for values in assessment.submitted.values.values():
        for n, (source, row) in enumerate(zip(values.sources, values.rows, strict=False)):
            if source is not None and row:
                (mine if n in reported else others).add((source.file, source.sheet, row))
    return mine, others


def all_problems(assessment: Assessment) -> list[Problem]:
    """The warnings and notes of the return and of the rating."""
    return [*assessment.submitted.problems, *assessment.problems]


def summary_lines(assessment: Assessment, *, consequences: bool = False) -> list[str]:
    """All that stands below a league table, one line for each thing; where asked for, what the levels bring."""
    methodology = assessment.methodology
    return [
        *rating_lines(assessment),
        *supposed_lines(assessment),
        *printed_lines(assessment),
        *(consequence_lines(assessment) if consequences else []),
        *mark_lines(assessment),
        read_line(assessment.submitted, methodology.rates),
        *group_lines(assessment.submitted),
        *earlier_lines(assessment.submitted),
        *set_aside_lines(assessment.submitted),
        *published_lines(assessment),
        status_line(methodology),
        *chosen_line(methodology),
        *setting_lines(methodology),
        *(f"Caveat: {tidy(caveat)}" for caveat in methodology.caveats),
        *problem_lines(assessment),
    ]


def counted(n: int, word: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{n:,} {word}{'s' * (n != 1)}"
