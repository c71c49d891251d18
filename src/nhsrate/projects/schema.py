"""The JSON Schemas of the files beside rule files, for editors: project files, worked cases and reading profiles.

Each is made from the records that the file is read into, as that of rule files is (`rules.schema`), and stands beside
it in `indicators/`; `nhsrate schema WHAT` prints it. What an editor shows of a key is the sentence of its field.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from nhsrate.editions.cases import CASE_KEYS
from nhsrate.kinds.manual import field_sentences
from nhsrate.language.records import hints_of, record_keys
from nhsrate.returns.profiles import ABOUT
from nhsrate.rules.inputs import TableReading
from nhsrate.rules.project_file import Files, Named, Project, Settings
from nhsrate.rules.schema import TEXT, Maker, Schema, needed, objects, rule_file_schema, schema_text

if TYPE_CHECKING:
    from collections.abc import Callable

SCALAR: Schema = {"type": ["string", "number", "boolean"]}
PATH: Schema = {"type": ["string", "number"], "minLength": 1}
SCALARS: Schema = {"type": "object", "additionalProperties": SCALAR}
NAMES: Schema = {"type": "array", "items": TEXT, "minItems": 1}

DRAFT = "http://json-schema.org/draft-07/schema#"

FORMS: dict[Any, Schema] = {
    Named: PATH,
    Files: {"anyOf": [PATH, {"type": "array", "items": PATH, "minItems": 1}]},
    Settings: {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
}
"""What each annotation of a project file looks like."""

CASES: dict[str, str] = {
    "name": "what the case is called, where it does not come out",
    "source": "where what is expected was published",
    "note": "what there is to say of it",
    "methodology": "the id of the methodology that the case is of, where it is another than that above",
    "set": "values for named figures, such as {cut: 2.06}",
    "given": "what is given, such as {waits: 12}: any items, not only inputs; for rows, a list of items",
    "expect": "what must come out, such as {stars: 2}; missing expects no value; for rows, a list of items",
    "organisations": "several organisations that are rated together, each with given: and expect:",
    "rows": "cases of their own, each a name with what is given and what is expected, in the order of the two lists",
}
"""What the keys of a case mean."""

TOP: dict[str, str] = {
    "methodology": "the id of the methodology that the cases are of; the only one of the folder needs none",
    "given": "what is given in every case",
    "cut_points": "tables of cut points that stand in for those of a return: {table: {heading: {level: text}}}",
    "cases": "the cases",
}
"""What the keys of a file of cases mean."""


def project_schema() -> Schema:
    """The schema of `nhsrate.yaml`."""
    return {"$schema": DRAFT, "title": "A project file of nhsrate", **_record(Project, ("file",))}


def _record(cls: Any, fixed: tuple[str, ...]) -> Schema:  # noqa: ANN401 (annotations are not typed)
    """A record of a project file as an object."""
    hints, said = hints_of(cls), field_sentences(cls)
    keys = record_keys(cls, fixed)
    properties = {key: {"description": said[key], **_form(hints[field.name])} for key, field in keys.items()}
    return objects(properties, needed(cls, fixed))


def _form(hint: Any) -> Schema:  # noqa: ANN401 (annotations are not typed)
    return FORMS[hint] if hint in FORMS else {"type": "array", "items": _record(get_args(hint)[0], ("at",))}


def cases_schema() -> Schema:
    """The schema of files of worked cases."""
    both = {key: {"description": CASES[key], **SCALARS} for key in ("given", "expect")}
    forms: dict[str, Schema] = {
        **dict.fromkeys(("name", "source", "note", "methodology"), TEXT),
        "set": FORMS[Settings],
        "given": {"anyOf": [SCALARS, NAMES]},
        "expect": {"anyOf": [SCALARS, NAMES]},
        "organisations": {"type": "object", "minProperties": 1, "additionalProperties": objects(both, [])},
        "rows": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "array", "items": SCALAR}},
    }
    case = objects({key: {"description": CASES[key], **forms[key]} for key in CASE_KEYS}, [])
    case["anyOf"] = [{"required": ["expect"]}, {"required": ["organisations"]}]
    case["dependencies"] = {"rows": ["given", "expect"]}
    table: Schema = {"type": "object", "additionalProperties": {"type": "object"}}
    tops: dict[str, Schema] = {
        "methodology": TEXT,
        "given": SCALARS,
        "cut_points": {"type": "object", "additionalProperties": table},
        "cases": {"type": "array", "items": case},
    }
    properties = {key: {"description": TOP[key], **tops[key]} for key in TOP}
    return {"$schema": DRAFT, "title": "Worked cases of nhsrate", **objects(properties, ["cases"])}


def reading_schema() -> Schema:
    """The schema of reading profiles: the keys of `reading:`, at the top or below it."""
    maker = Maker()
    reading = maker.record(TableReading, whole=True)
    about = {
        "title": {"description": "what the profile is for", **TEXT},
        "note": {"description": "what there is to say of it", **TEXT},
    }
    assert {*about} == {*ABOUT}  # noqa: S101 (what is for people alone)
    whole = {"reading": {"description": "how the return is read", **reading}}
    flat = objects(about | reading["properties"], [])
    return {
        "$schema": DRAFT,
        "title": "A reading profile of nhsrate",
        "type": "object",
        "if": {"required": ["reading"]},
        "then": objects(about | whole, []),
        "else": flat,
        "definitions": dict(sorted(maker.definitions.items())),
    }


SCHEMAS: dict[str, tuple[str, Callable[[], Schema]]] = {
    "rules": ("schema.json", rule_file_schema),
    "project": ("project-schema.json", project_schema),
    "cases": ("cases-schema.json", cases_schema),
    "reading": ("reading-schema.json", reading_schema),
}
"""What there is a schema of, with its file in `indicators/`."""


def text_of(what: str) -> str:
    """A schema as it stands in its file."""
    if what == "rules":
        return schema_text()
    return json.dumps(SCHEMAS[what][1](), ensure_ascii=False, indent=1) + "\n"
