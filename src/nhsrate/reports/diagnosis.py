"""Who can help an organisation, as text: what its weak points cost, who is like it, who of them does better."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import YES_NO, Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import in_unit, listed, tidy
from nhsrate.reports.headroom import held_lines, moves, said, table
from nhsrate.reports.robustness import assumed, percent
from nhsrate.reports.summary import done_lines
from nhsrate.reports.told import BLANK, Told, plain_text, styled, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.diagnosis.alike import Alike
    from nhsrate.diagnosis.diagnose import Diagnosis, Weak
    from nhsrate.diagnosis.helpers import Rise, Seen
    from nhsrate.diagnosis.points import Point
    from nhsrate.diagnosis.spread import Interval
    from nhsrate.reports.told import Span

MOST_PLACES = 4
"""A figure with more decimal places than these is cut to some so many digits; json has every one."""

NAMED = 3
"""Of several that are as good, so many are named and the others counted."""


def diagnosis_text(found: Diagnosis) -> str:
    """All of it as plain text of 80 columns."""
    return plain_text(diagnosis_lines(found))


def diagnosis_lines(found: Diagnosis) -> list[Told]:
    """All of it in lines: headings in bold, levels in their colours, ids and footnotes dim."""
    blocks = [
        *head(found), list(likeness(found)), list(weak_head(found)),
        *(list(weak_lines(found, k, one)) for k, one in enumerate(found.weak, 1)), list(rest(found)),
        list(changes(found)),
    ]  # fmt: skip
    lines = [line for block in blocks if block for line in (BLANK, *block)]
    return lines[1:]


def head(found: Diagnosis) -> list[list[Told]]:
    """Who it is, how it is rated, how sure that is, and what is published to help at this level."""
    assessment, item = found.assessment, found.scored.item
    method = assessment.methodology
    cell = assessment.columns[item.id][found.n]
    first = Told(0, (
        (f"{who(found, found.n)}: ", "bold"), (f"{item.name} ", ""), styled(cell, rating(found)),
        (f"{score(found)}, by {tidy(method.title)}.", ""),
    ))  # fmt: skip
    sure = [labelled(sure_line(found))] if found.robustness else []
    help_ = [labelled(f"Support at this level: {one}") for one in found.support]
    return [[first, *map(told, done_lines(assessment))], sure, help_]


def labelled(text: str, depth: int = 0) -> Told:
    """A line that begins with what it is about, in bold."""
    label, colon, rest_ = text.partition(":")
    return Told(depth, ((label, "bold"), (f"{colon}{rest_}", "")))


def who(found: Diagnosis, n: int) -> str:
    """An organisation by name, with its code."""
    one = found.assessment.organisations[n]
    return f"{tidy(one.name)} ({tidy(one.code)})" if one.name and one.name != one.code else tidy(one.code)


def rating(found: Diagnosis) -> str:
    """The rating as it is printed."""
    cell = found.assessment.columns[found.scored.item.id][found.n]
    return f"unrated ({tidy(cell.reason)})" if isinstance(cell, Missing) else said(cell)


def score(found: Diagnosis) -> str:
    """The score behind the rating, where there is one."""
    scored = found.scored
    cell = found.assessment.columns[scored.score][found.n] if scored.score else None
    if scored.score in {None, scored.item.id} or not isinstance(cell, Decimal):
        return ""
    return f", score {figure(found, scored.score or '', cell)}"


def sure_line(found: Diagnosis) -> str:
    """How sure the rating is: the chance of each level, or the interval of the place."""
    sure = found.sure
    if sure is None or found.robustness is None or not found.robustness.varied:
        return "How sure: nothing was varied, as the method says nothing that is uncertain."
    levels = [f"{name} in {percent(share)}" for name, share in sure.chances.items() if share]
    levels += [f"unrated in {percent(sure.unrated)}"] if sure.unrated else []
    shares = ", ".join(levels) if levels else f"its place lies between {sure.low} and {sure.high} in 95%"
    return f"How sure: {shares} of the draws. {assumed(found.robustness)}"


def likeness(found: Diagnosis) -> Iterator[Told]:
    """Who is like it, by what, and what stands in the way of more."""
    first, *others = likeness_words(found)
    yield told(first)
    yield from (told(text, depth=1) for text in near_words(found))
    yield from map(told, others)


def likeness_words(found: Diagnosis) -> Iterator[str]:
    """By what others are alike, or why its cohort is asked; then what there is to say of ties and of gaps."""
    like, many = found.alike, found.assessment.methodology.rates.many
    asked = f"so {cohort_words(found)} is asked for help."
    if like is None:
        yield f"Nothing says by what {many} are alike (peers: in the methodology, or --by), {asked}"
        return
    if like.own:
        names = listed([name(found, id_) for id_ in like.own])
        yield f"It has no {names}, by which its peers would be found, {asked}"
        return
    if not like.near:
        yield f"Nobody can be compared by {by_words(found, like)}, {asked}"
    else:
        yield f"Most like it by {by_words(found, like)}, of {like.compared:,} in {cohort_words(found)}:"
    if like.tied:
        wanted = like.peers.number
        yield (
            f"{like.tied} are as far off as the {ordinal(wanted)}, so all {len(like.near)} are kept where {wanted} "
            f"{'was' if wanted == 1 else 'were'} asked for."
        )
    elif len(like.near) < like.peers.number:
        yield f"There are no more to choose from, where {like.peers.number} were asked for."
    if like.lacking:
        yield f"Left out, as a value is missing: {listed([who(found, n) for n in like.lacking], NAMED)}."
    if like.flat:
        yield f"The same for all, so it tells nobody apart: {listed([name(found, id_) for id_ in like.flat])}."


def near_words(found: Diagnosis) -> Iterator[str]:
    """The peers with their distances, the nearest first."""
    for one in found.alike.near if found.alike is not None else ():
        yield f"{number_text(one.distance, 2)}  {who(found, one.n)}"


def by_words(found: Diagnosis, like: Alike) -> str:
    """By what the distance is, with the weights, and what was made of the values before."""
    weighted = [f"{name(found, id_)} ({number_text(weight)})" for id_, weight in like.peers.weighted()]
    how = {"none": "", "log": "their logarithms, ", "sqrt": "their square roots, "}[like.peers.transform]
    cap = f"capped at {like.peers.cap} standard deviations, " if like.peers.cap else ""
    return f"{listed(weighted, len(weighted))}, {cap}{how}standardised, the weights in brackets"


def cohort_words(found: Diagnosis) -> str:
    """Which cohort it is compared with."""
    cohort, method = found.cohort, found.assessment.methodology
    counted = method.rates.counted(len(cohort.members))
    if cohort.within is None:
        own = f" (it has no {name(found, cohort.lacking)} of its own)" if cohort.lacking else ""
        if len(cohort.members) == 1:
            return f"its cohort of the one {method.rates.one} that is rated{own}"
        return f"its cohort of all {counted} that are rated{own}"
    cell = "" if cohort.cell is None else f" {tidy(said(cohort.cell))}"
    return f"its cohort of the {counted} rated with {name(found, cohort.within)}{cell}"


def weak_head(found: Diagnosis) -> Iterator[Told]:
    """How many points are weak, and what that means."""
    said_ = " ".join(filter(None, (weak_words(found), how_words(found))))
    yield labelled(said_) if found.weak else told(said_)
    yield from map(told, filter(None, [exact_words(found)]))


def weak_words(found: Diagnosis) -> str:
    """How many points are weak, and what that means."""
    count = len(found.weak)
    indicators = f"{found.judged} indicator{'s'[: found.judged != 1]}"
    cohort = cohort_words(found)
    if not found.judged:
        return "No indicator has a figure, so none can be weak."
    if not found.weak:
        return f"Of {indicators} with a figure none is weak, which means worse than the median of {cohort}."
    return (
        f"Where help would count: {count} of {indicators} {'is' if count == 1 else 'are'} weak, which means worse than "
        f"the median of {cohort}."
    )


def how_words(found: Diagnosis) -> str:
    """How it is found what they cost, and in which order they come; nothing where there are none."""
    if not found.weak:
        return ""
    return (
        "Each is supposed at that median in turn and rated again by the engine, all else as it is; what would gain "
        "most comes first."
    )


def exact_words(found: Diagnosis) -> str:
    """That nothing says how exact any of the figures are; nothing where something does."""
    if not found.weak or exact(found):
        return ""
    return (
        "Nothing says how exact these figures are, so none has an interval: who is named rests on the figures as "
        "published, and not on what chance leaves open."
    )


def exact(found: Diagnosis) -> bool:
    """Whether of any weak point something says how exact its figures are."""
    return any(one.point.sample is not None for one in found.weak)


def weak_lines(found: Diagnosis, k: int, one: Weak) -> Iterator[Told]:
    """One weak point: its figure, what it costs, who can help, and the support."""
    title = name(found, one.point.id)
    yield Told(0, ((f"{k}. {title}", "bold"), (f" ({one.point.id})" if title != one.point.id else "", "dim")))
    yield told(own_words(found, one), depth=1)
    yield Told(1, tuple(cost_spans(found, one)))
    for text in (*best_words(found, one), *rise_words(found, one), *(f"Support: {each}" for each in one.support)):
        yield labelled(text, 1)


def own_words(found: Diagnosis, one: Weak) -> str:
    """The figure with its interval, or that none is known and what it rests on, beside the median.

    Where the median lies within the interval, chance may explain that it is weak.
    """
    known, median = one.own.interval, one.median
    within = known is not None and isinstance(median, Decimal) and known.low <= median <= known.high
    chance = ", within that interval, so that chance may explain that it is weak" if within else ""
    middle = f"the median of {one.of:,} is {figure_of(found, one.point, median)}{chance}{with_rank(found, one)}."
    if is_flag(found, one):
        middle = f"most of {one.of:,} say {said(one.median)}."
    return f"{exactly(found, one)}; {middle}"


def is_flag(found: Diagnosis, one: Weak) -> bool:
    """Whether a point is a yes or no."""
    return found.assessment.methodology.type_of(one.point.id).scale is YES_NO


def exactly(found: Diagnosis, one: Weak) -> str:
    """The figure with its interval, or that none is known and what it rests on."""
    own = figure_of(found, one.point, one.own.figure)
    if one.own.interval is not None:
        return f"{own} (95% interval {between(one.own)})"
    if not exact(found) or is_flag(found, one):
        return own
    if one.point.sample is not None:
        return f"{own}, without an interval, as how many it is of is missing"
    return f"{own}, as published: nothing says how exact it is, so it has no interval"


def with_rank(found: Diagnosis, one: Weak) -> str:
    """The published ranks that are supposed with it."""
    ranks = [id_ for id_ in one.point.ranks if id_ in one.supposed]
    places = [
        f"{id_} {said(found.assessment.columns[id_][found.n])}, with it {said(one.supposed[id_])}" for id_ in ranks
    ]
    return f" ({'; '.join(places)})" if places else ""


def cost_words(found: Diagnosis, one: Weak) -> str:
    """What the median would give."""
    return "".join(text for text, _ in cost_spans(found, one))


def cost_spans(found: Diagnosis, one: Weak) -> Iterator[Span]:
    """What the median would give, the level in its colour."""
    cost, scored = one.cost, found.scored
    yield "At the median", "bold"
    if cost.refused:
        yield ": the method would refuse to rate.", ""
        return
    between_ = ": "
    if scored.score and isinstance(cost.score_then, Decimal):
        sign = "better" if cost.score > 0 else "worse"
        moved = f", {figure(found, scored.score, abs(cost.score))} {sign}" if cost.score else ", as now"
        yield f": score {figure(found, scored.score, cost.score_then)}{moved}", ""
        between_ = "; "
    if scored.item.scale is not None:
        levels = abs(cost.levels)
        sign = "better" if cost.levels > 0 else "worse"
        moved = f", {levels} level{'s'[: levels != 1]} {sign}" if levels else ", as now"
        yield f"{between_}{tidy(scored.item.name)} ", ""
        yield styled(cost.level_then, said(cost.level_then))
        yield moved, ""
    yield ".", ""


def best_words(found: Diagnosis, one: Weak) -> Iterator[str]:
    """Who of the group does best, as far as chance lets it be told."""
    got, group = one.examples, group_words(found, one.examples.asked)
    if not got.asked:
        yield f"Who can help: none of {group_words(found)} has a figure for this."
        return
    if not got.better:
        yield f"Who can help: none of {group} does better on this."
        return
    if is_flag(found, one):
        yield f"Who can help: {got.better:,} of {group} {'says' if got.better == 1 else 'say'} {said(one.median)}."
        return
    told = [f"Who can help: {got.better:,} of {group} {'does' if got.better == 1 else 'do'} better."]
    if got.unsure is not None:
        told.append(unsure_words(found, one, got.unsure, "The best of them"))
    if got.best:
        which = "Clear of chance, the best" if got.unsure is not None else "The best of them"
        told.append(f"{which} {'is' if len(got.best) == 1 else 'are'} {named(found, one.point, got.best)}.")
        if one.point.sample is None and exact(found):
            told.append("That rests on the figures alone.")
    yield " ".join(told)


def unsure_words(found: Diagnosis, one: Weak, seen: Seen, which: str) -> str:
    """That the best figure is no example, since chance may explain it, and nobody is named."""
    value = figure_of(found, one.point, seen.figure)
    if seen.interval is None or one.own.interval is None:
        return f"{which}, {value}, is no example: its interval or this one is not known."
    return f"{which}, {value} ({between(seen)}), is no example: the intervals overlap, so chance may explain it."


def rise_words(found: Diagnosis, one: Weak) -> Iterator[str]:
    """Who rose most since the earlier return, as far as chance lets it be told."""
    got = one.examples
    if got.risen is None or found.earlier is None or not got.asked:
        return
    since = f"since {tidy(found.earlier.period or PurePath(found.earlier.name).name)}"
    if not got.risen:
        yield f"Who solved this: none of {group_words(found, got.asked)} improved {since}."
        return
    parts = [f"Who solved this: {got.risen:,} of {group_words(found, got.asked)} improved {since}."]
    if got.rose_unsure is not None:
        parts.append(
            f"The largest improvement, {rise(found, one.point, got.rose_unsure)}, is no example: chance may explain it."
        )
    if got.rose:
        first = got.rose[0]
        names = listed([who(found, each.now.n) for each in got.rose], NAMED)
        over = ", past today's median"
        which = "Clear of chance, " if got.rose_unsure is not None else ""
        parts.append(f"{which}{names} improved most, {rise(found, one.point, first)}{over if first.crossed else ''}.")
        if one.point.sample is None and exact(found):
            parts.append("That rests on the figures alone.")
    yield " ".join(parts)


def rise(found: Diagnosis, point: Point, one: Rise) -> str:
    """From what to what a figure rose."""
    ends = (one.then, one.now)
    texts = [figure_of(found, point, seen.figure) + (f" ({between(seen)})" if seen.interval else "") for seen in ends]
    return f"from {texts[0]} to {texts[1]}"


def named(found: Diagnosis, point: Point, best: Sequence[Seen]) -> str:
    """Those that are named as examples, with the figure and the interval."""
    names = listed([who(found, seen.n) for seen in best], NAMED)
    first = best[0]
    return f"{names}: {figure_of(found, point, first.figure)}" + (f" ({between(first)})" if first.interval else "")


def group_words(found: Diagnosis, asked: int | None = None) -> str:
    """Who was asked: its peers, or the others of its cohort; and how many of them have a figure."""
    number, figure_ = ("", "") if asked is None else (f"{asked:,} ", " with a figure")
    if found.alike is not None and found.alike.near:
        return f"its {number}peer{'s'[: asked != 1]}{figure_}"
    return f"the {number}other{'s'[: asked != 1]} of its cohort{figure_}"


def rest(found: Diagnosis) -> Iterator[Told]:
    """What has no figure, so that nothing can be said of it."""
    if found.without:
        names = [name(found, id_) for id_ in found.without]
        yield labelled(f"Without a figure, so not looked at: {'; '.join(names)}.")


def changes(found: Diagnosis) -> Iterator[Told]:
    """What would change the rating, in short."""
    room = found.headroom
    if room is None:
        return
    yield from held_lines(room.held_by, room.to)[:-1]  # without the empty line below them
    if room.to is None:
        none = "It has no rating, so no level is the next."
        yield told(none if isinstance(room.now, Missing) else "There is no better level to gain.")
    else:
        yield from table(f"Gains {room.to} by one input alone", room.gains, told(f"No input alone gains {room.to}."))
        if room.fewest is not None and len(room.fewest.moves) > 1:
            many = len(room.fewest.moves)
            yield told(f"The fewest inputs that gain it together, {many}, with the smallest push alike:", "bold")
            yield from moves(room.fewest)
    yield told("`nhsrate headroom` says all that would change it, with what loses the level.", "dim")


def name(found: Diagnosis, id_: str) -> str:
    """What an input or item is called; a published rank without a title has that of what it ranks."""
    return tidy(found.assessment.methodology.name_of(id_))


def figure(found: Diagnosis, id_: str, cell: Decimal) -> str:
    """A number as it is printed, with at most a few places."""
    item = found.assessment.methodology.items.get(id_)
    shown = item.shown if item is not None and item.shown is not None else None
    return number_text(cell, shown) if shown is not None else short(cell)


def figure_of(found: Diagnosis, point: Point, cell: Cell) -> str:
    """A figure of a point with its unit; that of a share is per cent."""
    if not isinstance(cell, Decimal):
        return tidy(said(cell))
    unit = found.assessment.methodology.unit_of(point.id) if point.over is None else ""
    share = point.sample is not None and point.sample.how == "share" and point.sample.times == 100
    return in_unit(figure(found, point.id, cell), unit or ("%" if share else ""))


def short(number: Decimal) -> str:
    """A number as it is where it has few decimal places, else cut to some four digits, two places at least.

    >>> [short(number) for number in (Decimal("81.2512"), Decimal(2) / 3, Decimal(100) / 3, Decimal("-0.00001"))]
    ['81.2512', '0.6667', '33.33', '0']
    """
    text = number_text(number)
    if len(text.partition(".")[2]) <= MOST_PLACES:
        return text
    cut = number_text(number, max(2, MOST_PLACES - max(0, number.adjusted() + 1))).rstrip("0").rstrip(".")
    return "0" if cut in {"-0", ""} else cut


def between(seen: Seen) -> str:
    """An interval, with a place more than its figure has, and one at least."""
    assert seen.interval is not None  # noqa: S101 (asked where it is known)
    return limits(seen.interval, places_of(seen.figure))


def limits(interval: Interval, places: int) -> str:
    """Both ends of an interval."""
    return f"{number_text(interval.low, places)} to {number_text(interval.high, places)}"


def places_of(figure_: Cell) -> int:
    """How many places an interval is printed with: one at least, and as many as its figure has, up to three."""
    text = short(figure_) if isinstance(figure_, Decimal) else ""
    return min(max(1, len(text.partition(".")[2])), 3)


def ordinal(number: int) -> str:
    """A place in words.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in {11, 12, 13} else last}"
