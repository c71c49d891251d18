"""The questions about a rating, asked in Python: what comes is what the command says, as frames."""

from __future__ import annotations

import inspect
import json
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

import click
import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.support.running import run as command

import nhsrate
from nhsrate.commands.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASKED: Any = nhsrate
"""The package without its types, to be asked for what it does not take."""

SHA = ROOT / "examples" / "sha-2004.csv"
OVERSIGHT = ROOT / "examples" / "oversight-q4.csv"

OF_PRINTING = {"format", "problems", "colour", "color", "quiet", "no_pager"}
"""Options of commands that say how something is printed."""

FUNCTIONS: dict[str, set[str]] = {
    "explain": {*OF_PRINTING, "brief", "depth"},
    "headroom": {*OF_PRINTING, "output"},
    "diagnose": {*OF_PRINTING, "output"},
    "robustness": {*OF_PRINTING, "output"},
    "integrity": {*OF_PRINTING, "output"},
    "compare": {*OF_PRINTING, "output", "returns"},
    "trajectory": {*OF_PRINTING, "output"},
    "report": OF_PRINTING,
    "diff": {*OF_PRINTING, "output"},
    "methodologies": OF_PRINTING,
}
"""Each function, and what its command takes beside: a frame prints and writes itself.

The two returns of `compare` have names of their own.
"""


def options(name: str) -> set[str]:
    """What a command takes, under the names that one types."""
    found = main.get_command(click.Context(main), name)
    assert found is not None
    typed = {
        one for option in found.params if isinstance(option, click.Option) for one in option.opts if one[:2] == "--"
    }
    arguments = {str(one.name) for one in found.params if isinstance(one, click.Argument)}
    return {word.removeprefix("--").replace("-", "_") for word in typed} | arguments


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_option_of_a_command_is_one_of_its_function(name: str) -> None:
    function: Callable[..., object] = getattr(nhsrate, name)
    taken = {word.removesuffix("_") for word in inspect.signature(function).parameters} - {"exact"}
    more = {"old", "new"} if name == "compare" else set()
    assert taken - more == options(name) - FUNCTIONS[name] - {"help"}


@pytest.mark.parametrize("name", ["explain", "headroom", "diagnose", "robustness", "integrity"])
def test_every_option_of_a_question_is_one_of_the_method(name: str) -> None:
    """What says how the return is read and rated was said before."""
    of_function = [*inspect.signature(getattr(nhsrate, name)).parameters]
    of_method = [*inspect.signature(getattr(nhsrate.Assessment, name)).parameters][1:]
    of_rating = {*inspect.signature(nhsrate.rate).parameters}
    assert of_method == [word for word in of_function if word not in of_rating]


def test_several_periods_are_what_the_command_says() -> None:
    """A path, a frame, or several, each a return of its own; what is asked may be a mapping."""
    years = ROOT / "examples" / "three-years" / "returns.csv"
    plan = years.with_name("plan.csv")
    asked: Any = {"plan": plan, "item": "access_share", "only": "XA2"}
    found = nhsrate.trajectory(years, **asked, target={"access_share": 90}, rebase={"2024/25": "a move"})
    words: tuple[str | Path, ...] = (
        "--plan",
        plan,
        "--item",
        "access_share",
        "--only",
        "XA2",
        "--target",
        "access_share=90",
    )
    words = (*words, "--rebase", "2024/25=a move")
    assert found.attrs["text"] == command("trajectory", years, *words).out
    said = json.loads(command("trajectory", years, *words, "-f", "json").out)
    assert found.attrs["found"] == said["organisations"]
    assert found.attrs["rebased"] == [{"period": "2024/25", "because": "a move"}]
    assert list(found["meets_target"].dropna()) == [False, False, True]
    lines = command("trajectory", years, *words, "-f", "csv").out.splitlines()
    assert [*found.columns] == lines[0].split(",")
    assert len(found) == len(lines) - 1
    frames = [one.drop(columns="Period").assign(Period=name) for name, one in pd.read_csv(years).groupby("Period")]
    exact = nhsrate.trajectory(
        frames, ["confederation-model"] * 3, plan=pd.read_csv(plan), item="access_share", exact=True
    )
    assert str(exact["plan_difference"].dropna().iloc[0]) == "0.1"
    with pytest.raises(nhsrate.Refused, match="3 returns and 2 editions"):
        nhsrate.trajectory(frames, ["confederation-model"] * 2)
    with pytest.raises(nhsrate.Refused, match="gives no reason"):
        nhsrate.trajectory(years, rebase="2024/25", plan_reading=ROOT / "none.yaml")


