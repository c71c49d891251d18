"""One edition in full, in words: what comes in, how it is decided, what each part weighs, what it rests on."""

from __future__ import annotations

import sys
import textwrap
from decimal import Decimal
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from nhsrate.core.cells import YES_NO
from nhsrate.core.nouns import ORGANISATION
from nhsrate.core.numbers import number_text
from nhsrate.core.texts import quoted, tidy
from nhsrate.editions.support import peer_sentences, supports
from nhsrate.engine.weights import effective_weights
from nhsrate.reports.summary import counted, level_label, status_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.core.cells import Level
    from nhsrate.rules.groups import GroupKind, Listed
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.rules.model import Gate, Item, Limit, Methodology, Population

WIDTH = 100
NARROWEST = 40
"""Where lines are broken."""


def methodology_text(methodology: Methodology) -> str:
    """One edition in full."""
    facts = [methodology.publisher, methodology.period, status_text(methodology), *table_facts(methodology)]
    lines = [
        f"{tidy(methodology.title)} ({methodology.id})",
        *paragraph("; ".join(filter(None, facts)), 0, 0),
        *paragraph(methodology.summary, 0, 0),
        "",
        "What comes in",
    ]
    for entry in methodology.inputs.values():
        lines += paragraph(input_line(entry), 2)
    for section, title in (("measures", "What is measured"), ("ratings", "What is decided")):
        items = [item for item in methodology.items.values() if item.section == section]
        lines += ["", title] if items else []
        for item in items:
            lines += item_lines(methodology, item)
    for headline, parts in effective_weights(methodology).items():
        lines += ["", f"Effective weights in {named(methodology, headline)}"]
        lines += weight_lines(methodology, headline, parts)
    lines += [*scale_lines(methodology), *figure_lines(methodology), *population_lines(methodology)]
    lines += support_lines(methodology)
    lines += group_lines(methodology)
    if methodology.sources:
        lines += ["", "Sources"]
        for source in methodology.sources.values():
            told = ". ".join(filter(None, [source.title, source.url, source.note]))
            lines += paragraph(f"{source.id}: {told}", 2)
    if methodology.caveats:
        lines += ["", "Caveats", *(line for caveat in methodology.caveats for line in paragraph(caveat, 2))]
    lines += ["", *(f"Rule file: {file}" for file in methodology.files), f"SHA-256: {methodology.digest}"]
    return "\n".join(lines) + "\n"


def support_lines(methodology: Methodology) -> list[str]:
    """Who can help: the peers, and what is published."""
    said = peer_sentences(methodology)
    said += [f"{what}: {one}" for what, one in supports(methodology)]
    return ["", "Who can help", *(line for text in said for line in paragraph(text, 2))] if said else []


def table_facts(methodology: Methodology) -> list[str]:
    """What is rated, where that is no organisation, and that tables are ordered as the return is."""
    rated = [] if methodology.rates == ORGANISATION else [f"rates {methodology.rates.many}"]
    return [*rated, *(["tables in the order of the return"] if methodology.in_order_of_return else [])]


def room() -> int:
    """The columns that a line may take: those of the terminal where one shows it, and at most `WIDTH`."""
    if sys.stdout is None or not sys.stdout.isatty():
        return WIDTH
    return max(NARROWEST, min(get_terminal_size().columns, WIDTH))


