"""`nhsrate check` in a project: its file alone, or everything that it names; and several returns taken apart."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.projects import RETURN, WHOLE, put, rules
from tests.support.projects import project as small
from tests.support.running import run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return small(tmp_path)


def test_a_project_file_is_checked_by_itself(here: Path) -> None:
    said = "nhsrate.yaml: a project of 1 rating, 1 output and 1 methodology of its own. No problems.\n"
    assert run("check", "nhsrate.yaml") == (0, said, "")
    put(here, returns__june_csv="nothing that can be read\n")
    assert run("check", "nhsrate.yaml").code == 0
    put(here, nhsrate_yaml=WHOLE.replace("return: returns/june", "return: returns/jun"))
    code, out, err = run("check", "nhsrate.yaml")
    assert (code, out) == (
        1,
        "nhsrate.yaml: a project of 0 ratings, 0 outputs and 1 methodology of its own. 1 problem.\n",
    )
    assert err.startswith('nhsrate.yaml:3:13: error: There is no "returns/jun.csv" in the project.')
    put(here, nhsrate_yaml="ratngs: []\n")
    os.chdir("returns")
    assert run("check", "../nhsrate.yaml").err.endswith(
        'error: "ratngs" is not known here. Did you mean "ratings"? [unknown-key]\n'
    )


def test_everything_that_a_project_names_is_checked_without_a_file(here: Path) -> None:
    put(here, reading_yaml="header_row: 1\n", nhsrate_yaml=WHOLE + "    reading: reading.yaml\n")
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines() if not line.startswith(" ")] == [
        "nhsrate.yaml", "rules/stars.yaml", "rules/stars.yaml", "rules/cases.yaml", "reading.yaml", "returns/june.csv",
    ]  # fmt: skip
    checked = json.loads(run("check", "-f", "json").out)["checked"]
    assert [one["file"] for one in checked] == [
        "nhsrate.yaml",
        "rules/stars.yaml",
        "rules/cases.yaml",
        "reading.yaml",
        "returns/june.csv",
    ]
    assert checked[0] == {"file": "nhsrate.yaml", "ratings": ["june"], "methodologies": ["stars"]}


def test_each_return_is_checked_as_its_rating_says_and_told_from_where_the_user_is(here: Path) -> None:
    put(here, list_csv="Code\nRA1\nRB1\n", nhsrate_yaml=WHOLE + "    organisations: list.csv\n")
    os.chdir("returns")
    code, _out, err = run("check")
    assert (code, "../returns/june.csv:row 4: error:" in err, "[unknown-code]" in err) == (1, True, True)
    put(here, nhsrate_yaml=WHOLE + "    set: {cutt: 3}\n")
    assert "../nhsrate.yaml:3:5: error:" in run("check").err
    assert run("check").code == 1
    put(here, nhsrate_yaml="methodologies: rules\nratings: [{return: returns/june.csv}]\n")
    assert (run("check").code, "[which-methodology]" in run("check").err) == (1, True)


def test_a_fault_of_rules_is_said_once_and_a_faulty_project_ends_the_check(here: Path) -> None:
    put(here, rules__stars_yaml=rules().replace("kind: sum", "kind: summ"))
    code, _, err = run("check")
    assert (code, len(err.splitlines())) == (1, 1)
    put(here, nhsrate_yaml="ratngs: []\n")
    code, out, err = run("check")
    assert (code, out, err.startswith("nhsrate.yaml:1:1: error:")) == (1, "", True)


def test_options_on_a_return_need_one(here: Path) -> None:
    assert "name a return" in run("check", "-m", "stars").err
    assert "name a return" in run("check", "--each").err
    assert "--show-reading goes with a return" in run("check", "--show-reading").err
    Path("nhsrate.yaml").unlink()
    code, _, err = run("check")
    assert (code, "Missing argument 'FILE...'." in err) == (2, True)


def test_several_returns_are_taken_apart(here: Path) -> None:
    files = ("returns/june.csv", "returns/july.csv")
    assert "[duplicate-value]" in run("check", *files, "-m", "stars").err
    code, out, err = run("check", "--each", *files, "rules/stars.yaml", "-m", "stars")
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines() if "read as a return" in line] == [*files]
    put(here, returns__july_csv=RETURN.replace("60", "few"))
    code, out, err = run("check", "--each", "returns", "-m", "stars")
    assert (code, err.startswith("returns/july.csv:C3: error:"), out.count("read as a return")) == (1, True, 1)
    assert run("check", "--each", "rules/stars.yaml").code == 0
