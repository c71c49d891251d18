"""What a rule does where a part that it combines is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from nhsrate.conditions import Number
from nhsrate.decode import Context, choice, number, scalar, whole
from nhsrate.numbers import number_text, plain_number
from nhsrate.yamltree import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class MissingRule:
    """What a kind that combines items does where one is missing."""

    does: Literal["refuse", "leave out", "missing", "count as"] = "refuse"
    count_as: Number | None = None
    at_least: int = 1
    share: Decimal | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> MissingRule:
        """`refuse`, `leave out`, `missing`, `{count as: 4}`, `{leave out: 3}` or `{leave out: 60%}`."""
        if not isinstance(node, Mapping):
            does: Any = choice(node, ("refuse", "leave out", "missing"), context)
            return cls(does)
        match list(node.entries.items()):
            case [("count as", part)]:
                return cls("count as", count_as=number(part, context))
            case [("leave out", part)]:
                return _least(scalar(part, context), context)
        raise context.bad(
            node.at, "wrong-type", "What a missing one does is not clear.", "{count as: 4} or {leave out: 3}"
        )

    def needed(self, parts: int) -> int:
        """How many of so many parts must be there."""
        if self.does != "leave out":
            return 1
        return (
            self.at_least if self.share is None else max(1, int((self.share * parts).to_integral_value(ROUND_CEILING)))
        )

    def __str__(self) -> str:
        if self.does == "leave out":
            needs = f", needs at least {self.at_least}" if self.at_least > 1 else ""
            if self.share is not None:
                needs = f", needs at least {number_text(self.share * 100)} % of them"
            return f"missing ones are left out{needs}"
        if self.does == "count as":
            return f"a missing one counts as {self.count_as}"
        return "a missing one is refused" if self.does == "refuse" else "one missing makes it missing"


def _least(word: Scalar, context: Context) -> MissingRule:
    """How much must be there: so many parts, or such a share of them (`60%`)."""
    if word.text.endswith("%"):
        share = plain_number(word.text.removesuffix("%").strip())
        if share is None or not 0 < share <= 100:
            raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a share.', "Such as 60%.")
        return MissingRule("leave out", share=share / 100)
    at_least = whole(word, context)
    if not at_least:
        raise context.bad(word.at, "wrong-type", "None at all is too few to combine.", "Write leave out, or 1 or more.")
    return MissingRule("leave out", at_least=at_least)
