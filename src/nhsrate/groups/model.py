"""The records of groups: which organisations of a return belong to which group, and by which share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from nhsrate.core.nouns import Noun
    from nhsrate.core.problems import Location, Problem
    from nhsrate.returns.model import Organisation, Return
    from nhsrate.rules.groups import GroupKind


@frozen
class Belonging:
    """That a member belongs to a group: both by their codes, the group's name, and the share, where one is given.

    `at` is the row of the table, or the line of the rule file, that says so.
    """

    member: str
    group: str
    name: str
    share: Fraction | None
    at: Location


@frozen
class Wanted:
    """The groups that a run is asked to rate: their kind, and who belongs to which.

    `belongings` is nothing where the one group has all organisations. `at` is where they stand, and `problems` are what
    is to be said of that table.
    """

    kind: GroupKind
    belongings: Sequence[Belonging] | None
    at: Location
    problems: Sequence[Problem] = ()


@frozen
class Part:
    """A member as part of a group: organisation `n` of the return, and the share by which it counts."""

    n: int
    share: Fraction


@frozen
class Group:
    """A group: its code and name, its members in the return, and the codes of those that do not stand there."""

    organisation: Organisation
    parts: tuple[Part, ...]
    absent: tuple[str, ...] = ()


@frozen
class Grouping:
    """That a return is of groups: what was asked, the groups in their order, and the return of their members.

    `rates` is what the members are called.
    """

    wanted: Wanted
    groups: tuple[Group, ...]
    read: Return
    rates: Noun
