"""Kinds that do arithmetic: ratio, difference, logarithm, and clipping at fixed ends."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, number_text, snap
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.kinds.bounds import together
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.language.edges import Operand
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.records import figures_in, items_in
from nhsrate.language.values import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Ratio(Rule):
    """One item over another, times a number.

    A share of nothing has no value, so a `to` of zero is a problem unless `zero` says that the result is missing.

    Fields:
        of: The item that is divided: the numerator.
        to: The item that it is divided by: the denominator.
        times: What the quotient is multiplied by: 100 for per cent.
        zero: Whether a `to` of zero is a problem (`refuse`), or makes the result `missing`.

    Example:
        >>> rated("share: {kind: ratio, of: seen, to: attended, times: 100, zero: missing}",
        ...       seen="96 47 0", attended="100 50 0")
        seen  attended  share
        96    100       96
        47    50        94
        0     0         missing (attended is zero)

    Unit: That of `of` for each one of `to`, times `times`; per cent where both count alike and `times` is 100.

    Refused: Texts, and levels without a number; a `to` of zero, unless `zero: missing` stands there.

    Source: Plain division; used by `ae-four-hour` for the share seen within four hours, after NHS England, *A&E
        Attendances and Emergency Admissions* (monthly).

    Section: 7.2
    """

    kind: ClassVar[str] = "ratio"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    to: Ref
    times: Number = Number(ONE)
    zero: Literal["refuse", "missing"] = "refuse"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.to)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.zero == "missing" or misses(self.of) or misses(self.to)

    def column(self, workings: Workings) -> list[Cell]:
        """`times` x `of` / `to` for every organisation."""
        cells: list[Cell] = []
        for n, (top, bottom) in enumerate(zip(workings.exact(self.of), workings.exact(self.to), strict=True)):
            if isinstance(top, Missing) or isinstance(bottom, Missing):
                cells.append(top if isinstance(top, Missing) else bottom)
            elif bottom:
                cells.append(top * self.times.value / bottom)
            elif self.zero == "missing":
                cells.append(Missing(f"{workings.name(self.to)} is zero"))
            else:
                cells.append(
                    workings.refuse(
                        n,
                        "cannot-compute",
                        f"{workings.methodology.called(self.to)} is zero, and a share of nothing has no value.",
                        "Mend the value, or let the rule say zero: missing.",
                        item=self.to,
                    )
                )
        return cells

    def grounds(self, view: View, n: int) -> Grounds:
        """Both items and the number; over zero there is nothing that what stands above it could change."""
        over_nothing = not view.number(self.to, n) and not isinstance(view.number(self.of, n), Missing)
        return Grounds((self.to,)) if over_nothing else Grounds(self.reads(), figures_in(self))

    def why(self, view: View, n: int) -> str:
        """The division."""
        times = "" if self.times.value == 1 else f" x {self.times}"
        return f"{view.figure(self.of, n)} / {view.figure(self.to, n)}{times}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        times = "" if self.times.value == 1 else f", times {self.times}"
        zero = "; missing where the latter is zero" if self.zero == "missing" else ""
        return f"{name(self.of)} divided by {name(self.to)}{times}{zero}"


@frozen
class Difference(Rule):
    """One item less another, absolute or in per cent of the size of the other; either may be a number instead.

    Fields:
        of: The item from which the other is taken, or a number; an item may be shifted: `{item: plan, times: 1.1}`.
        from: The item that is taken from it, or a number: a plan, a standard, last year, 100.
        as: Whether the difference is `absolute`, or in `percent` of the size of `from` without its sign.

    Example:
        >>> rated("off_plan: {kind: difference, of: actual, from: plan}",
        ...       "off_plan_percent: {kind: difference, of: actual, from: plan, as: percent}",
        ...       "short_of_100: {kind: difference, of: 100, from: actual}",
        ...       actual="96 -6 4", plan="80 -5 4")
        actual  plan  off_plan  off_plan_percent  short_of_100
        96      80    16        20                4
        -6      -5    -1        -20               106
        4       4     0         0                 96

    Unit: That of the items, days between two dates; per cent under `as: percent`.

    Refused: Texts, and levels without a number; two numbers without an item; a `from` of zero under `as: percent`; a
        date and a number, and a per cent of a date.

    Source: Plain subtraction; used by `ae-four-hour` and `nhs-star-ratings-2002-03-acute`.

    Section: 7.2
    """

    kind: ClassVar[str] = "difference"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Operand
    from_: Operand
    as_: Literal["absolute", "percent"] = "absolute"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return items_in((self.of, self.from_))

    def column(self, workings: Workings) -> list[Cell]:
        """`of` - `from`, or that in per cent of |`from`|, for every organisation."""
        cells: list[Cell] = []
        for n, (top, base) in enumerate(zip(workings.terms(self.of), workings.terms(self.from_), strict=True)):
            if isinstance(top, Missing) or isinstance(base, Missing):
                cells.append(top if isinstance(top, Missing) else base)
            elif self.as_ == "absolute":
                cells.append(top - base)
            elif base:
                cells.append((top - base) * 100 / abs(base))
            else:
                cells.append(self.no_share(workings, n))
        return cells

    def compared(self) -> tuple[tuple[Edge, Edge], ...]:
        """Both sides: two dates, or two numbers."""
        return ((self.of, self.from_),)

    def no_share(self, workings: Workings, n: int) -> Missing:
        """Collect that what a per cent is to be of is zero."""
        item = self.from_.item if isinstance(self.from_, OfItem) else self.reads()[0]
        zero = workings.methodology.called(item) if isinstance(self.from_, OfItem) else str(self.from_)
        message = f"{zero} is zero, and a per cent of it has no value."
        remedy = "Mend the value, or let the rule take the absolute difference."
        return workings.refuse(n, "cannot-compute", message, remedy, item=item)

    def why(self, view: View, n: int) -> str:
        """The subtraction."""
        base = view.term(self.from_, n)
        less = f"{view.term(self.of, n)} - {base}"
        return less if self.as_ == "absolute" else f"({less}) x 100 / |{base}|"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        unit = "" if self.as_ == "absolute" else ", in per cent of the latter"
        return f"{self.of.words(name)} less {self.from_.words(name)}{unit}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Two numbers, whose difference is a number; dates, of which none is a share."""
        if self.as_ == "percent" and any(methodology.type_of(id_).date for id_ in self.reads()):
            message = f'"{item.id}" takes a per cent of a date.'
            return [Problem(at, "wrong-type", message, "Take the absolute difference, which is in days.")]
        if self.reads():
            return []
        return [Problem(at, "wrong-type", "A difference of two numbers is a number.", "Name an item, or use constant.")]


