"""What would change a rating, as text and as json."""

from __future__ import annotations

import json
from decimal import Decimal
from textwrap import fill
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.reports.provenance import provenance
from nhsrate.reports.summary import done_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.holds import Hold
    from nhsrate.analysis.search import Move, Together, Unreported
    from nhsrate.core.cells import Cell

WIDTH = 80


def headroom_text(found: Headroom) -> str:
    """What holds the rating, what gains the next level, what loses this one, and what not reporting would do."""
    one = found.assessment.organisations[found.n]
    method = found.assessment.methodology
    lines = [
        wrapped(
            f"Arithmetic on this return and no forecast: all other {method.rates.many}, ranks and figures stay as "
            "they are; "
            f"every change shown was proved by the engine at it and one step short of it "
            f"({found.ratings} ratings)."
        ),
        "",
        wrapped(f"{tidy(one.name or one.code)} ({one.code}): {found.item.name} {said(found.now)}, by {method.title}."),
        *map(wrapped, done_lines(found.assessment)),
        "",
        *held_lines(found.held_by, found.to),
    ]
    if found.to is None:
        lines += ["There is no better level to gain.", ""]
    elif isinstance(found.now, Level) and found.now.position <= found.to.position:
        lines += [f"Level {found.to} is reached already.", ""]
    else:
        lines += [*gain_lines(found, found.to), ""]
    lines += table(f"Loses {said(found.now)} by one input alone", found.losses, "No input alone loses the level.")
    lines += ["", *unreported_lines(found.not_reporting)]
    lines += notes(found)
    return "\n".join(lines) + "\n"


def wrapped(text: str, indent: str = "") -> str:
    """A text in lines of the width of a page."""
    return fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def said(cell: Cell) -> str:
    """A cell as it is printed."""
    if isinstance(cell, Missing):
        return "unrated"
    return number_text(cell) if isinstance(cell, Decimal) else str(cell)


def held_lines(held: Sequence[Hold], to: Level | None) -> list[str]:
    """What holds the rating, first of all."""
    lines = []
    for hold in held:
        does = f"holds it: nothing but lifting it gains {to}" if to else "holds it"
        if hold.on is not None:
            too = f" and the {hold.others} beside it" if hold.others else ""
            what = f"a {hold.what} on {tidy(hold.title)}, {hold.because}"
            lines.append(wrapped(f"Held beneath: {what}. Lifting it{too} gains {to}."))
            continue
        if not hold.acts:
            does = f"would hold it: nothing but lifting it gains {to}"
        lines.append(wrapped(f"Held by: a {hold.what}, {hold.because}. It {does}."))
    return [*lines, ""] if lines else []


def gain_lines(found: Headroom, to: Level) -> list[str]:
    """Each input alone, the even push, the fewest inputs."""
    lines = table(f"Gains {to} by one input alone", found.gains, f"No input alone gains {to}.")
    lines.append("")
    push = found.even_push
    if push is None:
        lines.append(wrapped(f"No even push of all numeric inputs gains {to}."))
    else:
        lines.append(
            wrapped(
                f"Even push: {number_text(push.points)} percentile points gained on every numeric input gain {to}; "
                f"levels and yes/no stay."
            )
        )
        lines += moves(push)
    lines.append("")
    few = found.fewest
    if few is None:
        upto = f" (sets of up to {found.fewest_searched} were tried)" if found.fewest_searched else ""
        lines.append(wrapped(f"No few inputs gain {to} even at their best{upto}."))
    else:
        number = len(few.moves)
        lines.append(
            wrapped(f"Fewest inputs: {number}, here with the smallest push alike, {number_text(few.points)} points:")
        )
        lines += moves(few)
    return lines


def moves(together: Together) -> list[str]:
    """The inputs of a joint change, each from what to what."""
    width = max((len(one.input) for one in together.moves), default=0)
    return [f"  {one.input:<{width}}  {said(one.before)} to {said(one.after)}{of(one)}" for one in together.moves]


def of(move: Move) -> str:
    """How many are ranked, or the unit."""
    if move.of is not None:
        return f" of {move.of}"
    return f" {move.unit}" if move.unit else ""


