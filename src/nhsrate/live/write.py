"""The live workbook as bytes: its sheets with their formulas, each with the engine's value as what it shows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nhsrate.live.board import cached, figure_value
from nhsrate.live.formula import MISSING
from nhsrate.live.layout import FIRST_COLUMN, FIRST_FIGURE, FIRST_LEVEL, FIRST_VALUE, Layout, laid_out, letters
from nhsrate.live.words import read_me
from nhsrate.workbooks.new import BODY, HEAD, TITLE, new_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.format import Format

    from nhsrate.live.board import Board, Cached
    from nhsrate.rules.model import Item
    from nhsrate.workbooks.new import NewSheet, NewWorkbook

STEP_HEAD = {**HEAD, "bold": False, "font_color": "#425563", "bg_color": "#d8dde0"}
"""The look of the heading of a step, and of what names a column for those who read the rules."""
STEP = {**BODY, "font_color": "#425563", "bg_color": "#f4f5f6"}
"""The look of a step."""
OPEN = {"locked": False, "bg_color": "#fff9e5", "valign": "top", "border": 1, "border_color": "#aeb7bd"}
"""The look of a cell that can be changed."""
GOOD = {"bold": True, "text_wrap": True, "bg_color": "#e2efda", "border": 1, "border_color": "#aeb7bd"}
"""The look of the cell that says whether all is equal."""
SAME = "1E-9"
"""By how much of itself a result may differ from the engine's and be equal: the ninth digit."""


class Writer:
    """The workbook that is being written: its board, layout, book and looks."""

    def __init__(self, board: Board, book: NewWorkbook) -> None:
        """What is written, and where to."""
        self.board, self.book = board, book
        self.layout: Layout = laid_out(board)
        self.plain = book.look(**BODY)
        self.wrapped = book.look(**BODY, text_wrap=True)
        self.open = book.look(**OPEN)
        self.heading = book.look(**HEAD)
        self.grey = book.look(**STEP_HEAD)
        self.about = book.look(italic=True)

    def sheet(self, name: str, about: str, *, landscape: bool = True) -> NewSheet:
        """A protected sheet with its title and a sentence on it."""
        sheet = self.book.sheet(name)
        sheet.write_text(0, 0, name, self.book.look(**TITLE))
        sheet.write_text(1, 0, about, self.about)
        sheet.set_row(0, 24)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.printed(self.board.methodology.title, FIRST_VALUE - 2, landscape=landscape)
        return sheet


def live_xlsx(board: Board) -> bytes:
    """The live workbook; the same board gives the same bytes."""
    file = BytesIO()
    with new_workbook(file, title=board.methodology.title, streamed=False) as book:
        book.set_calc_mode("auto")
        writer = Writer(board, book)
        for part in SHEETS:
            part(writer)
    return file.getvalue()


def put(sheet: NewSheet, row: int, column: int, value: Cached, look: Format) -> None:
    """A constant: a number, a text, or an empty cell."""
    if isinstance(value, str):
        sheet.write_text(row, column, value, look)
    elif value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def put_formula(  # noqa: PLR0913 (where, what, how it looks, and what it shows)
    sheet: NewSheet, row: int, column: int, formula: str, look: Format, shown: Cached, *, array: bool = False
) -> None:
    """A formula with the value that it shows until it is calculated."""
    known = "" if shown is None else shown
    if array:
        sheet.write_array_formula(row, column, row, column, "{" + formula + "}", look, known)
    else:
        sheet.write_formula(row, column, formula, look, known)


