"""Opens a session's file from anywhere and looks at everything that it claims before reading it."""

from __future__ import annotations

import contextlib
import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NoReturn

from core.model.errors import Cancelled, InputError
from core.session.sharing.format import (
    ENDING,
    FREE_OF_RATIO_BYTES,
    MANIFEST,
    MOST_MEMBERS,
    MOST_RATIO,
    SESSION_FORMAT,
    Manifest,
    NewerSessionError,
    SharedMember,
    experiment_name,
    from_text,
    most_bytes,
    run_name,
    trace_name,
)

Cancel = Callable[[], bool]
_CHUNK = 1024 * 1024
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_END = 22 + 65_535
_OF_A_MEMBER = 46
_FOR_A_NAME = 256
_ENCRYPTED = 0x1
# What reading a zip that was made to be wrong can raise.
_BAD = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, LookupError,
        NotImplementedError, RuntimeError, OverflowError)  # fmt: skip


class BadMemberError(Exception):
    """A member is damaged or is not what the list says; its text says why."""


class SessionFile:
    """An open session's file, of which all names and sizes were found to be possible.

    Attributes:
        manifest: What it says to hold.
    """

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        """Look at the members; see ``opened``."""
        self._path, self._zip = path, zipped
        self._infos = {info.filename: info for info in zipped.infolist()}
        self._check_count()
        self.manifest = self._read_manifest()
        self._check_members()

    @property
    def unpacked_bytes(self) -> int:
        """What all members take together."""
        return sum(info.file_size for info in self._infos.values())

    def run(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The log of a run.

        Raises:
            BadMemberError: It is not as the list says.
            Cancelled: The person does not want it any more.
        """
        return self._read(run_name(member.id), member, cancelled)

    def experiment(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The text of an experiment; raises as ``run`` does."""
        return self._read(experiment_name(member.id), member, cancelled)

    def trace(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The trace of a run, as it is kept on disk; raises as ``run`` does."""
        return self._read(trace_name(member.id), member, cancelled)

    # -- what is claimed ----------------------------------------------------------------------

    def _check_count(self) -> None:
        if len(self._infos) != len(self._zip.infolist()):
            refuse(self._path, "something is in it twice")
        if len(self._infos) > MOST_MEMBERS:
            refuse(self._path, f"there are more than {MOST_MEMBERS} members in it")

    def _read_manifest(self) -> Manifest:
        info = self._infos.get(MANIFEST)
        if info is None:
            refuse(self._path, f"there is no {MANIFEST} in it")
        self._check(info)
        try:
            return from_text(self._unpacked(info, lambda: False))
        except NewerSessionError as error:
            raise InputError(
                f"The session {self._path} was written by a newer Pipeline Explorer (format "
                f"{error})",
                expected=f"format {SESSION_FORMAT} or older",
                remedy="Update Pipeline Explorer. Nothing was imported.",
            ) from error
        except (ValueError, LookupError, BadMemberError) as error:
            refuse(self._path, f"its list cannot be read: {error}")

    def _check_members(self) -> None:
        """Every name is one that we write, the list names all of them, and none hides another."""
        for info in self._infos.values():
            self._check(info)
        listed = {MANIFEST}
        listed |= {run_name(shared_member.id) for shared_member in self.manifest.runs}
        listed |= {experiment_name(shared_member.id) for shared_member in self.manifest.experiments}
        listed |= {trace_name(shared_member.id) for shared_member in self.manifest.traces}
        unlisted = sorted(self._infos.keys() - listed)
        if unlisted:
            refuse(self._path, f"{_quoted(unlisted[0])} is in it and not in its list")
        end = 0
        for info in sorted(self._infos.values(), key=lambda zip_info: zip_info.header_offset):
            # Members that lie over each other are how a small file unpacks to a large one.
            if info.header_offset < end:
                refuse(self._path, f"{_quoted(info.filename)} lies over another member")
            end = info.header_offset + info.compress_size

    def _check(self, info: zipfile.ZipInfo) -> None:
        name, most = info.filename, most_bytes(info.filename)
        if most is None or info.orig_filename != name:
            refuse(self._path, f"{_quoted(info.orig_filename)} is no member of a session")
        mode = info.external_attr >> 16
        if info.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            refuse(self._path, f"{_quoted(name)} is a link or a folder")
        if info.flag_bits & _ENCRYPTED:
            refuse(self._path, f"{_quoted(name)} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse(self._path, f"{_quoted(name)} is packed in an unknown way")
        if info.file_size > most:
            refuse(self._path, f"{_quoted(name)} has {info.file_size} bytes, more than {most}")
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > FREE_OF_RATIO_BYTES and ratio > MOST_RATIO:
            refuse(self._path, f"{_quoted(name)} unpacks to {ratio:.0f} times its size")

    # -- what is there ------------------------------------------------------------------------

    def _read(self, name: str, member: SharedMember, cancelled: Cancel) -> bytes:
        info = self._infos.get(name)
        if info is None:
            raise BadMemberError("the list names it, but it is not there")
        if info.file_size != member.bytes:
            raise BadMemberError(f"it has {info.file_size} bytes, and {member.bytes} in the list")
        content = self._unpacked(info, cancelled)
        if hashlib.sha256(content).hexdigest() != member.sha256:
            raise BadMemberError("it was changed or damaged on its way: its SHA-256 is wrong")
        return content

    def _unpacked(self, info: zipfile.ZipInfo, cancelled: Cancel) -> bytes:
        # Grows with what is really there: nothing is allocated for what is only claimed.
        content = bytearray()
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    if cancelled():
                        raise Cancelled
                    content += chunk
                    if len(content) > info.file_size:
                        raise BadMemberError("it is longer than it says")
        except _BAD as error:
            raise BadMemberError(f"it is damaged ({error})") from error
        except OSError as error:
            raise BadMemberError(f"it cannot be read ({error.strerror or error})") from error
        except MemoryError as error:
            raise BadMemberError(f"{info.file_size} bytes do not fit into memory") from error
        if len(content) != info.file_size:
            raise BadMemberError("it is cut off")
        return bytes(content)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[SessionFile]:
    """Open a session's file.

    Raises:
        InputError: It is none, cannot be read, is of a newer version, or holds something that no
            session holds. Nothing is unpacked then but its list.
    """
    try:
        with path.open("rb") as file:
            _check_directory(path, file)
            try:
                zipped = zipfile.ZipFile(file)
            except _BAD as error:
                refuse(path, f"it is no zip file, or a damaged one: {error}")
            with zipped:
                yield SessionFile(path, zipped)
    except OSError as error:
        raise InputError(
            f"The session {path} cannot be read ({error.strerror or error})",
            expected=f"a file that `export-session` wrote (*{ENDING})",
        ) from error


def refuse(path: Path, why: str) -> NoReturn:
    """Raise the error that says that a file is no session."""
    raise InputError(
        f"{path} is not a session that can be imported ({why})",
        expected="a file as `python main.py export-session` writes it",
        remedy="Nothing was imported. Ask for the file again.",
    )


def _check_directory(path: Path, file: IO[bytes]) -> None:
    """The list at the end of a zip is read into memory as a whole: see how long it is before."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        refuse(path, "it is no zip file")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    locator = tail[at - 20 : at] if at >= 20 else b""
    if locator.startswith(_LOCATOR_64):
        file.seek(max(0, size - len(tail) + at - 20 - 56))
        record = file.read(56)
        if len(record) < 56 or not record.startswith(_END_64):
            refuse(path, "the end of it is damaged")
        count, length = struct.unpack_from("<QQ", record, 32)
    if count > MOST_MEMBERS or length > MOST_MEMBERS * (_OF_A_MEMBER + _FOR_A_NAME):
        refuse(path, f"it claims to hold {count} members")
    file.seek(0)


def _quoted(name: str) -> str:
    """A name from outside, as it may be shown."""
    return repr(name[:80])
