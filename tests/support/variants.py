"""Rule texts that differ in one field: for each kind a few bases, and every field of them changed to what is valid.

The changes follow from what a field is annotated to be, so that a new kind or field is tried as soon as it is there.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from nhsrate.core.cells import Level, Scale
from nhsrate.core.problems import errors
from nhsrate.kinds import KINDS
from nhsrate.kinds.bounds import Row
from nhsrate.language.conditions import Test, When
from nhsrate.language.edges import LevelEdge, Operand
from nhsrate.language.numbers import Edge, Number
from nhsrate.language.records import hints_of, record_keys
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.language.values import Address, Decimals, Over, Ref, Refs, Result, SourceName, Terms, Words
from nhsrate.rules.load import RuleText, methodology_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nhsrate.rules.model import Methodology

Tree = dict[str, Any]
Path = tuple[str, ...]
"""The names of fields from the outermost in; what stands in a list or table has no name of its own."""

ITEM = "subject"
NUMBERS = ("a", "b", "c", "rank", "other_rank")

FRAME: Tree = {
    "id": "rules", "title": "Rules",
    "sources": {"paper": {"title": "A paper"}, "book": {"title": "A book", "url": "https://example.org", "note": "n"}},
    "scales": {
        "rag": [
            {"level": level, "word": f"{level} word", "number": number, "consequences": [f"{level} brings"]}
            for level, number in (("green", 3), ("amber", 2), ("red", 1))
        ],
        "ways": [{"level": "higher"}, {"level": "lower"}],
        "letters": [{"level": level, "number": number} for level, number in (("X", 3), ("Y", 2), ("Z", 1))],
    },
    "figures": {"named": {"value": 5, "basis": "assumed"}},
    "inputs": {
        **{name: {"type": "number", "title": f"Title of {name}", "polarity": "higher", "required": True} for name in NUMBERS},
        "way": {"type": "level", "scale": "ways", "required": True},
        "s": {"type": "level", "scale": "rag", "required": True}, "t": {"type": "level", "scale": "rag"},
        "n": {"type": "number", "title": "Title of n", "required": True},
        "word": {"type": "text", "title": "Sort", "required": True}, "word2": {"type": "text"},
    },
    "populations": {
        name: {"when": {"word": name}, "missing": "fails"} for name in ("acute", "other")
    },
    "measures": {
        "average": {"kind": "weighted-mean", "of": {"a": 1, "b": 2}, "missing": "leave out"},
        "average2": {"kind": "weighted-mean", "of": {"a": 3, "b": 2}, "missing": "leave out"},
    },
    "ratings": {"rating": {"kind": "constant", "value": 1, "headline": True}},
}  # fmt: skip
"""What all bases share; what changes is its item `subject`."""

LEVELS = [{"level": "green", "at_least": 9}, {"level": "amber", "at_least": 5}, {"level": "red", "otherwise": True}]
SCORES = [{"score": 2, "at_least": 9}, {"score": 1, "otherwise": True}]
PARTS: Tree = {"of": ["a", "b"], "missing": "refuse"}
PLACED: Tree = {"of": "a", "over": "everyone"}
JUDGED: Tree = {"of": "a", "scale": "rag", "confidence": [95]}
CLUSTERED: Tree = PLACED | {"scale": "rag", "quantile": "linear", "best": "highest", "rounds": 10}
CUTS: Tree = {"cuts": {"sheet": "Cuts", "cut_points": {"level": "Level", "set": "Set"}}}
CUTS |= {"more": {"sheet": "More", "cut_points": {"level": "Level", "set": "Set"}}, "main": {"sheet": "Main"}}

BASES: dict[str, list[Tree]] = {
    "clusters": [
        CLUSTERED | {"algorithm": "lloyd", "second_run": {"trim": 1}},
        CLUSTERED | {"algorithm": "hartigan-wong", "within": "word", "second_run": {}},
    ],
    "clip": [{"of": "a", "low": 1, "high": 9}, {"of": "a", "high": {"item": "b", "plus": 5}}],
    "constant": [{"value": 5}],
    "count": [{"of": ["s", "t"], "at": "red", "missing": "leave out"}, {"of": ["a", "b"], "at": ">= 5"}],
    "decide": [
        {
            "scale": "rag",
            "rows": [
                {"when": {"a": "> 5", "s": "red"}, "then": "red", "because": "it is so", "missing": "holds"},
                {"when": {"b": "2..4"}, "then": {"item": "s"}, "because": "so", "missing": "fails", "source": "paper"},
            ],
            "otherwise": "green",
        },
        {"rows": [{"when": {"a": "missing"}, "then": 2}], "otherwise": {"item": "b"}},
    ],
    "difference": [{"of": "a", "from": "b"}, {"of": 5, "from": "a"}],
    "earlier": [{"of": "a", "period": "previous"}, {"of": "word", "back": 2, "result": "text"}, {"of": "s", "back": 4}],
    "first-available": [{"of": ["a", "b"]}],
    "geometric-mean": [PARTS],
    "harmonic-mean": [PARTS],
    "highest": [PARTS, {"of": ["s", "t"], "scale": "rag", "missing": "leave out"}],
    "level": [{"of": "a", "scale": "rag"}, {"of": "a", "scale": "rag", "halves": "up"}],
    "logarithm": [{"of": "a", "base": "e"}, {"of": "a", "base": 2}],
    "lookup": [
        {"of": "word", "table": {"x": 1, "y": 2}, "otherwise": 3},
        {"of": "a", "table": {1: "one", 2: "two"}, "result": "text"},
        {"of": "s", "scale": "rag", "table": {"green": "red", "red": "green"}, "otherwise": "amber"},
    ],
    "lowest": [PARTS, {"of": ["s", "t"], "scale": "rag", "missing": "leave out"}],
    "margin": [{"of": "a", "target": 5, "better": "higher"}, {"of": "a", "target": {"item": "b", "plus": 1}, "as": "percent"}],
    "matrix": [
        {"rows": "s", "columns": "word", "across": ["x", "y"], "table": {"green": [1, 2], "red": [3, 4]}},
        {"rows": "a", "columns": "b", "across": [1, 2], "table": {1: ["red", "amber"]}, "scale": "rag"},
    ],
    "mean": [PARTS],
    "median": [PARTS],
    "min-max": [PLACED | {"low": 1, "high": 9, "to": 1, "clip": True}, PLACED | {"within": "word"}, PLACED | {"worst": 1, "best": {"item": "b", "plus": 9}}],
    "percentile-rank": [PLACED | {"form": "low / n", "to": 100}, PLACED | {"form": "from zero", "within": "word"}],
    "place": [
        {"by": [{"item": "a", "first": "highest"}, {"item": "s", "first": "best"}]},
        {"by": [{"item": "a", "first": "lowest"}], "over": "acute", "within": "word", "ties": "dense"},
    ],
    "product": [PARTS],
    "quantile-bands": [
        PLACED
        | {
            "scale": "rag", "definition": "linear", "at_cut": "better",
            "levels": [{"level": "green", "best": 0.25}, {"level": "amber", "best": 0.75}, {"level": "red", "otherwise": True}],
        },
        PLACED
        | {
            "scale": "rag", "definition": "hazen", "within": "word",
            "levels": [{"level": "green", "best": 0.5}, {"level": "red", "otherwise": True}],
        },
    ],
    "rank-spread": [
        {
            "of": "a", "best": 1, "worst": 4, "rank": "rank", "ranked": 40, "over": "acute",
            "standard": {"at_least": 90, "meets": 1, "best": 2}, "floor": {"at_least": 5, "fails": 4, "worst": 3},
        },
        {"of": "a", "best": 1, "worst": 4},
    ],
    "ratio": [{"of": "a", "to": "b", "times": 100, "zero": "missing"}],
    "relative": [
        PLACED | {"to": "best", "as": "difference"}, PLACED | {"to": "mean", "within": "word"},
        PLACED | {"to": "organisation", "organisation": "RJ1"},
    ],
    "reported": [PLACED | {"at_least": 5}],
    "significance": [
        JUDGED | {"out_of": "b", "against": 0.5, "method": "wilson", "times": 1},
        JUDGED | {"expected": "b", "against": "average", "over": "everyone", "within": "word", "method": "byar",
                  "under_10": "missing", "times": 100},
        JUDGED | {"per": "b", "against": "c", "method": "exact poisson"},
        JUDGED | {"error": "b", "against": "average", "over": "everyone", "method": "normal",
                  "overdispersion": {"form": "additive", "trim": 0.1}},
        JUDGED | {"expected": "b", "against": "average", "over": "everyone", "method": "normal",
                  "overdispersion": {"form": "additive", "on": "natural logarithm", "outer": "left out"}},
    ],
    "statistic": [
        PLACED | {"take": "mean"},
        PLACED | {"take": "quantile", "share": 0.25, "definition": "linear", "within": "word"},
    ],
    "standardise": [PLACED | {"sd": "n", "reverse": "always"}, PLACED | {"sd": "n-1", "within": "word"}],
    "sum": [PARTS, {"of": {"a": 1, "b": 2}, "missing": {"count as": 4}}, {"of": ["a", 5], "missing": "refuse"}],
    "thresholds": [
        {"of": "a", "scale": "rag", "levels": LEVELS},
        {"of": "n", "scores": SCORES},
        {"of": "n", "scale": "rag", "levels": LEVELS[1:]},
        {"of": "a", "scale": "rag", "by": "word", "sets": {"x": LEVELS, "y": LEVELS[1:]}},
        {"of": "n", "scale": "rag", "by": "word", "sets": {"x": LEVELS[1:], "y": LEVELS[1:]}},
        {"of": "a", "scale": "rag", "from": "cuts", "by": "word"},
    ],
    "tiles": [PLACED | {"tiles": 4, "first": "lowest"}, PLACED | {"tiles": 4, "first": "lowest", "within": "word"}],
    "weight-used": [{"of": "a", "in": "average"}],
    "weighted-mean": [{"of": {"a": 1, "b": 2}, "missing": {"leave out": 2}}],
    "weighted-variance": [PARTS],
    "winsorise": [PLACED | {"low": 0.1, "high": 0.9, "definition": "linear"}, PLACED | {"low": 0, "high": 0.9, "definition": "hazen", "within": "word"}],
}  # fmt: skip
"""For each kind rule texts that give between them every field, and every form that it has."""


def with_item(item: Tree, section: str = "measures") -> Tree:
    """A whole rule text with this item."""
    tree = deepcopy(FRAME)
    tree[section][ITEM] = item
    if "from" in item and item["kind"] == "thresholds":
        tree["reading"] = {"tables": CUTS}
        for entry in tree["inputs"].values():
            entry["table"] = "main"
    return tree


def loaded(tree: Tree) -> Methodology | None:
    """The methodology of a rule text; nothing where it is refused."""
    return loaded_text(json.dumps(tree))


@lru_cache(maxsize=4)
def loaded_text(text: str) -> Methodology | None:
    """The same, kept because a base is held against each of its changes."""
    node, problems = read_tree(text, "rules.yaml")
    assert isinstance(node, Mapping), problems
    methodology, problems = methodology_of(RuleText(node, tuple(problems), (("rules.yaml", b""),)))
    return None if errors(problems) else methodology


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 (whatever a record holds)
    """Whether two records say the same wherever they stand; a scale of another file is known by its name."""
    if isinstance(one, Level | Scale):
        return type(one) is type(other) and one.name == other.name
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return [*one] == [*other] and all(same(one[key], other[key]) for key in one)
    if not is_dataclass(one) or type(one) is not type(other):
        return bool(one == other)
    return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one) if field.compare)


def bases(kind: str) -> list[Tree]:
    """The items of a kind to begin with."""
    return [{"kind": kind, **base} for base in BASES[kind]]


def paths(cls: Any, under: Path = ()) -> Iterator[Path]:  # noqa: ANN401 (any record)
    """Every field of a record and of those within it, by its keys."""
    hints = hints_of(cls)
    for key, field in record_keys(cls).items():
        path = (*under, key)
        yield path
        for inner in records_in(hints[field.name], path):
            yield from paths(inner, path)


def records_in(hint: Any, path: Path) -> tuple[Any, ...]:  # noqa: ANN401 (annotations are not typed)
    """The records with keys of their own that a value of this annotation holds."""
    if path[-1:] == ("sets",):
        return (Row,)
    if get_origin(hint) is tuple:
        hint = get_args(hint)[0]
    own = is_dataclass(hint) and hint not in {Number, Level, Scale, Refs, When}
    return (hint,) if own and (not hasattr(hint, "from_node") or hint.__name__ == "Rounding") else ()


BROKEN: Any = [[[{"x": []}]]]
"""What no field can hold."""


def broken(cls: Any, node: Tree) -> Iterator[tuple[Path, Tree]]:  # noqa: ANN401 (any record)
    """The mapping of a record with one of its fields, or of those within it, holding what it cannot."""
    hints = hints_of(cls)
    for key, field in record_keys(cls).items():
        yield (key,), node | {key: BROKEN}
        for inner in records_in(hints[field.name], (key,)):
            for path, value in within(inner, node.get(key), (key,), broken):
                yield path, node | {key: value}


def changed(cls: Any, node: Tree) -> Iterator[tuple[Path, Tree]]:  # noqa: ANN401 (any record)
    """The mapping of a record with one field changed, left out, put in or put for another, sound or not."""
    hints = {key: hints_of(cls)[field.name] for key, field in record_keys(cls).items()}
    for key, field in record_keys(cls).items():
        hint, path = hints[key], (key,)
        if key not in node:
            yield from ((path, node | {key: value}) for value in candidates(hint, None))
            continue
        rest = {other: value for other, value in node.items() if other != key}
        if field.default is not MISSING:
            yield path, rest
        yield from ((path, node | {key: value}) for value in candidates(hint, node[key]) if value != node[key])
        for other in (other for other in hints if other not in node and hints[other] == hint):
            yield from ((moved, rest | {other: node[key]}) for moved in (path, (other,)))
        for inner in records_in(hint, path):
            yield from ((deeper, node | {key: value}) for deeper, value in within(inner, node[key], path, changed))


def within(
    cls: Any,  # noqa: ANN401 (any record)
    value: Any,  # noqa: ANN401 (whatever holds records)
    path: Path,
    change: Callable[[Any, Tree], Iterator[tuple[Path, Tree]]],
) -> Iterator[tuple[Path, Any]]:
    """What holds records, with one field of one of them changed."""
    if isinstance(value, list):
        for k, part in enumerate(value):
            yield from ((deeper, [*value[:k], one, *value[k + 1 :]]) for deeper, one in within(cls, part, path, change))
    elif path[-1] == "sets" and isinstance(value, dict):
        for name, rows in value.items():
            yield from (
                (path[:-1] + deeper, value | {name: one}) for deeper, one in within(cls, rows, ("sets", ""), change)
            )
    elif isinstance(value, dict):
        named = path[:-1] if path[-1] == "" else path
        yield from (((*named, *deeper), one) for deeper, one in change(cls, value))


TESTS = (">= 5", "> 5", "< 5", "<= 5", ">= 6", "2..4", "1..4", "2..5", "missing", "not missing", "not > 5", "red", "green", ["red", "amber"], {"above": 1, "at_most": 4}, {"at_least": 1, "below": 4},
         {"above": 1, "below": "c"}, *({side: bound} for side in ("at_least", "above", "at_most", "below") for bound in (5, "c", {"item": "c", "plus": 1})))  # fmt: skip
BOUNDS = ("b", {"item": "b"}, {"item": "c"}, {"item": "b", "plus": 1}, {"item": "b", "plus": -1}, {"item": "b", "times": 2}, {"item": "b", "times": "named"})  # fmt: skip
RESULTS = ("green", "amber", "red", "X", "Y", "text", 1, 2, 7)


def candidates(hint: Any, now: Any) -> Iterator[Any]:  # noqa: ANN401, C901, PLR0912, PLR0915 (one case for each form)
    """Values that a field of this annotation might have; some will not go with the others."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif get_origin(hint) is tuple and isinstance(now, list):
        yield from (now[:k] + now[k + 1 :] for k in range(len(now)))
        yield from (
            [*now[:k], one, *now[k + 1 :]] for k, part in enumerate(now) for one in candidates(get_args(hint)[0], part)
        )
        yield now[::-1]
    elif hint is bool:
        yield not now
    elif hint in {int, Decimals}:
        yield from (0, 1, 2, 3, (now or 0) + 1)
    elif hint in {Number, Decimal}:
        base = now if isinstance(now, int | float) else 5
        yield from (base + 1, base / 2, *(("named",) if hint is Number else ()))
    elif hint in {Edge, Operand}:
        base = now if isinstance(now, int | float) else 5
        yield from (base + 1, base / 2, "named", *BOUNDS)
    elif hint == Ref:
        yield from ("b", "c", "t", "word2", "average2")
    elif hint in {Refs, Terms}:
        yield from ((["a", 5], ["a", "named"], ["a", "b", 5]) if hint == Terms else ())
        yield from (
            ["a", "c"],
            ["b", "a"],
            ["a"],
            ["s", "a"],
            ["t"],
            {"a": 1, "b": 3},
            {"a": 1, "c": 2},
            {"a": 2, "b": 2},
        )
    elif hint == Over:
        yield from ("everyone", "acute", "other")
    elif hint == Scale:
        yield from ("rag", "letters")
    elif hint in {Level, Result, LevelEdge}:
        yield from RESULTS
        yield from (({"item": "s"}, {"item": "t"}, {"item": "s", "plus": 1}) if hint == LevelEdge else ())
    elif hint == Test:
        yield from TESTS
    elif hint == When:
        yield from ({"c": "> 5"}, {"word": "x"})
        either, never = [{"c": "> 5"}, {"b": "< 5", "a": "> 1"}], {"c": "> 5", "b": "< 5"}
        yield from ({"any": either}, {"any": [*either[::-1], {"s": "red"}]}, {"not": never}, {"not": {"any": either}})
        if now:
            yield from (now | {"any": either}, now | {"not": never})
            yield from (now | {item: test} for item in now for test in TESTS)
    elif hint == Words:
        yield from ("Other words",)
    elif hint == Address:
        yield from ("http://example.org/other",)
    elif hint is date:
        yield from ("2026-04-30",)
    elif hint == SourceName:
        yield from ("paper", "book")
    elif hint is str:
        yield from ("other words", "more")
    elif hint == tuple[str, ...]:
        yield from (["other words"], ["other words", "more"])
    elif hint == tuple[tuple[str, str], ...]:
        yield from ({"x": "not given"}, {"x": "not there"}, {"a": "not given"})
    elif hint == tuple[tuple[str, tuple[str, ...]], ...]:
        yield from ({"a": ["one"]}, {"a": ["one", "two"]})
    elif hint == tuple[tuple[str, Decimal], ...]:
        yield from ({"nil": 1}, {"nil": 2})
    else:
        yield from OWN.get(getattr(hint, "__name__", ""), lambda _: [])(now)


