"""What would change a rating, as text and as json."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.reports.provenance import provenance
from nhsrate.reports.summary import done_lines
from nhsrate.reports.told import BLANK, Told, plain_text, row, styled, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.holds import Hold
    from nhsrate.analysis.search import Move, Together, Unreported
    from nhsrate.core.cells import Cell


def headroom_text(found: Headroom) -> str:
    """What holds the rating, what gains the next level, what loses this one, and what not reporting would do."""
    return plain_text(headroom_lines(found))


def headroom_lines(found: Headroom) -> list[Told]:
    """The same in lines that know their styles."""
    one = found.assessment.organisations[found.n]
    method = found.assessment.methodology
    lines = [
        told(
            f"Arithmetic on this return and no forecast: all other {method.rates.many}, ranks and figures stay as "
            "they are; "
            f"every change shown was proved by the engine at it and one step short of it "
            f"({found.ratings} ratings).",
            "dim",
        ),
        BLANK,
        Told(0, (
            (f"{tidy(one.name or one.code)} ({one.code}): ", "bold"), (f"{found.item.name} ", ""),
            styled(found.now, said(found.now)), (f", by {method.title}.", ""),
        )),
        *(told(line, "dim") for line in done_lines(found.assessment)),
        BLANK,
        *held_lines(found.held_by, found.to),
    ]  # fmt: skip
    if found.to is None and isinstance(found.now, Missing):
        why = (
            f"It has no rating ({found.now.reason}), so it has no level to lose, and none is the next: --to names one."
        )
        return [*lines, told(why), *notes(found)]
    if found.to is None:
        lines += [told("There is no better level to gain."), BLANK]
    elif isinstance(found.now, Level) and found.now.position <= found.to.position:
        lines += [told(f"Level {found.to} is reached already."), BLANK]
    else:
        lines += [*gain_lines(found, found.to), BLANK]
    lines += table(f"Loses {said(found.now)} by one input alone", found.losses, told("No input alone loses the level."))
    lines += [BLANK, *unreported_lines(found.not_reporting)]
    return lines + notes(found)


def said(cell: Cell) -> str:
    """A cell as it is printed."""
    if isinstance(cell, Missing):
        return "unrated"
    return number_text(cell) if isinstance(cell, Decimal) else str(cell)


def held_lines(held: Sequence[Hold], to: Level | None) -> list[Told]:
    """What holds the rating, first of all."""
    lines = []
    for hold in held:
        does = f"holds it: nothing but lifting it gains {to}" if to else "holds it"
        if hold.on is not None:
            too = f" and the {hold.others} beside it" if hold.others else ""
            what = f"a {hold.what} on {tidy(hold.title)}, {hold.because}"
            lines.append(Told(0, (("Held beneath: ", "bold"), (f"{what}. Lifting it{too} gains {to}.", ""))))
            continue
        if not hold.acts:
            does = f"would hold it: nothing but lifting it gains {to}"
        lines.append(Told(0, (("Held by: ", "bold"), (f"a {hold.what}, {hold.because}. It {does}.", ""))))
    return [*lines, BLANK] if lines else []


def gain_lines(found: Headroom, to: Level) -> list[Told]:
    """Each input alone, the even push, the fewest inputs."""
    lines = table(f"Gains {to} by one input alone", found.gains, told(f"No input alone gains {to}."))
    lines.append(BLANK)
    push = found.even_push
    if push is None:
        lines.append(told(f"No even push of all numeric inputs gains {to}."))
    else:
        gains = f"{number_text(push.points)} percentile points gained on every numeric input gain {to}; levels and "
        lines.append(Told(0, (("Even push: ", "bold"), (f"{gains}yes/no stay.", ""))))
        lines += moves(push)
    lines.append(BLANK)
    few = found.fewest
    if few is None:
        upto = f" (sets of up to {found.fewest_searched} were tried)" if found.fewest_searched else ""
        lines.append(told(f"No few inputs gain {to} even at their best{upto}."))
    else:
        number = len(few.moves)
        pushed = f"{number}, here with the smallest push alike, {number_text(few.points)} points:"
        lines.append(Told(0, (("Fewest inputs: ", "bold"), (pushed, ""))))
        lines += moves(few)
    return lines


def moves(together: Together) -> list[Told]:
    """The inputs of a joint change, each from what to what."""
    width = max((len(one.input) for one in together.moves), default=0)
    return [
        row((f"  {one.input:<{width}}  ", ""), (f"{said(one.before)} to ", ""), (f"{said(one.after)}{of(one)}", "bold"))
        for one in together.moves
    ]


def of(move: Move) -> str:
    """How many are ranked, or the unit."""
    if move.of is not None:
        return f" of {move.of}"
    return f" {move.unit}" if move.unit else ""


def table(heading: str, found: Sequence[Move], otherwise: Told) -> list[Told]:
    """Changes of one input as a table: now, needed, how many peers are there already."""
    if not found:
        return [otherwise]
    rows = [(one.input, said(one.before), said(one.after) + of(one), str(one.peers)) for one in found]
    heads = (heading, "now", "needed", "peers there")
    first = max(len(cells[0]) for cells in rows) + 2
    wide = [max(len(cells[k]) for cells in (*rows, heads)) for k in (1, 2, 3)]
    lines = [told(f"{heading}:", "bold")]
    lines.append(row((f"  {'':<{first}}{'now':>{wide[0]}}  {'needed':>{wide[1]}}  {'peers there':>{wide[2]}}", "dim")))
    for move, (name, now, needed, peers) in zip(found, rows, strict=True):
        spans = (f"  {name:<{first}}{now:>{wide[0]}}  ", ""), (f"{needed:>{wide[1]}}", "bold")
        lines.append(row(*spans, (f"  {peers:>{wide[2]}}", "")))
        if move.title != move.input:
            lines.append(told(tidy(move.title), "dim", 2))
    return lines


def unreported_lines(found: Sequence[Unreported]) -> list[Told]:
    """What not reporting an indicator would do: a warning, and no advice."""
    if not found:
        return [told("Not reporting any one indicator would leave the level as it is.")]
    warning = ("Warning, and no advice. ", "warning")
    lines = [Told(0, (warning, ("Not reporting an indicator would change the level of itself:", "")))]
    for one in found:
        level = ("the method rates nothing", "") if one.level is None else styled(one.level, said(one.level))
        lines.append(row((f"  {one.input}: ", ""), level))
    return lines


def notes(found: Headroom) -> list[Told]:
    """What did not move, and whose grain was read off the column."""
    lines = []
    if found.unmoved:
        held = f"Not moved, as no side of them is better or they were held: {', '.join(found.unmoved)}."
        lines += [BLANK, told(held, "dim")]
    guessed = [lever.input for lever in found.tried if lever.numeric and not lever.stated]
    if guessed:
        named = ", ".join(guessed[:6]) + (f" and {len(guessed) - 6} more" if len(guessed) > 6 else "")
        said_so = f"In steps of the last place seen in the column, as no places are stated: {named}."
        lines += [BLANK, told(said_so, "dim")]
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
