"""The live workbook as LibreOffice recalculates it, held against the engine: as it is, and after cells were changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from openpyxl import load_workbook
from tests.conftest import ROOT
from tests.support.generated import Generated, methodologies
from tests.support.live import (
    NEVER,
    drawn,
    examples,
    live_items,
    recalculated,
    sample,
    sheet_rows,
    shown,
    unlike,
)
from tests.support.live_variants import variants
from tests.support.rules import rate, read

from nhsrate.core.problems import Refused, errors
from nhsrate.engine.assess import assess
from nhsrate.kinds import KINDS
from nhsrate.live.layout import FIRST_VALUE, laid_out
from nhsrate.live.walk import gathered, live
from nhsrate.live.write import live_xlsx
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology
from nhsrate.runs.rate import rate as rated
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.live.board import Board

SEED = 1
"""Of the changes that are drawn."""

PUBLISHED = (
    ("nof-2025-26-q1-mental-health-community", "nof-2025-26/return-q1.xlsx"),
    ("nof-2025-26-q2-mental-health-community", "nof-2025-26/return-q2.xlsx"),
    ("nof-2025-26-q3-mental-health-community", "nof-2025-26/return-q3.xlsx"),
    ("nof-2025-26-q4-mental-health-community", "nof-2025-26/return-q4.xlsx"),
    ("shmi", "shmi/shmi-trusts.csv"),
    ("asem-connectivity", "asem/iData.csv"),
    ("food-hygiene", "food-hygiene/norwich.csv"),
    ("ae-four-hour", "messy/ae-by-provider-2025-06.xlsx"),
    ("cms-hospital-stars-2025", "cms-stars/input-2025.csv"),
)
"""Published data with the edition that rates it."""

FIRST = {"food-hygiene": 300, "cms-hospital-stars-2025": 40}
"""Of how many organisations, where all would take long or are too many."""

pytestmark = [pytest.mark.slow, pytest.mark.office]


def differences(file: Path, board: Board, assessment: Assessment) -> list[str]:
    """Where the live cells of a recalculated workbook are not what the engine gives."""
    return unlike(shown(file, board), assessment, live_items(board))


def written(boards: dict[str, Board], folder: Path) -> dict[str, Path]:
    """The workbooks of these boards, recalculated."""
    files = []
    for name, board in boards.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(live_xlsx(board))
    return recalculated(files, folder)


def test_every_edition_recalculates_to_what_the_engine_gives(tmp_path: Path) -> None:
    """Their worked cases, as they are and with values and figures changed: at cuts, cleared, marked, moved."""
    samples = {edition: found for edition in edition_files() if (found := sample(edition)) is not None}
    boards = {edition: gathered(found) for edition, found in samples.items()}
    wanted = dict(samples)
    for edition, board in [*boards.items()]:
        edit, changed = drawn(board, SEED)
        wanted[f"{edition}-edit"] = changed
        boards[f"{edition}-edit"] = edit.board(board)
    files = written(boards, tmp_path)
    wrong = [line for name, file in files.items() for line in differences(file, boards[name], wanted[name])]
    assert wrong == []
    assert len(files) == len(boards) > 80
    moved = [edition for edition, one in samples.items() if wanted[f"{edition}-edit"].columns != one.columns]
    assert len(moved) > 40
    for edition in samples:
        assert sheet_rows(files[edition], "Check")[2][1] == "all equal"


@pytest.fixture
def published(backtest_data: Path) -> dict[str, Assessment]:
    """Published data, rated by its edition."""
    found = {}
    for edition, file in PUBLISHED:
        methodology = load_methodology(edition)
        submitted = read_return(backtest_data / file, methodology)
        if edition in FIRST:
            values = {id_: replace(one, cells=[*one.cells[: FIRST[edition]]]) for id_, one in submitted.values.items()}
            submitted = replace(submitted, organisations=submitted.organisations[: FIRST[edition]], values=values)
        found[edition] = assess(submitted, methodology)
    return found


def test_published_data_recalculates_to_what_the_engine_gives(published: dict[str, Assessment], tmp_path: Path) -> None:
    boards = {edition: gathered(assessment) for edition, assessment in published.items()}
    files = written(boards, tmp_path)
    wrong = [line for name, file in files.items() for line in differences(file, boards[name], published[name])]
    assert wrong == []
    assert len(files) == len(PUBLISHED)


def test_methodologies_of_all_kinds_recalculate_to_what_the_engine_gives(tmp_path: Path) -> None:
    """Drawn ones, with populations, cohorts, gates, roundings and limits, and with values that are equal or missing."""
    boards: dict[str, Board] = {}

    @settings(
        max_examples=70, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck], database=None
    )
    @seed(20)
    @given(methodologies())
    def collected(generated: Generated) -> None:
        methodology, problems = read(generated.text)
        if methodology is None or errors(problems):
            return
        try:
            assessment = rate(methodology, only=None, overrides=(), names=(), before=None, **generated.columns)
        except Refused:
            return
        boards[f"drawn-{len(boards)}"] = gathered(assessment)

    collected()
    files = written(boards, tmp_path)
    wrong = [line for name, file in files.items() for line in differences(file, boards[name], boards[name].assessment)]
    assert wrong == []
    assert len(files) > 30


def test_the_examples_of_every_kind_recalculate_to_what_the_engine_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They show what is particular to each kind, also on missing values; so do rules with what no example has."""
    boards = {name: gathered(assessment) for name, assessment in (examples(monkeypatch) | variants()).items()}
    files = written(boards, tmp_path)
    wrong = [line for name, file in files.items() for line in differences(file, boards[name], boards[name].assessment)]
    assert wrong == []
    assert {name.rpartition("-")[0] for name in files} - {""} == {*KINDS}


