"""From a rule file to a methodology: every mistake collected, then the whole checked and put in order."""

from __future__ import annotations

import hashlib
import os.path
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from nhsrate.cells import YES_NO, Level, Scale, make_scale
from nhsrate.checking import check_items, ordered
from nhsrate.decode import (
    LARGEST,
    Bad,
    Binding,
    Context,
    ItemType,
    boolean,
    choice,
    decimal,
    decode,
    decode_all,
    listed,
    mapping,
    record,
    ref,
    scalar,
    text,
    whole,
)
from nhsrate.editions import find_edition
from nhsrate.expand import CHANGES, bindings, merged, read_families, substituted
from nhsrate.inputs import CODE_HEADINGS, NAME_HEADINGS, Input, InputType, LongForm, Polarity, Range, Reading
from nhsrate.kinds import KINDS
from nhsrate.methodology import (
    Basis,
    Family,
    Figure,
    Gate,
    Item,
    Limit,
    Methodology,
    Population,
    Rounding,
    SourceEntry,
)
from nhsrate.numbers import plain_number
from nhsrate.problems import LinePlace, Problem, Refused, errors, nearest
from nhsrate.yamltree import Mapping, Node, Scalar, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType
    from decimal import Decimal

TOP = (
    "id", "title", "publisher", "period", "summary", "status", "sources", "scales", "figures", "families", "reading",
    "populations", "inputs", "measures", "ratings", "caveats",
)  # fmt: skip
TAKEN = {"family", "item", "each", "column", "member", "everyone", "missing"}
COLOURS = ("green", "light green", "amber", "orange", "red", "blue", "grey")
ID = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")


def load_methodology(edition: str | Path, settings: MappingType[str, str] | None = None) -> Methodology:
    """The methodology of an edition's id or a path to a rule file, with figures set to other values.

    Raises `Refused` with every problem of the file.
    """
    path = find_edition(str(edition))
    methodology, problems = read_methodology(path, settings or {})
    if methodology is None or errors(problems):
        raise Refused(problems)
    return methodology


def read_methodology(
    path: Path, settings: MappingType[str, str] | None = None
) -> tuple[Methodology | None, list[Problem]]:
    """The methodology of a rule file, or none; and every problem found in it."""
    problems: list[Problem] = []
    files: list[tuple[str, bytes]] = []
    tree = read_file(path, problems, files, ())
    if tree is None:
        return None, problems
    digest = hashlib.sha256(b"\0".join(data for _, data in files)).hexdigest()
    methodology = methodology_of(tree, problems, settings or {}, tuple(name for name, _ in files), digest)
    if methodology is not None and methodology.id != path.stem and not errors(problems):
        problems.append(
            Problem(
                tree.keys.get("id", tree.at),
                "duplicate-name",
                f'The id "{methodology.id}" is not the name of the file.',
                f"Name the file {methodology.id}.yaml, or write id: {path.stem}.",
            )
        )
    return methodology, problems


