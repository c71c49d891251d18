"""Because of what a result is another than it was, as far as what was before is known.

Nothing is rated again: what moved is followed back through what it rests on, as far as that moved too, down to the
values of the return. Where others count, their values are a cause as soon as one that it rests on changed for anyone.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import listed, tidy
from nhsrate.rules.checks import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.engine.assessment import Assessment

FEW = 3
"""How many of an organisation's own values are named before the rest is counted."""


@frozen
class Kept:
    """What is known of an earlier rating, whoever kept it.

    `held` are the inputs and items of which it has the results, `moved[n][id]` what of them was and is, in words, for
    organisation `n`. `decided` says which decisions there were, as codes in small letters, items and levels;
    `others_came` that others are rated than were. Nothing where it is not known, `rules` says whether they were others,
    `read` which of the files beside them were, and `edited` whether the file is another than was committed.
    """

    file: str
    held: frozenset[str]
    moved: Mapping[int, Mapping[str, tuple[str, str]]]
    rules: bool | None = None
    decided: frozenset[tuple[str, str, str]] = frozenset()
    others_came: bool = False
    edited: bool | None = None
    read: tuple[str, ...] | None = None

    @property
    def neither(self) -> str:
        """What can have changed where values, others and decisions did not, and the rules are not known to have."""
        if self.edited:
            return f"{self.file} was edited"
        rest = "nhsrate" if self.rules is False else "the rules"
        if self.edited is None:
            return f"{rest} changed or {self.file} was edited (nothing says which)"
        return f"{rest} changed, or {self.file} was edited before it was committed"


@frozen
class Grounds:
    """What a result moved because of: values of its own, those of others, decisions, or none of these (`elsewhere`).

    `unknown` says that something on the way was not kept.
    """

    own: tuple[str, ...] = ()
    others: bool = False
    decisions: bool = False
    elsewhere: bool = False
    unknown: bool = False


OTHERS, DECISIONS, ELSEWHERE, UNKNOWN, OWN = 1, 2, 4, 8, 16
"""What a result moved because of, as bits: values of its own from the last of these on."""


