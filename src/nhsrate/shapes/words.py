"""What a schema of the json is put together from, and what every command's json may hold.

A key that is there keeps its name, its type and its meaning within a major version of the tool; new keys may come with
a minor one, so that whoever reads the json should pass over what he does not know. The schemas are closed, and so say
what this version writes.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_NO: Schema = {"type": "boolean"}
EXACT: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
FRACTION: Schema = {"type": "string", "pattern": r"^-?\d+(/\d+)?$"}


def maybe(shape: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def several(shape: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": shape}


def by_name(shape: Schema) -> Schema:
    """One of them for each name."""
    return {"type": "object", "additionalProperties": shape}


def record(**keys: tuple[Schema, str]) -> Schema:
    """An object with these keys, each with its shape and meaning.

    One that is not always there ends in `__maybe`; a `_` at the end of a name that Python keeps for itself is dropped.
    """
    named = {key.removesuffix("__maybe").removesuffix("_"): said for key, said in keys.items()}
    there = [key.removesuffix("_") for key in keys if not key.endswith("__maybe")]
    properties = {key: shape | {"description": meaning} for key, (shape, meaning) in named.items()}
    return {"type": "object", "properties": properties, "required": there, "additionalProperties": False}


def with_keys(base: Schema, more: Schema) -> Schema:
    """An object with the keys of both."""
    return {
        **base,
        "properties": base["properties"] | more["properties"],
        "required": [*base["required"], *more["required"]],
    }


CODE = (TEXT, "The code of the organisation.")

NAME = (TEXT, "Its name; the code where the return has none.")

TITLE = (TEXT, "What it is called in public.")

PROBLEM = record(
    at=(TEXT, "Where it stands, as a message has it."),
    file=(TEXT, "The file."),
    sheet__maybe=(TEXT, "The sheet of a workbook."),
    row__maybe=(WHOLE, "The row, from 1."),
    line__maybe=(WHOLE, "The line of a text file, from 1."),
    column__maybe=(WHOLE, "The column, from 1."),
    code=(TEXT, "What sort of problem it is; `nhsrate problem CODE` says more."),
    severity=({"enum": ["error", "warning", "note"]}, "An error stops the rating."),
    message=(TEXT, "What is wrong with this value."),
    cells__maybe=(several(TEXT), "Every cell or row with the same fault, where there are several."),
    remedy=(TEXT, "What to do about it; empty where there is nothing to do."),
)

CHANCE: Schema = {"type": "number", "minimum": 0, "maximum": 1}

SUPPORT = record(
    title=(TEXT, "What it is called."),
    publisher=(TEXT, "Who publishes it."),
    url=(TEXT, "The address of its page."),
    checked=(TEXT, "The day on which it was last seen to be there, as 2026-03-31."),
    note=(TEXT, "What else there is to say of it."),
)
