"""The editions as a data frame, and what differs between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.texts import tidy
from nhsrate.editions.catalogue import known, matching
from nhsrate.editions.diff import diff_text, edition_diff
from nhsrate.notebook.columns import Column, framed, texts, wholes
from nhsrate.notebook.methods import several
from nhsrate.rules.load import load_methodology
from nhsrate.rules.model import Methodology

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd


def methodologies(words: str | Sequence[str] | None = None) -> pd.DataFrame:
    """The editions, or those that have all of these words, as `nhsrate methodologies` lists them: a row for each.

    In a project its own come first; what is wrong with those that cannot be listed stands in `attrs["problems"]`.
    `status` says what the figures of an edition rest on; `load_methodology(id)` gives one.

    >>> import nhsrate
    >>> editions = nhsrate.methodologies("mental stars").set_index("id")
    >>> editions.loc["sha-mental-health-stars-2004", ["period", "status"]].to_dict()
    {'period': '2003/04', 'status': 'inferred'}
    """
    entries, problems = known()
    asked = words.split() if isinstance(words, str) else several("words", words)
    found = matching(entries, asked)
    columns = [
        Column("id", texts(one.id for one in found), "Id"),
        Column("title", texts(tidy(one.title) for one in found), "Title"),
        Column("period", texts(tidy(one.period) for one in found), "Period"),
        Column("status", texts(one.status for one in found), "Status"),
        Column("publisher", texts(tidy(one.publisher) for one in found), "Publisher"),
        Column("indicators", wholes(len(one.inputs) for one in found), "Indicators"),
    ]
    told = [tidy(f"{one.severity.capitalize()}: {one}") for one in problems]
    return framed(columns, title="Editions", problems=told)


def diff(old: str | Path | Methodology, new: str | Path | Methodology) -> pd.DataFrame:
    """What a newer edition says otherwise than an older one, as `nhsrate diff` says it: a row for each difference.

    `how` is `in`, `out` or `changed`; of what changed `what` says which part of it, and `before` and `after` how it was
    and is. `old` and `new` are ids, paths, or methodologies that are loaded. `attrs["text"]` has it in plain words.
    Raises `Refused` where there is no such edition.

    >>> import nhsrate
    >>> found = nhsrate.diff("nhs-star-ratings-2002-03-acute", "nhs-star-ratings-2003-04-acute")
    >>> found.groupby(["section", "how"]).size().head(3).to_dict()
    {('About', 'changed'): 4, ('Caveats', 'changed'): 2, ('Figures', 'changed'): 4}
    """
    pair = [one if isinstance(one, Methodology) else load_methodology(one) for one in (old, new)]
    found = edition_diff(pair[0], pair[1])
    rows = [
        (section, entry.how, id_, name, change)
        for section, entries in found.sections.items()
        for entry in entries
        for id_, name in zip(entry.ids, entry.names, strict=True)
        for change in entry.changes or (None,)
    ]
    columns = [
        Column("section", texts(row[0] for row in rows), "Section"),
        Column("how", texts(row[1] for row in rows), "How"),
        Column("id", texts(row[2] for row in rows), "Id"),
        Column("name", texts(tidy(row[3]) for row in rows), "Name"),
        Column("what", texts(tidy(row[4].what) if row[4] else None for row in rows), "What"),
        Column("before", texts(row[4].before if row[4] else None for row in rows), "Before"),
        Column("after", texts(row[4].after if row[4] else None for row in rows), "After"),
    ]
    ends = [f"{tidy(one.title)} ({one.id})" for one in pair]
    return framed(columns, title=f"From {ends[0]} to {ends[1]}", text=diff_text(found))