def test_a_workbook_that_a_person_changed_follows(tmp_path: Path) -> None:
    """Cells are changed in the file itself, by another program; Check no longer says that all is equal."""
    board = live(rated(ROOT / "examples" / "financial-risk-2011-12.csv").assessment)
    edit, changed = drawn(board, 7)
    assert edit.values
    file = tmp_path / "live.xlsx"
    file.write_bytes(live_xlsx(board))
    book, layout, new = load_workbook(file), laid_out(board), edit.board(board)
    for id_, n in edit.values:
        book["Values"][f"{layout.value_at[id_]}{FIRST_VALUE + n}"] = new.values[id_].cells[n]
    for key in edit.figures | edit.bare:
        book["Figures"][f"C{layout.figure_at[key]}"] = float(new.lines[key].value)
    book.save(file)
    out = recalculated([file], tmp_path)["live"]
    assert differences(out, board, changed) == []
    moved = sum(
        one != other
        for id_ in board.methodology.items
        for one, other in zip(changed.columns[id_], board.assessment.columns[id_], strict=True)
    )
    said = sheet_rows(out, "Check")[2][1]
    assert said == f"{moved} of {board.size * len(board.methodology.items)} results are not what the tool gave"


def test_a_spreadsheet_that_does_not_calculate_shows_what_the_engine_gave(tmp_path: Path) -> None:
    """LibreOffice asked never to recalculate shows the values that stand beside the formulas."""
    board = live(rated(ROOT / "examples" / "oversight-q4.csv").assessment)
    file = tmp_path / "live.xlsx"
    file.write_bytes(live_xlsx(board))
    out = recalculated([file], tmp_path, NEVER)["live"]
    assert differences(out, board, board.assessment) == []
    assert sheet_rows(out, "Check")[2][1] == "all equal"


