"""A tree of a rule file written as YAML again, laid out as people write rule files."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING

from nhsrate.core.patterns import pattern
from nhsrate.core.texts import tidy
from nhsrate.language.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.language.tree import Node

WIDTH = 110
PLAIN = pattern(r"-?[A-Za-z0-9(][^\n:#,\[\]{}\"'&*!|>%@`\\]*", re.ASCII)
"""Texts that are the same to every reader of YAML without quotation marks, also within brackets."""


def yaml_text(tree: Mapping, *, gaps: bool = True) -> str:
    """The tree as YAML, with `gaps` between its sections; reading it gives the same tree again, save for places."""
    lines = (
        line for key, node in tree.entries.items() for line in [*_entry(key, node, 0), *(_gap(node) if gaps else ())]
    )
    return "".join(f"{line}\n" for line in lines)


def _gap(node: Node) -> list[str]:
    """An empty line after a section."""
    return [] if isinstance(node, Scalar) else [""]


def _entry(key: str, node: Node, indent: int) -> Iterator[str]:
    """The lines of a key with its value: in one where it fits and is no section, else further in."""
    pad = " " * indent
    head = f"{pad}{scalar_text(key)}:"
    inline = f"{head} {flow(node)}"
    if isinstance(node, Scalar):
        folded = node.text == tidy(node.text) and len(inline) > WIDTH and "  " not in node.text
        if folded and " " in node.text and not node.text.startswith(("-", "#", "?")):
            yield f"{head} >-"
            yield from textwrap.wrap(
                node.text, WIDTH, initial_indent=f"{pad}  ", subsequent_indent=f"{pad}  ",
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
        else:
            yield inline
    elif len(inline) <= WIDTH and (indent or isinstance(node, Sequence)):
        yield inline
    elif isinstance(node, Sequence) and node.items:
        yield head
        for part in node.items:
            yield from _item(part, indent + 2)
    elif isinstance(node, Mapping) and node.entries:
        yield head
        for name, part in node.entries.items():
            yield from _entry(name, part, indent + 2)
    else:
        yield inline


def _item(node: Node, indent: int) -> Iterator[str]:
    """The lines of an entry of a list."""
    pad = " " * indent
    inline = f"{pad}- {flow(node)}"
    if len(inline) <= WIDTH or not isinstance(node, Mapping) or not node.entries:
        yield inline
        return
    lines = [line for name, part in node.entries.items() for line in _entry(name, part, indent + 2)]
    yield f"{pad}- {lines[0].lstrip()}"
    yield from lines[1:]


def flow(node: Node) -> str:
    """A node in one line."""
    if isinstance(node, Scalar):
        return scalar_text(node.text)
    if isinstance(node, Sequence):
        return f"[{', '.join(flow(part) for part in node.items)}]"
    return f"{{{', '.join(f'{scalar_text(key)}: {flow(part)}' for key, part in node.entries.items())}}}"


def scalar_text(text: str) -> str:
    """A text, in quotation marks where it could be taken for something else.

    >>> scalar_text("0..100"), scalar_text(">= 2"), scalar_text("a: b")
    ('0..100', '">= 2"', '"a: b"')
    """
    if PLAIN.fullmatch(text) and text == tidy(text):
        return text
    said = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in said)
