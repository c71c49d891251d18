"""Tests on items and the conditions made of them: `when: {points: "> 6", late: yes}`.

A condition is a conjunction of tests, of which each names an item; beside them may stand `any:`, of whose conditions
one at least must hold, and `not:`, whose condition must not. A bound in a test is a number or another item's value.

A test of a missing value neither holds nor fails. So conditions have three values (Kleene, *Introduction to
Metamathematics*, 1952): what is known settles a condition where it can (`any` of a condition that holds, a conjunction
with one that fails), and where it cannot, the condition itself is not known, and neither is its negation.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import comparable
from nhsrate.language.numbers import Edge, Number, OfItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
    bound: Edge

    @property
    def side(self) -> str:
        """The side on which it is met, in words."""
        return {">=": "at least", ">": "above", "<=": "at most", "<": "below"}[self.sign]

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its number."""
        return f"{self.side} {self.bound.said(sign)}"

    def __str__(self) -> str:
        return self.said()


@frozen
class Between:
    """A number between two bounds, both included unless it must be `above` the lower one, or `below` the upper."""

    low: Edge
    high: Edge
    above: bool = False
    below: bool = False

    def words(self, said: Callable[[Edge], str]) -> str:
        """Both sides; `said` gives a bound in words."""
        low, high = said(self.low), said(self.high)
        if not self.above and not self.below:
            return f"from {low} to {high}"
        return f"{'above' if self.above else 'at least'} {low} and {'below' if self.below else 'at most'} {high}"

    def has(self, number: Decimal, low: Decimal, high: Decimal) -> bool:
        """Whether a number lies between such ends."""
        over = number > low if self.above else number >= low
        return over and (number < high if self.below else number <= high)

    def said(self, sign: str = "") -> str:
        """In words, with this sign behind its numbers."""
        return self.words(lambda edge: edge.said(sign))

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
TEST_TEXT = pattern(r"(>=|<=|>|<)\s*(.+)")


def edges(test: Test) -> tuple[Edge, ...]:
    """The bounds of a test."""
    match test.test if isinstance(test, Negated) else test:
        case Compare(bound=bound):
            return (bound,)
        case Between(low=low, high=high):
            return low, high
    return ()


def bounding(test: Test) -> tuple[str, ...]:
    """The items whose values are bounds of a test."""
    return tuple(edge.item for edge in edges(test) if isinstance(edge, OfItem))


def worded(test: Test, said: Callable[[Edge], str]) -> str:
    """A test in words; `said` gives a bound in words."""
    match test:
        case Compare():
            return f"{test.side} {said(test.bound)}"
        case Between():
            return test.words(said)
        case Negated():
            return f"not {worded(test.test, said)}"
    return str(test)


def holds(test: Test, cell: Cell, worth: Callable[[Edge], Decimal | Missing] | None = None) -> bool | None:
    """Whether the cell passes the test; `None` where it, or a bound, is missing and the test does not ask for that.

    `worth` gives the value of a bound; without it every bound must be a number.

    >>> holds(Compare(">", Number(Decimal(6))), Decimal(7)), holds(IsMissing(), Missing("blank"))
    (True, True)
    >>> holds(Negated(IsMissing()), Decimal(1)), holds(OneOf(("acute",)), Missing("blank"))
    (True, None)
    >>> holds(OneOf(("acute",)), "Acute")
    True
    """
    if isinstance(test, Negated):
        inner = holds(test.test, cell, worth)
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
    if isinstance(test, Compare) and isinstance(test.bound, Number):
        return _SIGNS[test.sign](number, test.bound.value)
    bounds = [edge.value if isinstance(edge, Number) else worth(edge) if worth else NOWHERE for edge in edges(test)]
    there = [bound for bound in bounds if not isinstance(bound, Missing)]
    if len(there) < len(bounds):
        return None
    return test.has(number, *there) if isinstance(test, Between) else _SIGNS[test.sign](number, there[0])


NOWHERE = Missing("no organisation is asked", "blank")


def asks_for_missing(test: Test) -> bool:
    """Whether the test says what a missing value means: `missing` or `not missing`."""
    return isinstance(test, IsMissing) or (isinstance(test, Negated) and isinstance(test.test, IsMissing))


