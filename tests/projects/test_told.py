"""What was found of a project, told: the headline, rows of the committed files, and the forms for other programs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.projects import CASES, RATINGS, RETURN, WHOLE, put
from tests.support.projects import project as small
from tests.support.running import run

from nhsrate.commands import processes
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.projects.held import Held, Ruled
from nhsrate.projects.told import Found, headline, summary_markdown, summary_text, with_rows
from nhsrate.reports.compare import Comparison, Moved


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project that was built, in which the test works, on one processor."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "processors", lambda: 1)
    small(tmp_path)
    assert run("build").code == 0
    return tmp_path


def fault(code: str, at: str = "x") -> Problem:
    return Problem(LineLocation(at), code, "It is so.")


def moves(*sorts: str, gone: tuple[str, ...] = ()) -> Comparison:
    """A comparison in which results of these sorts moved, each of an organisation of its own."""
    moved = tuple(Moved(f"R{n}", "", "item", "1", "2", sort=sort) for n, sort in enumerate(sorts))  # type: ignore[arg-type]
    return Comparison("x.csv", 9, 3, moved, gone)


def of(*comparisons: Comparison, name: str = "a") -> Held:
    return Held(name, ("x.csv",), comparisons=tuple((f"{n}.csv", one) for n, one in enumerate(comparisons)))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Found(()), "There is nothing to hold."),
        (Found((Held("a", ("x.csv",)),), (Ruled(1, 2),)), "Nothing moved: 1 rating, 1 file, 1 methodology and 2 worked cases hold."),
        (Found((), (Ruled(2, 0), Ruled(3, 1))), "Nothing moved: 5 methodologies and 1 worked case hold."),
        (Found((of(moves("rating", "rating", *["result"] * 25)),)), "2 ratings and 25 other results moved in a."),
        (Found((of(moves("result")),)), "1 result moved in a."),
        (Found((of(moves("value")),)), "1 value moved in a."),
        (Found((of(moves(gone=("RA1",))),)), "What is rated moved in a."),
        (Found((of(moves("rating")), of(moves("rating"), name="b"), Held("c"))), "2 ratings moved in a and b."),
        (Found(tuple(of(moves("rating"), name=name) for name in "abcd")), "4 ratings moved in 4 of 4 ratings."),
        (Found((of(moves("rating"), moves("rating", "result")),)), "1 rating and 1 other result moved in a."),
        (Found((Held("a", problems=(fault("not-built"), fault("not-built", "y"), fault("moved"))),)), "2 files are not built and 1 file is not what would be made."),
        (Found((Held("a", problems=(fault("encoding"), fault("encoding", "y"))),)), "2 problems stand in the way."),
        (Found((), (Ruled(1, 3, (fault("case-fails"), fault("case-fails", "y")), 1),)), "1 worked case fails."),
        (Found((of(moves("rating")),), (Ruled(1, 1, (fault("yaml"),)),)), "1 rating moved in a and 1 problem stands in the way."),
    ],
)  # fmt: skip
def test_the_headline_says_what_does_not_hold_ratings_first(found: Found, said: str) -> None:
    assert headline(found) == said
    assert found.holds == said.startswith(("Nothing", "There"))


def test_a_warning_is_told_and_holds() -> None:
    found = Found((Held("a", ("x.csv",), (Problem(LineLocation("x"), "no-effect", "So.", severity="warning"),)),))
    assert (found.holds, headline(found)) == (True, "Nothing moved: 1 rating and 1 file hold.")


def test_a_fault_of_rules_is_said_once() -> None:
    found = Found(
        (Held("a", problems=(fault("yaml"),)), Held("b", problems=(fault("yaml"),))), (Ruled(1, 0, (fault("yaml"),)),)
    )
    assert found.problems == [fault("yaml")]


def test_each_organisation_is_told_at_its_row(here: Path) -> None:
    put(here, out__june_csv=RATINGS.replace("RB1,Birch,120,2", "RB1,Birch,121,3").replace("RC1,", "RX1,"))
    code, out, err = run("build", "--check", "-f", "github")
    assert code == 1
    assert out.startswith("1 rating and 1 other result moved in june.\n")
    assert err.splitlines() == [
        "::error file=out/june.csv,line=3,col=1,title=moved%3A what is committed is not what would be made::out/june.csv:3:1: RB1 Birch: star was 3 and is 2; double was 121 and is 120. If that is meant, run `nhsrate build` and commit what it writes.",
        "::error file=out/june.csv,title=moved%3A what is committed is not what would be made::out/june.csv: RX1 Cedar is no longer in the return. If that is meant, run `nhsrate build` and commit what it writes.",
        "::error file=out/june.csv,title=moved%3A what is committed is not what would be made::out/june.csv: RC1 Cedar is new in the return. If that is meant, run `nhsrate build` and commit what it writes.",
    ]


def test_json_has_a_line_for_each_organisation(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.json]"))
    run("build")
    put(here, returns__june_csv=RETURN.replace("60", "90"))
    _, _, err = run("build", "--check", "-f", "github")
    (line,) = err.splitlines()
    number = int(line.partition("line=")[2].partition(",")[0])
    assert Path("out/june.json").read_text().splitlines()[number - 1].strip() == '"code": "RB1",'
    assert (
        "star was 2 and is 3; waits was 60 and is 90; double was 120 and is 180, because Waits (C3) was 60 and is 90."
        in line
    )


def test_json_without_lines_of_its_own_is_told_as_a_whole(here: Path) -> None:
    put(here, nhsrate_yaml=WHOLE.replace("june.csv]", "june.json]"))
    run("build")
    Path("out/june.json").write_text(json.dumps(json.loads(Path("out/june.json").read_text())))
    assert run("build", "--check").code == 0
    put(here, returns__june_csv=RETURN.replace("60", "90"))
    assert run("build", "--check", "-f", "github").err.startswith("::error file=out/june.json,title=")


def test_it_is_github_where_github_runs_it_with_a_summary_of_the_step(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "step.md"))
    (here / "step.md").write_text("before\n")
    assert run("build", "--check").code == 0
    assert (
        here / "step.md"
    ).read_text() == "before\n## Nothing moved: 1 rating, 1 file, 1 methodology and 1 worked case hold.\n"
    put(here, returns__june_csv=RETURN.replace("60", "90"))
    assert run("build", "--check").err.startswith("::error file=out/june.csv,line=3,")
    assert "| RB1 Birch | star | 2 | 3 |" in (here / "step.md").read_text()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "nowhere" / "step.md"))
    assert run("build", "--check").code == 1
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert run("build", "--check", "-f", "text").err == ""


def test_markdown_holds_what_moved_and_nothing_that_it_would_obey(here: Path) -> None:
    result = Moved("R1", "<b> & | `x`", "star", "*2*", "3", because="a_b", sort="rating")
    found = Found(
        (
            Held("a|b", ("x.csv",), (fault("encoding"),), (("x.csv", Comparison("x.csv", 2, 2, (result,) * 1, gone=("R2 [x]",))),)),
            Held("c", ("y.csv",)),
            of(moves(*["rating"] * 23), name="d"),
        )
    )  # fmt: skip
    lines = summary_markdown(found).splitlines()
    assert lines[:8] == [
        "## 24 ratings moved in a|b and d and 1 problem stands in the way.", "", "### a\\|b", "",
        "| organisation | item | was | is | because |", "| --- | --- | --- | --- | --- |",
        "| R1 &lt;b&gt; &amp; \\| \\`x\\` | star | \\*2\\* | 3 | a\\_b |", "",
    ]  # fmt: skip
    assert "- R2 \\[x\\] is no longer in the return." in lines
    assert "And 3 more." in lines
    assert "- x: error: It is so. \\[encoding\\]" in lines
    assert lines[-1] == "If that is meant, run `nhsrate build` and commit what it writes."


def test_markdown_has_no_table_where_no_result_moved() -> None:
    lines = summary_markdown(Found((of(moves(gone=("R2",))),))).splitlines()
    assert lines[:6] == ["## What is rated moved in a.", "", "### a", "", "", "- R2 is no longer in the return."]


def test_other_programs_get_all_of_it(here: Path) -> None:
    put(
        here,
        returns__june_csv=RETURN.replace("60", "90"),
        rules__cases_yaml=CASES.format(id="stars").replace("star: 3", "star: 2"),
    )
    os.chdir("returns")
    said = json.loads(run("build", "--check", "-f", "json").out)
    assert (said["holds"], said["headline"]) == (
        False,
        "1 rating and 1 other result moved in june and 1 worked case fails.",
    )
    assert said["ratings"][0]["moved"]["out/june.csv"]["results"][1] == {
        "code": "RB1", "name": "Birch", "item": "star", "sort": "rating", "was": "2", "is": "3", "because": "", "line": 3,
    }  # fmt: skip
    assert said["cases"] == {"run": 1, "failed": 1}
    assert [(one["code"], one["at"]) for one in said["problems"]] == [("case-fails", "../rules/cases.yaml:3:57")]
    sarif = json.loads(run("build", "--check", "-f", "sarif").out)
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["case-fails", "moved"]
    assert sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "../out/june.csv"}, "region": {"startLine": 3, "startColumn": 1},
    }  # fmt: skip
    assert run("build", "--check", "-f", "markdown", "-o", "page.md").code == 1
    assert (
        Path("page.md").read_text().startswith("## 1 rating and 1 other result moved in june and 1 worked case fails.")
    )


def test_a_file_in_which_more_moved_is_told_by_itself() -> None:
    one, two = moves("rating"), moves("rating", "result")
    text = summary_text(
        Found(
            (
                Held(
                    "a",
                    comparisons=(
                        ("big.json", replace_items(two)),
                        ("small.csv", one),
                        ("gone.csv", moves("rating", gone=("R9",))),
                    ),
                ),
            )
        )
    )
    assert (
        "  big.json:\n    R0: item from 1 to 2\n    R1: item from 1 to 2\n  small.csv: the same moved.\n  gone.csv:\n"
        in text
    )
    assert "    R9: no longer in the return\n" in text
    assert [str(problem.at) for problem in with_rows(Found((of(one),)))] == ["0.csv"]


def replace_items(comparison: Comparison) -> Comparison:
    """The same, of a file that has more items."""
    return Comparison(comparison.baseline, comparison.organisations, 8, comparison.moved)


def test_options_that_do_not_go_together_are_refused() -> None:
    assert "-f and -o go with --check." in run("build", "-f", "json").err
    assert "-f and -o go with --check." in run("build", "-o", "x").err
    assert "-o goes with -f json, sarif and markdown." in run("build", "--check", "-o", "x").err
