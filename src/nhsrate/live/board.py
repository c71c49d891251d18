"""What a live workbook is gathered on: the columns of its sheets with their formulas, the figures, the scales."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.numbers import ONE, Day
from nhsrate.core.problems import LineLocation
from nhsrate.kinds.workings import as_number
from nhsrate.language.numbers import Number
from nhsrate.live.formula import DEEP, MISSING, ROOM, column_of, depth, length, literal, token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.engine.assessment import Assessment
    from nhsrate.language.numbers import Edge
    from nhsrate.language.values import Result
    from nhsrate.rules.model import Item, Methodology

Cached = float | str | None
"""What a cell shows: a number, a text, or nothing."""

ORDINAL = 693594
"""The day of a record less the day of a spreadsheet, whose day 1 is 1 January 1900 from March of that year on."""

EARLIEST = 61
"""The day of a spreadsheet from which its days are those of the calendar: 1 March 1900."""


class NotLiveError(Exception):
    """That a rule is not made of formulas, and why."""

    def __init__(self, why: str) -> None:
        """Keep the reason, a clause that goes behind `because`."""
        super().__init__(why)
        self.why = why


@frozen
class Column:
    """A column: its key, what it is, and the formula of each of its cells with the value that is shown until then.

    `sort` says whether it is an input or item as rules use it (`item`), the level of one in words (`level`), a step on
    the way to one, or a value that is typed. `array` says that the formula takes whole columns and must be told so.
    """

    key: str
    item: str
    what: str
    sort: Literal["item", "level", "step", "value"]
    formula: str
    cells: Sequence[Cached]
    array: bool = False


@frozen
class Line:
    """A line of Figures: a number of the rules, what it does where, and what it rests on."""

    key: str
    name: str
    item: str
    what: str
    value: Decimal
    basis: str
    source: str
    note: str = ""


@changing
class Board:
    """What formulas are gathered on; `owner` is the item whose formula is being made."""

    assessment: Assessment
    values: dict[str, Column] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    unlive: dict[str, str] = field(default_factory=dict)
    owner: str = ""

    @property
    def methodology(self) -> Methodology:
        """The rules."""
        return self.assessment.methodology

    @property
    def item(self) -> Item:
        """The item whose formula is being made."""
        return self.methodology.items[self.owner]

    @property
    def size(self) -> int:
        """How many organisations there are."""
        return len(self.assessment.organisations)

    # What is referred to.

    def cell(self, id_: str) -> str:
        """The cell of an input or item: a number, a place on its scale (1 is the first level), or a text."""
        own = token("v", id_)
        return own if id_ in self.methodology.inputs and id_ not in self.columns else token("c", id_)

    def handed(self, id_: str) -> str:
        """What an input or item is, to be handed on: a blank cell of Values would be handed on as zero."""
        cell = self.cell(id_)
        return f"IF(ISNUMBER({cell}),{cell},{MISSING})" if cell == token("v", id_) else cell

    def number(self, id_: str) -> str:
        """The cell of an input or item as a number: for a level that which it counts as."""
        type_ = self.methodology.type_of(id_)
        if type_.kind == "number":
            return self.cell(id_)
        assert type_.scale  # noqa: S101 (a text is no number: checked when the file was loaded)
        key = f"{id_}!number"
        if key not in self.columns:
            cell, range_ = self.cell(id_), token("n", self.scale(type_.scale))
            cells = [cached(as_number(one)) for one in self.assessment.columns[id_]]
            formula = f"IF(ISNUMBER({cell}),INDEX({range_},{cell}),{MISSING})"
            self.columns[key] = Column(key, id_, "what the level counts as", "step", formula, cells)
        return token("c", key)

    def text(self, id_: str) -> str:
        """The cell of a text as texts are compared: typed and typeset signs alike."""
        key = f"{id_}!text"
        if key not in self.columns:
            formula = self.cell(id_)
            for typeset, typed in (("\u2019", "'"), ("\u2018", "'"), ("\u2013", "-"), ("\u2014", "-")):
                formula = f'SUBSTITUTE({formula},"{typeset}","{typed}")'
            cells = [MISSING[1:-1] if isinstance(one, Missing) else str(one) for one in self.assessment.columns[id_]]
            self.columns[key] = Column(key, id_, "as texts are compared", "step", formula, cells)
        return token("c", key)

    def there(self, id_: str) -> str:
        """That an input or item is not missing."""
        if self.methodology.type_of(id_).kind == "text":
            cell = self.cell(id_)
            return f'NOT(OR({cell}={MISSING},LEFT({cell},7)="refused"))'
        return f"ISNUMBER({self.cell(id_)})"

    def scale(self, scale: Scale) -> str:
        """The name of a scale, whose table will be written."""
        self.scales.setdefault(scale.name, scale)
        return scale.name

    def place(self, level: Level) -> str:
        """The place of a level on its scale."""
        return str(level.position + 1)

    def result(self, found: Result, what: str) -> str:
        """What a rule gives: the place of a level, a text, or a number that becomes a figure."""
        if isinstance(found, Level):
            return self.place(found)
        if isinstance(found, Decimal):
            return self.bare(found, what)
        from nhsrate.live.formula import said

        return said(found)

    # Figures.

    def figure(self, number: Number, what: str) -> str:
        """The cell of a number that a rule states; one that nobody wrote is a number in the formula."""
        if number.figure is not None:
            return token("f", number.figure)
        if number.at is None and number.value == ONE:
            return "1"
        return self.bare(number.value, what, number.at)

    def bare(self, value: Decimal, what: str, at: LineLocation | None = None) -> str:
        """The cell of a number without a name."""
        own = [line for line in self.lines.values() if (line.item, line.what) == (self.owner, what)]
        known = next((line for line in own if line.value == value), None)
        if known is None:
            known = self.line(f"{self.owner}!{what}!{len(own)}", value, what, at)
            self.lines[known.key] = known
        return token("f", known.key)

    def line(self, key: str, value: Decimal, what: str, at: LineLocation | None) -> Line:
        """The line of a number without a name: it rests on what its rule rests on."""
        item = self.methodology.items.get(self.owner)
        source = self.source_said(item.source if item else None)
        basis = (item.basis if item else None) or ("stated" if source else "")
        own = f"rule at line {item.at.line}" if item and isinstance(item.at, LineLocation) else ""
        line = f"line {at.line}" if at else own
        return Line(key, "", self.owner, what, value, basis, source, line)

    def source_said(self, source: str | None) -> str:
        """The title of a source."""
        known = self.methodology.sources.get(source or "")
        return known.title if known else source or ""

    def edge(self, edge: Edge, what: str) -> tuple[str, list[str]]:
        """A bound as part of a formula, and the cells that must be numbers for it to be one."""
        if isinstance(edge, Number):
            return self.figure(edge, what), []
        number = self.number(edge.item)
        times = f"*{self.figure(edge.times, f'{what}: times')}" if edge.times else ""
        plus = f"+{self.figure(edge.plus, f'{what}: plus')}" if edge.plus else ""
        return (f"({number}{times}{plus})" if times or plus else number), [number]

    # Steps, and parts that are too long.

    def step(self, what: str, formula: str, cells: Sequence[Cached] = (), *, array: bool = False) -> str:
        """A further column on the way to the item, and the cell of it; the same formula is written once."""
        known = next((one for one in self.columns.values() if one.formula == formula and one.array == array), None)
        if known is None:
            number = sum(one.item == self.owner for one in self.columns.values())
            known = Column(f"{self.owner}!{number}", self.owner, what, "step", formula, cells, array)
            self.columns[known.key] = known
        return token("c", known.key)

    def given(self, what: str, cells: Sequence[Cached]) -> str:
        """A column of what does not change, such as the order of the codes."""
        key = f"!{what}"
        self.columns.setdefault(key, Column(key, "", what, "step", "", cells))
        return token("c", key)

    def fit(self, formula: str, what: str = "part", room: int = ROOM) -> str:
        """The formula, or the cell of a step where it is long or deep."""
        return self.step(what, formula) if length(formula) > room or depth(formula) > DEEP else formula

    def chain(self, rows: Sequence[tuple[str, str]], last: str, guard: str = "") -> str:
        """The result of the first condition that holds, else the last.

        Where the conditions ask only what is there, `guard` says so for the steps that stand by themselves.
        """
        for condition, result in reversed(rows):
            condition, result = (self.fit(part, room=ROOM // 3) for part in (condition, result))  # noqa: PLW2901 (shorter)
            if length(condition) + length(result) + length(last) > ROOM or depth(last) > DEEP // 2:
                last = self.step("otherwise", f"IF({guard},{last},{MISSING})" if guard else last)
            last = f"IF({condition},{result},{last})"
        return last

    def joined(self, terms: Iterable[str], sign: str = "+", room: int = ROOM // 3) -> str:
        """Terms with a sign between them; so many that the formula grows long are added up in steps."""
        parts = [self.fit(term, room=room) for term in terms]
        while length(sign.join(parts)) > room and len(parts) > 1:
            packed: list[str] = []
            now: list[str] = []
            for part in parts:
                if now and length(sign.join([*now, part])) > ROOM:
                    packed.append(self.step("part", sign.join(now)))
                    now = []
                now.append(part)
            packed.append(self.step("part", sign.join(now)) if len(now) > 1 else now[0])
            parts = packed
        return sign.join(parts) if parts else "0"

    def all_numbers(self, references: Sequence[str]) -> str:
        """That all of these are numbers."""
        if len(references) < 3:
            from nhsrate.live.formula import numbers

            return numbers(references)
        return f"{self.counted(references)}={len(references)}"

    def counted(self, references: Sequence[str]) -> str:
        """How many of these are numbers."""
        packs = [references[start : start + 12] for start in range(0, len(references), 12)]
        counts = [f"COUNT({','.join(pack)})" for pack in packs]
        return self.step("how many are there", self.joined(counts)) if len(counts) > 1 else counts[0]

    # How exactly numbers are compared.

    def places(self, *ids: str) -> int:
        """The decimal places at which values of these are compared: some 13 digits of the largest."""
        largest = ONE
        for id_ in ids:
            for cell in self.assessment.columns[id_]:
                value = as_number(cell)
                if isinstance(value, Decimal):
                    largest = max(largest, abs(value))
        return max(min(12, 12 - largest.adjusted()), 0)


def cached(cell: Cell) -> Cached:
    """What a cell of a column shows; a level its place on the scale.

    >>> cached(Decimal("2.5")), cached(Missing("blank")), cached(Level("stars", "3", 0))
    (2.5, 'missing', 1)
    """
    if isinstance(cell, Missing):
        return MISSING[1:-1]
    if isinstance(cell, Level):
        return cell.position + 1
    if isinstance(cell, Day):
        return int(cell) - ORDINAL
    return float(cell) if isinstance(cell, Decimal) else cell


def figure_value(value: Decimal) -> float:
    """A number of the rules as a spreadsheet has it."""
    return int(value) - ORDINAL if isinstance(value, Day) else float(value)


__all__ = ["Board", "Cached", "Column", "Line", "NotLiveError", "cached", "column_of", "figure_value", "literal"]
