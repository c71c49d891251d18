"""Whether an edition rates countries, so that no country of a return under it is set aside as a total."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from tests.support.running import run

from nhsrate import load_methodology, read_return
from nhsrate.rules.editions import edition_files
from nhsrate.runs.countries import rates_countries

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: nations
title: Stars of the nations
scales: {stars: [{level: 2, word: two stars}, {level: 1, word: one star}]}
inputs: {waits: {title: Waits, type: number}}
ratings:
  rating: {kind: thresholds, scale: stars, headline: true, of: waits, levels: [{level: 2, at_most: 10}, {level: 1, otherwise: true}]}
"""
RETURN = "Code,Name,Waits\nRA1,Ash,1\nRB2,Birch,2\nRC3,Cedar,3\nS92000003,Scotland,4\nWLS,Wales,20\n"
NATIONS = "cases: [{organisations: {Scotland: {given: {waits: 1}, expect: {rating: '2'}}, Wales: {given: {waits: 20}, expect: {rating: '1'}}}}]\n"  # fmt: skip


def rated(folder: Path, cases: str = "", *, own: str = "", file: str = "cases.yaml") -> list[str]:
    """The codes that are read of the return, with these cases beside the rules or in them."""
    (folder / "nations.yaml").write_text(RULES + own, "utf-8")
    if cases:
        (folder / file).write_text(dedent(cases), "utf-8")
    (folder / "return.csv").write_text(RETURN, "utf-8")
    found = read_return(folder / "return.csv", load_methodology(folder / "nations.yaml"))
    return [one.code for one in found.organisations]


ALL = ["RA1", "RB2", "RC3", "S92000003", "WLS"]


@pytest.mark.parametrize(
    "cases",
    [
        f"methodology: nations\n{NATIONS}",
        NATIONS,
        NATIONS.removeprefix("cases: "),
        """
        methodology: other
        cases:
          - methodology: nations
            organisations:
              "England": {given: {waits: 1}, expect: {rating: 2}}
              'GB-SCT': {given: {waits: 1}, expect: {rating: 2}}
              Elsewhere: {given: {waits: 1}, expect: {rating: 2}}
        """,
        "methodology: nations\ncases:\n- {given: [waits], expect: [rating], rows: {FIN: [1, 2], Czech Republic: [20, 1]}}\n",
    ],
    ids=["of the edition", "without a name", "a list alone", "of one case", "rows"],
)
def test_an_edition_whose_cases_rate_countries_takes_none_for_a_total(tmp_path: Path, cases: str) -> None:
    assert rated(tmp_path, cases) == ALL


def test_cases_may_stand_in_the_rule_file_or_be_of_one_that_it_extends(tmp_path: Path) -> None:
    assert rated(tmp_path, own=NATIONS) == ALL
    (tmp_path / "below").mkdir()
    child = tmp_path / "below" / "later.yaml"
    child.write_text("id: later\ntitle: Later\nextends: ../nations.yaml\n", "utf-8")
    found = read_return(tmp_path / "return.csv", load_methodology(child))
    assert [one.code for one in found.organisations] == ALL


@pytest.mark.parametrize(
    "cases",
    [
        "methodology: nations\ncases: [{name: England in June, given: {waits: 1}, expect: {rating: 2}}]\n",
        "methodology: nations\ncases: [{given: [waits], expect: [rating], rows: {England: [1, 2], at: [10, 2], above: [11, 1]}}]\n",
        "methodology: nations\ncases: [{given: [waits], expect: [rating], rows: {England: [1, 2]}}]\n",
        NATIONS.replace("cases:", "methodology: other\ncases:"),
        "methodology: nations\ncases:\n- {given: [waits], expect: [rating], rows: {London: [1, 2], North West: [1, 2]}}\n",
        "methodology: nations\ncases: {Scotland: 1, Wales: 2}\n",
        "methodology: nations\ncases: [Scotland, {rows: [Wales: 1]}]\n",
        "methodology: [nations\nScotland: 1\n",
        "",
    ],
    ids=[
        "a total",
        "a total among rows",
        "one alone",
        "of another",
        "regions",
        "no list",
        "no cases",
        "no YAML",
        "none",
    ],
)
def test_else_a_country_among_trusts_is_a_total(tmp_path: Path, cases: str) -> None:
    assert rated(tmp_path, cases) == ["RA1", "RB2", "RC3"]


def test_a_file_of_cases_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases-old.yaml").write_bytes(b"Scotland: \xff\n")
    (tmp_path / "cases-large.yaml").write_text("Scotland: 1\n" * 500_000, "utf-8")
    assert rated(tmp_path) == ["RA1", "RB2", "RC3"]


def test_a_run_rates_the_countries_too_also_among_a_published_return(tmp_path: Path) -> None:
    rated(tmp_path, NATIONS)
    done = run("score", tmp_path / "return.csv", "-m", tmp_path / "nations.yaml", "--format", "csv")
    assert [line.partition(",")[0] for line in done.out.splitlines()[1:]] == ALL
    (tmp_path / "own.csv").write_text("Code,Waits\nWLS,2\n", "utf-8")
    done = run("score", tmp_path / "own.csv", "-m", tmp_path / "nations.yaml", "--against", tmp_path / "return.csv", "--format", "csv")  # fmt: skip
    assert done.out.splitlines()[1].startswith("WLS,Wales,2"), done.out


def test_of_the_editions_that_ship_those_of_countries_do() -> None:
    editions = {id_ for id_ in edition_files() if rates_countries(load_methodology(id_))}
    assert editions == {"asem-connectivity", "oecd-technology-achievement-2001"}
