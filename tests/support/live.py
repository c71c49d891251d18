"""Live workbooks, recalculated by LibreOffice and held against the engine."""

from __future__ import annotations

import subprocess
from contextlib import redirect_stdout
from dataclasses import field, fields, is_dataclass, replace
from decimal import Decimal
from doctest import DocTestParser
from functools import cache
from io import StringIO
from random import Random
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
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
from nhsrate.language.conditions import Number
from nhsrate.live.board import cached
from nhsrate.live.inputs import typed
from nhsrate.live.layout import FIRST_VALUE, laid_out
from nhsrate.returns.model import Organisation, Return, Values
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def recalculated(files: Sequence[Path], folder: Path, when: int = ALWAYS) -> dict[str, Path]:
    """The files as LibreOffice saves them after it has calculated all cells, or none; all in one process."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE % when, "utf-8")
    out = folder / "calculated"
    own = f"-env:UserInstallation=file://{profile}"
    command = [str(tool("office")), own, "--headless", "--norestore", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=900)
    return {file.stem: out / file.name for file in files}


def sheet_rows(file: Path, sheet: str) -> list[list[object]]:
    """What the cells of a sheet show."""
    book = load_workbook(file, data_only=True, read_only=True)
    rows: list[list[object]] = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    book.close()
    return rows


def shown(file: Path, board: Board) -> dict[str, list[object]]:
    """What Scores shows of every input and item of the rules."""
    rows = sheet_rows(file, "Scores")[FIRST_VALUE - 1 :]
    found: dict[str, list[object]] = {}
    for k, column in enumerate(laid_out(board).scores, 2):
        if column.sort == "item":
            found[column.key] = [row[k] if k < len(row) else None for row in rows[: board.size]]
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
    if isinstance(wanted, str) or isinstance(live, str) or live is None:
        return wanted == live
    assert isinstance(live, int | float)
    assert wanted is not None
    return abs(float(live) - wanted) <= 1e-9 * abs(wanted) + 1e-10


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


def drawn(board: Board, seed: int, tries: int = 40) -> tuple[Edit, Assessment]:
    """Changes, drawn by the seed, that the engine does not refuse together, and what it makes of them.

    Values go to cuts and to others of their column, are cleared, or become a marker; figures move a little.
    """
    draw = Random(seed)  # noqa: S311 (the same changes every time)
    candidates = [*value_edits(board, draw), *figure_edits(board, draw)]
    edit, rated = Edit(), board.assessment
    for one in draw.sample(candidates, min(tries, len(candidates))):
        more = Edit(edit.values | one.values, edit.figures | one.figures, edit.bare | one.bare)
        try:
            edit, rated = more, more.rated(board)
        except (Refused, AssertionError, ArithmeticError, ValueError):
            continue
    return edit, rated


def value_edits(board: Board, draw: Random) -> Iterator[Edit]:
    """A change for every cell of the return."""
    cuts = [line.value for line in board.lines.values()]
    for id_, column in board.values.items():
        if "!" in id_:
            continue
        entry, cells = board.methodology.inputs[id_], board.assessment.columns[id_]
        there = [cell for cell in cells if not isinstance(cell, Missing)]
        for n in range(len(column.cells)):
            choices: list[Cell] = [Missing("blank", "blank"), Missing("marked", "marker"), *there[:9], *there[:9]]
            if entry.scale is not None:
                choices += entry.scale.levels
            elif entry.type in {"number", "percent"} and cuts:
                choices += [draw.choice(cuts) for _ in range(len(choices))]
            yield Edit({(id_, n): draw.choice(choices)})


def figure_edits(board: Board, draw: Random) -> Iterator[Edit]:
    """A change for every number of the rules; those that stand on one line and are equal change together."""
    lines = [*board.lines.values()]
    for key, line in board.lines.items():
        moved = line.value + draw.choice([Decimal("0.1"), Decimal("-0.1"), Decimal(1), Decimal("0.25")])
        if isinstance(line.value, Day):
            continue
        if line.name:
            yield Edit(figures={key: moved})
        elif line.note.startswith("line") and with_number(board.methodology, line, moved) != board.methodology:
            alike = ((other.item, other.value, other.note) == (line.item, line.value, line.note) for other in lines)
            yield Edit(bare={other.key: moved for other, same in zip(lines, alike, strict=True) if same})


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
