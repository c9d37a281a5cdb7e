"""A session's file whose archive was made to do harm harms nothing."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from core.model.errors import InputError
from core.session import Session
from core.session.sharing.outcome import ImportStatus
from tests.core.session.sharing.sessions import (
    Members,
    changed,
    everything_under,
    first_run,
    imported,
    members_of,
    put,
)

NAMES = (
    "../../evil.run",
    "/etc/evil.run",
    "runs/../evil.run",
    "runs\\..\\evil.run",
    "C:\\evil.run",
    "runs/00000000000000000000000000000000.RUN",
    "runs/ABCDEF00000000000000000000000000.run",
    "runs/00000000000000000000000000000000.run/",
    "runs/00000000000000000000000000000000.run ",
    "runs/con.run",
    "runs/.run",
    "runs/" + "0" * 400 + ".run",
    "experiments/../../trusted.json",
    "window.json",
    "trusted.json",
    "runs.sqlite",
    "runs/" + "\uff10" * 8 + ".run",
    "runs/\u202e00000000.run",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_member_with_any_other_name_refuses_the_whole_file(
    session: Session, file: Path, name: str
) -> None:
    before = everything_under(session.folders.runs.parent)
    changed(file, put(name), listed=False)
    with pytest.raises(InputError, match="not a session"):
        imported(session, file)
    assert everything_under(session.folders.runs.parent) == before


def test_a_name_that_hides_another_behind_a_nul_is_refused(session: Session, file: Path) -> None:
    changed(file, put("runs/00000000000000000000000000000000.run"))
    data = file.read_bytes()
    name = b"runs/00000000000000000000000000000000.run"
    file.write_bytes(data.replace(name, name[:-5] + b"\0/../"))
    with pytest.raises(InputError, match="not a session"):
        imported(session, file)


def test_a_member_that_is_there_twice_refuses_the_whole_file(session: Session, file: Path) -> None:
    with zipfile.ZipFile(file, "a") as zipped, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name = next(iter(zipped.namelist()))
        zipped.writestr(name, b"another")
    with pytest.raises(InputError, match="twice"):
        imported(session, file)


def test_a_link_is_refused(session: Session, file: Path) -> None:
    with zipfile.ZipFile(file, "a") as zipped:
        info = zipfile.ZipInfo("runs/00000000000000000000000000000000.run")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(info, b"/etc/passwd")
    with pytest.raises(InputError, match="link"):
        imported(session, file)


def test_what_its_list_does_not_name_is_refused(session: Session, file: Path) -> None:
    changed(file, put("runs/00000000000000000000000000000000.run"), listed=False)
    with pytest.raises(InputError, match="not in its list"):
        imported(session, file)


def test_a_small_member_that_unpacks_to_much_is_refused_without_unpacking_it(
    session: Session, file: Path
) -> None:
    def bomb(members: Members) -> None:
        members[first_run(members)] = bytes(8 * 1024 * 1024)

    changed(file, bomb)
    with pytest.raises(InputError, match="times its size"):
        imported(session, file)


def test_members_that_lie_over_each_other_are_refused(session: Session, file: Path) -> None:
    data = bytearray(file.read_bytes())
    # The second entry of the list at the end is told to begin where the first one does.
    entries = [at for at in range(len(data)) if data.startswith(b"PK\x01\x02", at)]
    (offset,) = struct.unpack_from("<I", data, entries[0] + 42)
    struct.pack_into("<I", data, entries[1] + 42, offset)
    file.write_bytes(data)
    with pytest.raises(InputError, match=r"over another|damaged"):
        imported(session, file)


@pytest.mark.parametrize("claimed", [0, 1, 2**31 - 5])
def test_a_size_that_is_only_claimed_costs_that_run(
    session: Session, file: Path, claimed: int
) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, claimed)
    file.write_bytes(data)
    try:
        found = imported(session, file)
    except InputError as error:
        assert "times its size" in str(error) or "free in" in str(error)  # noqa: PT017
        assert session.runs == ()
    else:
        assert [run.status for run in found.runs].count(ImportStatus.REFUSED) == 1
        assert len(session.runs) == 5


def test_a_file_that_claims_a_million_members_is_refused_before_they_are_read(
    session: Session, file: Path
) -> None:
    data = bytearray(file.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<HHI", data, at + 8, 65535, 65535, 2**31)
    file.write_bytes(data)
    with pytest.raises(InputError):
        imported(session, file)


def test_an_encrypted_member_is_refused(session: Session, file: Path) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    file.write_bytes(data)
    with pytest.raises(InputError, match="encrypted"):
        imported(session, file)


def test_a_way_of_packing_that_we_never_use_is_refused(session: Session, file: Path) -> None:
    members = members_of(file)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    with pytest.raises(InputError, match="unknown way"):
        imported(session, file)


def test_what_is_no_zip_at_all_is_said_to_be_none(session: Session, tmp_path: Path) -> None:
    for content in (b"", b"PK", b"\0" * 100_000, b"PK\x05\x06" + bytes(18), b"PK\x03\x04" * 99):
        path = tmp_path / "none.pxsession"
        path.write_bytes(content)
        with pytest.raises(InputError, match="not a session"):
            imported(session, path)
    with pytest.raises(InputError, match="cannot be read"):
        imported(session, tmp_path / "missing.pxsession")
    with pytest.raises(InputError, match="cannot be read"):
        imported(session, tmp_path)


def test_a_zip_in_a_comment_changes_nothing(session: Session, file: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("evil", b"x")
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.comment = inner.getvalue()
    with pytest.raises(InputError, match="not a session"):
        imported(session, file)
