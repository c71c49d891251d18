"""Groups in a run: which are asked for, who belongs to which, and the return of them in the place of their members."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused, nearest
from nhsrate.core.texts import fold, listed
from nhsrate.files.open import open_book
from nhsrate.rules.groups import GroupKind
from nhsrate.rules.load import find_parent, load_methodology
from nhsrate.runs.request import is_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from nhsrate.core.tables import Book
    from nhsrate.groups.model import Belonging, Wanted
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request


def groups_asked(books: Sequence[Book], methodology: Methodology, request: Request) -> Wanted | None:
    """The groups that are to be rated, where any are: their kind, and who belongs to which.

    They stand in the table that was given for them, else where their kind says: in the rule file, or in a sheet of the
    return. Members that have successors stand under the codes of these, as they do in the return. Raises `Refused`
    where there is no such kind, or its table cannot be used.
    """
    if not request.as_:
        return None
    wanted = _wanted(books, methodology, request)
    return wanted if request.successors is None else under_successors(wanted, request)


def _wanted(books: Sequence[Book], methodology: Methodology, request: Request) -> Wanted:
    """The groups that are to be rated, their members by the codes of the table."""
    from nhsrate.groups.belonging import belongings_in  # few runs are of groups
    from nhsrate.groups.model import Wanted
    from nhsrate.groups.table import read_members, tables_named

    kind = methodology.groups.get(request.as_)
    if request.groups is not None:
        kind = kind or GroupKind(request.as_)
        return Wanted(kind, *read_members([_book(request), *books], kind, own=True))
    if kind is None and tables_named(books, request.as_):
        kind = GroupKind(request.as_)
    if kind is None:
        raise Refused([_unknown(methodology, request.as_)])
    if kind.whole is not None:
        return Wanted(kind, None, kind.at or LineLocation(methodology.id))
    if kind.members is not None:
        return Wanted(kind, belongings_in(kind), kind.at or LineLocation(methodology.id))
    return Wanted(kind, *read_members(books, kind, own=False))


def under_successors(wanted: Wanted, request: Request) -> Wanted:
    """The groups with every member under its last successor's code, and a note of each that changed.

    Of members that are one organisation now, the rows of the first are kept where all say the same; where they do not,
    it is in doubt how much of their common figures counts where, which is an error.
    """
    from nhsrate.runs.joining import successions
    from nhsrate.runs.successors import read_as, succeeding

    chains = succeeding(successions(request.successors, request.limit), request.as_at)  # type: ignore[arg-type]  # as was just asked
    members: dict[str, list[Belonging]] = {}
    for row in wanted.belongings or ():
        members.setdefault(row.member, []).append(row)
    united: dict[str, list[str]] = {}
    told: list[Problem] = []
    codes = {}
    for code, rows in members.items():
        codes[code] = code
        if chain := chains.get(code.casefold()):
            codes[code] = next((one for one in members if one.casefold() == chain[0].casefold()), chain[0])
            told.append(read_as(code, chain, rows[0].at))
        united.setdefault(codes[code], []).append(code)
    kept = {same[0] for same in united.values()}
    for new, same in united.items():
        if len({_counts(members[code]) for code in same}) > 1:
            told.append(_in_doubt(new, [members[code] for code in same]))
    rows = [replace(row, member=codes[row.member]) for row in wanted.belongings or () if row.member in kept]
    return replace(wanted, belongings=None if wanted.belongings is None else rows, problems=(*wanted.problems, *told))


def _counts(rows: Sequence[Belonging]) -> frozenset[tuple[str, Fraction]]:
    """In which groups a member counts, and how much of it."""
    from nhsrate.groups.belonging import WHOLE

    return frozenset((fold(row.group), WHOLE if row.share is None else row.share) for row in rows)


def _in_doubt(new: str, several: Sequence[Sequence[Belonging]]) -> Problem:
    """That members which are one organisation now belong to different groups, or by different shares."""
    said = "; ".join(
        f"{rows[0].member} in {listed([_said(row) for row in rows], len(rows))} ({rows[0].at})" for rows in several
    )
    message = f"{listed([rows[0].member for rows in several], 9)} are one organisation, {new}, and do not count alike: "
    remedy = f"Keep the rows of {new} alone, with a share for each group where it belongs to several."
    return Problem(several[-1][0].at, "groups", f"{message}{said}.", remedy)


def _said(row: Belonging) -> str:
    """The group of a row, and the share where it gives one."""
    from nhsrate.groups.belonging import share_text

    return row.group if row.share is None else f"{row.group} by {share_text(row.share)}"


def _book(request: Request) -> Book:
    """The table of members that was given, opened."""
    if is_frame(request.groups):
        from nhsrate.returns.frames import book_from_frame  # brings pandas

        return book_from_frame(request.groups)  # type: ignore[arg-type]  # as was just asked
    return open_book(request.groups, request.limit)  # type: ignore[arg-type]  # what is no frame is a path


def _unknown(methodology: Methodology, word: str) -> Problem:
    """That the methodology has no such groups."""
    known = methodology.groups
    message = f'The methodology {methodology.id} has no groups "{word}".'
    remedy = nearest(word, known) or (f"It has {', '.join(known)}." if known else "Give them with --groups FILE.")
    return Problem(LineLocation(f"--as {word}"), "unknown-groups", message, remedy)


def rated_by(methodology: Methodology, wanted: Wanted | None, request: Request) -> Methodology:
    """The methodology that the groups are rated by: where their kind names another, that one.

    Raises `Refused` where there is none of that name, or it has errors.
    """
    if wanted is None or wanted.kind.methodology is None:
        return methodology
    word, by = wanted.kind.methodology, f"named by {methodology.id} for {wanted.kind.called}"
    path = find_parent(methodology.paths[0] if methodology.paths else Path(), word)
    return replace(load_methodology(path, request.set), chosen_by=by)


def in_groups(
    submitted: Return,
    methodology: Methodology,
    wanted: Wanted | None,
    request: Request,
    printed: tuple[int, ...] | None,
) -> tuple[Return, Methodology, tuple[int, ...] | None]:
    """The return of groups in the place of that of their members, in the word for them, and which are reported.

    Nothing changes where no groups are wanted. Raises `Refused` where their figures cannot be brought together.
    """
    if wanted is None:
        return submitted, methodology, printed
    from nhsrate.groups.grouped import grouped
    from nhsrate.runs.against import chosen

    together = grouped(submitted, methodology, wanted)
    own = replace(methodology, rates=wanted.kind.noun)
    return together, own, tuple(chosen(together, request.only)) if request.only else None
