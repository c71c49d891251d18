"""What a project file means: every rating with its defaults, patterns and placeholders; and what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.projects import RETURN, put, rules
from tests.support.projects import project as small

from nhsrate.core.problems import Problem, Refused
from nhsrate.projects.places import opened, outside, project_at
from nhsrate.projects.ratings import Ratings, ratings_of
from nhsrate.rules.editions import edition_files, own_rule_files, project_above
from nhsrate.rules.project_file import Files, Named


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, in which the test works."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(here: Path, text: str) -> Ratings:
    """The ratings of a project whose file says that."""
    return ratings_of(opened(small(here, text) / "nhsrate.yaml"))


def faults(here: Path, text: str) -> list[str]:
    """Every problem of a project file, as it is printed."""
    try:
        found: tuple[Problem, ...] = read(here, text).problems
    except Refused as refused:
        found = refused.problems
    return [
        f"{one.at.line}:{one.at.column}: {one.message} {one.remedy} [{one.code}]"
        for one in found
        if hasattr(one.at, "line")
    ]


def test_the_smallest_project_is_one_line(here: Path) -> None:
    found = read(here, "methodologies: rules\n")
    assert (found.ratings, found.problems, [*found.own]) == ((), (), ["stars"])


def test_an_entry_is_a_rating_with_the_defaults_of_the_project(here: Path) -> None:
    """
    methodology: rules/stars.yaml
    reading: reading.yaml
    ratings:
      - {return: returns/june.csv, outputs: [out/a.csv, "{name}.json"]}
      - {return: returns/july.csv, name: b, methodology: shmi, reading: other.yaml}
    """
    put(here, reading_yaml="header_row: 1\n", other_yaml="header_row: 1\n")
    first, second = read(here, test_an_entry_is_a_rating_with_the_defaults_of_the_project.__doc__ or "").ratings
    assert (first.name, first.methodology, first.request.reading) == ("a", "rules/stars.yaml", Path("reading.yaml"))
    assert [output.path for output in first.outputs] == ["out/a.csv", "a.json"]
    assert (second.name, second.methodology, second.request.reading) == ("b", "shmi", Path("other.yaml"))


def test_a_list_is_one_return_and_a_pattern_one_rating_for_each_file(here: Path) -> None:
    """
    ratings:
      - {return: [returns/june.csv, returns/july.csv], name: both}
      - {return: "returns/j*.csv", outputs: ["out/{stem}-{name}.csv"], name: "each-{stem}"}
      - {return: "returns/*", outputs: ["more/{stem}.csv"]}
    """
    put(here, returns__notes_md="no table", returns__x___lock_csv=RETURN)
    (here / "returns" / ".hidden.csv").write_text(RETURN)
    (here / "returns" / "~$june.csv").write_text(RETURN)
    found = read(here, test_a_list_is_one_return_and_a_pattern_one_rating_for_each_file.__doc__ or "")
    assert found.problems == ()
    assert [(one.name, [path.as_posix() for path in one.request.paths]) for one in found.ratings] == [
        ("both", ["returns/june.csv", "returns/july.csv"]),
        ("each-july", ["returns/july.csv"]), ("each-june", ["returns/june.csv"]),
        ("july", ["returns/july.csv"]), ("june", ["returns/june.csv"]),
    ]  # fmt: skip
    assert found.ratings[1].outputs[0].path == "out/july-each-july.csv"


def test_a_folder_is_one_return_that_is_called_as_it_is(here: Path) -> None:
    put(here, returns__q1__a_csv=RETURN, returns__q1__b_csv=RETURN.replace("R", "S"))
    (here / "returns" / "q1").rename(here / "returns" / "2025.q1")
    (rating,) = read(here, 'ratings: [{return: returns/2025.q1, outputs: ["{stem}.csv"]}]\n').ratings
    assert (rating.name, rating.outputs[0].path) == ("2025.q1", "2025.q1.csv")
    assert [path.name for path in rating.request.paths] == ["a.csv", "b.csv"]
    assert read(here, "ratings: [{return: returns/2025.q1}]\n").ratings[0].name == "2025.q1"


def test_a_file_whose_name_looks_like_a_pattern_is_itself(here: Path) -> None:
    put(here, **{"returns__[June]_csv": RETURN})
    assert [one.name for one in read(here, 'ratings: [{return: "returns/[June].csv"}]\n').ratings] == ["[June]"]


def test_every_option_of_an_entry_is_asked_of_the_run(here: Path) -> None:
    """
    ratings:
      - return: returns/june.csv
        sheet: June
        organisations: list.csv
        successors: list.csv
        as_at: 2026-03-31
        set: {cut: 70}
        against: [returns/july.csv]
        against_reading: reading.yaml
        earlier: [returns/july.csv, returns/june.csv]
        earlier_reading: reading.yaml
    """
    put(here, list_csv="Code\nRA1\n", reading_yaml="header_row: 1\n")
    found = read(here, test_every_option_of_an_entry_is_asked_of_the_run.__doc__ or "")
    assert found.problems == ()
    request = found.ratings[0].request
    assert (request.sheet, dict(request.set), str(request.as_at)) == ("June", {"cut": "70"}, "2026-03-31")
    assert (request.organisations, request.successors) == (Path("list.csv"), Path("list.csv"))
    assert request.earlier == ("returns/july.csv", "returns/june.csv")
    assert {*map(str, request.files)} == {"returns/june.csv", "returns/july.csv", "list.csv", "reading.yaml"}


def test_an_entry_may_be_of_groups(here: Path) -> None:
    """
    ratings:
      - return: returns/june.csv
        as: systems
        groups: list.csv
    """
    put(here, list_csv="member,group\nRA1,N\n")
    request = read(here, test_an_entry_may_be_of_groups.__doc__ or "").ratings[0].request
    assert (request.as_, request.groups) == ("systems", Path("list.csv"))
    said = read(here, "ratings: [{return: returns/june.csv, groups: list.csv}]").problems
    assert ["groups goes with as" in one.message for one in said] == [True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ratngs: []", '1:1: "ratngs" is not known here. Did you mean "ratings"? [unknown-key]'),
        ("ratings: [{retrun: a.csv}]", '1:12: "retrun" is not known here. Did you mean "return"? [unknown-key]'),
        ("ratings: [{name: a}]", '1:11: "return" must be given here. Add return:. [missing-key]'),
        ("ratings: {return: a.csv}", "1:10: A list is wanted here, such as [a, b].  [wrong-type]"),
        ("ratings: [{return: []}]", "1:20: A path or a list of paths is wanted here, such as [a.csv, b.csv].  [wrong-type]"),
        ("ratings: [{return: {a: b}}]", "1:20: A path or a list of paths is wanted here, such as [a.csv, b.csv].  [wrong-type]"),
        ('ratings: [{return: " "}]', "1:20: Nothing is named here. Write a name, or leave the key out. [wrong-type]"),
        ("ratings: [{return: returns/jun.csv}]", '1:20: There is no "returns/jun.csv" in the project. Did you mean "june.csv"? [no-such-file]'),
        ("ratings: [{return: nowhere/a.csv}]", '1:20: There is no "nowhere/a.csv" in the project. Check the path; it is from the folder of the project file. [no-such-file]'),
        ("ratings: [{return: returns/*.xls}]", "[no-such-file]"),
        (f"ratings: [{{return: '[{'x' * 300}'}}]", "[no-such-file]"),
        (f"ratings: [{{return: {'x' * 300}.csv}}]", "[no-such-file]"),
        (f"methodologies: {'x' * 300}", "[project-file]"),
        (f"methodology: {'x' * 300}", "[project-file]"),
        ('ratings: [{return: "returns/**x.csv"}]', "is no pattern of files"),
        ("ratings: [{return: [returns/*.csv]}]", "1:21: A list is one return, and a pattern is one rating for each file; they do not go together. Name the files of the list one by one. [project-file]"),
        ("ratings: [{return: ../june.csv}]", '1:20: "../june.csv" leads out of the folder of the project. Put the file into the project, or name it by its whole path, from the root of the disk. [project-file]'),
        ("ratings: [{return: ../*.csv}]", '1:20: ".." leads out of the folder of the project.'),
        ("ratings: [{return: returns/june.csv, outputs: [../a.csv]}]", '1:48: "../a.csv" leads out of the folder'),
        ("ratings: [{return: returns/june.csv, reading: ../a.yaml}]", '"../a.yaml" leads out'),
        ("methodologies: ..", '1:16: ".." leads out of the folder'),
        ("methodologies: rulez", '1:16: There is no folder "rulez" in the project.'),
        ("methodology: stras", '1:14: There is no edition "stras", and no such rule file in the project.'),
        ("reading: r.yaml", '1:10: There is no "r.yaml" in the project.'),
        ("methodologies: rules\nratings: [{return: returns/june.csv, methodology: star}]", '2:51: There is no edition "star", and no such rule file in the project. Did you mean "stars"? [project-file]'),
        ("ratings: [{return: returns/june.csv, outputs: [a.txt]}]", '1:48: "a.txt" does not say by its ending what is to be made. Let it end in one of .csv, .json, .md, .live.xlsx, .xlsx and .html. [project-file]'),
        ("ratings: [{return: returns/june.csv, outputs: [a]}]", '"a" does not say by its ending'),
        ('ratings: [{return: returns/june.csv, outputs: ["{nam}.csv"], name: x}]', '"{nam}" is no placeholder here. Did you mean "name"?'),
        ('ratings: [{return: returns/june.csv, outputs: ["{quarter}.csv"], name: x}]', "Write {name} or {stem} or {period} or {methodology}."),
        ('ratings: [{return: returns/june.csv, outputs: ["{a.csv"], name: x}]', "A brace stands alone here"),
        ('ratings: [{return: returns/june.csv, outputs: ["{period}.csv"]}]', "The rating has no name, and its first output does not say it. Add name:. [missing-key]"),
        ('ratings: [{return: returns/june.csv, name: "{period}"}]', '"{period}" is no placeholder here. Write {stem}. [project-file]'),
        ("ratings: [{return: returns/june.csv, name: a/b}]", '1:44: "a/b" cannot be a name: it becomes part of the names of files. Leave out / and \\, and - at the beginning. [wrong-type]'),
        ("ratings: [{return: returns/june.csv, name: -a}]", '"-a" cannot be a name'),
        ('ratings: [{return: [returns/june.csv, returns/july.csv], outputs: ["{stem}.csv"], name: a}]', "{stem} is the name of the return's file, and this return is a list of files."),
        ("ratings: [{return: returns/june.csv}, {return: returns/june.csv}]", '1:39: A rating "june" is there already, on line 1. Give one of the two another name. [duplicate-name]'),
        ("ratings: [{return: returns/june.csv, name: a}, {return: returns/june.csv, name: A}]", 'A rating "A" is there already'),
        ("ratings: [{return: returns/june.csv, outputs: [a.csv]}, {return: returns/july.csv, name: b, outputs: [x/../a.csv]}]", "1:103: a.csv is written twice, by a and by b. Give each its own file; {name} and {stem} in the path tell them apart. [project-file]"),
        ("ratings: [{return: returns/june.csv, outputs: [a.csv, ./a.csv]}]", "a.csv is written twice, by a and by a."),
        ("ratings: [{return: returns/june.csv, outputs: [returns/july.csv]}, {return: returns/july.csv, name: b}]", "1:48: returns/july.csv would take the place of a file that is read. Give it another name. [project-file]"),
        ("ratings: [{return: returns/*.csv, outputs: [all.csv]}]", "all.csv is written twice, by all and by all."),
        ("ratings: [{return: returns/june.csv, as_at: 2026-03-31}]", "1:45: as_at goes with successors"),
        ("ratings: [{return: returns/june.csv, successors: returns/july.csv, as_at: soon}]", '1:75: "soon" is no day'),
        ("ratings: [{return: returns/june.csv, set: {a: }}]", "Nothing is named here."),
        ("ratings: [{return: returns/june.csv, set: [a]}]", "Keys with values are wanted here"),
        ('ratings: [{return: returns/june.csv, set: {"": 3}}]', '1:43: "=3" is not NAME=VALUE'),
        ("ratings: [{return: returns/june.csv, against: [no.csv], earlier: neither.csv}]", 'There is no "neither.csv"'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_line(here: Path, text: str, said: str) -> None:
    found = faults(here, f"{text}\n")
    assert any(said in one for one in found), found


def test_all_faults_are_told_at_once(here: Path) -> None:
    """
    ratings:
      - {return: returns/june.csv, name: a, outputs: [a.txt, ../b.csv]}
      - {return: nowhere.csv, reading: no.yaml, methodology: stras}
    """
    assert len(faults(here, test_all_faults_are_told_at_once.__doc__ or "")) == 5


def test_what_is_outside_is_named_whole(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A path from the root of the disk is taken as it stands; a link or `..` that leads out is not."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    put(elsewhere, june_csv=RETURN)
    text = f"ratings: [{{return: {elsewhere}/june.csv, outputs: [{elsewhere}/out.csv]}}, {{return: '{elsewhere}/j*.csv', name: x}}]\n"
    found = read(here, text)
    assert found.problems == ()
    assert {*found.ratings[0].request.paths, *found.ratings[1].request.paths} == {elsewhere / "june.csv"}
    (here / "link").symlink_to(elsewhere)
    assert "leads out of the folder" in faults(here, "ratings: [{return: link/june.csv}]\n")[0]
    assert "leads out of the folder" in faults(here, "ratings: [{return: link/*.csv}]\n")[0]
    (here / "returns" / "linked.csv").symlink_to(elsewhere / "june.csv")
    assert '"returns/linked.csv" leads out' in faults(here, "ratings: [{return: returns/*.csv}]\n")[0]


def test_an_output_takes_no_place_of_rules_nor_of_the_project_file(here: Path) -> None:
    """Such endings are refused already; a link that leads there is too."""
    (here / "x.csv").symlink_to("rules/stars.yaml")
    found = faults(here, "methodologies: rules\nratings: [{return: returns/june.csv, outputs: [x.csv]}]\n")
    assert "x.csv would take the place of a file that is read." in found[0]


# the project's own rule files


def own(here: Path, text: str) -> tuple[list[str], list[str]]:
    """The ids of a project's own rule files, and the messages of what is wrong."""
    files, problems = own_rule_files(opened(small(here, text) / "nhsrate.yaml"))
    return [*files], [one.message for one in problems]


