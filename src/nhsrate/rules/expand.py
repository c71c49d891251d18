"""Before decoding: merging an edition into its parent, and making the items that are defined for each member.

After it: what is told once of all members.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.core.texts import entries
from nhsrate.language.references import column_entry, column_words, family_of, family_where
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence
from nhsrate.language.values import Bad, Binding, Context, check_name, listed, listing, mapping, scalar, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as MappingType
    from collections.abc import Sequence as SequenceType

OWN = ("id", "title", "publisher", "period", "summary", "status", "caveats", "vary", "variants", "rates", "order")
CHANGES = ("change", "replace", "add", "remove")
CASES = ("cases", "cut_points")
"""Worked cases may stand in the rule file that they are of; an edition has none of its parent's."""

SECTIONS = (
    "sources",
    "scales",
    "figures",
    "families",
    "reading",
    "groups",
    "populations",
    "inputs",
    "measures",
    "ratings",
    "peers",
)


def merged(parent: Mapping, child: Mapping) -> tuple[Mapping, list[Problem]]:
    """The parent with what the child states to be different; every name that does not fit is a problem."""
    problems: list[Problem] = []
    base = parent.without("id", "extends", *CHANGES, *CASES)
    entries, keys = dict(base.entries), dict(base.keys)
    for key in OWN:
        if key in child.entries:
            entries[key] = child.entries[key]
            keys[key] = child.keys[key]
    for key, at in child.keys.items():
        if key not in {*OWN, *CHANGES, *CASES, "extends"}:
            remedy = f"Put it under {' or '.join(CHANGES[:3])}." if key in SECTIONS else nearest(key, [*OWN, *CHANGES])
            problems.append(Problem(at, "extends", f'"{key}" cannot stand in an edition that extends another.', remedy))
    for how in CHANGES:
        node = child.entries.get(how)
        if node is None:
            continue
        if not isinstance(node, Mapping):
            problems.append(Problem(node.at, "extends", f"{how}: wants sections with names."))
            continue
        for section, changes in node.entries.items():
            if section not in SECTIONS:
                problems.append(
                    Problem(
                        node.keys[section], "extends", f'There is no section "{section}".', nearest(section, SECTIONS)
                    )
                )
                continue
            before = entries.get(section, Mapping({}, changes.at, {}))
            if isinstance(before, Mapping):
                entries[section], found = changed(how, section, before, changes)
                problems += found
                keys.setdefault(section, node.keys[section])
    return Mapping(entries, child.at, keys), problems


def changed(how: str, section: str, base: Mapping, changes: Node) -> tuple[Mapping, list[Problem]]:
    """One section of the parent, changed."""
    entries, keys = dict(base.entries), dict(base.keys)
    if how == "remove":
        return without(section, base, changes)
    if not isinstance(changes, Mapping):
        return base, [Problem(changes.at, "extends", f"{how}: {section}: wants names with what they become.")]
    problems = []
    for name, node in changes.entries.items():
        at = changes.keys[name]
        if how == "add" and name in entries:
            problems.append(
                Problem(at, "extends", f'"{name}" is already in the parent\'s {section}.', "Use change or replace.")
            )
        elif how != "add" and name not in entries:
            problems.append(absent(how, section, name, at, entries))
        else:
            before = entries.get(name)
            entries[name] = _changed_entry(section, before, node) if how == "change" and before else node
            keys[name] = at
    return Mapping(entries, base.at, keys), problems


TOLD = frozenset(
    {"title", "unit", "note", "shown", "published", "headline", "domain", "coloured_by", "given_as", "each", "support"}
)
"""What may be changed in a measure or rating without changing what comes out."""


def _changed_entry(section: str, before: Node, change: Node) -> Node:
    """What stood under a name, changed; what its source said of it no longer holds unless it is said again.

    A figure with another value, and a rule that works otherwise, is assumed until the change states its basis and its
    source too.
    """
    if section == "families":
        return changed_family(before, change)
    after = merge(before, change)
    if not (isinstance(before, Mapping) and isinstance(change, Mapping) and isinstance(after, Mapping)):
        return after
    given = change.entries
    if section == "figures":
        silent = "value" not in given or _same(before.entries.get("value"), given["value"])
        if not silent:  # what bounded the old value does not bound the new one
            after = after.without(*({"low", "high"} - given.keys()))
        kept = silent or {"basis", "source"} <= given.keys()
    else:
        worked = [part for key, part in given.items() if key not in TOLD and not _sourced(part)]
        kept = (
            section not in {"measures", "ratings"} or not worked or "source" in given or "source" not in before.entries
        )
    if kept:
        return after
    basis = Scalar("assumed", change.at)
    entries = {**after.without("source").entries, "basis": basis}
    return Mapping(entries, after.at, {**after.keys, "basis": change.at})