def test_tenths_are_compared_as_decimals(tmp_path: Path) -> None:
    """0.1 + 0.7 is at least 0.8, and 4.35 x 100 is 435, though not in binary; halves go where the rule sends them."""
    board = gathered(rate("""\
        inputs: {a: {type: number}, b: {type: number}}
        measures:
          sum: {kind: sum, of: [a, b]}
          enough: {kind: thresholds, of: sum, scores: [{score: 2, at_least: 0.8}, {score: 1, otherwise: true}]}
          up: {kind: sum, of: [a, b], round: {places: 1, halves: up}}
          even: {kind: sum, of: [a, b], round: {places: 1, halves: even}}
          down: {kind: sum, of: [a, b], round: {places: 1, halves: down}}
          inwards: {kind: sum, of: [a, b], round: {places: 1, halves: towards zero}}
          outwards: {kind: sum, of: [a, b], round: {places: 1, halves: away from zero}}
          steps: {kind: sum, of: [a, b], round: {step: 0.3, halves: even}}
          whole: {kind: sum, of: [a, b], round: {places: 0, halves: even}}
          thirds: {kind: mean, of: [a, b, up]}
          rounded: {kind: sum, of: {thirds: 3}, round: 1}
        """, only=None, overrides=(), names=(), before=None,
        a="0.1 0.15 -0.15 0.25 -0.25 1.005 2.5 -2.5 0.45 1.05 -1.05", b="0.7 0 0 0 0 1.34 0 0 0 0 -0.0"))  # fmt: skip
    files = written({"tenths": board}, tmp_path)
    assert differences(files["tenths"], board, board.assessment) == []
    assert board.assessment.columns["enough"][0] == 2


SETTLED = """\
scales: {light: [{level: green}, {level: amber}, {level: red}]}
inputs:
  a: {title: Waits, type: number, required: true}
  b: {title: Falls, type: number, required: true}
  c: {type: yes/no, required: true}
  e: {type: number}
measures:
  gated: {kind: decide, scale: light, only_when: {when: {c: yes}, because: it is one}, rows: [{when: {a: "> 9"}, then: red}], otherwise: green}
  either: {kind: decide, scale: light, rows: [{when: {any: [{a: "> 9"}, {b: "> 9"}]}, then: red}], otherwise: green}
  asked: {kind: decide, scale: light, rows: [{when: {e: "> 9"}, then: red}, {when: {e: missing}, then: amber}], otherwise: green}
  meant: {kind: decide, scale: light, rows: [{when: {e: "> 9"}, then: red, missing: holds}], otherwise: green}
  word: {kind: decide, scale: light, rows: [{when: {a: "> 9"}, then: red}], otherwise: green}
ratings:
  all:
    {kind: decide, scale: light, headline: true, rows: [{when: {b: "> 9"}, then: red}, {when: {a: "> 9"}, then: amber}], otherwise: green,
     limits: [{at_best: amber, when: {word: red}, because: it is}, {at_best: red, when: {c: no}, because: it is none}]}
"""
"""Decisions, gates and limits of values that the rules take to be there."""


def test_what_cannot_be_settled_is_refused_by_name(tmp_path: Path) -> None:
    """A value that is cleared is told where it matters, and nowhere else, or counts as the rule says that it does."""
    columns = {"a": "1 1 1 1 10", "b": "1 1 1 10 1", "c": "yes yes yes yes no", "e": "1 1 1 1 10"}
    board = gathered(rate(SETTLED, only=None, overrides=(), names=(), **columns))
    file = tmp_path / "live.xlsx"
    file.write_bytes(live_xlsx(board))
    book, layout = load_workbook(file), laid_out(board)
    for id_, n in (("a", 1), ("b", 2), ("a", 3), ("c", 4), ("e", 1)):
        book["Values"][f"{layout.value_at[id_]}{FIRST_VALUE + n}"] = None
    book.save(file)
    found = shown(recalculated([file], tmp_path)["live"], board)
    green, amber, red = "1", "2", "3"
    waits, falls, c = (f"refused: {name} is missing" for name in ("Waits", "Falls", "c"))
    assert {item: found[item] for item in board.methodology.items} == {
        "gated": [green, waits, green, waits, c],
        "either": [green, waits, falls, red, red],
        "asked": [green, amber, green, green, red],
        "meant": [green, red, green, green, red],
        "word": [green, waits, green, waits, red],
        "all": [green, waits, falls, "refused: word is missing", c],
    }
