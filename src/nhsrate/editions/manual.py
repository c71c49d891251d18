"""`nhsrate manual`: a methodology as a document that a regulator could publish, made from the rule file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.cells import YES_NO
from nhsrate.core.nouns import ORGANISATION
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import tidy
from nhsrate.editions.manual_cases import case_blocks
from nhsrate.editions.manual_rules import headed, item_blocks, level_span, missing_rows, source_inline
from nhsrate.editions.support import peer_sentences, supports
from nhsrate.editions.text import CONTEXT, condition, grain, group_said, percent, signs
from nhsrate.engine.weights import weighings
from nhsrate.reports.documents import Bullets, Document, Heading, Paragraph, Span, Table
from nhsrate.reports.summary import counted, level_label, status_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nhsrate.core.cells import Scale
    from nhsrate.reports.documents import Block, Inline
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.rules.model import Figure, Methodology


def manual(methodology: Methodology, path: Path) -> Document:
    """The whole method in the order in which people ask about it; the worked cases are those beside its rule file."""
    parts: tuple[tuple[str, Callable[[Methodology], list[Block]]], ...] = (
        ("What it is", about),
        ("What to bear in mind", bear_in_mind),
        ("The ratings", ratings),
        ("What is measured", indicators),
        ("How it is scored", lambda one: item_blocks(one, "measures")),
        ("How the rating is decided", lambda one: item_blocks(one, "ratings")),
        ("What each part weighs", weights),
        ("What a missing value does", missing),
        ("Who is compared with whom", populations),
        ("Who can help", who_can_help),
        ("Which groups may be rated", groups),
        ("Other scales", other_scales),
        ("Named figures", figures),
        ("How a return is read", reading),
        ("Worked cases", lambda one: case_blocks(one, path)),
        ("Sources", sources),
        ("This document", colophon),
    )
    blocks: list[Block] = []
    for title, made in parts:
        found = made(methodology)
        blocks += [Heading(title), *found] if found else []
    return Document(methodology.title, tuple(blocks))


def about(methodology: Methodology) -> list[Block]:
    """Who published it, for when, and how sure it is."""
    items = [item for item in methodology.items.values() if item.section == "measures"]
    facts: list[tuple[str, Inline]] = [
        ("Published by", methodology.publisher),
        ("Period", methodology.period),
        ("Status", status_text(methodology)),
        ("Size", f"{counted(len(methodology.inputs), 'indicator')}, {counted(len(items), 'measure')}"),
        ("Rates", "" if methodology.rates == ORGANISATION else methodology.rates.many),
        ("Rates by", ", ".join(tidy(item.name) for item in methodology.headlines)),
        ("Edition", Span(methodology.id, "code")),
    ]
    summary: list[Block] = [Paragraph(methodology.summary)] if methodology.summary else []
    return [*summary, Table("The edition", ("What", "Which"), tuple((name, said) for name, said in facts if said))]


def bear_in_mind(methodology: Methodology) -> list[Block]:
    """The caveats that are printed with every rating."""
    return [Bullets(methodology.caveats)] if methodology.caveats else []


def who_can_help(methodology: Methodology) -> list[Block]:
    """By what organisations are alike, and the support that is published."""
    said: list[Block] = [Paragraph(text) for text in peer_sentences(methodology)]
    known = tuple(f"{what}: {one}" for what, one in supports(methodology))
    return [*said, *([Bullets(known)] if known else [])]


def ratings(methodology: Methodology) -> list[Block]:
    """The levels of each headline rating, what they are called and what they bring."""
    blocks: list[Block] = []
    for item in methodology.headlines:
        blocks.append(headed(methodology, item.id))
        if item.note:
            blocks.append(Paragraph(item.note))
        blocks.append(scale_table(item.scale) if item.scale else Paragraph("A number; it has no levels."))
    return blocks


def scale_table(scale: Scale) -> Table:
    """The levels of a scale, best first; columns that no level fills are left out."""
    heads, columns = ["Level"], [[level_span(level) for level in scale.levels]]
    brings = ["; ".join(level.consequences) for level in scale.levels]
    names = ["" if level.name in level_label(level) else level.name for level in scale.levels]
    numbers = ["" if level.number is None else number_text(level.number) for level in scale.levels]
    for head, cells in (("Name in files", names), ("Counts as", numbers), ("What it brings", brings)):
        if any(cells):
            heads.append(head)
            columns.append([Span(cell) for cell in cells])
    return Table(f"Levels of {scale.name}, best first", tuple(heads), tuple(zip(*columns, strict=True)))


def indicators(methodology: Methodology) -> list[Block]:
    """Every input: what it is, what is better, what is valid, and whether it must be given."""
    rows: list[tuple[Inline, ...]] = []
    for entry in methodology.inputs.values():
        note = f" {entry.note}" if entry.note else ""
        name = (Span(entry.title or entry.id, "strong"), note)
        rows.append(
            (name, Span(entry.id, "code"), kind_of(entry), better(entry), said_of(entry), source_inline(entry.source))
        )
    heads = ("Indicator", "Id", "What is given", "Better", "Bounds and duties", "Source")
    filled = [k for k in range(len(heads)) if any(row[k] != "" for row in rows)]
    table = Table("Indicators", tuple(heads[k] for k in filled), tuple(tuple(row[k] for k in filled) for row in rows))
    return [table]


def kind_of(entry: Input) -> str:
    """What is given for an input, in words."""
    unit = f", {entry.unit}" if entry.unit else ""
    if entry.type == "level" and entry.scale:
        return f"one of {', '.join(level.name for level in entry.scale.levels)}{unit}"
    bare = (
        ", given as a fraction where no % sign says otherwise"
        if entry.type == "percent" and entry.bare == "fraction"
        else ""
    )
    return f"{'per cent' if entry.type == 'percent' else entry.type}{unit}{bare}"


def better(entry: Input) -> str:
    """Which way is better, where that is said."""
    if entry.direction:
        return f"{entry.direction} says"
    return f"{entry.polarity} is better" if entry.polarity else ""


def said_of(entry: Input) -> str:
    """What is valid, whether it must be given, and which texts stand for a missing value."""
    said = [f"valid: {entry.valid}"] if entry.valid else []
    said += grain(entry)
    said += [f"sampling error: {entry.error}"] if entry.error else []
    said += signs(entry)
    said += ["added up where organisations merged"] if entry.merge else []
    said += [f"of groups: {entry.together}"] if entry.together else []
    said += [CONTEXT] if entry.role == "context" else []
    said += [f"what was planned for {entry.plan_of}"] if entry.plan_of else []
    said += ["must be given for everyone"] if entry.required else []
    said += ["its column may be absent"] if entry.optional else []
    return "; ".join([*said, *(f'"{marker}" means {reason}' for marker, reason in entry.markers)])


def weights(methodology: Methodology) -> list[Block]:
    """What each indicator decides of each rating, and of what goes into one that decides by rule."""
    blocks: list[Block] = []
    for one in weighings(methodology):
        name = tidy(methodology.name_of(one.root.item))
        if one.root.into:
            into = ", ".join(methodology.name_of(id_) for id_ in one.root.into)
            blocks.append(
                Paragraph(
                    (Span(name, "strong"), f" is decided by rule, so nothing in it has a weight. What goes in: {into}.")
                )
            )
        elif len(one.ends) > 1:
            rows = tuple(
                (" together with ".join(methodology.name_of(id_) for id_ in ids), percent(part))
                for ids, part in one.ends.items()
            )
            blocks.append(Table(f"What each indicator decides of {name}", ("Indicator", "Part"), rows))
    if any(isinstance(block, Table) for block in blocks):
        note = "The parts are what is left of the stated weights after all levels, and hold where nothing is missing."
        blocks.append(Paragraph(note))
    return blocks


def missing(methodology: Methodology) -> list[Block]:
    """What each rule does where something it needs is missing."""
    rows = missing_rows(methodology)
    said = "A missing value is never guessed. A rule not named here passes on that something is missing, and why."
    table = [Table("Where something is missing", ("Rule", "What happens"), rows)] if rows else []
    return [Paragraph(said), *table]


def populations(methodology: Methodology) -> list[Block]:
    """The populations of statistics."""
    rows = tuple((one.name, condition(methodology, one), one.because) for one in methodology.populations.values())
    return [Table("Populations", ("Population", "Who is in it", "The others"), rows)] if rows else []


def groups(methodology: Methodology) -> list[Block]:
    """The kinds of groups that may be rated in the place of their members."""
    rows = tuple((kind.id, kind.title, kind.rates, group_said(kind)) for kind in methodology.groups.values())
    return [Table("Groups", ("Groups", "Title", "Each is a", "Who belongs to which"), rows)] if rows else []


def other_scales(methodology: Methodology) -> list[Block]:
    """The scales that are not of a headline rating."""
    shown = {item.scale.name for item in methodology.headlines if item.scale}
    rest = [scale for scale in methodology.scales.values() if scale is not YES_NO and scale.name not in shown]
    return [scale_table(scale) for scale in rest]


def figure_value(figure: Figure) -> str:
    """A figure's value, and between what the true number lies where that is said."""
    value = number_text(figure.value)
    if figure.low is None or figure.high is None:
        return value
    return f"{value} (from {number_text(figure.low)} to {number_text(figure.high)})"


