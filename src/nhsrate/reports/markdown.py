"""The league table in Markdown, and what every table says above and below itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.texts import tidy
from nhsrate.reports.league import ALL, league_of
from nhsrate.reports.summary import summary_lines, vouched_text

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import Choice, League


def markdown_table(assessment: Assessment, *, consequences: bool = False, choice: Choice = ALL) -> str:
    """The league table in GitHub's Markdown, with the same words."""
    league = league_of(assessment, choice)
    title, *about = map(escaped, head(assessment, choice))
    notes = notes_of(assessment, league, consequences=consequences)
    rows = zip(*(column.entries for column in league.columns), strict=True)
    lines = [
        f"## {title}",
        "",
        *(line for said in about for line in (said, "")),
        f"| {' | '.join(escaped(column.heading) for column in league.columns)} |",
        f"|{'|'.join(' ---: ' if column.right else ' --- ' for column in league.columns)}|",
        *(f"| {' | '.join(escaped(entry.text) for entry in row)} |" for row in rows),
        "",
        *(f"- {escaped(line)}" for line in notes),
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escaped("<b>A|B</b> *1* [c]"))
    \<b\>A\|B\</b\> \*1\* \[c\]
    """
    return re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", text)


def head(assessment: Assessment, choice: Choice = ALL) -> list[str]:
    """The title, the status, and by what the table is ordered."""
    methodology = assessment.methodology
    return [tidy(methodology.title), vouched_text(methodology), order_text(assessment, choice)]


def order_text(assessment: Assessment, choice: Choice = ALL, *, brief: bool = False) -> str:
    """By what the table is ordered, in a sentence; with `brief` without how the places were made."""
    methodology = assessment.methodology
    place = methodology.place
    order = f"Ordered by {methodology.headlines[0].name}, best first, then by name."
    if choice.sort:
        order = f"Ordered by {choice.sorted_by(assessment)}, as asked."
    elif methodology.in_order_of_return:
        order = "In the order of the return."
    elif place:
        how = "" if brief else f": {place.rule.plain(methodology.name_of)}"
        order = f"Ordered by {place.name}{how}."
    return tidy(order)


def notes_of(assessment: Assessment, league: League, *, consequences: bool) -> list[str]:
    """All that stands below the table, without anything that a terminal would obey."""
    return [tidy(line) for line in (*league.notes(), *summary_lines(assessment, consequences=consequences))]
