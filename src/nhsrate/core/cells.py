"""What a cell of a column can be: a number, a level of a scale, a text, or missing with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from decimal import Decimal
from math import isnan, nan
from typing import TYPE_CHECKING, Literal, cast, final, overload

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import exact_doubles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nhsrate.rules.support import Support

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

    `number` is what the level counts as in arithmetic: stated, or its name where that is a number. `support` is what is
    published to help those who are at it.
    """

    scale: str
    name: str
    position: int
    word: str = ""
    symbol: str = ""
    colour: str = ""
    number: Decimal | None = None
    consequences: tuple[str, ...] = ()
    support: tuple[Support, ...] = ()

    def __str__(self) -> str:
        return self.name


@frozen
class Scale:
    """An ordered set of named levels, best first; of yes and no neither is the better side."""

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

BLOCK = 1_000
"""The cells of a packed column that are made at a time where all of it is asked for."""


@final
class PackedCells(Sequence[Cell]):
    """The cells of a column whose numbers are made exact when they are asked for, and not kept.

    A double takes 8 bytes, and the exact number that it is at 15 digits 120. `numbers` has those that are read back
    from their doubles digit for digit, and else NaN, where the cell is that of `others`, or `gap`.

    >>> gap = Missing("blank")
    >>> cells = PackedCells(gap, [Decimal("0.3"), Missing("closed"), Decimal("12.50")])
    >>> cells.extend(PackedCells.of_doubles([0.1 + 0.2, None], gap))
    >>> [str(cell) for cell in cells]
    ['0.3', 'missing (closed)', '12.50', '0.3', 'missing (blank)']
    """

    __slots__ = ("gap", "numbers", "others")

    def __init__(self, gap: Missing, cells: Iterable[Cell] = ()) -> None:
        """These cells."""
        from array import array  # which few runs need

        self.gap = gap
        self.numbers = array("d")
        self.others: dict[int, Cell] = {}
        self.extend(cells)

    @classmethod
    def of_doubles(cls, doubles: Iterable[float | None], gap: Missing) -> PackedCells:
        """Binary numbers as a spreadsheet takes them, and gaps."""
        cells = cls(gap)
        cells.numbers.extend([nan if double is None else double or 0 for double in doubles])
        return cells

    def extend(self, cells: Iterable[Cell]) -> None:
        """Add cells, or packed ones with the same gap."""
        start = len(self)
        if isinstance(cells, PackedCells):
            self.others |= {start + n: cell for n, cell in cells.others.items()}
            self.numbers.extend(cells.numbers)
            return
        cells = [*cells]
        doubles = [float(cell) if type(cell) is Decimal else nan for cell in cells]
        for n, (cell, read_back) in enumerate(zip(cells, exact_doubles(doubles), strict=True)):
            if cell is not self.gap and (isnan(doubles[n]) or str(cell) != str(read_back)):
                doubles[n], self.others[start + n] = nan, cell
        self.numbers.extend(doubles)

    def owned(self, item: str) -> PackedCells:
        """The same cells, of which those that are missing say where they went missing."""
        gap, *others = owned([self.gap, *self.others.values()], item)
        made = PackedCells(cast("Missing", gap))
        made.numbers, made.others = self.numbers, dict(zip(self.others, others, strict=True))
        return made

    @property
    def doubles(self) -> list[float]:
        """The numbers among them as doubles, in no order; rounded to 15 digits they keep theirs."""
        others = [float(cell) for cell in self.others.values() if isinstance(cell, Decimal)]
        return [double for double in self.numbers if not isnan(double)] + others

    @property
    def missing(self) -> int:
        """How many of them are missing."""
        return sum(map(isnan, self.numbers)) - len(self.others) + missing_in([*self.others.values()])

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Cell: ...

    @overload
    def __getitem__(self, at: slice) -> list[Cell]: ...

    def __getitem__(self, at: int | slice) -> Cell | list[Cell]:
        if isinstance(at, slice):
            doubles = self.numbers[at]
            cells: list[Cell] = [*exact_doubles(doubles)]
            for k, n in enumerate(range(len(self))[at]) if any(map(isnan, doubles)) else ():
                if isnan(doubles[k]):
                    cells[k] = self.others.get(n, self.gap)
            return cells
        double = self.numbers[at]
        return self.others.get(at % len(self), self.gap) if isnan(double) else exact_doubles([double])[0]

    def __iter__(self) -> Iterator[Cell]:
        for start in range(0, len(self), BLOCK):
            yield from self[start : start + BLOCK]


def missing_in(cells: Sequence[Cell]) -> int:
    """How many cells of a column are missing; no number is made exact to know it."""
    return cells.missing if isinstance(cells, PackedCells) else [*map(type, cells)].count(Missing)


def owned(cells: Sequence[Cell], item: str) -> Sequence[Cell]:
    """The column of an item, in which every missing value says where it went missing: here, if nowhere before.

    >>> [cell.item for cell in owned([Missing("blank", "blank"), Missing("blank", "blank", "a")], "b")]
    ['b', 'a']
    """
    if isinstance(cells, PackedCells):
        return cells.owned(item)
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
