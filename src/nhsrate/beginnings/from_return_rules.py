"""The rule file that a methodology is begun with: what the columns of a spreadsheet were taken for, and a rating."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text
from nhsrate.core.quantiles import quantile
from nhsrate.core.texts import fold
from nhsrate.language.write import scalar_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nhsrate.beginnings.guess import Guess
    from nhsrate.beginnings.seen import Seen
    from nhsrate.beginnings.signs import Signs

QUARTERS = (("top", "0.75"), ("middle", "0.5"), ("bottom", "0.25"))
"""The figures of a score, each with the share of organisations that are below it."""

HEAD = """\
# yaml-language-server: $schema=schema.json
# Begun from a spreadsheet, by guessing; what to look at has a comment. All that can be said in such a file is shown by
# `nhsrate docs methodology-language` and `nhsrate kinds`.

id: {id}
title: {id}             # what people call it
summary: What is rated, and how, in a sentence or two.
status: illustrative    # remove it when this is a method in use; the status then follows from the figures
{rates}
scales:                 # best first
  rating:
    - {{level: green, word: among the best, symbol: "●", colour: green}}
    - {{level: amber, word: in between, symbol: "▲", colour: amber}}
    - {{level: red, word: among the weakest, symbol: "■", colour: red}}
{scales}
figures:                # assumed: the quarters of the return that this was begun from; state your own
  green_from: {{value: 2, basis: assumed, note: the average score from which the rating is green}}
  amber_from: {{value: 1, basis: assumed, note: the average score from which it is amber}}
{figures}
{reading}
inputs:
{inputs}
measures:
{scores}  average:
    title: Average score
    kind: mean
    of:
{averaged}    missing: leave out    # or refuse, missing, {{count as: 0}}
    shown: 2
    published: true

ratings:
  rating:
    title: Rating
    kind: thresholds
    scale: rating
    headline: true
    of: average
    levels:
      - {{level: green, at_least: green_from}}
      - {{level: amber, at_least: amber_from}}
      - {{level: red, otherwise: true}}

caveats:
  - Begun from a spreadsheet by guessing, and no method in use.
