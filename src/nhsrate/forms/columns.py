"""The columns of a return to fill in: what they are headed, where they stand, and what their cells may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.forms.parts import Amount, Choice, Code, Column, Words
from nhsrate.inputs import CODE_HEADINGS, NAME_HEADINGS
from nhsrate.markers import GOVERNMENT_MARKERS, signs_of
from nhsrate.numbers import plain_number
from nhsrate.problems import column_number
from nhsrate.sheets import PERIOD_LABELS
from nhsrate.texts import fold, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from nhsrate.cells import Level
    from nhsrate.forms.parts import Entry, Texts
    from nhsrate.inputs import Input, Reading

LONGEST_HEADING = 240
"""A heading of a table in Excel holds 255 characters."""


def columns_of(
    reading: Reading, inputs: Sequence[Input], wanted: Sequence[Input], markers: Texts
) -> tuple[Column, ...]:
    """The columns of one table: code, name, those by which rows are chosen, the inputs; pinned ones where they are.

    `wanted` are all that the reader looks for, `markers` the texts that hold for every input of the return.
    """
    pinned = {item.id: column_number("".join(filter(str.isalpha, item.column))) for item in inputs if item.column}
    free = _free(set(pinned.values()))
    code, name = reading.code[0], reading.name[0]
    code = "Organisation code" if code == CODE_HEADINGS[0] else code
    name = "Organisation name" if name == NAME_HEADINGS[0] else name
    columns = [
        Column(next(free), code, Code(reading.codes == "text"), required=True),
        Column(next(free), name, Words()),
    ]
    for heading, texts in reading.where:
        options = tuple((text, "rows that say so are read") for text in texts)
        filled = texts[0] if len(texts) == 1 else ""
        columns.append(Column(next(free), heading, Choice(options), filled=filled, required=True))
    reserved = {*map(fold, (*reading.code, *reading.name, *reading.period, *PERIOD_LABELS))}
    lax = bool(reading.flags or reading.shorthand or reading.stands_for)
    for item in inputs:
        others = {fold(heading) for other in wanted if other is not item for heading in other.headings}
        texts_here = texts_of(reading, item)
        column = Column(
            number=pinned[item.id] if item.id in pinned else next(free),
            heading=heading_of(item, dict(reading.headings).get(item.id, ()), reserved | others),
            entry=entry_of(item, texts_here),
            item=item,
            texts=texts_here,
            own=tuple(pair for pair in texts_here if pair not in markers),
            group=item.group or "",
            required=item.required,
            lax=lax,
        )
        columns.append(column)
    return tuple(sorted(columns, key=lambda column: column.number))


def _free(taken: Collection[int]) -> Iterator[int]:
    """The numbers of columns that nothing is pinned to."""
    number = 0
    while True:
        number += 1
        if number not in taken:
            yield number


def heading_of(item: Input, own: Sequence[str], taken: Collection[str]) -> str:
    """What an input's column is headed: its title, else its id or an alias, whichever means this input alone.

    `own` are the headings that the reading gives it, which then are the only ones; `taken` mean something else.
    """
    choices = own or (tidy(item.title), item.id, *item.aliases)
    fitting = (one for one in choices if one and len(one) <= LONGEST_HEADING and fold(one) not in taken)
    return next(fitting, item.id)


def texts_of(reading: Reading, item: Input) -> Texts:
    """The texts that stand for a missing value of an input, each with its reason."""
    shorthand = GOVERNMENT_MARKERS.items() if reading.shorthand == "government" else ()
    said = {fold(text): (text, reason) for text, reason in (*shorthand, *reading.markers, *item.markers)}
    valid = signs_of(reading, item).markers
    return tuple(pair for text, pair in said.items() if text in valid)


def entry_of(item: Input, texts: Texts) -> Entry:
    """What a cell of an input may hold; a list also offers the texts that stand for a missing value."""
    if item.scale is not None:
        levels = tuple(map(meaning_of, item.scale.levels))
        return Choice((*levels, *texts), all(plain_number(name) is not None for name, _ in levels))
    if item.type == "text":
        return Words()
    percent = item.type == "percent"
    ends = (item.valid.low, item.valid.high) if item.valid else (None, None)
    low, high = (end.scaleb(-2) if end is not None and percent else end for end in ends)
    return Amount(low, high, item.type == "count", percent)


def meaning_of(level: Level) -> tuple[str, str]:
    """A level, and its word where that says more than its name."""
    return level.name, "" if level.word == level.name else level.word
