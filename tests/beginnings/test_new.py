"""`nhsrate new`: a methodology of one's own, on which `check`, `test` and `score` pass at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml12
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support.second_yaml import plain, same

from nhsrate.beginnings.new import cases_for, copied, is_taken, rules_of
from nhsrate.beginnings.sample import sample_return
from nhsrate.commands.main import main
from nhsrate.core.problems import LineLocation, Refused
from nhsrate.language.tree import Mapping, Scalar, Sequence, read_tree
from nhsrate.language.write import yaml_text
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology
from nhsrate.rules.schema import MODELINE

if TYPE_CHECKING:
    from tests.conftest import Golden

    from nhsrate.language.tree import Node

GOLDEN = ROOT / "tests" / "golden" / "new"
WITHOUT_RETURN = {"cms-part-cd-2026", "nof-2026-27", "rtt-time-series"}
"""Editions whose return is several tables, or has dates for codes, or that want figures first; `new` says so."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    return result.exit_code, result.output


def passes(folder: Path, id_: str) -> None:
    """`check`, `test` and `score` pass, and the return finds its rules without being told."""
    assert run("check", folder / f"{id_}.yaml")[0] == 0
    assert run("test", folder)[0] == 0
    if (folder / "return.csv").exists():
        code, out = run("score", folder / "return.csv")
        assert (code, f"({id_})" in out) == (0, True)


