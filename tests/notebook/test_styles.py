"""Frames in the colours of their levels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

import nhsrate
from nhsrate.pages.indicators import NOTHING
from nhsrate.reports.colours import PALETTES

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def cells(styler: Styler) -> list[list[str]]:
    """The texts of the body of a styled table, tags left out."""
    body = styler.to_html().partition("<tbody>")[2]
    return [
        [re.sub("<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>.*?</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)
    ]


def painted(styler: Styler, colour: str, palette: str = "default") -> int:
    """How many cells have the ground of a colour."""
    style = styler.to_html().partition("</style>")[0]
    ground = PALETTES[palette][colour][1]
    rules = re.findall(r"([^{}]*)\{[^}]*background-color: (#\w+)", style)
    return sum(chosen.count("#T_") for chosen, found in rules if found == ground)


def test_levels_and_the_numbers_that_they_colour_have_symbols_words_and_colours(run: nhsrate.Run) -> None:
    styler = run.assessment.style
    assert cells(styler) == [
        ["1", "RA1", "North", "★★ 2, two stars", "★★ 1.2", ""],
        ["2", "RA2", "South", "★ 1, one star", "★★ 1.5", "limit: 2 became 1: the plan was missed"],
        ["3", "RA4", "East", "★ 1, one star", "★ 4.5", ""],
        ["4", "RA3", "&lt;script&gt;West&lt;/script&gt; &amp; Co", "☆ 0, no stars", "☆ 6.0", ""],
        [NOTHING, "RA5", "Mid", NOTHING, NOTHING, "no rating: blank"],
    ]
    assert [painted(styler, colour) for colour in ("green", "amber", "red")] == [3, 3, 2]


def test_titles_are_the_heads_and_every_text_is_escaped(run: nhsrate.Run) -> None:
    html = nhsrate.style(run.assessment.league_table(["remark", "waits"])).to_html()
    assert "Waiting &amp; seeing</caption>" in html
    assert ">Waits</th>" in html
    assert "<b>" not in html
    assert "<script>" not in html
    assert "{odd}" in html


def test_another_palette_is_taken(run: nhsrate.Run) -> None:
    assert painted(nhsrate.style(run.assessment.league_table(), "blue"), "green", "blue") == 3


def test_rows_may_be_chosen_sorted_and_put_together(run: nhsrate.Run) -> None:
    table = run.assessment.league_table()
    assert painted(nhsrate.style(table[table["stars"] < "2"].sort_values("half", ascending=False)), "red") == 2
    twice = pd.concat([table, table])
    assert painted(nhsrate.style(twice), "green") == 6
    assert painted(nhsrate.style(table.drop(columns="band")), "green") == 1
    assert "RA1" in nhsrate.style(table.set_index("code")).to_html()


def test_a_frame_of_which_nothing_is_known_is_left_as_it_is() -> None:
    frame = pd.DataFrame({"a": [1.5, None], "b": ["<i>", "x"], 3: [True, False]})
    assert cells(nhsrate.style(frame)) == [["1.5", "&lt;i&gt;", "True"], [NOTHING, "x", "False"]]


def test_a_column_of_notes_in_which_nothing_stands_is_not_shown(run: nhsrate.Run) -> None:
    table = run.assessment.league_table()
    assert ">Note</th>" in nhsrate.style(table).to_html()
    assert ">Note</th>" not in nhsrate.style(table[:1]).to_html()
