"""An invented return that a methodology can rate: six organisations, and a value of the right kind in every column."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nhsrate.core.numbers import number_text
from nhsrate.core.problems import Refused
from nhsrate.editions.words import keyed
from nhsrate.engine.assess import assess
from nhsrate.files.csv_text import csv_book
from nhsrate.language.conditions import Negated, OneOf
from nhsrate.returns.read import read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology

NAMES = ("Aldermere", "Beckhaven", "Carrowby", "Dunwater", "Eldenbury", "Fennimore")
"""Places that are not."""


def sample_return(methodology: Methodology, named: str) -> str | None:
    """The return as csv, which names its methodology; nothing where none is found that the methodology can rate."""
    for optional in (False, True):
        wanted = [entry for entry in methodology.inputs.values() if optional or not entry.optional]
        text = _csv(methodology, wanted, named)
        data = text.encode()
        book = csv_book("return.csv", data, hashlib.sha256(data).hexdigest())
        try:
            assess(read_tables([book], methodology.wanted(), methodology.reading), methodology)
        except Refused:
            continue
        return text
    return None


def _csv(methodology: Methodology, wanted: list[Input], named: str) -> str:
    heads = [entry.title or entry.id for entry in wanted]
    words = _words(methodology)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([["Methodology", named], []])
    writer.writerows([[] for _ in range((methodology.reading.header_row or 0) - 3)])
    writer.writerow(["Code", "Name", *heads])
    for n, name in enumerate(NAMES):
        writer.writerow(
            [
                f"X{name[:2].upper()}",
                f"{name} (invented)",
                *(_value(entry, words.get(entry.id, []), n) for entry in wanted),
            ]
        )
    return out.getvalue()


def _value(entry: Input, words: list[str], n: int) -> str:
    """A value for organisation `n`: the kinds of level and text in turn, numbers spread over what is valid."""
    if entry.type == "date":
        return f"2026-03-{n % 28 + 1:02}"
    if entry.type == "yes/no":
        return "yes" if n == len(NAMES) - 1 else "no"
    if entry.scale:
        return entry.scale.levels[n % len(entry.scale.levels)].name
    if words or entry.type == "text":
        return words[n % len(words)] if words else "text"
    low = entry.valid.low if entry.valid else None
    high = entry.valid.high if entry.valid else None
    low = low if low is not None else Decimal(1) if high is None else high - 10
    high = high if high is not None else low + 10
    value = low + (high - low) * (n + 1) / (len(NAMES) + 1)
    if entry.type == "count":
        return number_text(value.to_integral_value())
    return f"{number_text(value, 1)}%" if entry.type == "percent" else number_text(value, 2)


def _words(methodology: Methodology) -> dict[str, list[str]]:
    """For each item the words and numbers by which rules tell its values apart."""
    found: dict[str, list[str]] = {}
    for item in methodology.items.values():
        rule: Any = item.rule
        for id_, words in _told_apart(rule):
            found.setdefault(id_, []).extend(words)
        for condition, *_ in rule.conditions():
            for id_, test in condition.leaves():
                inner = test.test if isinstance(test, Negated) else test
                if isinstance(inner, OneOf):
                    found.setdefault(id_, []).extend(cell for cell in inner.cells if isinstance(cell, str))
    return {id_: list(dict.fromkeys(words)) for id_, words in found.items()}


def _told_apart(rule: Any) -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 (any kind)
    """The items whose values are keys of the tables of a rule, with those keys."""
    if rule.kind == "lookup":
        yield rule.of, [key.removeprefix("for ") for key in keyed(rule.table) or {}]
    elif rule.kind == "matrix":
        yield rule.rows, [_key(key) for key, _ in rule.table.rows]
        yield rule.columns, [_key(key) for key in rule.across.keys]
    elif rule.kind == "thresholds" and rule.by and rule.sets:
        yield rule.by, [_key(key) for key, _ in rule.sets.rows]


def _key(key: Any) -> str:  # noqa: ANN401 (a level, a number or a text)
    return number_text(key) if isinstance(key, Decimal) else str(key)
