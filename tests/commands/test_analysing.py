"""`nhsrate headroom` and `nhsrate robustness`: what they print, and how they say what is wrong with a call."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.conftest import ROOT

from nhsrate.commands.main import main

OVERSIGHT = str(ROOT / "examples" / "oversight-q4.csv")
RULES = """\
id: small
title: Small
vary: [weights=20%, variants]
variants: {harder: {title: Harder, change: {figures: {cut: {value: 7}}}}}
figures: {cut: {value: 6, basis: inferred, low: 5, high: 7}}
scales: {stars: [{level: 2}, {level: 1}]}
inputs:
  a: {type: number, polarity: higher, valid: 0..10, places: 0}
  b: {type: number, polarity: higher, valid: 0..10, places: 0}
measures: {m: {kind: weighted-mean, of: {a: 1, b: 3}, missing: leave out}}
ratings:
  stars: {kind: thresholds, of: m, scale: stars, polarity: higher, headline: true, levels: [{level: 2, at_least: cut}, {level: 1, otherwise: true}]}
"""


def call(*words: str) -> Result:
    """One call of the tool."""
    return CliRunner().invoke(main, [*words])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A return of four organisations, and its rules."""
    (tmp_path / "small.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "return.csv").write_text(
        "code,name,a,b\nA,Alder,5,6\nB,Beck,9,9\nC,Carr,1,2\nD,Dun,,8\n", encoding="utf-8"
    )
    return str(tmp_path / "return.csv"), str(tmp_path / "small.yaml")


def test_headroom_says_first_what_was_assumed_and_then_what_helps(files: tuple[str, str]) -> None:
    """A has 5.75 and needs 6: a point of either, and no wider than 80 columns."""
    done = call("headroom", files[0], "A", "-m", files[1])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Arithmetic on this return and no forecast")
    assert max(map(len, lines)) <= 80
    assert "Gains 2 by one input alone:" in lines
    assert any(line.split() == ["a", "5", "6", "1"] for line in lines)
    assert any(line.split() == ["b", "6", "7", "2"] for line in lines)
    assert "No input alone loses the level." in lines


def test_headroom_as_json_has_the_fields_that_programs_read(files: tuple[str, str]) -> None:
    """Each change with what it is from and to, of how many, how many peers are there, and that it is proved."""
    found = json.loads(call("headroom", files[0], "Alder", "-m", files[1], "-f", "json", "--input", "b").stdout)
    (gain,) = found["gains"]
    assert gain == {
        "input": "b", "title": "b", "from": "6", "to": "7", "unit": "", "of": None, "peers": 2, "level": "2",
        "level_one_step_short": "1", "confirmed": True,
    }  # fmt: skip
    assert found["losses"] == []
    assert found["held_by"] == []
    assert found["fewest"]["number"] == 1
    assert found["even_push"]["confirmed"]
    assert found["not_reporting"] == []
    assert found["not_moved"] == ["a"]


def test_headroom_tells_of_the_best_of_losing_and_of_what_is_reached(files: tuple[str, str]) -> None:
    """B is at the top; D loses by one input; and a level that is reached already is said to be."""
    assert "There is no better level to gain." in call("headroom", files[0], "B", "-m", files[1]).stdout
    assert "Loses 2 by one input alone:" in call("headroom", files[0], "D", "-m", files[1]).stdout
    assert "Level 1 is reached already." in call("headroom", files[0], "D", "-m", files[1], "--to", "1").stdout
    (Path(files[0]).parent / "none.csv").write_text("code,name,a,b\nA,Alder,,\nB,Beck,9,9\n", "utf-8")
    none = call("headroom", str(Path(files[0]).parent / "none.csv"), "A", "-m", files[1]).stdout
    assert "It has no rating (" in none
    assert "so it has no level to lose, and none is the next: --to names one." in " ".join(none.split())
    assert "no better level" not in none
    assert "No input alone loses the level." not in none
    held = call("headroom", files[0], "C", "-m", files[1], "--fixed", "a", "--fixed", "b").stdout
    assert "No input alone gains 2." in held
    assert "Not moved, as no side of them is better or they were held: a, b." in held


def test_headroom_of_an_example_warns_of_what_not_reporting_does() -> None:
    """As a warning, and not as advice; what holds a rating comes before everything else."""
    texts = [call("headroom", OVERSIGHT, code).stdout for code in codes(OVERSIGHT)[:12]]
    assert any("Warning, and no advice." in text for text in texts)
    assert any("Held by: a limit" in text for text in texts)
    assert all(max(map(len, text.splitlines())) <= 80 for text in texts)


def codes(file: str) -> list[str]:
    """The codes of an example."""
    with open(file, encoding="utf-8", newline="") as stream:  # noqa: PTH123 (a path as a text)
        return list(dict.fromkeys(row[0] for row in csv.reader(stream) if row and row[0].startswith("X")))


def test_what_is_not_there_is_named(files: tuple[str, str]) -> None:
    """An organisation, a level, an input: exit code 2, as for every wrong call."""
    for words in (("Z",), ("A", "--to", "9"), ("A", "--input", "aa"), ("A", "--fixed", "aa"), ("A", "--rating", "m")):
        done = call("headroom", files[0], *words, "-m", files[1])
        assert done.exit_code == 2, done.output


