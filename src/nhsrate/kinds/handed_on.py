"""Kinds that hand a value on as it is: a constant, the first available of several, and that of an earlier period."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE
from nhsrate.core.periods import back_words
from nhsrate.core.problems import Problem
from nhsrate.kinds.members import no_weights
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.language.numbers import Number
from nhsrate.language.values import Ref, Refs

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Constant(Rule):
    """The same number for every organisation.

    Fields:
        value: The number, or the name of a figure.

    Example:
        >>> rated("standard: {kind: constant, value: 95}", seen="96 94")
        seen  standard
        96    95
        94    95

    Unit: That of the number.

    Refused: Nothing.

    Source: No method's own; used by `monitor-financial-risk-2011-12`, where a rule wants an item and the method states
        a number.

    Section: 7.2
    """

    kind: ClassVar[str] = "constant"
    gives: ClassVar[Gives] = "numbers"
    value: Number

    def reads(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """It is always there."""
        return False

    def column(self, workings: Workings) -> list[Cell]:
        """The number, again and again."""
        return [self.value.value] * workings.size

    def why(self, view: View, n: int) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The number."""
        return f"constant {self.value}"

    def plain(self, name: Callable[[str], str]) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The rule in words."""
        return f"always {self.value}"


@frozen
class FirstAvailable(Rule):
    """The first of several items that is not missing.

    Where every one is missing, the result is missing for the reason of the last. Levels are passed on as they are,
    where `scale` is theirs.

    Fields:
        of: The items, the one that counts most first.

    Example:
        >>> rated("best_known: {kind: first-available, of: [published, worked_out]}",
        ...       published="94.9 - -", worked_out="95 96 -")
        published  worked_out  best_known
        94.9       95          94.9
        -          96          96
        -          -           missing (blank)

    Unit: That of the items, which should be the same.

    Refused: Weights, which mean nothing here; texts and dates; levels of another scale than that of the result, and
        levels beside numbers.

    Source: No method's own; used by `cancer-waits-2024` and `rtt-time-series`, whose tables give a figure in several
        ways.

    Section: 7.2
    """

    kind: ClassVar[str] = "first-available"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    carries: ClassVar[bool] = True
    of: Refs

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only when every one may."""
        return all(misses(item) for item in self.of.items)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: levels may be passed on."""
        return ()

    def hands_on(self) -> tuple[str, ...]:
        """All of them."""
        return self.of.items

    def grounds(self, view: View, n: int) -> Grounds:
        """Those up to the first that is there."""
        return Grounds(self.of.items[: view.kept[n] + 1])

    def column(self, workings: Workings) -> list[Cell]:
        """The first that is there; else missing as the last is."""
        columns = [workings.carried.get(item, workings.cells[item]) for item in self.of.items]
        cells, first = list(columns[0]), [0] * workings.size
        for k, column in enumerate(columns[1:], start=1):
            for n, cell in enumerate(cells):
                if isinstance(cell, Missing):
                    cells[n], first[n] = column[n], k
        workings.keep(first)
        return cells

    def unit_of(self) -> tuple[str, ...]:
        """All of them."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """Which one it was."""
        *gone, item = self.of.items[: view.kept[n] + 1]
        before = f" ({', '.join(map(view.name, gone))} missing)" if gone else ""
        return f"{view.name(item)}, the first available{before}"

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of.items[0]

    def shares(self) -> dict[str, Decimal]:
        """The first has it all; the others stand in for it."""
        return {self.of.items[0]: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the first available of {', '.join(name(item) for item in self.of.items)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights, which mean nothing here."""
        return no_weights(self.of, self.kind, at)


