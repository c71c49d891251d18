"""`nhsrate build`: every output of a project made anew, on all processors, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.projects import RATINGS, RETURN, WHOLE, put, rules
from tests.support.projects import project as small
from tests.support.running import run

from nhsrate.commands import building, ending, processes

TWO = """\
methodology: rules/stars.yaml
ratings:
  - {return: returns/june.csv, outputs: [out/june.csv, out/june.json]}
  - {return: returns/july.csv, outputs: [out/july.csv]}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return small(tmp_path)


def test_every_output_is_made_and_what_is_as_it_was_is_left_alone(here: Path) -> None:
    assert run("build") == (0, "wrote out/june.csv\n1 rating, 1 file: 1 written, 0 as they were.\n", "")
    assert Path("out/june.csv").read_text() == RATINGS
    before = Path("out/june.csv").stat().st_mtime_ns
    assert run("build") == (0, "1 rating, 1 file: 0 written, 1 as they were.\n", "")
    assert Path("out/june.csv").stat().st_mtime_ns == before
    Path("out/june.csv").write_text("something else")
    assert run("build").out.startswith("wrote out/june.csv\n")


def test_a_project_is_built_from_within_and_from_elsewhere(
    here: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The bytes are the same, whoever builds it from where."""
    put(here, nhsrate_yaml=WHOLE.replace("[out/june.csv]", "[out/june.json]"))
    os.chdir(here / "returns")
    assert run("build").code == 0
    inside = (here / "out" / "june.json").read_bytes()
    assert Path.cwd() == here / "returns"
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run("build", here).out == "1 rating, 1 file: 0 written, 1 as they were.\n"
    assert run("build", here / "nhsrate.yaml", "june").code == 0
    assert (here / "out" / "june.json").read_bytes() == inside


def test_ratings_are_chosen_by_name(here: Path) -> None:
    put(here, nhsrate_yaml=TWO)
    assert run("build", "july").out.startswith("wrote out/july.csv\n1 rating")
    assert run("build", ".", "ju*").out.startswith("wrote out/june.csv\nwrote out/june.json\n2 ratings, 3 files")
    code, _, err = run("build", "juli")
    assert (code, 'The project has no rating "juli". Did you mean "july"?' in err) == (2, True)
    code, _, err = run("build", "x*")
    assert (code, "There are june and july." in err) == (2, True)
    put(here, nhsrate_yaml="methodologies: rules\n")
    assert "There are none." in run("build", "x").err
    assert run("build") == (0, "0 ratings, 0 files.\n", "")


def test_what_is_faulty_is_not_made_and_the_others_are(here: Path) -> None:
    put(here, nhsrate_yaml=TWO, returns__june_csv=RETURN.replace("85", "many"))
    code, out, err = run("build")
    assert code == 1
    assert out == "wrote out/july.csv\njune was not made.\n2 ratings, 1 file: 1 written, 0 as they were.\n"
    assert err.startswith("returns/june.csv:C2: error: ")
    assert not Path("out/june.csv").exists()


def test_a_fault_of_rules_is_said_once(here: Path) -> None:
    put(here, nhsrate_yaml=TWO, rules__stars_yaml=rules().replace("kind: sum", "kind: summ"))
    code, out, err = run("build")
    assert (code, len(err.splitlines())) == (1, 1)
    assert out == "june was not made.\njuly was not made.\n2 ratings, 0 files.\n"


def test_faults_are_told_from_where_the_user_is(here: Path) -> None:
    put(here, nhsrate_yaml="ratngs: []\n")
    assert run("build").err.startswith("nhsrate.yaml:1:1: error:")
    os.chdir(here / "returns")
    assert run("build").err.startswith("../nhsrate.yaml:1:1: error:")
    put(here, nhsrate_yaml=WHOLE, returns__june_csv=RETURN.replace("85", "many").replace("60", "few"))
    assert run("build").err.startswith("../returns/june.csv:C2: error:")
    code, _, err = run("build", "..", "--problems", "json")
    assert (code, '"../returns/june.csv:C2"' in err) == (1, True)


def test_a_project_file_that_names_what_is_not_there_builds_nothing(here: Path) -> None:
    put(here, nhsrate_yaml=TWO.replace("july.csv, outputs", "juli.csv, outputs"))
    code, out, err = run("build")
    assert (code, out) == (1, "")
    assert err.startswith(
        'nhsrate.yaml:4:14: error: There is no "returns/juli.csv" in the project. Did you mean "july.csv"?'
    )
    assert run("build", "--check").code == 1


def test_no_project_is_a_fault() -> None:
    Path("nhsrate.yaml").unlink()
    code, out, err = run("build")
    assert (code, out) == (1, "")
    assert err.startswith("nhsrate.yaml: error: There is no nhsrate.yaml in this folder, or in one above it")


def test_warnings_of_the_project_are_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, returns__june_csv=RETURN.replace("RA1,", " RA1,"))
    code, _, err = run("build")
    assert code == 0
    assert "[tidied-codes]" in err


def test_a_csv_and_what_was_set_for_it_are_written_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, nhsrate_yaml=WHOLE + "    set: {cut: 90}\n")
    assert run("build").out.splitlines()[:2] == ["wrote out/june.csv-metadata.json", "wrote out/june.csv"]
    assert run("build").out == "1 rating, 2 files: 0 written, 2 as they were.\n"
    assert run("score", "returns/june.csv", "-m", "stars", "--set", "cut=90", "--check", "out/june.csv").code == 0
    before = Path("out/june.csv-metadata.json").read_bytes()
    put(here, nhsrate_yaml=WHOLE + "    set: {cut: 91}\n")
    Path("out/june.csv").unlink()
    Path("out/june.csv").mkdir()
    assert run("build").code == 1
    assert Path("out/june.csv-metadata.json").read_bytes() == before


def test_what_an_earlier_run_left_beside_a_csv_is_told(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE + "    set: {cut: 90}\n")
    run("build")
    put(here, nhsrate_yaml=WHOLE)
    code, out, err = run("build")
    assert (code, out.splitlines()[0]) == (0, "wrote out/june.csv")
    assert "[left-behind]" in err
    Path("out/june.csv-metadata.json").write_text("[]")
    assert run("build").err == ""


def test_a_place_that_cannot_be_written_to_is_told(here: Path) -> None:
    Path("out").write_text("a file")
    put(here, nhsrate_yaml=TWO.replace("out/july", "july"))
    code, out, err = run("build")
    assert (code, err.startswith("out/june.csv: error: ")) == (1, True)
    assert out == "wrote july.csv\n2 ratings, 3 files: 1 written, 2 as they were or not written.\n"


def test_another_disk_is_named_whole(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    put(here, nhsrate_yaml="ratngs: []\n")
    monkeypatch.setattr("os.path.relpath", refuse)
    assert run("build").err.startswith(f"{here.as_posix()}/nhsrate.yaml:1:1: error:")


# several processors


def test_a_terminal_is_told_how_many_are_done(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(here, nhsrate_yaml=TWO)
    assert "ratings" in run("build", tty=True).out


def double(number: int) -> tuple[int, int]:
    """A number twice, and the process that worked it out."""
    return 2 * number, os.getpid()


def lost(number: int) -> int:
    """Ends its process as a system does that is short of memory; in the first process it works."""
    if os.getpid() != PARENT:
        os._exit(9)
    return number


PARENT = os.getpid()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_work_is_spread_over_processes_of_their_own() -> None:
    found = dict(processes.spread(double, range(6), 2))
    assert {n: result for n, (result, _) in found.items()} == {n: 2 * n for n in range(6)}
    assert os.getpid() not in {process for _, process in found.values()}
    alone = dict(processes.spread(double, [3], 2))
    assert alone == {0: (6, os.getpid())}
    assert dict(processes.spread(double, [3, 4], 1)) == {0: (6, os.getpid()), 1: (8, os.getpid())}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_a_lost_process_leaves_is_done_here() -> None:
    assert dict(processes.spread(lost, range(3), 2)) == {0: 0, 1: 1, 2: 2}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_processes_end_with_whoever_waits_for_them() -> None:
    from multiprocessing import active_children

    working = processes.spread(double, range(4), 2)
    next(working)
    working.close()  # type: ignore[attr-defined]  # it is a generator
    assert active_children() == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_end_from_outside_takes_the_processes_with_it() -> None:
    """What a signal undoes ends them at once; here nothing ends this process, which does the rest itself."""
    working = processes.spread(double, range(40), 2)
    first = next(working)
    ending.undo()
    assert {n for n, _ in (first, *working)} == {*range(40)}


def test_the_number_of_processors_is_known_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert processes.processors() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert processes.processors() == 1


def test_several_processes_make_what_one_makes(here: Path) -> None:
    put(here, nhsrate_yaml=TWO)
    code = "from nhsrate.commands.start import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "build", "-j", "2"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "wrote out/june.csv\nwrote out/june.json\nwrote out/july.csv\n2 ratings, 3 files: 3 written"
    )
    assert run("build", "-j", "1").out == "2 ratings, 3 files: 0 written, 3 as they were.\n"
    assert building.path_and_names(["x"]) == (None, ["x"])
