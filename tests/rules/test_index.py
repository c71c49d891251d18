"""The index of editions: fresh, whole, and never the reason why an edition is chosen or passed over."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from nhsrate.core.problems import Refused
from nhsrate.returns.sheets import found_inputs
from nhsrate.rules import index
from nhsrate.rules.editions import edition_files
from nhsrate.rules.inputs import CutPoints, Input, LongForm, Range, TableReading, Tables
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs import choosing
from nhsrate.runs.read import open_books

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

EXAMPLES = sorted(
    path for path in (ROOT / "examples").iterdir() if path.suffix in {".csv", ".xlsx"} and "faulty" not in path.name
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the editions, to be changed."""
    shutil.copytree(ROOT / "indicators", tmp_path / "indicators")
    monkeypatch.setattr("nhsrate.rules.editions.indicators_folder", lambda: tmp_path / "indicators")
    return tmp_path / "indicators"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rule files that are loaded in the search for an edition."""
    seen: list[str] = []
    load = read_methodology

    def noted(path: Path) -> object:
        seen.append(path.stem)
        return load(path)

    monkeypatch.setattr("nhsrate.rules.index.read_methodology", noted)
    return seen


def test_the_index_is_fresh(golden: Golden) -> None:
    """After a rule file has changed: `python -m pytest tests/rules/test_index.py --update`."""
    golden(ROOT / "indicators" / "index.json", index.index_text())


def test_the_search_loads_nothing(loads: list[str]) -> None:
    assert [one.id for one in index.candidates()] == list(edition_files())
    assert loads == []


def test_an_edition_that_changed_since_is_loaded_and_those_that_rest_on_it(folder: Path, loads: list[str]) -> None:
    """A stale index costs time and is never wrong."""
    file = folder / "cms-hospital-stars" / "cms-hospital-stars-2025.yaml"
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^period: .*$", "period: July 2031", text), "utf-8")
    found = {one.id: one for one in index.candidates()}
    assert found["cms-hospital-stars-2025"].period == "July 2031"
    assert loads == ["cms-hospital-stars-2025", "cms-hospital-stars-2026", "cms-hospital-stars-2027"]


def test_an_edition_that_the_index_does_not_know_is_loaded(folder: Path, loads: list[str]) -> None:
    text = (folder / "ae-four-hour" / "ae-four-hour.yaml").read_text("utf-8")
    (folder / "ae-four-hour" / "zz-new.yaml").write_text(text.replace("ae-four-hour", "zz-new"), "utf-8")
    assert index.candidates()[-1].id == "zz-new"
    assert loads == ["zz-new"]


def test_line_ends_of_another_system_make_nothing_stale(folder: Path, loads: list[str]) -> None:
    for file in folder.rglob("*.yaml"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    index.candidates()
    assert loads == []


def test_without_an_index_every_edition_is_loaded(folder: Path, loads: list[str]) -> None:
    (folder / "index.json").unlink()
    assert [one.id for one in index.candidates()] == list(edition_files()) == loads


def test_an_edition_that_cannot_be_loaded_is_no_candidate(folder: Path) -> None:
    file = folder / "ae-four-hour" / "ae-four-hour.yaml"
    file.write_text("id: [", "utf-8")
    assert "ae-four-hour" not in [one.id for one in index.candidates()]
    (folder / "index.json").write_text(index.index_text(), "utf-8")
    assert "ae-four-hour" not in (folder / "index.json").read_text("utf-8")


def test_a_parent_that_went_away_makes_what_rests_on_it_stale(folder: Path) -> None:
    (folder / "cms-hospital-stars" / "cms-hospital-stars-2021.yaml").unlink()
    assert not [one.id for one in index.candidates() if one.id.startswith("cms-hospital-stars-2")]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_index_finds_what_the_rules_find(path: Path) -> None:
    """For each return and edition: the same headings are found, and an edition that fits is among those searched."""
    books = open_books(path)
    top = index.squashed("\n".join(choosing._top(books)))
    for one in index.candidates():
        methodology = load_methodology(one.id)
        found = found_inputs(books, tuple(methodology.inputs.values()), methodology.reading)
        assert found == found_inputs(books, one.shape.inputs, one.shape.reading), one.id
        wanted = {entry.id for entry in methodology.inputs.values() if not entry.optional}
        assert index.can_fit(one.shape, top) or not found >= wanted, one.id
        assert (one.title, one.period) == (methodology.title, methodology.period)


def test_choosing_loads_the_chosen_alone(loads: list[str]) -> None:
    assert choosing.only_fitting(open_books(ROOT / "examples" / "oversight-q4.csv")) == (
        "nof-2025-26-q4-mental-health-community"
    )
    assert loads == []


def test_what_fits_nothing_is_told_by_the_nearest_of_all_editions(tmp_path: Path) -> None:
    lines = (ROOT / "examples" / "financial-risk-2011-12.csv").read_text("utf-8-sig").splitlines()
    (tmp_path / "return.csv").write_text("\n".join(line.rpartition(",")[0] for line in lines), "utf-8")
    with pytest.raises(Refused, match="The nearest, monitor-financial-risk-2011-12, lacks"):
        choosing.only_fitting(open_books(tmp_path / "return.csv"))


HEADINGS = st.sampled_from(["Referral (%)", "A&E: 4-hour [note 1]", "Überweisung", "Score_2", "North / Beds", "Ⅳ beds"])


@given(HEADINGS, st.sampled_from(["{}", " {} ", "{}\u00b2", "{} [note 3]", "{} (%)", "*{}*"]))
def test_a_heading_is_found_whatever_marks_stand_about_it(heading: str, written: str) -> None:
    """The search asks for no more than letters and digits, so that it is never stricter than what reads the table."""
    shape = index.Shape(index.needles_of([Input("x", "number", heading)], TableReading()), [], {})
    cell = heading.rpartition(" / ")[2]
    assert index.can_fit(shape, index.squashed(f"Code\n{written.format(cell)}"))
    assert index.can_fit(shape, index.squashed(f"Code\n{written.format(cell.upper())}"))
    assert not index.can_fit(shape, index.squashed("Code\nSomething else"))


def test_what_need_not_be_found_by_its_heading_asks_for_nothing() -> None:
    pinned = Input("a", "number", "Alpha", column="F")
    optional = Input("b", "number", "Beta", optional=True)
    at_cell = Input("c", "number", "Gamma")
    reading = TableReading(headings=(("c", ("Q16",)),))
    assert index.needles_of([pinned, optional, at_cell], reading) == []
    long = TableReading(long=LongForm("Measure name", "Value"))
    assert index.needles_of([at_cell], long) == [["c", "gamma", "measurename"]]
    assert index.needles_of([at_cell], TableReading(headings=(("c", ("Delta",)),))) == [["delta"]]


def test_every_record_of_a_reading_comes_back_as_it_was() -> None:
    records = (
        TableReading(sheet="A", tables=Tables((("one", TableReading(cut_points=CutPoints("Level", "Set"))),))),
        LongForm("Measure", "Value", (("Quarter", "Q4"),)),
        TableReading(stands_for=(("<5", Decimal("2.50")),)),
        Range(None, Decimal(1)),
    )
    assert index.record_of(json.loads(json.dumps(index.plain_of(records)))) == records
