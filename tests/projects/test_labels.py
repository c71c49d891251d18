"""What a committed file says beside its results is held, too: names, the order of rows and columns, reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.projects import RATINGS, RETURN, WHOLE, put
from tests.support.projects import project as small
from tests.support.running import run

from nhsrate.commands import processes
from nhsrate.projects.labels import other_labels

RA1, RB1, RC1 = RATINGS.splitlines()[1:]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return small(tmp_path)


def told(there: str, moved: tuple[str, ...] = (), path: str = "a.csv", made: str = RATINGS) -> list[str]:
    """What is told of a file, each at its line."""
    return [f"{one.at}: {one.message}" for one in other_labels(path, there, made, moved)]


@pytest.mark.parametrize(
    "same",
    [
        RATINGS, RATINGS.replace("\n", "\r\n"), "\ufeff" + RATINGS, RATINGS.replace("Alder", '"Alder"'), RATINGS + "\n,,,\n",
        RATINGS.replace("RB1", "rb1"), RATINGS.replace("170", "170.0"), RATINGS.replace("code", "Code"),
    ],
)  # fmt: skip
def test_what_another_program_saved_is_the_same(same: str) -> None:
    assert told(same) == []


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (RATINGS.replace("Alder", "9Alder"), ['a.csv:2:1: RA1 is called "9Alder" here, and would be called "Alder".']),
        (RATINGS.replace("Alder", "alder"), ['a.csv:2:1: RA1 is called "alder" here, and would be called "Alder".']),
        (RATINGS.replace("Cedar", ""), ['a.csv:4:1: RC1 is called "" here, and would be called "Cedar".']),
        (RATINGS.replace("Alder", '"Al\nder"').replace("Cedar", "Oak"), ['a.csv:2:1: RA1 is called "Al der" here, and would be called "Alder".', 'a.csv:5:1: RC1 is called "Oak" here, and would be called "Cedar".']),
        (f"code,name,double,star\n{RA1}\n{RC1}\n{RB1}\n", ["a.csv:3:1: The rows stand in another order: RC1 is where RB1 would be."]),
        (f"code,name,double,star\n{RC1}\n{RA1}\n", ["a.csv:2:1: The rows stand in another order: RC1 is where RA1 would be."]),
        ("code,name,star,double\nRA1,Alder,3,170\n", ["a.csv:1:1: The columns stand in another order; they would be code, name, double, star."]),
        ("code,double,star\nRA1,170,3\n", ["a.csv:1:1: Columns are not there that would be: name.", 'a.csv:2:1: RA1 is called "" here, and would be called "Alder".']),
        ("code,name of it,double,star\nRA1,Alder,170,3\n", ["a.csv:1:1: Columns are not there that would be: name.", "a.csv:1:1: Columns are there that would not be: name of it.", 'a.csv:2:1: RA1 is called "" here, and would be called "Alder".']),
        ("name,double,star\nAlder,170,3\n", ["a.csv:1:1: Columns are not there that would be: code."]),
        ("{}", ["a.csv: It holds json, and its name says otherwise."]),
    ],
)  # fmt: skip
def test_what_is_said_otherwise_is_told_at_its_line(there: str, said: list[str]) -> None:
    assert told(there) == said


def test_a_name_that_is_guarded_from_spreadsheets_is_itself() -> None:
    made = RATINGS.replace("Alder", "'=Alder")
    assert told(made.replace("'=", "="), made=made) == []


def test_json_is_held_in_all_that_it_says_of_an_organisation(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.json]"))
    assert run("build").code == 0
    text = Path("out/june.json").read_text()
    said = json.loads(text)
    assert told(text, path="a.json", made=text) == []
    assert told(RATINGS, path="a.json", made=text) == ["a.json: It holds csv, and its name says otherwise."]
    said["organisations"][1]["name"] = "Beech"
    said["organisations"][2]["items"]["star"]["how"] = "so"
    said["organisations"][0]["more"] = 1
    other = json.dumps(said, indent=1)
    lines = other.splitlines()
    (first, second, third) = (n for n, line in enumerate(lines, 1) if line.strip().startswith('"code": "R'))
    assert told(other, path="a.json", made=text) == [
        f'a.json:{second}:1: RB1 is called "Beech" here, and would be called "Birch".',
        f"a.json:{first}:1: No result of RA1 moved, but something else is said of it than would be (more).",
        f"a.json:{third}:1: No result of RC1 moved, but something else is said of it than would be (star).",
    ]
    assert told(other, ("ra1", "rc1"), path="a.json", made=text) == [
        f'a.json:{second}:1: RB1 is called "Beech" here, and would be called "Birch".'
    ]
    said["organisations"].append({"code": "RX1", "name": "X", "items": {}})
    assert "RX1" not in " ".join(told(json.dumps(said), path="a.json", made=text))


def test_the_check_tells_it_and_fails_in_one_file(here: Path) -> None:
    assert run("build").code == 0
    put(here, out__june_csv=RATINGS.replace("Alder", "9Alder").replace("Birch", "9Birch"))
    code, out, err = run("build", "--check")
    assert (code, out) == (1, "1 file is not what would be made.\n")
    assert err.splitlines()[0].startswith('out/june.csv:2:1: error: RA1 is called "9Alder" here')
    assert run("build").code == 0
    assert run("build", "--check").code == 0


def test_a_name_that_the_return_changed_is_told(here: Path) -> None:
    assert run("build").code == 0
    put(here, returns__june_csv=RETURN.replace("Birch", "Beech"))
    code, _, err = run("build", "--check")
    assert (code, 'RB1 is called "Birch" here, and would be called "Beech".' in err) == (1, True)
