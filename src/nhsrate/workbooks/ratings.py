"""Ratings as an accessible workbook that prints: what each sheet holds. How it is written is in `tables`."""

from __future__ import annotations

from io import BytesIO
from itertools import chain, islice
from pathlib import PurePath
from typing import IO, TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import is_percentage
from nhsrate.engine.explain import explain_everything, mark_text
from nhsrate.reports.league import is_coloured
from nhsrate.reports.summary import (
    rating_lines,
)
from nhsrate.runs.progress import unheard
from nhsrate.workbooks.new import new_workbook
from nhsrate.workbooks.rating_cells import (
    MISSING,
    PERCENTAGES,
    any_percentages,
    column_of,
    contents_line,
    front_heading,
    has_percentages,
    item_heading,
    shade_of,
    source_line,
    value_of,
    word_of,
)
from nhsrate.workbooks.rating_notes import (
    CONTENTS,
    REASONS_UP_TO,
    contents_sheet,
    cover_sheet,
    note_numbers,
    notes_sheet,
    set_aside_sheet,
)
from nhsrate.workbooks.tables import Layout, layout_of, write_table
from nhsrate.workbooks.writing import Sheet, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Reason
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.progress import Say
    from nhsrate.workbooks.new import NewWorkbook
    from nhsrate.workbooks.writing import Value


ROWS_TO_A_SHEET = 1_000_000
"""A sheet holds 1,048,576 rows; longer tables go on in a further sheet."""


def ratings_xlsx(assessment: Assessment, *, palette: str = "default", reasons: bool = False) -> bytes:
    """The workbook of `write_ratings` as bytes."""
    file = BytesIO()
    write_ratings(file, assessment, palette=palette, reasons=reasons)
    return file.getvalue()


def write_ratings(
    file: IO[bytes], assessment: Assessment, *, palette: str = "default", reasons: bool = False, say: Say = unheard
) -> None:
    """Write the workbook into a file that can be sought in: ratings in front, then what they are and rest on.

    Rows are written as they are made, and `say` is told how far that is. With more than `REASONS_UP_TO` organisations
    the reasons are left out, unless `reasons` asks for them. The same assessment gives the same bytes.
    """
    reasons = reasons or len(assessment.league()) <= REASONS_UP_TO
    notes, aside = notes_sheet(assessment), set_aside_sheet(assessment)
    front = ratings_sheet(assessment, palette, reasons=reasons)
    cover = cover_sheet(assessment, palette, reasons=reasons)
    say("writing the workbook")
    with new_workbook(file, title=assessment.methodology.title) as book:
        write_table(
            book, front, layout=layout_of(front.headings, front.rows, NAMES, middle=True), kept=kept_columns(assessment)
        )
        write_table(book, cover)
        contents = book.sheet(CONTENTS)
        results = results_sheet(assessment, note_numbers(assessment), reasons=reasons)
        write_table(
            book, results, layout=layout_of(results.headings, results.rows, NAMES, middle=True), kept=len(NAMED)
        )
        sheets = [front, cover, results]
        if reasons:
            sheets += write_reasons(book, assessment, say)
        for sheet in (aside, notes):
            if sheet.rows:
                write_table(book, sheet)
                sheets.append(sheet)
        write_table(book, contents_sheet(sheets), page=contents)
        say("packing the workbook")


REASONS: tuple[tuple[str, int], ...] = (
    ("Title", 38), ("Value", 11), ("Unit", 12), ("In words", 13), ("Why", 70), ("Cell", 12), ("Rule", 9),
    ("Source", 10),
)  # fmt: skip
"""The columns of the reasons behind those of code, name and item, with their widths, which are fixed, because rows are
written before others are made."""
LONG = 44
"""The width of the names of organisations and items at most, beside their reasons."""


def write_reasons(book: NewWorkbook, assessment: Assessment, say: Say) -> list[Sheet]:
    """A row per organisation and item, from the headline rating down; a long table goes on in further sheets.

    The reasons of an organisation are made when they are written, and then let go.
    """
    rates = assessment.methodology.rates
    named = [*named_columns(assessment, assessment.league()), ("Item", [*assessment.columns])]
    columns = [*((heading, min(width_of(heading, values), LONG)) for heading, values in named), *REASONS]
    headings = tuple(heading for heading, _ in columns)
    layout = Layout(tuple(width for _, width in columns), (False,) * len(columns), blank=True)
    about = (
        f"This sheet holds one table: for each {rates.one} its ratings, and below each what it was made from.",
        source_line(assessment),
        f"{MISSING}: there is no value; the column Why says why.",
        f"A cell without a file is of {submitted_file(assessment)}, a line without one of {own_file(assessment)}.",
        "Other files are named without their folders.",
        *([PERCENTAGES] if any_percentages(assessment) else []),
    )
    rows = all_reasons(assessment, say)
    sheets: list[Sheet] = []
    for first in rows:
        name = f"Reasons {len(sheets) + 1}" if sheets else "Reasons"
        title = f"{name}, a row for each {rates.one} and item"
        sheets.append(Sheet(name, title, about, headings, ()))
        some = chain([first], islice(rows, ROWS_TO_A_SHEET - 1))
        write_table(book, sheets[-1], some, layout=layout, kept=len(NAMED))
    return sheets


def all_reasons(assessment: Assessment, say: Say) -> Iterator[list[Value]]:
    """The reasons of every organisation."""
    order, short = assessment.league(), ShortPlaces(submitted_file(assessment), own_file(assessment))
    for done, n in enumerate(order):
        say("writing the reasons", done, len(order))
        yield from reason_rows(assessment, n, short)


