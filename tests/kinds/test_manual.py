"""Every kind has a whole manual, and what it says is so: fields there are, editions that use it, an example of it."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.rated import rated

from nhsrate.commands.main import main
from nhsrate.kinds import KINDS
from nhsrate.kinds.manual import Field, docstring_parts, field_sentences, kind_manual, kind_manuals, record_fields
from nhsrate.language.numbers import Number
from nhsrate.language.records import record_keys
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Golden

SENTENCE = re.compile(r"[A-Z`].*[^.]\.")


def every(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields and those within them."""
    for field in fields:
        yield field
        yield from every(field.within)


@pytest.fixture(scope="session")
def users() -> dict[str, set[str]]:
    """For each edition the kinds that it uses."""
    return {id_: {item.rule.kind for item in load_methodology(id_).items.values()} for id_ in edition_files()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_all_that_a_manual_says(kind: str) -> None:
    manual = kind_manual(kind)
    for said in (manual.unit, manual.refused, manual.source, *manual.meaning):
        assert said.endswith("."), said
    assert SENTENCE.fullmatch(manual.summary)
    assert ". " not in manual.summary, "the summary is one sentence"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_has_its_sentence(kind: str) -> None:
    fields = kind_manual(kind).fields
    assert [field.key for field in fields] == [*record_keys(KINDS[kind])]
    assert [field.key for field in every(fields) if not field.means.endswith(".")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_of_a_field_that_there_is_not(kind: str) -> None:
    own = re.findall(r"^ {4}(\w+): ", docstring_parts(KINDS[kind])["Fields"], re.MULTILINE)
    assert {*own} <= {*record_keys(KINDS[kind])}
    assert len(own) == len({*own})


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_is_of_the_kind_and_shows_what_becomes_of_a_value(kind: str) -> None:
    """That it is true is tested where it stands, as a doctest."""
    example = kind_manual(kind).example
    assert any(f"kind: {kind}," in rule for rule in example.rules)
    head, *rows = example.shows.splitlines()
    assert head.split()[-1] == example.rules[-1].partition(":")[0]
    assert len(rows) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_editions_that_a_manual_names_use_the_kind(kind: str, users: dict[str, set[str]]) -> None:
    named = set(re.findall(r"`([a-z0-9-]+-[a-z0-9-]+)`", kind_manual(kind).source))
    assert {id_ for id_ in named if kind not in users[id_]} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_manual_that_says_that_no_edition_uses_the_kind_is_right(kind: str, users: dict[str, set[str]]) -> None:
    """A source names an edition where there is one, so that a reader sees the kind at work."""
    source = kind_manual(kind).source
    used = any(kind in kinds for kinds in users.values())
    assert used != ("o edition that comes with the tool uses it" in source)
    assert used == bool(re.search(r"`[a-z0-9]+-[a-z0-9-]+`", source))


@dataclasses.dataclass(frozen=True)
class Part:
    """A record within another.

    Fields:
        inner: What is within.
    """

    inner: str


@dataclasses.dataclass(frozen=True)
class Above:
    """What stands above.

    Fields:
        shared: What is shared.
        other: What another has.
    """


@dataclasses.dataclass(frozen=True)
class Below(Above):
    """What stands below.

    Fields:
        own: Its own,
            over two lines.
        other: Something else.

    Source: Nobody.
    """

    own: int
    shared: str = "so"
    other: Number = Number(Decimal(2))  # noqa: RUF009 (a frozen constant)
    silent: bool = False
    parts: tuple[Part, ...] = ()
    again: Part | None = None


def test_a_class_says_what_it_says_itself_before_what_stands_above_it() -> None:
    """What is shared is said once, and each may say it better."""
    assert field_sentences(Below) == {
        "shared": "What is shared.", "other": "Something else.", "own": "Its own, over two lines.",
    }  # fmt: skip
    assert docstring_parts(Below)[""] == "What stands below."
    assert docstring_parts(Below)["Source"].strip() == "Nobody."


def test_a_field_says_what_holds_without_it_and_what_is_within() -> None:
    inner = Field("inner", "What is within.", needed=True, default="", within=())
    assert record_fields(Below) == (
        Field("own", "Its own, over two lines.", needed=True, default="", within=()),
        Field("shared", "What is shared.", needed=False, default="so", within=()),
        Field("other", "Something else.", needed=False, default="2", within=()),
        Field("silent", "", needed=False, default="", within=()),
        Field("parts", "", needed=False, default="", within=(inner,)),
        Field("again", "", needed=False, default="", within=()),
    )


def test_a_class_without_a_docstring_says_nothing() -> None:
    """Under `python -OO` there are none."""
    assert docstring_parts(type("Silent", (), {}))["Fields"] == ""
    assert not field_sentences(type("Silent", (), {}))


def kinds(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["kinds", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_list_has_every_kind_with_its_first_sentence() -> None:
    code, printed, said = kinds()
    assert (code, said) == (0, "")
    names = [line.split()[0] for line in printed.splitlines()[:-2] if not line.startswith(" ")]
    assert names == [manual.kind for manual in kind_manuals()]
    assert "count              How many items pass a test.\n" in printed
    assert printed.endswith("\n\n`nhsrate kinds NAME` shows the manual of one.\n")
    assert all(len(line) <= 100 for line in printed.splitlines())


@pytest.mark.parametrize("kind", ["rank-spread", "thresholds"])
def test_a_manual_is_printed_in_full(kind: str, golden: Golden) -> None:
    """Between them they have records within fields, what holds without a field, levels, and a better end."""
    code, printed, said = kinds(kind)
    assert (code, said) == (0, "")
    golden(ROOT / "tests" / "golden" / "kinds" / f"{kind}.txt", printed)


@pytest.mark.parametrize("kind", KINDS)
def test_every_manual_fits_a_terminal_and_is_whole(kind: str) -> None:
    """Only a table of values, which may not be broken, may be wider."""
    code, printed, said = kinds(kind)
    assert (code, said) == (0, "")
    manual = kind_manual(kind)
    assert [line for line in printed.splitlines() if len(line) > 100] == []
    assert all(f"  {row}\n" in printed for row in manual.example.shows.splitlines())
    words = " ".join(printed.split())
    for told in (manual.summary, *manual.meaning, manual.unit, manual.refused, manual.source.replace("*", "")):
        assert told in words
    for field in every(manual.fields):
        assert field.means.removesuffix(".") in words


def test_the_list_and_a_manual_are_json_too() -> None:
    first, *_ = json.loads(kinds("-f", "json")[1])
    assert first == {
        "kind": "sum",
        "summary": "The sum of items, each times its weight where weights are given.",
        "section": "7.1",
    }
    manual = json.loads(kinds("constant", "-f", "json")[1])
    assert manual == json.loads(json.dumps(dataclasses.asdict(kind_manual("constant"))))
    assert manual["fields"] == [
        {"key": "value", "means": "The number, or the name of a figure.", "needed": True, "default": "", "within": []}
    ]
    assert manual["example"]["rules"] == ["standard: {kind: constant, value: 95}"]


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("ratios", 'Did you mean "ratio"?'),
        ("weighted mean", 'Did you mean "weighted-mean"?'),
        ("Rank_Spread", 'Did you mean "rank-spread"?'),
        ("zzz", "`nhsrate kinds` lists them."),
        ("", "`nhsrate kinds` lists them."),
    ],
)
def test_a_kind_that_there_is_not_is_wrong_usage_and_the_nearest_is_named(word: str, remedy: str) -> None:
    code, printed, said = kinds(word)
    assert (code, printed) == (2, "")
    assert f'There is no kind "{word}". {remedy}' in said


def test_without_docstrings_there_are_no_manuals_and_it_says_so() -> None:
    """Python leaves them out under `-OO`; the schema for editors still comes, without its words."""
    run = [sys.executable, "-OO", "-m", "nhsrate"]
    asked = subprocess.run([*run, "kinds"], capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "docstrings, which Python leaves out under -OO" in asked.stderr
    schema = subprocess.run([*run, "schema"], capture_output=True, text=True, check=True)
    assert '"rank-spread"' in schema.stdout


def test_without_docstrings_it_says_so_in_the_same_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind_manual, "__doc__", None)
    assert kinds("ratio")[0] == 2


# What the examples call must itself be able to fail.


def test_an_example_says_why_a_value_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    rated("twice: {kind: sum, of: {a: 2}, missing: missing}", a="1 -", light="red yes", levels="green red")
    assert capsys.readouterr().out == ("a  light  twice\n1  red    2\n-  yes    missing (a is missing: blank)\n")


def test_an_example_of_what_is_refused_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    rated("share: {kind: ratio, of: a, to: b}", a="1", b="0")
    assert capsys.readouterr().out == (
        'cannot-compute: "b" is zero, and a share of nothing has no value. Organisations: A.\n'
    )
