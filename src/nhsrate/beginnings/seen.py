"""A table as it stands in a file, where nobody has said what it holds: its heading row, its codes, its columns."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading
from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters
from nhsrate.core.special_sheets import NEVER_DATA
from nhsrate.core.tables import ErrorCell, Uncalculated
from nhsrate.core.texts import as_text, fold, is_text, listed, quoted
from nhsrate.returns.codes import CODE
from nhsrate.returns.columns import is_usual
from nhsrate.returns.header import SEARCHED
from nhsrate.returns.no_organisations import judged
from nhsrate.returns.row_kinds import TOTALS
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, CODE_HEADINGS, EITHER_HEADINGS, NAME_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nhsrate.core.tables import Book, SheetName, Table

BELOW = 5
"""So many rows below a row of headings tell whether values stand under them."""

LONGEST_NAME = 100
"""What tells one row from the others is no longer than this many characters."""

Codes = Literal["text", "number", "date", "name"]

_OF_CODES = pattern(r".*\b(?:codes?|ids?|refs?|reference|key|identifier)\b.*|(?:.*\b)?(?:no|nr|number)\.?|#")
_OF_PERIODS = pattern(r"\b(?:period|quarter|qtr|month|year|date|week|term|as at|reporting)\b")
_OF_INDICATORS = pattern(r"\b(?:indicators?|metrics?|measures?|kpis?|questions?)\b")
_OF_VALUES = pattern(r"\b(?:values?|scores?|results?|figures?|percentages?|rates?)\b")


class Column(NamedTuple):
    """A column (or, in a long table, an indicator) with its heading, its number (0 in a long table) and its cells."""

    heading: str
    number: int
    cells: tuple[object, ...]

    @property
    def letters(self) -> str:
        """Its letters, as a spreadsheet shows them."""
        return column_letters(self.number) if self.number else ""


@frozen
class Seen:
    """A table, the row of its headings (from 1), what tells its rows apart, and the columns that may be indicators.

    `code` and `name` are headings; `name` is empty where nothing but the code names a row. `where` keeps the rows of
    one period, and `long` has the headings of indicators and values where a row holds one value. `told` says how each
    was found.
    """

    book: Book
    sheet: str | None
    header: int
    code: str
    codes: Codes
    name: str
    columns: tuple[Column, ...]
    where: tuple[tuple[str, str], ...] = ()
    long: tuple[str, str] | None = None
    aside: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    sheets: int = 1


def seen_tables(book: Book, sheet: str | None = None) -> list[tuple[Table, int]]:
    """The tables of a file with the rows of their headings, the one that most looks like a table first.

    `sheet` names the one that is meant, where a workbook has several. Raises `Refused` where none looks like one.
    """
    tables = [book.read(known.name) for known in _sheets(book, sheet)]
    found = [(score, -n, table, row) for n, table in enumerate(tables) for score, row in [_header(table)] if row]
    if not found:
        at = CellLocation(book.file, sheet)
        message = "No table was found: no row has two headings or more with values below them."
        remedy = "Put the headings into one row, with a row for each organisation below it."
        raise Refused([Problem(at, "no-table", message, remedy)])
    return [(table, row) for _, _, table, row in sorted(found, key=lambda one: one[:2], reverse=True)]


def _sheets(book: Book, sheet: str | None) -> Iterator[SheetName]:
    """The sheets that may hold the table."""
    named = [known for known in book.sheets if sheet is None or fold(known.name or "") == fold(sheet)]
    if not named:
        message = f"The workbook has no sheet {quoted(sheet or '')}."
        remedy = f"Its sheets are {listed([quoted(one.name or '') for one in book.sheets], shown=10)}."
        raise Refused([Problem(CellLocation(book.file), "unknown-sheet", message, remedy)])
    usable = [one for one in named if sheet or (not one.hidden and fold(one.name or "") not in NEVER_DATA)]
    yield from usable or named


def _header(table: Table) -> tuple[int, int]:
    """How much the best row of headings looks like one, and its number; 0 where no row does."""
    best = (0, 0)
    for number, cells in enumerate(table.rows[:SEARCHED], 1):
        below = [row for row in table.rows[number : number + BELOW] if any(as_text(raw) for raw in row)]
        texts = {n for n, raw in enumerate(cells) if is_text(raw) and as_text(raw) and not _is_number(raw)}
        numbers = sum(1 for raw in cells if as_text(raw)) - len(texts)
        filled = sum(any(n < len(row) and as_text(row[n]) for row in below) for n in texts)
        if len(texts) > 1 and below and (score := filled - 2 * numbers) > max(best[0], 1):
            best = (score, number)
    return best


def _is_number(raw: object) -> bool:
    """Whether a cell holds a number, also as text, with a comma before its decimals, or in per cent."""
    text = as_text(raw).rstrip("%").strip()
    return bool(text) and (typed_number(text) is not None or typed_number(text, ",", ".") is not None)


def seen_table(book: Book, table: Table, header: int) -> Seen:
    """The table below a row of headings; raises `Refused` where nothing tells its rows apart."""
    headings = _headings(table, header)
    rows = [row for row in table.rows[header:] if sum(map(_holds, row)) > 1]
    code, codes, why = _code(table, header, headings, rows)
    name = _name(headings, code, rows)
    told = [why]
    aside = list(dict.fromkeys(text for row in rows if not _text(row, code) and (text := _first_text(row))))
    if aside:
        told.append(f"Without a code, and set aside: {listed([quoted(text) for text in aside], shown=5)}.")
    if codes == "date":
        rows = [row for row in rows if any(isinstance(raw, date) for raw in row[code - 1 : code])]
    else:
        rows = [row for row in rows if _is_organisation(_text(row, code), _text(row, name))]
    where: tuple[tuple[str, str], ...] = ()
    long: tuple[int, int] | None = None
    if _repeats(rows, [code]):
        long = _long(headings, code, name, rows)
        keys = [code, *([long[0]] if long else [])]
        period = next((n for n, text in headings.items() if n not in keys and _apart(text, rows, [*keys, n])), 0)
        if _repeats(rows, keys) and period:
            latest = _text(rows[-1], period)
            where = ((headings[period], latest),)
            rows = [row for row in rows if fold(_text(row, period)) == fold(latest)]
            told.append(f"Of several rows of one organisation those are read that say {headings[period]}: {latest}.")
        if _repeats(rows, keys):
            raise Refused([_not_apart(table, header, code, rows)])
    taken = {code, name, *(n for n, text in headings.items() for heading, _ in where if text == heading)}
    if long:
        columns = _indicators(rows, *long)
        told.append(f"Each row holds one value: {headings[long[0]]} says of what, {headings[long[1]]} how much.")
    else:
        columns = tuple(
            Column(text, n, tuple(row[n - 1] if n <= len(row) else None for row in rows))
            for n, text in headings.items() if n not in taken
        )  # fmt: skip
    return Seen(
        book, table.sheet, header, headings[code], codes, headings.get(name, ""), columns, where,
        (headings[long[0]], headings[long[1]]) if long else None, tuple(aside), tuple(told), len(book.sheets),
    )  # fmt: skip


def _headings(table: Table, header: int) -> dict[int, str]:
    """The text at the head of each column; one merged over two or three rows stands in the first of them."""
    found = {n: text for n, raw in enumerate(table.rows[header - 1], 1) if (text := as_text(raw))}
    width = max((len(row) for row in table.rows[header:]), default=0)
    for above in range(header - 2, max(header - 4, -1), -1):
        row = table.rows[above]
        texts = {n: text for n, raw in enumerate(row, 1) if (text := as_text(raw)) and n <= width}
        if len(texts) < 2:
            break
        found = {n: text for n, text in texts.items() if is_usual(text, (*CODE_HEADINGS, *NAME_HEADINGS))} | found
    return dict(sorted(found.items()))


def _text(row: Sequence[object], column: int) -> str:
    """The text of a cell; nothing where there is no such column."""
    return as_text(row[column - 1]) if 0 < column <= len(row) else ""


def _holds(raw: object) -> bool:
    """Whether a cell holds anything, be it a formula without a result."""
    return bool(as_text(raw)) or isinstance(raw, (ErrorCell, Uncalculated))


def _first_text(row: Sequence[object]) -> str:
    """The first text of a row that is no number."""
    return next((text for raw in row if (text := as_text(raw)) and not _is_number(raw)), "")


def _is_organisation(code: str, name: str) -> bool:
    """Whether a row is one of those that are rated, and no total or note."""
    plainly = fold(code) not in TOTALS and fold(name) not in TOTALS
    return bool(code) and plainly and judged(code, name).kind in {"organisation", "doubtful"}


def _code(
    table: Table, header: int, headings: dict[int, str], rows: Sequence[Sequence[object]]
) -> tuple[int, Codes, str]:
    """The column that tells the rows apart, what stands in it, and how it was found."""
    filled = {n: [text for row in rows if (text := _text(row, n))] for n in headings}
    dates = {n: [raw for row in rows for raw in row[n - 1 : n] if isinstance(raw, date)] for n in headings}
    like = [
        n
        for n in headings
        if filled[n] and not dates[n] and sum(map(bool, map(CODE.fullmatch, filled[n]))) > 0.9 * len(filled[n])
    ]
    many = [n for n in like if len(filled[n]) > 0.5 * len(rows)]
    usual = [
        [n for n in many if is_usual(headings[n], CODE_HEADINGS)],
        [n for n in many if is_usual(headings[n], AREA_CODE_HEADINGS)],
        [n for n in many if is_usual(headings[n], EITHER_HEADINGS) and _coded(filled[n])],
        [n for n in many if _OF_CODES.fullmatch(bare_heading(headings[n])) and _tells(headings, rows, n)],
        [n for n in many if _coded(filled[n]) and _single(filled[n]) and not _numbers(filled[n])],
    ]
    for n in (one for group in usual for one in sorted(group, key=lambda one: not _single(filled[one]))):
        numbers = any(isinstance(row[n - 1], (int, float)) for row in rows if n <= len(row))
        return n, "number" if numbers else "text", f"{_shown(table, header, n)} tells the rows apart: it holds codes."
    for n in headings:
        if len(dates[n]) > 0.9 * len(rows) and len(set(dates[n])) == len(dates[n]):
            return n, "date", f"{_shown(table, header, n)} tells the rows apart: it holds dates."
    named = [
        n for n in headings
        if len(filled[n]) > 0.5 * len(rows) and max(map(len, filled[n])) <= LONGEST_NAME
        and sum(sum(map(str.isalpha, text)) > 2 for text in filled[n]) > 0.9 * len(filled[n])
    ]  # fmt: skip
    for n in sorted(
        named, key=lambda one: (not _tells(headings, rows, one), not is_usual(headings[one], NAME_HEADINGS))
    ):
        return n, "name", f"{_shown(table, header, n)} tells the rows apart: no column holds codes, so names stand in."
    raise Refused([_not_apart(table, header, 0, rows)])


def _shown(table: Table, header: int, column: int) -> str:
    """A heading with its cell."""
    return f"{quoted(_text(table.rows[header - 1], column))} ({column_letters(column)}{header})"


def _tells(headings: dict[int, str], rows: Sequence[Sequence[object]], column: int) -> bool:
    """Whether a column tells the rows apart, by itself or together with one of periods."""
    rows = [row for row in rows if _text(row, column)]
    if not _repeats(rows, [column]):
        return True
    return any(_apart(text, rows, [column, n]) for n, text in headings.items() if n != column)


def _single(texts: Sequence[str]) -> bool:
    """Whether no text stands twice."""
    return len({fold(text) for text in texts}) == len(texts)


def _numbers(texts: Iterable[str]) -> bool:
    """Whether all texts are numbers."""
    return all(map(_is_number, texts))


def _coded(texts: Sequence[str]) -> bool:
    """Whether texts look like codes: with digits in them, or in a few capitals."""
    return all(any(map(str.isdigit, text)) or (text.isupper() and len(text) <= 6) for text in texts)


def _name(headings: dict[int, str], code: int, rows: Sequence[Sequence[object]]) -> int:
    """The column of names, or 0."""
    known = [n for n, text in headings.items() if n != code and is_usual(text, NAME_HEADINGS)]
    known += [n for n, text in headings.items() if n != code and "name" in bare_heading(text).split()]
    known += [n for n in headings if n != code and _names(rows, code, n)]
    return next((n for n in known if not _numbers(filter(None, (_text(row, n) for row in rows)))), 0)


def _names(rows: Sequence[Sequence[object]], code: int, column: int) -> bool:
    """Whether the texts of a column look like names: with letters, one for each code, and a code for each."""
    pairs = {(fold(_text(row, code)), _text(row, column)) for row in rows if _text(row, code)}
    texts = [text for _, text in pairs]
    words = all(sum(map(str.isalpha, text)) > 2 and not text.isupper() for text in texts)
    return words and len({key for key, _ in pairs}) == len(set(texts)) == len(texts) > 1


def _repeats(rows: Iterable[Sequence[object]], columns: Sequence[int]) -> bool:
    """Whether two rows say the same in these columns."""
    counted = Counter(tuple(fold(_text(row, n)) for n in columns) for row in rows)
    return max(counted.values(), default=0) > 1


def _apart(heading: str, rows: Sequence[Sequence[object]], columns: Sequence[int]) -> bool:
    """Whether a column is of periods, and tells rows apart that are the same otherwise."""
    return bool(_OF_PERIODS.search(bare_heading(heading))) and not _repeats(rows, columns)


def _long(headings: dict[int, str], code: int, name: int, rows: Sequence[Sequence[object]]) -> tuple[int, int] | None:
    """The columns of indicators and of values, where a row holds one value."""
    free = {n: bare_heading(text) for n, text in headings.items() if n not in {code, name}}
    values = [n for n, text in free.items() if _OF_VALUES.search(text) and not _OF_INDICATORS.search(text)]
    values = [n for n in values if any(_is_number(_text(row, n)) for row in rows)]
    of = [n for n, text in free.items() if _OF_INDICATORS.search(text) and n not in values]
    of = [n for n in of if not _numbers(filter(None, (_text(row, n) for row in rows)))]
    return (of[0], values[0]) if of and values else None


def _indicators(rows: Sequence[Sequence[object]], of: int, value: int) -> tuple[Column, ...]:
    """The indicators of a long table, each with its cells."""
    cells: dict[str, list[object]] = {}
    for row in rows:
        cells.setdefault(_text(row, of), []).append(row[value - 1] if value <= len(row) else None)
    cells.pop("", None)
    return tuple(Column(indicator, 0, tuple(raws)) for indicator, raws in cells.items())


def _not_apart(table: Table, header: int, code: int, rows: Sequence[Sequence[object]]) -> Problem:
    """That nothing tells one row from another."""
    at = CellLocation(table.file, table.sheet, header, code)
    message = f"Nothing tells the rows below the headings of row {header} apart"
    if code:
        counted = Counter(_text(row, code) for row in rows)
        twice, times = counted.most_common(1)[0]
        message += f": {quoted(twice)} stands in {times} rows of {_shown(table, header, code)}"
    remedy = "Give a column with a code or a name of its own for each row, or keep the rows of one period and one sort."
    return Problem(at, "duplicate-organisation" if code else "no-table", f"{message}.", remedy)