class Traced:
    """What moved since an earlier rating, followed back to its causes."""

    def __init__(self, assessment: Assessment, kept: Kept) -> None:
        """The results of today, and what is known of those before."""
        self.assessment, self.methodology, self.kept = assessment, assessment.methodology, kept
        now = {(one.code.casefold(), one.item, one.level) for one in assessment.submitted.overrides}
        self.decided = {(code, item) for code, item, _ in now ^ kept.decided}
        self.bits = {id_: OWN << k for k, id_ in enumerate(assessment.columns)}
        self.reads = {
            id_: needs(self.methodology.items[id_], self.methodology.populations)
            for id_ in self.methodology.order
            if id_ in assessment.columns
        }
        self.below: dict[str, frozenset[str]] = {}
        for id_, read in self.reads.items():
            self.below[id_] = frozenset(read).union(*(self.below.get(one, ()) for one in read))
        self.elsewhere: dict[str, tuple[frozenset[int], bool]] = {}
        self.last: tuple[int, dict[str, int]] = (-1, {})

    def grounds(self, n: int, id_: str) -> Grounds:
        """Because of what a result of organisation `n` moved."""
        found = self.of(n).get(id_, 0)
        own = tuple(one for one, bit in self.bits.items() if found & bit)
        none = not (own or found & (OTHERS | DECISIONS | UNKNOWN))
        return Grounds(
            own, bool(found & OTHERS), bool(found & DECISIONS), bool(found & ELSEWHERE) or none, bool(found & UNKNOWN)
        )

    def of(self, n: int) -> dict[str, int]:
        """For every input and item of an organisation because of what it moved, or would have, as bits."""
        if self.last[0] == n:
            return self.last[1]
        moved, held = self.kept.moved.get(n, {}), self.kept.held
        found: dict[str, int] = {}
        for id_ in self.assessment.columns:
            if id_ not in self.reads or self.assessment.taken(id_, n):
                found[id_] = (self.bits[id_] if id_ in moved else 0) | (0 if id_ in held else UNKNOWN)
        for id_, read in self.reads.items():
            if id_ in found:
                continue
            followed = [one for one in read if one in moved or one not in held]
            mask = self.by_others(id_, n)
            if self.methodology.items[id_].rule.looks_back() is not None:
                mask |= UNKNOWN
            if self.decided and (self.assessment.organisations[n].code.casefold(), id_) in self.decided:
                mask |= DECISIONS
            if id_ in held and not (followed or mask):
                mask = ELSEWHERE
            for one in followed:
                mask |= found[one]
            found[id_] = mask
        self.last = (n, found)
        return found

    def by_others(self, id_: str, n: int) -> int:
        """Whether a result rests on others' values and any of them moved, or nobody knows."""
        if by_itself(self.assessment, id_, n):
            return 0
        if id_ not in self.elsewhere:
            inputs = {
                one for one in self.below[id_] if one not in self.reads or one in self.assessment.submitted.values
            }
            whose = {k for k, own in self.kept.moved.items() if not inputs.isdisjoint(own)}
            codes = {code for code, item in self.decided if item in self.below[id_]}
            whose |= {k for k, one in enumerate(self.assessment.organisations) if one.code.casefold() in codes}
            self.elsewhere[id_] = frozenset(whose), not inputs <= self.kept.held
        changed_for, unknown = self.elsewhere[id_]
        others = OTHERS if self.kept.others_came or changed_for - {n} else 0
        return others | (UNKNOWN if unknown else 0)

    def text(self, n: int, id_: str) -> str:
        """What stands after "because"; nothing where it is not known."""
        found, kept = self.grounds(n, id_), self.kept
        parts = [self.value(one, n) for one in found.own]
        if len(parts) > FEW + 1:
            parts[FEW:] = [f"{len(parts) - FEW} more of its values are others"]
        if found.others:
            parts.append("the others changed")
        if found.decisions:
            parts.append("other decisions were taken")
        unseen = found.unknown and not found.own
        if unseen and kept.read:
            parts.append(f"{listed(list(kept.read), FEW)} changed")
        if kept.rules:
            parts.append("the rules changed")
        elif found.elsewhere or (unseen and not parts and kept.read == () and kept.rules is False):
            parts.append(kept.neither)
        return f"of these together: {'; '.join(parts)}" if len(parts) > 1 else "".join(parts)

    def value(self, id_: str, n: int) -> str:
        """A value of the return with its cell: what it was and is."""
        values = self.assessment.submitted.values.get(id_)
        at = values.at(n) if values else None
        place = ""
        if at is not None and at.row:
            cell = str(at).removeprefix(f"{at.file}:")
            cell = cell.removeprefix(f"{at.sheet}!") if self.sheets == 1 else cell
            place = f" ({PurePath(at.file).name}:{cell})" if self.files > 1 else f" ({cell})"
        was, is_ = (
            f"missing{text.removeprefix('no value')}" if text.startswith("no value") else text
            for text in self.kept.moved[n][id_]
        )
        return tidy(f"{self.methodology.name_of(id_)}{place} was {was} and is {is_}")

    @cached_property
    def tables(self) -> set[tuple[str, str | None]]:
        """The files and sheets that the return was read from."""
        columns = self.assessment.submitted.values.values()
        return {(source.file, source.sheet) for column in columns for source in {*column.sources} if source}

    @property
    def files(self) -> int:
        """From how many files the return was read."""
        return len({file for file, _ in self.tables})

    @property
    def sheets(self) -> int:
        """From how many sheets the return was read."""
        return len(self.tables)


def by_itself(assessment: Assessment, id_: str, n: int) -> bool:
    """Whether a result rests on the organisation's own values: also where it has goalposts, or a published rank."""
    rule: Any = assessment.methodology.items[id_].rule
    if rule.kind == "min-max":
        return None not in rule.posts()
    if rule.kind == "rank-spread" and rule.rank is not None and rule.ranked is not None:
        return not isinstance(assessment.columns[rule.rank][n], Missing)
    return bool(rule.alone)
