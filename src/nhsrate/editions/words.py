"""What a record of a methodology says, in words: as people read it, and as it is compared."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import Level, Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.engine.weights import shares_of
from nhsrate.kinds.members import MissingRule
from nhsrate.language.conditions import Between, Compare, IsMissing, Negated, OneOf, When
from nhsrate.language.numbers import Number, OfItem
from nhsrate.language.records import figures_in, hints_of, record_keys
from nhsrate.language.values import Ref, Refs
from nhsrate.rules.inputs import Range
from nhsrate.rules.model import Rounding

if TYPE_CHECKING:
    from nhsrate.rules.model import Methodology

LEFT_OUT = {"id", "name", "section", "rule", "position", "by_name", "set_from", "kind"}
"""Fields that say where something stands or what it is, which is told elsewhere."""

WORDS = {
    "at_best": "at best",
    "aliases": "further headings",
    "bare": "a bare number is a",
    "because": "because",
    "by_name": "names",
    "coloured_by": "coloured by",
    "domain": "a column of the league table",
    "given_as": "may be given as",
    "headline": "a headline rating",
    "levels": "levels",
    "limits": "limits",
    "markers": "texts for a missing value",
    "missing": "where something is missing",
    "of": "works on",
    "only_when": "only when",
    "optional": "the column may be absent",
    "over": "over",
    "places": "decimal places",
    "polarity": "better",
    "published": "a column of the csv",
    "required": "must be given",
    "round": "rounding",
    "shown": "decimal places shown",
    "valid": "valid values",
    "zero": "over zero",
}
SINGULAR = {"rows": "row", "limits": "limit", "levels": "level", "by": "key", "scores": "score"}


def field_words(name: str) -> str:
    """What a field is called in a sentence."""
    return WORDS.get(name, name.rstrip("_").replace("_", " "))


def singular(name: str) -> str:
    """What one of several is called."""
    return SINGULAR.get(name, field_words(name))


def shown_fields(record: Any) -> list[str]:  # noqa: ANN401 (any record)
    """The fields of a record that say something of their own.

    Its place is none, while the `at` of a count is its test; what it is called is none, while the `name` that may be
    stated of a reading is the heading of a column.
    """
    cls: Any = type(record)
    said = record_keys(cls).values()
    return [field.name for field in said if field.name not in LEFT_OUT or field.default is not dataclasses.MISSING]


def named_items(record: Any, field: str) -> Any:  # noqa: ANN401 (any record)
    """What a field of a record holds; the id of another item as a reference, so that it is told by its title."""
    value = getattr(record, field)
    if field == "polarity" and getattr(record, "direction", None):
        return f"as {record.direction} says"
    return Refs((value,)) if value is not None and hints_of(type(record)).get(field) is Ref else value


def keyed(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 (whatever a record holds)
    """The entries of a table, by what tells them apart; nothing where the value is no table."""
    if isinstance(value, tuple) and value and all(_key(row) for row in value):
        entries = {_key(row): _facts(row) if isinstance(row, Level) else Keyed(row) for row in value}
        return entries if len(entries) == len(value) else None
    if isinstance(value, tuple) and value and all(isinstance(row, tuple) and len(row) == 2 for row in value):
        return {f'"{key}"': entry for key, entry in value}
    rows = getattr(value, "rows", None)
    if not dataclasses.is_dataclass(value) or not isinstance(rows, tuple):
        return None
    table: dict[str, Any] = {}
    for key, entry in rows:
        inner = keyed(entry)
        if inner is not None:
            table |= {f"{key}, {name}": one for name, one in inner.items()}
        elif isinstance(entry, tuple):
            table |= {f"row {key}, column {n}": one for n, one in enumerate(entry, start=1)}
        else:
            table[f"for {key}"] = entry
    return table


@frozen
class Keyed:
    """A row of which the level or the score is told already."""

    row: Any


def _facts(level: Level) -> tuple[str, ...]:
    """What a scale says of a level, besides its name and place."""
    facts = {"word": level.word, "symbol": level.symbol, "colour": level.colour}
    counts = "" if level.number is None else number_text(level.number)
    facts |= {"counts as": counts, "brings": "; ".join(level.consequences)}
    facts |= {"support": "; ".join(map(str, level.support))}
    return tuple(f"{what} {said}" for what, said in facts.items() if said)


def _key(row: Any) -> str:  # noqa: ANN401 (whatever a record holds)
    """What tells a row of thresholds or a level from the others; nothing for anything else."""
    if isinstance(row, Level):
        return f"level {row.name}"
    for name in ("level", "score"):
        if dataclasses.is_dataclass(row) and (value := getattr(row, name, None)) is not None:
            return f"{name} {number_text(value.value) if isinstance(value, Number) else value}"
    return ""


@frozen
class Wording:
    """What an edition says, in words."""

    edition: Methodology

    def name(self, id_: str) -> str:
        """An item with its title and id; one without a title by that of the one thing it is made from, if it is one."""
        titled = id_
        while self.edition.name_of(titled) == titled and len(shares := shares_of(self.edition, titled)) == 1:
            (titled,) = shares
        title = tidy(self.edition.name_of(titled))
        return id_ if title == titled else f"{title} ({id_})"

    def part(self, id_: str, weight: Number | None) -> str:
        """One of several items, with its weight where it has one."""
        return f"{self.name(id_)}, weight {self.said(weight)}" if weight else self.name(id_)

    def thing(self, thing: Any) -> str:  # noqa: ANN401 (an input, an item, a scale, a figure, ...)
        """What a thing with an id is called; a new figure with its value."""
        id_: str = getattr(thing, "id", None) or thing.name
        if hasattr(thing, "set_from"):
            return f"{id_} = {number_text(thing.value)}"
        if hasattr(thing, "rule"):
            return self.name(id_)
        title = tidy(getattr(thing, "title", "")) or id_
        return title if title == id_ else f"{title} ({id_})"

    def rule(self, rule: Any) -> str:  # noqa: ANN401 (any kind)
        """A whole rule, with its kind."""
        return f"{rule.kind}: {rule.plain(self.edition.name_of)}"

    def said(self, value: Any) -> str:  # noqa: ANN401 (whatever a record holds)
        """A value for people: items by their titles, numbers with the figures that they come from."""
        return self._text(value, meaning=False)

    def meaning(self, value: Any) -> str:  # noqa: ANN401 (whatever a record holds)
        """A value to be compared: items by their ids, a figure by its name whatever its value is."""
        return self._text(value, meaning=True)

    def _text(self, value: Any, *, meaning: bool) -> str:  # noqa: ANN401, C901, PLR0912 (one case for each form)
        def text(part: Any) -> str:  # noqa: ANN401 (as above)
            return self._text(part, meaning=meaning)

        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case Number():
                return value.figure if meaning and value.figure else str(value)
            case Decimal():
                return number_text(value)
            case str():
                return tidy(value) or (f'"{value}"' if value else "")
            case Level() | Scale():
                return value.name
            case When():
                return value.worded(lambda item, test: f"{item if meaning else self.name(item)} is {text(test)}")
            case OfItem():
                item = value.item if meaning else self.name(value.item)
                times, plus = (
                    f" {word} {text(number)}" if number else ""
                    for word, number in (("x", value.times), ("+", value.plus))
                )
                return f"{item}{times}{plus}" if meaning else f"{item}{value.shift}"
            case Compare():
                return f"{value.side} {text(value.bound)}"
            case Between():
                return value.words(text)
            case IsMissing():
                return "missing"
            case Negated():
                return f"not {text(value.test)}"
            case OneOf():
                return " or ".join(text(cell) for cell in value.cells)
            case Refs():
                parts = [id_ if meaning else self.part(id_, weight) for id_, weight in value.pairs()]
                return ", ".join([*parts, *map(text, value.numbers)])
            case Range() | MissingRule() | Rounding():
                return str(value)
            case Keyed():
                return self.record(value.row, meaning=meaning, told=("level", "score"))
            case tuple():
                return ", ".join(text(part) for part in value)
        return self.record(value, meaning=meaning) if dataclasses.is_dataclass(value) else str(value)

    def record(self, value: Any, *, meaning: bool, told: tuple[str, ...] = ()) -> str:  # noqa: ANN401 (any record)
        """The fields of a record that say something and are not told already."""
        said = []
        cls: Any = type(value)
        for field in record_keys(cls).values():
            one = named_items(value, field.name)
            if field.name in told or one == field.default or one is None:
                continue
            words = "" if field.name in {"value", "item", "then"} else f"{field_words(field.name)} "
            said.append(words.strip() if one is True else f"{words}{self._text(one, meaning=meaning)}")
        return ", ".join(said) or "yes"


def figure_users(edition: Methodology) -> dict[str, list[str]]:
    """The titles of the items that use each named figure."""
    found: dict[str, list[str]] = {}
    for item in edition.items.values():
        for name in figures_in(item):
            found.setdefault(name, []).append(tidy(item.name))
    return found
