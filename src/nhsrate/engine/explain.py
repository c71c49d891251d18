"""Why an organisation is rated as it is: from the rating down to each rule line and each cell.

Everything here is taken from the very values that made the rating; nothing is worked out a second time beside it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, number_text
from nhsrate.core.texts import in_unit
from nhsrate.kinds.rule import Grounds
from nhsrate.kinds.workings import cell_text
from nhsrate.language.records import figures_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment, Mark
    from nhsrate.groups.figures import Given, Joint
    from nhsrate.returns.model import Organisation, Supposed, Values
    from nhsrate.rules.model import Figure, Item, Methodology, SourceEntry


@frozen
class Reason:
    """How one organisation's value of one input or item came about.

    `how` re-adds by hand; `parts` are the ids of what it was made from; `rule_at` is the line of the rule and
    `cell_at` the cell of the return, for what was read; what makes a group's figure is told by member. `marks` are
    what changed it after its rule. `figures`, `sources` and `cells` are all that it rests on itself; those of its
    parts are theirs. `supposed` says that the run supposes it.
    """

    item: str
    title: str
    kind: str
    value: Cell
    text: str
    how: str
    parts: tuple[str, ...]
    rule_at: Location | None = None
    cell_at: Location | None = None
    source: str | None = None
    unit: str = ""
    marks: tuple[Mark, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    cells: tuple[Location, ...] = ()
    supposed: bool = False


@frozen
class Explanation:
    """The reasons of one organisation, each once, from the top down; `tops` are where it starts."""

    organisation: Organisation
    tops: tuple[str, ...]
    reasons: dict[str, Reason]


def explain(assessment: Assessment, n: int, items: Sequence[str] = ()) -> Explanation:
    """The reasons of organisation `n`, from its headline ratings (or these items) down to the cells."""
    tops = tuple(items) or tuple(item.id for item in assessment.methodology.headlines)
    reasons: dict[str, Reason] = {}
    ahead = [_Asked(id_, assessment, n) for id_ in reversed(tops)]
    with localcontext(WORKING):
        while ahead:
            asked = ahead.pop()
            if asked.key not in reasons:
                reason = asked.reason()
                below = asked.below(reason.parts)
                reasons[asked.key] = replace(reason, parts=tuple(one.key for one in below))
                ahead += reversed(below)
    return Explanation(assessment.organisations[n], tops, reasons)


@frozen
class _Asked:
    """A value whose reason is asked for: of this period, or, where one is named, of an earlier one.

    With `given` it is what that member gives to the figure of its group.
    """

    id: str
    assessment: Assessment
    n: int
    period: str = ""
    given: Given | None = None

    @property
    def key(self) -> str:
        """The id, with the member and the period, where it is of one or of an earlier one."""
        member = [self.given.organisation.code] if self.given else []
        return ", ".join([self.id, *member, *([self.period] if self.period else [])])

    def reason(self) -> Reason:
        """The reason for it; to be called with the engine's arithmetic in force."""
        if self.given is not None:
            return member_reason(self.assessment.methodology, self.id, self.given)
        return reason_for(self.assessment, self.id, self.n)

    def below(self, parts: Sequence[str]) -> list[_Asked]:
        """What the value was made of; of one that looks back, that in the earlier return; of a group's, its members."""
        if self.given is not None:
            return []
        if (whole := joint_of(self.assessment, self.id, self.n)) is not None:
            return [replace(self, given=given) for given in whole.given]
        then = self.assessment.before(self.id)
        n = then[1].numbers[self.n] if then else None
        found = [_Asked(id_, self.assessment, self.n, self.period) for id_ in parts]
        if then is None or n is None:
            return found
        return [*found, _Asked(then[0], then[1].assessment, n, then[1].period)]


def explain_everything(assessment: Assessment, n: int) -> Explanation:
    """The reasons of every item and input of organisation `n`."""
    methodology = assessment.methodology
    tops = tuple(item.id for item in methodology.headlines)
    rest = [id_ for id_ in (*methodology.items, *methodology.inputs) if id_ not in tops]
    return explain(assessment, n, (*tops, *rest))


