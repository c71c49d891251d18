"""Formulas of significance: limits of counts, proportions and funnels, and how many of them a value lies outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.live.formula import MISSING, REFUSED, both, column_of, compared, either, literal
from nhsrate.live.groups import Group, group, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.significance import Significance
    from nhsrate.live.board import Board

FEW = 10
PLACES = 12
HALF_TURN = "1.5707963267948966"


@frozen
class Pair:
    """The cells of what one organisation brings, each a number where it brings all of it, else a text or zero."""

    count: str
    second: str
    value: str
    standard: str


def significance(board: Board, rule: Significance) -> str:
    """The level beside the middle one, by as many steps as limits are passed."""
    found = group(board, rule.of, rule.over or "everyone", rule.within)
    pair = brought(board, rule, found)
    dispersed = dispersion(board, rule, found, pair) if rule.overdispersion else None
    higher = (board.item.polarity or board.methodology.polarity_of(rule.of)) == "higher"
    middle = len(rule.scale.levels) // 2 + 1
    tested = pair.value if rule.method == "normal" else pair.standard
    above, below = [], []
    for number in rule.confidence:
        confidence = board.figure(number, "confidence")
        low, high = limits(board, rule, pair, confidence, dispersed, literal(number.value))
        above.append(f"IF({compared(tested, '>', high, PLACES)},1,0)")
        below.append(f"IF(ISNUMBER({low}),IF({compared(tested, '<', low, PLACES)},1,0),0)")
    over, under = board.joined(above), board.joined(below)
    if (rule.method == "normal") is higher:
        over, under = under, over
    formula = f"{middle}+({over})-({under})"
    if rule.under_10 == "missing":
        formula = f"IF({pair.count}<{FEW},{MISSING},{formula})"
    return f"IF(ISNUMBER({pair.standard}),{formula},{pair.standard})"


def brought(board: Board, rule: Significance, found: Group) -> Pair:
    """The columns of counts, of what they are out of, of values and of standards."""
    [item] = rule.seconds()
    second, count = board.number(item), found.cell
    wrong = [f"{second}<=0"] if rule.error else [f"{second}<0", f"{count}<0"]
    if rule.out_of:
        wrong.append(f"ROUND({count}-{second},{PLACES})>0")
    if rule.method == "exact poisson":
        wrong.append(f"{count}<>INT({count})")
    elif rule.under_10 == "exact poisson":
        wrong.append(f"AND({count}<{FEW},{count}<>INT({count}))")
    if rule.logarithmic:
        wrong.append(f"{count}=0")
    none = MISSING if not rule.error else REFUSED
    whole = f"IF({either(wrong)},{REFUSED},IF({second}=0,{none},1))"
    there = board.step("can be judged", f"IF(ISNUMBER({count}),IF(ISNUMBER({second}),{whole},{MISSING}),{MISSING})")
    counts = board.step("its count", f"IF(ISNUMBER({there}),{count},0)")
    seconds = board.step("out of", f"IF(ISNUMBER({there}),{second},0)")
    value = board.step("its value", f"IF(ISNUMBER({there}),{count if rule.error else f'{count}/{second}'},{there})")
    return Pair(counts, seconds, value, standard(board, rule, found, Pair(counts, seconds, value, there)))


def standard(board: Board, rule: Significance, found: Group, pair: Pair) -> str:
    """What a value is held against: stated, another item, or the average of all that can be judged."""
    times = board.figure(rule.times, "times")
    over = "" if times == "1" else f"/{times}"
    there = pair.standard
    if rule.against.number:
        made = f"{board.figure(rule.against.number, 'against')}{over}"
    elif rule.against.item:
        own = board.number(rule.against.item)
        possible = ["TRUE"] if rule.error else [f"{own}>0" if rule.logarithmic else f"{own}>=0"]
        if rule.out_of:
            possible.append(f"ROUND({own}-{times},{PLACES})<=0")
        made = f"IF(ISNUMBER({own}),IF({both(possible)},{own}{over},{REFUSED}),{MISSING})"
    else:
        total = summed(board, found, column_of(pair.count), "sum of the counts")
        whole = (
            summed(board, found, f"ISNUMBER({column_of(there)})", "how many can be judged")
            if rule.error
            else summed(board, found, column_of(pair.second), "sum of what they are out of")
        )
        made = board.step("the average", f"IF({whole}=0,0,{total}/{whole})")
    return board.step("its standard", f"IF(ISNUMBER({there}),{made},{there})")


def summed(board: Board, found: Group, values: str, what: str) -> str:
    """The sum of a column over one's cohort, in which what cannot be judged is zero."""
    return board.step(what, f"SUMPRODUCT({f'{found.own}*' if found.own else '1*'}{values})")


def flat_error(rule: Significance, pair: Pair) -> str:
    """The standard error on the scale on which it does not depend on the value."""
    if rule.logarithmic:
        return f"1/SQRT({pair.second}*{pair.standard})"
    return pair.second if rule.error else f"1/(2*SQRT({pair.second}))"


def forward(rule: Significance, value: str) -> str:
    """A value on the scale of the z scores."""
    made = {"arcsine": f"ASIN(SQRT({value}))", "square root": f"SQRT({value})", "natural logarithm": f"LN({value})"}
    return made.get(rule.transform, value)


def back(rule: Significance, value: str) -> str:
    """A limit brought back from it."""
    made = {
        "arcsine": f"SIN(MIN(MAX({value},0),{HALF_TURN}))^2",
        "square root": f"MAX({value},0)^2",
        "natural logarithm": f"EXP({value})",
    }
    return made.get(rule.transform, value)


