"""The documents as a site: the README is its first page, and what lies outside of `docs/` is named without a link."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
_OUTSIDE = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)\s]*\)")
_OF_README = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the README in as the first page."""
    text = _OF_README.sub(lambda found: f"]({_from_docs(found[1])})", (ROOT / "README.md").read_text("utf-8"))
    files.append(File.generated(config, "index.md", content=text))
    return files


def _from_docs(path: str) -> str:
    """A path from the top of the project as one from `docs/`."""
    return path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 (as mkdocs asks)
    """Name what is no page of the site without a link to it."""
    return _OUTSIDE.sub(r"\1", markdown)