@frozen
class Logarithm(Rule):
    """The logarithm of an item to a stated base.

    A higher value has a higher logarithm, so that what is better stays better.

    Fields:
        of: The item, above zero.
        base: The base: `e`, `2` or `10`.

    Example:
        >>> rated("tens: {kind: logarithm, of: lines, base: 10}", "doublings: {kind: logarithm, of: lines, base: 2}",
        ...       lines="1 8 1000")
        lines  tens            doublings
        1      0               0
        8      0.903089986992  3
        1000   3               9.96578428466

    Unit: None; one more is `base` times as much.

    Refused: Texts, and levels without a number; what is zero or less, and an item whose `valid` range reaches there.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 5, which takes
        it of skewed indicators; no edition that comes with the tool uses it.

    Section: 7.2
    """

    kind: ClassVar[str] = "logarithm"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    base: Literal["e", "2", "10"]

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def column(self, workings: Workings) -> list[Cell]:
        """The logarithm for every organisation."""
        cells: list[Cell] = []
        for n, value in enumerate(workings.exact(self.of)):
            if isinstance(value, Missing):
                cells.append(value)
            elif value > 0:
                cells.append(self.logarithm(value))
            else:
                message = (
                    f"{workings.methodology.called(self.of)} is {workings.said(self.of, n)}, which has no logarithm."
                )
                remedy = "Mend the value: a logarithm is of what is above zero."
                cells.append(workings.refuse(n, "cannot-compute", message, remedy, item=self.of))
        return cells

    def logarithm(self, value: Decimal) -> Decimal:
        """The power of the base that is the value."""
        if self.base == "10":
            return snap(value.log10())
        return snap(value.ln() if self.base == "e" else value.ln() / Decimal(2).ln())

    def why(self, view: View, n: int) -> str:
        """Of which value, to which base."""
        return f"the logarithm of {view.figure(self.of, n)} to base {self.base}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the logarithm of {name(self.of)} to base {self.base}"

    def passes_on(self) -> str | None:
        """The item that it is of: a higher one has a higher logarithm."""
        return self.of

    def shares(self) -> dict[str, Decimal]:
        """The item has it all."""
        return {self.of: ONE}

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """An item that can be zero or less."""
        low = methodology.lowest_possible(self.of)
        if low is None or low > 0:
            return []
        message = f'"{item.id}" is a logarithm, and "{self.of}" can be {number_text(low)}.'
        return [Problem(at, "incompatible", message, "Give it a valid: range above zero, or another kind.")]


