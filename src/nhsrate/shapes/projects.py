"""The json of `build`, and what is written beside a csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.reports.metadata import OF_METHODOLOGY, OF_RETURN
from nhsrate.shapes.ratings import METHODOLOGY, RETURN
from nhsrate.shapes.words import CODE, NAME, PROBLEM, TEXT, WHOLE, YES_NO, by_name, maybe, record, several

if TYPE_CHECKING:
    from nhsrate.shapes.words import Schema

MOVED = record(
    results=(
        several(
            record(
                code=CODE,
                name=NAME,
                item=(TEXT, "The item."),
                sort=(
                    {"enum": ["rating", "result", "value"]},
                    "Whether it is a rating, another result, or a value of the return.",
                ),
                was=(TEXT, "What is committed."),
                is_=(TEXT, "What would be made."),
                because=(TEXT, "Because of what, where that is known."),
                line=(WHOLE, "The line of the committed file; 0 where there is none."),
            )
        ),
        "The results that moved.",
    ),
    gone=(several(TEXT), "The organisations that went."),
    new=(several(TEXT), "The organisations that came."),
    columns_gone=(several(TEXT), "The columns that went."),
    columns_new=(several(TEXT), "The columns that came."),
    set=(several(TEXT), "What was set otherwise."),
    because=(several(TEXT), "Because of what all of it moved."),
    notes=(several(TEXT), "What else there is to say."),
)

BUILD = record(
    holds=(YES_NO, "Whether everything that is committed holds."),
    headline=(TEXT, "What moved, in a sentence."),
    ratings=(
        several(
            record(
                name=(TEXT, "The rating, by its name in the project file."),
                holds=(YES_NO, "Whether its outputs hold."),
                files=(several(TEXT), "Its outputs."),
                moved=(by_name(MOVED), "What moved in each file."),
            )
        ),
        "Each rating of the project.",
    ),
    methodologies=(WHOLE, "How many rule files were checked."),
    cases=(record(run=(WHOLE, "How many worked cases ran."), failed=(WHOLE, "How many failed.")), "The worked cases."),
    problems=(several(PROBLEM), "Every problem."),
)

DECIDED = record(
    code=CODE,
    name=NAME,
    item=(TEXT, "The rating that was decided."),
    from_=(maybe(TEXT), "What it was by the rules."),
    to=(maybe(TEXT), "What it became."),
    who=(TEXT, "Who decided."),
    when=(TEXT, "When."),
    why=(TEXT, "Why."),
)


def _only(base: Schema, *keys: str) -> Schema:
    """An object with only these of the keys."""
    kept = {key: shape for key, shape in base["properties"].items() if key in keys}
    return base | {"properties": kept, "required": [key for key in base["required"] if key in keys]}


METADATA: Schema = {
    "type": "object",
    "description": "CSV on the Web: what was set, decided or supposed for the csv that it stands beside.",
    "properties": {
        "@context": {"type": "array", "description": "The vocabulary."},
        "url": TEXT | {"description": "The name of the csv."},
        "dc:title": TEXT | {"description": "What it is."},
        "dc:description": several(TEXT) | {"description": "What was set, decided or supposed, in sentences."},
        "tableSchema": {
            "type": "object",
            "description": "The columns of the csv.",
            "properties": {
                "columns": {"description": "The columns, in their order."} | several(
                    record(
                        name=(TEXT, "The heading."),
                        titles=(several(TEXT), "The heading and the title."),
                        datatype=({"enum": ["decimal", "string"]}, "What stands in it."),
                    )
                ),
                "primaryKey": several(TEXT),
            },
            "required": ["columns"],
            "additionalProperties": False,
        },
        "notes": several(
            record(
                tool=(record(name=(TEXT, "nhsrate."), version=(TEXT, "Its version.")), "What made it."),
                methodology=(_only(METHODOLOGY, *OF_METHODOLOGY), "The rules."),
                return_=(_only(RETURN, *OF_RETURN), "What was rated."),
                decided=(several(DECIDED), "What people decided."),
                only__maybe=(several(TEXT), "The organisations that are printed, where not all are."),
            )
        ) | {"description": "What made the csv, in full."},
    },
    "required": ["@context", "url", "dc:title", "dc:description", "tableSchema", "notes"],
    "additionalProperties": False,
}  # fmt: skip
