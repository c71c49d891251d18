"""The rating engine: a return and a methodology in, an assessment out. Nothing here reads files or knows a regime."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from functools import partial
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing, owned
from nhsrate.core.numbers import SNAPPED, WORKING, rounded
from nhsrate.core.problems import LineLocation, Problem, Refused, errors, nearest
from nhsrate.engine.assessment import Assessment, Mark, is_taken
from nhsrate.engine.periods import period_problems
from nhsrate.kinds.workings import Workings
from nhsrate.language.numbers import OfItem
from nhsrate.rules.checks import needs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from nhsrate.core.problems import Location
    from nhsrate.returns.model import Override, Return
    from nhsrate.rules.model import Figure, Item, Limit, Methodology, Rounding


def assess(submitted: Return, methodology: Methodology, *, only: Iterable[str] | None = None) -> Assessment:
    """The ratings of every organisation of a return, with all that is needed to say why.

    `only` names the items that are wanted; everything they rest on is worked out too, and nothing else.
    Raises `Refused` with every problem where the method refuses a value, or where one of its figures has none.
    """
    if methodology.unset:
        raise Refused([_unset(figure, methodology) for figure in methodology.unset])
    with localcontext(WORKING):
        work = _Work(submitted, methodology)
        return work.done(work.wanted(only))


def assess_again(
    earlier: Assessment, submitted: Return, changed: Collection[str], *, only: Iterable[str] | None = None
) -> Assessment:
    """The assessment of a return that was rated before and differs in some inputs alone, `changed`.

    Only what rests on these is worked out again; all else is the earlier assessment's own, which is what it would come
    to. `problems` are of what was worked out again. Raises `Refused` as `assess` does.
    """
    with localcontext(WORKING):
        known = {id_: earlier.columns[id_] for id_ in earlier.methodology.inputs.keys() - changed}
        work = _Work(submitted, earlier.methodology, known)
        return work.done(work.wanted(only), earlier, changed)


def _unset(figure: Figure, methodology: Methodology) -> Problem:
    """That nothing can be rated until a figure is given."""
    return Problem(
        figure.at or LineLocation(methodology.id),
        "unset-figure",
        f'The edition does not hold a value for "{figure.name}", and rates nothing without one.',
        f"Give it with --set {figure.name}=VALUE.",
    )


def place_of(submitted: Return, methodology: Methodology, item: str, n: int) -> Location | None:
    """The cell that an item's value was read from, or that of the first input it rests on."""
    seen = [item]
    for id_ in seen:
        values = submitted.values.get(id_)
        if values is not None and (at := values.at(n)) is not None:
            return at
        if id_ in methodology.items:
            seen += [other for other in methodology.items[id_].reads() if other not in seen]
    return None


def as_list(column: Sequence[Cell]) -> list[Cell]:
    """A column that is read and never changed, as it is where it is a list."""
    return column if isinstance(column, list) else list(column)


