"""The rules of a methodology as blocks of a document: in sentences, and in tables where they are tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import Level
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.editions.text import condition, item_sentences, percent
from nhsrate.editions.words import Wording, keyed
from nhsrate.reports.documents import Heading, Paragraph, Span, Table
from nhsrate.reports.summary import level_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from nhsrate.reports.documents import Block, Inline
    from nhsrate.rules.model import Item, Methodology


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
        (item.source, item.basis, item.valid, item.markers),
    )


def together(methodology: Methodology, items: Sequence[Item]) -> list[Block]:
    """Several items that are scored alike: the rule once, and a table of what each works on."""
    first = items[0]
    name = first.id.partition(".")[0] if "." in first.id else tidy(first.name)
    headings = {item.given_as for item in items}
    alone = first if len(headings) == 1 else replace(first, given_as=("its own heading",))
    rest = item_sentences(methodology, alone)[1:]
    said = [sentence(part) for part in (first.rule.plain(lambda _: "its indicator"), *rest)]
    telling = Wording(methodology)
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
    """Where the rule is published, and what it rests on where that is not its source."""
    rests: tuple[str | Span, ...] = (f" Basis: {item.basis}.",) if item.basis else ()
    return (" Source: ", Span(item.source, "code"), ".", *rests) if item.source else rests


def lead(methodology: Methodology, item: Item) -> str:
    """What comes before the table of a rule."""
    rule: Any = item.rule
    if rule.kind in DECISIONS:
        return "the first row of the table whose conditions all hold decides"
    if rule.stated_weights():
        return f"the {rule.kind.replace('-', ' ')} of the parts in the table, each with its weight"
    opening: str = rule.opening(methodology.name_of)
    return opening


def missing_rows(methodology: Methodology) -> tuple[tuple[Inline, ...], ...]:
    """What each rule that combines several things does where one is missing, those that do the same together."""
    alike_: dict[str, list[str]] = {}
    for item in methodology.items.values():
        does = item.rule.where_missing()
        if does is not None:
            alike_.setdefault(sentence(str(does)), []).append(tidy(item.name))
    return tuple((", ".join(names), said) for said, names in alike_.items())


GRIDS = {"matrix"}
DECISIONS = {"decide"}
LOOKUPS = {"lookup"}


def level_span(level: Level) -> Span:
    """A level: its symbol, its word and, behind them, its colour."""
    return Span(level_label(level), colour=level.colour)


def source_inline(source: str | None) -> Inline:
    """The name of a source, as it stands in the table of sources."""
    return Span(source, "code") if source else ""


def sentence(text: str) -> str:
    """A rule in words as a sentence.

    >>> sentence("the mean of a, b")
    'The mean of a, b.'
    """
    return text[:1].upper() + text[1:] + "." * (not text.endswith((".", "?", "!")))


def rule_tables(methodology: Methodology, item: Item) -> list[Block]:
    """The tables that a rule is made of: thresholds, weights, decisions, lookups; none for other rules."""
    rule: Any = item.rule
    name = tidy(item.name)
    telling = Wording(methodology)
    if rule.kind in DECISIONS:
        return [decision_table(methodology, item)]
    if rule.kind in GRIDS:
        heads = (tidy(methodology.name_of(rule.rows)), *(telling.said(key) for key in rule.across.keys))
        rows = tuple((str(down), *(result_span(cell) for cell in cells)) for down, cells in rule.table.rows)
        return [Table(f"{name}: {methodology.name_of(rule.columns)} from left to right", heads, rows)]
    if weights := rule.stated_weights():
        shares = rule.shares()
        weighed = tuple(
            (telling.name(id_), telling.said(weight), percent(shares[id_]) if id_ in shares else "")
            for id_, weight in weights.items()
        )
        return [Table(f"{name}: parts and weights", ("Part", "Weight", "Share"), weighed)]
    if rule.kind in LOOKUPS:
        found: list[tuple[Inline, ...]] = [(key, entry_inline(telling, entry)) for key, entry in lookup_rows(rule)]
        return [Table(f"{name}: table", (tidy(methodology.name_of(rule.of)), "Result"), tuple(found))]
    blocks: list[Block] = []
    for field, rows_of in rule.row_tables().items():
        entries = keyed(rows_of)
        if entries:
            named = {f"level {level.name}": level_span(level) for level in item.scale.levels} if item.scale else {}
            rows = tuple(
                (named.get(key, sentence(key).rstrip(".")), telling.said(entry)) for key, entry in entries.items()
            )
            blocks.append(Table(f"{name}: {field}", ("Result", "Where"), rows))
    return blocks


def lookup_rows(rule: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 (a lookup)
    """The entries of a lookup as they are keyed, and what anything else gives."""
    rest = [] if rule.otherwise is None else [("anything else", rule.otherwise)]
    return [*((key.removeprefix("for "), entry) for key, entry in (keyed(rule.table) or {}).items()), *rest]


def entry_inline(telling: Wording, entry: Any) -> Inline:  # noqa: ANN401 (whatever a table holds)
    """An entry of a table; a level with its colour."""
    return level_span(entry) if isinstance(entry, Level) else telling.said(entry)


def result_span(cell: Level | Decimal) -> Inline:
    """What a decision or a cell of a matrix gives."""
    return level_span(cell) if isinstance(cell, Level) else number_text(cell)


def decision_table(methodology: Methodology, item: Item) -> Table:
    """The rows of a decision in their order, and what holds otherwise."""
    rule: Any = item.rule
    rows: list[tuple[Inline, ...]] = []
    for n, row in enumerate(rule.rows, start=1):
        where = row.when.plain(methodology.name_of, row.missing)
        rows.append((str(n), where, outcome(methodology, row.then), row.because, source_inline(row.source)))
    rows.append((str(len(rows) + 1), "otherwise", outcome(methodology, rule.otherwise), "", ""))
    return Table(f"{tidy(item.name)}: decisions", ("Row", "Where", "Result", "Because", "Source"), tuple(rows))


def outcome(methodology: Methodology, then: Any) -> Inline:  # noqa: ANN401 (what a decision gives)
    """What a decision gives: a level, a number, or the value of another item."""
    if then.item:
        return f"what {methodology.name_of(then.item)} is"
    return result_span(then.value)


def limit_table(methodology: Methodology, item: Item) -> list[Block]:
    """The limits, in the order in which they apply."""
    rows = tuple(
        (
            str(n),
            sentence(limit.what(methodology.name_of)).rstrip("."),
            "always" if limit.always else condition(methodology, limit),
            limit.because,
            source_inline(limit.source),
        )
        for n, limit in enumerate(item.limits, start=1)
    )
    if not rows:
        return []
    return [
        Table(
            f"{tidy(item.name)}: limits, in the order in which they apply",
            ("Limit", "What", "Where", "Because", "Source"),
            rows,
        )
    ]
