"""Reading profiles: how a return is read where its methodology does not say, from a file of their own.

A profile is a YAML file with the keys of `reading:`; what it says takes the place of what the methodology says, key by
key, and markers, flags and headings come beside those of the methodology.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from nhsrate.decode import Bad, Context, mapping
from nhsrate.inputs import Reading, Tables
from nhsrate.loading import shown_path
from nhsrate.problems import LinePlace, Problem, Refused, errors
from nhsrate.records import record_keys
from nhsrate.sections import read_reading
from nhsrate.texts import listed
from nhsrate.yamltree import Mapping, read_tree, size_problem

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.methodology import Methodology

BESIDE = frozenset({"markers", "flags", "stands_for", "headings"})
"""What a profile adds to; anything else that it says takes the place of what was there."""

OF_ONE_TABLE = frozenset({"sheet", "says", "header_row", "first_row", "last_row", "table", "cut_points", "tables"})
"""What is said of a single table, and not of each where a return has several."""

ABOUT = ("title", "note")
"""Keys that are for people alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says: a reading, and which of its fields were given."""

    reading: Reading
    given: tuple[str, ...]
    file: str = ""
    headings_at: dict[str, LinePlace] = dataclasses.field(default_factory=dict, compare=False)


def read_profile(path: Path) -> Profile:
    """The profile of a file; raises `Refused` with every problem of it."""
    name = shown_path(path)
    if (refused := size_problem(path, LinePlace(name))) is not None:
        raise Refused([refused])
    try:
        tree, problems = read_tree(path.read_bytes().decode("utf-8-sig"), name)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        message, remedy = f"The reading profile cannot be read: {why}.", "Check its path; save it as UTF-8."
        raise Refused([Problem(LinePlace(name), "no-such-file", message, remedy)]) from None
    if errors(problems):
        raise Refused(problems)
    if tree is None:
        message, remedy = "The reading profile is empty.", "Write the keys of reading:, such as header_row: 16."
        raise Refused([Problem(LinePlace(name), "empty-file", message, remedy)])
    try:
        profile = _profile(mapping(tree, Context(problems)), problems)
    except Bad:
        raise Refused(problems) from None
    if errors(problems):
        raise Refused(problems)
    return dataclasses.replace(profile, file=name)


def _profile(tree: Mapping, problems: list[Problem]) -> Profile:
    context = Context(problems)
    own = tree.without(*ABOUT)
    if list(own.entries) == ["reading"]:
        own = mapping(own.entries["reading"], context)
    reading = read_reading(Mapping({"reading": own}, own.at, {"reading": own.at}), context)
    fields = {key: field.name for key, field in record_keys(Reading).items()}
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
        from nhsrate.problems import nearest

        raise Refused(
            [
                Problem(
                    profile.headings_at.get(id_, LinePlace(profile.file)),
                    "unknown-name",
                    f'The methodology {methodology.id} has no input "{id_}".',
                    nearest(id_, known) or f"Its inputs are {listed(sorted(known), shown=10)}.",
                )
                for id_ in unknown
            ]
        )
    return dataclasses.replace(methodology, reading=merged_reading(methodology.reading, profile))


def merged_reading(reading: Reading, profile: Profile) -> Reading:
    """The reading with what the profile gives; of several tables, each with what can be said of every one."""
    found = dataclasses.replace(reading, **{name: _joined(reading, profile, name) for name in profile.given})
    if reading.tables is None or "tables" in profile.given:
        return found
    shared = dataclasses.replace(profile, given=tuple(name for name in profile.given if name not in OF_ONE_TABLE))
    named = tuple((name, merged_reading(table, shared)) for name, table in reading.tables.named)
    return dataclasses.replace(found, tables=Tables(named))


def _joined(reading: Reading, profile: Profile, name: str) -> Any:  # noqa: ANN401 (whatever the field holds)
    """One field: what the profile says, beside what was there where the two go together."""
    own, there = getattr(profile.reading, name), getattr(reading, name)
    return tuple({**dict(there), **dict(own)}.items()) if name in BESIDE else own


def is_profile(path: Path) -> bool:
    """Whether a YAML file is a reading profile: by its name, or because its keys are those of a profile."""
    if path.stem == "reading" or path.stem.startswith("reading-"):
        return True
    if size_problem(path, LinePlace(path.name)) is not None:
        return False
    try:
        tree, _ = read_tree(path.read_bytes().decode("utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError):
        return False
    keys = set(tree.keys) if isinstance(tree, Mapping) else set()
    return "id" not in keys and "inputs" not in keys and bool(keys.intersection(record_keys(Reading)))
