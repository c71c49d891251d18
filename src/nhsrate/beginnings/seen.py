"""A table as it stands in a file, where nobody has said what it holds: its heading row, its codes, its columns."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from nhsrate.beginnings.keys import (
    Codes,
    all_numbers,
    apart,
    code_column,
    is_number,
    latest,
    name_column,
    not_apart,
    repeats,
    shown_heading,
    text_in,
)
from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading, is_unit
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters, nearest
from nhsrate.core.special_sheets import NEVER_DATA
from nhsrate.core.tables import ErrorCell, Uncalculated
from nhsrate.core.texts import as_text, fold, is_text, listed, quoted
from nhsrate.returns.columns import is_usual
from nhsrate.returns.header import SEARCHED
from nhsrate.returns.headings import groups_above
from nhsrate.returns.no_organisations import judged
from nhsrate.returns.row_kinds import TOTALS, UNIT_NAMES
from nhsrate.rules.inputs import CODE_HEADINGS, NAME_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nhsrate.beginnings.keys import Rows
    from nhsrate.core.tables import Book, SheetName, Table

BELOW = 5
"""So many rows below a row of headings tell whether values stand under them."""

LEAD = 3
"""So many rows below a row of headings may say what the columns are."""

TURNED = "These are measures by their heading, and rows are what is rated: if the columns are that, turn the table."

_OF_INDICATORS = pattern(r"\b(?:indicators?|metrics?|measures?|kpis?|questions?)\b")
_YEAR = pattern(r"(?:19|20)\d\d")
_OF_VALUES = pattern(r"\b(?:values?|scores?|results?|figures?|percentages?|rates?)\b")


@frozen
class Asked:
    """What is asked of a table: the heading of the column that tells its rows apart, which rows are read, what repeats.

    `where` has headings with the text that a row must have there; with `add_up` the rows of one organisation are added
    up.
    """

    code: str = ""
    where: tuple[tuple[str, str], ...] = ()
    add_up: bool = False


AS_IT_IS = Asked()


class Column(NamedTuple):
    """A column (or, in a long table, an indicator) with its heading, its number (0 in a long table) and its cells.

    `below` is what a row below the headings says of it, such as its unit.
    """

    heading: str
    number: int
    cells: tuple[object, ...]
    below: str = ""

    @property
    def full(self) -> str:
        """Its heading with what stands below it."""
        return f"{self.heading} ({self.below})" if self.below else self.heading

    @property
    def letters(self) -> str:
        """Its letters, as a spreadsheet shows them."""
        return column_letters(self.number) if self.number else ""


@frozen
class Seen:
    """A table, the row of its headings (from 1), what tells its rows apart, and the columns that may be indicators.

    `code` and `name` are headings; `name` is empty where nothing but the code names a row. `where` keeps the rows of
    one period or part, and `long` has the headings of indicators and values where a row holds one value. `size` is how
    many are rated, of whose rows those of each are added up where `add_up` says so. `told` says how each was found.
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
    size: int = 0
    add_up: bool = False
    separator: str | None = None
    first: int = 0
    noted: frozenset[int] = frozenset()


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


def headings_seen(book: Book, sheet: str | None = None) -> tuple[CellLocation, dict[str, str]]:
    """The row of headings of the table of a file, and each heading by its folded text; raises `Refused` without one."""
    table, header = seen_tables(book, sheet)[0]
    texts = _headings(table, header).values()
    return CellLocation(table.file, table.sheet, header), {fold(text): text for text in texts}


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
    """How much the best row of headings looks like one, and its number; 0 where no row does.

    Headings that are merged over two or three rows stand in the first of them, and count for the last.
    """
    best = (0, 0)
    for number, cells in enumerate(table.rows[:SEARCHED], 1):
        below = [row for row in table.rows[number : number + BELOW] if any(as_text(raw) for raw in row)]
        texts = {n for n, raw in enumerate(cells, 1) if is_text(raw) and as_text(raw) and not is_number(raw)}
        years = [(n, text) for n, raw in enumerate(cells, 1) if _YEAR.fullmatch(text := as_text(raw))]
        if texts and 1 < len(years) == len({text for _, text in years}):
            texts |= {n for n, _ in years}
        numbers = sum(1 for raw in cells if as_text(raw)) - len(texts)
        over = {} if numbers or len(texts) < 2 else _above(table, number)
        filled = sum(any(text_in(row, n) for row in below) for n in texts | over.keys())
        if len(texts) > 1 and below and (score := filled - 2 * numbers) > max(best[0], 1):
            best = (score, number)
    return best


