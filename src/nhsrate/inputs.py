"""What a methodology wants from a return: its inputs, and how the return's table is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.cells import Scale
    from nhsrate.problems import LinePlace

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

    def __str__(self) -> str:
        if self.low is None:
            return f"at most {self.high}"
        return f"at least {self.low}" if self.high is None else f"{self.low} to {self.high}"


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
    places: int | None = None
    bare: Literal["percent", "fraction"] = "percent"
    scale: Scale | None = None
    optional: bool = False
    required: bool = False
    markers: tuple[tuple[str, str], ...] = ()
    source: str | None = None
    note: str = ""
    at: LinePlace | None = None

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