def test_what_is_no_option_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"headroom\(\) got an unexpected keyword argument 'shet'"):
        ASKED.headroom(SHA, "XA2", shet="June")
    with pytest.raises(TypeError, match=r"robustness\(\) missing a required argument: 'returns'"):
        ASKED.robustness()
    assert "against_reading" in str(inspect.signature(nhsrate.explain))


def test_an_explanation_prints_as_the_command_does_and_has_its_steps_as_rows() -> None:
    why = nhsrate.explain(OVERSIGHT, "XKB")
    assert f"{why}\n" == command("explain", OVERSIGHT, "XKB").out
    said = json.loads(command("explain", OVERSIGHT, "XKB", "-f", "json").out)["items"]
    steps = why.to_frame()
    assert list(steps["item"]) == list(said)
    for step in steps.itertuples():
        known = said[step.item]
        assert step.how == known["how"]
        assert step.title == known["title"]
        assert (None if step.cell is pd.NA else step.cell) == known.get("cell")
        assert (None if step.rule is pd.NA else step.rule) == known.get("rule")
    assert steps["depth"].min() == 0
    assert steps["depth"].diff().max() == 1
    assert steps.attrs["text"] == str(why)
    exact = why.to_frame(exact=True).set_index("item")["value"]
    assert str(exact["OF5002"]) == said["OF5002"]["value"]


def test_an_explanation_may_start_elsewhere_and_is_a_few_lines_by_itself(run: nhsrate.Run) -> None:
    why = run.assessment.explain("South")
    assert repr(why).splitlines() == [
        "Why: South (RA2), Waiting & seeing",
        "Stars: ★ 1, one star: Waits is 3 days, at most 5 (cut) (line 31)",
        "limit: 2 became 1: the plan was missed",
        "3 steps; print(...) tells all, to_frame() has them as rows",
    ]
    assert list(why.to_frame()["changed"].dropna()) == ["limit: 2 became 1: the plan was missed"]
    assert list(run.assessment.explain("RA1", item=["half", "opened"]).to_frame()["depth"]) == [0, 1, 1, 0]
    values = (
        run.assessment.explain("RA1", item=["half", "opened", "plan", "remark"]).to_frame().set_index("item")["value"]
    )
    assert values.to_dict() == {
        "half": 1.25, "waits": 2.5, "a_half": 0.5, "opened": pd.Timestamp("2024-03-31").date(), "plan": "yes", "remark": "<b>fine</b>",
    }  # fmt: skip
    with pytest.raises(nhsrate.Refused, match="fits 4 organisations"):
        run.assessment.explain("t")
    with pytest.raises(nhsrate.Refused, match='Did you mean "stars"'):
        run.assessment.explain("RA1", item="star")


def test_a_notebook_shows_an_explanation_as_a_tree(run: nhsrate.Run) -> None:
    html = run.assessment.explain("RA2", item=["stars", "band", "remark"])._repr_html_()
    assert html.count("<details") == 2
    assert '<span class="nr-level c-amber">★ 1, one star</span>' in html
    assert "limit: 2 became 1: the plan was missed" in html
    assert "(told before)" in html
    assert "[C3]" in html
    assert "[line 26]" in html
    west = run.assessment.explain("RA3")._repr_html_()
    assert "<script>" not in west


