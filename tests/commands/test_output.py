from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import IO

import pytest

from nhsrate.commands.output import AT_ONCE, write_bytes, write_file
from nhsrate.core.problems import Refused

as_anyone = pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
on_posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has such files")


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(file.name for file in folder.iterdir())


def refusal(path: Path, data: bytes = b"new") -> tuple[str, str]:
    """The code and the text of the problem that writing there meets."""
    with pytest.raises(Refused) as refused:
        write_bytes(path, data)
    (problem,) = refused.value.problems
    assert str(problem.at) == str(path)
    return problem.code, f"{problem.message} {problem.remedy}"


def failing(number: int) -> object:
    """A function of the system that fails with this number, whatever it is called with."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_new_file_holds_the_bytes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_bytes(tmp_path / "ratings.csv", b"code\r\n")
    assert (tmp_path / "ratings.csv").read_bytes() == b"code\r\n"
    assert names(tmp_path) == ["ratings.csv"]


@on_posix
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "ratings.csv", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ratings.csv").stat().st_mode) == 0o640


@on_posix
def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_bytes(b"old and longer")
    file.chmod(0o664)
    write_bytes(file, b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o664


def test_a_reader_of_the_old_file_goes_on_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_bytes(b"old")
    with file.open("rb") as reader:
        write_bytes(file, b"new")
        assert reader.read() == b"old"


@on_posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed_to_its_target(tmp_path: Path, *, exists: bool) -> None:
    target, link = tmp_path / "there" / "ratings.csv", tmp_path / "link.csv"
    target.parent.mkdir()
    if exists:
        target.write_bytes(b"old")
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("failing_call", ["os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failed_write_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_call: str, old: bytes | None
) -> None:
    file = tmp_path / "ratings.csv"
    if old is not None:
        file.write_bytes(old)
    before = names(tmp_path)
    monkeypatch.setattr(failing_call, failing(errno.ENOSPC))
    code, text = refusal(file)
    assert (code, text) == (
        "write-failed",
        "The disk is full. Free some space, or write to another disk.",
    )
    assert names(tmp_path) == before
    assert old is None or file.read_bytes() == old


@on_posix
def test_a_disk_that_fills_up_midway_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the full disk: half the bytes go out before the system refuses."""
    resource = pytest.importorskip("resource")
    file = tmp_path / "ratings.csv"
    file.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        code, text = refusal(file, b"x" * 2_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert code == "write-failed"
    assert "larger than is allowed" in text
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["ratings.csv"]


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "ratings.csv"
    file.write_bytes(b"old")
    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(file, b"new")
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["ratings.csv"]


def test_the_first_failure_is_told_even_where_the_temporary_file_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", failing(errno.ENOSPC))
    monkeypatch.setattr("pathlib.Path.unlink", failing(errno.EIO))
    assert "The disk is full" in refusal(tmp_path / "ratings.csv")[1]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    code, text = refusal(tmp_path)
    assert code == "is-a-folder"
    assert text == "This is a folder, and a file was to be written. Give the name of a file in it."


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    code, text = refusal(tmp_path / "nowhere" / "ratings.csv")
    assert code == "no-such-file"
    assert f"There is no folder {tmp_path / 'nowhere'}." in text


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert refusal(tmp_path / "file" / "ratings.csv")[0] == "no-such-file"


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [
        (errno.EACCES, "no-permission", "may not be written to"),
        (errno.EPERM, "no-permission", "Close it in other programs"),
        (errno.EROFS, "write-failed", "The disk can only be read"),
        (errno.EIO, "write-failed", f"It could not be written ({os.strerror(errno.EIO)})."),
    ],
)
def test_each_refusal_of_the_system_has_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, says: str
) -> None:
    monkeypatch.setattr("os.open", failing(number))
    found, text = refusal(tmp_path / "ratings.csv")
    assert found == code
    assert says in text


def test_a_file_that_may_only_be_read_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ratings.csv"
    file.write_bytes(b"old")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert refusal(file)[0] == "no-permission"
    assert file.read_bytes() == b"old"


@as_anyone
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert refusal(tmp_path / "ratings.csv")[0] == "no-permission"
    finally:
        tmp_path.chmod(0o700)


@on_posix
def test_a_name_that_is_too_long_says_so(tmp_path: Path) -> None:
    assert "The name is too long" in refusal(tmp_path / ("x" * 300))[1]


@on_posix
def test_a_link_to_itself_says_so(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    assert "leads back to itself" in refusal(link)[1]


@on_posix
def test_a_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_bytes, args=(pipe, b"new"))
    writer.start()
    assert pipe.read_bytes() == b"new"
    writer.join()
    assert pipe.is_fifo()


@on_posix
def test_a_pipe_whose_reader_has_gone_says_so(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert "has stopped" in refusal(Path(f"/dev/fd/{writer}"))[1]
    finally:
        os.close(writer)


@on_posix
def test_a_device_is_written_straight() -> None:
    write_bytes(Path(os.devnull), b"new")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_device_says_that_the_disk_is_full() -> None:
    code, text = refusal(Path("/dev/full"))
    assert code == "write-failed"
    assert "The disk is full" in text


@on_posix
def test_an_open_stream_is_appended_to_and_its_file_not_replaced(tmp_path: Path) -> None:
    """What `nhsrate score -o /dev/stdout >> all.csv` means: the lines that are there stay."""
    with (tmp_path / "all.csv").open("ab") as stream:
        stream.write(b"first\n")
        stream.flush()
        write_bytes(Path(f"/dev/fd/{stream.fileno()}"), b"second\n")
        assert (tmp_path / "all.csv").stat().st_ino == os.fstat(stream.fileno()).st_ino
    assert (tmp_path / "all.csv").read_bytes() == b"first\nsecond\n"


@on_posix
def test_what_seeks_in_its_file_can_be_written_to_a_stream_too(tmp_path: Path) -> None:
    """Nothing can be sought in a stream, so the whole is gathered before it is handed on, in a file where it is large."""

    def make(file: IO[bytes]) -> None:
        file.write(b"-" + b"x" * AT_ONCE)
        file.seek(0)
        file.write(b"+")

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_file, args=(pipe, make))
    writer.start()
    assert pipe.read_bytes() == b"+" + b"x" * AT_ONCE
    writer.join()


def test_what_fails_midway_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "ratings.json"
    file.write_bytes(b"old")

    def make(opened: IO[bytes]) -> None:
        opened.write(b"new")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_file(file, make)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("ratings.json", b"old")]
