"""Ratings as a plain, accessible workbook: what each sheet holds. How it is written is in `xlsxwrite`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.cells import Level
from nhsrate.explain import explain_everything, mark_text
from nhsrate.numbers import number_text
from nhsrate.summary import (
    all_problems,
    counts,
    published_lines,
    rating_counts,
    setting_lines,
    status_text,
)
from nhsrate.xlsxlooks import Link, Number
from nhsrate.xlsxratings import (
    MISSING,
    PERCENTAGES,
    colour_sheet,
    has_percentages,
    is_percentage,
    ratings_sheet,
    source_line,
    value_of,
    word_of,
)
from nhsrate.xlsxwrite import Sheet, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.assessment import Assessment
    from nhsrate.explain import Reason
    from nhsrate.xlsxlooks import Value

ROWS_TO_A_SHEET = 1_000_000
"""A sheet holds 1,048,576 rows; longer tables go on in a further sheet."""


def ratings_xlsx(assessment: Assessment, *, palette: str | None = None) -> bytes:
    """The workbook: cover, contents, ratings, reasons, what was set aside, notes; with a palette, ratings in colour.

    The same assessment gives the same bytes.
    """
    notes = notes_sheet(assessment)
    sheets = [ratings_sheet(assessment, note_numbers(assessment))]
    sheets += [colour_sheet(assessment, palette)] if palette else []
    sheets += reasons_sheets(assessment)
    sheets += [sheet for sheet in (set_aside_sheet(assessment), notes) if sheet.rows]
    cover = cover_sheet(assessment)
    return workbook_bytes([cover, contents_sheet(cover, sheets), *sheets], title=assessment.methodology.title)


def cover_sheet(assessment: Assessment) -> Sheet:
    """What the workbook is, and where it comes from."""
    methodology, submitted = assessment.methodology, assessment.submitted
    found = counts(submitted)
    rows: list[list[Value]] = [
        ["Methodology", methodology.title],
        ["Edition", methodology.id],
        ["Publisher", methodology.publisher],
        ["Period of the edition", methodology.period],
        ["Status", status_text(methodology)],
        ["Rule files", ", ".join(methodology.files)],
        ["SHA-256 of the rule files", methodology.digest],
        *rows_of("Setting", setting_lines(methodology)),
        ["Return", submitted.name],
        ["SHA-256 of the return", submitted.digest],
        ["Period of the return", submitted.period or ""],
        ["Form of the return", submitted.form],
        ["Organisations", Number(Decimal(found.organisations))],
        ["Values read", Number(Decimal(found.values))],
        ["Values missing", Number(Decimal(found.missing))],
        ["Rows set aside", Number(Decimal(len(submitted.set_aside)))],
        *rows_of("Published results", published_lines(assessment)),
        ["Made with", f"nhsrate {__version__}"],
    ]
    for item in methodology.headlines:
        rows += [[f"{item.name}: {label}", Number(Decimal(n))] for label, n in rating_counts(assessment, item)]
    for source in methodology.sources.values():
        rows.append([f"Source {source.id}", ". ".join(filter(None, (source.title, source.url, source.note)))])
    kept = [row for row in rows if row[1] != ""]
    about = ("Ratings with their reasons.", "This sheet says what was rated, under which rules, and with what result.")
    return Sheet("Cover", methodology.title, about, ("What", "Says"), kept)


def contents_sheet(cover: Sheet, sheets: list[Sheet]) -> Sheet:
    """The other sheets, each a link, and what they hold."""
    rows: list[list[Value]] = [[Link(cover.name), "What was rated, and under which rules"]]
    rows += [[Link(sheet.name), sheet.title] for sheet in sheets]
    about = ("Every other sheet holds one table, and says above it what it is.",)
    return Sheet("Contents", "Contents", about, ("Sheet", "What it holds"), rows)


def rows_of(label: str, lines: list[str]) -> list[list[Value]]:
    """A row for each of these lines."""
    return [[label, line] for line in lines]


def reasons_sheets(assessment: Assessment) -> list[Sheet]:
    """A row per organisation and item, from the headline rating down; a long table goes on in further sheets."""
    rows = [row for n in assessment.league() for row in reason_rows(assessment, n)]
    headings = (
        "Code", "Organisation", "Item", "Title", "Value", "Unit", "In words", "Why", "Cell", "Rule", "Source",
    )  # fmt: skip
    about = (
        "This sheet holds one table: for each organisation its ratings, and below each what it was made from.",
        source_line(assessment),
        f"{MISSING}: there is no value; the column Why says why.",
        *([PERCENTAGES] if has_percentages(rows) else []),
    )
    sheets = []
    for start in range(0, len(rows), ROWS_TO_A_SHEET):
        name = "Reasons" if not start else f"Reasons {start // ROWS_TO_A_SHEET + 1}"
        part = rows[start : start + ROWS_TO_A_SHEET]
        sheets.append(Sheet(name, "Reasons, a row for each organisation and item", about, headings, part))
    return sheets


def reason_rows(assessment: Assessment, n: int) -> Iterator[list[Value]]:
    """The reasons of one organisation."""
    explanation = explain_everything(assessment, n)
    organisation = explanation.organisation
    for id_, reason in explanation.reasons.items():
        item = assessment.methodology.items.get(id_)
        yield [
            organisation.code,
            organisation.name,
            id_,
            reason.title,
            value_of(reason.value, item.shown if item else None, percent=is_percentage(reason.unit, reason.kind)),
            reason.unit,
            word_of(reason.value) if isinstance(reason.value, Level) else "",
            whole_why(reason),
            "" if reason.cell_at is None else str(reason.cell_at),
            "" if reason.rule_at is None or reason.rule_at == reason.cell_at else str(reason.rule_at),
            reason.source or "",
        ]


def whole_why(reason: Reason) -> str:
    """How a value came about, and what limits and decisions changed."""
    return "; ".join([reason.how, *map(mark_text, reason.marks)])


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
