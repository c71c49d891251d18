"""What stands in the sheets of a workbook: texts, numbers, ratings and links, how wide they are and how they look."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import count
from textwrap import wrap
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.reports.colours import Paint


@frozen
class Sheet:
    """A sheet: its title in A1, lines about it below, then one table."""

    name: str
    title: str
    about: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


LONGEST = 32_767
"""How many characters (of UTF-16) a cell holds; a library would leave out the rest, or all, without a word."""
CUT = " [cut here: longer than a cell holds]"
LONGEST_HEADING = 240
"""The heading of a table's column holds 255, and a number may be put behind it."""
NARROWEST, WIDEST, ROOM = 6, 80, 3
"""Widths of columns, in characters, with the room beside a value; what is wider is wrapped."""
LINE, TALLEST = 15, 405
"""Heights of a line and of a row, in points."""
BLANK = "A blank cell: there is nothing to say."
"""Stands above every table that has a blank cell."""

ESCAPED = pattern("_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook takes for the code of a character, such as `_x001B_`; its `_` is escaped, so that it stays text."""
NOT_IN_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STAMPS = pattern(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
STAMP = rb"\g<1>2000-01-01T00:00:00Z"


@lru_cache(maxsize=8192)  # names, titles and rules stand in many rows
def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of that width, rather one too many than one too few."""
    return 1 if len(text) < width else len(wrap(text, width - 2))


def width_of(heading: str, values: Sequence[Value]) -> int:
    """The width of a column: that of its widest value, or what lets its heading stand in a few lines."""
    head = max(longest_word(heading), len(heading) // 3)
    return min(max([head, NARROWEST, *map(value_width, values)]) + ROOM, WIDEST)


def on_the_right(values: Sequence[Value]) -> bool:
    """Whether a column stands on the right, as numbers do: where most of it is numbers."""
    return sum(isinstance(value, Number) for value in values) * 2 > len(values)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text without characters that nobody sees or that a workbook cannot hold, cut where it is too long."""
    said = NOT_IN_XML.sub("", tidy(text))
    units = said.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return said
    return units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT


def unique(headings: Sequence[str]) -> list[str]:
    """The headings, a number behind those that would stand twice (upper and lower case are the same to Excel).

    >>> unique(["A", "B", "a", "A [2]"])
    ['A', 'B', 'a [2]', 'A [2] [2]']
    """
    seen: set[str] = set()
    found = []
    for heading in headings:
        numbered = (heading if n == 1 else f"{heading} [{n}]" for n in count(1))
        found.append(next(one for one in numbered if one.casefold() not in seen))
        seen.add(found[-1].casefold())
    return found


def longest_word(text: str) -> int:
    """The length of a text's longest word."""
    return max(map(len, text.split()), default=0)


def same_bytes(content: bytes) -> bytes:
    """The workbook packed again without the time of day, which openpyxl writes into its properties and its zip."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            entry = ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            said = old.read(part)
            new.writestr(entry, STAMPS.sub(STAMP, said) if part == "docProps/core.xml" else said)
    return file.getvalue()


@frozen
class Number:
    """A number, and how many decimal places are shown of it; a percentage is given in per cent (95 for 95 %)."""

    value: Decimal
    places: int | None = None
    percent: bool = False

    @property
    def kept(self) -> int | float:
        """The number as Excel keeps it; a percentage as a fraction."""
        value = self.value.scaleb(-2) if self.percent else self.value
        whole = value == value.to_integral_value() and abs(value) < 10**15
        return int(value) if whole else float(value)


@frozen
class Shade:
    """A text on a coloured ground inside a border, dashed where it stands for something missing."""

    text: str
    paint: Paint
    dashed: bool = False


@frozen
class Link:
    """The name of a sheet, which leads there."""

    text: str


Value = str | Number | Shade | Link


MOST_PLACES = 6
"""The decimal places that are shown of a number at most, where nothing says how many."""
LEAST = Decimal(1).scaleb(-MOST_PLACES)
SCIENTIFIC = "0.00E+00"
"""The format of numbers that are too large or too small for decimal places."""


def text_of(value: str | Shade | Link) -> str:
    """The text of what is no number."""
    return value if isinstance(value, str) else value.text


def value_width(value: Value) -> int:
    """How many characters a value takes in a cell, roughly."""
    if not isinstance(value, Number):
        return len(text_of(value))
    shape = number_format(value)
    whole = 2 if shape == SCIENTIFIC else max(value.value.adjusted(), 0) + 2  # a digit more than the exponent, a sign
    return whole + len(shape)


def number_format(number: Number) -> str:
    """The format of a number: its places where they are said, else those it has.

    >>> [number_format(Number(Decimal(text))) for text in ("3", "2.50", "0.3333333333", "1e20", "0.00000001")]
    ['0', '0.0', '0.000000', '0.00E+00', '0.00E+00']
    >>> number_format(Number(Decimal("2.5"), 2)), number_format(Number(Decimal(95), percent=True))
    ('0.00', '0.0%')
    """
    places = number.places if number.places is not None else places_of(number.value)
    if places is None:
        return SCIENTIFIC
    if number.percent and number.places is None:
        places = max(places, 1)
    return f"0{'.' * (places > 0)}{'0' * places}{'%' * number.percent}"


@lru_cache(maxsize=8192)
def places_of(value: Decimal) -> int | None:
    """How many decimal places a number has, up to the most that are shown; nothing where it needs an exponent.

    >>> places_of(Decimal("2.50")), places_of(Decimal("1e20"))
    (1, None)
    """
    if value and not LEAST <= abs(value) < 10**15:
        return None
    return len(format(value, f".{MOST_PLACES}f").rstrip("0").partition(".")[2])
