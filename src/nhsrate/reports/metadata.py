"""What was set for the ratings of a csv, as metadata beside it: a csv has columns and no room to say so.

The file is that of CSV on the Web (W3C, *Metadata Vocabulary for Tabular Data*, 2015), which is found by its name,
`ratings.csv-metadata.json`; what concerns `nhsrate` alone stands in its `notes`, which the vocabulary leaves open.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nhsrate import __version__
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import listed, tidy
from nhsrate.reports.csv_json import SUFFIX, json_text
from nhsrate.reports.provenance import methodology_provenance, plain, return_provenance, set_json, supposed_json
from nhsrate.reports.summary import counted, setting_lines, supposed_lines
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
TOOL = "nhsrate"

OF_METHODOLOGY = (
    "id",
    "title",
    "publisher",
    "period",
    "status",
    "status_because",
    "chosen_by",
    "digest",
    "files",
    "set",
)
OF_RETURN = ("name", "digest", "form", "period", "organisations", "values", "missing", "supposed", "overrides")


@frozen
class Record:
    """What a run set, what people decided, and what it supposes: each as plain values, and all of it in sentences."""

    parts: Mapping[str, Sequence[Mapping[str, object]]]
    lines: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to record."""
        return any(self.parts.values())

    @property
    def said(self) -> str:
        """What it is, in a few words: `1 figure set, 2 ratings decided`."""
        words = {"set": "figure", "decided": "rating", "supposed": "value"}
        return listed([f"{counted(len(found), words[part])} {part}" for part, found in self.parts.items() if found])


def record_of(assessment: Assessment) -> Record:
    """What was set, decided and supposed in a run."""
    methodology = assessment.methodology
    parts = {
        "set": set_json(methodology),
        "decided": decided(assessment),
        "supposed": [supposed_json(one) for one in assessment.submitted.supposed],
    }
    lines = (*setting_lines(methodology), *map(decided_line, parts["decided"]), *supposed_lines(assessment))
    return Record(parts, tuple(lines))


def decided(assessment: Assessment) -> list[dict[str, object]]:
    """Every recorded decision: whose rating it made what, and who decided it when and why."""
    return [
        {
            "code": assessment.organisations[n].code,
            "name": assessment.organisations[n].name,
            "item": id_,
            "from": plain(mark.before),
            "to": plain(mark.after),
            "who": mark.who,
            "when": mark.when,
            "why": mark.because,
        }
        for id_, found in assessment.marks.items()
        for n in sorted(found)
        for mark in found[n]
        if mark.what == "override"
    ]


def decided_line(one: Mapping[str, object]) -> str:
    """A decision in a sentence."""
    before = "no value" if one["from"] is None else one["from"]
    who = tidy(f"{one['code']} {one['name']}")
    return tidy(
        f"Decided by {one['who']} on {one['when']}: {who}, {one['item']} {before} became {one['to']}: {one['why']}."
    )


def metadata_json(assessment: Assessment, record: Record, name: str, header: Sequence[str]) -> str:
    """The metadata of the csv of that name and header; the same run gives the same bytes."""
    from urllib.parse import quote

    methodology = assessment.methodology
    about = methodology_provenance(methodology)
    read = return_provenance(assessment.submitted)
    of_items = {*header[2:]} <= {*methodology.items, *methodology.inputs}
    key = [heading for heading in header if heading in {"code", "item"}]
    note: dict[str, object] = {
        "tool": {"name": TOOL, "version": __version__},
        "methodology": {part: about[part] for part in OF_METHODOLOGY},
        "return": {part: read[part] for part in OF_RETURN if part in read},
        "decided": record.parts["decided"],
    }
    if assessment.printed is not None:
        note["only"] = [assessment.organisations[n].code for n in assessment.printed]
    said = {
        "@context": CONTEXT,
        "url": quote(name),
        "dc:title": f"Ratings under {methodology.title}",
        "dc:description": list(record.lines),
        "tableSchema": {
            "columns": [column(methodology, heading, of_items=of_items) for heading in header],
            **({"primaryKey": key} if key else {}),
        },
        "notes": [note],
    }
    return json_text(said)


