"""Returns from data frames."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pytest
from tests.support.rules import method
from tests.support.running import run

from nhsrate import Return
from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused
from nhsrate.files.parquet import book_from_parquet
from nhsrate.returns.frames import book_from_frame
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
    inputs: {rate: {type: number}, share: {type: percent, optional: true}}
    ratings: {total: {kind: sum, of: [rate], headline: true, published: true}}
"""


def rows(frame: pd.DataFrame) -> list[list[object]]:
    return [list(row) for row in book_from_frame(frame).read(None).rows]


def test_cells_are_plain_values_and_gaps_are_empty() -> None:
    frame = pd.DataFrame(
        {
            "Code": ["RJ1", "RJ2"],
            "rate": [0.1, np.nan],
            "count": pd.array([5, None], dtype="Int64"),
            "whole": np.array([1, 2]),
            "when": [pd.Timestamp(2026, 3, 31), pd.NaT],
            "flag": [True, False],
            "kind": pd.Categorical(["acute", None]),
            "text": ["", None],
        }
    )
    found = rows(frame)
    assert found == [
        ["Code", "rate", "count", "whole", "when", "flag", "kind", "text"],
        ["RJ1", 0.1, 5, 1, datetime(2026, 3, 31), True, "acute", None],  # noqa: DTZ001 (frames know no zones)
        ["RJ2", None, None, 2, None, False, None, None],
    ]
    kinds = [type(cell) for cell in found[1]]
    assert kinds == [str, float, int, int, datetime, bool, str, type(None)]


def test_an_index_of_codes_is_the_first_column() -> None:
    frame = pd.DataFrame({"rate": [1.5]}, index=pd.Index(["RJ1"], name="Trust_code"))
    assert rows(frame) == [["Trust_code", "rate"], ["RJ1", 1.5]]
    assert rows(pd.DataFrame({"rate": [1.5]}, index=pd.Index(["x"], name="other"))) == [["rate"], [1.5]]


def test_headings_of_several_levels_are_joined() -> None:
    frame = pd.DataFrame([["RJ1", 5]], columns=pd.MultiIndex.from_tuples([("Code", ""), ("Falls", "rate")]))
    assert rows(frame)[0] == ["Code", "Falls / rate"]


def test_numpy_scalars_among_objects_are_plain_values() -> None:
    frame = pd.DataFrame({"Code": ["RJ1"], "rate": pd.Series([np.float64(2.5)], dtype=object)})
    assert type(rows(frame)[1][1]) is float


def test_the_digest_is_of_the_cells() -> None:
    frame = pd.DataFrame({"Code": ["RJ1"], "rate": [0.1]})
    assert book_from_frame(frame).digest == book_from_frame(frame.copy()).digest
    assert book_from_frame(frame).digest != book_from_frame(frame.assign(rate=0.2)).digest
    assert len(book_from_frame(pd.DataFrame()).digest) == 64


def test_a_return_is_read_from_a_frame() -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": [0.1, np.nan]})
    found = read_tables([book_from_frame(frame, "march")], [Input("rate", "number")], TableReading())
    values = found.values["rate"]
    assert list(values.cells) == [Decimal("0.1"), Missing("blank")]
    assert str(values.at(0)) == "march:B2"


def test_an_index_of_codes_that_is_a_column_too_stands_once_where_both_say_the_same() -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": [1.5, 2.5]}).set_index("Code", drop=False)
    assert rows(frame) == [["Code", "rate"], ["RJ1", 1.5], ["RJ2", 2.5]]
    frame["Code"] = ["RJ3", "RJ4"]
    assert rows(frame) == [["Code", "Code", "rate"], ["RJ1", "RJ3", 1.5], ["RJ2", "RJ4", 2.5]]


def test_numbers_of_seven_digits_are_what_is_written_and_not_what_is_stored() -> None:
    """94.6 as such a number is 94.5999985, and would fail a mark of 94.6."""
    short = [94.6, None, 0.1]
    frame = pd.DataFrame(
        {
            "numpy": np.array([94.6, np.nan, 0.1], dtype="float32"),
            "pandas": pd.array(short, dtype="Float32"),
            "arrow": pd.array(short, dtype="float32[pyarrow]"),
            "mixed": pd.Series([np.float32(94.6), None, np.float32(0.1)], dtype=object),
        }
    )
    assert rows(frame)[1:] == [[94.6] * 4, [None] * 4, [0.1] * 4]


def test_several_values_in_a_cell_are_a_text() -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": [np.array([1, 2]), [3]]})
    assert rows(frame)[1:] == [["RJ1", "[1 2]"], ["RJ2", "[3]"]]


def test_a_return_is_read_from_a_frame_under_a_methodology(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "Days": ["1.5", "n/a"]})
    profile = tmp_path / "ours.yaml"
    profile.write_text("headings: {rate: [Days]}\nmarkers: {n/a: closed}\n", "utf-8")
    found = Return.from_frame(frame, method(RULES), reading=profile)
    assert list(found.values["rate"].cells) == [Decimal("1.5"), Missing("closed")]
    assert found.name == "data frame"
    assert [account.rows for account in found.accounts] == [3]
    with pytest.raises(Refused) as refused:
        Return.from_frame(frame, method(RULES))
    assert str(refused.value.problems[0].at) == "data frame:row 1"
    frame = frame.rename(columns={"Days": "rate"})
    own = TableReading(markers=(("n/a", "shut"),))
    assert list(read_return(frame, method(RULES), reading=own).values["rate"].cells)[1] == Missing("shut")


