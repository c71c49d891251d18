"""The documents that come with the tool, and what each problem is: the same pages that stand in the project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.problems import CODES
from nhsrate.core.texts import fold
from nhsrate.rules.editions import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"^<!--.*?-->\n+", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(`{3,}).*?^\1", re.MULTILINE | re.DOTALL)


def topics() -> dict[str, Path]:
    """The documents by the name of their file, in the order of the alphabet."""
    return {file.stem: file for file in sorted(shipped_folder("docs").glob("*.md"))}


def topics_text(files: Mapping[str, Path]) -> str:
    """The documents, each with its title."""
    if not files:
        return "No documents came with this installation.\n"
    size = max(map(len, files))
    lines = [f"{name:<{size}}  {_title(document(file))}" for name, file in files.items()]
    return "\n".join([*lines, "", "`nhsrate docs TOPIC` shows one, `nhsrate docs TOPIC WORDS` a section of it."]) + "\n"


def document(file: Path) -> str:
    """The text of a document, without what is for the programs that make it."""
    return _COMMENT.sub("", file.read_text("utf-8"))


def _title(text: str) -> str:
    """The first heading of a document."""
    found = _HEADING.search(text)
    return found[2] if found else ""


def section(text: str, words: str) -> str:
    r"""The sections of a document that have these words in their heading, each with all that stands below it.

    Nothing where no heading has all of them.

    >>> section("# A\none\n## B `c`\ntwo\n### D\nthree\n## E\nfour\n", "b c")
    '## B `c`\ntwo\n### D\nthree\n'
    """
    fenced = [range(*found.span()) for found in _FENCE.finditer(text)]
    heads = [found for found in _HEADING.finditer(text) if not any(found.start() in span for span in fenced)]
    wanted = fold(words).split()
    kept, until = "", 0
    for n, head in enumerate(heads):
        said = fold(head[2].replace("`", " "))
        if head.start() < until or not all(word in said for word in wanted):
            continue
        until = next((one.start() for one in heads[n + 1 :] if len(one[1]) <= len(head[1])), len(text))
        kept += text[head.start() : until]
    return kept


def problems_list() -> str:
    """Every code with what it means, in a line."""
    size = max(map(len, CODES))
    lines = [f"{code:<{size}}  {meaning}" for code, meaning in CODES.items()]
    return "\n".join([*lines, "", "`nhsrate problem CODE` shows what the tool says of one, and what to do."]) + "\n"


def problem_text(code: str) -> str:
    """What one code means, how the tool tells it, and what to do; from the page of all problems."""
    page = topics().get("problems")
    found = (
        re.search(rf"^## {re.escape(code)}\n.*?(?=^## |\Z)", document(page), re.MULTILINE | re.DOTALL) if page else None
    )
    return found[0].strip() + "\n" if found else f"## {code}\n\n{CODES[code].capitalize()}.\n"
