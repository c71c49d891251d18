"""The JSON Schema of rule files, for editors: made from the very records that rule files are read into.

`indicators/schema.json` holds it, and `nhsrate schema` prints it. A rule file that begins with the line
`# yaml-language-server: $schema=../schema.json` is checked and completed by an editor while it is written.

What an editor shows of a key is its `description`, the sentence of its field; where what the key holds has one too,
editors show that instead, so the forms of values have none.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from nhsrate.core.cells import Level, Scale
from nhsrate.kinds import KINDS
from nhsrate.kinds.manual import field_sentences, kind_summary
from nhsrate.language.conditions import Test, When
from nhsrate.language.edges import LevelEdge, Operand
from nhsrate.language.numbers import Edge, Number
from nhsrate.language.records import hints_of, record_keys
from nhsrate.language.values import Address, Decimals, Over, Ref, Refs, Result, SourceName, Terms, Words
from nhsrate.rules.expand import CASES, CHANGES, OWN, SECTIONS
from nhsrate.rules.groups import GroupKind
from nhsrate.rules.head import LevelEntry
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.rules.model import Figure, Item, Population, SourceEntry
from nhsrate.rules.support import Peers

NAME = "schema.json"
"""What the file is called in the folder of the editions."""

MODELINE = f"# yaml-language-server: $schema=../{NAME}\n"
"""The first line of every rule file that ships."""

OF_CASES = "# yaml-language-server: $schema=../cases-schema.json\n"
"""The first line of every file of worked cases that ships."""

OF_READING = "# yaml-language-server: $schema=../reading-schema.json\n"
"""The first line of every reading profile that ships."""

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FIGURE: Schema = {"type": ["number", "string"]}
PLAIN: Schema = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^-?[0-9]+((\.[0-9]+)?([eE][+-]?[0-9]{1,3})?|/[0-9]+)$"},
    ]
}
TEXTS: Schema = {"type": "array", "items": TEXT}
TABLE: Schema = {"type": "object", "minProperties": 1, "additionalProperties": TEXT}


def definition(name: str) -> Schema:
    """A reference to one of the definitions."""
    return {"$ref": f"#/definitions/{name}"}


COLUMN = definition("column")

FORMS: dict[Any, Schema] = {
    str: TEXT,
    bool: {"type": "boolean"},
    int: WHOLE,
    Decimal: PLAIN,
    Decimals: WHOLE,
    Number: FIGURE,
    Edge: definition("bound"),
    Operand: definition("bound"),
    Level: TEXT,
    LevelEdge: {"anyOf": [TEXT, definition("item-as-bound")]},
    Scale: {"type": "string"},
    Result: TEXT,
    SourceName: {"type": "string"},
    Words: {"type": "string", "pattern": r"\S"},
    Address: {"type": "string", "pattern": "^https?://"},
    date: {"type": "string"},
    Ref: definition("item-id"),
    Refs: definition("items"),
    Terms: definition("items"),
    Over: {"type": "string"},
    Test: definition("test"),
    When: definition("condition"),
    tuple[str, ...]: {"anyOf": [TEXT, TEXTS]},
    tuple[tuple[str, str], ...]: {"type": "object", "additionalProperties": TEXT},
    tuple[tuple[str, tuple[str, ...]], ...]: {"type": "object", "additionalProperties": {"anyOf": [TEXT, TEXTS]}},
    tuple[tuple[str, Decimal], ...]: {"type": "object", "additionalProperties": PLAIN},
}
"""What each annotation looks like in a rule file."""

OWN_FORMS: dict[str, Schema] = {
    "Range": {"type": "string", "pattern": r"^\s*((>=|<=)\s*-?[0-9]|-?[0-9].*\.\.)"},
    "MissingRule": {
        "anyOf": [
            {"enum": ["refuse", "leave out", "missing"]},
            {
                "type": "object",
                "properties": {"count as": FIGURE, "leave out": {"type": ["integer", "string"]}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    },
    "SamplingError": {
        "anyOf": [
            FIGURE,
            definition("item-id"),
            {
                "type": "object",
                "properties": {"numerator": TEXT, "denominator": TEXT},
                "required": ["numerator", "denominator"],
                "additionalProperties": False,
            },
        ]
    },
    "Against": {"anyOf": [FIGURE, definition("item-id")]},
    "Better": {"anyOf": [{"enum": ["higher", "lower"]}, definition("selector")]},
    "Outcome": {"anyOf": [TEXT, definition("selector")]},
    "Entries": TABLE,
    "Across": TEXTS,
    "Grid": {"type": "object", "minProperties": 1, "additionalProperties": TEXTS},
    "Repeats": {
        "anyOf": [
            {"enum": ["refuse", "sum"]},
            {
                "type": "object",
                "properties": {"how": {"enum": ["refuse", "sum"]}, "missing": {"enum": ["refuse", "leave out"]}},
                "additionalProperties": False,
            },
        ]
    },
    "Together": {
        "anyOf": [
            {"type": "string", "pattern": "^(pooled|sum|worst|best|not|weighted by .+)$"},
            {
                "type": "object",
                "properties": {
                    "how": {"enum": ["pooled", "sum", "weighted", "worst", "best", "not"]},
                    "numerator": TEXT,
                    "denominator": TEXT,
                    "times": PLAIN,
                    "by": TEXT,
                    "missing": {"enum": ["leave out", "missing"]},
                },
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    },
    "Members": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "anyOf": [
                TEXTS,
                {"type": "object", "properties": {"name": TEXT, "of": {"anyOf": [TEXTS, TABLE]}}, "required": ["of"]},
                TABLE,
            ]
        },
    },
    "Tables": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "type": "object",
            "anyOf": [{"required": ["says"]}, {"required": ["sheet"]}],
        },
    },
    "Sets": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": "array", "items": definition("Row")},
    },
}
"""What the records look like that are written in a form of their own; any other such record may be anything."""

SIDES_SAID = {
    "at_least": "this number or another item's value, and whatever is higher",
    "above": "whatever is higher than this number or another item's value",
    "at_most": "this number or another item's value, and whatever is lower",
    "below": "whatever is lower than this number or another item's value",
}
"""What the keys of a test that names its bounds mean."""

SIDES: dict[str, Schema] = {
    side: {"description": said, "anyOf": [definition("bound"), COLUMN]} for side, said in SIDES_SAID.items()
}

EARLIER: dict[str, Schema] = {
    "period": {"description": "what it was in the period before", "const": "previous"},
    "back": {"description": "what it was so many periods before", **WHOLE},
}
"""The keys of a reference to an earlier period."""

REFERENCES: dict[str, Schema] = {
    "column": {
        "type": "object",
        "properties": {
            "column": {"description": "what stands in this column of the member that the item is made for", **TEXT}
        },
        "required": ["column"],
        "additionalProperties": False,
    },
    "each": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"family": TEXT, "column": TEXT},
                "required": ["family", "column"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"family": TEXT, "where": definition("where")},
                "required": ["family", "where"],
                "additionalProperties": False,
            },
        ]
    },
    "where": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [TEXT, TEXTS, COLUMN]},
    },
    "selector": {
        "type": "object",
        "properties": {
            "item": TEXT, "family": TEXT, "column": TEXT, "weights": TEXT, **EARLIER,
            "where": {
                "description": "the members in whose columns one of these stands",
                "allOf": [definition("where")],
            },
            "each": {"anyOf": [definition("each"), {"type": "array", "items": {"anyOf": [TEXT, COLUMN]}}, COLUMN]},
        },
        "anyOf": [{"required": ["item"]}, {"required": ["family"]}],
        "additionalProperties": False,
    },
    "item-id": {"anyOf": [{"type": "string"}, definition("selector")]},
    "items": {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "minItems": 1, "items": {"anyOf": [TEXT, definition("items"), COLUMN]}},
            definition("selector"),
            {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [FIGURE, COLUMN]}},
        ]
    },
    "item-as-bound": {
        "type": "object",
        "properties": {
            "item": {"description": "the item whose value is the bound", "anyOf": [TEXT, COLUMN]},
            "each": {"anyOf": [definition("each"), {"type": "array"}]},
            "family": TEXT, "column": TEXT, "where": definition("where"),
            "times": {"description": "what its value is multiplied by", "anyOf": [FIGURE, COLUMN]},
            "plus": {"description": "what is added to it then", "anyOf": [FIGURE, COLUMN]},
            **EARLIER,
        },
        "anyOf": [{"required": ["item"]}, {"required": ["family"]}],
        "additionalProperties": False,
    },
    "bound": {"anyOf": [FIGURE, definition("item-as-bound")]},
    "test": {
        "anyOf": [
            TEXT,
            {"type": "array", "minItems": 1, "items": TEXT},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 2,
                "properties": SIDES,
                "additionalProperties": False,
            },
            definition("earlier test"),
        ],
    },
    "earlier test": {
        "type": "object",
        "properties": {
            "is": {"description": "the test", "allOf": [definition("test")]},
            "running": {"description": "in how many periods in a row, this one among them", **WHOLE},
            **EARLIER,
            **SIDES,
        },
        "anyOf": [{"required": ["running"]}, {"required": ["period"]}, {"required": ["back"]}],
        "additionalProperties": False,
    },
    "condition": {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "any": {
                "description": "conditions of which one at least must hold",
                "type": "array",
                "minItems": 1,
                "items": definition("condition"),
            },
            "not": {"description": "a condition that must not hold", "allOf": [definition("condition")]},
        },
        "additionalProperties": {"anyOf": [definition("test"), COLUMN]},
    },
    "taken-out": {"anyOf": [TEXT, TEXTS, {"type": "object", "additionalProperties": definition("taken-out")}]},
}  # fmt: skip


class Maker:
    """The definitions that have been needed so far."""

    def __init__(self) -> None:
        """Begin with those that are written by hand."""
        self.definitions: dict[str, Schema] = dict(REFERENCES)

    def form(self, hint: Any, *, whole: bool = True) -> Schema:  # noqa: ANN401 (annotations are not typed)
        """What a value of this annotation looks like; where not `whole`, a record may leave keys to its parent."""
        if hint in FORMS:
            return FORMS[hint]
        if get_origin(hint) is Literal:
            words = list(get_args(hint))
            numbers = [int(word) for word in words if word.isdigit()]  # `base: 2` is a number to editors
            return {"enum": [*words, *numbers]}
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
        """The keys of a record with what they mean; any of them may be taken from a family's column."""
        hints, said = hints_of(cls), field_sentences(cls)
        return {
            key: ({"description": said[key]} if whole and key in said else {})
            | {"anyOf": [self.form(hints[field.name], whole=whole), COLUMN]}
            for key, field in record_keys(cls, fixed).items()
        }

    def record(self, cls: Any, fixed: tuple[str, ...] = (), *, whole: bool = True) -> Schema:  # noqa: ANN401 (annotations are not typed)
        """A record as an object."""
        return objects(self.fields(cls, fixed, whole=whole), needed(cls, fixed) if whole else [])

    def item(self, name: str, *, whole: bool) -> Schema:
        """A measure or rating: what all of them may have, and for each kind the keys that there are."""
        shared = self.fields(Item, ("id", "section", "rule", "at"), whole=whole)
        shared |= {"each": definition("each"), "id": {"anyOf": [TEXT, COLUMN]}}
        kinds = {kind: self.fields(cls, whole=whole) for kind, cls in sorted(KINDS.items())}
        told = [kind_summary(kind) for kind in kinds]
        known: dict[str, Schema] = {"kind": {"anyOf": [{"enum": list(kinds), "enumDescriptions": told}, COLUMN]}}
        if not whole:
            keys: dict[str, list[Schema]] = {key: [schema] for key, schema in shared.items()}
            for properties in kinds.values():
                for key, schema in properties.items():
                    keys[key] = [*(found for found in keys.get(key, []) if found != schema), schema]
            return objects(known | {key: {"anyOf": found} for key, found in keys.items()}, [])
        anything: dict[str, Any] = dict.fromkeys(["kind", *shared], True)
        for kind, properties in kinds.items():
            summary = kind_summary(kind)
            chosen = {"kind": {"description": summary, "const": kind}}
            self.definitions[f"{name} {kind}"] = {
                "description": summary,
                **objects(anything | chosen | properties, needed(KINDS[kind])),
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
        entered["properties"]["polarity"]["anyOf"].append(definition("selector"))
        entered["properties"] |= {"each": definition("each"), "id": {"anyOf": [TEXT, COLUMN]}}
        row: Schema = {"anyOf": [{"type": "array"}, {"type": "object", "minProperties": 1}]}
        family = {"type": "object", "properties": {"columns": TEXTS}, "additionalProperties": row}
        each = {
            "sources": self.record(SourceEntry, ("id",), whole=whole),
            "scales": {"type": "array", "minItems": 1, "items": self.form(LevelEntry)},
            "figures": self.record(Figure, ("name", "set_from"), whole=whole),
            "families": {"anyOf": [TEXTS, family]},
            "groups": self.record(GroupKind, ("id",), whole=whole),
            "populations": self.record(Population, ("name",), whole=whole),
            "inputs": entered,
            "measures": definition(word),
            "ratings": definition(word),
        }
        single = {"reading": self.record(TableReading, whole=whole), "peers": self.record(Peers, whole=whole)}
        return {
            name: {"type": ["object", "null"], "additionalProperties": schema} for name, schema in each.items()
        } | single


def needed(cls: Any, fixed: tuple[str, ...] = ()) -> list[str]:  # noqa: ANN401 (annotations are not typed)
    """The keys of a record that must be given."""
    return [key for key, field in record_keys(cls, fixed).items() if field.default is dataclasses.MISSING]


def objects(properties: dict[str, Schema], required: list[str]) -> Schema:
    """An object with these keys and no others."""
    needed: Schema = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def rule_file_schema() -> Schema:
    """The schema of rule files: of those that stand by themselves, and of those that extend another."""
    made = Maker()
    head = dict.fromkeys(OWN, TEXT) | {"status": {"const": "illustrative"}, "caveats": {"anyOf": [TEXT, TEXTS]}}
    head |= dict(zip(CASES, ({"type": "array", "items": {"type": "object"}}, {"type": "object"}), strict=True))
    named = objects({"one": TEXT, "many": TEXT}, ["one", "many"])
    head |= {
        "rates": {"description": "what is rated, where that is no organisation", "anyOf": [TEXT, named]},
        "order": {"description": "tables are ordered as the return is, or best first", "enum": ["return", "rating"]},
        "vary": {"anyOf": [TEXT, TEXTS]},
        "variants": {"type": "object", "additionalProperties": {"type": "object"}},
    }
    whole, part = made.sections(whole=True), made.sections(whole=False)
    changes: dict[str, Schema] = {how: objects(whole, []) for how in CHANGES}
    changes["change"] = objects(part, [])
    changes["remove"] = objects({name: definition("taken-out") for name in SECTIONS}, [])
    made.definitions |= {
        "edition": objects(head | whole, ["id", "title", "inputs", "ratings"]),
        "edition that extends another": objects(head | {"extends": TEXT} | changes, ["id", "title", "extends"]),
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
