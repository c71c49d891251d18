"""The other scale of per cent: values that are read as declared and rather look like fractions, or a hundredfold."""

from __future__ import annotations

from bisect import bisect, bisect_left
from decimal import Decimal
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, PackedCells
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.moments import tally
from nhsrate.core.numbers import ONE, ZERO, number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.rules.inputs import Input

FEW = 5
"""The fewest values of which all may be whole numbers (0 and 1) and are doubted nonetheless."""

LARGE = Decimal(150)
"""The per cent above which a percentage is doubted when a whole column lies there."""

APART = 10
"""How many times a value lies from the middle of the others at the least, to be of another scale than they."""

NEAR = 3
"""How many times a value may lie from the next of the others and still be one of them."""

USUAL = 20
"""The middle from which a column is one of large percentages; among small ones of all sizes, 0.1 is as good as 10."""

ABOVE = Decimal("1.25")
"""How many times the largest of the others a value may be on the other scale."""

ROUNDING = 1e-9
"""More than a percentage moves where a double is taken at 15 digits."""

HUNDRED = Decimal(100)


def scale_doubts(
    item: Input, signs: Sequence[int], cells: Sequence[Cell], at: Callable[[int], CellLocation]
) -> list[Problem]:
    """An error where signed and bare numbers stand together and a bare one could mean either; else warnings.

    `cells` are in per cent; `signs[n]` says whether cell `n` had a sign, typed or by its format, which settles its
    scale.
    """
    bare = 1 not in signs
    if isinstance(cells, PackedCells) and bare and surely_usual(cells.doubles):
        return []
    faults = Faults()
    values = [cell for cell in cells if isinstance(cell, Decimal)]
    numbers = {} if bare else {n: cell for n, cell in enumerate(cells) if isinstance(cell, Decimal)}
    signed = [number for n, number in numbers.items() if signs[n]]
    unsure = [n for n, number in numbers.items() if signed and not signs[n] and number and _unlikely(item, number)]
    for n in unsure:
        message = "The column mixes cells with a percent sign and bare numbers, "
        message += f"and {number_text(_bare(item, numbers[n]))} could mean either."
        faults.add(Fault("percent-scale", "mixed", message, "Write all cells of the column in one way."), at(n))
    if unsure:
        return faults.problems()
    if signed and all(number > LARGE and _may_be(item, number / HUNDRED) for number in signed):
        counted = f"All {len(signed):,} percentages of the column are" if len(signed) > 1 else "The one percentage is"
        message = f"{counted} above {LARGE} %; this one is {number_text(signed[0])} %."
        remedy = "If 94.5 was meant where 9450% is shown, remove the percent format."
        first = next(n for n in numbers if signs[n])
        faults.add(Fault("percent-scale", "large", message, remedy, "warning"), at(first))
    elif not signed and _whole_column_doubtful(item, values):
        first = next(n for n, cell in enumerate(cells) if isinstance(cell, Decimal))
        faults.add(_whole_column(item, values), at(first))
    else:
        for n, fault in _among_others(item, cells, values, range(len(cells))):
            faults.add(fault, at(n))
    return faults.problems()


