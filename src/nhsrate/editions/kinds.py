"""The kinds as they are listed, and the manual of one: in words, and as json."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from nhsrate.editions.text import paragraph
from nhsrate.reports.csv_json import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.kinds.manual import Example, Field, KindManual

GIVES = {
    "numbers": "numbers",
    "levels": "levels of its scale",
    "either": "levels where the item has a scale, else numbers or what it passes on",
}
"""What a kind's results are, in words."""


def kinds_text(manuals: Sequence[KindManual]) -> str:
    """Every kind with its first sentence."""
    width = max(len(manual.kind) for manual in manuals) + 2
    lines = [line for manual in manuals for line in hanging(manual.kind, manual.summary, width)]
    return "\n".join([*lines, "", "`nhsrate kinds NAME` shows the manual of one.", ""])


def kinds_json(manuals: Sequence[KindManual]) -> str:
    """Every kind with its first sentence and the section of the language's page, as json."""
    said = [{"kind": manual.kind, "summary": manual.summary, "section": manual.section} for manual in manuals]
    return json_text(said)


def kind_text(manual: KindManual) -> str:
    """The manual of a kind in words."""
    lines = [manual.kind, *paragraph(manual.summary, 2, 0)]
    for said in manual.meaning:
        lines += ["", *paragraph(plain(said), 2, 0)]
    lines += ["", "Fields", *field_lines(manual.fields, 2), "", "Example", *example_lines(manual.example), ""]
    facts = {
        "Gives": GIVES[manual.gives],
        "Rests": rests(manual),
        "Unit": manual.unit,
        "Refused": manual.refused,
        "Source": manual.source,
    }
    for name, said in facts.items():
        lines += hanging(name, plain(said), 9)
    lines += ["", f"Section {manual.section} of docs/methodology-language.md has it beside its neighbours."]
    return "\n".join(lines) + "\n"


def rests(manual: KindManual) -> str:
    """On whose values a result rests, and what moves it one way only."""
    whose = "On the organisation's own values alone" if manual.alone else "On those of other organisations too"
    if not manual.monotone:
        return f"{whose}."
    fields = " or ".join(f"`{field}`" for field in manual.monotone)
    return f"{whose}; as a value of {fields} rises, all else the same, the result never turns back."


def kind_json(manual: KindManual) -> str:
    """The manual of a kind as json."""
    return json_text(dataclasses.asdict(manual))


def plain(text: str) -> str:
    """A text without the asterisks about titles."""
    return re.sub(r"\*(\S[^*]*)\*", r"\1", text)


def hanging(name: str, text: str, width: int) -> list[str]:
    """A name, and beside it the text, whose lines begin at one width."""
    first, *rest = paragraph(text, width, 0)
    return [f"{name:<{width}}{first.lstrip()}", *rest]


def field_lines(fields: Sequence[Field], indent: int) -> Iterator[str]:
    """The keys with what they mean; those within one stand further in."""
    width = indent + max(len(field.key) for field in fields) + 2
    for field in fields:
        held = "" if field.needed else f" ({field.default} where it is not given)" if field.default else " (optional)"
        yield from hanging(" " * indent + field.key, field.means.removesuffix(".") + held + ".", width)
        if field.within:
            yield from field_lines(field.within, indent + 2)


def example_lines(example: Example) -> list[str]:
    """The example: the items, what is said of what comes in, and the table of values and results."""
    lines = [line for rule in example.rules for line in paragraph(rule, 2, 2)]
    if example.levels:
        lines += paragraph(f"The scale `levels`, best first: {', '.join(example.levels.split())}.", 2, 0)
    if example.better:
        lines += [f"  What is {example.better} is better."]
    if example.before:
        lines += [f"  In the period before the first was {', '.join(example.before.split())}."]
    return [*lines, "", *(f"  {row}" for row in example.shows.splitlines())]
