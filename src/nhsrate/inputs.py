"""What a methodology wants from a return: its inputs, and how the return's table is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.cells import Scale
from nhsrate.decode import Context, SourceName, scalar
from nhsrate.numbers import number_text, plain_number
from nhsrate.problems import LinePlace

if TYPE_CHECKING:
    from nhsrate.yamltree import Node

InputType = Literal["number", "percent", "count", "level", "yes/no", "text"]
Polarity = Literal["higher", "lower"]

CODE_HEADINGS = (
    "org code", "organisation code", "organisation_code", "org_code", "orgcode", "trust code", "trust_code",
    "provider code", "provider_code", "provider id", "provider_id", "ods code", "ods_code", "code",
)  # fmt: skip
NAME_HEADINGS = (
    "organisation name", "organisation_name", "org name", "org_name", "orgname", "trust name", "trust_name",
    "provider name", "provider_name", "organisation", "trust", "provider", "name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """The values an input may have, both ends included; `None` leaves an end open."""

    low: Decimal | None = None
    high: Decimal | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Range:
        """`0..100`, `>= 0` or `<= 1`."""
        word = scalar(node, context)
        if found := re.fullmatch(r"(.+?)\s*\.\.\s*(.+)", word.text):
            low, high = plain_number(found[1]), plain_number(found[2])
            if low is not None and high is not None and low <= high:
                return cls(low, high)
        if (found := re.fullmatch(r"(>=|<=)\s*(.+)", word.text)) and (end := plain_number(found[2])) is not None:
            return cls(low=end) if found[1] == ">=" else cls(high=end)
        raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a range.', 'Write 0..100, ">= 0" or "<= 1".')

    def __str__(self) -> str:
        low, high = (None if end is None else number_text(end) for end in (self.low, self.high))
        if low is None:
            return f"at most {high}"
        return f"at least {low}" if high is None else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing the method wants to know of each organisation.

    `percent` values are held in per cent (95 means 95 %); `bare` says what a bare number in the return means.
    An `optional` input's column may be absent; a `required` one must have a value for every organisation.
    `group` is the heading above the heading; `column` pins the column by its letters.
    """

    id: str
    type: InputType
    title: str = ""
    unit: str = ""
    polarity: Polarity | None = None
    aliases: tuple[str, ...] = ()
    group: str | None = None
    column: str | None = None
    valid: Range | None = None
    bare: Literal["percent", "fraction"] = "percent"
    scale: Scale | None = None
    optional: bool = False
    required: bool = False
    markers: tuple[tuple[str, str], ...] = ()
    source: SourceName | None = None
    note: str = ""
    at: LinePlace | None = field(default=None, compare=False)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading this input may stand under: id, title, aliases."""
        return (self.id, *([self.title] if self.title else []), *self.aliases)


@dataclass(frozen=True, slots=True)
class LongForm:
    """A table with a row per organisation and indicator: which column names the indicator, which holds the value.

    `where` keeps only rows whose column of that heading holds that text (such as `Quarter: Q4 2025/26`).
    """

    indicator: str
    value: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the return's table is found and read. Everything has a default; what is given pins it.

    `markers` maps a text that stands for a missing value to its reason; `set_aside` lists codes or names of rows
    that are totals, not organisations.
    """

    sheet: str | None = None
    header_row: int | None = None
    code: tuple[str, ...] = CODE_HEADINGS
    name: tuple[str, ...] = NAME_HEADINGS
    period: tuple[str, ...] = ()
    long: LongForm | None = None
    markers: tuple[tuple[str, str], ...] = ()
    set_aside: tuple[str, ...] = ()
