"""Formulas of the kinds that set a value among those of others: z scores, ranks, goalposts, bands, tiles, places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.live.formula import MISSING, REFUSED, both, column_of, compared, numbers
from nhsrate.live.groups import group, member, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.bands import QuantileBands, Tiles
    from nhsrate.kinds.goalposts import MinMax
    from nhsrate.kinds.grouping import Reported
    from nhsrate.kinds.places import Floor, Place, RankSpread, Standard
    from nhsrate.kinds.statistics import PercentileRank, Relative, Standardise, Winsorise
    from nhsrate.kinds.summaries import Summary
    from nhsrate.live.board import Board

NOTHING = '""'
SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def standardise(board: Board, rule: Standardise) -> str:
    """How many standard deviations a value lies from the mean."""
    found = group(board, rule.of, rule.over, rule.within)
    n, middle = found.number(), found.take("AVERAGE")
    spread = found.take("STDEV" if rule.sd == "n-1" else "STDEVP")
    away = f"{middle}-{found.cell}" if rule.turns(board.methodology) else f"{found.cell}-{middle}"
    return found.guarded(f"IF({n}<2,{MISSING},IF({found.flat(board.places(rule.of))},{MISSING},({away})/{spread}))")


def percentile_rank(board: Board, rule: PercentileRank) -> str:
    """Which share of the values stands at or below a value."""
    places = board.places(rule.of)
    found = group(board, rule.of, rule.over, rule.within)
    n = found.number()
    own = board.step("as compared", found.guarded(f"ROUND({found.cell},{places})"))
    among = column_of(own)
    more, less = (f"({among}{sign}{own})" for sign in (">", "<"))
    below = found.sum(more if rule.turns(board.methodology) else less, "how many stand below")
    same = found.sum(f"({among}={own})", "how many are equal")
    to = board.figure(rule.to, "to")
    formula = {
        "low / n": f"({below}+1)/{n}",
        "high / n": f"({below}+{same})/{n}",
        "middle / n": f"({below}+{below}+{same})/(2*{n})",
        "from zero": f"{below}/({n}-1)",
    }[rule.form]
    made = f"{to}*{formula}"
    return found.guarded(f"IF({n}<2,{MISSING},{made})" if rule.form == "from zero" else made)


def winsorise(board: Board, rule: Winsorise) -> str:
    """The value within quantiles of its population."""
    found = group(board, rule.of, rule.over, rule.within)
    low = quantile(board, found, board.figure(rule.low, "low"), rule.definition, "lower end")
    high = quantile(board, found, board.figure(rule.high, "high"), rule.definition, "upper end")
    return found.guarded(f"MIN(MAX({found.cell},{low}),{high})")


def relative(board: Board, rule: Relative) -> str:
    """A value over its peer's, or less it."""
    found = group(board, rule.of, rule.over, rule.within)
    if rule.to == "organisation":
        labels = [one.code for one in board.assessment.organisations]
        n = rule.named(labels)
        assert n is not None  # noqa: S101 (else the engine refused the return)
        number = board.number(rule.of)
        peer = board.step(f"that of {rule.organisation}", f"INDEX({column_of(number)},{n + 1})")
    elif rule.to == "best":
        polarity = board.item.polarity or board.methodology.polarity_of(rule.of)
        peer = found.take("MIN" if polarity == "lower" else "MAX")
    else:
        peer = found.take("AVERAGE" if rule.to == "mean" else "MEDIAN")
    made = f"{found.cell}-{peer}" if rule.as_ == "difference" else f"IF({peer}>0,{found.cell}/{peer},{MISSING})"
    return found.guarded(f"IF(ISNUMBER({peer}),{made},{MISSING})")


def summary(board: Board, rule: Summary) -> str:
    """A statistic of a population, or of one's cohort, for everyone in it."""
    found = group(board, rule.of, rule.over, rule.within)
    n = found.number()
    match rule.take:
        case "quantile":
            assert rule.share  # noqa: S101 (checked when the file was loaded)
            assert rule.definition  # noqa: S101 (as above)
            made = quantile(board, found, board.figure(rule.share, "share"), rule.definition, "quantile")
        case "count":
            made = n
        case take:
            functions = {"mean": "AVERAGE", "sum": "SUM", "lowest": "MIN", "highest": "MAX", "median": "MEDIAN"}
            made = found.take(functions[take])
    formula = made if rule.take == "count" else f"IF({n}=0,{MISSING},{made})"
    guards = [*([board.there(rule.within)] if rule.within else []), *filter(None, [member(board, rule.over)])]
    if not guards:
        return formula
    value = board.number(rule.of) if member(board, rule.over) else ""
    outside = f"IF(ISNUMBER({value}),{MISSING},{MISSING})" if value else MISSING
    return f"IF({both(guards)},{formula},{outside})"


