"""The rating engine: a return and a methodology in, an assessment out. Nothing here reads files or knows a regime."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.assessment import Assessment, Mark
from nhsrate.board import Board
from nhsrate.cells import Cell, Level, Missing
from nhsrate.checking import needs
from nhsrate.conditions import asks_for_missing
from nhsrate.numbers import WORKING, rounded
from nhsrate.problems import Problem, Refused, errors, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.methodology import Item, Limit, Methodology
    from nhsrate.problems import Place
    from nhsrate.returns import Override, Return


def assess(submitted: Return, methodology: Methodology, *, only: Iterable[str] | None = None) -> Assessment:
    """The ratings of every organisation of a return, with all that is needed to say why.

    `only` names the items that are wanted; everything they rest on is worked out too, and nothing else.
    Raises `Refused` with every problem where the method refuses a value.
    """
    with localcontext(WORKING):
        work = _Work(submitted, methodology)
        for id_ in work.wanted(only):
            work.item(methodology.items[id_])
        problems = [*work.problems, *work.board.problems()]
        if errors(problems):
            raise Refused(problems)
        return Assessment(
            methodology=methodology,
            submitted=submitted,
            columns=work.board.cells,
            board=work.board,
            marks=work.marks,
            unrounded=work.unrounded,
            problems=tuple(problems),
        )


class _Work:
    """One run: the board and what happened to each result after its rule."""

    def __init__(self, submitted: Return, methodology: Methodology) -> None:
        self.submitted = submitted
        self.methodology = methodology
        self.marks: dict[str, dict[int, list[Mark]]] = {}
        self.unrounded: dict[str, Sequence[Cell]] = {}
        self.problems: list[Problem] = []
        self.board = Board(
            methodology=methodology,
            labels=[organisation.code for organisation in submitted.organisations],
            where=self.where,
        )
        for id_ in methodology.inputs:
            self.board.cells[id_] = list(submitted.values[id_].cells)
        self.overrides = self.read_overrides()

    def where(self, item: str, n: int) -> Place | None:
        """The cell that an item's value was read from, or that of the first input it rests on."""
        seen = [item]
        for id_ in seen:
            values = self.submitted.values.get(id_)
            if values is not None and (at := values.at(n)) is not None:
                return at
            if id_ in self.methodology.items:
                seen += [other for other in self.methodology.items[id_].reads() if other not in seen]
        return None

    def wanted(self, only: Iterable[str] | None) -> Sequence[str]:
        """The items to work out, in order."""
        if only is None:
            return self.methodology.order
        keep: set[str] = set()
        ahead = [*only]
        while ahead:
            id_ = ahead.pop()
            if id_ in keep or id_ not in self.methodology.items:
                continue
            keep.add(id_)
            if not self.all_given(id_):
                ahead += needs(self.methodology.items[id_], self.methodology.populations)
        return [id_ for id_ in self.methodology.order if id_ in keep]

    def all_given(self, id_: str) -> bool:
        """Whether an item came as published for every organisation."""
        values = self.submitted.values.get(id_)
        return values is not None and not any(isinstance(cell, Missing) for cell in values.cells)

    def item(self, item: Item) -> None:
        """Work out one item: its rule, its gate, its rounding, its limits, and what people decided."""
        board = self.board
        board.item = item
        values = self.submitted.values.get(item.id)
        given = list(values.cells) if values else []
        none = {reason for _, reason in item.markers}  # a declared marker says that there is none: that is given too
        board.given = frozenset(
            n for n, cell in enumerate(given) if not isinstance(cell, Missing) or cell.reason in none
        )
        board.settled = board.given
        if given and len(board.given) == board.size:
            cells = given
        else:
            self.population(item)
            shut = self.shut_out(item)
            board.settled = board.given | shut
            cells = item.rule.column(board)
            if item.only_when and shut:
                withheld = Missing(item.only_when.because)
                cells = [withheld if n in shut else cell for n, cell in enumerate(cells)]
        if item.round:
            self.unrounded[item.id] = cells
            step = item.round.step.value if item.round.step else None
            cells = [
                rounded(cell, places=item.round.places, step=step, halves=item.round.halves)
                if isinstance(cell, Decimal) and n not in board.given
                else cell
                for n, cell in enumerate(cells)
            ]
        for n in board.given:
            cells[n] = given[n]
        if item.limits:
            cells = self.limited(item, cells)
        for n, override in self.overrides.get(item.id, ()):
            cells[n] = self.decided(item, n, cells[n], override)
        board.cells[item.id] = cells

    def shut_out(self, item: Item) -> frozenset[int]:
        """The organisations that the item's gate shuts out; nothing is refused for them."""
        gate = item.only_when
        if gate is None:
            return frozenset()
        board = self.board
        return frozenset(
            n for n in range(board.size) if n not in board.given and not board.met(gate.when, n, gate.missing)
        )

    def population(self, item: Item) -> None:
        """Find the members of the population that an item's statistic is over."""
        name = getattr(item.rule, "over", "everyone")
        if name in self.methodology.populations and name not in self.board.members:
            population = self.methodology.populations[name]
            self.board.members[name] = [
                n for n in range(self.board.size) if self.board.met(population.when, n, population.missing)
            ]

    def limited(self, item: Item, cells: list[Cell]) -> list[Cell]:
        """The levels after each limit in its turn; every change is marked."""
        covered = frozenset(
            id_ for limit in item.limits for id_, test in limit.when.tests if asks_for_missing(test)
        )
        after: list[Cell] = []
        for n, cell in enumerate(cells):
            level = cell
            for limit in item.limits:
                if n not in self.board.given and isinstance(level, Level) and self.board.met(limit.when, n, limit.missing, covered):
                    changed = step_to(item, level, limit)
                    if changed is not level:
                        mark = Mark("limit", level, changed, limit.because, limit.at or item.at, limit.source)
                        self.marks.setdefault(item.id, {}).setdefault(n, []).append(mark)
                        level = changed
            after.append(level)
        return after

    def read_overrides(self) -> dict[str, list[tuple[int, Override]]]:
        """The recorded decisions by item; one that does not fit is a problem."""
        by_code = {organisation.code.casefold(): n for n, organisation in enumerate(self.submitted.organisations)}
        found: dict[str, list[tuple[int, Override]]] = {}
        for override in self.submitted.overrides:
            n = by_code.get(override.code.casefold())
            item = self.methodology.items.get(override.item)
            if n is None:
                message = f'"{override.code}" is not an organisation of this return.'
                remedy = nearest(override.code, [organisation.code for organisation in self.submitted.organisations])
            elif item is None or item.section != "ratings" or item.scale is None:
                ratings = [one.id for one in self.methodology.items.values() if one.section == "ratings" and one.scale]
                message = f'"{override.item}" is not a rating that can be decided.'
                remedy = nearest(override.item, ratings) or f"Ratings: {', '.join(ratings)}."
            elif item.scale.find(override.level) is None:
                message = f'"{override.level}" is not a level of {item.scale.name}.'
                remedy = f"Its levels are {', '.join(level.name for level in item.scale.levels)}."
            else:
                found.setdefault(override.item, []).append((n, override))
                continue
            self.problems.append(Problem(override.at, "override", message, remedy))
        return found

    def decided(self, item: Item, n: int, cell: Cell, override: Override) -> Cell:
        """The level that people decided, marked with who, when and why."""
        level = item.scale.find(override.level) if item.scale else None
        if level is None:
            return cell
        mark = Mark("override", cell, level, override.why, override.at, None, override.who, override.when)
        self.marks.setdefault(item.id, {}).setdefault(n, []).append(mark)
        return level


def step_to(item: Item, level: Level, limit: Limit) -> Level:
    """The level that a limit leaves: a cap never raises, a floor never lowers, a step stops at the ends."""
    levels = item.scale.levels if item.scale else ()
    if limit.at_best:
        return limit.at_best if level.position < limit.at_best.position else level
    if limit.at_worst:
        return limit.at_worst if level.position > limit.at_worst.position else level
    by = limit.by if limit.step == "down" else -limit.by
    return levels[min(max(level.position + by, 0), len(levels) - 1)]