def test_a_small_methodology_is_made_and_passes(tmp_path: Path, golden: Golden) -> None:
    said = "Made in mine:\n  mine.yaml\n  cases.yaml\n  return.csv\n  README.md\nNext:\n"
    said += f"  nhsrate score {Path('mine', 'return.csv')}\n  nhsrate check {Path('mine', 'mine.yaml')}\n"
    assert run("new", "mine") == (0, said + "  nhsrate test mine\n")
    passes(tmp_path / "mine", "mine")
    golden(GOLDEN / "mine.yaml.txt", (tmp_path / "mine" / "mine.yaml").read_text("utf-8"))
    golden(GOLDEN / "README.md", (tmp_path / "mine" / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("edition", edition_files())
def test_a_copy_of_every_edition_is_made_and_passes(edition: str, tmp_path: Path) -> None:
    code, out = run("new", "made/copy", "--from", edition)
    assert code == 0
    assert ("No return to try it on" in out) == (edition in WITHOUT_RETURN)
    passes(tmp_path / "made" / "copy", "copy")
    copy, original = load_methodology(tmp_path / "made" / "copy" / "copy.yaml"), load_methodology(edition)
    assert (copy.title, list(copy.items), copy.figures.keys()) == (
        original.title, list(original.items), original.figures.keys(),
    )  # fmt: skip


def test_a_copy_keeps_the_comments_and_drops_the_line_for_editors(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{MODELINE}# Why.\nid: a   # this\ntitle: A\n", "utf-8")
    assert rules_of(tmp_path / "a.yaml", "b") == "# Why.\nid: b\ntitle: A\n"


def test_what_an_edition_extends_is_merged_into_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\ntitle: A\nfigures: {cut: {value: 1}}\ninputs: {x: {type: number}}\n", "utf-8"
    )
    (tmp_path / "b.yaml").write_text("id: b\ntitle: B\nextends: a\nchange: {figures: {cut: {value: 2}}}\n", "utf-8")
    assert rules_of(tmp_path / "b.yaml", "c") == (
        "# Made from b.yaml and what it extends, whose comments are not in it.\n"
        "id: c\ntitle: B\nfigures:\n  cut: {value: 2, basis: assumed}\n\ninputs:\n  x: {type: number}\n\n"
    )


def test_cases_in_a_rule_file_stand_beside_its_copy(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\ntitle: A  # it\ninputs: {x: {type: number}}\n"
        "ratings: {y: {kind: sum, of: {x: 2}, headline: true}}\ncases:\n  - {given: {x: 1}, expect: {y: 2}}\n",
        "utf-8",
    )
    assert run("new", "made/copy", "--from", "a.yaml")[0] == 0
    folder = tmp_path / "made" / "copy"
    rules = (folder / "copy.yaml").read_text("utf-8")
    assert rules.startswith("# Made from a.yaml without its cases, whose comments are not in it.\nid: copy\n")
    assert "cases" not in rules.split("\n", 1)[1]
    assert (folder / "cases-of-copy.yaml").read_text("utf-8").startswith("methodology: copy\n")
    passes(folder, "copy")


def test_a_broken_rule_file_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: [", "utf-8")
    with pytest.raises(Refused):
        rules_of(tmp_path / "a.yaml", "b")
    assert run("new", "c", "--from", "a.yaml")[0] == 1
    assert not Path("c").exists()


CASES = [
    ("methodology: a  # of it\ncases:\n  - {given: {x: 1}}   # why\n", "methodology: b\ncases:\n  - {given: {x: 1}}   # why\n"),
    ("cases: [{given: {x: 1}}]\n", "methodology: b\ncases: [{given: {x: 1}}]\n\n"),
    ("methodology: a\ncases: [{name: n, methodology: c}, {name: m}]\n", "methodology: b\ncases: [{name: m}]\n\n"),
    ("methodology: c\ncases:\n  - {name: n, methodology: a}\n", "methodology: b\ncases: [{name: n}]\n\n"),
    ("methodology: a\ncases:\n  - {name: n, methodology: a}\n", "methodology: b\ncases: [{name: n}]\n\n"),
    ("methodology: c\ncases: [{name: n}]\n", ""),
    ("methodology: [c]\ncases: [{name: n}]\n", ""),
    ("- 1\n", ""),
    ("methodology: a\n", ""),
    ("id: a\ninputs: {}\ncases:\n  - {name: n}\n", "methodology: b\ncases: [{name: n}]\n\n"),
    ("id: c\ninputs: {}\ncases:\n  - {name: n}\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "made"), CASES)
def test_only_the_cases_of_the_edition_are_copied(text: str, made: str, tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(text, "utf-8")
    assert cases_for(tmp_path / "cases.yaml", "a", "b") == made


def test_nothing_is_overwritten() -> None:
    for name in ("full", "empty"):
        Path(name).mkdir()
    Path("full", "notes.txt").write_text("mine")
    Path("file").write_text("mine")
    assert [run("new", name)[0] for name in ("full", "file", "empty")] == [2, 2, 0]
    assert Path("full", "notes.txt").read_text() == Path("file").read_text() == "mine"
    assert os.listdir("full") == ["notes.txt"]  # noqa: PTH208 (names alone)
    assert run("new", "empty")[0] == 2


@pytest.mark.parametrize("id_", ["1st", "a b", "family", "cases", "cases-a", "sha-mental-health-stars-2004", "a/b"])
def test_a_bad_id_is_wrong_usage(id_: str) -> None:
    code, out = run("new", "folder", "--id", id_)
    assert (code, "cannot be the id" in out) == (2, True)
    assert not Path("folder").exists()


def test_a_folder_that_cannot_be_an_id_wants_one() -> None:
    assert run("new", "2026 rules")[0] == 2
    assert run("new", "2026 rules", "--id", "rules")[0] == 0
    assert Path("2026 rules", "rules.yaml").exists()


def test_an_unknown_edition_is_wrong_usage() -> None:
    assert run("new", "mine", "--from", "nowhere")[0] == 2
    assert not Path("mine").exists()


def test_a_folder_that_cannot_be_made_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    code, out = run("new", "mine")
    assert (code, "The folder cannot be made: Permission denied." in out) == (1, True)
    Path("b").touch()
    monkeypatch.setattr(Path, "exists", refuse)
    assert not is_taken(Path("b"))


# the invented return


def test_a_return_has_a_value_of_the_right_kind_in_every_column(tmp_path: Path) -> None:
    """
    id: kinds
    title: Kinds
    scales: {s: [{level: x}, {level: y}]}
    reading: {header_row: 5}
    inputs:
      whole: {type: number}
      low: {type: number, valid: ">= 5"}
      high: {type: number, valid: "<= 5"}
      few: {title: Few, type: count, valid: 0..7}
      share: {title: Share, type: percent, bare: fraction}
      level: {type: level, scale: s}
      late: {type: yes/no}
      free: {type: text}
      told: {type: text}
      by: {type: text}
      tested: {type: text}
      keyed: {type: number}
      absent: {type: number, optional: true}
    measures:
      a: {kind: lookup, of: told, table: {p: 1, q: 2}}
      b: {kind: matrix, rows: keyed, columns: level, across: [x, y], table: {3: [1, 2], 4: [1, 2]}}
      c: {kind: thresholds, of: whole, by: by, sets: {m: [{score: 1, otherwise: true}]}}
      d: {kind: decide, rows: [{when: {tested: [u, v], whole: "> 1"}, then: 1, missing: fails}, {when: {tested: not v, free: missing}, then: 2, missing: fails}], otherwise: 0}
    ratings:
      r: {kind: sum, of: [a, b, c, d], headline: true}
    """
    (tmp_path / "kinds.yaml").write_text(
        str(test_a_return_has_a_value_of_the_right_kind_in_every_column.__doc__), "utf-8"
    )
    text = sample_return(load_methodology(tmp_path / "kinds.yaml"), "kinds")
    assert text is not None
    rows = text.splitlines()
    assert rows[:4] == ["Methodology,kinds", "", "", ""]
    assert rows[4] == "Code,Name,whole,low,high,Few,Share,level,late,free,told,by,tested,keyed"
    assert rows[5] == "XAL,Aldermere (invented),2.43,6.43,-3.57,1,2.4%,x,no,text,p,m,u,3"
    assert rows[10] == "XFE,Fennimore (invented),9.57,13.57,3.57,6,9.6%,y,yes,text,q,m,v,4"


def test_a_methodology_that_cannot_rate_what_is_invented_has_no_return(tmp_path: Path) -> None:
    """
    id: never
    title: Never
    inputs: {a: {type: number}, b: {type: number, optional: true}}
    measures: {zero: {kind: constant, value: 0}}
    ratings: {r: {kind: ratio, of: a, to: zero, headline: true}}
    """
    doc = test_a_methodology_that_cannot_rate_what_is_invented_has_no_return.__doc__
    (tmp_path / "never.yaml").write_text(str(doc), "utf-8")
    assert sample_return(load_methodology(tmp_path / "never.yaml"), "never") is None
    assert "return.csv" not in copied(tmp_path / "never.yaml", "copy")


def test_optional_columns_are_given_where_it_takes_them(tmp_path: Path) -> None:
    """
    id: optional
    title: Optional
    inputs: {a: {type: number, optional: true}}
    ratings: {r: {kind: sum, of: [a], headline: true}}
    """
    (tmp_path / "optional.yaml").write_text(str(test_optional_columns_are_given_where_it_takes_them.__doc__), "utf-8")
    assert "Code,Name,a" in str(sample_return(load_methodology(tmp_path / "optional.yaml"), "optional"))


# YAML written again

AT = LineLocation("x")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["no", "1", "a: b", "- x", "? y", "{z}", "", " a", "b ", "word " * 40, "- " + "word " * 40, "#" + "word " * 40, "w" * 150, "two  " * 40]),
)  # fmt: skip
READABLE = TEXTS.filter(lambda text: all(letter.isprintable() or letter in "\n\t" for letter in text))


def told_apart(entries: dict[str, Node]) -> Mapping:
    """A mapping without the keys that the second reader takes for one, as it makes numbers and truths of `1` and `true`."""
    kept: dict[object, str] = {}
    for key in entries:
        read = yaml12.parse_yaml(yaml_text(Mapping({key: Scalar("", AT)}, AT, {key: AT})))
        assert isinstance(read, dict)
        kept.setdefault(next(iter(read)), key)
    return Mapping({key: entries[key] for key in kept.values()}, AT, dict.fromkeys(kept.values(), AT))


def mapped(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    made = st.dictionaries(READABLE, parts, max_size=4).map(told_apart)
    return made | st.lists(parts, max_size=4).map(lambda items: Sequence(tuple(items), AT))


TREES = st.recursive(READABLE.map(lambda text: Scalar(text, AT)), mapped, max_leaves=20)


@example({"1": Scalar("a", AT), "True": Scalar("b", AT), "1.0": Scalar("c", AT)})
@given(st.dictionaries(READABLE, TREES, min_size=1, max_size=4))
def test_what_is_written_reads_as_the_same(entries: dict[str, Node]) -> None:
    tree = told_apart(entries)
    text = yaml_text(tree)
    found, problems = read_tree(text, "x")
    assert problems == []
    assert plain(found) == plain(tree), text
    assert same(plain(tree), yaml12.parse_yaml(text)), text