@frozen
class Dispersed:
    """The cells of one's error and of what widens it: phi, and the variance between organisations."""

    error: str
    phi: str
    tau2: str


def dispersion(board: Board, rule: Significance, found: Group, pair: Pair) -> Dispersed:
    """How much more organisations differ than chance explains."""
    wide = rule.overdispersion
    assert wide  # noqa: S101 (asked by whoever calls)
    there = f"ISNUMBER({pair.standard})"
    error = board.step("its error", f"IF({there},{flat_error(rule, pair)},{MISSING})")
    away = f"({forward(rule, pair.value)}-{forward(rule, pair.standard)})/{error}"
    score = board.step("its z score", f"IF({there},{away},{MISSING})")
    scores = Group(board, score, found.own)
    trim = board.figure(wide.trim, "trim")
    n = scores.number()
    if wide.outer == "left out":
        before = f"(({column_of(score)}<{score})+({column_of(score)}={score})*(ROW({column_of(score)})<ROW({score})))"
        rank = scores.sum(before, "how many scores are lower")
        cut = board.step("left out at each end", f"INT(ROUND({trim}*{n},9))")
        kept = board.step("is kept", f"IF({there},IF(AND({rank}>={cut},{rank}<{n}-{cut}),1,0),0)")
        clipped = score
    else:
        kept = board.step("is kept", f"IF({there},1,0)")
        low = quantile(board, scores, trim, "linear", "lower end of the z scores")
        high = quantile(board, scores, f"(1-{trim})", "linear", "upper end of the z scores")
        clipped = f"MIN(MAX({score},{low}),{high})"
    square = board.step("its square", f"IF({kept}=1,({clipped})^2,0)")
    weight = board.step("one over its variance", f"IF({kept}=1,1/{error}^2,0)")
    k = summed(board, found, column_of(kept), "how many are kept")
    phi = board.step("phi", f"IF({k}=0,0,{summed(board, found, column_of(square), 'sum of the squares')}/{k})")
    total = summed(board, found, column_of(weight), "sum of the weights")
    squares = summed(board, found, f"{column_of(weight)}^2", "sum of their squares")
    tau2 = board.step("tau2", f"IF({k}<2,0,MAX(0,({k}*{phi}-({k}-1))/({total}-{squares}/{total})))")
    return Dispersed(error, phi, tau2)


def limits(
    board: Board, rule: Significance, pair: Pair, confidence: str, dispersed: Dispersed | None, said: str
) -> tuple[str, str]:
    """The cells of the lower and the upper limit; the lower is a text where there is none."""
    tail = f"(1-{confidence}/100)/2"
    z = board.step(f"standard errors of {said} %", f"NORMSINV(1-{tail})")
    there = f"ISNUMBER({pair.standard})"
    ends = []
    for side, sign in (("lower", "-"), ("upper", "+")):
        if dispersed is not None and rule.overdispersion:
            additive = rule.overdispersion.form == "additive"
            wide = (
                f"SQRT({dispersed.error}^2+{dispersed.tau2})"
                if additive
                else f"{dispersed.error}*SQRT(MAX(1,{dispersed.phi}))"
            )
            made = back(rule, f"{forward(rule, pair.standard)}{sign}{z}*{wide}")
        elif rule.method == "normal":
            made = funnel(rule, pair, sign, z)
        elif rule.method == "wilson":
            x, of = pair.count, pair.second
            made = f"(2*{x}+{z}^2{sign}{z}*SQRT({z}^2+4*{x}*(1-{x}/{of})))/(2*({of}+{z}^2))"
        else:
            made = of_count(rule, pair, sign, z, tail)
        ends.append(board.step(f"{side} limit at {said} %", f"IF({there},{made},{MISSING})"))
    return ends[0], ends[1]


def funnel(rule: Significance, pair: Pair, sign: str, z: str) -> str:
    """The limit of a funnel that is not widened."""
    if rule.error:
        return f"{pair.standard}{sign}{z}*{pair.second}"
    spread = f"{pair.standard}*(1-{pair.standard})" if rule.out_of else pair.standard
    made = f"{pair.standard}{sign}{z}*SQRT({spread}/{pair.second})"
    if sign == "-":
        return f"MAX({made},0)"
    return f"MIN({made},1)" if rule.out_of else made


def of_count(rule: Significance, pair: Pair, sign: str, z: str, tail: str) -> str:
    """The limit of a count of events, over what it is out of."""
    x = pair.count
    if sign == "-":
        cube = f"{x}*(1-1/(9*{x})-{z}/(3*SQRT({x})))^3"
        byar = f"IF({x}=0,0,IF({cube}<0,{MISSING},{cube}/{pair.second}))"
        exact = f"IF({x}=0,0,CHIINV(1-{tail},2*{x})/2/{pair.second})"
    else:
        byar = f"({x}+1)*(1-1/(9*({x}+1))+{z}/(3*SQRT({x}+1)))^3/{pair.second}"
        exact = f"CHIINV({tail},2*{x}+2)/2/{pair.second}"
    if rule.method == "exact poisson":
        return exact
    return f"IF({x}<{FEW},{exact},{byar})" if rule.under_10 == "exact poisson" else byar


WRITERS: dict[str, Callable[[Board, Any], str]] = {"significance": significance}
"""The kind of this module by name."""