def _sourced(node: Node) -> bool:
    """Whether every row of a list says by which source it stands."""
    return isinstance(node, Sequence) and all(
        isinstance(row, Mapping) and "source" in row.entries for row in node.items
    )


def _same(before: Node | None, after: Node) -> bool:
    """Whether two values are written alike."""
    return isinstance(before, Scalar) and isinstance(after, Scalar) and before.text == after.text


def without(section: str, base: Mapping, names: Node) -> tuple[Mapping, list[Problem]]:
    """The mapping less these names; `{name: [key]}` takes keys out of what stands under a name."""
    problems = []
    entries, keys = dict(base.entries), dict(base.keys)
    if isinstance(names, Mapping):
        for name, inner in names.entries.items():
            part = entries.get(name)
            if section == "families" and isinstance(inner, Mapping) and part is not None:
                part = named_columns(part)
            if isinstance(part, Mapping):
                entries[name], found = without(section, part, inner)
                problems += found
            else:
                problems.append(absent("remove", section, name, names.keys[name], entries))
        return Mapping(entries, base.at, keys), problems
    for word in names.items if isinstance(names, Sequence) else (names,):
        if isinstance(word, Scalar) and word.text in entries:
            del entries[word.text], keys[word.text]
        else:
            name = word.text if isinstance(word, Scalar) else "this"
            problems.append(absent("remove", section, name, word.at, entries))
    return Mapping(entries, base.at, keys), problems


def absent(how: str, section: str, name: str, at: LineLocation, known: dict[str, Node]) -> Problem:
    """A name that the parent does not have."""
    return Problem(
        at,
        "extends",
        f'The parent has no "{name}" under {section} to {how}.',
        nearest(name, known) or "Use add: for a new one.",
    )


