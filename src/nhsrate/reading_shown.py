"""What the reader decided, in the form of a reading profile that can be saved, committed and given again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.headings import heading_of
from nhsrate.numbers import number_text
from nhsrate.problems import LinePlace
from nhsrate.sheets import period_label
from nhsrate.summary import account_lines
from nhsrate.texts import fold
from nhsrate.yamltext import yaml_text
from nhsrate.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType

    from nhsrate.headings import Layout
    from nhsrate.inputs import CutPoints, Reading
    from nhsrate.methodology import Methodology
    from nhsrate.returns import Return

NOWHERE = LinePlace("")
"""The place of what is made and not read."""


def profile_text(submitted: Return, methodology: Methodology) -> str:
    """How a return was read, as a profile; comments say where each row and column went."""
    about = [f"How {submitted.name} was read for {methodology.id}; give it with --reading FILE."]
    about += account_lines(submitted)
    read = submitted.layouts
    if methodology.reading.tables is not None:
        tables = {name: _profile(layout, reading) for name, layout, reading in read}
        named = methodology.reading.tables.named
        cuts = {name: _of_cuts(one, cuts) for name, one in named if (cuts := one.cut_points) is not None}
        tree = _mapping({"tables": _mapping({**tables, **cuts})})
    else:
        tree = _profile(*read[0][1:])
        if len(read) > 1:
            about.append("Several files were read; this is how the first of them was.")
    return "".join(f"# {line}\n" for line in about) + yaml_text(tree, gaps=False)


def _of_cuts(reading: Reading, cuts: CutPoints) -> Mapping:
    """What is said of a table of thresholds."""
    entries: dict[str, Node] = {}
    if reading.sheet is not None:
        entries["sheet"] = _text(reading.sheet)
    if reading.says:
        entries["says"] = _list(reading.says)
    entries["cut_points"] = _pairs({"level": cuts.level, **({"set": cuts.set_} if cuts.set_ else {})})
    return _mapping(entries)


def _profile(layout: Layout, reading: Reading) -> Mapping:
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
        found = {id_: heading_of(layout, column) for id_, column in layout.columns.items()}
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


def _declared(reading: Reading) -> dict[str, Node]:
    """What no look at a table can decide: which rows are wanted, and what texts stand for."""
    entries: dict[str, Node] = {}
    if reading.where:
        entries["where"] = _mapping({heading: _list(texts) for heading, texts in reading.where})
    if reading.fill:
        entries["fill"] = _list(reading.fill)
    if reading.identical_rows != "refuse":
        entries["identical_rows"] = _text(reading.identical_rows)
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
