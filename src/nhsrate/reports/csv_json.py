"""Ratings as csv (a row per organisation, or one per organisation and item) and as json with every reason."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.numbers import number_text, plain_number
from nhsrate.core.patterns import pattern
from nhsrate.core.texts import tidy
from nhsrate.runs.progress import unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item
    from nhsrate.runs.progress import Say

FORMULA_STARTS = frozenset("=+@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the beginning of a formula, in half and full width; `-` is dealt with by itself."""

BYTE_ORDER_MARK = "\ufeff"
"""What tells Excel that a csv is in UTF-8; without it, Excel may show accented letters as two others."""

UNSEEN_IN_JSON = pattern("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Controls, direction marks and the like that json may hold as they are, and that a terminal would obey."""

SUFFIX = "-metadata.json"
"""What the name of the metadata of a csv adds to that of the csv."""

LONG_HEADINGS = ("code", "name", "item", "title", "value", "level", "missing", "cell", "rule")


def ratings_csv(assessment: Assessment, *, raw: bool = False) -> str:
    """One row per organisation, in the order of the return: code, name, then the published items under their ids.

    Numbers have the places they are shown with, levels their names, missing ones are blank. A text that a spreadsheet
    would take for a formula is led by an apostrophe, unless `raw`; characters that nobody sees are left out of it.
    """
    items = assessment.methodology.published
    reported = [assessment.organisations[n] for n in assessment.reported]
    columns = [column_texts(item, assessment.reported_cells(item.id), raw=raw) for item in items]
    codes = [guarded(tidy(one.code), raw=raw) for one in reported]
    names = [guarded(tidy(one.name), raw=raw) for one in reported]
    return csv_text(chain([("code", "name", *(item.id for item in items))], zip(codes, names, *columns, strict=True)))


def long_csv(assessment: Assessment, *, raw: bool = False) -> str:
    """One row per organisation and input, measure or rating, with why a value is missing, its cell and its rule.

    `cell` is the one cell that decided the value; blank where several did, which `nhsrate explain` lists.
    """
    rows = ([guarded(tidy(text), raw=raw) for text in row] for row in long_rows(assessment))
    return csv_text([LONG_HEADINGS, *rows])


class _Lines(list[str]):
    """Lines that a writer of csv writes; a `StringIO` would hold four bytes for each character."""

    write = list.append


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    r"""Rows as csv, with line feeds alone, so that they are the same everywhere.

    A row that has no mark to be quoted is joined as it stands: to look at every character of it takes thrice as long.

    >>> csv_text([("RA1", "Alder, North"), ("RA2", "2.5")])
    'RA1,"Alder, North"\nRA2,2.5\n'
    """
    lines = _Lines()
    quote = csv.writer(lines, lineterminator="\n").writerow
    for row in rows:
        line = ",".join(row)
        if line.count(",") != len(row) - 1 or not line or '"' in line or "\n" in line or "\r" in line:
            quote(row)
        else:
            lines.append(f"{line}\n")
    return "".join(lines)


def column_texts(item: Item, cells: Sequence[Cell], *, raw: bool) -> list[str]:
    """A column as it stands in the csv; what is one cell is made into text once.

    It is told by its identity, because to hash a number of 40 digits takes as long as to print it.
    """
    different = {id(cell): cell for cell in cells}
    texts = {key: "" if type(cell) is Missing else _cell_text(item, cell, raw=raw) for key, cell in different.items()}
    return [texts[id(cell)] for cell in cells]


def _cell_text(item: Item, cell: Cell, *, raw: bool) -> str:
    """A cell that is there, as it stands in the csv."""
    return number_text(cell, item.shown) if isinstance(cell, Decimal) else guarded(tidy(str(cell)), raw=raw)


def cell_csv(item: Item | None, cell: Cell) -> str:
    """A result as it stands in the csv, before it is guarded."""
    if isinstance(cell, Decimal):
        return number_text(cell, item.shown if item else None)
    return "" if isinstance(cell, Missing) else str(cell)


def guarded(text: str, *, raw: bool = False) -> str:
    """The text, led by an apostrophe where a spreadsheet would take it for a formula; numbers and `-` stay.

    >>> guarded("=1+1"), guarded("-2.5"), guarded("-"), guarded("-1+cmd"), guarded("=1+1", raw=True)
    ("'=1+1", '-2.5', '-', "'-1+cmd", '=1+1')
    """
    if raw or not text:
        return text
    dashed = text[0] == "-" and len(text) > 1 and plain_number(text) is None
    return f"'{text}" if dashed or text[0] in FORMULA_STARTS else text


def long_rows(assessment: Assessment) -> Iterator[tuple[str, ...]]:
    """The rows of the long form: for each organisation its inputs, measures and ratings."""
    from nhsrate.engine.explain import deciding_cell, deciding_rule

    methodology = assessment.methodology
    titles = {id_: methodology.name_of(id_) for id_ in (*methodology.inputs, *methodology.items)}
    for n in assessment.reported:
        organisation = assessment.organisations[n]
        for id_, title in titles.items():
            if id_ not in assessment.columns:  # what was not asked for was not worked out
                continue
            cell = assessment.columns[id_][n]
            level = cell.name if isinstance(cell, Level) else ""
            value = _value(methodology.items.get(id_), cell)
            missing = cell.reason if isinstance(cell, Missing) else ""
            at, rule = deciding_cell(assessment, id_, n), deciding_rule(assessment, id_, n)
            yield (
                organisation.code, organisation.name, id_, title, value, level, missing,
                str(at) if at else "", str(rule) if rule else "",
            )  # fmt: skip


def _value(item: Item | None, cell: Cell) -> str:
    """The number (of a level, what it counts as) or the text."""
    if isinstance(cell, Level):
        return number_text(cell.number) if cell.number is not None else ""
    return cell_csv(item, cell)


def ratings_json(assessment: Assessment) -> str:
    """The text of `json_parts` as one."""
    return "".join(json_parts(assessment))


def json_parts(assessment: Assessment, say: Say = unheard) -> Iterator[str]:
    """Everything the explanations hold, for every organisation, and where it comes from, as json in parts.

    A part is made when it is asked for and then let go; `say` is told how far that is. The same return and methodology
    give the same bytes: there is no clock time in it.
    """
    from nhsrate.engine.explain import explain_everything, explanation_json
    from nhsrate.reports.provenance import provenance

    before, _, after = json_text({"provenance": provenance(assessment), "organisations": []}).rpartition("]")
    yield before
    for done, n in enumerate(assessment.reported):
        say("writing the reasons", done, len(assessment.reported))
        said = json_text(explanation_json(assessment, explain_everything(assessment, n))).rstrip("\n")
        inner = said.replace("\n", "\n  ")  # no text within holds a line feed: json escapes it
        yield f"{',' * bool(done)}\n  {inner}"
    yield "\n ]" if assessment.reported else "]"
    yield after


def json_text(said: object) -> str:
    r"""Plain values as json, with characters that nobody sees written as `\\u` and their code.

    >>> print(json_text("[c] \u202e \x9b"), end="")
    "[c] \u202e \u009b"
    """
    import json

    text = json.dumps(said, ensure_ascii=False, indent=1)
    return UNSEEN_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