def test_rule_files_in_and_below_the_folders_are_the_projects_own(here: Path) -> None:
    put(here, rules__deep__more_yaml=rules("more"), rules__reading_yaml="x: 1\n", other__third_yaml=rules("third"))
    put(here, **{"rules__.venv__lib_yaml": rules("lib")})
    (here / "rules" / "nhsrate.yaml").write_text("methodology: stars\n")
    assert own(here, "methodologies: rules\n") == (["more", "stars"], [])
    assert own(here, "methodologies: [rules, other]\n") == (["more", "stars", "third"], [])


def test_rule_files_that_are_named_by_a_path_are_the_projects_own(here: Path) -> None:
    put(here, alone_yaml=rules("alone"))
    assert own(here, "methodology: rules/stars.yaml\n") == (["stars"], [])
    assert own(here, "methodology: alone\nratings: [{return: a.csv, methodology: rules/stars.yaml}]\n") == (
        ["alone", "stars"],
        [],
    )
    assert own(here, "methodology: shmi\nratings: [{return: a.csv, methodology: none.yaml}]\n") == ([], [])


def test_an_id_means_one_rule_file(here: Path) -> None:
    put(here, rules__deep__stars_yaml=rules(), rules__shmi_yaml=rules("shmi"))
    assert "shmi" in edition_files()
    assert own(here, "methodologies: rules\n")[1] == [
        "rules/shmi.yaml: its id, shmi, is also that of an edition that comes with the tool.",
        f"rules/stars.yaml: its id, stars, is also that of {here.as_posix()}/rules/deep/stars.yaml.",
    ]