class _Work:
    """One run: the workings and what happened to each result after its rule."""

    def __init__(
        self, submitted: Return, methodology: Methodology, known: Mapping[str, Sequence[Cell]] | None = None
    ) -> None:
        """The work on a return; the columns of some inputs may be `known`."""
        self.submitted = submitted
        self.methodology = methodology
        self.fractions = methodology.fractions
        self.marks: dict[str, dict[int, list[Mark]]] = {}
        self.unrounded: dict[str, Sequence[Cell]] = {}
        self.problems = period_problems(submitted, methodology)
        self.workings = Workings(
            methodology=methodology,
            labels=[organisation.code for organisation in submitted.organisations],
            where=partial(place_of, submitted, methodology),
            earlier=submitted.earlier,
        )
        for id_ in methodology.inputs:  # which rules read, and none changes
            seen = known.get(id_) if known else None
            self.workings.cells[id_] = owned(submitted.values[id_].cells, id_) if seen is None else seen
        self.overrides = self.read_overrides()

    def done(self, wanted: Sequence[str], earlier: Assessment | None = None, changed: Iterable[str] = ()) -> Assessment:
        """The assessment, once these items are worked out; raises `Refused` with every fault that was met.

        What rests on nothing that `changed` is taken from an `earlier` assessment; what comes to the same as there has
        changed nothing.
        """
        methodology = self.with_cuts(wanted)
        moved = {*changed}
        for id_ in wanted:
            if earlier is None:
                self.item(methodology.items[id_])
            elif id_ in moved or not moved.isdisjoint(needs(methodology.items[id_], methodology.populations)):
                self.item(methodology.items[id_])
                if not self.is_as(id_, earlier):
                    moved.add(id_)
            else:
                self.take(id_, earlier)
        problems = [*self.problems, *self.workings.problems()]
        if errors(problems):
            raise Refused(problems)
        return Assessment(
            methodology=methodology,
            submitted=self.submitted,
            columns=self.workings.cells,
            kept=self.workings.kept,
            marks=self.marks,
            unrounded=self.unrounded,
            carried=self.workings.carried,
            problems=tuple(problems),
        )

    def is_as(self, id_: str, earlier: Assessment) -> bool:
        """Whether an item came to what it was, in every digit."""
        exactly = self.workings.carried.get(id_), earlier.carried.get(id_)
        return self.workings.cells[id_] == earlier.columns[id_] and exactly[0] == exactly[1]

    def take(self, id_: str, earlier: Assessment) -> None:
        """Take an item from an earlier assessment, with all that is known of it."""
        self.workings.cells[id_] = as_list(earlier.columns[id_])
        if id_ in earlier.carried:
            self.workings.carried[id_] = as_list(earlier.carried[id_])
        if id_ in earlier.kept:
            self.workings.kept[id_] = earlier.kept[id_]
        if id_ in earlier.unrounded:
            self.unrounded[id_] = earlier.unrounded[id_]
        if id_ in earlier.marks:
            self.marks[id_] = {n: list(marks) for n, marks in earlier.marks[id_].items()}

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
            if not self.all_given(self.methodology.items[id_]):
                ahead += needs(self.methodology.items[id_], self.methodology.populations)
        return [id_ for id_ in self.methodology.order if id_ in keep]

    def with_cuts(self, wanted: Iterable[str]) -> Methodology:
        """The methodology with the thresholds that came with the return put into its rules.

        Raises `Refused` with every cut point that cannot be read and every table that is not there.
        """
        problems: list[Problem] = []
        items = dict(self.methodology.items)
        for id_ in wanted:
            item = items[id_]
            if not self.all_given(item):
                rule, faulty = item.rule.with_cuts(self.submitted.cuts, item, self.workings)
                problems += faulty
                items[id_] = item if rule is item.rule else replace(item, rule=rule)
        if problems:
            raise Refused(problems)
        self.methodology = self.workings.methodology = replace(self.methodology, items=items)
        return self.methodology

    def all_given(self, item: Item) -> bool:
        """Whether an item came as published for every organisation."""
        return item.id in self.submitted.values and len(self.given(item)) == self.workings.size

    def given(self, item: Item) -> dict[int, Cell]:
        """What came as published, by organisation; its own marker says that there is none, and is given too."""
        values = self.submitted.values.get(item.id)
        return {n: cell for n, cell in enumerate(values.cells) if is_taken(cell)} if values else {}

    def item(self, item: Item) -> None:
        """Work out one item: its rule, its gate, its rounding, its limits, and what people decided.

        What came as published is taken as it is; of all this, only a decision changes it.
        """
        workings = self.workings
        workings.item = item
        given = self.given(item)
        decided = self.overrides.get(item.id, {})
        workings.given = workings.settled = frozenset(given)
        if self.all_given(item):
            cells = list(given.values())
        else:
            self.population(item)
            shut = self.shut_out(item)
            workings.settled = workings.given | shut.keys()
            cells = item.rule.column(workings)
            if shut or given or decided:
                cells = list(cells)  # a rule may hand on the column of another item
            for n, withheld in shut.items():
                cells[n] = withheld
            if item.round:
                self.unrounded[item.id] = cells
                cells = self.rounded(item.round, cells)
            if item.limits:
                cells = self.limited(item, cells)
            for n, cell in given.items():
                cells[n] = cell
        for n, (override, level) in decided.items():
            mark = Mark("override", cells[n], level, override.why, override.at, None, override.who, override.when)
            self.marks.setdefault(item.id, {}).setdefault(n, []).append(mark)
            cells[n] = level
        if not any(cells is known for known in workings.cells.values()):
            cells = as_list(owned(cells, item.id))
        workings.cells[item.id] = self.compared(item, cells) if item.rule.carries or self.fractions else cells

    def compared(self, item: Item, cells: list[Cell]) -> list[Cell]:
        """The column at the digits that are compared; all others are kept for further arithmetic."""
        plus = SNAPPED.plus
        different = {id(cell): cell for cell in cells}  # where organisations share a result, it stays one
        brought = {key: plus(cell) if isinstance(cell, Decimal) else cell for key, cell in different.items()}
        snapped: list[Cell] = [brought[id(cell)] for cell in cells]
        if snapped == cells:
            return cells
        self.workings.carried[item.id] = cells
        return snapped

    @staticmethod
    def rounded(rounding: Rounding, cells: list[Cell]) -> list[Cell]:
        """The numbers among the cells rounded."""
        step = rounding.step.value if rounding.step else None
        return [
            rounded(cell, places=rounding.places, step=step, halves=rounding.halves)
            if isinstance(cell, Decimal)
            else cell
            for cell in cells
        ]

    def shut_out(self, item: Item) -> dict[int, Missing]:
        """The organisations that the item's gate shuts out, each with the reason; nothing is refused for them."""
        gate = item.only_when
        if gate is None:
            return {}
        rest = [n for n in range(self.workings.size) if n not in self.workings.given]
        withheld = Missing(gate.because, "gate")
        return {n: withheld for n in rest if not self.workings.met(gate.when, n, gate.missing)}

    def population(self, item: Item) -> None:
        """Find the members of the population that an item's statistic is over."""
        name = item.rule.population()
        if name in self.methodology.populations and name not in self.workings.members:
            population = self.methodology.populations[name]
            self.workings.members[name] = [
                n for n in range(self.workings.size) if self.workings.met(population.when, n, population.missing)
            ]

    def limited(self, item: Item, cells: list[Cell]) -> list[Cell]:
        """The levels after each limit in its turn; every change is marked."""
        covered = frozenset().union(*(limit.when.asked() for limit in item.limits))
        after: list[Cell] = []
        for n, cell in enumerate(cells):
            level = cell
            held: list[tuple[Limit, Level]] = []
            for limit in item.limits if n not in self.workings.given else ():
                if isinstance(level, Level) and self.workings.met(limit.when, n, limit.missing, covered):
                    end = self.workings.limit_end(limit, n)
                    if isinstance(end, Missing):
                        changed: Cell = level if limit.missing == "fails" else end
                    else:
                        changed = item.after(limit, level, end)
                        held += [(limit, end)] if end else []
                    if changed is not level:
                        self.mark(item, n, limit, level, changed)
                        level = changed
            if len(held) > 1:
                self.refuse_crossed(held, n)
            after.append(level)
        return after

    def mark(self, item: Item, n: int, limit: Limit, before: Level, after: Cell) -> None:
        """Record what a limit changed; where its end is another item, with what that is."""
        end, because = limit.end, limit.because
        if isinstance(end, OfItem) and isinstance(after, Level):
            moved = f"{end.shift} = {self.workings.limit_end(limit, n)}" if end.shift else ""
            because = f"{because} ({self.workings.told(end.item, n)}{moved})"
        made = Mark("limit", before, after, because, limit.at or item.at, limit.source, limit=limit)
        self.marks.setdefault(item.id, {}).setdefault(n, []).append(made)

    def refuse_crossed(self, held: Sequence[tuple[Limit, Level]], n: int) -> None:
        """Collect that a cap lies below a floor for an organisation, where one of them is another item."""
        for k, (one, end) in enumerate(held):
            for other, beside in held[k + 1 :]:
                edges = [edge for edge in (one.end, other.end) if isinstance(edge, OfItem)]
                cap, floor = (end, beside) if one.at_best else (beside, end)
                if edges and bool(one.at_best) != bool(other.at_best) and cap.position > floor.position:
                    said = " and ".join(self.workings.edge_said(edge, n) for edge in edges)
                    message = f"A cap at {cap} and a floor at {floor} both hold, and no level is within both: {said}."
                    self.workings.refuse_crossed(n, edges, message)

    def read_overrides(self) -> dict[str, dict[int, tuple[Override, Level]]]:
        """The recorded decisions by item and organisation; one that does not fit is a problem."""
        by_code = {organisation.code.casefold(): n for n, organisation in enumerate(self.submitted.organisations)}
        ratings = {item.id: item.scale for item in self.methodology.items.values() if item.section == "ratings"}
        found: dict[str, dict[int, tuple[Override, Level]]] = {}
        for override in self.submitted.overrides:
            n = by_code.get(override.code.casefold())
            scale = ratings.get(override.item)
            level = scale.find(override.level) if scale else None
            known = found.setdefault(override.item, {})
            if n is None:
                message = f'"{override.code}" is not an organisation of this return.'
                remedy = nearest(override.code, [organisation.code for organisation in self.submitted.organisations])
            elif scale is None:
                can = [id_ for id_, scale in ratings.items() if scale]
                message = f'"{override.item}" is not a rating that can be decided.'
                remedy = nearest(override.item, can) or f"Ratings: {', '.join(can)}."
            elif level is None:
                message = f'"{override.level}" is not a level of {scale.name}.'
                remedy = f"Its levels are {', '.join(level.name for level in scale.levels)}."
            elif n in known:
                message = f'"{override.item}" of {override.code} is decided twice, first at {known[n][0].at}.'
                remedy = "Keep one decision."
            else:
                known[n] = (override, level)
                continue
            self.problems.append(Problem(override.at, "override", message, remedy))
        return found
