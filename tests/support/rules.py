"""Small rule texts for tests: read in memory, rated on columns of literals."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.problems import errors
from nhsrate.editions.cases import given_cell
from nhsrate.engine.assess import assess
from nhsrate.kinds.workings import EarlierPeriod, cell_text
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.returns.model import Organisation, Return, Values
from nhsrate.rules.load import RuleText, methodology_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Override
    from nhsrate.rules.model import Methodology

ENDS = {
    "id:": "id: rules",
    "title:": "title: Rules",
    "inputs:": "inputs: {spare: {type: number}}",
    "ratings:": "ratings: {spare_rating: {kind: constant, value: 1, headline: true}}",
}
"""What a rule text in a test may leave out: it is put behind, so that lines keep their numbers."""


def whole(text: str | None) -> str:
    """The rule text with what it leaves out."""
    body = dedent(text or "").splitlines()
    return "\n".join([*body, *(end for key, end in ENDS.items() if not any(line.startswith(key) for line in body)), ""])


def read(text: str | None, settings: dict[str, str] | None = None) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a rule text, and its problems."""
    tree, problems = read_tree(whole(text), "rules.yaml")
    assert isinstance(tree, Mapping), problems
    return methodology_of(RuleText(tree, tuple(problems), (("rules.yaml", b""),)), settings)


def problems_of(text: str | None, settings: dict[str, str] | None = None) -> list[str]:
    """Every error of a rule text, as `line:column code: message remedy`."""
    _, problems = read(text, settings)
    return [said(problem) for problem in errors(problems)]


def warnings_of(text: str | None) -> list[str]:
    """What a sound rule text is warned of, likewise."""
    return [said(problem) for problem in read(text)[1] if problem.severity == "warning"]


def said(problem: Problem) -> str:
    """A problem without its file."""
    place = str(problem.at).removeprefix("rules.yaml:")
    return f"{place} {problem.code}: {problem.message} {problem.remedy}".strip()


def method(text: str | None, settings: dict[str, str] | None = None) -> Methodology:
    """The methodology of a sound rule text."""
    found, problems = read(text, settings)
    assert found is not None, problems
    assert not errors(problems), problems
    return found


def rate(
    text: str | Methodology | None,
    *,
    only: Iterable[str] | None = None,
    overrides: Sequence[Override] = (),
    names: Sequence[str] = (),
    before: dict[str, str] | str | None = None,
    **columns: str,
) -> Assessment:
    """The ratings of organisations A, B, C, ... for columns of words parted by blanks; `-` is missing.

    `before` has what items were in the period before, likewise.
    """
    methodology = method(text) if text is None or isinstance(text, str) else text
    cells = {item: [cell_of(item, word, methodology) for word in words.split()] for item, words in columns.items()}
    size = max((len(column) for column in cells.values()), default=1)
    codes = [chr(65 + n) for n in range(size)] if size <= 26 else [f"R{n:04}" for n in range(size)]
    organisations = tuple(Organisation(code, name) for code, name in zip(codes, names or codes, strict=True))
    absent: list[Cell] = [Missing("blank", "blank")] * size
    values = {id_: Values(cells.pop(id_, absent)) for id_ in methodology.inputs}
    values |= {id_: Values(column) for id_, column in cells.items()}
    assert not isinstance(before, str), "what columns were, by their names"
    then = {id_: [cell_of(id_, word, methodology) for word in words.split()] for id_, words in (before or {}).items()}
    earlier = {1: EarlierPeriod("May", "may.csv", then)} if before else {}
    submitted = Return("return.csv", "", organisations, values, tuple(overrides), earlier=earlier)
    return assess(submitted, methodology, only=only)


def cell_of(item: str, word: str, methodology: Methodology) -> Cell:
    """The cell that a word means; `-` is blank."""
    cell = Missing("blank", "blank") if word == "-" else given_cell(item, word, methodology)
    assert cell is not None, word
    return cell


def results(assessment: Assessment, item: str) -> list[str]:
    """What came out for each organisation."""
    return [cell_text(cell) for cell in assessment.columns[item]]


def why(assessment: Assessment, item: str, n: int = 0) -> str:
    """How an organisation's result came about."""
    return assessment.methodology.items[item].rule.why(assessment.view(item), n)


def plain(methodology: Methodology, item: str) -> str:
    """The rule of an item in words."""
    return methodology.items[item].rule.plain(methodology.name_of)