def _above(table: Table, header: int) -> dict[int, str]:
    """The headings over columns that have none in the header row, where that of the first column is among them."""
    own = {n for n, raw in enumerate(table.rows[header - 1], 1) if as_text(raw)}
    found: dict[int, str] = {}
    for above in range(header - 2, max(header - 4, -1), -1):
        texts = {n: text for n, raw in enumerate(table.rows[above], 1) if (text := as_text(raw))}
        if len(texts) < 2:
            break
        found = {n: text for n, text in texts.items() if n not in own and not is_number(text)} | found
    first = min(own, default=0)
    return found if found and min(found) < first else {}


def seen_table(book: Book, table: Table, header: int, asked: Asked = AS_IT_IS) -> Seen:
    """The table below a row of headings; raises `Refused` where nothing tells its rows apart."""
    headings = _headings(table, header)
    first, below = _below(table, header, headings)
    rows: Rows = [row for row in table.rows[max(header, first - 1) :] if sum(map(_holds, row)) > 1]
    rows, where = _chosen(table, header, headings, rows, asked.where)
    only = {_column(table, header, headings, asked.code): asked.code} if asked.code else headings
    code, codes, why = code_column(table, header, {n: headings[n] for n in only}, rows)
    name = name_column(headings, code, rows)
    told = [why]
    if codes == "name" and _OF_INDICATORS.search(bare_heading(headings[code])):
        told.append(TURNED)
    if first:
        what = f"Row {first - 1} says" if first - header == 2 else f"The rows from {header + 1} to {first - 1} say"
        told.append(f"{what} what the columns are: {listed(list(map(quoted, below.values())), shown=5)}.")
    rows, aside, why_aside = _rated_rows(rows, code, codes, name)
    told += why_aside
    size = len({fold(text_in(row, code)) for row in rows})
    long: tuple[int, int] | None = None
    add_up = asked.add_up and repeats(rows, [code])
    if add_up:
        told.append(f"The rows of each are added up: {len(rows)} rows of {size}.")
    elif repeats(rows, [code]):
        long = _long(headings, code, name, rows)
        keys = [code, *([long[0]] if long else [])]
        period = next((n for n, text in headings.items() if n not in keys and apart(text, rows, [*keys, n])), 0)
        if repeats(rows, keys) and period:
            last = latest(text_in(row, period) for row in rows)
            where = (*where, (headings[period], last))
            rows = [row for row in rows if fold(text_in(row, period)) == fold(last)]
            size = len({fold(text_in(row, code)) for row in rows})
            told.append(f"Of several rows of one organisation those are read that say {headings[period]}: {last}.")
        if repeats(rows, keys):
            raise Refused([not_apart(table, header, code, rows, headings)])
    taken = {code, name, *(n for n, text in headings.items() for heading, _ in where if text == heading)}
    if long:
        columns = _indicators(rows, *long)
        told.append(f"Each row holds one value: {headings[long[0]]} says of what, {headings[long[1]]} how much.")
    else:
        columns = tuple(
            Column(text, n, tuple(row[n - 1] if n <= len(row) else None for row in rows), below.get(n, ""))
            for n, text in headings.items() if n not in taken
        )  # fmt: skip
    if add_up:
        columns = _addable(rows, code, columns)
    return Seen(
        book, table.sheet, header, headings[code], codes, headings.get(name, ""), columns, where,
        (headings[long[0]], headings[long[1]]) if long else None, tuple(aside), tuple(told), len(book.sheets),
        size, add_up, table.separator, first, _noted(table, header, {code, name}),
    )  # fmt: skip


