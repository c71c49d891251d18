"""What is told of the groups of an edition: how it is known who belongs to which, and by which rules they are rated."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest
from tests.support.rules import method

from nhsrate.editions.diff import diff_text, edition_diff
from nhsrate.editions.manual import manual
from nhsrate.editions.text import methodology_text
from nhsrate.reports.documents import markdown_of

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.rules.model import Methodology


def of_groups(kind: str) -> Methodology:
    """A method with one kind of groups."""
    return method(f"sources: {{map: {{title: A map}}}}\ngroups: {{systems: {kind}}}")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("{whole: England}", "systems, each a group: England, all organisations together"),
        ("{rates: economy, member: Org}", 'systems, each an economy: a table of members (member under "Org")'),
        ("{sheet: Who, title: Care}", 'systems (Care), each a group: the sheet "Who"'),
        ("{sheet: Who, methodology: own}", 'systems, each a group: the sheet "Who", rated by own'),
        ("{sheet: Who, note: Since April, source: map}", 'systems, each a group: the sheet "Who". Since April [map]'),
        ("{members: {n: {name: North, of: [a, b]}, s: {c: 1/3}}}", "systems, each a group: North: a, b; s: c by 1/3"),
    ],
)
def test_an_edition_tells_of_its_groups(kind: str, said: str, tmp_path: Path) -> None:
    text = " ".join(methodology_text(of_groups(kind)).split())
    assert f"Groups (`--as NAME` rates them) {said}" in text
    document = markdown_of(manual(of_groups(kind), tmp_path / PurePath("nowhere.yaml")))
    assert "Which groups may be rated" in document


def test_what_changed_in_groups_is_told() -> None:
    told = diff_text(edition_diff(of_groups("{whole: England}"), of_groups("{sheet: Who}")))
    assert "England, all organisations together" in told
    assert 'the sheet "Who"' in told
