"""Live workbooks, recalculated by LibreOffice and held against the engine."""

from __future__ import annotations

import csv
import subprocess
from contextlib import redirect_stdout
from dataclasses import field, fields, is_dataclass, replace
from decimal import Decimal
from doctest import DocTestParser
from functools import cache
from io import StringIO
from random import Random
from typing import TYPE_CHECKING, Any

from tests.support import rated as rated_examples
from tests.support.edition_cases import cases_of
from tests.support.marks import tool
from tests.support.rules import rate

from nhsrate.core.cells import Level, Missing, Scale
from nhsrate.core.frozen import changing
from nhsrate.core.numbers import Day
from nhsrate.core.problems import Refused
from nhsrate.editions.cases import case_return
from nhsrate.engine.assess import assess
from nhsrate.kinds import KINDS
from nhsrate.language.numbers import Number
from nhsrate.live.board import cached
from nhsrate.live.inputs import typed
from nhsrate.live.layout import FIRST_VALUE, laid_out
from nhsrate.returns.model import Organisation, Return, Values
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pytest

    from nhsrate.core.cells import Cell
    from nhsrate.editions.cases import Case
    from nhsrate.engine.assessment import Assessment
    from nhsrate.live.board import Board, Cached, Line
    from nhsrate.rules.model import Methodology

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>%s</value></prop></item></oor:items>
"""
"""Of the settings of LibreOffice the one that says when a workbook is calculated as it is opened."""

ALWAYS, NEVER = 0, 1

EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""A csv in UTF-8 for every sheet, in which numbers have all their digits."""


