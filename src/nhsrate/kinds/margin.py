"""How far a value lies on the better side of a target, whichever side that is."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import Problem
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.kinds.workings import cell_text
from nhsrate.language.numbers import Edge, OfItem
from nhsrate.language.records import figures_in, items_in
from nhsrate.language.references import ref
from nhsrate.language.tree import Mapping, Node
from nhsrate.language.values import Context, Ref, choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology

SIDES = ("higher", "lower")


@frozen
class Better:
    """Which side of a value is better: one for all, or for each row what a level called `higher` or `lower` says."""

    side: Literal["higher", "lower"] | None = None
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Better:
        """`higher`, `lower` or `{item: direction}`."""
        if isinstance(node, Mapping):
            return cls(item=ref(node, context))
        return cls("higher" if choice(node, SIDES, context) == "higher" else "lower")

    def words(self, name: Callable[[str], str]) -> str:
        """The side in words."""
        return f"{name(self.item)} says which is better" if self.item else f"{self.side} is better"


@frozen
class Margin(Rule):
    """How far a value lies on the better side of a target: above zero beyond it, below zero where it falls short.

    Where each row has a direction of its own, as in a scorecard of indicators, `better: {item: direction}` says for
    each which side is better; so does `polarity: {item: direction}` of the input.

    Fields:
        of: The value.
        target: What it is held against: a number, a figure's name, or an item: `target` or `{item: target, plus: 5}`.
        better: Whether a `higher` or a `lower` value is better, or `{item: direction}`, an item whose levels are called
            `higher` and `lower`; where nothing is said, what the polarity of the value says.
        as: Whether the margin is `absolute`, or in `percent` of the size of the target without its sign.

    Example:
        >>> rated("ahead: {kind: margin, of: waits, target: goal}",
        ...       "share: {kind: margin, of: waits, target: 20, as: percent}",
        ...       better="lower", waits="12 20 23", goal="10 20 30")
        waits  goal  ahead  share
        12     10    -2     40
        20     20    0      0
        23     30    7      -15

    Unit: That of the value; per cent under `as: percent`.

    Refused: A value of which nobody says which side is better; a direction whose levels are not `higher` and `lower`;
        texts, and levels without a number; a target of zero under `as: percent`.

    Source: No method's own, and no edition that comes with the tool uses it: scorecards of boards and councils hold
        each indicator against a target of its own, and some indicators are better high and some low.

    Section: 7.2
    """

    kind: ClassVar[str] = "margin"
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    target: Edge
    better: Better | None = None
    as_: Literal["absolute", "percent"] = "absolute"

    def reads(self) -> tuple[str, ...]:
        """The value, its target, and what says which side is better."""
        own = [self.better.item] if self.better and self.better.item else []
        return tuple(dict.fromkeys([self.of, *items_in(self.target), *own]))

    def wants_numbers(self) -> tuple[str, ...]:
        """The value and the target."""
        return (self.of, *items_in(self.target))

    def sign(self, workings: Workings | View, n: int) -> Decimal | Missing:
        """1 where higher is better for organisation `n`, and -1 where lower is."""
        if self.better is None or self.better.item is None:
            side: object = self.better.side if self.better else workings.polarity(self.of)
        else:
            cell = workings.cells[self.better.item][n]
            if isinstance(cell, Missing):
                return cell.through(workings.name(self.better.item))
            side = cell.name if isinstance(cell, Level) else None
        return Decimal(1 if side == "higher" else -1)

    def column(self, workings: Workings) -> list[Cell]:
        """The margin of every organisation."""
        return [self._margin(workings, n) for n in range(workings.size)]

    def _margin(self, workings: Workings, n: int) -> Cell:
        parts = (workings.number(self.of, n), workings.edge(self.target, n), self.sign(workings, n))
        value, target, sign = parts
        if isinstance(value, Missing) or isinstance(target, Missing) or isinstance(sign, Missing):
            return next(part for part in parts if isinstance(part, Missing))
        if self.as_ == "absolute":
            return sign * (value - target)
        if target:
            return sign * (value - target) * 100 / abs(target)
        message, remedy = "The target is zero, and a per cent of it has no value.", "Mend it, or take it as absolute."
        item = next(iter(items_in(self.target)), None)
        return workings.refuse(n, "cannot-compute", message, remedy, item=item)

    def grounds(self, view: View, n: int) -> Grounds:  # noqa: ARG002 (every kind is asked alike)
        """All that it reads."""
        return Grounds(self.reads(), figures_in(self.target))

    def why(self, view: View, n: int) -> str:
        """The subtraction, and which side is better."""
        value, target = view.figure(self.of, n), view.edge_said(self.target, n, view.sign(self.of))
        up = self.sign(view, n) == 1
        less = f"{value} - {target}" if up else f"{target} - {value}"
        side = f"{'higher' if up else 'lower'} is better"
        if self.as_ == "absolute":
            return f"{side}: {less}"
        return f"{side}: ({less}) x 100 / |{cell_text(view.edge(self.target, n))}|"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        target = self.target.words(name) if isinstance(self.target, OfItem) else str(self.target)
        unit = "" if self.as_ == "absolute" else ", in per cent of it"
        side = f"; {self.better.words(name)}" if self.better else ""
        return f"how far {name(self.of)} is on the better side of {target}{unit}{side}"

    def asks_polarity(self) -> bool:
        """Unless the rule says it itself."""
        return self.better is None

    def turned_up(self) -> bool:
        """A higher margin is better."""
        return True

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """That it is known which side is better."""
        if self.better is None:
            polarity = item.polarity or methodology.polarity_of(self.of)
            message = f"Whether a higher or lower {self.of} is better is not said."
            remedy = "Add better: higher, lower or {item: direction}."
            return [] if polarity else [Problem(at, "missing-key", message, remedy)]
        if self.better.item is None:
            return []
        scale = methodology.type_of(self.better.item).scale
        if scale is not None and {level.name for level in scale.levels} == set(SIDES):
            return []
        message = f'"{self.better.item}" is to say which side is better, and its levels are not higher and lower.'
        remedy = "Give it a scale of the two levels higher and lower; aliases: take other words of the return."
        return [Problem(at, "wrong-type", message, remedy)]
