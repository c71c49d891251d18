"""What the history of a repository knows of a committed file: whether it, or rules, were changed since."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECONDS = 20
"""So long git is waited for; what it says later is not known."""

OF_HOOKS = frozenset({"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"})
"""What git says to a hook of the repository that it runs in, which may be another than that of a file."""


@frozen
class Since:
    """What changed since a file was committed: whether the rules and the file itself, and which of the files read.

    Each is nothing where it is not known.
    """

    rules: bool | None = None
    read: tuple[str, ...] | None = None
    edited: bool | None = None


UNKNOWN = Since()


def since_committed(file: Path, rules: Sequence[Path], read: Sequence[Path] = ()) -> Since:
    """What was changed since the last commit that changed a file.

    Nothing is known where git is not there, the file is in no repository or was never committed, or the history is cut
    short. Rule files of another place, such as the editions that are shipped, have no say; of what was read all must
    stand in the repository, unless some of it changed.
    """
    if _git(file, "rev-parse", "--is-shallow-repository") != b"false\n":
        return UNKNOWN
    commit = (_git(file, "log", "-1", "--format=%H", "--", file.name) or b"").decode("ascii").strip()
    was = _then(file, commit) if commit else None
    if was is None:
        return UNKNOWN
    of_rules = {_changed(path, file, commit) for path in rules}
    of_read = {shown_path(path): _changed(path, file, commit) for path in read}
    others = tuple(name for name, changed in of_read.items() if changed)
    known = others or (of_read and None not in of_read.values())
    return Since(True in of_rules if of_rules - {None} else None, others if known else None, was != _now(file))


def _changed(path: Path, file: Path, commit: str) -> bool | None:
    """Whether a file is another than in a commit of the repository of `file`; nothing where it is not in that."""
    try:
        now = _now(path)
    except OSError:  # such as what was given on standard input
        return None
    top = _git(path, "rev-parse", "--show-toplevel")
    if top is None or top != _git(file, "rev-parse", "--show-toplevel"):
        return None
    then = _then(path, commit)
    tracked = then is not None or _git(path, "ls-files", "--", path.name)
    return then != now if tracked else None


def _then(path: Path, commit: str) -> bytes | None:
    """What a file held in a commit, whatever ends its lines; nothing where it was not in it."""
    held = _git(path, "cat-file", "blob", f"{commit}:./{path.name}")
    return None if held is None else held.replace(b"\r\n", b"\n")


def _now(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")


def _git(path: Path, *arguments: str) -> bytes | None:
    """What git says in the folder of a file; nothing where it is not there, or fails."""
    command = ["git", "-C", str(path.absolute().parent), *arguments]
    ours = {name: text for name, text in os.environ.items() if name not in OF_HOOKS} | {"GIT_NO_LAZY_FETCH": "1"}
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS, env=ours)  # noqa: S603 (no text of others)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
