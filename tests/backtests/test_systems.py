"""The monthly A&E statistics by groups: systems, footprints of acute trusts and England, as NHS England publishes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.texts import as_text
from nhsrate.engine.explain import explain
from nhsrate.files.open import open_book
from nhsrate.runs.rate import rate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.core.tables import Book
    from nhsrate.engine.assessment import Assessment

COUNTS = (
    "all_type_1", "all_type_2", "all_type_3", "all_attendances", "late_type_1", "late_type_2", "late_type_3", "late_all",
)  # fmt: skip
"""The eight counts that are compared; those of a published table stand in its columns D to G and L to O."""

PLACES = (*range(4, 8), *range(12, 16))


@pytest.fixture(scope="module")
def june(backtest_data: Path) -> Path:
    return backtest_data / "messy" / "ae-by-provider-2025-06.xlsx"


@pytest.fixture(scope="module")
def book(june: Path) -> Book:
    return open_book(june)


@pytest.fixture(scope="module")
def systems(june: Path) -> Assessment:
    return rate(june, "ae-four-hour", as_="systems").assessment


def counts(assessment: Assessment, n: int) -> list[Decimal]:
    """The eight counts of a group."""
    return [Decimal(str(assessment.columns[id_][n])) for id_ in COUNTS]


def published(book: Book, sheet: str, shift: int = 0) -> dict[str, list[Decimal]]:
    """The eight counts of every row that has a code, and `-` for England's."""
    found = {}
    for row in book.read(sheet).rows[16:]:
        texts = [as_text(raw) for raw in row]
        if len(texts) > 15 and texts[1]:
            found[texts[1]] = [Decimal(texts[place - 1 + shift]) for place in PLACES]
    return found


def test_the_counts_of_41_of_42_systems_are_the_published_ones(systems: Assessment, book: Book) -> None:
    """The 42nd is Surrey Heartlands, whose provider NTV0B the mapping does not have."""
    theirs = published(book, "System Level Data")
    ours = {one.code: counts(systems, n) for n, one in enumerate(systems.organisations)}
    assert ours.keys() == theirs.keys() - {"-"}
    assert len(ours) == 42
    assert [code for code, found in ours.items() if found != theirs[code]] == ["QXU"]
    lacking = published(book, "Provider Level Data", 1)["NTV0B"]
    assert [a + b for a, b in zip(ours["QXU"], lacking, strict=True)] == theirs["QXU"]


def test_the_provider_that_the_mapping_lacks_is_named(systems: Assessment) -> None:
    [problem] = [one for one in systems.submitted.problems if "to no system" in one.message]
    assert problem.severity == "warning"
    assert problem.message.startswith(
        "1 organisation of the return belongs to no system, and nothing of it counts: NTV0B"
    )
    assert 'there is "NTV0b" in ' in problem.message
    assert "System Mapping!row 258" in problem.message


def test_with_the_letter_corrected_all_42_systems_are_the_published_ones(
    june: Path, book: Book, tmp_path: Path
) -> None:
    """The mapping writes NTV0b for NTV0B, and a code that is written otherwise is named and not taken for the same."""
    rows = [[as_text(raw) for raw in row[:4]] for row in book.read("System Mapping").rows[2:]]
    table = tmp_path / "members.csv"
    table.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).replace("NTV0b", "NTV0B"))
    whole = rate(june, "ae-four-hour", as_="systems", groups=table).assessment
    theirs = published(book, "System Level Data")
    assert {one.code: counts(whole, n) for n, one in enumerate(whole.organisations)} == {
        code: found for code, found in theirs.items() if code != "-"
    }