def outliers(item: Input, numbers: Sequence[Decimal]) -> dict[Decimal, Decimal]:
    """Sizes that lie among those of the other numbers only on the other scale, each with what it is there.

    Such a number lies ten times or more from the middle of the others, and on the other scale it lies where they do.
    Where others come near it, or numbers lie in between, the column is merely wide. Of the many numbers of a column
    nearly all are others; these are counted, and never put in order or made anew.
    """
    different, times = tally(numbers)
    sizes = different if min(different, default=ZERO) >= 0 else [number.copy_abs() for number in different]
    usual = [ONE < size <= LARGE for size in sizes]
    others = _Sizes([*compress(sizes, usual)], [*compress(times, usual)])
    odd = [(size, often) for size, often, among in zip(sizes, times, usual, strict=True) if size and not among]
    many, few = sum(others.times), sum(often for _, often in odd)
    if not odd or many <= few // 2:
        return {}
    if others.beneath(others.at_least() // 4) * 50 > many + few + 49:
        return {}  # these alone are too many in between, below a quarter of the middle
    lowest, highest, middle = min(others.sizes), max(others.sizes), others.middle()
    if middle < USUAL and lowest * 3 < highest:
        return {}
    found: dict[Decimal, Decimal] = {}
    rest: list[tuple[Decimal, int]] = []
    for size, often in odd:
        low = size <= 1
        meant = size * HUNDRED if low else size / HUNDRED
        apart = size * APART <= middle if low else size >= middle * APART
        alone = size * NEAR < lowest if low else size > highest * NEAR
        fits = lowest / 2 <= meant <= highest * ABOVE and meant * 3 >= middle
        if apart and alone and fits and _may_be(item, meant):
            found[size] = meant
        else:
            rest.append((size, often))
    if not found:
        return {}
    half, quarter = middle / 2, middle / 4
    all_others = [*zip(others.sizes, others.times, strict=True)]
    left = many + sum(often for _, often in rest)
    below = sum(often for size, often in (*all_others, *rest) if size < half)
    between = sum(often for size, often in all_others if size < quarter)
    between += sum(often for size, often in rest if size < quarter or size > LARGE)
    return {} if below > left // 4 or between * 50 > left + 49 else found


def surely_usual(numbers: Sequence[float]) -> bool:
    """Whether doubles tell already that none of the numbers that they are at 15 digits is doubtful, nor are all.

    It answers as `outliers` does where that looks no further than at what is in between. Numbers keep their order when
    they are rounded; where one lies within a rounding of a bound, nothing is sure.
    """
    sizes = sorted(map(abs, numbers))
    start, end = bisect(sizes, 1 + ROUNDING), bisect(sizes, 150 - ROUNDING)
    others = end - start
    if not others or bisect(sizes, 1 - ROUNDING) < start or bisect(sizes, 150 + ROUNDING) > end:
        return False
    odd = len(sizes) - others - bisect(sizes, 0)
    quarter = int(sizes[start + (others - 1) // 2]) // 4
    between = bisect(sizes, quarter - ROUNDING, start, end) - start
    return not odd or others <= odd // 2 or between * 50 > others + odd + 49


class _Sizes:
    """Sizes and how often each is there, counted by their whole parts; only those in the middle are put in order."""

    __slots__ = ("ends", "sizes", "times", "wholes")

    def __init__(self, sizes: Sequence[Decimal], times: Sequence[int]) -> None:
        """The sizes; `ends` says how many have a whole part or a lower one."""
        counts: dict[int, int] = {}
        for whole, often in zip(map(int, sizes), times, strict=True):
            counts[whole] = counts.get(whole, 0) + often
        self.sizes, self.times, self.wholes = sizes, times, sorted(counts)
        self.ends = list(accumulate(map(counts.__getitem__, self.wholes)))

    def beneath(self, whole: int) -> int:
        """How many have a lower whole part."""
        place = bisect_left(self.wholes, whole)
        return self.ends[place - 1] if place else 0

    def at_least(self) -> int:
        """The whole part of the lower of the two in the middle, of which there is one at least."""
        return self.wholes[bisect(self.ends, (self.ends[-1] - 1) // 2)]

    def middle(self) -> Decimal:
        """The median.

        >>> _Sizes([Decimal("7.5"), Decimal("1.2"), Decimal("9"), Decimal("7.1")], [1, 1, 1, 1]).middle()
        Decimal('7.3')
        """
        lower, upper = (self.ends[-1] - 1) // 2, self.ends[-1] // 2
        start, end = map(Decimal, (self.at_least(), self.wholes[bisect(self.ends, upper)] + 1))
        near = sorted((size, often) for size, often in zip(self.sizes, self.times, strict=True) if start <= size < end)
        reached = [self.beneath(self.at_least()) + often for often in accumulate(often for _, often in near)]
        return (near[bisect(reached, lower)][0] + near[bisect(reached, upper)][0]) / 2


def _among_others(
    item: Input, cells: Sequence[Cell], numbers: Sequence[Decimal], own: Collection[int]
) -> Iterator[tuple[int, Fault]]:
    """The warning of each of an organisation's `own` values that is rather one of the other scale, by its place.

    `numbers` are those among the cells.
    """
    found = outliers(item, numbers)
    if not found:
        return
    others = [size for size in map(abs, numbers) if 1 < size <= LARGE]
    said = f"the others lie between {number_text(min(others))} and {number_text(max(others))} %."
    for n, cell in enumerate(cells):
        if n in own and isinstance(cell, Decimal) and (size := cell.copy_abs()) in found:
            message = f"{number_text(size)} % may be meant as {number_text(found[size])} %: {said}"
            written = "a fraction" if item.bare == "percent" and size <= 1 else "per cent"
            remedy = f"If so, it was written on the other scale ({written}); write it as the others are."
            yield n, Fault("percent-scale", "one", message, remedy, "warning")


def own_among_others(
    item: Input, cells: Sequence[Cell], own: Collection[int], at: Callable[[int], CellLocation]
) -> list[Problem]:
    """The warning of an organisation's own values that lie among the others only on the other scale of per cent."""
    faults = Faults()
    numbers = [cell for cell in cells if isinstance(cell, Decimal)]
    for n, fault in _among_others(item, cells, numbers, own):
        faults.add(fault, at(n))
    return faults.problems()


def _bare(item: Input, number: Decimal) -> Decimal:
    """The number as it stood in its cell."""
    return number if item.bare == "percent" else number.scaleb(-2)


def _unlikely(item: Input, number: Decimal) -> bool:
    """Whether a bare number, read as declared, rather looks like one of the other scale."""
    return abs(number) <= 1 if item.bare == "percent" else abs(number) > LARGE


def _may_be(item: Input, number: Decimal) -> bool:
    """Whether the input may have that value."""
    valid = item.valid
    return valid is None or (
        (valid.low is None or number >= valid.low) and (valid.high is None or number <= valid.high)
    )


def _whole_column_doubtful(item: Input, numbers: Sequence[Decimal]) -> bool:
    """Whether all values of a column look like ones of the other scale, and may be.

    A few values of 0 and 1 are no sign, because they are whole numbers of per cent as well.
    """
    if not any(numbers) or not all(_unlikely(item, number) for number in numbers):
        return False
    if len(numbers) < FEW and all(number == number.to_integral_value() for number in map(_at_hand(item), numbers)):
        return False
    other = (number * HUNDRED if item.bare == "percent" else number / HUNDRED for number in numbers)
    return all(_may_be(item, number) for number in other)


def _at_hand(item: Input) -> Callable[[Decimal], Decimal]:
    """What of a number tells that it is no whole one of its scale: itself, or for fractions any part of it."""
    return (lambda number: number) if item.bare == "percent" else (lambda _: Decimal("0.5"))


def _whole_column(item: Input, numbers: Sequence[Decimal]) -> Fault:
    seen, written = "above 1.5", "fractions (0.95 for 95 %)"
    if item.bare == "percent":
        seen, written = "between 0 and 1", "per cent (95 for 95 %)"
    count = len(numbers)
    all_of = f"All {count:,} values of the column are" if count > 1 else "The one value of the column is"
    shown = next(number for number in numbers if number)
    other = shown * HUNDRED if item.bare == "percent" else shown / HUNDRED
    message = f"{all_of} {seen}, though bare numbers are declared to be {written}: "
    message += (
        f"{number_text(_bare(item, shown))} was read as {number_text(shown)} %, and may mean {number_text(other)} %."
    )
    remedy = "If it does, show the values with a percent sign, or change the declaration (bare:)."
    return Fault("percent-scale", "column", message, remedy, "warning")
