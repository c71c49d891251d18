"""The sections of a rule file that are not items: its head, sources, scales, figures, reading and populations."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import Level, make_scale
from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import Noun, plural
from nhsrate.core.numbers import plain_number, snap, stated_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, nearest
from nhsrate.language.records import record
from nhsrate.language.tree import Mapping, Node, Scalar
from nhsrate.language.values import (
    LARGEST,
    Bad,
    Context,
    check_name,
    choice,
    decode_each,
    listed,
    mapping,
    missing_key,
    only_keys,
    text,
    texts,
)
from nhsrate.rules.inputs import CODE_HEADINGS, NAME_HEADINGS, TableReading, Tables, signs_apart
from nhsrate.rules.model import Figure, Population, SourceEntry
from nhsrate.rules.support import Support

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType
    from collections.abc import Sequence

VARY = pattern(r"weights=[0-9.]+%?|ranks=[0-9.]+%?|figures(:\w[\w,-]*)?(=[0-9.]+)?|values|variants")
"""What `vary:` may say."""

WORDS = pattern(r"[^\W\d_][\w '-]{0,39}")
"""What is rated: one word or a few, that begin with a letter."""

Colour = Literal["green", "light green", "amber", "orange", "red", "blue", "grey"]


def named(tree: Mapping, key: str, context: Context) -> Mapping:
    """A section of names; empty where it is absent."""
    node = tree.entries.get(key)
    if node is None or (isinstance(node, Scalar) and not node.text):
        return Mapping({}, tree.at, {})
    return mapping(node, context)


def read_head(tree: Mapping, context: Context) -> dict[str, Any]:
    """What the file says of itself: id, title and the like."""
    head: dict[str, Any] = {}
    for key in ("id", "title"):
        if key not in tree.entries:
            missing_key(key, tree.at, context)
    for key in ("id", "title", "publisher", "period", "summary"):
        if key in tree.entries:
            head[key] = text(tree.entries[key], context)
    if "status" in tree.entries:
        head["declared_status"] = status = text(tree.entries["status"], context)
        if status != "illustrative":
            context.bad(
                tree.entries["status"].at,
                "wrong-type",
                f'The status "{status}" is not declared; it follows from the figures.',
                "Remove it, or write illustrative.",
            )
    if "caveats" in tree.entries:
        head["caveats"] = texts(tree.entries["caveats"], context)
    if "vary" in tree.entries:
        head["vary"] = texts(tree.entries["vary"], context)
        for word in head["vary"]:
            if (wrong := vary_fault(word)) is not None:
                context.bad(tree.entries["vary"].at, "wrong-type", wrong, "Such as [weights=25%, figures].")
    head |= _of_tables(tree, context)
    if "id" in head:
        check_name(head["id"], tree.entries["id"].at, context)
    if "id" not in head or "title" not in head:
        raise Bad
    return head


def _of_tables(tree: Mapping, context: Context) -> dict[str, Any]:
    """What is rated, and how tables are ordered."""
    found: dict[str, Any] = {}
    if "rates" in tree.entries:
        found["rates"] = read_noun(tree.entries["rates"], context)
    if "order" in tree.entries:
        found["order_by"] = choice(tree.entries["order"], ("return", "rating"), context)
    return found


def read_noun(node: Node, context: Context) -> Noun:
    """What is rated: a word, whose plural follows, or `{one: person, many: people}`."""
    if isinstance(node, Mapping):
        words = only_keys(node, ("one", "many"), context)
        for key in ("one", "many"):
            if key not in words.entries:
                raise missing_key(key, node.at, context)
        found = Noun(*(text(words.entries[key], context) for key in ("one", "many")))
    else:
        word = text(node, context)
        found = Noun(word, plural(word))
    if not all(map(WORDS.fullmatch, (found.one, found.many))):
        raise context.bad(node.at, "wrong-type", "What is rated is one word or a few.", "Such as rates: indicator.")
    return found


def read_sources(tree: Mapping, context: Context) -> dict[str, SourceEntry]:
    """Where things were published, by name."""
    section = named(tree, "sources", context)
    context.sources = set(section.entries)

    def entry(key: str) -> SourceEntry:
        found: SourceEntry = record(SourceEntry, mapping(section.entries[key], context), context, id=key)
        return found

    return dict(zip(section.entries, decode_each(entry, section.entries), strict=True))


@frozen
class LevelEntry:
    """A level as a scale states it."""

    level: str
    word: str | None = None
    symbol: str = ""
    colour: Colour | None = None
    number: Decimal | None = None
    aliases: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    support: tuple[Support, ...] = ()


def read_scales(tree: Mapping, context: Context) -> None:
    """The scales, into the context; one that cannot be read is there without levels."""
    section = named(tree, "scales", context)
    for name, node in section.entries.items():
        if name in context.scales:
            context.bad(section.keys[name], "duplicate-name", f'The scale "{name}" is always there.', "Choose another.")
            continue
        context.scales[name] = make_scale(name, [])
        try:
            entries = decode_each(lambda part: _entry(part, context), listed(node, context))
        except Bad:
            continue
        if not entries:
            context.bad(node.at, "wrong-type", f"The scale {name} has no levels.", "List them, best first.")
        scale = make_scale(name, [_level(name, position, entry) for position, entry in enumerate(entries)])
        for word in _said_twice(entries):
            context.bad(node.at, "duplicate-name", f'"{word}" stands for two levels of {name}.', "Rename one.")
        for level, entry in zip(scale.levels, entries, strict=True):
            scale.by_name.update(dict.fromkeys(entry.aliases, level))
        context.scales[name] = scale


def _said_twice(entries: Sequence[LevelEntry]) -> list[str]:
    """The names and aliases that stand for two levels: returns give them in upper or lower case alike."""
    first: dict[str, int] = {}
    words = ((n, word) for n, entry in enumerate(entries) for word in (entry.level, *entry.aliases))
    return list(dict.fromkeys(word for n, word in words if first.setdefault(word.casefold(), n) != n))


def _entry(node: Node, context: Context) -> LevelEntry:
    entry: LevelEntry = record(LevelEntry, mapping(node, context), context)
    return entry


def _level(scale: str, position: int, entry: LevelEntry) -> Level:
    number = plain_number(entry.level) if entry.number is None else snap(entry.number)
    word = entry.level if entry.word is None else entry.word
    return Level(
        scale, entry.level, position, word, entry.symbol, entry.colour or "", number, entry.consequences,
        entry.support,
    )  # fmt: skip


def read_figures(tree: Mapping, context: Context, settings: MappingType[str, str]) -> dict[str, Figure]:
    """The named numbers, some of them set to something else for this run; into the context too."""
    section = named(tree, "figures", context)
    for name in settings:
        if name not in section.entries:
            known = f"Its figures are {', '.join(section.entries)}." if section.entries else "It names no figures."
            context.bad(
                LineLocation(f"--set {name}={settings[name]}"),
                "unknown-figure",
                f'The methodology has no figure "{name}".',
                nearest(name, section.entries) or known,
            )
    # one that cannot be read is known all the same, so that its uses are no further problems
    context.figures = {name: Figure(name, "assumed") for name in section.entries}
    found = decode_each(lambda name: _figure(name, section.entries[name], context, settings.get(name)), section.entries)
    context.figures = {figure.name: figure for figure in found}
    return dict(context.figures)


def _figure(name: str, node: Node, context: Context, setting: str | None) -> Figure:
    check_name(name, node.at, context)
    figure: Figure = record(Figure, mapping(node, context), context, name=name, set_from=None)
    if figure.required != figure.value.is_nan():
        remedy = "Give value:, or required: true where each run has to set it."
        context.bad(node.at, "missing-key", "A figure has a value, or is required.", remedy)
    if (figure.low is None) != (figure.high is None) or not _within(figure):
        message = f'The value of "{name}" lies between low: and high:, and both are given.'
        context.bad(node.at, "thresholds", message, "Mend them.")
    if setting is None:
        return figure
    changed = stated_number(setting)
    if changed is None or abs(changed.adjusted()) > LARGEST:
        at = LineLocation(f"--set {name}={setting}")
        example = "2.5" if figure.value.is_nan() else figure.value
        context.bad(
            at,
            "bad-setting",
            f'"{setting}" is not a number that can be used.',
            f"Write digits, such as {name}={example}.",
        )
        return figure
    context.fractions = context.fractions or "/" in setting
    if changed == figure.value:
        return replace(figure, set_from=changed)
    return replace(figure, value=changed, set_from=figure.value, basis="assumed", source=None)


def _within(figure: Figure) -> bool:
    """Whether a figure lies between its own bounds."""
    if figure.low is None or figure.high is None or figure.value.is_nan():
        return True
    return figure.low <= figure.value <= figure.high and figure.low < figure.high


def vary_fault(word: str) -> str | None:
    """What is wrong with a text that says what varies; nothing where it is sound."""
    found = VARY.fullmatch(word.replace(" ", ""))
    if found is None:
        return (
            f'"{word}" says of nothing how it varies: weights=25%, figures, figures=0.02, values, ranks=5%, variants.'
        )
    return None


def read_reading(tree: Mapping, context: Context) -> TableReading:
    """How a return's table is found and read; what is said of all of several tables holds for each."""
    section = named(tree, "reading", context)
    if isinstance(tables := section.entries.get("tables"), Mapping):
        shared = section.without("tables")
        own = {name: _joined(shared, part) for name, part in tables.entries.items()}
        section = replace(section, entries={**shared.entries, "tables": replace(tables, entries=own)})
    else:
        for key in ("says", "cut_points"):
            if key not in section.entries:
                continue
            message = f"{key}: is said of one of several tables, and none are named here."
            context.bad(section.keys[key], "unknown-key", message, "Put it into a table under tables:, or remove it.")
    reading: TableReading = record(TableReading, section, context)
    signs_apart(reading, section.at, context)
    named_tables = reading.tables.named if reading.tables else ()
    usual = _headings_of(tree)
    tables_read = tuple((name, with_usual_headings(part, *usual)) for name, part in named_tables)
    return replace(with_usual_headings(reading, *usual), tables=Tables(tables_read) if tables_read else None)


