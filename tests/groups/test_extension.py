"""The rule file that a refusal prints for an edition without a word on groups: it works when it is pasted."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.support.rules import method
from tests.support.running import run

from nhsrate.groups.extension import advice, extension
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pasted(text: str) -> str:
    """The file that a message prints, saved under the name that it says."""
    found = re.search(r"Save this as (\S+)\.yaml, and rate with -m \1\.yaml: ({.*}})", text, re.DOTALL)
    assert found is not None, text
    Path(f"{found[1]}.yaml").write_text(found[2], "utf-8")
    return found[1]


@pytest.mark.parametrize("edition", edition_files())
def test_it_can_be_read_for_every_edition(edition: str) -> None:
    """Where inputs are made for the members of a family, a file that extends cannot name them, and none is printed."""
    methodology = load_methodology(edition)
    silent = [entry for entry in methodology.inputs.values() if entry.together is None]
    if not silent:
        return
    told = advice(methodology, silent)
    if not told:
        assert any("each:" in Path(path).read_text("utf-8") for path in methodology.paths)
        return
    own = load_methodology(f"{pasted(told[0].remedy)}.yaml")
    assert all(own.inputs[entry.id].together is not None for entry in silent)


PARTS = ("numerator", "denominator")
RETURN = ROOT / "examples" / "financial-risk-2011-12.csv"


def test_it_is_printed_and_rates_once_the_columns_are_there() -> None:
    """At first its columns are asked for by their names; with them each percentage is pooled."""
    rows = [line.split(",") for line in RETURN.read_text("utf-8").splitlines()]
    Path("groups.csv").write_text(
        "member,group\n" + "".join(f"{row[0]},{'NS'[n % 2]}\n" for n, row in enumerate(rows[1:]))
    )
    asked = ("--as", "systems", "--groups", "groups.csv")
    got = run("score", RETURN, *asked)
    assert got.code == 1
    assert "note: 9 inputs do not say how the figures of groups come together" in got.err
    own = pasted(got.err)
    again = run("score", RETURN, "-m", f"{own}.yaml", *asked)
    assert again.code == 1
    assert "the return has no figures of ebitda_margin_numerator and ebitda_margin_denominator." in again.err
    assert "Save this as" not in again.err
    heads = [f"{head}, {part}" for head in rows[0][2:6] for part in PARTS]
    more = [[text for share in row[2:6] for text in (str(Decimal(share) * n), str(100 * n))] + [str(n)]
            for n, row in enumerate(rows[1:], 1)]  # fmt: skip
    table = [row + own for row, own in zip(rows, [[*heads, "Liquid ratio, weight"], *more], strict=True)]
    with Path("return.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table)
    done = run("score", "return.csv", "-m", f"{own}.yaml", *asked, "-f", "csv", "--long")
    assert done.code == 0, done.err
    found = {(row["code"], row["item"]): row["value"] for row in csv.DictReader(done.out.splitlines())}
    for code, start in (("N", 1), ("S", 2)):
        numbers = range(start, len(rows), 2)
        for column, item in ((2, "ebitda_margin"), (6, "liquid_ratio_days")):
            mean = sum((Decimal(rows[n][column]) * n for n in numbers), Decimal(0)) / sum(numbers)
            assert abs(Decimal(found[code, item]) - mean) < Decimal("1e-9")


def test_rules_of_ones_own_are_mended_where_they_stand(tmp_path: Path) -> None:
    text = "id: mine\nextends: monitor-financial-risk-2011-12\n"
    (tmp_path / "mine.yaml").write_text(text)
    (tmp_path / "groups.csv").write_text("member,group\nXA4,N\n")
    got = run("score", RETURN, "-m", "mine.yaml", "--as", "systems", "--groups", "groups.csv")
    assert got.code == 1
    assert "does not say how the figures" in got.err
    assert "Save this as" not in got.err


def test_counts_that_an_edition_has_are_taken() -> None:
    """A percentage that says of which counts it is made is pooled from them, and counts are added."""
    methodology = method("""
        scales: {rag: [{level: green}, {level: red}]}
        inputs:
          share: {type: percent, error: {numerator: won, denominator: tried}}
          won: {type: count}
          tried: {type: count}
          grade: {type: level, scale: rag}
          note: {type: text}
          late: {type: yes/no}
          wrong: {type: yes/no, polarity: higher}
          cost: {type: number}
    """)
    own = extension(
        methodology, [methodology.inputs[id_] for id_ in ("share", "won", "grade", "note", "late", "wrong")]
    )
    assert "add:" not in own
    assert own.endswith(
        "change: {inputs: {share: {together: {numerator: won, denominator: tried}}, won: {together: sum}, "
        "grade: {together: worst}, note: {together: not}, late: {polarity: lower, together: worst}, wrong: {together: worst}}}}"
    )
    assert "cost: {together: weighted by cost_weight}" in extension(methodology, [methodology.inputs["cost"]])