# where a project is


def test_a_project_is_found_upwards_to_the_root_of_its_repository(here: Path) -> None:
    small(here)
    (here / "a" / "b").mkdir(parents=True)
    assert project_above(here / "a" / "b") == here / "nhsrate.yaml"
    (here / "a" / ".git").mkdir()
    assert project_above(here / "a" / "b") is None
    os.chdir(here / "a" / "b")
    with pytest.raises(Refused, match=r"There is no nhsrate.yaml in this folder, or in one above it"):
        project_at(None)


def test_a_project_is_named_by_its_folder_or_its_file(here: Path) -> None:
    small(here)
    assert project_at(None) == project_at(Path()) == project_at(Path("nhsrate.yaml")) == here / "nhsrate.yaml"
    with pytest.raises(Refused, match="There is no such project file"):
        project_at(Path("returns"))


def test_above_the_last_folder_there_is_no_project() -> None:
    assert project_above(Path("/")) is None


def test_a_project_file_that_is_none_is_refused(here: Path) -> None:
    put(here, nhsrate_yaml="x" * 6_000_000)
    with pytest.raises(Refused, match="6 MB"):
        opened(here / "nhsrate.yaml")


def test_an_absolute_path_may_stand_anywhere(here: Path) -> None:
    project = opened(small(here) / "nhsrate.yaml")
    at = project.ratings[0].at
    assert outside(project, Named("/etc", at)) is None
    assert outside(project, Named("rules", at)) is None
    assert Files((Named("a*", at),)).named[0].is_pattern


