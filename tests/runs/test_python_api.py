"""What people call from Python: documented, and the same as the commands."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import ROOT

import nhsrate

STARS = ROOT / "tests" / "gallery" / "stars.yaml"


@pytest.fixture
def stars() -> nhsrate.Methodology:
    """The method of the gallery of problems."""
    return nhsrate.load_methodology(STARS)


@pytest.fixture
def frame() -> pd.DataFrame:
    """A return as people have it in a notebook."""
    return pd.DataFrame(
        {"Org code": ["RA1", "RA2", "RA3"], "Name": ["North", "South", "West"], "Waits": [12, 9.5, None]}
    )


def test_a_return_is_read_from_a_path_several_paths_or_a_frame(
    tmp_path: Path, stars: nhsrate.Methodology, frame: pd.DataFrame
) -> None:
    path = tmp_path / "return.csv"
    frame.to_csv(path, index=False)
    frame.iloc[:1].to_csv(tmp_path / "one.csv", index=False)
    frame.iloc[1:].to_csv(tmp_path / "two.csv", index=False)
    for source in (
        path,
        str(path),
        [path],
        [tmp_path / "one.csv", tmp_path / "two.csv"],
        frame,
        frame.set_index("Org code"),
    ):
        submitted = nhsrate.read_return(source, stars)
        assert [organisation.code for organisation in submitted.organisations] == ["RA1", "RA2", "RA3"]
        cells = submitted.values["waits"].cells
        assert list(cells)[:2] == [Decimal(12), Decimal("9.5")]


def test_a_sheet_may_be_named(tmp_path: Path, stars: nhsrate.Methodology, frame: pd.DataFrame) -> None:
    path = tmp_path / "return.xlsx"
    with pd.ExcelWriter(path) as writer:
        frame.to_excel(writer, sheet_name="June", index=False)
        frame.iloc[:1].to_excel(writer, sheet_name="July", index=False)
    assert len(nhsrate.read_return(path, stars, sheet="July").organisations) == 1


def test_an_assessment_is_a_frame_of_ratings(stars: nhsrate.Methodology, frame: pd.DataFrame) -> None:
    assessment = nhsrate.assess(nhsrate.read_return(frame, stars), stars)
    assert isinstance(assessment, nhsrate.Assessment)
    ratings = assessment.to_frame()
    assert len(ratings) == 3
    long = assessment.to_frame(long=True)
    assert len(long) > 3
    levels = [str(cell) for cell in assessment.columns["rating"]]
    assert levels == ["1", "2", "missing (blank)"]


def test_figures_are_set_by_texts_or_numbers(frame: pd.DataFrame) -> None:
    for value in ("9.5", Decimal("9.5"), 9.5):
        stars = nhsrate.load_methodology(STARS, {"cut": value})
        assert stars.figures["cut"].value == Decimal("9.5")
    with pytest.raises(nhsrate.Refused, match="is not a number"):
        nhsrate.load_methodology(STARS, {"cut": math.nan})
    with pytest.raises(nhsrate.Refused, match='Did you mean "cut"'):
        nhsrate.load_methodology(str(STARS), {"cot": 9})


def test_a_refusal_lists_every_problem_with_its_place(stars: nhsrate.Methodology, frame: pd.DataFrame) -> None:
    frame = frame.astype(object)
    frame.loc[0, "Waits"] = "twelve"
    frame.loc[1, "Waits"] = 120
    with pytest.raises(nhsrate.Refused) as caught:
        nhsrate.read_return(frame, stars)
    assert [(str(problem.at), problem.code) for problem in caught.value.problems] == [
        ("data frame:C2", "text-in-number"),
        ("data frame:C3", "out-of-range"),
    ]
    assert all(isinstance(problem, nhsrate.Problem) for problem in caught.value.problems)
    assert str(caught.value).count("\n") == 1


def test_an_edition_that_ships_is_loaded_by_its_id() -> None:
    edition = nhsrate.load_methodology("sha-mental-health-stars-2004")
    assert isinstance(edition, nhsrate.Methodology)
    assert edition.id == "sha-mental-health-stars-2004"


def test_every_public_name_is_listed_and_documented() -> None:
    assert dir(nhsrate) == sorted([*nhsrate.__all__, "__version__"])
    for name in nhsrate.__all__:
        doc = inspect.getdoc(getattr(nhsrate, name))
        assert doc
        assert doc[0].isupper()
    assert "Raises `Refused`" in str(nhsrate.load_methodology.__doc__)
    assert "Raises `Refused`" in str(nhsrate.read_return.__doc__)
    assert "Raises `Refused`" in str(nhsrate.assess.__doc__)
    assert nhsrate.Assessment.to_frame.__doc__
    with pytest.raises(AttributeError, match="has no attribute 'rates'"):
        nhsrate.rates  # noqa: B018 (asking for it is the test)


def test_importing_the_package_imports_nothing_else() -> None:
    program = (
        "import sys, nhsrate; print(sorted(name for name in sys.modules if name.startswith(('nhsrate', 'pandas'))))"
    )
    environment = {"PYTHONPATH": str(Path(nhsrate.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "['nhsrate']\n"
