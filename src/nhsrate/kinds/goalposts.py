"""The kind that scales a value between the ends of its population, or between stated goalposts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, number_text
from nhsrate.core.problems import Problem
from nhsrate.kinds.bounds import together
from nhsrate.kinds.cohorts import Cohort, Statistic
from nhsrate.kinds.statistics import Turned, no_size
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.records import figures_in, items_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen(kw_only=True)
class MinMax(Turned):
    """A value on the way from the lowest to the highest of its population, or between stated goalposts.

    `to` x (value - low) / (high - low). Where the two ends are equal there is no spread, and the result is missing.
    Goalposts that descend, where lower is better, are stated as `worst` and `best`. Any of the four may be another
    item; where that is missing, so is the result.

    Fields:
        of: The item whose values are scaled.
        low: The lower goalpost; the lowest value of the population where none is stated.
        high: The upper goalpost; the highest value of the population where none is stated.
        worst: In place of `low` and `high`: the goalpost from which on values gain, be it the higher or the lower one.
        best: The goalpost at which they are `to`; it goes with `worst`.
        to: The size of the scale, above zero, such as 1 or 100.
        clip: `true` brings values beyond the goalposts to their ends.
        reverse: Whether the scale is turned: `by polarity` where lower is better, so that higher always means better;
            `always` or `never`.

    Example:
        >>> rated("scaled: {kind: min-max, of: score, over: everyone, to: 100}",
        ...       "goalposts: {kind: min-max, of: score, over: everyone, low: 0, high: 4, clip: true}",
        ...       "down: {kind: min-max, of: score, over: everyone, worst: 6, best: 1}", score="1 3 5")
        score  scaled  goalposts  down
        1      0       0.25       1
        3      50      0.75       0.6
        5      100     1          0.2

    Unit: From 0 to `to`.

    Refused: Texts, and levels without a number; a lower goalpost that is not below the upper one, and one that lies
        beyond all values of the population; `worst` and `best` against what is better for the item, alone, or beside
        what else bounds or turns; `reverse: by polarity` of an item of which nobody says whether higher or lower is
        better.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 5: min-max.
        Goalposts are those of United Nations Development Programme, *Human Development Report 2001*, as in
        `oecd-technology-achievement-2001`.

    Section: 7.10
    """

    kind: ClassVar[str] = "min-max"
    carries: ClassVar[bool] = True
    low: Edge | None = None
    high: Edge | None = None
    worst: Edge | None = None
    best: Edge | None = None
    to: Number = Number(ONE)
    clip: bool = False

    def posts(self) -> tuple[Edge | None, Edge | None]:
        """The goalposts from which and to which values are scaled."""
        return self.worst or self.low, self.best or self.high

    def own(self) -> tuple[str, ...]:
        """The items that are goalposts."""
        return items_in(self.posts())

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return tuple(dict.fromkeys([*Turned.reads(self), *self.own()]))

    def wants_numbers(self) -> tuple[str, ...]:
        """The value and the goalposts; a cohort may be anything."""
        return tuple(dict.fromkeys([self.of, *self.own()]))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Between stated goalposts only where the value may be; else also where there is no spread."""
        return None in self.posts() or bool(self.own()) or Statistic.may_miss(self, misses)

    def turned_up(self) -> bool:
        """From worst to best, or turned by polarity, higher means better."""
        return self.worst is not None or Turned.turned_up(self)

    def passes_on(self) -> str | None:
        """Unless it turns them, higher and lower mean what they mean in its values."""
        return None if self.worst else Turned.passes_on(self)

    def ends(self, cohort: Cohort) -> tuple[Decimal, Decimal]:
        """The two ends in a cohort; where one is an item, whatever its values are."""
        start, end = self.posts()
        return (
            start.value if isinstance(start, Number) else min(cohort.values),
            end.value if isinstance(end, Number) else max(cohort.values),
        )

    def column(self, workings: Workings) -> list[Cell]:
        """The scaled value of every organisation."""
        cells, found = self.worked(workings, self.ends)
        turned, posts = self.turns(workings.methodology), self.posts()
        apart = bool(self.own()) or sum(post is not None for post in posts) == 1
        for cohort, ends in found:
            flat = self.flat(workings, cohort)
            for n, value in zip(cohort.members, cohort.values, strict=True):
                own = self.own_ends(workings, n, ends) if apart else ends
                if isinstance(own, Missing):
                    cells[n] = own
                elif own[0] == own[1]:
                    cells[n] = Missing(f"the goalposts are both {number_text(own[0])}") if apart else flat
                else:
                    cells[n] = self.scaled(value, *own, turned=turned)
        return cells

    def scaled(self, value: Decimal, start: Decimal, end: Decimal, *, turned: bool) -> Decimal:
        """A value on the way from one end to the other."""
        low, high = (end, start) if self.worst and start > end else (start, end)
        inside = min(max(value, low), high) if self.clip else value
        return self.to.value * (end - inside if turned else inside - start) / (end - start)

    def own_ends(self, workings: Workings, n: int, ends: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal] | Missing:
        """The ends of organisation `n`, where not both are stated numbers; why there are none where they cross.

        So it is also where one is an item that is missing.
        """
        posts = self.posts()
        start, end = (workings.edge(post, n) if post else known for post, known in zip(posts, ends, strict=True))
        if isinstance(start, Missing):
            return start
        if isinstance(end, Missing):
            return end
        if start != end and (start > end) is not self.descends(workings.methodology, start > end):
            said = [
                workings.edge_said(post, n, workings.sign(self.of)) if post else number_text(known)
                for post, known in zip(posts, ends, strict=True)
            ]
            message = f"The goalposts lie the wrong way round: {said[0]} and {said[1]}."
            if not self.own():
                return workings.refuse(n, "crossed-bounds", message, "Mend the goalpost, or the values.", item=self.of)
            return workings.refuse_crossed(n, [post for post in posts if post], message)
        return start, end

    def descends(self, methodology: Methodology, now: bool) -> bool:  # noqa: FBT001 (what holds where nothing is said)
        """Whether the first goalpost is to be the higher one; from worst to best, whatever is better says so."""
        better = methodology.polarity_of(self.of)
        return (now if better is None else better == "lower") if self.worst else False

    def why(self, view: View, n: int) -> str:
        """The value and the ends."""
        posts, among, sign = self.posts(), self.among(view, n).found, view.sign(self.of)
        ends = [view.edge(post, n) if post else known for post, known in zip(posts, among, strict=True)]
        low, high = (f"{number_text(end)}{sign}" for end in ends if isinstance(end, Decimal))
        value = view.figure(self.of, n)
        part = f"{high} - {value}" if self.turns(view.methodology) else f"{value} - {low}"
        clipped = ", clipped to the goalposts" if self.clip else ""
        items = [view.edge_said(post, n, sign) for post in posts if isinstance(post, OfItem)]
        told = f"; goalposts from {' and '.join(items)}" if items else ""
        return f"{self.to} x ({part}) / ({high} - {low}){clipped}{told}"

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lower end is zero, and without clipping values lie below it."""
        return ZERO

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        words = ("the worst", "the best") if self.worst else ("the lowest", "the highest")
        start, end = (post.words(name) if post else word for post, word in zip(self.posts(), words, strict=True))
        kept = f" (worst) to {end} (best)" if self.worst else f" to {end}"
        clipped = ", clipped" if self.clip else ""
        how = f"over {self.each(name)} to 0 to {self.to}{clipped}{self.turned_words()}"
        return f"{name(self.of)} scaled from {start}{kept} {how}"

    def gap_figures(self) -> tuple[str, ...]:
        """The goalposts: between others there may be a spread."""
        return figures_in(self.posts())

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Goalposts in order, and a polarity where the turn needs one."""
        problems = Turned.check(self, item, methodology, at)
        problems += no_size(self.to, at)
        if self.worst or self.best:
            return [*problems, *self.check_worst(methodology, at)]
        both = together(self.low, self.high) if self.low and self.high else None
        if both and both[0] >= both[1]:
            message, remedy = "The low goalpost is not below the high one.", "Swap them."
            if both[0] > both[1]:
                remedy = "Swap them; where lower is better, write worst: and best: in their place."
            problems.append(Problem(at, "thresholds", message, remedy))
        return problems

    def check_worst(self, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """That worst and best go together, with nothing else that turns or bounds, and the way that is better."""
        if self.worst is None or self.best is None or self.low or self.high or self.reverse != "never":
            message = "worst: and best: go together, and without low:, high: and reverse:."
            return [Problem(at, "thresholds", message, "Give both, and nothing else that bounds or turns.")]
        both = together(self.worst, self.best)
        if both and both[0] == both[1]:
            return [Problem(at, "thresholds", "The worst goalpost is the best one.", "Set them apart.")]
        if both and (both[0] > both[1]) is not self.descends(methodology, both[0] > both[1]):
            better = str(methodology.polarity_of(self.of)).capitalize()
            message = f'{better} is better for "{self.of}", and here it is the other way round.'
            return [Problem(at, "upside-down", message, "Swap worst: and best:, or mend polarity:.")]
        return []
