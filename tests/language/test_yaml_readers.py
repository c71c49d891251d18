"""Rule files mean the same to readers of YAML 1.1 and of YAML 1.2; a parser of YAML 1.2 is the second opinion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
import yaml12
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support.second_yaml import plain, same

from nhsrate.language.tree import read_tree
from nhsrate.rules.editions import indicators_folder

if TYPE_CHECKING:
    from pathlib import Path

DASH = "A bare - in a list or mapping in brackets is refused by readers of YAML 1.2, such as editors."
KEY = "A ? in brackets begins a key for some readers of YAML, and a text for others."
GLUED = "Without a space before it, # begins no comment in YAML 1.2."
TAB = "A tab stands between texts, and readers of YAML differ over it."
LEFT = "The line goes on with what began above it, and does not stand farther right than the key above."
BREAK = "breaks the line for some readers of YAML and not for others."


def faults(text: str) -> list[str]:
    """The place and the message of every problem of a text."""
    _, problems = read_tree(text, "f")
    assert all(problem.code == "yaml" and problem.remedy for problem in problems)
    return [f"{str(problem.at).removeprefix('f:')} {problem.message}" for problem in problems]


@pytest.fixture(params=["c", "python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: where it was built without the one in C, the other is used."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CLoader", raising=False)


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: [x, -, y]\n", [f"1:8 {DASH}"]),
        ("a: [-]\n", [f"1:5 {DASH}"]),
        ("a:\n  b: {c: -, d: [e, -]}\n", [f"2:10 {DASH}", f"2:20 {DASH}"]),
        ("a: {? b : c}\n", [f"1:5 {KEY}"]),  # (a lone `?` in a list is refused by PyYAML itself before 6.0.4)
        ('a: "b"#c\n', [f"1:7 {GLUED}"]),
        ("a: [b]#c\n", [f"1:7 {GLUED}"]),
        ("a: [#c\n  b]\n", [f"1:5 {GLUED}"]),
        ("a: [b,#c\n  d]#e", [f"1:7 {GLUED}", f"2:5 {GLUED}"]),
        ("a: [b,\nc]\n", [f"2:1 {LEFT}"]),
        ("a:\n- [b,\nc]\n", [f"3:1 {LEFT}"]),
        ("a:\n  - {b: c,\n  d: e}\n", [f"3:3 {LEFT}"]),
        ("a:\n  b: [\n]\n", [f"3:1 {LEFT}"]),
        ("a: [b\nc, d]\n", [f"2:1 {LEFT}"]),
        ('a: "b\nc"\n', [f"2:1 {LEFT}"]),
        ("a:\n  b: 'c\n  d\n\n e'\n", [f"3:3 {LEFT}", f"5:2 {LEFT}"]),
        ("a:\n|\n  b\n", [f"2:1 {LEFT}"]),
        ("a:\n  b:\n  >-\n    c\n", [f"3:3 {LEFT}"]),
        ("a: [!x b]\n", ["1:5 Tags (!x) are not used in rule files."]),
        ("%YAML 1.1\n---\na: b\n", ["1:1 Directives (%) are not used in rule files."]),
        ("a: ! b\n", ["1:4 Tags (!) are not used in rule files."]),
        ("a: b\x85c: d\n", [f"1:5 The character U+0085 {BREAK}"]),
        ("a: b # c\u2028d: e\n", [f"1:9 The character U+2028 {BREAK}"]),
        ("a: 'b\u2029c'\n", [f"1:6 The character U+2029 {BREAK}"]),
    ],
)
def test_what_readers_take_differently_is_a_problem_in_its_place(text: str, wanted: list[str]) -> None:
    assert faults(text) == wanted


@pytest.mark.parametrize(("text", "place"), [("a: |#c\n  b\n", "1:5"), ("a: >-#c\n  b\n", "1:6")])
def test_a_comment_glued_to_the_sign_of_a_block_is_a_problem(text: str, place: str) -> None:
    """The parser in Python refuses it by itself."""
    assert faults(text) == [f"{place} {GLUED}"]


@pytest.mark.parametrize(
    "text", ["a:\tb\n", "a: b\t# c\n", "a: [b,\tc]\n", "a: [\n\tb]\n", "a: [\n  \tb]\n", "a: b\t\n"]
)
def test_a_tab_between_texts_is_a_problem(text: str) -> None:
    """The parser in C takes them, the one in Python and some readers of YAML 1.2 do not."""
    assert all(fault.endswith(TAB) for fault in faults(text))
    assert faults(text)


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    "text",
    [
        "a: [-1, -b, --, b-, 'c -', \"-\"]\n",
        "a: ['-', \"?\", b]\n",
        "a: {b: c}   # [ { ? - comment\n# ? [\nd: e\n",
        "a: [\n  b,\n# a comment may stand anywhere\n\n  c\n]\n",
        "a:\n  b: {\n    c: d\n  }\n",
        "a: 'b # c\n\n  d'\n",
        'a: "b\n c"\n',
        "a: |\n  b # c\n  [d,\n  \te]\nf: >-\n  g\n",
        "a: b#c\nd: [e#f]\ng: h\n  # i\n",
        "[a,\nb]\n",
        "a: b # c\td\n",
        'a: "b\tc"\n',
        "a: b\r\nc: [d,\r\n  e]\r\n",
        "? a\n: b\n",
        "a: no\nb: 012\nc: 1e3\nd: ~\ne: 0x10\nf: .5\n",
    ],
)
def test_what_readers_take_alike_is_left_alone(text: str) -> None:
    assert faults(text) == []
    assert same(plain(read_tree(text, "f")[0]), yaml12.parse_yaml(text))


PIECES = st.sampled_from(
    ["a", "b", "c", "-", "?", ":", ": ", "- ", ", ", ",", "[", "]", "{", "}", "#", " #", " ", "  ", "\n", "\n  ", "\n    ",
     '"', "'", "\t", "1", "no", "\u2028", "x: ", "\ny: ", "|\n  t\n", ">-\n  t\n", "\n- ", '"q"', "'s'", '"d\n  e"', "%",
     "!", "&", "*"]
)  # fmt: skip
QUIRKS = re.compile(r"[\[{]\s*\n\s*[\]}]|-\s*,")
"""Where the second parser is known to be wrong: empty brackets over two lines, and `[b -, c]`."""


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=400)
@example("a: [b, -]")
def test_whatever_is_read_without_a_problem_is_read_so_by_a_reader_of_yaml_1_2(text: str) -> None:
    tree, problems = read_tree(f"{text}\n", "f")
    if not problems and not QUIRKS.search(text):
        assert same(plain(tree), yaml12.parse_yaml(f"{text}\n")), text


def rule_files() -> list[Path]:
    """Every file in YAML that ships or is an example: rules, cases, profiles, project files."""
    folders = (indicators_folder(), ROOT / "examples", ROOT / "docs")
    return sorted({*(file for folder in folders for file in folder.rglob("*.y*ml")), *ROOT.glob("*.y*ml")})


@pytest.mark.parametrize("file", rule_files(), ids=lambda file: file.name)
def test_every_file_that_ships_is_the_same_in_yaml_1_2(file: Path) -> None:
    text = file.read_text("utf-8")
    tree, problems = read_tree(text, file.name)
    assert problems == []
    assert same(plain(tree), yaml12.parse_yaml(text))


def documented() -> dict[str, str]:
    """Every block of YAML on the pages, by page and line."""
    pages = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return {
        f"{page.name}-{text[: block.start()].count(chr(10)) + 2}": block[1]
        for page in pages
        for text in [page.read_text("utf-8")]
        for block in re.finditer(r"^```yaml[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    }


@pytest.mark.parametrize("block", documented().values(), ids=documented())
def test_every_documented_example_is_the_same_in_yaml_1_2(block: str) -> None:
    tree, problems = read_tree(block, "f")
    assert problems == []
    assert same(plain(tree), yaml12.parse_yaml(block))
