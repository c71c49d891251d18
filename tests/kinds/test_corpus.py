"""Every kind with every field changed, on returns made of edges: nothing that can be seen of it changes unnoticed.

What is committed was held to a second implementation first: the arithmetic on arrays gives the same for all of it, or
nothing is compared with the golden file, nor written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.corpus import corpus, text_of_corpus

from nhsrate.kinds import KINDS
from nhsrate.plan.plan import Plan

if TYPE_CHECKING:
    from tests.conftest import Golden

GOLDEN = Path(__file__).parent / "golden" / "corpus"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_seen_of_a_kind_changes(kind: str, golden: Golden) -> None:
    """Results, sentences, what they rest on, what a rule says of itself, and why rules or returns are refused."""
    found = corpus(kind)
    for rated in found.returns.values():
        assert Plan(rated.whole).differences() == []
    golden(GOLDEN / f"{kind}.txt", text_of_corpus(found))