def _noted(table: Table, header: int, keys: set[int]) -> frozenset[int]:
    """The columns, but for those of codes and names, in which a text stands alone in its row."""
    found = set()
    for row in table.rows[header:]:
        held = [n for n, raw in enumerate(row, 1) if _holds(raw)]
        if len(held) == 1 and not is_number(as_text(row[held[0] - 1])):
            found.add(held[0])
    return frozenset(found - keys)


def _rated_rows(rows: Rows, code: int, codes: Codes, name: int) -> tuple[Rows, list[str], list[str]]:
    """The rows of what is rated, the texts that tell those set aside, and what is said of these."""
    told = []
    aside = list(dict.fromkeys(text for row in rows if not text_in(row, code) and (text := _first_text(row))))
    if aside:
        told.append(f"Without a code, and set aside: {listed([quoted(text) for text in aside], shown=5)}.")
    if codes == "date":
        return [row for row in rows if any(isinstance(raw, date) for raw in row[code - 1 : code])], aside, told
    rows = [row for row in rows if _is_organisation(text_in(row, code), text_in(row, name))]
    words = _words_for_codes(rows, code, name) if codes != "name" else []
    if words:
        told.append(f"With a word where the others have a code, and set aside: {listed(list(map(quoted, words)))}.")
    return [row for row in rows if text_in(row, code) not in words], [*aside, *words], told


def _below(table: Table, header: int, headings: Mapping[int, str]) -> tuple[int, dict[int, str]]:
    """The first row after those below the headings that say what the columns are, and what they say of each.

    Such a row has texts over numbers, and nothing but words for units where each row below it has a text of its own; 0
    and nothing where there is none.
    """
    found: dict[int, str] = {}
    rows = [row for row in table.rows[header:] if sum(map(_holds, row)) > 1]
    names = _own_texts(headings, rows)
    for number, row in enumerate(table.rows[header : header + LEAD], header + 1):
        texts = {n: text for n in headings if (text := text_in(row, n))}
        over = any(is_number(text_in(row, n)) for n in texts for row in rows)
        unnamed = all(n not in texts or fold(texts[n]) in UNIT_NAMES or is_unit(texts[n]) for n in names)
        if not over or not names or not unnamed or any(map(is_number, texts.values())):
            return (number if found else 0), found
        found |= {n: f"{found[n]}, {text}" if n in found else text for n, text in texts.items() if n not in names}
    return header + LEAD + 1, found


def _own_texts(headings: Mapping[int, str], rows: Rows) -> list[int]:
    """The columns in which most rows have a text of words, and each another."""
    found = []
    for n in headings:
        texts = [text for row in rows if (text := text_in(row, n))]
        words = all(any(map(str.isalpha, text)) and not is_number(text) for text in texts)
        if words and 2 * len(texts) > len(rows) and len({*map(fold, texts)}) == len(texts):
            found.append(n)
    return found


def _chosen(
    table: Table, header: int, headings: Mapping[int, str], rows: Rows, where: Sequence[tuple[str, str]]
) -> tuple[Rows, tuple[tuple[str, str], ...]]:
    """The rows that are asked for, and by which headings, as they stand in the table."""
    said = []
    for heading, text in where:
        n = _column(table, header, headings, heading)
        kept = [row for row in rows if fold(text_in(row, n)) == fold(text)]
        if not kept:
            texts = [quoted(one) for one in dict.fromkeys(text_in(row, n) for row in rows) if one]
            message = f"No row has {quoted(text)} in {shown_heading(table, header, n)}."
            at = CellLocation(table.file, table.sheet, header, n)
            raise Refused([Problem(at, "bad-setting", message, f"It has {listed(texts, shown=10)}.")])
        rows = kept
        said.append((headings[n], text_in(kept[0], n)))
    return rows, tuple(said)


def _column(table: Table, header: int, headings: Mapping[int, str], asked: str) -> int:
    """The column that a heading is of."""
    for form in (fold, bare_heading):
        for n, text in headings.items():
            if form(text) == form(asked):
                return n
    at = CellLocation(table.file, table.sheet, header)
    message = f"No column is headed {quoted(asked)}."
    remedy = nearest(asked, list(headings.values())) or f"The headings are {listed(list(headings.values()), shown=10)}."
    raise Refused([Problem(at, "bad-setting", message, remedy)])


