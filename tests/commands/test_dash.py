"""`-o -` is standard output, also for what is not printed unasked; what is printed in parts is shown whole."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from nhsrate.commands import options
from nhsrate.commands.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RETURN = str(ROOT / "examples" / "sha-2004.csv")


def test_a_dash_is_standard_output() -> None:
    asked = CliRunner().invoke(main, ["score", RETURN, "-f", "csv", "-o", "-"])
    assert (asked.exit_code, asked.stdout) == (0, CliRunner().invoke(main, ["score", RETURN, "-f", "csv"]).stdout)


def test_a_workbook_goes_into_a_pipe_where_a_dash_asks_for_it() -> None:
    asked = CliRunner().invoke(main, ["score", RETURN, "-f", "xlsx", "-o", "-"])
    assert asked.exit_code == 0
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(asked.stdout_bytes)).namelist()


def test_another_output_is_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["diff", "shmi", "shmi", "-o", "a.txt"]).exit_code == 0
    assert (tmp_path / "a.txt").read_text("utf-8")


@pytest.mark.parametrize("pager", [True, False])
def test_what_comes_in_parts_is_shown_whole_on_a_terminal(pager: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 (a case)
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    paged: list[str] = []

    def shown(content: str, _stream: object) -> bool:
        paged.append(content)
        return pager

    stream = Terminal(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(options, "shown_in_pager", shown)
    monkeypatch.setattr(sys, "stdout", stream)

    def parts() -> Iterator[str]:
        yield "one "
        yield "two\n"

    options.write(parts(), None)
    stream.flush()
    assert paged == ["one two\n"]
    assert stream.buffer.getvalue() == (b"" if pager else b"one two\n")  # type: ignore[attr-defined]
