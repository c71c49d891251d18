"""Quiet nights, the four quarters that docs/change.md tells: made by their script, and moved by what it says."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run

from nhsrate.analysis.change import between, changed
from nhsrate.analysis.shapley import CAUSES
from nhsrate.runs.request import requested

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "examples" / "quiet-nights"
QUARTERS = ("spring", "summer", "autumn", "winter")


def test_the_committed_returns_are_what_the_script_makes(tmp_path: Path, *, update: bool) -> None:
    """The same bytes every time, and no code of a real trust."""
    spec = importlib.util.spec_from_file_location("make_nights", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(FOLDER if update else tmp_path)
    for quarter in QUARTERS if not update else ():
        text = (tmp_path / f"{quarter}.csv").read_bytes()
        assert text == (FOLDER / f"{quarter}.csv").read_bytes(), quarter
        assert all(line.startswith(b"X") for line in text.splitlines()[1:])


def test_the_rules_have_no_fault_and_the_cases_pass() -> None:
    for quarter in QUARTERS:
        checked = run("check", FOLDER / f"nights-{quarter}.yaml")
        assert (checked.code, checked.err) == (0, ""), quarter
    assert run("test", FOLDER).code == 0


STORY = [
    ("spring", "summer", "XH6", {"others": -1}, "gold", "silver"),
    ("summer", "autumn", "XL2", {"own_values": -1}, "silver", "bronze"),
    ("summer", "autumn", "XS4", {"rules": -1}, "gold", "silver"),
    ("autumn", "winter", "XF5", {"own_coverage": 1}, "bronze", "silver"),
]


@pytest.mark.parametrize(("before", "after", "code", "causes", "old", "new"), STORY, ids=str)
def test_each_trust_of_the_story_moved_because_of_one_thing(
    before: str, after: str, code: str, causes: dict[str, int], old: str, new: str
) -> None:
    """Fallen because of others, by its own figures, by the rules, and risen by what it no longer reports."""
    ends = between(*(requested(FOLDER / f"{one}.csv", str(FOLDER / f"nights-{one}.yaml")) for one in (before, after)))
    found = changed(*ends[:2])
    (moved,) = (one for one in found.organisations if one.code == code)
    assert (str(moved.before), str(moved.after)) == (old, new)
    assert moved.causes == {cause: Fraction(causes.get(cause, 0)) for cause in CAUSES}
    assert found.planned, "each among the others, at once"
