"""Every edition's README says which support and which context exist in public, where that is said, and what is not held."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

INDICATORS = ROOT / "indicators"
PARTS = ("Support", "Context", "Not held")
SOURCE = re.compile(r"\]\(https?://\S+\)|source: [^)]|same source|none is known")


def faults(readme: str) -> list[str]:
    """What is wrong with the section of `readme`: a part that is not there, and one that neither has a source nor says that none is known."""
    found = re.search(r"^## Support and context\n\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if found is None:
        return ["no section"]
    parts = dict(re.findall(r"^- \*\*(.+?):\*\*(.*?)(?=^- |\Z)", found[1], re.MULTILINE | re.DOTALL))
    absent = [f"{part}: absent" for part in PARTS if not parts.get(part, "").strip()]
    return absent + [
        f"{part}: no source" for part in PARTS[:2] if parts.get(part, "").strip() and not SOURCE.search(parts[part])
    ]


@pytest.mark.parametrize("readme", sorted(INDICATORS.glob("*/README.md")), ids=lambda path: path.parent.name)
def test_every_edition_says_which_support_and_context_exist(readme: Path) -> None:
    assert faults(readme.read_text("utf-8")) == []


def test_every_folder_of_editions_has_a_readme() -> None:
    assert [
        folder.name for folder in INDICATORS.iterdir() if folder.is_dir() and not (folder / "README.md").is_file()
    ] == []


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "- **Support:** none is known.\n- **Context:** a size ([A](https://a.uk/b)).\n- **Not held:** the rest.\n",
            [],
        ),
        ("- **Support:** a fund (source: A, 2001).\n- **Context:** none is known.\n- **Not held:** the rest.\n", []),
        ("- **Support:** a fund.\n- **Context:** none is known.\n- **Not held:** the rest.\n", ["Support: no source"]),
        ("- **Support:** none is known.\n- **Context:** a size.\n", ["Not held: absent", "Context: no source"]),
        ("- **Support:**\n- **Context:** none is known.\n- **Not held:** it.\n", ["Support: absent"]),
    ],
)
def test_a_part_without_a_source_is_found(section: str, expected: list[str]) -> None:
    assert faults(f"# A\n\n## Support and context\n\n{section}\n## Sources\n\n[A](https://a.uk)\n") == expected
    assert faults("# A\n\n## Sources\n") == ["no section"]
