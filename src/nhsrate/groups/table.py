"""A table of members: a row for each, with its code, its group and, where it counts by one, its share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading, counted
from nhsrate.core.numbers import from_double
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, Problem, Refused, column_number, errors
from nhsrate.core.tables import DisguisedCell, ErrorCell, PercentCell, ShownCell, Uncalculated
from nhsrate.core.texts import as_text, fold, is_text, listed, percent_of, quoted
from nhsrate.groups.model import Belonging
from nhsrate.rules.groups import COLUMNS, share_of
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, CODE_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nhsrate.core.tables import Book, Table
    from nhsrate.rules.groups import GroupKind

SEARCHED = 30
"""The rows from the top in which the headings of a table of members are looked for."""

SHARES = pattern(r"\b(shares?|proportions?|weights?|weighting|per ?cent|percentage|split)\b|%")
"""What the heading of a column that may hold shares says."""

SHEET = "groups"
"""The sheet of a table of members, where its kind names none."""

Headings = dict[str, tuple[str, ...]]
"""What each column may be headed, the best first, folded."""


@frozen
class Header:
    """Where the headings of a table of members stand: their row, and the column of each, both from 1.

    `per_cent` says that shares are bare numbers of per cent, as their heading says.
    """

    row: int
    columns: Mapping[str, int]
    per_cent: bool = False


Members = tuple[list[Belonging], CellLocation, list[Problem]]
"""Who belongs to which group, where that stands, and what is to be said of it."""


def read_members(books: Sequence[Book], kind: GroupKind, *, own: bool) -> Members:
    """What the table of members says; `own` says that the first book is no return but that table.

    Raises `Refused` with every problem of the table, and where there is none.
    """
    table, header = _found(books, kind, own=own)
    rows, problems = _rows(table, header, kind)
    if not rows and not problems:
        at, others = CellLocation(table.file, table.sheet), _kinds(table, header)
        message = f"The table of members has no rows of {quoted(kind.id)}, only of {listed(others)}."
        message = message if others else "The table of members has no rows."
        problems = [Problem(at, "groups", message, "Add one for each member.")]
    if errors(problems):
        raise Refused(problems)
    place = CellLocation(table.file, table.sheet)
    return with_codes(rows, books, kind), place, [*problems, *_perhaps_shares(table, header)]


def _found(books: Sequence[Book], kind: GroupKind, *, own: bool) -> tuple[Table, Header]:
    """The table of members and its header, under the headings of its kind or the usual ones."""
    problems: list[Problem] = []
    for table in _tables(books, kind, own=own):
        for headings in headings_of(kind):
            header, faulty = find_header(table, headings, dict(kind.columns))
            if header is not None:
                return table, header
            problems += faulty
    if problems:
        raise Refused(problems[:1])
    first = CellLocation(books[0].file if books else "return")
    known = "a row with headings of members and groups" if own else f"a sheet called {quoted(kind.sheet or kind.id)}"
    wanted = headings_of(kind)[0]
    message = f"There is no table that says who belongs to which of {quoted(kind.called)}: {known} was not found."
    remedy = f"Give one with --groups FILE, with a column {quoted(wanted['member'][0])} and one "
    raise Refused([Problem(first, "groups", message, f"{remedy}{quoted(wanted['group'][0])}.")])


def _tables(books: Sequence[Book], kind: GroupKind, *, own: bool) -> Iterator[Table]:
    """The tables that may be it: sheets of its name; of a file that was given for it, else every sheet that is seen."""
    names = [fold(name) for name in (kind.sheet, kind.id, kind.title, SHEET) if name]
    for name in names[:1] if kind.sheet and not own else names:
        for book in books[:1] if own else books:
            yield from (book.read(sheet.name) for sheet in book.sheets if fold(sheet.name or "") == name)
    for book in books[:1] if own else ():
        yield from (book.read(sheet.name) for sheet in book.sheets if not sheet.hidden)


def tables_named(books: Sequence[Book], name: str) -> bool:
    """Whether a return has a sheet of this name, which may say who belongs to which of the groups called so."""
    return any(fold(sheet.name or "") in {fold(name), SHEET} for book in books for sheet in book.sheets)


def headings_of(kind: GroupKind) -> tuple[Headings, ...]:
    """The headings of the columns: those that the kind states first, then the usual ones."""
    words = (_said(kind.rates), _one_of(_said(kind.id)), _said(kind.id))
    codes, areas = (f"{word} code" for word in words), map(_said, AREA_CODE_HEADINGS)
    usual: Headings = {
        "member": ("member", "member code", *map(_said, CODE_HEADINGS)),
        "group": tuple(dict.fromkeys(("group", "group code", *codes, *words, _said(kind.called), *areas))),
        "share": ("share", "proportion"),
    }
    stated = {key: (_said(said),) for key in COLUMNS if (said := getattr(kind, key))}
    if not stated:
        return (usual,)
    return {"member": usual["member"], "group": usual["group"]} | stated, usual


def _said(heading: str) -> str:
    """A heading as it is compared."""
    return fold(heading.replace("_", " "))


def _one_of(several: str) -> str:
    """The word for one of several.

    >>> [_one_of(word) for word in ("systems", "economies", "pathways", "churches", "all")]
    ['system', 'economy', 'pathway', 'church', 'all']
    """
    ends = (("ies", "y"), ("ches", "ch"), ("s", ""))
    return next((several.removesuffix(end) + one for end, one in ends if several.endswith(end)), several)


def find_header(table: Table, headings: Headings, letters: Mapping[str, str]) -> tuple[Header | None, list[Problem]]:
    """The first row with headings of members and of groups; or the problem that one stands there twice.

    `letters` are the columns of headings that stand more than once.
    """
    for number, row in enumerate(table.rows[:SEARCHED], 1):
        texts = [_said(as_text(raw)) for raw in row]
        columns: dict[str, int] = {}
        twice: list[Problem] = []
        for key, words in headings.items():
            said = [bare_heading(text) for text in texts] if key == "share" else texts
            found = next((places for word in words if (places := _places(said, word))), [])
            found = found or next((places for word in words if (places := _places(texts, word))), [])
            if key in letters and len(found) > 1:
                found = [column for column in found if column == column_number(letters[key])] or found
            if len(found) > 1:
                at = CellLocation(table.file, table.sheet, number, found[1])
                message = f"The heading {quoted(as_text(row[found[0] - 1]))} stands more than once in this row."
                remedy = f"Say which is meant under groups, such as columns: {{{key}: D}}."
                twice.append(Problem(at, "ambiguous-heading", message, remedy))
            columns |= {key: found[0]} if found else {}
        if {"member", "group"} <= columns.keys() and columns["member"] != columns["group"]:
            if "name" not in headings and (name := _name_column(texts, texts[columns["group"] - 1])):
                columns["name"] = name
            share = columns.get("share", 0)
            header = Header(number, columns, per_cent=bool(share) and counted(as_text(row[share - 1])) == "percent")
            return (None, twice) if twice else (header, [])
    return None, []


def _name_column(texts: Sequence[str], group: str) -> int:
    """The column of the names of groups beside that of their codes: `group name`, `ICB name` or `ICB`; else 0."""
    stem = group.removesuffix(" code")
    wanted = (f"{stem} name", stem) if stem != group else (f"{stem} name",)
    return next((places[0] for word in wanted if (places := _places(texts, word))), 0)


def _places(texts: Sequence[str], word: str) -> list[int]:
    return [column for column, text in enumerate(texts, 1) if text == word]


def _perhaps_shares(table: Table, header: Header) -> list[Problem]:
    """The warning of a column that may hold shares, where none was read."""
    if "share" in header.columns:
        return []
    heads = ((column, as_text(raw)) for column, raw in enumerate(table.rows[header.row - 1], 1))
    return [
        Problem(
            CellLocation(table.file, table.sheet, header.row, column),
            "group-members",
            f"The column {quoted(text)} was not read, and every member counts wholly.",
            'Where it holds shares, head it "share", or say share: under groups.',
            "warning",
        )
        for column, text in heads
        if column not in header.columns.values() and SHARES.search(_said(text))
    ]


def _rows(table: Table, header: Header, kind: GroupKind) -> tuple[list[Belonging], list[Problem]]:
    """The rows of a table of members, and what is wrong with any of them; a row without a group says nothing."""
    found: list[Belonging] = []
    faults = Faults()
    of_kind = _kind_column(table, header)
    for number, row in enumerate(table.rows[header.row :], header.row + 1):
        raws = {key: row[column - 1] if column <= len(row) else None for key, column in header.columns.items()}
        if of_kind and fold(as_text(row[of_kind - 1] if of_kind <= len(row) else None)) not in {
            fold(kind.id), fold(kind.called)
        }:  # fmt: skip
            continue
        cells = {key: CellLocation(table.file, table.sheet, number, header.columns[key]) for key in raws}
        unread = [key for key in ("member", "group") if isinstance(raws[key], ErrorCell | Uncalculated)]
        member, group = as_text(raws["member"]), as_text(raws["group"])
        if unread:
            message = "The spreadsheet gives no value here, so it is not known who belongs to which group."
            faults.add(Fault("groups", "no value", message, "Correct the formula, or type the code."), cells[unread[0]])
        elif group and not member:
            message = f"The group {quoted(group)} stands here without a member."
            fault = Fault("groups", "no member", message, "Add the code of the member, or clear the row.")
            faults.add(fault, cells["member"])
        elif group:
            share = share_in(raws["share"], per_cent=header.per_cent) if "share" in raws else None
            if "share" in raws and share is None:
                said = quoted(as_text(raws["share"])) if as_text(raws["share"]) else "blank"
                message = f"The share of {quoted(member)} is {said}, and a share is a number from 0 to 1."
                fault = Fault("groups", "share", message, "Write 0.4, 40% or 1/3; a whole member is 1.")
                faults.add(fault, cells["share"])
            at = CellLocation(table.file, table.sheet, number)
            found.append(Belonging(member, group, as_text(raws.get("name")), share, at))
    return found, faults.problems()


def _kind_column(table: Table, header: Header) -> int:
    """The column that says of which kind the group of a row is, where several kinds stand in one table; else 0."""
    texts = [fold(as_text(raw)) for raw in table.rows[header.row - 1]]
    return next((places[0] for word in ("kind", "kind of group") if (places := _places(texts, word))), 0)


def _kinds(table: Table, header: Header) -> list[str]:
    """The kinds of groups of a table, where it has several."""
    column = _kind_column(table, header)
    said = (as_text(row[column - 1]) for row in table.rows[header.row :] if column and column <= len(row))
    return sorted({text for text in said if text})


def share_in(raw: object, *, per_cent: bool = False) -> Fraction | None:
    """The share that a cell holds, exactly; nothing where it holds none. With `per_cent` bare numbers are of 100."""
    match raw:
        case PercentCell():
            share = Fraction(percent_of(raw)) / 100
        case ShownCell() | DisguisedCell():
            return share_in(raw.value, per_cent=per_cent)
        case bool():
            return None
        case float():
            share = Fraction(from_double(raw)) if from_double(raw).is_finite() else Fraction(-1)
        case int() | Decimal():
            share = Fraction(raw)
        case _:
            text = as_text(raw)
            return share_of(f"{text}%" if per_cent and text.isdecimal() else text) if is_text(raw) else None
    share = share / 100 if per_cent and not isinstance(raw, PercentCell) else share
    return share if 0 <= share <= 1 else None


def with_codes(rows: Sequence[Belonging], books: Sequence[Book], kind: GroupKind) -> list[Belonging]:
    """The same with the codes that another table gives to the names of groups, where the kind says which.

    Raises `Refused` where that table is not there. A name that it does not have is its own code.
    """
    if kind.codes is None:
        return list(rows)
    wanted: Headings = {"member": (_said(kind.codes.code),), "group": (_said(kind.codes.name),)}
    for book in books:
        for sheet in book.sheets:
            if kind.codes.sheet is not None and fold(sheet.name or "") != fold(kind.codes.sheet):
                continue
            table = book.read(sheet.name)
            header, _ = find_header(table, wanted, {})
            if header is not None:
                codes = _codes(table, header)
                return [_coded(row, codes) for row in rows]
    at = CellLocation(books[0].file)
    message = f"No table gives the codes of {quoted(kind.called)} under {quoted(kind.codes.code)}, "
    message += f"beside {quoted(kind.codes.name)}."
    raise Refused([Problem(at, "groups", message, "Correct codes: under groups, or add the table.")])


def _codes(table: Table, header: Header) -> dict[str, tuple[str, str]]:
    """Code and name of each group, by its folded name; the first where a name stands twice."""
    found: dict[str, tuple[str, str]] = {}
    for row in table.rows[header.row :]:
        cells = [as_text(row[column - 1]) if column <= len(row) else "" for column in header.columns.values()]
        if all(cells):
            found.setdefault(fold(cells[1]), (cells[0], cells[1]))
    return found


def _coded(row: Belonging, codes: Mapping[str, tuple[str, str]]) -> Belonging:
    code, name = codes.get(fold(row.group), (row.group, row.group))
    return Belonging(row.member, code, row.name or name, row.share, row.at)
