"""What a rating is worked out on: one column per item, over all organisations, filled in order.

`Workings` is what the engine fills and a rule's `column` is handed; `View` is what is left of it for the reasons of one
item, and cannot be written to.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.numbers import ZERO, number_text
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import in_unit, listed
from nhsrate.language.conditions import Between, Negated, bounding, holds, worded
from nhsrate.language.numbers import Number, OfItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.core.problems import Location
    from nhsrate.language.conditions import Test, When
    from nhsrate.language.numbers import Edge
    from nhsrate.rules.inputs import Polarity
    from nhsrate.rules.model import Item, Limit, Methodology

REFUSED = Missing("refused", "refused")
T = TypeVar("T")


@frozen
class RankedHere:
    """An indicator that was ranked among so many of the return, where the method ranks among a stated number."""

    item: str
    of: str
    here: int
    among: str
    column: str
    at: Location


@frozen
class EarlierPeriod:
    """What items were in an earlier period, for each organisation of this one: which period, and from which files."""

    period: str
    name: str
    cells: Mapping[str, Sequence[Cell]]


class Columns:
    """What can be asked of columns while one item is worked out, and for its reasons afterwards."""

    __slots__ = ()
    methodology: Methodology
    cells: Mapping[str, Sequence[Cell]]
    carried: Mapping[str, Sequence[Cell]]
    item: Item | None

    def edge(self, edge: Edge, n: int) -> Decimal | Missing:
        """What a bound is for one organisation; a missing one says of which item."""
        if isinstance(edge, Number):
            return edge.value
        value = as_number(self.carried.get(edge.item, self.cells[edge.item])[n])
        return value.through(self.name(edge.item)) if isinstance(value, Missing) else edge.worth(value)

    def edge_of(self, n: int) -> Callable[[Edge], Decimal | Missing]:
        """What each bound is for one organisation."""
        return lambda edge: self.edge(edge, n)

    def limit_end(self, limit: Limit, n: int) -> Level | Missing | None:
        """The level that a limit is a cap or a floor at for one organisation; nothing where it is a step.

        The level of an item that is `plus` so many stops at the ends of its scale.
        """
        end = limit.end
        if not isinstance(end, OfItem):
            return end
        cell = self.cells[end.item][n]
        if isinstance(cell, Missing):
            return cell.through(self.name(end.item))
        scale = self.methodology.type_of(end.item).scale
        assert isinstance(cell, Level) and scale  # noqa: S101, PT018 (checked when the file was loaded)
        return cell if end.plus is None else moved(cell, end, scale)

    def edge_said(self, edge: Edge, n: int, sign: str = "") -> str:
        """A bound in a reason: a number with its figure, or an item with its value and what that makes.

        `sign` is the per cent sign where what is held against it is a percentage.
        """
        if isinstance(edge, Number):
            return edge.said(sign)
        said = f"{self.name(edge.item)} ({self.said(edge.item, n)}){edge.shift}"
        worth = self.edge(edge, n) if edge.shift else None
        return said if worth is None or isinstance(worth, Missing) else f"{said} = {number_text(worth)}{sign}"

    def term(self, edge: Edge, n: int) -> str:
        """A number or an item in a sum."""
        if isinstance(edge, Number):
            return str(edge)
        figure = self.figure(edge.item, n)
        return f"({figure}{edge.shift})" if edge.shift else figure

    def test_said(self, test: Test, n: int, sign: str = "") -> str:
        """A test in a reason, with the values of the items that it is against."""
        return worded(test, lambda edge: self.edge_said(edge, n, sign)) if bounding(test) else test.said(sign)

    def leaf_said(self, n: int) -> Callable[[str, Test], str]:
        """How one test is told in a reason: the value of its item, and the test, unless that names the very value."""

        def said(item: str, test: Test) -> str:
            words = self.test_said(test, n, self.sign(item))
            told = self.told(item, n)
            return told if words == self.figure(item, n) else f"{told} ({words})"

        return said

    def passes(self, test: Test, item: str, n: int) -> bool | None:
        """Whether one organisation's value of an item passes a test; `None` where something is missing."""
        return holds(test, self.cells[item][n], self.edge_of(n))

    def deciding(self, when: When, n: int, missing: Literal["holds", "fails"] | None = None) -> tuple[str, ...]:
        """The figures that could turn a condition for one organisation."""
        return when.deciding(lambda item: self.cells[item][n], self.edge_of(n), missing)

    def number(self, item: str, n: int) -> Decimal | Missing:
        """One organisation's number."""
        return as_number(self.cells[item][n])

    def polarity(self, item: str) -> Polarity | None:
        """Whether higher or lower is better: as the current item says, else as the item it works on says."""
        own = self.item.polarity if self.item else None
        return own or self.methodology.polarity_of(item)

    def name(self, item: str) -> str:
        """What an item is called in a reason: its title, or its id where it has none."""
        return self.methodology.name_of(item)

    def said(self, item: str, n: int) -> str:
        """One organisation's value of an item in a sentence, with its unit: `6.2%`, `12 days`, `green`."""
        text = self._text(item, n)
        is_number = isinstance(self.cells[item][n], Decimal)
        return in_unit(text, self.methodology.unit_of(item)) if is_number else text

    def told(self, item: str, n: int) -> str:
        """The clause that gives one organisation's value: `Net return after financing is 6.2%`."""
        return f"{self.name(item)} is {self.said(item, n)}"

    def figure(self, item: str, n: int) -> str:
        """One organisation's value of an item in a sum, with a per cent sign where it is a percentage."""
        return self._text(item, n) + (self.sign(item) if isinstance(self.cells[item][n], Decimal) else "")

    def sign(self, item: str) -> str:
        """The per cent sign where the values of an item are percentages; it also goes with what they are held against.

        Other units stand behind the value of a sentence alone: a sum in which each number has one is hard to read.
        """
        return self.methodology.sign_of(item)

    def _text(self, item: str, n: int) -> str:
        known = self.methodology.items.get(item)
        return cell_text(self.cells[item][n], known.shown if known and known.round else None)


