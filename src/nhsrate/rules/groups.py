"""Groups in a rule file: the kinds of groups that organisations belong to, and how an input's figures come together."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import Noun, plural
from nhsrate.core.numbers import stated_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation
from nhsrate.language.records import record
from nhsrate.language.references import reference
from nhsrate.language.tree import Mapping, Scalar, Sequence
from nhsrate.language.values import (
    Context,
    SourceName,
    check_name,
    decode_each,
    mapping,
    only_keys,
    scalar,
    text,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from nhsrate.language.tree import Node

How = Literal["pooled", "sum", "weighted", "worst", "best", "not"]
HOW = get_args(How)

WEIGHTED = pattern(r"weighted by (.+)")
_FRACTION = pattern(r"([0-9]+)/([0-9]+)")
_PERCENT = pattern(r"(.+?)\s*%")

MISSING = {"leave out": "of those that have it", "missing": "where all have it"}
"""What is said of a figure that not all members have, where it is not what is usual."""

WHAT_TO_WRITE = (
    "Write together: sum, pooled, weighted by X, worst, best or not; a percentage or a rate is pooled, "
    "from {numerator: x, denominator: y}."
)
"""What to write where an input does not say how its figures come together."""


def input_id(node: Node, context: Context) -> str:
    """The id of an input of numbers."""
    word = scalar(node, context)
    found = reference(word.text, word.at, context)
    if context.types[found].kind != "number":
        message = f'"{found}" is not a number.'
        raise context.bad(word.at, "wrong-type", message, "Name the input that a return gives it in.")
    return found


@frozen
class Together:
    """How the figures of the members of a group come together to its own.

    `pooled` is the members' numerators over their denominators, `times` so much; `weighted` a mean `by` an input.
    `missing` says what a member without the figure does: it is left out, or the group's own is missing.
    """

    how: How
    numerator: str = ""
    denominator: str = ""
    times: Decimal | None = None
    by: str = ""
    missing: Literal["leave out", "missing"] = "leave out"

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Together:
        """`sum`, `weighted by beds`, `{numerator: x, denominator: y}`, or `{how: sum, missing: leave out}`."""
        keys = node if isinstance(node, Mapping) else Mapping({"how": node}, node.at, {"how": node.at})
        only_keys(keys, ("how", "numerator", "denominator", "times", "by", "missing"), context)
        parts = [key for key in ("numerator", "denominator") if key in keys.entries]
        named = {key: input_id(keys.entries[key], context) for key in parts}
        how, by = _how(keys, context, pooled=bool(named))
        error = context.fields.get("error")
        if how == "pooled" and not named and error is not None and error.out_of:
            named = {"numerator": error.of, "denominator": error.out_of}
        if (how == "pooled") != (named.keys() == {"numerator", "denominator"}):
            message = "Figures are pooled from a numerator and a denominator, and both are named."
            raise context.bad(node.at, "missing-key", message, "Write {numerator: seen_in_time, denominator: seen}.")
        if "by" in keys.entries:
            by = input_id(keys.entries["by"], context)
        if (how == "weighted") != bool(by):
            message = "A weighted mean says by which input."
            raise context.bad(node.at, "missing-key", message, "Write weighted by X, with the id of an input.")
        return cls(how, **named, by=by, times=_times(keys, how, context), missing=_missing(keys, how, context))

    @property
    def needs(self) -> tuple[str, ...]:
        """The other inputs whose figures it takes."""
        return tuple(id_ for id_ in (self.numerator, self.denominator, self.by) if id_)

    def __str__(self) -> str:
        said = f"weighted by {self.by}" if self.by else self.how
        if self.how == "pooled":
            said = f"pooled, {self.numerator} over {self.denominator}"
            said += f" times {self.times}" if self.times is not None else ""
        usual = self.how in {"sum", "not"} or self.missing == "leave out"
        return (
            said if usual and (self.how != "sum" or self.missing == "missing") else f"{said}, {MISSING[self.missing]}"
        )


def _how(keys: Mapping, context: Context, *, pooled: bool) -> tuple[How, str]:
    """How figures come together, and by which input they are weighted where that stands in the same text."""
    if "how" not in keys.entries:
        return "pooled" if pooled else "weighted", ""
    word = scalar(keys.entries["how"], context)
    if (found := WEIGHTED.fullmatch(word.text)) is not None:
        return "weighted", input_id(Scalar(found[1], word.at), context)
    for how in HOW:
        if word.text == how:
            return how, ""
    raise context.bad(word.at, "wrong-type", f'"{word.text}" does not say how figures come together.', WHAT_TO_WRITE)


def _times(keys: Mapping, how: How, context: Context) -> Decimal | None:
    """What a numerator over its denominator is multiplied by, where that is said."""
    if "times" not in keys.entries:
        return None
    word = scalar(keys.entries["times"], context)
    number = stated_number(word.text)
    if how != "pooled" or number is None or number <= 0:
        message = "times: is a number above 0, of figures that are pooled."
        raise context.bad(word.at, "wrong-type", message, "Such as times: 1000, of a rate per 1,000.")
    return number


def _missing(keys: Mapping, how: How, context: Context) -> Literal["leave out", "missing"]:
    """What a member without the figure does: a sum is none without it, and else it is left out."""
    if "missing" not in keys.entries:
        return "missing" if how == "sum" else "leave out"
    word = scalar(keys.entries["missing"], context)
    match word.text:
        case "leave out" | "missing" as found:
            return found
    message = f'"{word.text}" does not say what a member without the figure does.'
    raise context.bad(word.at, "wrong-type", message, "Write missing: leave out, or missing: missing.")


@frozen
class Member:
    """That an organisation belongs to a group, wholly or by a share."""

    code: str
    share: Fraction | None = None
    at: LineLocation | None = field(default=None, compare=False)


@frozen
class Listed:
    """A group whose members stand in the rule file: its code, its name, and they."""

    code: str
    name: str
    members: tuple[Member, ...]


@frozen
class Members:
    """The groups of a kind whose members stand in the rule file."""

    groups: tuple[Listed, ...]

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Members:
        """`{stroke: [RA1, RA2]}`, `{stroke: {RA1: 1, RA2: 0.4}}` or `{stroke: {name: Stroke, of: [RA1, RA2]}}`."""
        entries = mapping(node, context)

        def one(code: str) -> Listed:
            part, name = entries.entries[code], code
            if isinstance(part, Mapping) and "of" in part.entries:
                own = only_keys(part, ("name", "of"), context)
                name, part = text(own.entries.get("name", Scalar(code, own.at)), context), own.entries["of"]
            return Listed(code, name, _members(part, context))

        return cls(tuple(decode_each(one, entries.entries)))


def _members(node: Node, context: Context) -> tuple[Member, ...]:
    """The members of a group: a list of codes, or each code with its share."""
    if isinstance(node, Mapping):

        def with_share(code: str) -> Member:
            word = scalar(node.entries[code], context)
            share = share_of(word.text)
            if share is None:
                message = f'"{word.text}" is no share of a member.'
                remedy = "Write a number from 0 to 1, such as 0.4, 1/3 or 40%."
                raise context.bad(word.at, "wrong-type", message, remedy)
            return Member(code, share, node.keys[code])

        return tuple(decode_each(with_share, node.entries))
    words = [scalar(part, context) for part in (node.items if isinstance(node, Sequence) else (node,))]
    return tuple(Member(word.text, None, word.at) for word in words)


def share_of(said: str) -> Fraction | None:
    """The share that a text means, exactly, from 0 to 1; nothing where it means none.

    >>> [str(share_of(said)) for said in ("0.4", "1/3", "40%", "1", "1.5", "-1", "some", "1/0")]
    ['2/5', '1/3', '2/5', '1', 'None', 'None', 'None', 'None']
    """
    from fractions import Fraction

    in_percent = _PERCENT.fullmatch(said)
    if (parts := _FRACTION.fullmatch(said)) is not None:
        share = Fraction(int(parts[1]), int(parts[2])) if int(parts[2]) else None
    else:
        number = stated_number(in_percent[1] if in_percent else said)
        share = None if number is None else Fraction(number) / (100 if in_percent else 1)
    return share if share is not None and 0 <= share <= 1 else None


@frozen
class Codes:
    """A table that says which code goes with the name of a group: its sheet, and the headings of both."""

    code: str
    name: str
    sheet: str | None = None


@frozen
class GroupKind:
    """A kind of groups: how it is known which organisation belongs to which.

    Fields:
        title: What the groups are called together, such as `Integrated care systems`.
        rates: What one of them is called, such as `system`; `group` where nothing is said.
        sheet: The sheet of the return with a row for each member, where it is not called as the kind, as its title or
            `Groups`; `nhsrate score --groups FILE` gives another table.
        member: The heading of the members' codes, beside the usual ones.
        group: The heading of what the group is known by: its code or, where it has none, its name.
        name: The heading of the group's name.
        share: The heading of the share by which a member counts; without it each counts whole.
        columns: The letters of a column where its heading stands more than once, such as `{group: D}`.
        codes: The table that gives the code of a group by its name: `{sheet: Systems, code: Code, name: System}`.
        members: The groups themselves, where no table has them: `{stroke: [RA1, RA2]}`, or `{stroke: {RA1: 0.4}}`.
        whole: The name of the one group that has all organisations of the return, such as `England`.
        methodology: The edition that the groups are rated by, where that is another: an id, or a path from this file.
        source: The entry of `sources:` that says which organisation belongs to which.
        note: What else there is to say of them, for people.
    """

    id: str
    title: str = ""
    rates: str = "group"
    sheet: str | None = None
    member: str | None = None
    group: str | None = None
    name: str | None = None
    share: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    codes: Codes | None = None
    members: Members | None = None
    whole: str | None = None
    methodology: str | None = None
    source: SourceName | None = None
    note: str = ""
    at: LineLocation | None = field(default=None, compare=False)

    @property
    def called(self) -> str:
        """What the groups are called together."""
        return self.title or self.id

    @property
    def noun(self) -> Noun:
        """What one of them is called, and several."""
        return Noun(self.rates, plural(self.rates))


COLUMNS = ("member", "group", "name", "share")
"""What the columns of a table of members hold."""


def read_groups(section: Mapping, context: Context) -> dict[str, GroupKind]:
    """The kinds of groups of a rule file, by their names."""

    def one(name: str) -> GroupKind:
        check_name(name, section.keys[name], context)
        own = mapping(section.entries[name], context)
        kind: GroupKind = record(GroupKind, own, context, id=name)
        _check(kind, own, context)
        return kind

    return dict(zip(section.entries, decode_each(one, section.entries), strict=True))


def _check(kind: GroupKind, own: Mapping, context: Context) -> None:
    """Collect what a kind of groups says twice or not at all; raise where it cannot be used."""
    said = [key for key in ("sheet", "members", "whole") if key in own.entries]
    if len(said) > 1:
        message = f'The members of "{kind.id}" are said twice, by {said[0]}: and by {said[1]}:.'
        raise context.bad(own.keys[said[1]], "incompatible", message, "Keep one of them.")
    for key, letters in kind.columns:
        if key not in COLUMNS or not (letters.isascii() and letters.isalpha() and len(letters) < 4):
            message = f"A column is given for {', '.join(COLUMNS)}, by its letters."
            raise context.bad(own.keys["columns"], "wrong-type", message, "Such as columns: {group: D}.")
    of_table = [key for key in (*COLUMNS, "columns", "codes") if key in own.entries]
    if of_table and (kind.members or kind.whole):
        message = f"{of_table[0]}: is of a table of members, and {said[0]}: needs none."
        raise context.bad(own.keys[of_table[0]], "incompatible", message, "Remove it.")
    if any(not one.members for one in (kind.members.groups if kind.members else ())):
        raise context.bad(own.keys["members"], "wrong-type", "A group has members.", "List their codes, or remove it.")
