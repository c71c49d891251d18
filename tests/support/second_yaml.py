"""A reader of YAML 1.2 as the second opinion on what rule files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml12

from nhsrate.language.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from nhsrate.language.tree import Node


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(part) for part in node.items]
        case Mapping():
            return {key: plain(part) for key, part in node.entries.items()}
    return None


def same(ours: object, theirs: object) -> bool:
    """Whether two readers agree: on what is nested in what and on every text; a number or truth is a text to us."""
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or len(ours) != len(theirs):
            return False
        return all(map(same, ours, theirs)) and all(map(same, ours.values(), theirs.values()))
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, str):
        return ours == theirs
    if theirs is None:
        return ours in {None, "", "~", "null", "Null", "NULL"}
    return isinstance(ours, str) and yaml12.parse_yaml(ours) == theirs
