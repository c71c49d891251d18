"""The house: rooms along one pipe, each of which knows only the rooms before it."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.house import GRAPH, NAMES, ROOMS, SOURCE, pipe_picture, rooms_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Golden

PAGE = ROOT / "docs" / "architecture.md"

MOST = {"kinds": 24}
"""How many modules a room may have, where that is not 18: the kinds are a catalogue."""


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
    assert found == set()


def test_the_page_shows_the_rooms_and_the_pipe_as_they_are(golden: Golden) -> None:
    text = PAGE.read_text("utf-8")
    for kind, picture in (("rooms", rooms_picture()), ("pipe", pipe_picture())):
        text, count = re.subn(
            rf"^```{kind}\n.*?^```$", f"```{kind}\n{picture}```", text, flags=re.MULTILINE | re.DOTALL
        )
        assert count == 1
    golden(PAGE, text)


def test_what_the_page_names_is_there() -> None:
    """A name such as `returns.values.ColumnReader` is a module, or something that a module holds."""
    rooms = "|".join(ROOMS)
    text = re.sub(r"^```.*?^```$", "", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    names = re.findall(rf"`((?:{rooms})(?:\.\w+)+)`", text)
    assert len(names) > 40
    for name in names:
        module = max((known for known in NAMES if f"{name}.".startswith(f"{known}.")), key=len)
        thing: object = import_module(f"nhsrate.{module}")
        for part in name.removeprefix(module).split(".")[1:]:
            thing = getattr(thing, part)


@pytest.mark.parametrize("room", ROOMS)
def test_the_page_tells_of_every_room(room: str) -> None:
    assert re.search(rf"^ ?\d+ {room} .*[a-z]", PAGE.read_text("utf-8"), re.MULTILINE)
