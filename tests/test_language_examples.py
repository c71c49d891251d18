"""Every example of the language's page that carries cases is a methodology that loads, and its cases pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nhsrate.cases import cases_of, check_case
from nhsrate.loading import load_methodology

PAGE = Path(__file__).parents[1] / "docs" / "methodology-language.md"
BLOCKS = re.findall(
    r"^#+ ([^\n]+)\n(?:(?!^#).)*?^```yaml\n(scales:.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
EXAMPLES = {heading: block for heading, block in BLOCKS if "\ncases:\n" in block}


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_of_the_page_does_what_it_says(heading: str, tmp_path: Path) -> None:
    rules, cases = EXAMPLES[heading].split("\ncases:\n")
    file = tmp_path / "example.yaml"
    file.write_text(f"id: example\ntitle: Example\n{rules}\n", "utf-8")
    methodology = load_methodology(file)
    found, problems = cases_of(f"methodology: example\ncases:\n{cases}", "methodology-language.md")
    assert not problems
    assert [(miss.organisation, str(miss)) for case in found for miss in check_case(case, methodology).misses] == []
