"""What a return to fill in says: over each heading, in the notes and messages of its cells, and as guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text
from nhsrate.core.problems import column_letters
from nhsrate.core.texts import listed, quoted, tidy
from nhsrate.reports.summary import counted
from nhsrate.returns.codes import LONGEST, LONGEST_NAME
from nhsrate.workbooks.form_parts import Amount, Choice, Code
from nhsrate.workbooks.writing import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.tables import SetAside
    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology
    from nhsrate.workbooks.form_parts import Column, Template, Texts

LONGEST_PROMPT, LONGEST_ERROR = 255, 225
"""How many characters Excel takes for a message."""

HEADINGS = (
    "Column", "Heading", "Id", "What to enter", "Unit", "Better", "Valid range", "Decimal places", "A blank cell",
    "Texts in the place of a value", "Definition", "Source", "Address",
)  # fmt: skip

FEW = 3
"""The texts in the place of a value that are named beside a cell; more are named in the note of the heading alone."""

SET_ASIDE = 10
"""The rows that are shown of those set aside."""

TAKES = {
    "percent": "a percentage",
    "count": "a whole number",
    "number": "a number",
    "duration": "a duration",
    "date": "a date, such as 2026-03-31",
    "text": "a text",
}
SIGN = "Type 95% for 95 per cent."


def takes(item: Input) -> str:
    """What a cell of an input takes, in words: `a percentage, 0% to 100%`."""
    if item.type == "yes/no":
        return "yes or no"
    if item.scale is not None:
        return f"one of the list: {listed([level.name for level in item.scale.levels], shown=8)}"
    limits = bounds(item)
    return f"{TAKES[item.type]}, {limits}" if limits else TAKES[item.type]


def bounds(item: Input) -> str:
    """The valid range of a number, in words; nothing where it has none."""
    sign = "%" if item.type == "percent" else ""
    ends = (item.valid.low, item.valid.high) if item.valid else (None, None)
    low, high = (None if end is None else f"{number_text(end)}{sign}" for end in ends)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is None and item.type == "count":
        return f"0 to {high}" if high else "at least 0"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def hint(column: Column) -> str:
    """What to enter, in the row above the heading."""
    item = column.item
    if item is None:
        match column.entry:
            case Code(name=True):
                return "the name; required"
            case Code():
                return "letters and digits; required"
            case Choice():
                return "choose from the list; required"
        return "text; may stay blank"
    what = "choose from the list" if item.type == "level" else takes(item).removeprefix("a ")
    unit = f" ({item.unit})" if item.unit else ""
    return f"{what}{unit}; {'required' if item.required else 'may stay blank'}"


def need(item: Input) -> str:
    """Whether a value must be there, and what a blank cell means."""
    if item.required:
        return "Every organisation must have it."
    if item.optional:
        return "It may stay blank, and the whole column may be left out."
    return "Leave the cell blank where there is no value."


def better(item: Input) -> str:
    """Which side is better, or nothing where it is not said."""
    if item.type == "level" and item.scale is not None:
        return f"{item.scale.levels[0].name} is best"
    if item.direction:
        return f"{item.direction} says whether higher or lower is better"
    return f"{item.polarity} is better" if item.polarity else ""


def instead(texts: Texts) -> str:
    """The texts that may stand in the place of a value, each with its reason."""
    return "; ".join(f"{quoted(text)} ({reason})" for text, reason in texts)


def note(methodology: Methodology, column: Column) -> str:
    """The note of a heading: everything that is known of its column."""
    item = column.item
    if item is None:
        return methodology.rates.said(_of_head(column))
    unit = f" ({item.unit})" if item.unit else ""
    lines = [tidy(item.title) or item.id, f"Enter {takes(item)}{unit}."]
    lines += [SIGN] if item.type == "percent" else []
    lines.append(need(item))
    lines += [f"In the place of a value: {instead(column.texts)}."] if column.texts else []
    side = better(item)
    lines += [f"{side[:1].upper()}{side[1:]}."] if side else []
    lines += [f"Definition: {tidy(item.note)}"] if item.note else []
    title, url = source_of(methodology, item)
    lines += [f"Source: {title} {url}".rstrip()] if title else []
    return methodology.rates.said("\n".join(lines), [tidy(item.title), item.note])


def _of_head(column: Column) -> str:
    match column.entry:
        case Code(name=True):
            return "The organisation's name. Organisations are told apart by it, so each stands once."
        case Code():
            return "The organisation's code, as text. Organisations are told apart by it, so each stands once."
        case Choice():
            return f"Only rows that say {' or '.join(quoted(text) for text, _ in column.entry.options)} are read."
    return "The organisation's name, as it shall be printed. It may stay blank."


def prompt(column: Column) -> str:
    """The message that Excel shows beside a chosen cell."""
    item = column.item
    if item is None:
        return cut(_of_head(column), LONGEST_PROMPT)
    said = [f"Enter {takes(item)}.", *([SIGN] if item.type == "percent" else []), need(item)]
    if len(column.texts) > FEW:
        said.append(f"Or one of {len(column.texts)} texts that the note of the heading names.")
    elif column.texts:
        said.append(f"Or: {instead(column.texts)}.")
    return cut(" ".join(said), LONGEST_PROMPT)


def refusal(column: Column) -> str:
    """The message under which Excel refuses what a cell does not take."""
    match column.entry:
        case Code(name=True):
            said = f"A name has up to {LONGEST_NAME} characters, and stands once in this column."
        case Code():
            said = f"A code has up to {LONGEST} letters and digits, no spaces, and stands once in this column."
        case Amount() if column.item is not None:
            said = (
                f"Enter {takes(column.item)}. A text that says why there is no value is first put on the sheet Markers."
            )
        case _:
            said = "Choose one of the list."
    return cut(said, LONGEST_ERROR)


def cut(text: str, longest: int) -> str:
    """The text, cut where it is too long.

    >>> cut("a percentage", 12), cut("a percentage", 8)
    ('a percentage', 'a per...')
    """
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def source_of(methodology: Methodology, item: Input) -> tuple[str, str]:
    """The title and the address of an input's source; nothing where it has none."""
    source = methodology.sources.get(item.source or "")
    return (tidy(source.title), source.url) if source else ("", "")


