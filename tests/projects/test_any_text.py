"""Whatever stands in a project file gives ratings or problems with a place, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.projects import project as small
from tests.support.repository import PROJECT

from nhsrate.core.problems import Refused
from nhsrate.projects.places import opened
from nhsrate.projects.ratings import ratings_of

TEXT = (PROJECT / "nhsrate.yaml").read_text("utf-8")
WORDS = [
    "return",
    "ratings",
    "name",
    "outputs",
    "set",
    "against",
    "earlier",
    "as_at",
    "methodology",
    "methodologies",
    "reading",
]
VALUES = st.recursive(
    st.sampled_from(["returns/june.csv", "returns/*.csv", "rules", "stars", "a.csv", "{stem}.json", "{name}", "..", "/", "~", "**", "[", "", "{", "\u0000", "2026-03-31", "x" * 300])
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the test works."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return small(tmp_path)


def looked_at(data: bytes) -> None:
    """Every rating of a project file of those bytes, or problems that have a place and a sentence."""
    Path("nhsrate.yaml").write_bytes(data)
    try:
        problems = ratings_of(opened(Path("nhsrate.yaml").absolute())).problems
    except Refused as refused:
        problems = refused.problems
        assert problems
    assert [problem for problem in problems if not problem.at.file or not problem.message.endswith((".", ".csv"))] == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(TEXT)), cut=st.integers(0, 12), put=st.text(max_size=4))
def test_a_slip_in_a_project_file_is_a_problem(at: int, cut: int, put: str) -> None:
    looked_at((TEXT[:at] + put + TEXT[at + cut :]).encode("utf-8", "surrogatepass"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=4),
    entries=st.lists(st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6), max_size=3),
)
def test_anything_under_any_key_is_a_problem_or_a_rating(value: dict[str, object], entries: list[object]) -> None:
    """JSON is YAML, so that nothing depends on how it is written."""
    import json

    looked_at(json.dumps(value | {"ratings": entries}).encode())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=40))
def test_any_bytes_are_a_problem(data: bytes) -> None:
    looked_at(data)
