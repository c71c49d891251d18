"""The tables that rules are made of: thresholds, weights, decisions, lookups, limits and levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.cells import Level
from nhsrate.decode import Refs
from nhsrate.documents import Span, Table
from nhsrate.edition_text import condition, percent
from nhsrate.edition_words import Telling, keyed
from nhsrate.numbers import number_text
from nhsrate.summary import level_label
from nhsrate.texts import tidy

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.documents import Block, Inline
    from nhsrate.methodology import Item, Methodology

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
    telling = Telling(methodology)
    if rule.kind in DECISIONS:
        return [decision_table(methodology, item)]
    if rule.kind in GRIDS:
        heads = (tidy(methodology.name_of(rule.rows)), *(telling.said(key) for key in rule.across.keys))
        rows = tuple((str(down), *(result_span(cell) for cell in cells)) for down, cells in rule.table.rows)
        return [Table(f"{name}: {methodology.name_of(rule.columns)} from left to right", heads, rows)]
    of = getattr(rule, "of", None)
    if isinstance(of, Refs) and of.weights:
        shares = rule.shares()
        weighed = tuple(
            (telling.name(id_), telling.said(weight), percent(shares[id_]) if id_ in shares else "")
            for id_, weight in of.pairs()
        )
        return [Table(f"{name}: parts and weights", ("Part", "Weight", "Share"), weighed)]
    if rule.kind in LOOKUPS:
        found: list[tuple[Inline, ...]] = [(key, entry_inline(telling, entry)) for key, entry in lookup_rows(rule)]
        return [Table(f"{name}: table", (tidy(methodology.name_of(rule.of)), "Result"), tuple(found))]
    blocks: list[Block] = []
    for field in ("levels", "scores", "sets"):
        entries = keyed(getattr(rule, field, None) or ())
        if entries and not isinstance(of, Refs):
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


def entry_inline(telling: Telling, entry: Any) -> Inline:  # noqa: ANN401 (whatever a table holds)
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
        where = condition(methodology, row.when) + _unless(row.missing)
        rows.append((str(n), where, outcome(methodology, row.then), row.because, source_inline(row.source)))
    rows.append((str(len(rows) + 1), "otherwise", outcome(methodology, rule.otherwise), "", ""))
    return Table(f"{tidy(item.name)}: decisions", ("Row", "Where", "Result", "Because", "Source"), tuple(rows))


def _unless(missing: str | None) -> str:
    """What a missing value counts as in a condition."""
    words = {"holds": "; a missing value counts as fulfilling it", "fails": "; a missing value does not fulfil it"}
    return words[missing] if missing else ""


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
            sentence(str(limit).partition(" where ")[0]).rstrip("."),
            condition(methodology, limit.when) + _unless(limit.missing),
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
