"""What other sorts of cell are to an input of dates, and texts of very many sorts in one column."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.support.rules import method

from nhsrate.beginnings.sample import sample_return
from nhsrate.core.problems import CellLocation, Refused
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.runs.read import read_return
from nhsrate.values import column as module

RULES = """
id: rules
title: Rules
inputs: {d: {type: date}, n: {type: number, optional: true}}
measures: {days: {kind: difference, of: d, from: d}}
ratings: {r: {kind: first-available, of: [days], headline: true}}
"""


@pytest.mark.parametrize("raw", [True, pd.Timedelta(minutes=5).to_pytimedelta()])
def test_a_logical_value_or_a_time_is_no_date(raw: object) -> None:
    """It says what a date looks like."""
    frame = pd.DataFrame({"code": ["A"], "d": pd.Series([raw], dtype=object)})
    with pytest.raises(Refused, match="A date is expected"):
        read_return(frame, method(RULES))


def test_a_sample_of_an_edition_with_dates_has_dates() -> None:
    """Written as they are read."""
    text = sample_return(method(RULES), "rules")
    assert text is not None
    assert "2026-03-0" in text


def test_a_column_of_very_many_numbers_is_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of them is dropped in time, and each is what it says."""
    monkeypatch.setattr(module, "KNOWN", 3)
    reader = module.ColumnReader(Input("x", "number"), TableReading())
    for start in (0, 10, 20):
        reader.add(
            [f"{start + n}" for n in range(10)], range(start, start + 10), lambda n: CellLocation("r.csv", None, n, 1)
        )
    assert [int(str(cell)) for cell in reader.cells] == [*range(30)]


def test_a_share_is_no_date_and_a_date_may_end_in_a_sign_of_its_own() -> None:
    """A cell that shows per cent, and a flag behind a date."""
    import io

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "d", "n"])
    sheet.append(["A", 0.5, 1])
    sheet["B2"].number_format = "0%"
    stream = io.BytesIO()
    book.save(stream)
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "r.xlsx"
        path.write_bytes(stream.getvalue())
        with pytest.raises(Refused, match="percentage"):
            read_return(path, method(RULES))
        flagged = f"{RULES}reading: {{flags: {{'*': provisional}}}}\n"
        (Path(folder) / "r.csv").write_text("code,d,n\nA,2026-03-01*,1\nB,2026-03-02,2\n")
        read = read_return(Path(folder) / "r.csv", method(flagged))
        assert read.values["d"].flags == {0: "provisional"}
