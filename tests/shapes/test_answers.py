"""The json of every command is what its schema says, and the schemas are committed."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from tests.conftest import ROOT

from nhsrate.commands.main import COMMANDS, main
from nhsrate.rules.editions import edition_files
from nhsrate.shapes.answers import ANSWERS, answer_schema, answer_schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Golden

FOLDER = ROOT / "docs" / "json"
EXAMPLES = ROOT / "examples"
STARS, RISK, OVERSIGHT = (
    str(EXAMPLES / name) for name in ("acute-stars-2003-04.xlsx", "financial-risk-2011-12.csv", "oversight-q4.csv")
)
PATHWAYS = [
    *(str(EXAMPLES / "pathways" / "stroke-q1.csv"), "-m"),
    *(str(EXAMPLES / "pathways" / "stroke.yaml"), "--as", "pathways"),
]
YEARS = str(EXAMPLES / "three-years" / "returns.csv")
MONTHS = """\
id: months
title: Months
scales: {rag: [{level: green}, {level: red}]}
inputs: {waits: {title: Waits, type: number, polarity: higher}}
ratings:
  rag: {kind: thresholds, scale: rag, of: waits, headline: true, levels: [{level: green, at_least: 90}, {level: red, otherwise: true}]}
"""
FOUR = str(EXAMPLES / "four-trusts")
OPEN = """\
id: open
title: A weight that each run has to set
figures: {weight: {required: true, basis: stated}}
inputs: {a: {type: number}, b: {type: number}}
ratings: {total: {kind: sum, of: {a: weight, b: 1}, headline: true}}
"""
RUNS: list[tuple[str, list[str]]] = [
    *(("score", ["score", str(file)]) for file in sorted(EXAMPLES.glob("*.csv")) if file.stem != "sha-2004"),
    ("score", ["score", STARS, "--only", "XQ7"]),
    ("score", ["score", *PATHWAYS]),
    ("explain", ["explain", PATHWAYS[0], "west", *PATHWAYS[1:]]),
    ("score", ["score", RISK, "--set", "criteria_counted=4", "--suppose", "XJM.net_return=1"]),
    ("explain", ["explain", STARS, "XQ7"]),
    ("explain", ["explain", RISK, "XJM", "--suppose", "XJM.net_return=1"]),
    ("check", ["check", STARS]),
    ("check", ["check", str(EXAMPLES / "faulty-return.xlsx")]),
    ("check", ["check", str(ROOT / "indicators" / "shmi" / "shmi.yaml"), "none.csv"]),
    ("check", ["check", str(ROOT / "indicators" / "shmi" / "cases.yaml")]),
    ("check", ["check", str(ROOT / "indicators" / "ae-four-hour" / "reading-2025-06.yaml")]),
    ("headroom", ["headroom", RISK, "XJM"]),
    ("headroom", ["headroom", STARS, "XRC"]),
    (
        "diagnose",
        ["diagnose", f"{FOUR}/autumn.csv", "A", "-m", f"{FOUR}/four-trusts.yaml", "--earlier", f"{FOUR}/spring.csv"],
    ),
    ("diagnose", ["diagnose", f"{FOUR}/autumn.csv", "A", "-m", f"{FOUR}/four-trusts.yaml", "--draws", "0"]),
    ("diagnose", ["diagnose", RISK, "XJM"]),
    ("diagnose", ["diagnose", OVERSIGHT, "XQ3"]),
    ("methodologies", ["methodologies", f"{FOUR}/four-trusts.yaml"]),
    ("robustness", ["robustness", STARS, "--draws", "20"]),
    ("integrity", ["integrity", OVERSIGHT]),
    ("compare", ["compare", RISK, "other.csv"]),
    ("trajectory", ["trajectory", YEARS, "--plan", YEARS.replace("returns", "plan")]),
    ("trajectory", ["trajectory", "months.csv", "-m", "months.yaml", "--rebase", "May 2024=a new count"]),
    ("methodologies", ["methodologies"]),
    *(("methodologies", ["methodologies", id_]) for id_ in edition_files()),
    ("weights", ["weights"]),
    ("weights", ["weights", "confederation-model"]),
    ("weights", ["weights", "open.yaml"]),
    ("methodologies", ["methodologies", "open.yaml"]),
    ("diff", ["diff", "nhs-star-ratings-2003-04-acute", "nhs-star-ratings-2004-05-acute"]),
    ("diff", ["diff", "shmi", "shmi"]),
    ("kinds", ["kinds"]),
    ("kinds", ["kinds", "thresholds"]),
    ("kinds", ["kinds", "significance"]),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder lies a return in which one value is another, and one is missing."""
    monkeypatch.chdir(tmp_path)
    lines = Path(RISK).read_text("utf-8").splitlines()
    cells = lines[22].split(",")
    lines[22] = ",".join([*cells[:3], "-5%", *cells[4:]])
    Path("other.csv").write_text("\n".join(lines) + "\n", "utf-8")
    Path("months.yaml").write_text(MONTHS, "utf-8")
    Path("open.yaml").write_text(OPEN, "utf-8")
    months = [f"{month} {year}" for year in (2024, 2025) for month in ("April", "May", "June", "July", "August")]
    months += ["September 2024", "October 2024", "November 2024", "December 2024", "January 2025", "February 2025"]
    rows = [f"{month},RA1,Alder,{60 + 7 * (k % 3)}" for k, month in enumerate([*months, "September 2025"])]
    Path("months.csv").write_text("\n".join(["Period,Code,Name,Waits", *rows]) + "\n", "utf-8")