def figures(methodology: Methodology) -> list[Block]:
    """The named numbers, with what each rests on."""
    rows: list[tuple[Inline, ...]] = [
        (Span(one.name, "code"), figure_value(one), one.basis, source_inline(one.source), one.note)
        for one in methodology.figures.values()
    ]
    if not rows:
        return []
    said = "Stated: a source gives it. Inferred: it follows from published results. Assumed: neither, so it may differ."
    if methodology.unset:
        said += " A figure without a value must be given before anything can be rated."
    return [Paragraph(said), Table("Figures", ("Figure", "Value", "Basis", "Source", "Note"), tuple(rows))]


def reading(methodology: Methodology) -> list[Block]:
    """Where a return's values are found, and which texts stand for a missing one."""
    read = methodology.reading
    said: list[str] = [f"The sheet {read.sheet} is read."] if read.sheet else []
    said += [f"The headings stand in row {read.header_row}."] if read.header_row else []
    said += [f"The period stands under or beside {' or '.join(read.period)}."] if read.period else []
    if read.long:
        where = "".join(f", where {key} is {word}" for key, word in read.long.where)
        said.append(
            f"A row for each indicator is read too: {read.long.indicator} names it, {read.long.value} its value{where}."
        )
    said += [f'"{marker}" stands for a missing value: {reason}.' for marker, reason in read.markers]
    said += which_rows(read)
    said += [f"{said_so}." for said_so in signs(read)]
    said += ["The shorthand of official statistics (such as [c] and [x]) is understood."] if read.shorthand else []
    said += [f'"{marker}" stands for {number_text(number)}.' for marker, number in read.stands_for]
    said += [f'"{flag}" behind a number: {what}.' for flag, what in read.flags]
    said += [f"Set aside as totals: {', '.join(read.set_aside)}."] if read.set_aside else []
    said += [
        f"{tidy(entry.title or entry.id)} may also stand under {', '.join(entry.aliases)}."
        for entry in methodology.inputs.values()
        if entry.aliases
    ]
    return [Bullets(tuple(said))] if said else []