def read_file(
    path: Path, problems: list[Problem], files: list[tuple[str, bytes]], seen: tuple[Path, ...]
) -> Mapping | None:
    """The tree of a rule file with what it extends merged in."""
    name = shown_path(path)
    here = LinePlace(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        code = "no-permission" if isinstance(error, PermissionError) else "no-such-file"
        if isinstance(error, IsADirectoryError):
            code = "is-a-folder"
        problems.append(Problem(here, code, f"The rule file cannot be read: {error.strerror}.", "Check the path."))
        return None
    files.append((path.name, data))
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.append(
            Problem(LinePlace(name, line, 1), "encoding", "The file is not UTF-8 here.", "Save it as UTF-8.")
        )
        return None
    tree, found = read_tree(content, name)
    problems += found
    if tree is None:
        if not found:
            problems.append(Problem(here, "empty-file", "The rule file is empty.", "Start it with id: and title:."))
        return None
    if not isinstance(tree, Mapping):
        problems.append(Problem(tree.at, "wrong-type", "A rule file is keys with values, such as id: my-method."))
        return None
    parent = tree.entries.get("extends")
    if parent is None:
        return tree
    try:
        above = find_parent(path, scalar(parent, Context(problems)).text)
    except Bad:
        return None
    except Refused as refused:
        word = f'The parent "{scalar(parent, Context(problems)).text}" is not found.'
        problems += [Problem(parent.at, "extends", f"{word} {found.message}", found.remedy) for found in refused.problems]
        return None
    if above.resolve() in (*seen, path.resolve()):
        problems.append(Problem(parent.at, "extends", "Editions extend each other in a circle.", "Break it."))
        return None
    base = read_file(above, problems, files, (*seen, path.resolve()))
    return None if base is None else merged(base, tree, problems)


def find_parent(path: Path, word: str) -> Path:
    """The rule file that an edition extends: beside it by its id, a path from it, or an edition that ships."""
    beside = path.parent / f"{word}.yaml"
    if beside.is_file():
        return beside
    relative = path.parent / word
    return relative if relative.suffix == ".yaml" and relative.is_file() else find_edition(word)


def shown_path(path: Path) -> str:
    """The path as people write it: from the working folder where it is below it, else its last two parts."""
    try:
        return Path(os.path.realpath(path)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return "/".join(path.parts[-2:])


def methodology_of(
    tree: Mapping, problems: list[Problem], settings: MappingType[str, str], files: tuple[str, ...], digest: str
) -> Methodology | None:
    """The methodology that a tree says, or none where it cannot be made out."""
    context = Context(problems)
    context.scales["yes/no"] = YES_NO
    for key, at in tree.keys.items():
        if key in tree.entries and key not in TOP:
            extra = " It goes with extends:." if key in CHANGES else ""
            context.bad(at, "unknown-key", f'"{key}" is not known here.{extra}', nearest(key, TOP))
    head = section(tree, context, _head)
    sources = section(tree, context, _sources)
    section(tree, context, _scales)
    figures = section(tree, context, lambda tree, context: _figures(tree, context, settings))
    section(tree, context, lambda tree, context: read_families(tree.entries.get("families"), context))
    reading = section(tree, context, _reading)
    drafts = section(tree, context, _drafts)
    if drafts is None:
        return None
    for draft in drafts:
        note_type(draft, context)
    populations = section(tree, context, _populations)
    inputs: dict[str, Input] = {}
    items: dict[str, Item] = {}
    for draft in drafts:
        context.binding, context.scale, context.subject, context.text_result = draft.binding, None, None, False
        try:
            if draft.section == "inputs":
                inputs[draft.id] = _input(draft, context)
            else:
                items[draft.id] = _item(draft, context)
        except Bad:
            continue
    context.binding = None
    if head is None or sources is None or figures is None or reading is None or populations is None or errors(problems):
        return None
    order = ordered(items, inputs, populations, problems)
    methodology = Methodology(
        **head,
        sources=sources,
        scales=context.scales,
        figures=figures,
        families={
            name: Family(name, tuple(key for key in next(iter(table.values()), {}) if key != "member"), tuple(table))
            for name, table in context.families.items()
        },
        reading=reading,
        populations=populations,
        inputs=inputs,
        items=items,
        order=order,
        files=files,
        digest=digest,
    )
    check_items(methodology, problems, tree.keys.get("ratings", tree.at))
    return methodology


def section(tree: Mapping, context: Context, read: Callable[[Mapping, Context], Any]) -> Any:  # noqa: ANN401 (whatever the section is)
    """A section, or nothing where it has a problem, so that the next ones are read too."""
    try:
        return read(tree, context)
    except Bad:
        return None


def named(tree: Mapping, key: str, context: Context) -> Mapping:
    """A section of names; empty where it is absent."""
    node = tree.entries.get(key)
    if node is None or (isinstance(node, Scalar) and not node.text and not node.quoted):
        return Mapping({}, tree.at, {})
    return mapping(node, context)


def _head(tree: Mapping, context: Context) -> dict[str, Any]:
    head: dict[str, Any] = {}
    for key in ("id", "title"):
        if key not in tree.entries:
            context.bad(tree.at, "missing-key", f'"{key}" must be given.', f"Add {key}: at the top.")
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
        head["caveats"] = tuple(text(node, context) for node in listed(tree.entries["caveats"], context))
    if "id" not in head or "title" not in head:
        raise Bad
    if not ID.fullmatch(head["id"]):
        context.bad(tree.entries["id"].at, "wrong-type", f'"{head["id"]}" is not an id.', "Letters, digits, - and _.")
    return head


def _sources(tree: Mapping, context: Context) -> dict[str, SourceEntry]:
    entries = named(tree, "sources", context)
    context.sources = set(entries.entries)
    found = decode_all(
        (lambda key=key, node=node: record(SourceEntry, mapping(node, context), context, id=key))
        for key, node in entries.entries.items()
    )
    return {entry.id: entry for entry in found}


def _scales(tree: Mapping, context: Context) -> None:
    for name, node in named(tree, "scales", context).entries.items():
        try:
            levels = [_level(part, name, position, context) for position, part in enumerate(listed(node, context))]
        except Bad:
            levels = []
        if len({level.name for level, _ in levels}) != len(levels) or not levels:
            context.bad(node.at, "duplicate-name", f"The scale {name} has no levels, or two of one name.")
        scale = make_scale(name, [level for level, _ in levels])
        for level, aliases in levels:
            for alias in aliases:
                if alias in scale.by_name:
                    context.bad(node.at, "duplicate-name", f'"{alias}" stands for two levels of {name}.')
                scale.by_name[alias] = level
        context.scales[name] = scale


def _level(node: Node, scale: str, position: int, context: Context) -> tuple[Level, tuple[str, ...]]:
    entries = mapping(node, context)
    if "level" not in entries.entries:
        raise context.bad(node.at, "missing-key", '"level" must be given here.')
    known = ["level", "word", "symbol", "colour", "number", "aliases", "consequences"]
    for key, at in entries.keys.items():
        if key not in known:
            context.bad(at, "unknown-key", f'"{key}" is not known here.', nearest(key, known))
    get = entries.entries.get
    name = text(entries.entries["level"], context)
    colour = choice(part, COLOURS, context) if (part := get("colour")) else ""
    number = decimal(part, context) if (part := get("number")) else plain_number(name)
    aliases = tuple(text(one, context) for one in listed(part, context)) if (part := get("aliases")) else ()
    brings = tuple(text(one, context) for one in listed(part, context)) if (part := get("consequences")) else ()
    word = text(part, context) if (part := get("word")) else name
    symbol = text(part, context) if (part := get("symbol")) else ""
    return Level(scale, name, position, word, symbol, colour, number, brings), aliases


def _figures(tree: Mapping, context: Context, settings: MappingType[str, str]) -> dict[str, Figure]:
    entries = named(tree, "figures", context)
    unknown = [name for name in settings if name not in entries.entries]
    for name in unknown:
        known = f"Its figures are {', '.join(entries.entries)}." if entries.entries else "It names no figures."
        context.bad(
            LinePlace(f"--set {name}={settings[name]}"),
            "unknown-figure",
            f'The methodology has no figure "{name}".',
            nearest(name, entries.entries) or known,
        )
    found = decode_all(
        (lambda name=name, node=node: _figure(name, node, context, settings.get(name)))
        for name, node in entries.entries.items()
    )
    context.figures.update({figure.name: figure for figure in found})
    return dict(context.figures)


def _figure(name: str, node: Node, context: Context, setting: str | None) -> Figure:
    entries = mapping(node, context)
    for key, at in entries.keys.items():
        if key not in {"value", "basis", "source", "note"}:
            context.bad(at, "unknown-key", f'"{key}" is not known here.', nearest(key, ["value", "basis", "source", "note"]))
    if plain_number(name) is not None or not ID.fullmatch(name):
        context.bad(node.at, "wrong-type", f'"{name}" cannot be the name of a figure.')
    for key in ("value", "basis"):
        if key not in entries.entries:
            context.bad(node.at, "missing-key", f'The figure {name} has no "{key}".')
    value = decimal(entries.entries["value"], context) if "value" in entries.entries else None
    basis: Any = choice(entries.entries["basis"], get_args(Basis), context) if "basis" in entries.entries else None
    if value is None or basis is None:
        raise Bad
    source = _source(entries, context)
    note = text(entries.entries["note"], context) if "note" in entries.entries else ""
    if setting is None:
        return Figure(name, value, basis, source, note, None, node.at)
    changed = plain_number(setting)
    if changed is None or abs(changed.adjusted()) > LARGEST:
        at = LinePlace(f"--set {name}={setting}")
        context.bad(at, "bad-setting", f'"{setting}" is not a number that can be used.', f"Write digits, such as {name}={value}.")
        changed = value  # so that nothing else is said of it
    return Figure(name, changed, basis, source, note, value, node.at)


def _source(entries: Mapping, context: Context) -> str | None:
    if "source" not in entries.entries:
        return None
    word = scalar(entries.entries["source"], context)
    if word.text not in context.sources:
        raise context.bad(
            word.at, "unknown-name", f'There is no source "{word.text}".', nearest(word.text, context.sources)
        )
    return word.text


def _reading(tree: Mapping, context: Context) -> Reading:
    entries = named(tree, "reading", context)
    get = entries.entries.get
    known = [entry.name for entry in fields(Reading)]
    for key, at in entries.keys.items():
        if key not in known:
            context.bad(at, "unknown-key", f'"{key}" is not known here.', nearest(key, known))

    def texts(key: str) -> tuple[str, ...]:
        node = get(key)
        if node is None:
            return ()
        return (node.text,) if isinstance(node, Scalar) else tuple(text(part, context) for part in listed(node, context))

    long = None
    if (node := get("long")) is not None:
        table = mapping(node, context)
        for key in ("indicator", "value"):
            if key not in table.entries:
                raise context.bad(node.at, "missing-key", f'"{key}" must be given here.')
        where = mapping(table.entries["where"], context) if "where" in table.entries else Mapping({}, node.at, {})
        long = LongForm(
            text(table.entries["indicator"], context),
            text(table.entries["value"], context),
            tuple((key, text(part, context)) for key, part in where.entries.items()),
        )
    return Reading(
        sheet=text(node, context) if (node := get("sheet")) else None,
        header_row=whole(node, context) if (node := get("header_row")) else None,
        code=(*texts("code"), *CODE_HEADINGS),
        name=(*texts("name"), *NAME_HEADINGS),
        period=texts("period"),
        long=long,
        markers=_markers(get("markers"), context),
        set_aside=texts("set_aside"),
    )


def _markers(node: Node | None, context: Context) -> tuple[tuple[str, str], ...]:
    if node is None:
        return ()
    return tuple((key, text(part, context)) for key, part in mapping(node, context).entries.items())


@dataclass(frozen=True, slots=True)
class Draft:
    """An item as it stands in the file, after being made for a member, before it is decoded."""

    id: str
    section: Literal["inputs", "measures", "ratings"]
    node: Mapping
    at: LinePlace
    binding: Binding | None = None


def _drafts(tree: Mapping, context: Context) -> list[Draft]:
    drafts: dict[str, Draft] = {}
    parts: tuple[Literal["inputs", "measures", "ratings"], ...] = ("inputs", "measures", "ratings")
    for part in parts:
        if part not in tree.entries and part != "measures":
            context.bad(tree.at, "missing-key", f'"{part}" must be given.', f"Add the section {part}:.")
        for key, node in section_entries(tree, part, context).items():
            try:
                made = list(_made(key, part, node, context))
            except Bad:
                continue
            for draft in made:
                if draft.id in drafts:
                    before = drafts[draft.id].at
                    context.bad(
                        draft.at,
                        "duplicate-name",
                        f'"{draft.id}" is defined twice, first on line {before.line}.',
                        "Rename one of them.",
                    )
                elif not ID.fullmatch(draft.id) or draft.id in TAKEN:
                    context.bad(draft.at, "wrong-type", f'"{draft.id}" cannot be an id.', "Letters, digits, - and _.")
                else:
                    drafts[draft.id] = draft
    return list(drafts.values())


def section_entries(tree: Mapping, part: str, context: Context) -> dict[str, Node]:
    """The named entries of a section; none where it cannot be read."""
    try:
        return named(tree, part, context).entries
    except Bad:
        return {}


def _made(key: str, part: Any, node: Node, context: Context) -> list[Draft]:  # noqa: ANN401 (the name of a section)
    item = mapping(node, context)
    if "each" not in item.entries:
        if "id" in item.entries:
            context.bad(item.keys["id"], "unknown-key", "id: goes with each:; an item's id is its key.")
        return [Draft(key, part, item, item.at)]
    drafts = []
    inner = Mapping({name: entry for name, entry in item.entries.items() if name != "each"}, item.at, item.keys)
    for binding, row in bindings(item.entries["each"], context):
        own = substituted(inner, row, context)
        assert isinstance(own, Mapping)  # noqa: S101 (a mapping stays one)
        id_ = text(own.entries["id"], context) if "id" in own.entries else f"{key}.{binding.member}"
        rest = Mapping({name: entry for name, entry in own.entries.items() if name != "id"}, own.at, own.keys)
        drafts.append(Draft(id_, part, rest, item.at, binding))
        context.made.setdefault(key, {})[binding.member] = id_
    return drafts


def note_type(draft: Draft, context: Context) -> None:
    """Note what the cells of an item will be, before anything refers to it."""
    get = draft.node.entries.get
    scale_node, type_node = get("scale"), get("type")
    scale = context.scales.get(scale_node.text) if isinstance(scale_node, Scalar) else None
    kind = type_node.text if isinstance(type_node, Scalar) else ""
    wanted = get("result")
    if draft.section == "inputs" and kind == "yes/no":
        scale = YES_NO
    if scale is not None:
        context.types[draft.id] = ItemType("level", scale)
    elif kind == "text" or (isinstance(wanted, Scalar) and wanted.text == "text"):
        context.types[draft.id] = ItemType("text")
    else:
        context.types[draft.id] = ItemType("number")


def _populations(tree: Mapping, context: Context) -> dict[str, Population]:
    entries = named(tree, "populations", context)
    context.populations = set(entries.entries)
    found = decode_all(
        (lambda key=key, node=node: record(Population, mapping(node, context), context, name=key))
        for key, node in entries.entries.items()
    )
    return {population.name: population for population in found}


@dataclass(frozen=True, slots=True)
class _InputEntry:
    type: InputType
    title: str = ""
    unit: str = ""
    polarity: Polarity | None = None
    aliases: tuple[str, ...] = ()
    group: str | None = None
    column: str | None = None
    places: int | None = None
    bare: Literal["percent", "fraction"] = "percent"
    optional: bool = False
    required: bool = False
    note: str = ""


def _input(draft: Draft, context: Context) -> Input:
    node = draft.node
    get = node.entries.get
    entry: _InputEntry = record(_InputEntry, node, context, known=("valid", "markers", "scale", "source", "id", "each"))
    scale = None
    if entry.type == "level":
        if "scale" not in node.entries:
            raise context.bad(node.at, "missing-key", "An input of type level names its scale:.")
        scale = _scale(node, context)
    elif entry.type == "yes/no":
        scale = YES_NO
    if entry.required and entry.optional:
        context.bad(node.at, "wrong-type", "An input cannot be required and optional.", "Remove one of them.")
    if (column := entry.column) is not None and not re.fullmatch("[A-Z]{1,3}", column):
        context.bad(node.at, "wrong-type", f'"{column}" is not the letters of a column.', "Such as Q or AB.")
    return Input(
        id=draft.id,
        scale=scale,
        valid=_range(valid, context) if (valid := get("valid")) else None,
        markers=_markers(get("markers"), context),
        source=_source(node, context),
        at=draft.at,
        **{entry_field.name: getattr(entry, entry_field.name) for entry_field in fields(entry)},
    )


def _range(node: Node, context: Context) -> Range:
    word = scalar(node, context)
    if found := re.fullmatch(r"(-?[0-9.]+)\s*\.\.\s*(-?[0-9.]+)", word.text):
        ends = plain_number(found[1]), plain_number(found[2])
        if None not in ends:
            return Range(*ends)
    if found := re.fullmatch(r"(>=|<=)\s*(-?[0-9.]+)", word.text):
        end = plain_number(found[2])
        if end is not None:
            return Range(low=end) if found[1] == ">=" else Range(high=end)
    raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a range.', 'Write 0..100, ">= 0" or "<= 1".')


def _scale(node: Mapping, context: Context) -> Scale:
    word = scalar(node.entries["scale"], context)
    if word.text not in context.scales:
        raise context.bad(word.at, "unknown-name", f'There is no scale "{word.text}".', nearest(word.text, context.scales))
    return context.scales[word.text]


@dataclass(frozen=True, slots=True)
class _ItemEntry:
    title: str = ""
    unit: str = ""
    note: str = ""
    polarity: Polarity | None = None
    shown: int | None = None
    published: bool = False
    headline: bool = False
    domain: bool = False
    given_as: tuple[str, ...] = ()
    only_when: Gate | None = None
    limits: tuple[Limit, ...] = ()


def _item(draft: Draft, context: Context) -> Item:
    node = draft.node
    own = {entry.name for entry in fields(_ItemEntry)}
    own |= {"scale", "source", "round", "coloured_by", "kind", "valid", "markers"}
    if "kind" not in node.entries:
        raise context.bad(node.at, "missing-key", f'"{draft.id}" has no kind.', f"Kinds: {', '.join(sorted(KINDS))}.")
    word = scalar(node.entries["kind"], context)
    if word.text not in KINDS:
        raise context.bad(
            word.at,
            "unknown-name",
            f'There is no kind "{word.text}".',
            nearest(word.text, KINDS) or f"Kinds: {', '.join(sorted(KINDS))}.",
        )
    cls: Any = KINDS[word.text]
    context.scale = _scale(node, context) if "scale" in node.entries else None
    context.text_result = context.types[draft.id].kind == "text"
    fixed: dict[str, Any] = {}
    kind_fields = {entry.name.rstrip("_") for entry in fields(cls)}
    if "scale" in kind_fields:
        if context.scale is None:
            raise context.bad(node.at, "missing-key", f'"{draft.id}" names no scale:.', "Say of which scale the level is.")
        fixed["scale"] = context.scale

    def part(keys: set[str]) -> Mapping:
        return Mapping(
            {key: entry for key, entry in node.entries.items() if key in keys},
            node.at,
            {key: node.keys[key] for key in node.entries if key in keys},
        )

    for key in node.entries:
        if key not in own | kind_fields:
            context.bad(
                node.keys[key], "unknown-key", f'"{key}" is not known in {word.text}.', nearest(key, own | kind_fields)
            )
    rule, entry, rounding, coloured_by, source, valid, markers = decode_all(
        [
            lambda: record(cls, part(kind_fields - {"scale"}), context, **fixed),
            lambda: record(_ItemEntry, part({entry.name for entry in fields(_ItemEntry)}), context),
            lambda: _rounding(node.entries.get("round"), context),
            lambda: ref(node.entries["coloured_by"], context) if "coloured_by" in node.entries else None,
            lambda: _source(node, context),
            lambda: _range(node.entries["valid"], context) if "valid" in node.entries else None,
            lambda: _markers(node.entries.get("markers"), context),
        ]
    )
    if not entry.given_as:
        for key in [key for key in ("valid", "markers") if key in node.entries]:
            context.bad(
                node.keys[key],
                "unknown-key",
                f'"{key}" is of what a return gives, and "{draft.id}" has no given_as:.',
                "Remove it, or add given_as: with the heading under which the return may give it.",
            )
    return Item(
        id=draft.id,
        section="ratings" if draft.section == "ratings" else "measures",
        rule=rule,
        scale=context.scale,
        source=source,
        round=rounding,
        coloured_by=coloured_by,
        valid=valid,
        markers=markers,
        at=draft.at,
        **{entry_field.name: getattr(entry, entry_field.name) for entry_field in fields(entry)},
    )


def _rounding(node: Node | None, context: Context) -> Rounding | None:
    if node is None:
        return None
    if isinstance(node, Mapping):
        rounding: Rounding = decode(Rounding, node, context)
        return rounding
    return Rounding(places=whole(node, context))


