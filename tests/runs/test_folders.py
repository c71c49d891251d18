"""A folder in the place of a return is one return of several files, wherever a return is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import nhsrate
from nhsrate.commands.main import main
from nhsrate.core.problems import Refused
from nhsrate.runs.folders import folder_problems, tables_in
from nhsrate.runs.request import paths_of, requested
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: rules
title: Stars for short waits
status: illustrative
scales: {stars: [{level: 2}, {level: 1}]}
inputs: {waits: {type: number, polarity: lower}}
ratings:
  stars: {kind: thresholds, of: waits, scale: stars, headline: true, published: true, levels: [{level: 2, at_most: 12}, {level: 1, otherwise: true}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the returns of three trusts, what programs leave there, a note and a folder."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    made = tmp_path / "returns"
    made.mkdir()
    for code, waits in (("RB2", 15), ("RA1", 12), ("ra3", 9)):
        (made / f"{code}.csv").write_text(f"code,waits\n{code.upper()},{waits}\n", encoding="utf-8")
    for name in (".hidden.csv", "~$RA1.xlsx", "notes.TXT"):
        (made / name).write_text("of no account\n", encoding="utf-8")
    (made / "old").mkdir()
    return made


def test_its_tables_are_read_in_the_order_of_their_names(folder: Path) -> None:
    """Without those of programs, and of folders in it; a file stays what it is, and so does what is not there."""
    assert [path.name for path in tables_in(folder)] == ["RA1.csv", "ra3.csv", "RB2.csv"]
    (folder / "RA10.csv").write_text("code,waits\nRA10,12\n", encoding="utf-8")
    assert [path.name for path in tables_in(folder)] == ["RA1.csv", "ra3.csv", "RA10.csv", "RB2.csv"]
    assert tables_in(folder / "RA1.csv") == (folder / "RA1.csv",)
    assert tables_in(folder / "RZ9.csv") == (folder / "RZ9.csv",)
    assert [path.name for path in paths_of([folder / "notes.TXT", folder])][:2] == ["notes.TXT", "RA1.csv"]


def test_what_was_not_read_is_said(folder: Path) -> None:
    """By name, in a note that ends nothing."""
    [note] = folder_problems(folder)
    assert (note.code, note.severity) == ("not-used", "note")
    said = "Read of the folder, as one return: RA1.csv, ra3.csv and RB2.csv. Not read: notes.TXT and old/."
    assert note.message == said
    (folder / "notes.TXT").unlink()
    (folder / "old").rmdir()
    assert folder_problems(folder) == []
    assert folder_problems(folder / "RA1.csv") == []
    for name in ("x" * 5000, "nothing\0"):
        assert folder_problems(folder / name) == []
        assert tables_in(folder / name) == (folder / name,)


def test_one_without_a_table_is_refused_with_what_is_in_it(tmp_path: Path) -> None:
    """Also where it is empty; nothing else is opened then."""
    for name, said in (("", "it is empty"), ("plan.docx", "only plan.docx")):
        if name:
            (tmp_path / name).write_text("?", encoding="utf-8")
        with pytest.raises(Refused) as refused:
            run(requested([tmp_path, tmp_path / "nothing.csv"], "ae-four-hour"))
        [problem] = refused.value.problems
        assert problem.code == "is-a-folder"
        assert said in problem.message


def test_every_command_and_python_take_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Score, explain, check, headroom and robustness, and the return of `--against`."""
    monkeypatch.chdir(folder.parent)
    words = (
        ("score", "returns", "-f", "csv"),
        ("explain", "returns", "RB2"),
        ("check", "returns"),
        ("headroom", "returns", "RB2", "-f", "json"),
        ("robustness", "returns", "--vary", "weights=25%"),
        ("score", "returns/RB2.csv", "--against", "returns", "-f", "csv"),
    )
    printed = []
    for args in words:
        result = CliRunner().invoke(main, [*args, "-m", "rules.yaml"])
        assert result.exit_code == 0, result.output
        printed.append(result.stdout)
    assert printed[0].splitlines()[1:] == ["RA1,RA1,2", "RA3,RA3,2", "RB2,RB2,1"]
    [gain] = json.loads(printed[3])["gains"]
    assert (gain["input"], gain["to"]) == ("waits", "12")
    assert printed[5].splitlines()[1:] == ["RB2,RB2,1"]
    rated = nhsrate.rate(folder, "rules.yaml")
    assert len(rated.assessment.organisations) == 3


def test_no_output_takes_the_place_of_a_file_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the folder is read like one that was named."""
    monkeypatch.chdir(folder.parent)
    result = CliRunner().invoke(main, ["score", "returns", "-m", "rules.yaml", "-f", "csv", "-o", "returns/RA1.csv"])
    assert result.exit_code == 2
    assert "would take the place of a file that is read" in result.output