def said(arguments: list[str]) -> Any:  # noqa: ANN401 (whatever json holds)
    """What a command prints as json."""
    form = [] if "json" in arguments else ["-f", "json"]
    return json.loads(CliRunner().invoke(main, [*arguments, *form], catch_exceptions=False).stdout)


def faults(name: str, found: Any) -> list[str]:  # noqa: ANN401 (as above)
    """What is not as the schema says."""
    return [
        f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(answer_schema(name)).iter_errors(found)
    ]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_schema_is_one_and_is_committed(name: str, golden: Golden) -> None:
    Draft202012Validator.check_schema(answer_schema(name))
    golden(FOLDER / f"{name}.schema.json", answer_schema_text(name))
    assert CliRunner().invoke(main, ["schema", name]).output == answer_schema_text(name)


def test_no_other_schema_is_committed() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.schema.json" for name in ANSWERS}


@pytest.mark.parametrize(
    ("name", "arguments"), RUNS, ids=lambda value: value if isinstance(value, str) else value[-1].rpartition("/")[2]
)
def test_what_a_command_prints_is_what_its_schema_says(name: str, arguments: list[str]) -> None:
    assert faults(name, said(arguments)) == []


def test_problems_beside_ratings_are_a_list_of_them() -> None:
    run = CliRunner().invoke(main, ["score", str(EXAMPLES / "faulty-return.xlsx"), "--problems", "json"])
    assert faults("problems", found := json.loads(run.stderr)) == []
    assert len(found) > 5


def test_what_stands_beside_a_csv_is_what_its_schema_says() -> None:
    arguments = [
        "score",
        STARS,
        "--suppose",
        "XWH.cleanliness=underachieved",
        "--only",
        "XQ7",
        "-f",
        "csv",
        "-o",
        "a.csv",
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found = json.loads(Path("a.csv-metadata.json").read_text("utf-8"))
    assert faults("metadata", found) == []
    assert found["notes"][0]["decided"]


def test_what_a_build_finds_is_what_its_schema_says() -> None:
    shutil.copytree(EXAMPLES / "project", "project")
    found = said(["build", "project", "--check"])
    assert (faults("build", found), found["holds"]) == ([], True)
    ratings = Path("project/ratings/food-2025.csv")
    ratings.write_text(ratings.read_text("utf-8").replace(",3.00,", ",2.99,"), "utf-8")
    found = said(["build", "project", "--check"])
    assert (faults("build", found), found["holds"]) == ([], False)
    assert found["ratings"][1]["moved"]["ratings/food-2025.csv"]["results"]


def places(found: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 (as above)
    """The keys within json, each by its way from the top; of lists and of objects with many alike the first."""
    if isinstance(found, dict):
        for key in [*found][:30]:
            yield (*at, key)
            yield from places(found[key], (*at, key))
    elif isinstance(found, list) and found:
        yield from places(found[0], (*at, 0))


def without(found: Any, at: tuple[Any, ...]) -> Any:  # noqa: ANN401 (as above)
    """The same with one key renamed."""
    copy = deepcopy(found)
    inner = copy
    for key in at[:-1]:
        inner = inner[key]
    inner["renamed"] = inner.pop(at[-1])
    return copy


FREE = {
    "sources",
    "items",
    "earlier",
    "chances",
    "shares",
    "markers",
    "effective_weights",
    "scales",
    "populations",
    "sections",
    "moved",
    "within",
}
"""Objects whose keys are names of things, so that any will do."""


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        (name, arguments)
        for name, arguments in RUNS
        if arguments[0] in {"explain", "check", "headroom", "integrity", "compare", "diff"}
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1].rpartition("/")[2],
)
def test_a_key_that_is_renamed_is_noticed(name: str, arguments: list[str]) -> None:
    found = said(arguments)
    for at in places(found):
        if at[-2:-1] and at[-2] in FREE:
            continue
        assert faults(name, without(found, at)), at


def test_every_command_with_json_has_a_schema() -> None:
    """Of commands that print it by `-f json`."""
    context = main.make_context("nhsrate", [], resilient_parsing=True)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        forms = [
            choice
            for option in command.params
            if option.name == "form"
            for choice in getattr(option.type, "choices", ())
        ]
        assert ("json" not in forms) or name in ANSWERS, name


def test_every_key_says_what_it_means() -> None:
    def bare(shape: Any) -> Iterator[str]:  # noqa: ANN401 (a schema)
        if isinstance(shape, dict):
            for key, inner in shape.get("properties", {}).items():
                if "description" not in inner and key != "primaryKey":
                    yield key
            for inner in shape.values():
                yield from bare(inner)
        elif isinstance(shape, list):
            for inner in shape:
                yield from bare(inner)

    assert {name: found for name in ANSWERS if (found := [*bare(answer_schema(name))])} == {}


def test_a_schema_that_is_not_there_is_refused() -> None:
    run = CliRunner().invoke(main, ["schema", "scores"])
    assert (run.exit_code, 'Did you mean "score"?' in run.output) == (2, True)
    assert "there are rules, project" in CliRunner().invoke(main, ["schema", "zzz"]).output


def test_what_rests_on_a_weight_without_a_value_is_null() -> None:
    lines = said(["weights", "open.yaml"])["weighings"][0]["lines"]
    assert [(line["stated"], line["share"], line["effective"]) for line in lines] == [
        (None, "1", "1"),
        (None, None, None),
        ("1", None, None),
    ]