"""


def rules_text(seen: Seen, guesses: Sequence[Guess], signs: Signs, id_: str) -> str:
    """The rule file: what the columns of a table were taken for, a score of each, their mean and a rating."""
    rated = [guess for guess in guesses if guess.rated]
    return HEAD.format(
        id=id_,
        rates=f"rates: {word}    # the word for what is rated, in every table\n" if (word := _rated(seen)) else "",
        scales=_lines(line for guess in guesses for line in _scale(guess)),
        figures=_lines(
            f"  {name}: {{value: {number_text(value)}, basis: assumed, note: {note}}}"
            for guess in rated
            for name, value, note in _figures(guess)
        ),
        reading=_lines(_reading(seen, signs)),
        inputs=_lines(line for guess in guesses for line in _input(guess)),
        scores=_lines(line for guess in rated for line in _score(guess)),
        averaged=_lines(f"      - {guess.item.id}_score" for guess in rated),
    )


def _rated(seen: Seen) -> str:
    """The word for what is rated, where the heading over the names is one; nothing where it is any organisation."""
    word = fold(seen.name or (seen.code if seen.codes == "name" else ""))
    several = word.endswith("s") and not word.endswith(("ss", "us"))
    column = several or word.endswith(("name", "code"))
    return word if word.isascii() and word.isalpha() and word not in ANY and not column else ""


ANY = frozenset({"name", "names", "organisation", "organization", "org", "title", "description", "label", "code", "id"})
"""Headings that say nothing of what is rated."""


def _lines(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "".join(f"{line}\n" for line in lines)


def _scale(guess: Guess) -> Iterator[str]:
    """The scale of levels."""
    if guess.item.scale is not None and guess.item.type == "level":
        yield f"  {guess.item.id}:{_asked(guess)}"
        yield from (f"    - {{level: {scalar_text(level.name)}}}" for level in guess.item.scale.levels)


def _asked(guess: Guess) -> str:
    """The question of a guess, as a comment."""
    return f"    # {guess.questions[0]}" if guess.questions else ""


def _figures(guess: Guess) -> list[tuple[str, Decimal, str]]:
    """The figures of a score of numbers: their quarters, each once, the best first."""
    numbers = sorted(guess.numbers)
    if guess.item.type in {"level", "yes/no"}:
        return []
    better = guess.polarity == "higher"
    found: dict[Decimal, tuple[str, Decimal, str]] = {}
    for name, share in QUARTERS:
        part = Decimal(share) if better else 1 - Decimal(share)
        value = quantile(numbers, part, "averaged inverted cdf")
        if guess.item.type == "count":  # between two counts there is none, and every count is at least 0
            value = value.to_integral_value(ROUND_CEILING if better else ROUND_FLOOR)
            if better and value <= 0:
                continue
        note = f"{'at least' if better else 'at most'} this is the {_BEST[name]}"
        found.setdefault(value, (f"{guess.item.id}_{name}", value, note))
    return list(found.values())


_BEST = {"top": "best quarter", "middle": "better half", "bottom": "better three quarters"}
_POINTS = {"top": 3, "middle": 2, "bottom": 1}


def _reading(seen: Seen, signs: Signs) -> Iterator[str]:
    """How the table is read."""
    yield "reading:"
    yield from _place(seen)
    yield f"  code: [{scalar_text(seen.code)}]"
    if seen.codes != "text":
        yield f"  codes: {seen.codes}"
    if seen.name:
        yield f"  name: [{scalar_text(seen.name)}]"
    if seen.aside:
        yield f"  set_aside: [{', '.join(map(scalar_text, seen.aside))}]"
    if seen.where:
        said = ", ".join(f"{scalar_text(heading)}: {scalar_text(text)}" for heading, text in seen.where)
        yield f"  where: {{{said}}}"
    if seen.add_up:
        yield "  repeats: sum          # the rows of one organisation are parts of it"
    if seen.long:
        yield f"  long: {{indicator: {scalar_text(seen.long[0])}, value: {scalar_text(seen.long[1])}}}"
    if signs.decimal:
        yield f'  decimal: "{signs.decimal}"'
    if signs.thousands:
        yield f'  thousands: "{signs.thousands}"'
    for key, texts in (("markers:              # what does each stand for?", signs.markers), ("flags:", signs.flags)):
        if texts:
            yield f"  {key}"
            yield from (f"    {scalar_text(text)}: {scalar_text(meaning)}" for text, meaning in texts)


def _place(seen: Seen) -> Iterator[str]:
    """Where the table stands."""
    if seen.sheet is not None and seen.sheets > 1:
        yield f"  sheet: {scalar_text(seen.sheet)}"
    if seen.header > 1:
        yield f"  header_row: {seen.header}"
    if seen.first:
        yield f"  first_row: {seen.first}          # the rows above it say what the columns are"


def _input(guess: Guess) -> Iterator[str]:
    """One input, a line for each thing that was guessed."""
    item = guess.item
    yield f"  {item.id}:"
    yield f"    title: {scalar_text(item.title)}"
    yield f"    type: {scalar_text(item.type)}    # {guess.why}"
    if item.unit:
        yield f"    unit: {scalar_text(item.unit)}"
    if item.type == "level":
        yield f"    scale: {item.id}"
    if item.bare == "fraction":
        yield "    bare: fraction        # 0.95 means 95 per cent"
    if item.column is not None:
        yield f"    column: {item.column}             # its heading stands more than once"
    if item.places is not None:
        yield f"    places: {item.places}"
    if not guess.rated:
        yield "    role: context         # kept beside the ratings; no score is made of it"
    elif item.polarity is not None:
        yield f"    polarity: {item.polarity:<12}  # better when {item.polarity}? check"


def _score(guess: Guess) -> Iterator[str]:
    """The score of one input, from 3 for the best."""
    item = guess.item
    yield f"  {item.id}_score:"
    yield f"    title: {scalar_text(f'{item.title}, score')}"
    if item.type in {"level", "yes/no"}:
        yield "    kind: lookup"
        yield f"    of: {item.id}"
        yield f"    table: {{{', '.join(f'{name}: {points}' for name, points in _points(guess))}}}{_asked(guess)}"
        return
    test = "at_least" if guess.polarity == "higher" else "at_most"
    yield "    kind: thresholds"
    yield f"    of: {item.id}"
    yield "    scores:"
    for name, _, _ in _figures(guess):
        yield f"      - {{score: {_POINTS[name.rpartition('_')[2]]}, {test}: {name}}}"
    yield "      - {score: 0, otherwise: true}"


def _points(guess: Guess) -> list[tuple[str, str]]:
    """The points of each level, or of yes and no: 3 for the best and 0 for the worst."""
    if guess.item.type == "yes/no":
        best = guess.polarity == "higher"
        return [("yes", "3" if best else "0"), ("no", "0" if best else "3")]
    levels = guess.item.scale.levels if guess.item.scale else ()
    last = max(len(levels) - 1, 1)
    return [
        (scalar_text(level.name), number_text((Decimal(3 * (last - n)) / last).quantize(Decimal("0.01"))))
        for n, level in enumerate(levels)
    ]
