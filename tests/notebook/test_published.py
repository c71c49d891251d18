"""Reports and lists of editions in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import ROOT
from tests.support.running import run as command

import nhsrate
from nhsrate.rules.editions import edition_files

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

SHA = ROOT / "examples" / "sha-2004.csv"
ASKED: Any = nhsrate
"""The package without its types, to be asked for what it does not take."""


def test_a_report_is_the_page_of_the_command(tmp_path: Path) -> None:
    words = ("--title", "Stars", "--palette", "blue", "--with", "headroom,integrity", "--only", "XJ5", "--only", "XA2")
    command("report", SHA, "-o", tmp_path / "theirs.html", *words)
    made = nhsrate.report(
        SHA,
        output=tmp_path / "ours.html",
        title="Stars",
        palette="blue",
        with_=["headroom", "integrity"],
        only=["XJ5", "XA2"],
    )
    ours = (tmp_path / "ours.html").read_bytes()
    assert ours == (tmp_path / "theirs.html").read_bytes()
    assert str(made).encode() == ours
    assert repr(made).splitlines()[0] == "Report: Stars"
    assert "2 of 28 organisations" in repr(made)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.html", "theirs.html"]


def test_a_folder_has_the_pages_of_the_command_and_is_written_anew(tmp_path: Path) -> None:
    command("report", SHA, "-o", tmp_path / "theirs")
    made = nhsrate.report(SHA)
    made.save(tmp_path / "ours")
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "theirs").iterdir()}
    (tmp_path / "ours" / "gone.html").write_bytes(theirs["index.html"])
    made.save(tmp_path / "ours")
    assert {path.name: path.read_bytes() for path in (tmp_path / "ours").iterdir()} == theirs


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    made = nhsrate.report(SHA, only="XJ5")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("x", "utf-8")
    with pytest.raises(nhsrate.Refused, match="holds something else"):
        made.save(tmp_path / "other")
    with pytest.raises(nhsrate.Refused, match=r"let .*report.txt end in .html"):
        made.save(tmp_path / "report.txt")
    with pytest.raises(nhsrate.Refused, match="could not be written"):
        made.save(tmp_path / "nowhere" / "report.html")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [({"with_": "robust"}, '"robust" is none of'), ({"palette": "pink"}, '"pink" is none of default, blue')],
    ids=str,
)
def test_what_cannot_be_added_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(nhsrate.Refused, match=says):
        ASKED.report(SHA, **options)


def test_a_report_tells_what_changed_and_how_sure_it_is(tmp_path: Path) -> None:
    words = f"robustness,compare={SHA}"
    command("report", SHA, "-o", tmp_path / "theirs.html", "--with", words)
    assert str(nhsrate.report(SHA, with_=words)) == (tmp_path / "theirs.html").read_text("utf-8")


def test_what_has_no_level_has_no_headroom(rules: Path, frame: pd.DataFrame) -> None:
    made = nhsrate.report(frame, rules, with_="headroom")
    assert str(made).count("What would change it") == 4


def test_a_notebook_shows_a_report_in_a_frame_of_its_own() -> None:
    made = nhsrate.report(SHA, only="XJ5")
    html = made._repr_html_()
    assert html.startswith("<iframe ")
    assert html.count("<") == 2
    assert "&lt;!DOCTYPE html&gt;" in html
    assert repr(made).splitlines()[0] == "Report: Mental health stars for strategic health authorities, 2004, 2003/04"


def test_the_editions_are_those_of_the_command() -> None:
    found = nhsrate.methodologies()
    said = json.loads(command("methodologies", "-f", "json").out)
    assert list(found["id"]) == [*edition_files()] == [one["id"] for one in said]
    for name in ("title", "period", "status", "publisher", "indicators"):
        assert [None if found[name].isna()[k] else found[name][k] for k in range(len(found))] == [
            one[name] or None for one in said
        ]
    assert list(found)[:4] == ["id", "title", "period", "status"]


def test_editions_are_found_by_words_and_those_of_a_project_come_first(tmp_path: Path, rules: Path) -> None:
    (tmp_path / "rules").mkdir()
    own = rules.rename(tmp_path / "rules" / rules.name)
    (tmp_path / "nhsrate.yaml").write_text("methodologies: rules\n", "utf-8")
    said = [one["id"] for one in json.loads(command("methodologies", "-f", "json").out)]
    found = nhsrate.methodologies()
    assert list(found["id"]) == said
    assert said[0] == "mine"
    assert found.attrs["problems"] == []
    own.write_text("id: [", "utf-8")
    broken = nhsrate.methodologies()
    assert list(broken["id"]) == said[1:]
    assert any("mine.yaml" in line for line in broken.attrs["problems"])
    stars = json.loads(command("methodologies", "stars", "acute", "-f", "json").out)
    for words in ("stars acute", ["stars", "acute"]):
        assert list(nhsrate.methodologies(words)["id"]) == [one["id"] for one in stars] != []
    assert len(nhsrate.methodologies("no such thing")) == 0
    with pytest.raises(TypeError, match="words is a int"):
        ASKED.methodologies(5)


def test_a_difference_between_editions_is_that_of_the_command() -> None:
    pair = ("nhs-star-ratings-2002-03-acute", "nhs-star-ratings-2003-04-acute")
    found = nhsrate.diff(*pair)
    said = json.loads(command("diff", *pair, "-f", "json").out)["sections"]
    assert found.attrs["text"] == command("diff", *pair).out
    rows = [
        (section, entry["how"], id_, change["what"], change["before"], change["after"])
        for section, entries in said.items()
        for entry in entries
        for id_ in entry["ids"]
        for change in entry["changes"] or [{"what": None, "before": None, "after": None}]
    ]
    ours = found[["section", "how", "id", "what", "before", "after"]].astype(object)
    assert [tuple(row) for row in ours.where(ours.notna(), None).to_numpy()] == [
        tuple(value or None for value in row) for row in rows
    ]
    loaded = [nhsrate.load_methodology(one) for one in pair]
    assert nhsrate.diff(*loaded).equals(found)
    assert len(nhsrate.diff(loaded[0], pair[0])) == 0
    with pytest.raises(nhsrate.Refused, match="No edition has this id"):
        nhsrate.diff("nothing", pair[0])