def reason_for(assessment: Assessment, id_: str, n: int) -> Reason:
    """The reason for one value; to be called with the engine's arithmetic in force."""
    methodology = assessment.methodology
    cell = assessment.columns[id_][n]
    if id_ in methodology.inputs:
        entry = methodology.inputs[id_]
        values = assessment.submitted.values[id_]
        at = values.at(n)
        how = cell.reason if isinstance(cell, Missing) else "as given" if at is None else "read from the return"
        how += f"; flagged: {values.flags[n]}" if n in values.flags else ""
        if n in values.supposed:
            how = supposed_text(methodology, id_, values.supposed[n])
        if (whole := joint_of(assessment, id_, n)) is not None:
            how, at = whole.how, None
        return Reason(
            id_, entry.title or id_, entry.type, cell, text_of(methodology, id_, cell), how, (), entry.at, at,
            entry.source, methodology.unit_of(id_), (),
            (), _sources(methodology, entry.source), _cells(at, ()), n in values.supposed,
        )  # fmt: skip
    item = methodology.items[id_]
    marks = tuple(assessment.marks_of(id_, n))
    text, unit = text_of(methodology, id_, cell), methodology.unit_of(id_)
    if assessment.taken(id_, n):
        values = assessment.submitted.values[id_]
        at = values.at(n)
        how = cell.reason if isinstance(cell, Missing) else _as_published(values, n)
        if n in values.supposed:
            how = supposed_text(methodology, id_, values.supposed[n])
        return Reason(
            id_, item.name, item.rule.kind, cell, text, how, (), item.at, at, item.source, unit, marks,
            (), _sources(methodology, item.source, *(mark.source for mark in marks)), _cells(at, marks),
            n in values.supposed,
        )  # fmt: skip
    grounds = grounds_of(assessment, item, n)
    figures = tuple(figure for name, figure in methodology.figures.items() if name in grounds.figures)
    sources = (item.source, *grounds.sources, *(figure.source for figure in figures), *(mark.source for mark in marks))
    return Reason(
        id_, item.name, item.rule.kind, cell, text, how_of(assessment, item, n), grounds.items, item.at, None,
        item.source, unit, marks, figures, _sources(methodology, *sources), (*grounds.cells, *_cells(None, marks)),
    )  # fmt: skip


def joint_of(assessment: Assessment, id_: str, n: int) -> Joint | None:
    """How the figure of a group came from those of its members; nothing where it is no figure of a group."""
    grouping = assessment.submitted.grouping
    entry = assessment.methodology.inputs.get(id_)
    if grouping is None or entry is None or not assessment.submitted.values[id_].heading:
        return None
    from nhsrate.groups.figures import joint  # few runs are of groups

    return joint(grouping.read, entry, grouping.groups[n])


def member_reason(methodology: Methodology, id_: str, given: Given) -> Reason:
    """What a member gives to a figure of its group, with its cells."""
    own = given.figures[0].cell
    cell = own if len(given.figures) == 1 or given.gap is not None else given.said
    cells = tuple(figure.at for figure in given.figures if figure.at is not None)
    entry = methodology.inputs[id_]
    return Reason(
        id_, given.organisation.name, "member", given.gap.cell if given.gap else cell, given.said, given.said, (),
        entry.at, next(iter(cells), None), entry.source, cells=cells,
    )  # fmt: skip


def _sources(methodology: Methodology, *ids: str | None) -> tuple[SourceEntry, ...]:
    return tuple(source for id_, source in methodology.sources.items() if id_ in ids)


def _cells(at: Location | None, marks: Sequence[Mark]) -> tuple[Location, ...]:
    decided = [mark.at for mark in marks if mark.what == "override"]
    return tuple(place for place in (at, *decided) if place is not None)


def _as_published(values: Values, n: int) -> str:
    flagged = f"; flagged: {values.flags[n]}" if n in values.flags else ""
    return f"as published; taken, not worked out{flagged}"


