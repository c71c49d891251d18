"""What separates the values of a text file, and spaces that stand between that and a quotation mark.

Nothing in such a file says what separates its values, so each sign that people use is tried on the first rows. The
one that is meant gives most rows the same number of fields, and more of them than any other; a comma in most
addresses gives only the rows with an address two fields. Where two signs do equally well, nobody can tell which is
meant, and the file is refused with both named.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from nhsrate.core.problems import CellLocation, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

SNIFFED_CHARACTERS = 100_000
SNIFFED_ROWS = 50
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""The signs that are taken before others that do as well."""

OTHER_DELIMITERS = {
    "|": "upright bars (|)", "\u00ac": "not-signs (\u00ac)", "\u00a6": "broken bars (\u00a6)", "^": "carets (^)",
    "~": "tildes (~)", "\u00a7": "section signs (\u00a7)", "\u00a4": "currency signs (\u00a4)", "#": "hash signs (#)",
    "@": "at-signs (@)", "!": "exclamation marks (!)", "\x1f": "unit separators (U+001F)", "\x01": "characters U+0001",
    "\u00fe": "thorns (\u00fe)", "\u0014": "characters U+0014",
}  # fmt: skip
"""Other signs, with which most rows must agree."""


class Regular(NamedTuple):
    """How many rows have the commonest number of fields under a sign, that number, and the rows that were tried."""

    rows: int = 0
    fields: int = 0
    tried: int = 0

    @property
    def cells(self) -> int:
        """How many cells the sign parts from those before them."""
        return self.rows * (self.fields - 1)


def delimiter_of(file: str, text: str) -> str:
    """The sign that separates the values; raises `Refused` where two signs do equally well."""
    head = _head(text)
    found = {sign: regularity(head, sign) for sign in DELIMITERS}
    best = max(found, key=lambda sign: found[sign][:2])
    others = {sign: regularity(head, sign) for sign in OTHER_DELIMITERS if sign in head}
    for sign, other in sorted(others.items(), key=lambda entry: entry[1][:2], reverse=True):
        if other.rows < max(2, other.tried / 2):
            continue
        if other.cells > found[best].cells:
            return sign
        if other[:2] == found[best][:2]:
            message = f"{OTHER_DELIMITERS[sign].capitalize()} or {DELIMITERS[best]} may separate the values: "
            message += f"either gives {other.rows} rows of {other.fields} fields."
            remedy = f'Say which is meant in a line of its own before the first line, such as "sep={sign}".'
            raise Refused([Problem(CellLocation(file), "delimiter", message, remedy)])
    return best


def _head(text: str) -> str:
    """The first lines of a text, as far as they are looked at."""
    head = text[:SNIFFED_CHARACTERS]
    if len(text) > SNIFFED_CHARACTERS:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    return head


def regularity(head: str, delimiter: str) -> Regular:
    """How regular the first rows are under a sign; rows of one field say nothing for it."""
    widths: dict[int, int] = {}
    tried = 0
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if tried == SNIFFED_ROWS:
                break
            tried += bool(row)
            if len(row) > 1:
                widths[len(row)] = widths.get(len(row), 0) + 1
    except csv.Error:
        pass  # the reading proper says what is wrong, and where
    rows, fields = max(((rows, width) for width, rows in widths.items()), default=(0, 0))
    return Regular(rows, fields, tried)


def without_spaces(text: str, delimiter: str) -> str | None:
    r"""The text without spaces between a separator and a quotation mark, which would undo the quotation.

    Nothing where there are none, or where fewer rows agree without them, so that the mark is a letter of the text.
    A mark that is written twice, as a letter of a quoted text, is left alone.

    >>> without_spaces('Code, Name\nXA1, "Alder, North"\n', ",")
    'Code, Name\nXA1,"Alder, North"\n'
    """
    if '"' not in text or not any(spaced in text for spaced in (' "', '\u00a0"', '" ', '"\u00a0')):
        return None  # at once, also in a large text
    sign = re.escape(delimiter)
    if re.search(rf'{sign}[ \u00a0]+"|"[ \u00a0]+{sign}', text) is None:
        return None
    spaced = re.sub(rf'(^|[\r\n]|{sign})[ \u00a0]+(?="(?!")|""{sign})', r"\1", text)
    spaced = re.sub(rf'(?<!")"[ \u00a0]+(?={sign}|[\r\n]|\Z)', '"', spaced)
    before, after = regularity(_head(text), delimiter), regularity(_head(spaced), delimiter)
    return spaced if after.rows >= before.rows and _closes(spaced, delimiter) else None


def _closes(text: str, delimiter: str) -> bool:
    """Whether every quotation mark that is opened is closed where a value ends."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return False
    return True


def check_quoted_lines(file: str, rows: Sequence[Sequence[object]]) -> None:
    """Refuse a file that another program took for one column, and put each line between quotation marks."""
    first = [row for row in rows[:SNIFFED_ROWS] if row]
    if len(first) < 2 or any(len(row) > 1 for row in first):
        return
    for delimiter, words in DELIMITERS.items():
        if all(delimiter in str(row[0]) for row in first):
            message = f"Each line stands in quotation marks as one value, though {words} separate values in it."
            remedy = "Save it again from where it came; some program has read it with another separator."
            raise Refused([Problem(CellLocation(file), "delimiter", message, remedy)])
