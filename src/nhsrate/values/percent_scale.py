"""The other scale of per cent: values that are read as declared and rather look like fractions, or a hundredfold."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault, Faults
from nhsrate.core.numbers import ZERO, number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.rules.inputs import Input

FEW = 5
"""The fewest values of which all may be whole numbers (0 and 1) and are doubted nonetheless."""

LARGE = 150
"""The per cent above which a percentage is doubted when a whole column lies there."""

APART = 10
"""How many times a value lies from the middle of the others at the least, to be of another scale than they."""

NEAR = 3
"""How many times a value may lie from the next of the others and still be one of them."""

USUAL = 20
"""The middle from which a column is one of large percentages; among small ones of all sizes, 0.1 is as good as 10."""

HUNDRED = Decimal(100)


def scale_doubts(
    item: Input, signs: Sequence[int], cells: Sequence[Cell], at: Callable[[int], CellLocation]
) -> list[Problem]:
    """An error where signed and bare numbers stand together and a bare one could mean either; else warnings.

    `cells` are in per cent; `signs[n]` says whether cell `n` had a sign, typed or by its format, which settles its
    scale.
    """
    numbers = {n: cell for n, cell in enumerate(cells) if isinstance(cell, Decimal)}
    faults = Faults()
    signed = [number for n, number in numbers.items() if signs[n]] if any(signs) else []
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
    elif not signed and _whole_column_doubtful(item, list(numbers.values())):
        faults.add(_whole_column(item, list(numbers.values())), at(min(numbers)))
    else:
        for n, meant in outliers(item, numbers, numbers).items():
            faults.add(_outlier(item, numbers, n, meant), at(n))
    return faults.problems()


def outliers(item: Input, numbers: Mapping[int, Decimal], judged: Collection[int]) -> dict[int, Decimal]:
    """Those of the `judged` values that lie among the others only on the other scale, each with its value there.

    Such a value lies ten times or more from the middle of the others, and on the other scale it lies where they do.
    Where others come near it, or values lie in between, the column is merely wide.
    """
    times = Counter(numbers.values())
    sizes: dict[Decimal, int] = {}
    for number, count in times.items():
        size = -number if number < 0 else number
        sizes[size] = sizes.get(size, 0) + count
    sizes.pop(ZERO, None)
    others = sorted(size for size in sizes if 1 < size <= LARGE)
    usual, there = sum(sizes[size] for size in others), sum(sizes.values())
    if usual <= (there - usual) // 2:
        return {}
    half = usual // 2
    middle = (_nth(others, sizes, half) + _nth(others, sizes, usual - 1 - half)) / 2
    if middle < USUAL and others[0] * 3 < others[-1]:
        return {}
    found: dict[Decimal, Decimal] = {}
    for size in sizes.keys() - others:
        low = size <= 1
        meant = size * HUNDRED if low else size / HUNDRED
        apart = size * APART <= middle if low else size >= middle * APART
        alone = size * NEAR < others[0] if low else size > others[-1] * NEAR
        fits = others[0] / 2 <= meant <= others[-1] * Decimal("1.25") and meant * 3 >= middle
        if apart and alone and fits and _may_be(item, meant):
            found[size] = meant
    if not found:
        return {}
    rest = {size: count for size, count in sizes.items() if size not in found}
    below = sum(count for size, count in rest.items() if size < middle / 2)
    between = sum(count for size, count in rest.items() if size < middle / 4 or size > LARGE)
    left = sum(rest.values())
    if below > left // 4 or between * 50 > left + 49:
        return {}
    read_as = {number: found[abs(number)] for number in times if abs(number) in found}
    return {n: read_as[number] for n, number in sorted(numbers.items()) if number in read_as and n in judged}


def _nth(sizes: Sequence[Decimal], times: Mapping[Decimal, int], n: int) -> Decimal:
    """The value at a place (from 0) where each of these stands as often as that, in their order."""
    after = accumulate(times[size] for size in sizes)
    return next(size for size, end in zip(sizes, after, strict=True) if n < end)


def _outlier(item: Input, numbers: Mapping[int, Decimal], n: int, meant: Decimal) -> Fault:
    """The warning of one value among others, with both readings."""
    number = abs(numbers[n])
    others = [other for other in map(abs, numbers.values()) if other and (1 < other <= LARGE)]
    message = f"{number_text(number)} % may be meant as {number_text(meant)} %: the others lie between "
    message += f"{number_text(min(others))} and {number_text(max(others))} %."
    written = "a fraction" if item.bare == "percent" and number <= 1 else "per cent"
    remedy = f"If so, it was written on the other scale ({written}); write it as the others are."
    return Fault("percent-scale", "one", message, remedy, "warning")


def own_among_others(
    item: Input, cells: Sequence[Cell], own: Collection[int], at: Callable[[int], CellLocation]
) -> list[Problem]:
    """The warning of an organisation's own values that lie among the others only on the other scale of per cent."""
    numbers = {n: cell for n, cell in enumerate(cells) if isinstance(cell, Decimal)}
    faults = Faults()
    for n, meant in outliers(item, numbers, own).items():
        faults.add(_outlier(item, numbers, n, meant), at(n))
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
