"""The manuals of kinds as they stand in the language's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.kinds.manual import Field, KindManual


def kind_markdown(manual: KindManual) -> str:
    """The manual of a kind as it stands there: one sentence a line, the fields as a table."""
    lines = [manual.summary, *(line for said in manual.meaning for line in ["", *sentences(said)])]
    lines += ["", *key_table(manual.fields)]
    for name, said in (("Unit", manual.unit), ("Refused", manual.refused), ("Source", manual.source)):
        lines += ["", *sentences(f"**{name}**: {said}")]
    return "\n".join(lines) + "\n"


def key_table(fields: Sequence[Field]) -> list[str]:
    """The keys of a record as they stand in the language's page."""
    return ["| key | means | where it is not given |", "| --- | --- | --- |", *field_rows(fields)]


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    >>> sentences("It is so. Such as 0.5, see (SAS). `x` says so.")
    ['It is so.', 'Such as 0.5, see (SAS).', '`x` says so.']
    """
    return re.split(r"(?<=[A-Za-z)`0-9]\.) (?=[A-Z`])", text)


def without(field: Field) -> str:
    """What holds where a key is not given."""
    return "a problem" if field.needed else f"`{field.default}`" if field.default else ""


def field_rows(fields: Sequence[Field], above: str = "") -> Iterator[str]:
    """The rows of the table of keys; those within another are named after it."""
    for field in fields:
        key = f"{above}{field.key}"
        yield f"| `{key}` | {field.means} | {without(field)} |"
        yield from field_rows(field.within, f"{key}: ")