def test_robustness_follows_the_edition_unless_told_otherwise(files: tuple[str, str]) -> None:
    """Its own `vary:` is weights by a fifth and its variant; `--vary` takes its place."""
    done = call("robustness", files[0], "-m", files[1], "--draws", "200")
    assert done.exit_code == 0, done.output
    first = " ".join(done.stdout.splitlines()[:3])
    assert first.startswith("Varied: weights=20% (1 weighting), variants (2 with the method as it stands); 200 of 200")
    assert max(map(len, done.stdout.splitlines())) <= 80
    figures = call("robustness", files[0], "-m", files[1], "--draws", "200", "--vary", "figures", "--vary", "values")
    assert "figures (1 figure)" in figures.stdout
    assert "There is nothing to vary in values." in " ".join(figures.stdout.split())


def test_robustness_as_csv_and_json(files: tuple[str, str]) -> None:
    """A row for each organisation with the chance of each level; `--only` prints one of them."""
    text = call("robustness", files[0], "-m", files[1], "--draws", "100", "-f", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [*rows[0]] == [
        "code", "name", "level", "place", "place_low", "place_median", "place_high", "flips_by", "chance_2", "chance_1",
    ]  # fmt: skip
    assert {row["code"]: row["chance_2"] for row in rows if row["code"] in "BC"} == {"B": "1", "C": "0"}
    one = call("robustness", files[0], "-m", files[1], "--draws", "100", "-f", "json", "--only", "A")
    found = json.loads(one.stdout)
    assert [row["code"] for row in found["organisations"]] == ["A"]
    assert found["draws"] == {"asked": 100, "done": 100, "by_engine": 0, "seed": 1}
    assert found["failed"] == []
    assert {source["name"] for source in found["sources"]} == {"weights", "variants"}
    assert [one["input"] for one in found["leave_one_out"]]


def test_the_same_seed_gives_the_same_bytes(files: tuple[str, str]) -> None:
    """And another seed others."""
    first, again, other = (
        call("robustness", files[0], "-m", files[1], "--draws", "100", "--seed", seed, "-f", "json").stdout
        for seed in ("5", "5", "6")
    )
    assert first == again
    assert first != other


ALONE = """
import atexit, os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv.pop(1))])
told = open("/proc/self/status") if os.path.exists("/proc/self/status") else None
atexit.register(lambda: print([line.split()[1] for line in told or () if line.startswith("Threads:")], file=sys.stderr))
from nhsrate.commands.start import main
main()
"""
"""A process of the tool that may run on so many processors, and says at its end how many threads it has."""


@pytest.mark.parametrize("varied", ["weights=25%", "values", "ranks=5%", "figures=0.5"])
def test_any_number_of_processors_gives_the_same_bytes(tmp_path: Path, varied: str) -> None:
    """One, and all that there are; each in one thread, whatever NumPy is built with."""
    rules = (
        RULES.replace("places: 0}", "places: 0, error: 1.5}")
        .replace(
            "measures: {m: {kind: weighted-mean, of: {a: 1, b: 3}",
            "measures: {s: {kind: thresholds, of: a, scores: [{score: 9, at_least: 5}, {score: 2, otherwise: true}]}, "
            "r: {kind: rank-spread, of: b, rank: place, ranked: 900, best: 1, worst: 4}, m: {kind: weighted-mean, of: {a: 1, b: 3, s: 2, r: 1}",
        )
        .replace("inputs:", "inputs:\n  place: {type: count}")
    )
    (tmp_path / "small.yaml").write_text(rules, encoding="utf-8")
    rows = [f"T{n:03},{n % 900 + 1},{n % 11},{n * 7 % 10}" for n in range(700)]
    (tmp_path / "return.csv").write_text("\n".join(["code,place,a,b", *rows]) + "\n", encoding="utf-8")
    words = ["robustness", "return.csv", "-m", "small.yaml", "--vary", varied, "--draws", "150", "-f", "json"]
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    one, many = (
        subprocess.run(
            [sys.executable, "-c", ALONE, str(number), *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=True,
        )
        for number in (1, os.cpu_count() or 1)
    )
    assert one.stdout == many.stdout
    assert json.loads(one.stdout)["flips"] > 1
    assert {run.stderr.decode().splitlines()[-1] for run in (one, many)} <= {"['1']", "[]"}


@pytest.mark.parametrize("words", [("weights",), ("weight=2%",), ("figures", "figures=2")])
def test_a_vary_that_says_nothing_is_refused(files: tuple[str, str], words: tuple[str, ...]) -> None:
    """With what can be written; each source once."""
    done = call("robustness", files[0], "-m", files[1], *(part for word in words for part in ("--vary", word)))
    assert done.exit_code == 2
    assert "--vary" in done.stderr


def test_an_edition_that_says_nothing_varies_weights_by_a_quarter_and_figures_within_their_bounds() -> None:
    """As an example of quarter 4 does; failing draws and all."""
    done = call("robustness", OVERSIGHT, "--draws", "20")
    assert done.stdout.startswith("Varied: weights=25% (")
    assert "figures (" in done.stdout