def table(heading: str, found: Sequence[Move], otherwise: str) -> list[str]:
    """Changes of one input as a table: now, needed, how many peers are there already."""
    if not found:
        return [otherwise]
    rows = [(one.input, said(one.before), said(one.after) + of(one), str(one.peers)) for one in found]
    heads = (heading, "now", "needed", "peers there")
    first = max(len(row[0]) for row in rows) + 2
    wide = [max(len(row[k]) for row in (*rows, heads)) for k in (1, 2, 3)]
    lines = [f"{heading}:"]
    lines.append(f"  {'':<{first}}{'now':>{wide[0]}}  {'needed':>{wide[1]}}  {'peers there':>{wide[2]}}")
    for move, row in zip(found, rows, strict=True):
        lines.append(f"  {row[0]:<{first}}{row[1]:>{wide[0]}}  {row[2]:>{wide[1]}}  {row[3]:>{wide[2]}}")
        if move.title != move.input:
            lines.append(wrapped(tidy(move.title), "    "))
    return lines


def unreported_lines(found: Sequence[Unreported]) -> list[str]:
    """What not reporting an indicator would do: a warning, and no advice."""
    if not found:
        return ["Not reporting any one indicator would leave the level as it is."]
    lines = [wrapped("Warning, and no advice. Not reporting an indicator would change the level of itself:")]
    for one in found:
        level = "the method rates nothing" if one.level is None else said(one.level)
        lines.append(f"  {one.input}: {level}")
    return lines


def notes(found: Headroom) -> list[str]:
    """What did not move, and whose grain was read off the column."""
    lines = []
    if found.unmoved:
        lines += [
            "",
            wrapped(f"Not moved, as no side of them is better or they were held: {', '.join(found.unmoved)}."),
        ]
    guessed = [lever.input for lever in found.tried if lever.numeric and not lever.stated]
    if guessed:
        named = ", ".join(guessed[:6]) + (f" and {len(guessed) - 6} more" if len(guessed) > 6 else "")
        lines += ["", wrapped(f"In steps of the last place seen in the column, as no places are stated: {named}.")]
    return lines


def headroom_json(found: Headroom) -> str:
    """The same as json, with where it comes from."""
    one = found.assessment.organisations[found.n]
    content = {
        "code": one.code,
        "name": one.name,
        "rating": found.item.id,
        "level": plain(found.now),
        "to": plain(found.to) if found.to else None,
        "held_by": [
            {
                "what": hold.what,
                "because": hold.because,
                "source": hold.source,
                "acts": hold.acts,
                "on": hold.on or found.item.id,
                "lifted_with": hold.others,
            }
            for hold in found.held_by
        ],
        "gains": [move_json(move) for move in found.gains],
        "even_push": together_json(found.even_push),
        "fewest": together_json(found.fewest),
        "losses": [move_json(move) for move in found.losses],
        "not_reporting": [
            {
                "input": blank.input,
                "title": blank.title,
                "columns": list(blank.columns),
                "level": None if blank.level is None else plain(blank.level),
                "refused": blank.level is None,
            }
            for blank in found.not_reporting
        ],
        "not_moved": list(found.unmoved),
        "ratings_of_the_engine": found.ratings,
        **provenance(found.assessment),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def plain(cell: Cell) -> str | None:
    """A cell in json: numbers with every digit, levels by their names; nothing where it is missing."""
    if isinstance(cell, Missing):
        return None
    return number_text(cell) if isinstance(cell, Decimal) else str(cell)


def move_json(move: Move) -> dict[str, object]:
    """One change."""
    return {
        "input": move.input,
        "title": move.title,
        "from": plain(move.before),
        "to": plain(move.after),
        "unit": move.unit,
        "of": move.of,
        "peers": move.peers,
        "level": plain(move.level),
        "level_one_step_short": plain(move.short),
        "confirmed": move.confirmed,
    }


def together_json(together: Together | None) -> dict[str, object] | None:
    """A joint change."""
    if together is None:
        return None
    return {
        "points": number_text(together.points),
        "number": len(together.moves),
        "inputs": [move_json(move) for move in together.moves],
        "level": plain(together.level),
        "level_one_step_short": plain(together.short),
        "confirmed": True,
    }
