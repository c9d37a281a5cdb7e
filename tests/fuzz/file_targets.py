"""Readers of whole files: sessions to import, settings of the window, what was agreed to."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from benchmarks.traces import requests, space_type
from core.file_checks.check import check_file
from core.folders import Folders
from core.model.errors import InputError
from core.session import Session
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.pack import export_bundle, write_session
from core.session.sharing.unpack import import_session
from core.session.trust import Trust
from core.timeline.open_trace import open_trace
from core.timeline.save import save_chrome
from core.timeline.story import tell
from gui.state.ui_settings import FILE as WINDOW_FILE
from gui.state.ui_settings import UiSettings
from gui.user_code.recent import RecentFiles
from tests.core.cli.machine.test_check_files import array, arrays, packed, photo, records_in
from tests.core.session.sharing.sessions import Members, members_of, write_members
from tests.core.timeline.builders import held_up_parallel_map, with_gpu
from tests.experiment_builders import carry_out, comparison, waits
from tests.fuzz.mutations import as_json, changed_bytes, changed_json, changed_log
from tests.fuzz.targets import Target, usable
from tests.fuzz.valid import PAYLOADS
from tests.gui.run_builders import record_run


@functools.cache
def session_file() -> bytes:
    """A session of three runs, as somebody exported it."""
    with _folder() as folder:
        session = Session(Folders.under(folder / "data"))
        record_run(session, steps=20)
        carry_out(session, comparison(repeats=1), waits(0.03), steps=20)
        path = folder / "a.pxsession"
        write_session(path, export_bundle(session))
        session.close()
        return path.read_bytes()


@functools.cache
def _members() -> Members:
    with _folder() as folder:
        path = folder / "a.pxsession"
        path.write_bytes(session_file())
        return members_of(path)


@st.composite
def changed_sessions(draw: st.DrawFn) -> bytes:
    """A session's file with bytes changed, or with members changed and a list that fits."""
    if draw(st.booleans()):
        return draw(changed_bytes(session_file()))
    members = dict(_members())
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(members) or ["manifest.json"]))
        match draw(st.integers(0, 4)):
            case 0:
                members.pop(name, None)
            case 1 if name in members:
                other = draw(st.sampled_from(NAMES) | st.text(max_size=30))
                members[other] = members[name]
            case 2 if name.endswith(".json") and _is_object(members.get(name, b"")):
                members[name] = as_json(draw(changed_json(json.loads(members[name]))))
            case 3 if name.endswith(".run"):
                members[name] = draw(changed_log(PAYLOADS))
            case _ if name in members:
                members[name] = draw(changed_bytes(members[name]))
    listed = draw(st.booleans()) and _is_object(members.get("manifest.json", b""))
    with _folder() as folder:
        try:
            return write_members(folder / "a.pxsession", members, listed=listed).read_bytes()
        except (ValueError, LookupError, TypeError, AttributeError):
            return session_file()[:-30]


NAMES = (
    "../x.run", "/x.run", "runs/../../x.run", "runs/" + "0" * 32 + ".run", "runs/" + "0" * 32,
    "experiments/" + "0" * 12 + ".json", "experiments/x.json", "MANIFEST.JSON", "", "runs/",
    "runs\\x.run", "runs/" + "0" * 300 + ".run",
)  # fmt: skip


def session(data: bytes) -> None:
    """It is refused as a whole, or each run of it is there as a whole or said not to be."""
    with _folder() as folder:
        path = folder / "outside" / "a.pxsession"
        path.parent.mkdir()
        path.write_bytes(data)
        folders = Folders.under(folder / "inside" / "data")
        opened = Session(folders)
        try:
            found = import_session(path, folders, ImportTarget.of(opened))
        except InputError:
            assert _named(folder) <= {"outside/a.pxsession", *_known()}
            return
        finally:
            opened.close()
        again = Session(folders)
        try:
            assert again.notice == ""
            added = sum(one.status is ImportStatus.ADDED for one in found.runs)
            assert len(again.every_run) == added
            for run in again.runs:
                usable(run)
        finally:
            again.close()
        logs = {f"inside/data/logs/{run_id}.run" for run_id in again.every_run}
        assert _named(folder) <= {"outside/a.pxsession", *_known(), *logs}


def _known() -> set[str]:
    inside = "inside/data/"
    return {f"{inside}runs.summary", f"{inside}logs/.lock", f"{inside}logs/experiments.log"}


