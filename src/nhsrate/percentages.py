"""Doubts about the scale of a percentage column: per cent or fractions, and both in one column."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.faults import Fault, Faults
from nhsrate.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.cells import Cell
    from nhsrate.inputs import Input
    from nhsrate.problems import CellPlace, Problem

FEW = 5
"""The fewest values from which a whole column's scale is doubted."""

LARGE = 150
"""The per cent above which a percentage is doubted when a whole column lies there."""


def scale_doubts(
    item: Input, signs: Sequence[int], cells: Sequence[Cell], at: Callable[[int], CellPlace]
) -> list[Problem]:
    """An error where signed and bare numbers stand together and a bare one could mean either; else warnings.

    `cells` are in per cent; `signs[n]` says whether cell `n` had a sign, typed or by its format, which settles its
    scale.
    """
    numbers = {n: cell for n, cell in enumerate(cells) if isinstance(cell, Decimal)}
    faults = Faults()
    if any(signs):
        signed = [number for n, number in numbers.items() if signs[n]]
        unsure = [n for n, number in numbers.items() if not signs[n] and number and _unlikely(item, number)]
        for n in unsure:
            message = "The column mixes cells with a percent sign and bare numbers, "
            message += f"and {number_text(_bare(item, numbers[n]))} could mean either."
            faults.add(Fault("percent-scale", "mixed", message, "Write all cells of the column in one way."), at(n))
        if len(signed) >= FEW and not unsure and all(number > LARGE for number in signed):
            message = f"All {len(signed):,} percentages of the column are above {LARGE} %; "
            message += f"this one is {number_text(signed[0])} %."
            remedy = "If 94.5 was meant where 9450% is shown, remove the percent format."
            first = next(n for n in numbers if signs[n])
            faults.add(Fault("percent-scale", "large", message, remedy, "warning"), at(first))
    elif len(numbers) >= FEW and all(_unlikely(item, number) for number in numbers.values()) and any(numbers.values()):
        faults.add(_whole_column(item, len(numbers)), at(min(numbers)))
    return faults.problems()


def _bare(item: Input, number: Decimal) -> Decimal:
    """The number as it stood in its cell."""
    return number if item.bare == "percent" else number.scaleb(-2)


def _unlikely(item: Input, number: Decimal) -> bool:
    """Whether a bare number, read as declared, rather looks like one of the other scale."""
    return abs(number) <= 1 if item.bare == "percent" else abs(number) > LARGE


def _whole_column(item: Input, count: int) -> Fault:
    seen, written = "above 1.5", "fractions (0.95 for 95 %)"
    if item.bare == "percent":
        seen, written = "between 0 and 1", "per cent (95 for 95 %)"
    message = f"All {count:,} values of the column are {seen}, though bare numbers are declared to be {written}."
    remedy = "If they are not, show them with a percent sign, or change the declaration (bare:)."
    return Fault("percent-scale", "column", message, remedy, "warning")
