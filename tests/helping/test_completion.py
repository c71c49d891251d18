"""What a shell offers: names that there are, of what has been typed, and nothing where nothing can be read."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click
import pytest
from click.shell_completion import BashComplete, FishComplete, ZshComplete
from tests.conftest import ROOT

from nhsrate.commands.main import COMMANDS, main
from nhsrate.helping import completion
from nhsrate.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

STARS = str(ROOT / "examples" / "acute-stars-2003-04.xlsx")
RISK = str(ROOT / "examples" / "financial-risk-2011-12.csv")


def offers(*words: str) -> list[CompletionItem]:
    """What is offered for the last of these words."""
    return BashComplete(main, {}, "nhsrate", "_NHSRATE_COMPLETE").get_completions([*words[:-1]], words[-1])


def names(*words: str) -> list[str]:
    """The names among what is offered."""
    return [one.value for one in offers(*words) if one.type == "plain"]


def files(*words: str) -> bool:
    """Whether files are offered too."""
    return any(one.type == "file" for one in offers(*words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["meth"], ["methodologies"]),
        (["score", STARS, "-m", "nof-2025-26-q4-s"], ["nof-2025-26-q4-segmentation"]),
        (["methodologies", "shm"], ["shmi"]),
        (["template", "shm"], ["shmi"]),
        (["diff", "shmi", "sha"], ["sha-mental-health-stars-2004"]),
        (["new", "x", "--from", "shm"], ["shmi"]),
        (["compare", "a", "b", "--old-methodology", "shm"], ["shmi"]),
        (["explain", STARS, "XWH"], ["XWH"]),
        (["explain", STARS, "xwh"], ["XWH"]),
        (["explain", STARS, "XWH", "--item", "poin"], ["points"]),
        (["headroom", RISK, "XA4"], ["XA4"]),
        (["headroom", RISK, "XA4", "--input", "li"], ["liquid_ratio_days"]),
        (["headroom", RISK, "XA4", "--fixed", "li"], ["liquid_ratio_days"]),
        (["headroom", RISK, "XA4", "--rating", "fin"], ["financial_risk_rating"]),
        (["headroom", RISK, "XA4", "--to", ""], ["5", "4", "3", "2", "1"]),
        (["headroom", RISK, "XA4", "--rating", "financial_risk_rating", "--to", "4"], ["4"]),
        (["headroom", RISK, "XA4", "--rating", "nothing", "--to", "4"], []),
        (["headroom", "-m", "monitor-financial-risk-2011-12", "--input", "li"], ["liquid_ratio_days"]),
        (["score", RISK, "--only", "XA4"], ["XA4"]),
        (["score", RISK, "--only=XA4"], ["XA4"]),
        (["score", STARS, "--columns", "points,four"], ["points,four_hours"]),
        (["score", STARS, "--sort", "na"], ["name"]),
        (["score", STARS, "--set", "two_stars_most_p"], ["two_stars_most_points=6"]),
        (["score", "-m", "ae-four-hour", "--as", "sys"], ["systems"]),
        (["score", RISK, "--limit", "file"], ["file=50MB"]),
        (["docs", "methodology-l"], ["methodology-language"]),
        (["problem", "out-of-r"], ["out-of-range"]),
        (["kinds", "winsor"], ["winsorise"]),
        (["score", RISK, "-f", "mark"], ["markdown"]),
    ],
)
def test_what_begins_so_is_offered(words: list[str], expected: list[str]) -> None:
    assert names(*words) == expected


def test_everything_is_offered_where_nothing_is_typed_yet() -> None:
    assert {*names("")} == {*COMMANDS}
    assert names("kinds", "") == [*KINDS]
    assert len(names("score", RISK, "--only", "")) == 60


def test_files_are_offered_where_one_can_be_named_and_a_return_before_its_organisations() -> None:
    assert files("score", "")
    assert files("explain", "")
    assert names("explain", "") == []
    assert files("explain", STARS, "")
    assert files("score", RISK, "-m", "mine/")
    assert not files("kinds", "")
    assert not files("score", RISK, "--only", "")


def test_organisations_stand_with_their_names() -> None:
    assert [one.help for one in offers("explain", RISK, "XA4") if one.type == "plain"] == [
        "Hazelwater NHS Foundation Trust"
    ]


def test_of_several_files_all_organisations_are_offered(tmp_path: Path) -> None:
    head, *rows = (ROOT / "examples" / "financial-risk-2011-12.csv").read_text("utf-8").splitlines(keepends=True)
    for n, row in enumerate(rows[:2]):
        (tmp_path / f"{n}.csv").write_text(head + row, "utf-8")
    assert names("explain", str(tmp_path / "0.csv"), str(tmp_path / "1.csv"), "X") == ["XA4", "XAJ"]


def test_a_project_offers_its_ratings_and_its_own_methodologies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples" / "project", tmp_path / "project")
    monkeypatch.chdir(tmp_path)
    assert names("build", "food") == []
    monkeypatch.chdir(tmp_path / "project")
    assert names("build", "food") == ["food-2024", "food-2025"]
    assert "food-2025" in names("methodologies", "food-2")


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01", b"a,b\n1,2\n", b"PK\x03\x04broken"])
def test_what_cannot_be_read_is_passed_over_in_silence(
    content: bytes | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "return.xlsx"
    if content is not None:
        file.write_bytes(content)
    for words in (
        ["explain", str(file), "X"],
        ["score", str(file), "--only", "X"],
        ["score", str(file), "--set", ""],
        ["score", str(file), "-m", "no-such-edition", "--columns", ""],
    ):
        assert names(*words) == []
    assert capfd.readouterr() == ("", "")


def test_a_return_that_takes_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "LARGEST", 100)
    assert names("score", RISK, "--only", "X") == []
    assert names("score", RISK, "-m", "monitor-financial-risk-2011-12", "--only", "X") == []
    assert names("headroom", RISK, "-m", "monitor-financial-risk-2011-12", "--input", "li") == ["liquid_ratio_days"]


def test_every_argument_and_option_on_names_offers_them() -> None:
    """What is written in capitals as the name of something there is has a completion of its own."""
    said = {"ID", "[ID]", "METHODOLOGY", "ITEM", "ITEM,...", "CODE", "[CODE]", "[TOPIC]", "CODE_OR_NAME", "LEVEL"}
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        for param in command.params:
            if param.metavar in said and param.opts not in (["--id"], ["organisation"]):
                assert param._custom_shell_complete is not None, f"{name} {param.opts}"


@pytest.mark.parametrize("shell", [BashComplete, ZshComplete, FishComplete])
def test_each_shell_gets_its_script(
    shell: type[BashComplete | ZshComplete | FishComplete], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.shell_completion.BashComplete._check_version", lambda *_: None, raising=False)
    assert "_NHSRATE_COMPLETE" in shell(main, {}, "nhsrate", "_NHSRATE_COMPLETE").source()