def paragraph(text: str, indent: int, further: int = 2) -> list[str]:
    """The text in lines; those after the first stand further in. Nothing for an empty text."""
    pad = " " * indent
    return textwrap.wrap(
        tidy(text), room(), initial_indent=pad, subsequent_indent=pad + " " * further,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def named(methodology: Methodology, id_: str) -> str:
    """The title of an item with its id, or the id alone."""
    title = tidy(methodology.name_of(id_))
    return title if title == id_ else f"{title} ({id_})"


def input_line(entry: Input) -> str:
    """An input: what it is, what is better, what is valid, and the texts that stand for a missing value."""
    kind = f"level of {entry.scale.name}" if entry.scale and entry.type == "level" else entry.type
    said = [f"{kind}{f' ({entry.unit})' if entry.unit else ''}"]
    if entry.direction:
        said.append(f"{entry.direction} says whether higher or lower is better")
    if entry.polarity:
        said.append(f"{entry.polarity} is better")
    if entry.valid:
        said.append(f"valid: {entry.valid}")
    said += grain(entry) + signs(entry)
    if entry.merge:
        said.append("added up where organisations merged")
    if entry.together:
        said.append(f"of groups: {entry.together}")
    if entry.type == "percent" and entry.bare == "fraction":
        said.append("a bare number is a fraction")
    if entry.role == "context":
        said.append(CONTEXT)
    if entry.plan_of:
        said.append(f"what was planned for {entry.plan_of}")
    if entry.required:
        said.append("required where its column stands" if entry.optional else "required")
    elif entry.optional:
        said.append("may be absent")
    said += [f"{marker} means {reason}" for marker, reason in entry.markers]
    name = f"{entry.title} ({entry.id})" if entry.title else entry.id
    note = f". {entry.note}" if entry.note else ""
    source = f" [{entry.source}]" if entry.source else ""
    return f"{name}: {', '.join(said)}{note}{source}"


CONTEXT = "context, of which no score is made"
"""What is said of an input that says what an organisation is."""


def grain(entry: Input) -> list[str]:
    """In which steps its values are published, where that is said; those of counts are whole."""
    steps = None if entry.type == "count" else entry.grain
    return [] if steps is None else [f"published in steps of {number_text(steps)}"]


def signs(read: Input | TableReading) -> list[str]:
    """The signs within numbers, where they are said."""
    found = (("before the decimals", read.decimal), ("between thousands", read.thousands))
    return [f'"{sign}" stands {where}' for where, sign in found if sign]


def item_lines(methodology: Methodology, item: Item) -> list[str]:
    """An item: its rule in words, and what happens to the result."""
    rests = ", ".join(filter(None, (item.source, item.basis)))
    source = f" [{rests}]" if rests else ""
    marks = [word for word, is_so in (("headline", item.headline), ("published", item.published)) if is_so]
    marked = f" ({', '.join(marks)})" if marks else ""
    lines = paragraph(f"{named(methodology, item.id)}{marked}{source}", 2)
    return lines + [line for said in item_sentences(methodology, item) for line in paragraph(said, 4)]


def item_sentences(methodology: Methodology, item: Item) -> list[str]:
    """The rule of an item, its gate, rounding, limits and how it may be given, in words."""
    said = [item.rule.plain(methodology.name_of)]
    if item.unit:
        said.append(f"in {item.unit}")
    if item.polarity:
        said.append(f"a {item.polarity} result is better")
    if item.only_when:
        said.append(f"only where {condition(methodology, item.only_when)}, else missing: {item.only_when.because}")
    if item.round:
        said.append(f"rounded {item.round}")
    if item.shown is not None:
        said.append(f"shown with {counted(item.shown, 'decimal place')}")
    if item.given_as:
        said.append(f"taken as published where the return has it (as {', '.join(item.given_as)}){given(item)}")
    for limit in item.limits:
        where = "" if limit.always else f" where {condition(methodology, limit)}"
        said.append(f"{limit.what(methodology.name_of)}{where}: {limit.because}")
    if item.note:
        said.append(item.note)
    return said


def given(item: Item | Input) -> str:
    """What may be given, and which texts stand for a missing value, as the end of a sentence."""
    valid = f", valid: {item.valid}" if item.valid else ""
    return valid + "".join(f', "{marker}" means {reason}' for marker, reason in item.markers)


def condition(methodology: Methodology, said: Gate | Limit | Population) -> str:
    """The condition of something, with the titles of its items, and what a missing value counts as."""
    return said.when.plain(methodology.name_of, said.missing)


def weight_lines(methodology: Methodology, headline: str, parts: Mapping[str, Decimal]) -> list[str]:
    """The share of everything that a rule weighs against something else, or of the one thing a headline rests on.

    What decides by a table or by conditions is said to: what is within it has no weight.
    """
    if not parts:
        return paragraph("It decides by rule, so nothing in it has a weight.", 2)
    weighed = {
        id_
        for item in (headline, *parts)
        if item in methodology.items and len(shares := methodology.items[item].rule.shares()) > 1
        for id_ in shares
    }
    lines = []
    for id_ in [id_ for id_ in parts if id_ in weighed] or [next(iter(parts))]:
        by_rule = id_ in methodology.items and not methodology.items[id_].rule.shares()
        ends = ", which decides by rule" if by_rule else ""
        said = textwrap.wrap(f"{named(methodology, id_)}{ends}", room() - 11)
        lines += [f"  {percent(parts[id_]):>7}  {said[0]}", *(f"{' ' * 11}{line}" for line in said[1:])]
    return lines


def percent(part: Decimal) -> str:
    """A share in per cent; of a weight that has no value yet there is none.

    >>> percent(Decimal("0.125")), percent(Decimal(1) / 3), percent(Decimal("NaN"))
    ('12.5 %', '33.3 %', 'no value')
    """
    if part.is_nan():
        return number_text(part)
    return f"{number_text(Decimal(number_text(part * 100, 1)))} %"


def scale_lines(methodology: Methodology) -> list[str]:
    """The scales, best level first, with their consequences."""
    lines: list[str] = []
    for scale in (one for one in methodology.scales.values() if one is not YES_NO):
        lines += ["", f"Scale {scale.name}, best first"]
        for level in scale.levels:
            lines += paragraph(level_line(level), 2)
    return lines


def level_line(level: Level) -> str:
    """A level: symbol, name, word, and what it brings."""
    number = "" if level.number is None else number_text(level.number)
    counts = f", counts as {number}" if number not in {"", level.name} else ""
    return level_label(level) + counts + (f": {'; '.join(level.consequences)}" if level.consequences else "")


def figure_lines(methodology: Methodology) -> list[str]:
    """The named figures: value, basis, source, note, and what this run set."""
    lines = ["", "Figures (`--set NAME=VALUE` replaces one for a run)"] if methodology.figures else []
    for figure in methodology.figures.values():
        was = f", set here; the edition has {number_text(figure.set_from)}" if figure.set_from is not None else ""
        source = f", {figure.source}" if figure.source else ""
        note = f": {figure.note}" if figure.note else ""
        lines += paragraph(f"{figure.name} = {number_text(figure.value)} ({figure.basis}{source}{was}){note}", 2)
    return lines


def group_said(kind: GroupKind) -> str:
    """How it is known who belongs to which of a kind of groups, and by which rules these are rated."""
    if kind.whole is not None:
        where = f"{kind.whole}, all organisations together"
    elif kind.members is not None:
        where = "; ".join(f"{one.name}: {listed_members(one)}" for one in kind.members.groups)
    else:
        headings = {"member": kind.member, "group": kind.group, "name": kind.name, "share": kind.share}
        stated = ", ".join(f"{what} under {quoted(heading)}" for what, heading in headings.items() if heading)
        table = f"the sheet {quoted(kind.sheet)}" if kind.sheet else "a table of members"
        where = f"{table}{f' ({stated})' if stated else ''}"
    by = f", rated by {kind.methodology}" if kind.methodology else ""
    return f"{where}{by}{f'. {kind.note}' if kind.note else ''}{f' [{kind.source}]' if kind.source else ''}"


def listed_members(one: Listed) -> str:
    """The members of a group in the rule file, each with its share where it has one."""
    shares = [f" by {member.share}" if member.share is not None else "" for member in one.members]
    return ", ".join(f"{member.code}{share}" for member, share in zip(one.members, shares, strict=True))


def group_lines(methodology: Methodology) -> list[str]:
    """The kinds of groups that may be rated in the place of their members."""
    lines = ["", "Groups (`--as NAME` rates them)"] if methodology.groups else []
    for said in groups_said(methodology):
        lines += paragraph(said, 2)
    return lines


def groups_said(methodology: Methodology) -> tuple[str, ...]:
    """Each kind of groups in a sentence."""
    titles = [f"{kind.id} ({kind.title})" if kind.title else kind.id for kind in methodology.groups.values()]
    kinds = zip(titles, methodology.groups.values(), strict=True)
    return tuple(f"{title}, each {kind.noun.a}: {group_said(kind)}" for title, kind in kinds)


def population_lines(methodology: Methodology) -> list[str]:
    """The populations of statistics."""
    lines = ["", "Populations"] if methodology.populations else []
    for population in methodology.populations.values():
        said = f"{population.name}: where {condition(methodology, population)}; the others: {population.because}"
        lines += paragraph(said if population.because else said.partition(";")[0], 2)
    return lines
