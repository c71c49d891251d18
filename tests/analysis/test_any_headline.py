"""Any kind may be what people speak of: each question about it is answered, or refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from tests.support.generated import Generated, methodologies
from tests.support.rules import rate, read

from nhsrate.analysis.change import changed
from nhsrate.analysis.corners import Side
from nhsrate.analysis.integrity import integrity
from nhsrate.core.cells import Level
from nhsrate.core.problems import Refused, errors
from nhsrate.diagnosis.diagnose import Wanted, diagnose

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment


def rated(generated: Generated) -> Assessment:
    """The assessment where the last measure is the first headline, before the rating by levels; else no example."""
    above, _, stars = generated.text.partition("ratings:\n")
    above, _, last = above.rstrip("\n").rpartition("\n")
    methodology, problems = read(f"{above}\nratings:\n{last[:-1]}, headline: true}}\n{stars}")
    assume(methodology is not None and not errors(problems))
    try:
        return rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise


@settings(max_examples=12)
@given(methodologies())
def test_each_question_is_answered_of_any_headline(generated: Generated) -> None:
    """Diagnosed, held against itself and searched for who leans on a cut; nobody moves from a return to itself."""
    assessment = rated(generated)
    first, levelled = assessment.methodology.headlines[0], assessment.methodology.items["stars"]
    found = diagnose(assessment, 0, Wanted(draws=0, room=False))
    assert found.scored.item is first
    same = changed(Side(assessment, (assessment.submitted,) * 2), Side(assessment, (assessment.submitted,) * 2))
    assert same.item is integrity(assessment).item is (first if first.scale else levelled)
    assert [str(one.before) for one in same.organisations] == [str(one.after) for one in same.organisations]
    assert all(one.causes is None or {*one.causes.values()} == {0} for one in same.organisations)
    assert {one.code for one in same.organisations if one.causes is not None} == {
        code.code
        for code, cell in zip(assessment.organisations, assessment.columns[same.item.id], strict=True)
        if isinstance(cell, Level)
    }
