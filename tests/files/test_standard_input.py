"""A return that comes through a pipe."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.core.problems import Refused
from nhsrate.files.guard import file_bytes
from nhsrate.files.limits import STANDARD


class Pipe(io.TextIOWrapper):
    """Standard input with these bytes."""


def given(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(io.BytesIO(data), "utf-8"))


@pytest.mark.parametrize("name", ["sha-2004.csv", "acute-stars-2003-04.xlsx"])
def test_a_return_may_come_through_a_pipe(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is is told by its bytes, and it is rated as the file is."""
    from click.testing import CliRunner

    from nhsrate.commands.main import main

    file = ROOT / "examples" / name
    done = CliRunner().invoke(main, ["score", "-", "-f", "csv"], input=file.read_bytes())
    assert done.exit_code == 0
    assert done.stdout == run("score", file, "-f", "csv").out


def test_it_is_read_once_however_often_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    given(b"code,a\nRA1,2\n", monkeypatch)
    assert file_bytes(Path("-")) == file_bytes(Path("-")) == b"code,a\nRA1,2\n"


def test_what_cannot_be_read_of_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    given(b"", monkeypatch)
    with pytest.raises(Refused, match="Standard input is empty"):
        file_bytes(Path("-"))
    given(b"x" * 11, monkeypatch)
    small = type(STANDARD)(**{**{name: getattr(STANDARD, name) for name in STANDARD.__dataclass_fields__}, "file": 10})
    with pytest.raises(Refused, match="raise the limit"):
        file_bytes(Path("-"), small)
    closed = Pipe(io.BytesIO(b"x"), "utf-8")
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    with pytest.raises(Refused, match="Standard input cannot be read"):
        file_bytes(Path("-"))
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(Refused, match="Standard input is empty"):
        file_bytes(Path("-"))
