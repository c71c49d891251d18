"""The league table for a terminal, and as text for a file or a pipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION
from nhsrate.core.texts import tidy
from nhsrate.reports.league import ALL, head, league_of, notes_of, order_text, results
from nhsrate.reports.summary import consequence_lines
from nhsrate.screen.bars import bars
from nhsrate.screen.ink import Ink
from nhsrate.screen.notes import facts, rated_text, rules_text, whole_lines
from nhsrate.screen.screen import Screen
from nhsrate.screen.shorter import fewer_places, shortened_text
from nhsrate.screen.table import parts_lines, parts_of, text_lines
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.league import Choice, Column

TEXT_WIDTH = 100
"""The width of what is above the table where nobody says how wide the page is."""

APART = "   "


@frozen
class Asked:
    """What is asked of the table: which of it, all notes or their folds, what levels bring, and how to ask why."""

    choice: Choice = ALL
    notes: bool = False
    consequences: bool = False
    why: str = ""


def league_text(assessment: Assessment, asked: Asked = Asked(), ink: Ink = Ink()) -> str:  # noqa: B008 (records)
    """The league table with all that was read and all that is to be borne in mind: whole, whatever the width."""
    screen = Screen(width=TEXT_WIDTH, ink=ink)
    league = league_of(assessment, replace(asked.choice, words=False))
    notes = notes_of(assessment, league, consequences=asked.consequences)
    title, *about = head(assessment, asked.choice)
    drawn, _ = bars_lines(assessment, screen, words=False)
    above = [screen.ink(title, "bold"), rated_text(assessment), *about, "", *drawn]
    return "\n".join([*above, "", *text_lines(league.columns, screen), "", *notes]) + "\n"


def league_screen(assessment: Assessment, screen: Screen, asked: Asked = Asked()) -> str:  # noqa: B008 (a record)
    """The league table laid out for a terminal: who is rated how comes first, and what to bear in mind in a few lines.

    No line is longer than the terminal is wide.
    """
    choice = replace(asked.choice, words=False)
    league = league_of(assessment, choice)
    drawn, told = bars_lines(assessment, screen)
    table, shortened = table_of(assessment, choice, league.columns, screen)
    lines = [*title_lines(assessment, screen), *drawn, "", *table, ""]
    if shortened:
        lines += screen.fold([(shortened_text(assessment, shortened), "")], 0, 2)
    if asked.notes:
        for note in notes_of(assessment, league, consequences=asked.consequences):
            lines += screen.fold([(note, "")], 0, 2)
        return "\n".join([*lines, *ends(screen, asked)]) + "\n"
    for line in whole_lines(assessment, league, results(assessment.methodology, choice), told=told):
        lines += screen.fold([(line, "")], 0, 2) if line[:1] != "[" else [screen.clip(screen.letters(tidy(line)))]
    if asked.consequences:
        for line in consequence_lines(assessment):
            lines += screen.fold([(line, "")], 0, 2)
    lines += flowed(
        [tidy(fact) for fact in facts(assessment, order_text(assessment, asked.choice, brief=True))], screen
    )
    return "\n".join([*lines, *ends(screen, asked)]) + "\n"


def table_of(
    assessment: Assessment, choice: Choice, columns: Sequence[Column], screen: Screen
) -> tuple[list[str], Collection[str]]:
    """The table, and the ids of those whose numbers were given fewer places, which only spares it a part."""
    shorten = assessment.methodology.rates == ORGANISATION
    parts = parts_of(columns, screen, shorten=shorten)
    places = fewer_places(assessment, choice) if len(parts) > 1 else {}
    if places:
        shorter = parts_of(league_of(assessment, choice, places).columns, screen, shorten=shorten)
        if len(shorter) < len(parts):
            return parts_lines(shorter, screen), places
    return parts_lines(parts, screen), ()


def bars_lines(assessment: Assessment, screen: Screen, *, words: bool = True) -> tuple[list[str], bool]:
    """The counts of the levels of each headline rating, and whether they tell the words of all of them."""
    lines: list[str] = []
    told = True
    headlines = [item for item in assessment.methodology.headlines if item.scale]
    for item in headlines:
        drawn, said = bars(assessment, item, screen, words=words)
        told = told and said
        if len(headlines) > 1:
            lines.append(screen.ink(screen.clip(screen.letters(tidy(item.name))), "bold"))
        lines += drawn
    return lines, told


def title_lines(assessment: Assessment, screen: Screen) -> list[str]:
    """The title, on its right how many were rated, and whose the rules are."""
    title, rated = (
        screen.letters(tidy(assessment.methodology.title)),
        screen.letters(rated_text(assessment, brief=True)),
    )
    gap = screen.wide - display_width(title) - display_width(rated)
    if gap >= len(APART):
        lines = [f"{screen.ink(title, 'bold')}{' ' * gap}{rated}"]
    else:
        lines = [*screen.fold([(title, "bold")]), *screen.fold([(rated, "")])]
    return [*lines, *screen.fold([(rules_text(assessment.methodology), "dim")])]


def flowed(parts: list[str], screen: Screen) -> list[str]:
    """Facts side by side, as many as a line holds; one that is longer than a line is cut."""
    lines: list[str] = []
    for part in parts:
        text = screen.clip(screen.letters(part))
        if lines and display_width(lines[-1]) + len(APART) + display_width(text) <= screen.wide:
            lines[-1] += APART + text
        else:
            lines.append(text)
    return lines


def ends(screen: Screen, asked: Asked) -> list[str]:
    """How to ask why and, where they are folded, for all notes; a command is never cut."""
    more = "" if asked.notes else "All notes: --notes"
    why = screen.letters(f"Why: {asked.why}" if asked.why else "")
    if display_width(why) > screen.wide:
        _, groups, which = asked.why.partition(" --as ")
        why = f"Why: nhsrate explain RETURN CODE{groups}{which}"
    return [screen.ink(line, "dim") for line in flowed([part for part in (why, more) if part], screen)]
