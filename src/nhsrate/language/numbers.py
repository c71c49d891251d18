"""The numbers that a rule states: in digits, by the name of a figure, or as the value of another item."""

from __future__ import annotations

from dataclasses import field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO, Day, number_text, snap
from nhsrate.core.problems import LineLocation

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class Number:
    """A number in a rule: its value, the figure's name where it was written so, and where it stands.

    `text` is what was written where the digits do not end: `1/3`.
    """

    value: Decimal
    figure: str | None = None
    at: LineLocation | None = field(default=None, compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)

    def said(self, sign: str = "") -> str:
        """The number with this sign behind it, and the name of its figure."""
        return (self.text or number_text(self.value)) + sign + (f" ({self.figure})" if self.figure else "")

    def __str__(self) -> str:
        return self.said()

    def mark(self) -> Number:
        """The same at the digits at which numbers are compared: a third has more for arithmetic."""
        return self if self.unset or snap(self.value) == self.value else replace(self, value=snap(self.value))

    @property
    def unset(self) -> bool:
        """Whether it is a figure that has no value yet."""
        return self.value.is_nan()

    @property
    def figures(self) -> tuple[str, ...]:
        """The name of the figure that it is."""
        return (self.figure,) if self.figure else ()

    def words(self, name: Callable[[str], str]) -> str:  # noqa: ARG002 (as of an item)
        """The number; `name` gives an item's title."""
        return str(self)


@frozen
class OfItem:
    """Another item in place of a number: what it is for the organisation, `times` a number, `plus` another.

    Fields:
        item: The item whose value is meant.
        times: What the value is multiplied by, before anything is added.
        plus: What is added to it; a number below zero is taken away.
    """

    item: str
    times: Number | None = None
    plus: Number | None = None
    at: LineLocation | None = field(default=None, compare=False, repr=False)

    def worth(self, value: Decimal) -> Decimal:
        """The number that a value of the item stands for.

        >>> OfItem("target", Number(Decimal("0.95")), Number(Decimal(-5))).worth(Decimal(80))
        Decimal('71.00')
        """
        exact = self.exact(value)
        return exact if isinstance(exact, Day) else snap(exact)

    def exact(self, value: Decimal) -> Decimal:
        """The same with every digit, for further arithmetic; so many days after a date are a date."""
        if isinstance(value, Day):
            return Day.near(value + (self.plus.value if self.plus else ZERO))
        return value * (self.times.value if self.times else 1) + (self.plus.value if self.plus else ZERO)

    @property
    def unset(self) -> bool:
        """Whether a figure in it has no value yet."""
        return any(number.unset for number in (self.times, self.plus) if number)

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures by which it is shifted."""
        return tuple(name for number in (self.times, self.plus) if number for name in number.figures)

    @property
    def shift(self) -> str:
        """By what it is shifted, in words that follow those of its item.

        >>> OfItem("target", Number(Decimal("0.95")), Number(Decimal(-5))).shift
        ' x 0.95 - 5'
        """
        times = f" x {self.times}" if self.times else ""
        if self.plus is None:
            return times
        less = self.plus.figure is None and self.plus.value < 0  # a figure may have no value yet
        size = Number(-self.plus.value, self.plus.figure) if less else self.plus
        return f"{times} {'-' if less else '+'} {size}"

    def words(self, name: Callable[[str], str]) -> str:
        """The item by its title, and by what it is shifted."""
        return f"{name(self.item)}{self.shift}"

    def said(self, sign: str = "") -> str:  # noqa: ARG002 (as of a number)
        """The item, and by what it is shifted."""
        return self.words(str)

    def __str__(self) -> str:
        return self.said()


Edge = Number | OfItem
"""What a value is held against: a number, or what another item is for the same organisation."""
