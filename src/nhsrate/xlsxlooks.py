"""What stands in the cells of a workbook, and how it looks: numbers, texts, ratings in colour, links."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from nhsrate.colours import DARK

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Font

    from nhsrate.colours import Paint


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and how many decimal places are shown of it; a percentage is given in per cent (95 for 95 %)."""

    value: Decimal
    places: int | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """A text on a coloured ground inside a border, dashed where it stands for something missing."""

    text: str
    paint: Paint
    dashed: bool = False


@dataclass(frozen=True, slots=True)
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


def look_of(value: Value) -> object:
    """What two values that look alike have in common."""
    match value:
        case Number():
            return number_format(value)
        case Shade():
            return value.paint, value.dashed
        case _:
            return type(value)


def style(cell: Cell, value: Value, *, right: bool) -> None:
    """Give a cell the looks of its value: text is wrapped, a number has its format, a rating its colours."""
    from openpyxl.styles import Border, PatternFill, Side

    cell.alignment = aligned(wrapped=not isinstance(value, Number), right=right)
    cell.font = font()
    match value:
        case Number():
            cell.number_format = number_format(value)
        case Shade():
            ink, ground = (colour.removeprefix("#").upper() for colour in value.paint)
            edge = Side(style="dashed" if value.dashed else "thin", color=DARK.removeprefix("#").upper())
            cell.font, cell.fill = font(color=ink), PatternFill("solid", start_color=ground, end_color=ground)
            cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
        case Link():
            cell.font = font(color="005EB8", underline="single")


def font(
    *, bold: bool = False, size: int = 11, color: str | None = None, underline: Literal["single"] | None = None
) -> Font:
    """The font of a workbook, which is the one that its empty cells have."""
    from openpyxl.styles import Font

    return Font(name="Calibri", family=2, size=size, bold=bold, color=color, underline=underline)


def aligned(*, wrapped: bool, right: bool) -> Alignment:
    """The place of a value in its cell; on the right a little room stays before the next column."""
    from openpyxl.styles import Alignment

    return Alignment(horizontal="right" if right else "left", indent=int(right), wrap_text=wrapped, vertical="top")


def link(cell: Cell, value: Link) -> None:
    """Let a cell lead to the top of the sheet that it names."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{value.text}'!A1", display=value.text)


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