def grounds_of(assessment: Assessment, item: Item, n: int) -> Grounds:
    """What a worked-out result rests on: its rule, its gate and its limits; what changed in these could change it."""
    cell = first_of(assessment, item, n)
    if isinstance(cell, Missing):
        return gap_grounds(assessment, item, cell, n)
    view = assessment.view(item.id)
    grounds = item.rule.grounds(view, n)
    population = assessment.methodology.populations.get(item.rule.population())
    gate, tested = item.only_when, [id_ for limit in item.limits for id_ in limit.items()]
    figures = [
        *(view.deciding(gate.when, n, gate.missing) if gate else ()),
        *(figures_in(population.when) if population else ()),
        *grounds.figures,
        *(figures_in(item.round) if isinstance(cell, Decimal) else ()),
        *_of_limits(assessment, item, n, cell),
    ]
    items = dict.fromkeys([*grounds.items, *tested, *(gate.when.items() if gate else ())])
    return replace(grounds, items=tuple(items), figures=tuple(dict.fromkeys(figures)))


def first_of(assessment: Assessment, item: Item, n: int) -> Cell:
    """A result before limits and decisions."""
    marks = assessment.marks_of(item.id, n)
    return marks[0].before if marks else assessment.columns[item.id][n]


def gap_grounds(assessment: Assessment, item: Item, cell: Missing, n: int) -> Grounds:
    """What a result is missing for: what its gate or its population tests, or what it is made of and is missing.

    A sort that came with the value from further down is not this item's: then the way down is through what is missing.
    """
    own = cell.sort if cell.item == item.id else None
    shut = item.only_when if own == "gate" else assessment.methodology.populations.get(item.rule.population())
    if own in {"gate", "population"} and shut:
        figures = assessment.view(item.id).deciding(shut.when, n, shut.missing)
        return Grounds(shut.when.items(), figures)
    items = item.rule.grounds(assessment.view(item.id), n).items
    gone = tuple(id_ for id_ in items if isinstance(assessment.columns[id_][n], Missing))
    return Grounds(gone or items, item.rule.gap_figures() if own == "not computable" else ())


def _of_limits(assessment: Assessment, item: Item, n: int, cell: Cell) -> Iterator[str]:
    """The figures of the limits that changed the result, or would have if they held."""
    view = assessment.view(item.id)
    acted = {id(mark.limit): mark.after for mark in assessment.marks_of(item.id, n) if mark.limit}
    for limit in item.limits:
        if not isinstance(cell, Level):
            continue
        end = view.limit_end(limit, n)
        if id(limit) in acted or (not isinstance(end, Missing) and item.after(limit, cell, end) is not cell):
            yield from view.deciding(limit.when, n, limit.missing)
            yield from figures_in(limit.end)
        cell = acted.get(id(limit), cell)


def how_of(assessment: Assessment, item: Item, n: int) -> str:
    """The sentence that says how a worked-out value came about, before limits and decisions."""
    cell = first_of(assessment, item, n)
    if isinstance(cell, Missing):
        return cell.reason
    why = item.rule.why(assessment.view(item.id), n)
    if not isinstance(cell, Decimal):
        return why
    result = in_unit(number_text(cell), assessment.methodology.unit_of(item.id))
    if item.round is not None:
        before = f"{cell_text(assessment.unrounded[item.id][n])}{assessment.methodology.sign_of(item.id)}"
        return f"{why} = {before}, rounded {item.round}: {result}"
    return f"{why} = {result}"


def item_text(item: Item, cell: Cell, places: int | None = None) -> str:
    """A result as it stands in a table: a level by name, a number with these places or those it is shown at."""
    return cell_text(cell, item.shown if places is None else places)


def text_of(methodology: Methodology, id_: str, cell: Cell, places: int | None = None) -> str:
    """A value or result as it is printed: a level by name, a number with its places and its per cent sign."""
    known = methodology.items.get(id_)
    text = item_text(known, cell, places) if known else cell_text(cell, places)
    return f"{text}{methodology.sign_of(id_)}" if isinstance(cell, Decimal) else text


def supposed_text(methodology: Methodology, id_: str, one: Supposed) -> str:
    """That a value is supposed, and what the return says in its place, with the cell."""
    at = f" ({one.was_at})" if one.was_at else ""
    return f"supposed; the return says {text_of(methodology, id_, one.was)}{at}"


