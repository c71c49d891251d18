"""What the history of a repository knows of ratings that are committed: what was changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support.repository import git
from tests.support.running import run

from nhsrate.runs.history import UNKNOWN, Since, since_committed

RULES = """\
id: beds
title: Beds
scales: {light: [{level: green}, {level: red}]}
inputs: {beds: {title: Beds, type: number, polarity: higher}}
ratings: {light: {kind: thresholds, scale: light, headline: true, of: beds, levels: [{level: green, at_least: 10}, {level: red, otherwise: true}]}}
"""
ASKED = ("score", "returns/r.csv", "-m", "rules/beds.yaml")
LIGHT = "A: light from green to red"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with rules, a return and its ratings, of which the plain csv has no values."""
    folder = tmp_path / "here"
    for name in ("rules", "returns", "ratings"):
        (folder / name).mkdir(parents=True)
    monkeypatch.chdir(folder)
    Path("rules/beds.yaml").write_text(RULES)
    Path("returns/r.csv").write_text("code,Beds\nA,12\nB,8\n")
    assert run(*ASKED, "-o", "ratings/r.csv").code == run(*ASKED, "--long", "-o", "ratings/l.csv").code == 0
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "More")


def change(name: str, before: str, after: str) -> None:
    text = Path(name).read_text()
    assert before in text
    Path(name).write_text(text.replace(before, after))


def since() -> Since:
    return since_committed(Path("ratings/r.csv"), [Path("rules/beds.yaml")], [Path("returns/r.csv")])


def checked(file: str = "ratings/r.csv") -> str:
    got = run(*ASKED, "--check", file)
    assert got.code == 1
    return got.out


def test_nothing_was_changed_also_where_a_checkout_ends_lines_otherwise(here: Path) -> None:
    assert since() == Since(rules=False, read=(), edited=False)
    text = Path("returns/r.csv").read_bytes()
    Path("returns/r.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    assert since() == Since(rules=False, read=(), edited=False)
    commit(here)
    assert since() == Since(rules=False, read=(), edited=False)


def test_the_rules_changed_before_the_ratings_were_made_anew(here: Path) -> None:
    """Whether that was committed or not."""
    change("rules/beds.yaml", "at_least: 10", "at_least: 20")
    assert since() == Since(rules=True, read=(), edited=False)
    for file in ("ratings/r.csv", "ratings/l.csv"):
        assert f"{LIGHT}, because the rules changed\n" in checked(file)
    commit(here)
    assert f"{LIGHT}, because the rules changed\n" in checked()


def test_a_return_that_changed_is_named_where_its_values_are_not_kept(here: Path) -> None:
    change("returns/r.csv", "A,12", "A,2")
    commit(here)
    assert f"{LIGHT}, because returns/r.csv changed\n" in checked()
    assert f"{LIGHT}, because Beds (B2) was 12 and is 2\n" in checked("ratings/l.csv")
    change("rules/beds.yaml", "title: Beds\n", "title: Beds of ours\n")
    assert f"{LIGHT}, because of these together: returns/r.csv changed; the rules changed\n" in checked()


@pytest.mark.parametrize("file", ["ratings/r.csv", "ratings/l.csv"])
def test_ratings_that_were_edited_are_not_laid_to_the_rules(here: Path, file: str) -> None:
    change(file, "green", "blue")
    assert f"A: light from blue to green, because {file} was edited\n" in checked(file)
    commit(here)
    expected = f"A: light from blue to green, because nhsrate changed, or {file} was edited before it was committed\n"
    assert expected in checked(file)


def test_shipped_rules_have_no_history(tmp_path: Path) -> None:
    """A rule file of another place is said to have changed, or not, by nobody."""
    shutil.move("rules/beds.yaml", tmp_path / "beds.yaml")
    found = since_committed(Path("ratings/r.csv"), [tmp_path / "beds.yaml"], [tmp_path / "gone.csv"])
    assert found == Since(rules=None, read=None, edited=False)
    change("ratings/l.csv", "green", "blue")
    got = run("score", "returns/r.csv", "-m", tmp_path / "beds.yaml", "--check", "ratings/l.csv")
    assert "A: light from blue to green, because ratings/l.csv was edited\n" in got.out


def test_what_was_never_committed_has_no_history(here: Path) -> None:
    assert since_committed(Path("ratings/r.csv"), [], []) == Since(rules=None, read=None, edited=False)
    Path("returns/new.csv").write_text("code,Beds\nA,12\n")
    found = since_committed(Path("ratings/r.csv"), [], [Path("returns/new.csv")])
    assert found.read is None
    git(here, "add", "returns/new.csv")
    found = since_committed(Path("ratings/r.csv"), [], [Path("returns/new.csv"), Path("returns/r.csv")])
    assert found.read == ("returns/new.csv",)
    assert since_committed(Path("returns/new.csv"), [], []) == UNKNOWN


def test_a_history_that_is_cut_short_knows_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first commit seems to have brought everything at once."""
    change("rules/beds.yaml", "title: Beds\n", "title: Beds of ours\n")
    commit(here)
    git(here, "clone", "--quiet", "--depth", "1", f"file://{here}", "../short")
    monkeypatch.chdir(here.parent / "short")
    assert since() == UNKNOWN


def test_without_git_or_a_repository_the_choice_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change("ratings/l.csv", "green", "blue")
    expected = "because the rules changed or ratings/l.csv was edited (nothing says which)\n"
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        assert since() == UNKNOWN
        assert expected in checked("ratings/l.csv")
    shutil.rmtree(here / ".git")
    assert since() == UNKNOWN
    assert expected in checked("ratings/l.csv")
