"""The sheets with results: the ratings as formulas, and what the engine gave beside whether the formulas give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.live.board import cached
from nhsrate.live.layout import FIRST_COLUMN, FIRST_VALUE, letters
from nhsrate.live.writer import GOOD, headed, number_format, own_widths, put, put_formula, table
from nhsrate.workbooks.new import BODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.format import Format

    from nhsrate.live.board import Cached
    from nhsrate.live.writer import Writer

SAME = "1E-9"
"""By how much of itself a result may differ from the engine's and be equal: the ninth digit."""


def ratings_sheet(writer: Writer) -> None:
    """Place, code, name, and what is published of each."""
    board, layout = writer.board, writer.layout
    methodology, assessment = board.methodology, board.assessment
    about = "In the order of the ratings as the tool gave them; places follow what is changed."
    sheet = writer.sheet("Ratings", about)
    order = assessment.league()
    place = methodology.place
    columns = columns_of(writer)
    headings = [*(["Place"] if place else []), "Code", methodology.rates.title, *(title for title, *_ in columns)]
    for k, heading in enumerate(headings):
        sheet.write_text(FIRST_VALUE - 2, k, heading, writer.heading)
    for row, n in enumerate(order, FIRST_VALUE - 1):
        at, k = FIRST_VALUE + n, 0
        if place:
            shown = cached(assessment.columns[place.id][n])
            put_formula(sheet, row, 0, f"=Scores!{layout.at[place.id]}{at}", writer.centred, shown)
            k = 1
        sheet.write_text(row, k, assessment.organisations[n].code, writer.plain)
        sheet.write_text(row, k + 1, assessment.organisations[n].name, writer.plain)
        for beside, (_, formula, show, style) in enumerate(columns, k + 2):
            put_formula(sheet, row, beside, formula(at), style, show(n))
    widths = [*([8] if place else []), *own_widths(assessment), *(14 for _ in columns)]
    headed(sheet, FIRST_VALUE - 1, 3 if place else 2, [*zip(headings, widths, strict=True)])
    sheet.repeat_columns(0, 2 if place else 1)


Published = tuple[str, "Callable[[int], str]", "Callable[[int], Cached]", "Format"]


def columns_of(writer: Writer) -> list[Published]:
    """The columns of Ratings: heading, formula of a row, what it shows, format."""
    board, layout = writer.board, writer.layout
    headlines = {item.id for item in board.methodology.headlines}
    items = [
        item for item in board.methodology.published if item.id in board.columns and item != board.methodology.place
    ]
    items.sort(key=lambda item: item.id not in headlines)
    found: list[Published] = []
    for item in items:
        key = f"{item.id}!level" if item.scale else item.id
        cells = board.columns[key].cells
        bold = {"bold": True} if item.id in headlines else {}
        style = writer.book.look(**BODY, **number_format(item), **bold)
        found.append((item.name, _reference(layout.at[key]), cells.__getitem__, style))
        if item.scale and bold and any(level.word and level.word != level.name for level in item.scale.levels):
            words = layout.scale_at[item.scale.name].span("E", levels=True)
            said = [getattr(cell, "word", "") for cell in board.assessment.columns[item.id]]
            found.append((f"{item.name}, in words", _word(layout.at[item.id], words), said.__getitem__, style))
    return found


def _reference(column: str) -> Callable[[int], str]:
    return lambda row: f"=Scores!{column}{row}"


def _word(column: str, words: str) -> Callable[[int], str]:
    return lambda row: f'=IF(ISNUMBER(Scores!{column}{row}),INDEX({words},Scores!{column}{row})&"","")'


def check_sheet(writer: Writer) -> None:
    """What the engine gave, beside each whether the formulas give the same."""
    board, layout = writer.board, writer.layout
    sheet = writer.sheet("Check", "What the tool worked out, and whether the formulas give the same.")
    headings: list[tuple[str, int]] = []
    ids = [id_ for id_ in board.methodology.items if id_ in board.columns]
    last = FIRST_VALUE + layout.size - 1
    for place, id_ in enumerate(ids):
        k = FIRST_COLUMN - 1 + 2 * place
        item = board.methodology.items[id_]
        key = f"{id_}!level" if item.scale else id_
        cells = board.columns[key].cells
        style = writer.book.look(**BODY, **(number_format(item) if item.scale is None else {}))
        sheet.write_text(FIRST_VALUE - 2, k, f"{item.name}: the tool", writer.heading)
        sheet.write_text(FIRST_VALUE - 2, k + 1, "equal", writer.grey)
        headings += [(f"{item.name}: the tool", 14), ("equal", 8)]
        span = f"{letters(k + 2)}{FIRST_VALUE}:{letters(k + 2)}{last}"
        put_formula(sheet, FIRST_VALUE - 3, k + 1, f"=COUNTIF({span},TRUE)", writer.grey, layout.size)
        for n in range(layout.size):
            row = FIRST_VALUE - 1 + n
            put(sheet, row, k, cells[n], style)
            live, said = f"Scores!{layout.at[key]}{row + 1}", f"{letters(k + 1)}{row + 1}"
            near = f"ABS({live}-{said})<={SAME}*ABS({said})+1E-10"
            formula = f"=IF(ISNUMBER({said}),IF(ISNUMBER({live}),{near},FALSE),EXACT({live},{said}))"
            put_formula(sheet, row, k + 1, formula, writer.centred, shown=True)
    table(writer, sheet, headings)
    whole = layout.size * len(ids)
    counts = f"$C${FIRST_VALUE - 2}:${letters(FIRST_COLUMN + 2 * len(ids))}${FIRST_VALUE - 2}"
    said = f'{whole}-SUM({counts})&" of {whole} results are not what the tool gave"'
    strong = writer.book.look(**GOOD)
    sheet.write_text(FIRST_VALUE - 3, 0, "All equal?", writer.book.look(bold=True))
    put_formula(sheet, FIRST_VALUE - 3, 1, f'=IF(SUM({counts})={whole},"all equal",{said})', strong, "all equal")
    red = writer.book.add_format({"bg_color": "#F8CBAD"})
    area = (FIRST_VALUE - 1, FIRST_COLUMN - 1, last - 1, FIRST_COLUMN + 2 * len(ids))
    sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": "FALSE", "format": red})
