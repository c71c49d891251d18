"""Ratings as a plain, accessible workbook: what each sheet holds. How it is written is in `writing`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.cells import Level, Missing
from nhsrate.core.nouns import capital
from nhsrate.core.numbers import Day, number_text, plain_number
from nhsrate.core.texts import is_percentage
from nhsrate.engine.explain import explain_everything, mark_text
from nhsrate.reports.colours import DARK, UNRATED_PAINT, WHITE, paint_of
from nhsrate.reports.league import is_coloured, word_first
from nhsrate.reports.summary import (
    SUPPOSED,
    all_problems,
    counts,
    earlier_lines,
    published_lines,
    rating_counts,
    setting_lines,
    status_text,
    supposed_lines,
)
from nhsrate.workbooks.writing import Link, Number, Shade, Sheet, places_of, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Reason
    from nhsrate.rules.model import Item
    from nhsrate.workbooks.writing import Value


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
        ["Chosen", methodology.chosen_by],
        ["Rule files", ", ".join(methodology.files)],
        ["SHA-256 of the rule files", methodology.digest],
        *rows_of("Setting", setting_lines(methodology)),
        *rows_of("Supposed", [line.removeprefix(f"{SUPPOSED} ") for line in supposed_lines(assessment)]),
        *rows_of("Earlier return", [line.removeprefix("Earlier: ") for line in earlier_lines(submitted)]),
        ["Return", submitted.name],
        ["SHA-256 of the return", submitted.digest],
        ["Period of the return", submitted.period or ""],
        ["Form of the return", submitted.form],
        [capital(methodology.rates.many), Number(Decimal(found.organisations))],
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
    rates = assessment.methodology.rates
    rows = [row for n in assessment.league() for row in reason_rows(assessment, n)]
    headings = (
        "Code", rates.title, "Item", "Title", "Value", "Unit", "In words", "Why", "Cell", "Rule", "Source",
    )  # fmt: skip
    about = (
        f"This sheet holds one table: for each {rates.one} its ratings, and below each what it was made from.",
        source_line(assessment),
        f"{MISSING}: there is no value; the column Why says why.",
        *([PERCENTAGES] if has_percentages(rows) else []),
    )
    sheets = []
    for start in range(0, len(rows), ROWS_TO_A_SHEET):
        name = "Reasons" if not start else f"Reasons {start // ROWS_TO_A_SHEET + 1}"
        part = rows[start : start + ROWS_TO_A_SHEET]
        sheets.append(Sheet(name, f"Reasons, a row for each {rates.one} and item", about, headings, part))
    return sheets


def reason_rows(assessment: Assessment, n: int) -> Iterator[list[Value]]:
    """The reasons of one organisation."""
    explanation = explain_everything(assessment, n)
    organisation = explanation.organisation
    for id_, reason in explanation.reasons.items():
        item = assessment.methodology.items.get(reason.item)
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


MISSING = "[x]"
"""The government's shorthand for a value that is not available; every sheet that uses it says so above its table."""

PERCENTAGES = "A percentage is held as a fraction and shown with its sign: 0.95 as 95.0%. The csv has it in per cent."
"""Stands above every table that has one."""


def ratings_sheet(assessment: Assessment, notes: Mapping[str, str]) -> Sheet:
    """A row per organisation, in the order of the league table, with the published items; levels in words as well.

    `notes` has the number of the note on an item, such as `[note 1]`.
    """
    order = assessment.league()
    columns = first_columns(assessment, order)
    for item in assessment.methodology.published:
        cells = [assessment.columns[item.id][n] for n in order]
        heading = f"{item_heading(item)} {notes.get(item.id, '')}".strip()
        columns.append((heading, column_of(cells, item)))
        if item.scale:
            columns.append((f"{item_heading(item)}, in words", [word_of(cell) for cell in cells]))
    said = [f"{MISSING}: there is no value; the sheet Reasons says why."]
    said += [PERCENTAGES] if has_percentages(values for _, values in columns) else []
    said += ["A number in brackets behind a heading: the sheet Notes has that note."] if notes else []
    lines = (contents_line(columns), source_line(assessment), *said)
    return sheet_of("Ratings", f"Ratings, a row for each {assessment.methodology.rates.one}", lines, columns)