def _headings_of(tree: Mapping) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The usual headings of the codes and the names of what is rated, where that is no organisation."""
    try:
        word = read_noun(tree.entries["rates"], Context()).one.casefold() if "rates" in tree.entries else ""
    except Bad:
        word = ""
    if not word:
        return (), ()
    return (f"{word} code", f"{word} id", f"{word} ref", f"{word} number", "ref"), (word, f"{word} name")


def _joined(shared: Mapping, own: Node) -> Node:
    """What is said of one table, over what is said of all."""
    if not isinstance(own, Mapping):
        return own
    return Mapping({**shared.entries, **own.entries}, own.at, {**shared.keys, **own.keys})


def with_usual_headings(
    reading: TableReading, codes: tuple[str, ...] = (), names: tuple[str, ...] = ()
) -> TableReading:
    """The same, with the usual headings of codes and names beside its own; those of what is rated first."""
    given = {"code": reading.code, "name": reading.name}
    stated = {key: words for key, words in given.items() if words not in (CODE_HEADINGS, NAME_HEADINGS)}
    return replace(
        reading,
        code=tuple(dict.fromkeys((*stated.get("code", ()), *codes, *CODE_HEADINGS))),
        name=tuple(dict.fromkeys((*stated.get("name", ()), *names, *NAME_HEADINGS))),
    )


def read_populations(tree: Mapping, context: Context) -> dict[str, Population]:
    """The populations that statistics are over."""
    section = named(tree, "populations", context)
    context.populations = set(section.entries)
    for key, at in section.keys.items():
        check_name(key, at, context)

    def population(key: str) -> Population:
        found: Population = record(Population, mapping(section.entries[key], context), context, name=key)
        return found

    return dict(zip(section.entries, decode_each(population, section.entries), strict=True))
