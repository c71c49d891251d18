"""A corpus over all kinds: each kind's rules with every field changed, rated on returns made of edges, told line by line.

All rules of a kind stand in one rule file, one to a line; those that are refused are told with their problems, and the
others are rated one by one on each return. What is told of a result is everything that can be seen of it: the value,
the sentence that says how it came about, what it rests on, what changed it.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any
from zlib import crc32

from tests.support.rules import rate
from tests.support.variants import FRAME, bases, changed

from nhsrate.core.cells import Missing
from nhsrate.core.problems import LineLocation, Refused
from nhsrate.editions.manual_rules import item_blocks
from nhsrate.engine.assess import assess
from nhsrate.engine.explain import deciding_cell, deciding_rule, mark_text, reason_for
from nhsrate.kinds import KINDS
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.reports.documents import Document, markdown_of
from nhsrate.returns.model import Source, Values
from nhsrate.rules.load import RuleText, methodology_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.variants import Tree

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.kinds.rule import Rule
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Item, Methodology

EACH = 8
"""So many changes of one field are in the corpus, evenly taken of those that there are."""

DIGITS = 15
"""So many significant digits of a result are told; that there are more shows as dots."""

Columns = dict[str, str]

WILD: Columns = {
    "a": "9 5 5 1 4 2 0 -3 12 7.5", "b": "5 9 1 6 2 4 -2 0 12 3", "c": "1 5 6 2 4 5.5 9 0.5 3 2",
    "gap": "9 - 5 1 - 4 0 -3 5 7.5", "hole": "- 9 - 6 2 4 -2 0 12 -", "lack": "1 5 - 2 4 5.5 - - 3 -",
    "share": "9 5 100 1 4 2 0 50 12.5 7.5", "above": "1 2 4 8 16 32 64 128 200 1", "n": "9 5 4.5 1 4 2 0 5 12 7.5",
    "rank": "1 2 2 40 5 6 7 8 9 10", "other_rank": "3 1 2 4 5 6 7 8 9 10",
    "none": "- - - - - - - - - -", "s": "green red amber green red red amber green red green", "t": "red green - green red amber - red green red",
    "way": "higher lower higher lower higher lower higher lower higher lower",
    "word": "x y x acute other y x y acute acute", "word2": "n s n s - s n s n s",
}  # fmt: skip
"""Values at cuts and beside them, ties, zeros, negatives, blanks; an even number of organisations."""

TAME: Columns = {
    "a": "4 9 7 4 1 6 2", "b": "8 20 7 4 3 9 6", "c": "0.25 0.5 0.125 0.75 0.5 0.4 0.3",
    "gap": "4 9 - 4 1 6 2", "hole": "8 - 7 4 3 9 -", "lack": "- 5 6 - 4 5.5 9",
    "share": "4 9 7 4 1 6 2", "above": "9 18 7 4 3 12 8", "n": "3 9 5 1 6 2 8",
    "rank": "1 2 3 4 5 6 7", "other_rank": "7 6 5 4 3 2 1",
    "none": "- - - - - - -", "s": "green red amber green red amber green", "t": "red green amber - red amber green",
    "way": "lower higher lower higher lower higher lower",
    "word": "x acute x acute y acute x", "word2": "n n n s s s n",
}  # fmt: skip
"""Positive values, most of them different; an odd number."""

EQUAL: Columns = {name: f"{words.split()[0]} {words.split()[0]} {words.split()[0]}" for name, words in TAME.items()}
GIVEN: Columns = {name: " ".join(words.split()[1:5]) for name, words in WILD.items()}
ALONE: Columns = {name: words.split()[1] for name, words in TAME.items()}
RETURNS = {"wild": WILD, "tame": TAME, "equal": EQUAL, "alone": ALONE, "given": GIVEN}

MORE_INPUTS = {
    "gap": {"type": "number", "title": "Title of gap", "polarity": "lower"}, "hole": {"type": "number"}, "lack": {"type": "number"}, "none": {"type": "number"},
    "share": {"type": "percent", "title": "Title of share", "polarity": "lower", "valid": "0..100", "required": True},
    "above": {"type": "number", "polarity": "higher", "valid": "1..200", "unit": "days", "required": True},
}  # fmt: skip
"""Optional ones, and some with a range and a unit."""

OPEN = "open"
SITES = (0, -1, 1, 0.5, 2, 100, 101, "named", OPEN)
"""What stands in the place of every number of a rule; `open` is a figure that the file does not hold."""

STANDS_FOR = (
    {"a": "gap"}, {"a": "gap", "b": "hole"}, {"b": "gap"}, {"a": "lack"}, {"a": "s"}, {"a": "word"}, {"s": "t"}, {"b": "a"},
    {"a": "share"}, {"a": "share", "b": "above"}, {"rank": "none"}, {"rank": "none", "a": "b"}, {"RJ1": "B"},
)  # fmt: skip
"""What stands in the place of items wherever a rule names them: optional ones, lower for better, a level, a text, one of the organisations."""

LACKING = {"a": "gap", "b": "hole", "c": "lack", "s": "t"}
"""What stands in the place of items in rules with conditions and with bounds that are items, as each may be missing."""

COMMON: tuple[Tree, ...] = (
    {"polarity": "lower"},
    {"round": 1},
    {"round": {"step": 0.5, "halves": "down"}},
    {"unit": "days"},
    {"only_when": {"when": {"b": "> 5"}, "because": "too small", "missing": "fails"}},
    {"only_when": {"when": {"gap": "> 4"}, "because": "too small", "missing": "holds"}},
)
LIMITED: tuple[Tree, ...] = (
    {"limits": [{"when": {"c": "> 2"}, "because": "cap", "at_best": "amber", "missing": "holds", "source": "paper"}]},
    {"limits": [{"when": {"gap": "< 5"}, "because": "floor", "at_worst": "amber", "missing": "fails"}]},
    {"limits": [{"when": {"c": "> 2"}, "because": "step", "step": "down", "missing": "fails"}]},
    {"limits": [{"because": "no better than s", "at_best": {"item": "s"}}]},
)  # fmt: skip
"""What any item may have beside its rule, and what any rating may."""


def replaced(part: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 (whatever stands in a rule file)
    """A rule with items in the place of others."""
    if isinstance(part, dict):
        keys = {key: key if key == "rank" else names.get(key, key) for key in part}  # which is a field as well
        return {keys[key]: replaced(inner, names) for key, inner in part.items()}
    if isinstance(part, list):
        return [replaced(inner, names) for inner in part]
    return names.get(part, part) if isinstance(part, str) else part


def at_each_number(part: Any) -> Iterator[Any]:  # noqa: ANN401 (whatever stands in a rule file)
    """A rule with one of its numbers another."""
    if isinstance(part, dict):
        for key, inner in part.items():
            yield from (part | {key: one} for one in at_each_number(inner))
    elif isinstance(part, list):
        for k, inner in enumerate(part):
            yield from ([*part[:k], one, *part[k + 1 :]] for one in at_each_number(inner))
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield from (number for number in SITES if number != part)


def of_one_base(kind: str, base: Tree) -> Iterator[Tree]:
    """The rules of a base: itself, and what differs from it in one thing."""
    yield base
    by_path: dict[tuple[str, ...], list[Tree]] = {}
    for path, item in changed(KINDS[kind], base):
        by_path.setdefault(path, []).append(item)
    for items in by_path.values():
        some = [*islice(items, 0, None, -(-len(items) // EACH))]
        yield from some
        yield from (
            replaced(item, LACKING) for item in some if any(f'"{key}"' in json.dumps(item) for key in ("when", "item"))
        )
    yield from (replaced(base, names) for names in STANDS_FOR)
    yield from at_each_number(base)
    yield from (base | more for more in (*COMMON, *(LIMITED if "scale" in base else ())))


def rules_of(kind: str) -> dict[str, tuple[Tree, bool]]:
    """The rules of a kind, each once, by an id, and whether it is a base."""
    found: dict[str, tuple[Tree, bool]] = {}
    seen: set[str] = set()
    for base in bases(kind):
        if kind == "thresholds" and "from" in base:  # its bounds come with the return
            continue
        for item in of_one_base(kind, base):
            if (text := json.dumps(item)) not in seen:
                seen.add(text)
                found[f"{kind}_{len(found)}".replace("-", "_")] = item, item is base
    return found


def rule_file(rules: dict[str, Tree]) -> tuple[str, dict[int, str]]:
    """A rule file with these measures, one to a line, and the id on each of these lines."""
    tree = deepcopy(FRAME)
    tree["inputs"] |= MORE_INPUTS
    if any(f'"{OPEN}"' in json.dumps(item) for item in rules.values()):
        tree["figures"] |= {OPEN: {"required": True, "basis": "stated"}}
    measures = tree.pop("measures")
    lines = [f"{json.dumps(key)}: {json.dumps(part)}," for key, part in tree.items()]
    at = {len(lines) + 3 + k: id_ for k, id_ in enumerate(rules)}
    own = [f"{json.dumps(id_)}: {json.dumps(item | {'published': True})}" for id_, item in (rules | measures).items()]
    return "\n".join(["{", *lines, '"measures": {', ",\n".join(own), "}}"]), at


def loaded(rules: dict[str, Tree]) -> tuple[Methodology | None, dict[str, list[Problem]]]:
    """The methodology with these measures, and the problems of each."""
    text, at = rule_file(rules)
    node, problems = read_tree(text, "rules.yaml")
    assert isinstance(node, Mapping), problems
    methodology, problems = methodology_of(RuleText(node, tuple(problems), (("rules.yaml", b""),)))
    found: dict[str, list[Problem]] = {}
    for one in problems:
        assert isinstance(one.at, LineLocation)
        found.setdefault(at.get(one.at.line or 0, ""), []).append(one)
    return methodology, found


def said(problem: Problem) -> str:
    """A problem of a rule, with the column in its line."""
    assert isinstance(problem.at, LineLocation)
    return f"{problem.severity} {problem.code} at {problem.at.column}: {problem.message} {problem.remedy}"


def shown(cell: Cell) -> str:
    """A result with its first digits, and dots where there are more."""
    if not isinstance(cell, Decimal):
        return f"{cell.sort}: {cell.reason}" if isinstance(cell, Missing) else str(cell)
    short = f"{cell:.{DIGITS}g}"
    return f"{Decimal(short).normalize():f}{'' if Decimal(short) == cell else '...'}"


def seen(assessment: Assessment, id_: str, n: int, *, lines: bool = False) -> str:
    """All that can be seen of one result; with `lines` also where its rule stands."""
    reason = reason_for(assessment, id_, n)
    parts = [f"{shown(reason.value)} | {reason.how} | {' '.join(reason.parts)}"]
    parts += [f"gone at {reason.value.item}"] if isinstance(reason.value, Missing) else []
    parts += [f"cell {cell}"] if (cell := deciding_cell(assessment, id_, n)) else []
    parts += [f"cells {' '.join(map(str, reason.cells))}"] if reason.cells else []
    parts += [f"figures {' '.join(figure.name for figure in reason.figures)}"] if reason.figures else []
    parts += [f"sources {' '.join(source.id for source in reason.sources)}"] if reason.sources else []
    parts += [f"{mark_text(mark)} {mark.source}" for mark in reason.marks]
    at = deciding_rule(assessment, id_, n)
    assert isinstance(at, LineLocation)
    assert isinstance(reason.rule_at, LineLocation)
    parts += [f"by column {at.column}"] if at != reason.rule_at else []
    parts += [f"line {reason.rule_at.line}, by {at.line}:{at.column}"] if lines else []
    return " | ".join(parts)


def traits(item: Item, methodology: Methodology) -> str:
    """What a rule says of itself to those who check, explain and weigh it."""
    rule: Rule = item.rule
    type_ = methodology.type_of(item.id)
    said: dict[str, Any] = {
        "reads": rule.reads(), "numbers": rule.wants_numbers(), "over": rule.population(), "within": rule.cohort(),
        "by": rule.chosen_by(), "weights": {id_: str(one) for id_, one in rule.stated_weights().items()},
        "gap": str(rule.where_missing() or ""), "compared": [f"{one} {other}" for one, other in rule.compared()],
        "tables": [*rule.row_tables()], "text": rule.gives_text(), "hands on": rule.hands_on(), "unit": rule.unit_of(),
        "passes on": rule.passes_on(), "back": rule.looks_back(), "up": rule.turned_up(),
        "lowest": str(rule.lowest(item, methodology)), "asks": rule.asks_polarity(),
        "shares": {id_: shown(one) for id_, one in rule.shares().items()}, "conditions": len(rule.conditions()),
        "gap figures": rule.gap_figures(), "never misses": not rule.may_miss(lambda _: True),
        "misses": [id_ for id_ in rule.reads() if rule.may_miss(lambda one, id_=id_: one == id_)],  # type: ignore[misc]  # a default is no argument
        "alone": rule.alone, "carries": rule.carries, "monotone": rule.monotone, "gives": rule.gives,
        "type": f"{type_.kind} {type_.scale.name if type_.scale else ''}", "polarity": methodology.polarity_of(item.id),
        "its unit": methodology.unit_of(item.id),
    }  # fmt: skip
    return ", ".join(
        f"{key} {value}" for key, value in said.items() if value not in ((), [], {}, "", None, False, "None")
    )


@dataclass(frozen=True)
class Rated:
    """The rules of a kind on one return: of each item what is seen, as a word or two and in full, and what was refused.

    `whole` is the assessment of every item that the return does not have refused.
    """

    seen: dict[str, list[tuple[str, str]]]
    whole: Assessment


def return_of(methodology: Methodology, columns: Columns) -> Return:
    """A return with these columns, each value in its cell, and the periods before it."""
    before = {name: " ".join(reversed(words.split())) for name, words in columns.items()}
    before |= dict.fromkeys(("average", "average2"), before["gap"])
    submitted = rate(methodology, only=(), overrides=(), names=(), before=before, **columns).submitted
    rows = range(2, len(submitted.organisations) + 2)
    source = [Source("return.csv", None)] * len(rows)
    values = {
        name: replace(one, heading=name, sources=source, rows=rows, columns=[number] * len(rows))
        for number, (name, one) in enumerate(submitted.values.items(), 2)
    }
    values["b"] = replace(values["b"], flags={0: "revised"})
    return replace(submitted, values=values, earlier=dict.fromkeys((1, 2, 4), submitted.earlier[1]))


def given(submitted: Return, methodology: Methodology, ids: Iterable[str]) -> Return:
    """The same where items came as published for the first organisation, and their own marker for the second."""
    rows = range(2, len(submitted.organisations) + 2)
    none = Missing("blank", "blank")
    values = dict(submitted.values)
    for id_ in ids:
        type_ = methodology.type_of(id_)
        value = type_.scale.levels[0] if type_.scale else "x" if type_.kind == "text" else Decimal(7)
        cells: list[Cell] = [value, Missing("not given", "own marker"), *[none] * (len(rows) - 2)]
        source = [Source("published.csv", None)] * len(rows)
        values[id_] = Values(cells, id_, source, rows, [9] * len(rows), {0: "revised"})
    return replace(submitted, values=values)


def rated(methodology: Methodology, columns: Columns, ids: Iterable[str]) -> Rated:
    """Each item worked out by itself, and then all of them together."""
    submitted = return_of(methodology, columns)

    def published(items: Iterable[str]) -> Return:
        return given(submitted, methodology, items) if columns is GIVEN else submitted

    found: dict[str, list[tuple[str, str]]] = {}
    sound: list[str] = []
    for id_ in ids:
        try:
            assessment = assess(published([id_]), methodology, only=[id_])
        except Refused as refused:
            found[id_] = [(f"refused {one.code}", f"{one.at}: {one.message} {one.remedy}") for one in refused.problems]
            continue
        sound.append(id_)
        problems = assessment.problems
        found[id_] = [(f"{one.severity} {one.code}", f"{one.message} {one.remedy}") for one in problems]
        more = " | with more digits" * (id_ in assessment.carried)
        for n, cell in enumerate(assessment.columns[id_]):
            found[id_].append(
                (cell.sort if isinstance(cell, Missing) else shown(cell), seen(assessment, id_, n) + more)
            )
    return Rated(found, assess(published(sound), methodology, only=sound))


@dataclass(frozen=True)
class Sound:
    """The rules that can be loaded, in one methodology, with what they are warned of, and the problems of the others."""

    methodology: Methodology
    items: dict[str, Tree]
    refused: dict[str, list[Problem]]
    warned: dict[str, list[Problem]]


def sound(rules: dict[str, Tree]) -> Sound:
    """Those of these rules that are.

    What is wrong with a rule by itself is told first, and what is wrong beside others once all that is mended.
    """
    refused: dict[str, list[Problem]] = {}
    while True:
        methodology, problems = loaded(rules)
        bad = {id_: found for id_, found in problems.items() if any(one.severity == "error" for one in found)}
        if not bad:
            assert methodology is not None
            return Sound(methodology, rules, refused, problems)
        assert "" not in bad, bad[""]
        refused |= bad
        rules = {id_: item for id_, item in rules.items() if id_ not in bad}


@dataclass(frozen=True)
class Corpus:
    """The rules of a kind: those with every figure as rated on each return, and those that lack one."""

    rules: dict[str, tuple[Tree, bool]]
    held: Sound
    lacking: Sound
    returns: dict[str, Rated]


def corpus(kind: str) -> Corpus:
    """All of a kind."""
    rules = rules_of(kind)
    lacking = {id_: item for id_, (item, _) in rules.items() if f'"{OPEN}"' in json.dumps(item)}
    held = sound({id_: item for id_, (item, _) in rules.items() if id_ not in lacking})
    returns = {name: rated(held.methodology, columns, held.items) for name, columns in RETURNS.items()}
    return Corpus(rules, held, sound(lacking), returns)


def text_of_corpus(one: Corpus) -> str:
    """The corpus in lines: of a base everything; of what differs from it the results, and a sum of the sentences."""
    lines: list[str] = []
    for id_, (item, is_base) in one.rules.items():
        among = one.lacking if id_ in one.lacking.items or id_ in one.lacking.refused else one.held
        lines.append(f"{id_}: {json.dumps(item)}")
        lines += [f"    {said(problem)}" for problem in among.refused.get(id_, among.warned.get(id_, ()))]
        if id_ in among.refused:
            continue
        own, name_of = among.methodology.items[id_], among.methodology.name_of
        lines += [f"    plain: {own.rule.plain(name_of)}"]
        words = [f"opening: {own.rule.opening(name_of)}", f"traits: {traits(own, among.methodology)}"]
        lines += [f"    {line}" for line in words] if is_base else [f"    {sum_of(words)}"]
        for name, found in one.returns.items() if among is one.held else ():
            if is_base:
                lines += [f"    {name} {short} | {full}" for short, full in found.seen[id_]]
            else:
                words = [full for _, full in found.seen[id_]]
                lines.append(f"    {name}: {', '.join(short for short, _ in found.seen[id_])} | {sum_of(words)}")
    for name, found in one.returns.items():
        told = [
            f"{problem.severity} {problem.code}: {problem.message} {problem.remedy}" for problem in found.whole.problems
        ]
        lines += [f"all together, {name}: {problem}" for problem in told]
    for name, among in (("what is held", one.held), ("what lacks a figure", one.lacking)):
        page = markdown_of(Document("", tuple(item_blocks(among.methodology, "measures"))))
        lines.append(f"manual of {name}: {sum_of([page])}")
    return "\n".join(lines) + "\n"


def sum_of(lines: Iterable[str]) -> str:
    """A check sum of lines: eight digits that change where anything in them does."""
    return f"{crc32(chr(10).join(lines).encode()):08x}"
