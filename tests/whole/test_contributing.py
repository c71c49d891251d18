"""The walk through a kind in CONTRIBUTING.md is walked: its code is added to one module, and its example runs."""

from __future__ import annotations

import re
from doctest import DocTestParser, DocTestRunner
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.rated import rated

from nhsrate.core.numbers import ZERO
from nhsrate.editions.cases import cases_of, check_case
from nhsrate.kinds import KINDS, arithmetic
from nhsrate.kinds.manual import kind_manual
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.rules.load import RuleText, methodology_of

if TYPE_CHECKING:
    from nhsrate.kinds.rule import Rule

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WALK = PAGE[PAGE.index("## Adding a kind") : PAGE.index("## How the code looks")]


def block(language: str) -> str:
    """The only block of that language in the walk."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", WALK, re.DOTALL)
    return str(found)


@pytest.fixture
def excess(monkeypatch: pytest.MonkeyPatch) -> type[Rule]:
    """The kind of the walk, as if its block stood in the module that the walk names."""
    names = vars(arithmetic)
    monkeypatch.setitem(names, "Excess", None)
    monkeypatch.setitem(names, "ZERO", ZERO)
    exec(compile(f"from __future__ import annotations\n{block('python')}", "arithmetic.py", "exec"), names)  # noqa: S102 (the page's own code)
    kind: type[Rule] = names["Excess"]
    monkeypatch.setitem(KINDS.places, kind.kind, f"arithmetic.{kind.__name__}")
    return kind


def test_the_kind_of_the_walk_runs_its_example_and_explains_itself(excess: type[Rule]) -> None:
    rules, cases = block("yaml").split("cases:\n")
    tree, _ = read_tree(f"id: walk\ntitle: A walk\n{rules}", "walk.yaml")
    assert isinstance(tree, Mapping)
    methodology, problems = methodology_of(RuleText(tree))
    assert methodology is not None
    assert not problems
    found, faults = cases_of(f"cases:\n{cases}", "cases.yaml")
    assert not faults
    assert len(found) == 3
    assert all(check_case(case, methodology).passed for case in found)
    assert methodology.items["beyond"].rule.plain(methodology.name_of).startswith("how far deficit lies above 5")


def test_a_mistake_in_the_kind_of_the_walk_is_found_with_its_line(excess: type[Rule]) -> None:
    rules = block("yaml").split("cases:\n")[0].replace("over_mark", "over_marks")
    tree, _ = read_tree(f"id: walk\ntitle: A walk\n{rules}", "walk.yaml")
    assert isinstance(tree, Mapping)
    methodology, problems = methodology_of(RuleText(tree))
    assert methodology is None
    assert [str(problem)[:14] for problem in problems] == ["walk.yaml:7:39", "walk.yaml:7:11"]


def test_the_docstring_of_the_walk_is_a_whole_manual_and_its_example_is_true(excess: type[Rule]) -> None:
    manual = kind_manual("excess")
    assert [field.means for field in manual.fields] == [
        "The item that is held against the mark.",
        "The mark, from which on the excess counts.",
    ]
    assert all([manual.summary, manual.unit, manual.refused, manual.source, manual.section])
    assert "o edition that comes with the tool uses it" in manual.source, "as every manual has to say of such a kind"
    example = DocTestParser().get_doctest(excess.__doc__ or "", {"rated": rated}, "excess", "CONTRIBUTING.md", 0)
    assert DocTestRunner().run(example) == (0, 1), "how many examples failed, and how many there were"
