"""Items: made for each member of a family where they are defined so, then decoded into inputs, measures and ratings."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import YES_NO, make_scale
from nhsrate.core.frozen import frozen
from nhsrate.kinds import KINDS
from nhsrate.language.records import record, record_keys
from nhsrate.language.references import ref, scale
from nhsrate.language.tree import Mapping, Node, Scalar
from nhsrate.language.values import (
    Bad,
    Binding,
    Context,
    Derived,
    ItemType,
    check_name,
    decode_all,
    mapping,
    missing_key,
    scalar,
    text,
    unknown_key,
)
from nhsrate.rules.expand import bindings, substituted
from nhsrate.rules.head import named
from nhsrate.rules.inputs import DURATION_UNITS, NUMBERS, Input, signs_apart
from nhsrate.rules.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.core.problems import LineLocation

Section = Literal["inputs", "measures", "ratings"]
SECTIONS: tuple[Section, ...] = ("inputs", "measures", "ratings")


@frozen
class Draft:
    """An item as it stands in the file, after being made for a member, before it is decoded."""

    id: str
    section: Section
    node: Mapping
    at: LineLocation
    binding: Binding | None = None


def read_drafts(tree: Mapping, context: Context) -> list[Draft]:
    """Every item of the file, with those that are defined for each member made; their types go into the context."""
    drafts: dict[str, Draft] = {}
    for section in SECTIONS:
        if section not in tree.entries and section != "measures":
            missing_key(section, tree.at, context)
        for draft in _section(tree, section, context):
            if draft.id in drafts:
                message = f'"{draft.id}" is defined twice, first on line {drafts[draft.id].at.line}.'
                context.bad(draft.at, "duplicate-name", message, "Rename one of them.")
            else:
                drafts[draft.id] = draft
                check_name(draft.id, draft.at, context)
    for draft in drafts.values():
        context.types[draft.id] = _type_of(draft, context)
    return list(drafts.values())


def _section(tree: Mapping, section: Section, context: Context) -> Iterator[Draft]:
    try:
        entries = named(tree, section, context)
    except Bad:
        return
    for key, node in entries.entries.items():
        try:
            yield from _made(key, section, node, context)
        except Bad:
            continue


def _made(key: str, section: Section, node: Node, context: Context) -> list[Draft]:
    item = mapping(node, context)
    if "each" not in item.entries:
        if "id" in item.entries:
            context.bad(item.keys["id"], "unknown-key", "id: goes with each:; an item's id is its key.", "Remove it.")
        return [Draft(key, section, item.without("id"), item.at)]
    drafts = []
    for binding, row in bindings(item.entries["each"], context):
        own = mapping(substituted(item.without("each"), row, context), context)
        id_ = text(own.entries["id"], context) if "id" in own.entries else f"{key}.{binding.member}"
        drafts.append(Draft(id_, section, own.without("id"), item.at, binding))
        context.made.setdefault(key, {})[binding.member] = id_
    return drafts


def _type_of(draft: Draft, context: Context) -> ItemType:
    """What the cells of an item will be, known before anything refers to it."""
    words = {key: node.text for key, node in draft.node.entries.items() if isinstance(node, Scalar)}
    if draft.section == "inputs" and words.get("type") == "yes/no":
        return ItemType("level", YES_NO)
    if draft.section == "inputs" and words.get("type") == "date":
        return ItemType("number", date=True)
    if "scale" in words:
        return ItemType("level", context.scales.get(words["scale"], make_scale(words["scale"], [])))
    text_input = draft.section == "inputs" and words.get("type") == "text"
    return ItemType("text" if text_input or words.get("result") == "text" else "number")


OF_TYPES = {
    "bare": frozenset({"percent"}),
    **dict.fromkeys(("valid", "places", "step", "error", "decimal", "thousands"), NUMBERS),
    "merge": NUMBERS - {"percent"},
}
"""The types of inputs of which these keys say something; beside any other they would be passed over."""


def read_input(draft: Draft, context: Context) -> Input:
    """A draft as an input."""
    stated = draft.node.entries.get("polarity")
    node, direction = draft.node, None
    if isinstance(stated, Mapping):  # each row says it
        node, direction = draft.node.without("polarity"), Derived(ref(stated, context))
    entry: Input = record(Input, node, context, id=draft.id, at=draft.at, direction=direction)
    at = draft.node.at
    if entry.type == "yes/no":
        entry = replace(entry, scale=YES_NO)
    elif (entry.type == "level") != (entry.scale is not None):
        remedy = "Add scale:." if entry.type == "level" else "Remove scale:, or say type: level."
        context.bad(at, "missing-key", "A level is of a scale, and nothing else has one.", remedy)
    if entry.type == "duration" and entry.unit not in DURATION_UNITS:
        said = f'"{entry.unit}" is none' if entry.unit else "none is given"
        context.bad(at, "missing-key", f"A duration has a unit, and {said}.", f"Say unit: {', '.join(DURATION_UNITS)}.")
    for key, types in OF_TYPES.items():
        if key in draft.node.entries and entry.type not in types:
            context.bad(draft.node.keys[key], "unknown-key", f"A {entry.type} has no {key}:.", "Remove it.")
    if entry.step is not None and (entry.places is not None or entry.step <= 0):
        message = "A grain is decimal places, or a step above zero."
        context.bad(draft.node.keys["step"], "wrong-type", message, "Give one of places: and step:, such as step: 0.5.")
    signs_apart(entry, at, context)
    if entry.column is not None and not re.fullmatch("[A-Z]{1,3}", entry.column):
        context.bad(at, "wrong-type", f'"{entry.column}" is not the letters of a column.', "Such as Q or AB.")
    return entry


NO_FORMULAS = "There are no formulas: make each step a measure, by sum, difference, product, ratio and their like."
DECISIONS = "Write kind: decide, with rows: of when: and then:, and otherwise:."
TRIED = {
    word: said
    for words, said in {
        "formula expression calculation calculate calculated compute eval": NO_FORMULAS,
        "if case switch rule rules decision decision-table": DECISIONS,
        "average avg": "Write kind: mean, or weighted-mean with of: {a: 2, b: 1}.",
        "min minimum worst": "Write kind: lowest.",
        "max maximum best": "Write kind: highest.",
        "multiply times multiplication": "Write kind: product; a number times each item is the weight of a sum.",
        "divide quotient division percentage share": "Write kind: ratio, with of:, to: and times:.",
        "subtract minus subtraction gap": "Write kind: difference, with of: and from:.",
        "add plus total addition": "Write kind: sum.",
        "cap floor bound trim clamp limit": "Write kind: clip, with low: and high:; levels have limits:.",
        "quantile percentile quartile": "Write kind: statistic with take: quantile; quantile-bands gives levels.",
        "population-mean benchmark national-average": "Write kind: statistic with take: mean.",
        "rescale scale normalise normalize goalposts": "Write kind: min-max.",
        "z-score zscore standardize": "Write kind: standardise.",
        "rank ranking": "Write kind: place, or rank-spread for a score by rank.",
        "threshold rag bands banding": "Write kind: thresholds.",
    }.items()
    for word in words.split()
}
"""What people call kinds that have another name, or that there are none of, and what to write."""


def _all_kinds() -> str:
    return f"Kinds: {', '.join(sorted(KINDS))}."


def read_item(draft: Draft, context: Context) -> Item:
    """A draft as a measure or rating: the fields of its kind, and those that every item may have."""
    node = draft.node
    if "kind" not in node.entries:
        raise context.bad(node.at, "missing-key", f'"{draft.id}" has no kind.', _all_kinds())
    word = scalar(node.entries["kind"], context)
    if word.text not in KINDS:
        if word.text.lower() in TRIED:
            raise context.bad(word.at, "unknown-name", f'There is no kind "{word.text}".', TRIED[word.text.lower()])
        raise context.unknown(word, f'There is no kind "{word.text}".', KINDS, _all_kinds())
    cls: Any = KINDS[word.text]
    context.scale = scale(node.entries["scale"], context) if "scale" in node.entries else None
    context.text_result = context.types[draft.id].kind == "text"
    section = "ratings" if draft.section == "ratings" else "measures"
    fixed: dict[str, Any] = {
        "id": draft.id,
        "section": section,
        "rule": None,
        "at": draft.at,
        "source_at": node.keys.get("source"),
    }
    kind_keys, item_keys = record_keys(cls), record_keys(Item, tuple(fixed))
    for key, at in node.keys.items():
        if key == "weights" and word.text == "mean":
            message, remedy = '"weights" is not known in mean.', "Write kind: weighted-mean, with of: {a: 2, b: 1}."
            context.bad(at, "unknown-key", message, remedy)
        elif key not in {"kind", *kind_keys, *item_keys}:
            unknown_key(key, at, dict.fromkeys([*kind_keys, *item_keys]), context, f"in {word.text}")
    rule, entry = decode_all(
        [
            lambda: record(cls, node.only(kind_keys), context),
            lambda: record(Item, node.only(item_keys), context, **fixed),
        ]
    )
    item: Item = replace(entry, rule=rule)
    for key in ("valid", "markers"):
        if key in node.entries and not item.given_as:
            context.bad(
                node.keys[key],
                "unknown-key",
                f'"{key}" is of what a return gives, and "{draft.id}" has no given_as:.',
                "Remove it, or add given_as: with the heading under which the return may give it.",
            )
    return item