def test_the_ending_of_a_pattern_fits_in_capitals_too(here: Path) -> None:
    put(here, returns__May_CSV=RETURN)
    found = read(here, "ratings: [{return: 'returns/*.csv', methodology: rules/stars.yaml}]\n")
    assert [one.name for one in found.ratings] == ["july", "june", "May"]


@pytest.mark.parametrize("output", ["../{stem}.csv", "out/{stem}.pdf"])
def test_what_is_wrong_with_the_path_of_many_files_is_told_once(here: Path, output: str) -> None:
    assert len(faults(here, f"ratings: [{{return: 'returns/*.csv', outputs: ['{output}']}}]\n")) == 1


def test_returns_behind_a_link_that_leads_out_are_one_fault(
    here: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    put(elsewhere, a_csv=RETURN, b_csv=RETURN)
    (here / "linked").symlink_to(elsewhere)
    assert len(faults(here, "ratings: [{return: 'linked/*.csv'}]\n")) == 1


def test_two_ratings_of_one_name_are_one_fault_and_not_one_for_each_of_their_files(here: Path) -> None:
    put(here, returns__july_tsv=RETURN.replace(",", "\t"))
    text = "ratings: [{return: 'returns/july.*', outputs: ['out/{stem}.csv', 'out/{stem}.json']}]\n"
    assert faults(here, text) == [
        '1:11: A rating "july" is there already, on line 1. Give one of the two another name. [duplicate-name]'
    ]


def test_a_project_file_in_another_encoding_is_told_so(here: Path) -> None:
    (here / "nhsrate.yaml").write_bytes("methodologies: rules\n".encode("utf-16"))
    with pytest.raises(Refused) as refused:
        opened(here / "nhsrate.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.remedy) == ("encoding", "Save it as UTF-8.")
