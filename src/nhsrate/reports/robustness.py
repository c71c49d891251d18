"""How sure ratings are, as text, csv and json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nhsrate.core.nouns import capital
from nhsrate.core.texts import tidy
from nhsrate.reports.csv_json import csv_text, guarded
from nhsrate.reports.metadata import record_of
from nhsrate.reports.provenance import provenance
from nhsrate.reports.told import BLANK, WIDTH, Told, plain_text, row, styled, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.analysis.robustness import Robustness, Sureness


def assumed(found: Robustness) -> str:
    """What was varied, how often, and by what: the first line of every report."""
    idle = "".join(f" There is nothing to vary in {what}." for what in found.idle)
    if not found.varied:
        return f"Nothing was varied.{idle}"
    failed = sum(one.draws for one in found.failed)
    ended = f"; {failed} draws failed and count in nothing" if failed else ""
    engine = f"; {found.by_engine} were rated by the engine" if found.by_engine else ""
    return (
        f"Varied: {', '.join(found.varied)}; {found.done} of {found.asked} draws, seed {found.seed}, on arrays "
        f"held to the engine{engine}{ended}.{idle}"
    )


def shown(found: Robustness) -> list[Sureness]:
    """The organisations that the report is about, in the order of the league table."""
    by_number = {one.n: one for one in found.organisations}
    return [by_number[n] for n in found.assessment.league()]


def levels_of(found: Robustness) -> list[str]:
    """The levels of the headline, best first."""
    return list(found.organisations[0].chances) if found.organisations else []


def robustness_text(found: Robustness) -> str:
    """A table of the organisations, then the sources, then what is left out; laid out for 80 columns."""
    return plain_text(robustness_lines(found))


def robustness_lines(found: Robustness, wide: int = WIDTH) -> list[Told]:
    """The same in lines that know their styles, for a page of that width."""
    method = found.assessment.methodology
    levels = levels_of(found)
    unit = "a level" if levels else "a place"
    lines = [told(assumed(found), "dim"), BLANK, Told(0, ((found.item.name, "bold"), (f", by {method.title}.", "")))]
    lines += [told(line, "dim") for line in record_of(found.assessment).lines]
    lines += [BLANK, *table_lines(found, levels, wide), BLANK, told(
        f"Chances are of the arithmetic under what was varied, not of anything else. A flip is {unit} other than the "
        "unperturbed one; places are the median and the interval of 95 % of the draws.", "dim"
    )]  # fmt: skip
    if found.sources:
        count = len(found.organisations)
        lines += [BLANK, told(f"{capital(method.rates.many)} that flip in a draw, of {count}:", "bold")]
        for source in found.sources:
            share = "" if source.share is None else f", {source.share:.2f} of the {found.flips:.2f} by all"
            lines.append(row((f"  {source.name:<10}{source.flips:6.2f} alone{share}", "")))
        lines.append(row((f"  {'all':<10}{found.flips:6.2f}", "")))
    for failure in found.failed:
        said = f"Failed: {failure.draws} draws, the first is draw {failure.first}: {failure.cause}"
        lines.append(told(said, "warning"))
    if found.leave_one_out:
        lines += [BLANK, told("Left out of every average that it is in, no draw but the method without it:", "bold")]
        lines += [row((f"  {one.input:<24} moves {one.flips}", "")) for one in found.leave_one_out]
    return lines


def table_lines(found: Robustness, levels: list[str], wide: int) -> Iterator[Told]:
    """One line for each organisation: its level in colour, and the chance of that level and what flips it in bold."""
    heads = [f"{name[:5]:>6}" for name in levels]
    room = max(10, wide - 8 - 6 - 15 - 6 - 6 * len(levels) - 10)
    room = min(room, max([10, *(len(tidy(found.assessment.organisations[one.n].name)) + 1 for one in shown(found))]))
    yield row((f"{'code':<8}{'name':<{room}}{'now':>5} {'place':>14}{''.join(heads)} {'flips':>6} by", "bold"))
    scale = found.item.scale
    for one in shown(found):
        who = found.assessment.organisations[one.n]
        place = "" if one.place is None else f"{one.median} ({one.low}-{one.high})"
        chances = [(f"{percent(one.chances[name]):>6}", "bold" if name == one.level else "") for name in levels]
        name = tidy(who.name)[: room - 1]
        now = one.level[:5]
        level = scale.by_name.get(one.level) if scale else None
        yield row(
            (f"{tidy(who.code):<8}{name:<{room}}{'':>{5 - len(now)}}", ""),
            styled(level, now) if level else (now, ""),
            (f" {place:>14}", ""), *chances, (f" {percent(one.flips):>6} {one.flips_by}", ""),
        )  # fmt: skip


def percent(share: float) -> str:
    """A share in whole per cent; what is not nothing and not all does not look so."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share * 100:.0f}%"


def robustness_csv(found: Robustness) -> str:
    """A row for each organisation: its level and place, the interval of its place, what flips it, and the chances."""
    levels = levels_of(found)
    unrated = any(one.unrated for one in found.organisations)
    heads = ["code", "name", "level", "place", "place_low", "place_median", "place_high", "flips_by"]
    heads += [f"chance_{name}" for name in levels] + (["chance_unrated"] if unrated else [])
    rows = [heads]
    for one in shown(found):
        who = found.assessment.organisations[one.n]
        numbers = ["" if number is None else str(number) for number in (one.place, one.low, one.median, one.high)]
        chances = [chance(one.chances[name]) for name in levels] + ([chance(one.unrated)] if unrated else [])
        rows.append(
            [guarded(tidy(who.code)), guarded(tidy(who.name)), guarded(one.level), *numbers, one.flips_by, *chances]
        )
    return csv_text(rows)


def chance(share: float) -> str:
    """A chance with the digits that it has."""
    return f"{share:.6f}".rstrip("0").rstrip(".")


def robustness_json(found: Robustness) -> str:
    """The same as json, with the sources, the failures and where it comes from."""
    levels = levels_of(found)
    content = {
        "assumed": assumed(found),
        "rating": found.item.id,
        "draws": {"asked": found.asked, "done": found.done, "by_engine": found.by_engine, "seed": found.seed},
        "failed": [{"cause": one.cause, "draws": one.draws, "first_draw": one.first} for one in found.failed],
        "flips": found.flips,
        "sources": [{"name": one.name, "flips": one.flips, "share": one.share} for one in found.sources],
        "leave_one_out": [{"input": one.input, "title": one.title, "flips": one.flips} for one in found.leave_one_out],
        "organisations": [
            {
                "code": found.assessment.organisations[one.n].code,
                "name": found.assessment.organisations[one.n].name,
                "level": one.level or None,
                "place": one.place,
                "place_low": one.low,
                "place_median": one.median,
                "place_high": one.high,
                "flips": one.flips,
                "flips_by": one.flips_by or None,
                "chances": {name: one.chances[name] for name in levels},
                "chance_unrated": one.unrated,
            }
            for one in shown(found)
        ],
        **provenance(found.assessment),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