@frozen
class Earlier(Rule):
    """What an input or item was in an earlier period, whose return is given beside this one.

    The return of that period is rated by this very method, in its own population, and its result is taken; `--earlier`
    gives it. Without it, or for an organisation that does not stand in it, there is no value, and the reason says so.
    An item may look back at itself: what it was then is a fact by now. `{item: waits, period: previous}` says the same
    wherever an item may stand, and makes an item `waits.previous`.

    Fields:
        of: The input or item.
        period: `previous` for the period before this one.
        back: How many periods back, in place of `period`: 4 for the same quarter of the year before.
        result: `text` where it is a text; it need not be said.

    Example:
        >>> rated("then: {kind: earlier, of: waits, period: previous}",
        ...       "more: {kind: difference, of: waits, from: then}",
        ...       waits="9 8", before="12 7")
        waits  then  more
        9      12    -3
        8      7     1

    Unit: That of the item.

    Refused: Both of `period` and `back`, or none; going back by less than one period; what was a date; limits on what
        was.

    Source: No method's own, and no edition that comes with the tool uses it: "red for two quarters running" stands in
        most boards' scorecards, and a comparison with the same period of the year before in most councils'.

    Section: 7.15
    """

    kind: ClassVar[str] = "earlier"
    of: Ref
    period: Literal["previous"] | None = None
    back: int | None = None
    result: Literal["text"] | None = None

    @property
    def steps(self) -> int:
        """How many periods it looks back."""
        return 1 if self.back is None else self.back

    def reads(self) -> tuple[str, ...]:
        """Nothing of this period."""
        return ()

    def looks_back(self) -> tuple[str, int] | None:
        """The item, and how many periods back."""
        return self.of, self.steps

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """The return of that period may not be there."""
        return True

    def wants_numbers(self) -> tuple[str, ...]:
        """None: it is handed on as it was."""
        return ()

    def hands_on(self) -> tuple[str, ...]:
        """The item, which gave what it was then."""
        return (self.of,)

    def gives_text(self) -> bool:
        """Whether its results are texts."""
        return self.result == "text"

    def column(self, workings: Workings) -> list[Cell]:
        """What the earlier return gave, or why there is nothing."""
        found = workings.earlier.get(self.steps)
        workings.keep(found.period if found else "")
        if found is None:
            return [Missing(f"no return of {back_words(self.steps)} was given", "absent")] * workings.size
        said = f"{workings.name(self.of)} of {found.period}"
        return [cell.through(said) if isinstance(cell, Missing) else cell for cell in found.cells[self.of]]

    def grounds(self, view: View, n: int) -> Grounds:  # noqa: ARG002 (every kind is asked alike)
        """Nothing of this period; the explanation goes on in the earlier one."""
        return Grounds(())

    def why(self, view: View, n: int) -> str:  # noqa: ARG002 (every kind is asked alike)
        """Of which period it is."""
        return f"{view.name(self.of)} of {view.kept}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"{name(self.of)} of {back_words(self.steps)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """That one of the two keys is given, and that it goes back."""
        found = []
        if (self.period is None) == (self.back is None):
            message = "An earlier period is the previous one, or so many back."
            found.append(Problem(at, "missing-key", message, "Give one of period: previous and back: 4."))
        elif self.steps < 1:
            found.append(Problem(at, "wrong-type", f"Going back {self.steps} periods is this one.", "Give 1 or more."))
        if item.id in self._chain(methodology):
            message = f'"{item.id}" looks back at nothing but itself, so that it never has a value.'
            found.append(
                Problem(at, "cycle", message, "Let it look back at an input, or at an item that a rule works out.")
            )
        if self.result is not None and item.scale is not None:
            found.append(Problem(at, "incompatible", f'"{self.of}" is no text.', "Leave result: out; it follows."))
        if item.limits:
            message = f'"{item.id}" is what was, and nothing limits that now.'
            found.append(Problem(at, "incompatible", message, "Put the limits on what it is used in."))
        return found

    def _chain(self, methodology: Methodology) -> set[str]:
        """What it looks back at, and where that does too, what that looks back at."""
        found: set[str] = set()
        of: str = self.of
        while of not in found:
            found.add(of)
            looked = methodology.items[of].rule.looks_back() if of in methodology.items else None
            of = looked[0] if looked else of
        return found