# parquet


def parquet(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, engine="pyarrow")
    return stream.getvalue()


def test_a_parquet_file_is_a_table_and_keeps_its_own_digest() -> None:
    frame = pd.DataFrame({"rate": [0.1, None]}, index=pd.Index(["RJ1", "RJ2"], name="Code"))
    book = book_from_parquet("folder/r.parquet", parquet(frame), "digest")
    assert (book.file, book.digest) == ("folder/r.parquet", "digest")
    table = book.read(None)
    assert (table.file, table.sheet) == ("folder/r.parquet", None)
    assert [list(row) for row in table.rows] == [["Code", "rate"], ["RJ1", 0.1], ["RJ2", None]]


def test_what_stands_in_parquet_files_is_read_as_it_is_meant() -> None:
    table = pa.table(
        {
            "Code": pa.array(["RJ1", "RJ2"]),
            "exact": pa.array([Decimal("94.60"), None], pa.decimal128(5, 2)),
            "short": pa.array([94.6, None], pa.float32()),
            "whole": pa.array([5, None], pa.int64()),
            "list": pa.array([[1, 2], None], pa.list_(pa.int64())),
            "word": pa.array(["low", None]).dictionary_encode(),
        }
    )
    stream = io.BytesIO()
    pa.parquet.write_table(table, stream)
    found = [list(row) for row in book_from_parquet("r.parquet", stream.getvalue(), "").read(None).rows]
    assert found[1:] == [["RJ1", Decimal("94.60"), 94.6, 5, "[1 2]", "low"], ["RJ2", None, None, None, None, None]]


def test_a_damaged_parquet_file_is_refused() -> None:
    sound = parquet(pd.DataFrame({"Code": ["RJ1"], "rate": [0.1]}))
    for data in (b"PAR1 PAR1", sound[: len(sound) // 2] + b"PAR1", sound[:8] + bytes(40) + sound[48:]):
        with pytest.raises(Refused) as refused:
            book_from_parquet("r.parquet", data, "")
        [problem] = refused.value.problems
        assert (problem.code, str(problem.at)) == ("broken-file", "r.parquet")
        assert problem.message.startswith("The Parquet file is damaged, so it cannot be read (")


def test_an_error_without_words_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("pandas.read_parquet", fail)
    with pytest.raises(Refused, match="no details"):
        book_from_parquet("r.parquet", b"", "")


def test_the_package_that_reads_parquet_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Refused) as refused:
        book_from_parquet("r.parquet", b"", "")
    assert [problem.code for problem in refused.value.problems] == ["needs-package"]


def test_a_parquet_file_is_rated_like_a_csv_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = "id: m\ntitle: M\ninputs: {rate: {type: number}}\n"
    rules += "ratings: {total: {kind: sum, of: [rate], headline: true, published: true}}\n"
    (tmp_path / "m.yaml").write_text(rules, "utf-8")
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": [0.1, 0.25]})
    (tmp_path / "r.parquet").write_bytes(parquet(frame))
    frame.to_csv(tmp_path / "r.csv", index=False)
    found = [run("score", name, "-m", "m.yaml", "-f", "csv") for name in ("r.parquet", "r.csv")]
    assert found[0] == found[1]
    assert found[0].code == 0


def test_the_command_reads_a_parquet_file_in_a_process_of_its_own(tmp_path: Path) -> None:
    """A command hides NumPy from imports while it reads, and pandas wants it."""
    frame = pd.DataFrame({"code": ["XA"], "Stars gained": [5], "Mental health trusts": [2]})
    frame.to_parquet(tmp_path / "return.parquet")
    command = [sys.executable, "-m", "nhsrate", "score", "return.parquet", "-m", "sha-mental-health-stars-2004"]
    done = subprocess.run([*command, "-f", "csv"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "code,name,stars_possible,share,stars\nXA,XA,6,83,3\n"


class Odd:
    """A thing that cannot even be looked at."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


@pytest.mark.parametrize(
    "value", [Decimal("sNaN"), Decimal("-sNaN12"), Odd(), 10**5000], ids=lambda value: type(value).__name__
)
def test_a_value_that_cannot_be_looked_at_is_refused_with_its_cell(value: object) -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": pd.Series([1, value], dtype=object)})
    with pytest.raises(Refused, match=r"data frame:B3: The value, a \w+, cannot be read as a number or a text. Put a"):
        read_return(frame, method(RULES))


def test_a_heading_that_cannot_be_looked_at_is_refused_with_its_cell() -> None:
    frame = pd.DataFrame([["RJ1", 1]], columns=pd.Index(["Code", Odd()], dtype=object))
    with pytest.raises(Refused, match="data frame:B1: The value, a Odd, cannot be read"):
        read_return(frame, method(RULES))


def test_a_frame_that_cannot_be_read_for_another_reason_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise ValueError

    frame, rules = pd.DataFrame({"Code": ["RJ1"], "rate": [1]}), method(RULES)
    monkeypatch.setattr("hashlib.sha256", refuse)
    with pytest.raises(Refused, match="data frame: The data frame holds something that cannot be read"):
        read_return(frame, rules)