def mark_text(mark: Mark) -> str:
    """What a limit or a decision changed, and why."""
    what = f"decided by {mark.who} on {mark.when}" if mark.what == "override" else "limit"
    return f"{what}: {cell_text(mark.before)} became {cell_text(mark.after)}: {mark.because}"


def explanation_json(assessment: Assessment, explanation: Explanation) -> dict[str, object]:
    """The explanation as plain values for json."""
    return {
        "code": explanation.organisation.code,
        "name": explanation.organisation.name,
        "headline": [item.id for item in assessment.methodology.headlines if item.id in explanation.reasons],
        "items": {key: reason_json(reason) for key, reason in explanation.reasons.items()},
    }


def reason_json(reason: Reason) -> dict[str, object]:
    """One reason as plain values; a number is a text of all its digits, so that nothing is lost."""
    cell = reason.value
    said: dict[str, object] = {"title": reason.title, "kind": reason.kind}
    if isinstance(cell, Missing):
        said |= {"value": None, "missing": cell.reason}
    elif isinstance(cell, Level):
        said |= {"value": cell.name, "scale": cell.scale, "word": cell.word}
        said |= {"consequences": list(cell.consequences)} if cell.consequences else {}
    elif isinstance(cell, Decimal):
        said |= {"value": exact_text(cell), "shown": reason.text}
    else:
        said["value"] = cell
    said["how"] = reason.how
    if reason.parts:
        said["parts"] = list(reason.parts)
    if reason.rule_at is not None:
        said["rule"] = str(reason.rule_at)
    if reason.cell_at is not None:
        said["cell"] = str(reason.cell_at)
    if reason.kind == "member" and len(reason.cells) > 1:
        said["cells"] = [str(at) for at in reason.cells]
    if reason.supposed:
        said["supposed"] = True
    if reason.source is not None:
        said["source"] = reason.source
    if reason.unit:
        said["unit"] = reason.unit
    if reason.marks:
        said["marks"] = [
            {
                "what": mark.what,
                "before": cell_text(mark.before),
                "after": cell_text(mark.after),
                "because": mark.because,
                "at": str(mark.at),
                **({"who": mark.who, "when": mark.when} if mark.what == "override" else {}),
            }
            for mark in reason.marks
        ]
    return said


def exact_text(number: Decimal) -> str:
    """Every digit of a number, without trailing zeros.

    >>> exact_text(Decimal("2.50")), exact_text(Decimal("1E+2"))
    ('2.5', '100')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def deciding_cell(assessment: Assessment, id_: str, n: int) -> Location | None:
    """The one cell that decided a value: where it was read, what the rule came down to, or who decided otherwise."""
    methodology = assessment.methodology
    while True:
        values = assessment.submitted.values.get(id_)
        if id_ in methodology.inputs or assessment.taken(id_, n):
            return values.at(n) if values else None
        if (then := assessment.before(id_)) is not None:
            number = then[1].numbers[n]
            return None if number is None else deciding_cell(then[1].assessment, then[0], number)
        item = methodology.items[id_]
        marks = assessment.marks_of(id_, n)
        if marks and marks[-1].what == "override":
            return marks[-1].at
        cell = assessment.columns[id_][n]
        if marks and marks[-1].limit:
            wanted = marks[-1].limit.items()
        elif isinstance(cell, Missing):
            wanted = gap_grounds(assessment, item, cell, n).items
        else:
            wanted = tuple(item.rule.shares()) or item.rule.reads()
        if len(wanted) != 1:
            return None
        id_ = wanted[0]


def deciding_rule(assessment: Assessment, id_: str, n: int) -> Location | None:
    """The line of the rule, or of the limit that acted last."""
    if id_ in assessment.methodology.inputs:
        return assessment.methodology.inputs[id_].at
    acted = [mark.at for mark in assessment.marks_of(id_, n) if mark.what == "limit" and mark.at is not None]
    return acted[-1] if acted else assessment.methodology.items[id_].at