def tables(now: Any) -> Iterator[Any]:  # noqa: ANN401 (whatever stands there)
    """A table with a row less, and with one entry or key changed."""
    for key, entry in (now or {}).items():
        rest = {other: value for other, value in now.items() if other != key}
        yield rest
        yield from (now | {key: one} for one in (RESULTS if not isinstance(entry, list) else lists(entry)))
        yield from (rest | {other: entry} for other in ("amber", "z", 9))


def lists(now: Any) -> Iterator[Any]:  # noqa: ANN401 (whatever stands there)
    """A list with one entry changed."""
    yield from ([*now[:k], one, *now[k + 1 :]] for k in range(len(now or ())) for one in ("amber", "red", "z", 9))


OWN: dict[str, Any] = {
    "MissingRule": lambda _: [
        "refuse", "leave out", "missing", {"count as": 4}, {"count as": 5}, {"leave out": 1}, {"leave out": 2}, {"leave out": "60%"}, {"leave out": "70%"},
    ],
    "Better": lambda _: ["higher", "lower", {"item": "way"}],
    "Against": lambda _: ["average", 0.5, 0.6, "c", "b", "named"],
    "Outcome": lambda _: [*RESULTS, {"item": "s"}, {"item": "t"}, {"item": "c"}],
    "Entries": tables,
    "Grid": tables,
    "Across": lists,
    "Sets": lambda now: [{name: now[name]} for name in now] if now else [],
    "Range": lambda _: ["0..100", "0..50", "1..100", ">= 0", "<= 100"],
    "Rounding": lambda _: [0, 1, 2, {"step": 0.5, "halves": "up"}, {"step": 1}, {"places": 2, "halves": "even"}],
    "SecondRun": lambda now: [] if now else [{}, {"trim": 1}],
    "Overdispersion": lambda _: [{"form": "additive"}, {"form": "multiplicative"}],
    "Standard": lambda _: [{"at_least": 90, "meets": 1, "best": 2}],
    "Floor": lambda _: [{"at_least": 5, "fails": 4, "worst": 3}],
    "Repeats": lambda _: ["sum", {"how": "sum", "missing": "leave out"}],
    "Together": lambda _: ["not", "worst", {"how": "best", "missing": "missing"}],
    "Gate": lambda _: [{"when": {"c": "> 5"}, "because": "too small", "missing": "fails"}],
    "LongForm": lambda _: [{"indicator": "Indicator", "value": "Value"}],
}  # fmt: skip
"""The forms of records that are written in one of their own, and of those that a base may be without."""

assert {*BASES} == {*KINDS}, "every kind has a base"