def recalculated(files: Sequence[Path], folder: Path, when: int = ALWAYS) -> dict[str, Path]:
    """The files as LibreOffice shows them after it has calculated all cells, or none: a stem for the csv of each sheet.

    All are converted in one process, which takes most of its time to start.
    """
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE % when, "utf-8")
    out = folder / "calculated"
    own = f"-env:UserInstallation=file://{profile}"
    command = [str(tool("office")), own, "--headless", "--norestore", "--convert-to", EVERY_SHEET, "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=900)
    return {file.stem: out / file.stem for file in files}


def sheet_rows(stem: Path, sheet: str) -> list[list[str]]:
    """What the cells of a sheet show, numbers with all their digits."""
    with stem.with_name(f"{stem.name}-{sheet}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def shown(stem: Path, board: Board) -> dict[str, list[object]]:
    """What Scores shows of every input and item of the rules."""
    rows = sheet_rows(stem, "Scores")[FIRST_VALUE - 1 :]
    found: dict[str, list[object]] = {}
    for k, column in enumerate(laid_out(board).scores, 2):
        if column.sort == "item":
            found[column.key] = [row[k] for row in rows[: board.size]]
    return found


def unlike(found: Mapping[str, Sequence[object]], assessment: Assessment, ids: Iterable[str]) -> list[str]:
    """Where the cells are not what the engine gives, in words."""
    wrong = []
    for id_ in ids:
        cells = assessment.columns[id_]
        for n, (cell, live) in enumerate(zip(cells, found[id_], strict=True)):
            if not alike(cell, live):
                said = cell if isinstance(cell, Missing) else cached(cell)
                wrong.append(
                    f"{assessment.methodology.id} {id_} {assessment.organisations[n].code}: {said} is {live!r}"
                )
    return wrong


def alike(cell: Cell, live: object) -> bool:
    """Whether a cell shows what the engine gives; numbers to nine digits, of which at most six are ever shown."""
    wanted: Cached = cached(cell)
    if not isinstance(wanted, int | float):
        return wanted == live
    try:
        number = float(str(live))
    except ValueError:
        return False
    return abs(number - wanted) <= 1e-9 * abs(wanted) + 1e-10


@cache
def sample(edition: str) -> Assessment | None:
    """The worked cases of an edition as one return, rated; those that are refused beside others are left out."""
    methodology = load_methodology(edition)
    cases = [case for case in cases_of(edition) if not case.settings and passes(case, methodology)]
    for wanted in (None, {item for case in cases for one in case.organisations for item in one.expect}):
        try:
            return assess(together(cases, methodology), methodology, only=wanted) if cases else None
        except Refused:
            continue
    return None


def passes(case: Case, methodology: Methodology) -> bool:
    """Whether a case can be rated by itself, all items of it."""
    submitted, problems = case_return(case, methodology)
    try:
        assess(submitted, methodology)
    except Refused:
        return False
    return not problems


def together(cases: Sequence[Case], methodology: Methodology) -> Return:
    """The organisations of several cases in one return."""
    absent = Missing("not given in this case", "absent")
    parts = [case_return(case, methodology)[0] for case in cases]
    keys = dict.fromkeys(key for part in parts for key in part.values)
    values = {}
    for key in keys:
        cells: list[Cell] = []
        for part in parts:
            own = part.values.get(key)
            cells += own.cells if own else [absent] * len(part.organisations)
        values[key] = Values(cells)
    many = sum(len(part.organisations) for part in parts)
    organisations = tuple(Organisation(f"X{n:03}", "") for n in range(many))
    return replace(parts[0], organisations=organisations, values=values)


@changing
class Edit:
    """What is changed in a live workbook: values of the return, named figures, and numbers without a name."""

    values: dict[tuple[str, int], Cell] = field(default_factory=dict)
    figures: dict[str, Decimal] = field(default_factory=dict)
    bare: dict[str, Decimal] = field(default_factory=dict)

    def rated(self, board: Board) -> Assessment:
        """What the engine makes of the return and the rules so changed; raises `Refused` where it refuses them."""
        before = board.assessment
        values = dict(before.submitted.values)
        for (id_, n), cell in self.values.items():
            cells = list(values[id_].cells)
            cells[n] = cell
            values[id_] = replace(values[id_], cells=cells)
        rules = before.methodology
        wanted = {figure: value for figure, value in self.figures.items() if rules.figures[figure].value != value}
        for key, value in self.bare.items():
            rules = with_number(rules, board.lines[key], value)
        for name, value in wanted.items():
            rules = with_number(rules, board.lines[name], value)
        return assess(replace(before.submitted, values=values), rules, only=before.columns)

    def board(self, board: Board) -> Board:
        """The board of the workbook with the changed cells; its formulas and what they show are as they were."""
        changed = replace(board, values=dict(board.values), lines=dict(board.lines))
        for (id_, n), cell in self.values.items():
            column = changed.values[id_]
            cells = list(column.cells)
            cells[n] = typed(cell)
            changed.values[id_] = replace(column, cells=cells)
        for key, value in (self.figures | self.bare).items():
            changed.lines[key] = replace(changed.lines[key], value=value)
        return changed


def with_number(rules: Methodology, line: Line, value: Decimal) -> Methodology:
    """The rules with the number of a line of Figures changed, wherever it stands."""

    def changed(number: Number) -> Number:
        if line.name:
            return replace(number, value=value) if number.figure == line.name else number
        here = number.figure is None and number.value == line.value and number.at is not None
        return replace(number, value=value) if here and line.note == f"line {number.at.line}" else number  # type: ignore[union-attr]

    def through(thing: object) -> object:
        if isinstance(thing, Number):
            return changed(thing)
        if isinstance(thing, tuple):
            return tuple(map(through, thing))
        if is_dataclass(thing) and not isinstance(thing, type) and not isinstance(thing, (Level, Scale)):
            parts = {one.name: getattr(thing, one.name) for one in fields(thing) if one.init}
            made = {name: through(part) for name, part in parts.items()}
            new = {name: part for name, part in made.items() if part is not parts[name]}
            return replace(thing, **new) if new else thing
        return thing

    items = {id_: through(item) if not line.item or id_ == line.item else item for id_, item in rules.items.items()}
    populations = {name: through(one) for name, one in rules.populations.items()} if line.name else rules.populations
    figures = {name: replace(one, value=value) if name == line.name else one for name, one in rules.figures.items()}
    return replace(rules, items=items, populations=populations, figures=figures)  # type: ignore[arg-type]


def drawn(board: Board, seed: int, tries: int = 25) -> tuple[Edit, Assessment]:
    """Changes, drawn by the seed, that the engine does not refuse together, and what it makes of them.

    Values go to cuts and to others of their column, are cleared, or become a marker; figures move a little.
    """
    draw = Random(seed)  # noqa: S311 (the same changes every time)
    cells = [(id_, n) for id_, column in board.values.items() if "!" not in id_ for n in range(len(column.cells))]
    numbers = [key for key, line in board.lines.items() if not isinstance(line.value, Day)]
    edit, rated = Edit(), board.assessment
    for number in range(tries):
        if number % 3 and cells:
            more = value_edit(board, *draw.choice(cells), draw)
        elif numbers:
            more = figure_edit(board, draw.choice(numbers), draw)
        else:
            continue
        more = Edit(edit.values | more.values, edit.figures | more.figures, edit.bare | more.bare)
        try:
            edit, rated = more, more.rated(board)
        except (Refused, AssertionError, ArithmeticError, ValueError):
            continue
    return edit, rated


def value_edit(board: Board, id_: str, n: int, draw: Random) -> Edit:
    """A change for a cell of the return."""
    entry, cells = board.methodology.inputs[id_], board.assessment.columns[id_]
    there = [cell for cell in cells if not isinstance(cell, Missing)]
    choices: list[Cell] = [Missing("blank", "blank"), Missing("marked", "marker"), *there[:9], *there[:9]]
    if entry.scale is not None:
        choices += entry.scale.levels
    elif entry.type in {"number", "percent"}:
        choices += [line.value for line in draw.sample([*board.lines.values()], min(len(board.lines), 9))]
    return Edit({(id_, n): draw.choice(choices)})


def figure_edit(board: Board, key: str, draw: Random) -> Edit:
    """A change for a number of the rules; those of an item that stand on one line and are equal change together."""
    line = board.lines[key]
    moved = line.value + draw.choice([Decimal("0.1"), Decimal("-0.1"), Decimal(1), Decimal("0.25")])
    if line.name:
        return Edit(figures={key: moved})
    if (
        not line.note.startswith("line")
        or with_number(board.methodology, line, moved).items[line.item] is board.methodology.items[line.item]
    ):
        return Edit()  # it is not a number by itself in the rules, such as a key of a table
    place = (line.item, line.value, line.note)
    return Edit(bare={one.key: moved for one in board.lines.values() if (one.item, one.value, one.note) == place})


def live_items(board: Board) -> list[str]:
    """The inputs and items that are live, and rest on nothing that is not."""
    gone = {*board.unlive}
    for id_ in board.methodology.order:
        if not gone.isdisjoint(board.methodology.items[id_].reads()):
            gone.add(id_)
    return [id_ for id_ in board.columns if id_ in board.assessment.columns and id_ not in gone]


def examples(monkeypatch: pytest.MonkeyPatch) -> dict[str, Assessment]:
    """What the examples in the docstring of each kind rate, under the name of the kind and a number."""
    found: dict[str, Assessment] = {}

    def kept(*given: Any, **columns: Any) -> Assessment:  # noqa: ANN401 (as it is called)
        assessment = rate(*given, **columns)
        found[f"{kind}-{len(found)}"] = assessment
        return assessment

    monkeypatch.setattr(rated_examples, "rate", kept)
    for kind, rule in KINDS.items():  # noqa: B007 (what is rated meanwhile is kept under it)
        for example in DocTestParser().get_examples(rule.__doc__ or ""):
            with redirect_stdout(StringIO()):
                exec(example.source, {"rated": rated_examples.rated})  # noqa: S102 (as doctest does)
    return found