def test_the_percentages_of_systems_are_pooled_as_published(systems: Assessment, book: Book) -> None:
    """To the last digit that a spreadsheet has, which is the published fraction's."""
    rows = [[as_text(raw) for raw in row] for row in book.read("System Level Data").rows[18:]]
    theirs = {row[1]: Decimal(row[15].removesuffix("%")) for row in rows if len(row) > 15 and row[1]}
    for n, one in enumerate(systems.organisations):
        cell = systems.columns["four_hours"][n]
        assert isinstance(cell, Decimal)
        if one.code != "QXU":
            assert abs(cell - theirs[one.code]) < Decimal("1e-12"), one


def test_england_comes_from_its_201_providers(june: Path, book: Book) -> None:
    england = rate(june, "ae-four-hour", as_="country").assessment
    assert [one.name for one in england.organisations] == ["England"]
    assert england.submitted.grouping is not None
    assert len(england.submitted.grouping.groups[0].parts) == 201
    assert counts(england, 0) == published(book, "System Level Data")["-"]
    assert str(england.columns["four_hours"][0]).startswith("75.54501680083")


def footprints_of(book: Book) -> tuple[dict[str, list[Decimal]], Sequence[Decimal]]:
    theirs = published(book, "Acute Trust Footprint Data", 1)
    return {code: found for code, found in theirs.items() if code != "-"}, theirs["-"]


def test_footprints_count_their_members_by_shares(june: Path, book: Book) -> None:
    """Such as 6,813.4 attendances of type 3 at Great Western; published as doubles, which have 15 digits."""
    footprints = rate(june, "ae-four-hour", as_="footprints").assessment
    theirs, _ = footprints_of(book)
    ours = {one.code: counts(footprints, n) for n, one in enumerate(footprints.organisations)}
    hair = Decimal("1e-6")
    other = {
        code: (ours.get(code), found)
        for code, found in theirs.items()
        if code not in ours or any(abs(a - b) > hair for a, b in zip(ours[code], found, strict=True))
    }
    assert other == {}
    assert ours["RN3"][2] == Decimal("6813.4")
    assert ours.keys() - theirs.keys() == set()


def test_a_system_is_explained_down_to_the_cells_of_its_members(systems: Assessment) -> None:
    reasons = explain(systems, systems.find("QUY")).reasons
    assert reasons["four_hours"].how == "pooled from 3 members: 100 x 27684 / 37039"
    assert reasons["four_hours"].parts == ("four_hours, NLX", "four_hours, RVJ", "four_hours, RA7")
    member = reasons["four_hours, NLX"]
    assert member.text == "9273 of 9730"
    assert [str(at).partition(":")[2] for at in member.cells] == [
        "Provider Level Data!L211",
        "Provider Level Data!H211",
    ]


def test_a_year_later_in_the_old_format_the_published_counts_come_out_again(backtest_data: Path) -> None:
    """Thirty-six systems, one of them again without NTV0B; and 123 footprints."""
    may = backtest_data / "messy" / "ae-by-provider-2026-05.xls"
    book = open_book(may)
    for kind, sheet, shift, other in (
        ("systems", "System Level Data", 0, ["S9B9J"]),
        ("footprints", "Acute Trust Footprint Data", 1, []),
    ):
        found = rate(may, "ae-four-hour", as_=kind).assessment
        theirs = published(book, sheet, shift)
        ours = {one.code: counts(found, n) for n, one in enumerate(found.organisations)}
        assert ours.keys() == theirs.keys() - {"-"}
        hair = Decimal("1e-6")
        unlike = [
            code for code in ours if any(abs(a - b) > hair for a, b in zip(ours[code], theirs[code], strict=True))
        ]
        assert unlike == other


def test_england_comes_from_the_counts_of_a_csv(backtest_data: Path) -> None:
    """Which has no percentage: 570,888 of 2,214,217 waited longer in September 2024."""
    england = rate(backtest_data / "messy" / "ae-by-provider-2024-09.csv", "ae-four-hour", as_="country").assessment
    assert (england.columns["attendances"], england.columns["over_four_hours"]) == (
        [Decimal(2214217)],
        [Decimal(570888)],
    )
