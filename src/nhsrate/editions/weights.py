"""`nhsrate weights`: what is stated at every level, what it comes to, and what each indicator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_json, number_text
from nhsrate.core.texts import listed, tidy
from nhsrate.editions.text import named, paragraph, percent
from nhsrate.engine.explain import exact_text
from nhsrate.engine.weights import weighing, weighings
from nhsrate.reports.csv_json import json_text
from nhsrate.reports.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.engine.weights import Line, Weighing
    from nhsrate.rules.model import Methodology

NOTE = (
    "Shares hold where nothing is missing. They say what the rules weigh, not how widely the values of an indicator "
    "are spread, which also decides how much it moves a rating."
)
FEW = 3
"""How many indicators the list of editions names for each rating."""
WORKED_OUT = {"ratio", "difference"}
"""Kinds without weights of which nobody would say that they decide."""


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
    if one.root.into:
        return f"{made_from(methodology, one.root)} {listed(names(methodology, one.root.into), FEW)}"
    said = [f"{' with '.join(names(methodology, ids))} {percent(part)}" for ids, part in one.ends.items()]
    return f"{counted(len(said), 'indicator')} weighed, {listed(said, FEW)}" if len(said) > 1 else f"by {said[0]}"


def made_from(methodology: Methodology, line: Line) -> str:
    """How something without weights comes about."""
    rule = methodology.items[line.end].rule
    return "worked out from" if rule.kind in WORKED_OUT else "decides by rule, from"


def names(methodology: Methodology, ids: Sequence[str]) -> list[str]:
    """The titles of items."""
    return [tidy(methodology.name_of(id_)) for id_ in ids]


def list_json(entries: Sequence[Methodology]) -> str:
    """Every edition with how its ratings are made up, as json."""
    return json_text([plain(entry) for entry in entries])


def weights_json(methodology: Methodology) -> str:
    """One edition as json."""
    return json_text(plain(methodology))


def plain(methodology: Methodology) -> dict[str, object]:
    """How each rating of an edition is made up, as plain values; numbers are texts."""
    return {
        "id": methodology.id,
        "title": methodology.title,
        "headlines": [item.id for item in methodology.headlines],
        "weighings": [
            {
                "item": one.root.item,
                "title": methodology.name_of(one.root.item),
                "lines": [line_json(methodology, line) for line in one.lines],
                "decided": [{"by": list(ids), "part": number_json(part)} for ids, part in one.ends.items()],
                "limited_by": list(one.limits),
            }
            for one in weighings(methodology)
        ],
        "note": NOTE,
    }


def line_json(methodology: Methodology, line: Line) -> dict[str, object]:
    """One item within a rating as plain values."""
    return {
        "item": line.item,
        "title": methodology.name_of(line.item),
        "depth": line.depth,
        "stated": exact_text(line.stated.value) if line.stated and not line.stated.value.is_nan() else None,
        "figure": line.stated.figure if line.stated else None,
        "share": number_json(line.share),
        "effective": number_json(line.effective),
        "through": list(line.through),
        "decides_by_rule": bool(line.into),
        "goes_in": list(line.into),
    }


def weights_text(methodology: Methodology) -> str:
    """How each rating of an edition is made up, level by level, and what each indicator decides of it."""
    lines = [f"{tidy(methodology.title)} ({methodology.id})"]
    for one in weighings(methodology):
        through = [named(methodology, id_) for id_ in one.root.through]
        lines += ["", *paragraph(" from ".join([named(methodology, one.root.item), *through]), 0)]
        lines += _weighing_lines(methodology, one)
    return "\n".join([*lines, "", *paragraph(NOTE, 0, 0)]) + "\n"


HEADS = ("Stated", "Share", "Of all")


def _weighing_lines(methodology: Methodology, one: Weighing) -> list[str]:
    lines: list[str] = []
    if one.root.into:
        lines += paragraph(f"It has no weights in it: {made_from(methodology, one.root)}", 2)
        lines += [line for id_ in one.root.into for line in paragraph(named(methodology, id_), 4)]
    elif len(one.lines) > 1:
        lines += _table(methodology, one.lines[1:])
    if one.limits:
        tested = ", ".join(named(methodology, id_) for id_ in one.limits)
        lines += paragraph(f"Whatever the weights say, limits and conditions may change it: {tested}.", 2)
    if any(line.depth > 1 for line in one.lines):
        lines += ["", f"  What each indicator decides of {tidy(methodology.name_of(one.root.item))}"]
        for ids, part in one.ends.items():
            first, *rest = paragraph(" with ".join(named(methodology, id_) for id_ in ids), 13, 2)
            lines += [f"    {percent(part):>7}  {first.strip()}", *rest]
    return lines


def _table(methodology: Methodology, lines: Sequence[Line]) -> Iterator[str]:
    """Stated weight, share, effective weight and name of each line, further in the deeper it is."""
    cells = [
        ("" if line.stated is None else number_text(line.stated.value), percent(line.share), percent(line.effective))
        for line in lines
    ]
    widths = [max(len(row[k]) for row in [HEADS, *cells]) for k in range(3)]
    yield f"  {'  '.join(head.rjust(width) for head, width in zip(HEADS, widths, strict=True))}"
    for line, row in zip(lines, cells, strict=True):
        indent = "  " * (line.depth - 1)
        first, *rest = paragraph(label(methodology, line), sum(widths) + 8 + len(indent), 2)
        figures = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {figures}  {indent}{first.strip()}"
        yield from rest


def label(methodology: Methodology, line: Line) -> str:
    """What a line is called: by its own title, else by that of what it is handed through; and what goes in by rule."""
    titled = next((id_ for id_ in (line.item, *line.through) if methodology.name_of(id_) != id_), line.item)
    if line.into:
        return (
            f"{named(methodology, titled)}: {made_from(methodology, line)} {', '.join(names(methodology, line.into))}"
        )
    return named(methodology, titled) + (f" from {line.end}" if line.end != titled else "")
