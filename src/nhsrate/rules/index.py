"""The editions as a search needs them: their headings and periods, from a small index, so that few are loaded.

Loading every rule file to see which fits a return takes longer than rating it. `indicators/index.json` holds of each
edition what finding its headings takes (its inputs and how its table is read), its period, and a digest of its files.
An edition whose files say anything else than the index is loaded instead, so that a stale index costs time and is
never wrong. A test writes it (`python -m pytest tests/rules/test_index.py --update`) and holds it fresh.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.rules.editions import edition_files
from nhsrate.rules.inputs import CutPoints, Input, LongForm, Range, TableReading, Tables
from nhsrate.rules.load import read_methodology

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.rules.model import Methodology

INDEX = "index.json"

RECORDS: Mapping[str, type] = {
    one.__name__: one for one in (Input, TableReading, LongForm, CutPoints, Tables, Range, Decimal)
}
"""What the index holds as a record of its own, by its name."""

UNSOUGHT = frozenset({"at", "source", "note", "scale", "polarity", "valid", "merge", "unit", "together", "plan_of"})
"""Fields of an input that no search for its heading asks for."""

_ASIDE = pattern(r"\[[^\]]*\]|\([^)]*\)")
_NO_LETTER = pattern(r"[^\w\n]+|_")


@dataclass(frozen=True)  # no slots: it keeps what it has decoded
class Shape:
    """The inputs and the reading that some editions share, as the index holds them; decoded when they are asked for.

    `needles` has for each input that must be there the texts of which one must stand in the return; see `needles_of`.
    """

    needles: Sequence[Sequence[str]]
    plain_inputs: Any
    plain_reading: Any

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What the editions want."""
        return tuple(record_of(self.plain_inputs))

    @cached_property
    def reading(self) -> TableReading:
        """How their table is read."""
        found: TableReading = record_of(self.plain_reading)
        return found


@frozen
class Candidate:
    """An edition that a return may be meant for."""

    id: str
    title: str
    period: str
    shape: Shape


def candidates() -> list[Candidate]:
    """Every edition that can be loaded, in the order of the ids, from the index as far as it is fresh."""
    files = edition_files()
    known = _indexed({path.parents[1] for path in files.values()})
    found = []
    for path in files.values():
        candidate = known.get(path)
        if candidate is None and (methodology := read_methodology(path)[0]) is not None:
            candidate = candidate_of(methodology)
        if candidate is not None:
            found.append(candidate)
    return found


def candidate_of(methodology: Methodology) -> Candidate:
    """A loaded edition as a candidate."""
    inputs, reading = tuple(methodology.inputs.values()), methodology.reading
    shape = Shape(needles_of(inputs, reading), plain_of(inputs), plain_of(reading))
    return Candidate(methodology.id, methodology.title, methodology.period, shape)


def can_fit(shape: Shape, haystack: str) -> bool:
    """Whether every input that must be there can have its heading among these texts, squashed."""
    return all(any(needle in haystack for needle in needles) for needles in shape.needles)


def needles_of(inputs: Iterable[Input], reading: TableReading) -> list[list[str]]:
    """For each input that must be there the squashed texts of which one must stand in the return.

    It is a necessary condition and no more: the search for headings is the judge. An input that may be found without
    its heading, by its column or a cell, asks for nothing; where a row may stand for an indicator, the heading over
    the indicators will do for each.
    """
    own = dict(reading.headings)
    long = [squashed(reading.long.indicator)] if reading.long else []
    found = []
    for item in inputs:
        texts = own.get(item.id, item.headings)
        pinned = item.column is not None or any(re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", text) for text in texts)
        if item.optional or pinned:
            continue
        shorter = [text.rpartition(" / ")[2] for text in texts]
        words = {squashed(one) for text in shorter for one in (text, _ASIDE.sub("", text))}
        found.append(sorted({*words, *long}))
    return found


def squashed(text: str) -> str:
    r"""The letters and digits of a text alone, without regard to case; line breaks stay, between text and text.

    >>> squashed("A&E: 4-hour waits (%)\nReferral_ID")
    'ae4hourwaits\nreferralid'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _NO_LETTER.sub("", text.casefold())


# the file


def _indexed(folders: Iterable[Path]) -> dict[Path, Candidate]:
    """The candidates of the folders' index whose files are as they were when it was written, by their rule files."""
    return {path: candidate for folder in folders for path, candidate in _held(folder)}


def _held(folder: Path) -> Iterator[tuple[Path, Candidate]]:
    import json  # only a return whose methodology is not named needs it

    try:
        held = json.loads((folder / INDEX).read_bytes())
    except OSError:
        return
    shapes = [Shape(one["needles"], one["inputs"], one["reading"]) for one in held["shapes"]]
    digests: dict[str, str] = {}
    for one in held["editions"]:
        if all((digests.get(name) or digests.setdefault(name, _digest(folder / name))) == digest
               for name, digest in one["files"].items()):  # fmt: skip
            yield (
                folder / next(iter(one["files"])),
                Candidate(one["id"], one["title"], one["period"], shapes[one["shape"]]),
            )


def _digest(path: Path) -> str:
    from hashlib import sha256

    try:
        return sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]
    except OSError:
        return "none"


def index_text() -> str:
    """The index of the editions as they are now; one that cannot be loaded is left out."""
    files = edition_files()
    folder = next(iter(files.values())).parents[1]
    import json  # as above

    shapes: dict[str, int] = {}
    editions = []
    for path in files.values():
        methodology, _ = read_methodology(path)
        stems = [name.removesuffix(".yaml") for name in methodology.files] if methodology else []
        if methodology is None or not files.keys() >= {*stems}:  # one that rests on a file elsewhere
            continue
        one = candidate_of(methodology)
        shape = {"needles": one.shape.needles, "reading": one.shape.plain_reading, "inputs": one.shape.plain_inputs}
        number = shapes.setdefault(json.dumps(shape, ensure_ascii=False), len(shapes))
        names = {files[stem].relative_to(folder).as_posix(): _digest(files[stem]) for stem in stems}
        editions.append({"id": one.id, "title": one.title, "period": one.period, "shape": number, "files": names})
    lines = (",\n  ".join(shapes), ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in editions))
    return f'{{"shapes": [\n  {lines[0]}\n], "editions": [\n  {lines[1]}\n]}}\n'


def plain_of(value: Any) -> Any:  # noqa: ANN401 (any value of a record)
    """A record as plain values: those of its fields that say something, under its name."""
    if isinstance(value, Decimal):
        return {"Decimal": str(value)}
    if type(value).__name__ in RECORDS:
        said = {
            one.name: plain_of(got)
            for one in fields(value)
            if one.name not in UNSOUGHT and (got := getattr(value, one.name)) != one.default
        }
        return {type(value).__name__: said}
    return [plain_of(one) for one in value] if isinstance(value, list | tuple) else value


def record_of(plain: Any) -> Any:  # noqa: ANN401 (whatever was put in)
    """The record, or the tuple of records, that plain values say.

    >>> record_of(plain_of((LongForm("Measure", "Value", (("Quarter", "Q4"),)),)))
    (LongForm(indicator='Measure', value='Value', where=(('Quarter', 'Q4'),)),)
    """
    if isinstance(plain, list):
        return tuple(map(record_of, plain))
    if not isinstance(plain, dict):
        return plain
    ((name, said),) = plain.items()
    if name == "Decimal":
        return Decimal(said)
    return RECORDS[name](**{field: record_of(value) for field, value in said.items()})
