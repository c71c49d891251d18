"""Help: complete, in groups, no wider than the terminal, and with examples that do what they say."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.commands.main import COMMANDS, GROUPS, main
from nhsrate.helping.command import OPTIONS, Command, first_line
from nhsrate.helping.examples import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path


def command(name: str) -> click.Command:
    """The command of that name, or the tool itself."""
    found = main.get_command(click.Context(main), name) if name != "nhsrate" else main
    assert found is not None
    return found


def help_of(name: str, columns: int) -> str:
    """The help of a command in a terminal that wide."""
    asked = ["--help"] if name == "nhsrate" else [name, "--help"]
    return CliRunner().invoke(main, asked, prog_name="nhsrate", env={"COLUMNS": str(columns)}).output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where a copy of the examples lies."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_groups_hold_every_command_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    assert all(isinstance(command(name), Command) for name in COMMANDS)


@pytest.mark.parametrize("name", ["nhsrate", *sorted(COMMANDS)])
def test_no_line_of_help_is_wider_than_the_terminal_and_nothing_is_cut(name: str) -> None:
    for columns in (80, 100):
        text = help_of(name, columns)
        assert max(map(len, text.splitlines())) <= columns
        said = " ".join(text.split())
        for option in command(name).get_params(click.Context(command(name))):
            if isinstance(option, click.Option):
                assert " ".join((option.help or "").split()) in said
                assert all(flag in text for flag in option.opts)


def test_every_command_has_one_line_in_the_help_of_the_tool() -> None:
    lines = help_of("nhsrate", 80).splitlines()
    for name in COMMANDS:
        assert [line.split() for line in lines].count([name, *first_line(command(name)).split()]) == 1
    for group in GROUPS:
        assert f"{group}:" in lines


def test_options_stand_in_the_order_of_their_groups() -> None:
    text = help_of("score", 80)
    heads = [text.index(f"\n{group}:\n") for group in ("Input", "Rules", "Comparison", "Output", "General", "Examples")]
    assert heads == sorted(heads)
    assert text.index("--sheet") < text.index("\nRules:") < text.index("--set ") < text.index("\nComparison:")


def test_no_group_has_an_option_that_there_is_not() -> None:
    there = {flag for name in ["nhsrate", *COMMANDS] for one in command(name).params for flag in one.opts}
    assert {flag for flags in OPTIONS.values() for flag in flags} <= {*there, "--help"}


def test_an_option_in_no_group_is_found() -> None:
    odd = Command("odd", params=[click.Option(["--odd"])])
    with pytest.raises(KeyError, match="--odd"):
        odd.get_help(click.Context(odd))


def test_a_command_without_examples_shows_none() -> None:
    plain = Command("plain", help="Do nothing.", params=[])
    assert "Examples" not in plain.get_help(click.Context(plain, help_option_names=["--help"]))


def test_every_command_has_three_examples_of_itself() -> None:
    assert {*EXAMPLES} == {"nhsrate", *COMMANDS}
    for name, examples in EXAMPLES.items():
        assert len(examples) >= 3
        assert len({one.line for one in examples}) == len(examples)
        assert name == "nhsrate" or all(one.line.split()[0] == name for one in examples)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_do_what_they_say(name: str, folder: Path) -> None:
    """Each is run as help shows it, and writes what it names, in the place that it names."""
    shown = help_of(name, 80).partition("\nExamples:\n")[2]
    for one in EXAMPLES[name]:
        assert f"  nhsrate {one.line}\n      {one.does}\n" in shown
        words = shlex.split(one.line.replace("\\\n", " "))
        code, out, err = run(*words)
        assert (one.line, code, err if code != one.code else "") == (one.line, one.code, "")
        assert out or err or "-o" in words
        for flag in ("-o", "--annotate"):
            if flag in words:
                assert (folder / words[words.index(flag) + 1]).exists()
