"""Formulas of the kinds that decide: thresholds, decision tables, levels of numbers, lookups and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import Level
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import comparable
from nhsrate.live.conditions import met, unsettled
from nhsrate.live.formula import MISSING, REFUSED, compared, numbers, rounding, said, token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.kinds.bounds import Row
    from nhsrate.kinds.deciding import Decide, LevelOf, Outcome
    from nhsrate.kinds.lookups import Lookup, Matrix
    from nhsrate.kinds.thresholds import Thresholds
    from nhsrate.language.values import Result
    from nhsrate.live.board import Board

SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def thresholds(board: Board, rule: Thresholds) -> str:
    """The level or score of the first row whose bound the value meets."""
    value = board.number(rule.of)
    if not (rule.levels or rule.scores or rule.sets):  # its cut points come with a return, and this one has none
        return f"IF(ISNUMBER({value}),{REFUSED},{MISSING})"
    if rule.by is None or rule.sets is None:
        return f"IF(ISNUMBER({value}),{ladder(board, rule.of, rule.levels or rule.scores)},{MISSING})"
    rows = [(key_test(board, rule.by, key), ladder(board, rule.of, own, f" ({key})")) for key, own in rule.sets.rows]
    chosen = board.chain(rows, REFUSED, f"ISNUMBER({value})")
    return f"IF(AND(ISNUMBER({value}),{board.there(rule.by)}),{chosen},{MISSING})"


def ladder(board: Board, of: str, rows: Sequence[Row], among: str = "") -> str:
    """The result of the first row that holds of a value that is there; missing from the first missing bound on."""
    value, places = board.number(of), board.places(of)
    found: list[tuple[str, str]] = []
    for row in rows[:-1]:
        bound = row.bound
        assert bound is not None  # noqa: S101 (checked when the file was loaded)
        number, guards = board.edge(bound.number, f"{row.gives} {bound.words}{among}")
        if guards:
            found.append((f"NOT({numbers(guards)})", MISSING))
        found.append((compared(value, SIGNS[bound.side], number, places), gives(board, row, among)))
    return board.chain(found, gives(board, rows[-1], among), f"ISNUMBER({value})")


def gives(board: Board, row: Row, among: str = "") -> str:
    """What a row gives."""
    if row.level is not None:
        return board.place(row.level)
    return (
        board.figure(row.score, f"score {row.bound.said() if row.bound else 'otherwise'}{among}") if row.score else "0"
    )


def key_test(board: Board, item: str, key: Result) -> str:
    """That an item has the value that a key of a table is."""
    if isinstance(key, Level):
        return f"{board.cell(item)}={board.place(key)}"
    if isinstance(key, str):
        return f"{board.text(item)}={said(comparable(key))}"
    return compared(board.number(item), "=", board.bare(key, f"key {number_text(key)}"), board.places(item))


def decide(board: Board, rule: Decide) -> str:
    """The outcome of the first row whose condition holds; refused where what is missing leaves that open."""
    rows: list[tuple[str, str]] = []
    covered = rule.covered()
    for k, row in enumerate(rule.rows, 1):
        what = f"row {k}"
        rows.append((met(board, row.when, row.missing, what), outcome(board, row.then, f"result of {what}")))
        if (open_ := unsettled(board, row.when, row.missing, what, covered)) is not None:
            rows.append(open_)
    return board.chain(rows, outcome(board, rule.otherwise, "otherwise"))


def outcome(board: Board, found: Outcome, what: str) -> str:
    """What a row gives: a level, a number, a text, or what an item is."""
    return board.handed(found.item) if found.item else board.result(found.value, what)


def level_of(board: Board, rule: LevelOf) -> str:
    """The level of a number, or the same level."""
    if board.methodology.type_of(rule.of).scale == rule.scale:
        return board.cell(rule.of)
    value, places = board.number(rule.of), board.places(rule.of)
    near = rounding(value, rule.halves, 0, places) if rule.halves else f"ROUND({value},{places})"
    nearest = board.step("the nearest level's number", f"IF(ISNUMBER({value}),{near},{MISSING})")
    found = f"MATCH({nearest},{token('n', board.scale(rule.scale))},0)"
    return f"IF(ISNUMBER({nearest}),IF(ISNUMBER({found}),{found},{REFUSED}),{MISSING})"


def lookup(board: Board, rule: Lookup) -> str:
    """What stands in the table under the value."""
    rows = [(key_test(board, rule.of, key), board.result(entry, f"for {key}")) for key, entry in rule.table.rows]
    last = REFUSED if rule.otherwise is None else board.result(rule.otherwise, "otherwise")
    return f"IF({board.there(rule.of)},{board.chain(rows, last, board.there(rule.of))},{MISSING})"


def matrix(board: Board, rule: Matrix) -> str:
    """What stands where the row of one item meets the column of another."""
    keys = [(key_test(board, rule.columns, key), str(k)) for k, key in enumerate(rule.across.keys, 1)]
    across = board.chain(keys, "0", board.there(rule.columns))
    column = board.step("the column of the matrix", f"IF({board.there(rule.columns)},{across},{MISSING})")
    rows = []
    for down, row in rule.table.rows:
        entries = ",".join(
            board.result(entry, f"for {down} and {key}") for key, entry in zip(rule.across.keys, row, strict=True)
        )
        rows.append((key_test(board, rule.rows, down), f"CHOOSE({column},{entries})"))
    found = board.chain(rows, REFUSED, f"N({column})>0")
    there = f"AND({board.there(rule.rows)},ISNUMBER({column}))"
    return f"IF({there},IF({column}=0,{REFUSED},{found}),{MISSING})"


WRITERS: dict[str, Callable[[Board, Any], str]] = {
    "thresholds": thresholds, "decide": decide, "level": level_of, "lookup": lookup, "matrix": matrix,
}  # fmt: skip
"""The kinds of this module by name."""