def _named(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def trusted(data: bytes) -> None:
    """What cannot be read counts as nothing agreed to."""
    with _folder() as folder:
        (folder / "trusted.json").write_bytes(data)
        Trust(folder).trusts("a" * 64, Path("a.py"))


def window(data: bytes) -> None:
    """What cannot be read counts as nothing remembered."""
    with _folder() as folder:
        (folder / WINDOW_FILE).write_bytes(data)
        kept = UiSettings(folder)
        assert isinstance(kept.text("theme"), str)
        assert isinstance(kept.mapping("settings"), dict)
        kept.numbers("geometry")
        for one in RecentFiles(kept).all:
            _ = (one.file, one.short)


def trace(data: bytes) -> None:
    """Requests or a ValueError."""
    with _folder() as folder:
        path = folder / "a.xplane.pb"
        path.write_bytes(data)
        try:
            found = requests(path)
        except ValueError:
            return
        assert len(found.asked_s) == len(found.fetched_s)


def data_file(data: bytes) -> None:
    """Sound, damaged or not checked, in lines; the file stays as it is."""
    with _folder() as folder:
        for name in ("a", "a.tfrecord", "a.npz", "a.npy", "a.png", "a.csv"):
            path = folder / name
            path.write_bytes(data)
            found = check_file(path)
            assert found.state in ("sound", "damaged", "not checked")
            assert not any("\n" in damage for damage in found.damages)
            assert path.read_bytes() == data


def _data_files() -> st.SearchStrategy[bytes]:
    """Data files with bytes changed: records with an image, compressed or not, and arrays."""
    with _folder() as folder:
        record = photo(None)
        files = [
            records_in(folder / "a", record),
            packed(folder / "b", records_in(folder / "c", record).read_bytes()),
            arrays(folder / "d.npz"),
            array(folder / "e.npy"),
        ]
        return st.one_of([changed_bytes(file.read_bytes()) for file in files])


def _trace() -> bytes:
    """What a trace of one request looks like."""
    space = space_type()()
    plane = space.planes.add()
    names = (
        "ExecutorState::ProcessAsync::Start", "Iterator::Root", "IteratorGetNextOp::DoCompute",
        "ExecutorState::ProcessAsync::Done",
    )  # fmt: skip
    plane.stat_metadata[1].name = "kernel_type"
    line = plane.lines.add()
    for key, name in enumerate(names, start=1):
        plane.event_metadata[key].name = name
        event = line.events.add()
        event.metadata_id, event.offset_ps, event.duration_ps = key, 10 * key, 5
        stat = event.stats.add()
        stat.metadata_id, stat.str_value = 1, "IteratorGetNext"
    content: bytes = space.SerializeToString()
    return content


_TRUSTED = {"a" * 64: "/home/someone/train.py"}
_WINDOW = {
    "format": 1,
    "values": {
        "theme": "dark",
        "workload": "augmented",
        "settings": {"fit.epochs": 3},
        "geometry": [0, 0, 1366, 768],
        "opened": {"files": [{"text": "/a/train.py:make", "arguments": None}]},
    },
}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pipeline-explorer-fuzz-") as name:
        yield Path(name)


def _is_object(text: bytes) -> bool:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict)


@functools.cache
def _simulated() -> tuple[bytes, ...]:
    return held_up_parallel_map(steps=3).data(), with_gpu(steps=2).data()


def _timelines() -> st.SearchStrategy[tuple[str, bytes]]:
    """Traces with bytes changed, and Chrome traces with values changed."""
    binary = st.sampled_from(_simulated()).flatmap(changed_bytes)
    with _folder() as folder:
        save_chrome(with_gpu(steps=1).capture(), folder / "t.json")
        chrome = json.loads((folder / "t.json").read_text())
    return binary.map(lambda data: ("t.xplane.pb", data)) | changed_json(chrome).map(
        lambda document: ("t.trace.json", as_json(document))
    )


def timeline(given: tuple[str, bytes]) -> None:
    """A trace that can be put into words, or what is wrong with the file."""
    name, data = given
    with _folder() as folder:
        file = folder / name
        file.write_bytes(data)
        try:
            capture = open_trace(file)
        except InputError:
            return
        assert all(tell(capture).sentences)
        assert file.read_bytes() == data


FILE_TARGETS: tuple[Target, ...] = (
    Target("sessions", st.deferred(changed_sessions), session, 0.6),
    Target(
        "what was agreed to",
        changed_json(_TRUSTED).map(as_json) | st.binary(max_size=60),
        trusted,
    ),
    Target(
        "settings of the window",
        changed_json(_WINDOW).map(as_json) | changed_bytes(as_json(_WINDOW)),
        window,
    ),
    Target("files of data", st.deferred(_data_files), data_file, 0.2),
    Target("traces", changed_bytes(_trace()), trace),
    Target("timelines", st.deferred(_timelines), timeline, 0.6),
)
