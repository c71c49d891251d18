"""The scorecards among the examples: sound, tested by their own cases, and rated as their committed ratings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

FOLDER = ROOT / "examples" / "scorecards"
CARDS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
EARLIER = {"council-performance": ("q1.csv", "a-year-ago.csv")}


@pytest.fixture(params=CARDS, ids=lambda path: path.name)
def card(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of the folders, in which the test then works."""
    folder: Path = request.param
    monkeypatch.chdir(folder)
    return folder


def test_the_rules_have_no_fault_and_the_cases_pass(card: Path) -> None:
    checked = run("check", f"{card.name}.yaml")
    assert (checked.code, checked.err) == (0, "")
    tested = run("test", ".")
    assert (tested.code, tested.err) == (0, ""), tested


def test_the_committed_ratings_are_what_the_rules_give(card: Path, golden: Golden) -> None:
    earlier = [word for name in EARLIER.get(card.name, ()) for word in ("--earlier", name)]
    rated = run("score", "return.csv", "-m", f"{card.name}.yaml", *earlier, "-f", "csv")
    assert (rated.code, rated.err) == (0, "")
    golden(card / "ratings.csv", rated.out)


def test_every_scorecard_stands_in_the_list() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert [name for name in (path.name for path in CARDS) if f"| `{name}` |" not in text] == []
    assert len(CARDS) == 5


def test_a_scorecard_is_a_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `new` writes passes `check` and `test` and can be scored at once, and rates what the example rates."""
    monkeypatch.chdir(tmp_path)
    assert run("new", "mine", "--like", "scorecard").code == 0
    monkeypatch.chdir(tmp_path / "mine")
    checked = run("check", "mine.yaml")
    assert (checked.code, checked.err) == (0, "")
    assert run("test", ".").code == 0
    scored = run("score", "return.csv", "-f", "csv")
    assert [row.split(",")[-1] for row in scored.out.splitlines()] == ["light", "amber", "red", "green", "red"]
    assert run("new", "more", "--like", "scorecard", "--from", "shmi").code == 2