def test_headroom_is_what_the_command_says() -> None:
    found = nhsrate.headroom(OVERSIGHT, "XQ3")
    said = json.loads(command("headroom", OVERSIGHT, "XQ3", "-f", "json").out)
    assert found.attrs["text"] == command("headroom", OVERSIGHT, "XQ3").out
    assert (found.attrs["now"], found.attrs["to"]) == (said["level"], said["to"])
    for what, key in (("gains", "gains"), ("loses", "losses")):
        rows = found[found["what"] == what]
        assert list(rows["input"]) == [one["input"] for one in said[key]]
        assert list(rows["level"]) == [one["level"] for one in said[key]]
        assert [str(one) for one in rows["peers"]] == [str(one["peers"]) for one in said[key]]
    push = found[found["what"] == "even push"]
    assert list(push["input"]) == [one["input"] for one in said["even_push"]["inputs"]]
    assert str(push["points"].iloc[0]) == str(float(said["even_push"]["points"]))
    assert list(found["level"].cat.categories) == ["4", "3", "2", "1"]


def test_headroom_says_what_holds_and_what_silence_does(run: nhsrate.Run) -> None:
    found = run.assessment.headroom("RA2")
    held = found[found["what"] == "held by"].iloc[0]
    assert (held["because"], held["input"]) == ("the plan was missed", pd.NA)
    plan = found[found["what"] == "gains"].set_index("input").loc["plan"]
    assert (plan["before"], plan["after"], plan["level"]) == ("no", "yes", "2")
    exact = run.assessment.headroom("RA4", fixed="plan", exact=True)
    gains = exact[exact["what"] == "gains"].iloc[0]
    assert (str(gains["before"]), str(gains["after"])) == ("9", "5.0")
    silent = run.assessment.headroom("RA1")
    assert set(silent.loc[silent["what"] == "not reporting", "level"].isna()) == {True}
    with pytest.raises(nhsrate.Refused, match='has no input "wait"'):
        run.assessment.headroom("RA2", input="wait")
    with pytest.raises(nhsrate.Refused, match="is not a level of stars"):
        run.assessment.headroom("RA2", to="5")
    with pytest.raises(TypeError, match="input is a int; give a text, or several"):
        ASKED.rate(ROOT / "examples" / "sha-2004.csv").assessment.headroom("XA2", input=5)


def test_robustness_is_the_csv_of_the_command(tmp_path: Path) -> None:
    words = ("robustness", OVERSIGHT, "--draws", "50", "--seed", "3", "--vary", "weights=25%", "--vary", "figures=0.02")
    found = nhsrate.robustness(OVERSIGHT, draws=50, seed=3, vary=["weights=25%", "figures=0.02"])
    out = tmp_path / "sure.csv"
    command(*words, "-f", "csv", "-o", out)
    said = pd.read_csv(out, dtype={"code": str, "level": str})
    assert list(found) == [*said.columns[:7], "flips", *said.columns[7:]]
    for name in said:
        apart = [
            (ours, theirs)
            for ours, theirs in zip(found[name].tolist(), said[name].tolist(), strict=True)
            if not (pd.isna(ours) and pd.isna(theirs)) and ours != theirs and abs(float(ours) - float(theirs)) > 1e-6
        ]
        assert apart == []
    known = json.loads(command(*words, "-f", "json").out)
    assert found.attrs["sources"] == known["sources"]
    assert found.attrs["text"] == command(*words).out
    assert found.attrs["draws"] == known["draws"]


def test_what_varies_is_what_the_edition_says_where_nothing_is_asked(run: nhsrate.Run) -> None:
    found = run.assessment.robustness(draws=5)
    assert "There is nothing to vary in weights" in found.attrs["assumed"]
    assert list(found["level"].dropna()) == ["2", "1", "1", "0"]
    assert found["place"].isna().sum() == 1
    assert "chance_unrated" in found


