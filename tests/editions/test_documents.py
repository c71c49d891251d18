"""`nhsrate docs` and `nhsrate problem`: the documents where the tool is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from nhsrate.commands import learning
from nhsrate.commands.main import main
from nhsrate.core.problems import CODES
from nhsrate.editions import documents

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    return result.exit_code, result.output


def test_every_document_is_listed_with_its_title() -> None:
    code, out = run("docs")
    assert code == 0
    for file in (ROOT / "docs").glob("*.md"):
        title = file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        assert any(line.split(None, 1) == [file.stem, title] for line in out.splitlines())


def test_a_document_is_shown_whole_without_what_is_for_programs() -> None:
    code, out = run("docs", "methodology-language")
    assert code == 0
    assert out.startswith("# The methodology language\n")
    assert "<!--" not in out
    assert run("docs", "methodology") == (0, out)


def test_the_sections_of_a_document_are_found_by_words() -> None:
    code, out = run("docs", "methodology-language", "reading", "profile")
    assert (code, out.startswith("### 5.3 A reading profile\n"), "### 5.4" in out) == (0, True, False)
    assert run("docs", "methodology-language", "zzz")[0] == 2


def test_what_is_no_document_is_refused() -> None:
    code, out = run("docs", "tutorail")
    assert (code, 'Did you mean "tutorial"?' in out) == (2, True)
    assert run("docs", "zzz")[1].endswith("`nhsrate docs` lists them.\n")


def test_a_heading_within_a_block_of_code_is_none() -> None:
    text = "# A\n```\n# B\n```\nafter\n# C\nend\n"
    assert documents.section(text, "a") == "# A\n```\n# B\n```\nafter\n"
    assert documents.section(text, "b") == ""


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_its_page(code: str) -> None:
    """The page says what the tool prints, under the code that the message ends in."""
    exit_code, out = run("problem", code)
    assert (exit_code, out.startswith(f"## {code}\n\n")) == (0, True)
    assert f"[{code}]" in out or code == "moved"  # which is told in the summary of a build
    assert "\n## " not in out


def test_the_codes_are_listed_and_a_slip_is_told() -> None:
    code, out = run("problem")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[: len(CODES)]] == list(CODES)
    code, out = run("problem", "[out-of-rang]")
    assert (code, 'Did you mean "out-of-range"?' in out) == (2, True)
    assert run("problem", "[out-of-range]") == run("problem", "out-of-range")


def test_without_documents_the_line_of_the_code_is_what_there_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(documents, "shipped_folder", lambda name: tmp_path / name)
    assert run("docs") == (0, "No documents came with this installation.\n")
    assert run("problem", "out-of-range") == (0, "## out-of-range\n\nThe value lies outside its valid range.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bare.md").write_text("no heading\n", "utf-8")
    assert run("docs")[1].startswith("bare")


def test_a_terminal_is_shown_a_page_that_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "is_terminal", lambda _stream: True)
    _, out = run("problem", "out-of-range")
    assert "## " not in out
    assert "The value lies outside its valid range." in out
