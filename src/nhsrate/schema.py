"""The JSON Schema of rule files, for editors: made from the very records that rule files are read into.

`indicators/schema.json` holds it, and `python -m nhsrate.schema` prints it. A rule file that begins with the line
`# yaml-language-server: $schema=../schema.json` is checked and completed by an editor while it is written.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from typing import Any, Literal, get_args, get_origin

from nhsrate.expand import CHANGES, OWN, SECTIONS
from nhsrate.inputs import Input, Reading
from nhsrate.kinds import KINDS
from nhsrate.methodology import Figure, Item, Population, SourceEntry
from nhsrate.records import hints_of, record_keys
from nhsrate.schema_forms import COLUMN, FORMS, OWN_FORMS, REFERENCES, TEXT, TEXTS, WHOLE, Schema, definition
from nhsrate.sections import LevelEntry

NAME = "schema.json"
"""What the file is called in the folder of the editions."""

MODELINE = f"# yaml-language-server: $schema=../{NAME}\n"
"""The first line of every rule file that ships."""


class _Made:
    """The definitions that have been needed so far."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = dict(REFERENCES)

    def form(self, hint: Any, *, whole: bool = True) -> Schema:  # noqa: ANN401 (annotations are not typed)
        """What a value of this annotation looks like; where not `whole`, a record may leave keys to its parent."""
        if hint in FORMS:
            return FORMS[hint]
        if get_origin(hint) is Literal:
            return {"enum": list(get_args(hint))}
        if get_origin(hint) is tuple:
            return {"type": "array", "items": self.form(get_args(hint)[0])}
        name = hint.__name__
        if name == "Rounding":
            return {"anyOf": [WHOLE, self.record(hint, whole=False)]}
        if hasattr(hint, "from_node"):
            return OWN_FORMS.get(name, {})
        if not whole:
            return self.record(hint, whole=False)
        if name not in self.definitions:
            self.definitions[name] = {}  # so that a record may hold its own kind
            self.definitions[name] = self.record(hint)
        return definition(name)

    def fields(self, cls: Any, fixed: tuple[str, ...] = (), *, whole: bool = True) -> dict[str, Schema]:  # noqa: ANN401 (annotations are not typed)
        """The keys of a record; any of them may be taken from a family's column."""
        hints = hints_of(cls)
        return {
            key: {"anyOf": [self.form(hints[field.name], whole=whole), COLUMN]}
            for key, field in record_keys(cls, fixed).items()
        }

    def record(self, cls: Any, fixed: tuple[str, ...] = (), *, whole: bool = True) -> Schema:  # noqa: ANN401 (annotations are not typed)
        """A record as an object."""
        return _object(self.fields(cls, fixed, whole=whole), _needed(cls, fixed) if whole else [])

    def item(self, name: str, *, whole: bool) -> Schema:
        """A measure or rating: what all of them may have, and for each kind the keys that there are."""
        shared = self.fields(Item, ("id", "section", "rule", "at"), whole=whole)
        shared |= {"each": definition("each"), "id": {"anyOf": [TEXT, COLUMN]}}
        kinds = {kind: self.fields(cls, whole=whole) for kind, cls in sorted(KINDS.items())}
        known = {"kind": {"anyOf": [{"enum": list(kinds)}, COLUMN]}}
        if not whole:
            keys: dict[str, list[Schema]] = {key: [schema] for key, schema in shared.items()}
            for properties in kinds.values():
                for key, schema in properties.items():
                    keys[key] = [*(found for found in keys.get(key, []) if found != schema), schema]
            return _object(known | {key: {"anyOf": found} for key, found in keys.items()}, [])
        anything: dict[str, Any] = dict.fromkeys(["kind", *shared], True)
        for kind, properties in kinds.items():
            about = inspect.getdoc(KINDS[kind]) or ""
            self.definitions[f"{name} {kind}"] = {
                "description": " ".join(about.split("\n\n")[0].split()),
                **_object(anything | properties, _needed(KINDS[kind])),
            }
        choose = [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": definition(f"{name} {kind}"),
            }
            for kind in kinds
        ]
        return {"type": "object", "required": ["kind"], "properties": known | shared, "allOf": choose}

    def sections(self, *, whole: bool) -> dict[str, Schema]:
        """Each section of a rule file, or of what an edition changes in its parent."""
        word = "item" if whole else "changed item"
        self.definitions[word] = self.item(word, whole=whole)
        entered = self.record(Input, ("id", "at"), whole=whole)
        entered["properties"] |= {"each": definition("each"), "id": {"anyOf": [TEXT, COLUMN]}}
        family = {
            "type": "object",
            "additionalProperties": {"type": "array"},
            **({"required": ["columns"]} if whole else {}),
        }
        each = {
            "sources": self.record(SourceEntry, ("id",), whole=whole),
            "scales": {"type": "array", "minItems": 1, "items": self.form(LevelEntry)},
            "figures": self.record(Figure, ("name", "set_from"), whole=whole),
            "families": {"anyOf": [TEXTS, family]},
            "populations": self.record(Population, ("name",), whole=whole),
            "inputs": entered,
            "measures": definition(word),
            "ratings": definition(word),
        }
        reading = {"reading": self.record(Reading, whole=whole)}
        return {
            name: {"type": ["object", "null"], "additionalProperties": schema} for name, schema in each.items()
        } | reading


def _needed(cls: Any, fixed: tuple[str, ...] = ()) -> list[str]:  # noqa: ANN401 (annotations are not typed)
    return [key for key, field in record_keys(cls, fixed).items() if field.default is dataclasses.MISSING]


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    needed: Schema = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def rule_file_schema() -> Schema:
    """The schema of rule files: of those that stand by themselves, and of those that extend another."""
    made = _Made()
    head = dict.fromkeys(OWN, TEXT) | {"status": {"const": "illustrative"}, "caveats": {"anyOf": [TEXT, TEXTS]}}
    whole, part = made.sections(whole=True), made.sections(whole=False)
    changes: dict[str, Schema] = {how: _object(whole, []) for how in CHANGES}
    changes["change"] = _object(part, [])
    changes["remove"] = _object({name: definition("taken-out") for name in SECTIONS}, [])
    made.definitions |= {
        "edition": _object(head | whole, ["id", "title", "inputs", "ratings"]),
        "edition that extends another": _object(head | {"extends": TEXT} | changes, ["id", "title", "extends"]),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A rule file of nhsrate",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": definition("edition that extends another"),
        "else": definition("edition"),
        "definitions": dict(sorted(made.definitions.items())),
    }


def schema_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(rule_file_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":  # pragma: no cover (a test compares what it would print)
    import sys

    sys.stdout.write(schema_text())
