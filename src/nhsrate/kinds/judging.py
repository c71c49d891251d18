"""What significance bands are made of: a value beside its standard, and the limits that chance allows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context as Precision
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.conditions import Number
from nhsrate.decode import Context, number_of, scalar
from nhsrate.intervals import Dispersion, Limits
from nhsrate.kinds.cohorts import Cohort
from nhsrate.numbers import ZERO, number_text, plain_number, snap
from nhsrate.references import reference
from nhsrate.yamltree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

SIX_DIGITS = Precision(prec=6)


@dataclass(frozen=True, slots=True)
class Against:
    """What values are set against: a number, another item, or where neither is there the average."""

    number: Number | None = None
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Against:
        """`average`, a number or the name of a figure, or the id of an item."""
        word = scalar(node, context)
        if word.text == "average":
            return cls()
        if plain_number(word.text) is not None or word.text in context.figures:
            return cls(number=number_of(word.text, word.at, context))
        return cls(item=reference(word.text, word.at, context))

    @property
    def said(self) -> str:
        """What a stated standard is called; nothing where it is the average."""
        if self.number:
            return self.number.figure or "the standard"
        return self.item or ""


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How limits are widened where organisations differ by more than chance; `trim` is winsorised at each side."""

    form: Literal["additive", "multiplicative"]
    trim: Number = Number(Decimal("0.1"))  # noqa: RUF009 (a frozen constant)


@dataclass(frozen=True, slots=True)
class Pair:
    """What one organisation brings: its count and of how many, or its value and the standard error; and its standard.

    `value` and `standard` are before `times`.
    """

    n: int
    count: Decimal
    second: Decimal
    value: Decimal
    standard: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """A value beside its standard: by which method, the limits at each confidence, and outside how many of them it is.

    `beyond` counts upwards: 2 is significantly higher at two confidences, -1 significantly lower at one.
    """

    pair: Pair
    cohort: Cohort
    method: str
    limits: tuple[Limits, ...]
    beyond: int
    dispersion: Dispersion | None


def average_of(pairs: Sequence[Pair], *, plain: bool) -> Decimal:
    """All that is counted over all that it is out of; of values with standard errors the plain mean."""
    whole = Decimal(len(pairs)) if plain else sum((pair.second for pair in pairs), ZERO)
    return snap(sum((pair.count for pair in pairs), ZERO) / whole) if pairs else ZERO


def over_size(limits: Limits, size: Decimal) -> Limits:
    """Limits of a count as limits of a ratio or rate."""
    low, high = limits
    return (None if low is None else snap(low / size)), snap(high / size)


def short(number: Decimal) -> str:
    """A number with 6 significant digits."""
    return number_text(SIX_DIGITS.plus(number))


def percent(number: Number) -> str:
    """A number of per cent, with the figure that it is."""
    return f"{number_text(number.value)} %" + (f" ({number.figure})" if number.figure else "")
