"""Worked cases: the forms of a file of cases, how results are compared, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.rules import method, said

from nhsrate.commands.checked import check_rule_file
from nhsrate.core.problems import errors
from nhsrate.editions.cases import (
    Case,
    CaseResult,
    case_files,
    cases_of,
    check_case,
    has_own_cases,
    read_cases,
    run_cases,
)
from nhsrate.editions.testing import run_all
from nhsrate.runs.request import Request

RULES = """
scales: {stars: [{level: 3, aliases: [three]}, {level: 0}]}
figures: {cut: {value: 2, basis: stated}}
inputs:
  a: {type: number, markers: {z: not rated}}
  b: {type: number}
  t: {type: text}
measures:
  total: {kind: sum, of: [a, b], missing: leave out, shown: 2}
  said: {kind: lookup, of: t, result: text, table: {x: yes it is}}
ratings:
  star: {kind: thresholds, of: total, scale: stars, headline: true, levels: [{level: 3, at_least: cut}, {level: 0, otherwise: true}]}
"""


def read(text: str) -> list[Case]:
    cases, problems = cases_of(text, "cases.yaml", "rules")
    assert problems == []
    return cases


def run_case(case: Case, folder: Path | None = None) -> CaseResult:
    (result,) = run_cases([case], folder)
    return result


def misses(text: str) -> list[str]:
    methodology = method(RULES)
    found = [check_case(case, methodology) for case in read(text)]
    assert [result.passed for result in found] == [not (result.misses or result.problems) for result in found]
    return [str(miss) for result in found for miss in result.misses] + [
        str(problem) for result in found for problem in result.problems
    ]


def problems_of(text: str) -> list[str]:
    return [said(problem).removeprefix("cases.yaml:") for problem in cases_of(text, "cases.yaml", "rules")[1]]


def test_what_is_given_gives_what_is_expected() -> None:
    assert (
        misses(
            """
given: {b: 1}
cases:
  - {name: two, given: {a: 1}, expect: {total: 2, star: three, a: 1}}
  - {given: {a: 0, b: missing}, expect: {total: 0.00, star: 0, b: missing}}
  - {given: {a: z, b: -}, expect: {total: missing}}
  - {given: {star: 3}, expect: {star: 3}}
  - {given: {t: X}, expect: {said: yes it is, t: X}}
  - {given: {said: anything}, expect: {said: anything}}
""".replace("b: -}", "b: missing}")
        )
        == []
    )


def test_what_did_not_come_out_is_said_with_its_line() -> None:
    assert misses("cases:\n- given: {a: 1}\n  expect: {total: 2, star: 3}\n- {given: {b: 7}, expect: {a: 7, total: x, star: zero}}") == [
        "cases.yaml:3:19: total is 1.00, expected 2",
        "cases.yaml:3:28: star is 0, expected 3",
        "cases.yaml:4:31: a is missing (not given in this case), expected 7",
        "cases.yaml:4:41: total is 7.00, expected x",
        "cases.yaml:4:50: star is 3, expected zero",
    ]  # fmt: skip


def test_numbers_are_compared_as_they_are_shown() -> None:
    assert (
        misses("cases: [{given: {a: 1.004}, expect: {total: 1.00}}, {given: {a: 1.006}, expect: {total: 1.01}}]") == []
    )
    assert len(misses("cases: [{given: {a: 1.006}, expect: {total: 1}}, {given: {a: 1.004}, expect: {a: 1}}]")) == 2


def test_organisations_stand_side_by_side() -> None:
    (case,) = read("""
cases:
  - name: together
    organisations:
      A: {given: {a: 1}, expect: {star: 3}}
      B: {given: {a: 2}}
""")
    result = check_case(case, method(RULES))
    assert [str(miss) for miss in result.misses] == ["cases.yaml:5:41: A: star is 0, expected 3"]


def test_each_row_is_a_case_of_its_own() -> None:
    cases = read("""
given: {b: 1}
cases:
  - name: Published
    given: [a]
    expect: [total, star]
    rows:
      Airedale: [1, 2, 3]
      Bedford: [0, 1, 3]
