"""The house: rooms along one pipe, each of which knows only the rooms before it."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = ROOT / "src" / "nhsrate"
ROOMS = (
    "core", "files", "language", "kinds", "rules", "returns", "engine", "runs", "analysis", "reports", "editions", "workbooks",
    "commands",
)  # fmt: skip
"""The rooms in the order of the pipe; docs/architecture.md tells them in the same order."""

MOST = {"kinds": 24}
"""How many modules a room may have, where that is not 18: the kinds are a catalogue."""


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
GRAPH = {name: {*imported(ast.parse(file.read_text("utf-8")))} - {name} for name, file in NAMES.items()}


def test_the_tree_shows_the_pipe() -> None:
    """At the top there are the rooms, and what must be there."""
    found = {path.name for path in SOURCE.iterdir()} - {"__pycache__"}
    assert found == {*ROOMS, "__init__.py", "__main__.py", "py.typed"}


def test_no_room_knows_a_later_one() -> None:
    """A module imports from its own room and from those before it; the public names at the top are for users."""
    breaches = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if (room := name.split(".")[0]) in ROOMS
        for other in others
        if other and ROOMS.index(other.split(".")[0]) > ROOMS.index(room)
    ]
    assert breaches == []


def test_nothing_goes_round_in_a_circle() -> None:
    """No module imports itself, through however many others."""
    order = list(TopologicalSorter(GRAPH).static_order())  # raises where there is a circle
    assert {*NAMES} <= {*order}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_can_be_seen_at_once(room: str) -> None:
    """No room has too many modules, and each says in a sentence what it holds."""
    within = [name for name in NAMES if name.startswith(f"{room}.")]
    assert 0 < len(within) <= MOST.get(room, 18)
    assert ast.get_docstring(ast.parse(NAMES[room].read_text("utf-8")))


def test_the_tests_stand_in_the_same_rooms() -> None:
    """A test is found where its module is; what concerns the whole has folders of its own."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*ROOMS, "whole", "backtests", "wheel", "support", "gallery", "golden"}


HANDED: dict[str, set[str]] = {
    "kinds": {"cut_points._cut", "cut_points._thresholds", "rule.Rule.with_cuts", "thresholds.Thresholds.with_cuts"},
    "runs": {"successors._merged", "successors._merged_values"},
}
"""Functions of each room that add to a list of problems that they were handed; the list may only shrink."""


def functions(node: ast.AST, within: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function and method by its dotted name."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name):
                yield f"{within}.{name}", child
                yield from functions(child, f"{within}.{name}")
            case ast.ClassDef(name=name):
                yield from functions(child, f"{within}.{name}")
            case _:
                yield from functions(child, within)


def is_list_of_problems(annotation: ast.expr | None) -> bool:
    """Whether an annotation says that problems may be added, also among other things that it may be."""
    return annotation is not None and any(
        isinstance(part, ast.Subscript)
        and ast.unparse(part.value) in {"list", "MutableSequence"}
        and "Problem" in ast.unparse(part.slice)
        for part in ast.walk(annotation)
    )


@pytest.mark.parametrize("room", ROOMS)
def test_a_stage_returns_what_it_found(room: str) -> None:
    """Records come in, records and problems go out; nobody adds to a list that somebody else made."""
    found = {
        name.removeprefix(f"{room}.")
        for module, file in NAMES.items()
        if module.startswith(f"{room}.")
        for name, function in functions(ast.parse(file.read_text("utf-8")), module)
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if is_list_of_problems(argument.annotation)
    }
    assert found <= HANDED.get(room, set())
