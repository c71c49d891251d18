"""Reading profiles: how a return is to be read, and how one was read, written as a profile.

A profile is a YAML file with the keys of `reading:`; what it says takes the place of what the methodology says, key by
key, and markers, flags and headings come beside those of the methodology.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.core.texts import fold, listed
from nhsrate.language.records import record_keys
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence, read_tree, size_problem
from nhsrate.language.values import Bad, Context, mapping
from nhsrate.language.write import yaml_text
from nhsrate.returns.headings import headings_of
from nhsrate.returns.model import account_lines
from nhsrate.returns.sheets import period_label
from nhsrate.rules.head import read_reading
from nhsrate.rules.inputs import TableReading, Tables
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType
    from pathlib import Path

    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Return
    from nhsrate.rules.inputs import CutPoints
    from nhsrate.rules.model import Methodology


BESIDE = frozenset({"markers", "flags", "stands_for", "headings"})
"""What a profile adds to; anything else that it says takes the place of what was there."""

OF_ONE_TABLE = frozenset({"sheet", "says", "header_row", "first_row", "last_row", "table", "cut_points", "tables"})
"""What is said of a single table, and not of each where a return has several."""

ABOUT = ("title", "note")
"""Keys that are for people alone."""


@frozen
class Profile:
    """What a profile says: a reading, and which of its fields were given."""

    reading: TableReading
    given: tuple[str, ...]
    file: str = ""
    headings_at: dict[str, LineLocation] = dataclasses.field(default_factory=dict, compare=False)


def read_profile(path: Path) -> Profile:
    """The profile of a file; raises `Refused` with every problem of it."""
    name = shown_path(path)
    if (refused := size_problem(path, LineLocation(name))) is not None:
        raise Refused([refused])
    try:
        tree, problems = read_tree(path.read_bytes().decode("utf-8-sig"), name)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        message, remedy = f"The reading profile cannot be read: {why}.", "Check its path; save it as UTF-8."
        raise Refused([Problem(LineLocation(name), "no-such-file", message, remedy)]) from None
    if errors(problems):
        raise Refused(problems)
    if tree is None:
        message, remedy = "The reading profile is empty.", "Write the keys of reading:, such as header_row: 16."
        raise Refused([Problem(LineLocation(name), "empty-file", message, remedy)])
    context = Context(problems)
    try:
        profile = _profile(mapping(tree, context), context)
    except Bad:
        raise Refused(context.problems) from None
    if errors(context.problems):
        raise Refused(context.problems)
    return dataclasses.replace(profile, file=name)


def _profile(tree: Mapping, context: Context) -> Profile:
    own = tree.without(*ABOUT)
    if list(own.entries) == ["reading"]:
        own = mapping(own.entries["reading"], context)
    reading = read_reading(Mapping({"reading": own}, own.at, {"reading": own.at}), context)
    fields = {key: field.name for key, field in record_keys(TableReading).items()}
    given = tuple(fields[key] for key in own.entries)
    headings = own.entries.get("headings")
    return Profile(reading, given, headings_at=headings.keys if isinstance(headings, Mapping) else {})


def with_profile(methodology: Methodology, profile: Profile) -> Methodology:
    """The methodology, read as the profile says.

    Raises `Refused` where the profile gives headings to an input that the methodology does not have.
    """
    known = {item.id for item in methodology.wanted()}
    unknown = [id_ for id_, _ in profile.reading.headings if id_ not in known]
    if unknown:
        from nhsrate.core.problems import nearest

        raise Refused(
            [
                Problem(
                    profile.headings_at.get(id_, LineLocation(profile.file)),
                    "unknown-name",
                    f'The methodology {methodology.id} has no input "{id_}".',
                    nearest(id_, known) or f"Its inputs are {listed(sorted(known), shown=10)}.",
                )
                for id_ in unknown
            ]
        )
    return dataclasses.replace(methodology, reading=merged_reading(methodology.reading, profile))


def merged_reading(reading: TableReading, profile: Profile) -> TableReading:
    """The reading with what the profile gives; of several tables, each with what can be said of every one."""
    reading = _meant_otherwise(reading, profile.reading)
    found = dataclasses.replace(reading, **{name: _joined(reading, profile, name) for name in profile.given})
    if reading.tables is None or "tables" in profile.given:
        return found
    shared = dataclasses.replace(profile, given=tuple(name for name in profile.given if name not in OF_ONE_TABLE))
    named = tuple((name, merged_reading(table, shared)) for name, table in reading.tables.named)
    return dataclasses.replace(found, tables=Tables(named))


def _joined(reading: TableReading, profile: Profile, name: str) -> Any:  # noqa: ANN401 (whatever the field holds)
    """One field: what the profile says, beside what was there where the two go together."""
    own, there = getattr(profile.reading, name), getattr(reading, name)
    return tuple({**dict(there), **dict(own)}.items()) if name in BESIDE else own


def _meant_otherwise(reading: TableReading, profile: TableReading) -> TableReading:
    """The reading without the texts of which the profile says otherwise whether they stand for a number."""
    markers, numbers = ({fold(text) for text, _ in said} for said in (profile.markers, profile.stands_for))
    return dataclasses.replace(
        reading,
        markers=tuple(pair for pair in reading.markers if fold(pair[0]) not in numbers),
        stands_for=tuple(pair for pair in reading.stands_for if fold(pair[0]) not in markers),
    )


def is_profile(path: Path) -> bool:
    """Whether a YAML file is a reading profile: by its name, or because its keys are those of a profile."""
    if path.stem == "reading" or path.stem.startswith("reading-"):
        return True
    if size_problem(path, LineLocation(path.name)) is not None:
        return False
    try:
        tree, _ = read_tree(path.read_bytes().decode("utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError):
        return False
    keys = set(tree.keys) if isinstance(tree, Mapping) else set()
    return "id" not in keys and "inputs" not in keys and bool(keys.intersection(record_keys(TableReading)))


NOWHERE = LineLocation("")
"""The place of what is made and not read."""


def profile_text(submitted: Return, methodology: Methodology) -> str:
    """How a return was read, as a profile; comments say where each row and column went."""
    about = [f"How {submitted.name} was read for {methodology.id}; give it with --reading FILE."]
    about += account_lines(submitted, methodology.rates)
    read = submitted.layouts
    if methodology.reading.tables is not None:
        tables = {name: _shown_profile(layout, reading) for name, layout, reading in read}
        named = methodology.reading.tables.named
        cuts = {name: _of_cuts(one, cuts) for name, one in named if (cuts := one.cut_points) is not None}
        tree = _mapping({"tables": _mapping({**tables, **cuts})})
    else:
        tree = _shown_profile(*read[0][1:])
        if len(read) > 1:
            about.append("Several files were read; this is how the first of them was.")
    return "".join(f"# {line}\n" for line in about) + yaml_text(tree, gaps=False)


def _of_cuts(reading: TableReading, cuts: CutPoints) -> Mapping:
    """What is said of a table of thresholds."""
    entries: dict[str, Node] = {}
    if reading.sheet is not None:
        entries["sheet"] = _text(reading.sheet)
    if reading.says:
        entries["says"] = _list(reading.says)
    entries["cut_points"] = _pairs({"level": cuts.level, **({"set": cuts.set_} if cuts.set_ else {})})
    return _mapping(entries)


def _shown_profile(layout: Layout, reading: TableReading) -> Mapping:
    """What was decided of one table, and what was declared for it."""
    entries: dict[str, Node] = {}
    if layout.table.sheet is not None:
        entries["sheet"] = _text(layout.table.sheet)
    if reading.says:
        entries["says"] = _list(reading.says)
    entries["header_row"] = _text(str(layout.header_row))
    for key in ("first_row", "last_row", "table"):
        if (value := getattr(reading, key)) is not None:
            entries[key] = _text(str(value))
    entries["code"] = _list([layout.headings[layout.code]])
    if layout.name:
        entries["name"] = _list([layout.headings[layout.name]])
    if reading.codes != "text":
        entries["codes"] = _text(reading.codes)
    if (label := period_label(layout, reading)) is not None:
        entries["period"] = _list([label])
    if layout.form == "wide" or reading.long is None:
        found = headings_of(layout, layout.columns)
        plain = {id_: text for id_, text in found.items() if fold(text) != fold(id_)}
        if plain:
            entries["headings"] = _pairs(plain)
    else:
        long: dict[str, Node] = {
            "indicator": _text(layout.headings[layout.indicator]),
            "value": _text(layout.headings[layout.value]),
        }
        if reading.long.where:
            long["where"] = _pairs(dict(reading.long.where))
        entries["long"] = _mapping(long)
        if reading.headings:
            entries["headings"] = _mapping({id_: _list(texts) for id_, texts in reading.headings})
    entries |= _declared(reading)
    return _mapping(entries)


def _declared(reading: TableReading) -> dict[str, Node]:
    """What no look at a table can decide: which rows are wanted, and what texts stand for."""
    entries: dict[str, Node] = {}
    if reading.where:
        entries["where"] = _mapping({heading: _list(texts) for heading, texts in reading.where})
    if reading.fill:
        entries["fill"] = _list(reading.fill)
    if reading.identical_rows != "refuse":
        entries["identical_rows"] = _text(reading.identical_rows)
    if reading.reasons:
        entries["reasons"] = _pairs(dict(reading.reasons))
    if reading.repeats.how != "refuse":
        entries["repeats"] = _pairs({"how": reading.repeats.how, "missing": reading.repeats.missing})
    if reading.shorthand is not None:
        entries["shorthand"] = _text(reading.shorthand)
    for key, said in (("markers", reading.markers), ("flags", reading.flags)):
        if said:
            entries[key] = _pairs(dict(said))
    if reading.stands_for:
        entries["stands_for"] = _pairs({text: number_text(number) for text, number in reading.stands_for})
    if reading.set_aside:
        entries["set_aside"] = _list(reading.set_aside)
    return entries


def _text(text: str) -> Scalar:
    return Scalar(text, at=NOWHERE)


def _list(texts: list[str] | tuple[str, ...]) -> Sequence:
    return Sequence(tuple(_text(text) for text in texts), NOWHERE)


def _pairs(entries: MappingType[str, str]) -> Mapping:
    return _mapping({key: _text(text) for key, text in entries.items()})


def _mapping(entries: dict[str, Node]) -> Mapping:
    return Mapping(entries, NOWHERE, dict.fromkeys(entries, NOWHERE))
