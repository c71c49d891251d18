"""The signs in the numbers of a table that nobody has described: what parts decimals, marks, and units beside them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, ShownCell, Uncalculated
from nhsrate.core.texts import as_text, fold, is_text
from nhsrate.rules.inputs import TableReading
from nhsrate.values.markers import GOVERNMENT_MARKERS, SUSPECTS
from nhsrate.values.number_texts import without_unit

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from nhsrate.beginnings.seen import Column

MOST_MARKERS = 12
LONGEST_LEVEL = 40

_COMMA = pattern(r"-?\d{1,3}(?:\.\d{3})*,\d{1,2}|-?\d+,\d{1,2}|-?\d+,\d{4,}")
_ONE_GROUP = pattern(r"-?[1-9]\d{0,2},\d{3}")
_GROUPS = pattern(r"-?[1-9]\d{0,2}(?:,\d{3}){2,}|-?[1-9]\d{0,2}(?:,\d{3})+\.\d+")
_SPACED = pattern(r"-?\d{1,3}(?:[ '\u2019]\d{3})+(?:,\d+)?")
_APOSTROPHES = pattern(r"-?\d{1,3}(?:'\d{3})+(?:\.\d+)?")
_FLAG = pattern(r"-?\d[\d,]*(?:\.\d+)?\s?%?\s?([*#~\u2020\u2021^]{1,3}|\[[a-z]{1,4}\])")

_LIKE = pattern(r"[-+\u2212(<>~]*\s?(?:\w{0,3}[£$€¥₹]|[A-Z]{3})?\s?[-\u2212]?\.?\d.*")
"""A text that begins as numbers do."""

_MONEY = r"(?:(?:US|A|C|NZ|HK|S)?[$]|[£€¥₹]|GBP|EUR|USD|CHF|AUD|CAD|NZD|JPY|SEK|NOK|DKK|PLN|CZK|INR)"
_BESIDE = pattern(
    rf"[-+\u2212]?\s?(?P<before>{_MONEY})?\s?[-+\u2212]?\.?\d(?:[\d.,' \u2019]*\d)?(?P<space>\s?)"
    rf"(?P<behind>{_MONEY}|[^\W\d_][^\W\d_/ ]*(?:[/ ][^\W\d_]+){{0,3}}|°\s?[^\W\d_]|°)?"
)
_ALONE = frozenset("pgmklhstd")
"""Single letters that are units; others behind a number are classes, such as 3A, or marks."""

IN_HEADING = pattern(r".*?\(?(?P<unit>[£$€¥₹](?: ?(?:m|bn|k|millions?|thousands?)\b|'?000'?s?)?)\)?")
"""A heading that ends in the unit of money below it: `Deficit (£m)`."""


class Signs(NamedTuple):
    """What was found of a whole table: the signs in numbers, texts for missing values, and marks beside values."""

    decimal: Literal[","] | None = None
    thousands: Literal[",", ".", "'"] | None = None
    markers: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()

    @property
    def reading(self) -> TableReading:
        """How a cell is read by them."""
        return TableReading(markers=self.markers, flags=self.flags, decimal=self.decimal, thousands=self.thousands)


def signs_of_columns(columns: Sequence[Column], separator: str | None = None) -> Signs:
    """What columns that are mostly numbers have beside them; `separator` parts the values of a text file."""
    signs = _parting([text for column in columns for text in _bare_texts(column)], separator)
    markers: dict[str, str] = {}
    flags: dict[str, str] = {}
    for column in columns:
        raws = filled(column.cells)
        unit = unit_of(raws)
        strange = [as_text(raw) for raw in raws if not is_number(raw, signs, unit)]
        words = [text for text in strange if not _FLAG.fullmatch(fold(text))]
        unknown = [text for text in words if fold(text) not in SUSPECTS]
        meant = any(like_number(text) and text[0] not in "<>~" for text in unknown)
        if not strange or len(raws) - len(words) < 2 or len(unknown) > 0.5 * len(raws) or meant:
            continue
        for text in strange:
            if found := _FLAG.fullmatch(fold(text)):
                flags.setdefault(found[1], f"marked {found[1]}")
            else:
                markers.setdefault(text, GOVERNMENT_MARKERS.get(fold(text), f"the return says {text}"))
    few = len(markers) <= MOST_MARKERS and all(len(text) <= LONGEST_LEVEL for text in markers)
    return signs._replace(markers=tuple(markers.items()) if few else (), flags=tuple(flags.items()))


def _bare_texts(column: Column) -> Iterator[str]:
    """The texts of a column without the unit or the sign of per cent behind them."""
    raws = filled(column.cells)
    unit = unit_of(raws)
    for raw in raws:
        if isinstance(raw, str):
            text = as_text(raw)
            yield (without_unit(text, unit) if unit else None) or text.rstrip("% ")


def _parting(texts: Sequence[str], separator: str | None) -> Signs:
    """What parts decimals, and thousands where that has to be said.

    In a file parted by semicolons a comma is mostly a decimal one, unless there are decimals behind points, or several
    commas in a number; elsewhere three digits behind a comma are thousands.
    """
    commas = sum(bool(_COMMA.fullmatch(text)) for text in texts)
    points = sum("." in text and typed_number(text) is not None for text in texts)
    grouped = any(_ONE_GROUP.fullmatch(text) or _GROUPS.fullmatch(text) for text in texts)
    spaced = any(map(_SPACED.fullmatch, texts))
    if separator == ";" and grouped and not commas and not points and not any(map(_GROUPS.fullmatch, texts)):
        commas = 1
    if commas > points:
        return Signs(decimal=",", thousands=None if spaced else ".")
    if any(map(_APOSTROPHES.fullmatch, texts)) and not grouped:
        return Signs(thousands="'")
    return Signs(thousands="," if grouped and not spaced else None)


def filled(raws: Sequence[object]) -> list[object]:
    """The cells that hold anything."""
    return [raw for raw in raws if as_text(raw) or isinstance(raw, (ErrorCell, Uncalculated))]


def is_number(raw: object, signs: Signs, unit: str = "") -> bool:
    """Whether a cell holds a number, with this unit or without, or a percentage."""
    if isinstance(raw, (str, MarkedText)):
        text = as_text(raw)
        bare = (without_unit(text, unit) if unit else None) or text.rstrip("% ")
        return typed_number(bare, signs.decimal or ".", signs.thousands) is not None
    return isinstance(raw, (int, float, Decimal, ShownCell, DisguisedCell, PercentCell)) and not isinstance(raw, bool)


def like_number(text: str) -> bool:
    """Whether a text looks as if a number were meant: it begins as one and has few letters.

    >>> like_number("($21.00)"), like_number("£1.2m"), like_number("12 of 30"), like_number("1 High Street")
    (True, True, True, False)
    """
    return bool(_LIKE.fullmatch(text)) and sum(map(str.isalpha, text)) <= 4


def unit_of(raws: Sequence[object]) -> str:
    """The unit that the numbers of a column have beside them; nothing where they have none, or several.

    Money may stand beside numbers without a sign; any other unit stands at all of them.

    >>> unit_of(["£3", "£1,400.50", "4"]), unit_of(["12 kg", "3 kg"]), unit_of(["€ 3,5", "2 €"])
    ('£', 'kg', '€')
    >>> unit_of(["£3", "$4"]), unit_of(["3A", "4A"]), unit_of(["12 kg", "3"]), unit_of(["95%", "3"]), unit_of(["A1"])
    ('', '', '', '', '')
    """
    texts = [as_text(raw) for raw in raws if is_text(raw)]
    found = [one for text in texts if (one := _BESIDE.fullmatch(text))]
    units = Counter(map(_unit, found))
    bare = units.pop("", 0)
    unit = max(units, key=len, default="")
    if not unit or not {fold(one) for one in units} <= {fold(unit), fold(unit).removesuffix("s")}:
        return ""
    money = pattern(_MONEY).match(unit)
    if money:
        return unit if sum(units.values()) > bare else ""
    known = len(unit) > 1 or unit in _ALONE or unit == "°"
    return unit if known and not bare and len(found) == len(texts) == len(raws) else ""


def _unit(found: re.Match[str]) -> str:
    """The unit of a number with what stands beside it."""
    before, behind = found["before"] or "", found["behind"] or ""
    return f"{before}{found['space'] if before and behind else ''}{behind}"
