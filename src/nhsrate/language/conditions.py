"""Tests on items and the conditions made of them: `when: {points: "> 6", late: yes}`."""

from __future__ import annotations

import re
from dataclasses import field
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import comparable

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class Number:
    """A number in a rule: its value, the figure's name where it was written so, and where it stands."""

    value: Decimal
    figure: str | None = None
    at: LineLocation | None = field(default=None, compare=False, repr=False)

    def said(self, sign: str = "") -> str:
        """The number with this sign behind it, and the name of its figure."""
        return number_text(self.value) + sign + (f" ({self.figure})" if self.figure else "")

    def __str__(self) -> str:
        return self.said()

    @property
    def unset(self) -> bool:
        """Whether it is a figure that has no value yet."""
        return self.value.is_nan()


@frozen
class OneOf:
    """Any of these levels, texts or numbers."""

    cells: tuple[Level | str | Decimal, ...]

    def folded(self) -> list[str]:
        """The texts among them, as texts are compared: without regard to case and typesetting."""
        return [comparable(cell) for cell in self.cells if isinstance(cell, str)]

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its numbers."""
        return " or ".join(number_text(cell) + sign if isinstance(cell, Decimal) else str(cell) for cell in self.cells)

    def __str__(self) -> str:
        return self.said()


@frozen
class Compare:
    """A number against a bound."""

    sign: Literal[">=", ">", "<=", "<"]
    bound: Number

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its number."""
        words = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}
        return f"{words[self.sign]} {self.bound.said(sign)}"

    def __str__(self) -> str:
        return self.said()


@frozen
class Between:
    """A number between two bounds, both included."""

    low: Number
    high: Number

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its numbers."""
        return f"from {self.low.said(sign)} to {self.high.said(sign)}"

    def __str__(self) -> str:
        return self.said()


@frozen
class IsMissing:
    """A missing value."""

    def said(self, sign: str = "") -> str:  # noqa: ARG002 (every test is asked alike)
        """In words."""
        return "missing"

    def __str__(self) -> str:
        return self.said()


@frozen
class Negated:
    """Whatever the inner test does not hold for; a missing value only where the inner test is `missing`."""

    test: OneOf | Compare | Between | IsMissing

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its numbers."""
        return f"not {self.test.said(sign)}"

    def __str__(self) -> str:
        return self.said()


Test = OneOf | Compare | Between | IsMissing | Negated
_SIGNS: dict[str, Callable[[Decimal, Decimal], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt}
TEST_TEXT = re.compile(r"(>=|<=|>|<)\s*(.+)")


def holds(test: Test, cell: Cell) -> bool | None:
    """Whether the cell passes the test; `None` where it is missing and the test does not ask for that.

    >>> holds(Compare(">", Number(Decimal(6))), Decimal(7)), holds(IsMissing(), Missing("blank"))
    (True, True)
    >>> holds(Negated(IsMissing()), Decimal(1)), holds(OneOf(("acute",)), Missing("blank"))
    (True, None)
    >>> holds(OneOf(("acute",)), "Acute")
    True
    """
    if isinstance(test, Negated):
        inner = holds(test.test, cell)
        return None if inner is None else not inner
    if isinstance(test, IsMissing):
        return isinstance(cell, Missing)
    if isinstance(cell, Missing):
        return None
    if isinstance(test, OneOf):
        if isinstance(cell, str):
            return comparable(cell) in test.folded()
        return cell in test.cells or (isinstance(cell, Level) and cell.number in test.cells)
    number = cell.number if isinstance(cell, Level) else cell
    if not isinstance(number, Decimal):
        return False
    if isinstance(test, Between):
        return test.low.value <= number <= test.high.value
    return _SIGNS[test.sign](number, test.bound.value)


def asks_for_missing(test: Test) -> bool:
    """Whether the test says what a missing value means: `missing` or `not missing`."""
    return isinstance(test, IsMissing) or (isinstance(test, Negated) and isinstance(test.test, IsMissing))


def turning(test: Test, cell: Cell) -> tuple[str, ...]:
    """The figures that could turn the outcome of a test of this cell; none turns one of a missing value or a text.

    >>> low, high = Number(Decimal(1), "low"), Number(Decimal(5), "high")
    >>> turning(Between(low, high), Decimal(3)), turning(Between(low, high), Decimal(7))
    (('low', 'high'), ('high',))
    >>> turning(Negated(Compare(">", low)), Decimal(0)), turning(Compare(">", low), Missing("blank"))
    (('low',), ())
    """
    inner = test.test if isinstance(test, Negated) else test
    number = cell.number if isinstance(cell, Level) else cell
    bounds: tuple[Number, ...] = ()
    if isinstance(number, Decimal) and isinstance(inner, Compare):
        bounds = (inner.bound,)
    elif isinstance(number, Decimal) and isinstance(inner, Between):
        inside = inner.low.value <= number <= inner.high.value
        bounds = (inner.low, inner.high) if inside else (inner.low if number < inner.low.value else inner.high,)
    return tuple(bound.figure for bound in bounds if bound.figure)


@frozen
class When:
    """Tests of several items, all of which must hold."""

    tests: tuple[tuple[str, Test], ...]
    at: LineLocation | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return " and ".join(f"{item} is {test}" for item, test in self.tests)

    def plain(self, name: Callable[[str], str], missing: Literal["holds", "fails"] | None = None) -> str:
        """The tests with the titles of their items, and what a missing value counts as where that is said."""
        counts = {"holds": " (a missing value fulfils it)", "fails": " (a missing value does not fulfil it)"}
        tests = " and ".join(f"{name(item)} is {test}" for item, test in self.tests)
        if missing is None or all(asks_for_missing(test) for _, test in self.tests):
            return tests
        return tests + counts[missing]

    def items(self) -> tuple[str, ...]:
        """The items that are tested."""
        return tuple(item for item, _ in self.tests)

    def deciding(
        self, cell_of: Callable[[str], Cell], missing: Literal["holds", "fails"] | None = None
    ) -> tuple[str, ...]:
        """The figures that could turn the condition for one organisation; a missing value counts as `missing` says.

        Where it holds, those of each test. Where it fails, those of the tests that fail, if every one of them has some:
        a test that no figure turns keeps the condition from holding whatever the others say.
        """
        told = [(holds(test, cell_of(item)), turning(test, cell_of(item))) for item, test in self.tests]
        failed = [names for held, names in told if not (missing == "holds" if held is None else held)]
        found = [names for _, names in told] if not failed else failed if all(failed) else []
        return tuple(dict.fromkeys(name for names in found for name in names))