""")
    assert [(case.name, case.at.line) for case in cases] == [("Airedale", 8), ("Bedford", 9)]
    results = [check_case(case, method(RULES)) for case in cases]
    assert [result.passed for result in results] == [True, False]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "case: The file holds no cases. Add cases:."),
        ("cases: [", "yaml: This is not YAML"),
        ("- a", "1:1 wrong-type: Keys with values are wanted here"),
        ("case: []", '1:1 unknown-key: "case" is not known here. Did you mean "cases"?'),
        ("cases: 1", "1:8 wrong-type: A list is wanted here"),
        ("methodology: x", "1:1 wrong-type: A list is wanted here"),
        ("cases: [a]", "1:9 wrong-type: Keys with values are wanted here"),
        ("cases: [{given: {a: 1}}]", "1:9 case: This case expects nothing. Add expect:."),
        ("cases: [{given: {a: 1}, expct: {a: 1}}]", '1:25 unknown-key: "expct" is not known here. Did you mean "expect"?'),
        ("cases: [{organisations: {A: {gven: {}}}}]", '1:30 unknown-key: "gven" is not known here. Did you mean "given"?'),
        ("cases: [{rows: {A: [1]}}]", "1:9 case: Rows need given: and expect:, each a list of items."),
        ("cases: [{given: [a], expect: [b], rows: {A: [1]}}]", '1:45 case: "A" has 1 entry for 2 items.'),
        ("cases: [{given: {a: 1}, organisations: {A: {expect: {a: 1}}}}]", "1:10 case: given: stands beside organisations:"),
        ("cases: [{rows: {A: [1]}, organisations: {A: {expect: {a: 1}}}}]", "1:10 case: rows: stands beside organisations:"),
        ("cases: [{given: {a: [1]}, expect: {a: 1}}]", "1:21 wrong-type: A single value is wanted here"),
    ],
)  # fmt: skip
def test_cases_that_cannot_be_read(text: str, problem: str) -> None:
    (found,) = problems_of(text)
    assert problem in found


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ("given: {aa: 1}, expect: {a: 1}", 'The methodology has no item "aa". Did you mean "a"?'),
        ("given: {a: 1}, expect: {stars: 1}", 'The methodology has no item "stars". Did you mean "star"?'),
        ("given: {a: one}, expect: {a: 1}", '"one" cannot be given for a. Give a number or a level of its scale.'),
        ("given: {star: 2}, expect: {a: 1}", '"2" cannot be given for star. Give a number or a level of its scale.'),
        ("given: {t: q}, expect: {said: x}", "The table has no entry for t q."),
    ],
)
def test_a_case_that_does_not_fit_its_methodology(case: str, problem: str) -> None:
    (found,) = misses(f"cases: [{{{case}}}]")
    assert problem in found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text("id: rules\ntitle: Rules" + RULES)
    return tmp_path


def test_cases_are_read_and_run_from_files(folder: Path) -> None:
    text = "cases: [{given: {a: 2}, expect: {star: 3}}, {set: {cut: 3}, given: {a: 2}, expect: {star: 0}}]"
    Path("cases.yaml").write_text(text)
    Path("cases-more.yaml").write_text("cases: []")
    assert [file.name for file in case_files(folder)] == ["cases-more.yaml", "cases.yaml"]
    cases, problems = read_cases(Path("cases.yaml"), "rules")
    assert problems == []
    assert [result.passed for result in run_cases(cases, folder)] == [True, True]
    assert run_case(cases[0], folder).passed


@pytest.mark.parametrize(
    ("head", "code", "message"),
    [
        ("methodology: ruels\n", "unknown-methodology", "No edition has this id."),
        ("methodology: ''\n", "case", "The case does not say which methodology it is of."),
    ],
)
def test_a_case_of_no_known_methodology(folder: Path, head: str, code: str, message: str) -> None:
    Path("cases.yaml").write_text(head + "cases: [{given: {a: 2}, expect: {star: 3}}]")
    (case,), _ = read_cases(Path("cases.yaml"))
    (problem,) = run_case(case, folder).problems
    assert (str(problem.at), problem.code, problem.message) == ("cases.yaml:2:9", code, message)


def test_a_figure_that_cannot_be_set_stands_in_the_case(folder: Path) -> None:
    Path("cases.yaml").write_text("cases: [{set: {ctu: 1}, given: {a: 2}, expect: {star: 3}}]")
    (case,), _ = read_cases(Path("cases.yaml"), "rules")
    (problem,) = run_case(case, folder).problems
    assert (str(problem.at), problem.code) == ("cases.yaml:1:9", "unknown-figure")


def test_a_faulty_rule_file_is_a_problem_of_its_own(folder: Path) -> None:
    Path("rules.yaml").write_text("id: rules\n")
    Path("cases.yaml").write_text("cases: [{given: {a: 2}, expect: {star: 3}}]")
    (case,), _ = read_cases(Path("cases.yaml"), "rules")
    assert {str(problem.at) for problem in run_case(case).problems} != set()
    assert {problem.code for problem in run_case(case, folder).problems} == {"missing-key"}


@pytest.mark.parametrize(("content", "code"), [(None, "case"), (b"\xff", "encoding")])
def test_a_file_of_cases_that_cannot_be_opened(folder: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        Path("cases.yaml").write_bytes(content)
    cases, problems = read_cases(Path("cases.yaml"))
    assert (cases, [problem.code for problem in problems]) == ([], [code])


OWN = "cases:\n  - {given: {a: 2}, expect: {star: 3}}\n  - {set: {cut: 3}, given: {a: 2}, expect: {star: 0}}\n"


def test_cases_may_stand_in_the_rule_file_that_they_are_of(folder: Path) -> None:
    rules = Path("rules.yaml").read_text()
    Path("rules.yaml").write_text(f"{rules}\n{OWN}")
    Path("other.yaml").write_text(f"{rules}\ncases_of_old: 1\n".replace("id: rules", "id: other"))
    assert [file.name for file in case_files(folder)] == ["rules.yaml"]
    cases, problems = read_cases(Path("rules.yaml"), "other")
    assert (problems, {case.methodology for case in cases}) == ([], {"rules"})
    assert [result.passed for result in run_cases(cases, folder)] == [True, True]
    for named in ("rules.yaml", "."):
        outcome = run_all(named)
        assert (outcome.passed, outcome.text) == (True, "rules: 2 of 2 cases pass\n2 of 2 cases pass.\n")
    assert "no worked cases" not in check_rule_file(Path("rules.yaml"), Request()).text


def test_cases_beside_a_rule_file_and_in_it_are_all_run(folder: Path) -> None:
    Path("rules.yaml").write_text(f"{Path('rules.yaml').read_text()}\n{OWN}")
    Path("cases.yaml").write_text("cases: [{given: {a: 0}, expect: {star: 3}}]")
    assert run_all("rules.yaml").text.endswith("2 of 3 cases pass.\n")
    assert run_all("rules.yaml").text == run_all(".").text


def test_a_fault_in_the_cases_of_a_rule_file_is_told_when_it_is_checked(folder: Path) -> None:
    Path("rules.yaml").write_text(
        f"{Path('rules.yaml').read_text()}\ncases: [{{given: {{a: 2}}, expects: {{star: 3}}}}]\n"
    )
    checked = check_rule_file(Path("rules.yaml"), Request())
    assert [problem.code for problem in errors(checked.problems)] == ["unknown-key"]
    assert checked.text == "rules.yaml: 1 problem and 1 warning.\n"


def test_an_edition_has_none_of_the_cases_of_its_parent(folder: Path) -> None:
    Path("rules.yaml").write_text(f"{Path('rules.yaml').read_text()}\n{OWN}cut_points: {{}}\n")
    Path("child.yaml").write_text("id: child\ntitle: C\nextends: rules\nchange: {figures: {cut: {value: 3}}}\n")
    assert run_all("child.yaml").text == "No case was run.\n"
    Path("child.yaml").write_text(
        f"{Path('child.yaml').read_text()}cases: [{{given: {{a: 2}}, expect: {{star: 0}}}}]\n"
    )
    assert run_all("child.yaml").text == "child: 1 of 1 cases pass\n1 of 1 cases pass.\n"


@pytest.mark.parametrize("content", [b"\xff\ncases: []", b"# cases: none\nid: x\n", b"measures:\n  cases: {}\n"])
def test_what_carries_no_cases_is_no_file_of_cases(folder: Path, content: bytes) -> None:
    Path("x.yaml").write_bytes(content)
    assert not has_own_cases(Path("x.yaml"))
    assert not has_own_cases(folder / "nowhere.yaml")
    (folder / "folder.yaml").mkdir()
    assert case_files(folder) == []


def test_what_is_too_large_is_not_read_for_cases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsrate.language.tree.MAX_BYTES", 10)
    (folder / "large.yaml").write_text("id: large\ncases: []\n")
    assert case_files(folder) == []
