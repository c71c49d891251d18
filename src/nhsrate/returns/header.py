"""Finding the header of a table: the row of the code heading, and the row of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading
from nhsrate.core.problems import CellLocation, Problem, column_letters, column_number
from nhsrate.core.texts import as_text, fold, is_text, listed, quoted
from nhsrate.returns.columns import CELL, GROUP_ROWS, LETTERS, Head, given_codes, is_usual, looks_like_codes
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, EITHER_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nhsrate.core.tables import Table
    from nhsrate.rules.inputs import Input, TableReading

ENOUGH = 2
"""The wanted headings that tell a header without a code heading."""

SEARCHED = 60
"""The rows from the top in which a header is looked for."""


@frozen
class Header:
    """The row with the code heading and the row with the other headings (from 1): mostly one and the same.

    `code` is the column of codes where the reading gives it by a cell or by letters, else 0.
    """

    code_row: int
    row: int
    code: int = 0


@frozen
class _Trial:
    """A row that may be a header, and the index of the column of codes there."""

    row: int
    code: int


def find_header(table: Table, inputs: Sequence[Input], reading: TableReading, first: int = 1) -> Header | None:
    """The header of a table from row `first` on, or nothing where no column of codes is found.

    Where headings are merged over several rows, the code heading stands in the first of them.

    No single sign tells a header. Titles, notes and lists above a table say "Code" or the name of an indicator too, and
    a heading that is merged over three rows stands in the first of them, while the others of its row stand in the last.
    So every row that has a code heading is tried, as the whole header and together with one or two rows below it in
    which the column of codes is blank (where a code stands, the header has ended), and the trial that finds the most
    wanted headings is taken. Of equals the first holds: a table stands above its own repetitions and lists of codes.
    Where the reading gives letters, the usual headings do not count, for they are what it sets aside.
    Where the codes have another heading than the usual ones, less and less certain signs are tried: one with marks
    behind it, one of codes of areas, and one over names or codes below which codes stand.
    """
    pinned, given = reading.header_row, given_codes(reading)
    last = min(len(table.rows), pinned or first + SEARCHED - 1)
    rows = range(max(first, (pinned or 1) - 2), last + 1)
    letters = next((text for text in given if LETTERS.fullmatch(text)), "")
    wanted_codes = given[: given.index(letters) + 1] if letters else reading.code
    codes, bare = {fold(code) for code in wanted_codes}, {bare_heading(code) for code in wanted_codes}
    signs: list[Callable[[int, int, str], bool]] = [
        lambda _row, _column, text: fold(text) in codes,
        lambda _row, _column, text: bare_heading(text) in bare,
        lambda _row, _column, text: is_usual(text, AREA_CODE_HEADINGS),
        lambda row, column, text: is_usual(text, EITHER_HEADINGS) and _over_codes(table, row, column),
    ]
    by_cell = next((cell for text in given if (cell := CELL.fullmatch(text))), None)
    if by_cell:
        row, column = int(by_cell[2]), column_number(by_cell[1])
        found = _best(table, inputs, reading, [_Trial(row, column - 1)] if first <= row <= last else [], last)
        return found and Header(found.code_row, found.row, column)
    for n, sign in enumerate(signs):
        if found := _best(table, inputs, reading, _rows(table, rows, sign), last):
            return found
        if letters and n == 1:
            column = column_number(letters)
            wanted = _wanted(inputs, reading, bare_heading)
            likely = (row for row in rows if pinned or wanted.intersection(map(bare_heading, _texts(table, row))))
            found = _best(table, inputs, reading, (_Trial(row, column - 1) for row in likely), last)
            return found and Header(found.code_row, found.row, column)
    return None


def _rows(table: Table, rows: Iterable[int], sign: Callable[[int, int, str], bool]) -> Iterator[_Trial]:
    """The rows in which a heading has the sign of a code heading, each with its first such column."""
    for row in rows:
        for column, raw in enumerate(table.rows[row - 1]):
            if is_text(raw) and (text := as_text(raw)) and sign(row, column + 1, text):
                yield _Trial(row, column)
                break


def _texts(table: Table, row: int) -> list[str]:
    """The texts of a row."""
    return [text for raw in table.rows[row - 1] if (text := as_text(raw))]


def _over_codes(table: Table, row: int, column: int) -> bool:
    """Whether codes stand below a heading."""
    return looks_like_codes(Head(table, row, row, {}, {}), column)


def _best(
    table: Table, inputs: Sequence[Input], reading: TableReading, trials: Iterable[_Trial], last: int
) -> Header | None:
    """The trial with the most wanted headings, the first of equals."""
    wanted = _wanted(inputs, reading, fold)
    named = [int(cell[2]) for _, headings in reading.headings for text in headings if (cell := CELL.fullmatch(text))]
    pinned = reading.header_row
    best: tuple[int, Header] | None = None
    trials = list(trials)
    for trial in trials:
        row, code = trial.row, trial.code
        seen: set[str] = set()
        for below in range(row, min(row + 3, last + 1)):
            cells = table.rows[below - 1]
            if below > row and code < len(cells) and as_text(cells[code]):
                break
            seen |= wanted.intersection(fold(as_text(raw)) for raw in cells)  # some are merged downwards
            score = len(seen) + sum(row <= number <= below for number in named)
            if (pinned is None or below == pinned) and (best is None or score > best[0]):
                best = (score, Header(row, below))
    if best is not None and best[0] == 0 and len(trials) > 1:
        return _best_bare(table, inputs, reading, trials) or best[1]
    return best[1] if best else None


def _best_bare(table: Table, inputs: Sequence[Input], reading: TableReading, trials: Sequence[_Trial]) -> Header | None:
    """The same where all headings have marks or units: the row of the most, or nothing where none has any."""
    wanted = _wanted(inputs, reading, bare_heading)
    counts = {row: len(wanted.intersection(bare_heading(as_text(raw)) for raw in table.rows[row - 1]))
              for row in (trial.row for trial in trials) if reading.header_row in {None, row}}  # fmt: skip
    row = max(counts, key=lambda row: counts[row], default=0)
    return Header(row, row) if row and counts[row] else None


def _wanted(inputs: Sequence[Input], reading: TableReading, form: Callable[[str], str]) -> set[str]:
    """The wanted headings in a form, and what follows the last ` / ` of each (the group stands before)."""
    texts = [heading for item in inputs for heading in item.headings]
    texts += [heading for _, headings in reading.headings for heading in headings]
    wanted = {form(part) for text in texts for part in (text, text.rpartition(" / ")[2])}
    if reading.long is not None:
        columns = (reading.long.indicator, reading.long.value, *(heading for heading, _ in reading.long.where))
        wanted.update(map(form, columns))
    return wanted


def upper_headings(
    table: Table, code_row: int, names: Mapping[int, str], inputs: Sequence[Input], reading: TableReading
) -> dict[int, str]:
    """The wanted headings that stand only in a row above the others, each over a column without one of its own.

    The lowest text above the data of a column is its heading: a heading merged over two rows stands in the upper one,
    and programs that write columns of several levels put the names of rows into a row of their own below.
    """
    wanted = {form(text) for item in inputs for text in item.headings for form in (fold, bare_heading)}
    wanted |= {form(text) for _, texts in reading.headings for text in texts for form in (fold, bare_heading)}
    if reading.long is not None:
        wanted |= {fold(text) for text in (reading.long.indicator, reading.long.value)}
    cells_named = [CELL.fullmatch(text) for _, texts in reading.headings for text in texts]
    pinned = {column_number(cell[1]) for cell in cells_named if cell}
    pinned |= {column_number(item.column) for item in inputs if item.column and item.column.isalpha()}
    found: dict[int, str] = {}
    for row in range(code_row - 1, max(0, code_row - 1 - GROUP_ROWS), -1):
        cells = table.rows[row - 1]
        texts = [(column, text) for column, raw in enumerate(cells, 1) if (text := as_text(raw))]
        if not texts:
            break
        for column, text in texts:
            if column not in names and column not in found:
                known = fold(text) in wanted or bare_heading(text) in wanted or column in pinned
                found |= {column: text} if known else {}
    return found


def no_header(table: Table, inputs: Sequence[Input], reading: TableReading) -> Problem:
    """The problem of a sheet without a code heading: its headings, and the key that says where the codes stand."""
    at = CellLocation(table.file, table.sheet)
    message = f"No row has a heading for the organisation code, such as {quoted(reading.code[0])}."
    remedy = "Name the column of the organisations' codes so, in the row of the other headings."
    row = _likeliest(table, inputs, reading)
    if row is None:
        return Problem(at, "no-table", message, remedy)
    if row > SEARCHED:
        return _below(at, row)
    cells = table.rows[row - 1]
    texts = {column: text for column, raw in enumerate(cells, 1) if (text := as_text(raw))}
    head = Head(table, row, row, texts, {})
    width = max(texts)
    coded = [column for column in range(1, width + 1) if looks_like_codes(head, column)]
    unheaded = [column for column in coded if column not in texts]
    if unheaded:
        letters = column_letters(unheaded[0])
        message += f" In column {letters} codes seem to stand without a heading."
        remedy += f" Or say under reading where they stand: code: [{letters}{row}]."
        return Problem(at, "no-table", message, remedy)
    free = [column for column in texts if bare_heading(texts[column]) not in _wanted(inputs, reading, bare_heading)]
    named = [one for one in free if "code" in fold(texts[one]) or is_usual(texts[one], EITHER_HEADINGS)]
    likely = named or [one for one in free if one in coded] or free or list(texts)
    message += f" Row {row} has {listed([head.cell(column) for column in texts], shown=6)}."
    remedy += f" Or say under reading which it is, such as code: [{texts[likely[0]]}]."
    return Problem(at, "no-table", message, remedy)


def _below(at: CellLocation, row: int) -> Problem:
    message = f"The headings stand in row {row}, and they are looked for in the first {SEARCHED} rows."
    return Problem(at, "no-table", message, f"Say under reading header_row: {row}.")


def header_below(table: Table, inputs: Sequence[Input], reading: TableReading) -> Problem | None:
    """The problem of a header beyond the rows that are searched, where one above it has a code heading alone."""
    row = _likeliest(table, inputs, reading)
    return _below(CellLocation(table.file, table.sheet), row) if row and row > SEARCHED else None


def _likeliest(table: Table, inputs: Sequence[Input], reading: TableReading) -> int | None:
    """The row with the most wanted headings; beyond the rows that are searched one with a code heading too, or two."""
    wanted = _wanted(inputs, reading, bare_heading)
    codes = set(map(bare_heading, reading.code))
    enough = min(ENOUGH, max(1, sum(not item.optional for item in inputs)))
    best, found = 0, None
    for row, cells in enumerate(table.rows, 1):
        texts = [text for raw in cells if is_text(raw) and (text := as_text(raw))]
        score = len(wanted.intersection(map(bare_heading, texts)))
        coded = any(bare_heading(text) in codes or is_usual(text, AREA_CODE_HEADINGS) for text in texts)
        if row > SEARCHED and score < enough and not coded:
            continue
        if score > best:
            best, found = score, row
    return found
