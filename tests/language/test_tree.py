"""Rule files that are hostile, or that YAML would read as something else than it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from nhsrate.core.problems import LineLocation
from nhsrate.language import tree as yamltree
from nhsrate.language.tree import Mapping, Scalar, read_tree, size_problem

AT = LineLocation("rules.yaml")


def faults(text: str) -> list[str]:
    """The problems of a text, as `place code: message remedy`."""
    _, problems = read_tree(text, "rules.yaml")
    return [f"{problem.at} {problem.code}: {problem.message} {problem.remedy}" for problem in problems]


@pytest.fixture(params=["c", "python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: where it was built without the one in C, the other is used."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CLoader", raising=False)


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("text", ["a: " + "[" * 20_000, "a: " + "{a: " * 20_000, "- " * 20_000])
def test_a_deep_text_is_refused_without_being_walked(text: str) -> None:
    [fault] = faults(text)
    assert "yaml: The file is nested too deeply or too large. Rule files are flat; simplify it." in fault


@pytest.mark.usefixtures("_parser")
def test_scalars_stay_as_they_are_written() -> None:
    tree, problems = read_tree("a: NO\nb: 010\nc: 12:30\nd: .nan\ne: 1e3\nf: ~\n", "rules.yaml")
    assert isinstance(tree, Mapping)
    assert [node.text for node in tree.entries.values() if isinstance(node, Scalar)] == [
        "NO",
        "010",
        "12:30",
        ".nan",
        "1e3",
        "~",
    ]
    assert problems == []


@pytest.mark.usefixtures("_parser")
def test_a_tab_that_indents_is_called_so() -> None:
    [fault] = faults("id: a\ninputs:\n\twaits: {}\n")
    assert fault.startswith("rules.yaml:3:1 yaml: This is not YAML: ")
    assert fault.endswith("Indent with spaces, never with tabs.")


@pytest.mark.usefixtures("_parser")
def test_other_faults_have_the_common_advice() -> None:
    [fault] = faults("id: 'a\nb: c")
    assert fault.endswith("Check the indentation, quotes and brackets here.")
    [fault] = faults("id: 'a\n")
    assert fault.endswith("Check the indentation, quotes and brackets here.")


def test_a_flood_of_faults_is_cut_short() -> None:
    found = faults("".join(f"- &a{n} x\n" for n in range(5_000)))
    assert len(found) == yamltree.MAX_PROBLEMS + 2
    assert (
        found[-1]
        == "rules.yaml:102:3 yaml: There are more faults than can be listed. Mend those that are listed first."
    )


def test_a_bomb_of_aliases_goes_off_at_the_first() -> None:
    found = faults("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n")
    assert [fault.split(" ")[0] for fault in found] == ["rules.yaml:1:4", "rules.yaml:2:4", "rules.yaml:2:8"]


def test_a_file_of_a_sound_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("id: a", "utf-8")
    assert size_problem(file, AT) is None
    assert size_problem(tmp_path, AT) is None
    assert size_problem(tmp_path / "absent.yaml", AT) is None
    assert size_problem(Path("a\0b.yaml"), AT) is None


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    problem = size_problem(file, AT)
    assert problem is not None
    assert str(problem) == (
        "rules.yaml: The file has 100 MB, and no rule file comes near the 5 MB that are read. "
        "Check that this is the rule file."
    )
    assert problem.code == "unsafe-file"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has such files")
def test_a_pipe_is_no_rule_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rules.yaml")
    problem = size_problem(tmp_path / "rules.yaml", AT)
    assert problem is not None
    assert problem.code == "wrong-kind-of-file"
