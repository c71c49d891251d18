"""What stands beside the ratings in their workbook: the cover, the contents, what was set aside, and the notes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.nouns import capital
from nhsrate.core.numbers import number_text
from nhsrate.reports.colours import paint_of
from nhsrate.reports.summary import (
    SUPPOSED,
    all_problems,
    counts,
    earlier_lines,
    group_lines,
    level_label,
    published_lines,
    rating_counts,
    read_noun,
    setting_lines,
    status_text,
    supposed_lines,
)
from nhsrate.workbooks.rating_cells import source_line
from nhsrate.workbooks.writing import Link, Number, Shade, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.nouns import Noun
    from nhsrate.engine.assessment import Assessment
    from nhsrate.workbooks.writing import Value

REASONS_UP_TO = 300
"""Up to so many organisations a workbook has all reasons; of more it has them where they are asked for."""

CONTENTS = "Contents"


def cover_sheet(assessment: Assessment, palette: str, *, reasons: bool) -> Sheet:
    """What came out, what the workbook is, where it comes from and, last, by what to know its files again."""
    methodology, submitted = assessment.methodology, assessment.submitted
    found = counts(submitted)
    rows: list[list[Value]] = [[f"{capital(methodology.rates.many)} rated", Number(Decimal(len(assessment.league())))]]
    for item in methodology.headlines:
        paints = (
            {level_label(level): paint_of(level.colour, palette) for level in item.scale.levels} if item.scale else {}
        )
        for label, number in rating_counts(assessment, item):
            said, paint = f"{item.name}: {label}", paints.get(label)
            rows.append([Shade(said, paint) if paint else said, Number(Decimal(number))])
    many = len(assessment.league())
    why = "Every value has its reason in the sheet Reasons." if reasons else left_out(many, methodology.rates)
    rows += [
        ["Methodology", methodology.title],
        ["Edition", methodology.id],
        ["Publisher", methodology.publisher],
        ["Period of the edition", methodology.period],
        ["Status", status_text(methodology)],
        ["Chosen", methodology.chosen_by],
        *rows_of("Setting", setting_lines(methodology)),
        *rows_of("Supposed", [line.removeprefix(f"{SUPPOSED} ") for line in supposed_lines(assessment)]),
        ["Return", submitted.name],
        ["Period of the return", submitted.period or ""],
        *rows_of("Groups", [line.removeprefix("Groups: ") for line in group_lines(submitted)]),
        *rows_of("Earlier return", [line.removeprefix("Earlier: ") for line in earlier_lines(submitted)]),
        ["Form of the return", submitted.form],
        [capital(read_noun(submitted, methodology.rates).many), Number(Decimal(found.organisations))],
        ["Values read", Number(Decimal(found.values))],
        ["Values missing", Number(Decimal(found.missing))],
        ["Rows set aside", Number(Decimal(len(submitted.set_aside)))],
        *rows_of("Published results", published_lines(assessment)),
        ["Reasons", why],
    ]
    for source in methodology.sources.values():
        rows.append([f"Source {source.id}", ". ".join(filter(None, (source.title, source.url, source.note)))])
    rows += [
        ["Made with", f"nhsrate {__version__}"],
        ["Rule files", ", ".join(methodology.files)],
        ["SHA-256 of the rule files", methodology.digest],
        ["SHA-256 of the return", submitted.digest],
    ]
    kept = [row for row in rows if row[1] != ""]
    about = ("What was rated, with what result, and under which rules.",)
    return Sheet("Cover", methodology.title, about, ("What", "Says"), kept)


def left_out(many: int, rates: Noun) -> str:
    """That there are too many reasons, and how they are had."""
    return (
        f"Left out, because there are {many:,} {rates.many} and not at most {REASONS_UP_TO}. "
        "score --reasons writes them; nhsrate explain gives those of one."
    )


def contents_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """The other sheets, each a link, and what they hold."""
    rows: list[list[Value]] = [[Link(sheet.name), sheet.title] for sheet in sheets]
    about = ("Every other sheet holds one table, and says above it what it is.",)
    return Sheet(CONTENTS, "Contents", about, ("Sheet", "What it holds"), rows)


def rows_of(label: str, lines: list[str]) -> list[list[Value]]:
    """A row for each of these lines."""
    return [[label, line] for line in lines]


def set_aside_sheet(assessment: Assessment) -> Sheet:
    """The rows of the return that are not organisations."""
    rows: list[list[Value]] = [[row.at, row.text, row.reason] for row in assessment.submitted.set_aside]
    title = "Rows of the return that were set aside, and why"
    about = ("These rows were read and not rated.", source_line(assessment))
    return Sheet("Set aside", title, about, ("Place", "Text", "Reason"), rows)


def note_numbers(assessment: Assessment) -> dict[str, str]:
    """The number of the note on each published item that has one, as it stands behind the heading."""
    noted = [item.id for item in assessment.methodology.published if item.note]
    return {id_: f"[note {number}]" for number, id_ in enumerate(noted, 1)}


def notes_sheet(assessment: Assessment) -> Sheet:
    """Notes on items, caveats, named figures with what they rest on, consequences, and warnings; all numbered."""
    methodology = assessment.methodology
    rows: list[list[Value]] = [
        ["Item", item.id, "", "", item.source or "", item.note] for item in methodology.published if item.note
    ]
    rows += [["Caveat", "", "", "", "", caveat] for caveat in methodology.caveats]
    for figure in methodology.figures.values():
        was = f"the edition has {number_text(figure.set_from)}" if figure.set_from is not None else ""
        note = "; ".join(filter(None, (was, figure.note)))
        rows.append(["Figure", figure.name, Number(figure.value), figure.basis, figure.source or "", note])
    for level in (level for scale in methodology.scales.values() for level in scale.levels):
        name = f"{level.scale} {level.name}"
        rows += [["Consequence", name, "", "", "", consequence] for consequence in level.consequences]
    for problem in all_problems(assessment):
        note = f"{problem.whole_message} {problem.remedy}".strip()
        rows.append([problem.severity.capitalize(), problem.code, "", "", str(problem.at), note])
    headings = ("Note", "Kind", "Name", "Value", "Basis", "Source or place", "Text")
    about = (
        "This sheet holds one table. A caveat, a figure or a warning is about all ratings; other notes name theirs.",
        "Basis: stated (a source gives the figure), inferred (it follows from published results), assumed.",
    )
    numbered = [[f"[note {number}]", *row] for number, row in enumerate(rows, 1)]
    return Sheet("Notes", "Notes on items, caveats, figures and what was noticed", about, headings, numbered)
