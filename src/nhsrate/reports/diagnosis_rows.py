"""Who can help an organisation, as csv and as json."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.reports.csv_json import csv_text, guarded
from nhsrate.reports.diagnosis import cohort_words, sure_line
from nhsrate.reports.headroom import move_json, together_json
from nhsrate.reports.provenance import plain, provenance

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell
    from nhsrate.diagnosis.alike import Alike
    from nhsrate.diagnosis.diagnose import Diagnosis, Weak
    from nhsrate.diagnosis.helpers import Rise, Seen
    from nhsrate.rules.support import Support

HEADS = (
    "place", "indicator", "title", "unit", "value", "low", "high", "median", "median_of", "score_change",
    "score_at_median", "levels_gained", "level_at_median", "asked", "better", "best_codes", "best_value", "best_low",
    "best_high", "best_unsure_value", "risen", "rose_codes", "rose_from", "rose_to", "support",
)  # fmt: skip


def diagnosis_csv(found: Diagnosis) -> str:
    """A row for each weak point, in the order of what it costs; several codes or addresses are parted by blanks."""
    return csv_text([HEADS, *([guarded(text) for text in row(found, k, one)] for k, one in enumerate(found.weak, 1))])


def row(found: Diagnosis, k: int, one: Weak) -> list[str]:
    """One weak point as texts."""
    method, got = found.assessment.methodology, one.examples
    best = got.best[0] if got.best else None
    rose = got.rose[0] if got.rose else None
    return [
        str(k), one.point.id, tidy(method.name_of(one.point.id)), unit_of(found, one), text(one.own.figure),
        *ends(one.own), text(one.median), str(one.of), number_text(one.cost.score) if found.scored.score else "",
        text(one.cost.score_then), str(one.cost.levels) if found.scored.item.scale else "",
        "" if one.cost.refused else text(one.cost.level_then), str(got.asked), str(got.better),
        codes(found, [seen.n for seen in got.best]), text(best.figure if best else None), *ends(best),
        text(got.unsure.figure if got.unsure else None), "" if got.risen is None else str(got.risen),
        codes(found, [rise.now.n for rise in got.rose]), text(rose.then.figure if rose else None),
        text(rose.now.figure if rose else None), " ".join(support.url for support in one.support),
    ]  # fmt: skip


def codes(found: Diagnosis, numbers: list[int]) -> str:
    """The codes of some organisations."""
    return " ".join(tidy(found.assessment.organisations[n].code) for n in numbers)


def unit_of(found: Diagnosis, one: Weak) -> str:
    """The unit of a point's figure."""
    if one.point.over is not None:
        return "%" if one.point.times == Decimal(100) else ""
    return tidy(found.assessment.methodology.unit_of(one.point.id))


def text(cell: Cell | None) -> str:
    """A cell with every digit; blank where it is missing."""
    return (plain(cell) or "") if cell is not None else ""


def ends(seen: Seen | None) -> tuple[str, str]:
    """Both ends of an interval; blank where none is known."""
    if seen is None or seen.interval is None:
        return "", ""
    return number_text(seen.interval.low), number_text(seen.interval.high)


