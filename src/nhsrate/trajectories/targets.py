"""What is aimed at: the indicators of an edition, and the standard that each of their values is held to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.kinds.arithmetic import Ratio
from nhsrate.kinds.bounds import SIDES
from nhsrate.kinds.places import RankSpread
from nhsrate.kinds.thresholds import Thresholds
from nhsrate.language.numbers import Number
from nhsrate.rules.inputs import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.engine.assessment import Assessment
    from nhsrate.kinds.bounds import Bound
    from nhsrate.language.numbers import Edge
    from nhsrate.rules.inputs import Polarity
    from nhsrate.rules.model import Item, Methodology


@frozen
class Target:
    """A number that a value is held to: on which side it is met (`at_least`, `above`, `at_most`, `below`), and whose.

    A value exactly at it meets `at_least` and `at_most`, and neither of the others.
    """

    value: Decimal
    side: str
    by: str

    def met(self, value: Decimal) -> bool:
        """Whether a value meets it."""
        return SIDES[self.side](value, self.value)

    @property
    def word(self) -> str:
        """Its side in words: `at least`."""
        return self.side.replace("_", " ")

    def __str__(self) -> str:
        return f"{self.word} {number_text(self.value)}"


def usual_side(better: Polarity | None) -> str:
    """The side of a target of which only the number is said: a value exactly at it meets it."""
    return "at_most" if better == "lower" else "at_least"


def indicators_of(methodology: Methodology) -> list[str]:
    """The indicators of an edition, of which series are told where nobody says of which.

    Each is an input with numbers of which a better side is said, and that is no published rank; where a measure is the
    ratio of two inputs, it stands for them. Where no input has a better side, all that have numbers are.
    """
    helping = _helping(methodology)
    ratios = {
        item.id: {item.rule.of, item.rule.to}
        for item in methodology.items.values()
        if isinstance(item.rule, Ratio) and {item.rule.of, item.rule.to} <= methodology.inputs.keys()
    }
    parts = {id_ for pair in ratios.values() for id_ in pair}
    numeric = [
        one for one in methodology.inputs.values()
        if one.type in NUMBERS and one.id not in helping and one.role is None
    ]  # fmt: skip
    polar = [one.id for one in numeric if (one.polarity or one.direction) and one.id not in parts]
    found = [*polar, *ratios]
    return found or [one.id for one in numeric]


def better_of(methodology: Methodology, item: str) -> Polarity | None:
    """Which side of an indicator is better; of a ratio, that of its numerator where it states none itself."""
    if item not in methodology.inputs and item not in methodology.items:
        return None
    rule = methodology.items[item].rule if item in methodology.items else None
    own = methodology.polarity_of(item)
    return own or (methodology.polarity_of(rule.of) if isinstance(rule, Ratio) else None)


def _helping(methodology: Methodology) -> set[str]:
    """Inputs that say something of others: published ranks, how many are ranked, sampling errors."""
    found = {one for entry in methodology.inputs.values() if entry.error for one in entry.error.inputs()}
    found |= {entry.id for entry in methodology.inputs.values() if entry.plan_of}
    for item in methodology.items.values():
        rule = item.rule
        if isinstance(rule, RankSpread):
            found |= {id_ for id_ in rule.reads() if id_ != rule.of and id_ in methodology.inputs}
        error = getattr(rule, "error", None)
        found |= {error} if isinstance(error, str) else set()
    return found


class Standards:
    """The standards of indicators in the editions that rated them; what is one for all is found once."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._rules: dict[tuple[str, str], list[Item]] = {}
        self._shared: dict[tuple[str, str], Target] = {}

    def of(self, assessment: Assessment, item: str, n: int) -> Target | None:
        """The standard of an indicator for one organisation: where the best of its thresholds begins.

        It is that of the first threshold rule on it, or of the standard of its ranks; of an item that only hands it on
        likewise. A bound that is another item is that item's value for the organisation. Nothing where there is none.
        """
        methodology = assessment.methodology
        key = (methodology.id, item)
        if key in self._shared:
            return self._shared[key]
        if key not in self._rules:
            self._rules[key] = _rules_on(methodology, item)
        for one in self._rules[key]:
            for bound, value in _bounds(assessment, one, n):
                found = Target(value, bound.side, one.id)
                if _for_all(self._rules[key][0]):
                    self._shared[key] = found
                return found
        return None


def _rules_on(methodology: Methodology, item: str) -> list[Item]:
    """The items whose rules hold an indicator to bounds."""
    every = methodology.items.values()
    same = {item, *(one.id for one in every if one.rule.passes_on() == item and item in one.rule.unit_of())}
    return [
        one for one in every
        if (isinstance(one.rule, RankSpread) and one.rule.of in same and one.rule.standard is not None)
        or (isinstance(one.rule, Thresholds) and one.rule.of in same)
    ]  # fmt: skip


def _for_all(item: Item) -> bool:
    """Whether the bounds of a rule are numbers that hold for every organisation."""
    rule = item.rule
    if isinstance(rule, Thresholds):
        return rule.sets is None and not rule.bounding()
    standard = rule.standard if isinstance(rule, RankSpread) else None
    return standard is not None and all(isinstance(edge, Number) for edge in standard.stated())


def _bounds(assessment: Assessment, item: Item, n: int) -> Iterator[tuple[Bound, Decimal]]:
    """The bounds on an indicator in a rule, with their numbers, the one that asks most first."""
    rule, bounds = item.rule, []
    if isinstance(rule, RankSpread) and rule.standard is not None:
        bounds = rule.standard.bounds()
    if isinstance(rule, Thresholds):
        rows = (*rule.levels, *rule.scores)
        if rule.sets is not None and rule.by is not None:
            own = str(assessment.columns[rule.by][n])
            rows = next((rows for value, rows in rule.sets.rows if str(value) == own), ())
        bounds = [row.bound for row in rows if row.bound is not None]
    better = better_of(assessment.methodology, rule.reads()[0]) if bounds else None
    held = [(bound, value) for bound in bounds if (value := _number(assessment, bound.number, n)) is not None]
    if better is not None:
        up = better == "higher"
        held = [pair for pair in held if pair[0].upwards == up]
        held.sort(key=lambda pair: pair[1], reverse=up)
    yield from held


def _number(assessment: Assessment, edge: Edge, n: int) -> Decimal | None:
    """The number of a bound for one organisation; nothing where it is missing."""
    if isinstance(edge, Number):
        return edge.value
    cell = assessment.columns[edge.item][n]
    return edge.worth(cell) if isinstance(cell, Decimal) else None
