"""Draws a sample of changes for cosmic-ray: `python mutants/draw.py 300 SEED`, after `cosmic-ray init`.

Of each place that can be changed one change is kept, and of those places a sample, by the seed; the rest is deleted
from `mutants.sqlite`. Left out is what cannot matter or proves nothing: annotations and what is imported for them, the
`*` and `/` of a signature, the order of two words (`<` for `==` before a text), `is` for `==`, and operators of bits
for those of numbers, which end in a `TypeError`.
"""

from __future__ import annotations

import ast
import random
import sqlite3
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

BITS = ("BitOr", "BitAnd", "BitXor", "LShift", "RShift")
At = tuple[int, int]


def begin(node: ast.expr) -> At:
    """Line and column at which a node begins."""
    return node.lineno, node.col_offset


def end(node: ast.expr) -> At:
    """Line and column at which it ends."""
    return node.end_lineno or 0, node.end_col_offset or 0


class Spans(NamedTuple):
    """Where in a module annotations stand, operators between two operands, and comparisons with a text."""

    annotations: list[tuple[At, At]]
    operators: list[tuple[At, At]]
    words: list[tuple[At, At]]


@cache
def spans(module: str) -> Spans:
    """Those of one module."""
    found = Spans([], [], [])
    for node in ast.walk(ast.parse(Path(module).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation:
            found.annotations.append((begin(node.annotation), end(node.annotation)))
        elif isinstance(node, ast.FunctionDef) and node.returns:
            found.annotations.append((begin(node.returns), end(node.returns)))
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found.annotations.append((begin(node.test), end(node.test)))
        elif isinstance(node, ast.BinOp):
            found.operators.append((end(node.left), begin(node.right)))
        elif isinstance(node, ast.Compare):
            for left, right in pairwise([node.left, *node.comparators]):
                if isinstance(right, ast.Constant) and isinstance(right.value, str):
                    found.words.append((end(left), begin(right)))
    return found


def can_matter(module: str, operator: str, at: At) -> bool:
    """Whether a change is one to draw from."""

    def within(parts: list[tuple[At, At]]) -> bool:
        return any(first <= at < last for first, last in parts)

    before, _, after = operator.rpartition("_")
    known = spans(module)
    if "ComparisonOperator" in operator:
        if after in {"Is", "IsNot"} and before.endswith(("_Eq", "_NotEq", "Lt", "LtE", "Gt", "GtE")):
            return False
        return after in {"Eq", "NotEq"} or not within(known.words)
    if "BinaryOperator" in operator and (before.endswith(BITS) != (after in BITS) or not within(known.operators)):
        return False
    return not within(known.annotations)


def main(size: int, seed: int) -> None:
    """Keep the sample, delete the other changes."""
    columns = "module_path, start_pos_row, start_pos_col, operator_name, occurrence, job_id"
    chosen = random.Random(seed)
    with sqlite3.connect("mutants.sqlite") as session:
        places: dict[tuple[str, int, int], list[str]] = {}
        for module, row, column, operator, _, job in session.execute(
            f"SELECT {columns} FROM mutation_specs ORDER BY {columns}"  # noqa: S608 (the names stand above)
        ):
            if can_matter(module, operator, (row, column)):
                places.setdefault((module, row, column), []).append(job)
        sample = {chosen.choice(jobs) for jobs in chosen.sample(list(places.values()), size)}
        for table in ("mutation_specs", "work_items"):
            jobs = session.execute(f"SELECT job_id FROM {table}").fetchall()  # noqa: S608 (as above)
            session.executemany(f"DELETE FROM {table} WHERE job_id = ?", [job for job in jobs if job[0] not in sample])  # noqa: S608
    print(f"{size} of {len(places)} places, seed {seed}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