def which_rows(read: TableReading) -> list[str]:
    """Which rows of a return are read, and what blank and equal ones mean."""
    said = [f"Of several tables below each other, {read.table} is read."] if read.table else []
    said += [
        f"The {end} row that is read is {row}."
        for end, row in (("first", read.first_row), ("last", read.last_row))
        if row is not None
    ]
    said += [f"Only rows whose {key} is {' or '.join(words)} are read." for key, words in read.where]
    said += [f"A blank cell under {' or '.join(read.fill)} means the value above."] if read.fill else []
    if read.reasons:
        stand = ", ".join(f'of {id_} under "{heading}"' for id_, heading in read.reasons)
        said.append(f"The reasons of missing values stand {stand}.")
    if read.repeats.how == "sum":
        parts = {"refuse": "refused", "leave out": "left out"}[read.repeats.missing]
        said.append(f"Several rows of one organisation are added up; a part without a value is {parts}.")
    again = read.identical_rows == "set aside"
    return [*said, *(["A row that stands twice with the same values is read once."] if again else [])]


def sources(methodology: Methodology) -> list[Block]:
    """Where things were published."""
    rows: list[tuple[Inline, ...]] = [
        (Span(one.id, "code"), Span(one.title, url=one.url), one.note) for one in methodology.sources.values()
    ]
    return [Table("Sources", ("Source", "Title", "Note"), tuple(rows))] if rows else []


def colophon(methodology: Methodology) -> list[Block]:
    """What it was made from."""
    files = " and ".join(methodology.files)
    said = f"Made from {files} by nhsrate {__version__}; the rules there are what rates, and this says them in words."
    return [Paragraph(said), Paragraph(("SHA-256 of the rules: ", Span(methodology.digest, "code")))]
