"""What Windows brings: lines that end in CR LF, paths with backslashes, consoles of old code pages."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.commands.main import main
from nhsrate.commands.streams import prepared
from nhsrate.helping.examples import EXAMPLES

NIGHTS = "examples/quiet-nights"
TEXTS = {".csv", ".yaml", ".md", ".json", ".html"}


class Console(io.TextIOWrapper):
    """A console of a code page, which refuses what it cannot show."""

    def __init__(self, code_page: str) -> None:
        """Of that code page."""
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=code_page, errors="strict", newline="\r\n")

    def isatty(self) -> bool:
        """A console is a terminal."""
        return True

    @property
    def shown(self) -> str:
        """What stands on it."""
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where a copy of the examples lies."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def with_crlf(folder: Path) -> None:
    """Let every line of every text below a folder end as Windows ends them."""
    for file in folder.rglob("*"):
        if file.suffix in TEXTS:
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def on_console(code_page: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int | str | None, str]:
    """The exit code of a command in a console of that code page, and all that it shows there."""
    out, err = Console(code_page), Console(code_page)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        prepared()
        with pytest.raises(SystemExit) as stopped:
            main(arguments, prog_name="nhsrate")
    return stopped.value.code, out.shown + err.shown


# Consoles.


@pytest.mark.parametrize(
    ("name", "code_page"),
    [*((name, "cp850") for name in EXAMPLES), *((name, "cp1252") for name in ("score", "explain", "manual", "kinds"))],
)
def test_every_command_prints_on_an_old_console(
    name: str, code_page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first example is shown, without a letter that is not known and without a question mark in its place."""
    example = EXAMPLES[name][0]
    code, shown = on_console(code_page, shlex.split(example.line.replace("\\\n", " ")), monkeypatch)
    assert (code or 0) == example.code
    assert shown
    assert "\\u" not in shown
    assert "\ufffd" not in shown


@pytest.mark.parametrize("code_page", ["cp850", "cp1252"])
def test_stars_are_asterisks_where_there_are_none(
    code_page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, shown = on_console(code_page, ["score", "examples/acute-stars-2003-04.xlsx"], monkeypatch)
    assert "*** 3" in shown
    assert "\u2605" not in shown


def test_help_and_a_problem_are_shown_on_an_old_console(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "w\u0175.csv").write_text("Code,Name\n", "utf-8")
    for arguments, expected in (
        (["--help"], "Usage: nhsrate"),
        (["score", "--help"], "Usage: nhsrate score"),
        (["score", "w\u0175.csv"], "ww.csv"),
        (["score", "no \u2013 such.csv"], "no - such.csv"),
    ):
        _, shown = on_console("cp850", arguments, monkeypatch)
        assert expected in shown


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "ascii"])
def test_a_pipe_gets_the_same_bytes_whatever_the_code_page(encoding: str, folder: Path) -> None:
    """What another program reads is UTF-8, with lines that end in LF."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": encoding}
    line = ["score", "examples/acute-stars-2003-04.xlsx"]
    done = subprocess.run(
        [sys.executable, "-m", "nhsrate", *line], capture_output=True, check=True, cwd=folder, env=environment
    )
    assert done.stdout.decode("utf-8") == run(*line).out
    assert b"\r" not in done.stdout


# Lines that end in CR LF, as git and editors on Windows write them.


def test_a_return_rules_and_cases_with_crlf_are_the_same(folder: Path) -> None:
    lines = [
        ["score", "examples/financial-risk-2011-12.csv", "-f", "csv"],
        ["score", f"{NIGHTS}/winter.csv", "-m", f"{NIGHTS}/nights-winter.yaml", "-f", "csv"],
        ["test", f"{NIGHTS}/cases.yaml"],
        ["explain", f"{NIGHTS}/winter.csv", "XA2", "-m", f"{NIGHTS}/nights-winter.yaml"],
        ["new", "wards", "--from-return", "examples/spreadsheets/wards.csv"],
    ]
    before = [run(*line) for line in lines]
    shutil.rmtree("wards")
    with_crlf(folder / "examples")
    assert [run(*line) for line in lines] == before
    assert all(one.code == 0 for one in before)


def test_committed_ratings_with_crlf_have_not_moved(folder: Path) -> None:
    with_crlf(folder / "examples")
    for name in ("sha-2004", "financial-risk-2011-12"):
        assert run("score", f"examples/{name}.csv", "--check", f"examples/ratings/{name}.csv").code == 0


# Paths.


@pytest.mark.skipif(os.name == "nt", reason="there a backslash parts folders, and is in no name")
def test_a_name_with_a_backslash_is_a_name_like_others(folder: Path) -> None:
    shutil.copy("examples/sha-2004.csv", "returns\\2004 \u2013 first.csv")
    name = "returns\\2004 \u2013 first.csv"
    assert run("score", name, "-f", "csv").out == run("score", "examples/sha-2004.csv", "-f", "csv").out
    assert json.loads(run("score", name, "-f", "json").out)
    assert json.loads(run("check", name, "-f", "sarif").out)
    assert run("explain", name, "XA2").code == 0
    assert run("score", name, "-o", "out\\ratings.csv") == (0, "", "wrote out\\ratings.csv\n")
    assert Path("out\\ratings.csv").is_file()


@pytest.mark.parametrize("path", ["C:\\returns\\2004.csv", "\\\\server\\share\\2004.csv", "..\\2004.csv", "2004.csv\\"])
def test_a_path_of_windows_that_is_not_there_is_told_of(path: str, folder: Path) -> None:
    for line in (["score", path], ["check", path], ["score", "examples/sha-2004.csv", "-m", path]):
        code, out, err = run(*line)
        assert (code in {1, 2}, out) == (True, "")
        assert path.rstrip("\\") in err.replace("/", "\\")


def test_a_project_whose_texts_have_crlf_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it lies on a disk where git writes lines as Windows ends them; what moved is found all the same."""
    with_crlf(folder / "examples" / "project")
    monkeypatch.chdir(folder / "examples" / "project")
    code, out, err = run("build", "--check", "-j", "1")
    assert (code, err) == (0, "")
    assert out.startswith("Nothing moved")
    page = Path("public/food-2025.html")
    page.write_bytes(page.read_bytes().replace(b"<title>", b"<title>Not ", 1))
    code, _, err = run("build", "--check", "-j", "1")
    assert code == 1
    assert "public/food-2025.html:" in err


def test_a_project_whose_paths_have_backslashes_is_refused_at_their_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would be found on Windows alone; `/` is found everywhere."""
    monkeypatch.chdir(folder / "examples" / "project")
    file = Path("nhsrate.yaml")
    file.write_text(file.read_text("utf-8").replace("returns/food-2024", "returns\\food-2024"), "utf-8")
    code, _, err = run("build")
    assert code == 1
    assert 'nhsrate.yaml:6:13: error: There is no "returns\\food-2024.csv" in the project.' in err
