"""The section of one organisation: its rating, why, what it is made of, what would change it, every figure."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, number_text
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, LineLocation
from nhsrate.core.texts import listed, natural_key, tidy
from nhsrate.engine.explain import explain, mark_text
from nhsrate.engine.weights import score_of, shares_of
from nhsrate.pages.helpers import help_of
from nhsrate.pages.indicators import NOTHING, ranks_of, said_of
from nhsrate.pages.league import headline_chip, percent
from nhsrate.pages.pictures import WIDTH, short
from nhsrate.reports.change import level, parts, score_parts, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.analysis.change import Moved
    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.robustness import Sureness
    from nhsrate.analysis.search import Move, Unreported
    from nhsrate.core.problems import Location
    from nhsrate.diagnosis.diagnose import Diagnosis
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Explanation, Reason
    from nhsrate.pages.helpers import Help
    from nhsrate.pages.indicators import Bands, Chip
    from nhsrate.pages.over_time import OverTime
    from nhsrate.pages.spread import Spread
    from nhsrate.rules.model import Item, Methodology

FIGURE = pattern(r" \((\w+)\)")
"""A name behind a number."""

MOST_WORDS = 400
"""A sentence of a reason that is longer is cut; `explain` has it whole."""


TAKEN = pattern(
    r"(?i)index|method|content|over-time|league|grid|spread|leaning|organisations|s\d+|con|prn|aux|nul|(com|lpt)\d"
)
"""What is no anchor of an organisation: parts of the page have it, or Windows can have no file of that name."""

ADDING = frozenset({"mean", "weighted-mean", "sum"})
"""Kinds whose parts, each by its weight, add up to the whole."""


@frozen
class Brick:
    """One part of a score: its value, what it weighs, what it adds, and how long its bar is."""

    title: str
    value: Chip
    weight: str
    adds: str
    bar: str


@frozen
class Bricks:
    """What a score is made of: parts that add up to it."""

    title: str
    total: str
    parts: tuple[Brick, ...]
    weighed: bool
    missing: tuple[str, ...]


@frozen
class Datum:
    """One figure of a return: its value, where it lies among others, the cell and the rule that it leads back to."""

    title: str
    value: str
    chip: Chip | None
    spread: int | None
    x: str
    cell: str
    rule: str
    remark: str


@frozen
class Step:
    """A change that gains or loses a level: from what to what, of how many, and how many others are there."""

    title: str
    now: str
    then: str
    of: str
    peers: str


@frozen
class Change:
    """What would change a rating."""

    gain: str
    lose: str
    held: tuple[str, ...]
    gains: tuple[Step, ...]
    losses: tuple[Step, ...]
    warnings: tuple[str, ...]
    push: str


@frozen
class Section:
    """One organisation: what stands in its section, or on its page."""

    anchor: str
    code: str
    name: str
    over: str
    levels: tuple[tuple[str, Chip], ...]
    why: tuple[str, ...]
    chances: tuple[tuple[str, str], ...]
    bricks: Bricks | None
    figures: tuple[Datum, ...]
    change: Change | None
    moved: tuple[str, ...]
    leaning: tuple[str, ...]
    help: Help | None
    files: tuple[str, ...]
    over_time: OverTime | None = None


@frozen
class Findings:
    """What was found beside the ratings, by the number of the organisation."""

    sure: Mapping[int, Sureness]
    headroom: Mapping[int, Headroom]
    moves: Mapping[str, Moved]
    leaning: Mapping[int, tuple[str, ...]]
    helped: Mapping[int, Diagnosis]
    over_time: Mapping[str, OverTime] = field(default_factory=dict)


def section(
    assessment: Assessment, n: int, anchor: str, bands: Bands, drawn: Mapping[str, Spread], found: Findings
) -> Section:
    """The section of organisation `n`."""
    organisation = assessment.organisations[n]
    methodology = assessment.methodology
    tops = [item.id for item in methodology.headlines]
    told = explain(assessment, n, (*tops, *(id_ for id_ in methodology.inputs if id_ not in tops)))
    data = [reason for reason in told.reasons.values() if reason.item in methodology.inputs or reason.cell_at]
    sure = found.sure.get(n)
    return Section(
        anchor, tidy(organisation.code), tidy(organisation.name or organisation.code), place_line(assessment, n, sure),
        tuple((tidy(item.name), headline_chip(assessment, item, n)) for item in methodology.headlines),
        tuple(why(assessment, n, told)),
        chances(assessment, sure) if sure else (),
        bricks(assessment, n, bands),
        tuple(datum(assessment, n, reason, bands, drawn) for reason in data),
        change(found.headroom[n]) if n in found.headroom else None,
        moved_lines(found.moves.get(organisation.code)), found.leaning.get(n, ()),
        help_of(found.helped[n]) if n in found.helped else None,
        files_of(told), found.over_time.get(organisation.code.casefold()),
    )  # fmt: skip


def chances(assessment: Assessment, sure: Sureness) -> tuple[tuple[str, str], ...]:
    """The chance of each level that came up, by its word."""
    scale = next((item.scale for item in assessment.methodology.headlines if item.scale), None)
    words = {level.name: tidy(level.word or level.name) for level in (scale.levels if scale else ())}
    return tuple((words.get(name, name), percent(share)) for name, share in sure.chances.items() if share)


def place_line(assessment: Assessment, n: int, sure: Sureness | None) -> str:
    """The code, and the place among how many with the interval in which it lies."""
    said = [tidy(assessment.organisations[n].code)]
    if (item := assessment.methodology.place) and not isinstance(assessment.columns[item.id][n], Missing):
        place = said_of(assessment, item.id, assessment.columns[item.id][n])
        between = f", between {sure.low} and {sure.high}" if sure and sure.low and sure.low != sure.high else ""
        said.append(f"place {place} of {len(assessment.organisations):,}{between}")
    return " · ".join(said)


def why(assessment: Assessment, n: int, told: Explanation) -> list[str]:
    """Why it is rated so, in three sentences: what decided, what pulls either way, and what was changed after it."""
    said = []
    for top in told.tops[:1]:
        said.append(sentence(without_figures(assessment.methodology, deciding(assessment, told.reasons, top))))
        said += pulls(assessment, n, assessment.methodology.items[top])
        marks = [tidy(mark_text(mark)) for mark in told.reasons[top].marks]
        marks = marks or ["no limit and no decision changed it"]
        said.append(sentence("; ".join(marks)))
    return said


def deciding(assessment: Assessment, reasons: Mapping[str, Reason], top: str) -> str:
    """The reason of the first item on the way down that is more than another handed on."""
    item = assessment.methodology.items[top]
    while (
        item.rule.kind == "level" and len(below := reasons[item.id].parts) and below[0] in assessment.methodology.items
    ):
        item = assessment.methodology.items[below[0]]
    return reasons[item.id].how


def without_figures(methodology: Methodology, text: str) -> str:
    """A sentence without the names of figures, which stand at its line in the rules: "at most 2.02 (cut_1_2)"."""
    return FIGURE.sub(lambda found: "" if found[1] in methodology.figures else found[0], text)


def sentence(text: str) -> str:
    """A text as a sentence.

    >>> sentence("no limit changed it"), sentence("It did.")
    ('No limit changed it.', 'It did.')
    """
    said = tidy(text)
    said = said if len(said) <= MOST_WORDS else f"{said[:MOST_WORDS].rsplit(' ', 1)[0]} …"
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '…')) else '.'}"


def pulls(assessment: Assessment, n: int, headline: Item) -> list[str]:
    """What pulls a score up and what pulls it down most, in a sentence; nothing where nothing adds up."""
    methodology = assessment.methodology
    score, _ = score_of(methodology, headline)
    better = methodology.polarity_of(score.id) if score else None
    if score is None or better is None:
        return []
    cells = {part: assessment.columns[part][n] for part in shares_of(methodology, score.id)}
    values = {part: cell for part, cell in cells.items() if isinstance(cell, Decimal)}
    if len(values) < 2:
        return []
    ordered = sorted(values, key=lambda part: values[part], reverse=better == "lower")
    worst, best = ordered[0], ordered[-1]
    if values[worst] == values[best]:
        return []

    def told(part: str) -> str:
        return f"{tidy(methodology.name_of(part))} ({said_of(assessment, part, values[part])})"

    return [f"{told(worst)} pulls it down most; {told(best)} holds it up most."]


def bricks(assessment: Assessment, n: int, bands: Bands) -> Bricks | None:
    """What the score of the first headline rating is made of, the heaviest contribution first."""
    methodology = assessment.methodology
    score, _ = score_of(methodology, methodology.headlines[0])
    given = assessment.columns[score.id][n] if score else None
    if score is None or score.rule.kind not in ADDING or not isinstance(given, Decimal):
        return None  # parts of what is made otherwise, such as a geometric mean, add up to nothing
    shares = shares_of(methodology, score.id)
    cells = {part: assessment.columns[part][n] for part in shares}
    there = {part: number for part, cell in cells.items() if (number := number_of(cell)) is not None}
    with localcontext(WORKING):
        total = sum((shares[part] for part in there), Decimal(0))
        if total == 0:  # what is there has no weight
            return None
        adds = {part: shares[part] / total * value for part, value in there.items()}
        summed = sum(adds.values(), Decimal(0))
    if abs(summed - given) > Decimal("0.01") * max(abs(given), Decimal(1)):
        return None  # it came as published
    longest = max(abs(add) for add in adds.values()) or Decimal(1)
    ordered = sorted(there, key=lambda part: -adds[part])
    return Bricks(
        tidy(score.name), said_of(assessment, score.id, given),
        tuple(
            Brick(
                tidy(methodology.name_of(part)), bands.chip(part, n), percent(float(shares[part] / total)),
                f"{adds[part]:.2f}", short(float(abs(adds[part]) / longest) * WIDTH),
            )
            for part in ordered
        ),
        len({shares[part] for part in shares}) > 1,
        tuple(f"{tidy(methodology.name_of(part))}: {tidy(cell.reason)}" for part, cell in cells.items()
              if isinstance(cell, Missing)),
    )  # fmt: skip


def number_of(cell: object) -> Decimal | None:
    """The number that a cell counts as in a score."""
    if isinstance(cell, Level):
        return cell.number
    return cell if isinstance(cell, Decimal) else None


def datum(assessment: Assessment, n: int, reason: Reason, bands: Bands, drawn: Mapping[str, Spread]) -> Datum:
    """One figure of the return, led back to its cell and its rule."""
    cell = assessment.columns[reason.item][n]
    spread = drawn.get(reason.item)
    at = spread.axis.at(cell) if spread and isinstance(cell, Decimal) else ""
    chip = bands.chip(reason.item, n) if isinstance(cell, Level) else None
    unit = "" if reason.unit.startswith("%") or not isinstance(cell, Decimal) else f" {reason.unit}".rstrip()
    remark = "" if reason.how in {"read from the return", "as given"} else tidy(reason.how)
    return Datum(
        title_of(assessment, reason),
        NOTHING if isinstance(cell, Missing) else f"{said_of(assessment, reason.item, cell)}{unit}",
        chip, spread.number if spread and at else None, at,
        where(reason.cell_at), where(reason.rule_at), remark,
    )  # fmt: skip


def title_of(assessment: Assessment, reason: Reason) -> str:
    """What a figure is called; a published rank that has no title has that of what it ranks."""
    ranked = ranks_of(assessment.methodology).get(reason.item)
    if ranked is not None and reason.title == reason.item:
        return f"{tidy(assessment.methodology.name_of(ranked))}: published rank"
    return tidy(reason.title)


def where(at: Location | None) -> str:
    """A place in short: the cell of a return, or the line of a rule file."""
    if isinstance(at, LineLocation):
        return f"line {at.line}"
    return tidy(str(at).removeprefix(at.file).removeprefix(":")) if at else ""


def files_of(told: Explanation) -> tuple[str, ...]:
    """The files that the places of a section are in."""
    read = {at.file for reason in told.reasons.values() if isinstance(at := reason.cell_at, CellLocation)}
    ruled = {at.file for reason in told.reasons.values() if isinstance(at := reason.rule_at, LineLocation)}
    return tuple(
        f"{what}: {listed([tidy(name.rsplit('/', 1)[-1]) for name in sorted(names, key=natural_key)], 5)}"
        for what, names in (("Cells", read), ("Lines", ruled)) if names
    )  # fmt: skip


def moved_lines(one: Moved | None) -> tuple[str, ...]:
    """What became of a rating since another return, and the parts of its causes."""
    if one is None:
        return ()
    lines = [f"It was {level(one.before)} and is {level(one.after)}."]
    if one.causes is not None and str(one.before) != str(one.after):
        lines.append(f"In levels: {parts(one.causes)}.")
    if one.score is not None and one.score_causes is not None:
        lower = ", where lower is better" * (one.score_better == "lower")
        lines.append(f"Its score changed by {signed(float(one.score))}{lower}: {score_parts(one.score_causes)}.")
    return tuple(lines)


def change(found: Headroom) -> Change:
    """What would change the rating, as headroom proved it."""
    push = ""
    if found.even_push is not None and found.to is not None:
        points = number_text(found.even_push.points)
        push = f"{points} percentile points gained on every indicator alike would do."
    return Change(
        tidy(found.to.word or found.to.name) if found.to else "",
        tidy((found.now.word or found.now.name) if isinstance(found.now, Level) else str(found.now)),
        tuple(
            f"{hold.what.capitalize()}{'' if hold.acts else ', which would hold a better rating'}: {tidy(hold.because)}"
            for hold in found.held_by
        ),
        tuple(step(move) for move in found.gains), tuple(step(move) for move in found.losses),
        tuple(unreported(one) for one in found.not_reporting),
        push,
    )  # fmt: skip


def step(move: Move) -> Step:
    """One proved change."""
    unit = "%" if move.unit == "%" else ""
    return Step(
        tidy(move.title or move.input), f"{said(move.before)}{unit}", f"{said(move.after)}{unit}",
        f"{move.of:,}" if move.of else "", f"{move.peers:,}",
    )  # fmt: skip


def unreported(one: Unreported) -> str:
    """What the rating would be without an indicator: a warning, and no advice."""
    if one.level is None:
        return f"Without {tidy(one.title)} the method would refuse to rate."
    return f"Without {tidy(one.title)} it would be {tidy(str(one.level))}."


def said(cell: object) -> str:
    """A value of a change."""
    return number_text(cell) if isinstance(cell, Decimal) else tidy(str(cell))


def anchors_of(assessment: Assessment, wanted: Sequence[int]) -> dict[int, str]:
    """The anchor of each organisation, which is also the stem of its page: its code where that can be one."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for n in wanted:
        code = assessment.organisations[n].code
        plain = code if code.isascii() and code.replace("-", "").replace("_", "").isalnum() else f"organisation-{n + 1}"
        while plain.casefold() in taken or TAKEN.fullmatch(plain):
            plain = f"{plain}-{n + 1}"
        taken.add(plain.casefold())
        found[n] = plain
    return found