@frozen
class View(Columns):
    """What the reasons of one item are made of: all columns, and what its rule kept when it worked its own out."""

    methodology: Methodology
    cells: Mapping[str, Sequence[Cell]]
    carried: Mapping[str, Sequence[Cell]]
    item: Item
    kept: Any = None


@changing
class Workings(Columns):
    """The columns so far, the item being worked out, and the faults that its arithmetic met.

    `given` has the organisations for which the current item came as published; `settled` also those that its gate
    shuts out: nothing is refused for them. `kept` has, by item, what rules chose or worked out on the way, for their
    reasons; `shared` what several of them work out alike. `carried` has the columns that go into further arithmetic
    with more digits than are compared, ranked and printed. `earlier` has what items were so many periods back.
    """

    methodology: Methodology
    labels: Sequence[str]
    where: Callable[[str, int], Location | None]
    cells: dict[str, Sequence[Cell]] = field(default_factory=dict)
    members: dict[str, list[int]] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    item: Item | None = None
    given: frozenset[int] = frozenset()
    settled: frozenset[int] = frozenset()
    faults: dict[tuple[str, str, str], list[tuple[int, Location]]] = field(default_factory=dict)
    ranked_here: list[RankedHere] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    shared: dict[Any, Any] = field(default_factory=dict)
    carried: dict[str, list[Cell]] = field(default_factory=dict)
    earlier: Mapping[int, EarlierPeriod] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many organisations there are."""
        return len(self.labels)

    def over(self, population: str) -> Sequence[int]:
        """The organisations (by number) of a population."""
        return range(self.size) if population == "everyone" else self.members[population]

    def outside(self, population: str) -> Sequence[int]:
        """The organisations (by number) that a population leaves out; found once, as statistics share populations."""
        if population == "everyone":
            return ()
        if population not in self.others:
            inside = set(self.members[population])
            self.others[population] = [n for n in range(self.size) if n not in inside]
        return self.others[population]

    def keep(self, kept: object) -> None:
        """Keep what the current item's rule chose, so that its reasons are made of the very same."""
        assert self.item  # noqa: S101 (a rule is asked for the column of an item)
        self.kept[self.item.id] = kept

    def once(self, what: object, work: Callable[[], T]) -> T:
        """What several rules need alike, worked out for the first of them."""
        if what not in self.shared:
            self.shared[what] = work()
        found: T = self.shared[what]
        return found

    def numbers(self, item: str) -> Sequence[Decimal | Missing]:
        """The column of an item as numbers: a level counts as its number. It may be the column itself."""
        if self.methodology.type_of(item).kind == "number":
            return cast("Sequence[Decimal | Missing]", self.cells[item])
        return [cell if type(cell) is Decimal else as_number(cell) for cell in self.cells[item]]

    def exact(self, item: str) -> Sequence[Decimal | Missing]:
        """The same with every digit of the arithmetic, for further arithmetic.

        Thirds that are cut at 40 digits no longer add up to a whole at 40 digits, so sums are made of these.
        """
        return cast("Sequence[Decimal | Missing]", self.carried[item]) if item in self.carried else self.numbers(item)

    def terms(self, edge: Edge) -> Sequence[Decimal | Missing]:
        """What a number or an item is for every organisation, with every digit, for further arithmetic."""
        if isinstance(edge, Number):
            return [edge.value] * self.size
        values = self.exact(edge.item)
        if not edge.shift:
            return values
        return [value if isinstance(value, Missing) else edge.exact(value) for value in values]

    def refuse(self, n: int, code: str, message: str, remedy: str, *, item: str | None = None) -> Missing:
        """Collect a fault of organisation `n`, at the cell of `item` where it has one."""
        if n not in self.settled:
            place = (self.where(item, n) if item else None) or self.rule_place()
            self.faults.setdefault((code, message, remedy), []).append((n, place))
        return REFUSED

    def refuse_missing(self, n: int, item: str, cell: Missing) -> Missing:
        """Collect that the method refuses a missing value."""
        if cell.sort == "refused":
            return cell
        return self.refuse(
            n,
            "refused-missing",
            f"{self.methodology.called(item)} is missing ({cell.reason}), and the method cannot do without it.",
            "Enter the value, or let the rule say under missing: what it does without.",
            item=item,
        )

    def met(
        self,
        when: When,
        n: int,
        missing: Literal["holds", "fails"] | None = None,
        covered: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether a condition holds for organisation `n`.

        A test of a missing value counts as `missing` says; it fails where another row asks for the missing value
        (`covered`); else the missing value is refused, because an unmatched gate is a guess.
        """
        if not when.simple:
            return self.met_within(when, n, missing, covered)
        unsure: list[tuple[str, Missing]] = []
        for item, test in when.tests:
            cell = self.cells[item][n]
            held = holds(test, cell)
            if held is None and missing is None and item not in covered and isinstance(cell, Missing):
                unsure.append((item, cell))
            elif not (missing == "holds" if held is None else held):
                return False
        for item, cell in unsure:
            self.refuse_missing(n, item, cell)
        return not unsure

    def met_within(
        self, when: When, n: int, missing: Literal["holds", "fails"] | None, covered: frozenset[str]
    ) -> bool:
        """The same of a condition that has others within it, or compares items."""

        def gone(item: str, test: Test) -> list[str]:
            return [id_ for id_ in (item, *bounding(test)) if isinstance(self.cells[id_][n], Missing)]

        def leaf(item: str, test: Test, straight: bool) -> bool | None:  # noqa: FBT001 (as `truth` asks)
            held = self.passes(test, item, n)
            return not straight if held is None and not covered.isdisjoint(gone(item, test)) else held

        for _, test in when.leaves():
            self.refuse_crossed_test(test, n)
        held = when.truth(leaf)
        if held is not None or missing is not None:
            return missing == "holds" if held is None else held
        for id_ in dict.fromkeys(id_ for one in when.unsure(leaf) for id_ in gone(*one)):
            cell = self.cells[id_][n]
            assert isinstance(cell, Missing)  # noqa: S101 (only such are asked for)
            self.refuse_missing(n, id_, cell)
        return False

    def refuse_crossed_test(self, test: Test, n: int) -> None:
        """Collect that the two bounds of a test leave nothing between them for an organisation."""
        inner = test.test if isinstance(test, Negated) else test
        if not isinstance(inner, Between) or not bounding(inner):
            return
        low, high = self.edge(inner.low, n), self.edge(inner.high, n)
        if not isinstance(low, Missing) and not isinstance(high, Missing) and low > high:
            self.refuse_crossed(n, (inner.low, inner.high), f"No value is {self.test_said(inner, n)}.")

    def refuse_crossed(self, n: int, edges: Sequence[Edge], message: str) -> Missing:
        """Collect that bounds which are items cross for an organisation."""
        item = next(edge.item for edge in reversed(edges) if isinstance(edge, OfItem))
        return self.refuse(n, "crossed-bounds", message, "Mend the values that stand as bounds.", item=item)

    def problems(self) -> list[Problem]:
        """The faults, one problem for each cause, with the organisations it met."""
        found = ranked_problems(self.ranked_here)
        for (code, message, remedy), met in self.faults.items():
            labels = [self.labels[n] for n in dict.fromkeys(n for n, _ in met)]  # several rules may meet one value
            who = ", ".join(labels[:3])
            more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
            found.append(Problem(met[0][1], code, f"{message} Organisations: {who}{more}.", remedy))
        return found

    def rule_place(self) -> Location:
        """Where the current item is defined."""
        at = self.item.at if self.item else None
        return at or LineLocation(self.methodology.id)


def moved(level: Level, end: OfItem, scale: Scale) -> Level:
    """The level whose number is so much more than that of another; at the ends of the scale it stops."""
    numbers = {one: one.number or ZERO for one in scale.levels}
    wanted = end.worth(numbers[level])
    return min(scale.levels, key=lambda one: abs(numbers[one] - wanted))


def as_number(cell: Cell) -> Decimal | Missing:
    """What a cell counts as in arithmetic."""
    if isinstance(cell, Decimal | Missing):
        return cell
    if isinstance(cell, Level) and cell.number is not None:
        return cell.number
    return Missing(f"{cell} is not a number")


def cell_text(cell: Cell, shown: int | None = None) -> str:
    """A cell in words: a number with `shown` places, a level by its name, why it is missing."""
    return number_text(cell, shown) if isinstance(cell, Decimal) else str(cell)


def ranked_problems(ranked: Sequence[RankedHere]) -> list[Problem]:
    """One warning of all ranks that were worked out within the return where the method wants published ones."""
    if not ranked:
        return []
    first = ranked[0]
    if len(ranked) == 1:
        message = f"{first.of} was ranked among the {first.here} of this return; the method ranks among {first.among}."
    else:
        said = listed([f"{one.item} among {one.here}, not {one.among}" for one in ranked], shown=4)
        message = f"{len(ranked)} indicators were ranked within this return, and the method ranks among others too: "
        message += f"{said}."
    remedy = f"Give the published ranks in a column {first.column}"
    remedy += " and its like, or" if len(ranked) > 1 else ", or"
    remedy += " rate the return within a published one with --against."
    return [Problem(first.at, "ranked-in-return", message, remedy, "warning")]