def test_where_the_rating_is_a_number_there_are_no_levels(rules: Path, frame: pd.DataFrame) -> None:
    text = rules.read_text("utf-8").partition("ratings:")[0]
    number = (
        "ratings:\n  total: {headline: true, kind: product, of: [waits, a_half], missing: missing, polarity: lower}\n"
    )
    rules.write_text(text + number, "utf-8")
    found = nhsrate.robustness(frame, rules, draws=5)
    assert found["level"].isna().all()
    assert [name for name in found if str(name).startswith("chance")] == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"draws": 0}, "draws is 0, and goes from 1 to 1000000"),
        ({"seed": -1}, "seed is -1, and goes from 0"),
        ({"vary": "weight"}, '"weight" is nothing that varies'),
        ({"vary": ["figures", "figures=0.1"]}, "Each source is named once"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_refused(run: nhsrate.Run, options: dict[str, Any], says: str) -> None:
    with pytest.raises(nhsrate.Refused, match=says):
        run.assessment.robustness(**options)


@pytest.mark.parametrize("options", [{"draws": 10.0}, {"draws": True}, {"seed": "1"}], ids=str)
def test_what_is_no_whole_number_is_no_number_of_draws(run: nhsrate.Run, options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="give a whole number"):
        run.assessment.robustness(**options)


VARIANTS = """\
variants:
  strict: {title: Strict, change: {figures: {cut: {value: 1}}}}
"""


def test_variants_are_rated_from_the_return_or_from_what_was_read(rules: Path, frame: pd.DataFrame) -> None:
    rules.write_text(rules.read_text("utf-8") + VARIANTS, "utf-8")
    alike = [
        nhsrate.robustness(frame, rules, vary="variants", draws=40),
        nhsrate.rate(frame, rules).assessment.robustness(vary="variants", draws=40),
    ]
    assert alike[0].equals(alike[1])
    flips = alike[0].set_index("code")["flips"]
    assert flips["RA1"] > 0.2
    assert flips["RA3"] == 0


def test_integrity_is_what_the_command_says(run: nhsrate.Run) -> None:
    found = nhsrate.integrity(OVERSIGHT, within="0.05")
    said = json.loads(command("integrity", OVERSIGHT, "--within", "0.05", "-f", "json").out)
    assert found.attrs["text"] == command("integrity", OVERSIGHT, "--within", "0.05").out
    assert [list(codes) for codes in found["organisations"]] == [one["organisations"] for one in said["cuts"]]
    assert list(found["p"]) == [one["p"] for one in said["cuts"]]
    assert list(found["more_than_expected"]) == [one["more_than_expected"] for one in said["cuts"]]
    assert list(found["cut"]) == [float(one["cut"]) for one in said["cuts"]]
    for key in ("ends", "tests"):
        assert found.attrs[key] == said[key]
    assert [(one["code"], one["to"]) for one in found.attrs["not_reporting"]] == [
        (one["code"], one["to"]) for one in said["not_reporting"]
    ]
    exact = run.assessment.integrity(within=["waits=1"], exact=True)
    assert all(isinstance(p, Fraction) for p in exact["p"])
    with pytest.raises(nhsrate.Refused, match="is no distance"):
        run.assessment.integrity(within="near")


def moved(frame: pd.DataFrame) -> pd.DataFrame:
    """A later return: one does better, one reports nothing, one is gone and one is new."""
    later = frame.astype(object)
    later.loc[3, "Waits"] = "4"
    later.loc[2, "Waits"] = ""
    later.loc[4, "Org code"] = "RA9"
    return later


def test_a_comparison_is_what_the_command_says(rules: Path, frame: pd.DataFrame) -> None:
    later = moved(frame)
    frame.to_csv("old.csv", index=False)
    later.to_csv("new.csv", index=False)
    words = ("compare", "old.csv", "new.csv", "-m", "mine.yaml", "--only", "RA4")
    found = nhsrate.compare("old.csv", "new.csv", rules, only="RA4", exact=True)
    said = json.loads(command(*words, "-f", "json").out)
    assert found.attrs["text"] == command(*words).out
    row = found.iloc[0]
    assert (row["code"], row["before"], row["after"], row["levels"]) == ("RA4", "1", "2", 1)
    causes = {cause: Fraction(part) for cause, part in said["organisations"][0]["causes"].items()}
    assert {cause: row[cause] for cause in causes} == causes
    assert [(one["input"], one["levels"]) for one in found.attrs["inputs"]] == [("waits", 1)]
    everyone = nhsrate.compare("old.csv", "new.csv", rules)
    assert (everyone.attrs["came"], everyone.attrs["went"]) == (["RA9"], ["RA5"])
    assert (
        everyone.attrs["moves"] == json.loads(command(*words[:5], "-f", "json").out)["moves"] or everyone.attrs["moves"]
    )
    gone = everyone.set_index("code").loc["RA3"]
    assert gone["levels"] is pd.NA
    assert gone["own_values"] is pd.NA
    assert "no level at one end" in gone["not_split"]
    assert found["after"].cat.ordered


def test_assessments_are_compared_as_their_returns_are(rules: Path, frame: pd.DataFrame) -> None:
    later = moved(frame)
    old, new = (nhsrate.rate(one, rules).assessment for one in (frame, later))
    assert new.compare(old).equals(nhsrate.compare(frame, later, rules))
    strict = nhsrate.rate(frame, rules, set={"cut": 2}).assessment
    by_rules = strict.compare(old, only=["North"])
    assert (by_rules["rules"].item(), by_rules["own_values"].item()) == (-1, 0)
    assert any("cut = 2" in line for line in by_rules.attrs["notes"])


def test_two_methods_are_compared_by_naming_one_return_twice(rules: Path, frame: pd.DataFrame) -> None:
    rules.with_name("other.yaml").write_text(
        rules.read_text("utf-8").replace("id: mine", "id: other").replace("value: 5", "value: 2"), "utf-8"
    )
    found = nhsrate.compare(frame, frame, old_methodology=rules, new_methodology="other.yaml").set_index("code")
    assert found.loc["RA1", "rules"] == -1


def test_a_method_that_asks_for_more_is_compared_by_its_returns_alone(rules: Path, frame: pd.DataFrame) -> None:
    text = (
        rules.read_text("utf-8")
        .replace("id: mine", "id: more")
        .replace("inputs:\n", "inputs:\n  more: {type: number, optional: true}\n")
    )
    rules.with_name("more.yaml").write_text(
        text.replace("measures:\n", "measures:\n  much: {kind: count, of: [more], at: not missing, published: true}\n"),
        "utf-8",
    )
    old, new = nhsrate.rate(frame, rules).assessment, nhsrate.rate(frame, "more.yaml").assessment
    with pytest.raises(nhsrate.Refused, match="more asks for more, which was not read under mine"):
        new.compare(old)
    assert len(nhsrate.compare(frame, frame, old_methodology=rules, new_methodology="more.yaml")) == 5


def test_every_frame_of_an_answer_can_be_styled(run: nhsrate.Run) -> None:
    one = run.assessment
    frames = [
        one.explain("RA1").to_frame(),
        one.headroom("RA4"),
        one.robustness(draws=5),
        one.integrity(),
        one.compare(one),
    ]
    for frame in frames:
        html = nhsrate.style(frame).to_html()
        assert "<script>" not in html
        assert escape(frame.attrs["title"]) in html
        assert frame.attrs["text"]
        assert frame.attrs["notes"]
        frame.copy().attrs["title"] = "x"
        assert pd.concat([frame, frame]).attrs["title"] == frame.attrs["title"]
