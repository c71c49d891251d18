"""What leans on a cut, as the report tells it: a row for each cut with anybody near, and a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.reports.integrity import INNOCENT, chance, level

if TYPE_CHECKING:
    from nhsrate.analysis.integrity import Integrity


@frozen
class Leaning:
    """One cut: its item, where it lies, how many are at it and just to either side, and the chance of the split."""

    title: str
    cut: str
    at: int
    better: int
    worse: int
    p: str
    without: str
    more: bool


def leaning_rows(found: Integrity) -> list[Leaning]:
    """The cuts that have anybody near."""
    return [
        Leaning(
            tidy(found.assessment.methodology.name_of(one.cut.item)), number_text(one.cut.value), one.at, one.better,
            one.worse, chance(one.p), chance(one.p_without_at), k in found.standing_out,
        )
        for k, one in enumerate(found.cuts) if one.organisations
    ]  # fmt: skip


def leaning_note(found: Integrity) -> str:
    """How many cuts were looked at, what luck alone would give, and the innocent reading."""
    return (
        f"{found.made} cuts have anybody within a unit of them; of so many tests {float(found.by_chance):.2f} would "
        f"come out below 0.05 by luck alone. {INNOCENT}"
    )


def leaning_of(found: Integrity | None) -> dict[int, tuple[str, ...]]:
    """What leans on a cut of each organisation, in sentences."""
    said: dict[int, list[str]] = {}
    if found is not None:
        name = found.assessment.methodology.name_of
        for one in found.cuts:
            for n in one.organisations:
                place = f"{tidy(name(one.cut.item))} is within a unit of the cut at {number_text(one.cut.value)}."
                said.setdefault(n, []).append(place)
        for other in found.rounding:
            said.setdefault(other.n, []).append(f"Without rounding it would be {level(other.after)}.")
    return {n: tuple(lines) for n, lines in said.items()}
