"""Who belongs to which group: the table or the rule file, held against the organisations of a return."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing
from nhsrate.core.numbers import WORKING, number_text, rounded, snap
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import fold, listed, quoted
from nhsrate.groups.model import Belonging, Group, Part
from nhsrate.returns.model import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.nouns import Noun
    from nhsrate.groups.model import Wanted
    from nhsrate.returns.model import Return
    from nhsrate.rules.groups import GroupKind

WHOLE = Fraction(1)
"""The share of a member that counts wholly; of a part of a group it is this very object."""

LONGEST = 10_000
"""Fractions of larger denominators are no longer read as such."""

HAIR = Fraction(1, 10**9)
"""By how much shares may miss 1 together, as a spreadsheet has no thirds."""


def belongings_in(kind: GroupKind) -> list[Belonging]:
    """Who belongs to which group, where that stands in the rule file."""
    at = kind.at or LineLocation(kind.id)
    return [
        Belonging(member.code, one.code, one.name, member.share, member.at or at)
        for one in (kind.members.groups if kind.members else ())
        for member in one.members
    ]


@changing
class _Gathered:
    """A group while its members are gathered."""

    code: str
    names: dict[str, str]
    parts: dict[str, tuple[int | None, Belonging]]


def groups_of(submitted: Return, wanted: Wanted, rates: Noun) -> tuple[tuple[Group, ...], list[Problem]]:
    """The groups that have a member in the return, in the order of the table, and what is to be said of the others.

    `rates` is what the members are called. What leaves in doubt how much a member counts is an error.
    """
    size = len(submitted.organisations)
    if wanted.belongings is None:
        name = wanted.kind.whole or wanted.kind.called
        return (Group(Organisation(name, name), tuple(Part(n, WHOLE) for n in range(size))),), []
    places = {key_of(one.code): n for n, one in enumerate(submitted.organisations)}
    rows, problems = _as_written(wanted, places)
    gathered, twice = _gathered(rows, places)
    problems += [*twice, *_of_shares(rows, wanted, submitted, places, rates)]
    names = {fold(one.code): one.name for one in submitted.organisations}
    found = []
    for key, one in gathered.items():
        problems += _two_names(one, wanted)
        name = next(iter(one.names.values()), "") or names.get(key, one.code)
        shares = {n: _own_share(row) for n, row in one.parts.values() if n is not None}
        parts = tuple(Part(n, share) for n, share in shares.items() if share)
        absent = tuple(row.member for n, row in one.parts.values() if n is None)
        found.append(Group(Organisation(one.code, name), parts, absent))
    problems += [*_of_absent(found, wanted, rates), *_of_no_group(rows, submitted, wanted, rates)]
    return tuple(group for group in found if group.parts), problems


def _own_share(row: Belonging) -> Fraction:
    """By which share a member counts in its group."""
    return WHOLE if row.share is None or row.share == WHOLE else row.share


def _gathered(rows: Sequence[Belonging], places: Mapping[str, int]) -> tuple[dict[str, _Gathered], list[Problem]]:
    """Each group by its folded code with its members; a member that stands twice in one by shares is an error."""
    found: dict[str, _Gathered] = {}
    problems = []
    for row in rows:
        group = found.setdefault(fold(row.group), _Gathered(row.group, {}, {}))
        if row.name:
            group.names.setdefault(fold(row.name), row.name)
        key = key_of(row.member)
        if key in group.parts and (row.share is not None or group.parts[key][1].share is not None):
            message = f"{quoted(row.member)} belongs to {quoted(row.group)} twice, by two shares."
            problems.append(Problem(row.at, "groups", message, f"Keep one row; the other is {group.parts[key][1].at}."))
        group.parts.setdefault(key, (places.get(key), row))
    return found, problems


def _two_names(group: _Gathered, wanted: Wanted) -> list[Problem]:
    if len(group.names) < 2:
        return []
    said = listed([quoted(name) for name in group.names.values()])
    message = f"The group {quoted(group.code)} is called {said}; the first name was taken."
    return [Problem(wanted.at, "group-members", message, "Give it one name.", "warning")]


def _of_shares(
    rows: Sequence[Belonging], wanted: Wanted, submitted: Return, places: Mapping[str, int], rates: Noun
) -> list[Problem]:
    """The error of shares over 1 together, and what is to be said of members that count less or more than once."""
    by_member: dict[str, dict[str, Belonging]] = {}
    for row in rows:
        by_member.setdefault(key_of(row.member), {}).setdefault(fold(row.group), row)
    problems = []
    less: list[str] = []
    several: list[str] = []
    for key, own in by_member.items():
        of_one = list(own.values())
        together = sum((row.share if row.share is not None else WHOLE for row in of_one), Fraction(0))
        if all(row.share is None for row in of_one):
            several += [submitted.organisations[places[key]].code] if len(of_one) > 1 and key in places else []
        elif together > WHOLE + HAIR:
            said = " and ".join(f"{share_text(row.share)} of {row.group}" for row in of_one)
            message = f"The shares of {quoted(of_one[0].member)} are {share_text(together)} together: {said}."
            remedy = "Shares of one member come to 1 at the most; correct them."
            problems.append(Problem(of_one[-1].at, "groups", message, remedy))
        elif together < WHOLE - HAIR and key in places:
            less.append(f"{submitted.organisations[places[key]].code} ({share_text(together)})")
    if less:
        message = f"The shares of {rates.counted(len(less))} are less than 1 together, so that the rest counts in no "
        message += f"{wanted.kind.noun.one}: {_all(less)}."
        problems.append(Problem(wanted.at, "group-members", message, "Complete the shares, or leave it so.", "warning"))
    if several:
        message = f"{rates.counted(len(several))} without shares "
        message += f"belong{'s' * (len(several) == 1)} to several {wanted.kind.noun.many}, and "
        message += f"count{'s' * (len(several) == 1)} wholly in each: {_all(several)}."
        remedy = "Give shares where figures must not count twice."
        problems.append(Problem(wanted.at, "group-members", message, remedy, "note"))
    return problems


def _of_absent(groups: Sequence[Group], wanted: Wanted, rates: Noun) -> list[Problem]:
    """Members that do not stand in the return, by their groups; groups that have no member there are not rated."""
    problems = []
    there = [group for group in groups if group.parts and group.absent]
    gone = [group for group in groups if not group.parts]
    number = sum(len(group.absent) for group in there)
    if there:
        said = "; ".join(f"{group.organisation.name}: {_all(list(group.absent))}" for group in there)
        verb = "does" if number == 1 else "do"
        message = f"{number:,} of the members {verb} not stand in the return, and nothing of them counts: {said}."
        problems.append(Problem(wanted.at, "group-members", message, "", "note"))
    if gone:
        said = _all([group.organisation.name for group in gone])
        message = f"{wanted.kind.noun.counted(len(gone))} without any {rates.one} in the return "
        message += f"{'is' if len(gone) == 1 else 'are'} not rated: {said}."
        problems.append(Problem(wanted.at, "group-members", message, "Check the codes of the members.", "warning"))
    return problems


def _of_no_group(rows: Sequence[Belonging], submitted: Return, wanted: Wanted, rates: Noun) -> list[Problem]:
    """Those of the return that belong to no group."""
    known = {key_of(row.member) for row in rows}
    others = [one for one in submitted.organisations if key_of(one.code) not in known]
    if not others:
        return []
    near = {fold(row.member): row for row in rows}
    said = _all([_named(one, near.get(fold(one.code))) for one in others])
    message = f"{rates.counted(len(others))} of the return belong{'s' * (len(others) == 1)} to no "
    message += f"{wanted.kind.noun.one}, and nothing of {'it' if len(others) == 1 else 'them'} counts: {said}."
    remedy = "Add a row for each to the table of members, or leave it so."
    if any(fold(one.code) in near for one in others):
        remedy = "Write each code as it stands in the return, capitals too; add a row for the others, or leave it so."
    return [Problem(wanted.at, "group-members", message, remedy, "warning")]


def _named(one: Organisation, near: Belonging | None) -> str:
    """One that belongs to no group, with the code that may be meant for it, written otherwise."""
    own = one.code if one.code == one.name else f"{one.code} {one.name}"
    return own if near is None else f"{own} (there is {quoted(near.member)} in {near.at})"


def _as_written(wanted: Wanted, places: Mapping[str, int]) -> tuple[Sequence[Belonging], list[Problem]]:
    """Who belongs to which, by the codes of the return; where none is written so, but for capitals, they are read so.

    One code that is written otherwise among others is not taken for the same: it is named.
    """
    rows = wanted.belongings or ()
    folded = {fold(key): key for key in places}
    if any(key_of(row.member) in places for row in rows) or not any(fold(row.member) in folded for row in rows):
        return rows, []
    message = "The codes of the members are those of the return but for capitals, and were read so."
    told = Problem(wanted.at, "tidied-codes", message, "", "note")
    return [replace(row, member=folded.get(fold(row.member), row.member)) for row in rows], [told]


def key_of(code: str) -> str:
    """What a member is known by: its code as it is written; of a name in the place of a code, capitals do not matter.

    >>> key_of("NTV0b"), key_of("Ashford Walk-In Centre")
    ('NTV0b', 'ashford walk-in centre')
    """
    return fold(code) if " " in code else code


def _all(words: list[str]) -> str:
    return listed(words, len(words))


def share_text(share: Fraction | None) -> str:
    """A share as people write it: a decimal number where it ends, else a fraction, or six places where that is long.

    >>> share_text(Fraction(2, 5)), share_text(Fraction(1, 3)), share_text(None), share_text(Fraction(6, 5))
    ('0.4', '1/3', '1', '1.2')
    >>> share_text(Fraction(1, 3) + Fraction("0.6663333333"))
    'about 0.999667'
    """
    if share is None:
        return "1"
    number = as_decimal(share)
    if Fraction(number) == share:
        return number_text(number)
    return str(share) if share.denominator < LONGEST else f"about {number_text(rounded(number, places=6))}"


def as_decimal(number: Fraction) -> Decimal:
    """The number at 40 digits, as what is worked out is compared; exact where it ends.

    >>> as_decimal(Fraction(5, 4)), as_decimal(Fraction(870297))
    (Decimal('1.25'), Decimal('870297'))
    """
    return snap(WORKING.divide(Decimal(number.numerator), Decimal(number.denominator)))
