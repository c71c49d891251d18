"""Kinds by rank: scores spread evenly over ranks, and places in an order of several keys, as in league tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, number_text
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.kinds.bounds import Bounded
from nhsrate.kinds.rule import Gives, Grounds, Rule, polarity_problems
from nhsrate.kinds.workings import RankedHere, as_number
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in, items_in
from nhsrate.language.values import Over, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.kinds.workings import View, Workings
    from nhsrate.language.numbers import Edge
    from nhsrate.rules.model import Item, Methodology


@frozen(kw_only=True)
class Standard(Bounded):
    """A standard: all that meet the bound get one score; the rest are spread from `best` on.

    Fields:
        meets: The score of those that meet the standard.
        best: The best score of those that do not.
    """

    meets: Number
    best: Number

    @property
    def score(self) -> Number:
        """What all that meet it get."""
        return self.meets

    def settles(self, value: Decimal, bound: Decimal) -> bool:
        """Whether it settles the score of a value, where its bound is such a number."""
        return self.bound is not None and self.bound.met(value, bound)

    def said(self, bound: str) -> str:
        """How it settles a score; `bound` has its bound in words."""
        return f"meets the standard of {bound}: {self.meets}"


@frozen(kw_only=True)
class Floor(Bounded):
    """A floor: all that fail the bound get one score; the rest are spread down to `worst`.

    Fields:
        fails: The score of those that fail the floor.
        worst: The worst score of those that do not.
    """

    fails: Number
    worst: Number

    @property
    def score(self) -> Number:
        """What all that fail it get."""
        return self.fails

    def settles(self, value: Decimal, bound: Decimal) -> bool:
        """Whether it settles the score of a value, where its bound is such a number."""
        return self.bound is not None and not self.bound.met(value, bound)

    def said(self, bound: str) -> str:
        """How it settles a score; `bound` has its bound in words."""
        return f"fails the floor of {bound}: {self.fails}"


@frozen
class Ranked:
    """What the ranks are among: the values in ascending order, or the number that the published ranks go up to."""

    values: Sequence[Decimal]
    higher: bool
    published: int | None = None

    def rank(self, value: Decimal) -> int:
        """The competition rank of a value: 1 + how many are better.

        >>> Ranked([Decimal(1), Decimal(2), Decimal(2)], higher=True).rank(Decimal(2))
        1
        >>> Ranked([Decimal(1), Decimal(2), Decimal(2)], higher=False).rank(Decimal(2))
        2
        """
        values = self.values
        return 1 + (len(values) - bisect_right(values, value) if self.higher else bisect_left(values, value))


UPWARD = frozenset({"at_least", "above"})
"""The sides of bounds that are met by higher values."""


@frozen
class RankSpread(Rule):
    """A score from `best` to `worst`, spread evenly by rank, ties sharing the best rank of their tie.

    score = best + (worst - best) x (rank - 1) / (number ranked - 1), ranks by competition ("1224"); one organisation
    alone gets the best score.

    A standard or floor is tested on the value, and not on a rank that comes without one; where its bound is another
    item and is missing, so is the score, and that organisation is not ranked. Where the return gives an already
    published `rank`, that is used with the number `ranked`; otherwise ranks are worked out over the population named by
    `over`, and the output says so when the method wanted published ones.

    Fields:
        of: The item that organisations are ranked by; its polarity says which end comes first.
        best: The score of the first rank.
        worst: The score of the last rank.
        rank: An input that holds the published rank, where the return has it.
        ranked: How many organisations the published ranks go up to.
        standard: A bound that gives all that meet it one score; the rest are spread from its `best` to `worst`.
        floor: A bound that gives all that fail it one score; the rest are spread from `best` to its `worst`.

    Example:
        >>> rated("score: {kind: rank-spread, of: waits, best: 1, worst: 4}",
        ...       "with_standard: {kind: rank-spread, of: waits, best: 1, worst: 4, "
        ...       "standard: {at_most: 1, meets: 1, best: 2}}",
        ...       better="lower", waits="0 0 2 5")
        waits  score  with_standard
        0      1      1
        0      1      1
        2      3      2
        5      4      4

    Unit: That of `best` and `worst`, whatever the unit of the value.

    Refused: Texts, and levels without a number; an item of which nobody says whether higher or lower is better; `rank`
        without `ranked` or the other way round; a standard or floor with no bound or several, or that what is worse
        meets; a published rank that is not between 1 and `ranked`, or a value without one while others have one.

    Source: NHS England, *NHS Oversight Framework 2025/26 methodology manual* (26 June 2025): scores from 1.00 to 4.00,
        standards, floors and ties, as in `nof-2025-26-q1-mental-health-community`.

    Section: 7.4
    """

    kind: ClassVar[str] = "rank-spread"
    alone: ClassVar[bool] = False
    gives: ClassVar[Gives] = "numbers"
    carries: ClassVar[bool] = True
    of: Ref
    best: Number
    worst: Number
    over: Over = Over("everyone")
    rank: Ref | None = None
    ranked: Number | None = None
    standard: Standard | None = None
    floor: Floor | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return tuple(dict.fromkeys([*self.ranked_by(), *items_in((self.standard, self.floor))]))

    def ranked_by(self) -> tuple[str, ...]:
        """The value, and its published rank."""
        return (self.of, self.rank) if self.rank else (self.of,)

    def population(self) -> str:
        """The population that it is over."""
        return self.over

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or any(map(misses, (self.of, *items_in((self.standard, self.floor)))))

    def ends(self) -> tuple[Number, Number]:
        """The best and worst score of those that are spread."""
        return (
            self.standard.best if self.standard else self.best,
            self.floor.worst if self.floor else self.worst,
        )

    def settled(
        self, value: Decimal | Missing, worth: Callable[[Edge], Decimal | Missing]
    ) -> Standard | Floor | Missing | None:
        """The standard or the floor that settles the score of a value, where one does; or why nobody can say.

        `worth` gives what a bound is for the organisation.
        """
        if isinstance(value, Missing):
            return None
        for part in (self.standard, self.floor):
            if part and part.bound:
                bound = worth(part.bound.number)
                if isinstance(bound, Missing):
                    return bound
                if part.settles(value, bound):
                    return part
        return None

    def among(self, workings: Workings) -> Ranked:
        """What the ranks are among."""
        higher = workings.polarity(self.of) == "higher"
        if self.rank and self.ranked and not all(isinstance(cell, Missing) for cell in workings.cells[self.rank]):
            return Ranked((), higher, int(self.ranked.value))
        values = workings.numbers(self.of)
        inside = [(n, value) for n in workings.over(self.over) if not isinstance(value := values[n], Missing)]
        return Ranked(sorted(value for n, value in inside if self.settled(value, workings.edge_of(n)) is None), higher)

    def column(self, workings: Workings) -> list[Cell]:
        """The score for every organisation."""
        among = self.among(workings)
        ranks = workings.numbers(self.rank) if self.rank and among.published else None
        inside = set(workings.over(self.over))
        scores: dict[Decimal, tuple[Decimal, Decimal]] = {}
        within_return = False
        chosen: list[Standard | Floor | Decimal | Missing] = []
        cells: list[Cell] = []
        for n, value in enumerate(workings.numbers(self.of)):
            how: Standard | Floor | Decimal | Missing
            cell: Cell
            if n not in inside:
                how = cell = Missing(f"not in the population {self.over}", "population")
            elif (settled := self.settled(value, workings.edge_of(n))) is not None:
                how, cell = settled, settled if isinstance(settled, Missing) else settled.score.value
            elif ranks is not None:
                how, cell = ranks[n], self.by_published_rank(workings, n, value, ranks[n])
            elif isinstance(value, Missing):
                how = cell = value
            else:
                if value not in scores:
                    rank = Decimal(among.rank(value))
                    scores[value] = rank, self.score(rank, len(among.values))
                how, cell = scores[value]
                within_return = within_return or n not in workings.settled
            chosen.append(how)
            cells.append(cell)
        workings.keep((among, chosen))
        if self.rank and within_return:
            self.warn(workings, len(among.values))
        return cells

    def score(self, rank: Decimal, ranked: int) -> Decimal:
        """The score of a rank: an even spread from best to worst; one alone gets the best."""
        best, worst = (end.value for end in self.ends())
        return best if ranked == 1 else best + (worst - best) * (rank - 1) / (ranked - 1)

    def by_published_rank(self, workings: Workings, n: int, value: Decimal | Missing, rank: Decimal | Missing) -> Cell:
        """The score of a published rank; a value without one is a fault, because its place is not known."""
        ranked = self.ranked.value if self.ranked else ONE
        if not isinstance(rank, Missing):
            if ONE <= rank <= ranked:
                return self.score(rank, int(ranked))
            message = (
                f"The rank {number_text(rank)} in {self.rank} is not between 1 and {self.ranked}, the number ranked."
            )
            remedy = "Mend the rank, or set the number ranked."
            return workings.refuse(n, "cannot-compute", message, remedy, item=self.rank)
        if isinstance(value, Missing):
            return value
        message = (
            f"{workings.methodology.called(self.of)} has a value and no rank in {self.rank}, while others have one."
        )
        remedy = f"Fill {self.rank} in for all that are ranked, or for none."
        return workings.refuse(n, "cannot-compute", message, remedy, item=self.of)

    def warn(self, workings: Workings, ranked: int) -> None:
        """Say that ranks were worked out within the return where the method wants published ones."""
        of = workings.methodology.called(self.of)
        among, column = str(self.ranked), self.rank or ""
        workings.ranked_here.append(RankedHere(self.of, of, ranked, among, column, workings.rule_place()))

    def why(self, view: View, n: int) -> str:
        """The rank and the spread, or what settled it."""
        said, (among, chosen) = view.told(self.of, n), view.kept
        if isinstance(chosen[n], Standard | Floor):
            bound = chosen[n].bound
            edge = view.edge_said(bound.number, n, view.sign(self.of))
            return f"{said}, which {chosen[n].said(f'{bound.words} {edge}')}"
        rank, ranked = number_text(chosen[n]), among.published or len(among.values)
        how = f"{said}, {'published ' if among.published else ''}rank {rank} of {ranked}"
        best, worst = self.ends()
        return (
            f"{how}: {best}" if ranked == 1 else f"{how}: {best} + ({worst} - {best}) x ({rank} - 1) / ({ranked} - 1)"
        )

    def grounds(self, view: View, n: int) -> Grounds:
        """The value and its published rank, and of the figures those that were asked on the way to the score."""
        among, chosen = view.kept
        settled, ranked = isinstance(chosen[n], Standard | Floor), self.ranked if among.published else None
        items = (self.of, self.rank) if self.rank and among.published and not settled else (self.of,)
        floor = None if isinstance(chosen[n], Standard) else self.floor  # which is asked where no standard is met
        bounds = tuple(part.bound.number for part in (self.standard, floor) if part and part.bound)
        ends = () if isinstance(chosen[n], Missing) else (chosen[n].score,) if settled else (*self.ends(), ranked)
        return Grounds(tuple(dict.fromkeys([*items, *items_in(bounds)])), figures_in((*bounds, *ends)))

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """The lowest of the scores it gives, of those that have a value."""
        scores = [*self.ends(), *([self.standard.meets] if self.standard else [])]
        scores += [self.floor.fails] if self.floor else []
        return min((score.value for score in scores if not score.unset), default=None)

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return True

    def shares(self) -> dict[str, Decimal]:
        """The value has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        best, worst = self.ends()
        text = f"{name(self.of)} by rank over {self.over}, spread from {best} (best) to {worst} (worst)"
        if self.rank:
            text += f"; by the published {name(self.rank)} of {self.ranked} where the return has it"
        if self.standard:
            text += f"; {self.standard.bound_named(name)} gets {self.standard.meets}"
        if self.floor:
            text += f"; failing {self.floor.bound_named(name)} gets {self.floor.fails}"
        return text

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Bounds that are not one, a polarity that nobody says, and ranks without their number."""
        problems = polarity_problems(item, self.of, methodology, at)
        better = methodology.polarity_of(self.of)
        for rule in (self.standard, self.floor):
            if rule and len(rule.bounds()) != 1:
                message = "One bound must be given here."
                problems.append(Problem(rule.at or at, "thresholds", message, "at_least, above, at_most or below."))
            elif (
                rule and better in {"higher", "lower"} and (rule.bounds()[0].side in UPWARD) is not (better == "higher")
            ):
                message = f'{better.capitalize()} is better for "{self.of}", and this bound is met by what is worse.'
                problems.append(
                    Problem(rule.at or at, "upside-down", message, "Turn the bound round, or mend polarity:.")
                )
        if bool(self.rank) != bool(self.ranked):
            problems.append(Problem(at, "missing-key", "rank and ranked go together.", "Give both, or neither."))
        if self.ranked and not self.ranked.unset and (self.ranked.value < 1 or self.ranked.value % 1):
            problems.append(
                Problem(at, "wrong-type", f"{self.ranked} cannot be the number ranked.", "Give a whole number from 1.")
            )
        return [*problems, *self.given_to_nobody(item, at)]

    def given_to_nobody(self, item: Item, at: LineLocation) -> list[Problem]:
        """A best or worst score that no organisation gets, because a standard or a floor says others in its place."""
        ends: list[tuple[str, Number, str, Number, Number]] = []
        if self.standard:
            ends.append(("best", self.best, "standard", self.standard.meets, self.standard.best))
        if self.floor:
            ends.append(("worst", self.worst, "floor", self.floor.fails, self.floor.worst))
        problems = []
        for end, score, what, first, rest in ends:
            if score.unset or first.unset or rest.unset or score.value in {first.value, rest.value}:
                continue
            message = f"No organisation gets {end}: {score} of {item.id}: its {what} gives {first}, and {rest} to the "
            message += f"{end} of the others."
            problems.append(Problem(at, "no-effect", message, f"Write one of those two as {end}:.", "warning"))
        return problems


@frozen
class Key:
    """One key of an order: an item, and which end comes first.

    Fields:
        item: The item that is ordered by.
        first: Which end comes first: `best` (of levels), `lowest` or `highest`.
    """

    item: Ref
    first: Literal["best", "lowest", "highest"]


@frozen
class Place(Rule):
    """The place in an order of several keys; tied organisations share the best place of their tie.

    An organisation that lacks one of the keys has no place. The first `place` of a methodology orders its league table.

    Fields:
        by: The keys, the one that decides first, each with the end that comes first.
        ties: Whether the place after a tie is skipped, as in league tables (`share best`), or not (`dense`).

    Example:
        >>> rated("place: {kind: place, by: [{item: points, first: highest}, {item: average, first: lowest}]}",
        ...       "dense: {kind: place, by: [{item: points, first: highest}], ties: dense}",
        ...       points="9 9 8 8 -", average="2 1 2 2 3")
        points  average  place                               dense
        9       2        2                                   1
        9       1        1                                   1
        8       2        3                                   2
        8       2        3                                   2
        -       3        missing (points is missing: blank)  missing (points is missing: blank)

    Unit: Places, counted from 1.

    Refused: An order without a key; `first: best` of an item without levels; texts as a key.

    Source: Standard competition ranking ("1224"), or dense ranking ("1223"). The order of the league table of 2025/26
        in `nof-2025-26-q1-segmentation` is after Northern Care Alliance, news of 12 December 2025.

    Section: 7.9
    """

    kind: ClassVar[str] = "place"
    alone: ClassVar[bool] = False
    gives: ClassVar[Gives] = "numbers"
    by: tuple[Key, ...]
    over: Over = Over("everyone")
    within: Ref | None = None
    ties: Literal["share best", "dense"] = "share best"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (*(key.item for key in self.by), *([self.within] if self.within else []))

    def population(self) -> str:
        """The population that it is over."""
        return self.over

    def cohort(self) -> str | None:
        """The item by which cohorts are made."""
        return self.within

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.over != "everyone" or any(misses(item) for item in self.reads())

    def wants_numbers(self) -> tuple[str, ...]:
        """The keys that are ordered as numbers."""
        return tuple(key.item for key in self.by if key.first != "best")

    def sort_key(self, workings: Workings, n: int) -> tuple[Decimal, ...] | Missing:
        """What organisation `n` is ordered by, smaller first; or which key it lacks."""
        parts: list[Decimal] = []
        for key in self.by:
            cell = workings.cells[key.item][n]
            value = Decimal(cell.position) if key.first == "best" and isinstance(cell, Level) else as_number(cell)
            if isinstance(value, Missing):
                return value.through(workings.name(key.item))
            parts.append(-value if key.first == "highest" else value)
        return tuple(parts)

    def column(self, workings: Workings) -> list[Cell]:
        """The place of every organisation."""
        cells: list[Cell] = [Missing(f"not in the population {self.over}", "population")] * workings.size
        groups: dict[Cell, list[tuple[tuple[Decimal, ...], int]]] = {}
        for n in workings.over(self.over):
            key = self.sort_key(workings, n)
            cohort = workings.cells[self.within][n] if self.within else ""
            if isinstance(key, Missing):
                cells[n] = key
            elif self.within and isinstance(cohort, Missing):
                cells[n] = cohort.through(workings.name(self.within))
            else:
                groups.setdefault(cohort, []).append((key, n))
        for group in groups.values():
            place, before = 0, None
            for position, (key, n) in enumerate(sorted(group), start=1):
                if key != before:
                    place = place + 1 if self.ties == "dense" else position
                cells[n] = Decimal(place)
                before = key
        return cells

    def why(self, view: View, n: int) -> str:
        """What it was ordered by."""
        said = ", ".join(f"{view.name(key.item)} ({view.said(key.item, n)}, {key.first} first)" for key in self.by)
        within = f", within {view.name(self.within)} {view.said(self.within, n)}" if self.within else ""
        return f"ordered by {said}{within}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        keys = ", then ".join(f"{name(key.item)} ({key.first} first)" for key in self.by)
        within = f" within each {name(self.within)}" if self.within else ""
        skips = ", and no place is skipped" if self.ties == "dense" else ""
        over = "" if self.over == "everyone" else f" over {self.over}"
        return f"the place in the order of {keys}{over}{within}; tied ones share the best place{skips}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Keys whose best end is not known."""
        problems = (
            [] if self.by else [Problem(at, "missing-key", "An order needs a key.", "by: [{item: x, first: lowest}]")]
        )
        for key in self.by:
            if key.first == "best" and methodology.type_of(key.item).scale is None:
                message = f"{key.item} has no levels, so which end is best is not known."
                problems.append(Problem(at, "missing-key", message, "Write first: lowest or first: highest."))
        return problems
