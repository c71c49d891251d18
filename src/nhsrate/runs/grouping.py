"""Groups in a run: which are asked for, who belongs to which, and the return of them in the place of their members."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused, nearest
from nhsrate.files.open import open_book
from nhsrate.rules.groups import GroupKind
from nhsrate.rules.load import find_parent, load_methodology
from nhsrate.runs.against import chosen
from nhsrate.runs.request import is_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.tables import Book
    from nhsrate.groups.model import Wanted
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request


def groups_asked(books: Sequence[Book], methodology: Methodology, request: Request) -> Wanted | None:
    """The groups that are to be rated, where any are: their kind, and who belongs to which.

    They stand in the table that was given for them, else where their kind says: in the rule file, or in a sheet of the
    return. Raises `Refused` where there is no such kind, or its table cannot be used.
    """
    if not request.as_:
        return None
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

    together = grouped(submitted, methodology, wanted)
    own = replace(methodology, rates=wanted.kind.noun)
    return together, own, tuple(chosen(together, request.only)) if request.only else None
