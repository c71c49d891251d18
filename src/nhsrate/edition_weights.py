"""`nhsrate weights`: what is stated at every level, what it comes to, and what each indicator decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nhsrate.catalogue import json_text
from nhsrate.edition_text import named, paragraph, percent
from nhsrate.explain import exact_text
from nhsrate.numbers import ONE, WORKING, number_text
from nhsrate.summary import counted
from nhsrate.texts import listed, tidy
from nhsrate.weights import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from nhsrate.conditions import Number
    from nhsrate.methodology import Methodology

NOTE = (
    "Shares hold where nothing is missing. They say what the rules weigh, not how widely the values of an indicator are "
    "spread, which also decides how much it moves a rating."
)
FEW = 3
"""How many indicators the list of editions names for each rating."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item within a rating: how deep, its stated weight, its part of what it is in, and its part of the rating.

    `into` are the items that go in where it decides by rule and has no weights to hand on.
    """

    item: str
    depth: int
    stated: Number | None
    share: Decimal
    effective: Decimal
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighing:
    """How one item is made up: its lines from the top down, and what may change it after all weighing."""

    root: str
    lines: tuple[Line, ...]
    indicators: dict[str, Decimal]
    limits: tuple[str, ...]

    @property
    def by_rule(self) -> tuple[str, ...]:
        """What goes in where the item itself decides by rule; empty where it is weighed."""
        return self.lines[0].into


def weighings(methodology: Methodology) -> list[Weighing]:
    """The headline ratings, and then everything that goes into a decision on the way down to the indicators."""
    ahead = [item.id for item in methodology.headlines]
    found = []
    for root in ahead:
        one = weighing(methodology, root)
        found.append(one)
        into = [id_ for line in one.lines for id_ in line.into]
        ahead += [id_ for id_ in dict.fromkeys(into) if id_ in methodology.items and id_ not in ahead]
    return found


def weighing(methodology: Methodology, root: str) -> Weighing:
    """How an item is made up, down to the indicators and to what decides by rule."""
    item = methodology.items[root]
    parts = parts_of(methodology, root)
    tested = [id_ for limit in item.limits for id_ in limit.when.items()]
    tested += item.only_when.when.items() if item.only_when else ()
    return Weighing(
        root,
        tuple(_lines(methodology, root, None, ONE, ONE, 0)),
        {id_: part for id_, part in parts.items() if id_ in methodology.inputs},
        tuple(dict.fromkeys(tested)),
    )


def _lines(  # noqa: PLR0913, PLR0917 (one parameter for each field of a line)
    methodology: Methodology, id_: str, stated: Number | None, share: Decimal, effective: Decimal, depth: int
) -> Iterator[Line]:
    if id_ in methodology.inputs:
        yield Line(id_, depth, stated, share, effective)
        return
    rule = methodology.items[id_].rule
    shares = rule.shares()
    yield Line(id_, depth, stated, share, effective, () if shares else rule.reads())
    weights = stated_weights(rule)
    for part, own in shares.items():
        yield from _lines(methodology, part, weights.get(part), own, WORKING.multiply(effective, own), depth + 1)


def stated_weights(rule: object) -> dict[str, Number]:
    """The weights that a rule states for its items, if it does."""
    of = getattr(rule, "of", None)
    weights = getattr(of, "weights", None)
    return dict(zip(of.items, weights, strict=True)) if of is not None and weights else {}


def list_text(entries: Sequence[Methodology]) -> str:
    """Every edition with what decides most of each headline rating."""
    lines = []
    for entry in entries:
        lines.append(entry.id)
        for headline in entry.headlines:
            lines += paragraph(f"{tidy(headline.name)}: {in_short(entry, weighing(entry, headline.id))}", 2)
        lines.append("")
    lines.append("`nhsrate weights ID` shows every level of one." if entries else "There are no editions here.")
    return "\n".join(lines) + "\n"


def in_short(methodology: Methodology, one: Weighing) -> str:
    """What decides a rating, in a sentence."""
    if one.by_rule:
        return f"decides by rule; {listed([tidy(methodology.name_of(id_)) for id_ in one.by_rule], FEW)} go in"
    heaviest = sorted(one.indicators.items(), key=lambda pair: -pair[1])
    if not heaviest:
        into = dict.fromkeys(id_ for line in one.lines for id_ in line.into)
        return f"rests on what decides by rule; {listed([tidy(methodology.name_of(id_)) for id_ in into], FEW)} go in"
    said = listed([f"{tidy(methodology.name_of(id_))} {percent(part)}" for id_, part in heaviest], FEW)
    return f"{counted(len(heaviest), 'indicator')} weighed, {said}"


def list_json(entries: Sequence[Methodology]) -> str:
    """Every edition with how its headline ratings are made up, as json."""
    return json_text([plain(entry) for entry in entries])


def weights_json(methodology: Methodology) -> str:
    """One edition as json."""
    return json_text(plain(methodology))


def plain(methodology: Methodology) -> dict[str, object]:
    """How each rating of an edition is made up, as plain values; numbers are texts of all their digits."""
    return {
        "id": methodology.id,
        "title": methodology.title,
        "headlines": [item.id for item in methodology.headlines],
        "weighings": [
            {
                "item": one.root,
                "title": methodology.name_of(one.root),
                "decides_by_rule": bool(one.by_rule),
                "lines": [
                    {
                        "item": line.item,
                        "title": methodology.name_of(line.item),
                        "depth": line.depth,
                        "stated": exact_text(line.stated.value) if line.stated else None,
                        "figure": line.stated.figure if line.stated else None,
                        "share": number_text(line.share),
                        "effective": number_text(line.effective),
                        "decides_by_rule": bool(line.into),
                        "goes_in": list(line.into),
                    }
                    for line in one.lines
                ],
                "indicators": {id_: number_text(part) for id_, part in one.indicators.items()},
                "limited_by": list(one.limits),
            }
            for one in weighings(methodology)
        ],
        "note": NOTE,
    }


def weights_text(methodology: Methodology) -> str:
    """How each rating of an edition is made up, level by level, and what each indicator decides of it."""
    lines = [f"{tidy(methodology.title)} ({methodology.id})"]
    for one in weighings(methodology):
        lines += ["", named(methodology, one.root), *_weighing_lines(methodology, one)]
    return "\n".join([*lines, "", *paragraph(NOTE, 0, 0)]) + "\n"


HEADS = ("Stated", "Share", "Of all")


def _weighing_lines(methodology: Methodology, one: Weighing) -> list[str]:
    if one.by_rule:
        lines = paragraph("It decides by rule, so nothing in it has a weight. What goes in:", 2)
        lines += [line for id_ in one.by_rule for line in paragraph(named(methodology, id_), 4)]
    else:
        rows = list(_rows(methodology, one.lines[1:]))
        widths = [max(len(row[k]) for row in [HEADS, *rows]) for k in range(3)]
        lines = [f"  {'  '.join(cell.rjust(width) for cell, width in zip(HEADS, widths, strict=True))}"]
        pad = sum(widths) + 8
        for row in rows:
            cells = "  ".join(cell.rjust(width) for cell, width in zip(row[:3], widths, strict=True))
            indent = len(row[3]) - len(row[3].lstrip())
            first, *rest = paragraph(row[3].strip(), pad + indent, 4)
            lines += [f"  {cells}  {' ' * indent}{first.strip()}", *rest]
    if one.limits:
        tested = ", ".join(named(methodology, id_) for id_ in one.limits)
        lines += paragraph(f"Whatever the weights say, limits and conditions may change it: {tested}.", 2)
    if len(one.indicators) > 1:
        lines += ["", f"  What each indicator decides of {tidy(methodology.name_of(one.root))}"]
        for id_, part in sorted(one.indicators.items(), key=lambda pair: -pair[1]):
            first, *rest = paragraph(named(methodology, id_), 13, 2)
            lines += [f"    {percent(part):>7}  {first.strip()}", *rest]
    return lines


def _rows(methodology: Methodology, lines: Sequence[Line]) -> Iterator[tuple[str, str, str, str]]:
    """Stated weight, share, effective weight and name; what is simply passed on stands in one line with its end."""
    inside = 0
    for n, line in enumerate(lines):
        alone = n > 0 and line.depth > lines[n - 1].depth and line.share == 1 and line.stated is None
        inside = inside + 1 if alone else inside if n and line.depth > lines[n - 1].depth else _kept(lines, n)
        name = named(methodology, line.item)
        ends = f": decides by rule; {', '.join(line.into)} go in" if line.into else ""
        stated = "" if line.stated is None else number_text(line.stated.value)
        if not alone or ends:
            share = ("", "") if alone else (percent(line.share), percent(line.effective))
            yield stated, *share, f"{'  ' * (line.depth - 1 - inside)}{name}{ends}"


def _kept(lines: Sequence[Line], n: int) -> int:
    """How many lines above this one, on the way down to it, simply pass on."""
    count, depth = 0, lines[n].depth
    for k in range(n - 1, -1, -1):
        if lines[k].depth < depth:
            depth = lines[k].depth
            alone = k > 0 and lines[k].depth > lines[k - 1].depth and lines[k].share == 1 and lines[k].stated is None
            count += alone
    return count
