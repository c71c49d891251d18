"""What is said of organisations, in the word that a methodology has for what it rates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.nouns import ORGANISATION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.problems import Problem
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology


def said_of(
    methodology: Methodology, problems: Iterable[Problem], submitted: Return | None = None
) -> tuple[Problem, ...]:
    """The problems in the word for what is rated; titles and names that hold the word stay as they are."""
    if methodology.rates == ORGANISATION:
        return tuple(problems)
    keep = {*(entry.title for entry in methodology.inputs.values()), *(one.name for one in methodology.items.values())}
    keep |= {one.name for one in submitted.organisations} if submitted else set()
    say = methodology.rates.said
    return tuple(replace(one, message=say(one.message, keep), remedy=say(one.remedy, keep)) for one in problems)