def diagnosis_json(found: Diagnosis) -> str:
    """All of it, with where it comes from."""
    one = found.assessment.organisations[found.n]
    item, scored = found.scored.item, found.scored.score
    score, level = found.scored.of(found.assessment.columns, found.n)
    room, earlier = found.headroom, found.earlier
    content = {
        "code": one.code,
        "name": one.name,
        "rating": item.id,
        "level": plain(level),
        "score": None if scored is None else {"item": scored, "value": None if score is None else plain(score)},
        "support": [support_json(support) for support in found.support],
        "how_sure": sure_json(found),
        "cohort": cohort_json(found),
        "peers": None if found.alike is None else alike_json(found, found.alike),
        "since": None if earlier is None else {"return": earlier.name, "period": earlier.period},
        "judged": found.judged,
        "without_figure": list(found.without),
        "weak": [weak_json(found, weak) for weak in found.weak],
        "to": plain(room.to) if room and room.to else None,
        "held_by": [
            {"what": hold.what, "because": hold.because, "acts": hold.acts, "on": hold.on or item.id}
            for hold in (room.held_by if room else ())
        ],
        "gains": [move_json(move) for move in (room.gains if room else ())],
        "fewest": together_json(room.fewest) if room else None,
        **provenance(found.assessment),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def sure_json(found: Diagnosis) -> dict[str, object] | None:
    """How sure the rating is."""
    sure = found.sure
    if sure is None or found.robustness is None:
        return None
    return {
        "said": sure_line(found),
        "chances": dict(sure.chances),
        "chance_unrated": sure.unrated,
        "place_low": sure.low,
        "place_high": sure.high,
        "draws": found.robustness.done,
        "seed": found.robustness.seed,
    }


def cohort_json(found: Diagnosis) -> dict[str, object]:
    """Which cohort it is compared with."""
    cohort = found.cohort
    return {
        "said": cohort_words(found),
        "within": cohort.within,
        "value": None if cohort.cell is None else plain(cohort.cell),
        "number": len(cohort.members),
    }


def alike_json(found: Diagnosis, like: Alike) -> dict[str, object]:
    """By what others are alike, and who is most."""
    organisations = found.assessment.organisations
    return {
        "by": {id_: number_text(weight) for id_, weight in like.peers.weighted()},
        "number": like.peers.number,
        "transform": like.peers.transform,
        "cap": number_text(like.peers.cap.value) if like.peers.cap else None,
        "compared": like.compared,
        "tied_at_the_last": like.tied,
        "left_out": [organisations[n].code for n in like.lacking],
        "same_for_all": list(like.flat),
        "missing_here": list(like.own),
        "nearest": [
            {
                "code": organisations[one.n].code,
                "name": organisations[one.n].name,
                "distance": number_text(one.distance),
            }
            for one in like.near
        ],
    }  # fmt: skip


def weak_json(found: Diagnosis, one: Weak) -> dict[str, object]:
    """One weak point."""
    cost, got, method = one.cost, one.examples, found.assessment.methodology
    return {
        "indicator": one.point.id,
        "title": method.name_of(one.point.id),
        "unit": unit_of(found, one),
        "better": "higher" if one.point.better > 0 and not one.point.is_level(one.own.figure) else "lower",
        **seen_json(one.own),
        "median": plain(one.median),
        "median_of": one.of,
        "supposed": {id_: plain(cell) for id_, cell in one.supposed.items()},
        "score_change": number_text(cost.score) if found.scored.score else None,
        "score_at_median": None if cost.score_then is None or cost.refused else plain(cost.score_then),
        "levels_gained": cost.levels if found.scored.item.scale else None,
        "level_at_median": None if cost.refused else plain(cost.level_then),
        "refused_at_median": cost.refused,
        "asked": got.asked,
        "do_better": got.better,
        "best": [who_json(found, seen) for seen in got.best],
        "best_not_named": None if got.unsure is None else seen_json(got.unsure),
        "risen": got.risen,
        "rose_most": [rise_json(found, rise) for rise in got.rose],
        "rise_not_named": None if got.rose_unsure is None else ends_json(got.rose_unsure),
        "support": [support_json(support) for support in one.support],
    }


def seen_json(seen: Seen) -> dict[str, object]:
    """A figure with its interval; the interval is null where nothing says how exact the figure is."""
    known = seen.interval
    return {
        "value": None if isinstance(seen.figure, Missing) else plain(seen.figure),
        "low": None if known is None else number_text(known.low),
        "high": None if known is None else number_text(known.high),
    }


def who_json(found: Diagnosis, seen: Seen) -> dict[str, object]:
    """One that is named as an example."""
    one = found.assessment.organisations[seen.n]
    return {"code": one.code, "name": one.name, **seen_json(seen)}


def rise_json(found: Diagnosis, rise: Rise) -> dict[str, object]:
    """One that rose, and is named."""
    one = found.assessment.organisations[rise.now.n]
    return {"code": one.code, "name": one.name, **ends_json(rise)}


def ends_json(rise: Rise) -> dict[str, object]:
    """From what to what a figure rose."""
    return {
        "from": seen_json(rise.then), "to": seen_json(rise.now), "by": number_text(rise.by),
        "crossed_the_median": rise.crossed,
    }  # fmt: skip


def support_json(support: Support) -> dict[str, object]:
    """Published support."""
    return {
        "title": support.title, "publisher": support.publisher, "url": support.url,
        "checked": support.checked.isoformat(), "note": support.note,
    }  # fmt: skip
