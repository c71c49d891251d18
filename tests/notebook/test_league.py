"""The league table as a data frame: its order, its types, and what stands beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import nhsrate

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_is_in_order_with_the_fixed_columns_around_the_ratings(run: nhsrate.Run) -> None:
    table = run.assessment.league_table()
    assert list(table) == ["place", "code", "name", "stars", "half", "band", "note"]
    assert list(table["code"]) == ["RA1", "RA2", "RA4", "RA3", "RA5"]
    assert list(table["place"][:4]) == [1, 2, 3, 4]
    assert list(table["name"][:2]) == ["North", "South"]


def test_levels_are_ordered_and_what_is_better_is_greater(run: nhsrate.Run) -> None:
    stars = run.assessment.league_table()["stars"]
    assert list(stars.cat.categories) == ["0", "1", "2"]
    assert stars.cat.ordered
    assert stars.max() == "2"
    assert list(stars[stars > "0"]) == ["2", "1", "1"]
    everyone = run.assessment.league_table()
    assert everyone.groupby("stars", observed=False).size().to_dict() == {"0": 1, "1": 2, "2": 1}


def test_a_level_that_nobody_has_is_a_category_all_the_same(rules: Path, frame: pd.DataFrame) -> None:
    table = nhsrate.rate(frame.iloc[:1], rules).assessment.league_table()
    assert table["stars"].value_counts(sort=False).to_dict() == {"0": 0, "1": 0, "2": 1}


def test_what_is_missing_is_missing_and_never_nothing(run: nhsrate.Run) -> None:
    table = run.assessment.league_table(["waits", "half", "rank", "stars", "remark", "opened", "misses"])
    last = table.iloc[-1]
    assert last["code"] == "RA5"
    assert [str(name) for name, empty in last.isna().items() if empty] == ["place", "waits", "half", "stars", "misses"]
    assert table["waits"].isna().sum() == 1
    assert last["waits"] is pd.NA
    assert last["place"] is pd.NA
    assert table.loc[table["code"] == "RA2", "remark"].item() is pd.NA
    assert last["note"] == "no rating: blank"


def test_every_column_has_the_type_of_what_it_holds(run: nhsrate.Run) -> None:
    table = run.assessment.league_table(["waits", "plan", "opened", "remark", "misses", "band"])
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {
        "place": "Int64",
        "code": "string",
        "name": "string",
        "waits": "Float64",
        "plan": "category",
        "opened": "datetime64[s]",
        "remark": "string",
        "misses": "Int64",
        "band": "category",
        "note": "string",
    }
    assert not table["plan"].cat.ordered
    assert table["opened"].max() == pd.Timestamp("2024-03-31")
    assert table["waits"].sum() == 26.5


def test_decimals_are_given_where_they_are_asked_for(run: nhsrate.Run) -> None:
    exact = run.assessment.league_table("half", exact=True)["half"]
    assert list(exact[:4]) == [Decimal("1.25"), Decimal("1.5"), Decimal("4.5"), Decimal(6)]
    assert exact[4] is pd.NA


def test_a_note_says_what_a_limit_changed(run: nhsrate.Run) -> None:
    table = run.assessment.league_table().set_index("code")
    assert table.loc["RA2", "note"] == "limit: 2 became 1: the plan was missed"
    assert table.loc["RA1", "note"] is pd.NA


def test_titles_units_and_what_to_bear_in_mind_stand_in_attrs(run: nhsrate.Run) -> None:
    told = run.assessment.league_table(["waits", "stars"]).attrs
    assert told["title"] == "Waiting & seeing"
    assert told["titles"] == {
        "place": "Place", "code": "Code", "name": "Organisation", "waits": "Waits", "stars": "Stars", "note": "Note",
    }  # fmt: skip
    assert told["units"] == {"waits": "days"}
    assert told["colours"] == {"stars": {"2": "green", "1": "amber", "0": "red"}}
    assert told["labels"]["stars"]["2"] == "★★ 2, two stars"
    assert "Invented throughout." in told["notes"]
    assert run.assessment.league_table().attrs["coloured_by"] == {"half": "band"}
    assert run.assessment.league_table()[lambda table: table["place"] < 3].attrs["titles"]["half"] == "Half the waits"


def test_a_table_of_some_says_so_and_one_with_settings_says_which(rules: Path, frame: pd.DataFrame) -> None:
    some = nhsrate.rate(frame, rules, only=["RA4", "RA1"], set={"cut": 2}, suppose="RA4.waits=1").assessment
    table = some.league_table()
    assert list(table["code"]) == ["RA4", "RA1"]
    assert any(line.startswith("Printed: 2 of the 5") for line in table.attrs["notes"])
    assert any("cut = 2" in line for line in table.attrs["notes"])
    assert any(line.startswith("Supposed: RA4") for line in table.attrs["notes"])


def test_an_unknown_item_is_refused_with_the_nearest(run: nhsrate.Run) -> None:
    with pytest.raises(nhsrate.Refused, match='Did you mean "waits"'):
        run.assessment.league_table(["wait"])


def test_a_method_without_places_has_no_column_of_them_and_ids_never_meet_the_fixed_names(
    rules: Path, frame: pd.DataFrame
) -> None:
    text = rules.read_text("utf-8").replace(
        "  rank: {title: Place among all, kind: place", "  note: {title: Odd, kind: product"
    )
    rules.write_text(
        text.replace(", by: [{item: waits, first: lowest}]", ", of: [waits, a_half], missing: missing, domain: true"),
        "utf-8",
    )
    table = nhsrate.rate(frame, rules).assessment.league_table()
    assert list(table) == ["code", "name", "stars", "half", "band", "note_item", "note"]
    assert table["note_item"].max() == 6


def test_two_headlines_have_notes_by_their_names(rules: Path, frame: pd.DataFrame) -> None:
    rules.write_text(
        rules.read_text("utf-8")
        + "  other: {title: Other, headline: true, kind: product, of: [waits, a_half], missing: missing}\n",
        "utf-8",
    )
    table = nhsrate.rate(frame, rules).assessment.league_table().set_index("code")
    assert table.loc["RA5", "note"] == "Stars: no rating: blank; Other: no rating: Waits is missing: blank"
    assert list(table)[2:4] == ["stars", "other"]