def min_max(board: Board, rule: MinMax) -> str:
    """Where a value lies between the ends."""
    found = group(board, rule.of, rule.over, rule.within)
    start_post, end_post = rule.posts()
    guards: list[str] = []
    ends: list[str] = []
    for post, function, what in ((start_post, "MIN", "low"), (end_post, "MAX", "high")):
        if post is None:
            ends.append(found.take(function))
        else:
            bound, others = board.edge(post, {"low": "first goalpost", "high": "second goalpost"}[what])
            ends.append(bound)
            guards += others
    start, end = ends
    turned = rule.turns(board.methodology)
    inside = found.cell
    if rule.clip:
        low, high = f"MIN({start},{end})", f"MAX({start},{end})"
        inside = f"MIN(MAX({inside},{low}),{high})" if rule.worst else f"MIN(MAX({inside},{start}),{end})"
    to = board.figure(rule.to, "to")
    away = f"({end}-{inside})" if turned else f"({inside}-{start})"
    made = f"{to}*{away}/({end}-{start})" if to != "1" else f"{away}/({end}-{start})"
    places = board.places(rule.of)
    formula = f"IF(ROUND({end}-{start},{places})=0,{MISSING},{made})"
    return found.guarded(f"IF({numbers(guards)},{formula},{MISSING})" if guards else formula)


def quantile_bands(board: Board, rule: QuantileBands) -> str:
    """The first band whose cut the value meets."""
    found = group(board, rule.of, rule.over, rule.within)
    higher = (board.item.polarity or board.methodology.polarity_of(rule.of)) == "higher"
    better = rule.at_cut == "better"
    sign = (">=" if better else ">") if higher else ("<=" if better else "<")
    rows = []
    for band in rule.levels:
        if band.best is not None:
            figure = board.figure(band.best, f"share of {band.level}")
            share = f"(1-{figure})" if higher else figure
            cut = quantile(board, found, share, rule.definition, f"cut of {band.level}")
            rows.append((compared(found.cell, sign, cut, board.places(rule.of)), board.place(band.level)))
    return found.guarded(board.chain(rows, board.place(rule.levels[-1].level), f"ISNUMBER({found.cell})"))


def tiles(board: Board, rule: Tiles) -> str:
    """Which of so many groups of equal count a value is in; of equal values the lower code comes first."""
    found = group(board, rule.of, rule.over, rule.within)
    own = board.step("as compared", found.guarded(f"ROUND({found.cell},{board.places(rule.of)})"))
    codes = [one.code for one in board.assessment.organisations]
    order = {code: n for n, code in enumerate(sorted(codes), 1)}
    place = board.given("order of the codes", [order[code] for code in codes])
    among, sign = column_of(own), ">" if rule.first == "highest" else "<"
    before = f"(({among}{sign}{own})+({among}={own})*({column_of(place)}<{place}))"
    rank, n = found.sum(before, "how many come before"), found.number()
    size, rest = f"INT({n}/{rule.tiles})", f"MOD({n},{rule.tiles})"
    large = f"INT({rank}/({size}+1))+1"
    small = f"{rest}+INT(({rank}-{rest}*({size}+1))/{size})+1"
    return found.guarded(f"IF({rank}<{rest}*({size}+1),{large},{small})")


def reported(board: Board, rule: Reported) -> str:
    """The values, where enough report one."""
    there = f"IF({board.there(rule.of)},1,0)"
    inside = member(board, rule.over)
    counted = board.step("reports", f"IF({inside},{there},0)" if inside else there)
    number = board.step("how many report", f"SUM({column_of(counted)})")
    if rule.above:
        enough = f"{number}>{board.figure(rule.above, 'above')}"
    else:
        assert rule.at_least  # noqa: S101 (one of the two is given: checked when the file was loaded)
        enough = f"{number}>={board.figure(rule.at_least, 'at least')}"
    return f"IF({enough},{board.handed(rule.of)},{MISSING})"


