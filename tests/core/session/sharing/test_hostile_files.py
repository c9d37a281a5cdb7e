"""A session's file that was made to do harm, or was harmed, harms nothing."""

from __future__ import annotations

import io
import json
import shutil
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.model.errors import Cancelled, InputError
from core.model.measured.fingerprint import Fingerprint
from core.model.run import RunState
from core.records.frames import FrameReader
from core.session import Session
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.unpack import import_session
from core.store.append_log import frames_of
from tests.builders import run_of
from tests.core.session.sharing.sessions import (
    Members,
    changed,
    everything_under,
    exported,
    first_run,
    imported,
    manifest_of,
    members_of,
    session_in,
    write_members,
)
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.run_builders import record_run
from tests.logs import log_of_run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of two runs by themselves and a comparison of four, as somebody exported it."""
    folder = tmp_path_factory.mktemp("from elsewhere")
    with session_in(folder / "data") as session:
        for _ in range(2):
            record_run(session, steps=40)
        carry_out(session, comparison(repeats=2), waits(0.03, 0.02))
        return exported(session, folder / "whole.pxsession")


@pytest.fixture
def file(whole: Path, tmp_path: Path) -> Path:
    path = tmp_path / "from elsewhere.pxsession"
    path.write_bytes(whole.read_bytes())
    return path


@pytest.fixture
def session(tmp_path: Path):
    with session_in(tmp_path / "here" / "data") as made:
        yield made


def put(name: str) -> Callable[[Members], object]:
    return lambda members: members.__setitem__(name, members[first_run(members)])


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


def test_a_member_that_was_damaged_on_the_way_costs_that_run_alone(
    session: Session, file: Path
) -> None:
    with zipfile.ZipFile(file) as zipped:
        info = zipped.infolist()[0]
    data = bytearray(file.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    file.write_bytes(data)
    found = imported(session, file)
    assert [run.status for run in found.runs].count(ImportStatus.REFUSED) == 1
    assert "damaged" in found.refused[0].text()
    assert len(session.runs) == 5


def test_a_member_whose_content_was_changed_is_refused_by_its_checksum(
    session: Session, file: Path
) -> None:
    def change(members: Members) -> None:
        members[first_run(members)] = members[first_run(members)][:-1] + b"x"

    found = imported(session, changed(file, change, listed=False))
    assert "SHA-256" in found.refused[0].text()
    assert len(session.runs) == 5


LOGS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda log: b"",
    "noise": lambda log: b"\x1ePX\x01" * 5000,
    "text": lambda log: b"this is no log",
    "without its first record": lambda log: log[200:],
    "of another run": lambda log: log_of_run(run_of(run_id="0" * 32)),
    "of a newer version": lambda log: frames_of([b'{"is":"RunBegun","format":99}\n']),
    "of an older version": lambda log: frames_of([b'{"is":"begin","format":1}\n']),
    "with an id that is a path": lambda log: log_of_run(run_of(run_id="../../../evil")),
    "nested too deeply": lambda log: frames_of([b"[" * 200_000 + b"\n"]),
    "with a number of many digits": lambda log: frames_of(
        [b'{"is":"RunBegun","format":2,"number":' + b"9" * 5000 + b"}\n"]
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_is_none_costs_that_run_alone(session: Session, file: Path, name: str) -> None:
    def change(members: Members) -> None:
        members[first_run(members)] = LOGS[name](members[first_run(members)])

    before = everything_under(session.folders.runs.parent).keys()
    found = imported(session, changed(file, change))
    assert [run.status for run in found.runs].count(ImportStatus.REFUSED) == 1
    assert len(session.runs) == 5
    new = everything_under(session.folders.runs.parent).keys() - before
    assert {Path(one).parent.name for one in new} == {"logs"}
    assert len(new) == 6  # five logs and that of experiments


def test_a_trace_that_was_changed_costs_that_trace_alone(session: Session, file: Path) -> None:
    def add(members: Members) -> None:
        run_id = first_run(members).removeprefix("runs/").removesuffix(".run")
        members[f"traces/{run_id}.xplane.pb.gz"] = b"a trace"
        members[f"traces/{'0' * 32}.xplane.pb.gz"] = b"of no run"

    def change(members: Members) -> None:
        name = next(name for name in members if name.startswith("traces/") and "0000" not in name)
        members[name] = b"another"

    changed(file, add)
    found = imported(session, changed(file, change, listed=False))
    (refused,) = found.refused
    assert refused.name.startswith("the trace of run")
    assert "SHA-256" in refused.text()
    assert len(session.runs) == 6
    assert not session.traces.folder.exists() or not list(session.traces.folder.iterdir())


def test_experiments_that_are_none_are_refused_one_by_one(session: Session, file: Path) -> None:
    def change(members: Members) -> None:
        (name,) = (member for member in members if member.startswith("experiments/"))
        found = json.loads(members[name])
        key = 0
        for key, hostile in enumerate(
            (
                {"id": "../../../evil"},
                {"repeats": 10**12},
                {"repeats": 10**30},
                {"configurations": []},
                {"configurations": "text"},
                {"kind": "other"},
                {"created": "yesterday"},
                {"name": 5},
                {"axes": [{"key": "a", "values": "text"}]},
                {"settled_after": 10**9},
                {"workloads": ["augmented"]},
                {"workloads": ["theirs.py:make", "theirs.py:make"]},
            )
        ):
            changed = {**found["experiment"], "id": f"{key:012x}", **hostile}
            members[f"experiments/{key:012x}.json"] = json.dumps(
                {**found, "experiment": changed}
            ).encode()
        members[f"experiments/{key + 1:012x}.json"] = b"[" * 100_000
        members[f"experiments/{key + 2:012x}.json"] = b"\xff\xfe"

    found = imported(session, changed(file, change))
    assert len(found.refused) == 14
    assert len(session.experiments.all) == 1
    assert len(session.runs) == 6


def test_a_newer_format_is_told_from_damage(session: Session, file: Path) -> None:
    def newer(members: Members) -> None:
        members["manifest.json"] = manifest_of(members, format=99)
        members["runs/unheard of"] = b"x"

    with pytest.raises(InputError) as caught:
        imported(session, changed(file, newer, listed=False))
    assert "newer Pipeline Explorer (format 99)" in caught.value.what
    assert "Update" in caught.value.remedy


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"what":"something else","format":1}',
        b'{"what":"pipeline-explorer session","format":true}',
        b'{"what":"pipeline-explorer session","format":0}',
        b'{"what":"pipeline-explorer session","format":1,"version":"","runs":5,"experiments":[]}',
        b'{"what":"pipeline-explorer session","format":1,"version":"","runs":[{"id":"../x"}],'
        b'"experiments":[]}',
    ],
)
def test_a_list_that_is_none_refuses_the_whole_file(
    session: Session, file: Path, manifest: bytes
) -> None:
    changed(file, lambda members: members.__setitem__("manifest.json", manifest), listed=False)
    with pytest.raises(InputError, match="not a session"):
        imported(session, file)


def test_a_run_that_the_list_promises_and_that_is_not_there_is_told(
    session: Session, file: Path
) -> None:
    members = members_of(file)
    del members[first_run(members)]
    found = imported(session, write_members(file, members, listed=False))
    assert "not there" in found.refused[0].text()
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


def test_without_room_nothing_is_written(
    session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=10_000))
    before = everything_under(session.folders.runs.parent)
    with pytest.raises(InputError, match="Free some space"):
        imported(session, file)
    assert everything_under(session.folders.runs.parent) == before


def test_a_log_that_does_not_fit_into_memory_costs_that_run(
    session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = max(len(log) for name, log in members_of(file).items() if name.startswith("runs/"))
    memory = psutil.virtual_memory()
    monkeypatch.setattr(
        psutil, "virtual_memory", lambda: memory._replace(available=4 * longest - 1)
    )
    found = imported(session, file)
    assert {run.status for run in found.runs} == {ImportStatus.ADDED, ImportStatus.REFUSED}
    assert "memory" in found.refused[0].text()


def test_stopped_before_anything_was_written_it_leaves_nothing(
    session: Session, file: Path
) -> None:
    before = everything_under(session.folders.runs.parent)
    with pytest.raises(Cancelled):
        import_session(file, session.folders, ImportTarget.of(session), cancelled=lambda: True)
    assert everything_under(session.folders.runs.parent) == before


def test_stopped_midway_each_run_is_there_as_a_whole_or_not_at_all(
    session: Session, file: Path
) -> None:
    written = iter([False] * 20)
    shares: list[float] = []

    def stop() -> bool:
        return bool(shares) and shares[-1] > 0.7 and not next(written, None)

    found = import_session(
        file,
        session.folders,
        ImportTarget.of(session),
        lambda share, at: shares.append(share),
        stop,
    )
    session.refresh()
    assert found.stopped
    assert 0 < len(session.runs) < 6
    assert "stopped" in found.sentence()


HOSTILE_PLANS: dict[str, object] = {
    "label": {"name": ["a"]},
    "created": "0001-01-01T00:00:00+23:59",
    "number": -1,
    "plan": {"workload": "in_memory", "values": {}, "data_folder": "", "id": "0" * 32},
}
HOSTILE_EVENTS: dict[str, dict[str, object]] = {
    "EnvironmentSeen": {"environment": {"cores": 10**400}},
    "RunEnded": {"fit_wall_s": [1]},
    "RunPrepared": {"prepared": {"epochs": "many"}},
    "PhaseStarted": {"phase": "soon"},
    "EpochEnded": {"loss": {}},
    "DataSeen": {"fingerprint": {"sums": [[1, 2, 3]], "whole": True}},
    "ResourcesDescribed": {"about": {"cores": 1, "limit_bytes": 1, "gpus": ["gpu"] * 10**5}},
    "ResourcesSampled": {"rows": ["f", [10**9, 6]]},
}


def test_values_that_nothing_could_have_measured_are_left_out_with_all_behind_them(
    session: Session, file: Path
) -> None:
    whole = replace(run_of(run_id="0" * 32), fingerprint=Fingerprint(((1, "0" * 16),), True))
    ids = [f"{at:032x}" for at in range(len(HOSTILE_PLANS) + len(HOSTILE_EVENTS))]

    def change(members: Members) -> None:
        hostile = [*HOSTILE_PLANS.items(), *HOSTILE_EVENTS.items()]
        for run_id, (key, value) in zip(ids, hostile, strict=True):
            log = log_of_run(replace(whole, plan=replace(whole.plan, id=run_id)))
            records = []
            for payload in FrameReader(log).payloads():
                line, _, rest = payload.partition(b"\n")
                head = json.loads(line)
                if key in HOSTILE_PLANS and head["is"] == "RunBegun":
                    head[key] = value
                elif head["is"] == key:
                    head |= value  # type: ignore[operator]
                records.append(json.dumps(head).encode() + b"\n" + rest)
            members[f"runs/{run_id}.run"] = frames_of(records)

    found = imported(session, changed(file, change))
    assert len(found.refused) == len(HOSTILE_PLANS), [one.text() for one in found.refused]
    for run_id in ids[len(HOSTILE_PLANS) :]:
        assert session.run(run_id).state is RunState.INTERRUPTED
    assert session.run(ids[len(HOSTILE_PLANS)]).samples.steps == 0


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


def test_trust_does_not_come_along(session: Session, file: Path) -> None:
    before = dict(session.trust._known)
    imported(session, file)
    assert session.trust._known == before


def test_a_zip_in_a_comment_changes_nothing(session: Session, file: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("evil", b"x")
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.comment = inner.getvalue()
    with pytest.raises(InputError, match="not a session"):
        imported(session, file)
