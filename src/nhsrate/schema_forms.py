"""What each kind of value looks like in a rule file, as JSON Schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from nhsrate.cells import Level, Scale
from nhsrate.conditions import Number, Test, When
from nhsrate.decode import Over, Places, Ref, Refs, Result, SourceName

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FIGURE: Schema = {"type": ["number", "string"], "description": "a number, or the name of a figure"}
PLAIN: Schema = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"}]
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
    Places: WHOLE,
    Number: FIGURE,
    Level: TEXT,
    Scale: {"type": "string"},
    Result: TEXT,
    SourceName: {"type": "string"},
    Ref: definition("item-id"),
    Refs: definition("items"),
    Over: {"type": "string", "description": "everyone, or a population"},
    Test: definition("test"),
    When: definition("condition"),
    tuple[str, ...]: {"anyOf": [TEXT, TEXTS]},
    tuple[tuple[str, str], ...]: {"type": "object", "additionalProperties": TEXT},
    tuple[tuple[str, tuple[str, ...]], ...]: {"type": "object", "additionalProperties": {"anyOf": [TEXT, TEXTS]}},
    tuple[tuple[str, Decimal], ...]: {"type": "object", "additionalProperties": PLAIN},
}
"""What each annotation looks like in a rule file."""

OWN_FORMS: dict[str, Schema] = {
    "Range": {"type": "string", "pattern": r"^\s*((>=|<=)\s*-?[0-9]|-?[0-9].*\.\.)", "description": '0..100 or ">= 0"'},
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
    "Against": {"anyOf": [FIGURE, definition("item-id")]},
    "Outcome": {"anyOf": [TEXT, definition("selector")]},
    "Entries": TABLE,
    "Across": TEXTS,
    "Grid": {"type": "object", "minProperties": 1, "additionalProperties": TEXTS},
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

REFERENCES: dict[str, Schema] = {
    "column": {
        "description": "what stands in this column of the member that the item is made for",
        "type": "object",
        "properties": {"column": TEXT},
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
        "description": "the members in whose columns one of these stands",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [TEXT, TEXTS, COLUMN]},
    },
    "selector": {
        "type": "object",
        "properties": {
            "item": TEXT, "family": TEXT, "column": TEXT, "weights": TEXT, "where": definition("where"),
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
    "test": {
        "description": "a level, a text, a number, a list of them, >= 2, 2..5, missing, or not and any of these",
        "anyOf": [TEXT, {"type": "array", "minItems": 1, "items": TEXT}],
    },
    "condition": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [definition("test"), COLUMN]},
    },
    "taken-out": {"anyOf": [TEXT, TEXTS, {"type": "object", "additionalProperties": definition("taken-out")}]},
}  # fmt: skip
