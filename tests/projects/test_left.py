"""Committed files whose return is gone: named where a pattern makes such files, and nobody else's file ever is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import project
from tests.support.running import run

from nhsrate.commands import processes
from nhsrate.projects.left import is_made

EVERY = """\
methodologies: rules
methodology: stars
ratings:
  - return: returns/*.csv
    outputs: ["out/{stem}.csv", "out/{stem}.json", "out/{stem}.xlsx", "out/{stem}.live.xlsx", "out/{stem}.html", "out/{name}.md"]
    name: "{stem}"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project with a rating for each of two returns, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    folder = project(tmp_path, EVERY)
    assert run("build").code == 0
    return folder


def test_every_file_of_a_return_that_is_gone_is_named() -> None:
    Path("returns/july.csv").unlink()
    code, out, err = run("build", "--check")
    assert (code, out.splitlines()[0]) == (1, "6 files have no return any more.")
    assert err.count("[left-over]") == 6
    assert (
        "out/july.csv: error: The return that it was made of is no longer there (nhsrate.yaml, line 5, makes such "
        "files). Bring its return back, delete the file, or keep it in a folder to which nothing is built. [left-over]"
    ) in err
    for file in Path("out").glob("july.*"):
        file.unlink()
    assert run("build", "--check").code == 0


def test_a_renamed_return_leaves_the_files_of_the_old_name() -> None:
    Path("returns/july.csv").rename("returns/August.CSV")
    code, out, _ = run("build", "--check")
    assert (code, out) == (1, "6 files are not built and 6 files have no return any more.\n")


def test_files_of_other_people_and_of_other_entries_are_left_alone() -> None:
    for name in ("index.html", "notes.csv", "read.me.md", "board.json", "plan.xlsx"):
        (Path("out") / name).write_text("our own\n", "utf-8")
    Path("out/old.csv").mkdir()
    assert run("build", "--check").code == 0
    Path("returns/july.csv").unlink()
    more = '  - {return: kept.csv, outputs: [out/july.csv, out/july.json, out/july.xlsx, "out/july.html"]}\n'
    Path("kept.csv").write_bytes(Path("returns/june.csv").read_bytes())
    Path("nhsrate.yaml").write_text(f"{EVERY}{more}", "utf-8")
    assert run("build").code == 0
    _, _, err = run("build", "--check")
    assert [line.split(":")[0] for line in err.splitlines()] == ["out/july.live.xlsx", "out/july.md"]


def test_of_named_ratings_nothing_is_said_of_others() -> None:
    Path("returns/july.csv").unlink()
    assert run("build", "--check", "june") == (0, "Nothing moved: 1 rating and 6 files hold.\n", "")


def test_where_it_is_not_known_what_would_be_made_nothing_is_called_left_over() -> None:
    Path("nhsrate.yaml").write_text(EVERY.replace("out/{stem}.csv", "out/{stem}-{methodology}.csv"), "utf-8")
    assert run("build").code == 0
    Path("returns/june.csv").write_text("Code,Name,Waits\nRA1,Alder,x\n", "utf-8")
    _, _, err = run("build", "--check")
    assert ("[undeclared-marker]" in err, "[left-over]" in err) == (True, False)


def test_a_file_that_cannot_be_read_is_nobodys(here: Path) -> None:
    assert [is_made(here / "out" / name) for name in ("june.csv", "june.xlsx", "absent.csv", "absent.xlsx")] == [
        True, True, False, False,
    ]  # fmt: skip