def _headings(table: Table, header: int) -> dict[int, str]:
    """The text at the head of each column; of several that are the same with that of its group before it.

    A heading that is merged over two or three rows stands in the first of them.
    """
    found = {n: text for n, raw in enumerate(table.rows[header - 1], 1) if (text := as_text(raw))}
    width = max((len(row) for row in table.rows[header:]), default=0)
    for above in range(header - 2, max(header - 4, -1), -1):
        row = table.rows[above]
        texts = {n: text for n, raw in enumerate(row, 1) if (text := as_text(raw)) and n <= width}
        if len(texts) < 2:
            break
        found = {n: text for n, text in texts.items() if is_usual(text, (*CODE_HEADINGS, *NAME_HEADINGS))} | found
    found = {n: text for n, text in _above(table, header).items() if n <= width} | found
    groups = groups_above(table, header, found)
    full = {n: f"{groups[n][-1]} / {text}" if groups.get(n) else text for n, text in found.items()}
    once, joined = (Counter(map(fold, texts.values())) for texts in (found, full))
    told = {n: full[n] if once[fold(text)] > 1 and joined[fold(full[n])] == 1 else text for n, text in found.items()}
    return dict(sorted(told.items()))


def _holds(raw: object) -> bool:
    """Whether a cell holds anything, be it a formula without a result."""
    return bool(as_text(raw)) or isinstance(raw, (ErrorCell, Uncalculated))


def _first_text(row: Sequence[object]) -> str:
    """The first text of a row that is no number."""
    return next((text for raw in row if (text := as_text(raw)) and not is_number(raw)), "")


def _is_organisation(code: str, name: str) -> bool:
    """Whether a row is one of those that are rated, and no total or note."""
    plainly = fold(code) not in TOTALS and fold(name) not in TOTALS
    return bool(code) and plainly and judged(code, name).kind in {"organisation", "doubtful"}


def _words_for_codes(rows: Rows, code: int, name: int) -> list[str]:
    """The codes of rows without a name that are words, where all others have a name and digits in their code."""
    rows = [row for row in rows if name]
    words = [text_in(row, code) for row in rows if not text_in(row, name) and text_in(row, code).isalpha()]
    others = [row for row in rows if text_in(row, code) not in words]
    plain = all(text_in(row, name) and any(map(str.isdigit, text_in(row, code))) for row in others)
    return words if plain and len(words) < len(others) else []


def _long(headings: dict[int, str], code: int, name: int, rows: Sequence[Sequence[object]]) -> tuple[int, int] | None:
    """The columns of indicators and of values, where a row holds one value."""
    free = {n: bare_heading(text) for n, text in headings.items() if n not in {code, name}}
    values = [n for n, text in free.items() if _OF_VALUES.search(text) and not _OF_INDICATORS.search(text)]
    values = [n for n in values if any(is_number(text_in(row, n)) for row in rows)]
    of = [n for n, text in free.items() if _OF_INDICATORS.search(text) and n not in values]
    of = [n for n in of if not all_numbers(filter(None, (text_in(row, n) for row in rows)))]
    return (of[0], values[0]) if of and values else None


def _indicators(rows: Sequence[Sequence[object]], of: int, value: int) -> tuple[Column, ...]:
    """The indicators of a long table, each with its cells."""
    cells: dict[str, list[object]] = {}
    for row in rows:
        cells.setdefault(text_in(row, of), []).append(row[value - 1] if value <= len(row) else None)
    cells.pop("", None)
    return tuple(Column(indicator, 0, tuple(raws)) for indicator, raws in cells.items())


def _addable(rows: Rows, code: int, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns whose rows can be read as one: those of numbers, which are added up, and those that agree."""
    codes = [fold(text_in(row, code)) for row in rows]

    def agrees(column: Column) -> bool:
        said = {(key, fold(as_text(raw))) for key, raw in zip(codes, column.cells, strict=True)}
        return len(said) == len(set(codes))

    def adds(column: Column) -> bool:
        texts = [text for raw in column.cells if (text := as_text(raw))]
        return not any("%" in text for text in texts) and sum(map(is_number, texts)) > 0.5 * len(texts)

    return tuple(column for column in columns if adds(column) or agrees(column))
