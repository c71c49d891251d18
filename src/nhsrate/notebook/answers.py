"""What the questions about a rating found, as data frames: what would change it, how sure it is, what changed it.

Each frame is the table of its command; `attrs` has what else the command says, as plain values, and its whole text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nhsrate.analysis.shapley import CAUSES
from nhsrate.core.cells import Level, Missing
from nhsrate.core.texts import tidy
from nhsrate.notebook.columns import (
    Column,
    framed,
    levels,
    mixed,
    numbers,
    plain,
    said_of,
    texts,
    things,
    truths,
    wholes,
)
from nhsrate.reports.change import WORDS, change_text, moves
from nhsrate.reports.diagnosis import cohort_words, diagnosis_text
from nhsrate.reports.headroom import headroom_text
from nhsrate.reports.integrity import integrity_text, tests_made, unlikely_ends
from nhsrate.reports.robustness import assumed, levels_of, robustness_text
from nhsrate.reports.robustness import shown as in_order
from nhsrate.trajectories.tables import HEADS, rows, trajectory_json
from nhsrate.trajectories.text import trajectory_text
from nhsrate.trajectories.words import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    import pandas as pd

    from nhsrate.analysis.change import Changed, Moved
    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.holds import Hold
    from nhsrate.analysis.integrity import Integrity, Other
    from nhsrate.analysis.robustness import Robustness
    from nhsrate.analysis.search import Move, Unreported
    from nhsrate.core.cells import Cell, Scale
    from nhsrate.diagnosis.diagnose import Diagnosis
    from nhsrate.rules.model import Item
    from nhsrate.trajectories.trajectory import Trajectories


def headroom_frame(found: Headroom, *, exact: bool = False) -> pd.DataFrame:
    """A row for each change: what holds the rating, what gains the next level, what loses this one, what silence does.

    `what` is `held by`, `gains` (one input alone), `even push` and `fewest` (these inputs together), `loses`, or
    `not reporting`; `level` is what the engine then gives.
    """
    rows = list(changes(found))
    whats, things, points = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    columns = [
        Column("what", texts(whats), "What"),
        Column("input", texts(getattr(one, "input", None) for one in things), "Input"),
        Column("title", texts(tidy(one.title) for one in things), "Title"),
        Column("before", mixed((getattr(one, "before", None) for one in things), exact=exact), "Now"),
        Column("after", mixed((getattr(one, "after", None) for one in things), exact=exact), "Needed"),
        Column("unit", texts(getattr(one, "unit", None) for one in things), "Unit"),
        Column("of", wholes(getattr(one, "of", None) for one in things), "Of"),
        Column("peers", wholes(getattr(one, "peers", None) for one in things), "There already"),
        Column("points", numbers(points, exact=exact), "Percentile points"),
        level_column("level", [getattr(one, "level", None) for one in things], found.item, "Then"),
        Column("because", texts(map(reason, things)), "Because"),
    ]
    one = found.assessment.organisations[found.n]
    return framed(
        columns, title=tidy(f"What would change the rating of {one.name or one.code} ({one.code})"),
        text=headroom_text(found), code=one.code, rating=found.item.id,
        now=found.now.name if isinstance(found.now, Level) else None, to=found.to.name if found.to else None,
        not_moved=list(found.unmoved), **said_of(found.assessment),
    )  # fmt: skip


def changes(found: Headroom) -> Iterator[tuple[str, Hold | Move | Unreported, Decimal | None]]:
    """Everything that headroom found, each with what it is and the points of a push together."""
    yield from (("held by", one, None) for one in found.held_by)
    yield from (("gains", one, None) for one in found.gains)
    for what, together in (("even push", found.even_push), ("fewest", found.fewest)):
        if together is not None:
            yield from ((what, one, together.points) for one in together.moves)
    yield from (("loses", one, None) for one in found.losses)
    yield from (("not reporting", one, None) for one in found.not_reporting)


def reason(one: Hold | Move | Unreported) -> str:
    """Why something holds, or that nothing would be rated."""
    if hasattr(one, "because"):
        return tidy(one.because)
    return "the method rates nothing" if one.level is None else ""


def diagnosis_frame(found: Diagnosis, *, exact: bool = False) -> pd.DataFrame:
    """A row for each weak indicator, in the order of what it costs: its figure, the median, what that would give.

    `low` and `high` are the ends of the interval, where one is known; `best_codes` and `rose_codes` are the examples
    that can be named. `attrs` has the cohort, the peers with their distances, what is missing, and the support.
    """
    weak, method = found.weak, found.assessment.methodology

    def figures(cells: Iterable[Cell | None]) -> Any:  # noqa: ANN401 (a series)
        return mixed(cells, exact=exact)

    def ends(name: str) -> Any:  # noqa: ANN401 (as above)
        return numbers((getattr(one.own.interval, name, None) for one in weak), exact=exact)

    codes = [one.code for one in found.assessment.organisations]
    columns = [
        Column("indicator", texts(one.point.id for one in weak), "Indicator"),
        Column("title", texts(tidy(method.name_of(one.point.id)) for one in weak), "Title"),
        Column("value", figures(one.own.figure for one in weak), "Value"),
        Column("low", ends("low"), "Low"),
        Column("high", ends("high"), "High"),
        Column("median", figures(one.median for one in weak), "Median"),
        Column("median_of", wholes(one.of for one in weak), "Of"),
        Column("score_change", numbers((one.cost.score for one in weak), exact=exact), "Score"),
        Column("levels_gained", wholes(one.cost.levels for one in weak), "Levels"),
        level_column("level", [one.cost.level_then for one in weak], found.scored.item, "Then"),
        Column("asked", wholes(one.examples.asked for one in weak), "Asked"),
        Column("better", wholes(one.examples.better for one in weak), "Do better"),
        Column("best_codes", things(tuple(codes[s.n] for s in one.examples.best) for one in weak), "Best"),
        Column("risen", wholes(one.examples.risen for one in weak), "Rose"),
        Column("rose_codes", things(tuple(codes[r.now.n] for r in one.examples.rose) for one in weak), "Rose most"),
        Column("support", things(tuple(s.url for s in one.support) for one in weak), "Support"),
    ]
    one, like = found.assessment.organisations[found.n], found.alike
    return framed(
        columns, title=tidy(f"Who can help {one.name or one.code} ({one.code})"), text=diagnosis_text(found),
        code=one.code, rating=found.scored.item.id, cohort=cohort_words(found), judged=found.judged,
        without=list(found.without), support=[said.url for said in found.support],
        peers=[{"code": codes[near.n], "distance": float(near.distance)} for near in like.near] if like else None,
        **said_of(found.assessment),
    )  # fmt: skip


def robustness_frame(found: Robustness) -> pd.DataFrame:
    """A row for each organisation, as the csv has it: its level and place, the interval, the chances, what flips it.

    A chance is a share of the draws, between 0 and 1; `place_low` and `place_high` hold 95 of 100.
    """
    ones = in_order(found)
    who = [found.assessment.organisations[one.n] for one in ones]
    names = levels_of(found)
    unrated = any(one.unrated for one in found.organisations)
    columns = [
        Column("code", texts(one.code for one in who), "Code"),
        Column("name", texts(one.name for one in who), found.assessment.methodology.rates.title),
        level_column("level", [one.level or None for one in ones], found.item, tidy(found.item.name)),
        Column("place", wholes(one.place for one in ones), "Place"),
        Column("place_low", wholes(one.low for one in ones), "Lowest place"),
        Column("place_median", wholes(one.median for one in ones), "Median place"),
        Column("place_high", wholes(one.high for one in ones), "Highest place"),
        Column("flips", numbers(one.flips for one in ones), "Chance of another", decimals=2),
        Column("flips_by", texts(one.flips_by for one in ones), "Most by"),
        *(
            Column(f"chance_{name}", numbers(one.chances[name] for one in ones), f"Chance of {name}", decimals=2)
            for name in names
        ),
        *([Column("chance_unrated", numbers(one.unrated for one in ones), "Chance of none", decimals=2)]
          if unrated else []),
    ]  # fmt: skip
    return framed(
        columns, title=tidy(f"How sure ratings are: {found.item.name}, {found.assessment.methodology.title}"),
        text=robustness_text(found), assumed=assumed(found), rating=found.item.id, flips=found.flips,
        draws={"asked": found.asked, "done": found.done, "by_engine": found.by_engine, "seed": found.seed},
        failed=[{"cause": one.cause, "draws": one.draws, "first_draw": one.first} for one in found.failed],
        sources=[{"name": one.name, "flips": one.flips, "share": one.share} for one in found.sources],
        leave_one_out=[{"input": one.input, "title": one.title, "flips": one.flips} for one in found.leave_one_out],
        **said_of(found.assessment),
    )  # fmt: skip


def integrity_frame(found: Integrity, only: Sequence[int] = (), *, exact: bool = False) -> pd.DataFrame:
    """A row for each cut of the rules: who lies within a hair of it, and how likely so uneven a split is.

    `p` is the exact two-sided chance, `p_without_at` the same without those at the cut; `organisations` are the codes
    of those near. `attrs` has `ends`, `rounding` and `not_reporting` as lists of plain values.
    """
    assessment, cuts = found.assessment, found.cuts
    method = assessment.methodology
    codes = [one.code for one in assessment.organisations]
    near = (tuple(codes[n] for n in one.organisations) for one in cuts)
    columns = [
        Column("item", texts(one.cut.item for one in cuts), "Item"),
        Column("title", texts(tidy(method.name_of(one.cut.item)) for one in cuts), "Title"),
        Column("cut", numbers((one.cut.value for one in cuts), exact=exact), "Cut"),
        Column("figure", texts(one.cut.figure for one in cuts), "Figure"),
        Column("within", texts(" ".join(one.cut.within or ()) for one in cuts), "Within"),
        Column("better_side", texts(one.cut.better for one in cuts), "Better is"),
        Column("window", numbers((one.window for one in cuts), exact=exact), "Window"),
        Column("at", wholes(one.at for one in cuts), "At it"),
        Column("better", wholes(one.better for one in cuts), "Just better"),
        Column("worse", wholes(one.worse for one in cuts), "Just worse"),
        Column("p", numbers((one.p for one in cuts), exact=exact), "p"),
        Column("p_without_at", numbers((one.p_without_at for one in cuts), exact=exact), "p without those at it"),
        Column("more_than_expected", truths(k in found.standing_out for k in range(len(cuts))), "More than expected"),
        Column("organisations", things(near), "Near"),
    ]
    return framed(
        columns, title=tidy(f"What leans on a cut: {method.title}"), text=integrity_text(found, only),
        rating=found.item.id,
        tests=tests_made(found), ends=unlikely_ends(found),
        rounding=[other(one, codes) for one in found.rounding if not only or one.n in only],
        not_reporting=[other(one, codes) for one in found.not_reporting if not only or one.n in only],
        not_asked=found.not_asked or None, **said_of(assessment),
    )  # fmt: skip


def other(one: Other, codes: Sequence[str]) -> dict[str, object]:
    """One organisation that would be rated otherwise."""
    ends = [cell.name if isinstance(cell, Level) else None for cell in (one.before, one.after)]
    return {"code": codes[one.n], "input": one.input or None, "from": ends[0], "to": ends[1]}


def trajectory_frame(found: Trajectories, *, exact: bool = False) -> pd.DataFrame:
    """A row for each organisation, indicator and period, as the csv of `nhsrate trajectory` has it.

    `to_plan` and `to_line` are `ahead`, `on` or `behind`; numbers are missing where nothing is planned, aimed at or
    limited. `attrs` has the `gaps`, what limits were `rebased` for, and all of it as json holds it under `found`.
    """
    told = [*rows(found)]
    titles = {head: head.replace("_", " ").capitalize() for head in HEADS} | {"to_plan": "Beside plan"}
    exactly = {
        "value", "plan", "plan_difference", "line", "target", "mean", "lower_limit", "upper_limit",
    }  # fmt: skip
    columns = []
    for head in HEADS:
        cells: Any = [one[head] for one in told]
        if head in exactly:
            columns.append(Column(head, numbers(cells, exact=exact), titles[head]))
        elif head == "meets_target":
            columns.append(Column(head, truths(cells), titles[head]))
        else:
            columns.append(Column(head, texts(str(cell) or None for cell in cells), titles[head]))
    said = json.loads(trajectory_json(found))
    return framed(
        columns, title=tidy(f"Over time: {found.series.methodology.title}"), text=trajectory_text(found),
        gaps=said["gaps"], rebased=said["rebased"], found=said["organisations"],
        notes=[], problems=[tidy(f"{one.severity.capitalize()}: {one}") for one in problems_of(found)],
    )  # fmt: skip


def change_frame(found: Changed, *, detail: bool = False, exact: bool = False) -> pd.DataFrame:
    """A row for each organisation that is rated in both returns: from which level to which, and what each cause gave.

    `levels` is by how many levels it moved, above 0 is better, and the columns of causes add up to it; those that begin
    with `score_` add up to `score`, the change of the score behind the rating. With `exact` these are fractions.
    `attrs` has who `came` and `went`, how many `moves` there are from each level to each, and the `inputs` that
    changed: of those named in `only`, and of all where nobody's rating rests on others.
    """
    ones = found.organisations
    columns = [
        Column("code", texts(one.code for one in ones), "Code"),
        Column("name", texts(one.name for one in ones), found.new.methodology.rates.title),
        level_column("before", [one.before for one in ones], found.item, "Before"),
        level_column("after", [one.after for one in ones], found.item, "After"),
        Column("levels", wholes(one.levels for one in ones), "Levels"),
        *(
            Column(cause, numbers((part(one, cause) for one in ones), exact=exact), f"By {WORDS[cause]}")
            for cause in CAUSES
        ),
        Column("score", numbers((one.score for one in ones), exact=exact), "Score"),
        *(
            Column(
                f"score_{cause}",
                numbers(((one.score_causes or {}).get(cause) for one in ones), exact=exact),
                f"Score, by {WORDS[cause]}",
            )
            for cause in CAUSES
        ),
        Column("not_split", texts(one.why_not for one in ones), "Why causes are not told"),
    ]
    ends = [f"{tidy(end.submitted.name)} by {tidy(end.methodology.title)}" for end in (found.old, found.new)]
    return framed(
        columns, title=f"What changed from {ends[0]} to {ends[1]}", text=change_text(found, detail=detail),
        rating=found.item.id, came=list(found.came), went=list(found.went),
        moves=moves(found), inputs_told=found.inputs_told,
        inputs=[put for one in ones for put in inputs_of(one)], not_split=found.not_split or None,
        notes=of_both(found, "notes"), problems=of_both(found, "problems"),
    )  # fmt: skip


def of_both(found: Changed, name: str) -> list[str]:
    """What the frames of both ends say, each once."""
    return list(dict.fromkeys(line for end in (found.old, found.new) for line in said_of(end)[name]))


def part(one: Moved, cause: str) -> Any:  # noqa: ANN401 (a fraction, or nothing)
    """What a cause gave, in levels."""
    return None if one.causes is None else one.causes[cause]


def inputs_of(one: Moved) -> list[dict[str, object]]:
    """The inputs of an organisation that changed, as plain values."""
    return [
        {
            "code": one.code, "input": put.input, "title": put.title, "from": simple(put.before),
            "to": simple(put.after), "levels": put.levels, "score": put.score,
        }
        for put in one.inputs
    ]  # fmt: skip


def simple(cell: Cell) -> object:
    """A cell as a plain value; nothing where it is missing."""
    return None if isinstance(cell, Missing) else plain(cell)


def level_column(name: str, cells: Sequence[Cell | str | None], item: Item, title: str) -> Column:
    """A column of levels of a rating; of texts where the rating is a number."""
    scale: Scale | None = item.scale
    if scale is None:
        return Column(name, texts(cell if isinstance(cell, str) else None for cell in cells), title)
    return Column(name, levels(cells, scale), title, scale=scale)
