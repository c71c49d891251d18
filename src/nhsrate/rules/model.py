"""The records of a methodology: everything a rule file says, each thing with the line it was said on."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Level, Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.numbers import UNSET, Halves, halves_text
from nhsrate.core.problems import LineLocation, Location
from nhsrate.core.texts import is_percentage
from nhsrate.kinds.rule import Rule
from nhsrate.language.conditions import When
from nhsrate.language.edges import LevelEdge
from nhsrate.language.numbers import Number, OfItem
from nhsrate.language.records import record
from nhsrate.language.tree import Mapping as Keys
from nhsrate.language.tree import Node
from nhsrate.language.values import Context, Decimals, ItemType, Ref, SourceName, places
from nhsrate.rules.groups import GroupKind
from nhsrate.rules.inputs import Input, Polarity, Range, TableReading
from nhsrate.rules.support import Peers, Support

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Basis = Literal["stated", "inferred", "assumed"]
Status = Literal["published", "inferred", "reconstruction", "incomplete", "illustrative", "unsourced"]


@frozen
class SourceEntry:
    """Where something was published."""

    id: str
    title: str
    url: str = ""
    note: str = ""


@frozen
class Figure:
    """A named number of the method, what it rests on, and whether this run set it to something else.

    A `required` one is `UNSET` in the edition, because its source states a number that is not held: each run sets it.
    `low` and `high` are between what the true number lies, where it was inferred from what was published.
    """

    name: str
    basis: Basis
    value: Decimal = UNSET
    required: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    source: SourceName | None = None
    note: str = ""
    set_from: Decimal | None = None
    at: LineLocation | None = field(default=None, compare=False)


@frozen
class Family:
    """A table of members; a plain list has no columns."""

    name: str
    columns: tuple[str, ...]
    members: tuple[str, ...]


@frozen
class Rounding:
    """Rounding that is carried onward: to decimal places or to a step, halves in a named direction."""

    places: Decimals = Decimals(0)
    step: Number | None = None
    halves: Halves = "up"

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Rounding:
        """`2`, `{places: 2, halves: up}` or `{step: 0.5, halves: up}`."""
        if not isinstance(node, Keys):
            return cls(Decimals(places(node, context)))
        rounding: Rounding = record(cls, node, context)
        if {"places", "step"} <= set(node.entries) or not {"places", "step"} & set(node.entries):
            context.bad(node.at, "wrong-type", "Rounding is to places, or to a step.", "Give one of the two.")
        if rounding.step and rounding.step.value <= 0:
            context.bad(node.at, "wrong-type", f"A step of {rounding.step} cannot be rounded to.", "Give one above 0.")
        return rounding

    def __str__(self) -> str:
        to = f"to the nearest {self.step}" if self.step else f"to {self.places} decimal place{'s'[: self.places != 1]}"
        return f"{to}, halves {halves_text(self.halves)}"


@frozen
class Gate:
    """A condition that must hold for a result to be given at all.

    Fields:
        when: The tests that must all hold: `{item: test, other: test}`; beside them may stand `any: [...]`, of whose
            conditions one must hold, and `not: {...}`, which must not.
        because: Why there is no result where they do not.
        missing: What a test of a missing value counts as: `holds` or `fails`.
    """

    when: When
    because: str
    missing: Literal["holds", "fails"] | None = None


@frozen(kw_only=True)
class Limit:
    """A cap (`at_best`), a floor (`at_worst`) or a step, with its condition and its reason.

    Fields:
        when: The tests that must all hold: `{item: test, other: test}`; beside them may stand `any: [...]`, of whose
            conditions one must hold, and `not: {...}`, which must not.
        because: Why the limit is set, which the explanation gives.
        at_best: The level that the result is at best: a level, or `{item: other}` for that of another item, which may
            be `plus` so many. Where that is missing, so is the result, unless `missing: fails` keeps the limit from
            acting.
        at_worst: The level that the result is at worst, in the same forms.
        step: Whether the result goes `down` or `up`.
        by: How many levels a step goes.
        missing: What a test of a missing value counts as: `holds` or `fails`.
        source: The entry of `sources:` that states the limit.
    """

    when: When = When()
    because: str
    at_best: LevelEdge | None = None
    at_worst: LevelEdge | None = None
    step: Literal["down", "up"] | None = None
    by: int = 1
    missing: Literal["holds", "fails"] | None = None
    source: SourceName | None = None
    at: LineLocation | None = field(default=None, compare=False)

    @property
    def end(self) -> LevelEdge | None:
        """The level that it is a cap or a floor at."""
        return self.at_best or self.at_worst

    @property
    def always(self) -> bool:
        """Whether it has no condition: a cap or a floor that is another item may do without."""
        return not self.when.items()

    def items(self) -> tuple[str, ...]:
        """The items that it tests, and the one whose level is its end."""
        return (*self.when.items(), *((self.end.item,) if isinstance(self.end, OfItem) else ()))

    def what(self, name: Callable[[str], str]) -> str:
        """What it does, in words."""
        if self.end:
            what = "at best" if self.at_best else "at worst"
            if not isinstance(self.end, OfItem):
                return f"{what} {self.end}"
            there = " where that is not missing" if self.missing == "fails" else ""
            return f"{what} {self.end.words(name)}{there}"
        return f"{self.by} level{'s'[: self.by != 1]} {self.step}"

    def __str__(self) -> str:
        where = "" if self.always else f" where {self.when}"
        return f"{self.what(str)}{where}: {self.because}"


@frozen
class Population:
    """The organisations that meet a condition."""

    name: str
    when: When
    because: str = ""
    missing: Literal["holds", "fails"] | None = None


@frozen
class Item:
    """A measure or a rating: what it is called, the kind that works it out, and what happens to the result.

    Fields:
        title: What it is called in public; its id where there is none.
        unit: The unit of the result, for people.
        note: What else there is to say of it, for people.
        source: The entry of `sources:` that states the rule.
        basis: What the rule rests on, where that is not its source: `stated`, `inferred` or `assumed`; a rule that an
            edition changed is `assumed` until it says otherwise.
        scale: The scale of which the result is a level.
        polarity: Whether a `higher` or a `lower` result is better, where a later kind needs to know.
        round: How the result is rounded, and goes on rounded: `2`, `{places: 2, halves: up}` or `{step: 0.5, halves:
            up}`; halves go `up` unless it says `even`, `down`, `towards zero` or `away from zero`.
        shown: Decimal places in print and in the csv; what goes on is not rounded.
        published: `true` makes it a column of the csv.
        headline: `true` makes it the rating people speak of, or one of several, of which the first orders the tables.
        domain: `true` makes it a column of the league table in the terminal.
        coloured_by: The item whose level colours the column of a domain.
        given_as: Headings under which a return may give this item as already published; then it is taken, not worked
            out.
        valid: What a return may give under `given_as`: `0..100`, `">= 0"` or `"<= 1"`.
        markers: Texts that stand for a missing value under `given_as`, each with its reason; then none is worked out.
        only_when: A gate, `{when: {...}, because: text}`; where it does not hold the item is missing for that reason.
        limits: Caps, floors and steps that are applied in order to a level, each with its condition and reason.
        support: Support that is published, which `nhsrate diagnose` names where something that it is made of is weak: a
            list of `{title, publisher, url, checked}`.
    """

    id: str
    section: Literal["measures", "ratings"]
    rule: Rule
    title: str = ""
    unit: str = ""
    note: str = ""
    source: SourceName | None = None
    basis: Basis | None = None
    scale: Scale | None = None
    polarity: Polarity | None = None
    round: Rounding | None = None
    shown: Decimals | None = None
    published: bool = False
    headline: bool = False
    domain: bool = False
    coloured_by: Ref | None = None
    given_as: tuple[str, ...] = ()
    valid: Range | None = None
    markers: tuple[tuple[str, str], ...] = ()
    only_when: Gate | None = None
    limits: tuple[Limit, ...] = ()
    support: tuple[Support, ...] = ()
    at: Location | None = field(default=None, compare=False)
    source_at: Location | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The title, or the id where there is none."""
        return self.title or self.id

    def after(self, limit: Limit, level: Level, end: Level | None) -> Level:
        """The level that a limit leaves: a cap never raises, a floor never lowers, a step stops at the ends.

        `end` is the level that it is a cap or a floor at.
        """
        levels = self.scale.levels if self.scale else ()
        if end is not None:
            beyond = level.position < end.position if limit.at_best else level.position > end.position
            return end if beyond else level
        by = limit.by if limit.step == "down" else -limit.by
        return levels[min(max(level.position + by, 0), len(levels) - 1)]

    def reads(self) -> tuple[str, ...]:
        """Every item that this one needs, without repeats, in the order of the rule."""
        needed = [*self.rule.reads()]
        for limit in self.limits:
            needed += limit.items()
        if self.only_when:
            needed += self.only_when.when.items()
        return tuple(dict.fromkeys(needed))


