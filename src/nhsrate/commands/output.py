"""Writing a file as a whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING

from nhsrate.commands.ending import undone_by
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_OPEN_STREAM = pattern(r"/dev/(?:stdout|stderr|fd/\d+)|/proc/(?:self|\d+)/fd/\d+", re.ASCII)

AT_ONCE = 1 << 24
"""How many bytes for a stream, in which nothing can be sought, are gathered in memory and not in a temporary file."""

_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("The disk is full.", "Free some space, or write to another disk."),
    errno.EDQUOT: ("Your share of the disk is used up.", "Free some space, or write to another disk."),
    errno.EFBIG: ("The file would be larger than is allowed here.", "Write to another disk."),
    errno.EROFS: ("The disk can only be read.", "Write to another disk."),
    errno.ENAMETOOLONG: ("The name is too long.", "Give a shorter name."),
    errno.ELOOP: ("The link leads back to itself.", "Give another path, or mend the link."),
    errno.EPIPE: ("The program that was reading the output has stopped.", "Run it again, reading to the end."),
}


def write_bytes(path: Path, data: bytes, *, fresh: bool = False) -> None:
    """Write the file as `write_file` does, so that it holds these bytes."""
    write_file(path, lambda file: file.write(data), fresh=fresh)


def write_file(path: Path, make: Callable[[IO[bytes]], object], *, fresh: bool = False) -> None:
    """Write the file, so that it holds either all that `make` writes or, on any failure, exactly what it held before.

    What `make` is given can be sought in. With `fresh` the file must be new: `FileExistsError` is raised where anything
    stands there, if only since just now.

    The bytes go to a temporary file in the same folder, which then takes the place of the old file and its mode.
    A link is followed to its target. A device, a pipe or an open stream such as `/dev/stdout` is written straight.
    Raises `Refused` when the file cannot be written, with the reason in a sentence.
    """
    try:
        mode = _mode(path)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if fresh:
            _replace(path, make, None, fresh=True)
        elif is_stream(path, mode):
            _write_straight(path, make)
        else:
            _replace(path.resolve(), make, mode)
    except OSError as error:
        if fresh and isinstance(error, FileExistsError):
            raise
        raise Refused([_problem(path, error)]) from None


def is_stream(path: Path, mode: int | None = None) -> bool:
    """Whether a path is a device, a pipe or an open stream, beside which nothing can stand; `mode` is its type."""
    if _OPEN_STREAM.fullmatch(str(path)):
        return True
    if mode is None:
        with suppress(OSError):  # whoever writes there says what is wrong
            mode = _mode(path)
    return mode is not None and not stat.S_ISREG(mode)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder that holds these files, or nothing: whatever ends the writing midway, it does not stand there.

    A folder that is there already, and empty, is filled. Raises `Refused` where that cannot be.
    """
    filled = folder.is_dir()
    made = folder if filled else folder.with_name(f".nhsrate-{os.urandom(8).hex()}.tmp")
    try:
        with undone_by(partial(_emptied, made, [*files], whole=not filled)):
            made.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                write_bytes(made / name, data)
            if not filled:
                made.rename(folder)
    except OSError as error:
        message = f"The folder cannot be made: {error.strerror}."
        raise Refused([Problem(LineLocation(str(folder)), "write-failed", message, "Give another place.")]) from None


def _emptied(folder: Path, names: Iterable[str], *, whole: bool) -> None:
    """Take these files out of a folder again, and with `whole` the folder too."""
    for name in names:
        with suppress(OSError):  # it may not have been made
            (folder / name).unlink()
    if whole:
        folder.rmdir()


def _mode(path: Path) -> int | None:
    """The type and permissions of what stands there, or nothing where nothing does."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _write_straight(path: Path, make: Callable[[IO[bytes]], object]) -> None:
    from shutil import copyfileobj  # (only a stream needs these two, which bring a dozen modules)
    from tempfile import SpooledTemporaryFile

    # Appending keeps what a shell's `>>` has already put into the file behind /dev/stdout.
    with (
        os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream,
        SpooledTemporaryFile(AT_ONCE) as whole,
    ):
        make(whole)
        whole.seek(0)
        copyfileobj(whole, stream)


def _replace(target: Path, make: Callable[[IO[bytes]], object], mode: int | None, *, fresh: bool = False) -> None:
    if mode is not None and not os.access(target, os.W_OK):  # a folder one may write to does not open the file in it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    temporary = target.with_name(f".nhsrate-{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with undone_by(temporary.unlink):
        descriptor = os.open(temporary, flags, 0o666)  # less the umask, as for any new file
        with os.fdopen(descriptor, "wb") as file:
            make(file)
            file.flush()
            os.fsync(descriptor)
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        if fresh:
            _named(temporary, target)
        else:
            temporary.replace(target)


def _named(temporary: Path, target: Path) -> None:
    """Give a file its name, which must be free: a second name for it is refused where one stands, in one step."""
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))  # a disk that knows one name for each file
        temporary.replace(target)
    else:
        temporary.unlink()


def _problem(path: Path, error: OSError) -> Problem:
    at = LineLocation(str(path))
    match error:
        case IsADirectoryError():
            message, remedy = "This is a folder, and a file was to be written.", "Give the name of a file in it."
            return Problem(at, "is-a-folder", message, remedy)
        case PermissionError():
            message = "The file, or the folder it is in, may not be written to."
            remedy = "Close it in other programs, ask for permission, or write to another folder."
            return Problem(at, "no-permission", message, remedy)
        case FileNotFoundError() | NotADirectoryError() if not os.path.isdir(path.parent):  # noqa: PTH112 (a path's own may raise)
            message = f"There is no folder {path.parent}."
            return Problem(at, "no-such-file", message, "Make the folder first, or write to another.")
    known = _REASONS.get(error.errno or 0)
    message, remedy = known or (f"It could not be written ({error.strerror or error}).", "Write to another place.")
    return Problem(at, "write-failed", message, remedy)