def column(methodology: Methodology, heading: str, *, of_items: bool) -> dict[str, object]:
    """A column: its name, its heading and title, and whether it holds numbers, where columns are those of items."""
    known = of_items and (heading in methodology.items or heading in methodology.inputs)
    titles = list(dict.fromkeys([heading, methodology.name_of(heading)] if known else [heading]))
    number = known and methodology.type_of(heading).kind == "number"
    return {"name": heading, "titles": titles, "datatype": "decimal" if number else "string"}


@frozen
class Kept:
    """The metadata that stands beside a csv: the file, the name of its csv, and what it says that was done.

    `note` is what `nhsrate` wrote; there is none where another program made the file.
    """

    file: str
    url: str = ""
    note: Mapping[str, Any] | None = None

    @property
    def parts(self) -> dict[str, list[Any]]:
        """What was set, decided and supposed, in the form of a record."""
        note = self.note or {}
        return {
            "set": _listed(_part(note, "methodology").get("set")),
            "decided": _listed(note.get("decided")),
            "supposed": _listed(_part(note, "return").get("supposed")),
        }


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _part(note: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = note.get(name)
    return found if isinstance(found, dict) else {}


def kept_beside(csv: Path) -> Kept | None:
    """The metadata beside a csv; nothing where there is none. Raises `OSError` where it cannot be read."""
    path = beside(csv)
    name = shown_path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return Kept(name)
    if not isinstance(said, dict):
        return Kept(name)
    notes = _listed(said.get("notes"))
    note = next((one for one in notes if isinstance(one, dict) and _part(one, "tool").get("name") == TOOL), None)
    return Kept(name, str(said.get("url", "")), note)


def beside(csv: Path) -> Path:
    """Where the metadata of a csv stands."""
    return csv.with_name(csv.name + SUFFIX)


def differences(record: Record, kept: Kept | None, csv: Path) -> Iterator[str]:
    """How what stands beside a csv differs from what should, a sentence for each."""
    from urllib.parse import unquote

    if kept is None or kept.note is None:
        if record:
            file, what = (kept.file, "is not what nhsrate writes") if kept else (shown_path(beside(csv)), "is missing")
            yield f"{file} {what}, so that nothing says what was set then; for this run was: {' '.join(record.lines)}"
        return
    if unquote(kept.url) != csv.name:
        yield f"{kept.file} is about {kept.url or 'no table'}, and not about {csv.name}."
    if not record:
        said = "; ".join(part_text(part, found) for part, found in kept.parts.items() if found) or "nothing"
        yield f"{kept.file} is left behind: it says what was set ({said}), and for this run nothing was. Remove it."
        return
    for part, now in record.parts.items():
        if nameless(before := kept.parts[part]) != nameless(now):
            yield f"{kept.file}: {part_text(part, before)} became {part_text(part, now)}."


def part_text(part: str, found: Sequence[Any]) -> str:
    """What was set, decided or supposed, in the words of a comparison; what somebody else wrote there as it is."""
    try:
        said = [WORDS[part].format_map({key: _or_none(value) for key, value in one.items()}) for one in found]
    except (KeyError, TypeError, ValueError, AttributeError):
        said = [text_of(list(found))]
    return tidy(f"{part} {'; '.join(said) or 'none'}")


def _or_none(value: object) -> object:
    return "no value" if value is None else value


def nameless(found: Sequence[Any]) -> list[Any]:
    """The same without the names of organisations, which may change while the codes stay."""
    return [{**one, "name": ""} if isinstance(one, dict) and "code" in one else one for one in found]


WORDS = {
    "set": "{name} = {value} (the edition has {edition})",
    "decided": "{code} {item} from {from} to {to} by {who} on {when}: {why}",
    "supposed": "{code}.{item} = {value}",
}
"""How one thing of each part is told."""


def text_of(value: object) -> str:
    """A value of a provenance block in a sentence."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items())
    if isinstance(value, list):
        return tidy("; ".join(map(text_of, value))) or "none"
    return tidy(str(value)) if value is not None else "none"
