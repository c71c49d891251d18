"""Kinds that decide: decision table, level of a number, lookup, matrix, quantile bands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.cells import Cell, Level, Missing, Scale
from nhsrate.conditions import Number, When, asks_for_missing
from nhsrate.decode import (
    Context,
    Over,
    Ref,
    Result,
    decode_all,
    level_of,
    listed,
    mapping,
    number_of,
    ref,
    result,
)
from nhsrate.kinds.rule import Condition, Rule
from nhsrate.numbers import ONE, Halves, number_text, rounded
from nhsrate.problems import LinePlace, Problem
from nhsrate.quantiles import Definition, quantile
from nhsrate.yamltree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.board import Board
    from nhsrate.methodology import Item, Methodology


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision gives: a level, number or text; or the value of another item."""

    value: Level | Decimal | str | None = None
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Outcome:
        """`3`, `red`, or `{item: other}`."""
        if isinstance(node, Mapping):
            return cls(item=ref(node, context))
        return cls(value=result(node, context))

    def __str__(self) -> str:
        if self.item:
            return self.item
        return number_text(self.value) if isinstance(self.value, Decimal) else str(self.value)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One row of a decision table."""

    when: When
    then: Outcome
    because: str = ""
    missing: Literal["holds", "fails"] | None = None
    source: str | None = None
    at: LinePlace | None = None


@dataclass(frozen=True, slots=True)
class Decide(Rule):
    """A decision table: all tests of a row must hold, the first row that fits wins, and `otherwise` ends it."""

    kind: ClassVar[str] = "decide"
    rows: tuple[DecisionRow, ...]
    otherwise: Outcome

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        tested = [item for row in self.rows for item in row.when.items()]
        given = [outcome.item for outcome in (*(row.then for row in self.rows), self.otherwise) if outcome.item]
        return tuple(dict.fromkeys([*tested, *given]))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only through an item that it gives on."""
        return any(
            outcome.item and misses(outcome.item) for outcome in (*(row.then for row in self.rows), self.otherwise)
        )

    def covered(self) -> frozenset[str]:
        """The items for which a row says what a missing value means."""
        return frozenset(item for row in self.rows for item, test in row.when.tests if asks_for_missing(test))

    def row_for(self, board: Board, n: int, covered: frozenset[str]) -> DecisionRow | None:
        """The row that fits organisation `n`."""
        return next((row for row in self.rows if board.met(row.when, n, row.missing, covered)), None)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a test may be of anything."""
        return ()

    def conditions(self) -> tuple[Condition, ...]:
        """The rows."""
        return tuple((row.when, row.missing, row.at) for row in self.rows)

    def column(self, board: Board) -> list[Cell]:
        """What is decided for every organisation."""
        cells: list[Cell] = []
        covered = self.covered()
        for n in range(board.size):
            row = self.row_for(board, n, covered)
            outcome = row.then if row else self.otherwise
            value = board.cells[outcome.item][n] if outcome.item else outcome.value
            cells.append(Missing("nothing is decided") if value is None else value)
        return cells

    def why(self, board: Board, n: int) -> str:
        """The row that held, with the values it held on."""
        row = self.row_for(board, n, self.covered())
        if row is None:
            seen = ", ".join(f"{item} {board.said(item, n)}" for item in self.reads())
            return f"no row holds, so otherwise ({seen})"
        said = ", ".join(f"{item} is {board.said(item, n)} ({test})" for item, test in row.when.tests)
        because = f": {row.because}" if row.because else ""
        line = f" (line {row.at.line})" if row.at else ""
        return f"row {self.rows.index(row) + 1}{line} holds, {said}{because}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = [
            f"{row.then} if {' and '.join(f'{name(item)} is {test}' for item, test in row.when.tests)}"
            for row in self.rows
        ]
        return "; else ".join([*rows, str(self.otherwise)])


@dataclass(frozen=True, slots=True)
class LevelOf(Rule):
    """The level of a number, rounded to it with `halves` named; a level of the same scale is passed on."""

    kind: ClassVar[str] = "level"
    of: Ref
    scale: Scale
    halves: Halves | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a level may be passed on."""
        return ()

    def column(self, board: Board) -> list[Cell]:
        """The level for every organisation."""
        by_number = {level.number: level for level in self.scale.levels if level.number is not None}
        cells: list[Cell] = []
        for n, cell in enumerate(board.cells[self.of]):
            if isinstance(cell, Missing) or (isinstance(cell, Level) and cell.scale == self.scale.name):
                cells.append(cell)
                continue
            value = board.number(self.of, n)
            if not isinstance(value, Missing):
                value = rounded(value, halves=self.halves) if self.halves else value
                if value in by_number:
                    cells.append(by_number[value])
                    continue
            cells.append(
                board.refuse(
                    n,
                    "cannot-compute",
                    f"{self.of} is {board.said(self.of, n)}, and {self.scale.name} has no such level.",
                    "Say how halves are rounded (halves: up), or mend the value.",
                    item=self.of,
                )
            )
        return cells

    def why(self, board: Board, n: int) -> str:
        """The number and its rounding."""
        said = f"{self.of} is {board.said(self.of, n)}"
        if self.halves and isinstance(board.cells[self.of][n], Decimal):
            return f"{said}, rounded to the nearest level, halves {self.halves}"
        return said

    def shares(self) -> dict[str, Decimal]:
        """The number has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        how = f", rounded to the nearest, halves {self.halves}" if self.halves else ""
        return f"the level of {name(self.of)}{how}"


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a lookup table: key and what it gives."""

    rows: tuple[tuple[str, Result], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Entries:
        """`{key: result, ...}`; keys are levels, texts or numbers, as the item is."""
        table = mapping(node, context)
        rows = decode_all(
            (lambda key=key, part=part: (table_key(key, table.keys[key], context), result(part, context)))
            for key, part in table.entries.items()
        )
        return cls(tuple(rows))


def table_key(word: str, at: LinePlace, context: Context) -> str:
    """The key of a table as its item is printed; a level or number that cannot be is a problem."""
    subject = context.subject
    if subject is None or subject.kind == "text":
        return word
    if subject.scale is not None:
        return level_of(Scalar(word, at), subject.scale, context).name
    return number_text(number_of(word, at, context).value)


@dataclass(frozen=True, slots=True)
class Lookup(Rule):
    """What stands in a table under the value of an item."""

    kind: ClassVar[str] = "lookup"
    of: Ref
    table: Entries
    otherwise: Result | None = None
    result: Literal["text", "number", "level"] | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a key may be anything."""
        return ()

    def column(self, board: Board) -> list[Cell]:
        """The entry for every organisation."""
        table = dict(self.table.rows)
        cells: list[Cell] = []
        for n, cell in enumerate(board.cells[self.of]):
            if isinstance(cell, Missing):
                cells.append(cell)
                continue
            entry = table.get(key_of(cell), self.otherwise)
            cells.append(no_entry(board, n, (self.of,)) if entry is None else entry)
        return cells

    def why(self, board: Board, n: int) -> str:
        """The key."""
        return f"{self.of} is {board.said(self.of, n)}"

    def shares(self) -> dict[str, Decimal]:
        """The key has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = ", ".join(f"{key} gives {entry_text(entry)}" for key, entry in self.table.rows)
        rest = "" if self.otherwise is None else f", anything else {entry_text(self.otherwise)}"
        return f"by {name(self.of)}: {rows}{rest}"


def key_of(cell: Cell) -> str:
    """The key under which a table holds a cell: a level's or text's name, a number without trailing zeros."""
    return number_text(cell) if isinstance(cell, Decimal) else str(cell)


def entry_text(entry: Result) -> str:
    """An entry of a table in words."""
    return number_text(entry) if isinstance(entry, Decimal) else str(entry)


def no_entry(board: Board, n: int, items: tuple[str, ...]) -> Missing:
    """Collect that a table has no entry for these values."""
    said = " and ".join(f"{item} {board.said(item, n)}" for item in items)
    return board.refuse(
        n, "cannot-compute", f"The table has no entry for {said}.", "Mend the value, or add the entry.", item=items[0]
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a matrix: the row's key and what stands in each column."""

    rows: tuple[tuple[str, tuple[Result, ...]], ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Grid:
        """`{row: [entry, entry], ...}`."""
        table = mapping(node, context)
        rows = decode_all(
            (lambda key=key, part=part: (key, tuple(decode_all((lambda one=one: result(one, context)) for one in listed(part, context)))))
            for key, part in table.entries.items()
        )
        return cls(tuple(rows))


@dataclass(frozen=True, slots=True)
class Matrix(Rule):
    """What stands in a table where the row of one item meets the column of another."""

    kind: ClassVar[str] = "matrix"
    rows: Ref
    columns: Ref
    across: tuple[str, ...]
    table: Grid

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.rows, self.columns)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: a key may be anything."""
        return ()

    def column(self, board: Board) -> list[Cell]:
        """The entry for every organisation."""
        table = {(down, across): entry for down, row in self.table.rows for across, entry in zip(self.across, row, strict=True)}
        cells: list[Cell] = []
        for n, (down, across) in enumerate(zip(board.cells[self.rows], board.cells[self.columns], strict=True)):
            if isinstance(down, Missing) or isinstance(across, Missing):
                cells.append(down if isinstance(down, Missing) else across)
                continue
            entry = table.get((key_of(down), key_of(across)))
            cells.append(no_entry(board, n, (self.rows, self.columns)) if entry is None else entry)
        return cells

    def why(self, board: Board, n: int) -> str:
        """The row and the column."""
        return f"row {self.rows} {board.said(self.rows, n)}, column {self.columns} {board.said(self.columns, n)}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        rows = "; ".join(f"{down}: {', '.join(map(entry_text, row))}" for down, row in self.table.rows)
        return f"the matrix of {name(self.rows)} (rows) and {name(self.columns)} (columns {', '.join(self.across)}): {rows}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Rows that are longer or shorter than the columns."""
        return [
            Problem(at, "wrong-type", f"Row {down} has {len(row)} entries for {len(self.across)} columns.")
            for down, row in self.table.rows
            if len(row) != len(self.across)
        ]


@dataclass(frozen=True, slots=True)
class Band:
    """One band: a level, and the share of the population, counted from the best, up to which it is given."""

    level: Level
    best: Number | None = None
    otherwise: bool = False
    at: LinePlace | None = None


@dataclass(frozen=True, slots=True)
class QuantileBands(Rule):
    """A level by where a value stands among those of a population; a value equal to a cut is in the better band.

    `definition` names the quantile: see `nhsrate.quantiles`.
    """

    kind: ClassVar[str] = "quantile-bands"
    of: Ref
    over: Over
    definition: Definition
    levels: tuple[Band, ...]

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or misses(self.of)

    def cuts(self, board: Board) -> tuple[list[tuple[Decimal, Band]], bool]:
        """The value at which each band ends, and whether higher is better."""
        values = board.numbers(self.of)
        ordered = sorted(value for n in board.over(self.over) if not isinstance(value := values[n], Missing))
        higher = board.polarity(self.of) == "higher"
        if not ordered:
            return [], higher
        return [
            (quantile(ordered, 1 - band.best.value if higher else band.best.value, self.definition), band)
            for band in self.levels
            if band.best is not None
        ], higher

    def column(self, board: Board) -> list[Cell]:
        """The band of every organisation."""
        cuts, higher = self.cuts(board)
        inside = set(board.over(self.over))
        cells: list[Cell] = []
        for n, value in enumerate(board.numbers(self.of)):
            if n not in inside:
                cells.append(Missing(f"not in the population {self.over}"))
            elif isinstance(value, Missing):
                cells.append(value)
            else:
                cells.append(
                    next(
                        (band.level for cut, band in cuts if (value >= cut if higher else value <= cut)),
                        self.levels[-1].level,
                    )
                )
        return cells

    def why(self, board: Board, n: int) -> str:
        """The value and the cuts."""
        cuts, higher = self.cuts(board)
        side = "at least" if higher else "at most"
        said = ", ".join(f"{band.level} {side} {number_text(cut)}" for cut, band in cuts)
        return f"{self.of} is {board.said(self.of, n)}; {self.definition} quantiles over {self.over}: {said}"

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        bands = ", ".join(
            f"{band.level} to the best {number_text(band.best.value * 100)} %" if band.best else f"{band.level} otherwise"
            for band in self.levels
        )
        return f"{name(self.of)} among {self.over} ({self.definition} quantiles): {bands}"

    def check(self, item: Item, methodology: Methodology, at: LinePlace) -> list[Problem]:
        """What is wrong with the rule."""
        problems = []
        shares = [band.best.value for band in self.levels if band.best]
        last = self.levels[-1] if self.levels else None
        if last is None or not last.otherwise or any(band.otherwise == bool(band.best) for band in self.levels):
            problems.append(
                Problem(at, "thresholds", "Bands give best: and end with otherwise.", "{level: green, best: 0.25}, ...")
            )
        if shares != sorted(set(shares)) or any(not 0 < share < 1 for share in shares):
            problems.append(Problem(at, "thresholds", "The shares must rise between 0 and 1.", "0.25, then 0.5, ..."))
        if (item.polarity or methodology.polarity_of(self.of)) is None:
            problems.append(
                Problem(at, "missing-key", f"Whether a higher or lower {self.of} is better is not said.", "Add polarity:.")
            )
        return problems


KINDS = (Decide, LevelOf, Lookup, Matrix, QuantileBands)
