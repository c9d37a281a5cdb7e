"""A session's file that was made to do harm, or was harmed, harms nothing."""

from __future__ import annotations

import json
import shutil
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
    first_run,
    imported,
    manifest_of,
    members_of,
    write_members,
)
from tests.logs import log_of_run


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


def test_trust_does_not_come_along(session: Session, file: Path) -> None:
    before = dict(session.trust._known)
    imported(session, file)
    assert session.trust._known == before