def rank_spread(board: Board, rule: RankSpread) -> str:
    """A score spread over ranks, but for those that a standard or a floor settles."""
    value, places = board.number(rule.of), board.places(rule.of)
    settling: list[tuple[str, str]] = []
    unknown: list[str] = []
    for part in (rule.standard, rule.floor):
        if part and part.bound:
            number, guards = board.edge(part.bound.number, _part_said(part))
            unknown += guards
            if guards:
                settling.append((f"NOT({numbers(guards)})", MISSING))
            settles = compared(value, SIGNS[part.bound.side], number, places)
            settles = settles if part is rule.standard else f"NOT({settles})"
            settling.append((settles, board.figure(part.score, f"score of the {_part_said(part)}")))
    best, worst = (board.figure(end, what) for end, what in zip(rule.ends(), ("best", "worst"), strict=True))

    def score(rank: str, ranked: str) -> str:
        return f"IF({ranked}=1,{best},{best}+({worst}-{best})*({rank}-1)/({ranked}-1))"

    unsettled = board.chain([(condition, "0") for condition, _ in settling], "1") if settling else "1"
    found = group(board, rule.of, rule.over, None, (lambda _: f"{unsettled}=1") if settling else None)
    own = board.step("as ranked", found.guarded(f"ROUND({found.cell},{places})"))
    higher = (board.item.polarity or board.methodology.polarity_of(rule.of)) == "higher"
    rank = board.step("rank", f"IF(ISNUMBER({own}),RANK({own},{column_of(own)},{0 if higher else 1}),{MISSING})")
    number = board.step("how many are ranked", f"COUNT({column_of(own)})")
    here = f"IF(ISNUMBER({rank}),{score(rank, number)},{MISSING})"
    if rule.rank and rule.ranked:
        published, ranked = board.number(rule.rank), board.figure(rule.ranked, "number ranked")
        stated = f"IF(AND({published}>=1,{published}<={ranked}),{score(published, ranked)},{REFUSED})"
        without = f"IF(ISNUMBER({value}),{REFUSED},{MISSING})"
        any_rank = board.step("published ranks", f"COUNT({column_of(published)})")
        here = board.step("by the rank within the return", here)
        here = f"IF({any_rank}>0,IF(ISNUMBER({published}),{stated},{without}),{here})"
    if settling:
        by = board.chain(settling, NOTHING)
        settled = board.step("settled by", f"IF(ISNUMBER({value}),{by},{NOTHING})")
        here = f'IF({settled}<>"",{settled},{here})'
    inside = member(board, rule.over)
    return f"IF({inside},{here},{MISSING})" if inside else here


def _part_said(part: Standard | Floor) -> str:
    """What a part is called: the standard or the floor, with its bound's side."""
    from nhsrate.kinds.places import Standard as OfStandard

    what = "standard" if isinstance(part, OfStandard) else "floor"
    return f"{what}: {part.bound.words}" if part.bound else what


def place(board: Board, rule: Place) -> str:
    """The place in an order of several keys."""
    keys: list[str] = []
    guards: list[str] = []
    for key in rule.by:
        scale = board.methodology.type_of(key.item).scale
        cell = board.cell(key.item) if key.first == "best" and scale else board.number(key.item)
        guards.append(cell)
        sign = "-" if key.first == "highest" else ""
        digits = 0 if key.first == "best" and scale else board.places(key.item)
        keys.append(board.step(f"key {len(keys) + 1}", f"IF(ISNUMBER({cell}),{sign}ROUND({cell},{digits}),{MISSING})"))
    conditions = [numbers(keys)]
    if inside := member(board, rule.over):
        conditions.insert(0, inside)
    if rule.within:
        conditions.append(board.there(rule.within))
    there = board.step("has a place", f"IF({both(conditions)},1,0)")
    mine = f"({column_of(there)}=1)"
    if rule.within:
        cohort, text = board.cell(rule.within), board.methodology.type_of(rule.within).kind == "text"
        mine += f"*EXACT({column_of(cohort)},{cohort})" if text else f"*({column_of(cohort)}={cohort})"
    equal, before = "", ""
    for key_cell in keys:
        less = f"{equal}({column_of(key_cell)}<{key_cell})"
        before = f"{before}+{less}" if before else less
        equal += f"({column_of(key_cell)}={key_cell})*"
    if rule.ties == "dense":
        same = f"{mine}*{equal}(ROW({column_of(there)})<ROW({there}))"
        first = board.step("first of its kind", f"IF({there}=1,IF(SUMPRODUCT({same})=0,1,0),0)")
        mine += f"*({column_of(first)}=1)"
    return f"IF({there}=1,1+SUMPRODUCT({mine}*({before})),{MISSING})"


WRITERS: dict[str, Callable[[Board, Any], str]] = {
    "standardise": standardise, "percentile-rank": percentile_rank, "winsorise": winsorise, "relative": relative,
    "statistic": summary, "min-max": min_max, "quantile-bands": quantile_bands, "tiles": tiles, "reported": reported,
    "rank-spread": rank_spread, "place": place,
}  # fmt: skip
"""The kinds of this module by name."""
