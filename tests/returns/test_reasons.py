"""Reasons that stand beside values: read where the reading names their column, and noted where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nhsrate.commands.main import main
from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return

FALLS = Input("falls", "count", title="Falls")
ROWS = (("Code", "Falls", "FallsQF"), ("RA1", None, "c"), ("RB2", 3, None), ("RC3", None, None))


def read(*rows: Sequence[object], reading: TableReading = TableReading(), item: Input = FALLS) -> Return:  # noqa: B008 (frozen)
    return read_tables([MemoryBook("r.csv", "", [Table("r.csv", None, rows)])], (item,), reading)


def test_a_named_column_says_why_a_value_is_missing() -> None:
    """A declared marker stands for its reason, and any other text for itself; a blank without one stays blank."""
    reading = TableReading(reasons=(("falls", "FallsQF"),), markers=(("C", "confidential"),))
    found = read(*ROWS, ("RD4", None, "not held"), ("RE5", 4, "p"), reading=reading)
    assert [str(cell) for cell in found.values["falls"].cells] == [
        "missing (confidential)", "3", "missing (blank)", "missing (not held)", "4",
    ]  # fmt: skip
    first = found.values["falls"].cells[0]
    assert isinstance(first, Missing)
    assert first.sort == "marker"
    assert found.unused_headings == ()


def test_a_reason_is_an_answer_where_a_value_is_required() -> None:
    reading = TableReading(reasons=(("falls", "FallsQF"),))
    required = Input("falls", "count", title="Falls", required=True)
    assert len(read(*ROWS[:3], reading=reading, item=required).organisations) == 2
    with pytest.raises(Refused) as refused:
        read(*ROWS, ("RD4", None, None), reading=reading, item=required)
    (problem,) = refused.value.problems
    assert (problem.code, str(problem.at), len(problem.cells)) == ("required-value", "r.csv:B4", 2)
    assert "without a reason beside it" in problem.message


@pytest.mark.parametrize(
    "heading", ["FallsQF", "Falls note", "falls_flag", "Falls (reason)", "Qualifier", "Value note", "Falls - status"]
)
def test_a_likely_column_is_noted_with_the_key_that_reads_it(heading: str) -> None:
    found = read(("Code", "Falls", heading), ("RA1", None, "c"), ("RB2", None, "c"), ("RC3", 1, "x"))
    (note,) = found.problems
    assert (note.code, note.severity, str(note.at), len(note.cells)) == ("unread-reason", "note", "r.csv:B2", 2)
    assert f'"{heading}" beside it (C2) says "c"' in note.message
    assert f"reading: reasons: {{falls: {heading}}}" in note.remedy


@pytest.mark.parametrize("heading", ["Falls per bed", "Fallsafe", "Noted", "Cost"])
def test_other_columns_are_no_reasons(heading: str) -> None:
    assert read(("Code", "Falls", heading), ("RA1", None, "c")).problems == ()


def test_a_column_of_reasons_without_blanks_is_no_matter() -> None:
    assert read(("Code", "Falls", "FallsQF"), ("RA1", 2, "p")).problems == ()


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((("falls", "FallsQ"),), 'The column "FallsQ", with the reasons of falls, is missing. Did you mean "FallsQF"?'),
        ((("fall", "FallsQF"),), 'There is no input "fall" with a column'),
    ],
)
def test_reasons_that_cannot_be_found_are_refused(reasons: tuple[tuple[str, str], ...], said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(*ROWS, reading=TableReading(reasons=reasons))
    assert said in str(refused.value.problems[0])


def test_the_filter_that_left_nothing_is_named() -> None:
    """Both rows pass the first filter or fail it; those that pass it fail the second, which is the one to mend."""
    rows = (
        ("Code", "Year", "Month", "Falls"),
        ("RA1", "2025", "Jan", 1),
        ("RA1", "2026", "Jan", 2),
        ("RB2", "2026", "Feb", 3),
    )
    reading = TableReading(where=(("Year", ("2026",)), ("Month", ("January",))))
    with pytest.raises(Refused) as refused:
        read(*rows, reading=reading)
    assert '2 rows were left out: Month is not "January", but "Jan" or "Feb".' in str(refused.value.problems[0])


def test_how_it_was_read_says_where_the_reasons_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(
        "id: m\ntitle: M\nreading: {reasons: {falls: FallsQF}}\ninputs: {falls: {type: count}}\n"
        "ratings: {all: {kind: sum, of: [falls], missing: missing, headline: true}}\n",
        "utf-8",
    )
    (tmp_path / "r.csv").write_text("Code,falls,FallsQF\nRA1,,c\nRB2,3,\n", "utf-8")
    shown = CliRunner().invoke(main, ["check", "r.csv", "-m", "m.yaml", "--show-reading"]).stdout
    assert "reasons:\n  falls: FallsQF\n" in shown
