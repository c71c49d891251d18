"""Kinds that look a result up in a table: by one item, or by two."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import comparable, entries
from nhsrate.kinds.rule import Rule
from nhsrate.kinds.workings import REFUSED, cell_text
from nhsrate.language.references import level_of, result, type_of_field
from nhsrate.language.tree import Node, Scalar
from nhsrate.language.values import Context, Ref, Result, compared, decode_each, listed, mapping, number_of, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


def table_keys(
    words: Sequence[tuple[str, LineLocation]], field: str, at: LineLocation, context: Context
) -> list[Result]:
    """The keys of a table: levels, texts or numbers, as the item that `field` names is."""
    if not words:
        raise context.bad(at, "missing-key", "There is nothing in this table.", "Give each key with what it gives.")
    if context.fields.get(field, field) is None:
        raise context.bad(at, "missing-key", "What the keys of this table are values of is not said.", f"Add {field}:.")
    subject = type_of_field(field, context)

    def key(place: tuple[str, LineLocation]) -> Result:
        word, at = place
        if subject.scale is not None:
            return level_of(Scalar(word, at), subject.scale, context)
        if subject.kind == "text":
            return folded(compared(word, at, context))
        return number_of(word, at, context).mark().value

    keys = decode_each(key, words)
    for n, found in enumerate(keys):
        if found in keys[:n]:
            context.bad(words[n][1], "duplicate-key", f'"{words[n][0]}" stands twice.', "Remove one of them.")
    return keys


def folded(cell: Result) -> Result:
    """A key as it is looked up: texts are compared without regard to case and typesetting."""
    return comparable(cell) if isinstance(cell, str) else cell


@frozen
class Entries:
    """The entries of a lookup table: each key with what it gives."""

    rows: tuple[tuple[Result, Result], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Entries:
        """`{key: result, ...}`."""
        table = mapping(node, context)
        keys = table_keys(list(table.keys.items()), "of", table.at, context)
        entries = decode_each(lambda part: result(part, context), table.entries.values())
        return cls(tuple(zip(keys, entries, strict=True)))


@frozen
class Lookup(Rule):
    """What stands in a table under the value of an item.

    Keys are levels, texts or numbers, as the item is; texts are compared without regard to case.

    Fields:
        of: The item that is looked up.
        table: Each key with what it gives: a number, or a level where the item has a scale.
        otherwise: What any other value gives.
        result: `text` where the table gives texts.

    Example:
        >>> rated("factor: {kind: lookup, of: region, table: {London: 1.2, North: 1}, otherwise: 1.1}",
        ...       region="london North Wales -")
        region  factor
        london  1.2
        North   1
        Wales   1.1
        -       missing (blank)

    Unit: That of the entries.

    Refused: A value that the table does not hold, unless `otherwise` stands there; a key that stands twice or that the
        item cannot be; `result: text` on an item with a scale.

    Source: A table as it is published; used by `monitor-continuity-of-services-2013` and `cms-hospital-stars-2021`.

    Section: 7.7
    """

    kind: ClassVar[str] = "lookup"
    of: Ref
    table: Entries
    otherwise: Result | None = None
    result: Literal["text"] | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a key may be anything."""
        return ()

    def gives_text(self) -> bool:
        """Whether its results are texts."""
        return self.result == "text"

    def column(self, workings: Workings) -> list[Cell]:
        """The entry for every organisation."""
        table = dict(self.table.rows)
        cells: list[Cell] = []
        for n, cell in enumerate(workings.cells[self.of]):
            if isinstance(cell, Missing):
                cells.append(cell)
                continue
            entry = table.get(folded(cell), self.otherwise)
            cells.append(no_entry(workings, n, (self.of,)) if entry is None else entry)
        return cells

    def why(self, view: View, n: int) -> str:
        """The key."""
        return view.told(self.of, n)

    def shares(self) -> dict[str, Decimal]:
        """The key has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = ", ".join(f"{cell_text(key)} gives {cell_text(entry)}" for key, entry in self.table.rows)
        rest = "" if self.otherwise is None else f", anything else {cell_text(self.otherwise)}"
        return f"{self.opening(name)}: {rows}{rest}"

    def opening(self, name: Callable[[str], str]) -> str:
        """What is looked up, and whether texts are found there."""
        return f"{'a text ' if self.result else ''}by {name(self.of)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """A result that is to be a text and a level."""
        if self.result is None or item.scale is None:
            return []
        return [Problem(at, "wrong-type", "A result is a text or a level, not both.", "Remove scale: or result:.")]


def no_entry(workings: Workings, n: int, items: tuple[str, ...]) -> Missing:
    """Collect that a table has no entry for these values."""
    if n in workings.settled:
        return REFUSED
    said = " and ".join(f"{item} {workings.said(item, n)}" for item in items)
    return workings.refuse(
        n, "cannot-compute", f"The table has no entry for {said}.", "Mend the value, or add the entry.", item=items[0]
    )


@frozen
class Across:
    """The keys of a matrix's columns."""

    keys: tuple[Result, ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Across:
        """`[key, key]`."""
        return cls(tuple(table_keys([(word, node.at) for word in texts(node, context)], "columns", node.at, context)))


@frozen
class Grid:
    """The rows of a matrix: each row's key with what stands in each column."""

    rows: tuple[tuple[Result, tuple[Result, ...]], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Grid:
        """`{row: [entry, entry], ...}`."""
        table = mapping(node, context)
        keys = table_keys(list(table.keys.items()), "rows", table.at, context)

        def row(node: Node) -> tuple[Result, ...]:
            return tuple(decode_each(lambda part: result(part, context), listed(node, context)))

        return cls(tuple(zip(keys, decode_each(row, table.entries.values()), strict=True)))


@frozen
class Matrix(Rule):
    """What stands in a table where the row of one item meets the column of another.

    Keys are levels, texts or numbers, as the items are; texts are compared without regard to case.

    Fields:
        rows: The item that chooses the row.
        columns: The item that chooses the column.
        across: The keys of the columns, from left to right.
        table: The key of each row with its entries, from left to right.

    Example:
        >>> rated("finance: {kind: matrix, rows: plan, columns: variance, across: [1, 2], "
        ...       "table: {1: [1, 2], 2: [3, 4]}}",
        ...       plan="1 2 2 -", variance="2 1 2 1")
        plan  variance  finance
        1     2         2
        2     1         3
        2     2         4
        -     1         missing (blank)

    Unit: That of the entries.

    Refused: Values for which the table has no row or no column; a key that stands twice or that the item cannot be; a
        row that is longer or shorter than the columns.

    Source: Used by `nof-2025-26-q1-mental-health-community`, whose scores of finance were found to follow one, and by
        `cms-part-cd-2026`, after Centers for Medicare & Medicaid Services, *Medicare 2026 Part C and D Star Ratings
        Technical Notes*.

    Section: 7.7
    """

    kind: ClassVar[str] = "matrix"
    rows: Ref
    columns: Ref
    across: Across
    table: Grid

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.rows, self.columns)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a key may be anything."""
        return ()

    def column(self, workings: Workings) -> list[Cell]:
        """The entry for every organisation."""
        table = {
            (down, across): entry
            for down, row in self.table.rows
            for across, entry in zip(self.across.keys, row, strict=True)
        }
        cells: list[Cell] = []
        for n, (down, across) in enumerate(zip(workings.cells[self.rows], workings.cells[self.columns], strict=True)):
            if isinstance(down, Missing) or isinstance(across, Missing):
                cells.append(down if isinstance(down, Missing) else across)
                continue
            entry = table.get((folded(down), folded(across)))
            cells.append(no_entry(workings, n, (self.rows, self.columns)) if entry is None else entry)
        return cells

    def why(self, view: View, n: int) -> str:
        """The row and the column."""
        return f"{view.told(self.rows, n)} (row), {view.told(self.columns, n)} (column)"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = "; ".join(f"{cell_text(down)}: {', '.join(map(cell_text, row))}" for down, row in self.table.rows)
        across = ", ".join(map(cell_text, self.across.keys))
        return f"the matrix of {name(self.rows)} (rows) and {name(self.columns)} (columns {across}): {rows}"

    def opening(self, name: Callable[[str], str]) -> str:
        """Where the entry stands."""
        return f"where the row of {name(self.rows)} meets the column of {name(self.columns)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Rows that are longer or shorter than the columns."""
        return [
            Problem(
                at,
                "wrong-type",
                f"Row {cell_text(down)} has {entries(len(row))} for {len(self.across.keys)} columns.",
                "Give one entry for each column.",
            )
            for down, row in self.table.rows
            if len(row) != len(self.across.keys)
        ]
