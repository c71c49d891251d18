"""The parts of a return to fill in: its sheets, their columns, and what each cell may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.returns.model import Organisation
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Item, Methodology

OWN_SHEETS = ("Guidance", "Overrides", "Markers", "Lists")
"""The sheets beside the return."""

Texts = tuple[tuple[str, str], ...]
"""Texts that may be entered, each with what it means."""


@frozen
class Code:
    """An organisation's code, each once; `text`: it must not become a number; `name`: names stand in for codes."""

    text: bool = True
    name: bool = False


@frozen
class Words:
    """Any text."""


@frozen
class Choice:
    """One of a list; `numeric` where all its levels are numbers."""

    options: Texts
    numeric: bool = False


@frozen
class Amount:
    """A number within its bounds, as the cell holds it (0.95 for 95 %)."""

    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False
    percent: bool = False


Entry = Code | Words | Choice | Amount


@frozen
class Column:
    """A column of the return, and the input in it, where it is one of an input.

    `texts` may stand in the place of a value, `own` are those of them that are not on the sheet of markers. `filled` is
    what it holds for every organisation from the start. `lax`: more is read than can be foreseen here, such as a flag
    behind a number, so that a doubt is only a warning.
    """

    number: int
    heading: str
    entry: Entry
    item: Input | None = None
    texts: Texts = ()
    own: Texts = ()
    filled: str = ""
    group: str = ""
    required: bool = False
    lax: bool = False


@frozen
class Form:
    """A sheet to fill in: the texts above its header, the header, and the rows that are made ready below it.

    Rows count from 1. `hints` is the row that says above each heading what to enter, 0 where there is no room for it.
    Rows between the header and `first` are not read. `table` is the one of several that it is.
    """

    name: str
    table: str | None
    above: tuple[tuple[str, ...], ...]
    hints: int
    first: int
    rows: int
    columns: tuple[Column, ...]

    @property
    def header(self) -> int:
        """The row of the headings."""
        return len(self.above) + 1

    @property
    def last(self) -> int:
        """The last row that is made ready."""
        return self.first + self.rows - 1

    @property
    def heads(self) -> tuple[Column, ...]:
        """The columns that say which row is whose: the code first, then the name, then what rows are chosen by."""
        return tuple(column for column in self.columns if column.item is None)

    @property
    def code(self) -> Column:
        """The column that tells the rows apart."""
        return self.heads[0]

    @property
    def named(self) -> Column | None:
        """The column of names; nothing where names stand in for codes."""
        return next((column for column in self.heads if isinstance(column.entry, Words)), None)

    @property
    def together(self) -> bool:
        """Whether the headings stand side by side from column A on and the rows right below them, as in one table."""
        return self.first == self.header + 1 and self.columns[-1].number == len(self.columns)


@frozen
class Template:
    """A workbook to fill in. `markers` hold for every input; `own_rules`: the methodology is no shipped edition."""

    methodology: Methodology
    forms: tuple[Form, ...]
    organisations: tuple[Organisation, ...] = ()
    markers: Texts = ()
    own_rules: bool = False

    @property
    def decidable(self) -> tuple[Item, ...]:
        """The ratings that people may decide otherwise."""
        return tuple(item for item in self.methodology.items.values() if item.section == "ratings" and item.scale)

    @property
    def thresholds(self) -> tuple[str, ...]:
        """The tables of published thresholds that are given together with the return."""
        tables = self.methodology.reading.tables
        return tuple(name for name, one in (tables.named if tables else ()) if one.cut_points is not None)
