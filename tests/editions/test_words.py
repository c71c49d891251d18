"""The words say all of the rule: whatever field is changed, whoever reads the rules in words sees that it was."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as File
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from jsonschema import Draft7Validator
from tests.support.variants import FRAME, ITEM, bases, broken, changed, loaded, paths, same, with_item

from nhsrate.editions import text as edition_text
from nhsrate.editions.diff import edition_diff
from nhsrate.editions.manual import manual, missing
from nhsrate.editions.manual_rules import item_blocks
from nhsrate.editions.text import item_lines, methodology_text
from nhsrate.kinds import KINDS
from nhsrate.language.records import hints_of, record_keys
from nhsrate.reports.documents import Document, markdown_of
from nhsrate.rules.head import LevelEntry
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.rules.model import Figure, Item, Population, SourceEntry
from nhsrate.rules.schema import rule_file_schema
from nhsrate.rules.support import Peers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.variants import Path, Tree

    from nhsrate.rules.model import Methodology

Silent = dict[str, tuple[str, str]]
"""By field, who may be silent about it, and why."""

PEOPLE = "words for people, which change no rating; the manual's table has them"
ELSEWHERE = "how a return is read; `check`, `form` and the schema know it, and no rating depends on it"

SILENT: dict[str, Silent] = {
    "decide": {
        "rows.because": ("plain text", PEOPLE),
        "rows.source": ("plain text", PEOPLE),
        "rows.missing": ("plain text manual", "it means nothing where a row asks for the missing value itself"),
    },
    "rank-spread": {
        "best": ("plain text manual", "a standard spreads from a best of its own, and this one gives nothing"),
        "worst": ("plain text manual", "a floor spreads to a worst of its own, and this one gives nothing"),
    },
    "thresholds": {
        "levels": ("plain text", "the same rows under `scores`: what they give is told, not what they stand under"),
        "scores": ("plain text", "the same rows under `levels`, likewise"),
    },
}  # fmt: skip

ONE_VALUE = {
    "rank-spread": {f"{part}.{side}" for part in ("standard", "floor") for side in ("at_most", "below")},
    "earlier": {"period", "result"},
    "quantile-bands": {"levels.otherwise"},
    "thresholds": {
        f"{rows}.{key}" for rows in ("levels", "scores", "sets") for key in ("otherwise", "level", "score")
    } - {"levels.level", "sets.level", "scores.score"},
}  # fmt: skip
"""Fields that have one value, or that others settle: the last row says `otherwise`; rows give levels, or scores; higher is better here."""


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(rule_file_schema())


def told(methodology: Methodology) -> dict[str, object]:
    """What each reader is told of the item: the rule in words, the text of an edition, the manual's page."""
    item = methodology.items[ITEM]
    page = (*item_blocks(methodology, item.section), *missing(methodology))
    plain = item.rule.plain(methodology.name_of)
    return {"plain": plain, "text": item_lines(methodology, item), "manual": markdown_of(Document("", page))}


@dataclass
class Heard:
    """What was tried: the fields that changed, one example of each silence, and every sound rule text."""

    changed: set[str] = field(default_factory=set)
    silent: dict[str, str] = field(default_factory=dict)
    sound: str = ""

    def hear(self, before: Tree, after: Tree, path: Path, words: Callable[[Methodology], dict[str, object]]) -> None:
        """Whether each reader notices what was changed, if it can be and means something."""
        old, new = loaded(before), loaded(after)
        assert old is not None, before
        self.sound += f"{json.dumps(before)}\n{json.dumps(after) if new else ''}\n"
        if new is None or (same(old, new) and before["scales"] == after["scales"]):
            return
        said, now = words(old), words(new)
        quiet = [who for who in said if said[who] == now[who]]
        quiet += [] if edition_diff(old, new).sections else ["diff"]
        quiet += [] if validator().is_valid(after) else ["schema"]
        self.changed.add(".".join(path))
        for who in quiet:
            self.silent.setdefault(f"{'.'.join(path)}: {who}", json.dumps(after)[-300:])

    def unexcused(self, silent: Silent) -> dict[str, str]:
        """The silences that nobody gave a reason for."""
        excused = {f"{path}: {who}" for path, (readers, _) in silent.items() for who in readers.split()}
        assert excused <= {*self.silent}, "what is excused is told by now"
        return {what: example for what, example in self.silent.items() if what not in excused}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_told(kind: str) -> None:
    """Changed to another valid value, it changes the words, and the difference between two editions says so."""
    heard = Heard()
    for base in bases(kind):
        for path, item in changed(KINDS[kind], base):
            heard.hear(with_item(base), with_item(item), path, told)
    assert heard.unexcused(SILENT.get(kind, {})) == {}
    assert {".".join(path) for path in paths(KINDS[kind])} - heard.changed == ONE_VALUE.get(kind, set())
    assert {word for word in choices(KINDS[kind]) if f'"{word[0]}": "{word[1]}"' not in heard.sound} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_refuses_what_no_field_of_a_kind_can_hold(kind: str) -> None:
    for base in bases(kind):
        for path, item in broken(KINDS[kind], base):
            assert not validator().is_valid(with_item(item)), path