def read_me_sheet(writer: Writer) -> None:
    """What this is, and how it is used."""
    board = writer.board
    sheet = writer.sheet("Read me", board.methodology.title, landscape=False)
    sheet.set_column(0, 0, 100)
    row = 3
    made = '=IF(Check!$B$3="all equal","The formulas give what the tool gave: all equal.",Check!$B$3)'
    strong = writer.book.look(**GOOD)
    put_formula(sheet, row, 0, made, strong, "The formulas give what the tool gave: all equal.")
    row += 2
    for title, lines in read_me(board):
        sheet.write_text(row, 0, title, writer.book.look(bold=True, font_size=12, font_color="#003087"))
        for line in lines:
            row += 1
            sheet.write_text(row, 0, line, writer.book.look(text_wrap=True))
            sheet.set_row(row, 13.5 * (1 + len(line) // 105))
        row += 2


def headed(sheet: NewSheet, rows: int, columns: int) -> None:
    """The headings stay in sight, and stand on every page."""
    sheet.freeze_panes(rows, columns)
    sheet.repeat_rows(rows - 1)


def table(writer: Writer, sheet: NewSheet, height: float = 60) -> None:
    """Code and name of every organisation, frozen beside the columns."""
    sheet.set_row(FIRST_VALUE - 2, height)
    sheet.write_text(FIRST_VALUE - 2, 0, "Code", writer.heading)
    sheet.write_text(FIRST_VALUE - 2, 1, writer.board.methodology.rates.title, writer.heading)
    for n, organisation in enumerate(writer.board.assessment.organisations):
        sheet.write_text(FIRST_VALUE - 1 + n, 0, organisation.code, writer.plain)
        sheet.write_text(FIRST_VALUE - 1 + n, 1, organisation.name, writer.plain)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 40)
    headed(sheet, FIRST_VALUE - 1, FIRST_COLUMN - 1)
    sheet.repeat_columns(0, 1)


def values_sheet(writer: Writer) -> None:
    """The return: only these cells, and the figures, are open."""
    methodology = writer.board.methodology
    sheet = writer.sheet("Values", "What was handed in. Yellow cells can be changed; a cleared one is missing.")
    table(writer, sheet)
    for k, column in enumerate(writer.layout.values, FIRST_COLUMN - 1):
        entry = methodology.inputs.get(column.key)
        unit = methodology.unit_of(column.key) if entry else ""
        sheet.write_text(FIRST_VALUE - 3, k, column.key.partition("!")[0], writer.grey)
        sheet.write_text(FIRST_VALUE - 2, k, f"{column.what} ({unit})" if unit else column.what, writer.heading)
        sheet.set_column(k, k, 16)
        day = bool(entry and entry.type == "date")
        style = writer.book.look(**OPEN, num_format="yyyy-mm-dd") if day else writer.open
        for n, value in enumerate(column.cells):
            put(sheet, FIRST_VALUE - 1 + n, k, value, style)
        scale = methodology.type_of(column.item).scale
        if scale is not None and scale.name in writer.layout.scale_at:
            source = "=" + writer.layout.scale_at[scale.name].span("B", levels=True)
            options = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(FIRST_VALUE - 1, k, FIRST_VALUE - 2 + len(column.cells), k, options)


FIGURE_HEADINGS = ("Name", "What it does", "Value", "As rated", "Basis", "Source", "Where")


def figures_sheet(writer: Writer) -> None:
    """Every number of the rules, which formulas refer to here."""
    about = "Every number of the rules. Yellow cells can be changed; the formulas read them here."
    sheet = writer.sheet("Figures", about)
    methodology = writer.board.methodology
    for k, (heading, width) in enumerate(zip(FIGURE_HEADINGS, (28, 50, 14, 14, 12, 44, 24), strict=True)):
        sheet.write_text(FIRST_FIGURE - 2, k, heading, writer.heading)
        sheet.set_column(k, k, width)
    step = writer.book.look(**STEP)
    for n, line in enumerate(writer.layout.figures, FIRST_FIGURE - 1):
        owner = methodology.name_of(line.item) if line.item else ""
        name = line.name or owner
        texts = {0: name, 1: line.what, 4: line.basis, 5: line.source, 6: line.note}
        for k, text in texts.items():
            sheet.write_text(n, k, text, writer.wrapped)
        sheet.write_number(n, 2, figure_value(line.value), writer.open)
        sheet.write_number(n, 3, figure_value(line.value), step)
    headed(sheet, FIRST_FIGURE - 1, 1)


def scores_sheet(writer: Writer) -> None:
    """The rules as formulas, each item behind its steps."""
    methodology, layout = writer.board.methodology, writer.layout
    sheet = writer.sheet("Scores", "The rules as formulas, in their order. Steps on the way to a result are grey.")
    table(writer, sheet, 90)
    for k, column in enumerate(layout.scores, FIRST_COLUMN - 1):
        known = methodology.items.get(column.item)
        place = column.sort == "item" and methodology.type_of(column.item).scale is not None
        plain = column.sort == "step" or place
        what = f"{column.what}, place on its scale" if place else column.what
        if column.item in writer.board.unlive and not plain:
            what = f"{what} (from the run, not recalculated)"
        sheet.write_text(FIRST_VALUE - 3, k, column.item, writer.grey)
        sheet.write_text(FIRST_VALUE - 2, k, what, writer.grey if plain else writer.heading)
        sheet.set_column(k, k, 12 if plain else 14)
        style = writer.book.look(
            **(STEP if plain else {**BODY, **(number_format(known) if column.sort == "item" else {})})
        )
        for n in range(layout.size):
            shown = column.cells[n] if column.cells else None
            row = FIRST_VALUE - 1 + n
            if column.formula:
                put_formula(sheet, row, k, layout.formula(column.formula, n), style, shown, array=column.array)
            else:
                put(sheet, row, k, shown, style)


def number_format(item: Item | None) -> dict[str, object]:
    """How a result is shown: at the decimal places that the rules say."""
    if item is None or item.shown is None:
        return {}
    return {"num_format": "0." + "0" * item.shown if item.shown else "0"}


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
    sheet.set_row(FIRST_VALUE - 2, 60)
    for k, heading in enumerate(headings):
        sheet.write_text(FIRST_VALUE - 2, k, heading, writer.heading)
        sheet.set_column(k, k, 40 if heading == methodology.rates.title else 8 if heading == "Place" else 14)
    for row, n in enumerate(order, FIRST_VALUE - 1):
        at, k = FIRST_VALUE + n, 0
        if place:
            shown = cached(assessment.columns[place.id][n])
            put_formula(sheet, row, 0, f"=Scores!{layout.at[place.id]}{at}", writer.plain, shown)
            k = 1
        sheet.write_text(row, k, assessment.organisations[n].code, writer.plain)
        sheet.write_text(row, k + 1, assessment.organisations[n].name, writer.plain)
        for beside, (_, formula, show, style) in enumerate(columns, k + 2):
            put_formula(sheet, row, beside, formula(at), style, show(n))
    headed(sheet, FIRST_VALUE - 1, 3 if place else 2)


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
        if item.scale and any(level.word and level.word != level.name for level in item.scale.levels):
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
    table(writer, sheet, 75)
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
        sheet.set_column(k, k, 14)
        sheet.set_column(k + 1, k + 1, 8)
        span = f"{letters(k + 2)}{FIRST_VALUE}:{letters(k + 2)}{last}"
        put_formula(sheet, FIRST_VALUE - 3, k + 1, f"=COUNTIF({span},TRUE)", writer.grey, layout.size)
        for n in range(layout.size):
            row = FIRST_VALUE - 1 + n
            put(sheet, row, k, cells[n], style)
            live, said = f"Scores!{layout.at[key]}{row + 1}", f"{letters(k + 1)}{row + 1}"
            near = f"ABS({live}-{said})<={SAME}*ABS({said})+1E-10"
            formula = f"=IF(ISNUMBER({said}),IF(ISNUMBER({live}),{near},FALSE),EXACT({live},{said}))"
            put_formula(sheet, row, k + 1, formula, writer.plain, shown=True)
    whole = layout.size * len(ids)
    counts = f"$C${FIRST_VALUE - 2}:${letters(FIRST_COLUMN + 2 * len(ids))}${FIRST_VALUE - 2}"
    said = f'{whole}-SUM({counts})&" of {whole} results are not what the tool gave"'
    strong = writer.book.look(**GOOD)
    sheet.write_text(FIRST_VALUE - 3, 0, "All equal?", writer.book.look(bold=True))
    put_formula(sheet, FIRST_VALUE - 3, 1, f'=IF(SUM({counts})={whole},"all equal",{said})', strong, "all equal")
    red = writer.book.add_format({"bg_color": "#F8CBAD"})
    area = (FIRST_VALUE - 1, FIRST_COLUMN - 1, last - 1, FIRST_COLUMN + 2 * len(ids))
    sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": "FALSE", "format": red})


def scales_sheet(writer: Writer) -> None:
    """The levels of each scale, and by which other names they may be typed."""
    sheet = writer.sheet("Scales", "The levels of each scale, the best first, and what they count as.")
    for k, (heading, width) in enumerate(
        (("Scale", 24), ("Level", 24), ("Place", 8), ("Counts as", 12), ("In words", 44))
    ):
        sheet.write_text(FIRST_LEVEL - 2, k, heading, writer.heading)
        sheet.set_column(k, k, width)
    for scale in writer.layout.scales:
        for n, (name, level) in enumerate(scale.rows, scale.first - 1):
            sheet.write_text(n, 0, scale.scale.name, writer.plain)
            sheet.write_text(n, 1, name, writer.plain)
            sheet.write_number(n, 2, level.position + 1, writer.plain)
            number: Cached = MISSING[1:-1] if level.number is None else cached(level.number)
            put(sheet, n, 3, number, writer.plain)
            sheet.write_text(n, 4, level.word, writer.plain)
    headed(sheet, FIRST_LEVEL - 1, 0)


SHEETS = (read_me_sheet, values_sheet, figures_sheet, scores_sheet, ratings_sheet, check_sheet, scales_sheet)
"""What writes each sheet, in the order of the tabs."""
