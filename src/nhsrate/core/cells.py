"""What a cell of a column can be: a number, a level of a scale, a text, or missing with its reason."""

from __future__ import annotations

from dataclasses import field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, final

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

Sort = Literal[
    "blank", "absent", "marker", "own marker", "gate", "population", "too few", "not computable", "refused",
]  # fmt: skip
"""Why there is no value.

`blank`: the cell is. `absent`: there is no such column or row. `marker`: a text that was declared for the whole return;
`own marker`: one that was declared for this very input or item, by which the publisher says that there is none.
`gate`: the item's own `only_when` did not hold. `population`: the organisation is not in that of the statistic.
`too few`: of the parts that are combined. `not computable`: the rule says so of these values (nothing over zero).
`refused`: a fault was collected, so that nothing is rated.
"""


@final
@frozen
class Missing:
    """No value, and why; the reason is printed wherever the value would be.

    `sort` is what others ask for, never the text. `item` is the input or item in which the value went missing, however
    many items it was handed through since; the engine says it of what does not say it itself. Two that say the same
    are equal, as tests compare them.
    """

    reason: str
    sort: Sort = field(default="not computable", compare=False)
    item: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"missing ({self.reason})"

    def through(self, item: str) -> Missing:
        """The same, handed on by something that is made of this item among others, and says of which."""
        return replace(self, reason=f"{item} is missing: {self.reason}")


@frozen(eq=False)
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


@frozen
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


def owned(cells: Sequence[Cell], item: str) -> list[Cell]:
    """The column of an item, in which every missing value says where it went missing: here, if nowhere before.

    >>> [cell.item for cell in owned([Missing("blank", "blank"), Missing("blank", "blank", "a")], "b")]
    ['b', 'a']
    """
    column = cells if isinstance(cells, list) else list(cells)
    fresh = {id(cell): cell for cell in column if type(cell) is Missing and cell.item is None}
    if not fresh:
        return column
    said: dict[tuple[str, Sort], Missing] = {}  # so that gaps that are alike are one, as they mostly are
    own: dict[int, Cell] = {}
    for key, cell in fresh.items():
        alike = cell.reason, cell.sort
        own[key] = said[alike] if alike in said else said.setdefault(alike, Missing(*alike, item))
    return list(map(own.get, map(id, column), column))
