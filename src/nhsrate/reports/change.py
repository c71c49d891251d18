"""What changed between two returns, and why, as text and json."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.analysis.shapley import CAUSES
from nhsrate.core.cells import Cell, Level
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import listed, tidy
from nhsrate.engine.explain import text_of
from nhsrate.reports.provenance import set_in
from nhsrate.reports.summary import done_lines
from nhsrate.reports.told import BLANK, WIDTH, Told, plain_text, row, styled, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from nhsrate.analysis.change import Changed, Moved
    from nhsrate.analysis.put_back import Put
    from nhsrate.reports.told import Span

WORDS = {
    "own_values": "its own values",
    "own_coverage": "what it reports",
    "others": "the others",
    "rules": "the rules",
    "decisions": "decisions",
}
"""Each cause in words."""

FEW = 12


def change_text(found: Changed, *, detail: bool = False) -> str:
    """The moves between levels, then each organisation that moved with its causes; laid out for 80 columns."""
    return plain_text(change_lines(found, detail=detail))


def change_lines(found: Changed, *, detail: bool = False) -> list[Told]:
    """The same in lines that know their styles."""
    old, new = found.old, found.new
    ends = [f"{tidy(one.submitted.name)} by {tidy(one.methodology.title)}" for one in (old, new)]
    lower = "; of the score, below 0 is" * (found.score_better == "lower")
    lines = [Told(0, ((f"From {ends[0]} to {ends[1]}.", "bold"), (
        (f" {rated_by(found)}; causes are averages over the order in which they come, in levels: above 0 is better"
         f"{lower}. Published ranks count as values of {new.methodology.rates.a}'s own."), "dim",
    )))]  # fmt: skip
    done = dict.fromkeys(line for one in (old, new) for line in done_lines(one))
    lines += [*(told(line, "dim") for line in done), BLANK, *move_lines(found)]
    for what, codes in (("Only after", found.came), ("Only before", found.went)):
        if codes:
            lines.append(told(f"{what}: {listed([*map(tidy, codes)], FEW)}."))
    shown = found.organisations if detail else [one for one in found.organisations if one.before != one.after and
                                                str(one.before) != str(one.after)]  # fmt: skip
    if not detail:
        many = f"{new.methodology.rates.counted(len(shown))} of {len(found.organisations):,} moved."
        lines += [BLANK, told(many, "bold")]
    if found.not_split:
        lines.append(told(f"Causes were not worked out: {found.not_split}.", "warning"))
    for one in shown:
        lines += [BLANK, *moved_lines(found, one, detail=detail)]
    return lines


def rated_by(found: Changed) -> str:
    """Who rated what: the engine all, or the plan the mixtures."""
    if found.not_split:
        return "Both ratings are the engine's, without causes"
    if not found.planned:
        return "Every rating and mixture of before and after is the engine's"
    return (
        "Both ratings are the engine's; mixtures of before and after are the plan's, which is held to the engine, and "
        "where they lie too near to a bound the engine's"
    )


def move_lines(found: Changed) -> Iterator[Told]:
    """How many went from each level to each, best first: a dot for none, or a list where a table would be too wide."""
    colours = {level.name: level.colour for level in (found.item.scale.levels if found.item.scale else ())}
    pairs = Counter((name(one.before), name(one.after)) for one in found.organisations)
    seen: list[str | None] = [*colours, *([None] if any(None in pair for pair in pairs) else [])]
    missing = "no rating" if "none" in colours else "none"
    words = {one: missing if one is None else one for one in seen}
    wide = max(len(word) for word in [*words.values(), "before"]) + 2

    def chip(one: str | None) -> Span:
        return words[one], f"level {colours[one]}" if one is not None and colours[one] else ""

    if wide + sum(max(len(word), 4) + 2 for word in words.values()) > WIDTH:
        yield told(f"{tidy(found.item.name)}, from and to:", "bold")
        moves = [(old, new) for old in seen for new in seen if pairs[old, new]]
        wide = max((len(f"{pairs[pair]:,}") for pair in moves), default=0)
        for old, new in moves:
            yield Told(1, ((f"{pairs[old, new]:>{wide},}  ", "bold"), chip(old), (" to ", ""), chip(new)))
        return
    yield told(f"{tidy(found.item.name)}, before (down) and after (across):", "bold")
    yield row(("".ljust(wide), ""), *(span for one in seen for span in (
        (" " * (max(len(words[one]), 4) + 2 - len(words[one])), ""), chip(one)
    )))  # fmt: skip
    for before in seen:
        counts = [(f"{pairs[before, after] or '.':>{max(len(words[after]), 4) + 2}}", "bold" if before == after else "")
                  for after in seen]  # fmt: skip
        yield row(chip(before), (" " * (wide - len(words[before])), ""), *counts)


def name(cell: Cell) -> str | None:
    """A level by its name; nothing where there is none."""
    return cell.name if isinstance(cell, Level) else None


def level(cell: Cell) -> str:
    """A level by its word, or why there is none."""
    return tidy(cell.word or cell.name) if isinstance(cell, Level) else f"none ({tidy(getattr(cell, 'reason', ''))})"


def moved_lines(found: Changed, one: Moved, *, detail: bool) -> list[Told]:
    """One organisation: from what to what, what each cause gave, and in detail every input that changed."""
    who = tidy(f"{one.code} {one.name}" if one.name != one.code else one.code)
    levels = styled(one.before, level(one.before)), (" to ", ""), styled(one.after, level(one.after))
    lines = [Told(0, ((f"{who}: ", "bold"), *levels))]
    if one.causes is not None:
        lines.append(told(f"levels: {parts(one.causes)}", depth=1))
    elif one.why_not and one.why_not != found.not_split:
        lines.append(told(f"not split: {one.why_not}.", depth=1))
    if one.score_causes is not None and one.score is not None:
        still = not one.score and not any(one.score_causes.values())
        said = "as it was" if still else f"{signed(float(one.score))}: {score_parts(one.score_causes)}"
        lines.append(told(f"score {said}", depth=1))
    if not detail and (alone := [put for put in one.inputs if put.levels]):
        each = "; ".join(f"{tidy(put.title)} gave {put.levels:+d}" for put in alone[:FEW])
        lines.append(told(f"each input alone, all else as after: {each}", depth=1))
    if detail and one.inputs:
        lines.append(told("Had one alone stayed as it was, all else as after:", "dim", 1))
        lines += [put_line(found, put) for put in one.inputs[:FEW]]
        if len(one.inputs) > FEW:
            lines.append(told(f"and {len(one.inputs) - FEW} more inputs that changed", depth=2))
    return lines


def parts(causes: dict[str, Fraction]) -> str:
    """What each cause gave, in levels, as reduced fractions; those that gave nothing are left out."""
    told = [f"{WORDS[cause]} {fraction(causes[cause])}" for cause in CAUSES if causes[cause]]
    return "; ".join(told) or "no cause alone or with others moved it"


def score_parts(causes: dict[str, Fraction]) -> str:
    """What each cause gave in the score behind the rating."""
    told = [f"{WORDS[cause]} {signed(float(causes[cause]))}" for cause in CAUSES if causes[cause]]
    return "; ".join(told) or "nothing"


def fraction(part: Fraction) -> str:
    """A part of a change, reduced, with its sign.

    >>> from fractions import Fraction
    >>> fraction(Fraction(-3, 2)), fraction(Fraction(2, 2))
    ('-3/2', '+1')
    """
    return f"{'+' * (part > 0)}{part}"


def signed(number: float) -> str:
    """A change of a score, to three digits and as many as its whole part has.

    >>> signed(-0.03459), signed(0.5), signed(1234567.89), signed(0)
    ('-0.0346', '+0.5', '+1,234,568', '+0')
    """
    if abs(number) >= 1000:
        return f"{number:+,.0f}"
    return f"{Decimal(f'{number:+.3g}'):+f}"


def put_line(found: Changed, put: Put) -> Told:
    """One input that changed, and what it did."""
    method = found.new.methodology
    what = f"{tidy(put.title)} {text_of(method, put.input, put.before)} to {text_of(method, put.input, put.after)}"
    score = f", score {signed(put.score)}" if put.score is not None else ""
    return Told(2, ((f"{what}: ", ""), (f"gave {gave(put.levels)}", "bold" if put.levels else ""), (score, "")))


def gave(levels: int | None) -> str:
    """What an input's change gave, in levels.

    >>> gave(-1), gave(2), gave(0), gave(None)
    ('-1 level', '+2 levels', 'no level', 'what cannot be told in levels')
    """
    if levels is None:
        return "what cannot be told in levels"
    return f"{levels:+d} level{'s' * (abs(levels) != 1)}" if levels else "no level"


def change_json(found: Changed) -> str:
    """Everything as json; fractions of levels are texts such as `-3/2`."""
    said = {
        "old": {"return": found.old.submitted.name, "methodology": found.old.methodology.id},
        "new": {"return": found.new.submitted.name, "methodology": found.new.methodology.id},
        **set_in(found.old.methodology, found.new.methodology),
        "rating": found.item.id,
        "score_better": found.score_better,
        "mixtures": None if found.not_split else "plan" if found.planned else "engine",
        "moves": moves(found),
        "organisations": [moved_json(found, one) for one in found.organisations],
        "came": list(found.came),
        "went": list(found.went),
        "inputs_told": found.inputs_told,
        "not_split": found.not_split or None,
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def moves(found: Changed) -> list[dict[str, object]]:
    """How many went from each level to each, by their names; what has no level comes last."""
    pairs = Counter((name(one.before), name(one.after)) for one in found.organisations)
    order = sorted(pairs, key=lambda pair: [(one is None, one or "") for one in pair])
    return [{"from": old, "to": new, "count": pairs[old, new]} for old, new in order]


def moved_json(found: Changed, one: Moved) -> dict[str, object]:
    """One organisation."""
    said: dict[str, object] = {"code": one.code, "from": name(one.before), "to": name(one.after)}
    said["causes"] = {cause: str(part) for cause, part in one.causes.items()} if one.causes else None
    if one.score is not None and one.score_causes is not None:
        said["score"] = number_text(one.score)
        said["score_causes"] = {cause: float(part) for cause, part in one.score_causes.items()}
    said["inputs"] = [
        {
            "input": put.input, "title": put.title,
            "from": text_of(found.new.methodology, put.input, put.before),
            "to": text_of(found.new.methodology, put.input, put.after),
            "levels": put.levels, "score": put.score,
        }
        for put in one.inputs
    ]  # fmt: skip
    if one.why_not:
        said["not_split"] = one.why_not
    return said