def choices(cls: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (any record)
    """The words of each choice of a kind."""
    for key, one in record_keys(cls).items():
        hint = hints_of(cls)[one.name]
        if get_origin(hint) is Literal:
            yield from ((key, word) for word in get_args(hint))


SUPPORT: Tree = {
    "title": "Help",
    "publisher": "A body",
    "url": "https://example.org/help",
    "checked": "2026-03-31",
    "note": "so",
}
RATING: Tree = {
    "kind": "thresholds", "of": "a", "levels": [{"level": "green", "at_least": 9}, {"level": "red", "otherwise": True}],
    "scale": "rag", "title": "The rating", "given_as": ["Given rating"], "markers": {"nr": "not rated"},
    "only_when": {"when": {"b": "> 5"}, "because": "too small", "missing": "fails"},
    "limits": [
        {"when": {"c": "> 5"}, "because": "cap", "at_best": "amber", "missing": "holds", "source": "paper"},
        {"when": {"c": "< 5"}, "because": "floor", "at_worst": "amber", "missing": "fails"},
        {"when": {"c": "> 9"}, "because": "step", "step": "down", "by": 1, "missing": "fails"},
    ],
}  # fmt: skip
MEASURE: Tree = {
    "kind": "sum", "of": ["a", "b"], "round": {"places": 2, "halves": "up"}, "given_as": ["Given"], "valid": "0..100",
    "shown": 1, "title": "The measure", "unit": "days", "polarity": "lower", "support": [SUPPORT],
}  # fmt: skip
INPUT: Tree = {
    "type": "percent", "title": "The input", "polarity": "higher", "valid": "0..100", "markers": {"nr": "not recorded"},
    "unit": "days", "aliases": ["Another"], "source": "paper", "note": "Said of it.", "required": True, "group": "Above",
    "support": [SUPPORT],
}  # fmt: skip
READING: Tree = {
    "sheet": "Data", "header_row": 2, "period": ["Period"], "markers": {"x": "not given"},
    "long": {"indicator": "Indicator", "value": "Value", "where": {"Quarter": "Q4"}}, "set_aside": ["England"],
}  # fmt: skip

RECORDS: dict[str, tuple[Any, tuple[str, ...], list[Tree]]] = {
    "item": (Item, ("measures", ITEM), [RATING, MEASURE, MEASURE | {"round": {"step": 0.5}}]),
    "input": (Input, ("inputs", ITEM), [INPUT, {"type": "level", "scale": "rag"}, {"type": "number", "column": "Q", "optional": True, "merge": "sum"}]),
    "population": (Population, ("populations", "acute"), [{"when": {"word": "acute"}, "because": "so", "missing": "fails"}]),
    "figure": (Figure, ("figures", "named"), [{"value": 5, "basis": "assumed", "note": "so"}]),
    "source": (SourceEntry, ("sources", "book"), [{"title": "A book", "url": "https://example.org", "note": "so"}]),
    "level": (LevelEntry, ("scales", "letters"), [{"level": "X", "word": "best", "number": 3, "aliases": ["EX"], "colour": "red", "consequences": ["one"], "support": [SUPPORT]}]),
    "peers": (Peers, ("peers",), [{"by": {"a": 1, "b": 2}, "number": 5, "cap": 3, "note": "so"}]),
    "reading": (TableReading, ("reading",), [READING]),
}  # fmt: skip
"""Records, where they stand in a rule file, and what the file holds of them to begin with."""


def in_place(where: tuple[str, ...], node: Tree) -> Tree:
    """A whole rule text with this record."""
    tree = deepcopy(FRAME)
    inner = tree
    if where == ("peers",):
        tree["inputs"] = {name: entry | {"role": "context"} for name, entry in tree["inputs"].items()}
    for key in where[:-1]:
        inner = inner.setdefault(key, {})
    inner[where[-1]] = [node, {"level": "Y"}] if where[0] == "scales" else node
    return tree


def whole(methodology: Methodology) -> dict[str, object]:
    """What each reader is told of a whole edition."""
    return {
        "text": methodology_text(methodology),
        "manual": markdown_of(manual(methodology, File("nowhere.yaml"))),
    }


FILES = "how cells are found; no rule, and `check` and the schema tell of it"
SECTION = "the manual's section on reading a return tells it"
TABLES = "where a result stands in tables, which changes none"

SILENT_RECORDS: dict[str, Silent] = {
    "item": {
        "published": ("manual", TABLES), "domain": ("text manual", TABLES), "coloured_by": ("text manual", TABLES),
        "limits.source": ("text", PEOPLE),
    },
    "input": {
        "aliases": ("text", SECTION), "group": ("text manual", FILES), "column": ("text manual", FILES),
    },
    "level": {
        "aliases": ("text manual diff", FILES),
        "colour": ("text manual", "a colour says nothing that the level does not, and Markdown has none"),
    },
    "reading": {
        **dict.fromkeys(("table", "fill", "sheet", "header_row", "where", "identical_rows", "markers", "flags"), ("text", SECTION)),
        **dict.fromkeys(("stands_for", "shorthand", "decimal", "thousands", "set_aside", "period", "first_row", "last_row"), ("text", SECTION)),
        **dict.fromkeys(("long", "repeats", "reasons", "long.indicator", "long.value", "long.where"), ("text", SECTION)),
        **dict.fromkeys(("code", "name", "codes", "headings"), ("text manual", FILES)),
    },
}  # fmt: skip

NOT_CHANGED = {
    "item": {"id", "section", "rule", "scale"},
    "input": {"id", "table", "error"},
    "population": {"name"},
    "figure": {"name", "required", "set_from", "low", "high"},
    "source": {"id"},
    "reading": {"tables", "says", "cut_points", "cut_points.level", "cut_points.set"},
}
"""What is no key, or stands only with others: a scale with a rule's levels, a table with those of the return.

The sampling `error` of an input and the ends of a figure move no rating; they are tried with `robustness`.
"""


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_of_what_surrounds_the_rules_is_told(name: str) -> None:
    """Of items what every kind has, of inputs, populations, figures, sources, levels and the reading."""
    cls, where, nodes = RECORDS[name]
    heard = Heard()
    for base in nodes:
        for path, node in changed(cls, base):
            if path[0] not in {"id", "section", "rule", "set_from"} and (name == "reading" or path[0] != "name"):
                heard.hear(in_place(where, base), in_place(where, node), path, whole)
    assert heard.unexcused(SILENT_RECORDS.get(name, {})) == {}
    assert {".".join(path) for path in paths(cls)} - heard.changed == NOT_CHANGED.get(name, set())


@pytest.mark.parametrize(("columns", "wide"), [(80, 80), (200, 100), (10, 40)])
def test_what_is_told_of_an_edition_fits_its_terminal(columns: int, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_text, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    assert edition_text.room() == wide
    assert max(map(len, edition_text.paragraph("word " * 200, 4))) <= wide
    monkeypatch.setattr("sys.stdout", None)
    assert edition_text.room() == 100
