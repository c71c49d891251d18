"""The man page says what help says, and the programs that show it find no fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from typing import TYPE_CHECKING

import click
import pytest
from tests.conftest import ROOT, not_here

from nhsrate import __version__
from nhsrate.commands.main import COMMANDS, GROUPS, main
from nhsrate.helping.examples import EXAMPLES
from nhsrate.helping.man import man_page

if TYPE_CHECKING:
    from tests.conftest import Golden

PAGE = ROOT / "man" / "nhsrate.1"


def plain(text: str) -> str:
    """What somebody reads of a text in roff."""
    text = re.sub(r"^\.(?:SH|SS|B|TH) ?|\\f[BR]|\\&", "", text, flags=re.MULTILINE)
    for written, sign in (("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\(ti", "~"), ("\\(ha", "^"), ("\\e", "\\")):
        text = text.replace(written, sign)
    return text


def test_the_man_page_is_made_from_the_help(golden: Golden) -> None:
    golden(PAGE, man_page(main, GROUPS, __version__))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_told_whole(name: str) -> None:
    section = plain(PAGE.read_text("utf-8")).partition(f'"NHSRATE {name.upper()}"\n')[2].partition('"NHSRATE ')[0]
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert " ".join((command.help or "").split()) in section.replace("\n.PP\n", " ").replace("\n", " ")
    for option in command.params:
        if isinstance(option, click.Option) and option.name not in {"colour", "no_pager", "quiet"}:
            assert f"{option.opts[-1]}" in section
            assert " ".join((option.help or "").split()) in section
    for one in EXAMPLES[name]:
        assert f"nhsrate {one.line}" in section


def test_no_line_is_taken_for_a_request_that_is_none() -> None:
    """A text that begins with a dot or a quote would vanish."""
    requests = {line.split()[0] for line in PAGE.read_text("utf-8").splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".TP", ".B", ".PP", ".nf", ".fi"}
    assert PAGE.read_text("utf-8").isascii()


@pytest.mark.parametrize("program", ["mandoc -T lint -W error", "groff -man -ww -T utf8 -z"])
def test_the_programs_that_show_it_find_no_fault(program: str) -> None:
    command = program.split()
    if shutil.which(command[0]) is None:
        not_here(f"there is no {command[0]}")
    done = subprocess.run([*command, PAGE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_installation_brings_the_man_page() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["shared-data"] == {"man": "share/man/man1"}
    assert "man" in build["sdist"]["only-include"]
