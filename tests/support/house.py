"""The pictures of `docs/architecture.md`, made from the code: the rooms, and the pipe that runs through them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = ROOT / "src" / "nhsrate"
ROOMS = (
    "core", "files", "language", "kinds", "rules", "values", "returns", "groups", "engine", "runs", "plan", "analysis",
    "diagnosis", "reports", "shapes", "screen", "trajectories", "editions", "beginnings", "workbooks", "live", "pages",
    "notebook", "projects", "helping", "commands",
)  # fmt: skip
"""The rooms in the order of the pipe."""


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below `nhsrate`; a room's own is the name of the room."""
    names = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        names[".".join(part for part in parts if part != "__init__")] = file
    return names


def imported(node: ast.AST) -> Iterator[str]:
    """The modules of the package that are imported at run time, also inside functions."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                for other in child.orelse:
                    yield from imported(other)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] == "nhsrate":
                below = module.partition(".")[2]
                for alias in child.names:
                    deeper = f"{below}.{alias.name}".strip(".")
                    yield deeper if deeper in NAMES else below
            case ast.Import():
                yield from (alias.name.partition(".")[2] for alias in child.names if alias.name.startswith("nhsrate."))
            case _:
                yield from imported(child)


NAMES = modules()
TREES = {name: ast.parse(file.read_text("utf-8")) for name, file in NAMES.items()}
GRAPH = {name: {*imported(tree)} - {name} for name, tree in TREES.items()}


def room_of(name: str) -> str:
    """The room that a module stands in; for what stands at the top, its own name."""
    return name.split(".", maxsplit=1)[0]


def said(node: ast.Module | ast.FunctionDef) -> str:
    """The first sentence of a docstring."""
    return (ast.get_docstring(node) or "").split("\n")[0]


def rooms_picture() -> str:
    """A line for each room: its number, the numbers of the rooms it imports, and what it holds."""
    lines = []
    for number, room in enumerate(ROOMS, 1):
        within = [name for name in NAMES if name.startswith(f"{room}.")]
        known = {room_of(other) for name in within for other in GRAPH[name]}
        row = " ".join(f"{n:>2}" if other in known and other != room else "  " for n, other in enumerate(ROOMS[:-1], 1))
        lines.append(f"{number:>2} {room:<10} {row}  {said(TREES[room])}")
    return "   room       imports\n" + "".join(f"{line.rstrip()}\n" for line in lines)


def pipe_picture() -> str:
    """The calls of the function that says what a run does, in their order, each with what it gives."""
    tree = TREES["runs.run"]
    homes = {
        alias.name: f"{node.module.removeprefix('nhsrate.')}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    calls = [
        node.func
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and "." in homes.get(node.func.id, "")
    ]
    calls.sort(key=lambda call: (call.lineno, -call.col_offset))
    stages = [homes[call.id] for call in calls if room_of(homes[call.id]) not in {"core", "dataclasses"}]
    rows = [("asked", "nhsrate.rate(...), or a command: a Request")]
    for stage in dict.fromkeys(stages):
        module, _, function = stage.rpartition(".")
        (node,) = (one for one in TREES[module].body if isinstance(one, ast.FunctionDef) and one.name == function)
        rows.append((stage, f"{ast.unparse(node.returns) if node.returns else ''}\n{said(node)}"))
    wide = max(len(stage) for stage, _ in rows)
    lines = []
    for stage, text in rows:
        first, _, second = text.partition("\n")
        lines += [f"{stage:<{wide}}  │  {first}", *([f"{'':<{wide}}  │    {second}"] if second else [])]
    return "".join(
        f"{line}\n" for line in [*lines, f"{'':<{wide}}  ▼  Run(submitted, methodology, assessment, problems)"]
    )
