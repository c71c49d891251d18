"""Ratings as csv and json."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import example
from hypothesis import given as draw
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support.outputs import RULES, assessed, small

from nhsrate import __version__
from nhsrate.core.cells import Missing
from nhsrate.core.problems import LineLocation
from nhsrate.editions.cases import Case, Given, case_return
from nhsrate.engine.assess import assess
from nhsrate.language.tree import Scalar
from nhsrate.reports.csv_json import cell_csv, csv_text, guarded, json_parts, long_csv, ratings_csv, ratings_json
from nhsrate.returns.model import Organisation, Return, Values

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment

GOLDEN = ROOT / "tests" / "golden" / "export"


@pytest.fixture
def ratings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    monkeypatch.chdir(tmp_path)
    return assessed(tmp_path, settings={"cut": "2.6"})


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


fields = st.text(st.sampled_from(",\"\r\n ';a1-\u2028\u00e9"), max_size=4)


@draw(st.lists(st.lists(fields, max_size=4), max_size=6))
@example([[""], [], ["", ""], [","], ['"'], ["\r"], ["a", "b,c"], ["a", "b"]])
def test_rows_are_written_as_the_csv_module_writes_them(written: list[list[str]]) -> None:
    """Whether they have marks that are quoted or are joined as they stand."""
    known = StringIO(newline="")
    csv.writer(known, lineterminator="\n").writerows(written)
    assert csv_text(written) == known.getvalue()


def test_the_csv_has_a_row_for_each_organisation(ratings: Assessment, golden: Golden) -> None:
    text = ratings_csv(ratings)
    assert [row["code"] for row in rows(text)] == ["RA1", "RA2", "RA3", "RA4", "RA5"]  # the order of the return
    golden(GOLDEN / "ratings.csv", text)


def test_the_long_csv_has_a_row_for_each_organisation_and_item(ratings: Assessment, golden: Golden) -> None:
    text = long_csv(ratings)
    assert len(rows(text)) == 5 * len(ratings.columns)
    golden(GOLDEN / "long.csv", text)


def test_the_deciding_cell_is_the_one_that_decided(ratings: Assessment) -> None:
    """A limit is decided where its condition was read, a gate likewise; a rating of many cells has no one cell."""
    places = {(row["code"], row["item"]): (row["cell"], row["rule"]) for row in rows(long_csv(ratings))}
    lines = RULES.splitlines()
    limit = next(number for number, line in enumerate(lines, 1) if "at_best: 2" in line)
    assert places["RA2", "stars"] == ("returns.csv:E3", f"small.yaml:{limit}:9")
    assert places["RA4", "stars"][0] == "returns.csv:Overrides!row 2"
    assert places["RA1", "stars"][0] == ""
    assert places["RA5", "access_band"][0] == "returns.csv:F6"  # the score was given as published


def test_a_gate_is_decided_where_its_condition_was_read(tmp_path: Path) -> None:
    text = long_csv(assessed(tmp_path, decided=False))
    (row,) = [row for row in rows(text) if row["code"] == "RA4" and row["item"] == "stars"]
    assert row["missing"] == "the organisation handed in no plan"
    assert row["cell"].endswith("returns.csv:E5")


def test_an_assessment_of_some_items_exports_those(tmp_path: Path) -> None:
    """What was not asked for was not worked out, and has no rows."""
    methodology = small(tmp_path)
    place = LineLocation("case")
    word = Scalar("95", place)
    case = Case("one", "small", (Given("A", {"access": word}, {}),), {}, place)
    assessment = assess(case_return(case, methodology)[0], methodology, only=["access_score"])
    found = {row["item"]: row for row in rows(long_csv(assessment))}
    assert set(found) == {"access", "waits", "late", "kind", "access_score"}
    assert found["access_score"]["value"] == "3"
    assert found["access_score"]["cell"] == ""


@pytest.mark.parametrize("start", ["=", "+", "@", "\t", "\r", "\n", "-x", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_looks_like_a_formula_is_guarded(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert guarded(f"{start}1+1", raw=True) == f"{start}1+1"


@pytest.mark.parametrize("text", ["", "-", "-1", "-0.5", "1e5", "A=1", "'quoted"])
def test_what_does_not_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@draw(st.text())
def test_no_field_can_begin_a_formula(text: str) -> None:
    safe = guarded(text)
    assert not safe or safe[0] not in "=+@\t\r\n\uff1d\uff0b\uff0d\uff20"
    assert safe in {text, f"'{text}"}


def test_raw_csv_leaves_texts_as_they_are(ratings: Assessment) -> None:
    assert ",=HYPERLINK(1)," in ratings_csv(ratings, raw=True)
    assert ",=HYPERLINK(1)," in long_csv(ratings, raw=True)
    assert ",'=HYPERLINK(1)," in ratings_csv(ratings)


def test_a_level_that_counts_as_nothing_has_no_value(ratings: Assessment) -> None:
    (row,) = [row for row in rows(long_csv(ratings)) if row["code"] == "RA1" and row["item"] == "access_band"]
    assert (row["value"], row["level"]) == ("", "high")


def test_cells_of_the_csv() -> None:
    assert cell_csv(None, Decimal("2.50")) == "2.5"
    assert cell_csv(None, Missing("blank")) == ""


def test_the_json_holds_everything(ratings: Assessment, golden: Golden) -> None:
    text = ratings_json(ratings)
    golden(GOLDEN / "ratings.json", text.replace(f'"version": "{__version__}"', '"version": "VERSION"'))
    said = json.loads(text)
    assert said["provenance"]["return"]["organisations"] == 5
    assert said["provenance"]["return"]["values"] == 13
    assert said["provenance"]["methodology"]["set"] == [{"name": "cut", "value": "2.6", "edition": "2.5"}]
    (decided,) = said["organisations"][3]["items"]["stars"]["marks"]
    assert (decided["who"], decided["after"]) == ("A. Person", "3")


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first = ratings_json(assessed(tmp_path)), ratings_csv(assessed(tmp_path)), long_csv(assessed(tmp_path))
    assert first == (ratings_json(assessed(tmp_path)), ratings_csv(assessed(tmp_path)), long_csv(assessed(tmp_path)))


def test_json_in_parts_is_laid_out_as_a_whole(ratings: Assessment) -> None:
    """A part for each organisation, made when it is asked for; who listens is told how many are done."""
    heard = []
    parts = json_parts(ratings, lambda stage, done=0, of=0: heard.append((stage, done, of)))
    first = [next(parts) for _ in range(3)]
    assert heard == [("writing the reasons", 0, 5), ("writing the reasons", 1, 5)]
    whole = "".join([*first, *parts])
    assert whole == json.dumps(json.loads(whole), ensure_ascii=False, indent=1) + "\n"
    assert [one["code"] for one in json.loads(whole)["organisations"]] == ["RA1", "RA2", "RA3", "RA4", "RA5"]


def test_json_of_nobody_is_laid_out_likewise(tmp_path: Path) -> None:
    whole = ratings_json(replace(assessed(tmp_path), printed=()))
    assert whole == json.dumps(json.loads(whole), ensure_ascii=False, indent=1) + "\n"
    assert json.loads(whole)["organisations"] == []


def test_numbers_are_kept_to_the_last_digit_in_json(tmp_path: Path) -> None:
    """The score of a rank spread through thirds keeps its 40 digits."""
    given = "code,access,waits,late\n" + "".join(f"R{n},95,{n},no\n" for n in range(4))
    said = json.loads(ratings_json(assessed(tmp_path, given=given, decided=False)))
    score = said["organisations"][1]["items"]["waits_score"]
    assert score["value"] == "2." + "3" * 39
    assert score["shown"] == "2.33"


def test_ten_thousand_organisations_are_written_at_once(tmp_path: Path) -> None:
    """The csv of 10,000 organisations takes well under a second."""
    methodology = small(tmp_path)
    size = 10_000
    columns: dict[str, list[Cell]] = {
        "access": [Decimal(n % 101) for n in range(size)],
        "waits": [Decimal(n) / 7 for n in range(size)],
        "late": [methodology.inputs["late"].scale.levels[n % 2] for n in range(size)],  # type: ignore[union-attr]
        "kind": ["x"] * size,
    }
    organisations = tuple(Organisation(f"X{n}", f"Trust {n}") for n in range(size))
    submitted = Return("memory", "", organisations, {id_: Values(cells) for id_, cells in columns.items()})
    assessment = assess(submitted, methodology)
    start = time.process_time()
    text = ratings_csv(assessment)
    assert time.process_time() - start < 2  # it takes 0.1 s on a quiet machine
    assert text.count("\n") == size + 1