def guidance(template: Template) -> Sheet:
    """The sheet that says what this is, how it is filled in, and what every column takes."""
    rows = []
    for form in template.forms:
        for column in form.columns:
            if column.item is not None:
                sheet = f"{form.name} " if len(template.forms) > 1 else ""
                rows.append(
                    (f"{sheet}{column_letters(column.number)}", *_row(template.methodology, column, column.item))
                )
    said = [n for n, heading in enumerate(HEADINGS) if any(row[n] for row in rows)]
    headings = tuple(HEADINGS[n] for n in said)
    shown = [tuple(row[n] for n in said) for row in rows]
    about = (*_about(template.methodology), *_steps(template))
    return Sheet("Guidance", "How to fill in this return", about, headings, shown)


def _row(methodology: Methodology, column: Column, item: Input) -> tuple[str, ...]:
    """What is known of a column, in the order of the headings."""
    title = tidy(item.title)
    return (
        column.heading,
        item.id,
        takes(item),
        item.unit or ("per cent" if item.type == "percent" else ""),
        better(item),
        bounds(item),
        "none" if item.type == "count" else "any number" if isinstance(column.entry, Amount) else "",
        "is an error" if item.required else "is a missing value",
        instead(column.texts),
        ". ".join(text for text in (title if title != column.heading else "", tidy(item.note)) if text),
        *source_of(methodology, item),
    )


def _about(edition: Methodology) -> list[str]:
    """What the return is for."""
    said = [f"Methodology: {edition.id}", f"What it is rated by: {tidy(edition.title)}"]
    said += [f"Publisher: {tidy(edition.publisher)}"] if edition.publisher else []
    said += [f"Period: {edition.period}"] if edition.period else []
    return [*said, f"Status of the methodology: {edition.status}"]


def _steps(template: Template) -> list[str]:
    """What to do, step by step."""
    edition = template.methodology
    names = listed([form.name for form in template.forms], shown=9)
    sheets = f"sheets {names}" if len(template.forms) > 1 else f"sheet {names}"
    steps = [f"Fill in the {sheets}: one row for each {edition.rates.one}, its code first. Rows may be left over."]
    if not edition.period:
        steps.append("Write the period that the values are of into the cell beside the word Period.")
    steps += [
        "Enter what stands above each heading. The note on a heading, and the table below, say more.",
        "A yellow cell still wants a value. A red one, struck through, holds what its column does not take.",
        "Where there is no value, do not enter one, such as 0. Leave the cell blank, or enter a text that says why.",
        "Such a text is one of the table below, or of the sheet Markers; first put others there, with their reasons.",
        "The sheet Overrides is for ratings that people decided. It stays empty where there are none.",
        "Do not rename sheets or headings. Columns of your own may be added behind; they are not read.",
    ]
    if given := [heading for item in edition.items.values() for heading in item.given_as[:1]]:
        some = listed([quoted(heading) for heading in given], shown=12)
        steps.append(f"Results that are already published may stand in columns of their own, headed {some}.")
    if template.thresholds:
        tables = listed(list(template.thresholds), shown=9)
        steps.append(
            f"Give the tables of published thresholds ({tables}) as files of their own, together with this one."
        )
    named = " -m and the path of the rule file" if template.own_rules else ""
    steps.append(f"Save it, and check it: nhsrate check, the name of this file{',' if named else ''}{named}.")
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]


def made_text(output: str, template: Template, set_aside: Sequence[SetAside]) -> str:
    """What was written, and which rows of the list of organisations were none."""
    edition = template.methodology
    values = sum(column.item is not None for form in template.forms for column in form.columns)
    filled = f", {edition.rates.counted(len(template.organisations))} filled in" if template.organisations else ""
    what = f"a return to fill in for {edition.id} ({tidy(edition.title)})"
    lines = [f"{output}: {what}: {counted(values, 'column')} of values{filled}."]
    lines += [f"  set aside: {row.at}: {row.text} ({row.reason})" for row in set_aside[:SET_ASIDE]]
    lines += [f"  set aside: {len(set_aside) - SET_ASIDE:,} more" for _ in set_aside[SET_ASIDE : SET_ASIDE + 1]]
    return "\n".join(lines) + "\n"