@frozen
class Variant:
    """Another way that the method could as well have been made: its name, its title, the whole method so changed."""

    name: str
    title: str
    methodology: Methodology


@frozen
class Methodology:
    """The whole rule set of one edition.

    `items` are the measures and ratings in the order of the file; `order` is an order in which each comes after
    everything it reads. `digest` is of all files it was read from, which stand at `paths`. `fractions` says that a
    number stands as one (`1/3`), so that results may have more digits than are compared. `chosen_by` says, of a run,
    what chose it.
    """

    id: str
    title: str
    inputs: Mapping[str, Input]
    items: Mapping[str, Item]
    order: tuple[str, ...]
    publisher: str = ""
    period: str = ""
    summary: str = ""
    declared_status: str | None = None
    sources: Mapping[str, SourceEntry] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    families: Mapping[str, Family] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)
    reading: TableReading = field(default_factory=TableReading)
    groups: Mapping[str, GroupKind] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    vary: tuple[str, ...] = ()
    rates: Noun = ORGANISATION
    order_by: Literal["rating", "return"] = "rating"
    variants: tuple[Variant, ...] = ()
    peers: Peers | None = None
    files: tuple[str, ...] = ()
    digest: str = ""
    fractions: bool = False
    paths: tuple[Path, ...] = field(default=(), compare=False)
    chosen_by: str = field(default="", compare=False)

    @property
    def status(self) -> Status:
        """Declared `illustrative`, or what the weakest number or rule makes it; one without a value is the weakest.

        A figure that is assumed, or a rule changed without a source, makes a `reconstruction`. A number with neither a
        name nor a source, or a method without either, is `unsourced`: nothing says that it was published.
        """
        from nhsrate.rules.standing import standing  # which reads these records

        if self.declared_status == "illustrative":
            return "illustrative"
        found = standing(self)
        if found.required:
            return "incomplete"
        if found.assumed or found.changed:
            return "reconstruction"
        if found.unvouched or found.unsourced or not (self.figures or self.sources):
            return "unsourced"
        return "inferred" if found.inferred else "published"

    @property
    def headlines(self) -> tuple[Item, ...]:
        """The ratings people speak of; all ratings where none is the headline."""
        found = tuple(item for item in self.items.values() if item.headline)
        return found or tuple(item for item in self.items.values() if item.section == "ratings")

    @property
    def overall(self) -> bool:
        """Whether some rating is the headline, by which a table can be ordered."""
        return any(item.headline for item in self.items.values())

    @property
    def looks_back(self) -> bool:
        """Whether anything in it needs an earlier period."""
        return any(item.rule.looks_back() is not None for item in self.items.values())

    @property
    def in_order_of_return(self) -> bool:
        """Whether tables are ordered as the return is: as the method says, or because no rating is the headline."""
        return self.order_by == "return" or (self.place is None and not self.overall)

    @property
    def published(self) -> tuple[Item, ...]:
        """The items that are columns of the csv, in the order of the file."""
        spoken_of = {item.id for item in self.headlines}
        return tuple(item for item in self.items.values() if item.published or item.id in spoken_of)

    @property
    def place(self) -> Item | None:
        """The item that orders the league table, if the method has one."""
        return next((item for item in self.items.values() if item.rule.kind == "place"), None)

    def lowest_possible(self, id_: str) -> Decimal | None:
        """The lowest value that an input or item can have, where that is known before any value is."""
        if id_ in self.items:
            item = self.items[id_]
            if item.scale:
                numbers = [level.number for level in item.scale.levels if level.number is not None]
                return min(numbers, default=None)
            return item.rule.lowest(item, self)
        valid = self.inputs[id_].valid if id_ in self.inputs else None
        return valid.low if valid else None

    @property
    def settings(self) -> dict[str, Decimal]:
        """The figures that this run set to something else."""
        return {figure.name: figure.value for figure in self.figures.values() if figure.set_from is not None}

    @property
    def unset(self) -> tuple[Figure, ...]:
        """The figures that have no value, so that nothing can be rated."""
        return tuple(figure for figure in self.figures.values() if figure.value.is_nan())

    def wanted(self) -> tuple[Input, ...]:
        """What to look for in a return: the inputs, and the items that may come as already published."""
        given = [as_input(item) for item in self.items.values() if item.given_as]
        return (*self.inputs.values(), *given)

    def name_of(self, item: str) -> str:
        """The title of an input or item, or its id."""
        if item in self.items:
            return self.items[item].name
        return self.inputs[item].title or item

    def unit_of(self, item: str) -> str:
        """The unit of the values of an input or item, as it stands behind them in a sentence: `% of turnover`, `days`.

        That of a `percent` begins with its sign, unless it is in words (`percentage points`). An item that states none
        has that of the items of which its results are values or means, where they have one and the same.
        """
        if item in self.items:
            known = self.items[item]
            own = known.rule.unit_of() if not known.unit and known.scale is None else ()
            shared = {self.unit_of(other) for other in own}
            return shared.pop() if len(shared) == 1 else known.unit
        entry = self.inputs[item]
        if entry.type != "percent" or entry.unit.startswith(("%", "per")):
            return entry.unit
        return f"% {entry.unit}".rstrip()

    def sign_of(self, item: str) -> str:
        """The per cent sign where the values of an input or item are percentages, else nothing."""
        kind = self.inputs[item].type if item in self.inputs else ""
        return "%" if is_percentage(self.unit_of(item), kind) else ""

    def type_of(self, item: str) -> ItemType:
        """What the cells of an input or item are."""
        if item in self.inputs:
            entry = self.inputs[item]
            kind: Literal["level", "text", "number"] = "level" if entry.scale else "number"
            return ItemType("text" if entry.type == "text" else kind, entry.scale, entry.type == "date")
        known = self.items[item]
        return ItemType("level" if known.scale else "text" if known.rule.gives_text() else "number", known.scale)

    def called(self, item: str) -> str:
        """The title of an input or item with its id behind it, or the id alone, in quotation marks."""
        name = self.name_of(item)
        return f'"{item}"' if name == item else f"{name} ({item})"

    def polarity_of(self, item: str) -> Polarity | None:
        """Whether higher or lower is better for an input or item, where it is said."""
        if item in self.items:
            known = self.items[item]
            passed = known.rule.passes_on()
            own = known.polarity or ("higher" if known.rule.turned_up() else None)
            return own or (self.polarity_of(passed) if passed else None)
        return self.inputs[item].polarity if item in self.inputs else None


def as_input(item: Item) -> Input:
    """The input under which an already published result of this item may arrive."""
    return Input(
        id=item.id,
        type="level" if item.scale else "number",
        title="",
        aliases=item.given_as,
        valid=item.valid,
        scale=item.scale,
        markers=item.markers,
        optional=True,
    )
