"""Files as they were published, or saved again by others, each read under a committed reading profile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.support.edition_cases import cases_of, failing
from tests.support.running import run

from nhsrate import Return
from nhsrate.core.cells import Missing
from nhsrate.engine.assess import assess
from nhsrate.reports.summary import counts
from nhsrate.returns.profiles import read_profile, with_profile
from nhsrate.rules.editions import edition_files, find_edition
from nhsrate.rules.load import load_methodology, read_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.returns.model import Values
    from nhsrate.rules.model import Methodology

ILLUSTRATIONS = {
    "ae-four-hour": 18,
    "cancer-waits-2024": 10,
    "rtt-time-series": 4,
    "adult-inpatient-survey-2022": 7,
    "indicator-upload": 6,
}


@dataclass(frozen=True)
class Published:
    """A file, how it is read, and what must come out: rows and columns as the account parts them."""

    file: str
    edition: str
    profile: str
    organisations: int
    missing: Counter[str]
    set_aside: Counter[str]
    rows: dict[str, int]
    columns: tuple[int, int, int, int]  # used, unused, unheaded, blank
    period: str | None
    values: dict[str, tuple[str, str]] = field(default_factory=dict)  # by input and code: the value and its cell
    form: str = "wide"


AE_SHEET = "Provider Level Data"
NO_ATTENDANCES, NOT_COLLECTED = "no attendances", "not collected in this month"
DECLARED, TOTAL, NOTE = "declared as no organisation", "a total, without a code", "a note"
FILES = {
    "A&E, workbook": Published(
        "ae-by-provider-2025-06.xlsx", "ae-four-hour", "reading-2025-06", 201,
        Counter({NO_ATTENDANCES: 10}), Counter({DECLARED: 1}),
        {"above": 12, "header": 1, "elsewhere": 0, "blank": 4, "rows": 219}, (12, 15, 1, 1), "June 2025",
        {"four_hours RC9": ("73.2481304158588", f"{AE_SHEET}!Q19")},
    ),
    "A&E, old format": Published(
        "ae-by-provider-2026-05.xls", "ae-four-hour", "reading-2026-05-xls", 192,
        Counter({NO_ATTENDANCES: 9}), Counter({DECLARED: 1}),
        {"above": 12, "header": 1, "elsewhere": 0, "blank": 4, "rows": 210}, (12, 15, 1, 1), "May 26",
        {
            "four_hours RC9": ("76.0107620709715", f"{AE_SHEET}!Q19"),
            "four_hours RGT": ("67.7057773812179", f"{AE_SHEET}!Q20"),
            "four_hours RDE": ("77.8562924843504", f"{AE_SHEET}!Q22"),
        },
    ),
    "A&E, csv": Published(
        "ae-by-provider-2024-09.csv", "ae-four-hour", "reading-2024-09-csv", 197,
        Counter(), Counter({DECLARED: 1}),
        {"above": 0, "header": 1, "elsewhere": 0, "blank": 0, "rows": 199}, (15, 8, 0, 5), "MSitAE-SEPTEMBER-2024",
        {
            "attendances_type_1 RAS": ("6077", "E198"),
            "over_other RAS": ("177", "M198"),
            "attendances_other C83023": ("402", "G2"),
        },
    ),
    "cancer waits, one table": Published(
        "cancer-waits-provider-2024-12.xlsx", "cancer-waits-2024", "reading-28-day", 143,
        Counter(), Counter({TOTAL: 1}),
        {"above": 5, "header": 1, "elsewhere": 0, "blank": 4, "rows": 154}, (5, 7, 0, 2), None,
        {
            "told RCF": ("82.5373134328358", "28-DAY FDS (ALL ROUTES)!H10"),
            "told RBS": ("95.2380952380952", "28-DAY FDS (ALL ROUTES)!H11"),
            "people_waiting RTK": ("2040", "28-DAY FDS (ALL ROUTES)!E12"),
        },
    ),
    "cancer waits, the second table by its title": Published(
        "cancer-waits-provider-2024-12.xlsx", "cancer-waits-2024", "reading-31-day-first-treatments", 141,
        Counter(), Counter({TOTAL: 1, NOTE: 1}),
        {"above": 150, "header": 1, "elsewhere": 139, "blank": 13, "rows": 446}, (5, 8, 0, 2), None,
        {
            "treated_31 RF4": ("96.4824120603015", "31-DAY (ALL CANCER)!I162"),
            "people_waiting RM1": ("366", "31-DAY (ALL CANCER)!F222"),
        },
    ),
    "cancer waits, the fourth table by its number": Published(
        "cancer-waits-provider-2024-12.xlsx", "cancer-waits-2024", "reading-62-day-screening", 126,
        Counter(), Counter({TOTAL: 1, NOTE: 1}),
        {"above": 374, "header": 1, "elsewhere": 145, "blank": 23, "rows": 671}, (5, 11, 0, 2), None,
        {
            "treated_62 RF4": ("89.4736842105263", "62-DAY (ALL CANCER)!I395"),
            "people_waiting RF4": ("9.5", "62-DAY (ALL CANCER)!F395"),
            "people_waiting RP5": ("13.5", "62-DAY (ALL CANCER)!F412"),
        },
    ),
    "months": Published(
        "rtt-time-series.xlsx", "rtt-time-series", "reading-2022-11", 192,
        Counter({NOT_COLLECTED: 12, "more than 52 weeks, not measured further": 9, "blank": 12}), Counter({NOTE: 11}),
        {"above": 6, "header": 2, "elsewhere": 0, "blank": 3, "rows": 214}, (5, 32, 0, 2), "April 2007 to November 2022",
        {
            "within_18_weeks 2008-03-01": ("66.0123466079543", "Full Time Series!H23"),
            "wait_of_92_in_100 2008-03-01": ("51.6306584757151", "Full Time Series!E23"),
            "over_52_weeks 2022-11-01": ("379316", "Full Time Series!K199"),
            "within_18_weeks 2022-11-01": ("60.0653275363867", "Full Time Series!H199"),
        },
    ),
    "survey, OpenDocument": Published(
        "adult-inpatient-survey-2022.ods", "adult-inpatient-survey-2022", "reading-trust-scores", 133,
        Counter({"not applicable": 7, "blank": 7}), Counter(),
        {"above": 0, "header": 1, "elsewhere": 0, "blank": 0, "rows": 134}, (8, 499, 0, 0), None,
        {
            "q2_score R0A": ("6.75047749468319", "Trust_Scores!D2"),
            "q2_band R0A": ("about the same", "Trust_Scores!K2"),
            "q2_score R0B": ("8.52540950523852", "Trust_Scores!D3"),
            "q2_band R0B": ("better", "Trust_Scores!K3"),
        },
    ),
    "upload, long form": Published(
        "indicator-upload-duplicate-rows.xlsx", "indicator-upload", "reading-identical-rows", 1,
        Counter(), Counter({"the same as row 2, cell for cell": 1}),
        {"above": 0, "header": 1, "elsewhere": 0, "blank": 0, "rows": 3}, (4, 14, 0, 1), "2066",
        {"indicator_91491 E92000001": ("35.3", "PHOLIO!J2")},
        "long",
    ),
}  # fmt: skip
files = pytest.mark.parametrize("name", FILES)
PROFILES = sorted(
    path for edition in edition_files().values() for path in edition.parent.glob("reading-*.yaml")
)  # one edition in each folder that has profiles


def profile_of(published: Published) -> Path:
    return find_edition(published.edition).parent / f"{published.profile}.yaml"


@cache
def methodology_of(edition: str) -> Methodology:
    """The edition, loaded once: levels are compared by identity."""
    return load_methodology(edition)


@cache
def read(file: Path, edition: str, profile: Path) -> Return:
    return read_return(file, methodology_of(edition), reading=profile)


def return_of(data: Path, published: Published) -> Return:
    return read(data / "messy" / published.file, published.edition, profile_of(published))


def parts(values: Values) -> tuple[object, ...]:
    """Everything that was read of one input, in a form that can be compared."""
    columns = (values.cells, values.sources, values.rows, values.columns)
    return (values.heading, *map(list, columns), dict(values.flags), dict(values.shown))


@files
def test_the_organisations_and_missing_values_are_counted(backtest_data: Path, name: str) -> None:
    published, submitted = FILES[name], return_of(backtest_data, FILES[name])
    assert len(submitted.organisations) == published.organisations
    assert len({organisation.code for organisation in submitted.organisations}) == published.organisations
    read_columns = [values for values in submitted.values.values() if values.heading]
    reasons = Counter(cell.reason for values in read_columns for cell in values.cells if isinstance(cell, Missing))
    assert reasons == published.missing
    assert counts(submitted).missing == sum(published.missing.values())
    assert (submitted.form, submitted.period) == (published.form, published.period)


@files
def test_what_is_no_organisation_is_set_aside_with_its_reason(backtest_data: Path, name: str) -> None:
    submitted = return_of(backtest_data, FILES[name])
    assert Counter(row.reason for row in submitted.set_aside) == FILES[name].set_aside


@files
def test_values_are_read_to_the_last_digit_from_their_cells(backtest_data: Path, name: str) -> None:
    submitted = return_of(backtest_data, FILES[name])
    codes = [organisation.code for organisation in submitted.organisations]
    for what, (value, cell) in FILES[name].values.items():
        input_, code = what.split()
        values, n = submitted.values[input_], codes.index(code)
        assert str(values.cells[n]) == value
        assert str(values.at(n)).rpartition(":")[2] == cell


@files
def test_the_account_of_rows_and_columns_adds_up(backtest_data: Path, name: str) -> None:
    published, submitted = FILES[name], return_of(backtest_data, FILES[name])
    [account] = submitted.accounts
    assert {part: getattr(account, part) for part in published.rows} == published.rows
    assert account.organisations == published.organisations
    assert account.set_aside == sum(published.set_aside.values())
    below = account.organisations + account.set_aside + account.elsewhere + account.blank
    assert account.rows == account.above + account.header + below
    columns = (len(account.used), len(account.unused), len(account.unheaded), account.blank_columns)
    assert columns == published.columns
    assert account.columns == sum(columns)


@files
def test_how_it_was_read_can_be_saved_and_given_back(backtest_data: Path, name: str, tmp_path: Path) -> None:
    published, submitted = FILES[name], return_of(backtest_data, FILES[name])
    file = backtest_data / "messy" / published.file
    code, shown, _ = run("check", file, "-m", published.edition, "--reading", profile_of(published), "--show-reading")
    assert code == 0
    saved = tmp_path / "reading-saved.yaml"
    saved.write_text(shown, "utf-8")
    again = read_return(file, methodology_of(published.edition), reading=saved)
    assert again.organisations == submitted.organisations
    assert {id_: parts(values) for id_, values in again.values.items()} == {
        id_: parts(values) for id_, values in submitted.values.items()
    }
    assert again.set_aside == submitted.set_aside
    assert (again.accounts, again.form, again.period) == (submitted.accounts, submitted.form, submitted.period)
    assert again.problems == submitted.problems


def test_stacked_tables_are_refused_until_one_is_named(backtest_data: Path, tmp_path: Path) -> None:
    profile = tmp_path / "reading.yaml"
    profile.write_text("sheet: 62-DAY (ALL CANCER)\nheadings: {people_waiting: TOTAL}\n", "utf-8")
    file = backtest_data / "messy" / "cancer-waits-provider-2024-12.xlsx"
    code, _, errors = run("check", file, "-m", "cancer-waits-2024", "--reading", profile)
    assert code == 1
    assert "62-DAY (ALL CANCER)!B165: error: 5 tables stand below each other" in errors
    assert "[stacked-tables]" in errors


def test_shared_patients_count_as_half_and_a_column_headed_by_a_space_is_blank(backtest_data: Path) -> None:
    submitted = return_of(backtest_data, FILES["cancer waits, the fourth table by its number"])
    people = [cell for cell in submitted.values["people_waiting"].cells if isinstance(cell, Decimal)]
    assert sum(people) == 2144  # as the row of all English providers says
    assert sum(cell % 1 == Decimal("0.5") for cell in people) > 20
    [account] = submitted.accounts
    assert "J" not in {*account.used, *account.unused, *account.unheaded}


def test_each_table_is_rated_by_its_own_standard(backtest_data: Path) -> None:
    """Three tables of one workbook; a provider at 95.95 % misses 96 %, though its cell shows 96.0 %."""
    methodology = methodology_of("cancer-waits-2024")
    found = {}
    for name, published in FILES.items():
        if published.edition == "cancer-waits-2024":
            assessment = assess(return_of(backtest_data, published), methodology)
            found[name] = Counter(str(cell) for cell in assessment.columns["rating"])
            assert {problem.code for problem in assessment.problems} <= {"shown-value"}
            assert found[name].total() == published.organisations
            assert set(found[name]) == {"met", "missed"}
    assert len({count["met"] for count in found.values()}) == 3


def test_the_year_is_filled_down_and_dates_are_codes(backtest_data: Path) -> None:
    submitted = return_of(backtest_data, FILES["months"])
    years = Counter(organisation.name for organisation in submitted.organisations)
    assert submitted.organisations[0].code == "2007-04-01"
    assert submitted.organisations[-1].code == "2023-03-01"
    assert (len(years), set(years.values())) == (16, {12})


def test_months_without_figures_have_no_rating(backtest_data: Path) -> None:
    assessment = assess(return_of(backtest_data, FILES["months"]), methodology_of("rtt-time-series"))
    ratings = Counter(str(cell) for cell in assessment.columns["rating"])
    assert ratings[f"missing ({NOT_COLLECTED})"] == 4
    assert ratings["missing (blank)"] == 4  # December 2022 to March 2023
    assert ratings["met"] + ratings["missed"] == 184
    january = assessment.find("2016-01-01")
    assert str(assessment.columns["rating"][january]) == "missed"
    assert str(assessment.columns["share"][january]) == "91.9951991735286"


def test_the_survey_has_a_standing_for_each_trust(backtest_data: Path) -> None:
    published = FILES["survey, OpenDocument"]
    assessment = assess(return_of(backtest_data, published), methodology_of(published.edition))
    bands = Counter(str(cell) for cell in assessment.columns["q2_band"])
    assert bands == {
        "much better": 4, "better": 8, "somewhat better": 5, "about the same": 107,
        "somewhat worse": 5, "worse": 3, "much worse": 1,
    }  # fmt: skip
    standings = Counter(str(cell) for cell in assessment.columns["standing"])
    assert standings.total() == published.organisations
    assert set(standings) == {"above", "as expected", "mixed", "below"}


def test_rows_that_repeat_are_refused_unless_the_profile_sets_them_aside(backtest_data: Path) -> None:
    file = backtest_data / "messy" / "indicator-upload-duplicate-rows.xlsx"
    code, _, errors = run("check", file, "-m", "indicator-upload")
    assert code == 1
    assert 'PHOLIO!J3: error: "E92000001" has a value for "91491" here and at J2.' in errors
    assert "[duplicate-value]" in errors


def test_the_stray_comment_beside_the_table_is_accounted_for(backtest_data: Path) -> None:
    [account] = return_of(backtest_data, FILES["upload, long form"]).accounts
    assert (account.columns, account.unused[-1]) == (19, "S")
    assert "R" not in {*account.used, *account.unused, *account.unheaded}


def test_minus_one_is_no_value_in_an_upload() -> None:
    """The example has none under Value; a real -1 is entered as -1.00001."""
    pandas = pytest.importorskip("pandas")
    rows = [["E1", 91491, "-1"], ["E2", 91491, "-1.00001"], ["E3", 91491, "60"]]
    frame = pandas.DataFrame(rows, columns=["AreaCode", "IndicatorID", "Value"])
    methodology = load_methodology("indicator-upload")
    submitted = Return.from_frame(frame, methodology)
    cells = list(map(str, submitted.values["indicator_91491"].cells))
    assert cells == ["missing (no value)", "-1.00001", "60"]


@pytest.mark.parametrize("edition", ILLUSTRATIONS)
def test_an_illustration_loads_without_any_problem_and_its_cases_come_out(edition: str) -> None:
    methodology, problems = read_methodology(find_edition(edition))
    assert methodology is not None
    assert (problems, methodology.status) == ([], "illustrative")
    assert len(cases_of(edition)) == ILLUSTRATIONS[edition]
    assert failing(edition, find_edition(edition)) == []


@pytest.mark.parametrize("edition", ILLUSTRATIONS)
def test_the_readme_names_each_source_and_each_profile(edition: str) -> None:
    folder = find_edition(edition).parent
    readme = (folder / "README.md").read_text("utf-8")
    for source in load_methodology(edition).sources.values():
        assert edition == "ae-four-hour" or source.url in readme
    for profile in folder.glob("reading-*.yaml"):
        assert f"`{profile.name}`" in readme


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_committed_profile_fits_its_edition(path: Path) -> None:
    [edition] = [id_ for id_, file in edition_files().items() if file.parent == path.parent]
    profile = read_profile(path)
    methodology = with_profile(load_methodology(edition), profile)
    assert profile.given
    assert methodology.reading.sheet == profile.reading.sheet or profile.reading.sheet is None


@pytest.mark.parametrize(
    ("file", "edition"),
    [
        ("ae-by-provider-2025-06.xlsx", "ae-four-hour"),
        ("ae-by-provider-2024-09.csv", "ae-four-hour"),
        ("rtt-time-series.xlsx", "rtt-time-series"),
        ("ae-by-provider-2026-05.xls", "ae-four-hour"),
        ("cancer-waits-provider-2024-12.xlsx", None),
    ],
)
def test_no_edition_but_its_own_fits_a_file(backtest_data: Path, file: str, edition: str | None) -> None:
    """Inputs that may be absent must not make an edition fit whatever it is given."""
    code, output, errors = run("check", backtest_data / "messy" / file)
    if edition is None:
        assert code == 2
        assert "[which-methodology]" in errors
    else:
        assert code == 0
        assert f"read as a return for {edition} " in output
