"""What tells the rows of a table apart that nobody has described: its codes, its names, its periods."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Literal

from nhsrate.beginnings.signs import unit_of
from nhsrate.core.headings import bare_heading
from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_of_text, period_of_text
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.codes import CODE
from nhsrate.returns.columns import is_usual
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, CODE_HEADINGS, EITHER_HEADINGS, NAME_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.tables import Table

    Rows = Sequence[Sequence[object]]

LONGEST_CODE = 6
"""Texts in capitals that are no longer are codes; longer ones are names."""

LONGEST_OF_NUMBERS = 3
"""So many words has the heading of codes that are numbers; a longer one that holds such a word is of figures."""

LONGEST_NAME = 100
"""What tells one row from the others is no longer than this many characters."""

MOST_PARTS = 12
"""A column that says of which part of an organisation a row is has no more than this many texts."""

Codes = Literal["text", "number", "date", "name"]

_OF_CODES = pattern(
    r".*\b(?:codes?|ids?|refs?|reference|key|identifier|kennung|kennziffer|kennzahl|codice|c\u00f3digo|kode?)\b.*"
    r"|(?:.*\b)?(?:no|nr|number|nummer|num\u00e9ro|n\u00famero)\.?|#"
)
_FIGURE = pattern(r"[-+\u2212]?\d*\.\d+|[£$€]?\d+[.,]\d+ ?(?:[a-z%]{1,3})?|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")
"""What is a figure or a day and no code, although it has digits: `2.5`, `1.2m`, `01/31/2026`."""
_OF_PERIODS = pattern(r"\b(?:period|quarter|qtr|month|year(?! group)|date|week|term|as at|reporting)\b")


def text_in(row: Sequence[object], column: int) -> str:
    """The text of a cell; nothing where there is no such column."""
    return as_text(row[column - 1]) if 0 < column <= len(row) else ""


def is_number(raw: object) -> bool:
    """Whether a cell holds a number, also as text, with a comma before its decimals, or in per cent."""
    text = as_text(raw).rstrip("%").strip()
    return bool(text) and (typed_number(text) is not None or typed_number(text, ",", ".") is not None)


def code_column(
    table: Table, header: int, headings: dict[int, str], rows: Sequence[Sequence[object]]
) -> tuple[int, Codes, str]:
    """The column that tells the rows apart, what stands in it, and how it was found."""
    filled = {n: [text for row in rows if (text := text_in(row, n))] for n in headings}
    dates = {n: [raw for row in rows for raw in row[n - 1 : n] if isinstance(raw, date)] for n in headings}
    told = {n for n in headings if dates[n] or (filled[n] and all(map(day_of_text, filled[n])))}
    like = [
        n for n in headings
        if filled[n] and n not in told and sum(map(bool, map(CODE.fullmatch, filled[n]))) > 0.9 * len(filled[n])
    ]  # fmt: skip
    many = [n for n in like if len(filled[n]) > 0.5 * len(rows)]
    many = [n for n in many if not any(map(_FIGURE.fullmatch, filled[n]))]
    coded = [n for n in many if _coded(filled[n]) and _single(filled[n]) and not all_numbers(filled[n])]
    usual = [
        [n for n in many if is_usual(headings[n], CODE_HEADINGS)],
        [n for n in many if is_usual(headings[n], AREA_CODE_HEADINGS)],
        [n for n in many if is_usual(headings[n], EITHER_HEADINGS) and _coded(filled[n]) and not _amounts(filled[n])],
        [n for n in many if _says_code(headings[n], filled[n]) and _tells(headings, rows, n)],
        [n for n in coded if n < _first_figures(filled) or not all(map(str.isalpha, filled[n]))],
        [n for n in many if _padded(filled[n]) and _single(filled[n])],
    ]
    for n in (one for group in usual for one in sorted(group, key=lambda one: not _single(filled[one]))):
        numbers = any(isinstance(row[n - 1], (int, float)) for row in rows if n <= len(row))
        why = f"{shown_heading(table, header, n)} tells the rows apart: it holds codes."
        return n, "number" if numbers else "text", why
    named = [
        n for n in headings
        if len(filled[n]) > 0.5 * len(rows) and max(map(len, filled[n])) <= LONGEST_NAME
        and sum(sum(map(str.isalpha, text)) > 2 for text in filled[n]) > 0.9 * len(filled[n])
    ]  # fmt: skip
    known = [n for n in named if is_usual(headings[n], NAME_HEADINGS) and _single(filled[n])]
    for n in () if known else headings:
        if len(dates[n]) > 0.9 * len(rows) and len(set(dates[n])) == len(dates[n]):
            return n, "date", f"{shown_heading(table, header, n)} tells the rows apart: it holds dates."
    for n in sorted(
        named, key=lambda one: (not _tells(headings, rows, one), not is_usual(headings[one], NAME_HEADINGS))
    ):
        return (
            n,
            "name",
            f"{shown_heading(table, header, n)} tells the rows apart: no column holds codes, so names stand in.",
        )
    for n in headings:
        if len(filled[n]) > 0.9 * len(rows) and _single(filled[n]) and all(map(_is_time, filled[n])):
            return n, "name", f"{shown_heading(table, header, n)} tells the rows apart: it holds days or periods."
    raise Refused([not_apart(table, header, 0, rows)])


def _says_code(heading: str, texts: Sequence[str]) -> bool:
    """Whether a heading says that codes stand below it: whole numbers, or texts that are none."""
    said = bare_heading(heading)
    if not all_numbers(texts):
        return bool(_OF_CODES.fullmatch(said))
    whole = all(map(str.isdecimal, texts))
    return whole and len(said.split()) <= LONGEST_OF_NUMBERS and bool(_OF_CODES.fullmatch(said))


def _first_figures(filled: Mapping[int, Sequence[str]]) -> int:
    """The first column of figures behind one of names; capitals behind it are no codes, such as `WWDLW` of games."""
    names = [n for n, texts in filled.items() if any(" " in text for text in texts) and _named(texts)]
    return next((n for n, texts in filled.items() if names and n > names[0] and texts and all_numbers(texts)), 10**6)


def _named(texts: Sequence[str]) -> bool:
    """Whether texts may be names: several, each another, and no numbers."""
    return len(texts) > 1 and _single(texts) and not any(map(is_number, texts))


def _amounts(texts: Sequence[str]) -> bool:
    """Whether texts are numbers of several lengths, as amounts are: an area may be a code, or so many square miles."""
    return all_numbers(texts) and len(set(map(len, texts))) > 1


def _is_time(text: str) -> bool:
    """Whether a text is a day or a period, and no bare number."""
    return not is_number(text) and (day_of_text(text) is not None or period_of_text(text) is not None)


def _padded(texts: Sequence[str]) -> bool:
    """Whether texts are digits of one length, some of which begin with 0, as no number does."""
    alike = all(map(str.isdigit, texts)) and len(set(map(len, texts))) == 1
    return alike and any(text[0] == "0" and len(text) > 1 for text in texts)


def shown_heading(table: Table, header: int, column: int) -> str:
    """A heading with its cell, which is above the header row where headings are merged over several rows."""
    rows = [row for row in range(header, max(header - 3, 0), -1) if text_in(table.rows[row - 1], column)]
    row = rows[0] if rows else header
    return f"{quoted(text_in(table.rows[row - 1], column))} ({column_letters(column)}{row})"


def _tells(headings: dict[int, str], rows: Sequence[Sequence[object]], column: int) -> bool:
    """Whether a column tells the rows apart, by itself or together with one of periods."""
    rows = [row for row in rows if text_in(row, column)]
    if not repeats(rows, [column]):
        return True
    return any(apart(text, rows, [column, n]) for n, text in headings.items() if n != column)


def _single(texts: Sequence[str]) -> bool:
    """Whether no text stands twice."""
    return len({fold(text) for text in texts}) == len(texts)


def all_numbers(texts: Iterable[str]) -> bool:
    """Whether all texts are numbers."""
    return all(map(is_number, texts))


def _coded(texts: Sequence[str]) -> bool:
    """Whether texts look like codes: with digits in them, or in a few capitals."""
    return all(any(map(str.isdigit, text)) or (text.isupper() and len(text) <= LONGEST_CODE) for text in texts)


def name_column(headings: dict[int, str], code: int, rows: Sequence[Sequence[object]]) -> int:
    """The column of names, or 0."""
    known = [n for n, text in headings.items() if n != code and is_usual(text, NAME_HEADINGS)]
    known += [n for n, text in headings.items() if n != code and "name" in bare_heading(text).split()]
    known += [n for n in headings if n != code and _names(rows, code, n)]
    return next((n for n in known if not all_numbers(filter(None, (text_in(row, n) for row in rows)))), 0)


def _names(rows: Sequence[Sequence[object]], code: int, column: int) -> bool:
    """Whether the texts of a column look like names: with letters, one for each code, and a code for each.

    A row without one may be a total.
    """
    pairs = {(fold(text_in(row, code)), text) for row in rows if text_in(row, code) and (text := text_in(row, column))}
    if 2 * len(pairs) <= len(rows):
        return False
    texts = [text for _, text in pairs]
    codes = (text.isupper() and (len(text) <= LONGEST_CODE or any(map(str.isdigit, text))) for text in texts)
    words = all(sum(map(str.isalpha, text)) > 2 for text in texts) and not any(codes) and not unit_of(texts)
    return words and len({key for key, _ in pairs}) == len(set(texts)) == len(texts) > 1


def repeats(rows: Iterable[Sequence[object]], columns: Sequence[int]) -> bool:
    """Whether two rows say the same in these columns."""
    counted = Counter(tuple(fold(text_in(row, n)) for n in columns) for row in rows)
    return max(counted.values(), default=0) > 1


def apart(heading: str, rows: Sequence[Sequence[object]], columns: Sequence[int]) -> bool:
    """Whether a column is of periods, and tells rows apart that are the same otherwise."""
    return bool(_OF_PERIODS.search(bare_heading(heading))) and not repeats(rows, columns)


def not_apart(table: Table, header: int, code: int, rows: Rows, headings: Mapping[int, str] | None = None) -> Problem:
    """That nothing tells one row from another, and how the rows that are meant can be named."""
    at = CellLocation(table.file, table.sheet, header, code)
    message = f"Nothing tells the rows below the headings of row {header} apart"
    if not code or headings is None:
        remedy = (
            "Give a column with a code or a name of its own for each row, or say with --code which column has them."
        )
        return Problem(at, "no-table", f"{message}.", remedy)
    counted = Counter(text_in(row, code) for row in rows)
    twice, times = counted.most_common(1)[0]
    message += f": {quoted(twice)} stands in {times} rows of {shown_heading(table, header, code)}"
    remedy = "Add the rows of each up with --repeats sum, or say with --code which other column tells the rows apart."
    if part := _part(headings, code, rows):
        texts = list(dict.fromkeys(text_in(row, part) for row in rows))
        message += (
            f", and {shown_heading(table, header, part)} is what differs: {listed(list(map(quoted, texts)), shown=3)}"
        )
        remedy = f'Read those of one with --where "{headings[part]}={texts[0]}", add them up with --repeats sum, or '
        remedy += "say with --code which other column tells the rows apart."
    return Problem(at, "duplicate-organisation", f"{message}.", remedy)


def _part(headings: Mapping[int, str], code: int, rows: Rows) -> int:
    """The column that says of which part of an organisation each row is: few texts, each once for an organisation."""
    for n in headings:
        texts = {fold(text_in(row, n)) for row in rows}
        words = all(texts) and (not all_numbers(texts) or 2 * len(texts) <= len(rows))
        if n != code and words and 1 < len(texts) <= MOST_PARTS and not repeats(rows, [code, n]):
            return n
    return 0


def latest(texts: Iterable[str]) -> str:
    """Of the texts of periods that of the last one; where not all can be read, the one that stands last.

    >>> latest(["June 2025", "Q4 2024/25", "May 2025"]), latest(["autumn", "spring"])
    ('June 2025', 'spring')
    """
    texts = list(texts)
    known = {text: period.last for text in texts if (period := period_of_text(text))}
    return max(known, key=lambda text: known[text]) if len(known) == len(set(texts)) else texts[-1]
