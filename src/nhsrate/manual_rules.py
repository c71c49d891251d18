"""The rules of a methodology as blocks of a document: in sentences, and in tables where they are tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nhsrate.conditions import asks_for_missing
from nhsrate.decode import Refs
from nhsrate.documents import Heading, Paragraph, Span, Table
from nhsrate.edition_text import item_sentences
from nhsrate.edition_words import Telling
from nhsrate.manual_tables import DECISIONS, GRIDS, LOOKUPS, limit_table, rule_tables, sentence
from nhsrate.missing_rule import MissingRule
from nhsrate.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.documents import Block, Inline
    from nhsrate.methodology import Item, Methodology

ALIKE = 3
"""From how many rules on they are told together, where they differ only in what they work on."""


def headed(methodology: Methodology, id_: str) -> Heading:
    """A heading with the title of an item and its id."""
    title = tidy(methodology.name_of(id_))
    return Heading(title if title == id_ else f"{title} ({id_})", 3)


def item_blocks(methodology: Methodology, section: str) -> list[Block]:
    """Every measure or every rating; what is scored alike stands together."""
    items = [item for item in methodology.items.values() if item.section == section]
    blocks: list[Block] = []
    for group in alike(methodology, items):
        if len(group) >= ALIKE:
            blocks += together(methodology, group)
        else:
            blocks += [block for item in group for block in one_item(methodology, item)]
    return blocks


def alike(methodology: Methodology, items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in their order, those one after the other together that differ only in the one thing they work on."""
    group: list[Item] = []
    for item in items:
        if (
            group
            and pattern(methodology, item) is not None
            and pattern(methodology, item) == pattern(methodology, group[0])
        ):
            group.append(item)
        else:
            if group:
                yield group
            group = [item]
    if group:
        yield group


def pattern(methodology: Methodology, item: Item) -> object:
    """What an item does to the one thing it works on; nothing where it works on several, or under conditions."""
    reads = item.reads()
    if len(reads) != 1 or item.limits or item.only_when or item.headline:
        return None
    unnamed = replace(
        item, id="", title="", source=item.source, given_as=(), at=None, coloured_by=None, markers=(), valid=None
    )
    rest = replace(unnamed, rule=item.rule)
    return (
        item.rule.kind,
        item.rule.plain(lambda _: ""),
        item_sentences(methodology, rest)[1:],
        bool(item.given_as),
        item.scale,
    )


def together(methodology: Methodology, items: Sequence[Item]) -> list[Block]:
    """Several items that are scored alike: the rule once, and a table of what each works on."""
    first = items[0]
    name = first.id.partition(".")[0] if "." in first.id else tidy(first.name)
    rest = item_sentences(methodology, first)[1:]
    said = [sentence(part) for part in (first.rule.plain(lambda _: "its indicator"), *rest)]
    telling = Telling(methodology)
    rows = tuple(
        (telling.name(item.reads()[0]), telling.name(item.id) if item.title else Span(item.id, "code"))
        for item in items
    )
    return [
        Heading(f"{name}, for each of {len(items)}", 3),
        Paragraph((" ".join(said), *_source(first))),
        *rule_tables(methodology, first),
        Table(f"{name}: what each works on", ("Works on", "Result"), rows),
    ]


def one_item(methodology: Methodology, item: Item) -> list[Block]:
    """One measure or rating: what it is, its tables, and what happens to the result."""
    tables = rule_tables(methodology, item)
    plain, *rest = item_sentences(methodology, replace(item, limits=()))
    said = [sentence(lead(methodology, item) if tables else plain), *(sentence(part) for part in rest)]
    return [
        headed(methodology, item.id),
        Paragraph((" ".join(said), *_source(item))),
        *tables,
        *limit_table(methodology, item),
    ]


def _source(item: Item) -> tuple[str | Span, ...]:
    return (" Source: ", Span(item.source, "code"), ".") if item.source else ()


def lead(methodology: Methodology, item: Item) -> str:
    """What comes before the table of a rule."""
    rule: Any = item.rule
    if rule.kind in DECISIONS:
        return "the first row of the table whose conditions all hold decides"
    if rule.kind in GRIDS:
        return (
            f"where the row of {methodology.name_of(rule.rows)} meets the column of {methodology.name_of(rule.columns)}"
        )
    if isinstance(rule.of, Refs):
        return f"the {rule.kind.replace('-', ' ')} of the parts in the table, each with its weight"
    if rule.kind in LOOKUPS:
        return f"by {methodology.name_of(rule.of)}"
    by = f", by {methodology.name_of(rule.by)}" if getattr(rule, "by", None) else ""
    return f"from {methodology.name_of(rule.of)}{by}; the first row that holds decides"


def missing_rows(methodology: Methodology) -> tuple[tuple[Inline, ...], ...]:
    """What each rule that combines several things does where one is missing, those that do the same together."""
    alike_: dict[str, list[str]] = {}
    for item in methodology.items.values():
        does = getattr(item.rule, "missing", None)
        test = getattr(item.rule, "at", None)
        if isinstance(does, MissingRule) and not (test is not None and asks_for_missing(test)):
            alike_.setdefault(sentence(str(does)), []).append(tidy(item.name))
    return tuple((", ".join(names), said) for said, names in alike_.items())