def merge(before: Node, after: Node) -> Node:
    """Keys merged, anything else replaced."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        return after
    entries = dict(before.entries)
    for key, node in after.entries.items():
        entries[key] = merge(entries[key], node) if key in entries else node
    return Mapping(entries, before.at, {**before.keys, **after.keys})


def read_families(families: Mapping, context: Context) -> None:
    """The families of a file, into the context."""
    for name, part in families.entries.items():
        check_name(name, families.keys[name], context)
        try:
            context.families[name] = _family(part, context)
        except Bad:
            context.families[name] = {}


def _family(node: Node, context: Context) -> dict[str, dict[str, Node]]:
    if isinstance(node, Sequence):
        family: dict[str, dict[str, Node]] = {}
        for part in node.items:
            word = scalar(part, context)
            if word.text in family:
                context.bad(word.at, "duplicate-name", f'"{word.text}" is listed twice.', "Remove one of them.")
            family[word.text] = {"member": word}
        return family
    table = mapping(node, context)
    rows = table.without("columns").entries
    columns = _columns(table, rows, context)
    family = {}
    for member, part in rows.items():
        found = part.entries if isinstance(part, Mapping) else _in_order(member, part, columns, context)
        if found is None:
            continue
        if (absent := [column for column in columns if column not in found]) or len(found) > len(columns):
            odd = f"no {listing(absent)}" if absent else f"a {next(key for key in found if key not in columns)}"
            message = f'"{member}" has {odd}, and the columns are {", ".join(columns)}.'
            context.bad(part.at, "wrong-type", message, "Give every member the same columns.")
            continue
        family[member] = {"member": Scalar(member, table.keys[member]), **{name: found[name] for name in columns}}
    return family


def _columns(table: Mapping, rows: dict[str, Node], context: Context) -> tuple[str, ...]:
    """The columns of a family: as stated, or as the first member names them."""
    if "columns" in table.entries:
        columns = texts(table.entries["columns"], context)
    else:
        first = next(iter(rows.values()), None)
        if not isinstance(first, Mapping):
            message = "A family is a list of members, or a table with columns:."
            raise context.bad(table.at, "missing-key", message, "Add columns: [...], or name them in each member.")
        columns = tuple(first.entries)
    if "member" in columns:
        message = '"member" is the name of the member itself, and no column.'
        raise context.bad(table.at, "duplicate-name", message, "Call the column members, or otherwise.")
    return columns


def _in_order(member: str, part: Node, columns: tuple[str, ...], context: Context) -> dict[str, Node] | None:
    """The row of a member that gives its columns in their order; nothing where their number differs."""
    cells = listed(part, context)
    if len(cells) == len(columns):
        return dict(zip(columns, cells, strict=True))
    message = f'"{member}" has {entries(len(cells))} for {len(columns)} columns.'
    context.bad(part.at, "wrong-type", message, f"The columns are {', '.join(columns)}.")
    return None


def named_columns(family: Node, columns: tuple[str, ...] = ()) -> Node:
    """A family with the columns of each member named, so that one can be changed; `columns` are those of its parent."""
    if not isinstance(family, Mapping):
        return family
    stated = family.entries.get("columns")
    if isinstance(stated, Sequence):
        columns = tuple(word.text for word in stated.items if isinstance(word, Scalar))
    rows = family.without("columns")
    return Mapping({name: _named(part, columns) for name, part in rows.entries.items()}, family.at, rows.keys)


def _named(part: Node, columns: tuple[str, ...]) -> Node:
    if not isinstance(part, Sequence) or len(part.items) != len(columns):
        return part
    return Mapping(dict(zip(columns, part.items, strict=True)), part.at, dict.fromkeys(columns, part.at))


def changed_family(before: Node, change: Node) -> Node:
    """A family with what an edition changes in it: cells by their names, members, or its columns as a whole."""
    if not (isinstance(before, Mapping) and isinstance(change, Mapping)):
        return change
    known = named_columns(before)
    rows = list(known.entries.values()) if isinstance(known, Mapping) else []
    columns = tuple(rows[0].entries) if rows and isinstance(rows[0], Mapping) else ()
    merged_ = merge(known, named_columns(change, columns))
    stated = change.entries.get("columns")
    if not isinstance(stated, Sequence) or not isinstance(merged_, Mapping):
        return merged_
    kept = [word.text for word in stated.items if isinstance(word, Scalar)]
    rows_ = {name: part.only(kept) if isinstance(part, Mapping) else part for name, part in merged_.entries.items()}
    entries = {"columns": stated, **rows_}
    return Mapping(entries, merged_.at, {**merged_.keys, "columns": change.keys["columns"]})


def bindings(node: Node, context: Context) -> Iterator[tuple[Binding, dict[str, Node]]]:
    """Each member that an item is made for, with the row of the family that its columns stand in."""
    if isinstance(node, Mapping) and "where" in node.entries:
        rows = family_where(node, context)
        name = scalar(node.entries["family"], context).text
        for member, row in rows.items():
            yield Binding(name, None, member), row
        return
    if isinstance(node, Mapping):
        if set(node.entries) != {"family", "column"}:
            raise context.bad(
                node.at, "wrong-type", "each: names a family, or a column of one.", "{family: domains, column: members}"
            )
        word, column = scalar(node.entries["family"], context), scalar(node.entries["column"], context)
        family = family_of(word, context)
        for member in family:
            for part in column_words(family, member, column.text, column.at, context):
                inner = scalar(part, context)
                yield Binding(word.text, column.text, inner.text), {"member": inner}
        return
    word = scalar(node, context)
    for member, row in family_of(word, context).items():
        yield Binding(word.text, None, member), row


def substituted(node: Node, row: dict[str, Node], context: Context) -> Node:
    """The node with every `{column: name}` replaced by what stands in this member's column."""
    if isinstance(node, Mapping):
        if list(node.entries) == ["column"]:
            word = scalar(node.entries["column"], context)
            return column_entry(row, word.text, word.at, context)
        entries = {key: substituted(part, row, context) for key, part in node.entries.items()}
        return Mapping(entries, node.at, node.keys)
    if isinstance(node, Sequence):
        return Sequence(tuple(substituted(part, row, context) for part in node.items), node.at)
    return node


def told_once(problems: Iterable[Problem], members: MappingType[str, str]) -> list[Problem]:
    """The problems, with one for all members of a family that share it; `members` has what each made item is made from.

    A fault in what is defined for `each` member is met once for every one of them, at the same place.
    """
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        alike = (
            re.sub(r"[\w.-]+", lambda word: members.get(word[0], word[0]), text)
            for text in (problem.message, problem.remedy)
        )
        groups.setdefault((problem.at, problem.code, problem.severity, problem.cells, *alike), []).append(problem)
    return [_of_all(group) for group in groups.values()]


def _of_all(group: SequenceType[Problem]) -> Problem:
    """One problem that stands for others like it."""
    first, more = group[0], len(group) - 1
    if not more:
        return first
    said = f"So it is for {more} more member{'s'[: more != 1]} of the family."
    return replace(first, message=f"{first.message} {said}")
