"""What a cell of a column can be: a number, a level of a scale, a text, or missing with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Missing:
    """No value, and why; the reason is printed wherever the value would be."""

    reason: str

    def __str__(self) -> str:
        return f"missing ({self.reason})"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One named level of a scale. Levels are compared by identity; `position` 0 is the best.

    `number` is what the level counts as in arithmetic: stated, or its name where that is a number.
    """

    scale: str
    name: str
    position: int
    word: str = ""
    symbol: str = ""
    colour: str = ""
    number: Decimal | None = None
    consequences: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Scale:
    """An ordered set of named levels, best first. An `unordered` scale (yes/no) has names and no better side."""

    name: str
    levels: tuple[Level, ...]
    by_name: dict[str, Level] = field(compare=False)

    def find(self, text: str) -> Level | None:
        """The level of that name or alias, exact first, then with white space and case folded; `2.0` finds level 2."""
        level = self.by_name.get(text)
        if level is None:
            folded = " ".join(text.split()).casefold()
            folded = folded.removesuffix(".0") if folded[:1].isdigit() else folded
            level = next((known for name, known in self.by_name.items() if name.casefold() == folded), None)
        return level


def make_scale(name: str, levels: list[Level]) -> Scale:
    """A scale of these levels, best first."""
    return Scale(name, tuple(levels), {level.name: level for level in levels})


YES = Level("yes/no", "yes", 0, "yes")
NO = Level("yes/no", "no", 1, "no")
YES_NO = make_scale("yes/no", [YES, NO])

Cell = Decimal | Level | str | Missing