def colour_sheet(assessment: Assessment, palette: str) -> Sheet:
    """The headline ratings and everything that has colours: the word, then the symbol, and the colour behind them.

    A level that is missing is white inside a dashed border, and says why in words.
    """
    methodology = assessment.methodology
    order = assessment.league()
    columns = first_columns(assessment, order)
    shown: set[str] = set()
    for item in methodology.items.values():
        by = item.coloured_by if item.domain else None
        if not (item in methodology.headlines or by or (is_coloured(item.scale) and (item.published or item.domain))):
            continue
        for id_ in (item.id, *([by] if by else [])):
            if id_ in shown:
                continue
            shown.add(id_)
            cells = [assessment.columns[id_][n] for n in order]
            known = methodology.items.get(id_)
            heading = item_heading(known) if known else methodology.called(id_)
            if methodology.type_of(id_).scale:
                columns.append((heading, [shade_of(cell, palette) for cell in cells]))
            else:
                columns.append((heading, column_of(cells, known)))
    said = [
        "Each rating is a word, then a symbol, then a colour; the colour says nothing that the word does not.",
        f"{MISSING}: there is no value, and why; such a rating is white inside a dashed border.",
        *([PERCENTAGES] if has_percentages(values for _, values in columns) else []),
    ]
    lines = (contents_line(columns), source_line(assessment), *said)
    return sheet_of("Ratings in colour", "Ratings in words, with symbols and colours", lines, columns)


def first_columns(assessment: Assessment, order: Sequence[int]) -> list[tuple[str, Sequence[Value]]]:
    """The codes and the names, in that order."""
    rates, organisations = assessment.methodology.rates, [assessment.organisations[n] for n in order]
    return [("Code", [one.code for one in organisations]), (rates.title, [one.name for one in organisations])]


def sheet_of(name: str, title: str, about: tuple[str, ...], columns: Sequence[tuple[str, Sequence[Value]]]) -> Sheet:
    """A sheet of these columns, each with its heading."""
    rows = [list(row) for row in zip(*(values for _, values in columns), strict=True)]
    return Sheet(name, title, about, tuple(heading for heading, _ in columns), rows)


def contents_line(columns: Sequence[tuple[str, Sequence[Value]]]) -> str:
    """How large the table is and how it is ordered."""
    size = f"{len(columns[0][1]):,} rows and {len(columns)} columns"
    return f"This sheet holds one table: {size}, in the order of the league table."


def source_line(assessment: Assessment) -> str:
    """What was rated under which edition."""
    methodology = assessment.methodology
    return (
        f"Source: {assessment.submitted.name}, rated under {methodology.title} ({methodology.id}); "
        "the sheet Cover has the rest."
    )


def has_percentages(lists: Iterable[Sequence[Value]]) -> bool:
    """Whether any number in these rows or columns is a percentage."""
    return any(isinstance(value, Number) and value.percent for values in lists for value in values)


def item_heading(item: Item) -> str:
    """The title of an item with its id and unit."""
    unit = f", {item.unit}" if item.unit else ""
    return f"{item.title} ({item.id}){unit}" if item.title else f"{item.id}{unit}"


def column_of(cells: Sequence[Cell], item: Item | None) -> list[Value]:
    """Results as cells that share their decimal places: those the item is shown with, else the most that one has."""
    percent = item is not None and is_percentage(item.unit)
    places: int | None = item.shown if item else None
    if places is None:
        each = [places_of(cell) for cell in cells if isinstance(cell, Decimal)]
        places = None if None in each else max([int(percent), *(one for one in each if one is not None)])
    return [value_of(cell, places, percent=percent) for cell in cells]


def value_of(cell: Cell, places: int | None, *, percent: bool = False) -> Value:
    """A result as a cell: a number where it is one, a level whose name is a number likewise, else text."""
    if isinstance(cell, Missing):
        return MISSING
    if isinstance(cell, Decimal) and not isinstance(cell, Day):
        return Number(cell, places, percent)
    number = plain_number(cell.name) if isinstance(cell, Level) else None
    return str(cell) if number is None else Number(number)


def word_of(cell: Cell) -> str:
    """The word of a level; a missing one has none."""
    return (cell.word or cell.name) if isinstance(cell, Level) else MISSING


def shade_of(cell: Cell, palette: str) -> Value:
    """A level as word and symbol on its colour, or why there is none."""
    if isinstance(cell, Level):
        return Shade(word_first(cell), paint_of(cell.colour, palette) or (DARK, WHITE))
    return Shade(f"{MISSING} {cell.reason if isinstance(cell, Missing) else cell}", UNRATED_PAINT, dashed=True)
