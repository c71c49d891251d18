"""The tool run in this process, with standard output, standard error and the exit code held apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner

from nhsrate.commands.formats import FORMATS
from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

PRINTED = tuple(name for name, one in FORMATS.items() if one.printed)
"""The formats of `score` that go to standard output, so that a new one is held to what holds of all."""


class Run(NamedTuple):
    """What one run of the tool gave."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, tty: bool = False) -> Run:
    """One run of the tool, perhaps on what says that it is a terminal."""
    runner = CliRunner()
    with pytest.MonkeyPatch.context() as patch:
        if tty:
            patch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
        result = runner.invoke(main, [str(argument) for argument in arguments], prog_name="nhsrate")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)
