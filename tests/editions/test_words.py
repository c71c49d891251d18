"""The words say all of the rule: whatever field is changed, whoever reads the rules in words sees that it was."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from jsonschema import Draft7Validator
from tests.support.variants import BROKEN, CUTS, FRAME, ITEM, bases, broken, changed, loaded, paths, same, with_item

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.variants import Path, Tree

    from nhsrate.rules.model import Methodology

Silent = dict[str, tuple[str, str]]
"""By field, who may be silent about it, and why."""

PEOPLE = "words for people, which change no rating; the manual's table has them"
ELSEWHERE = "how a return is read; `check`, `form` and the schema know it, and no rating depends on it"

SILENT: dict[str, Silent] = {
    "decide": {"rows.because": ("plain text", PEOPLE), "rows.source": ("plain text", PEOPLE)},
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
    "quantile-bands": {"levels.otherwise"},
    "thresholds": {
        f"{rows}.{key}" for rows in ("levels", "scores", "sets") for key in ("otherwise", "level", "score")
    } - {"levels.level", "sets.level", "scores.score"},
}  # fmt: skip
"""Fields that the form of the others settles: the last row says `otherwise`; rows give levels, or scores, not both."""


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
        if new is None or same(old, new):
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
