"""The documents as a site, and the pictures of the README: every page is in it, no link leads nowhere, none is old."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PICTURES = ROOT / "docs" / "pictures"


def pages(entry: Any) -> Iterator[str]:  # noqa: ANN401 (a list, a mapping or a page)
    """The pages below an entry of the navigation."""
    if isinstance(entry, str):
        yield entry
    for one in entry if isinstance(entry, list) else entry.values() if isinstance(entry, dict) else ():
        yield from pages(one)


def test_every_page_stands_in_the_navigation_once() -> None:
    named = list(pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    assert sorted(named) == sorted(["index.md", *(file.name for file in (ROOT / "docs").glob("*.md"))])


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_nobody(tmp_path: Path) -> None:
    """A page that is not named, a link or an anchor that leads nowhere ends the building; no page names a script or a
    style of another place.
    """
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text("utf-8")
        assert 'src="http' not in text
        assert '<link href="http' not in text
    assert (tmp_path / "search" / "search_index.json").is_file()
    assert not (tmp_path / "pictures" / "make.py").exists()


@pytest.mark.slow
def test_the_pictures_of_the_readme_are_of_what_is_shown_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """If not: `python docs/pictures/make.py`."""
    spec = spec_from_file_location("pictures", PICTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert make.digests(make.on_terminal(*make.SCORE), make.report()) == json.loads(
        (PICTURES / "made-of.json").read_text("utf-8")
    )
    assert "http" not in (PICTURES / "terminal.svg").read_text("utf-8").replace("http://www.w3.org", "")
