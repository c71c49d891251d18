"""The live workbook as bytes: its sheets with their formulas, each with the engine's value as what it shows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nhsrate.live.board import cached, figure_value
from nhsrate.live.formula import MISSING
from nhsrate.live.layout import FIRST_COLUMN, FIRST_FIGURE, FIRST_LEVEL, FIRST_VALUE
from nhsrate.live.results import check_sheet, ratings_sheet
from nhsrate.live.words import read_me
from nhsrate.live.writer import GOOD, OPEN, STEP, Writer, headed, lines_of, number_format, put, put_formula, table
from nhsrate.workbooks.new import BODY, new_workbook

if TYPE_CHECKING:
    from nhsrate.live.board import Board, Cached

WIDE = 74
"""Letters that a line of Read me holds, on a page of A4 too."""


def live_xlsx(board: Board) -> bytes:
    """The live workbook; the same board gives the same bytes."""
    file = BytesIO()
    with new_workbook(file, title=board.methodology.title, streamed=False) as book:
        book.set_calc_mode("auto")
        writer = Writer(board, book)
        for part in SHEETS:
            part(writer)
    return file.getvalue()


def read_me_sheet(writer: Writer) -> None:
    """What this is, and how it is used."""
    board = writer.board
    sheet = writer.sheet("Read me", board.methodology.title, landscape=False)
    sheet.set_column(0, 0, WIDE)
    row = 3
    made = '=IF(Check!$B$3="all equal","The formulas give what the tool gave: all equal.",Check!$B$3)'
    strong = writer.book.look(**GOOD)
    put_formula(sheet, row, 0, made, strong, "The formulas give what the tool gave: all equal.")
    row += 2
    for title, lines in read_me(board):
        sheet.write_text(row, 0, title, writer.book.look(bold=True, font_size=12, font_color="#003087"))
        for line in lines:
            row += 1
            sheet.write_text(row, 0, line, writer.book.look(text_wrap=True, valign="top"))
            sheet.set_row(row, 15 * lines_of(line, WIDE + 8))
        row += 2


def values_sheet(writer: Writer) -> None:
    """The return: only these cells, and the figures, are open."""
    methodology = writer.board.methodology
    sheet = writer.sheet("Values", "What was handed in. Yellow cells can be changed; a cleared one is missing.")
    headings = []
    for k, column in enumerate(writer.layout.values, FIRST_COLUMN - 1):
        entry = methodology.inputs.get(column.key)
        unit = methodology.unit_of(column.key) if entry else ""
        headings.append((f"{column.what} ({unit})" if unit else column.what, 16))
        sheet.write_text(FIRST_VALUE - 3, k, column.key.partition("!")[0], writer.name)
        sheet.write_text(FIRST_VALUE - 2, k, headings[-1][0], writer.heading)
        day = bool(entry and entry.type == "date")
        style = writer.book.look(**OPEN, num_format="yyyy-mm-dd") if day else writer.open
        for n, value in enumerate(column.cells):
            put(sheet, FIRST_VALUE - 1 + n, k, value, style)
        scale = methodology.type_of(column.item).scale
        if scale is not None and scale.name in writer.layout.scale_at:
            source = "=" + writer.layout.scale_at[scale.name].span("B", levels=True)
            options = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(FIRST_VALUE - 1, k, FIRST_VALUE - 2 + len(column.cells), k, options)
    table(writer, sheet, headings)


FIGURES = (
    ("Name", 30), ("What it does", 44), ("Value", 12), ("As rated", 12), ("Basis", 10), ("Source", 50), ("Note", 30),
)  # fmt: skip
"""The columns of Figures with their widths."""


def figures_sheet(writer: Writer) -> None:
    """Every number of the rules, which formulas refer to here."""
    about = "Every number of the rules. Yellow cells can be changed; the formulas read them here."
    sheet = writer.sheet("Figures", about)
    methodology = writer.board.methodology
    for k, (heading, _) in enumerate(FIGURES):
        sheet.write_text(FIRST_FIGURE - 2, k, heading, writer.heading)
    step = writer.book.look(**STEP)
    for n, line in enumerate(writer.layout.figures, FIRST_FIGURE - 1):
        owner = methodology.name_of(line.item) if line.item else ""
        name = line.name or owner
        texts = {0: name, 1: line.what, 4: line.basis, 5: line.source, 6: line.note}
        for k, text in texts.items():
            sheet.write_text(n, k, text, writer.wrapped)
        sheet.set_row(n, 15 * max(lines_of(text, FIGURES[k][1]) for k, text in texts.items()))
        sheet.write_number(n, 2, figure_value(line.value), writer.open)
        sheet.write_number(n, 3, figure_value(line.value), step)
    headed(sheet, FIRST_FIGURE - 1, 1, FIGURES)


def scores_sheet(writer: Writer) -> None:
    """The rules as formulas, each item behind its steps."""
    methodology, layout = writer.board.methodology, writer.layout
    sheet = writer.sheet("Scores", "The rules as formulas, in their order. Steps on the way to a result are grey.")
    headings = []
    for k, column in enumerate(layout.scores, FIRST_COLUMN - 1):
        known = methodology.items.get(column.item)
        place = column.sort == "item" and methodology.type_of(column.item).scale is not None
        plain = column.sort == "step" or place
        what = f"{column.what}, place on its scale" if place else column.what
        if column.item in writer.board.unlive and not plain:
            what = f"{what} (from the run, not recalculated)"
        sheet.write_text(FIRST_VALUE - 3, k, column.item, writer.name)
        sheet.write_text(FIRST_VALUE - 2, k, what, writer.grey if plain else writer.heading)
        headings.append((what, 12 if plain else 14))
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
    table(writer, sheet, headings)


SCALES = (("Scale", 24), ("Level", 24), ("Place", 8), ("Counts as", 12), ("In words", 60))
"""The columns of Scales with their widths."""


def scales_sheet(writer: Writer) -> None:
    """The levels of each scale, and by which other names they may be typed."""
    sheet = writer.sheet("Scales", "The levels of each scale, the best first, and what they count as.")
    for k, (heading, _) in enumerate(SCALES):
        sheet.write_text(FIRST_LEVEL - 2, k, heading, writer.heading)
    for scale in writer.layout.scales:
        for n, (name, level) in enumerate(scale.rows, scale.first - 1):
            sheet.write_text(n, 0, scale.scale.name, writer.plain)
            sheet.write_text(n, 1, name, writer.plain)
            sheet.write_number(n, 2, level.position + 1, writer.plain)
            number: Cached = MISSING[1:-1] if level.number is None else cached(level.number)
            put(sheet, n, 3, number, writer.plain)
            sheet.write_text(n, 4, level.word, writer.plain)
    headed(sheet, FIRST_LEVEL - 1, 0, SCALES)


SHEETS = (read_me_sheet, values_sheet, figures_sheet, scores_sheet, ratings_sheet, check_sheet, scales_sheet)
"""What writes each sheet, in the order of the tabs."""