def turning(test: Test, cell: Cell, worth: Callable[[Edge], Decimal | Missing] | None = None) -> tuple[str, ...]:
    """The figures that could turn the outcome of a test of this cell; none turns one of a missing value or a text.

    >>> low, high = Number(Decimal(1), "low"), Number(Decimal(5), "high")
    >>> turning(Between(low, high), Decimal(3)), turning(Between(low, high), Decimal(7))
    (('low', 'high'), ('high',))
    >>> turning(Negated(Compare(">", low)), Decimal(0)), turning(Compare(">", low), Missing("blank"))
    (('low',), ())
    """
    inner = test.test if isinstance(test, Negated) else test
    number = cell.number if isinstance(cell, Level) else cell
    held = holds(inner, cell, worth)
    if not isinstance(number, Decimal) or held is None:
        return ()
    bounds = edges(inner)
    if isinstance(inner, Between) and not held:
        low = worth(inner.low) if worth else getattr(inner.low, "value", NOWHERE)
        over = not isinstance(low, Missing) and (number > low if inner.above else number >= low)
        bounds = (inner.high,) if over else (inner.low,)
    return tuple(name for bound in bounds for name in bound.figures)


Leaf = tuple[str, Test]
"""An item and a test of it."""


@frozen
class When:
    """Tests of several items, all of which must hold; one at least of `any_`; and not `not_`.

    `simple` says that there are but tests, each of them against numbers, levels or texts.
    """

    tests: tuple[Leaf, ...] = ()
    any_: tuple[When, ...] = ()
    not_: When | None = None
    at: LineLocation | None = field(default=None, compare=False)
    simple: bool = field(default=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Whether it is simple is asked for every organisation, and found once, whatever is given."""
        simple = not self.any_ and self.not_ is None and not any(bounding(test) for _, test in self.tests)
        object.__setattr__(self, "simple", simple)

    @property
    def flat(self) -> bool:
        """Whether there are but tests."""
        return not self.any_ and self.not_ is None

    def __str__(self) -> str:
        return self.worded(lambda item, test: f"{item} is {test}")

    def worded(self, said: Callable[[str, Test], str]) -> str:
        """The condition in words; `said` gives one test."""
        parts = [said(item, test) for item, test in self.tests]
        alone = not parts and self.not_ is None
        if self.any_:
            either = " or ".join(part.bracketed(said) for part in self.any_)
            parts.append(either if alone else f"({either})")
        if self.not_ is not None:
            parts.append(f"not ({self.not_.worded(said)})")
        return " and ".join(parts)

    def bracketed(self, said: Callable[[str, Test], str]) -> str:
        """The same in brackets where it has several parts."""
        parts = len(self.tests) + len(self.any_) + (self.not_ is not None)
        return f"({self.worded(said)})" if parts > 1 else self.worded(said)

    def plain(self, name: Callable[[str], str], missing: Literal["holds", "fails"] | None = None) -> str:
        """The tests with the titles of their items, and what a missing value counts as where that is said."""
        counts = {"holds": " (a missing value fulfils it)", "fails": " (a missing value does not fulfil it)"}
        tests = self.worded(lambda item, test: f"{name(item)} is {worded(test, lambda edge: edge.words(name))}")
        if missing is None or all(asks_for_missing(test) for _, test in self.leaves()):
            return tests
        return tests + counts[missing]

    def leaves(self) -> Iterator[Leaf]:
        """Every test, however deep."""
        yield from self.tests
        for part in self.parts():
            yield from part.leaves()

    def parts(self) -> tuple[When, ...]:
        """The conditions within it."""
        return self.any_ if self.not_ is None else (*self.any_, self.not_)

    def items(self) -> tuple[str, ...]:
        """The items that are tested, and those that they are tested against."""
        if self.simple:
            return tuple(item for item, _ in self.tests)
        return tuple(dict.fromkeys(id_ for item, test in self.leaves() for id_ in (item, *bounding(test))))

    def asked(self) -> frozenset[str]:
        """The items for which it says what a missing value means."""
        return frozenset(item for item, test in self.leaves() if asks_for_missing(test))

    def known(self, *, holding: bool = True) -> frozenset[str]:
        """The items that cannot be missing where it holds (or where it fails), with nothing said of missing values."""
        sets = [_known(item, test, holding=holding) for item, test in self.tests]
        either = [part.known(holding=holding) for part in self.any_]
        if either:
            sets.append(frozenset.intersection(*either) if holding else frozenset.union(*either))
        if self.not_ is not None:
            sets.append(self.not_.known(holding=not holding))
        if not sets:
            return frozenset()
        return frozenset.union(*sets) if holding else frozenset.intersection(*sets)

    def truth(self, leaf: Callable[[str, Test, bool], bool | None], *, straight: bool = True) -> bool | None:
        """Whether it holds; `None` where what is known does not settle it.

        `leaf` says so of one test; it is told whether the whole holds more easily where the test does (`straight`), or
        the other way round, as under `not`.
        """
        found = [leaf(item, test, straight) for item, test in self.tests]
        if self.any_:
            found.append(one_of([part.truth(leaf, straight=straight) for part in self.any_]))
        if self.not_ is not None:
            found.append(opposite(self.not_.truth(leaf, straight=not straight)))
        return opposite(one_of([opposite(held) for held in found]))

    def unsure(self, leaf: Callable[[str, Test, bool], bool | None], *, straight: bool = True) -> Iterator[Leaf]:
        """The tests that leave it unsettled."""
        if self.truth(leaf, straight=straight) is None:
            yield from ((item, test) for item, test in self.tests if leaf(item, test, straight) is None)
            if one_of([part.truth(leaf, straight=straight) for part in self.any_]) is None:
                for part in self.any_:
                    yield from part.unsure(leaf, straight=straight)
            if self.not_ is not None:
                yield from self.not_.unsure(leaf, straight=not straight)

    def met(
        self,
        cell_of: Callable[[str], Cell],
        worth: Callable[[Edge], Decimal | Missing],
        missing: Literal["holds", "fails"] | None = None,
    ) -> bool:
        """Whether it holds where what is not known counts as `missing` says, and as failing where it says nothing."""
        held = self.truth(lambda item, test, _: holds(test, cell_of(item), worth))
        return missing == "holds" if held is None else held

    def deciding(
        self,
        cell_of: Callable[[str], Cell],
        worth: Callable[[Edge], Decimal | Missing],
        missing: Literal["holds", "fails"] | None = None,
    ) -> tuple[str, ...]:
        """The figures that could turn the condition for one organisation; a missing value counts as `missing` says.

        Of several that must all hold, where they do, those of each; where they do not, those of the ones that fail, if
        every one of them has some: one that no figure turns keeps the whole from holding whatever the others say. Of
        several of which one must hold, it is the other way round.
        """

        def leaf(item: str, test: Test, straight: bool) -> bool:  # noqa: FBT001 (as `truth` asks)
            held = holds(test, cell_of(item), worth)
            return (missing == "holds") is straight if held is None else held

        def of(when: When, *, straight: bool) -> tuple[bool, tuple[str, ...]]:
            told = [(leaf(item, test, straight), turning(test, cell_of(item), worth)) for item, test in when.tests]
            if when.any_:
                told.append(_turned([of(part, straight=straight) for part in when.any_], settled_by=True))
            if when.not_ is not None:
                held, names = of(when.not_, straight=not straight)
                told.append((not held, names))
            return _turned(told, settled_by=False)

        return tuple(dict.fromkeys(of(self, straight=True)[1]))


def _turned(told: list[tuple[bool, tuple[str, ...]]], *, settled_by: bool) -> tuple[bool, tuple[str, ...]]:
    """What several conditions come to together, and the figures that could turn it; one of `settled_by` settles it."""
    settling = [names for held, names in told if held is settled_by]
    found = settling or [names for _, names in told]
    turned = found if not settling or all(settling) else []
    return bool(settling) is settled_by, tuple(name for names in turned for name in names)


def _known(item: str, test: Test, *, holding: bool) -> frozenset[str]:
    """The items that are there where one test holds, or fails."""
    if asks_for_missing(test):
        return frozenset({item}) if isinstance(test, Negated) is holding else frozenset()
    return frozenset({item, *bounding(test)})


def one_of(found: list[bool | None]) -> bool | None:
    """Whether one at least holds: not known where none does, and one is not known.

    >>> one_of([None, True]), one_of([None, False]), one_of([])
    (True, None, False)
    """
    return True if True in found else None if None in found else False


def opposite(held: bool | None) -> bool | None:  # noqa: FBT001 (it is what is turned round)
    """What is not so; what is not known stays so."""
    return None if held is None else not held