def submitted_file(assessment: Assessment) -> str:
    """The return's name, without its folder."""
    return PurePath(assessment.submitted.name).name


def own_file(assessment: Assessment) -> str:
    """The name of the rule file; the others are those that it extends."""
    return assessment.methodology.files[0]


class ShortPlaces:
    """Says a place without the folders of its file, unless another file bears the same name; the cover has them.

    Of the return it says the cell alone, and of the rule file the line, where their names are given.
    """

    def __init__(self, submitted: str = "", rules: str = "") -> None:
        """Know no file yet but these."""
        self.named: dict[str, str] = {}
        self.known = (submitted, rules)

    def __call__(self, place: Location) -> str:
        """The place, said as short as can be."""
        file = place.file
        if file not in self.named:
            name = PurePath(file).name
            self.named[file] = file if name in self.named.values() else name
        name = self.named[file]
        if name not in self.known:
            return f"{name}{str(place).removeprefix(file)}"
        if isinstance(place, LineLocation):
            return f"line {place.line}"
        return str(place).removeprefix(f"{file}:")


def reason_rows(assessment: Assessment, n: int, short: ShortPlaces) -> Iterator[list[Value]]:
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
            "" if reason.cell_at is None else short(reason.cell_at),
            "" if reason.rule_at is None or reason.rule_at == reason.cell_at else short(reason.rule_at),
            reason.source or "",
        ]


def whole_why(reason: Reason) -> str:
    """How a value came about, and what limits and decisions changed."""
    return "; ".join([reason.how, *map(mark_text, reason.marks)])


NAMES = 60
"""The width of the column of names at most, in characters; longer ones are wrapped, so that more fits on a page."""

NAMED = ("Code", "Organisation")
"""The columns that say whom a row is about; the second has the edition's own word."""


def results_sheet(assessment: Assessment, notes: Mapping[str, str], *, reasons: bool) -> Sheet:
    """A row per organisation, in the order of the league table, with the published items; levels in words as well.

    `notes` has the number of the note on an item, such as `[note 1]`.
    """
    order = assessment.league()
    columns = named_columns(assessment, order)
    for item in assessment.methodology.published:
        cells = [assessment.columns[item.id][n] for n in order]
        heading = f"{item_heading(item)} {notes.get(item.id, '')}".strip()
        columns.append((heading, column_of(cells, item)))
        if item.scale:
            columns.append((f"{item_heading(item)}, in words", [word_of(cell) for cell in cells]))
    where = "the sheet Reasons" if reasons else "nhsrate explain"
    said = [f"{MISSING}: there is no value; {where} says why."]
    said += [PERCENTAGES] if has_percentages(values for _, values in columns) else []
    said += ["A number in brackets behind a heading: the sheet Notes has that note."] if notes else []
    lines = (contents_line(columns), source_line(assessment), *said)
    return sheet_of(
        "Results", f"Every published result, a row for each {assessment.methodology.rates.one}", lines, columns
    )


def kept_columns(assessment: Assessment) -> int:
    """How many columns of the ratings say whom a row is about: the place, where there are places, code and name."""
    return len(NAMED) + (assessment.methodology.place is not None)


def ratings_sheet(assessment: Assessment, palette: str, *, reasons: bool) -> Sheet:
    """Place, code, name and headline ratings, then everything else that has colours: word, symbol, colour behind them.

    A level that is missing is white inside a dashed border, and says why in words.
    """
    methodology = assessment.methodology
    order = assessment.league()
    columns = named_columns(assessment, order)
    if place := methodology.place:
        columns.insert(0, ("Place", column_of([assessment.columns[place.id][n] for n in order], place)))
    for id_ in front_items(methodology):
        cells = [assessment.columns[id_][n] for n in order]
        known = methodology.items.get(id_)
        heading = front_heading(known) if known else methodology.name_of(id_)
        scaled = methodology.type_of(id_).scale
        columns.append((heading, [shade_of(cell, palette) for cell in cells] if scaled else column_of(cells, known)))
    where = "The sheet Reasons says why" if reasons else "nhsrate explain says why"
    said = [
        *rating_lines(assessment),
        contents_line(columns),
        "Each rating is a word, then a symbol, then a colour; the colour says nothing that the word does not.",
        f"{MISSING}: there is no value, and why; such a rating is white inside a dashed border. {where} of each.",
        *([PERCENTAGES] if has_percentages(values for _, values in columns) else []),
        source_line(assessment),
    ]
    return sheet_of("Ratings", f"Ratings: {methodology.title}", tuple(said), columns)


def front_items(methodology: Methodology) -> list[str]:
    """The headline ratings, and every other result that has colours or is of a domain, each before what colours it."""
    found = {item.id: None for item in methodology.headlines}
    for item in methodology.items.values():
        by = item.coloured_by if item.domain else None
        if by or (is_coloured(item.scale) and (item.published or item.domain)):
            found |= dict.fromkeys((item.id, *([by] if by else [])))
    return [*found]


def named_columns(assessment: Assessment, order: Sequence[int]) -> list[tuple[str, Sequence[Value]]]:
    """The codes and the names, in that order."""
    organisations = [assessment.organisations[n] for n in order]
    title = assessment.methodology.rates.title
    return [(NAMED[0], [one.code for one in organisations]), (title, [one.name for one in organisations])]


def sheet_of(name: str, title: str, about: tuple[str, ...], columns: Sequence[tuple[str, Sequence[Value]]]) -> Sheet:
    """A sheet of these columns, each with its heading."""
    rows = [list(row) for row in zip(*(values for _, values in columns), strict=True)]
    return Sheet(name, title, about, tuple(heading for heading, _ in columns), rows)
