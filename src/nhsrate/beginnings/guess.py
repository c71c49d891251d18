"""What a column holds, as far as its cells and its heading tell: a type, a grain, which way is better, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.beginnings.signs import IN_HEADING, LONGEST_LEVEL, Signs, filled, is_number, like_number, unit_of
from nhsrate.core.cells import Level, Missing, Scale, make_scale
from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading, is_unit
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, errors
from nhsrate.core.tables import ErrorCell, PercentCell, Uncalculated
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.language.values import TAKEN, Decimals
from nhsrate.rules.inputs import Input
from nhsrate.values.column import parse_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nhsrate.beginnings.seen import Column
    from nhsrate.core.cells import Cell
    from nhsrate.rules.inputs import InputType, Polarity

ALL_THE_SAME = ", all the same"
"""How the reason ends for a column that tells nobody apart."""

MOST_LEVELS = 8
FEWEST_COUNTED = 4
"""So many rows whose cells are 1, 2, 3 and so on are counted; fewer may be figures."""

MOST_PLACES = 6
LONGEST_ID = 40
LONGEST_UNIT = 12

_LOWER = pattern(
    r"\b(?:wait\w*|delay\w*|overdue|late|lateness|complain\w*|falls?|deaths?|mortality|infections?|incidents?|absen\w+"
    r"|sickness|vacan\w+|turnover|costs?|deficit|overspend\w*|errors?|waste|cancel\w*|breach\w*|readmi\w+|exclu\w+"
    r"|suspen\w+|crimes?|arrears|debts?|emissions?|days to|time to|harm\w*|drop ?outs?|unauthorised|missed|fail\w*"
    r"|empty|unemploy\w*|not in education|neet|injur\w+|accidents?|over \d+|more than \d+|longer than|backlog"
    r"|outstanding (?:repairs|debts?)|after \d+|did not attend|dna|refus\w+|never events?|ulcers?)\b"
)
_HIGHER = pattern(
    r"\b(?:within|on time|in time|satisf\w*|attend\w+|attain\w*|pass\w*|success\w*|achiev\w*|recycl\w*|income|surplus"
    r"|complet\w+|recommend\w*|progress|good|improv\w*|retention|uptake|coverage|reserves?|resolved|answered|met)\b"
)
_CONTEXT = pattern(
    r"\b(?:code|id|ids|year|postcode|phone|telephone|lat|latitude|lon|long|longitude|easting|northing|population"
    r"|on roll|beds|list size|capacity|denominator|eligible|ukprn|urn|rank|position|number on|total|staff|employees"
    r"|members|residents|visits|attendances|pupils|employers)\b"
)
_PERCENT = pattern(r"%|\b(?:per ?cent|percent|percentages?|pct|proportion|share)\b")
_AVERAGE = pattern(r"\b(?:average|mean|median|score|index|rate|ratio|per|days|hours|minutes|weeks)\b")
_CLOCK = pattern(r"-?\d{1,6}:[0-5]\d:[0-5]\d(?:\.\d+)?")
_WORD = pattern(r"[a-z0-9]+")

ORDERS = tuple(
    tuple(map(fold, order))
    for order in (
        ("outstanding", "good", "requires improvement", "inadequate"),
        ("outstanding", "good", "satisfactory", "requires improvement", "inadequate"),
        ("excellent", "very good", "good", "fair", "satisfactory", "adequate", "poor", "weak", "very poor"),
        ("green", "amber/green", "amber-green", "yellow", "amber", "amber/red", "amber-red", "red"),
        ("very high", "high", "medium", "moderate", "low", "very low"),
        ("strongly agree", "agree", "neither agree nor disagree", "neutral", "disagree", "strongly disagree"),
        ("fully met", "met", "mostly met", "partly met", "partially met", "almost met", "not met"),
        ("achieved", "on track", "at risk", "off track", "under-achieved", "underachieved", "failed"),
        ("significantly above", "above", "as expected", "below", "significantly below"),
        ("a*", "a", "b", "c", "d", "e", "f", "g", "u"),
        ("pass", "fail"),
        ("platinum", "gold", "silver", "bronze"),
    )
)
"""Words of which everybody knows the order, the best first; `high` of a risk is not the best, which is asked."""


@frozen
class Guess:
    """What a column is taken for, whether that is sure, and why.

    `item` is the input, `cells` its values where they could be read, `rated` whether a score is made of it, `polarity`
    which way is better of levels and of yes and no (of numbers it stands in the input), and `questions` are what a
    person should settle.
    """

    item: Input
    cells: tuple[Cell, ...]
    rated: bool
    polarity: Polarity
    why: str
    questions: tuple[str, ...] = ()

    @property
    def numbers(self) -> list[Decimal]:
        """Its numbers."""
        return [cell for cell in self.cells if isinstance(cell, Decimal)]


def _read(
    type_: InputType, raws: Sequence[object], signs: Signs, *, scale: Scale | None = None, **more: object
) -> list[Cell] | None:
    """The cells read as a type, or nothing where one of them is none."""
    item = Input("column", type_, scale=scale, **more)  # type: ignore[arg-type]  # as the caller gives them
    cells, problems = parse_column(item, raws, signs.reading, lambda n: CellLocation("", None, n + 1, 1))
    return None if errors(problems) else cells


def guessed(column: Column, taken: Collection[str], signs: Signs) -> Guess | None:
    """What a column is; nothing where it is empty, or where the spreadsheet could not work out a cell of it."""
    raws, known = filled(column.cells), {fold(text) for text, _ in signs.markers}
    without = all(fold(as_text(raw)) in known for raw in raws)
    if without or any(isinstance(raw, (ErrorCell, Uncalculated)) for raw in raws):
        return None
    id_ = id_of(column.heading, taken)
    found = _typed(column._replace(heading=column.full), raws, signs)
    return replace(found, item=replace(found.item, id=id_, title=column.heading))


def _typed(column: Column, raws: Sequence[object], signs: Signs) -> Guess:
    """What the cells are, each type tried in its turn by the reader itself."""
    heading = bare_heading(column.heading)
    whole = list(column.cells)
    texts = [as_text(raw) for raw in raws]
    unit = unit_of(raws)
    if any(not is_number(raw, signs, unit) for raw in raws) and (cells := _read("yes/no", whole, signs)) is not None:
        return _yes_no(heading, cells)
    dates = all(isinstance(raw, date) for raw in raws) or not any(is_number(raw, signs, unit) for raw in raws)
    if dates and (cells := _read("date", whole, signs)) is not None:
        return Guess(Input("", "date"), tuple(cells), False, "higher", "every cell is a date")  # noqa: FBT003
    clocks = all(isinstance(raw, (timedelta, time)) or _CLOCK.fullmatch(as_text(raw)) for raw in raws)
    if clocks and (cells := _read("duration", whole, signs, unit="minutes")) is not None:
        return _duration(heading, cells)
    if (found := _number(column, raws, whole, signs)) is not None:
        return found
    known = {fold(text) for text, _ in signs.markers}
    levels: dict[str, str] = {}
    for text in texts:
        if fold(text) not in known:
            levels.setdefault(fold(text), text)
    repeated = 2 * len(levels) <= len(texts) or any(levels.keys() <= set(order) for order in ORDERS)
    if 1 < len(levels) <= MOST_LEVELS and repeated and max(map(len, levels)) <= LONGEST_LEVEL:
        return _level(heading, [*levels.values()], whole, signs)
    alike = [text for text in levels.values() if like_number(text)]
    asked: tuple[str, ...] = ()
    if 2 * len(alike) > len(levels):
        shown = listed([quoted(text) for text in alike], shown=3)
        asked = (f"are these numbers? They cannot be read as they are written, and are not scored: {shown}",)
    return Guess(Input("", "text"), tuple(texts), False, "higher", "texts of all kinds", asked)  # noqa: FBT003


def _yes_no(heading: str, cells: Sequence[Cell]) -> Guess:
    polarity: Polarity = "lower" if _LOWER.search(heading) else "higher"
    same = len({cell for cell in cells if not isinstance(cell, Missing)}) < 2
    question = () if same else (f"is yes better? taken as {'no' if polarity == 'lower' else 'yes'}",)
    return Guess(Input("", "yes/no"), tuple(cells), not same, polarity, "every cell is yes or no", question)


def _duration(heading: str, cells: Sequence[Cell]) -> Guess:
    polarity, questions = _better(heading)
    item = Input("", "duration", unit="minutes", polarity=polarity)
    return Guess(item, tuple(cells), True, polarity, "hours, minutes and seconds", questions)  # noqa: FBT003


def _number(column: Column, raws: Sequence[object], whole: Sequence[object], signs: Signs) -> Guess | None:
    """A number, count or percentage; nothing where the cells are none."""
    heading = bare_heading(column.heading)
    shown = sum(isinstance(raw, PercentCell) or as_text(raw).endswith("%") for raw in raws)
    said = bool(_PERCENT.search(fold(column.heading)))
    unit = unit_of(raws)
    cells = _read("number", whole, signs, unit=unit) if not shown else None
    if not unit and (cells is None or said):
        percent = _percent(whole, raws, signs, shown=shown, said=said)
        if percent is not None:
            item, cells, why = percent
            return _rated(heading, item, cells, why)
    if cells is None:
        return None
    numbers = [cell for cell in cells if isinstance(cell, Decimal)]
    places = max(_places(number) for number in numbers)
    in_heading = IN_HEADING.fullmatch(column.heading)
    unit = unit or (in_heading["unit"] if in_heading else "")
    if places == 0 and min(numbers) >= 0 and not unit and not _AVERAGE.search(heading):
        return _rated(heading, Input("", "count"), cells, "whole numbers, none below zero")
    unit = unit or _unit_below(column.below)
    why = f"numbers with up to {places} decimals" if places else "whole numbers"
    grain = Decimals(places) if places <= MOST_PLACES else None
    return _rated(heading, Input("", "number", unit=unit, places=grain), cells, f"{why}, in {unit}" if unit else why)


def _unit_below(text: str) -> str:
    """What stands below a heading, where it looks like a unit that a number has behind it, and is no word for a type.

    >>> _unit_below("Ml/d"), _unit_below("score"), _unit_below("2022/23")
    ('Ml/d', '', '')
    """
    return text if text[:1].isalpha() and len(text) <= LONGEST_UNIT and not is_unit(text) else ""


def _percent(
    whole: Sequence[object], raws: Sequence[object], signs: Signs, *, shown: int, said: bool
) -> tuple[Input, list[Cell], str] | None:
    """A percentage and the scale of its bare numbers; nothing where the cells are none."""
    cells = _read("percent", whole, signs)
    if cells is None:
        return None
    numbers = [cell for cell in cells if isinstance(cell, Decimal)]
    bare = [number for number, raw in zip(numbers, raws, strict=False) if not shown]
    fraction = bool(bare) and said and max(map(abs, bare)) <= 1 and any(_places(number) for number in bare)
    if fraction:
        cells = _read("percent", whole, signs, bare="fraction") or cells
        numbers = [cell for cell in cells if isinstance(cell, Decimal)]
    places = max((_places(number) for number in numbers), default=0)
    item = Input(
        "",
        "percent",
        bare="fraction" if fraction else "percent",
        places=Decimals(places) if places <= MOST_PLACES else None,
    )
    why = "cells with a per cent sign" if shown else "the heading says per cent"
    return item, cells, f"{why}, bare numbers from 0 to 1" if fraction else why


def _places(number: Decimal) -> int:
    """The decimals of a number."""
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _rated(heading: str, item: Input, cells: Sequence[Cell], why: str) -> Guess:
    """A number with which way is better, and whether it says how good somebody is."""
    numbers = {cell for cell in cells if isinstance(cell, Decimal)}
    polarity, questions = _better(heading)
    context = item.type in {"count", "number"} and bool(_CONTEXT.search(heading)) and not _LOWER.search(heading)
    context = context or _counts_the_rows(cells)
    if context:
        said = "these seem to say what an organisation is, not how good, so no score is made of them"
        return Guess(item, tuple(cells), False, polarity, why, (said,))  # noqa: FBT003
    if len(numbers) < 2:
        return Guess(item, tuple(cells), False, polarity, f"{why}{ALL_THE_SAME}")  # noqa: FBT003
    if item.type == "count":
        questions = (*questions, "a count grows with the size of an organisation; would a rate be fairer?")
    return Guess(replace(item, polarity=polarity), tuple(cells), True, polarity, why, questions)  # noqa: FBT003


def _counts_the_rows(cells: Sequence[Cell]) -> bool:
    """Whether the cells are 1, 2, 3 and so on: the numbers of rows, or places in an order."""
    return len(cells) >= FEWEST_COUNTED and list(cells) == [Decimal(n) for n in range(1, len(cells) + 1)]


def _better(heading: str) -> tuple[Polarity, tuple[str, ...]]:
    """Which way is better by the words of a heading, and what to ask."""
    lower, higher = _LOWER.search(heading), _HIGHER.search(heading)
    if lower and not higher:
        return "lower", ()
    if higher and not lower:
        return "higher", ()
    why = f"it says both {quoted(higher[0])} and {quoted(lower[0])}" if lower and higher else "nothing says so"
    return "higher", (f"is a higher value better? {why}, taken as yes",)


def _level(heading: str, levels: Sequence[str], whole: Sequence[object], signs: Signs) -> Guess:
    """Levels, in their order where everybody knows it."""
    order = next((order for order in ORDERS if all(fold(level) in order for level in levels)), None)
    known = order is not None and not (_LOWER.search(heading) or "risk" in heading.split() or "priority" in heading)
    ordered = sorted(levels, key=lambda level: order.index(fold(level))) if order else list(levels)
    scale = make_scale("levels", [Level("levels", name, n) for n, name in enumerate(ordered)])
    cells = _read("level", whole, signs, scale=scale) or []
    asked = f"which is best? These texts are in no known order and are not scored: {listed(ordered, shown=MOST_LEVELS)}"
    questions = () if known else (asked,)
    why = f"{len(levels)} texts that repeat themselves"
    return Guess(Input("", "level", scale=scale), tuple(cells), known, "higher", why, questions)


def id_of(heading: str, taken: Collection[str]) -> str:
    """An id made of a heading, which nothing else has.

    >>> id_of("% seen within 4 hours", ()), id_of("2023/24 spend (£m)", ()), id_of("Falls", {"falls"})
    ('seen_within_4_hours', 'n2023_24_spend_m', 'falls_2')
    """
    words = _WORD.findall(fold(heading)) or ["column"]
    while len("_".join(words)) > LONGEST_ID and len(words) > 1:
        words.pop()
    base = "_".join(words)[:LONGEST_ID]
    base = base if base[0].isalpha() else f"n{base}"
    base = f"{base}_value" if base in TAKEN else base
    found, n = base, 1
    while found in taken:
        n += 1
        found = f"{base}_{n}"
    return found
