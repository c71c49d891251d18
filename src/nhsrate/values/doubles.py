"""The binary numbers of a table made exact: those that stand in it again and again are made once."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing
from nhsrate.core.numbers import exact_doubles, from_double

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

KEPT = 100_000
"""How many different numbers of a table are known at a time: more than percentages of three decimals can be."""


@changing
class Doubles:
    """The exact numbers of the doubles of a table, equal ones held once as long as the table repeats itself.

    To know a number costs some memory and a fifth of what it costs to make it. Where more than half of the numbers were
    new by the time that `KEPT` are known, they `differ`: none is known any longer, and columns are packed.
    """

    differ: bool = False
    _known: dict[float, Decimal] = field(default_factory=dict)
    _asked: int = 0

    def one(self, raw: float) -> Decimal:
        """The exact number of a double."""
        number = self._known.get(raw)
        if number is None:
            return self.all([raw])[0]
        self._asked += 1
        return number

    def all(self, raws: Sequence[float]) -> list[Decimal]:
        """The exact numbers of doubles, and of whole numbers of no more than 15 digits.

        >>> Doubles().all([0.1 + 0.2, 57.999999999999993, 12])
        [Decimal('0.3'), Decimal('58'), Decimal('12')]
        """
        if self.differ:
            return exact_doubles([raw or 0 for raw in raws])
        known = self._known
        self._asked += len(raws)
        known.update({raw: from_double(raw or 0) for raw in {*raws}.difference(known)})
        numbers = list(map(known.__getitem__, raws))
        if len(known) > KEPT:
            self.differ = len(known) * 2 > self._asked
            self._asked, self._known = 0, {}
        return numbers
