"""Ratings as a plain, accessible workbook: what each sheet holds. How it is written is in `xlsxwrite`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.cells import Level, Missing
from nhsrate.explain import explain_everything, mark_text
from nhsrate.numbers import number_text, plain_number
from nhsrate.summary import (
    all_problems,
    counts,
    published_lines,
    rating_counts,
    setting_lines,
    status_text,
)
from nhsrate.xlsxwrite import Number, Sheet, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.assessment import Assessment
    from nhsrate.cells import Cell
    from nhsrate.explain import Reason
    from nhsrate.methodology import Item
    from nhsrate.xlsxwrite import Value

MISSING = "[x]"
"""The government's shorthand for a value that is not available; every sheet that uses it says so above its table."""

ROWS_TO_A_SHEET = 1_000_000
"""A sheet holds 1,048,576 rows; longer tables go on in a further sheet."""


def ratings_xlsx(assessment: Assessment) -> bytes:
    """The workbook: cover, ratings, reasons, what was set aside, notes. The same assessment gives the same bytes."""
    sheets = [ratings_sheet(assessment), *reasons_sheets(assessment)]
    sheets += [sheet for sheet in (set_aside_sheet(assessment), notes_sheet(assessment)) if sheet.rows]
    return workbook_bytes([cover_sheet(assessment, sheets), *sheets], title=assessment.methodology.title)


def cover_sheet(assessment: Assessment, sheets: list[Sheet]) -> Sheet:
    """What the workbook is, where it comes from, and what the other sheets hold."""
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
    rows += [[f"Sheet {sheet.name}", sheet.title] for sheet in sheets]
    for source in methodology.sources.values():
        rows.append([f"Source {source.id}", ". ".join(filter(None, (source.title, source.url, source.note)))])
    kept = [row for row in rows if row[1] != ""]
    return Sheet("Cover", methodology.title, ("Ratings with their reasons.",), ("What", "Says"), kept)


def rows_of(label: str, lines: list[str]) -> list[list[Value]]:
    """A row for each of these lines."""
    return [[label, line] for line in lines]


def ratings_sheet(assessment: Assessment) -> Sheet:
    """A row per organisation, in the order of the league table, with the published items; levels in words as well."""
    headings = ["Code", "Organisation"]
    order = assessment.league()
    columns: list[list[Value]] = [
        [assessment.organisations[n].code for n in order],
        [assessment.organisations[n].name for n in order],
    ]
    for item in assessment.methodology.published:
        cells = [assessment.columns[item.id][n] for n in order]
        heading = item_heading(item)
        headings.append(heading)
        columns.append([value_of(cell, item) for cell in cells])
        if item.scale:
            headings.append(f"{heading}, in words")
            columns.append([word_of(cell) for cell in cells])
    about = (f"{MISSING}: there is no value; the sheet Reasons says why.",)
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Sheet("Ratings", "Ratings, a row for each organisation", about, tuple(headings), rows)


def item_heading(item: Item) -> str:
    """The title of an item with its id and unit."""
    unit = f", {item.unit}" if item.unit else ""
    return f"{item.title} ({item.id}){unit}" if item.title else f"{item.id}{unit}"


def value_of(cell: Cell, item: Item | None) -> Value:
    """A result as a cell: a number where it is one, a level whose name is a number likewise, else text."""
    if isinstance(cell, Missing):
        return MISSING
    if isinstance(cell, Decimal):
        return Number(cell, item.shown if item else None)
    number = plain_number(cell.name) if isinstance(cell, Level) else None
    return str(cell) if number is None else Number(number)


def word_of(cell: Cell) -> str:
    """The word of a level; a missing one has none."""
    return (cell.word or cell.name) if isinstance(cell, Level) else MISSING


def reasons_sheets(assessment: Assessment) -> list[Sheet]:
    """A row per organisation and item, from the headline rating down; a long table goes on in further sheets."""
    rows = [row for n in assessment.league() for row in reason_rows(assessment, n)]
    headings = (
        "Code", "Organisation", "Item", "Title", "Value", "Unit", "In words", "Why", "Cell", "Rule", "Source",
    )  # fmt: skip
    about = (
        f"{MISSING}: there is no value; the column Why says why.",
        "A blank cell: there is nothing to say, such as a unit of something that has none.",
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
            value_of(reason.value, item),
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
    return Sheet("Set aside", title, ("These rows were read and not rated.",), ("Place", "Text", "Reason"), rows)


def notes_sheet(assessment: Assessment) -> Sheet:
    """Caveats, named figures with what they rest on, warnings, and limits and decisions in full."""
    methodology = assessment.methodology
    rows: list[list[Value]] = [["Caveat", "", "", "", "", caveat] for caveat in methodology.caveats]
    for figure in methodology.figures.values():
        was = f"the edition has {number_text(figure.set_from)}" if figure.set_from is not None else ""
        note = "; ".join(filter(None, (was, figure.note)))
        rows.append(["Figure", figure.name, Number(figure.value), figure.basis, figure.source or "", note])
    for level in (level for scale in methodology.scales.values() for level in scale.levels):
        name = f"{level.scale} {level.name}"
        rows += [["Consequence", name, "", "", "", consequence] for consequence in level.consequences]
    for problem in all_problems(assessment):
        note = f"{problem.message} {problem.remedy}".strip()
        rows.append([problem.severity.capitalize(), problem.code, "", "", str(problem.at), note])
    headings = ("Kind", "Name", "Value", "Basis", "Source or place", "Note")
    about = (
        "Basis: stated (a source gives the figure), inferred (it follows from published results), assumed.",
        "A blank cell: there is nothing to say.",
    )
    return Sheet("Notes", "Caveats, figures and what was noticed", about, headings, rows)