@frozen
class Clip(Rule):
    """A value kept between fixed ends: what lies beyond one is brought to it.

    An end is a number, or another item, so that each organisation has its own; where that is missing, so is the result.

    Fields:
        of: The item whose values are kept.
        low: The lower end; without one nothing is too low.
        high: The upper end; without one nothing is too high.

    Example:
        >>> rated("kept: {kind: clip, of: score, low: 0, high: most}", score="105 -3 50 50", most="100 100 40 -")
        score  most  kept
        105    100   100
        -3     100   0
        50     40    40
        50     -     missing (most is missing: blank)

    Unit: That of the item.

    Refused: Texts, and levels without a number; no end at all; a lower end above the upper one, also where it is so for
        one organisation.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 3: outliers are
        trimmed before they become benchmarks. No edition that comes with the tool uses it.

    Section: 7.2
    """

    kind: ClassVar[str] = "clip"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    low: Edge | None = None
    high: Edge | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return tuple(dict.fromkeys([self.of, *items_in((self.low, self.high))]))

    def column(self, workings: Workings) -> list[Cell]:
        """The value of every organisation, within the ends."""
        return [
            value if isinstance(value, Missing) else self.kept(workings, n, value)
            for n, value in enumerate(workings.exact(self.of))
        ]

    def kept(self, workings: Workings, n: int, value: Decimal) -> Cell:
        """The value of organisation `n` within the ends; where an end is missing, so is the result."""
        low, high = (workings.edge(end, n) if end else None for end in (self.low, self.high))
        if isinstance(low, Missing):
            return low
        if isinstance(high, Missing):
            return high
        if self.low and self.high and low is not None and high is not None and low > high:
            sign = workings.sign(self.of)
            said = (workings.edge_said(end, n, sign) for end in (self.low, self.high))
            message = "The lower end, {}, is above the upper one, {}.".format(*said)
            return workings.refuse_crossed(n, (self.low, self.high), message)
        above = value if low is None else max(value, low)
        return above if high is None else min(above, high)

    def why(self, view: View, n: int) -> str:
        """The value and the ends."""
        return f"{view.told(self.of, n)}, kept {self.ends(lambda end: view.edge_said(end, n, view.sign(self.of)))}"

    def ends(self, said: Callable[[Edge], str]) -> str:
        """Between which ends, in words."""
        if self.low and self.high:
            return f"from {said(self.low)} to {said(self.high)}"
        return f"at least {said(self.low)}" if self.low else f"at most {said(self.high)}" if self.high else ""

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of

    def unit_of(self) -> tuple[str, ...]:
        """The item."""
        return (self.of,)

    def shares(self) -> dict[str, Decimal]:
        """The item has it all."""
        return {self.of: ONE}

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lower end, where that is a number; else as low as its values can be."""
        own = methodology.lowest_possible(self.of)
        low = self.low.value if isinstance(self.low, Number) and not self.low.unset else own
        return low if own is None or low is None else max(own, low)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"{name(self.of)}, kept {self.ends(lambda end: end.words(name))}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """No end at all, or ends that cross."""
        if self.low is None and self.high is None:
            return [Problem(at, "missing-key", "Values are clipped at one end or both.", "Add low:, high:, or both.")]
        both = together(self.low, self.high) if self.low and self.high else None
        if both is None or both[0] <= both[1]:
            return []
        return [Problem(at, "thresholds", "The low end is above the high one.", "Swap them.")]
